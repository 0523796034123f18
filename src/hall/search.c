/* search: policies and what can be done, by what people type: Chinese, with a wrong character that sounds or looks the
 * same, pinyin whole or by first letters, with a slip of the finger. Small enough to look at every one each time. */
#include "base/hanzi.h"
#include "base/utf8.h"
#include "hall/hall_priv.h"

#include <stdlib.h>

enum { NAME_MAX_ = 64, QUERY_MAX = 32, PINYIN_MAX = 400 };
enum {
    SCORE_NAME = 1000,
    SCORE_PINYIN = 900,
    SCORE_INITIALS = 800,
    SCORE_SLIP = 600,
    SCORE_PAIR = 40,
    SCORE_SOUND = 30,
    SCORE_BODY = 6,
    SCORE_BODY_WHOLE = 100
};

struct entry {
    bool is_service;
    uint32_t id;
    uint32_t name[NAME_MAX_];
    size_t len;
    str pinyin, initials, body;
    uint16_t starts[NAME_MAX_ + 1]; /* where the sound of each character begins in pinyin */
};

struct search {
    VEC(struct entry) entries;
};

static size_t characters(str s, uint32_t *out, size_t max)
{
    size_t n = 0, len;
    for (size_t at = 0; at < s.len && n < max; at += len) {
        uint32_t cp = hanzi_standard(utf8_at(s, at, &len));
        if (cp >= 'A' && cp <= 'Z') cp = cp - 'A' + 'a';
        if (cp > ' ' && cp != 0x3000 && cp != '\'') out[n++] = cp;
    }
    return n;
}

static str text_of(struct arena *a, const uint32_t *cps, size_t n)
{
    struct text t;
    text_init(&t, a, n * 4 + 1);
    for (size_t i = 0; i < n; i++) {
        char bytes[4];
        text_add(&t, (str){ bytes, utf8_put(cps[i], bytes) });
    }
    return text_str(&t);
}

static void add_notes(const struct decl *d, struct text *body)
{
    VEC_EACH (const struct ast_field, f, &d->fields) {
        text_add(body, f->name.text);
        if (f->def->shape == SHAPE_TEXT) text_add(body, f->text);
        VEC_EACH (const struct ast_field, s, &f->subs) {
            if (s->def->shape == SHAPE_TEXT) text_add(body, s->text);
        }
        text_addc(body, '\n');
    }
}

static void add_entry(struct search *s, struct arena *a, str name, str alias, const struct decl *d, struct entry is)
{
    struct entry *n = vec_push(a, &s->entries);
    struct text pinyin, initials, body;
    text_init(&pinyin, a, PINYIN_MAX);
    text_init(&initials, a, PINYIN_MAX);
    text_init(&body, a, 64 << 10);
    *n = is;
    n->len = characters(name, n->name, NAME_MAX_);
    for (size_t i = 0; i < n->len; i++) {
        str sound = hanzi_reading_text(hanzi_reading(n->name[i]));
        n->starts[i] = (uint16_t)pinyin.len;
        text_add(&pinyin, sound);
        if (sound.len > 0) text_addc(&initials, sound.p[0]);
    }
    n->starts[n->len] = (uint16_t)pinyin.len;
    text_add(&body, alias);
    add_notes(d, &body);
    n->pinyin = text_str(&pinyin);
    n->initials = text_str(&initials);
    n->body = text_str(&body);
}

struct search *search_of(const struct program *p, date day, struct arena *a)
{
    struct search *s = ARENA_NEW(a, struct search);
    VEC_EACH (const struct policy, q, &p->policies) {
        const struct policy *now = policy_on(p, q->id, day);
        if (program_policy(p, q->name) == q && now != NULL)
            add_entry(s, a, q->name, q->alias, now->decl, (struct entry){ .id = q->id });
    }
    VEC_EACH (const struct service, v, &p->services) {
        const struct service *now = service_on(p, v->id, day);
        if (program_service(p, v->name) == v && now != NULL)
            add_entry(s, a, v->name, v->alias, now->decl, (struct entry){ .is_service = true, .id = v->id });
    }
    return s;
}

/* ---- scores ---- */

static bool all_letters(const uint32_t *q, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (q[i] < 'a' || q[i] > 'z') return false;
    }
    return n > 0;
}

/* The best piece of the name's pinyin that begins with a character: how many slips away. */
static unsigned slips(const struct entry *n, str q)
{
    unsigned most = q.len < 6 ? 1 : 2, best = most + 1;
    for (size_t i = 0; i < n->len; i++) {
        for (size_t k = i + 1; k <= n->len; k++) {
            size_t from = n->starts[i], to = n->starts[k];
            if (to - from + most < q.len || to - from > q.len + most) continue;
            unsigned d = utf8_distance(str_slice(n->pinyin, from, to), q, most);
            if (d < best) best = d;
        }
    }
    return best <= most ? best : UINT16_MAX;
}

static uint32_t score_letters(const struct entry *n, str q)
{
    for (size_t i = 0; i < n->len; i++) {
        if (str_starts(str_slice(n->pinyin, n->starts[i], n->pinyin.len), q))
            return SCORE_PINYIN - (uint32_t)(i < 100 ? i : 100);
    }
    if (q.len >= 2 && str_find(n->initials, q) != SIZE_MAX) return SCORE_INITIALS;
    if (str_find(n->body, q) != SIZE_MAX) return SCORE_BODY_WHOLE; /* an alias */
    unsigned d = q.len >= 4 ? slips(n, q) : UINT16_MAX;
    return d != UINT16_MAX ? SCORE_SLIP - 100 * d : 0;
}

static bool sounds_like(uint32_t a, uint32_t b) { return a == b || hanzi_same_sound(a, b) || hanzi_alike(a, b); }

/* Neighbouring characters of the query that are neighbours in the name too, themselves or by sound and shape. */
static uint32_t score_pairs(const struct entry *n, const uint32_t *q, size_t len)
{
    uint32_t score = 0;
    for (size_t i = 0; i + 1 < len; i++) {
        uint32_t best = 0;
        for (size_t k = 0; k + 1 < n->len; k++) {
            if (n->name[k] == q[i] && n->name[k + 1] == q[i + 1])
                best = SCORE_PAIR;
            else if (best < SCORE_SOUND && sounds_like(n->name[k], q[i]) && sounds_like(n->name[k + 1], q[i + 1]))
                best = SCORE_SOUND;
        }
        score += best;
    }
    return score;
}

static uint32_t score_of(const struct entry *n, const uint32_t *q, size_t len, struct arena *a)
{
    str typed = text_of(a, q, len);
    if (all_letters(q, len)) return score_letters(n, typed);
    str name = text_of(a, n->name, n->len);
    uint32_t score = score_pairs(n, q, len);
    if (str_find(name, typed) != SIZE_MAX) score += SCORE_NAME;
    if (str_find(n->body, typed) != SIZE_MAX) score += SCORE_BODY_WHOLE;
    for (size_t i = 0; i + 1 < len; i++) {
        if (str_find(n->body, text_of(a, q + i, 2)) != SIZE_MAX) score += SCORE_BODY;
    }
    return score;
}

static int by_score(const void *a, const void *b)
{
    const struct hit *x = a, *y = b;
    if (x->score != y->score) return x->score < y->score ? 1 : -1;
    if (x->is_service != y->is_service) return x->is_service ? 1 : -1;
    return x->id < y->id ? -1 : x->id > y->id;
}

size_t search_run(const struct search *s, str query, struct hit *hits, size_t max, struct arena *a)
{
    uint32_t q[QUERY_MAX];
    size_t len = characters(query, q, QUERY_MAX), n = 0;
    struct hit *all = ARENA_ARRAY(a, struct hit, s->entries.len + 1);
    if (len == 0) return 0;
    VEC_EACH (const struct entry, k, &s->entries) {
        uint32_t score = score_of(k, q, len, a);
        /* Of two that fit alike, the one with less else in its name. */
        if (score > 0) all[n++] = (struct hit){ k->is_service, k->id, score * NAME_MAX_ - (uint32_t)k->len + 1 };
    }
    qsort(all, n, sizeof *all, by_score);
    /* What only shares a pair of characters is no answer beside what was meant. */
    size_t kept = 0;
    while (kept < n && kept < max && all[kept].score * 5 >= all[0].score) kept++;
    for (size_t i = 0; i < kept; i++) hits[i] = all[i];
    return kept;
}

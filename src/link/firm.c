/* firm: candidates by equal codes, equal folded names and rare pairs of characters of the cores; the last compared by
 * the cosine of their weights (an idf for each pair of characters). Everything is sorted arrays of keys and records. */
#include "link/firm.h"

#include "base/usci.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "link/link_priv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A rare pair of characters stands in so few names that comparing them all is cheap. */
enum { GRAMS_MAX = 40, RARE_MAX = 40, SIMILAR_MIN = 800, BLOCK_MAX = 200 };

struct firm {
    struct firm_name name;
    char code[USCI_LEN + 1]; /* "" when missing or not of the form */
    uint64_t folded, core;   /* hashes; 0: none */
    uint32_t region;
    uint32_t grams[GRAMS_MAX]; /* sorted hashes of pairs of characters */
    uint8_t gram_count;
};

struct posting {
    uint64_t key;
    uint32_t firm;
};

static int by_posting(const void *a, const void *b)
{
    const struct posting *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return (x->firm > y->firm) - (x->firm < y->firm);
}

static int by_pair(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint64_t hash_of(str s)
{
    uint64_t h = s.len;
    for (size_t i = 0; i < s.len; i++) h = mix2(h, (unsigned char)s.p[i]);
    return s.len == 0 ? 0 : h | 1;
}

static void make_grams(struct firm *f)
{
    size_t len = 0;
    uint32_t before = 0;
    for (size_t at = 0; at < f->name.core.len && f->gram_count < GRAMS_MAX; at += len) {
        uint32_t c = utf8_at(f->name.core, at, &len);
        if (before != 0) f->grams[f->gram_count++] = (uint32_t)(mix2(before, c) >> 32);
        before = c;
    }
    qsort(f->grams, f->gram_count, sizeof *f->grams, by_value);
    uint8_t kept = 0;
    for (uint8_t i = 0; i < f->gram_count; i++)
        if (kept == 0 || f->grams[kept - 1] != f->grams[i]) f->grams[kept++] = f->grams[i];
    f->gram_count = kept;
}

static void make_firm(const struct firm_record *r, struct firm *f, struct arena *a)
{
    struct usci code;
    enum usci_fault fault = usci_read(r->usci, &code);
    if (fault == USCI_OK || usci_doubtful(fault)) memcpy(f->code, code.text, sizeof f->code);
    f->name = firm_name_read(r->name, a);
    f->folded = hash_of(f->name.folded);
    f->core = hash_of(f->name.core);
    f->region = r->region;
    make_grams(f);
}

/* ---- How often each pair of characters occurs ---- */

struct firms {
    struct firm *at;
    size_t n;
    struct tally seen;
};

/* Never 0, which marks a free place. */
static uint64_t gram_key(uint32_t gram) { return mix(gram) | 1; }

static double weight_of(const struct firms *x, uint32_t gram)
{
    return log2((double)(x->n + 1) / (double)(tally_get(&x->seen, gram_key(gram)) + 1)) + 0.1;
}

static int similarity(const struct firms *x, const struct firm *a, const struct firm *b)
{
    double both = 0, of_a = 0, of_b = 0;
    uint8_t i = 0, k = 0;
    while (i < a->gram_count || k < b->gram_count) {
        bool take_a = i < a->gram_count && (k == b->gram_count || a->grams[i] <= b->grams[k]);
        bool take_b = k < b->gram_count && (i == a->gram_count || b->grams[k] <= a->grams[i]);
        double w = weight_of(x, take_a ? a->grams[i] : b->grams[k]);
        of_a += take_a ? w * w : 0;
        of_b += take_b ? w * w : 0;
        both += take_a && take_b ? w * w : 0;
        i = (uint8_t)(i + take_a);
        k = (uint8_t)(k + take_b);
    }
    return of_a == 0 || of_b == 0 ? 0 : (int)lround(1000 * both / sqrt(of_a * of_b));
}

/* ---- Two firms ---- */

static bool one_slip(const char *a, const char *b) { return utf8_distance(str_of(a), str_of(b), 1) == 1; }

/* The same city, or not known; a place written in only one of the names says nothing. */
static bool places_agree(const struct firm *a, const struct firm *b)
{
    if (a->region != 0 && b->region != 0 && a->region / 100 != b->region / 100) return false;
    str x = a->name.place, y = b->name.place;
    return x.len == 0 || y.len == 0 || str_find(x, y) != SIZE_MAX || str_find(y, x) != SIZE_MAX;
}

static struct firm_pair judge(const struct firms *x, uint32_t a, uint32_t b)
{
    const struct firm *f = &x->at[a], *g = &x->at[b];
    struct firm_pair p = { .a = a, .b = b, .reason = FIRM_SIMILAR };
    bool both = f->code[0] != '\0' && g->code[0] != '\0', equal = both && strcmp(f->code, g->code) == 0;
    bool same_name = f->folded != 0 && f->folded == g->folded, same_core = f->core != 0 && f->core == g->core;
    bool masked = f->name.masked || g->name.masked, branches = f->name.branch != g->name.branch;
    p.similarity = same_core ? 1000 : similarity(x, f, g);
    if (equal) {
        bool alike = f->folded == 0 || g->folded == 0 || same_name || p.similarity >= SIMILAR_MIN / 2;
        p.reason = FIRM_CODE;
        p.band = alike && !branches ? FIRM_AUTO : FIRM_CLERICAL;
    } else if (both) {
        p.reason = FIRM_NAME;
        p.band = same_name && one_slip(f->code, g->code) ? FIRM_CLERICAL : FIRM_DISTINCT;
    } else if (same_name) {
        p.reason = FIRM_NAME;
        p.band = masked || !places_agree(f, g) ? FIRM_CLERICAL : FIRM_AUTO;
    } else if (!branches && places_agree(f, g) && (same_core || p.similarity >= SIMILAR_MIN)) {
        p.reason = same_core ? FIRM_CORE : FIRM_SIMILAR;
        p.band = FIRM_CLERICAL;
    }
    return p;
}

/* ---- Candidates ---- */

typedef VEC(struct posting) posting_list;
typedef VEC(uint64_t) pair_list; /* a << 32 | b */

static void post(posting_list *list, struct arena *a, uint64_t key, uint32_t firm)
{
    *vec_push(a, list) = (struct posting){ key, firm };
}

static void post_firm(const struct firms *x, uint32_t i, posting_list *list, struct arena *a)
{
    const struct firm *f = &x->at[i];
    if (f->code[0] != '\0') post(list, a, mix2(hash_of(str_of(f->code)), 1), i);
    if (f->folded != 0) post(list, a, mix2(f->folded, 2), i);
    if (f->core != 0) post(list, a, mix2(f->core, 3), i);
    for (uint8_t g = 0; g < f->gram_count; g++) {
        uint32_t seen = tally_get(&x->seen, gram_key(f->grams[g]));
        if (seen >= 2 && seen <= RARE_MAX) post(list, a, mix2(f->grams[g], 4), i);
    }
}

static void pair_up(posting_list *list, pair_list *pairs, struct arena *a)
{
    if (list->len > 1) qsort(list->at, list->len, sizeof *list->at, by_posting);
    for (size_t i = 0, end; i < list->len; i = end) {
        for (end = i + 1; end < list->len && list->at[end].key == list->at[i].key;) end++;
        if (end - i > BLOCK_MAX) continue; /* a name that hundreds bear; their codes tell them apart */
        for (size_t k = i; k < end; k++)
            for (size_t l = k + 1; l < end; l++)
                *vec_push(a, pairs) = (uint64_t)list->at[k].firm << 32 | list->at[l].firm;
    }
    if (pairs->len > 1) qsort(pairs->at, pairs->len, sizeof *pairs->at, by_pair);
}

bool firm_pairs(const struct firm_record *r, size_t n, struct arena *a, struct firm_pairs *out, struct err *e)
{
    if (n > FIRM_RECORDS_MAX) return fail(e, LIMIT, "比对的单位超过%d家，请按地区分开比对", FIRM_RECORDS_MAX);
    autoarena *scratch = arena_new("firms", 0);
    struct firms x = { .at = ARENA_ARRAY(scratch, struct firm, n), .n = n };
    posting_list postings = { 0 };
    pair_list pairs = { 0 };
    VEC(struct firm_pair) found = { 0 };
    for (size_t i = 0; i < n; i++) {
        make_firm(&r[i], &x.at[i], scratch);
        for (uint8_t g = 0; g < x.at[i].gram_count; g++) ++*tally_at(&x.seen, gram_key(x.at[i].grams[g]));
    }
    for (size_t i = 0; i < n; i++) post_firm(&x, (uint32_t)i, &postings, scratch);
    pair_up(&postings, &pairs, scratch);
    for (size_t i = 0; i < pairs.len; i++) {
        if (i > 0 && pairs.at[i] == pairs.at[i - 1]) continue;
        struct firm_pair p = judge(&x, (uint32_t)(pairs.at[i] >> 32), (uint32_t)pairs.at[i]);
        if (p.band != FIRM_DISTINCT) *vec_push(a, &found) = p;
    }
    tally_free(&x.seen);
    if (arena_over(a)) return fail(e, MEMORY, "相似的单位太多，内存不够，请按地区分开比对");
    *out = (struct firm_pairs){ found.at, found.len };
    return true;
}

const char *firm_reason_text(enum firm_reason r)
{
    static const char *const texts[] = { "统一社会信用代码相同", "名称相同", "去掉地区和组织形式后名称相同",
                                         "名称相近" };
    return texts[r];
}

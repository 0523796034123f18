/* facts: building records from assignments.
 *
 * A path leads to a record and one of its slots; what may stand on the right depends on the kind of slot: a literal, a
 * record { }, a list of members, spells a..b, months. Each assignment replaces what was there, so that a case of an
 * example overrides what holds for all its cases. */
#include "lang/facts.h"
#include "lang/check_priv.h"

#include <string.h>

/* ---- records ---- */

struct record *facts_record(struct facts *f, uint16_t entity)
{
    const struct entity *e = &f->p->entities.at[entity];
    struct record *r = ARENA_NEW(f->a, struct record);
    r->entity = entity;
    r->id = ++f->record_count;
    r->slots = ARENA_ARRAY(f->a, struct slot_value, e->slots.len + 1);
    r->histories = ARENA_ARRAY(f->a, struct history *, e->slots.len + 1);
    return r;
}

void facts_start(struct facts *f, const struct program *p, struct arena *a, struct diags *d, uint16_t entity)
{
    *f = (struct facts){ .p = p, .a = a, .d = d };
    f->subject = facts_record(f, entity);
}

static void give(struct facts *f, struct record *r, uint32_t slot, struct value v)
{
    if (f->assumed) v.assumed = true;
    r->slots[slot] = (struct slot_value){ .v = v, .given = v.state != VALUE_UNKNOWN };
}

static struct history *history_of(struct facts *f, struct record *r, uint32_t slot)
{
    const struct entity *e = &f->p->entities.at[f->p->entities.at[r->entity].slots.at[slot].type.ref];
    if (r->histories[slot] == NULL) {
        size_t n = e->key ? f->p->codes.at[e->key - 1].items.len : 1;
        r->histories[slot] = ARENA_ARRAY(f->a, struct history, n + 1);
    }
    return r->histories[slot];
}

static uint32_t key_count(const struct facts *f, const struct entity *h)
{
    return h->key ? (uint32_t)f->p->codes.at[h->key - 1].items.len : 1;
}

/* ---- where a path leads ---- */

struct assigned {
    struct record *r;
    uint32_t slot;
    int key;        /* of a history, -1 none */
    uint32_t index; /* [n], 0 none */
    bool is_judgement;
    str question;
};

static bool resolve(struct facts *f, struct record *r, const struct expr *x, struct assigned *out);

static void no_slot(struct facts *f, const struct record *r, str name, struct loc loc)
{
    const struct entity *e = &f->p->entities.at[r->entity];
    struct diag *g = diag_add(f->d, DIAG_example_fact, loc, "“%.*s”没有“%.*s”", STR_ARG(e->name), STR_ARG(name));
    if (g == NULL) return;
    struct nearest n;
    nearest_start(&n, name);
    VEC_EACH (const struct slot, s, &e->slots) nearest_offer(&n, s->name);
    if (n.best.len > 0)
        diag_suggest(f->d, g, "是不是“%.*s”？", STR_ARG(n.best));
    else
        VEC_EACH (const struct entity, o, &f->p->entities) {
            if (entity_slot(o, name) < 0) continue;
            VEC_EACH (const struct slot, s, &e->slots) {
                if (s->type.ref == o->id && (s->type.kind == TYPE_RECORD || s->type.kind == TYPE_GROUP)) {
                    diag_suggest(f->d, g, "是不是“%.*s.%.*s”？", STR_ARG(s->name), STR_ARG(name));
                    return;
                }
            }
        }
}

static const struct slot *slot_at(const struct facts *f, const struct record *r, uint32_t i)
{
    return &f->p->entities.at[r->entity].slots.at[i];
}

static struct record *add_element(struct facts *f, struct record *r, uint32_t slot)
{
    const struct slot *s = slot_at(f, r, slot);
    const struct group *old = r->slots[slot].given ? r->slots[slot].v.group : NULL;
    uint32_t n = old ? old->count : 0;
    struct group *g = ARENA_NEW(f->a, struct group);
    g->at = ARENA_ARRAY(f->a, struct record *, n + 1);
    if (n > 0) memcpy(g->at, old->at, n * sizeof *g->at);
    struct record *m = facts_record(f, s->type.ref);
    m->index = n + 1;
    g->at[n] = m;
    g->count = n + 1;
    if (s->kind == SLOT_SPELLS) m->owner = r;
    give(f, r, slot, (struct value){ .state = VALUE_KNOWN, .group = g });
    return m;
}

/* The record a path stands for when something follows its dot; made when it is not there yet. */
static struct record *record_at(struct facts *f, const struct assigned *t, struct loc loc)
{
    const struct slot *s = slot_at(f, t->r, t->slot);
    struct slot_value *v = &t->r->slots[t->slot];
    if (s->type.kind == TYPE_RECORD && (s->kind == SLOT_FIELD || s->kind == SLOT_FUNC)) {
        if (!v->given || v->v.state != VALUE_KNOWN) {
            struct record *m = facts_record(f, s->type.ref);
            give(f, t->r, t->slot, (struct value){ .state = VALUE_KNOWN, .record = m });
        }
        return v->v.record;
    }
    if (s->kind == SLOT_SPELLS || s->kind == SLOT_GROUP) {
        uint32_t want = t->index ? t->index : 1, have = v->given ? v->v.group->count : 0;
        if (want > have + 1 || want > LIMIT_GROUP) {
            diag_add(f->d, DIAG_example_fact, loc, "还没有第 %u 个，先写第 %u 个", want, have + 1);
            return NULL;
        }
        if (want == have + 1) {
            struct record *m = add_element(f, t->r, t->slot);
            if (s->kind == SLOT_GROUP) {
                int via = entity_slot(&f->p->entities.at[m->entity], s->via);
                if (via >= 0) give(f, m, (uint32_t)via, (struct value){ .state = VALUE_KNOWN, .record = t->r });
            }
            return m;
        }
        return v->v.group->at[want - 1];
    }
    diag_add(f->d, DIAG_example_fact, loc, "“%.*s”后面不能写“.”", STR_ARG(s->name));
    return NULL;
}

static void note(struct facts *f, struct loc loc, struct loc target, enum use_kind kind, uint32_t a, uint32_t b)
{
    if (f->uses == NULL) return;
    *vec_push(f->p->arena, f->uses) = (struct use){ .loc = loc, .target = target, .kind = kind, .a = a, .b = b };
}

/* A value, or some of a list of values, is what somebody asks about. */
static bool look_at_value(struct facts *f, struct type t, const struct expr *x)
{
    if (f->look == NULL || x == NULL) return false;
    if (x->kind == EXPR_WITH) return look_at_value(f, t, x->kids[0]);
    for (uint32_t i = 0; x->kind == EXPR_LIST && i < x->kid_count; i++) {
        if (look_at_value(f, t, x->kids[i])) return true;
    }
    if (x->kind != EXPR_NAME || !str_eq(x->text, f->look->marker)) return false;
    f->look->kind = LOOK_VALUE;
    f->look->wanted = t;
    return true;
}

static bool fact_literal(struct facts *f, const struct expr *x, struct type t, struct value *out)
{
    if (look_at_value(f, t, x) || !literal_value(f->p, f->a, x, t, false, out, f->d)) return false;
    if (t.kind == TYPE_CODE && x->kind == EXPR_NAME && out->state == VALUE_KNOWN)
        note(f, x->name, f->p->codes.at[t.ref].items.at[out->code].loc, USE_ITEM, t.ref, out->code);
    return true;
}

static bool resolve_name(struct facts *f, struct record *r, str name, struct loc loc, struct assigned *out)
{
    if (f->look != NULL && str_eq(name, f->look->marker)) {
        f->look->kind = LOOK_FACT;
        f->look->entity = r->entity;
        return false;
    }
    int slot = entity_slot(&f->p->entities.at[r->entity], name);
    if (slot < 0) {
        no_slot(f, r, name, loc);
        return false;
    }
    note(f, loc, f->p->entities.at[r->entity].slots.at[slot].loc, USE_SLOT, r->entity, (uint32_t)slot);
    *out = (struct assigned){ .r = r, .slot = (uint32_t)slot, .key = -1 };
    return true;
}

static bool resolve(struct facts *f, struct record *r, const struct expr *x, struct assigned *out)
{
    struct assigned base;
    switch ((int)x->kind) {
    case EXPR_NAME: return resolve_name(f, r, x->text, x->name, out);
    case EXPR_PATH: {
        if (!resolve(f, r, x->kids[0], &base)) return false;
        struct record *m = base.is_judgement ? NULL : record_at(f, &base, x->kids[0]->loc);
        return m != NULL && resolve_name(f, m, x->text, x->name, out);
    }
    case EXPR_INDEX:
        if (!resolve(f, r, x->kids[0], &base)) return false;
        if (x->number < 1 || x->number > LIMIT_GROUP) {
            diag_add(f->d, DIAG_example_fact, x->loc, "从 1 数起");
            return false;
        }
        if (base.is_judgement || base.index != 0 || slot_at(f, base.r, base.slot)->type.kind != TYPE_GROUP) {
            diag_add(f->d, DIAG_example_fact, x->loc, "只有一组里的才能说第几个");
            return false;
        }
        base.index = (uint32_t)x->number;
        *out = base;
        return true;
    case EXPR_CALL: {
        const struct expr *callee = x->kids[0];
        bool named = callee->kind == EXPR_NAME || callee->kind == EXPR_PATH; /* 单位.人工判断(“…”) is about the 单位 */
        if (named && builtin_find(callee->text) == BUILTIN_JUDGE && x->kid_count == 2 &&
            x->kids[1]->kind == EXPR_STRING) {
            if (callee->kind == EXPR_PATH && !resolve(f, r, callee->kids[0], &base)) return false;
            struct record *about = callee->kind == EXPR_NAME ? r
                                   : base.is_judgement       ? NULL
                                                             : record_at(f, &base, callee->kids[0]->loc);
            note(f, callee->name, (struct loc){ 0 }, USE_BUILTIN, BUILTIN_JUDGE, 0);
            *out = (struct assigned){ .r = about, .is_judgement = true, .question = x->kids[1]->text };
            return about != NULL;
        }
        if (!resolve(f, r, callee, &base)) return false;
        if (base.is_judgement) {
            diag_add(f->d, DIAG_example_fact, x->loc, "人工判断后面不再写括号");
            return false;
        }
        const struct slot *s = slot_at(f, base.r, base.slot);
        const struct entity *h = s->kind == SLOT_HISTORY ? &f->p->entities.at[s->type.ref] : NULL;
        if (h == NULL || h->key == 0 || x->kid_count != 2) {
            diag_add(f->d, DIAG_example_fact, x->loc, "“%.*s”后面不写括号", STR_ARG(s->name));
            return false;
        }
        struct value v;
        struct type t = { .kind = TYPE_CODE, .ref = (uint16_t)(h->key - 1) };
        if (!fact_literal(f, x->kids[1], t, &v) || v.state != VALUE_KNOWN) return false;
        base.key = (int)v.code;
        *out = base;
        return true;
    }
    default: return false;
    }
}

/* ---- what is put there ---- */

static bool is_word(const struct expr *x, enum word w) { return x->kind == EXPR_WORD && x->word == w; }

static bool spell_from(struct facts *f, struct record *m, const struct expr *x)
{
    if (x->kind == EXPR_RECORD) {
        bool ok = facts_apply(f, m, x);
        if (ok && m->slots[SLOT_FROM].given && !m->slots[SLOT_TO].given) give(f, m, SLOT_TO, value_none());
        return ok;
    }
    if (x->kind != EXPR_RANGE || x->kids[0]->kind != EXPR_DATE ||
        (x->kids[1] != NULL && x->kids[1]->kind != EXPR_DATE)) {
        struct diag *g = diag_add(f->d, DIAG_example_fact, x->loc, "经历写成区间");
        diag_suggest(f->d, g, "例如 2022-03-01..2023-05-01（不含最后一天），至今写 2022-03-01..，没有写 无");
        return false;
    }
    if (x->kids[1] != NULL && x->kids[1]->day.days < x->kids[0]->day.days) {
        diag_add(f->d, DIAG_example_fact, x->loc, "结束早于开始");
        return false;
    }
    give(f, m, SLOT_FROM, value_date(x->kids[0]->day));
    give(f, m, SLOT_TO, x->kids[1] ? value_date(x->kids[1]->day) : value_none());
    return true;
}

/* One spell of a list: its interval, its own { }, and the { } written for all. */
static bool set_spell(struct facts *f, struct record *m, const struct expr *x, const struct expr *shared)
{
    const struct expr *own = x->kind == EXPR_WITH ? x->kids[1] : NULL;
    if (!spell_from(f, m, own ? x->kids[0] : x)) return false;
    if (own != NULL && !facts_apply(f, m, own)) return false;
    return shared == NULL || shared->kids[1] == NULL || facts_apply(f, m, shared->kids[1]);
}

static bool set_members(struct facts *f, const struct assigned *t, const struct expr *x)
{
    const struct slot *s = slot_at(f, t->r, t->slot);
    struct group *g = ARENA_NEW(f->a, struct group);
    bool spells = f->p->entities.at[s->type.ref].is_spell &&
                  !f->p->entities.at[s->type.ref].is_monthly; /* written as intervals, also from the other side */
    const struct expr *shared = spells && x->kind == EXPR_WITH && !x->percent ? x : NULL,
                      *value = shared ? x->kids[0] : x;
    const struct expr *list = value->kind == EXPR_LIST ? value : NULL;
    uint32_t n = list ? list->kid_count : is_word(value, WORD_NONE) ? 0 : 1;
    if (n > LIMIT_GROUP) {
        diag_add(f->d, DIAG_too_big, x->loc, "一组最多 %d 个", LIMIT_GROUP);
        return false;
    }
    g->at = ARENA_ARRAY(f->a, struct record *, n + 1);
    int via = entity_slot(&f->p->entities.at[s->type.ref], s->via);
    for (uint32_t i = 0; i < n; i++) {
        const struct expr *k = list ? list->kids[i] : value;
        struct record *m;
        if (is_word(k, WORD_SELF)) {
            if (f->subject->entity != s->type.ref) {
                diag_add(f->d, DIAG_example_fact, k->loc, "当事人不是“%.*s”",
                         STR_ARG(f->p->entities.at[s->type.ref].name));
                return false;
            }
            m = f->subject;
        } else if (k->kind == EXPR_RECORD || spells) {
            m = facts_record(f, s->type.ref);
            m->index = i + 1;
            if (via >= 0 && slot_at(f, m, (uint32_t)via)->kind == SLOT_FIELD) {
                give(f, m, (uint32_t)via, (struct value){ .state = VALUE_KNOWN, .record = t->r });
            }
            if (spells ? !set_spell(f, m, k, shared) : !facts_apply(f, m, k)) return false;
        } else {
            struct diag *d = diag_add(f->d, DIAG_example_fact, k->loc, "成员写成 {字段 = 值, …}，当事人写“本人”");
            diag_suggest(f->d, d, "例如 [本人, {年龄 = 20岁}]");
            return false;
        }
        g->at[g->count++] = m;
    }
    give(f, t->r, t->slot, (struct value){ .state = VALUE_KNOWN, .group = g });
    return true;
}

static bool set_spells(struct facts *f, const struct assigned *t, const struct expr *x)
{
    const struct expr *with = x->kind == EXPR_WITH ? x : NULL;
    const struct expr *value = with ? with->kids[0] : x;
    if (with && with->percent) {
        diag_add(f->d, DIAG_example_fact, x->loc, "“已知至”只用于按月的经历");
        return false;
    }
    const struct slot *s = slot_at(f, t->r, t->slot);
    struct group *g = ARENA_NEW(f->a, struct group);
    bool list = value->kind == EXPR_LIST;
    uint32_t n = is_word(value, WORD_NONE) ? 0 : list ? value->kid_count : 1;
    if (n > LIMIT_GROUP) {
        diag_add(f->d, DIAG_too_big, x->loc, "一组最多 %d 个", LIMIT_GROUP);
        return false;
    }
    g->at = ARENA_ARRAY(f->a, struct record *, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        struct record *m = facts_record(f, s->type.ref);
        m->owner = t->r;
        m->index = i + 1;
        give(f, m, SLOT_OWNER, (struct value){ .state = VALUE_KNOWN, .record = t->r });
        if (!set_spell(f, m, list ? value->kids[i] : value, with)) return false;
        g->at[g->count++] = m;
    }
    give(f, t->r, t->slot, (struct value){ .state = VALUE_KNOWN, .group = g });
    return true;
}

/* Nothing but single values of the record itself: what applying it to one record gave, the next may have as well. */
static bool only_plain(const struct facts *f, const struct record *r, const struct expr *fields)
{
    for (uint32_t i = 0; i < fields->kid_count; i++) {
        const struct expr *x = fields->kids[i];
        if (x->kind != EXPR_ASSIGN || x->kids[0]->kind != EXPR_NAME) return false;
        int at = entity_slot(&f->p->entities.at[r->entity], x->kids[0]->text);
        if (at <= SLOT_MONTH_OWNER) return false;
        const struct slot *s = slot_at(f, r, (uint32_t)at);
        if (s->kind != SLOT_FIELD || s->type.kind == TYPE_RECORD || s->type.kind == TYPE_GROUP) return false;
    }
    return true;
}

/* Fields of a month. `like`: the month before it in the same range, NULL none. */
static bool apply_to_month(struct facts *f, struct record *r, const struct expr *fields, const struct record *like)
{
    if (like == NULL || !only_plain(f, r, fields)) return facts_apply(f, r, fields);
    size_t own = SLOT_MONTH_OWNER + 1, all = f->p->entities.at[r->entity].slots.len;
    memcpy(r->slots + own, like->slots + own, (all - own) * sizeof *r->slots);
    return true;
}

/* The record of the month goes to *like, for the next of its range. */
static bool add_month(struct facts *f, const struct assigned *t, struct history *h, month m, const struct expr *fields,
                      struct loc loc, const struct record **like)
{
    if (!months_ok(m)) {
        diag_add(f->d, DIAG_example_fact, loc, "月份要在 1980-01 到 2059-12 之间");
        return false;
    }
    char text[MONTH_TEXT];
    if (months_has(&h->months, m)) { /* which of the two fields would hold? */
        month_text(m, text);
        diag_add(f->d, DIAG_example_fact, loc, "%s 写了两次", text);
        return false;
    }
    if (h->has_until && m.index > h->until.index) {
        char until[MONTH_TEXT];
        month_text(h->until, until);
        month_text(m, text);
        diag_add(f->d, DIAG_example_fact, loc, "“已知至 %s”以后还写了 %s", until, text);
        return false;
    }
    months_set(&h->months, m);
    struct record *r = facts_record(f, slot_at(f, t->r, t->slot)->type.ref);
    r->owner = t->r;
    give(f, r, SLOT_MONTH, value_month(m));
    give(f, r, SLOT_MONTH_OWNER, (struct value){ .state = VALUE_KNOWN, .record = t->r });
    if (fields != NULL && !apply_to_month(f, r, fields, *like)) return false;
    *like = r;
    if ((h->count & (h->count + 1)) == 0) { /* room grows at 1, 3, 7, 15 … */
        struct record **bigger = ARENA_ARRAY(f->a, struct record *, 2 * h->count + 2);
        if (h->count > 0) memcpy(bigger, h->records, h->count * sizeof *bigger);
        h->records = bigger;
    }
    uint32_t i = h->count++;
    while (i > 0 && h->records[i - 1]->slots[SLOT_MONTH].v.month_.index > m.index)
        h->records[i] = h->records[i - 1], i--;
    h->records[i] = r;
    return true;
}

static bool set_one_history(struct facts *f, const struct assigned *t, struct history *h, const struct expr *x)
{
    const struct expr *with = x->kind == EXPR_WITH ? x : NULL;
    const struct expr *value = with ? with->kids[0] : x;
    *h = (struct history){ .known = true, .assumed = f->assumed };
    if (is_word(value, WORD_UNKNOWN)) {
        h->known = false;
        return true;
    }
    if (with && with->percent) h->has_until = true, h->until = with->month_;
    if (is_word(value, WORD_NONE)) return true;
    bool list = value->kind == EXPR_LIST;
    uint32_t n = list ? value->kid_count : 1;
    for (uint32_t i = 0; i < n; i++) {
        const struct expr *k = list ? value->kids[i] : value;
        const struct expr *fields = with ? with->kids[1] : NULL;
        if (k->kind == EXPR_WITH && k->percent) {
            diag_add(f->d, DIAG_example_fact, k->loc, "“已知至”管整个经历，写在最后，一个经历只写一次");
            return false;
        }
        const struct record *like = NULL;
        if (k->kind == EXPR_WITH) fields = k->kids[1], k = k->kids[0];
        if (k->kind == EXPR_MONTH) {
            if (!add_month(f, t, h, k->month_, fields, k->loc, &like)) return false;
        } else if (k->kind == EXPR_RANGE && k->kids[0]->kind == EXPR_MONTH && k->kids[1] != NULL &&
                   k->kids[1]->kind == EXPR_MONTH) {
            month from = k->kids[0]->month_, to = k->kids[1]->month_;
            if (to.index < from.index) {
                diag_add(f->d, DIAG_example_fact, k->loc, "结束月份早于开始月份");
                return false;
            }
            for (month m = from; m.index <= to.index; m.index++) {
                if (!add_month(f, t, h, m, fields, k->loc, &like)) return false;
            }
        } else {
            struct diag *g = diag_add(f->d, DIAG_example_fact, k->loc, "按月的经历写月份或月份段");
            diag_suggest(f->d, g, "例如 2022-01..2023-10, 2023-12，没有写 无");
            return false;
        }
    }
    return true;
}

static bool set_history(struct facts *f, const struct assigned *t, const struct expr *x)
{
    const struct slot *s = slot_at(f, t->r, t->slot);
    const struct entity *e = &f->p->entities.at[s->type.ref];
    struct history *h = history_of(f, t->r, t->slot);
    bool blank = is_word(x, WORD_NONE) || is_word(x, WORD_UNKNOWN);
    if (e->key != 0 && t->key < 0 && !blank) {
        struct diag *g = diag_add(f->d, DIAG_example_fact, x->loc, "“%.*s”分类别，要写是哪一类", STR_ARG(s->name));
        diag_suggest(f->d, g, "例如 %.*s(%.*s) = …", STR_ARG(s->name),
                     STR_ARG(f->p->codes.at[e->key - 1].items.at[0].name));
        return false;
    }
    t->r->slots[t->slot].given = true;
    uint32_t from = t->key < 0 ? 0 : (uint32_t)t->key, to = t->key < 0 ? key_count(f, e) : from + 1;
    for (uint32_t k = from; k < to; k++) {
        if (!set_one_history(f, t, &h[k], x)) return false;
    }
    return true;
}

static bool set_record(struct facts *f, const struct assigned *t, const struct slot *s, const struct expr *x)
{
    if (is_word(x, WORD_NONE) || is_word(x, WORD_UNKNOWN)) {
        give(f, t->r, t->slot, is_word(x, WORD_NONE) ? value_none() : value_unknown());
        return true;
    }
    if (is_word(x, WORD_SELF) && f->subject->entity == s->type.ref) {
        give(f, t->r, t->slot, (struct value){ .state = VALUE_KNOWN, .record = f->subject });
        return true;
    }
    if (x->kind != EXPR_RECORD) {
        struct diag *g = diag_add(f->d, DIAG_example_fact, x->loc, "“%.*s”是一条记录", STR_ARG(s->name));
        diag_suggest(f->d, g, "写成 {字段 = 值, …}，或 %.*s.字段 = 值", STR_ARG(s->name));
        return false;
    }
    struct record *m = facts_record(f, s->type.ref);
    give(f, t->r, t->slot, (struct value){ .state = VALUE_KNOWN, .record = m });
    return facts_apply(f, m, x);
}

static bool set_judgement(struct facts *f, const struct assigned *t, const struct expr *x)
{
    if (is_word(x, WORD_UNKNOWN)) { /* takes back what was said before */
        VEC_EACH (struct judgement, j, &t->r->judgements) {
            if (str_eq(j->question, t->question)) *j = t->r->judgements.at[--t->r->judgements.len];
        }
        return true;
    }
    if (!is_word(x, WORD_TRUE) && !is_word(x, WORD_FALSE)) {
        diag_add(f->d, DIAG_example_fact, x->loc, "人工判断的结论写 真 或 假");
        return false;
    }
    VEC_EACH (struct judgement, j, &t->r->judgements) {
        if (str_eq(j->question, t->question)) {
            j->answer = is_word(x, WORD_TRUE);
            return true;
        }
    }
    *vec_push(f->a, &t->r->judgements) = (struct judgement){ .question = t->question, .answer = is_word(x, WORD_TRUE) };
    return true;
}

/* An argument of the definition an example is about: 已知 某日 = 2023-01-01. */
static bool set_argument(struct facts *f, struct record *r, const struct expr *path, const struct expr *value, bool *ok)
{
    if (f->func == NULL || r != f->subject || path->kind != EXPR_NAME) return false;
    for (size_t i = 0; i < f->func->params.len; i++) {
        if (!str_eq(f->func->decl->params.at[i].name.text, path->text)) continue;
        note(f, path->name, f->func->decl->params.at[i].name.loc, USE_LOCAL, (uint32_t)i, 0);
        *ok = fact_literal(f, value, f->func->params.at[i], &f->args[i]);
        return true;
    }
    return false;
}

bool facts_set(struct facts *f, struct record *r, const struct expr *path, const struct expr *value)
{
    struct assigned t = { 0 };
    bool ok;
    if (value != NULL && value->kind != EXPR_BAD && set_argument(f, r, path, value, &ok)) return ok;
    if (value == NULL || value->kind == EXPR_BAD || !resolve(f, r, path, &t)) return false;
    if (t.is_judgement) return set_judgement(f, &t, value);
    const struct slot *s = slot_at(f, t.r, t.slot);
    if (look_at_value(f, s->type, value)) return false;
    if (t.index != 0 && s->kind != SLOT_FIELD) { /* 就业登记[2] = 2022-01-01.. : one element of a group */
        struct record *m = record_at(f, &t, path->loc);
        const struct expr *v = value->kind == EXPR_WITH ? value->kids[0] : value;
        if (m == NULL) return false;
        if (s->kind != SLOT_SPELLS) {
            if (v->kind == EXPR_RECORD) return facts_apply(f, m, v);
            diag_suggest(f->d, diag_add(f->d, DIAG_example_fact, v->loc, "成员写成记录"), "例如 {年龄 = 20岁}");
            return false;
        }
        if (!spell_from(f, m, v)) return false;
        return value->kind != EXPR_WITH || value->kids[1] == NULL || facts_apply(f, m, value->kids[1]);
    }
    switch (s->kind) {
    case SLOT_SPELLS:
    case SLOT_GROUP:
        if (is_word(value, WORD_UNKNOWN)) {
            give(f, t.r, t.slot, value_unknown());
            return true;
        }
        return s->kind == SLOT_SPELLS ? set_spells(f, &t, value) : set_members(f, &t, value);
    case SLOT_HISTORY: return set_history(f, &t, value);
    case SLOT_FIELD:
    case SLOT_FUNC: break;
    }
    if (s->type.kind == TYPE_RECORD) return set_record(f, &t, s, value);
    if (s->kind == SLOT_FUNC && f->p->funcs.at[s->func].params.len > 0) {
        diag_add(f->d, DIAG_example_fact, path->loc, "“%.*s”要参数，不能直接给值", STR_ARG(s->name));
        return false;
    }
    struct value v;
    if (!fact_literal(f, value, s->type, &v)) return false;
    if (v.state == VALUE_NONE && s->kind == SLOT_FIELD && !s->optional) {
        struct diag *g = diag_add(f->d, DIAG_example_fact, value->loc, "“%.*s”不可以是“无”", STR_ARG(s->name));
        diag_suggest(f->d, g, "没有资料写 未知，或不写；真可以没有的字段，在模型里标“可无”");
        return false;
    }
    give(f, t.r, t.slot, v);
    /* a spell whose start is given and whose end is not goes on; an end that is said to be unknown stays so */
    bool spell = f->p->entities.at[t.r->entity].is_spell && !f->p->entities.at[t.r->entity].is_monthly;
    if (spell && t.slot == SLOT_TO) t.r->slots[SLOT_TO].given = true;
    if (spell && t.slot == SLOT_FROM && !t.r->slots[SLOT_TO].given) give(f, t.r, SLOT_TO, value_none());
    return true;
}

bool facts_apply(struct facts *f, struct record *r, const struct expr *assignments)
{
    bool ok = true;
    for (uint32_t i = 0; assignments != NULL && i < assignments->kid_count; i++) {
        const struct expr *x = assignments->kids[i];
        if (x->kind == EXPR_ASSIGN) ok = facts_set(f, r, x->kids[0], x->kids[1]) && ok;
    }
    return ok;
}

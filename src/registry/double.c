/* double: people who are there twice. After a file is in, those it brought and those it told something new of are
 * compared with everybody (link.h). Pairs that are surely one are made one; doubtful ones wait for a person; what a
 * person decided is not asked again. Employers: double_firm.c. */
#include "registry/import_priv.h"
#include "store/short.h"

#include <stdlib.h>

static const enum role person_roles[6] = { ROLE_ID, ROLE_NAME, ROLE_SEX, ROLE_BIRTH, ROLE_PHONE, ROLE_ADDRESS };
enum { BIRTH = 3 };

static void select_people(struct registry *r, const struct entity *en, struct text *t)
{
    (void)r;
    text_addz(t, "SELECT \"_id\"");
    for (int i = 0; i < 6; i++) {
        int slot = entity_role_slot(en, person_roles[i]);
        text_addz(t, ", ");
        if (slot < 0)
            text_addz(t, "NULL");
        else
            schema_column(t, en, (uint16_t)slot);
    }
    text_addz(t, " FROM ");
    store_quote(t, en->name);
}

/* texts: in the order of person_roles, without the birth. */
static struct link_record person(const str texts[6], int64_t birth, struct arena *a)
{
    struct link_record x = { .id_number = str_dup(a, texts[0]),
                             .name = str_dup(a, texts[1]),
                             .phone = str_dup(a, texts[4]),
                             .address = str_dup(a, texts[5]) };
    x.sex = str_eq(texts[2], STR("1")) ? 1 : str_eq(texts[2], STR("2")) ? 2 : 0;
    if (birth != VOCAB_NONE && birth >= DATE_MIN.days && birth <= DATE_MAX.days) {
        int y, m, d;
        date_parts((date){ (int32_t)birth }, &y, &m, &d);
        x.birth_ymd = (uint32_t)(y * 10000 + m * 100 + d);
    }
    return x;
}

static struct link_record read_person(const struct store_stmt *q, struct arena *a)
{
    str texts[6];
    int64_t birth;
    for (uint32_t i = 0; i < 6; i++) texts[i] = i == BIRTH ? STR("") : store_str(q, i + 1);
    return person(texts, store_int(q, BIRTH + 1, &birth) ? birth : VOCAB_NONE, a);
}

typedef VEC(struct link_record) record_list;

/* The rows of the statement, which is done then. */
static bool take_people(struct registry *r, struct store_stmt *q, struct arena *a, record_list *out, struct err *e)
{
    bool row, ok;
    int64_t id;
    while ((ok = store_step(q, &row, e)) && row) {
        if (!store_int(q, 0, &id)) continue;
        *vec_push(a, out) = read_person(q, a);
        *vec_push(r->a, &r->people_ids) = (uint64_t)id;
    }
    store_done(q);
    return ok;
}

/* Subjects from `from` up to before `to`, in order; ids go to the list of those in the index. */
static bool load_people(struct registry *r, const struct entity *en, uint64_t from, uint64_t to, struct arena *a,
                        record_list *out, struct err *e)
{
    struct text t;
    text_init(&t, a, 1 << 14);
    select_people(r, en, &t);
    text_addz(&t, " WHERE \"_id\" >= $1 AND \"_id\" < $2 ORDER BY \"_id\"");
    struct store_stmt *q;
    if (!store_prepare(r->s, text_str(&t), &q, e)) return false;
    store_bind_int(q, 1, (int64_t)from);
    store_bind_int(q, 2, (int64_t)to);
    return take_people(r, q, a, out, e);
}

static bool one_person(struct registry *r, const struct entity *en, uint64_t id, struct arena *a,
                       struct link_record *out, struct err *e)
{
    struct text t;
    text_init(&t, a, 1 << 14);
    select_people(r, en, &t);
    text_addz(&t, " WHERE \"_id\" = $1");
    struct store_stmt *q;
    if (!store_prepare(r->s, text_str(&t), &q, e)) return false;
    store_bind_int(q, 1, (int64_t)id);
    bool row;
    bool ok = store_step(q, &row, e);
    *out = (struct link_record){ 0 };
    if (ok && row) *out = read_person(q, a);
    store_done(q);
    return ok;
}

static bool explain_pair(struct import *im, const struct entity *en, uint64_t a, uint64_t b, const struct link_model *m,
                         struct arena *scratch, str *why, struct err *e)
{
    struct link_record x, y;
    if (!one_person(im->r, en, a, scratch, &x, e) || !one_person(im->r, en, b, scratch, &y, e)) return false;
    str lines = link_explain(&x, &y, m, scratch), line;
    struct text t;
    text_init(&t, scratch, 1 << 14);
    while (str_split(&lines, '\n', &line)) {
        if (line.len == 0) continue;
        if (t.len > 0) text_addz(&t, "；");
        text_add(&t, line);
    }
    *why = text_str(&t);
    return true;
}

bool double_open(struct import *im, uint64_t x, uint64_t y, struct double_pair *out, struct err *e)
{
    struct registry *r = im->r;
    uint64_t a = registry_kept(r, x), b = registry_kept(r, y);
    bool decided = false;
    *out = (struct double_pair){ .kept = a < b ? a : b, .gone = a < b ? b : a }; /* who was there first stays */
    if (a == b) return true;
    if (!link_decided(r, x, y, &decided, e)) return false;
    out->open = !decided;
    return true;
}

bool double_settle(struct import *im, const struct entity *en, const struct double_pair *p, int64_t score,
                   bool together, str why, struct err *e)
{
    if (!together) {
        im->out->counts.review++;
        return link_note(im->r, en->id, p->kept, p->gone, score, "待核", why, STR(""), im->drop, NULL, e);
    }
    im->out->counts.merged++;
    return link_merge(im->r, en->id, p->kept, p->gone, score, why, STR("自动"), im->drop, 0, NULL, e);
}

static bool settle(struct import *im, const struct entity *en, const struct link_pair *p, bool together,
                   const struct link_model *m, bool *merged, struct err *e)
{
    struct registry *r = im->r;
    struct double_pair pair;
    if (!double_open(im, r->people_ids.at[p->a], r->people_ids.at[p->b], &pair, e)) return false;
    if (!pair.open) return true;
    autoarena *scratch = arena_new("pair", 0);
    str why;
    if (!explain_pair(im, en, pair.kept, pair.gone, m, scratch, &why, e)) return false;
    *merged = *merged || together;
    return double_settle(im, en, &pair, p->score, together, why, e);
}

/* ---- whom the file brought ---- */

/* Reading a million back, and opening what is sealed of each, was a third of what sealing costs an import. */
void double_arrived(struct import *im, uint16_t entity, uint64_t subject, const cell_list *cells)
{
    const int16_t *slot = im->r->roles[entity];
    if (slot[ROLE_ID] < 0 || slot[ROLE_NAME] < 0) return;
    str texts[6] = { 0 };
    int64_t birth = VOCAB_NONE;
    VEC_EACH (const struct cell, c, cells) {
        for (int i = 0; i < 6; i++) {
            if (slot[person_roles[i]] != (int)c->slot) continue;
            bool known = c->state == VALUE_KNOWN;
            if (i == BIRTH)
                birth = known && !c->is_text ? c->i : VOCAB_NONE;
            else
                texts[i] = known && c->is_text ? c->s : STR("");
        }
    }
    im->mingled |= im->arrivals.len > 0 && im->arrivals.at[im->arrivals.len - 1].id > subject;
    *vec_push(im->listed, &im->arrivals) = (struct arrival){ entity, subject, person(texts, birth, im->arrived) };
}

/* Whether the table has them as they arrived: this run saw all of them, and no list says of others (名单外) what people
 * are compared by. */
static bool arrivals_hold(const struct import *im, uint16_t entity)
{
    if (im->mingled || im->out->went_on) return false;
    VEC_EACH (const struct other, o, &im->r->others) {
        for (int i = 0; i < 6; i++) {
            if (o->entity == entity && im->r->roles[entity][person_roles[i]] == (int)o->cell.slot) return false;
        }
    }
    return true;
}

static int by_number(const void *pa, const void *pb)
{
    const uint64_t *a = pa, *b = pb;
    return *a < *b ? -1 : *a > *b;
}

/* As load_people of all subjects from there on; of those this file made only such as it told more of are read. */
static bool load_new(struct import *im, const struct entity *en, uint64_t from, struct arena *a, record_list *out,
                     struct err *e)
{
    struct registry *r = im->r;
    uint64_t made = (uint64_t)im->first_new;
    size_t n = im->told_again.len, k = 0;
    if (from > made || !arrivals_hold(im, en->id)) return load_people(r, en, from, UINT32_MAX, a, out, e);
    if (from < made && !load_people(r, en, from, made, a, out, e)) return false;
    if (n > 1) qsort(im->told_again.at, n, sizeof *im->told_again.at, by_number);
    if (im->arrivals.len > 0) vec_reserve(a, out, im->arrivals.len);
    VEC_EACH (const struct arrival, x, &im->arrivals) {
        if (x->entity != en->id) continue;
        while (k < n && im->told_again.at[k] < x->id) k++;
        if (k < n && im->told_again.at[k] == x->id) {
            if (!load_people(r, en, x->id, x->id + 1, a, out, e)) return false;
        } else {
            *vec_push(a, out) = x->as;
            *vec_push(r->a, &r->people_ids) = x->id;
        }
    }
    return true;
}

/* Whether the file has columns people are compared by. */
static bool tells_who(const struct import *im, const struct entity *en)
{
    VEC_EACH (const struct plan_column, c, &im->plan.columns) {
        if (c->target == PLAN_NO_TARGET || c->reference || im->plan.targets[c->target].entity != en->id) continue;
        for (int i = 0; i < 6; i++) {
            if (c->role == person_roles[i] && c->role != ROLE_ID) return true;
        }
    }
    return false;
}

/* People who were known before and of whom the file said something new: a phone, an address. They are compared again as
 * they are now; that one of the records is of the same person is no news. */
#define CHANGED_ONES                                                                          \
    " WHERE \"_id\" < $1 AND \"_id\" IN (SELECT \"subject\" FROM \"_claim\" WHERE \"_id\" >=" \
    " (SELECT \"first_claim\" FROM \"_drop\" WHERE \"_id\" = $2) AND \"drop\" = $2 AND \"entity\" = $3)"

static bool load_changed(struct import *im, const struct entity *en, uint64_t before, struct arena *a, record_list *out,
                         struct err *e)
{
    struct text t;
    text_init(&t, a, 1 << 14);
    select_people(im->r, en, &t);
    text_addz(&t, CHANGED_ONES " ORDER BY \"_id\"");
    struct store_stmt *q;
    if (!store_prepare(im->r->s, text_str(&t), &q, e)) return false;
    store_bind_int(q, 1, (int64_t)before);
    store_bind_int(q, 2, im->drop);
    store_bind_int(q, 3, im->r->entity_name[en->id]);
    return take_people(im->r, q, a, out, e);
}

/* Whether there is anybody to compare: new ones from `from` on, or earlier ones who changed. */
static bool anybody(struct import *im, const struct entity *en, uint64_t from, bool changed, struct arena *a, bool *any,
                    struct err *e)
{
    struct text t;
    text_init(&t, a, 1 << 14);
    text_addz(&t, "SELECT 1 FROM ");
    store_quote(&t, en->name);
    str all = str_dup(a, text_str(&t));
    text_addz(&t, " WHERE \"_id\" >= $1 LIMIT 1");
    if (!store_get(im->r->s, any, NULL, 0, e, text_str(&t).p, "i", (int64_t)from)) return false;
    return *any || !changed ||
           store_get(im->r->s, any, NULL, 0, e, str_fmt(a, "%.*s" CHANGED_ONES " LIMIT 1", STR_ARG(all)).p, "iii",
                     (int64_t)from, im->drop, (int64_t)im->r->entity_name[en->id]);
}

/* Everybody who is in none of the lists of this file goes into a new index. */
static bool make_index(struct registry *r, const struct entity *en, const struct link_model *m, uint64_t before,
                       struct arena *a, struct err *e)
{
    record_list old = { 0 };
    struct link_pairs known;
    r->people = link_index_new(r->a, m);
    return load_people(r, en, 0, before, a, &old, e) && link_new(r->people, old.at, old.len, a, &known, e);
}

static bool search_entity(struct import *im, const struct entity *en, struct err *e)
{
    struct registry *r = im->r;
    autoarena *a = arena_new("doubles", 0);
    struct link_model m = link_model_default();
    m.threads = 2;
    uint64_t from = r->people_upto > 0 ? r->people_upto + 1 : (uint64_t)im->first_new;
    record_list fresh = { 0 };
    bool again = tells_who(im, en), any = true;
    if (r->people_upto == 0) {
        if (!anybody(im, en, from, again, a, &any, e)) return false;
        if (!any) return true; /* the index is not even made */
        if (!make_index(r, en, &m, from, a, e)) return false;
    }
    if ((again && !load_changed(im, en, from, a, &fresh, e)) || !load_new(im, en, from, a, &fresh, e)) return false;
    r->people_upto = (uint64_t)r->next_id - 1;
    if (fresh.len == 0) return true;
    struct link_pairs pairs;
    uint32_t *cluster;
    if (!link_new(r->people, fresh.at, fresh.len, a, &pairs, e)) return fail_up(e, "查重没有做完");
    struct link_options none = { 0 };
    link_clusters(r->people, pairs.at, pairs.len, &none, a, &cluster);
    bool merged = false;
    for (size_t i = 0; i < pairs.len; i++) {
        const struct link_pair *p = &pairs.at[i];
        bool together = p->band == LINK_AUTO && cluster[p->a] == cluster[p->b];
        if (!settle(im, en, p, together, &m, &merged, e)) return false;
    }
    return !merged || link_repoint(r, en->id, im->drop, STR("自动"), e);
}

bool double_search(struct import *im, struct err *e)
{
    const struct program *p = im->r->p;
    bool people_done = false;
    for (unsigned t = 0; t < im->plan.target_count; t++) {
        const struct entity *en = &p->entities.at[im->plan.targets[t].entity];
        if (en->is_spell) continue;
        bool people = entity_role_slot(en, ROLE_ID) >= 0 && entity_role_slot(en, ROLE_NAME) >= 0;
        if (people && !people_done && !search_entity(im, en, e)) return false;
        people_done = people_done || people;
        if (!people && t == 0 && !double_firms(im, en, e)) return false;
    }
    return true;
}

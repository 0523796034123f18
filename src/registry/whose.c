/* whose: which subjects a row tells of. First by number, and nobody is made one with somebody else here who only looks
 * alike: that is for the search for doubles, which can be undone. */
#include "base/hanzi.h"
#include "base/idcard.h"
#include "base/usci.h"
#include "base/utf8.h"
#include "registry/import_priv.h"

enum { RANK_NAMES_PEOPLE = 80 }; /* a system of this rank may give somebody another name */

static const struct entity *entity_of(const struct import *im, unsigned target)
{
    return &im->r->p->entities.at[im->plan.targets[target].entity];
}

static uint64_t new_subject(struct import *im) { return (uint64_t)im->r->next_id++; }

/* ---- references: one text, whichever number it is ---- */

/* The field that this text is a key of. False: a number of the first kind that is written wrong. */
static bool key_field(struct import *im, struct row *w, unsigned target, str text, uint16_t *slot, str *clean)
{
    const struct entity *en = entity_of(im, target);
    int column = -1;
    for (size_t i = 0; i < im->plan.columns.len; i++) {
        if (im->plan.columns.at[i].target == target && im->plan.columns.at[i].reference) column = (int)i;
    }
    for (size_t i = 0; i < en->keys.len; i++) {
        *slot = en->keys.at[i];
        *clean = text;
        enum role role = field_role(&en->slots.at[*slot]);
        if (role == ROLE_NONE) return true;
        struct field_value v;
        enum field_answer got = field_read(im->codes, type_of_kind(TYPE_TEXT), (int)role, false, text, im->scratch, &v);
        if (got == FIELD_VALUE) {
            if (v.doubtful) complain(im, w, column, true, v.complaint, v.remedy);
            *clean = v.s;
            return true;
        }
        bool meant = text.len == IDCARD_LEN /* as long as a credit code */ || i + 1 == en->keys.len;
        if (meant) {
            complain(im, w, column, false, v.complaint, v.remedy);
            return false;
        }
    }
    complain(im, w, column, false, str_fmt(im->scratch, "%.*s没有标识，认不出是哪一个", STR_ARG(en->name)),
             STR("在包里给它写“标识”"));
    return false;
}

/* ---- names ---- */

static bool registered_name(struct import *im, uint16_t entity, uint64_t subject, str *out, struct err *e)
{
    const struct entity *en = &im->r->p->entities.at[entity];
    int slot = registry_role(im->r, en->id, ROLE_NAME);
    *out = STR("");
    if (slot < 0) return true;
    struct text t;
    text_init(&t, im->scratch, 4096);
    text_addz(&t, "SELECT ");
    schema_column(&t, en, (uint16_t)slot);
    text_addz(&t, " FROM ");
    store_quote(&t, en->name);
    text_addz(&t, " WHERE \"_id\" = $1");
    struct store_stmt *q;
    bool row;
    if (!store_prepare(im->r->s, text_str(&t), &q, e)) return false;
    store_bind_int(q, 1, (int64_t)subject);
    bool ok = store_step(q, &row, e);
    if (ok && row) *out = str_dup(im->scratch, store_str(q, 0));
    store_done(q);
    return ok;
}

/* Names agree when they have a character in common, or sound alike in one: a damaged name is for the clerk to see, a
 * different person is not to be written over. */
static bool names_agree(str a, str b)
{
    if (a.len == 0 || b.len == 0 || str_eq(a, b)) return true;
    size_t n, m;
    for (size_t i = 0; i < a.len; i += n) {
        uint32_t x = hanzi_standard(utf8_at(a, i, &n));
        for (size_t k = 0; k < b.len; k += m) {
            uint32_t y = hanzi_standard(utf8_at(b, k, &m));
            if (x == y || hanzi_same_sound(x, y)) return true;
        }
    }
    return false;
}

static bool check_name(struct import *im, struct row *w, unsigned target, uint64_t subject, struct err *e)
{
    int slot = registry_role(im->r, im->plan.targets[target].entity, ROLE_NAME);
    const struct cell *c = slot < 0 ? NULL : row_cell(w, target, (uint16_t)slot);
    if (c == NULL || c->state != VALUE_KNOWN) return true;
    str name;
    if (!registered_name(im, im->plan.targets[target].entity, subject, &name, e)) return false;
    if (names_agree(c->s, name)) return true;
    bool may = target == 0 && im->rank >= RANK_NAMES_PEOPLE;
    complain(im, w, row_column_of(im, target, (uint16_t)slot), may,
             str_fmt(im->scratch, "这个号码登记的是“%.*s”，不是“%.*s”", STR_ARG(name), STR_ARG(c->s)),
             STR("对照证件，看是号码写错了还是姓名写错了；确实改了名的，由公安的数据来改"));
    return true;
}

/* ---- finding ---- */

/* The keys a row gives of a target, in the order of the entity's keys. */
struct given {
    uint16_t slot[8];
    str text[8];
    size_t count;
};

static bool given_keys(struct import *im, struct row *w, unsigned target, struct given *g)
{
    const struct entity *en = entity_of(im, target);
    g->count = 0;
    VEC_EACH (const uint16_t, k, &en->keys) {
        const struct cell *c = row_cell(w, target, *k);
        if (c == NULL || c->state != VALUE_KNOWN || c->s.len == 0 || g->count == 8) continue;
        g->slot[g->count] = *k, g->text[g->count++] = c->s;
    }
    if (w->key[target].len > 0 && g->count == 0) {
        if (!key_field(im, w, target, w->key[target], &g->slot[0], &g->text[0])) return false;
        g->count = 1;
        *vec_push(im->scratch, &w->said[target]) =
            (struct cell){ .slot = g->slot[0], .state = VALUE_KNOWN, .is_text = true, .s = g->text[0] };
    }
    return true;
}

static bool find_by_keys(struct import *im, unsigned target, const struct given *g, uint64_t *first, uint64_t *other,
                         struct err *e)
{
    uint16_t entity = im->plan.targets[target].entity;
    *first = *other = 0;
    if (!keys_load(im->r, entity, e)) return false;
    for (size_t i = 0; i < g->count; i++) {
        uint64_t id = keys_find(im->r, entity, g->slot[i], g->text[i]);
        if (id == 0) continue;
        if (*first == 0)
            *first = id;
        else if (id != *first)
            *other = id;
    }
    return true;
}

static bool remember_keys(struct import *im, unsigned target, const struct given *g, uint64_t subject, bool is_new,
                          struct err *e)
{
    uint16_t entity = im->plan.targets[target].entity;
    bool aliased = is_new;
    for (size_t i = 0; i < g->count; i++) {
        if (keys_find(im->r, entity, g->slot[i], g->text[i]) != 0) continue;
        if (!aliased && !keys_alias_row(im->r, entity, subject, e)) return false;
        aliased = true;
        if (!keys_put(im->r, entity, g->slot[i], g->text[i], subject, e)) return false;
        uint32_t name = im->r->slot_name[entity][g->slot[i]];
        if (!is_new && !keys_alias(im->r, entity, name, g->text[i], subject, e)) return false;
    }
    return true;
}

/* A row without any number is known by what it says: the same row again is the same subject. */
static bool keyless(struct import *im, const struct row *w, bool keep, struct subjects *out, struct err *e)
{
    uint16_t entity = im->plan.entity;
    str data = claim_pack(im->r, entity, &w->said[0], im->scratch);
    str key = str_fmt(im->scratch, "%u %llx %zu", im->feed, (unsigned long long)claim_hash(data), data.len);
    if (!keys_load(im->r, entity, e)) return false;
    out->id[0] = keys_find(im->r, entity, CELL_KEY, key);
    if (out->id[0] != 0 || !keep) return true;
    out->id[0] = new_subject(im);
    out->is_new[0] = true;
    return keys_put(im->r, entity, CELL_KEY, key, out->id[0], e) &&
           keys_alias(im->r, entity, im->r->name_key, key, out->id[0], e);
}

/* Two numbers of one row that lead to two people: they may be one. A person decides. */
static bool note_conflict(struct import *im, struct row *w, uint64_t first, uint64_t other, struct err *e)
{
    str why = str_fmt(im->scratch, "%.*s 第 %llu 行的两个标识分别是这两个", STR_ARG(im->out->map),
                      (unsigned long long)w->number);
    complain(im, w, -1, true, STR("这一行的两个标识在登记库里是两个主体，按排在前面的标识登记，另请人判断是不是同一个"),
             STR("leye merge --list 看待核的"));
    im->out->counts.review++;
    return link_note(im->r, im->plan.entity, first, other, 0, "待核", why, im->o->person, im->drop, NULL, e);
}

static bool main_subject(struct import *im, struct row *w, bool keep, struct subjects *out, struct err *e)
{
    struct given g;
    uint64_t first, other;
    if (!given_keys(im, w, 0, &g)) return true;
    if (g.count == 0) return keyless(im, w, keep, out, e);
    if (!find_by_keys(im, 0, &g, &first, &other, e)) return false;
    if (first != 0 && !keep && !check_name(im, w, 0, first, e)) return false; /* said once */
    if (w->bad || !keep) {
        out->id[0] = first;
        return true;
    }
    if (other != 0 && !note_conflict(im, w, first, other, e)) return false;
    out->is_new[0] = first == 0;
    out->id[0] = first != 0 ? first : new_subject(im);
    return remember_keys(im, 0, &g, out->id[0], out->is_new[0], e);
}

static bool referred(struct import *im, struct row *w, unsigned target, bool keep, struct subjects *out, struct err *e)
{
    const struct plan_target *t = &im->plan.targets[target];
    struct given g;
    uint64_t first, other;
    if (!given_keys(im, w, target, &g)) return true;
    if (g.count == 0) {
        if (t->owner)
            complain(im, w, -1, false, str_fmt(im->scratch, "没有写是哪个%.*s的", STR_ARG(entity_of(im, target)->name)),
                     STR("补上证件号码或编号再登记"));
        return true;
    }
    if (!find_by_keys(im, target, &g, &first, &other, e)) return false;
    if (first != 0 && !keep && t->owner && !check_name(im, w, target, first, e)) return false;
    if (w->bad || !keep) {
        out->id[target] = first;
        return true;
    }
    out->is_new[target] = first == 0;
    out->id[target] = first != 0 ? first : new_subject(im);
    im->out->counts.stubs += first == 0;
    return remember_keys(im, target, &g, out->id[target], out->is_new[target], e);
}

/* ---- spells ---- */

static void add_identity(struct text *t, bool is_text, bool known, int64_t i, str s)
{
    if (!known)
        text_addz(t, "|");
    else if (is_text)
        text_addf(t, "|%.*s", STR_ARG(s));
    else
        text_addf(t, "|%lld", (long long)i);
}

static bool rows_before(struct import *im, uint16_t entity, bool *any, struct err *e)
{
    struct entity_sql *x = &im->r->sql[entity];
    if (x->asked) {
        *any = x->had_rows;
        return true;
    }
    struct text t;
    text_init(&t, im->scratch, 4096);
    text_addz(&t, "SELECT 1 FROM ");
    store_quote(&t, im->r->p->entities.at[entity].name);
    text_addz(&t, " LIMIT 1");
    struct store_stmt *q;
    if (!store_prepare(im->r->s, text_str(&t), &q, e)) return false;
    bool row = false;
    bool ok = store_step(q, &row, e);
    store_done(q);
    x->asked = ok;
    x->had_rows = *any = row;
    return ok;
}

/* The spell of this owner with the same identity, among those in the database. */
static bool find_spell(struct import *im, uint64_t owner, str identity, uint64_t *out, struct err *e)
{
    uint16_t entity = im->plan.entity;
    const struct entity *en = &im->r->p->entities.at[entity];
    struct entity_sql *x = &im->r->sql[entity];
    if (x->get.len == 0) {
        struct text t;
        text_init(&t, im->r->a, 1 << 14);
        text_addz(&t, "SELECT \"_id\"");
        for (uint16_t i = 0; i < en->slots.len; i++) {
            if (!slot_is_column(en, i) || !spell_identity(en, i)) continue;
            text_addz(&t, ", ");
            schema_column(&t, en, i);
        }
        text_addz(&t, " FROM ");
        store_quote(&t, en->name);
        text_addz(&t, " WHERE \"_owner\" = $1 ORDER BY \"_id\"");
        x->get = text_str(&t);
    }
    struct store_stmt *q;
    if (!store_prepare(im->r->s, x->get, &q, e)) return false;
    store_bind_int(q, 1, (int64_t)owner);
    bool row, ok;
    *out = 0;
    while ((ok = store_step(q, &row, e)) && row && *out == 0) {
        struct text t;
        text_init(&t, im->scratch, 1 << 14);
        uint32_t column = 1;
        for (uint16_t i = 0; i < en->slots.len; i++) {
            if (!slot_is_column(en, i) || !spell_identity(en, i)) continue;
            enum type_kind k = en->slots.at[i].type.kind;
            bool is_text = k == TYPE_TEXT || k == TYPE_CODE;
            int64_t v = 0;
            str s = is_text ? store_str(q, column) : STR("");
            bool known = is_text ? s.len > 0 : store_int(q, column, &v) && v != VOCAB_NONE;
            add_identity(&t, is_text, known, v, s);
            column++;
        }
        int64_t id;
        if (str_eq(text_str(&t), identity) && store_int(q, 0, &id)) *out = (uint64_t)id;
    }
    store_done(q);
    return ok;
}

static bool spell_subject(struct import *im, struct row *w, uint64_t owner, bool keep, struct subjects *out,
                          struct err *e)
{
    uint16_t entity = im->plan.entity;
    const struct entity *en = &im->r->p->entities.at[entity];
    struct text t;
    text_init(&t, im->scratch, 1 << 14);
    for (uint16_t i = 0; i < en->slots.len; i++) {
        if (!slot_is_column(en, i) || !spell_identity(en, i)) continue;
        const struct cell *c = row_cell(w, 0, i);
        bool known = c != NULL && c->state == VALUE_KNOWN;
        int64_t v = !known                                     ? 0
                    : en->slots.at[i].type.kind == TYPE_RECORD ? (int64_t)registry_kept(im->r, (uint64_t)c->i)
                                                               : c->i;
        add_identity(&t, known && c->is_text, known, v, known ? c->s : STR(""));
    }
    str identity = text_str(&t);
    bool before;
    if (!rows_before(im, entity, &before, e)) return false;
    str key = str_fmt(im->scratch, "%u %llu %.*s", entity, (unsigned long long)owner, STR_ARG(identity));
    if (before ? !find_spell(im, owner, identity, &out->id[0], e) : false) return false;
    if (!before) out->id[0] = key_table_find(&im->r->spells, key);
    if (out->id[0] != 0 || !keep) return true;
    out->id[0] = new_subject(im);
    out->is_new[0] = true;
    if (!before) key_table_put(&im->r->spells, key, out->id[0]);
    return true;
}

bool row_subjects(struct import *im, struct row *w, bool keep, struct subjects *out, struct err *e)
{
    const struct entity *en = &im->r->p->entities.at[im->plan.entity];
    *out = (struct subjects){ 0 };
    unsigned owner = 0;
    /* The main subject is found first, so that a row that is refused for it leaves no stubs behind. */
    if (!en->is_spell && (!main_subject(im, w, false, out, e) || w->bad)) return e->code == ERR_NONE;
    for (unsigned t = 1; t < im->plan.target_count; t++) {
        if (im->plan.targets[t].owner) owner = t;
        if (!referred(im, w, t, false, out, e)) return false;
    }
    if (w->bad || !keep) return true;
    for (unsigned t = 1; t < im->plan.target_count; t++) {
        const struct plan_target *x = &im->plan.targets[t];
        if (!referred(im, w, t, true, out, e)) return false;
        bool none = out->id[t] == 0 && w->key_none[t];
        if (out->id[t] == 0 && !none) continue;
        *vec_push(im->scratch, &w->said[0]) = (struct cell){ .slot = x->slot,
                                                             .state = none ? VALUE_NONE : VALUE_KNOWN,
                                                             .i = none ? 0 : (int64_t)out->id[t] };
    }
    if (en->is_monthly) {
        out->id[0] = out->id[owner];
        return true;
    }
    if (en->is_spell) return spell_subject(im, w, out->id[owner], true, out, e);
    return main_subject(im, w, true, out, e);
}

/* import: a file is taken in, block by block. How far it came is written in the same transaction as the rows, so that
 * whatever stops it, the same call goes on behind the last block. */
#include "base/crypto.h"
#include "registry/import_priv.h"

#include <string.h>

enum { BLOCK_ROWS = 20000 };

/* ---- the line of the batch ---- */

static void bind_counts(struct store_stmt *q, const struct import_counts *c)
{
    store_bind_int(q, 1, (int64_t)c->rows);
    store_bind_int(q, 2, (int64_t)c->good);
    store_bind_int(q, 3, (int64_t)c->bad);
    store_bind_int(q, 4, (int64_t)c->warned);
    store_bind_int(q, 5, (int64_t)c->made);
    store_bind_int(q, 6, (int64_t)c->changed);
    store_bind_int(q, 7, (int64_t)c->same);
    store_bind_int(q, 8, (int64_t)c->stubs);
    store_bind_int(q, 9, (int64_t)c->gone);
    store_bind_int(q, 10, (int64_t)c->merged);
    store_bind_int(q, 11, (int64_t)c->review);
}

static bool note_progress(struct import *im, const char *state, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(
            im->r->s,
            STR("UPDATE \"_drop\" SET \"rows_done\" = $1, \"good\" = $2, \"bad\" = $3, \"warned\" = $4,"
                " \"made\" = $5, \"changed\" = $6, \"same\" = $7, \"stubs\" = $8, \"gone\" = $9,"
                " \"merged\" = $10, \"review\" = $11, \"state\" = $12, \"finished\" = $13 WHERE \"_id\" = $14"),
            &q, e))
        return false;
    bind_counts(q, &im->out->counts);
    store_bind_str(q, 12, str_of(state));
    store_bind_int(q, 13, registry_now());
    store_bind_int(q, 14, im->drop);
    bool ok = store_run(q, e);
    store_done(q);
    return ok && registry_meta(im->r, "next_id", im->r->next_id, e);
}

/* The last batch of the same file, feed and day. */
static bool earlier(struct import *im, const char *sm3, int64_t *id, bool *done, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(
            im->r->s,
            STR("SELECT \"_id\", \"state\", \"rows_done\", \"good\", \"bad\", \"warned\", \"made\", \"changed\","
                " \"same\", \"stubs\", \"merged\", \"review\", \"first_new\" FROM \"_drop\" WHERE \"sm3\" = $1"
                " AND \"feed\" = $2 AND \"as_of\" = $3 AND \"packs\" = $4 AND \"whole\" = $5"
                " ORDER BY \"_id\" DESC LIMIT 1"),
            &q, e))
        return false;
    store_bind_str(q, 1, str_of(sm3));
    store_bind_int(q, 2, im->feed);
    store_bind_int(q, 3, im->out->as_of.days);
    store_bind_str(q, 4, im->r->p->hash);
    store_bind_int(q, 5, im->whole);
    bool row;
    bool ok = store_step(q, &row, e);
    *id = 0;
    if (ok && row && store_int(q, 0, id)) {
        *done = str_eq(store_str(q, 1), STR("完成"));
        struct import_counts *c = &im->out->counts;
        uint64_t *const to[] = { &c->rows,    &c->good, &c->bad,   &c->warned, &c->made,
                                 &c->changed, &c->same, &c->stubs, &c->merged, &c->review };
        for (uint32_t i = 0; i < sizeof to / sizeof *to; i++) {
            int64_t v;
            if (store_int(q, i + 2, &v)) *to[i] = (uint64_t)v;
        }
        store_int(q, 12, &im->first_new);
    }
    store_done(q);
    return ok;
}

static bool next_drop(struct registry *r, int64_t *id, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(r->s, STR("SELECT coalesce(max(\"_id\"), 0) + 1 FROM \"_drop\""), &q, e)) return false;
    bool row;
    bool ok = store_step(q, &row, e) && row && store_int(q, 0, id);
    store_done(q);
    return ok;
}

bool drop_add(struct registry *r, struct drop_new *d, struct err *e)
{
    if (!next_drop(r, &d->id, e)) return false;
    struct store_stmt *q;
    if (!store_prepare(
            r->s,
            STR("INSERT INTO \"_drop\" (\"_id\", \"file\", \"sm3\", \"feed\", \"entity\", \"map\", \"system\","
                " \"rank\", \"as_of\", \"whole\", \"started\", \"state\", \"person\", \"packs\", \"rows_done\","
                " \"first_new\", \"first_claim\")"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, $15, $16)"),
            &q, e))
        return false;
    store_bind_int(q, 1, d->id);
    store_bind_str(q, 2, d->file);
    store_bind_str(q, 3, d->sm3);
    store_bind_int(q, 4, d->feed);
    store_bind_int(q, 5, d->entity);
    store_bind_str(q, 6, d->map);
    store_bind_str(q, 7, d->origin);
    store_bind_int(q, 8, d->rank);
    store_bind_int(q, 9, d->as_of);
    store_bind_int(q, 10, d->whole);
    store_bind_int(q, 11, registry_now());
    store_bind_str(q, 12, str_of(d->state));
    store_bind_str(q, 13, d->person);
    store_bind_str(q, 14, r->p->hash);
    store_bind_int(q, 15, r->next_id);
    store_bind_int(q, 16, r->next_claim);
    bool ok = store_run(q, e);
    store_done(q);
    return ok && registry_load_drops(r, e);
}

/* ---- rows ---- */

static void sample(struct import *im, const struct row *w)
{
    VEC_EACH (const struct complaint, c, &w->complaints) {
        str column = c->column < 0 ? STR("整行") : im->plan.columns.at[c->column].heading;
        struct import_sample *same = NULL;
        VEC_EACH (struct import_sample, s, &im->out->samples) {
            if (s->warning == c->warning && str_eq(s->column, column) && str_eq(s->remedy, c->remedy)) same = s;
        }
        if (same != NULL) {
            same->rows++;
        } else if (im->out->samples.len < IMPORT_SAMPLES) {
            *vec_push(im->a, &im->out->samples) = (struct import_sample){ .row = w->number,
                                                                          .rows = 1,
                                                                          .column = column,
                                                                          .complaint = str_dup(im->a, c->text),
                                                                          .remedy = str_dup(im->a, c->remedy),
                                                                          .warning = c->warning };
        }
    }
}

/* Something of a referred subject that is worth keeping: more than who it is. */
static bool tells_more(const struct import *im, unsigned target, const cell_list *cells)
{
    const struct entity *en = &im->r->p->entities.at[im->plan.targets[target].entity];
    VEC_EACH (const struct cell, c, cells) {
        bool key = false;
        VEC_EACH (const uint16_t, k, &en->keys) key = key || *k == c->slot;
        enum role role = field_role(&en->slots.at[c->slot]);
        if (!key && role != ROLE_NAME && role != ROLE_BIRTH && role != ROLE_SEX) return true;
    }
    return false;
}

static bool keep_row(struct import *im, struct row *w, const struct subjects *who, struct err *e)
{
    struct import_counts *c = &im->out->counts;
    enum taken how, main = TAKEN_SAME;
    bool changed = false;
    for (unsigned t = 1; t < im->plan.target_count; t++) {
        if (who->id[t] == 0 || (!who->is_new[t] && !tells_more(im, t, &w->said[t]))) continue;
        if (!take_cells_of(im, w, im->plan.targets[t].entity, who->id[t], who->is_new[t], &w->said[t], &how, e))
            return false;
        changed = changed || how != TAKEN_SAME;
    }
    if (!take_cells_of(im, w, im->plan.entity, who->id[0], who->is_new[0], &w->said[0], &main, e)) return false;
    c->good++;
    c->made += main == TAKEN_NEW;
    c->changed += main == TAKEN_CHANGED || (main == TAKEN_SAME && changed);
    c->same += main == TAKEN_SAME && !changed;
    return true;
}

static bool one_row(struct import *im, struct row *w, bool done_before, struct err *e)
{
    struct subjects who;
    w->a = im->scratch;
    if (!w->bad && !row_subjects(im, w, !done_before, &who, e)) return false;
    if (!done_before) {
        struct import_counts *c = &im->out->counts;
        c->rows++;
        c->bad += w->bad;
        c->warned += !w->bad && w->warned;
    }
    sample(im, w);
    if (w->bad) return refused_add(im, w, e);
    return done_before || keep_row(im, w, &who, e);
}

static void report(struct import *im, const struct portion *p, const char *stage)
{
    if (im->o->progress == NULL) return;
    struct import_progress now = { .counts = &im->out->counts, .stage = stage };
    if (p != NULL) now.done = p->done, now.total = p->total;
    im->o->progress(im->o->ctx, &now);
}

static bool end_block(struct import *im, const char *state, struct err *e)
{
    if (arena_over(im->a) || arena_over(im->arrived) || arena_over(im->listed) || arena_over(im->scratch) ||
        arena_over(im->r->a) || arena_over(im->r->scratch))
        return fail(e, MEMORY, "内存不够了，关掉别的程序再登记");
    if (!take_dirty(im, e) || !note_progress(im, state, e) || !store_commit(im->r->s, e)) return false;
    im->kept_rows = im->out->counts.rows;
    return true;
}

struct pace { /* rows of an earlier run, rows seen by this one, rows of the block at hand */
    uint64_t before, seen, in_block;
};

static bool take_portion(struct import *im, const struct portion *p, struct pace *at, struct err *e)
{
    for (size_t i = 0; i < p->count; i++) {
        struct arena_mark m = arena_mark(im->scratch);
        if (!one_row(im, &p->rows[i], at->seen < at->before, e))
            return fail_up(e, "第 %llu 行登记不了", (unsigned long long)p->rows[i].number);
        arena_rewind(im->scratch, m);
        at->seen++;
        at->in_block += at->seen > at->before;
        if (at->in_block < BLOCK_ROWS) continue;
        at->in_block = 0;
        if (!end_block(im, "进行", e) || !store_begin(im->r->s, e)) return false;
    }
    if (p->failed) *e = p->e;
    return !p->failed;
}

static bool all_rows(struct import *im, struct sheet_reader *in, struct err *e)
{
    struct pace at = { .before = im->out->counts.rows };
    im->out->skipped = im->kept_rows = at.before;
    if (!store_begin(im->r->s, e)) return false;
    struct ahead *x = ahead_start(im, in);
    bool ok = true, more = true;
    while (ok && more) {
        const struct portion *p = ahead_next(x);
        ok = take_portion(im, p, &at, e);
        report(im, p, at.seen <= at.before ? "找到上次停下的地方" : "读入");
        more = p->more;
    }
    ahead_stop(x);
    return ok && end_block(im, "进行", e);
}

/* ---- start and end ---- */

static bool find_entity(const struct program *p, str as, int *entity, const struct import_map **map, struct err *e)
{
    *entity = -1, *map = NULL;
    if (as.len == 0) return true;
    VEC_EACH (const struct import_map, m, &p->imports) {
        if (!str_eq(m->name, as)) continue;
        *map = m;
        *entity = m->entity;
        return true;
    }
    const struct entity *en = program_entity(p, as);
    if (en != NULL) {
        *entity = en->id;
        return true;
    }
    return fail(e, NOT_FOUND, "包里没有实体、经历或导入“%.*s”；有哪些，看 leye doc 的数据字典", STR_ARG(as));
}

static bool choose(struct import *im, const struct sheet_row *head, struct err *e)
{
    const struct program *p = im->r->p;
    int entity;
    const struct import_map *map;
    if (!find_entity(p, im->o->as, &entity, &map, e)) return false;
    if (map == NULL) map = plan_choose(p, im->o->path, entity, head->cells, head->count, im->scratch);
    if (map == NULL && entity < 0)
        return fail(e, INVALID, "认不出 %.*s 是哪一种文件；用 --as 写明，例如 --as 人员，或者在包里写一个“导入”",
                    STR_ARG(im->o->path));
    if (map != NULL) entity = map->entity;
    if (!plan_make(&im->plan, p, map, (uint16_t)entity, head->cells, head->count, im->a, e)) return false;
    const struct entity *en = &p->entities.at[entity];
    if (im->plan.recognised == 0)
        return fail(e, INVALID,
                    "第一行没有一个栏名是“%.*s”的字段；第一行要是栏名，可以用部颁编码、字段名或“导入”里写的栏名",
                    STR_ARG(en->name));
    bool known = en->keys.len == 0 && !en->is_spell;
    if (en->is_spell) known = im->plan.target_count > 1;
    VEC_EACH (const uint16_t, k, &en->keys) known = known || row_column_of(im, 0, *k) >= 0;
    bool named =
        entity_role_slot(en, ROLE_NAME) >= 0 && row_column_of(im, 0, (uint16_t)entity_role_slot(en, ROLE_NAME)) >= 0;
    if (!known && !named)
        return fail(e, INVALID, "文件里没有能认出%.*s的栏（%.*s……），登记了也不知道是谁", STR_ARG(en->name),
                    STR_ARG(en->slots.at[en->keys.at[0]].name));
    return true;
}

/* What sends it when nothing says so: the file's name without its date, so that tomorrow's file is of the same feed. */
static str system_of_file(str path)
{
    str s = plan_file_stem(path);
    while (s.len > 0 &&
           ((s.p[s.len - 1] >= '0' && s.p[s.len - 1] <= '9') || s.p[s.len - 1] == '-' || s.p[s.len - 1] == '_'))
        s.len--;
    return s.len > 0 ? s : plan_file_stem(path);
}

static bool identify(struct import *im, struct err *e)
{
    const struct import_map *m = im->plan.map;
    const struct entity *en = &im->r->p->entities.at[im->plan.entity];
    im->out->entity = en->name;
    im->out->map = m != NULL ? m->name : en->name;
    im->out->origin = im->o->origin.len > 0 ? im->o->origin : m != NULL ? m->origin : system_of_file(im->o->path);
    im->rank = m != NULL ? m->rank : 50;
    im->whole = m != NULL && m->whole && !im->o->changes && !im->plan.is_errors;
    im->out->as_of = im->o->has_as_of ? im->o->as_of : date_today();
    str feed = str_fmt(im->scratch, "%.*s/%.*s", STR_ARG(im->out->origin), STR_ARG(im->out->map));
    im->feed = registry_name(im->r, feed, e);
    return im->feed != 0;
}

static bool begin_drop(struct import *im, const char *sm3, struct err *e)
{
    int64_t before;
    bool done = false;
    if (!earlier(im, sm3, &before, &done, e)) return false;
    im->out->again = before != 0 && done;
    if (im->out->again) {
        im->out->drop = before;
        return true;
    }
    im->out->went_on = before != 0 && im->out->counts.rows > 0;
    im->drop = before;
    if (before != 0) return true;
    struct drop_new d = { .file = im->o->path,
                          .sm3 = str_of(sm3),
                          .feed = im->feed,
                          .entity = im->r->entity_name[im->plan.entity],
                          .map = im->out->map,
                          .origin = im->out->origin,
                          .rank = im->rank,
                          .as_of = im->out->as_of.days,
                          .whole = im->whole,
                          .state = "进行",
                          .person = im->o->person };
    im->first_new = im->r->next_id;
    bool ok = drop_add(im->r, &d, e);
    im->drop = d.id;
    return ok;
}

static bool index_touched(struct import *im, struct err *e)
{
    for (unsigned t = 0; t < im->plan.target_count; t++) {
        if (!schema_index(im->r, im->plan.targets[t].entity, e)) return false;
    }
    return true;
}

static bool finish(struct import *im, struct err *e)
{
    report(im, NULL, "收尾");
    if (!store_begin(im->r->s, e)) return false;
    if (!index_touched(im, e) || !whole_end(im, e) || !take_dirty(im, e)) return false;
    report(im, NULL, "查重");
    if (!double_search(im, e)) return false;
    return end_block(im, "完成", e);
}

static bool run(struct import *im, struct sheet_reader *in, struct err *e)
{
    struct sheet_row head;
    char sm3[SM3_HEX + 1];
    int more = sheet_next(in, &head, e);
    if (more < 0) return false;
    if (more == 0) return fail(e, INVALID, "%.*s 是空的：第一行应当是栏名", STR_ARG(im->o->path));
    if (!choose(im, &head, e) || !crypto_sm3_file(im->o->path, sm3, e)) return false;
    if (!store_begin(im->r->s, e)) return false;
    if (!identify(im, e) || !begin_drop(im, sm3, e)) return false;
    if (!store_commit(im->r->s, e)) return false;
    im->out->unused.at = im->plan.unused.at, im->out->unused.len = im->plan.unused.len;
    if (im->out->again) return true;
    im->out->drop = im->drop;
    if (!rows_prepare(im, e) || !refused_open(im, e) || !all_rows(im, in, e)) return false;
    im->out->encoding = str_dup(im->a, sheet_encoding(in));
    return refused_close(im, e) && finish(im, e);
}

bool registry_import(struct registry *r, const struct import_options *o, struct import_result *out, struct arena *a,
                     struct err *e)
{
    struct sheet_reader *in = NULL;
    uint32_t depth = store_depth(r->s);
    *out = (struct import_result){ 0 };
    autoarena *scratch = arena_new("row", 0), *rules = arena_new("rules", 0), *arrived = arena_new("arrived", 0);
    autoarena *arrivals = arena_new("arrivals", 0);
    struct import im = { .r = r, .o = o, .out = out, .a = a, .scratch = scratch, .rules = rules, .preview = depth > 0 };
    im.arrived = arrived, im.listed = arrivals;
    im.dirty_at.a = a;
    im.codes = field_codes_of(r->p, a);
    bool ok = sheet_open(&in, o->path, NULL, e) && run(&im, in, e);
    sheet_close(in);
    if (!ok) {
        refused_discard(&im);
        while (store_depth(r->s) > depth) store_rollback(r->s);
        if (im.preview)
            fail_up(e, "%.*s 的预览没有做完，什么都没有改", STR_ARG(o->path));
        else if (im.kept_rows == 0)
            fail_up(e, "%.*s 没有登记", STR_ARG(o->path));
        else
            fail_up(e, "%.*s 没有登记完；前 %llu 行已经登记，留着，改好以后再运行同样的命令，会接着登记",
                    STR_ARG(o->path), (unsigned long long)im.kept_rows);
    }
    return ok;
}

/* ---- a folder ---- */

/* Owners before what is owned, what is referred to before who refers. */
static unsigned order_of(const struct program *p, const struct import_map *m)
{
    const struct entity *en = &p->entities.at[m->entity];
    if (en->is_spell) return en->is_monthly ? 4 : 3;
    unsigned refs = 0;
    VEC_EACH (const struct slot, s, &en->slots) refs += s->kind == SLOT_FIELD && s->type.kind == TYPE_RECORD;
    return refs == 0 ? 0 : m->whole && m->rank < 80 ? 2 : 1;
}

bool registry_import_order(const struct program *p, str folder, struct arena *a, import_files *out,
                           file_list *strangers, struct err *e)
{
    file_list all = { 0 };
    if (!file_walk(a, folder, STR(""), 10000, &all, e)) return false;
    for (unsigned pass = 0; pass < 5; pass++) {
        VEC_EACH (const str, f, &all) {
            bool sheet = str_ends(*f, STR(".csv")) || str_ends(*f, STR(".xlsx")) || str_ends(*f, STR(".txt"));
            if (!sheet || str_find(file_base(*f), STR("-错误.")) != SIZE_MAX) continue;
            const struct import_map *m = plan_choose(p, *f, -1, NULL, 0, a);
            if (m == NULL && pass == 0) *vec_push(a, strangers) = *f;
            if (m == NULL || order_of(p, m) != pass) continue;
            *vec_push(a, out) = (struct import_file){ *f, m->name };
        }
    }
    return true;
}

/* place: opening is by what is there. A pool whose stamp is the registry's last batch is used as it is; an older one is
 * brought up to date with what changed since; without one, or when too much changed, it is built and saved. */
#include "cli/place.h"
#include "base/crypto.h"

#include <stdio.h>
#include <unistd.h>

static void tell(const char *what)
{
    if (isatty(STDERR_FILENO)) fprintf(stderr, "%s\n", what);
}

static int packs(struct pack_set *set, struct arena *a, str dir, bool examples)
{
    struct err e = { 0 };
    bool ok = examples ? pack_load(set, a, dir, NULL, 0, &e) : pack_load_rules(set, a, dir, &e);
    if (!ok) return cli_fail(&e);
    if (set->diags.errors == 0) return 0;
    fail(&e, INVALID, "%.*s 里有 %zu 处错误，先用 leye check %.*s 看是哪些，改好再来", STR_ARG(dir), set->diags.errors,
         STR_ARG(dir));
    return cli_fail(&e);
}

int place_packs(struct pack_set *set, struct arena *a, str dir) { return packs(set, a, dir, false); }

static int read_dates(struct place *p, const struct cli_args *a)
{
    str day = cli_option(a, "date"), rule = cli_option(a, "rule-date");
    p->today = date_today();
    if (day.p != NULL && !date_parse(day, &p->today))
        return cli_usage(a, "--date 的日期写成 2023-11-01，不是“%.*s”", STR_ARG(day));
    p->rule_day = p->today;
    if (rule.p != NULL && !date_parse(rule, &p->rule_day))
        return cli_usage(a, "--rule-date 的日期写成 2023-11-01，不是“%.*s”", STR_ARG(rule));
    return 0;
}

str place_beside(const struct place *p, const char *ending)
{
    return str_fmt(p->a, "%.*s%s", STR_ARG(p->beside), ending);
}

static bool open_pool_alone(struct place *p, str path, struct err *e)
{
    p->db = path;
    return pool_open(&p->pool, &p->v->schema, path, &p->stamp, p->a, e);
}

/* ---- the pool of a registry ---- */

struct touching {
    struct place *p;
    struct vocab_affect *before, *after;
};

/* Along the references as they were, and as they are: whoever was or is connected. */
static void touch(void *ctx, bool after, uint16_t table, uint16_t column, const uint32_t *rows, size_t n)
{
    struct touching *t = ctx;
    struct vocab_affect **w = after ? &t->after : &t->before;
    if (*w == NULL) *w = vocab_affect_of(t->p->v, t->p->pool, t->p->a);
    vocab_affected(*w, table, column, rows, n, t->p->touched);
}

static bool bring_up_to_date(struct place *p, int64_t since, bool *done, struct err *e)
{
    struct touching t = { .p = p };
    struct registry_watch watch = { .changed = touch, .ctx = &t };
    p->touched = vocab_touched_new(p->v, p->a);
    if (!registry_pool_update(p->registry, p->v, p->pool, since, &watch, done, e)) return e->code == ERR_NONE;
    return true;
}

static bool build(struct place *p, struct err *e)
{
    tell("正在装载数据池……");
    pool_free(p->pool);
    p->pool = NULL;
    return registry_pool(p->registry, p->v, &p->pool, e);
}

/* What the packs read of the model: a pool holds that, and no more. */
static bool reads_of(struct place *p, char hex[SM3_HEX + 1], struct err *e)
{
    struct text t;
    text_init(&t, p->a, 1 << 20);
    VEC_EACH (const struct entity, en, &p->p->entities) {
        for (size_t i = 0; i < en->slots.len; i++) {
            str slot = en->slots.at[i].name;
            if (p->v->used[en->id][i]) text_addf(&t, "%.*s.%.*s\n", STR_ARG(en->name), STR_ARG(slot));
        }
    }
    return crypto_sm3_hex(text_str(&t), hex, e);
}

/* "52:3f…:8ab1": a batch, what tells it from that of another database, and what was read of it. */
static bool stamp_of(struct place *p, int64_t drop, str *out, struct err *e)
{
    str mark;
    char reads[SM3_HEX + 1];
    if (!registry_mark(p->registry, drop, p->a, &mark, e) || !reads_of(p, reads, e)) return false;
    *out = mark.len == 0 ? STR("") : str_fmt(p->a, "%lld:%.*s:%.8s", (long long)drop, STR_ARG(mark), reads);
    return true;
}

bool place_made_after(struct place *p, str stamp, int64_t *since, struct err *e)
{
    size_t colon = str_find(stamp, STR(":"));
    str ours;
    *since = 0;
    int64_t drop;
    if (colon == SIZE_MAX || !str_to_i64(str_slice(stamp, 0, colon), &drop)) return true;
    if (!stamp_of(p, drop, &ours, e)) return false;
    if (str_eq(ours, stamp)) *since = drop;
    return true;
}

/* By which texts in the file are sealed: rules may read numbers of people, so they are in it. */
static const struct vault_key *key_of(const struct place *p)
{
    struct store *s = registry_store(p->registry);
    return store_sealed(s) ? store_vault(s) : NULL;
}

/* The pool of the file takes the place of the one that was built: pages that are read, which the system may drop and
 * read again, instead of memory that is ours for as long as this runs. Not when somebody saved another meanwhile. */
static void take_from_file(struct place *p, str path)
{
    struct err none = { 0 };
    struct pool *mapped;
    str stamp;
    if (!pool_open_sealed(&mapped, &p->v->schema, path, &stamp, key_of(p), p->a, &none)) return;
    struct pool *other = str_eq(stamp, p->stamp) ? p->pool : mapped;
    if (other == p->pool) p->pool = mapped;
    pool_free(other);
}

static bool open_pool(struct place *p, struct err *e)
{
    int64_t last, since = 0;
    str path = place_beside(p, ".pool"), stamp;
    if (!registry_last_drop(p->registry, &last, e)) return false;
    if (last == 0)
        return fail(e, NOT_FOUND, "库 %.*s 里还没有数据，先用 leye import 导入",
                    STR_ARG(store_address(registry_store(p->registry))));
    if (!stamp_of(p, last, &p->stamp, e)) return false;
    struct err unreadable = { 0 };
    bool there =
        file_exists(path) && pool_open_sealed(&p->pool, &p->v->schema, path, &stamp, key_of(p), p->a, &unreadable);
    if (there && str_eq(stamp, p->stamp)) return true;
    if (there && !place_made_after(p, stamp, &since, e)) return false;
    bool done = false;
    if (since > 0 && since < last) {
        struct err none = { 0 }; /* without it everything is counted anew */
        str same;
        if (!pool_open_sealed(&p->pool_before, &p->v->schema, path, &same, key_of(p), p->a, &none)) {
            p->pool_before = NULL;
        } else if (!str_eq(same, stamp)) { /* somebody saved another meanwhile */
            pool_free(p->pool_before);
            p->pool_before = NULL;
        }
        if (!bring_up_to_date(p, since, &done, e)) return false;
        if (done) p->stamp_before = stamp;
    }
    if (!done && !build(p, e)) return false;
    if (!pool_save_sealed(p->pool, path, p->stamp, key_of(p), e)) return false;
    if (!done) take_from_file(p, path);
    return true;
}

static int open_place(struct place *p, const struct cli_args *a, str dir, bool examples)
{
    struct err e = { 0 };
    *p = (struct place){ .a = a->arena };
    int code = read_dates(p, a);
    if (code == 0) code = packs(&p->set, a->arena, dir, examples);
    if (code != 0) return code;
    p->p = p->set.program;
    p->v = vocab_of(p->p, false, a->arena);
    str pool = cli_option(a, "pool");
    p->db = cli_db(a);
    if (pool.p != NULL) return open_pool_alone(p, pool, &e) ? 0 : cli_fail(&e);
    if (!registry_open(&p->registry, p->p, p->db, STORE_WRITE, &e)) {
        if (e.code == ERR_NOT_FOUND && store_kind_of(p->db) == STORE_SQLITE)
            fail_up(&e, "还没有数据，先用 leye import 导入");
        return cli_fail(&e);
    }
    if (cli_beside(registry_store(p->registry), a->arena, &p->beside, &e) && open_pool(p, &e)) return 0;
    code = cli_fail(&e);
    place_close(p);
    return code;
}

int place_open(struct place *p, const struct cli_args *a) { return open_place(p, a, cli_packs(a, "packs"), false); }

int place_open_packs(struct place *p, const struct cli_args *a, str dir) { return open_place(p, a, dir, false); }

int place_open_whole(struct place *p, const struct cli_args *a)
{
    return open_place(p, a, cli_packs(a, "packs"), true);
}

void place_close(struct place *p)
{
    pool_free(p->pool);
    pool_free(p->pool_before);
    registry_close(p->registry);
    p->pool = p->pool_before = NULL, p->registry = NULL;
}

const struct findings *place_last_found(struct place *p)
{
    struct findings *f = NULL;
    struct err e = { 0 };
    int64_t after = 0;
    if (p->registry == NULL) return NULL;
    str path = place_beside(p, ".found");
    if (!file_exists(path) || !findings_load(p->a, path, &f, &e)) return NULL;
    return place_made_after(p, f->facts, &after, &e) && after > 0 ? f : NULL;
}

bool place_find(struct place *p, struct scan *s, const struct findings *before, struct findings **out, struct err *e)
{
    bool same = before != NULL && str_eq(before->facts, p->stamp);
    bool later = before != NULL && p->stamp_before.len > 0 && str_eq(before->facts, p->stamp_before);
    if (same || later) return scan_again(s, before, later ? p->touched : NULL, p->a, out, e);
    return scan_run(s, p->a, out, e);
}

bool place_subject(const struct place *p, uint16_t entity, str key, uint32_t *row, struct err *e)
{
    int64_t id;
    uint16_t found = entity;
    str name = p->p->entities.at[entity].name;
    if (p->registry == NULL) {
        if (!str_to_i64(key, &id)) return fail(e, INVALID, "只有数据池时，只能按编号找：写 1 起的编号");
    } else if (!registry_find(p->registry, name, key, &found, &id, e)) {
        return false;
    }
    if (pool_row_of(p->pool, entity, (uint64_t)id, row)) return true;
    return fail(e, NOT_FOUND, "数据池里没有%.*s %.*s", STR_ARG(name), STR_ARG(key));
}

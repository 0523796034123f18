/* desk: opening, the frame of a move, versions of services, the rules a case was opened with, group commit.
 *
 * The text of the rules is kept once for each hash, so that a case of last year is decided and replayed by what held
 * when it was opened, whatever lies in the packs' folder now. */
#include "dossier/dossier_priv.h"

/* ---- the text of rules ---- */

static bool keep_rules(struct dossier_desk *d, struct err *e)
{
    enum { RULES_MAX = 64 << 20 };
    autoarena *a = arena_new("rules", 0);
    bool there = false;
    int64_t one;
    struct text t;
    if (!store_get(d->s, &there, &one, 1, e, "SELECT 1 FROM dossier_rules WHERE hash = $1", "s", d->p->hash))
        return false;
    if (there) return true;
    text_init(&t, a, RULES_MAX);
    pack_keep(d->set, &t);
    if (t.over) return fail(e, LIMIT, "规则的文字太多，存不进库里（最多 %d 兆字节）", RULES_MAX >> 20);
    return store_do(d->s, NULL, e, "INSERT INTO dossier_rules (hash, day, text) VALUES ($1, $2, $3)", "sib", d->p->hash,
                    (int64_t)date_today().days, text_str(&t));
}

static bool load_rules(struct dossier_desk *d, str hash, const struct pack_set **out, struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    if (!store_ask(d->s, &q, e, "SELECT text FROM dossier_rules WHERE hash = $1", "s", hash)) return false;
    bool ok = store_step(q, &row, e);
    str text = ok && row ? str_dup(d->a, store_bytes(q, 0)) : STR("");
    store_done(q);
    if (!ok) return false;
    if (!row) return fail(e, NOT_FOUND, "库里没有这件办件受理时的规则（%.*s），请从备份恢复", STR_ARG(hash));
    struct pack_set *set = ARENA_NEW(d->a, struct pack_set);
    if (!pack_load_kept(set, d->a, text) || set->diags.errors > 0 || !str_eq(set->program->hash, hash))
        return fail(e, MISMATCH, "库里保存的规则和它的校验值对不上，请从备份恢复");
    *out = set;
    return true;
}

bool desk_rules(struct dossier_desk *d, str hash, const struct pack_set **out, struct err *e)
{
    *out = NULL;
    if (str_eq(hash, d->p->hash)) *out = d->set;
    for (const struct dossier_rules *r = d->rules; r != NULL && *out == NULL; r = r->next) {
        if (str_eq(r->hash, hash)) *out = r->set;
    }
    if (*out != NULL) return true;
    if (!load_rules(d, hash, out, e)) return false;
    struct dossier_rules *r = ARENA_NEW(d->a, struct dossier_rules);
    *r = (struct dossier_rules){ .hash = str_dup(d->a, hash), .set = *out, .next = d->rules };
    d->rules = r;
    return true;
}

/* ---- versions of services ---- */

static bool load_versions(struct dossier_desk *d, struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    d->versions.len = 0;
    if (!store_ask(d->s, &q, e, "SELECT id, name, rules FROM dossier_version ORDER BY id", "")) return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct dossier_version v;
        if (!store_int(q, 0, &v.id)) continue;
        v.name = str_dup(d->a, store_str(q, 1));
        v.rules = str_dup(d->a, store_str(q, 2));
        *vec_push(d->a, &d->versions) = v;
    }
    store_done(q);
    return ok;
}

/* Every service of the packs gets its number for these rules when the desk opens: numbers are never made inside a move,
 * which may be undone. */
static bool number_versions(struct dossier_desk *d, struct err *e)
{
    VEC_EACH (const struct service, v, &d->p->services) {
        if (!store_do(d->s, NULL, e,
                      "INSERT INTO dossier_version (id, name, rules) SELECT coalesce(max(id), 0) + 1, CAST($1 AS text),"
                      " CAST($2 AS text) FROM dossier_version HAVING NOT EXISTS (SELECT 1 FROM dossier_version WHERE "
                      "rules = $2 AND"
                      " name = $1)",
                      "ss", v->name, d->p->hash))
            return false;
    }
    return load_versions(d, e);
}

bool desk_version(struct dossier_desk *d, const struct service *s, int64_t *out, struct err *e)
{
    VEC_EACH (const struct dossier_version, v, &d->versions) {
        if (!str_eq(v->name, s->name) || !str_eq(v->rules, d->p->hash)) continue;
        *out = v->id;
        return true;
    }
    return fail(e, INTERNAL, "事项“%.*s”没有登记版本", STR_ARG(s->name));
}

const struct dossier_version *desk_version_at(struct dossier_desk *d, int64_t id)
{
    for (int again = 0; again < 2; again++) {
        VEC_EACH (const struct dossier_version, v, &d->versions) {
            if (v->id == id) return v;
        }
        struct err e = { 0 };
        if (again == 0 && !load_versions(d, &e)) return NULL;
    }
    return NULL;
}

/* ---- opening ---- */

static bool prepare(struct dossier_desk *d, struct err *e)
{
    if (!dossier_migrate(d->s, e) || !registry_feed(d->r, DOSSIER_ORIGIN, e) || !store_begin(d->s, e)) return false;
    return desk_end(d, keep_rules(d, e) && number_versions(d, e), e);
}

bool dossier_open(struct dossier_desk **out, struct registry *r, const struct pack_set *packs, struct err *e)
{
    struct arena *a = arena_new("desk", 0);
    struct dossier_desk *d = ARENA_NEW(a, struct dossier_desk);
    *d = (struct dossier_desk){ .a = a, .r = r, .s = registry_store(r), .set = packs, .p = packs->program };
    if (prepare(d, e)) {
        *out = d;
        return true;
    }
    arena_free(a);
    return fail_up(e, "办件的表没有建好");
}

void dossier_close(struct dossier_desk *d)
{
    if (d != NULL) arena_free(d->a);
}

struct store *dossier_store(struct dossier_desk *d) { return d->s; }
const struct program *dossier_program(const struct dossier_desk *d) { return d->p; }

/* ---- a move ---- */

static bool check_word(str s, const char *what, bool needed, struct err *e)
{
    if (needed && str_trim(s).len == 0) return fail(e, INVALID, "没有说明%s，请补上", what);
    return s.len <= DOSSIER_WORD_MAX || fail(e, LIMIT, "%s太长，最多 %d 字节", what, DOSSIER_WORD_MAX);
}

bool desk_begin(struct dossier_desk *d, const struct dossier_act *act, struct err *e)
{
    if (!check_word(act->who, "是谁在办", true, e) || !check_word(act->role, "以什么岗位办", true, e) ||
        !check_word(act->office, "在哪里办", false, e))
        return false;
    if (act->reason.len > DOSSIER_TEXT_MAX) return fail(e, LIMIT, "理由太长，最多 %d 字节", DOSSIER_TEXT_MAX);
    if (act->by.len > DOSSIER_TEXT_MAX) return fail(e, LIMIT, "代办的人写得太长，最多 %d 字节", DOSSIER_TEXT_MAX);
    if (!date_ok(act->day)) return fail(e, INVALID, "办理日期不对：要在 1800 至 2999 年之间");
    return store_begin(d->s, e);
}

bool desk_end(struct dossier_desk *d, bool ok, struct err *e) { return store_end(d->s, ok, e); }

struct dossier_act desk_system(const struct dossier_act *act, str reason)
{
    return (struct dossier_act){ .who = STR("系统"),
                                 .role = DOSSIER_ROLE_SYSTEM,
                                 .office = STR(""),
                                 .day = act->day,
                                 .reason = reason,
                                 .clock_ms = act->clock_ms };
}

/* ---- group commit ---- */

bool dossier_together(struct dossier_desk *d, struct dossier_job *jobs, size_t count, struct err *e)
{
    if (count > DOSSIER_TOGETHER_MAX) return fail(e, LIMIT, "一次最多一起提交 %d 件", DOSSIER_TOGETHER_MAX);
    for (size_t i = 0; i < count; i++) jobs[i].ok = false;
    if (!store_begin(d->s, e)) return false;
    bool lost = false; /* the machine's failure is not the mistake of the one it hit */
    for (size_t i = 0; i < count && !lost; i++) {
        jobs[i].e = (struct err){ 0 };
        if (!store_begin(d->s, &jobs[i].e)) break; /* the whole transaction is lost: the commit says so */
        jobs[i].ok = jobs[i].run(d, jobs[i].context, &jobs[i].e);
        if (!jobs[i].ok)
            store_rollback(d->s);
        else
            jobs[i].ok = store_commit(d->s, &jobs[i].e);
        lost = !jobs[i].ok && desk_machine_failed(&jobs[i].e);
        if (lost) *e = jobs[i].e;
    }
    if (lost)
        store_rollback(d->s);
    else if (store_commit(d->s, e))
        return true;
    for (size_t i = 0; i < count; i++) jobs[i].ok = false;
    return false;
}

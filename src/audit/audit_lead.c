/* audit_lead: leads as cases. Whom a rule catches are put into a temporary table with the keys by which the ledger may
 * know them; one statement finds the payments. A rule that catches somebody again opens nothing new as long as the lead
 * is open, nor after it was closed while nothing has changed: the rule has caught them ever since, and nothing more was
 * paid. */
#include "audit/audit_priv.h"

#include <inttypes.h>
#include <string.h>

enum { SQL_MAX = 1 << 14 };

/* ---- whom the ledger paid ---- */

static bool temporary_tables(struct store *s, struct err *e)
{
    return store_exec(s,
                      STR("CREATE TEMPORARY TABLE IF NOT EXISTS audit_caught (subject bigint PRIMARY KEY);"
                          "CREATE TEMPORARY TABLE IF NOT EXISTS audit_key (subject bigint, key text, turn bigint);"
                          "CREATE TEMPORARY TABLE IF NOT EXISTS audit_paid (subject bigint, payment bigint,"
                          " amount bigint, PRIMARY KEY (subject, payment));"
                          "DELETE FROM audit_caught; DELETE FROM audit_key; DELETE FROM audit_paid"),
                      e);
}

static bool stage_caught(struct store *s, const struct audit_caught *c, struct err *e)
{
    static const str columns[] = { { "subject", 7 } };
    struct store_stmt *q;
    if (!store_bulk(s, STR("audit_caught"), columns, 1, &q, e)) return false;
    bool ok = true;
    for (size_t i = 0; ok && i < c->count; i++) {
        store_bind_int(q, 1, (int64_t)c->ids[i]);
        ok = store_bulk_row(q, e);
    }
    struct err later = { 0 };
    if (!store_bulk_end(q, &later) && ok) {
        *e = later;
        ok = false;
    }
    return ok;
}

/* Does the registry's table of the entity stand here? */
static bool has_table(struct store *s, str name, bool *out, struct err *e)
{
    bool there;
    int64_t n = 0;
    const char *sql = store_kind(s) == STORE_SQLITE
                          ? "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1"
                          : "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relname = $1";
    bool ok = store_get(s, &there, &n, 1, e, sql, "s", name);
    *out = n > 0;
    return ok;
}

/* Numbers of documents are compared as payments have them; what the register seals is opened on the way. */
static bool add_key(struct store *s, const struct entity *en, uint16_t slot, struct err *e)
{
    static const str columns[] = { { "subject", 7 }, { "key", 3 }, { "turn", 4 } };
    autoarena *a = arena_new("sql", 0);
    struct text sql;
    struct store_stmt *from, *to;
    bool row, ok;
    text_init(&sql, a, SQL_MAX);
    text_addz(&sql, "SELECT t.\"_id\", t.");
    store_quote(&sql, en->slots.at[slot].name);
    text_addz(&sql, " FROM ");
    store_quote(&sql, en->name);
    text_addz(&sql, " t JOIN audit_caught c ON c.subject = t.\"_id\" WHERE t.");
    store_quote(&sql, en->slots.at[slot].name);
    text_addz(&sql, " <> ''");
    if (!store_bulk(s, STR("audit_key"), columns, 3, &to, e)) return false;
    ok = store_prepare(s, text_str(&sql), &from, e);
    if (ok) {
        while ((ok = store_step(from, &row, e)) && row) {
            store_bind_int(to, 1, store_number(from, 0));
            ledger_bind_subject(to, 2, store_str(from, 1));
            store_bind_int(to, 3, slot);
            if (!(ok = store_bulk_row(to, e))) break;
        }
        store_done(from);
    }
    struct err end = { 0 };
    if (!store_bulk_end(to, &end) && ok) return *e = end, false;
    return ok;
}

static bool find_keys(struct store *s, const struct entity *en, struct err *e)
{
    bool there = false;
    if (!store_exec(s,
                    STR("INSERT INTO audit_key (subject, key, turn) SELECT subject, CAST(subject AS text), -1"
                        " FROM audit_caught"),
                    e) ||
        !has_table(s, en->name, &there, e))
        return false;
    VEC_EACH (const uint16_t, slot, &en->keys) {
        const struct slot *k = &en->slots.at[*slot];
        if (there && k->kind == SLOT_FIELD && k->type.kind == TYPE_TEXT && !add_key(s, en, *slot, e)) return false;
    }
    return true;
}

/* Money that went out, of the policies the rule speaks of. */
static bool find_paid(struct store *s, const struct audit_rule *r, struct err *e)
{
    autoarena *a = arena_new("sql", 0);
    struct text sql;
    struct store_stmt *q;
    text_init(&sql, a, SQL_MAX);
    text_addz(&sql, "INSERT INTO audit_paid (subject, payment, amount) SELECT DISTINCT k.subject, p.number, p.amount"
                    " FROM audit_key k JOIN ledger_payment p ON p.subject = k.key AND p.cancelled = 0"
                    " WHERE p.state = 1");
    for (size_t i = 0; i < r->policy_count; i++)
        text_addf(&sql, "%s$%zu%s", i == 0 ? " AND p.policy IN (" : ", ", i + 1, i + 1 == r->policy_count ? ")" : "");
    if (!store_prepare(s, text_str(&sql), &q, e)) return false;
    for (size_t i = 0; i < r->policy_count; i++) store_bind_str(q, (uint32_t)i + 1, r->policies[i]);
    bool ok = store_run(q, e);
    store_done(q);
    return ok;
}

/* Whether the ledger has paid any of the policies at all. Where the money goes another way, it cannot say who got it,
 * and the register's word must do. */
static bool ledger_pays(struct store *s, const struct audit_rule *r, bool *out, struct err *e)
{
    *out = false;
    for (size_t i = 0; i < r->policy_count && !*out; i++) {
        int64_t n = 0;
        bool there;
        if (!store_get(s, &there, &n, 1, e, "SELECT 1 FROM ledger_payment WHERE policy = $1 AND state = 1 LIMIT 1", "s",
                       r->policies[i]))
            return false;
        *out = there;
    }
    return true;
}

/* ---- opening ---- */

/* What is known of somebody caught. */
struct catch
{
    int64_t subject, paid_fen, last_lead, last_state, last_paid, last_run;
    str key;
};
typedef VEC(struct catch) catches;

static bool read_catches(struct store *s, const struct audit_rule *r, str entity, struct arena *a, catches *out,
                         struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_ask(s, &q, e,
                   "SELECT c.subject, coalesce(t.total, 0), l.id, l.state, l.paid, l.run,"
                   " (SELECT k.key FROM audit_key k WHERE k.subject = c.subject AND k.turn >= 0 ORDER BY k.turn, k.key "
                   "LIMIT 1)"
                   " FROM audit_caught c"
                   " LEFT JOIN (SELECT subject, sum(amount) AS total FROM audit_paid GROUP BY subject) t"
                   " ON t.subject = c.subject LEFT JOIN (SELECT subject, max(id) AS last FROM audit_lead"
                   " WHERE rule = $1 AND entity = $2 GROUP BY subject) m ON m.subject = c.subject"
                   " LEFT JOIN audit_lead l ON l.id = m.last ORDER BY c.subject",
                   "ss", r->name, entity))
        return false;
    while ((ok = store_step(q, &row, e)) && row)
        *vec_push(a, out) = (struct catch){ .subject = store_number(q, 0),
                                            .paid_fen = store_number(q, 1),
                                            .last_lead = store_number(q, 2),
                                            .last_state = store_number(q, 3),
                                            .last_paid = store_number(q, 4),
                                            .last_run = store_number(q, 5),
                                            .key = store_word(q, 6, a) };
    store_done(q);
    return ok;
}

static bool keep_payments(struct store *s, int64_t lead, int64_t subject, struct err *e)
{
    return store_do(s, NULL, e,
                    "INSERT INTO audit_lead_payment (lead, payment) SELECT CAST($1 AS bigint), payment FROM audit_paid"
                    " WHERE subject = $2 ON CONFLICT DO NOTHING",
                    "ii", lead, subject);
}

static bool open_one(struct store *s, const struct audit_act *act, const struct audit_rule *r, str entity,
                     const struct catch *c, int64_t run, int64_t run_before, struct audit_opened *out, struct err *e)
{
    int64_t lead = c->last_lead;
    bool known = lead > 0, ended = known && c->last_state == LEAD_CLOSED;
    bool quiet = ended && c->last_run == run_before && c->paid_fen <= c->last_paid;
    if (known && (!ended || quiet)) {
        *(quiet ? &out->quiet : &out->again) += 1;
        return store_do(s, NULL, e, "UPDATE audit_lead SET run = $2, paid = $3 WHERE id = $1", "iii", lead, run,
                        quiet ? c->last_paid : c->paid_fen) &&
               (quiet || keep_payments(s, lead, c->subject, e));
    }
    out->opened++;
    return audit_next(s, "lead", &lead, e) &&
           store_do(s, NULL, e,
                    "INSERT INTO audit_lead (id, rule, entity, subject, key, found, run, state, outcome, assigned,"
                    " checker, paid, claim) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, '', '', $8, 0)",
                    "issiSiii", lead, r->name, entity, c->subject, c->key, (int64_t)act->day.days, run, c->paid_fen) &&
           keep_payments(s, lead, c->subject, e);
}

static bool open_all(struct store *s, const struct audit_act *act, const struct program *p, const struct audit_rule *r,
                     const struct audit_caught *caught, struct audit_opened *out, struct err *e)
{
    autoarena *a = arena_new("leads", 0);
    catches found = { 0 };
    int64_t run = 0, before = 0;
    bool there, pays;
    const struct entity *en = &p->entities.at[r->entity];
    if (!ledger_pays(s, r, &pays, e) || !temporary_tables(s, e) || !stage_caught(s, caught, e) ||
        !find_keys(s, en, e) || !find_paid(s, r, e) || !read_catches(s, r, en->name, a, &found, e) ||
        !audit_next(s, "run", &run, e) ||
        !store_get(s, &there, &before, 1, e, "SELECT max(run) FROM audit_lead WHERE rule = $1", "s", r->name))
        return false;
    VEC_EACH (const struct catch, c, &found) {
        out->paid_fen += c->paid_fen;
        if (pays && c->paid_fen == 0) {
            out->unpaid++;
            continue;
        }
        if (!open_one(s, act, r, en->name, c, run, before, out, e)) return false;
    }
    out->caught = (int64_t)found.len;
    return audit_note(s, act, "audit.find", r->name, e, "caught", str_fmt(a, "%" PRId64, out->caught), "opened",
                      str_fmt(a, "%" PRId64, out->opened), "rules", p->hash.p != NULL ? p->hash : STR(""),
                      (const char *)NULL);
}

bool audit_open(struct store *s, const struct audit_act *act, const struct program *p, const struct audit_rule *r,
                const struct audit_caught *caught, struct audit_opened *out, struct err *e)
{
    struct audit_opened made = { 0 };
    if (!audit_check_text(r->name, "疑点规则的名字", e) || !audit_may(act, AUDIT_AUDITOR | AUDIT_HEAD, "查找疑点", e) ||
        !audit_begin(s, act, e) || !store_end(s, open_all(s, act, p, r, caught, &made, e), e))
        return false;
    *out = made;
    return true;
}

/* ---- moves ---- */

struct standing {
    uint8_t state;
    int64_t outcome, claim;
    str assigned, checker;
};

static bool read_facts(struct store *s, int64_t lead, struct arena *a, struct standing *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    if (!store_ask(s, &q, e, "SELECT state, outcome, claim, assigned, checker FROM audit_lead WHERE id = $1", "i",
                   lead))
        return false;
    bool ok = store_step(q, &row, e);
    if (ok && row) {
        int64_t state = store_number(q, 0);
        out->state = state < 0 || state > UINT8_MAX ? UINT8_MAX : (uint8_t)state;
        out->outcome = store_number(q, 1);
        out->claim = store_number(q, 2);
        out->assigned = store_word(q, 3, a);
        out->checker = store_word(q, 4, a);
    }
    store_done(q);
    if (ok && !row) return fail(e, NOT_FOUND, "没有第 %" PRId64 " 号疑点；请核对编号", lead);
    return ok;
}

/* Whoever prepared or approved one of its payments does not check it. */
static bool independent(struct store *s, int64_t lead, str who, struct err *e)
{
    bool there;
    int64_t n = 0;
    if (!store_get(s, &there, &n, 1, e,
                   "SELECT count(*) FROM audit_lead_payment x JOIN ledger_payment p ON p.number = x.payment"
                   " JOIN ledger_batch b ON b.id = p.batch WHERE x.lead = $1"
                   " AND (b.prepared_by = $2 OR b.approved_by = $2)",
                   "is", lead, who))
        return false;
    return n == 0 || fail(e, DENIED, "%.*s编制或批准过这里的付款，不能来核查；请分派给别人", STR_ARG(who));
}

/* A claim must be about one of the lead's payments. */
static bool right_claim(struct store *s, int64_t lead, int64_t claim, struct err *e)
{
    bool there;
    int64_t n = 0;
    if (claim <= 0) return fail(e, INVALID, "追回要写明追回号；先请会计在资金账里记追回");
    if (!store_get(s, &there, &n, 1, e,
                   "SELECT count(*) FROM ledger_claim c JOIN audit_lead_payment x ON x.payment = c.payment"
                   " WHERE x.lead = $1 AND c.id = $2",
                   "ii", lead, claim))
        return false;
    return n > 0 || fail(e, NOT_FOUND, "第 %" PRId64 " 号追回不是这个疑点里的付款；请核对追回号", claim);
}

static bool add_step(struct store *s, const struct audit_act *act, int64_t lead, str move, struct err *e)
{
    return store_do(s, NULL, e,
                    "INSERT INTO audit_step (lead, step, day, who, move, reason) SELECT CAST($1 AS bigint),"
                    " coalesce(max(step), 0) + 1, CAST($2 AS bigint), CAST($3 AS text), CAST($4 AS text),"
                    " CAST($5 AS text) FROM audit_step WHERE lead = $1",
                    "iisss", lead, (int64_t)act->day.days, act->who, move,
                    act->reason.p != NULL ? act->reason : STR(""));
}

/* What a move asks for beside what the machine checks. */
static bool allowed(struct store *s, const struct audit_act *act, int64_t lead, struct standing *f, uint8_t before,
                    str to, int64_t claim, struct err *e)
{
    switch (f->state) {
    case LEAD_ASSIGNED: f->assigned = to; return audit_check_text(to, "分派给谁", e) && independent(s, lead, to, e);
    case LEAD_CHECKING:
        if (before == LEAD_ASSIGNED && !str_eq(act->who, f->assigned))
            return fail(e, DENIED, "这个疑点分派给了%.*s；要换人，请先改派", STR_ARG(f->assigned));
        if (before != LEAD_ASSIGNED) f->outcome = LEAD_NEW;
        return true;
    case LEAD_TRUE:
    case LEAD_UNTRUE:
    case LEAD_UNKNOWN:
        if (!str_eq(act->who, f->assigned))
            return fail(e, DENIED, "这个疑点由%.*s在核查；要换人，请先改派", STR_ARG(f->assigned));
        f->outcome = f->state;
        f->checker = act->who;
        return true;
    case LEAD_CLAIMED: f->claim = claim; return right_claim(s, lead, claim, e);
    case LEAD_CLOSED:
        return !str_eq(act->who, f->checker) || fail(e, DENIED, "这个疑点是您核查的，不能由您结案；请交给别人");
    default: return true;
    }
}

static bool move_lead(struct store *s, const struct audit_act *act, int64_t lead, str move, str to, int64_t claim,
                      enum audit_lead_state *out, struct err *e)
{
    autoarena *a = arena_new("lead", 0);
    struct standing f = { 0 };
    if (!read_facts(s, lead, a, &f, e)) return false;
    uint8_t before = f.state;
    if (!machine_move(&audit_lead_machine, &f.state, move, act->roles, act->reason, e))
        return fail_up(e, "第 %" PRId64 " 号疑点没有改动", lead);
    if (!allowed(s, act, lead, &f, before, to, claim, e)) return false;
    *out = (enum audit_lead_state)f.state;
    return store_do(s, NULL, e,
                    "UPDATE audit_lead SET state = $2, outcome = $3, claim = $4, assigned = $5, checker = $6"
                    " WHERE id = $1",
                    "iiiiss", lead, (int64_t)f.state, f.outcome, f.claim, f.assigned, f.checker) &&
           add_step(s, act, lead, move, e) &&
           audit_note(s, act, "audit.move", str_fmt(a, "lead %" PRId64, lead), e, "move", move, "to", f.assigned,
                      (const char *)NULL);
}

bool audit_lead_move(struct store *s, const struct audit_act *act, int64_t lead, str move, str to, int64_t claim,
                     enum audit_lead_state *out, struct err *e)
{
    enum audit_lead_state state = LEAD_NEW;
    if (act->reason.len > 0 && !audit_check_text(act->reason, "理由", e)) return false;
    if (!audit_begin(s, act, e) || !store_end(s, move_lead(s, act, lead, move, to, claim, &state, e), e)) return false;
    *out = state;
    return true;
}

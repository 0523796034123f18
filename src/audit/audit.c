/* audit: tables, life cycles, the frame of an operation. */
#include "audit/audit_priv.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <string.h>

enum { NOTE_MAX = 1 << 16 };

static const char *const roles[] = { "审计", "审计主管", "核查", "被查" };
enum { ROLES = sizeof roles / sizeof *roles };

/* ---- life cycles ---- */

static const struct machine_state lead_states[] = {
    { "新", true, false },      { "已分派", false, false }, { "核查中", false, false },
    { "属实", false, false },   { "不属实", false, false }, { "无法核实", false, false },
    { "追回中", false, false }, { "整改中", false, false }, { "已结案", false, true },
};
static const struct machine_move lead_moves[] = {
    { "分派", LEAD_NEW, LEAD_ASSIGNED, AUDIT_AUDITOR | AUDIT_HEAD, false, 0 },
    { "改派", LEAD_ASSIGNED, LEAD_ASSIGNED, AUDIT_AUDITOR | AUDIT_HEAD, false, 0 },
    { "改派", LEAD_CHECKING, LEAD_ASSIGNED, AUDIT_HEAD, true, 0 },
    { "核查", LEAD_ASSIGNED, LEAD_CHECKING, AUDIT_CHECKER, false, 0 },
    { "属实", LEAD_CHECKING, LEAD_TRUE, AUDIT_CHECKER, true, 0 },
    { "不属实", LEAD_CHECKING, LEAD_UNTRUE, AUDIT_CHECKER, true, 0 },
    { "无法核实", LEAD_CHECKING, LEAD_UNKNOWN, AUDIT_CHECKER, true, 0 },
    { "重查", LEAD_TRUE, LEAD_CHECKING, AUDIT_HEAD, true, 0 },
    { "重查", LEAD_UNTRUE, LEAD_CHECKING, AUDIT_HEAD, true, 0 },
    { "重查", LEAD_UNKNOWN, LEAD_CHECKING, AUDIT_HEAD, true, 0 },
    { "追回", LEAD_TRUE, LEAD_CLAIMED, AUDIT_AUDITOR | AUDIT_HEAD, false, 0 },
    { "整改", LEAD_TRUE, LEAD_MENDED, AUDIT_AUDITOR | AUDIT_HEAD, true, 0 },
    { "整改", LEAD_CLAIMED, LEAD_MENDED, AUDIT_AUDITOR | AUDIT_HEAD, true, 0 },
    { "结案", LEAD_UNTRUE, LEAD_CLOSED, AUDIT_AUDITOR | AUDIT_HEAD, true, 0 },
    { "结案", LEAD_UNKNOWN, LEAD_CLOSED, AUDIT_AUDITOR | AUDIT_HEAD, true, 0 },
    { "结案", LEAD_CLAIMED, LEAD_CLOSED, AUDIT_AUDITOR | AUDIT_HEAD, true, 0 },
    { "结案", LEAD_MENDED, LEAD_CLOSED, AUDIT_AUDITOR | AUDIT_HEAD, true, 0 },
};
const struct machine audit_lead_machine = {
    "疑点",
    roles,
    ROLES,
    lead_states,
    sizeof lead_states / sizeof *lead_states,
    lead_moves,
    sizeof lead_moves / sizeof *lead_moves,
};

static const struct machine_state item_states[] = {
    { "待查", true, false },     { "无误", false, true },    { "有误", false, false },
    { "无法核实", false, true }, { "已申辩", false, false }, { "维持有误", false, true },
};
static const struct machine_move item_moves[] = {
    { "无误", ITEM_WAITING, ITEM_RIGHT, AUDIT_CHECKER, false, 0 },
    { "有误", ITEM_WAITING, ITEM_WRONG, AUDIT_CHECKER, true, 0 },
    { "无法核实", ITEM_WAITING, ITEM_UNKNOWN, AUDIT_CHECKER, true, 0 },
    { "申辩", ITEM_WRONG, ITEM_OBJECTED, AUDIT_CHECKED, true, 0 },
    { "认可", ITEM_WRONG, ITEM_UPHELD, AUDIT_CHECKED, false, 0 },
    { "维持", ITEM_OBJECTED, ITEM_UPHELD, AUDIT_HEAD, true, 0 },
    { "改判", ITEM_OBJECTED, ITEM_RIGHT, AUDIT_HEAD, true, 0 },
};
const struct machine audit_item_machine = {
    "抽样的一笔",
    roles,
    ROLES,
    item_states,
    sizeof item_states / sizeof *item_states,
    item_moves,
    sizeof item_moves / sizeof *item_moves,
};

bool audit_roles_read(str list, uint32_t *out)
{
    str piece;
    *out = 0;
    while (str_split(&list, '+', &piece)) {
        size_t i = 0;
        while (i < ROLES && !str_eq(piece, str_of(roles[i]))) i++;
        if (i == ROLES) return false;
        *out |= 1u << i;
    }
    return *out != 0;
}

str audit_role_names(struct arena *a, uint32_t bits)
{
    struct text t;
    text_init(&t, a, 200);
    for (size_t i = 0; i < ROLES; i++)
        if (bits >> i & 1) text_addf(&t, "%s%s", t.len > 0 ? "或" : "", roles[i]);
    return text_str(&t);
}

/* ---- tables ---- */

#define TABLES(KEY)                                                                                                   \
    "CREATE TABLE audit_counter (name text PRIMARY KEY, value bigint NOT NULL);"                                      \
    "INSERT INTO audit_counter (name, value) VALUES ('lock', 0), ('run', 0), ('lead', 0), ('campaign', 0),"           \
    " ('export', 0);"                                                                                                 \
    "CREATE TABLE audit_lead (id " KEY " PRIMARY KEY, rule text NOT NULL, entity text NOT NULL,"                      \
    " subject bigint NOT NULL, key text NOT NULL, found bigint NOT NULL, run bigint NOT NULL, state bigint NOT NULL," \
    " outcome bigint NOT NULL, assigned text NOT NULL, checker text NOT NULL, paid bigint NOT NULL,"                  \
    " claim bigint NOT NULL);"                                                                                        \
    "CREATE INDEX audit_lead_of ON audit_lead (rule, entity, subject, id);"                                           \
    "CREATE TABLE audit_lead_payment (lead bigint NOT NULL, payment bigint NOT NULL, PRIMARY KEY (lead, payment));"   \
    "CREATE TABLE audit_step (lead bigint NOT NULL, step bigint NOT NULL, day bigint NOT NULL, who text NOT NULL,"    \
    " move text NOT NULL, reason text NOT NULL, PRIMARY KEY (lead, step));"                                           \
    "CREATE TABLE audit_campaign (id " KEY " PRIMARY KEY, title text NOT NULL, fund text NOT NULL,"                   \
    " first bigint NOT NULL, last bigint NOT NULL, seed bigint NOT NULL, day bigint NOT NULL, who text NOT NULL,"     \
    " closed bigint NOT NULL);"                                                                                       \
    "CREATE TABLE audit_stratum (campaign bigint NOT NULL, stratum bigint NOT NULL, name text NOT NULL,"              \
    " frame bigint NOT NULL, frame_fen bigint NOT NULL, PRIMARY KEY (campaign, stratum));"                            \
    "CREATE TABLE audit_item (campaign bigint NOT NULL, item bigint NOT NULL, stratum bigint NOT NULL,"               \
    " payment bigint NOT NULL, amount bigint NOT NULL, checker text NOT NULL, state bigint NOT NULL,"                 \
    " error bigint NOT NULL CHECK (error >= 0 AND error <= amount), note text NOT NULL,"                              \
    " PRIMARY KEY (campaign, item), UNIQUE (campaign, payment));"

#define VERIFIED(KEY)                                                                                                  \
    "CREATE TABLE audit_verified (id " KEY " PRIMARY KEY, day bigint NOT NULL, at bigint NOT NULL, who text NOT NULL," \
    " first bigint NOT NULL, last bigint NOT NULL, mark text NOT NULL, events bigint NOT NULL, sound bigint NOT NULL," \
    " what text NOT NULL)"

static const struct store_step steps[] = {
    { 1, "疑点、抽样", TABLES("integer"),
      "DROP TABLE audit_item; DROP TABLE audit_stratum; DROP TABLE audit_campaign; DROP TABLE audit_step;"
      "DROP TABLE audit_lead_payment; DROP TABLE audit_lead; DROP TABLE audit_counter",
      TABLES("bigint") },
    { 2, "留痕核对到哪里", VERIFIED("integer"), "DROP TABLE audit_verified", VERIFIED("bigserial") },
};

bool audit_migrate(struct store *s, struct err *e)
{
    enum { COUNT = sizeof steps / sizeof *steps };
    return ledger_migrate(s, e) && store_migrate(s, STR("audit"), steps, COUNT, COUNT, e);
}

/* ---- an operation ---- */

bool audit_begin(struct store *s, const struct audit_act *act, struct err *e)
{
    int64_t changed = 0;
    if (act->who.len == 0 || act->roles == 0) return fail(e, INVALID, "没有说明是谁、以什么岗位来查；请先登录");
    if (!date_ok(act->day)) return fail(e, INVALID, "日期不对；请写 1800 至 2999 年之间的一天");
    if (!store_begin(s, e)) return false;
    if (store_do(s, &changed, e, "UPDATE audit_counter SET value = value + 1 WHERE name = 'lock'", "") && changed == 1)
        return true;
    store_rollback(s);
    return false;
}

bool audit_may(const struct audit_act *act, uint32_t needed, const char *what, struct err *e)
{
    if ((act->roles & needed) != 0) return true;
    autoarena *a = arena_new("sentence", 0);
    str who = audit_role_names(a, needed);
    return fail(e, DENIED, "“%s”要由%.*s来做；请交给他们办理", what, STR_ARG(who));
}

bool audit_next(struct store *s, const char *what, int64_t *out, struct err *e)
{
    bool there;
    return store_get(s, &there, out, 1, e, "UPDATE audit_counter SET value = value + 1 WHERE name = $1 RETURNING value",
                     "s", str_of(what));
}

bool audit_note(struct store *s, const struct audit_act *act, const char *kind, str subject, struct err *e, ...)
{
    autoarena *a = arena_new("note", 0);
    struct text body, role;
    struct json_writer w;
    char day[DATE_TEXT];
    va_list facts;
    const char *key;
    text_init(&body, a, NOTE_MAX);
    text_init(&role, a, JOURNAL_WORD_MAX);
    for (size_t i = 0; i < ROLES; i++)
        if (act->roles >> i & 1) text_addf(&role, "%s%s", role.len > 0 ? " " : "", roles[i]);
    json_begin(&w, &body, false);
    json_object(&w);
    va_start(facts, e);
    while ((key = va_arg(facts, const char *)) != NULL) {
        json_key(&w, key);
        json_str(&w, va_arg(facts, str));
    }
    va_end(facts);
    date_text(act->day, day);
    json_key(&w, "day");
    json_str(&w, str_of(day));
    if (act->reason.len > 0) {
        json_key(&w, "reason");
        json_str(&w, act->reason);
    }
    json_object_end(&w);
    struct journal_event v = {
        act->who, text_str(&role), str_of(kind), subject, { 0 }, text_str(&body), act->clock_ms
    };
    return journal_append(s, &v, 1, NULL, e);
}

bool audit_check_text(str s, const char *what, struct err *e)
{
    size_t bad;
    bool good = s.len > 0 && s.len <= AUDIT_TEXT_MAX && utf8_valid(s, &bad);
    for (size_t i = 0; good && i < s.len; i++) good = (unsigned char)s.p[i] >= ' ';
    return good || fail(e, INVALID, "%s不对：不能空，最多 %d 字节，不能换行；请改正", what, AUDIT_TEXT_MAX);
}

bool audit_handled(struct store *s, int64_t payment, str who, bool *out, struct err *e)
{
    int64_t n = 0;
    bool there;
    bool ok = store_get(s, &there, &n, 1, e,
                        "SELECT count(*) FROM ledger_payment p JOIN ledger_batch b ON b.id = p.batch"
                        " WHERE p.number = $1 AND (b.prepared_by = $2 OR b.approved_by = $2)",
                        "is", payment, who);
    *out = n > 0;
    return ok;
}

const store_secrets audit_secrets = {
    .at = (struct store_secret[]){ { .table = "audit_lead", .column = "key" } },
    .len = 1,
};

/* filing: tables, life cycle, the frame of an operation, rows. */
#include "base/json.h"
#include "base/utf8.h"
#include "filing/filing_priv.h"

#include <inttypes.h>

enum { NOTE_MAX = 1 << 16 };

static const char *const roles[] = { "填报", "审核" };
enum { ROLES = sizeof roles / sizeof *roles };

static const struct machine_state states[] = {
    [FILING_NEW] = { "待填", true, false },       [FILING_FILLED] = { "已填", false, false },
    [FILING_REPORTED] = { "已报", false, false }, [FILING_APPROVED] = { "已审", false, false },
    [FILING_RETURNED] = { "退回", false, false }, [FILING_LOCKED] = { "已锁", false, true },
};
static const struct machine_move moves[] = {
    { "填", FILING_NEW, FILING_FILLED, FILING_FILLER, false, 0 },
    { "填", FILING_FILLED, FILING_FILLED, FILING_FILLER, false, 0 },
    { "填", FILING_RETURNED, FILING_FILLED, FILING_FILLER, false, 0 },
    { "上报", FILING_FILLED, FILING_REPORTED, FILING_FILLER, false, 0 },
    { "撤回", FILING_REPORTED, FILING_FILLED, FILING_FILLER, true, 0 },
    { "审核通过", FILING_REPORTED, FILING_APPROVED, FILING_APPROVER, false, 0 },
    { "退回", FILING_REPORTED, FILING_RETURNED, FILING_APPROVER, true, 0 },
    { "退回", FILING_APPROVED, FILING_RETURNED, FILING_APPROVER, true, 0 },
    { "锁定", FILING_APPROVED, FILING_LOCKED, FILING_APPROVER, false, 0 },
};
const struct machine filing_machine = {
    "报表", roles, ROLES, states, sizeof states / sizeof *states, moves, sizeof moves / sizeof *moves
};

const char *filing_state_zh(enum filing_state s) { return states[s].name; }

bool filing_roles_read(str list, uint32_t *out)
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

/* ---- tables ---- */

#define TABLES(KEY)                                                                                                    \
    "CREATE TABLE filing_counter (name text PRIMARY KEY, value bigint NOT NULL);"                                      \
    "INSERT INTO filing_counter (name, value) VALUES ('lock', 0), ('filing', 0);"                                      \
    "CREATE TABLE filing (id " KEY " PRIMARY KEY, form text NOT NULL, area text NOT NULL, month_from bigint NOT NULL," \
    " month_to bigint NOT NULL, version bigint NOT NULL, state bigint NOT NULL, opened bigint NOT NULL,"               \
    " has_due bigint NOT NULL, due bigint NOT NULL, has_reported bigint NOT NULL, reported bigint NOT NULL,"           \
    " filler text NOT NULL, approver text NOT NULL, cause text NOT NULL, missing text NOT NULL,"                       \
    " UNIQUE (form, area, month_from, month_to, version));"                                                            \
    "CREATE TABLE filing_cell (filing bigint NOT NULL, cell text NOT NULL, known text NOT NULL, value text NOT NULL,"  \
    " origin text NOT NULL, reason text NOT NULL, PRIMARY KEY (filing, cell));"                                        \
    "CREATE TABLE filing_excuse (filing bigint NOT NULL, rule text NOT NULL, reason text NOT NULL,"                    \
    " PRIMARY KEY (filing, rule));"                                                                                    \
    "CREATE TABLE filing_step (filing bigint NOT NULL, step bigint NOT NULL, day bigint NOT NULL, who text NOT NULL,"  \
    " move text NOT NULL, words text NOT NULL, PRIMARY KEY (filing, step));"

static const struct store_step steps[] = {
    { 1, "报表、格子、经过", TABLES("integer"),
      "DROP TABLE filing_step; DROP TABLE filing_excuse; DROP TABLE filing_cell; DROP TABLE filing;"
      " DROP TABLE filing_counter",
      TABLES("bigint") },
    { 2, "算进了上级的哪一张、说明是对哪几个数写的",
      "ALTER TABLE filing ADD COLUMN counted_in bigint NOT NULL DEFAULT 0;"
      "ALTER TABLE filing_excuse ADD COLUMN numbers text NOT NULL DEFAULT '';"
      "CREATE INDEX filing_by_period ON filing (form, month_to, month_from)",
      "DROP INDEX filing_by_period; ALTER TABLE filing_excuse DROP COLUMN numbers;"
      " ALTER TABLE filing DROP COLUMN counted_in",
      NULL },
};

bool filing_migrate(struct store *s, struct err *e)
{
    enum { COUNT = sizeof steps / sizeof *steps };
    return journal_migrate(s, e) && watch_migrate(s, e) && store_migrate(s, STR("filing"), steps, COUNT, COUNT, e);
}

/* ---- an operation ---- */

bool filing_begin(struct store *s, const struct filing_act *act, struct err *e)
{
    int64_t changed = 0;
    size_t bad;
    if (act->who.len == 0 || act->roles == 0) return fail(e, INVALID, "没有说明是谁、什么岗位；请先登录");
    if (act->who.len > FILING_WORD_MAX || !utf8_valid(act->who, &bad)) return fail(e, INVALID, "姓名太长，或者有乱码");
    if (act->reason.len > FILING_TEXT_MAX || !utf8_valid(act->reason, &bad))
        return fail(e, INVALID, "理由最多 %d 字节，不能有乱码；请写短一些", FILING_TEXT_MAX);
    if (!date_ok(act->day)) return fail(e, INVALID, "日期不对；请写 1800 至 2999 年之间的一天");
    if (!store_begin(s, e)) return false;
    if (store_do(s, &changed, e, "UPDATE filing_counter SET value = value + 1 WHERE name = 'lock'", "") && changed == 1)
        return true;
    store_rollback(s);
    return false;
}

/* ---- rows ---- */

#define COLUMNS                                                                                                     \
    "id, form, area, month_from, month_to, version, state, has_due, due, has_reported, reported, filler, approver," \
    " cause, missing, counted_in"

static bool read_filing(const struct store_stmt *q, struct arena *a, struct filing *out, struct err *e)
{
    int64_t state = store_number(q, 6);
    if (state < 0 || state > FILING_LOCKED)
        return fail(e, INTERNAL, "第 %" PRId64 " 张表的状态本程序不认识；请用写它的那个版本打开", store_number(q, 0));
    *out = (struct filing){ .id = store_number(q, 0),
                            .form = store_word(q, 1, a),
                            .area = store_word(q, 2, a),
                            .period = { { (int32_t)store_number(q, 3) }, { (int32_t)store_number(q, 4) } },
                            .version = store_number(q, 5),
                            .state = (enum filing_state)state,
                            .has_due = store_number(q, 7) > 0,
                            .due = { (int32_t)store_number(q, 8) },
                            .has_reported = store_number(q, 9) > 0,
                            .reported = { (int32_t)store_number(q, 10) },
                            .filler = store_word(q, 11, a),
                            .approver = store_word(q, 12, a),
                            .cause = store_word(q, 13, a),
                            .missing = store_word(q, 14, a),
                            .counted_in = store_number(q, 15) };
    return true;
}

static bool same_sheet(const struct filing *x, const struct filing *y)
{
    return str_eq(x->form, y->form) && str_eq(x->area, y->area) && interval_eq(x->period, y->period);
}

/* Each wish has its own statement, so that each is answered by an index. */
static bool ask(struct store *s, const struct filing_wanted *w, struct store_stmt **q, struct err *e)
{
#define ALL   "SELECT " COLUMNS " FROM filing WHERE "
#define ORDER " ORDER BY form, month_to DESC, month_from, area, version"
    int64_t from = w->period.from.index, to = w->period.to.index;
    str form = w->form.p != NULL ? w->form : STR(""), area = w->area.p != NULL ? w->area : STR("");
    if (w->id > 0) return store_ask(s, q, e, ALL "id = $1", "i", w->id);
    if (form.len > 0 && area.len > 0 && w->has_period)
        return store_ask(s, q, e, ALL "form = $1 AND area = $2 AND month_from = $3 AND month_to = $4 ORDER BY version",
                         "ssii", form, area, from, to);
    if (form.len > 0 && w->has_period)
        return store_ask(s, q, e,
                         ALL "form = $1 AND month_to = $2 AND month_from = $3 AND ($4 = '' OR area = $4)" ORDER, "siis",
                         form, to, from, area);
    return store_ask(s, q, e,
                     ALL "($1 = '' OR form = $1) AND ($2 = '' OR area = $2) AND ($3 = 0 OR (month_from = $4 AND"
                         " month_to = $5))" ORDER,
                     "ssiii", form, area, (int64_t)w->has_period, from, to);
#undef ALL
#undef ORDER
}

bool filing_find(struct store *s, const struct filing_wanted *w, struct arena *a, filing_list *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!ask(s, w, &q, e)) return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct filing x;
        ok = read_filing(q, a, &x, e);
        if (!ok) break;
        if (w->latest && out->len > 0 && same_sheet(&out->at[out->len - 1], &x))
            out->at[out->len - 1] = x;
        else
            *vec_push(a, out) = x;
    }
    store_done(q);
    return ok;
}

bool filing_get(struct store *s, int64_t id, struct arena *a, struct filing *out, struct err *e)
{
    filing_list one = { 0 };
    struct filing_wanted w = { .id = id };
    if (id < 1) return fail(e, NOT_FOUND, "没有这张表");
    if (!filing_find(s, &w, a, &one, e)) return false;
    if (one.len == 0) return fail(e, NOT_FOUND, "没有第 %" PRId64 " 张表", id);
    *out = one.at[0];
    return true;
}

bool filing_find_one(struct store *s, str form, str area, struct interval period, struct arena *a, struct filing *out,
                     struct err *e)
{
    filing_list list = { 0 };
    struct filing_wanted w = { .form = form, .area = area, .has_period = true, .period = period, .latest = true };
    if (!filing_find(s, &w, a, &list, e)) return false;
    if (list.len == 0)
        return fail(e, NOT_FOUND, "“%.*s”%.*s还没有 %.*s 的表；先开填这一期", STR_ARG(form),
                    STR_ARG(interval_text(a, period)), STR_ARG(area));
    *out = list.at[0];
    return true;
}

bool filing_put(struct store *s, const struct filing *x, struct err *e)
{
    return store_do(s, NULL, e,
                    "UPDATE filing SET state = $2, has_reported = $3, reported = $4, filler = $5, approver = $6,"
                    " missing = $7 WHERE id = $1",
                    "iiiisss", x->id, (int64_t)x->state, (int64_t)x->has_reported, (int64_t)x->reported.days, x->filler,
                    x->approver, x->missing);
}

bool filing_add(struct store *s, struct filing *x, date day, struct err *e)
{
    return store_get(s, NULL, &x->id, 1, e,
                     "UPDATE filing_counter SET value = value + 1 WHERE name = 'filing' RETURNING value", "") &&
           store_do(s, NULL, e,
                    "INSERT INTO filing (id, form, area, month_from, month_to, version, state, opened, has_due, due,"
                    " has_reported, reported, filler, approver, cause, missing) VALUES ($1, $2, $3, $4, $5, $6, $7, $8,"
                    " $9, $10, 0, 0, '', '', $11, '')",
                    "issiiiiiiis", x->id, x->form, x->area, (int64_t)x->period.from.index, (int64_t)x->period.to.index,
                    x->version, (int64_t)x->state, (int64_t)day.days, (int64_t)x->has_due, (int64_t)x->due.days,
                    x->cause);
}

/* ---- what was done ---- */

static str role_names(struct arena *a, uint32_t bits)
{
    struct text t;
    text_init(&t, a, JOURNAL_WORD_MAX);
    for (size_t i = 0; i < ROLES; i++)
        if (bits >> i & 1) text_addf(&t, "%s%s", t.len > 0 ? " " : "", roles[i]);
    return text_str(&t);
}

bool filing_note(struct store *s, const struct filing_act *act, const struct filing *x, const char *kind, str move,
                 str text, struct err *e)
{
    autoarena *a = arena_new("note", 0);
    struct text body;
    struct json_writer w;
    char day[DATE_TEXT];
    text_init(&body, a, NOTE_MAX);
    date_text(act->day, day);
    json_begin(&w, &body, false);
    json_object(&w);
    json_key(&w, "move"), json_str(&w, move);
    json_key(&w, "form"), json_str(&w, x->form);
    json_key(&w, "area"), json_str(&w, x->area);
    json_key(&w, "period"), json_str(&w, interval_text(a, x->period));
    json_key(&w, "version"), json_int(&w, x->version);
    json_key(&w, "day"), json_z(&w, day);
    if (text.len > 0) json_key(&w, "text"), json_str(&w, text);
    json_object_end(&w);
    struct journal_event v = { .actor = act->who,
                               .role = role_names(a, act->roles),
                               .kind = str_of(kind),
                               .subject = str_fmt(a, "filing %" PRId64, x->id),
                               .body = text_str(&body),
                               .clock_ms = act->clock_ms };
    return store_do(s, NULL, e,
                    "INSERT INTO filing_step (filing, step, day, who, move, words) SELECT CAST($1 AS bigint),"
                    " coalesce(max(step), 0) + 1, CAST($2 AS bigint), CAST($3 AS text), CAST($4 AS text),"
                    " CAST($5 AS text) FROM filing_step WHERE filing = $1",
                    "iisss", x->id, (int64_t)act->day.days, act->who, move, text.p != NULL ? text : STR("")) &&
           journal_append(s, &v, 1, NULL, e);
}

bool filing_steps_of(struct store *s, int64_t id, struct arena *a, filing_steps *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_ask(s, &q, e, "SELECT day, who, move, words FROM filing_step WHERE filing = $1 ORDER BY step", "i", id))
        return false;
    while ((ok = store_step(q, &row, e)) && row)
        *vec_push(a, out) = (struct filing_step){
            { (int32_t)store_number(q, 0) }, store_word(q, 1, a), store_word(q, 2, a), store_word(q, 3, a)
        };
    store_done(q);
    return ok;
}

#define SOURCE_BEGINS "报表“"

str filing_source(struct arena *a, const struct filing *x)
{
    return str_fmt(a, SOURCE_BEGINS "%.*s”", STR_ARG(x->form));
}

bool filing_is_source(str source) { return str_starts(source, STR(SOURCE_BEGINS)); }

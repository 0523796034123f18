/* alarm: tables, the life of a case, the frame of a move. */
#include "alarm/alarm_priv.h"
#include "base/json.h"
#include "base/utf8.h"

#include <inttypes.h>

enum { NOTE_MAX = 1 << 16 };

static const char *const roles[] = { "值班", "处置", "主管", "系统" };
enum { ROLES = sizeof roles / sizeof *roles };

static const struct machine_state states[] = {
    [ALARM_NEW] = { "待签收", true, false },       [ALARM_RECEIVED] = { "已签收", false, false },
    [ALARM_HANDLING] = { "处置中", false, false }, [ALARM_DONE] = { "已办结", false, false },
    [ALARM_CLOSED] = { "已解除", false, true },    [ALARM_FALSE] = { "误报", false, true },
};
static const struct machine_move moves[] = {
    { "签收", ALARM_NEW, ALARM_RECEIVED, ALARM_DUTY | ALARM_CHIEF, false, 0 },
    { "分派", ALARM_RECEIVED, ALARM_HANDLING, ALARM_DUTY | ALARM_CHIEF, false, 0 },
    { "改派", ALARM_HANDLING, ALARM_HANDLING, ALARM_DUTY | ALARM_CHIEF, false, 0 },
    { "落实", ALARM_HANDLING, ALARM_HANDLING, ALARM_HANDLER, true, 0 },
    { "办结", ALARM_HANDLING, ALARM_DONE, ALARM_HANDLER, true, 0 },
    { "退回", ALARM_DONE, ALARM_HANDLING, ALARM_CHIEF, true, 0 },
    { "解除", ALARM_DONE, ALARM_CLOSED, ALARM_CHIEF, true, 0 },
    { "误报", ALARM_NEW, ALARM_FALSE, ALARM_CHIEF, true, 0 },
    { "误报", ALARM_RECEIVED, ALARM_FALSE, ALARM_CHIEF, true, 0 },
    { "误报", ALARM_HANDLING, ALARM_FALSE, ALARM_CHIEF, true, 0 },
    { "上报", ALARM_NEW, ALARM_NEW, ALARM_DUTY | ALARM_CHIEF | ALARM_SYSTEM, true, 0 },
    { "上报", ALARM_RECEIVED, ALARM_RECEIVED, ALARM_DUTY | ALARM_CHIEF | ALARM_SYSTEM, true, 0 },
    { "上报", ALARM_HANDLING, ALARM_HANDLING, ALARM_DUTY | ALARM_CHIEF | ALARM_SYSTEM, true, 0 },
};
const struct machine alarm_machine = {
    "警情", roles, ROLES, states, sizeof states / sizeof *states, moves, sizeof moves / sizeof *moves
};

bool alarm_roles_read(str list, uint32_t *out)
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

#define TABLES(KEY)                                                                                                   \
    "CREATE TABLE alarm_counter (name text PRIMARY KEY, value bigint NOT NULL);"                                      \
    "INSERT INTO alarm_counter (name, value) VALUES ('lock', 0), ('alarm', 0), ('test', 0);"                          \
    "CREATE TABLE alarm (id " KEY " PRIMARY KEY, rule text NOT NULL, indicator text NOT NULL, area text NOT NULL,"    \
    " office text NOT NULL, level bigint NOT NULL, state bigint NOT NULL, opened bigint NOT NULL,"                    \
    " since bigint NOT NULL, since_text text NOT NULL, period text NOT NULL, value text NOT NULL,"                    \
    " line text NOT NULL, rules text NOT NULL, holder text NOT NULL, finished_by text NOT NULL,"                      \
    " due bigint NOT NULL, clock bigint NOT NULL, late bigint NOT NULL, told bigint NOT NULL, calm bigint NOT NULL);" \
    "CREATE INDEX alarm_of ON alarm (rule, area, id);"                                                                \
    "CREATE TABLE alarm_step (alarm bigint NOT NULL, step bigint NOT NULL, day bigint NOT NULL, who text NOT NULL,"   \
    " move text NOT NULL, words text NOT NULL, PRIMARY KEY (alarm, step));"                                           \
    "CREATE TABLE alarm_action (alarm bigint NOT NULL, action bigint NOT NULL, words text NOT NULL,"                  \
    " day bigint NOT NULL, who text NOT NULL, result text NOT NULL, PRIMARY KEY (alarm, action));"                    \
    "CREATE TABLE alarm_test (id " KEY " PRIMARY KEY, rule text NOT NULL, says text NOT NULL, day bigint NOT NULL,"   \
    " who text NOT NULL, result text NOT NULL);"

static const struct store_step steps[] = {
    { 1, "警情、处置、回测", TABLES("integer"),
      "DROP TABLE alarm_test; DROP TABLE alarm_action; DROP TABLE alarm_step; DROP TABLE alarm; DROP TABLE"
      " alarm_counter",
      TABLES("bigint") },
};

bool alarm_migrate(struct store *s, struct err *e)
{
    enum { COUNT = sizeof steps / sizeof *steps };
    return journal_migrate(s, e) && watch_migrate(s, e) && store_migrate(s, STR("alarm"), steps, COUNT, COUNT, e);
}

/* ---- an operation ---- */

bool alarm_begin(struct store *s, const struct alarm_act *act, struct err *e)
{
    int64_t changed = 0;
    size_t bad;
    if (act->who.len == 0 || act->roles == 0) return fail(e, INVALID, "没有说明是谁、什么岗位；请先登录");
    if (act->who.len > ALARM_WORD_MAX || !utf8_valid(act->who, &bad)) return fail(e, INVALID, "姓名太长，或者有乱码");
    if (act->reason.len > ALARM_TEXT_MAX || !utf8_valid(act->reason, &bad))
        return fail(e, INVALID, "说明最多 %d 字节，不能有乱码；请写短一些", ALARM_TEXT_MAX);
    if (!date_ok(act->day)) return fail(e, INVALID, "日期不对；请写 1800 至 2999 年之间的一天");
    if (!store_begin(s, e)) return false;
    if (store_do(s, &changed, e, "UPDATE alarm_counter SET value = value + 1 WHERE name = 'lock'", "") && changed == 1)
        return true;
    store_rollback(s);
    return false;
}

bool alarm_next(struct store *s, const char *what, int64_t *out, struct err *e)
{
    return store_get(s, NULL, out, 1, e, "UPDATE alarm_counter SET value = value + 1 WHERE name = $1 RETURNING value",
                     "s", str_of(what));
}

/* ---- rows ---- */

bool alarm_row_get(struct store *s, int64_t id, struct arena *a, struct alarm_row *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    if (!store_ask(s, &q, e,
                   "SELECT state, due, clock, late, told, rule, area, office, holder, finished_by FROM alarm"
                   " WHERE id = $1",
                   "i", id))
        return false;
    bool ok = store_step(q, &row, e);
    if (ok && row) {
        int64_t state = store_number(q, 0);
        *out = (struct alarm_row){ .id = id,
                                   .state = state < 0 || state > ALARM_FALSE ? UINT8_MAX : (uint8_t)state,
                                   .due = store_number(q, 1),
                                   .clock = store_number(q, 2),
                                   .late = store_number(q, 3),
                                   .told = store_number(q, 4),
                                   .rule = store_word(q, 5, a),
                                   .area = store_word(q, 6, a),
                                   .office = store_word(q, 7, a),
                                   .holder = store_word(q, 8, a),
                                   .finished_by = store_word(q, 9, a) };
    }
    store_done(q);
    if (ok && !row) return fail(e, NOT_FOUND, "没有第 %" PRId64 " 号警情", id);
    return ok;
}

bool alarm_row_put(struct store *s, const struct alarm_row *r, struct err *e)
{
    return store_do(s, NULL, e,
                    "UPDATE alarm SET state = $2, due = $3, clock = $4, late = $5, told = $6, office = $7, holder = $8,"
                    " finished_by = $9 WHERE id = $1",
                    "iiiiiisss", r->id, (int64_t)r->state, r->due, r->clock, r->late, r->told, r->office, r->holder,
                    r->finished_by);
}

static str role_names(struct arena *a, uint32_t bits)
{
    struct text t;
    text_init(&t, a, JOURNAL_WORD_MAX);
    for (size_t i = 0; i < ROLES; i++)
        if (bits >> i & 1) text_addf(&t, "%s%s", t.len > 0 ? " " : "", roles[i]);
    return text_str(&t);
}

bool alarm_note(struct store *s, const struct alarm_act *act, const struct alarm_row *r, const char *kind, str move,
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
    json_key(&w, "rule"), json_str(&w, r->rule);
    json_key(&w, "area"), json_str(&w, r->area);
    json_key(&w, "office"), json_str(&w, r->office);
    json_key(&w, "day"), json_z(&w, day);
    if (text.len > 0) json_key(&w, "text"), json_str(&w, text);
    json_object_end(&w);
    struct journal_event v = { .actor = act->who,
                               .role = role_names(a, act->roles),
                               .kind = str_of(kind),
                               .subject = r->id > 0 ? str_fmt(a, "alarm %" PRId64, r->id) : r->rule,
                               .body = text_str(&body),
                               .clock_ms = act->clock_ms };
    if (r->id == 0) return journal_append(s, &v, 1, NULL, e); /* about a rule */
    return store_do(s, NULL, e,
                    "INSERT INTO alarm_step (alarm, step, day, who, move, words) SELECT CAST($1 AS bigint),"
                    " coalesce(max(step), 0) + 1, CAST($2 AS bigint), CAST($3 AS text), CAST($4 AS text),"
                    " CAST($5 AS text) FROM alarm_step WHERE alarm = $1",
                    "iisss", r->id, (int64_t)act->day.days, act->who, move, text) &&
           journal_append(s, &v, 1, NULL, e);
}

void alarm_clock_start(const struct program *p, enum alarm_clock kind, date day, struct alarm_row *r)
{
    const struct warning *w = program_warning(p, r->rule);
    r->clock = CLOCK_NONE;
    r->due = 0;
    if (w == NULL || kind == CLOCK_NONE) return; /* the packs have dropped the rule: nobody says how long */
    struct service_time t = service_time_on(p, kind == CLOCK_RECEIVE ? w->receive : w->limit, day);
    if (t.count == 0) return;
    r->clock = kind;
    r->due = service_time_end(p, (enum service_unit)t.unit, t.count, day).days;
}

/* ---- places ---- */

enum { AREA_DIGITS = 6 };

/* GB/T 2260: two digits of province, two of city, two of county. */
static size_t significant(str area)
{
    size_t n = area.len;
    while (n >= 2 && area.p[n - 1] == '0' && area.p[n - 2] == '0') n -= 2;
    return n;
}

bool alarm_area_in(str area, str upper)
{
    if (upper.len == 0 || str_eq(area, upper)) return true;
    return area.len == AREA_DIGITS && upper.len == AREA_DIGITS &&
           str_starts(area, str_slice(upper, 0, significant(upper)));
}

str alarm_area_upper(str area, struct arena *a)
{
    size_t n = area.len == AREA_DIGITS ? significant(area) : 0;
    if (n <= 2) return STR("");
    str kept = str_slice(area, 0, n - 2);
    return str_fmt(a, "%.*s%.*s", STR_ARG(kept), (int)(AREA_DIGITS - kept.len), "000000");
}

/* draft: tables, the life cycle, the frame of a change, lists. Texts are kept once for each hash; a revision names the
 * hash of its text and of the pack's text it rests on. */
#include "base/utf8.h"
#include "draft/draft_priv.h"

#include <string.h>

/* ---- the life cycle ---- */

static const char *const roles[] = { "规则", "主管" };
static const struct machine_state states[] = {
    { "在写", true, false }, { "等批准", false, false }, { "已发布", false, true }, { "已作废", false, true }
};
static const struct machine_move moves[] = {
    { "提交", DRAFT_WRITING, DRAFT_PROPOSED, DRAFT_AUTHOR, false, 0 },
    { "作废", DRAFT_WRITING, DRAFT_DISCARDED, DRAFT_AUTHOR, false, 0 },
    { "撤回", DRAFT_PROPOSED, DRAFT_WRITING, DRAFT_AUTHOR, false, 0 },
    { "退回", DRAFT_PROPOSED, DRAFT_WRITING, DRAFT_AUTHOR | DRAFT_CHIEF, true, 0 },
    { "批准发布", DRAFT_PROPOSED, DRAFT_PUBLISHED, DRAFT_AUTHOR | DRAFT_CHIEF, false, 0 },
};
const struct machine draft_machine = {
    "草稿",
    roles,
    sizeof roles / sizeof *roles,
    states,
    sizeof states / sizeof *states,
    moves,
    sizeof moves / sizeof *moves,
};

/* ---- tables ---- */

#define TABLES(KEY)                                                                                                \
    "CREATE TABLE draft (id " KEY " PRIMARY KEY, title text NOT NULL, folder text NOT NULL, author text NOT NULL," \
    " state bigint NOT NULL, made_at bigint NOT NULL, changed_at bigint NOT NULL, turn bigint NOT NULL,"           \
    " proposer text NOT NULL, base text NOT NULL, rules text NOT NULL, approver text NOT NULL);"                   \
    "CREATE TABLE draft_blob (hash text PRIMARY KEY, text text NOT NULL);"                                         \
    "CREATE TABLE draft_text (draft bigint NOT NULL, name text NOT NULL, revision bigint NOT NULL,"                \
    " who text NOT NULL, at bigint NOT NULL, hash text NOT NULL, base text NOT NULL, gone bigint NOT NULL,"        \
    " aside bigint NOT NULL, PRIMARY KEY (draft, name, revision));"                                                \
    "CREATE TABLE draft_step (draft bigint NOT NULL, step bigint NOT NULL, at bigint NOT NULL, who text NOT NULL," \
    " move text NOT NULL, reason text NOT NULL, PRIMARY KEY (draft, step));"                                       \
    "CREATE TABLE draft_trial (draft bigint PRIMARY KEY, rules text NOT NULL, base text NOT NULL,"                 \
    " at bigint NOT NULL, who text NOT NULL, result text NOT NULL);"                                               \
    "CREATE TABLE draft_version (folder text NOT NULL, number bigint NOT NULL, draft bigint NOT NULL,"             \
    " at bigint NOT NULL, hash text NOT NULL, author text NOT NULL, approver text NOT NULL, title text NOT NULL,"  \
    " written bigint NOT NULL, PRIMARY KEY (folder, number));"                                                     \
    "CREATE TABLE draft_version_file (folder text NOT NULL, number bigint NOT NULL, name text NOT NULL,"           \
    " hash text NOT NULL, PRIMARY KEY (folder, number, name));"

static const struct store_step steps[] = {
    { 1, "草稿、发布的版本", TABLES("integer"),
      "DROP TABLE draft_version_file; DROP TABLE draft_version; DROP TABLE draft_trial; DROP TABLE draft_step;"
      "DROP TABLE draft_text; DROP TABLE draft_blob; DROP TABLE draft",
      TABLES("bigserial") },
};

bool draft_migrate(struct store *s, struct err *e)
{
    enum { COUNT = sizeof steps / sizeof *steps };
    return journal_migrate(s, e) && store_migrate(s, STR("draft"), steps, COUNT, COUNT, e);
}

/* ---- texts by their hash ---- */

bool draft_blob(struct store *s, str text, char hash[SM3_HEX + 1], struct err *e)
{
    return crypto_sm3_hex(text, hash, e) &&
           store_do(s, NULL, e,
                    "INSERT INTO draft_blob (hash, text) SELECT CAST($1 AS text), CAST($2 AS text)"
                    " WHERE NOT EXISTS (SELECT 1 FROM draft_blob WHERE hash = $1)",
                    "ss", str_of(hash), text);
}

bool draft_blob_text(struct store *s, str hash, struct arena *a, str *out, struct err *e)
{
    struct store_stmt *q;
    bool row;
    *out = STR("");
    if (hash.len == 0) return true;
    if (!store_first(s, &q, &row, e, "SELECT text FROM draft_blob WHERE hash = $1", "s", hash)) return false;
    if (row) *out = store_word(q, 0, a);
    store_done(q);
    return row || fail(e, MISMATCH, "库里没有草稿的一份文字（%.*s），请从备份恢复", STR_ARG(hash));
}

/* ---- reading ---- */

#define COLUMNS                                                                                                 \
    "d.id, d.title, d.folder, d.author, d.state, d.made_at, d.changed_at, d.turn, d.proposer, d.base, d.rules," \
    " d.approver, (SELECT count(DISTINCT t.name) FROM draft_text t WHERE t.draft = d.id)"

static void read_row(const struct store_stmt *q, struct arena *a, struct draft *out)
{
    *out = (struct draft){ .id = store_number(q, 0),
                           .title = store_word(q, 1, a),
                           .folder = store_word(q, 2, a),
                           .author = store_word(q, 3, a),
                           .state = (enum draft_state)store_number(q, 4),
                           .made_at = store_number(q, 5),
                           .changed_at = store_number(q, 6),
                           .turn = store_number(q, 7),
                           .proposer = store_word(q, 8, a),
                           .base = store_word(q, 9, a),
                           .rules = store_word(q, 10, a),
                           .approver = store_word(q, 11, a),
                           .files = store_number(q, 12) };
}

bool draft_all(struct store *s, str folder, bool ended, struct arena *a, draft_list *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    if (!store_ask(s, &q, e, "SELECT " COLUMNS " FROM draft d WHERE d.folder = $1 AND d.state <= $2 ORDER BY d.id DESC",
                   "si", folder, (int64_t)(ended ? DRAFT_DISCARDED : DRAFT_PROPOSED)))
        return false;
    while ((ok = store_step(q, &row, e)) && row) read_row(q, a, vec_push(a, out));
    store_done(q);
    return ok;
}

bool draft_get(struct store *s, int64_t id, struct arena *a, struct draft *out, struct err *e)
{
    struct store_stmt *q;
    bool row;
    if (!store_first(s, &q, &row, e, "SELECT " COLUMNS " FROM draft d WHERE d.id = $1", "i", id)) return false;
    if (row) read_row(q, a, out);
    store_done(q);
    return row || fail(e, NOT_FOUND, "没有第 %lld 号草稿", (long long)id);
}

bool draft_steps_of(struct store *s, int64_t id, struct arena *a, draft_steps *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    if (!store_ask(s, &q, e, "SELECT at, who, move, reason FROM draft_step WHERE draft = $1 ORDER BY step", "i", id))
        return false;
    while ((ok = store_step(q, &row, e)) && row)
        *vec_push(a, out) =
            (struct draft_step){ store_number(q, 0), store_word(q, 1, a), store_word(q, 2, a), store_word(q, 3, a) };
    store_done(q);
    return ok;
}

bool draft_is_of(struct store *s, int64_t id, str who, bool *out, struct err *e)
{
    int64_t n;
    if (!store_get(s, NULL, &n, 1, e,
                   "SELECT (SELECT count(*) FROM draft_text WHERE draft = $1 AND who = $2) +"
                   " (SELECT count(*) FROM draft WHERE id = $1 AND (author = $2 OR proposer = $2))",
                   "is", id, who))
        return false;
    *out = n > 0;
    return true;
}

/* ---- the frame of a change ---- */

bool draft_begin(struct store *s, int64_t id, struct arena *a, struct draft *d, struct err *e)
{
    if (!store_begin(s, e)) return false;
    /* the row is locked before it is read, on both databases */
    if (store_do(s, NULL, e, "UPDATE draft SET turn = turn WHERE id = $1", "i", id) && draft_get(s, id, a, d, e))
        return true;
    store_rollback(s);
    return false;
}

bool draft_note(struct store *s, const struct draft_act *act, const struct draft *d, str move, str body, struct err *e)
{
    autoarena *a = arena_new("note", 0);
    struct text t;
    struct json_writer w;
    text_init(&t, a, JOURNAL_BODY_MAX);
    json_begin(&w, &t, false);
    json_object(&w);
    json_key(&w, "move"), json_str(&w, move);
    json_key(&w, "title"), json_str(&w, d->title);
    json_key(&w, "folder"), json_str(&w, d->folder);
    if (act->reason.len > 0) json_key(&w, "reason"), json_str(&w, act->reason);
    if (body.len > 0) json_key(&w, "what"), json_plain(&w, body);
    json_object_end(&w);
    struct journal_event v = { .actor = act->who,
                               .role = act->roles & DRAFT_AUTHOR ? STR("规则") : STR("主管"),
                               .kind = STR("draft.move"),
                               .subject = str_fmt(a, "%lld", (long long)d->id),
                               .body = text_str(&t),
                               .clock_ms = act->now * 1000 };
    return journal_append(s, &v, 1, NULL, e) &&
           store_do(s, NULL, e,
                    "INSERT INTO draft_step (draft, step, at, who, move, reason) SELECT CAST($1 AS bigint),"
                    " coalesce(max(step), 0) + 1, CAST($2 AS bigint), CAST($3 AS text), CAST($4 AS text),"
                    " CAST($5 AS text) FROM draft_step WHERE draft = $1",
                    "iisss", d->id, act->now, act->who, move, act->reason);
}

bool draft_moved(struct store *s, const struct draft_act *act, struct draft *d, str move, str body, struct err *e)
{
    uint8_t state = (uint8_t)d->state;
    if (act->reason.len > DRAFT_REASON_MAX) return fail(e, LIMIT, "理由太长，最多 %d 字节", DRAFT_REASON_MAX);
    if (!machine_move(&draft_machine, &state, move, act->roles, act->reason, e)) return false;
    d->state = (enum draft_state)state;
    return store_do(s, NULL, e,
                    "UPDATE draft SET state = $2, turn = turn + 1, changed_at = $3, proposer = $4, base = $5,"
                    " rules = $6, approver = $7 WHERE id = $1",
                    "iiissss", d->id, (int64_t)state, act->now, d->proposer, d->base, d->rules, d->approver) &&
           draft_note(s, act, d, move, body, e);
}

bool draft_move(struct store *s, const struct draft_act *act, int64_t id, str move, struct err *e)
{
    autoarena *a = arena_new("draft", 0);
    struct draft d;
    bool plain = str_eq(move, STR("撤回")) || str_eq(move, STR("退回")) || str_eq(move, STR("作废"));
    if (!plain) return fail(e, INVALID, "没有“%.*s”这个办法", STR_ARG(move));
    if (!draft_begin(s, id, a, &d, e)) return false;
    bool theirs = false, of_them = !str_eq(move, STR("退回")); /* sent back by others; the rest is the writers' */
    bool ok = (!of_them || draft_is_of(s, id, act->who, &theirs, e)) &&
              (!of_them || theirs || fail(e, DENIED, "这份草稿里没有您写的，%.*s由写它的人来办", STR_ARG(move))) &&
              draft_moved(s, act, &d, move, STR(""), e);
    return store_end(s, ok, e);
}

bool draft_make(struct store *s, const struct draft_act *act, str folder, str title, int64_t *id, struct err *e)
{
    size_t bad;
    title = str_trim(title);
    if (folder.len == 0) return fail(e, CONFLICT, "大厅用的规则不在文件夹里，不能在这里改");
    if ((act->roles & DRAFT_AUTHOR) == 0) return fail(e, DENIED, "草稿由规则岗位来写");
    if (title.len == 0) return fail(e, INVALID, "给草稿起个名字，例如：2026 年提高求职创业补贴标准");
    if (title.len > DRAFT_TITLE_MAX || !utf8_valid(title, &bad) || memchr(title.p, '\n', title.len) != NULL)
        return fail(e, INVALID, "草稿的名字写成一行，最多六十个字");
    if (!store_begin(s, e)) return false;
    bool there;
    bool ok = store_get(s, &there, id, 1, e,
                        "INSERT INTO draft (title, folder, author, state, made_at, changed_at, turn, proposer, base,"
                        " rules, approver) VALUES ($1, $2, $3, 0, $4, $4, 1, '', '', '', '') RETURNING id",
                        "sssi", title, folder, act->who, act->now);
    struct draft d = { .id = ok ? *id : 0, .title = title, .folder = folder };
    return store_end(s, ok && draft_note(s, act, &d, STR("新建"), STR(""), e), e);
}

/* ---- trials ---- */

bool draft_trial_keep(struct store *s, int64_t id, const struct draft_trial *t, struct err *e)
{
    if (t->result.len > DRAFT_RESULT_MAX) return fail(e, LIMIT, "试算的结果太大，存不下");
    if (!store_begin(s, e)) return false;
    bool ok = store_do(s, NULL, e, "DELETE FROM draft_trial WHERE draft = $1", "i", id) &&
              store_do(s, NULL, e,
                       "INSERT INTO draft_trial (draft, rules, base, at, who, result) VALUES ($1, $2, $3, $4, $5, $6)",
                       "ississ", id, t->rules, t->base, t->at, t->who, t->result);
    return store_end(s, ok, e);
}

bool draft_trial_of(struct store *s, int64_t id, struct arena *a, bool *there, struct draft_trial *out, struct err *e)
{
    struct store_stmt *q;
    if (!store_first(s, &q, there, e, "SELECT rules, base, at, who, result FROM draft_trial WHERE draft = $1", "i", id))
        return false;
    if (*there)
        *out = (struct draft_trial){ store_word(q, 0, a), store_word(q, 1, a), store_number(q, 2), store_word(q, 3, a),
                                     store_word(q, 4, a) };
    store_done(q);
    return true;
}

/* hotline: calls as rows. A wrong answer is counted before it is known to be right, so that two windows at once have no
 * more tries than one. */
#include "access/hotline.h"
#include "access/access_priv.h"

enum { LIST_MAX = 200, DAY = 86400, CHINA = 8 * 3600 };

#define TABLE(KEY)                                                                                           \
    "CREATE TABLE hotline_call (id " KEY " PRIMARY KEY, at bigint NOT NULL, account bigint NOT NULL,"        \
    " entity text NOT NULL, subject bigint NOT NULL, found_by text NOT NULL, purpose text NOT NULL,"         \
    " wrong bigint NOT NULL DEFAULT 0, opened bigint NOT NULL DEFAULT 0, summary text NOT NULL DEFAULT '');" \
    "CREATE INDEX hotline_call_subject ON hotline_call (entity, subject, at);"                               \
    "CREATE INDEX hotline_call_account ON hotline_call (account, at);"

bool hotline_migrate(struct store *s, struct err *e)
{
    static const struct store_step steps[] = { { 1, "来电", TABLE("integer"), "DROP TABLE hotline_call",
                                                 TABLE("bigserial") } };
    return store_migrate(s, STR("hotline"), steps, 1, 1, e);
}

int64_t hotline_day(int64_t now) { return now - (now + CHINA) % DAY; }

/* Wrong answers about this person today. */
static bool wrong_today(struct store *s, str entity, int64_t subject, int64_t now, int64_t *n, struct err *e)
{
    return store_get(s, NULL, n, 1, e,
                     "SELECT CAST(coalesce(sum(wrong), 0) AS bigint) FROM hotline_call"
                     " WHERE entity = $1 AND subject = $2 AND at >= $3",
                     "sii", entity, subject, hotline_day(now));
}

bool hotline_begin(struct store *s, const struct access_reader *r, str entity, int64_t subject, str by, int64_t now,
                   int64_t *id, struct err *e)
{
    int64_t wrong;
    if (!wrong_today(s, entity, subject, now, &wrong, e)) return false;
    if (wrong >= HOTLINE_TRIES)
        return fail(e, DENIED, "今天已经 %d 次没有核对上，电话里不能再查这个人；请本人带身份证到窗口，或者自己登录看",
                    HOTLINE_TRIES);
    if (!store_begin(s, e)) return false;
    return store_end(s,
                     access_look(s, r, entity, subject, STR("来电：核对是不是本人"), now, e) &&
                         store_get(s, NULL, id, 1, e,
                                   "INSERT INTO hotline_call (at, account, entity, subject, found_by, purpose)"
                                   " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
                                   "iisiss", now, r->account, entity, subject, by, r->purpose),
                     e);
}

static enum hotline_state state_of(const struct hotline_call *k, int64_t wrong, int64_t now)
{
    if (k->summary.len > 0 || now - k->at >= HOTLINE_SECONDS) return HOTLINE_OVER;
    if (k->opened > 0) return HOTLINE_OPEN;
    return wrong < HOTLINE_TRIES ? HOTLINE_ASKING : HOTLINE_FAILED;
}

#define COLUMNS "id, at, account, subject, wrong, opened, entity, found_by, purpose, summary"

static struct hotline_call call_of(const struct store_stmt *q, struct arena *a)
{
    return (struct hotline_call){ .id = store_number(q, 0),
                                  .at = store_number(q, 1),
                                  .account = store_number(q, 2),
                                  .subject = store_number(q, 3),
                                  .wrong = store_number(q, 4),
                                  .opened = store_number(q, 5),
                                  .entity = store_word(q, 6, a),
                                  .by = store_word(q, 7, a),
                                  .purpose = store_word(q, 8, a),
                                  .summary = store_word(q, 9, a) };
}

bool hotline_get(struct store *s, const struct access_reader *r, int64_t id, int64_t now, struct arena *a,
                 struct hotline_call *out, struct err *e)
{
    struct store_stmt *q;
    bool row;
    int64_t wrong;
    if (!store_first(s, &q, &row, e, "SELECT " COLUMNS " FROM hotline_call WHERE id = $1 AND account = $2", "ii", id,
                     r->account))
        return false;
    struct hotline_call k = row ? call_of(q, a) : (struct hotline_call){ 0 };
    store_done(q);
    if (!row) return fail(e, NOT_FOUND, "没有这个来电；回到“来电”重新开始");
    if (!wrong_today(s, k.entity, k.subject, now, &wrong, e)) return false;
    k.state = state_of(&k, wrong, now);
    *out = k;
    return true;
}

static bool count_answer(struct store *s, const struct access_reader *r, const struct hotline_call *k, bool right,
                         int64_t now, struct err *e)
{
    int64_t changed, wrong;
    if (!store_do(s, &changed, e,
                  "UPDATE hotline_call SET wrong = wrong + 1 WHERE id = $1 AND opened = 0 AND summary = ''", "i",
                  k->id) ||
        !wrong_today(s, k->entity, k->subject, now, &wrong, e))
        return false;
    if (changed == 0 || wrong > HOTLINE_TRIES || now - k->at >= HOTLINE_SECONDS)
        return fail(e, CONFLICT, "这个来电不再核对了；回到“来电”看看");
    str what = right                    ? STR("来电：核对上了，看了办件、发放和待遇")
               : wrong == HOTLINE_TRIES ? STR("来电：没有核对上，今天不能再查")
                                        : STR("来电：答得不对，没有打开");
    if (right &&
        !store_do(s, NULL, e, "UPDATE hotline_call SET wrong = wrong - 1, opened = $2 WHERE id = $1", "ii", k->id, now))
        return false;
    return access_look(s, r, k->entity, k->subject, what, now, e);
}

bool hotline_answer(struct store *s, const struct access_reader *r, const struct hotline_call *k, bool right,
                    int64_t now, struct err *e)
{
    return store_begin(s, e) && store_end(s, count_answer(s, r, k, right, now, e), e);
}

bool hotline_note(struct store *s, const struct hotline_call *k, str summary, struct err *e)
{
    int64_t changed;
    if (summary.len == 0) return fail(e, INVALID, "写一句答复了什么，再结束");
    if (summary.len > HOTLINE_SUMMARY_MAX) return fail(e, INVALID, "答复写得短一些，六百来个字就够");
    return store_do(s, &changed, e, "UPDATE hotline_call SET summary = $2 WHERE id = $1 AND summary = ''", "iS", k->id,
                    summary) &&
           (changed > 0 || fail(e, CONFLICT, "这个来电已经记过答复了"));
}

bool hotline_list(struct store *s, const struct access_reader *r, int64_t since, int64_t now, struct arena *a,
                  hotline_calls *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok = true;
    if (!store_first(s, &q, &row, e,
                     "SELECT " COLUMNS " FROM hotline_call WHERE account = $1 AND at >= $2 ORDER BY id DESC LIMIT $3",
                     "iii", r->account, since, (int64_t)LIST_MAX))
        return false;
    for (; ok && row; ok = store_step(q, &row, e)) {
        struct hotline_call k = call_of(q, a);
        k.state = state_of(&k, k.wrong, now);
        *vec_push(a, out) = k;
    }
    store_done(q);
    return ok;
}

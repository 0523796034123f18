/* audit_sample: campaigns of sampling. The frame is every payment the bank answered as paid in the days asked for, in
 * strata; each payment gets a number from the seed and itself, and the smallest of a stratum are drawn: a simple random
 * sample without replacement that anybody can draw again. */
#include "audit/audit_priv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { STRATUM_LEAST = 2, STRATA_MAX = 200, SIZE_MAX_ = 100000, CHECKERS_MAX = 50 };

struct sampled {
    int64_t payment, amount_fen;
    uint64_t lot;
};

struct stratum {
    str name;
    VEC(struct sampled) units;
    int64_t total_fen, drawn;
};

struct drawing {
    const struct audit_plan *plan;
    struct arena *a;
    VEC(struct stratum) strata;
    int64_t frame, frame_fen;
};

static uint64_t mixed(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static bool read_frame(struct drawing *d, struct store *s, struct err *e)
{
    static const char *const by[] = {
        [STRATA_POLICY] = "p.policy", [STRATA_PERIOD] = "p.period", [STRATA_LINE] = "l.item"
    };
    struct store_stmt *q;
    bool row = false, ok;
    str sql = str_fmt(d->a,
                      "SELECT %s, p.number, p.amount FROM ledger_payment p JOIN ledger_return r ON r.id = p.answer"
                      " JOIN ledger_line l ON l.id = p.line JOIN ledger_fund f ON f.id = l.fund"
                      " WHERE p.state = 1 AND f.name = $1 AND r.day >= $2 AND r.day <= $3 ORDER BY 1, 2",
                      by[d->plan->strata]);
    if (!store_ask(s, &q, e, sql.p, "sii", d->plan->fund, (int64_t)d->plan->from.days, (int64_t)d->plan->to.days))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        str name = store_str(q, 0);
        if (d->strata.len == 0 || !str_eq(d->strata.at[d->strata.len - 1].name, name)) {
            if (d->strata.len == STRATA_MAX) {
                ok = fail(e, LIMIT, "层太多，最多 %d 层；请换一种分层", STRATA_MAX);
                break;
            }
            *vec_push(d->a, &d->strata) = (struct stratum){ .name = str_dup(d->a, name) };
        }
        struct stratum *t = &d->strata.at[d->strata.len - 1];
        struct sampled u = { store_number(q, 1), store_number(q, 2), 0 };
        u.lot = mixed(d->plan->seed ^ mixed((uint64_t)u.payment));
        *vec_push(d->a, &t->units) = u;
        t->total_fen += u.amount_fen;
        d->frame++;
        d->frame_fen += u.amount_fen;
    }
    store_done(q);
    return ok;
}

/* In proportion to money, at least two, never more than there are. What rounding leaves goes to the largest. */
static void allocate(struct drawing *d)
{
    int64_t left = d->plan->size;
    size_t largest = 0;
    VEC_EACH (struct stratum, t, &d->strata) {
        int64_t units = (int64_t)t->units.len;
        t->drawn = (int64_t)((__extension__(__int128) d->plan->size * t->total_fen) / d->frame_fen);
        if (t->drawn < STRATUM_LEAST) t->drawn = STRATUM_LEAST;
        if (t->drawn > units) t->drawn = units;
        left -= t->drawn;
        if (t->total_fen > d->strata.at[largest].total_fen) largest = (size_t)(t - d->strata.at);
    }
    for (size_t i = 0; left > 0 && i <= d->strata.len; i++) { /* first the largest, then whoever has some */
        struct stratum *t = &d->strata.at[i == 0 ? largest : i - 1];
        int64_t more = (int64_t)t->units.len - t->drawn;
        if (more > left) more = left;
        t->drawn += more;
        left -= more;
    }
}

static int by_lot(const void *x, const void *y)
{
    const struct sampled *a = x, *b = y;
    if (a->lot != b->lot) return a->lot < b->lot ? -1 : 1;
    return a->payment < b->payment ? -1 : a->payment > b->payment;
}

/* The next checker in turn who had no part in the payment. */
static bool choose(struct drawing *d, struct store *s, int64_t payment, size_t *turn, str *out, struct err *e)
{
    for (size_t i = 0; i < d->plan->checker_count; i++) {
        str who = d->plan->checkers[(*turn + i) % d->plan->checker_count];
        bool handled = false;
        if (!audit_handled(s, payment, who, &handled, e)) return false;
        if (handled) continue;
        *turn += i + 1;
        *out = who;
        return true;
    }
    return fail(e, DENIED, "第 %" PRId64 " 号付款，给出的核查人都编制或批准过；请加上别的核查人", payment);
}

static bool draw(struct drawing *d, struct store *s, int64_t campaign, struct err *e)
{
    int64_t item = 0;
    size_t turn = 0;
    for (size_t i = 0; i < d->strata.len; i++) {
        struct stratum *t = &d->strata.at[i];
        if (!store_do(s, NULL, e,
                      "INSERT INTO audit_stratum (campaign, stratum, name, frame, frame_fen)"
                      " VALUES ($1, $2, $3, $4, $5)",
                      "iisii", campaign, (int64_t)i, t->name, (int64_t)t->units.len, t->total_fen))
            return false;
        qsort(t->units.at, t->units.len, sizeof *t->units.at, by_lot);
        for (int64_t k = 0; k < t->drawn; k++) {
            str who = { 0 };
            if (!choose(d, s, t->units.at[k].payment, &turn, &who, e) ||
                !store_do(s, NULL, e,
                          "INSERT INTO audit_item (campaign, item, stratum, payment, amount, checker, state, error,"
                          " note) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, '')",
                          "iiiiis", campaign, ++item, (int64_t)i, t->units.at[k].payment, t->units.at[k].amount_fen,
                          who))
                return false;
        }
    }
    return true;
}

static bool sample(struct store *s, const struct audit_act *act, const struct audit_plan *plan, int64_t *campaign,
                   struct err *e)
{
    autoarena *a = arena_new("sample", 0);
    struct drawing d = { .plan = plan, .a = a };
    if (!read_frame(&d, s, e)) return false;
    if (d.frame == 0) return fail(e, NOT_FOUND, "这项资金在这些日子里没有付讫的付款；请核对资金和日期");
    allocate(&d);
    return audit_next(s, "campaign", campaign, e) &&
           store_do(s, NULL, e,
                    "INSERT INTO audit_campaign (id, title, fund, first, last, seed, day, who, closed)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)",
                    "issiiiis", *campaign, plan->title, plan->fund, (int64_t)plan->from.days, (int64_t)plan->to.days,
                    (int64_t)plan->seed, (int64_t)act->day.days, act->who) &&
           draw(&d, s, *campaign, e) &&
           audit_note(s, act, "audit.sample", str_fmt(a, "campaign %" PRId64, *campaign), e, "fund", plan->fund, "seed",
                      str_fmt(a, "%" PRIu64, plan->seed), "frame", str_fmt(a, "%" PRId64, d.frame), (const char *)NULL);
}

bool audit_sample(struct store *s, const struct audit_act *act, const struct audit_plan *plan, int64_t *campaign,
                  struct err *e)
{
    int64_t id = 0;
    if (!audit_check_text(plan->title, "抽样的标题", e)) return false;
    if (plan->size < STRATUM_LEAST || plan->size > SIZE_MAX_)
        return fail(e, INVALID, "抽 %d 到 %d 笔；请改正", STRATUM_LEAST, SIZE_MAX_);
    if (plan->seed > INT64_MAX) return fail(e, INVALID, "种子太大");
    if (plan->checker_count == 0 || plan->checker_count > CHECKERS_MAX)
        return fail(e, INVALID, "核查人要有 1 到 %d 个；请写上", CHECKERS_MAX);
    for (size_t i = 0; i < plan->checker_count; i++)
        if (!audit_check_text(plan->checkers[i], "核查人", e)) return false;
    if (!audit_may(act, AUDIT_HEAD, "抽样", e) || !audit_begin(s, act, e) ||
        !store_end(s, sample(s, act, plan, &id, e), e))
        return false;
    *campaign = id;
    return true;
}

/* ---- items ---- */

static bool open_campaign(struct store *s, int64_t campaign, struct err *e)
{
    bool there;
    int64_t closed = 0;
    if (!store_get(s, &there, &closed, 1, e, "SELECT closed FROM audit_campaign WHERE id = $1", "i", campaign))
        return false;
    if (!there) return fail(e, NOT_FOUND, "没有第 %" PRId64 " 号抽样；请核对编号", campaign);
    return closed == 0 || fail(e, CONFLICT, "第 %" PRId64 " 号抽样已经结束", campaign);
}

static bool read_item(struct store *s, int64_t campaign, int64_t item, struct arena *a, uint8_t *state,
                      int64_t *amount_fen, str *checker, struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    if (!store_ask(s, &q, e, "SELECT state, amount, checker FROM audit_item WHERE campaign = $1 AND item = $2", "ii",
                   campaign, item))
        return false;
    bool ok = store_step(q, &row, e);
    if (ok && row) {
        int64_t v = store_number(q, 0);
        *state = v < 0 || v > UINT8_MAX ? UINT8_MAX : (uint8_t)v;
        *amount_fen = store_number(q, 1);
        *checker = store_word(q, 2, a);
    }
    store_done(q);
    return ok && (row || fail(e, NOT_FOUND, "第 %" PRId64 " 号抽样里没有第 %" PRId64 " 笔；请核对", campaign, item));
}

static bool move_item(struct store *s, const struct audit_act *act, int64_t campaign, int64_t item, str move,
                      int64_t error_fen, enum audit_item_state *out, struct err *e)
{
    autoarena *a = arena_new("item", 0);
    uint8_t state = 0;
    int64_t amount = 0;
    str checker = { 0 };
    if (!open_campaign(s, campaign, e) || !read_item(s, campaign, item, a, &state, &amount, &checker, e)) return false;
    bool checks = state == ITEM_WAITING;
    if (!machine_move(&audit_item_machine, &state, move, act->roles, act->reason, e))
        return fail_up(e, "第 %" PRId64 " 笔没有改动", item);
    if (checks && !str_eq(checker, act->who)) return fail(e, DENIED, "这一笔由%.*s核查；请交给本人", STR_ARG(checker));
    if (state == ITEM_WRONG && (error_fen <= 0 || error_fen > amount)) {
        return fail(e, INVALID, "有误要写多付了多少：大于零，不超过这一笔的 %lld.%02lld 元", (long long)(amount / 100),
                    (long long)(amount % 100));
    }
    *out = (enum audit_item_state)state;
    return store_do(s, NULL, e,
                    "UPDATE audit_item SET state = $3, error = CASE WHEN $3 = 2 THEN $4 WHEN $3 = 1 THEN 0 ELSE error"
                    " END, note = CASE WHEN $5 = '' THEN note ELSE $5 END WHERE campaign = $1 AND item = $2",
                    "iiiis", campaign, item, (int64_t)state, error_fen,
                    act->reason.p != NULL ? act->reason : STR("")) &&
           audit_note(s, act, "audit.check", str_fmt(a, "campaign %" PRId64 " item %" PRId64, campaign, item), e,
                      "move", move, "error_fen", str_fmt(a, "%" PRId64, error_fen), (const char *)NULL);
}

bool audit_item_move(struct store *s, const struct audit_act *act, int64_t campaign, int64_t item, str move,
                     int64_t error_fen, enum audit_item_state *out, struct err *e)
{
    enum audit_item_state state = ITEM_WAITING;
    if (act->reason.len > 0 && !audit_check_text(act->reason, "理由", e)) return false;
    if (!audit_begin(s, act, e) || !store_end(s, move_item(s, act, campaign, item, move, error_fen, &state, e), e))
        return false;
    *out = state;
    return true;
}

static bool close_campaign(struct store *s, const struct audit_act *act, int64_t campaign, struct err *e)
{
    autoarena *a = arena_new("close", 0);
    bool there;
    int64_t n[2] = { 0 };
    if (!open_campaign(s, campaign, e) ||
        !store_get(s, &there, n, 2, e,
                   "SELECT sum(CASE WHEN state = 0 THEN 1 ELSE 0 END), sum(CASE WHEN state = 4 THEN 1 ELSE 0 END)"
                   " FROM audit_item WHERE campaign = $1",
                   "i", campaign))
        return false;
    if (n[0] > 0) return fail(e, CONFLICT, "还有 %" PRId64 " 笔没有核查；查完再结束", n[0]);
    if (n[1] > 0) return fail(e, CONFLICT, "还有 %" PRId64 " 笔申辩没有答复；请先维持或改判", n[1]);
    return store_do(s, NULL, e, "UPDATE audit_campaign SET closed = 1 WHERE id = $1", "i", campaign) &&
           audit_note(s, act, "audit.sample_close", str_fmt(a, "campaign %" PRId64, campaign), e, (const char *)NULL);
}

bool audit_sample_close(struct store *s, const struct audit_act *act, int64_t campaign, struct err *e)
{
    if (str_trim(act->reason).len == 0) return fail(e, INVALID, "结束抽样要写明结论；请补上再提交");
    return audit_may(act, AUDIT_HEAD, "结束抽样", e) && audit_begin(s, act, e) &&
           store_end(s, close_campaign(s, act, campaign, e), e);
}

/* ---- looking ---- */

static bool read_items(struct store *s, int64_t campaign, struct arena *a, audit_items *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_ask(s, &q, e,
                   "SELECT i.item, i.payment, i.amount, i.error, i.state, t.name, i.checker, i.note, p.subject,"
                   " p.name, p.policy, p.period FROM audit_item i JOIN audit_stratum t ON t.campaign = i.campaign"
                   " AND t.stratum = i.stratum JOIN ledger_payment p ON p.number = i.payment WHERE i.campaign = $1"
                   " ORDER BY i.item",
                   "i", campaign))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t state = store_number(q, 4);
        if (state < 0 || state > ITEM_UPHELD) {
            ok = fail(e, INTERNAL, "抽样里有一笔的状态本程序不认识；请用写它的那个版本打开");
            break;
        }
        *vec_push(a, out) = (struct audit_item){ .item = store_number(q, 0),
                                                 .payment = store_number(q, 1),
                                                 .amount_fen = store_number(q, 2),
                                                 .error_fen = store_number(q, 3),
                                                 .state = (enum audit_item_state)state,
                                                 .stratum = store_word(q, 5, a),
                                                 .checker = store_word(q, 6, a),
                                                 .note = store_word(q, 7, a),
                                                 .subject = store_word(q, 8, a),
                                                 .name = store_word(q, 9, a),
                                                 .policy = store_word(q, 10, a),
                                                 .period = store_word(q, 11, a) };
    }
    store_done(q);
    if (ok && out->len == 0) return fail(e, NOT_FOUND, "没有第 %" PRId64 " 号抽样；请核对编号", campaign);
    return ok;
}

bool audit_sample_items(struct store *s, const struct audit_act *act, int64_t campaign, struct arena *a,
                        audit_items *out, struct err *e)
{
    if (!audit_begin(s, act, e)) return false;
    return store_end(s,
                     read_items(s, campaign, a, out, e) &&
                         audit_note(s, act, "audit.view", str_fmt(a, "campaign %" PRId64, campaign), e, "rows",
                                    str_fmt(a, "%zu", out->len), (const char *)NULL),
                     e);
}

bool audit_sample_list(struct store *s, struct arena *a, audit_campaigns *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_ask(s, &q, e,
                   "SELECT c.id, c.title, c.fund, c.first, c.last, c.seed, c.day, c.who, c.closed, t.frame,"
                   " t.frame_fen, i.n, i.waiting, i.objected FROM audit_campaign c"
                   " JOIN (SELECT campaign, sum(frame) AS frame, sum(frame_fen) AS frame_fen FROM audit_stratum"
                   " GROUP BY campaign) t ON t.campaign = c.id JOIN (SELECT campaign, count(*) AS n,"
                   " sum(CASE WHEN state = 0 THEN 1 ELSE 0 END) AS waiting,"
                   " sum(CASE WHEN state = 4 THEN 1 ELSE 0 END) AS objected FROM audit_item GROUP BY campaign) i"
                   " ON i.campaign = c.id ORDER BY c.id",
                   ""))
        return false;
    while ((ok = store_step(q, &row, e)) && row)
        *vec_push(a, out) = (struct audit_campaign){ .campaign = store_number(q, 0),
                                                     .title = store_word(q, 1, a),
                                                     .fund = store_word(q, 2, a),
                                                     .from = { (int32_t)store_number(q, 3) },
                                                     .to = { (int32_t)store_number(q, 4) },
                                                     .seed = (uint64_t)store_number(q, 5),
                                                     .day = { (int32_t)store_number(q, 6) },
                                                     .by = store_word(q, 7, a),
                                                     .closed = store_number(q, 8) != 0,
                                                     .frame_count = store_number(q, 9),
                                                     .frame_fen = store_number(q, 10),
                                                     .sample_count = store_number(q, 11),
                                                     .waiting = store_number(q, 12),
                                                     .objected = store_number(q, 13) };
    store_done(q);
    return ok;
}

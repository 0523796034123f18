/* audit_estimate: what a stratified sample says of all payments. Expansion of means per stratum with the correction for
 * a finite frame; 95 % intervals by the normal, never below what was really found. When no error was found at all the
 * normal has nothing to say: then the upper bound is the share at which a sample of this size would show none in 5 % of
 * cases (1 − 0.05^(1/n)), and in money that share of the frame. */
#include "audit/audit_priv.h"

#include <math.h>

static const double NORMAL_95 = 1.959963984540054, NONE_95 = 0.05;

struct audit_estimate audit_extrapolate(const struct audit_stratum *strata, size_t count)
{
    struct audit_estimate out = { 0 };
    double frame = 0, frame_yuan = 0, wrong = 0, wrong_var = 0, yuan = 0, yuan_var = 0, checked = 0;
    for (size_t i = 0; i < count; i++) {
        const struct audit_stratum *t = &strata[i];
        double all = (double)t->frame, n = (double)t->checked;
        frame += all;
        frame_yuan += (double)t->frame_fen / 100;
        out.checked += t->checked;
        out.wrong += t->wrong;
        out.error_fen += t->error_fen;
        if (t->checked == 0) continue;
        checked += n;
        double share = (double)t->wrong / n, mean = (double)t->error_fen / 100 / n, rest = 1 - n / all;
        wrong += all * share;
        yuan += all * mean;
        if (t->checked < 2) continue; /* of one nothing is known of the spread */
        double spread = (t->error_squares - n * mean * mean) / (n - 1);
        wrong_var += all * all * rest * share * (1 - share) / (n - 1);
        yuan_var += all * all * rest * (spread > 0 ? spread : 0) / n;
    }
    if (frame < 1 || checked < 1) return out;
    double found_yuan = (double)out.error_fen / 100, found = (double)out.wrong;
    out.rate = wrong / frame;
    out.error_yuan = yuan;
    out.rate_low = fmax(found, wrong - NORMAL_95 * sqrt(wrong_var)) / frame;
    out.rate_high = fmin(1, (wrong + NORMAL_95 * sqrt(wrong_var)) / frame);
    out.low_yuan = fmax(found_yuan, yuan - NORMAL_95 * sqrt(yuan_var));
    out.high_yuan = fmin(frame_yuan, yuan + NORMAL_95 * sqrt(yuan_var));
    out.none_found = out.wrong == 0;
    if (out.none_found) {
        out.rate_high = checked >= frame ? 0 : 1 - pow(NONE_95, 1 / checked);
        out.high_yuan = out.rate_high * frame_yuan;
    }
    return out;
}

bool audit_estimate(struct store *s, int64_t campaign, struct audit_estimate *out, struct err *e)
{
    autoarena *a = arena_new("estimate", 0);
    struct store_stmt *q;
    VEC(struct audit_stratum) strata = { 0 };
    int64_t unknown = 0;
    bool row = false, ok;
    if (!store_ask(s, &q, e,
                   "SELECT t.frame, t.frame_fen, sum(CASE WHEN i.state IN (1, 2, 4, 5) THEN 1 ELSE 0 END),"
                   " sum(CASE WHEN i.state IN (2, 4, 5) THEN 1 ELSE 0 END),"
                   " sum(CASE WHEN i.state IN (2, 4, 5) THEN i.error ELSE 0 END),"
                   " sum(CASE WHEN i.state = 3 THEN 1 ELSE 0 END), t.stratum FROM audit_stratum t"
                   " JOIN audit_item i ON i.campaign = t.campaign AND i.stratum = t.stratum WHERE t.campaign = $1"
                   " GROUP BY t.stratum, t.frame, t.frame_fen ORDER BY t.stratum",
                   "i", campaign))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        *vec_push(a, &strata) = (struct audit_stratum){ .frame = store_number(q, 0),
                                                        .frame_fen = store_number(q, 1),
                                                        .checked = store_number(q, 2),
                                                        .wrong = store_number(q, 3),
                                                        .error_fen = store_number(q, 4) };
        unknown += store_number(q, 5);
    }
    store_done(q);
    if (!ok) return false;
    if (strata.len == 0) return fail(e, NOT_FOUND, "没有第 %lld 号抽样；请核对编号", (long long)campaign);
    if (!store_ask(s, &q, e,
                   "SELECT t.n, i.error FROM audit_item i JOIN (SELECT stratum, row_number() OVER (ORDER BY stratum)"
                   " - 1 AS n FROM audit_stratum WHERE campaign = $1) t ON t.stratum = i.stratum"
                   " WHERE i.campaign = $1 AND i.state IN (2, 4, 5)",
                   "i", campaign))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t n = store_number(q, 0);
        double yuan = (double)store_number(q, 1) / 100;
        if (n >= 0 && (size_t)n < strata.len) strata.at[n].error_squares += yuan * yuan;
    }
    store_done(q);
    if (!ok) return false;
    *out = audit_extrapolate(strata.at, strata.len);
    out->unknown = unknown;
    return true;
}

str audit_estimate_words(const struct audit_estimate *x, struct arena *a)
{
    if (x->checked == 0) return STR("");
    if (x->none_found)
        return str_fmt(a, "推断全部：没有查出错误；95%% 的把握，有误的不超过 %.2f%%，多付不超过 %.2f 元",
                       x->rate_high * 100, x->high_yuan);
    return str_fmt(a, "推断全部：有误 %.2f%%（95%% 区间 %.2f%% 到 %.2f%%），多付 %.2f 元（95%% 区间 %.2f 到 %.2f 元）",
                   x->rate * 100, x->rate_low * 100, x->rate_high * 100, x->error_yuan, x->low_yuan, x->high_yuan);
}

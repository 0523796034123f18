/* split: a whole divided so that its parts add up to it, and points of an assessment. */
#include "plan/plan.h"

bool plan_split(num whole, const num *weights, size_t count, unsigned digits, num *parts)
{
    num sum = 0, given = 0, unit = num_pow10(MEASURE_SCALE - digits);
    if (whole % unit != 0 || whole < 0) return false;
    for (size_t i = 0; i < count; i++) {
        if (weights[i] < 0 || !num_add(sum, weights[i], &sum)) return false;
    }
    if (sum == 0) return false;
    num units = whole / unit;
    for (size_t i = 0; i < count; i++) {
        num share;
        if (!num_mul(units, weights[i], &share)) return false;
        parts[i] = share / sum;
        given += parts[i];
    }
    /* one more unit to each of the largest remainders; there are fewer units left than parts */
    for (num left = units - given; left > 0; left--) {
        size_t best = count;
        num most = -1;
        for (size_t i = 0; i < count; i++) {
            num rest = units * weights[i] - (units * weights[i] / sum) * sum;
            bool got = parts[i] > units * weights[i] / sum;
            if (!got && weights[i] > 0 && rest > most) most = rest, best = i;
        }
        parts[best]++;
    }
    for (size_t i = 0; i < count; i++) parts[i] *= unit;
    return true;
}

bool plan_score(const struct score_item *items, const num *shares, size_t count, num *points, bool *vetoed)
{
    num one = num_pow10(MEASURE_SCALE), sum = 0;
    *vetoed = false;
    for (size_t i = 0; i < count; i++) {
        num share = shares[i] < 0 ? 0 : shares[i], got;
        if (items[i].rule == SCORE_VETO && share < one) *vetoed = true;
        if (!num_mul(items[i].points, share, &got)) return false;
        got = num_div_round(got, one, NUM_HALF_UP);
        num most = items[i].points + (items[i].rule == SCORE_BONUS ? items[i].bonus : 0);
        if (!num_add(sum, got < most ? got : most, &sum)) return false;
    }
    *points = sum;
    return true;
}

/* What a sample draws: as many as were asked for, when there are as many. */
#include "audit/audit.h"
#include "unit/ledger/helpers.h"

static void paid(struct store *s, int64_t line, struct some some, struct arena *a)
{
    str file = sent(s, prepared(s, line, some, a).batch, a);
    char reference[20];
    snprintf(reference, sizeof reference, "回盘%lld", (long long)some.from);
    received(s, answered(file, 0, INT64_MAX, 0, reference, a));
}

/* Ninety small payments and two large ones: money alone would draw two of each. */
TEST(what_the_largest_stratum_cannot_give_comes_from_the_others)
{
    autoarena *a = arena_new("drawing", 0);
    struct err e = { 0 };
    struct store *s = opened(t_path("sample.db"));
    CHECK_OK(audit_migrate(s, &e), e);
    int64_t line = a_line(s, 100000000), campaign = 0;
    paid(s, line, (struct some){ .from = 0, .to = 90, .amount_fen = 100, .period = "2026-01" }, a);
    paid(s, line, (struct some){ .from = 100, .to = 102, .amount_fen = 10000000, .period = "2026-02" }, a);
    str checker = STR("核查甲");
    struct audit_act head = { STR("组长"), AUDIT_HEAD, date_of(2026, 3, 20), STR("例行"), 0 };
    struct audit_plan plan = { .title = STR("一季度"),
                               .fund = FUND,
                               .from = date_of(2026, 1, 1),
                               .to = date_of(2026, 12, 31),
                               .strata = STRATA_PERIOD,
                               .size = 50,
                               .checkers = &checker,
                               .checker_count = 1 };
    CHECK_OK(audit_sample(s, &head, &plan, &campaign, &e), e);
    audit_items items = { 0 };
    CHECK_OK(audit_sample_items(s, &head, campaign, a, &items, &e), e);
    CHECK_INT((int64_t)items.len, 50);
    store_close(s);
}

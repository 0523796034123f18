/* The queue from the index says what looking at every case one by one says. */
#include "helpers.h"

#include <stdlib.h>

static struct dossier_result at_counter(struct town *t, const char *service, const char *number, int day)
{
    return applied(t, service, number, "", because(by("小周", "窗口", "", 3, day), "本人在场"));
}

/* Cases in every state somebody waits for, in two districts. */
static void fill(struct town *t)
{
    struct err e = { 0 };
    struct dossier_result x;
    struct dossier_act reviewer = by("小吴", "复核", "", 3, 4), clerk = by("小周", "经办", "", 3, 3);
    str defects[] = { STR("缺承诺书") };
    applied(t, "困难补贴申领", ID_HARD, "", by(ID_HARD, "本人", "", 3, 2));
    x = applied(t, "困难补贴申领", ID_POOR, "{\"银行账号\":\"6222\"}", by(ID_POOR, "本人", "", 3, 3));
    CHECK_OK(dossier_accept(t->d, &clerk, (struct dossier_ref){ .id = x.id }, t->a, &x, &e), e);
    x = at_counter(t, "公示补贴申领", ID_HARD, 3);
    CHECK_OK(dossier_approve(t->d, &reviewer, (struct dossier_ref){ .id = x.id }, t->a, &x, &e), e);
    x = applied(t, "公示补贴申领", ID_POOR, "{\"银行账号\":\"6222\"}", because(by("小周", "窗口", "", 3, 3), "在场"));
    CHECK_OK(
        dossier_return(t->d, &reviewer, (struct dossier_ref){ .id = x.id }, defects, 1, true, date_of(2026, 3, 20), &e),
        e);
}

/* One by one: the light, and whether it waits for anybody. */
static void look(struct town *t, int64_t id, date day, bool *open, struct dossier_line *l)
{
    struct err e = { 0 };
    dossier_clocks clocks = { 0 };
    *l = (struct dossier_line){ .c = got(t, id) };
    CHECK_OK(dossier_clocks_of(t->d, id, day, t->a, &clocks, &e), e);
    VEC_EACH (const struct dossier_clock, k, &clocks) {
        if (k->ended || k->suspended) continue;
        if (!l->has_due || k->due.days < l->due.days) l->due = k->due;
        l->has_due = true;
        if (k->light > l->light) l->light = k->light;
    }
    *open = l->c.state >= DOSSIER_OFFERED && l->c.state <= DOSSIER_PUBLIC;
}

TEST(the_queue_says_what_looking_at_each_case_says)
{
    struct town t;
    struct err e = { 0 };
    int64_t seen = 0;
    static const char *const offices[] = { "", "320100", "320101", "320102" };
    town_open(&t);
    fill(&t);
    int64_t count = query(&t, "SELECT max(id) FROM dossier");
    for (int d = 2; d < 31; d++) {
        date day = date_of(2026, 3, d);
        for (size_t o = 0; o < sizeof offices / sizeof *offices; o++) {
            dossier_lines lines = { 0 };
            struct dossier_query q = { .office = str_of(offices[o]), .day = day };
            size_t want = 0;
            CHECK_OK(dossier_queue(t.d, &q, t.a, &lines, &e), e);
            for (int64_t id = 1; id <= count; id++) {
                struct dossier_line l;
                bool open, mine;
                look(&t, id, day, &open, &l);
                mine = o < 2 || str_eq(l.c.office, q.office);
                if (!open || !mine) continue;
                want++;
                bool found = false;
                VEC_EACH (const struct dossier_line, x, &lines) {
                    if (x->c.id != id) continue;
                    found = true;
                    CHECK_INT(x->light, l.light);
                    CHECK_INT(x->has_due, l.has_due);
                    CHECK_INT(x->due.days, l.due.days);
                }
                CHECK(found);
            }
            CHECK_INT((int64_t)lines.len, (int64_t)want);
            for (size_t i = 1; i < lines.len; i++) CHECK(lines.at[i - 1].light >= lines.at[i].light);
            seen += (int64_t)want;
        }
    }
    CHECK(seen > 200);
    check_all(&t, 3, 2);
    town_close(&t);
}

TEST(each_role_sees_what_it_can_do_something_about)
{
    struct town t;
    struct err e = { 0 };
    static const struct {
        const char *role;
        int64_t count;
    } roles[] = { { "窗口", 2 }, { "经办", 2 }, { "复核", 2 }, { "审批", 0 }, { "主管", 2 }, { "社区", 0 } };
    town_open(&t);
    fill(&t);
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        dossier_lines lines = { 0 };
        struct dossier_query q = { .role = str_of(roles[i].role), .day = date_of(2026, 3, 5) };
        NOTE("%s", roles[i].role);
        CHECK_OK(dossier_queue(t.d, &q, t.a, &lines, &e), e);
        CHECK_INT((int64_t)lines.len, roles[i].count);
        q.max = 1;
        CHECK_OK(dossier_queue(t.d, &q, t.a, &lines, &e), e);
        CHECK_INT((int64_t)lines.len, roles[i].count > 0);
    }
    town_close(&t);
}

TEST(the_queue_is_read_from_its_index_and_not_sorted)
{
    struct town t;
    struct err e = { 0 };
    struct store_stmt *q;
    bool row = false;
    struct text plan;
    town_open(&t);
    text_init(&plan, t.a, 4000);
    CHECK_OK(store_ask(t.s, &q, &e,
                       "EXPLAIN QUERY PLAN SELECT d.answers FROM dossier d WHERE d.waits = $1 AND d.waits <> '' AND"
                       " d.id > 0 AND d.due >= 5 AND d.soon > 5 ORDER BY d.due, d.id",
                       "s", STR("4复核")),
             e);
    while (store_step(q, &row, &e) && row) text_add(&plan, store_str(q, 3));
    store_done(q);
    CHECK(str_find(text_str(&plan), STR("dossier_queue")) != SIZE_MAX);
    CHECK(str_find(text_str(&plan), STR("B-TREE")) == SIZE_MAX);
    town_close(&t);
}

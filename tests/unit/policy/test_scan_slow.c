/* Everybody asked at once: the people of all policy examples of the demo city's packs, made one population. */
#include "pack/pack.h"
#include "policy/division.h"
#include "policy/scan.h"
#include "policy/whatif.h"
#include "support/t.h"

#include <stdlib.h>
#include <string.h>

struct town {
    struct arena *a;
    struct pack_set set;
    const struct vocab *v;
    struct pool *pool;
    date today;
};

/* All subjects of one entity's policies. */
static void settle(struct town *t, const char *packs, const char *entity)
{
    struct err e = { 0 };
    t->a = arena_new("town", 0);
    t->today = date_of(2025, 3, 15);
    CHECK_OK(pack_load(&t->set, t->a, str_of(t_source(packs)), NULL, 0, &e), e);
    CHECK_INT((int64_t)t->set.diags.errors, 0);
    const struct program *p = t->set.program;
    t->v = vocab_of(p, false, t->a);
    VEC(struct record *) people = { 0 };
    struct diags d;
    diags_init(&d, t->a);
    VEC_EACH (const struct example, x, &p->examples) {
        struct example_case c;
        if (x->about != KIND_POLICY || !str_eq(p->entities.at[p->policies.at[x->target].entity].name, str_of(entity)))
            continue;
        if (example_facts(p, x, t->a, &d, NULL, &c)) *vec_push(t->a, &people) = c.facts.subject;
    }
    CHECK(people.len > 50);
    uint32_t *rows = ARENA_ARRAY(t->a, uint32_t, people.len);
    CHECK_OK(vocab_pool_of_records(t->v, people.at, people.len, rows, &t->pool, &e), e);
}

static void leave(struct town *t)
{
    pool_free(t->pool);
    arena_free(t->a);
}

static struct scan scan_of(const struct town *t)
{
    return (struct scan){ .vocab = t->v,
                          .pool = t->pool,
                          .today = t->today,
                          .rule_day = t->today,
                          .facts = STR("examples"),
                          .reasons = SCAN_ALONE };
}

static struct findings *found_in(const struct town *t, struct scan *s)
{
    struct err e = { 0 };
    struct findings *f = NULL;
    CHECK_OK(scan_run(s, t->a, &f, &e), e);
    return f;
}

/* The row evaluator's word about one row. */
static struct verdict one_by_one(const struct town *t, struct evaluator *ev, uint16_t table, uint32_t row,
                                 uint32_t policy, struct arena *a)
{
    struct diags d;
    struct facts f;
    diags_init(&d, a);
    facts_start(&f, t->v->p, a, &d, table);
    vocab_record_for(t->v, t->pool, policy, row, &f);
    eval_start(ev, t->v->p, a, t->today, t->today);
    return eval_policy(ev, f.subject, policy);
}

static unsigned stop_of(const struct verdict *v)
{
    for (size_t c = 0; c < v->policy->criteria.len; c++) {
        struct value x = v->criteria[c];
        bool met = x.state == VALUE_NONE
                       ? v->policy->criteria.at[c].is_exclusion
                       : x.state == VALUE_KNOWN && x.boolean != v->policy->criteria.at[c].is_exclusion;
        bool decisive = v->kind == VERDICT_REFUSED   ? x.state == VALUE_KNOWN || x.state == VALUE_NONE
                        : v->kind == VERDICT_PENDING ? x.state == VALUE_UNKNOWN
                                                     : x.state == VALUE_ERROR;
        if (!met && decisive && v->kind != VERDICT_QUALIFIED) return (unsigned)c + 1;
    }
    return 0;
}

TEST_ONCE_WITHIN(everybody_gets_the_verdict_they_would_get_alone, 240)
{
    struct town t;
    settle(&t, "packs/demo", "人员");
    struct scan s = scan_of(&t);
    const struct findings *f = found_in(&t, &s);
    struct arena *a = arena_new("case", 0);
    size_t qualified = 0, pending = 0;
    CHECK(f->policies.len > 20);
    VEC_EACH (const struct found_policy, p, &f->policies) {
        const struct policy *q = program_policy(t.v->p, p->name);
        size_t paid = 0;
        uint32_t count = f->subjects.at[p->subjects].count;
        for (uint32_t i = 0; i < count; i += 3) {
            struct arena_mark m = arena_mark(a);
            struct evaluator ev = { 0 };
            struct verdict v = one_by_one(&t, &ev, q->entity, i, q->id, a);
            if ((*found_byte(p->kinds, i) & FOUND_KIND) != v.kind) NOTE("%.*s row %u", STR_ARG(p->name), i);
            CHECK_INT(*found_byte(p->kinds, i) & FOUND_KIND, v.kind);
            CHECK_INT((*found_byte(p->kinds, i) & FOUND_ASSUMED) != 0, v.assumed);
            CHECK_INT((*found_byte(p->kinds, i) & FOUND_UNSET) != 0, v.amount_unset);
            CHECK_INT(*found_byte(p->stops, i) & STOP_MAX, stop_of(&v));
            while (paid < p->paid_count && p->paid_row[paid] < i) paid++;
            bool has = paid < p->paid_count && p->paid_row[paid] == i;
            CHECK_INT(has, v.kind == VERDICT_QUALIFIED && q->steps.len > 0 && v.amount.state == VALUE_KNOWN);
            if (has) CHECK_INT(p->paid[paid], (int64_t)v.amount.number);
            qualified += v.kind == VERDICT_QUALIFIED, pending += v.kind == VERDICT_PENDING;
            arena_rewind(a, m);
        }
    }
    NOTE("%zu qualify, %zu are pending", qualified, pending);
    CHECK(qualified > 20 && pending > 200);
    arena_free(a);
    leave(&t);
}

TEST(the_first_reason_is_the_same_when_only_that_is_asked)
{
    struct town t;
    settle(&t, "packs/demo", "人员");
    struct scan all = scan_of(&t), first = all;
    first.reasons = SCAN_FIRST;
    const struct findings *x = found_in(&t, &all), *y = found_in(&t, &first);
    uint64_t alone = 0;
    for (size_t i = 0; i < x->policies.len; i++) {
        const struct found_policy *p = &x->policies.at[i], *q = &y->policies.at[i];
        for (uint32_t r = 0; r < x->subjects.at[p->subjects].count; r++) {
            CHECK_INT(*found_byte(p->kinds, r), *found_byte(q->kinds, r));
            CHECK_INT(*found_byte(p->stops, r) & STOP_MAX, *found_byte(q->stops, r));
            alone += (*found_byte(p->stops, r) & STOP_ALONE) != 0;
        }
    }
    CHECK(alone > 0);
    leave(&t);
}

static void stop_soon(void *ctx, str entity, uint64_t done, uint64_t of)
{
    (void)entity, (void)done, (void)of;
    __atomic_store_n((bool *)ctx, true, __ATOMIC_RELAXED);
}

TEST(a_question_nobody_waits_for_any_more_ends_without_an_answer)
{
    struct town t;
    struct err e = { 0 };
    struct findings *f = NULL;
    bool stop = false;
    settle(&t, "packs/demo", "人员");
    struct scan s = scan_of(&t);
    s.stop = &stop, s.progress = stop_soon, s.progress_ctx = &stop;
    CHECK_ERR(scan_run(&s, t.a, &f, &e), e, CONFLICT);
    CHECK(f == NULL && stop);
    stop = false, s.progress = NULL;
    found_in(&t, &s);
    leave(&t);
}

TEST(totals_are_those_of_the_lists)
{
    struct town t;
    settle(&t, "packs/demo", "单位");
    struct scan s = scan_of(&t);
    const struct findings *f = found_in(&t, &s);
    VEC_EACH (const struct found_policy, p, &f->policies) {
        uint64_t kinds[FOUND_COUNT] = { 0 }, alone = 0, stopped = 0, counted_alone = 0;
        num total = 0;
        uint32_t count = f->subjects.at[p->subjects].count;
        for (uint32_t i = 0; i < count; i++) {
            kinds[*found_byte(p->kinds, i) & FOUND_KIND]++;
            stopped += *found_byte(p->stops, i) != 0;
            alone += (*found_byte(p->stops, i) & STOP_ALONE) != 0;
        }
        for (size_t i = 0; i < p->paid_count; i++) total += p->paid[i];
        CHECK(total == p->total);
        for (unsigned k = 0; k < FOUND_COUNT; k++) CHECK_INT((int64_t)p->count[k], (int64_t)kinds[k]);
        for (size_t c = 0; c < p->reason_count; c++) {
            stopped -= p->reasons[c].against + p->reasons[c].open + p->reasons[c].failed;
            counted_alone += p->reasons[c].alone;
        }
        CHECK_INT((int64_t)stopped, 0);
        CHECK_INT((int64_t)counted_alone, (int64_t)alone);
    }
    leave(&t);
}

static void check_same(const struct findings *x, const struct findings *y)
{
    CHECK_INT((int64_t)x->policies.len, (int64_t)y->policies.len);
    for (size_t i = 0; i < x->policies.len; i++) {
        const struct found_policy *p = &x->policies.at[i], *q = &y->policies.at[i];
        uint32_t count = x->subjects.at[p->subjects].count;
        CHECK_STR(p->name, q->name);
        CHECK_INT(p->stops.at != NULL, q->stops.at != NULL);
        for (uint32_t r = 0; r < count; r++) {
            CHECK_INT(*found_byte(p->kinds, r), *found_byte(q->kinds, r));
            if (p->stops.at != NULL) CHECK_INT(*found_byte(p->stops, r), *found_byte(q->stops, r));
        }
        CHECK_INT((int64_t)p->paid_count, (int64_t)q->paid_count);
        CHECK(memcmp(p->paid, q->paid, p->paid_count * sizeof *p->paid) == 0);
        CHECK(memcmp(p->paid_row, q->paid_row, p->paid_count * sizeof *p->paid_row) == 0);
        CHECK_INT((int64_t)p->count[VERDICT_QUALIFIED], (int64_t)q->count[VERDICT_QUALIFIED]);
        CHECK(p->total == q->total);
        CHECK_STR(p->unit, q->unit);
        CHECK_INT((int64_t)p->reason_count, (int64_t)q->reason_count);
        for (size_t c = 0; c < p->reason_count; c++) {
            CHECK_STR(p->reasons[c].name, q->reasons[c].name);
            CHECK_INT((int64_t)p->reasons[c].alone, (int64_t)q->reasons[c].alone);
        }
    }
}

TEST(asking_only_some_again_gives_what_asking_all_gives)
{
    struct town t;
    settle(&t, "packs/demo", "人员");
    struct scan s = scan_of(&t), again = s;
    struct err e = { 0 };
    struct findings *all = found_in(&t, &s), *kept = NULL;
    uint16_t table = program_entity(t.v->p, STR("人员"))->id;
    uint32_t rows = pool_rows(t.pool, table);
    /* those who are touched are made wrong first: only asking them again can mend it */
    struct vocab_touched *touched = vocab_touched_new(t.v, t.a);
    uint64_t *set = ARENA_ARRAY(t.a, uint64_t, t.v->p->policies.len / 64 + 1);
    struct findings *spoilt = found_in(&t, &s);
    for (uint32_t i = 0; i < rows; i++) {
        VEC_EACH (struct found_policy, p, &spoilt->policies) {
            const struct policy *q = program_policy(t.v->p, p->name);
            if (q->entity != table || t_random_below(9) != 0) continue;
            set[q->id / 64] = UINT64_C(1) << q->id % 64;
            vocab_touch(touched, table, i, vocab_touched_class(touched, set));
            set[q->id / 64] = 0;
            *found_byte(p->kinds, i) = VERDICT_ERROR;
            *found_byte(p->stops, i) = 0;
        }
    }
    VEC_EACH (struct found_policy, p, &spoilt->policies) findings_add_up(spoilt, p);
    CHECK_OK(scan_again(&again, spoilt, touched, t.a, &kept, &e), e);
    check_same(kept, all);
    /* nobody touched: nothing is asked, and nothing takes memory of its own */
    CHECK_OK(scan_again(&again, all, NULL, t.a, &kept, &e), e);
    CHECK(kept->policies.at[0].kinds.at[0] == all->policies.at[0].kinds.at[0]);
    check_same(kept, all);
    /* another day: what was found then cannot be kept */
    again.today = again.rule_day = date_add_days(t.today, 40);
    CHECK_OK(scan_again(&again, all, touched, t.a, &kept, &e), e);
    CHECK_INT(kept->today.days, again.today.days);
    check_same(kept, found_in(&t, &again));
    leave(&t);
}

TEST(findings_come_back_from_disk_as_they_were)
{
    struct town t;
    settle(&t, "packs/demo", "人员");
    struct scan s = scan_of(&t);
    struct err e = { 0 };
    const struct findings *f = found_in(&t, &s);
    struct findings *back = NULL;
    EVERY_FAULT (FAULT_WRITE) {
        e = (struct err){ 0 };
        CHECK(findings_save(f, str_of(t_path("found")), &e) || t_fault_hit());
    }
    e = (struct err){ 0 };
    CHECK_OK(findings_load(t.a, str_of(t_path("found")), &back, &e), e);
    check_same(f, back);
    CHECK_STR(back->rules, f->rules);
    CHECK_INT(back->today.days, f->today.days);
    str whole;
    CHECK_OK(file_read(t.a, str_of(t_path("found")), 1 << 28, &whole, &e), e);
    for (int i = 0; i < 200; i++) { /* cut short anywhere, or with a length that lies */
        str part = str_slice(whole, 0, (size_t)t_random_below(whole.len));
        CHECK_OK(file_write(str_of(t_path("part")), part, &e), e);
        CHECK_ERR(findings_load(t.a, str_of(t_path("part")), &back, &e), e, INVALID);
        e = (struct err){ 0 };
    }
    leave(&t);
}

TEST(who_is_new_and_who_left_is_told_by_identity_not_by_place)
{
    struct town t;
    settle(&t, "packs/demo", "人员");
    struct scan s = scan_of(&t);
    struct findings *before = found_in(&t, &s), *now = found_in(&t, &s);
    const struct found_policy *p = NULL;
    VEC_EACH (const struct found_policy, q, &now->policies) {
        if (q->paid_count > 3) p = q;
    }
    CHECK(p != NULL);
    /* people of examples have no lasting numbers: here they get some */
    uint64_t *lasting = ARENA_ARRAY(t.a, uint64_t, now->subjects.at[p->subjects].count);
    for (uint32_t i = 0; i < now->subjects.at[p->subjects].count; i++) lasting[i] = 1000 + i;
    now->subjects.at[p->subjects].ids = before->subjects.at[p->subjects].ids = lasting;
    struct found_change c = findings_compare(now, p, NULL, t.a);
    CHECK_INT((int64_t)c.entered, 0); /* the first run knows of nobody before */
    c = findings_compare(now, p, before, t.a);
    CHECK_INT((int64_t)(c.entered + c.left + c.amount), 0);
    /* the same people in the reverse order */
    struct found_policy *was = &before->policies.at[p - now->policies.at];
    struct found_subjects *who = &before->subjects.at[was->subjects];
    uint64_t *ids = ARENA_ARRAY(t.a, uint64_t, who->count);
    found_bytes kinds = findings_bytes(t.a, who->count);
    for (uint32_t i = 0; i < who->count; i++) {
        ids[i] = who->ids[who->count - 1 - i];
        *found_byte(kinds, i) = *found_byte(was->kinds, who->count - 1 - i);
    }
    uint32_t *rows = ARENA_ARRAY(t.a, uint32_t, was->paid_count);
    int64_t *paid = ARENA_ARRAY(t.a, int64_t, was->paid_count);
    for (size_t i = 0; i < was->paid_count; i++) {
        rows[i] = who->count - 1 - was->paid_row[was->paid_count - 1 - i];
        paid[i] = was->paid[was->paid_count - 1 - i];
    }
    who->ids = ids, was->kinds = kinds, was->paid_row = rows, was->paid = paid;
    c = findings_compare(now, p, before, t.a);
    CHECK_INT((int64_t)(c.entered + c.left + c.amount), 0);
    /* one of them did not qualify, one qualified for another sum, one who is not there any more did */
    *found_byte(kinds, rows[0]) = VERDICT_REFUSED, paid[1]++, ids[rows[2]] = UINT64_MAX;
    findings_add_up(before, was);
    c = findings_compare(now, p, before, t.a);
    CHECK_INT((int64_t)c.entered, 2);
    CHECK_INT((int64_t)c.left, 1);
    CHECK_INT((int64_t)c.amount, 1);
    CHECK_INT(c.is_new[who->count - 1 - rows[0]], 1);
    leave(&t);
}

TEST(who_will_not_qualify_any_more_later_is_who_a_later_scan_refuses)
{
    struct town t;
    settle(&t, "packs/demo", "人员");
    struct scan s = scan_of(&t), later = s;
    struct err e = { 0 };
    const struct findings *now = found_in(&t, &s);
    later.today = later.rule_day = date_add_days(t.today, 400);
    const struct findings *then = found_in(&t, &later);
    struct scan_ending *ends = ARENA_ARRAY(t.a, struct scan_ending, now->policies.len);
    CHECK_OK(scan_ending(&s, now, later.today, t.a, ends, &e), e);
    uint64_t all = 0;
    for (size_t i = 0; i < now->policies.len; i++) {
        const struct found_policy *p = &now->policies.at[i], *q = findings_policy(then, p->name);
        for (uint32_t r = 0; r < now->subjects.at[p->subjects].count; r++) {
            bool is = (*found_byte(p->kinds, r) & FOUND_KIND) == VERDICT_QUALIFIED;
            bool gone = q == NULL || (*found_byte(q->kinds, r) & FOUND_KIND) == VERDICT_REFUSED;
            CHECK_INT(ends[i].ends[r], is && gone);
        }
        all += ends[i].count;
    }
    CHECK(all > 0);
    leave(&t);
}

TEST(the_same_rules_make_no_difference_and_groups_add_up_to_all)
{
    struct town t;
    settle(&t, "packs/demo", "人员");
    struct scan s = scan_of(&t), other = s;
    struct err e = { 0 };
    const struct findings *f = found_in(&t, &s);
    struct division d;
    uint16_t table = program_entity(t.v->p, STR("人员"))->id;
    CHECK_ERR(division_of(t.v, t.pool, table, STR("姓名"), t.today, t.today, t.a, &d, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(division_of(t.v, t.pool, table, STR("身高"), t.today, t.today, t.a, &d, &e), e, NOT_FOUND);
    e = (struct err){ 0 };
    CHECK_OK(division_of(t.v, t.pool, table, STR("年龄"), t.today, t.today, t.a, &d, &e), e);
    whatif_list list = { 0 };
    whatif_compare(f, f, &d, STR("人员"), t.a, &list);
    CHECK_INT((int64_t)list.len, (int64_t)f->policies.len);
    VEC_EACH (const struct whatif_policy, p, &list) CHECK(whatif_same(p));
    /* the rules of another day stand for other rules */
    other.today = other.rule_day = date_add_days(t.today, 400);
    const struct findings *then = found_in(&t, &other);
    list.len = 0;
    whatif_compare(f, then, &d, STR("人员"), t.a, &list);
    uint64_t differ = 0;
    VEC_EACH (const struct whatif_policy, p, &list) {
        const struct found_policy *x = findings_policy(f, p->name), *y = findings_policy(then, p->name);
        CHECK_INT((int64_t)p->all.before, x != NULL ? (int64_t)x->count[VERDICT_QUALIFIED] : 0);
        CHECK_INT((int64_t)p->all.after, y != NULL ? (int64_t)y->count[VERDICT_QUALIFIED] : 0);
        CHECK(p->all.cost_before == (x != NULL ? x->total : 0) && p->all.cost_after == (y != NULL ? y->total : 0));
        CHECK_INT((int64_t)(p->all.before + p->all.winners), (int64_t)(p->all.after + p->all.losers));
        if (p->groups == NULL) continue;
        struct whatif_count sum = { 0 };
        for (uint32_t g = 0; g < d.count; g++) {
            sum.winners += p->groups[g].winners, sum.losers += p->groups[g].losers;
            sum.cost_after += p->groups[g].cost_after;
        }
        CHECK_INT((int64_t)sum.winners, (int64_t)p->all.winners);
        CHECK_INT((int64_t)sum.losers, (int64_t)p->all.losers);
        CHECK(sum.cost_after == p->all.cost_after);
        differ += !whatif_same(p);
    }
    CHECK(differ > 0);
    leave(&t);
}

/* Two ways to the same list: what the city knows by itself of who is entitled, and what policies say of the true facts.
 */
#include "policy/scan.h"
#include "sheet/sheet.h"
#include "unit/city/town.h"

#include <stdio.h>

enum { PEOPLE = 20000 };

struct told { /* of one policy */
    str policy, entity;
    struct map keys;
    uint64_t count;
};
typedef VEC(struct told) told_list;

static struct told *told_of(told_list *list, str policy, str entity, struct arena *a)
{
    VEC_EACH (struct told, t, list) {
        if (str_eq(t->policy, policy)) return t;
    }
    struct told *t = vec_push(a, list);
    *t = (struct told){ .policy = str_dup(a, policy), .entity = str_dup(a, entity) };
    map_init(&t->keys, a);
    return t;
}

static told_list read_told(struct arena *a, str day)
{
    told_list list = { 0 };
    struct sheet_reader *r;
    struct sheet_row row;
    struct err e = { 0 };
    CHECK_OK(sheet_open(&r, str_of(t_path("truth/entitled.csv")), NULL, &e), e);
    CHECK_INT(sheet_next(r, &row, &e), 1); /* headings */
    while (sheet_next(r, &row, &e) == 1) {
        CHECK_INT((int64_t)row.count, 4);
        CHECK_STR(row.cells[3], day);
        struct told *t = told_of(&list, row.cells[0], row.cells[1], a);
        map_put(&t->keys, str_dup(a, row.cells[2]), t);
        t->count++;
    }
    sheet_close(r);
    return list;
}

TEST_ONCE_WITHIN(who_is_entitled_is_the_same_by_the_city_and_by_the_policies, 240)
{
    autoarena *a = arena_new("city", 0);
    const struct program *p = town_program(a);
    const struct vocab *v = vocab_of(p, false, a);
    struct city_options o = town(PEOPLE);
    struct city_result r;
    struct pool *pool;
    struct findings *found;
    struct err e = { 0 };
    town_files(&o, p);
    told_list list = read_told(a, STR("2024-05-31"));
    CHECK(list.len >= 8);
    o.truth = true;
    CHECK_OK(city_pool(&o, v, &pool, &r, NULL, &e), e);
    const struct city *c = city_new(a, &o);
    date day = date_of(2024, 5, 31);
    struct scan s = { .vocab = v, .pool = pool, .today = day, .rule_day = day, .facts = STR("") };
    CHECK_OK(scan_run(&s, a, &found, &e), e);
    uint64_t wrong = 0;
    VEC_EACH (struct told, t, &list) {
        const struct found_policy *q = findings_policy(found, t->policy);
        CHECK(q != NULL);
        const struct found_subjects *who = &found->subjects.at[q->subjects];
        CHECK_STR(who->entity, t->entity);
        uint64_t both = 0, only_found = 0;
        for (uint32_t i = 0; i < who->count; i++) {
            if ((*found_byte(q->kinds, i) & FOUND_KIND) != VERDICT_QUALIFIED) continue;
            str key = city_key(c, t->entity, who->ids[i], a);
            bool told = map_get(&t->keys, key) != NULL;
            both += told, only_found += !told;
            if (!told && only_found < 4) printf("%.*s: only the policy has %.*s\n", STR_ARG(t->policy), STR_ARG(key));
        }
        printf("%.*s: both %llu, only the policy %llu, only the city %llu\n", STR_ARG(t->policy),
               (unsigned long long)both, (unsigned long long)only_found, (unsigned long long)(t->count - both));
        CHECK(both > 0);
        wrong += only_found + t->count - both;
    }
    pool_free(pool);
    CHECK_INT((int64_t)wrong, 0);
}

/* Two connections enter by turns, as two threads of a hall do, and some of what they enter is undone: what counts stays
 * what was said and not undone, and keeping up with each other takes no memory that grows. */
#include "helpers.h"
#include "registry/registry_priv.h"

#include <stdio.h>

enum { ROUNDS = 60, NUMBER = 32 };

struct office {
    struct place *p;
    struct registry *desks[2];
    uint16_t entity, slot;
    int64_t person;
    int64_t best_rank, best_day;
    char best[NUMBER];
};

static void open_office(struct office *o, struct place *p)
{
    struct err e = { 0 };
    struct import_result out = { 0 };
    place_program(p);
    CHECK_OK(place_open(p, &e), e);
    str path = file_of(p, "in.csv", "身份证,姓名,性别\n" ID_LI ",李试验,男性\n");
    if (!import_on(p, path, "底册", "2024-01-01", &out, &e)) FAIL("%s", err_cause(&e));
    o->p = p;
    o->desks[0] = p->r;
    CHECK_OK(registry_find(p->r, STR("人"), STR(ID_LI), &o->entity, &o->person, &e), e);
    o->slot = (uint16_t)entity_slot(&p->set.program->entities.at[o->entity], STR("电话"));
    CHECK_OK(registry_feed(p->r, STR("窗口"), &e), e);
    CHECK_OK(registry_open(&o->desks[1], p->set.program, p->db, STORE_WRITE, &e), e);
}

static bool enter(struct office *o, struct registry *r, const char *number, int64_t rank, int64_t day, struct err *e)
{
    int64_t drop;
    struct value v = { .state = VALUE_KNOWN, .text = str_of(number) };
    struct registry_change_of change = {
        .act = REGISTRY_SET, .entity = o->entity, .subject = o->person, .count = 1, .slots = &o->slot, .values = &v
    };
    struct registry_entry n = { .origin = STR("窗口"),
                                .ref = str_of(number),
                                .person = STR("王"),
                                .rank = rank,
                                .as_of = { (int32_t)day },
                                .count = 1,
                                .changes = &change };
    return registry_enter(r, &n, &drop, e);
}

/* Of two words the one with the higher rank counts, then the later day, then the later one. */
static void believe(struct office *o, const char *number, int64_t rank, int64_t day)
{
    if (rank < o->best_rank || (rank == o->best_rank && day < o->best_day)) return;
    o->best_rank = rank, o->best_day = day;
    snprintf(o->best, sizeof o->best, "%s", number);
}

TEST(two_desks_that_enter_by_turns_agree_on_what_counts)
{
    struct place p;
    struct office o = { 0 };
    struct err e = { 0 };
    open_office(&o, &p);
    for (int round = 0; round < ROUNDS; round++) {
        struct registry *r = o.desks[t_random_below(2)];
        struct store *s = registry_store(r);
        uint64_t fate = t_random_below(4);
        int parts = 1 + (int)t_random_below(3);
        struct office was = o;
        CHECK_OK(store_begin(s, &e), e);
        for (int i = 0; i < parts; i++) {
            char number[NUMBER];
            int64_t rank = 10 + (int64_t)t_random_below(3), day = 20000 + (int64_t)t_random_below(3);
            bool undone = t_random_below(3) == 0;
            snprintf(number, sizeof number, "138%04d%04d", round, i);
            CHECK_OK(store_begin(s, &e), e);
            CHECK_OK(enter(&o, r, number, rank, day, &e), e);
            if (undone) {
                store_rollback(s);
                continue;
            }
            CHECK_OK(store_commit(s, &e), e);
            believe(&o, number, rank, day);
        }
        if (fate == 0) {
            store_rollback(s);
            o = was;
        } else {
            CHECK_OK(store_commit(s, &e), e);
        }
        value_lines lines = { 0 };
        str now = STR("");
        CHECK_OK(registry_values(r, o.entity, o.person, p.a, &lines, &e), e);
        VEC_EACH (const struct value_line, v, &lines) {
            if (v->current && str_eq(v->field, STR("电话"))) now = v->value;
        }
        NOTE("round %d of %d", round, ROUNDS);
        CHECK_STR(now, o.best);
    }
    drop_lines files = { 0 };
    CHECK_OK(registry_drops(o.desks[0], 20, p.a, &files, &e), e);
    CHECK_INT((int64_t)files.len, 1); /* what desks enter is no file that somebody waits for */
    CHECK(str_ends(files.at[0].file, STR("in.csv")));
    registry_close(o.desks[1]);
    place_close(&p);
}

TEST(keeping_up_with_each_other_takes_no_more_memory_than_what_is_kept)
{
    struct place p;
    struct office o = { 0 };
    struct err e = { 0 };
    size_t early = 0, late = 0;
    open_office(&o, &p);
    for (int round = 0; round < 400; round++) {
        struct registry *r = o.desks[round % 2];
        CHECK_OK(store_begin(registry_store(r), &e), e);
        CHECK_OK(enter(&o, r, "13800000000", 10, 20000, &e), e);
        CHECK_OK(store_commit(registry_store(r), &e), e);
        if (round % 2 == 0) continue; /* the second desk is looked at */
        late = arena_used(r->a) + arena_used(r->drops_a) + arena_used(r->merged_a) + arena_used(r->others_a);
        if (round == 21) early = late;
        CHECK_INT((int64_t)r->drops.len, round + 2); /* the import was the first */
    }
    /* a line and its place for each batch, twice as much while tables grow, and those before them: not all of them each
     * time */
    NOTE("%zu then %zu", early, late);
    CHECK(late - early < 400 * (sizeof(struct drop) + sizeof(struct id_pair)) * 6);
    registry_close(o.desks[1]);
    place_close(&p);
}

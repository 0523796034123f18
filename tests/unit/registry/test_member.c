/* Lists of a subject, page by page; and whether two have to do with each other. On both databases. */
#include "helpers.h"
#include "store/short.h"
#include "support/postgres.h"

static void import_text(struct place *p, const char *name, const char *as, const char *text)
{
    struct err e = { 0 };
    struct import_result out = { 0 };
    str path = str_dup(p->a, str_of(t_path(name)));
    CHECK_OK(file_write(path, str_of(text), &e), e);
    struct import_options o = { .path = path, .as = str_of(as), .has_as_of = true, .as_of = date_of(2024, 5, 1) };
    CHECK_OK(registry_import(p->r, &o, &out, p->a, &e), e);
    CHECK_INT((int64_t)out.counts.bad, 0);
}

static int64_t number_of(struct place *p, const char *key)
{
    struct err e = { 0 };
    uint16_t entity;
    int64_t id = 0;
    CHECK_OK(registry_find(p->r, STR(""), str_of(key), &entity, &id, &e), e);
    return id;
}

TEST(a_list_is_read_page_by_page_and_who_has_to_do_with_whom_is_told)
{
    struct place p;
    struct err e = { 0 };
    registry_member_list all = { 0 };
    str name, number;
    bool so;
    place_program(&p);
    p.db = str_dup(p.a, str_of(t_database("leye.db")));
    CHECK_OK(place_open(&p, &e), e);
    import_text(&p, "people.csv", "户籍", "身份证,姓名,户号\n" ID_LI ",李试验,H1\n" ID_WANG ",王试验,H1\n");
    import_text(&p, "jobs.csv", "就业名单",
                "身份证,雇主,开始,结束\n" ID_LI ",91329900000000000X,2023-01-01,2023-06-30\n");
    const struct program *q = p.set.program;
    const struct entity *house = program_entity(q, STR("户")), *person = program_entity(q, STR("人")),
                        *firm = program_entity(q, STR("单位"));
    uint16_t slot = (uint16_t)entity_slot(house, STR("成员"));
    date day = date_of(2024, 5, 1);
    int64_t home = number_of(&p, "H1"), li = number_of(&p, ID_LI), wang = number_of(&p, ID_WANG),
            employer = number_of(&p, "91329900000000000X");
    CHECK_OK(registry_list(p.r, house->id, home, slot, day, day, 0, 1, p.a, &all, &e), e);
    CHECK_INT((int64_t)all.len, 1);
    CHECK_STR(all.at[0].name, "李试验");
    CHECK_STR(all.at[0].number, ID_LI);
    CHECK_OK(registry_list(p.r, house->id, home, slot, day, day, all.at[0].id, 10, p.a, &all, &e), e);
    CHECK_INT((int64_t)all.len, 1);
    CHECK_STR(all.at[0].name, "王试验");
    CHECK_OK(registry_label(p.r, person->id, wang, p.a, &name, &number, &e), e);
    CHECK_STR(name, "王试验");
    CHECK_OK(registry_label(p.r, person->id, 999999, p.a, &name, &number, &e), e);
    CHECK_STR(name, "");
    CHECK_OK(registry_refers(p.r, person->id, li, firm->id, employer, &so, &e), e);
    CHECK(so); /* although it is over */
    CHECK_OK(registry_refers(p.r, person->id, wang, firm->id, employer, &so, &e), e);
    CHECK(!so);
    CHECK_OK(registry_refers(p.r, person->id, wang, house->id, home, &so, &e), e);
    CHECK(so); /* a field of the person itself */
    CHECK_ERR(registry_list(p.r, house->id, home, 0, day, day, 0, 1, p.a, &all, &e), e, INVALID);
    place_close(&p);
}

TEST(who_has_a_phone_is_looked_up_in_an_index)
{
    struct place p;
    struct err e = { 0 };
    struct store_stmt *q;
    struct text plan;
    registry_numbers all = { 0 };
    bool row;
    place_program(&p);
    CHECK_OK(place_open(&p, &e), e);
    import_text(&p, "people.csv", "户籍",
                "身份证,姓名,电话\n" ID_LI ",李试验,15400000001\n" ID_WANG ",王试验,15400000001\n");
    const struct entity *person = program_entity(p.set.program, STR("人"));
    uint16_t phone = (uint16_t)entity_slot(person, STR("电话"));
    CHECK_OK(registry_with(p.r, person->id, phone, STR("15400000001"), 9, p.a, &all, &e), e);
    CHECK(all.len == 2 && all.at[0] == number_of(&p, ID_LI) && all.at[1] == number_of(&p, ID_WANG));
    text_init(&plan, p.a, 4000);
    CHECK_OK(store_ask(registry_store(p.r), &q, &e,
                       "EXPLAIN QUERY PLAN SELECT \"_id\" FROM \"人\" WHERE \"电话\" = $1 ORDER BY 1 LIMIT $2", "si",
                       STR("15400000001"), (int64_t)9),
             e);
    while (store_step(q, &row, &e) && row) text_add(&plan, store_str(q, 3));
    store_done(q);
    CHECK(str_find(text_str(&plan), STR("_人_电话")) != SIZE_MAX);
    CHECK(str_find(text_str(&plan), STR("B-TREE")) == SIZE_MAX);
    place_close(&p);
}

static bool is_named(const struct registry_names *n, const char *name)
{
    for (size_t i = 0; i < n->count; i++)
        if (str_eq(n->at[i], str_of(name))) return true;
    return false;
}

TEST(a_name_in_the_books_means_a_lasting_number_or_a_key_of_whoever_can_be_paid)
{
    struct place p;
    struct err e = { 0 };
    uint16_t entity;
    int64_t id;
    place_program(&p);
    p.db = str_dup(p.a, str_of(t_database("leye.db")));
    CHECK_OK(place_open(&p, &e), e);
    import_text(&p, "people.csv", "户籍", "身份证,姓名,户号\n" ID_LI ",李试验,12345678901\n");
    int64_t li = number_of(&p, ID_LI);
    CHECK_OK(registry_find_booked(p.r, STR(" " ID_LI " "), &entity, &id, &e), e);
    CHECK_INT(id, li);
    str lasting = str_fmt(p.a, "%lld", (long long)li), padded = str_fmt(p.a, "000%lld", (long long)li);
    CHECK_OK(registry_find_booked(p.r, lasting, &entity, &id, &e), e);
    CHECK_INT(id, li);
    CHECK_ERR(registry_find_booked(p.r, padded, &entity, &id, &e), e, NOT_FOUND);
    e = (struct err){ 0 };
    CHECK_ERR(registry_find_booked(p.r, STR("12345678901"), &entity, &id, &e), e, NOT_FOUND); /* a household */
    place_close(&p);
}

TEST(two_that_became_one_have_the_names_of_both)
{
    struct place p;
    struct err e = { 0 };
    struct registry_names n;
    place_program(&p);
    p.db = str_dup(p.a, str_of(t_database("leye.db")));
    CHECK_OK(place_open(&p, &e), e);
    import_text(&p, "people.csv", "户籍", "身份证,姓名,编号\n" ID_LI ",李试验,L-1\n" ID_WANG ",王试验,77\n");
    uint16_t person = program_entity(p.set.program, STR("人"))->id;
    int64_t li = number_of(&p, ID_LI), wang = number_of(&p, ID_WANG);
    str first = str_fmt(p.a, "%lld", (long long)li), second = str_fmt(p.a, "%lld", (long long)wang);
    CHECK_OK(registry_names(p.r, person, li, p.a, &n, &e), e);
    CHECK_INT((int64_t)n.count, 3);
    CHECK_INT((int64_t)n.lasting, 1);
    CHECK(str_eq(n.at[0], first) && is_named(&n, ID_LI) && is_named(&n, "L-1"));
    CHECK_OK(registry_merge(p.r, li, wang, STR("同一个人"), STR("试"), &e), e);
    for (int i = 0; i < 2; i++) { /* whichever of them is asked about */
        CHECK_OK(registry_names(p.r, person, i == 0 ? li : wang, p.a, &n, &e), e);
        CHECK_INT((int64_t)n.lasting, 2);
        CHECK(str_eq(n.at[0], first) && str_eq(n.at[1], second));
        CHECK(is_named(&n, ID_LI) && is_named(&n, ID_WANG) && is_named(&n, "L-1"));
        CHECK(!is_named(&n, "77")); /* would be taken for the lasting number of somebody else */
    }
    place_close(&p);
}

TEST_WITHIN(the_same_holds_on_postgresql, 60)
{
    t_on_postgres();
    a_name_in_the_books_means_a_lasting_number_or_a_key_of_whoever_can_be_paid();
    two_that_became_one_have_the_names_of_both();
    a_list_is_read_page_by_page_and_who_has_to_do_with_whom_is_told();
}

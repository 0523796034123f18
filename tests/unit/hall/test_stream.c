/* A program keeps a copy: a snapshot page by page, then what changed; each sees what its role sees and no more. */
#include "base/idcard.h"
#include "helpers.h"

#define PEOPLE_LIST "/entities/%E4%BA%BA%E5%91%98"

static str member(struct world *w, str body, const char *name)
{
    const struct json *j, *m;
    struct err e = { 0 };
    CHECK_OK(json_read(w->a, body, &j, &e), e);
    m = json_member(j, str_of(name));
    if (m == NULL) FAIL("no %s: %.*s", name, STR_ARG(body));
    return m->string;
}

static size_t subjects(struct world *w, str body)
{
    const struct json *j;
    struct err e = { 0 };
    CHECK_OK(json_read(w->a, body, &j, &e), e);
    return json_member(j, STR("subjects"))->count;
}

static str changes(struct world *w, const char *token, str mark)
{
    return get(w, str_fmt(w->a, "%s/changes?since=%.*s", PEOPLE_LIST, STR_ARG(mark)).p, token).body;
}

static void import(struct world *w, const char *csv)
{
    struct registry *r;
    struct err e = { 0 };
    struct import_result out = { 0 };
    str path = str_dup(w->a, str_of(t_path("more.csv")));
    CHECK_OK(file_write(path, str_of(csv), &e), e);
    CHECK_OK(registry_open(&r, w->set.program, w->db, STORE_WRITE, &e), e);
    struct import_options o = { .path = path, .as = STR("底册"), .has_as_of = true, .as_of = date_of(2024, 5, 2) };
    CHECK_OK(registry_import(r, &o, &out, w->a, &e), e);
    registry_close(r);
}

TEST(a_snapshot_then_only_who_changed)
{
    struct world w;
    world_open(&w);
    account(&w, "auditor", ROLE_AUDITOR, "");
    const char *token = token_of(&w, "auditor");
    struct asked all = get(&w, PEOPLE_LIST, token);
    CHECK_INT(all.status, 200);
    CHECK_INT((int64_t)subjects(&w, all.body), 2);
    CHECK_STR(member(&w, all.body, "next"), "");
    str mark = member(&w, all.body, "mark");
    CHECK_INT((int64_t)subjects(&w, changes(&w, token, mark)), 0);
    import(&w, "身份证,姓名,月收入\n" ID_WANG ",王试验,2600\n");
    str later = changes(&w, token, mark);
    CHECK_INT((int64_t)subjects(&w, later), 1);
    NOTE("%.*s", STR_ARG(later));
    CHECK(has(later, "2600"));
    CHECK_INT((int64_t)subjects(&w, changes(&w, token, member(&w, later, "mark"))), 0);
    world_close(&w);
}

TEST(a_mark_of_another_database_says_begin_anew)
{
    struct world w;
    world_open(&w);
    account(&w, "auditor", ROLE_AUDITOR, "");
    const char *token = token_of(&w, "auditor");
    str strange = changes(&w, token, STR("1.0123456789abcdef"));
    CHECK(has(strange, "\"anew\":true"));
    CHECK(has(changes(&w, token, STR("0.")), "\"anew\":true")); /* of before anything was taken in */
    CHECK(has(changes(&w, token, STR("999999.")), "\"anew\":true"));
    CHECK_INT(get(&w, PEOPLE_LIST "/changes?since=yesterday", token).status, 400);
    CHECK_INT(get(&w, PEOPLE_LIST "/changes", token).status, 400);
    CHECK_INT(get(&w, PEOPLE_LIST "?after=x", token).status, 400);
    CHECK_INT(get(&w, "/entities/%E6%B2%A1%E6%9C%89", token).status, 404);
    world_close(&w);
}

/* The clerk of the east, whose role masks numbers: Li as on a page, of Wang nothing at all; Li can read who looked. */
TEST(a_program_sees_what_its_account_would_see_on_a_page)
{
    struct world w;
    world_open(&w);
    account(&w, "counter", ROLE_COUNTER, "329901");
    account(&w, "operator", ROLE_OPERATOR, "329900");
    account(&w, "worker", ROLE_WORKER, "");
    str east = get(&w, PEOPLE_LIST, token_of(&w, "counter")).body;
    CHECK_INT((int64_t)subjects(&w, east), 1);
    CHECK(has(east, "李试验") && has(east, PHONE) && !has(east, ID_LI) && !has(east, BANK) && !has(east, "王"));
    str city = get(&w, PEOPLE_LIST, token_of(&w, "operator")).body;
    CHECK_INT((int64_t)subjects(&w, city), 2);
    CHECK(!has(city, "李试验") && !has(city, "王试验") && !has(city, ID_LI) && !has(city, PHONE) && !has(city, BANK));
    str looks = get(&w, "/me/record", signed_in(&w, "worker")).body;
    CHECK(has(looks, "每日比对") && has(looks, "counter"));
    world_close(&w);
}

/* A page in the browser asks for a purpose like every record. */
TEST(somebody_signed_in_who_gave_no_purpose_reads_no_list)
{
    struct world w;
    world_open(&w);
    account(&w, "counter", ROLE_COUNTER, "329901");
    struct asked k = get(&w, PEOPLE_LIST, signed_in(&w, "counter"));
    CHECK_INT(k.status, 403);
    CHECK(!has(k.body, "李试验"));
    world_close(&w);
}

/* A hundred a page; every page carries the first one's mark. */
TEST(a_long_list_comes_in_pages_that_name_the_next)
{
    struct world w;
    struct text csv;
    world_open(&w);
    account(&w, "auditor", ROLE_AUDITOR, "");
    const char *token = token_of(&w, "auditor");
    text_init(&csv, w.a, 1 << 16);
    text_addz(&csv, "身份证,姓名,常住地,月收入\n");
    for (int i = 0; i < 150; i++) {
        str digits = STR("");
        struct idcard card;
        for (const char *c = "0123456789X"; *c != '\0'; c++) { /* the check digit that fits */
            digits = str_fmt(w.a, "32990119700101%03d%c", i, *c);
            if (idcard_read(digits, &card) == IDCARD_OK) break;
        }
        text_addf(&csv, "%.*s,张%d,东区,100\n", STR_ARG(digits), i);
    }
    import(&w, csv.p);
    struct asked one = get(&w, PEOPLE_LIST, token);
    CHECK_INT((int64_t)subjects(&w, one.body), 100);
    str next = member(&w, one.body, "next");
    struct asked two = get(&w, str_dup(w.a, next).p, token);
    CHECK_INT(two.status, 200);
    CHECK_INT((int64_t)subjects(&w, two.body), 52);
    CHECK_STR(member(&w, two.body, "mark"), member(&w, one.body, "mark").p);
    CHECK_STR(member(&w, two.body, "next"), "");
    world_close(&w);
}

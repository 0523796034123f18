/* The city as a pool says what its files say. */
#include "unit/city/town.h"

#include <string.h>

static uint64_t lines(str text)
{
    uint64_t n = 0;
    for (size_t i = 0; i < text.len; i++) n += text.p[i] == '\n';
    return n - 1; /* the heading */
}

static uint16_t table(const struct program *p, const char *name) { return program_entity(p, str_of(name))->id; }

TEST_WITHIN(the_pool_has_what_the_files_have, 60)
{
    autoarena *a = arena_new("city", 0);
    struct city_options o = town(3000);
    const struct program *p = town_program(a);
    struct pool *pool = NULL;
    struct city_result r;
    struct err e = { 0 };
    town_files(&o, p);
    const struct vocab *v = vocab_of(p, true, a);
    CHECK_OK(city_pool(&o, v, &pool, &r, NULL, &e), e);
    CHECK_INT(pool_rows(pool, table(p, "人员")), 3000);
    static const struct {
        const char *entity, *file;
    } same[] = { { "单位", "市场监管_单位.csv" },
                 { "机构", "人社_机构.csv" },
                 { "参保缴费", "社保_参保缴费.csv" },
                 { "就业登记", "就业_就业登记.csv" },
                 { "劳动合同", "就业_劳动合同.csv" },
                 { "失业登记", "就业_失业登记.csv" },
                 { "退休", "社保_退休.csv" },
                 { "职业技能证书", "人社_技能证书.csv" },
                 { "单位年度参保", "社保_单位年度参保.csv" },
                 { "生育", "卫健_生育.csv" },
                 { "补贴享受", "就业_按月补贴.csv" },
                 { "失业金领取", "社保_失业金发放.csv" } };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        NOTE("%s", same[i].entity);
        uint64_t want = lines(town_text(a, str_fmt(a, "day1/%s", same[i].file).p));
        CHECK_INT(pool_rows(pool, table(p, same[i].entity)), (int64_t)want);
    }
    pool_free(pool);
}

TEST_WITHIN(any_number_of_threads_makes_the_same_pool, 120)
{
    autoarena *a = arena_new("city", 0);
    const struct program *p = town_program(a);
    const struct vocab *v = vocab_of(p, false, a);
    str first = STR("");
    for (unsigned threads = 1; threads <= 4; threads++) {
        struct city_options o = town(9300);
        struct pool *pool = NULL;
        struct city_result r;
        struct err e = { 0 };
        str bytes;
        o.threads = threads, o.truth = true;
        CHECK_OK(city_pool(&o, v, &pool, &r, NULL, &e), e);
        CHECK_OK(pool_save(pool, str_of(t_path("city.pool")), STR("here"), &e), e);
        CHECK_OK(file_read(a, str_of(t_path("city.pool")), (size_t)1 << 30, &bytes, &e), e);
        pool_free(pool);
        if (threads == 1) first = bytes;
        CHECK(str_eq(bytes, first));
    }
}

TEST_WITHIN(rows_of_the_pool_are_the_rows_of_the_files, 60)
{
    autoarena *a = arena_new("city", 0);
    struct city_options o = town(1000);
    const struct program *p = town_program(a);
    struct pool *pool = NULL;
    struct city_result r;
    struct err e = { 0 };
    town_files(&o, p);
    const struct vocab *v = vocab_of(p, true, a);
    CHECK_OK(city_pool(&o, v, &pool, &r, NULL, &e), e);
    const struct entity *person = program_entity(p, STR("人员")), *firm = program_entity(p, STR("单位"));
    uint16_t id = (uint16_t)entity_slot(person, STR("身份证号")),
             employer = (uint16_t)entity_slot(person, STR("工作单位"));
    uint16_t birth = (uint16_t)entity_slot(person, STR("出生日期")),
             code = (uint16_t)entity_slot(firm, STR("信用代码"));
    str rest = town_text(a, "day1/人社_人员.csv"), line;
    str_split(&rest, '\n', &line);
    int64_t seen = 0, employed = 0;
    while (str_split(&rest, '\n', &line) && line.len > 0) {
        str c[20];
        int64_t row;
        town_cells(line, c, 20);
        if (str_starts(c[0], STR("P9")) || !str_to_i64(str_slice(c[0], 1, c[0].len), &row))
            continue; /* second entries */
        NOTE("%.*s", STR_ARG(line));
        int32_t n;
        uint8_t state;
        pool_read_i32(pool, person->id, id, (uint32_t)row, 1, &n, &state);
        CHECK_STR(pool_text(pool, n), c[1]);
        pool_read_i32(pool, person->id, birth, (uint32_t)row, 1, &n, &state);
        int y, m, d;
        date_parts((date){ n }, &y, &m, &d);
        CHECK_STR(str_fmt(a, "%04d%02d%02d", y, m, d), c[5]);
        pool_read_i32(pool, person->id, employer, (uint32_t)row, 1, &n, &state);
        CHECK_INT((state & POOL_STATE) == POOL_KNOWN, c[12].len > 0);
        if (c[12].len > 0) {
            int32_t text;
            pool_read_i32(pool, firm->id, code, (uint32_t)n, 1, &text, &state);
            CHECK_STR(pool_text(pool, text), c[12]);
            employed++;
        }
        seen++;
    }
    CHECK_INT(seen, 1000);
    CHECK(employed > 200);
    pool_free(pool);
}

TEST_WITHIN(the_truth_has_what_registers_lack, 60)
{
    autoarena *a = arena_new("city", 0);
    struct city_options o = town(5000);
    const struct program *p = town_program(a);
    const struct vocab *v = vocab_of(p, true, a);
    const struct entity *person = program_entity(p, STR("人员"));
    uint16_t group = (uint16_t)entity_slot(person, STR("职工类别"));
    struct city_result r;
    struct err e = { 0 };
    uint64_t unknown[2];
    for (int i = 0; i < 2; i++) {
        struct pool *pool = NULL;
        o.truth = i == 1;
        CHECK_OK(city_pool(&o, v, &pool, &r, NULL, &e), e);
        unknown[i] = pool_stats(pool, person->id, group).unknown;
        pool_free(pool);
    }
    CHECK(unknown[0] > 0);
    CHECK_INT((int64_t)unknown[1], 0);
}

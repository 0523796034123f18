/* One cell in, one value or one complaint out. */
#include "registry/field.h"
#include "registry/registry_priv.h"
#include "support/t.h"

static struct field_value v;
static struct arena *scratch;

static enum field_answer read_as(struct type t, int role, const char *cell)
{
    if (scratch == NULL) scratch = arena_new("cell", 0);
    return field_read(NULL, t, role, true, str_of(cell), scratch, &v);
}

static struct type money(void) { return type_num(UNIT_YUAN, 2); }

TEST(a_date_is_read_in_every_usual_spelling)
{
    static const char *const texts[] = { "2023-11-01",          "2023/11/1",    "2023.11.1",      "20231101",
                                         "2023年11月1日",       " 2023-11-01 ", "２０２３-11-01", "2023-11-01 00:00:00",
                                         "2023-11-01T08:30:00", "45231" };
    date want = date_of(2023, 11, 1);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        NOTE("%s", texts[i]);
        CHECK_INT(read_as(type_of_kind(TYPE_DATE), ROLE_NONE, texts[i]), FIELD_VALUE);
        CHECK_INT(v.i, want.days);
    }
    static const char *const wrong[] = { "2023-02-30", "2023-13-01", "20230230",   "昨天",
                                         "2023-11",    "23-11-01",   "2023-11-01x" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        NOTE("%s", wrong[i]);
        CHECK_INT(read_as(type_of_kind(TYPE_DATE), ROLE_NONE, wrong[i]), FIELD_WRONG);
        CHECK(v.complaint.len > 0 && v.remedy.len > 0);
    }
    arena_free(scratch);
}

TEST(a_month_is_read_in_every_usual_spelling)
{
    static const char *const texts[] = { "2023-11", "202311", "2023/11", "2023年11月", "2023-11-15", "20231115" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        NOTE("%s", texts[i]);
        CHECK_INT(read_as(type_of_kind(TYPE_MONTH), ROLE_NONE, texts[i]), FIELD_VALUE);
        CHECK_INT(v.i, 2023 * 12 + 10);
    }
    CHECK_INT(read_as(type_of_kind(TYPE_MONTH), ROLE_NONE, "202313"), FIELD_WRONG);
    arena_free(scratch);
}

TEST(money_is_exact_to_the_fen_and_never_rounded_away)
{
    static const struct {
        const char *text;
        int64_t fen;
    } right[] = { { "0.1", 10 },
                  { "1234.5", 123450 },
                  { "12,345.60", 1234560 },
                  { "¥8", 800 },
                  { "1.2万元", 1200000 },
                  { "3 万元", 3000000 },
                  { "-5.01", -501 },
                  { "0.10000", 10 },
                  { "500元", 50000 },
                  { "２０", 2000 },
                  { "92233720368547758.07", INT64_MAX } };
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        NOTE("%s", right[i].text);
        CHECK_INT(read_as(money(), ROLE_NONE, right[i].text), FIELD_VALUE);
        CHECK_INT(v.i, right[i].fen);
    }
    static const char *const wrong[] = { "0.001", "一百", "5月", "1.2.3", "92233720368547758.08", "1e3", "--5" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        NOTE("%s", wrong[i]);
        CHECK_INT(read_as(money(), ROLE_NONE, wrong[i]), FIELD_WRONG);
    }
    arena_free(scratch);
}

TEST(an_identity_number_is_checked_and_made_eighteen_digits)
{
    struct type t = type_of_kind(TYPE_TEXT);
    CHECK_INT(read_as(t, ROLE_ID,
                      "32990119900307001"
                      "2"),
              FIELD_VALUE);
    CHECK_INT(read_as(t, ROLE_ID, "329901900307001"), FIELD_VALUE);
    CHECK_STR(v.s, "329901199003070012");
    CHECK_INT(read_as(t, ROLE_ID, "329901199003070013"), FIELD_WRONG);
    CHECK_STR(v.complaint, "身份证号不对");
    CHECK_INT(read_as(t, ROLE_NONE, "E12345678"), FIELD_VALUE);
    arena_free(scratch);
}

TEST(a_credit_code_with_a_wrong_check_character_is_taken_with_a_warning)
{
    struct type t = type_of_kind(TYPE_TEXT);
    CHECK_INT(read_as(t, ROLE_CREDIT, "91350100M000100Y43"), FIELD_VALUE);
    CHECK(!v.doubtful);
    CHECK_INT(read_as(t, ROLE_CREDIT, "91350100M000100Y44"), FIELD_VALUE);
    CHECK(v.doubtful && v.complaint.len > 0);
    CHECK_INT(read_as(t, ROLE_CREDIT, "9135"), FIELD_WRONG);
    arena_free(scratch);
}

TEST(an_empty_cell_says_nothing_and_none_is_said_in_words)
{
    struct type t = type_of_kind(TYPE_DATE);
    CHECK_INT(read_as(t, ROLE_NONE, "  "), FIELD_BLANK);
    CHECK_INT(read_as(t, ROLE_NONE, "不详"), FIELD_BLANK);
    CHECK_INT(read_as(t, ROLE_NONE, "无"), FIELD_NONE);
    CHECK_INT(read_as(type_of_kind(TYPE_TEXT), ROLE_NONE, "第一行\n第二行"), FIELD_WRONG);
    arena_free(scratch);
}

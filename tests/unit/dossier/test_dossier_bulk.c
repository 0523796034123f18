/* A list of people for one service: each row has its fate, what failed comes back as a table, and nothing is opened
 * twice or half. */
#include "dossier/bulk.h"
#include "helpers.h"
#include "sheet/sheet.h"

#define SERVICE STR("困难补贴申领")

static str put_list(struct town *t, const char *rows)
{
    struct err e = { 0 };
    str path = str_dup(t->a, str_of(t_path("list.csv")));
    CHECK_OK(file_write(path, str_of(rows), &e), e);
    return path;
}

struct seen {
    enum dossier_fate fate[16];
    str why[16];
    struct arena *a;
    size_t rows, looked;
};
static bool note_row(void *ctx, const struct dossier_bulk_row *w, struct err *e)
{
    struct seen *s = ctx;
    (void)e;
    s->fate[s->rows] = w->fate;
    s->why[s->rows++] = str_dup(s->a, w->why);
    return true;
}
static bool note_look(void *ctx, int64_t subject, struct err *e)
{
    struct seen *s = ctx;
    (void)subject, (void)e;
    s->looked++;
    return true;
}

static bool run(struct town *t, struct seen *s, str path, bool enter, struct dossier_bulk_result *x, struct err *e)
{
    struct dossier_act act = by("小周", "经办", "", 3, 3);
    *s = (struct seen){ .a = t->a };
    struct dossier_bulk o = { .service = program_service(t->set.program, SERVICE),
                              .path = path,
                              .errors = str_dup(t->a, str_of(t_path("wrong.csv"))),
                              .enter = enter,
                              .seen = note_look,
                              .row = note_row,
                              .ctx = s };
    return dossier_bulk(t->d, &act, &o, t->a, x, e);
}

static int64_t cases(struct town *t)
{
    struct err e = { 0 };
    int64_t n = 0;
    CHECK_OK(store_get(t->s, NULL, &n, 1, &e, "SELECT count(*) FROM dossier", ""), e);
    return n;
}

static const char list[] =
    "身份证号,姓名,银行账号\n例：110105199005010000,张三,6222\n" ID_HARD ",李一,\n" ID_POOR ",王二,62220002\n" ID_WELL
    ",赵三,\n" ID_HARD ",写错,\n329901199001013320,没有,\n,无号,\n" ID_POOR ",王二,62220002\n";

TEST(each_row_has_a_fate_and_what_failed_comes_back)
{
    struct town t;
    struct seen s;
    struct err e = { 0 };
    struct dossier_bulk_result x;
    town_open(&t);
    str path = put_list(&t, list), wrong = str_dup(t.a, str_of(t_path("wrong.csv")));
    CHECK_OK(run(&t, &s, path, false, &x, &e), e);
    CHECK_INT(x.rows, 7);
    static const enum dossier_fate look[] = { DOSSIER_CAN,    DOSSIER_CAN,    DOSSIER_CANNOT, DOSSIER_CANNOT,
                                              DOSSIER_CANNOT, DOSSIER_CANNOT, DOSSIER_CAN };
    for (size_t i = 0; i < 7; i++) {
        NOTE("%zu %s %.*s", i, dossier_fate_zh(s.fate[i]), STR_ARG(s.why[i]));
        CHECK(s.fate[i] == look[i]);
    }
    CHECK(str_find(s.why[2], STR("家里困难")) != SIZE_MAX && str_find(s.why[3], STR("对不上")) != SIZE_MAX);
    CHECK_INT((int64_t)s.looked, 4);
    CHECK_INT(cases(&t), 0); /* only looked at */
    CHECK_OK(run(&t, &s, path, true, &x, &e), e);
    CHECK_INT(x.count[DOSSIER_OPENED], 2);
    CHECK(s.fate[6] == DOSSIER_UNDER_WAY && x.errors); /* twice in one list */
    CHECK_INT(cases(&t), 2);
    CHECK_OK(run(&t, &s, path, true, &x, &e), e);
    CHECK_INT(x.count[DOSSIER_AGAIN], 2);
    CHECK_INT(cases(&t), 2);
    str text;
    CHECK_OK(file_read(t.a, wrong, 1 << 16, &text, &e), e);
    CHECK(str_find(text, STR("错误")) != SIZE_MAX && str_find(text, STR(ID_WELL)) != SIZE_MAX);
    CHECK_OK(run(&t, &s, wrong, true, &x, &e), e); /* the file of errors is a list itself */
    CHECK_INT(x.count[DOSSIER_OPENED], 0);
    bool sound;
    struct text report;
    text_init(&report, t.a, 4000);
    CHECK_OK(dossier_check(t.d, date_of(2026, 3, 3), &sound, &report, &e), e);
    CHECK(sound);
    town_close(&t);
}

TEST(what_is_no_list_is_refused_whole)
{
    struct town t;
    struct seen s;
    struct err e = { 0 };
    struct dossier_bulk_result x;
    town_open(&t);
    CHECK_ERR(run(&t, &s, put_list(&t, "姓名\n李一\n"), true, &x, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(run(&t, &s, put_list(&t, ""), true, &x, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_OK(run(&t, &s, put_list(&t, "身份证号,没有这一样\n" ID_HARD ",1\n"), true, &x, &e), e);
    CHECK_INT(x.count[DOSSIER_CANNOT], 1);
    CHECK_INT(cases(&t), 0);
    town_close(&t);
}

/* Lists as offices have them: titles above, blanks inside the headings, blank rows, wide digits, a sum at the end; and
 * numbers that a spreadsheet has damaged. */
TEST(a_list_with_titles_blanks_wide_digits_and_a_sum_is_read)
{
    struct town t;
    struct seen s;
    struct err e = { 0 };
    struct dossier_bulk_result x;
    town_open(&t);
    str path = put_list(&t, "东区三月困难补贴名单,,\n制表：小周,,\n身份证号码,姓\u00A0名,银行\t账号\n" ID_HARD
                            ",李\u00A0 一,\n,,\n３２９９０１１９８５１１２３００２２,王二,62220002\n合　计,2人,\n");
    CHECK_OK(run(&t, &s, path, true, &x, &e), e);
    for (size_t i = 0; i < s.rows; i++) NOTE("%s %.*s", dossier_fate_zh(s.fate[i]), STR_ARG(s.why[i]));
    CHECK_INT(x.rows, 2);
    CHECK_INT(x.count[DOSSIER_OPENED], 2);
    CHECK_INT(x.sums, 1);
    CHECK(!x.errors);
    town_close(&t);
}

TEST(of_a_damaged_number_the_row_says_what_happened_to_it)
{
    struct town t;
    struct seen s;
    struct err e = { 0 };
    struct dossier_bulk_result x;
    static const char *const says[] = { "被表格软件改成了科学计数", "被表格软件改成了 0", "校验码对不上",
                                        "登记库里没有", "应为18位" };
    town_open(&t);
    str path = put_list(&t, "身份证号,姓名,银行账号\n3.29901E+17,李一,\n329901199003070000,李一,\n"
                            "329901199003070013,李一,\n32990819900501000X,某人,\n32990119900307001,李一,\n");
    CHECK_OK(run(&t, &s, path, false, &x, &e), e);
    CHECK_INT(x.count[DOSSIER_CANNOT], 5);
    for (size_t i = 0; i < 5; i++) {
        NOTE("%zu %.*s", i, STR_ARG(s.why[i]));
        CHECK(str_find(s.why[i], str_of(says[i])) != SIZE_MAX);
    }
    town_close(&t);
}

/* files/clerks.xlsx: a merged title, headings merged over two rows, a number as a number, a wide one, a blank row, a
 * sum. */
TEST(a_workbook_with_merged_headings_and_numbers_as_numbers_has_a_fate_for_each_row)
{
    struct town t;
    struct seen s;
    struct err e = { 0 };
    struct dossier_bulk_result x;
    town_open(&t);
    str path = str_dup(t.a, str_of(t_source("tests/unit/dossier/files/clerks.xlsx")));
    CHECK_OK(run(&t, &s, path, true, &x, &e), e);
    for (size_t i = 0; i < s.rows; i++) NOTE("%s %.*s", dossier_fate_zh(s.fate[i]), STR_ARG(s.why[i]));
    CHECK_INT(x.rows, 3);
    CHECK_INT(x.count[DOSSIER_OPENED], 2);
    CHECK_INT(x.sums, 1);
    CHECK(s.fate[0] == DOSSIER_CANNOT && str_find(s.why[0], STR("存成了数字，末几位已丢失")) != SIZE_MAX);
    town_close(&t);
}

TEST(an_empty_table_is_made_from_the_form_and_taken_back)
{
    struct town t;
    struct seen s;
    struct err e = { 0 };
    struct dossier_bulk_result x;
    struct sheet_options how = { .sheet_name = STR("怎么填") };
    struct sheet_reader *r;
    struct sheet_row row;
    town_open(&t);
    str path = str_dup(t.a, str_of(t_path("empty.xlsx")));
    const struct service *v = program_service(t.set.program, SERVICE);
    CHECK_OK(dossier_bulk_template(t.d, v, UINT16_MAX, path, t.a, &e), e);
    CHECK_OK(run(&t, &s, path, true, &x, &e), e);
    CHECK_INT(x.rows, 0); /* the example is passed over */
    CHECK_OK(sheet_open(&r, path, &how, &e), e);
    bool account = false;
    while (sheet_next(r, &row, &e) == 1) account = account || str_eq(row.cells[0], STR("银行账号"));
    sheet_close(r);
    CHECK(account);
    town_close(&t);
}

TEST(a_list_that_breaks_off_leaves_whole_cases_only)
{
    struct town t;
    struct seen s;
    struct err e = { 0 };
    struct dossier_bulk_result x;
    town_open(&t);
    str path = put_list(&t, list);
    EVERY_FAULT (FAULT_READ) {
        e = (struct err){ 0 };
        CHECK(run(&t, &s, path, true, &x, &e) || t_fault_hit());
    }
    e = (struct err){ 0 };
    CHECK_OK(run(&t, &s, path, true, &x, &e), e);
    CHECK_INT(cases(&t), 2);
    town_close(&t);
}

/* Lists, bank files and statements, through files as an office has them. */
#include "base/file.h"
#include "fund/fund.h"
#include "support/postgres.h"
#include "support/t.h"

#include <stdio.h>

#define FUND STR("就业补助资金")

static struct ledger_act by(const char *who, uint32_t roles, const char *reason)
{
    return (struct ledger_act){ str_of(who), roles, date_of(2026, 3, 10), str_of(reason), 0 };
}

static int64_t a_line(struct store *s)
{
    struct err e = { 0 };
    struct ledger_act clerk = by("甲", LEDGER_ACCOUNTANT, "");
    struct ledger_line spec = { FUND, STR("市级"), STR("社会保险补贴"), 2026 };
    int64_t line = 0;
    CHECK_OK(ledger_line_open(s, &clerk, &spec, &line, &e), e);
    CHECK_OK(ledger_budget(s, &clerk, line, 10000000, STR("财社"), &e), e);
    CHECK_OK(ledger_deposit(s, &clerk, FUND, 10000000, STR("拨款1"), &e), e);
    CHECK_OK(ledger_commit(s, &clerk, line, STR("C"), 10000000, &e), e);
    return line;
}

static struct store *opened(void)
{
    struct store *s = NULL;
    struct err e = { 0 };
    CHECK_OK(store_open(&s, str_of(t_database("f.db")), STORE_CREATE, &e), e);
    CHECK_OK(ledger_migrate(s, &e), e);
    return s;
}

static str write_list(struct arena *a, int people)
{
    struct text t;
    struct err e = { 0 };
    text_init(&t, a, 1 << 20);
    text_addz(&t, "身份证号,姓名,账号,金额,政策,期间,承诺\n");
    for (int i = 0; i < people; i++) text_addf(&t, "p%04d,王小明,6228%010d,%d.40,补贴,2026-02,C\n", i, i, 500 + i);
    str path = str_dup(a, str_of(t_path("list.csv")));
    CHECK_OK(file_write(path, text_str(&t), &e), e);
    return path;
}

static struct fund_listed prepared(struct store *s, int64_t line, str path, bool preview, struct arena *a)
{
    struct err e = { 0 };
    struct fund_listed l;
    struct ledger_act clerk = by("甲", LEDGER_ACCOUNTANT, "");
    struct fund_list list = { .path = path, .preview = preview };
    CHECK_OK(fund_prepare(s, &clerk, line, STR("二月"), &list, a, &l, &e), e);
    return l;
}

TEST(a_preview_leaves_nothing_behind_and_tells_what_would_be)
{
    autoarena *a = arena_new("list", 0);
    struct store *s = opened();
    struct err e = { 0 };
    int64_t line = a_line(s);
    str path = write_list(a, 30);
    struct fund_listed l = prepared(s, line, path, true, a);
    CHECK_INT(l.rows, 30);
    CHECK_INT(l.prepared.count, 30);
    ledger_batch_rows batches = { 0 };
    CHECK_OK(ledger_batches(s, STR(""), a, &batches, &e), e);
    CHECK_INT((int64_t)batches.len, 0);
    l = prepared(s, line, path, false, a);
    CHECK_INT(l.prepared.batch, 1);
    CHECK_INT((int64_t)l.errors.len, 0);
    CHECK(!file_exists(str_of(t_path("list-错误.csv"))));
    store_close(s);
}

TEST(nothing_is_booked_when_the_file_of_errors_cannot_be_written)
{
    autoarena *a = arena_new("list", 0);
    struct store *s = opened();
    struct err e = { 0 };
    int64_t line = a_line(s);
    struct fund_listed l;
    struct ledger_act clerk = by("甲", LEDGER_ACCOUNTANT, "");
    CHECK_OK(
        file_write(str_of(t_path("two.csv")),
                   STR("身份证号,姓名,账号,金额,政策,期间,承诺\np1,甲,62,5,补贴,2026-02,C\np2,,62,5,补贴,2026-02,C\n"),
                   &e),
        e);
    struct fund_list list = { .path = str_dup(a, str_of(t_path("two.csv"))), .errors = STR("/nowhere/errors.csv") };
    CHECK(!fund_prepare(s, &clerk, line, STR("二月"), &list, a, &l, &e));
    ledger_batch_rows batches = { 0 };
    e = (struct err){ 0 };
    CHECK_OK(ledger_batches(s, STR(""), a, &batches, &e), e);
    CHECK_INT((int64_t)batches.len, 0);
    list.errors = (str){ 0 };
    CHECK_OK(fund_prepare(s, &clerk, line, STR("二月"), &list, a, &l, &e), e);
    CHECK_INT((int64_t)l.errors.len, 1);
    CHECK_INT((int64_t)l.errors.at[0].row, 3);
    store_close(s);
}

static bool into_text(void *context, str piece, struct err *e)
{
    (void)e;
    text_add(context, piece);
    return true;
}

static str sent(struct store *s, int64_t batch, struct arena *a)
{
    struct err e = { 0 };
    struct ledger_act reviewer = by("乙", LEDGER_REVIEWER, ""), cashier = by("丙", LEDGER_CASHIER, "");
    struct text *file = ARENA_NEW(a, struct text);
    text_init(file, a, 1 << 20);
    CHECK_OK(ledger_approve(s, &reviewer, batch, &e), e);
    CHECK_OK(ledger_send(s, &cashier, batch, into_text, file, &e), e);
    return text_str(file);
}

TEST(the_bank_answers_every_payment_once_in_two_files_whatever_the_seed)
{
    autoarena *a = arena_new("bank", 0);
    struct store *s = opened();
    struct err e = { 0 };
    struct ledger_act cashier = by("丙", LEDGER_CASHIER, "");
    int64_t line = a_line(s), fen = 0;
    struct fund_listed l = prepared(s, line, write_list(a, 60), false, a);
    str file = sent(s, l.prepared.batch, a);
    struct fund_bank bank = { .seed = t_random(), .fail_permille = 200, .first_permille = 500, .reference = STR("R1") };
    struct fund_bank_sums first, rest;
    struct ledger_returned r;
    for (int i = 0; i < 2; i++) {
        struct text answer;
        text_init(&answer, a, 1 << 20);
        bank.rest = i == 1;
        CHECK_OK(fund_bank_answer(file, &bank, &answer, i == 0 ? &first : &rest, &e), e);
        CHECK_OK(ledger_receive(s, &cashier, text_str(&answer), &r, &e), e);
        CHECK_INT(r.errors, 0);
        fen += r.paid_fen + r.failed_fen;
    }
    CHECK(r.settled);
    CHECK_INT(first.paid_count + first.failed_count, rest.left_count);
    CHECK_INT(rest.paid_count + rest.failed_count, first.left_count);
    CHECK_INT(fen, l.prepared.total_fen);
    store_close(s);
}

TEST(a_bank_takes_no_file_with_a_byte_changed)
{
    autoarena *a = arena_new("bank", 0);
    struct store *s = opened();
    int64_t line = a_line(s);
    struct fund_listed l = prepared(s, line, write_list(a, 5), false, a);
    str file = sent(s, l.prepared.batch, a);
    struct fund_bank bank = { .seed = 1, .first_permille = 1000, .reference = STR("R1") };
    for (int i = 0; i < 300; i++) {
        struct err e = { 0 };
        struct fund_bank_sums sums;
        struct text answer;
        str damaged = str_dup(a, file);
        char *p = arena_alloc(a, file.len + 1);
        for (size_t k = 0; k < file.len; k++) p[k] = damaged.p[k];
        size_t at = (size_t)t_random_below(file.len);
        p[at] = (char)(p[at] ^ (char)(1 + t_random_below(127)));
        text_init(&answer, a, 1 << 20);
        NOTE("byte %zu", at);
        CHECK_ERR(fund_bank_answer((str){ p, file.len }, &bank, &answer, &sums, &e), e, INVALID);
    }
    store_close(s);
}

/* A statement of the bank: the deposit and one thing more. */
static struct fund_matched matched(struct store *s, const char *rows, struct arena *a)
{
    struct err e = { 0 };
    struct fund_matched m;
    str text = str_fmt(a, "日期,凭证号,摘要,收入,支出,余额\n%s", rows);
    str path = str_dup(a, str_of(t_path("bank.csv")));
    CHECK_OK(file_write(path, text, &e), e);
    CHECK_OK(fund_match(s, FUND, path, date_of(2026, 3, 31), a, &m, &e), e);
    return m;
}

TEST(a_statement_is_paired_by_number_then_by_day_and_the_rest_is_named)
{
    autoarena *a = arena_new("match", 0);
    struct store *s = opened();
    a_line(s);
    struct fund_matched m = matched(s, "2026-03-10,拨款1,拨款,\"100,000.00\",,\"100,000.00\"\n", a);
    CHECK_INT(m.bank.at[0].match, MATCH_EXACT);
    CHECK(m.has_balance);
    CHECK_INT(m.balance_fen, 10000000);
    m = matched(s, "2026-03-11,别的号,拨款,100000,,100000\n", a);
    CHECK_INT(m.bank.at[0].match, MATCH_NEARBY);
    m = matched(s, "2026-03-20,别的号,拨款,100000,,100000\n", a); /* too far apart */
    CHECK_INT(m.bank.at[0].match, MATCH_NONE);
    CHECK_INT(m.bank_in_fen, 10000000);
    CHECK_INT(m.book_in_fen, 10000000);
    m = matched(s, "2026-03-10,拨款1,拨款,99999.99,,99999.99\n", a);
    CHECK_INT(m.bank.at[0].match, MATCH_DIFFERS);
    CHECK_INT(m.bank_out_fen, 1);
    /* newest first, as some banks write it */
    m = matched(s, "2026-03-21,X,结息,3.21,,100003.21\n2026-03-10,拨款1,拨款,100000,,100000\n", a);
    CHECK_INT(m.balance_fen, 10000321);
    CHECK_INT((int64_t)m.broken_row, 0);
    m = matched(s, "2026-03-10,拨款1,拨款,100000,,100000\n2026-03-21,X,结息,3.21,,100003.22\n", a);
    CHECK_INT((int64_t)m.broken_row, 3);
    store_close(s);
}

/* Money that went out as one return file of three people: 300 yuan under the bank's number R1, on 12 March. */
static void three_paid(struct store *s)
{
    struct err e = { 0 };
    struct ledger_act cashier = { STR("出纳"), LEDGER_CASHIER, date_of(2026, 3, 12), STR(""), 1 };
    CHECK_OK(ledger_deposit(s, &cashier, FUND, 30000, STR("R1"), &e), e); /* in, which is matched the same way */
}

TEST(lines_for_each_person_are_the_one_return_file_when_they_are_it_to_the_fen)
{
    static const char deposit[] = "2026-03-10,拨款1,拨款,100000,,\n";
    autoarena *a = arena_new("match", 0);
    struct store *s = opened();
    a_line(s);
    three_paid(s);
    struct fund_matched m = matched(
        s, str_fmt(a, "%s2026-03-12,R1,甲,100,,\n2026-03-12,R1,乙,150,,\n2026-03-13,R1,丙,50,,\n", deposit).p, a);
    for (size_t i = 1; i < 4; i++) CHECK_INT(m.bank.at[i].match, MATCH_PARTS);
    CHECK_INT((int64_t)m.differences.len, 0);
    /* one of them is missing: one difference, of the whole */
    m = matched(s, str_fmt(a, "%s2026-03-12,R1,甲,100,,\n2026-03-12,R1,乙,150,,\n", deposit).p, a);
    CHECK_INT((int64_t)m.differences.len, 1);
    CHECK_INT(m.differences.at[0].bank_fen, 25000);
    CHECK_INT(m.differences.at[0].book_fen, 30000);
    CHECK_INT(m.bank_out_fen, 5000);
    CHECK_INT(m.book_in_fen, 0);
    /* each with a number of its own: all of the day */
    m = matched(s, str_fmt(a, "%s2026-03-13,X1,甲,100,,\n2026-03-13,X2,乙,150,,\n2026-03-13,X3,丙,50,,\n", deposit).p,
                a);
    for (size_t i = 1; i < 4; i++) CHECK_INT(m.bank.at[i].match, MATCH_PARTS);
    /* a fourth of that day: nobody can say which three */
    m = matched(s,
                str_fmt(a,
                        "%s2026-03-13,X1,甲,100,,\n2026-03-13,X2,乙,150,,\n2026-03-13,X3,丙,50,,\n"
                        "2026-03-13,X4,丁,0.01,,\n",
                        deposit)
                    .p,
                a);
    CHECK_INT(m.bank.at[1].match, MATCH_NONE);
    CHECK_INT((int64_t)m.differences.len, 5);
    /* two days that fit: no choosing */
    m = matched(s,
                str_fmt(a,
                        "%s2026-03-12,X1,甲,100,,\n2026-03-12,X2,乙,200,,\n2026-03-13,X3,丙,150,,\n"
                        "2026-03-13,X4,丁,150,,\n",
                        deposit)
                    .p,
                a);
    CHECK_INT((int64_t)m.differences.len, 5);
    store_close(s);
}

TEST_WITHIN(the_same_holds_on_postgresql, 120)
{
    t_on_postgres();
    a_preview_leaves_nothing_behind_and_tells_what_would_be();
    nothing_is_booked_when_the_file_of_errors_cannot_be_written();
    a_bank_takes_no_file_with_a_byte_changed();
    a_statement_is_paired_by_number_then_by_day_and_the_rest_is_named();
}

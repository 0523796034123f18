/* Files to and from the bank: numbers, every kind of wrong line, parts, repetitions. */
#include "helpers.h"

TEST(a_number_has_check_digits_that_find_a_wrong_digit_and_a_swap)
{
    int64_t payment = 0, attempt = 0;
    for (int i = 0; i < 200; i++) {
        char text[LEDGER_NUMBER_TEXT];
        int64_t p = t_random_between(1, 999999999999), t = t_random_between(0, 99);
        ledger_number_text(p, t, text);
        CHECK(ledger_number_read(str_of(text), &payment, &attempt));
        CHECK_INT(payment, p);
        CHECK_INT(attempt, t);
        size_t at = (size_t)t_random_below(LEDGER_NUMBER_TEXT - 1);
        char was = text[at];
        text[at] = (char)('0' + (was - '0' + 1 + (int)t_random_below(9)) % 10);
        CHECK(!ledger_number_read(str_of(text), &payment, &attempt));
        text[at] = was;
        at = (size_t)t_random_below(LEDGER_NUMBER_TEXT - 2);
        was = text[at];
        text[at] = text[at + 1];
        text[at + 1] = was;
        CHECK(ledger_number_read(str_of(text), &payment, &attempt) == (text[at] == was));
    }
    CHECK(!ledger_number_read(STR("123"), &payment, &attempt));
    CHECK(!ledger_number_read(STR("00000000000100x4"), &payment, &attempt));
}

TEST(the_file_is_the_documented_one)
{
    autoarena *a = arena_new("file", 0);
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 1000000);
    struct ledger_prepared p = prepared(s, line, (struct some){ .to = 2, .amount_fen = 123450 }, a);
    str file = sent(s, p.batch, a), rest = file, l, hash;
    char hex[SM3_HEX + 1];
    struct err e = { 0 };
    CHECK(str_split(&rest, '\n', &l));
    CHECK_STR(l, "乐业付款文件|1|1|就业补助资金|2026-03-10|2|2469.00");
    CHECK(str_split(&rest, '\n', &l));
    CHECK(str_starts(l, STR("0000000000010089|王小明|6228000000000000|1234.50|")));
    str before = str_slice(l, 0, l.len - 9), check = str_slice(l, l.len - 8, l.len);
    CHECK_OK(crypto_sm3_hex(before, hex, &e), e);
    CHECK_STR(check, str_slice(str_of(hex), 0, 8));
    CHECK(str_split(&rest, '\n', &l) && str_split(&rest, '\n', &l));
    CHECK(str_starts(l, STR("完|2|2469.00|")));
    size_t tail = str_find(file, STR("完|"));
    CHECK_OK(crypto_sm3_hex(str_slice(file, 0, tail), hex, &e), e);
    hash = str_slice(l, l.len - SM3_HEX, l.len);
    CHECK_STR(hash, str_of(hex));
    store_close(s);
}

TEST(a_file_read_twice_books_nothing_twice)
{
    autoarena *a = arena_new("file", 0);
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 1000000);
    struct ledger_prepared p = prepared(s, line, (struct some){ .to = 8, .amount_fen = 1000 }, a);
    str file = sent(s, p.batch, a), part = answered(file, 0, 5, 0, "R1", a);
    CHECK_INT(received(s, part).paid_count, 5);
    struct ledger_returned r = received(s, part);
    CHECK(r.replayed);
    CHECK_INT(r.file, 1);
    CHECK_INT(r.paid_count, 0);
    /* the same lines in another file, and three new ones */
    r = received(s, answered(file, 0, 8, 0, "R2", a));
    CHECK(!r.replayed && r.settled);
    CHECK_INT(r.paid_count, 3);
    CHECK_INT(r.errors, 5);
    ledger_return_lines lines = { 0 };
    struct err e = { 0 };
    CHECK_OK(ledger_return_errors(s, r.file, a, &lines, &e), e);
    CHECK(lines.len == 5);
    CHECK_INT(lines.at[0].row, 2);
    CHECK_INT(lines.at[0].kind, RETURN_ALREADY);
    /* everything again, after the batch is settled, and now it is said to have failed */
    r = received(s, answered(file, 0, 8, 1, "R3", a));
    CHECK_INT(r.errors, 8);
    CHECK_INT(r.failed_count, 0);
    lines = (ledger_return_lines){ 0 };
    CHECK_OK(ledger_return_errors(s, r.file, a, &lines, &e), e);
    CHECK_INT(lines.at[7].kind, RETURN_CHANGED);
    CHECK_INT(balance(s, line, LEDGER_PAID), 8000);
    check_ledger(s);
    store_close(s);
    check_journal(t_path("l.db"));
}

TEST(each_wrong_line_is_listed_and_not_booked)
{
    autoarena *a = arena_new("file", 0);
    struct err e = { 0 };
    struct ledger_act clerk = CLERK;
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 1000000);
    struct ledger_prepared old = prepared(s, line, (struct some){ .to = 1, .amount_fen = 1000 }, a);
    received(s, answered(sent(s, old.batch, a), 0, 1, 1, "R0", a)); /* payment 1 fails */
    CHECK_OK(ledger_repair(s, &clerk, 1, STR("王小明"), STR("621"), &e), e);
    struct ledger_prepared again;
    CHECK_OK(ledger_prepare_again(s, &clerk, line, STR("再付"), &again, &e), e);
    sent(s, again.batch, a); /* payment 1, attempt 1 */
    struct ledger_prepared p = prepared(s, line, (struct some){ .from = 10, .to = 20, .amount_fen = 1000 }, a);
    sent(s, p.batch, a); /* payments 2 to 11 */

    char n[8][LEDGER_NUMBER_TEXT];
    for (int i = 0; i < 8; i++) ledger_number_text(i + 1, 0, n[i]);
    struct text file;
    text_init(&file, a, 10000);
    text_addf(&file, "乐业回盘文件|1|%lld|R1\n", (long long)p.batch);
    text_addf(&file, "%s|10.00|成功|\n", n[1]);                             /* 2: good */
    text_addf(&file, "%s|10.00|成功|\n", n[0]);                             /* 3: its old number */
    text_addf(&file, "%s|10.01|成功|\n", n[2]);                             /* 4: amount */
    text_addf(&file, "%s|10.00|成功|\n%s|10.00|成功|\n", n[3], n[3]);       /* 5 good, 6 twice */
    text_addf(&file, "%s|10.00|成功|\n%s|10.00|失败|无此户\n", n[4], n[4]); /* 7, 8 contradict */
    text_addf(&file, "%s|10.00|成了|\n", n[5]);                             /* 9: malformed */
    text_addf(&file, "12345|10.00|成功|\n");                                /* 10: malformed */
    char other[LEDGER_NUMBER_TEXT], second[LEDGER_NUMBER_TEXT];
    ledger_number_text(999, 0, other);
    ledger_number_text(1, 1, second);
    text_addf(&file, "%s|10.00|成功|\n", other);  /* 11: unknown */
    text_addf(&file, "%s|10.00|成功|\n", second); /* 12: another batch */
    text_addf(&file, "%s|10.00|失败|\n", n[6]);   /* 13: a failure without a reason */
    text_addf(&file, "完|12|120.01\n");
    struct ledger_returned r = received(s, text_str(&file));
    CHECK_INT(r.rows, 12);
    CHECK_INT(r.paid_count, 2);
    CHECK_INT(r.failed_count, 0);
    ledger_return_lines lines = { 0 };
    CHECK_OK(ledger_return_errors(s, r.file, a, &lines, &e), e);
    static const struct {
        int64_t row;
        enum ledger_return_error kind;
    } want[] = {
        { 3, RETURN_OLD_NUMBER },    { 4, RETURN_AMOUNT },     { 6, RETURN_TWICE },      { 7, RETURN_CONTRADICTION },
        { 8, RETURN_CONTRADICTION }, { 9, RETURN_MALFORMED },  { 10, RETURN_MALFORMED }, { 11, RETURN_UNKNOWN },
        { 12, RETURN_OTHER_BATCH },  { 13, RETURN_MALFORMED },
    };
    CHECK_INT(r.errors, 10);
    CHECK(lines.len == 10);
    for (size_t i = 0; i < 10; i++) {
        CHECK_INT(lines.at[i].row, want[i].row);
        CHECK_INT(lines.at[i].kind, want[i].kind);
    }
    check_ledger(s);
    store_close(s);
    check_journal(t_path("l.db"));
}

TEST(a_file_that_is_not_whole_is_refused_as_a_whole)
{
    autoarena *a = arena_new("file", 0);
    struct ledger_act cashier = CASHIER;
    struct ledger_returned r;
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 1000000);
    struct ledger_prepared p = prepared(s, line, (struct some){ .to = 3, .amount_fen = 1000 }, a);
    str file = answered(sent(s, p.batch, a), 0, 3, 0, "R1", a);
    for (size_t len = 0; len < file.len; len++) { /* cut anywhere */
        struct err e = { 0 };
        if (len == file.len - 1) continue; /* only the last newline is missing */
        CHECK_ERR(ledger_receive(s, &cashier, str_slice(file, 0, len), &r, &e), e, INVALID);
    }
    static const char *const bad[] = {
        "",
        "something else\n",
        "乐业回盘文件|2|1|R1\n完|0|0.00\n",
        "乐业回盘文件|1|x|R1\n完|0|0.00\n",
        "乐业回盘文件|1|1|R1\n完|1|0.00\n",
        "乐业回盘文件|1|1|R1\n完|0|0.01\n",
        "乐业回盘文件|1|1|R1\n完|0|0.00\nmore\n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err e = { 0 };
        CHECK_ERR(ledger_receive(s, &cashier, str_of(bad[i]), &r, &e), e, INVALID);
    }
    struct err e = { 0 };
    CHECK_ERR(ledger_receive(s, &cashier, STR("乐业回盘文件|1|7|R1\n完|0|0.00\n"), &r, &e), e, NOT_FOUND);
    CHECK_INT(balance(s, line, LEDGER_TRANSIT), 3000);
    CHECK_INT(query(s, "SELECT count(*) FROM ledger_return"), 0);
    CHECK_INT(received(s, file).paid_count, 3);
    check_ledger(s);
    store_close(s);
}

TEST(what_is_wrong_with_the_sums_of_a_file_is_told_with_both_sums)
{
    autoarena *a = arena_new("file", 0);
    struct ledger_act cashier = CASHIER;
    struct ledger_returned r;
    struct err e = { 0 };
    struct store *s = opened(t_path("l.db"));
    struct ledger_prepared p = prepared(s, a_line(s, 1000000), (struct some){ .to = 3, .amount_fen = 1000 }, a);
    str file = answered(sent(s, p.batch, a), 0, 3, 0, "R1", a);
    size_t end = str_find(file, STR("完|3|30.00"));
    str off = str_fmt(a, "%.*s完|3|30.01\n", (int)end, file.p);
    CHECK_ERR(ledger_receive(s, &cashier, off, &r, &e), e, INVALID);
    CHECK(str_find(str_of(err_cause(&e)), STR("最后一行说 3 笔 30.01 元，上面各行合起来是 3 笔 30.00 元")) != SIZE_MAX);
    store_close(s);
}

TEST(a_bank_answers_no_earlier_than_it_was_asked)
{
    autoarena *a = arena_new("file", 0);
    struct ledger_act cashier = CASHIER, before = CASHIER;
    struct ledger_returned r;
    struct err e = { 0 };
    struct store *s = opened(t_path("l.db"));
    int64_t line = a_line(s, 1000000);
    struct ledger_prepared p = prepared(s, line, (struct some){ .to = 3, .amount_fen = 1000 }, a);
    str file = answered(sent(s, p.batch, a), 0, 3, 0, "R1", a);
    before.day = date_add_days(cashier.day, -1);
    CHECK_ERR(ledger_receive(s, &before, file, &r, &e), e, INVALID);
    CHECK_INT(balance(s, line, LEDGER_TRANSIT), 3000);
    CHECK_INT(received(s, file).paid_count, 3);
    check_ledger(s);
    store_close(s);
}

static bool count_rows(void *context, const struct ledger_file_row *row, struct err *e)
{
    (void)e;
    CHECK_INT(row->amount_fen, 1000);
    ++*(int *)context;
    return true;
}

TEST(rows_of_a_file_can_be_had_for_other_formats)
{
    autoarena *a = arena_new("file", 0);
    struct err e = { 0 };
    struct store *s = opened(t_path("l.db"));
    int rows = 0;
    struct ledger_prepared p = prepared(s, a_line(s, 100000), (struct some){ .to = 7, .amount_fen = 1000 }, a);
    CHECK_OK(ledger_file_each(s, p.batch, count_rows, &rows, &e), e);
    CHECK_INT(rows, 7);
    store_close(s);
}

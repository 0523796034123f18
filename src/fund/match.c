/* match: the bank's statement against the ledger. First by number and amount, then several lines of one number that are
 * one of the ledger, then by amount and a day nearby when there is no doubt, then the same number with another amount,
 * which is told as a difference, then all lines of a day that together are one of the ledger. What is left on either
 * side is what a reconciliation has to explain. */
#include "fund/fund_priv.h"

enum { NEARBY_DAYS = 5 };

/* ---- pairs ---- */

static void pair(struct fund_matched *m, size_t bank, size_t book, enum fund_match_kind kind)
{
    m->bank.at[bank].match = kind;
    m->bank.at[bank].book = book;
    m->book_match[book] = kind;
}

/* The only free line of the ledger with this amount (whatever the amount when it need not be the same) that `fits`. */
static bool only_one(const struct fund_matched *m, const struct fund_bank_line *l, enum fund_match_kind kind,
                     size_t *out)
{
    size_t found = 0;
    for (size_t i = 0; i < m->book.len; i++) {
        const struct ledger_cash_row *b = &m->book.at[i];
        int32_t apart = b->day.days - l->day.days;
        bool same_number = l->reference.len > 0 && str_eq(l->reference, b->reference);
        bool same_amount = b->amount_fen == l->amount_fen;
        if (m->book_match[i] != MATCH_NONE) continue;
        bool fits = kind == MATCH_EXACT    ? same_number && same_amount
                    : kind == MATCH_NEARBY ? same_amount && apart <= NEARBY_DAYS && apart >= -NEARBY_DAYS
                                           : same_number && (b->amount_fen < 0) == (l->amount_fen < 0);
        if (!fits) continue;
        if (found++ == 0) *out = i;
    }
    return kind == MATCH_EXACT ? found > 0 : found == 1;
}

static void match_singly(struct fund_matched *m, enum fund_match_kind kind)
{
    for (size_t i = 0; i < m->bank.len; i++) {
        size_t book = 0;
        if (m->bank.at[i].match == MATCH_NONE && only_one(m, &m->bank.at[i], kind, &book)) pair(m, i, book, kind);
    }
}

/* ---- several lines of the bank that are one of the ledger: a return file paid line by line ---- */

static bool may_be_part(const struct fund_bank_line *l, const struct ledger_cash_row *b)
{
    return l->match == MATCH_NONE && (l->amount_fen < 0) == (b->amount_fen < 0);
}

/* Those with its number: its parts when they are it to the fen, else told as a difference of the whole. */
static void parts_by_number(struct fund_matched *m, size_t book)
{
    const struct ledger_cash_row *b = &m->book.at[book];
    int64_t sum = 0;
    size_t count = 0;
    if (b->reference.len == 0) return;
    VEC_EACH (const struct fund_bank_line, l, &m->bank) {
        bool one = may_be_part(l, b) && str_eq(l->reference, b->reference);
        if (one) sum += l->amount_fen, count++;
    }
    if (count < 2) return; /* one alone: match_singly */
    for (size_t i = 0; i < m->bank.len; i++)
        if (may_be_part(&m->bank.at[i], b) && str_eq(m->bank.at[i].reference, b->reference))
            pair(m, i, book, sum == b->amount_fen ? MATCH_PARTS : MATCH_DIFFERS);
}

/* The sum of what nobody claims on a day, and how many lines that are. */
static int64_t sum_of_day(const struct fund_matched *m, const struct ledger_cash_row *b, date day, size_t *count)
{
    int64_t sum = 0;
    *count = 0;
    VEC_EACH (const struct fund_bank_line, l, &m->bank)
        if (l->day.days == day.days && may_be_part(l, b)) sum += l->amount_fen, ++*count;
    return sum;
}

/* Lines with numbers of their own: all of one day nearby, when they are it to the fen, and it could be no other day and
 * no other line of the ledger. */
static void parts_by_day(struct fund_matched *m, size_t book)
{
    const struct ledger_cash_row *b = &m->book.at[book];
    date found = { 0 };
    size_t days = 0, count;
    for (size_t i = 0; i < m->book.len; i++)
        if (i != book && m->book_match[i] == MATCH_NONE && m->book.at[i].amount_fen == b->amount_fen) return;
    for (int32_t apart = -NEARBY_DAYS; apart <= NEARBY_DAYS; apart++) {
        date day = { b->day.days + apart };
        bool fits = sum_of_day(m, b, day, &count) == b->amount_fen && count > 1;
        if (fits) found = day, days++;
    }
    if (days != 1) return;
    for (size_t i = 0; i < m->bank.len; i++)
        if (m->bank.at[i].day.days == found.days && may_be_part(&m->bank.at[i], b)) pair(m, i, book, MATCH_PARTS);
}

static void match_parts(struct fund_matched *m, void (*parts)(struct fund_matched *m, size_t book))
{
    for (size_t i = 0; i < m->book.len; i++)
        if (m->book_match[i] == MATCH_NONE) parts(m, i);
}

/* ---- what is left to be explained ---- */

static void add(int64_t fen, int64_t *in, int64_t *out) { *(fen < 0 ? out : in) += fen < 0 ? -fen : fen; }

static void bank_alone(struct fund_matched *m, const struct fund_bank_line *l, struct arena *a)
{
    str what = l->text.len > 0 ? l->text : str_fmt(a, "对账单第 %llu 行", (unsigned long long)l->row);
    add(l->amount_fen, &m->bank_in_fen, &m->bank_out_fen);
    *vec_push(a, &m->differences) =
        (struct fund_difference){ "银行有账上没有", l->day, l->reference, l->amount_fen, 0, what };
}

/* Its lines at the bank, one or several, are another amount. */
static void differs(struct fund_matched *m, size_t book, struct arena *a)
{
    struct fund_difference d = { .where = "金额不同", .book_fen = m->book.at[book].amount_fen };
    size_t count = 0;
    VEC_EACH (const struct fund_bank_line, l, &m->bank) {
        if (l->match != MATCH_DIFFERS || l->book != book) continue;
        if (count++ == 0) d.day = l->day, d.reference = l->reference, d.what = l->text;
        d.bank_fen += l->amount_fen;
    }
    if (count > 1) d.what = str_fmt(a, "对账单 %zu 笔合计", count);
    add(d.bank_fen - d.book_fen, &m->bank_in_fen, &m->bank_out_fen);
    *vec_push(a, &m->differences) = d;
}

static void book_alone(struct fund_matched *m, const struct ledger_cash_row *b, struct arena *a)
{
    add(b->amount_fen, &m->book_in_fen, &m->book_out_fen);
    *vec_push(a, &m->differences) = (struct fund_difference){ "账上有银行没有", b->day,
                                                              b->reference,     0,
                                                              b->amount_fen,    str_of(fund_cash_zh(b->kind)) };
}

static void explain(struct fund_matched *m, struct arena *a)
{
    VEC_EACH (const struct fund_bank_line, l, &m->bank)
        if (l->match == MATCH_NONE) bank_alone(m, l, a);
    for (size_t i = 0; i < m->book.len; i++) {
        if (m->book_match[i] == MATCH_DIFFERS) differs(m, i, a);
        if (m->book_match[i] == MATCH_NONE) book_alone(m, &m->book.at[i], a);
    }
}

bool fund_match(struct store *s, str fund, str path, date through, struct arena *a, struct fund_matched *out,
                struct err *e)
{
    struct fund_matched made = { 0 };
    if (!fund_bank_lines(path, a, &made, e)) return false;
    date last = made.bank.at[made.bank.len - 1].day, end = month_last(date_month(last));
    made.from = month_first(date_month(made.bank.at[0].day));
    made.to = through.days < last.days ? last : through.days < end.days ? through : end;
    if (!ledger_cash(s, fund, made.from, made.to, a, &made.book, e)) return false;
    made.book_match = ARENA_ARRAY(a, enum fund_match_kind, made.book.len + 1);
    match_singly(&made, MATCH_EXACT);
    match_parts(&made, parts_by_number);
    match_singly(&made, MATCH_NEARBY);
    match_singly(&made, MATCH_DIFFERS);
    match_parts(&made, parts_by_day);
    explain(&made, a);
    *out = made;
    return true;
}

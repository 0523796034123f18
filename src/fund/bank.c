/* bank: the other side of the files, for demonstrations and tests. It believes nothing: each line's check, the sums and
 * the hash over all must be right, as a bank's own program would insist. */
#include "base/crypto.h"
#include "fund/fund.h"

enum { CHECK_HEX = 8, PERMILLE = 1000 };

static const char *const reasons[] = { "账号不存在", "户名不符", "账户已销户", "账户冻结", "银行卡已挂失" };
enum { REASONS = sizeof reasons / sizeof *reasons };

struct banking {
    const struct fund_bank *b;
    struct text *out;
    struct fund_bank_sums *sums;
    int64_t count, total_fen; /* of the file */
};

/* splitmix64: what happens to a payment hangs on the seed and its number. */
static uint64_t mixed(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static bool read_head(str line, int64_t *batch, struct err *e)
{
    str rest = line, name, version, number;
    if (str_split(&rest, '|', &name) && str_eq(name, STR("乐业付款文件")) && str_split(&rest, '|', &version) &&
        str_eq(version, STR("1")) && str_split(&rest, '|', &number) && str_to_i64(number, batch))
        return true;
    return fail(e, INVALID, "不是乐业的付款文件；请用 leye fund send 写下的文件");
}

static void answer(struct banking *k, str number, str yuan, int64_t payment, int64_t attempt, int64_t fen)
{
    uint64_t luck = mixed(k->b->seed ^ mixed((uint64_t)payment * 100 + (uint64_t)attempt));
    bool first = luck % PERMILLE < k->b->first_permille;
    uint64_t fate = mixed(luck);
    if (first == k->b->rest) {
        k->sums->left_count++;
        return;
    }
    bool paid = fate % PERMILLE >= k->b->fail_permille;
    text_addf(k->out, "%.*s|%.*s|%s%s\n", STR_ARG(number), STR_ARG(yuan), paid ? "成功|" : "失败|",
              paid ? "" : reasons[mixed(fate) % REASONS]);
    *(paid ? &k->sums->paid_count : &k->sums->failed_count) += 1;
    *(paid ? &k->sums->paid_fen : &k->sums->failed_fen) += fen;
}

static bool take_row(struct banking *k, str line, struct err *e)
{
    str rest = line, number = { 0 }, name, account, yuan, check;
    int64_t payment = 0, attempt = 0, fen = 0;
    char hex[SM3_HEX + 1];
    if (!str_split(&rest, '|', &number) || !str_split(&rest, '|', &name) || !str_split(&rest, '|', &account) ||
        !str_split(&rest, '|', &yuan) || !str_split(&rest, '|', &check) || rest.p != NULL ||
        !ledger_number_read(number, &payment, &attempt) || !fund_yuan_read(yuan, &fen))
        return fail(e, INVALID, "付款文件第 %lld 行看不懂；请重新传送", (long long)k->count + 2);
    str before = { line.p, (size_t)(check.p - line.p) - 1 };
    if (!crypto_sm3_hex(before, hex, e)) return false;
    if (!str_eq(check, str_slice(str_of(hex), 0, CHECK_HEX)))
        return fail(e, INVALID, "付款文件第 %lld 行的校验不对，传送中变了样；请重新传送", (long long)k->count + 2);
    k->count++;
    k->total_fen += fen;
    answer(k, number, yuan, payment, attempt, fen);
    return true;
}

static bool read_tail(const struct banking *k, str file, str line, struct err *e)
{
    str rest = line, word, count, yuan, hash;
    int64_t n = 0, fen = 0;
    char hex[SM3_HEX + 1];
    if (!crypto_sm3_hex((str){ file.p, (size_t)(line.p - file.p) }, hex, e)) return false;
    if (str_split(&rest, '|', &word) && str_split(&rest, '|', &count) && str_split(&rest, '|', &yuan) &&
        str_split(&rest, '|', &hash) && rest.p == NULL && str_to_i64(count, &n) && fund_yuan_read(yuan, &fen) &&
        n == k->count && fen == k->total_fen && str_eq(hash, str_of(hex)))
        return true;
    return fail(e, INVALID, "付款文件的最后一行与内容不符，可能没有传完或者变了样；请重新传送");
}

bool fund_bank_answer(str file, const struct fund_bank *b, struct text *out, struct fund_bank_sums *sums, struct err *e)
{
    str rest = file, line;
    int64_t batch = 0;
    struct fund_bank_sums s = { 0 };
    struct banking k = { .b = b, .out = out, .sums = &s };
    bool ended = false;
    str_split(&rest, '\n', &line);
    if (!read_head(line, &batch, e)) return false;
    text_addf(out, "乐业回盘文件|1|%lld|%.*s\n", (long long)batch, STR_ARG(b->reference));
    while (!ended && str_split(&rest, '\n', &line)) {
        ended = str_starts(line, STR("完|"));
        if (ended ? !read_tail(&k, file, line, e) : !take_row(&k, line, e)) return false;
    }
    if (!ended) return fail(e, INVALID, "付款文件没有最后一行“完”，没有传完；请重新传送");
    int64_t answered = s.paid_fen + s.failed_fen;
    text_addf(out, "完|%lld|%lld.%02lld\n", (long long)s.paid_count + s.failed_count, (long long)(answered / 100),
              (long long)(answered % 100));
    if (out->over) return fail(e, LIMIT, "付款文件太大");
    *sums = s;
    return true;
}

/* fund_batch: verbs about batches: from the list to the bank and back. */
#include "base/mask.h"
#include "cli/case_priv.h"
#include "cli/cmd_fund_priv.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN_MAX = 200, ERRORS_SHOWN = 20, ANSWER_MAX = 512 << 20 };

/* ---- lists ---- */

static void tell_errors(struct fund_call *c, const struct fund_listed *l)
{
    for (size_t i = 0; i < l->errors.len && i < ERRORS_SHOWN; i++)
        text_addf(&c->out, "  第 %llu 行：%.*s\n", (unsigned long long)l->errors.at[i].row,
                  STR_ARG(l->errors.at[i].why));
    if (l->errors.len > ERRORS_SHOWN) text_addf(&c->out, "  ……共 %zu 行\n", l->errors.len);
    if (l->errors_path.len > 0)
        text_addf(&c->out, "有错的行写在 %.*s，每行写着哪里不对；改好以后可以直接用它再编一批\n",
                  STR_ARG(l->errors_path));
}

/* The register beside this ledger; NULL when the database has none. */
static bool open_register(struct fund_call *c, struct pack_set *set, struct registry **r, struct err *e)
{
    uint32_t step = 0;
    *r = NULL;
    return store_schema(c->s, STR("registry"), &step, e) &&
           (step == 0 || (cli_program(c->a, set, e) && registry_open(r, set->program, cli_db(c->a), STORE_READ, e)));
}

static int prepare(struct fund_call *c)
{
    struct err e = { 0 };
    int64_t id = 0;
    struct pack_set set;
    struct registry *r;
    struct fund_listed l;
    struct fund_list list = { .path = c->args[1],
                              .policy = cli_option(c->a, "policy"),
                              .period = cli_option(c->a, "period"),
                              .commitment = cli_option(c->a, "commitment"),
                              .errors = cli_option(c->a, "errors"),
                              .preview = cli_has(c->a, "preview") };
    if (!fund_arg_number(c, 0, "预算行", &id) || !fund_needs(c, "title", "批次的标题")) return 2;
    if (!open_register(c, &set, &r, &e)) return cli_fail(&e);
    struct dossier_payer payer = { r, set.program };
    if (r != NULL) list.complete = dossier_payable, list.context = &payer;
    bool ok = fund_prepare(c->s, &c->act, id, cli_option(c->a, "title"), &list, c->arena, &l, &e);
    registry_close(r);
    bool told = list.policy.p != NULL && list.period.p != NULL && list.commitment.p != NULL;
    if (!ok && e.code == ERR_INVALID && !told) fail_up(&e, "名单里没有的栏，用 --policy、--period、--commitment 写明");
    str yuan = fund_yuan_of(c, l.prepared.total_fen);
    if (ok && list.preview)
        text_addf(&c->out, "试编：名单 %lld 行，可以付 %lld 笔，%.*s 元；什么都没有记\n", (long long)l.rows,
                  (long long)l.prepared.count, STR_ARG(yuan));
    else if (ok)
        text_addf(&c->out, "第 %lld 批已编制：名单 %lld 行，编入 %lld 笔，%.*s 元\n", (long long)l.prepared.batch,
                  (long long)l.rows, (long long)l.prepared.count, STR_ARG(yuan));
    if (l.errors.len > 0) text_addf(&c->out, "没有编入 %zu 行：\n", l.errors.len);
    tell_errors(c, &l);
    if (ok && !list.preview)
        text_addf(&c->out, "下一步：请复核批准，leye fund approve %lld --as 姓名:复核\n", (long long)l.prepared.batch);
    return ok ? 0 : cli_fail(&e);
}

/* ---- what dossiers are owed ---- */

static int print_owed(struct fund_call *c, struct case_room *r, struct err *e)
{
    dossier_owed_list owed = { 0 };
    struct table t;
    bool unfunded = false;
    if (!dossier_owed_of(r->desk, c->arena, &owed, e)) return cli_fail(e);
    if (owed.len == 0) {
        text_addz(&c->out, "办件里没有应发还没有编批的\n");
        return 0;
    }
    table_start(&t, c->arena, "行|政策|>笔数|>金额");
    VEC_EACH (const struct dossier_owed, w, &owed) {
        table_cell(&t, w->line == 0 ? STR("没有预算") : str_fmt(c->arena, "%lld", (long long)w->line));
        table_cell(&t, w->policy);
        fund_cell_number(&t, w->count);
        fund_cell(&t, w->amount_fen);
        unfunded = unfunded || w->line == 0;
    }
    table_print(&t, &c->out);
    if (unfunded)
        text_addz(&c->out,
                  "“没有预算”的：下达预算以后会自己找到钱，leye fund budget 行 金额 --ref 文号 --as 姓名:会计\n");
    text_addz(&c->out, "下一步：编批，leye fund due --list --as 姓名:会计\n");
    return 0;
}

static int list_owed(struct fund_call *c, struct case_room *r, int64_t line, struct err *e)
{
    struct dossier_night n;
    if ((c->act.roles & LEDGER_ACCOUNTANT) == 0) {
        fail(e, DENIED, "编制发放批次由会计来做；请用 --as 姓名:会计");
        return cli_fail(e);
    }
    struct dossier_act act = { .who = c->act.who,
                               .role = DOSSIER_ROLE_MONEY,
                               .office = STR(""),
                               .day = c->act.day,
                               .reason = STR(""),
                               .clock_ms = r->act.clock_ms };
    if (!dossier_list_due(r->desk, &act, line, c->arena, &n, e)) return cli_fail(e);
    VEC_EACH (const struct dossier_list, l, &n.lists) {
        str total = fund_yuan_of(c, l->total_fen);
        text_addf(&c->out,
                  "第 %lld 批已编制：%lld 笔，%.*s 元\n下一步：请复核批准，leye fund approve %lld --as 姓名:复核\n",
                  (long long)l->batch, (long long)l->count, STR_ARG(total), (long long)l->batch);
    }
    if (n.lists.len == 0) text_addz(&c->out, "没有可以编批的\n");
    if (n.unpaid_refused > 0)
        text_addf(&c->out, "发放前核查不再发 %lld 笔，原因写在办件里\n", (long long)n.unpaid_refused);
    VEC_EACH (const str, s, &n.told) text_addf(&c->out, "请看：%.*s\n", STR_ARG(*s));
    return 0;
}

static int due(struct fund_call *c)
{
    struct case_room r;
    struct err e = { 0 };
    int64_t line = 0;
    if (c->count > 0 && !fund_arg_number(c, 0, "预算行", &line)) return 2;
    if (cli_has(c->a, "list") && c->act.who.len == 0)
        return cli_usage(c->a, "请用 --as 说明是谁、什么岗位在办，例如 --as 王芳:会计");
    int code = case_open(&r, c->a);
    if (code != 0) return code;
    code = cli_has(c->a, "list") ? list_owed(c, &r, line, &e) : print_owed(c, &r, &e);
    case_close(&r);
    return code;
}

static int again(struct fund_call *c)
{
    struct err e = { 0 };
    int64_t id = 0;
    struct ledger_prepared p;
    if (!fund_arg_number(c, 0, "预算行", &id) || !fund_needs(c, "title", "批次的标题")) return 2;
    if (!ledger_prepare_again(c->s, &c->act, id, cli_option(c->a, "title"), &p, &e)) {
        if (e.code == ERR_CONFLICT) fail_up(&e, "这一行预算没有改好账户、等着再付的付款；先改账户：leye fund repair");
        return cli_fail(&e);
    }
    str yuan = fund_yuan_of(c, p.total_fen);
    text_addf(&c->out,
              "第 %lld 批已编制：再付 %lld 笔，%.*s 元\n下一步：请复核批准，leye fund approve %lld --as 姓名:复核\n",
              (long long)p.batch, (long long)p.count, STR_ARG(yuan), (long long)p.batch);
    return 0;
}

/* ---- looking ---- */

static void add_batch(struct fund_call *c, struct table *t, const struct ledger_batch_row *r)
{
    char day[DATE_TEXT];
    date_text(r->day, day);
    fund_cell_number(t, r->is.id);
    table_cell(t, str_dup(c->arena, str_of(day)));
    table_cell(t, r->title);
    fund_cell_number(t, r->is.line);
    table_cell(t, str_of(ledger_batch_machine.states[r->is.state].name));
    fund_cell_number(t, r->is.count);
    fund_cell(t, r->is.total_fen);
    fund_cell_number(t, r->is.paid_count);
    fund_cell(t, r->is.paid_fen);
    fund_cell_number(t, r->is.failed_count);
    table_cell(t, r->prepared_by);
    table_cell(t, r->approved_by.len > 0 ? r->approved_by : STR("–"));
}

static int batches(struct fund_call *c)
{
    struct err e = { 0 };
    struct table t;
    ledger_batch_rows rows = { 0 };
    if (!ledger_batches(c->s, c->count > 0 ? c->args[0] : STR(""), c->arena, &rows, &e)) return cli_fail(&e);
    table_start(&t, c->arena, "批|日期|标题|行|状态|>笔数|>金额|>已付|>已付金额|>退回|编制|批准");
    VEC_EACH (const struct ledger_batch_row, r, &rows) add_batch(c, &t, r);
    table_print(&t, &c->out);
    return 0;
}

struct listing {
    struct fund_call *c;
    struct table t;
    int64_t count;
};

static bool add_payment(void *context, const struct ledger_payment_row *p, struct err *e)
{
    struct listing *l = context;
    struct arena *a = l->c->arena;
    (void)e;
    if (++l->count > SHOWN_MAX) return true;
    fund_cell_number(&l->t, p->number);
    fund_cell_number(&l->t, p->batch);
    table_cell(&l->t, mask(a, STR("姓名"), str_dup(a, p->name)));
    table_cell(&l->t, mask(a, STR("证件号"), str_dup(a, p->subject)));
    table_cell(&l->t, mask(a, STR("账号"), str_dup(a, p->account)));
    table_cell(&l->t, str_dup(a, p->policy));
    table_cell(&l->t, str_dup(a, p->period));
    fund_cell(&l->t, p->amount_fen);
    table_cell(&l->t, str_of(ledger_payment_machine.states[p->state].name));
    table_cell(&l->t, str_dup(a, p->reason));
    return true;
}

static bool read_state(struct fund_call *c, struct ledger_wanted *w)
{
    str s = cli_option(c->a, "state");
    w->any_state = s.p == NULL;
    for (size_t i = 0; s.p != NULL && i < ledger_payment_machine.state_count; i++) {
        w->state = (enum ledger_payment_state)i;
        if (str_eq(s, str_of(ledger_payment_machine.states[i].name))) return true;
    }
    return s.p == NULL;
}

static int write_payments(struct fund_call *c, const struct ledger_wanted *w)
{
    struct err e = { 0 };
    int64_t count = 0;
    str path = cli_option(c->a, "out");
    bool full = cli_has(c->a, "full");
    if (full && c->act.who.len == 0) return cli_usage(c->a, "看不遮盖的要用 --as 说明是谁，会留痕");
    if (!fund_payment_table(c->s, w, full ? &c->act : NULL, STR(""), path, c->arena, &count, &e)) return cli_fail(&e);
    text_addf(&c->out, "%lld 笔，写在 %.*s%s\n", (long long)count, STR_ARG(path),
              full ? "；没有遮盖，已经留痕，请妥善保管" : "；姓名、证件号、账号已遮盖");
    return 0;
}

static bool paid_as(struct fund_call *c, str number, struct ledger_names *out, struct err *e)
{
    struct pack_set set;
    struct registry *r;
    str own, *only = ARENA_NEW(c->arena, str);
    *only = number;
    *out = (struct ledger_names){ 1, only };
    if (!open_register(c, &set, &r, e)) return false;
    bool ok = r == NULL || dossier_paid_as(r, number, c->arena, &own, out, e);
    registry_close(r);
    return ok;
}

static int payments(struct fund_call *c)
{
    struct err e = { 0 };
    struct listing l = { .c = c };
    struct ledger_wanted w = { 0 };
    str person = cli_option(c->a, "person");
    if (!cli_number(c->a, "batch", 1, INT64_MAX, 0, &w.batch)) return cli_usage(c->a, "--batch 写批次号");
    if (!read_state(c, &w)) return cli_usage(c->a, "--state 写 待付、已付、退回、已改账户 或 不再付");
    if (person.len > 0 && !paid_as(c, person, &w.names, &e)) return cli_fail(&e);
    if (cli_has(c->a, "out")) return write_payments(c, &w);
    if (cli_has(c->a, "full")) return cli_usage(c->a, "不遮盖的只写到文件里：加上 --out 文件.xlsx");
    table_start(&l.t, c->arena, "付款号|批|姓名|证件号|账号|政策|期间|>金额|状态|原因");
    if (!ledger_payments(c->s, &w, add_payment, &l, &e)) return cli_fail(&e);
    table_print(&l.t, &c->out);
    if (l.count > SHOWN_MAX)
        text_addf(&c->out, "……共 %lld 笔，这里只列 %d 笔；要全部，加上 --out 文件.xlsx\n", (long long)l.count,
                  SHOWN_MAX);
    return 0;
}

static bool get_batch(struct fund_call *c, struct ledger_batch *b, struct err *e)
{
    int64_t id = 0;
    str_to_i64(c->args[0], &id);
    return ledger_batch_get(c->s, id, b, e);
}

static int batch(struct fund_call *c)
{
    struct err e = { 0 };
    struct table t;
    struct ledger_batch b;
    ledger_batch_rows rows = { 0 };
    int64_t id = 0;
    if (!fund_arg_number(c, 0, "批次", &id)) return 2;
    if (!get_batch(c, &b, &e) || !ledger_batches(c->s, STR(""), c->arena, &rows, &e)) return cli_fail(&e);
    table_start(&t, c->arena, "批|日期|标题|行|状态|>笔数|>金额|>已付|>已付金额|>退回|编制|批准");
    VEC_EACH (const struct ledger_batch_row, r, &rows)
        if (r->is.id == id) add_batch(c, &t, r);
    table_print(&t, &c->out);
    int64_t waiting = b.count - b.paid_count - b.failed_count;
    if (b.state == BATCH_SENT) text_addf(&c->out, "还有 %lld 笔没有回盘\n", (long long)waiting);
    struct text moves;
    text_init(&moves, c->arena, 1 << 12);
    machine_possible(&ledger_batch_machine, (uint8_t)b.state, UINT32_MAX, &moves);
    if (moves.len > 0) text_addf(&c->out, "可以做的：%s\n", moves.p);
    return 0;
}

/* ---- approving, sending, receiving ---- */

static int approve(struct fund_call *c)
{
    struct err e = { 0 };
    int64_t id = 0;
    struct ledger_batch b;
    if (!fund_arg_number(c, 0, "批次", &id)) return 2;
    if (!ledger_approve(c->s, &c->act, id, &e) || !get_batch(c, &b, &e)) return cli_fail(&e);
    str yuan = fund_yuan_of(c, b.total_fen);
    text_addf(
        &c->out,
        "第 %lld 批已批准：%lld 笔，%.*s 元\n下一步：请出纳送银行，leye fund send %lld --out 文件 --as 姓名:出纳\n",
        (long long)id, (long long)b.count, STR_ARG(yuan), (long long)id);
    return 0;
}

static int cancel(struct fund_call *c)
{
    struct err e = { 0 };
    int64_t id = 0;
    if (!fund_arg_number(c, 0, "批次", &id) || !fund_needs(c, "reason", "作废的理由")) return 2;
    if (!ledger_cancel(c->s, &c->act, id, &e)) return cli_fail(&e);
    text_addf(&c->out, "第 %lld 批已作废；里面的人可以编进别的批次\n", (long long)id);
    return 0;
}

static bool into_file(void *context, str piece, struct err *e) { return file_append(context, piece, e); }

/* The file gets its name when the batch is marked as sent: what lies in the folder has been sent. */
static int write_bank_file(struct fund_call *c, bool again)
{
    struct err e = { 0 };
    int64_t id = 0;
    struct ledger_batch b;
    if (!fund_arg_number(c, 0, "批次", &id) || !fund_needs(c, "out", "付款文件写到哪里")) return 2;
    struct file_out *f = ARENA_NEW(c->arena, struct file_out);
    str path = cli_option(c->a, "out");
    if (!again && file_exists(path)) {
        fail(&e, CONFLICT, "“%.*s”已经有了；付款文件不覆盖别的文件，请换一个名字", STR_ARG(path));
        return cli_fail(&e);
    }
    if (!file_create(f, path, &e)) return cli_fail(&e);
    bool ok = again ? ledger_send_again(c->s, id, into_file, f, &e) : ledger_send(c->s, &c->act, id, into_file, f, &e);
    if (!ok) {
        file_discard(f);
        return cli_fail(&e);
    }
    if (!file_commit(f, &e)) {
        if (!again)
            fail_up(&e, "第 %lld 批已经记为送出，文件没有写成；请用 leye fund resend 重新写一份", (long long)id);
        return cli_fail(&e);
    }
    if (!get_batch(c, &b, &e)) return cli_fail(&e);
    str yuan = fund_yuan_of(c, b.total_fen);
    text_addf(&c->out, "第 %lld 批：%lld 笔，%.*s 元，付款文件在 %.*s%s\n", (long long)id, (long long)b.count,
              STR_ARG(yuan), STR_ARG(path), again ? "，和送出的一字不差" : "");
    if (!again) text_addz(&c->out, "下一步：传给银行；回盘文件到了就读入，leye fund receive 文件 --as 姓名:出纳\n");
    return 0;
}

static int send(struct fund_call *c) { return write_bank_file(c, false); }
static int resend(struct fund_call *c) { return write_bank_file(c, true); }

static bool tell_lines(struct fund_call *c, int64_t file, struct err *e)
{
    ledger_return_lines lines = { 0 };
    if (!ledger_return_errors(c->s, file, c->arena, &lines, e)) return false;
    for (size_t i = 0; i < lines.len && i < SHOWN_MAX; i++)
        text_addf(&c->out, "  第 %lld 行：%s（%.*s）\n", (long long)lines.at[i].row,
                  ledger_return_error_zh(lines.at[i].kind), STR_ARG(lines.at[i].text));
    if (lines.len > SHOWN_MAX) text_addf(&c->out, "  ……共 %zu 行\n", lines.len);
    return true;
}

static int receive(struct fund_call *c)
{
    struct err e = { 0 };
    str text;
    struct ledger_returned r;
    if (!file_read(c->arena, c->args[0], LEDGER_FILE_MAX, &text, &e) || !ledger_receive(c->s, &c->act, text, &r, &e))
        return cli_fail(&e);
    if (r.replayed) {
        text_addf(&c->out, "这个回盘文件以前读过（第 %lld 号），没有再记一次\n", (long long)r.file);
        return 0;
    }
    str paid = fund_yuan_of(c, r.paid_fen), failed = fund_yuan_of(c, r.failed_fen);
    text_addf(&c->out, "第 %lld 号回盘：付讫 %lld 笔 %.*s 元，退回 %lld 笔 %.*s 元\n", (long long)r.file,
              (long long)r.paid_count, STR_ARG(paid), (long long)r.failed_count, STR_ARG(failed));
    if (r.errors > 0) text_addf(&c->out, "%lld 行对不上，没有记账；请与银行核实：\n", (long long)r.errors);
    if (!tell_lines(c, r.file, &e)) return cli_fail(&e);
    text_addz(&c->out, r.settled ? "这一批已全部回盘\n" : "这一批还有没有回盘的，等下一个文件\n");
    if (r.failed_count > 0)
        text_addz(&c->out, "下一步：看退回的，leye fund payments --state 退回；改账户，leye fund repair\n");
    return r.errors > 0;
}

static int errors(struct fund_call *c)
{
    struct err e = { 0 };
    int64_t file = 0;
    if (!fund_arg_number(c, 0, "回盘", &file)) return 2;
    if (!tell_lines(c, file, &e)) return cli_fail(&e);
    if (c->out.len == 0) text_addf(&c->out, "第 %lld 号回盘没有对不上的行\n", (long long)file);
    return 0;
}

/* ---- a bank to practise with ---- */

static int bank(struct fund_call *c)
{
    struct err e = { 0 };
    str text;
    int64_t seed = 1, fails = 20, first = 1000;
    struct fund_bank_sums sums;
    struct text out;
    if (!cli_number(c->a, "seed", 0, INT64_MAX, 1, &seed) || !cli_number(c->a, "fail", 0, 1000, 20, &fails) ||
        !cli_number(c->a, "first", 0, 1000, 1000, &first))
        return cli_usage(c->a, "--seed 写整数，--fail 和 --first 写 0 到 1000");
    if (!fund_needs(c, "out", "回盘文件写到哪里") || !fund_needs(c, "ref", "银行的编号")) return 2;
    struct fund_bank b = { .seed = (uint64_t)seed,
                           .fail_permille = (unsigned)fails,
                           .first_permille = (unsigned)first,
                           .rest = cli_has(c->a, "rest"),
                           .reference = cli_option(c->a, "ref") };
    text_init(&out, c->arena, ANSWER_MAX);
    if (!file_read(c->arena, c->args[0], LEDGER_FILE_MAX, &text, &e) || !fund_bank_answer(text, &b, &out, &sums, &e) ||
        !file_write(cli_option(c->a, "out"), text_str(&out), &e))
        return cli_fail(&e);
    str paid = fund_yuan_of(c, sums.paid_fen);
    text_addf(&c->out, "练习用的银行：付讫 %lld 笔 %.*s 元，退回 %lld 笔，没有回 %lld 笔\n", (long long)sums.paid_count,
              STR_ARG(paid), (long long)sums.failed_count, (long long)sums.left_count);
    return 0;
}

const struct fund_verb fund_batch_verbs[] = {
    { "prepare", "行 名单 --title 标题", "按名单（CSV、XLSX）编制批次",
      "title policy period commitment errors preview packs", 2, 2, FUND_CHANGES, prepare },
    { "due", "[行] [--list]", "办件应发、还没有编批的；--list 由会计编批", "list packs", 0, 1, FUND_ALONE, due },
    { "batches", "[资金]", "各批次", "", 0, 1, FUND_LOOKS, batches },
    { "batch", "批次", "一个批次，和现在可以做什么", "", 1, 1, FUND_LOOKS, batch },
    { "payments", "", "付款明细", "batch state person out full packs", 0, 0, FUND_LOOKS, payments },
    { "approve", "批次", "批准（不能是编制的人）", "", 1, 1, FUND_CHANGES, approve },
    { "cancel", "批次 --reason 理由", "作废没有送出的批次", "reason", 1, 1, FUND_CHANGES, cancel },
    { "send", "批次 --out 文件", "送银行：写付款文件", "out", 1, 1, FUND_CHANGES, send },
    { "resend", "批次 --out 文件", "把送出的付款文件再写一份", "out", 1, 1, FUND_LOOKS, resend },
    { "receive", "回盘文件", "读入银行的回盘", "", 1, 1, FUND_CHANGES, receive },
    { "errors", "回盘号", "一个回盘文件里对不上的行", "", 1, 1, FUND_LOOKS, errors },
    { "again", "行 --title 标题", "改好账户的编成一批再付", "title", 1, 1, FUND_CHANGES, again },
    { "bank", "付款文件 --out 文件 --ref 编号", "练习用的银行：照付款文件写一个回盘", "seed fail first rest out ref", 1,
      1, FUND_ALONE, bank },
    { 0 },
};

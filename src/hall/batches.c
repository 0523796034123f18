/* batches: payments from the list to the bank and back, as pages: preparing from what is owed or from a spreadsheet,
 * approving, the file for the bank, its answer. Everybody in a list is masked; what was refused says why. */
#include "hall/hall_priv.h"

#include "base/mask.h"
#include "fund/fund.h"

#include <string.h>

enum { PAYMENTS_SHOWN = 100, ERRORS_SHOWN = 100 };

static const char *batch_mark(enum ledger_batch_state s)
{
    switch (s) {
    case BATCH_PREPARED:
    case BATCH_APPROVED: return "ask";
    case BATCH_SETTLED: return "yes";
    case BATCH_SENT:
    case BATCH_CANCELLED: return "no";
    }
    return "no";
}

static void batch_doc(struct call *c, const struct ledger_batch_row *r, struct json *o)
{
    doc_int(c->a, o, "batch", r->is.id);
    doc_fmt(c->a, o, "href", "/money/batches/%lld", (long long)r->is.id);
    doc_str(c->a, o, "day", words_day(c->a, r->day, c->today));
    doc_str(c->a, o, "title", r->title);
    doc_str(c->a, o, "fund", r->fund);
    doc_int(c->a, o, "line", r->is.line);
    doc_z(c->a, o, "state", ledger_batch_machine.states[r->is.state].name);
    doc_z(c->a, o, "mark", batch_mark(r->is.state));
    doc_str(c->a, o, "count", words_count(c->a, (uint64_t)r->is.count));
    money_doc(c, o, "total", r->is.total_fen);
    doc_str(c->a, o, "paidCount", words_count(c->a, (uint64_t)r->is.paid_count));
    money_doc(c, o, "paid", r->is.paid_fen);
    doc_str(c->a, o, "failedCount", words_count(c->a, (uint64_t)r->is.failed_count));
    money_doc(c, o, "failed", r->is.failed_fen);
    desk_int(c, o, "waitingCount", r->is.count - r->is.paid_count - r->is.failed_count);
    doc_str(c->a, o, "preparedBy", desk_person(c, r->prepared_by));
    doc_str(c->a, o, "approvedBy", desk_person(c, r->approved_by));
    doc_bool(c->a, o, "again", r->is.again);
}

/* ---- all of them ---- */

static bool add_owed(struct call *c, struct err *e)
{
    dossier_owed_list owed = { 0 };
    bool listable = false;
    if (!dossier_owed_of(c->desk->dossiers, c->a, &owed, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "owed");
    VEC_EACH (const struct dossier_owed, w, &owed) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "line", w->line == 0 ? STR("没有预算") : str_fmt(c->a, "%lld", (long long)w->line));
        doc_bool(c->a, o, "unfunded", w->line == 0);
        doc_str(c->a, o, "policy", w->policy);
        doc_str(c->a, o, "count", words_count(c->a, (uint64_t)w->count));
        money_doc(c, o, "amount", w->amount_fen);
        listable = listable || w->line != 0;
    }
    doc_bool(c->a, c->doc, "owes", owed.len > 0);
    doc_bool(c->a, c->doc, "mayList", listable && desk_is(c, ROLE_BIT(ACCOUNTANT)));
    return true;
}

static bool add_batches(struct call *c, struct err *e)
{
    ledger_batch_rows rows = { 0 };
    str fund = desk_asked(c, "fund");
    int64_t state = -1;
    if (!str_to_i64(desk_asked(c, "state"), &state) || state > BATCH_CANCELLED) state = -1;
    if (!ledger_batches(c->desk->store, fund, c->a, &rows, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "batches");
    for (size_t i = rows.len; i > 0; i--) { /* the newest first */
        const struct ledger_batch_row *r = &rows.at[i - 1];
        if (state < 0 || (int64_t)r->is.state == state) batch_doc(c, r, doc_object(c->a, list, NULL));
    }
    desk_states(c, &ledger_batch_machine, "/money/batches", STR(""), state);
    doc_bool(c->a, c->doc, "all", state < 0);
    return true;
}

bool hall_batches(struct call *c, struct err *e)
{
    money_tabs(c);
    desk_done(c);
    doc_bool(c->a, c->doc, "mayPrepare", desk_is(c, ROLE_BIT(ACCOUNTANT)));
    return add_batches(c, e) && add_owed(c, e);
}

/* What dossiers are owed, under the accountant's name; each is checked once more. */
static bool list_due(struct call *c, struct err *e)
{
    struct dossier_night n;
    struct ledger_act by;
    if (!desk_is(c, ROLE_BIT(ACCOUNTANT))) return fail(e, DENIED, "编制发放批次由会计来做；请交给会计");
    by = money_act(c);
    struct dossier_act act = { .who = by.who,
                               .role = DOSSIER_ROLE_MONEY,
                               .office = STR(""),
                               .day = by.day,
                               .reason = STR(""),
                               .clock_ms = by.clock_ms };
    if (!dossier_list_due(c->desk->dossiers, &act, 0, c->a, &n, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "listed");
    VEC_EACH (const struct dossier_list, l, &n.lists) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_int(c->a, o, "batch", l->batch);
        doc_fmt(c->a, o, "href", "/money/batches/%lld", (long long)l->batch);
        doc_str(c->a, o, "count", words_count(c->a, (uint64_t)l->count));
        money_doc(c, o, "total", l->total_fen);
    }
    desk_int(c, c->doc, "takenOut", n.unpaid_refused);
    struct json *told = doc_array(c->a, c->doc, "told");
    VEC_EACH (const str, s, &n.told) doc_str(c->a, told, NULL, *s);
    doc_bool(c->a, c->doc, "listedNone", n.lists.len == 0);
    doc_bool(c->a, c->doc, "wasListed", true);
    return true;
}

bool hall_batches_list(struct call *c, struct err *e)
{
    struct err why = { 0 };
    return (list_due(c, &why) || desk_again(c, &why, e)) && hall_batches(c, e);
}

/* ---- from a spreadsheet ---- */

bool hall_prepare_page(struct call *c, struct err *e)
{
    ledger_line_rows rows = { 0 };
    money_tabs(c);
    desk_done(c);
    if (!ledger_lines(c->desk->store, STR(""), c->a, &rows, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "lines");
    str chosen = desk_field(c, "line");
    VEC_EACH (const struct ledger_line_row, r, &rows) {
        if (r->is.item.len == 0) continue;
        struct json *o = doc_object(c->a, list, NULL);
        str number = str_fmt(c->a, "%lld", (long long)r->line);
        doc_str(c->a, o, "line", number);
        doc_bool(c->a, o, "chosen", str_eq(number, chosen));
        doc_fmt(c->a, o, "text", "%lld　%.*s　%.*s　%d　%.*s", (long long)r->line, STR_ARG(r->is.fund),
                STR_ARG(r->is.level), (int)r->is.year, STR_ARG(r->is.item));
    }
    list = doc_array(c->a, c->doc, "policies");
    VEC_EACH (const struct policy, q, &c->h->p->policies) {
        if (program_policy(c->h->p, q->name) == q) doc_str(c->a, list, NULL, q->name);
    }
    return true;
}

static bool listed_doc(struct call *c, const struct fund_listed *l, struct err *e)
{
    str href = STR("");
    struct json *list = doc_array(c->a, c->doc, "errors");
    for (size_t i = 0; i < l->errors.len && i < ERRORS_SHOWN; i++) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_int(c->a, o, "row", (int64_t)l->errors.at[i].row);
        doc_str(c->a, o, "why", l->errors.at[i].why);
    }
    desk_int(c, c->doc, "errorCount", (int64_t)l->errors.len);
    doc_int(c->a, c->doc, "rows", l->rows);
    doc_str(c->a, c->doc, "count", words_count(c->a, (uint64_t)l->prepared.count));
    money_doc(c, c->doc, "total", l->prepared.total_fen);
    if (l->errors_path.len > 0 && !attachment_keep(c, l->errors_path, &href, e)) return false;
    doc_str(c->a, c->doc, "errorsHref", href);
    return true;
}

/* The list as it was sent, tried or booked; the rows that were refused are told in both cases. */
static bool prepare(struct call *c, struct err *e)
{
    struct ledger_act act;
    struct fund_listed l = { 0 };
    int64_t line;
    str title = desk_field(c, "title");
    struct dossier_payer payer = { c->desk->registry, c->h->p };
    struct fund_list list = { .policy = desk_field(c, "policy"),
                              .period = desk_field(c, "period"),
                              .commitment = desk_field(c, "commitment"),
                              .errors = attachment_out(c, "errors.csv"),
                              .preview = http_form_get(&c->form, STR("preview")).p != NULL,
                              .complete = dossier_payable,
                              .context = &payer };
    act = money_act(c);
    if (!desk_number(c, desk_field(c, "line"), "预算行", &line, e)) return false;
    if (title.len == 0) return fail(e, INVALID, "请写批次的标题，例如 二月社保补贴");
    if (!attachment_in(c, "list", &list.path, e)) return false;
    struct err why = { 0 };
    bool ok = fund_prepare(c->desk->store, &act, line, title, &list, c->a, &l, &why);
    if (!ok && l.errors.len == 0) return *e = why, false;
    if (!listed_doc(c, &l, e)) return false;
    c->goes_on = ok && list.preview;
    doc_bool(c->a, c->doc, "tried", c->goes_on);
    doc_bool(c->a, c->doc, "made", ok && !list.preview);
    doc_str(c->a, c->doc, "batchHref",
            ok && !list.preview ? str_fmt(c->a, "/money/batches/%lld", (long long)l.prepared.batch) : STR(""));
    doc_int(c->a, c->doc, "batch", l.prepared.batch);
    if (ok) return true;
    if (c->wants_json) return *e = why, false;
    c->problem = str_dup(c->a, str_of(err_cause(&why)));
    c->status = 422;
    return true;
}

bool hall_prepare(struct call *c, struct err *e)
{
    struct err why = { 0 };
    doc_bool(c->a, c->doc, "answered", true);
    return (prepare(c, &why) || desk_again(c, &why, e)) && hall_prepare_page(c, e);
}

/* ---- one batch ---- */

bool money_batch_find(struct call *c, int64_t id, struct ledger_batch_row *out, struct err *e)
{
    ledger_batch_rows rows = { 0 };
    if (!ledger_batches(c->desk->store, STR(""), c->a, &rows, e)) return false;
    VEC_EACH (const struct ledger_batch_row, r, &rows) {
        if (r->is.id != id) continue;
        *out = *r;
        return true;
    }
    return fail(e, NOT_FOUND, "没有第 %lld 批", (long long)id);
}

static bool batch_of(struct call *c, struct ledger_batch_row *out, struct err *e)
{
    int64_t id;
    return desk_number(c, c->args[0], "批次", &id, e) && money_batch_find(c, id, out, e);
}

void money_payment_doc(struct call *c, const struct ledger_payment_row *r, struct json *list)
{
    static const char *const marks[] = { "ask", "yes", "late", "ask", "no" };
    struct json *o = doc_object(c->a, list, NULL);
    doc_int(c->a, o, "payment", r->number);
    doc_fmt(c->a, o, "href", "/money/payments/%lld", (long long)r->number);
    doc_int(c->a, o, "batch", r->batch);
    doc_str(c->a, o, "name", mask(c->a, STR("姓名"), str_dup(c->a, r->name)));
    doc_str(c->a, o, "idNumber",
            r->subject.len >= 15 ? mask(c->a, STR("证件号"), str_dup(c->a, r->subject)) : STR("–"));
    doc_str(c->a, o, "account", mask(c->a, STR("账号"), str_dup(c->a, r->account)));
    doc_str(c->a, o, "policy", str_dup(c->a, r->policy));
    doc_str(c->a, o, "period", str_dup(c->a, r->period));
    money_doc(c, o, "amount", r->amount_fen);
    doc_z(c->a, o, "state", ledger_payment_machine.states[r->state].name);
    doc_z(c->a, o, "mark", marks[r->state]);
    doc_str(c->a, o, "reason", str_dup(c->a, r->reason));
}

struct shown {
    struct call *c;
    struct json *list;
    int64_t count;
};

static bool show_payment(void *context, const struct ledger_payment_row *row, struct err *e)
{
    struct shown *s = context;
    (void)e;
    if (s->count++ < PAYMENTS_SHOWN) money_payment_doc(s->c, row, s->list);
    return true;
}

static bool add_taken_out(struct call *c, int64_t batch, struct err *e)
{
    dossier_taken_out_list out = { 0 };
    if (!dossier_taken_out_of(c->desk->dossiers, batch, c->a, &out, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "takenOut");
    VEC_EACH (const struct dossier_taken_out, t, &out) {
        char number[DOSSIER_NUMBER_TEXT];
        struct json *o = doc_object(c->a, list, NULL);
        dossier_number(t->dossier, number);
        doc_str(c->a, o, "number", str_dup(c->a, str_of(number)));
        doc_str(c->a, o, "policy", t->policy);
        doc_str(c->a, o, "period", t->period);
        money_doc(c, o, "amount", t->amount_fen);
        doc_str(c->a, o, "reason", t->reason);
    }
    return true;
}

/* Whose turn it is, for everybody else. */
static const char *waits_for(enum ledger_batch_state s)
{
    switch (s) {
    case BATCH_PREPARED: return "等复核或者主管批准；编制的人不能批准。";
    case BATCH_APPROVED: return "等出纳送银行；批准的人不能送。";
    case BATCH_SENT: return "等银行回盘，出纳读入。";
    case BATCH_SETTLED: return "银行都回了，这一批没有要办的了。";
    case BATCH_CANCELLED: return "作废了；里面还该发的，可以重新编批。";
    }
    return "";
}

static bool batch_doc_whole(struct call *c, const struct ledger_batch_row *b, struct err *e)
{
    struct shown s = { .c = c, .list = &(struct json){ .kind = JSON_ARRAY } };
    struct ledger_wanted w = { .batch = b->is.id, .any_state = true };
    money_tabs(c);
    desk_done(c);
    c->title = str_fmt(c->a, "第 %lld 批　%.*s", (long long)b->is.id, STR_ARG(b->title));
    batch_doc(c, b, c->doc);
    if (!ledger_payments(c->desk->store, &w, show_payment, &s, e) || !add_taken_out(c, b->is.id, e)) return false;
    *doc_add(c->a, c->doc, "payments") = *s.list;
    doc_bool(c->a, c->doc, "more", s.count > PAYMENTS_SHOWN);
    doc_int(c->a, c->doc, "shown", s.count < PAYMENTS_SHOWN ? s.count : PAYMENTS_SHOWN);
    /* Buttons for what this role can do now; whether it may, the ledger decides again. */
    enum ledger_batch_state state = b->is.state;
    uint32_t approvers = ROLE_BIT(REVIEWER) | ROLE_BIT(CHIEF);
    bool own = str_eq(b->prepared_by, c->who.name);
    bool sent = state == BATCH_SENT || state == BATCH_SETTLED;
    bool approves = state == BATCH_PREPARED && desk_is(c, approvers), cashier = desk_is(c, ROLE_BIT(CASHIER));
    bool sends = state == BATCH_APPROVED && cashier && !str_eq(b->approved_by, c->who.name);
    bool receives = state == BATCH_SENT && cashier;
    doc_bool(c->a, c->doc, "mayApprove", approves && !own);
    doc_bool(c->a, c->doc, "isOwn", approves && own);
    doc_bool(c->a, c->doc, "maySend", sends);
    doc_bool(c->a, c->doc, "mayReceive", receives);
    doc_z(c->a, c->doc, "waits", approves || sends || receives ? "" : waits_for(state));
    doc_bool(c->a, c->doc, "mayCancel",
             (state == BATCH_PREPARED && desk_is(c, approvers | ROLE_BIT(ACCOUNTANT))) ||
                 (state == BATCH_APPROVED && desk_is(c, approvers)));
    doc_bool(c->a, c->doc, "mayFetch", sent && cashier);
    doc_bool(c->a, c->doc, "failedAny", b->is.failed_count > 0);
    return true;
}

bool hall_batch(struct call *c, struct err *e)
{
    struct ledger_batch_row b;
    return batch_of(c, &b, e) && batch_doc_whole(c, &b, e);
}

/* The file is fetched by itself (hall_batch_file): what the bank is owed is booked before it leaves the house. */
static bool into_nothing(void *context, str piece, struct err *e)
{
    (void)context, (void)piece, (void)e;
    return true;
}

static bool act_on_batch(struct call *c, int64_t id, struct err *e)
{
    struct ledger_act act;
    str what = desk_field(c, "act");
    const char *word;
    bool ok;
    act = money_act(c);
    if (str_eq(what, STR("approve")))
        word = "approved", ok = ledger_approve(c->desk->store, &act, id, e);
    else if (str_eq(what, STR("send")))
        word = "sent", ok = ledger_send(c->desk->store, &act, id, into_nothing, NULL, e);
    else if (str_eq(what, STR("cancel")))
        word = "cancelled", ok = ledger_cancel(c->desk->store, &act, id, e);
    else
        return fail(e, INVALID, "请选要做什么");
    desk_back(c, str_fmt(c->a, "/money/batches/%lld", (long long)id), word);
    return ok;
}

bool hall_batch_act(struct call *c, struct err *e)
{
    struct ledger_batch_row b;
    struct err why = { 0 };
    if (!batch_of(c, &b, e)) return false;
    return act_on_batch(c, b.is.id, &why) || (desk_again(c, &why, e) && batch_doc_whole(c, &b, e));
}

static bool into_body(void *context, str piece, struct err *e)
{
    struct http_answer *r = context;
    text_add(&r->body, piece);
    return !r->body.over ||
           fail(e, LIMIT, "付款文件太大，网页送不出来；请管服务器的人写给您（管理员手册“在服务器上做的”）");
}

/* The same bytes every time; a batch that was not sent has no file. */
bool hall_batch_file(struct call *c, struct err *e)
{
    struct ledger_batch_row b;
    struct ledger_act act;
    if (!batch_of(c, &b, e)) return false;
    act = money_act(c);
    str name = str_fmt(c->a, "付款-第%lld批.txt", (long long)b.is.id);
    if (!ledger_send_again(c->desk->store, b.is.id, into_body, c->r, e)) {
        c->r->body.len = 0;
        c->r->body.over = false;
        return false;
    }
    attachment_answer(c, STR(""), STR("text/plain; charset=utf-8"), name);
    return fund_note_view(c->desk->store, &act, name, b.is.count, c->a, e);
}

bool hall_batch_table(struct call *c, struct err *e)
{
    struct ledger_batch_row b;
    int64_t count;
    str ending = attachment_ending(c);
    if (!batch_of(c, &b, e)) return false;
    struct ledger_wanted w = { .batch = b.is.id, .any_state = true };
    str path = attachment_out(c, str_fmt(c->a, "batch%.*s", STR_ARG(ending)).p), mark;
    str name = str_fmt(c->a, "第%lld批%.*s", (long long)b.is.id, STR_ARG(ending));
    return desk_export(c, name, b.is.count, &mark, e) &&
           fund_payment_table(c->desk->store, &w, NULL, mark, path, c->a, &count, e) &&
           attachment_send(c, path, name, e);
}

/* ---- what the bank answers ---- */

bool hall_returns(struct call *c, struct err *e)
{
    ledger_batch_rows rows = { 0 };
    money_tabs(c);
    desk_done(c);
    if (!ledger_batches(c->desk->store, STR(""), c->a, &rows, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "batches");
    VEC_EACH (const struct ledger_batch_row, r, &rows) {
        if (r->is.state == BATCH_SENT) batch_doc(c, r, doc_object(c->a, list, NULL));
    }
    doc_bool(c->a, c->doc, "mayReceive", desk_is(c, ROLE_BIT(CASHIER)));
    return true;
}

static bool receive(struct call *c, struct err *e)
{
    struct ledger_act act;
    struct ledger_returned r;
    ledger_return_lines lines = { 0 };
    str text = attachment_text(c, "file");
    if (text.len == 0) return fail(e, INVALID, "请选银行送来的回盘文件");
    if (!money_act_on(c, &act, e) || !ledger_receive(c->desk->store, &act, text, &r, e) ||
        !ledger_return_errors(c->desk->store, r.file, c->a, &lines, e))
        return false;
    struct json *o = doc_object(c->a, c->doc, "received");
    doc_int(c->a, o, "file", r.file);
    doc_bool(c->a, o, "replayed", r.replayed);
    doc_str(c->a, o, "rows", words_count(c->a, (uint64_t)r.rows));
    doc_str(c->a, o, "paidCount", words_count(c->a, (uint64_t)r.paid_count));
    money_doc(c, o, "paid", r.paid_fen);
    doc_str(c->a, o, "failedCount", words_count(c->a, (uint64_t)r.failed_count));
    money_doc(c, o, "failed", r.failed_fen);
    doc_bool(c->a, o, "failedAny", r.failed_count > 0 && !r.replayed);
    doc_bool(c->a, o, "settled", r.settled);
    desk_int(c, o, "errorCount", r.errors);
    struct json *list = doc_array(c->a, o, "errors");
    for (size_t i = 0; i < lines.len && i < ERRORS_SHOWN; i++) {
        struct json *l = doc_object(c->a, list, NULL);
        doc_int(c->a, l, "row", lines.at[i].row);
        doc_z(c->a, l, "why", ledger_return_error_zh(lines.at[i].kind));
        doc_str(c->a, l, "text", lines.at[i].text);
    }
    return true;
}

bool hall_returns_read(struct call *c, struct err *e)
{
    struct err why = { 0 };
    return (receive(c, &why) || desk_again(c, &why, e)) && hall_returns(c, e);
}

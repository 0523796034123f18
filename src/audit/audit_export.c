/* audit_export: lists that leave the house. Persons are masked; every row carries who took it out, when, and the number
 * of the export under which the journal has it, so that a page found on a desk can be traced. */
#include "audit/audit_priv.h"
#include "base/mask.h"
#include "sheet/sheet.h"

#include <inttypes.h>

enum { LEAD_CELLS = 12, ITEM_CELLS = 14 };

struct export
{
    struct sheet_writer *w;
    struct arena *a;
    str mark;
};

static str yuan(struct arena *a, int64_t fen) { return str_fmt(a, "%" PRId64 ".%02" PRId64, fen / 100, fen % 100); }

static bool begin(struct store *s, const struct audit_act *act, str path, struct arena *a, struct export *x,
                  struct err *e)
{
    int64_t number = 0;
    char day[DATE_TEXT];
    if (!audit_next(s, "export", &number, e) || !sheet_create(&x->w, path, NULL, e)) return false;
    date_text(act->day, day);
    x->a = a;
    x->mark = str_fmt(a, "第%" PRId64 "号导出 %.*s %s 仅供审计", number, STR_ARG(act->who), day);
    return true;
}

static bool heads(struct export *x, const char *const *names, size_t count, struct err *e)
{
    str cells[ITEM_CELLS];
    for (size_t i = 0; i < count; i++) cells[i] = str_of(names[i]);
    return sheet_write_row(x->w, cells, count, e);
}

static bool lead_rows(struct export *x, const audit_leads *leads, struct err *e)
{
    static const char *const names[LEAD_CELLS] = { "编号", "规则",   "对象",     "证件号", "发现",   "状态",
                                                   "结果", "核查人", "涉及付款", "追回号", "已收回", "水印" };
    if (!heads(x, names, LEAD_CELLS, e)) return false;
    VEC_EACH (const struct audit_lead, l, leads) {
        char day[DATE_TEXT];
        date_text(l->found, day);
        const str cells[LEAD_CELLS] = {
            str_fmt(x->a, "%" PRId64, l->lead),
            l->rule,
            l->entity,
            mask(x->a, STR("证件号"), l->key),
            str_of(day),
            str_of(audit_lead_machine.states[l->state].name),
            l->outcome == LEAD_NEW ? STR("") : str_of(audit_lead_machine.states[l->outcome].name),
            l->assigned,
            yuan(x->a, l->paid_fen),
            l->claim > 0 ? str_fmt(x->a, "%" PRId64, l->claim) : STR(""),
            yuan(x->a, l->recovered_fen),
            x->mark,
        };
        if (!sheet_write_row(x->w, cells, LEAD_CELLS, e)) return false;
    }
    return true;
}

static bool item_rows(struct export *x, const audit_items *items, struct err *e)
{
    static const char *const names[ITEM_CELLS] = { "序号", "层",     "付款号", "姓名", "证件号", "政策",     "期间",
                                                   "金额", "核查人", "状态",   "多付", "说明",   "银行编号", "水印" };
    if (!heads(x, names, ITEM_CELLS, e)) return false;
    VEC_EACH (const struct audit_item, i, items) {
        char number[LEDGER_NUMBER_TEXT];
        ledger_number_text(i->payment, 0, number);
        const str cells[ITEM_CELLS] = {
            str_fmt(x->a, "%" PRId64, i->item),
            i->stratum,
            str_fmt(x->a, "%" PRId64, i->payment),
            mask(x->a, STR("姓名"), i->name),
            mask(x->a, STR("证件号"), i->subject),
            i->policy,
            i->period,
            yuan(x->a, i->amount_fen),
            i->checker,
            str_of(audit_item_machine.states[i->state].name),
            yuan(x->a, i->error_fen),
            i->note,
            str_of(number),
            x->mark,
        };
        if (!sheet_write_row(x->w, cells, ITEM_CELLS, e)) return false;
    }
    return true;
}

/* The event is part of the transaction, the file gets its name last: no list without its trace. */
static bool finish(struct store *s, const struct audit_act *act, struct export *x, str path, bool ok, struct err *e)
{
    ok = ok && audit_note(s, act, "audit.export", path, e, "mark", x->mark, (const char *)NULL);
    if (!store_end(s, ok, e)) {
        sheet_discard(x->w);
        return false;
    }
    return sheet_finish(x->w, e);
}

bool audit_export_leads(struct store *s, const struct audit_act *act, const struct audit_wanted *w, str path,
                        struct arena *a, int64_t *rows, struct err *e)
{
    struct export x = { 0 };
    audit_leads leads = { 0 };
    if (!audit_may(act, AUDIT_AUDITOR | AUDIT_HEAD, "导出疑点", e) || !audit_begin(s, act, e)) return false;
    bool ok = audit_lead_list(s, act, w, a, &leads, e) && begin(s, act, path, a, &x, e) && lead_rows(&x, &leads, e);
    if (!finish(s, act, &x, path, ok, e)) return false;
    *rows = (int64_t)leads.len;
    return true;
}

bool audit_export_sample(struct store *s, const struct audit_act *act, int64_t campaign, str path, struct arena *a,
                         int64_t *rows, struct err *e)
{
    struct export x = { 0 };
    audit_items items = { 0 };
    if (!audit_may(act, AUDIT_AUDITOR | AUDIT_HEAD, "导出抽样", e) || !audit_begin(s, act, e)) return false;
    bool ok =
        audit_sample_items(s, act, campaign, a, &items, e) && begin(s, act, path, a, &x, e) && item_rows(&x, &items, e);
    if (!finish(s, act, &x, path, ok, e)) return false;
    *rows = (int64_t)items.len;
    return true;
}

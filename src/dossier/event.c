/* event: what happened to a dossier, in a word. */
#include "base/json.h"
#include "dossier/dossier.h"

str dossier_event_zh(const struct dossier_event *v, struct arena *a)
{
    static const struct {
        const char *kind, *zh;
    } kinds[] = {
        { "dossier.open", "建立" },          { "dossier.staff", "转人工" },  { "dossier.take", "取件" },
        { "dossier.release", "放回" },       { "dossier.transfer", "转办" }, { "dossier.late", "时限提醒" },
        { "dossier.clock", "期限重新计算" }, { "dossier.due", "应发" },      { "dossier.paid", "银行答复" },
        { "dossier.unpaid", "没有发" },      { "dossier.object", "异议" },   { "dossier.answer", "答复异议" },
        { "dossier.file", "归档" },          { "dossier.rate", "评价" },     { "dossier.settle", "差评回访" }
    };
    const struct json *j;
    struct err e = { 0 };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (str_eq(v->kind, str_of(kinds[i].kind))) return str_of(kinds[i].zh);
    }
    if (!json_read(a, v->body, &j, &e)) return v->kind;
    const struct json *move = json_member(j, STR("move"));
    return move != NULL && move->kind == JSON_STRING ? move->string : v->kind;
}

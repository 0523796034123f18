/* event: what happened to a dossier, in a word. */
#include "base/json.h"
#include "dossier/dossier.h"

/* A holiday that was announced late: which clock, from when to when. */
static str moved(const struct json *j, struct arena *a)
{
    str clock = json_word(j, "clock"), was = json_word(j, "was"), is = json_word(j, "is");
    return str_fmt(a, "期限重新计算，%.*s从 %.*s 改到 %.*s", STR_ARG(clock), STR_ARG(was), STR_ARG(is));
}

str dossier_event_zh(const struct dossier_event *v, struct arena *a)
{
    static const struct {
        const char *kind, *zh;
    } kinds[] = { { "dossier.open", "建立" },          { "dossier.staff", "转人工" },
                  { "dossier.take", "取件" },          { "dossier.release", "放回" },
                  { "dossier.transfer", "转办" },      { "dossier.late", "时限提醒" },
                  { "dossier.due", "应发" },           { "dossier.paid", "银行答复" },
                  { "dossier.unpaid", "没有发" },      { "dossier.object", "异议" },
                  { "dossier.answer", "答复异议" },    { "dossier.file", "归档" },
                  { "dossier.recheck", "复核" },       { "dossier.state", "陈述申辩" },
                  { "dossier.rate", "评价" },          { "dossier.settle", "差评回访" },
                  { "dossier.enclose", "交材料" },     { "dossier.seen", "看过原件" },
                  { "dossier.unenclose", "拿回材料" }, { "dossier.filled", "没有定的定了，按今天的规则办" },
                  { "certificate.issue", "签发证照" }, { "certificate.revoke", "注销证照" } };
    const struct json *j;
    struct err e = { 0 };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (str_eq(v->kind, str_of(kinds[i].kind))) return str_of(kinds[i].zh);
    }
    if (!json_read(a, v->body, &j, &e)) return v->kind;
    if (str_eq(v->kind, STR("dossier.clock"))) return moved(j, a);
    const struct json *move = json_member(j, STR("move"));
    return move != NULL && move->kind == JSON_STRING ? move->string : v->kind;
}

str dossier_event_by(const struct dossier_event *v, struct arena *a)
{
    const struct json *j;
    struct err e = { 0 };
    return json_read(a, v->body, &j, &e) ? json_word(j, "by") : STR("");
}

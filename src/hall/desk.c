/* desk: what the pages of staff with several forms on them share: a form that was refused comes back with the sentence
 * above it and what was typed still there; one that was carried out leads back to the page, which says what was done.
 */
#include "hall/hall_priv.h"

#include <string.h>

enum { DONE_UNPROCESSABLE = 422 };

/* Only words of this table are ever said: an address cannot put a sentence on the page. */
static const struct {
    const char *word, *sentence;
} done[] = {
    { "line", "预算行建好了。接着下达预算。" },
    { "budget", "预算记好了。" },
    { "deposit", "拨入的资金记好了。" },
    { "commit", "承诺记好了。" },
    { "release", "没有用的承诺退还了，回到可用预算。" },
    { "closed", "这个月结账了，不能再记。" },
    { "reopened", "这个月重开了。改完请再结账。" },
    { "prepared", "批次编好了。请另一个人复核批准。" },
    { "approved", "批准了。请出纳送银行。" },
    { "cancelled", "这一批作废了，里面的人可以编进别的批次。" },
    { "sent", "记为送出了。请下载付款文件，传给银行。" },
    { "repaired", "账户改好了。接着编进再付的批次。" },
    { "given-up", "这一笔不再付，钱回到承诺。" },
    { "bounced", "退票记好了：钱回到银行账户，付款回到“退回”。" },
    { "claimed", "追回立好了。接着定分期。" },
    { "planned", "分期定好了。" },
    { "recovered", "收到的钱记好了。" },
    { "written-off", "核销了。" },
    { "moved", "记好了。" },
    { "drawn", "抽好了。种子记在这里，谁都可以照样再抽一遍。" },
    { "ended", "这次抽样结束了。" },
    { "read", "看过了。" },
    { "account-roles", "角色和地区改好了。这个人要重新登录。" },
    { "account-locked", "停用了：进不来，令牌也不能用。" },
    { "account-unlocked", "恢复了，可以登录。" },
    { "account-forgiven", "锁打开了，可以马上再试。" },
    { "account-no-totp", "以后登录不要动态口令。" },
    { "own-password", "密码换好了，下次登录用新的。别处的登录都退出了。" },
    { "own-totp", "动态口令开好了，下次登录要六位数。别处的登录都退出了。" },
    { "own-no-totp", "动态口令关掉了，登录只要密码。" },
    { "token-revoked", "令牌收回了，从现在起打不开任何东西。" },
    { "backup-begun", "开始备份了。备份好会从头核对一遍，过一会儿刷新看结果。" },
    { "backup-looking", "开始核对了，过一会儿刷新看结果。" },
    { "case-accepted", "受理了，期限从今天算起。" },
    { "case-approved", "同意记好了。" },
    { "case-refused", "不予记好了，理由写进决定书。" },
    { "case-returned", "退回了，要补的本人看得到。" },
    { "case-released", "放回了，别人可以接着办。" },
    { "case-answered", "异议答复好了，本人收到通知。" },
    { "case-settled", "回访记好了，本人收到通知。" },
    { "case-rechecked", "复核记好了，接着发。" },
    { "case-stopped", "停发了；本人收到通知，不同意可以提异议。" },
    { "case-transferred", "转给他了，理由留痕。" },
    { "mine-withdrawn", "撤回了。要办还可以再申请。" },
    { "mine-objected", "异议收到了，由没有经手这件的人来答复。" },
    { "mine-confirmed", "记下了，您要这一项。" },
    { "mine-declined", "记下了，您不要这一项。" },
    { "mine-rated", "评价记下了，谢谢。" },
    { "enclosed", "材料放进办件了。" },
    { "unenclosed", "材料拿回了，留痕里还记着有过这份。" },
    { "revoked", "授权收回了，马上生效。" },
    { "accepted", "授权接受了。现在可以替这家单位办事。" },
    { "draft-made", "草稿建好了。正式的规则没有动，批准发布以后才变。" },
    { "draft-saved", "存好了。" },
    { "draft-same", "和原来一样，没有要存的。" },
    { "draft-removed", "在草稿里拿掉了这份文件。" },
    { "draft-caught-up", "接上了正式的新内容。" },
    { "draft-trying", "开始试算。这一页开着就一直算；离开一分钟就停。" },
    { "draft-stopped", "停下了。" },
    { "draft-proposed", "提交了。请没有参与这份草稿的人来批准。" },
    { "draft-withdrawn", "撤回了，可以接着改。" },
    { "draft-returned", "退回了，理由作者看得到。" },
    { "draft-discarded", "作废了。写过的都还留着，可以打开看。" },
    { "draft-published", "发布了。大厅正在接过新规则，一般几秒钟；新的办件按新规则，在办的按受理时的规则。" },
    { "draft-published-later", "发布了。大厅下次打开时用新规则；在办的办件按受理时的规则。" },
    { "opened", "开填了。有底数的格子已经填上，各地核对就行。" },
    { "filled", "存好了，还没有报。" },
    { "reported", "报上去了，等上一级审核。" },
    { "withdrawn", "撤回来了，改完请再报。" },
    { "given-back-all", "退回了；上面算进了它的表也一起退回，理由都看得到。" },
    { "filing-approved", "审过了，数已经进库。" },
    { "given-back", "退回去了，理由填表的人看得到。" },
    { "answered", "答复记好了。" },
    { "locked", "锁定了，数记为终稿。再改要走更正。" },
    { "corrected", "这是新的一版。改好再报；锁定以前，旧的一版还算数。" },
};

str desk_field(const struct call *c, const char *name) { return str_trim(http_form_get(&c->form, str_of(name))); }
str desk_asked(const struct call *c, const char *name) { return str_trim(http_form_get(&c->query, str_of(name))); }

bool desk_export(struct call *c, str file, int64_t rows, str *mark, struct err *e)
{
    char day[DATE_TEXT];
    int64_t number;
    if (!access_export(c->desk->store, &c->who, file, rows, c->now, &number, e)) return false;
    date_text(c->today, day);
    *mark = str_fmt(c->a, "留痕第 %lld 条　%.*s　%s", (long long)number, STR_ARG(c->who.display), day);
    return true;
}

str desk_person(struct call *c, str name)
{
    struct err e = { 0 };
    str display = STR("");
    bool known = name.len > 0 && access_account_display(c->desk->store, name, c->a, &display, &e);
    if (!known || display.len == 0 || str_eq(display, name)) return name;
    return str_fmt(c->a, "%.*s（%.*s）", STR_ARG(display), STR_ARG(name));
}

bool desk_is(const struct call *c, uint32_t roles) { return (roles >> c->who.role & 1) != 0; }

static bool is_ours(enum err_code code)
{
    return code == ERR_IO || code == ERR_AWAY || code == ERR_BUSY || code == ERR_MEMORY || code == ERR_INTERNAL;
}

bool desk_again(struct call *c, const struct err *why, struct err *e)
{
    if (c->wants_json || is_ours(why->code)) return *e = *why, false;
    c->problem = str_dup(c->a, str_of(err_cause(why)));
    c->status = DONE_UNPROCESSABLE;
    c->redirect = (str){ 0 };
    return true;
}

void desk_back(struct call *c, str to, const char *word)
{
    bool more = str_find(to, STR("?")) != SIZE_MAX;
    c->redirect = str_fmt(c->a, "%.*s%sdone=%s", STR_ARG(to), more ? "&" : "?", word);
    doc_str(c->a, c->doc, "href", to);
}

void desk_done(struct call *c)
{
    str word = http_form_get(&c->query, STR("done"));
    const char *sentence = "";
    for (size_t i = 0; i < sizeof done / sizeof *done; i++) {
        bool told = c->problem.len == 0 && str_eq(word, str_of(done[i].word)); /* not what the form before it did */
        if (told) sentence = done[i].sentence;
    }
    doc_z(c->a, c->doc, "done", sentence);
    struct json *typed = doc_object(c->a, c->doc, "typed");
    if (c->problem.len == 0 && !c->goes_on) return;
    VEC_EACH (const struct http_field, f, &c->form) {
        if (!str_eq(f->name, STR("csrf"))) doc_str(c->a, typed, str_dup(c->a, f->name).p, f->value);
    }
    doc_bool(c->a, typed, "any", true); /* and which of the page's forms it was, so that it stays open */
    doc_bool(c->a, typed, str_fmt(c->a, "act_%.*s", STR_ARG(desk_field(c, "act"))).p, true);
}

void desk_tabs(struct call *c, const struct tab *tabs, size_t count)
{
    size_t best = 0, nearest = 0;
    for (size_t i = 0; i < count; i++) {
        if (frame_is_within(c->q->path, tabs[i].href, &best)) nearest = i;
    }
    struct json *list = doc_array(c->a, c->doc, "tabs");
    for (size_t i = 0; i < count; i++) {
        if (!desk_is(c, tabs[i].roles)) continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_z(c->a, o, "href", tabs[i].href);
        doc_z(c->a, o, "text", tabs[i].text);
        doc_z(c->a, o, "here", i != nearest ? "" : best == c->q->path.len ? "page" : "true");
    }
}

void desk_states(struct call *c, const struct machine *m, const char *base, str more, int64_t here)
{
    struct json *list = doc_array(c->a, c->doc, "states");
    for (size_t i = 0; i < m->state_count; i++) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_z(c->a, o, "text", m->states[i].name);
        doc_fmt(c->a, o, "href", "%s?state=%zu%.*s", base, i, STR_ARG(more));
        doc_bool(c->a, o, "here", (int64_t)i == here);
    }
}

void desk_int(struct call *c, struct json *o, const char *key, int64_t n)
{
    doc_int(c->a, o, key, n);
    doc_bool(c->a, o, str_fmt(c->a, "%sAny", key).p, n != 0);
}

bool desk_number(struct call *c, str text, const char *what, int64_t *out, struct err *e)
{
    (void)c;
    return (str_to_i64(text, out) && *out > 0) || fail(e, INVALID, "%s写号码，不是“%.*s”", what, STR_ARG(text));
}

bool desk_day(struct call *c, const char *name, date usual, date *out, struct err *e)
{
    str text = desk_field(c, name);
    *out = usual;
    return text.len == 0 || date_parse(text, out) || fail(e, INVALID, "日期写成 2026-03-31 这样");
}

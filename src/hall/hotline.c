/* hotline: somebody rings 12333 about their own record. Found by a number they say; asked two things only they should
 * know, whose right answers are never on a page; then one screen to read aloud from, and a note of what was said. What
 * was counted and kept of a call is in access/hotline.h. */
#include "access/hotline.h"
#include "base/idcard.h"
#include "base/mask.h"
#include "base/utf8.h"
#include "hall/hall_priv.h"

enum {
    QUESTIONS = 2,
    TAIL = 4,
    WORDS_MIN = 4,
    SAME_PHONE_MAX = 20,
    PAYS_SHOWN = 12,
    CASE_DIGITS = 12,
    PHONE_DIGITS = 11
};

#define OTHER "其他"
static const char *const purposes[] = { "查进度", "查待遇", "投诉", "政策咨询", OTHER };
enum { PURPOSES = sizeof purposes / sizeof *purposes };

/* ---- who rings ---- */

static const struct entity *people(struct call *c) { return program_entity(c->h->p, STR("人员")); }

static bool by_card(struct call *c, str key, int64_t *id, struct err *e)
{
    struct idcard card;
    uint16_t entity;
    struct err why = { 0 };
    enum idcard_fault fault = idcard_read(key, &card);
    if (fault != IDCARD_OK) return fail(e, INVALID, "%s", idcard_fault_text(fault));
    if (registry_find(c->desk->registry, STR("人员"), str_of(card.text), &entity, id, &why)) return true;
    if (why.code != ERR_NOT_FOUND) return *e = why, false;
    return fail(e, INVALID, "登记库里没有这个号码；请来电的人对着身份证再念一遍");
}

static bool by_case(struct call *c, str key, int64_t *id, struct err *e)
{
    int64_t number;
    struct dossier d;
    struct err why = { 0 };
    if (!dossier_number_read(key, &number, e)) return false;
    if (!dossier_get(c->desk->dossiers, number, c->a, &d, &why)) {
        if (why.code != ERR_NOT_FOUND) return *e = why, false;
        return fail(e, INVALID, "没有这个办件号；请来电的人再念一遍");
    }
    if (d.entity != people(c)->id) return fail(e, INVALID, "这件是单位的；电话里只查个人的，请单位登录看，或者到窗口");
    *id = d.subject;
    return true;
}

/* A phone is no key: several may have it, so that the name must fit, and fit one of them only. */
static bool by_phone(struct call *c, str phone, str name, int64_t *id, struct err *e)
{
    const struct entity *en = people(c);
    registry_numbers all = { 0 };
    size_t fit = 0;
    if (name.len == 0) return fail(e, INVALID, "用电话找，后面再写姓名，例如“%.*s 李某某”", STR_ARG(phone));
    for (size_t i = 0; i < en->slots.len; i++) {
        if (str_eq(en->slots.at[i].class_, STR("电话")) &&
            !registry_with(c->desk->registry, en->id, (uint16_t)i, phone, SAME_PHONE_MAX, c->a, &all, e))
            return false;
    }
    VEC_EACH (const int64_t, n, &all) {
        str label, number;
        if (!registry_label(c->desk->registry, en->id, *n, c->a, &label, &number, e)) return false;
        if (str_eq(label, name) && (fit == 0 || *id != *n)) *id = *n, fit++;
    }
    return fit == 1 || fail(e, INVALID, "用这个电话和姓名没有找到，或者不止一个人；请问身份证号或者办件号");
}

/* by: what they said, which is then not asked. */
static bool find_caller(struct call *c, str key, int64_t *id, const char **by, struct err *e)
{
    struct text digits, name;
    text_init(&digits, c->a, key.len + 1), text_init(&name, c->a, key.len + 1);
    for (size_t i = 0; i < key.len; i++) {
        if (key.p[i] >= '0' && key.p[i] <= '9')
            text_addc(&digits, key.p[i]);
        else if (key.p[i] != ' ' && key.p[i] != '-')
            text_addc(&name, key.p[i]);
    }
    if (people(c) == NULL) return fail(e, INVALID, "这里的规则没有个人的登记，电话里没有可查的");
    if (digits.len > CASE_DIGITS) return *by = "证件号", by_card(c, key, id, e);
    if (digits.len == CASE_DIGITS) return *by = "办件号", by_case(c, key, id, e);
    if (digits.len == PHONE_DIGITS) return *by = "电话", by_phone(c, text_str(&digits), text_str(&name), id, e);
    return fail(e, INVALID, "写身份证号（18 位）、办件号（12 位），或者手机号和姓名");
}

/* ---- is it them ---- */

enum answer_kind { ANSWER_TAIL, ANSWER_DAY, ANSWER_PLACE };
static const struct control {
    const char *class_, *field; /* any field of the class, or this one */
    const char *by;             /* who was found by that has said it, or it stands in it */
    const char *ask, *hint;
    enum answer_kind kind;
} controls[] = {
    { "电话", NULL, "电话", "登记的电话，末四位", "四个数字", ANSWER_TAIL },
    { "证件号", NULL, "证件号", "身份证号，末四位", "最后一位可能是 X", ANSWER_TAIL },
    { NULL, "出生日期", "证件号", "出生年月日", "写成 1990-03-07 这样", ANSWER_DAY },
    { "账号", NULL, NULL, "登记的银行账号，末四位", "四个数字", ANSWER_TAIL },
    { NULL, "常住地", NULL, "常住在哪里", "写到区、县（市），或者街道、乡镇", ANSWER_PLACE },
};
enum { CONTROLS = sizeof controls / sizeof *controls };

struct asked_of {
    const struct control *what;
    str value;
};

static str value_for(struct call *c, const struct control *k, const struct subject *s)
{
    const struct entity *en = &c->h->p->entities.at[s->entity];
    if (k->field != NULL) return subject_value(s, k->field);
    VEC_EACH (const struct value_line, v, &s->values) {
        int slot = entity_slot(en, v->field);
        if (v->current && slot >= 0 && str_eq(en->slots.at[slot].class_, str_of(k->class_)) &&
            utf8_count(v->value) > TAIL)
            return v->value;
    }
    return STR("");
}

/* The first two the record has: always the same of one person, so that ringing again brings no easier ones. */
static bool questions_of(struct call *c, const struct subject *s, str by, struct asked_of out[QUESTIONS], struct err *e)
{
    size_t n = 0;
    for (size_t i = 0; i < CONTROLS && n < QUESTIONS; i++) {
        bool said = controls[i].by != NULL && str_eq(by, str_of(controls[i].by));
        str value = said ? STR("") : value_for(c, &controls[i], s);
        if (value.len > 0) out[n++] = (struct asked_of){ &controls[i], value };
    }
    return n == QUESTIONS ||
           fail(e, DENIED, "登记的资料里没有两样可以核对，电话里不能看这份档案；请本人带身份证到窗口");
}

/* The last characters of a number; an X may be small. */
static bool ends_so(str value, str said)
{
    str tail = str_slice(value, value.len - TAIL, value.len);
    bool same = said.len == TAIL;
    for (size_t i = 0; same && i < TAIL; i++) same = (said.p[i] == 'x' ? 'X' : said.p[i]) == tail.p[i];
    return same;
}

static bool is_right(const struct asked_of *q, str said)
{
    date x, y;
    switch (q->what->kind) {
    case ANSWER_TAIL: return ends_so(q->value, said);
    case ANSWER_DAY: return date_parse(said, &x) && date_parse(q->value, &y) && x.days == y.days;
    case ANSWER_PLACE: return utf8_count(said) >= 2 && str_starts(q->value, said);
    }
    return false;
}

/* ---- beginning ---- */

static bool purpose_of(struct call *c, str *out, struct err *e)
{
    str chosen = desk_field(c, "purpose"), words = desk_field(c, "words");
    bool known = false;
    for (size_t i = 0; i < PURPOSES; i++) known |= str_eq(chosen, str_of(purposes[i]));
    if (!known) return fail(e, INVALID, "请选来电为了什么");
    if (str_eq(chosen, STR(OTHER)) && utf8_count(words) < WORDS_MIN)
        return fail(e, INVALID, "选了“其他”，请写一句来电为了什么");
    *out = str_fmt(c->a, "12333 来电：%.*s%s%.*s", STR_ARG(chosen), words.len > 0 ? "，" : "", STR_ARG(words));
    return true;
}

static bool begin(struct call *c, int64_t *number, struct err *e)
{
    int64_t id;
    const char *by = "";
    struct subject s;
    struct asked_of questions[QUESTIONS];
    return purpose_of(c, &c->who.purpose, e) && find_caller(c, desk_field(c, "key"), &id, &by, e) &&
           subject_load(c, people(c)->id, id, &s, e) && questions_of(c, &s, str_of(by), questions, e) &&
           hotline_begin(c->desk->store, &c->who, people(c)->name, id, str_of(by), c->now, number, e);
}

static const char *state_zh(enum hotline_state s)
{
    switch (s) {
    case HOTLINE_ASKING: return "在核对";
    case HOTLINE_OPEN: return "在答复";
    case HOTLINE_FAILED: return "没有核对上";
    case HOTLINE_OVER: return "结束了";
    }
    return "";
}

static bool add_calls(struct call *c, struct err *e)
{
    hotline_calls all = { 0 };
    if (!hotline_list(c->desk->store, &c->who, hotline_day(c->now), c->now, c->a, &all, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "calls");
    VEC_EACH (const struct hotline_call, k, &all) {
        const struct entity *en = program_entity(c->h->p, k->entity);
        str name = STR(""), number;
        if (en != NULL && !registry_label(c->desk->registry, en->id, k->subject, c->a, &name, &number, e)) return false;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "time", words_time(c->a, k->at));
        doc_str(c->a, o, "name", mask(c->a, STR("姓名"), name));
        doc_str(c->a, o, "purpose", k->purpose);
        doc_str(c->a, o, "summary", k->summary);
        doc_z(c->a, o, "state", state_zh(k->state));
        doc_fmt(c->a, o, "href", "/calls/%lld", (long long)k->id);
    }
    doc_int(c->a, c->doc, "count", (int64_t)all.len);
    return true;
}

bool hall_hotline(struct call *c, struct err *e)
{
    struct json *list = doc_array(c->a, c->doc, "purposes");
    for (size_t i = 0; i < PURPOSES; i++) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_z(c->a, o, "name", purposes[i]);
        doc_bool(c->a, o, "chosen", str_eq(desk_field(c, "purpose"), str_of(purposes[i])));
    }
    desk_done(c);
    return add_calls(c, e);
}

bool hall_hotline_begin(struct call *c, struct err *e)
{
    int64_t number;
    struct err why = { 0 };
    if (!begin(c, &number, &why)) return desk_again(c, &why, e) && hall_hotline(c, e);
    c->redirect = str_fmt(c->a, "/calls/%lld", (long long)number);
    doc_str(c->a, c->doc, "href", c->redirect);
    return true;
}

/* ---- the screen ---- */

/* Whose turn it is, and how one says it. */
static const struct {
    const char *turn, *say;
} turns[DOSSIER_STATES] = {
    [DOSSIER_DRAFT] = { "本人", "还没有交，本人登录交上来才开始办" },
    [DOSSIER_OFFERED] = { "本人", "查到可以享受，等本人答复要不要" },
    [DOSSIER_SUBMITTED] = { "我们", "交上来了，等我们受理" },
    [DOSSIER_CORRECTING] = { "本人", "等本人补材料" },
    [DOSSIER_REVIEW] = { "我们", "受理了，我们在审核" },
    [DOSSIER_PUBLIC] = { "我们", "在公示，期满没有异议就办成" },
    [DOSSIER_GRANTED] = { "", "办成了" },
    [DOSSIER_PAYING] = { "我们", "办成了，按期发放" },
    [DOSSIER_STOPPED] = { "", "停发了；不同意，本人可以提异议" },
    [DOSSIER_REFUSED] = { "", "没有同意；不同意，本人可以提异议" },
    [DOSSIER_WITHDRAWN] = { "", "本人撤回了" },
    [DOSSIER_LAPSED] = { "", "过期没有办，终止了；要办可以再申请" },
    [DOSSIER_REVOKED] = { "", "原来的决定撤销了" },
    [DOSSIER_CLOSED] = { "", "办完归档了" },
};

static bool add_cases(struct call *c, const struct subject *s, const char *base, struct err *e)
{
    dossier_lines lines = { 0 };
    struct dossier_query q = { .subject = str_fmt(c->a, "%lld", (long long)s->id),
                               .states = UINT32_MAX,
                               .day = c->today };
    if (!dossier_queue(c->desk->dossiers, &q, c->a, &lines, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "cases");
    VEC_EACH (const struct dossier_line, l, &lines) {
        struct json *o = case_line(c, l, base, list);
        doc_bool(c->a, o, "mayOpen", base[0] != '\0');
        doc_z(c->a, o, "turn", turns[l->c.state].turn);
        doc_z(c->a, o, "say", turns[l->c.state].say);
    }
    return true;
}

struct paid_by {
    struct call *c;
    str account;
    int64_t batch;
};

static bool take_payment(void *context, const struct ledger_payment_row *row, struct err *e)
{
    struct paid_by *p = context;
    (void)e;
    p->account = access_show(&p->c->who, STR("账号"), row->account, p->c->a);
    p->account = str_dup(p->c->a, p->account);
    p->batch = row->batch;
    return true;
}

static bool add_money(struct call *c, const struct subject *s, struct err *e)
{
    dossier_pays pays = { 0 };
    ledger_batch_rows batches = { 0 };
    if (!dossier_pays_to(c->desk->dossiers, s->id, PAYS_SHOWN, c->a, &pays, e) ||
        (pays.len > 0 && !ledger_batches(c->desk->store, STR(""), c->a, &batches, e)))
        return false;
    struct json *list = doc_array(c->a, c->doc, "pays");
    VEC_EACH (const struct dossier_pay, p, &pays) {
        struct paid_by by = { .c = c };
        struct ledger_wanted w = { .number = p->payment, .any_state = true };
        if (p->payment != 0 && !ledger_payments(c->desk->store, &w, take_payment, &by, e)) return false;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "policy", p->policy);
        doc_str(c->a, o, "period", p->period);
        doc_str(c->a, o, "amount", words_sum(c->a, p->amount_fen, 2, STR("元")));
        doc_z(c->a, o, "state", dossier_pay_zh(p->state));
        doc_str(c->a, o, "note", p->note);
        doc_str(c->a, o, "account", by.account);
        str day = STR("");
        VEC_EACH (const struct ledger_batch_row, b, &batches) {
            if (by.batch != 0 && b->is.id == by.batch) day = words_day(c->a, b->day, c->today);
        }
        doc_str(c->a, o, "day", day);
    }
    return true;
}

bool hotline_standing(struct call *c, const struct subject *s, const char *base, struct err *e)
{
    return add_cases(c, s, base, e) && add_money(c, s, e);
}

static bool load_call(struct call *c, struct hotline_call *k, struct subject *s, struct err *e)
{
    int64_t number;
    if (!str_to_i64(c->args[0], &number)) return fail(e, NOT_FOUND, "没有这个来电；回到“来电”重新开始");
    if (!hotline_get(c->desk->store, &c->who, number, c->now, c->a, k, e)) return false;
    c->who.purpose = k->purpose;
    return subject_load(c, people(c)->id, k->subject, s, e); /* also who moved away since, or whose district changed */
}

static bool call_page(struct call *c, const struct hotline_call *k, const struct subject *s, struct err *e)
{
    struct asked_of questions[QUESTIONS];
    bool asking = k->state == HOTLINE_ASKING, open = k->state == HOTLINE_OPEN;
    desk_done(c);
    doc_str(c->a, c->doc, "purpose", k->purpose);
    doc_bool(c->a, c->doc, "asking", asking);
    doc_bool(c->a, c->doc, "open", open);
    doc_bool(c->a, c->doc, "failed", k->state == HOTLINE_FAILED);
    doc_bool(c->a, c->doc, "over", k->state == HOTLINE_OVER);
    doc_bool(c->a, c->doc, "mayNote", k->summary.len == 0 && !asking);
    doc_str(c->a, c->doc, "summary", k->summary);
    desk_int(c, c->doc, "wrong", k->wrong);
    doc_int(c->a, c->doc, "tries", HOTLINE_TRIES);
    struct json *list = doc_array(c->a, c->doc, "questions");
    if (asking && !questions_of(c, s, k->by, questions, e)) return false;
    for (size_t i = 0; asking && i < QUESTIONS; i++) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_fmt(c->a, o, "field", "answer%zu", i + 1);
        doc_z(c->a, o, "ask", questions[i].what->ask);
        doc_z(c->a, o, "hint", questions[i].what->hint);
    }
    if (!open) return true;
    subject_head(c, s, c->doc);
    return subject_entitlements(c, s, "/policies/", c->doc, e) && hotline_standing(c, s, "", e);
}

bool hall_hotline_call(struct call *c, struct err *e)
{
    struct hotline_call k;
    struct subject s;
    return load_call(c, &k, &s, e) && call_page(c, &k, &s, e);
}

/* Which of the two was wrong is not said: it would halve the guessing. */
static bool answered(struct call *c, const struct hotline_call *k, const struct subject *s, struct err *e)
{
    struct asked_of questions[QUESTIONS];
    bool right = true;
    if (!questions_of(c, s, k->by, questions, e)) return false;
    for (size_t i = 0; i < QUESTIONS; i++) {
        str said = desk_field(c, str_fmt(c->a, "answer%zu", i + 1).p);
        if (said.len == 0) return fail(e, INVALID, "两样都要问；来电的人答不上来的，请他到窗口，或者自己登录看");
        right &= is_right(&questions[i], said);
    }
    return hotline_answer(c->desk->store, &c->who, k, right, c->now, e);
}

bool hall_hotline_act(struct call *c, struct err *e)
{
    struct hotline_call k;
    struct subject s;
    struct err why = { 0 };
    if (!load_call(c, &k, &s, e)) return false;
    bool note = str_eq(desk_field(c, "act"), STR("note"));
    bool ok = note ? hotline_note(c->desk->store, &k, desk_field(c, "summary"), &why) : answered(c, &k, &s, &why);
    if (!ok) return desk_again(c, &why, e) && call_page(c, &k, &s, e);
    c->redirect = str_fmt(c->a, "/calls/%lld", (long long)k.id);
    doc_str(c->a, c->doc, "href", c->redirect);
    if (note) desk_back(c, STR("/calls"), "answered");
    return true;
}

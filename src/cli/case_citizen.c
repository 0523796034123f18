/* case_citizen: what workers and employers do: see what is asked, apply, follow, correct, withdraw, object, rate. */
#include "cli/case_priv.h"
#include "notice/notice.h"

/* Without --as the person acts for themselves, under the number they gave. */
static void as_self(struct case_room *r, str who)
{
    if (r->has_as) return;
    r->act.who = who;
    r->act.role = DOSSIER_ROLE_SELF;
}

/* ---- services, guide ---- */

static int services(struct case_room *r)
{
    struct table t;
    table_start(&t, r->a, "事项|对象|政策|决定|主动|时限");
    VEC_EACH (const struct service, s, &r->p->services) {
        struct text names;
        if (program_service(r->p, s->name) != s) continue;
        text_init(&names, r->a, 4096);
        VEC_EACH (const uint32_t, q, &s->policies) {
            str name = r->p->policies.at[*q].name;
            text_addf(&names, "%s%.*s", names.len > 0 ? "、" : "", STR_ARG(name));
        }
        table_cell(&t, s->name);
        table_cell(&t, r->p->entities.at[s->entity].name);
        table_cell(&t, text_str(&names));
        table_cell(&t, s->decide == SERVICE_ALONE ? STR("秒批") : STR("人工"));
        table_cell(&t, s->offer == SERVICE_NO_OFFER        ? STR("")
                       : s->offer == SERVICE_OFFER_CONFIRM ? STR("确认")
                                                           : STR("告知"));
        table_cell(&t, case_time(r->a, service_time_on(r->p, s->limit, r->act.day)));
    }
    table_print(&t, &r->out);
    cli_out(&r->out);
    return 0;
}

static void print_guide(struct case_room *r, const struct dossier_guide *g)
{
    struct text *t = &r->out;
    text_addf(t, "%.*s\n", STR_ARG(g->service->name));
    VEC_EACH (const struct explanation, x, &g->verdicts) {
        if (g->items.len == 0) text_addf(t, "  %.*s\n", STR_ARG(x->summary));
        VEC_EACH (const str, u, &x->unset) text_addf(t, "  还没有人定：%.*s\n", STR_ARG(*u));
    }
    VEC_EACH (const struct dossier_item, i, &g->items)
        text_addf(t, "  %.*s：%s%s%.*s\n", STR_ARG(i->name),
                  i->outlook == VERDICT_QUALIFIED ? "能办" : verdict_zh(i->outlook), i->why.len > 0 ? "，" : "",
                  STR_ARG(i->why));
    if (g->outlook == VERDICT_REFUSED) {
        VEC_EACH (const struct explanation, x, &g->verdicts) {
            /* of a package its own conditions, which come first; what stands against its items is told above */
            bool own = g->service->criteria.len > 0 && x == &g->verdicts.at[0];
            if (g->items.len > 0 && !own) break;
            VEC_EACH (const struct explained_criterion, c, &x->criteria) {
                str why = c->sentence.len > 0 ? c->sentence : c->name;
                if (!c->met && c->outcome != OUTCOME_UNKNOWN) text_addf(t, "  不符合：%.*s\n", STR_ARG(why));
            }
            VEC_EACH (const str, c, &x->changes) text_addf(t, "  怎样会变：%.*s\n", STR_ARG(*c));
        }
    }
    if (g->open_already) text_addf(t, "已经有一件在办：%s\n", case_number(r->a, g->open_id));
    text_addz(t, g->questions.len > 0 ? "要填的（系统里有的不用填）：\n" : "什么都不用填，系统里都有\n");
    VEC_EACH (const struct dossier_question, q, &g->questions)
        text_addf(t, "  %.*s=…  %.*s%s\n", STR_ARG(q->name), STR_ARG(q->ask), q->optional ? "（可不填）" : "");
    if (g->materials.len > 0) text_addz(t, "要带的：\n");
    VEC_EACH (const struct dossier_material, m, &g->materials)
        text_addf(t, "  %.*s%s%.*s\n", STR_ARG(m->name), m->text.len > 0 ? "：" : "", STR_ARG(m->text));
    text_addz(t, "怎么办、多久：\n");
    VEC_EACH (const struct dossier_time, m, &g->times) {
        str limit = case_time(r->a, m->limit);
        text_addf(t, "  %.*s%s%.*s%s%.*s\n", STR_ARG(m->name), m->role.len > 0 ? "（" : "", STR_ARG(m->role),
                  m->role.len > 0 ? "）：" : "：", STR_ARG(limit));
    }
}

static int guide(struct case_room *r)
{
    struct err e = { 0 };
    int64_t subject;
    str answers;
    struct dossier_guide g;
    if (!case_subject(r, case_arg(r, 0), case_arg(r, 1), &subject, &e) || !case_answers(r, 2, &answers, &e) ||
        !dossier_guide(r->desk, case_arg(r, 0), subject, answers, r->act.day, r->a, &g, &e))
        return case_fail(r, &e);
    print_guide(r, &g);
    cli_out(&r->out);
    return 0;
}

/* ---- apply ---- */

static int apply(struct case_room *r)
{
    struct err e = { 0 };
    struct dossier_result x;
    struct dossier_request q = { .service = case_arg(r, 0),
                                 .key = cli_option(r->args, "key"),
                                 .as_draft = cli_has(r->args, "draft"),
                                 .anyway = cli_has(r->args, "anyway") };
    as_self(r, case_arg(r, 1));
    if (q.key.p == NULL) q.key = STR("");
    if (!case_subject(r, q.service, case_arg(r, 1), &q.subject, &e) || !case_answers(r, 2, &q.answers, &e) ||
        !dossier_apply(r->desk, &r->act, &q, r->a, &x, &e))
        return case_fail(r, &e);
    return case_tell(r, &x, q.as_draft ? "已存草稿" : "已提交");
}

/* The applicant of a case, when nobody else was named. */
static bool self_of(struct case_room *r, int64_t id, struct err *e)
{
    struct dossier c;
    if (r->has_as) return true;
    if (!dossier_get(r->desk, id, r->a, &c, e)) return false;
    as_self(r, c.applicant);
    return true;
}

static int submit(struct case_room *r)
{
    struct err e = { 0 };
    int64_t id;
    str answers;
    struct dossier_result x;
    if (!case_id(r, case_arg(r, 0), &id, &e) || !self_of(r, id, &e) || !case_answers(r, 1, &answers, &e) ||
        !dossier_submit(r->desk, &r->act, id, answers, r->a, &x, &e))
        return case_fail(r, &e);
    return case_tell(r, &x, "已提交");
}

static int withdraw(struct case_room *r)
{
    struct err e = { 0 };
    struct dossier_ref c = { 0 };
    if (!case_id(r, case_arg(r, 0), &c.id, &e) || !self_of(r, c.id, &e) || !dossier_withdraw(r->desk, &r->act, c, &e))
        return case_fail(r, &e);
    return case_told(r, c.id, "已撤回");
}

static int object(struct case_room *r)
{
    struct err e = { 0 };
    struct dossier_ref c = { 0 };
    int64_t objection;
    if (!case_id(r, case_arg(r, 0), &c.id, &e) || !self_of(r, c.id, &e) ||
        !dossier_object(r->desk, &r->act, c, &objection, &e))
        return case_fail(r, &e);
    text_addf(&r->out, "异议已登记，第 %lld 号\n", (long long)objection);
    return case_told(r, c.id, "等待答复");
}

static int state(struct case_room *r)
{
    struct err e = { 0 };
    struct dossier_ref c = { 0 };
    if (!case_id(r, case_arg(r, 0), &c.id, &e)) return case_fail(r, &e);
    if (!r->has_as && case_args(r) < 2) return cli_usage(r->args, "写明是谁：leye case state 编号 号码 --reason …");
    if (case_args(r) > 1) as_self(r, case_arg(r, 1));
    if (!dossier_state_case(r->desk, &r->act, c, &e)) return case_fail(r, &e);
    return case_told(r, c.id, "陈述申辩已记下");
}

static int rate(struct case_room *r)
{
    struct err e = { 0 };
    struct dossier_ref c = { 0 };
    int64_t level;
    if (!str_to_i64(case_arg(r, 1), &level) || level < 1 || level > 5)
        return cli_usage(r->args, "评价写 1（非常不满意）到 5（非常满意）");
    if (!case_id(r, case_arg(r, 0), &c.id, &e) || !self_of(r, c.id, &e) ||
        !dossier_rate(r->desk, &r->act, c, (int)level, &e))
        return case_fail(r, &e);
    text_addf(&r->out, "谢谢您的评价：%s\n", dossier_rating_zh((int)level));
    if (level < 3) text_addz(&r->out, "我们会联系您，把问题解决\n");
    return case_told(r, c.id, "已评价");
}

static int answer_offer(struct case_room *r, bool wanted)
{
    struct err e = { 0 };
    struct dossier_ref c = { 0 };
    struct dossier_result x;
    str answers;
    if (!case_id(r, case_arg(r, 0), &c.id, &e) || !self_of(r, c.id, &e) || !case_answers(r, 1, &answers, &e) ||
        !dossier_confirm(r->desk, &r->act, c, wanted, answers, r->a, &x, &e))
        return case_fail(r, &e);
    return case_tell(r, &x, wanted ? "已确认" : "已谢绝");
}
static int confirm(struct case_room *r) { return answer_offer(r, true); }
static int decline(struct case_room *r) { return answer_offer(r, false); }

/* ---- show ---- */

static void print_clocks(struct case_room *r, const dossier_clocks *clocks)
{
    static const char *const lights[] = { "", "，快到期了", "，已经超期" };
    VEC_EACH (const struct dossier_clock, c, clocks) {
        if (c->ended) continue;
        text_addf(&r->out, "  %s：", dossier_clock_zh(c->kind));
        if (c->suspended)
            text_addz(&r->out, "暂停计时\n");
        else
            text_addf(&r->out, "到 %s%s\n", case_day(r->a, c->due), lights[c->light]);
    }
}

static str event_member(struct case_room *r, const struct dossier_event *v, const char *name)
{
    const struct json *j;
    struct err e = { 0 };
    return json_read(r->a, v->body, &j, &e) ? json_word(j, name) : STR("");
}

static bool print_history(struct case_room *r, int64_t id, struct err *e)
{
    dossier_events events = { 0 };
    if (!dossier_history(r->desk, id, r->a, &events, e)) return false;
    text_addz(&r->out, "经过：\n");
    VEC_EACH (const struct dossier_event, v, &events) {
        if (!str_starts(v->kind, STR("dossier."))) continue;
        str what = dossier_event_zh(v, r->a), why = event_member(r, v, "reason"), day = event_member(r, v, "day");
        text_addf(&r->out, "  %.*s %.*s（%.*s）%.*s%s%.*s\n", STR_ARG(day), STR_ARG(v->actor), STR_ARG(v->role),
                  STR_ARG(what), why.len > 0 ? "：" : "", STR_ARG(why));
    }
    return true;
}

static bool print_evidence(struct case_room *r, int64_t id, struct err *e)
{
    dossier_evidences list = { 0 };
    str folder = cli_option(r->args, "receipts");
    if (!dossier_evidence_of(r->desk, id, r->a, &list, e)) return false;
    if (list.len > 0) text_addz(&r->out, "依据：\n");
    for (size_t i = 0; i < list.len; i++) {
        const struct dossier_evidence *v = &list.at[i];
        str yuan = case_yuan(r->a, v->amount_fen);
        text_addf(&r->out, "  %.*s（%s）：%s", STR_ARG(v->about), case_day(r->a, v->day), verdict_zh(v->verdict));
        if (v->has_amount) text_addf(&r->out, "，%.*s 元", STR_ARG(yuan));
        text_addz(&r->out, v->assumed ? "，有本人申报没有比对的\n" : "\n");
        if (folder.p == NULL) continue;
        str path = file_join(r->a, folder, str_fmt(r->a, "%s-%zu.json", case_number(r->a, id), i + 1));
        if (!file_make_dirs(folder, e) || !file_write(path, v->receipt, e)) return false;
    }
    return true;
}

static void print_source(struct case_room *r, const struct dossier_source *s)
{
    text_addf(&r->out, "      %.*s：%.*s　来自 %.*s", STR_ARG(s->field), STR_ARG(s->value), STR_ARG(s->origin));
    if (s->row > 0) text_addf(&r->out, " %.*s 第 %llu 行", STR_ARG(s->file), (unsigned long long)s->row);
    if (s->has_as_of) text_addf(&r->out, "，截至 %s", case_day(r->a, s->as_of));
    if (s->stale) text_addf(&r->out, "　【红】旧了，要 %u 日内的", (unsigned)s->max_age_days);
    text_addc(&r->out, '\n');
}

/* Beside each criterion what it rests on; for whoever handles the case. */
static bool print_grounds(struct case_room *r, int64_t id, struct err *e)
{
    dossier_grounds list = { 0 };
    str about = STR("");
    if (!r->has_as) return true;
    if (!dossier_grounds_of(r->desk, id, r->act.day, r->a, &list, e)) return false;
    if (list.len > 0) text_addz(&r->out, "逐条核对（按今天的资料）：\n");
    VEC_EACH (const struct dossier_ground, g, &list) {
        if (!str_eq(about, g->about)) {
            bool earlier = g->asked.days != r->act.day.days;
            const char *day = earlier ? case_day(r->a, g->asked) : "";
            text_addf(&r->out, earlier ? "  %.*s（日子算到 %s）\n" : "  %.*s%s\n", STR_ARG(g->about), day);
        }
        about = g->about;
        str why = g->sentence.len > 0 ? g->sentence : g->name;
        text_addf(&r->out, "    %s %.*s\n", g->met ? "符合　" : g->known ? "不符合" : "不知道", STR_ARG(why));
        VEC_EACH (const struct dossier_source, s, &g->sources) print_source(r, s);
    }
    return true;
}

static bool print_pays(struct case_room *r, int64_t id, struct err *e)
{
    dossier_pays pays = { 0 };
    if (!dossier_pays_of(r->desk, id, r->a, &pays, e)) return false;
    if (pays.len > 0) text_addz(&r->out, "发放：\n");
    VEC_EACH (const struct dossier_pay, p, &pays) {
        str yuan = case_yuan(r->a, p->amount_fen);
        text_addf(&r->out, "  %.*s %.*s %.*s 元 %s", STR_ARG(p->policy), STR_ARG(p->period), STR_ARG(yuan),
                  dossier_pay_zh(p->state));
        if (p->payee.len > 0) text_addf(&r->out, "，收款 %.*s", STR_ARG(p->payee));
        text_addf(&r->out, "%s%.*s\n", p->note.len > 0 ? "：" : "", STR_ARG(p->note));
    }
    return true;
}

static bool print_certificates(struct case_room *r, int64_t id, struct err *e)
{
    dossier_certificates all = { 0 };
    if (!dossier_certificates_of(r->desk, id, r->a, &all, e)) return false;
    if (all.len > 0) text_addz(&r->out, "证照：\n");
    VEC_EACH (const struct dossier_certificate, v, &all) {
        text_addf(&r->out, "  %.*s", STR_ARG(v->kind));
        if (v->number.len > 0)
            text_addf(&r->out, " %.*s，%s 签发，验证码 %.*s", STR_ARG(v->number), case_day(r->a, v->day),
                      STR_ARG(v->code));
        text_addz(&r->out, v->is_void ? "（已注销）\n" : v->number.len == 0 ? "（等着签发）\n" : "\n");
    }
    return true;
}

static int certificate(struct case_room *r)
{
    struct err e = { 0 };
    struct dossier_ref c = { 0 };
    str number, pdf, out = cli_option(r->args, "out");
    if (!case_id(r, case_arg(r, 0), &c.id, &e) || !self_of(r, c.id, &e) ||
        !dossier_certificate_pdf(r->desk, &r->act, c, r->a, &number, &pdf, &e))
        return case_fail(r, &e);
    if (out.p == NULL) out = str_fmt(r->a, "%.*s.pdf", STR_ARG(number));
    if (!file_write(out, pdf, &e)) return case_fail(r, &e);
    text_addf(&r->out, "证照 %.*s 写到 %.*s\n", STR_ARG(number), STR_ARG(out));
    cli_out(&r->out);
    return 0;
}

static bool print_parts(struct case_room *r, int64_t id, struct err *e)
{
    dossier_lines parts = { 0 };
    if (!dossier_parts(r->desk, id, r->a, &parts, e)) return false;
    text_addz(&r->out, "各项：\n");
    VEC_EACH (const struct dossier_line, l, &parts) {
        const char *state = l->c.state == DOSSIER_DRAFT ? "等前面的办好" : dossier_machine.states[l->c.state].name;
        text_addf(&r->out, "  %s  %.*s：%s", case_number(r->a, l->c.id), STR_ARG(l->c.name), state);
        if (l->has_due) text_addf(&r->out, "，最迟 %s 办结", case_day(r->a, l->due));
        if (l->c.note.len > 0) text_addf(&r->out, "（%.*s）", STR_ARG(l->c.note));
        text_addc(&r->out, '\n');
    }
    return true;
}

static int show(struct case_room *r)
{
    struct err e = { 0 };
    int64_t id;
    struct dossier c;
    dossier_clocks clocks = { 0 };
    if (!case_id(r, case_arg(r, 0), &id, &e) || !dossier_get(r->desk, id, r->a, &c, &e) ||
        !dossier_clocks_of(r->desk, id, r->act.day, r->a, &clocks, &e))
        return case_fail(r, &e);
    text_addf(&r->out, "办件 %s  %.*s\n", case_number(r->a, id), STR_ARG(c.name));
    text_addf(&r->out, "  申请人 %.*s，%s 提出，", STR_ARG(c.applicant), case_day(r->a, c.opened));
    case_now(&c, &r->out);
    if (c.holder.len > 0) text_addf(&r->out, "，%.*s 在办", STR_ARG(c.holder));
    text_addc(&r->out, '\n');
    if (c.note.len > 0) text_addf(&r->out, "  %.*s\n", STR_ARG(c.note));
    if (c.flags & DOSSIER_UNFUNDED) text_addz(&r->out, "  已经准予，预算里还没有这笔钱\n");
    if (c.flags & DOSSIER_OBJECTED) text_addz(&r->out, "  有异议在等答复\n");
    print_clocks(r, &clocks);
    if (c.package != 0) text_addf(&r->out, "  是一件事 %s 里的一项\n", case_number(r->a, c.package));
    if ((c.flags & DOSSIER_PACKAGE) != 0 && !print_parts(r, id, &e)) return case_fail(r, &e);
    if (!print_grounds(r, id, &e) || !print_evidence(r, id, &e) || !print_pays(r, id, &e) ||
        !print_certificates(r, id, &e) || !print_history(r, id, &e))
        return case_fail(r, &e);
    cli_out(&r->out);
    return 0;
}

static int mine(struct case_room *r)
{
    struct err e = { 0 };
    uint16_t entity;
    int64_t subject;
    dossier_lines lines = { 0 };
    if (!registry_find(r->registry, STR(""), case_arg(r, 0), &entity, &subject, &e)) return case_fail(r, &e);
    struct dossier_query q = { .subject = str_fmt(r->a, "%lld", (long long)subject),
                               .states = (UINT32_C(1) << DOSSIER_STATES) - 1,
                               .day = r->act.day };
    if (!dossier_queue(r->desk, &q, r->a, &lines, &e)) return case_fail(r, &e);
    struct table t;
    table_start(&t, r->a, "编号|事项|提出|现在");
    VEC_EACH (const struct dossier_line, l, &lines) {
        table_cell(&t, str_of(case_number(r->a, l->c.id)));
        table_cell(&t, l->c.name);
        table_cell(&t, str_of(case_day(r->a, l->c.opened)));
        table_cell(&t, str_of(dossier_machine.states[l->c.state].name));
    }
    if (lines.len == 0)
        text_addz(&r->out, "没有办件\n");
    else
        table_print(&t, &r->out);
    cli_out(&r->out);
    return 0;
}

/* ---- inbox ---- */

static bool add_notices(struct case_room *r, str to, struct err *e)
{
    enum { SHOWN = 50 };
    notices list = { 0 };
    if (!notice_inbox(dossier_store(r->desk), to, 0, SHOWN, r->a, &list, e)) return false;
    VEC_EACH (const struct notice, n, &list) {
        date day = { (int32_t)((n->made_ms / 1000 + 8 * 3600) / 86400) }; /* in China */
        text_addf(&r->out, "%s  %.*s\n  %.*s\n", case_day(r->a, day), STR_ARG(n->title), STR_ARG(n->text));
    }
    return true;
}

/* What the role was told in each place it works for, and the person by name. */
static bool add_office_notices(struct case_room *r, struct err *e)
{
    dossier_office_list offices = { 0 };
    dossier_offices(r->p, r->act.office, r->a, &offices);
    VEC_EACH (const str, o, &offices) {
        if (!add_notices(r, str_fmt(r->a, "%.*s:%.*s", STR_ARG(r->act.role), STR_ARG(*o)), e)) return false;
    }
    return add_notices(r, r->act.who, e);
}

/* Of somebody in the registry by a number, of an office by --as. */
static int inbox(struct case_room *r)
{
    struct err e = { 0 };
    uint16_t entity;
    int64_t id;
    if (case_args(r) == 0 && !r->has_as)
        return cli_usage(r->args, "看谁的：写号码；看岗位收到的，写 --as 谁:岗位:辖区");
    if (case_args(r) > 0) {
        if (!registry_find(r->registry, STR(""), case_arg(r, 0), &entity, &id, &e) ||
            !add_notices(r, str_fmt(r->a, "%lld", (long long)id), &e))
            return case_fail(r, &e);
    } else if (!add_office_notices(r, &e)) {
        return case_fail(r, &e);
    }
    if (r->out.len == 0) text_addz(&r->out, "没有收到过通知\n");
    cli_out(&r->out);
    return 0;
}

const struct case_verb case_verbs_citizen[] = {
    { "services", "", 0, 0, false, services, "有哪些事项" },
    { "guide", "事项 号码 [名称=内容…]", 2, CLI_ARGS_MAX, false, guide,
      "办之前看：要填什么、带什么、多久、能不能办成" },
    { "apply", "事项 号码 [名称=内容…]", 2, CLI_ARGS_MAX, false, apply, "申请；--draft 先存着，--key 防重复提交" },
    { "submit", "编号 [名称=内容…]", 1, CLI_ARGS_MAX, false, submit, "提交草稿" },
    { "correct", "编号 [名称=内容…]", 1, CLI_ARGS_MAX, false, submit, "补正：把要补的填上，再交" },
    { "confirm", "编号 [名称=内容…]", 1, CLI_ARGS_MAX, false, confirm, "免申即享：要" },
    { "decline", "编号", 1, 1, false, decline, "免申即享：不要" },
    { "show", "编号", 1, 1, false, show, "一件办件：到哪一步、还有几天、依据、发放、经过" },
    { "mine", "号码", 1, 1, false, mine, "一个人、一家单位的全部办件" },
    { "certificate", "编号", 1, 1, false, certificate, "证照、证明的 PDF：--out 文件；谁都可以凭验证码核对" },
    { "inbox", "[号码]", 0, 1, false, inbox, "收到的通知；写 --as 谁:岗位:辖区 看岗位收到的" },
    { "withdraw", "编号", 1, 1, false, withdraw, "撤回申请" },
    { "object", "编号", 1, 1, false, object, "异议：--reason 写理由" },
    { "state", "编号 [号码]", 1, 2, false, state, "陈述申辩：拟列入名单的，决定以前可以说明，--reason 写内容" },
    { "rate", "编号 1到5", 2, 2, false, rate, "评价" },
    { 0 },
};

/* leye case: applications, from the question to the payment. One verb for what one person does; who does it is said
 * with
 * --as. The verbs of each kind of person stand in a file of their own: case_citizen, case_counter, case_review,
 * case_system. */
#include "base/crypto.h"
#include "cli/case_priv.h"

#include <stdlib.h>
#include <string.h>

/* ---- who acts ---- */

/* WHO:ROLE:REGION; the region may be left out. */
static bool read_as(const struct cli_args *a, struct case_room *r)
{
    str as = cli_option(a, "as"), who, role, office;
    if (as.p == NULL) return true;
    r->has_as = true;
    if (!str_split(&as, ':', &who) || !str_split(&as, ':', &role) || who.len == 0 || role.len == 0) return false;
    if (!str_split(&as, ':', &office)) office = STR("");
    r->act.who = who, r->act.role = role, r->act.office = office;
    return as.len == 0;
}

static int read_act(const struct cli_args *a, struct case_room *r)
{
    enum { DAY_MS = 86400000, NOON_MS = 4 * 3600000 }; /* noon in China, for days that are not today */
    str day = cli_option(a, "date");
    r->act = (struct dossier_act){ .day = date_today(), .reason = cli_option(a, "reason") };
    if (r->act.reason.p == NULL) r->act.reason = STR("");
    if (day.p != NULL && !date_parse(day, &r->act.day))
        return cli_usage(a, "--date 的日期写成 2023-11-01，不是“%.*s”", STR_ARG(day));
    if (getenv("LEYE_TODAY") != NULL) r->act.clock_ms = (int64_t)r->act.day.days * DAY_MS + NOON_MS;
    if (!read_as(a, r)) return cli_usage(a, "--as 写成 谁:岗位:辖区，例如 --as 张三:复核:320600，辖区可以不写");
    return 0;
}

/* The key of the office: --sign and --issuer, or LEYE_SIGN and LEYE_ISSUER. */
static bool read_signer(struct case_room *r, struct err *e)
{
    const char *file = getenv("LEYE_SIGN"), *issuer = getenv("LEYE_ISSUER");
    str path = cli_has(r->args, "sign") ? cli_option(r->args, "sign") : str_of(file);
    str id = cli_has(r->args, "issuer") ? cli_option(r->args, "issuer") : str_of(issuer);
    struct sm2_key *key;
    if (path.len == 0 && id.len == 0) return true;
    if (path.len == 0 || id.len == 0) return fail(e, INVALID, "--sign 私钥 和 --issuer 单位 要一起给：签名里写着单位");
    if (!sm2_key_read(r->a, path, &key, e)) return false;
    r->signer = (struct journal_signer){ key, id };
    dossier_sign_with(r->desk, &r->signer);
    return true;
}

int case_open(struct case_room *r, const struct cli_args *a)
{
    struct err e = { 0 };
    *r = (struct case_room){ .args = a, .a = a->arena };
    int code = read_act(a, r);
    if (code != 0) return code;
    text_init(&r->out, r->a, CASE_OUT_MAX);
    if (!cli_program(a, &r->set, &e)) return cli_fail(&e);
    r->p = r->set.program;
    if (!registry_open(&r->registry, r->p, cli_db(a), STORE_WRITE, &e)) {
        if (e.code == ERR_NOT_FOUND && store_kind_of(cli_db(a)) == STORE_SQLITE)
            fail_up(&e, "还没有数据，先用 leye import 导入");
        return cli_fail(&e);
    }
    if (dossier_open(&r->desk, r->registry, &r->set, &e) && read_signer(r, &e)) return 0;
    code = cli_fail(&e);
    case_close(r);
    return code;
}

void case_close(struct case_room *r)
{
    dossier_close(r->desk);
    registry_close(r->registry);
    r->desk = NULL, r->registry = NULL;
}

/* ---- what verbs share ---- */

/* What the desk says is read on pages too, so it names no option; which one is meant is said here, for all verbs. */
int case_fail(struct case_room *r, const struct err *e)
{
    if (r->out.len > 0) cli_out(&r->out);
    int code = cli_fail(e);
    if (e->code == ERR_INVALID && str_trim(r->act.reason).len == 0 && strstr(err_cause(e), "写明") != NULL)
        fputs("  用 --reason 文字 写\n", stderr);
    if (e->code == ERR_DENIED && !r->has_as) fputs("  谁在办，用 --as 谁:岗位:辖区 说明\n", stderr);
    return code;
}

bool case_id(struct case_room *r, str number, int64_t *id, struct err *e)
{
    (void)r;
    return dossier_number_read(number, id, e);
}

bool case_subject(struct case_room *r, str service, str key, int64_t *id, struct err *e)
{
    uint16_t entity;
    const struct service *s = program_service(r->p, service);
    str name = s != NULL ? r->p->entities.at[s->entity].name : STR("");
    struct err none = { 0 };
    if (registry_find(r->registry, name, key, &entity, id, e)) return true;
    if (e->code != ERR_NOT_FOUND || s == NULL || !registry_find(r->registry, STR(""), key, &entity, id, &none))
        return false;
    *e = none; /* it is there, but of another kind */
    return dossier_may_apply(r->p, s, entity, e);
}

bool case_answers(struct case_room *r, size_t from, str *out, struct err *e)
{
    struct text *t = ARENA_NEW(r->a, struct text);
    struct json_writer w;
    text_init(t, r->a, DOSSIER_FACTS_MAX);
    *out = STR("");
    if (case_args(r) <= from) return true;
    json_begin(&w, t, false);
    json_object(&w);
    for (size_t i = from; i < case_args(r); i++) {
        str rest = case_arg(r, i), name;
        if (str_find(rest, STR("=")) == SIZE_MAX || !str_split(&rest, '=', &name))
            return fail(e, INVALID, "“%.*s”要写成 名称=内容，例如 银行账号=6222000011112222", STR_ARG(rest));
        json_key_str(&w, name);
        json_str(&w, rest);
    }
    json_object_end(&w);
    *out = text_str(t);
    return !t->over || fail(e, LIMIT, "填的内容太多");
}

const char *case_number(struct arena *a, int64_t id)
{
    char *out = arena_alloc(a, DOSSIER_NUMBER_TEXT);
    dossier_number(id, out);
    return out;
}

str case_yuan(struct arena *a, int64_t fen) { return sum_text(a, fen, 2); }

const char *case_day(struct arena *a, date d)
{
    char *out = arena_alloc(a, DATE_TEXT);
    date_text(d, out);
    return out;
}

str case_time(struct arena *a, struct service_time t)
{
    static const char *const units[] = { "个工作日", "天", "个月", "小时" };
    return t.count == 0 ? STR("没有写") : str_fmt(a, "%u%s", t.count, units[t.unit]);
}

void case_now(const struct dossier *c, struct text *t)
{
    const struct service_step *s = c->state == DOSSIER_REVIEW && c->service != NULL && c->step < c->service->steps.len
                                       ? &c->service->steps.at[c->step]
                                       : NULL;
    text_addf(t, "现在：%s", dossier_machine.states[c->state].name);
    if (s != NULL) text_addf(t, "（%.*s，等%.*s办）", STR_ARG(s->name), STR_ARG(s->role));
    if (s == NULL && c->state == DOSSIER_REVIEW) text_addz(t, "（等没有经手的经办办）");
}

int case_tell(struct case_room *r, const struct dossier_result *x, const char *what)
{
    const char *number = case_number(r->a, x->id);
    struct text *t = &r->out;
    struct dossier c;
    struct err e = { 0 };
    if (!dossier_get(r->desk, x->id, r->a, &c, &e)) return cli_fail(&e);
    text_addf(t, "%s：办件 %s\n", x->again ? "这份申请以前提交过，还是那一件" : what, number);
    case_now(&c, t);
    text_addc(t, '\n');
    if (x->alone) text_addz(t, "条件都核实过，当场办结（秒批）\n");
    if (x->why_staff.len > 0) text_addf(t, "要人工审核，因为：%.*s\n", STR_ARG(x->why_staff));
    if (x->has_due) text_addf(t, "最迟 %s 办结\n", case_day(r->a, x->due));
    str yuan = case_yuan(r->a, x->granted_fen);
    if (x->granted_fen > 0) text_addf(t, "核定 %.*s 元\n", STR_ARG(yuan));
    text_addf(t, "看进度：leye case show %s\n", number);
    cli_out(t);
    return 0;
}

int case_told(struct case_room *r, int64_t id, const char *what)
{
    struct dossier c;
    struct err e = { 0 };
    if (!dossier_get(r->desk, id, r->a, &c, &e)) return cli_fail(&e);
    text_addf(&r->out, "%s：办件 %s，", what, case_number(r->a, id));
    case_now(&c, &r->out);
    text_addc(&r->out, '\n');
    cli_out(&r->out);
    return 0;
}

/* ---- verbs ---- */

static const struct case_verb *const tables[] = { case_verbs_citizen, case_verbs_counter, case_verbs_review,
                                                  case_verbs_system };

static const struct case_verb *find(str name)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        for (const struct case_verb *v = tables[i]; v->name != NULL; v++) {
            if (str_eq(str_of(v->name), name)) return v;
        }
    }
    return NULL;
}

static int list_verbs(const struct cli_args *a)
{
    static const char *const titles[] = { "办事的人", "窗口", "审核", "系统和主管" };
    struct text t;
    text_init(&t, a->arena, CASE_OUT_MAX);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        text_addf(&t, "%s\n", titles[i]);
        for (const struct case_verb *v = tables[i]; v->name != NULL; v++)
            text_addf(&t, "  leye case %s %s\n        %s\n", v->name, v->args, v->help);
    }
    cli_out(&t);
    return 0;
}

static int run(const struct cli_args *a)
{
    if (a->count == 0 || str_eq(a->args[0], STR("help"))) return list_verbs(a);
    str name = a->args[0];
    const struct case_verb *v = find(name);
    struct case_room r;
    if (v == NULL) return cli_usage(a, "没有“%.*s”这个动作；有哪些，看 leye case", STR_ARG(name));
    if (a->count - 1 < v->args_min) return cli_usage(a, "还缺参数：leye case %s %s", v->name, v->args);
    if (a->count - 1 > v->args_max) return cli_usage(a, "参数太多：leye case %s %s", v->name, v->args);
    if (v->needs_as && !cli_has(a, "as"))
        return cli_usage(a, "要说明是谁以什么岗位办的：--as 谁:岗位:辖区，例如 --as 张三:复核:320600");
    int code = case_open(&r, a);
    if (code != 0) return code;
    code = v->run(&r);
    case_close(&r);
    return code;
}

const struct cli_command cmd_case = {
    .name = "case",
    .args = "[动作 …]",
    .help = "办件：申请、受理、审核、公示、发放、评价；有哪些动作，看 leye case",
    .options = { { "db", "文件", "城市的库，缺省 LEYE_DB 或 leye.db；也可以是 postgresql://…" },
                 { "packs", "文件夹", "用哪个包，缺省 LEYE_PACKS 或 packs/demo" },
                 { "as", "谁:岗位:辖区",
                   "谁在办：岗位是 本人、窗口、经办、复核……、主管、系统；辖区是区划代码，可以不写" },
                 { "date", "2023-11-01", "办理日，缺省今天" },
                 { "reason", "文字", "理由、意见、回访情况" },
                 { "key", "文字", "这次提交的编号：同一个编号再交一次还是同一件" },
                 { "draft", NULL, "apply：先存草稿" },
                 { "anyway", NULL, "apply：知道办不成，也要书面决定" },
                 { "until", "2023-11-01", "return：补正的期限" },
                 { "to", "人或区划", "transfer：转给谁、转到哪里" },
                 { "upheld", NULL, "answer：异议成立；不写是不成立" },
                 { "service", "事项", "queue、bulk：哪个事项" },
                 { "receipts", "文件夹", "show：把回执写到这里" },
                 { "max", "数", "queue、offer：最多几件" },
                 { "out", "文件或文件夹", "certificate、enclosure get：写到哪个文件；close：案卷写到哪个文件夹" },
                 { "sign", "文件", "单位的私钥，签发证照、案卷用；缺省 LEYE_SIGN" },
                 { "issuer", "单位", "签发的单位；缺省 LEYE_ISSUER" },
                 { "errors", "文件", "bulk：没有办成的行写到这里" } },
    .args_min = 0,
    .args_max = CLI_ARGS_MAX,
    .run = run,
};

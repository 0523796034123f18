/* case_counter: what the counter does: take in somebody who is there, look through the queue of any item, check and
 * enter whole lists from Excel with a row of its own for each person that failed. */
#include "base/crypto.h"
#include "cli/case_priv.h"
#include "sheet/sheet.h"

/* ---- accept ---- */

static bool is_number(str s)
{
    int64_t id;
    struct err e = { 0 };
    return dossier_number_read(s, &id, &e);
}

static int accept_many(struct case_room *r)
{
    int failed = 0;
    for (size_t i = 0; i < case_args(r); i++) {
        struct err e = { 0 };
        struct dossier_ref c = { 0 };
        struct dossier_result x;
        str number = case_arg(r, i);
        if (case_id(r, number, &c.id, &e) && dossier_accept(r->desk, &r->act, c, r->a, &x, &e)) continue;
        text_addf(&r->out, "没有受理：%.*s：%s\n", STR_ARG(number), err_cause(&e));
        failed++;
    }
    text_addf(&r->out, "受理 %zu 件，没有受理 %d 件\n", case_args(r) - (size_t)failed, failed);
    cli_out(&r->out);
    return failed > 0;
}

/* accept 编号…: what came in online. accept 事项 号码 …: somebody at the counter, entered and accepted in one go. */
static int accept(struct case_room *r)
{
    struct err e = { 0 };
    struct dossier_result x;
    if (case_args(r) > 1 && is_number(case_arg(r, 0)) && is_number(case_arg(r, 1))) return accept_many(r);
    if (case_args(r) == 1) {
        struct dossier_ref c = { 0 };
        if (!case_id(r, case_arg(r, 0), &c.id, &e) || !dossier_accept(r->desk, &r->act, c, r->a, &x, &e))
            return case_fail(r, &e);
        return case_tell(r, &x, "已受理");
    }
    if (is_number(case_arg(r, 0))) return cli_usage(r->args, "受理网上来的只写编号；窗口代办写 事项 号码 名称=内容…");
    struct dossier_request q = { .service = case_arg(r, 0),
                                 .channel = DOSSIER_AT_COUNTER,
                                 .key = cli_option(r->args, "key"),
                                 .anyway = cli_has(r->args, "anyway") };
    if (q.key.p == NULL) q.key = STR("");
    if (!case_subject(r, q.service, case_arg(r, 1), &q.subject, &e) || !case_answers(r, 2, &q.answers, &e) ||
        !dossier_apply(r->desk, &r->act, &q, r->a, &x, &e))
        return case_fail(r, &e);
    return case_tell(r, &x, "已受理");
}

/* ---- queue ---- */

static const char *const lights[] = { "绿", "黄", "红" };

static int queue(struct case_room *r)
{
    struct err e = { 0 };
    dossier_lines lines = { 0 };
    struct dossier_query q = { .office = r->act.office, .role = r->act.role, .day = r->act.day };
    int64_t max;
    str service = cli_option(r->args, "service");
    if (!cli_number(r->args, "max", 1, 100000, 50, &max)) return cli_usage(r->args, "--max 写 1 到 100000");
    q.max = (size_t)max + 1;
    if (service.p != NULL) q.service = service;
    if (!dossier_queue(r->desk, &q, r->a, &lines, &e)) return case_fail(r, &e);
    struct table t;
    table_start(&t, r->a, "灯|编号|事项|申请人|环节|最迟|谁在办|辖区");
    for (size_t i = 0; i < lines.len && i < (size_t)max; i++) {
        const struct dossier_line *l = &lines.at[i];
        table_cell(&t, str_of(lights[l->light]));
        table_cell(&t, str_of(case_number(r->a, l->c.id)));
        table_cell(&t, l->c.name);
        table_cell(&t, l->c.applicant);
        table_cell(&t, l->step);
        table_cell(&t, l->has_due ? str_of(case_day(r->a, l->due)) : STR(""));
        table_cell(&t, l->c.holder);
        table_cell(&t, l->c.office);
    }
    if (lines.len == 0)
        text_addz(&r->out, "没有要办的\n");
    else
        table_print(&t, &r->out);
    if (lines.len > (size_t)max) text_addf(&r->out, "还有，只列了 %lld 件；--max 可以多列\n", (long long)max);
    cli_out(&r->out);
    return 0;
}

static int publicity(struct case_room *r)
{
    struct err e = { 0 };
    dossier_published_list list = { 0 };
    if (!dossier_publicity(r->desk, r->act.day, r->a, &list, &e)) return case_fail(r, &e);
    VEC_EACH (const struct dossier_published, p, &list)
        text_addf(&r->out, "%s  %.*s（%s 至 %s）\n", case_number(r->a, p->id), STR_ARG(p->line),
                  case_day(r->a, p->from), case_day(r->a, p->until));
    if (list.len == 0) text_addz(&r->out, "今天没有公示\n");
    cli_out(&r->out);
    return 0;
}

/* ---- bulk ---- */

enum { GROUP = 200 };

struct bulk {
    struct case_room *r;
    const struct service *s;
    struct sheet_reader *in;
    struct sheet_writer *errors;
    str heads[SHEET_COLUMNS];
    size_t head_count, key_column;
    char sm3[SM3_HEX + 1];
    bool enter;
    int64_t rows, good, bad, alone;
};

struct bulk_row {
    struct bulk *b;
    struct dossier_request q;
    struct dossier_result x;
    str *cells;
    size_t count;
    uint64_t number;
};

static bool heading(struct bulk *b, const struct sheet_row *head, struct err *e)
{
    const struct entity *en = &b->r->p->entities.at[b->s->entity];
    b->key_column = SIZE_MAX;
    b->head_count = head->count;
    for (size_t i = 0; i < head->count; i++) {
        b->heads[i] = str_dup(b->r->a, str_trim(head->cells[i]));
        VEC_EACH (const uint16_t, k, &en->keys) {
            if (str_eq(en->slots.at[*k].name, b->heads[i]) && b->key_column == SIZE_MAX) b->key_column = i;
        }
    }
    if (b->key_column != SIZE_MAX) return true;
    str key = en->keys.len > 0 ? en->slots.at[en->keys.at[0]].name : STR("编号");
    return fail(e, INVALID, "第一行要有一栏“%.*s”，其余各栏是要填的名称", STR_ARG(key));
}

static bool write_error(struct bulk *b, const struct bulk_row *w, const char *why, struct err *e)
{
    str cells[SHEET_COLUMNS + 1];
    size_t n = b->head_count;
    for (size_t i = 0; i < n; i++) cells[i] = i < w->count ? w->cells[i] : STR("");
    cells[n] = str_of(why);
    b->bad++;
    return b->errors == NULL || sheet_write_row(b->errors, cells, n + 1, e);
}

static bool answers_of(struct bulk *b, struct bulk_row *w, struct err *e)
{
    struct text *t = ARENA_NEW(b->r->a, struct text);
    struct json_writer j;
    text_init(t, b->r->a, DOSSIER_FACTS_MAX);
    json_begin(&j, t, false);
    json_object(&j);
    for (size_t i = 0; i < w->count && i < b->head_count; i++) {
        if (i == b->key_column || str_trim(w->cells[i]).len == 0 || b->heads[i].len == 0) continue;
        if (str_eq(b->heads[i], STR("错误"))) continue; /* a file of errors that was put right */
        json_key_str(&j, b->heads[i]);
        json_str(&j, str_trim(w->cells[i]));
    }
    json_object_end(&j);
    w->q.answers = text_str(t);
    return !t->over || fail(e, LIMIT, "这一行太长");
}

static bool look_up(struct bulk *b, struct bulk_row *w, struct err *e)
{
    if (w->count <= b->key_column) return fail(e, INVALID, "这一行没有“%.*s”", STR_ARG(b->heads[b->key_column]));
    w->q.service = b->s->name;
    w->q.channel = DOSSIER_BY_BULK;
    w->q.key = str_fmt(b->r->a, "%.16s-%llu", b->sm3, (unsigned long long)w->number);
    return case_subject(b->r, b->s->name, str_trim(w->cells[b->key_column]), &w->q.subject, e) && answers_of(b, w, e);
}

static bool run_row(struct dossier_desk *d, void *context, struct err *e)
{
    struct bulk_row *w = context;
    struct bulk *b = w->b;
    struct dossier_guide g;
    if (!look_up(b, w, e)) return false;
    if (b->enter) return dossier_apply(d, &b->r->act, &w->q, b->r->a, &w->x, e);
    if (!dossier_guide(d, b->s->name, w->q.subject, w->q.answers, b->r->act.day, b->r->a, &g, e)) return false;
    if (g.open_already) return fail(e, CONFLICT, "已经有一件在办：%s", case_number(b->r->a, g.open_id));
    if (g.outlook == VERDICT_QUALIFIED) return true;
    struct text t;
    text_init(&t, b->r->a, 4096);
    VEC_EACH (const struct explanation, x, &g.verdicts) {
        if (x->verdict.kind != VERDICT_QUALIFIED) text_addf(&t, "%s%.*s", t.len > 0 ? "；" : "", STR_ARG(x->summary));
    }
    return fail(e, CONFLICT, "%s", t.p);
}

static bool run_group(struct bulk *b, struct bulk_row *rows, size_t n, struct err *e)
{
    struct dossier_job jobs[GROUP];
    for (size_t i = 0; i < n; i++) jobs[i] = (struct dossier_job){ .run = run_row, .context = &rows[i] };
    if (!dossier_together(b->r->desk, jobs, n, e)) return false;
    for (size_t i = 0; i < n; i++) {
        b->rows++;
        b->good += jobs[i].ok;
        b->alone += jobs[i].ok && rows[i].x.alone;
        if (!jobs[i].ok && !write_error(b, &rows[i], err_cause(&jobs[i].e), e)) return false;
    }
    return true;
}

static bool read_rows(struct bulk *b, struct err *e)
{
    struct bulk_row *rows = ARENA_ARRAY(b->r->a, struct bulk_row, GROUP);
    struct sheet_row in;
    size_t n = 0;
    int more = 0;
    while ((more = sheet_next(b->in, &in, e)) == 1) {
        struct bulk_row *w = &rows[n++];
        *w = (struct bulk_row){ .b = b, .number = in.number, .count = in.count };
        w->cells = ARENA_ARRAY(b->r->a, str, in.count + 1);
        for (size_t i = 0; i < in.count; i++) w->cells[i] = str_dup(b->r->a, in.cells[i]);
        if (n < GROUP) continue;
        if (!run_group(b, rows, n, e)) return false;
        n = 0;
    }
    return more == 0 && (n == 0 || run_group(b, rows, n, e));
}

static bool begin_errors(struct bulk *b, str path, struct err *e)
{
    str cells[SHEET_COLUMNS + 1];
    if (path.p == NULL) return true;
    for (size_t i = 0; i < b->head_count; i++) cells[i] = b->heads[i];
    cells[b->head_count] = STR("错误");
    return sheet_create(&b->errors, path, NULL, e) && sheet_write_row(b->errors, cells, b->head_count + 1, e);
}

static bool bulk_file(struct bulk *b, str path, str errors, struct err *e)
{
    struct sheet_options o = { 0 };
    struct sheet_row head;
    if (!crypto_sm3_file(path, b->sm3, e) || !sheet_open(&b->in, path, &o, e)) return false;
    int more = sheet_next(b->in, &head, e);
    bool ok = more == 1 || (more == 0 && fail(e, INVALID, "%.*s 是空的", STR_ARG(path)));
    ok = ok && heading(b, &head, e) && begin_errors(b, errors, e) && read_rows(b, e);
    sheet_close(b->in);
    if (ok && b->errors != NULL && b->bad > 0) return sheet_finish(b->errors, e);
    sheet_discard(b->errors);
    return ok;
}

static int bulk(struct case_room *r)
{
    struct err e = { 0 };
    struct bulk *b = ARENA_NEW(r->a, struct bulk);
    str what = case_arg(r, 0), service = cli_option(r->args, "service"), errors = cli_option(r->args, "errors");
    *b = (struct bulk){ .r = r, .enter = str_eq(what, STR("enter")) };
    if (!b->enter && !str_eq(what, STR("check")))
        return cli_usage(r->args, "bulk 后面写 check（先核一遍）或者 enter（录入）");
    if (service.p == NULL) return cli_usage(r->args, "要写明是哪个事项：--service 失业保险金申领");
    b->s = program_service(r->p, service);
    if (b->s == NULL) return cli_usage(r->args, "没有事项“%.*s”；有哪些，看 leye case services", STR_ARG(service));
    if (!bulk_file(b, case_arg(r, 1), errors, &e)) return case_fail(r, &e);
    text_addf(&r->out, "%s %lld 行：%s %lld，没有%s %lld\n", b->enter ? "录入" : "核对", (long long)b->rows,
              b->enter ? "录入成" : "可以办", (long long)b->good, b->enter ? "录入成" : "通过", (long long)b->bad);
    if (b->alone > 0) text_addf(&r->out, "其中当场办结 %lld 件\n", (long long)b->alone);
    if (b->bad > 0 && errors.p != NULL)
        text_addf(&r->out, "没有成的每行一条原因，写在 %.*s；改好以后用同一个命令再录\n", STR_ARG(errors));
    if (b->bad > 0 && errors.p == NULL) text_addz(&r->out, "加 --errors 文件 可以看到每一行的原因\n");
    cli_out(&r->out);
    return b->bad > 0;
}

const struct case_verb case_verbs_counter[] = {
    { "accept", "编号… | 事项 号码 [名称=内容…]", 1, CLI_ARGS_MAX, true, accept,
      "受理网上来的一件；或者给在窗口的人录入并受理（--reason 本人在场还是受谁委托）" },
    { "queue", "", 0, 0, true, queue, "我的岗位和辖区要办的，红灯在前" },
    { "bulk", "check|enter 文件", 2, 2, true, bulk, "成批核对、成批录入（Excel、CSV）：--service 事项，--errors 文件" },
    { "public", "", 0, 0, false, publicity, "今天在公示的（遮盖）" },
    { 0 },
};

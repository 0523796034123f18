/* report: the sentences of an evaluation. Everything said here is taken from standings; nothing is said that no number
 * carries. */
#include "plan/plan_priv.h"

str day_text(struct arena *a, date d)
{
    int y, m, day;
    date_parts(d, &y, &m, &day);
    return str_fmt(a, "%d年%d月%d日", y, m, day);
}

/* 一、二、三 … for the parts that there are. */
struct report {
    struct arena *a;
    const struct evaluation *v;
    block_list *out;
    size_t part;
};

static struct block *add(struct arena *a, block_list *out, enum block_kind kind, str text)
{
    struct block *b = vec_push(a, out);
    *b = (struct block){ .kind = kind, .text = text };
    return b;
}

static struct table_line *line(struct arena *a, struct block *b) { return vec_push(a, &b->lines); }
static void cell(struct arena *a, struct table_line *l, str s) { *vec_push(a, &l->cells) = s; }

static void head(struct arena *a, struct block *b, const char *titles)
{
    struct table_line *l = line(a, b);
    str rest = str_of(titles), piece;
    while (str_split(&rest, '|', &piece)) cell(a, l, piece);
}

const char *plan_verdict_mark(enum verdict_code v)
{
    switch (v) {
    case VERDICT_DONE:
    case VERDICT_MET:
    case VERDICT_EARLY:
    case VERDICT_AHEAD:
    case VERDICT_ON_COURSE: return "good";
    case VERDICT_BEHIND:
    case VERDICT_MISSED:
    case VERDICT_UNMET: return "bad";
    case VERDICT_NO_DATA:
    case VERDICT_ASK:
    case VERDICT_INCOMPARABLE:
    case VERDICT_WITHHELD:
    case VERDICT_COUNT: break;
    }
    return "open";
}

str standing_value(struct arena *a, const struct standing *s)
{
    const struct plan_question *q = &s->question;
    if (!q->has_actual) return STR("—");
    return str_fmt(a, "%.*s（%.*s）", STR_ARG(bound_words(a, q, s->unit)), STR_ARG(interval_text(a, s->covered)));
}

str standing_forecast(struct arena *a, const struct standing *s)
{
    const struct forecast *f = &s->forecast;
    if (!f->known) return STR("—");
    return str_fmt(a, "%.*s（%.*s—%.*s）%s", STR_ARG(measure_rounded(a, f->value, 1)),
                   STR_ARG(measure_rounded(a, f->lo, 1)), STR_ARG(measure_rounded(a, f->hi, 1)),
                   f->straddles ? "，说不准"
                   : f->reaches ? "，能实现"
                                : "，难实现");
}

str standing_base(struct arena *a, const struct standing *s)
{
    if (s->target == NULL || s->target->baselines.len == 0) return STR("—");
    const struct year_value *b = &s->target->baselines.at[s->target->baselines.len - 1];
    return str_fmt(a, "%.*s%.*s（%d年）", STR_ARG(measure_text(a, b->goal.value, 0)), STR_ARG(s->unit), b->year);
}

str standing_goal(struct arena *a, const struct standing *s)
{
    if (s->target != NULL)
        return goal_words(a, &s->target->goal, s->target->counting == COUNTING_BASE ? STR("%") : s->unit);
    return s->task->has_goal ? goal_words(a, &s->task->goal, s->unit) : STR("—");
}

static void heading(struct report *r, const char *title)
{
    static const char *const numbers[] = { "一", "二", "三", "四", "五", "六", "七", "八", "九" };
    add(r->a, r->out, BLOCK_HEADING, str_fmt(r->a, "%s、%s", numbers[r->part++], title));
}

static bool is_of(const struct standing *s, const char *mark)
{
    return str_eq(str_of(plan_verdict_mark(s->judgement.verdict)), str_of(mark));
}

/* ---- whole ---- */

/* 23 项指标中，3 项完成，20 项没有查到公布的数。 23 项指标都没有查到公布的数。 */
static void say_counts(size_t all, const char *what, const size_t *counts, struct text *t)
{
    static const enum verdict_code order[] = {
        VERDICT_DONE,   VERDICT_EARLY, VERDICT_MET,      VERDICT_AHEAD,        VERDICT_ON_COURSE, VERDICT_BEHIND,
        VERDICT_MISSED, VERDICT_UNMET, VERDICT_WITHHELD, VERDICT_INCOMPARABLE, VERDICT_ASK,       VERDICT_NO_DATA
    };
    text_addf(t, "%zu 项%s", all, what);
    for (size_t i = 0, said = 0; i < sizeof order / sizeof *order; i++) {
        size_t n = counts[order[i]];
        const char *words = order[i] == VERDICT_NO_DATA ? "没有查到公布的数"
                            : order[i] == VERDICT_ASK   ? "要看佐证材料"
                                                        : plan_verdict_zh(order[i]);
        if (n == 0) continue;
        if (n == all)
            text_addf(t, "%s%s", n > 1 ? "都" : "", words);
        else
            text_addf(t, "%s%zu 项%s", said++ == 0 ? "中，" : "，", n, words);
    }
    text_addz(t, "。");
}

static void say_binding(const struct evaluation *v, struct text *t)
{
    size_t all = 0, said = 0, count[3] = { 0 };
    static const char *const marks[] = { "good", "bad", "open" };
    static const char *const words[] = { "完成或者进度正常", "落后", "还不能下结论" };
    VEC_EACH (const struct standing, s, &v->targets) {
        if (s->target->nature != NATURE_BINDING) continue;
        all++;
        for (size_t i = 0; i < 3; i++) count[i] += is_of(s, marks[i]);
    }
    if (all == 0) return;
    text_addf(t, "其中约束性指标 %zu 项，", all);
    for (size_t i = 0; i < 3; i++) {
        if (count[i] == all)
            text_addf(t, "%s%s", all > 1 ? "都" : "", words[i]);
        else if (count[i] > 0)
            text_addf(t, "%s%zu 项%s", said++ > 0 ? "，" : "", count[i], words[i]);
    }
    text_addz(t, "。");
}

str evaluation_summary(struct arena *a, const struct evaluation *v)
{
    struct text t;
    text_init(&t, a, 1 << 16);
    const struct plan_head *p = v->plan;
    int from = date_month(p->from).index / 12, to = date_month(p->to).index / 12;
    str years = from == to ? str_fmt(a, "%d 年", from) : str_fmt(a, "%d—%d 年", from, to);
    if (v->asked.days > v->day.days)
        text_addf(&t, "规划期 %.*s，已经期满，按期末（%.*s）评，期满以后公布的数也用。", STR_ARG(years),
                  STR_ARG(day_text(a, v->day)));
    else
        text_addf(&t, "规划期 %.*s，到%.*s时间过去 %.*s%%。", STR_ARG(years), STR_ARG(day_text(a, v->day)),
                  STR_ARG(measure_rounded(a, v->elapsed * 100, 1)));
    if (v->targets.len > 0) say_counts(v->targets.len, "指标", v->counts, &t);
    say_binding(v, &t);
    if (v->tasks.len > 0) say_counts(v->tasks.len, "任务", v->task_counts, &t);
    return text_str(&t);
}

static void say_table(struct report *r)
{
    struct arena *a = r->a;
    const struct evaluation *v = r->v;
    block_list *out = r->out;
    if (v->targets.len == 0) return;
    heading(r, "主要指标完成情况");
    struct block *b = add(a, out, BLOCK_TABLE, STR("主要指标完成情况"));
    head(a, b, "序号|指标|性质|基期|目标|现在|完成情况|判断|期末预计");
    size_t n = 0;
    VEC_EACH (const struct standing, s, &v->targets) {
        struct table_line *l = line(a, b);
        l->mark = plan_verdict_mark(s->judgement.verdict);
        cell(a, l, str_fmt(a, "%zu", ++n));
        cell(a, l, s->indicator);
        cell(a, l,
             s->target->nature == NATURE_BINDING    ? STR("约束性")
             : s->target->nature == NATURE_EXPECTED ? STR("预期性")
                                                    : STR("—"));
        cell(a, l, standing_base(a, s));
        cell(a, l, standing_goal(a, s));
        cell(a, l, standing_value(a, s));
        cell(a, l, plan_completion(a, &s->question, &s->judgement, s->unit));
        cell(a, l, str_of(plan_verdict_zh(s->judgement.verdict)));
        cell(a, l, standing_forecast(a, s));
    }
    add(a, out, BLOCK_CHART, STR("进度和时间"));
}

static void say_one(struct report *r, const struct standing *s)
{
    struct text t;
    text_init(&t, r->a, 1 << 14);
    text_addf(&t, "%.*s：%s。%.*s", STR_ARG(s->indicator), plan_verdict_zh(s->judgement.verdict), STR_ARG(s->reason));
    if (s->forecast.known && s->forecast.straddles)
        text_addf(&t, "；照现在的步子期末预计%.*s%.*s，区间跨过目标线，能不能实现说不准",
                  STR_ARG(measure_rounded(r->a, s->forecast.value, 1)), STR_ARG(s->unit));
    text_addz(&t, "。");
    if (s->owner.len > 0) text_addf(&t, "责任单位：%.*s。", STR_ARG(s->owner));
    add(r->a, r->out, BLOCK_ITEM, text_str(&t));
}

static void say_group(struct report *r, const char *title, const char *mark)
{
    bool any = false;
    struct text none;
    size_t missing = 0;
    text_init(&none, r->a, 1 << 16);
    VEC_EACH (const struct standing, s, &r->v->targets) {
        if (!is_of(s, mark)) continue;
        if (!any) heading(r, title);
        any = true;
        if (s->judgement.verdict != VERDICT_NO_DATA) {
            say_one(r, s);
            continue;
        }
        text_addf(&none, "%s%.*s", missing++ > 0 ? "、" : "", STR_ARG(s->indicator));
    }
    if (missing > 0)
        add(r->a, r->out, BLOCK_ITEM,
            str_fmt(r->a, "没有查到公布数的 %zu 项：%.*s。请牵头部门提供。", missing, STR_ARG(text_str(&none))));
}

static void say_notices(struct report *r)
{
    struct arena *a = r->a;
    const struct evaluation *v = r->v;
    bool any = false;
    VEC_EACH (const struct standing, s, &v->targets) {
        struct text t;
        text_init(&t, a, 1 << 14);
        if (s->judgement.flags & FLAG_FLOOR)
            text_addf(&t, "目标%.*s比基期%.*s宽松，按底线评价。", STR_ARG(goal_words(a, &s->target->goal, s->unit)),
                      STR_ARG(standing_base(a, s)));
        if (s->judgement.flags & FLAG_NO_TOLERANCE) text_addz(&t, "“左右”上下差多少还算没有定。");
        if (s->judgement.flags & FLAG_STRIVES) text_addz(&t, "原文是“力争”。");
        VEC_EACH (const struct goal, g, &s->target->variants) {
            const struct ast_field *f = g->field;
            const struct ast_field *cite = f->cite != NULL ? f->cite : field_sub(f, FIELD_TARGET_VAR_CITE);
            const struct ast_field *note = field_sub(f, FIELD_TARGET_VAR_NOTE);
            str unit = f->expr->percent ? STR("%") : f->expr->unit;
            text_addf(&t, "文件里还有一种写法：%.*s", STR_ARG(goal_words(a, g, unit)));
            if (cite != NULL) text_addf(&t, "（%.*s）", STR_ARG(cite->text));
            if (note != NULL) text_addf(&t, "，%.*s", STR_ARG(note->text));
            text_addf(&t, "；这里用%.*s。", STR_ARG(goal_words(a, &s->target->goal, s->unit)));
        }
        if (t.len == 0) continue;
        if (!any) heading(r, "需要说明的情况");
        any = true;
        add(a, r->out, BLOCK_ITEM, str_fmt(a, "%.*s：%.*s", STR_ARG(s->indicator), STR_ARG(text_str(&t))));
    }
}

/* ---- tasks ---- */

static str plain_goal(struct arena *a, const struct goal *g, str unit)
{
    if (g->relation != RELATION_GE || g->has_upper || g->strives) return goal_words(a, g, unit);
    return str_fmt(a, "%.*s%.*s", STR_ARG(measure_text(a, g->value, 0)), STR_ARG(unit));
}

static str year_cell(struct arena *a, const struct standing *s, const struct year_point *y)
{
    if (y->asked == NULL && !y->has_value) return STR("");
    str asked = y->asked != NULL ? plain_goal(a, &y->asked->goal, s->unit) : STR("—");
    if (!y->has_value) return y->open ? asked : str_fmt(a, "%.*s／没有数", STR_ARG(asked));
    return str_fmt(a, "%.*s／%.*s", STR_ARG(asked), STR_ARG(measure_text(a, y->value, 0)));
}

/* Tasks without a quantity: their evidence is looked at, not their number. */
static void say_uncounted(struct report *r)
{
    struct text t;
    size_t n = 0;
    text_init(&t, r->a, 1 << 16);
    VEC_EACH (const struct standing, s, &r->v->tasks) {
        if (s->task->counted) continue;
        text_addf(&t, "%s%.*s", n++ > 0 ? "、" : "", STR_ARG(s->name));
        if (s->place.len > 0) text_addf(&t, "（%.*s）", STR_ARG(s->place));
    }
    if (n > 0)
        add(r->a, r->out, BLOCK_PARAGRAPH,
            str_fmt(r->a, "文件没有写数量、要看佐证材料的任务 %zu 项：%.*s。", n, STR_ARG(text_str(&t))));
}

static void say_counted(struct report *r)
{
    struct arena *a = r->a;
    const struct evaluation *v = r->v;
    block_list *out = r->out;
    struct block *b = add(a, out, BLOCK_TABLE, STR("任务：要求的数量／做到的数量"));
    struct table_line *h = line(a, b);
    bool owners = false;
    VEC_EACH (const struct standing, s, &v->tasks) owners = owners || s->owner.len > 0;
    int from = date_month(v->plan->from).index / 12, to = date_month(v->plan->to).index / 12;
    cell(a, h, STR("任务"));
    cell(a, h, STR("文件里"));
    cell(a, h, STR("总量"));
    for (int y = from; y <= to; y++) cell(a, h, str_fmt(a, "%d年", y));
    if (owners) cell(a, h, STR("牵头"));
    cell(a, h, STR("判断"));
    VEC_EACH (const struct standing, s, &v->tasks) {
        if (!s->task->counted) continue;
        struct table_line *l = line(a, b);
        l->mark = plan_verdict_mark(s->judgement.verdict);
        cell(a, l, s->name);
        cell(a, l, s->place.len > 0 ? s->place : STR("—"));
        cell(a, l, s->task->has_goal ? plain_goal(a, &s->task->goal, s->unit) : STR(""));
        for (int y = from; y <= to; y++) {
            size_t i = (size_t)(y - from);
            cell(a, l, i < s->years.len ? year_cell(a, s, &s->years.at[i]) : STR(""));
        }
        if (owners) cell(a, l, s->owner.len > 0 ? s->owner : STR("—"));
        cell(a, l, str_of(plan_verdict_zh(s->judgement.verdict)));
    }
}

static void say_tasks(struct report *r)
{
    bool counted = false;
    VEC_EACH (const struct standing, s, &r->v->tasks) counted = counted || s->task->counted;
    if (r->v->tasks.len == 0) return;
    heading(r, "重点任务");
    if (counted) say_counted(r);
    say_uncounted(r);
}

/* ---- sources ---- */

/* On a screen its address stands behind its name, on paper after it. */
static void add_source(struct arena *a, block_list *out, str source)
{
    str name = watch_source_name(a, source), link = watch_source_link(source);
    struct block *b = add(a, out, BLOCK_ITEM, name);
    if (link.len == 0) return;
    b->name = name, b->link = link;
    b->text = str_fmt(a, "%.*s（%.*s）", STR_ARG(name), STR_ARG(link));
}

static void say_sources(struct report *r)
{
    struct arena *a = r->a;
    const struct evaluation *v = r->v;
    block_list *out = r->out;
    struct map seen;
    map_init(&seen, a);
    VEC_EACH (const struct standing, s, &v->targets) {
        VEC_EACH (const struct observation *, o, &s->seen) {
            if ((*o)->source.len > 0) map_put(&seen, (*o)->source, a);
        }
    }
    VEC_EACH (const struct standing, s, &v->tasks) {
        VEC_EACH (const struct observation *, o, &s->seen) {
            if ((*o)->source.len > 0) map_put(&seen, (*o)->source, a);
        }
    }
    heading(r, "数据来源和评价方法");
    if (seen.len == 0) add(a, out, BLOCK_PARAGRAPH, STR("这一天以前没有查到这个地区公布的数。"));
    for (size_t i = 0; i < seen.len; i++) add_source(a, out, seen.entries[i].key);
    add(a, out, BLOCK_PARAGRAPH,
        str_fmt(a,
                "判断的方法：累计的数看占目标的几成，存量看从基期到目标走了几成，比率看离目标线几个百分点；时间算到数公"
                "布到的那个月（不满一年的），和时间相差不"
                "到%.*s个百分点的"
                "是符合预期。期末预计按已知各年的平均步子，括号里是八成把握的区间；区间跨过目标线的不下结论。缺年份、改"
                "口径、只公布界值的"
                "不下结论。",
                STR_ARG(measure_text(a, v->plan->pace, 0))));
}

void report_blocks(struct arena *a, const struct evaluation *v, block_list *out)
{
    const struct ast_field *note = decl_field(v->plan->decl, FIELD_PLAN_NOTE);
    str name = note != NULL ? note->text : v->plan->name;
    bool over = v->elapsed >= num_pow10(MEASURE_SCALE);
    add(a, out, BLOCK_TITLE, str_fmt(a, "%.*s实施情况%s评估报告", STR_ARG(name), over ? "终期" : "中期"));
    add(a, out, BLOCK_PARAGRAPH, str_fmt(a, "截至%.*s", STR_ARG(day_text(a, v->day))));
    struct report r = { .a = a, .v = v, .out = out };
    heading(&r, "总体情况");
    add(a, out, BLOCK_PARAGRAPH, evaluation_summary(a, v));
    say_table(&r);
    say_group(&r, "完成和进度正常的指标", "good");
    say_group(&r, "落后的指标", "bad");
    say_group(&r, "还不能下结论的指标", "open");
    say_notices(&r);
    say_tasks(&r);
    say_sources(&r);
}

void evaluation_text(struct arena *a, const struct evaluation *v, struct text *out)
{
    block_list blocks = { 0 };
    report_blocks(a, v, &blocks);
    VEC_EACH (const struct block, b, &blocks) {
        switch (b->kind) {
        case BLOCK_TITLE: text_addf(out, "%.*s\n", STR_ARG(b->text)); break;
        case BLOCK_HEADING: text_addf(out, "\n%.*s\n", STR_ARG(b->text)); break;
        case BLOCK_PARAGRAPH: text_addf(out, "%.*s\n", STR_ARG(b->text)); break;
        case BLOCK_ITEM: text_addf(out, "  · %.*s\n", STR_ARG(b->text)); break;
        case BLOCK_CHART: break;
        case BLOCK_TABLE:
            VEC_EACH (const struct table_line, l, &b->lines) {
                VEC_EACH (const str, c, &l->cells) text_addf(out, "%s%.*s", c > l->cells.at ? "\t" : "", STR_ARG(*c));
                text_addc(out, '\n');
            }
            break;
        }
    }
}

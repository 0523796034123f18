/* plans: the plans and how they stand. What is said here was judged in plan; pages only arrange it. */
#include "hall/board.h"

#include <stdlib.h>

enum { AREAS_MAX = 200 };

static const char *light(enum verdict_code v)
{
    const char *mark = plan_verdict_mark(v);
    bool known = v == VERDICT_WITHHELD || v == VERDICT_ASK || v == VERDICT_INCOMPARABLE;
    return mark[0] == 'g' ? "yes" : mark[0] == 'b' ? "late" : known ? "ask" : "";
}

static int64_t whole_per_cent(num share) { return (int64_t)num_div_round(share * 100, num_pow10(10), NUM_HALF_UP); }

static void add_counts(struct call *c, const size_t *counts, struct json *o, const char *key)
{
    struct json *list = doc_array(c->a, o, key);
    for (unsigned v = 0; v < VERDICT_COUNT; v++) {
        unsigned i = (v + VERDICT_DONE) % VERDICT_COUNT; /* what is known first */
        if (counts[i] == 0) continue;
        struct json *k = doc_object(c->a, list, NULL);
        doc_z(c->a, k, "word", plan_verdict_zh((enum verdict_code)i));
        doc_z(c->a, k, "mark", light((enum verdict_code)i));
        doc_int(c->a, k, "count", (int64_t)counts[i]);
    }
}

static void add_plan(struct call *c, const struct board_plan *k, const struct evaluation *v, struct json *o)
{
    char from[DATE_TEXT], to[DATE_TEXT];
    date_text(k->head->from, from), date_text(k->head->to, to);
    doc_str(c->a, o, "plan", k->head->name);
    doc_str(c->a, o, "title", k->title);
    doc_str(c->a, o, "href", words_href(c->a, "/plans/", k->key, ""));
    doc_str(c->a, o, "area", v->area);
    doc_str(c->a, o, "areaName", board_area(c, k->book->p, v->area));
    doc_z(c->a, o, "from", str_dup(c->a, str_of(from)).p);
    doc_z(c->a, o, "to", str_dup(c->a, str_of(to)).p);
    doc_fmt(c->a, o, "years", "%.4s—%.4s 年", from, to);
    doc_str(c->a, o, "elapsed", measure_rounded(c->a, v->elapsed * 100, 1));
    doc_int(c->a, o, "time", whole_per_cent(v->elapsed));
    doc_int(c->a, o, "targetCount", (int64_t)v->targets.len);
    doc_int(c->a, o, "taskCount", (int64_t)v->tasks.len);
    doc_str(c->a, o, "summary", evaluation_summary(c->a, v));
    doc_bool(c->a, o, "anyTask", v->tasks.len > 0);
    doc_bool(c->a, o, "anyTarget", v->targets.len > 0);
    add_counts(c, v->counts, o, "counts");
    add_counts(c, v->task_counts, o, "taskCounts");
}

bool hall_plans(struct call *c, struct err *e)
{
    const struct board *b;
    if (!board_of(c, &b, e)) return false;
    struct json *running = doc_array(c->a, c->doc, "running");
    struct json over = { .kind = JSON_ARRAY };
    VEC_EACH (const struct board_plan, k, &b->plans) {
        bool ended = k->head->to.days < c->today.days;
        add_plan(c, k, &k->now, doc_object(c->a, ended ? &over : running, NULL));
    }
    doc_int(c->a, c->doc, "runningCount", (int64_t)running->count);
    doc_bool(c->a, c->doc, "anyOver", over.count > 0);
    *doc_add(c->a, c->doc, "over") = over;
    doc_str(c->a, c->doc, "day", words_day(c->a, c->today, (date){ 0 }));
    return true;
}

/* ---- one plan ---- */

static const struct board_plan *find_plan(const struct board *b, str key)
{
    VEC_EACH (const struct board_plan, k, &b->plans) {
        if (str_eq(k->key, key) || str_eq(k->head->name, key)) return k;
    }
    return NULL;
}

/* What the address asks for: the plan, on which day, for which area. */
struct asked {
    const struct board *board;
    const struct board_plan *plan;
    const struct evaluation *v;
    struct evaluation other;
    date day;
    str suffix; /* ?day=…&area=… of links, or "" */
};

static bool ask(struct call *c, struct asked *k, struct err *e)
{
    str area = str_trim(http_form_get(&c->query, STR("area")));
    if (!board_of(c, &k->board, e) || !board_day(c, &k->day, e)) return false;
    k->plan = find_plan(k->board, c->args[0]);
    if (k->plan == NULL) return fail(e, NOT_FOUND, "没有规划“%.*s”；到“规划”里找一找", STR_ARG(c->args[0]));
    if (area.len == 0) area = k->plan->area;
    bool today = k->day.days == c->today.days, here = str_eq(area, k->plan->area);
    k->v = &k->plan->now;
    if (!today || !here) {
        plan_evaluate(c->a, k->plan->book->p, k->plan->head, area, k->day, &k->plan->book->figures, &k->other);
        k->v = &k->other;
    }
    char day[DATE_TEXT];
    date_text(k->day, day);
    k->suffix = today && here ? STR("")
                : here        ? str_fmt(c->a, "?day=%s", day)
                              : str_fmt(c->a, "?day=%s&area=%.*s", day, STR_ARG(area));
    return true;
}

static str target_href(struct call *c, const struct asked *k, str name)
{
    str plan = words_href(c->a, "/plans/", k->plan->key, "/");
    return words_href(c->a, plan.p, name, k->suffix.p);
}

static void add_notices(struct call *c, const struct standing *s, struct json *o)
{
    static const struct {
        unsigned flag;
        const char *text;
    } notices[] = { { FLAG_FLOOR, "目标比基期宽松，按底线看" },
                    { FLAG_NO_TOLERANCE, "“左右”差多少还算没有定" },
                    { FLAG_BOUND, "公布的是界值" },
                    { FLAG_CHANGED, "口径变了" },
                    { FLAG_FORECAST, "预计区间跨过目标线" },
                    { FLAG_GAP, "中间有年份缺数" },
                    { FLAG_STRIVES, "原文是“力争”" } };
    struct json *list = doc_array(c->a, o, "notices");
    for (size_t i = 0; i < sizeof notices / sizeof *notices; i++) {
        if ((s->judgement.flags & notices[i].flag) != 0)
            doc_z(c->a, doc_object(c->a, list, NULL), "text", notices[i].text);
    }
}

static void add_standing(struct call *c, const struct asked *k, const struct standing *s, struct json *o)
{
    int share = 0;
    bool way = standing_progress(s, &share);
    const struct observation *last = s->seen.len > 0 ? s->seen.at[s->seen.len - 1] : NULL;
    str name = s->target != NULL ? s->indicator : s->name;
    doc_str(c->a, o, "name", name);
    doc_str(c->a, o, "target", s->name);
    doc_str(c->a, o, "href", target_href(c, k, s->name));
    doc_str(c->a, o, "unit", s->unit);
    doc_str(c->a, o, "cite", s->place);
    doc_z(c->a, o, "nature",
          s->target == NULL                      ? ""
          : s->target->nature == NATURE_BINDING  ? "约束性"
          : s->target->nature == NATURE_EXPECTED ? "预期性"
                                                 : "");
    doc_str(c->a, o, "base", standing_base(c->a, s));
    doc_str(c->a, o, "goal", standing_goal(c->a, s));
    doc_str(c->a, o, "value", standing_value(c->a, s));
    bool uncounted = s->task != NULL && !s->task->counted; /* its evidence is looked at, not its number */
    doc_bool(c->a, o, "known", s->judgement.verdict != VERDICT_NO_DATA && !uncounted);
    doc_bool(c->a, o, "uncounted", uncounted);
    doc_str(c->a, o, "completion",
            s->question.has_actual ? plan_completion(c->a, &s->question, &s->judgement, s->unit) : STR("—"));
    doc_bool(c->a, o, "hasShare", way);
    doc_int(c->a, o, "share", share);
    doc_int(c->a, o, "bar", share > 150 ? 150 : share);
    doc_int(c->a, o, "time", whole_per_cent(s->question.elapsed));
    doc_z(c->a, o, "verdict", plan_verdict_zh(s->judgement.verdict));
    doc_z(c->a, o, "mark", light(s->judgement.verdict));
    doc_str(c->a, o, "reason", s->reason);
    doc_bool(c->a, o, "hasForecast", s->forecast.known);
    doc_str(c->a, o, "forecast", standing_forecast(c->a, s));
    doc_str(c->a, o, "owner", s->owner);
    board_source(c, last != NULL ? last->source : STR(""), o);
    doc_str(c->a, o, "asOf", last != NULL ? interval_text(c->a, s->covered) : STR(""));
    add_notices(c, s, o);
}

/* Areas below the plan's of which something is known that the plan asks for. */
static void add_areas(struct call *c, const struct asked *k)
{
    const struct program *p = k->plan->book->p;
    struct map seen, asked;
    map_init(&seen, c->a), map_init(&asked, c->a);
    VEC_EACH (const struct standing, s, &k->plan->now.targets) map_put(&asked, s->indicator, c->a);
    map_put(&seen, k->plan->area, c->a);
    VEC_EACH (const struct observation, o, &k->plan->book->figures.list) {
        if (seen.len < AREAS_MAX && map_get(&asked, o->indicator) != NULL) map_put(&seen, o->area, c->a);
    }
    struct json *list = doc_array(c->a, c->doc, "areas");
    for (size_t i = 0; i < seen.len; i++) {
        str code = seen.entries[i].key;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "code", code);
        doc_str(c->a, o, "name", board_area(c, p, code));
        doc_bool(c->a, o, "chosen", str_eq(code, k->v->area));
    }
    doc_bool(c->a, c->doc, "manyAreas", seen.len > 1);
}

/* ---- files of a plan ---- */

static str file_name(struct call *c, const struct asked *k, const char *what, const char *ending)
{
    char day[DATE_TEXT];
    date_text(k->day, day);
    return str_fmt(c->a, "%.*s%s%s.%s", STR_ARG(k->plan->head->name), what, day, ending);
}

static bool send_xlsx(struct call *c, const struct asked *k, struct err *e)
{
    static const char *const heads[] = { "类别",     "名称",     "出处", "性质", "基期",     "目标", "现在",
                                         "完成情况", "时间进度", "判断", "理由", "期末预计", "责任", "来源" };
    enum { COLUMNS = sizeof heads / sizeof *heads };
    size_t rows = 1 + k->v->targets.len + k->v->tasks.len;
    str *cells = ARENA_ARRAY(c->a, str, rows * COLUMNS), *at = cells;
    for (size_t i = 0; i < COLUMNS; i++) *at++ = str_of(heads[i]);
    for (size_t i = 0; i + 1 < rows; i++) {
        bool target = i < k->v->targets.len;
        const struct standing *s = target ? &k->v->targets.at[i] : &k->v->tasks.at[i - k->v->targets.len];
        struct json *o = doc_new(c->a);
        static const char *const keys[] = { "name", "cite",    "nature", "base",     "goal",  "value", "completion",
                                            "time", "verdict", "reason", "forecast", "owner", "source" };
        add_standing(c, k, s, o);
        *at++ = target ? STR("指标") : STR("任务");
        for (size_t x = 0; x < sizeof keys / sizeof *keys; x++) {
            const struct json *j = json_member(o, str_of(keys[x]));
            *at++ = j->kind == JSON_INT ? str_fmt(c->a, "%lld%%", (long long)j->integer) : j->string;
        }
    }
    struct download_table t = { cells, COLUMNS, rows };
    return download_table(c, &t, file_name(c, k, "", "xlsx"), e);
}

/* The reports are those of `leye plan evaluate`. */
static bool send_report(struct call *c, const struct asked *k, str as, struct err *e)
{
    str bytes;
    struct text t;
    text_init(&t, c->a, 64 << 20);
    if (str_eq(as, STR("docx"))) {
        str path = attachment_out(c, "report.docx");
        return evaluation_docx(c->a, k->v, path, e) && attachment_send(c, path, file_name(c, k, "评估报告", "docx"), e);
    }
    if (str_eq(as, STR("pdf"))) {
        if (!evaluation_pdf(c->a, k->v, &bytes, e)) return false;
        attachment_answer(c, bytes, STR("application/pdf"), file_name(c, k, "评估报告", "pdf"));
        return true;
    }
    if (str_eq(as, STR("json"))) { /* all digits, as the terminal has them */
        struct json_writer w;
        json_begin(&w, &t, false);
        evaluation_json(c->a, k->v, &w);
        attachment_answer(c, text_str(&t), STR("application/json; charset=utf-8"), file_name(c, k, "", "json"));
        return true;
    }
    if (str_eq(as, STR("xlsx"))) return send_xlsx(c, k, e);
    return fail(e, INVALID, "没有“%.*s”这种格式；有 docx、pdf、xlsx、json", STR_ARG(as));
}

/* How many are judged, have no figures, are judged by their evidence. */
static void add_groups(struct call *c, const void *list_, const size_t *counts, const char *what)
{
    const VEC(struct standing) *list = list_;
    int64_t uncounted = 0, missing = (int64_t)counts[VERDICT_NO_DATA];
    VEC_EACH (const struct standing, s, list) uncounted += s->task != NULL && !s->task->counted;
    int64_t known = (int64_t)list->len - missing - uncounted;
    const struct {
        const char *name;
        int64_t n;
    } groups[] = { { "known", known }, { "missing", missing }, { "uncounted", uncounted } };
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        doc_int(c->a, c->doc, str_fmt(c->a, "%s%s", groups[i].name, what).p, groups[i].n);
        doc_bool(c->a, c->doc, str_fmt(c->a, "any%s%s", groups[i].name, what).p, groups[i].n > 0);
    }
}

bool hall_plan(struct call *c, struct err *e)
{
    struct asked k = { 0 };
    char day[DATE_TEXT];
    str as = http_form_get(&c->query, STR("as"));
    if (!ask(c, &k, e)) return false;
    if (as.p != NULL) return send_report(c, &k, as, e);
    date_text(k.day, day);
    c->title = k.plan->title;
    add_plan(c, k.plan, k.v, c->doc);
    doc_z(c->a, c->doc, "day", str_dup(c->a, str_of(day)).p);
    doc_str(c->a, c->doc, "dayText", words_day(c->a, k.v->day, (date){ 0 }));
    doc_str(c->a, c->doc, "fileHref",
            str_fmt(c->a, "%.*s%sas=", STR_ARG(words_href(c->a, "/plans/", k.plan->key, k.suffix.p)),
                    k.suffix.len > 0 ? "&" : "?"));
    add_areas(c, &k);
    struct json *targets = doc_array(c->a, c->doc, "targets");
    VEC_EACH (const struct standing, s, &k.v->targets) add_standing(c, &k, s, doc_object(c->a, targets, NULL));
    struct json *tasks = doc_array(c->a, c->doc, "tasks");
    VEC_EACH (const struct standing, s, &k.v->tasks) add_standing(c, &k, s, doc_object(c->a, tasks, NULL));
    add_groups(c, &k.v->targets, k.v->counts, "Targets");
    add_groups(c, &k.v->tasks, k.v->task_counts, "Tasks");
    return true;
}

/* ---- one target ---- */

static const struct standing *find_standing(const struct evaluation *v, str name)
{
    VEC_EACH (const struct standing, s, &v->targets) {
        if (str_eq(s->name, name) || str_eq(s->indicator, name)) return s;
    }
    VEC_EACH (const struct standing, s, &v->tasks) {
        if (str_eq(s->name, name)) return s;
    }
    return NULL;
}

/* Years one by one: what was asked, what was reached, and for sums how much that makes. */
static void add_years(struct call *c, const struct standing *s)
{
    num total = 0;
    bool sums = s->question.kind == MEASURE_SUM, broken = false, any = false, asked = false;
    struct json *list = doc_array(c->a, c->doc, "yearly");
    struct chart_point *points = ARENA_ARRAY(c->a, struct chart_point, s->years.len + 1);
    size_t n = 0;
    const struct year_value *base = s->target != NULL && s->target->baselines.len > 0
                                        ? &s->target->baselines.at[s->target->baselines.len - 1]
                                        : NULL;
    bool from_base = base != NULL && !sums && s->target->counting != COUNTING_BASE && s->years.len > 0 &&
                     base->year < s->years.at[0].year;
    if (from_base)
        points[n++] = (struct chart_point){ str_fmt(c->a, "%d 基期", base->year), true, true, base->goal.value };
    VEC_EACH (const struct year_point, y, &s->years) {
        struct json *o = doc_object(c->a, list, NULL);
        broken = broken || (!y->open && !y->has_value);
        if (y->has_value) total += y->value;
        any = any || y->has_value, asked = asked || y->asked != NULL;
        doc_int(c->a, o, "year", y->year);
        doc_str(c->a, o, "asked", y->asked != NULL ? goal_words(c->a, &y->asked->goal, s->unit) : STR(""));
        doc_str(c->a, o, "reached",
                y->has_value ? board_value(c->a, y->value, s->unit)
                : y->open    ? STR("还没有过完")
                             : STR("没有数"));
        doc_str(c->a, o, "total", sums && y->has_value && !broken ? board_value(c->a, total, s->unit) : STR(""));
        points[n++] = (struct chart_point){ .label = str_fmt(c->a, "%d", y->year),
                                            .known = y->has_value && !(sums && broken),
                                            .drawn = true,
                                            .value = sums ? total : y->value };
    }
    doc_bool(c->a, c->doc, "sums", sums);
    doc_bool(c->a, c->doc, "anyAsked", asked);
    doc_bool(c->a, c->doc, "anyYear", s->years.len > 0);
    doc_bool(c->a, c->doc, "anyChart", any || from_base);
    if (!any && !from_base) return;
    const struct goal *goal = s->target != NULL ? &s->target->goal : s->task->has_goal ? &s->task->goal : NULL;
    bool across = goal != NULL && !(s->target != NULL &&
                                    (s->target->counting == COUNTING_BASE || s->target->counting == COUNTING_YEARLY));
    struct chart_series x = { .unit = s->unit, .points = points, .count = n, .from_zero = sums };
    x.title = str_fmt(c->a, "%.*s%s，逐年", STR_ARG(s->indicator), sums ? "的累计" : "");
    if (across)
        x.goal = &goal->value, x.goal_ink = INK_GOAL,
        x.goal_text = str_fmt(c->a, "目标 %.*s", STR_ARG(measure_text(c->a, goal->value, 0)));
    chart_of_series(c->a, c->doc, "chart", &x);
}

static void add_observation(struct call *c, const struct asked *k, const struct standing *s,
                            const struct observation *o, const struct observation *before, struct json *list)
{
    struct measure_unit unit = { 0 };
    watch_unit(k->plan->book->p, o->indicator, &unit);
    bool used = false;
    VEC_EACH (const struct observation *, x, &s->seen) {
        used = used ||
               (interval_eq((*x)->period, o->period) && (*x)->value == o->value && str_eq((*x)->source, o->source));
    }
    str value = board_bounded(c->a, board_value(c->a, o->value, unit.text), o->bound);
    board_version(c, program_indicator(k->plan->book->p, o->indicator), o, before, value, unit.text, used, list);
}

static int by_period(const void *x, const void *y)
{
    const struct observation *a = x, *b = y;
    if (a->period.to.index != b->period.to.index) return a->period.to.index < b->period.to.index ? -1 : 1;
    if (a->period.from.index != b->period.from.index) return a->period.from.index < b->period.from.index ? -1 : 1;
    if (a->known.days != b->known.days) return a->known.days < b->known.days ? -1 : 1;
    return str_cmp(a->source, b->source);
}

/* All there is: every version of the log, and what packs print. */
static bool add_observations(struct call *c, const struct asked *k, const struct standing *s, struct err *e)
{
    struct figures log = { 0 };
    if (!watch_history(c->desk->store, s->indicator, k->v->area, c->a, &log, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "observations");
    VEC_EACH (const struct observation, o, &k->plan->book->figures.list) {
        if (o->known.days == DATE_MIN.days && str_eq(o->indicator, s->indicator) && str_eq(o->area, k->v->area))
            *vec_push(c->a, &log.list) = *o;
    }
    if (log.list.len > 1) qsort(log.list.at, log.list.len, sizeof *log.list.at, by_period);
    const struct observation *before = NULL;
    VEC_EACH (const struct observation, o, &log.list) {
        if (month_first(o->period.to).days > k->day.days) continue; /* of a time that was not over on that day */
        add_observation(c, k, s, o, before, list);
        before = o;
    }
    doc_int(c->a, c->doc, "observationCount", (int64_t)list->count);
    return true;
}

static bool send_observations(struct call *c, const struct asked *k, const struct standing *s, struct err *e)
{
    static const char *const keys[] = { "period", "value", "status", "known", "source", "note", "change", "reason" };
    static const char *const heads[] = { "时期", "值", "状态", "公布", "来源", "说明", "比上一次公布", "为什么变" };
    enum { COLUMNS = sizeof keys / sizeof *keys };
    const struct json *list = json_member(c->doc, STR("observations"));
    str *cells = ARENA_ARRAY(c->a, str, (1 + list->count) * COLUMNS), *at = cells;
    for (size_t i = 0; i < COLUMNS; i++) *at++ = str_of(heads[i]);
    for (size_t r = 0; r < list->count; r++) {
        for (size_t i = 0; i < COLUMNS; i++) *at++ = json_member(&list->items[r], str_of(keys[i]))->string;
    }
    struct download_table t = { cells, COLUMNS, 1 + list->count };
    (void)k;
    return download_table(c, &t, str_fmt(c->a, "%.*s.xlsx", STR_ARG(s->indicator)), e);
}

bool hall_plan_target(struct call *c, struct err *e)
{
    struct asked k = { 0 };
    str as = http_form_get(&c->query, STR("as"));
    if (!ask(c, &k, e)) return false;
    const struct standing *s = find_standing(k.v, c->args[1]);
    if (s == NULL)
        return fail(e, NOT_FOUND, "“%.*s”里没有目标或任务“%.*s”", STR_ARG(k.plan->title), STR_ARG(c->args[1]));
    const struct program *p = k.plan->book->p;
    add_standing(c, &k, s, c->doc);
    c->title = json_member(c->doc, STR("name"))->string;
    doc_str(c->a, c->doc, "plan", k.plan->title);
    doc_str(c->a, c->doc, "planHref", words_href(c->a, "/plans/", k.plan->key, k.suffix.p));
    doc_str(c->a, c->doc, "areaName", board_area(c, p, k.v->area));
    doc_str(c->a, c->doc, "dayText", words_day(c->a, k.v->day, (date){ 0 }));
    doc_str(c->a, c->doc, "note", s->note);
    doc_str(c->a, c->doc, "declared", board_declared(p, s->target != NULL ? s->target->decl : s->task->decl));
    const struct indicator *x = program_indicator(p, s->indicator);
    doc_str(c->a, c->doc, "definition", x != NULL ? board_declared(p, x->decl) : STR(""));
    doc_str(
        c->a, c->doc, "seriesHref",
        str_fmt(c->a, "%.*s?area=%.*s", STR_ARG(words_href(c->a, "/series/", s->indicator, "")), STR_ARG(k.v->area)));
    doc_str(c->a, c->doc, "fileHref",
            str_fmt(c->a, "%.*s%sas=", STR_ARG(target_href(c, &k, s->name)), k.suffix.len > 0 ? "&" : "?"));
    add_years(c, s);
    if (!add_observations(c, &k, s, e)) return false;
    if (as.p == NULL) return true;
    if (chart_asked(as)) return chart_file(c, "chart", as, s->indicator, e);
    if (str_eq(as, STR("xlsx"))) return send_observations(c, &k, s, e);
    return fail(e, INVALID, "没有“%.*s”这种格式；有 svg、png、pdf、xlsx", STR_ARG(as));
}

/* check_plan: plans, targets and tasks: the words of the document become relations, every quantity gets the unit of its
 * indicator, years must lie in the plan, and what the document leaves open (a tolerance) is said. */
#include "lang/check_priv.h"

#include <stdlib.h>

const struct plan_head *program_plan(const struct program *p, str name)
{
    void *found = map_get(&p->plan_by_name, name);
    if (found != NULL) return &p->plans.at[INDEX_OF(found)];
    VEC_EACH (const struct plan_head, x, &p->plans) {
        if (x->alias.len > 0 && str_eq(x->alias, name)) return x;
    }
    return NULL;
}

const struct task *program_task(const struct program *p, str name)
{
    void *found = map_get(&p->task_by_name, name);
    return found == NULL ? NULL : &p->tasks.at[INDEX_OF(found)];
}

static str first_name(const struct decl *d, enum field_id id)
{
    const struct ast_field *f = decl_field(d, id);
    return f != NULL && f->names.len > 0 ? f->names.at[0].text : (str){ 0 };
}

static int year_of(date d)
{
    int y, m, day;
    date_parts(d, &y, &m, &day);
    return y;
}

/* ---- goals ---- */

static bool contradicts(struct checker *c, const struct ast_field *f, bool up, bool down, str *why)
{
    bool within = f->word == WORD_WITHIN, about = f->word == WORD_ABOUT, until = f->word == WORD_UNTIL;
    if (within && up) *why = STR("“以内”是不超过，和前面的 >= 或 > 相反");
    if (about && (up || down)) *why = STR("“左右”是上下都行，前面不能再写 >= 或 <=");
    if (until && f->op.len > 0) *why = STR("“甲 至 乙”前面不能再写 >= 或 <=");
    if (why->len == 0) return false;
    struct diag *g = diag_add(c->d, DIAG_bad_goal, f->loc, "%.*s", STR_ARG(*why));
    diag_suggest(c->d, g, "照文件的原话只写一种：>= 100人，4%% 以内，5%% 左右，2家 至 3家");
    return true;
}

/* What 500万人, 4% 以内, 5% 左右 0.5个百分点 ask for. A bare number asks for at least that much, of an indicator of
 * which less is better for at most that much. */
static bool read_goal(struct checker *c, const struct ast_field *f, const struct measure_unit *unit,
                      enum direction direction, struct goal *out)
{
    struct goal g = { .field = f, .strives = f->strives };
    bool up = f->op.len > 0 && f->op.p[0] == '>', down = f->op.len > 0 && f->op.p[0] == '<';
    str why = { 0 };
    if (f->expr == NULL || f->expr->kind != EXPR_NUMBER || contradicts(c, f, up, down, &why)) return false;
    if (!check_measure(c, f->expr, unit, &g.value)) return false;
    bool equal = f->op.len == 2;
    g.relation = up ? (equal ? RELATION_GE : RELATION_GT) : down ? (equal ? RELATION_LE : RELATION_LT) : RELATION_EQ;
    if (f->op.len == 0) g.relation = direction == DIRECTION_DOWN ? RELATION_LE : RELATION_GE;
    if (f->word == WORD_WITHIN && !down) g.relation = RELATION_LE;
    if (f->word == WORD_ABOUT) g.relation = RELATION_ABOUT;
    if (f->word == WORD_UNTIL) {
        g.relation = RELATION_GE;
        g.has_upper = check_measure(c, f->value, unit, &g.upper);
        if (g.has_upper && g.upper <= g.value) {
            diag_add(c->d, DIAG_bad_goal, f->loc, "“至”后面的数要比前面的大");
            return false;
        }
    }
    if (f->word == WORD_ABOUT && f->value != NULL) {
        g.has_tolerance = check_measure(c, f->value, unit, &g.tolerance);
        if (g.has_tolerance && g.tolerance <= 0) {
            diag_add(c->d, DIAG_bad_goal, f->value->loc, "容差要大于零");
            return false;
        }
    }
    *out = g;
    return true;
}

/* Notes are for those who write this pack, not for those below it. */
static bool is_own(const struct checker *c, const struct decl *d) { return (size_t)d->pack + 1 == c->p->packs.len; }

static void ask_tolerance(struct checker *c, const struct decl *own, const struct goal *g, enum direction direction)
{
    if (!is_own(c, own) || g->field == NULL || g->relation != RELATION_ABOUT || g->has_tolerance) return;
    struct diag *d = diag_add(c->d, DIAG_no_tolerance, g->field->loc, "“左右”没有写上下差多少还算，%s",
                              direction == DIRECTION_UNSAID ? "不能下结论" : "只有好过这个数才能下结论");
    diag_suggest(c->d, d, "文件没有写就不要编；定了以后写成：5%% 左右 0.5个百分点");
}

/* 年度 and 基期: years in order, each once; yearly ones within the plan. */
static void read_years(struct checker *c, const struct decl *d, enum field_id id, const struct measure_unit *unit,
                       enum direction direction, const struct plan_head *plan, void *list_)
{
    VEC(struct year_value) *list = list_;
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->id != id || f->year == 0) continue;
        struct year_value y = { .year = (int32_t)f->year };
        if (!read_goal(c, f, unit, direction, &y.goal)) continue;
        if (list->len > 0 && list->at[list->len - 1].year >= y.year) {
            bool same = list->at[list->len - 1].year == y.year;
            diag_add(c->d, same ? DIAG_duplicate : DIAG_rows_order, f->loc, same ? "%d 年写了两次" : "年份要由早到晚",
                     y.year);
            continue;
        }
        if (plan != NULL && (y.year < year_of(plan->from) || y.year > year_of(plan->to))) {
            struct diag *g = diag_add(c->d, DIAG_out_of_plan, f->loc, "%d 年不在规划期 %d—%d 年里", y.year,
                                      year_of(plan->from), year_of(plan->to));
            diag_other(g, plan->decl->name.loc);
        }
        ask_tolerance(c, d, &y.goal, direction);
        *vec_push(c->a, list) = y;
    }
}

static const struct plan_head *plan_of(struct checker *c, const struct decl *d, enum field_id id, uint32_t *out)
{
    void *found = map_get(&c->p->plan_by_name, first_name(d, id));
    if (found == NULL) return NULL; /* said by the reference */
    *out = (uint32_t)INDEX_OF(found);
    return &c->p->plans.at[*out];
}

static date due_of(struct checker *c, const struct decl *d, enum field_id id, const struct plan_head *plan, bool *has)
{
    const struct ast_field *f = decl_field(d, id);
    *has = f != NULL && f->has_from;
    if (!*has) return plan->to;
    if (f->from.days < plan->from.days || f->from.days > plan->to.days) {
        struct diag *g = diag_add(c->d, DIAG_out_of_plan, f->loc, "期限不在规划期里");
        diag_other(g, plan->decl->name.loc);
    }
    return f->from;
}

/* ---- declarations ---- */

static void declare_plan(struct checker *c, struct decl *d)
{
    const struct ast_field *period = decl_field(d, FIELD_PLAN_PERIOD);
    struct plan_head x = { .decl = d, .name = d->name.text, .alias = first_name(d, FIELD_PLAN_ALIAS) };
    if (period == NULL || !period->has_from) return; /* said */
    if (!period->has_to) {
        struct diag *g = diag_add(c->d, DIAG_syntax, period->loc, "规划期要有头有尾");
        diag_suggest(c->d, g, "例如：期间 2021-01-01 起 至 2025-12-31");
        return;
    }
    x.from = period->from, x.to = period->to;
    const struct ast_field *pace = decl_field(d, FIELD_PLAN_PACE);
    struct measure_unit percent;
    measure_unit_read(STR("%"), &percent);
    if (pace == NULL || !check_measure(c, pace->expr, &percent, &x.pace)) x.pace = 5 * num_pow10(MEASURE_SCALE);
    map_put(&c->p->plan_by_name, x.name, INDEX_PLUS_1(c->p->plans.len));
    *vec_push(c->a, &c->p->plans) = x;
}

static enum counting counting_of(const struct decl *d)
{
    static const struct {
        const char *word;
        enum counting counting;
    } words[] = { { "五年累计", COUNTING_SUM }, { "累计", COUNTING_SUM },    { "每年", COUNTING_YEARLY },
                  { "年均", COUNTING_AVERAGE }, { "基期比", COUNTING_BASE }, { "期末", COUNTING_END } };
    str w = first_name(d, FIELD_TARGET_COUNTING);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_eq(w, str_of(words[i].word))) return words[i].counting;
    }
    return COUNTING_END;
}

/* A goal below what was there already: kept as the document has it, with a notice. */
static void look_for_floor(struct checker *c, struct target *t)
{
    if (t->baselines.len == 0) return;
    const struct year_value *b = &t->baselines.at[t->baselines.len - 1];
    bool up = t->goal.relation == RELATION_GE || t->goal.relation == RELATION_GT;
    bool down = t->goal.relation == RELATION_LE || t->goal.relation == RELATION_LT;
    t->is_floor = (up && t->goal.value < b->goal.value) || (down && t->goal.value > b->goal.value);
    if (!t->is_floor || !is_own(c, t->decl)) return;
    struct diag *g = diag_add(c->d, DIAG_goal_floor, t->goal.field->loc, "目标%s %d 年的基期，按底线评价，不算退步",
                              up ? "低于" : "高于", b->year);
    if (g != NULL && b->goal.field != NULL) diag_other(g, b->goal.field->loc);
}

/* A rate cannot be summed over years, and a five-year sum needs five years. */
static void check_counting(struct checker *c, const struct target *t, const struct plan_head *plan,
                           const struct indicator *x)
{
    const struct ast_field *f = decl_field(t->decl, FIELD_TARGET_COUNTING);
    if (f == NULL) return;
    if (t->counting == COUNTING_SUM && x->unit.percent) {
        struct diag *g = diag_add(c->d, DIAG_bad_goal, f->loc, "百分率不能累计");
        diag_suggest(c->d, g, "写 期末、每年 或 年均");
    }
    if (str_eq(first_name(t->decl, FIELD_TARGET_COUNTING), STR("五年累计")) &&
        year_of(plan->to) - year_of(plan->from) != 4) {
        struct diag *g = diag_add(c->d, DIAG_bad_goal, f->loc, "规划期不是五年，不能写“五年累计”");
        diag_suggest(c->d, g, "写“累计”");
        diag_other(g, plan->decl->name.loc);
    }
}

static void declare_target(struct checker *c, struct decl *d)
{
    struct target t = { .decl = d, .name = d->name.text, .counting = counting_of(d) };
    const struct plan_head *plan = plan_of(c, d, FIELD_TARGET_PLAN, &t.plan);
    void *found = map_get(&c->p->indicator_by_name, first_name(d, FIELD_TARGET_INDICATOR));
    const struct ast_field *goal = decl_field(d, FIELD_TARGET_GOAL);
    if (plan == NULL || found == NULL || goal == NULL) return; /* said */
    t.indicator = (uint32_t)INDEX_OF(found);
    const struct indicator *x = &c->p->indicators.at[t.indicator];
    if (x->unit.text.len == 0) return;
    str nature = first_name(d, FIELD_TARGET_NATURE);
    t.nature = str_eq(nature, STR("约束性"))   ? NATURE_BINDING
               : str_eq(nature, STR("预期性")) ? NATURE_EXPECTED
                                               : NATURE_UNSAID;
    struct measure_unit unit = x->unit;
    if (t.counting == COUNTING_BASE) measure_unit_read(STR("%"), &unit); /* growth, whatever the indicator counts */
    if (!read_goal(c, goal, &unit, x->direction, &t.goal)) return;
    ask_tolerance(c, d, &t.goal, x->direction);
    check_counting(c, &t, plan, x);
    bool has_due;
    t.due = due_of(c, d, FIELD_TARGET_DUE, plan, &has_due);
    VEC_EACH (const struct ast_field, f, &d->fields) {
        struct goal g;
        if (f->def->id != FIELD_TARGET_VARIANT) continue;
        /* another number for the same words may well be of another unit (人 and 人次): then it is kept as written */
        struct measure_unit own = unit;
        if (f->expr != NULL && f->expr->kind == EXPR_NUMBER &&
            !check_measure_unit(c, measure_unit_of(f->expr), f->expr->loc, &own))
            continue;
        if (read_goal(c, f, &own, x->direction, &g)) *vec_push(c->a, &t.variants) = g;
        if (f->cite == NULL && field_sub(f, FIELD_TARGET_VAR_CITE) == NULL) {
            struct diag *e = diag_add(c->d, DIAG_no_source, f->loc, "异文没有写在哪里");
            diag_suggest(c->d, e, "同一行加：依据 文号 段落");
        }
    }
    read_years(c, d, FIELD_TARGET_BASELINE, &x->unit, x->direction, NULL, &t.baselines);
    read_years(c, d, FIELD_TARGET_YEARLY, &unit, x->direction, plan, &t.yearly);
    if (t.counting != COUNTING_BASE) look_for_floor(c, &t);
    *vec_push(c->a, &c->p->targets) = t;
}

/* The first quantity of a task settles its unit when it has no indicator. */
static bool task_unit(struct checker *c, struct task *t)
{
    VEC_EACH (const struct ast_field, f, &t->decl->fields) {
        if (f->def->id != FIELD_TASK_GOAL && f->def->id != FIELD_TASK_YEARLY) continue;
        if (f->expr == NULL || f->expr->kind != EXPR_NUMBER) return false;
        str text = measure_unit_of(f->expr);
        if (text.len == 0) {
            struct diag *g = diag_add(c->d, DIAG_no_unit, f->expr->loc, "数量没有写单位");
            diag_suggest(c->d, g, "例如 100人、50家、3场");
            return false;
        }
        return check_measure_unit(c, text, f->expr->percent ? f->expr->loc : f->expr->unit_loc, &t->unit);
    }
    return false;
}

static void declare_task(struct checker *c, struct decl *d)
{
    struct task t = { .decl = d, .name = d->name.text };
    const struct plan_head *plan = plan_of(c, d, FIELD_TASK_PLAN, &t.plan);
    if (plan == NULL) return; /* said */
    enum direction direction = DIRECTION_UNSAID;
    void *found = map_get(&c->p->indicator_by_name, first_name(d, FIELD_TASK_INDICATOR));
    if (found != NULL) {
        t.indicator = (uint32_t)INDEX_OF(found) + 1;
        t.unit = c->p->indicators.at[t.indicator - 1].unit;
        direction = c->p->indicators.at[t.indicator - 1].direction;
        t.counted = t.unit.text.len > 0;
    } else {
        t.counted = task_unit(c, &t);
    }
    t.due = due_of(c, d, FIELD_TASK_DUE, plan, &t.has_due);
    const struct ast_field *goal = decl_field(d, FIELD_TASK_GOAL);
    if (t.counted && goal != NULL) t.has_goal = read_goal(c, goal, &t.unit, direction, &t.goal);
    if (t.has_goal) ask_tolerance(c, d, &t.goal, direction);
    if (t.counted) read_years(c, d, FIELD_TASK_YEARLY, &t.unit, direction, plan, &t.yearly);
    map_put(&c->p->task_by_name, t.name, INDEX_PLUS_1(c->p->tasks.len));
    *vec_push(c->a, &c->p->tasks) = t;
}

static void each_of(struct checker *c, enum kind kind, void (*declare)(struct checker *, struct decl *))
{
    VEC_EACH (struct decl *, pd, &c->p->decls) {
        if ((*pd)->kind == kind && map_get(&c->p->named[kind], (*pd)->name.text) == *pd) declare(c, *pd);
    }
}

void check_plans(struct checker *c)
{
    each_of(c, KIND_PLAN, declare_plan);
    each_of(c, KIND_TARGET, declare_target);
    each_of(c, KIND_TASK, declare_task);
}

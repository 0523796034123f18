/* check_warning: 预警: the line that must be crossed gets the unit of its indicator, or of the signal that looks at it;
 * what a signal needs beside the line must be there, and nothing that it does not need. */
#include "lang/check_priv.h"
#include "lang/eval.h"

#define INDEX_PLUS_1(i) ((void *)(uintptr_t)((i) + 1))
#define INDEX_OF(ptr)   ((size_t)(uintptr_t)(ptr)-1)

enum { AREA_DIGITS = 6, POINTS_MAX = 1200 };

const struct warning *program_warning(const struct program *p, str name)
{
    void *found = map_get(&p->warning_by_name, name);
    if (found != NULL) return &p->warnings.at[INDEX_OF(found)];
    VEC_EACH (const struct warning, w, &p->warnings) {
        if (w->alias.len > 0 && str_eq(w->alias, name)) return w;
    }
    return NULL;
}

static str first_name(const struct decl *d, enum field_id id)
{
    const struct ast_field *f = decl_field(d, id);
    return f != NULL && f->names.len > 0 ? f->names.at[0].text : (str){ 0 };
}

/* ---- lines ---- */

/* 5.5% of the language is 0.055; statistics count it as 5.5. */
static bool param_measure(const struct param *q, num v, const struct measure_unit *unit, num *out)
{
    struct measure_unit one = *unit;
    one.factor = 1;
    return (!unit->percent || num_mul(v, 100, &v)) && measure_convert(v, q->type.scale, &one, unit, out);
}

bool warning_line_on(const struct program *p, const struct warning *w, const struct warning_line *line, date day,
                     num *out)
{
    if (line->param == 0) {
        *out = line->value;
        return true;
    }
    const struct param *q = &p->params.at[line->param - 1];
    const struct param_row *row = param_row_on(q, 0, day);
    return row != NULL && !row->ended && row->value.state == VALUE_KNOWN &&
           param_measure(q, row->value.number, &w->unit, out);
}

static bool line_of_param(struct checker *c, const struct ast_name *n, const struct measure_unit *unit,
                          struct warning_line *out)
{
    void *found = map_get(&c->p->param_by_name, n->text);
    if (found == NULL) {
        struct nearest near;
        nearest_start(&near, n->text);
        VEC_EACH (const struct param, q, &c->p->params) nearest_offer(&near, q->name);
        struct diag *g = diag_add(c->d, DIAG_unknown_name, n->loc, "没有参数“%.*s”", STR_ARG(n->text));
        if (g != NULL && near.best.len > 0)
            diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(near.best));
        else
            diag_suggest(c->d, g, "写数和单位；由下级定的先声明：参数 %.*s : %.*s，下面写“开放”", STR_ARG(n->text),
                         STR_ARG(unit->text));
        return false;
    }
    const struct param *q = &c->p->params.at[INDEX_OF(found)];
    note_use(c, n->loc, q->decl->name.loc, USE_PARAM, (uint32_t)INDEX_OF(found), 0);
    bool fits = q->type.kind == TYPE_NUM && q->key == 0 && unit_eq(q->type.unit, unit->unit) &&
                (!unit->percent || str_eq(q->decl->type.text, STR("%")));
    if (!fits) {
        struct diag *g = diag_add(c->d, DIAG_unit_mismatch, n->loc, "参数“%.*s”的单位不是“%.*s”", STR_ARG(n->text),
                                  STR_ARG(unit->text));
        diag_suggest(c->d, g, "线的单位要和指标的一样（万人的指标用人），也不能按代码分");
        return false;
    }
    out->param = (uint32_t)INDEX_OF(found) + 1;
    return true;
}

static bool read_line(struct checker *c, const struct ast_field *f, const struct measure_unit *unit,
                      struct warning_line *out)
{
    struct warning_line line = { .field = f };
    bool up = f->op.len > 0 && f->op.p[0] == '>', down = f->op.len > 0 && f->op.p[0] == '<', equal = f->op.len == 2;
    if (!up && !down) {
        struct diag *g = diag_add(c->d, DIAG_bad_goal, f->loc, "“%s”没有说是高了还是低了", f->def->zh);
        diag_suggest(c->d, g, "前面写 >=、>、<= 或 <，例如 %s >= 5.5%%", f->def->zh);
        return false;
    }
    line.relation = up ? (equal ? RELATION_GE : RELATION_GT) : equal ? RELATION_LE : RELATION_LT;
    if (f->names.len > 0 ? !line_of_param(c, &f->names.at[0], unit, &line)
                         : !check_measure(c, f->expr, unit, &line.value))
        return false;
    *out = line;
    return true;
}

static bool goes_up(const struct warning_line *l) { return l->relation == RELATION_GE || l->relation == RELATION_GT; }

/* 触发 >= 6000人, 解除 >= 5500人 would never let go. */
static void read_release(struct checker *c, struct warning *w, const struct ast_field *f)
{
    if (f == NULL || !read_line(c, f, &w->unit, &w->release)) return;
    bool opposite = goes_up(&w->release) != goes_up(&w->trigger);
    bool both = w->release.param == 0 && w->trigger.param == 0;
    bool beyond =
        both && (goes_up(&w->trigger) ? w->release.value > w->trigger.value : w->release.value < w->trigger.value);
    if (!opposite || beyond) {
        struct diag *g = diag_add(c->d, DIAG_bad_goal, f->loc, "“解除”要在“触发”的另一边");
        diag_suggest(c->d, g, "例如：触发 >= 5.5%%，解除 < 5%%");
        return;
    }
    w->has_release = true;
}

/* ---- how long ---- */

static void read_length(struct checker *c, const struct ast_field *f, uint32_t *months, uint32_t *points)
{
    if (f == NULL || f->expr == NULL || f->expr->kind != EXPR_NUMBER) return;
    static const struct {
        const char *unit;
        uint32_t months;
    } units[] = { { "月", 1 }, { "季", 3 }, { "年", 12 } };
    num n = f->expr->number;
    if (f->expr->scale != 0 || n < 1 || n > POINTS_MAX) {
        diag_add(c->d, DIAG_bad_number, f->expr->loc, "“%s”要是 1 到 %d 的整数", f->def->zh, POINTS_MAX);
        return;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (str_eq(f->expr->unit, str_of(units[i].unit))) *months = (uint32_t)n * units[i].months;
    }
    if (str_eq(f->expr->unit, STR("次"))) *points = (uint32_t)n;
}

static enum signal signal_of(str word)
{
    static const char *const words[] = { [SIGNAL_LINE] = "越线",
                                         [SIGNAL_SAHM] = "萨姆",
                                         [SIGNAL_CUSUM] = "累积和",
                                         [SIGNAL_EWMA] = "移动平均",
                                         [SIGNAL_SEASON] = "偏离季节" };
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_eq(word, str_of(words[i]))) return (enum signal)i;
    }
    return SIGNAL_LINE;
}

static void need(struct checker *c, const struct warning *w, enum field_id id, bool wanted, const char *example)
{
    const struct ast_field *f = decl_field(w->decl, id);
    if ((f != NULL) == wanted) return;
    struct diag *g = wanted ? diag_add(c->d, DIAG_missing_field, w->decl->name.loc, "这种信号还要知道：%s", example)
                            : diag_add(c->d, DIAG_bad_word, f->loc, "这种信号用不到“%s”", f->def->zh);
    diag_suggest(c->d, g, wanted ? "加上这一行；数由定规则的人定" : "去掉这一行，或者换一种信号");
}

static void read_signal(struct checker *c, struct warning *w)
{
    const struct decl *d = w->decl;
    bool cusum = w->signal == SIGNAL_CUSUM, ewma = w->signal == SIGNAL_EWMA;
    struct measure_unit times, percent;
    measure_unit_read(STR("倍"), &times);
    measure_unit_read(STR("%"), &percent);
    need(c, w, FIELD_WARNING_BASE, cusum || ewma, "基准 24月");
    need(c, w, FIELD_WARNING_SLACK, cusum, "余量 0.5倍");
    need(c, w, FIELD_WARNING_WEIGHT, ewma, "权重 20%");
    read_length(c, decl_field(d, FIELD_WARNING_BASE), &w->base_months, &w->base_points);
    const struct ast_field *slack = decl_field(d, FIELD_WARNING_SLACK), *weight = decl_field(d, FIELD_WARNING_WEIGHT);
    if (slack != NULL) check_measure(c, slack->expr, &times, &w->slack);
    if (weight != NULL && check_measure(c, weight->expr, &percent, &w->weight) &&
        (w->weight <= 0 || w->weight > 100 * num_pow10(MEASURE_SCALE)))
        diag_add(c->d, DIAG_bad_number, weight->expr->loc, "权重在 0 到 100%% 之间");
}

/* ---- declarations ---- */

static void read_areas(struct checker *c, struct warning *w)
{
    const struct ast_field *f = decl_field(w->decl, FIELD_WARNING_AREAS);
    if (f == NULL) return;
    VEC_EACH (const struct ast_name, n, &f->names) {
        bool good = n->text.len == AREA_DIGITS;
        for (size_t i = 0; good && i < n->text.len; i++) good = n->text.p[i] >= '0' && n->text.p[i] <= '9';
        if (good) {
            *vec_push(c->a, &w->areas) = n->text;
            continue;
        }
        struct diag *g = diag_add(c->d, DIAG_bad_word, n->loc, "“%.*s”不是行政区划代码", STR_ARG(n->text));
        diag_suggest(c->d, g, "写六位代码，例如 320600");
    }
}

static uint8_t level_of(str word)
{
    static const char *const words[] = { "一级", "二级", "三级", "四级" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_eq(word, str_of(words[i]))) return (uint8_t)(i + 1);
    }
    return 0;
}

static void declare_warning(struct checker *c, const struct decl *d)
{
    struct warning w = { .decl = d, .name = d->name.text, .alias = first_name(d, FIELD_WARNING_ALIAS) };
    void *found = map_get(&c->p->indicator_by_name, first_name(d, FIELD_WARNING_INDICATOR));
    const struct ast_field *trigger = decl_field(d, FIELD_WARNING_TRIGGER), *owner = decl_field(d, FIELD_WARNING_OWNER);
    if (found == NULL || trigger == NULL) return; /* said */
    w.indicator = (uint32_t)INDEX_OF(found);
    w.unit = c->p->indicators.at[w.indicator].unit;
    if (w.unit.text.len == 0) return; /* said at the indicator */
    w.signal = signal_of(first_name(d, FIELD_WARNING_SIGNAL));
    if (w.signal >= SIGNAL_CUSUM) measure_unit_read(STR("倍"), &w.unit);
    if (!read_line(c, trigger, &w.unit, &w.trigger)) return;
    read_release(c, &w, decl_field(d, FIELD_WARNING_RELEASE));
    read_length(c, decl_field(d, FIELD_WARNING_LASTING), &w.lasting_months, &w.lasting_points);
    read_signal(c, &w);
    read_areas(c, &w);
    w.level = level_of(first_name(d, FIELD_WARNING_LEVEL));
    w.owner = owner != NULL ? owner->text : (str){ 0 };
    w.receive = check_time(c, decl_field(d, FIELD_WARNING_RECEIVE));
    w.limit = check_time(c, decl_field(d, FIELD_WARNING_LIMIT));
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->id == FIELD_WARNING_ACTION) *vec_push(c->a, &w.actions) = f->text;
    }
    map_put(&c->p->warning_by_name, w.name, INDEX_PLUS_1(c->p->warnings.len));
    *vec_push(c->a, &c->p->warnings) = w;
}

void check_warnings(struct checker *c)
{
    VEC_EACH (struct decl *, pd, &c->p->decls) {
        bool first = (*pd)->kind == KIND_WARNING && map_get(&c->p->named[KIND_WARNING], (*pd)->name.text) == *pd;
        if (first) declare_warning(c, *pd);
    }
}

/* check_indicator: indicators (指标) become countable: a unit, whom they count, what they are divided by, and since
 * when they are counted that way. */
#include "base/utf8.h"
#include "lang/check_priv.h"

const struct indicator *program_indicator(const struct program *p, str name)
{
    void *found = map_get(&p->indicator_by_name, name);
    if (found != NULL) return &p->indicators.at[INDEX_OF(found)];
    VEC_EACH (const struct indicator, x, &p->indicators) {
        if (x->alias.len > 0 && str_eq(x->alias, name)) return x;
    }
    return NULL;
}

bool check_measure_unit(struct checker *c, str text, struct loc loc, struct measure_unit *out)
{
    if (measure_unit_read(text, out)) return true;
    struct diag *g = diag_add(c->d, DIAG_no_unit, loc, "没有“%.*s”这个单位", STR_ARG(text));
    if (g == NULL) return false;
    str near = unit_near(text);
    if (near.len > 0)
        diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(near));
    else
        diag_suggest(c->d, g, "例如 万人、人次、亿元、%%、倍；没有这个单位的用“个”");
    return false;
}

str measure_unit_of(const struct expr *x) { return x->percent ? STR("%") : x->unit; }

bool check_measure(struct checker *c, const struct expr *x, const struct measure_unit *unit, num *out)
{
    struct measure_unit own;
    if (x == NULL || x->kind != EXPR_NUMBER) return false; /* said by the parser */
    str text = measure_unit_of(x);
    if (text.len == 0) {
        struct diag *g = diag_add(c->d, DIAG_no_unit, x->loc, "这个数没有写单位");
        diag_suggest(c->d, g, "例如 100%.*s", STR_ARG(unit->text));
        return false;
    }
    if (!check_measure_unit(c, text, x->percent ? x->loc : x->unit_loc, &own)) return false;
    if (!measure_units_fit(&own, unit)) {
        struct diag *g = diag_add(c->d, DIAG_unit_mismatch, x->loc, "单位是“%.*s”，指标的单位是“%.*s”，不能换算",
                                  STR_ARG(text), STR_ARG(unit->text));
        diag_suggest(c->d, g, "人数写人，次数写人次；两个数不是一回事，就声明两个指标");
        return false;
    }
    if (!measure_convert(x->number, x->scale, &own, unit, out)) {
        diag_add(c->d, DIAG_bad_number, x->loc, "这个数太大，或者小数位太多");
        return false;
    }
    return true;
}

static uint32_t months_of(const struct ast_field *f)
{
    static const struct {
        const char *word;
        uint32_t months;
    } words[] = { { "月", 1 }, { "季", 3 }, { "半年", 6 }, { "年", 12 } };
    for (size_t i = 0; f != NULL && f->names.len > 0 && i < sizeof words / sizeof *words; i++) {
        if (str_eq(f->names.at[0].text, str_of(words[i].word))) return words[i].months;
    }
    return 0;
}

static str first_name(const struct ast_field *f)
{
    return f != NULL && f->names.len > 0 ? f->names.at[0].text : (str){ 0 };
}

static void read_changes(struct checker *c, struct indicator *x)
{
    VEC_EACH (const struct ast_field, f, &x->decl->fields) {
        if (f->def->id != FIELD_INDICATOR_CHANGE || !f->has_from) continue;
        if (x->changes.len > 0 && x->changes.at[x->changes.len - 1].from.days >= f->from.days)
            diag_add(c->d, DIAG_rows_order, f->loc, "变更的日期要由早到晚");
        if (field_sub(f, FIELD_INDICATOR_CHG_NOTE) == NULL) {
            struct diag *g = diag_add(c->d, DIAG_missing_field, f->loc, "口径变更没有写变了什么");
            diag_suggest(c->d, g, "下面写一行：说明 以前怎样算，以后怎样算");
        }
        *vec_push(c->a, &x->changes) = (struct indicator_change){ f->from, f };
    }
}

/* Whom it counts. Without 对象 the numbers come from reports. */
static void read_counted(struct checker *c, struct indicator *x)
{
    const struct decl *d = x->decl;
    const struct ast_field *on = decl_field(d, FIELD_INDICATOR_ON), *scope = decl_field(d, FIELD_INDICATOR_SCOPE),
                           *sum = decl_field(d, FIELD_INDICATOR_SUM);
    if (on == NULL && (scope != NULL || sum != NULL)) {
        struct diag *g =
            diag_add(c->d, DIAG_missing_field, (scope != NULL ? scope : sum)->loc, "没有写“对象”，不知道数谁");
        diag_suggest(c->d, g, "加一行：对象 人员");
        return;
    }
    void *found = on != NULL ? map_get(&c->p->entity_by_name, first_name(on)) : NULL;
    if (found == NULL) return; /* said already, or not counted */
    x->entity = (uint32_t)INDEX_OF(found) + 1;
    scope_start(c, (uint16_t)(x->entity - 1));
    c->has_cite = true;
    if (scope != NULL) x->scope = check_bool(c, scope->expr);
    if (sum == NULL) return;
    x->sum = check_expr(c, sum->expr, NULL);
    if (x->sum == 0) return;
    struct type t = *node_type(c, x->sum);
    if (t.kind == TYPE_NUM && !t.quotient && (x->unit.percent || unit_eq(t.unit, x->unit.unit))) return;
    struct diag *g = diag_add(c->d, DIAG_unit_mismatch, sum->loc, "加总的是“%.*s”，指标的单位是“%.*s”",
                              STR_ARG(type_name(c, t)), STR_ARG(x->unit.text));
    diag_suggest(c->d, g, "单位写成加总那个数的单位，或者换一个数加总");
    x->sum = 0;
}

static void read_denominator(struct checker *c, struct indicator *x)
{
    const struct ast_field *f = decl_field(x->decl, FIELD_INDICATOR_BASE);
    if (f == NULL || f->names.len == 0) return;
    void *found = map_get(&c->p->indicator_by_name, first_name(f));
    if (found == NULL) return; /* said by the reference */
    size_t at = INDEX_OF(found);
    if (c->p->indicators.at[at].decl == x->decl) {
        diag_add(c->d, DIAG_cycle, f->loc, "指标不能除以自己");
        return;
    }
    if (decl_field(c->p->indicators.at[at].decl, FIELD_INDICATOR_BASE) != NULL) {
        struct diag *g =
            diag_add(c->d, DIAG_wrong_kind, f->loc, "分母“%.*s”自己也是比率", STR_ARG(c->p->indicators.at[at].name));
        diag_suggest(c->d, g, "分母要用数出来的指标，例如人数");
        return;
    }
    x->denominator = (uint32_t)at + 1;
}

static void check_indicator(struct checker *c, struct indicator *x)
{
    const struct decl *d = x->decl;
    if (d->type.text.len == 0) {
        struct diag *g = diag_add(c->d, DIAG_no_unit, d->name.loc, "指标“%.*s”没有单位", STR_ARG(x->name));
        diag_suggest(c->d, g, "写成：指标 %.*s : 万人", STR_ARG(x->name));
    } else if (!check_measure_unit(c, d->type.text, d->type.loc, &x->unit)) {
        x->unit.text = (str){ 0 };
    }
    str way = first_name(decl_field(d, FIELD_INDICATOR_DIRECTION));
    x->direction = str_eq(way, STR("正向"))   ? DIRECTION_UP
                   : str_eq(way, STR("逆向")) ? DIRECTION_DOWN
                                              : DIRECTION_UNSAID;
    x->alias = first_name(decl_field(d, FIELD_INDICATOR_ALIAS));
    x->months = months_of(decl_field(d, FIELD_INDICATOR_FREQUENCY));
    bool quotient = str_find(x->unit.text, STR("/")) != SIZE_MAX;
    x->adds = !x->unit.percent && !x->unit.times && !quotient && decl_field(d, FIELD_INDICATOR_APART) == NULL;
    read_changes(c, x);
    if (x->unit.text.len == 0) return;
    read_counted(c, x);
    read_denominator(c, x);
    const struct ast_field *least = decl_field(d, FIELD_INDICATOR_LEAST);
    if (least != NULL && least->expr != NULL) {
        struct measure_unit own = x->unit;
        if (own.percent && least->expr->unit.len > 0) /* of a share, those it is a share of are counted */
            check_measure_unit(c, least->expr->unit, least->expr->unit_loc, &own);
        own.factor = 1;
        check_measure(c, least->expr, &own, &x->least);
    }
}

void check_indicators(struct checker *c)
{
    VEC_EACH (struct decl *, pd, &c->p->decls) {
        struct decl *d = *pd;
        if (d->kind != KIND_INDICATOR || map_get(&c->p->named[KIND_INDICATOR], d->name.text) != d) continue;
        map_put(&c->p->indicator_by_name, d->name.text, INDEX_PLUS_1(c->p->indicators.len));
        *vec_push(c->a, &c->p->indicators) = (struct indicator){ .decl = d, .name = d->name.text };
    }
    VEC_EACH (struct indicator, x, &c->p->indicators) check_indicator(c, x);
}

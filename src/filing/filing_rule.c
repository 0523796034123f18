/* filing_rule: the rules of a form asked of the values of one filing: exact sums compared with nought. */
#include "filing/filing_priv.h"

struct asking {
    const struct filing *x;
    const filing_values *values;
    const struct figures *log;
    struct arena *a;
    str lacks; /* what could not be had: 上期城镇新增就业人数 */
};

static const char *const when_words[] = { [RETURN_NOW] = "", [RETURN_BEFORE] = "上期", [RETURN_YEAR_BEFORE] = "同期" };

/* The value a term speaks of; false: it is not known. What is counted from January has no period before in January. */
static bool value_of(struct asking *k, const struct return_term *t, num *out)
{
    const struct filing_value *v = &k->values->at[t->cell - 1];
    int32_t back = t->when == RETURN_YEAR_BEFORE ? 12 : interval_months(k->x->period);
    struct interval p = { { k->x->period.from.index - back }, { k->x->period.to.index - back } };
    str source;
    bool known = false;
    if (t->when == RETURN_NOW) {
        *out = v->value;
        if (v->has_value) return true;
    } else if (t->when != RETURN_BEFORE || !v->cell->cumulative || k->x->period.from.index % 12 != 0) {
        known = filing_known(k->log, v->cell, k->x->area, p, false, k->a, out, &source);
    }
    if (!known) k->lacks = str_fmt(k->a, "%s“%.*s”", when_words[t->when], STR_ARG(v->cell->name));
    return known;
}

static bool holds(enum goal_relation r, num v)
{
    switch (r) {
    case RELATION_GE: return v >= 0;
    case RELATION_GT: return v > 0;
    case RELATION_LE: return v <= 0;
    case RELATION_LT: return v < 0;
    case RELATION_EQ: return v == 0;
    case RELATION_ABOUT: break;
    }
    return false;
}

/* The sum, and the numbers it was made of as words; false: one is not known, or it is too large to be added. */
static bool sum_of(struct asking *k, const struct return_rule *r, num *out, struct text *words)
{
    num one = num_pow10(MEASURE_SCALE), total = 0, part, v = 0;
    VEC_EACH (const struct return_term, t, &r->terms) {
        if (t->cell == 0) {
            if (!num_add(total, t->factor, &total)) return false;
            continue;
        }
        const struct return_cell *cell = k->values->at[t->cell - 1].cell;
        if (!value_of(k, t, &v)) return false;
        text_addf(words, "%s%s%.*s %.*s%.*s", words->len > 0 ? "，" : "", when_words[t->when], STR_ARG(cell->name),
                  STR_ARG(measure_text(k->a, v, 0)), STR_ARG(cell->unit.text));
        if (!num_mul(v, cell->unit.factor, &v)) return false;
        bool unit = t->factor == one || t->factor == -one;
        if (unit)
            part = t->factor > 0 ? v : -v;
        else if (!num_mul(v, t->factor, &part))
            return false;
        else
            part = num_div_round(part, one, NUM_HALF_UP);
        if (!num_add(total, part, &total)) return false;
    }
    *out = total;
    return true;
}

static bool excuse_of(struct store *s, int64_t id, struct arena *a, struct filing_finding *f, struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    f->excuse = f->old_excuse = STR("");
    if (!store_first(s, &q, &row, e, "SELECT reason, numbers FROM filing_excuse WHERE filing = $1 AND rule = $2", "is",
                     id, f->rule->name))
        return false;
    if (row && str_eq(store_str(q, 1), f->why))
        f->excuse = store_word(q, 0, a);
    else if (row)
        f->old_excuse = store_word(q, 0, a);
    store_done(q);
    return true;
}

bool filing_excuse(struct store *s, int64_t id, const struct filing_finding *f, str reason, struct err *e)
{
    return store_do(s, NULL, e, "DELETE FROM filing_excuse WHERE filing = $1 AND rule = $2", "is", id, f->rule->name) &&
           (reason.len == 0 ||
            store_do(s, NULL, e, "INSERT INTO filing_excuse (filing, rule, reason, numbers) VALUES ($1, $2, $3, $4)",
                     "isss", id, f->rule->name, reason, f->why));
}

bool filing_check(struct store *s, const struct return_ *form, const struct filing *x, const filing_values *values,
                  const struct figures *log, struct arena *a, filing_findings *out, struct err *e)
{
    filing_findings later = { 0 };
    VEC_EACH (const struct return_rule, r, &form->rules) {
        struct asking k = { .x = x, .values = values, .log = log, .a = a };
        struct text words;
        num v;
        text_init(&words, a, 1 << 12);
        bool known = sum_of(&k, r, &v, &words);
        if (known && holds(r->relation, v)) continue;
        bool large = !known && k.lacks.len == 0; /* what is too large to be added does not hold */
        struct filing_finding f = { .rule = r, .undecided = !known && !large };
        f.why = known   ? text_str(&words)
                : large ? STR("数太大，加不起来；请核对填的数")
                        : str_fmt(a, "%.*s没有数，这一条还没有查", STR_ARG(k.lacks));
        if (!excuse_of(s, x->id, a, &f, e)) return false;
        *vec_push(a, f.undecided ? &later : out) = f;
    }
    VEC_EACH (const struct filing_finding, f, &later) *vec_push(a, out) = *f;
    return true;
}

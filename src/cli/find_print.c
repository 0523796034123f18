/* find_print: what was found as a table, as reasons, as JSON: the same numbers three times. */
#include "cli/cmd_find_priv.h"
#include "cli/table.h"

#include <inttypes.h>

bool found_verdict(str word, enum verdict_kind *out)
{
    for (int k = VERDICT_QUALIFIED; k <= VERDICT_ERROR; k++) {
        str name = str_of(verdict_zh((enum verdict_kind)k));
        if (str_eq(word, name) || (k == VERDICT_ERROR && str_eq(word, STR("出错")))) {
            *out = (enum verdict_kind)k;
            return true;
        }
    }
    return false;
}

static str amount(const struct found *x, const struct found_policy *p)
{
    if (p->unit.len == 0) return STR("");
    if (p->unset > 0 && p->paid_count == 0) return STR("未定");
    return str_fmt(x->place.a, "%.*s%.*s", STR_ARG(sum_text(x->place.a, p->total, p->scale)), STR_ARG(p->unit));
}

static void head(const struct found *x, struct text *out)
{
    char day[DATE_TEXT];
    date_text(x->now->today, day);
    const struct program *p = x->place.p;
    text_addf(out, "%.*s　%s", STR_ARG(p->packs.at[p->packs.len - 1].name), day);
    if (p->packs.at[p->packs.len - 1].decl != NULL)
        text_addf(out, "　%.*s", STR_ARG(p->packs.at[p->packs.len - 1].decl->name.text));
    VEC_EACH (const struct found_subjects, s, &x->now->subjects)
        text_addf(out, "　%.*s %.*s", STR_ARG(s->entity), STR_ARG(count_text(x->place.a, s->count)));
    text_addc(out, '\n');
}

/* The reason that stops most, among those that do. */
static const struct found_reason *main_reason(const struct found_policy *p)
{
    const struct found_reason *best = NULL;
    for (size_t c = 0; c < p->reason_count; c++) {
        if (p->reasons[c].against > 0 && (best == NULL || p->reasons[c].against > best->against)) best = &p->reasons[c];
    }
    return best;
}

static void totals(const struct found *x, struct text *out)
{
    uint64_t entered = 0, left = 0, amount_changed = 0, assumed = 0;
    for (size_t i = 0; i < x->now->policies.len; i++) {
        entered += x->changes[i].entered, left += x->changes[i].left, amount_changed += x->changes[i].amount;
        assumed += x->now->policies.at[i].assumed;
    }
    if (x->before == NULL)
        text_addz(out, "\n第一次找，没有可比的\n");
    else if (entered + left + amount_changed == 0)
        text_addz(out, "\n和上次相比没有变化\n");
    else
        text_addf(out, "\n和上次相比：新符合 %" PRIu64 "，不再符合 %" PRIu64 "，金额变了 %" PRIu64 "\n", entered, left,
                  amount_changed);
    if (assumed > 0)
        text_addf(out, "%" PRIu64 " 个“符合”里有本人申报、没有比对过的资料：请本人确认，不能免申即享\n", assumed);
    if (x->scan.escapes.rows > 0)
        text_addf(out, "%" PRIu64 " 人次的数太大或太少见，是逐个算的\n", x->scan.escapes.rows);
}

void found_table(const struct found *x, struct text *out)
{
    struct table t;
    head(x, out);
    VEC_EACH (const struct found_subjects, s, &x->now->subjects) {
        table_start(&t, x->place.a,
                    str_fmt(x->place.a,
                            "给%.*s的政策|>符合|>不符合|>待核|>出错|>金额合计|>新符合|>%d天内到期|最常见的原因",
                            STR_ARG(s->entity), x->soon_days)
                        .p);
        for (size_t i = 0; i < x->now->policies.len; i++) {
            const struct found_policy *p = &x->now->policies.at[i];
            if (&x->now->subjects.at[p->subjects] != s) continue;
            table_cell(&t, p->name);
            table_count(&t, p->count[VERDICT_QUALIFIED]);
            table_count(&t, p->count[VERDICT_REFUSED]);
            table_count(&t, p->count[VERDICT_PENDING]);
            table_count(&t, p->count[VERDICT_ERROR]);
            table_cell(&t, amount(x, p));
            table_count(&t, x->changes[i].entered);
            table_count(&t, x->ending[i].count);
            const struct found_reason *r = main_reason(p);
            table_cell(&t, r == NULL ? STR("")
                                     : str_fmt(x->place.a, "%.*s（%.*s）", STR_ARG(r->name),
                                               STR_ARG(count_text(x->place.a, r->against))));
        }
        text_addc(out, '\n');
        table_print(&t, out);
    }
    totals(x, out);
}

/* ---- why not ---- */

/* The sentence for people below a criterion; the same word for every kind of it. */
static str sentence_of(const struct criterion *k)
{
    VEC_EACH (const struct ast_field, f, &k->field->subs) {
        if (f->def->shape == SHAPE_TEXT && str_eq(str_of(f->def->en), STR("note"))) return f->text;
    }
    return STR("");
}

void found_reasons(const struct found *x, const struct policy *q, struct text *out)
{
    const struct found_policy *p = findings_policy(x->now, q->name);
    struct table t;
    head(x, out);
    text_addf(out, "\n%.*s：符合 %" PRIu64 "，不符合 %" PRIu64 "，待核 %" PRIu64 "，出错 %" PRIu64 "\n",
              STR_ARG(p->name), p->count[VERDICT_QUALIFIED], p->count[VERDICT_REFUSED], p->count[VERDICT_PENDING],
              p->count[VERDICT_ERROR]);
    text_addz(out, "一个人只数一次，数在规则里第一个挡住他的条件上\n\n");
    table_start(&t, x->place.a, "条件|>挡住|>其中只差这一条|>缺资料待核|>算不出来|说明");
    const struct policy *in_force = policy_on(x->place.p, q->id, x->place.rule_day);
    for (size_t c = 0; c < p->reason_count; c++) {
        const struct found_reason *r = &p->reasons[c];
        if (r->against + r->open + r->failed == 0) continue;
        const struct criterion *k = &in_force->criteria.at[c];
        table_cell(&t, k->is_exclusion ? str_fmt(x->place.a, "排除：%.*s", STR_ARG(r->name)) : r->name);
        table_count(&t, r->against);
        table_count(&t, r->alone);
        table_count(&t, r->open);
        table_count(&t, r->failed);
        table_cell(&t, sentence_of(k));
    }
    table_print(&t, out);
}

/* ---- JSON ---- */

static void put_count(struct json_writer *w, const char *key, uint64_t n) { json_key(w, key), json_int(w, (int64_t)n); }

static void put_policy(const struct found *x, struct json_writer *w, size_t i)
{
    const struct found_policy *p = &x->now->policies.at[i];
    char total[NUM_TEXT];
    json_object(w);
    json_key(w, "policy"), json_str(w, p->name);
    json_key(w, "subjects"), json_str(w, x->now->subjects.at[p->subjects].entity);
    put_count(w, "qualified", p->count[VERDICT_QUALIFIED]);
    put_count(w, "refused", p->count[VERDICT_REFUSED]);
    put_count(w, "pending", p->count[VERDICT_PENDING]);
    put_count(w, "failed", p->count[VERDICT_ERROR]);
    put_count(w, "assumed", p->assumed);
    put_count(w, "unset", p->unset);
    num_text(p->total, p->scale, p->scale >= 2 ? 2 : 0, total);
    json_key(w, "amount"), json_z(w, total);
    json_key(w, "unit"), json_str(w, p->unit);
    put_count(w, "ending", x->ending[i].count);
    json_key(w, "reasons");
    json_array(w);
    for (size_t c = 0; c < p->reason_count; c++) {
        json_object(w);
        json_key(w, "criterion"), json_str(w, p->reasons[c].name);
        put_count(w, "against", p->reasons[c].against);
        if (x->scan.reasons == SCAN_ALONE) put_count(w, "alone", p->reasons[c].alone);
        put_count(w, "open", p->reasons[c].open);
        put_count(w, "failed", p->reasons[c].failed);
        json_object_end(w);
    }
    json_array_end(w);
    json_key(w, "since");
    if (x->before == NULL) {
        json_null(w);
    } else {
        json_object(w);
        put_count(w, "entered", x->changes[i].entered);
        put_count(w, "left", x->changes[i].left);
        put_count(w, "amount", x->changes[i].amount);
        json_object_end(w);
    }
    json_object_end(w);
}

void found_json(const struct found *x, struct text *out)
{
    struct json_writer w;
    char day[DATE_TEXT];
    json_begin(&w, out, true);
    json_object(&w);
    date_text(x->now->today, day);
    json_key(&w, "today"), json_z(&w, day);
    date_text(x->now->rule_day, day);
    json_key(&w, "ruleDay"), json_z(&w, day);
    json_key(&w, "rules"), json_str(&w, x->now->rules);
    json_key(&w, "facts"), json_str(&w, x->now->facts);
    json_key(&w, "policies");
    json_array(&w);
    for (size_t i = 0; i < x->now->policies.len; i++) put_policy(x, &w, i);
    json_array_end(&w);
    json_object_end(&w);
    text_addc(out, '\n');
}

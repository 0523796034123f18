/* facts_example: the facts of an example: what its declaration and its row say of the case. */
#include "lang/check_priv.h"
#include "lang/facts.h"

#include <assert.h>

static uint16_t example_entity(const struct program *p, const struct example *x)
{
    if (x->about == KIND_POLICY) return p->policies.at[x->target].entity;
    if (x->about == KIND_SERVICE) return p->services.at[x->target].entity;
    return x->about == KIND_LEAD ? p->leads.at[x->target].entity : p->funcs.at[x->target].entity;
}

static void take_date(struct example_case *out, const struct ast_field *f)
{
    if (!f->has_from) return;
    if (f->def->id == FIELD_EXAMPLE_TODAY || f->def->id == FIELD_EXAMPLE_CASE_TODAY)
        out->has_today = true, out->today = f->from;
    if (f->def->id == FIELD_EXAMPLE_RULE_DAY || f->def->id == FIELD_EXAMPLE_CASE_RULE_DAY) {
        out->has_rule_day = true, out->rule_day = f->from;
    }
}

/* A row of a table of examples: the first row names the facts, 今日 and 应得 among them. */
static bool apply_row(const struct ast_field *row, const struct ast_field *header, struct example_case *out)
{
    struct facts *f = &out->facts;
    assert(header != NULL); /* a row after the first */
    if (row->cells.len != header->cells.len) {
        diag_add(f->d, DIAG_example_fact, row->loc, "这一行有 %zu 格，表头有 %zu 格", row->cells.len,
                 header->cells.len);
        return false;
    }
    bool ok = true;
    for (size_t i = 0; i < row->cells.len; i++) {
        const struct expr *name = header->cells.at[i], *value = row->cells.at[i];
        if (value == NULL || name == NULL) continue; /* 应得, or `-`: not given */
        bool today = name->kind == EXPR_NAME && name->word == WORD_TODAY,
             rule_day = name->kind == EXPR_NAME && name->word == WORD_RULE_DAY;
        if (!today && !rule_day) {
            ok = facts_set(f, f->subject, name, value) && ok;
        } else if (value->kind != EXPR_DATE) {
            diag_add(f->d, DIAG_example_fact, value->loc, "这里要写日期");
            ok = false;
        } else if (today) {
            out->has_today = true;
            out->today = value->day;
        } else {
            out->has_rule_day = true;
            out->rule_day = value->day;
        }
    }
    if (row->subs.len == 1)
        out->expect = &row->subs.at[0];
    else
        diag_add(f->d, DIAG_example_fact, header->loc, "表头里要有一个“应得”");
    return ok && out->expect != NULL;
}

bool example_facts(const struct program *p, const struct example *x, struct arena *a, struct diags *d, use_list *uses,
                   struct example_case *out)
{
    *out = (struct example_case){ 0 };
    facts_start(&out->facts, p, a, d, example_entity(p, x));
    /* what all cases share is noted with the first */
    bool first = uses != NULL && (x == p->examples.at || x[-1].decl != x->decl);
    out->facts.uses = first ? uses : NULL;
    bool func = x->about == KIND_DEFINITION || x->about == KIND_TABLE;
    if (func && p->funcs.at[x->target].params.len > 0) {
        out->facts.func = &p->funcs.at[x->target];
        out->facts.args = ARENA_ARRAY(a, struct value, out->facts.func->params.len);
    }
    bool ok = true;
    const struct ast_field *header = NULL;
    for (uint32_t i = 0; i < x->common_count; i++) {
        const struct ast_field *f = x->common[i];
        take_date(out, f);
        if (f->def->shape == SHAPE_FACTS) ok = facts_apply(&out->facts, out->facts.subject, f->expr) && ok;
        if (f->def->id == FIELD_EXAMPLE_ROW && header == NULL) header = f;
    }
    out->facts.uses = uses;
    if (x->field->def->id == FIELD_EXAMPLE_ROW) return apply_row(x->field, header, out) && ok;
    VEC_EACH (const struct ast_field, f, &x->field->subs) {
        take_date(out, f);
        if (f->def->shape == SHAPE_FACTS) ok = facts_apply(&out->facts, out->facts.subject, f->expr) && ok;
        if (f->def->shape == SHAPE_EXPECT) out->expect = f;
        if (f->def->id == FIELD_EXAMPLE_CASE_FORM) out->form = f;
        if (f->def->id == FIELD_EXAMPLE_CASE_MATERIAL) out->materials = f;
    }
    return ok;
}

void facts_check_examples(struct program *p, struct diags *d)
{
    struct arena *scratch = arena_new("examples", 0);
    bool muted = d->muted;
    d->muted = muted || d->errors > 0; /* what follows from a mistake elsewhere is none */
    VEC_EACH (const struct example, x, &p->examples) {
        if (x->pack < p->analyse_from) continue;
        struct arena_mark m = arena_mark(scratch);
        struct example_case c;
        example_facts(p, x, scratch, d, &p->uses, &c);
        arena_rewind(scratch, m);
    }
    d->muted = muted;
    arena_free(scratch);
}

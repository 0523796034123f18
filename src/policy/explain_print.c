/* explain_print: an explanation as plain Chinese for a terminal, and as JSON for everything else. */
#include "policy/explain_priv.h"

/* A clause says whether it holds, not whether that is good: below an exclusion 否 is what one hopes for. */
static const char *mark_of(enum outcome o)
{
    static const char *const marks[] = { [OUTCOME_YES] = "是", [OUTCOME_NO] = "否", [OUTCOME_UNKNOWN] = "？", [OUTCOME_ERROR] = "！" };
    return marks[o];
}

static const char *word_of(enum outcome o)
{
    static const char *const words[] = { [OUTCOME_YES] = "成立", [OUTCOME_NO] = "不成立", [OUTCOME_UNKNOWN] = "未知", [OUTCOME_ERROR] = "出错" };
    return words[o];
}

static void print_source(str source, str trust, struct text *out)
{
    if (source.len > 0) text_addf(out, "〔%.*s〕", STR_ARG(source));
    if (trust.len > 0) text_addf(out, "（%s%.*s）", str_eq(trust, STR("虚构")) ? "" : "非原文：", STR_ARG(trust));
}

static void print_clauses(const clause_list *clauses, unsigned depth_max, struct text *out)
{
    VEC_EACH (const struct clause, c, clauses) {
        if (c->depth > depth_max) continue;
        text_repeat(out, ' ', 7 + 2 * (size_t)c->depth);
        if (c->is_definition) text_addf(out, "· %.*s", STR_ARG(c->text));
        else text_addf(out, "%s %.*s", mark_of(c->outcome), STR_ARG(c->text));
        if (c->formula.len > 0) text_addf(out, "　由：%.*s", STR_ARG(c->formula));
        if (c->detail.len > 0) text_addf(out, "　%s%.*s", c->is_definition && c->formula.len == 0 ? "" : "按：", STR_ARG(c->detail));
        print_source(c->source, c->trust, out);
        text_addc(out, '\n');
    }
}

static void print_criterion(const struct explained_criterion *c, unsigned depth_max, struct text *out)
{
    const char *mark = c->outcome == OUTCOME_UNKNOWN ? "？" : c->outcome == OUTCOME_ERROR ? "！" : c->met ? "✓" : "✗";
    const char *yes = c->is_exclusion ? "没有这种情形" : "达到", *no = c->is_exclusion ? "有这种情形" : "没有达到";
    text_addf(out, "  %s %s%.*s：%s", mark, c->is_exclusion ? "排除 " : "", STR_ARG(c->name),
              c->outcome == OUTCOME_UNKNOWN ? "还不知道" : c->outcome == OUTCOME_ERROR ? "算不出来" : c->met ? yes : no);
    if (c->assumed) text_addz(out, "（按申报，未比对）");
    text_addc(out, '\n');
    if (c->sentence.len > 0) text_addf(out, "       %.*s\n", STR_ARG(c->sentence));
    if (c->error.len > 0) text_addf(out, "       %.*s\n", STR_ARG(c->error));
    print_clauses(&c->clauses, depth_max, out);
    text_addz(out, "       依据：");
    text_add(out, c->source);
    text_addc(out, '\n');
}

void explain_text(const struct explanation *x, bool full, struct text *out)
{
    unsigned depth_max = full ? UINT32_MAX : 1; /* the clause and what it directly rests on */
    char today[DATE_TEXT], rule[DATE_TEXT];
    date_text(x->today, today);
    date_text(x->rule_day, rule);
    text_addf(out, "%.*s\n结论：%.*s\n判断日 %s", STR_ARG(x->policy->name), STR_ARG(x->summary), today);
    if (x->rule_day.days != x->today.days) text_addf(out, "，规则按 %s", rule);
    text_addz(out, "；依据 ");
    text_add(out, x->source);
    if (x->trust.len > 0) text_addf(out, "（%s%.*s）", str_eq(x->trust, STR("虚构")) ? "" : "非原文：", STR_ARG(x->trust));
    text_addc(out, '\n');
    if (x->criteria.len > 0) text_addz(out, "\n条件\n");
    VEC_EACH (const struct explained_criterion, c, &x->criteria) print_criterion(c, depth_max, out);
    if (x->steps.len > 0) text_addz(out, "\n金额\n");
    VEC_EACH (const struct explained_step, s, &x->steps) {
        text_addf(out, "  %.*s = %.*s\n       %.*s\n", STR_ARG(s->name), STR_ARG(s->value), STR_ARG(s->formula));
        print_clauses(&s->clauses, depth_max, out);
    }
    if (x->unset.len > 0) text_addz(out, "\n还没有定下来\n");
    VEC_EACH (const str, s, &x->unset) text_addf(out, "  %.*s\n", STR_ARG(*s));
    if (x->missing_ask.len > 0) text_addz(out, "\n还缺这些事实（先问上面的）\n");
    VEC_EACH (const str, s, &x->missing_ask) text_addf(out, "  %.*s\n", STR_ARG(*s));
    if (x->changes.len > 0) text_addz(out, "\n怎样会变\n");
    VEC_EACH (const str, s, &x->changes) text_addf(out, "  %.*s。\n", STR_ARG(*s));
}

static void json_clauses(const clause_list *clauses, struct json_writer *w)
{
    json_key(w, "clauses");
    json_array(w);
    VEC_EACH (const struct clause, c, clauses) {
        json_object(w);
        json_key(w, "depth"), json_int(w, c->depth);
        json_key(w, "text"), json_str(w, c->text);
        if (!c->is_definition) json_key(w, "outcome"), json_z(w, word_of(c->outcome));
        if (c->formula.len > 0) json_key(w, "formula"), json_str(w, c->formula);
        if (c->detail.len > 0) json_key(w, "detail"), json_str(w, c->detail);
        if (c->source.len > 0) json_key(w, "source"), json_str(w, c->source);
        if (c->trust.len > 0) json_key(w, "trust"), json_str(w, c->trust);
        json_object_end(w);
    }
    json_array_end(w);
}

static void json_strings(struct json_writer *w, const char *key, const str *at, size_t n)
{
    json_key(w, key);
    json_array(w);
    for (size_t i = 0; i < n; i++) json_str(w, at[i]);
    json_array_end(w);
}

void explain_json(const struct explanation *x, struct json_writer *w)
{
    char day[DATE_TEXT];
    json_object(w);
    json_key(w, "policy"), json_str(w, x->policy->name);
    json_key(w, "verdict"), json_z(w, verdict_zh(x->verdict.kind));
    json_key(w, "assumed"), json_bool(w, x->verdict.assumed);
    json_key(w, "summary"), json_str(w, x->summary);
    date_text(x->today, day);
    json_key(w, "today"), json_z(w, day);
    date_text(x->rule_day, day);
    json_key(w, "ruleDay"), json_z(w, day);
    json_key(w, "source"), json_str(w, x->source);
    if (x->amount.len > 0) {
        json_key(w, "amount"), json_str(w, x->amount);
        struct type t = node_at(x->p, x->policy->steps.at[x->policy->steps.len - 1].node)->type;
        num n = x->verdict.amount.number;
        if (unit_is_money(t.unit) && t.scale == 2 && n >= INT64_MIN && n <= INT64_MAX) json_key(w, "amountFen"), json_int(w, (int64_t)n);
    }
    json_key(w, "amountUnset"), json_bool(w, x->verdict.amount_unset);
    json_key(w, "criteria");
    json_array(w);
    VEC_EACH (const struct explained_criterion, c, &x->criteria) {
        json_object(w);
        json_key(w, "name"), json_str(w, c->name);
        json_key(w, "exclusion"), json_bool(w, c->is_exclusion);
        json_key(w, "outcome"), json_z(w, word_of(c->outcome));
        json_key(w, "met"), json_bool(w, c->met);
        json_key(w, "assumed"), json_bool(w, c->assumed);
        if (c->sentence.len > 0) json_key(w, "sentence"), json_str(w, c->sentence);
        if (c->error.len > 0) json_key(w, "error"), json_str(w, c->error);
        json_key(w, "source"), json_str(w, c->source);
        json_clauses(&c->clauses, w);
        json_object_end(w);
    }
    json_array_end(w);
    json_key(w, "steps");
    json_array(w);
    VEC_EACH (const struct explained_step, s, &x->steps) {
        json_object(w);
        json_key(w, "name"), json_str(w, s->name);
        json_key(w, "formula"), json_str(w, s->formula);
        json_key(w, "value"), json_str(w, s->value);
        if (s->source.len > 0) json_key(w, "source"), json_str(w, s->source);
        json_clauses(&s->clauses, w);
        json_object_end(w);
    }
    json_array_end(w);
    json_strings(w, "unset", x->unset.at, x->unset.len);
    json_key(w, "missing");
    json_array(w);
    for (size_t i = 0; i < x->missing.len; i++) {
        const struct missing *m = &x->missing.at[i];
        json_object(w);
        json_key(w, "fact"), json_str(w, m->path);
        if (m->whose.len > 0) json_key(w, "whose"), json_str(w, m->whose);
        if (m->slot != NULL && m->slot->code.len > 0) json_key(w, "code"), json_str(w, m->slot->code);
        json_key(w, "ask"), json_str(w, x->missing_ask.at[i]);
        json_object_end(w);
    }
    json_array_end(w);
    json_strings(w, "changes", x->changes.at, x->changes.len);
    json_object_end(w);
}

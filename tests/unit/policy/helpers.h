/* What the tests of explanations share: the trial rules (model.leye), a question asked in one line, and the answer as
 * structure, text and JSON, which are compared with each other every time. */
#ifndef UNIT_POLICY_HELPERS_H
#define UNIT_POLICY_HELPERS_H
#include "base/utf8.h"
#include "pack/pack.h"
#include "policy/receipt.h"
#include "support/t.h"

#include <stdio.h>
#include <string.h>

/* CHECK_INT for what is unsigned: sizes and counts. */
#define CHECK_SIZE(got, want) CHECK_INT((int64_t)(got), (int64_t)(want))

enum { TEXT_MAX = 8 << 20, COLUMNS_MAX = 100 };

/* The day of every question that names none. */
#define TODAY date_of(2024, 6, 3)

struct told {
    struct explanation x;
    struct question q;
    str text, full; /* as printed, and with all that --full adds */
    str json;
    const struct json *j; /* the same, read back */
};

static inline struct pack_set model(struct arena *a)
{
    struct err e = { 0 };
    struct pack_set set;
    str text;
    CHECK_OK(file_read(a, str_of(t_source("tests/unit/policy/model.leye")), 1 << 20, &text, &e), e);
    pack_load_text(&set, a, STR("试验"), text);
    VEC_EACH (const struct diag, g, &set.diags.list) {
        if (diag_level(g->code) == DIAG_ERROR) NOTE("%.*s", STR_ARG(g->text));
    }
    CHECK_SIZE(set.diags.errors, 0);
    return set;
}

static inline const struct json *json_of(struct arena *a, str text)
{
    struct err e = { 0 };
    const struct json *j = NULL;
    if (!json_read(a, text, &j, &e)) NOTE("%.*s", STR_ARG(text));
    CHECK_OK(e.code == ERR_NONE, e);
    return j;
}

/* ---- the three forms of an answer agree ---- */

static inline str member(const struct json *j, const char *name)
{
    const struct json *m = json_member(j, str_of(name));
    return m != NULL && m->kind == JSON_STRING ? m->string : STR("");
}

static inline const struct json *list(const struct json *j, const char *name, size_t count)
{
    const struct json *m = json_member(j, str_of(name));
    CHECK(m != NULL && m->kind == JSON_ARRAY);
    CHECK_SIZE(m->count, count);
    return m;
}

static inline str outcome_word(enum outcome o)
{
    static const char *const words[] = { "成立", "不成立", "未知", "出错" };
    return str_of(words[o]);
}

/* Text without blanks: lines are broken and indented, so that is how one asks whether something was printed. */
static inline str without_blanks(struct arena *a, str s)
{
    char *p = arena_alloc(a, s.len + 1);
    size_t n = 0, len;
    for (size_t at = 0; at < s.len; at += len) {
        uint32_t cp = utf8_at(s, at, &len);
        if (cp == ' ' || cp == '\n' || cp == 0x3000) continue;
        memcpy(p + n, s.p + at, len);
        n += len;
    }
    return (str){ p, n };
}

static inline void must_be_printed(struct arena *a, str printed, str what)
{
    if (str_find(printed, without_blanks(a, what)) != SIZE_MAX) return;
    NOTE("not printed: %.*s", STR_ARG(what));
    FAIL("the text leaves something out");
}

static inline void check_clauses(struct arena *a, const clause_list *clauses, const struct json *j, str printed)
{
    const struct json *k = list(j, "clauses", clauses->len);
    for (size_t i = 0; i < clauses->len; i++) {
        const struct clause *c = &clauses->at[i];
        CHECK_STR(member(&k->items[i], "text"), c->text);
        CHECK_STR(member(&k->items[i], "formula"), c->formula);
        CHECK_STR(member(&k->items[i], "detail"), c->detail);
        CHECK_STR(member(&k->items[i], "source"), c->source);
        CHECK_STR(member(&k->items[i], "trust"), c->trust);
        CHECK_INT(json_member(&k->items[i], STR("depth"))->integer, c->depth);
        bool condition = !c->is_definition && !c->is_note;
        CHECK_STR(member(&k->items[i], "outcome"), condition ? outcome_word(c->outcome) : STR(""));
        must_be_printed(a, printed, c->text);
        must_be_printed(a, printed, c->formula);
        must_be_printed(a, printed, c->detail);
    }
}

static inline void check_lines(str text)
{
    for (str rest = text, line; str_split(&rest, '\n', &line);) {
        if (utf8_width(line) <= COLUMNS_MAX && !str_ends(line, STR(" ")) && !str_ends(line, STR("　"))) continue;
        NOTE("%zu columns: %.*s|", utf8_width(line), STR_ARG(line));
        FAIL("a line is too long or ends in blanks");
    }
    size_t bad = 0;
    CHECK(utf8_valid(text, &bad));
}

/* Everything the structure says is in the JSON and, blanks apart, in the full text; the short text is part of the full.
 */
static inline void check_forms(struct arena *a, const struct told *t)
{
    const struct explanation *x = &t->x;
    const struct json *j = t->j;
    str printed = without_blanks(a, t->full);
    check_lines(t->text);
    check_lines(t->full);
    CHECK_STR(member(j, "policy"), x->policy->name);
    CHECK_STR(member(j, "verdict"), verdict_zh(x->verdict.kind));
    CHECK_STR(member(j, "summary"), x->summary);
    CHECK_STR(member(j, "amount"), x->amount);
    CHECK_STR(member(j, "source"), x->source);
    must_be_printed(a, printed, x->summary);
    must_be_printed(a, printed, x->source);
    const struct json *k = list(j, "criteria", x->criteria.len);
    for (size_t i = 0; i < x->criteria.len; i++) {
        const struct explained_criterion *c = &x->criteria.at[i];
        CHECK_STR(member(&k->items[i], "name"), c->name);
        CHECK_STR(member(&k->items[i], "outcome"), outcome_word(c->outcome));
        CHECK_STR(member(&k->items[i], "sentence"), c->sentence);
        CHECK_STR(member(&k->items[i], "source"), c->source);
        CHECK_STR(member(&k->items[i], "error"), c->error);
        CHECK_INT(json_member(&k->items[i], STR("met"))->boolean, c->met);
        CHECK_INT(json_member(&k->items[i], STR("exclusion"))->boolean, c->is_exclusion);
        CHECK_INT(json_member(&k->items[i], STR("assumed"))->boolean, c->assumed);
        check_clauses(a, &c->clauses, &k->items[i], printed);
        must_be_printed(a, printed, c->name);
        must_be_printed(a, printed, c->sentence);
    }
    k = list(j, "steps", x->steps.len);
    for (size_t i = 0; i < x->steps.len; i++) {
        const struct explained_step *s = &x->steps.at[i];
        CHECK_STR(member(&k->items[i], "name"), s->name);
        CHECK_STR(member(&k->items[i], "value"), s->value);
        CHECK_STR(member(&k->items[i], "formula"), s->formula);
        CHECK_STR(member(&k->items[i], "detail"), s->detail);
        check_clauses(a, &s->clauses, &k->items[i], printed);
        must_be_printed(a, printed, str_fmt(a, "%.*s = %.*s", STR_ARG(s->name), STR_ARG(s->value)));
    }
    k = list(j, "missing", x->missing.len);
    CHECK_SIZE(x->missing_ask.len, x->missing.len);
    CHECK_SIZE(x->missing_path.len, x->missing.len);
    for (size_t i = 0; i < x->missing.len; i++) {
        CHECK_STR(member(&k->items[i], "fact"), x->missing.at[i].path);
        CHECK_STR(member(&k->items[i], "ask"), x->missing_ask.at[i]);
        CHECK_STR(member(&k->items[i], "path"), x->missing_path.at[i]);
        must_be_printed(a, printed, x->missing_ask.at[i]);
    }
    k = list(j, "changes", x->changes.len);
    CHECK_SIZE(x->change_parts.len, x->changes.len);
    for (size_t i = 0; i < x->changes.len; i++) {
        CHECK_STR(k->items[i].string, x->changes.at[i]);
        must_be_printed(a, printed, x->changes.at[i]);
    }
    k = list(j, "unset", x->unset.len);
    for (size_t i = 0; i < x->unset.len; i++) CHECK_STR(k->items[i].string, x->unset.at[i]);
}

/* Renders t->x in all forms and compares them. */
static inline void render(struct arena *a, struct told *t)
{
    struct text text, full, json;
    struct json_writer w;
    text_init(&text, a, TEXT_MAX);
    text_init(&full, a, TEXT_MAX);
    text_init(&json, a, TEXT_MAX);
    explain_text(&t->x, false, &text);
    explain_text(&t->x, true, &full);
    json_begin(&w, &json, false);
    explain_json(&t->x, &w);
    CHECK(!text.over && !full.over && !json.over);
    t->text = text_str(&text), t->full = text_str(&full), t->json = text_str(&json);
    t->j = json_of(a, t->json);
    check_forms(a, t);
}

/* ---- asking ---- */

static inline struct told ask_on(const struct pack_set *set, struct arena *a, const char *policy, const char *facts,
                                 date today)
{
    struct told t = {
        .q = { .policy = str_of(policy), .facts = json_of(a, str_of(facts)), .today = today, .rule_day = today }
    };
    struct err e = { 0 };
    CHECK_OK(answer(&t.x, set, &t.q, a, &e), e);
    render(a, &t);
    return t;
}

static inline struct told ask(const struct pack_set *set, struct arena *a, const char *policy, const char *facts)
{
    return ask_on(set, a, policy, facts, TODAY);
}

/* What the full text must have somewhere, and must not have. */
static inline bool says(const struct told *t, const char *what)
{
    if (str_find(t->full, str_of(what)) != SIZE_MAX) return true;
    NOTE("%.*s", STR_ARG(t->full));
    return false;
}

static inline bool is_silent_about(const struct told *t, const char *what)
{
    return str_find(t->full, str_of(what)) == SIZE_MAX;
}

/* The line of a criterion (by number) or step with this text; NULL when there is none. */
static inline const struct clause *line_of(const clause_list *clauses, const char *text)
{
    VEC_EACH (const struct clause, c, clauses) {
        if (str_eq(c->text, str_of(text))) return c;
    }
    VEC_EACH (const struct clause, c, clauses) NOTE("there is: %.*s", STR_ARG(c->text));
    FAIL("no line %s", text);
}

#define LINE(t, criterion, text) line_of(&(t).x.criteria.at[criterion].clauses, (text))
#define STEP_LINE(t, step, text) line_of(&(t).x.steps.at[step].clauses, (text))

static inline str missing_of(const struct told *t, struct arena *a)
{
    struct text out;
    text_init(&out, a, 1 << 16);
    VEC_EACH (const str, s, &t->x.missing_path) text_addf(&out, "%s%.*s", out.len > 0 ? "；" : "", STR_ARG(*s));
    return text_str(&out);
}

static inline str changes_of(const struct told *t) { return t->x.changes.len > 0 ? t->x.changes.at[0] : STR(""); }

#endif

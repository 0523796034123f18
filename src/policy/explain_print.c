/* explain_print: an explanation as plain Chinese for a terminal, and as JSON for everything else.
 *
 * On the terminal every line is at most 100 columns, its continuation stands under its text. A source is said once: at
 * the top for the policy, at a criterion or definition only when it is another one. */
#include "base/utf8.h"
#include "policy/explain_priv.h"

enum {
    WIDTH = 100,
    BREAK_BACK = 24, /* a blank or comma this near to the margin is a better place than the margin */
    LABEL_WIDTH = 6, /* 规则： */
};

/* ---- lines ---- */

/* Of valid text, as all of it is here: the usual one- and three-byte characters without a detour. */
static uint32_t char_at(str s, size_t at, size_t *len)
{
    const unsigned char *p = (const unsigned char *)s.p + at;
    if (p[0] < 0x80) {
        *len = 1;
        return p[0];
    }
    if ((p[0] & 0xF0u) != 0xE0 || at + 3 > s.len) return utf8_at(s, at, len);
    *len = 3;
    return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
}

static bool is_wide(uint32_t cp) { return cp >= 0x2E80; }

static size_t columns(str s, size_t at, size_t len, uint32_t cp)
{
    if (cp < 0x80) return 1;
    bool usual = (cp >= 0x3000 && cp <= 0x303E) || (cp >= 0x4E00 && cp <= 0x9FFF) || (cp >= 0xFF01 && cp <= 0xFF60);
    return usual ? 2 : utf8_width(str_slice(s, at, at + len));
}

static size_t width_of(str s)
{
    size_t width = 0, len;
    for (size_t at = 0; at < s.len; at += len) {
        uint32_t cp = char_at(s, at, &len);
        width += columns(s, at, len, cp);
    }
    return width;
}

/* 避头尾: what may not begin a line, what may not end one. */
static bool may_not_begin(uint32_t cp)
{
    switch (cp) {
    case 0xFF0C: /* ， 。 ； ： 、 ！ ？ ） 〕 ” ’ 》 】 」 』 … ％ */
    case 0x3002:
    case 0xFF1B:
    case 0xFF1A:
    case 0x3001:
    case 0xFF01:
    case 0xFF1F:
    case 0xFF09:
    case 0x3015:
    case 0x201D:
    case 0x2019:
    case 0x300B:
    case 0x3011:
    case 0x300D:
    case 0x300F:
    case 0x2026:
    case 0xFF05:
    case ',':
    case '.':
    case ';':
    case ':':
    case ')':
    case ']':
    case '}':
    case '%': return true;
    default: return false;
    }
}

static bool may_not_end(uint32_t cp)
{
    return cp == 0xFF08 || cp == 0x3014 || cp == 0x201C || cp == 0x300A || cp == 0x3010 || cp == '(' || cp == '[' ||
           cp == '{';
}

static bool is_blank(uint32_t cp) { return cp == ' ' || cp == 0x3000; }

static bool may_break(uint32_t before, uint32_t after)
{
    if (!is_blank(before) && !(is_wide(before) && is_wide(after))) return false;
    return !is_blank(after) && !may_not_begin(after) && !may_not_end(before);
}

/* How much of s fits into `room` columns, broken at a decent place: all of it when it fits. */
static size_t fitting(str s, size_t room)
{
    size_t at = 0, column = 0, any = 0, good = 0, good_column = 0, any_column = 0, n;
    for (uint32_t before = 0; at < s.len; at += n) {
        uint32_t cp = char_at(s, at, &n);
        if (at > 0 && may_break(before, cp)) {
            any = at, any_column = column;
            if (is_blank(before) || may_not_begin(before)) good = at, good_column = column;
        }
        column += columns(s, at, n, cp);
        if (column > room) break;
        before = cp;
    }
    if (at >= s.len) return s.len;
    if (good > 0 && good_column + BREAK_BACK >= any_column) return good;
    return any > 0 ? any : at > 0 ? at : s.len;
}

static str without_blanks_behind(str s)
{
    while (s.len > 0 && s.p[s.len - 1] == ' ') s.len--;
    while (s.len >= 3 && str_ends(s, STR("　"))) s.len -= 3;
    return s;
}

/* A paragraph that begins at column `from` and goes on below at column `hang`. */
static void put(struct text *out, size_t from, size_t hang, str s)
{
    size_t column = from;
    text_repeat(out, ' ', from);
    while (s.len > 0) {
        size_t n = fitting(s, column + 20 < WIDTH ? WIDTH - column : 20);
        text_add(out, without_blanks_behind(str_slice(s, 0, n)));
        text_addc(out, '\n');
        s = str_slice(s, n, s.len);
        if (s.len == 0) return;
        text_repeat(out, ' ', hang);
        column = hang;
    }
    text_addc(out, '\n');
}

/* ---- sources ---- */

/* Whether each piece of `source` is among those of `said`: both are 甲 一；乙 二. */
static bool all_said(str source, str said)
{
    static const str mark = { "；", sizeof "；" - 1 };
    while (source.len > 0) {
        size_t end = str_find(source, mark);
        str piece = str_slice(source, 0, end == SIZE_MAX ? source.len : end);
        bool found = false;
        for (str rest = said; rest.len > 0 && !found;) {
            size_t stop = str_find(rest, mark);
            found = str_eq(str_slice(rest, 0, stop == SIZE_MAX ? rest.len : stop), piece);
            rest = stop == SIZE_MAX ? STR("") : str_slice(rest, stop + mark.len, rest.len);
        }
        if (!found) return false;
        source = end == SIZE_MAX ? STR("") : str_slice(source, end + mark.len, source.len);
    }
    return true;
}

static void add_trust(str trust, struct text *out)
{
    if (trust.len > 0) text_addf(out, "（%s%.*s）", str_eq(trust, STR("虚构")) ? "" : "非原文：", STR_ARG(trust));
}

/* ---- labelled pieces ---- */

enum { PIECES_MAX = 4 };

/* A line and its labelled pieces: on one line when it fits, else each piece on a line of its own. */
struct pieces {
    str head;
    str at[PIECES_MAX];
    unsigned count;
};

static void add_piece(struct pieces *k, struct text *out, const char *label, str s)
{
    if (s.len > 0) k->at[k->count++] = str_fmt(out->arena, "%s%.*s", label, STR_ARG(s));
}

static void add_source(struct pieces *k, struct text *out, str source, str trust, str said)
{
    struct text t;
    text_init(&t, out->arena, EXPLAIN_TEXT_MAX);
    if (!all_said(source, said)) text_addf(&t, "依据：%.*s", STR_ARG(source));
    add_trust(trust, &t);
    add_piece(k, out, "", text_str(&t));
}

static void put_pieces(struct text *out, size_t from, size_t hang, const struct pieces *k)
{
    size_t width = from + width_of(k->head);
    for (unsigned i = 0; i < k->count && width <= WIDTH; i++) width += 2 + width_of(k->at[i]);
    if (width > WIDTH) {
        put(out, from, hang, k->head);
        for (unsigned i = 0; i < k->count; i++) put(out, hang, hang + LABEL_WIDTH, k->at[i]);
        return;
    }
    text_repeat(out, ' ', from);
    text_add(out, k->head);
    for (unsigned i = 0; i < k->count; i++) {
        text_addz(out, "　");
        text_add(out, k->at[i]);
    }
    text_addc(out, '\n');
}

/* ---- text ---- */

static const char *word_of(enum outcome o)
{
    static const char *const words[] = {
        [OUTCOME_YES] = "成立", [OUTCOME_NO] = "不成立", [OUTCOME_UNKNOWN] = "未知", [OUTCOME_ERROR] = "出错"
    };
    return words[o];
}

/* A clause says whether it holds, not whether that is good: below an exclusion 否 is what one hopes for. */
static void print_clause(const struct clause *c, str said, struct text *out)
{
    static const char *const marks[] = {
        [OUTCOME_YES] = "是", [OUTCOME_NO] = "否", [OUTCOME_UNKNOWN] = "？", [OUTCOME_ERROR] = "！"
    };
    size_t indent = 4 + 2 * (size_t)c->depth;
    if (c->is_note) {
        put(out, indent, indent + 2, str_fmt(out->arena, "（%.*s）", STR_ARG(c->text)));
        return;
    }
    struct pieces k = { .head = str_fmt(out->arena, "%s %.*s", c->is_definition ? "·" : marks[c->outcome],
                                        STR_ARG(c->text)) };
    bool remark = c->is_definition && c->formula.len == 0; /* 2021-01-01 起执行 */
    add_piece(&k, out, "规则：", c->formula);
    add_piece(&k, out, remark ? "" : "实际：", c->detail);
    add_source(&k, out, c->source, c->trust, said);
    put_pieces(out, indent, indent + (c->is_definition ? 2 : 3), &k);
}

static void print_clauses(const clause_list *clauses, unsigned below_max, str said, struct text *out)
{
    VEC_EACH (const struct clause, c, clauses) {
        if (c->below <= below_max) print_clause(c, said, out);
    }
}

static void print_criterion(const struct explanation *x, const struct explained_criterion *c, bool full,
                            struct text *out)
{
    static const char *const met[] = { "没有达到", "达到" }, *const absent[] = { "有这种情形", "没有这种情形" };
    bool open = c->outcome == OUTCOME_UNKNOWN, wrong = c->outcome == OUTCOME_ERROR;
    const char *mark = open     ? "？"
                       : wrong  ? "！"
                       : c->met ? "✓ "
                                : "✗ "; /* the first two are as wide as mark and blank */
    const char *how = open ? "还不知道" : wrong ? "判断不出来" : (c->is_exclusion ? absent : met)[c->met];
    put(out, 2, 4,
        str_fmt(out->arena, "%s%s%.*s：%s%s", mark, c->is_exclusion ? "排除 " : "", STR_ARG(c->name), how,
                c->assumed ? "（按本人申报，还没有比对）" : ""));
    if (c->sentence.len > 0) put(out, 4, 4, c->sentence);
    if (c->error.len > 0) put(out, 4, 4, c->error);
    if (!all_said(c->source, x->source)) {
        struct text t;
        text_init(&t, out->arena, EXPLAIN_TEXT_MAX);
        text_addf(&t, "依据：%.*s", STR_ARG(c->source));
        add_trust(c->trust, &t);
        put(out, 4, 4 + LABEL_WIDTH, text_str(&t));
    }
    str said = str_fmt(out->arena, "%.*s；%.*s", STR_ARG(x->source), STR_ARG(c->source));
    print_clauses(&c->clauses, full ? UINT32_MAX : c->met ? 0 : 1, said, out);
}

static void print_step(const struct explanation *x, const struct explained_step *s, bool full, struct text *out)
{
    struct pieces k = { .head = str_fmt(out->arena, "%.*s = %.*s", STR_ARG(s->name), STR_ARG(s->value)) };
    add_piece(&k, out, "算法：", s->formula);
    add_piece(&k, out, "实际：", s->detail);
    add_source(&k, out, s->source, s->trust, x->source);
    put_pieces(out, 2, 4, &k);
    print_clauses(&s->clauses, full ? UINT32_MAX : 1, x->source, out);
}

static void print_head(const struct explanation *x, struct text *out)
{
    char today[DATE_TEXT], rule[DATE_TEXT];
    date_text(x->today, today);
    date_text(x->rule_day, rule);
    put(out, 0, 0, x->policy->name);
    put(out, 0, LABEL_WIDTH, str_fmt(out->arena, "结论：%.*s", STR_ARG(x->summary)));
    bool same = x->rule_day.days == x->today.days;
    put(out, 0, LABEL_WIDTH + 2,
        str_fmt(out->arena, "判断日：%s%s%s", today, same ? "" : "，规则按 ", same ? "" : rule));
    if (x->source.len == 0) return;
    struct text t;
    text_init(&t, out->arena, EXPLAIN_TEXT_MAX);
    text_addf(&t, "依据：%.*s", STR_ARG(x->source));
    add_trust(x->trust, &t);
    put(out, 0, LABEL_WIDTH, text_str(&t));
}

static bool asks_for(const struct explanation *x, enum type_kind kind)
{
    VEC_EACH (const struct missing, m, &x->missing) {
        if (m->type.kind == kind && m->slot != NULL) return true;
    }
    return false;
}

/* How answers are written, for the kinds that were asked for. */
static void print_how_to_write(const struct explanation *x, struct text *out)
{
    struct text t;
    text_init(&t, out->arena, EXPLAIN_TEXT_MAX);
    if (asks_for(x, TYPE_BOOL)) text_addz(&t, "是不是写 true 或 false；");
    if (asks_for(x, TYPE_DATE)) text_addz(&t, "日期写 2023-11-01；");
    if (asks_for(x, TYPE_GROUP))
        text_addz(&t, "从哪天到哪天写 2022-03-01..2023-05-01（最后一天不算），至今写 2022-03-01..；");
    if (asks_for(x, TYPE_HISTORY)) text_addz(&t, "月份写 2022-01..2023-10；");
    if (asks_for(x, TYPE_NUM)) text_addz(&t, "数要带单位，例如 1200元/月；");
    if (t.len == 0) return;
    put(out, 2, 8, str_fmt(out->arena, "写法：%.*s没有就写“无”。", STR_ARG(text_str(&t))));
}

static void print_missing(const struct explanation *x, struct text *out)
{
    if (x->missing.len == 0) return;
    text_addz(out, "\n还要弄清（先问上面的）\n");
    for (size_t i = 0; i < x->missing.len; i++) {
        str ask = x->missing_ask.at[i];
        put(out, 2, 6, str_fmt(out->arena, "%2zu. %.*s", i + 1, STR_ARG(ask)));
    }
    print_how_to_write(x, out);
}

/* Worth saying to who may get it. */
static void print_exclusive(const struct explanation *x, struct text *out)
{
    if (x->exclusive.len == 0 || x->verdict.kind == VERDICT_REFUSED) return;
    struct text t;
    text_init(&t, out->arena, EXPLAIN_TEXT_MAX);
    VEC_EACH (const str, s, &x->exclusive) text_addf(&t, "%s%.*s", t.len > 0 ? "、" : "", STR_ARG(*s));
    text_addz(out, "\n不能同时享受，只能选一项\n");
    put(out, 2, 2, text_str(&t));
}

void explain_text(const struct explanation *x, bool full, struct text *out)
{
    print_head(x, out);
    if (x->criteria.len > 0) text_addz(out, "\n条件\n");
    VEC_EACH (const struct explained_criterion, c, &x->criteria) print_criterion(x, c, full, out);
    if (x->steps.len > 0)
        text_addz(out, x->verdict.kind == VERDICT_PENDING ? "\n金额（按现在知道的，不作数）\n" : "\n金额\n");
    VEC_EACH (const struct explained_step, s, &x->steps) print_step(x, s, full, out);
    if (x->unset.len > 0) text_addz(out, "\n还没有定下来\n");
    VEC_EACH (const str, s, &x->unset) put(out, 2, 4, *s);
    print_missing(x, out);
    print_exclusive(x, out);
    if (x->changes.len > 0) text_addz(out, "\n怎样会变\n");
    VEC_EACH (const str, s, &x->changes) put(out, 2, 4, str_fmt(out->arena, "%.*s。", STR_ARG(*s)));
}

/* ---- JSON ---- */

static void json_unless_empty(struct json_writer *w, const char *key, str s)
{
    if (s.len > 0) json_key(w, key), json_str(w, s);
}

static void json_clauses(const clause_list *clauses, struct json_writer *w)
{
    json_key(w, "clauses");
    json_array(w);
    VEC_EACH (const struct clause, c, clauses) {
        json_object(w);
        json_key(w, "depth"), json_int(w, c->depth);
        json_key(w, "below"), json_int(w, c->below);
        json_key(w, "text"), json_str(w, c->text);
        if (!c->is_definition && !c->is_note) json_key(w, "outcome"), json_z(w, word_of(c->outcome));
        json_unless_empty(w, "formula", c->formula);
        json_unless_empty(w, "detail", c->detail);
        json_unless_empty(w, "source", c->source);
        json_unless_empty(w, "trust", c->trust);
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

static void json_criterion(const struct explained_criterion *c, struct json_writer *w)
{
    json_object(w);
    json_key(w, "name"), json_str(w, c->name);
    json_key(w, "exclusion"), json_bool(w, c->is_exclusion);
    json_key(w, "outcome"), json_z(w, word_of(c->outcome));
    json_key(w, "met"), json_bool(w, c->met);
    json_key(w, "assumed"), json_bool(w, c->assumed);
    json_unless_empty(w, "sentence", c->sentence);
    json_unless_empty(w, "error", c->error);
    json_key(w, "source"), json_str(w, c->source);
    json_unless_empty(w, "trust", c->trust);
    json_clauses(&c->clauses, w);
    json_object_end(w);
}

static void json_step(const struct explained_step *s, struct json_writer *w)
{
    json_object(w);
    json_key(w, "name"), json_str(w, s->name);
    json_key(w, "formula"), json_str(w, s->formula);
    json_unless_empty(w, "detail", s->detail);
    json_key(w, "value"), json_str(w, s->value);
    json_unless_empty(w, "source", s->source);
    json_unless_empty(w, "trust", s->trust);
    json_clauses(&s->clauses, w);
    json_object_end(w);
}

static void json_missing(const struct explanation *x, size_t i, struct json_writer *w)
{
    const struct missing *m = &x->missing.at[i];
    json_object(w);
    json_key(w, "fact"), json_str(w, m->path);
    json_unless_empty(w, "whose", m->whose);
    json_unless_empty(w, "path", x->missing_path.at[i]);
    if (m->slot != NULL) json_unless_empty(w, "code", m->slot->code);
    json_key(w, "ask"), json_str(w, x->missing_ask.at[i]);
    json_object_end(w);
}

static void json_amount(const struct explanation *x, struct json_writer *w)
{
    if (x->amount.len == 0) return;
    json_key(w, "amount"), json_str(w, x->amount);
    struct type t = node_at(x->p, x->policy->steps.at[x->policy->steps.len - 1].node)->type;
    num n = x->verdict.amount.number;
    if (unit_is_money(t.unit) && t.scale == 2 && n >= INT64_MIN && n <= INT64_MAX)
        json_key(w, "amountFen"), json_int(w, (int64_t)n);
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
    json_unless_empty(w, "trust", x->trust);
    json_amount(x, w);
    json_key(w, "amountUnset"), json_bool(w, x->verdict.amount_unset);
    json_key(w, "criteria");
    json_array(w);
    VEC_EACH (const struct explained_criterion, c, &x->criteria) json_criterion(c, w);
    json_array_end(w);
    json_key(w, "steps");
    json_array(w);
    VEC_EACH (const struct explained_step, s, &x->steps) json_step(s, w);
    json_array_end(w);
    json_strings(w, "exclusive", x->exclusive.at, x->exclusive.len);
    json_strings(w, "unset", x->unset.at, x->unset.len);
    json_key(w, "missing");
    json_array(w);
    for (size_t i = 0; i < x->missing.len; i++) json_missing(x, i, w);
    json_array_end(w);
    json_strings(w, "changes", x->changes.at, x->changes.len);
    json_object_end(w);
}

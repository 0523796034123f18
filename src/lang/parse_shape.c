/* parse_shape: what fields hold. There is one small function per shape and a switch that reads straight down. */
#include "base/utf8.h"
#include "lang/limits.h"
#include "lang/parse_priv.h"

bool reader_has_sub(enum kind k, const struct field_def *f, str word)
{
    return field_find(k, (int)f->id, word) != NULL;
}

/* ---- text of a field ---- */

/* Prose of a line from byte `from`, with its continuation lines joined. */
static str prose(struct reader *r, const struct line *l, uint32_t from, const struct field_def *def)
{
    str first = str_trim(str_slice(r->s->text, from, l->loc.to));
    bool more = false;
    for (const struct line *c = l->child; c != NULL; c = c->next) {
        if (c->loc.to > c->loc.from && !reader_has_sub(r->kind, def, line_word(r->s, c))) more = true;
    }
    if (!more) return first;
    struct text t;
    text_init(&t, r->a, LIMIT_FILE_BYTES);
    text_add(&t, first);
    for (const struct line *c = l->child; c != NULL; c = c->next) {
        if (c->loc.to == c->loc.from || reader_has_sub(r->kind, def, line_word(r->s, c))) continue;
        text_add(&t, source_text(r->s, c->loc));
    }
    return text_str(&t);
}

static void lex_below(struct reader *r, const struct line *l, token_list *out)
{
    for (const struct line *c = l->child; c != NULL; c = c->next) {
        lex(r->s, c->loc.from, c->loc.to, r->a, r->d, out);
        lex_below(r, c, out);
    }
}

/* Tokens of a field from byte `from`: the rest of its line and its continuation lines. Stops before an inline 依据,
 * whose place goes to *cite_at (0: none). */
static struct parser tokens_of(struct reader *r, const struct line *l, uint32_t from, const struct field_def *def,
                               uint32_t *cite_at)
{
    token_list *tokens = &r->tokens;
    tokens->len = 0;
    lex(r->s, from, l->loc.to, r->a, r->d, tokens);
    *cite_at = 0;
    for (size_t i = 0; i < tokens->len; i++) {
        if (tokens->at[i].kind == TOKEN_IDENT && tokens->at[i].word == WORD_CITE) {
            *cite_at = tokens->at[i].loc.to;
            tokens->len = i;
            break;
        }
    }
    for (const struct line *c = l->child; c != NULL; c = c->next) {
        if (def != NULL && (def->shape == SHAPE_CASE || reader_has_sub(r->kind, def, line_word(r->s, c)))) continue;
        lex(r->s, c->loc.from, c->loc.to, r->a, r->d, tokens);
        lex_below(r, c, tokens);
    }
    bool longer = tokens->len > 0 && tokens->at[tokens->len - 1].loc.to > l->loc.to;
    return parser_over(r->s, r->a, r->d, tokens, longer ? tokens->at[tokens->len - 1].loc.to : l->loc.to);
}

/* `source place`: the first word, and the rest. Sources are named by document number, which holds 〔〕 and the like. */
void read_cite(struct reader *r, struct ast_field *f, uint32_t from, uint32_t to)
{
    const char *p = r->s->text.p;
    while (from < to && (p[from] == ' ' || p[from] == '\t')) from++;
    uint32_t end = from;
    while (end < to && p[end] != ' ' && p[end] != '\t' && !str_starts(str_slice(r->s->text, end, to), STR("　"))) end++;
    f->name.loc = (struct loc){ .from = from, .to = end, .source = r->s->id };
    f->name.text = source_text(r->s, f->name.loc);
    f->text = str_trim(str_slice(r->s->text, end, to));
    if (f->name.text.len == 0)
        diag_add(r->d, DIAG_syntax, f->loc, "依据后面要写来源，例如：依据 社会保险法 第四十五条");
}

uint32_t past_colon(struct reader *r, const struct line *l, str keyword, uint32_t from)
{
    uint32_t at = from, end;
    size_t n;
    for (; at < l->loc.to; at += (uint32_t)n) {
        uint32_t c = utf8_at(r->s->text, at, &n);
        if (c != ' ' && c != '\t' && c != 0x3000) break;
    }
    if (at >= l->loc.to) return from;
    uint32_t c = utf8_at(r->s->text, at, &n);
    if (c != ':' && c != 0xFF1A) return from;
    end = at + (uint32_t)n;
    struct diag *g = diag_add(r->d, DIAG_stray_colon, (struct loc){ .from = at, .to = end, .source = r->s->id },
                              "“%.*s”后面不写冒号", STR_ARG(keyword));
    enum { SHOWN_MAX = 20 }; /* as much of a long sentence as it takes to know what is meant */
    str rest = str_trim(str_slice(r->s->text, end, l->loc.to)), shown = { rest.p, 0 };
    for (int i = 0; i < SHOWN_MAX && shown.len < rest.len; i++, shown.len += n) utf8_at(rest, shown.len, &n);
    if (rest.len == 0)
        diag_suggest(r->d, g, "去掉冒号");
    else
        diag_suggest(r->d, g, "空一格直接写：%.*s %.*s%s", STR_ARG(keyword), STR_ARG(shown),
                     shown.len < rest.len ? "……" : "");
    return end;
}

static struct ast_field *inline_cite(struct reader *r, const struct line *l, uint32_t at)
{
    if (at == 0) return NULL;
    at = past_colon(r, l, str_of(word_zh(WORD_CITE)), at);
    struct ast_field *c = ARENA_NEW(r->a, struct ast_field);
    c->loc = (struct loc){ .from = at, .to = l->loc.to, .source = r->s->id };
    c->keyword = c->loc;
    read_cite(r, c, at, l->loc.to);
    return c;
}

/* ---- shapes ---- */

/* Whether the token touches the name before it and may be part of it; open: brackets of it. */
static bool goes_on(const struct parser *p, struct loc name, int open)
{
    bool ends = at_op(p, ",") || at_op(p, ";") || at_op(p, ":") || (at_op(p, ")") && open == 0);
    return p->at->kind != TOKEN_END && p->at->loc.from == name.to && !ends;
}

static void read_names(struct parser *p, struct ast_field *f, bool one)
{
    do {
        struct ast_name n;
        if (p->at->kind == TOKEN_NUMBER || p->at->kind == TOKEN_STRING) { /* codes of regions are digits */
            n = (struct ast_name){ .text = p->at->text, .loc = p->at->loc };
            p->at++;
            while (p->at->kind == TOKEN_IDENT && p->at->loc.from == n.loc.to) { /* 12333热线 */
                n.loc.to = p->at->loc.to;
                n.text = source_text(p->s, n.loc);
                p->at++;
            }
        } else if (p->at->kind == TOKEN_IDENT) { /* a name may be a word of the language here: 月, 市 … */
            n = (struct ast_name){ .text = p->at->text, .loc = p->at->loc };
            p->at++;
            for (int open = 0; goes_on(p, n.loc, open);) {
                open += at_op(p, "(") ? 1 : at_op(p, ")") ? -1 : 0;
                n.loc.to = p->at->loc.to; /* demo-yangzhou, GB/T 4754 */
                n.text = source_text(p->s, n.loc);
                p->at++;
            }
        } else {
            bool upper = f->def->id == FIELD_PACK_UPPER;
            expected_as(p, "名字", upper ? "写旁边那个包的文件夹的名字，不写路径" : NULL);
            return;
        }
        *vec_push(p->a, &f->names) = n;
    } while (!one && (take_op(p, ",") || take_op(p, ";") || p->at->kind == TOKEN_IDENT || p->at->kind == TOKEN_NUMBER ||
                      p->at->kind == TOKEN_STRING));
}

/* date 起 [至 date]  |  date 至 date  |  至 date */
static void read_period(struct parser *p, struct ast_field *f)
{
    if (p->at->kind == TOKEN_DATE) {
        f->has_from = true;
        f->from = p->at->day;
        p->at++;
        take_word(p, WORD_SINCE);
    }
    if (take_word(p, WORD_UNTIL)) {
        if (p->at->kind == TOKEN_DATE)
            f->has_to = true, f->to = p->at->day, p->at++;
        else
            expected(p, "日期");
    }
    if (!f->has_from && !f->has_to) expected(p, "期间，例如 2021-10-12 起 至 2025-12-31");
    if (f->has_from && f->has_to && f->to.days < f->from.days) {
        diag_add(p->d, DIAG_bad_date, f->loc, "结束日期早于开始日期");
    }
}

/* A type, up to a clause word or the end: 元/月, 数(2位), 就业形式 */
void read_type(struct parser *p, struct ast_type *t)
{
    t->digits = -1;
    if (at_op(p, "%")) {
        t->text = STR("%");
        t->loc = p->at->loc;
        p->at++;
        return;
    }
    if (p->at->kind != TOKEN_IDENT) {
        expected(p, "类型，例如 日期、元/月、真假");
        return;
    }
    struct loc l = p->at->loc;
    p->at++;
    while (at_op(p, "/") && p->at[1].kind == TOKEN_IDENT) {
        l.to = p->at[1].loc.to;
        p->at += 2;
    }
    t->loc = l;
    t->text = source_text(p->s, l);
    if (take_op(p, "(")) {
        if (p->at->kind == TOKEN_NUMBER && p->at->scale == 0 && p->at->number <= NUM_SCALE_MAX) {
            t->digits = (int)p->at->number;
            p->at++;
            if (p->at->kind == TOKEN_IDENT && str_eq(p->at->text, STR("位"))) p->at++;
        } else {
            expected(p, "小数位数，例如 数(2位)");
        }
        t->loc.to = p->at->loc.to;
        if (!take_op(p, ")")) expected(p, "“)”");
    }
}

/* name : type { 编码 X | 密级 X | 可无 | 经 X } */
void read_member(struct parser *p, struct ast_field *f)
{
    if (!take_name(p, &f->name, "名字")) return;
    if (!take_op(p, ":")) {
        expected(p, "“:”和类型");
        return;
    }
    read_type(p, &f->type);
    while (!p->failed && p->at->kind == TOKEN_IDENT) {
        if (take_word(p, WORD_OPTIONAL)) {
            f->optional = true;
        } else if (take_word(p, WORD_CODE) || take_word(p, WORD_CLASS)) {
            bool is_class = p->at[-1].word == WORD_CLASS;
            if (p->at->kind != TOKEN_IDENT && p->at->kind != TOKEN_NUMBER)
                expected(p, "代码或类别");
            else
                *(is_class ? &f->class_ : &f->code) = p->at->text, p->at++;
        } else if (take_word(p, WORD_VIA)) {
            take_name(p, &f->via, "引用字段的名字");
        } else {
            break;
        }
    }
}

static void read_exception(struct parser *p, struct ast_field *f)
{
    if (p->at->kind == TOKEN_IDENT && p->at[1].kind == TOKEN_OP && str_eq(p->at[1].text, STR(":"))) {
        take_name(p, &f->name, "例外的名字");
        take_op(p, ":");
    }
    f->expr = parse_expr(p);
    if (!take_word(p, WORD_THEN)) expected(p, "“则”和值");
    if (p->failed) return;
    f->value = parse_expr(p);
    if (take_word(p, WORD_RANK)) {
        if (p->at->kind == TOKEN_NUMBER && p->at->scale == 0 && p->at->number < 1000)
            f->rank = (int64_t)p->at->number, p->at++;
        else
            f->value = NULL,
            expected(p, "优先的次序，例如 优先 1"); /* which comes first is not known: compare it with nothing */
    }
}

static void read_steps(struct reader *r, struct ast_field *f, const struct line *l)
{
    for (const struct line *c = l->child; c != NULL; c = c->next) {
        if (c->loc.from == c->loc.to) continue;
        struct ast_field *step = vec_push(r->a, &f->subs);
        *step = (struct ast_field){ .def = f->def, .loc = c->loc, .keyword = c->loc };
        uint32_t cite_at;
        struct parser p = tokens_of(r, c, c->loc.from, NULL, &cite_at);
        if (!take_name(&p, &step->name, "步骤的名字")) continue;
        if (!take_op(&p, "=") && !take_op(&p, ":")) expected(&p, "“=”");
        if (p.failed) continue;
        step->expr = parse_expr(&p);
        at_end(&p);
        step->cite = inline_cite(r, c, cite_at);
    }
    if (f->subs.len == 0) diag_add(r->d, DIAG_syntax, f->loc, "金额下面要有步骤，例如：补贴 = 500元");
}

static void read_relation(struct parser *p, struct ast_field *f)
{
    static const char *const ops[] = { ">=", "<=", ">", "<", "=" };
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (!take_op(p, ops[i])) continue;
        f->op = str_of(ops[i]);
        return;
    }
}

/* >= 6000人, or the name of a parameter that lower packs may fill in */
static void read_line(struct parser *p, struct ast_field *f)
{
    read_relation(p, f);
    if (p->at->kind == TOKEN_IDENT)
        read_names(p, f, true);
    else
        f->expr = parse_number(p);
}

/* [力争] [>=] number [左右 [number] | 以内 | 至 number] */
static void read_compare(struct parser *p, struct ast_field *f)
{
    if (take_word(p, WORD_STRIVE)) f->strives = true;
    read_relation(p, f);
    f->expr = parse_number(p);
    if (take_word(p, WORD_ABOUT))
        f->word = WORD_ABOUT;
    else if (take_word(p, WORD_WITHIN))
        f->word = WORD_WITHIN;
    else if (take_word(p, WORD_UNTIL))
        f->word = WORD_UNTIL;
    if (f->word == WORD_UNTIL || (f->word == WORD_ABOUT && p->at->kind == TOKEN_NUMBER)) f->value = parse_number(p);
}

static void read_choice(struct parser *p, struct ast_field *f)
{
    read_names(p, f, true);
    if (f->names.len == 0) return;
    struct ast_name *n = &f->names.at[0];
    if (words_contain(f->def->words, n->text)) return;
    struct diag *g = diag_add(p->d, DIAG_bad_word, n->loc, "“%s”不能是“%.*s”", f->def->zh, STR_ARG(n->text));
    struct text t;
    text_init(&t, p->a, 1024);
    str rest = str_of(f->def->words), piece;
    while (str_split(&rest, '|', &piece)) {
        if (t.len > 0) text_addz(&t, "、");
        text_add(&t, piece);
    }
    diag_suggest(p->d, g, "写其中之一：%.*s", STR_ARG(text_str(&t)));
    p->failed = true;
}

static void read_quantity(struct parser *p, struct ast_field *f)
{
    f->expr = parse_number(p);
    str unit = f->expr->unit;
    if (p->failed || f->def->words[0] == 0) return;
    if (str_eq(unit, STR("年")) && words_contain(f->def->words, STR("月"))) return;
    if (!words_contain(f->def->words, unit)) {
        struct diag *g = diag_add(p->d, DIAG_no_unit, f->expr->loc, "“%s”要写单位", f->def->zh);
        diag_suggest(p->d, g, "单位是其中之一：%s", f->def->words);
    }
}

/* 10工作日, or the name of a parameter that lower packs may fill in */
static void read_time(struct parser *p, struct ast_field *f)
{
    if (p->at->kind == TOKEN_IDENT)
        read_names(p, f, true);
    else
        read_quantity(p, f);
}

/* 参保缴费、就业登记 30日内 */
static void read_compared(struct parser *p, struct ast_field *f)
{
    enum { DAYS_MAX = 3660 };
    do {
        if (p->at->kind != TOKEN_IDENT) {
            expected(p, "要比对的经历、实体或字段，例如 参保缴费 30日内");
            return;
        }
        read_names(p, f, true);
    } while (take_op(p, ",") || take_op(p, ";") || p->at->kind == TOKEN_IDENT);
    if (p->at->kind != TOKEN_NUMBER) return;
    bool ok = p->at->scale == 0 && p->at->number >= 1 && p->at->number <= DAYS_MAX && p->at[1].kind == TOKEN_IDENT &&
              str_eq(p->at[1].text, STR("日内"));
    if (!ok) {
        expected(p, "几日内，例如 30日内");
        return;
    }
    f->days = (int64_t)p->at->number;
    p->at += 2;
}

/* 登记 就业登记 | 登记 补贴享受(灵活就业社保) | 更新 */
static void read_effect(struct parser *p, struct ast_field *f)
{
    if (p->at->kind != TOKEN_IDENT || !words_contain(f->def->words, p->at->text)) {
        expected(p, "登记、结束、更新、入册或出册，再写经历或名录的名字");
        return;
    }
    *vec_push(p->a, &f->names) = (struct ast_name){ .text = p->at->text, .loc = p->at->loc };
    p->at++;
    struct ast_name n;
    if (p->at->kind == TOKEN_END) return;
    if (!take_name(p, &n, "经历或名录的名字")) return;
    *vec_push(p->a, &f->names) = n;
    if (!take_op(p, "(")) return;
    if (!take_name(p, &n, "代码项的名字")) return;
    *vec_push(p->a, &f->names) = n;
    if (!take_op(p, ")")) expected(p, "“)”");
}

static void read_set(struct parser *p, struct ast_field *f)
{
    if (!take_name(p, &f->name, "字段的名字")) return;
    if (!take_op(p, "="))
        expected(p, "“=”和值，例如：赋值 开始 = 今日");
    else
        f->expr = parse_expr(p);
}

/* `header`: the first row of a table of examples, for the rows after it. */
void read_shape(struct reader *r, struct ast_field *f, const struct line *l, uint32_t from,
                const struct ast_field *header)
{
    uint32_t cite_at = 0;
    struct parser p = { 0 };
    bool tokens = f->def->shape != SHAPE_TEXT && f->def->shape != SHAPE_CITE && f->def->shape != SHAPE_STEPS;
    if (tokens) p = tokens_of(r, l, from, f->def, &cite_at);
    switch (f->def->shape) {
    case SHAPE_TEXT:
        f->text = prose(r, l, from, f->def);
        if (f->text.len == 0) diag_add(r->d, DIAG_syntax, f->loc, "“%s”后面要写一句话", f->def->zh);
        return;
    case SHAPE_CITE: read_cite(r, f, from, l->loc.to); return;
    case SHAPE_STEPS: read_steps(r, f, l); return;
    case SHAPE_CHOICE: read_choice(&p, f); break;
    case SHAPE_WORDS: read_names(&p, f, false); break;
    case SHAPE_NAME: read_names(&p, f, true); break;
    case SHAPE_NAMES: read_names(&p, f, false); break;
    case SHAPE_FLAG: break;
    case SHAPE_DATE:
        if (p.at->kind == TOKEN_DATE)
            f->from = p.at->day, f->has_from = true, p.at++;
        else
            expected(&p, "日期，例如 2023-11-01");
        break;
    case SHAPE_PERIOD: read_period(&p, f); break;
    case SHAPE_QUANTITY: read_quantity(&p, f); break;
    case SHAPE_TIME: read_time(&p, f); break;
    case SHAPE_COMPARED: read_compared(&p, f); break;
    case SHAPE_EFFECT: read_effect(&p, f); break;
    case SHAPE_SET: read_set(&p, f); break;
    case SHAPE_LINE: read_line(&p, f); break;
    case SHAPE_COMPARE: read_compare(&p, f); break;
    case SHAPE_YEAR_VALUE:
        if (p.at->kind == TOKEN_NUMBER && p.at->scale == 0 && p.at->number >= 1900 && p.at->number <= 2999) {
            f->year = (int64_t)p.at->number;
            p.at++;
            if (p.at->kind == TOKEN_IDENT && str_eq(p.at->text, STR("年"))) p.at++;
            read_compare(&p, f);
        } else {
            expected(&p, "年份，例如 2023");
        }
        break;
    case SHAPE_EXPR: f->expr = parse_expr(&p); break;
    case SHAPE_NAMED: {
        static const char example[] = "先起个名字，再写冒号和算法，例如 条件 够年龄：年龄 >= 16岁";
        if (at_op(&p, ":")) expected_as(&p, "名字", example);
        if (p.failed || !take_name(&p, &f->name, "名字")) return;
        if (!take_op(&p, ":"))
            expected_as(&p, "“：”和表达式", example);
        else
            f->expr = parse_expr(&p);
        break;
    }
    case SHAPE_TITLED: {
        if (!take_name(&p, &f->name, "名字")) return;
        uint32_t after = p.at[-1].loc.to;
        if (take_op(&p, ":"))
            f->text = prose(r, l, p.at[-1].loc.to, f->def);
        else if (p.at->kind != TOKEN_END)
            f->text = prose(r, l, after, f->def);
        return;
    }
    case SHAPE_MEMBER: read_member(&p, f); break;
    case SHAPE_ITEM: read_item(&p, f, l); return;
    case SHAPE_EXCEPTION: read_exception(&p, f); break;
    case SHAPE_FACTS: f->expr = parse_assignments(&p, NULL); break;
    case SHAPE_EXPECT: read_expect(&p, f); break;
    case SHAPE_CASE:
        f->name = (struct ast_name){ .text = p.at->text, .loc = p.at->loc };
        p.at++;
        break;
    case SHAPE_PARAM_ROW: read_param_row(&p, f); break;
    case SHAPE_TABLE_ROW:
        if (f->def->id == FIELD_EXAMPLE_ROW)
            read_example_row(&p, f, header);
        else
            read_table_row(&p, f);
        break;
    case SHAPE_DAY_ROW: read_day_row(&p, f, l); break;
    }
    if (!p.failed) at_end(&p);
    f->cite = inline_cite(r, l, cite_at);
}

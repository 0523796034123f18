/* The programs of tests/lang: what each must give is written in its own comments.
 *
 *     -- 前提 model                 the file tests/lang/model.leye stands before this one
 *     -- 不管 no_source untested    mistakes that are not what this program is about
 *     条件 甲：年纪 > 3岁            -- 应报 unknown_name：是不是“年龄”
 *     “算错的例”                    -- 应败：实际 3月
 *
 * 应报 names what must be reported on its line, apart by commas; after ： stand words that the sentence, its suggestion
 * or the line of the other place must contain. A line `-- 别处报 code：words` expects the same of some place in an
 * upper pack. Whatever is not expected may not be reported, notes included. When there are no errors the examples run,
 * and must hold, except those marked 应败.
 *
 * tests/lang/layers/<chain>/p<n>-<pack>/ are chains of packs, uppermost first. The last tests ask what all of it
 * together covers: every mistake, every operation, every function, every kind of declaration and field. */
#include "unit/lang/helpers.h"

#include "lang/builtin.h"

#include <stdlib.h>

enum { SOURCES_MAX = 64, ELSEWHERE = 0 };

struct expectation {
    str code, words; /* of 应报; of 应败 only words */
    uint16_t source;
    unsigned line;
    bool met;
};
typedef VEC(struct expectation) expectation_list;

/* What all programs together have shown. */
static struct {
    bool diag[DIAG_CODE_COUNT], field[FIELD_COUNT], kind[KIND_COUNT], builtin[BUILTIN_COUNT_], word[WORD_COUNT];
    uint8_t op[OP_COUNT_]; /* SEEN_… */
    size_t programs, examples, expectations, failures;
} shown_so_far;

static void complain(str path, unsigned line, const char *what, str detail)
{
    printf("%.*s:%u: %s%.*s\n", STR_ARG(path), line, what, STR_ARG(detail));
    shown_so_far.failures++;
}

/* ---- what the comments expect ---- */

static str after(str line, const char *mark)
{
    size_t at = str_find(line, str_of(mark));
    return at == SIZE_MAX ? (str){ 0 } : str_trim(str_slice(line, at + strlen(mark), line.len));
}

/* "code：words, code" */
static void read_expected(struct arena *a, str rest, uint16_t source, unsigned line, expectation_list *out)
{
    while (rest.len > 0) {
        size_t comma = str_find(rest, STR(", "));
        str one = str_trim(str_slice(rest, 0, comma));
        rest = comma == SIZE_MAX ? (str){ 0 } : str_slice(rest, comma + 2, rest.len);
        size_t colon = str_find(one, STR("："));
        struct expectation x = { .source = source, .line = line, .code = str_trim(str_slice(one, 0, colon)) };
        if (colon != SIZE_MAX) x.words = str_trim(str_slice(one, colon + 3, one.len));
        *vec_push(a, out) = x;
    }
}

static void read_comments(struct arena *a, const struct source *s, expectation_list *reports,
                          expectation_list *failures)
{
    for (unsigned n = 1; n <= s->line_count; n++) {
        str line = source_line(s, n), r = after(line, "-- 应报 ");
        read_expected(a, r, s->id, n, reports);
        read_expected(a, after(line, "-- 别处报 "), s->id, ELSEWHERE, reports);
        if (str_find(line, STR("-- 应败")) == SIZE_MAX) continue;
        r = after(line, "-- 应败");
        if (str_starts(r, STR("："))) r = str_slice(r, 3, r.len);
        *vec_push(a, failures) = (struct expectation){ .source = s->id, .line = n, .words = str_trim(r) };
    }
}

static bool diag_says(const struct loaded *l, const struct diag *g, str words)
{
    if (str_find(g->text, words) != SIZE_MAX || str_find(g->suggestion, words) != SIZE_MAX) return true;
    if (!g->has_other) return false;
    unsigned line, column;
    const struct source *s = &l->p->sources.at[g->other.source];
    source_place(s, g->other.from, &line, &column);
    return str_find(source_line(s, line), words) != SIZE_MAX;
}

static bool ignored(str ignore, const char *name)
{
    str piece;
    while (str_split(&ignore, ' ', &piece)) {
        if (str_eq(piece, str_of(name))) return true;
    }
    return false;
}

static void compare_diags(const struct loaded *l, str ignore, expectation_list *expected)
{
    VEC_EACH (const struct diag, g, &l->d.list) {
        const struct source *s = &l->p->sources.at[g->loc.source];
        unsigned line, column;
        source_place(s, g->loc.from, &line, &column);
        shown_so_far.diag[g->code] = true;
        bool found = false;
        VEC_EACH (struct expectation, x, expected) {
            bool here = x->line == ELSEWHERE ? x->source != s->id : x->source == s->id && x->line == line;
            if (found || x->met || !here || !str_eq(x->code, str_of(diag_name(g->code)))) continue;
            if (!diag_says(l, g, x->words)) continue;
            found = x->met = true;
        }
        if (!found && !ignored(ignore, diag_name(g->code))) {
            complain(s->path, line, "不应当报：",
                     str_fmt(l->a, "%s：%.*s（%.*s）", diag_name(g->code), STR_ARG(g->text), STR_ARG(g->suggestion)));
        }
    }
    VEC_EACH (const struct expectation, x, expected) {
        shown_so_far.expectations++;
        if (x->met) continue;
        complain(l->p->sources.at[x->source].path, x->line, "没有报：",
                 str_fmt(l->a, "%.*s %.*s", STR_ARG(x->code), STR_ARG(x->words)));
    }
}

static void run_examples(const struct loaded *l, expectation_list *failures, uint16_t pack)
{
    autoarena *scratch = arena_new("example", 0);
    struct coverage c;
    coverage_init(&c, l->p, l->a);
    VEC_EACH (const struct example, x, &l->p->examples) {
        if (x->pack != pack) continue;
        const struct source *s = &l->p->sources.at[x->loc.source];
        unsigned line, column;
        source_place(s, x->loc.from, &line, &column);
        shown_so_far.examples++;
        struct arena_mark m = arena_mark(scratch);
        struct example_result once = example_run(l->p, x, TEST_TODAY, scratch, l->a, NULL);
        arena_rewind(scratch, m);
        struct example_result r =
            example_run(l->p, x, TEST_TODAY, scratch, l->a, &c); /* nothing is skipped with coverage on */
        arena_rewind(scratch, m);
        if (r.passed != once.passed || !str_eq(r.said, once.said))
            complain(s->path, line, "两次跑得不一样：", once.said);
        struct expectation *wrong = NULL;
        VEC_EACH (struct expectation, e, failures) {
            if (e->source == x->loc.source && e->line == line) wrong = e;
        }
        if (wrong != NULL) wrong->met = !r.passed;
        if (wrong == NULL && !r.passed) complain(s->path, line, "例不对：", r.said);
        if (wrong != NULL && r.passed) complain(s->path, line, "例应当不对", STR(""));
        if (wrong != NULL && !r.passed && str_find(r.said, wrong->words) == SIZE_MAX)
            complain(s->path, line, "例的话不对：", r.said);
    }
    VEC_EACH (const struct expectation, e, failures) {
        if (!e->met) complain(l->p->sources.at[e->source].path, e->line, "这一行没有例", STR(""));
    }
    for (size_t i = 1; i < l->p->nodes.len; i++) shown_so_far.op[l->p->nodes.at[i].op] |= c.seen[i];
}

/* ---- what a program covers ---- */

static void note_expr(const struct expr *x)
{
    if (x == NULL) return;
    if (x->kind == EXPR_CALL && x->kids[0]->kind == EXPR_NAME)
        shown_so_far.builtin[builtin_find(x->kids[0]->text)] = true;
    for (uint32_t i = 0; i < x->kid_count; i++) note_expr(x->kids[i]);
}

static void note_fields(const field_list *fields)
{
    VEC_EACH (const struct ast_field, f, fields) {
        shown_so_far.field[f->def->id] = true;
        note_expr(f->expr);
        note_expr(f->value);
        VEC_EACH (struct expr *, x, &f->cells) note_expr(*x);
        note_fields(&f->subs);
    }
}

static void note_words(struct arena *a, const struct source *s)
{
    struct diags d;
    diags_init(&d, a);
    for (unsigned n = 1; n <= s->line_count; n++) {
        token_list tokens = { 0 };
        uint32_t from = s->line_at[n - 1], to = from + (uint32_t)source_line(s, n).len;
        lex(s, from, to, a, &d, &tokens);
        VEC_EACH (const struct token, t, &tokens) {
            if (t->kind == TOKEN_IDENT) shown_so_far.word[t->word] = true;
        }
    }
}

static void note_program(const struct loaded *l)
{
    VEC_EACH (struct decl *, d, &l->p->decls) {
        shown_so_far.kind[(*d)->kind] = true;
        note_fields(&(*d)->fields);
    }
    VEC_EACH (const struct source, s, &l->p->sources) note_words(l->a, s);
}

/* ---- running ---- */

static str directive(str text, const char *mark)
{
    str line;
    while (str_split(&text, '\n', &line)) {
        if (str_starts(line, str_of(mark))) return str_trim(str_slice(line, strlen(mark), line.len));
    }
    return (str){ 0 };
}

static void run_program(struct arena *a, const struct input *in, size_t n, str ignore)
{
    struct loaded l;
    load_inputs(&l, a, in, n);
    expectation_list reports = { 0 }, failures = { 0 };
    VEC_EACH (const struct source, s, &l.p->sources) read_comments(a, s, &reports, &failures);
    if (l.d.dropped > 0) complain(in[n - 1].path, 0, "太多错误", STR(""));
    compare_diags(&l, ignore, &reports);
    if (l.d.errors == 0)
        run_examples(&l, &failures, (uint16_t)(l.p->packs.len - 1));
    else if (failures.len > 0)
        complain(in[n - 1].path, 0, "有错误，例没有跑", STR(""));
    note_program(&l);
    shown_so_far.programs++;
}

static void run_file(str path)
{
    autoarena *a = arena_new("program", 0);
    struct err e = { 0 };
    struct input in[2] = { 0 };
    size_t n = 0;
    str text;
    CHECK_OK(file_read(a, path, 1 << 22, &text, &e), e);
    str prelude = directive(text, "-- 前提 ");
    if (prelude.len > 0) {
        const char *name = str_fmt(a, "tests/lang/%.*s.leye", STR_ARG(prelude)).p;
        in[n++] = (struct input){ .path = str_of(name), .text = read_tree_file(a, name) };
    }
    size_t top = str_find(path, STR("tests/lang/"));
    in[n++] = (struct input){ .path = str_slice(path, top, path.len), .text = text };
    run_program(a, in, n, directive(text, "-- 不管 "));
}

static void run_folder(const char *folder)
{
    autoarena *a = arena_new("folder", 0);
    struct err e = { 0 };
    file_list files = { 0 };
    CHECK_OK(file_walk(a, str_of(t_source(folder)), STR(".leye"), 1000, &files, &e), e);
    CHECK(files.len > 0);
    VEC_EACH (str, path, &files) run_file(*path);
}

/* A chain is run once for each of its packs: alone, with the next below it, and so on. A file expects only what is
 * reported when its own pack is the lowest. */
static void run_chain(struct arena *a, str folder, const file_list *files)
{
    for (unsigned depth = 1;; depth++) {
        struct input in[SOURCES_MAX];
        size_t n = 0;
        bool lowest_found = false;
        str ignore = STR("");
        VEC_EACH (str, path, files) {
            if (!str_starts(*path, folder) || n == SOURCES_MAX) continue;
            unsigned pack = (unsigned)(path->p[folder.len + 2] - '1'); /* …/p1-country/pack.leye */
            if (pack >= depth) continue;
            struct err e = { 0 };
            size_t top = str_find(*path, STR("tests/lang/"));
            in[n] = (struct input){ .path = str_slice(*path, top, path->len), .pack = (uint16_t)pack };
            CHECK_OK(file_read(a, *path, 1 << 20, &in[n].text, &e), e);
            str own = directive(in[n].text, "-- 不管 ");
            if (own.len > 0 && pack + 1 == depth) ignore = own;
            lowest_found = lowest_found || pack + 1 == depth;
            n++;
        }
        if (!lowest_found) return;
        struct loaded l;
        load_inputs(&l, a, in, n);
        expectation_list reports = { 0 }, failures = { 0 };
        VEC_EACH (const struct source, s, &l.p->sources) {
            if (s->pack + 1u == depth) read_comments(a, s, &reports, &failures);
        }
        compare_diags(&l, ignore, &reports);
        if (l.d.errors == 0) run_examples(&l, &failures, (uint16_t)(depth - 1));
        note_program(&l);
        shown_so_far.programs++;
    }
}

static void run_layers(void)
{
    autoarena *a = arena_new("layers", 0);
    struct err e = { 0 };
    file_list files = { 0 };
    CHECK_OK(file_walk(a, str_of(t_source("tests/lang/layers")), STR(".leye"), 1000, &files, &e), e);
    str last = { 0 };
    VEC_EACH (str, path, &files) {
        str chain = file_dir(file_dir(*path));
        if (!str_eq(chain, last)) run_chain(a, chain, &files);
        last = chain;
    }
    CHECK(files.len > 0);
}

static void must_not_have_failed(void)
{
    printf("%zu programs, %zu expected mistakes, %zu examples\n", shown_so_far.programs, shown_so_far.expectations,
           shown_so_far.examples);
    if (shown_so_far.failures > 0) FAIL("%zu expectations were not met", shown_so_far.failures);
}

TEST(programs_of_the_language_do_what_their_comments_say)
{
    run_folder("tests/lang/language");
    must_not_have_failed();
}

TEST(programs_about_types_do_what_their_comments_say)
{
    run_folder("tests/lang/types");
    must_not_have_failed();
}

TEST(programs_about_limits_do_what_their_comments_say)
{
    run_folder("tests/lang/limits");
    must_not_have_failed();
}

TEST(programs_about_old_bugs_do_what_their_comments_say)
{
    run_folder("tests/lang/regression");
    must_not_have_failed();
}

TEST(chains_of_packs_do_what_their_comments_say)
{
    run_layers();
    must_not_have_failed();
}

static void run_everything(void)
{
    run_folder("tests/lang/language");
    run_folder("tests/lang/types");
    run_folder("tests/lang/limits");
    run_folder("tests/lang/regression");
    run_layers();
}

static bool is_one_of(const char *name, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strcmp(name, *list) == 0) return true;
    }
    return false;
}

TEST(every_mistake_the_language_knows_is_made_somewhere)
{
    static const char *const elsewhere[] = {
        "bad_utf8",   /* found while a pack is read from its folder: tests/lang/010_layers.sh */
        "pack_chain", /* in the table, but nothing reports it: a broken chain is an error of reading (010_layers.sh) */
        NULL
    };
    run_everything();
    size_t missing = 0;
    for (int i = 0; i < DIAG_CODE_COUNT; i++) {
        const char *name = diag_name((enum diag_code)i);
        bool listed = is_one_of(name, elsewhere);
        if (shown_so_far.diag[i] == !listed) continue;
        printf("%s: %s\n", name, listed ? "no longer needs its exception" : "never made");
        missing++;
    }
    CHECK_SIZE(missing, 0);
}

TEST(every_operation_and_function_is_evaluated_somewhere)
{
    static const char *const valueless[] = {
        "BAD", "DIV", "GROUP", "HISTORY", "EXPIRY_WORKDAYS", NULL
    }; /* see eval.c */
    static const char *const always_known[] = { "CONST", "ELEMENT", "TODAY", "RULE_DAY", "OCCURRENCES", NULL };
    run_everything();
    size_t missing = 0;
    for (int i = 0; i < OP_COUNT_; i++) {
        const char *name = op_name((enum op)i);
        uint8_t seen = shown_so_far.op[i];
        if (is_one_of(name, valueless)) continue;
        bool known = (seen & (SEEN_TRUE | SEEN_FALSE | SEEN_VALUE)) != 0, unknown = (seen & SEEN_UNKNOWN) != 0;
        if (known && (unknown || is_one_of(name, always_known))) continue;
        printf("%s is never %s\n", name, known ? "unknown" : "known");
        missing++;
    }
    for (int i = 1; i < BUILTIN_COUNT_; i++) {
        if (shown_so_far.builtin[i]) continue;
        printf("%s() is never called\n", builtin_at((enum builtin)i)->zh);
        missing++;
    }
    CHECK_SIZE(missing, 0);
}

TEST(every_declaration_field_and_word_is_written_somewhere)
{
    run_everything();
    size_t missing = 0;
    for (int i = 0; i < KIND_COUNT; i++) {
        if (shown_so_far.kind[i]) continue;
        printf("no declaration %s\n", kind_defs[i].zh);
        missing++;
    }
    for (int i = 0; i < FIELD_COUNT; i++) {
        if (shown_so_far.field[i]) continue;
        printf("no field %s.%s (%s)\n", kind_defs[field_defs[i].kind].zh, field_defs[i].zh, field_defs[i].en);
        missing++;
    }
    for (int i = 1; i < WORD_COUNT; i++) {
        if (shown_so_far.word[i]) continue;
        printf("no word %s\n", word_zh((enum word)i));
        missing++;
    }
    CHECK_SIZE(missing, 0);
}

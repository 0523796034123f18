/* suite: the file of the twelve-rule benchmark. Columns are found by the ministry codes that packs/bench gives its
 * fields (编码), so that the two meet on names and not on order. */
#include "cli/suite.h"
#include "base/file.h"

#include <string.h>

enum { HEAD_BYTES = 16, PERSON_BYTES = 7 * 4 + 4, LONG_COLUMNS = 7, SHORT_COLUMNS = 4 };

static const char *const long_codes[LONG_COLUMNS] = { "birth",       "reg_date", "grad_date", "contrib_months",
                                                      "paid_months", "base",     "household" };
static const char *const short_codes[SHORT_COLUMNS] = { "sex", "status", "cert", "disabled" };
static const char *const rule_codes[SUITE_RULES] = { "age",           "working_age",     "is_unemployed",
                                                     "spell_months",  "zero_employment", "hard_to_employ",
                                                     "ui_months",     "ui_amount",       "si_subsidy",
                                                     "skill_subsidy", "grad_subsidy",    "total_aid" };
enum { COLUMN_BASE = 5, COLUMN_HOME = 6 };

/* The file, and where its columns are in the pool. */
struct input {
    const uint8_t *bytes;
    uint32_t people, households;
    int longs[LONG_COLUMNS], shorts[SHORT_COLUMNS], low_income;
};

static uint32_t word_at(const uint8_t *p)
{
    uint32_t x;
    memcpy(&x, p, sizeof x);
    return x;
}

static uint32_t long_at(const struct input *in, unsigned column, uint32_t row)
{
    return word_at(in->bytes + HEAD_BYTES + ((size_t)column * in->people + row) * 4);
}

static uint8_t short_at(const struct input *in, unsigned column, uint32_t row)
{
    return in->bytes[HEAD_BYTES + (size_t)LONG_COLUMNS * 4 * in->people + (size_t)column * in->people + row];
}

static uint8_t low_income_at(const struct input *in, uint32_t household)
{
    return in->bytes[HEAD_BYTES + (size_t)PERSON_BYTES * in->people + household];
}

/* A whole number below 2^24 from the bits of a binary32; false when it is something else. */
static bool whole_from_bits(uint32_t bits, int64_t *out)
{
    uint32_t exponent = bits >> 23 & 255, fraction = (bits & 0x7fffff) | 0x800000;
    *out = 0;
    if (bits == 0) return true;
    if (bits >> 31 || exponent < 127 || exponent > 127 + 23) return false;
    unsigned drop = 127 + 23 - exponent;
    *out = fraction >> drop;
    return (fraction & ((1u << drop) - 1)) == 0;
}

static int column_of(const struct program *p, uint16_t table, const char *code)
{
    const struct entity *e = &p->entities.at[table];
    for (size_t i = 0; i < e->slots.len; i++) {
        if (str_eq(e->slots.at[i].code, str_of(code))) return (int)i;
    }
    return -1;
}

static bool find_columns(struct suite *s, const struct program *p, struct input *in, struct err *e)
{
    const struct entity *person = program_entity(p, STR("人员")), *home = program_entity(p, STR("家庭"));
    if (person == NULL || home == NULL) return fail(e, INVALID, "这不是基准包：没有“人员”“家庭”，请用 packs/bench");
    s->person = person->id;
    s->household = home->id;
    in->low_income = column_of(p, s->household, "low_income");
    bool ok = in->low_income >= 0;
    for (unsigned i = 0; i < LONG_COLUMNS; i++) ok = (in->longs[i] = column_of(p, s->person, long_codes[i])) >= 0 && ok;
    for (unsigned i = 0; i < SHORT_COLUMNS; i++)
        ok = (in->shorts[i] = column_of(p, s->person, short_codes[i])) >= 0 && ok;
    if (!ok) return fail(e, INVALID, "这不是基准包：有的字段没有 birth、sex 这些编码，请用 packs/bench");
    s->home = (uint16_t)in->longs[COLUMN_HOME];
    return true;
}

static bool find_rules(struct suite *s, const struct program *p, struct err *e)
{
    for (unsigned i = 0; i < SUITE_RULES; i++) {
        const struct func *found = NULL;
        VEC_EACH (const struct func, f, &p->funcs) {
            VEC_EACH (const struct ast_field, x, &f->decl->fields) {
                bool alias = x->def->id == FIELD_DEFINITION_ALIAS || x->def->id == FIELD_TABLE_ALIAS;
                if (alias && x->names.len > 0 && str_eq(x->names.at[0].text, str_of(rule_codes[i]))) found = f;
            }
        }
        if (found == NULL)
            return fail(e, INVALID, "这不是基准包：没有别名是 %s 的规则，请用 packs/bench", rule_codes[i]);
        s->rules[i] = found->id;
        s->names[i] = found->name;
        s->scales[i] = found->type.kind == TYPE_NUM ? found->type.scale : 0;
        s->of_household[i] = found->entity == s->household;
    }
    return true;
}

static bool check_file(str text, struct input *in, struct err *e)
{
    int64_t people, households;
    if (text.len < HEAD_BYTES) return fail(e, INVALID, "文件太短，不是基准人口文件");
    memcpy(&people, text.p, sizeof people);
    memcpy(&households, text.p + 8, sizeof households);
    if (people < 0 || people > SUITE_PEOPLE_MAX || households < 0 || households > SUITE_PEOPLE_MAX ||
        text.len != HEAD_BYTES + (size_t)people * PERSON_BYTES + (size_t)households)
        return fail(e, INVALID, "文件的长度和开头写的人数、户数对不上，重新生成它");
    in->bytes = (const uint8_t *)text.p;
    in->people = (uint32_t)people;
    in->households = (uint32_t)households;
    return true;
}

/* Values the language can take: dates in its range, codes of their lists, households that are there. */
static bool check_person(const struct input *in, const struct program *p, const struct suite *s, uint32_t i,
                         struct err *e)
{
    int64_t base;
    bool ok = long_at(in, COLUMN_HOME, i) < in->households && whole_from_bits(long_at(in, COLUMN_BASE, i), &base);
    for (unsigned c = 0; c < 3; c++) ok = ok && date_ok((date){ (int32_t)long_at(in, c, i) });
    for (unsigned c = 0; c < SHORT_COLUMNS; c++) {
        struct type t = p->entities.at[s->person].slots.at[in->shorts[c]].type;
        ok = ok && short_at(in, c, i) < (t.kind == TYPE_CODE ? p->codes.at[t.ref].items.len : 2);
    }
    return ok || fail(e, INVALID, "第 %u 人的资料不对：日期、代码、户号或基数超出了范围", i + 1);
}

/* People by household, and where households go: those that have members first, both in the order of the file. */
struct order {
    uint32_t *people, *home_row, *home_at;
};

static bool sort_people(struct suite *s, const struct program *p, const struct input *in, struct arena *a,
                        struct order *o, struct err *e)
{
    uint32_t *start = ARENA_ARRAY(a, uint32_t, in->households + 1u);
    o->people = ARENA_ARRAY(a, uint32_t, in->people + 1u);
    o->home_row = ARENA_ARRAY(a, uint32_t, in->households + 1u);
    o->home_at = ARENA_ARRAY(a, uint32_t, in->households + 1u);
    for (uint32_t i = 0; i < in->people; i++) {
        if (!check_person(in, p, s, i, e)) return false;
        start[long_at(in, COLUMN_HOME, i)]++;
    }
    uint32_t rows = 0, before = 0;
    for (unsigned empty = 0; empty < 2; empty++) {
        for (uint32_t h = 0; h < in->households; h++) {
            if ((o->home_row[h] != 0) || (start[h] == 0) != (empty == 1)) continue;
            o->home_at[rows] = h;
            o->home_row[h] = ++rows;
        }
        if (empty == 0) s->inhabited = rows;
    }
    for (uint32_t h = 0; h < in->households; h++) {
        uint32_t n = start[h];
        start[h] = before;
        before += n;
    }
    for (uint32_t i = 0; i < in->people; i++) o->people[start[long_at(in, COLUMN_HOME, i)]++] = i;
    return true;
}

static void add_people(const struct suite *s, const struct input *in, const struct order *o, struct pool_builder *b)
{
    for (uint32_t r = 0; r < in->people; r++) {
        uint32_t i = o->people[r];
        pool_add(b, s->person, (uint64_t)i + 1, UINT32_MAX);
        for (unsigned c = 0; c < LONG_COLUMNS; c++) {
            int64_t x = (int32_t)long_at(in, c, i);
            if (c == COLUMN_HOME) x = o->home_row[x] - 1;
            if (c == COLUMN_BASE) {
                whole_from_bits(long_at(in, c, i), &x);
                x *= 100;
            }
            pool_set(b, s->person, (uint16_t)in->longs[c], POOL_KNOWN, x);
        }
        for (unsigned c = 0; c < SHORT_COLUMNS; c++)
            pool_set(b, s->person, (uint16_t)in->shorts[c], POOL_KNOWN, short_at(in, c, i));
    }
}

static bool build(struct suite *s, const struct program *p, const struct input *in, struct err *e)
{
    autoarena *a = arena_new("suite order", 0);
    struct order o;
    if (!sort_people(s, p, in, a, &o, e)) return false;
    struct pool_builder *b = pool_build(&s->vocab->schema, 0);
    for (uint32_t r = 0; r < in->households; r++) {
        pool_add(b, s->household, (uint64_t)o.home_at[r] + 1, UINT32_MAX);
        pool_set(b, s->household, (uint16_t)in->low_income, POOL_KNOWN, low_income_at(in, o.home_at[r]) != 0);
    }
    add_people(s, in, &o, b);
    const struct entity *home = &p->entities.at[s->household];
    for (uint16_t g = 0; g < home->slots.len; g++) {
        if (home->slots.at[g].kind != SLOT_GROUP) continue;
        pool_join_by(b, s->household, g, s->home);
        pool_cover_all(b, s->household, g, 0, (struct pool_cover){ .state = POOL_KNOWN });
    }
    s->people = in->people;
    s->households = in->households;
    s->pool = pool_build_end(b, e);
    return s->pool != NULL;
}

bool suite_load(struct suite *s, const struct program *p, str file, struct arena *a, struct err *e)
{
    *s = (struct suite){ .vocab = vocab_of(p, false, a) };
    struct input in = { 0 };
    autoarena *bytes = arena_new("suite file", 0);
    str text;
    if (!find_columns(s, p, &in, e) || !find_rules(s, p, e)) return false;
    size_t most = HEAD_BYTES + (size_t)SUITE_PEOPLE_MAX * (PERSON_BYTES + 1);
    if (!file_read(bytes, file, most, &text, e)) return false;
    return (check_file(text, &in, e) && build(s, p, &in, e)) || fail_up(e, "读 %.*s", STR_ARG(file));
}

void suite_free(struct suite *s)
{
    pool_free(s->pool);
    *s = (struct suite){ 0 };
}

/* ---- adding up ---- */

struct adding {
    const struct suite *s;
    struct suite_sums by_thread[KERNEL_THREADS_MAX];
    bool over[KERNEL_THREADS_MAX];
};

static void add_rule(struct adding *w, unsigned thread, struct kernel *k, const struct kernel_rows *rows, uint32_t n,
                     unsigned rule)
{
    struct suite_sums *sums = &w->by_thread[thread];
    struct kernel_values v = kernel_func(k, rows, w->s->rules[rule]);
    if (!kernel_sum(&v, n, &sums->sum[rule], &sums->known[rule])) w->over[thread] = true;
}

static uint32_t home_of(const struct suite *s, uint32_t person)
{
    int32_t row;
    pool_read_i32(s->pool, s->person, s->home, person, 1, &row, NULL);
    return (uint32_t)row;
}

/* A batch of people are whole households, and the households are neighbours as well. */
static void add_batch(void *ctx, unsigned thread, struct kernel *k, uint32_t first, uint32_t n)
{
    struct adding *w = ctx;
    uint32_t from = home_of(w->s, first), homes = home_of(w->s, first + n - 1) - from + 1;
    const struct kernel_rows *people = kernel_rows(k, w->s->person, first, n),
                             *households = kernel_rows(k, w->s->household, from, homes);
    for (unsigned i = 0; i < SUITE_RULES; i++) {
        bool home = w->s->of_household[i];
        add_rule(w, thread, k, home ? households : people, home ? homes : n, i);
    }
}

static void add_empty(void *ctx, unsigned thread, struct kernel *k, uint32_t first, uint32_t n)
{
    struct adding *w = ctx;
    const struct kernel_rows *households = kernel_rows(k, w->s->household, first, n);
    for (unsigned i = 0; i < SUITE_RULES; i++) {
        if (w->s->of_household[i]) add_rule(w, thread, k, households, n, i);
    }
}

bool suite_run(const struct suite *s, unsigned threads, struct suite_sums *out, struct err *e)
{
    autoarena *a = arena_new("suite sums", 0);
    struct adding *w = ARENA_NEW(a, struct adding);
    date day = date_of(2023, 11, 1);
    w->s = s;
    struct kernel_job job = { .vocab = s->vocab,
                              .pool = s->pool,
                              .today = day,
                              .rule_day = day,
                              .table = s->person,
                              .threads = threads,
                              .each = add_batch,
                              .ctx = w };
    *out = (struct suite_sums){ 0 };
    if (s->people > 0) kernel_run(&job);
    out->escaped = job.escapes.rows;
    if (s->inhabited < s->households) {
        job.table = s->household;
        job.first = s->inhabited;
        job.end = s->households;
        job.each = add_empty;
        kernel_run(&job);
        out->escaped += job.escapes.rows;
    }
    bool ok = true;
    for (unsigned t = 0; t < KERNEL_THREADS_MAX; t++) {
        for (unsigned i = 0; i < SUITE_RULES; i++) {
            ok = num_add(out->sum[i], w->by_thread[t].sum[i], &out->sum[i]) && ok;
            out->known[i] += w->by_thread[t].known[i];
        }
        ok = ok && !w->over[t];
    }
    return ok || fail(e, LIMIT, "合计超出了能算的范围");
}

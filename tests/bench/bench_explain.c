/* bench_explain: how long one decision takes with its explanation, once the packs are loaded.
 *
 * The CPU time of one decision is the median over many, taken one by one; a row is the median of several such runs,
 * with the least and the most. All decisions are made in one arena that is rewound, as a server would. Rows begin with
 * "| " and are gathered into docs/measurements.md by tools/bench. What is asserted is that the work measured was really
 * done. */
#include "bench.h"
#include "policy/receipt.h"

enum { DECISIONS = 2000, TEXT_MAX = 8 << 20 };

static void row(const char *what, const char *bar, double us[BENCH_RUNS])
{
    bench_row(what, bar, us, BENCH_RUNS, bench_peak_kib(), "");
}

/* How far one goes with a decision. */
enum extent { VERDICT_ONLY, WITH_EXPLANATION, WITH_TEXTS, WITH_RECEIPT };

struct bench {
    struct arena *a, *scratch;
    struct pack_set set;
    size_t bytes; /* of all texts: the work cannot be left out */
};

struct person {
    const char *name, *policy;
    const struct json *facts;
};

static void start(struct bench *b)
{
    struct err e = { 0 };
    b->a = arena_new("pack", 0);
    b->scratch = arena_new("decision", 0);
    CHECK_OK(pack_load(&b->set, b->a, str_fmt(b->a, "%s/packs/demo", bench_source_folder()), NULL, 0, &e), e);
    CHECK_INT((int64_t)b->set.diags.errors, 0);
}

static void end(struct bench *b)
{
    CHECK(b->bytes > 0);
    arena_free(b->scratch);
    arena_free(b->a);
}

static void render(struct bench *b, const struct explanation *x, const struct question *q, enum extent extent)
{
    struct text text, json, receipt;
    struct json_writer w;
    struct err e = { 0 };
    text_init(&text, b->scratch, TEXT_MAX), text_init(&json, b->scratch, TEXT_MAX),
        text_init(&receipt, b->scratch, TEXT_MAX);
    explain_text(x, true, &text);
    json_begin(&w, &json, true);
    explain_json(x, &w);
    if (extent == WITH_RECEIPT) CHECK_OK(receipt_write(x, q, &receipt, &e), e);
    b->bytes += text.len + json.len + receipt.len;
}

/* One decision for a person, from the facts as JSON. */
static void decide(struct bench *b, const struct person *p, enum extent extent)
{
    struct explanation x;
    struct question q = {
        .policy = str_of(p->policy), .facts = p->facts, .today = date_of(2025, 3, 15), .rule_day = date_of(2025, 3, 15)
    };
    struct err e = { 0 };
    if (extent == VERDICT_ONLY) {
        const struct policy *policy = program_policy(b->set.program, q.policy);
        struct diags d;
        struct facts f;
        struct evaluator ev = { 0 };
        diags_init(&d, b->scratch);
        facts_start(&f, b->set.program, b->scratch, &d, policy->entity);
        CHECK_OK(facts_json(&f, f.subject, q.facts, &e), e);
        eval_start(&ev, b->set.program, b->scratch, q.today, q.rule_day);
        b->bytes += 1 + (size_t)eval_policy(&ev, f.subject, policy->id).kind;
        return;
    }
    CHECK_OK(answer(&x, &b->set, &q, b->scratch, &e), e);
    b->bytes += x.summary.len;
    if (extent >= WITH_TEXTS) render(b, &x, &q, extent);
}

static void people(struct bench *b, const struct person *p, enum extent extent, const char *what, const char *bar)
{
    double us[BENCH_RUNS], *each = ARENA_ARRAY(b->a, double, DECISIONS);
    for (int run = 0; run < BENCH_RUNS; run++) {
        for (int i = 0; i < DECISIONS; i++) {
            struct arena_mark m = arena_mark(b->scratch);
            double from = bench_cpu_us();
            decide(b, p, extent);
            each[i] = bench_cpu_us() - from;
            arena_rewind(b->scratch, m);
        }
        us[run] = bench_median(each, DECISIONS);
    }
    row(str_fmt(b->a, "%s, %s", p->name, what).p, bar, us);
}

TEST_WITHIN(a_decision_for_the_people_of_the_demonstration, 600)
{
    struct bench b = { 0 };
    struct person who[] = { { "王小梅", "就业困难人员灵活就业社会保险补贴", NULL },
                            { "李建国", "失业保险金", NULL },
                            { "张晓", "失业登记", NULL } };
    start(&b);
    for (size_t i = 0; i < sizeof who / sizeof *who; i++) {
        struct err e = { 0 };
        str text;
        str path = str_fmt(b.a, "%s/packs/demo/people/%s.json", bench_source_folder(), who[i].name);
        CHECK_OK(file_read(b.a, path, 1 << 20, &text, &e), e);
        CHECK_OK(json_read(b.a, text, &who[i].facts, &e), e);
        people(&b, &who[i], VERDICT_ONLY, "facts read and verdict", "");
        people(&b, &who[i], WITH_EXPLANATION, "and explained in full", "≤ 100 µs");
        people(&b, &who[i], WITH_TEXTS, "and written both as text and as JSON", "");
        people(&b, &who[i], WITH_RECEIPT, "and a receipt", "");
    }
    end(&b);
}

/* Every example of the policies, upper packs included: facts as the packs write them, then the decision alone is timed.
 */
static size_t examples_once(struct bench *b, enum extent extent, double *each, size_t max)
{
    const struct program *p = b->set.program;
    size_t n = 0;
    VEC_EACH (const struct example, x, &p->examples) {
        if (x->about != KIND_POLICY || n == max) continue;
        struct arena_mark m = arena_mark(b->scratch);
        struct diags d;
        struct example_case c;
        diags_init(&d, b->scratch);
        CHECK(example_facts(p, x, b->scratch, &d, NULL, &c));
        date today = c.has_today ? c.today : date_of(2025, 3, 15);
        struct explanation explanation;
        struct evaluator ev = { 0 };
        double from = bench_cpu_us();
        eval_start(&ev, p, b->scratch, today, c.has_rule_day ? c.rule_day : today);
        explain_policy(&explanation, &ev, c.facts.subject, x->target, b->scratch);
        if (extent >= WITH_TEXTS) render(b, &explanation, NULL, extent);
        each[n++] = bench_cpu_us() - from;
        b->bytes += explanation.summary.len;
        arena_rewind(b->scratch, m);
    }
    return n;
}

static void examples(struct bench *b, enum extent extent, const char *what, const char *bar)
{
    enum { EXAMPLES_MAX = 100000 };
    double us[BENCH_RUNS], worst[BENCH_RUNS], *each = ARENA_ARRAY(b->a, double, EXAMPLES_MAX);
    size_t n = 0;
    for (int run = 0; run < BENCH_RUNS; run++) {
        n = examples_once(b, extent, each, EXAMPLES_MAX);
        CHECK(n > 100);
        us[run] = bench_median(each, n);
        worst[run] = each[n - 1 - n / 100];
    }
    row(str_fmt(b->a, "%zu examples of the demo pack and its uppers, %s", n, what).p, bar, us);
    row("the same, 99th of 100", "", worst);
}

TEST_WITHIN(a_decision_for_every_example, 600)
{
    struct bench b = { 0 };
    start(&b);
    examples(&b, WITH_EXPLANATION, "explained in full", "≤ 100 µs");
    examples(&b, WITH_TEXTS, "explained and written both as text and as JSON", "");
    end(&b);
}

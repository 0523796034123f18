/* leye import: files of other systems become facts. */
#include "cli/cli.h"
#include "pack/pack.h"
#include "registry/registry.h"

#include <stdio.h>
#include <unistd.h>

static void show_progress(void *ctx, const struct import_progress *p)
{
    static const char bar[] = "########################################";
    enum { BAR = 30 };
    (void)ctx;
    unsigned done = p->total == 0 ? BAR : (unsigned)(p->done * BAR / p->total);
    if (done > BAR) done = BAR;
    fprintf(stderr, "\r%s [%.*s%*s] %llu 行，退回 %llu   ", p->stage, (int)done, bar, (int)(BAR - done), "",
            (unsigned long long)p->counts->rows, (unsigned long long)p->counts->bad);
    fflush(stderr);
}

static void clear_progress(bool shown)
{
    if (shown) fputs("\r\033[K", stderr);
}

static void add_counts(struct import_counts *sum, const struct import_counts *c)
{
    sum->rows += c->rows, sum->good += c->good, sum->bad += c->bad, sum->warned += c->warned;
    sum->made += c->made, sum->changed += c->changed, sum->same += c->same, sum->stubs += c->stubs;
    sum->gone += c->gone, sum->merged += c->merged, sum->review += c->review;
}

#define N(x) (unsigned long long)(x)

static void print_counts(const struct import_counts *c, bool preview, struct text *t)
{
    const char *would = preview ? "会" : "";
    text_addf(t, "  %s登记 %llu 行：新的 %llu，有变化 %llu，没有变化 %llu；%s退回 %llu 行\n", would, N(c->good),
              N(c->made), N(c->changed), N(c->same), would, N(c->bad));
    if (c->warned > 0) text_addf(t, "  登记了但要留意的 %llu 行\n", N(c->warned));
    if (c->stubs > 0) text_addf(t, "  只有编号、还没有底册的家庭、单位、人员新建 %llu 个\n", N(c->stubs));
    if (c->gone > 0) text_addf(t, "  上次有、这次全量里没有的 %llu 条，已停用（历史还在）\n", N(c->gone));
    if (c->merged > 0) text_addf(t, "  查重：%s自动合并 %llu 对（leye merge --undo 可以撤销）\n", would, N(c->merged));
    if (c->review > 0) text_addf(t, "  查重：%llu 对要人来判断（leye merge --list）\n", N(c->review));
}

enum { COMPLAINTS_SHOWN = 5, HOPELESS_ROWS = 20 };

/* Kinds of complaints, the most frequent first, each with where it first occurs. */
static void print_complaints(const struct import_result *r, struct text *t)
{
    bool done[IMPORT_SAMPLES] = { 0 };
    for (size_t shown = 0; shown < COMPLAINTS_SHOWN; shown++) {
        size_t best = SIZE_MAX;
        for (size_t i = 0; i < r->samples.len && i < IMPORT_SAMPLES; i++) {
            if (!done[i] && (best == SIZE_MAX || r->samples.at[i].rows > r->samples.at[best].rows)) best = i;
        }
        if (best == SIZE_MAX) return;
        const struct import_sample *s = &r->samples.at[best];
        done[best] = true;
        text_addf(t, "  第 %llu 行 %.*s：%s%.*s。%.*s", N(s->row), STR_ARG(s->column), s->warning ? "（留意）" : "",
                  STR_ARG(s->complaint), STR_ARG(s->remedy));
        if (s->rows > 1) text_addf(t, "（这样的一共 %llu 行）", N(s->rows));
        text_addc(t, '\n');
    }
}

static void print_result(const struct import_result *r, str path, bool preview, struct text *t)
{
    char day[DATE_TEXT];
    date_text(r->as_of, day);
    text_addf(t, "%s%.*s → %.*s（%.*s，%.*s，截至 %s）\n", preview ? "预览：" : "", STR_ARG(path), STR_ARG(r->entity),
              STR_ARG(r->map), STR_ARG(r->origin), day);
    if (r->again) {
        text_addf(t, "  这份文件以前登记过（第 %lld 批），内容一样，没有再登记\n", (long long)r->drop);
        return;
    }
    if (r->went_on) text_addf(t, "  接着上次中断的地方登记：前 %llu 行上次已经登记\n", N(r->skipped));
    print_counts(&r->counts, preview, t);
    if (r->unused.len > 0) {
        text_addz(t, "  没有用到的栏：");
        for (size_t i = 0; i < r->unused.len; i++) text_addf(t, "%s%.*s", i ? "、" : "", STR_ARG(r->unused.at[i]));
        text_addz(t, "\n");
    }
    print_complaints(r, t);
    if (r->errors.len > 0) text_addf(t, "  退回的行在 %.*s，改好以后把它再登记一遍就行\n", STR_ARG(r->errors));
    if (r->counts.good == 0 && r->counts.bad >= HOPELESS_ROWS)
        text_addz(t, "  一行也没有登记：多半是送错了文件，或者有一栏整栏错了；改好原来的文件再登记，比改退回的行快\n");
}

struct job {
    const struct cli_args *a;
    struct registry *r;
    struct import_options o;
    bool preview, bar;
    struct text out;
    struct import_counts sum;
};

static bool one_file(struct job *j, str path, str as, struct err *e)
{
    autoarena *arena = arena_new("import", 0);
    struct import_result r;
    j->o.path = path;
    j->o.as = as;
    bool ok = registry_import(j->r, &j->o, &r, arena, e);
    clear_progress(j->bar);
    if (!ok) return false;
    print_result(&r, path, j->preview, &j->out);
    if (!r.again) add_counts(&j->sum, &r.counts);
    return true;
}

static bool all_files(struct job *j, const struct program *p, str folder, struct err *e)
{
    import_files files = { 0 };
    file_list strangers = { 0 };
    if (!registry_import_order(p, folder, j->a->arena, &files, &strangers, e)) return false;
    if (files.len == 0) return fail(e, NOT_FOUND, "文件夹 %.*s 里没有一个文件对得上包里的“导入”", STR_ARG(folder));
    VEC_EACH (const struct import_file, f, &files) {
        size_t left = files.len - (size_t)(f - files.at) - 1;
        if (!one_file(j, f->path, f->map, e)) {
            if (left > 0) fail_up(e, "文件夹里后面还有 %zu 份没有登记；再运行同样的命令，登记过的会跳过", left);
            return false;
        }
        cli_out(&j->out);
        j->out.len = 0;
    }
    VEC_EACH (const str, s, &strangers) text_addf(&j->out, "没有“导入”认得的文件：%.*s\n", STR_ARG(*s));
    text_addf(&j->out, "合计 %zu 份文件\n", files.len);
    print_counts(&j->sum, j->preview, &j->out);
    return true;
}

static int list_drops(struct registry *r, struct arena *a)
{
    struct err e = { 0 };
    drop_lines drops = { 0 };
    struct text t;
    text_init(&t, a, 1 << 20);
    if (!registry_drops(r, 50, a, &drops, &e)) return cli_fail(&e);
    for (size_t i = drops.len; i-- > 0;) {
        const struct drop_line *d = &drops.at[i];
        char day[DATE_TEXT];
        date_text(d->as_of, day);
        text_addf(&t, "第 %lld 批　%.*s　%.*s　%.*s　截至 %s　%lld 行，退回 %lld　%.*s　%.*s\n", (long long)d->id,
                  STR_ARG(d->file), STR_ARG(d->map), STR_ARG(d->origin), day, (long long)d->rows, (long long)d->bad,
                  STR_ARG(d->state), STR_ARG(d->person));
    }
    if (drops.len == 0) text_addz(&t, "还没有登记过文件\n");
    cli_out(&t);
    return 0;
}

static int work(struct job *j, const struct program *p)
{
    const struct cli_args *a = j->a;
    struct err e = { 0 };
    str folder = cli_option(a, "all");
    bool ok = !j->preview || registry_preview(j->r, &e);
    if (ok && folder.p != NULL) ok = all_files(j, p, folder, &e);
    for (size_t i = 0; ok && i < a->count; i++) {
        str as = cli_option(a, "as");
        ok = one_file(j, a->args[i], as.p == NULL ? STR("") : as, &e);
    }
    if (ok && j->preview) text_addz(&j->out, "这是预览，什么都没有改；去掉 --preview 就登记\n");
    if (j->out.len > 0) cli_out(&j->out);
    if (!ok) return cli_fail(&e);
    return j->sum.bad > 0 ? 1 : 0;
}

static int run(const struct cli_args *a)
{
    struct err e = { 0 };
    struct job j = { .a = a, .preview = cli_has(a, "preview") };
    if (a->count == 0 && !cli_has(a, "all") && !cli_has(a, "list"))
        return cli_usage(a, "要写文件，例如：leye import 人员.csv --as 人员；一整个文件夹用 --all");
    if (cli_has(a, "all") && cli_has(a, "as")) return cli_usage(a, "--all 按文件名认文件，不和 --as 一起用");
    str day = cli_option(a, "as-of"), source = cli_option(a, "source"), errors = cli_option(a, "errors"),
        who = cli_option(a, "person");
    if (day.p != NULL && !date_parse(day, &j.o.as_of))
        return cli_usage(a, "--as-of 的日期写成 2023-11-01，不是“%.*s”", STR_ARG(day));
    if (errors.p != NULL && (a->count > 1 || cli_has(a, "all")))
        return cli_usage(a, "--errors 只和一个文件一起用；不写就写在每个文件旁边");
    j.o.has_as_of = day.p != NULL;
    if (source.p != NULL) j.o.origin = source;
    if (errors.p != NULL) j.o.errors = errors;
    if (who.p != NULL) j.o.person = who;
    j.o.changes = cli_has(a, "changes");
    j.o.sure = cli_has(a, "sure");
    j.bar = isatty(STDERR_FILENO) != 0;
    if (j.bar) j.o.progress = show_progress;
    text_init(&j.out, a->arena, 16 << 20);
    struct pack_set set;
    if (!cli_program(a, &set, &e)) return cli_fail(&e);
    if (!registry_open(&j.r, set.program, cli_db(a), cli_has(a, "list") ? STORE_WRITE : STORE_CREATE, &e))
        return cli_fail(&e);
    int code = 1;
    if (cli_has(a, "list"))
        code = list_drops(j.r, a->arena);
    else if (store_claim(registry_store(j.r), STR("leye import"), &e))
        code = work(&j, set.program);
    else
        cli_fail(&e);
    registry_close(j.r);
    return code;
}

const struct cli_command cmd_import = {
    .name = "import",
    .args = "[文件…]",
    .help = "登记别处来的文件（CSV、XLSX）：逐行检查，查重，认出家庭和单位\n\n第一行是栏名：部颁编码（AAC002）、字段名"
            "，或包里“导入”写的栏名。"
            "有错的行退回到“文件名-错误."
            "csv”，改好再登记一遍。\n中断了再运行同样的命令，接着登记；同一份文件登记两遍不会重复。",
    .options = { { "as", "人员", "登记成什么：实体、经历，或包里一个“导入”的名字；不写就按文件名和栏名认" },
                 { "all", "文件夹", "登记整个文件夹，按先后依次来" },
                 { "db", "文件", "登记库，缺省 LEYE_DB 或 leye.db；也可以是 postgresql://…" },
                 { "packs", "文件夹", "用哪个包，缺省 LEYE_PACKS 或 packs/demo" },
                 { "source", "名字", "从哪个系统来；不写就看“导入”" },
                 { "as-of", "2023-11-01", "文件说的是哪一天的情况，缺省今天" },
                 { "changes", NULL, "文件只有变化的行，不是全的，不管“导入”怎么写" },
                 { "sure", NULL, "全量文件里少了一大半也照样停用" },
                 { "preview", NULL, "只看会怎样，什么都不改" },
                 { "errors", "文件", "退回的行写到哪里；.csv 或 .xlsx" },
                 { "person", "名字", "谁登记的" },
                 { "list", NULL, "列出登记过的文件" } },
    .args_min = 0,
    .args_max = CLI_ARGS_MAX,
    .run = run,
};

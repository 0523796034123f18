/* leye check: every mistake of a pack at once. */
#include "cli/cli.h"
#include "pack/pack.h"

#include <stdio.h>

struct sum {
    size_t packs, files, errors, warnings, notes;
};

/* What a pack above was already told for is not told again below it; what is still open for this place is. */
static void keep_own(struct pack_set *set, bool quiet)
{
    struct diags *d = &set->diags;
    size_t kept = 0;
    for (size_t i = 0; i < d->list.len; i++) {
        const struct diag *g = &d->list.at[i];
        bool own =
            set->program->sources.at[g->loc.source].pack >= set->program->analyse_from || g->code == DIAG_open_unset;
        bool shown = !quiet || diag_level(g->code) != DIAG_NOTE;
        if (own && shown) d->list.at[kept++] = *g;
    }
    d->list.len = kept;
}

static bool is_open_above(const struct pack_set *set, const struct diag *g)
{
    bool open = g->code == DIAG_open_unset || g->code == DIAG_open_left;
    return open && set->program->sources.at[g->loc.source].pack + 1u < set->program->packs.len;
}

/* What upper packs leave open is a list to work through, a line each; mistakes are shown with their text. */
static void print_set(const struct pack_set *set, struct text *out)
{
    const struct source *sources = set->program->sources.at;
    size_t open = 0;
    VEC_EACH (const struct diag, g, &set->diags.list) open += is_open_above(set, g);
    if (open > 0)
        text_addf(out, "上级开放、还没有填写的 %zu 处（写“填写 名字”；没有填写，用到它的政策不付钱）：\n", open);
    VEC_EACH (const struct diag, g, &set->diags.list) {
        if (!is_open_above(set, g)) continue;
        const struct source *s = &sources[g->loc.source];
        unsigned line, column;
        source_place(s, g->loc.from, &line, &column);
        text_addf(out, "  %.*s　%.*s:%u\n", STR_ARG(source_text(s, g->loc)), STR_ARG(s->path), line);
    }
    VEC_EACH (const struct diag, g, &set->diags.list) {
        if (!is_open_above(set, g)) diag_print(g, sources, out);
    }
    if (set->diags.dropped > 0) text_addf(out, "还有 %zu 处没有列出，改完上面的再查一次。\n", set->diags.dropped);
}

static bool check_one(struct sum *sum, str dir, struct arena *arena, struct pack_cache *cache, bool quiet, bool counts,
                      struct text *out, struct json_writer *w, struct err *e)
{
    struct pack_set set;
    if (!pack_load_cached(&set, arena, dir, cache, e)) return false;
    keep_own(&set, quiet);
    if (w != NULL)
        diags_json(&set.diags, set.program->sources.at, w);
    else
        print_set(&set, out);
    VEC_EACH (const struct diag, g, &set.diags.list) {
        sum->errors += diag_level(g->code) == DIAG_ERROR;
        sum->warnings += diag_level(g->code) == DIAG_WARNING;
        sum->notes += diag_level(g->code) == DIAG_NOTE;
    }
    sum->errors += set.diags.dropped; /* not listed, but no less wrong */
    sum->packs++;
    VEC_EACH (const struct source, s, &set.program->sources) sum->files += s->pack + 1u == set.program->packs.len;
    if (w == NULL && counts) {
        text_addf(out, "%.*s：政策 %zu，定义和表 %zu，参数 %zu，例 %zu（连同上级）\n", STR_ARG(dir),
                  set.program->policies.len, set.program->funcs.len, set.program->params.len,
                  set.program->examples.len);
    }
    return true;
}

static int run(const struct cli_args *a)
{
    bool json = cli_has(a, "json");
    struct text out;
    text_init(&out, a->arena, 64 << 20);
    struct json_writer w;
    if (json) {
        json_begin(&w, &out, true);
        json_array(&w);
    }
    struct sum sum = { 0 };
    struct err e = { 0 };
    file_list dirs = { 0 };
    if (!cli_pack_dirs(a, &dirs, &e)) return cli_fail(&e);
    struct pack_cache *cache = pack_cache_new();
    autoarena *arena = arena_new("check", (size_t)1 << 30);
    struct arena_mark empty = arena_mark(arena);
    bool ok = true;
    VEC_EACH (str, dir, &dirs) {
        arena_rewind(arena, empty); /* the same memory for each pack: new memory costs as much as checking does */
        ok = ok && check_one(&sum, *dir, arena, cache, cli_has(a, "quiet"), dirs.len == 1, &out, json ? &w : NULL, &e);
    }
    pack_cache_free(cache);
    if (!ok) return cli_fail(&e);
    if (json) {
        json_array_end(&w);
        text_addc(&out, '\n');
    } else {
        text_addf(&out, "查了 %zu 个包，%zu 个文件：错误 %zu，警告 %zu，提示 %zu\n", sum.packs, sum.files, sum.errors,
                  sum.warnings, sum.notes);
    }
    cli_out(&out);
    return sum.errors > 0 || (cli_has(a, "strict") && sum.warnings > 0) ? 1 : 0;
}

const struct cli_command cmd_check = {
    .name = "check",
    .args = "包…",
    .help = "检查包：一次指出全部错误、警告，带位置和改法\n\n“包”是有 pack.leye 的文件夹；写 packs "
            "就检查其中所有的包。上级包自动读入。",
    .options = { { "json", NULL, "给编辑器和程序读的 JSON" },
                 { "strict", NULL, "有警告也算不通过" },
                 { "quiet", NULL, "不列提示" } },
    .args_min = 1,
    .args_max = CLI_ARGS_MAX,
    .run = run,
};

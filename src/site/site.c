/* site: the order of it all. One writer and one scratch arena serve every page in turn, so that a thousand pages cost
 * the memory of the largest. */
#include "site/site_priv.h"

enum {
    PAGE_BYTES = 16 << 20,    /* the front page of the largest chain has about a quarter of a megabyte */
    SCRATCH_BYTES = 64 << 20, /* one page; evaluating an example takes a few hundred kB */
};

static void write_page(struct site *s, uint32_t page)
{
    switch (s->pages.at[page].kind) {
    case KIND_POLICY: page_policy(s, page); return;
    case KIND_DEFINITION:
    case KIND_TABLE: page_func(s, page); return;
    case KIND_PARAM: page_param(s, page); return;
    case KIND_CODES: page_codes(s, page); return;
    case KIND_ENTITY:
    case KIND_SPELL: page_entity(s, page); return;
    case KIND_SOURCE: page_source(s, page); return;
    case KIND_PACK: page_pack(s, page); return;
    case KIND_SERVICE: page_service(s, page); return;
    case KIND_FUND:
    case KIND_CALENDAR:
    case KIND_REGISTER:
    case KIND_LEAD:
    case KIND_INDICATOR:
    case KIND_PLAN:
    case KIND_TARGET:
    case KIND_TASK:
    case KIND_WARNING:
    case KIND_RETURN:
    case KIND_CROSSWALK:
    case KIND_IMPORT:
    case KIND_VALIDATION:
    case KIND_FILL:
    case KIND_NARROW:
    case KIND_EXAMPLE:
    case KIND_COUNT: page_other(s, page); return;
    }
}

static void write_pages(struct site *s)
{
    for (uint32_t i = 0; i < s->pages.len && !s->failed; i++) {
        struct arena_mark m = arena_mark(s->scratch);
        write_page(s, i);
        emit(s, s->pages.at[i].path, html_end(s->h, &s->over));
        arena_rewind(s->scratch, m);
    }
}

static void write_leading(struct site *s)
{
    void (*const pages[])(struct site *) = { site_index, site_lists, site_open, site_timeline, site_reading };
    for (size_t i = 0; i < sizeof pages / sizeof *pages && !s->failed; i++) {
        struct arena_mark m = arena_mark(s->scratch);
        pages[i](s);
        arena_rewind(s->scratch, m);
    }
}

bool site_build(const struct program *p, const struct site_options *o, site_sink sink, void *to,
                struct site_totals *totals, struct err *e)
{
    autoarena *arena = arena_new("site", (size_t)1 << 30);
    autoarena *scratch = arena_new("page", SCRATCH_BYTES);
    struct site *s = ARENA_NEW(arena, struct site);
    *s = (struct site){ .p = p, .o = o, .a = arena, .scratch = scratch, .sink = sink, .to = to, .e = e };
    s->h = html_new(arena, PAGE_BYTES);
    model_build(s);
    examples_run(s);
    emit(s, STR("style.css"), site_style_css);
    emit(s, STR("pages.js"), site_pages_js);
    write_leading(s);
    write_pages(s);
    if (s->failed) return fail_up(e, "没有写完");
    if (s->over) return fail(e, LIMIT, "有一页超过了 %d MB", PAGE_BYTES >> 20);
    if (arena_over(arena) || arena_over(scratch)) return fail(e, MEMORY, "规则太多，写不下");
    *totals = (struct site_totals){ .pages = s->written, .examples = s->examples_shown, .failed = s->examples_failed };
    return true;
}

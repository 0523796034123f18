/* site_guide: two pages across all the others: the years, when what changed; and how to read verdicts, marks, numbers
 * and the words of the rules. */
#include "site/site_priv.h"

#include <stdlib.h>

/* ---- the years: everything that begins or ends on a day ---- */

enum event_kind { EVENT_VALUE, EVENT_BEGINS, EVENT_ENDS, EVENT_SOURCE };

struct event {
    date day;
    uint32_t page, order;
    enum event_kind what;
};
typedef VEC(struct event) event_list;

static void add_event(struct site *s, event_list *out, date day, uint32_t page, enum event_kind what)
{
    if (page == SITE_NO_PAGE || !date_ok(day)) return;
    VEC_EACH (const struct event, e, out) {
        if (e->page == page && e->day.days == day.days && e->what == what) return;
    }
    struct event e = { .day = day, .page = page, .order = (uint32_t)out->len, .what = what };
    *vec_push(s->scratch, out) = e;
}

static int by_day(const void *pa, const void *pb)
{
    const struct event *a = pa, *b = pb;
    if (a->day.days != b->day.days) return a->day.days > b->day.days ? -1 : 1; /* newest first */
    return (a->order > b->order) - (a->order < b->order);
}

static void collect_events(struct site *s, event_list *out)
{
    const struct program *p = s->p;
    for (uint32_t i = 0; i < p->params.len; i++) {
        day_list days = { 0 };
        param_days(s, &p->params.at[i], &days);
        VEC_EACH (const date, d, &days) {
            struct event e = { .day = *d, .page = s->of_param[i], .order = (uint32_t)out->len, .what = EVENT_VALUE };
            if (e.page != SITE_NO_PAGE && date_ok(*d)) *vec_push(s->scratch, out) = e;
        }
    }
    VEC_EACH (const struct policy, q, &p->policies) {
        if (q->has_from) add_event(s, out, q->from, s->of_policy[q->id], EVENT_BEGINS);
        if (q->has_to) add_event(s, out, q->to, s->of_policy[q->id], EVENT_ENDS);
    }
    VEC_EACH (const struct func, f, &p->funcs) {
        if (f->has_from) add_event(s, out, f->from, s->of_func[f->id], EVENT_BEGINS);
        if (f->has_to) add_event(s, out, f->to, s->of_func[f->id], EVENT_ENDS);
    }
    for (uint32_t i = 0; i < s->pages.len; i++) {
        const struct ast_field *day =
            s->pages.at[i].kind == KIND_SOURCE ? decl_field(s->pages.at[i].decl, FIELD_SOURCE_DAY) : NULL;
        if (day != NULL && day->has_from) add_event(s, out, day->from, i, EVENT_SOURCE);
    }
    if (out->len > 0) qsort(out->at, out->len, sizeof *out->at, by_day);
}

static void event_values(struct site *s, const struct param *q, date day)
{
    struct html *h = s->h;
    bool any = false;
    VEC_EACH (const struct param_row, r, &q->rows) {
        if (r->from.days != day.days) continue;
        html_z(h, any ? "、" : "：");
        any = true;
        if (q->key != 0 && !r->ended) html_f(h, "%.*s ", STR_ARG(s->p->codes.at[q->key - 1].items.at[r->item].name));
        if (r->ended)
            html_z(h, "废止");
        else
            value_write(s, &q->decl->type, q->type, r->value);
        badge_trust(s, trust_of_row(s, q, r));
        if (r->ended) break; /* one line ends all items */
    }
}

static void event_row(struct site *s, const struct event *e)
{
    struct html *h = s->h;
    const struct page *g = &s->pages.at[e->page];
    html_open(h, HTML_LI, e->what == EVENT_SOURCE ? "of-source" : NULL);
    write_day_text(s, e->day);
    html_z(h, " ");
    if (e->what == EVENT_SOURCE) {
        const struct ast_field *title = decl_field(g->decl, FIELD_SOURCE_TITLE);
        html_elz(h, HTML_SPAN, "muted", "来源 ");
        link_page(s, e->page, NULL);
        html_z(h, " ");
        if (title != NULL && !str_eq(title->text, g->name)) html_el(h, HTML_SPAN, "muted small", title->text);
    } else {
        html_elf(h, HTML_SPAN, "muted", "%s ", kind_defs[g->kind].zh);
        link_page(s, e->page, NULL);
        if (e->what == EVENT_VALUE)
            event_values(s, &s->p->params.at[g->index], e->day);
        else
            html_z(h, e->what == EVENT_BEGINS ? " 起施行" : " 止");
    }
    html_close(h, HTML_LI);
}

void site_timeline(struct site *s)
{
    struct html *h = s->h;
    event_list events = { 0 };
    collect_events(s, &events);
    page_begin(s, STR("timeline.html"), STR("年表"), STR("什么时候变了什么"), "年表");
    html_open(h, HTML_HEADER, "lead");
    html_elz(h, HTML_H1, NULL, "年表");
    html_elz(h, HTML_P, "sentence", "什么时候变了什么：参数的每一次调整，政策的施行和期满，来源的成文。新的在前。");
    html_close(h, HTML_HEADER);
    int open_year = 0;
    VEC_EACH (const struct event, e, &events) {
        int y, m, d;
        date_parts(e->day, &y, &m, &d);
        if (y != open_year) {
            if (open_year != 0) html_close(h, HTML_UL);
            html_elf(h, HTML_H2, NULL, "%d 年", y);
            html_open(h, HTML_UL, "years");
            open_year = y;
        }
        event_row(s, e);
    }
    if (open_year != 0) html_close(h, HTML_UL);
    page_end(s);
    emit(s, STR("timeline.html"), html_end(h, &s->over));
}

/* ---- how to read it ---- */

static void reading_verdicts(struct site *s)
{
    static const struct {
        const char *class_, *word, *meaning;
    } rows[] = { { "tag yes", "符合", "每个条件都成立，没有一种排除的情形。" },
                 { "tag no", "不符合", "有一个条件确定不成立，或者有一种排除的情形确定成立。会说明是哪一条。" },
                 { "tag ask", "待核", "还缺资料，说不准。会说明缺什么；缺的资料从不当作零或没有。" } };
    section_open(s, "verdicts", "三种结论");
    html_open(s->h, HTML_DL, "fields");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        html_open(s->h, HTML_DIV, NULL);
        html_open(s->h, HTML_DT, NULL);
        html_elz(s->h, HTML_SPAN, rows[i].class_, rows[i].word);
        html_close(s->h, HTML_DT);
        html_elz(s->h, HTML_DD, NULL, rows[i].meaning);
        html_close(s->h, HTML_DIV);
    }
    html_close(s->h, HTML_DL);
    section_close(s);
}

static void reading_marks(struct site *s)
{
    static const char *const meanings[] = { "没有记号的，规则从原文或可靠的刊本读到。",
                                            "没有读到原文，转述的来源比较可靠。", "没有读到原文，转述的来源还要核对。",
                                            "编造的，只为把功能演示出来。" };
    section_open(s, "trust", "可信的记号");
    html_elz(s->h, HTML_P, NULL, "记号跟着数走：用到转述或虚构的数，算出来的也带着记号。");
    html_open(s->h, HTML_DL, "fields");
    for (int t = TRUST_ORIGINAL; t <= TRUST_FICTION; t++) {
        html_open(s->h, HTML_DIV, NULL);
        html_open(s->h, HTML_DT, NULL);
        if (t == TRUST_ORIGINAL)
            html_z(s->h, "原文");
        else
            badge_trust(s, (enum trust)t);
        html_close(s->h, HTML_DT);
        html_elz(s->h, HTML_DD, NULL, meanings[t]);
        html_close(s->h, HTML_DIV);
    }
    html_close(s->h, HTML_DL);
    section_close(s);
}

static void reading_numbers(struct site *s)
{
    static const char *const lines[] = {
        "“年龄 ≥ 16岁”是年龄满 16 岁；“< 60岁”是不满 60 岁。“满”“不超过”包括那个数，“不满”“超过”不包括。",
        "“在 12月（含）到 60月（不含）之间”：正好 12 月算，正好 60 月不算。",
        "时间写成 2023-11-01。经历“2022-01-01 到 2022-06-01”不包括最后一天；“至今”表示还没有结束。",
        "“足月”按对应日满一个月才算一个月；“自然月”只看相差几个日历月。",
        "钱算到分，比例按十进制精确计算，什么时候舍入、往哪边舍入，都写在规则里。",
        "一个参数在不同的日子可以有不同的值，按“规则日”取用；页面右上角可以换一天看。",
        "“今日”是判断那一天，“本月”是它所在的月。"
    };
    section_open(s, "numbers", "数和时间");
    html_open(s->h, HTML_UL, NULL);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) html_elz(s->h, HTML_LI, NULL, lines[i]);
    html_close(s->h, HTML_UL);
    section_close(s);
}

static void reading_functions(struct site *s)
{
    static const char *const titles[] = { "规则里写", "意思" };
    section_open(s, "functions", "规则原文里的函数");
    table_open(s, "list", "函数");
    table_head(s, titles, 2);
    html_open(s->h, HTML_TBODY, NULL);
    for (int b = BUILTIN_NOT_ONE + 1; b < BUILTIN_COUNT_; b++) {
        const struct builtin_def *def = builtin_at((enum builtin)b);
        html_open(s->h, HTML_TR, NULL);
        html_attrz(s->h, ATTR_ID, def->zh);
        html_open(s->h, HTML_TH, NULL);
        html_attrz(s->h, ATTR_SCOPE, "row");
        html_elz(s->h, HTML_CODE, NULL, def->signature);
        html_close(s->h, HTML_TH);
        html_elz(s->h, HTML_TD, NULL, def->help);
        html_close(s->h, HTML_TR);
    }
    html_close(s->h, HTML_TBODY);
    table_close(s);
    section_close(s);
}

static void reading_words(struct site *s)
{
    static const char *const titles[] = { "规则里写", "意思" };
    section_open(s, "words", "规则原文里的词");
    table_open(s, "list", "词");
    table_head(s, titles, 2);
    html_open(s->h, HTML_TBODY, NULL);
    for (int w = WORD_NOT_ONE + 1; w < WORD_COUNT; w++) {
        html_open(s->h, HTML_TR, NULL);
        html_open(s->h, HTML_TH, NULL);
        html_attrz(s->h, ATTR_SCOPE, "row");
        html_elz(s->h, HTML_CODE, NULL, word_zh((enum word)w));
        html_close(s->h, HTML_TH);
        html_elz(s->h, HTML_TD, NULL, word_help((enum word)w));
        html_close(s->h, HTML_TR);
    }
    html_close(s->h, HTML_TBODY);
    table_close(s);
    section_close(s);
}

void site_reading(struct site *s)
{
    struct html *h = s->h;
    page_begin(s, STR("reading.html"), STR("怎样读"), STR("结论、记号、数和词的意思"), "怎样读");
    html_open(h, HTML_HEADER, "lead");
    html_elz(h, HTML_H1, NULL, "怎样读这些规则");
    html_elz(h, HTML_P, "sentence",
             "每一条先是给百姓看的一句话，下面是它的准确意思，再下面是依据。带下划线的名字点开就是它自己的一页。");
    html_close(h, HTML_HEADER);
    reading_verdicts(s);
    reading_marks(s);
    reading_numbers(s);
    reading_functions(s);
    reading_words(s);
    page_end(s);
    emit(s, STR("reading.html"), html_end(h, &s->over));
}

/* site_page: what every page has around it, and the small things it is put together from: sections, tables, badges,
 * dates. */
#include "site/site_priv.h"

#include <stdio.h>
#include <string.h>

void emit(struct site *s, str path, str bytes)
{
    if (s->failed) return;
    if (!s->sink(s->to, path, bytes, s->e)) s->failed = true;
    s->written++;
}

/* ---- around a page ---- */

static unsigned depth_of(str path)
{
    unsigned n = 0;
    for (size_t i = 0; i < path.len; i++) n += path.p[i] == '/';
    return n;
}

static const struct {
    const char *title, *path;
    enum kind kind; /* shown when there is at least one */
} navigation[] = { { "政策", "policy/index.html", KIND_POLICY }, { "定义", "definition/index.html", KIND_DEFINITION },
                   { "表", "table/index.html", KIND_TABLE },     { "参数", "parameter/index.html", KIND_PARAM },
                   { "来源", "source/index.html", KIND_SOURCE }, { "事项", "service/index.html", KIND_SERVICE },
                   { "规划", "plan/index.html", KIND_PLAN },     { "年表", "timeline.html", KIND_COUNT },
                   { "怎样读", "reading.html", KIND_COUNT } };

static void write_head(struct site *s, str title, str description)
{
    struct html *h = s->h;
    html_open(h, HTML_HEAD, NULL);
    html_open(h, HTML_META, NULL);
    html_attrz(h, ATTR_CHARSET, "utf-8");
    html_open(h, HTML_META, NULL);
    html_attrz(h, ATTR_NAME, "viewport");
    html_attrz(h, ATTR_CONTENT, "width=device-width, initial-scale=1");
    html_open(h, HTML_META, NULL);
    html_attrz(h, ATTR_NAME, "color-scheme");
    html_attrz(h, ATTR_CONTENT, "light dark");
    html_open(h, HTML_TITLE, NULL);
    html_text(h, title);
    html_z(h, " · 乐业规则");
    html_close(h, HTML_TITLE);
    if (description.len > 0) {
        html_open(h, HTML_META, NULL);
        html_attrz(h, ATTR_NAME, "description");
        html_attr(h, ATTR_CONTENT, description);
    }
    html_open(h, HTML_LINK, NULL);
    html_attrz(h, ATTR_REL, "stylesheet");
    html_href(h, (struct url){ STR("style.css"), STR("") });
    html_open(h, HTML_SCRIPT, NULL);
    html_src(h, (struct url){ STR("pages.js"), STR("") });
    html_flag(h, ATTR_DEFER);
    html_close(h, HTML_SCRIPT);
    html_close(h, HTML_HEAD);
}

static str leaf_name(const struct site *s)
{
    const struct program *p = s->p;
    return p->packs.len == 0 ? STR("") : s->pages.at[s->of_pack[p->packs.len - 1]].name;
}

/* Leads to the front page, where all names are; there the script filters them while one types. Without script the names
 * are all shown, and the browser's own search finds them. */
void search_form(struct site *s, const char *class_)
{
    struct html *h = s->h;
    html_open(h, HTML_FORM, class_);
    html_attrz(h, ATTR_ROLE, "search");
    html_attrz(h, ATTR_METHOD, "get");
    html_action(h, (struct url){ STR("index.html"), STR("s-names") });
    html_open(h, HTML_LABEL, NULL);
    html_attrz(h, ATTR_FOR, "find-box");
    html_z(h, "按名字找");
    html_close(h, HTML_LABEL);
    html_open(h, HTML_INPUT, NULL);
    html_attrz(h, ATTR_ID, "find-box");
    html_attrz(h, ATTR_NAME, "q");
    html_attrz(h, ATTR_TYPE, "search");
    html_attrz(h, ATTR_AUTOCOMPLETE, "off");
    html_open(h, HTML_BUTTON, NULL);
    html_attrz(h, ATTR_TYPE, "submit");
    html_z(h, "找");
    html_close(h, HTML_BUTTON);
    html_close(h, HTML_FORM);
}

static void write_banner(struct site *s, const char *current, bool front)
{
    struct html *h = s->h;
    html_open(h, HTML_A, "skip");
    html_href(h, (struct url){ STR(""), STR("main-part") });
    html_z(h, "跳到正文");
    html_close(h, HTML_A);
    html_open(h, HTML_HEADER, "top");
    html_open(h, HTML_DIV, "page");
    html_open(h, HTML_A, "brand");
    html_href(h, (struct url){ STR("index.html"), STR("") });
    html_z(h, "乐业规则");
    html_el(h, HTML_SPAN, "where", leaf_name(s));
    html_close(h, HTML_A);
    html_open(h, HTML_NAV, NULL);
    html_attrz(h, ATTR_ARIA_LABEL, "栏目");
    html_open(h, HTML_UL, NULL);
    for (size_t i = 0; i < sizeof navigation / sizeof *navigation; i++) {
        if (navigation[i].kind != KIND_COUNT && s->by_name[navigation[i].kind].len == 0) continue;
        html_open(h, HTML_LI, NULL);
        html_open(h, HTML_A, NULL);
        html_href(h, (struct url){ str_of(navigation[i].path), STR("") });
        if (current != NULL && strcmp(current, navigation[i].title) == 0) html_attrz(h, ATTR_ARIA_CURRENT, "true");
        html_z(h, navigation[i].title);
        html_close(h, HTML_A);
        html_close(h, HTML_LI);
    }
    html_close(h, HTML_UL);
    html_close(h, HTML_NAV);
    if (!front) search_form(s, "find");
    html_close(h, HTML_DIV);
    html_close(h, HTML_HEADER);
    if (s->o->mistakes > 0)
        html_elf(h, HTML_P, "strip late", "草稿：这套规则还有 %zu 处错误，本站只供修改时看", s->o->mistakes);
    if (s->fiction)
        html_elz(h, HTML_P, "strip fiction", "虚构，仅供演示：这套规则里有编造的数和条件，不能当作任何地方的标准");
}

/* For the reader who wants the rules of another day: shown by the script, which alone can do something with it. */
static void write_day(struct site *s)
{
    struct html *h = s->h;
    html_open(h, HTML_P, "day");
    html_flag(h, ATTR_HIDDEN);
    html_open(h, HTML_LABEL, NULL);
    html_attrz(h, ATTR_FOR, "rule-day");
    html_z(h, "看哪一天的规则");
    html_close(h, HTML_LABEL);
    html_open(h, HTML_INPUT, NULL);
    html_attrz(h, ATTR_ID, "rule-day");
    html_attrz(h, ATTR_TYPE, "date");
    html_open(h, HTML_SPAN, "told");
    html_attrz(h, ATTR_ARIA_LIVE, "polite");
    html_close(h, HTML_SPAN);
    html_close(h, HTML_P);
}

void page_begin(struct site *s, str path, str title, str description, const char *current)
{
    struct html *h = s->h;
    html_begin(h, depth_of(path));
    html_open(h, HTML_HTML, NULL);
    html_attrz(h, ATTR_LANG, "zh-CN");
    if (s->o->has_day) {
        char day[DATE_TEXT];
        date_text(s->o->day, day);
        html_attrz(h, ATTR_DATA_DAY, day);
    }
    write_head(s, title, description);
    html_open(h, HTML_BODY, NULL);
    bool front = str_eq(path, STR("index.html"));
    write_banner(s, current, front);
    html_open(h, HTML_MAIN, "page");
    html_attrz(h, ATTR_ID, "main-part");
    html_attrz(h, ATTR_TABINDEX, "-1");
    html_open(h, HTML_DIV, "tools");
    if (!front) {
        html_open(h, HTML_NAV, "crumbs");
        html_attrz(h, ATTR_ARIA_LABEL, "位置");
        html_link(h, (struct url){ STR("index.html"), STR("") }, NULL, STR("首页"));
        for (size_t i = 0; i < sizeof navigation / sizeof *navigation && current != NULL; i++) {
            if (strcmp(current, navigation[i].title) != 0 || str_eq(path, str_of(navigation[i].path))) continue;
            html_z(h, " › ");
            html_link(h, (struct url){ str_of(navigation[i].path), STR("") }, NULL, str_of(navigation[i].title));
        }
        html_close(h, HTML_NAV);
    }
    write_day(s);
    html_close(h, HTML_DIV);
}

static void write_foot(struct site *s)
{
    struct html *h = s->h;
    html_open(h, HTML_FOOTER, "foot");
    html_open(h, HTML_DIV, "page");
    html_open(h, HTML_P, NULL);
    html_z(h, "规则包 ");
    for (size_t i = 0; i < s->p->packs.len; i++) {
        const struct ast_field *version = decl_field_named(s->p->packs.at[i].decl, "version");
        if (i > 0) html_z(h, " › ");
        link_page(s, s->of_pack[i], NULL);
        if (version != NULL) html_elf(h, HTML_SPAN, "num", " %.*s", STR_ARG(version->text));
    }
    if (s->has_last_day) {
        html_z(h, "。规则写到 ");
        write_date(s, s->last_day);
        html_z(h, "（最晚的生效日）");
    }
    if (s->o->has_day) {
        html_z(h, "，“现行”指 ");
        write_date(s, s->o->day);
    }
    html_z(h, "。");
    html_close(h, HTML_P);
    html_open(h, HTML_P, NULL);
    html_z(h, "指纹 SM3 ");
    html_el(h, HTML_CODE, "hash", s->p->hash);
    html_close(h, HTML_P);
    html_elz(h, HTML_P, NULL, "这些页面由计算资格和金额的同一份规则生成（leye doc），没有另外编写。");
    html_close(h, HTML_DIV);
    html_close(h, HTML_FOOTER);
}

void page_end(struct site *s)
{
    struct html *h = s->h;
    html_close(h, HTML_MAIN);
    write_foot(s);
    html_close(h, HTML_BODY);
    html_close(h, HTML_HTML);
}

/* ---- small parts ---- */

void section_open(struct site *s, const char *id, const char *title)
{
    html_open(s->h, HTML_SECTION, NULL);
    html_attrf(s->h, ATTR_ID, "s-%s", id);
    html_attrf(s->h, ATTR_ARIA_LABELLEDBY, "h-%s", id);
    html_open(s->h, HTML_H2, NULL);
    html_attrf(s->h, ATTR_ID, "h-%s", id);
    html_z(s->h, title);
    html_close(s->h, HTML_H2);
}

void section_close(struct site *s) { html_close(s->h, HTML_SECTION); }

void table_open(struct site *s, const char *class_, const char *label)
{
    html_open(s->h, HTML_DIV, "wide");
    html_attrz(s->h, ATTR_ROLE, "region");
    html_attrz(s->h, ATTR_ARIA_LABEL, label);
    html_attrz(s->h, ATTR_TABINDEX, "0"); /* so that the keyboard can scroll it */
    html_open(s->h, HTML_TABLE, class_);
}

void table_head(struct site *s, const char *const *titles, size_t n)
{
    html_open(s->h, HTML_THEAD, NULL);
    html_open(s->h, HTML_TR, NULL);
    for (size_t i = 0; i < n; i++) th(s, titles[i], NULL);
    html_close(s->h, HTML_TR);
    html_close(s->h, HTML_THEAD);
}

void th(struct site *s, const char *title, const char *class_)
{
    html_open(s->h, HTML_TH, class_);
    html_attrz(s->h, ATTR_SCOPE, "col");
    html_z(s->h, title);
    html_close(s->h, HTML_TH);
}

void table_close(struct site *s)
{
    html_close(s->h, HTML_TABLE);
    html_close(s->h, HTML_DIV);
}

void term_open(struct site *s, const char *dt)
{
    html_open(s->h, HTML_DIV, NULL);
    html_elz(s->h, HTML_DT, NULL, dt);
    html_open(s->h, HTML_DD, NULL);
}

void term_close(struct site *s)
{
    html_close(s->h, HTML_DD);
    html_close(s->h, HTML_DIV);
}

static const char *trust_title(enum trust t)
{
    switch (t) {
    case TRUST_ORIGINAL: return "";
    case TRUST_HIGH: return "没有读到原文，转述的来源比较可靠";
    case TRUST_MEDIUM: return "没有读到原文，转述的来源还要核对";
    case TRUST_FICTION: return "编造的，只供演示";
    }
    return "";
}

void badge_trust(struct site *s, enum trust t)
{
    static const char *const words[] = { "", "转述（较可靠）", "转述（待核对）", "虚构，仅供演示" };
    if (t == TRUST_ORIGINAL) return;
    html_z(s->h, " ");
    html_open(s->h, HTML_SPAN, t == TRUST_FICTION ? "tag fiction" : "tag told");
    html_attrz(s->h, ATTR_TITLE, trust_title(t));
    html_z(s->h, words[t]);
    html_close(s->h, HTML_SPAN);
}

void badge_pack(struct site *s, unsigned pack)
{
    if (pack >= s->p->packs.len) return;
    html_z(s->h, " ");
    html_open(s->h, HTML_SPAN, "tag pack");
    html_text(s->h, s->pages.at[s->of_pack[pack]].name);
    html_close(s->h, HTML_SPAN);
}

void link_page(struct site *s, uint32_t page, const char *class_)
{
    html_link(s->h, page_url(s, page), class_, s->pages.at[page].name);
}

void link_names(struct site *s, const struct ast_field *f)
{
    VEC_EACH (const struct ast_name, n, &f->names) {
        uint32_t page = page_of_reference(s, f->def, n->text);
        if (n > f->names.at) html_z(s->h, "、");
        if (page != SITE_NO_PAGE)
            link_page(s, page, NULL);
        else
            html_text(s->h, n->text);
    }
}

void prose(struct site *s, const char *class_, str text)
{
    str rest = text, line;
    while (text.len > 0 && str_split(&rest, '\n', &line)) html_el(s->h, HTML_P, class_, line);
}

void write_date(struct site *s, date d)
{
    char iso[DATE_TEXT];
    int y, m, day;
    date_text(d, iso);
    date_parts(d, &y, &m, &day);
    html_open(s->h, HTML_TIME, NULL);
    html_attrz(s->h, ATTR_DATETIME, iso);
    html_f(s->h, "%d 年 %d 月 %d 日", y, m, day);
    html_close(s->h, HTML_TIME);
}

void write_day_text(struct site *s, date d)
{
    char iso[DATE_TEXT];
    date_text(d, iso);
    html_elz(s->h, HTML_SPAN, "num", iso);
}

void write_period(struct site *s, bool has_from, date from, bool has_to, date to)
{
    if (has_from) {
        write_date(s, from);
        html_z(s->h, "起");
    }
    if (has_from && has_to) html_z(s->h, "，");
    if (has_to) {
        html_z(s->h, "到 ");
        write_date(s, to);
        html_z(s->h, "为止");
    }
    if (!has_from && !has_to) html_z(s->h, "没有写明");
}

/* Days on which something holds, [from, until), for the script; and what that means on the day the site was asked for.
 */
const char *when_class(const struct site *s, bool has_from, date from, bool has_until, date until)
{
    if (!s->o->has_day) return NULL;
    if (has_from && from.days > s->o->day.days) return "future";
    return has_until && until.days <= s->o->day.days ? "past" : "now";
}

void when_attrs(struct site *s, bool has_from, date from, bool has_until, date until)
{
    char day[DATE_TEXT];
    date_text(has_from ? from : DATE_MIN, day);
    html_attrz(s->h, ATTR_DATA_FROM, day);
    if (!has_until) return;
    date_text(until, day);
    html_attrz(s->h, ATTR_DATA_TO, day);
}

void when_word(struct site *s, const char *class_)
{
    html_open(s->h, HTML_SPAN, "when");
    if (class_ != NULL)
        html_z(s->h, strcmp(class_, "now") == 0 ? "现行" : strcmp(class_, "past") == 0 ? "已过" : "未到");
    html_close(s->h, HTML_SPAN);
}

void write_type(struct site *s, const struct ast_type *written, struct type t)
{
    uint32_t page = SITE_NO_PAGE;
    if (t.kind == TYPE_CODE) page = s->of_codes[t.ref];
    if (t.kind == TYPE_RECORD || t.kind == TYPE_GROUP || t.kind == TYPE_HISTORY) page = s->of_entity[t.ref];
    if (page != SITE_NO_PAGE) {
        if (t.kind == TYPE_GROUP) html_z(s->h, "一组");
        if (t.kind == TYPE_HISTORY) html_z(s->h, "逐月的");
        link_page(s, page, NULL);
    } else if (t.kind == TYPE_BOOL) {
        html_z(s->h, "是或否");
    } else if (written != NULL && written->text.len > 0) {
        html_text(s->h, written->text);
        if (written->digits >= 0) html_f(s->h, "（%d 位小数）", written->digits);
    } else {
        html_text(s->h, program_type_name(s->p, s->scratch, t));
    }
}

const char *subject_zh(str entity)
{
    if (str_eq(entity, STR("人员"))) return "给个人";
    if (str_eq(entity, STR("单位"))) return "给单位";
    return str_eq(entity, STR("家庭")) ? "给家庭" : NULL;
}

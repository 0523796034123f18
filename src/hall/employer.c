/* employer: whom a firm employs, as the register has it: its lists (集合) of people and of spells of people, one month
 * at a time. Of each person the name and a masked number, and when; nothing the firm did not bring itself. That it
 * looked is logged with everybody on the page. */
#include "hall/hall_priv.h"
#include "store/short.h"

enum { PAGE = 50, LISTS_MAX = 16 };

/* The entity of the people a list of this firm is about; NULL: no list of people. */
static const struct entity *people_of(const struct program *p, const struct entity *firm, uint16_t slot)
{
    const struct slot *s = &firm->slots.at[slot];
    if (s->kind != SLOT_GROUP) return NULL;
    const struct entity *of = &p->entities.at[s->type.ref];
    if (of->is_monthly) return NULL;
    const struct entity *who = of->is_spell ? &p->entities.at[of->owner] : of;
    return who->id != firm->id && str_eq(who->name, STR("人员")) ? who : NULL;
}

static bool chosen_list(struct call *c, const struct entity *firm, uint16_t *out, struct err *e)
{
    str asked = desk_asked(c, "list");
    struct json *tabs = doc_array(c->a, c->doc, "lists");
    bool any = false, found = false;
    for (uint16_t i = 0; i < firm->slots.len; i++) {
        if (people_of(c->h->p, firm, i) == NULL) continue;
        if (!any && asked.len == 0) asked = firm->slots.at[i].name;
        struct json *o = doc_object(c->a, tabs, NULL);
        bool here = str_eq(firm->slots.at[i].name, asked);
        doc_str(c->a, o, "text", firm->slots.at[i].name);
        doc_str(c->a, o, "href", words_href(c->a, "/me/staff?list=", firm->slots.at[i].name, ""));
        doc_bool(c->a, o, "here", here);
        if (here) *out = i, found = true;
        any = true;
    }
    doc_str(c->a, c->doc, "list", asked);
    return found || fail(e, NOT_FOUND, "没有“%.*s”这份名单", STR_ARG(asked));
}

static bool chosen_month(struct call *c, date *first, date *last, struct err *e)
{
    str text = desk_asked(c, "month");
    int year, mon, day;
    date_parts(c->today, &year, &mon, &day);
    *first = date_of(year, mon, 1);
    if (text.len > 0 && !date_parse(str_fmt(c->a, "%.*s-01", STR_ARG(text)), first))
        return fail(e, INVALID, "月份写成 2024-05 这样，不是“%.*s”", STR_ARG(text));
    date_parts(*first, &year, &mon, &day);
    *last = mon == 12 ? date_of(year, 12, 31) : date_of(year, mon + 1, 1);
    if (mon < 12) last->days--;
    doc_fmt(c->a, c->doc, "month", "%04d-%02d", year, mon);
    doc_fmt(c->a, c->doc, "monthText", "%d 年 %d 月", year, mon);
    return true;
}

static bool add_member(struct call *c, const struct entity *who, const struct registry_member *m, struct json *list,
                       struct err *e)
{
    const struct slot *key = who->keys.len > 0 ? &who->slots.at[who->keys.at[0]] : NULL;
    struct json *o = doc_object(c->a, list, NULL);
    doc_str(c->a, o, "name", access_show(&c->who, STR("姓名"), m->name, c->a));
    doc_str(c->a, o, "number", access_show(&c->who, key != NULL ? key->class_ : STR(""), m->number, c->a));
    doc_str(c->a, o, "from", m->has_from ? words_day(c->a, m->from, (date){ 0 }) : STR(""));
    doc_str(c->a, o, "to", m->has_to ? words_day(c->a, m->to, (date){ 0 }) : STR(""));
    return access_look(c->desk->store, &c->who, who->name, m->subject, STR("职工名单"), c->now, e);
}

static bool add_members(struct call *c, const struct entity *who, const registry_member_list *all, struct err *e)
{
    struct json *list = doc_array(c->a, c->doc, "staff");
    VEC_EACH (const struct registry_member, m, all) {
        if (!add_member(c, who, m, list, e)) return false;
    }
    return true;
}

bool hall_staff(struct call *c, struct err *e)
{
    struct subject s;
    registry_member_list all = { 0 };
    uint16_t slot = 0;
    date first = { 0 }, last = { 0 };
    int64_t after = 0;
    if (!subject_myself(c, &s, e)) return false;
    const struct entity *firm = &c->h->p->entities.at[s.entity];
    if (!chosen_list(c, firm, &slot, e) || !chosen_month(c, &first, &last, e)) return false;
    if (desk_asked(c, "after").len > 0 && !str_to_i64(desk_asked(c, "after"), &after)) after = 0;
    if (!registry_list(c->desk->registry, s.entity, s.id, slot, first, last, after, PAGE, c->a, &all, e)) return false;
    const struct entity *of = &c->h->p->entities.at[firm->slots.at[slot].type.ref];
    if (!c->who.is_token) c->who.purpose = STR("单位看自己的职工名单");
    doc_bool(c->a, c->doc, "spells", of->is_spell);
    doc_bool(c->a, c->doc, "any", all.len > 0);
    str name = firm->slots.at[slot].name;
    doc_str(c->a, c->doc, "nextHref",
            all.len < PAGE
                ? STR("")
                : str_fmt(c->a, "%.*s&month=%.*s&after=%lld", STR_ARG(words_href(c->a, "/me/staff?list=", name, "")),
                          STR_ARG(json_member(c->doc, STR("month"))->string), (long long)all.at[all.len - 1].id));
    if (!store_begin(c->desk->store, e)) return false;
    return store_end(c->desk->store, add_members(c, people_of(c->h->p, firm, slot), &all, e), e);
}

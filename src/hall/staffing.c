/* staffing: whether every step of every service has enough people who can sign it, in every county where somebody
 * works. Nobody signs a case twice (dossier_may_sign), so 会签 needs several people and two steps of one role need two.
 * By Hall's theorem there are enough exactly when every set of steps has at least as many people as signatures; the
 * smallest sets that have not are told. Which people a county has: accounts that can come in and whose region is it,
 * lies in it, or has it within (decision 0277). */
#include "gauge/gauge.h"
#include "hall/board.h"
#include "hall/hall_priv.h"
#include "lang/return.h"

enum { NAMED = 3, DEMANDS_MAX = 8 }; /* demands: steps of one service that the same roles sign */

/* A county with its people, how many of each combination of roles. */
struct crew {
    uint32_t roles;
    size_t count;
};
struct office {
    str code; /* empty: the only one */
    VEC(struct crew) crews;
};
typedef VEC(struct office) offices;

struct demand {
    uint32_t roles; /* who signs it; 0: a role that nobody can have */
    size_t signatures;
    VEC(const struct service_step *) steps;
};
struct demands {
    struct demand at[DEMANDS_MAX];
    size_t count;
};

static bool lies_in(const struct code_list *l, str code, str upper)
{
    for (const struct code_item *i = code_item_of(l, code); i != NULL;
         i = i->upper > 0 ? &l->items.at[i->upper - 1] : NULL) {
        if (str_eq(i->code, upper)) return true;
    }
    return false;
}

static bool works_in(const struct code_list *l, const struct access_account *n, str county)
{
    str rest = n->regions, code;
    if (county.len == 0) return true;
    while (str_split(&rest, ' ', &code)) {
        if (code.len > 0 && (lies_in(l, county, code) || lies_in(l, code, county))) return true;
    }
    return false;
}

static void add_person(struct call *c, struct office *o, uint32_t roles)
{
    VEC_EACH (struct crew, k, &o->crews) {
        if (k->roles != roles) continue;
        k->count++;
        return;
    }
    *vec_push(c->a, &o->crews) = (struct crew){ roles, 1 };
}

static struct office office_of(struct call *c, const struct code_list *l, const access_accounts *all, str code)
{
    struct office o = { .code = code };
    VEC_EACH (const struct access_account, n, all) {
        if (!n->disabled && works_in(l, n, code)) add_person(c, &o, n->roles & (uint32_t)HANDLES);
    }
    return o;
}

/* Counties of this place with somebody at work; where the packs know none, the place as one. */
static void find_offices(struct call *c, const access_accounts *all, offices *out)
{
    const struct code_list *l = program_codes(c->h->p, STR("行政区划"));
    for (size_t i = 0; l != NULL && i < l->items.len; i++) {
        str code = l->items.at[i].code;
        if (area_level_of(code) != LEVEL_COUNTY || !lies_in(l, code, gauge_region(c->h->p))) continue;
        struct office o = office_of(c, l, all, code);
        if (o.crews.len > 0) *vec_push(c->a, out) = o;
    }
    if (out->len == 0) *vec_push(c->a, out) = office_of(c, l, all, STR(""));
}

static uint32_t roles_of(const struct service *s, size_t step)
{
    uint32_t out = 0;
    for (unsigned r = 0; r < ROLES; r++) {
        if (dossier_step_of(s, step, str_of(access_role_zh((enum access_role)r)))) out |= 1u << r;
    }
    return out;
}

static void find_demands(struct call *c, const struct service *s, struct demands *out)
{
    out->count = 0;
    for (size_t i = 0; i < s->steps.len; i++) {
        const struct service_step *step = &s->steps.at[i];
        uint32_t roles = roles_of(s, i);
        size_t k = 0;
        while (k < out->count && out->at[k].roles != roles) k++;
        if (k == DEMANDS_MAX) return;
        if (k == out->count) out->at[out->count++] = (struct demand){ .roles = roles };
        out->at[k].signatures += step->signatures > 1 ? step->signatures : 1;
        *vec_push(c->a, &out->at[k].steps) = step;
    }
}

static size_t wanted(const struct demands *k, unsigned set)
{
    size_t n = 0;
    for (size_t i = 0; i < k->count; i++) n += (set >> i & 1) != 0 ? k->at[i].signatures : 0;
    return n;
}

static size_t people(const struct demands *k, unsigned set, const struct office *o)
{
    uint32_t roles = 0;
    size_t n = 0;
    for (size_t i = 0; i < k->count; i++) roles |= (set >> i & 1) != 0 ? k->at[i].roles : 0;
    VEC_EACH (const struct crew, w, &o->crews) n += (w->roles & roles) != 0 ? w->count : 0;
    return n;
}

static bool is_short(const struct demands *k, unsigned set, const struct office *o)
{
    return people(k, set, o) < wanted(k, set);
}

/* Too few for this set, and not only because there are too few for a part of it. */
static bool is_cause(const struct demands *k, unsigned set, const struct office *o)
{
    if (!is_short(k, set, o)) return false;
    for (unsigned part = (set - 1) & set; part != 0; part = (part - 1) & set) {
        if (is_short(k, part, o)) return false;
    }
    return true;
}

/* ---- told ---- */

/* One line: whom to give which role, where, and what waits for it. */
struct lack {
    str roles, places, advice;
    VEC(str) steps;
};
typedef VEC(struct lack) lacks;

static void add_word(struct text *t, str word) { text_addf(t, "%s%.*s", t->len > 0 ? "、" : "", STR_ARG(word)); }

static str advice_of(struct call *c, const struct demands *k, unsigned set, size_t least, str roles)
{
    for (size_t i = 0; i < k->count; i++) {
        if ((set >> i & 1) != 0 && k->at[i].roles == 0)
            return STR("这个环节写的角色大厅里没有，请写规则的人改成大厅有的角色");
    }
    size_t n = wanted(k, set);
    if (n == 1) return str_fmt(c->a, "在“账户”里给管这件事的人加上“%.*s”", STR_ARG(roles));
    return str_fmt(c->a, "要 %zu 个不同的人签，现在 %zu 个：在“账户”里再给别的人加上“%.*s”", n, least, STR_ARG(roles));
}

/* Where this set has too few; *least: the fewest that it has anywhere. Empty: nowhere. */
static str places_of(struct call *c, const struct demands *k, unsigned set, const offices *all, size_t *least)
{
    struct text t;
    size_t here = 0;
    text_init(&t, c->a, 1000);
    *least = SIZE_MAX;
    VEC_EACH (const struct office, o, all) {
        if (!is_cause(k, set, o)) continue;
        size_t n = people(k, set, o);
        if (n < *least) *least = n;
        if (here++ < NAMED) add_word(&t, board_area(c, c->h->p, o->code));
    }
    if (here == all->len) return STR("各地");
    if (here > NAMED) text_addf(&t, "等 %zu 个区县", here);
    return here == 0 ? STR("") : text_str(&t);
}

static struct lack *lack_like(struct call *c, lacks *all, const struct lack *n)
{
    VEC_EACH (struct lack, x, all) {
        if (str_eq(x->roles, n->roles) && str_eq(x->places, n->places) && str_eq(x->advice, n->advice)) return x;
    }
    return *vec_push(c->a, all) = *n, &all->at[all->len - 1];
}

static void add_lack(struct call *c, const struct service *s, const struct demands *k, unsigned set,
                     const offices *where, lacks *all)
{
    struct text steps, roles;
    size_t least;
    struct lack n = { .places = places_of(c, k, set, where, &least) };
    if (n.places.len == 0) return;
    text_init(&steps, c->a, 4000), text_init(&roles, c->a, 1000);
    for (size_t i = 0; i < k->count; i++) {
        if ((set >> i & 1) == 0) continue;
        VEC_EACH (const struct service_step *const, step, &k->at[i].steps) add_word(&steps, (*step)->name);
        add_word(&roles, k->at[i].steps.at[0]->role);
    }
    n.roles = text_str(&roles);
    n.advice = advice_of(c, k, set, least, n.roles);
    struct lack *line = lack_like(c, all, &n);
    *vec_push(c->a, &line->steps) = str_fmt(c->a, "%.*s（%.*s）", STR_ARG(s->name), STR_ARG(text_str(&steps)));
}

static void lack_doc(struct call *c, const struct lack *x, struct json *list)
{
    struct text t;
    struct json *o = doc_object(c->a, list, NULL);
    text_init(&t, c->a, 1 << 16);
    for (size_t i = 0; i < x->steps.len && i < NAMED; i++) add_word(&t, x->steps.at[i]);
    if (x->steps.len > NAMED) text_addf(&t, "等 %zu 个事项", x->steps.len);
    doc_str(c->a, o, "roles", x->roles);
    doc_str(c->a, o, "places", x->places);
    doc_str(c->a, o, "advice", x->advice);
    doc_str(c->a, o, "steps", text_str(&t));
    doc_bool(c->a, o, "more", x->steps.len > NAMED);
    struct json *all = doc_array(c->a, o, "allSteps");
    VEC_EACH (const str, step, &x->steps) doc_str(c->a, doc_object(c->a, all, NULL), "step", *step);
}

bool staffing_doc(struct call *c, size_t *lacking, struct err *e)
{
    access_accounts people_at_work = { 0 }; /* a city has as many accounts as people: only of who handles cases */
    offices where = { 0 };
    lacks all = { 0 };
    struct demands k;
    if (!access_account_list(c->desk->store, HANDLES, c->a, &people_at_work, e)) return false;
    find_offices(c, &people_at_work, &where);
    VEC_EACH (const struct service, s, &c->h->p->services) {
        find_demands(c, s, &k);
        for (unsigned set = 1; set < 1u << k.count; set++) add_lack(c, s, &k, set, &where, &all);
    }
    struct json *list = doc_array(c->a, c->doc, "lacking");
    VEC_EACH (const struct lack, x, &all) lack_doc(c, x, list);
    *lacking = all.len;
    doc_bool(c->a, c->doc, "lackingAny", all.len > 0);
    return true;
}

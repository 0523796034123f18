/* 一件事: asked once, one number, each item its own case; what waits for an earlier item goes on by itself. */
#include "helpers.h"
#include "lang/need.h"

#define ANSWERS "{\"登记.形式\":\"灵活\"}"

static struct dossier_lines_of {
    dossier_lines list;
} parts(struct town *t, int64_t package)
{
    struct err e = { 0 };
    struct dossier_lines_of out = { 0 };
    CHECK_OK(dossier_parts(t->d, package, t->a, &out.list, &e), e);
    return out;
}

static int64_t part(struct town *t, int64_t package, const char *service)
{
    struct dossier_lines_of p = parts(t, package);
    VEC_EACH (const struct dossier_line, l, &p.list) {
        if (str_eq(l->c.name, str_of(service))) return l->c.id;
    }
    FAIL("no item %s", service);
}

static void approve(struct town *t, int64_t id, int day)
{
    struct err e = { 0 };
    struct dossier_result x;
    struct dossier_act clerk = by("小周", "经办", "", 3, day), reviewer = by("小吴", "复核", "", 3, day);
    struct dossier_ref c = { .id = id };
    CHECK_OK(dossier_accept(t->d, &clerk, c, t->a, &x, &e), e);
    CHECK_OK(dossier_approve(t->d, &reviewer, c, t->a, &x, &e), e);
}

TEST(a_package_looks_ahead_as_if_its_first_items_were_granted)
{
    struct town t;
    struct err e = { 0 };
    struct dossier_guide g;
    town_open(&t);
    CHECK_OK(dossier_guide(t.d, STR("生活一件事"), who(&t, ID_HARD), STR(""), date_of(2026, 3, 3), t.a, &g, &e), e);
    CHECK_INT((int64_t)g.items.len, 3);
    CHECK_INT(g.items.at[1].outlook, VERDICT_QUALIFIED); /* the benefit needs the registration that is first */
    CHECK_INT((int64_t)g.questions.len, 1);
    CHECK_STR(g.questions.at[0].name, "登记.形式");
    CHECK_OK(dossier_guide(t.d, STR("生活一件事"), who(&t, ID_WELL), STR(""), date_of(2026, 3, 3), t.a, &g, &e), e);
    CHECK_INT(g.items.at[0].outlook, VERDICT_QUALIFIED);
    CHECK_INT(g.items.at[1].outlook, VERDICT_REFUSED);
    CHECK_INT(g.outlook, VERDICT_QUALIFIED); /* one item is enough */
    CHECK_ERR(dossier_guide(t.d, STR("生活一件事"), who(&t, ID_WELL), STR("{\"手机\":\"1\"}"), date_of(2026, 3, 3), t.a,
                            &g, &e),
              e, INVALID);
    town_close(&t);
}

TEST(an_item_that_waits_goes_on_when_the_one_before_is_granted)
{
    struct town t;
    town_open(&t);
    town_money(&t, 1000000);
    struct dossier_result x = applied(&t, "生活一件事", ID_HARD, ANSWERS, by(ID_HARD, "本人", "", 3, 3));
    CHECK_INT(x.state, DOSSIER_REVIEW);
    CHECK(x.has_due);
    int64_t first = part(&t, x.id, "人工登记"), benefit = part(&t, x.id, "月度补贴申领"),
            once = part(&t, x.id, "困难补贴申领");
    CHECK_INT(got(&t, first).state, DOSSIER_SUBMITTED);
    CHECK_INT(got(&t, benefit).state, DOSSIER_DRAFT);
    CHECK_INT(got(&t, once).state, DOSSIER_SUBMITTED); /* does not need the registration */
    check_all(&t, 3, 3);
    approve(&t, first, 4);
    CHECK_INT(got(&t, benefit).state, DOSSIER_PAYING);
    CHECK((got(&t, benefit).flags & DOSSIER_ALONE) != 0);
    CHECK_INT(got(&t, x.id).state, DOSSIER_REVIEW);
    /* one item refused: the others stay as they are, and the package is over */
    struct err e = { 0 };
    struct dossier_act clerk = by("小周", "经办", "", 3, 5),
                       reviewer = because(by("小吴", "复核", "", 3, 5), "材料不实");
    struct dossier_ref c = { .id = once };
    CHECK_OK(dossier_accept(t.d, &clerk, c, t.a, &x, &e), e);
    CHECK_OK(dossier_refuse(t.d, &reviewer, c, &e), e);
    struct dossier package = got(&t, got(&t, once).package);
    CHECK_INT(package.state, DOSSIER_GRANTED);
    CHECK(str_find(package.note, STR("困难补贴申领：不予")) != SIZE_MAX);
    CHECK_INT(query(&t, "SELECT count(*) FROM notice WHERE title = '都办完了：生活一件事'"), 1);
    check_all(&t, 3, 5);
    town_close(&t);
}

TEST(an_item_that_cannot_work_ends_without_stopping_the_others)
{
    struct town t;
    town_open(&t);
    struct dossier_result x = applied(&t, "生活一件事", ID_WELL, ANSWERS, by(ID_WELL, "本人", "", 3, 3));
    int64_t first = part(&t, x.id, "人工登记"), benefit = part(&t, x.id, "月度补贴申领");
    CHECK_INT(got(&t, benefit).state, DOSSIER_DRAFT); /* not said before the registration is decided */
    approve(&t, first, 4);
    CHECK_INT(got(&t, benefit).state, DOSSIER_LAPSED);
    CHECK(str_find(got(&t, benefit).note, STR("家里困难")) != SIZE_MAX);
    CHECK_INT(got(&t, x.id).state, DOSSIER_GRANTED);
    check_all(&t, 3, 4);
    town_close(&t);
}

TEST(a_package_is_not_reviewed_as_a_whole_and_is_withdrawn_as_one)
{
    struct town t;
    struct err e = { 0 };
    town_open(&t);
    struct dossier_act self = by(ID_HARD, "本人", "", 3, 3), reviewer = by("小吴", "复核", "", 3, 4);
    struct dossier_result x = applied(&t, "生活一件事", ID_HARD, ANSWERS, self);
    struct dossier_ref c = { .id = x.id };
    dossier_lines lines = { 0 };
    struct dossier_query q = { .day = date_of(2026, 3, 4) };
    CHECK_ERR(dossier_approve(t.d, &reviewer, c, t.a, &x, &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_OK(dossier_queue(t.d, &q, t.a, &lines, &e), e);
    CHECK_INT((int64_t)lines.len, 2); /* its two items that wait, not itself */
    CHECK_OK(dossier_withdraw(t.d, &self, c, &e), e);
    CHECK_INT(got(&t, c.id).state, DOSSIER_WITHDRAWN);
    CHECK_INT(query(&t, "SELECT count(*) FROM dossier WHERE state IN (1, 2, 3, 4, 5)"), 0);
    check_all(&t, 3, 4);
    town_close(&t);
}

TEST(what_is_under_way_on_its_own_is_not_opened_again_by_a_package)
{
    struct town t;
    town_open(&t);
    struct dossier_act self = by(ID_HARD, "本人", "", 3, 3);
    applied(&t, "困难补贴申领", ID_HARD, "", self);
    struct dossier_result x = applied(&t, "生活一件事", ID_HARD, ANSWERS, self);
    struct dossier_lines_of p = parts(&t, x.id);
    CHECK_INT((int64_t)p.list.len, 2);
    check_all(&t, 3, 3);
    town_close(&t);
}

/* The licence is of 15 March of the year before; the package is applied for in time, the office takes its time. */
static int64_t settling_in_time(struct town *t, int64_t *first, int64_t *benefit)
{
    town_open(t);
    town_money(t, 1000000);
    town_known(t, "身份证号,执照日期", ID_HARD ",2025-03-15", 3, 2);
    struct dossier_result x = applied(t, "安家一件事", ID_HARD, ANSWERS, by(ID_HARD, "本人", "", 3, 12));
    *first = part(t, x.id, "人工登记"), *benefit = part(t, x.id, "安家补贴申领");
    CHECK_INT(got(t, *benefit).state, DOSSIER_DRAFT); /* it needs the registration */
    return x.id;
}

TEST(an_item_that_waits_keeps_the_deadline_its_package_kept)
{
    struct town t;
    int64_t first, benefit, package = settling_in_time(&t, &first, &benefit);
    approve(&t, first, 20);
    CHECK_INT(got(&t, benefit).state, DOSSIER_SUBMITTED);
    CHECK_INT(got(&t, benefit).opened.days, date_of(2026, 3, 12).days);
    dossier_grounds g = { 0 };
    struct err e = { 0 };
    CHECK_OK(dossier_grounds_of(t.d, benefit, date_of(2026, 3, 24), t.a, &g, &e), e);
    VEC_EACH (const struct dossier_ground, one, &g) CHECK(one->met);
    approve(&t, benefit, 24);
    CHECK_INT(got(&t, benefit).state, DOSSIER_GRANTED);
    CHECK_INT(got(&t, package).state, DOSSIER_GRANTED);
    CHECK_INT(night(&t, 3, 24).listed, 1);
    check_all(&t, 3, 24);
    town_close(&t);
}

TEST(what_happened_since_a_package_was_applied_for_counts_beside_its_deadline)
{
    struct town t;
    int64_t first, benefit;
    settling_in_time(&t, &first, &benefit);
    town_known(&t, "身份证号,去世", ID_HARD ",是", 3, 18);
    approve(&t, first, 20);
    CHECK_INT(got(&t, benefit).state, DOSSIER_LAPSED);
    CHECK(str_find(got(&t, benefit).note, STR("本人在世（不符合）")) != SIZE_MAX);
    check_all(&t, 3, 20);
    town_close(&t);
}

TEST(an_item_whose_deadline_was_over_when_its_package_was_applied_for_stays_refused)
{
    struct town t;
    town_open(&t);
    town_known(&t, "身份证号,执照日期", ID_HARD ",2025-03-15", 3, 2);
    struct dossier_result x = applied(&t, "安家一件事", ID_HARD, ANSWERS, by(ID_HARD, "本人", "", 3, 16));
    int64_t first = part(&t, x.id, "人工登记"), benefit = part(&t, x.id, "安家补贴申领");
    approve(&t, first, 17);
    CHECK_INT(got(&t, benefit).state, DOSSIER_LAPSED);
    CHECK(str_find(got(&t, benefit).note, STR("领执照不满一年（不符合）")) != SIZE_MAX);
    check_all(&t, 3, 17);
    town_close(&t);
}

/* ---- what is not looked ahead at (docs/decisions/0253) ---- */

/* Whether a question reads a field of its subject. */
static bool reads(const struct need *n, uint32_t slot)
{
    CHECK(!n->too_many);
    return n->slots != NULL && n->slots[slot] != NULL;
}

static bool asks_itself(const struct service *s, uint32_t slot)
{
    VEC_EACH (const struct form_item, i, &s->form) {
        if (i->entity == s->entity && i->slot == slot) return true;
    }
    return false;
}

/* Whether the conditions or policies of an item read a field that the form does not ask for it as well. */
static bool rests_on(const struct program *p, const struct service *s, uint32_t slot, struct arena *a)
{
    VEC(node_id) own = { 0 };
    VEC_EACH (const struct criterion, c, &s->criteria) *vec_push(a, &own) = c->node;
    bool so = reads(need_of_nodes(p, s->entity, own.at, own.len, a), slot);
    VEC_EACH (const uint32_t, q, &s->policies) so = so || reads(need_of_policy(p, *q, a), slot);
    return so && !asks_itself(s, slot);
}

/* Fields of the subject that an effect changes otherwise than by beginning a spell. */
static bool changes(const struct program *p, const struct service *s, const struct effect *f, uint32_t slot)
{
    const struct slot *it = &p->entities.at[s->entity].slots.at[slot];
    if (f->kind == EFFECT_CLOSE) return it->kind == SLOT_SPELLS && it->type.ref == f->entity;
    if (f->kind != EFFECT_SET || f->entity != s->entity) return false;
    VEC_EACH (const struct effect_set, v, &f->sets) {
        if (v->slot == slot) return true;
    }
    return asks_itself(s, slot);
}

static size_t items_that_rest_on_what_one_changes(const struct program *p, const struct service *one,
                                                  const struct service *later, struct arena *a)
{
    size_t n = 0;
    if (one->entity != later->entity) return 0;
    VEC_EACH (const struct effect, f, &one->effects) {
        for (uint32_t slot = 0; slot < p->entities.at[one->entity].slots.len; slot++)
            n += changes(p, one, f, slot) && rests_on(p, later, slot, a);
    }
    return n;
}

/* How many pairs of items of its packages a set of packs has of which the later rests on what the earlier changes. */
static size_t not_looked_ahead_at(const struct program *p, struct arena *a, size_t *pairs)
{
    size_t n = 0;
    VEC_EACH (const struct service, s, &p->services) {
        for (size_t j = 1; j < s->includes.len; j++) {
            for (size_t i = 0; i < j; i++, ++*pairs)
                n += items_that_rest_on_what_one_changes(p, &p->services.at[s->includes.at[i]],
                                                         &p->services.at[s->includes.at[j]], a);
        }
    }
    return n;
}

TEST(no_package_of_the_packs_rests_on_what_an_earlier_item_updates_or_ends)
{
    autoarena *a = arena_new("packages", 0);
    struct pack_set set, made_up;
    struct err e = { 0 };
    size_t pairs = 0;
    CHECK_OK(pack_load(&set, a, str_of(t_source("packs/jiangsu")), NULL, 0, &e), e);
    CHECK_INT((int64_t)not_looked_ahead_at(set.program, a, &pairs), 0);
    CHECK_INT((int64_t)pairs, 6); /* two packages of three items */
    /* and it would be seen */
    str rules = str_fmt(a,
                        "%s事项 注销\n  依据 试行办法 第三条\n  对象 人员\n  决定 秒批\n  时限 1工作日\n"
                        "  变更 结束 登记\n事项 换一件事\n  依据 试行办法 第三条\n  对象 人员\n"
                        "  包含 注销, 人工登记\n  时限 5工作日\n",
                        town_rules);
    pack_load_text(&made_up, a, STR("town.leye"), rules);
    CHECK_INT((int64_t)made_up.diags.errors, 0);
    CHECK(not_looked_ahead_at(made_up.program, a, &pairs) > 0);
}

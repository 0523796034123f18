/* behalf: a firm, a school, an institution that applies for its people. Which services it may, the packs say (申请人);
 * for whom a firm, the registry: who has to do with it, by a contract, a contribution, a placement; or whoever the form
 * itself is about to tie to it (就业登记.用人单位), and then to no other; and a school or a bank for whom the form
 * names a class of its own, or whose loan it gave (payee.c). Nobody may for everybody. Whoever it is about is told of
 * every step, and sees that somebody looked. */
#include "dossier/dossier_priv.h"

/* What an entity of the data model is when it applies. Households apply through one of their own. */
static uint32_t applies_as(const struct program *p, uint16_t entity)
{
    str name = p->entities.at[entity].name;
    if (str_eq(name, STR("单位"))) return SERVICE_APPLIES_EMPLOYER;
    if (str_eq(name, STR("机构"))) return SERVICE_APPLIES_INSTITUTION | SERVICE_APPLIES_SCHOOL;
    return 0;
}

bool dossier_applies_self(const struct program *p, const struct service *s, uint16_t entity)
{
    return s->entity == entity && (s->applicants & (SERVICE_APPLIES_SELF | applies_as(p, entity))) != 0;
}

bool dossier_applies_for(const struct program *p, const struct service *s, uint16_t entity)
{
    return s->entity != entity && (s->applicants & applies_as(p, entity)) != 0;
}

str dossier_applicants(const struct service *s, struct arena *a)
{
    static const char *const words[] = { "本人", "单位", "学校", "机构", "不用申请，由经办机构办" };
    struct text t;
    text_init(&t, a, 400);
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        if ((s->applicants >> i & 1) != 0) text_addf(&t, "%s%s", t.len > 0 ? "、" : "", words[i]);
    }
    return text_str(&t);
}

bool dossier_may_apply(const struct program *p, const struct service *s, uint16_t entity, struct err *e)
{
    if (dossier_applies_self(p, s, entity)) return true;
    autoarena *a = arena_new("applicants", 0);
    str about = p->entities.at[s->entity].name, who = p->entities.at[entity].name, by = dossier_applicants(s, a);
    if (dossier_applies_for(p, s, entity))
        return fail(e, DENIED, "“%.*s”要说明给哪一位办；请用名单来办", STR_ARG(s->name));
    if (s->entity != entity)
        return fail(e, DENIED, "“%.*s”是%.*s的事，不是%.*s的，办不了；请核对事项，或者换成%.*s来申请", STR_ARG(s->name),
                    STR_ARG(about), STR_ARG(who), STR_ARG(about));
    if (s->applicants == SERVICE_APPLIES_OFFICE) return fail(e, DENIED, "“%.*s”%.*s", STR_ARG(s->name), STR_ARG(by));
    return fail(e, DENIED, "“%.*s”由%.*s申请，自己不能申请；请找%.*s来办", STR_ARG(s->name), STR_ARG(by), STR_ARG(by));
}

bool behalf_of(struct dossier_desk *d, const struct dossier_act *act, int64_t subject, struct behalf *out,
               struct err *e)
{
    struct err none = { 0 };
    *out = (struct behalf){ 0 };
    if (!str_eq(act->role, DOSSIER_ROLE_SELF)) return true;
    if (!registry_find(d->r, STR(""), act->who, &out->entity, &out->id, &none)) {
        *out = (struct behalf){ 0 };
        return none.code == ERR_NOT_FOUND || (*e = none, false);
    }
    if (out->id == subject) *out = (struct behalf){ 0 };
    return true;
}

bool behalf_names(const struct program *p, const struct form_item *i, uint16_t firm)
{
    struct type t = p->entities.at[i->entity].slots.at[i->slot].type;
    return t.kind == TYPE_RECORD && t.ref == firm;
}

bool behalf_answers(struct dossier_desk *d, const struct service *s, const struct behalf *b, str answers,
                    struct arena *a, str *out, struct err *e)
{
    const struct json *j = NULL;
    struct text *t = ARENA_NEW(a, struct text);
    struct json_writer w;
    *out = answers;
    if (answers.len > DOSSIER_FACTS_MAX) return true; /* said where they are read */
    if (answers.len > 0 && !json_read(a, answers, &j, e)) return fail_up(e, "填的内容看不懂");
    if (j != NULL && j->kind != JSON_OBJECT) return true;
    text_init(t, a, DOSSIER_FACTS_MAX + 4096);
    json_begin(&w, t, false);
    json_object(&w);
    for (size_t i = 0; j != NULL && i < j->count; i++) {
        json_key_str(&w, j->keys[i]);
        judge_write_value(&w, &j->items[i]);
    }
    VEC_EACH (const struct form_item, i, &s->form) {
        str name = facts_item_name(d->p, s, i, a);
        if (!behalf_names(d->p, i, b->entity) || (j != NULL && json_member(j, name) != NULL)) continue;
        json_key_str(&w, name);
        json_str(&w, str_fmt(a, "%lld", (long long)b->id));
    }
    json_object_end(&w);
    *out = text_str(t);
    return true;
}

/* Whom the answers name: *tied the firm; DENIED somebody else. */
static bool names_only_firm(const struct dossier_facts *x, const struct behalf *b, bool *tied, struct err *e)
{
    VEC_EACH (const struct dossier_reference, r, &x->refs) {
        const struct slot *s = &x->f.p->entities.at[r->r->entity].slots.at[r->slot];
        if (s->type.ref != b->entity) continue;
        if (r->id != b->id) return fail(e, DENIED, "“%.*s”只能写本单位，不用填", STR_ARG(s->name));
        *tied = true;
    }
    return true;
}

/* What a form says of this item; NULL: nothing that is text. */
static const struct value *text_of(const struct dossier_facts *x, const struct form_item *i)
{
    const struct record *r = i->entity == x->subject->entity ? x->subject : NULL;
    VEC_EACH (const struct dossier_spell, s, &x->spells) {
        if (s->entity == i->entity) r = s->r;
    }
    bool text = x->f.p->entities.at[i->entity].slots.at[i->slot].type.kind == TYPE_TEXT;
    return r != NULL && text && r->slots[i->slot].given && r->slots[i->slot].v.state == VALUE_KNOWN
               ? &r->slots[i->slot].v
               : NULL;
}

/* A field named after the number of something the applicant has (签到班号 after 班号, the 标识 of 培训班) repeats it:
 * it must be one of its own, and is then what ties them. */
static bool names_own(struct dossier_desk *d, const struct service *s, const struct dossier_facts *x,
                      const struct behalf *b, bool *tied, struct err *e)
{
    VEC_EACH (const struct form_item, i, &s->form) {
        const struct value *v = text_of(x, i);
        str field = d->p->entities.at[i->entity].slots.at[i->slot].name;
        VEC_EACH (const struct entity, en, &d->p->entities) {
            bool so, own = en->is_spell && en->owner == b->entity && en->keys.len == 1;
            if (v == NULL || !own || !str_ends(field, en->slots.at[en->keys.at[0]].name)) continue;
            if (!registry_has_spell(d->r, en->id, b->id, en->keys.at[0], v->text, &so, e)) return false;
            if (!so)
                return fail(e, DENIED, "“%.*s”写的“%.*s”不是本%.*s的%.*s；请写备案过的", STR_ARG(field),
                            STR_ARG(v->text), STR_ARG(d->p->entities.at[b->entity].name), STR_ARG(en->name));
            *tied = true;
        }
    }
    return true;
}

bool behalf_may(struct dossier_desk *d, const struct service *s, int64_t subject, struct dossier_facts *x,
                const struct behalf *b, date day, struct arena *a, struct err *e)
{
    bool tied = false, paid = false;
    if (b->id == 0) return true;
    if (!dossier_applies_for(d->p, s, b->entity)) {
        str who = d->p->entities.at[b->entity].name;
        return fail(e, DENIED, "“%.*s”不由%.*s替别人申请", STR_ARG(s->name), STR_ARG(who));
    }
    if (!names_only_firm(x, b, &tied, e) || !names_own(d, s, x, b, &tied, e) ||
        !payee_is_firm(d, x, s, b, day, a, &paid, e))
        return false;
    tied = tied || paid;
    if (!tied && !registry_refers(d->r, s->entity, subject, b->entity, b->id, &tied, e)) return false;
    bool firm = (applies_as(d->p, b->entity) & SERVICE_APPLIES_EMPLOYER) != 0;
    return tied || fail(e, DENIED, "登记库里没有这个人，或者看不到他和%s的关系（%s），不能替他办",
                        firm ? "贵单位" : "贵机构", firm ? "合同、参保、见习、岗位" : "班级、贷款、培训");
}

/* handing: whom a case can be handed to: who does this step where the person lives and has no stake in it. Asked for by
 * whoever has the case and by the chief. */
#include "hall/hall_priv.h"

#include <string.h>

/* The roles that can do something about a case as it stands. */
static uint32_t roles_for(const struct dossier *d)
{
    uint32_t out = 0;
    for (unsigned i = 0; i < ROLES; i++) {
        str role = str_of(access_role_zh((enum access_role)i));
        bool can = d->state == DOSSIER_SUBMITTED ? dossier_accepts(d, role)
                   : d->state == DOSSIER_REVIEW  ? dossier_reviews(d, role)
                                                 : dossier_concerns(d, role);
        if (can) out |= 1u << i;
    }
    return out;
}

static bool may_see(const struct access_account *k, uint32_t roles, str entity, const struct subject *s)
{
    struct access_reader r = { .account = k->id };
    str rest = k->regions, region;
    while (r.region_count < ACCESS_REGIONS_MAX && str_split(&rest, ' ', &region)) r.regions[r.region_count++] = region;
    for (unsigned i = 0; i < ROLES; i++) {
        r.role = (enum access_role)i;
        if ((k->roles & roles) >> i & 1 && access_may_see(&r, entity, s->id, s->places, s->place_count)) return true;
    }
    return false;
}

/* A case is handed to an account, not to a name that nobody has. */
static bool colleagues(struct call *c, const struct dossier *d, const struct subject *s, access_accounts *out,
                       struct err *e)
{
    access_accounts all = { 0 };
    uint32_t roles = roles_for(d);
    if (roles == 0) return true;
    if (!access_account_list(c->desk->store, roles, c->a, &all, e)) return false;
    VEC_EACH (const struct access_account, k, &all) {
        bool aside = k->disabled || str_eq(k->name, c->who.name) || str_eq(k->name, d->holder);
        if (!aside && may_see(k, roles, c->h->p->entities.at[s->entity].name, s)) *vec_push(c->a, out) = *k;
    }
    return true;
}

static struct dossier_whom whom(const struct access_account *k) { return (struct dossier_whom){ k->name, k->subject }; }

bool handing_doc(struct call *c, const struct dossier *d, const struct subject *s, struct err *e)
{
    access_accounts found = { 0 };
    struct json *list = doc_array(c->a, c->doc, "colleagues");
    str chosen = desk_field(c, "to");
    if (!colleagues(c, d, s, &found, e)) return false;
    VEC_EACH (const struct access_account, k, &found) {
        const char *why;
        if (!dossier_may_sign(c->desk->dossiers, d, whom(k), &why, e)) return false;
        if (why != NULL) continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", k->name);
        doc_str(c->a, o, "display", k->display);
        doc_bool(c->a, o, "chosen", str_eq(k->name, chosen));
    }
    return true;
}

bool handing_do(struct call *c, const struct dossier_act *act, struct dossier_ref ref, const struct dossier *d,
                const struct subject *s, struct err *e)
{
    access_accounts found = { 0 };
    str to = desk_field(c, "to");
    if (!colleagues(c, d, s, &found, e)) return false;
    VEC_EACH (const struct access_account, k, &found) {
        if (str_eq(k->name, to)) return dossier_transfer(c->desk->dossiers, act, ref, STR(""), whom(k), e);
    }
    return fail(e, INVALID, "请从名单里选转给谁：要是做这一步、管这个地方的同事");
}

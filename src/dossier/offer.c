/* offer: 免申即享. Whoever `leye find` says is entitled to a policy that a service offers by itself, on facts that were
 * all compared and for an amount that is set, and who has had no case of it, gets one that waits for their word. */
#include "dossier/dossier_priv.h"

/* All its policies are paid once a year: what was had in an earlier year does not stand in the way of this one. */
static bool by_year(const struct program *p, const struct service *s)
{
    VEC_EACH (const uint32_t, q, &s->policies) {
        if (service_pays(s, &p->policies.at[*q]).kind != PAID_A_YEAR) return false;
    }
    return s->policies.len > 0;
}

/* A case that is not over, or one that was decided or turned down: ever, or this year when the year counts. */
static bool had_one(struct dossier_desk *d, const struct service *s, int64_t subject, date day, bool *had,
                    struct err *e)
{
    int64_t one;
    int y, m, dd;
    date_parts(day, &y, &m, &dd);
    int64_t since = by_year(d->p, s) ? date_of(y, 1, 1).days : INT32_MIN;
    return store_get(d->s, had, &one, 1, e,
                     "SELECT 1 FROM dossier d JOIN dossier_version v ON v.id = d.version WHERE d.subject = $1 AND"
                     " v.name = $2 AND (d.state IN (0, 1, 2, 3, 4, 5) OR (d.state IN (6, 7, 11) AND d.opened >= $3))"
                     " LIMIT 1",
                     "isi", subject, s->name, since);
}

/* Nobody is told of money by a list of last year. */
static bool entitled(struct dossier_desk *d, const struct service *s, const struct found_policy *p, int64_t subject,
                     date day, struct arena *a, bool *so, struct err *e)
{
    struct dossier_facts x;
    struct dossier_verdicts v;
    if (!facts_of(d, s, subject, STR(""), a, &x, e) || !verdict_ask(d, &x, d->set, day, a, &v, e)) return false;
    const struct dossier_verdict *w = verdict_of(&v, p->name);
    *so = v.all != VERDICT_REFUSED && w != NULL && w->x.verdict.kind == VERDICT_QUALIFIED;
    return true;
}

static bool offer_one(struct dossier_desk *d, const struct dossier_act *act, const struct service *s,
                      const struct found_policy *p, int64_t subject, struct dossier_offers *out, struct err *e)
{
    autoarena *a = arena_new("offer", 0);
    struct dossier c;
    bool had = false, still = false;
    struct dossier_request q = { .service = s->name, .subject = subject, .channel = DOSSIER_BY_OFFER };
    struct dossier_act sys = desk_system(act, STR("资料表明符合，主动提示"));
    if (!had_one(d, s, subject, act->day, &had, e)) return false;
    out->had_one += had;
    if (had) return true;
    if (!entitled(d, s, p, subject, act->day, a, &still, e)) return false;
    out->no_longer += !still;
    if (!still) return true;
    if (!apply_new(d, &sys, &q, a, &c, e)) return false;
    out->opened++;
    struct tell t = { .what = s->offer == SERVICE_OFFER_NOTICE ? "主动告知" : "主动确认" };
    return clock_start(d, c.id, DOSSIER_CLOCK_OFFER, decide_time(&c, s->limit, act->day), act->day, NULL, e) &&
           clock_due(d, c.id, DOSSIER_CLOCK_OFFER, &t.has_due, &t.due, e) && tell_applicant(d, &sys, &c, &t, e);
}

static const struct found_subjects *subjects_of(const struct findings *f, const struct found_policy *p)
{
    return p->subjects < f->subjects.len ? &f->subjects.at[p->subjects] : NULL;
}

static bool offer_policy(struct dossier_desk *d, const struct dossier_act *act, const struct service *s,
                         const struct findings *f, const struct found_policy *p, size_t max, struct dossier_offers *out,
                         struct err *e)
{
    const struct found_subjects *who = subjects_of(f, p);
    for (uint32_t i = 0; who != NULL && i < who->count; i++) {
        if ((*found_byte(p->kinds, i) & FOUND_KIND) != VERDICT_QUALIFIED) continue;
        out->assumed += (*found_byte(p->kinds, i) & FOUND_ASSUMED) != 0;
        out->unset += (*found_byte(p->kinds, i) & FOUND_UNSET) != 0;
        if ((*found_byte(p->kinds, i) & (FOUND_ASSUMED | FOUND_UNSET)) != 0) continue;
        if (max > 0 && (size_t)out->opened >= max) return true;
        if (!offer_one(d, act, s, p, (int64_t)who->ids[i], out, e)) return false;
    }
    return true;
}

bool dossier_offer(struct dossier_desk *d, const struct dossier_act *act, str service, const struct findings *f,
                   size_t max, struct arena *a, struct dossier_offers *out, struct err *e)
{
    (void)a;
    *out = (struct dossier_offers){ 0 };
    const struct service *only = service.len > 0 ? program_service(d->p, service) : NULL;
    if (service.len > 0 && only == NULL) return fail(e, NOT_FOUND, "没有事项“%.*s”", STR_ARG(service));
    if (only != NULL && only->offer == SERVICE_NO_OFFER)
        return fail(e, INVALID, "事项“%.*s”没有写“主动”，不是免申即享的", STR_ARG(only->name));
    if (!desk_is_system(act) && !str_eq(act->role, DOSSIER_ROLE_CHIEF))
        return fail(e, DENIED, "免申即享的提示由系统或者主管来启动");
    if (!desk_begin(d, act, e)) return false;
    bool ok = true;
    VEC_EACH (const struct service, each, &d->p->services) {
        const struct service *s = service_on(d->p, each->id, act->day);
        if (s == NULL || program_service(d->p, each->name) != each || s->offer == SERVICE_NO_OFFER ||
            (only != NULL && only != each))
            continue;
        VEC_EACH (const uint32_t, q, &s->policies) {
            const struct found_policy *p = findings_policy(f, d->p->policies.at[*q].name);
            ok = ok && (p == NULL || offer_policy(d, act, s, f, p, max, out, e));
        }
    }
    return desk_end(d, ok, e);
}

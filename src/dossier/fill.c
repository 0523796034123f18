/* fill: what the rules of a case had left open, and nobody had set the day it was applied for, was promised to nobody.
 * Once it is set, and nothing else is another, the case goes on by the rules of today (docs/decisions/0263). */
#include "dossier/dossier_priv.h"
#include "pack/diff.h"

str fill_open(const struct dossier_verdicts *v, struct arena *a)
{
    return v->all != VERDICT_REFUSED && (v->unset || v->all != VERDICT_QUALIFIED) ? verdict_unset(v, a) : STR("");
}

/* Whether these are the same rules, with what had been left open filled in, and new names that the old rules cannot
 * mean. */
static bool only_filled(const struct program *was, const struct program *is)
{
    static const bool aside[KIND_COUNT] = {
        /* say nothing of who is entitled to what, and how it is handled */
        [KIND_PACK] = true,       [KIND_SOURCE] = true,    [KIND_EXAMPLE] = true, [KIND_CALENDAR] = true,
        [KIND_LEAD] = true,       [KIND_INDICATOR] = true, [KIND_PLAN] = true,    [KIND_TARGET] = true,
        [KIND_TASK] = true,       [KIND_WARNING] = true,   [KIND_RETURN] = true,  [KIND_IMPORT] = true,
        [KIND_VALIDATION] = true,
    };
    autoarena *a = arena_new("diff", 0);
    diff_list all = { 0 };
    diff_programs(was, is, false, a, &all);
    VEC_EACH (const struct diff_decl, x, &all) {
        bool added = x->change == DIFF_ADDED && x->version.len == 0 && x->kind != KIND_NARROW;
        if (!aside[x->kind] && !added) return false;
    }
    return true;
}

/* The same, compared once for each of the rules that cases wait with. */
static bool filled_since(struct dossier_desk *d, str hash)
{
    for (struct dossier_rules *r = d->rules; r != NULL; r = r->next) {
        if (!str_eq(r->hash, hash)) continue;
        if (!r->compared) r->filled = only_filled(r->set->program, d->p);
        r->compared = true;
        return r->filled;
    }
    return false; /* today's own */
}

bool fill_in(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, const struct dossier_verdicts *v,
             const struct pack_set **rules, struct arena *a, bool *filled, struct err *e)
{
    struct dossier_note n;
    const struct service *s = program_service(d->p, c->name);
    *filled = false;
    if (fill_open(v, a).len == 0 || s == NULL || !filled_since(d, c->rules)) return true;
    s = service_on(d->p, s->id, c->opened);
    *filled = s != NULL;
    if (!*filled) return true;
    *rules = d->set;
    c->rules = d->p->hash, c->program = d->p, c->service = s;
    note_start(&n, a);
    return desk_version(d, s, &c->version, e) && dossier_row_event(d, act, c, "dossier.filled", &n, e);
}

/* task: what a case still asks of somebody besides its steps: an objection to answer, a bad rating to call about, a
 * benefit to look at again. What is offered here is what move.c will do. */
#include "dossier/dossier_priv.h"

bool dossier_objections_of(struct dossier_desk *d, int64_t id, struct arena *a, dossier_objections *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    out->len = 0;
    if (!store_ask(d->s, &q, e,
                   "SELECT id, day, state, text, answer FROM dossier_objection WHERE dossier = $1 ORDER BY id", "i",
                   id))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t n[3] = { 0 };
        for (uint32_t i = 0; i < 3; i++) store_int(q, i, &n[i]);
        *vec_push(a, out) = (struct dossier_objection){
            n[0], { (int32_t)n[1] }, (uint8_t)n[2], str_dup(a, store_str(q, 3)), str_dup(a, store_str(q, 4))
        };
    }
    store_done(q);
    return ok;
}

bool dossier_tasks_of(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c,
                      struct dossier_tasks *out, struct err *e)
{
    struct err why = { 0 };
    uint32_t may = desk_roles(act, c);
    bool signs = (may & (ROLE_CHIEF | ROLE_REVIEWER)) != 0, desk = (may & ROLE_DESK) != 0, rated;
    int64_t level = 0;
    *out = (struct dossier_tasks){ .check = signs && (c->flags & DOSSIER_CHECK) != 0 };
    if (!store_get(d->s, &rated, &level, 1, e, "SELECT level FROM dossier_rating WHERE dossier = $1", "i", c->id))
        return false;
    out->rating = rated ? (int)level : 0;
    bool free = decide_uninvolved(d, act, c, &why);
    if (!free && why.code != ERR_DENIED) return *e = why, false;
    bool answer = signs && (c->flags & DOSSIER_OBJECTED) != 0,
         call = (signs || desk) && (c->flags & DOSSIER_UNHAPPY) != 0;
    out->answer = free && answer, out->call = free && call;
    bool opens_anew = c->state == DOSSIER_REFUSED || c->state == DOSSIER_GRANTED; /* 重新办理, see life.c */
    out->uphold = !opens_anew || (may & ROLE_CHIEF) != 0;
    out->involved = !free && (answer || call);
    return true;
}

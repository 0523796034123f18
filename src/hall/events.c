/* events: what programs are told. The journal says what happened to cases, the register which batches came; each
 * webhook is told what its token might fetch, and remembers up to where. So nothing has to be done when a case moves,
 * nothing is told that was undone, and what could not be told today is told tomorrow. */
#include "hall/hall_priv.h"
#include "notice/webhook.h"
#include "store/short.h"

enum { PORTION = 500, SECOND_MS = 1000 };

static const struct {
    const char *word, *help;
} events[] = {
    { "case", "办件走了一步" },
    { "payment", "一笔发放有了答复" },
    { "entity", "登记的资料变了" },
};

bool events_known(str word)
{
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        if (str_eq(word, str_of(events[i].word))) return true;
    }
    return false;
}

str events_words(struct arena *a)
{
    struct text t;
    text_init(&t, a, 400);
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        text_addf(&t, "%s%s（%s）", i > 0 ? "、" : "", events[i].word, events[i].help);
    return text_str(&t);
}

static bool wants(const struct webhook *w, const char *event)
{
    str rest = w->events, word;
    while (str_split(&rest, ' ', &word)) {
        if (str_eq(word, str_of(event))) return true;
    }
    return false;
}

/* ---- what a token may fetch ---- */

static bool may_read(const struct access_reader *r, const char *path)
{
    for (size_t i = 0; i < hall_route_count; i++) {
        const struct route *k = &hall_routes[i];
        if (k->method == HTTP_GET && str_eq(str_of(k->path), str_of(path)))
            return (k->roles >> r->role & 1) != 0 && scope_allows(r->scopes, k);
    }
    return false;
}

bool events_allowed(const struct access_reader *r, str event)
{
    if (str_eq(event, STR("entity"))) return may_read(r, "/entities/{name}");
    return may_read(r, "/cases/{number}") || may_read(r, "/me/cases/{number}");
}

struct telling {
    struct dossier_desk *d;
    struct registry *r;
    const struct program *p;
    struct store *s;
    struct arena *a;
    struct access_reader who;
    const struct webhook *w;
    dossier_office_list offices; /* they work for */
    const char *base;            /* where they fetch a case; NULL: nowhere */
    int64_t now_ms, put;
};

static bool their_case(struct telling *t, const struct dossier *c)
{
    switch (access_scope(t->who.role)) {
    case SCOPE_NOBODY: return false;
    case SCOPE_ALL: return true;
    case SCOPE_SELF:
        return c->subject == t->who.subject || str_eq(c->applicant, str_fmt(t->a, "%lld", (long long)t->who.subject));
    case SCOPE_REGION: break;
    }
    VEC_EACH (const str, o, &t->offices) {
        if (c->office.len > 0 && str_eq(*o, c->office)) return true;
    }
    return false;
}

/* What happens at the desk and changes nothing for others. */
static bool is_inside(str kind)
{
    static const char *const inside[] = { "dossier.take", "dossier.release", "dossier.late", "dossier.clock",
                                          "dossier.due" };
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        if (str_eq(kind, str_of(inside[i]))) return true;
    }
    return !str_starts(kind, STR("dossier."));
}

static bool put(struct telling *t, const char *event, str number, str address, str key, int64_t at_ms, struct err *e)
{
    struct webhook_event v = { str_of(event), number, address, key, at_ms };
    t->put++;
    return webhook_put(t->s, t->w->id, &v, t->now_ms, e);
}

static bool tell_case(struct telling *t, const struct journal_line *l, struct err *e)
{
    struct dossier c;
    struct err gone = { 0 };
    int64_t id;
    const char *event = str_eq(l->v.kind, STR("dossier.paid")) ? "payment" : "case";
    if (t->base == NULL || is_inside(l->v.kind) || !wants(t->w, event) || !dossier_number_read(l->dossier, &id, &gone))
        return true;
    if (!dossier_get(t->d, id, t->a, &c, &gone)) return gone.code == ERR_NOT_FOUND || (*e = gone, false);
    if (!their_case(t, &c)) return true;
    str number = l->dossier;
    return put(t, event, number, str_fmt(t->a, "%s%.*s", t->base, STR_ARG(number)),
               str_fmt(t->a, "event-%lld", (long long)l->v.number), l->v.time_ms, e);
}

/* One portion of the journal, and how far that is. */
static bool tell_cases(struct telling *t, int64_t *upto, bool *more, struct err *e)
{
    journal_lines lines = { 0 };
    if (!journal_after(t->s, *upto, PORTION, t->a, &lines, e)) return false;
    VEC_EACH (const struct journal_line, l, &lines) {
        if (!tell_case(t, l, e)) return false;
        *upto = l->v.number;
    }
    *more = lines.len == PORTION;
    return true;
}

/* One word for each list that changed; what changed is fetched with the program's own mark. */
static bool tell_entities(struct telling *t, int64_t *upto, struct err *e)
{
    registry_changes changes = { 0 };
    bool all = false;
    if (!registry_last_drop(t->r, upto, e)) return false;
    if (*upto <= t->w->batch || !wants(t->w, "entity") || !may_read(&t->who, "/entities/{name}")) return true;
    if (!registry_changed(t->r, t->w->batch, &all, t->a, &changes, e)) return false;
    VEC_EACH (const struct entity, en, &t->p->entities) {
        bool changed = all;
        VEC_EACH (const struct registry_change, x, &changes) changed = changed || x->entity == en->id;
        if (en->is_spell || !changed) continue;
        str name = en->name;
        if (!put(t, "entity", name, words_href(t->a, "/entities/", name, "/changes"),
                 str_fmt(t->a, "batch-%lld-%.*s", (long long)*upto, STR_ARG(name)), t->now_ms, e))
            return false;
    }
    return true;
}

static bool tell_one(struct telling *t, struct err *e)
{
    int64_t journal = t->w->journal, batch = t->w->batch;
    for (size_t i = 0; i < t->who.region_count; i++) dossier_offices(t->p, t->who.regions[i], t->a, &t->offices);
    t->base = may_read(&t->who, "/cases/{number}")      ? "/cases/"
              : may_read(&t->who, "/me/cases/{number}") ? "/me/cases/"
                                                        : NULL;
    struct arena_mark mark = arena_mark(t->a);
    for (bool more = true; more;) {
        if (!store_begin(t->s, e)) return false;
        bool ok = tell_cases(t, &journal, &more, e) && (more || tell_entities(t, &batch, e)) &&
                  webhook_told(t->s, t->w->id, journal, batch, e);
        if (!store_end(t->s, ok, e)) return false;
        arena_rewind(t->a, mark);
    }
    return true;
}

bool hall_tell_programs(struct dossier_desk *d, struct registry *r, int64_t now, int64_t *told, struct err *e)
{
    autoarena *a = arena_new("programs", 0);
    webhooks all = { 0 };
    struct store *s = registry_store(r);
    *told = 0;
    if (!webhook_migrate(s, e) || !webhook_list(s, STR(""), a, &all, e)) return false;
    VEC_EACH (const struct webhook, w, &all) {
        autoarena *one = arena_new("program", 0);
        struct telling t = {
            .d = d, .r = r, .p = dossier_program(d), .s = s, .a = one, .w = w, .now_ms = now * SECOND_MS
        };
        bool found;
        if (w->state != WEBHOOK_ON) continue;
        if (!access_token_kept(s, w->owner, now, one, &t.who, &found, e)) return false;
        if (found && !tell_one(&t, e)) return false; /* a token that is over learns nothing more */
        *told += t.put;
    }
    return true;
}

/* studio_trial: a draft asked about everybody, and about the decisions of the past, on a thread of its own: one at a
 * time, stopped when nobody has looked at it for a while. What came out is kept with the draft, for whoever approves
 * it. The functions are those of `leye whatif` and `leye replay --past`; here is only what they are asked, and in what
 * order. */
#include "hall/studio.h"
#include "policy/scan.h"
#include "policy/whatif.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

enum { LOOKED_SECONDS = 60, FLIPS_SHOWN = 200, GROUPS_SHOWN = 400, DIVISIONS = 3 };
static const char *const division_names[DIVISIONS] = { "常住地", "性别", "年龄" };

enum phase { PHASE_NONE, PHASE_READ, PHASE_POOL, PHASE_BEFORE, PHASE_AFTER, PHASE_PAST, PHASE_DONE, PHASE_STOPPED };

struct trials {
    struct hall *h;
    pthread_mutex_t lock; /* of everything below */
    pthread_t thread;
    bool started; /* the thread is to be joined */
    bool running;
    bool stop;
    int64_t draft, looked_at; /* seconds of a clock that only goes forward */
    enum phase phase;
    int64_t done, total;
    char problem[ERR_TEXT];
    /* of the thread */
    date today, rule_day;
    int64_t now;
    char who[DRAFT_NAME_MAX];
};

static int64_t seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

/* ---- how it goes on ---- */

static void set_phase(struct trials *t, enum phase phase)
{
    pthread_mutex_lock(&t->lock);
    t->phase = phase, t->done = 0, t->total = 0;
    pthread_mutex_unlock(&t->lock);
}

/* Whoever asked has left when nobody has looked for a while. */
static bool goes_on(struct trials *t, int64_t done, int64_t total)
{
    pthread_mutex_lock(&t->lock);
    t->done = done, t->total = total;
    if (seconds() - t->looked_at > LOOKED_SECONDS) __atomic_store_n(&t->stop, true, __ATOMIC_RELAXED);
    bool on = !t->stop;
    pthread_mutex_unlock(&t->lock);
    return on;
}

static void on_progress(void *ctx, str entity, uint64_t done, uint64_t of)
{
    (void)entity;
    goes_on(ctx, (int64_t)done, (int64_t)of);
}

static bool on_past(void *ctx, int64_t looked) { return goes_on(ctx, looked, 0); }
static bool on_example(void *ctx) { return goes_on(ctx, 0, 0); }

/* ---- whether the hall's pool serves the draft as well ---- */

static bool same_lists(const struct program *p, const struct program *q)
{
    if (p->codes.len != q->codes.len) return false;
    for (size_t i = 0; i < p->codes.len; i++) {
        const struct code_list *x = &p->codes.at[i], *y = &q->codes.at[i];
        if (!str_eq(x->name, y->name) || x->items.len != y->items.len) return false;
        for (size_t k = 0; k < x->items.len; k++) {
            if (!str_eq(x->items.at[k].name, y->items.at[k].name)) return false;
        }
    }
    return true;
}

static bool same_slots(const struct program *p, const struct program *q)
{
    if (p->entities.len != q->entities.len) return false;
    for (size_t i = 0; i < p->entities.len; i++) {
        const struct entity *x = &p->entities.at[i], *y = &q->entities.at[i];
        if (!str_eq(x->name, y->name) || x->slots.len != y->slots.len) return false;
        for (size_t k = 0; k < x->slots.len; k++) {
            const struct slot *s = &x->slots.at[k], *r = &y->slots.at[k];
            if (!str_eq(s->name, r->name) || s->kind != r->kind || s->type.kind != r->type.kind ||
                s->type.scale != r->type.scale || s->type.ref != r->type.ref)
                return false;
        }
    }
    return true;
}

static bool same_columns(const struct pool_schema *p, const struct pool_schema *q)
{
    if (p->table_count != q->table_count) return false;
    for (size_t i = 0; i < p->table_count; i++) {
        const struct pool_table_def *x = &p->tables[i], *y = &q->tables[i];
        if (x->column_count != y->column_count || x->group_count != y->group_count) return false;
        for (size_t k = 0; k < x->column_count; k++) {
            const struct pool_column_def *c = &x->columns[k], *d = &y->columns[k];
            if (!str_eq(c->name, d->name) || c->kind != d->kind || c->table != d->table || c->absent != d->absent)
                return false;
        }
        for (size_t k = 0; k < x->group_count; k++) {
            const struct pool_group_def *c = &x->groups[k], *d = &y->groups[k];
            if (!str_eq(c->name, d->name) || c->table != d->table || c->key_count != d->key_count) return false;
        }
    }
    return true;
}

/* ---- the work ---- */

struct work {
    struct trials *t;
    struct arena *a;
    struct store *store;
    struct draft d;
    struct draft_weighed w;
    const struct vocab *v;
    const struct pool *pool;
    struct pool *own; /* built for the draft; NULL: the hall's serves */
    const struct findings *before;
    struct findings *after;
    struct division by[DIVISIONS];
    whatif_list lists[DIVISIONS + 1]; /* the last without groups */
};

static bool read_draft(struct work *k, struct err *e)
{
    struct hall *h = k->t->h;
    set_phase(k->t, PHASE_READ);
    if (!store_open(&k->store, h->o.db, STORE_WRITE, e) || !draft_get(k->store, k->t->draft, k->a, &k->d, e) ||
        !draft_weigh(k->store, &k->d, k->t->today, on_example, k->t, k->a, &k->w, e))
        return false;
    if (k->w.found.errors > 0) return fail(e, CONFLICT, "草稿里还有 %zu 处错误，改好再试算", k->w.found.errors);
    const struct program *p = h->p;
    if (!str_eq(k->w.found.base, p->packs.at[p->packs.len - 1].hash) || !str_eq(k->w.was.program->hash, p->hash))
        return fail(e, CONFLICT, "文件夹里的规则和大厅正在用的不一样：刚刚发布的还没有接过来，过一会儿再试算");
    return true;
}

static bool find_pool(struct work *k, struct err *e)
{
    struct hall *h = k->t->h;
    const struct program *p = k->w.is.program;
    struct registry *r;
    k->v = vocab_of(p, false, k->a);
    k->pool = h->o.pool;
    if (same_lists(h->p, p) && same_slots(h->p, p) && same_columns(&h->o.vocab->schema, &k->v->schema)) return true;
    set_phase(k->t, PHASE_POOL);
    if (!registry_open(&r, p, h->o.db, STORE_READ, e)) return false;
    bool ok = registry_pool(r, k->v, &k->own, e);
    registry_close(r);
    k->pool = k->own;
    return ok;
}

static bool ask(struct work *k, struct err *e)
{
    struct hall *h = k->t->h;
    struct scan s = { .vocab = h->o.vocab,
                      .pool = h->o.pool,
                      .today = k->t->today,
                      .rule_day = k->t->rule_day,
                      .threads = 1, /* requests come first */
                      .progress = on_progress,
                      .progress_ctx = k->t,
                      .stop = &k->t->stop };
    struct findings *before;
    k->before = h->o.found;
    if (k->before->today.days != s.today.days || k->before->rule_day.days != s.rule_day.days) {
        set_phase(k->t, PHASE_BEFORE);
        if (!scan_run(&s, k->a, &before, e)) return false;
        k->before = before;
    }
    set_phase(k->t, PHASE_AFTER);
    s.vocab = k->v, s.pool = k->pool;
    return scan_run(&s, k->a, &k->after, e);
}

static void compare(struct work *k)
{
    const struct entity *en = program_entity(k->w.is.program, STR("人员"));
    for (int i = 0; i < DIVISIONS; i++) {
        struct err none = { 0 }; /* a model without this field has no such table */
        if (en != NULL && division_of(k->v, k->pool, en->id, str_of(division_names[i]), k->t->today, k->t->rule_day,
                                      k->a, &k->by[i], &none))
            whatif_compare(k->before, k->after, &k->by[i], en->name, k->a, &k->lists[i]);
    }
    whatif_compare(k->before, k->after, NULL, STR(""), k->a, &k->lists[DIVISIONS]);
}

/* ---- as a document ---- */

static str count_words(struct arena *a, uint64_t n) { return n == 0 ? STR("–") : words_count(a, n); }

static str cost_words(struct arena *a, num d, const struct whatif_policy *p)
{
    if (p->unit.len == 0 || d == 0) return STR("–");
    str sum = words_sum(a, d < 0 ? -d : d, p->scale, p->unit);
    return str_fmt(a, "%s %.*s", d < 0 ? "少" : "多", STR_ARG(sum));
}

static void counts_doc(struct arena *a, const struct whatif_policy *p, const struct whatif_count *n, struct json *o)
{
    doc_str(a, o, "before", count_words(a, n->before));
    doc_str(a, o, "after", count_words(a, n->after));
    doc_str(a, o, "winners", count_words(a, n->winners));
    doc_str(a, o, "losers", count_words(a, n->losers));
    doc_str(a, o, "more", count_words(a, n->more));
    doc_str(a, o, "less", count_words(a, n->less));
    doc_str(a, o, "cost", cost_words(a, n->cost_after - n->cost_before, p));
}

static bool group_same(const struct whatif_count *n) { return n->winners + n->losers + n->more + n->less == 0; }

static void groups_doc(struct work *k, str policy, struct json *list)
{
    struct arena *a = k->a;
    for (int i = 0; i < DIVISIONS; i++) {
        VEC_EACH (const struct whatif_policy, p, &k->lists[i]) {
            if (!str_eq(p->name, policy) || p->groups == NULL) continue;
            struct json *o = doc_object(a, list, NULL);
            doc_z(a, o, "by", division_names[i]);
            struct json *rows = doc_array(a, o, "rows");
            for (uint32_t g = 0; g < k->by[i].count && rows->count < GROUPS_SHOWN; g++) {
                if (group_same(&p->groups[g])) continue;
                struct json *row = doc_object(a, rows, NULL);
                doc_str(a, row, "label", k->by[i].labels[g]);
                counts_doc(a, p, &p->groups[g], row);
            }
        }
    }
}

static void policies_doc(struct work *k, struct json *doc)
{
    struct arena *a = k->a;
    struct json list = { .kind = JSON_ARRAY };
    num cost = 0;
    const whatif_list *all = &k->lists[DIVISIONS];
    VEC_EACH (const struct whatif_policy, p, all) {
        if (whatif_same(p) && p->was == p->is) continue;
        struct json *o = doc_object(a, &list, NULL);
        cost += p->all.cost_after - p->all.cost_before;
        doc_str(a, o, "policy", p->name);
        doc_z(a, o, "state", !p->was ? "新" : !p->is ? "取消" : "");
        counts_doc(a, p, &p->all, o);
        groups_doc(k, p->name, doc_array(a, o, "groups"));
    }
    doc_int(a, doc, "asked", (int64_t)all->len);
    doc_int(a, doc, "changed", (int64_t)list.count);
    doc_bool(a, doc, "changedAny", list.count > 0);
    doc_str(a, doc, "cost",
            cost == 0 ? STR("花的钱不变")
                      : str_fmt(a, "%s花 %.*s", cost < 0 ? "少" : "多",
                                STR_ARG(words_sum(a, cost < 0 ? -cost : cost, 2, STR("元")))));
    *doc_add(a, doc, "policies") = list;
}

static bool past_doc(struct work *k, struct json *doc, struct err *e)
{
    struct arena *a = k->a;
    dossier_flips flips = { 0 };
    int64_t looked = 0;
    char number[DOSSIER_NUMBER_TEXT];
    set_phase(k->t, PHASE_PAST);
    if (!dossier_replay_past(k->store, &k->w.is, on_past, k->t, a, &looked, &flips, e)) return false;
    struct json *list = doc_array(a, doc, "flips");
    VEC_EACH (const struct dossier_flip, f, &flips) {
        if (list->count >= FLIPS_SHOWN) break;
        struct json *o = doc_object(a, list, NULL);
        dossier_number(f->id, number);
        doc_str(a, o, "number", str_dup(a, str_of(number)));
        doc_str(a, o, "about", f->about);
        doc_str(a, o, "was", f->was);
        doc_str(a, o, "is", f->is);
    }
    doc_str(a, doc, "looked", words_count(a, (uint64_t)looked));
    doc_int(a, doc, "flipCount", (int64_t)flips.len);
    doc_bool(a, doc, "flipAny", flips.len > 0);
    return true;
}

static bool keep(struct work *k, const struct json *doc, struct err *e)
{
    struct text t;
    struct json_writer w;
    text_init(&t, k->a, DRAFT_RESULT_MAX + 1);
    json_begin(&w, &t, false);
    doc_write(&w, doc);
    struct draft_trial trial = { k->w.found.rules, k->w.found.base, k->t->now, str_of(k->t->who), text_str(&t) };
    return draft_trial_keep(k->store, k->d.id, &trial, e);
}

static bool run(struct work *k, struct err *e)
{
    struct json *doc = doc_new(k->a);
    if (!read_draft(k, e) || !find_pool(k, e) || !ask(k, e)) return false;
    compare(k);
    doc_str(k->a, doc, "day", words_day(k->a, k->t->today, (date){ 0 }));
    policies_doc(k, doc);
    if (!past_doc(k, doc, e)) return false;
    if (arena_over(k->a)) return fail(e, LIMIT, "试算要的内存太多，没有算完");
    return !goes_on(k->t, 0, 0) ? fail(e, CONFLICT, "停下了") : keep(k, doc, e);
}

static void *work(void *arg)
{
    struct trials *t = arg;
    struct work k = { .t = t, .a = arena_new("trial", 0) };
    struct err e = { 0 };
    bool ok = run(&k, &e);
    pool_free(k.own);
    store_close(k.store);
    arena_free(k.a);
    pthread_mutex_lock(&t->lock);
    t->phase = ok ? PHASE_DONE : t->stop ? PHASE_STOPPED : PHASE_NONE;
    snprintf(t->problem, sizeof t->problem, "%s", ok || t->stop ? "" : err_cause(&e));
    t->running = false;
    pthread_mutex_unlock(&t->lock);
    if (!ok && e.code == ERR_INTERNAL) err_print(&e, stderr);
    return NULL;
}

/* ---- the keeper ---- */

bool trials_open(struct hall *h, struct trials **out, struct err *e)
{
    (void)e;
    struct trials *t = ARENA_NEW(h->a, struct trials);
    t->h = h;
    pthread_mutex_init(&t->lock, NULL);
    *out = t;
    return true;
}

void trials_close(struct trials *t)
{
    if (t == NULL) return;
    __atomic_store_n(&t->stop, true, __ATOMIC_RELAXED);
    if (t->started) pthread_join(t->thread, NULL);
    pthread_mutex_destroy(&t->lock);
}

/* With the lock held, and nothing running. */
static bool start(struct call *c, struct trials *t, const struct draft *d, struct err *e)
{
    if (t->started) pthread_join(t->thread, NULL);
    t->started = false, t->stop = false;
    t->draft = d->id, t->looked_at = seconds(), t->phase = PHASE_READ, t->done = 0, t->total = 0;
    t->today = c->today, t->rule_day = c->rule_day, t->now = c->now, t->problem[0] = 0;
    snprintf(t->who, sizeof t->who, "%.*s", STR_ARG(c->who.name));
    t->started = t->running = pthread_create(&t->thread, NULL, work, t) == 0;
    return t->started || fail(e, MEMORY, "现在开不了试算，请过一会儿再试");
}

bool trial_start(struct call *c, const struct draft *d, struct err *e)
{
    struct trials *t = studio_trials(c);
    pthread_mutex_lock(&t->lock);
    bool ok = true;
    if (t->running && t->draft == d->id)
        t->looked_at = seconds();
    else if (t->running)
        ok = fail(e, CONFLICT, "第 %lld 号草稿正在试算，一次只算一份；请等它算完", (long long)t->draft);
    else
        ok = start(c, t, d, e);
    pthread_mutex_unlock(&t->lock);
    return ok;
}

void trial_stop(struct call *c, int64_t draft)
{
    struct trials *t = studio_trials(c);
    pthread_mutex_lock(&t->lock);
    if (t->running && t->draft == draft) __atomic_store_n(&t->stop, true, __ATOMIC_RELAXED);
    pthread_mutex_unlock(&t->lock);
}

static void phase_doc(struct call *c, struct trials *t, int64_t draft, struct json *o)
{
    static const char *const words[] = { [PHASE_NONE] = "",
                                         [PHASE_READ] = "读草稿，跑例",
                                         [PHASE_POOL] = "按草稿重装数据",
                                         [PHASE_BEFORE] = "按现行规则问全体",
                                         [PHASE_AFTER] = "按草稿问全体",
                                         [PHASE_PAST] = "重算过去的决定",
                                         [PHASE_DONE] = "",
                                         [PHASE_STOPPED] = "" };
    pthread_mutex_lock(&t->lock);
    bool ours = t->draft == draft, running = ours && t->running;
    if (running) t->looked_at = seconds();
    doc_bool(c->a, o, "running", running);
    doc_z(c->a, o, "phase", running ? words[t->phase] : "");
    doc_int(c->a, o, "percent", running && t->total > 0 ? t->done * 100 / t->total : 0);
    doc_bool(c->a, o, "percentAny", running && t->total > 0);
    doc_str(c->a, o, "done", running && t->done > 0 ? words_count(c->a, (uint64_t)t->done) : STR(""));
    doc_str(c->a, o, "problem", ours && !running ? str_dup(c->a, str_of(t->problem)) : STR(""));
    doc_bool(c->a, o, "stopped", ours && t->phase == PHASE_STOPPED);
    pthread_mutex_unlock(&t->lock);
}

bool trial_doc(struct call *c, const struct draft *d, const struct draft_weighed *w, struct json *doc, struct err *e)
{
    struct json *o = doc_object(c->a, doc, "trial");
    struct draft_trial t = { 0 };
    bool there;
    const struct json *result = NULL;
    phase_doc(c, studio_trials(c), d->id, o);
    if (!draft_trial_of(c->desk->store, d->id, c->a, &there, &t, e)) return false;
    bool fits = there && w != NULL && str_eq(t.rules, w->found.rules) && str_eq(t.base, w->found.base);
    if (there && !json_read(c->a, t.result, &result, e)) return fail_up(e, "试算的结果读不出来");
    doc_bool(c->a, o, "there", there);
    doc_bool(c->a, o, "stale", there && w != NULL && !fits);
    doc_bool(c->a, o, "fits", fits);
    doc_str(c->a, o, "when", there ? words_time(c->a, t.at) : STR(""));
    doc_str(c->a, o, "who", desk_person(c, t.who));
    doc_fmt(c->a, o, "href", "/studio/drafts/%lld/trial", (long long)d->id);
    struct json *list = doc_array(c->a, o, "results");
    if (there) *doc_add(c->a, list, NULL) = *result;
    return true;
}

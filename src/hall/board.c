/* board: made anew when the log has grown, by whoever comes first; the others wait the few milliseconds. Old boards go
 * when their last reader is answered. Packs do not change while the hall is open, so their figures are read once. */
#include "hall/board.h"
#include "alarm/alarm.h"
#include "gauge/gauge.h"

#include <pthread.h>

struct board_keeper {
    struct arena *a;
    pthread_mutex_t lock; /* of what follows, and of users of boards */
    struct board *newest;
    const struct program **programs;
    struct figures *printed; /* figures.csv of each */
    size_t count;
};

/* ---- making one ---- */

static bool same_observation(const struct observation *x, const struct observation *y)
{
    return interval_eq(x->period, y->period) && x->value == y->value && str_eq(x->indicator, y->indicator) &&
           str_eq(x->area, y->area) && str_eq(x->source, y->source);
}

/* What the packs print and what the log says, each thing once: a printed row that was taken in has its day there. */
static void merge(struct arena *a, const struct program *p, const struct figures *printed, const struct figures *log,
                  struct figures *out)
{
    struct map taken;
    map_init(&taken, a);
    VEC_EACH (const struct observation, o, &log->list) {
        struct measure_unit unit;
        if (!watch_unit(p, o->indicator, &unit)) continue; /* of other packs */
        *vec_push(a, &out->list) = *o;
        str key = str_fmt(a, "%.*s %.*s", STR_ARG(o->indicator), STR_ARG(o->area));
        map_put(&taken, key, a);
    }
    size_t logged = out->list.len;
    VEC_EACH (const struct observation, o, &printed->list) {
        bool known = false;
        bool looked = map_get(&taken, str_fmt(a, "%.*s %.*s", STR_ARG(o->indicator), STR_ARG(o->area))) != NULL;
        for (size_t i = 0; looked && i < logged && !known; i++) known = same_observation(o, &out->list.at[i]);
        if (!known) *vec_push(a, &out->list) = *o;
    }
    figures_carry(a, p, out);
}

static bool is_there(const struct board *b, const struct program *p, const struct plan_head *x)
{
    str pack = p->packs.at[x->decl->pack].name;
    VEC_EACH (const struct board_plan, k, &b->plans) {
        if (str_eq(k->head->name, x->name) && str_eq(k->book->p->packs.at[k->head->decl->pack].name, pack)) return true;
    }
    return false;
}

static void add_plans(struct board *b, const struct board_book *book, date today)
{
    VEC_EACH (const struct plan_head, x, &book->p->plans) {
        if (is_there(b, book->p, x)) continue;
        const struct ast_field *note = decl_field(x->decl, FIELD_PLAN_NOTE);
        struct board_plan *k = vec_push(b->a, &b->plans);
        *k = (struct board_plan){ .book = book, .head = x, .area = plan_area(book->p, x) };
        k->key = x->alias.len > 0 ? x->alias : x->name;
        bool says = note != NULL && !str_starts(note->text, STR("虚构"));
        k->title = says ? note->text : x->name;
        plan_evaluate(b->a, book->p, x, k->area, today, &book->figures, &k->now);
    }
}

static bool make(struct board_keeper *k, struct store *s, date today, int64_t mark, struct board **out, struct err *e)
{
    struct arena *a = arena_new("board", 0);
    struct board *b = ARENA_NEW(a, struct board);
    *b = (struct board){ .a = a, .users = 1, .mark = mark, .book_count = k->count };
    if (!watch_read(s, a, DATE_MAX, &b->log, e)) {
        arena_free(a);
        return false;
    }
    figures_carry(a, k->programs[0], &b->log);
    b->books = ARENA_ARRAY(a, struct board_book, k->count);
    for (size_t i = 0; i < k->count; i++) {
        b->books[i].p = k->programs[i];
        merge(a, k->programs[i], &k->printed[i], &b->log, &b->books[i].figures);
        add_plans(b, &b->books[i], today);
    }
    *out = b;
    return true;
}

/* ---- keeping ---- */

bool board_open(struct hall *h, struct board_keeper **out, struct err *e)
{
    struct board_keeper *k = ARENA_NEW(h->a, struct board_keeper);
    int64_t mark;
    k->a = h->a;
    k->count = 1 + h->o.plan_set_count;
    k->programs = ARENA_ARRAY(h->a, const struct program *, k->count);
    k->printed = ARENA_ARRAY(h->a, struct figures, k->count);
    for (size_t i = 0; i < k->count; i++) {
        k->programs[i] = i == 0 ? h->p : h->o.plan_sets[i - 1].program;
        /* DATE_MIN: nobody wrote when it was published */
        if (!figures_of_packs(h->a, k->programs[i], DATE_MIN, &k->printed[i], e)) return false;
    }
    if (!watch_mark(h->desks[0].store, &mark, e) || !make(k, h->desks[0].store, h->o.today, mark, &k->newest, e))
        return false;
    pthread_mutex_init(&k->lock, NULL);
    *out = k;
    return true;
}

void board_close(struct board_keeper *k)
{
    if (k == NULL) return;
    arena_free(k->newest->a);
    pthread_mutex_destroy(&k->lock);
}

/* Under the lock. */
static void leave(struct board *b)
{
    if (--b->users == 0) arena_free(b->a);
}

void board_leave(struct call *c)
{
    if (c->board == NULL) return;
    pthread_mutex_lock(&c->h->board->lock);
    leave(c->board);
    pthread_mutex_unlock(&c->h->board->lock);
    c->board = NULL;
}

bool board_of(struct call *c, const struct board **out, struct err *e)
{
    struct board_keeper *k = c->h->board;
    int64_t mark;
    *out = c->board;
    if (c->board != NULL) return true;
    if (!watch_mark(c->desk->store, &mark, e)) return false;
    struct board *fresh = NULL;
    pthread_mutex_lock(&k->lock);
    bool ok = k->newest->mark >= mark || make(k, c->desk->store, c->today, mark, &fresh, e);
    if (ok && fresh != NULL) {
        leave(k->newest);
        k->newest = fresh;
    }
    if (ok) {
        c->board = k->newest;
        c->board->users++;
    }
    pthread_mutex_unlock(&k->lock);
    *out = c->board;
    return ok;
}

/* ---- what pages have in common ---- */

bool board_day(struct call *c, date *out, struct err *e)
{
    str day = str_trim(http_form_get(&c->query, STR("day")));
    *out = c->today;
    return day.len == 0 || date_parse(day, out) || fail(e, INVALID, "日期“%.*s”不对，写成 2023-12-31", STR_ARG(day));
}

str board_area(struct call *c, const struct program *p, str area)
{
    str name = program_area_name(p, area);
    if (str_eq(area, STR("100000"))) return STR("全国"); /* no pack lists it; published figures have it */
    if (str_eq(name, area) && str_eq(area, gauge_region(c->h->p))) return c->h->o.place;
    return name;
}

str board_value(struct arena *a, num v, str unit)
{
    return str_fmt(a, "%.*s%.*s", STR_ARG(measure_text(a, v, 0)), STR_ARG(unit));
}

str board_bounded(struct arena *a, str value, enum bound b)
{
    static const char *const words[] = { [BOUND_EXACT] = "",
                                         [BOUND_ABOUT] = "左右",
                                         [BOUND_ABOVE] = "以上",
                                         [BOUND_OVER] = "（超过）",
                                         [BOUND_BELOW] = "以内" };
    return str_fmt(a, "%.*s%s", STR_ARG(value), words[b]);
}

void board_source(struct call *c, str source, struct json *o)
{
    doc_str(c->a, o, "source", source);
    doc_str(c->a, o, "sourceName", watch_source_name(c->a, source));
    doc_str(c->a, o, "sourceHref", watch_source_link(source));
}

/* A change of definition between the day a version became known and the day of the one before it; NULL. */
static const struct indicator_change *redefined(const struct indicator *x, const struct observation *before,
                                                const struct observation *now)
{
    for (size_t i = 0; x != NULL && i < x->changes.len; i++) {
        const struct indicator_change *k = &x->changes.at[i];
        if (before->known.days < k->from.days && k->from.days <= now->known.days) return k;
    }
    return NULL;
}

/* Why a revision says something else: another definition, other borders, another source, or the data. */
static str revision_words(struct call *c, const struct indicator *x, const struct observation *before,
                          const struct observation *now)
{
    const struct indicator_change *k = redefined(x, before, now);
    if (k != NULL) {
        const struct ast_field *note = field_sub(k->field, FIELD_INDICATOR_CHG_NOTE);
        return str_fmt(c->a, "口径变了（%.*s起）%s%.*s", STR_ARG(words_day(c->a, k->from, (date){ 0 })),
                       note != NULL ? "：" : "", STR_ARG(note != NULL ? note->text : STR("")));
    }
    if (now->carried.days != before->carried.days) return STR("区划变了，按新的区划换算");
    if (!str_eq(now->source, before->source)) return STR("来源不同");
    if (now->status == before->status) return STR("数据订正");
    return str_fmt(c->a, "数据订正：%s改%s", status_zh(before->status), status_zh(now->status));
}

struct json *board_version(struct call *c, const struct indicator *x, const struct observation *o,
                           const struct observation *before, str value, str unit, bool used, struct json *list)
{
    struct json *j = doc_object(c->a, list, NULL);
    bool revised = before != NULL && interval_eq(before->period, o->period) && str_eq(before->area, o->area) &&
                   before->value != o->value;
    doc_str(c->a, j, "period", interval_text(c->a, o->period));
    doc_str(c->a, j, "value", value);
    doc_z(c->a, j, "status", status_zh(o->status));
    doc_str(c->a, j, "known", o->known.days == DATE_MIN.days ? STR("没有写") : words_day(c->a, o->known, (date){ 0 }));
    board_source(c, o->source, j);
    doc_str(c->a, j, "note", o->note);
    doc_bool(c->a, j, "used", used);
    doc_str(c->a, j, "change",
            revised ? str_fmt(c->a, "%s%.*s", o->value > before->value ? "+" : "",
                              STR_ARG(board_value(c->a, o->value - before->value, unit)))
                    : STR(""));
    doc_str(c->a, j, "reason", revised ? revision_words(c, x, before, o) : STR(""));
    return j;
}

str board_declared(const struct program *p, const struct decl *d)
{
    return source_text(&p->sources.at[d->extent.source], d->extent);
}

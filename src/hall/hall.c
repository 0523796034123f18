/* hall: opening, and the way of every request: which route, who is asking, may they, is the form theirs, then the
 * handler, then its document in the form that was asked for. No handler is reached by who may not come in, and none
 * writes headers of its own. */
#include "alarm/alarm.h"
#include "audit/audit.h"
#include "filing/filing.h"
#include "hall/board.h"
#include "hall/hall_priv.h"
#include "hall/studio.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COME_BACK "30" /* seconds */
enum { CACHE_KIB = 64 << 10, CACHE_KIB_LEAST = 1 << 10 };
enum { BODY_WITH_FILES = 64 << 20 }; /* a return file of a million payments */

const struct route hall_routes[] = {
#define ROUTE(handler, method, path, roles, template, title) \
    { #handler, HTTP_##method, path, roles, TEMPLATE_##template, title, hall_##handler },
#include "hall/routes.def"
#undef ROUTE
};
const size_t hall_route_count = sizeof hall_routes / sizeof *hall_routes;

/* ---- opening ---- */

static int64_t now_seconds(const struct hall *h)
{
    /* On a made-up day the clock goes on from its morning, so that what happens in order stays in order. */
    if (getenv("LEYE_TODAY") != NULL) return (int64_t)h->o.today.days * 86400 + (int64_t)time(NULL) % 86400;
    return (int64_t)time(NULL);
}

static bool desk_open(struct hall *h, struct desk *d, struct err *e)
{
    if (!registry_open(&d->registry, h->p, h->o.db, STORE_WRITE, e)) return false;
    d->store = registry_store(d->registry);
    /* together no more, however many threads: the system keeps the file's pages for all of them as well */
    uint32_t kept = CACHE_KIB / h->desk_count;
    if (!store_keep(d->store, kept > CACHE_KIB_LEAST ? kept : CACHE_KIB_LEAST, e)) return false;
    return access_migrate(d->store, e) && audit_migrate(d->store, e) && alarm_migrate(d->store, e) &&
           draft_migrate(d->store, e) && filing_migrate(d->store, e) &&
           dossier_open(&d->dossiers, d->registry, h->o.set, e);
}

bool hall_lasting_new(struct hall_lasting **out, struct err *e)
{
    struct arena *a = arena_new("lasting", 0);
    struct hall_lasting *l = ARENA_NEW(a, struct hall_lasting);
    l->a = a, l->limits = limits_new(a);
    if (!backups_new(a, &l->backups, e)) {
        arena_free(a);
        return false;
    }
    *out = l;
    return true;
}

void hall_lasting_certificate(struct hall_lasting *l, date until) { atomic_store(&l->certificate_until, until.days); }

void hall_lasting_wait(struct hall_lasting *l) { backups_wait(l->backups); }

void hall_lasting_free(struct hall_lasting *l)
{
    if (l == NULL) return;
    backups_close(l->backups);
    arena_free(l->a);
}

bool hall_open(struct hall **out, const struct hall_options *o, struct err *e)
{
    struct arena *a = arena_new("hall", 0);
    struct hall *h = ARENA_NEW(a, struct hall);
    h->a = a;
    h->o = *o;
    h->p = o->set->program;
    h->desk_count = o->threads + HALL_SIDINGS;
    h->desks = ARENA_ARRAY(a, struct desk, h->desk_count);
    bool ok = o->lasting != NULL || hall_lasting_new(&h->own_lasting, e);
    h->lasting = o->lasting != NULL ? o->lasting : h->own_lasting;
    ok = ok && frame_open(h, e) && attachments_open(&h->attachments, a, e);
    for (unsigned i = 0; i < h->desk_count && ok; i++) ok = desk_open(h, &h->desks[i], e);
    ok = ok && board_open(h, &h->board, e) && map_open(h, &h->map, e) && rolls_open(h->a, &h->rolls, e) &&
         backups_open(h, e) && studio_open(h, &h->studio, e);
    if (!ok) {
        hall_close(h);
        return false;
    }
    h->opened = now_seconds(h);
    h->search = search_of(h->p, o->rule_day, a);
    *out = h;
    return true;
}

void hall_close(struct hall *h)
{
    if (h == NULL) return;
    studio_close(h->studio);
    board_close(h->board);
    map_close(h->map);
    rolls_close(h->rolls);
    for (unsigned i = 0; i < h->desk_count; i++) {
        dossier_close(h->desks[i].dossiers);
        registry_close(h->desks[i].registry);
    }
    attachments_close(h->attachments);
    hall_lasting_free(h->own_lasting);
    arena_free(h->a);
}

/* ---- routes ---- */

static bool match(const char *pattern, str path, str *args)
{
    str want = str_of(pattern), piece, got;
    size_t n = 0;
    while (str_split(&want, '/', &piece)) {
        if (!str_split(&path, '/', &got)) return false;
        if (piece.len > 0 && piece.p[0] == '{') {
            if (got.len == 0 || n == CALL_ARGS_MAX) return false;
            args[n++] = got;
        } else if (!str_eq(piece, got)) {
            return false;
        }
    }
    return !str_split(&path, '/', &got);
}

static bool find_route(struct call *c, struct err *e)
{
    enum http_method method = c->q->method == HTTP_HEAD ? HTTP_GET : c->q->method;
    bool get = false, post = false;
    for (size_t i = 0; i < hall_route_count; i++) {
        if (!match(hall_routes[i].path, c->q->path, c->args)) continue;
        c->route = &hall_routes[i];
        if (c->route->method == method) return true;
        get = get || c->route->method == HTTP_GET, post = post || c->route->method == HTTP_POST;
    }
    c->route = NULL;
    if (!get && !post) return fail(e, NOT_FOUND, "没有这个页面；可能是网址写错了，从首页重新找");
    c->allow = get && post ? "GET, POST" : get ? "GET" : "POST";
    c->status = 405;
    return fail(e, INVALID, "这个地址只能用 %s", c->allow);
}

/* What takes seconds, and what takes a processor on purpose. */
unsigned hall_siding(void *ctx, const struct http_request *q)
{
    static const struct {
        hall_handler run;
        unsigned siding;
    } long_ones[] = { { hall_studio, HALL_SIDING_DRAFTS },           { hall_studio_make, HALL_SIDING_DRAFTS },
                      { hall_studio_draft, HALL_SIDING_DRAFTS },     { hall_studio_draft_act, HALL_SIDING_DRAFTS },
                      { hall_studio_edit, HALL_SIDING_DRAFTS },      { hall_studio_edit_act, HALL_SIDING_DRAFTS },
                      { hall_studio_check, HALL_SIDING_DRAFTS },     { hall_sign_in, HALL_SIDING_PASSWORDS },
                      { hall_accounts_make, HALL_SIDING_PASSWORDS }, { hall_account_act, HALL_SIDING_PASSWORDS },
                      { hall_own_act, HALL_SIDING_PASSWORDS } };
    (void)ctx;
    struct call c = { .q = q };
    struct err none = { 0 };
    if (!find_route(&c, &none)) return 0;
    bool known = http_field(q, "cookie").p != NULL || http_field(q, "authorization").p != NULL;
    for (size_t i = 0; i < sizeof long_ones / sizeof *long_ones; i++) {
        if (c.route->run != long_ones[i].run) continue;
        /* who never signed in is told so at once, and takes nobody's place */
        return long_ones[i].siding == HALL_SIDING_DRAFTS && !known ? 0 : long_ones[i].siding;
    }
    return 0;
}

static bool there_is_room(struct call *c, struct err *e)
{
    if (!c->q->no_room) return true;
    c->status = 503;
    http_answer_field(c->r, "Retry-After", STR(COME_BACK));
    return fail(e, LIMIT, "%s",
                hall_siding(NULL, c->q) == HALL_SIDING_DRAFTS
                    ? "现在检查草稿的人太多，请过半分钟再试；刚才写的还在，在浏览器里按“返回”就看得到"
                    : "现在登录、办账户的人太多，请过半分钟再试");
}

/* ---- who ---- */

static bool not_too_often(struct call *c, struct err *e)
{
    int64_t wait = 0;
    if (c->counted || limits_count(c->h->lasting->limits, c->who.token, c->who.per_minute, c->now, &wait)) {
        c->counted = true;
        return true;
    }
    c->status = 429;
    http_answer_field(c->r, "Retry-After", str_fmt(c->a, "%lld", (long long)wait));
    return fail(e, LIMIT, "这个令牌一分钟最多用 %lld 次，请过 %lld 秒再来", (long long)c->who.per_minute,
                (long long)wait);
}

static bool find_out_who(struct call *c, struct err *e)
{
    str bearer = http_field(c->q, "authorization");
    bool found = false;
    if (bearer.p != NULL) {
        str token = str_starts(bearer, STR("Bearer ")) ? str_trim(str_slice(bearer, 7, bearer.len)) : STR("");
        if (!access_token(c->desk->store, token, c->now, c->a, &c->who, &found, e)) return false;
        c->status = 401;
        return (found || fail(e, DENIED, "令牌不对，或者已经过期")) && not_too_often(c, e);
    }
    c->token = http_cookie(c->q, "sid");
    return c->token.p == NULL || access_session(c->desk->store, c->token, c->now, c->a, &c->who, &found, e);
}

static bool may_come_in(struct call *c, struct err *e)
{
    const struct route *r = c->route;
    if (r->roles == 0) return true;
    if (c->who.account == 0) {
        c->status = 401;
        return fail(e, DENIED, "请先登录");
    }
    if ((r->roles >> c->who.role & 1) == 0)
        return fail(e, DENIED, "“%s”这个角色不能打开这一页", access_role_zh(c->who.role));
    return scope_allows(c->who.scopes, r) || fail(e, DENIED, "令牌的范围里没有“%.*s”", STR_ARG(scope_of(c->a, r)));
}

/* ---- forms ---- */

/* A flat JSON object is as good as a form. */
static bool form_of_json(struct call *c, struct err *e)
{
    const struct json *j;
    if (!json_read(c->a, c->q->body, &j, e)) return false;
    if (j->kind != JSON_OBJECT || j->count > HTTP_FORM_MAX) return fail(e, INVALID, "要一个 JSON 对象");
    for (size_t i = 0; i < j->count; i++) {
        if (j->items[i].kind != JSON_STRING) return fail(e, INVALID, "“%.*s”要写成文字", STR_ARG(j->keys[i]));
        *vec_push(c->a, &c->form) = (struct http_field){ j->keys[i], j->items[i].string };
    }
    return true;
}

static bool form_of_parts(struct call *c, str type, struct err *e)
{
    if (!http_multipart_read(c->a, type, c->q->body, &c->files)) return fail(e, INVALID, "带文件的表单写得不对");
    VEC_EACH (const struct http_part, p, &c->files) {
        if (!p->file) *vec_push(c->a, &c->form) = (struct http_field){ p->name, p->data };
    }
    return true;
}

static bool read_forms(struct call *c, struct err *e)
{
    if (!http_form_read(c->a, c->q->query, &c->query)) return fail(e, INVALID, "网址问号后面的部分写得不对");
    if (c->q->body.len == 0) return true;
    str type = http_field(c->q, "content-type");
    if (str_starts(type, STR("application/json"))) return form_of_json(c, e);
    if (str_starts(type, STR("multipart/"))) return form_of_parts(c, type, e);
    if (!str_starts(type, STR("application/x-www-form-urlencoded"))) {
        c->status = 415;
        return fail(e, INVALID,
                    "不认识送来的内容的格式；送 application/x-www-form-urlencoded 或者 application/json，带文件的用 "
                    "multipart/form-data");
    }
    return http_form_read(c->a, c->q->body, &c->form) || fail(e, INVALID, "表单写得不对");
}

static bool is_foreign(const struct call *c)
{
    str site = http_field(c->q, "sec-fetch-site"), origin = http_field(c->q, "origin"), host = http_field(c->q, "host");
    bool foreign = site.p != NULL && !str_eq(site, STR("same-origin")) && !str_eq(site, STR("none"));
    size_t at = str_find(origin, STR("//"));
    return foreign || (origin.p != NULL && (at == SIZE_MAX || !str_eq(str_slice(origin, at + 2, origin.len), host)));
}

/* A form must come from a page of ours: from this host, as browsers say; and from the session's own page. */
static bool is_ours(struct call *c, struct err *e)
{
    if (c->route->method != HTTP_POST || c->who.is_token) return true;
    bool signed_in = c->who.account != 0;
    if (is_foreign(c) || (signed_in && !crypto_same(http_form_get(&c->form, STR("csrf")), c->who.csrf)))
        return fail(e, DENIED, "这张表不是从本站的页面送来的，或者页面开得太久了；请回到上一页刷新再试");
    return true;
}

/* ---- the way ---- */

static struct call call_new(struct hall *h, unsigned thread, const struct http_request *q, struct http_answer *r)
{
    struct call c = { .h = h, .desk = &h->desks[thread], .q = q, .r = r, .a = q->a, .now = now_seconds(h) };
    c.today = h->o.follows_clock ? date_today() : h->o.today;
    c.rule_day = h->o.follows_clock ? c.today : h->o.rule_day;
    return c;
}

/* Who sends a form after their session ended signs in, and goes on with it. */
static bool comes_too_late(struct call *c)
{
    struct err unread = { 0 };
    if (c->status != 401 || c->route->method != HTTP_POST || c->wants_json) return false;
    bool carried = read_forms(c, &unread) && !is_foreign(c) && again_signs_in(c);
    c->status = 401;
    return carried;
}

static bool handle(struct call *c, struct err *e)
{
    if (!find_route(c, e)) return false;
    c->template = c->route->template;
    c->title = str_of(c->route->title);
    if (!find_out_who(c, e) || !there_is_room(c, e)) return false;
    c->status = 200;
    if (!may_come_in(c, e)) return comes_too_late(c);
    if (!read_forms(c, e)) return false;
    return is_ours(c, e) ? once_run(c, e) : !is_foreign(c) && again_of_earlier(c);
}

void hall_handle(void *ctx, unsigned thread, const struct http_request *q, struct http_answer *r)
{
    struct hall *h = ctx;
    struct call c = call_new(h, thread, q, r);
    c.doc = doc_new(q->a);
    c.status = 404;
    c.wants_json = frame_prefers_json(q);
    struct err e = { 0 };
    if (frame_asset(&c)) return;
    if (!handle(&c, &e))
        frame_problem(&c, &e);
    else if (r->type.len == 0)
        frame_answer(&c);
    board_leave(&c);
    attachments_done(&c);
}

/* Nobody may fill our memory who could not also fill our books; who is signed in may bring one paper of a case. */
uint32_t hall_body_bytes(void *ctx, unsigned thread, const struct http_request *q)
{
    struct hall *h = ctx;
    struct err e = { 0 };
    struct http_answer unused = { .a = q->a };
    struct call c = call_new(h, thread, q, &unused);
    c.counted = true;
    bool files = str_starts(http_field(q, "content-type"), STR("multipart/form-data"));
    if (!files || !find_route(&c, &e)) return http_usual.body_bytes;
    bool paper = c.route->run == hall_enclose || c.route->run == hall_my_enclose;
    if ((!paper && (c.route->roles & ~(uint32_t)(MONEY | ROLE_BIT(REVIEWER))) != 0) || c.route->roles == 0 ||
        !find_out_who(&c, &e) || !may_come_in(&c, &e))
        return http_usual.body_bytes;
    return paper ? ENCLOSURE_BODY : BODY_WITH_FILES;
}

/* frame: from a document to an answer: as JSON, or as a page in the frame all pages have (who is signed in, where one
 * can go, size of text). Headers that keep browsers from doing what pages never ask for are set here, for all. */
#include "hall/hall_priv.h"

#include <stdio.h>
#include <string.h>

enum { COMPILED_MAX = 1 << 20 };
#define COME_BACK "5" /* seconds; while another one writes we waited longer than that already */

extern const str hall_style_css, hall_script_js, hall_studio_js, hall_icon_svg;
#define TEMPLATE(name) extern const str hall_##name##_html;
#include "hall/templates.def"
#undef TEMPLATE

static const struct {
    const char *name;
    const str *text;
} texts[TEMPLATES] = {
#define TEMPLATE(name) { #name, &hall_##name##_html },
#include "hall/templates.def"
#undef TEMPLATE
};

bool frame_open(struct hall *h, struct err *e)
{
    char hash[SM3_HEX + 1];
    for (unsigned i = 0; i < TEMPLATES; i++) {
        if (!template_compile(h->a, *texts[i].text, &h->templates[i], e)) return fail_up(e, "模板 %s", texts[i].name);
    }
    str both = str_fmt(h->a, "%.*s%.*s%.*s", STR_ARG(hall_style_css), STR_ARG(hall_script_js), STR_ARG(hall_studio_js));
    if (!crypto_sm3_hex(both, hash, e)) return false;
    h->style_version = str_dup(h->a, (str){ hash, 12 });
    return true;
}

static const struct template *find_template(void *ctx, str name)
{
    const struct hall *h = ctx;
    for (unsigned i = 0; i < TEMPLATES; i++) {
        if (str_eq(name, str_of(texts[i].name))) return h->templates[i];
    }
    return NULL;
}

/* ---- headers ---- */

void frame_guard(struct http_answer *r, bool personal, const char *style)
{
    http_answer_field(r, "Content-Security-Policy",
                      str_fmt(r->a,
                              "default-src 'none'; style-src '%s'; script-src 'self'; img-src 'self'; font-src 'self'; "
                              "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                              style));
    http_answer_field(r, "X-Content-Type-Options", STR("nosniff"));
    http_answer_field(r, "Referrer-Policy", STR("same-origin"));
    http_answer_field(r, "Cross-Origin-Opener-Policy", STR("same-origin"));
    http_answer_field(r, "Cross-Origin-Resource-Policy", STR("same-origin"));
    http_answer_field(r, "Permissions-Policy", STR("camera=(), geolocation=(), microphone=()"));
    if (personal) http_answer_field(r, "Cache-Control", STR("no-store"));
}

bool frame_asset(struct call *c)
{
    const struct {
        str path;
        const str *text;
        str type;
    } assets[] = { { STR("/style.css"), &hall_style_css, STR("text/css; charset=utf-8") },
                   { STR("/icon.svg"), &hall_icon_svg, STR("image/svg+xml") },
                   { STR("/studio.js"), &hall_studio_js, STR("text/javascript; charset=utf-8") },
                   { STR("/script.js"), &hall_script_js, STR("text/javascript; charset=utf-8") } };
    for (size_t i = 0; i < sizeof assets / sizeof *assets; i++) {
        if (!str_eq(c->q->path, assets[i].path) || c->q->method > HTTP_HEAD) continue;
        c->r->type = assets[i].type;
        frame_guard(c->r, false, "self");
        http_answer_field(c->r, "Cache-Control", STR("public, max-age=31536000, immutable"));
        text_add(&c->r->body, *assets[i].text);
        return true;
    }
    return false;
}

/* ---- the frame ---- */

/* Where one can go, by role. Who is signed in has their own work above, and at the foot of the page what else is open
 * to everybody: together they would not fit on one line. */
enum { VISITORS = 1 << 30 };
static const struct {
    uint32_t roles;
    const char *href, *text;
} places[] = {
    { ROLE_BIT(WORKER), "/me", "我的待遇" },
    { ROLE_BIT(WORKER), "/me/record", "我的档案" },
    { ROLE_BIT(WORKER), "/me/cases", "我的办件" },
    { ROLE_BIT(WORKER), "/me/money", "我的钱" },
    { ROLE_BIT(WORKER), "/me/notices", "通知" },
    { ROLE_BIT(EMPLOYER), "/me", "可以享受的" },
    { ROLE_BIT(EMPLOYER), "/me/cases", "办件" },
    { ROLE_BIT(EMPLOYER), "/me/staff", "职工" },
    { ROLE_BIT(EMPLOYER), "/me/money", "资金" },
    { ROLE_BIT(EMPLOYER), "/me/record", "单位档案" },
    { ROLE_BIT(EMPLOYER), "/me/agents", "经办人" },
    { ROLE_BIT(EMPLOYER), "/me/notices", "通知" },
    { HANDLES, "/queue", "待办" },
    { FINDS, "/counter", "找人" },
    { ROLE_BIT(CHIEF), "/held", "在办" },
    { ROLE_BIT(HOTLINE), "/calls", "来电" },
    { ROLE_BIT(OPERATOR) | ROLE_BIT(ANALYST) | ROLE_BIT(AUDITOR), "/findings", "政策找人" },
    { ROLE_BIT(OPERATOR) | ROLE_BIT(ANALYST) | ROLE_BIT(ADMIN), "/pool", "数据" },
    { WATCHERS, "/plans", "规划" },
    { WATCHERS, "/map", "地图" },
    { WATCHERS, "/warnings", "预警" },
    { WATCHERS, "/series", "指标" },
    { FILERS, "/returns", "报表" },
    { MONEY_LOOKS & ~(uint32_t)CHECKS, "/money", "资金" },
    { CHECKS, "/audit", "审计" },
    { ROLE_BIT(AUTHOR) | ROLE_BIT(CHIEF) | ROLE_BIT(AUDITOR), "/studio", "规则" },
    { ROLE_BIT(ADMIN), "/care", "运行" },
    { ROLE_BIT(ADMIN), "/accounts", "账户" },
    { ROLE_BIT(ADMIN), "/webhooks", "回调" },
    { ANY | VISITORS, "/services", "办事" },
    { ROLE_BIT(WORKER) | ROLE_BIT(COUNTER) | ROLE_BIT(HOTLINE) | VISITORS, "/policies", "查政策" },
    { VISITORS, "/try", "算一算" },
    { VISITORS, "/publicity", "公示" },
    { VISITORS, "/verify", "核对证照" },
};

bool frame_is_within(str path, const char *href, size_t *best)
{
    str place = str_of(href);
    bool within = str_eq(path, place) || (str_starts(path, place) && path.len > place.len && path.p[place.len] == '/');
    if (!within || place.len <= *best) return false;
    *best = place.len;
    return true;
}

static void add_places(struct call *c, struct json *frame)
{
    size_t best = 0;
    const char *nearest = "";
    str path = c->q->path; /* some pages lie elsewhere than in their place: */
    if (str_starts(path, STR("/me/apply/")) || str_starts(path, STR("/me/bulk/"))) path = STR("/services/x");
    if (str_starts(path, STR("/people/"))) path = STR("/counter/x");
    if (str_starts(path, STR("/cases/"))) path = STR("/queue/x");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (frame_is_within(path, places[i].href, &best)) nearest = places[i].href;
    }
    uint32_t me = c->who.account != 0 ? 1u << c->who.role : VISITORS;
    struct json above = { .kind = JSON_ARRAY }, below = above;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if ((places[i].roles & (me | VISITORS)) == 0) continue;
        struct json *o = doc_object(c->a, (places[i].roles & me) != 0 ? &above : &below, NULL);
        doc_z(c->a, o, "href", places[i].href);
        doc_z(c->a, o, "text", places[i].text);
        bool here = str_eq(str_of(nearest), str_of(places[i].href));
        doc_z(c->a, o, "here", !here ? "" : best == path.len ? "page" : "true");
    }
    *doc_add(c->a, frame, "places") = above;
    *doc_add(c->a, frame, "publicPlaces") = below;
    doc_bool(c->a, frame, "publicAny", below.count > 0);
}

static void add_user(struct call *c, struct json *frame)
{
    if (c->who.account == 0) return;
    struct json *u = doc_object(c->a, frame, "user");
    doc_str(c->a, u, "name", c->who.display);
    bool agent = c->who.agent != 0;
    doc_str(c->a, u, "role",
            agent ? str_fmt(c->a, "替 %.*s 办事", STR_ARG(c->who.firm)) : str_of(access_role_zh(c->who.role)));
    doc_bool(c->a, u, "person", c->who.role == ROLE_WORKER);
    struct json *others = doc_array(c->a, u, "others");
    for (unsigned i = 0; i < ROLES; i++) {
        if (i != (unsigned)c->who.role && (c->who.roles >> i & 1) != 0)
            doc_z(c->a, doc_object(c->a, others, NULL), "role", access_role_zh((enum access_role)i));
    }
}

/* Of the forms on this page, so that each of them is booked once. */
static str new_key(struct call *c)
{
    char key[CRYPTO_TOKEN + 1];
    struct err ignored = { 0 };
    return c->who.account != 0 && crypto_token(key, &ignored) ? str_dup(c->a, str_of(key)) : STR("");
}

static struct json *frame_of(struct call *c)
{
    struct json *f = doc_new(c->a);
    bool kiosk = kiosk_is(c); /* read by whoever comes, standing */
    bool large = str_eq(http_cookie(c->q, "size"), STR("large")) || (kiosk && http_cookie(c->q, "size").len == 0);
    doc_str(c->a, f, "title", c->title);
    doc_str(c->a, f, "place", c->h->o.place);
    doc_str(c->a, f, "version", c->h->style_version);
    doc_str(c->a, f, "csrf", c->who.csrf);
    doc_str(c->a, f, "once", new_key(c));
    doc_bool(c->a, f, "large", large);
    doc_bool(c->a, f, "kiosk", kiosk);
    doc_int(c->a, f, "idle", KIOSK_IDLE_SECONDS);
    doc_str(c->a, f, "problem", c->problem);
    doc_bool(c->a, f, "asFirm", c->who.account != 0 && me_is_firm(c));
    doc_str(c->a, f, "today", words_day(c->a, c->today, (date){ 0 }));
    str back = c->route != NULL && c->route->method == HTTP_GET ? c->q->target : STR("/");
    doc_str(c->a, f, "sizeHref",
            words_href(c->a, large ? "/text-size?to=usual&back=" : "/text-size?to=large&back=", back, ""));
    add_places(c, f);
    add_user(c, f);
    return f;
}

static void answer_json(struct call *c, str type)
{
    struct json_writer w;
    c->r->type = type;
    json_begin(&w, &c->r->body, false);
    doc_write(&w, c->doc);
}

/* The kind of thing an error is, as a status. */
static unsigned status_of(enum err_code code)
{
    static const unsigned statuses[] = {
        200,
#define ERR(name, http, text_zh) http,
#include "base/err.def"
#undef ERR
    };
    return statuses[code];
}

static void answer_page(struct call *c)
{
    struct json *f = frame_of(c);
    struct err e = { 0 };
    c->r->type = STR("text/html; charset=utf-8");
    *doc_add(c->a, f, "d") = *c->doc;
    if (template_render(c->h->templates[c->template], f, find_template, c->h, &c->r->body, &e)) return;
    err_print(&e, stderr);
    c->r->status = 500;
    c->r->type = STR("text/plain; charset=utf-8");
    c->r->body.len = 0;
    c->r->body.over = false;
    text_addz(&c->r->body, "这一页没有做出来，请稍后再试。");
}

/* Of a page somebody opened; through TLS: from now on only through TLS, for a day: it
 * holds for the whole host, and who gives up TLS must have a way back. nginx in front can say more. */
static void guard(struct call *c)
{
    frame_guard(c->r, true, "self");
    if (c->h->o.secure) http_answer_field(c->r, "Strict-Transport-Security", STR("max-age=86400"));
}

bool frame_prefers_json(const struct http_request *q)
{
    str accept = http_field(q, "accept");
    size_t json = str_find(accept, STR("application/json")), html = str_find(accept, STR("text/html"));
    if (json == SIZE_MAX) json = str_find(accept, STR("application/problem+json"));
    return json < html || http_field(q, "authorization").p != NULL;
}

void frame_answer(struct call *c)
{
    guard(c);
    http_answer_field(c->r, "Vary", STR("Accept, Cookie"));
    c->r->status = c->status;
    if (c->wants_json || c->template == TEMPLATE_health) {
        answer_json(c, STR("application/json; charset=utf-8"));
    } else if (c->redirect.len > 0) {
        c->r->status = 303;
        http_answer_field(c->r, "Location", c->redirect);
    } else {
        answer_page(c);
    }
}

void frame_problem(struct call *c, const struct err *e)
{
    unsigned status = status_of(e->code);
    if (e->code == ERR_DENIED && c->status == 401) status = 401;
    if (c->status == 405 || c->status == 415 || c->status == 429 || c->status == 503) status = c->status;
    bool busy = e->code == ERR_BUSY, broken = status >= 500 && status != 503;
    if (broken) err_print(e, stderr); /* what broke is for the operator, not for whoever asked */
    guard(c);
    c->r->status = status;
    if (c->allow != NULL) http_answer_field(c->r, "Allow", str_of(c->allow));
    if (busy) http_answer_field(c->r, "Retry-After", STR(COME_BACK)); /* whoever writes is done by then */
    if (status == 401 && !c->wants_json && c->route != NULL) {
        bool left = kiosk_is(c) && c->token.len > 0; /* where the one before was is nothing to the next one */
        c->r->status = 303;
        if (left) {
            sign_cookie(c, "sid", STR(""), 0);
            http_answer_field(c->r, "Location", STR("/"));
            return;
        }
        http_answer_field(c->r, "Location",
                          words_href(c->a, "/sign-in?to=", c->route->method == HTTP_GET ? c->q->target : STR("/"), ""));
        return;
    }
    c->doc = doc_new(c->a);
    doc_int(c->a, c->doc, "status", status);
    doc_z(c->a, c->doc, "title", status == 429 ? "用得太频繁" : status == 503 ? "现在太忙" : err_text_zh(e->code));
    doc_z(c->a, c->doc, "detail",
          broken ? "是我们这边出了问题，不是您的错。请过一会儿再试；一直这样，请打 12333。"
          : busy ? "别人正在写，没有轮到；请过一会儿再试，刚才交的表再交一次"
                 : err_cause(e));
    if (c->wants_json) {
        answer_json(c, STR("application/problem+json; charset=utf-8"));
        return;
    }
    doc_z(c->a, c->doc, "wayHref", c->way.href != NULL ? c->way.href : "");
    doc_z(c->a, c->doc, "wayText", c->way.href != NULL ? c->way.text : "");
    c->template = TEMPLATE_problem;
    c->title = str_of(err_text_zh(e->code));
    answer_page(c);
}

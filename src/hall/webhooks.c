/* webhooks: a program registers, with its token, an address to be told at; sees what was sent; tries it; changes the
 * secret. Whoever administers the hall sees all of them, and can wake or remove one. */
#include "hall/hall_priv.h"
#include "notice/webhook.h"

enum { SHOWN = 50, SECOND_MS = 1000, DAY = 86400 };

/* Whose webhooks these are; empty: everybody's. */
static bool owner_of(struct call *c, str *out, struct err *e)
{
    *out = c->who.is_token ? c->who.token_hash : STR("");
    if (!c->who.is_token && c->who.role != ROLE_ADMIN)
        return fail(e, DENIED, "回调地址由程序用自己的令牌登记，见“接系统的人”");
    return webhook_migrate(c->desk->store, e);
}

static void webhook_doc(struct call *c, const struct webhook *w, struct json *o)
{
    doc_int(c->a, o, "id", w->id);
    doc_str(c->a, o, "url", w->url);
    doc_str(c->a, o, "events", w->events);
    doc_z(c->a, o, "state", webhook_state_zh(w->state));
    doc_z(c->a, o, "mark", w->state == WEBHOOK_ON ? "yes" : "late");
    doc_bool(c->a, o, "dead", w->state == WEBHOOK_DEAD);
    doc_str(c->a, o, "why", w->why);
    doc_str(c->a, o, "made", words_time(c->a, w->made_ms / SECOND_MS));
    doc_int(c->a, o, "generation", w->generation);
    doc_str(c->a, o, "href", str_fmt(c->a, "/webhooks/%lld", (long long)w->id));
}

bool hall_webhooks(struct call *c, struct err *e)
{
    webhooks all = { 0 };
    str owner;
    if (!owner_of(c, &owner, e) || !webhook_list(c->desk->store, owner, c->a, &all, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "webhooks");
    VEC_EACH (const struct webhook, w, &all) webhook_doc(c, w, doc_object(c->a, list, NULL));
    desk_done(c);
    return true;
}

/* ---- a new one ---- */

static bool read_events(struct call *c, str *out, struct err *e)
{
    str rest = desk_field(c, "events"), word;
    struct text t;
    text_init(&t, c->a, 400);
    while (str_split(&rest, ',', &word)) {
        word = str_trim(word);
        if (word.len == 0) continue;
        if (!events_known(word))
            return fail(e, INVALID, "没有“%.*s”这种事；有：%.*s", STR_ARG(word), STR_ARG(events_words(c->a)));
        if (!events_allowed(&c->who, word))
            return fail(e, DENIED, "这个令牌看不到“%.*s”，不能要它的通知", STR_ARG(word));
        text_addf(&t, "%s%.*s", t.len > 0 ? " " : "", STR_ARG(word));
    }
    *out = t.len > 0 ? text_str(&t) : STR("");
    return t.len > 0 || fail(e, INVALID, "events 写要知道哪几种事，逗号分开：%.*s", STR_ARG(events_words(c->a)));
}

static bool say_secret(struct call *c, int64_t id, int64_t generation, struct err *e)
{
    char secret[WEBHOOK_SECRET + 1];
    if (!webhook_secret(c->h->o.vault, id, generation, secret, e)) return false;
    doc_str(c->a, c->doc, "secret", str_dup(c->a, str_of(secret)));
    c->said_once = true;
    return true;
}

static bool has_key(struct call *c, struct err *e)
{
    return c->h->o.vault != NULL || fail(e, UNSET, "回调要签名，但服务没有带密钥启动；请管理员带密钥重开大厅");
}

bool hall_webhook_add(struct call *c, struct err *e)
{
    struct webhook w = { .url = desk_field(c, "url") };
    int64_t id;
    if (!owner_of(c, &w.owner, e)) return false;
    if (!c->who.is_token) return fail(e, DENIED, "回调地址由程序用自己的令牌登记，见“接系统的人”");
    /* told is what happens from now on */
    if (!has_key(c, e) || !read_events(c, &w.events, e) || !journal_last(c->desk->store, &w.journal, e) ||
        !registry_last_drop(c->desk->registry, &w.batch, e) ||
        !webhook_add(c->desk->store, &w, c->h->o.inside, c->now * SECOND_MS, &id, e))
        return false;
    doc_int(c->a, c->doc, "id", id);
    doc_str(c->a, c->doc, "href", str_fmt(c->a, "/webhooks/%lld", (long long)id));
    return say_secret(c, id, 1, e);
}

/* ---- one of them ---- */

static bool one(struct call *c, struct webhook *w, struct err *e)
{
    int64_t id;
    str owner;
    return owner_of(c, &owner, e) && (str_to_i64(c->args[0], &id) || fail(e, NOT_FOUND, "没有这个回调地址")) &&
           webhook_get(c->desk->store, id, owner, c->a, w, e);
}

bool hall_webhook(struct call *c, struct err *e)
{
    static const char *const states[] = { "等着送", "收下了", "送不到" }, *const marks[] = { "ask", "yes", "late" };
    struct webhook w;
    webhook_deliveries sent = { 0 };
    if (!one(c, &w, e) || !webhook_deliveries_of(c->desk->store, w.id, SHOWN, c->a, &sent, e)) return false;
    webhook_doc(c, &w, c->doc);
    struct json *list = doc_array(c->a, c->doc, "deliveries");
    VEC_EACH (const struct webhook_delivery, d, &sent) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_int(c->a, o, "delivery", d->id);
        doc_str(c->a, o, "event", d->event);
        doc_str(c->a, o, "number", d->number);
        doc_z(c->a, o, "state", states[d->state]);
        doc_z(c->a, o, "mark", marks[d->state]);
        doc_int(c->a, o, "attempts", d->attempts);
        doc_str(c->a, o, "answer", d->answer);
        doc_str(c->a, o, "made", words_time(c->a, d->made_ms / SECOND_MS));
        doc_str(c->a, o, "next", d->state == WEBHOOK_WAITS ? words_time(c->a, d->next_ms / SECOND_MS) : STR(""));
    }
    desk_done(c);
    return true;
}

static bool act_on(struct call *c, const struct webhook *w, str what, struct err *e)
{
    struct store *s = c->desk->store;
    if (str_eq(what, STR("wake"))) return webhook_wake(s, w->id, e);
    if (str_eq(what, STR("remove"))) return webhook_remove(s, w->id, e);
    if (str_eq(what, STR("test"))) {
        struct webhook_event v = { STR("test"), STR(""), STR("/health"), str_fmt(c->a, "test-%lld", (long long)c->now),
                                   c->now * SECOND_MS };
        return webhook_put(s, w->id, &v, c->now * SECOND_MS, e);
    }
    if (!str_eq(what, STR("rotate"))) return fail(e, INVALID, "act 写 test、rotate、wake 或 remove");
    if (!c->who.is_token) return fail(e, DENIED, "换密钥由登记它的程序来做");
    return has_key(c, e) && webhook_rotate(s, w->id, c->now * SECOND_MS, e) &&
           say_secret(c, w->id, w->generation + 1, e);
}

bool hall_webhook_act(struct call *c, struct err *e)
{
    struct webhook w;
    str what = desk_field(c, "act");
    if (!one(c, &w, e) || !act_on(c, &w, what, e)) return false;
    bool gone = str_eq(what, STR("remove"));
    desk_back(c, gone ? STR("/webhooks") : str_fmt(c->a, "/webhooks/%lld", (long long)w.id), "moved");
    return true;
}

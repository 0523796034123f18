/* own: everybody's own password, and whether one-time digits are asked for. What proves that it is them is looked at in
 * access; here are the page, and the word to whoever has an inbox, so that a change nobody made is noticed. */
#include "access/own.h"
#include "hall/hall_priv.h"
#include "notice/notice.h"
#include "paper/square.h"

static struct access_own own_of(struct call *c)
{
    return (struct access_own){ .who = &c->who,
                                .session = c->token,
                                .password = http_form_get(&c->form, STR("password")),
                                .digits = desk_field(c, "digits"),
                                .key = c->h->o.vault,
                                .now = c->now };
}

static bool page(struct call *c, struct err *e)
{
    bool has;
    if (!access_own_has_totp(c->desk->store, &c->who, &has, e)) return false;
    desk_done(c);
    doc_str(c->a, c->doc, "name", c->who.name);
    doc_int(c->a, c->doc, "least", ACCESS_PASSWORD_MIN);
    doc_bool(c->a, c->doc, "given", c->who.password_given);
    doc_bool(c->a, c->doc, "totp", has);
    doc_bool(c->a, c->doc, "mayTotp", c->h->o.vault != NULL);
    return true;
}

bool hall_own(struct call *c, struct err *e) { return page(c, e); }

/* In the inbox of the person or firm this account is; of an agent at work `who` is the firm, which it is not. */
static bool tell(struct call *c, const char *what, struct err *e)
{
    bool again;
    if (c->who.subject == 0 || c->who.agent != 0) return true;
    struct notice_draft n = {
        .to = me_number(c),
        .title = str_fmt(c->a, "账户%s", what),
        .text = str_fmt(c->a,
                        "%s，账户 %.*s %s。别处的登录都退出了。如果不是您自己改的，请马上到窗口，或者打 12333，"
                        "停用账户、重置密码。",
                        words_time(c->a, c->now).p, STR_ARG(c->who.name), what)
    };
    return notice_put(c->desk->store, &n, c->now * 1000, &again, NULL, e);
}

/* The link as a code for the camera of another phone. Where the library for it is missing, the secret can be typed. */
static void show_square(struct call *c, struct json *o, str href)
{
    struct square q;
    struct err e = { 0 };
    bool drawn = href.len <= SQUARE_PAYLOAD_MAX && square_new(&q, c->a, href, &e);
    doc_bool(c->a, o, "squareAny", drawn);
    if (!drawn) return;
    doc_int(c->a, o, "square", q.side + 2 * SQUARE_QUIET);
    doc_str(c->a, o, "squarePath", square_path(&q, c->a));
}

/* The secret in groups of four, as it is typed; as a link that an authenticator on the same phone opens; as a code. */
static void show_secret(struct call *c, str secret)
{
    struct text t;
    struct json *o = doc_object(c->a, c->doc, "begun");
    text_init(&t, c->a, 200);
    for (size_t i = 0; i < secret.len; i++) text_addf(&t, "%s%c", i > 0 && i % 4 == 0 ? " " : "", secret.p[i]);
    doc_str(c->a, o, "secret", text_str(&t));
    str href = str_fmt(c->a, "%.*s?secret=%.*s&issuer=leye",
                       STR_ARG(words_href(c->a, "otpauth://totp/leye:", c->who.name, "")), STR_ARG(secret));
    doc_str(c->a, o, "href", href);
    show_square(c, o, href);
    c->said_once = true;
}

static bool set_password(struct call *c, char fresh[CRYPTO_TOKEN + 1], struct err *e)
{
    struct access_own o = own_of(c);
    str next = http_form_get(&c->form, STR("next"));
    if (!str_eq(next, http_form_get(&c->form, STR("again")))) return fail(e, INVALID, "两次输的新密码不一样");
    return access_own_password(c->desk->store, &o, next, fresh, e) && tell(c, "换了密码", e);
}

static bool act(struct call *c, struct err *e)
{
    struct store *s = c->desk->store;
    struct access_own o = own_of(c);
    char fresh[CRYPTO_TOKEN + 1];
    str what = desk_field(c, "act"), secret;
    const char *word;
    if (str_eq(what, STR("totp-begin"))) {
        if (!access_own_totp_begin(s, &o, c->a, &secret, e)) return false;
        show_secret(c, secret);
        return true;
    }
    if (str_eq(what, STR("password"))) {
        word = "own-password";
        if (!set_password(c, fresh, e)) return false;
    } else if (str_eq(what, STR("totp-confirm"))) {
        word = "own-totp";
        if (!access_own_totp_confirm(s, &o, fresh, e) || !tell(c, "开了动态口令", e)) return false;
    } else if (str_eq(what, STR("totp-end"))) {
        word = "own-no-totp";
        if (!access_own_totp_end(s, &o, fresh, e) || !tell(c, "关了动态口令", e)) return false;
    } else {
        return fail(e, INVALID, "请选要做什么");
    }
    sign_session(c, fresh);
    desk_back(c, STR("/own"), word);
    return true;
}

bool hall_own_act(struct call *c, struct err *e)
{
    struct err why = { 0 };
    struct access_own o = own_of(c);
    bool confirms = str_eq(desk_field(c, "act"), STR("totp-confirm"));
    str secret = STR("");
    if (act(c, &why)) return !c->said_once || page(c, e);
    if (!desk_again(c, &why, e)) return false;
    if (confirms && !access_own_totp_waiting(c->desk->store, &o, c->a, &secret, e)) return false;
    if (secret.len > 0) show_secret(c, secret);
    c->form = (http_form){ 0 }; /* no password is written back into the page */
    return page(c, e);
}

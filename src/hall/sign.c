/* sign: in, out, another role, size of text. */
#include "hall/hall_priv.h"

enum { YEAR_SECONDS = 31536000 };

void sign_cookie(struct call *c, const char *name, str value, int64_t seconds)
{
    const char *secure = c->h->o.secure ? "; Secure" : "";
    http_answer_field(c->r, "Set-Cookie",
                      str_fmt(c->a, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%lld%s", name, STR_ARG(value),
                              (long long)seconds, secure));
}

/* Only a place of this site: one stroke, and no host behind it. */
static str place_or(str to, const char *otherwise)
{
    bool good = to.len > 0 && to.p[0] == '/' && !(to.len > 1 && (to.p[1] == '/' || to.p[1] == '\\'));
    return good ? to : str_of(otherwise);
}

static const char *first_page(enum access_role r)
{
    switch (r) {
    case ROLE_WORKER:
    case ROLE_EMPLOYER: return "/me";
    case ROLE_COUNTER: return "/counter";
    case ROLE_REVIEWER:
    case ROLE_APPROVER:
    case ROLE_INSPECTOR:
    case ROLE_ARBITRATOR:
    case ROLE_MEDIATOR:
    case ROLE_COMMUNITY:
    case ROLE_FINANCE: return "/queue";
    case ROLE_HOTLINE: return "/calls";
    case ROLE_OPERATOR:
    case ROLE_ANALYST: return "/findings";
    case ROLE_LEADER: return "/plans";
    case ROLE_DUTY:
    case ROLE_HANDLER: return "/warnings";
    case ROLE_AUTHOR: return "/studio";
    case ROLE_ADMIN: return "/care";
    case ROLE_ACCOUNTANT:
    case ROLE_CASHIER:
    case ROLE_CHIEF: return "/money";
    case ROLE_AUDITOR:
    case ROLE_AUDIT_HEAD:
    case ROLE_CHECKER: return "/audit";
    case ROLES: return "/";
    }
    return "/";
}

bool hall_sign_in_page(struct call *c, struct err *e)
{
    (void)e;
    doc_str(c->a, c->doc, "to", place_or(http_form_get(&c->query, STR("to")), ""));
    again_carry(c);
    return true;
}

static bool refuse_in(struct call *c, str name, const struct err *why, struct err *e)
{
    if (c->wants_json) return *e = *why, false;
    c->status = 403;
    c->problem = str_dup(c->a, str_of(err_cause(why)));
    doc_str(c->a, c->doc, "name", name);
    doc_str(c->a, c->doc, "to", place_or(http_form_get(&c->form, STR("to")), ""));
    again_carry(c);
    return true;
}

bool hall_sign_in(struct call *c, struct err *e)
{
    char token[CRYPTO_TOKEN + 1];
    struct err why = { 0 };
    bool found, goes_on;
    str name = str_trim(http_form_get(&c->form, STR("name")));
    if (!access_sign_in(c->desk->store, name, http_form_get(&c->form, STR("password")),
                        str_trim(http_form_get(&c->form, STR("digits"))), c->h->o.vault, c->now, token, &why)) {
        if (why.code == ERR_DENIED || why.code == ERR_UNSET) return refuse_in(c, name, &why, e);
        return *e = why, false;
    }
    if (!access_session(c->desk->store, str_of(token), c->now, c->a, &c->who, &found, e) ||
        !again_after(c, token, &goes_on, e))
        return false;
    if (kiosk_is(c) && !access_session_idle(c->desk->store, str_of(token), KIOSK_SESSION_SECONDS, e)) return false;
    sign_cookie(c, "sid", str_of(token), ACCESS_SESSION_SECONDS);
    doc_str(c->a, c->doc, "name", c->who.display);
    if (goes_on) return true;
    bool carried = http_form_get(&c->form, STR("kept.csrf")).len > 0; /* somebody else's form has nothing to show */
    c->redirect = place_or(carried ? STR("") : http_form_get(&c->form, STR("to")), first_page(c->who.role));
    if (c->who.password_given) c->redirect = STR("/own"); /* asked for one of their own until they have it */
    return true;
}

bool hall_sign_out(struct call *c, struct err *e)
{
    if (c->token.p != NULL && !access_sign_out(c->desk->store, c->token, e)) return false;
    sign_cookie(c, "sid", STR(""), 0);
    if (kiosk_is(c)) sign_cookie(c, "size", STR(""), 0); /* the next one begins like everybody */
    c->redirect = STR("/");
    return true;
}

void sign_session(struct call *c, const char *token) { sign_cookie(c, "sid", str_of(token), ACCESS_SESSION_SECONDS); }

bool hall_act_as(struct call *c, struct err *e)
{
    enum access_role role;
    char fresh[CRYPTO_TOKEN + 1];
    str wanted = http_form_get(&c->form, STR("role"));
    if (!access_role_named(wanted, &role)) return fail(e, INVALID, "没有“%.*s”这个角色", STR_ARG(wanted));
    if (!access_session_role(c->desk->store, c->token, role, c->now, fresh, e)) return false;
    sign_cookie(c, "sid", str_of(fresh), ACCESS_SESSION_SECONDS);
    c->redirect = str_of(first_page(role));
    return true;
}

bool hall_text_size(struct call *c, struct err *e)
{
    (void)e;
    bool large = str_eq(http_form_get(&c->query, STR("to")), STR("large"));
    sign_cookie(c, "size", large ? STR("large") : STR("usual"), YEAR_SECONDS);
    c->redirect = place_or(http_form_get(&c->query, STR("back")), "/");
    return true;
}

/* again: a form that comes too late is not lost. Its session ended, or the record it is about was opened too long ago:
 * the answer carries all that was typed, asks for what is missing, and the form goes on with one press more.
 *
 * Whose form it is, its mark says (csrf): a session that ended by time is kept for half a day with its mark. So at a
 * screen that many use the next one who signs in does not send what the one before had typed, and a form that another
 * site made up is carried by nobody (docs/decisions/0271, 0280). */
#include "hall/hall_priv.h"

#include <string.h>

#define CARRIED STR("kept.") /* before the name of a field, while it waits for somebody to sign in */

static void add_typed(struct call *c, struct json *list, str before, const struct http_field *f)
{
    struct json *o = doc_object(c->a, list, NULL);
    doc_str(c->a, o, "field", str_fmt(c->a, "%.*s%.*s", STR_ARG(before), STR_ARG(f->name)));
    doc_str(c->a, o, "value", f->value);
}

static bool has_password(const struct call *c)
{
    VEC_EACH (const struct http_field, f, &c->form) {
        if (str_eq(f->name, STR("password"))) return true;
    }
    return false;
}

static bool has_files(const struct call *c)
{
    VEC_EACH (const struct http_part, p, &c->files) {
        if (p->file && p->data.len > 0) return true;
    }
    return false;
}

/* What the page for signing in carries. before: what it puts before the names of the form that came. */
static void carry(struct call *c, str before, bool files)
{
    struct json list = { .kind = JSON_ARRAY };
    VEC_EACH (const struct http_field, f, &c->form) {
        if (before.len > 0 || str_starts(f->name, CARRIED)) add_typed(c, &list, before, f);
    }
    doc_bool(c->a, c->doc, "kept", list.count > 0);
    doc_bool(c->a, c->doc, "files", files);
    *doc_add(c->a, c->doc, "typed") = list;
}

void again_carry(struct call *c) { carry(c, STR(""), http_form_get(&c->form, STR("files")).len > 0); }

bool again_signs_in(struct call *c)
{
    if (kiosk_is(c) || http_form_get(&c->form, STR("csrf")).len == 0 || c->route->template == TEMPLATE_sign_in ||
        has_password(c))
        return false;
    c->template = TEMPLATE_sign_in;
    c->title = STR("登录");
    doc_str(c->a, c->doc, "name", STR(""));
    doc_str(c->a, c->doc, "to", c->q->target);
    carry(c, CARRIED, has_files(c));
    return true;
}

/* The page from which it goes on. before: what the names of its fields have before them; asked: the field that the page
 * asks for. */
static void goes_on_page(struct call *c, str action, str before, str asked, bool files)
{
    c->template = TEMPLATE_again;
    c->title = STR("接着办");
    doc_str(c->a, c->doc, "action", action);
    doc_str(c->a, c->doc, "purpose", STR(""));
    doc_bool(c->a, c->doc, "asksWhy", asked.len > 0);
    doc_bool(c->a, c->doc, "files", files);
    doc_z(c->a, c->doc, "otherHref", asked.len > 0 ? "/counter" : "/");
    doc_z(c->a, c->doc, "otherText", asked.len > 0 ? "重新找人" : "不办了");
    struct json *list = doc_array(c->a, c->doc, "typed");
    VEC_EACH (const struct http_field, f, &c->form) {
        struct http_field as_typed = { str_slice(f->name, before.len, f->name.len), f->value };
        if (!str_starts(f->name, before) || str_eq(as_typed.name, STR("csrf")) || str_eq(as_typed.name, asked))
            continue;
        add_typed(c, list, STR(""), &as_typed);
    }
}

/* Whether this mark is of a session that whoever is signed in had before. */
static bool is_theirs(struct call *c, str csrf, struct access_former *was, bool *theirs, struct err *e)
{
    *theirs = false;
    return c->wants_json || c->who.account == 0 ||
           access_session_former(c->desk->store, c->who.account, csrf, c->now, was, theirs, e);
}

bool again_of_earlier(struct call *c)
{
    struct access_former was;
    bool theirs;
    struct err unknown = { 0 };
    if (!is_theirs(c, http_form_get(&c->form, STR("csrf")), &was, &theirs, &unknown) || !theirs ||
        was.role != c->who.role || was.agent != c->who.agent)
        return false;
    goes_on_page(c, c->q->target, STR(""), STR(""), has_files(c));
    return true;
}

/* The role or the firm of before, in the new session. */
static bool as_before(struct call *c, const struct access_former *was, char token[CRYPTO_TOKEN + 1], struct err *e)
{
    char fresh[CRYPTO_TOKEN + 1];
    bool found;
    struct store *s = c->desk->store;
    if (was->agent == c->who.agent && was->role == c->who.role) return true;
    bool ok = was->agent != 0 ? access_session_agent(s, str_of(token), was->agent, c->now, fresh, e)
                              : access_session_role(s, str_of(token), was->role, c->now, fresh, e);
    if (!ok) return false;
    memcpy(token, fresh, sizeof fresh);
    return access_session(s, str_of(token), c->now, c->a, &c->who, &found, e);
}

bool again_after(struct call *c, char token[CRYPTO_TOKEN + 1], bool *goes_on, struct err *e)
{
    struct access_former was;
    struct err gone = { 0 };
    if (!is_theirs(c, http_form_get(&c->form, STR("kept.csrf")), &was, goes_on, e)) return false;
    if (!*goes_on) return true;
    if (!as_before(c, &was, token, &gone)) { /* what they were is not theirs any more: nor is the form */
        *goes_on = false;
        if (gone.code != ERR_DENIED) *e = gone;
        return gone.code == ERR_DENIED;
    }
    goes_on_page(c, http_form_get(&c->form, STR("to")), CARRIED, STR(""),
                 http_form_get(&c->form, STR("files")).len > 0);
    return true;
}

bool again_why(struct call *c)
{
    goes_on_page(c, c->q->path, STR(""), STR("purpose"), false);
    c->status = 422;
    c->problem = STR("打开这份档案半小时了，请再写一次为什么要看");
    return true;
}

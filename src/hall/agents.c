/* agents: who may act for a firm. The firm's own account gives authority with a code and takes it back; the agent
 * enters the code in their own account, and from then on chooses for whom they act. */
#include "hall/hall_priv.h"

enum { CHINA = 8 * 3600, DAY = 86400 };

static str day_text(struct call *c, int64_t seconds)
{
    return words_day(c->a, (date){ (int32_t)((seconds + CHINA) / DAY) }, (date){ 0 });
}

static void agent_doc(struct call *c, const struct access_agent *n, struct json *list)
{
    struct json *o = doc_object(c->a, list, NULL);
    bool open = n->state == ACCESS_AGENT_ACTS || n->state == ACCESS_AGENT_OFFERED;
    doc_int(c->a, o, "id", n->id);
    doc_str(c->a, o, "name", n->name);
    doc_str(c->a, o, "login", n->login);
    doc_str(c->a, o, "firm", n->firm);
    doc_str(c->a, o, "until", day_text(c, n->until));
    doc_str(c->a, o, "made", day_text(c, n->made_at));
    doc_z(c->a, o, "state", access_agent_zh(n->state));
    doc_z(c->a, o, "mark", n->state == ACCESS_AGENT_ACTS ? "yes" : n->state == ACCESS_AGENT_OFFERED ? "ask" : "no");
    doc_bool(c->a, o, "open", open);
}

/* ---- the firm's side ---- */

bool hall_agents(struct call *c, struct err *e)
{
    access_agents all = { 0 };
    struct subject s;
    if (!subject_myself(c, &s, e) ||
        !access_agents_of(c->desk->store, c->who.entity, c->who.subject, c->now, c->a, &all, e))
        return false;
    struct json *list = doc_array(c->a, c->doc, "agents");
    VEC_EACH (const struct access_agent, n, &all) agent_doc(c, n, list);
    doc_bool(c->a, c->doc, "mayGive", c->who.agent == 0 && !c->who.is_token);
    if (json_member(c->doc, STR("code")) == NULL) doc_str(c->a, c->doc, "code", STR(""));
    desk_done(c);
    return true;
}

static bool give(struct call *c, struct err *e)
{
    char code[ACCESS_CODE + 1];
    date until;
    str name = desk_field(c, "name");
    if (desk_field(c, "until").len == 0) return fail(e, INVALID, "请写授权到哪一天");
    if (!desk_day(c, "until", c->today, &until, e)) return false;
    int64_t last = ((int64_t)until.days + 1) * DAY - CHINA - 1; /* the whole of that day */
    if (!access_agent_offer(c->desk->store, &c->who, name, last, c->now, code, e)) return false;
    doc_fmt(c->a, c->doc, "code", "%.4s-%.4s-%.4s-%.4s", code, code + 4, code + 8, code + 12);
    c->said_once = true;
    doc_str(c->a, c->doc, "given", name);
    doc_str(c->a, c->doc, "givenUntil", day_text(c, last));
    return true;
}

static bool take_back(struct call *c, const char *to, struct err *e)
{
    int64_t id;
    if (!desk_number(c, desk_field(c, "agent"), "授权", &id, e) ||
        !access_agent_revoke(c->desk->store, &c->who, id, c->now, e))
        return false;
    desk_back(c, str_of(to), "revoked");
    return true;
}

bool hall_agents_act(struct call *c, struct err *e)
{
    struct err why = { 0 };
    bool back = str_eq(desk_field(c, "act"), STR("revoke"));
    if (back ? take_back(c, "/me/agents", &why) : give(c, &why)) return back || hall_agents(c, e);
    return desk_again(c, &why, e) && hall_agents(c, e);
}

/* ---- the agent's side ---- */

bool hall_acting(struct call *c, struct err *e)
{
    access_agents all = { 0 };
    if (!access_agent_firms(c->desk->store, c->who.account, c->now, c->a, &all, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "firms");
    VEC_EACH (const struct access_agent, n, &all) agent_doc(c, n, list);
    doc_str(c->a, c->doc, "display", c->who.display);
    desk_done(c);
    return true;
}

static bool act_for(struct call *c, struct err *e)
{
    int64_t id;
    char fresh[CRYPTO_TOKEN + 1];
    if (c->token.p == NULL) return fail(e, DENIED, "请在网页上登录");
    if (!desk_number(c, desk_field(c, "agent"), "授权", &id, e) ||
        !access_session_agent(c->desk->store, c->token, id, c->now, fresh, e))
        return false;
    sign_session(c, fresh);
    c->redirect = STR("/me");
    doc_z(c->a, c->doc, "href", "/me");
    return true;
}

static bool agent_acts(struct call *c, struct err *e)
{
    str what = desk_field(c, "act");
    if (str_eq(what, STR("act"))) return act_for(c, e);
    if (str_eq(what, STR("revoke"))) return take_back(c, "/acting", e);
    if (!access_agent_accept(c->desk->store, &c->who, desk_field(c, "code"), c->now, e)) return false;
    desk_back(c, STR("/acting"), "accepted");
    return true;
}

bool hall_acting_act(struct call *c, struct err *e)
{
    struct err why = { 0 };
    if (agent_acts(c, &why)) return true;
    return desk_again(c, &why, e) && hall_acting(c, e);
}

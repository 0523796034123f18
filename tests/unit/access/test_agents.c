/* Agents of firms: given with a code, entered by whom it is for, over at once when taken back. */
#include "access/access.h"
#include "support/postgres.h"
#include "support/t.h"

#include <string.h>

enum { NOW = 1717400000, DAY = 86400 };

#define SAYS_NO(call, code)       \
    do {                          \
        e = (struct err){ 0 };    \
        CHECK_ERR(call, e, code); \
    } while (0)

struct people {
    struct store *s;
    struct arena *a;
    struct access_reader firm, agent;
};

static int64_t made(struct store *s, const char *name, const char *display, uint32_t roles, const char *entity,
                    int64_t subject)
{
    struct err e = { 0 };
    int64_t id;
    struct access_account n = {
        .name = str_of(name), .display = str_of(display), .roles = roles, .entity = str_of(entity), .subject = subject
    };
    CHECK_OK(access_account_make(s, &n, STR("correct horse"), NOW, &id, &e), e);
    return id;
}

static struct access_reader enters(struct people *p, const char *name, char token[CRYPTO_TOKEN + 1])
{
    struct err e = { 0 };
    struct access_reader r;
    bool found;
    CHECK_OK(access_sign_in(p->s, str_of(name), STR("correct horse"), STR(""), NULL, NOW, token, &e), e);
    CHECK_OK(access_session(p->s, str_of(token), NOW, p->a, &r, &found, &e), e);
    CHECK(found);
    return r;
}

static struct people opened(char firm[CRYPTO_TOKEN + 1], char agent[CRYPTO_TOKEN + 1])
{
    struct people p = { .a = arena_new("agents", 0) };
    struct err e = { 0 };
    CHECK_OK(store_open(&p.s, str_of(t_database("a.db")), STORE_CREATE, &e), e);
    CHECK_OK(access_migrate(p.s, &e), e);
    made(p.s, "firm", "东区试验厂", ROLE_BIT(EMPLOYER), "单位", 70);
    made(p.s, "wang", "王试验", ROLE_BIT(WORKER), "人员", 7);
    p.firm = enters(&p, "firm", firm);
    p.agent = enters(&p, "wang", agent);
    return p;
}

static void closed(struct people *p)
{
    store_close(p->s);
    arena_free(p->a);
}

static int64_t only_one(struct people *p, int64_t now, enum access_agent_state state)
{
    struct err e = { 0 };
    access_agents all = { 0 };
    CHECK_OK(access_agents_of(p->s, STR("单位"), 70, now, p->a, &all, &e), e);
    CHECK_INT((int64_t)all.len, 1);
    CHECK(all.at[0].state == state);
    return all.at[0].id;
}

TEST(an_agent_acts_from_the_code_to_the_last_day)
{
    char firm[CRYPTO_TOKEN + 1], agent[CRYPTO_TOKEN + 1], fresh[CRYPTO_TOKEN + 1], code[ACCESS_CODE + 1];
    struct people p = opened(firm, agent);
    struct err e = { 0 };
    struct access_reader r;
    bool found;
    CHECK_OK(access_agent_offer(p.s, &p.firm, STR("王试验"), NOW + 10 * DAY, NOW, code, &e), e);
    int64_t id = only_one(&p, NOW, ACCESS_AGENT_OFFERED);
    CHECK_ERR(access_session_agent(p.s, str_of(agent), id, NOW, fresh, &e), e, NOT_FOUND);
    e = (struct err){ 0 };
    CHECK_OK(access_agent_accept(p.s, &p.agent, str_of(code), NOW, &e), e);
    CHECK_OK(access_session_agent(p.s, str_of(agent), id, NOW, fresh, &e), e);
    CHECK_OK(access_session(p.s, str_of(fresh), NOW, p.a, &r, &found, &e), e);
    CHECK(found && r.role == ROLE_EMPLOYER && r.subject == 70 && r.agent == id && r.account == p.agent.account);
    CHECK(!str_eq(r.csrf, p.agent.csrf)); /* forms of before are refused */
    str of_firm = r.csrf;
    CHECK_STR(r.firm, "东区试验厂");
    CHECK_OK(access_session(p.s, str_of(agent), NOW, p.a, &r, &found, &e), e);
    CHECK(!found); /* the token changed */
    CHECK_ERR(access_agent_offer(p.s, &(struct access_reader){ .role = ROLE_EMPLOYER, .subject = 70, .agent = id },
                                 STR("别人"), NOW + DAY, NOW, code, &e),
              e, DENIED);
    e = (struct err){ 0 };
    CHECK_OK(access_session_role(p.s, str_of(fresh), ROLE_WORKER, NOW, agent, &e), e); /* back to themselves */
    CHECK_OK(access_session(p.s, str_of(agent), NOW, p.a, &r, &found, &e), e);
    CHECK(found && r.agent == 0 && r.subject == 7);
    CHECK(!str_eq(r.csrf, of_firm) && !str_eq(r.csrf, p.agent.csrf));
    CHECK_ERR(access_session_agent(p.s, str_of(agent), id, NOW + 10 * DAY + 1, fresh, &e), e, DENIED);
    only_one(&p, NOW + 11 * DAY, ACCESS_AGENT_EXPIRED);
    closed(&p);
}

TEST(what_is_taken_back_is_over_at_once)
{
    char firm[CRYPTO_TOKEN + 1], agent[CRYPTO_TOKEN + 1], fresh[CRYPTO_TOKEN + 1], code[ACCESS_CODE + 1];
    struct people p = opened(firm, agent);
    struct err e = { 0 };
    struct access_reader r;
    bool found;
    CHECK_OK(access_agent_offer(p.s, &p.firm, STR("王试验"), NOW + 10 * DAY, NOW, code, &e), e);
    CHECK_OK(access_agent_accept(p.s, &p.agent, str_of(code), NOW, &e), e);
    int64_t id = only_one(&p, NOW, ACCESS_AGENT_ACTS);
    CHECK_OK(access_session_agent(p.s, str_of(agent), id, NOW, fresh, &e), e);
    CHECK_OK(access_agent_revoke(p.s, &p.firm, id, NOW, &e), e);
    CHECK_OK(access_session(p.s, str_of(fresh), NOW, p.a, &r, &found, &e), e);
    CHECK(!found && r.account == 0);
    only_one(&p, NOW, ACCESS_AGENT_REVOKED);
    CHECK_OK(access_agent_revoke(p.s, &p.firm, id, NOW, &e), e); /* once more is fine */
    closed(&p);
}

TEST(when_the_firm_is_stopped_nobody_acts_for_it)
{
    char firm[CRYPTO_TOKEN + 1], agent[CRYPTO_TOKEN + 1], fresh[CRYPTO_TOKEN + 1], code[ACCESS_CODE + 1],
        second[ACCESS_CODE + 1];
    struct people p = opened(firm, agent);
    struct err e = { 0 };
    struct access_reader r;
    access_agents firms = { 0 };
    bool found;
    CHECK_OK(access_agent_offer(p.s, &p.firm, STR("王试验"), NOW + 10 * DAY, NOW, code, &e), e);
    CHECK_OK(access_agent_accept(p.s, &p.agent, str_of(code), NOW, &e), e);
    int64_t id = only_one(&p, NOW, ACCESS_AGENT_ACTS);
    CHECK_OK(access_session_agent(p.s, str_of(agent), id, NOW, fresh, &e), e);
    CHECK_OK(access_agent_offer(p.s, &p.firm, STR("王试验"), NOW + 10 * DAY, NOW, second, &e), e);
    CHECK_OK(access_account_disable(p.s, STR("firm"), true, &e), e);
    CHECK_OK(access_session(p.s, str_of(fresh), NOW, p.a, &r, &found, &e), e);
    CHECK(!found);
    struct access_reader wang = enters(&p, "wang", agent);
    CHECK_OK(access_agent_firms(p.s, wang.account, NOW, p.a, &firms, &e), e);
    CHECK_INT((int64_t)firms.len, 0);
    SAYS_NO(access_session_agent(p.s, str_of(agent), id, NOW, fresh, &e), DENIED);
    SAYS_NO(access_agent_accept(p.s, &wang, str_of(second), NOW, &e), INVALID);
    e = (struct err){ 0 };
    CHECK_OK(access_account_disable(p.s, STR("firm"), false, &e), e);
    CHECK_OK(access_session_agent(p.s, str_of(agent), id, NOW, fresh, &e), e);
    closed(&p);
}

TEST(a_code_is_for_one_person_for_a_week_and_once)
{
    char firm[CRYPTO_TOKEN + 1], agent[CRYPTO_TOKEN + 1], code[ACCESS_CODE + 1], other[ACCESS_CODE + 1];
    struct people p = opened(firm, agent);
    struct err e = { 0 };
    CHECK_OK(access_agent_offer(p.s, &p.firm, STR("张三"), NOW + 10 * DAY, NOW, other, &e), e);
    SAYS_NO(access_agent_accept(p.s, &p.agent, str_of(other), NOW, &e), INVALID);
    CHECK_OK((e = (struct err){ 0 }, access_agent_offer(p.s, &p.firm, STR("王试验"), NOW + 30 * DAY, NOW, code, &e)),
             e);
    SAYS_NO(access_agent_accept(p.s, &p.agent, str_of(code), NOW + 8 * DAY, &e), INVALID);
    CHECK_OK((e = (struct err){ 0 }, access_agent_accept(p.s, &p.agent, str_of(code), NOW + DAY, &e)), e);
    SAYS_NO(access_agent_accept(p.s, &p.agent, str_of(code), NOW + DAY, &e), INVALID);
    SAYS_NO(access_agent_offer(p.s, &p.firm, STR("王试验"), NOW - 1, NOW, code, &e), INVALID);
    SAYS_NO(access_agent_offer(p.s, &p.firm, STR("王试验"), NOW + 4000 * (int64_t)DAY, NOW, code, &e), INVALID);
    SAYS_NO(access_agent_offer(p.s, &p.firm, STR(""), NOW + DAY, NOW, code, &e), INVALID);
    SAYS_NO(access_agent_offer(p.s, &p.agent, STR("王试验"), NOW + DAY, NOW, code, &e), DENIED);
    SAYS_NO(access_agent_accept(p.s, &p.firm, STR("0000000000000000"), NOW, &e), DENIED);
    SAYS_NO(access_agent_revoke(p.s, &p.agent, 1, NOW, &e), NOT_FOUND); /* of the code nobody entered */
    closed(&p);
}

TEST(an_account_is_a_person_or_a_firm)
{
    char firm[CRYPTO_TOKEN + 1], agent[CRYPTO_TOKEN + 1];
    struct people p = opened(firm, agent);
    struct err e = { 0 };
    int64_t id;
    struct access_account both = {
        .name = STR("both"), .roles = ROLE_BIT(WORKER) | ROLE_BIT(EMPLOYER), .entity = STR("单位"), .subject = 70
    };
    SAYS_NO(access_account_make(p.s, &both, STR("correct horse"), NOW, &id, &e), INVALID);
    both.roles = ROLE_BIT(EMPLOYER), both.subject = 0;
    SAYS_NO(access_account_make(p.s, &both, STR("correct horse"), NOW, &id, &e), INVALID);
    closed(&p);
}

TEST_WITHIN(the_same_holds_on_postgresql, 60)
{
    t_on_postgres();
    an_agent_acts_from_the_code_to_the_last_day();
    what_is_taken_back_is_over_at_once();
    a_code_is_for_one_person_for_a_week_and_once();
}

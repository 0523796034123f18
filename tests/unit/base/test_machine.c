/* Life cycles: moves that are made, refusals that say what is possible, tables that are wrong. */
#include "base/machine.h"

#include "support/t.h"

enum { CLERK = 1, REVIEWER = 2, SYSTEM = 4 };
enum { DRAFT, FILED, GRANTED, REFUSED };

static const char *const roles[] = { "经办", "复核", "系统" };
static const struct machine_state states[] = {
    { "草稿", true, false }, { "待复核", false, false }, { "已批准", false, true }, { "已驳回", false, true }
};
static const struct machine_move moves[] = {
    { "提交", DRAFT, FILED, CLERK | SYSTEM, false, 0 },
    { "退回", FILED, DRAFT, REVIEWER, true, 5 },
    { "批准", FILED, GRANTED, REVIEWER | SYSTEM, false, 10 },
    { "驳回", FILED, REFUSED, REVIEWER, true, 10 },
};
static const struct machine machine = { "申请", roles, 3, states, 4, moves, 4 };

TEST(a_move_leads_from_one_state_to_the_next)
{
    struct err e = { 0 };
    uint8_t state = DRAFT;
    CHECK_OK(machine_move(&machine, &state, STR("提交"), CLERK, STR(""), &e), e);
    CHECK_INT(state, FILED);
    CHECK_OK(machine_move(&machine, &state, STR("退回"), REVIEWER, STR("缺身份证"), &e), e);
    CHECK_INT(state, DRAFT);
    CHECK_OK(machine_move(&machine, &state, STR("提交"), SYSTEM, STR(""), &e), e);
    CHECK_OK(machine_move(&machine, &state, STR("批准"), REVIEWER | CLERK, STR(""), &e), e);
    CHECK_INT(state, GRANTED);
}

static void refused(uint8_t at, const char *move, uint32_t who, const char *reason, enum err_code code, const char *say)
{
    struct err e = { 0 };
    uint8_t state = at;
    CHECK(!machine_move(&machine, &state, str_of(move), who, str_of(reason), &e));
    CHECK_INT(e.code, code);
    CHECK_INT(state, at);
    CHECK_STR(err_cause(&e), say);
}

TEST(a_refusal_says_what_these_roles_may_do_now)
{
    refused(DRAFT, "批准", REVIEWER, "", ERR_CONFLICT, "申请现在是“草稿”，不能“批准”；现在没有要您做的");
    refused(DRAFT, "批准", CLERK, "", ERR_CONFLICT, "申请现在是“草稿”，不能“批准”；您现在可以：提交");
    refused(FILED, "批准", CLERK, "", ERR_DENIED, "“批准”要由复核或系统来做；申请现在是“待复核”，现在没有要您做的");
    refused(FILED, "退回", REVIEWER, " \n", ERR_INVALID, "“退回”要写明理由；请补上再提交");
    refused(GRANTED, "退回", REVIEWER, "x", ERR_CONFLICT, "申请现在是“已批准”，不能“退回”；它已经办结，不能再改动");
    refused(9, "退回", REVIEWER, "x", ERR_INTERNAL, "申请的状态 9 本程序不认识；请用写它的那个版本打开");
}

TEST(possible_moves_are_those_of_the_roles_asked_for)
{
    autoarena *a = arena_new("text", 0);
    struct text t;
    text_init(&t, a, 1000);
    machine_possible(&machine, FILED, SYSTEM, &t);
    CHECK_STR(text_str(&t), "批准（复核或系统）");
    CHECK_INT(machine_deadline(&machine, FILED), 5);
    CHECK_INT(machine_deadline(&machine, DRAFT), 0);
    CHECK(machine_find(&machine, DRAFT, STR("驳回")) == NULL);
}

static void unsound(struct machine m, const char *say)
{
    autoarena *a = arena_new("text", 0);
    struct text t;
    text_init(&t, a, 4000);
    CHECK(!machine_sound(&m, &t));
    NOTE("%s", t.p);
    CHECK(str_find(text_str(&t), str_of(say)) != SIZE_MAX);
}

static struct machine with(const struct machine_state *s, size_t state_count, const struct machine_move *m, size_t n)
{
    return (struct machine){ "申请", roles, 3, s, state_count, m, n };
}

TEST(a_sound_table_passes_and_each_mistake_is_named)
{
    autoarena *a = arena_new("text", 0);
    struct text t;
    text_init(&t, a, 4000);
    CHECK(machine_sound(&machine, &t));
    CHECK(t.len == 0);

    struct machine_move m[5];
    for (size_t i = 0; i < 4; i++) m[i] = moves[i];
    m[4] = (struct machine_move){ "批准", FILED, DRAFT, REVIEWER, false, 0 };
    unsound(with(states, 4, m, 5), "two moves out of 待复核 are called 批准");
    m[4] = (struct machine_move){ "重开", GRANTED, DRAFT, REVIEWER, false, 0 };
    unsound(with(states, 4, m, 5), "leads out of the final state 已批准");
    m[4] = (struct machine_move){ "重开", DRAFT, FILED, 0, false, 0 };
    unsound(with(states, 4, m, 5), "nobody may make 重开");
    m[4] = (struct machine_move){ "重开", DRAFT, FILED, 8, false, 0 };
    unsound(with(states, 4, m, 5), "for a role without a name");
    m[4] = (struct machine_move){ "重开", DRAFT, 9, CLERK, false, 0 };
    unsound(with(states, 4, m, 5), "a state that is not there");
    m[4] = (struct machine_move){ "重开", DRAFT, FILED, CLERK, false, 400 };
    unsound(with(states, 4, m, 5), "longer than a year");
    unsound(with(states, 4, moves, 3), "nothing leads to 已驳回");

    static const struct machine_state stuck[] = {
        { "草稿", true, false }, { "待复核", false, false }, { "已批准", false, true }, { "搁置", false, false }
    };
    unsound(with(stuck, 4, moves, 4), "no way out of 搁置");
    static const struct machine_state twins[] = { { "草稿", false, false }, { "草稿", false, false } };
    unsound(with(twins, 2, moves, 1), "two states are called 草稿");
    unsound(with(twins, 2, moves, 1), "no state is initial");
    unsound(with(twins, 2, moves, 1), "no state is final");
}

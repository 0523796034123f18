/* life: the states of a dossier and the moves between them. What follows from a move is code elsewhere; whether it may
 * be made is this table alone. Few states, many flags: late, returned once, objected, decided by the machine. */
#include "dossier/dossier_priv.h"

enum {
    SELF = ROLE_SELF,
    DESK = ROLE_DESK,
    REVIEWER = ROLE_REVIEWER,
    CHIEF = ROLE_CHIEF,
    SYSTEM = ROLE_SYSTEM,
};

static const char *const roles[] = { "申请人", "受理人员", "审核人员", "主管", "系统" };

static const struct machine_state states[DOSSIER_STATES] = {
    { "草稿", true, false },    { "待确认", true, false },  { "待受理", false, false }, { "待补正", false, false },
    { "审核中", false, false }, { "公示中", false, false }, { "准予", false, false },   { "发放中", false, false },
    { "停发", false, false },   { "不予", false, false },   { "撤回", false, true },    { "终止", false, true },
    { "撤销", false, true },    { "归档", false, true },
};

static const struct machine_move moves[] = {
    { "提交", DOSSIER_DRAFT, DOSSIER_SUBMITTED, SELF | DESK, false, 0 },
    { "放弃", DOSSIER_DRAFT, DOSSIER_LAPSED, SELF | DESK | SYSTEM, false, 0 },
    { "确认", DOSSIER_OFFERED, DOSSIER_SUBMITTED, SELF | DESK | SYSTEM, false, 0 },
    { "谢绝", DOSSIER_OFFERED, DOSSIER_LAPSED, SELF | DESK, false, 0 },
    { "失效", DOSSIER_OFFERED, DOSSIER_LAPSED, SYSTEM, true, 0 },
    { "受理", DOSSIER_SUBMITTED, DOSSIER_REVIEW, DESK | SYSTEM, false, 0 },
    { "退回补正", DOSSIER_SUBMITTED, DOSSIER_CORRECTING, DESK, true, 0 },
    { "不予受理", DOSSIER_SUBMITTED, DOSSIER_REFUSED, DESK, true, 0 },
    { "撤回", DOSSIER_SUBMITTED, DOSSIER_WITHDRAWN, SELF | DESK, false, 0 },
    { "补正", DOSSIER_CORRECTING, DOSSIER_SUBMITTED, SELF | DESK, false, 0 },
    { "补齐", DOSSIER_CORRECTING, DOSSIER_REVIEW, SELF | DESK, false, 0 },
    { "撤回", DOSSIER_CORRECTING, DOSSIER_WITHDRAWN, SELF | DESK, false, 0 },
    { "逾期终止", DOSSIER_CORRECTING, DOSSIER_LAPSED, SYSTEM | CHIEF, true, 0 },
    { "签批", DOSSIER_REVIEW, DOSSIER_REVIEW, REVIEWER | SYSTEM, false, 0 },
    { "公示", DOSSIER_REVIEW, DOSSIER_PUBLIC, REVIEWER | SYSTEM, false, 0 },
    { "准予", DOSSIER_REVIEW, DOSSIER_GRANTED, REVIEWER | SYSTEM, false, 0 },
    { "发放", DOSSIER_REVIEW, DOSSIER_PAYING, REVIEWER | SYSTEM, false, 0 },
    { "没有办成", DOSSIER_REVIEW, DOSSIER_LAPSED, SYSTEM, true, 0 }, /* a package none of whose items was granted */
    { "退回补正", DOSSIER_REVIEW, DOSSIER_CORRECTING, REVIEWER, true, 0 },
    { "不予", DOSSIER_REVIEW, DOSSIER_REFUSED, REVIEWER, true, 0 },
    { "撤回", DOSSIER_REVIEW, DOSSIER_WITHDRAWN, SELF | DESK, false, 0 },
    { "准予", DOSSIER_PUBLIC, DOSSIER_GRANTED, SYSTEM | REVIEWER, false, 0 },
    { "发放", DOSSIER_PUBLIC, DOSSIER_PAYING, SYSTEM | REVIEWER, false, 0 },
    { "退回审核", DOSSIER_PUBLIC, DOSSIER_REVIEW, SYSTEM, true, 0 }, /* its time is over and it cannot be granted */
    { "异议成立", DOSSIER_PUBLIC, DOSSIER_REVIEW, REVIEWER | CHIEF, true, 0 },
    { "撤回", DOSSIER_PUBLIC, DOSSIER_WITHDRAWN, SELF | DESK, false, 0 },
    { "重新办理", DOSSIER_GRANTED, DOSSIER_REVIEW, CHIEF, true, 0 },
    { "撤销", DOSSIER_GRANTED, DOSSIER_REVOKED, CHIEF, true, 0 },
    { "归档", DOSSIER_GRANTED, DOSSIER_CLOSED, SYSTEM | DESK | REVIEWER, false, 0 },
    { "停发", DOSSIER_PAYING, DOSSIER_STOPPED, SYSTEM | REVIEWER | CHIEF, true, 0 },
    { "撤销", DOSSIER_PAYING, DOSSIER_REVOKED, CHIEF, true, 0 },
    { "恢复发放", DOSSIER_STOPPED, DOSSIER_PAYING, REVIEWER | CHIEF, true, 0 },
    { "撤销", DOSSIER_STOPPED, DOSSIER_REVOKED, CHIEF, true, 0 },
    { "归档", DOSSIER_STOPPED, DOSSIER_CLOSED, SYSTEM | DESK | REVIEWER, false, 0 },
    { "重新办理", DOSSIER_REFUSED, DOSSIER_REVIEW, CHIEF, true, 0 },
    { "归档", DOSSIER_REFUSED, DOSSIER_CLOSED, SYSTEM | DESK | REVIEWER, false, 0 },
};

const struct machine dossier_machine = { "办件",         roles, sizeof roles / sizeof *roles, states,
                                         DOSSIER_STATES, moves, sizeof moves / sizeof *moves };

/* ---- numbers ---- */

void dossier_number(int64_t id, char out[DOSSIER_NUMBER_TEXT])
{
    int64_t check = 98 - id % 97 * 3 % 97; /* 100 = 3 (mod 97) */
    int64_t n = id;
    for (int i = 9; i >= 0; i--, n /= 10) out[i] = (char)('0' + n % 10);
    out[10] = (char)('0' + check / 10 % 10);
    out[11] = (char)('0' + check % 10);
    out[12] = 0;
}

bool dossier_number_read(str s, int64_t *id, struct err *e)
{
    char digits[DOSSIER_NUMBER_TEXT], good[DOSSIER_NUMBER_TEXT];
    size_t n = 0;
    bool odd = false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (c == ' ' || c == '-') continue;
        odd = odd || c < '0' || c > '9' || n == DOSSIER_NUMBER_TEXT - 1;
        if (!odd) digits[n++] = c;
    }
    if (odd || n != DOSSIER_NUMBER_TEXT - 1)
        return fail(e, INVALID, "“%.*s”不是办件编号：编号是12位数字，例如 000000001748", STR_ARG(s));
    int64_t value = 0;
    for (size_t i = 0; i < 10; i++) value = value * 10 + (digits[i] - '0');
    dossier_number(value, good);
    if (good[10] != digits[10] || good[11] != digits[11])
        return fail(e, INVALID, "办件编号“%.*s”有一位不对（末两位是校验位），请对照回执再看一遍", STR_ARG(s));
    *id = value;
    return true;
}

/* ---- names ---- */

const char *dossier_rating_zh(int level)
{
    static const char *const names[] = { "非常不满意", "不满意", "基本满意", "满意", "非常满意" };
    return level >= 1 && level <= 5 ? names[level - 1] : "没有评价";
}

const char *dossier_clock_zh(enum dossier_clock_kind k)
{
    static const char *const names[DOSSIER_CLOCKS] = { "办理时限", "本环节",   "补正",     "公示",    "待确认",
                                                       "复核",     "异议答复", "差评回访", "陈述申辩" };
    return k < DOSSIER_CLOCKS ? names[k] : "时限";
}

const char *dossier_pay_zh(enum dossier_pay_state s)
{
    static const char *const names[] = { "待发", "已编批", "已发", "退回", "不发" };
    return names[s];
}

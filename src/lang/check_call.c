/* check_call: the functions of the language, and what is asked of all members of a group. */
#include "lang/check_expr_priv.h"

/* ---- groups ---- */

static node_id check_group(struct checker *c, const struct expr *x)
{
    node_id id = check_expr(c, x, NULL);
    if (id == 0) return 0;
    struct type t = at(c, id)->type;
    if (t.kind == TYPE_GROUP || t.kind == TYPE_HISTORY) return id;
    struct diag *g = diag_add(c->d, DIAG_type_mismatch, x->loc, "这里要的是一组（成员、经历），不是“%.*s”",
                              STR_ARG(type_name(c, t)));
    diag_suggest(c->d, g, "例如 家庭.成员、就业登记、参保缴费(养老)");
    return 0;
}

static bool enter_element(struct checker *c, node_id group, struct loc loc)
{
    if (c->level + 1 >= LIMIT_LEVELS) {
        diag_add(c->d, DIAG_too_big, loc, "“满足”最多套 %d 层", LIMIT_LEVELS - 1);
        return false;
    }
    c->level_entity[++c->level] = at(c, group)->type.ref;
    return true;
}

node_id check_quant(struct checker *c, const struct expr *x)
{
    node_id group = check_group(c, x->kids[0]);
    if (group == 0 || !enter_element(c, group, x->loc)) return 0;
    node_id cond = check_bool(c, x->kids[1]);
    c->level--;
    if (cond == 0) return 0;
    node_id id = make2(c, x->word == WORD_ANY ? OP_ANY : OP_ALL, BOOL, x->loc, group, cond);
    at(c, id)->level = (uint8_t)(c->level + 1);
    return id;
}

/* 人数(组 满足 条件), 合计(组 满足 条件, 值) and the like. */
static node_id check_aggregate(struct checker *c, const struct expr *x, enum builtin b)
{
    const struct expr *arg = x->kids[1];
    const struct expr *group_x = arg->kind == EXPR_FILTER ? arg->kids[0] : arg;
    node_id group = check_group(c, group_x);
    if (group == 0) return 0;
    bool members = at(c, group)->type.kind == TYPE_GROUP && !c->p->entities.at[at(c, group)->type.ref].is_spell;
    if (b == BUILTIN_COUNT && !members) {
        struct diag *g = diag_add(c->d, DIAG_type_mismatch, group_x->loc, "人数数的是人、单位，这里是经历");
        diag_suggest(c->d, g, "数经历写 次数(…)；数月份写 累计月数(…)");
        return 0;
    }
    if (!enter_element(c, group, x->loc)) return 0;
    node_id cond =
        arg->kind == EXPR_FILTER ? check_bool(c, arg->kids[1]) : make_const(c, BOOL, value_bool(true), arg->loc);
    node_id value = 0;
    bool sums = b == BUILTIN_SUM || b == BUILTIN_MAX || b == BUILTIN_MIN;
    if (cond != 0 && sums) value = check_no_quotient(c, check_expr(c, x->kids[2], NULL));
    c->level--;
    if (cond == 0 || (sums && value == 0)) return 0;
    node_id id;
    if (!sums) {
        struct type t = type_num(b == BUILTIN_COUNT ? UNIT_PERSON : UNIT_TIME, 0);
        id = make2(c, OP_COUNT, t, x->loc, group, cond);
    } else {
        struct type t = at(c, value)->type;
        bool ok = t.kind == TYPE_NUM || (b != BUILTIN_SUM && (t.kind == TYPE_DATE || t.kind == TYPE_MONTH));
        if (!ok) {
            diag_add(c->d, DIAG_type_mismatch, x->kids[2]->loc, "这里要的是数，不是“%.*s”", STR_ARG(type_name(c, t)));
            return 0;
        }
        enum op op = b == BUILTIN_SUM ? OP_SUM : b == BUILTIN_MAX ? OP_MAX : OP_MIN;
        id = make_node(c, op, t, x->loc, (node_id[]){ group, cond, value }, 3);
    }
    at(c, id)->level = (uint8_t)(c->level + 1);
    return id;
}

/* ---- functions ---- */

/* Argument i as a list of spells (intervals). */
static node_id spells_arg(struct checker *c, const struct expr *x)
{
    node_id id = check_expr(c, x, NULL);
    if (id == 0) return 0;
    struct type t = at(c, id)->type;
    if (t.kind == TYPE_GROUP && c->p->entities.at[t.ref].is_spell) return id;
    struct diag *g = diag_add(c->d, DIAG_type_mismatch, x->loc, "这里要的是经历，不是“%.*s”", STR_ARG(type_name(c, t)));
    if (t.kind == TYPE_HISTORY) diag_suggest(c->d, g, "按月的经历用 累计月数、连续月数、近月数");
    return 0;
}

static node_id history_arg(struct checker *c, const struct expr *x)
{
    node_id id = check_expr(c, x, NULL);
    if (id == 0) return 0;
    struct node n = *at(c, id);
    if (n.type.kind != TYPE_HISTORY) {
        struct diag *g = diag_add(c->d, DIAG_type_mismatch, x->loc, "这里要的是按月的经历，不是“%.*s”",
                                  STR_ARG(type_name(c, n.type)));
        if (n.type.kind == TYPE_GROUP)
            diag_suggest(c->d, g, "区间的经历用 合计天数、段数，或 足月(当前(…).开始, 今日)");
        return 0;
    }
    if (c->p->entities.at[n.type.ref].key != 0 && n.kid_count == 1) {
        struct diag *g = diag_add(c->d, DIAG_arg_count, x->loc, "“%.*s”分类别，要写是哪一类",
                                  STR_ARG(c->p->entities.at[n.type.ref].name));
        diag_suggest(c->d, g, "例如 参保缴费(养老)");
        return 0;
    }
    return id;
}

static node_id optional_month(struct checker *c, const struct expr *x, uint32_t i)
{
    if (x->kid_count > i) return check_as(c, x->kids[i], MONTH, "月份");
    return make1(c, OP_MONTH_OF, MONTH, x->loc, make_node(c, OP_TODAY, DATE, x->loc, NULL, 0));
}

static node_id date_or_month(struct checker *c, const struct expr *x)
{
    node_id id = check_expr(c, x, NULL);
    if (id == 0) return 0;
    struct type t = at(c, id)->type;
    if (t.kind == TYPE_MONTH) return id;
    if (t.kind == TYPE_DATE) return make1(c, OP_MONTH_OF, MONTH, x->loc, id);
    say_mismatch(c, x->loc, t, MONTH, "这里");
    return 0;
}

static node_id check_expiry(struct checker *c, const struct expr *x)
{
    node_id d = check_as(c, x->kids[1], DATE, "届满的起算日");
    node_id n = d ? check_no_quotient(c, check_expr(c, x->kids[2], NULL)) : 0;
    if (n == 0 || !check_is_num(c, n, x->kids[2])) return 0;
    struct type t = at(c, n)->type;
    if (t.scale > 0) {
        diag_add(c->d, DIAG_round_needed, x->kids[2]->loc, "期间要是整数");
        return 0;
    }
    if (unit_eq(t.unit, UNIT_MONTH)) return make2(c, OP_EXPIRY_MONTHS, DATE, x->loc, d, n);
    if (unit_eq(t.unit, UNIT_DAY)) return make2(c, OP_EXPIRY_DAYS, DATE, x->loc, d, n);
    if (unit_eq(t.unit, UNIT_WORKDAY)) return make2(c, OP_DATE_WORKDAYS, DATE, x->loc, d, n);
    say_mismatch(c, x->kids[2]->loc, t, type_num(UNIT_MONTH, 0), "期间");
    return 0;
}

static node_id check_extremes(struct checker *c, const struct expr *x, bool smallest)
{
    node_id ids[LIMIT_ARGS];
    struct loc locs[LIMIT_ARGS];
    unsigned n = x->kid_count - 1;
    for (unsigned i = 0; i < n; i++) {
        struct type prev = i > 0 ? at(c, ids[0])->type : BOOL;
        ids[i] = check_expr(c, x->kids[i + 1], i > 0 ? &prev : NULL);
        if (ids[i] == 0) return 0;
        locs[i] = x->kids[i + 1]->loc;
    }
    struct type t;
    if (!make_unified(c, ids, locs, n, &t)) return 0;
    if (t.kind != TYPE_NUM && t.kind != TYPE_DATE && t.kind != TYPE_MONTH) {
        diag_add(c->d, DIAG_type_mismatch, x->loc, "“%.*s”不能比大小", STR_ARG(type_name(c, t)));
        return 0;
    }
    return make_node(c, smallest ? OP_SMALLEST : OP_LARGEST, t, x->loc, ids, n);
}

static node_id check_default(struct checker *c, const struct expr *x)
{
    node_id ids[2];
    ids[0] = check_expr(c, x->kids[1], NULL);
    if (ids[0] == 0) return 0;
    struct type t = at(c, ids[0])->type;
    ids[1] = check_expr(c, x->kids[2], &t);
    if (ids[1] == 0 || !make_unified(c, ids, (struct loc[]){ x->kids[1]->loc, x->kids[2]->loc }, 2, &t)) return 0;
    if (!c->has_cite) {
        struct diag *g = diag_add(c->d, DIAG_no_source, x->loc, "把未知当作某个值，是法律判断，这一条要有自己的依据");
        diag_suggest(c->d, g, "在这一条下面写“依据 …”");
    }
    return make_node(c, OP_DEFAULT, t, x->loc, ids, 2);
}

static node_id check_qualifies(struct checker *c, const struct expr *x)
{
    const struct expr *arg = x->kids[1];
    if (arg->kind == EXPR_NAME && is_marker(c, arg->text)) {
        look_met(c, LOOK_POLICY, c->level_entity[c->level], NULL);
        return 0;
    }
    void *found = arg->kind == EXPR_NAME ? map_get(&c->p->policy_by_name, arg->text) : NULL;
    if (found == NULL) {
        struct diag *g = diag_add(c->d, DIAG_unknown_name, arg->loc, "没有这个政策");
        if (g == NULL) return 0;
        if (arg->kind != EXPR_NAME) return 0;
        struct nearest n;
        nearest_start(&n, arg->text);
        VEC_EACH (const struct policy, q, &c->p->policies) nearest_offer(&n, q->name);
        if (n.best.len > 0) diag_suggest(c->d, g, "是不是“%.*s”？", STR_ARG(n.best));
        return 0;
    }
    const struct policy *q = &c->p->policies.at[INDEX_OF(found)];
    if (!c->has_subject || c->level_entity[c->level] != q->entity) {
        diag_add(c->d, DIAG_type_mismatch, arg->loc, "政策“%.*s”的对象是“%.*s”，不是这里的对象", STR_ARG(q->name),
                 STR_ARG(c->p->entities.at[q->entity].name));
        return 0;
    }
    note_use(c, arg->name, q->decl->name.loc, USE_POLICY, q->id, 0);
    node_id id = make1(c, OP_QUALIFIES, BOOL, x->loc, make_element(c, c->level, x->loc));
    at(c, id)->k = (uint32_t)INDEX_OF(found);
    return id;
}

/* A call that is still being written, with 无 for the arguments that are to come. */
static const struct expr *with_all_args(struct checker *c, const struct expr *x, uint32_t args)
{
    struct expr *none = ARENA_NEW(c->a, struct expr), *whole = ARENA_NEW(c->a, struct expr);
    *none = (struct expr){ .kind = EXPR_WORD, .word = WORD_NONE, .loc = x->loc, .name = x->loc };
    *whole = *x;
    whole->kids = ARENA_ARRAY(c->a, struct expr *, args + 1);
    whole->kid_count = args + 1;
    for (uint32_t i = 0; i <= args; i++) whole->kids[i] = i < x->kid_count ? x->kids[i] : none;
    return whole;
}

static node_id check_builtin(struct checker *c, const struct expr *x, enum builtin b, const struct type *hint)
{
    const struct builtin_def *def = builtin_at(b);
    if (c->look != NULL && x->kid_count > 1 && x->kid_count - 1 < def->args_min) x = with_all_args(c, x, def->args_min);
    uint32_t n = x->kid_count - 1;
    if (n < def->args_min || n > def->args_max) {
        struct diag *g = diag_add(c->d, DIAG_arg_count, x->name, "“%s”的参数个数不对", def->zh);
        diag_suggest(c->d, g, "写成 %s：%s", def->signature, def->help);
        return 0;
    }
    bool filtered =
        b == BUILTIN_COUNT || b == BUILTIN_OCCURRENCES || b == BUILTIN_SUM || b == BUILTIN_MAX || b == BUILTIN_MIN;
    for (uint32_t i = 1; i < x->kid_count; i++) {
        if (x->kids[i]->kind == EXPR_FILTER && !(filtered && i == 1)) {
            diag_add(c->d, DIAG_syntax, x->kids[i]->loc, "“%s”里不能写“满足”", def->zh);
            return 0;
        }
    }
    const struct type months = type_num(UNIT_MONTH, 0), days = type_num(UNIT_DAY, 0);
    struct expr *const *a = x->kids + 1;
    node_id k[3] = { 0 };
    switch (b) {
    case BUILTIN_NOT_ONE:
    case BUILTIN_COUNT_: break;
    case BUILTIN_AT_MOST:
    case BUILTIN_SMALLER: return check_extremes(c, x, true);
    case BUILTIN_AT_LEAST:
    case BUILTIN_LARGER: return check_extremes(c, x, false);
    case BUILTIN_PLAIN: {
        k[0] = check_no_quotient(c, check_expr(c, a[0], hint));
        if (k[0] == 0 || !check_is_num(c, k[0], a[0])) return 0;
        return make1(c, OP_RESCALE, type_num(UNIT_NONE, at(c, k[0])->type.scale), x->loc, k[0]);
    }
    case BUILTIN_HAS:
    case BUILTIN_LACKS:
        k[0] = check_no_quotient(c, check_expr(c, a[0], NULL));
        return k[0] ? make1(c, b == BUILTIN_HAS ? OP_HAS : OP_LACKS, BOOL, x->loc, k[0]) : 0;
    case BUILTIN_DEFAULT: return check_default(c, x);
    case BUILTIN_QUALIFIES: return check_qualifies(c, x);
    case BUILTIN_BELONGS: {
        k[0] = check_expr(c, a[0], NULL);
        if (k[0] == 0) return 0;
        struct type t = at(c, k[0])->type;
        if (t.kind != TYPE_CODE) {
            diag_add(c->d, DIAG_type_mismatch, a[0]->loc, "“属于”问的是代码，不是“%.*s”", STR_ARG(type_name(c, t)));
            return 0;
        }
        k[1] = check_as(c, a[1], t, "上一级");
        return k[1] ? make2(c, OP_BELONGS, BOOL, x->loc, k[0], k[1]) : 0;
    }
    case BUILTIN_JUDGE: {
        if (a[0]->kind != EXPR_STRING || !c->has_subject) {
            diag_add(c->d, DIAG_syntax, a[0]->loc, "写成 人工判断(“要判断什么”)");
            return 0;
        }
        *vec_push(c->a, &c->p->consts) = (struct value){ .state = VALUE_KNOWN, .text = a[0]->text };
        uint32_t question = (uint32_t)(c->p->consts.len - 1);
        node_id id = make1(c, OP_JUDGE, BOOL, x->loc, make_element(c, c->level, x->loc));
        at(c, id)->k = question;
        return id;
    }
    case BUILTIN_FULL_MONTHS:
    case BUILTIN_AGE:
    case BUILTIN_DAYS: {
        k[0] = check_as(c, a[0], DATE, "从哪天");
        k[1] = k[0] ? check_as(c, a[1], DATE, "到哪天") : 0;
        if (k[1] == 0) return 0;
        if (b == BUILTIN_FULL_MONTHS) return make2(c, OP_FULL_MONTHS, months, x->loc, k[0], k[1]);
        if (b == BUILTIN_AGE) return make2(c, OP_AGE, type_num(UNIT_AGE, 0), x->loc, k[0], k[1]);
        return make2(c, OP_DAYS, days, x->loc, k[0], k[1]);
    }
    case BUILTIN_CALENDAR_MONTHS:
        k[0] = date_or_month(c, a[0]);
        k[1] = k[0] ? date_or_month(c, a[1]) : 0;
        return k[1] ? make2(c, OP_CALENDAR_MONTHS, months, x->loc, k[0], k[1]) : 0;
    case BUILTIN_YEAR:
        k[0] = date_or_month(c, a[0]);
        return k[0] ? make1(c, OP_YEAR, type_num(UNIT_NONE, 0), x->loc, k[0]) : 0;
    case BUILTIN_MONTH_OF: return date_or_month(c, a[0]);
    case BUILTIN_FIRST_DAY:
    case BUILTIN_LAST_DAY:
        k[0] = date_or_month(c, a[0]);
        return k[0] ? make1(c, b == BUILTIN_FIRST_DAY ? OP_FIRST_DAY : OP_LAST_DAY, DATE, x->loc, k[0]) : 0;
    case BUILTIN_EXPIRY: return check_expiry(c, x);
    case BUILTIN_ACTIVE:
        k[0] = spells_arg(c, a[0]);
        if (k[0] == 0) return 0;
        k[1] = n > 1 ? check_as(c, a[1], DATE, "日期") : make_node(c, OP_TODAY, DATE, x->loc, NULL, 0);
        return k[1] ? make2(c, OP_ACTIVE, BOOL, x->loc, k[0], k[1]) : 0;
    case BUILTIN_LATEST:
    case BUILTIN_CURRENT:
    case BUILTIN_FIRST: {
        k[0] = spells_arg(c, a[0]);
        if (k[0] == 0) return 0;
        enum op op = b == BUILTIN_LATEST ? OP_LATEST : b == BUILTIN_CURRENT ? OP_CURRENT : OP_FIRST;
        return make1(c, op, (struct type){ .kind = TYPE_RECORD, .ref = at(c, k[0])->type.ref }, x->loc, k[0]);
    }
    case BUILTIN_TOTAL_DAYS:
    case BUILTIN_LONGEST_DAYS:
    case BUILTIN_GAP_DAYS: {
        k[0] = spells_arg(c, a[0]);
        enum op op = b == BUILTIN_TOTAL_DAYS     ? OP_TOTAL_DAYS
                     : b == BUILTIN_LONGEST_DAYS ? OP_LONGEST_DAYS
                                                 : OP_GAP_DAYS;
        return k[0] ? make1(c, op, days, x->loc, k[0]) : 0;
    }
    case BUILTIN_SEGMENTS:
        k[0] = spells_arg(c, a[0]);
        if (k[0] == 0) return 0;
        if (n == 1) return make1(c, OP_SEGMENTS, type_num(UNIT_TIME, 0), x->loc, k[0]);
        k[1] = check_as(c, a[1], days, "间隔");
        return k[1] ? make2(c, OP_SEGMENTS, type_num(UNIT_TIME, 0), x->loc, k[0], k[1]) : 0;
    case BUILTIN_MONTHS_TOTAL:
    case BUILTIN_MONTHS_RUN:
        k[0] = history_arg(c, a[0]);
        k[1] = k[0] ? optional_month(c, x, 2) : 0;
        return k[1] ? make2(c, b == BUILTIN_MONTHS_TOTAL ? OP_MONTHS_TOTAL : OP_MONTHS_RUN, months, x->loc, k[0], k[1])
                    : 0;
    case BUILTIN_MONTHS_WINDOW:
        k[0] = history_arg(c, a[0]);
        k[1] = k[0] ? check_as(c, a[1], months, "几个月") : 0;
        k[2] = k[1] ? optional_month(c, x, 3) : 0;
        return k[2] ? make_node(c, OP_MONTHS_WINDOW, months, x->loc, k, 3) : 0;
    case BUILTIN_MONTHS_FIRST:
    case BUILTIN_MONTHS_LAST:
        k[0] = history_arg(c, a[0]);
        return k[0] ? make1(c, b == BUILTIN_MONTHS_FIRST ? OP_MONTHS_FIRST : OP_MONTHS_LAST, MONTH, x->loc, k[0]) : 0;
    case BUILTIN_COUNT:
    case BUILTIN_OCCURRENCES:
    case BUILTIN_SUM:
    case BUILTIN_MAX:
    case BUILTIN_MIN: return check_aggregate(c, x, b);
    }
    return 0;
}

node_id check_call(struct checker *c, const struct expr *x, const struct type *hint)
{
    const struct expr *callee = x->kids[0];
    if (callee->kind == EXPR_PATH) return check_path(c, x, callee, false);
    enum builtin b = builtin_find(callee->text);
    bool own = c->has_subject && entity_slot(&c->p->entities.at[c->level_entity[c->level]], callee->text) >= 0;
    if (b != BUILTIN_NOT_ONE && !own) {
        note_use(c, callee->name, (struct loc){ 0 }, USE_BUILTIN, b, 0);
        return check_builtin(c, x, b, hint);
    }
    return check_name(c, x, callee, NULL, false);
}

node_id check_at(struct checker *c, const struct expr *x)
{
    const struct expr *what = x->kids[0];
    const struct expr *callee = what->kind == EXPR_CALL ? what->kids[0] : what;
    void *param = callee->kind == EXPR_NAME ? map_get(&c->p->param_by_name, callee->text) : NULL;
    if (param == NULL) {
        diag_add(c->d, DIAG_wrong_kind, what->loc, "“于”前面要是参数");
        return 0;
    }
    node_id day = check_as(c, x->kids[1], DATE, "“于”后面");
    return day ? check_param(c, (uint32_t)INDEX_OF(param), what, day) : 0;
}

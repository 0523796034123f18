/* facts_json: facts from a JSON object, in the words of packs.
 *
 *   { "性别": "女", "出生日期": "1970-03-02", "家庭": { "低保": true, "成员": ["本人", { "年龄": "20岁" }] },
 *     "就业登记": [ { "开始": "2022-03-01", "形式": "灵活就业" } ],
 *     "参保缴费": { "养老": "2020-01..2023-10", "医疗": { "月份": "2020-01..2023-10", "缴费金额": "300元/月" } },
 *     "月收入": { "值": "4250元/月", "来源": "申报" } }
 *
 * A string is read as the value an example would write, so both have one grammar; null means not given. An amount is text
 * with its unit: a bare number could be yuan or fen, and a guess would be money. */
#include "base/utf8.h"
#include "lang/check_priv.h"
#include "lang/facts.h"

struct reading {
    struct facts *f;
    struct err *e;
    struct text where; /* 家庭.成员[2].年龄, for messages */
};

static bool trouble(struct reading *r, const char *what, str detail)
{
    str w = r->where.len > 0 ? text_str(&r->where) : STR("（整个对象）");
    return fail(r->e, INVALID, "%.*s：%s%.*s", STR_ARG(w), what, STR_ARG(detail));
}

static struct expr *make_expr(struct reading *r, enum expr_kind kind)
{
    struct expr *x = ARENA_NEW(r->f->a, struct expr);
    x->kind = kind;
    return x;
}

/* The value a string spells, by the grammar of examples. */
static struct expr *spelled(struct reading *r, str s)
{
    struct arena *a = r->f->a;
    struct source *src = ARENA_NEW(a, struct source);
    struct diags d;
    diags_init(&d, a);
    source_init(src, a, STR("facts"), s);
    struct expr *x = parse_value(src, 0, (uint32_t)src->text.len, a, &d);
    if (x != NULL && d.errors == 0) return x;
    trouble(r, "看不懂这个值：", s);
    return NULL;
}

static bool assign(struct reading *r, struct record *rec, const struct expr *path, const struct expr *value)
{
    struct diags own, *outer = r->f->d;
    diags_init(&own, r->f->a);
    r->f->d = &own;
    bool ok = facts_set(r->f, rec, path, value);
    r->f->d = outer;
    if (ok) return true;
    if (own.list.len == 0) return trouble(r, "这个值放不进去", STR(""));
    const struct diag *g = &own.list.at[0];
    return trouble(r, "", g->suggestion.len > 0 ? str_fmt(r->f->a, "%.*s（%.*s）", STR_ARG(g->text), STR_ARG(g->suggestion)) : g->text);
}

static bool read_object(struct reading *r, struct record *rec, const struct json *j);
static struct expr *value_of(struct reading *r, const struct slot *s, const struct json *j);

static size_t where_push(struct reading *r, str name)
{
    size_t mark = r->where.len;
    if (mark > 0) text_addc(&r->where, '.');
    text_add(&r->where, name);
    return mark;
}

static void where_pop(struct reading *r, size_t mark) { r->where.len = mark; }

static struct expr *name_expr(struct reading *r, str name)
{
    struct expr *x = make_expr(r, EXPR_NAME);
    x->text = name;
    return x;
}

/* A record of members, as the { } of an example. */
static struct expr *record_expr(struct reading *r, uint16_t entity, const struct json *j)
{
    struct expr *x = make_expr(r, EXPR_RECORD);
    x->kids = ARENA_ARRAY(r->f->a, struct expr *, j->count + 1);
    for (size_t i = 0; i < j->count; i++) {
        if (j->items[i].kind == JSON_NULL) continue;
        size_t mark = where_push(r, j->keys[i]);
        int slot = entity_slot(&r->f->p->entities.at[entity], j->keys[i]);
        struct expr *v = value_of(r, slot < 0 ? NULL : &r->f->p->entities.at[entity].slots.at[slot], &j->items[i]);
        where_pop(r, mark);
        if (v == NULL) return NULL;
        struct expr *a = make_expr(r, EXPR_ASSIGN);
        a->kids = ARENA_ARRAY(r->f->a, struct expr *, 2);
        a->kids[0] = name_expr(r, j->keys[i]);
        a->kids[1] = v;
        a->kid_count = 2;
        x->kids[x->kid_count++] = a;
    }
    return x;
}

/* { "月份": "2022-01..2022-06", "缴费基数": …, "已知至": "2023-10" } as 2022-01..2022-06 {…} 已知至 … */
static struct expr *history_expr(struct reading *r, const struct slot *s, const struct json *j)
{
    if (j->kind == JSON_STRING) return spelled(r, j->string);
    if (j->kind == JSON_ARRAY) {
        struct expr *list = make_expr(r, EXPR_LIST);
        list->kids = ARENA_ARRAY(r->f->a, struct expr *, j->count + 1);
        for (size_t i = 0; i < j->count; i++) {
            struct expr *k = history_expr(r, s, &j->items[i]);
            if (k == NULL) return NULL;
            list->kids[list->kid_count++] = k;
        }
        return list;
    }
    const struct json *months = json_member(j, STR("月份")), *until = json_member(j, STR("已知至"));
    if (j->kind != JSON_OBJECT || months == NULL || months->kind != JSON_STRING) {
        trouble(r, "按月的经历写成 \"2022-01..2023-10\" 或 {\"月份\": \"2022-01..2023-10\", …}", STR(""));
        return NULL;
    }
    struct expr *with = make_expr(r, EXPR_WITH), *fields = make_expr(r, EXPR_RECORD);
    with->kids = ARENA_ARRAY(r->f->a, struct expr *, 2);
    with->kid_count = 2;
    with->kids[0] = spelled(r, months->string);
    if (with->kids[0] == NULL) return NULL;
    if (until != NULL && until->kind == JSON_STRING) {
        struct expr *u = spelled(r, until->string);
        if (u == NULL) return NULL;
        if (u->kind != EXPR_MONTH) {
            trouble(r, "“已知至”要写月份，例如 2023-10", STR(""));
            return NULL;
        }
        with->month_ = u->month_;
        with->percent = true;
    }
    struct json rest = *j;
    rest.items = ARENA_ARRAY(r->f->a, struct json, j->count + 1);
    rest.keys = ARENA_ARRAY(r->f->a, str, j->count + 1);
    rest.count = 0;
    for (size_t i = 0; i < j->count; i++) {
        if (str_eq(j->keys[i], STR("月份")) || str_eq(j->keys[i], STR("已知至"))) continue;
        rest.keys[rest.count] = j->keys[i];
        rest.items[rest.count++] = j->items[i];
    }
    fields = record_expr(r, s->type.ref, &rest);
    with->kids[1] = fields;
    return fields == NULL ? NULL : with;
}

static struct expr *list_expr(struct reading *r, const struct slot *s, const struct json *j)
{
    struct expr *x = make_expr(r, EXPR_LIST);
    x->kids = ARENA_ARRAY(r->f->a, struct expr *, j->count + 1);
    for (size_t i = 0; i < j->count; i++) {
        size_t mark = r->where.len;
        text_addf(&r->where, "[%zu]", i + 1);
        const struct json *k = &j->items[i];
        struct expr *v = NULL;
        if (k->kind == JSON_OBJECT) {
            v = record_expr(r, s->type.ref, k);
        } else if (k->kind == JSON_STRING && str_eq(k->string, STR("本人"))) {
            v = make_expr(r, EXPR_WORD);
            v->word = WORD_SELF;
        } else if (k->kind == JSON_STRING) {
            v = spelled(r, k->string);
        } else {
            trouble(r, "成员写成 {…}，当事人写 \"本人\"，经历写 \"2022-03-01..\"", STR(""));
        }
        where_pop(r, mark);
        if (v == NULL) return NULL;
        x->kids[x->kid_count++] = v;
    }
    return x;
}

static struct expr *scalar_expr(struct reading *r, const struct slot *s, const struct json *j)
{
    struct expr *x;
    switch (j->kind) {
    case JSON_BOOL:
        x = make_expr(r, EXPR_WORD);
        x->word = j->boolean ? WORD_TRUE : WORD_FALSE;
        return x;
    case JSON_INT:
        if (s != NULL && s->type.kind == TYPE_NUM && unit_is_money(s->type.unit)) {
            trouble(r, "金额要写成带单位的文字，例如 \"4250元\"：只写数，分不清是元还是分", STR(""));
            return NULL;
        }
        x = make_expr(r, EXPR_NUMBER);
        x->number = j->integer;
        if (s != NULL && s->type.kind == TYPE_NUM) {
            struct text u;
            text_init(&u, r->f->a, 64);
            unit_text(s->type.unit, &u);
            x->unit = text_str(&u);
        }
        return x;
    case JSON_STRING:
        if (s != NULL && (s->type.kind == TYPE_TEXT || s->type.kind == TYPE_CODE) && !str_eq(j->string, STR("无")) &&
            !str_eq(j->string, STR("未知"))) {
            x = make_expr(r, EXPR_STRING);
            x->text = j->string;
            return x;
        }
        return spelled(r, j->string);
    case JSON_REAL:
        trouble(r, "小数写成带引号的文字，例如 \"0.6667\" 或 \"1305.50元\"", STR(""));
        return NULL;
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT: break;
    }
    trouble(r, "这里要写一个值", STR(""));
    return NULL;
}

static struct expr *value_of(struct reading *r, const struct slot *s, const struct json *j)
{
    if (s != NULL && s->kind == SLOT_HISTORY) return history_expr(r, s, j);
    if (j->kind == JSON_ARRAY && s != NULL && s->type.kind == TYPE_GROUP) return list_expr(r, s, j);
    if (j->kind == JSON_OBJECT && s != NULL && s->type.kind == TYPE_RECORD) return record_expr(r, s->type.ref, j);
    return scalar_expr(r, s, j);
}

/* A key may be a path: "家庭.低保", "参保缴费(养老)", "人工判断(“经营正常”)". */
static struct expr *key_path(struct reading *r, str key)
{
    struct arena *a = r->f->a;
    struct source *src = ARENA_NEW(a, struct source);
    struct diags d;
    diags_init(&d, a);
    source_init(src, a, STR("facts"), key);
    struct expr *x = parse_path(src, 0, (uint32_t)src->text.len, a, &d);
    if (x != NULL && d.errors == 0) return x;
    trouble(r, "看不懂这个名字：", key);
    return NULL;
}

static bool read_keyed_history(struct reading *r, struct record *rec, const struct slot *s, str name, const struct json *j)
{
    for (size_t i = 0; i < j->count; i++) {
        if (j->items[i].kind == JSON_NULL) continue;
        size_t mark = where_push(r, j->keys[i]);
        struct expr *value = history_expr(r, s, &j->items[i]);
        struct expr *key = make_expr(r, EXPR_STRING), *path = make_expr(r, EXPR_CALL);
        key->text = j->keys[i];
        path->kids = ARENA_ARRAY(r->f->a, struct expr *, 2);
        path->kids[0] = name_expr(r, name);
        path->kids[1] = key;
        path->kid_count = 2;
        bool ok = value != NULL && assign(r, rec, path, value);
        where_pop(r, mark);
        if (!ok) return false;
    }
    return true;
}

static bool read_member(struct reading *r, struct record *rec, str key, const struct json *j)
{
    const struct entity *e = &r->f->p->entities.at[rec->entity];
    int i = entity_slot(e, key);
    const struct slot *s = i < 0 ? NULL : &e->slots.at[i];
    bool was = r->f->assumed, ok;
    const struct json *inner = json_member(j, STR("值"));
    if (inner != NULL) { /* { "值": …, "来源": "申报" | "比对" } */
        const struct json *origin = json_member(j, STR("来源"));
        bool declared = origin != NULL && origin->kind == JSON_STRING && str_eq(origin->string, STR("申报"));
        bool compared = origin == NULL || (origin->kind == JSON_STRING && str_eq(origin->string, STR("比对")));
        if (!declared && !compared) return trouble(r, "“来源”写 \"申报\" 或 \"比对\"", STR(""));
        if (declared) r->f->assumed = true;
        j = inner;
    }
    if (j->kind == JSON_NULL) {
        ok = true; /* not given */
    } else if (s != NULL && s->kind == SLOT_HISTORY && j->kind == JSON_OBJECT && json_member(j, STR("月份")) == NULL) {
        ok = read_keyed_history(r, rec, s, key, j);
    } else if (s != NULL && s->kind == SLOT_FIELD && s->type.kind == TYPE_RECORD && j->kind == JSON_OBJECT) {
        struct expr *fresh = make_expr(r, EXPR_RECORD); /* an empty record, then its members one by one, with their marks */
        ok = assign(r, rec, name_expr(r, key), fresh) && read_object(r, rec->slots[i].v.record, j);
    } else {
        struct expr *path = key_path(r, key), *value = path ? value_of(r, s, j) : NULL;
        ok = value != NULL && assign(r, rec, path, value);
    }
    r->f->assumed = was;
    return ok;
}

static bool read_object(struct reading *r, struct record *rec, const struct json *j)
{
    for (size_t i = 0; i < j->count; i++) {
        size_t mark = where_push(r, j->keys[i]);
        bool ok = read_member(r, rec, j->keys[i], &j->items[i]);
        where_pop(r, mark);
        if (!ok) return false;
    }
    return true;
}

bool facts_json(struct facts *f, struct record *rec, const struct json *j, struct err *e)
{
    struct reading r = { .f = f, .e = e };
    text_init(&r.where, f->a, 4096);
    if (j->kind != JSON_OBJECT) return fail(e, INVALID, "事实要写成一个 JSON 对象，例如 {\"出生日期\": \"1970-03-02\"}");
    return read_object(&r, rec, j);
}

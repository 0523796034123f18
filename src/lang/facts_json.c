/* facts_json: facts from a JSON object, in the words of packs.
 *
 *   { "性别": "女", "出生日期": "1970-03-02", "家庭": { "低保": true, "成员": ["本人", { "年龄": "20岁" }] },
 *     "就业登记": [ { "开始": "2022-03-01", "形式": "灵活就业" } ],
 *     "参保缴费": { "养老": "2020-01..2023-10", "医疗": { "月份": "2020-01..2023-10", "缴费金额": "300元/月" } },
 *     "月收入": { "值": "4250元/月", "来源": "申报" } }
 *
 * A string is read as the value an example would write, so both have one grammar; null means not given. An amount is
 * text with its unit: a bare number could be yuan or fen, and a guess would be money.
 *
 * A key is a path; where it leads is found before anything is put there (struct place), because what may stand on the
 * right depends on it. Records are made empty and then filled member by member, so that each may carry its own mark
 * 申报. Nothing is dropped: a name that leads nowhere is a mistake even before null, and so is a fact that is given
 * twice. */
#include "base/utf8.h"
#include "lang/check_priv.h"
#include "lang/facts.h"

enum { SHOWN_MAX = 60 /* bytes of what was typed that a message repeats */ };

struct reading {
    struct facts *f;
    struct err *e;
    struct text where; /* 家庭.成员[2].年龄, for messages */
};

/* Where a key leads, seen from a record of `entity`. */
struct place {
    const struct slot *slot; /* NULL: a judgement */
    bool element;            /* 就业登记[1]: one of a group */
    bool keyed;              /* 参保缴费(养老): one kind of a history */
    str question;            /* of a judgement */
};

static bool read_object(struct reading *r, struct record *rec, const struct json *j);
static bool read_value(struct reading *r, struct record *rec, const struct expr *path, const struct place *p,
                       const struct json *j);

/* ---- messages ---- */

static str cut(struct reading *r, str s, size_t max)
{
    if (s.len <= max) return s;
    while (max > 0 && ((unsigned char)s.p[max] & 0xC0u) == 0x80u) max--;
    return str_fmt(r->f->a, "%.*s……", (int)max, s.p);
}

static str shown(struct reading *r, str s) { return cut(r, s, SHOWN_MAX); }

static bool trouble(struct reading *r, const char *what, str detail)
{
    str w = r->where.len > 0 ? text_str(&r->where) : STR("（整个对象）");
    return fail(r->e, INVALID, "%.*s：%s%.*s", STR_ARG(w), what, STR_ARG(detail));
}

/* The first mistake among diags, as a sentence about this place. */
static bool trouble_of(struct reading *r, const struct diags *d, const char *otherwise)
{
    if (d->list.len == 0) return trouble(r, otherwise, STR(""));
    const struct diag *g = &d->list.at[0];
    str text = cut(r, g->text, 3 * SHOWN_MAX);
    if (g->suggestion.len == 0) return trouble(r, "", text);
    return trouble(r, "", str_fmt(r->f->a, "%.*s（%.*s）", STR_ARG(text), STR_ARG(g->suggestion)));
}

static size_t where_push(struct reading *r, str name)
{
    size_t mark = r->where.len;
    if (mark > 0) text_addc(&r->where, '.');
    text_add(&r->where, shown(r, name));
    return mark;
}

static size_t where_index(struct reading *r, size_t i)
{
    size_t mark = r->where.len;
    text_addf(&r->where, "[%zu]", i + 1);
    return mark;
}

static void where_pop(struct reading *r, size_t mark) { r->where.len = mark; }

/* ---- making expressions ---- */

static struct expr *make_expr(struct reading *r, enum expr_kind kind)
{
    struct expr *x = ARENA_NEW(r->f->a, struct expr);
    x->kind = kind;
    return x;
}

static struct expr *make_word(struct reading *r, enum word w)
{
    struct expr *x = make_expr(r, EXPR_WORD);
    x->word = w;
    return x;
}

static struct expr *make_text(struct reading *r, enum expr_kind kind, str text)
{
    struct expr *x = make_expr(r, kind);
    x->text = text;
    return x;
}

static struct expr *make_with_kids(struct reading *r, enum expr_kind kind, const struct expr *a, struct expr *b)
{
    struct expr *x = make_expr(r, kind);
    x->kids = ARENA_ARRAY(r->f->a, struct expr *, 2);
    x->kids[0] = (struct expr *)(uintptr_t)a; /* nobody writes to it */
    x->kids[1] = b;
    x->kid_count = 2;
    return x;
}

/* What a string spells, by the grammar of examples: a value, or a path. NULL after a message. */
static struct expr *spelled(struct reading *r, str s, bool is_path)
{
    struct arena *a = r->f->a;
    struct source *src = ARENA_NEW(a, struct source);
    struct diags d;
    diags_init(&d, a);
    source_init(src, a, STR("facts"), s);
    uint32_t to = (uint32_t)src->text.len;
    struct expr *x = is_path ? parse_path(src, 0, to, a, &d) : parse_value(src, 0, to, a, &d);
    if (x != NULL && d.errors == 0) return x;
    bool bad_date = d.list.len > 0 && (d.list.at[0].code == DIAG_bad_date || d.list.at[0].code == DIAG_bad_number);
    if (bad_date)
        trouble_of(r, &d, "看不懂这个值");
    else
        trouble(r, is_path ? "看不懂这个名字：" : "看不懂这个值：", shown(r, s));
    return NULL;
}

/* ---- where a key leads ---- */

static bool place_of(struct reading *r, uint16_t entity, const struct expr *x, struct place *out)
{
    const struct program *p = r->f->p;
    struct place base;
    switch ((int)x->kind) {
    case EXPR_NAME:
    case EXPR_PATH: {
        if (x->kind == EXPR_PATH) {
            if (!place_of(r, entity, x->kids[0], &base) || base.slot == NULL) return false;
            enum type_kind k = base.slot->type.kind;
            if (k != TYPE_RECORD && k != TYPE_GROUP) return false;
            entity = base.slot->type.ref;
        }
        int slot = entity_slot(&p->entities.at[entity], x->text);
        if (slot < 0) return false;
        *out = (struct place){ .slot = &p->entities.at[entity].slots.at[slot] };
        return true;
    }
    case EXPR_INDEX:
        if (!place_of(r, entity, x->kids[0], out)) return false;
        out->element = true;
        return true;
    case EXPR_CALL: {
        const struct expr *callee = x->kids[0];
        bool named = callee->kind == EXPR_NAME || callee->kind == EXPR_PATH;
        bool judges = named && builtin_find(callee->text) == BUILTIN_JUDGE && x->kid_count == 2;
        if (judges && x->kids[1]->kind == EXPR_STRING) {
            bool about_other = callee->kind == EXPR_PATH; /* 单位.人工判断(“…”) */
            if (about_other && (!place_of(r, entity, callee->kids[0], &base) || base.slot == NULL)) return false;
            *out = (struct place){ .question = x->kids[1]->text };
            return true;
        }
        if (!place_of(r, entity, callee, out)) return false;
        out->keyed = true;
        return true;
    }
    default: return false;
    }
}

/* The slot a path ends at and its record, when the record is there; NULL when it would have to be made. */
static struct slot_value *value_at(struct reading *r, struct record *rec, const struct expr *x, struct record **owner,
                                   uint32_t *slot);

/* The record behind a path that something may follow: 家庭, 就业登记[2], 成员 (the first). NULL when it is not there.
 */
static struct record *record_at(struct reading *r, struct record *rec, const struct expr *x)
{
    uint32_t index = x->kind == EXPR_INDEX && x->number >= 1 && x->number <= LIMIT_GROUP ? (uint32_t)x->number : 1,
             slot;
    struct record *owner;
    const struct slot_value *v = value_at(r, rec, x->kind == EXPR_INDEX ? x->kids[0] : x, &owner, &slot);
    if (v == NULL || !v->given || v->v.state != VALUE_KNOWN) return NULL;
    enum type_kind k = r->f->p->entities.at[owner->entity].slots.at[slot].type.kind;
    if (k == TYPE_RECORD) return v->v.record;
    return k == TYPE_GROUP && index <= v->v.group->count ? v->v.group->at[index - 1] : NULL;
}

static struct slot_value *value_at(struct reading *r, struct record *rec, const struct expr *x, struct record **owner,
                                   uint32_t *slot)
{
    if (x->kind == EXPR_CALL) return value_at(r, rec, x->kids[0], owner, slot);
    if (x->kind == EXPR_PATH) rec = record_at(r, rec, x->kids[0]);
    int i = rec == NULL || (x->kind != EXPR_PATH && x->kind != EXPR_NAME)
                ? -1
                : entity_slot(&r->f->p->entities.at[rec->entity], x->text);
    if (i < 0) return NULL;
    *owner = rec;
    *slot = (uint32_t)i;
    return &rec->slots[i];
}

static bool history_known(struct reading *r, const struct record *owner, uint32_t slot, const struct expr *x)
{
    const struct history *h = owner->histories[slot];
    const struct entity *e = &r->f->p->entities.at[r->f->p->entities.at[owner->entity].slots.at[slot].type.ref];
    if (h == NULL) return false;
    size_t n = e->key ? r->f->p->codes.at[e->key - 1].items.len : 1;
    for (size_t i = 0; i < n; i++) {
        if (!h[i].known) continue;
        if (e->key == 0 || x->kind != EXPR_CALL) return true;
        if (h[i].count == 0 && !h[i].has_until) continue; /* “无” for all kinds, and now this kind: no repetition */
        struct diags d;
        diags_init(&d, r->f->a);
        struct value key;
        struct type t = { .kind = TYPE_CODE, .ref = (uint16_t)(e->key - 1) };
        if (literal_value(r->f->p, r->f->a, x->kids[1], t, false, &key, &d) && key.state == VALUE_KNOWN &&
            key.code == i)
            return true;
    }
    return false;
}

/* Members of one JSON object differ; but two spellings, or a path beside an object, may lead to the same fact. */
static bool given_before(struct reading *r, struct record *rec, const struct expr *x, const struct place *p)
{
    struct record *owner;
    uint32_t slot;
    if (p->slot == NULL) {
        const struct expr *callee = x->kids[0];
        const struct record *about = callee->kind == EXPR_PATH ? record_at(r, rec, callee->kids[0]) : rec;
        for (size_t i = 0; about != NULL && i < about->judgements.len; i++) {
            if (str_eq(about->judgements.at[i].question, p->question)) return true;
        }
        return false;
    }
    if (p->element) return false;
    const struct slot_value *v = value_at(r, rec, x, &owner, &slot);
    if (v == NULL) return false;
    const struct entity *e = &r->f->p->entities.at[owner->entity];
    /* A start by itself means “since then”, as if the end had been given as 无. */
    if (e->is_spell && !e->is_monthly && slot == SLOT_TO && v->v.state == VALUE_NONE) return false;
    return p->slot->kind == SLOT_HISTORY ? history_known(r, owner, slot, x) : v->given;
}

/* Puts a value there; what facts.c has against it becomes the message. */
static bool assign(struct reading *r, struct record *rec, const struct expr *path, const struct expr *value)
{
    struct diags own, *outer = r->f->d;
    diags_init(&own, r->f->a);
    r->f->d = &own;
    bool ok = value != NULL && facts_set(r->f, rec, path, value);
    r->f->d = outer;
    if (ok || value == NULL) return ok;
    return trouble_of(r, &own, "这个值放不进去");
}

/* ---- values ---- */

static str unit_of(struct reading *r, const struct slot *s)
{
    struct text u;
    text_init(&u, r->f->a, 64);
    unit_text(s->type.unit, &u);
    return text_str(&u);
}

static struct expr *number_expr(struct reading *r, const struct slot *s, const struct json *j)
{
    struct expr *x = make_expr(r, EXPR_NUMBER);
    x->number = j->integer;
    if (s == NULL || s->type.kind != TYPE_NUM) return x;
    x->unit = unit_of(r, s);
    if (!unit_is_money(s->type.unit)) return x;
    trouble(r, "",
            str_fmt(r->f->a, "金额要写成带单位的文字，例如 \"4250%.*s\"：只写数，分不清是元还是分", STR_ARG(x->unit)));
    return NULL;
}

static struct expr *string_expr(struct reading *r, const struct slot *s, str text)
{
    bool literal = s != NULL && (s->type.kind == TYPE_TEXT || s->type.kind == TYPE_CODE);
    if (literal && !str_eq(text, STR("无")) && !str_eq(text, STR("未知"))) return make_text(r, EXPR_STRING, text);
    return spelled(r, text, false);
}

static bool complain_shape(struct reading *r, const struct slot *s)
{
    enum type_kind k = s == NULL ? TYPE_BOOL : s->type.kind;
    if (k == TYPE_GROUP) return trouble(r, "这里是一组，写成 [ … ]，没有写 \"无\"", STR(""));
    if (k == TYPE_RECORD) return trouble(r, "这里是一条记录，写成 { … }", STR(""));
    return trouble(r, "这里只能写一个值，不能写 { } 或 [ ]", STR(""));
}

static struct expr *scalar_expr(struct reading *r, const struct slot *s, const struct json *j)
{
    switch (j->kind) {
    case JSON_BOOL: return make_word(r, j->boolean ? WORD_TRUE : WORD_FALSE);
    case JSON_INT: return number_expr(r, s, j);
    case JSON_STRING: return string_expr(r, s, j->string);
    case JSON_REAL: trouble(r, "小数写成带引号的文字，例如 \"0.6667\" 或 \"1305.50元\"", STR("")); return NULL;
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT: break;
    }
    complain_shape(r, s);
    return NULL;
}

/* The fields of a month, as the { } of an example: every month of the stretch gets its own record from it. */
static struct expr *fields_expr(struct reading *r, uint16_t entity, const struct json *j)
{
    const struct entity *e = &r->f->p->entities.at[entity];
    struct expr *x = make_expr(r, EXPR_RECORD);
    x->kids = ARENA_ARRAY(r->f->a, struct expr *, j->count + 1);
    for (size_t i = 0; i < j->count; i++) {
        size_t mark = where_push(r, j->keys[i]);
        int slot = entity_slot(e, j->keys[i]);
        const struct slot *s = slot < 0 ? NULL : &e->slots.at[slot];
        bool record = s != NULL && s->type.kind == TYPE_RECORD && j->items[i].kind == JSON_OBJECT;
        struct expr *v = j->items[i].kind == JSON_NULL ? make_word(r, WORD_UNKNOWN)
                         : record                      ? fields_expr(r, s->type.ref, &j->items[i])
                                                       : scalar_expr(r, s, &j->items[i]);
        where_pop(r, mark);
        if (v == NULL) return NULL;
        x->kids[x->kid_count++] = make_with_kids(r, EXPR_ASSIGN, make_text(r, EXPR_NAME, j->keys[i]), v);
    }
    return x;
}

/* ---- histories ---- */

static bool is_month_member(str key) { return str_eq(key, STR("月份")) || str_eq(key, STR("已知至")); }

static bool read_until(struct reading *r, const struct json *j, struct expr *with)
{
    if (j == NULL || j->kind == JSON_NULL) return true;
    size_t mark = where_push(r, STR("已知至"));
    struct expr *u = j->kind == JSON_STRING ? spelled(r, j->string, false) : NULL;
    if (j->kind == JSON_STRING && u == NULL) return false;
    if (u == NULL || u->kind != EXPR_MONTH) return trouble(r, "要写月份，例如 \"2023-10\"", STR(""));
    where_pop(r, mark);
    with->month_ = u->month_;
    with->percent = true;
    return true;
}

/* { "月份": "2022-01..2022-06", "缴费基数": …, "已知至": "2023-10" } as 2022-01..2022-06 {…} 已知至 … */
static struct expr *stretch_expr(struct reading *r, const struct slot *s, const struct json *j)
{
    const struct json *months = json_member(j, STR("月份"));
    if (j->kind == JSON_STRING) return spelled(r, j->string, false);
    if (j->kind != JSON_OBJECT || months == NULL || months->kind != JSON_STRING) {
        trouble(r, "按月的经历写成 \"2022-01..2023-10\" 或 {\"月份\": \"2022-01..2023-10\", …}，没有写 \"无\"",
                STR(""));
        return NULL;
    }
    struct json rest = { .kind = JSON_OBJECT };
    rest.items = ARENA_ARRAY(r->f->a, struct json, j->count + 1);
    rest.keys = ARENA_ARRAY(r->f->a, str, j->count + 1);
    for (size_t i = 0; i < j->count; i++) {
        if (is_month_member(j->keys[i])) continue;
        rest.keys[rest.count] = j->keys[i];
        rest.items[rest.count++] = j->items[i];
    }
    struct expr *value = spelled(r, months->string, false), *fields = value ? fields_expr(r, s->type.ref, &rest) : NULL;
    if (fields == NULL) return NULL;
    struct expr *with = make_with_kids(r, EXPR_WITH, value, fields);
    return read_until(r, json_member(j, STR("已知至")), with) ? with : NULL;
}

/* A list of stretches; 已知至 is of the whole history, so at most one of them may say it. */
static struct expr *history_expr(struct reading *r, const struct slot *s, const struct json *j)
{
    if (j->kind != JSON_ARRAY) return stretch_expr(r, s, j);
    struct expr *list = make_expr(r, EXPR_LIST), *until = NULL;
    list->kids = ARENA_ARRAY(r->f->a, struct expr *, j->count + 1);
    for (size_t i = 0; i < j->count; i++) {
        size_t mark = where_index(r, i);
        struct expr *k = stretch_expr(r, s, &j->items[i]);
        if (k == NULL) return NULL;
        if (k->kind == EXPR_WITH && k->percent && until != NULL && until->month_.index != k->month_.index) {
            trouble(r, "前面已经写过另一个“已知至”", STR(""));
            return NULL;
        }
        if (k->kind == EXPR_WITH && k->percent) until = k;
        where_pop(r, mark);
        list->kids[list->kid_count++] = k;
    }
    if (until == NULL) return list;
    struct expr *with = make_with_kids(r, EXPR_WITH, list, NULL);
    with->percent = true;
    with->month_ = until->month_;
    until->percent = false;
    return with;
}

/* { "养老": …, "医疗": … } */
static bool read_kinds(struct reading *r, struct record *rec, const struct expr *path, const struct place *p,
                       const struct json *j)
{
    for (size_t i = 0; i < j->count; i++) {
        size_t mark = where_push(r, j->keys[i]);
        const struct expr *one = make_with_kids(r, EXPR_CALL, path, make_text(r, EXPR_STRING, j->keys[i]));
        const struct place keyed = { .slot = p->slot, .keyed = true };
        if (!read_value(r, rec, one, &keyed, &j->items[i])) return false;
        where_pop(r, mark);
    }
    return true;
}

/* ---- groups and records ---- */

/* { "值": …, "来源": "申报" | "比对" }: *j becomes the value. Nothing else may stand beside them. */
static bool unwrap(struct reading *r, const struct json **j, bool *declared)
{
    const struct json *inner = json_member(*j, STR("值")), *origin = json_member(*j, STR("来源"));
    *declared = false;
    if (inner == NULL) return true;
    for (size_t i = 0; i < (*j)->count; i++) {
        str key = (*j)->keys[i];
        if (str_eq(key, STR("值")) || str_eq(key, STR("来源"))) continue;
        return trouble(r, "“值”旁边只能写“来源”，不能写", str_fmt(r->f->a, "“%.*s”", STR_ARG(shown(r, key))));
    }
    if (origin != NULL) {
        *declared = origin->kind == JSON_STRING && str_eq(origin->string, STR("申报"));
        bool compared = origin->kind == JSON_STRING && str_eq(origin->string, STR("比对"));
        if (!*declared && !compared) return trouble(r, "“来源”写 \"申报\" 或 \"比对\"", STR(""));
    }
    *j = inner;
    return true;
}

static bool check_spell(struct reading *r, const struct record *m)
{
    const struct entity *e = &r->f->p->entities.at[m->entity];
    if (!e->is_spell || e->is_monthly) return true;
    const struct value *from = &m->slots[SLOT_FROM].v, *to = &m->slots[SLOT_TO].v;
    bool both = from->state == VALUE_KNOWN && to->state == VALUE_KNOWN;
    return !both || to->day.days >= from->day.days || trouble(r, "结束早于开始", STR(""));
}

static bool fill_record(struct reading *r, struct record *m, const struct json *j, bool declared)
{
    bool was = r->f->assumed;
    r->f->assumed = was || declared;
    bool ok = read_object(r, m, j) && check_spell(r, m);
    r->f->assumed = was;
    return ok;
}

/* One of a list as it is first put there: records empty, the rest as it is. */
static struct expr *element_expr(struct reading *r, const struct json *j)
{
    if (j->kind == JSON_OBJECT) return make_expr(r, EXPR_RECORD);
    if (j->kind == JSON_STRING && str_eq(j->string, STR("本人"))) return make_word(r, WORD_SELF);
    if (j->kind == JSON_STRING) return spelled(r, j->string, false);
    trouble(r, "成员写成 {…}，当事人写 \"本人\"，经历写 \"2022-03-01..\"", STR(""));
    return NULL;
}

static bool read_list(struct reading *r, struct record *rec, const struct expr *path, const struct json *items,
                      size_t count)
{
    struct expr *list = make_expr(r, EXPR_LIST);
    list->kids = ARENA_ARRAY(r->f->a, struct expr *, count + 1);
    const struct json **inner = ARENA_ARRAY(r->f->a, const struct json *, count + 1);
    bool *declared = ARENA_ARRAY(r->f->a, bool, count + 1);
    for (size_t i = 0; i < count; i++) {
        size_t mark = where_index(r, i);
        inner[i] = &items[i];
        struct expr *k = unwrap(r, &inner[i], &declared[i]) ? element_expr(r, inner[i]) : NULL;
        if (k == NULL) return false;
        where_pop(r, mark);
        list->kids[list->kid_count++] = k;
    }
    struct record *owner;
    uint32_t slot;
    if (!assign(r, rec, path, list)) return false;
    const struct slot_value *v = value_at(r, rec, path, &owner, &slot);
    for (size_t i = 0; v != NULL && i < count; i++) {
        struct record *m = v->v.group->at[i];
        size_t mark = where_index(r, i);
        if (inner[i]->kind == JSON_OBJECT && !fill_record(r, m, inner[i], declared[i])) return false;
        if (inner[i]->kind == JSON_STRING && declared[i] && m != r->f->subject) {
            m->slots[SLOT_FROM].v.assumed = m->slots[SLOT_TO].v.assumed = true;
        }
        where_pop(r, mark);
    }
    return true;
}

/* A record: made empty unless a path has made it before, then filled. */
static bool read_record(struct reading *r, struct record *rec, const struct expr *path, const struct json *j)
{
    if (record_at(r, rec, path) == NULL && !assign(r, rec, path, make_expr(r, EXPR_RECORD))) return false;
    struct record *m = record_at(r, rec, path);
    return m != NULL ? fill_record(r, m, j, false) : trouble(r, "这个值放不进去", STR(""));
}

/* ---- judgements ---- */

/* A question no rule asks would be answered in vain. */
static bool check_question(struct reading *r, str question)
{
    const struct program *p = r->f->p;
    struct nearest near;
    nearest_start(&near, question);
    VEC_EACH (const struct node, n, &p->nodes) {
        if (n->op != OP_JUDGE) continue;
        if (str_eq(p->consts.at[n->k].text, question)) return true;
        nearest_offer(&near, p->consts.at[n->k].text);
    }
    if (near.best.len == 0) return trouble(r, "没有哪条规则要这个人工判断", STR(""));
    return trouble(r, "没有哪条规则要这个人工判断，是不是", str_fmt(r->f->a, "“%.*s”？", STR_ARG(near.best)));
}

static bool read_judgement(struct reading *r, struct record *rec, const struct expr *path, const struct place *p,
                           const struct json *j)
{
    if (!check_question(r, p->question)) return false;
    if (given_before(r, rec, path, p)) return trouble(r, "这个事实写了两次", STR(""));
    if (r->f->assumed) return trouble(r, "人工判断是工作人员的结论，不能是申报的", STR(""));
    return j->kind == JSON_NULL || assign(r, rec, path, scalar_expr(r, NULL, j));
}

/* ---- members ---- */

/* A value without its mark. */
static bool read_plain(struct reading *r, struct record *rec, const struct expr *path, const struct place *p,
                       const struct json *j)
{
    if (p->slot == NULL) return read_judgement(r, rec, path, p, j);
    if (j->kind == JSON_NULL) { /* not given; but the kind of a history must be one */
        return !p->keyed || given_before(r, rec, path, p) || assign(r, rec, path, make_word(r, WORD_UNKNOWN));
    }
    struct type t = p->slot->type;
    bool object = j->kind == JSON_OBJECT;
    bool may_merge = object && (t.kind == TYPE_RECORD || p->element); /* 家庭 beside 家庭.低保 */
    bool kinds = p->slot->kind == SLOT_HISTORY && object && !p->keyed && json_member(j, STR("月份")) == NULL;
    if (!may_merge && !kinds && given_before(r, rec, path, p)) return trouble(r, "这个事实写了两次", STR(""));
    if (kinds) return read_kinds(r, rec, path, p, j);
    if (p->slot->kind == SLOT_HISTORY) return assign(r, rec, path, history_expr(r, p->slot, j));
    if (may_merge) return read_record(r, rec, path, j);
    if (t.kind != TYPE_GROUP || p->element) return assign(r, rec, path, scalar_expr(r, p->slot, j));
    if (j->kind == JSON_ARRAY) return read_list(r, rec, path, j->items, j->count);
    if (object) return read_list(r, rec, path, j, 1); /* a single one needs no list */
    return assign(r, rec, path, scalar_expr(r, p->slot, j));
}

static bool read_value(struct reading *r, struct record *rec, const struct expr *path, const struct place *p,
                       const struct json *j)
{
    bool was = r->f->assumed, declared;
    if (!unwrap(r, &j, &declared)) return false;
    r->f->assumed = was || declared;
    bool ok = read_plain(r, rec, path, p, j);
    r->f->assumed = was;
    return ok;
}

/* A key may be a path: "家庭.低保", "参保缴费(养老)", "人工判断(“经营正常”)". */
static bool read_member(struct reading *r, struct record *rec, str key, const struct json *j)
{
    const struct expr *path = entity_slot(&r->f->p->entities.at[rec->entity], key) >= 0 ? make_text(r, EXPR_NAME, key)
                                                                                        : spelled(r, key, true);
    struct place p;
    if (path == NULL) return false;
    if (place_of(r, rec->entity, path, &p)) return read_value(r, rec, path, &p, j);
    return assign(r, rec, path, make_word(r, WORD_UNKNOWN)) &&
           trouble(r, "这个名字用不了", STR("")); /* says which name is wrong */
}

static bool read_object(struct reading *r, struct record *rec, const struct json *j)
{
    for (size_t i = 0; i < j->count; i++) {
        size_t mark = where_push(r, j->keys[i]);
        if (!read_member(r, rec, j->keys[i], &j->items[i])) return false;
        where_pop(r, mark);
    }
    return true;
}

bool facts_json(struct facts *f, struct record *rec, const struct json *j, struct err *e)
{
    struct reading r = { .f = f, .e = e };
    text_init(&r.where, f->a, 1 << 16); /* 64 levels of shortened names */
    if (j->kind != JSON_OBJECT)
        return fail(e, INVALID, "事实要写成一个 JSON 对象，例如 {\"出生日期\": \"1970-03-02\"}");
    return read_object(&r, rec, j);
}

/* enclosure: 材料附件. What a service asks to be seen stands with the case: a scan or a photo, or the word of the
 * counter that it saw the original. What a file is, is decided by its bytes, never by its name. The bytes are sealed in
 * the database and never in the journal, which keeps their hash: so it stays known that a paper was there after it was
 * taken back, and that what lies in the case file is what was handed in. Rows are never deleted, only emptied: a number
 * never means another paper. */
#include "base/crypto.h"
#include "base/file.h"
#include "base/utf8.h"
#include "dossier/dossier_priv.h"

enum { FILE_NAME_MAX = 200 /* bytes */, PAPERS_OF_A_CASE = 1000 /* with those taken back: nobody fills the disk so */ };

static const struct {
    const char *magic;
    size_t len;
    const char *zh, *type, *ending;
} kinds[DOSSIER_ENCLOSURE_KINDS] = {
    [DOSSIER_SEEN] = { NULL, 0, "窗口看过原件", "", "" },
    [DOSSIER_PDF] = { "%PDF-", 5, "PDF", "application/pdf", ".pdf" },
    [DOSSIER_JPEG] = { "\xff\xd8\xff", 3, "照片", "image/jpeg", ".jpg" },
    [DOSSIER_PNG] = { "\x89PNG\r\n\x1a\n", 8, "照片", "image/png", ".png" },
};

const char *dossier_enclosure_type(enum dossier_enclosure_kind k) { return kinds[k].type; }
const char *dossier_enclosure_ending(enum dossier_enclosure_kind k) { return kinds[k].ending; }

static bool kind_of(str bytes, enum dossier_enclosure_kind *out)
{
    for (size_t i = 0; i < DOSSIER_ENCLOSURE_KINDS; i++) {
        if (kinds[i].magic == NULL || !str_starts(bytes, (str){ kinds[i].magic, kinds[i].len })) continue;
        *out = (enum dossier_enclosure_kind)i;
        return true;
    }
    return false;
}

/* ---- may they? ---- */

static bool is_open(const struct dossier *c)
{
    return (c->flags & DOSSIER_PACKAGE) == 0 && (c->state == DOSSIER_DRAFT || c->state == DOSSIER_SUBMITTED ||
                                                 c->state == DOSSIER_CORRECTING || c->state == DOSSIER_REVIEW);
}

bool dossier_takes_enclosures(const struct dossier *c) { return is_open(c); }

static bool may(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, bool staff_only,
                struct err *e)
{
    uint32_t who = desk_roles(act, c), staff = ROLE_DESK | ROLE_REVIEWER;
    if (!decide_office(d, act, c, e)) return false;
    if ((c->flags & DOSSIER_PACKAGE) != 0) return fail(e, CONFLICT, "一件事的材料，请交到它里面的那一项");
    if (!is_open(c))
        return fail(e, CONFLICT, "现在是“%s”，材料不能再改；在受理、补正、审核的时候才能",
                    dossier_machine.states[c->state].name);
    if (staff_only && (who & staff) == 0) return fail(e, DENIED, "看过原件由窗口、经办或者审核的人来记");
    if (staff_only && act->self != 0 && act->self == c->subject)
        return fail(e, DENIED, "这件是您本人的，看过原件请由别人来记");
    return (who & (staff | ROLE_SELF)) != 0 ||
           fail(e, DENIED, "这件办件的材料由申请人，或者受理、审核它的人来加、来拿回");
}

/* One of those the service declares, or 其他. */
static bool is_material(const struct dossier *c, str material, struct arena *a, struct err *e)
{
    struct text all;
    text_init(&all, a, DOSSIER_TEXT_MAX);
    if (str_eq(material, DOSSIER_OTHER_MATERIAL)) return true;
    for (size_t i = 0; c->service != NULL && i < c->service->materials.len; i++) {
        str name = c->service->materials.at[i].name;
        if (str_eq(name, material)) return true;
        text_addf(&all, "“%.*s”、", STR_ARG(name));
    }
    return fail(e, INVALID, "这件事没有“%.*s”这样材料；可以是：%.*s“其他”", STR_ARG(material), STR_ARG(text_str(&all)));
}

/* ---- adding ---- */

static bool find_same(struct dossier_desk *d, int64_t dossier, str material, str sm3, bool *there, int64_t *id,
                      struct err *e)
{
    return store_get(d->s, there, id, 1, e,
                     "SELECT id FROM dossier_enclosure WHERE dossier = $1 AND material = $2 AND sm3 = $3 AND gone = 0",
                     "iss", dossier, material, sm3);
}

static bool is_room(struct dossier_desk *d, int64_t dossier, struct err *e)
{
    int64_t n[2];
    if (!store_get(d->s, NULL, n, 2, e,
                   "SELECT count(*), coalesce(sum(1 - gone), 0) FROM dossier_enclosure WHERE dossier = $1", "i",
                   dossier))
        return false;
    if (n[1] >= DOSSIER_ENCLOSURES_MAX)
        return fail(e, LIMIT, "一件办件最多放 %d 份材料；请先拿回不要的，或者合成一份 PDF", DOSSIER_ENCLOSURES_MAX);
    return n[0] < PAPERS_OF_A_CASE || fail(e, LIMIT, "这件办件的材料换得太多次了，请到窗口办");
}

static bool event(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, const char *kind,
                  int64_t id, str material, str sm3, int64_t size, struct arena *a, struct err *e)
{
    struct dossier_note n;
    note_start(&n, a);
    note_int(&n, "enclosure", id);
    note_str(&n, "material", material);
    note_str(&n, "sm3", sm3);
    if (size > 0) note_int(&n, "bytes", size);
    return dossier_row_event(d, act, c, kind, &n, e);
}

struct handed_in {
    enum dossier_enclosure_kind kind;
    str material, file, bytes, sm3;
};

static bool keep(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c,
                 const struct handed_in *x, struct arena *a, int64_t *id, struct err *e)
{
    bool same = false;
    if (!find_same(d, c->id, x->material, x->sm3, &same, id, e) || (!same && !is_room(d, c->id, e))) return false;
    return same ||
           (store_get(d->s, NULL, id, 1, e, "SELECT coalesce(max(id), 0) + 1 FROM dossier_enclosure", "") &&
            store_do(
                d->s, NULL, e,
                "INSERT INTO dossier_enclosure (id, dossier, material, kind, file, size, sm3, who, day, gone, bytes)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10)",
                "iisiSisSiB", *id, c->id, x->material, (int64_t)x->kind, x->file, (int64_t)x->bytes.len, x->sm3,
                act->who, (int64_t)act->day.days, x->bytes) &&
            event(d, act, c, x->kind == DOSSIER_SEEN ? "dossier.seen" : "dossier.enclose", *id, x->material, x->sm3,
                  (int64_t)x->bytes.len, a, e));
}

/* What it is called on the page: the last piece of a path, without what would break a line or a header. */
static str shown_name(str file, str material, enum dossier_enclosure_kind k, struct arena *a)
{
    size_t bad;
    struct text t;
    text_init(&t, a, FILE_NAME_MAX + 1);
    for (size_t i = file.len; i > 0; i--) {
        if (file.p[i - 1] != '/' && file.p[i - 1] != '\\') continue;
        file = str_slice(file, i, file.len);
        break;
    }
    for (size_t i = 0; i < file.len; i++) {
        if ((unsigned char)file.p[i] >= ' ' && file.p[i] != 0x7f) text_addc(&t, file.p[i]);
    }
    str name = str_trim(text_str(&t));
    if (name.len > 0 && !t.over && utf8_valid(name, &bad)) return name;
    return str_fmt(a, "%.*s%s", STR_ARG(material), kinds[k].ending);
}

bool dossier_enclose(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, str material,
                     str file, str bytes, int64_t *id, struct err *e)
{
    struct dossier c;
    char sm3[SM3_HEX + 1];
    autoarena *a = arena_new("enclosure", 0);
    struct handed_in x = { .material = str_trim(material), .bytes = bytes };
    if (bytes.len == 0) return fail(e, INVALID, "请选一个文件，或者拍一张照片");
    if (bytes.len > DOSSIER_ENCLOSURE_BYTES)
        return fail(e, LIMIT, "这个文件太大，一份最多 %d MB；请压缩，或者分成几份", DOSSIER_ENCLOSURE_BYTES >> 20);
    if (!kind_of(bytes, &x.kind))
        return fail(e, INVALID, "这个文件的内容不是 PDF、JPEG 或者 PNG（改名字不算）；请重新扫描，或者拍一张照片");
    if (!crypto_sm3_hex(bytes, sm3, e) || !desk_begin(d, act, e)) return false;
    x.sm3 = str_of(sm3);
    x.file = shown_name(file, x.material, x.kind, a);
    bool ok = dossier_row_get(d, ref, a, &c, e) && may(d, act, &c, false, e) && is_material(&c, x.material, a, e) &&
              keep(d, act, &c, &x, a, id, e);
    return desk_end(d, ok, e);
}

bool dossier_seen(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, str material,
                  int64_t *id, struct err *e)
{
    struct dossier c;
    autoarena *a = arena_new("enclosure", 0);
    struct handed_in x = { .kind = DOSSIER_SEEN, .material = str_trim(material) };
    if (!desk_begin(d, act, e)) return false;
    bool ok = dossier_row_get(d, ref, a, &c, e) && may(d, act, &c, true, e) && is_material(&c, x.material, a, e) &&
              keep(d, act, &c, &x, a, id, e);
    return desk_end(d, ok, e);
}

/* ---- looking ---- */

#define COLUMNS "id, kind, material, file, size, sm3, who, day"

static struct dossier_enclosure read_row(const struct store_stmt *q, struct arena *a)
{
    return (struct dossier_enclosure){ .id = store_number(q, 0),
                                       .kind = (enum dossier_enclosure_kind)store_number(q, 1),
                                       .material = store_word(q, 2, a),
                                       .file = store_word(q, 3, a),
                                       .size_bytes = store_number(q, 4),
                                       .sm3 = store_word(q, 5, a),
                                       .who = store_word(q, 6, a),
                                       .day = { (int32_t)store_number(q, 7) } };
}

bool dossier_enclosures_of(struct dossier_desk *d, int64_t dossier, struct arena *a, dossier_enclosures *out,
                           struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    out->len = 0;
    if (!store_ask(d->s, &q, e, "SELECT " COLUMNS " FROM dossier_enclosure WHERE dossier = $1 AND gone = 0 ORDER BY id",
                   "i", dossier))
        return false;
    while ((ok = store_step(q, &row, e)) && row) *vec_push(a, out) = read_row(q, a);
    store_done(q);
    return ok;
}

bool dossier_enclosure_get(struct dossier_desk *d, int64_t dossier, int64_t id, struct arena *a,
                           struct dossier_enclosure *out, str *bytes, struct err *e)
{
    struct store_stmt *q;
    bool row;
    if (!store_first(d->s, &q, &row, e,
                     "SELECT " COLUMNS ", bytes FROM dossier_enclosure WHERE dossier = $1 AND id = $2 AND gone = 0",
                     "ii", dossier, id))
        return false;
    if (!row) return fail(e, NOT_FOUND, "这件办件没有这份材料；可能已经拿回去了，请刷新看看");
    *out = read_row(q, a);
    *bytes = str_dup(a, store_bytes(q, 8));
    store_done(q);
    return store_sound(d->s, e);
}

/* ---- taking back ---- */

static bool may_take_back(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c,
                          const struct dossier_enclosure *x, struct err *e)
{
    int64_t signs;
    bool staff = (desk_roles(act, c) & (ROLE_DESK | ROLE_REVIEWER)) != 0;
    if (!may(d, act, c, false, e)) return false;
    if (!staff && !str_eq(x->who, act->who)) return fail(e, DENIED, "这份材料是窗口放进来的，要拿回请到窗口说");
    if (!store_get(d->s, NULL, &signs, 1, e, "SELECT count(*) FROM dossier_sign WHERE dossier = $1 AND round = 0", "i",
                   c->id))
        return false;
    return signs == 0 || fail(e, CONFLICT, "已经有人看着这份材料签了字，不能再拿回；有新的可以再加一份");
}

bool dossier_may_take_back(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c,
                           const struct dossier_enclosure *x, bool *may, struct err *e)
{
    struct err why = { 0 };
    *may = may_take_back(d, act, c, x, &why);
    return *may || why.code == ERR_DENIED || why.code == ERR_CONFLICT || (*e = why, false);
}

bool dossier_enclosure_remove(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, int64_t id,
                              struct err *e)
{
    struct dossier c;
    struct dossier_enclosure x;
    str bytes;
    autoarena *a = arena_new("enclosure", 0);
    if (!desk_begin(d, act, e)) return false;
    bool ok = dossier_row_get(d, ref, a, &c, e) && dossier_enclosure_get(d, c.id, id, a, &x, &bytes, e) &&
              may_take_back(d, act, &c, &x, e) &&
              store_do(d->s, NULL, e, "UPDATE dossier_enclosure SET gone = 1, file = $2, bytes = $3 WHERE id = $1",
                       "iSB", id, STR(""), STR("")) &&
              event(d, act, &c, "dossier.unenclose", id, x.material, x.sm3, 0, a, e);
    return desk_end(d, ok, e);
}

/* ---- what is there of each material ---- */

const char *dossier_material_zh(enum dossier_material_state s)
{
    static const char *const zh[] = { "还没有", "已扫描", "窗口看过原件", "免交" };
    return zh[s];
}

/* What in the register a condition looks at: the reason why nobody has to bring it. What rules make of it is not in it.
 */
static str looked_at(struct dossier_desk *d, const struct dossier_facts *x, const struct material *m, struct arena *a)
{
    const struct entity *en = &d->p->entities.at[x->service->entity];
    const node_id nodes[] = { m->when, m->waive };
    const struct need *n = need_of_nodes(d->p, x->service->entity, nodes, sizeof nodes / sizeof *nodes, a);
    struct text t;
    text_init(&t, a, DOSSIER_TEXT_MAX);
    for (size_t i = 0; i < en->slots.len && !n->too_many; i++) {
        const struct slot *is = &en->slots.at[i];
        if (n->slots[i] != NULL && is->kind != SLOT_FUNC)
            text_addf(&t, "%s%.*s", t.len > 0 ? "、" : "", STR_ARG(is->name));
    }
    return text_str(&t);
}

static enum dossier_material_state state_of(const dossier_enclosures *all, str material, bool needed)
{
    bool seen = false;
    VEC_EACH (const struct dossier_enclosure, x, all) {
        if (!str_eq(x->material, material)) continue;
        if (x->kind != DOSSIER_SEEN) return DOSSIER_MATERIAL_SCANNED;
        seen = true;
    }
    return seen ? DOSSIER_MATERIAL_SEEN : needed ? DOSSIER_MATERIAL_MISSING : DOSSIER_MATERIAL_WAIVED;
}

bool dossier_materials_of(struct dossier_desk *d, int64_t id, date day, struct arena *a, dossier_materials *out,
                          struct err *e)
{
    struct dossier c;
    struct dossier_facts x;
    struct evaluator ev = { 0 };
    dossier_enclosures all = { 0 };
    out->len = 0;
    if (!dossier_row_get(d, (struct dossier_ref){ .id = id }, a, &c, e)) return false;
    if (c.service == NULL || (c.flags & DOSSIER_PACKAGE) != 0 || c.service->materials.len == 0) return true;
    if (!dossier_enclosures_of(d, id, a, &all, e) || !facts_of(d, c.service, c.subject, c.answers, a, &x, e))
        return false;
    eval_start(&ev, d->p, a, day, day);
    VEC_EACH (const struct material, m, &x.service->materials) {
        enum dossier_material_state s = state_of(&all, m->name, verdict_material_needed(&ev, &x, m));
        str why = s == DOSSIER_MATERIAL_WAIVED ? looked_at(d, &x, m, a) : STR("");
        *vec_push(a, out) = (struct dossier_material_line){ m->name, m->text, why, s };
    }
    return true;
}

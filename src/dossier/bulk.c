/* bulk: the rows of a table, each a request of its own; a few hundred are committed together. Whoever a row is about is
 * noted as looked at in a transaction before the one that asks about them, so that a row that fails leaves its look. */
#include "dossier/bulk.h"
#include "base/idcard.h"
#include "base/usci.h"
#include "dossier/bulk_priv.h"
#include "dossier/dossier_priv.h"
#include "sheet/sheet.h"

#include <string.h>

struct bulk_run {
    struct dossier_desk *d;
    const struct dossier_act *act;
    const struct dossier_bulk *o;
    struct arena *a, *group; /* of the whole list; of the rows committed together */
    struct behalf firm;
    struct bulk_heads h;
    struct sheet_reader *in;
    struct sheet_writer *errors;
    char mark[SM3_HEX + 1]; /* of the file, the service and who sends it */
    struct dossier_bulk_result *out;
};
struct bulk_line {
    struct bulk_run *b;
    struct dossier_bulk_row w;
    str *cells;
    size_t count;
    str answers, problem;
};

const char *dossier_fate_zh(enum dossier_fate f)
{
    switch (f) {
    case DOSSIER_CAN: return "可以办";
    case DOSSIER_MAY: return "可以交，要人工核";
    case DOSSIER_OPENED: return "办好";
    case DOSSIER_AGAIN: return "以前交过";
    case DOSSIER_UNDER_WAY: return "已在办";
    case DOSSIER_CANNOT: return "不能办";
    case DOSSIER_FATES: break;
    }
    return "";
}

static bool failed(enum dossier_fate f) { return f == DOSSIER_CANNOT || f == DOSSIER_UNDER_WAY; }

/* ---- headings ---- */

/* Blanks in names and headings are for the eye: 姓 名, 李　一. */
static str without_blanks(str s, struct arena *a)
{
    static const char *const blanks[] = { " ", "\n", "\r", "\t", "　", "\u00A0" };
    enum { BLANKS = sizeof blanks / sizeof *blanks };
    char *p = arena_alloc(a, s.len + 1);
    size_t n = 0;
    for (size_t i = 0, k; i < s.len; i += k < BLANKS ? strlen(blanks[k]) : 1) {
        for (k = 0; k < BLANKS && !str_starts(str_slice(s, i, s.len), str_of(blanks[k]));) k++;
        if (k == BLANKS) p[n++] = s.p[i];
    }
    return (str){ p, n };
}

/* Whether a heading is a name in use for a number. */
static bool is_called(const struct slot *k, str head)
{
    static const struct {
        const char *code, *others;
    } names[] = { { "AAC002", "身份证号码|公民身份号码|证件号码|证件号|身份证" },
                  { "AAB998", "统一社会信用代码|社会信用代码|统一信用代码" } };
    if (str_eq(k->name, head)) return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        str rest = str_of(names[i].others), other;
        if (!str_eq(k->code, str_of(names[i].code))) continue;
        while (rest.len > 0 && str_split(&rest, '|', &other))
            if (str_eq(other, head)) return true;
    }
    return false;
}

bool bulk_heads_read(const struct program *p, const struct service *s, const str *cells, size_t count, struct arena *a,
                     struct bulk_heads *out, struct err *e)
{
    const struct entity *en = &p->entities.at[s->entity];
    *out = (struct bulk_heads){ .key = SIZE_MAX, .name = SIZE_MAX, .error = SIZE_MAX };
    out->at = ARENA_ARRAY(a, str, count + 1);
    out->count = count;
    for (size_t i = 0; i < count; i++) {
        str head = out->at[i] = without_blanks(cells[i], a);
        if (str_eq(head, BULK_ERROR)) out->error = i;
        if (out->name == SIZE_MAX && str_eq(head, bulk_name_of(en))) out->name = i;
        VEC_EACH (const uint16_t, k, &en->keys) {
            if (is_called(&en->slots.at[*k], head) && out->key == SIZE_MAX) out->key = i, out->slot = &en->slots.at[*k];
        }
    }
    VEC_EACH (const struct form_item, i, &s->form) { /* what the form asks is an answer, and not who it is */
        if (out->name != SIZE_MAX && str_eq(facts_item_name(p, s, i, a), out->at[out->name])) out->name = SIZE_MAX;
    }
    if (out->key != SIZE_MAX) return true;
    str key = en->keys.len > 0 ? en->slots.at[en->keys.at[0]].name : STR("编号");
    return fail(e, INVALID, "要有一行栏名，其中一栏是“%.*s”，其余各栏是要填的名称；栏名上面的标题最多 %d 行",
                STR_ARG(key), DOSSIER_BULK_TITLES);
}

str bulk_name_of(const struct entity *en)
{
    VEC_EACH (const struct slot, s, &en->slots) {
        if (str_eq(s->code, STR("AAC003")) || str_eq(s->code, STR("AAB004"))) return s->name;
    }
    return STR("姓名");
}

static bool heading(struct bulk_run *b, struct err *e)
{
    const struct entity *en = &b->d->p->entities.at[b->o->service->entity];
    struct sheet_row row;
    struct err why = { 0 };
    int more = 1, titles = 0;
    bool found = false;
    for (; !found && titles <= DOSSIER_BULK_TITLES && (more = sheet_next(b->in, &row, e)) == 1; titles++) {
        struct err *say = titles == 0 ? &why : &(struct err){ 0 }; /* what is wrong is the same in every row */
        found = bulk_heads_read(b->d->p, b->o->service, row.cells, row.count, b->a, &b->h, say);
    }
    if (more < 0) return false;
    if (titles == 0) return fail(e, INVALID, "表是空的：要有一行栏名");
    if (!found) return *e = why, false;
    if (b->firm.id == 0 || b->h.name != SIZE_MAX) return true;
    str name = bulk_name_of(en);
    return fail(e, INVALID, "要有一栏“%.*s”：号码和姓名都对上，才能替他办", STR_ARG(name));
}

/* ---- one row ---- */

static str cell(const struct bulk_line *w, size_t column)
{
    return column < w->count ? str_trim(w->cells[column]) : STR("");
}

static bool read_answers(struct bulk_line *w, struct err *e)
{
    struct bulk_run *b = w->b;
    struct text *t = ARENA_NEW(b->group, struct text);
    struct json_writer j;
    text_init(t, b->group, DOSSIER_FACTS_MAX);
    json_begin(&j, t, false);
    json_object(&j);
    for (size_t i = 0; i < w->count && i < b->h.count; i++) {
        bool who = i == b->h.key || i == b->h.name || i == b->h.error;
        if (who || cell(w, i).len == 0 || b->h.at[i].len == 0) continue;
        json_key_str(&j, b->h.at[i]);
        json_str(&j, cell(w, i));
    }
    json_object_end(&j);
    w->answers = text_str(t);
    if (t->over) return fail(e, LIMIT, "这一行太长");
    return b->firm.id == 0 || behalf_answers(b->d, b->o->service, &b->firm, w->answers, b->group, &w->answers, e);
}

/* Number and name must both fit; which of them did not, a firm is not told. */
static bool name_fits(struct bulk_line *w, struct err *e)
{
    str name, number;
    if (w->b->h.name == SIZE_MAX) return true;
    if (!registry_label(w->b->d->r, w->b->o->service->entity, w->w.subject, w->b->group, &name, &number, e))
        return false;
    return str_eq(without_blanks(name, w->b->group), without_blanks(w->w.name, w->b->group)) ||
           fail(e, NOT_FOUND, "登记库里没有这个人，或者号码和姓名对不上");
}

/* What the form of a number says already: a spreadsheet that takes it for an amount keeps fifteen digits. */
static bool number_whole(const struct slot *slot, str key, struct err *e)
{
    enum { KEPT = 15 };
    bool card = str_eq(slot->code, STR("AAC002")) || str_eq(slot->code, STR("AAB998"));
    bool digits = key.len > KEPT, zeros = key.len == IDCARD_LEN;
    enum idcard_fault f = idcard_read(key, NULL);
    if (!card) return true; /* any other key is written as its office likes: A.01 */
    for (size_t i = 0; i < key.len; i++) {
        if ((key.p[i] == '.' || key.p[i] == '+') && key.p[0] >= '0' && key.p[0] <= '9')
            return fail(e, INVALID, "号码被表格软件改成了科学计数，后几位已经丢了；请把这一列设成文本，照证件重新填");
        digits = digits && (i + 1 == key.len || (key.p[i] >= '0' && key.p[i] <= '9'));
        zeros = zeros && (i < KEPT || key.p[i] == '0');
    }
    if (!digits || f == IDCARD_OK || usci_read(key, NULL) == USCI_OK) return true;
    if (zeros) return fail(e, INVALID, "号码的末三位被表格软件改成了 0，已经丢了；请把这一列设成文本，照证件重新填");
    return fail(e, INVALID, "号码%s", idcard_fault_text(f));
}

/* Who it is about; then that they were looked at. */
static bool find_row(struct dossier_desk *d, void *context, struct err *e)
{
    struct bulk_line *w = context;
    struct bulk_run *b = w->b;
    uint16_t entity;
    struct err none = { 0 };
    str kind = d->p->entities.at[b->o->service->entity].name;
    if (w->problem.len > 0) return fail(e, INVALID, "%.*s", STR_ARG(w->problem));
    w->w.key = cell(w, b->h.key);
    if (b->h.name != SIZE_MAX) w->w.name = cell(w, b->h.name);
    if (w->w.key.len == 0) return fail(e, INVALID, "这一行没有“%.*s”", STR_ARG(b->h.at[b->h.key]));
    if (!number_whole(b->h.slot, w->w.key, e)) return false;
    if (!registry_find(d->r, kind, w->w.key, &entity, &w->w.subject, &none)) {
        if (none.code != ERR_NOT_FOUND || b->firm.id == 0) return *e = none, false;
        return fail(e, NOT_FOUND, "登记库里没有这个人，或者号码和姓名对不上");
    }
    if (!name_fits(w, e)) {
        w->w.subject = 0;
        return false;
    }
    return read_answers(w, e) && (b->o->seen == NULL || b->o->seen(b->o->ctx, w->w.subject, e));
}

static struct dossier_request request_of(const struct bulk_line *w)
{
    const struct bulk_run *b = w->b;
    return (struct dossier_request){ .service = b->o->service->name,
                                     .subject = w->w.subject,
                                     .channel = DOSSIER_BY_BULK,
                                     .answers = w->answers,
                                     .key = str_fmt(b->group, "%.32s-%llu", b->mark, (unsigned long long)w->w.number) };
}

static bool look_only(struct bulk_line *w, struct err *e)
{
    struct bulk_run *b = w->b;
    struct dossier_guide g;
    struct dossier_facts x;
    struct dossier_result before;
    struct dossier_request q = request_of(w);
    const struct service *s = b->o->service;
    bool there;
    if (!apply_same_key(b->d, &q, &there, &before, e)) return false;
    if (there) {
        w->w.id = before.id, w->w.fate = DOSSIER_AGAIN;
        return true;
    }
    bool self = str_eq(b->act->role, DOSSIER_ROLE_SELF) && b->firm.id == 0;
    if (self && !dossier_may_apply(b->d->p, s, s->entity, e)) return false;
    if (b->firm.id != 0 && (!facts_of(b->d, s, w->w.subject, w->answers, b->group, &x, e) ||
                            !behalf_may(b->d, s, w->w.subject, &x, &b->firm, b->act->day, b->group, e)))
        return false;
    if (!apply_only_one(b->d, s->name, w->w.subject, 0, e)) {
        w->w.fate = DOSSIER_UNDER_WAY;
        return false;
    }
    if (!dossier_guide(b->d, s->name, w->w.subject, w->answers, b->act->day, b->group, &g, e) ||
        !apply_all_answered(&g, b->group, e))
        return false;
    w->w.fate = g.outlook == VERDICT_QUALIFIED ? DOSSIER_CAN : DOSSIER_MAY;
    if (g.outlook == VERDICT_QUALIFIED) return true;
    struct text t;
    text_init(&t, b->group, DOSSIER_TEXT_MAX);
    VEC_EACH (const struct explanation, x2, &g.verdicts) {
        if (x2->verdict.kind == VERDICT_QUALIFIED) continue;
        size_t before_len = t.len;
        VEC_EACH (const struct explained_criterion, c, &x2->criteria) {
            bool open = c->outcome == OUTCOME_UNKNOWN || c->outcome == OUTCOME_ERROR;
            if (c->met || (x2->verdict.kind == VERDICT_REFUSED) == open) continue;
            str why = c->sentence.len > 0 ? c->sentence : c->name;
            text_addf(&t, "%s%.*s%s", t.len > 0 ? "；" : "", STR_ARG(why), open ? "（还不知道）" : "（不符合）");
        }
        if (t.len == before_len) text_addf(&t, "%s%.*s", t.len > 0 ? "；" : "", STR_ARG(x2->summary));
    }
    w->w.why = text_str(&t);
    if (g.outlook != VERDICT_REFUSED) return true;
    w->w.fate = DOSSIER_CANNOT;
    return fail(e, CONFLICT, "按现在的资料办不成：%.*s", STR_ARG(w->w.why));
}

static bool run_row(struct dossier_desk *d, void *context, struct err *e)
{
    struct bulk_line *w = context;
    struct dossier_result x;
    struct dossier_request q = request_of(w);
    struct err why = { 0 }, other = { 0 };
    w->w.fate = DOSSIER_CANNOT;
    if (!w->b->o->enter) return look_only(w, e);
    if (dossier_apply(d, w->b->act, &q, w->b->group, &x, &why)) {
        w->w.fate = x.again ? DOSSIER_AGAIN : DOSSIER_OPENED;
        w->w.id = x.id, w->w.alone = x.alone && !x.again;
        return true;
    }
    if (why.code == ERR_CONFLICT && !apply_only_one(d, q.service, q.subject, 0, &other)) w->w.fate = DOSSIER_UNDER_WAY;
    return *e = why, false;
}

/* ---- groups ---- */

static bool write_error(struct bulk_run *b, const struct bulk_line *w, struct err *e)
{
    str cells[SHEET_COLUMNS + 1];
    size_t n = 0;
    if (b->errors == NULL) return true;
    for (size_t i = 0; i < b->h.count; i++) {
        if (i != b->h.error) cells[n++] = i < w->count ? w->cells[i] : STR("");
    }
    cells[n++] = w->w.why;
    return sheet_write_row(b->errors, cells, n, e);
}

static bool settle(struct bulk_run *b, struct bulk_line *w, const struct dossier_job *job, struct err *e)
{
    if (!job->ok) {
        w->w.why = str_dup(b->group, str_of(err_cause(&job->e)));
        if (!failed(w->w.fate)) w->w.fate = DOSSIER_CANNOT;
        w->w.id = 0;
        if (!write_error(b, w, e)) return false;
        b->out->errors = true;
    }
    b->out->rows++;
    b->out->count[w->w.fate]++;
    b->out->alone += w->w.alone;
    return b->o->row == NULL || b->o->row(b->o->ctx, &w->w, e);
}

static bool run_group(struct bulk_run *b, struct bulk_line *lines, size_t n, struct err *e)
{
    struct dossier_job jobs[DOSSIER_BULK_TOGETHER], then[DOSSIER_BULK_TOGETHER];
    size_t place[DOSSIER_BULK_TOGETHER], m = 0;
    for (size_t i = 0; i < n; i++) jobs[i] = (struct dossier_job){ .run = find_row, .context = &lines[i] };
    if (!dossier_together(b->d, jobs, n, e)) return false;
    for (size_t i = 0; i < n; i++) {
        if (!jobs[i].ok) continue;
        then[m] = (struct dossier_job){ .run = run_row, .context = &lines[i] };
        place[m++] = i;
    }
    if (m > 0 && !dossier_together(b->d, then, m, e)) return false;
    for (size_t i = 0; i < m; i++) jobs[place[i]] = then[i];
    for (size_t i = 0; i < n; i++) {
        if (!settle(b, &lines[i], &jobs[i], e)) return false;
    }
    return true;
}

/* A row of sums is about nobody: its first word says so. */
static bool is_sum(const struct sheet_row *in, struct arena *a)
{
    static const char *const words[] = { "合计", "总计", "小计", "共计" };
    for (size_t i = 0; i < in->count; i++) {
        str first = without_blanks(in->cells[i], a);
        if (first.len == 0) continue;
        for (size_t k = 0; k < sizeof words / sizeof *words; k++)
            if (str_starts(first, str_of(words[k]))) return true;
        return false;
    }
    return false;
}

static bool is_blank(const struct sheet_row *in)
{
    for (size_t i = 0; i < in->count; i++)
        if (str_trim(in->cells[i]).len > 0) return false;
    return in->problem.len == 0;
}

static bool read_rows(struct bulk_run *b, struct err *e)
{
    struct bulk_line *lines = ARENA_ARRAY(b->a, struct bulk_line, DOSSIER_BULK_TOGETHER);
    struct sheet_row in;
    size_t n = 0;
    int more = 0;
    while ((more = sheet_next(b->in, &in, e)) == 1) {
        if (in.count > b->h.key && str_starts(str_trim(in.cells[b->h.key]), BULK_EXAMPLE)) continue;
        bool sum = is_sum(&in, b->group);
        b->out->sums += sum;
        if (sum || is_blank(&in)) continue;
        struct bulk_line *w = &lines[n++];
        *w = (struct bulk_line){ .b = b, .w = { .number = in.number, .fate = DOSSIER_CANNOT }, .count = in.count };
        w->cells = ARENA_ARRAY(b->group, str, in.count + 1);
        w->problem = str_dup(b->group, in.problem);
        for (size_t i = 0; i < in.count; i++) w->cells[i] = str_dup(b->group, in.cells[i]);
        if (n < DOSSIER_BULK_TOGETHER) continue;
        if (!run_group(b, lines, n, e)) return false;
        n = 0;
        arena_free(b->group);
        b->group = arena_new("rows", 0);
    }
    return more == 0 && (n == 0 || run_group(b, lines, n, e));
}

static bool begin_errors(struct bulk_run *b, struct err *e)
{
    str cells[SHEET_COLUMNS + 1];
    size_t n = 0;
    if (b->o->errors.len == 0) return true;
    for (size_t i = 0; i < b->h.count; i++) {
        if (i != b->h.error) cells[n++] = b->h.at[i];
    }
    cells[n++] = BULK_ERROR;
    return sheet_create(&b->errors, b->o->errors, NULL, e) && sheet_write_row(b->errors, cells, n, e);
}

/* The same list for another service, or from another firm, is another submission. */
static bool mark_of(struct bulk_run *b, struct err *e)
{
    char file[SM3_HEX + 1];
    if (!crypto_sm3_file(b->o->path, file, e)) return false;
    str service = b->o->service->name;
    return crypto_sm3_hex(str_fmt(b->a, "%s\n%.*s\n%lld", file, STR_ARG(service), (long long)b->firm.id), b->mark, e);
}

bool dossier_bulk(struct dossier_desk *d, const struct dossier_act *act, const struct dossier_bulk *o, struct arena *a,
                  struct dossier_bulk_result *out, struct err *e)
{
    enum { OTHERS = DOSSIER_BULK_TITLES + 3 }; /* titles, headings, the example, a sum */
    struct sheet_options so = { .max_rows = o->max_rows > 0 ? o->max_rows + OTHERS : 0 };
    struct bulk_run *b = ARENA_NEW(a, struct bulk_run);
    *b = (struct bulk_run){ .d = d, .act = act, .o = o, .a = a, .out = out };
    *out = (struct dossier_bulk_result){ 0 };
    if (!behalf_of(d, act, 0, &b->firm, e) || !mark_of(b, e) || !sheet_open(&b->in, o->path, &so, e)) return false;
    b->group = arena_new("rows", 0);
    bool ok = heading(b, e) && begin_errors(b, e) && read_rows(b, e);
    arena_free(b->group);
    sheet_close(b->in);
    if (ok && b->errors != NULL && out->errors) return sheet_finish(b->errors, e);
    sheet_discard(b->errors);
    out->errors = false;
    return ok;
}

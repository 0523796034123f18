/* return_sheets: one filing at the terminal: shown, filled from words or from a table, moved on. */
#include "cli/cmd_return_priv.h"
#include "sheet/sheet.h"

#include <inttypes.h>

enum { CELL, VALUE, REASON, HEADINGS };
static const char *const headings[HEADINGS] = { "格子", "值", "理由" };

static bool read_id(struct return_call *c, int64_t *out)
{
    if (str_to_i64(c->args[0], out) && *out > 0) return true;
    cli_usage(c->a, "表写编号，不是“%.*s”；leye return list 列出有哪些", STR_ARG(c->args[0]));
    return false;
}

static bool open_sheet(struct return_call *c, int64_t id, struct filing_sheet *out, struct err *e)
{
    filing_list one = { 0 };
    struct filing_wanted w = { .id = id };
    struct filing_areas areas;
    struct figures log = { 0 };
    if (!filing_find(c->s, &w, c->arena, &one, e)) return false;
    if (one.len == 0) return fail(e, NOT_FOUND, "没有第 %" PRId64 " 张表；leye return list 列出有哪些", id);
    const struct return_ *form = program_return(c->p, one.at[0].form);
    if (form == NULL) return fail(e, NOT_FOUND, "包里没有报表“%.*s”", STR_ARG(one.at[0].form));
    return filing_areas_of(c->p, form, c->arena, &areas, e) && return_log(c, &log, e) &&
           filing_open_sheet(c->s, c->p, &areas, &one.at[0], &log, c->arena, out, e);
}

/* ---- shown ---- */

static str number(struct return_call *c, bool has, num v) { return has ? measure_text(c->arena, v, 0) : STR("–"); }

static void show_cells(struct return_call *c, const struct filing_sheet *k)
{
    struct table t;
    table_start(&t, c->arena, "格子|单位|>底数|>填的|底数从哪里来|理由");
    VEC_EACH (const struct filing_value, v, &k->values) {
        table_cell(&t,
                   v->cell->cumulative ? str_fmt(c->arena, "%.*s（年初累计）", STR_ARG(v->cell->name)) : v->cell->name);
        table_cell(&t, v->cell->unit.text);
        table_cell(&t, number(c, v->has_known, v->known)), table_cell(&t, number(c, v->has_value, v->value));
        table_cell(&t, v->origin), table_cell(&t, v->reason);
    }
    table_print(&t, &c->out);
    VEC_EACH (const struct filing_value, v, &k->values) {
        if (v->moved)
            text_addf(&c->out, "“%.*s”下级审过的表现在相加是 %.*s%.*s，和报的时候不一样了\n", STR_ARG(v->cell->name),
                      STR_ARG(number(c, v->has_sum, v->sum)), STR_ARG(v->cell->unit.text));
        if (v->old_reason.len > 0)
            text_addf(&c->out, "“%.*s”原来的原因“%.*s”是对别的数写的，再填时要重新写\n", STR_ARG(v->cell->name),
                      STR_ARG(v->old_reason));
    }
}

static void show_findings(struct return_call *c, const struct filing_sheet *k)
{
    VEC_EACH (const struct filing_finding, f, &k->findings) {
        const char *word = f->undecided ? "没有查" : f->rule->soft ? f->excuse.len > 0 ? "已说明" : "要说明" : "不成立";
        str note = f->rule->note.len > 0 ? f->rule->note : f->rule->says;
        text_addf(&c->out, "校验［%s］%.*s：%.*s（%.*s）", word, STR_ARG(f->rule->name), STR_ARG(note),
                  STR_ARG(f->why));
        if (f->excuse.len > 0) text_addf(&c->out, "　说明：%.*s", STR_ARG(f->excuse));
        if (f->old_excuse.len > 0)
            text_addf(&c->out, "　原来的说明“%.*s”是对别的数写的，要重新写", STR_ARG(f->old_excuse));
        text_addc(&c->out, '\n');
    }
    for (size_t i = 0; i < k->below.len; i++)
        text_addf(&c->out, "%s%.*s%s", i == 0 ? "下面还没有审过：" : "、", STR_ARG(k->below.at[i]),
                  i + 1 == k->below.len ? "\n" : "");
}

static bool write_sheet(struct return_call *c, const struct filing_sheet *k, str path, struct err *e)
{
    struct sheet_writer *w;
    str cells[HEADINGS];
    if (!sheet_create(&w, path, &(struct sheet_layout){ .numbers_from = VALUE }, e)) return false;
    for (size_t i = 0; i < HEADINGS; i++) cells[i] = str_of(headings[i]);
    bool ok = sheet_write_row(w, cells, HEADINGS, e);
    VEC_EACH (const struct filing_value, v, &k->values) {
        bool has = v->has_value || v->has_known;
        cells[CELL] = v->cell->name;
        cells[VALUE] = has ? measure_text(c->arena, v->has_value ? v->value : v->known, 0) : STR("");
        cells[REASON] = v->reason;
        ok = ok && sheet_write_row(w, cells, HEADINGS, e);
    }
    if (ok) return sheet_finish(w, e);
    sheet_discard(w);
    return false;
}

static bool show_steps(struct return_call *c, int64_t id, struct err *e)
{
    filing_steps steps = { 0 };
    if (!filing_steps_of(c->s, id, c->arena, &steps, e)) return false;
    text_addz(&c->out, "经过：\n");
    VEC_EACH (const struct filing_step, s, &steps) {
        str day = cli_day(c->arena, s->day);
        text_addf(&c->out, "  %.*s %.*s %.*s%s%.*s\n", STR_ARG(day), STR_ARG(s->who), STR_ARG(s->move),
                  s->text.len > 0 ? "：" : "", STR_ARG(s->text));
    }
    return true;
}

static int show(struct return_call *c)
{
    struct err e = { 0 };
    struct filing_sheet k;
    int64_t id;
    str path = cli_option(c->a, "out");
    if (!read_id(c, &id)) return 2;
    if (!open_sheet(c, id, &k, &e)) return cli_fail(&e);
    str area = program_area_name(c->p, k.head.area), when = interval_text(c->arena, k.head.period);
    text_addf(&c->out, "第 %" PRId64 " 张　%.*s　%.*s　%.*s　第%" PRId64 "版　%s，%s\n", id, STR_ARG(k.head.form),
              STR_ARG(when), STR_ARG(area), k.head.version, filing_state_zh(k.head.state),
              filing_light_zh(&k.head, c->act.day, c->arena));
    if (k.head.has_due) {
        str due = cli_day(c->arena, k.head.due);
        text_addf(&c->out, "%.*s 前报\n", STR_ARG(due));
    }
    if (k.head.missing.len > 0) text_addf(&c->out, "报的时候下面缺：%.*s\n", STR_ARG(k.head.missing));
    show_cells(c, &k);
    show_findings(c, &k);
    if (!show_steps(c, id, &e)) return cli_fail(&e);
    struct text moves;
    text_init(&moves, c->arena, 1 << 12);
    machine_possible(&filing_machine, (uint8_t)k.head.state, UINT32_MAX, &moves);
    if (moves.len > 0) text_addf(&c->out, "可以做的：%s\n", moves.p);
    if (path.p == NULL) return 0;
    if (!write_sheet(c, &k, path, &e)) return cli_fail(&e);
    text_addf(&c->out, "写在 %.*s，填好以后：leye return fill %" PRId64 " %.*s\n", STR_ARG(path), id, STR_ARG(path));
    return 0;
}

/* ---- filled ---- */

typedef VEC(struct filing_entry) entry_list;

static bool read_table(struct return_call *c, str path, entry_list *out, struct err *e)
{
    struct sheet_reader *r;
    struct sheet_row row;
    int at[HEADINGS] = { -1, -1, -1 };
    bool ok = true, first = true;
    int more;
    if (!sheet_open(&r, path, NULL, e)) return false;
    while ((more = sheet_next(r, &row, e)) > 0) {
        str cells[HEADINGS] = { { "", 0 }, { "", 0 }, { 0 } }; /* no column 理由: reasons stay as they are */
        for (size_t h = 0; h < HEADINGS; h++) {
            for (size_t i = 0; first && i < row.count; i++) {
                if (str_eq(str_trim(row.cells[i]), str_of(headings[h]))) at[h] = (int)i;
            }
            if (at[h] >= 0 && (size_t)at[h] < row.count) cells[h] = str_dup(c->arena, str_trim(row.cells[at[h]]));
        }
        if (first && (at[CELL] < 0 || at[VALUE] < 0)) {
            ok = fail(e, INVALID, "%.*s 要有“格子”和“值”两栏，可以有“理由”", STR_ARG(path));
            more = 0;
            break;
        }
        if (!first && cells[CELL].len > 0)
            *vec_push(c->arena, out) = (struct filing_entry){ cells[CELL], cells[VALUE], cells[REASON] };
        first = false;
    }
    sheet_close(r);
    return ok && more == 0;
}

/* 城镇新增就业人数=1.2 or 城镇新增就业人数=1.2:理由 or 校验的名字=:说明 */
static bool read_word(struct return_call *c, str word, entry_list *out, struct err *e)
{
    size_t equal = str_find(word, STR("="));
    if (equal == SIZE_MAX && (str_ends(word, STR(".csv")) || str_ends(word, STR(".xlsx"))))
        return read_table(c, word, out, e);
    if (equal == SIZE_MAX)
        return fail(e, INVALID, "“%.*s”看不懂；写 格子=值、格子=值:理由、校验=:说明，或者一个表格文件", STR_ARG(word));
    str rest = str_slice(word, equal + 1, word.len);
    size_t colon = str_find(rest, STR(":")), width = 1, wide = str_find(rest, STR("："));
    if (colon == SIZE_MAX) colon = wide, width = 3;
    struct filing_entry k = { .cell = str_trim(str_slice(word, 0, equal)),
                              .value = str_trim(str_slice(rest, 0, colon)) };
    if (colon != SIZE_MAX) k.reason = str_trim(str_slice(rest, colon + width, rest.len));
    *vec_push(c->arena, out) = k;
    return true;
}

static int fill(struct return_call *c)
{
    struct err e = { 0 };
    entry_list entries = { 0 };
    struct figures log = { 0 };
    struct filing_sheet k;
    int64_t id;
    if (!read_id(c, &id)) return 2;
    for (size_t i = 1; i < c->count; i++) {
        if (!read_word(c, c->args[i], &entries, &e)) return cli_fail(&e);
    }
    if (!return_log(c, &log, &e) ||
        !filing_fill(c->s, &c->act, c->p, id, entries.at, entries.len, &log, c->arena, &e) ||
        !open_sheet(c, id, &k, &e))
        return cli_fail(&e);
    show_cells(c, &k);
    show_findings(c, &k);
    return 0;
}

/* ---- moved on ---- */

static int move(struct return_call *c)
{
    struct err e = { 0 };
    struct figures log = { 0 };
    enum filing_move_kind kind = FILING_REPORT;
    struct filing_moved moved;
    int64_t id;
    if (!filing_move_named(c->a->args[0], &kind) || !read_id(c, &id)) return 2;
    if (!return_log(c, &log, &e) || !filing_move(c->s, &c->act, c->p, id, kind, &log, c->arena, &moved, &e))
        return cli_fail(&e);
    text_addf(&c->out, "第 %" PRId64 " 张表现在是“%s”\n", id, filing_state_zh(moved.state));
    VEC_EACH (const str, area, &moved.reopened) text_addf(&c->out, "%.*s的表里有它的数，也退回了\n", STR_ARG(*area));
    if (kind == FILING_APPROVE || kind == FILING_LOCK)
        text_addf(&c->out, "数已经进库（%s）\n", kind == FILING_LOCK ? "终稿" : "初步或修订");
    return 0;
}

static int correct(struct return_call *c)
{
    struct err e = { 0 };
    int64_t id, fresh = 0;
    if (!read_id(c, &id)) return 2;
    if (!filing_correct(c->s, &c->act, c->p, id, c->arena, &fresh, &e)) return cli_fail(&e);
    text_addf(&c->out, "更正的是第 %" PRId64 " 张表，新的一版是第 %" PRId64 " 张；改好再上报\n", id, fresh);
    return 0;
}

const struct return_verb return_sheet_verbs[] = {
    { "show", "编号", "一张表：格子、校验、下面缺谁、经过（--out 文件）", "out", 1, 1, RETURN_ANYBODY, false, false,
      show },
    { "fill", "编号 [格子=值[:理由]…|文件]", "填；什么也不写就是都用底数", "reason", 1, 62, RETURN_DOES, false, false,
      fill },
    { "report", "编号", "上报", "reason", 1, 1, RETURN_DOES, false, false, move },
    { "withdraw", "编号 --reason 理由", "撤回，在上级审核以前", "reason", 1, 1, RETURN_DOES, false, false, move },
    { "approve", "编号", "审核通过，由上一级", "reason", 1, 1, RETURN_DOES, false, false, move },
    { "back", "编号 --reason 理由", "退回，由上一级", "reason", 1, 1, RETURN_DOES, false, false, move },
    { "lock", "编号", "锁定，由最上一级；下面审过的一起锁", "reason", 1, 1, RETURN_DOES, false, false, move },
    { "correct", "编号 --reason 理由", "更正锁定的表：新的一版", "reason", 1, 1, RETURN_DOES, false, false, correct },
    { 0 },
};

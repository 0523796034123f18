/* return_forms: which 报表 there are, opening a period, what has come in, who is late. */
#include "cli/cmd_return_priv.h"

#include <inttypes.h>

static str limit_text(struct return_call *c, const struct return_ *form)
{
    static const char *const units[] = { [SERVICE_WORKDAYS] = "工作日", [SERVICE_DAYS] = "日" };
    if (form->limit.count == 0 && form->limit.param == 0) return STR("没有写");
    struct service_time t = service_time_on(c->p, form->limit, c->act.day);
    if (t.count == 0) return STR("还没有定");
    return str_fmt(c->arena, "期后%u%s", t.count, units[t.unit]);
}

static int forms(struct return_call *c)
{
    struct table t;
    table_start(&t, c->arena, "报表|一期|谁填|报到|时限|>格子|>校验");
    VEC_EACH (const struct return_, r, &c->p->returns) {
        table_cell(&t, r->name);
        table_cell(&t, str_fmt(c->arena, "%u个月", r->months));
        table_cell(&t, str_of(area_level_zh(r->from)));
        table_cell(&t, str_of(area_level_zh(r->to)));
        table_cell(&t, limit_text(c, r));
        table_count(&t, r->cells.len);
        table_count(&t, r->rules.len);
    }
    if (c->p->returns.len > 0)
        table_print(&t, &c->out);
    else
        text_addz(&c->out, "这个包没有声明报表\n");
    return 0;
}

static int open_period(struct return_call *c)
{
    struct err e = { 0 };
    struct figures log = { 0 };
    struct filing_opened r;
    const struct return_ *form = return_form(c);
    if (form == NULL) return 2;
    struct interval period = filing_period_before(form, c->act.day);
    if (c->count > 1 && !filing_period_read(form, c->args[1], &period, &e)) return cli_fail(&e);
    if (!return_log(c, &log, &e) || !filing_open(c->s, &c->act, c->p, form, period, &log, c->arena, &r, &e))
        return cli_fail(&e);
    str when = interval_text(c->arena, period);
    text_addf(&c->out, "“%.*s”%.*s：开了 %zu 张表，原来就有 %zu 张；%zu 格有底数\n", STR_ARG(form->name), STR_ARG(when),
              r.made, r.there, r.known);
    return 0;
}

/* The areas of the form of a row; rows come by form, so they are had once each. A form the packs dropped has none. */
static bool areas_for(struct return_call *c, str form, str *of, struct filing_areas *areas, struct err *e)
{
    const struct return_ *r = program_return(c->p, form);
    if (of->len > 0 && str_eq(*of, form)) return true;
    *of = form, *areas = (struct filing_areas){ 0 };
    if (r != NULL) return filing_areas_of(c->p, r, c->arena, areas, e);
    map_init(&areas->by_code, c->arena);
    return true;
}

static int list(struct return_call *c)
{
    struct err e = { 0 };
    filing_list rows = { 0 };
    struct filing_areas areas = { 0 };
    const struct return_ *form = c->count > 0 ? return_form(c) : NULL;
    struct filing_wanted w = { .latest = !cli_has(c->a, "all") };
    struct table t;
    size_t open = 0, shown = 0;
    str of = { 0 };
    if (c->count > 0 && form == NULL) return 2;
    if (form != NULL) w.form = form->name;
    if (cli_has(c->a, "period")) {
        if (form == NULL) return cli_usage(c->a, "--period 要和报表的名字一起写");
        w.has_period = true;
        if (!filing_period_read(form, cli_option(c->a, "period"), &w.period, &e)) return cli_fail(&e);
    }
    if (!filing_find(c->s, &w, c->arena, &rows, &e)) return cli_fail(&e);
    table_start(&t, c->arena, "编号|报表|时期|地区|>版|状态|时限|谁报|谁审");
    VEC_EACH (const struct filing, x, &rows) {
        if (!areas_for(c, x->form, &of, &areas, &e)) return cli_fail(&e);
        if (!filing_area_in(&areas, x->area, c->act.office)) continue;
        table_cell(&t, str_fmt(c->arena, "%" PRId64, x->id));
        table_cell(&t, x->form);
        table_cell(&t, interval_text(c->arena, x->period));
        table_cell(&t, program_area_name(c->p, x->area));
        table_count(&t, (uint64_t)x->version);
        table_cell(&t, str_of(filing_state_zh(x->state)));
        table_cell(&t, str_of(filing_light_zh(x, c->act.day, c->arena)));
        table_cell(&t, x->filler.len > 0 ? x->filler : STR("–"));
        table_cell(&t, x->approver.len > 0 ? x->approver : STR("–"));
        shown++, open += x->state < FILING_APPROVED || x->state == FILING_RETURNED;
    }
    if (shown > 0) {
        table_print(&t, &c->out);
        text_addf(&c->out, "%zu 张，%zu 张还没有审过\n", shown, open);
    } else {
        text_addz(&c->out, "没有这样的表；leye return open 报表 时期 开填一期\n");
    }
    return 0;
}

static int late(struct return_call *c)
{
    struct err e = { 0 };
    filing_records rows = { 0 };
    const struct return_ *form = return_form(c);
    struct table t;
    if (form == NULL) return 2;
    if (!filing_timeliness(c->s, form->name, c->act.day, c->arena, &rows, &e)) return cli_fail(&e);
    table_start(&t, c->arena, "地区|>到期|>按时|>迟报|>逾期未报|>按时率");
    VEC_EACH (const struct filing_record, r, &rows) {
        table_cell(&t, program_area_name(c->p, r->area));
        table_count(&t, r->due), table_count(&t, r->on_time), table_count(&t, r->late), table_count(&t, r->open);
        table_cell(&t, str_fmt(c->arena, "%zu%%", r->on_time * 100 / r->due));
    }
    if (rows.len > 0)
        table_print(&t, &c->out);
    else
        text_addz(&c->out, "还没有到期的表\n");
    return 0;
}

const struct return_verb return_form_verbs[] = {
    { "forms", "", "包里声明了哪些报表", "", 0, 0, RETURN_ANYBODY, true, false, forms },
    { "open", "报表 [时期]", "开填一期，不写时期是刚过去的一期", "", 1, 2, RETURN_DOES, false, true, open_period },
    { "list", "[报表]", "本地区的表到了哪一步（--period --all）", "period all", 0, 1, RETURN_LOOKS, false, false,
      list },
    { "late", "报表", "各地区按时、迟报、没有报的", "", 1, 1, RETURN_ANYBODY, false, false, late },
    { 0 },
};

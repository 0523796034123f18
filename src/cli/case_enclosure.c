/* case_enclosure: papers of a case: scanned in, noted as seen, listed, written to a file, taken back. */
#include "base/file.h"
#include "cli/case_priv.h"

static int list(struct case_room *r, int64_t id)
{
    struct err e = { 0 };
    dossier_materials materials = { 0 };
    dossier_enclosures all = { 0 };
    if (!dossier_materials_of(r->desk, id, r->act.day, r->a, &materials, &e) ||
        !dossier_enclosures_of(r->desk, id, r->a, &all, &e))
        return case_fail(r, &e);
    VEC_EACH (const struct dossier_material_line, m, &materials)
        text_addf(&r->out, "%s：%.*s%s%.*s\n", dossier_material_zh(m->state), STR_ARG(m->name),
                  m->why.len > 0 ? "，凭登记的资料：" : "", STR_ARG(m->why));
    VEC_EACH (const struct dossier_enclosure, x, &all)
        text_addf(&r->out, "第 %lld 号　%.*s　%.*s　%s\n", (long long)x->id, STR_ARG(x->material),
                  STR_ARG(x->kind == DOSSIER_SEEN ? STR("看过原件") : x->file), case_day(r->a, x->day));
    if (materials.len == 0 && all.len == 0) text_addz(&r->out, "这件不要材料，也没有放过\n");
    cli_out(&r->out);
    return 0;
}

static int write_file(struct case_room *r, int64_t id, int64_t paper)
{
    struct err e = { 0 };
    struct dossier_enclosure x;
    str bytes, out = cli_option(r->args, "out");
    if (out.p == NULL) return cli_usage(r->args, "写明写到哪里：--out 文件");
    if (!dossier_enclosure_get(r->desk, id, paper, r->a, &x, &bytes, &e) || !file_write(out, bytes, &e))
        return case_fail(r, &e);
    text_addf(&r->out, "写好了：%.*s\n", STR_ARG(out));
    cli_out(&r->out);
    return 0;
}

static bool add(struct case_room *r, int64_t id, bool seen, struct err *e)
{
    struct dossier_ref c = { .id = id };
    str material = case_arg(r, 2), bytes;
    int64_t paper;
    if (seen) return dossier_seen(r->desk, &r->act, c, material, &paper, e);
    return file_read(r->a, case_arg(r, 3), DOSSIER_ENCLOSURE_BYTES, &bytes, e) &&
           dossier_enclose(r->desk, &r->act, c, material, case_arg(r, 3), bytes, &paper, e);
}

int case_enclosure(struct case_room *r)
{
    struct err e = { 0 };
    str what = case_arg(r, 0);
    bool adds = str_eq(what, STR("add")), seen = str_eq(what, STR("seen")), get = str_eq(what, STR("get")),
         lists = str_eq(what, STR("list"));
    size_t needed = adds ? 4 : lists ? 2 : 3;
    int64_t id, paper = 0;
    if (!adds && !seen && !get && !lists && !str_eq(what, STR("remove")))
        return cli_usage(r->args,
                         "enclosure 后面写 add 编号 材料 文件、seen 编号 材料、list 编号、get 编号 号、remove 编号 号");
    if (case_args(r) != needed) return cli_usage(r->args, "%.*s 后面要写 %zu 样", STR_ARG(what), needed - 1);
    if (!case_id(r, case_arg(r, 1), &id, &e)) return case_fail(r, &e);
    if (lists) return list(r, id);
    if (!adds && !seen && !str_to_i64(case_arg(r, 2), &paper))
        return cli_usage(r->args, "材料写它的号，看 leye case enclosure list 编号");
    if (get) return write_file(r, id, paper);
    if (adds || seen) return add(r, id, seen, &e) ? case_told(r, id, "记下了") : case_fail(r, &e);
    struct dossier_ref c = { .id = id };
    return dossier_enclosure_remove(r->desk, &r->act, c, paper, &e) ? case_told(r, id, "拿回了") : case_fail(r, &e);
}

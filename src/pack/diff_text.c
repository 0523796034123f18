/* diff_text: differences in words, and as JSON. */
#include "pack/diff.h"

static const char *const changes_zh[] = {
    [DIFF_ADDED] = "增加", [DIFF_REMOVED] = "取消", [DIFF_CHANGED] = "改动", [DIFF_RENAMED] = "改名"
};
static const char *const changes_en[] = {
    [DIFF_ADDED] = "added", [DIFF_REMOVED] = "removed", [DIFF_CHANGED] = "changed", [DIFF_RENAMED] = "renamed"
};

static void add(struct text *out, const char *before, str s)
{
    text_addz(out, before);
    text_add(out, s);
}

static void print_source(const struct diff_field *f, struct text *out)
{
    if (f->source.len > 0) add(out, "（依据 ", f->source), text_addz(out, "）");
    text_addc(out, '\n');
}

static void print_field(const struct diff_field *f, struct text *out)
{
    text_addf(out, "  %s ", changes_zh[f->change]);
    text_add(out, f->name);
    if (f->change == DIFF_CHANGED) {
        add(out, "\n      原来 ", f->was);
        add(out, "\n      现在 ", f->is);
    } else {
        str text = f->change == DIFF_ADDED ? f->is : f->was;
        add(out, text.len > 0 ? "：" : "", text);
    }
    print_source(f, out);
}

static void print_cases(const struct diff_decl *d, struct text *out)
{
    add(out, "例 ", d->name);
    const char *sep = "：";
    if (d->cases_added > 0) text_addf(out, "%s增加 %zu 个", sep, d->cases_added), sep = "，";
    if (d->cases_changed > 0) text_addf(out, "%s改动 %zu 个", sep, d->cases_changed), sep = "，";
    if (d->cases_removed > 0) text_addf(out, "%s取消 %zu 个", sep, d->cases_removed);
    text_addc(out, '\n');
}

void diff_text(const diff_list *list, struct text *out)
{
    if (list->len == 0) text_addz(out, "没有实质变化\n");
    VEC_EACH (const struct diff_decl, d, list) {
        if (d->kind == KIND_EXAMPLE) {
            print_cases(d, out);
            continue;
        }
        text_addf(out, "%s %s ", changes_zh[d->change], kind_defs[d->kind].zh);
        if (d->change == DIFF_RENAMED) text_add(out, d->old_name), text_addz(out, " → ");
        text_add(out, d->name);
        if (d->version.len > 0)
            text_addf(out, d->version_left ? "：取消 %.*s 的一版" : "：%.*s 有新的一版", STR_ARG(d->version));
        if (d->version.len > 0 && d->fields.len > 0) text_addz(out, "，和上一版相比");
        text_addc(out, '\n');
        VEC_EACH (const struct diff_field, f, &d->fields) print_field(f, out);
    }
}

static void field_json(const struct diff_field *f, struct json_writer *w)
{
    json_object(w);
    json_key(w, "field"), json_str(w, f->name);
    json_key(w, "change"), json_z(w, changes_en[f->change]);
    if (f->change != DIFF_ADDED) json_key(w, "was"), json_str(w, f->was);
    if (f->change != DIFF_REMOVED) json_key(w, "is"), json_str(w, f->is);
    if (f->source.len > 0) json_key(w, "source"), json_str(w, f->source);
    json_object_end(w);
}

void diff_json(const diff_list *list, struct json_writer *w)
{
    json_array(w);
    VEC_EACH (const struct diff_decl, d, list) {
        json_object(w);
        json_key(w, "kind"), json_z(w, kind_defs[d->kind].zh);
        json_key(w, "name"), json_str(w, d->name);
        json_key(w, "change"), json_z(w, changes_en[d->change]);
        if (d->change == DIFF_RENAMED) json_key(w, "was"), json_str(w, d->old_name);
        if (d->version.len > 0)
            json_key(w, d->version_left ? "versionRemoved" : "versionAdded"), json_str(w, d->version);
        if (d->kind == KIND_EXAMPLE) {
            json_key(w, "added"), json_int(w, (int64_t)d->cases_added);
            json_key(w, "changed"), json_int(w, (int64_t)d->cases_changed);
            json_key(w, "removed"), json_int(w, (int64_t)d->cases_removed);
        }
        json_key(w, "fields");
        json_array(w);
        VEC_EACH (const struct diff_field, f, &d->fields) field_json(f, w);
        json_array_end(w);
        json_object_end(w);
    }
    json_array_end(w);
}

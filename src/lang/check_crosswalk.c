/* check_crosswalk: 区划变更: every code is one, the shares of what was split make a whole, and nothing becomes itself.
 */
#include "lang/check_priv.h"

#include <stdlib.h>

static bool is_division(struct checker *c, const struct ast_name *n)
{
    if (area_level_of(n->text) != LEVEL_UNKNOWN) return true;
    struct diag *g = diag_add(c->d, DIAG_bad_word, n->loc, "“%.*s”不是行政区划代码", STR_ARG(n->text));
    diag_suggest(c->d, g, "县以上六位，乡镇九位，村十二位");
    return false;
}

static bool read_share(struct checker *c, const struct ast_field *f, bool alone, num *out)
{
    const struct ast_field *share = field_sub(f, FIELD_CROSSWALK_SHARE);
    num one = num_pow10(MEASURE_SCALE), v;
    struct measure_unit percent;
    *out = one;
    if (share == NULL && alone) return true;
    if (share == NULL) {
        struct diag *g = diag_add(c->d, DIAG_missing_field, f->loc, "拆成几个的，没有写这一个占多少");
        diag_suggest(c->d, g, "下面写一行：占 40%%");
        return false;
    }
    measure_unit_read(STR("%"), &percent);
    if (!check_measure(c, share->expr, &percent, &v)) return false;
    *out = num_div_round(v, 100, NUM_HALF_UP);
    if (*out > 0 && *out <= one) return true;
    diag_add(c->d, DIAG_bad_number, share->loc, "占的比例在 0 到 100%% 之间");
    return false;
}

static bool read_parts(struct checker *c, struct crosswalk *x)
{
    size_t count = 0;
    num sum = 0, one = num_pow10(MEASURE_SCALE);
    VEC_EACH (const struct ast_field, f, &x->decl->fields) count += f->def->id == FIELD_CROSSWALK_INTO;
    VEC_EACH (const struct ast_field, f, &x->decl->fields) {
        struct crosswalk_part part;
        if (f->def->id != FIELD_CROSSWALK_INTO) continue;
        if (f->names.len != 1) {
            diag_suggest(c->d, diag_add(c->d, DIAG_syntax, f->loc, "“改为”一行写一个代码"), "拆成几个的一行一个");
            return false;
        }
        part.code = f->names.at[0].text;
        if (!is_division(c, &f->names.at[0]) || !read_share(c, f, count == 1, &part.share)) return false;
        VEC_EACH (const struct crosswalk_part, o, &x->into) {
            if (!str_eq(o->code, part.code)) continue;
            say_twice(c, &f->names.at[0]);
            return false;
        }
        sum += part.share;
        *vec_push(c->a, &x->into) = part;
    }
    if (x->into.len == 1 && x->old.len == 1 && str_eq(x->into.at[0].code, x->old.at[0])) {
        struct diag *g =
            diag_add(c->d, DIAG_bad_word, x->decl->name.loc, "“%.*s”改为它自己，什么也没有变", STR_ARG(x->old.at[0]));
        diag_suggest(c->d, g, "写上并进来的、分出去的代码，或者去掉这一条");
        return false;
    }
    if (sum == one) return true;
    struct diag *g = diag_add(c->d, DIAG_bad_number, x->decl->name.loc, "各占的比例加起来不是 100%%");
    diag_suggest(c->d, g, "少了的数没有地方去，多了的数会重复；改到正好 100%%");
    return false;
}

static void declare(struct checker *c, const struct decl *d)
{
    struct crosswalk x = { .decl = d };
    const struct ast_field *day = decl_field(d, FIELD_CROSSWALK_DAY), *from = decl_field(d, FIELD_CROSSWALK_FROM);
    if (day == NULL || !day->has_from || from == NULL) return; /* said */
    x.day = day->from;
    VEC_EACH (const struct ast_name, n, &from->names) {
        bool twice = false;
        if (!is_division(c, n)) return;
        VEC_EACH (const str, was, &x.old) twice = twice || str_eq(*was, n->text);
        if (twice) {
            say_twice(c, n);
            return;
        }
        *vec_push(c->a, &x.old) = n->text;
    }
    if (!read_parts(c, &x)) return;
    VEC_EACH (const struct crosswalk, o, &c->p->crosswalks) {
        VEC_EACH (const str, was, &o->old) {
            VEC_EACH (const struct ast_name, n, &from->names) {
                if (o->day.days == x.day.days && str_eq(*was, n->text)) say_twice(c, n);
            }
        }
    }
    *vec_push(c->a, &c->p->crosswalks) = x;
}

static int by_day(const void *a, const void *b)
{
    const struct crosswalk *x = a, *y = b;
    if (x->day.days != y->day.days) return x->day.days < y->day.days ? -1 : 1;
    return x->decl->loc.from < y->decl->loc.from ? -1 : x->decl->loc.from > y->decl->loc.from;
}

void check_crosswalks(struct checker *c)
{
    VEC_EACH (struct decl *, pd, &c->p->decls) {
        bool first = (*pd)->kind == KIND_CROSSWALK && map_get(&c->p->named[KIND_CROSSWALK], (*pd)->name.text) == *pd;
        if (first) declare(c, *pd);
    }
    if (c->p->crosswalks.len > 1) qsort(c->p->crosswalks.at, c->p->crosswalks.len, sizeof *c->p->crosswalks.at, by_day);
}

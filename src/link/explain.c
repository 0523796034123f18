/* explain: the same comparison as in the index, in words. The score of each line is what its field adds. */
#include "base/text.h"
#include "base/vec.h"
#include "link/link_priv.h"

#include <stdlib.h>

enum { EXPLAIN_MAX = 8192 };

struct line {
    enum link_field field;
    int level;
    int32_t bits;
};

static int by_size(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    if (abs(x->bits) != abs(y->bits)) return abs(y->bits) - abs(x->bits);
    return (int)x->field - (int)y->field;
}

static str value_of(const struct link_record *r, enum link_field f, struct arena *a)
{
    switch (f) {
    case LINK_NAME: return r->name;
    case LINK_ID: return r->id_number;
    case LINK_PHONE: return r->phone;
    case LINK_ADDRESS: return r->address;
    case LINK_BIRTH:
        if (r->birth_ymd == 0) return STR("见证件号码");
        return str_fmt(a, "%04u-%02u-%02u", r->birth_ymd / 10000, r->birth_ymd / 100 % 100, r->birth_ymd % 100);
    case LINK_SEX: return r->sex == 1 ? STR("男") : r->sex == 2 ? STR("女") : STR("见证件号码");
    case LINK_FIELDS: break;
    }
    return (str){ 0 };
}

static void add_bits(struct text *t, int32_t hundredths)
{
    int32_t tenths = (abs(hundredths) + 5) / 10;
    text_addf(t, "%s%d.%d", hundredths < 0 ? "−" : "+", tenths / 10, tenths % 10);
}

static void add_line(struct text *t, const struct line *l, const struct link_record *a, const struct link_record *b,
                     struct arena *scratch)
{
    str x = str_trim(value_of(a, l->field, scratch)), y = str_trim(value_of(b, l->field, scratch));
    text_addz(t, link_level_text(l->field, l->level));
    if (str_eq(x, y))
        text_addf(t, "（%.*s）", STR_ARG(x));
    else
        text_addf(t, "（%.*s／%.*s）", STR_ARG(x), STR_ARG(y));
    text_addc(t, ' ');
    add_bits(t, l->bits);
    text_addc(t, '\n');
}

str link_explain(const struct link_record *a, const struct link_record *b, const struct link_model *m,
                 struct arena *out)
{
    autoarena *scratch = arena_new("explain", 0);
    struct link_index *x = link_index_new(scratch, m);
    const struct link_record both[] = { *a, *b };
    index_add_records(x, both, 2);
    struct link_pair p = link_score(x, 0, 1);
    struct line lines[LINK_FIELDS];
    size_t n = 0;
    for (int f = 0; f < LINK_FIELDS; f++) {
        int level = link_level(p.levels, (enum link_field)f);
        if (m->u[f][level] < 1) lines[n++] = (struct line){ (enum link_field)f, level, x->weights.level[f][level] };
    }
    qsort(lines, n, sizeof *lines, by_size);
    struct text t;
    text_init(&t, out, EXPLAIN_MAX);
    for (size_t i = 0; i < n; i++) add_line(&t, &lines[i], a, b, scratch);
    if (compare_two_numbers(form_at(x, 0), form_at(x, 1)))
        text_addz(&t, "两个号码都合规而且不同，不会自动合并\n");
    else if (form_at(x, 0)->id_kind == ID_ODD || form_at(x, 1)->id_kind == ID_ODD)
        text_addz(&t, "有一方的号码不合规，请对照证件核对\n");
    return text_str(&t);
}

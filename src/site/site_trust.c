/* site_trust: how well known a thing is. A value carries its own 可信, else that of the declaration that gave it and of
 * the source it cites, whichever is weaker: a number is no better than the paper it stands on. */
#include "site/site_priv.h"

static enum trust trust_of_word(str word)
{
    if (str_eq(word, STR("转述高"))) return TRUST_HIGH;
    if (str_eq(word, STR("转述中"))) return TRUST_MEDIUM;
    return str_eq(word, STR("虚构")) ? TRUST_FICTION : TRUST_ORIGINAL;
}

void weaken(enum trust *t, enum trust by)
{
    if (by > *t) *t = by;
}

static enum trust written_trust(const struct decl *d)
{
    const struct ast_field *f = decl_field_named(d, "trust");
    return f == NULL || f->names.len == 0 ? TRUST_ORIGINAL : trust_of_word(f->names.at[0].text);
}

static enum trust cite_trust(const struct site *s, const struct ast_field *cite)
{
    uint32_t source = page_of_source(s, cite->name.text);
    return source == SITE_NO_PAGE ? TRUST_ORIGINAL : written_trust(s->pages.at[source].decl);
}

enum trust trust_of_decl(const struct site *s, const struct decl *d)
{
    enum trust t = written_trust(d);
    if (d == NULL) return t;
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->shape == SHAPE_CITE) weaken(&t, cite_trust(s, f));
    }
    return t;
}

enum trust trust_of_field(const struct site *s, const struct ast_field *f, const struct decl *d)
{
    if (!has_cites(f)) return trust_of_decl(s, d);
    enum trust t = written_trust(d);
    if (f->cite != NULL) weaken(&t, cite_trust(s, f->cite));
    VEC_EACH (const struct ast_field, g, &f->subs) {
        if (g->def->shape == SHAPE_CITE) weaken(&t, cite_trust(s, g));
    }
    return t;
}

enum trust trust_of_row(const struct site *s, const struct param *q, const struct param_row *row)
{
    if (row->row->trust.len > 0) return trust_of_word(row->row->trust);
    bool filled = q->filled_by != NULL && row->pack == q->filled_by->pack;
    const struct decl *d = filled ? q->filled_by : q->decl;
    if (row->row->cite == NULL) return trust_of_decl(s, d);
    enum trust t = written_trust(d);
    weaken(&t, cite_trust(s, row->row->cite));
    return t;
}

/* site_priv: what the parts of the site share. site_model.c finds out what refers to what; site_formula.c,
 * site_example.c and site_chart.c render pieces; site_policy.c, site_func.c, site_param.c, site_data.c and site_other.c
 * write pages of their kinds; site_index.c the pages that lead to them; site_page.c what all pages have around them;
 * site.c the order of it all. */
#ifndef SITE_SITE_PRIV_H
#define SITE_SITE_PRIV_H
#include "lang/builtin.h"
#include "lang/eval.h"
#include "site/html_priv.h"
#include "site/site.h"

#define SITE_NO_PAGE UINT32_MAX

/* How far what a pack says is known to be what the source says (可信). */
enum trust { TRUST_ORIGINAL, TRUST_HIGH, TRUST_MEDIUM, TRUST_FICTION };

typedef VEC(uint32_t) index_list;
typedef VEC(date) day_list;

/* A citation: who cites, in which field, with which 依据. */
struct cited {
    uint32_t page;
    const struct ast_field
        *in; /* the field the citation belongs to; the citation itself when it is the declaration's */
    const struct ast_field *cite;
};

struct slot_use {
    uint16_t entity;
    uint32_t slot;
};

/* What one page is about: a name of one kind, in all its versions, with what lower packs filled in or added. */
struct page {
    enum kind kind;
    str name, path;
    uint32_t index;                 /* in the program's list of its kind; versions: of the newest */
    const struct decl *decl;        /* of the newest version; NULL for a pack without a head */
    VEC(const struct decl *) decls; /* everything that says something about it, uppermost pack first */
    index_list users;               /* pages that mention it */
    index_list needs;               /* parameters, definitions, tables and policies in its expressions */
    VEC(struct slot_use) facts;     /* fields it reads directly */
    VEC(struct cited) cited;        /* of a source */
    index_list examples;            /* in the program's list */
    enum trust trust;               /* its own */
    enum trust rests;               /* the least trusted of all it rests on, itself included */
    bool unset;                     /* open, and nobody filled it */
    index_list waits;               /* what is unset among all it rests on */
};

struct site {
    const struct program *p;
    const struct site_options *o;
    struct arena *a;       /* as long as the site is written */
    struct arena *scratch; /* one page */
    struct html *h;
    site_sink sink;
    void *to;
    struct err *e;
    bool failed, over;
    size_t written;
    VEC(struct page) pages;
    struct map decl_index; /* the bytes of a struct decl * to 1 + its place in program.decls */
    uint32_t *of_decl;     /* page of each declaration */
    uint32_t *of_func, *of_policy, *of_param, *of_codes, *of_entity, *of_pack;
    struct map by_name[KIND_COUNT]; /* 1 + page */
    struct map sources;             /* by name and by title: 1 + page */
    struct map paths;               /* taken file names, in lower case */
    struct use *uses;               /* names that were resolved, by where they stand in the text */
    size_t use_count;
    index_list **slot_users; /* per entity and slot: pages */
    struct example_result *results;
    size_t examples_shown, examples_failed;
    date last_day; /* the latest day on which something comes into force */
    bool has_last_day;
    bool fiction; /* something in it is invented */
};

/* -- site_model.c -- */
void model_build(struct site *s);
/* A page and all the rules it rests on, nearest first; in the scratch arena. */
void model_rests(const struct site *s, uint32_t page, index_list *out);
bool is_rule(enum kind k); /* parameters, definitions, tables, policies: what rests on one another */
struct url page_url(const struct site *s, uint32_t page);
struct url page_place(const struct site *s, uint32_t page, str place);
uint32_t page_of_decl(const struct site *s, const struct decl *d);
uint32_t page_of_name(const struct site *s, enum kind k, str name);
/* The page a field of names means: the first of its kinds that has the name. */
uint32_t page_of_reference(const struct site *s, const struct field_def *f, str name);
uint32_t page_of_source(const struct site *s, str name);
/* What the name at exactly this place means; NULL when the checker found nothing. */
const struct use *use_at(const struct site *s, struct loc l);
size_t uses_from(const struct site *s, uint16_t source, uint32_t from);   /* the first at or after a place */
const struct slot *use_slot(const struct site *s, const struct use *u);   /* NULL when it is no slot */
bool use_url(const struct site *s, const struct use *u, struct url *out); /* false when there is no page for it */
/* The field 说明, 可信 … of any kind by its English word; NULL. */
const struct ast_field *decl_field_named(const struct decl *d, const char *en);
const struct ast_field *sub_named(const struct ast_field *f, const char *en);
str note_of(struct site *s, const struct decl *d); /* its 说明, joined */
bool is_versioned(enum kind k);

/* -- site_trust.c -- */
void weaken(enum trust *t, enum trust by);
enum trust trust_of_decl(const struct site *s, const struct decl *d); /* d may be NULL */
/* A condition, exception or value with citations of its own; d is what it belongs to. */
enum trust trust_of_field(const struct site *s, const struct ast_field *f, const struct decl *d);
enum trust trust_of_row(const struct site *s, const struct param *q, const struct param_row *row);

/* -- site_page.c: around and between -- */
void emit(struct site *s, str path, str bytes);
/* A page up to its main part; `current` is the title of the part of the site it belongs to, NULL for none. */
void page_begin(struct site *s, str path, str title, str description, const char *current);
void page_end(struct site *s);
void search_form(struct site *s, const char *class_);
void section_open(struct site *s, const char *id, const char *title);
void section_close(struct site *s);
void table_open(struct site *s, const char *class_,
                const char *label); /* scrolls on its own when it is wider than the page */
void table_head(struct site *s, const char *const *titles, size_t n);
void th(struct site *s, const char *title, const char *class_);
void table_close(struct site *s);
void term_open(struct site *s, const char *dt); /* <dt>…</dt><dd> */
void term_close(struct site *s);
void badge_trust(struct site *s, enum trust t);
void badge_pack(struct site *s, unsigned pack);
void link_page(struct site *s, uint32_t page, const char *class_);
void link_names(struct site *s, const struct ast_field *f); /* the names of a field, where they have pages */
void prose(struct site *s, const char *class_, str text);   /* a paragraph per line */
void write_date(struct site *s, date d);                    /* 2024 年 1 月 1 日 */
void write_day_text(struct site *s, date d);                /* 2024-01-01 */
void write_period(struct site *s, bool has_from, date from, bool has_to, date to);
void write_type(struct site *s, const struct ast_type *written, struct type t);
const char *subject_zh(str entity); /* 给个人 …; NULL when it is another entity */
/* What holds on days [from, until): attributes for the script, and class and word when the site has a day of its own.
 */
const char *when_class(const struct site *s, bool has_from, date from, bool has_until, date until);
void when_attrs(struct site *s, bool has_from, date from, bool has_until, date until);
void when_word(struct site *s, const char *class_);

/* -- site_parts.c: what several kinds of page show -- */
/* 依据：来源 条款, each with a link to its source. */
void cite_one(struct site *s, const struct ast_field *cite);
bool has_cites(const struct ast_field *f);
void cites_of(struct site *s, const struct ast_field *f);
void cites_of_decl(struct site *s, const struct decl *d);
str head_sentence(struct site *s, const struct page *g); /* what it is, in one sentence; may be empty */
void users_section(struct site *s, const struct page *g, const char *title);
void rests_section(struct site *s, uint32_t page);
void facts_section(struct site *s, uint32_t page);
void notice_waits(struct site *s, const struct page *g);
void notice_trust(struct site *s, const struct page *g);
void source_text_section(struct site *s, const struct page *g);

/* -- site_formula.c -- */
void formula_block(struct site *s, const struct expr *x);
void formula_inline(struct site *s, const struct expr *x);
void formula_cell(struct site *s, const struct expr *cell); /* of a decision table */
const char *reading_of(enum builtin b, uint32_t args); /* its template; NULL when it is read by a rule of its own */
/* A declaration as it stands in its file, names linked. */
void formula_source(struct site *s, const struct decl *d);

/* -- site_value.c -- */
void value_write(struct site *s, const struct ast_type *written, struct type t, struct value v);
str value_of(struct site *s, const struct ast_type *written, struct type t, struct value v);
/* The value of a parameter in one breath, with the days from which it holds; for outlines and lists. */
void param_days(struct site *s, const struct param *q, day_list *out); /* days on which one of its values changes */
void param_glance(struct site *s, const struct param *q);

/* -- site_example.c -- */
void examples_run(struct site *s);
void examples_section(struct site *s, const struct page *g);
/* Values of the steps in the first example that qualifies under this version; NULL when there is none. */
const struct value *worked_steps(struct site *s, uint32_t policy, str *title);

/* -- site_chart.c -- */
void chart_steps(struct site *s, const struct param *q);

/* -- pages -- */
void page_policy(struct site *s, uint32_t page);
void page_func(struct site *s, uint32_t page);
void page_param(struct site *s, uint32_t page);
void page_codes(struct site *s, uint32_t page);
void page_entity(struct site *s, uint32_t page);
void page_source(struct site *s, uint32_t page);
void page_pack(struct site *s, uint32_t page);
void page_service(struct site *s, uint32_t page);
void page_other(struct site *s, uint32_t page);
void fields_generic(struct site *s, const struct decl *d);
void site_index(struct site *s);
void site_lists(struct site *s);
void site_open(struct site *s);
void site_timeline(struct site *s);
void site_reading(struct site *s);

extern const str site_style_css, site_pages_js;

#endif

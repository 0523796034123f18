/* drop: the table of files, and one fact as a row of one of them. */
#include "city/drop_priv.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define ALL               \
    {                     \
        {                 \
            SELF, F_COUNT \
        }                 \
    }
#define WHEN(field)         \
    {                       \
        {                   \
            SELF, F_##field \
        }                   \
    }
#define WHEN_RELIEF                                                   \
    {                                                                 \
        { HOME, F_household_allowance }, { SELF, F_person_supported } \
    }
#define WHEN_VILLAGE                                                                                          \
    {                                                                                                         \
        { SELF, F_household_low_income }, { SELF, F_household_out_of_poverty }, { SELF, F_household_watched } \
    }
#define WHEN_RURAL                                                                              \
    {                                                                                           \
        { SELF, F_person_land_taken }, { SELF, F_person_fisher }, { SELF, F_person_relocated }, \
            { SELF, F_person_returned }, { SELF, F_person_farm_founder },                       \
        {                                                                                       \
            SELF, F_person_migrant                                                              \
        }                                                                                       \
    }
#define WHEN_SPECIAL                                                                                    \
    {                                                                                                   \
        { SELF, F_person_closed_plant }, { SELF, F_person_net_trader }, { SELF, F_person_village_post } \
    }

const struct drop city_drops[DROP_COUNT] = {
#define DROP(id, file, encoding, entity, when, rest) \
    {                                                \
        file, rest, encoding, ENTITY_##entity, when, \
        {
#define COL(heading, whose, field, how) { heading, whose, F_##field, HOW_##how },
#define END \
    }       \
    }       \
    ,
#include "city/drops.def"
#undef DROP
#undef COL
#undef END
};

static const struct fact *of(const struct fact *f, enum whose whose)
{
    return whose == SELF ? f : whose == OWNER ? f->owner : f->entity == ENTITY_household ? f : f->home;
}

bool drop_has(const struct drop *d, const struct fact *f)
{
    if (d->entity != f->entity) return false;
    if (d->when[0].field == F_COUNT) return true;
    for (const struct drop_when *w = d->when; w < d->when + DROP_WHENS; w++) {
        if (w > d->when && w->field == 0) break;
        const struct fact *g = of(f, w->whose);
        if (fact_known(g, w->field) != CELL_KNOWN) continue;
        if (city_fields[w->field].kind != CELL_BOOL || fact_get(g, w->field) != 0) return true;
    }
    return false;
}

bool codes_find(struct codes *out, const struct program *p, struct arena *a, struct err *e)
{
    for (size_t i = 0; i < CODE_COUNT; i++) {
        str list = str_of(city_code_list[i]);
        const struct code_list *l = program_codes(p, list);
        if (l == NULL) return fail(e, MISMATCH, "规则包里没有代码表“%s”，造不了这座城市", city_code_list[i]);
        const struct code_item *item = map_get(&l->by_name, str_of(city_code_name[i]));
        if (item == NULL) {
            return fail(e, MISMATCH, "规则包的代码表“%s”里没有“%s”，造不了这座城市", city_code_list[i],
                        city_code_name[i]);
        }
        out->code[i] = str_dup(a, item->code).p;
        out->item[i] = (uint32_t)(item - l->items.at);
    }
    return true;
}

/* ---- how cells are written; by hand, since a city has hundreds of millions of them ---- */

static void put(struct drop_cell *out, const char *text)
{
    size_t n = strlen(text);
    if (n > sizeof out->text - 1) n = sizeof out->text - 1;
    memcpy(out->text, text, n);
    out->len = n;
}

static void put_digits(struct drop_cell *out, uint64_t n, int least)
{
    char digits[24];
    int len = 0;
    do digits[len++] = (char)('0' + n % 10);
    while ((n /= 10) != 0 || len < least);
    while (len > 0) out->text[out->len++] = digits[--len];
}

static void put_decimal(struct drop_cell *out, int64_t n, uint64_t unit, int digits)
{
    if (n < 0) out->text[out->len++] = '-';
    uint64_t whole = n < 0 ? (uint64_t)-n : (uint64_t)n;
    put_digits(out, whole / unit, 1);
    out->text[out->len++] = '.';
    put_digits(out, whole % unit, digits);
}

static void put_day(struct drop_cell *out, int64_t days, bool dashes)
{
    int y, m, d;
    date_parts((date){ (int32_t)days }, &y, &m, &d);
    put_digits(out, (uint64_t)y, 4);
    if (dashes) out->text[out->len++] = '-';
    put_digits(out, (uint64_t)m, 2);
    if (dashes) out->text[out->len++] = '-';
    put_digits(out, (uint64_t)d, 2);
}

static void put_key(const struct city *c, struct drop_cell *out, const struct fact *f, enum city_field field, int64_t n)
{
    char code[ID_TEXT];
    if (city_fields[field].kind == CELL_REF_PERSON) {
        put(out, f->key == NULL ? "" : f->key);
        return;
    }
    if (city_fields[field].kind == CELL_REF_INSTITUTION)
        institution_code(c, (uint64_t)n, code);
    else
        firm_code(c, (uint64_t)n, code);
    put(out, code);
}

static void write_cell(const struct city *c, const struct codes *k, const struct drop_column *col, const struct fact *f,
                       struct drop_cell *out)
{
    const struct fact *g = of(f, col->whose);
    out->len = 0;
    out->plain = col->how != HOW_TEXT || col->field == F_person_id;
    if (col->field == F_person_id && col->whose == OWNER && f->key != NULL) {
        put(out, f->key);
        return;
    }
    if (fact_known(g, col->field) != CELL_KNOWN) return;
    int64_t n = city_fields[col->field].kind == CELL_TEXT ? 0 : fact_get(g, col->field);
    switch (col->how) {
    case HOW_TEXT: put(out, fact_get_text(g, col->field)); break;
    case HOW_DAY: put_day(out, n, true); break;
    case HOW_DAY8: put_day(out, n, false); break;
    case HOW_MONTH6:
        put_digits(out, (uint64_t)n / 12, 4);
        put_digits(out, (uint64_t)n % 12 + 1, 2);
        break;
    case HOW_NAME: put(out, city_code_name[n]); break;
    case HOW_CODE: put(out, k->code[n]); break;
    case HOW_YES: put(out, n ? "是" : "否"); break;
    case HOW_ONE: put(out, n ? "1" : "0"); break;
    case HOW_YUAN: put_decimal(out, n, 100, 2); break;
    case HOW_NUMBER: put_digits(out, (uint64_t)n, 1); break;
    case HOW_RATE: put_decimal(out, n, 10000, 4); break;
    case HOW_KEY: put_key(c, out, f, col->field, n); break;
    }
}

void drop_row(const struct city *c, const struct codes *k, const struct drop *d, const struct fact *f,
              struct drop_cell *out)
{
    for (const struct drop_column *col = d->columns; col < d->columns + DROP_COLUMNS && col->heading != NULL; col++) {
        write_cell(c, k, col, f, out++);
    }
}

void city_list(struct text *out)
{
    static const char *const how[] = { "原样",     "日期 2024-06-03", "日期 20240603", "年月 202405",  "代码的名称",
                                       "代码",     "是/否",           "1/0",           "元，两位小数", "整数",
                                       "四位小数", "指向的编码" };
    for (const struct drop *d = city_drops; d < city_drops + DROP_COUNT; d++) {
        const char *format = d->encoding == GB18030 ? "GB18030" : strstr(d->file, ".xlsx") != NULL ? "XLSX" : "UTF-8";
        text_addf(out, "\n### %s\n\n%s；一行是一条“%s”；不在这份里的：%s\n\n| 栏名 | 成为 | 写法 |\n|---|---|---|\n",
                  d->file, format, city_entities[d->entity].name, d->rest);
        for (const struct drop_column *c = d->columns; c < d->columns + DROP_COLUMNS && c->heading != NULL; c++) {
            const struct city_field_def *f = &city_fields[c->field];
            const char *name = f->name[0] == '-' ? f->name + 1 : f->name;
            text_addf(out, "| %s | %s.%s%s | %s |\n", c->heading, city_entities[f->entity].name, name,
                      f->name[0] == '-' && strcmp(name, "更新日期") == 0 ? "（来源的日期，不是事实）" : "",
                      how[c->how]);
        }
    }
}

/* One cell of any bytes as every kind of field: it is a value, nothing, or a complaint with a remedy, never a crash;
 * and a value written plainly is read as itself. */
#include "base/utf8.h"
#include "registry/field.h"
#include "registry/registry_priv.h"

#include <stdio.h>
#include <stdlib.h>

static void must(bool ok)
{
    if (!ok) abort();
}

static void read_as(struct type t, int role, str cell, struct arena *a)
{
    struct field_value v;
    enum field_answer got = field_read(NULL, t, role, true, cell, a, &v);
    must(got != FIELD_WRONG || (v.complaint.len > 0 && v.remedy.len > 0));
    if (got != FIELD_VALUE) return;
    char plain[64];
    if (t.kind == TYPE_DATE) {
        date_text((date){ (int32_t)v.i }, plain);
    } else if (t.kind == TYPE_MONTH) {
        month_text((month){ (int32_t)v.i }, plain);
    } else if (t.kind == TYPE_NUM) {
        num_text(v.i, t.scale, 0, plain);
    } else {
        return;
    }
    struct field_value again;
    must(field_read(NULL, t, role, true, str_of(plain), a, &again) == FIELD_VALUE && again.i == v.i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str cell = { (const char *)data, size };
    if (!utf8_valid(cell, NULL)) return 0; /* sheet.h promises it */
    autoarena *a = arena_new("cell", 0);
    cell = str_dup(a, cell);
    read_as(type_of_kind(TYPE_DATE), ROLE_NONE, cell, a);
    read_as(type_of_kind(TYPE_MONTH), ROLE_NONE, cell, a);
    read_as(type_of_kind(TYPE_BOOL), ROLE_NONE, cell, a);
    read_as(type_num(UNIT_YUAN, 2), ROLE_NONE, cell, a);
    read_as(type_num(UNIT_NONE, 4), ROLE_NONE, cell, a);
    read_as(type_num(UNIT_MONTH, 0), ROLE_NONE, cell, a);
    for (int role = ROLE_NONE; role < ROLE_COUNT; role++) read_as(type_of_kind(TYPE_TEXT), role, cell, a);
    return 0;
}

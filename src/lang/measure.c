/* measure: units of statistics, and values converted between them without loss. */
#include "lang/measure.h"

#include <assert.h>

bool measure_unit_read(str text, struct measure_unit *out)
{
    struct measure_unit u = { .text = text, .factor = 1 };
    if (str_eq(text, STR("%")) || str_eq(text, STR("％")) || str_eq(text, STR("个百分点")))
        u.percent = true;
    else if (str_eq(text, STR("倍")))
        u.times = true;
    else if (!unit_parse(text, &u.unit, &u.factor))
        return false;
    *out = u;
    return true;
}

bool measure_units_fit(const struct measure_unit *a, const struct measure_unit *b)
{
    return a->percent == b->percent && a->times == b->times && unit_eq(a->unit, b->unit);
}

bool measure_convert(num v, unsigned scale, const struct measure_unit *from, const struct measure_unit *to, num *out)
{
    num wide;
    if (scale > MEASURE_SCALE || !num_widen(v, scale, MEASURE_SCALE, &wide) || !num_mul(wide, from->factor, &wide))
        return false;
    if (wide % to->factor != 0) return false;
    *out = wide / to->factor;
    return true;
}

str measure_text(struct arena *a, num v, unsigned min_digits)
{
    char z[NUM_TEXT];
    size_t n = num_text(v, MEASURE_SCALE, min_digits, z);
    return str_dup(a, (str){ z, n });
}

str measure_rounded(struct arena *a, num v, unsigned digits)
{
    num r = 0;
    assert(digits <= MEASURE_SCALE);
    if (!num_round_to(v, MEASURE_SCALE, (int)digits, NUM_HALF_UP, &r)) return measure_text(a, v, digits);
    char z[NUM_TEXT];
    size_t n = num_text(r, digits, digits, z);
    return str_dup(a, (str){ z, n });
}

/* words: dates, money, numbers. */
#include "hall/hall_priv.h"

str words_day(struct arena *a, date d, date today)
{
    int year, mon, day, this_year, m, n;
    date_parts(d, &year, &mon, &day);
    date_parts(today, &this_year, &m, &n);
    if (year == this_year) return str_fmt(a, "%d 月 %d 日", mon, day);
    return str_fmt(a, "%d 年 %d 月 %d 日", year, mon, day);
}

str words_time(struct arena *a, int64_t seconds)
{
    int64_t local = seconds + INT64_C(8) * 3600; /* one clock in all of China */
    int year, mon, day, minute = (int)(local % 86400 / 60);
    date_parts((date){ (int32_t)(local / 86400) }, &year, &mon, &day);
    return str_fmt(a, "%d 年 %d 月 %d 日 %02d:%02d", year, mon, day, minute / 60, minute % 60);
}

static str with_commas(struct arena *a, str digits, size_t whole)
{
    struct text t;
    text_init(&t, a, digits.len * 2 + 4);
    for (size_t i = 0; i < digits.len; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0 && digits.p[i - 1] != '-') text_addc(&t, ',');
        text_addc(&t, digits.p[i]);
    }
    return text_str(&t);
}

str words_count(struct arena *a, uint64_t n)
{
    str digits = str_fmt(a, "%llu", (unsigned long long)n);
    return with_commas(a, digits, digits.len);
}

str words_sum(struct arena *a, num total, unsigned scale, str unit)
{
    char digits[NUM_TEXT];
    str s = { digits, num_text(total, scale, scale, digits) };
    size_t point = str_find(s, STR("."));
    s = with_commas(a, s, point == SIZE_MAX ? s.len : point);
    return str_fmt(a, "%.*s %.*s", STR_ARG(s), STR_ARG(unit));
}

const char *words_unit(uint8_t unit)
{
    switch ((enum service_unit)unit) {
    case SERVICE_WORKDAYS: return "个工作日";
    case SERVICE_DAYS: return "日";
    case SERVICE_MONTHS: return "个月";
    case SERVICE_HOURS: return "小时";
    }
    return "";
}

str words_limit(struct call *c, struct service_time t)
{
    t = service_time_on(c->h->p, t, c->today);
    return t.count == 0 ? STR("") : str_fmt(c->a, "%u %s", (unsigned)t.count, words_unit(t.unit));
}

str words_href(struct arena *a, const char *before, str name, const char *after)
{
    struct text t;
    text_init(&t, a, 4096);
    text_addz(&t, before);
    http_encode(&t, name);
    text_addz(&t, after);
    return text_str(&t);
}

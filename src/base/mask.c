/* mask: a table of classes: how many characters stay at each end, and how many stars stand between at most. */
#include "base/mask.h"
#include "base/text.h"
#include "base/utf8.h"

struct rule {
    const char *class_;
    size_t head, tail, stars; /* stars: 0 as many as were hidden */
};

static const struct rule rules[] = {
    { "姓名", 1, 0, 0 },   /* 张** */
    { "证件号", 4, 4, 0 }, /* 3201**********123X: neither the birthday nor all of the order number */
    { "电话", 3, 4, 0 },   /* 138****1234 */
    { "账号", 0, 4, 4 },   /* ****1234, as banks print it */
    { "地址", 6, 0, 4 },   /* the district, not the door */
};

/* The byte where character n begins. */
static size_t byte_of(str s, size_t n)
{
    size_t at = 0, len;
    while (n-- > 0 && at < s.len) {
        utf8_at(s, at, &len);
        at += len;
    }
    return at;
}

str mask(struct arena *a, str class_, str value)
{
    if (class_.len == 0 || value.len == 0) return value;
    struct rule r = { NULL, 0, 0, 4 };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (str_eq(class_, str_of(rules[i].class_))) r = rules[i];
    }
    size_t count = utf8_count(value);
    if (r.head + r.tail >= count)
        r.head = count > 1 && r.tail == 0 ? 1 : 0, r.tail = 0; /* too short to show two ends */
    size_t hidden = count - r.head - r.tail, from = byte_of(value, r.head), to = byte_of(value, count - r.tail);
    struct text t;
    text_init(&t, a, value.len + count + 8);
    text_add(&t, str_slice(value, 0, from));
    text_repeat(&t, '*', r.stars > 0 ? r.stars : hidden);
    text_add(&t, str_slice(value, to, value.len));
    return text_str(&t);
}

/* idcard: citizen identity numbers (GB 11643): six digits of region, birth date, three of sequence (odd: male), check
 * digit; the fifteen-digit form issued until 1999; and the residence permits with numbers of the same build (81, 82 and
 * 83 for residents of Hong Kong, Macao and Taiwan, 9 for foreigners' permanent residence cards of 2023). It knows form
 * only: that a number is well formed does not say it was issued, or that it belongs to whom it is said to. */
#ifndef BASE_IDCARD_H
#define BASE_IDCARD_H
#include "base/date.h"

#define IDCARD_FAULTS(X)                                                \
    X(OK, "号码合规")                                                   \
    X(LENGTH, "应为18位（旧号码15位），请对照证件补全或删去多余的字符") \
    X(CHAR, "前17位应是数字，最后一位是数字或X，请对照证件更正")        \
    X(REGION, "前两位不是省级地区代码，请对照证件更正")                 \
    X(DATE, "第7位起的出生日期不存在或不合理，请对照证件更正")          \
    X(CHECK, "最后一位校验码对不上，多半有一位写错或相邻两位写反，请对照证件更正")

enum idcard_fault {
#define X(name, text_zh) IDCARD_##name,
    IDCARD_FAULTS(X)
#undef X
};

enum { IDCARD_LEN = 18 };

struct idcard {
    char text[IDCARD_LEN + 1]; /* eighteen characters, also of a number that had fifteen */
    uint32_t region;           /* the first six digits: where it was first issued, not where somebody lives */
    date birth;
    bool male;
    bool was_short; /* fifteen digits: the century is a guess (19…), and there was no check digit */
};

/* Blanks around, full-width digits and a small x are accepted. *out is filled (when not NULL) only with IDCARD_OK. */
enum idcard_fault idcard_read(str s, struct idcard *out);
/* A Chinese sentence: what is wrong and what to do. */
const char *idcard_fault_text(enum idcard_fault f);
/* The check character of the first seventeen digits. */
char idcard_check_char(const char *seventeen_digits);

#endif

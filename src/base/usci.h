/* usci: unified social credit codes of organisations (GB 32100): registering authority and kind (2 characters), region
 * (6 digits), organisation code (9), check character; 31 characters are in use, all but I, O, S, V, Z. Three published
 * codes of the pilot time fail the check lawfully, so a wrong check character is a warning with evidence, never a
 * reason to refuse (usci_doubtful). */
#ifndef BASE_USCI_H
#define BASE_USCI_H
#include "base/str.h"

#define USCI_FAULTS(X)                                                                              \
    X(OK, "代码合规")                                                                               \
    X(LENGTH, "应为18位，请对照营业执照补全或删去多余的字符")                                       \
    X(CHAR, "只能是数字和大写字母，且没有I、O、S、V、Z，请对照营业执照更正")                        \
    X(REGION, "第3到8位应是六位数字的地区代码，请对照营业执照更正")                                 \
    X(ORGANISATION, "第17位（组织机构代码的校验码）对不上，请对照营业执照核对；确实如此的可以保留") \
    X(CHECK, "最后一位校验码对不上，请对照营业执照核对；确实如此的可以保留")

enum usci_fault {
#define X(name, text_zh) USCI_##name,
    USCI_FAULTS(X)
#undef X
};

enum { USCI_LEN = 18 };

struct usci {
    char text[USCI_LEN + 1]; /* narrow, capital letters */
};

/* Blanks around, full-width and small letters are accepted. *out is filled (when not NULL) with USCI_OK and with the
 * two faults that are only doubtful. */
enum usci_fault usci_read(str s, struct usci *out);
/* Whether the fault is one to warn of rather than refuse. */
static inline bool usci_doubtful(enum usci_fault f) { return f == USCI_ORGANISATION || f == USCI_CHECK; }
const char *usci_fault_text(enum usci_fault f);
/* The check character for the first seventeen; all of them must be characters in use. */
char usci_check_char(const char *seventeen);

#endif

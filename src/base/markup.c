/* markup: the four characters that would end what they stand in. */
#include "base/markup.h"

void markup_add(struct text *out, str s)
{
    for (size_t i = 0; i < s.len; i++) {
        switch (s.p[i]) {
        case '&': text_addz(out, "&amp;"); break;
        case '<': text_addz(out, "&lt;"); break;
        case '>': text_addz(out, "&gt;"); break;
        case '"': text_addz(out, "&quot;"); break;
        default: text_addc(out, s.p[i]);
        }
    }
}

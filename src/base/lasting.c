/* lasting: see lasting.h. */
#include "base/lasting.h"

enum { DIGITS = 10 };

bool lasting_number(str s)
{
    bool digits = s.len > 0 && s.len <= DIGITS;
    for (size_t i = 0; digits && i < s.len; i++) digits = s.p[i] >= '0' && s.p[i] <= '9';
    return digits;
}

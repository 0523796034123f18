/* lasting: numbers the register gives to people and firms, which stay when their documents change. Books of money have
 * them where the register knows somebody, and numbers of documents where it does not: both must be told apart alike. */
#ifndef BASE_LASTING_H
#define BASE_LASTING_H
#include "base/str.h"

/* Whether a text reads as one: digits, ten at most (there are no more than 4·10⁹; identity cards have eighteen). */
bool lasting_number(str s);

#endif

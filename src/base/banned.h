/* banned: functions that have hurt other programs. Meson includes this before every file of src, and a use is a compile
 * error that names what to use instead. It is a redeclaration with the "deprecated" mark, not a macro, so that headers
 * from outside still compile. Taking the address counts as a use. Tests and tools may use all of them. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H
#pragma GCC system_header /* redeclaring is the point here: no warning about it */
#include <alloca.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BAN(name, instead) __typeof__(name) name __attribute__((deprecated("banned, use " instead)))

/* They write past the end, or cut without saying so. */
BAN(strcpy, "str_dup or text_add");
BAN(strncpy, "str_dup or text_add");
BAN(stpcpy, "str_dup or text_add");
BAN(strcat, "text_add");
BAN(strncat, "text_add");
BAN(sprintf, "text_addf, str_fmt or snprintf");
BAN(vsprintf, "text_addf or vsnprintf");

/* They hide state that threads share. */
BAN(strtok, "str_split");
BAN(localtime, "base/date.h");
BAN(gmtime, "base/date.h");
BAN(ctime, "date_text");
BAN(asctime, "date_text");

/* They take half a number for a number, or bring in floating point. */
BAN(atoi, "str_to_i64");
BAN(atol, "str_to_i64");
BAN(atoll, "str_to_i64");
BAN(atof, "num_parse");
BAN(strtol, "str_to_i64");
BAN(strtoul, "str_to_i64");
BAN(strtoll, "str_to_i64");
BAN(strtoull, "str_to_i64");
BAN(strtod, "num_parse");
BAN(strtof, "num_parse");
BAN(scanf, "file_read and str_split");
BAN(fscanf, "file_read and str_split");
BAN(sscanf, "str_split and str_to_i64");

/* They can be guessed, or run what somebody else wrote. */
BAN(rand, "getrandom");
BAN(srand, "getrandom");
BAN(random, "getrandom");
BAN(srandom, "getrandom");
BAN(system, "posix_spawn");
BAN(popen, "posix_spawn");
BAN(tmpnam, "mkstemp");
BAN(tempnam, "mkstemp");
BAN(mktemp, "mkstemp");
#pragma GCC poison gets

/* Memory belongs to a lifetime, and lifetimes are arenas. Only base makes them out of raw memory. */
#ifndef BANNED_IN_BASE
BAN(malloc, "arena_alloc");
BAN(calloc, "arena_alloc");
BAN(realloc, "vec_push or text_add");
BAN(reallocarray, "vec_push");
BAN(strdup, "str_dup");
BAN(strndup, "str_dup");
BAN(asprintf, "str_fmt");
BAN(vasprintf, "str_fmt");
#endif

#undef BAN
#endif

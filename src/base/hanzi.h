/* hanzi: what is known of single Chinese characters, for comparing names: the standard form of a traditional or variant
 * character, readings without tones, and characters that eyes and scanners confuse. Covers all of U+4E00 to U+9FFF and
 * the 8,105 characters of 通用规范汉字表; others are their own standard form and have no reading. The table is
 * assets/hanzi.txt, read once when first asked for; any thread may ask. */
#ifndef BASE_HANZI_H
#define BASE_HANZI_H
#include "base/str.h"

/* Readings are small numbers 1 … HANZI_READINGS_MAX - 1; 0: none known. The numbers may change with the table: they are
 * for comparing, not for keeping. */
enum { HANZI_READINGS_MAX = 512 };

uint32_t hanzi_standard(uint32_t cp); /* 張 → 张; what has no other form is returned as it is */
/* The usual reading, as in given names; and as a surname, where that differs (单: shan). Of the standard form. */
uint16_t hanzi_reading(uint32_t cp);
uint16_t hanzi_surname_reading(uint32_t cp);
/* "zhang" for a reading; ü is v, as keyboards have it; empty for 0. */
str hanzi_reading_text(uint16_t reading);
/* Whether some reading of a, usual, other or as a surname, is one of b's. */
bool hanzi_same_sound(uint32_t a, uint32_t b);
/* Whether the two are easily taken for one another when read or keyed by shape: 己已巳, 日曰. Never for equal ones. */
bool hanzi_alike(uint32_t a, uint32_t b);

#endif

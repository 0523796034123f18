/* ids: numbers that look right and are nobody's. Check digits are those of the standards, prefixes are not assigned:
 *   identity numbers     county codes 329901, 329902 … down to 321401: Jiangsu's cities end at 3213
 *   credit codes         registered at 329900, where no authority is
 *   phones               154…: no carrier has this range, and it is no short number
 *   bank accounts        000…: no issuer; the last digit is Luhn's */
#ifndef CITY_IDS_H
#define CITY_IDS_H
#include "base/date.h"

enum { ID_TEXT = 19, PHONE_TEXT = 12, ACCOUNT_TEXT = 20 };

/* The 18 characters (GB 11643) of person `number`: no two people of a city share one. Above id_free_days people the day
 * of birth must be id_day(number). */
void id_number(uint64_t number, date birth, bool male, char out[ID_TEXT]);
uint64_t id_free_days(void);
int id_day(uint64_t number); /* 1 … 28 */
char id_check(const char *first17);
void id_fifteen(const char *id18, char out[ID_TEXT]); /* as it was before 1999: no century, no check digit */
/* A unified social credit code (GB 32100): kind is its first two characters, number below 10^8. */
void credit_code(const char *kind, uint64_t number, char out[ID_TEXT]);
char credit_check(const char *first17);
void phone_number(uint64_t number, char out[PHONE_TEXT]);
void bank_account(uint64_t number, char out[ACCOUNT_TEXT]);

#endif

/* names: people, firms, schools and streets, put together at random from common words. */
#ifndef CITY_NAMES_H
#define CITY_NAMES_H
#include "base/arena.h"
#include "city/rng.h"

const char *name_surname(struct rng *r);
/* Surname and given name as people born in that year have them. */
const char *name_person(struct arena *a, struct rng *r, const char *surname, bool male, int birth_year);
/* The same name with one character replaced by one that sounds or looks alike; NULL: none of it has a twin. */
const char *name_twin(struct arena *a, const char *name, bool sound);
const char *name_street(struct rng *r);
const char *name_firm_word(struct rng *r);
const char *name_trade(struct rng *r);  /* an occupation that training and certificates name */
const char *name_school(struct rng *r); /* of higher education; invented */
const char *name_major(struct rng *r);
const char *name_bank(struct rng *r);

#endif

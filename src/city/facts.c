/* facts: the tables of model.def and codes.def, and cells. A fact is one block of memory: itself, its cells, their
 * states. */
#include "city/facts.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct city_field_def city_fields[F_COUNT] = {
#define ENTITY(id, name, owner, shape)
#define FIELD(entity, id, name, kind, start) { name, ENTITY_##entity, CELL_##kind, START_##start },
#include "city/model.def"
#undef ENTITY
#undef FIELD
};

/* Where the fields of an entity begin. BEGIN_x takes a number and BACK_x gives it back, so that only fields count. */
enum {
#define ENTITY(id, name, owner, shape)       BEGIN_##id, BACK_##id = BEGIN_##id - 1,
#define FIELD(entity, id, name, kind, start) AT_##entity##_##id,
#include "city/model.def"
#undef ENTITY
#undef FIELD
};

const struct city_entity_def city_entities[ENTITY_COUNT] = {
#define ENTITY(id, name, owner, shape) { name, ENTITY_##owner, SHAPE_##shape, BEGIN_##id },
#define FIELD(entity, id, name, kind, start)
#include "city/model.def"
#undef ENTITY
#undef FIELD
};

const char *const city_code_list[CODE_COUNT] = {
#define ITEM(id, list, item) list,
#include "city/codes.def"
#undef ITEM
};
const char *const city_code_name[CODE_COUNT] = {
#define ITEM(id, list, item) item,
#include "city/codes.def"
#undef ITEM
};
const char *const city_plant_name[PLANT_COUNT] = {
#define PLANT(id, name, text) name,
#include "city/plants.def"
#undef PLANT
};
const char *const city_plant_text[PLANT_COUNT] = {
#define PLANT(id, name, text) text,
#include "city/plants.def"
#undef PLANT
};

unsigned entity_fields(enum city_entity e)
{
    unsigned next = e + 1u < ENTITY_COUNT ? city_entities[e + 1].first : F_COUNT;
    return next - city_entities[e].first;
}

static size_t at(const struct fact *f, unsigned field)
{
    assert(field < F_COUNT && city_fields[field].entity == f->entity);
    return field - city_entities[f->entity].first;
}

struct fact *fact_new(struct fact_set *s, enum city_entity entity, struct fact *owner)
{
    unsigned n = entity_fields(entity), first = city_entities[entity].first;
    char *block = arena_alloc(s->arena, sizeof(struct fact) + n * (sizeof(union cell) + 1));
    struct fact *f = (struct fact *)(void *)block;
    f->cell = (union cell *)(void *)(block + sizeof *f);
    f->state = (uint8_t *)(block + sizeof *f + n * sizeof *f->cell);
    f->entity = (uint8_t)entity;
    f->owner = owner;
    f->home = owner == NULL ? NULL : owner->entity == ENTITY_household ? owner : owner->home;
    for (unsigned i = 0; i < n; i++) f->state[i] = city_fields[first + i].start;
    *vec_push(s->arena, &s->facts) = f;
    return f;
}

void fact_number(struct fact *f, enum city_field field, int64_t value)
{
    size_t i = at(f, field);
    f->cell[i].n = value;
    f->state[i] = CELL_KNOWN;
}

void fact_text(struct fact *f, enum city_field field, const char *text)
{
    size_t i = at(f, field);
    f->cell[i].text = text;
    f->state[i] = CELL_KNOWN;
}

void fact_format(struct fact_set *s, struct fact *f, unsigned field, const char *fmt, ...)
{
    const char *out = "";
    if (!s->no_text) {
        char room[256];
        va_list ap;
        va_start(ap, fmt);
        int n = vsnprintf(room, sizeof room, fmt, ap);
        va_end(ap);
        assert(n >= 0 && (size_t)n < sizeof room);
        out = str_dup(s->arena, (str){ room, (size_t)n }).p;
    }
    fact_text(f, (enum city_field)field, out);
}

void fact_state(struct fact *f, enum city_field field, enum cell_state state)
{
    size_t i = at(f, field);
    f->cell[i].n = 0;
    f->state[i] = (uint8_t)state;
}

int64_t fact_get(const struct fact *f, enum city_field field)
{
    size_t i = at(f, field);
    return f->state[i] == CELL_KNOWN ? f->cell[i].n : 0;
}

const char *fact_get_text(const struct fact *f, enum city_field field)
{
    size_t i = at(f, field);
    return f->state[i] == CELL_KNOWN && f->cell[i].text != NULL ? f->cell[i].text : "";
}

enum cell_state fact_known(const struct fact *f, enum city_field field)
{
    return (enum cell_state)f->state[at(f, field)];
}

bool cell_same(enum cell_kind kind, uint8_t state_a, union cell a, uint8_t state_b, union cell b)
{
    if (state_a != state_b || state_a != CELL_KNOWN) return state_a == state_b;
    return kind == CELL_TEXT ? strcmp(a.text, b.text) == 0 : a.n == b.n;
}

bool fact_same(const struct fact *a, const struct fact *b)
{
    unsigned n = entity_fields(a->entity), first = city_entities[a->entity].first;
    for (unsigned i = 0; i < n; i++) {
        if (!cell_same(city_fields[first + i].kind, a->state[i], a->cell[i], b->state[i], b->cell[i])) return false;
    }
    return true;
}

struct plant *fact_plant(struct fact_set *s, enum plant_kind kind, struct fact *f, unsigned field)
{
    struct plant *p = vec_push(s->arena, &s->plants);
    *p = (struct plant){ .kind = kind, .fact = f, .field = (uint16_t)field };
    if (field < F_COUNT) {
        p->true_state = f->state[at(f, field)];
        p->true_cell = f->cell[at(f, field)];
    }
    return p;
}

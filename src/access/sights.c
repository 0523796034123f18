/* sights: the table of roles. */
#include "access/access.h"
#include "base/mask.h"

enum { CLASSES = 6, OTHER = CLASSES - 1 };

#define SEES(a) SIGHT_##a
static const struct role_row {
    const char *zh;
    enum access_scope scope;
    uint8_t sees[CLASSES];
} rows[ROLES] = {
#define ROLE(name, zh, scope, n, i, p, b, h, o) \
    { zh, SCOPE_##scope, { SEES(n), SEES(i), SEES(p), SEES(b), SEES(h), SEES(o) } },
#include "access/roles.def"
#undef ROLE
};

const char *access_role_zh(enum access_role r) { return rows[r].zh; }
enum access_scope access_scope(enum access_role r) { return rows[r].scope; }

bool access_role_named(str zh, enum access_role *out)
{
    for (unsigned i = 0; i < ROLES; i++) {
        if (!str_eq(zh, str_of(rows[i].zh))) continue;
        *out = (enum access_role)i;
        return true;
    }
    return false;
}

static unsigned class_index(str class_)
{
    static const char *const names[OTHER] = { "姓名", "证件号", "电话", "账号", "地址" };
    for (unsigned i = 0; i < OTHER; i++) {
        if (str_eq(class_, str_of(names[i]))) return i;
    }
    return OTHER;
}

enum access_sight access_sight(const struct access_reader *r, str class_)
{
    if (r->account == 0) return SIGHT_HIDDEN;
    unsigned i = class_index(class_);
    /* A class this table does not know is personal all the same: nobody sees more of it than its mask. */
    enum access_sight sight = (enum access_sight)rows[r->role].sees[i];
    return i == OTHER && class_.len > 0 && sight == SIGHT_PLAIN ? SIGHT_MASKED : sight;
}

str access_show(const struct access_reader *r, str class_, str value, struct arena *a)
{
    switch (access_sight(r, class_)) {
    case SIGHT_HIDDEN: return STR("");
    case SIGHT_MASKED: return mask(a, class_, value);
    case SIGHT_PLAIN: return value;
    }
    return STR("");
}

bool access_may_see(const struct access_reader *r, str entity, int64_t subject, const str *places, size_t place_count)
{
    if (r->account == 0) return false;
    switch (rows[r->role].scope) {
    case SCOPE_NOBODY: return false;
    case SCOPE_SELF: return subject != 0 && r->subject == subject && str_eq(r->entity, entity);
    case SCOPE_ALL: return true;
    case SCOPE_REGION: break;
    }
    for (size_t i = 0; i < place_count; i++) {
        for (size_t k = 0; k < r->region_count; k++) {
            if (str_eq(places[i], r->regions[k])) return true;
        }
    }
    return false;
}

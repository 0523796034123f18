/* hide: cells too small to be shown, and those that would give them away.
 *
 * Areas are looked at in groups: those that lie in one area, which is their total. Nobody gets to know more of a hidden
 * cell than what the total of its group leaves, so, until nothing changes any more:
 *   - what lies in a hidden area is hidden, noughts included; so are the noughts beside anything hidden, or the others
 *     would be fewer to guess among;
 *   - what the hidden cells of a group are together must not be few itself, and must not say what one of them is: n
 *     cells below the line that make S together are each between S - (n-1)(line-1) and S - (n-1), which can be a point.
 *     While it does, the smallest that is shown joins them; when none is left, the total is hidden.
 * Who is counted in the total without being in an area of the group is one more hidden cell: nobody is shown how many.
 *
 * The areas that the region lies in are no groups of their own: what is beside the region there lies under the whole,
 * and they are hidden as soon as anything of that is. Else a few people in another province would hide the own one. */
#include "lang/return.h"
#include "tally/tally.h"

/* Whether a place with the code lies in the area with that code, by the digits of GB/T 2260. */
static bool lies_in(str code, str area)
{
    enum area_level level = area_level_of(area);
    size_t digits = level == LEVEL_PROVINCE ? 2 : level == LEVEL_CITY ? 4 : area.len;
    return level != LEVEL_UNKNOWN && str_starts(code, str_slice(area, 0, digits));
}

void tally_region(struct tally *t, str region, struct arena *a)
{
    const struct code_item *own = code_item_of(t->list, region);
    t->home = own != NULL ? 1 + (uint32_t)(own - t->list->items.at) : 0;
    t->above = ARENA_ARRAY(a, bool, t->areas);
    if (t->home != 0) {
        uint32_t upper = t->list->items.at[t->home - 1].upper;
        for (; upper != 0; upper = t->list->items.at[upper - 1].upper) t->above[upper] = true;
        return;
    }
    for (uint32_t area = 1; area < t->areas && region.len > 0; area++)
        t->above[area] = lies_in(region, t->list->items.at[area - 1].code);
}

/* One month of one indicator. */
struct hiding {
    const struct tally *t;
    const num *v;
    uint8_t *hidden;
    const uint32_t *first, *next; /* of the group of each area: chains that end with 0 */
    num least;
};

/* What is known of the hidden cells of a group. */
struct unseen {
    num sum, rest; /* together; rest: in the total, and in no area of the group */
    uint32_t count;
    bool any, large;   /* large: one of them is not few */
    uint32_t smallest; /* of those shown that may join them; 0: none */
};

static struct unseen look(const struct hiding *h, uint32_t upper)
{
    struct unseen u = { .rest = h->v[upper] };
    for (uint32_t area = h->first[upper]; area != 0; area = h->next[area]) {
        num v = h->v[area];
        u.rest -= v;
        u.any = u.any || h->hidden[area] != 0;
        if (v <= 0) continue;
        if (h->hidden[area] != 0) {
            u.sum += v, u.count++;
            u.large = u.large || v >= h->least;
        } else if (u.smallest == 0 || v < h->v[u.smallest]) {
            u.smallest = area;
        }
    }
    if (u.rest > 0) u.sum += u.rest, u.count++, u.large = u.large || u.rest >= h->least;
    return u;
}

static bool says_it(const struct unseen *u, num least)
{
    num count = (num)u->count;
    return u->sum < least || u->count < 2 || u->sum == count || (!u->large && u->sum >= count * (least - 1));
}

static bool hide_one(const struct hiding *h, uint32_t area)
{
    bool was = h->hidden[area] != 0;
    if (!was) h->hidden[area] = 2;
    return !was;
}

static bool hide_all(const struct hiding *h, uint32_t upper, bool noughts_alone)
{
    bool changed = false;
    for (uint32_t area = h->first[upper]; area != 0; area = h->next[area]) {
        if (!noughts_alone || h->v[area] == 0) changed = hide_one(h, area) || changed;
    }
    return changed;
}

static bool hide_above(const struct hiding *h)
{
    bool changed = false;
    for (uint32_t area = 1; area < h->t->areas; area++) {
        if (h->t->above[area]) changed = hide_one(h, area) || changed;
    }
    return changed;
}

/* Whether anything was hidden that was not before. */
static bool hide_group(const struct hiding *h, uint32_t upper)
{
    if (h->first[upper] == 0) return false;
    if (upper != 0 && h->hidden[upper] != 0) return hide_all(h, upper, false);
    struct unseen u = look(h, upper);
    if (!u.any) return false;
    bool changed = hide_all(h, upper, true);
    if (upper == 0) changed = hide_above(h) || changed;
    /* nobody needs the whole as a number where the region has its own */
    if (upper == 0 && h->t->home != 0) return hide_one(h, 0) || changed;
    for (; u.any && h->hidden[upper] == 0 && says_it(&u, h->least); u = look(h, upper), changed = true)
        hide_one(h, u.smallest != 0 ? u.smallest : upper);
    return changed;
}

static void hide_month(const struct hiding *h)
{
    const struct tally *t = h->t;
    for (uint32_t area = 0; area < t->areas; area++) {
        if (h->least == 0 && area != t->home)
            h->hidden[area] = 2;
        else if (h->v[area] > 0 && h->v[area] < h->least)
            h->hidden[area] = 1;
    }
    num elsewhere = h->v[0] - h->v[t->home];
    if (elsewhere > 0 && elsewhere < h->least) hide_one(h, 0);
    for (bool again = h->least > 0; again;) {
        again = false;
        for (uint32_t upper = 0; upper < t->areas; upper++) again = hide_group(h, upper) || again;
    }
}

void tally_hide(struct tally *t, uint32_t indicator, num least)
{
    autoarena *scratch = arena_new("hide", 0);
    uint32_t *first = ARENA_ARRAY(scratch, uint32_t, t->areas), *next = ARENA_ARRAY(scratch, uint32_t, t->areas);
    for (uint32_t area = t->areas; --area > 0;) {
        uint32_t upper = t->list->items.at[area - 1].upper;
        while (upper != 0 && t->above[upper]) upper = t->list->items.at[upper - 1].upper;
        if (!t->above[area]) next[area] = first[upper], first[upper] = area;
    }
    for (uint32_t m = 0; m < t->months; m++) {
        size_t at = tally_at(t, indicator, m, 0);
        struct hiding h = { t, &t->values[at], &t->hidden[at], first, next, least };
        hide_month(&h);
    }
}

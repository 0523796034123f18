/* lines: Myers' way of finding the shortest difference, after what is equal at both ends was set aside. Everything else
 * rests on one list: for each line of the old text the line of the new one it became. */
#include "draft/lines.h"
#include "base/text.h"

#include <limits.h>
#include <string.h>

typedef VEC(str) str_list;
static const unsigned NOWHERE = UINT_MAX;

static void split(str text, struct arena *a, str_list *out)
{
    str line;
    if (str_ends(text, STR("\n")))
        text.len--;
    else if (text.len == 0)
        return;
    while (str_split(&text, '\n', &line)) *vec_push(a, out) = line;
}

struct search {
    const str *x, *y;
    int n, m;   /* lines of each */
    int **kept; /* the furthest x on each diagonal, as it was before each step */
};

/* How many changes there are; -1: more than the most. kept[d][k + d + 1]. */
static int forward(struct search *s, struct arena *a)
{
    int most = s->n + s->m < LINES_CHANGES_MAX ? s->n + s->m : LINES_CHANGES_MAX;
    int *at = ARENA_ARRAY(a, int, 2 * (size_t)most + 3), *v = at + most + 1;
    s->kept = ARENA_ARRAY(a, int *, (size_t)most + 1);
    v[1] = 0;
    for (int d = 0; d <= most; d++) {
        s->kept[d] = ARENA_ARRAY(a, int, 2 * (size_t)d + 3);
        memcpy(s->kept[d], v - d - 1, (2 * (size_t)d + 3) * sizeof *v);
        for (int k = -d; k <= d; k += 2) {
            int x = k == -d || (k != d && v[k - 1] < v[k + 1]) ? v[k + 1] : v[k - 1] + 1;
            while (x < s->n && x - k < s->m && str_eq(s->x[x], s->y[x - k])) x++;
            v[k] = x;
            if (x >= s->n && x - k >= s->m) return d;
        }
    }
    return -1;
}

/* Back along the way that was found: equal lines belong together. */
static void backward(const struct search *s, int changes, unsigned first, unsigned *became)
{
    int x = s->n, y = s->m;
    for (int d = changes; d >= 0; d--) {
        const int *v = s->kept[d] + d + 1;
        int k = x - y, from = k == -d || (k != d && v[k - 1] < v[k + 1]) ? k + 1 : k - 1;
        int then_x = d == 0 ? 0 : v[from], then_y = d == 0 ? 0 : then_x - from;
        while (x > then_x && y > then_y) {
            x--, y--;
            became[x] = first + (unsigned)y;
        }
        x = then_x, y = then_y;
    }
}

/* For each line of x the line of y it is; NOWHERE: it is gone. Growing. */
static unsigned *match(const str_list *x, const str_list *y, struct arena *a)
{
    unsigned *became = ARENA_ARRAY(a, unsigned, x->len + 1);
    size_t head = 0, tail = 0;
    while (head < x->len && head < y->len && str_eq(x->at[head], y->at[head])) {
        became[head] = (unsigned)head;
        head++;
    }
    while (tail < x->len - head && tail < y->len - head && str_eq(x->at[x->len - 1 - tail], y->at[y->len - 1 - tail])) {
        tail++;
        became[x->len - tail] = (unsigned)(y->len - tail);
    }
    struct search s = {
        .x = x->at + head, .y = y->at + head, .n = (int)(x->len - head - tail), .m = (int)(y->len - head - tail)
    };
    for (int i = 0; i < s.n; i++) became[head + (size_t)i] = NOWHERE;
    int changes = s.n > 0 && s.m > 0 ? forward(&s, a) : -1;
    if (changes >= 0) backward(&s, changes, (unsigned)head, became + head);
    return became;
}

void lines_diff(str before, str after, struct arena *a, line_list *out)
{
    str_list x = { 0 }, y = { 0 };
    split(before, a, &x);
    split(after, a, &y);
    unsigned *became = match(&x, &y, a);
    unsigned k = 0;
    out->len = 0;
    for (unsigned i = 0; i <= x.len; i++) {
        bool gone = i < x.len && became[i] == NOWHERE;
        if (gone) {
            *vec_push(a, out) = (struct text_line){ LINE_GONE, x.at[i], i + 1, 0 };
            continue;
        }
        unsigned until = i < x.len ? became[i] : (unsigned)y.len;
        for (; k < until; k++) *vec_push(a, out) = (struct text_line){ LINE_NEW, y.at[k], 0, k + 1 };
        if (i < x.len) *vec_push(a, out) = (struct text_line){ LINE_SAME, x.at[i], i + 1, ++k };
    }
}

/* ---- merging ---- */

struct stretch {
    const str *at;
    size_t len;
};

static bool same(struct stretch p, struct stretch q)
{
    for (size_t i = 0; i < p.len && p.len == q.len; i++) {
        if (!str_eq(p.at[i], q.at[i])) return false;
    }
    return p.len == q.len;
}

static void add(struct text *out, struct stretch s)
{
    for (size_t i = 0; i < s.len; i++) {
        text_add(out, s.at[i]);
        text_addc(out, '\n');
    }
}

/* Between two lines that all three have: whoever left it as it was gives way. */
static bool merge_stretch(struct stretch base, struct stretch mine, struct stretch theirs, struct text *out)
{
    if (same(base, mine) || same(mine, theirs))
        add(out, theirs);
    else if (same(base, theirs))
        add(out, mine);
    else
        return false;
    return true;
}

bool lines_merge(str base, str mine, str theirs, struct arena *a, str *out)
{
    str_list b = { 0 }, m = { 0 }, t = { 0 };
    split(base, a, &b);
    split(mine, a, &m);
    split(theirs, a, &t);
    unsigned *in_mine = match(&b, &m, a), *in_theirs = match(&b, &t, a);
    struct text all;
    size_t from = 0, mine_from = 0, theirs_from = 0;
    text_init(&all, a, mine.len + theirs.len + base.len + 3);
    text_addz(&all, "");
    for (size_t i = 0; i <= b.len; i++) {
        bool end = i == b.len;
        if (!end && (in_mine[i] == NOWHERE || in_theirs[i] == NOWHERE)) continue;
        size_t mine_to = end ? m.len : in_mine[i], theirs_to = end ? t.len : in_theirs[i];
        struct stretch base_part = { b.at + from, i - from }, mine_part = { m.at + mine_from, mine_to - mine_from },
                       theirs_part = { t.at + theirs_from, theirs_to - theirs_from };
        if (!merge_stretch(base_part, mine_part, theirs_part, &all)) return false;
        if (!end) add(&all, (struct stretch){ &b.at[i], 1 });
        from = i + 1, mine_from = mine_to + 1, theirs_from = theirs_to + 1;
    }
    *out = text_str(&all);
    return true;
}

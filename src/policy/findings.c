/* findings: kept as one file of sections, each a length and its bytes, little endian as all machines we run on are:
 *
 *   "leye-find" version  rules facts today rule_day
 *   subjects  { entity, count, ids }
 *   policies  { name, subjects, kinds, paid rows, paid, unit, scale, reasons }
 *
 * Counts and totals are not stored: they are added up again, so that they cannot disagree with the list. */
#include "policy/findings.h"
#include "base/file.h"
#include "pool/pool.h"

#include <string.h>

static const char magic[] = "leye-find 1\n";
enum { NAMES_MAX = 1 << 20 };

const struct found_policy *findings_policy(const struct findings *f, str name)
{
    VEC_EACH (const struct found_policy, p, &f->policies) {
        if (str_eq(p->name, name)) return p;
    }
    return NULL;
}

static uint32_t subject_count(const struct findings *f, const struct found_policy *p)
{
    return f->subjects.at[p->subjects].count;
}

static uint32_t piece_size(uint32_t count, uint32_t piece)
{
    uint32_t left = count - (piece << FOUND_PIECE_BITS);
    return left < FOUND_PIECE ? left : FOUND_PIECE;
}

/* One pass over the bytes: how often each value of a byte, and each reason under each verdict, occurs. */
struct tally {
    uint64_t kinds[UINT8_MAX + 1];
    uint64_t stops[FOUND_KIND + 1][UINT8_MAX + 1];
};

static bool all_same(const uint8_t *b, size_t n) { return memcmp(b, b + 1, n - 1) == 0; }

/* Most subjects of a policy are refused for the same reason: where a run of them is alike it is counted as one. */
static void tally_bytes(struct tally *t, const uint8_t *kinds, const uint8_t *stops, uint32_t n)
{
    enum { RUN = 32 };
    for (uint32_t from = 0, len; from < n; from += len) {
        len = n - from < RUN ? n - from : RUN;
        const uint8_t *k = kinds + from, *s = stops != NULL ? stops + from : NULL;
        if (len == RUN && all_same(k, RUN) && (s == NULL || all_same(s, RUN))) {
            t->kinds[k[0]] += RUN;
            if (s != NULL) t->stops[k[0] & FOUND_KIND][s[0]] += RUN;
            continue;
        }
        for (uint32_t i = 0; i < len; i++) t->kinds[k[i]]++;
        for (uint32_t i = 0; s != NULL && i < len; i++) t->stops[k[i] & FOUND_KIND][s[i]]++;
    }
}

static void count_kind(struct found_policy *p, uint8_t byte, uint64_t n)
{
    unsigned kind = byte & FOUND_KIND;
    if (kind >= FOUND_COUNT) return;
    p->count[kind] += n;
    if (kind != VERDICT_QUALIFIED) return;
    p->assumed += byte & FOUND_ASSUMED ? n : 0;
    p->unset += byte & FOUND_UNSET ? n : 0;
}

static void count_stop(struct found_policy *p, unsigned kind, uint8_t stop, uint64_t n)
{
    size_t c = stop & STOP_MAX;
    if (c == 0 || c > p->reason_count) return;
    struct found_reason *r = &p->reasons[c - 1];
    r->against += kind == VERDICT_REFUSED ? n : 0;
    r->open += kind == VERDICT_PENDING ? n : 0;
    r->failed += kind == VERDICT_ERROR ? n : 0;
    r->alone += stop & STOP_ALONE ? n : 0;
}

void findings_count(struct found_policy *p, uint8_t kind, uint8_t stop, int sign)
{
    uint64_t n = sign < 0 ? UINT64_MAX : 1; /* unsigned: adding it takes one away */
    count_kind(p, kind, n);
    count_stop(p, kind & FOUND_KIND, stop, n);
}

void findings_add_up(const struct findings *f, struct found_policy *p)
{
    struct tally t = { 0 };
    uint32_t count = subject_count(f, p);
    for (uint32_t piece = 0; piece < found_pieces(count); piece++) {
        uint32_t n = piece_size(count, piece);
        const uint8_t *kinds = p->kinds.at[piece];
        tally_bytes(&t, kinds, p->stops.at != NULL ? p->stops.at[piece] : NULL, n);
    }
    memset(p->count, 0, sizeof p->count);
    p->assumed = p->unset = 0;
    for (size_t c = 0; c < p->reason_count; c++) p->reasons[c] = (struct found_reason){ .name = p->reasons[c].name };
    for (unsigned byte = 0; byte <= UINT8_MAX; byte++) {
        count_kind(p, (uint8_t)byte, t.kinds[byte]);
        for (unsigned kind = 0; kind <= FOUND_KIND; kind++) count_stop(p, kind, (uint8_t)byte, t.stops[kind][byte]);
    }
    p->total = 0;
    for (size_t i = 0; i < p->paid_count; i++) p->total += p->paid[i]; /* 2^32 amounts of 64 bits fit in 128 */
}

/* ---- bytes in pieces ---- */

found_bytes findings_bytes(struct arena *a, uint32_t count)
{
    uint32_t pieces = found_pieces(count);
    uint8_t *all = ARENA_ARRAY(a, uint8_t, (size_t)pieces * FOUND_PIECE + 1);
    found_bytes b = { ARENA_ARRAY(a, uint8_t *, pieces + 1u) };
    for (uint32_t i = 0; i < pieces; i++) b.at[i] = all + (size_t)i * FOUND_PIECE;
    return b;
}

found_bytes findings_share(struct arena *a, found_bytes from, uint32_t had, uint32_t count, uint8_t rest)
{
    found_bytes b = { ARENA_ARRAY(a, uint8_t *, found_pieces(count) + 1u) };
    uint32_t shared = found_pieces(had);
    for (uint32_t i = 0; i < shared; i++) b.at[i] = from.at[i];
    if (count == had) return b;
    for (uint32_t i = had >> FOUND_PIECE_BITS; i < found_pieces(count); i++) { /* those with new subjects in them */
        uint32_t kept = i < shared ? piece_size(had, i) : 0;
        b.at[i] = ARENA_ARRAY(a, uint8_t, FOUND_PIECE);
        if (kept > 0) memcpy(b.at[i], from.at[i], kept);
        memset(b.at[i] + kept, rest, FOUND_PIECE - kept);
    }
    return b;
}

void findings_write(struct arena *a, found_bytes b, found_bytes from, uint32_t had, uint32_t row, uint8_t byte)
{
    uint32_t i = row >> FOUND_PIECE_BITS;
    if (i < found_pieces(had) && b.at[i] == from.at[i]) {
        b.at[i] = ARENA_ARRAY(a, uint8_t, FOUND_PIECE);
        memcpy(b.at[i], from.at[i], piece_size(had, i));
    }
    *found_byte(b, row) = byte;
}

/* ---- writing ---- */

static void put(struct text *t, const void *bytes, size_t size) { text_add(t, (str){ bytes, size }); }

static void put_u64(struct text *t, uint64_t n) { put(t, &n, sizeof n); }

static void put_str(struct text *t, str s)
{
    put_u64(t, s.len);
    text_add(t, s);
}

static void put_bytes(struct text *t, found_bytes b, uint32_t count)
{
    for (uint32_t i = 0; i < found_pieces(count); i++) put(t, b.at[i], piece_size(count, i));
}

static size_t size_of(const struct findings *f)
{
    size_t size = NAMES_MAX;
    VEC_EACH (const struct found_subjects, s, &f->subjects) size += (size_t)s->count * sizeof *s->ids;
    VEC_EACH (const struct found_policy, p, &f->policies)
        size += (size_t)2 * subject_count(f, p) + p->paid_count * (sizeof *p->paid + sizeof *p->paid_row);
    return size;
}

bool findings_save(const struct findings *f, str path, struct err *e)
{
    autoarena *a = arena_new("findings", 0);
    struct text t;
    text_init(&t, a, size_of(f));
    text_add(&t, STR(magic));
    put_str(&t, f->rules), put_str(&t, f->facts);
    put_u64(&t, (uint32_t)f->today.days), put_u64(&t, (uint32_t)f->rule_day.days);
    put_u64(&t, f->subjects.len);
    VEC_EACH (const struct found_subjects, s, &f->subjects) {
        put_str(&t, s->entity);
        put_u64(&t, s->count);
        put(&t, s->ids, (size_t)s->count * sizeof *s->ids);
    }
    put_u64(&t, f->policies.len);
    VEC_EACH (const struct found_policy, p, &f->policies) {
        put_str(&t, p->name), put_u64(&t, p->subjects);
        put_bytes(&t, p->kinds, subject_count(f, p));
        put_u64(&t, p->paid_count);
        put(&t, p->paid_row, p->paid_count * sizeof *p->paid_row);
        put(&t, p->paid, p->paid_count * sizeof *p->paid);
        put_str(&t, p->unit), put_u64(&t, p->scale);
        put_u64(&t, p->reason_count);
        for (size_t i = 0; i < p->reason_count; i++) put_str(&t, p->reasons[i].name);
        if (p->reason_count > 0) put_bytes(&t, p->stops, subject_count(f, p));
    }
    if (t.over) return fail(e, LIMIT, "这次找人的结果太大，存不下");
    return file_write(path, text_str(&t), e) || fail_up(e, "找人的结果没有存下");
}

/* ---- reading ---- */

struct reader {
    struct file_map *map;
    str rest; /* of it */
    struct arena *a;
    bool bad;
};

static bool get(struct reader *r, void *to, size_t size)
{
    if (r->bad || r->rest.len < size) return r->bad = true, false;
    memcpy(to, r->rest.p, size);
    r->rest = str_slice(r->rest, size, r->rest.len);
    return true;
}

static uint64_t get_u64(struct reader *r)
{
    uint64_t n = 0;
    return get(r, &n, sizeof n) ? n : 0;
}

static str get_str(struct reader *r)
{
    uint64_t len = get_u64(r);
    if (r->bad || len > r->rest.len) return r->bad = true, STR("");
    str s = str_slice(r->rest, 0, (size_t)len);
    r->rest = str_slice(r->rest, (size_t)len, r->rest.len);
    return s;
}

/* count things of a size, copied out: the file keeps nothing aligned */
static void *get_array(struct reader *r, uint64_t count, size_t size)
{
    if (r->bad || count > r->rest.len / size) return r->bad = true, NULL;
    void *to = arena_alloc_array(r->a, (size_t)count + 1, size);
    get(r, to, (size_t)count * size);
    return to;
}

static bool is_kind(uint8_t byte)
{
    unsigned kind = byte & FOUND_KIND;
    return kind < FOUND_COUNT || kind == FOUND_NOBODY;
}

/* Every byte read is one that is written. */
static bool bytes_ok(const struct found_policy *p, uint32_t count)
{
    for (uint32_t piece = 0; piece < found_pieces(count); piece++) {
        uint32_t n = piece_size(count, piece);
        bool ok = true;
        const uint8_t *kinds = p->kinds.at[piece], *stops = p->stops.at != NULL ? p->stops.at[piece] : NULL;
        for (uint32_t i = 0; i < n; i++) ok = ok && is_kind(kinds[i]);
        for (uint32_t i = 0; stops != NULL && i < n; i++) ok = ok && (stops[i] & STOP_MAX) <= p->reason_count;
        if (!ok) return false;
    }
    return true;
}

/* Bytes stay where the file is mapped: most of half a gigabyte is looked at once, to be counted. */
static found_bytes get_bytes(struct reader *r, uint32_t count)
{
    found_bytes b = { 0 };
    if (r->bad || count > r->rest.len) return r->bad = true, b;
    size_t at = r->map->len - r->rest.len;
    b.at = ARENA_ARRAY(r->a, uint8_t *, found_pieces(count) + 1);
    for (uint32_t i = 0; i < found_pieces(count); i++) b.at[i] = r->map->p + at + ((size_t)i << FOUND_PIECE_BITS);
    r->rest = str_slice(r->rest, count, r->rest.len);
    return b;
}

static void get_policy(struct reader *r, struct findings *f)
{
    struct found_policy p = { .name = get_str(r) };
    uint64_t subjects = get_u64(r);
    if (r->bad || subjects >= f->subjects.len) {
        r->bad = true;
        return;
    }
    p.subjects = (uint16_t)subjects;
    uint32_t count = subject_count(f, &p);
    p.kinds = get_bytes(r, count);
    uint64_t paid = get_u64(r);
    p.paid_row = get_array(r, paid, sizeof *p.paid_row);
    p.paid = get_array(r, paid, sizeof *p.paid);
    p.paid_count = (size_t)paid;
    p.unit = get_str(r), p.scale = (uint8_t)get_u64(r);
    uint64_t reasons = get_u64(r);
    r->bad = r->bad || reasons > STOP_MAX;
    if (r->bad) return;
    p.reason_count = (size_t)reasons;
    p.reasons = ARENA_ARRAY(r->a, struct found_reason, p.reason_count + 1);
    for (size_t i = 0; i < p.reason_count; i++) p.reasons[i].name = get_str(r);
    if (p.reason_count > 0) p.stops = get_bytes(r, count);
    for (size_t i = 0; i < p.paid_count && !r->bad; i++)
        r->bad = p.paid_row[i] >= count || (i > 0 && p.paid_row[i] <= p.paid_row[i - 1]);
    r->bad = r->bad || !bytes_ok(&p, count);
    if (r->bad) return;
    findings_add_up(f, &p);
    *vec_push(r->a, &f->policies) = p;
}

static void unmap(void *map) { file_map_close(map); }

bool findings_load(struct arena *a, str path, struct findings **out, struct err *e)
{
    struct file_map *map = ARENA_NEW(a, struct file_map);
    if (!file_map_open(path, map, e)) return fail_up(e, "上次找人的结果读不出来");
    arena_cleanup(a, unmap, map);
    struct reader r = { .map = map, .rest = { (const char *)map->p, map->len }, .a = a };
    char head[sizeof magic] = "";
    struct findings *f = ARENA_NEW(a, struct findings);
    if (!get(&r, head, sizeof magic - 1) || strcmp(head, magic) != 0)
        return fail(e, INVALID, "%.*s 不是找人的结果；删掉它，重新运行 leye find", STR_ARG(path));
    f->rules = get_str(&r), f->facts = get_str(&r);
    f->today.days = (int32_t)(uint32_t)get_u64(&r), f->rule_day.days = (int32_t)(uint32_t)get_u64(&r);
    for (uint64_t n = get_u64(&r); n > 0 && !r.bad; n--) {
        struct found_subjects s = { .entity = get_str(&r) };
        uint64_t count = get_u64(&r);
        s.ids = count <= UINT32_MAX ? get_array(&r, count, sizeof *s.ids) : NULL;
        s.count = (uint32_t)count;
        r.bad = r.bad || s.ids == NULL;
        *vec_push(a, &f->subjects) = s;
    }
    for (uint64_t n = get_u64(&r); n > 0 && !r.bad; n--) get_policy(&r, f);
    if (r.bad || r.rest.len > 0)
        return fail(e, INVALID, "%.*s 不完整或被改过；删掉它，重新运行 leye find", STR_ARG(path));
    *out = f;
    return true;
}

/* ---- comparing ---- */

struct by_id {
    uint64_t id;
    uint32_t row;
};

static int compare_ids(const void *x, const void *y)
{
    const struct by_id *a = x, *b = y;
    return a->id < b->id ? -1 : a->id > b->id;
}

/* Rows are where they were, but for those that are nobody's by now and those that came at the end. */
static bool stayed_in_place(const struct found_subjects *now, const struct found_subjects *before)
{
    if (now->count < before->count) return false;
    for (uint32_t i = 0; i < before->count; i++) {
        if (now->ids[i] != before->ids[i] && now->ids[i] != POOL_GONE) return false;
    }
    return true;
}

/* Subjects before that are to be looked for by id: all, or those whose row is nobody's by now. */
static size_t sort_ids(const struct found_subjects *now, const struct found_subjects *before, bool in_place,
                       struct by_id *sorted)
{
    size_t n = 0;
    for (uint32_t i = 0; i < before->count; i++) {
        if (!in_place || now->ids[i] != before->ids[i]) sorted[n++] = (struct by_id){ before->ids[i], i };
    }
    qsort(sorted, n, sizeof *sorted, compare_ids);
    return n;
}

/* For each subject now its row in the earlier run, UINT32_MAX when it was not there. NULL: nothing moved, as usual. */
static const uint32_t *rows_before(const struct found_subjects *now, const struct found_subjects *before,
                                   struct arena *a)
{
    bool in_place = stayed_in_place(now, before), moved = !in_place || now->count != before->count;
    for (uint32_t i = 0; !moved && i < now->count; i++) moved = now->ids[i] != before->ids[i];
    if (!moved) return NULL;
    uint32_t *rows = ARENA_ARRAY(a, uint32_t, (size_t)now->count + 1);
    struct by_id *sorted = ARENA_ARRAY(a, struct by_id, (size_t)before->count + 1);
    size_t n = sort_ids(now, before, in_place, sorted);
    for (uint32_t i = 0; i < now->count; i++) {
        rows[i] = i;
        if (in_place && i < before->count && now->ids[i] == before->ids[i]) continue;
        struct by_id key = { .id = now->ids[i] };
        const struct by_id *hit = bsearch(&key, sorted, n, sizeof *sorted, compare_ids);
        rows[i] = hit != NULL && key.id != POOL_GONE ? hit->row : UINT32_MAX;
    }
    return rows;
}

/* The amount of a row; false when it has none. `at` moves along with growing rows. */
static bool amount_of(const struct found_policy *p, uint32_t row, size_t *at, int64_t *out)
{
    if (*at > 0 && (*at >= p->paid_count || p->paid_row[*at] > row)) *at = 0; /* rows moved: begin again */
    size_t lo = *at, hi = p->paid_count;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (p->paid_row[mid] < row)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo >= p->paid_count || p->paid_row[lo] != row) return false;
    *at = lo;
    *out = p->paid[lo];
    return true;
}

static bool qualifies(const struct found_policy *p, uint32_t row)
{
    return (*found_byte(p->kinds, row) & FOUND_KIND) == VERDICT_QUALIFIED;
}

struct found_change findings_compare(const struct findings *now, const struct found_policy *p,
                                     const struct findings *before, struct arena *a)
{
    struct found_change c = { .is_new = ARENA_ARRAY(a, uint8_t, (size_t)subject_count(now, p) + 1) };
    const struct found_policy *was = before != NULL ? findings_policy(before, p->name) : NULL;
    if (before == NULL) return c;
    uint64_t stayed = 0;
    const struct found_subjects *here = &now->subjects.at[p->subjects];
    if (was != NULL && !str_eq(before->subjects.at[was->subjects].entity, here->entity)) was = NULL;
    struct arena_mark mark = arena_mark(a);
    const uint32_t *rows = was != NULL ? rows_before(here, &before->subjects.at[was->subjects], a) : NULL;
    size_t at = 0, at_before = 0;
    for (uint32_t i = 0; i < subject_count(now, p); i++) {
        if (!qualifies(p, i)) continue;
        uint32_t row = rows != NULL ? rows[i] : i;
        if (was == NULL || row == UINT32_MAX || !qualifies(was, row)) {
            c.entered++;
            c.is_new[i] = 1;
            continue;
        }
        stayed++;
        int64_t x, y;
        bool is = amount_of(p, i, &at, &x), had = amount_of(was, row, &at_before, &y);
        c.amount += is != had || (is && x != y);
    }
    arena_rewind(a, mark);
    if (was != NULL) c.left = was->count[VERDICT_QUALIFIED] - stayed;
    return c;
}

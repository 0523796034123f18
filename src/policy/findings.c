/* findings: kept as one file of sections, each a length and its bytes, little endian as all machines we run on are:
 *
 *   "leye-find" version  rules facts today rule_day
 *   subjects  { entity, count, ids }
 *   policies  { name, subjects, kinds, paid rows, paid, unit, scale, reasons }
 *
 * Counts and totals are not stored: they are added up again, so that they cannot disagree with the list. */
#include "policy/findings.h"
#include "base/file.h"

#include <string.h>

static const char magic[] = "leye-find 1\n";
enum { FILE_MAX_GB = 16, NAMES_MAX = 1 << 20 };

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

/* One pass over the bytes: how often each value of a byte, and each reason under each verdict, occurs. */
struct tally {
    uint64_t kinds[UINT8_MAX + 1];
    uint64_t stops[FOUND_KIND + 1][UINT8_MAX + 1];
};

static void add_reasons(struct found_policy *p, const struct tally *t)
{
    for (size_t c = 0; c < p->reason_count; c++) {
        struct found_reason *r = &p->reasons[c];
        *r = (struct found_reason){ .name = r->name };
        for (unsigned kind = 0; kind <= FOUND_KIND; kind++) {
            uint64_t alone = t->stops[kind][(c + 1) | STOP_ALONE], n = t->stops[kind][c + 1] + alone;
            r->against += kind == VERDICT_REFUSED ? n : 0;
            r->open += kind == VERDICT_PENDING ? n : 0;
            r->failed += kind == VERDICT_ERROR ? n : 0;
            r->alone += alone;
        }
    }
}

void findings_add_up(const struct findings *f, struct found_policy *p)
{
    struct tally t = { 0 };
    uint32_t count = subject_count(f, p);
    for (uint32_t i = 0; i < count; i++) t.kinds[p->kinds[i]]++;
    for (uint32_t i = 0; p->stops != NULL && i < count; i++) t.stops[p->kinds[i] & FOUND_KIND][p->stops[i]]++;
    memset(p->count, 0, sizeof p->count);
    p->assumed = p->unset = 0;
    for (unsigned byte = 0; byte <= UINT8_MAX; byte++) {
        unsigned kind = byte & FOUND_KIND;
        if (t.kinds[byte] == 0) continue;
        p->count[kind] += t.kinds[byte];
        if (kind != VERDICT_QUALIFIED) continue;
        p->assumed += byte & FOUND_ASSUMED ? t.kinds[byte] : 0;
        p->unset += byte & FOUND_UNSET ? t.kinds[byte] : 0;
    }
    add_reasons(p, &t);
    p->total = 0;
    for (size_t i = 0; i < p->paid_count; i++) p->total += p->paid[i]; /* 2^32 amounts of 64 bits fit in 128 */
}

/* ---- writing ---- */

static void put(struct text *t, const void *bytes, size_t size) { text_add(t, (str){ bytes, size }); }

static void put_u64(struct text *t, uint64_t n) { put(t, &n, sizeof n); }

static void put_str(struct text *t, str s)
{
    put_u64(t, s.len);
    text_add(t, s);
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
        put(&t, p->kinds, subject_count(f, p));
        put_u64(&t, p->paid_count);
        put(&t, p->paid_row, p->paid_count * sizeof *p->paid_row);
        put(&t, p->paid, p->paid_count * sizeof *p->paid);
        put_str(&t, p->unit), put_u64(&t, p->scale);
        put_u64(&t, p->reason_count);
        for (size_t i = 0; i < p->reason_count; i++) put_str(&t, p->reasons[i].name);
        if (p->reason_count > 0) put(&t, p->stops, subject_count(f, p));
    }
    if (t.over) return fail(e, LIMIT, "这次找人的结果太大，存不下");
    return file_write(path, text_str(&t), e) || fail_up(e, "找人的结果没有存下");
}

/* ---- reading ---- */

struct reader {
    str rest;
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
    p.kinds = get_array(r, count, 1);
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
    if (p.reason_count > 0) p.stops = get_array(r, count, 1);
    for (uint32_t i = 0; p.stops != NULL && i < count && !r->bad; i++)
        r->bad = (p.stops[i] & STOP_MAX) > p.reason_count;
    for (size_t i = 0; i < p.paid_count && !r->bad; i++)
        r->bad = p.paid_row[i] >= count || (i > 0 && p.paid_row[i] <= p.paid_row[i - 1]);
    for (uint32_t i = 0; i < count && !r->bad; i++) r->bad = (p.kinds[i] & FOUND_KIND) >= FOUND_COUNT;
    if (r->bad) return;
    findings_add_up(f, &p);
    *vec_push(r->a, &f->policies) = p;
}

bool findings_load(struct arena *a, str path, struct findings **out, struct err *e)
{
    str all;
    if (!file_read(a, path, (size_t)FILE_MAX_GB << 30, &all, e)) return fail_up(e, "上次找人的结果读不出来");
    struct reader r = { .rest = all, .a = a };
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

/* For each subject now its row in the earlier run, UINT32_MAX when it was not there. Usually nothing moved. */
static const uint32_t *rows_before(const struct found_subjects *now, const struct found_subjects *before,
                                   struct arena *a)
{
    uint32_t *rows = ARENA_ARRAY(a, uint32_t, (size_t)now->count + 1);
    if (now->count == before->count && memcmp(now->ids, before->ids, now->count * sizeof *now->ids) == 0) {
        for (uint32_t i = 0; i < now->count; i++) rows[i] = i;
        return rows;
    }
    struct by_id *sorted = ARENA_ARRAY(a, struct by_id, (size_t)before->count + 1);
    for (uint32_t i = 0; i < before->count; i++) sorted[i] = (struct by_id){ before->ids[i], i };
    qsort(sorted, before->count, sizeof *sorted, compare_ids);
    for (uint32_t i = 0; i < now->count; i++) {
        struct by_id key = { .id = now->ids[i] };
        const struct by_id *hit = bsearch(&key, sorted, before->count, sizeof *sorted, compare_ids);
        rows[i] = hit != NULL ? hit->row : UINT32_MAX;
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
    return (p->kinds[row] & FOUND_KIND) == VERDICT_QUALIFIED;
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
    const uint32_t *rows = was != NULL ? rows_before(here, &before->subjects.at[was->subjects], a) : NULL;
    size_t at = 0, at_before = 0;
    for (uint32_t i = 0; i < subject_count(now, p); i++) {
        if (!qualifies(p, i)) continue;
        if (was == NULL || rows[i] == UINT32_MAX || !qualifies(was, rows[i])) {
            c.entered++;
            c.is_new[i] = 1;
            continue;
        }
        stayed++;
        int64_t x, y;
        bool is = amount_of(p, i, &at, &x), had = amount_of(was, rows[i], &at_before, &y);
        c.amount += is != had || (is && x != y);
    }
    if (was != NULL) c.left = was->count[VERDICT_QUALIFIED] - stayed;
    return c;
}

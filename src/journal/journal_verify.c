/* journal_verify: two threads look at portions of the chain, each with a connection of its own. A row names the hash
 * before it, so a portion can be checked by itself but for its first row; for that the row before is read as well. What
 * a thread finds is only kept when it comes before what was found so far. */
#include "journal/journal_priv.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { THREADS = 2, COLUMNS = 11 };

/* What all threads share. */
struct hunt {
    const struct journal_check *how;
    str address;
    int64_t end; /* the last event that is looked at */
    atomic_llong next, seen;
    atomic_bool stop;
    pthread_mutex_t lock; /* of what follows */
    int64_t first_bad;    /* INT64_MAX: none */
    char what[sizeof((struct journal_report *)0)->what];
};

struct worker {
    struct hunt *hunt;
    bool leads; /* calls progress */
    bool ok;
    struct err e;
};

__attribute__((format(printf, 3, 4))) static void found(struct hunt *h, int64_t number, const char *fmt, ...)
{
    pthread_mutex_lock(&h->lock);
    if (number < h->first_bad) {
        h->first_bad = number;
        va_list ap;
        va_start(ap, fmt);
        vsnprintf(h->what, sizeof h->what, fmt, ap);
        va_end(ap);
    }
    pthread_mutex_unlock(&h->lock);
}

static int64_t first_bad(struct hunt *h)
{
    pthread_mutex_lock(&h->lock);
    int64_t n = h->first_bad;
    pthread_mutex_unlock(&h->lock);
    return n;
}

/* ---- rows ---- */

static bool read_row(const struct store_stmt *q, struct journal_row *r, str *prev, str *hash)
{
    if (!store_int(q, 0, &r->number) || !store_int(q, 1, &r->time_ms) || !store_int(q, 2, &r->behind_ms)) return false;
    str *texts[] = { &r->actor, &r->role, &r->kind, &r->subject, &r->dossier, &r->body };
    for (uint32_t i = 0; i < 6; i++) *texts[i] = store_str(q, 3 + i);
    *prev = store_bytes(q, 9);
    *hash = store_bytes(q, 10);
    return prev->len == SM3_BYTES && hash->len == SM3_BYTES;
}

/* Where a thread stands in its portion. */
struct place {
    int64_t number, time_ms;
    unsigned char hash[SM3_BYTES];
};

static bool same(str bytes, const unsigned char *hash) { return memcmp(bytes.p, hash, SM3_BYTES) == 0; }

/* Looks at one row; false: something is wrong, and has been told. */
static bool right(struct hunt *h, const struct store_stmt *q, struct place *at, struct sm3 *sm3, struct err *e,
                  bool *ok)
{
    struct journal_row r = { 0 };
    str prev, hash;
    unsigned char computed[SM3_BYTES];
    int64_t n = at->number + 1;
    if (store_int(q, 0, &r.number) && r.number != n) {
        found(h, n, "第 %lld 条不见了（后面一条是第 %lld 条）", (long long)n, (long long)r.number);
        return false;
    }
    if (!read_row(q, &r, &prev, &hash)) {
        found(h, n, "第 %lld 条坏了：缺项或者不是该有的样子", (long long)n);
        return false;
    }
    if (!journal_hash(sm3, prev, &r, computed, e)) return *ok = false;
    if (!same(hash, computed)) {
        found(h, n, "第 %lld 条被改过：内容与它的校验值不符", (long long)n);
        return false;
    }
    if (!same(prev, at->hash)) {
        found(h, n, "第 %lld 条与前一条接不上：有一条被插入、调换或者重写过", (long long)n);
        return false;
    }
    if (r.time_ms < at->time_ms || r.behind_ms < 0) {
        found(h, n, "第 %lld 条的时间早于前一条", (long long)n);
        return false;
    }
    at->number = n;
    at->time_ms = r.time_ms;
    memcpy(at->hash, computed, SM3_BYTES);
    return true;
}

/* The row before the portion: its own portion checks it, here it only has to be there and lend its hash. */
static bool link_row(struct hunt *h, const struct store_stmt *q, int64_t number, struct place *at)
{
    struct journal_row r = { 0 };
    str prev, hash;
    if (!read_row(q, &r, &prev, &hash) || r.number != number) {
        found(h, number, "第 %lld 条不见了或者坏了", (long long)number);
        return false;
    }
    const struct journal_mark *from = &h->how->from;
    if (number == from->number && !same(hash, from->hash)) {
        found(h, number, "第 %lld 条与上次核对时不同", (long long)number);
        return false;
    }
    *at = (struct place){ .number = number, .time_ms = r.time_ms };
    memcpy(at->hash, hash.p, SM3_BYTES);
    return true;
}

static bool portion(struct hunt *h, struct store_stmt *q, int64_t first, struct sm3 *sm3, struct err *e)
{
    int64_t last = h->end - first < JOURNAL_PORTION ? h->end : first + JOURNAL_PORTION - 1;
    struct place at = { .time_ms = INT64_MIN };
    bool row = false, ok = true, linked = first == 1;
    store_bind_int(q, 1, first - 1);
    store_bind_int(q, 2, last);
    while (ok && (ok = store_step(q, &row, e)) && row) {
        if (linked ? !right(h, q, &at, sm3, e, &ok) : !link_row(h, q, first - 1, &at)) break;
        linked = true;
    }
    store_reset(q);
    if (ok && !row && at.number < last) {
        int64_t gone = linked ? at.number + 1 : first - 1;
        found(h, gone, "第 %lld 条不见了，一直到第 %lld 条", (long long)gone, (long long)last);
    }
    atomic_fetch_add(&h->seen, last - first + 1);
    return ok;
}

static bool work_on(struct worker *w, struct store *s, struct arena *a)
{
    struct hunt *h = w->hunt;
    struct sm3 *sm3;
    struct store_stmt *q;
    if (!sm3_new(a, &sm3, &w->e) ||
        !store_scan(s,
                    STR("SELECT number, time, behind, actor, role, kind, subject, dossier, body, prev, hash"
                        " FROM journal WHERE number >= $1 AND number <= $2 ORDER BY number"),
                    &q, &w->e))
        return false;
    bool ok = true;
    while (ok && !atomic_load(&h->stop)) {
        int64_t first = atomic_fetch_add(&h->next, JOURNAL_PORTION);
        if (first > h->end || first > first_bad(h)) break;
        ok = portion(h, q, first, sm3, &w->e);
        if (ok && w->leads && h->how->progress != NULL && !h->how->progress(h->how->context, atomic_load(&h->seen)))
            atomic_store(&h->stop, true);
    }
    store_done(q);
    return ok;
}

/* PostgreSQL reads in portions only inside a transaction; SQLite does not let a reader begin one that may write. */
static void *work(void *p)
{
    struct worker *w = p;
    struct store *s;
    autoarena *a = arena_new("verify", 0);
    if (store_open(&s, w->hunt->address, STORE_READ, &w->e)) {
        bool inside = store_kind(s) == STORE_POSTGRES;
        w->ok = (!inside || store_begin(s, &w->e)) && work_on(w, s, a);
        store_close(s);
    }
    if (!w->ok) atomic_store(&w->hunt->stop, true);
    return NULL;
}

static bool rows(struct hunt *h, struct err *e)
{
    struct worker w[THREADS];
    pthread_t threads[THREADS];
    size_t count = h->how->single || h->end - h->how->from.number <= JOURNAL_PORTION ? 1 : THREADS, started = 1;
    for (size_t i = 0; i < count; i++) w[i] = (struct worker){ .hunt = h, .leads = i == 0 };
    while (started < count && pthread_create(&threads[started], NULL, work, &w[started]) == 0) started++;
    work(&w[0]);
    for (size_t i = 1; i < started; i++) pthread_join(threads[i], NULL);
    for (size_t i = 0; i < started; i++) {
        if (w[i].ok) continue;
        *e = w[i].e;
        return false;
    }
    return true;
}

/* ---- the head ---- */

struct ends {
    int64_t head, first, last;
    unsigned char head_hash[SM3_BYTES], last_hash[SM3_BYTES];
};

/* One statement, so that a writer in between does not show as a contradiction. */
static bool read_ends(struct hunt *h, struct store *s, struct ends *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    *out = (struct ends){ 0 };
    if (!store_prepare(s,
                       STR("SELECT h.number, h.hash, coalesce(l.first, 0), coalesce(l.last, 0), j.hash"
                           " FROM journal_head h CROSS JOIN (SELECT min(number) AS first, max(number) AS last"
                           " FROM journal) l LEFT JOIN journal j ON j.number = l.last WHERE h.id = 1"),
                       &q, e))
        return false;
    bool ok = store_step(q, &row, e);
    if (ok && !row) found(h, 1, "链头不见了，不知道链该到哪里为止");
    if (ok && row) {
        str head = store_bytes(q, 1), last = store_bytes(q, 4);
        store_int(q, 0, &out->head);
        store_int(q, 2, &out->first);
        store_int(q, 3, &out->last);
        if (head.len == SM3_BYTES) memcpy(out->head_hash, head.p, SM3_BYTES);
        if (last.len == SM3_BYTES) memcpy(out->last_hash, last.p, SM3_BYTES);
    }
    store_done(q);
    return ok;
}

static void check_ends(struct hunt *h, const struct ends *n)
{
    if (n->last > n->head)
        found(h, n->head + 1, "第 %lld 条到第 %lld 条是另外加进来的：链到第 %lld 条为止", (long long)n->head + 1,
              (long long)n->last, (long long)n->head);
    if (n->last < n->head)
        found(h, n->last + 1, "第 %lld 条到第 %lld 条不见了：链应当到第 %lld 条", (long long)n->last + 1,
              (long long)n->head, (long long)n->head);
    if (n->first < 0 || (n->last > 0 && n->first == 0)) found(h, n->first, "有编号不是正数的一条，是另外加进来的");
    if (n->last == n->head && memcmp(n->head_hash, n->last_hash, SM3_BYTES) != 0)
        found(h, n->head, "第 %lld 条与链头不符：最后一条被换过", (long long)n->head);
}

/* ---- seals ---- */

struct seals {
    struct hunt *hunt;
    struct journal_report *out;
    struct sm3 *sm3;
    int64_t day, last; /* of the seal before */
    unsigned char hash[SM3_BYTES];
};

static bool event_there(struct store *s, int64_t number, int64_t *day, unsigned char hash[SM3_BYTES], bool *there,
                        struct err *e)
{
    struct store_stmt *q;
    int64_t time_ms = 0;
    *there = false;
    if (!store_prepare(s, STR("SELECT time, hash FROM journal WHERE number = $1"), &q, e)) return false;
    store_bind_int(q, 1, number);
    bool ok = store_step(q, there, e);
    if (ok && *there) {
        *there = store_int(q, 0, &time_ms) && store_bytes(q, 1).len == SM3_BYTES;
        if (*there) memcpy(hash, store_bytes(q, 1).p, SM3_BYTES);
        *day = journal_day(time_ms);
    }
    store_done(q);
    return ok;
}

/* The events a seal speaks of, and those after it. */
static bool check_sealed(struct seals *c, struct store *s, const struct journal_seal_row *r, const char *day,
                         struct err *e)
{
    struct hunt *h = c->hunt;
    unsigned char hash[SM3_BYTES];
    int64_t last_day = 0;
    bool there;
    if (!event_there(s, r->last, &last_day, hash, &there, e)) return false;
    if (!there) {
        int64_t from = h->end + 1 < r->last ? h->end + 1 : r->last;
        found(h, from, "%s 已封存到第 %lld 条，但第 %lld 条以后被截断了", day, (long long)r->last, (long long)from);
    } else if (!same(r->last_hash, hash) || last_day != r->day) {
        found(h, r->last, "第 %lld 条与 %s 的封存不符：封存以后被改过", (long long)r->last, day);
    }
    if (!event_there(s, r->last + 1, &last_day, hash, &there, e)) return false;
    if (there && last_day <= r->day) found(h, r->last + 1, "第 %lld 条落在已经封存的 %s", (long long)r->last + 1, day);
    return true;
}

static bool check_signature(struct seals *c, const struct journal_seal_row *r, const struct store_stmt *q,
                            const char *day, struct err *e)
{
    const struct journal_signer *signer = c->hunt->how->signer;
    bool good = false;
    if (store_is_null(q, 7)) {
        if (signer != NULL) found(c->hunt, r->last, "%s 的封存没有签名", day);
        return true;
    }
    c->out->signed_seals++;
    if (signer == NULL) return true;
    if (!sm2_verify(signer->key, signer->id, store_bytes(q, 5), store_bytes(q, 7), &good, e)) return false;
    if (!good) found(c->hunt, r->last, "%s 的封存签名不对：不是这把钥匙、这个单位签的，或者封存被改过", day);
    return true;
}

static bool check_seal(struct seals *c, struct store *s, const struct store_stmt *q, struct err *e)
{
    struct journal_seal_row r = { .last_hash = store_bytes(q, 3), .prev = store_bytes(q, 4) };
    str hash = store_bytes(q, 5);
    unsigned char computed[SM3_BYTES];
    char day[DATE_TEXT];
    if (!store_int(q, 0, &r.day) || !store_int(q, 1, &r.last) || !store_int(q, 2, &r.count) || hash.len != SM3_BYTES ||
        r.last_hash.len != SM3_BYTES || r.prev.len != SM3_BYTES || r.day > DATE_MAX.days || r.day < DATE_MIN.days) {
        found(c->hunt, c->last + 1, "有一次封存坏了：缺项或者不是该有的样子");
        return true;
    }
    date_text((date){ (int32_t)r.day }, day);
    if (!journal_seal_hash(c->sm3, &r, computed, e)) return false;
    if (!same(hash, computed)) found(c->hunt, r.last, "%s 的封存被改过", day);
    if (!same(r.prev, c->hash)) found(c->hunt, c->last + 1, "%s 之前有一次封存不见了或者被换过", day);
    if (r.count != r.last - c->last) found(c->hunt, r.last, "%s 的封存条数不对", day);
    c->out->seals++;
    if (!check_signature(c, &r, q, day, e)) return false;
    /* what lies before the mark has been compared before */
    bool ok = r.last < c->hunt->how->from.number || check_sealed(c, s, &r, day, e);
    c->day = r.day;
    c->last = r.last;
    memcpy(c->hash, computed, SM3_BYTES);
    return ok;
}

static bool check_seals(struct hunt *h, struct store *s, struct journal_report *out, struct err *e)
{
    autoarena *a = arena_new("seals", 0);
    struct seals c = { .hunt = h, .out = out };
    struct store_stmt *q;
    bool row = false, ok;
    if (!sm3_new(a, &c.sm3, e) ||
        !store_prepare(s,
                       STR("SELECT day, last, count, last_hash, prev, hash, signer, signature FROM journal_seal"
                           " ORDER BY day"),
                       &q, e))
        return false;
    while ((ok = store_step(q, &row, e)) && row && (ok = check_seal(&c, s, q, e))) continue;
    store_done(q);
    return ok;
}

/* A line kept outside: the database must have the very same seal. */
static bool check_line(struct hunt *h, struct store *s, str line, struct err *e)
{
    str rest = line, day, last, count, hash;
    date d;
    int64_t n, m;
    if (!str_split(&rest, ' ', &day) || !str_split(&rest, ' ', &last) || !str_split(&rest, ' ', &count) ||
        !str_split(&rest, ' ', &hash) || rest.p != NULL || !date_parse(day, &d) || !str_to_i64(last, &n) ||
        !str_to_i64(count, &m) || hash.len != SM3_HEX)
        return fail(e, INVALID, "封存清单里有一行看不懂：%.*s；请给出 leye audit seal 写下的文件", STR_ARG(line));
    struct store_stmt *q;
    bool row = false;
    if (!store_prepare(s, STR("SELECT last, hash FROM journal_seal WHERE day = $1"), &q, e)) return false;
    store_bind_int(q, 1, d.days);
    bool ok = store_step(q, &row, e);
    if (ok) {
        int64_t stored = 0;
        char hex[SM3_HEX + 1] = "";
        if (row && store_int(q, 0, &stored) && store_bytes(q, 1).len == SM3_BYTES)
            sm3_text((const unsigned char *)store_bytes(q, 1).p, hex);
        if (!row)
            found(h, n, "清单里 %.*s 封存过（到第 %lld 条），库里没有了", STR_ARG(day), (long long)n);
        else if (!str_eq(str_of(hex), hash) || stored != n)
            found(h, n, "库里 %.*s 的封存与清单上的不同", STR_ARG(day));
    }
    store_done(q);
    return ok;
}

static bool check_lines(struct hunt *h, struct store *s, struct err *e)
{
    str rest = h->how->seal_lines, line;
    if (rest.len == 0) return true;
    while (str_split(&rest, '\n', &line)) {
        line = str_trim(line);
        if (line.len > 0 && !check_line(h, s, line, e)) return false;
    }
    return true;
}

/* ---- all of it ---- */

static bool verify(struct hunt *h, struct store *s, struct journal_report *out, struct err *e)
{
    struct ends n;
    if (!read_ends(h, s, &n, e)) return false;
    h->end = n.head < n.last ? n.head : n.last;
    const struct journal_mark *from = &h->how->from;
    if (from->number > h->end) {
        found(h, h->end + 1, "上次核对到第 %lld 条，现在只有 %lld 条：后面的被截断了", (long long)from->number,
              (long long)h->end);
    } else {
        atomic_store(&h->next, from->number + 1);
        if (!rows(h, e)) return false;
        check_ends(h, &n);
    }
    if (!check_seals(h, s, out, e) || !check_lines(h, s, e)) return false;
    out->stopped = atomic_load(&h->stop);
    out->sound = h->first_bad == INT64_MAX && !out->stopped;
    out->events = atomic_load(&h->seen);
    out->first_bad = h->first_bad == INT64_MAX ? 0 : h->first_bad;
    memcpy(out->what, h->what, sizeof out->what);
    out->good = *from;
    if (out->sound && h->end > 0) {
        out->good.number = h->end;
        memcpy(out->good.hash, n.last_hash, SM3_BYTES);
    }
    return true;
}

bool journal_verify(str address, const struct journal_check *how, struct journal_report *out, struct err *e)
{
    struct store *s;
    uint32_t step = 0;
    struct hunt h = { .how = how, .address = address, .first_bad = INT64_MAX };
    struct journal_report report = { 0 };
    if (!store_open(&s, address, STORE_READ, e)) return false;
    pthread_mutex_init(&h.lock, NULL);
    bool ok = store_schema(s, STR("journal"), &step, e);
    if (ok && step == 0) {
        str shown = store_address(s);
        ok = fail(e, NOT_FOUND, "“%.*s”里没有留痕；请检查是不是这个数据库", STR_ARG(shown));
    }
    ok = ok && verify(&h, s, &report, e);
    pthread_mutex_destroy(&h.lock);
    store_close(s);
    if (ok) *out = report;
    return ok;
}

void journal_mark_text(const struct journal_mark *m, struct text *out)
{
    char hex[SM3_HEX + 1];
    sm3_text(m->hash, hex);
    text_addf(out, "%lld %s\n", (long long)m->number, hex);
}

static int digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

bool journal_mark_read(str line, struct journal_mark *out)
{
    str rest = str_trim(line), number, hex;
    struct journal_mark m = { 0 };
    if (!str_split(&rest, ' ', &number) || !str_split(&rest, ' ', &hex) || rest.p != NULL || hex.len != SM3_HEX ||
        !str_to_i64(number, &m.number))
        return false;
    for (size_t i = 0; i < SM3_BYTES; i++) {
        int high = digit(hex.p[2 * i]), low = digit(hex.p[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        m.hash[i] = (unsigned char)(high << 4 | low);
    }
    *out = m;
    return true;
}

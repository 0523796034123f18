/* backups: copies of the database, made and looked at while the hall is open. A copy takes longer than anybody may wait
 * for a page, so a thread of its own makes it, one at a time; the page says that it is being made, and afterwards what
 * came of it; it goes on when another hall takes this one's place. Copies stand in a folder the operator named (leye
 * serve --backups), under names nobody types. */
#include "backup/backup.h"
#include "base/file.h"
#include "hall/hall_priv.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

enum { SHOWN_MAX = 50, REPORT_MAX = 64 << 10, MB = 1 << 20 };

struct backups {
    pthread_mutex_t turn; /* of what follows */
    bool running, joins;  /* joins: there is a thread to wait for */
    pthread_t thread;
    struct arena *a; /* of the job at hand */
    str db, folder, name, who;
    bool again, clock_is_made;
    int64_t began;
};

bool backups_new(struct arena *a, struct backups **out, struct err *e)
{
    struct backups *b = ARENA_NEW(a, struct backups);
    if (pthread_mutex_init(&b->turn, NULL) != 0) return fail(e, MEMORY, "内存不够");
    *out = b;
    return true;
}

bool backups_open(struct hall *h, struct err *e)
{
    return (h->o.backups.len == 0 || file_make_dirs(h->o.backups, e)) && backup_migrate(h->desks[0].store, e);
}

void backups_wait(struct backups *b)
{
    pthread_mutex_lock(&b->turn);
    bool joins = b->joins;
    pthread_t thread = b->thread;
    b->joins = false;
    pthread_mutex_unlock(&b->turn); /* the thread takes it at its end */
    if (joins) pthread_join(thread, NULL);
}

void backups_close(struct backups *b)
{
    if (b == NULL) return;
    backups_wait(b);
    arena_free(b->a);
    pthread_mutex_destroy(&b->turn);
}

/* ---- the thread ---- */

static bool write_down(const struct backups *b, const struct backup_row *r, struct err *e)
{
    struct store *s;
    if (!store_open(&s, b->db, STORE_WRITE, e)) return false;
    bool ok = backup_note(s, r, e);
    store_close(s);
    return ok;
}

static void *work(void *ctx)
{
    struct backups *b = ctx;
    autoarena *a = arena_new("backup", 0);
    struct backup_seen seen = { 0 };
    struct text report;
    struct err e = { 0 }, late = { 0 };
    str path = file_join(a, b->folder, b->name);
    text_init(&report, a, REPORT_MAX);
    bool ok = b->again ? backup_look(path, &seen, &report, &e) : backup_make(b->db, path, &seen, &report, &e);
    str what = !ok ? str_of(err_cause(&e)) : seen.sound ? STR("") : str_trim(text_str(&report));
    /* on a made-up day the clock stands at when it began */
    struct backup_row r = { .at = b->clock_is_made ? b->began : (int64_t)time(NULL),
                            .name = b->name,
                            .who = b->who,
                            .what = str_slice(what, 0, what.len < 1000 ? what.len : 1000),
                            .again = b->again,
                            .sound = ok && seen.sound,
                            .bytes = (int64_t)seen.bytes,
                            .events = seen.events };
    if (!write_down(b, &r, &late))
        err_print(&late, stderr); /* the copy is there; the operator reads why it is not listed */
    pthread_mutex_lock(&b->turn);
    b->running = false;
    pthread_mutex_unlock(&b->turn);
    return NULL;
}

/* Begins a job, unless there is one. */
static bool begin(struct call *c, str name, bool again, struct err *e)
{
    struct backups *b = c->h->lasting->backups;
    bool ok = true;
    pthread_mutex_lock(&b->turn);
    if (b->running) {
        ok = fail(e, CONFLICT, "正在备份或者核对，一次只做一样；过一会儿刷新再看");
    } else {
        if (b->joins) pthread_join(b->thread, NULL); /* it is over; this only takes its memory back */
        arena_free(b->a);
        b->a = arena_new("backup", 0);
        b->db = str_dup(b->a, c->h->o.db), b->folder = str_dup(b->a, c->h->o.backups);
        b->name = str_dup(b->a, name), b->who = str_dup(b->a, c->who.name);
        b->again = again, b->began = c->now, b->clock_is_made = !c->h->o.follows_clock;
        b->joins = b->running = pthread_create(&b->thread, NULL, work, b) == 0;
        if (!b->running) ok = fail(e, IO, "备份没有开始：线程开不出来");
    }
    pthread_mutex_unlock(&b->turn);
    return ok;
}

/* ---- the page ---- */

static str size_words(struct call *c, int64_t bytes)
{
    return str_fmt(c->a, "%lld.%lld MB", (long long)(bytes / MB), (long long)(bytes % MB * 10 / MB));
}

static void row_doc(struct call *c, const struct backup_row *r, struct json *o)
{
    doc_str(c->a, o, "time", words_time(c->a, r->at));
    doc_str(c->a, o, "name", r->name);
    doc_str(c->a, o, "who", r->who);
    doc_z(c->a, o, "what", r->again ? "核对" : "备份");
    doc_bool(c->a, o, "sound", r->sound);
    doc_z(c->a, o, "word", r->sound ? "完好" : "有问题");
    doc_z(c->a, o, "mark", r->sound ? "yes" : "late");
    doc_str(c->a, o, "size", r->bytes > 0 ? size_words(c, r->bytes) : STR("–"));
    doc_str(c->a, o, "events", words_count(c->a, (uint64_t)r->events));
    doc_str(c->a, o, "said", r->what);
    /* only what is in the folder can be looked at from here */
    bool here = c->h->o.backups.len > 0 && str_find(r->name, STR("/")) == SIZE_MAX &&
                file_exists(file_join(c->a, c->h->o.backups, r->name));
    doc_bool(c->a, o, "here", here);
}

bool backups_last(struct call *c, bool *any, struct backup_row *out, struct err *e)
{
    backup_rows rows = { 0 };
    if (!backup_list(c->desk->store, SHOWN_MAX, c->a, &rows, e)) return false;
    *any = false;
    for (size_t i = 0; i < rows.len && !*any; i++) {
        *any = !rows.at[i].again;
        if (*any) *out = rows.at[i];
    }
    return true;
}

bool hall_backups(struct call *c, struct err *e)
{
    backup_rows rows = { 0 };
    struct backups *b = c->h->lasting->backups;
    care_tabs(c);
    desk_done(c);
    if (!backup_list(c->desk->store, SHOWN_MAX, c->a, &rows, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "backups");
    VEC_EACH (const struct backup_row, r, &rows) row_doc(c, r, doc_object(c->a, list, NULL));
    pthread_mutex_lock(&b->turn);
    doc_bool(c->a, c->doc, "running", b->running);
    doc_str(c->a, c->doc, "since", b->running ? words_time(c->a, b->began) : STR(""));
    doc_z(c->a, c->doc, "doing", b->running && b->again ? "正在核对" : "正在备份");
    pthread_mutex_unlock(&b->turn);
    doc_str(c->a, c->doc, "folder", c->h->o.backups);
    doc_bool(c->a, c->doc, "isFile", store_kind_of(c->h->o.db) == STORE_SQLITE);
    doc_str(c->a, c->doc, "db", store_shown(c->a, c->h->o.db));
    return true;
}

/* 20240603-143005.bak, in China's time. */
static str new_name(struct call *c)
{
    int64_t local = c->now + INT64_C(8) * 3600;
    int year, mon, day, second = (int)(local % 86400);
    date_parts((date){ (int32_t)(local / 86400) }, &year, &mon, &day);
    return str_fmt(c->a, "leye-%04d%02d%02d-%02d%02d%02d.bak", year, mon, day, second / 3600, second / 60 % 60,
                   second % 60);
}

static bool act(struct call *c, struct err *e)
{
    str look = desk_field(c, "look");
    bool plain = look.len > 0 && str_find(look, STR("/")) == SIZE_MAX && look.p[0] != '.';
    if (store_kind_of(c->h->o.db) != STORE_SQLITE)
        return fail(e, INVALID,
                    "这个大厅的库在 PostgreSQL 上，备份用数据库自己的工具：请管服务器的人做（管理员手册“备份”）");
    if (c->h->o.backups.len == 0)
        return fail(e, UNSET,
                    "还没有指定备份放在哪里：请管服务器的人指定一个文件夹，再重开大厅（管理员手册“在服务器上做的”）");
    if (look.len > 0 && (!plain || !file_exists(file_join(c->a, c->h->o.backups, look))))
        return fail(e, NOT_FOUND, "文件夹里没有“%.*s”", STR_ARG(look));
    if (!begin(c, look.len > 0 ? look : new_name(c), look.len > 0, e)) return false;
    desk_back(c, STR("/care/backups"), look.len > 0 ? "backup-looking" : "backup-begun");
    return true;
}

bool hall_backups_act(struct call *c, struct err *e)
{
    struct err why = { 0 };
    return act(c, &why) || (desk_again(c, &why, e) && hall_backups(c, e));
}

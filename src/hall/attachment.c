/* attachment: files people send and fetch. What reads and writes spreadsheets works on paths, so a file stands for a
 * moment in a folder only this process can read: under names nobody can guess, gone with the request that brought it. A
 * list of what was wrong is kept for the page that offers it, until newer ones of the same account push it out.
 *
 * The folder is locked while its hall is open. The lock ends with the process, also with a killed one: the next hall
 * finds the folder without a lock and takes away what was left in it. */
#include "base/file.h"
#include "hall/hall_priv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEPT_OWN_MAX = 8, KEPT_MAX = 1024, PAPER_MAX = 128 << 20, TRIES_MAX = 20 };
#define FOLDER "leye-hall-"

struct kept {
    int64_t account; /* whose */
    uint64_t turn;   /* 0: free */
    char name[CRYPTO_TOKEN + 1];
};

struct attachments {
    str folder;
    int lock;             /* the folder, opened and locked; -1 */
    pthread_mutex_t turn; /* of what follows */
    uint64_t turns;
    struct kept kept[KEPT_MAX];
};

/* ---- the folder ---- */

/* Opened when it is ours and nobody works in it: -1 otherwise. Links are not followed. */
static int lock_folder(const char *path)
{
    struct stat is;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return -1;
    if (fstat(fd, &is) == 0 && is.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
    close(fd);
    return -1;
}

static void empty_folder(struct arena *a, str folder)
{
    file_list left = { 0 };
    struct err ignored = { 0 };
    if (file_walk(a, folder, STR(""), 10000, &left, &ignored)) {
        VEC_EACH (const str, path, &left) unlink(path->p);
    }
    rmdir(str_dup(a, folder).p);
}

/* Folders of halls that were killed. */
static void clear_left(const char *place)
{
    autoarena *a = arena_new("left", 0);
    DIR *d = opendir(place);
    if (d == NULL) return;
    for (struct dirent *x; (x = readdir(d)) != NULL;) {
        if (!str_starts(str_of(x->d_name), STR(FOLDER))) continue;
        str path = file_join(a, str_of(place), str_of(x->d_name));
        int fd = lock_folder(path.p);
        if (fd < 0) continue;
        empty_folder(a, path);
        close(fd);
    }
    closedir(d);
}

/* Between making and locking, another hall may take a new folder for one that was left: then another one is made. */
static bool make_folder(struct attachments *p, struct arena *a, const char *place)
{
    for (int i = 0; i < TRIES_MAX; i++) {
        str pattern = str_fmt(a, "%s/" FOLDER "XXXXXX", place);
        char *path = arena_alloc(a, pattern.len + 1);
        struct stat is;
        memcpy(path, pattern.p, pattern.len + 1);
        if (mkdtemp(path) == NULL) return false;
        p->lock = lock_folder(path);
        p->folder = str_of(path);
        if (p->lock >= 0 && stat(path, &is) == 0) return true;
        if (p->lock >= 0) close(p->lock);
    }
    return false;
}

bool attachments_open(struct attachments **out, struct arena *a, struct err *e)
{
    struct attachments *p = ARENA_NEW(a, struct attachments);
    const char *wanted = getenv("TMPDIR"), *place = wanted != NULL && wanted[0] == '/' ? wanted : "/tmp";
    clear_left(place);
    if (!make_folder(p, a, place))
        return fail(e, IO, "没有地方放来往的文件：%s；请用 TMPDIR 指一个能写的文件夹", strerror(errno));
    pthread_mutex_init(&p->turn, NULL);
    *out = p;
    return true;
}

void attachments_close(struct attachments *p)
{
    if (p == NULL) return;
    autoarena *a = arena_new("attachments", 0);
    empty_folder(a, p->folder);
    close(p->lock);
    pthread_mutex_destroy(&p->turn);
}

/* ---- files of a request ---- */

static bool keep_name(struct call *c, char name[CRYPTO_TOKEN + 1], struct err *e)
{
    return crypto_token(name, e) && c->h->attachments != NULL;
}

str attachment_text(struct call *c, const char *field)
{
    VEC_EACH (const struct http_part, p, &c->files) {
        if (p->file && str_eq(p->name, str_of(field))) return p->data;
    }
    return (str){ 0 };
}

static str path_for(struct call *c, str name)
{
    str path = file_join(c->a, c->h->attachments->folder, name);
    *vec_push(c->a, &c->attachments) = path;
    return path;
}

bool attachment_in(struct call *c, const char *field, str *path, struct err *e)
{
    char name[CRYPTO_TOKEN + 1];
    str data = attachment_text(c, field);
    if (data.len == 0) return fail(e, INVALID, "请选一个文件");
    if (!keep_name(c, name, e)) return false;
    *path = path_for(c, str_dup(c->a, str_of(name)));
    return file_write(*path, data, e);
}

str attachment_out(struct call *c, const char *name)
{
    char unique[CRYPTO_TOKEN + 1];
    struct err ignored = { 0 };
    if (!crypto_token(unique, &ignored)) unique[0] = '\0';
    return path_for(c, str_fmt(c->a, "%.16s-%s", unique, name));
}

void attachments_done(struct call *c)
{
    VEC_EACH (const str, path, &c->attachments) unlink(path->p);
}

str attachment_ending(struct call *c)
{
    return str_eq(http_form_get(&c->query, STR("kind")), STR("csv")) ? STR(".csv") : STR(".xlsx");
}

static str type_of(str name)
{
    if (str_ends(name, STR(".csv"))) return STR("text/csv; charset=utf-8");
    if (str_ends(name, STR(".xlsx"))) return STR("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    if (str_ends(name, STR(".docx")))
        return STR("application/vnd.openxmlformats-officedocument.wordprocessingml.document");
    if (str_ends(name, STR(".txt"))) return STR("text/plain; charset=utf-8");
    return STR("application/octet-stream");
}

void attachment_answer(struct call *c, str data, str type, str name)
{
    struct text t;
    text_init(&t, c->a, 4000);
    text_addz(&t, "attachment; filename*=UTF-8''");
    http_encode(&t, name);
    c->r->type = type.len > 0 ? type : type_of(name);
    frame_guard(c->r, true, "self");
    http_answer_field(c->r, "Content-Disposition", text_str(&t));
    text_add(&c->r->body, data);
}

bool attachment_send(struct call *c, str path, str name, struct err *e)
{
    str data;
    if (!file_read(c->a, path, PAPER_MAX, &data, e)) return false;
    attachment_answer(c, data, STR(""), name);
    return true;
}

/* Where an account's next file is noted: over its own oldest when it has its share. The oldest of all goes only when
 * there is no place left. */
static struct kept *place_of(struct attachments *p, int64_t account)
{
    struct kept *oldest = &p->kept[0], *own = NULL; /* a free one is the oldest */
    size_t count = 0;
    for (struct kept *k = p->kept; k < p->kept + KEPT_MAX; k++) {
        if (k->turn < oldest->turn) oldest = k;
        if (k->turn == 0 || k->account != account) continue;
        count++;
        if (own == NULL || k->turn < own->turn) own = k;
    }
    return count >= KEPT_OWN_MAX ? own : oldest;
}

bool attachment_keep(struct call *c, str path, str *href, struct err *e)
{
    char name[CRYPTO_TOKEN + 1];
    struct attachments *p = c->h->attachments;
    if (!keep_name(c, name, e)) return false;
    str to = file_join(c->a, p->folder, str_dup(c->a, str_of(name)));
    if (rename(path.p, to.p) != 0) return fail(e, IO, "“%.*s”没有写成：%s", STR_ARG(to), strerror(errno));
    char old[CRYPTO_TOKEN + 1];
    pthread_mutex_lock(&p->turn);
    struct kept *place = place_of(p, c->who.account);
    memcpy(old, place->name, sizeof old);
    memcpy(place->name, name, sizeof name);
    place->account = c->who.account, place->turn = ++p->turns;
    pthread_mutex_unlock(&p->turn);
    if (old[0] != '\0') unlink(file_join(c->a, p->folder, str_of(old)).p);
    bool mine = access_scope(c->who.role) == SCOPE_SELF;
    *href = str_fmt(c->a, "%s%s", mine ? "/me/files/" : "/money/attachments/", name);
    return true;
}

str attachment_token(str href)
{
    return href.len > CRYPTO_TOKEN ? str_slice(href, href.len - CRYPTO_TOKEN, href.len) : href;
}

bool attachment_kept(struct call *c, str token, str *path, struct err *e)
{
    bool good = token.len == CRYPTO_TOKEN;
    for (size_t i = 0; i < token.len; i++) good = good && strchr("0123456789abcdef", token.p[i]) != NULL;
    *path = file_join(c->a, c->h->attachments->folder, good ? token : STR("x"));
    return (good && file_exists(*path)) || fail(e, NOT_FOUND, "这个文件已经不在了；请从头再来一次");
}

/* A list that was kept. Its name is all that opens it, and cannot be guessed. */
bool hall_attachment(struct call *c, struct err *e)
{
    str path;
    bool money = (MONEY >> c->who.role & 1) != 0;
    return attachment_kept(c, c->args[0], &path, e) &&
           attachment_send(c, path, money ? STR("没有编入的.csv") : STR("没有办成的.xlsx"), e);
}

bool hall_my_file(struct call *c, struct err *e) { return hall_attachment(c, e); }

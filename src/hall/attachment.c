/* attachment: files people send and fetch. What reads and writes spreadsheets works on paths, so a file stands for a
 * moment in a folder only this process can read: under names nobody can guess, gone with the request that brought it. A
 * list of what was wrong is kept for the page that offers it, until newer ones push it out. */
#include "base/file.h"
#include "hall/hall_priv.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEPT_MAX = 64, PAPER_MAX = 128 << 20, OF_REQUEST_MAX = 4 };

struct attachments {
    str folder;
    struct arena *a;
    _Atomic uint32_t next;
    char kept[KEPT_MAX][CRYPTO_TOKEN + 1]; /* overwritten in turns */
};

bool attachments_open(struct attachments **out, struct arena *a, struct err *e)
{
    struct attachments *p = ARENA_NEW(a, struct attachments);
    const char *tmp = getenv("TMPDIR");
    str pattern = str_fmt(a, "%s/leye-hall-XXXXXX", tmp != NULL && tmp[0] == '/' ? tmp : "/tmp");
    char *path = arena_alloc(a, pattern.len + 1);
    memcpy(path, pattern.p, pattern.len + 1);
    if (mkdtemp(path) == NULL)
        return fail(e, IO, "没有地方放来往的文件：%s；请用 TMPDIR 指一个能写的文件夹", strerror(errno));
    p->folder = str_of(path);
    p->a = a;
    *out = p;
    return true;
}

void attachments_close(struct attachments *p)
{
    if (p == NULL) return;
    autoarena *a = arena_new("attachments", 0);
    file_list left = { 0 };
    struct err ignored = { 0 };
    if (file_walk(a, p->folder, STR(""), 10000, &left, &ignored)) {
        VEC_EACH (const str, path, &left) unlink(path->p);
    }
    rmdir(p->folder.p);
}

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
    frame_guard(c->r, true);
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

bool attachment_keep(struct call *c, str path, str *href, struct err *e)
{
    char name[CRYPTO_TOKEN + 1];
    struct attachments *p = c->h->attachments;
    if (!keep_name(c, name, e)) return false;
    str to = file_join(c->a, p->folder, str_dup(c->a, str_of(name)));
    if (rename(path.p, to.p) != 0) return fail(e, IO, "“%.*s”没有写成：%s", STR_ARG(to), strerror(errno));
    char *slot = p->kept[atomic_fetch_add(&p->next, 1) % KEPT_MAX];
    if (slot[0] != '\0') unlink(file_join(c->a, p->folder, str_of(slot)).p);
    memcpy(slot, name, sizeof name);
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

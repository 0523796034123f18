/* download: answers that are files. Their names are Chinese, so they stand in the header as RFC 5987 writes them. */
#include "base/file.h"
#include "hall/board.h"
#include "sheet/sheet.h"

#include <stdlib.h>
#include <unistd.h>

enum { FILE_MAX = 64 << 20 };

void download(struct call *c, const char *type, str name, str bytes)
{
    struct text t;
    text_init(&t, c->a, 4096);
    text_addz(&t, "attachment; filename*=UTF-8''");
    http_encode(&t, name);
    frame_guard(c->r, true);
    c->r->type = str_of(type);
    http_answer_field(c->r, "Content-Disposition", text_str(&t));
    text_add(&c->r->body, bytes);
}

bool download_written(struct call *c, const char *ending, download_writer write, void *ctx, str *bytes, struct err *e)
{
    const char *tmp = getenv("TMPDIR");
    str folder = str_fmt(c->a, "%s/leye-XXXXXX", tmp != NULL && tmp[0] != '\0' ? tmp : "/tmp");
    char *made = arena_alloc(c->a, folder.len + 1);
    for (size_t i = 0; i < folder.len; i++) made[i] = folder.p[i];
    if (mkdtemp(made) == NULL) return fail(e, IO, "没有地方放临时文件");
    str path = str_fmt(c->a, "%s/%s", made, ending);
    bool ok = write(ctx, path, e) && file_read(c->a, path, FILE_MAX, bytes, e);
    unlink(path.p); /* nothing to say when it was never made */
    rmdir(made);
    return ok;
}

static bool write_table(void *ctx, str path, struct err *e)
{
    const struct download_table *t = ctx;
    struct sheet_writer *w;
    if (!sheet_create(&w, path, NULL, e)) return false;
    bool ok = true;
    for (size_t i = 0; ok && i < t->rows; i++) ok = sheet_write_row(w, t->cells + i * t->columns, t->columns, e);
    if (ok) return sheet_finish(w, e);
    sheet_discard(w);
    return false;
}

bool download_xlsx(struct call *c, const struct download_table *t, str name, struct err *e)
{
    struct download_table copy = *t;
    str bytes;
    if (!download_written(c, "t.xlsx", write_table, &copy, &bytes, e)) return false;
    download(c, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name, bytes);
    return true;
}

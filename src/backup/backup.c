/* backup: copying, looking, putting back. The copying itself is the store's. */
#include "backup/backup.h"
#include "base/file.h"
#include "journal/journal.h"
#include "ledger/ledger.h"

#include <unistd.h>

enum { PIECE = 1 << 20, HASH_LINE_MAX = 4096 };

static str hash_path(struct arena *a, str path) { return str_fmt(a, "%.*s.sm3", STR_ARG(path)); }

/* ---- looking ---- */

/* The hash that was written down when the copy was made; empty when there is none. */
static bool noted_hash(struct arena *a, str path, str *out, struct err *e)
{
    str beside = hash_path(a, path), line;
    *out = STR("");
    if (!file_exists(beside)) return true;
    if (!file_read(a, beside, HASH_LINE_MAX, &line, e)) return false;
    *out = str_slice(line, 0, line.len < SM3_HEX ? line.len : SM3_HEX);
    return true;
}

static bool look_at_file(struct arena *a, str path, struct backup_seen *out, struct text *report, struct err *e)
{
    struct file_in f;
    str noted;
    if (!file_open(&f, path, e)) return false;
    out->bytes = f.size_bytes;
    file_close(&f);
    if (!crypto_sm3_file(path, out->hash, e) || !noted_hash(a, path, &noted, e)) return false;
    out->had_hash = noted.len > 0;
    if (!out->had_hash || str_eq(noted, str_of(out->hash))) return true;
    out->sound = false;
    text_addz(report, "校验值和备份时记下的不一样：文件被改过，或者没有拷全\n");
    return true;
}

static bool look_at_ledger(struct store *s, struct backup_seen *out, struct text *report, struct err *e)
{
    uint32_t step;
    bool sound = true;
    if (!store_schema(s, STR("ledger"), &step, e)) return false;
    out->has_ledger = step > 0;
    if (step == 0) return true;
    if (!ledger_check(s, &sound, report, e)) return false;
    out->sound = out->sound && sound;
    return true;
}

static bool look_inside(str path, struct backup_seen *out, struct text *report, struct err *e)
{
    struct store *s;
    bool sound;
    uint32_t step = 0;
    if (!store_open(&s, path, STORE_READ, e)) return false;
    bool ok = store_check(s, &sound, report, e);
    if (ok && sound) ok = store_schema(s, STR("journal"), &step, e) && look_at_ledger(s, out, report, e);
    store_close(s);
    if (!ok) return false;
    out->sound = out->sound && sound;
    if (!sound || step == 0) return true;
    struct journal_check how = { 0 };
    struct journal_report r;
    if (!journal_verify(path, &how, &r, e)) return false;
    out->events = r.events;
    out->seals = r.seals;
    out->sound = out->sound && r.sound;
    if (!r.sound) text_addf(report, "留痕有问题：%s\n", r.what);
    return true;
}

bool backup_look(str path, struct backup_seen *out, struct text *report, struct err *e)
{
    autoarena *a = arena_new("backup", 0);
    *out = (struct backup_seen){ .sound = true };
    if (store_kind_of(path) != STORE_SQLITE)
        return fail(e, INVALID, "备份是一个文件；PostgreSQL 的备份用 pg_restore 核对和恢复");
    if (!look_at_file(a, path, out, report, e)) return false;
    return !out->sound || look_inside(path, out, report, e); /* what is not the file that was made need not be read */
}

/* ---- making ---- */

static bool note_hash(struct arena *a, str path, const char *hash, struct err *e)
{
    return file_write(hash_path(a, path), str_fmt(a, "%s  %.*s\n", hash, STR_ARG(file_base(path))), e);
}

bool backup_make(str address, str path, struct backup_seen *out, struct text *report, struct err *e)
{
    autoarena *a = arena_new("backup", 0);
    struct store *s;
    if (file_exists(path) || file_exists(hash_path(a, path)))
        return fail(e, CONFLICT, "已经有“%.*s”了；备份不覆盖，请换一个文件名", STR_ARG(path));
    if (!store_open(&s, address, STORE_READ, e)) return false;
    bool ok = store_backup(s, path, e);
    store_close(s);
    if (!ok) return false;
    ok = backup_look(path, out, report, e);
    if (ok && out->sound) {
        out->had_hash = true;
        ok = note_hash(a, path, out->hash, e);
    }
    if (!ok || !out->sound) unlink(str_dup(a, path).p);
    return ok;
}

/* ---- putting back ---- */

static bool copy(str path, str to, struct err *e)
{
    autoarena *a = arena_new("restore", 0);
    struct file_in from;
    struct file_out *f = ARENA_NEW(a, struct file_out);
    char *piece = arena_alloc(a, PIECE);
    uint64_t at = 0;
    size_t n = 1;
    if (!file_open(&from, path, e)) return false;
    bool ok = file_create(f, to, e), made = ok;
    while (ok && n > 0) {
        ok = file_read_at(&from, at, piece, PIECE, &n, e) && file_append(f, (str){ piece, n }, e);
        at += n;
    }
    file_close(&from);
    if (ok) return file_commit(f, e);
    if (made) file_discard(f);
    return false;
}

bool backup_restore(str path, str to, struct backup_seen *out, struct text *report, struct err *e)
{
    autoarena *a = arena_new("restore", 0);
    char hash[SM3_HEX + 1];
    if (store_kind_of(to) != STORE_SQLITE)
        return fail(e, INVALID, "备份只能恢复成一个文件；PostgreSQL 用 pg_restore 恢复");
    if (file_exists(to))
        return fail(e, CONFLICT, "“%.*s”已经在了，不覆盖；请先把它移走，或者恢复成别的名字", STR_ARG(to));
    str log = str_fmt(a, "%.*s-wal", STR_ARG(to));
    if (file_exists(log))
        return fail(e, CONFLICT, "旁边有别的数据库留下的日志“%.*s”，会混进来；请先把它移走", STR_ARG(log));
    if (!backup_look(path, out, report, e)) return false;
    if (!out->sound) return true;
    if (!copy(path, to, e) || !crypto_sm3_file(to, hash, e)) return false;
    if (str_eq(str_of(hash), str_of(out->hash))) return true;
    unlink(str_dup(a, to).p);
    return fail(e, IO, "恢复出来的“%.*s”和备份不一样；请检查磁盘后再试", STR_ARG(to));
}

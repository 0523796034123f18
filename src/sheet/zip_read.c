/* zip_read: libzip over our own file reading, so that a bad disk is told as such, and tests can make it fail. */
#include "sheet/zip_read.h"

#include "base/fault.h"
#include "sheet/libzip.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

struct zip_entry {
    struct zip_in *zip;
    zip_file_t *file;
    uint64_t done, packed;
};

struct zip_in {
    struct arena *arena;
    struct file_in *file;
    zip_t *archive;
    uint64_t at;         /* of the source, as libzip moves it */
    zip_error_t problem; /* of the source, for libzip to ask */
    struct err read;     /* what really happened */
    uint64_t left;       /* bytes that may still be unpacked */
};

/* libzip asks for everything through one function. Returns -1 with z->problem set when something is wrong. */
static zip_int64_t source(void *user, void *data, zip_uint64_t len, zip_source_cmd_t command)
{
    struct zip_in *z = user;
    size_t got = 0;
    switch ((int)command) {
    case ZIP_SOURCE_SUPPORTS:
        return zip.source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT,
                                              ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL,
                                              ZIP_SOURCE_SUPPORTS, -1);
    case ZIP_SOURCE_OPEN: z->at = 0; return 0;
    case ZIP_SOURCE_READ:
        if (!file_read_at(z->file, z->at, data, len, &got, &z->read)) {
            zip.error_set(&z->problem, ZIP_ER_READ, 0);
            return -1;
        }
        z->at += got;
        return (zip_int64_t)got;
    case ZIP_SOURCE_SEEK: {
        zip_int64_t at = zip.source_seek_compute_offset(z->at, z->file->size_bytes, data, len, &z->problem);
        if (at < 0) return -1;
        z->at = (uint64_t)at;
        return 0;
    }
    case ZIP_SOURCE_TELL: return (zip_int64_t)z->at;
    case ZIP_SOURCE_STAT: {
        zip_stat_t *st = data;
        zip.stat_init(st);
        st->size = z->file->size_bytes;
        st->valid |= ZIP_STAT_SIZE;
        return sizeof *st;
    }
    case ZIP_SOURCE_ERROR: return zip.error_to_data(&z->problem, data, len);
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE: return 0;
    default: zip.error_set(&z->problem, ZIP_ER_OPNOTSUPP, 0); return -1;
    }
}

/* What a libzip code means for the person who has the file. */
static bool fail_zip(struct zip_in *z, int code, struct err *e)
{
    if (z->read.code != ERR_NONE) {
        *e = z->read;
        return false;
    }
    switch (code) {
    case ZIP_ER_MEMORY: return fail(e, MEMORY, "读表格时内存不够，请关掉别的程序后再试");
    case ZIP_ER_NOZIP:
    case ZIP_ER_EOF: return fail(e, INVALID, "文件不完整，可能没有传完，请重新传送或重新导出");
    case ZIP_ER_NOPASSWD:
    case ZIP_ER_WRONGPASSWD:
    case ZIP_ER_ENCRNOTSUPP: return fail(e, INVALID, "文件加了密码，请去掉密码后再试");
    case ZIP_ER_COMPNOTSUPP: return fail(e, INVALID, "压缩方式不认识，请用 Excel 打开后另存为 .xlsx");
    default: return fail(e, INVALID, "文件已损坏（%d），请重新传送，或用 Excel 打开修复后另存", code);
    }
}

bool zip_in_open(struct zip_in **out, struct arena *a, struct file_in *file, uint64_t max_bytes, struct err *e)
{
    if (!libzip_load(e)) return false;
    struct zip_in *z = ARENA_NEW(a, struct zip_in);
    *z = (struct zip_in){ .arena = a, .file = file, .left = max_bytes };
    zip_error_t error;
    zip.error_init(&error);
    zip.error_init(&z->problem);
    zip_source_t *s = fault_point(FAULT_MEMORY) ? NULL : zip.source_function_create(source, z, &error);
    if (s == NULL) return fail(e, MEMORY, "读表格时内存不够，请关掉别的程序后再试");
    z->archive = zip.open_from_source(s, ZIP_RDONLY, &error);
    if (z->archive == NULL) {
        zip.source_free(s);
        return fail_zip(z, zip.error_code_zip(&error), e);
    }
    *out = z;
    if (zip.get_num_entries(z->archive, 0) > ZIP_PARTS) return fail(e, LIMIT, "压缩包里文件太多，不像表格");
    return true;
}

void zip_in_close(struct zip_in *z)
{
    if (z != NULL && z->archive != NULL) zip.discard(z->archive);
}

/* The part's number, -1 when there is none. */
static zip_int64_t locate(struct zip_in *z, str name)
{
    char path[PATH_MAX];
    if (name.len >= sizeof path) return -1;
    memcpy(path, name.p, name.len);
    path[name.len] = '\0';
    return zip.name_locate(z->archive, path, ZIP_FL_NOCASE);
}

size_t zip_count(struct zip_in *z) { return (size_t)zip.get_num_entries(z->archive, 0); }

bool zip_has(struct zip_in *z, str name) { return locate(z, name) >= 0; }

bool zip_entry_open(struct zip_entry **out, struct zip_in *z, str name, uint64_t *size, struct err *e)
{
    zip_stat_t st;
    zip_int64_t index = locate(z, name);
    if (index < 0) return fail(e, INVALID, "文件里没有 %.*s，可能已损坏，请用 Excel 打开后另存", STR_ARG(name));
    if (zip.stat_index(z->archive, (zip_uint64_t)index, 0, &st) != 0) {
        return fail_zip(z, zip.error_code_zip(zip.get_error(z->archive)), e);
    }
    struct zip_entry *f = ARENA_NEW(z->arena, struct zip_entry);
    f->zip = z;
    f->packed = st.comp_size;
    f->file = zip.fopen_index(z->archive, (zip_uint64_t)index, 0);
    if (f->file == NULL) return fail_zip(z, zip.error_code_zip(zip.get_error(z->archive)), e);
    *size = st.size;
    *out = f;
    return true;
}

bool zip_entry_read(struct zip_entry *f, char *p, size_t room, size_t *len, struct err *e)
{
    zip_int64_t n = zip.fread(f->file, p, room);
    if (n < 0) return fail_zip(f->zip, zip.error_code_zip(zip.file_get_error(f->file)), e);
    f->done += (uint64_t)n;
    if ((uint64_t)n > f->zip->left) return fail(e, LIMIT, "文件展开后太大，请拆分，或另存为 CSV");
    f->zip->left -= (uint64_t)n;
    if (f->done > ZIP_RATIO_FROM && f->done / ZIP_RATIO > f->packed) {
        return fail(e, LIMIT, "文件展开后是原来的 %d 倍以上，像是压缩炸弹，没有读下去", ZIP_RATIO);
    }
    *len = (size_t)n;
    return true;
}

void zip_entry_close(struct zip_entry *f)
{
    if (f != NULL && f->file != NULL) zip.fclose(f->file);
}

/* zip_write: for each part a header without sizes, the compressed bytes, then a descriptor with the sizes; at the end
 * the list of parts. APPNOTE.TXT 4.3 numbers the fields. */
#include "sheet/zip_write.h"

#include "base/fault.h"

#include <assert.h>
#include <string.h>
#include <zlib.h>

enum {
    PARTS_MAX = 1000,
    OUT_BYTES = 64 * 1024,
    LEVEL = 3,                /* twice as fast as the usual 6; tables become a tenth larger */
    VERSION = 20,             /* deflate */
    FLAGS = 1 << 3 | 1 << 11, /* sizes come behind the data; names are UTF-8 */
    METHOD_DEFLATE = 8,
    DATE_1980 = 0x21,
};

struct part {
    const char *name;
    uint32_t crc;
    uint64_t size, packed, at;
};

struct zip_out {
    struct arena *arena;
    struct file_out *file;
    z_stream stream;
    uint64_t at; /* bytes written so far */
    VEC(struct part) parts;
    uint8_t out[OUT_BYTES];
};

/* Little-endian fields of a header. */
struct fields {
    char bytes[64];
    size_t len;
};

static void put(struct fields *f, unsigned bytes, uint64_t value)
{
    for (unsigned i = 0; i < bytes; i++) f->bytes[f->len++] = (char)(value >> 8 * i & 0xFF);
}

static bool write_out(struct zip_out *z, str data, struct err *e)
{
    if (!file_append(z->file, data, e)) return false;
    z->at += data.len;
    if (z->at > UINT32_MAX) return fail(e, LIMIT, "文件太大，.xlsx 和 .zip 最多 4 GiB，请拆分；表格也可以写成 .csv");
    return true;
}

static void end_stream(void *ptr)
{
    struct zip_out *z = ptr;
    deflateEnd(&z->stream);
}

bool zip_new(struct zip_out **out, struct arena *a, struct file_out *file, struct err *e)
{
    struct zip_out *z = ARENA_NEW(a, struct zip_out);
    z->arena = a;
    z->file = file;
    /* negative bits: bare data, the wrapping is ours */
    if (fault_point(FAULT_MEMORY) ||
        deflateInit2(&z->stream, LEVEL, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        return fail(e, MEMORY, "写表格时内存不够，请关掉别的程序后再试");
    }
    arena_cleanup(a, end_stream, z);
    *out = z;
    return true;
}

bool zip_begin(struct zip_out *z, const char *name, struct err *e)
{
    if (z->parts.len == PARTS_MAX) return fail(e, LIMIT, "压缩包里最多 %d 个文件，请分成几个", PARTS_MAX);
    struct part *p = vec_push(z->arena, &z->parts);
    *p = (struct part){ .name = name, .at = z->at, .crc = (uint32_t)crc32(0, NULL, 0) };
    deflateReset(&z->stream);
    struct fields f = { 0 };
    put(&f, 4, 0x04034b50);
    put(&f, 2, VERSION);
    put(&f, 2, FLAGS);
    put(&f, 2, METHOD_DEFLATE);
    put(&f, 2, 0);
    put(&f, 2, DATE_1980);
    put(&f, 4, 0);
    put(&f, 4, 0);
    put(&f, 4, 0);
    put(&f, 2, strlen(name));
    put(&f, 2, 0);
    return write_out(z, (str){ f.bytes, f.len }, e) && write_out(z, str_of(name), e);
}

/* Gives the compressor `data` and writes what comes out of it. */
static bool compress_some(struct zip_out *z, str data, int flush, struct err *e)
{
    struct part *p = &z->parts.at[z->parts.len - 1];
    z->stream.next_in = (z_const Bytef *)(uintptr_t)data.p;
    z->stream.avail_in = (uInt)data.len;
    do {
        z->stream.next_out = z->out;
        z->stream.avail_out = OUT_BYTES;
        int status = deflate(&z->stream, flush);
        assert(status != Z_STREAM_ERROR);
        size_t len = OUT_BYTES - z->stream.avail_out;
        p->packed += len;
        if (len > 0 && !write_out(z, (str){ (const char *)z->out, len }, e)) return false;
    } while (z->stream.avail_out == 0);
    return true;
}

bool zip_add(struct zip_out *z, str data, struct err *e)
{
    struct part *p = &z->parts.at[z->parts.len - 1];
    p->size += data.len;
    if (p->size > UINT32_MAX)
        return fail(e, LIMIT, "文件太大，.xlsx 和 .zip 展开后最多 4 GiB，请拆分；表格也可以写成 .csv");
    p->crc = (uint32_t)crc32(p->crc, (const Bytef *)data.p, (uInt)data.len);
    return data.len == 0 || compress_some(z, data, Z_NO_FLUSH, e);
}

bool zip_end(struct zip_out *z, struct err *e)
{
    struct part *p = &z->parts.at[z->parts.len - 1];
    if (!compress_some(z, STR(""), Z_FINISH, e)) return false;
    struct fields f = { 0 };
    put(&f, 4, 0x08074b50);
    put(&f, 4, p->crc);
    put(&f, 4, p->packed);
    put(&f, 4, p->size);
    return write_out(z, (str){ f.bytes, f.len }, e);
}

static bool list_part(struct zip_out *z, const struct part *p, struct err *e)
{
    struct fields f = { 0 };
    put(&f, 4, 0x02014b50);
    put(&f, 2, VERSION);
    put(&f, 2, VERSION);
    put(&f, 2, FLAGS);
    put(&f, 2, METHOD_DEFLATE);
    put(&f, 2, 0);
    put(&f, 2, DATE_1980);
    put(&f, 4, p->crc);
    put(&f, 4, p->packed);
    put(&f, 4, p->size);
    put(&f, 2, strlen(p->name));
    put(&f, 4, 0); /* neither extra fields nor remark */
    put(&f, 8, 0); /* disk, attributes */
    put(&f, 4, p->at);
    return write_out(z, (str){ f.bytes, f.len }, e) && write_out(z, str_of(p->name), e);
}

bool zip_finish(struct zip_out *z, struct err *e)
{
    uint64_t list_at = z->at;
    for (size_t i = 0; i < z->parts.len; i++) {
        if (!list_part(z, &z->parts.at[i], e)) return false;
    }
    struct fields f = { 0 };
    put(&f, 4, 0x06054b50);
    put(&f, 4, 0);
    put(&f, 2, z->parts.len);
    put(&f, 2, z->parts.len);
    put(&f, 4, z->at - list_at);
    put(&f, 4, list_at);
    put(&f, 2, 0);
    return write_out(z, (str){ f.bytes, f.len }, e);
}

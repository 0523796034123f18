/* A good pool file with bytes changed: the first byte of the input says whether the check sum is put right afterwards
 * (so that the changes reach what reads the directory) and where the file is cut; then follow places and new bytes. It
 * is refused with a sentence, or opens, and then everything can be read without harm. */
#include "pool/pool_priv.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct pool_column_def person_columns[] = { { .name = { "a", 1 }, .kind = POOL_INT },
                                                         { .name = { "b", 1 }, .kind = POOL_TEXT },
                                                         { .name = { "c", 1 }, .kind = POOL_REF, .table = 1 } };
static const struct pool_column_def job_columns[] = { { .name = { "d", 1 }, .kind = POOL_REF, .table = 0 },
                                                      { .name = { "e", 1 }, .kind = POOL_BOOL } };
static const struct pool_group_def person_groups[] = { { .name = { "f", 1 }, .table = 2, .child = true } };
static const struct pool_group_def home_groups[] = { { .name = { "g", 1 }, .table = 0 } };
static const struct pool_table_def tables[] = {
    { .name = { "p", 1 },
      .owner = UINT16_MAX,
      .columns = person_columns,
      .column_count = 3,
      .groups = person_groups,
      .group_count = 1 },
    { .name = { "h", 1 }, .owner = UINT16_MAX, .groups = home_groups, .group_count = 1 },
    { .name = { "j", 1 }, .owner = 0, .columns = job_columns, .column_count = 2 },
};
static const struct pool_schema schema = { tables, 3 };

static struct pool *good_pool(void)
{
    struct err e = { 0 };
    struct pool_builder *b = pool_build(&schema, 0);
    for (uint32_t i = 0; i < 20; i++) pool_add(b, 1, 100 + i, 0);
    for (uint32_t i = 0; i < 60; i++) {
        pool_add(b, 0, i * 7919 % 101, 0);
        pool_set(b, 0, 0, i % 5 ? POOL_KNOWN : POOL_NONE, (int64_t)i * i * i);
        pool_set(b, 0, 1, POOL_KNOWN, pool_intern(b, (str){ "abcdefgh", i % 8 }));
        pool_set(b, 0, 2, i % 7 ? POOL_KNOWN : (POOL_KNOWN | POOL_ASSUMED), i * 13 % 20);
    }
    for (uint32_t i = 0; i < 60; i += 3) {
        pool_add(b, 2, 0, i);
        pool_set(b, 2, 0, POOL_KNOWN, i);
        pool_set(b, 2, 1, POOL_KNOWN, i % 2);
        pool_cover_at(b, 0, 0, i, 0, (struct pool_cover){ .state = POOL_KNOWN, .has_until = true, .until = 5 });
    }
    pool_add(b, 2, 0, UINT32_MAX);
    pool_join_by(b, 1, 0, 2);
    struct pool *p = pool_build_end(b, &e);
    if (p == NULL) abort();
    return p;
}

static str good_file(void)
{
    static struct arena *kept;
    static str bytes;
    if (kept != NULL) return bytes;
    struct err e = { 0 };
    char path[64];
    kept = arena_new("file", 0);
    snprintf(path, sizeof path, "/tmp/fuzz_pool.%ld", (long)getpid());
    struct pool *p = good_pool();
    if (!pool_save(p, str_of(path), STR("stamp"), &e) || !file_read(kept, str_of(path), 1 << 24, &bytes, &e)) abort();
    unlink(path);
    pool_free(p);
    return bytes;
}

static void read_all(const struct pool *p)
{
    for (uint16_t t = 0; t < 3; t++) {
        uint32_t rows = pool_rows(p, t), offsets[2];
        for (uint32_t r = 0; r < rows && r < 2000; r++) {
            int64_t wide = 0;
            int32_t narrow;
            uint8_t state;
            for (uint16_t c = 0; c < tables[t].column_count; c++) {
                pool_read_i64(p, t, c, r, 1, &wide, &state);
                if (tables[t].columns[c].kind != POOL_REF) continue;
                uint32_t row = (uint32_t)wide;
                pool_gather_i32(p, tables[t].columns[c].table == 0 ? 0 : 2, 1, &row, 1, &narrow, &state);
            }
            if (t == 0) pool_text(p, wide);
            const uint32_t *list;
            for (uint16_t g = 0; g < tables[t].group_count; g++) {
                pool_group_run(p, t, g, r, 1, offsets, &list);
                if (offsets[0] > offsets[1]) abort();
                for (uint32_t k = offsets[0]; list != NULL && k < offsets[1]; k++)
                    pool_gather_i64(p, 0, 0, &list[k], 1, &wide, NULL);
                pool_covered(p, t, g, r, 0);
            }
            if (t == 2) pool_owner(p, t, r);
            pool_row_of(p, t, pool_id(p, t, r), &offsets[0]);
        }
        for (uint16_t c = 0; c < tables[t].column_count; c++) pool_stats(p, t, c);
    }
    pool_text_number(p, STR("abc"));
}

/* Changes bytes of a copy as the input says. */
static str damaged(struct arena *a, const uint8_t *data, size_t size)
{
    str good = good_file();
    char *copy = arena_alloc(a, good.len);
    memcpy(copy, good.p, good.len);
    size_t end = good.len - sizeof(struct pool_file_end);
    for (size_t i = 1; i + 3 < size; i += 4) {
        uint32_t at = data[i] | (uint32_t)data[i + 1] << 8 | (uint32_t)data[i + 2] << 16;
        copy[at % good.len] = (char)data[i + 3];
    }
    if (size > 0 && data[0] & 1) {
        struct pool_file_end e;
        memcpy(&e, copy + end, sizeof e);
        if (e.directory_at <= end && e.directory_bytes <= end - e.directory_at)
            e.directory_check = pool_check_sum(copy + e.directory_at, (size_t)e.directory_bytes);
        memcpy(copy + end, &e, sizeof e);
    }
    return (str){ copy, size > 0 && data[0] & 2 ? good.len * (data[0] >> 2) / 64 : good.len };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    autoarena *a = arena_new("fuzz", 0);
    str bytes = damaged(a, data, size), stamp;
    struct err e = { 0 };
    struct pool *p;
    int fd = memfd_create("pool", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes.p, bytes.len) != (ssize_t)bytes.len) abort();
    if (pool_open(&p, &schema, str_fmt(a, "/proc/self/fd/%d", fd), &stamp, a, &e)) {
        read_all(p);
        pool_free(p);
    } else if (e.code == ERR_NONE) {
        abort();
    }
    close(fd);
    return 0;
}

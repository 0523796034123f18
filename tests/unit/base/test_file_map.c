/* test_file_map: files as memory. */
#include "base/file.h"
#include "support/t.h"

#include <string.h>

static bool write_pieces(str path, size_t pieces, struct err *e)
{
    static char piece[1000];
    struct file_out o;
    if (!file_create(&o, path, e)) return false;
    for (size_t i = 0; i < pieces; i++) {
        memset(piece, (int)('a' + i % 26), sizeof piece);
        if (!file_append(&o, (str){ piece, sizeof piece }, e)) {
            file_discard(&o);
            return false;
        }
    }
    CHECK(o.bytes == pieces * sizeof piece);
    return file_commit(&o, e);
}

TEST(pieces_make_a_file_that_maps_as_it_was_written)
{
    struct err e = { 0 };
    str path = str_of(t_path("pieces"));
    CHECK_OK(write_pieces(path, 1500, &e), e); /* more than the buffer holds */
    struct file_map m;
    CHECK_OK(file_map_open(path, &m, &e), e);
    CHECK_INT((int64_t)m.len, 1500000);
    for (size_t i = 0; i < m.len; i += 777) CHECK_INT(m.p[i], 'a' + (int)(i / 1000 % 26));
    m.p[5] = '!'; /* seen here only */
    struct file_map again;
    CHECK_OK(file_map_open(path, &again, &e), e);
    CHECK_INT(again.p[5], 'a');
    file_map_close(&again);
    file_map_close(&m);
    CHECK(m.p == NULL);
}

TEST(what_is_no_file_cannot_be_mapped)
{
    struct err e = { 0 };
    struct file_map m;
    CHECK_ERR(file_map_open(str_of(t_path("none")), &m, &e), e, NOT_FOUND);
    e = (struct err){ 0 };
    CHECK_ERR(file_map_open(str_of(t_dir()), &m, &e), e, IO);
    e = (struct err){ 0 };
    CHECK_ERR(file_map_open(STR("/dev/null"), &m, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_OK(file_write(str_of(t_path("empty")), STR(""), &e), e);
    CHECK_OK(file_map_open(str_of(t_path("empty")), &m, &e), e);
    CHECK(m.p == NULL && m.len == 0);
    file_map_close(&m);
    EVERY_FAULT (FAULT_READ) {
        e = (struct err){ 0 };
        CHECK(file_map_open(str_of(t_path("empty")), &m, &e) || t_fault_hit());
    }
}

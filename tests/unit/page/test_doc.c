/* The document: members in order, however many; what is written can be read. */
#include "page/doc.h"
#include "support/t.h"

TEST(members_keep_their_order_however_many_there_are)
{
    autoarena *a = arena_new("doc", 0);
    struct json *j = doc_new(a);
    struct json *list = doc_array(a, j, "list");
    for (int i = 0; i < 1000; i++) doc_int(a, list, NULL, i);
    struct json *o = doc_object(a, j, "o");
    doc_str(a, o, "s", STR("<政策>"));
    doc_bool(a, o, "b", true);
    doc_fmt(a, o, "f", "%d 件", 3);
    for (int i = 0; i < 100; i++) doc_z(a, j, str_fmt(a, "k%d", i).p, "x");
    CHECK(j->count == 102);
    CHECK_INT(json_member(j, STR("list"))->items[999].integer, 999);
    CHECK_STR(json_member(json_member(j, STR("o")), STR("f"))->string, "3 件");
    struct text t;
    struct json_writer w;
    const struct json *again;
    struct err e = { 0 };
    text_init(&t, a, 1 << 20);
    json_begin(&w, &t, false);
    doc_write(&w, j);
    CHECK_OK(json_read(a, text_str(&t), &again, &e), e);
    CHECK(again->count == 102);
    CHECK_STR(again->keys[101], "k99");
    CHECK_STR(json_member(json_member(again, STR("o")), STR("s"))->string, "<政策>");
}

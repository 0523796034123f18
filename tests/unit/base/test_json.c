/* Reading: what is kept and what is refused. Writing: commas, escapes. Both: what is written is read. */
#include "base/json.h"

#include "base/utf8.h"
#include "unit/base/helpers.h"

static const struct json *read_ok(struct arena *a, str text)
{
    struct err e = { 0 };
    const struct json *out = NULL;
    CHECK_OK(json_read(a, text, &out, &e), e);
    CHECK(out != NULL);
    return out;
}

TEST(a_document_is_read_with_its_members_in_order)
{
    autoarena *a = arena_new("test", 0);
    const struct json *j = read_ok(a, STR("{\"姓名\":\"张三\",\"zz\":[1,-2,true,null,\"\"],\"a\":{},\"m\":1.5}"));
    CHECK(j->kind == JSON_OBJECT && j->count == 4);
    CHECK_STR(j->keys[0], "姓名");
    CHECK_STR(j->keys[1], "zz");
    CHECK_STR(j->keys[2], "a");
    CHECK_STR(json_member(j, STR("姓名"))->string, "张三");
    const struct json *list = json_member(j, STR("zz"));
    CHECK(list->kind == JSON_ARRAY && list->count == 5);
    CHECK(list->items[0].kind == JSON_INT && list->items[0].integer == 1 && list->items[1].integer == -2);
    CHECK(list->items[2].kind == JSON_BOOL && list->items[2].boolean && list->items[3].kind == JSON_NULL);
    CHECK(list->items[4].kind == JSON_STRING && list->items[4].string.len == 0);
    CHECK(json_member(j, STR("a"))->kind == JSON_OBJECT && json_member(j, STR("a"))->count == 0);
    CHECK(json_member(j, STR("m"))->kind == JSON_REAL);
    CHECK(json_member(j, STR("absent")) == NULL && json_member(list, STR("x")) == NULL &&
          json_member(NULL, STR("x")) == NULL);
}

TEST(a_thousand_members_keep_their_order)
{
    autoarena *a = arena_new("test", 0);
    struct text t;
    struct json_writer w;
    text_init(&t, a, 1 << 20);
    json_begin(&w, &t, false);
    json_object(&w);
    for (int i = 0; i < 1000; i++) {
        json_key_str(&w, str_fmt(a, "k%d", i * 7919 % 1000));
        json_int(&w, i);
    }
    json_object_end(&w);
    const struct json *j = read_ok(a, text_str(&t));
    CHECK_SIZE(j->count, 1000);
    for (int i = 0; i < 1000; i++) CHECK_INT(j->items[i].integer, i);
}

TEST(whole_numbers_are_exact_to_the_last_of_64_bits)
{
    autoarena *a = arena_new("test", 0);
    CHECK(read_ok(a, STR("9223372036854775807"))->integer == INT64_MAX);
    CHECK(read_ok(a, STR("-9223372036854775808"))->integer == INT64_MIN);
    CHECK(read_ok(a, STR("9007199254740993"))->integer == 9007199254740993);
    CHECK(read_ok(a, STR("-0"))->integer == 0);
    CHECK(read_ok(a, STR("1.0"))->kind == JSON_REAL && read_ok(a, STR("1e2"))->kind == JSON_REAL);
}

TEST(escapes_become_characters)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(read_ok(a, STR("\"\\u4e1a\\ud83d\\ude00\\n\\/\\\"\\\\\""))->string, "业😀\n/\"\\");
}

/* Text, and a word of the message that must come of it. */
static const struct {
    const char *name;
    str text;
    const char *says;
} refused[] = {
    { "nothing", { "", 0 }, "突然结束" },
    { "blanks", { "  \n", 3 }, "突然结束" },
    { "a duplicate key", { "{\"a\":1,\"b\":2,\"a\":3}", 19 }, "重复的键" },
    { "a NUL in a text", { "\"\\u0000\"", 8 }, "零字节" },
    { "a NUL in a key", { "{\"\\u0000\":1}", 12 }, "零字节" },
    { "a raw NUL", { "\"\0\"", 3 }, "语法" },
    { "a lone high surrogate", { "\"\\ud800\"", 8 }, "语法" },
    { "a lone low surrogate", { "\"\\udc00\"", 8 }, "语法" },
    { "surrogates the wrong way round", { "\"\\udc00\\ud800\"", 14 }, "语法" },
    { "text after the end", { "{} {}", 5 }, "多余" },
    { "a comma after the end", { "[1],", 4 }, "多余" },
    { "a trailing comma", { "[1,]", 4 }, "语法" },
    { "a number too large for a float", { "1e400", 5 }, "数太大" },
    { "one more than 64 bits hold", { "9223372036854775808", 19 }, "数太大" },
    { "one less than 64 bits hold", { "-9223372036854775809", 20 }, "数太大" },
    { "a leading zero", { "[01]", 4 }, "语法" },
    { "a plus sign", { "[+1]", 4 }, "语法" },
    { "a hexadecimal number", { "[0x1]", 5 }, "语法" },
    { "no digit before the point", { "[.5]", 4 }, "语法" },
    { "NaN", { "[NaN]", 5 }, "语法" },
    { "single quotes", { "{'a':1}", 7 }, "语法" },
    { "a comment", { "[1/*x*/]", 8 }, "语法" },
    { "a raw line break in a text", { "\"a\nb\"", 5 }, "语法" },
    { "an unknown escape", { "\"\\x41\"", 6 }, "语法" },
    { "bad UTF-8", { "\"\xff\"", 3 }, "UTF-8" },
    { "an overlong slash", { "\"\xc0\xaf\"", 4 }, "UTF-8" },
    { "a surrogate in UTF-8", { "\"\xed\xa0\x80\"", 5 }, "UTF-8" },
    { "an open text", { "\"abc", 4 }, "突然结束" },
    { "an open list", { "[1,2", 4 }, "突然结束" },
    { "mismatched brackets", { "[1}", 3 }, "语法" },
    { "only a closing bracket", { "]", 1 }, "语法" },
    { "a word", { "True", 4 }, "语法" },
};

TEST(what_is_not_strict_json_is_refused_with_a_reason)
{
    autoarena *a = arena_new("test", 0);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct err e = { 0 };
        const struct json *out = NULL;
        NOTE("%s", refused[i].name);
        CHECK_ERR(json_read(a, refused[i].text, &out, &e), e, INVALID);
        NOTE("%s", err_cause(&e));
        CHECK(out == NULL);
        CHECK(str_find(str_of(err_cause(&e)), str_of(refused[i].says)) != SIZE_MAX);
    }
}

TEST(a_refusal_names_line_and_column)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    const struct json *out;
    CHECK(!json_read(a, STR("{\n  \"姓名\": 张三\n}"), &out, &e));
    NOTE("%s", err_cause(&e));
    CHECK(str_starts(str_of(err_cause(&e)), STR("JSON 第 2 行第 ")));
}

static str nested(struct arena *a, size_t depth)
{
    struct text t;
    text_init(&t, a, 1000);
    text_addz(&t, "\n ");
    text_repeat(&t, '[', depth);
    text_repeat(&t, ']', depth);
    return text_str(&t);
}

TEST(nesting_goes_to_64_levels)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    const struct json *out = read_ok(a, nested(a, 64));
    CHECK(out->kind == JSON_ARRAY && out->count == 1);
    CHECK_ERR(json_read(a, nested(a, 65), &out, &e), e, INVALID);
    CHECK(str_starts(str_of(err_cause(&e)), STR("JSON 第 2 行第 66 列：套得太深")));
    read_ok(a, STR("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[\""));
}

TEST(more_than_16_mib_are_refused_unread)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    const struct json *out;
    CHECK_ERR(json_read(a, (str){ "[", (16u << 20) + 1 }, &out, &e), e, LIMIT); /* not even looked at */
}

static str written(struct arena *a, str s)
{
    struct text t;
    struct json_writer w;
    text_init(&t, a, 1 << 16);
    json_begin(&w, &t, false);
    json_str(&w, s);
    return text_str(&t);
}

TEST(the_writer_escapes_what_json_and_pages_need)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(written(a, STR("张三\"\\/")), "\"张三\\\"\\\\/\"");
    CHECK_STR(written(a, STR("\b\f\n\r\t\x01\x1f\x7f")), "\"\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f\"");
    CHECK_STR(written(a, STR("a\0b")), "\"a\\u0000b\"");
    CHECK_STR(written(a, STR("</script>")), "\"\\u003c/script>\"");
    CHECK_STR(written(a, STR("\xE2\x80\xA8\xE2\x80\xA9")), "\"\\u2028\\u2029\"");
    CHECK_STR(written(a, STR("a\xFF"
                             "b")),
              "\"a\xEF\xBF\xBD"
              "b\"");
    CHECK_STR(written(a, (str){ 0 }), "\"\"");
}

static void write_sample(struct json_writer *w)
{
    json_object(w);
    json_key(w, "n");
    json_int(w, INT64_MIN);
    json_key(w, "list");
    json_array(w);
    json_bool(w, true);
    json_bool(w, false);
    json_null(w);
    json_object(w);
    json_object_end(w);
    json_array(w);
    json_array_end(w);
    json_array_end(w);
    json_key(w, "z");
    json_z(w, "完");
    json_object_end(w);
}

TEST(the_writer_minds_the_commas)
{
    autoarena *a = arena_new("test", 0);
    struct text t;
    struct json_writer w;
    text_init(&t, a, 1000);
    json_begin(&w, &t, false);
    write_sample(&w);
    CHECK_STR(text_str(&t), "{\"n\":-9223372036854775808,\"list\":[true,false,null,{},[]],\"z\":\"完\"}");
}

TEST(pretty_output_has_a_line_for_each_value)
{
    autoarena *a = arena_new("test", 0);
    struct text t;
    struct json_writer w;
    text_init(&t, a, 1000);
    json_begin(&w, &t, true);
    write_sample(&w);
    CHECK_STR(text_str(&t), "{\n"
                            "  \"n\": -9223372036854775808,\n"
                            "  \"list\": [\n"
                            "    true,\n"
                            "    false,\n"
                            "    null,\n"
                            "    {},\n"
                            "    []\n"
                            "  ],\n"
                            "  \"z\": \"完\"\n"
                            "}");
}

static void close_too_much(void *w) { json_object_end(w); }
static void key_without_value(void *w)
{
    json_object(w);
    json_key(w, "k");
    json_object_end(w);
}
static void key_without_object(void *w) { json_key(w, "k"); }

TEST(calls_that_do_not_nest_are_bugs)
{
    autoarena *a = arena_new("test", 0);
    struct text t;
    struct json_writer w;
    text_init(&t, a, 1000);
    json_begin(&w, &t, false);
    CHECK(aborts(close_too_much, &w) && aborts(key_without_value, &w) && aborts(key_without_object, &w));
}

static str random_text(struct arena *a)
{
    static const uint32_t any[] = {
        'a', '"', '\\', '<', 1, '\n', 0x7F, 0xE9, 0x4E1A, 0x2028, 0xFFFD, 0x1F600, 0x10FFFF
    };
    char bytes[64];
    size_t n = 0;
    for (uint64_t i = t_random_below(8); i > 0; i--) n += utf8_put(any[t_random_below(13)], bytes + n);
    return str_dup(a, (str){ bytes, n });
}

static void random_tree(struct arena *a, struct json *j, int depth)
{
    j->kind = (enum json_kind)t_random_below(depth == 0 ? 5 : 7);
    if (j->kind == JSON_REAL) j->kind = JSON_INT;
    j->boolean = j->kind == JSON_BOOL && t_random_below(2) == 0;
    if (j->kind == JSON_INT) j->integer = (int64_t)t_random() >> t_random_below(64);
    if (j->kind == JSON_STRING) j->string = random_text(a);
    if (j->kind != JSON_ARRAY && j->kind != JSON_OBJECT) return;
    j->count = (size_t)t_random_below(5);
    j->items = ARENA_ARRAY(a, struct json, j->count);
    j->keys = j->kind == JSON_OBJECT ? ARENA_ARRAY(a, str, j->count) : NULL;
    for (size_t i = 0; i < j->count; i++) {
        str name = random_text(a);
        if (j->keys != NULL) j->keys[i] = str_fmt(a, "%zu%.*s", i, STR_ARG(name));
        random_tree(a, &j->items[i], depth - 1);
    }
}

static void write_tree(struct json_writer *w, const struct json *j)
{
    switch (j->kind) {
    case JSON_NULL:
    case JSON_REAL: json_null(w); break;
    case JSON_BOOL: json_bool(w, j->boolean); break;
    case JSON_INT: json_int(w, j->integer); break;
    case JSON_STRING: json_str(w, j->string); break;
    case JSON_ARRAY:
        json_array(w);
        for (size_t i = 0; i < j->count; i++) write_tree(w, &j->items[i]);
        json_array_end(w);
        break;
    case JSON_OBJECT:
        json_object(w);
        for (size_t i = 0; i < j->count; i++) {
            json_key_str(w, j->keys[i]);
            write_tree(w, &j->items[i]);
        }
        json_object_end(w);
        break;
    }
}

static bool same(const struct json *x, const struct json *y)
{
    bool equal = x->kind == y->kind && x->boolean == y->boolean && x->integer == y->integer &&
                 str_eq(x->string, y->string) && x->count == y->count;
    for (size_t i = 0; equal && i < x->count; i++) {
        equal = same(&x->items[i], &y->items[i]) && (x->kind != JSON_OBJECT || str_eq(x->keys[i], y->keys[i]));
    }
    return equal;
}

TEST(what_the_writer_writes_the_reader_reads)
{
    for (int round = 0; round < 3000; round++) {
        autoarena *a = arena_new("test", 0);
        struct json tree = { 0 };
        struct text t;
        struct json_writer w;
        random_tree(a, &tree, 4);
        text_init(&t, a, 1 << 20);
        json_begin(&w, &t, round % 2 == 0);
        write_tree(&w, &tree);
        NOTE("%.*s", STR_ARG(text_str(&t)));
        CHECK(same(read_ok(a, text_str(&t)), &tree));
    }
}

TEST(a_document_cut_anywhere_is_refused)
{
    autoarena *a = arena_new("test", 0);
    str whole = STR("{\"姓\\u4e1a\":[1,-2,true,null,\"😀\",{\"k\":[[]]}],\"m\":1.5e3}");
    read_ok(a, whole);
    for (size_t n = 0; n < whole.len; n++) {
        struct err e = { 0 };
        const struct json *out;
        char *exact = malloc(n == 0 ? 1 : n);
        memcpy(exact, whole.p, n);
        CHECK(!json_read(a, (str){ exact, n }, &out, &e));
        free(exact);
    }
}

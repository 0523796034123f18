/* Outlines of areas: what is read, and what is refused with the reason and the number of the feature. */
#include "base/file.h"
#include "hall/borders.h"
#include "helpers.h"

static const struct code_list *areas(struct arena *a)
{
    static const char pack[] =
        "包 图\n  级别 市\n  版本 1\n  说明 只为测试\n"
        "代码 行政区划\n  项 试验市 329900\n  项 东区 329901  属 试验市\n  项 西区 329902  属 试验市\n";
    struct pack_set *set = ARENA_NEW(a, struct pack_set);
    pack_load_text(set, a, STR("pack.leye"), STR(pack));
    return program_codes(set->program, STR("行政区划"));
}

static bool read(struct arena *a, const char *json, struct borders **out, struct err *e)
{
    str path = str_dup(a, str_of(t_path("地界.geojson")));
    CHECK_OK(file_write(path, str_of(json), e), *e);
    return borders_read(path, areas(a), a, out, e);
}

#define LICENCE "\"审图号\":\"测试用，不是审图号\",\"来源\":\"测试\","
#define FEATURE(properties, geometry)                                                                           \
    "{\"type\":\"FeatureCollection\"," LICENCE "\"features\":[{\"type\":\"Feature\",\"properties\":" properties \
    ",\"geometry\":" geometry "}]}"
#define SQUARE "[[[119,32],[119.5,32],[119.5,32.25],[119,32.25],[119,32]]]"

TEST(outlines_are_read_in_millionths_of_a_degree)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct borders *b;
    CHECK_OK(
        read(a,
             "{\"type\":\"FeatureCollection\"," LICENCE "\"features\":["
             "{\"properties\":{\"adcode\":329901},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":" SQUARE "}},"
             "{\"properties\":{\"code\":\"999999\"},\"geometry\":null},"
             "{\"properties\":{\"代码\":\"329902\"},\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":[" SQUARE
             ",[[[-0.5,-1],[1,-1],[0,1.0000004]]]]}}]}",
             &b, &e),
        e);
    CHECK_INT((int64_t)b->list.len, 2);
    CHECK_STR(b->licence, "测试用，不是审图号");
    const struct border *east = borders_find(b, STR("329901")), *west = borders_find(b, STR("329902"));
    CHECK_INT((int64_t)east->rings.len, 1);
    CHECK_INT((int64_t)east->rings.at[0].count, 4); /* the last point is the first */
    CHECK_INT(east->rings.at[0].at[1].x, 119500000);
    CHECK_INT(east->rings.at[0].at[2].y, 32250000);
    CHECK_INT((int64_t)west->rings.len, 2);
    CHECK_INT(west->rings.at[1].at[0].x, -500000);
    CHECK_INT(west->rings.at[1].at[2].y, 1000000);
    CHECK(borders_find(b, STR("999999")) == NULL);
}

TEST(a_file_that_cannot_be_shown_is_refused_with_the_reason)
{
    static const struct {
        const char *json, *says;
    } cases[] = {
        { "[]", "不是 GeoJSON" },
        { "{\"type\":\"FeatureCollection\",\"features\":[]}", "没有“审图号”" },
        { "{\"type\":\"FeatureCollection\",\"审图号\":\" \",\"features\":[]}", "没有“审图号”" },
        { "{\"type\":\"FeatureCollection\",\"审图号\":\"测试\",\"features\":[]}", "没有“来源”" },
        { "{\"type\":\"FeatureCollection\"," LICENCE "\"features\":[]}", "一个也没有" },
        { "{\"type\":\"FeatureCollection\"," LICENCE "\"features\":[1]}", "第 1 个图形：没有地区代码" },
        { FEATURE("{\"code\":\"329901\"}", "null"), "第 1 个图形：没有坐标" },
        { FEATURE("{\"code\":\"329901\"}", "{\"type\":\"Point\",\"coordinates\":[1,2]}"), "Polygon" },
        { FEATURE("{\"code\":\"329901\"}", "{\"type\":\"Polygon\",\"coordinates\":[[[1,2],[3,4]]]}"), "三个点" },
        { FEATURE("{\"code\":\"329901\"}", "{\"type\":\"Polygon\",\"coordinates\":[[[1,2],[3,\"4\"],[5,6]]]}"),
          "单位是度" },
        { FEATURE("{\"code\":\"329901\"}", "{\"type\":\"Polygon\",\"coordinates\":[[[500000,3500000],[1,2],[5,6]]]}"),
          "投影过的坐标" },
        { FEATURE("{\"code\":\"329901\"}", "{\"type\":\"Polygon\",\"coordinates\":[[[1,2],[3,90.5],[5,6]]]}"),
          "单位是度" },
        { FEATURE("{\"code\":\"329901\"}", "{\"type\":\"Polygon\",\"coordinates\":[[[1,2],[1e300,9],[5,6]]]}"),
          "单位是度" },
        { "{\"type\":\"FeatureCollection\"," LICENCE "\"features\":["
          "{\"properties\":{\"code\":\"329901\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":" SQUARE "}},"
          "{\"properties\":{\"code\":\"329901\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":" SQUARE "}}]}",
          "第 2 个图形：329901 前面已经有了" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        autoarena *a = arena_new("test", 0);
        struct err e = { 0 };
        struct borders *b;
        CHECK(!read(a, cases[i].json, &b, &e));
        NOTE("%s", err_cause(&e));
        CHECK(e.code == ERR_INVALID && has(str_of(err_cause(&e)), cases[i].says));
    }
}

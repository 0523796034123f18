/* The map: where areas stand is what the packs say, small cells stay hidden, classes and times. */
#include "hall/tiles.h"
#include "helpers.h"

static bool tiles_of(struct arena *a, const char *csv, tile_list *out, struct err *e)
{
    static const char pack[] =
        "包 图\n  级别 市\n  版本 1\n  说明 只为测试\n"
        "代码 行政区划\n  项 试验市 329900\n  项 东区 329901  属 试验市\n  项 西区 329902  属 试验市\n";
    static int run = 0;
    struct pack_set set;
    str dir = str_dup(a, str_of(t_path(str_fmt(a, "p%d", run++).p)));
    CHECK_OK(file_make_dirs(dir, e), *e);
    CHECK_OK(file_write(file_join(a, dir, STR("pack.leye")), STR(pack), e), *e);
    if (csv != NULL) CHECK_OK(file_write(file_join(a, dir, STR("map.csv")), str_of(csv), e), *e);
    CHECK_OK(pack_load(&set, a, dir, NULL, 0, e), *e);
    return tiles_read(set.program, a, out, e);
}

TEST(areas_stand_where_the_pack_says)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    tile_list none = { 0 }, two = { 0 };
    CHECK_OK(tiles_of(a, NULL, &none, &e), e);
    CHECK_INT((int64_t)none.len, 2); /* no pack says where: in the order of codes */
    CHECK(none.at[0].laid_out && none.at[0].column == 1 && none.at[1].column == 2 && none.at[1].row == 1);
    CHECK_OK(tiles_of(a, "地区,名称,列,行\n329901,东区,2,1\n329902,西区,1,1\n", &two, &e), e);
    CHECK_INT((int64_t)two.len, 2);
    CHECK_STR(two.at[0].upper, "329900");
    CHECK(two.at[0].column == 2 && two.at[1].column == 1 && !two.at[0].laid_out);
}

TEST(a_place_that_cannot_be_is_refused_with_its_line)
{
    static const struct {
        const char *csv, *says;
    } cases[] = { { "地区,名称,列\n", "没有“行”这一栏" },
                  { "地区,名称,列,行\n329903,南区,1,1\n", "第 2 行：行政区划里没有 329903" },
                  { "地区,名称,列,行\n329901,西区,1,1\n", "第 2 行：329901 是东区，不是“西区”" },
                  { "地区,名称,列,行\n329901,东区,0,1\n", "第 2 行：列和行写 1 到 12" },
                  { "地区,名称,列,行\n329901,东区,1,1\n329902,西区,1,1\n", "第 3 行：西区和东区在同一格" },
                  { "地区,名称,列,行\n329901,东区,1,1\n329901,东区,2,1\n", "第 3 行：东区和东区重复" } };
    autoarena *a = arena_new("test", 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = { 0 };
        tile_list t = { 0 };
        CHECK(!tiles_of(a, cases[i].csv, &t, &e));
        NOTE("%s", err_cause(&e));
        CHECK(e.code == ERR_INVALID && has(str_of(err_cause(&e)), cases[i].says));
    }
}

/* Every map.csv there is can be read: the packs of the tree. */
TEST(the_pictures_of_the_packs_are_in_order)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct pack_set set;
    tile_list t = { 0 };
    CHECK_OK(pack_load(&set, a, str_of(t_source("packs/jiangsu")), NULL, 0, &e), e);
    CHECK_OK(tiles_read(set.program, a, &t, &e), e);
    size_t cities = 0, nantong = 0;
    VEC_EACH (const struct tile, x, &t) {
        cities += str_eq(x->upper, STR("320000"));
        nantong += str_eq(x->upper, STR("320600"));
    }
    CHECK_INT((int64_t)cities, 13);
    CHECK_INT((int64_t)nantong, 8);
}

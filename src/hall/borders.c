/* borders: reading GeoJSON (RFC 7946). Coordinates stay whole numbers: millionths of a degree are a tenth of a metre.
 */
#include "hall/borders.h"

#include "base/file.h"
#include "base/json.h"

enum { DEGREE = 1000000, RING_MIN = 3 };

struct reading {
    struct arena *a;
    str path;
    const struct code_list *areas;
    struct borders *to;
    size_t feature; /* from 1; 0: the file itself */
};

static bool refuse(const struct reading *r, const char *why, struct err *e)
{
    str base = file_base(r->path);
    if (r->feature == 0) return fail(e, INVALID, "地界文件 %.*s：%s", STR_ARG(base), why);
    return fail(e, INVALID, "地界文件 %.*s 第 %zu 个图形：%s", STR_ARG(base), r->feature, why);
}

static str text_of(const struct json *object, str key)
{
    const struct json *j = json_member(object, key);
    return j != NULL && j->kind == JSON_STRING ? str_trim(j->string) : STR("");
}

/* Written as a text or as a number. */
static str code_of(const struct reading *r, const struct json *properties)
{
    static const char *const keys[] = { "adcode", "code", "代码" };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct json *j = json_member(properties, str_of(keys[i]));
        if (j != NULL && j->kind == JSON_INT) return str_fmt(r->a, "%lld", (long long)j->integer);
        if (j != NULL && j->kind == JSON_STRING && str_trim(j->string).len > 0)
            return str_dup(r->a, str_trim(j->string));
    }
    return STR("");
}

static bool read_degrees(const struct json *j, int32_t most, int32_t *out)
{
    int64_t v = j->integer;
    if (j->kind == JSON_INT)
        v = v > most || v < -most ? INT64_MAX : v * DEGREE;
    else if (j->kind != JSON_REAL)
        return false;
    if (v > (int64_t)most * DEGREE || v < -(int64_t)most * DEGREE) return false;
    *out = (int32_t)v;
    return true;
}

static bool read_ring(const struct reading *r, const struct json *j, struct border *to, struct err *e)
{
    struct point *at = ARENA_ARRAY(r->a, struct point, j->count + 1);
    size_t n = j->kind == JSON_ARRAY ? j->count : 0;
    for (size_t i = 0; i < n; i++) {
        const struct json *p = &j->items[i];
        if (p->kind != JSON_ARRAY || p->count < 2 || !read_degrees(&p->items[0], 180, &at[i].x) ||
            !read_degrees(&p->items[1], 90, &at[i].y))
            return refuse(r, "坐标要写成 [经度, 纬度]，单位是度；投影过的坐标请先换成经纬度", e);
    }
    if (n > 1 && at[0].x == at[n - 1].x && at[0].y == at[n - 1].y) n--;
    if (n < RING_MIN) return refuse(r, "一圈至少要三个点", e);
    *vec_push(r->a, &to->rings) = (struct ring){ at, n };
    return true;
}

static bool read_polygon(const struct reading *r, const struct json *j, struct border *to, struct err *e)
{
    if (j->kind != JSON_ARRAY || j->count == 0) return refuse(r, "没有坐标", e);
    for (size_t i = 0; i < j->count; i++) {
        if (!read_ring(r, &j->items[i], to, e)) return false;
    }
    return true;
}

static bool read_feature(struct reading *r, const struct json *j, struct err *e)
{
    struct border b = { .code = code_of(r, json_member(j, STR("properties"))) };
    const struct json *geometry = json_member(j, STR("geometry")), *at = json_member(geometry, STR("coordinates"));
    str type = text_of(geometry, STR("type"));
    if (b.code.len == 0) return refuse(r, "没有地区代码：properties 里写 adcode、code 或者“代码”", e);
    if (code_item_of(r->areas, b.code) == NULL) return true;
    if (borders_find(r->to, b.code) != NULL) return refuse(r, str_fmt(r->a, "%.*s 前面已经有了", STR_ARG(b.code)).p, e);
    if (at == NULL || at->kind != JSON_ARRAY || at->count == 0) return refuse(r, "没有坐标", e);
    if (str_eq(type, STR("Polygon"))) {
        if (!read_polygon(r, at, &b, e)) return false;
    } else if (str_eq(type, STR("MultiPolygon"))) {
        for (size_t i = 0; i < at->count; i++) {
            if (!read_polygon(r, &at->items[i], &b, e)) return false;
        }
    } else {
        return refuse(r, "geometry 要是 Polygon 或者 MultiPolygon", e);
    }
    *vec_push(r->a, &r->to->list) = b;
    return true;
}

bool borders_read(str path, const struct code_list *areas, struct arena *a, struct borders **out, struct err *e)
{
    autoarena *parsed = arena_new("borders", 0);
    struct reading r = { .a = a, .path = path, .areas = areas, .to = ARENA_NEW(a, struct borders) };
    const struct json *doc;
    str text;
    if (!file_read(parsed, path, BORDERS_BYTES_MAX, &text, e) || !json_read(parsed, text, &doc, e))
        return fail_up(e, "读地界文件 %.*s", STR_ARG(path));
    const struct json *features = json_member(doc, STR("features"));
    if (!str_eq(text_of(doc, STR("type")), STR("FeatureCollection")) || features == NULL ||
        features->kind != JSON_ARRAY)
        return refuse(&r, "不是 GeoJSON 的 FeatureCollection", e);
    r.to->licence = str_dup(a, text_of(doc, STR("审图号"))), r.to->source = str_dup(a, text_of(doc, STR("来源")));
    if (r.to->licence.len == 0)
        return refuse(&r, "没有“审图号”：公开的地图必须有，请照批准文件写在最外层，和 features 并列", e);
    if (r.to->source.len == 0) return refuse(&r, "没有“来源”：写明是谁提供的地界，和“审图号”并列", e);
    for (size_t i = 0; i < features->count; i++) {
        r.feature = i + 1;
        if (!read_feature(&r, &features->items[i], e)) return false;
    }
    r.feature = 0;
    if (r.to->list.len == 0) return refuse(&r, "里面的地区，行政区划里一个也没有；看看代码对不对", e);
    *out = r.to;
    return true;
}

const struct border *borders_find(const struct borders *b, str code)
{
    VEC_EACH (const struct border, x, &b->list) {
        if (str_eq(x->code, code)) return x;
    }
    return NULL;
}

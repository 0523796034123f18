/* openapi: the description of every address, from the table of routes, the table beside it (openapi.def), and the
 * packs: they say which policies, services and lists there are to ask for. */
#include "hall/hall_priv.h"

#include <string.h>

static const char *const methods[] = { "get", "head", "post", "put", "patch", "delete", "options" };

static const struct {
    const char *route, *type;
} files[] = {
#define FILE(handler, type) { #handler, type },
#define UPLOAD(handler, field)
#define ASKS(handler, name, what)
#include "hall/openapi.def"
#undef FILE
#undef UPLOAD
#undef ASKS
};

static const struct {
    const char *route, *field;
} uploads[] = {
#define FILE(handler, type)
#define UPLOAD(handler, field) { #handler, field },
#define ASKS(handler, name, what)
#include "hall/openapi.def"
#undef FILE
#undef UPLOAD
#undef ASKS
};

static const struct {
    const char *route, *name, *what;
} asks[] = {
#define FILE(handler, type)
#define UPLOAD(handler, field)
#define ASKS(handler, name, what) { #handler, name, what },
#include "hall/openapi.def"
#undef FILE
#undef UPLOAD
#undef ASKS
};

/* Names that packs give; the rest of a path's names are just text. */
static const struct {
    const char *within, *schema;
} named[] = { { "/policies/{name}", "policyName" }, { "/try/{name}", "policyName" },
              { "/findings/{name}", "policyName" }, { "/apply/{name}", "serviceName" },
              { "/bulk/{name}", "serviceName" },    { "/entities/{name}", "listName" },
              { "/series/{name}", "indicatorName" } };

static struct json *reference(struct arena *a, struct json *o, const char *schema)
{
    struct json *s = doc_object(a, o, "schema");
    doc_fmt(a, s, "$ref", "#/components/schemas/%s", schema);
    return s;
}

static void add_schema(struct arena *a, const struct route *r, str parameter, struct json *o)
{
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        if (str_eq(parameter, STR("name")) && strstr(r->path, named[i].within) != NULL) {
            reference(a, o, named[i].schema);
            return;
        }
    }
    doc_z(a, doc_object(a, o, "schema"), "type", "string");
}

static void add_parameters(struct arena *a, const struct route *r, struct json *op)
{
    struct json *list = doc_array(a, op, "parameters");
    for (const char *at = strchr(r->path, '{'); at != NULL; at = strchr(at + 1, '{')) {
        size_t len = strcspn(at + 1, "}");
        struct json *o = doc_object(a, list, NULL);
        doc_str(a, o, "name", (str){ at + 1, len });
        doc_z(a, o, "in", "path");
        doc_bool(a, o, "required", true);
        add_schema(a, r, (str){ at + 1, len }, o);
    }
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        if (strcmp(asks[i].route, r->name) != 0) continue;
        struct json *o = doc_object(a, list, NULL);
        doc_z(a, o, "name", asks[i].name);
        doc_z(a, o, "in", "query");
        doc_z(a, o, "description", asks[i].what);
        doc_z(a, doc_object(a, o, "schema"), "type", "string");
    }
    if (r->method != HTTP_POST) return;
    struct json *o = doc_object(a, list, NULL);
    doc_z(a, o, "name", "Idempotency-Key");
    doc_z(a, o, "in", "header");
    doc_z(a, o, "description", "同一个键再送一次，得到同一个回答");
    doc_z(a, doc_object(a, o, "schema"), "type", "string");
}

static void add_problem(struct arena *a, struct json *all, const char *status, const char *what)
{
    struct json *r = doc_object(a, all, status);
    doc_z(a, r, "description", what);
    reference(a, doc_object(a, doc_object(a, r, "content"), "application/problem+json"), "problem");
}

static void add_answer(struct arena *a, const struct route *r, struct json *all)
{
    struct json *ok = doc_object(a, all, "200");
    doc_z(a, ok, "description", "好");
    struct json *content = doc_object(a, ok, "content"), *media = doc_object(a, content, "application/json");
    if (strstr(r->path, "/entities/") != NULL)
        reference(a, media, "subjects");
    else
        doc_z(a, doc_object(a, media, "schema"), "type", "object");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (strcmp(files[i].route, r->name) == 0) doc_object(a, content, files[i].type);
    }
}

/* A form, as a page sends it; or a flat JSON object; with a file only as a form. */
static void add_body(struct arena *a, const struct route *r, struct json *op)
{
    struct json *content = doc_object(a, doc_object(a, op, "requestBody"), "content");
    static const char *const types[] = { "application/x-www-form-urlencoded", "application/json" };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct json *schema = doc_object(a, doc_object(a, content, types[i]), "schema");
        doc_z(a, schema, "type", "object");
        doc_z(a, doc_object(a, schema, "additionalProperties"), "type", "string");
    }
    for (size_t i = 0; i < sizeof uploads / sizeof *uploads; i++) {
        if (strcmp(uploads[i].route, r->name) != 0) continue;
        struct json *schema = doc_object(a, doc_object(a, content, "multipart/form-data"), "schema");
        doc_z(a, schema, "type", "object");
        struct json *file = doc_object(a, doc_object(a, schema, "properties"), uploads[i].field);
        doc_z(a, file, "contentMediaType", "application/octet-stream");
    }
}

static void add_operation(struct arena *a, const struct route *r, struct json *path)
{
    struct json *op = doc_object(a, path, methods[r->method]);
    doc_z(a, op, "operationId", r->name);
    doc_z(a, op, "summary", r->title);
    add_parameters(a, r, op);
    if (r->method == HTTP_POST) add_body(a, r, op);
    struct json *all = doc_object(a, op, "responses");
    add_answer(a, r, all);
    if (r->roles != 0) add_problem(a, all, "429", "这个令牌一分钟里用得太多：Retry-After 是几秒以后再来");
    add_problem(a, all, "default", "没有办成：哪里不对，怎么办");
    struct json *security = doc_array(a, op, "security");
    if (r->roles == 0) return;
    struct json *scopes = doc_array(a, doc_object(a, security, NULL), "token");
    doc_str(a, scopes, NULL, scope_of(a, r));
}

static struct json *names_of(struct arena *a, struct json *schemas, const char *schema)
{
    struct json *o = doc_object(a, schemas, schema);
    doc_z(a, o, "type", "string");
    return doc_array(a, o, "enum");
}

static void add_names(struct arena *a, const struct program *p, struct json *schemas)
{
    struct json *policies = names_of(a, schemas, "policyName"), *services = names_of(a, schemas, "serviceName");
    struct json *lists = names_of(a, schemas, "listName"), *indicators = names_of(a, schemas, "indicatorName");
    VEC_EACH (const struct policy, q, &p->policies) { /* of several versions the newest */
        if (program_policy(p, q->name) == q) doc_str(a, policies, NULL, q->name);
    }
    VEC_EACH (const struct service, v, &p->services) {
        if (program_service(p, v->name) == v) doc_str(a, services, NULL, v->name);
    }
    VEC_EACH (const struct entity, en, &p->entities) {
        if (!en->is_spell) doc_str(a, lists, NULL, en->name);
    }
    VEC_EACH (const struct indicator, x, &p->indicators) doc_str(a, indicators, NULL, x->name);
}

static void add_member(struct arena *a, struct json *properties, const char *name, const char *type, const char *what)
{
    struct json *o = doc_object(a, properties, name);
    doc_z(a, o, "type", type);
    doc_z(a, o, "description", what);
}

static struct json *members_of(struct arena *a, struct json *o)
{
    doc_z(a, o, "type", "object");
    return doc_object(a, o, "properties");
}

static struct json *items_of(struct arena *a, struct json *properties, const char *name)
{
    struct json *list = doc_object(a, properties, name);
    doc_z(a, list, "type", "array");
    return members_of(a, doc_object(a, list, "items"));
}

/* A page of a list (stream.c). */
static void add_subjects(struct arena *a, struct json *schemas)
{
    struct json *page = members_of(a, doc_object(a, schemas, "subjects"));
    add_member(a, page, "next", "string", "下一页的地址，空的就是完了");
    add_member(a, page, "mark", "string", "以后用它取变化");
    add_member(a, page, "anew", "boolean", "只在变化里：要从头取");
    struct json *subject = items_of(a, page, "subjects");
    add_member(a, subject, "id", "integer", "号，不会再给别人");
    add_member(a, subject, "gone", "boolean", "已经并到别人那里");
    struct json *field = items_of(a, subject, "fields");
    add_member(a, field, "field", "string", "字段的名字，照规则包");
    add_member(a, field, "value", "string", "值");
    add_member(a, field, "masked", "boolean", "遮盖着");
    add_member(a, field, "origin", "string", "哪个系统说的");
    add_member(a, field, "asOf", "string", "说的是哪一天");
}

static void add_components(struct arena *a, const struct program *p, struct json *doc)
{
    struct json *c = doc_object(a, doc, "components");
    struct json *schemas = doc_object(a, c, "schemas");
    add_names(a, p, schemas);
    add_subjects(a, schemas);
    struct json *problem = members_of(a, doc_object(a, schemas, "problem"));
    doc_z(a, doc_object(a, problem, "status"), "type", "integer");
    doc_z(a, doc_object(a, problem, "title"), "type", "string");
    doc_z(a, doc_object(a, problem, "detail"), "type", "string");
    struct json *schemes = doc_object(a, c, "securitySchemes");
    struct json *token = doc_object(a, schemes, "token");
    doc_z(a, token, "type", "http");
    doc_z(a, token, "scheme", "bearer");
}

static void describe(struct arena *a, const struct program *p, struct json *doc)
{
    doc_z(a, doc, "openapi", "3.1.0");
    struct json *info = doc_object(a, doc, "info");
    doc_z(a, info, "title", "乐业");
    doc_z(a, info, "version", LEYE_VERSION);
    struct json *paths = doc_object(a, doc, "paths");
    for (size_t i = 0; i < hall_route_count; i++) {
        bool said = false; /* addresses with two methods are neighbours in the table, or are found again here */
        for (size_t k = 0; k < i; k++) said = said || strcmp(hall_routes[k].path, hall_routes[i].path) == 0;
        if (said) continue;
        struct json *path = doc_object(a, paths, hall_routes[i].path);
        for (size_t k = i; k < hall_route_count; k++) {
            if (strcmp(hall_routes[k].path, hall_routes[i].path) == 0) add_operation(a, &hall_routes[k], path);
        }
    }
    add_components(a, p, doc);
}

bool hall_openapi(struct call *c, struct err *e)
{
    (void)e;
    describe(c->a, c->h->p, c->doc);
    return true;
}

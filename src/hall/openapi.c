/* openapi: the description of every address, from the table of routes. */
#include "hall/hall_priv.h"

#include <string.h>

static const char *const methods[] = { "get", "head", "post", "put", "patch", "delete", "options" };

static void add_parameters(struct arena *a, const struct route *r, struct json *op)
{
    struct json *list = doc_array(a, op, "parameters");
    for (const char *at = strchr(r->path, '{'); at != NULL; at = strchr(at + 1, '{')) {
        size_t len = strcspn(at + 1, "}");
        struct json *o = doc_object(a, list, NULL);
        doc_str(a, o, "name", (str){ at + 1, len });
        doc_z(a, o, "in", "path");
        doc_bool(a, o, "required", true);
        doc_z(a, doc_object(a, o, "schema"), "type", "string");
    }
    if (r->method != HTTP_POST) return;
    struct json *o = doc_object(a, list, NULL);
    doc_z(a, o, "name", "Idempotency-Key");
    doc_z(a, o, "in", "header");
    doc_z(a, o, "description", "同一个键再送一次，得到同一个回答");
    doc_z(a, doc_object(a, o, "schema"), "type", "string");
}

static void add_response(struct arena *a, struct json *all, const char *status, const char *what, const char *type,
                         const char *schema)
{
    struct json *r = doc_object(a, all, status);
    doc_z(a, r, "description", what);
    struct json *media = doc_object(a, doc_object(a, r, "content"), type);
    struct json *s = doc_object(a, media, "schema");
    if (schema != NULL)
        doc_z(a, s, "$ref", schema);
    else
        doc_z(a, s, "type", "object");
}

static void add_operation(struct arena *a, const struct route *r, struct json *path)
{
    struct json *op = doc_object(a, path, methods[r->method]);
    doc_z(a, op, "operationId", r->name);
    doc_z(a, op, "summary", r->title);
    add_parameters(a, r, op);
    if (r->method == HTTP_POST) {
        struct json *body = doc_object(a, op, "requestBody");
        struct json *content = doc_object(a, body, "content");
        doc_z(a, doc_object(a, doc_object(a, content, "application/json"), "schema"), "type", "object");
    }
    struct json *all = doc_object(a, op, "responses");
    add_response(a, all, "200", "好", "application/json", NULL);
    if (r->roles != 0)
        add_response(a, all, "429", "这个令牌一分钟里用得太多：Retry-After 是几秒以后再来", "application/problem+json",
                     "#/components/schemas/problem");
    add_response(a, all, "default", "没有办成：哪里不对，怎么办", "application/problem+json",
                 "#/components/schemas/problem");
    struct json *security = doc_array(a, op, "security");
    if (r->roles == 0) return;
    struct json *scopes = doc_array(a, doc_object(a, security, NULL), "token");
    doc_str(a, scopes, NULL, scope_of(a, r));
}

static void add_components(struct arena *a, struct json *doc)
{
    struct json *c = doc_object(a, doc, "components");
    struct json *schemas = doc_object(a, c, "schemas");
    struct json *problem = doc_object(a, schemas, "problem");
    doc_z(a, problem, "type", "object");
    struct json *p = doc_object(a, problem, "properties");
    doc_z(a, doc_object(a, p, "status"), "type", "integer");
    doc_z(a, doc_object(a, p, "title"), "type", "string");
    doc_z(a, doc_object(a, p, "detail"), "type", "string");
    struct json *schemes = doc_object(a, c, "securitySchemes");
    struct json *token = doc_object(a, schemes, "token");
    doc_z(a, token, "type", "http");
    doc_z(a, token, "scheme", "bearer");
}

static void describe(struct arena *a, struct json *doc)
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
    add_components(a, doc);
}

bool hall_openapi(struct call *c, struct err *e)
{
    (void)e;
    describe(c->a, c->doc);
    return true;
}

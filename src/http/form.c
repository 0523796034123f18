/* form: fields, cookies, forms and queries. */
#include "http/http_priv.h"

str http_field(const struct http_request *q, const char *name)
{
    str found = { 0 }, key = str_of(name);
    VEC_EACH (const struct http_field, f, &q->fields) {
        if (!str_eq(f->name, key)) continue;
        if (found.p == NULL)
            found = f->value;
        else
            found = str_fmt(q->a, "%.*s%s%.*s", STR_ARG(found), str_eq(key, STR("cookie")) ? "; " : ", ",
                            STR_ARG(f->value));
    }
    return found;
}

str http_cookie(const struct http_request *q, const char *name)
{
    str rest = http_field(q, "cookie"), piece, key = str_of(name);
    while (str_split(&rest, ';', &piece)) {
        piece = str_trim(piece);
        if (str_starts(piece, key) && piece.len > key.len && piece.p[key.len] == '=')
            return str_slice(piece, key.len + 1, piece.len);
    }
    return (str){ 0 };
}

bool http_form_read(struct arena *a, str encoded, http_form *out)
{
    str rest = encoded, piece;
    http_form f = { 0 };
    while (str_split(&rest, '&', &piece)) {
        struct http_field pair;
        if (piece.len == 0) continue;
        size_t is = str_find(piece, STR("="));
        str value = is == SIZE_MAX ? STR("") : str_slice(piece, is + 1, piece.len);
        if (f.len == HTTP_FORM_MAX || !http_decode(a, str_slice(piece, 0, is), true, &pair.name) ||
            !http_decode(a, value, true, &pair.value))
            return false;
        *vec_push(a, &f) = pair;
    }
    *out = f;
    return true;
}

str http_form_get(const http_form *f, str name)
{
    VEC_EACH (const struct http_field, p, f) {
        if (str_eq(p->name, name)) return p->value;
    }
    return (str){ 0 };
}

void http_encode(struct text *out, str s)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                     c == '.' || c == '_' || c == '~';
        if (plain) {
            text_addc(out, c);
            continue;
        }
        char escaped[3] = { '%', digits[(unsigned char)c >> 4], digits[(unsigned char)c & 15] };
        text_add(out, (str){ escaped, 3 });
    }
}

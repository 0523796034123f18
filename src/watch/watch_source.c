/* watch_source: a source as tables have it, 新华日报2024-01（https://…）, in its parts. */
#include "watch/watch.h"

static size_t link_at(str source)
{
    size_t secure = str_find(source, STR("https://")), plain = str_find(source, STR("http://"));
    return secure < plain ? secure : plain;
}

str watch_source_link(str source)
{
    static const str ends[] = { { "）", 3 }, { " ", 1 }, { "\"", 1 } };
    size_t from = link_at(source);
    if (from == SIZE_MAX) return STR("");
    str link = str_slice(source, from, source.len);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t to = str_find(link, ends[i]);
        if (to != SIZE_MAX) link = str_slice(link, 0, to);
    }
    return link;
}

str watch_source_name(struct arena *a, str source)
{
    size_t from = link_at(source);
    if (from == SIZE_MAX) return source;
    str name = str_trim(str_slice(source, 0, from));
    if (str_ends(name, STR("（"))) name = str_trim(str_slice(name, 0, name.len - STR("（").len));
    if (name.len > 0) return name;
    str rest = watch_source_link(source), site;
    rest = str_slice(rest, str_find(rest, STR("//")) + 2, rest.len);
    (void)!str_split(&rest, '/', &site);
    return str_fmt(a, "%.*s 的网页", STR_ARG(site));
}

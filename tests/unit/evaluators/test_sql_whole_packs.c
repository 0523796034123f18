/* Every policy of every pack, and every definition without parameters, can be said in SQL, and SQLite takes the text.
 */
#include "unit/sql/helpers.h"

#include "pack/pack.h"

TEST_WITHIN(all_policies_can_be_said_in_sql, 120)
{
    autoarena *a = arena_new("packs", 0);
    struct err e = { 0 };
    file_list packs = { 0 };
    CHECK_OK(pack_find(a, str_of(t_source("packs")), &packs, &e), e);
    size_t policies = 0, definitions = 0, refused = 0, longest = 0;
    for (size_t i = 0; i < packs.len; i++) {
        autoarena *own = arena_new("pack", 0);
        struct pack_set set;
        CHECK_OK(pack_load(&set, own, packs.at[i], NULL, 0, &e), e);
        const struct program *p = set.program;
        struct store *s = NULL;
        CHECK_OK(store_open(&s, str_of(t_path(str_fmt(own, "%zu.db", i).p)), STORE_CREATE, &e), e);
        CHECK_OK(sql_tables(p, s, &e), e);
        date day = date_of(2025, 3, 15);
        struct sql_options o = { STORE_SQLITE, day, day, false, false, NULL };
        for (uint32_t k = 0; k < p->policies.len + p->funcs.len; k++) {
            bool policy = k < p->policies.len;
            uint32_t f = k - (uint32_t)p->policies.len;
            const struct decl *d = policy ? p->policies.at[k].decl : p->funcs.at[f].decl;
            if (d->pack + 1u != p->packs.len) continue;
            if (!policy && (p->funcs.at[f].params.len > 0 || p->funcs.at[f].type.kind == TYPE_RECORD)) continue;
            autoarena *scratch = arena_new("sql", 0);
            struct sql_text text;
            e = (struct err){ 0 };
            bool ok = policy ? sql_compile_policy(p, k, &o, scratch, &text, &e)
                             : sql_compile_func(p, f, &o, scratch, &text, &e);
            policies += policy;
            definitions += !policy;
            refused += !ok;
            if (!ok) NOTE("%.*s: %s", STR_ARG(d->name.text), err_cause(&e));
            if (!ok) continue;
            struct store_stmt *q;
            CHECK_OK(store_prepare(s, text.sql, &q, &e), e);
            store_done(q);
            if (text.sql.len > longest) longest = text.sql.len;
        }
        store_close(s);
    }
    NOTE("%zu policies, %zu definitions, %zu not in SQL; the longest text has %zu bytes", policies, definitions,
         refused, longest);
    CHECK(policies > 100 && definitions > 250);
    CHECK_INT((int64_t)refused, 0);
}

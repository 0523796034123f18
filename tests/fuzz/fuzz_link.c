/* Any bytes as the fields of records, one record a line, fields apart by '|': number, name, phone, address, birth.
 * Nothing may crash; comparing is symmetric; a record is never two persons with itself; clusters are named by their
 * first record; every pair can be explained. The same lines as names of firms. */
#include "link/firm.h"
#include "link/link.h"

#include <stdlib.h>
#include <string.h>

enum { RECORDS_MAX = 24 };

static size_t read_records(str text, struct link_record r[RECORDS_MAX], struct firm_record f[RECORDS_MAX])
{
    str line, field;
    size_t n = 0;
    while (n < RECORDS_MAX && str_split(&text, '\n', &line)) {
        str *fields[] = { &r[n].id_number, &r[n].name, &r[n].phone, &r[n].address };
        for (size_t i = 0; i < 4 && str_split(&line, '|', &field); i++) *fields[i] = field;
        int64_t birth = 0;
        if (str_split(&line, '|', &field) && str_to_i64(field, &birth)) r[n].birth_ymd = (uint32_t)birth;
        f[n].usci = r[n].id_number;
        f[n].name = r[n].name;
        n++;
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct link_record r[RECORDS_MAX] = { 0 };
    struct firm_record f[RECORDS_MAX] = { 0 };
    size_t n = read_records((str){ (const char *)data, size }, r, f);
    autoarena *a = arena_new("fuzz", 0);
    struct link_model m = link_model_default();
    m.threads = 1;
    struct link_index *x = link_index_new(a, &m);
    struct link_pairs pairs;
    struct firm_pairs firms;
    struct err e = { 0 };
    uint32_t *cluster;
    if (!link_new(x, r, n, a, &pairs, &e) || !firm_pairs(f, n, a, &firms, &e)) abort();
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = i + 1; k < n; k++) {
            struct link_pair one = link_score(x, i, k), other = link_score(x, k, i);
            if (one.levels != other.levels || one.score != other.score || one.band != other.band) abort();
        }
    for (size_t i = 0; i < pairs.len; i++) link_explain(&r[pairs.at[i].a], &r[pairs.at[i].b], &m, a);
    link_clusters(x, pairs.at, pairs.len, NULL, a, &cluster);
    for (uint32_t i = 0; i < n; i++)
        if (cluster[i] > i || cluster[cluster[i]] != cluster[i]) abort();
    return 0;
}

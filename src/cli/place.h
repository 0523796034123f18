/* place: what commands about everybody need, opened together: the rules, the register of a city, and the pool that was
 * made from it, brought up to date. Beside the database city.db stand city.db.pool, city.db.found and city.db.counts;
 * those of a PostgreSQL database stand in the folder of cli_beside. */
#ifndef CLI_PLACE_H
#define CLI_PLACE_H
#include "cli/cli.h"
#include "pack/pack.h"
#include "policy/scan.h"
#include "registry/registry.h"

struct place {
    struct arena *a;
    struct pack_set set;
    const struct program *p;
    const struct vocab *v;
    struct registry *registry; /* NULL: a pool alone was given (--pool) */
    struct pool *pool;
    str db, stamp;
    str beside; /* what the names of files beside the database begin with */
    date today, rule_day;
    /* What happened to the pool, for findings made from the one before: */
    str stamp_before;              /* empty: it was built anew, or nothing changed */
    struct vocab_touched *touched; /* whose verdicts may differ (see scan_again) */
    struct pool *pool_before;      /* as it was, from its file; NULL: as stamp_before, or it could not be had */
};

/* Options every such command has: db, pool, packs, date, rule-date. */
#define PLACE_OPTIONS                                                               \
    { "db", "文件", "城市的库，缺省 LEYE_DB 或 leye.db；也可以是 postgresql://…" }, \
        { "packs", "文件夹", "用哪个包，缺省 LEYE_PACKS 或 packs/demo" },           \
        { "date", "2023-11-01", "判断日，缺省今天" },                               \
    {                                                                               \
        "rule-date", "2023-11-01", "规则日，缺省和判断日相同"           \
    }

/* 0, or the exit code after the sentence was printed. Everything ends with place_close. */
int place_open(struct place *p, const struct cli_args *a);
/* The same with packs that were named otherwise than by --packs. */
int place_open_packs(struct place *p, const struct cli_args *a, str dir);
/* The same as place_open with the examples of the packs, which the hall shows. */
int place_open_whole(struct place *p, const struct cli_args *a);
void place_close(struct place *p);
/* The rules of a folder, which has no mistakes; 0 or the exit code. */
int place_packs(struct pack_set *set, struct arena *a, str dir);
/* A file beside the database. Only with a registry. */
str place_beside(const struct place *p, const char *ending);
/* The batch of this registry after which something with that stamp was made; 0: it was made of another database. */
bool place_made_after(struct place *p, str stamp, int64_t *since, struct err *e);
/* What was found last in this database, when it can be read; a file that cannot is as good as none. NULL: nothing. */
const struct findings *place_last_found(struct place *p);
/* Asks everybody, or, where `before` (may be NULL) was found for the same day and rules, only whom facts that changed
 * since may concern; the answer is the same. */
bool place_find(struct place *p, struct scan *s, const struct findings *before, struct findings **out, struct err *e);
/* The subject of an entity by a key of its own (身份证号 …) or its number. */
bool place_subject(const struct place *p, uint16_t entity, str key, uint32_t *row, struct err *e);

#endif

/* Drafts of a small pack in a folder: saving, meeting somebody else, publishing, crashes, the way back. */
#include "support/t.h"
#include "base/fault.h"
#include "base/file.h"
#include "draft/draft.h"
#include "store/short.h"
#include "support/postgres.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char pack_text[] = "包 试验\n  级别 市\n  版本 1\n  说明 只为测试\n"
                                "实体 人员\n  字段 月收入 : 元/月\n"
                                "来源 办法\n  名称 试验办法\n";
static const char rule_text[] = "政策 培训补贴\n  依据 办法 第一条\n  对象 人员\n"
                                "  条件 收入不高：月收入 <= 3000元/月\n    说明 每月收入不到三千元\n"
                                "  金额\n    补贴 = 500元\n  频次 一次性\n";
static const char case_text[] = "例 政策 培训补贴\n  今日 2024-06-03\n"
                                "  “三千元，正好”\n    已知 月收入 = 3000元/月\n    应得 符合 金额 500元\n"
                                "  “五千元”\n    已知 月收入 = 5000元/月\n    应得 不符合 收入不高\n";

struct world {
    struct arena *a;
    struct store *s;
    str folder;
};

static struct draft_act by(const char *who, uint32_t roles)
{
    return (struct draft_act){ .who = str_of(who), .roles = roles, .now = 1717400000 };
}

static void put(struct world *w, const char *name, const char *text)
{
    struct err e = { 0 };
    CHECK_OK(file_write(file_join(w->a, w->folder, str_of(name)), str_of(text), &e), e);
}

static str text_of(struct world *w, const char *name)
{
    struct err e = { 0 };
    bool there;
    str text;
    CHECK_OK(draft_pack_text(w->folder, str_of(name), w->a, &there, &text, &e), e);
    return there ? text : STR("(none)");
}

static void world_open(struct world *w)
{
    struct err e = { 0 };
    *w = (struct world){ .a = arena_new("world", 0) };
    w->folder = str_dup(w->a, str_of(t_path("试验")));
    CHECK_OK(file_make_dirs(w->folder, &e), e);
    put(w, "pack.leye", pack_text);
    put(w, "rules.leye", rule_text);
    put(w, "examples.leye", case_text);
    CHECK_OK(store_open(&w->s, str_of(t_database("test.db")), STORE_CREATE, &e), e);
    CHECK_OK(draft_migrate(w->s, &e), e);
}

static void world_close(struct world *w)
{
    store_close(w->s);
    arena_free(w->a);
}

static int64_t make(struct world *w, const char *who)
{
    struct err e = { 0 };
    struct draft_act act = by(who, DRAFT_AUTHOR);
    int64_t id = 0;
    CHECK_OK(draft_make(w->s, &act, w->folder, STR("提高标准"), &id, &e), e);
    return id;
}

static struct draft_saved save(struct world *w, int64_t id, const char *who, const char *name, str text, int64_t over)
{
    struct err e = { 0 };
    struct draft_act act = by(who, DRAFT_AUTHOR);
    struct draft_typed t = { .name = str_of(name), .text = text, .revision = over };
    struct draft_saved out = { 0 };
    CHECK_OK(draft_save(w->s, &act, id, &t, w->a, &out, &e), e);
    return out;
}

static struct draft get(struct world *w, int64_t id)
{
    struct err e = { 0 };
    struct draft d = { 0 };
    CHECK_OK(draft_get(w->s, id, w->a, &d, &e), e);
    return d;
}

static struct draft_weighed weigh(struct world *w, int64_t id)
{
    struct err e = { 0 };
    struct draft d = get(w, id);
    struct draft_weighed out;
    CHECK_OK(draft_weigh(w->s, &d, date_of(2024, 6, 3), NULL, NULL, w->a, &out, &e), e);
    return out;
}

static void try(struct world *w, int64_t id, const struct draft_found *f)
{
    struct err e = { 0 };
    struct draft_trial t = { f->rules, f->base, 1717400000, STR("li"), STR("{}") };
    CHECK_OK(draft_trial_keep(w->s, id, &t, &e), e);
}

static str with(struct world *w, const char *text, const char *old, const char *new)
{
    size_t at = str_find(str_of(text), str_of(old));
    CHECK(at != SIZE_MAX);
    return str_fmt(w->a, "%.*s%s%s", (int)at, text, new, text + at + strlen(old));
}

static int64_t proposed(struct world *w, const char *rules, const char *cases)
{
    struct err e = { 0 };
    struct draft_act li = by("li", DRAFT_AUTHOR);
    int64_t id = make(w, "li");
    save(w, id, "li", "rules.leye", str_of(rules), 0);
    save(w, id, "li", "examples.leye", str_of(cases), 0);
    struct draft_found f = weigh(w, id).found;
    try(w, id, &f);
    CHECK_OK(draft_propose(w->s, &li, id, &f, &e), e);
    return id;
}

TEST(the_life_cycle_is_sound)
{
    autoarena *a = arena_new("test", 0);
    struct text report;
    text_init(&report, a, 1 << 16);
    text_addz(&report, "");
    CHECK(machine_sound(&draft_machine, &report));
    CHECK_STR(text_str(&report), "");
}

TEST(what_one_writes_another_publishes_and_the_files_are_other_ones)
{
    struct world w;
    struct err e = { 0 };
    world_open(&w);
    struct draft_act li = by("li", DRAFT_AUTHOR), wang = by("wang", DRAFT_AUTHOR), zhang = by("zhang", DRAFT_CHIEF);
    int64_t id = make(&w, "li"), version = 0;
    struct draft_found f = weigh(&w, id).found;
    CHECK_ERR(draft_propose(w.s, &li, id, &f, &e), e, CONFLICT); /* nothing was changed */
    e = (struct err){ 0 };
    CHECK_INT(save(&w, id, "li", "rules.leye", with(&w, rule_text, "500元", "600元"), 0).outcome, DRAFT_SAVED);
    struct draft_weighed heavy = weigh(&w, id);
    f = heavy.found;
    CHECK_INT((int64_t)f.failed, 1); /* the example still says 500 */
    CHECK_STR(heavy.proof.results.at[0].example->title, "三千元，正好");
    try(&w, id, &f);
    CHECK_ERR(draft_propose(w.s, &li, id, &f, &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "1 个例不对") != NULL);
    e = (struct err){ 0 };
    save(&w, id, "wang", "examples.leye", with(&w, case_text, "金额 500元", "金额 600元"), 0);
    f = weigh(&w, id).found;
    CHECK_INT((int64_t)(f.failed + f.errors + f.waiting), 0);
    CHECK_ERR(draft_propose(w.s, &li, id, &f, &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "再试算一次") != NULL); /* that was of another text */
    e = (struct err){ 0 };
    try(&w, id, &f);
    CHECK_OK(draft_propose(w.s, &li, id, &f, &e), e);
    struct draft_act other = by("ma", DRAFT_AUTHOR), quiet = zhang;
    CHECK_ERR(draft_move(w.s, &other, id, STR("撤回"), &e), e, DENIED); /* wrote nothing of it */
    e = (struct err){ 0 };
    CHECK_ERR(draft_move(w.s, &other, id, STR("作废"), &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_ERR(draft_move(w.s, &quiet, id, STR("退回"), &e), e, INVALID); /* without a reason */
    e = (struct err){ 0 };
    struct draft_typed late = { .name = STR("rules.leye"), .text = STR(""), .revision = 1 };
    struct draft_saved none;
    CHECK_ERR(draft_save(w.s, &li, id, &late, w.a, &none, &e), e, CONFLICT); /* it waits, and is not changed */
    e = (struct err){ 0 };
    f = weigh(&w, id).found;
    CHECK_ERR(draft_publish(w.s, &li, id, &f, &version, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_ERR(draft_publish(w.s, &wang, id, &f, &version, &e), e, DENIED); /* wrote a line of it */
    e = (struct err){ 0 };
    CHECK(strstr(text_of(&w, "rules.leye").p, "500元") != NULL);
    CHECK_OK(draft_publish(w.s, &zhang, id, &f, &version, &e), e);
    CHECK_INT(version, 2);
    CHECK(strstr(text_of(&w, "rules.leye").p, "600元") != NULL &&
          strstr(text_of(&w, "examples.leye").p, "600元") != NULL);
    struct draft d = get(&w, id);
    CHECK_INT(d.state, DRAFT_PUBLISHED);
    CHECK_STR(d.approver, "zhang");
    struct draft_found after = weigh(&w, make(&w, "li")).found;
    CHECK_STR(after.base, f.after); /* what was tried is what is there */
    e = (struct err){ 0 };
    CHECK_ERR(draft_publish(w.s, &zhang, id, &f, &version, &e), e, CONFLICT);
    int64_t events;
    e = (struct err){ 0 };
    CHECK_OK(store_get(w.s, NULL, &events, 1, &e,
                       "SELECT count(*) FROM journal WHERE kind = 'draft.move' AND subject = $1", "s",
                       str_fmt(w.a, "%lld", (long long)id)),
             e);
    CHECK_INT(events, 3); /* made, proposed, published */
    world_close(&w);
}

TEST(mistakes_are_found_in_what_is_typed_before_it_is_saved)
{
    struct world w;
    struct err e = { 0 };
    world_open(&w);
    int64_t id = make(&w, "li");
    struct draft d = get(&w, id);
    struct draft_typed t = { .name = STR("new/more.leye"), .text = STR("参数 新标准 : 元\r\n  说明 一\r\n") };
    struct pack_set set;
    CHECK_OK(draft_load(w.s, &d, &t, w.a, &set, &e), e);
    CHECK(set.diags.errors > 0);
    CHECK(program_param(set.program, STR("新标准")) != NULL); /* a new file is read, in a folder that is not there */
    t = (struct draft_typed){ .name = STR("rules.leye"), .gone = true };
    CHECK_OK(draft_load(w.s, &d, &t, w.a, &set, &e), e);
    CHECK(program_policy(set.program, STR("培训补贴")) == NULL);
    CHECK(set.diags.errors > 0); /* its example has nothing to be about */
    CHECK_INT(get(&w, id).files, 0);
    world_close(&w);
}

TEST(two_who_change_other_lines_are_put_together_and_the_same_lines_are_kept_apart)
{
    struct world w;
    struct err e = { 0 };
    world_open(&w);
    int64_t id = make(&w, "li");
    save(&w, id, "li", "rules.leye", with(&w, rule_text, "500元", "600元"), 0);
    struct draft_saved m = save(&w, id, "wang", "rules.leye", with(&w, rule_text, "不到三千元", "不超过三千元"), 0);
    CHECK_INT(m.outcome, DRAFT_MERGED);
    CHECK_STR(m.who, "li");
    CHECK_INT(m.revision, 2);
    struct draft_file f;
    bool there;
    CHECK_OK(draft_file_of(w.s, id, STR("rules.leye"), w.a, &there, &f, &e), e);
    CHECK(strstr(f.text.p, "600元") != NULL && strstr(f.text.p, "不超过三千元") != NULL);
    m = save(&w, id, "zhou", "rules.leye", with(&w, rule_text, "500元", "700元"), 0);
    CHECK_INT(m.outcome, DRAFT_CLASH);
    CHECK_STR(m.who, "wang");
    CHECK(strstr(m.from.p, "500元") != NULL && strstr(m.theirs.p, "600元") != NULL);
    CHECK_OK(draft_file_of(w.s, id, STR("rules.leye"), w.a, &there, &f, &e), e);
    CHECK(strstr(f.text.p, "600元") != NULL); /* who was first stands */
    draft_revisions all = { 0 };
    CHECK_OK(draft_revisions_of(w.s, id, STR("rules.leye"), w.a, &all, &e), e);
    CHECK_INT((int64_t)all.len, 3);
    CHECK(all.at[0].aside && strstr(all.at[0].text.p, "700元") != NULL); /* and nothing is lost */
    m = save(&w, id, "zhou", "rules.leye", all.at[0].text, m.revision);  /* knowing it: over theirs */
    CHECK_INT(m.outcome, DRAFT_SAVED);
    CHECK_INT(save(&w, id, "zhou", "rules.leye", all.at[0].text, m.revision).outcome, DRAFT_SAME);
    world_close(&w);
}

TEST(a_pack_that_moved_is_caught_up_with_before_it_is_proposed)
{
    struct world w;
    struct err e = { 0 };
    world_open(&w);
    struct draft_act li = by("li", DRAFT_AUTHOR), zhang = by("zhang", DRAFT_CHIEF);
    int64_t id = make(&w, "li"), version;
    save(&w, id, "li", "rules.leye", with(&w, rule_text, "频次 一次性", "频次 按年"), 0);
    put(&w, "rules.leye", with(&w, rule_text, "不到三千元", "不超过三千元").p);
    struct draft_found f = weigh(&w, id).found;
    try(&w, id, &f);
    CHECK_ERR(draft_propose(w.s, &li, id, &f, &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "变过") != NULL);
    bool done;
    e = (struct err){ 0 };
    CHECK_OK(draft_catch_up(w.s, &li, id, STR("rules.leye"), false, w.a, &done, &e), e);
    CHECK(done);
    f = weigh(&w, id).found;
    try(&w, id, &f);
    CHECK_OK(draft_propose(w.s, &li, id, &f, &e), e);
    put(&w, "pack.leye", with(&w, pack_text, "版本 1", "版本 2").p); /* moved again, elsewhere */
    f = weigh(&w, id).found;
    CHECK_ERR(draft_publish(w.s, &zhang, id, &f, &version, &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "请退回") != NULL);
    struct draft_act back = zhang;
    back.reason = STR("正式的规则变过，请重新试算");
    e = (struct err){ 0 };
    CHECK_OK(draft_move(w.s, &back, id, STR("退回"), &e), e);
    save(&w, id, "li", "rules.leye", with(&w, rule_text, "500元", "900元"), 2);
    put(&w, "rules.leye", with(&w, rule_text, "500元", "800元").p);
    CHECK_OK(draft_catch_up(w.s, &li, id, STR("rules.leye"), false, w.a, &done, &e), e);
    CHECK(!done); /* the same line */
    CHECK_OK(draft_catch_up(w.s, &li, id, STR("rules.leye"), true, w.a, &done, &e), e);
    CHECK(done);
    f = weigh(&w, id).found;
    CHECK_INT((int64_t)f.errors, 0);
    world_close(&w);
}

TEST(an_earlier_version_comes_back_as_a_draft_like_every_other)
{
    struct world w;
    struct err e = { 0 };
    world_open(&w);
    struct draft_act zhang = by("zhang", DRAFT_CHIEF), li = by("li", DRAFT_AUTHOR);
    int64_t id = make(&w, "li"), version;
    save(&w, id, "li", "more/new.leye", STR("来源 办法二\n  名称 试验办法之二\n"), 0);
    save(&w, id, "li", "rules.leye", with(&w, rule_text, "  频次", "  -- 注\n  频次"), 0);
    struct draft_found f = weigh(&w, id).found;
    try(&w, id, &f);
    CHECK_OK(draft_propose(w.s, &li, id, &f, &e), e);
    f = weigh(&w, id).found;
    CHECK_OK(draft_publish(w.s, &zhang, id, &f, &version, &e), e);
    CHECK_STR(text_of(&w, "more/new.leye"), "来源 办法二\n  名称 试验办法之二\n");
    draft_versions all = { 0 };
    CHECK_OK(draft_versions_of(w.s, w.folder, w.a, &all, &e), e);
    CHECK_INT((int64_t)all.len, 2);
    CHECK_INT(all.at[1].draft, 0);
    id = make(&w, "li");
    CHECK_OK(draft_restore(w.s, &li, id, 1, w.a, &e), e);
    f = weigh(&w, id).found;
    CHECK_STR(f.after, all.at[1].hash);
    try(&w, id, &f);
    CHECK_OK(draft_propose(w.s, &li, id, &f, &e), e);
    f = weigh(&w, id).found;
    CHECK_OK(draft_publish(w.s, &zhang, id, &f, &version, &e), e);
    CHECK_INT(version, 3);
    CHECK_STR(text_of(&w, "rules.leye"), rule_text);
    CHECK_STR(text_of(&w, "more/new.leye"), "(none)");
    CHECK_ERR(draft_restore(w.s, &li, id, 1, w.a, &e), e, CONFLICT); /* it is published: another draft */
    world_close(&w);
}

/* A publication that goes wrong at the nth write (or sync): once, from there on, or with the process killed there. What
 * the database says is then what the folder holds, at the latest after draft_finish. */
enum way { ONCE, EVER_AFTER, KILLED };
struct cut {
    struct world *w;
    str db, rules, cases; /* a database with a proposed draft, and what it becomes */
    int64_t id;
    struct draft_found found;
    uint32_t published, not_published, finished;
};

static void open_copy(struct cut *c)
{
    struct err e = { 0 };
    store_close(c->w->s);
    c->w->s = NULL;
    unlink(t_path("copy.db-wal"));
    unlink(t_path("copy.db-shm"));
    CHECK_OK(file_write(str_of(t_path("copy.db")), c->db, &e), e);
    put(c->w, "rules.leye", rule_text);
    put(c->w, "examples.leye", case_text);
    CHECK_OK(store_open(&c->w->s, str_of(t_path("copy.db")), STORE_WRITE, &e), e);
}

static void publish(struct cut *c)
{
    struct err e = { 0 };
    struct draft_act zhang = by("zhang", DRAFT_CHIEF);
    int64_t version;
    (void)draft_publish(c->w->s, &zhang, c->id, &c->found, &version, &e);
}

/* False: it went to its end before the nth. */
static bool cut_at(struct cut *c, enum fault_kind kind, uint64_t nth, enum way way)
{
    struct err e = { 0 };
    uint32_t finished;
    bool hit;
    open_copy(c);
    if (way == KILLED) {
        store_close(c->w->s);
        pid_t child = fork();
        if (child == 0) {
            CHECK_OK(store_open(&c->w->s, str_of(t_path("copy.db")), STORE_WRITE, &e), e);
            fault_kill(kind, nth);
            publish(c);
            _exit(0);
        }
        int status = 0;
        waitpid(child, &status, 0);
        hit = WIFSIGNALED(status);
    } else {
        fault_plan(kind, nth, way == EVER_AFTER);
        publish(c);
        hit = fault_hit(kind);
        fault_plan(kind, 0, false);
        store_close(c->w->s);
    }
    c->w->s = NULL;
    CHECK_OK(store_open(&c->w->s, str_of(t_path("copy.db")), STORE_WRITE, &e), e);
    bool published = get(c->w, c->id).state == DRAFT_PUBLISHED;
    CHECK_OK(draft_finish(c->w->s, &finished, &e), e);
    NOTE("kind %d, %d, way %d: published %d, finished %u", (int)kind, (int)nth, (int)way, published, finished);
    CHECK(published || finished == 0);
    CHECK_STR(text_of(c->w, "rules.leye"), published ? c->rules : str_of(rule_text));
    CHECK_STR(text_of(c->w, "examples.leye"), published ? c->cases : str_of(case_text));
    CHECK_OK(draft_finish(c->w->s, &finished, &e), e);
    CHECK_INT(finished, 0);
    c->published += published, c->not_published += !published, c->finished += finished;
    return hit;
}

TEST(a_publication_that_is_cut_off_is_whole_or_nothing)
{
    struct world w;
    struct err e = { 0 };
    if (!fault_built()) SKIP("without fault points");
    world_open(&w);
    struct cut c = { .w = &w,
                     .rules = with(&w, rule_text, "500元", "600元"),
                     .cases = with(&w, case_text, "金额 500元", "金额 600元") };
    c.id = proposed(&w, c.rules.p, c.cases.p);
    c.found = weigh(&w, c.id).found;
    store_close(w.s);
    w.s = NULL;
    CHECK_OK(file_read(w.a, str_of(t_path("test.db")), 8 << 20, &c.db, &e), e);
    for (int way = ONCE; way <= KILLED; way++) {
        for (uint64_t n = 1; cut_at(&c, FAULT_WRITE, n, (enum way)way); n++) CHECK(n < 500);
        for (uint64_t n = 1; cut_at(&c, FAULT_SYNC, n, (enum way)way); n++) CHECK(n < 500);
    }
    CHECK(c.published > 6 && c.not_published > 6); /* cut on both sides of the moment */
    world_close(&w);
}

TEST(names_that_lead_elsewhere_and_texts_that_are_none_are_refused)
{
    struct world w;
    world_open(&w);
    int64_t id = make(&w, "li");
    struct draft_act li = by("li", DRAFT_AUTHOR), zhang = by("zhang", DRAFT_CHIEF);
    static const char *const names[] = {
        "",      "../x.leye", "a/../b.leye", "/etc/x.leye", ".hidden.leye", "a/.b/c.leye",
        "x.txt", "a b.leye",  "a\nb.leye",   "a//b.leye",   "a\\b.leye",    ".leye"
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct err e = { 0 };
        struct draft_typed t = { .name = str_of(names[i]), .text = STR("x\n") };
        struct draft_saved out;
        NOTE("%s", names[i]);
        CHECK_ERR(draft_save(w.s, &li, id, &t, w.a, &out, &e), e, INVALID);
    }
    struct err e = { 0 };
    struct draft_saved out;
    struct draft_typed broken = { .name = STR("x.leye"), .text = STR("\xff\xfe") },
                       zero = { .name = STR("x.leye"), .text = { "a\0b", 3 } },
                       head = { .name = STR("pack.leye"), .gone = true };
    CHECK_ERR(draft_save(w.s, &li, id, &broken, w.a, &out, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(draft_save(w.s, &li, id, &zero, w.a, &out, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(draft_save(w.s, &li, id, &head, w.a, &out, &e), e, INVALID);
    e = (struct err){ 0 };
    struct draft_typed large = { .name = STR("x.leye"),
                                 .text = { arena_alloc(w.a, DRAFT_TEXT_MAX + 1), DRAFT_TEXT_MAX + 1 } };
    CHECK_ERR(draft_save(w.s, &li, id, &large, w.a, &out, &e), e, LIMIT);
    e = (struct err){ 0 };
    struct draft_typed fine = { .name = STR("x.leye"), .text = STR("-- x\r\n-- y") };
    CHECK_ERR(draft_save(w.s, &zhang, id, &fine, w.a, &out, &e), e, DENIED); /* a chief approves, and does not write */
    e = (struct err){ 0 };
    CHECK_OK(draft_save(w.s, &li, id, &fine, w.a, &out, &e), e);
    struct draft_file f;
    bool there;
    CHECK_OK(draft_file_of(w.s, id, STR("x.leye"), w.a, &there, &f, &e), e);
    CHECK_STR(f.text, "-- x\n-- y\n");
    CHECK_ERR(draft_make(w.s, &li, w.folder, STR(" "), &id, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(draft_make(w.s, &li, STR(""), STR("名"), &id, &e), e, CONFLICT);
    world_close(&w);
}

TEST_WITHIN(the_same_holds_on_postgresql, 60)
{
    t_on_postgres();
    what_one_writes_another_publishes_and_the_files_are_other_ones();
    two_who_change_other_lines_are_put_together_and_the_same_lines_are_kept_apart();
    a_pack_that_moved_is_caught_up_with_before_it_is_proposed();
    an_earlier_version_comes_back_as_a_draft_like_every_other();
}

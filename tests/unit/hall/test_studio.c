/* The author's studio on a pack in a folder: drafts, what may be written and by whom, a trial that ends, one that is
 * stopped, publishing, and the hall that takes over. */
#include "draft/draft.h"
#include "hall/hall_priv.h"
#include "helpers.h"
#include "store/short.h"

#include <pthread.h>
#include <unistd.h>

static const char rules_text[] =
    "政策 交通补贴\n  依据 办法 第五条\n  对象 人员\n"
    "  条件 收入低：月收入 <= 2200元/月\n    说明 每月收入不到两千二\n"
    "  条件 住西区：常住地 = 西区\n    说明 住在西区\n"
    "  金额\n    补贴 = 100元\n  频次 一次性\n"
    "例 政策 交通补贴\n  今日 2024-06-03\n"
    "  已知 常住地 = 西区\n  “两千”\n    已知 月收入 = 2000元/月\n    应得 符合 金额 100元\n"
    "  “三千”\n    已知 月收入 = 3000元/月\n    应得 不符合 收入低\n";
static int renewed;
static int64_t published; /* versions others could see when the hall was told to begin anew */
static void count_renewal(void *ctx)
{
    struct store *s;
    struct err e = { 0 };
    (void)ctx;
    renewed++;
    CHECK_OK(store_open(&s, str_of(t_path("hall.db")), STORE_READ, &e), e);
    CHECK_OK(store_get(s, NULL, &published, 1, &e, "SELECT count(*) FROM draft_version WHERE written = 1", ""), e);
    store_close(s);
}

/* The small place of the helpers, read from a folder. */
struct room {
    struct world w;
    str folder;
    struct hall_options o;
    const char *li, *wang, *zhang;
};

static void room_open(struct room *r)
{
    struct err e = { 0 };
    struct world *w = &r->w;
    *w = (struct world){ .a = arena_new("room", 0) };
    r->folder = str_dup(w->a, str_of(t_path("试验")));
    str model = file_join(w->a, r->folder, STR("pack.leye")),
        rules = file_join(w->a, r->folder, STR("more/rules.leye"));
    CHECK_OK(file_make_dirs(file_dir(rules), &e) && file_write(model, (str){ model_text, sizeof model_text - 1 }, &e) &&
                 file_write(rules, (str){ rules_text, sizeof rules_text - 1 }, &e),
             e);
    CHECK_OK(pack_load(&w->set, w->a, r->folder, NULL, 0, &e), e);
    CHECK_INT((int64_t)w->set.diags.errors, 0);
    w->db = str_dup(w->a, str_of(t_path("hall.db")));
    world_data(w, "studio");
    date today = date_of(2024, 6, 3);
    struct findings *found;
    struct scan s = { .vocab = w->v,
                      .pool = w->pool,
                      .today = today,
                      .rule_day = today,
                      .facts = STR("1"),
                      .threads = 1,
                      .reasons = SCAN_FIRST };
    CHECK_OK(scan_run(&s, w->a, &found, &e), e);
    r->o = (struct hall_options){ .set = &w->set,
                                  .vocab = w->v,
                                  .pool = w->pool,
                                  .found = found,
                                  .db = w->db,
                                  .today = today,
                                  .rule_day = today,
                                  .place = STR("试验市"),
                                  .threads = 1,
                                  .renew = count_renewal };
    CHECK_OK(hall_open(&w->hall, &r->o, &e), e);
    CHECK_OK(store_open(&w->s, w->db, STORE_WRITE, &e), e);
    account(w, "li", ROLE_AUTHOR, "");
    account(w, "wang", ROLE_AUTHOR, "");
    account(w, "zhang", ROLE_CHIEF, "329900");
    r->li = signed_in(w, "li"), r->wang = signed_in(w, "wang"), r->zhang = signed_in(w, "zhang");
    renewed = 0;
}

static struct asked form(struct room *r, const char *who, const char *target, const char *fields)
{
    struct world *w = &r->w;
    struct asked page = get(w, "/policies", who);
    return post(w, target, who, str_fmt(w->a, "csrf=%s&%s", csrf_of(w, page.body), fields).p);
}

static str encoded(struct room *r, const char *text)
{
    struct text t;
    text_init(&t, r->w.a, 1 << 20);
    http_encode(&t, str_of(text));
    return text_str(&t);
}

static struct asked typed(struct room *r, const char *who, const char *act, const char *text, const char *revision)
{
    return form(r, who, "/studio/drafts/1/edit?file=more/rules.leye",
                str_fmt(r->w.a, "act=%s&revision=%s&text=%s", act, revision, encoded(r, text).p).p);
}

static const char *with(struct room *r, const char *old, const char *new)
{
    size_t at = str_find(str_of(rules_text), str_of(old));
    CHECK(at != SIZE_MAX);
    return str_fmt(r->w.a, "%.*s%s%s", (int)at, rules_text, new, rules_text + at + strlen(old)).p;
}

static void wait_for_trial(struct room *r)
{
    for (int i = 0; i < 2000; i++) {
        struct asked k = get(&r->w, "/studio/drafts/1/trial", r->li);
        CHECK_INT(k.status, 200);
        if (!has(k.body, "data-running=\"yes\"")) return;
        usleep(10000);
    }
    FAIL("the trial does not end");
}

TEST(what_is_typed_is_checked_and_run_without_being_kept)
{
    struct room r;
    room_open(&r);
    CHECK_INT(form(&r, r.li, "/studio", "title=%E8%AF%95").status, 303);
    struct asked k = typed(&r, r.li, "check", with(&r, "100元\n  频次", "100\n  频次"), "0");
    CHECK_INT(k.status, 200);
    CHECK(has(k.body, "第 9 行") && has(k.body, "改法") && has(k.body, "data-line=\"9\""));
    k = typed(&r, r.li, "check", with(&r, "100元\n  频次", "200元\n  频次"), "0");
    CHECK(has(k.body, "1 个通过，1 个不对") && has(k.body, "金额"));
    k = get(&r.w, "/studio/drafts/1", r.li);
    CHECK(has(k.body, "还没有改任何文件"));
    struct asked page = get(&r.w, "/policies", r.li);
    k = post(&r.w, "/studio/drafts/1/check?file=more/rules.leye",
             str_fmt(r.w.a, "%sAccept: application/json\r\n", r.li).p,
             str_fmt(r.w.a, "csrf=%s&revision=0&text=%s", csrf_of(&r.w, page.body), encoded(&r, "政策 半句\n").p).p);
    CHECK(has(k.type, "application/json") && has(k.body, "\"broken\":true") && has(k.body, "\"here\":true"));
    world_close(&r.w);
}

TEST(a_draft_is_tried_proposed_approved_by_another_and_in_force)
{
    struct room r;
    room_open(&r);
    struct world *w = &r.w;
    CHECK_INT(form(&r, r.zhang, "/studio", "title=x").status, 403); /* a chief approves, and does not write */
    CHECK_INT(form(&r, r.li, "/studio", "title=%E8%AF%95").status, 303);
    CHECK_INT(typed(&r, r.li, "save", with(&r, "<= 2200", "<= 2800"), "0").status, 303);
    CHECK_INT(form(&r, r.li, "/studio/drafts/1", "act=propose").status, 422);
    CHECK_INT(form(&r, r.li, "/studio/drafts/1", "act=try").status, 303);
    wait_for_trial(&r);
    struct asked k = get(w, "/studio/drafts/1", r.li);
    CHECK(has(k.body, "交通补贴") && has(k.body, "每期一共多花 100.00 元")); /* Wang, with 2500 a month */
    CHECK(has(k.body, "交通补贴，按常住地") && has(k.body, "西区"));
    CHECK(has(k.body, "月收入 &lt;= 2800元/月"));
    CHECK_INT(form(&r, r.li, "/studio/drafts/1", "act=propose").status, 303);
    CHECK_INT(typed(&r, r.li, "save", rules_text, "1").status, 422);
    draft_list all = { 0 };
    struct err e = { 0 };
    CHECK_OK(draft_all(w->s, str_of(t_path("试验")), false, w->a, &all, &e), e);
    str publish = str_fmt(w->a, "act=publish&rules=%.*s", STR_ARG(all.at[0].rules));
    CHECK_INT(form(&r, r.li, "/studio/drafts/1", publish.p).status, 422);
    CHECK_INT(form(&r, r.zhang, "/studio/drafts/1", "act=publish&rules=0").status, 422);
    CHECK_INT(form(&r, r.zhang, "/studio/drafts/1", "act=return").status, 422); /* without a reason */
    CHECK_INT(renewed, 0);
    /* with a key: files change after the database said yes, and a form sent twice is answered twice and done once */
    const char *zhang = str_fmt(w->a, "%sIdempotency-Key: p1\r\n", r.zhang).p;
    struct asked first = form(&r, zhang, "/studio/drafts/1", publish.p);
    CHECK_INT(first.status, 303);
    CHECK_INT(renewed, 1);
    CHECK_INT(published, 2); /* what there was before, and the new one */
    struct asked again = form(&r, zhang, "/studio/drafts/1", publish.p);
    CHECK_INT(again.status, 303);
    CHECK_STR(again.location, first.location);
    CHECK_INT(form(&r, zhang, "/studio/drafts/1", "act=return&reason=x").status, 409);
    CHECK_INT(form(&r, r.zhang, "/studio/drafts/1", publish.p).status, 422); /* without the key: it is over */
    CHECK_INT(renewed, 1);
    bool there;
    str text;
    CHECK_OK(draft_pack_text(r.folder, STR("more/rules.leye"), w->a, &there, &text, &e), e);
    CHECK(has(text, "<= 2800元/月"));
    k = get(w, "/studio", r.li);
    CHECK(has(k.body, "文件夹里已经是新的一版") && has(k.body, "退回这一版"));
    CHECK_INT(form(&r, r.li, "/studio/drafts/1", "act=try").status, 303); /* the hall still has the old ones */
    wait_for_trial(&r);
    world_close(w);
}

TEST(a_trial_is_one_at_a_time_and_ends_with_the_hall)
{
    struct room r;
    room_open(&r);
    struct world *w = &r.w;
    CHECK_INT(form(&r, r.li, "/studio", "title=%E4%B8%80").status, 303);
    CHECK_INT(typed(&r, r.li, "save", "政策 半句\n", "0").status, 303);
    CHECK_INT(form(&r, r.li, "/studio/drafts/1", "act=try").status, 303);
    wait_for_trial(&r);
    struct asked k = get(w, "/studio/drafts/1", r.li);
    CHECK(has(k.body, "改好再试算"));
    CHECK_INT(typed(&r, r.li, "save", with(&r, "<= 2200", "<= 2800"), "1").status, 303);
    CHECK_INT(form(&r, r.li, "/studio/drafts/1", "act=try").status, 303);
    form(&r, r.li, "/studio/drafts/1", "act=stop");
    wait_for_trial(&r); /* it ended before, or was stopped */
    CHECK_INT(form(&r, r.li, "/studio/drafts/1", "act=try").status, 303);
    world_close(w); /* while it runs */
}

TEST(the_second_to_save_is_told_what_the_first_changed)
{
    struct room r;
    room_open(&r);
    CHECK_INT(form(&r, r.li, "/studio", "title=%E8%AF%95").status, 303);
    CHECK_INT(typed(&r, r.li, "save", with(&r, "<= 2200", "<= 2800"), "0").status, 303);
    struct asked k = typed(&r, r.wang, "save", with(&r, "<= 2200", "<= 2900"), "0");
    CHECK_INT(k.status, 200);
    CHECK(has(k.body, "li 同时改了同样的行") && has(k.body, "2800") && has(k.body, "2900"));
    CHECK(has(k.body, "name=\"revision\" value=\"1\"")); /* saving again is over what was seen */
    k = typed(&r, r.wang, "save", with(&r, "频次 一次性", "频次 按年"), "0");
    CHECK(has(k.body, "和 li 的合在一起") && has(k.body, "2800") && has(k.body, "频次 按年"));
    k = typed(&r, r.wang, "remove", "", "1"); /* she has not seen what was put together */
    CHECK_INT(k.status, 200);
    CHECK(has(k.body, "没有拿掉：您打开以后 wang 改过这份文件") && has(k.body, "频次 按年"));
    CHECK(has(k.body, "value=\"remove\"")); /* having seen it, she may */
    k = get(&r.w, "/studio/drafts/1", r.li);
    CHECK(!has(k.body, "拿掉</"));
    k = get(&r.w, "/studio/drafts/1/edit?file=../pack.leye", r.li);
    CHECK_INT(k.status, 400);
    k = get(&r.w, "/studio/drafts/1/edit?file=", r.li);
    CHECK_INT(k.status, 400);
    k = get(&r.w, "/studio/drafts/1/edit?file=new/empty.leye", r.li);
    CHECK(k.status == 200 && has(k.body, "新文件"));
    world_close(&r.w);
}

/* ---- the door ---- */

struct caller {
    struct hall_door *door;
    struct world *w;
    unsigned answers;
    bool end;
};

static void *call_on(void *arg)
{
    struct caller *k = arg;
    while (!__atomic_load_n(&k->end, __ATOMIC_RELAXED)) {
        autoarena *a = arena_new("call", 0);
        struct http_reader r;
        struct http_limits usual = { 0 };
        struct http_answer out = { .status = 200, .a = a };
        http_reader_start(&r, a, &usual);
        http_reader_feed(&r, STR("GET /policies HTTP/1.1\r\nHost: hall\r\n\r\n"));
        text_init(&out.body, a, 8 << 20);
        hall_door_handle(k->door, 0, &r.q, &out);
        if (out.status != 200) return NULL;
        __atomic_add_fetch(&k->answers, 1, __ATOMIC_RELAXED);
    }
    return NULL;
}

TEST(requests_go_on_while_one_hall_takes_the_place_of_another)
{
    struct room r;
    struct err e = { 0 };
    room_open(&r);
    struct caller k = { .w = &r.w };
    pthread_t thread;
    CHECK(hall_door_new(&k.door, r.w.hall, r.w.a));
    CHECK(pthread_create(&thread, NULL, call_on, &k) == 0);
    for (int i = 0; i < 5; i++) {
        struct hall *next;
        unsigned before = __atomic_load_n(&k.answers, __ATOMIC_RELAXED);
        CHECK_OK(hall_open(&next, &r.o, &e), e);
        struct hall *old = hall_door_change(k.door, next);
        CHECK(old == r.w.hall);
        r.w.hall = next;
        hall_close(old); /* nobody is in it */
        for (int wait = 0; __atomic_load_n(&k.answers, __ATOMIC_RELAXED) == before && wait < 1000; wait++) usleep(1000);
        CHECK(__atomic_load_n(&k.answers, __ATOMIC_RELAXED) > before);
    }
    __atomic_store_n(&k.end, true, __ATOMIC_RELAXED);
    pthread_join(thread, NULL);
    world_close(&r.w);
}

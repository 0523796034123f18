/* The telephone's screen: nobody is shown before they were asked, guessing ends, and what was said is kept. */
#include "hall/hall_priv.h"
#include "helpers.h"

#define PROGRESS "%E6%9F%A5%E8%BF%9B%E5%BA%A6" /* 查进度 */
#define OTHER    "%E5%85%B6%E4%BB%96"          /* 其他 */
#define LI       "%E6%9D%8E%E8%AF%95%E9%AA%8C" /* 李试验 */

struct desk_of {
    struct world w;
    const char *cookie, *csrf;
};

static void sit_down(struct desk_of *d)
{
    world_open(&d->w);
    account(&d->w, "hotline", ROLE_HOTLINE, "329901");
    account(&d->w, "worker", ROLE_WORKER, "");
    d->cookie = signed_in(&d->w, "hotline");
    d->csrf = csrf_of(&d->w, get(&d->w, "/calls", d->cookie).body);
}

static struct asked ring(struct desk_of *d, const char *key, const char *purpose)
{
    return post(&d->w, "/calls", d->cookie, str_fmt(d->w.a, "csrf=%s&key=%s&purpose=%s", d->csrf, key, purpose).p);
}

static struct asked say(struct desk_of *d, str call, const char *one, const char *two)
{
    struct asked k =
        post(&d->w, call.p, d->cookie, str_fmt(d->w.a, "csrf=%s&act=check&answer1=%s&answer2=%s", d->csrf, one, two).p);
    return k.status == 303 ? get(&d->w, k.location.p, d->cookie) : k;
}

TEST(a_caller_is_asked_before_anything_is_shown_and_what_was_said_is_kept)
{
    struct desk_of d;
    sit_down(&d);
    struct asked k = ring(&d, ID_LI, PROGRESS);
    CHECK_INT(k.status, 303);
    str call = str_dup(d.w.a, k.location);
    k = get(&d.w, call.p, d.cookie);
    CHECK_INT(k.status, 200);
    CHECK(has(k.body, "登记的电话，末四位") && has(k.body, "银行账号，末四位"));
    CHECK(!has(k.body, "出生年月日")); /* it stands in the number that was said */
    CHECK(!has(k.body, "李试验") && !has(k.body, "5678") && !has(k.body, "2222") && !has(k.body, "培训补贴"));
    k = say(&d, call, "5678", "2222");
    NOTE("%.*s", STR_ARG(k.body));
    CHECK(has(k.body, "李试验") && has(k.body, "3299**********0012") && has(k.body, "培训补贴"));
    CHECK(!has(k.body, ID_LI) && !has(k.body, PHONE) && !has(k.body, BANK) && !has(k.body, "槐树"));
    k = post(&d.w, call.p, d.cookie, str_fmt(d.w.a, "csrf=%s&act=note&summary=", d.csrf).p);
    CHECK_INT(k.status, 422);
    k = post(&d.w, call.p, d.cookie, str_fmt(d.w.a, "csrf=%s&act=note&summary=told+what+is+missing", d.csrf).p);
    CHECK_INT(k.status, 303);
    k = get(&d.w, "/calls?done=answered", d.cookie);
    CHECK(has(k.body, "答复记好了") && has(k.body, "told what is missing") && has(k.body, "李**"));
    k = get(&d.w, call.p, d.cookie); /* it is put away */
    CHECK(has(k.body, "结束了") && !has(k.body, "3299**********0012"));
    k = get(&d.w, "/me/record", signed_in(&d.w, "worker"));
    CHECK(has(k.body, "12333 来电：查进度") && has(k.body, "核对上了") && has(k.body, "话务"));
    world_close(&d.w);
}

TEST(three_wrong_answers_end_it_also_for_who_rings_again)
{
    struct desk_of d;
    sit_down(&d);
    str first = str_dup(d.w.a, ring(&d, ID_LI, PROGRESS).location);
    CHECK_INT(say(&d, first, "5678", "").status, 422); /* not asked is not wrong */
    struct asked k = say(&d, first, "5678", "1111");
    CHECK(has(k.body, "答错 1 次") && !has(k.body, "李试验"));
    k = say(&d, first, "0000", "2222");
    CHECK(has(k.body, "答错 2 次"));
    str second = str_dup(d.w.a, ring(&d, ID_LI, PROGRESS).location);
    k = say(&d, second, "4321", "9999");
    CHECK(has(k.body, "没有核对上") && has(k.body, "带身份证到窗口") && !has(k.body, "李试验"));
    k = post(&d.w, first.p, d.cookie,
             str_fmt(d.w.a, "csrf=%s&act=check&answer1=5678&answer2=2222", d.csrf).p); /* right, and too late */
    CHECK_INT(k.status, 422);
    CHECK(!has(get(&d.w, first.p, d.cookie).body, "李试验"));
    k = ring(&d, ID_LI, PROGRESS);
    CHECK_INT(k.status, 422);
    CHECK(has(k.body, "今天已经 3 次"));
    k = get(&d.w, "/me/record", signed_in(&d.w, "worker"));
    CHECK(has(k.body, "没有核对上，今天不能再查"));
    world_close(&d.w);
}

TEST(a_call_needs_a_purpose_a_number_that_is_one_and_the_own_district)
{
    struct desk_of d;
    sit_down(&d);
    struct asked k = ring(&d, ID_LI, "");
    CHECK_INT(k.status, 422);
    CHECK(has(k.body, "请选来电为了什么") && has(k.body, "value=\"" ID_LI "\""));
    CHECK(has(ring(&d, ID_LI, OTHER).body, "请写一句"));
    CHECK(has(ring(&d, "12345", PROGRESS).body, "写身份证号（18 位）、办件号（12 位）"));
    CHECK(has(ring(&d, "329901199003070013", PROGRESS).body, "请先改一处")); /* a wrong check digit */
    CHECK(has(ring(&d, "000000000197", PROGRESS).body, "请先改一处"));
    k = ring(&d, ID_WANG, PROGRESS); /* in the west */
    CHECK(has(k.body, "不在您负责的地区") && !has(k.body, "王试验"));
    CHECK_INT(get(&d.w, "/calls/7", d.cookie).status, 404);
    world_close(&d.w);
}

TEST(a_phone_finds_its_owner_by_the_name_and_is_then_not_asked)
{
    struct desk_of d;
    sit_down(&d);
    CHECK(has(ring(&d, PHONE, PROGRESS).body, "后面再写姓名"));
    CHECK(has(ring(&d, PHONE "+wang", PROGRESS).body, "没有找到"));
    struct asked k = ring(&d, PHONE "+" LI, PROGRESS);
    CHECK_INT(k.status, 303);
    str call = str_dup(d.w.a, k.location);
    k = get(&d.w, call.p, d.cookie);
    CHECK(has(k.body, "身份证号，末四位") && has(k.body, "出生年月日") && !has(k.body, "登记的电话，末四位"));
    CHECK(has(say(&d, call, "0012", "1990-03-07").body, "3299**********0012"));
    world_close(&d.w);
}

TEST(a_call_belongs_to_who_took_it)
{
    struct desk_of d;
    sit_down(&d);
    str call = str_dup(d.w.a, ring(&d, ID_LI, PROGRESS).location);
    account(&d.w, "neighbour", ROLE_HOTLINE, "329901");
    CHECK_INT(get(&d.w, call.p, signed_in(&d.w, "neighbour")).status, 404);
    world_close(&d.w);
}

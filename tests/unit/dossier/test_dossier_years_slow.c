/* A made-up office over months, or years in make soak (DOSSIER_DAYS=1100): people apply, give up, object; clerks
 * accept, return, sign, refuse, make mistakes; money comes and the bank answers late; packs change nothing meanwhile.
 * At random, from a seed. Every day the night runs twice, and nothing may contradict anything. */
#include "helpers.h"

#include <stdlib.h>

enum { PEOPLE = 30, DAYS = 60 };

static int64_t days(void)
{
    const char *s = getenv("DOSSIER_DAYS");
    int64_t n;
    return s != NULL && str_to_i64(str_of(s), &n) && n > 0 ? n : DAYS;
}

struct office {
    struct town t;
    int64_t first;
    date day;
    int64_t done, refused; /* operations that went through, and those that were rightly refused */
    int64_t batches[4000];
    size_t batch_count;
};

static void crowd(struct town *t)
{
    static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    struct err e = { 0 };
    struct import_result out;
    struct text people, spells;
    text_init(&people, t->a, 1 << 16);
    text_init(&spells, t->a, 1 << 16);
    text_addz(&people, "身份证号,姓名,常住地,困难,银行账号,去世\n");
    text_addz(&spells, "身份证号,开始,结束,形式\n");
    for (int i = 0; i < PEOPLE; i++) {
        char id[60];
        int sum = 0;
        snprintf(id, sizeof id, "329901198%d0%d1%d%03d", i % 10, 1 + i % 9, i % 9, i % 900 + 100);
        for (int k = 0; k < 17; k++) sum += (id[k] - '0') * weights[k];
        id[17] = "10X98765432"[sum % 11];
        text_addf(&people, "%.18s,群众%d,%s,%s,%s,否\n", id, i, i % 2 ? "320101" : "320102", i % 4 ? "是" : "否",
                  i % 3 ? "62220001" : "");
        if (i % 2 == 0) text_addf(&spells, "%.18s,2026-01-05,,\n", id);
    }
    str path = str_dup(t->a, str_of(t_path("crowd.csv")));
    CHECK_OK(file_write(path, text_str(&people), &e), e);
    struct import_options o = { .path = path, .as = STR("人员"), .has_as_of = true, .as_of = date_of(2026, 3, 1) };
    CHECK_OK(registry_import(t->r, &o, &out, t->a, &e), e);
    CHECK_INT((int64_t)out.counts.good, PEOPLE);
    path = str_dup(t->a, str_of(t_path("crowd_spells.csv")));
    CHECK_OK(file_write(path, text_str(&spells), &e), e);
    o.path = path, o.as = STR("登记名单"), o.changes = true;
    CHECK_OK(registry_import(t->r, &o, &out, t->a, &e), e);
}

static struct dossier_act somebody(const struct office *o)
{
    static const char *const who[] = { "小周", "小吴", "小郑", "小冯", "小陈", "主任" };
    static const char *const roles[] = { "经办", "复核", "审批", "主管", "窗口" };
    static const char *const offices[] = { "", "320100", "320101", "320102" };
    struct dossier_act act = { str_of(who[t_random_below(6)]),
                               str_of(roles[t_random_below(5)]),
                               str_of(offices[t_random_below(4)]),
                               o->day,
                               STR("有理由"),
                               0 };
    act.clock_ms = (int64_t)o->day.days * 86400000 + 14400000;
    if (t_random_below(4) == 0) act.role = DOSSIER_ROLE_SELF, act.office = STR("");
    return act;
}

/* Most of the time the work is done by whoever it is for. */
static void fitting(struct office *o, struct dossier_act *act, int what, int64_t id)
{
    struct dossier c = got(&o->t, id);
    if (t_random_below(4) == 0) return;
    act->office = STR("");
    if (what <= 1) act->role = STR("经办");
    if (what >= 2 && what <= 8 && what != 7)
        act->role = c.service != NULL && c.step < c.service->steps.len ? c.service->steps.at[c.step].role : STR("复核");
    if (what == 7 || what == 9 || what == 10 || what == 12) act->role = DOSSIER_ROLE_SELF;
    if (what == 11 || what == 15 || what == 16 || what == 17) act->role = DOSSIER_ROLE_CHIEF;
    if (str_eq(act->role, DOSSIER_ROLE_SELF)) act->who = c.applicant;
}

/* What the random person may have been told; anything else is a mistake of ours. */
static void outcome(struct office *o, bool ok, const struct err *e)
{
    o->done += ok;
    o->refused += !ok;
    bool fair = e->code == ERR_CONFLICT || e->code == ERR_DENIED || e->code == ERR_INVALID || e->code == ERR_NOT_FOUND;
    if (!ok && !fair) CHECK_OK(false, *e);
}

static void apply_at_random(struct office *o, struct arena *a)
{
    static const char *const services[] = { "登记申请", "困难补贴申领", "公示补贴申领", "月度补贴申领" };
    static const char *const answers[] = { "", "{\"银行账号\":\"62220009\"}", "{\"登记.形式\":\"灵活\"}" };
    struct err e = { 0 };
    struct dossier_result x;
    struct dossier_act act = somebody(o);
    struct dossier_request q = { .service = str_of(services[t_random_below(4)]),
                                 .subject = o->first + (int64_t)t_random_below(PEOPLE),
                                 .answers = str_of(answers[t_random_below(3)]),
                                 .channel = t_random_below(2) ? DOSSIER_ONLINE : DOSSIER_AT_COUNTER,
                                 .as_draft = t_random_below(8) == 0,
                                 .anyway = t_random_below(4) == 0 };
    outcome(o, dossier_apply(o->t.d, &act, &q, a, &x, &e), &e);
}

static void act_at_random(struct office *o, int64_t cases, struct arena *a)
{
    struct err e = { 0 };
    struct dossier_result x;
    struct dossier_act act = somebody(o);
    struct dossier_desk *d = o->t.d;
    struct dossier_ref c = { .id = 1 + (int64_t)t_random_below((uint64_t)cases) };
    if (t_random_below(3) > 0 && cases > 20) c.id = cases - (int64_t)t_random_below(20); /* what is new */
    if (str_eq(act.role, DOSSIER_ROLE_SELF)) act.who = got(&o->t, c.id).applicant;
    str defect = STR("缺材料");
    int64_t objection = 1 + (int64_t)t_random_below(20);
    bool ok = false;
    int what = (int)t_random_below(18);
    fitting(o, &act, what, c.id);
    switch (what) {
    case 0:
    case 1: ok = dossier_accept(d, &act, c, a, &x, &e); break;
    case 2:
    case 3:
    case 4:
    case 5: ok = dossier_approve(d, &act, c, a, &x, &e); break;
    case 6: ok = dossier_return(d, &act, c, &defect, 1, t_random_below(2) == 0, date_add_days(o->day, 5), &e); break;
    case 7: ok = dossier_submit(d, &act, c.id, STR(""), a, &x, &e); break;
    case 8: ok = dossier_refuse(d, &act, c, &e); break;
    case 9: ok = dossier_withdraw(d, &act, c, &e); break;
    case 10: ok = dossier_object(d, &act, c, &objection, &e); break;
    case 11: ok = dossier_answer(d, &act, objection, t_random_below(2) == 0, &e); break;
    case 12: ok = dossier_rate(d, &act, c, 1 + (int)t_random_below(5), &e); break;
    case 13: ok = dossier_take(d, &act, c, &e); break;
    case 14: ok = dossier_transfer(d, &act, c, STR("320102"), STR(""), &e); break;
    case 15: ok = t_random_below(4) == 0 ? dossier_revoke(d, &act, c, &e) : dossier_release(d, &act, c, &e); break;
    case 16: ok = t_random_below(2) == 0 ? dossier_stop(d, &act, c, &e) : dossier_resume(d, &act, c, &e); break;
    case 17: ok = dossier_reopen(d, &act, c, &e); break;
    }
    outcome(o, ok, &e);
}

static void bank_at_random(struct office *o)
{
    int year, mon, day;
    date_parts(o->day, &year, &mon, &day);
    if (o->batch_count == 0 || year != 2026 || t_random_below(3) > 0) return;
    bank_pays(&o->t, o->batches[--o->batch_count], mon, day);
}

static void one_night(struct office *o, struct arena *a)
{
    struct err e = { 0 };
    struct dossier_night n, again;
    struct dossier_act sys = { STR("系统"), STR("系统"), STR(""), o->day, STR(""), 0 };
    sys.clock_ms = (int64_t)o->day.days * 86400000 + 50000000;
    CHECK_OK(dossier_night(o->t.d, &sys, a, &n, &e), e);
    VEC_EACH (const struct dossier_list, l, &n.lists) {
        if (o->batch_count < 4000) o->batches[o->batch_count++] = l->batch;
    }
    CHECK_OK(dossier_night(o->t.d, &sys, a, &again, &e), e);
    CHECK_INT(again.late + again.soon + again.lapsed + again.published + again.confirmed + again.stopped + again.due +
                  again.listed + again.paid,
              0);
    struct text report;
    bool sound = false;
    text_init(&report, a, 1 << 16);
    CHECK_OK(dossier_check(o->t.d, o->day, &sound, &report, &e), e);
    if (!sound) {
        char text[DATE_TEXT];
        date_text(o->day, text);
        FAIL("%s: %s", text, report.p);
    }
}

TEST_WITHIN(an_office_over_months_never_contradicts_itself, 3600)
{
    static struct office o;
    town_open(&o.t);
    crowd(&o.t);
    town_money(&o.t, 500000); /* ten payments: budgets run short */
    o.first = query(&o.t, "SELECT min(\"_id\") FROM \"人员\" WHERE \"姓名\" LIKE '群众%'");
    o.day = date_of(2026, 3, 2);
    int64_t n = days();
    for (int64_t day = 0; day < n; day++, o.day = date_add_days(o.day, 1)) {
        autoarena *a = arena_new("day", 0);
        NOTE("day %lld", (long long)day);
        for (int i = 0; i < 6; i++) apply_at_random(&o, a);
        int64_t cases = query(&o.t, "SELECT coalesce(max(id), 0) FROM dossier");
        for (int i = 0; cases > 0 && i < 40; i++) act_at_random(&o, cases, a);
        bank_at_random(&o);
        one_night(&o, a);
    }
    NOTE("%lld done, %lld refused, %lld cases", (long long)o.done, (long long)o.refused,
         (long long)query(&o.t, "SELECT count(*) FROM dossier"));
    CHECK(o.done > n && o.refused > n);
    CHECK(query(&o.t, "SELECT count(*) FROM dossier_pay") > 0);
    struct journal_check how = { .single = true };
    struct journal_report r;
    struct err e = { 0 };
    CHECK_OK(journal_verify(o.t.db, &how, &r, &e), e);
    CHECK(r.sound);
    town_close(&o.t);
}

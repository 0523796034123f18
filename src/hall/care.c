/* care: how the hall itself is: what it answers, what it stands on, what is late; and what in the rules waits for
 * somebody to set it. Everything here is looked up when it is asked for; nothing of a person is in it. */
#include "audit/audit.h"
#include "backup/backup.h"
#include "base/file.h"
#include "hall/hall_priv.h"

#include <stdatomic.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

/* When a line of the page begins to ask for somebody. */
enum { BACKUP_LATE_HOURS = 48, IMPORT_LATE_DAYS = 7, DISK_LOW_PERCENT = 10, YEARS_AHEAD_MAX = 50, DAY_SECONDS = 86400 };

/* ---- health ---- */

/* One line: what it is, how it is, and a word where somebody has to do something. */
static struct json *line(struct call *c, struct json *list, const char *name, str value, const char *mark, str advice)
{
    struct json *o = doc_object(c->a, list, NULL);
    doc_z(c->a, o, "name", name);
    doc_str(c->a, o, "value", value);
    doc_z(c->a, o, "mark", mark);
    doc_z(c->a, o, "word", mark[0] == 'y' ? "正常" : mark[0] == 'a' ? "请看" : mark[0] == 'l' ? "要处理" : "");
    doc_str(c->a, o, "advice", advice);
    return o;
}

static str span_words(struct call *c, int64_t seconds)
{
    int64_t days = seconds / DAY_SECONDS, hours = seconds / 3600 % 24, minutes = seconds / 60 % 60;
    if (days > 0) return str_fmt(c->a, "%lld 天 %lld 小时", (long long)days, (long long)hours);
    return str_fmt(c->a, "%lld 小时 %lld 分", (long long)hours, (long long)minutes);
}

static str count_words(struct call *c, uint64_t n) { return words_count(c->a, n); }

static void add_traffic(struct call *c, struct json *list)
{
    static struct http_counts none;
    struct http_counts *n = c->h->o.counts != NULL ? c->h->o.counts : &none;
    uint64_t requests = atomic_load(&n->requests), failed = atomic_load(&n->failed),
             turned = atomic_load(&n->turned_away), busy = atomic_load(&n->busy_us);
    line(c, list, "开了多久", span_words(c, c->now - c->h->opened), "", STR(""));
    line(c, list, "答过的请求",
         str_fmt(c->a, "%.*s 个，平均 %llu.%02llu 毫秒", STR_ARG(count_words(c, requests)),
                 (unsigned long long)(requests > 0 ? busy / requests / 1000 : 0),
                 (unsigned long long)(requests > 0 ? busy / requests / 10 % 100 : 0)),
         "", STR(""));
    line(c, list, "我们出错的", str_fmt(c->a, "%.*s 个", STR_ARG(count_words(c, failed))), failed > 0 ? "ask" : "yes",
         failed > 0 ? STR("原因在大厅的错误输出里") : STR(""));
    line(c, list, "写得不对、太慢，没有收的",
         str_fmt(c->a, "%.*s 个", STR_ARG(count_words(c, atomic_load(&n->refused)))), "", STR(""));
    line(c, list, "连接",
         str_fmt(c->a, "现在 %u 个；太多而请走的 %.*s 个", atomic_load(&n->connections),
                 STR_ARG(count_words(c, turned))),
         turned > 0 ? "ask" : "yes",
         turned > 0
             ? STR("人多就给大厅加线程；前面有别的程序管加密的，放大每个地址的连接数（管理员手册“在服务器上做的”）")
             : STR(""));
}

/* The second number of statm; 0: the system does not say. */
static uint64_t resident_bytes(struct call *c)
{
    str text, whole, resident;
    struct err ignored = { 0 };
    int64_t pages = 0;
    if (!file_read(c->a, STR("/proc/self/statm"), 4096, &text, &ignored) || !str_split(&text, ' ', &whole) ||
        !str_split(&text, ' ', &resident) || !str_to_i64(resident, &pages))
        return 0;
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* By the clock of the machine, as browsers judge it. */
static void add_certificate(struct call *c, struct json *list)
{
    enum { CHINA_SECONDS = 8 * 3600 };
    date until = { atomic_load(&c->h->lasting->certificate_until) };
    if (until.days == 0) {
        line(c, list, "证书", c->h->o.secure ? STR("大厅前面的程序管加密") : STR("没有加密，只该在这台机器上用"), "",
             STR(""));
        return;
    }
    int64_t left = until.days - ((int64_t)time(NULL) + CHINA_SECONDS) / DAY_SECONDS;
    bool late = left < 0, soon = left < HALL_CERTIFICATE_DAYS;
    str day = words_day(c->a, until, (date){ 0 });
    line(c, list, "证书",
         late ? str_fmt(c->a, "%.*s 已经到期", STR_ARG(day))
              : str_fmt(c->a, "有效到 %.*s，还有 %lld 天", STR_ARG(day), (long long)left),
         late   ? "late"
         : soon ? "ask"
                : "yes",
         late || soon ? STR("到期以后浏览器不让人进来：换上新的证书，让大厅接过去（管理员手册“在服务器上做的”）")
                      : STR(""));
}

static void add_disk(struct call *c, struct json *list)
{
    struct statvfs v;
    uint64_t memory = resident_bytes(c) >> 20;
    line(c, list, "内存",
         str_fmt(c->a, "%.*s MB，其中数据池 %.*s MB", STR_ARG(count_words(c, memory)),
                 STR_ARG(count_words(c, pool_bytes(c->h->o.pool) >> 20))),
         "", STR(""));
    if (store_kind_of(c->h->o.db) != STORE_SQLITE || statvfs(str_dup(c->a, file_dir(c->h->o.db)).p, &v) != 0) return;
    uint64_t left = (uint64_t)v.f_bavail * v.f_frsize >> 20, all = (uint64_t)v.f_blocks * v.f_frsize >> 20;
    bool low = all > 0 && left * 100 / all < DISK_LOW_PERCENT;
    line(c, list, "库所在的磁盘",
         str_fmt(c->a, "还有 %.*s MB，共 %.*s MB", STR_ARG(count_words(c, left)), STR_ARG(count_words(c, all))),
         low ? "late" : "yes", low ? STR("快满了：请腾出地方或者换大的磁盘，满了就不能办") : STR(""));
}

/* Whether somebody who gets hold of the file can read numbers of people in it. */
static void add_sealing(struct call *c, struct json *list)
{
    bool sealed = store_sealed(c->desk->store);
    line(c, list, "库里的号码", sealed ? STR("加密的：证件号、电话、账号、地址，和填的表") : STR("没有加密"),
         sealed ? "yes" : "ask", sealed ? STR("") : STR("拿到库文件的人读得出：照管理员手册“密钥”一节加密"));
}

static bool add_facts(struct call *c, struct json *list, struct err *e)
{
    drop_lines drops = { 0 };
    bool ever;
    date day;
    if (!registry_drops(c->desk->registry, 1, c->a, &drops, e) ||
        !dossier_last_night(c->desk->dossiers, &ever, &day, e))
        return false;
    if (drops.len == 0) {
        line(c, list, "最近登记的资料", STR("还没有登记过"), "ask",
             STR("请登记部门送来的文件（管理员手册“在服务器上做的”）"));
    } else {
        const struct drop_line *d = &drops.at[0];
        bool old = c->now - d->at > (int64_t)IMPORT_LATE_DAYS * DAY_SECONDS;
        line(c, list, "最近登记的资料", str_fmt(c->a, "%.*s，%.*s", STR_ARG(words_time(c->a, d->at)), STR_ARG(d->file)),
             old ? "ask" : "yes", old ? STR("一个多星期没有新资料了，问一问报送的部门") : STR(""));
    }
    date of_pool = c->h->o.found->today;
    bool old = of_pool.days < c->today.days;
    line(c, list, "判断用的资料", str_fmt(c->a, "到 %.*s", STR_ARG(words_day(c->a, of_pool, (date){ 0 }))),
         old ? "ask" : "yes",
         old ? STR("登记了新的以后，重新找人，再让大厅接过去（管理员手册“在服务器上做的”）") : STR(""));
    bool late = !ever || day.days + 1 < c->today.days;
    line(c, list, "每天的例行办理",
         ever ? str_fmt(c->a, "办到 %.*s", STR_ARG(words_day(c->a, day, (date){ 0 }))) : STR("还没有办过"),
         late ? "late" : "yes", late ? STR("时限、公示、发放都停着：请补跑（管理员手册“在服务器上做的”）") : STR(""));
    return true;
}

static bool add_safety(struct call *c, struct json *list, struct err *e)
{
    audit_verified_list all = { 0 };
    struct backup_row last = { 0 };
    bool any;
    if (!audit_verified_list_of(c->desk->store, 1, c->a, &all, e) || !backups_last(c, &any, &last, e)) return false;
    if (all.len == 0)
        line(c, list, "留痕", STR("还没有核对过"), "ask", STR("请审计在“审计—留痕”里核对"));
    else
        line(c, list, "留痕",
             str_fmt(c->a, "%.*s 核对到第 %.*s 条", STR_ARG(words_time(c->a, all.at[0].at)),
                     STR_ARG(count_words(c, (uint64_t)all.at[0].last))),
             all.at[0].sound ? "yes" : "late", all.at[0].sound ? STR("") : all.at[0].what);
    bool late = !any || !last.sound || c->now - last.at > (int64_t)BACKUP_LATE_HOURS * 3600;
    str when = any ? words_time(c->a, last.at) : STR("");
    line(c, list, "备份",
         any ? str_fmt(c->a, "最近一次 %.*s，%s", STR_ARG(when), last.sound ? "核对过，完好" : "有问题")
             : STR("还没有备份过"),
         late ? "late" : "yes", late ? STR("在“备份”里做一次；每天夜里自动做，请管服务器的人设好") : STR(""));
    return true;
}

/* Certificates wait for a night that has the office's key; a night without it leaves them. */
static bool add_certificates(struct call *c, struct json *list, struct err *e)
{
    int64_t count;
    date since;
    if (!dossier_certificates_wait(c->desk->dossiers, &count, &since, e)) return false;
    if (count == 0) return true;
    bool late = since.days + 1 < c->today.days;
    line(c, list, "等着签发的证照",
         str_fmt(c->a, "%.*s 张，最早的从 %.*s等起", STR_ARG(count_words(c, (uint64_t)count)),
                 STR_ARG(words_day(c->a, since, c->today))),
         late ? "late" : "yes",
         late ? STR("例行办理没有办，或者没有带单位的私钥：请管服务器的人补上（管理员手册“在服务器上做的”）")
              : STR(""));
    return true;
}

/* ---- what waits to be set ---- */

static str pack_title(const struct program *p, uint16_t pack)
{
    const struct pack_info *k = &p->packs.at[pack];
    return k->decl != NULL ? k->decl->name.text : k->name;
}

/* An open one is opened in an upper pack and left to the packs below it; the lowest one here is ours. */
static void add_open(struct call *c, const struct decl *d, str name, const char *kind, const struct ast_field *note,
                     struct json *list)
{
    const struct program *p = c->h->p;
    uint16_t own = (uint16_t)(p->packs.len - 1);
    struct json *o = doc_object(c->a, list, NULL);
    doc_str(c->a, o, "name", name);
    doc_z(c->a, o, "kind", kind);
    doc_str(c->a, o, "pack", pack_title(p, d->pack));
    doc_str(c->a, o, "whose", pack_title(p, own));
    doc_str(c->a, o, "note", note != NULL ? note->text : STR(""));
    doc_fmt(c->a, o, "write", "填写 %.*s", STR_ARG(name));
}

static void add_parameters(struct call *c, struct json *list)
{
    const struct program *p = c->h->p;
    VEC_EACH (const struct param, q, &p->params) {
        if (q->open && q->rows.len == 0)
            add_open(c, q->decl, q->name, "参数", decl_field(q->decl, FIELD_PARAM_NOTE), list);
    }
    VEC_EACH (const struct func, f, &p->funcs) {
        if (f->open && f->base == 0 && f->filled_by == NULL)
            add_open(c, f->decl, f->name, "定义",
                     decl_field(f->decl, f->decl->kind == KIND_TABLE ? FIELD_TABLE_NOTE : FIELD_DEFINITION_NOTE), list);
    }
}

/* The last year whose days off were announced; 0: not even this one. */
static int holidays_until(const struct call *c)
{
    int year, mon, day, known = 0;
    date_parts(c->today, &year, &mon, &day);
    for (int y = year; y < year + YEARS_AHEAD_MAX; y++) {
        if (!workday_known(c->h->p->calendar, date_of(y, 1, 1), date_of(y, 12, 31))) break;
        known = y;
    }
    return known;
}

static void add_rules(struct call *c, struct json *list)
{
    struct json open = { .kind = JSON_ARRAY };
    int until = holidays_until(c), year, mon, day;
    date_parts(c->today, &year, &mon, &day);
    add_parameters(c, &open);
    bool late = until == 0, soon = until == year && mon == 12;
    line(c, list, "放假安排", until > 0 ? str_fmt(c->a, "知道到 %d 年底", until) : str_fmt(c->a, "%d 年的还没有", year),
         late   ? "late"
         : soon ? "ask"
                : "yes",
         late || soon ? STR("没有写的年份，工作日算不准：通知下来，写进自己的包（见“待定的参数”）") : STR(""));
    line(c, list, "待定的参数", str_fmt(c->a, "%.*s 个", STR_ARG(count_words(c, open.count))),
         open.count > 0 ? "ask" : "yes", open.count > 0 ? STR("用到它们的政策不付钱，见“待定的参数”") : STR(""));
}

bool hall_care(struct call *c, struct err *e)
{
    care_tabs(c);
    desk_done(c);
    struct json list = { .kind = JSON_ARRAY };
    add_traffic(c, &list);
    add_disk(c, &list);
    add_sealing(c, &list);
    add_certificate(c, &list);
    if (!add_facts(c, &list, e) || !add_certificates(c, &list, e) || !add_safety(c, &list, e)) return false;
    add_rules(c, &list);
    size_t lacking;
    if (!staffing_doc(c, &lacking, e)) return false;
    line(c, &list, "签字的人",
         lacking == 0 ? STR("都有") : str_fmt(c->a, "%.*s 处不够", STR_ARG(count_words(c, lacking))),
         lacking > 0 ? "ask" : "yes",
         lacking > 0 ? STR("走到那里的办件会停下来：是哪些、给谁加什么角色，看下面的表") : STR(""));
    uint64_t asks = 0;
    for (size_t i = 0; i < list.count; i++) {
        str mark = json_member(&list.items[i], STR("mark"))->string;
        asks += str_eq(mark, STR("ask")) || str_eq(mark, STR("late"));
    }
    *doc_add(c->a, c->doc, "lines") = list;
    desk_int(c, c->doc, "asks", (int64_t)asks);
    doc_z(c->a, c->doc, "version", LEYE_VERSION);
    doc_str(c->a, c->doc, "rules", str_slice(c->h->p->hash, 0, 16));
    return true;
}

bool hall_parameters(struct call *c, struct err *e)
{
    (void)e;
    care_tabs(c);
    desk_done(c);
    add_parameters(c, doc_array(c->a, c->doc, "open"));
    int until = holidays_until(c);
    doc_fmt(c->a, c->doc, "holidays", "%d", until);
    doc_bool(c->a, c->doc, "anyHolidays", until > 0);
    doc_str(c->a, c->doc, "ours", pack_title(c->h->p, (uint16_t)(c->h->p->packs.len - 1)));
    doc_bool(c->a, c->doc, "mayWrite", (c->who.roles & ROLE_BIT(AUTHOR)) != 0);
    return true;
}

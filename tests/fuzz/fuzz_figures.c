/* Any bytes as a table of published figures: every row is either taken or refused with a reason, what is taken keeps
 * what the reader promises, and warnings can be read over it, whatever gaps and centuries lie between its rows. */
#include "alarm/alarm.h"
#include "base/utf8.h"
#include "pack/pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static const char words[] =
    "包 甲\n  级别 市\n  地区 320600\n  版本 1\n来源 文\n  名称 文件\n"
    "指标 人数 : 万人\n  依据 文 一\n  方向 正向\n  频率 月\n指标 失业率 : %\n  依据 文 一\n  频率 月\n"
    "预警 高\n  依据 文 一\n  指标 失业率\n  触发 >= 5%\n  解除 < 4%\n  持续 2月\n"
    "预警 骤增\n  依据 文 一\n  指标 人数\n  信号 偏离季节\n  触发 >= 3倍\n"
    "预警 累积\n  依据 文 一\n  指标 人数\n  信号 累积和\n  触发 <= -5倍\n  基准 12次\n  余量 0.5倍\n";

static void check(bool ok)
{
    if (!ok) abort();
}

static void check_taken(struct arena *a, const struct program *p, const struct observation *o)
{
    struct measure_unit unit;
    struct interval again;
    check(watch_unit(p, o->indicator, &unit));
    check(o->value >= 0 || unit.percent);
    check(o->area.len == 6 && utf8_valid(o->source, NULL) && utf8_valid(o->note, NULL));
    check(o->period.from.index <= o->period.to.index);
    check(interval_parse(interval_text(a, o->period), &again) && interval_eq(again, o->period));
}

static void read_warnings(struct arena *a, const struct program *p, const struct figures *f)
{
    VEC_EACH (const struct warning, w, &p->warnings) {
        alarm_series_list list = { 0 };
        alarm_series_of(p, w, f, a, &list);
        VEC_EACH (const struct alarm_series, s, &list) {
            struct alarm_reading r;
            struct text picture;
            check(s->n >= 1 && s->n <= ALARM_POINTS_MAX);
            alarm_read(p, w, s, date_of(2024, 6, 3), a, &r);
            text_init(&picture, a, 1 << 20);
            alarm_picture(p, w, s, &r, &picture);
            check(!picture.over && utf8_valid(text_str(&picture), NULL));
            for (size_t t = 0; t < s->n; t++) check(!r.fires[t] || alarm_since(&r, t) <= t);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct pack_set set;
    char path[64];
    struct err e = { 0 };
    struct figures f = { 0 };
    if (set.program == NULL) {
        pack_load_text(&set, arena_new("program", 0), STR("words.leye"), str_of(words));
        check(set.diags.errors == 0);
    }
    autoarena *a = arena_new("figures", 0);
    int fd = memfd_create("fuzz", 0);
    check(fd >= 0 && (size == 0 || write(fd, data, size) == (ssize_t)size));
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (figures_read(a, str_of(path), set.program, date_of(2024, 1, 1), &f, &e)) {
        figures_check(a, set.program, str_of(path), NULL, &f);
        check(f.list.len + f.refused == f.rows);
        VEC_EACH (const struct observation, o, &f.list) check_taken(a, set.program, o);
        VEC_EACH (const struct figure_problem, x, &f.problems) check(x->text.len > 0 && utf8_valid(x->text, NULL));
        read_warnings(a, set.program, &f);
    } else {
        check(e.code != ERR_NONE);
    }
    close(fd);
    return 0;
}

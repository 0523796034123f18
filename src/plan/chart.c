/* chart: bars of progress beside a line where time stands. Whole numbers only; the table has the same figures, and each
 * bar its own words, so that nothing depends on seeing colours. */
#include "plan/plan_priv.h"

enum { WIDTH = 900, NAME_WIDTH = 300, BAR = 16, ROW = 30, TOP = 36, SHARE_MAX = 150, VALUE_WIDTH = 90 };

bool standing_progress(const struct standing *s, int *out)
{
    const struct ruling *j = &s->judgement;
    num share = s->question.kind == MEASURE_SUM && j->has_ratio ? j->ratio : j->has_increment ? j->increment : -1;
    if (share < 0) return false;
    num per_cent = num_div_round(share * 100, num_pow10(MEASURE_SCALE), NUM_HALF_UP);
    *out = per_cent > 9999 ? 9999 : (int)per_cent;
    return true;
}

static int x_of(int per_cent)
{
    if (per_cent > SHARE_MAX) per_cent = SHARE_MAX;
    return NAME_WIDTH + (WIDTH - NAME_WIDTH - VALUE_WIDTH) * per_cent / SHARE_MAX;
}

static void line_at(struct text *out, int per_cent, int bottom, const char *colour, const char *dash)
{
    text_addf(out, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-dasharray=\"%s\"/>\n",
              x_of(per_cent), TOP - 8, x_of(per_cent), bottom, colour, dash);
}

void chart_svg(struct arena *a, const struct evaluation *v, struct text *out)
{
    int rows = 0, share, y = TOP;
    VEC_EACH (const struct standing, s, &v->targets) rows += standing_progress(s, &share);
    if (rows == 0) return;
    int bottom = TOP + rows * ROW, time = (int)num_div_round(v->elapsed * 100, num_pow10(MEASURE_SCALE), NUM_HALF_UP);
    text_addf(out,
              "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"各项指标的进度和时间进度\" font-size=\"13\">\n",
              WIDTH, bottom + 30);
    text_addf(out, "<title>各项指标的进度，竖线是时间进度 %d%% 和目标 100%%</title>\n", time);
    VEC_EACH (const struct standing, s, &v->targets) {
        if (!standing_progress(s, &share)) continue;
        bool behind = s->judgement.verdict == VERDICT_BEHIND || s->judgement.verdict == VERDICT_MISSED;
        text_addf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", NAME_WIDTH - 10, y + BAR - 3);
        markup_add(out, s->indicator);
        text_addf(out, "</text><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>", NAME_WIDTH, y,
                  x_of(share) - NAME_WIDTH > 0 ? x_of(share) - NAME_WIDTH : 1, BAR, behind ? "#b4432f" : "#2f6f8f");
        text_addf(out, "<text x=\"%d\" y=\"%d\">%d%% %s</text>\n", x_of(share) + 6, y + BAR - 3, share,
                  plan_verdict_zh(s->judgement.verdict));
        y += ROW;
    }
    line_at(out, time, bottom, "#8a6d1f", "4 3");
    line_at(out, 100, bottom, "#1d2429", "none");
    text_addf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">时间 %d%%</text>", x_of(time), bottom + 18, time);
    if (time < 92 || time > 100)
        text_addf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">目标</text>", x_of(100), bottom + 18);
    text_addz(out, "</svg>\n");
    (void)a;
}

/* ---- without a drawing ---- */

enum { PER_BLOCK = 5 }; /* per cent */

static void bar(struct arena *a, struct block *b, str name, int per_cent, const char *words, const char *mark)
{
    struct text t;
    int blocks = (per_cent > SHARE_MAX ? SHARE_MAX : per_cent) / PER_BLOCK;
    struct table_line *l = vec_push(a, &b->lines);
    text_init(&t, a, 1 << 10);
    for (int i = 0; i < blocks; i++) text_addz(&t, "█");
    if (blocks == 0) text_addz(&t, "▏");
    *l = (struct table_line){ .mark = mark };
    *vec_push(a, &l->cells) = name;
    *vec_push(a, &l->cells) = text_str(&t);
    *vec_push(a, &l->cells) = str_fmt(a, "%d%% %s", per_cent, words);
}

bool chart_table(struct arena *a, const struct evaluation *v, struct block *out)
{
    static const char *const heads[] = { "指标", "进度（一格5%）", "完成和判断" };
    int share, time = (int)num_div_round(v->elapsed * 100, num_pow10(MEASURE_SCALE), NUM_HALF_UP);
    *out = (struct block){ .kind = BLOCK_TABLE, .text = STR("各项指标的进度和时间进度") };
    struct table_line *head = vec_push(a, &out->lines);
    *head = (struct table_line){ 0 };
    for (size_t i = 0; i < 3; i++) *vec_push(a, &head->cells) = str_of(heads[i]);
    bar(a, out, STR("时间"), time, "", NULL);
    VEC_EACH (const struct standing, s, &v->targets) {
        if (standing_progress(s, &share)) bar(a, out, s->indicator, share, plan_verdict_zh(s->judgement.verdict), NULL);
    }
    return out->lines.len > 2;
}

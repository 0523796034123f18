/* paper: pages are made, the same each time, and say what they were told to say (read back by poppler's pdftotext). */
#include "base/file.h"
#include "paper/paper.h"
#include "support/t.h"

#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

static const struct paper_about about = { { "灵活就业社会保险补贴决定书", 39 }, { "示范市", 9 }, { 19000 } };

static int64_t pages(str pdf)
{
    int64_t n = 0;
    size_t at;
    for (str rest = pdf; (at = str_find(rest, STR("/Type /Page %"))) != SIZE_MAX;
         rest = str_slice(rest, at + 5, rest.len))
        n++;
    return n;
}

/* What a reader would copy from it. */
static str read_back(struct arena *a, str pdf)
{
    struct err e = { 0 };
    const char *from = t_path("a.pdf"), *to = t_path("a.txt");
    CHECK_OK(file_write(str_of(from), pdf, &e), e);
    str in = str_fmt(a, "%s", from), out_name = str_fmt(a, "%s", to);
    char program[] = "pdftotext", layout[] = "-layout";
    char *const args[] = { program, layout, (char *)(uintptr_t)in.p, (char *)(uintptr_t)out_name.p, NULL };
    pid_t child;
    int status;
    CHECK_INT(posix_spawnp(&child, "pdftotext", NULL, NULL, args, environ), 0);
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(status, 0);
    str out;
    CHECK_OK(file_read(a, str_of(to), 1 << 20, &out, &e), e);
    return out;
}

static str decision(struct arena *a)
{
    struct err e = { 0 };
    struct paper *p;
    CHECK_OK(paper_new(&p, a, &about, &e), e);
    paper_title(p, STR("灵活就业社会保险补贴决定书"));
    paper_text(p, STR("经审核，您符合条件。本决定依据“苏政办发〔2021〕87号”六(一)作出，从 2026 年 11 "
                      "月起按月发给，直到期满或者情况改变为止。"
                      "不服本决定的，可以在收到之日起六十日内申请行政复议。"));
    paper_heading(p, STR("核定情况"));
    const struct paper_fact facts[] = { { STR("姓名"), STR("王小梅𠮷") }, { STR("金额"), STR("512.40 元") } };
    paper_facts(p, facts, 2);
    const struct paper_column columns[] = { { STR("条件"), 1, false },
                                            { STR("依据"), 2, false },
                                            { STR("金额"), 1, true } };
    const str cells[] = { STR("本月已缴费"), STR("参保缴费记录"), STR("1,024.80") };
    paper_table(p, STR(""), columns, 3, cells, 1);
    paper_code(p, STR("JS-2026-000001 ABCD-EFGH"), STR("扫码或者输入验证码核对真伪"));
    paper_right(p, STR("示范市人力资源和社会保障局"));
    paper_note(p, STR("本件由系统生成"));
    str pdf;
    CHECK_OK(paper_end(p, &pdf, &e), e);
    return pdf;
}

TEST(a_paper_says_what_it_was_told_to_say)
{
    autoarena *a = arena_new("test", 0);
    str pdf = decision(a);
    CHECK(str_starts(pdf, STR("%PDF-1.")));
    CHECK_INT(pages(pdf), 1);
    str text = read_back(a, pdf);
    static const char *const said[] = { "灵活就业社会保险补贴决定书",
                                        "苏政办发〔2021〕87号",
                                        "王小梅𠮷",
                                        "512.40 元",
                                        "参保缴费记录",
                                        "1,024.80",
                                        "第1页" };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        NOTE("looking for %s", said[i]);
        CHECK(str_find(text, str_of(said[i])) != SIZE_MAX);
    }
}

TEST(the_same_paper_is_the_same_bytes)
{
    autoarena *a = arena_new("test", 0);
    CHECK(str_eq(decision(a), decision(a)));
}

TEST(a_long_table_goes_over_pages_and_repeats_its_heads)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct paper *p;
    CHECK_OK(paper_new(&p, a, &about, &e), e);
    enum { ROWS = 120 };
    str cells[2 * ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        cells[2 * i] = str_fmt(a, "第%zu行", i + 1);
        cells[2 * i + 1] =
            STR("一段会折行的说明：单位已经按月为职工缴纳社会保险费，经与税务部门比对，没有欠费，也没有补缴");
    }
    const struct paper_column columns[] = { { STR("序号"), 1, false }, { STR("情况说明"), 3, false } };
    paper_table(p, STR(""), columns, 2, cells, ROWS);
    str pdf;
    CHECK_OK(paper_end(p, &pdf, &e), e);
    int64_t n = pages(pdf), heads = 0;
    size_t at;
    CHECK(n >= 4);
    str text = read_back(a, pdf);
    for (str rest = text; (at = str_find(rest, STR("情况说明"))) != SIZE_MAX; rest = str_slice(rest, at + 1, rest.len))
        heads++;
    CHECK_INT(heads, n);
    CHECK(str_find(text, STR("第120行")) != SIZE_MAX);
}

/* Wherever on the page it would begin: after the caption come heads and a row, not the end of the page. */
TEST(a_table_keeps_its_caption_heads_and_first_row_together)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    const struct paper_column columns[] = { { STR("表头"), 1, false }, { STR("情况"), 3, false } };
    const str cells[] = { STR("首行"),
                          STR("一段会折行的说明：单位已经按月为职工缴纳社会保险费，经与税务部门比对，没有欠费") };
    bool second = false;
    for (size_t lines = 30; lines < 60; lines++) {
        struct paper *p;
        str pdf;
        CHECK_OK(paper_new(&p, a, &about, &e), e);
        for (size_t i = 0; i < lines; i++) paper_note(p, STR("一行"));
        paper_table(p, STR("说明在上面"), columns, 2, cells, 1);
        CHECK_OK(paper_end(p, &pdf, &e), e);
        str text = read_back(a, pdf);
        size_t turn = str_find(text, STR("\f")), caption = str_find(text, STR("说明在上面")),
               head = str_find(text, STR("表头")), row = str_find(text, STR("首行"));
        NOTE("%zu lines above", lines);
        CHECK(caption != SIZE_MAX && caption < head && head < row);
        CHECK((caption < turn) == (row < turn));
        second = second || caption > turn;
    }
    CHECK(second); /* some of them went to the next page */
}

TEST(a_long_paragraph_goes_over_pages)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct paper *p;
    CHECK_OK(paper_new(&p, a, &about, &e), e);
    struct err made = { 0 };
    for (int i = 0; i < 60; i++)
        paper_text(p, str_fmt(a,
                              "第%"
                              "d段：劳动者在法定劳动年龄内，有劳动能力，有就业要求，处于无业状态的，可以到常住地公共就"
                              "业服务机构办理失业登记，"
                              "登记后享受职业指导、职业介绍、政策咨询。",
                              i));
    str pdf;
    CHECK_OK(paper_end(p, &pdf, &made), made);
    CHECK(pages(pdf) >= 3);
    CHECK(str_find(read_back(a, pdf), STR("第59段")) != SIZE_MAX);
}

TEST(what_is_no_text_is_refused_at_the_end)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct paper *p;
    str pdf;
    CHECK_OK(paper_new(&p, a, &about, &e), e);
    paper_text(p, STR("\xff\xfe"));
    paper_text(p, STR("好的"));
    CHECK_ERR(paper_end(p, &pdf, &e), e, INVALID);
    struct err f = { 0 };
    CHECK_OK(paper_new(&p, a, &about, &f), f);
    char *large = arena_alloc(a, PAPER_TEXT_MAX + 1);
    memset(large, 'x', PAPER_TEXT_MAX + 1);
    paper_heading(p, (str){ large, PAPER_TEXT_MAX + 1 });
    CHECK_ERR(paper_end(p, &pdf, &f), f, LIMIT);
}

TEST(a_paper_given_up_leaves_nothing_behind)
{
    EVERY_FAULT (FAULT_MEMORY) {
        autoarena *a = arena_new("test", 0);
        struct err e = { 0 };
        struct paper *p;
        if (paper_new(&p, a, &about, &e))
            paper_title(p, STR("一半")); /* and never ended: the arena does */
        else
            CHECK(t_fault_hit());
    }
}

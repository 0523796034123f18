/* What is wrong, while it is being typed. */
#include "unit/lsp/fixture.h"

TEST(a_sound_pack_has_only_its_remarks)
{
    put_packs();
    struct session *s = session_start();
    open_doc(s, "packs/国/rules.leye", RULES);
    CHECK(lsp_busy(s->lsp));
    CHECK_STR(diagnostics_said(s), ""); /* not before it is quiet */
    lsp_idle(s->lsp);
    CHECK(!lsp_busy(s->lsp));
    CHECK_STR(diagnostics_said(s), "rules.leye 5:3-7 3 open_left");
    lsp_idle(s->lsp);
    CHECK_STR(diagnostics_said(s), "");
    session_end(s);
}

TEST(a_mistake_is_told_where_it_stands_and_taken_back_when_mended)
{
    put_packs();
    struct session *s = session_start();
    open_doc(s, "packs/国/rules.leye", rules_with(s, "且 年龄", "且 年令"));
    lsp_idle(s->lsp);
    CHECK_STR(diagnostics_said(s), "rules.leye 5:3-7 3 open_left\nrules.leye 24:19-21 1 unknown_name");
    change_doc(s, "packs/国/rules.leye", RULES);
    lsp_idle(s->lsp);
    CHECK_STR(diagnostics_said(s), "rules.leye 5:3-7 3 open_left");
    session_end(s);
}

TEST(the_message_has_the_sentence_the_remedy_and_the_other_place)
{
    put_packs();
    struct session *s = session_start();
    open_doc(s, "packs/国/model.leye", MODEL "\n资金 就业补助资金\n");
    lsp_idle(s->lsp);
    CHECK_STR(session_take(s), "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/"
                               "publishDiagnostics\",\"params\":{\"uri\":\"file://@/packs/%E5%9B%BD/model.leye\","
                               "\"version\":1,\"diagnostics\":[{\"range\":{\"start\":{\"line\":35,\"character\":3},"
                               "\"end\":{\"line\":35,\"character\":9}},"
                               "\"severity\":1,\"code\":\"duplicate\",\"source\":\"leye\",\"message\":"
                               "\"资金“就业补助资金”已经声明过\\n改法：换一个名字，或合成一个声明\","
                               "\"relatedInformation\":[{\"location\":{\"uri\":\"file://@/packs/%E5%9B%BD/"
                               "model.leye\",\"range\":{\"start\":{\"line\":33,\"character\":3},"
                               "\"end\":{\"line\":33,\"character\":9}}},\"message\":\"另一处在这里\"}]}]}}");
    session_end(s);
}

TEST(a_change_in_an_upper_pack_shows_in_the_files_of_the_lower_one)
{
    put_packs();
    struct session *s = session_start();
    open_doc(s, "packs/省/lower.leye", LOWER);
    open_doc(s, "packs/国/rules.leye", RULES);
    lsp_idle(s->lsp);
    CHECK_STR(diagnostics_said(s), "rules.leye 5:3-7 3 open_left"); /* open in the country, filled in the province */
    change_doc(s, "packs/国/rules.leye",
               rules_with(s, "  开放\n  依据 示范法 第三条", "  2020-01-01  800  依据 示范法 第三条"));
    lsp_idle(s->lsp);
    CHECK_STR(diagnostics_said(s), "lower.leye 3:3-7 1 not_open\nrules.leye clean");
    change_doc(s, "packs/国/rules.leye", RULES);
    lsp_idle(s->lsp);
    CHECK_STR(diagnostics_said(s), "rules.leye 5:3-7 3 open_left\nlower.leye clean");
    session_end(s);
}

TEST(files_that_are_not_open_are_told_of_too_and_cleared_when_the_pack_is_closed)
{
    put_packs();
    struct session *s = session_start();
    open_doc(s, "packs/国/model.leye", MODEL "\n资金 公式\n");
    put_file("packs/国/more.leye", "资金 公式\n");
    lsp_idle(s->lsp);
    CHECK_STR(diagnostics_said(s), "more.leye 0:3-5 1 duplicate\nrules.leye 5:3-7 3 open_left");
    session_say(s,
                str_fmt(s->a, "{\"method\":\"textDocument/didClose\",\"params\":{\"textDocument\":{\"uri\":\"%.*s\"}}}",
                        STR_ARG(file_uri(s, "packs/国/model.leye"))));
    lsp_idle(s->lsp);
    CHECK_STR(diagnostics_said(s), "more.leye clean\nrules.leye clean");
    session_end(s);
}

TEST(the_disk_counts_again_when_the_editor_says_that_files_changed)
{
    put_packs();
    struct session *s = session_start();
    open_doc(s, "packs/国/rules.leye", RULES);
    lsp_idle(s->lsp);
    diagnostics_said(s);
    put_file("packs/国/model.leye", MODEL "\n资金 就业补助资金\n");
    lsp_idle(s->lsp);
    CHECK_STR(diagnostics_said(s), "");
    session_say(s, STR("{\"method\":\"workspace/didChangeWatchedFiles\",\"params\":{\"changes\":[]}}"));
    lsp_idle(s->lsp);
    CHECK_STR(diagnostics_said(s), "model.leye 35:3-9 1 duplicate");
    session_end(s);
}

TEST(saving_checks_at_once)
{
    put_packs();
    struct session *s = session_start();
    open_doc(s, "packs/国/rules.leye", RULES);
    session_say(s,
                str_fmt(s->a, "{\"method\":\"textDocument/didSave\",\"params\":{\"textDocument\":{\"uri\":\"%.*s\"}}}",
                        STR_ARG(file_uri(s, "packs/国/rules.leye"))));
    CHECK_STR(diagnostics_said(s), "rules.leye 5:3-7 3 open_left");
    session_end(s);
}

TEST(a_file_in_no_pack_says_how_to_make_one)
{
    struct session *s = session_start();
    put_file("alone/x.leye", "资金 甲\n");
    open_doc(s, "alone/x.leye", "资金 甲\n");
    lsp_idle(s->lsp);
    CHECK_STR(
        session_take(s),
        "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/publishDiagnostics\",\"params\":{\"uri\":\"file://@/alone/"
        "x.leye\",\"version\":1,"
        "\"diagnostics\":[{\"range\":{\"start\":{\"line\":0,\"character\":0},\"end\":{\"line\":0,\"character\":0}},"
        "\"severity\":2,\"source\":\"leye\","
        "\"message\":\"这个文件不在任何包里，不能检查。包是有 pack.leye 的文件夹：在这里新建 pack.leye，写三行——\\n"
        "包 名字\\n  级别 示例\\n  版本 1\"}]}}");
    CHECK_STR(session_take(s), "");
    put_file("alone/pack.leye", "包 独\n  级别 示例\n  版本 1\n");
    session_say(s, STR("{\"method\":\"workspace/didChangeWatchedFiles\",\"params\":{\"changes\":[]}}"));
    lsp_idle(s->lsp);
    CHECK_STR(diagnostics_said(s), "x.leye clean");
    session_end(s);
}

/* All messages there are. */
static str everything_said(struct session *s, struct arena *a)
{
    struct text all;
    text_init(&all, a, 1 << 20);
    text_addz(&all, "");
    for (str m = session_take(s); m.len > 0; m = session_take(s)) text_add(&all, m);
    return text_str(&all);
}

TEST(a_text_that_is_no_file_is_told_so_and_a_file_not_yet_saved_is_checked_with_its_pack)
{
    autoarena *a = arena_new("test", 0);
    put_packs();
    struct session *s = session_start();
    session_say(s, STR("{\"method\":\"textDocument/"
                       "didOpen\",\"params\":{\"textDocument\":{\"uri\":\"untitled:1\",\"text\":\"资金 甲\"}}}"));
    open_doc(s, "packs/国/new.leye", "没有的种类 甲\n");
    open_doc(s, "packs/国/new.txt", "资金 甲\n");
    lsp_idle(s->lsp);
    str all = everything_said(s, a);
    NOTE("%.*s", STR_ARG(all));
    CHECK(str_find(all, STR("file://@/packs/%E5%9B%BD/rules.leye")) != SIZE_MAX);
    CHECK(str_find(all, STR("这个文件还没有存盘：存到一个包的文件夹里")) != SIZE_MAX);
    CHECK(str_find(all, STR("\"code\":\"unknown_kind\"")) != SIZE_MAX);
    CHECK(str_find(all, STR("换一个 .leye 结尾的名字")) != SIZE_MAX);
    session_end(s);
}

TEST(a_pack_whose_upper_is_missing_says_so_at_its_head)
{
    put_file("p/pack.leye", "包 甲\n  上级 没有\n  级别 示例\n  版本 1\n");
    struct session *s = session_start();
    open_doc(s, "p/pack.leye", "包 甲\n  上级 没有\n  级别 示例\n  版本 1\n");
    lsp_idle(s->lsp);
    str m = session_take(s);
    NOTE("%.*s", STR_ARG(m));
    CHECK(str_find(m, STR("\"severity\":1")) != SIZE_MAX && str_find(m, STR("读不了这个包：")) != SIZE_MAX);
    CHECK_STR(hover_said(s, "p/pack.leye", "包 甲\n  上级 没‸有\n  级别 示例\n  版本 1\n"), "null");
    session_end(s);
}

/* ---- keeping in step with the editor ---- */

static void piece(struct session *s, const char *name, unsigned l1, unsigned c1, unsigned l2, unsigned c2,
                  const char *text)
{
    session_say(s,
                str_fmt(s->a,
                        "{\"method\":\"textDocument/"
                        "didChange\",\"params\":{\"textDocument\":{\"uri\":\"%.*s\",\"version\":3},\"contentChanges\":"
                        "[{\"range\":{\"start\":{\"line\":%u,\"character\":%u},\"end\":{\"line\":%u,\"character\":%u}},"
                        "\"text\":\"%s\"}]}}",
                        STR_ARG(file_uri(s, name)), l1, c1, l2, c2, text));
}

TEST(changes_in_pieces_give_the_text_of_the_editor)
{
    struct session *s = session_start();
    open_doc(s, "x.leye", "甲𠮷乙\r\n丙\n");
    const struct doc *d = doc_find(s->lsp, file_uri(s, "x.leye"));
    piece(s, "x.leye", 0, 1, 0, 3, "丁"); /* a pair of units is one character */
    CHECK_STR(d->text, "甲丁乙\r\n丙\n");
    piece(s, "x.leye", 0, 3, 1, 0, "");
    CHECK_STR(d->text, "甲丁乙丙\n");
    piece(s, "x.leye", 9, 9, 9, 9, "末");
    CHECK_STR(d->text, "甲丁乙丙\n末");
    piece(s, "x.leye", 1, 1, 0, 0, "反"); /* ends before it starts */
    CHECK_STR(d->text, "甲丁乙丙\n末反");
    CHECK_INT(d->version, 3);
    session_end(s);
}

TEST(random_changes_in_pieces_agree_with_whole_texts)
{
    static const char *const words[] = { "甲", "𠮷", "\\n", "a", "", "乙丙\\n丁" };
    struct session *s = session_start();
    open_doc(s, "x.leye", "甲乙\n丙");
    const struct doc *d = doc_find(s->lsp, file_uri(s, "x.leye"));
    for (int i = 0; i < 300; i++) {
        str before = str_dup(s->a, d->text);
        struct lines l;
        lines_of(&l, s->a, before);
        struct position p = { (uint32_t)t_random_below(l.count), (uint32_t)t_random_below(5) };
        struct position q = { p.line, p.character + (uint32_t)t_random_below(3) };
        const char *word = words[t_random_below(6)];
        piece(s, "x.leye", p.line, p.character, q.line, q.character, word);
        size_t a = lines_offset(&l, p, false), b = lines_offset(&l, q, false);
        const struct json *plain;
        struct err e = { 0 };
        CHECK_OK(json_read(s->a, str_fmt(s->a, "\"%s\"", word), &plain, &e), e);
        str want = str_fmt(s->a, "%.*s%.*s%.*s", (int)a, before.p, STR_ARG(plain->string), (int)(before.len - b),
                           before.p + b);
        CHECK_STR(d->text, want);
    }
    session_end(s);
}

TEST(a_text_that_is_too_big_is_not_kept)
{
    put_packs();
    struct session *s = session_start();
    size_t big = LIMIT_FILE_BYTES + 1;
    char *text = arena_alloc(s->a, big + 1);
    memset(text, 'a', big);
    open_doc(s, "packs/国/rules.leye", text);
    lsp_idle(s->lsp);
    bool told = false;
    for (str m; (m = session_take(s)).len > 0;) told = told || str_find(m, STR("文件太大，不再检查")) != SIZE_MAX;
    CHECK(told);
    change_doc(s, "packs/国/rules.leye", RULES);
    lsp_idle(s->lsp);
    CHECK(str_find(diagnostics_said(s), STR("rules.leye 5:3-7 3 open_left")) != SIZE_MAX);
    session_end(s);
}

TEST(more_documents_than_there_is_room_for_are_left_as_on_disk)
{
    struct session *s = session_start();
    for (int i = 0; i < LSP_DOCS_MAX + 5; i++) open_doc(s, str_fmt(s->a, "d%d.leye", i).p, "资金 甲\n");
    CHECK_INT((int64_t)s->lsp->doc_count, LSP_DOCS_MAX);
    session_end(s);
}

TEST(a_byte_order_mark_is_no_character)
{
    put_packs();
    struct session *s = session_start();
    open_doc(s, "packs/国/rules.leye",
             str_fmt(s->a, "\xEF\xBB\xBF%s", rules_with(s, "参数 最低工资", "参树 最低工资")).p);
    lsp_idle(s->lsp);
    str said = diagnostics_said(s);
    CHECK(str_starts(said, STR("rules.leye 0:0-2 1 unknown_kind")));
    session_end(s);
}

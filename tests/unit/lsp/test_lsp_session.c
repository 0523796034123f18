/* A session from its first byte to its last, and what happens when the client gets it wrong. */
#include "unit/lsp/fixture.h"

#include <stdio.h>

static const char *const INIT =
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"capabilities\":{}}}";

static str error_text(struct session *s, const char *id, int code, const char *message)
{
    return str_fmt(s->a, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":%d,\"message\":\"%s\"}}", id, code,
                   message);
}

TEST(initialize_says_what_the_server_can)
{
    struct session *s = session_new();
    session_say(s, str_of(INIT));
    CHECK_STR(
        session_take(s),
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"capabilities\":{\"positionEncoding\":\"utf-16\","
        "\"textDocumentSync\":{\"openClose\":true,\"change\":2,\"save\":true},\"hoverProvider\":true,"
        "\"completionProvider\":{\"triggerCharacters\":[\".\",\"=\",\":\",\"：\",\"(\",\"（\",\" \",\"|\"]},"
        "\"definitionProvider\":true,\"referencesProvider\":true,\"documentSymbolProvider\":true,"
        "\"documentFormattingProvider\":true,\"codeActionProvider\":{\"codeActionKinds\":[\"quickfix\"]},"
        "\"renameProvider\":{\"prepareProvider\":true}},\"serverInfo\":{\"name\":\"leye\",\"version\":\"" LEYE_VERSION
        "\"}}}");
    session_end(s);
}

TEST(bytes_are_agreed_on_as_positions_when_the_client_offers_them)
{
    struct session *s = session_new();
    session_say(s, STR("{\"id\":1,\"method\":\"initialize\",\"params\":{\"capabilities\":{\"general\":{"
                       "\"positionEncodings\":[\"utf-8\",\"utf-16\"]}}}}"));
    CHECK(str_find(session_take(s), STR("\"positionEncoding\":\"utf-8\"")) != SIZE_MAX);
    session_end(s);
}

TEST(a_request_before_initialize_is_refused_and_a_notification_passed_over)
{
    struct session *s = session_new();
    session_say(s, STR("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"textDocument/hover\",\"params\":{}}"));
    session_say(s, STR("{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{}}"));
    CHECK_STR(session_take(s), error_text(s, "7", -32002, "还没有 initialize"));
    CHECK_STR(session_take(s), "");
    session_end(s);
}

TEST(initialize_twice_is_refused)
{
    struct session *s = session_start();
    session_say(s, str_of(INIT));
    CHECK_STR(session_take(s), error_text(s, "1", -32600, "已经 initialize 过了"));
    session_end(s);
}

TEST(an_unknown_request_is_answered_and_an_unknown_notification_is_not)
{
    struct session *s = session_start();
    session_say(s, STR("{\"jsonrpc\":\"2.0\",\"method\":\"$/setTrace\",\"params\":{}}"));
    session_say(s, STR("{\"jsonrpc\":\"2.0\",\"id\":\"八\",\"method\":\"textDocument/pray\"}"));
    CHECK_STR(session_take(s), error_text(s, "\"八\"", -32601, "没有 textDocument/pray 这个方法"));
    CHECK_STR(session_take(s), "");
    session_end(s);
}

TEST(what_is_no_json_or_no_request_is_told_so_and_the_session_goes_on)
{
    static const struct {
        const char *body, *id;
        int code;
        const char *message;
    } wrong[] = {
        { "{", "null", -32700, "不是合格的 JSON" },
        { "", "null", -32700, "不是合格的 JSON" },
        { "{\"a\":1,\"a\":2}", "null", -32700, "不是合格的 JSON" },
        { "\xFF", "null", -32700, "不是合格的 JSON" },
        { "[]", "null", -32600, "不是 JSON-RPC 2.0 的请求" },
        { "1", "null", -32600, "不是 JSON-RPC 2.0 的请求" },
        { "{}", "null", -32600, "不是 JSON-RPC 2.0 的请求" },
        { "{\"id\":3}", "3", -32600, "不是 JSON-RPC 2.0 的请求" },
        { "{\"id\":3,\"method\":5}", "3", -32600, "不是 JSON-RPC 2.0 的请求" },
        { "{\"id\":{},\"method\":\"shutdown\"}", "null", -32600, "不是 JSON-RPC 2.0 的请求" },
        { "{\"id\":1.5,\"method\":\"shutdown\"}", "null", -32600, "不是 JSON-RPC 2.0 的请求" },
        { "{\"id\":3,\"method\":\"textDocument/hover\"}", "3", -32602, "缺少 textDocument.uri 或 position" },
        { "{\"id\":3,\"method\":\"textDocument/hover\",\"params\":{\"textDocument\":{\"uri\":\"file:///"
          "x\"},\"position\":{\"line\":-1,\"character\":0}}}",
          "3", -32602, "缺少 textDocument.uri 或 position" },
        { "{\"id\":3,\"method\":\"textDocument/rename\",\"params\":[]}", "3", -32602, "缺少 newName" },
        { "{\"id\":3,\"method\":\"textDocument/documentSymbol\",\"params\":{}}", "3", -32602, "没有打开这个文件" },
        { "{\"id\":3,\"method\":\"textDocument/codeAction\",\"params\":{}}", "3", -32602, "缺少 range" },
    };
    struct session *s = session_start();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        NOTE("%s", wrong[i].body);
        session_say(s, str_of(wrong[i].body));
        CHECK_STR(session_take(s), error_text(s, wrong[i].id, wrong[i].code, wrong[i].message));
    }
    session_say(s, STR("{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":null}")); /* an answer to what nobody asked */
    CHECK_STR(session_take(s), "");
    CHECK(!lsp_ended(s->lsp));
    session_end(s);
}

TEST(notifications_without_sense_change_nothing)
{
    static const char *const bodies[] = {
        "{\"method\":\"textDocument/didOpen\"}",
        "{\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":\"file:///x\"}}}",
        "{\"method\":\"textDocument/didChange\",\"params\":{\"contentChanges\":7}}",
        "{\"method\":\"textDocument/didSave\",\"params\":null}",
        "{\"method\":\"textDocument/didClose\",\"params\":{}}",
        "{\"method\":\"$/cancelRequest\",\"params\":{\"id\":5}}",
    };
    struct session *s = session_start();
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) session_say(s, str_of(bodies[i]));
    change_doc(s, "not-open.leye", "资金 甲\n");
    lsp_idle(s->lsp);
    CHECK_STR(session_take(s), "");
    session_end(s);
}

TEST(after_shutdown_only_exit_is_left)
{
    struct session *s = session_start();
    session_say(s, STR("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"shutdown\"}"));
    session_say(s, STR("{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"textDocument/hover\",\"params\":{}}"));
    CHECK_STR(session_take(s), "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":null}");
    CHECK_STR(session_take(s), error_text(s, "3", -32600, "已经 shutdown，只等 exit"));
    CHECK(!lsp_ended(s->lsp));
    session_say(s, STR("{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}"));
    CHECK(lsp_ended(s->lsp));
    CHECK_INT(lsp_status(s->lsp), 0);
    session_end(s);
}

TEST(exit_without_shutdown_is_no_good_end)
{
    struct session *s = session_start();
    session_say(s, STR("{\"method\":\"exit\"}"));
    CHECK(lsp_ended(s->lsp));
    CHECK_INT(lsp_status(s->lsp), 1);
    session_end(s);
}

TEST(a_request_whose_cancellation_already_arrived_is_not_worked_on)
{
    struct session *s = session_start();
    const char *hover = "{\"id\":4,\"method\":\"textDocument/documentSymbol\",\"params\":{}}";
    const char *other = "{\"id\":5,\"method\":\"textDocument/documentSymbol\",\"params\":{}}";
    const char *cancel = "{\"method\":\"$/cancelRequest\",\"params\":{\"id\":4}}";
    lsp_feed(s->lsp,
             str_fmt(s->a, "Content-Length: %zu\r\n\r\n%sContent-Length: %zu\r\n\r\n%sContent-Length: %zu\r\n\r\n%s",
                     strlen(hover), hover, strlen(other), other, strlen(cancel), cancel));
    CHECK_STR(session_take(s), error_text(s, "4", -32800, "已取消"));
    CHECK_STR(session_take(s), error_text(s, "5", -32602, "没有打开这个文件"));
    CHECK_STR(session_take(s), "");
    session_end(s);
}

/* ---- framing ---- */

TEST(messages_may_come_byte_by_byte_and_with_other_headers)
{
    struct session *s = session_new();
    str all =
        str_fmt(s->a, "content-LENGTH :  %zu\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n%s",
                strlen(INIT), INIT);
    for (size_t i = 0; i < all.len; i++) {
        CHECK_STR(session_take(s), "");
        lsp_feed(s->lsp, str_slice(all, i, i + 1));
    }
    CHECK(str_starts(session_take(s), STR("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":")));
    session_end(s);
}

TEST(a_header_that_cannot_be_read_is_the_end)
{
    static const char *const headers[] = { "\r\n\r\n",
                                           "Content-Length: x\r\n\r\n",
                                           "Content-Length: -5\r\n\r\n",
                                           "Content-Type: y\r\n\r\n",
                                           "nonsense\r\n\r\n",
                                           "Content-Length: 99999999999999999999999\r\n\r\n",
                                           "\n" };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        struct session *s = session_start();
        NOTE("%s", headers[i]);
        lsp_feed(s->lsp, str_of(headers[i]));
        CHECK_STR(session_take(s), error_text(s, "null", -32600, "消息头读不懂：要有 Content-Length，到此为止"));
        CHECK(lsp_ended(s->lsp));
        CHECK_INT(lsp_status(s->lsp), 1);
        lsp_feed(s->lsp, STR("Content-Length: 2\r\n\r\n{}")); /* and nothing comes after it */
        CHECK_STR(session_take(s), "");
        session_end(s);
    }
}

TEST(an_endless_header_is_the_end)
{
    struct session *s = session_start();
    for (int i = 0; i < 5000 && !lsp_ended(s->lsp); i++) lsp_feed(s->lsp, STR("X"));
    CHECK(lsp_ended(s->lsp));
    session_end(s);
}

TEST(a_body_that_is_too_big_is_skipped_without_being_kept)
{
    struct session *s = session_start();
    enum { SIZE = (16 << 20) + 1, PIECE = 1 << 16 };
    char *piece = arena_alloc(s->a, PIECE);
    memset(piece, ' ', PIECE);
    lsp_feed(s->lsp, str_fmt(s->a, "Content-Length: %d\r\n\r\n", SIZE));
    CHECK_STR(session_take(s), error_text(s, "null", -32600, "消息太大，最多 16 MiB，没有处理"));
    for (int left = SIZE; left > 0; left -= PIECE)
        lsp_feed(s->lsp, (str){ piece, left < PIECE ? (size_t)left : PIECE });
    session_say(s, STR("{\"id\":2,\"method\":\"shutdown\"}"));
    CHECK_STR(session_take(s), "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":null}");
    session_end(s);
}

TEST(a_huge_length_costs_no_memory)
{
    struct session *s = session_start();
    lsp_feed(s->lsp, STR("Content-Length: 9000000000000000000\r\n\r\n"));
    CHECK_STR(session_take(s), error_text(s, "null", -32600, "消息太大，最多 16 MiB，没有处理"));
    lsp_feed(s->lsp, STR("Content-Length: 2\r\n\r\n{}")); /* part of that body */
    CHECK_STR(session_take(s), "");
    session_end(s);
}

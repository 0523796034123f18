/* The language server against any client and any text. The first byte says how the rest is taken:
 *
 *   r   as the raw stream of a client, in two pieces
 *   m   as messages, one a line, each given its header; the session is initialized and x.leye, in a small pack, is open
 *   else as the text of x.leye, about which every feature is then asked at places spread over it
 *
 * Every request must be answered, and whatever was said must be whole messages. */
#include "base/file.h"
#include "lsp/lsp_priv.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PLACES = 6 };

static char folder[180] = "/tmp/leye-fuzz-lsp-XXXXXX";

static const char *const model =
    "来源 令\n  名称 规定\n\n代码 性别\n  项 男 1\n  项 女 2\n\n实体 家庭\n  字段 低保 : 真假\n  集合 成员 : 人员 经 "
    "家庭\n\n"
    "实体 人员\n  字段 性别 : 性别\n  字段 生日 : 日期\n  字段 家庭 : 家庭\n\n经历 登记 : 人员\n\n"
    "经历 缴费 : 人员 按月 分 性别\n  字段 金额 : 元/月\n\n参数 标准 : 元/月 按 性别\n  2020-01-01 男 5 女 6 依据 令 "
    "一\n\n"
    "参数 上限 : 元/月\n  开放\n  依据 令 二\n\n定义 年龄 : 岁\n  对象 人员\n  依据 令 三\n  基本 周岁(生日, 今日)\n";

static void put(const char *name, const char *text)
{
    char path[200];
    struct err e = { 0 };
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (!file_make_dirs(file_dir(str_of(path)), &e) || !file_write(str_of(path), str_of(text), &e)) abort();
}

static void clean_up(void)
{
    static const char *const names[] = { "p/pack.leye", "p/model.leye", "p/x.leye", "p", "q/pack.leye", "q", "" };
    char path[200];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        if (remove(path) != 0) continue;
    }
}

static void set_up(void)
{
    static bool done;
    if (done) return;
    done = true;
    const char *given = getenv("FUZZ_FOLDER"); /* a name that is the same every time makes runs the same */
    if (given != NULL && strlen(given) < sizeof folder)
        snprintf(folder, sizeof folder, "%s", given);
    else if (mkdtemp(folder) == NULL)
        abort();
    put("p/pack.leye", "包 上\n  级别 国家\n  版本 1\n");
    put("p/model.leye", model);
    put("p/x.leye", "资金 甲\n");
    put("q/pack.leye", "包 下\n  上级 p\n  级别 省\n  版本 1\n");
    atexit(clean_up);
}

struct heard {
    size_t messages, answers;
};

static void hear(void *to, str message)
{
    struct heard *h = to;
    size_t at = str_find(message, STR("\r\n\r\n"));
    int64_t n = -1;
    assert(str_starts(message, STR("Content-Length: ")) && at != SIZE_MAX);
    assert(str_to_i64(str_slice(message, strlen("Content-Length: "), at), &n));
    assert((int64_t)(message.len - at - 4) == n);
    h->messages++;
    h->answers += str_find(message, STR("\"method\":")) == SIZE_MAX;
}

static void say(struct lsp *s, struct arena *a, str body)
{
    lsp_feed(s, str_fmt(a, "Content-Length: %zu\r\n\r\n%.*s", body.len, STR_ARG(body)));
}

static void begin(struct lsp *s, struct arena *a, str text)
{
    struct text t;
    struct json_writer w;
    say(s, a,
        STR("{\"id\":0,\"method\":\"initialize\",\"params\":{\"capabilities\":{\"textDocument\":{\"hover\":{"
            "\"contentFormat\":[\"markdown\"]}}}}}"));
    text_init(&t, a, 1 << 24);
    json_begin(&w, &t, false);
    json_object(&w);
    json_key(&w, "method"), json_z(&w, "textDocument/didOpen");
    json_key(&w, "params"), json_object(&w);
    json_key(&w, "textDocument"), json_object(&w);
    json_key(&w, "uri"), json_str(&w, str_fmt(a, "file://%s/p/x.leye", folder));
    json_key(&w, "text"), json_str(&w, text);
    json_object_end(&w);
    json_object_end(&w);
    json_object_end(&w);
    say(s, a, text_str(&t));
}

static void ask(struct lsp *s, struct arena *a, struct heard *h, const char *method, struct position p,
                const char *more)
{
    size_t before = h->answers;
    say(s, a,
        str_fmt(
            a,
            "{\"id\":1,\"method\":\"textDocument/%s\",\"params\":{\"textDocument\":{\"uri\":\"file://%s/p/x.leye\"},"
            "\"position\":{\"line\":%u,\"character\":%u}%s}}",
            method, folder, p.line, p.character, more));
    assert(h->answers == before + 1);
}

static void ask_all(struct lsp *s, struct arena *a, struct heard *h, str text)
{
    static const char *const methods[] = { "hover", "completion", "definition", "prepareRename" };
    struct lines l;
    lines_of(&l, a, text);
    for (unsigned i = 0; i < PLACES; i++) {
        struct position p = lines_position(&l, text.len * (i + 1) / PLACES, false);
        for (size_t k = 0; k < sizeof methods / sizeof *methods; k++) ask(s, a, h, methods[k], p, "");
    }
    struct position middle = lines_position(&l, text.len / 2, false);
    ask(s, a, h, "references", middle, ",\"context\":{\"includeDeclaration\":true}");
    ask(s, a, h, "rename", middle, ",\"newName\":\"新名\"");
    ask(s, a, h, "documentSymbol", middle, "");
    ask(s, a, h, "formatting", middle, "");
    ask(s, a, h, "codeAction", middle,
        ",\"range\":{\"start\":{\"line\":0,\"character\":0},\"end\":{\"line\":9999,\"character\":0}}");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    set_up();
    struct arena *a = arena_new("fuzz", 0);
    struct heard h = { 0 };
    struct lsp *s = lsp_new(hear, &h);
    str input = { (const char *)data, size };
    char mode = size > 0 ? (char)data[0] : 'r';
    str rest = str_slice(input, 1, input.len), line;
    if (mode == 'r') {
        size_t half = rest.len / 2;
        lsp_feed(s, str_slice(rest, 0, half));
        lsp_idle(s);
        lsp_feed(s, str_slice(rest, half, rest.len));
    } else if (mode == 'm') {
        begin(s, a, str_of(model));
        while (str_split(&rest, '\n', &line)) say(s, a, line);
    } else {
        begin(s, a, input);
        lsp_idle(s);
        ask_all(s, a, &h, input);
    }
    lsp_idle(s);
    lsp_free(s);
    arena_free(a);
    return 0;
}

/* beside: where files that belong to a database stand. */
#include "base/crypto.h"
#include "cli/cli.h"
#include "store/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NAME_SHOWN = 48, HASH_DIGITS = 12 };

static bool state_folder(struct arena *a, str *out, struct err *e)
{
    static const struct {
        const char *variable, *below;
    } places[] = { { "LEYE_STATE", "" }, { "XDG_STATE_HOME", "leye" }, { "HOME", ".local/state/leye" } };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *value = getenv(places[i].variable);
        if (value == NULL || value[0] != '/') continue;
        *out = places[i].below[0] == '\0' ? str_of(value) : file_join(a, str_of(value), str_of(places[i].below));
        return true;
    }
    return fail(e, UNSET, "不知道把 PostgreSQL 库的数据池放在哪里；请设环境变量 LEYE_STATE，写一个文件夹的完整路径");
}

/* Everybody's facts will stand in it. */
static bool make_private(str folder, struct err *e)
{
    if (file_is_dir(folder)) return true;
    if (!file_make_dirs(folder, e)) return false;
    if (chmod(folder.p, S_IRWXU) == 0) return true;
    return fail(e, IO, "设不了文件夹 %.*s 的权限：%s", STR_ARG(folder), strerror(errno));
}

/* postgresql://leye@db/leye is "leye-db-leye-" and a hash, since what is left out of the name makes a difference too.
 */
static bool file_name(str address, struct arena *a, str *out, struct err *e)
{
    char hash[SM3_HEX + 1];
    struct text t;
    if (!crypto_sm3_hex(address, hash, e)) return false;
    text_init(&t, a, 1000);
    for (size_t i = str_find(address, STR("://")) + 3; i < address.len && t.len < NAME_SHOWN; i++) {
        char c = address.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        if (c == '?') break;
        if (plain || (t.len > 0 && t.p[t.len - 1] != '-')) text_addc(&t, plain ? c : '-');
    }
    text_addf(&t, "-%.*s", HASH_DIGITS, hash);
    *out = text_str(&t);
    return true;
}

bool cli_beside(const struct store *s, struct arena *a, str *out, struct err *e)
{
    str folder, name;
    *out = store_address(s);
    if (store_kind(s) == STORE_SQLITE) return true;
    if (!state_folder(a, &folder, e) || !make_private(folder, e) || !file_name(*out, a, &name, e)) return false;
    *out = file_join(a, folder, name);
    return true;
}

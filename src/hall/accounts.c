/* accounts: who may come in: the administrator's list of accounts, one account with what was done to it, and
 * tokens of programs. What may not be done is decided in access; every act is in the journal. A password or a token
 * that is made here is said once, on the answer to the form, and kept nowhere. */
#include "access/admin.h"
#include "alarm/alarm.h"
#include "base/utf8.h"
#include "gauge/gauge.h"
#include "hall/board.h"
#include "hall/hall_priv.h"

enum {
    SHOWN_MAX = 200,
    CHANGES_SHOWN = 50,
    AWAY_DAYS = 90 /* the filter says so, too */,
    DAY_SECONDS = 86400,
    TOKEN_DAYS_MAX = 366
};

void care_tabs(struct call *c)
{
    static const struct tab tabs[] = { { "/care", "运行", ROLE_BIT(ADMIN) },
                                       { "/accounts", "账户", ROLE_BIT(ADMIN) },
                                       { "/care/tokens", "令牌", ROLE_BIT(ADMIN) },
                                       { "/care/backups", "备份", ROLE_BIT(ADMIN) },
                                       { "/care/parameters", "待定的参数", ROLE_BIT(ADMIN) } };
    desk_tabs(c, tabs, sizeof tabs / sizeof *tabs);
}

static struct access_by by_of(struct call *c)
{
    return (struct access_by){ c->who.name, str_of(access_role_zh(c->who.role)), desk_field(c, "reason"), c->now };
}

/* ---- lists ---- */

static str role_words(struct call *c, uint32_t roles)
{
    struct text t;
    text_init(&t, c->a, 1000);
    for (unsigned i = 0; i < ROLES; i++) {
        if ((roles >> i & 1) != 0) text_addf(&t, "%s%s", t.len > 0 ? "、" : "", access_role_zh((enum access_role)i));
    }
    return text_str(&t);
}

static str region_words(struct call *c, str codes)
{
    struct text t;
    str code;
    text_init(&t, c->a, 4000);
    while (str_split(&codes, ' ', &code)) {
        if (code.len > 0) text_addf(&t, "%s%.*s", t.len > 0 ? "、" : "", STR_ARG(board_area(c, c->h->p, code)));
    }
    return text_str(&t);
}

/* Who works for people of regions and has none is let in and sees nobody. */
static bool lacks_regions(const struct access_account *n)
{
    bool needs = false;
    for (unsigned i = 0; i < ROLES; i++)
        needs = needs || ((n->roles >> i & 1) != 0 && access_scope((enum access_role)i) == SCOPE_REGION);
    return needs && n->regions.len == 0;
}

static bool is_locked(const struct call *c, const struct access_account *n) { return n->locked_until > c->now; }

/* Who has not come for long, counted from when the account was made when they never came. */
static bool is_away(const struct call *c, const struct access_account *n)
{
    int64_t since = n->signed_in > 0 ? n->signed_in : n->made_at;
    return !n->disabled && c->now - since > (int64_t)AWAY_DAYS * DAY_SECONDS;
}

static void account_doc(struct call *c, const struct access_account *n, struct json *o)
{
    doc_str(c->a, o, "name", n->name);
    doc_str(c->a, o, "href", words_href(c->a, "/accounts/", n->name, ""));
    doc_str(c->a, o, "display", n->display);
    doc_str(c->a, o, "roles", role_words(c, n->roles));
    doc_str(c->a, o, "regions", lacks_regions(n) ? STR("没有写，看不到任何人的资料") : region_words(c, n->regions));
    doc_str(c->a, o, "regionCodes", n->regions);
    doc_bool(c->a, o, "totp", n->has_totp);
    doc_bool(c->a, o, "disabled", n->disabled);
    doc_bool(c->a, o, "locked", is_locked(c, n));
    doc_bool(c->a, o, "away", is_away(c, n));
    doc_z(c->a, o, "state", n->disabled ? "停用" : is_locked(c, n) ? "锁定" : is_away(c, n) ? "很久没来" : "正常");
    doc_z(c->a, o, "mark", n->disabled ? "no" : is_locked(c, n) ? "late" : is_away(c, n) ? "ask" : "yes");
    doc_str(c->a, o, "seen", n->signed_in > 0 ? words_time(c->a, n->signed_in) : STR("从没来过"));
    doc_str(c->a, o, "made", words_time(c->a, n->made_at));
    doc_bool(c->a, o, "own", n->id == c->who.account);
}

/* Citizens and firms are many and come by themselves: the list begins with staff. */
static bool is_wanted(const struct call *c, const struct access_account *n, str only, str q)
{
    bool staff = (n->roles & ~(uint32_t)(ROLE_BIT(WORKER) | ROLE_BIT(EMPLOYER))) != 0;
    if (q.len > 0) return str_find(n->name, q) != SIZE_MAX || str_find(n->display, q) != SIZE_MAX;
    if (str_eq(only, STR("self"))) return !staff;
    if (str_eq(only, STR("locked"))) return n->disabled || is_locked(c, n);
    if (str_eq(only, STR("away"))) return staff && is_away(c, n);
    return staff;
}

static void add_filters(struct call *c, const access_accounts *all, str only)
{
    static const struct {
        const char *word, *text;
    } filters[] = { { "", "工作人员" }, { "away", "90 天没来" }, { "locked", "停用、锁定" }, { "self", "本人、单位" } };
    struct json *list = doc_array(c->a, c->doc, "filters");
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        uint64_t count = 0;
        VEC_EACH (const struct access_account, n, all) count += is_wanted(c, n, str_of(filters[i].word), STR(""));
        struct json *o = doc_object(c->a, list, NULL);
        doc_z(c->a, o, "text", filters[i].text);
        doc_str(c->a, o, "count", words_count(c->a, count));
        doc_fmt(c->a, o, "href", "/accounts%s%s", i > 0 ? "?only=" : "", filters[i].word);
        doc_bool(c->a, o, "here", str_eq(only, str_of(filters[i].word)));
    }
}

/* Roles to choose from; what does not fit who the account is, is not offered. */
static void add_roles(struct call *c, uint32_t chosen, str entity, int64_t subject)
{
    struct json *list = doc_array(c->a, c->doc, "choices");
    for (unsigned i = 0; i < ROLES; i++) {
        struct err why = { 0 };
        bool has = (chosen >> i & 1) != 0;
        if (!has && !access_roles_fit(1u << i, entity, subject, &why)) continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_z(c->a, o, "role", access_role_zh((enum access_role)i));
        doc_bool(c->a, o, "chosen", has);
    }
}

static bool add_changes(struct call *c, str account, struct err *e)
{
    access_changes all = { 0 };
    if (!access_change_list(c->desk->store, account, CHANGES_SHOWN, c->a, &all, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "changes");
    VEC_EACH (const struct access_change, x, &all) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "time", words_time(c->a, x->at));
        doc_str(c->a, o, "who", x->who);
        doc_str(c->a, o, "role", x->role);
        doc_str(c->a, o, "account", x->account);
        doc_str(c->a, o, "what", x->what);
        doc_str(c->a, o, "reason", x->reason);
        doc_bool(c->a, o, "own", str_eq(x->who, x->account));
    }
    return true;
}

bool hall_accounts(struct call *c, struct err *e)
{
    access_accounts all = { 0 };
    str only = desk_asked(c, "only"), q = desk_asked(c, "q");
    care_tabs(c);
    desk_done(c);
    if (!access_account_list(c->desk->store, 0, c->a, &all, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "accounts");
    uint64_t found = 0;
    VEC_EACH (const struct access_account, n, &all) {
        if (!is_wanted(c, n, only, q)) continue;
        if (found++ < SHOWN_MAX) account_doc(c, n, doc_object(c->a, list, NULL));
    }
    doc_str(c->a, c->doc, "found", words_count(c->a, found));
    doc_bool(c->a, c->doc, "more", found > SHOWN_MAX);
    doc_str(c->a, c->doc, "q", q);
    add_filters(c, &all, only);
    add_roles(c, 0, STR(""), 0);
    return add_changes(c, STR(""), e);
}

/* ---- what is typed ---- */

static bool typed_roles(struct call *c, uint32_t *out, struct err *e)
{
    enum access_role r;
    *out = 0;
    VEC_EACH (const struct http_field, f, &c->form) {
        if (!str_eq(f->name, STR("role"))) continue;
        if (!access_role_named(str_trim(f->value), &r))
            return fail(e, INVALID, "没有“%.*s”这个角色", STR_ARG(f->value));
        *out |= 1u << r;
    }
    return *out != 0 || fail(e, INVALID, "请至少选一个角色");
}

/* Codes with blanks between them; each must be a region the packs know. */
static bool typed_regions(struct call *c, str *out, struct err *e)
{
    str rest = desk_field(c, "regions"), code;
    struct text t;
    size_t n = 0;
    text_init(&t, c->a, 4000);
    while (str_split(&rest, ' ', &code)) {
        code = str_trim(code);
        if (code.len == 0) continue;
        if (str_eq(program_area_name(c->h->p, code), code) && !str_eq(code, gauge_region(c->h->p)))
            return fail(e, INVALID, "没有区划代码“%.*s”；写六位代码，几个地区用空格分开", STR_ARG(code));
        if (++n > ACCESS_REGIONS_MAX)
            return fail(e, LIMIT, "一个账户最多 %d 个地区；写上级的代码就包括下面的", ACCESS_REGIONS_MAX);
        text_addf(&t, "%s%.*s", t.len > 0 ? " " : "", STR_ARG(code));
    }
    *out = text_str(&t);
    return true;
}

/* ---- a new one ---- */

static bool make(struct call *c, struct err *e)
{
    char token[CRYPTO_TOKEN + 1];
    struct access_by by = by_of(c);
    struct access_account n = { .name = desk_field(c, "name"), .display = desk_field(c, "display") };
    int64_t id;
    if (n.name.len == 0) return fail(e, INVALID, "请写账户名，例如 wangfang");
    n.password_given = true;
    if (!typed_roles(c, &n.roles, e) || !typed_regions(c, &n.regions, e)) return false;
    if (!crypto_token(token, e)) return false;
    str password = str_dup(c->a, (str){ token, ACCESS_PASSWORD_MADE });
    if (!access_admin_make(c->desk->store, &by, &n, password, &id, e)) return false;
    struct json *o = doc_object(c->a, c->doc, "made");
    doc_str(c->a, o, "name", n.name);
    doc_str(c->a, o, "password", password);
    c->said_once = true;
    return true;
}

bool hall_accounts_make(struct call *c, struct err *e)
{
    struct err why = { 0 };
    return (make(c, &why) || desk_again(c, &why, e)) && hall_accounts(c, e);
}

/* ---- one account ---- */

static bool account_of(struct call *c, struct access_account *out, struct err *e)
{
    access_accounts all = { 0 };
    if (!access_account_list(c->desk->store, 0, c->a, &all, e)) return false;
    VEC_EACH (const struct access_account, n, &all) {
        if (!str_eq(n->name, c->args[0])) continue;
        *out = *n;
        return true;
    }
    return fail(e, NOT_FOUND, "没有账户“%.*s”", STR_ARG(c->args[0]));
}

static bool account_page(struct call *c, struct err *e)
{
    struct access_account n;
    if (!account_of(c, &n, e)) return false;
    care_tabs(c);
    desk_done(c);
    c->title = str_fmt(c->a, "账户 %.*s", STR_ARG(n.name));
    account_doc(c, &n, c->doc);
    add_roles(c, n.roles, n.entity, n.subject);
    doc_bool(c->a, c->doc, "mayTotp", c->h->o.vault != NULL);
    return add_changes(c, n.name, e);
}

bool hall_account(struct call *c, struct err *e) { return account_page(c, e); }

static void say_once(struct call *c, const char *what, str secret)
{
    struct json *o = doc_object(c->a, c->doc, "said");
    doc_z(c->a, o, "what", what);
    doc_str(c->a, o, "secret", secret);
    c->said_once = true;
}

static bool act_on_account(struct call *c, struct err *e)
{
    struct store *s = c->desk->store;
    struct access_by by = by_of(c);
    str what = desk_field(c, "act"), name = c->args[0], regions, secret;
    uint32_t roles;
    const char *word;
    if (str_eq(what, STR("roles"))) {
        word = "account-roles";
        if (!typed_roles(c, &roles, e) || !typed_regions(c, &regions, e) ||
            !access_admin_roles(s, &by, name, roles, regions, e))
            return false;
    } else if (str_eq(what, STR("lock")) || str_eq(what, STR("unlock"))) {
        bool lock = str_eq(what, STR("lock"));
        word = lock ? "account-locked" : "account-unlocked";
        if (!access_admin_lock(s, &by, name, lock, e)) return false;
    } else if (str_eq(what, STR("forgive"))) {
        word = "account-forgiven";
        if (!access_admin_forgive(s, &by, name, e)) return false;
    } else if (str_eq(what, STR("no-totp"))) {
        word = "account-no-totp";
        if (!access_admin_totp(s, &by, name, NULL, c->a, &secret, e)) return false;
    } else if (str_eq(what, STR("totp"))) {
        if (c->h->o.vault == NULL)
            return fail(e, UNSET, "大厅没有密钥，做不了动态口令；请运维的人配好密钥（管理员手册“密钥”）再开大厅");
        if (!access_admin_totp(s, &by, name, c->h->o.vault, c->a, &secret, e)) return false;
        say_once(c, "动态口令的密钥", secret);
        return true;
    } else if (str_eq(what, STR("password"))) {
        if (!access_admin_password(s, &by, name, c->a, &secret, e)) return false;
        say_once(c, "新的密码", secret);
        return true;
    } else {
        return fail(e, INVALID, "请选要做什么");
    }
    desk_back(c, words_href(c->a, "/accounts/", name, ""), word);
    return true;
}

bool hall_account_act(struct call *c, struct err *e)
{
    struct access_account n;
    struct err why = { 0 };
    if (!account_of(c, &n, e)) return false;
    bool ok = act_on_account(c, &why);
    if (ok && !c->said_once) return true;
    return (ok || desk_again(c, &why, e)) && account_page(c, e);
}

/* ---- tokens ---- */

bool hall_tokens(struct call *c, struct err *e)
{
    access_token_rows all = { 0 };
    care_tabs(c);
    desk_done(c);
    if (!access_token_list(c->desk->store, c->a, &all, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "tokens");
    for (size_t i = 0; i < all.len && i < SHOWN_MAX; i++) {
        const struct access_token_row *t = &all.at[i];
        struct json *o = doc_object(c->a, list, NULL);
        bool lives = t->expires > c->now;
        doc_str(c->a, o, "number", t->number);
        doc_str(c->a, o, "account", t->account);
        doc_str(c->a, o, "accountHref", words_href(c->a, "/accounts/", t->account, ""));
        doc_str(c->a, o, "purpose", t->purpose);
        doc_str(c->a, o, "scopes", str_eq(t->scopes, ACCESS_SCOPE_ALL) ? STR("角色能用的全部") : t->scopes);
        doc_str(c->a, o, "perMinute", words_count(c->a, (uint64_t)t->per_minute));
        doc_str(c->a, o, "made", words_time(c->a, t->made_at));
        doc_str(c->a, o, "expires", words_time(c->a, t->expires));
        doc_bool(c->a, o, "lives", lives);
        doc_z(c->a, o, "state", lives ? "有效" : "失效");
        doc_z(c->a, o, "mark", lives ? "yes" : "no");
    }
    doc_bool(c->a, c->doc, "more", all.len > SHOWN_MAX);
    doc_str(c->a, c->doc, "words", hall_scope_words(c->a));
    return true;
}

static bool typed_scopes(struct call *c, str *out, struct err *e)
{
    str rest = desk_field(c, "scopes"), one;
    struct text t;
    text_init(&t, c->a, 4000);
    while (str_split(&rest, ' ', &one)) {
        one = str_trim(one);
        if (one.len == 0) continue;
        if (!hall_scope_known(one)) return fail(e, INVALID, "没有栏目“%.*s”；只看的写成 cases:read", STR_ARG(one));
        text_addf(&t, "%s%.*s", t.len > 0 ? " " : "", STR_ARG(one));
    }
    *out = text_str(&t); /* none: everything its role may */
    return true;
}

static bool act_on_tokens(struct call *c, struct err *e)
{
    char token[CRYPTO_TOKEN + 1];
    struct access_by by = by_of(c);
    int64_t days = 0;
    str number = desk_field(c, "revoke");
    struct access_grant g = { .account = desk_field(c, "account"), .purpose = desk_field(c, "purpose") };
    if (number.len > 0) {
        if (!access_admin_revoke(c->desk->store, &by, number, e)) return false;
        desk_back(c, STR("/care/tokens"), "token-revoked");
        return true;
    }
    if (!str_to_i64(desk_field(c, "days"), &days) || days < 1 || days > TOKEN_DAYS_MAX)
        return fail(e, INVALID, "有效几天，写 1 到 %d", TOKEN_DAYS_MAX);
    if (!str_to_i64(desk_field(c, "perMinute"), &g.per_minute) || g.per_minute < 1)
        return fail(e, INVALID, "一分钟最多几次，写 1 到 %d", ACCESS_PER_MINUTE_MAX);
    g.expires = c->now + days * DAY_SECONDS;
    if (!typed_scopes(c, &g.scopes, e) || !access_admin_token(c->desk->store, &by, &g, token, e)) return false;
    say_once(c, "令牌", str_dup(c->a, str_of(token)));
    return true;
}

bool hall_tokens_act(struct call *c, struct err *e)
{
    struct err why = { 0 };
    bool ok = act_on_tokens(c, &why);
    if (ok && !c->said_once) return true;
    return (ok || desk_again(c, &why, e)) && hall_tokens(c, e);
}

/* tell: what people are told of a case, put into the outbox (notice) in the transaction of what it tells of: a move
 * that was undone told nobody, and one that was made told them once. The key of a notice is the case, what happened,
 * and the revision at which it happened, so that whatever is tried again says nothing twice.
 *
 * The sentences are one table, tell.def. The person is told under the lasting number of the subject; so is whoever
 * applied for somebody else. An office is told under "role:region", or the name of whoever holds the case. */
#include "dossier/dossier_priv.h"
#include "notice/notice.h"

#include <string.h>
#include <time.h>

static const struct sentence {
    const char *what, *title, *text;
} sentences[] = {
#define TELL(what, title, text) { what, title, text },
#include "dossier/tell.def"
#undef TELL
};

static const struct sentence *sentence_of(const char *what)
{
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        if (strcmp(sentences[i].what, what) == 0) return &sentences[i];
    }
    return NULL;
}

/* ---- filling in ---- */

struct filling {
    const struct dossier *c;
    const struct tell *t;
    char number[DOSSIER_NUMBER_TEXT], today[DATE_TEXT], due[DATE_TEXT], was[DATE_TEXT];
    str result, amount;
};

static str word_of(const struct filling *f, str name)
{
    const struct {
        const char *name;
        str value;
    } words[] = {
        { "编号", str_of(f->number) }, { "事项", f->c->name },       { "今日", str_of(f->today) },
        { "期限", str_of(f->due) },    { "原期限", str_of(f->was) }, { "理由", f->t->reason },
        { "金额", f->amount },         { "期间", f->t->period },     { "政策", f->t->policy },
        { "名称", f->t->name },        { "结果", f->result },        { "收款", f->t->payee },
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_eq(name, str_of(words[i].name))) return words[i].value;
    }
    return STR("");
}

/* A reason may end in a full stop of its own. */
static void put_word(struct text *out, str value, const char *rest)
{
    const char *stop = "。";
    if (strncmp(rest, stop, strlen(stop)) == 0 && str_ends(value, str_of(stop))) value.len -= strlen(stop);
    text_add(out, value);
}

static void fill(const struct filling *f, const char *z, struct arena *a, struct text *out)
{
    struct text piece, *to = out;
    bool known = true;
    for (; *z != '\0'; z++) {
        if (*z == '[') {
            text_init(&piece, a, NOTICE_TEXT_MAX);
            to = &piece, known = true;
        } else if (*z == ']') {
            if (known) text_add(out, text_str(&piece));
            to = out;
        } else if (*z == '{') {
            const char *end = strchr(z, '}');
            str value = word_of(f, (str){ z + 1, (size_t)(end - z - 1) });
            known = known && value.len > 0;
            put_word(to, value, end + 1);
            z = end;
        } else {
            text_addc(to, *z);
        }
    }
}

static struct filling filling_of(const struct dossier_act *act, const struct dossier *c, const struct tell *t,
                                 struct arena *a)
{
    struct filling f = { .c = c, .t = t, .result = t->result };
    dossier_number(c->id, f.number);
    date_text(act->day, f.today);
    if (t->has_due) date_text(t->due, f.due);
    if (t->has_was) date_text(t->was, f.was);
    char yuan[NUM_TEXT];
    if (t->amount_fen > 0) f.amount = str_dup(a, (str){ yuan, num_text(t->amount_fen, 2, 2, yuan) });
    return f;
}

/* ---- putting ---- */

static int64_t moment(const struct dossier_act *act)
{
    struct timespec now;
    if (act->clock_ms != 0) return act->clock_ms;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* As much of a long text as a notice holds, cut between characters. */
static str short_enough(str s, size_t max)
{
    if (s.len <= max) return s;
    s.len = max;
    while (s.len > 0 && ((unsigned char)s.p[s.len] & 0xC0) == 0x80) s.len--;
    return s;
}

static str one_line(struct arena *a, str s)
{
    char *p = arena_alloc(a, s.len + 1);
    for (size_t i = 0; i < s.len; i++) p[i] = (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i];
    return (str){ p, s.len };
}

static bool put(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str to,
                const struct tell *t, struct err *e)
{
    autoarena *a = arena_new("notice", 0);
    const struct sentence *s = sentence_of(t->what);
    struct filling f = filling_of(act, c, t, a);
    struct text title, text;
    bool again;
    str for_whom = t->firm;
    if (s == NULL) return fail(e, INTERNAL, "没有写“%s”要告诉人什么", t->what);
    text_init(&title, a, NOTICE_TEXT_MAX);
    text_init(&text, a, 2 * DOSSIER_TEXT_MAX);
    fill(&f, s->title, a, &title);
    fill(&f, s->text, a, &text);
    if (for_whom.len > 0)
        text_addf(&text, "\n这件由%.*s替您申请；不是您的意思，请打 12333 或到窗口说明。", STR_ARG(for_whom));
    str name = t->name, period = t->period, policy = t->policy;
    struct notice_draft n = {
        .to = to,
        .title = one_line(a, short_enough(text_str(&title), NOTICE_TITLE_MAX)),
        .text = short_enough(text_str(&text), NOTICE_TEXT_MAX),
        .dossier = str_of(f.number),
        .key = str_fmt(a, "办件/%s/%lld/%s/%.*s/%.*s/%.*s/%s/%.*s", f.number, (long long)c->revision, t->what,
                       STR_ARG(policy), STR_ARG(period), STR_ARG(name), f.due, STR_ARG(to)),
    };
    return notice_put(d->s, &n, moment(act), &again, NULL, e);
}

/* ---- to whom ---- */

static bool is_self(const struct dossier *c)
{
    return c->service == NULL || c->service->applicants == SERVICE_APPLIES_SELF;
}

bool tell_applicant(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c,
                    const struct tell *t, struct err *e)
{
    char subject[24];
    uint16_t entity;
    int64_t id = c->subject;
    struct err none = { 0 };
    snprintf(subject, sizeof subject, "%lld", (long long)c->subject);
    bool own = is_self(c) || !registry_find(d->r, STR(""), c->applicant, &entity, &id, &none) || id == c->subject;
    if (own) return put(d, act, c, str_of(subject), t, e);
    autoarena *a = arena_new("firm", 0);
    struct tell theirs = *t;
    str number;
    if (!registry_label(d->r, entity, id, a, &theirs.firm, &number, e) || !put(d, act, c, str_of(subject), &theirs, e))
        return false;
    /* who brings a list of a thousand gets a line for each at once, and not a thousand letters */
    if (c->channel == DOSSIER_BY_BULK && strcmp(t->what, "收到") == 0) return true;
    snprintf(subject, sizeof subject, "%lld", (long long)id);
    return put(d, act, c, str_of(subject), t, e);
}

bool tell_who(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str who,
              const struct tell *t, struct err *e)
{
    autoarena *a = arena_new("who", 0);
    uint16_t entity;
    int64_t id;
    struct err none = { 0 };
    if (registry_find(d->r, STR(""), who, &entity, &id, &none))
        return put(d, act, c, str_fmt(a, "%lld", (long long)id), t, e);
    return put(d, act, c, row_who(who, a), t, e); /* who is not in the register has no inbox, and keeps their number */
}

bool tell_office(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str role,
                 const struct tell *t, struct err *e)
{
    autoarena *a = arena_new("office", 0);
    str office = c->office;
    return put(d, act, c, str_fmt(a, "%.*s:%.*s", STR_ARG(role), STR_ARG(office)), t, e);
}

/* Whose turn it is: who holds it, else the role of the step at hand. */
bool tell_worker(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, const struct tell *t,
                 struct err *e)
{
    const struct service_step *s = c->state == DOSSIER_REVIEW ? decide_step(c) : NULL;
    if (c->holder.len > 0) return put(d, act, c, c->holder, t, e);
    return tell_office(d, act, c, s != NULL && s->role.len > 0 ? s->role : STR("经办"), t, e);
}

/* ---- moves ---- */

bool tell_move(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, const char *move,
               struct err *e)
{
    static const char *const later[] = { "受理", "准予", "发放", "公示" }; /* told when more is known */
    struct tell t = { .what = move, .reason = act->reason };
    if (sentence_of(move) == NULL) return true;
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        if (strcmp(move, later[i]) == 0) return true;
    }
    enum dossier_clock_kind k = c->state == DOSSIER_CORRECTING ? DOSSIER_CLOCK_CORRECT : DOSSIER_CLOCK_LIMIT;
    return clock_due(d, c->id, k, &t.has_due, &t.due, e) && tell_applicant(d, act, c, &t, e);
}

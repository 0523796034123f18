/* dossier_row: a case as a row, read and written; each move through the machine with its event. Writing compares the
 * revision that was read, so that of two reviewers who press the button at once one is told that the other was quicker.
 */
#include "base/idcard.h"
#include "base/mask.h"
#include "dossier/dossier_priv.h"

/* ---- events ---- */

void note_start(struct dossier_note *n, struct arena *a)
{
    text_init(&n->text, a, NOTE_MAX);
    json_begin(&n->w, &n->text, false);
    json_object(&n->w);
}

str row_who(str who, struct arena *a)
{
    struct idcard id;
    return idcard_read(who, &id) == IDCARD_OK ? mask(a, STR("证件号"), who) : who;
}

void note_str(struct dossier_note *n, const char *key, str v)
{
    if (v.len == 0) return;
    json_key(&n->w, key);
    json_str(&n->w, v);
}

void note_int(struct dossier_note *n, const char *key, int64_t v)
{
    json_key(&n->w, key);
    json_int(&n->w, v);
}

void note_date(struct dossier_note *n, const char *key, date v)
{
    char day[DATE_TEXT];
    date_text(v, day);
    note_str(n, key, str_of(day));
}

bool dossier_row_event(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, const char *kind,
                       struct dossier_note *n, struct err *e)
{
    char number[DOSSIER_NUMBER_TEXT], subject[24];
    dossier_number(c->id, number);
    struct text t;
    text_init(&t, n->text.arena, sizeof subject);
    text_addf(&t, "%lld", (long long)c->subject);
    note_date(n, "day", act->day);
    note_str(n, "reason", act->reason);
    note_str(n, "office", act->office);
    note_str(n, "by", act->by);
    json_object_end(&n->w);
    if (n->text.over) return fail(e, LIMIT, "要记下的内容太长，请分几次写");
    struct journal_event v = { row_who(act->who, n->text.arena),
                               act->role,
                               str_of(kind),
                               text_str(&t),
                               str_of(number),
                               text_str(&n->text),
                               act->clock_ms };
    return journal_append(d->s, &v, 1, NULL, e);
}

/* ---- rows ---- */

static int64_t column_int(const struct store_stmt *q, uint32_t column)
{
    int64_t n = 0;
    return store_is_null(q, column) || !store_int(q, column, &n) ? 0 : n;
}

void dossier_row_read(struct dossier_desk *d, const struct store_stmt *q, struct arena *a, struct dossier *out)
{
    *out = (struct dossier){ .id = column_int(q, 0), .revision = column_int(q, 1), .subject = column_int(q, 4) };
    str entity = store_str(q, 3);
    const struct entity *en = program_entity(d->p, entity);
    out->entity = en != NULL ? en->id : UINT16_MAX;
    out->applicant = str_dup(a, store_str(q, 5));
    out->channel = (enum dossier_channel)column_int(q, 6);
    out->entered_by = str_dup(a, store_str(q, 7));
    out->holder = str_dup(a, store_str(q, 8));
    out->office = str_dup(a, store_str(q, 9));
    out->state = (enum dossier_state)column_int(q, 10);
    out->flags = (uint32_t)column_int(q, 11);
    out->step = (uint16_t)column_int(q, 12);
    out->opened = (date){ (int32_t)column_int(q, 13) };
    out->has_accepted = !store_is_null(q, 14);
    out->accepted = (date){ (int32_t)column_int(q, 14) };
    out->has_decided = !store_is_null(q, 15);
    out->decided = (date){ (int32_t)column_int(q, 15) };
    out->key = str_dup(a, store_str(q, 16));
    out->note = str_dup(a, store_str(q, 17));
    out->answers = str_dup(a, store_str(q, 18));
    out->package = column_int(q, 19);
    out->version = column_int(q, 2);
}

/* The service, in the version of the rules the case was opened with when those are at hand already. */
static bool find_service(struct dossier_desk *d, struct dossier *c, struct err *e)
{
    const struct dossier_version *v = desk_version_at(d, c->version);
    const struct pack_set *set;
    if (v == NULL) return fail(e, MISMATCH, "办件的事项在库里找不到了，请从备份恢复");
    c->name = v->name;
    c->rules = v->rules;
    if (!desk_rules(d, v->rules, &set, e)) return false;
    const struct service *s = program_service(set->program, v->name);
    if (s != NULL) s = service_on(set->program, s->id, c->opened);
    c->service = s;
    c->program = set->program;
    return true;
}

bool dossier_row_get(struct dossier_desk *d, struct dossier_ref ref, struct arena *a, struct dossier *out,
                     struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    if (!store_ask(d->s, &q, e, "SELECT " ROW_COLUMNS " FROM dossier d WHERE d.id = $1", "i", ref.id)) return false;
    bool ok = store_step(q, &row, e);
    if (ok && row) dossier_row_read(d, q, a, out);
    store_done(q);
    ok = ok && store_sound(d->s, e);
    if (!ok) return false;
    if (!row) return fail(e, NOT_FOUND, "没有这件办件，请核对编号");
    if (ref.revision != 0 && ref.revision != out->revision)
        return fail(e, CONFLICT, "这件办件刚刚被别人办过了，请重新打开看看");
    return find_service(d, out, e);
}

bool dossier_get(struct dossier_desk *d, int64_t id, struct arena *a, struct dossier *out, struct err *e)
{
    return dossier_row_get(d, (struct dossier_ref){ .id = id }, a, out, e);
}

static void bind_day(struct store_stmt *q, uint32_t at, bool has, date day)
{
    if (has)
        store_bind_int(q, at, day.days);
    else
        store_bind_null(q, at);
}

/* Whose turn it is, as the queue is indexed: the state, and in a review the role of the step ('*': the counter). */
static str waits_of(const struct dossier *c, struct arena *a)
{
    const struct service_step *s = decide_step(c);
    bool task = (c->flags & (DOSSIER_OBJECTED | DOSSIER_UNHAPPY | DOSSIER_CHECK)) != 0;
    str after = task ? STR("!") : STR("");               /* handled, and still something to do about it */
    if ((c->flags & DOSSIER_PACKAGE) != 0) return after; /* its items wait, each for itself */
    switch (c->state) {
    case DOSSIER_OFFERED:
    case DOSSIER_SUBMITTED:
    case DOSSIER_CORRECTING:
    case DOSSIER_PUBLIC: return str_fmt(a, "%d", (int)c->state);
    case DOSSIER_REVIEW:
        return s == NULL ? str_fmt(a, "%d*", (int)c->state) : str_fmt(a, "%d%.*s", (int)c->state, STR_ARG(s->role));
    case DOSSIER_DRAFT:
    case DOSSIER_GRANTED:
    case DOSSIER_PAYING:
    case DOSSIER_STOPPED:
    case DOSSIER_REFUSED:
    case DOSSIER_WITHDRAWN:
    case DOSSIER_LAPSED:
    case DOSSIER_REVOKED:
    case DOSSIER_CLOSED:
    case DOSSIER_STATES: break;
    }
    return after;
}

bool dossier_row_insert(struct dossier_desk *d, struct dossier *c, int64_t version, struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    if (!store_prepare(d->s,
                       STR("INSERT INTO dossier (id, revision, version, entity, subject, applicant, channel,"
                           " entered_by, holder, office, state, flags, step, opened, accepted, decided, key, note,"
                           " answers, package, waits) SELECT coalesce(max(id), 0) + 1, 1, CAST($1 AS bigint), $2,"
                           " CAST($3 AS bigint), $4, CAST($5 AS bigint), $6, $7, $8, CAST($9 AS bigint),"
                           " CAST($10 AS bigint), CAST($11 AS bigint), CAST($12 AS bigint), NULL, NULL, $13, $14, $15,"
                           " CAST($16 AS bigint), $17 FROM dossier RETURNING id"),
                       &q, e))
        return false;
    autoarena *a = arena_new("row", 0);
    store_bind_str(q, 17, waits_of(c, a));
    store_bind_int(q, 1, version);
    store_bind_str(q, 2, d->p->entities.at[c->entity].name);
    store_bind_int(q, 3, c->subject);
    store_bind_secret(q, 4, c->applicant);
    store_bind_int(q, 5, c->channel);
    store_bind_secret(q, 6, c->entered_by);
    store_bind_str(q, 7, c->holder);
    store_bind_str(q, 8, c->office);
    store_bind_int(q, 9, c->state);
    store_bind_int(q, 10, c->flags);
    store_bind_int(q, 11, c->step);
    store_bind_int(q, 12, c->opened.days);
    if (c->key.len > 0)
        store_bind_str(q, 13, c->key);
    else
        store_bind_null(q, 13);
    store_bind_str(q, 14, c->note);
    store_bind_secret(q, 15, c->answers);
    store_bind_int(q, 16, c->package);
    bool ok = store_step(q, &row, e) && row && store_int(q, 0, &c->id);
    store_done(q);
    c->revision = 1;
    c->version = version;
    return ok;
}

bool dossier_row_put(struct dossier_desk *d, struct dossier *c, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(d->s,
                       STR("UPDATE dossier SET revision = revision + 1, state = $3, flags = $4, step = $5,"
                           " holder = $6, office = $7, accepted = $8, decided = $9, note = $10, answers = $11,"
                           " waits = $12, opened = $13, version = $14 WHERE id = $1 AND revision = $2"),
                       &q, e))
        return false;
    autoarena *a = arena_new("row", 0);
    store_bind_str(q, 12, waits_of(c, a));
    store_bind_int(q, 13, c->opened.days);
    store_bind_int(q, 14, c->version);
    store_bind_int(q, 1, c->id);
    store_bind_int(q, 2, c->revision);
    store_bind_int(q, 3, c->state);
    store_bind_int(q, 4, c->flags);
    store_bind_int(q, 5, c->step);
    store_bind_str(q, 6, c->holder);
    store_bind_str(q, 7, c->office);
    bind_day(q, 8, c->has_accepted, c->accepted);
    bind_day(q, 9, c->has_decided, c->decided);
    store_bind_str(q, 10, c->note);
    store_bind_secret(q, 11, c->answers);
    bool ok = store_run(q, e);
    int64_t changed = ok ? store_changed(q) : 0;
    store_done(q);
    if (ok && changed != 1) return fail(e, CONFLICT, "这件办件刚刚被别人办过了，请重新打开看看");
    c->revision += ok;
    return ok;
}

bool dossier_row_move(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, const char *move,
                      struct dossier_note *n, struct err *e)
{
    autoarena *a = arena_new("move", 0);
    struct dossier_note own;
    uint8_t state = (uint8_t)c->state;
    if (!machine_move(&dossier_machine, &state, str_of(move), desk_roles(act, c), act->reason, e)) return false;
    if (n == NULL) {
        note_start(&own, a);
        n = &own;
    }
    note_str(n, "move", str_of(move));
    note_str(n, "from", str_of(dossier_machine.states[c->state].name));
    note_str(n, "to", str_of(dossier_machine.states[state].name));
    c->state = (enum dossier_state)state;
    if (c->state != DOSSIER_PAYING) c->flags &= ~(uint32_t)DOSSIER_CHECK;
    return dossier_row_put(d, c, e) && dossier_row_event(d, act, c, "dossier.move", n, e) &&
           tell_move(d, act, c, move, e);
}

const store_secrets dossier_secrets = {
    .at =
        (struct store_secret[]){
            { .table = "dossier", .column = "applicant" },
            { .table = "dossier", .column = "entered_by" },
            { .table = "dossier", .column = "answers" },
            { .table = "dossier_sign", .column = "who" },
            { .table = "dossier_objection", .column = "who" },
            { .table = "dossier_verdict", .column = "receipt", .kind = STORE_SECRET_BYTES },
            { .table = "dossier_asked", .column = "receipt", .kind = STORE_SECRET_BYTES },
            { .table = "dossier_enclosure", .column = "who" },
            { .table = "dossier_enclosure", .column = "file" },
            { .table = "dossier_enclosure", .column = "bytes", .kind = STORE_SECRET_BYTES },
        },
    .len = 10,
};

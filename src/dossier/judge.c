/* judge: conclusions that a rule leaves to a person (人工判断). A reviewer gives them before signing, with the reason;
 * they stand among the answers of the case under the name the rules give them, and are the only answers nobody who
 * applies may write. */
#include "dossier/dossier_priv.h"

#define JUDGED "人工判断(“"

bool judge_is_key(str key) { return str_starts(key, STR(JUDGED)); }

bool judge_none(str answers, struct arena *a, struct err *e)
{
    const struct json *j;
    if (answers.len == 0 || answers.len > DOSSIER_FACTS_MAX) return true; /* that is said where they are read */
    if (!json_read(a, answers, &j, e)) return fail_up(e, "填的内容看不懂");
    for (size_t i = 0; j->kind == JSON_OBJECT && i < j->count; i++) {
        if (judge_is_key(j->keys[i])) return fail(e, DENIED, "人工判断由审核的人来作，申请的时候不能填");
    }
    return true;
}

void judge_write_value(struct json_writer *w, const struct json *v)
{
    if (v->kind == JSON_STRING)
        json_str(w, v->string);
    else if (v->kind == JSON_BOOL)
        json_bool(w, v->boolean);
    else if (v->kind == JSON_INT)
        json_int(w, v->integer);
    else
        json_null(w);
}

static bool with_judgement(str answers, str key, bool holds, struct arena *a, str *out, struct err *e)
{
    const struct json *j = NULL;
    struct text *t = ARENA_NEW(a, struct text);
    struct json_writer w;
    text_init(t, a, DOSSIER_FACTS_MAX);
    if (answers.len > 0 && !json_read(a, answers, &j, e)) return fail_up(e, "填的内容看不懂");
    json_begin(&w, t, false);
    json_object(&w);
    for (size_t i = 0; j != NULL && j->kind == JSON_OBJECT && i < j->count; i++) {
        if (str_eq(j->keys[i], key)) continue; /* judged anew */
        json_key_str(&w, j->keys[i]);
        judge_write_value(&w, &j->items[i]);
    }
    json_key_str(&w, key);
    json_bool(&w, holds);
    json_object_end(&w);
    *out = text_str(t);
    return !t->over || fail(e, LIMIT, "填的内容太多，最多 %d 字节", DOSSIER_FACTS_MAX);
}

/* Those who signed this step signed what was known then: nothing of it changes under their names. */
static bool nobody_signed(struct dossier_desk *d, const struct dossier *c, struct err *e)
{
    int64_t count = 0;
    if (!store_get(d->s, NULL, &count, 1, e,
                   "SELECT count(*) FROM dossier_sign WHERE dossier = $1 AND step = $2 AND round = 0", "ii", c->id,
                   (int64_t)c->step))
        return false;
    return count == 0 || fail(e, CONFLICT, "这个环节已经有人签了，人工判断不能再改；要改，先退回，重新会签");
}

bool dossier_judgements_of(struct dossier_desk *d, int64_t id, struct arena *a, dossier_judgements *out, struct err *e)
{
    struct dossier c;
    struct dossier_facts x;
    out->len = 0;
    if (!dossier_row_get(d, (struct dossier_ref){ .id = id }, a, &c, e)) return false;
    if (c.service == NULL || (c.flags & DOSSIER_PACKAGE) != 0) return true;
    if (!facts_of(d, c.service, c.subject, c.answers, a, &x, e)) return false;
    const struct dossier_needs *n = facts_needs(d, x.service);
    for (size_t i = 0; i < n->count; i++) {
        for (size_t k = 0; n->list[i] != NULL && k < n->list[i]->judged.len; k++) {
            struct dossier_judgement j = { .question = d->p->consts.at[n->list[i]->judged.at[k]].text };
            bool there = false;
            VEC_EACH (const struct dossier_judgement, o, out) there = there || str_eq(o->question, j.question);
            VEC_EACH (const struct judgement, g, &x.subject->judgements) {
                if (str_eq(g->question, j.question)) j.given = true, j.holds = g->answer;
            }
            if (!there) *vec_push(a, out) = j;
        }
    }
    return true;
}

bool dossier_judge(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, str question,
                   bool holds, struct err *e)
{
    struct dossier c;
    struct dossier_facts x;
    struct dossier_note n;
    autoarena *a = arena_new("judge", 0);
    if (!desk_begin(d, act, e)) return false;
    bool ok = dossier_row_get(d, ref, a, &c, e) && decide_office(d, act, &c, e);
    if (ok && (c.state != DOSSIER_REVIEW || (c.flags & DOSSIER_PACKAGE) != 0))
        ok = fail(e, CONFLICT, "审核的时候才作人工判断，这件现在是“%s”", dossier_machine.states[c.state].name);
    if (ok && c.service == NULL) ok = fail(e, CONFLICT, "这件办件的事项“%.*s”在它的规则里找不到了", STR_ARG(c.name));
    if (ok && (desk_roles(act, &c) & ROLE_REVIEWER) == 0)
        ok = fail(e, DENIED, "人工判断由这一步审核的人来作，不是%.*s岗位", STR_ARG(act->role));
    if (ok && str_trim(act->reason).len == 0) ok = fail(e, INVALID, "人工判断要写明根据什么");
    str key = str_fmt(a, JUDGED "%.*s”)", STR_ARG(question));
    ok = ok && nobody_signed(d, &c, e) && decide_independent(d, act, &c, e) &&
         with_judgement(c.answers, key, holds, a, &c.answers, e) &&
         facts_of(d, c.service, c.subject, c.answers, a, &x, e);
    if (ok) {
        note_start(&n, a);
        note_str(&n, "question", question);
        note_str(&n, "holds", holds ? STR("是") : STR("否"));
        ok = dossier_row_put(d, &c, e) && dossier_row_event(d, act, &c, "dossier.judge", &n, e);
    }
    return desk_end(d, ok, e);
}

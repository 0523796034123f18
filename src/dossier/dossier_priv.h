/* dossier, inside: the frame of a move, the row of a case, rules, verdicts, and what follows from a decision. */
#ifndef DOSSIER_DOSSIER_PRIV_H
#define DOSSIER_DOSSIER_PRIV_H
#include "base/json.h"
#include "dossier/dossier.h"
#include "policy/receipt.h"
#include "store/short.h"

enum { /* roles of the machine, as bits */
       ROLE_SELF = 1,
       ROLE_DESK = 2,
       ROLE_REVIEWER = 4,
       ROLE_CHIEF = 8,
       ROLE_SYSTEM = 16,
};
enum { NOTE_MAX = 64 << 10, RECEIPT_MAX = 4 << 20 };

#define DOSSIER_ORIGIN STR("办件")
enum { DOSSIER_RANK = 1000 }; /* what an office decided outranks what other systems sent: docs/decisions/0052 */

/* Rules a case was opened with: a set of packs, those of today or older ones read from the database. */
struct dossier_rules {
    str hash;
    const struct pack_set *set;
    struct dossier_rules *next;
    bool compared, filled; /* with today's, by fill_in */
};

struct dossier_needs { /* own conditions; form, materials and effects; then each policy */
    const struct need **list;
    size_t count;
};

struct dossier_version { /* of a service: its name and the rules it was read with */
    int64_t id;
    str name, rules;
};

struct dossier_desk {
    struct arena *a;
    struct registry *r;
    struct store *s;
    const struct pack_set *set;
    const struct program *p;
    struct dossier_rules *rules;
    VEC(struct dossier_version) versions;
    bool following;                      /* package_follow is at work */
    const struct journal_signer *signer; /* NULL: certificates wait */
    struct dossier_needs **needs;        /* per service, made when first asked for */
};

bool dossier_migrate(struct store *s, struct err *e);

/* ---- desk.c ---- */

/* Begins a move: transaction, act checked. Every one ends in desk_end, which commits or undoes. */
bool desk_begin(struct dossier_desk *d, const struct dossier_act *act, struct err *e);
bool desk_end(struct dossier_desk *d, bool ok, struct err *e);
/* The number of a version of a service (its name and the rules of today), made when it is not there. */
bool desk_version(struct dossier_desk *d, const struct service *s, int64_t *out, struct err *e);
const struct dossier_version *desk_version_at(struct dossier_desk *d, int64_t id);
/* The packs a case was opened with. */
bool desk_rules(struct dossier_desk *d, str hash, const struct pack_set **out, struct err *e);
uint32_t desk_roles(const struct dossier_act *act, const struct dossier *c);
/* The act of the machine itself. */
struct dossier_act desk_system(const struct dossier_act *act, str reason);
/* Whether it is the program that acts. A person who gives 系统 as their role is nobody: else they could sign where they
 * have signed before. */
static inline bool desk_is_system(const struct dossier_act *act)
{
    return str_eq(act->role, DOSSIER_ROLE_SYSTEM) && str_eq(act->who, STR("系统"));
}

/* Disk, connection or memory failed, or another program holds a lock: not this case's fault, nothing a person could
 * mend in it, and nothing else can be done now either. */
static inline bool desk_machine_failed(const struct err *e)
{
    return e->code == ERR_IO || e->code == ERR_AWAY || e->code == ERR_BUSY || e->code == ERR_MEMORY;
}

/* ---- dossier_row.c ---- */

/* The body of an event while it is written. */
struct dossier_note {
    struct text text;
    struct json_writer w;
};
/* Who acts, as the journal keeps it: of an identity number what people may see of it, for the journal is for ever. */
str row_who(str who, struct arena *a);
void note_start(struct dossier_note *n, struct arena *a);
void note_str(struct dossier_note *n, const char *key, str v);
void note_int(struct dossier_note *n, const char *key, int64_t v);
void note_date(struct dossier_note *n, const char *key, date v);
bool dossier_row_event(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, const char *kind,
                       struct dossier_note *n, struct err *e);
bool dossier_row_get(struct dossier_desk *d, struct dossier_ref ref, struct arena *a, struct dossier *out,
                     struct err *e);
/* Reads a case from a row whose columns are ROW_COLUMNS. */
void dossier_row_read(struct dossier_desk *d, const struct store_stmt *q, struct arena *a, struct dossier *out);
#define ROW_COLUMNS                                                                                               \
    "d.id, d.revision, d.version, d.entity, d.subject, d.applicant, d.channel, d.entered_by, d.holder, d.office," \
    " d.state, d.flags, d.step, d.opened, d.accepted, d.decided, d.key, d.note, d.answers, d.package"
/* Writes state, flags, step, holder, office, days, note, answers; the revision goes up. CONFLICT: somebody was quicker.
 */
bool dossier_row_put(struct dossier_desk *d, struct dossier *c, struct err *e);
bool dossier_row_insert(struct dossier_desk *d, struct dossier *c, int64_t version, struct err *e);
/* The move of this name through the machine, stored with its event. n may be NULL; it is ended here. */
bool dossier_row_move(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, const char *move,
                      struct dossier_note *n, struct err *e);

/* ---- clock.c ---- */

bool clock_start(struct dossier_desk *d, int64_t id, enum dossier_clock_kind k, struct service_time t, date day,
                 date *due, struct err *e);
bool clock_until(struct dossier_desk *d, int64_t id, enum dossier_clock_kind k, date day, date due, struct err *e);
bool clock_end(struct dossier_desk *d, int64_t id, enum dossier_clock_kind k, struct err *e);
/* Those of the handling; answering an objection and calling back go on after it. */
bool clock_end_all(struct dossier_desk *d, int64_t id, struct err *e);
/* 办理时限 and 本环节 stand still while others have the word. */
bool clock_suspend(struct dossier_desk *d, int64_t id, date day, struct err *e);
bool clock_resume(struct dossier_desk *d, int64_t id, date day, struct err *e);
bool clock_due(struct dossier_desk *d, int64_t id, enum dossier_clock_kind k, bool *has, date *due, struct err *e);
enum dossier_light clock_light(const struct program *p, date due, uint32_t length_days, date day);

bool clock_recompute(struct dossier_desk *d, const struct dossier_act *act, int64_t *moved, struct err *e);
bool clock_escalate(struct dossier_desk *d, const struct dossier_act *act, struct dossier_night *night, struct err *e);

/* ---- facts.c ---- */

/* What is known of the subject of a case: the record along what its service reads, and the answers of the form on it.
 */
struct dossier_spell {
    uint16_t entity;
    struct record *r;
};
struct dossier_reference { /* answered with the number of somebody in the registry */
    struct record *r;
    uint16_t slot;
    int64_t id;
};
typedef VEC(node_id) node_list;
struct dossier_facts {
    const struct pack_set *set;    /* of the registry's own program */
    const struct service *service; /* of the same */
    struct diags diags;
    struct facts f;
    struct record *subject;
    VEC(struct dossier_spell) spells; /* of the form: not yet among the subject's own */
    VEC(struct dossier_reference) refs;
};
bool facts_of(struct dossier_desk *d, const struct service *s, int64_t subject, str answers, struct arena *a,
              struct dossier_facts *out, struct err *e);
/* The facts one question reads, as JSON: what its receipt keeps. policy UINT32_MAX: the service's own conditions. When
 * these read what the form says of a spell (how many are to be laid off), it counts as begun that day; *declared. */
bool facts_json_of(struct dossier_desk *d, struct dossier_facts *x, uint32_t policy, date day, struct arena *a,
                   const struct json **out, bool *declared, struct err *e);
/* The facts as if that case had not been granted: what is asked before its money is paid must not find in the register
 * what that very grant entered. */
bool facts_without(struct dossier_desk *d, const struct dossier *c, struct arena *a, struct dossier_facts *out,
                   struct err *e);
/* The spell counts as one of the subject's own that began that day, until the facts are read anew. */
void facts_begin(struct dossier_facts *x, uint16_t entity, const struct record *spell, date day);
/* The spell of the form that an effect would begin; one nothing is said of yet when it was not answered. */
const struct record *facts_begun_by(struct dossier_facts *x, const struct effect *f);
const struct dossier_needs *facts_needs(struct dossier_desk *d, const struct service *s);
/* 银行账号, 就业登记.形式 */
str facts_item_name(const struct program *p, const struct service *s, const struct form_item *i, struct arena *a);
/* A role of the subject's entity (AAC003 姓名, AAE010 账号 …) as text; empty: unknown. */
str facts_field(const struct dossier_facts *x, const char *code, struct arena *a);
/* The region it belongs to: the first code of this ministry number, else of the region list. */
str facts_office(const struct dossier_facts *x, struct arena *a);
str facts_name(const struct dossier_facts *x, struct arena *a);
str facts_number(const struct dossier_facts *x, struct arena *a);
str facts_account(const struct dossier_facts *x, struct arena *a);

/* ---- verdict.c ---- */

struct dossier_verdict {
    uint32_t policy; /* UINT32_MAX: the service's own conditions */
    struct question question;
    struct explanation x;
    bool has_amount;
    int64_t amount_fen;
};
struct dossier_verdicts {
    VEC(struct dossier_verdict) list;
    enum verdict_kind all; /* of the case */
    bool assumed, unset;
    int64_t total_fen;
};
/* Asks the service's own conditions and each of its policies, with these rules. */
bool verdict_ask(struct dossier_desk *d, struct dossier_facts *x, const struct pack_set *rules, date day,
                 struct arena *a, struct dossier_verdicts *out, struct err *e);
/* One of them asked anew as of another day, and the whole added up again. */
bool verdict_ask_again(struct dossier_desk *d, struct dossier_facts *x, const struct pack_set *rules, date day,
                       struct arena *a, struct dossier_verdicts *v, struct dossier_verdict *one, struct err *e);
/* Known not to be met. */
bool verdict_against(const struct explained_criterion *c);
/* The sentence of a criterion that is not met or not known, behind others. */
void verdict_add_reason(const struct explained_criterion *c, struct text *t);
/* Its receipt, short. */
bool verdict_receipt(const struct dossier_verdict *v, struct arena *a, str *out, struct err *e);
/* Keeps them with their receipts. */
bool verdict_keep(struct dossier_desk *d, int64_t id, const struct dossier_verdicts *v, struct arena *a, struct err *e);
/* Why the machine may not decide alone; empty: it may. */
bool verdict_why_staff(struct dossier_desk *d, struct dossier_facts *x, const struct dossier_verdicts *v, date day,
                       struct arena *a, str *out, struct err *e);
bool verdict_material_needed(struct evaluator *ev, struct dossier_facts *x, const struct material *m);
str verdict_reasons(const struct dossier_verdicts *v, struct arena *a);
str verdict_unset(const struct dossier_verdicts *v, struct arena *a);
/* That about a policy; NULL: the service has it no longer. */
const struct dossier_verdict *verdict_of(const struct dossier_verdicts *v, str policy);

/* ---- timely.c ---- */

/* Keeps what was answered on the day they applied, the first time they did. */
bool timely_keep(struct dossier_desk *d, int64_t id, const struct dossier_verdicts *v, struct arena *a, struct err *e);
/* verdict_ask of a case that was applied for: a policy that only refuses because days went by since is asked about as
 * of the day they applied. */
bool timely_ask(struct dossier_desk *d, const struct dossier *c, struct dossier_facts *x, const struct pack_set *rules,
                date day, struct arena *a, struct dossier_verdicts *out, struct err *e);
/* Why what was granted is refused now, in sentences; empty: nothing but time went by. */
bool timely_reasons(struct dossier_desk *d, int64_t id, const struct dossier_verdict *now, const struct pack_set *rules,
                    struct arena *a, str *out, struct err *e);

/* ---- ground.c ---- */

/* The newest spell that each criterion which is not met rests on, in words; empty: none rests on one. */
bool ground_in_the_way(struct dossier_desk *d, struct dossier_facts *x, int64_t subject,
                       const struct dossier_verdicts *v, date day, struct arena *a, str *out, struct err *e);

/* ---- apply.c ---- */

/* A case of this service for this subject that is not over, other than `but`. */
bool apply_open_case(struct dossier_desk *d, str service, int64_t subject, int64_t but, bool *there, int64_t *id,
                     struct err *e);
/* CONFLICT with its number when a case of the service other than `but` is under way for the subject. */
bool apply_only_one(struct dossier_desk *d, str service, int64_t subject, int64_t but, struct err *e);
/* A new case, not yet submitted. CONFLICT: one is under way. */
bool apply_new(struct dossier_desk *d, const struct dossier_act *act, const struct dossier_request *q, struct arena *a,
               struct dossier *c, struct err *e);

/* Questions, materials and times of what these facts are about, each once. */
void apply_ask(struct dossier_desk *d, struct dossier_facts *x, date day, struct arena *a, struct dossier_guide *out);
/* Submits a draft, an offer or a case that was returned. anyway: although it cannot work. */
bool apply_submit(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, bool anyway,
                  struct arena *a, struct dossier_result *out, struct err *e);

/* Everything the form asks was answered. */
bool apply_all_answered(const struct dossier_guide *g, struct arena *a, struct err *e);
/* The case an earlier submission under this key became. */
bool apply_same_key(struct dossier_desk *d, const struct dossier_request *q, bool *there, struct dossier_result *out,
                    struct err *e);

/* ---- behalf.c ---- */

/* Who applies for somebody else; id 0: they apply for themselves, or staff acts. */
struct behalf {
    uint16_t entity;
    int64_t id;
};
bool behalf_of(struct dossier_desk *d, const struct dossier_act *act, int64_t subject, struct behalf *out,
               struct err *e);
/* A question whose answer is the firm itself: it is not asked of it. */
bool behalf_names(const struct program *p, const struct form_item *i, uint16_t firm);
/* The answers with the firm in such questions, unless something was said there. */
bool behalf_answers(struct dossier_desk *d, const struct service *s, const struct behalf *b, str answers,
                    struct arena *a, str *out, struct err *e);
/* DENIED unless the service is applied for by such a firm, and this person has to do with it. */
bool behalf_may(struct dossier_desk *d, const struct service *s, int64_t subject, struct dossier_facts *x,
                const struct behalf *b, date day, struct arena *a, struct err *e);

/* ---- payee.c ---- */

struct payee {
    uint16_t entity;
    int64_t id;
    str name, account; /* empty: not known */
};
/* Whom the money of a policy goes to, by the facts of that day; id 0: to somebody else than the subject, and nobody
 * knows to whom. */
bool payee_of(struct dossier_desk *d, struct dossier_facts *x, const struct dossier *c, str policy, date day,
              struct arena *a, struct payee *out, struct err *e);
/* INVALID, with what is missing: nobody knows. */
bool payee_known(struct dossier_desk *d, const struct payee *to, str policy, struct err *e);
/* Keeps whom it was granted to, unless it is the subject: what is owed from now on goes there. */
bool payee_keep(struct dossier_desk *d, const struct dossier *c, str policy, const struct payee *to, struct err *e);
/* Whom it was granted to, with the name of then and no account; *there false: the subject. */
bool payee_kept(struct dossier_desk *d, const struct dossier *c, str policy, struct arena *a, bool *there,
                struct payee *out, struct err *e);
/* Whether a firm that applies for somebody is whom the money goes to. DENIED: it goes to another one. */
bool payee_is_firm(struct dossier_desk *d, struct dossier_facts *x, const struct service *s, const struct behalf *firm,
                   date day, struct arena *a, bool *paid, struct err *e);

/* ---- package.c ---- */

/* What has to be known before a package is applied for; own: the verdicts of its own conditions. */
bool package_guide(struct dossier_desk *d, const struct pack_set *rules, const struct service *s, int64_t subject,
                   str answers, date day, struct arena *a, struct dossier_verdicts *own, struct dossier_guide *out,
                   struct err *e);
str package_reasons(const struct dossier_guide *g, const struct dossier_verdicts *own, struct arena *a);
/* What is known for an item, as if what the items before it begin had begun on a day: those still under way by what
 * their forms say, those granted by what was registered. */
bool package_facts(struct dossier_desk *d, const struct dossier *c, date day, struct arena *a,
                   struct dossier_facts *out, struct err *e);
/* Opens a case for each item and takes them as far as they go. */
bool package_submit(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct arena *a,
                    struct dossier_result *out, struct err *e);
/* After an item moved: those that waited for it go on; when all are over the package is. 0 is no package. */
bool package_follow(struct dossier_desk *d, const struct dossier_act *act, int64_t package, struct arena *a,
                    struct err *e);
bool package_withdraw(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, struct arena *a,
                      struct err *e);

/* ---- decide.c ---- */

/* Everything a decision to grant brings: effects, benefits, commitments, clocks. `move` is 准予 or 发放. */
bool decide_grant(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct arena *a,
                  struct dossier_result *out, struct err *e);
/* Grants what was published to its end. What a person has to mend goes back to their review with the reason, once:
 * *returned. */
bool decide_published(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct arena *a,
                      bool *returned, struct err *e);
/* Those who signed the step at hand sign it again: what comes back is not what they signed. */
bool decide_unsign(struct dossier_desk *d, const struct dossier *c, struct err *e);
/* The step at hand, NULL behind the last one. */
const struct service_step *decide_step(const struct dossier *c);
/* The index of the first step that reviews. */
uint16_t decide_first_review(const struct service *s);
/* Takes it to its first review, and further alone when that is possible. */
bool decide_accepted(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct arena *a,
                     struct dossier_result *out, struct err *e);
bool decide_try_alone(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct arena *a,
                      struct dossier_result *out, struct err *e);
/* Begins the clock of the step at hand; nobody holds it. */
bool decide_start_step(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct err *e);
struct service_time decide_time(const struct dossier *c, struct service_time t, date day);
bool decide_in_office(const struct program *p, str mine, str theirs);
bool decide_office(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, struct err *e);
/* Nobody decides about their own entry. */
bool decide_independent(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, struct err *e);
/* Objections and bad ratings are for somebody who had nothing to do with it. */
bool decide_uninvolved(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, struct err *e);

/* ---- judge.c ---- */

bool judge_is_key(str key);
/* DENIED when answers of an applicant hold a judgement. */
bool judge_none(str answers, struct arena *a, struct err *e);
/* An answer written again as it was read. */
void judge_write_value(struct json_writer *w, const struct json *v);

/* ---- fill.c ---- */

/* What nobody has set and what a case must wait for; empty: it can be decided without. */
str fill_open(const struct dossier_verdicts *v, struct arena *a);
/* When something is open that is set by now, the case gets the rules of today, *filled: ask again with them. Who calls
 * it keeps the case (dossier_row_put). act: who looks. */
bool fill_in(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, const struct dossier_verdicts *v,
             const struct pack_set **rules, struct arena *a, bool *filled, struct err *e);

/* ---- effect.c ---- */

bool effect_do(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, struct dossier_facts *x,
               const struct dossier_verdicts *v, struct arena *a, struct err *e);
/* Enters changes of a case, to be taken back with it; of a period that was paid, or of none. */
bool effect_enter(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str period,
                  const struct registry_change_of *changes, size_t count, struct err *e);
/* What was paid for a period is known of its months from now on; of what is paid once, of the month it names. */
bool effect_paid(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, int64_t amount_fen,
                 str period, struct arena *a, struct err *e);
/* The batches of the registry it entered and did not take back, the last first. */
typedef VEC(int64_t) effect_drops;
bool effect_drops_of(struct dossier_desk *d, int64_t id, struct arena *a, effect_drops *out, struct err *e);
/* Those of a period that was paid. */
bool effect_drops_for(struct dossier_desk *d, int64_t id, str period, struct arena *a, effect_drops *out,
                      struct err *e);
bool effect_undo(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, struct err *e);

/* ---- pay.c ---- */

/* What a granted case is owed for the first period; continuing benefits are noted. */
bool pay_granted(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct dossier_facts *x,
                 const struct dossier_verdicts *v, struct arena *a, struct err *e);
/* A continuing benefit goes on no longer; what is owed for months that are over stays owed. */
bool pay_stop(struct dossier_desk *d, const struct dossier *c, struct err *e);
/* The decision was taken back: what is owed is owed no longer, and payments on their way are stopped (ledger_stop). */
bool pay_end(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str why, struct err *e);

/* ---- paid.c ---- */

/* What became of payments in the meantime; the night begins with it, since money that came back frees other cases. */
bool pay_answers(struct dossier_desk *d, const struct dossier_act *act, struct arena *a, struct dossier_night *night,
                 struct err *e);

/* ---- pay_list.c ---- */

/* Months that are over, money that was missing, lists for the bank. */
bool pay_night(struct dossier_desk *d, const struct dossier_act *act, struct arena *a, struct dossier_night *out,
               struct err *e);

/* ---- night.c ---- */

/* Part of the night's work about one case, in a savepoint of its own: what cannot be done is told in night->told, which
 * lives in a, and left for people. False only when it is the machine that failed, not the case. */
typedef bool night_part(void *context, struct err *e);
bool night_each(struct dossier_desk *d, int64_t id, night_part *part, void *context, struct arena *a,
                struct dossier_night *night, struct err *e);

/* ---- tell.c ---- */

/* One thing people are told: `what` is a row of tell.def, the rest what stands in its sentence; empty: not known. */
struct tell {
    const char *what;
    str reason, period, policy, name, result;
    str firm;  /* filled in by tell_applicant: who applied for the person that is told */
    str payee; /* whom money goes to that does not go to the subject */
    int64_t amount_fen;
    bool has_due, has_was;
    date due, was;
};
/* The subject, and whoever applied for it. */
bool tell_applicant(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c,
                    const struct tell *t, struct err *e);
/* Somebody by a number or an account. */
bool tell_who(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str who,
              const struct tell *t, struct err *e);
/* A role in the office of the case; whose turn it is. */
bool tell_office(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str role,
                 const struct tell *t, struct err *e);
bool tell_worker(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, const struct tell *t,
                 struct err *e);
/* What a move says by itself; moves that need more than its reason are told where that is known. */
bool tell_move(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, const char *move,
               struct err *e);

/* ---- certify.c ---- */

/* A granted case gives out its certificate; a decision that falls makes it void. */
bool certify_granted(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, struct err *e);
bool certify_void(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str why,
                  struct err *e);
/* Those that waited for the key. */
bool certify_waiting(struct dossier_desk *d, const struct dossier_act *act, struct dossier_night *night,
                     struct arena *a, struct err *e);

/* ---- register.c ---- */

bool register_enter(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, uint32_t register_,
                    struct arena *a, struct err *e);
/* Whether a case of its service could enter its subject into a 名录 or take it out; CONFLICT with the words. */
bool register_can_work(struct dossier_desk *d, const struct dossier *c, struct err *e);
bool register_leave(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, uint32_t register_,
                    struct err *e);
/* A step was signed: that of telling begins the time to speak; the others wait for it to be over. */
bool register_told(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str step,
                   struct err *e);
bool register_heard(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str step,
                    struct err *e);
bool register_night(struct dossier_desk *d, const struct dossier_act *act, struct dossier_night *night, struct arena *a,
                    struct err *e);

/* ---- publish.c ---- */

/* Whether a case that would be granted is published before: unless it hung there to its end and showed the same. */
bool publish_needed(struct dossier_desk *d, const struct dossier *c, const struct dossier_facts *x,
                    const struct dossier_verdicts *v, date day, struct arena *a, bool *needed, struct err *e);
bool publish_start(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct dossier_facts *x,
                   const struct dossier_verdicts *v, struct arena *a, struct err *e);
/* What hangs now hangs until then. */
bool publish_until(struct dossier_desk *d, int64_t id, date until, struct err *e);
/* A case that leaves its publicity before it is over comes down. */
bool publish_down(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, struct err *e);

#endif

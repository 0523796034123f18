/* A full disk, a failed sync, no more memory for the database, the process killed: nothing acknowledged is lost,
 * nothing half done is there, and whoever tries again gets what they wanted, once. */
#include "helpers.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static bool grant(struct town *t, const char *key, struct dossier_result *x, struct err *e)
{
    struct dossier_act counter = because(by("小周", "窗口", "", 3, 2), "本人在场"),
                       reviewer = by("小吴", "复核", "", 3, 2);
    struct dossier_request q = {
        .service = STR("公示补贴申领"), .subject = who(t, ID_HARD), .key = str_of(key), .channel = DOSSIER_AT_COUNTER
    };
    if (!dossier_apply(t->d, &counter, &q, t->a, x, e)) return false;
    if (got(t, x->id).state != DOSSIER_REVIEW) return true;
    return dossier_approve(t->d, &reviewer, (struct dossier_ref){ .id = x->id }, t->a, x, e);
}

static void every_fault(enum fault_kind kind)
{
    struct town t;
    town_open(&t);
    town_money(&t, 1000000);
    int round = 0;
    EVERY_FAULT (kind) {
        char key[20];
        struct err e = { 0 };
        struct dossier_result x;
        snprintf(key, sizeof key, "K%d", round++);
        bool ok = grant(&t, key, &x, &e);
        CHECK(ok || t_fault_hit());
        t_fault_over(); /* the disk is well again: the same request once more */
        e = (struct err){ 0 };
        CHECK_OK(grant(&t, key, &x, &e), e);
        CHECK_INT(got(&t, x.id).state, DOSSIER_PUBLIC);
        CHECK_INT(query(&t, "SELECT count(*) FROM dossier WHERE state NOT IN (10)"), 1);
        /* told once a round, whatever failed and was tried again */
        CHECK_INT(query(&t, "SELECT count(*) FROM notice WHERE title LIKE '开始公示%'"), round);
        struct dossier_act self = by(ID_HARD, "窗口", "", 3, 3);
        CHECK_OK(dossier_withdraw(t.d, &self, (struct dossier_ref){ .id = x.id }, &e), e);
        check_all(&t, 3, 3);
    }
    struct journal_check how = { .single = true };
    struct journal_report r;
    struct err e = { 0 };
    CHECK_OK(journal_verify(t.db, &how, &r, &e), e);
    CHECK(r.sound);
    town_close(&t);
}

TEST_WITHIN(a_failed_write_leaves_nothing_half_done, 120) { every_fault(FAULT_WRITE); }
TEST_WITHIN(a_failed_sync_leaves_nothing_half_done, 120) { every_fault(FAULT_SYNC); }

/* The child works and says after each commit which case is there; it is killed at a moment of the parent's. */
static void work_until_killed(struct town *t, int out, int round)
{
    for (int i = 0;; i++) {
        char key[40];
        struct err e = { 0 };
        struct dossier_result x;
        snprintf(key, sizeof key, "R%d-%d", round, i);
        if (!grant(t, key, &x, &e)) _exit(3);
        if (write(out, &x.id, sizeof x.id) != sizeof x.id) _exit(4);
        struct dossier_act self = by(ID_HARD, "窗口", "", 3, 3);
        if (!dossier_withdraw(t->d, &self, (struct dossier_ref){ .id = x.id }, &e)) _exit(5);
    }
}

TEST_WITHIN(killed_at_any_moment_nothing_acknowledged_is_lost, 120)
{
    struct town t;
    town_open(&t);
    town_money(&t, 1000000);
    int64_t acknowledged = 0;
    /* on a busy machine nothing may be done yet when it is killed: then later ones have more time */
    for (int round = 0; round < 12 || (acknowledged == 0 && round < 48); round++) {
        int pipes[2];
        struct err e = { 0 };
        CHECK(pipe(pipes) == 0);
        dossier_close(t.d);
        registry_close(t.r);
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            close(pipes[0]);
            if (!town_reopen(&t, &e)) _exit(2);
            t.s = dossier_store(t.d);
            work_until_killed(&t, pipes[1], round);
        }
        close(pipes[1]);
        usleep((useconds_t)(20000 + t_random_below(150000 * (1 + (uint64_t)round / 12))));
        kill(child, SIGKILL);
        int status = 0;
        CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
        CHECK_OK(town_reopen(&t, &e), e);
        t.s = dossier_store(t.d);
        int64_t id;
        while (read(pipes[0], &id, sizeof id) == sizeof id) {
            acknowledged++;
            CHECK(got(&t, id).state >= DOSSIER_PUBLIC);
        }
        close(pipes[0]);
        int64_t left = query(&t, "SELECT coalesce(max(id), 0) FROM dossier WHERE state NOT IN (10)");
        struct dossier_act self = by(ID_HARD, "窗口", "", 3, 3);
        if (left != 0) CHECK_OK(dossier_withdraw(t.d, &self, (struct dossier_ref){ .id = left }, &e), e);
        check_all(&t, 3, 3);
    }
    CHECK(acknowledged > 0);
    struct journal_check how = { .single = true };
    struct journal_report r;
    struct err e = { 0 };
    CHECK_OK(journal_verify(t.db, &how, &r, &e), e);
    CHECK(r.sound);
    town_close(&t);
}

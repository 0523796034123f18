/* The same files into SQLite and into PostgreSQL: the same counts, refused rows, doubles and values, the second day
 * too.
 */
#include "support/postgres.h"
#include "unit/city/town.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

/* Runs the program under test in the test's folder; what it prints goes to the file. */
static int leye(const char *words, const char *out)
{
    char command[2048];
    snprintf(command, sizeof command, "cd '%s' && LEYE_TODAY=2024-06-03 LEYE_PACKS='%s' '%s' %s >%s 2>%s.err", t_dir(),
             t_source("packs/demo"), getenv("LEYE"), words, out, out);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int leye_on(const char *db, const char *words, const char *out)
{
    char all[1024];
    snprintf(all, sizeof all, "%s --db '%s'", words, db);
    int code = leye(all, out);
    if (code > 1) FAIL("leye %s: exit code %d", all, code);
    autoarena *a = arena_new("words", 0);
    NOTE("%s: %.*s", words, STR_ARG(town_text(a, str_fmt(a, "%s.err", out).p)));
    return code;
}

static void same(struct arena *a, const char *on_sqlite, const char *on_postgres)
{
    CHECK_STR(town_text(a, on_postgres), town_text(a, on_sqlite));
}

TEST_ONCE_WITHIN(a_city_is_the_same_in_sqlite_and_in_postgresql, 300)
{
    const char *address = t_postgres();
    autoarena *a = arena_new("towns", 0);
    if (getenv("LEYE") == NULL) SKIP("LEYE does not name the program");
    int made = leye("city --people 1000 --out town", "city.out");
    NOTE("%.*s", STR_ARG(town_text(a, "city.out.err")));
    CHECK_INT(made, 0);
    CHECK_INT(leye("city --people 1000 --out town --day 2", "city2.out"), 0);
    CHECK_INT(leye_on("here.db", "import --all town/day1", "s1"), 1); /* some rows are refused */
    CHECK_INT(leye_on(address, "import --all town/day1", "p1"), 1);
    NOTE("%.*s", STR_ARG(town_text(a, "p1.err")));
    same(a, "s1", "p1");
    CHECK_INT(leye_on("here.db", "merge --list", "s3"), leye_on(address, "merge --list", "p3"));
    same(a, "s3", "p3");
    CHECK_INT(leye_on("here.db", "import --all town/day2 --changes", "s4"),
              leye_on(address, "import --all town/day2 --changes", "p4"));
    same(a, "s4", "p4");
    CHECK_INT(leye_on("here.db", "record --history P000000001", "s5"),
              leye_on(address, "record --history P000000001", "p5"));
    same(a, "s5", "p5");
    CHECK_INT(leye_on("here.db", "import --all town/day1", "s6"), leye_on(address, "import --all town/day1", "p6"));
    same(a, "s6", "p6"); /* again: nothing is doubled */
}

/* leye audit, as an auditor uses it: on a journal made here, with the program beside this one. */
#include "helpers.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char said[4096];

/* Runs `leye audit …` in the test's folder; its exit status. */
static int audit(const char *arguments)
{
    char command[1000];
    const char *leye = getenv("LEYE");
    if (leye == NULL) SKIP("LEYE does not say where the program is");
    snprintf(command, sizeof command, "cd '%s' && '%s' audit %s 2>&1", t_dir(), leye, arguments);
    FILE *out = popen(command, "r");
    CHECK(out != NULL);
    size_t n = fread(said, 1, sizeof said - 1, out);
    said[n] = '\0';
    NOTE("leye audit %s: %s", arguments, said);
    int status = pclose(out);
    CHECK(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static bool says(const char *what) { return str_find(str_of(said), str_of(what)) != SIZE_MAX; }

TEST(an_auditor_sees_that_the_journal_is_whole_and_where_it_is_not)
{
    struct store *s = opened(t_path("j.db"));
    append(s, 50, noon - 400 * (int64_t)DAY);
    CHECK_INT(audit("verify --db j.db --resume mark"), 0);
    CHECK(says("留痕完好：核对 50 条"));
    append(s, 5, noon - 399 * (int64_t)DAY);
    CHECK_INT(audit("verify --db j.db --resume mark"), 0);
    CHECK(says("核对 5 条") && says("接着第 50 条"));
    done(s, "UPDATE journal SET body = '{}' WHERE number = 17");
    CHECK_INT(audit("verify --db j.db"), 1);
    CHECK(says("第 17 条被改过") && says("它以前的 16 条完好"));
    CHECK_INT(audit("seal --db j.db"), 1); /* and such a journal is not sealed */
    CHECK(says("第 17 条被改过"));
    CHECK_INT(number(s, "SELECT count(*) FROM journal_seal"), 0);
    store_close(s);
}

TEST(seals_are_signed_listed_and_compared)
{
    struct store *s = opened(t_path("j.db"));
    append(s, 50, noon - 400 * (int64_t)DAY);
    CHECK_INT(audit("key --key seal.key"), 0);
    struct stat st;
    CHECK(stat(t_path("seal.key"), &st) == 0);
    CHECK_INT(st.st_mode & 0777, 0600);
    CHECK_INT(audit("key --key seal.key"), 1);
    CHECK(says("已经存在"));
    CHECK_INT(audit("seal --db j.db --key seal.key --office 就业中心 --seals list"), 0);
    CHECK(says("封存了 1 天"));
    CHECK_INT(audit("verify --db j.db --key seal.key.pub --office 就业中心 --seals list"), 0);
    CHECK(says("封存 1 天，1 个签名都对"));
    CHECK_INT(audit("verify --db j.db --key seal.key.pub --office 别的中心"), 1);
    CHECK(says("签名不对"));
    done(s, "DELETE FROM journal_seal");
    CHECK_INT(audit("verify --db j.db"), 0);
    CHECK_INT(audit("verify --db j.db --seals list"), 1);
    CHECK(says("库里没有了"));
    store_close(s);
}

/* Lists that are kept: those of one account push out its own, and nobody else's. */
#include "hall/hall_priv.h"
#include "helpers.h"

static str kept_for(struct world *w, int64_t account, int number)
{
    struct call c = { .h = w->hall, .a = w->a, .who = { .account = account, .role = ROLE_EMPLOYER } };
    struct err e = { 0 };
    str path = attachment_out(&c, "list.csv"), href = STR("");
    CHECK_OK(file_write(path, str_fmt(w->a, "%d", number), &e) && attachment_keep(&c, path, &href, &e), e);
    return attachment_token(href);
}

static bool is_there(struct world *w, str token)
{
    struct call c = { .h = w->hall, .a = w->a };
    struct err e = { 0 };
    str path;
    return attachment_kept(&c, token, &path, &e);
}

TEST(kept_files_of_one_account_push_out_only_its_own)
{
    enum { MANY = 200, OWN = 8 };
    struct world w;
    str all[MANY];
    world_open(&w);
    str theirs = kept_for(&w, 1, 0);
    for (int i = 0; i < MANY; i++) all[i] = kept_for(&w, 2, i);
    CHECK(is_there(&w, theirs));
    for (int i = 0; i < MANY; i++) CHECK(is_there(&w, all[i]) == (i >= MANY - OWN));
    for (int i = 0; i < MANY; i++) all[i] = kept_for(&w, 100 + i, i);
    CHECK(is_there(&w, theirs) && is_there(&w, all[0]));
    world_close(&w);
}

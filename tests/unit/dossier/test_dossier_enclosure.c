/* Papers of a case: handed in, looked at, taken back; by whom and until when; and that the file of the database has
 * nothing readable of them. */
#include "archive/case_file.h"
#include "base/crypto.h"
#include "helpers.h"

#define PDF     "%PDF-1.7\nnobody may read this\n%%EOF\n"
#define JPEG    "\xff\xd8\xff\xe0 a photo of the same"
#define PNG     "\x89PNG\r\n\x1a\n a picture"
#define SERVICE "凭证补贴申领"

static struct dossier_ref opened(struct town *t)
{
    return (struct dossier_ref){ .id = applied(t, SERVICE, ID_HARD, "", by(ID_HARD, "本人", "", 3, 2)).id };
}
static struct dossier_act self(void) { return by(ID_HARD, "本人", "", 3, 2); }
static struct dossier_act clerk(void) { return by("小周", "经办", "320101", 3, 2); }
static struct dossier_act reviewer(void) { return by("小吴", "复核", "320101", 3, 3); }

static bool hand_in(struct town *t, struct dossier_act act, struct dossier_ref c, const char *material, str bytes,
                    int64_t *id, struct err *e)
{
    return dossier_enclose(t->d, &act, c, str_of(material), STR("C:\\scans\\李一.pdf"), bytes, id, e);
}

static enum dossier_material_state state_of(struct town *t, struct dossier_ref c, const char *material, str *why)
{
    struct err e = { 0 };
    dossier_materials all = { 0 };
    CHECK_OK(dossier_materials_of(t->d, c.id, date_of(2026, 3, 2), t->a, &all, &e), e);
    CHECK_INT((int64_t)all.len, 3);
    VEC_EACH (const struct dossier_material_line, m, &all) {
        if (!str_eq(m->name, str_of(material))) continue;
        if (why != NULL) *why = m->why;
        return m->state;
    }
    FAIL("no material %s", material);
}

static size_t papers(struct town *t, struct dossier_ref c, dossier_enclosures *out)
{
    struct err e = { 0 };
    CHECK_OK(dossier_enclosures_of(t->d, c.id, t->a, out, &e), e);
    return out->len;
}

TEST(beside_each_material_stands_whether_it_is_waived_scanned_seen_or_missing)
{
    struct town t;
    struct err e = { 0 };
    int64_t id;
    str why;
    town_open(&t);
    struct dossier_ref c = opened(&t);
    struct dossier_act at_counter = clerk();
    CHECK_INT(state_of(&t, c, "困难证明", NULL), DOSSIER_MATERIAL_MISSING);
    CHECK_INT(state_of(&t, c, "身份证", &why), DOSSIER_MATERIAL_WAIVED);
    CHECK_STR(why, "身份证号");
    CHECK_OK(dossier_seen(t.d, &at_counter, c, STR("困难证明"), &id, &e), e);
    CHECK_INT(state_of(&t, c, "困难证明", NULL), DOSSIER_MATERIAL_SEEN);
    CHECK_OK(hand_in(&t, self(), c, "困难证明", STR(JPEG), &id, &e), e);
    CHECK_INT(state_of(&t, c, "困难证明", NULL), DOSSIER_MATERIAL_SCANNED);
    struct dossier_act me = self();
    CHECK_ERR(dossier_seen(t.d, &me, c, STR("困难证明"), &id, &e), e, DENIED);
    town_close(&t);
}

TEST(a_paper_comes_back_as_it_was_handed_in_and_the_journal_has_only_its_hash)
{
    struct town t;
    struct err e = { 0 };
    int64_t id, again;
    struct dossier_enclosure x;
    dossier_enclosures all = { 0 };
    dossier_events events = { 0 };
    str bytes;
    char sm3[SM3_HEX + 1];
    town_open(&t);
    struct dossier_ref c = opened(&t);
    CHECK_OK(hand_in(&t, clerk(), c, "困难证明", STR(PDF), &id, &e), e);
    CHECK_OK(hand_in(&t, clerk(), c, "困难证明", STR(PDF), &again, &e), e);
    CHECK_INT(again, id); /* the same bytes are the same paper */
    CHECK_OK(hand_in(&t, clerk(), c, "其他", STR(PDF), &again, &e), e);
    CHECK(again != id);
    CHECK_INT((int64_t)papers(&t, c, &all), 2);
    CHECK_OK(dossier_enclosure_get(t.d, c.id, id, t.a, &x, &bytes, &e), e);
    CHECK_STR(bytes, PDF);
    CHECK_STR(x.file, "李一.pdf");
    CHECK_STR(str_of(dossier_enclosure_type(x.kind)), "application/pdf");
    CHECK_OK(crypto_sm3_hex(STR(PDF), sm3, &e), e);
    CHECK_STR(x.sm3, sm3);
    CHECK_OK(dossier_history(t.d, c.id, t.a, &events, &e), e);
    int64_t told = 0;
    VEC_EACH (const struct dossier_event, v, &events) {
        if (!str_eq(v->kind, STR("dossier.enclose"))) continue;
        told++;
        CHECK_STR(dossier_event_zh(v, t.a), "交材料");
        CHECK(str_find(v->body, str_of(sm3)) != SIZE_MAX);
        CHECK(str_find(v->body, STR("李一")) == SIZE_MAX && str_find(v->body, STR("nobody")) == SIZE_MAX);
    }
    CHECK_INT(told, 2);
    CHECK_ERR(dossier_enclosure_get(t.d, c.id + 1, id, t.a, &x, &bytes, &e), e, NOT_FOUND);
    town_close(&t);
}

TEST(what_a_file_is_is_decided_by_its_content)
{
    struct town t;
    struct err e = { 0 };
    int64_t id;
    town_open(&t);
    struct dossier_ref c = opened(&t);
    CHECK_ERR(hand_in(&t, clerk(), c, "困难证明", STR("MZ\x90 a program called .pdf"), &id, &e), e, INVALID);
    CHECK(strstr(err_cause(&e), "重新扫描") != NULL);
    e = (struct err){ 0 };
    CHECK_ERR(hand_in(&t, clerk(), c, "困难证明", STR("<html>%PDF-"), &id, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(hand_in(&t, clerk(), c, "困难证明", STR(""), &id, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(hand_in(&t, clerk(), c, "户口本", STR(PDF), &id, &e), e, INVALID);
    CHECK(strstr(err_cause(&e), "“困难证明”") != NULL);
    e = (struct err){ 0 };
    CHECK_OK(hand_in(&t, clerk(), c, "困难证明", STR(PNG), &id, &e), e);
    town_close(&t);
}

TEST(a_paper_has_a_greatest_size_and_a_case_a_greatest_number)
{
    struct town t;
    struct err e = { 0 };
    int64_t id, first = 0;
    dossier_enclosures all = { 0 };
    town_open(&t);
    struct dossier_ref c = opened(&t);
    char *big = arena_alloc(t.a, DOSSIER_ENCLOSURE_BYTES + 1);
    memset(big, ' ', DOSSIER_ENCLOSURE_BYTES + 1);
    memcpy(big, "%PDF-", 5);
    CHECK_ERR(hand_in(&t, clerk(), c, "其他", (str){ big, DOSSIER_ENCLOSURE_BYTES + 1 }, &id, &e), e, LIMIT);
    CHECK(strstr(err_cause(&e), "8 MB") != NULL);
    e = (struct err){ 0 };
    CHECK_OK(hand_in(&t, clerk(), c, "其他", (str){ big, DOSSIER_ENCLOSURE_BYTES }, &first, &e), e);
    for (int i = 1; i < DOSSIER_ENCLOSURES_MAX; i++)
        CHECK_OK(hand_in(&t, clerk(), c, "其他", str_fmt(t.a, "%s %d", PDF, i), &id, &e), e);
    CHECK_ERR(hand_in(&t, clerk(), c, "其他", STR(PNG), &id, &e), e, LIMIT);
    e = (struct err){ 0 };
    struct dossier_act at_counter = clerk();
    CHECK_OK(dossier_enclosure_remove(t.d, &at_counter, c, first, &e), e);
    CHECK_OK(hand_in(&t, clerk(), c, "其他", STR(PNG), &id, &e), e);
    CHECK_INT((int64_t)papers(&t, c, &all), DOSSIER_ENCLOSURES_MAX);
    town_close(&t);
}

TEST(only_the_applicant_and_staff_of_the_place_add_papers_and_only_until_the_decision)
{
    struct town t;
    struct err e = { 0 };
    struct dossier_result x;
    int64_t id;
    town_open(&t);
    town_money(&t, 1000000);
    struct dossier_ref c = opened(&t);
    CHECK_ERR(hand_in(&t, by(ID_POOR, "本人", "", 3, 2), c, "困难证明", STR(PDF), &id, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_ERR(hand_in(&t, by("小西", "经办", "320102", 3, 2), c, "困难证明", STR(PDF), &id, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_ERR(hand_in(&t, by("老钱", "会计", "320101", 3, 2), c, "困难证明", STR(PDF), &id, &e), e, DENIED);
    e = (struct err){ 0 };
    struct dossier_act own = clerk(), accepts = clerk(), reviews = reviewer();
    own.self = who(&t, ID_HARD);
    CHECK_ERR(dossier_seen(t.d, &own, c, STR("困难证明"), &id, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_OK(hand_in(&t, self(), c, "困难证明", STR(PDF), &id, &e), e);
    CHECK_OK(dossier_accept(t.d, &accepts, c, t.a, &x, &e), e);
    CHECK_OK(hand_in(&t, reviewer(), c, "困难证明", STR(PNG), &id, &e), e);
    CHECK_OK(dossier_approve(t.d, &reviews, c, t.a, &x, &e), e);
    CHECK_INT(x.state, DOSSIER_GRANTED);
    CHECK_ERR(hand_in(&t, self(), c, "困难证明", STR(JPEG), &id, &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "准予") != NULL);
    town_close(&t);
}

TEST(a_paper_is_taken_back_by_who_brought_it_until_somebody_signed)
{
    struct town t;
    struct err e = { 0 };
    int64_t mine, theirs, again;
    dossier_enclosures all = { 0 };
    town_open(&t);
    struct dossier_ref c = opened(&t);
    struct dossier_act me = self(), at_counter = clerk();
    CHECK_OK(hand_in(&t, self(), c, "困难证明", STR(PDF), &mine, &e), e);
    CHECK_OK(hand_in(&t, clerk(), c, "困难证明", STR(PNG), &theirs, &e), e);
    CHECK_ERR(dossier_enclosure_remove(t.d, &me, c, theirs, &e), e, DENIED);
    e = (struct err){ 0 };
    CHECK_OK(dossier_enclosure_remove(t.d, &me, c, mine, &e), e);
    CHECK_ERR(dossier_enclosure_remove(t.d, &me, c, mine, &e), e, NOT_FOUND);
    e = (struct err){ 0 };
    CHECK_OK(hand_in(&t, self(), c, "困难证明", STR(PDF), &again, &e), e);
    CHECK(again != mine); /* a number never means another paper */
    CHECK_INT((int64_t)papers(&t, c, &all), 2);
    CHECK_INT(query(&t, "SELECT count(*) FROM journal WHERE kind = 'dossier.unenclose'"), 1);
    CHECK_OK(store_do(t.s, NULL, &e,
                      "INSERT INTO dossier_sign (dossier, round, step, who, day) VALUES ($1, 0, 1, $2, 1)", "iS", c.id,
                      STR("小吴")),
             e);
    CHECK_ERR(dossier_enclosure_remove(t.d, &at_counter, c, theirs, &e), e, CONFLICT);
    town_close(&t);
}

TEST_WITHIN(papers_lie_in_the_case_file_with_their_hash, 60)
{
    struct town t;
    struct err e = { 0 };
    struct case_file_report report;
    int64_t id;
    str path, zip;
    struct sm2_key *key;
    town_open(&t);
    CHECK_OK(sm2_key_make(t.a, &key, &e), e);
    struct journal_signer signer = { key, STR("试验局") };
    dossier_sign_with(t.d, &signer);
    struct dossier_ref c = opened(&t);
    struct dossier_act at_counter = clerk(), withdraws = self();
    CHECK_OK(hand_in(&t, clerk(), c, "困难证明", STR(PDF), &id, &e), e);
    CHECK_OK(dossier_seen(t.d, &at_counter, c, STR("其他"), &id, &e), e);
    CHECK_OK(hand_in(&t, self(), c, "其他", STR(JPEG), &id, &e), e);
    CHECK_OK(dossier_withdraw(t.d, &withdraws, c, &e), e);
    CHECK_OK(dossier_close_file(t.d, &at_counter, c, str_of(t_path("files")), t.a, &path, &e), e);
    CHECK_OK(case_file_verify(path, &signer, t.a, &report, &e), e);
    CHECK(report.sound);
    CHECK_OK(file_read(t.a, path, 1 << 24, &zip, &e), e);
    CHECK(str_find(zip, STR("材料-1.pdf")) != SIZE_MAX && str_find(zip, STR("材料-3.jpg")) != SIZE_MAX);
    CHECK(str_find(zip, STR("材料-2")) == SIZE_MAX); /* seen, not kept */
    town_close(&t);
}

TEST_WITHIN(a_failed_write_leaves_no_half_a_paper, 120)
{
    struct town t;
    town_open(&t);
    struct dossier_ref c = opened(&t);
    struct dossier_act at_counter = clerk();
    EVERY_FAULT (FAULT_WRITE) {
        struct err e = { 0 };
        int64_t id;
        dossier_enclosures all = { 0 };
        bool ok = hand_in(&t, clerk(), c, "困难证明", STR(PDF), &id, &e);
        CHECK(ok || t_fault_hit());
        t_fault_over();
        e = (struct err){ 0 };
        CHECK_OK(hand_in(&t, clerk(), c, "困难证明", STR(PDF), &id, &e), e);
        CHECK_INT((int64_t)papers(&t, c, &all), 1);
        CHECK_OK(dossier_enclosure_remove(t.d, &at_counter, c, id, &e), e);
    }
    CHECK_INT(query(&t, "SELECT count(*) FROM dossier_enclosure WHERE gone = 0"), 0);
    CHECK_INT(query(&t, "SELECT count(*) FROM dossier_enclosure"),
              query(&t, "SELECT count(*) FROM journal WHERE kind = 'dossier.enclose'"));
    town_close(&t);
}

TEST(the_file_of_a_sealed_database_has_nothing_readable_of_a_paper)
{
    struct town t;
    struct err e = { 0 };
    int64_t id;
    str file, bytes;
    struct dossier_enclosure x;
    CHECK_OK(vault_key_make(str_of(t_path("key")), &e), e);
    CHECK_OK(store_key_file(str_of(t_path("key")), &e), e);
    town_open_new(&t);
    struct dossier_ref c = opened(&t);
    CHECK_OK(hand_in(&t, clerk(), c, "困难证明", STR(PDF), &id, &e), e);
    CHECK_OK(dossier_enclosure_get(t.d, c.id, id, t.a, &x, &bytes, &e), e);
    CHECK_STR(bytes, PDF);
    str copy = str_dup(t.a, str_of(t_path("copy.db")));
    CHECK_OK(store_backup(t.s, copy, &e), e);
    CHECK_OK(file_read(t.a, copy, 64 << 20, &file, &e), e);
    CHECK(str_find(file, STR("困难证明")) != SIZE_MAX); /* what is asked for is no secret */
    CHECK(str_find(file, STR("nobody may read")) == SIZE_MAX && str_find(file, STR("李一.pdf")) == SIZE_MAX);
    town_close(&t);
}

TEST_WITHIN(papers_stand_with_the_case_on_postgresql_as_well, 120)
{
    t_on_postgres();
    beside_each_material_stands_whether_it_is_waived_scanned_seen_or_missing();
    a_paper_comes_back_as_it_was_handed_in_and_the_journal_has_only_its_hash();
    a_paper_has_a_greatest_size_and_a_case_a_greatest_number();
    a_paper_is_taken_back_by_who_brought_it_until_somebody_signed();
}

/* me: the pages of whoever is signed in as themselves. */
#include "hall/hall_priv.h"

enum { LOOKS_MAX = 200 };

/* The answer first: what there is to get, what there is to do. */
static str headline(struct call *c)
{
    long long found = json_member(c->doc, STR("foundCount"))->integer;
    long long paid = json_member(c->doc, STR("paidCount"))->integer,
              pending = json_member(c->doc, STR("pendingCount"))->integer;
    if (paid > 0 && found > paid) return str_fmt(c->a, "您有 %lld 笔钱可以领，%lld 件事可以办", paid, found - paid);
    if (paid > 0) return str_fmt(c->a, "您有 %lld 笔钱可以领", paid);
    if (found > 0) return str_fmt(c->a, "您有 %lld 件事可以办", found);
    if (pending > 0) return str_fmt(c->a, "再补充一点，可能有 %lld 项", pending);
    return STR("现在没有可以享受的");
}

bool hall_me(struct call *c, struct err *e)
{
    struct subject s;
    access_looks looks = { 0 };
    if (!subject_myself(c, &s, e) || !access_looks_at(c->desk->store, c->who.entity, s.id, 3, c->a, &looks, e))
        return false;
    doc_str(c->a, c->doc, "name", c->who.display);
    doc_str(c->a, c->doc, "asOf", words_day(c->a, c->h->o.found->today, (date){ 0 }));
    subject_entitlements(c, &s, "/me/policies/", c->doc);
    doc_str(c->a, c->doc, "headline", headline(c));
    subject_looks(c, &looks, c->doc);
    return true;
}

bool hall_my_policy(struct call *c, struct err *e)
{
    struct subject s;
    doc_z(c->a, c->doc, "backHref", "/me");
    doc_z(c->a, c->doc, "backText", "我的待遇");
    c->title = c->args[0];
    return subject_myself(c, &s, e) && subject_why(c, &s, c->args[0], c->doc, e);
}

bool hall_my_record(struct call *c, struct err *e)
{
    struct subject s;
    access_looks looks = { 0 };
    if (!subject_myself(c, &s, e) || !subject_load(c, s.entity, s.id, &s, e) ||
        !access_looks_at(c->desk->store, c->who.entity, s.id, LOOKS_MAX, c->a, &looks, e))
        return false;
    subject_head(c, &s, c->doc);
    subject_record(c, &s, c->doc);
    subject_looks(c, &looks, c->doc);
    return true;
}

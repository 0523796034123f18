/* kiosk: the screen of an office that one person leaves and the next one finds (自助机). A browser is one once somebody
 * pressed the button of /kiosk in it. It may nothing that another browser may not; sessions that begin there end
 * sooner, the screen is cleared, and what one typed is carried on for nobody (docs/decisions/0283). */
#include "hall/hall_priv.h"

enum { YEAR_SECONDS = 31536000 };

bool kiosk_is(const struct call *c) { return str_eq(http_cookie(c->q, "screen"), STR("kiosk")); }

bool hall_kiosk(struct call *c, struct err *e)
{
    (void)e;
    doc_bool(c->a, c->doc, "on", kiosk_is(c));
    doc_int(c->a, c->doc, "idle", KIOSK_IDLE_SECONDS);
    return true;
}

bool hall_kiosk_set(struct call *c, struct err *e)
{
    str act = http_form_get(&c->form, STR("act"));
    bool on = str_eq(act, STR("on"));
    if (!on && !str_eq(act, STR("off"))) return fail(e, INVALID, "请按“设成自助机”或者“改回普通的机器”");
    sign_cookie(c, "screen", on ? STR("kiosk") : STR(""), on ? YEAR_SECONDS : 0);
    c->redirect = on ? STR("/") : STR("/kiosk");
    doc_bool(c->a, c->doc, "on", on);
    return true;
}

/* Whoever fills in a long form says so: the look for the session that came before this handler was what it is for. */
bool hall_kiosk_here(struct call *c, struct err *e) { return hall_kiosk(c, e); }

/* One counter per kind. A plan names the point that fails, counted from the plan on, so that a loop over 1, 2, 3, …
 * visits every point of a piece of code exactly once (EVERY_FAULT in tests/support/t.h). Atomic, because a point may
 * stand in code that runs on several threads; which thread meets the fault is then not determined, and need not be. */
#include "base/fault.h"

#include <assert.h>
#include <signal.h>
#include <stdatomic.h>

static struct {
    _Atomic uint64_t passed;
    _Atomic uint64_t nth;
    _Atomic bool persistent;
    _Atomic bool kills;
    _Atomic bool hit;
} faults[FAULT_KINDS];

#ifdef FAULTS
bool fault_point(enum fault_kind kind)
{
    assert(kind < FAULT_KINDS);
    uint64_t now = atomic_fetch_add(&faults[kind].passed, 1) + 1;
    uint64_t nth = faults[kind].nth;
    bool fails = nth != 0 && (now == nth || (now > nth && faults[kind].persistent));
    if (fails && faults[kind].kills) raise(SIGKILL);
    if (fails) faults[kind].hit = true;
    return fails;
}
#endif

void fault_plan(enum fault_kind kind, uint64_t nth, bool persistent)
{
    assert(kind < FAULT_KINDS);
    faults[kind].nth = nth;
    faults[kind].persistent = persistent;
    faults[kind].kills = false;
    faults[kind].passed = 0;
    faults[kind].hit = false;
}

void fault_kill(enum fault_kind kind, uint64_t nth)
{
    fault_plan(kind, nth, false);
    faults[kind].kills = true;
}

bool fault_hit(enum fault_kind kind)
{
    assert(kind < FAULT_KINDS);
    return faults[kind].hit;
}

uint64_t fault_passed(enum fault_kind kind)
{
    assert(kind < FAULT_KINDS);
    return faults[kind].passed;
}

bool fault_built(void)
{
#ifdef FAULTS
    return true;
#else
    return false;
#endif
}

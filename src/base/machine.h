/* machine: one way to write down a life cycle: of a case, a payment, a version of a pack, a dispute. It is a const
 * table of states and of the moves between them; who may move, whether a reason must be given, in how many working
 * days. Code asks the table, forms and manuals are printed from it, machine_sound looks for mistakes in it.
 *
 * It knows neither clocks nor storage: the caller keeps the state and, in one transaction, what follows from a move. */
#ifndef BASE_MACHINE_H
#define BASE_MACHINE_H
#include "base/err.h"
#include "base/text.h"

enum { MACHINE_STATES_MAX = 64, MACHINE_MOVES_MAX = 256, MACHINE_ROLES_MAX = 32, MACHINE_DEADLINE_MAX = 366 };

struct machine_state {
    const char *name; /* Chinese, shown to users; a state is its index in the table */
    bool initial;     /* something may begin here */
    bool final;       /* it ends here: no move leads out */
};

struct machine_move {
    const char *name; /* a verb in Chinese; unique among the moves out of one state */
    uint8_t from, to;
    uint32_t roles;         /* bits: who may */
    bool needs_reason;      /* a sentence that is kept and shown to those concerned */
    uint16_t deadline_days; /* working days after entering `from` in which it is to be made; 0: none */
};

struct machine {
    const char *name;         /* of what lives through it: "发放批次" */
    const char *const *roles; /* names of the bits, lowest first */
    size_t role_count;
    const struct machine_state *states;
    size_t state_count;
    const struct machine_move *moves;
    size_t move_count;
};

/* The move of this name out of `state`; NULL: there is none. */
const struct machine_move *machine_find(const struct machine *m, uint8_t state, str name);

/* Makes the move `name` out of *state for somebody with these roles. Refuses with a sentence that says which moves are
 * possible now: CONFLICT no such move here, DENIED not with these roles, INVALID a reason is missing, INTERNAL a
 * state the table does not have (from a damaged or newer database). */
bool machine_move(const struct machine *m, uint8_t *state, str name, uint32_t roles, str reason, struct err *e);

/* "批准（复核）、退回（复核，要写理由）": the moves out of `state` that any of these roles may make; UINT32_MAX: all.
 */
void machine_possible(const struct machine *m, uint8_t state, uint32_t roles, struct text *out);

/* The shortest deadline of a move out of `state`, in working days; 0: none. */
uint16_t machine_deadline(const struct machine *m, uint8_t state);

/* Looks for mistakes in a table, a line each in `report`: no beginning, states nothing leads to or that never come to
 * an end, moves out of final states, two moves of one name, moves nobody may make. True: none found. */
bool machine_sound(const struct machine *m, struct text *report);

#endif

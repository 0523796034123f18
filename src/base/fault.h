/* fault: places where a test can make the outside world fail. A function that reads, writes, syncs or asks for memory
 * begins with  if (fault_point(FAULT_READ)) { errno = EIO; … its ordinary failure path … }.  Without -Dfaults=true the
 * answer is a constant false and nothing is left in the program. It does not know what failing means: callers do. */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H
#include <stdbool.h>
#include <stdint.h>

enum fault_kind { FAULT_MEMORY, FAULT_READ, FAULT_WRITE, FAULT_SYNC, FAULT_KINDS };

#ifdef FAULTS
/* True when this call shall fail. */
bool fault_point(enum fault_kind kind);
#else
static inline bool fault_point(enum fault_kind kind)
{
    (void)kind;
    return false;
}
#endif

/* From now on the nth point of this kind (1 is the next one) fails; when persistent, all after it as well.
 * nth 0 lets everything succeed. Plans of other kinds are not touched. */
void fault_plan(enum fault_kind kind, uint64_t nth, bool persistent);
/* From now on the nth point of this kind kills the process (SIGKILL): nothing is flushed, nothing is closed. */
void fault_kill(enum fault_kind kind, uint64_t nth);
/* Whether any point has failed since the kind's last plan. */
bool fault_hit(enum fault_kind kind);
/* Points of this kind passed since its last plan, failed ones included. */
uint64_t fault_passed(enum fault_kind kind);
/* Whether fault points were compiled in. */
bool fault_built(void);

#endif

/* heap: what a program that runs for months does with memory it needed once. What was freed stays with the process,
 * which may soon want it again; after something large and rare it is better given back. */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

/* Gives freed memory back to the system. Takes milliseconds; from any thread. */
void heap_give_back(void);

#endif

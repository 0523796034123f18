/* limits: every bound of the language, with its reason. Nothing a pack says can take unbounded time or memory. */
#ifndef LANG_LIMITS_H
#define LANG_LIMITS_H

enum {
    LIMIT_FILE_BYTES = 4 << 20,  /* a pack file; the largest shipped is a few hundred kB of examples */
    LIMIT_FILES = 4096,          /* files in one chain of packs */
    LIMIT_LINES = 400000,        /* lines in one file; keeps the line tree small */
    LIMIT_INDENT = 16,           /* levels of indentation; the language itself uses four */
    LIMIT_NESTING = 64,          /* nested parentheses and operators; recursion of parser, checker and evaluator */
    LIMIT_TOKENS = 20000,        /* tokens in one field: an expression longer than this is not readable law */
    LIMIT_NAME_BYTES = 192,      /* 64 Chinese characters */
    LIMIT_ENTITY_SLOTS = 8192,   /* fields and definitions of one entity; a record has a place for each */
    LIMIT_CODE_ITEMS = 65535,    /* a code is stored in 16 bits */
    LIMIT_ARGS = 16,             /* arguments of a call, inputs of a table */
    LIMIT_LEVELS = 8,            /* nested 满足 */
    LIMIT_TABLE_ROWS = 4096,     /* rows of a decision table; its analysis is bounded separately */
    LIMIT_TABLE_CELLS = 1000000, /* steps of the gap and overlap analysis */
    LIMIT_DNF = 64,              /* alternatives of one condition in the overlap analysis */
    LIMIT_STEPS = 1000000,       /* node evaluations for one verdict */
    LIMIT_GROUP = 100000,        /* members of a group in given facts */
    LIMIT_DIAGS = 500,           /* after so many mistakes the rest is counted, not listed */
    LIMIT_LOCALS = 64,           /* steps of an amount, parameters of a definition */
    LIMIT_EVAL_DEPTH = 1500,     /* nodes above one another, through definitions: recursion of the evaluator */
};

#endif

/* token: the words of one field, and the tree of lines they stand in.
 *
 * A pack file is first a tree of lines by indentation; only the parser, which knows what a field holds, decides whether
 * a line is prose or an expression, and asks for the tokens of the latter. Full-width punctuation means the same as
 * ASCII. */
#ifndef LANG_TOKEN_H
#define LANG_TOKEN_H
#include "base/date.h"
#include "base/num.h"
#include "lang/diag.h"

enum word {
    WORD_NOT_ONE = 0,
#define WORD(name, zh, en, help) WORD_##name,
#include "lang/words.def"
#undef WORD
    WORD_COUNT
};
const char *word_zh(enum word w);
const char *word_en(enum word w);
const char *word_help(enum word w);
enum word word_find(str s); /* either spelling; WORD_NOT_ONE when it is none */
/* True for words that cannot be names inside an expression. The others mean something only in their own place. */
bool word_is_reserved(enum word w);
/* A name with 且, 或, 满足, 则 or 否则 inside: most likely a word somebody wrote without blanks around it, since
 * Chinese does not part words by blanks. Gives the first such word and what stands before and behind it (one may be
 * empty); false when there is none. */
bool word_glued(str name, enum word *w, str *left, str *right);
/* Suggests to put blanks around it; false when there is none. */
bool word_suggest_blanks(str name, struct diags *d, struct diag *g);

enum token_kind {
    TOKEN_END,
    TOKEN_IDENT, /* text is the name in NFC; word says whether it is also a word of the language */
    TOKEN_NUMBER,
    TOKEN_DATE,
    TOKEN_MONTH,
    TOKEN_STRING, /* text without its quotes */
    TOKEN_OP,     /* text is the ASCII form: ( ) [ ] { } , ; : = != < <= > >= + - * / . .. | % */
};

struct token {
    enum token_kind kind;
    enum word word;
    struct loc loc;
    str text;
    num number; /* of TOKEN_NUMBER, at `scale` */
    uint8_t scale;
    date day;     /* of TOKEN_DATE */
    month month_; /* of TOKEN_MONTH */
};
typedef VEC(struct token) token_list;

struct line {
    struct loc loc;     /* the content: without indentation, comment and trailing blanks; empty for a comment line */
    struct loc comment; /* from "--", empty when there is none */
    uint32_t indent;    /* columns */
    struct line *child, *last_child, *next;
};

/* The top-level lines of a file, in order. Mistakes of encoding and indentation go to d. */
struct line *line_tree(const struct source *s, struct arena *a, struct diags *d);
/* The tokens of bytes [from, to) appended to out. What follows 依据 is prose: lexing ends behind that word. */
void lex(const struct source *s, uint32_t from, uint32_t to, struct arena *a, struct diags *d, token_list *out);
/* The first identifier of a line (its keyword); an empty str when it starts otherwise. */
str line_word(const struct source *s, const struct line *l);

#endif

/* tidy: what a reviewer would otherwise have to look for.  build/…/tidy [tree]  prints TAP, one line per check, and
 * what is wrong as remarks; then the ten longest functions and files, so that growth is seen. tests/house/020_tidy.sh
 * plants each mistake once and expects it to be found.
 *
 * It is a tool of its own and uses nothing of src: what checks must not depend on what is checked. It reads each file
 * once; C is also read with comments and literals blanked out, so that words in prose are not taken for calls. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILES_MAX = 20000, FUNCTIONS_MAX = 50000, LONGEST = 10, PATH_BYTES = 4096 };

struct file {
    char *path; /* below the top, without "./" */
    char *text; /* NUL-terminated */
    char *code; /* of C: the same length, comments and literals blanked; else NULL */
    size_t len;
    size_t lines;
};

struct function {
    const struct file *file;
    size_t line, lines;
    char name[80];
};

static struct file files[FILES_MAX];
static size_t file_count;
static struct function functions[FUNCTIONS_MAX];
static size_t function_count;
static int test_number, failed_count, wrong_count;

/* ---- saying what is wrong ---- */

__attribute__((format(printf, 3, 4))) static void wrong(const char *path, size_t line, const char *fmt, ...)
{
    wrong_count++;
    if (line > 0)
        printf("# %s:%zu: ", path, line);
    else
        printf("# %s: ", path);
    va_list args;
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    putchar('\n');
}

_Noreturn static void die(const char *what)
{
    printf("Bail out! %s: %s\n", what, strerror(errno));
    exit(1);
}

/* ---- files ---- */

static bool starts(const char *s, const char *prefix) { return strncmp(s, prefix, strlen(prefix)) == 0; }

static bool ends(const char *s, const char *suffix)
{
    size_t n = strlen(s), m = strlen(suffix);
    return n >= m && strcmp(s + n - m, suffix) == 0;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static bool is_c(const char *path) { return ends(path, ".c") || ends(path, ".h"); }

/* The kinds of file people write here. Corpora and expected texts hold whatever they must. */
static bool is_ours(const char *path)
{
    static const char *const suffixes[] = { ".c",   ".h",  ".def", ".md",   ".sh",  ".leye", ".build", ".txt",
                                            ".css", ".js", ".svg", ".html", ".sql", ".json", ".1",     ".bash" };
    if (strstr(path, "/corpus/") != NULL || starts(path, "build/")) return false;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (ends(path, suffixes[i])) return true;
    if (strcmp(path, "Makefile") == 0 || strcmp(path, ".ci/run") == 0) return true;
    return starts(path, "tools/") && strchr(base_name(path), '.') == NULL;
}

/* Blanks what is not code. A character constant is told from a digit separator by not being in C17 at all. */
static char *code_of(const char *text, size_t len)
{
    char *code = malloc(len + 1);
    if (code == NULL) die("memory");
    memcpy(code, text, len + 1);
    enum { CODE, LINE_COMMENT, COMMENT, LITERAL } in = CODE;
    char quote = 0;
    for (size_t i = 0; i < len; i++) {
        char c = text[i], next = text[i + 1];
        if (in == CODE) {
            if (c == '/' && next == '/')
                in = LINE_COMMENT;
            else if (c == '/' && next == '*')
                in = COMMENT;
            else if (c == '"' || c == '\'')
                in = LITERAL;
            quote = c;
            if (in != CODE) code[i] = ' ';
            if (in == COMMENT) code[++i] = ' '; /* so that slash, star, slash does not end it */
            continue;
        }
        if (c != '\n') code[i] = ' ';
        bool two = (in == COMMENT && c == '*' && next == '/') || (in == LITERAL && c == '\\' && next != '\n');
        if (two && i + 1 < len) code[++i] = ' ';
        if ((in == LINE_COMMENT && c == '\n') || (in == COMMENT && two) || (in == LITERAL && c == quote)) in = CODE;
    }
    return code;
}

static void file_add(const char *path, const struct stat *st)
{
    if (file_count == FILES_MAX) {
        errno = E2BIG;
        die("more files than tidy was made for");
    }
    struct file *f = &files[file_count++];
    f->path = strdup(path);
    f->len = (size_t)st->st_size;
    f->text = calloc(1, f->len + 1);
    FILE *in = fopen(path, "rb");
    if (f->path == NULL || f->text == NULL || in == NULL || fread(f->text, 1, f->len, in) != f->len) die(path);
    fclose(in);
    for (size_t i = 0; i < f->len; i++) f->lines += f->text[i] == '\n';
    if (is_c(path)) f->code = code_of(f->text, f->len);
}

static int visit(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    const char *name = path + ftw->base;
    if (kind == FTW_D) {
        bool skip = ftw->level == 1 && (strcmp(name, "build") == 0 || strcmp(name, ".git") == 0);
        return skip || strcmp(name, "node_modules") == 0 ? FTW_SKIP_SUBTREE : FTW_CONTINUE;
    }
    path += starts(path, "./") ? 2 : 0;
    if (kind == FTW_F && is_ours(path)) file_add(path, st);
    return FTW_CONTINUE;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct file *)a)->path, ((const struct file *)b)->path);
}

static bool exists(const char *path) { return access(path, F_OK) == 0; }

/* Walks the lines of a text: returns false at its end, else sets *line and *len and moves *rest on. */
static bool next_line(const char **rest, const char **line, size_t *len)
{
    if (**rest == '\0') return false;
    *line = *rest;
    *len = strcspn(*rest, "\n");
    *rest += *len + ((*rest)[*len] == '\n');
    return true;
}

/* ---- the checks ---- */

/* base/banned.h makes most of these compile errors already; here stands also what a compiler cannot know. */
static const struct banned {
    const char *word, *instead;
    const char *allowed[8]; /* path prefixes */
} banned[] = {
    { "strcpy", "str_dup or text_add", { 0 } },
    { "strncpy", "str_dup or text_add", { 0 } },
    { "strcat", "text_add", { 0 } },
    { "strncat", "text_add", { 0 } },
    { "sprintf", "text_addf or str_fmt", { 0 } },
    { "vsprintf", "text_addf", { 0 } },
    { "strtok", "str_split", { 0 } },
    { "strtok_r", "str_split", { 0 } },
    { "gets", "file_read", { 0 } },
    { "scanf", "str_split and str_to_i64", { 0 } },
    { "sscanf", "str_split and str_to_i64", { 0 } },
    { "fscanf", "str_split and str_to_i64", { 0 } },
    { "atoi", "str_to_i64", { 0 } },
    { "atol", "str_to_i64", { 0 } },
    { "atof", "num_parse", { 0 } },
    { "strtol", "str_to_i64", { 0 } },
    { "strtoul", "str_to_i64", { 0 } },
    { "strtoll", "str_to_i64", { 0 } },
    { "strtoull", "str_to_i64", { 0 } },
    { "strtod", "num_parse", { 0 } },
    { "localtime", "base/date.h", { 0 } },
    { "gmtime", "base/date.h", { 0 } },
    { "rand", "getrandom", { 0 } },
    { "random", "getrandom", { 0 } },
    { "system", "posix_spawn", { 0 } },
    { "popen", "posix_spawn", { 0 } },
    { "alloca", "an arena", { 0 } },
    { "setjmp", "bool and struct err", { 0 } },
    { "longjmp", "bool and struct err", { 0 } },
    { "malloc", "arena_alloc", { "src/base/" } },
    { "calloc", "arena_alloc", { "src/base/" } },
    { "realloc", "vec_push or text_add", { "src/base/" } },
    { "strdup", "str_dup", { "src/base/" } },
    { "strndup", "str_dup", { "src/base/" } },
    { "asprintf", "str_fmt", { "src/base/" } },
    { "vasprintf", "str_fmt", { "src/base/" } },
    /* Money and eligibility are exact. Scores, seasonal adjustment, estimates and places on a page are neither. */
    { "float",
      "base/num.h",
      { "src/link/", "src/watch/", "src/plan/", "src/series/", "src/paper/", "src/audit/", "src/alarm/" } },
    { "double", /* src/base/json.c: a number with a point is one for jansson; millionths leave it */
      "base/num.h",
      { "src/link/", "src/watch/", "src/plan/", "src/series/", "src/paper/", "src/audit/", "src/alarm/",
        "src/base/json.c" } },
};

static void check_banned_word(const struct file *f, size_t line, const char *word, size_t len)
{
    for (size_t i = 0; i < sizeof banned / sizeof *banned; i++) {
        if (strlen(banned[i].word) != len || memcmp(banned[i].word, word, len) != 0) continue;
        for (size_t j = 0; j < 8 && banned[i].allowed[j] != NULL; j++)
            if (starts(f->path, banned[i].allowed[j])) return;
        wrong(f->path, line, "%s is banned; use %s", banned[i].word, banned[i].instead);
    }
}

static void check_banned(void)
{
    for (size_t i = 0; i < file_count; i++) {
        const struct file *f = &files[i];
        if (f->code == NULL || !starts(f->path, "src/") || strcmp(f->path, "src/base/banned.h") == 0) continue;
        const char *rest = f->code, *line;
        size_t len;
        for (size_t n = 1; next_line(&rest, &line, &len); n++) {
            if (line[0] == '#' && starts(line + 1 + strspn(line + 1, " "), "include")) continue;
            for (size_t at = 0, end; at < len; at = end) {
                end = at;
                while (end < len && (isalnum((unsigned char)line[end]) || line[end] == '_')) end++;
                bool member = at > 0 && (line[at - 1] == '.' || (at > 1 && line[at - 1] == '>' && line[at - 2] == '-'));
                if (end == at)
                    end++;
                else if (!member)
                    check_banned_word(f, n, line + at, end - at);
            }
        }
    }
}

static bool header_compiles(const char *path)
{
    /* Where headers of libraries are that have a folder of their own; the build says so. */
    static char usual_cc[] = "cc",
                flags[][16] = { "-std=c17", "-D_GNU_SOURCE", "-Isrc", "-Itests", "-w", "-fsyntax-only", "-xc" };
    enum { FLAGS = sizeof flags / sizeof *flags, FOLDERS_MAX = 32 };
    const char *folders = getenv("LEYE_TIDY_INCLUDES");
    char *argv[1 + FLAGS + FOLDERS_MAX + 2] = { getenv("CC") };
    char *list = strdup(folders != NULL ? folders : ""), *rest = list, *own = strdup(path);
    size_t count = 1;
    if (argv[0] == NULL) argv[0] = usual_cc;
    for (size_t i = 0; i < FLAGS; i++) argv[count++] = flags[i];
    for (char *word; count < 1 + FLAGS + FOLDERS_MAX && (word = strsep(&rest, " ")) != NULL;)
        if (*word != '\0') argv[count++] = word;
    argv[count] = own;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t pid = 0;
    int status = -1;
    if (posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ) != 0 || waitpid(pid, &status, 0) != pid)
        die(argv[0]);
    posix_spawn_file_actions_destroy(&actions);
    free(list);
    free(own);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void check_headers(void)
{
    for (size_t i = 0; i < file_count; i++) {
        const char *path = files[i].path;
        if (!ends(path, ".h") || (!starts(path, "src/") && !starts(path, "tests/"))) continue;
        if (!header_compiles(path)) wrong(path, 0, "does not compile alone; include what it needs");
    }
}

/* src/layers names the modules; one that has files needs its page. */
static void check_readmes(void)
{
    FILE *layers = fopen("src/layers", "r");
    if (layers == NULL) {
        wrong("src/layers", 0, "is missing");
        return;
    }
    char line[1000], path[PATH_BYTES];
    while (fgets(line, sizeof line, layers) != NULL) {
        size_t len = strcspn(line, ":#\n");
        if (line[len] != ':' || len == 0) continue;
        line[len] = '\0';
        snprintf(path, sizeof path, "src/%s/", line);
        bool used = false;
        for (size_t i = 0; i < file_count; i++) used |= is_c(files[i].path) && starts(files[i].path, path);
        snprintf(path, sizeof path, "src/%s/README.md", line);
        if (used && !exists(path)) wrong(path, 0, "is missing: one page on what %s is for", line);
    }
    fclose(layers);
}

static int visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static bool has_visible_file(const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, visible, NULL);
    for (int i = 0; i < count; i++) free(entries[i]);
    free(entries);
    return count > 0;
}

static void check_corpora(void)
{
    for (size_t i = 0; i < file_count; i++) {
        const char *path = files[i].path;
        if (!starts(path, "tests/fuzz/fuzz_") || !ends(path, ".c")) continue;
        const char *name = path + strlen("tests/fuzz/fuzz_");
        char folder[PATH_BYTES];
        snprintf(folder, sizeof folder, "tests/fuzz/corpus/%.*s", (int)(strlen(name) - 2), name);
        if (!has_visible_file(folder)) wrong(path, 0, "has no corpus: put a first input into %s/", folder);
    }
}

static size_t line_of(const struct file *f, const char *at)
{
    size_t line = 1;
    for (const char *p = f->text; p < at; p++) line += *p == '\n';
    return line;
}

/* What a page loads must come from the machine that serves it: halls run without the internet. The names of XML
 * vocabularies look like addresses but are never fetched. And nothing in the tree names a package registry's host. */
static void check_hosts(void)
{
    static const char *const schemes[] = { "http://", "https://", "ws://", "wss://", "\"//", "'//", "(//" };
    static const char vocabularies[] = "www.w3.org/";
    for (size_t i = 0; i < file_count; i++) {
        const struct file *f = &files[i];
        bool page = starts(f->path, "src/web/") || starts(f->path, "src/site/") || starts(f->path, "web/");
        bool asset = page && (f->code == NULL || strstr(f->path, "/assets/") != NULL) && !ends(f->path, ".md");
        for (size_t s = 0; s < sizeof schemes / sizeof *schemes; s++) {
            for (const char *at = f->text; (at = strstr(at, schemes[s])) != NULL;) {
                const char *host = at + strlen(schemes[s]);
                at = host;
                if (starts(host, "registry.")) wrong(f->path, line_of(f, at), "names a package registry");
                if (!asset || starts(host, vocabularies)) continue;
                wrong(f->path, line_of(f, at), "loads from another host: %.*s", (int)strcspn(host, "/\"') \n"), host);
            }
        }
    }
}

static void check_text(void)
{
    for (size_t i = 0; i < file_count; i++) {
        const struct file *f = &files[i];
        if (f->len > 0 && f->text[f->len - 1] != '\n') wrong(f->path, f->lines + 1, "does not end in a newline");
        const char *rest = f->text, *line;
        size_t len;
        for (size_t n = 1; next_line(&rest, &line, &len); n++) {
            if (memchr(line, '\r', len) != NULL) wrong(f->path, n, "has a carriage return");
            if (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t')) wrong(f->path, n, "ends in blanks");
            if (f->code != NULL && memchr(line, '\t', len) != NULL) wrong(f->path, n, "has a tab");
        }
        if (strlen(f->text) != f->len) wrong(f->path, 0, "has a zero byte");
    }
}

static void check_openings(void)
{
    for (size_t i = 0; i < file_count; i++)
        if (files[i].code != NULL && !starts(files[i].text, "/*"))
            wrong(files[i].path, 1, "does not open with a comment that says what the file is for");
}

/* A mark like this is a decision nobody made. The word is put together here, so as not to find itself. */
static void check_marks(void)
{
    static const char *const marks[] = { "TO"
                                         "DO",
                                         "FIX"
                                         "ME",
                                         "XX"
                                         "X" };
    for (size_t i = 0; i < file_count; i++) {
        if (files[i].code == NULL) continue;
        for (size_t m = 0; m < sizeof marks / sizeof *marks; m++)
            for (const char *at = files[i].text; (at = strstr(at, marks[m])) != NULL; at += strlen(marks[m])) {
                bool word = !isalnum((unsigned char)at[strlen(marks[m])]) && at > files[i].text &&
                            !isalnum((unsigned char)at[-1]);
                if (word) wrong(files[i].path, line_of(&files[i], at), "%s: file an issue, or write LATER:", marks[m]);
            }
    }
}

/* ---- what is long ---- */

/* clang-format puts a function's braces into the first column, and nothing else's after a line with a parenthesis. */
static void functions_find(const struct file *f)
{
    const char *rest = f->code, *line, *head = NULL;
    size_t len, start = 0;
    for (size_t n = 1; next_line(&rest, &line, &len); n++) {
        if (len == 1 && line[0] == '{' && head != NULL) {
            start = n;
        } else if (len >= 1 && line[0] == '}' && start > 0) {
            if (function_count == FUNCTIONS_MAX) return;
            struct function *fn = &functions[function_count++];
            *fn = (struct function){ .file = f, .line = start, .lines = n - start + 1 };
            size_t paren = strcspn(head, "("), from = paren;
            while (from > 0 && (isalnum((unsigned char)head[from - 1]) || head[from - 1] == '_')) from--;
            bool test = starts(head, "TEST");
            if (test) {
                from = paren + 1;
                paren = from + strcspn(head + from, ",)");
            }
            snprintf(fn->name, sizeof fn->name, "%.*s", (int)(paren - from), head + from);
            start = 0;
            head = NULL;
        } else if (len > 0 && !isspace((unsigned char)line[0]) && memchr(line, '(', len) != NULL) {
            head = line;
        } else if (len > 0 && (line[len - 1] == ';' || line[len - 1] == '}') && start == 0) {
            head = NULL;
        }
    }
}

static int longest_function(const void *a, const void *b)
{
    size_t x = ((const struct function *)a)->lines, y = ((const struct function *)b)->lines;
    return (x < y) - (x > y);
}

static int longest_file(const void *a, const void *b)
{
    size_t x = ((const struct file *)a)->lines, y = ((const struct file *)b)->lines;
    return (x < y) - (x > y);
}

static void show_longest(void)
{
    for (size_t i = 0; i < file_count; i++)
        if (files[i].code != NULL) functions_find(&files[i]);
    qsort(functions, function_count, sizeof *functions, longest_function);
    puts("# longest functions");
    for (size_t i = 0; i < function_count && i < LONGEST; i++)
        printf("# %6zu  %s  %s:%zu\n", functions[i].lines, functions[i].name, functions[i].file->path,
               functions[i].line);
    qsort(files, file_count, sizeof *files, longest_file);
    puts("# longest files");
    for (size_t i = 0, shown = 0; i < file_count && shown < LONGEST; i++) {
        if (files[i].code == NULL) continue;
        printf("# %6zu  %s\n", files[i].lines, files[i].path);
        shown++;
    }
}

static void check(const char *sentence, void (*run)(void))
{
    wrong_count = 0;
    run();
    printf("%sok %d - %s\n", wrong_count == 0 ? "" : "not ", ++test_number, sentence);
    failed_count += wrong_count > 0;
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    const char *top = argc > 1 ? argv[1] : getenv("LEYE_SRC");
    if (top != NULL && chdir(top) != 0) die(top);
    if (nftw(".", visit, 32, FTW_ACTIONRETVAL | FTW_PHYS) != 0) die("reading the tree");
    qsort(files, file_count, sizeof *files, by_path);

    puts("1..8");
    check("no banned function or type", check_banned);
    check("every header compiles alone", check_headers);
    check("every module has a README", check_readmes);
    check("every fuzz harness has a corpus", check_corpora);
    check("nothing is loaded from another host", check_hosts);
    check("text is clean to the last newline", check_text);
    check("every C file opens by saying what it is for", check_openings);
    check("no unfinished business is left in comments", check_marks);
    show_longest();
    return failed_count > 0;
}

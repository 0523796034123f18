/* embed: files as C, so that the program carries its pages' style and script in itself.
 *
 *   embed OUT MODULE FILE…   writes OUT: for every file a `const str MODULE_FILE_EXT` with its bytes
 *
 * The module's own header declares the names. Bytes are written as numbers: a string literal of that length is not C17.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn static void die(const char *what)
{
    fprintf(stderr, "embed: %s: %s\n", what, strerror(errno));
    exit(1);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* style.css of module site is site_style_css. */
static void put_name(FILE *out, const char *module, const char *path)
{
    fprintf(out, "%s_", module);
    for (const char *p = base_name(path); *p != '\0'; p++) fputc(isalnum((unsigned char)*p) ? *p : '_', out);
}

static void put_bytes(FILE *out, const char *path)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL) die(path);
    size_t n = 0;
    for (int c; (c = fgetc(in)) != EOF; n++) fprintf(out, "%s%d,", n % 24 == 0 ? "\n    " : "", c);
    if (ferror(in) || fclose(in) != 0) die(path);
    fprintf(out, "%s0,\n", n % 24 == 0 ? "\n    " : ""); /* an array may not be empty */
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: embed OUT MODULE FILE…\n", stderr);
        return 2;
    }
    FILE *out = fopen(argv[1], "wb");
    if (out == NULL) die(argv[1]);
    fputs("/* Made by tools/embed; not edited by hand. */\n#include \"base/str.h\"\n", out);
    for (int i = 3; i < argc; i++) {
        fprintf(out, "\nstatic const unsigned char bytes%d[] = {", i);
        put_bytes(out, argv[i]);
        fputs("};\nextern const str ", out);
        put_name(out, argv[2], argv[i]);
        fputs(";\nconst str ", out);
        put_name(out, argv[2], argv[i]);
        fprintf(out, " = { (const char *)bytes%d, sizeof bytes%d - 1 };\n", i, i);
    }
    if (ferror(out) || fclose(out) != 0) die(argv[1]);
    return 0;
}

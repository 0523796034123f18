/* The style sheet: every ink on every ground it is used on has the contrast that WCAG 2.2 asks for (AA: 4.5 to 1 for
 * text, 3 to 1 for the edges of fields), in both colour schemes; and nothing in it is fetched from elsewhere. */
#include "unit/site/helpers.h"

#include <stdio.h>
#include <stdlib.h>

static str sheet(struct arena *a)
{
    struct err e = { 0 };
    str text;
    CHECK_OK(file_read(a, str_of(t_source("src/site/assets/style.css")), 1 << 20, &text, &e), e);
    return text;
}

/* c to the power of 2.4, without the mathematical library: c squared times the fifth root of c squared. */
static double power_2_4(double c)
{
    double square = c * c, root = 1;
    for (int i = 0; i < 60; i++) root -= (root * root * root * root * root - square) / (5 * root * root * root * root);
    return square * root;
}

/* Relative luminance, as WCAG defines it, of --name in one :root block. */
static double luminance(str block, const char *name)
{
    char key[40];
    snprintf(key, sizeof key, "--%s: #", name);
    size_t at = str_find(block, str_of(key));
    if (at == SIZE_MAX) FAIL("no %s", key);
    char hex[7] = { 0 };
    memcpy(hex, block.p + at + strlen(key), 6);
    long rgb = strtol(hex, NULL, 16);
    double sum = 0;
    static const double weights[] = { 0.2126, 0.7152, 0.0722 };
    for (int i = 0; i < 3; i++) {
        double c = (double)((rgb >> (16 - 8 * i)) & 255) / 255;
        sum += weights[i] * (c <= 0.04045 ? c / 12.92 : power_2_4((c + 0.055) / 1.055));
    }
    return sum;
}

static void check_pair(str block, const char *ink, const char *ground, double least)
{
    double a = luminance(block, ink), b = luminance(block, ground);
    double ratio = a > b ? (a + 0.05) / (b + 0.05) : (b + 0.05) / (a + 0.05);
    if (ratio < least) FAIL("%s on %s: %.2f, not %.1f", ink, ground, ratio, least);
}

TEST(inks_can_be_read_on_their_grounds)
{
    autoarena *a = arena_new("test", 0);
    static const struct {
        const char *ink, *ground;
    } pairs[] = { { "ink", "paper" },
                  { "ink", "card" },
                  { "ink", "wash" },
                  { "ink-2", "paper" },
                  { "ink-2", "card" },
                  { "ink-2", "wash" },
                  { "ink-3", "paper" },
                  { "ink-3", "card" },
                  { "azurite", "paper" },
                  { "azurite", "card" },
                  { "azurite", "wash" },
                  { "azurite", "azurite-wash" },
                  { "azurite", "pine-wash" },
                  { "azurite", "gamboge-wash" },
                  { "azurite", "cinnabar-wash" },
                  { "pine", "pine-wash" },
                  { "gamboge", "gamboge-wash" },
                  { "cinnabar", "cinnabar-wash" },
                  { "cinnabar", "paper" },
                  { "card", "cinnabar" },
                  { "card", "pine" },
                  { "ink", "gamboge-wash" },
                  { "ink", "cinnabar-wash" },
                  { "ink", "pine-wash" },
                  { "ink-2", "pine-wash" } };
    static const char *const lines[] = { "s1", "s2", "s3", "s4", "s5", "s6", "edge" };
    str all = sheet(a);
    size_t dark = str_find(all, STR("prefers-color-scheme: dark"));
    CHECK(dark != SIZE_MAX);
    str blocks[] = { str_slice(all, 0, dark), str_slice(all, dark, all.len) };
    for (size_t scheme = 0; scheme < 2; scheme++) {
        NOTE("%s", scheme ? "dark" : "light");
        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
            check_pair(blocks[scheme], pairs[i].ink, pairs[i].ground, 4.5);
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) check_pair(blocks[scheme], lines[i], "paper", 3.0);
        check_pair(blocks[scheme], "edge", "card", 3.0);
    }
}

TEST(the_style_sheet_loads_nothing)
{
    autoarena *a = arena_new("test", 0);
    str all = sheet(a);
    CHECK(!has(all, "url(") && !has(all, "@import") && !has(all, "@font-face") && !has(all, "//"));
}

/* Libraries that are loaded when they are needed: whole or not at all, and what to install when they are not there. */
#include "base/library.h"

#include "unit/base/helpers.h"

struct maths {
    double (*cbrt)(double);
    double (*fabs)(double);
};

TEST(a_library_gives_its_functions_once_it_is_loaded)
{
    struct err e = { 0 };
    struct maths m = { 0 };
    const struct library_symbol symbols[] = { { "cbrt", offsetof(struct maths, cbrt), 0 },
                                              { "fabs", offsetof(struct maths, fabs), 0 } };
    struct library l = { "开立方", { { "libm.so.6", "libc6" } }, symbols, 2, &m, sizeof m, false };
    CHECK_OK(library_load(&l, &e), e);
    CHECK_OK(library_load(&l, &e), e);
    CHECK_INT((int64_t)(m.cbrt(27.0) + m.fabs(-0.5)), 3);
}

TEST(a_library_that_is_not_installed_is_named_with_its_package)
{
    struct err e = { 0 };
    struct maths m = { 0 };
    const struct library_symbol symbols[] = { { "cbrt", offsetof(struct maths, cbrt), 0 },
                                              { "fabs", offsetof(struct maths, fabs), 0 } };
    struct library l = { "开立方", { { "libnobody.so.1", "libnobody1" } }, symbols, 2, &m, sizeof m, false };
    CHECK_ERR(library_load(&l, &e), e, NOT_FOUND);
    CHECK_STR(err_cause(&e), "开立方要用 libnobody1，这台机器没有装；请运行 apt-get install libnobody1");
    CHECK(m.cbrt == NULL && m.fabs == NULL);
}

TEST(a_library_without_one_of_the_functions_gives_none)
{
    struct err e = { 0 };
    struct maths m = { 0 };
    const struct library_symbol symbols[] = { { "cbrt", offsetof(struct maths, cbrt), 0 },
                                              { "no_such_function", offsetof(struct maths, fabs), 0 } };
    struct library l = { "开立方", { { "libm.so.6", "libc6" } }, symbols, 2, &m, sizeof m, false };
    CHECK_ERR(library_load(&l, &e), e, INTERNAL);
    CHECK(m.cbrt == NULL && m.fabs == NULL);
}

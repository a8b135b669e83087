/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tests' one header. A test program is a table of named functions; each prints "ok NAME" or
 * "FAIL NAME: where: what", and tests/run adds the lines of all programs up.
 *
 *     static void adds(void) { CHECK(1 + 1 == 2); CHECK_NEAR(0.1 + 0.2, 0.3, 1e-12); }
 *     int main(int argc, char **argv)
 *     {
 *         static const struct test tests[] = { { "adds", adds }, { 0 } };
 *         return test_main(tests, argc, argv);
 *     }
 *
 * `program NAME` runs one test alone. A failed check ends neither test nor program.
 */
#ifndef TEST_H
#define TEST_H

#include <math.h>
#include <stdio.h>
#include <string.h>

struct test {
    const char *name;
    void (*run)(void);
};

static const char *test_name;
static int test_failures;

#define FAIL(...)                                                                                  \
    do {                                                                                           \
        test_failures++;                                                                           \
        printf("FAIL %s: %s:%d: ", test_name, __FILE__, __LINE__);                                 \
        printf(__VA_ARGS__);                                                                       \
        printf("\n");                                                                              \
    } while (0)

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            FAIL("%s", #condition);                                                                \
    } while (0)

/* value within +-tolerance of expected; NaN fails */
#define CHECK_NEAR(value, expected, tolerance)                                                     \
    do {                                                                                           \
        double v_ = (value), e_ = (expected), t_ = (tolerance);                                    \
        if (!(fabs(v_ - e_) <= t_))                                                                \
            FAIL("%s = %.9g, expected %.9g within %.3g", #value, v_, e_, t_);                      \
    } while (0)

/* value at most limit; NaN fails */
#define CHECK_MAX(value, limit)                                                                    \
    do {                                                                                           \
        double v_ = (value), l_ = (limit);                                                         \
        if (!(v_ <= l_))                                                                           \
            FAIL("%s = %.9g, limit %.9g", #value, v_, l_);                                         \
    } while (0)

#define CHECK_STR(value, expected)                                                                 \
    do {                                                                                           \
        const char *v_ = (value), *e_ = (expected);                                                \
        if (strcmp(v_, e_) != 0)                                                                   \
            FAIL("%s = \"%s\", expected \"%s\"", #value, v_, e_);                                  \
    } while (0)

static inline int test_main(const struct test *tests, int argc, char **argv)
{
    int failed = 0, ran = 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    for (; tests->name; tests++) {
        if (argc > 1 && strcmp(argv[1], tests->name) != 0)
            continue;
        test_name = tests->name;
        test_failures = 0;
        tests->run();
        ran++;
        if (test_failures)
            failed++;
        else
            printf("ok %s\n", tests->name);
    }
    if (!ran)
        printf("FAIL %s: no such test\n", argc > 1 ? argv[1] : "(none)");
    return failed || !ran;
}

#endif

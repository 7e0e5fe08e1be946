/* tests/gw_test.h: cmocka plus a comparison of doubles that prints both values. */
#ifndef GW_TEST_H
#define GW_TEST_H

/* cmocka needs these before its own header. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/** |actual - expected| <= rel * |expected| + abs */
static inline void gw_assert_near_at(double actual, double expected, double rel, double absolute,
                                     const char *what, const char *file, int line) {
    double limit = rel * fabs(expected) + absolute;
    if (!(fabs(actual - expected) <= limit)) {
        print_error("%s: %.17g is not %.17g (limit %.3g)\n", what, actual, expected, limit);
        _fail(file, line);
    }
}
#define gw_assert_near(actual, expected, rel)                                                      \
    gw_assert_near_at((actual), (expected), (rel), 0.0, #actual, __FILE__, __LINE__)
#define gw_assert_close(actual, expected, absolute)                                                \
    gw_assert_near_at((actual), (expected), 0.0, (absolute), #actual, __FILE__, __LINE__)

#endif

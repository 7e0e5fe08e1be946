/* tests/unit/test_base_number.c: numbers as text, against the C library. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "gw_test.h"

static uint64_t state = 88172645463325252u;

static uint64_t draw(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* All bit patterns, fractions, thousandths, powers of ten, negative numbers of all sizes. */
static double some_double(int kind) {
    uint64_t bits = draw();
    double value;
    switch (kind % 6) {
    case 0:
        memcpy(&value, &bits, sizeof value);
        return isfinite(value) ? value : 1.5;
    case 1:
        return (double)(bits >> 11) * 0x1p-53;
    case 2:
        return (double)(bits >> 20) / 1e3;
    case 3:
        return pow(10.0, (double)(int)(bits % 60) - 30.0) * (double)(bits >> 40);
    case 4:
        return (double)(bits % 100000);
    default:
        return -(double)(bits >> 11) * exp2((double)(int)(bits % 100) - 90.0);
    }
}

static void by_library(char *text, double value) {
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, 40, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            return;
        }
    }
}

static void test_writes_what_the_library_writes_and_reads_it_back(void **unused) {
    (void)unused;
    for (int i = 0; i < 300000; i++) {
        double value = some_double(i), back = 0.0;
        char text[GW_NUMBER_ROOM], want[40];
        size_t n = gw_number_write(text, value);
        by_library(want, value);
        assert_string_equal(text, want);
        assert_int_equal(n, strlen(text));
        assert_true(gw_number_read(text, n, &back));
        assert_true(memcmp(&back, &value, sizeof back) == 0);
    }
}

static void test_writes_edges(void **unused) {
    (void)unused;
    const struct {
        double value;
        const char *text;
    } edges[] = {{0.0, "0"},
                 {-0.0, "-0"},
                 {1.0, "1"},
                 {0.1, "0.1"},
                 {1e15, "1e+15"},
                 {123456789012345.0, "123456789012345"},
                 {1e-4, "0.0001"},
                 {1e-5, "1e-05"},
                 {1e300, "1e+300"},
                 {5e-324, "4.94065645841247e-324"},
                 {2.0 / 3.0, "0.6666666666666666"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {9007199254740993.0, "9007199254740992"}};
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        char text[GW_NUMBER_ROOM];
        gw_number_write(text, edges[i].value);
        assert_string_equal(text, edges[i].text);
    }
}

static void test_reads_like_the_library(void **unused) {
    (void)unused;
    for (int i = 0; i < 200000; i++) {
        char text[64];
        uint64_t bits = draw();
        int n = snprintf(text, sizeof text, "%s%llu%s%llue%d", bits % 3 == 0 ? "-" : "",
                         (unsigned long long)(draw() >> (bits % 60)), bits % 2 == 0 ? "." : "00",
                         (unsigned long long)(draw() >> (bits % 50)), (int)(bits % 80) - 40);
        double got = 0.0, want = strtod(text, NULL);
        assert_true(gw_number_read(text, (size_t)n, &got));
        assert_true(memcmp(&got, &want, sizeof got) == 0);
    }
}

static void test_reads_numbers_and_nothing_else(void **unused) {
    (void)unused;
    static const char *const good[] = {"1",   "+1",   "-1.5", ".5",  "5.",
                                       "1e9", "1E+9", "1e-9", "000", "1e400"};
    static const char *const bad[] = {"",     "+",   ".",   "e5",    "1e", "1e+",
                                      "nan",  "inf", "0x1", "1 ",    " 1", "1,5",
                                      "1..2", "--1", "1O0", "1_000", "1f", "1e5.5"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        double got = 0.0, want = strtod(good[i], NULL);
        assert_true(gw_number_read(good[i], strlen(good[i]), &got));
        assert_true(got == want);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        double got = 7.0;
        assert_false(gw_number_read(bad[i], strlen(bad[i]), &got));
        assert_true(got == 7.0);
    }
    double got = 0.0;
    assert_true(gw_number_read("12345", 3, &got)); /* no byte behind n is looked at */
    assert_true(got == 123.0);
    char many[2000];
    memset(many, '0', sizeof many);
    many[0] = '1';
    many[1] = '.';
    many[1999] = '1';
    assert_true(gw_number_read(many, sizeof many, &got));
    assert_true(got == 1.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writes_what_the_library_writes_and_reads_it_back),
        cmocka_unit_test(test_writes_edges),
        cmocka_unit_test(test_reads_like_the_library),
        cmocka_unit_test(test_reads_numbers_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

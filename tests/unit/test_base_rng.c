/* test_base_rng.c: known answers of Philox4x32-10, the mapping to doubles, and coarse statistics.
 */
#include "gw_test.h"

#include "base/rng.h"

/* The uniform number two output words must give. */
static double of_words(uint32_t w0, uint32_t w1) {
    uint64_t bits = (uint64_t)w0 << 32 | w1;
    return ((double)(bits >> 12) + 0.5) / 4503599627370496.0;
}

/* Vectors of the Random123 distribution, file kat_vectors, "philox4x32 10". */
static void test_known_answers(void **state) {
    (void)state;
    assert_true(gw_rng_uniform(0, 0, 0, 0) == of_words(0x6627e8d5u, 0xe169c58du));
    assert_true(gw_rng_uniform(UINT64_MAX, UINT64_MAX, UINT32_MAX, UINT32_MAX) ==
                of_words(0x408f276du, 0x41c83b0eu));
    /* counter 243f6a88 85a308d3 13198a2e 03707344, key a4093822 299f31d0 */
    assert_true(gw_rng_uniform(0x299f31d0a4093822u, 0x85a308d3243f6a88u, 0x13198a2eu,
                               0x03707344u) == of_words(0xd16cfe09u, 0x94fdccebu));
}

static void test_open_interval(void **state) {
    (void)state;
    assert_true(of_words(0, 0) > 0.0);
    assert_true(of_words(UINT32_MAX, UINT32_MAX) < 1.0);
}

static void test_every_argument_matters(void **state) {
    (void)state;
    double u = gw_rng_uniform(1, 2, 3, 4);
    assert_true(u == gw_rng_uniform(1, 2, 3, 4));
    assert_true(u != gw_rng_uniform(2, 2, 3, 4));
    assert_true(u != gw_rng_uniform(1ull << 32 | 1, 2, 3, 4));
    assert_true(u != gw_rng_uniform(1, 3, 3, 4));
    assert_true(u != gw_rng_uniform(1, 1ull << 32 | 2, 3, 4));
    assert_true(u != gw_rng_uniform(1, 2, 4, 4));
    assert_true(u != gw_rng_uniform(1, 2, 3, 5));
}

/* Mean, variance, serial correlation and a chi-square over 64 cells, at 5 standard errors. */
static void test_uniformity(void **state) {
    (void)state;
    enum { N = 1 << 18, CELLS = 64 };
    double sum = 0.0;
    double sum2 = 0.0;
    double lagged = 0.0;
    double last = 0.5;
    double count[CELLS] = {0};
    for (uint64_t i = 0; i < N; i++) {
        double u = gw_rng_uniform(42, i, 7, 0);
        sum += u;
        sum2 += (u - 0.5) * (u - 0.5);
        lagged += (u - 0.5) * (last - 0.5);
        last = u;
        count[(int)(u * CELLS)] += 1.0;
    }
    gw_assert_close(sum / N, 0.5, 5.0 * sqrt(1.0 / 12.0 / N));
    gw_assert_close(sum2 / N, 1.0 / 12.0, 5.0 * sqrt(1.0 / 180.0 / N));
    gw_assert_close(lagged / N, 0.0, 5.0 / 12.0 / sqrt(N));
    double chi2 = 0.0;
    for (int i = 0; i < CELLS; i++) {
        double expected = (double)N / CELLS;
        chi2 += (count[i] - expected) * (count[i] - expected) / expected;
    }
    gw_assert_close(chi2, CELLS - 1.0, 5.0 * sqrt(2.0 * (CELLS - 1.0)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_open_interval),
        cmocka_unit_test(test_every_argument_matters),
        cmocka_unit_test(test_uniformity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

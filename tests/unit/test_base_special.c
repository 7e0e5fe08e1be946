/* test_base_special.c: special functions against the GNU Scientific Library, exact values and each
 * other's inverses. */
#include "gw_test.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_lambert.h>

#include "base/rng.h"
#include "base/special.h"

static void test_normal(void **state) {
    (void)state;
    gw_assert_near(gw_normal_quantile(0.975), 1.959963984540054, 1e-14);
    gw_assert_near(gw_normal_quantile(0.9), 1.2815515655446004, 1e-14);
    gw_assert_close(gw_normal_quantile(0.5), 0.0, 0.0);
    assert_true(gw_normal_quantile(0.0) == -__builtin_inf());
    assert_true(gw_normal_quantile(1.0) == __builtin_inf());
    assert_true(isnan(gw_normal_quantile(-0.1)));
    assert_true(isnan(gw_normal_quantile(__builtin_nan(""))));
    for (double z = -37.0; z <= 8.0; z += 0.037) {
        double p = gw_normal_cdf(z);
        gw_assert_near(p, gsl_cdf_ugaussian_P(z), 1e-12);
        if (z < 5.0) {
            double back = gw_normal_quantile(p);
            gw_assert_near_at(back, z, 1e-10, 1e-10, "quantile(cdf(z))", __FILE__, __LINE__);
        }
    }
}

static void test_beta_cdf(void **state) {
    (void)state;
    gw_assert_near(gw_beta_cdf(0.3, 1.0, 1.0), 0.3, 1e-14);
    gw_assert_near(gw_beta_cdf(0.3, 2.0, 1.0), 0.09, 1e-14);
    gw_assert_near(gw_beta_cdf(0.5, 7.5, 7.5), 0.5, 1e-14);
    gw_assert_close(gw_beta_cdf(-1.0, 2.0, 2.0), 0.0, 0.0);
    gw_assert_close(gw_beta_cdf(2.0, 2.0, 2.0), 1.0, 0.0);
    assert_true(isnan(gw_beta_cdf(0.5, 0.0, 2.0)));
    for (uint64_t i = 0; i < 5000; i++) {
        double a = exp(6.0 * gw_rng_uniform(1, i, 0, 0) - 2.0);
        double b = exp(6.0 * gw_rng_uniform(1, i, 0, 1) - 2.0);
        double x = gw_rng_uniform(1, i, 0, 2);
        gw_assert_near_at(gw_beta_cdf(x, a, b), gsl_sf_beta_inc(a, b, x), 1e-11, 1e-300, "beta cdf",
                          __FILE__, __LINE__);
    }
}

static void test_beta_quantile(void **state) {
    (void)state;
    gw_assert_near(gw_beta_quantile(0.3, 1.0, 1.0), 0.3, 1e-12);
    gw_assert_near(gw_beta_quantile(0.09, 2.0, 1.0), 0.3, 1e-12);
    gw_assert_near(gw_beta_quantile(0.5, 3.0, 3.0), 0.5, 1e-12);
    gw_assert_close(gw_beta_quantile(0.0, 3.0, 3.0), 0.0, 0.0);
    gw_assert_close(gw_beta_quantile(1.0, 3.0, 3.0), 1.0, 0.0);
    assert_true(isnan(gw_beta_quantile(0.5, -1.0, 3.0)));
    for (uint64_t i = 0; i < 5000; i++) {
        double a = 1.0 + 4.0 * gw_rng_uniform(2, i, 0, 0); /* the PERT family: a + b = 6 */
        double p = gw_rng_uniform(2, i, 0, 1);
        double x = gw_beta_quantile(p, a, 6.0 - a);
        gw_assert_close(gsl_sf_beta_inc(a, 6.0 - a, x), p, 1e-12);
    }
    for (uint64_t i = 0; i < 20000; i++) {
        double a = exp(10.0 * gw_rng_uniform(3, i, 0, 0) - 3.0);
        double b = exp(10.0 * gw_rng_uniform(3, i, 0, 1) - 3.0);
        double p = gw_rng_uniform(3, i, 0, 2);
        double x = gw_beta_quantile(p, a, b);
        /* Compare in p, allowing for the rounding of x where the density is large. */
        double slack =
            fabs(gw_beta_cdf(nextafter(x, 1.0), a, b) - gw_beta_cdf(nextafter(x, 0.0), a, b));
        gw_assert_close(gw_beta_cdf(x, a, b), p, 1e-10 + slack);
    }
}

static void test_beta_quantile_is_monotone(void **state) {
    (void)state;
    for (double a = 1.0; a <= 5.0; a += 0.25) {
        double last = 0.0;
        for (double p = 1e-12; p < 1.0; p = p < 0.01 ? 2.0 * p : p + 0.003) {
            double x = gw_beta_quantile(p, a, 6.0 - a);
            assert_true(x > last && x < 1.0);
            last = x;
        }
    }
}

static void test_lambert(void **state) {
    (void)state;
    gw_assert_close(gw_lambert_w0(0.0), 0.0, 0.0);
    gw_assert_near(gw_lambert_w0(1.0), 0.5671432904097838, 1e-14); /* the omega constant */
    gw_assert_near(gw_lambert_w0(M_E), 1.0, 1e-14);
    gw_assert_close(gw_lambert_w0(-1.0 / M_E), -1.0, 1e-7);
    assert_true(isnan(gw_lambert_w0(-0.5)));
    for (double x = -0.3678; x < 1e12; x = x < 1.0 ? x + 0.0013 : x * 1.01) {
        gw_assert_near_at(gw_lambert_w0(x), gsl_sf_lambert_W0(x), 1e-12, 1e-14, "W0", __FILE__,
                          __LINE__);
    }
}

static void test_poisson(void **state) {
    (void)state;
    gw_assert_near(gw_poisson_cdf(0.0, 2.0), exp(-2.0), 1e-14);
    gw_assert_near(gw_poisson_cdf(1.9, 2.0), 3.0 * exp(-2.0), 1e-14);
    gw_assert_close(gw_poisson_cdf(-0.5, 2.0), 0.0, 0.0);
    gw_assert_close(gw_poisson_cdf(0.0, 0.0), 1.0, 0.0);
    assert_true(isnan(gw_poisson_cdf(1.0, -1.0)));
    for (uint64_t i = 0; i < 3000; i++) {
        double mean = exp(14.0 * gw_rng_uniform(4, i, 0, 0) - 4.0);
        double z = 12.0 * gw_rng_uniform(4, i, 0, 1) - 6.0;
        double k = floor(fmax(0.0, mean + z * sqrt(mean)));
        gw_assert_near(gw_poisson_cdf(k, mean), gsl_cdf_poisson_P((unsigned)k, mean), 1e-9);
    }
    /* Direct sum where it is exact enough to be the judge. */
    for (double mean = 0.1; mean < 30.0; mean *= 1.3) {
        double term = exp(-mean);
        double sum = 0.0;
        for (double k = 0.0; k < 60.0; k += 1.0) {
            sum += term;
            term *= mean / (k + 1.0);
            gw_assert_near(gw_poisson_cdf(k, mean), sum, 1e-12);
        }
    }
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal),        cmocka_unit_test(test_beta_cdf),
        cmocka_unit_test(test_beta_quantile), cmocka_unit_test(test_beta_quantile_is_monotone),
        cmocka_unit_test(test_lambert),       cmocka_unit_test(test_poisson),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

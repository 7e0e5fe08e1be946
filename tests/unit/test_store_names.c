/* Names: unique, and the unit a name ends in has the dimension of the unit that is shown. */
#include <string.h>

#include "base/units.h"
#include "gw_test.h"
#include "store/names.h"

static void expect_same_dimension(const char *name, const char *si, const char *shown) {
    gw_unit a;
    gw_unit b;
    assert_int_equal(gw_unit_parse(si, strlen(si), &a, NULL), GW_OK);
    assert_int_equal(gw_unit_parse(shown, strlen(shown), &b, NULL), GW_OK);
    if (!gw_dim_equal(a.dim, b.dim)) {
        fail_msg("%s: stored in %s, shown in %s", name, si, shown);
    }
}

/* Shares, ratios and outputs whose name says per what are shown in a unit of another dimension on
 * purpose. */
static bool is_exception(gw_metric_id id) {
    static const gw_metric_id ids[] = {GW_M_failures_per_day,
                                       GW_M_carbon_kg_per_year,
                                       GW_M_cost_per_accelerator_hour_usd,
                                       GW_M_cost_per_million_tokens_usd,
                                       GW_M_output_cost_per_million_tokens_usd,
                                       GW_M_break_even_price_usd_per_h,
                                       GW_M_programme_cost_per_accelerator_hour_usd};
    for (unsigned i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        if (ids[i] == id) {
            return true;
        }
    }
    return gw_metrics[id].scope == GW_SCOPE_CLAIM;
}

static void units_agree_with_the_table(void **state) {
    (void)state;
    for (int id = 0; id < GW_N_METRIC; id++) {
        if (gw_store_is_date((gw_metric_id)id)) {
            assert_string_equal(gw_store_metric_unit((gw_metric_id)id), "date");
        } else if (!is_exception((gw_metric_id)id)) {
            expect_same_dimension(gw_metrics[id].name, gw_store_metric_unit((gw_metric_id)id),
                                  gw_metrics[id].unit);
        }
    }
    for (int k = 0; k < GW_N_SERIES; k++) {
        expect_same_dimension(gw_series_table[k].name, gw_store_series_unit((gw_series_id)k),
                              gw_series_table[k].unit);
    }
}

static void keys_are_unique(void **state) {
    (void)state;
    for (int a = 0; a < GW_N_METRIC; a++) {
        for (int b = 0; b < a; b++) {
            assert_string_not_equal(gw_store_metric_key((gw_metric_id)a).text,
                                    gw_store_metric_key((gw_metric_id)b).text);
        }
    }
    assert_string_equal(gw_store_metric_key(GW_M_full_date_d).text, "full_date");
    assert_string_equal(gw_store_metric_key(GW_M_full_it_power_W).text, "full_it_power_W");
    assert_string_equal(gw_store_month(2026 * 12 + 10).text, "2026-11");
    assert_string_equal(gw_store_date(0.0).text, "1970-01-01");
    assert_string_equal(gw_store_date(GW_NAN).text, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_agree_with_the_table),
        cmocka_unit_test(keys_are_unique),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

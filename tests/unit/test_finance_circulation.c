/* Money that goes round. */
#include "finance/circulation.h"
#include "gw_test.h"

enum { SUPPLIER, LAB, CLOUD, BANK, N_NODES };

static gw_circulation find(const gw_flow *flows, int n) {
    double usd[N_NODES * N_NODES];
    gw_flow_kind kind[N_NODES * N_NODES];
    gw_circulation out;
    gw_circulation_find(flows, n, N_NODES, usd, kind, &out);
    return out;
}

/* Supplier -> laboratory (equity 10) -> cloud (compute 60) -> supplier (chips 40): 10 go round. */
static void test_round_of_three(void **state) {
    (void)state;
    const gw_flow flows[] = {{LAB, CLOUD, GW_FLOW_COMPUTE, 60e9},
                             {CLOUD, SUPPLIER, GW_FLOW_CHIPS, 40e9},
                             {SUPPLIER, LAB, GW_FLOW_COMMITMENT, 10e9},
                             {BANK, CLOUD, GW_FLOW_DRAW, 20e9},
                             {CLOUD, BANK, GW_FLOW_SERVICE, 25e9}};
    gw_circulation c = find(flows, 5);
    assert_int_equal(c.n, 1); /* a loan that is repaid is no round */
    assert_int_equal(c.at[0].n, 3);
    gw_assert_near(c.usd, 10e9, 0.0);
    assert_int_equal(c.at[0].node[0], SUPPLIER);
    assert_int_equal(c.at[0].node[1], LAB);
    assert_int_equal(c.at[0].kind[0], GW_FLOW_COMMITMENT);
    assert_int_equal(c.at[0].kind[2], GW_FLOW_CHIPS);
}

/* Two rounds share a payment of 30: no dollar goes round twice. */
static void test_shared_payment(void **state) {
    (void)state;
    const gw_flow flows[] = {{CLOUD, SUPPLIER, GW_FLOW_CHIPS, 30.0e9},
                             {SUPPLIER, CLOUD, GW_FLOW_EQUITY, 25.0e9},
                             {SUPPLIER, LAB, GW_FLOW_EQUITY, 20.0e9},
                             {LAB, CLOUD, GW_FLOW_COMPUTE, 20.0e9}};
    gw_circulation c = find(flows, 4);
    assert_int_equal(c.n, 2);
    gw_assert_near(c.at[0].usd, 25e9, 0.0);
    gw_assert_near(c.at[1].usd, 5e9, 1e-12);
    gw_assert_near(c.usd, 30e9, 1e-12);
}

static void test_nothing(void **state) {
    (void)state;
    const gw_flow flows[] = {{LAB, CLOUD, GW_FLOW_COMPUTE, 60e9},
                             {CLOUD, N_NODES + 2, GW_FLOW_ENERGY, 60e9},
                             {N_NODES + 2, LAB, GW_FLOW_MARKET, 60e9}};
    assert_int_equal(find(flows, 3).n, 0); /* what lies outside does not close a round */
    assert_int_equal(find(flows, 0).n, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_of_three),
        cmocka_unit_test(test_shared_payment),
        cmocka_unit_test(test_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

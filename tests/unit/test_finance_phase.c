/* The finance phase on one small programme, worked by hand: 1,000 accelerators in one building of 2
 * MW, complete when the horizon begins its second year. */
#include <string.h>

#include "base/date.h"
#include "finance/finance_phase.h"
#include "finance/irr.h"
#include "finance/tvm.h"
#include "gw_test.h"

#define N 84 /* 2026-01 .. 2032-12 */
static const int MONTH0 = 2026 * 12;
static const double YEAR_s = 365.25 * 86400.0;

typedef struct programme {
    gw_site site;
    gw_building building;
    gw_supply supply;
    gw_plant plant;
    gw_cost costs;
    gw_region region;
    gw_cluster cluster;
    gw_chip_lot lot;
    gw_system system;
    gw_accelerator accelerator;
    gw_contract contract;
    gw_funding funding[2];
    gw_job job;
    gw_scenario in;
    double running[N], accelerators[N], energy_usd[N], water_m3[N], cash[12][N];
    gw_network network;
    gw_slot slot;
    gw_capacity capacity;
    gw_fleet fleet;
    gw_energy energy;
    gw_overhead overhead;
    gw_step step;
    gw_goodput goodput;
    gw_model model;
    gw_state state;
} programme;

static void set_scenario(programme *p) {
    double full_d = gw_date_from_civil(2027, 1, 1);
    p->building = (gw_building){.count = 1,
                                .it_power_W = 2e6,
                                .started_d = gw_date_from_civil(2026, 1, 1),
                                .ready_d = full_d,
                                .until_d = GW_NAN,
                                .cost_usd = GW_NAN};
    p->plant = (gw_plant){.capex_usd_per_W = 2.0, .lead_time_s = 184.0 * 86400.0};
    p->supply = (gw_supply){.kind = GW_SUPPLY_PLANT,
                            .plant = {"g", 0},
                            .capacity_W = 1e6,
                            .energised_d = full_d,
                            .until_d = GW_NAN,
                            .owned = true};
    p->costs = (gw_cost){.construction_usd_per_W = 10.0,
                         .server_other = 0.1,
                         .operations_usd_per_W_s = 0.2 / YEAR_s,
                         .power_plant_fee = 0.05};
    p->site = (gw_site){.costs = {"c", 0}, .developer = {NULL, -1}, .construction_time_s = YEAR_s};
    p->site.buildings.at = &p->building;
    p->site.buildings.n = 1;
    p->site.supply.at = &p->supply;
    p->site.supply.n = 1;
    p->accelerator = (gw_accelerator){.price_usd = GW_NAN};
    p->system = (gw_system){.accelerator = {"a", 0}, .accelerators = 10, .price_usd = 400e3};
    p->lot = (gw_chip_lot){.count = 1000, .installed_d = full_d, .until_d = GW_NAN};
    p->cluster = (gw_cluster){.market_price_usd_per_s = GW_NAN,
                              .site = {"s", 0},
                              .system = {"y", 0},
                              .buyer = {NULL, -1},
                              .utilisation = 0.8,
                              .system_price_usd = GW_NAN};
    p->cluster.lots.at = &p->lot;
    p->cluster.lots.n = 1;
    p->contract = (gw_contract){.kind = GW_CONTRACT_COMPUTE,
                                .seller = {NULL, -1},
                                .buyer = {NULL, -1},
                                .cluster = {NULL, -1},
                                .start_d = GW_NAN,
                                .term_s = 20 * YEAR_s,
                                .price_usd_per_s = 3.0 / 3600.0,
                                .notice_s = GW_NAN,
                                .exit_d = GW_NAN,
                                .guarantee_usd = GW_NAN,
                                .utilisation = 0.9};
    p->funding[0] = (gw_funding){
        .kind = GW_FUNDING_DEBT, .amount_usd = 33.05e6, .rate = 0.08, .term_s = 4 * YEAR_s};
    p->funding[1] = (gw_funding){.kind = GW_FUNDING_EQUITY, .amount_usd = 1e9};
    for (int i = 0; i < 2; i++) {
        p->funding[i].most = 1.0;
        p->funding[i].dscr = 1.3;
        p->funding[i].covenant = GW_NAN;
        p->funding[i].available_from_d = p->funding[i].available_until_d = GW_NAN;
    }
    p->job = (gw_job){.accelerators = 900};
    p->in = (gw_scenario){.as_of_d = gw_date_from_civil(2026, 1, 1), .price_year = 2025};
    p->in.finance = (gw_finance){.discount_rate = 0.1,
                                 .tax_rate = 0.21,
                                 .chip_life_s = 5 * YEAR_s,
                                 .facility_life_s = 14 * YEAR_s,
                                 .payment_lead_s = 61 * 86400.0,
                                 .market_price_usd_per_s = GW_NAN};
}

#define ONE(section, thing)                                                                        \
    p->in.section.at = thing;                                                                      \
    p->in.section.n = 1

static void programme_init(programme *p) {
    memset(p, 0, sizeof *p);
    set_scenario(p);
    ONE(sites, &p->site);
    ONE(clusters, &p->cluster);
    ONE(systems, &p->system);
    ONE(accelerators, &p->accelerator);
    ONE(plants, &p->plant);
    ONE(unit_costs, &p->costs);
    ONE(regions, &p->region);
    ONE(contracts, &p->contract);
    ONE(jobs, &p->job);
    p->in.funding.at = p->funding;
    p->in.funding.n = 2;
    double full_d = gw_date_from_civil(2027, 1, 1);
    for (int m = 12; m < N; m++) {
        p->running[m] = 2e6;
        p->accelerators[m] = 1000.0;
        p->energy_usd[m] = 100e3;
    }
    p->network.price_usd = 4e6;
    p->slot.it_W = 2000.0;
    p->capacity = (gw_capacity){.running_it_W = p->running,
                                .full_it_W = 2e6,
                                .full_accelerators = 1000,
                                .first_d = full_d,
                                .full_d = full_d};
    p->fleet = (gw_fleet){.accelerators = p->accelerators,
                          .full_accelerators = 1000,
                          .first_d = full_d,
                          .full_d = full_d};
    p->energy.cost_usd = p->energy_usd;
    p->energy.water_m3 = p->water_m3;
    p->step.tokens_per_s = 1e6;
    p->goodput.goodput_frac = 0.9;
    p->model = (gw_model){.month0 = MONTH0, .n_months = N};
    gw_cash *cash = &p->state.cash;
    double **arrays[] = {&cash->capex_build_usd, &cash->capex_chips_usd, &cash->capex_power_usd,
                         &cash->opex_energy_usd, &cash->opex_other_usd,  &cash->revenue_usd,
                         &cash->tax_usd,         &cash->debt_draw_usd,   &cash->debt_service_usd,
                         &cash->equity_draw_usd, &cash->free_cash_usd,   &cash->equity_cash_usd};
    for (int i = 0; i < 12; i++) {
        *arrays[i] = p->cash[i];
    }
    p->state.in = &p->in;
    p->state.sample = -1;
    p->state.scratch = gw_arena_create(0);
    p->state.network = &p->network;
    p->state.slot = &p->slot;
    p->state.capacity = &p->capacity;
    p->state.fleet = &p->fleet;
    p->state.energy = &p->energy;
    p->state.overhead = &p->overhead;
    p->state.step = &p->step;
    p->state.goodput = &p->goodput;
}

static const gw_cash *run(programme *p) {
    gw_mark mark = gw_arena_mark(p->state.scratch);
    gw_finance_phase(&p->model, &p->state);
    gw_arena_reset(p->state.scratch, mark);
    return &p->state.cash;
}

static double sum(const double *x, int n) {
    double total = 0.0;
    for (int i = 0; i < n; i++) {
        total += x[i];
    }
    return total;
}

static const double CHIPS_usd = 100 * 400e3 * 1.1 + 4e6; /* 48 m */
static const double BUILD_usd = 20e6;
static const double PLANT_usd = 1e6 * 2.0 * 1.05;

static void test_capital(void **state) {
    (void)state;
    programme p;
    programme_init(&p);
    const gw_cash *cash = run(&p);
    gw_assert_near(cash->capex_chips_usd[10], CHIPS_usd,
                   1e-12); /* November: 61 days before 1 January */
    gw_assert_near(cash->capex_chips_total_usd, CHIPS_usd, 1e-12);
    gw_assert_near(cash->capex_build_usd[0], BUILD_usd * 31 / 365, 1e-12);
    gw_assert_near(cash->capex_build_total_usd, BUILD_usd, 1e-12);
    gw_assert_near(cash->capex_power_usd[6], PLANT_usd * 31 / 184, 1e-12); /* July to December */
    gw_assert_near(cash->capex_power_total_usd, PLANT_usd, 1e-12);
    gw_assert_near(cash->capex_usd, CHIPS_usd + BUILD_usd + PLANT_usd, 1e-12);
    /* Own prices before the catalogue's, the accelerator's only without both. */
    p.cluster.system_price_usd = 500e3;
    gw_assert_near(run(&p)->capex_chips_total_usd, 100 * 500e3 * 1.1 + 4e6, 1e-12);
    p.cluster.system_price_usd = p.system.price_usd = GW_NAN;
    p.accelerator.price_usd = 30e3;
    gw_assert_near(run(&p)->capex_chips_total_usd, 1000 * 30e3 * 1.1 + 4e6, 1e-12);
    /* A delay after as_of moves the money. */
    p.cluster.slip_s = 31 * 86400.0;
    gw_assert_near(run(&p)->capex_chips_usd[11], 1000 * 30e3 * 1.1 + 4e6, 1e-12);
    gw_arena_free(p.state.scratch);
}

static void test_running_money(void **state) {
    (void)state;
    programme p;
    programme_init(&p);
    const gw_cash *cash = run(&p);
    gw_assert_near(cash->revenue_usd[12], 3.0 * 1000 * 0.9 * 31 * 24, 1e-12);
    gw_assert_close(cash->revenue_usd[11], 0.0, 0.0);
    gw_assert_near(cash->opex_energy_usd[12], 100e3, 1e-12); /* no inflation set */
    gw_assert_near(cash->opex_other_usd[12], 0.2 / YEAR_s * 2e6 * 31 * 86400.0, 1e-12);
    p.in.finance.inflation = 0.03;
    double years =
        (gw_date_from_civil(2027, 1, 16) + 0.5 - gw_date_from_civil(2025, 7, 1)) / 365.25;
    gw_assert_near(run(&p)->opex_energy_usd[12], 100e3 * pow(1.03, years), 1e-12);
    gw_arena_free(p.state.scratch);
}

/* No money is made or lost between the lines. */
/* Water is paid by the cubic metre, in the months and in the cost per hour. */
static void test_water(void **state) {
    (void)state;
    programme p;
    programme_init(&p);
    double dry_usd = run(&p)->opex_other_usd[12];
    double dry_usd_per_h = p.state.cash.cost_per_acc_h_usd;
    p.region.water_price_usd_per_m3 = 3.0;
    p.water_m3[12] = 700.0;
    p.overhead.wue_m3_per_J = 1e-10;
    gw_assert_near(run(&p)->opex_other_usd[12] - dry_usd, 2100.0, 1e-9);
    /* 1000 accelerators share 2 MW x 3600 s x 1e-10 m3/J an hour and are busy 80 % of the time. */
    double per_h_usd = 2e6 * 3600 * 1e-10 * 3.0 / 1000 / 0.8;
    gw_assert_near(p.state.cash.cost_per_acc_h_usd - dry_usd_per_h, per_h_usd, 1e-9);
    gw_arena_free(p.state.scratch);
}

static void test_conservation(void **state) {
    (void)state;
    programme p;
    programme_init(&p);
    const gw_cash *c = run(&p);
    double closing = 0.0;
    for (int m = 0; m < N; m++) {
        double capex = c->capex_build_usd[m] + c->capex_chips_usd[m] + c->capex_power_usd[m];
        gw_assert_close(c->debt_draw_usd[m] + c->equity_draw_usd[m], capex, 1e-6);
        double free = c->revenue_usd[m] - c->opex_energy_usd[m] - c->opex_other_usd[m] -
                      c->tax_usd[m] - capex;
        if (m < N - 1) {
            gw_assert_close(c->free_cash_usd[m], free, 1e-6);
        } else {
            closing = c->free_cash_usd[m] - free;
        }
    }
    gw_assert_near(sum(c->debt_draw_usd, N) + sum(c->equity_draw_usd, N), c->capex_usd, 1e-12);
    gw_assert_near(sum(c->debt_draw_usd, N), 33.05e6, 1e-12);
    /* Chips are worn out after five of six years, buildings and plant have eight of fourteen left.
     */
    double age = (gw_date_from_civil(2033, 1, 1) - gw_date_from_civil(2027, 1, 1)) / (14 * 365.25);
    gw_assert_near(closing, (BUILD_usd + PLANT_usd) * (1.0 - age), 1e-9);
    /* Over all years profit is taxed once. */
    double profit = c->revenue_total_usd - sum(c->opex_energy_usd, N) - sum(c->opex_other_usd, N) -
                    (c->capex_usd - closing);
    assert_true(profit > 0.0);
    gw_assert_near(sum(c->tax_usd, N), 0.21 * profit, 1e-9);
    gw_arena_free(p.state.scratch);
}

static void test_returns(void **state) {
    (void)state;
    programme p;
    programme_init(&p);
    const gw_cash *c = run(&p);
    assert_int_equal(c->irr.n, 1);
    assert_null(c->irr.problem);
    double at_irr = 0.0;
    for (int m = 0; m < N; m++) {
        at_irr += c->free_cash_usd[m] * pow(1.0 + c->irr.root[0], -m / 12.0);
    }
    gw_assert_close(at_irr / c->capex_usd, 0.0, 1e-9);
    assert_true((c->npv_usd > 0.0) == (c->irr.root[0] > 0.1));
    /* Loans at 8 % below a rate of return above it raise the owners' return. */
    assert_int_equal(c->equity_irr.n, 1);
    assert_true(c->irr.root[0] > 0.08 && c->equity_irr.root[0] > c->irr.root[0]);
    /* Repayment begins in the month after full operation and takes 48 months. */
    gw_assert_close(c->debt_service_usd[12], 0.0, 0.0);
    assert_true(c->debt_service_usd[13] > 0.0 && c->debt_service_usd[60] > 0.0);
    gw_assert_close(c->debt_service_usd[61], 0.0, 0.0);
    gw_assert_near(c->debt_service_usd[13], c->debt_service_usd[60], 1e-9);
    assert_true(c->dscr_min > 0.0 && c->dscr_min <= c->dscr_mean);
    double cfads =
        0.0; /* 2028; taxes of the leveraged owner lie between zero and the unlevered ones */
    for (int m = 24; m < 36; m++) {
        cfads += c->revenue_usd[m] - c->opex_energy_usd[m] - c->opex_other_usd[m];
    }
    double service = 12 * c->debt_service_usd[24];
    assert_true(c->dscr_mean <= cfads / service &&
                c->dscr_mean >= (cfads - sum(c->tax_usd + 24, 12)) / service - 0.3);
    assert_true(c->payback_d > gw_date_from_civil(2027, 1, 1) &&
                c->payback_d < gw_date_from_civil(2033, 1, 1));
    gw_arena_free(p.state.scratch);
}

/* The contract at its break-even price has no present value; a higher price has a higher one. */
static void test_break_even_closes(void **state) {
    (void)state;
    programme p;
    programme_init(&p);
    double price = run(&p)->break_even_price_usd_per_h;
    assert_true(price > 0.5 && price < 3.0);
    p.contract.price_usd_per_s = price / 3600.0;
    gw_assert_close(run(&p)->npv_usd / p.state.cash.capex_usd, 0.0, 1e-9);
    double last = -GW_INF;
    for (int i = 0; i < 10; i++) {
        p.contract.price_usd_per_s = (0.5 + 0.4 * i) / 3600.0;
        double npv = run(&p)->npv_usd;
        assert_true(npv > last);
        last = npv;
        gw_assert_near(p.state.cash.break_even_price_usd_per_h, price,
                       1e-9); /* does not depend on the price */
    }
    gw_arena_free(p.state.scratch);
}

static void test_unit_cost(void **state) {
    (void)state;
    programme p;
    programme_init(&p);
    const gw_cash *c = run(&p);
    double year_Ws = 2e6 * 8760 * 3600;
    double energy = 12 * 100e3 * 8760 / (365 * 24.0);
    double operations = 0.2 / YEAR_s * year_Ws;
    double chips = CHIPS_usd * gw_capital_recovery_factor(0.1, 5);
    double facility = (BUILD_usd + PLANT_usd) * gw_capital_recovery_factor(0.1, 14);
    double per_year = chips + facility + energy + operations;
    gw_assert_near(c->cost_per_acc_h_usd, per_year / (1000 * 8760 * 0.8), 1e-9);
    gw_assert_near(sum(c->cost_parts_usd, 5), c->cost_per_acc_h_usd, 1e-12);
    gw_assert_near(c->cost_parts_usd[0], chips / (1000 * 8760 * 0.8), 1e-9);
    gw_assert_near(c->cost_per_Mtok_usd, per_year / (1000 * 8760) * 900 / (1e6 * 0.9 * 3600) * 1e6,
                   1e-9);
    p.in.jobs.n = 0;
    assert_true(isnan(run(&p)->cost_per_Mtok_usd));
    gw_arena_free(p.state.scratch);
}

/* What is not known is said, and spoils nothing that is known. */
static void test_unknown_price(void **state) {
    (void)state;
    programme p;
    programme_init(&p);
    p.system.price_usd = GW_NAN;
    const gw_cash *c = run(&p);
    assert_true(isnan(c->capex_chips_total_usd) && isnan(c->npv_usd) &&
                isnan(c->cost_per_acc_h_usd));
    gw_assert_near(c->capex_build_total_usd, BUILD_usd, 1e-12);
    assert_true(c->revenue_total_usd > 0.0);
    assert_int_equal(c->irr.n, 0);
    assert_non_null(strstr(c->irr.problem, "system_price"));
    assert_true(isnan(c->break_even_price_usd_per_h));
    gw_arena_free(p.state.scratch);
}

static void test_no_revenue_and_too_much_debt(void **state) {
    (void)state;
    programme p;
    programme_init(&p);
    p.in.contracts.n = 0;
    p.in.finance.tax_rate = 0.0;
    const gw_cash *c = run(&p);
    assert_non_null(strstr(c->irr.problem, "no contract"));
    assert_true(isfinite(c->npv_usd) && c->npv_usd < 0.0);
    assert_true(c->break_even_price_usd_per_h > 0.0); /* of the busy hours */
    assert_true(isnan(c->payback_d));
    p.in.contracts.n = 1;
    p.funding[0].amount_usd = 1e12;
    c = run(&p);
    gw_assert_near(sum(c->debt_draw_usd, N), c->capex_usd, 1e-12);
    gw_assert_close(sum(c->equity_draw_usd, N), 0.0, 0.0);
    assert_true((c->equity_irr.n == 1) == (c->equity_irr.problem == NULL));
    p.lot.installed_d = p.fleet.first_d = gw_date_from_civil(2040, 1, 1);
    assert_non_null(strstr(run(&p)->irr.problem, "within the horizon"));
    p.lot.installed_d = p.fleet.first_d = p.fleet.full_d;
    p.in.funding.n = 0;
    c = run(&p);
    gw_assert_near(sum(c->equity_draw_usd, N), c->capex_usd, 1e-12);
    assert_true(isnan(c->dscr_min));
    gw_assert_near(c->equity_npv_usd, c->npv_usd, 1e-12);
    gw_arena_free(p.state.scratch);
}

/* What is still owed when the horizon ends is repaid there. */
static void test_balance_at_the_end(void **state) {
    (void)state;
    programme p;
    programme_init(&p);
    p.funding[0].term_s = 20 * YEAR_s;
    p.in.finance.tax_rate = 0.0;
    const gw_cash *c = run(&p);
    double rest = c->debt_service_usd[N - 1] - c->debt_service_usd[N - 2];
    assert_true(rest > 20e6 && rest < 33.05e6);
    assert_true(c->dscr_min > 1.0); /* the settlement is not a year's service */
    gw_assert_near(
        sum(c->equity_cash_usd, N),
        sum(c->free_cash_usd, N) + sum(c->debt_draw_usd, N) - sum(c->debt_service_usd, N), 1e-9);
    gw_arena_free(p.state.scratch);
}

/* Developer, cloud, laboratory, supplier, bank: every dollar has two ends, and what the whole takes in
 * and spends is what the parties pay each other. */
static void test_parties(void **state) {
    (void)state;
    enum { DEVELOPER, CLOUD, LAB, SUPPLIER, BANK, N_PARTIES };
    programme p;
    programme_init(&p);
    const char *role[] = {"supplier"};
    gw_party parties[N_PARTIES] = {[SUPPLIER] = {.roles = {role, 1}}};
    p.in.parties.at = parties;
    p.in.parties.n = N_PARTIES;
    p.accelerator.vendor = NULL;
    p.site.developer = (gw_ref){"d", DEVELOPER};
    p.cluster.buyer = (gw_ref){"c", CLOUD};
    p.contract.seller = (gw_ref){"c", CLOUD};
    p.contract.buyer = (gw_ref){"l", LAB};
    p.funding[0].party = (gw_ref){"b", BANK};
    gw_finance_phase(&p.model, &p.state);
    const gw_cash *c = &p.state.cash;
    double chips = 0.0;
    double compute = 0.0;
    double draws = 0.0;
    double taxes = 0.0;
    for (int i = 0; i < c->n_flows; i++) {
        const gw_flow *f = &c->flows[i];
        chips += f->from == CLOUD && f->to == SUPPLIER && f->kind == GW_FLOW_CHIPS ? f->usd : 0.0;
        compute += f->from == LAB && f->to == CLOUD ? f->usd : 0.0;
        draws += f->from == BANK && f->to == CLOUD ? f->usd : 0.0; /* owns most of the cost */
        taxes += f->kind == GW_FLOW_TAX ? f->usd : 0.0;
        assert_true(i == 0 || f->usd <= f[-1].usd);
    }
    gw_assert_near(chips, CHIPS_usd, 1e-12);
    gw_assert_near(compute, c->revenue_total_usd, 1e-12);
    gw_assert_near(draws, 33.05e6, 1e-12);
    assert_true(taxes > 0.0);
    double in = 0.0;
    double out = 0.0;
    for (int i = 0; i < N_PARTIES + GW_N_OUTSIDE; i++) {
        in += c->parties[i].in_usd;
        out += c->parties[i].out_usd;
        gw_assert_close(sum(c->parties[i].net_usd, N), c->parties[i].in_usd - c->parties[i].out_usd,
                        1e-3);
    }
    gw_assert_near(in, out, 1e-12);
    for (int m = 0; m < N; m++) {
        double net = 0.0;
        for (int i = 0; i < N_PARTIES + GW_N_OUTSIDE; i++) {
            net += c->parties[i].net_usd[m];
        }
        gw_assert_close(net, 0.0, 1e-3);
    }
    gw_arena_free(p.state.scratch);
}

/* Chips are replaced after five years at half the price; the loan does not pay for that. */
static void test_refit(void **state) {
    (void)state;
    programme p;
    programme_init(&p);
    p.funding[0].layer = GW_LAYER_CHIPS;
    p.in.finance.refit = true;
    p.in.finance.refit_price = 0.5;
    gw_finance_phase(&p.model, &p.state);
    gw_assert_near(p.state.cash.capex_chips_total_usd, 1.5 * CHIPS_usd, 1e-12);
    gw_assert_near(p.state.cash.loans[0].cost_usd, CHIPS_usd, 1e-12);
    gw_assert_near(p.state.cash.loans[0].drawn_usd, 33.05e6, 1e-12);
    double chips_usd_per_h = p.state.cash.cost_parts_usd[0];
    p.in.finance.refit = false;
    gw_finance_phase(&p.model, &p.state);
    gw_assert_near(p.state.cash.cost_parts_usd[0], chips_usd_per_h, 1e-12);
    gw_arena_free(p.state.scratch);
}

/* A loan sized by cash and tax together: its coverage is what was asked for, or the reason says what
 * else binds. */
static void test_sculpted_with_tax(void **state) {
    (void)state;
    programme p;
    programme_init(&p);
    p.funding[0].repayment = GW_REPAY_SCULPTED;
    p.funding[0].dscr = 1.6;
    p.funding[0].amount_usd = 1e12;
    p.contract.price_usd_per_s = 1.8 / 3600.0;
    gw_finance_phase(&p.model, &p.state);
    const gw_loan_money *loan = &p.state.cash.loans[0];
    assert_non_null(strstr(loan->binds, "dscr"));
    assert_true(loan->drawn_usd > 10e6 && loan->drawn_usd < p.state.cash.capex_usd);
    gw_assert_near(loan->dscr_min, 1.6, 1e-6);
    gw_assert_near(loan->dscr_mean, 1.6, 1e-6);
    gw_assert_near(loan->llcr_ratio, 1.6, 1e-6);
    p.funding[0].most = 0.2;
    gw_finance_phase(&p.model, &p.state);
    gw_assert_near(p.state.cash.loans[0].drawn_usd, 0.2 * p.state.cash.capex_usd, 1e-9);
    assert_non_null(strstr(p.state.cash.loans[0].binds, "most"));
    gw_arena_free(p.state.scratch);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_capital),
        cmocka_unit_test(test_running_money),
        cmocka_unit_test(test_water),
        cmocka_unit_test(test_conservation),
        cmocka_unit_test(test_returns),
        cmocka_unit_test(test_break_even_closes),
        cmocka_unit_test(test_unit_cost),
        cmocka_unit_test(test_unknown_price),
        cmocka_unit_test(test_no_revenue_and_too_much_debt),
        cmocka_unit_test(test_balance_at_the_end),
        cmocka_unit_test(test_parties),
        cmocka_unit_test(test_refit),
        cmocka_unit_test(test_sculpted_with_tax),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* finance/sales.c: revenue of the programme from contracts and the market.
 * In:    contracts, parties, running accelerators of each cluster by month.
 * Out:   revenue by month.
 * Model: compute: price x accelerators x max(utilisation, floor); fee: fee x running / full
 *        accelerators; lease: rent x running IT power; each from its start (absent: first capacity)
 *        for its term, the price rising once in a contract year. Capacity under no contract: market
 *        price x accelerators x the cluster's utilisation, the price changing by a constant rate
 *        from as_of on. One accelerator is sold once: compute and fee contracts take capacity in
 *        the order in which they are written, and the market gets what no contract covers. Nothing
 *        sells more than runs. Whole programme: a party is inside if it develops a site, buys a
 *        cluster's chips or sells in a contract. A contract whose buyer is inside moves money
 *        within the programme and is left out, because the costs of both sides are counted (lease
 *        from a developer to an operator who sells on, for example).
 * Valid: monthly averages; a contract that begins within a month is paid that share of the month's
 *        average.
 * Derivation: docs/model/finance.md. Take-or-pay with a floor and yearly escalators are the terms
 *        of published compute and colocation contracts. */
#include "finance/sales.h"

#include <math.h>

#include "base/code.h"
#include "base/date.h"

/* Capacity of one cluster in one month that is still unsold, as shares. */
typedef struct gw_unsold {
    double chips; /* compute and fee contracts draw on it */
    double any;   /* leases draw on it; the market gets the smaller of the two */
} gw_unsold;

double gw_contract_escalation(double escalation, double years) {
    return years >= 1.0 ? pow(1.0 + escalation, floor(years)) : 1.0;
}

/* ---------------------------------------------------------------- parties */

static void mark_inside(bool *inside, int n, gw_ref party) {
    if (party.i >= 0 && party.i < n) {
        inside[party.i] = true;
    }
}

static bool *find_inside(const gw_scenario *in, gw_arena *scratch) {
    bool *inside = GW_NEW_N(scratch, in->parties.n + 1, bool);
    for (int i = 0; i < in->sites.n; i++) {
        mark_inside(inside, in->parties.n, in->sites.at[i].developer);
    }
    for (int i = 0; i < in->clusters.n; i++) {
        mark_inside(inside, in->parties.n, in->clusters.at[i].buyer);
    }
    for (int i = 0; i < in->contracts.n; i++) {
        mark_inside(inside, in->parties.n, in->contracts.at[i].seller);
    }
    return inside;
}

static bool is_internal(const gw_contract *contract, const bool *inside, int n_parties) {
    return contract->buyer.i >= 0 && contract->buyer.i < n_parties && inside[contract->buyer.i];
}

/* ---------------------------------------------------------------- one contract */

static bool covers(const gw_contract *contract, int c) {
    return contract->cluster.i < 0 || contract->cluster.i == c;
}

/* First day of a contract; with the first capacity it covers if it has no date. */
static double contract_start_d(const gw_scenario *in, const gw_contract *contract,
                               const gw_fleet *fleet) {
    if (gw_is_set(contract->start_d)) {
        return contract->start_d;
    }
    double first_d = GW_NAN;
    for (int c = 0; c < in->clusters.n; c++) {
        if (covers(contract, c)) {
            first_d = fmin(first_d, fleet[c].first_d); /* fmin passes over NaN */
        }
    }
    return first_d;
}

/* Share of month m in which the contract pays. A contract that begins with the capacity begins with
 * its month: nothing runs before, and the month's average already counts the days. */
static double active_share(const gw_calendar *calendar, int m, const gw_contract *contract,
                           double start_d) {
    double from_d = start_d;
    if (!gw_is_set(contract->start_d) && gw_is_set(start_d)) {
        from_d = gw_month_start_d(gw_month_of_date(start_d));
    }
    return gw_calendar_share(calendar, m, from_d, start_d + contract->term_s / GW_DAY_s);
}

static double full_accelerators(const gw_scenario *in, const gw_contract *contract,
                                const gw_fleet *fleet) {
    double sum = 0.0;
    for (int c = 0; c < in->clusters.n; c++) {
        sum += covers(contract, c) ? fleet[c].full_accelerators : 0.0;
    }
    return sum;
}

/* One contract, one month: revenue, and what it takes of each cluster. */
static void sell_month(const gw_scenario *in, const gw_calendar *calendar, int m,
                       const gw_contract *contract, double start_d, double full,
                       const gw_fleet *fleet, const gw_slot *slot, gw_unsold *unsold,
                       gw_sales *out) {
    double share = active_share(calendar, m, contract, start_d);
    if (!(share > 0.0)) {
        return;
    }
    double calendar_s = gw_calendar_seconds(calendar, m);
    double growth =
        gw_contract_escalation(contract->escalation, gw_calendar_years_since(calendar, m, start_d));
    for (int c = 0; c < in->clusters.n; c++) {
        if (!covers(contract, c)) {
            continue;
        }
        double running_s = fleet[c].accelerators[m] * calendar_s;
        if (contract->kind == GW_CONTRACT_LEASE) {
            double rented = fmin(share, unsold[c].any);
            out->other_usd[m] +=
                rented * running_s * slot[c].it_W * contract->rent_usd_per_W_s * growth;
            unsold[c].any -= rented;
            continue;
        }
        double sold_s = fmin(share, unsold[c].chips) * running_s;
        unsold[c].chips -= fmin(share, unsold[c].chips);
        if (contract->kind == GW_CONTRACT_COMPUTE) {
            double paid_s = sold_s * fmax(contract->utilisation, contract->floor);
            out->compute_s[m] += paid_s;
            out->compute_usd[m] += paid_s * contract->price_usd_per_s * growth;
        } else {
            out->other_usd[m] +=
                full > 0.0 ? sold_s / full * contract->fee_usd_per_s * growth : 0.0;
        }
    }
}

/* ---------------------------------------------------------------- the market */

/* A cluster's own price, else that of the whole programme; NaN: nothing is sold. */
static double market_price_usd_per_s(const gw_scenario *in, int c) {
    double own = in->clusters.at[c].market_price_usd_per_s;
    return gw_is_set(own) ? own : in->finance.market_price_usd_per_s;
}

static void sell_rest(const gw_scenario *in, const gw_calendar *calendar, int m,
                      const gw_fleet *fleet, const gw_unsold *unsold, gw_sales *out) {
    const gw_finance *finance = &in->finance;
    double seconds = gw_calendar_seconds(calendar, m);
    double years = gw_calendar_years_since(calendar, m, in->as_of_d);
    double change = years > 0.0 ? pow(1.0 + finance->market_price_change, years) : 1.0;
    for (int c = 0; c < in->clusters.n; c++) {
        double busy_s = fleet[c].accelerators[m] * seconds * in->clusters.at[c].utilisation;
        out->busy_s[m] += busy_s;
        double price_usd_per_s = market_price_usd_per_s(in, c) * change;
        if (gw_is_set(price_usd_per_s)) {
            double rest_s = busy_s * fmin(unsold[c].chips, unsold[c].any);
            out->compute_s[m] += rest_s;
            out->compute_usd[m] += rest_s * price_usd_per_s;
        }
    }
}

static bool has_price(const gw_contract *contract) {
    switch ((gw_contract_kind)contract->kind) {
    case GW_CONTRACT_COMPUTE:
        return gw_is_set(contract->price_usd_per_s);
    case GW_CONTRACT_FEE:
        return gw_is_set(contract->fee_usd_per_s);
    default:
        return gw_is_set(contract->rent_usd_per_W_s);
    }
}

static const char *explain(const gw_scenario *in, int n_external) {
    for (int i = 0; i < in->contracts.n; i++) {
        if (!has_price(&in->contracts.at[i])) {
            return "a contract has no price for its kind: compute needs price, fee needs fee, "
                   "lease needs rent";
        }
    }
    bool on_market = false;
    for (int c = 0; c < in->clusters.n; c++) {
        on_market = on_market || gw_is_set(market_price_usd_per_s(in, c));
    }
    if (n_external > 0 || on_market) {
        return NULL;
    }
    return in->contracts.n == 0 ? "there is no contract and no market price: no money comes in"
                                : "every contract is between parties of the programme: no money "
                                  "comes in from outside";
}

gw_sales gw_sales_work(const gw_scenario *in, const gw_calendar *calendar, const gw_fleet *fleet,
                       const gw_slot *slot, gw_arena *scratch) {
    const int n_contracts = in->contracts.n;
    gw_sales out = {
        .compute_usd = GW_NEW_N(scratch, calendar->n_months, double),
        .compute_s = GW_NEW_N(scratch, calendar->n_months, double),
        .other_usd = GW_NEW_N(scratch, calendar->n_months, double),
        .busy_s = GW_NEW_N(scratch, calendar->n_months, double),
    };
    const bool *inside = find_inside(in, scratch);
    double *start_d = GW_NEW_N(scratch, n_contracts, double);
    double *full = GW_NEW_N(scratch, n_contracts, double);
    gw_unsold *unsold = GW_NEW_N(scratch, in->clusters.n, gw_unsold);
    int n_external = 0;
    for (int i = 0; i < n_contracts; i++) {
        const gw_contract *contract = &in->contracts.at[i];
        bool internal = is_internal(contract, inside, in->parties.n);
        n_external += !internal;
        start_d[i] = internal ? GW_NAN : contract_start_d(in, contract, fleet);
        full[i] = full_accelerators(in, contract, fleet);
    }
    for (int m = 0; m < calendar->n_months; m++) {
        for (int c = 0; c < in->clusters.n; c++) {
            unsold[c] = (gw_unsold){1.0, 1.0};
        }
        for (int i = 0; i < n_contracts; i++) {
            sell_month(in, calendar, m, &in->contracts.at[i], start_d[i], full[i], fleet, slot,
                       unsold, &out);
        }
        sell_rest(in, calendar, m, fleet, unsold, &out);
    }
    out.problem = explain(in, n_external);
    return out;
}

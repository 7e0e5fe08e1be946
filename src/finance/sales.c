/* finance/sales.c: revenue of the programme from contracts and the market.
 * In:    contracts, parties, running accelerators of each cluster by month, cost of running them.
 * Out:   revenue by month, by contract and by cluster.
 * Model: compute: price x accelerators x max(utilisation, floor); fee: fee x running / full
 *        accelerators; lease: rent x running IT power; each from its start (absent: first capacity)
 *        to the end of its term or the exit (contract.c). Capacity under no contract: market price x
 *        accelerators x the cluster's utilisation, the price changing by a constant rate from as_of
 *        on; with shut_down it stops in a month in which that pays less than its energy and
 *        operation. One accelerator is sold once: compute and fee contracts take capacity in the
 *        order in which they are written, and the market gets what no contract covers. Nothing
 *        sells more than runs. After an exit the guarantor pays what the market pays less than the
 *        contract would, up to the guarantee. A prepayment comes with the first bill and is set off
 *        against the first bills. Whole programme: a contract whose buyer owns the chips or the campus
 *        of the same capacity, or sells it on, moves money within the programme: it is no revenue and
 *        takes no capacity, because the costs of both sides are counted (lease from a developer to an
 *        operator who sells on, for example).
 *        Value of a contract: what the term pays at the capacity that runs, after the horizon at
 *        that of its last month (a contract that begins later: at full capacity).
 * Valid: monthly averages; a contract that begins within a month is paid that share of the month's
 *        average.
 * Derivation: docs/model/finance.md. Take-or-pay with a floor, yearly escalators and exit on notice
 *        are the terms of published compute and colocation contracts. */
#include "finance/sales.h"

#include <math.h>

#include "base/code.h"
#include "base/date.h"

/* Capacity of one cluster in one month that is still unsold, as shares. */
typedef struct gw_unsold {
    double chips; /* compute and fee contracts draw on it */
    double any;   /* leases draw on it; the market gets the smaller of the two */
} gw_unsold;

typedef struct book {
    const gw_sales_in *k;
    const gw_scenario *in;
    int n_months, n_clusters;
    const double *start_d;      /* [n_months + 1] */
    const double *price_change; /* [n_months] market price over that of as_of */
    gw_unsold *unsold;          /* [n_clusters x n_months] */
    int *covered, n_covered;    /* clusters of the contract that is worked */
    gw_sales *out;
} book;

/* Share of month m between two dates; most months lie whole between them. */
static double share_of(const book *b, int m, double from_d, double until_d) {
    if (from_d <= b->start_d[m] && until_d >= b->start_d[m + 1]) {
        return 1.0;
    }
    return gw_span_share(b->start_d[m], b->start_d[m + 1] - b->start_d[m], from_d, until_d);
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

static bool same_party(gw_ref a, gw_ref b) {
    return a.i >= 0 && a.i == b.i;
}

/* Whether the buyer uses what it buys for its own part of the same capacity: its chips stand there,
 * its campus holds them, or it sells them on. */
static bool is_internal(const book *b, int i) {
    const gw_scenario *in = b->in;
    gw_ref buyer = in->contracts.at[i].buyer;
    for (int k = 0; k < b->n_covered; k++) {
        const gw_cluster *cluster = &in->clusters.at[b->covered[k]];
        int s = cluster->site.i;
        if (same_party(buyer, cluster->buyer) ||
            (s >= 0 && s < in->sites.n && same_party(buyer, in->sites.at[s].developer))) {
            return true;
        }
        for (int j = 0; j < in->contracts.n; j++) {
            if (j != i && same_party(buyer, in->contracts.at[j].seller) &&
                gw_contract_covers(&in->contracts.at[j], b->covered[k])) {
                return true;
            }
        }
    }
    return false;
}

/* ---------------------------------------------------------------- the market */

/* A cluster's own price, else that of the whole programme; NaN: nothing is sold. */
static double market_price_usd_per_s(const gw_scenario *in, int c) {
    double own = in->clusters.at[c].market_price_usd_per_s;
    return gw_is_set(own) ? own : in->finance.market_price_usd_per_s;
}

static double busy_s(const book *b, int c, int m) {
    double seconds = (b->start_d[m + 1] - b->start_d[m]) * GW_DAY_s;
    return b->k->fleet[c].accelerators[m] * seconds * b->in->clusters.at[c].utilisation;
}

static void sell_rest(const book *b, int c) {
    const double *run_usd = b->k->run_usd != NULL ? b->k->run_usd[c] : NULL;
    const double price = market_price_usd_per_s(b->in, c);
    for (int m = 0; m < b->n_months; m++) {
        if (b->k->fleet[c].accelerators[m] == 0.0) {
            continue;
        }
        double busy = busy_s(b, c, m);
        b->out->busy_s[m] += busy;
        if (!gw_is_set(price)) {
            continue;
        }
        const gw_unsold *unsold = &b->unsold[c * b->n_months + m];
        double rest = fmin(unsold->chips, unsold->any);
        double revenue_usd = busy * rest * (price * b->price_change[m]);
        if (b->in->finance.shut_down && run_usd != NULL && revenue_usd < run_usd[m] * rest) {
            b->out->saved_usd[m] += run_usd[m] * rest;
            b->out->cluster_saved_usd[c][m] += run_usd[m] * rest;
            b->out->stopped_s += b->k->fleet[c].accelerators[m] * rest *
                                 (b->start_d[m + 1] - b->start_d[m]) * GW_DAY_s;
            continue;
        }
        b->out->compute_s[m] += busy * rest;
        b->out->compute_usd[m] += revenue_usd;
        b->out->market_usd[c][m] += revenue_usd;
    }
}

/* ---------------------------------------------------------------- one contract */

/* First capacity that a contract covers. */
static double first_capacity_d(const book *b) {
    double first_d = GW_NAN;
    for (int i = 0; i < b->n_covered; i++) {
        first_d = fmin(first_d, b->k->fleet[b->covered[i]].first_d); /* fmin passes over NaN */
    }
    return first_d;
}

static double full_accelerators(const book *b) {
    double sum = 0.0;
    for (int i = 0; i < b->n_covered; i++) {
        sum += b->k->fleet[b->covered[i]].full_accelerators;
    }
    return sum;
}

/* What a contract's price is charged on, for `share` of a cluster's accelerator-seconds. */
static double charge_usd(const book *b, const gw_contract *contract, int c, double sold_s,
                         double full) {
    switch ((gw_contract_kind)contract->kind) {
    case GW_CONTRACT_COMPUTE:
        return sold_s * fmax(contract->utilisation, contract->floor) * contract->price_usd_per_s;
    case GW_CONTRACT_FEE:
        return full > 0.0 ? sold_s / full * contract->fee_usd_per_s : 0.0;
    default:
        return sold_s * b->k->slot[c].it_W * contract->rent_usd_per_W_s;
    }
}

/* Books a paid share of one cluster's month. */
static void book_sale(const book *b, const gw_contract *contract, gw_sale *sale, int c, int m,
                      double sold_s, double usd) {
    bool lease = contract->kind == GW_CONTRACT_LEASE;
    sale->usd[m] += usd;
    sale->due_usd += usd;
    sale->sold_s[m] += sold_s;
    if (lease) {
        b->out->rent_usd[c][m] += usd;
        b->out->rent_inside_usd[c][m] += sale->internal ? usd : 0.0;
    }
    if (sale->internal) {
        return;
    }
    b->out->contract_usd[c][m] += usd;
    if (contract->kind == GW_CONTRACT_COMPUTE) {
        b->out->compute_s[m] += sold_s * fmax(contract->utilisation, contract->floor);
        b->out->compute_usd[m] += usd;
    } else {
        b->out->other_usd[m] += usd;
    }
}

/* After an exit: what the guarantor makes good in this month. */
static void pay_guarantee(const book *b, const gw_contract *contract, gw_sale *sale, int c, int m,
                          double lost_usd, double share) {
    if (!gw_is_set(contract->guarantee_usd) || contract->guarantor.name == NULL) {
        return;
    }
    double price = market_price_usd_per_s(b->in, c);
    double let_usd = gw_is_set(price) ? share * busy_s(b, c, m) * price * b->price_change[m] : 0.0;
    double usd =
        fmin(fmax(0.0, lost_usd - let_usd), contract->guarantee_usd - sale->guarantee_paid_usd);
    sale->guaranteed_usd[m] += usd;
    sale->guarantee_paid_usd += usd;
    if (!sale->internal) {
        b->out->other_usd[m] += usd;
        b->out->contract_usd[c][m] += usd;
    }
}

/* The value of a month under the whole term, its firm part, and what of both lies after as_of. */
static void add_value(const book *b, gw_sale *sale, const gw_contract_dates *dates, int m,
                      double usd, double share) {
    double per_share_usd = usd / share;
    sale->contracted_usd += usd;
    sale->firm_usd += per_share_usd * share_of(b, m, dates->pay_from_d, dates->firm_end_d);
    double from_d = fmax(dates->pay_from_d, b->in->as_of_d);
    if (from_d < b->start_d[m + 1]) {
        sale->left_usd += per_share_usd * share_of(b, m, from_d, dates->term_end_d);
        sale->left_firm_usd +=
            per_share_usd * share_of(b, m, from_d, fmax(from_d, dates->left_firm_end_d));
    }
}

/* What the term pays after the horizon. rate: per second at the first price. */
static void add_later_value(const book *b, const gw_contract *contract, gw_sale *sale,
                            const gw_contract_dates *dates, double usd_per_s) {
    double end_d = b->start_d[b->n_months];
    double from_d = fmax(end_d, dates->start_d);
    const double until_d[] = {dates->term_end_d, dates->firm_end_d, dates->left_firm_end_d};
    double usd[3];
    for (int i = 0; i < 3; i++) {
        usd[i] = usd_per_s * gw_contract_weighted_s(contract, dates->start_d, from_d, until_d[i]);
    }
    sale->contracted_usd += usd[0];
    sale->firm_usd += usd[1];
    sale->left_usd += usd[0];
    sale->left_firm_usd += usd[2];
}

/* One cluster under one contract in one month; returns what the whole month would pay. */
static double sell_month(const book *b, const gw_contract *contract, gw_sale *sale, int c, int m,
                         double share, double paid, double growth, double full) {
    gw_unsold *unsold = &b->unsold[c * b->n_months + m];
    double days = b->start_d[m + 1] - b->start_d[m];
    double *left = contract->kind == GW_CONTRACT_LEASE ? &unsold->any : &unsold->chips;
    double running_s = b->k->fleet[c].accelerators[m] * days * GW_DAY_s;
    double term_share = sale->internal ? share : fmin(share, *left);
    double paid_share = sale->internal ? fmin(paid, share) : fmin(fmin(paid, share), *left);
    double each_usd = charge_usd(b, contract, c, running_s, full) * growth;
    if (paid_share > 0.0) {
        book_sale(b, contract, sale, c, m, paid_share * running_s, paid_share * each_usd);
        if (!sale->internal) {
            *left -= paid_share;
        }
    }
    if (term_share > paid_share) {
        pay_guarantee(b, contract, sale, c, m, (term_share - paid_share) * each_usd,
                      term_share - paid_share);
    }
    return term_share * each_usd;
}

static void sell_contract(const book *b, const gw_contract *contract, gw_sale *sale,
                          const gw_contract_dates *dates) {
    if (!gw_is_set(dates->start_d)) {
        return;
    }
    double full = full_accelerators(b);
    double last_usd_per_s = GW_NAN; /* at the first price, in the last month */
    for (int m = gw_calendar_month(b->k->calendar, dates->pay_from_d); m < b->n_months; m++) {
        double days = b->start_d[m + 1] - b->start_d[m];
        double share = share_of(b, m, dates->pay_from_d, dates->term_end_d);
        double paid = share_of(b, m, dates->pay_from_d, dates->end_d);
        if (!(share > 0.0)) {
            if (b->start_d[m] >= dates->term_end_d) {
                break;
            }
            continue;
        }
        double middle_d = 0.5 * (b->start_d[m] + b->start_d[m + 1]);
        double growth =
            gw_contract_escalation(contract->escalation, (middle_d - dates->start_d) / GW_YEAR_d);
        double usd = 0.0;
        for (int i = 0; i < b->n_covered; i++) {
            int c = b->covered[i];
            if (b->k->fleet[c].accelerators[m] != 0.0) { /* keeps NaN */
                usd += sell_month(b, contract, sale, c, m, share, paid, growth, full);
            }
        }
        add_value(b, sale, dates, m, usd, share);
        last_usd_per_s = m == b->n_months - 1 ? usd / (share * days * GW_DAY_s * growth) : GW_NAN;
    }
    if (dates->term_end_d > b->start_d[b->n_months]) {
        if (!(last_usd_per_s > 0.0)) {
            last_usd_per_s = 0.0;
            for (int i = 0; i < b->n_covered; i++) {
                int c = b->covered[i];
                last_usd_per_s +=
                    charge_usd(b, contract, c, b->k->fleet[c].full_accelerators, full);
            }
        }
        add_later_value(b, contract, sale, dates, last_usd_per_s);
    }
}

/* The prepayment comes in the first month that pays and is set off against the bills. */
static void shift_prepayment(const book *b, const gw_contract *contract, const gw_sale *sale) {
    double open_usd = 0.0;
    bool begun = false;
    for (int m = 0; m < b->n_months && contract->prepayment_usd > 0.0; m++) {
        if (!begun && sale->usd[m] > 0.0) {
            begun = true;
            open_usd = contract->prepayment_usd;
            b->out->shift_usd[m] += open_usd;
        }
        double off_usd = fmin(open_usd, sale->usd[m]);
        b->out->shift_usd[m] -= off_usd;
        open_usd -= off_usd;
    }
    if (open_usd > 0.0) { /* still owed at the end: counted back there */
        b->out->shift_usd[b->n_months - 1] -= open_usd;
    }
}

/* ---------------------------------------------------------------- all of it */

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

static double **rows(gw_arena *scratch, int n, int n_months) {
    double **out = GW_NEW_N(scratch, n + 1, double *);
    for (int i = 0; i < n; i++) {
        out[i] = GW_NEW_N(scratch, n_months, double);
    }
    return out;
}

static void prepare(book *b, gw_arena *scratch) {
    const int n = b->n_months;
    double *start_d = GW_NEW_N(scratch, n + 1, double);
    double *change = GW_NEW_N(scratch, n + 1, double);
    for (int m = 0; m <= n; m++) {
        start_d[m] = gw_calendar_start_d(b->k->calendar, m);
    }
    double growth = log1p(b->in->finance.market_price_change);
    for (int m = 0; m < n; m++) {
        double years = (0.5 * (start_d[m] + start_d[m + 1]) - b->in->as_of_d) / GW_YEAR_d;
        change[m] = years > 0.0 ? exp(growth * years) : 1.0;
    }
    b->start_d = start_d;
    b->covered = GW_NEW_N(scratch, b->n_clusters + 1, int);
    b->price_change = change;
    b->unsold = GW_NEW_N(scratch, b->n_clusters * n + 1, gw_unsold);
    for (int i = 0; i < b->n_clusters * n; i++) {
        b->unsold[i] = (gw_unsold){1.0, 1.0};
    }
}

gw_sales gw_sales_work(const gw_sales_in *sales_in, gw_arena *scratch) {
    const gw_scenario *in = sales_in->in;
    const int n = sales_in->calendar->n_months;
    gw_sales out = {
        .compute_usd = GW_NEW_N(scratch, n, double),
        .compute_s = GW_NEW_N(scratch, n, double),
        .other_usd = GW_NEW_N(scratch, n, double),
        .busy_s = GW_NEW_N(scratch, n, double),
        .saved_usd = GW_NEW_N(scratch, n, double),
        .shift_usd = GW_NEW_N(scratch, n, double),
        .cluster_saved_usd = rows(scratch, in->clusters.n, n),
        .contract_usd = rows(scratch, in->clusters.n, n),
        .market_usd = rows(scratch, in->clusters.n, n),
        .rent_usd = rows(scratch, in->clusters.n, n),
        .rent_inside_usd = rows(scratch, in->clusters.n, n),
        .sale = GW_NEW_N(scratch, in->contracts.n + 1, gw_sale),
        .inside = find_inside(in, scratch),
    };
    book b = {.k = sales_in, .in = in, .n_months = n, .n_clusters = in->clusters.n, .out = &out};
    prepare(&b, scratch);
    int n_external = 0;
    for (int i = 0; i < in->contracts.n; i++) {
        const gw_contract *contract = &in->contracts.at[i];
        gw_sale *sale = &out.sale[i];
        sale->usd = GW_NEW_N(scratch, n, double);
        sale->sold_s = GW_NEW_N(scratch, n, double);
        sale->guaranteed_usd = GW_NEW_N(scratch, n, double);
        b.n_covered = 0;
        for (int c = 0; c < in->clusters.n; c++) {
            if (gw_contract_covers(contract, c)) {
                b.covered[b.n_covered++] = c;
            }
        }
        sale->internal = is_internal(&b, i);
        n_external += !sale->internal;
        gw_contract_dates dates = gw_contract_dates_work(
            contract, first_capacity_d(&b), in->as_of_d, sales_in->seed, sales_in->sample);
        sale->start_d = dates.start_d;
        sale->end_d = dates.end_d;
        sale->term_end_d = dates.term_end_d;
        sale->firm_end_d = dates.firm_end_d;
        sale->exited = dates.exited;
        sell_contract(&b, contract, sale, &dates);
        if (!sale->internal) {
            shift_prepayment(&b, contract, sale);
        }
    }
    for (int c = 0; c < in->clusters.n; c++) {
        sell_rest(&b, c);
    }
    out.problem = explain(in, n_external);
    return out;
}

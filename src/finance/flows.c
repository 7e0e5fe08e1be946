/* finance/flows.c: worth, modified rate and payback of a cash flow at any points in time.
 * In:    flow[n] at ascending times; rate per period (per year for dates).
 * Out:   numbers, or NaN and a reason in words.
 * Model: worth at time 0: sum usd / (1 + rate)^at; period 0 is not discounted, the first date is
 *        time 0. Modified rate: (worth at the end of what comes in, grown at `reinvest`, over worth
 *        at the beginning of what is paid, at `rate`)^(1/T) - 1, T = time between first and last
 *        row. Payback: the last time at which the running sum turns from below zero to zero or more
 *        and stays there; between two flows the later one is taken to come evenly.
 * Valid: rate > -1. Rates of return: flows_roots.c.
 * Sources: conventions of numpy-financial (BSD; NPV, IRR, MIRR) and of spreadsheets for dates
 *        (actual/365). */
#include "finance/flows.h"

#include <math.h>

#include "base/code.h"

double gw_flow_npv(double rate, const gw_payment *flow, int n) {
    double s = log1p(rate);
    double worth_usd = 0.0;
    for (int k = 0; k < n; k++) {
        worth_usd += flow[k].amount_usd * exp(-s * flow[k].at);
    }
    return rate > -1.0 ? worth_usd : GW_NAN;
}

/* Worth at time 0 of the flows of one sign. */
static double one_sided(double rate, const gw_payment *flow, int n, int sign) {
    double s = log1p(rate);
    double worth_usd = 0.0;
    for (int k = 0; k < n; k++) {
        if ((double)sign * flow[k].amount_usd > 0.0) {
            worth_usd += flow[k].amount_usd * exp(-s * flow[k].at);
        }
    }
    return worth_usd;
}

double gw_flow_mirr(double rate, double reinvest, const gw_payment *flow, int n,
                    const char **reason) {
    *reason = NULL;
    double years = n > 0 ? flow[n - 1].at - flow[0].at : 0.0;
    double out_usd = -one_sided(rate, flow, n, -1);
    double in_usd = one_sided(reinvest, flow, n, 1);
    if (!(out_usd > 0.0) || !(in_usd > 0.0)) {
        *reason = isnan(out_usd) || isnan(in_usd)
                      ? "a rate is not known"
                      : "needs money that goes out and money that comes in";
        return GW_NAN;
    }
    /* Both taken to the first row, then what comes in to the last. */
    double log_out = log(out_usd) + log1p(rate) * flow[0].at;
    double log_in = log(in_usd) + log1p(reinvest) * flow[n - 1].at;
    return expm1((log_in - log_out) / years);
}

static const char *explain_no_payback(double total_usd, double lowest_usd, double first) {
    if (!(lowest_usd < 0.0)) {
        return "nothing to pay back: no money goes out before money comes in";
    }
    if (!isnan(first)) {
        return "paid back for a while, then later payments take it below zero again";
    }
    return total_usd < 0.0 ? "never pays back: less comes in than is paid" : "never pays back";
}

gw_payback gw_flow_payback(double rate, const gw_payment *flow, int n) {
    gw_payback out = {.at = GW_NAN, .first_yr = GW_NAN};
    double s = log1p(rate);
    double running_usd = 0.0, lowest_usd = 0.0, size_usd = 0.0;
    for (int k = 0; k < n; k++) {
        double usd = flow[k].amount_usd * exp(-s * flow[k].at);
        double before_usd = running_usd;
        running_usd += usd;
        size_usd += fabs(usd);
        if (fabs(running_usd) < 1e-14 * size_usd) {
            running_usd = 0.0; /* a sum that cancels except for rounding */
        }
        lowest_usd = fmin(lowest_usd, running_usd);
        if (before_usd < 0.0 && running_usd >= 0.0) {
            out.at = flow[k - 1].at - before_usd / usd * (flow[k].at - flow[k - 1].at);
            out.first_yr = isnan(out.first_yr) ? out.at : out.first_yr;
        } else if (running_usd < 0.0) {
            out.at = GW_NAN;
        }
    }
    if (isnan(out.at)) {
        out.reason = n == 0 ? "there is no cash flow"
                            : explain_no_payback(running_usd, lowest_usd, out.first_yr);
    }
    return out;
}

gw_flow_sheet gw_flow_work(const gw_flows *flows, double rate, double reinvest, gw_arena *scratch) {
    const gw_payment *flow = flows->at;
    int n = flows->n;
    bool priced = !isnan(rate);
    gw_flow_sheet out = {.rate = rate, .reinvest_rate = isnan(reinvest) ? rate : reinvest};
    out.irr = gw_payment_rates(flow, n, scratch);
    out.payback = gw_flow_payback(0.0, flow, n);
    out.in_usd = one_sided(0.0, flow, n, 1);
    out.out_usd = -one_sided(0.0, flow, n, -1);
    out.net_usd = out.in_usd - out.out_usd;
    out.multiple_ratio = out.out_usd > 0.0 ? out.in_usd / out.out_usd : GW_NAN;
    out.mirr_rate = out.npv_usd = out.end_usd = out.index_ratio = GW_NAN;
    out.npv_reason = out.mirr_reason = out.index_reason = priced ? NULL : "no rate was given";
    out.discounted_payback = (gw_payback){GW_NAN, GW_NAN, out.npv_reason};
    if (priced) {
        double paid_usd = -one_sided(rate, flow, n, -1);
        out.npv_usd = gw_flow_npv(rate, flow, n);
        out.end_usd = out.npv_usd * exp(log1p(rate) * flow[n - 1].at);
        out.mirr_rate = gw_flow_mirr(rate, out.reinvest_rate, flow, n, &out.mirr_reason);
        out.index_ratio = paid_usd > 0.0 ? one_sided(rate, flow, n, 1) / paid_usd : GW_NAN;
        out.index_reason = paid_usd > 0.0 ? NULL : "no money is paid";
        out.discounted_payback = gw_flow_payback(rate, flow, n);
    }
    return out;
}

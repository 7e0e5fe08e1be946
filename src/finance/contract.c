/* finance/contract.c: term, firm part and exit of a contract.
 * In:    a contract, its first capacity, as_of, seed and sample.
 * Out:   dates; what the price has become.
 * Model: the exit right: after the `firm` part the buyer may leave with `notice`. `exit` is the day on
 *        which it leaves. Without it the right is used with a constant probability p a year: the
 *        wait after the firm part is ln(1 - u) / ln(1 - p) years, u uniform, then the notice runs.
 *        The base case takes u = 1/2, the median. Firm part seen from the start: firm + notice; seen
 *        from as_of: what is left of `firm`, then notice. Without a notice the whole term is firm.
 *        The price changes once in a contract year.
 * Valid: one exit, of the whole contract.
 * Derivation: exponential waiting time with yearly probability p (docs/model/finance.md). A term
 *        without its exit right is misleading: a public compute contract of 45 bn USD can be left
 *        with 90 days' notice. */
#include "finance/contract.h"

#include <math.h>

#include "base/code.h"
#include "base/date.h"
#include "base/rng.h"

static const double YEAR_s = GW_YEAR_d * GW_DAY_s;

bool gw_contract_covers(const gw_contract *contract, int c) {
    if (contract->cluster.name != NULL) {
        return contract->cluster.i == c;
    }
    bool covers = contract->clusters.n == 0;
    for (int i = 0; i < contract->clusters.n; i++) {
        covers = covers || contract->clusters.at[i].i == c;
    }
    return covers;
}

double gw_contract_escalation(double escalation, double years) {
    return years >= 1.0 ? pow(1.0 + escalation, floor(years)) : 1.0;
}

static uint32_t stream_of(const gw_contract *contract) {
    uint32_t hash = 2166136261u; /* FNV-1a of the path and what is drawn */
    const char *const texts[] = {"contracts.", contract->head.name, ".exit"};
    for (int t = 0; t < 3; t++) {
        for (const char *c = texts[t]; c != NULL && *c != '\0'; c++) {
            hash = (hash ^ (unsigned char)*c) * 16777619u;
        }
    }
    return hash;
}

static double drawn_exit_d(const gw_contract *contract, double start_d, uint64_t seed,
                           int64_t sample) {
    if (!(contract->exit_probability > 0.0)) {
        return GW_NAN;
    }
    double u = sample < 0 ? 0.5 : gw_rng_uniform(seed, (uint64_t)sample, stream_of(contract), 0);
    double wait_yr =
        contract->exit_probability < 1.0 ? log1p(-u) / log1p(-contract->exit_probability) : 0.0;
    double notice_d = gw_is_set(contract->notice_s) ? contract->notice_s / GW_DAY_s : 0.0;
    return start_d + contract->firm_s / GW_DAY_s + wait_yr * GW_YEAR_d + notice_d;
}

gw_contract_dates gw_contract_dates_work(const gw_contract *contract, double first_d,
                                         double as_of_d, uint64_t seed, int64_t sample) {
    gw_contract_dates out = {.start_d = contract->start_d};
    if (!gw_is_set(out.start_d)) {
        out.start_d = first_d;
    }
    out.pay_from_d = !gw_is_set(contract->start_d) && gw_is_set(first_d)
                         ? gw_month_start_d(gw_month_of_date(first_d))
                         : out.start_d;
    out.term_end_d = out.start_d + contract->term_s / GW_DAY_s;
    out.end_d = out.firm_end_d = out.left_firm_end_d = out.term_end_d;
    if (gw_is_set(contract->notice_s)) {
        double firm_d = out.start_d + contract->firm_s / GW_DAY_s;
        double notice_d = contract->notice_s / GW_DAY_s;
        out.firm_end_d = fmin(out.term_end_d, firm_d + notice_d);
        out.left_firm_end_d = fmin(out.term_end_d, fmax(firm_d, as_of_d) + notice_d);
    }
    double exit_d = gw_is_set(contract->exit_d) ? contract->exit_d
                                                : drawn_exit_d(contract, out.start_d, seed, sample);
    if (exit_d < out.end_d) { /* false when either is NaN */
        out.end_d = fmax(exit_d, out.start_d);
        out.exited = true;
    }
    return out;
}

double gw_contract_weighted_s(const gw_contract *contract, double start_d, double from_d,
                              double until_d) {
    double sum_s = 0.0;
    double at_d = from_d;
    while (at_d < until_d) {
        double year = floor((at_d - start_d) * GW_DAY_s / YEAR_s + 1e-9);
        double next_d = fmin(until_d, start_d + (year + 1.0) * GW_YEAR_d);
        next_d = next_d > at_d ? next_d : until_d;
        sum_s += (next_d - at_d) * GW_DAY_s * gw_contract_escalation(contract->escalation, year);
        at_d = next_d;
    }
    return sum_s;
}

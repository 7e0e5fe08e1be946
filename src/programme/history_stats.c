/* programme/history_stats.c: sums, durations and unit costs of observed timelines.
 * In: gw_history.   Out: totals on a day, first work to first power, value per watt, boundary.
 * Model: sums of the sites' step functions; a duration needs a first row without power and a later one with
 * it. Valid: sites whose first row is already in operation tell no duration and are left out.
 * Derivation: the sums are checked against a published table, tests/golden/run.py. */
#include <math.h>

#include "programme/history.h"

#define SAME_REL 1e-6 /* two printings of one value */
#define DIFFER_SHARE                                                                               \
    0.1 /* more sites than this that fit nowhere: the column means something else */

/* Today's published value of a site: its last one that is not blank. */
static double published_now(const gw_history_site *site) {
    double now = GW_NAN;
    for (int i = 0; i < site->n; i++) {
        if (!isnan(site->row[i].value[GW_HISTORY_NOW_H100E])) {
            now = site->row[i].value[GW_HISTORY_NOW_H100E];
        }
    }
    return now;
}

static int count_differ(const gw_history *all, double date_d, int *n_compared) {
    int n = 0;
    *n_compared = 0;
    for (int s = 0; s < all->n; s++) {
        double now = published_now(&all->site[s]);
        double then = gw_history_at(&all->site[s], GW_HISTORY_H100E, date_d);
        if (isnan(now)) {
            continue;
        }
        then = isnan(then) ? 0.0 : then;
        (*n_compared)++;
        n += fabs(then - now) > SAME_REL * fmax(now, 1.0);
    }
    return n;
}

static double next_row_d(const gw_history *all, double after_d) {
    double next_d = GW_INF;
    for (int s = 0; s < all->n; s++) {
        for (int i = 0; i < all->site[s].n; i++) {
            double date_d = all->site[s].row[i].date_d;
            next_d = date_d > after_d ? fmin(next_d, date_d) : next_d;
        }
    }
    return next_d;
}

gw_boundary gw_history_boundary(const gw_history *all) {
    gw_boundary best = {.from_d = GW_NAN, .until_d = GW_NAN};
    double last_d = GW_NAN;
    bool fits_still = false; /* the row before this one fitted as well as any */
    double date_d = next_row_d(all, -GW_INF);
    while (isfinite(date_d)) {
        int n_compared = 0;
        int n_differ = count_differ(all, date_d, &n_compared);
        double next_d = next_row_d(all, date_d);
        bool fits = isnan(best.from_d) || n_differ <= best.n_differ;
        if (fits) {
            bool extends = fits_still && n_differ == best.n_differ;
            best.from_d = extends ? best.from_d : date_d;
            best.until_d = isfinite(next_d) ? next_d - 1.0 : date_d;
            best.n_compared = n_compared;
            best.n_differ = n_differ;
        }
        fits_still = fits;
        last_d = date_d;
        date_d = next_d;
    }
    best.is_derived = best.n_compared > 0 && best.n_differ <= DIFFER_SHARE * best.n_compared;
    if (!best.is_derived) {
        best.from_d = best.until_d = last_d;
    }
    return best;
}

gw_history_total gw_history_sum(const gw_history *all, double date_d) {
    gw_history_total total = {0};
    int n_told[GW_N_HISTORY] = {0};
    for (int s = 0; s < all->n; s++) {
        total.n_sites += all->site[s].row[0].date_d <= date_d;
        total.n_running += gw_history_at(&all->site[s], GW_HISTORY_IT_W, date_d) > 0.0;
        for (int f = 0; f < GW_N_HISTORY; f++) {
            double value = gw_history_at(&all->site[s], (gw_history_field)f, date_d);
            total.value[f] += isnan(value) ? 0.0 : value;
            n_told[f] += !isnan(value);
        }
    }
    for (int f = 0; f < GW_N_HISTORY; f++) {
        total.value[f] = n_told[f] > 0 ? total.value[f] : GW_NAN;
    }
    return total;
}

int gw_history_first_power(const gw_history *all, double until_d, gw_first_power *out) {
    int n = 0;
    for (int s = 0; s < all->n; s++) {
        const gw_history_site *site = &all->site[s];
        int i = 0;
        while (i < site->n && !(site->row[i].value[GW_HISTORY_IT_W] > 0.0)) {
            i++;
        }
        if (i > 0 && i < site->n && site->row[i].date_d <= until_d) {
            out[n++] = (gw_first_power){.site = s,
                                        .work_d = site->row[0].date_d,
                                        .power_d = site->row[i].date_d,
                                        .refit = gw_history_is_refit(site)};
        }
    }
    return n;
}

double gw_history_per_watt(const gw_history *all, gw_history_field field, int *n,
                           double *worst_frac) {
    double xx = 0.0, xy = 0.0;
    *n = 0;
    *worst_frac = GW_NAN;
    for (int pass = 0; pass < 2; pass++) {
        for (int s = 0; s < all->n; s++) {
            for (int i = 0; i < all->site[s].n; i++) {
                const double *v = all->site[s].row[i].value;
                double x = v[GW_HISTORY_IT_W], y = v[field];
                if (!(x > 0.0) || !(y > 0.0)) {
                    continue;
                }
                if (pass == 0) {
                    xx += x * x;
                    xy += x * y;
                    (*n)++;
                } else {
                    double away = fabs(y / (x * (xy / xx)) - 1.0);
                    *worst_frac = isnan(*worst_frac) ? away : fmax(*worst_frac, away);
                }
            }
        }
    }
    return *n > 0 ? xy / xx : GW_NAN;
}

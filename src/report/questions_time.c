/* report/questions_time.c: answers about megawatts and dates: what runs, how likely, what waits,
 * what a late connection does.
 * In: a finished run.   Out: sentences.
 * Derivation: docs/questions.md; what-ifs by engine/what_if.c. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/compare_run.h"
#include "programme/schedule.h"
#include "report/ask.h"
#include "report/compare.h"
#include "report/verdict.h"

static int shown_sites(const gw_ask *a) {
    return a->in->sites.n < GW_ASK_SHOWN ? a->in->sites.n : GW_ASK_SHOWN;
}

static void say_more_sites(gw_ask *a) {
    if (a->in->sites.n > GW_ASK_SHOWN) {
        gw_ask_say(a, "%d more sites stand in the report.", a->in->sites.n - GW_ASK_SHOWN);
    }
}

static bool is_late(const gw_record *x, const gw_record *y) {
    double x_d = gw_is_set(x->true_at_d) ? x->true_at_d : x->said_d;
    double y_d = gw_is_set(y->true_at_d) ? y->true_at_d : y->said_d;
    return x_d > y_d;
}

/* The latest observation of running power of a site; NULL if none. */
static const gw_record *last_seen(const gw_ask *a, int site) {
    const gw_record *last = NULL;
    for (int i = 0; i < a->records.n; i++) {
        const gw_record *x = &a->records.at[i];
        bool ours = x->claim >= 0 && a->in->claims.at[x->claim].site.i == site;
        bool is_running = x->measure == GW_MEASURE_POWER && x->status == GW_STATUS_ENERGISED &&
                          x->said_d <= a->in->as_of_d;
        if (ours && is_running && (last == NULL || is_late(x, last))) {
            last = x;
        }
    }
    return last;
}

static const char *basis_words(int basis) {
    return basis == GW_BASIS_IT         ? "of IT power"
           : basis == GW_BASIS_FACILITY ? "at the meter"
                                        : "on a basis that is not stated";
}

void gw_ask_running(gw_ask *a) {
    double meter_W = 0.0;
    for (int i = 0; i < a->in->sites.n; i++) {
        meter_W += gw_ask_summary(a, GW_M_running_facility_power_W, i).p50;
    }
    gw_ask_say(a,
               "On %s %s of IT power with %s accelerators run in the model, %s at the meter on the "
               "design day, of %s when finished.",
               gw_words_value(a->in->as_of_d, NULL).text,
               gw_ask_interval(a, GW_M_total_running_it_power_W, 0).text,
               gw_words_value(gw_ask_summary(a, GW_M_total_running_accelerators, 0).p50, "").text,
               gw_words_value(meter_W, "MW").text,
               gw_words_value(gw_ask_summary(a, GW_M_total_it_power_W, 0).p50, "MW").text);
    int n_seen = 0;
    for (int i = 0; i < a->in->sites.n && n_seen < GW_ASK_SHOWN; i++) {
        const gw_record *seen = last_seen(a, i);
        if (seen != NULL) {
            double at_d = gw_is_set(seen->true_at_d) ? seen->true_at_d : seen->said_d;
            n_seen++;
            gw_ask_say(a, "Last seen at %s: %s%s %s on %s (%s, according to %s).",
                       gw_ask_site(a, i), gw_words_wording(seen->wording).text,
                       gw_words_value(gw_record_number(seen), "MW").text, basis_words(seen->basis),
                       gw_words_value(at_d, NULL).text, seen->id, gw_ask_who(a, seen).text);
        }
    }
    if (n_seen == 0) {
        gw_ask_lacks(a,
                     "A claim with `status: energised`, `power` and its basis: nobody is on record "
                     "for what runs.");
    }
}

/* ---------------------------------------------------------------- 2 */

static int by_number(const void *x, const void *y) {
    double a = *(const double *)x, b = *(const double *)y;
    return a < b ? -1 : a > b;
}

/* Quantile of all samples, those without a value counted as never; NaN: not within them. */
static double quantile_of_all(const gw_ask *a, gw_metric_id metric, int i, double p) {
    size_t n = (size_t)a->r->n_samples, at = (size_t)a->m->metric_offset[metric] + (size_t)i;
    double *x = GW_NEW_N(a->arena, n + 1, double);
    for (size_t s = 0; s < n; s++) {
        double value = a->r->rows[s * (size_t)a->m->n_values + at];
        x[s] = isnan(value) ? GW_INF : value;
    }
    qsort(x, n, sizeof(double), by_number);
    double q = n > 0 ? x[(size_t)fmin(ceil(p * (double)n), (double)n) - 1] : GW_NAN;
    return isfinite(q) ? q : GW_NAN;
}

static void say_claimed_dates(gw_ask *a) {
    int shown = 0;
    for (int i = 0; i < a->m->n_claim_items && shown < GW_ASK_SHOWN; i++) {
        const gw_claim_item *c = &a->m->claim_items[i];
        bool is_open = c->quantity == GW_CLAIM_ONLINE && c->value > a->in->as_of_d;
        double share = is_open ? gw_verdict_share(a->r, i) : GW_NAN;
        if (gw_is_set(share)) {
            shown++;
            gw_ask_say(a, "%s by %s (within %.0f days): %s.", a->in->claims.at[c->claim].head.name,
                       gw_words_value(c->value, NULL).text, GW_VERDICT_TOLERANCE_d,
                       gw_words_share(share).text);
        }
    }
}

void gw_ask_probability(gw_ask *a) {
    if (a->r->n_samples == 0) {
        gw_ask_lacks(a, "Samples: run it with -n 1000.");
        return;
    }
    int year = gw_month_of_date(a->in->as_of_d) / 12;
    for (int i = 0; i < shown_sites(a); i++) {
        double full_d = gw_ask_summary(a, GW_M_full_date_d, i).p90;
        if (full_d <= a->in->as_of_d) {
            gw_ask_say(a, "%s was complete before %s.", gw_ask_site(a, i),
                       gw_words_value(a->in->as_of_d, NULL).text);
            continue;
        }
        gw_buf line = {0};
        for (int k = 0; k < 2; k++) {
            double by_d = gw_date_from_civil(year + k, 12, 31);
            double p = gw_result_probability_at_most(a->r, GW_M_full_date_d, i, by_d);
            gw_buf_printf(&line, "%s%s by %s", k == 0 ? "" : ", ", gw_words_share(p).text,
                          gw_words_value(by_d, NULL).text);
        }
        double p80_d = quantile_of_all(a, GW_M_full_date_d, i, 0.8);
        gw_ask_say(a, "All %s of IT power at %s: %s; eight of ten samples by %s.",
                   gw_words_value(gw_ask_summary(a, GW_M_full_it_power_W, i).p50, "MW").text,
                   gw_ask_site(a, i), line.text,
                   isnan(p80_d) ? "no day within the plan" : gw_words_value(p80_d, NULL).text);
        gw_buf_clear(&line);
    }
    say_claimed_dates(a);
    say_more_sites(a);
}

/* ---------------------------------------------------------------- 7, 31, 18 */

/* The activities that are most often critical. */
static void say_activities(gw_ask *a) {
    bool *told = GW_NEW_N(a->arena, a->in->activities.n + 1, bool);
    for (int k = 0; k < GW_ASK_SHOWN; k++) {
        int best = -1;
        double most = 0.0;
        for (int i = 0; i < a->in->activities.n; i++) {
            gw_summary s = gw_ask_summary(a, GW_M_critical_frac, i);
            bool is_done = gw_ask_summary(a, GW_M_activity_finish_date_d, i).p90 <= a->in->as_of_d;
            if (!told[i] && !is_done && s.mean > most) {
                best = i;
                most = s.mean;
            }
        }
        if (best < 0) {
            return;
        }
        const gw_activity *activity = &a->in->activities.at[best];
        told[best] = true;
        int site = activity->site.i;
        gw_buf_printf(
            &a->text, "%s%s (%s%s%s of samples)", k == 0 ? " Most often critical: " : ", ",
            gw_words_title(activity->title, &activity->head), site >= 0 ? gw_ask_site(a, site) : "",
            site >= 0 ? "; " : "", gw_words_share(most).text);
    }
}

void gw_ask_critical(gw_ask *a) {
    for (int i = 0; i < shown_sites(a); i++) {
        if (gw_ask_summary(a, GW_M_full_date_d, i).n == 0) {
            gw_ask_say(a, "%s never becomes complete within the dates given.", gw_ask_site(a, i));
            continue;
        }
        gw_ask_say(a, "Last to arrive at %s: chips in %s of samples, power in %s, buildings in %s.",
                   gw_ask_site(a, i),
                   gw_words_share(gw_ask_summary(a, GW_M_last_is_chips_frac, i).mean).text,
                   gw_words_share(gw_ask_summary(a, GW_M_last_is_power_frac, i).mean).text,
                   gw_words_share(gw_ask_summary(a, GW_M_last_is_building_frac, i).mean).text);
    }
    say_more_sites(a);
    if (a->in->activities.n > 0) {
        size_t before = a->text.n;
        say_activities(a);
        gw_buf_add(&a->text,
                   a->text.n > before ? "; float and dates: `gigawatt schedule FILE`." : "");
    } else {
        gw_ask_lacks(a,
                     "Which transformer, turbine, permit or crew it is: `activities` with `after` "
                     "and `duration`.");
    }
}

void gw_ask_idle(gw_ask *a) {
    for (int i = 0; i < shown_sites(a); i++) {
        gw_ask_say(a,
                   "%s: %s of the installed accelerators have no building or power on %s; over all "
                   "months %s of the installed chip capacity waits.",
                   gw_ask_site(a, i),
                   gw_words_share(gw_ask_summary(a, GW_M_idle_accelerators_frac, i).p50).text,
                   gw_words_value(a->in->as_of_d, NULL).text,
                   gw_words_share(gw_ask_summary(a, GW_M_waiting_chips_frac, i).p50).text);
    }
    say_more_sites(a);
}

void gw_ask_grid(gw_ask *a) {
    const gw_band_series *load = &a->r->series[GW_S_month_load_W];
    bool has_samples = a->r->n_samples > 0;
    int year = gw_month_of_date(a->in->as_of_d) / 12;
    int shown = 0;
    for (int k = 0; k < 3; k++) {
        int m = (year + k) * 12 + 11 - a->m->month0;
        if (m < 0 || m >= a->m->n_months) {
            continue;
        }
        double low = has_samples ? load->p10[m] : load->base[m];
        double mid = has_samples ? load->p50[m] : load->base[m];
        double high = has_samples ? load->p90[m] : load->base[m];
        gw_summary s = {.p10 = low, .p50 = mid, .p90 = high, .n = 1};
        gw_buf_printf(&a->text, "%s%s in December %d",
                      shown++ == 0 ? "Average draw at the meter: " : ", ",
                      gw_words_interval(s, "MW").text, year + k);
    }
    gw_buf_add(&a->text, shown > 0 ? "." : "");
    int n = 0;
    double realised = 0.0;
    for (int i = 0; i < a->scores.n; i++) {
        if (gw_is_set(a->scores.at[i].realised_frac)) {
            realised += a->scores.at[i].realised_frac;
            n++;
        }
    }
    if (n > 0) {
        gw_ask_say(
            a,
            "Of what was promised for a day that has passed, %s was there on the day (mean of "
            "%d %s); the draw above is the model's and is not scaled by it.",
            gw_words_share(realised / n).text, n, gw_words_plural(n, "promise", "promises"));
    } else {
        gw_ask_lacks(a, "Promises with a size and a day that has passed, and an observation of the "
                        "same object: then the share that was kept is known.");
    }
}

/* ---------------------------------------------------------------- 10: chips against supply */

static bool comes_from(const gw_scenario *in, const gw_chip_supply *supply, int cluster) {
    int system = in->clusters.at[cluster].system.i;
    int chip = system >= 0 ? in->systems.at[system].accelerator.i : -1;
    for (int i = 0; i < supply->accelerators.n; i++) {
        if (chip >= 0 && supply->accelerators.at[i].i == chip) {
            return true;
        }
    }
    return false;
}

/* Chips that the line ships to this scenario between two days. */
static double shipped(const gw_chip_supply *supply, double from_d, double until_d) {
    double sum = 0.0;
    for (int i = 0; i < supply->outputs.n; i++) {
        double start_d = supply->outputs.at[i].from_d;
        double end_d = until_d;
        for (int k = 0; k < supply->outputs.n; k++) { /* the rate holds until the next begins */
            double next_d = supply->outputs.at[k].from_d;
            end_d = next_d > start_d ? fmin(end_d, next_d) : end_d;
        }
        double days = fmax(0.0, end_d - fmax(start_d, from_d));
        sum += supply->outputs.at[i].rate_per_s * days * GW_DAY_s * supply->share;
    }
    return sum;
}

static double wanted(const gw_ask *a, const gw_chip_supply *supply, double from_d, double until_d) {
    double sum = 0.0;
    for (int c = 0; c < a->in->clusters.n; c++) {
        const gw_cluster *cluster = &a->in->clusters.at[c];
        for (int i = 0; i < cluster->lots.n && comes_from(a->in, supply, c); i++) {
            /* as planned; where only activities date it, as the base case does */
            double plan_d = cluster->lots.at[i].installed_d;
            plan_d =
                gw_is_set(plan_d) ? plan_d : a->base->in->clusters.at[c].lots.at[i].installed_d;
            double ship_d = plan_d - supply->lead_s / GW_DAY_s;
            sum += ship_d >= from_d && ship_d < until_d ? cluster->lots.at[i].count : 0.0;
        }
    }
    return sum;
}

/* Whether the lots of a line wait in the base case: a full store carries over a poor quarter. */
static const char *verdict_on(const gw_ask *a, int supply, bool too_many) {
    bool waits = false;
    for (int lot = 0; lot < a->m->schedule_plan->n_lots; lot++) {
        double wait_s = a->base->schedule.lot_wait_s[lot];
        waits = waits || (a->m->schedule_plan->lot_supply[lot] == supply && !(wait_s <= 0.0));
    }
    if (waits) {
        return too_many ? "more than it can ship, and lots wait"
                        : "that can be shipped, but lots before it wait";
    }
    return too_many ? "more than it makes in that quarter, but what it made before is enough"
                    : "it can be shipped";
}

static void say_supply(gw_ask *a, int i) {
    const gw_chip_supply *supply = &a->in->chip_supplies.at[i];
    double worst = 0.0, worst_wanted = 0.0, worst_shipped = 0.0;
    int worst_month = -1;
    int first = gw_month_of_date(a->in->as_of_d) / 3 * 3;
    for (int month = first; month < a->m->month0 + a->m->n_months; month += 3) {
        double from_d = gw_month_start_d(month), until_d = gw_month_start_d(month + 3);
        double need = wanted(a, supply, from_d, until_d);
        double have = shipped(supply, from_d, until_d);
        double ratio = need > 0.0 ? need / fmax(have, 1.0) : 0.0;
        if (ratio > worst) {
            worst = ratio;
            worst_month = month;
            worst_wanted = need;
            worst_shipped = have;
        }
    }
    const char *name = gw_words_title(supply->title, &supply->head);
    if (worst_month < 0) {
        gw_ask_say(a, "No delivery of %s is planned after %s.", name,
                   gw_words_value(a->in->as_of_d, NULL).text);
        return;
    }
    gw_ask_say(a,
               "%s: the fullest quarter is %d-Q%d, when the plan needs %s accelerators shipped and "
               "the line gives %s: %s.",
               name, worst_month / 12, gw_month_of_year(worst_month) / 3 + 1,
               gw_words_value(worst_wanted, "").text, gw_words_value(worst_shipped, "").text,
               verdict_on(a, i, worst > 1.0));
}

void gw_ask_supply(gw_ask *a) {
    for (int i = 0; i < a->in->chip_supplies.n && i < GW_ASK_SHOWN; i++) {
        say_supply(a, i);
    }
    for (int i = 0; i < a->ledger.findings.n; i++) {
        const gw_finding *f = &a->ledger.findings.at[i];
        if (strcmp(f->rule, "R14") == 0) {
            gw_ask_say(a, "%s%s", f->message, gw_words_stop(f->message));
            break;
        }
    }
    if (a->in->chip_supplies.n == 0) {
        double most = 0.0;
        int when = -1;
        const double *y = a->r->series[GW_S_month_accelerators].base;
        for (int m = 3; m < a->m->n_months; m++) {
            if (y[m] - y[m - 3] > most) {
                most = y[m] - y[m - 3];
                when = a->m->month0 + m;
            }
        }
        if (when >= 0) {
            gw_ask_say(a,
                       "In its fullest three months, to the end of %s, the plan brings %s "
                       "accelerators into operation.",
                       gw_words_month(when).text, gw_words_value(most, "").text);
        }
        gw_ask_lacks(a, "What the supplier ships: `chip_supplies` with `outputs`.");
    }
}

/* ---------------------------------------------------------------- 35: power late, chips on time */

static double it_at(const gw_ask *a, const gw_state *s, double date_d) {
    int m = gw_month_of_date(date_d) - a->m->month0;
    return m >= 0 && m < a->m->n_months ? s->series[GW_S_month_it_power_W][m] : GW_NAN;
}

static double idle_watt_years(const gw_ask *a, const gw_state *s) {
    double sum = 0.0;
    for (int m = 0; m < a->m->n_months; m++) {
        double days = gw_month_days(a->m->month0 + m);
        for (int i = 0; i < a->in->sites.n; i++) {
            const gw_capacity *c = &s->capacity[i];
            sum += fmax(c->chips_it_W[m] - c->running_it_W[m], 0.0) * days / GW_YEAR_d;
        }
    }
    return sum;
}

void gw_ask_power_late(gw_ask *a) {
    gw_what_if what = gw_what_if_none();
    what.power_late_s = GW_YEAR_d * GW_DAY_s;
    gw_state *late = gw_what_if_run(a->m, &what);
    if (late == NULL) {
        return;
    }
    const gw_state *base = a->base;
    double full_d = base->row[a->m->metric_offset[GW_M_all_full_date_d]];
    double late_full_d = late->row[a->m->metric_offset[GW_M_all_full_date_d]];
    double more_W = idle_watt_years(a, late) - idle_watt_years(a, base);
    double year_d = a->in->as_of_d + GW_YEAR_d;
    bool any = fabs(more_W) > 1e3 || fabs(late_full_d - full_d) > 0.5;
    if (!any) {
        gw_ask_say(a,
                   "Nothing changes: no power of the plan that the chips wait for is dated after "
                   "%s, or what "
                   "is there already is enough (base case).",
                   gw_words_value(a->in->as_of_d, NULL).text);
    } else {
        gw_ask_say(a,
                   "Every connection and plant dated after %s one year later: the whole runs %s "
                   "(base case).",
                   gw_words_value(a->in->as_of_d, NULL).text,
                   gw_ask_shift(full_d, late_full_d).text);
        gw_ask_say(
            a,
            "In %s %s of IT power run instead of %s; chips bought stand idle for %s-years more; "
            "the present value is %s.",
            gw_words_month(gw_month_of_date(year_d)).text,
            gw_words_value(it_at(a, late, year_d), "MW").text,
            gw_words_value(it_at(a, base, year_d), "MW").text, gw_words_value(more_W, "MW").text,
            gw_ask_change(late->cash.npv_usd - base->cash.npv_usd).text);
    }
    gw_state_free(late);
}

/* ---------------------------------------------------------------- 28, 29, 38 */

void gw_ask_compare(gw_ask *a) {
    const gw_model *models[1] = {a->m};
    const char *files[1] = {a->m->spec->file};
    gw_sides_opts opts = {.n_samples = 1, .seed = 1, .n_threads = 1, .on_d = GW_NAN};
    gw_diags *diags = gw_diags_create();
    gw_sides sides;
    if (gw_sides_work(models, files, 1, &opts, a->arena, diags, &sides) == GW_OK) {
        for (int i = 0; i < sides.n && i < 2 * GW_ASK_SHOWN; i++) {
            const double *v = sides.at[i].value->base;
            gw_ask_say(a,
                       "%s: %s of IT power running of %s, %s H100 equivalents when finished, %s in "
                       "USD of 2025 (%s).",
                       sides.at[i].title, gw_words_value(v[GW_COMPARE_RUNNING_IT], "MW").text,
                       gw_words_value(v[GW_COMPARE_FULL_IT], "MW").text,
                       gw_words_large(v[GW_COMPARE_FULL_H100E]).text,
                       gw_words_value(v[GW_COMPARE_CAPEX], "USD").text,
                       gw_words_value(v[GW_COMPARE_CAPEX_PER_W], "USD/W").text);
        }
        if (sides.n > 2 * GW_ASK_SHOWN) {
            gw_ask_say(a, "And %s more: `gigawatt compare %s`.",
                       gw_words_count(sides.n - 2 * GW_ASK_SHOWN).text, a->m->spec->file);
        }
        gw_ask_say(
            a, "Beside others, with P10 and P90 and over time: `gigawatt compare A.yaml B.yaml`.");
    }
    gw_diags_free(diags);
}

/* Share of samples in which both the cost and the date are met. */
static double both(const gw_ask *a, double cost_usd, double date_d) {
    size_t n = (size_t)a->r->n_samples, n_values = (size_t)a->m->n_values;
    size_t k_cost = (size_t)a->m->metric_offset[GW_M_capex_usd];
    size_t k_date = (size_t)a->m->metric_offset[GW_M_all_full_date_d];
    size_t met = 0;
    for (size_t s = 0; s < n; s++) {
        const double *row = a->r->rows + s * n_values;
        met += row[k_cost] <= cost_usd && row[k_date] <= date_d;
    }
    return n > 0 ? (double)met / (double)n : GW_NAN;
}

void gw_ask_joint(gw_ask *a) {
    if (a->r->n_samples < 20) {
        gw_ask_lacks(a, "Samples: run it with -n 1000.");
        return;
    }
    double cost = quantile_of_all(a, GW_M_capex_usd, 0, 0.8);
    double date = quantile_of_all(a, GW_M_all_full_date_d, 0, 0.8);
    if (isnan(date)) {
        gw_ask_say(a,
                   "In more than two of ten samples the plan is never complete; the capital cost "
                   "stays below %s in eight of ten.",
                   gw_words_value(cost, "USD").text);
        return;
    }
    gw_ask_say(
        a,
        "Eight of ten samples cost no more than %s, eight of ten are complete by %s, but only "
        "%s meet both.",
        gw_words_value(cost, "USD").text, gw_words_value(date, NULL).text,
        gw_words_share(both(a, cost, date)).text);
    for (int step = 0; step < 40; step++) { /* the same percentile of both */
        double p = 0.80 + 0.005 * step;
        double cost_p = quantile_of_all(a, GW_M_capex_usd, 0, p);
        double date_p = quantile_of_all(a, GW_M_all_full_date_d, 0, p);
        if (both(a, cost_p, date_p) >= 0.8) {
            gw_ask_say(a, "Together they hold in eight of ten with %s by %s (P%.0f of each).",
                       gw_words_value(cost_p, "USD").text, gw_words_value(date_p, NULL).text,
                       100.0 * p);
            return;
        }
    }
}

void gw_ask_demand(gw_ask *a) {
    for (int i = 0; i < shown_sites(a); i++) {
        gw_ask_say(a, "%s in full operation: %s a year, %s of carbon dioxide a year, %s of water.",
                   gw_ask_site(a, i),
                   gw_words_value(gw_ask_summary(a, GW_M_energy_per_year_J, i).p50, "TWh").text,
                   gw_words_value(gw_ask_summary(a, GW_M_carbon_kg_per_year, i).p50, "kg").text,
                   gw_words_value(gw_ask_summary(a, GW_M_water_m3_per_s, i).p50, "m3/d").text);
    }
    say_more_sites(a);
}

/* report/schedule_text.c: the schedule on a terminal.
 * In: a finished schedule run.   Out: text of 80 columns.
 * Derivation: engine/schedule_run.h; every number of the tables is in the JSON too. */
#include "report/schedule_text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "programme/schedule.h"
#include "report/words.h"

#define NAME 22    /* columns of a name */
#define DRIVERS 15 /* activities told in the table of what decides the end */
#define WAITS_TELL 0.005

static const char *const limit_names[GW_N_LIMIT] = {"building", "power", "chips"};

/* ---------------------------------------------------------------- lines */

static void head(gw_buf *out, const char *title) {
    gw_buf_printf(out, "\n%s\n", title);
}

static int columns_of(const char *text) {
    int columns = 0;
    for (; *text != '\0'; text++) {
        columns += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return columns;
}

/* Left-aligned in `width` columns; what is too long loses its middle. */
static void put_name(gw_buf *out, const char *text, int width) {
    int n = columns_of(text);
    if (n <= width || (int)strlen(text) != n) {
        gw_buf_printf(out, "%s%*s", text, n < width ? width - n : 0, "");
        return;
    }
    int left = (width - 2) / 2, right = width - 2 - left;
    gw_buf_printf(out, "%.*s..%s", left, text, text + n - right);
}

static void put_right(gw_buf *out, const char *text, int width) {
    int n = columns_of(text);
    gw_buf_printf(out, " %*s%s", n < width ? width - n : 0, "", text);
}

static void put_date(gw_buf *out, double date_d) {
    put_right(out, isnan(date_d) ? "never" : gw_words_value(date_d, NULL).text, 10);
}

static void put_share(gw_buf *out, double frac, int width) {
    put_right(out, isnan(frac) ? "-" : gw_words_share(frac).text, width);
}

static void put_days(gw_buf *out, double seconds, int width) {
    char text[32] = "-";
    if (!isnan(seconds)) {
        snprintf(text, sizeof text, "%.*f d", fabs(seconds) < 9.95 * GW_DAY_s ? 1 : 0,
                 seconds / GW_DAY_s);
    }
    put_right(out, text, width);
}

static void put_usd(gw_buf *out, double usd, int width) {
    put_right(out, isnan(usd) ? "-" : gw_words_value(usd, "USD").text, width);
}

/* "earlier" or "later" than. */
static gw_words shift(double seconds) {
    gw_words w;
    double days = seconds / GW_DAY_s;
    if (isnan(days)) {
        snprintf(w.text, sizeof w.text, "-");
    } else if (fabs(days) < 0.05) {
        snprintf(w.text, sizeof w.text, "the same");
    } else {
        snprintf(w.text, sizeof w.text, "%.*f d %s", fabs(days) < 9.95 ? 1 : 0, fabs(days),
                 days > 0.0 ? "later" : "earlier");
    }
    return w;
}

/* ---------------------------------------------------------------- the end */

static const char *value_or_never(double value, const char *unit, gw_words *w) {
    *w = gw_words_value(value, unit);
    return isnan(value) ? "never" : w->text;
}

static void put_spread(gw_buf *out, const char *name, const gw_spread *s, const char *unit) {
    gw_words w;
    gw_buf_printf(out, "%-12s ", name);
    if (s->none_frac >= 1.0) {
        gw_buf_add(out, "in no sample\n");
        return;
    }
    gw_buf_printf(out, "P10 %s, ", value_or_never(s->p10, unit, &w));
    gw_buf_printf(out, "P50 %s, ", value_or_never(s->p50, unit, &w));
    gw_buf_printf(out, "P80 %s, ", value_or_never(s->p80, unit, &w));
    gw_buf_printf(out, "P90 %s\n", value_or_never(s->p90, unit, &w));
    if (s->none_frac > 0.0) {
        gw_buf_printf(out, "%-12s never in %s of samples\n", "", gw_words_share(s->none_frac).text);
    }
}

static void put_end(const gw_schedule_report *r, gw_buf *out) {
    const gw_spread *end = &r->end;
    if (r->has_activities) {
        put_spread(out, "Last end", end, NULL);
    }
    if (r->model->in->sites.n > 0) {
        put_spread(out, "All runs", &r->arrival, NULL);
    }
    if (r->has_activities && r->cost.p90 > 0.0) {
        put_spread(out, "Cost", &r->cost, "USD");
    }
    if (isnan(end->base)) {
        gw_buf_printf(out, "%-12s in the base case it never ends\n", "Merge bias");
        return;
    }
    gw_buf_printf(out, "%-12s with every input at its median the end is %s; the mean of the\n",
                  "Merge bias", gw_words_value(end->base, NULL).text);
    gw_buf_printf(out, "%-12s samples is %s, P50 %s, ", "",
                  shift((end->mean - end->base) * GW_DAY_s).text,
                  shift((end->p50 - end->base) * GW_DAY_s).text);
    gw_buf_printf(out, "P80 %s\n", shift((end->p80 - end->base) * GW_DAY_s).text);
    const gw_spread *alone = &r->end_independent;
    if (r->has_activities && (alone->p50 != end->p50 || alone->p80 != end->p80)) {
        gw_buf_printf(out, "%-12s if nothing moved together: P50 %s, ", "",
                      gw_words_value(alone->p50, NULL).text);
        gw_buf_printf(out, "P80 %s, P90 %s\n", gw_words_value(alone->p80, NULL).text,
                      gw_words_value(alone->p90, NULL).text);
    }
}

/* ---------------------------------------------------------------- activities */

static void put_activity_dates(const gw_schedule_report *r, gw_buf *out, bool milestones) {
    const gw_scenario *in = r->model->in;
    bool any = false;
    for (int i = 0; i < in->activities.n; i++) {
        const gw_activity *a = &in->activities.at[i];
        const gw_activity_row *row = &r->activities[i];
        if ((a->kind == GW_ACTIVITY_MILESTONE) != milestones) {
            continue;
        }
        if (!any) {
            head(out, milestones ? "MILESTONES" : "ACTIVITIES");
            put_name(out, "", NAME);
            gw_buf_printf(out, " %10s %10s %10s %10s %10s\n", milestones ? "" : "start P50", "P10",
                          "P50", "P80", "P90");
        }
        any = true;
        put_name(out, a->head.name, NAME);
        if (row->is_done) {
            put_right(out, milestones ? "" : gw_words_value(row->start.p50, NULL).text, 10);
            put_right(out, "finished", 10);
            put_date(out, row->finish.p50);
            gw_buf_addc(out, '\n');
            continue;
        }
        put_right(out, milestones ? "" : gw_words_value(row->start.p50, NULL).text, 10);
        put_date(out, row->finish.p10);
        put_date(out, row->finish.p50);
        put_date(out, row->finish.p80);
        put_date(out, row->finish.p90);
        gw_buf_addc(out, '\n');
    }
}

/* Most critical first; then by cruciality, then as written. */
static double weight(const gw_activity_row *row) {
    return row->is_done
               ? -1.0
               : row->critical_frac + 1e-3 * (isnan(row->cruciality) ? 0.0 : row->cruciality);
}

static void put_drivers(const gw_schedule_report *r, gw_buf *out) {
    const gw_scenario *in = r->model->in;
    bool told[1 << 12] = {false};
    int n = in->activities.n < 1 << 12 ? in->activities.n : 1 << 12, n_told = 0;
    head(out, "WHAT DECIDES THE END");
    put_name(out, "", NAME);
    gw_buf_printf(out, " %8s %10s %10s %10s %6s\n", "critical", "cruciality", "mean float", "due",
                  "kept");
    for (; n_told < DRIVERS && n_told < n; n_told++) {
        int best = -1;
        for (int i = 0; i < n; i++) {
            bool better = !told[i] && !r->activities[i].is_done &&
                          (best < 0 || weight(&r->activities[i]) > weight(&r->activities[best]));
            best = better ? i : best;
        }
        if (best < 0) {
            break;
        }
        told[best] = true;
        const gw_activity_row *row = &r->activities[best];
        const gw_activity *a = &in->activities.at[best];
        if (row->critical_frac == 0.0 && !gw_is_set(a->due_d)) {
            continue;
        }
        char cruciality[16] = "-";
        if (!isnan(row->cruciality)) {
            snprintf(cruciality, sizeof cruciality, "%.2f", row->cruciality);
        }
        put_name(out, a->head.name, NAME);
        put_share(out, row->critical_frac, 8);
        put_right(out, cruciality, 10);
        put_days(out, row->float_s, 10);
        put_right(out, gw_is_set(a->due_d) ? gw_words_value(a->due_d, NULL).text : "-", 10);
        put_share(out, row->kept_frac, 6);
        gw_buf_addc(out, '\n');
    }
    gw_buf_add(out,
               "critical: share of samples on the longest path. cruciality: rank correlation of\n"
               "its length with the end. float: delay that does not move the end.\n");
}

static void put_chain(const gw_schedule_report *r, gw_buf *out) {
    const gw_schedule *s = &r->base->schedule;
    if (r->n_chain == 0) {
        return;
    }
    head(out, "CRITICAL PATH, every input at its median");
    for (int k = 0; k < r->n_chain; k++) {
        int i = r->chain[k];
        put_name(out, r->model->in->activities.at[i].head.name, NAME);
        put_date(out, s->start_d[i]);
        put_date(out, s->finish_d[i]);
        if (s->resource_wait_s[i] > 0.0) {
            gw_buf_printf(out, "  waits %.0f d for %s", s->resource_wait_s[i] / GW_DAY_s,
                          r->model->in->activities.at[i].resource.name);
        }
        gw_buf_addc(out, '\n');
    }
}

/* ---------------------------------------------------------------- sites */

static void put_sites(const gw_schedule_report *r, gw_buf *out) {
    const gw_scenario *in = r->model->in;
    if (in->sites.n == 0) {
        return;
    }
    head(out, "SITES                    first runs                all runs");
    put_name(out, "", NAME);
    gw_buf_printf(out, " %10s %10s %10s %10s  %s\n", "P50", "P10", "P50", "P80", "last to come");
    for (int i = 0; i < in->sites.n; i++) {
        const gw_site_row *row = &r->sites[i];
        put_name(out, in->sites.at[i].head.name, NAME);
        put_date(out, row->first.p50);
        put_date(out, row->full.p10);
        put_date(out, row->full.p50);
        put_date(out, row->full.p80);
        int last = 0;
        for (int k = 1; k < GW_N_LIMIT; k++) {
            last = row->last_frac[k] > row->last_frac[last] ? k : last;
        }
        if (!isnan(row->full.p50)) {
            gw_buf_printf(out, "  %s %s", limit_names[last],
                          gw_words_share(row->last_frac[last]).text);
        }
        gw_buf_addc(out, '\n');
        if (row->full.none_frac > 0.0) {
            put_name(out, "", NAME);
            gw_buf_printf(out, " never in %s of samples\n",
                          gw_words_share(row->full.none_frac).text);
        }
        if (row->last_activity >= 0) {
            put_name(out, "", NAME);
            gw_buf_printf(out, " behind it: %s\n", in->activities.at[row->last_activity].head.name);
        }
    }
}

/* ---------------------------------------------------------------- events */

/* A difference of two means that is less than three of its standard errors says nothing: with dozens
 * of events, two would be passed by chance. */
static bool is_clear(double difference, double error) {
    return fabs(difference) > 3.0 * error; /* false when NaN */
}

static void put_event(gw_buf *out, const gw_event_row *row, int usd_width) {
    double later_d = row->end_with_d - row->end_without_d;
    double usd = row->cost_with_usd - row->cost_without_usd;
    put_right(out,
              isnan(later_d)                        ? "-"
              : later_d == 0.0                      ? "the same"
              : is_clear(later_d, row->end_error_d) ? shift(later_d * GW_DAY_s).text
                                                    : "not clear",
              14);
    put_right(out,
              isnan(usd)                           ? "-"
              : usd == 0.0                         ? "the same"
              : is_clear(usd, row->cost_error_usd) ? gw_words_value(usd, "USD").text
                                                   : "not clear",
              usd_width);
    gw_buf_addc(out, '\n');
}

static const char *const not_clear =
    "not clear: less than three standard errors; more samples (-n) tell small effects.\n";

static void put_risks(const gw_schedule_report *r, gw_buf *out) {
    if (r->model->in->risks.n == 0) {
        return;
    }
    head(out, "RISKS");
    put_name(out, "", NAME);
    gw_buf_printf(out, " %8s %14s %14s\n", "happens", "mean end", "mean cost");
    for (int i = 0; i < r->model->in->risks.n; i++) {
        put_name(out, r->model->in->risks.at[i].head.name, NAME);
        put_share(out, r->risks[i].frac, 8);
        put_event(out, &r->risks[i], 14);
    }
    gw_buf_add(out, not_clear);
}

const char *gw_commitment_state(const gw_model *model, int commitment) {
    const gw_commitment *c = &model->in->commitments.at[commitment];
    double as_of_d = model->in->as_of_d;
    if (c->withdrawn_d <= as_of_d) {
        return "withdrawn";
    }
    if (model->schedule_plan->superseded[commitment]) {
        return "replaced";
    }
    if (c->draw_until_d <= as_of_d) {
        return "drawn";
    }
    if (c->disputed_d <= as_of_d) {
        return "disputed";
    }
    if (c->draw_from_d <= as_of_d) {
        return "being drawn";
    }
    return c->financed_d <= as_of_d     ? "financed"
           : c->contracted_d <= as_of_d ? "contracted"
                                        : "pledged";
}

static void put_commitments(const gw_schedule_report *r, gw_buf *out) {
    const gw_scenario *in = r->model->in;
    if (in->commitments.n == 0) {
        return;
    }
    head(out, "PROMISES OF MONEY                           withdrawn, and what that does");
    put_name(out, "", NAME);
    gw_buf_printf(out, " %-11s %8s %8s %14s %12s\n", "state", "amount", "share", "mean end",
                  "mean cost");
    for (int i = 0; i < in->commitments.n; i++) {
        const gw_event_row *row = &r->commitments[i];
        put_name(out, in->commitments.at[i].head.name, NAME);
        gw_buf_printf(out, " %-11s", gw_commitment_state(r->model, i));
        put_usd(out, in->commitments.at[i].amount_usd, 8);
        if (r->model->schedule_plan->superseded[i]) {
            put_right(out, "replaced", 8);
        } else {
            put_share(out, row->frac, 8);
        }
        put_event(out, row, 12);
    }
}

/* ---------------------------------------------------------------- what is scarce */

static void put_resources(const gw_schedule_report *r, gw_buf *out) {
    const gw_scenario *in = r->model->in;
    for (int k = 0; k < in->resources.n; k++) {
        char title[160];
        snprintf(title, sizeof title, "WAITING FOR %s (%s at a time)",
                 in->resources.at[k].head.name,
                 gw_words_value(in->resources.at[k].capacity, "").text);
        head(out, title);
        for (int i = 0; i < in->activities.n; i++) {
            const gw_activity *a = &in->activities.at[i];
            if (a->resource.i != k) {
                continue;
            }
            put_name(out, a->site.name != NULL ? a->site.name : "(no site)", NAME);
            gw_buf_addc(out, ' ');
            put_name(out, a->head.name, NAME);
            const gw_activity_row *row = &r->activities[i];
            if (row->waits_frac < WAITS_TELL) {
                gw_buf_add(out, "  does not wait\n");
            } else {
                gw_buf_printf(out, "  in %s of samples, then %.0f d\n",
                              gw_words_share(row->waits_frac).text, row->wait_s / GW_DAY_s);
            }
        }
    }
}

static void put_chip_supplies(const gw_schedule_report *r, gw_buf *out) {
    const gw_scenario *in = r->model->in;
    for (int k = 0; k < in->chip_supplies.n; k++) {
        char title[160];
        snprintf(title, sizeof title, "WAITING FOR CHIPS OF %s", in->chip_supplies.at[k].head.name);
        head(out, title);
        int n_lots = 0, n_in_time = 0;
        for (int i = 0; i < r->n_lots; i++) {
            const gw_lot_row *row = &r->lots[i];
            if (row->supply != k) {
                continue;
            }
            n_lots++;
            if (row->waits_frac < WAITS_TELL && !(row->never_frac > WAITS_TELL)) {
                n_in_time++;
                continue;
            }
            const gw_cluster *cluster = &in->clusters.at[row->cluster];
            char lot[96];
            snprintf(lot, sizeof lot, "%.45s %.45s", cluster->head.name,
                     cluster->lots.at[row->item].head.name);
            put_name(out, cluster->site.name, NAME);
            gw_buf_addc(out, ' ');
            put_name(out, lot, NAME);
            if (row->never_frac > WAITS_TELL) {
                gw_buf_printf(out, "  never in %s of samples\n",
                              gw_words_share(row->never_frac).text);
            } else {
                gw_buf_printf(out, "  in %s of samples, then %.0f d\n",
                              gw_words_share(row->waits_frac).text, row->wait_s / GW_DAY_s);
            }
        }
        if (n_in_time > 0) {
            gw_buf_printf(out, "%s of %d lots: no wait\n",
                          n_in_time == n_lots ? "all" : gw_words_value(n_in_time, "").text, n_lots);
        }
    }
}

/* ---------------------------------------------------------------- measures, cost and date */

static void put_measures(const gw_schedule_report *r, gw_buf *out) {
    if (r->n_measures == 0) {
        return;
    }
    head(out, "MEASURES, with the same random numbers as without");
    put_name(out, "", NAME);
    gw_buf_printf(out, " %10s %10s %13s %8s %10s\n", "P50", "P80", "P80 moves by", "cost",
                  "per day");
    put_name(out, "none", NAME);
    put_date(out, r->end.p50);
    put_date(out, r->end.p80);
    gw_buf_addc(out, '\n');
    for (int m = 0; m < r->n_measures; m++) {
        const gw_measure_row *row = &r->measures[m];
        put_name(out,
                 row->mitigation < 0 ? "all together"
                                     : r->model->in->mitigations.at[row->mitigation].head.name,
                 NAME);
        put_date(out, row->end.p50);
        put_date(out, row->end.p80);
        put_right(out, shift(-row->gain_p80_s).text, 13);
        put_usd(out, row->cost_usd, 8);
        put_usd(out, row->usd_per_day, 10);
        gw_buf_addc(out, '\n');
    }
    gw_buf_add(out,
               "cost: change of the mean cost, the measure's own price included; per day: of that\n"
               "for each day by which the P80 comes earlier.\n");
}

static void put_joint(const gw_schedule_report *r, gw_buf *out) {
    const gw_joint *joint = &r->joint;
    if (!r->has_activities || !(joint->p80_usd > 0.0) || isnan(joint->p80_d)) {
        return;
    }
    head(out, "COST AND DATE TOGETHER");
    gw_buf_printf(out, "P80 date %s and P80 cost %s: each holds in 80 %% of samples,\n",
                  gw_words_value(joint->p80_d, NULL).text,
                  gw_words_value(joint->p80_usd, "USD").text);
    gw_buf_printf(out, "both together in %s. Both hold in 80 %% with:\n",
                  gw_words_share(joint->both_frac).text);
    double last_usd = GW_NAN;
    for (int k = 0; k < joint->n; k++) {
        if (joint->cost_usd[k] == last_usd && k + 1 < joint->n) {
            continue; /* a later date that buys nothing */
        }
        last_usd = joint->cost_usd[k];
        gw_buf_printf(out, "  by %s (P%.3g) for up to %s\n",
                      gw_words_value(joint->date_d[k], NULL).text, 100.0 * joint->date_frac[k],
                      gw_words_value(joint->cost_usd[k], "USD").text);
    }
}

void gw_schedule_text(const gw_schedule_report *r, gw_buf *out) {
    const gw_scenario *in = r->model->in;
    gw_buf_printf(out, "%s\nas of %s, %d samples, %d activities\n\n", in->title,
                  gw_words_value(in->as_of_d, NULL).text, r->n_samples, in->activities.n);
    put_end(r, out);
    put_activity_dates(r, out, true);
    put_activity_dates(r, out, false);
    if (r->has_activities) {
        put_drivers(r, out);
    }
    put_chain(r, out);
    put_sites(r, out);
    put_risks(r, out);
    put_commitments(r, out);
    put_resources(r, out);
    put_chip_supplies(r, out);
    put_measures(r, out);
    put_joint(r, out);
}

/* report/html_capacity.c: "When does it come online?": running IT power against its three limits,
 * the date when all runs, and what arrives last. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/date.h"
#include "report/html_page.h"
#include "report/verdict.h"

#define CURVES_MAX GW_CHART_CURVES
#define QUARTERS_MAX 16

static const char *const limit_names[GW_N_LIMIT] = {"buildings", "power", "chips"};

static void draw_fan(gw_page *p) {
    const gw_band_series *run = &p->r->series[GW_S_month_it_power_W];
    gw_chart_curve curves[] = {
        {"ready buildings", gw_words_series(p->r, GW_S_built_it_power_W), 1, 1},
        {"energised power", gw_words_series(p->r, GW_S_powered_it_power_W), 3, 2},
        {"installed chips", gw_words_series(p->r, GW_S_chips_it_power_W), 5, 3},
    };
    gw_chart_mark marks[] = {
        gw_page_as_of(p),
        {gw_page_summary(p, GW_M_all_full_date_d, 0).p50, "all runs (P50)"},
    };
    gw_page_figure_begin(p);
    gw_chart_fan fan = {.head = gw_page_chart(p, "IT power running",
                                              "Running IT power by month with its P10 to P90 "
                                              "band, and the three limits above it."),
                        .unit = "MW",
                        .month0 = p->m->month0,
                        .n_months = p->m->n_months,
                        .at_end = 1,
                        .low = run->p10,
                        .mid = gw_words_series(p->r, GW_S_month_it_power_W),
                        .high = run->p90,
                        .label = "running (P50)",
                        .colour = 0,
                        .n_curves = 3,
                        .curves = curves,
                        .n_marks = 2,
                        .marks = marks};
    gw_chart_fan_draw(&fan, p->out);
    gw_page_figure_end(
        p,
        "IT power that runs, and the three things it needs at once (P50 each): the lowest "
        "of them decides in every sample. Band: eight of ten samples. %s",
        p->in->sites.n > 1 ? "Limits are summed over the sites." : "");
}

static void draw_accelerators(gw_page *p) {
    const gw_band_series *run = &p->r->series[GW_S_month_accelerators];
    gw_chart_mark mark = gw_page_as_of(p);
    gw_page_figure_begin(p);
    gw_chart_fan fan = {.head = gw_page_chart(p, "Accelerators running",
                                              "Accelerators that run at the end of each month."),
                        .unit = "",
                        .month0 = p->m->month0,
                        .n_months = p->m->n_months,
                        .at_end = 1,
                        .low = run->p10,
                        .mid = gw_words_series(p->r, GW_S_month_accelerators),
                        .high = run->p90,
                        .label = "accelerators (P50)",
                        .colour = 2,
                        .n_marks = 1,
                        .marks = &mark};
    gw_chart_fan_draw(&fan, p->out);
    gw_page_figure_end(
        p, "Accelerators that run at the end of each month. Band: eight of ten samples.");
}

static void draw_sites_stack(gw_page *p) {
    gw_chart_curve layers[CURVES_MAX];
    int n = p->in->sites.n < CURVES_MAX ? p->in->sites.n : CURVES_MAX;
    for (int i = 0; i < n; i++) {
        const gw_site *site = &p->in->sites.at[i];
        layers[i] = (gw_chart_curve){gw_words_title(site->title, &site->head),
                                     p->r->base->capacity[i].running_it_W, i, 0};
    }
    gw_chart_mark mark = gw_page_as_of(p);
    gw_page_figure_begin(p);
    gw_chart_stack stack = {.head = gw_page_chart(p, "IT power by site, base case",
                                                  "Running IT power of every site, stacked."),
                            .unit = "MW",
                            .month0 = p->m->month0,
                            .n_months = p->m->n_months,
                            .n_layers = n,
                            .layers = layers,
                            .n_marks = 1,
                            .marks = &mark};
    gw_chart_stack_draw(&stack, p->out);
    gw_page_figure_end(
        p, "IT power that runs, by site, in the base case (every input at its median).");
}

/* ------------------------------------------------------------------ the full date */

static int compare(const void *a, const void *b) {
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The samples of one metric, sorted, without NaN; caller frees. */
static double *sorted(const gw_page *p, gw_metric_id metric, int instance, int *n) {
    int at = p->m->metric_offset[metric] + instance;
    double *x = malloc(sizeof *x * (size_t)(p->r->n_samples > 0 ? p->r->n_samples : 1));
    if (x == NULL) {
        gw_out_of_memory((size_t)p->r->n_samples * sizeof *x);
    }
    *n = 0;
    for (int s = 0; s < p->r->n_samples; s++) {
        double v = p->r->rows[(size_t)s * (size_t)p->m->n_values + (size_t)at];
        if (!isnan(v)) {
            x[(*n)++] = v;
        }
    }
    qsort(x, (size_t)*n, sizeof *x, compare);
    return x;
}

static double share_by(const gw_chart_cdf_curve *c, double date_d) {
    int n = 0;
    while (n < c->n && c->sorted_d[n] <= date_d) {
        n++;
    }
    return c->n_all > 0 ? (double)n / c->n_all : GW_NAN;
}

/* Ends of quarters from the first sample to the last, at most QUARTERS_MAX: else every second,
 * fourth... */
static void draw_quarters(gw_page *p, const gw_chart_cdf_curve *curves, int n) {
    double lo = GW_INF;
    double hi = -GW_INF;
    for (int k = 0; k < n; k++) {
        if (curves[k].n > 0) {
            lo = fmin(lo, curves[k].sorted_d[0]);
            hi = fmax(hi, curves[k].sorted_d[curves[k].n - 1]);
        }
    }
    if (!(hi >= lo)) {
        return;
    }
    int first = gw_month_of_date(lo) / 3;
    int last = gw_month_of_date(hi) / 3;
    int step = 1;
    while ((last - first) / step + 1 > QUARTERS_MAX) {
        step *= 2;
    }
    char columns[CURVES_MAX * 80 + 16] = "By the end of";
    size_t used = 13;
    for (int k = 0; k < n; k++) {
        used += (size_t)snprintf(columns + used, sizeof columns - used, "|>%.70s", curves[k].label);
    }
    gw_page_table_begin(p, "Chance that everything planned runs", columns);
    for (int q = first; q < last + step; q += step) {
        int month = q * 3 + 3;
        gw_page_row_begin(p);
        gw_page_cellf(p, "%d-Q%d", (month - 1) / 12, (month - 1) % 12 / 3 + 1);
        for (int k = 0; k < n; k++) {
            gw_page_cell(p, gw_words_share(share_by(&curves[k], gw_month_start_d(month))).text);
        }
        gw_page_row_end(p);
    }
    gw_page_table_end(p);
}

#define MARKS_MAX 12

/* The claimed dates of full operation, each date once. */
static int add_promises(const gw_page *p, int site, gw_chart_mark *marks, int n) {
    for (int i = 0; i < p->m->n_claim_items && n < MARKS_MAX; i++) {
        const gw_claim_item *c = &p->m->claim_items[i];
        bool is_new = gw_verdict_is_full_date(p->r, i, site);
        for (int k = 0; k < n; k++) {
            is_new = is_new && marks[k].date_d != c->value;
        }
        if (is_new) {
            marks[n++] = (gw_chart_mark){c->value, p->in->claims.at[c->claim].head.name};
        }
    }
    return n;
}

/* One site: the chance that it is finished, between the dates that were named for it. */
static void draw_promises(gw_page *p, int i, const gw_chart_cdf_curve *curve) {
    gw_chart_cdf_curve solid = *curve;
    solid.dash = 0;
    gw_chart_mark marks[MARKS_MAX] = {gw_page_as_of(p)};
    int n = add_promises(p, i, marks, 1);
    char title[160];
    if (curve->n == 0) {
        return;
    }
    snprintf(title, sizeof title, "Chance that %.100s is finished by a date", curve->label);
    gw_page_figure_begin(p);
    gw_chart_cdf cdf = {.head = gw_page_chart(p, title,
                                              "The curve climbs where the run finishes the site; "
                                              "where it crosses a dashed line is the chance that "
                                              "the date named there is met."),
                        .n_curves = 1,
                        .curves = &solid,
                        .n_marks = n,
                        .marks = marks};
    gw_chart_cdf_draw(&cdf, p->out);
    if (n > 1) {
        gw_page_figure_end(p, "Share of samples in which all planned capacity runs. Dashed: the "
                              "as-of date, and the dates that claims name for full operation.");
    } else {
        gw_page_figure_end(p, "Share of samples in which all planned capacity runs. No claim "
                              "names a date for the whole of this site.");
    }
}

static void draw_full_date(gw_page *p) {
    gw_chart_cdf_curve curves[CURVES_MAX];
    double *data[CURVES_MAX];
    bool is_multi = p->in->sites.n > 1;
    int n = p->in->sites.n < CURVES_MAX - 1 ? p->in->sites.n : CURVES_MAX - 1;
    for (int i = 0; i < n; i++) {
        const gw_site *site = &p->in->sites.at[i];
        int found = 0;
        data[i] = sorted(p, GW_M_full_date_d, i, &found);
        curves[i] = (gw_chart_cdf_curve){
            gw_words_title(site->title, &site->head), data[i], found, p->r->n_samples, i, i & 3};
    }
    if (is_multi) {
        int found = 0;
        data[n] = sorted(p, GW_M_all_full_date_d, 0, &found);
        curves[n] = (gw_chart_cdf_curve){"all sites", data[n], found, p->r->n_samples, 6, 0};
        n++;
    }
    bool any = false;
    for (int k = 0; k < n; k++) {
        any = any || curves[k].n > 0;
    }
    if (!any) {
        gw_page_para(
            p, "In no sample does everything planned run: some part has no date, or one limit "
               "stays below the others for good.");
    } else {
        for (int k = 0; k < n - is_multi; k++) {
            draw_promises(p, k, &curves[k]);
        }
        draw_quarters(p, curves, n);
    }
    for (int k = 0; k < n; k++) {
        free(data[k]);
    }
}

static void draw_last(gw_page *p) {
    static const gw_metric_id metrics[GW_N_LIMIT] = {
        GW_M_last_is_building_frac, GW_M_last_is_power_frac, GW_M_last_is_chips_frac};
    static const int colours[GW_N_LIMIT] = {1, 3, 5};
    int n = p->in->sites.n < 32 ? p->in->sites.n : 32;
    gw_chart_part parts[32][GW_N_LIMIT];
    gw_chart_row rows[32];
    bool any = false;
    for (int i = 0; i < n; i++) {
        const gw_site *site = &p->in->sites.at[i];
        for (int k = 0; k < GW_N_LIMIT; k++) {
            double share = gw_page_summary(p, metrics[k], i).mean;
            parts[i][k] = (gw_chart_part){limit_names[k], share, colours[k]};
            any = any || share > 0.0;
        }
        rows[i] = (gw_chart_row){n > 1 ? gw_words_title(site->title, &site->head) : "", GW_N_LIMIT,
                                 parts[i], GW_NAN, ""};
    }
    if (!any) {
        return;
    }
    gw_page_figure_begin(p);
    gw_chart_rows chart = {.head =
                               gw_page_chart(p, "What arrives last",
                                             "Share of samples in which buildings, power or chips "
                                             "complete the site."),
                           .unit = "%",
                           .n = n,
                           .rows = rows};
    gw_chart_rows_draw(&chart, p->out);
    gw_page_figure_end(p,
                       "Share of samples in which the last missing piece is a building, power or "
                       "chips. Work that hastens any other piece does not bring the date forward.");
}

static void say_site(gw_page *p, int i) {
    const gw_site *site = &p->in->sites.at[i];
    gw_summary full = gw_page_summary(p, GW_M_full_date_d, i);
    gw_summary now = gw_page_summary(p, GW_M_running_it_power_W, i);
    gw_summary accelerators = gw_page_summary(p, GW_M_running_accelerators, i);
    gw_page_para(
        p,
        "%s is planned for %s of IT power and %s accelerators, %s at the meter on the design day.",
        gw_words_title(site->title, &site->head),
        gw_words_value(gw_page_summary(p, GW_M_full_it_power_W, i).p50, "MW").text,
        gw_words_value(gw_page_summary(p, GW_M_full_accelerators, i).p50, "").text,
        gw_words_value(gw_page_summary(p, GW_M_full_facility_power_W, i).p50, "MW").text);
    if (now.p90 > 0.0) {
        gw_page_para(p, "On %s, %s of it run with %s accelerators.",
                     gw_words_value(p->in->as_of_d, NULL).text, gw_words_interval(now, "MW").text,
                     gw_words_interval(accelerators, "").text);
    } else {
        gw_page_para(p, "On %s nothing of it runs yet.", gw_words_value(p->in->as_of_d, NULL).text);
    }
    if (full.n == 0) {
        gw_page_para(p, "It never completes within the dates that the scenario gives.");
    } else if (full.p10 == full.p90) {
        gw_page_para(p, "Everything runs by %s in nearly every sample.",
                     gw_words_value(full.p50, NULL).text);
    } else {
        gw_page_para(
            p,
            "Everything runs by %s in half of the samples; one in ten is done by %s, nine in "
            "ten by %s.",
            gw_words_value(full.p50, NULL).text, gw_words_value(full.p10, NULL).text,
            gw_words_value(full.p90, NULL).text);
    }
}

void gw_page_capacity(gw_page *p) {
    gw_page_para(
        p, "An accelerator runs when its building is ready, power has reached it and the chip "
           "is in its rack. All three have uncertain dates.");
    for (int i = 0; i < p->in->sites.n; i++) {
        say_site(p, i);
    }
    draw_fan(p);
    if (p->in->sites.n > 1) {
        draw_sites_stack(p);
    }
    draw_accelerators(p);
    draw_full_date(p);
    draw_last(p);
    gw_page_metrics(p, "Capacity by site", "capacity", GW_SCOPE_SITE);
    if (p->in->sites.n > 1) {
        gw_page_metrics(p, "Capacity of all sites", "capacity", GW_SCOPE_SCENARIO);
    }
}

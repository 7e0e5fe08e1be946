/* report/html_power.c: "What will it draw?": power per accelerator, cooling, load, supply, water,
 * carbon. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/date.h"
#include "report/html_page.h"

static double *zeros(int n) {
    double *x = calloc((size_t)(n > 0 ? n : 1), sizeof *x);
    if (x == NULL) {
        gw_out_of_memory((size_t)n * sizeof *x);
    }
    return x;
}

static double mean12(const double *x) {
    double sum = 0.0;
    for (int m = 0; m < 12; m++) {
        sum += x[m];
    }
    return sum / 12.0;
}

static void draw_tree(gw_page *p, int i) {
    const gw_cluster *cluster = &p->in->clusters.at[i];
    const gw_slot *slot = &p->r->base->slot[i];
    const gw_overhead *over = &p->r->base->overhead[cluster->site.i];
    const char *name = gw_words_title(cluster->title, &cluster->head);
    double cooling = mean12(over->chiller_frac) + mean12(over->fan_frac) + mean12(over->pump_frac);
    const gw_chart_part parts[] = {
        {"server: chips, host, scale-up switches", slot->system_W, 0},
        {"network: switches and optics", slot->network_W, 4},
        {"storage and management", slot->storage_W, 2},
        {"cooling", cooling * slot->it_W, 1},
        {"electrical losses", mean12(over->loss_frac) * slot->it_W, 3},
        {"lights, offices, security", over->house_frac * slot->it_W, 5},
    };
    char title[160];
    snprintf(title, sizeof title, "Power of one accelerator of %.100s, base case", name);
    gw_page_figure_begin(p);
    gw_chart_steps chart = {.head = gw_page_chart(p, title, "From the chip's server to the meter."),
                            .unit = "W",
                            .total_label = "at the meter",
                            .n = 6,
                            .parts = parts};
    gw_chart_steps_draw(&chart, p->out);
    gw_page_figure_end(
        p,
        "%s: rated power of one accelerator slot and its share of everything around it, "
        "yearly mean of the base case. In training a slot draws %s, idle %s.",
        name, gw_words_value(slot->training_W, "W").text, gw_words_value(slot->idle_W, "W").text);
}

static void draw_pue(gw_page *p, int i) {
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const gw_site *site = &p->in->sites.at[i];
    const gw_overhead *o = &p->r->base->overhead[i];
    double house[12];
    for (int m = 0; m < 12; m++) {
        house[m] = o->house_frac;
    }
    const gw_chart_curve layers[] = {
        {"losses", o->loss_frac, 3, 0},      {"lights, offices", house, 5, 0},
        {"pumps", o->pump_frac, 4, 0},       {"fans", o->fan_frac, 2, 0},
        {"chillers", o->chiller_frac, 1, 0},
    };
    char title[160];
    snprintf(title, sizeof title, "Power beyond IT at %.100s, base case",
             gw_words_title(site->title, &site->head));
    gw_page_figure_begin(p);
    gw_chart_columns chart = {
        .head = gw_page_chart(p, title, "Cooling and losses as a share of IT power, by month."),
        .unit = "%",
        .n_columns = 12,
        .names = months,
        .n_layers = 5,
        .layers = layers,
        .height = 230.0};
    gw_chart_columns_draw(&chart, p->out);
    gw_page_figure_end(
        p,
        "%s: everything that is not IT, over IT power, by month of the year in the base "
        "case. One plus the column is the PUE of the month: %.3f in January, %.3f in July, "
        "%.3f over the year. No chillers run in %s of the year.",
        gw_words_title(site->title, &site->head), o->pue[0], o->pue[6], o->pue_mean,
        gw_words_share(o->free_cooling_frac).text);
}

static void draw_load(gw_page *p) {
    const gw_band_series *load = &p->r->series[GW_S_month_load_W];
    gw_chart_mark mark = gw_page_as_of(p);
    gw_page_figure_begin(p);
    gw_chart_fan fan = {.head = gw_page_chart(p, "Draw at the meter", "Average draw by month."),
                        .unit = "MW",
                        .month0 = p->m->month0,
                        .n_months = p->m->n_months,
                        .low = load->p10,
                        .mid = gw_words_series(p->r, GW_S_month_load_W),
                        .high = load->p90,
                        .label = "load (P50)",
                        .colour = 0,
                        .n_marks = 1,
                        .marks = &mark};
    gw_chart_fan_draw(&fan, p->out);
    gw_page_figure_end(
        p, "Average draw at the meter by month. Less than the rated power: accelerators do "
           "not always run, and not always at full power.");
}

static void draw_supply(gw_page *p) {
    int n = p->m->n_months;
    double *sum = zeros(4 * n);
    bool any[4] = {false};
    for (int s = 0; s < p->in->sites.n; s++) {
        const gw_energy *e = &p->r->base->energy[s];
        const double *from[4] = {e->grid_W, e->plant_W, e->renewable_W, e->unserved_W};
        for (int k = 0; k < 4; k++) {
            for (int m = 0; m < n; m++) {
                sum[k * n + m] += from[k][m];
                any[k] = any[k] || from[k][m] > 0.0;
            }
        }
    }
    const gw_chart_curve layers[] = {
        {"grid", any[0] ? sum : NULL, 0, 0},
        {"own plants", any[1] ? sum + n : NULL, 1, 0},
        {"renewables", any[2] ? sum + 2 * n : NULL, 2, 0},
        {"not served", any[3] ? sum + 3 * n : NULL, 3, 0},
    };
    gw_chart_mark mark = gw_page_as_of(p);
    gw_page_figure_begin(p);
    gw_chart_stack stack = {.head = gw_page_chart(p, "Where the energy comes from, base case",
                                                  "Average power by source and month, base case."),
                            .unit = "MW",
                            .month0 = p->m->month0,
                            .n_months = n,
                            .n_layers = 4,
                            .layers = layers,
                            .n_marks = 1,
                            .marks = &mark};
    gw_chart_stack_draw(&stack, p->out);
    gw_page_figure_end(p, "Average power by source in the base case%s",
                       any[3] ? "; what supply cannot cover is shown as not served." : ".");
    free(sum);
}

/* Means add up over months, quantiles do not. */
static double year_sum(const gw_page *p, gw_series_id id, int year, bool is_power) {
    double sum = 0.0;
    for (int m = 0; m < p->m->n_months; m++) {
        int month = p->m->month0 + m;
        double v = p->r->series[id].mean[m];
        if (month / 12 == year && !isnan(v)) {
            sum += v * (is_power ? gw_month_days(month) * GW_DAY_s : 1.0);
        }
    }
    return sum;
}

static void draw_years(gw_page *p) {
    int first = p->m->month0 / 12;
    int last = (p->m->month0 + p->m->n_months - 1) / 12;
    gw_page_table_begin(
        p, "By calendar year, mean of all samples",
        "Year|>Energy|>From the grid|>From own plants|>Cost|>Carbon dioxide|>Water");
    for (int year = first; year <= last; year++) {
        double energy = year_sum(p, GW_S_month_load_W, year, true);
        if (energy <= 0.0) {
            continue;
        }
        gw_page_row_begin(p);
        gw_page_cellf(p, "%d", year);
        gw_page_cell(p, gw_words_value(energy, "TWh").text);
        gw_page_cell(p, gw_words_value(year_sum(p, GW_S_month_grid_W, year, true), "TWh").text);
        gw_page_cell(p, gw_words_value(year_sum(p, GW_S_month_plant_W, year, true), "TWh").text);
        gw_page_cell(p, gw_words_value(year_sum(p, GW_S_month_cost_usd, year, false), "USD").text);
        gw_page_cell(p, gw_words_value(year_sum(p, GW_S_month_carbon_kg, year, false), "kg").text);
        gw_page_cellf(
            p, "%s m\xC2\xB3",
            gw_words_value(round(year_sum(p, GW_S_month_water_m3, year, false)), "").text);
        gw_page_row_end(p);
    }
    gw_page_table_end(p);
}

static void say_site(gw_page *p, int i) {
    const gw_site *site = &p->in->sites.at[i];
    const char *name = gw_words_title(site->title, &site->head);
    if (!(gw_page_summary(p, GW_M_energy_per_year_J, i).p90 > 0.0)) {
        gw_page_para(p, "Nothing runs at %s in the last year of the horizon: it draws nothing.",
                     name);
        return;
    }
    gw_page_para(
        p, "In full operation %s draws %s on average and uses %s a year, at %s.", name,
        gw_words_interval(gw_page_summary(p, GW_M_average_load_W, i), "MW").text,
        gw_words_interval(gw_page_summary(p, GW_M_energy_per_year_J, i), "TWh").text,
        gw_words_interval(gw_page_summary(p, GW_M_energy_price_usd_per_J, i), "USD/MWh").text);
    gw_page_para(
        p,
        "Its power usage effectiveness (all power over IT power) is %s over the year and %s on the "
        "design day. Cooling takes %s of water. This is make-up water at the site; power stations "
        "and "
        "the first fill are not counted.",
        gw_words_interval(gw_page_summary(p, GW_M_pue_ratio, i), "").text,
        gw_words_interval(gw_page_summary(p, GW_M_pue_design_ratio, i), "").text,
        gw_words_interval(gw_page_summary(p, GW_M_water_m3_per_s, i), "m3/d").text);
    gw_page_para(p, "Its energy carries %s of carbon dioxide: %s a year.",
                 gw_words_interval(gw_page_summary(p, GW_M_carbon_kg_per_J, i), "g/kWh").text,
                 gw_words_interval(gw_page_summary(p, GW_M_carbon_kg_per_year, i), "kg").text);
    double unserved = gw_page_summary(p, GW_M_unserved_frac, i).p50;
    if (unserved > 0.0) {
        gw_page_para(p,
                     "Supply cannot cover %s of the energy that this site wants over the horizon.",
                     gw_words_value(unserved, "%").text);
    }
}

void gw_page_power(gw_page *p) {
    for (int i = 0; i < p->in->sites.n; i++) {
        say_site(p, i);
    }
    for (int i = 0; i < p->in->clusters.n; i++) {
        draw_tree(p, i);
    }
    for (int i = 0; i < p->in->sites.n; i++) {
        draw_pue(p, i);
    }
    draw_load(p);
    draw_supply(p);
    draw_years(p);
    gw_page_metrics(p, "Power and water by site", "power", GW_SCOPE_SITE);
    gw_page_metrics(p, "Energy and carbon by site", "energy", GW_SCOPE_SITE);
}

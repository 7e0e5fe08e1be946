/* report/compare_files.c: programmes side by side as JSON and CSV.
 * In: sides.   Out: text with SI values under names that end in their unit.
 * Derivation: base case and percentiles as in gw_compared; quarters at their last month. */
#include <math.h>
#include <stdio.h>

#include "base/csv.h"
#include "base/json.h"
#include "report/compare.h"

/* Dates are written as people write them. */
static void json_value(gw_json *json, const char *key, double value, bool is_date) {
    if (is_date) {
        gw_json_text(json, key, isnan(value) ? NULL : gw_words_value(value, NULL).text);
    } else {
        gw_json_number(json, key, value);
    }
}

static const char *key_of(int id) {
    return id == GW_COMPARE_FULL_DATE ? "full_date" : gw_compare_table[id].name;
}

static void json_values(gw_json *json, const gw_compared *v) {
    gw_json_object(json, "values");
    for (int k = 0; k < GW_N_COMPARE; k++) {
        bool is_date = gw_compare_table[k].unit == NULL;
        const gw_summary *s = &v->summary[k];
        gw_json_object(json, key_of(k));
        json_value(json, "base", v->base[k], is_date);
        json_value(json, "p10", s->p10, is_date);
        json_value(json, "p50", s->p50, is_date);
        json_value(json, "p90", s->p90, is_date);
        gw_json_integer(json, "n_none", (int64_t)s->n_none);
        gw_json_end_object(json);
    }
    gw_json_end_object(json);
}

static void json_promises(gw_json *json, const gw_side *side) {
    const gw_promised *p = &side->promised;
    gw_json_object(json, "commitments");
    gw_json_integer(json, "n", p->n);
    gw_json_number(json, "pledged_usd", p->pledged_usd);
    gw_json_number(json, "contracted_usd", p->contracted_usd);
    gw_json_number(json, "financed_usd", p->financed_usd);
    gw_json_number(json, "drawn_usd", p->drawn_usd);
    gw_json_number(json, "withdrawn_usd", p->withdrawn_usd);
    gw_json_end_object(json);
    gw_json_object(json, "slippage");
    gw_json_integer(json, "n_dates", side->lateness.n);
    gw_json_integer(json, "n_never", side->lateness.n_never);
    gw_json_number(json, "mean_late_s", side->lateness.mean_late_d * GW_DAY_s);
    gw_json_number(json, "worst_late_s",
                   side->lateness.n > 0 ? side->lateness.worst_late_d * GW_DAY_s : GW_NAN);
    gw_json_text(json, "worst_claim", side->lateness.worst);
    gw_json_end_object(json);
}

static void json_quarters(gw_json *json, const gw_side *side) {
    const gw_model *model = side->model;
    gw_json_array(json, "quarters");
    for (int m = 0; m < model->n_months; m++) {
        int month = model->month0 + m;
        if (gw_month_of_year(month) % 3 != 2) {
            continue;
        }
        char name[24];
        snprintf(name, sizeof name, "%d-Q%d", month / 12, gw_month_of_year(month) / 3 + 1);
        gw_json_object(json, NULL);
        gw_json_text(json, "quarter", name);
        gw_json_number(json, "it_power_W_p10", side->value->it_W.p10[m]);
        gw_json_number(json, "it_power_W_p50", side->value->it_W.p50[m]);
        gw_json_number(json, "it_power_W_p90", side->value->it_W.p90[m]);
        gw_json_number(json, "h100e_p50", side->value->h100e.p50[m]);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

void gw_compare_json(const gw_sides *sides, gw_buf *out) {
    gw_json json = gw_json_begin(out);
    gw_json_object(&json, NULL);
    gw_json_integer(&json, "samples", sides->n_samples);
    gw_json_integer(&json, "seed", (int64_t)sides->seed);
    gw_json_integer(&json, "price_year", GW_COMPARE_YEAR);
    gw_json_object(&json, "total");
    gw_json_text(&json, "basis", "sum of the base cases, every site once");
    for (int k = 0; k <= GW_COMPARE_FULL_H100E; k++) {
        gw_json_number(&json, key_of(k), gw_sides_total(sides, (gw_compare_id)k));
    }
    gw_json_number(&json, key_of(GW_COMPARE_CAPEX), gw_sides_total(sides, GW_COMPARE_CAPEX));
    gw_json_end_object(&json);
    gw_json_text(&json, "shown_once", sides->repeated);
    gw_json_array(&json, "programmes");
    for (int i = 0; i < sides->n; i++) {
        const gw_side *side = &sides->at[i];
        gw_json_object(&json, NULL);
        gw_json_text(&json, "name", side->name);
        gw_json_text(&json, "title", side->title);
        gw_json_text(&json, "file", side->file);
        gw_json_text(&json, "sites", side->sites);
        gw_json_text(&json, "counted_elsewhere", side->doubled);
        gw_json_text(&json, "on", gw_words_value(side->on_d, NULL).text);
        gw_json_text(&json, "status", gw_sides_status(side).text);
        json_values(&json, side->value);
        json_promises(&json, side);
        json_quarters(&json, side);
        gw_json_end_object(&json);
    }
    gw_json_end_array(&json);
    gw_json_end_object(&json);
    gw_json_finish(&json);
}

/* ------------------------------------------------------------------ CSV */

static void csv_number(gw_buf *out, double value, bool is_date) {
    if (is_date) {
        gw_csv_text(out, isnan(value) ? "" : gw_words_value(value, NULL).text, 0);
    } else {
        gw_csv_number(out, value, 0);
    }
}

static void csv_row(gw_buf *out, const gw_side *side, const char *date, const char *metric,
                    const double values[4], bool is_date) {
    gw_csv_text(out, side->name, 1);
    gw_csv_text(out, side->file, 0);
    gw_csv_text(out, date, 0);
    gw_csv_text(out, metric, 0);
    for (int k = 0; k < 4; k++) {
        csv_number(out, values[k], is_date);
    }
    gw_csv_end(out);
}

void gw_compare_csv(const gw_sides *sides, gw_buf *out) {
    gw_buf_add(out, "programme,file,date,metric,base,p10,p50,p90\n");
    for (int i = 0; i < sides->n; i++) {
        const gw_side *side = &sides->at[i];
        gw_words on = gw_words_value(side->on_d, NULL);
        for (int k = 0; k < GW_N_COMPARE; k++) {
            const gw_summary *s = &side->value->summary[k];
            double values[4] = {side->value->base[k], s->p10, s->p50, s->p90};
            csv_row(out, side, on.text, key_of(k), values, gw_compare_table[k].unit == NULL);
        }
        for (int m = 0; m < side->model->n_months; m++) {
            int month = side->model->month0 + m;
            if (gw_month_of_year(month) % 3 == 2) {
                gw_words end = gw_words_value(gw_month_start_d(month + 1) - 1.0, NULL);
                const gw_band_series *a = &side->value->it_W, *b = &side->value->h100e;
                double power[4] = {a->base[m], a->p10[m], a->p50[m], a->p90[m]};
                double h100e[4] = {b->base[m], b->p10[m], b->p50[m], b->p90[m]};
                csv_row(out, side, end.text, "it_power_W", power, false);
                csv_row(out, side, end.text, "h100e", h100e, false);
            }
        }
    }
}

/* report/schedule_data.c: the schedule as JSON and CSV.
 * In: a finished schedule run.   Out: all its numbers; dates as text and, in *_d, as days since 1970.
 * Derivation: engine/schedule_run.h. */
#include <math.h>

#include "base/csv.h"
#include "base/json.h"
#include "programme/schedule.h"
#include "report/schedule_text.h"
#include "report/words.h"

static void json_date(gw_json *json, const char *key, double date_d) {
    char text[16];
    gw_date_format(date_d, text, sizeof text);
    gw_json_text(json, key, isnan(date_d) ? NULL : text);
}

static void json_spread(gw_json *json, const char *key, const gw_spread *s, bool is_date) {
    gw_json_object(json, key);
    const char *const names[] = {"p10", "p50", "p80", "p90", "mean", "base"};
    const char *const days[] = {"p10_d", "p50_d", "p80_d", "p90_d", "mean_d", "base_d"};
    const double values[] = {s->p10, s->p50, s->p80, s->p90, s->mean, s->base};
    for (int k = 0; k < 6; k++) {
        if (is_date) {
            json_date(json, names[k], values[k]);
        }
        gw_json_number(json, is_date ? days[k] : names[k], values[k]);
    }
    gw_json_number(json, "never_frac", s->none_frac);
    gw_json_end_object(json);
}

static void json_activities(gw_json *json, const gw_schedule_report *r) {
    gw_json_array(json, "activities");
    for (int i = 0; i < r->model->in->activities.n; i++) {
        const gw_activity *a = &r->model->in->activities.at[i];
        const gw_activity_row *row = &r->activities[i];
        gw_json_object(json, NULL);
        gw_json_text(json, "name", a->head.name);
        gw_json_text(json, "title", a->title);
        gw_json_text(json, "kind", gw_enum_activity_kind.items[a->kind].name);
        gw_json_text(json, "site", a->site.name);
        gw_json_text(json, "state",
                     row->is_done    ? "finished"
                     : row->is_begun ? "begun"
                                     : "planned");
        json_spread(json, "start", &row->start, true);
        json_spread(json, "finish", &row->finish, true);
        gw_json_number(json, "criticality_frac", row->critical_frac);
        gw_json_number(json, "cruciality", row->cruciality);
        gw_json_number(json, "mean_float_s", row->float_s);
        gw_json_number(json, "base_float_s", r->base->schedule.total_float_s[i]);
        gw_json_bool(json, "base_critical", r->base->schedule.critical[i]);
        json_date(json, "due", a->due_d);
        gw_json_number(json, "kept_frac", row->kept_frac);
        gw_json_text(json, "resource", a->resource.name);
        gw_json_number(json, "waits_frac", row->waits_frac);
        gw_json_number(json, "mean_wait_s", row->wait_s);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
    gw_json_array(json, "critical_path");
    for (int k = 0; k < r->n_chain; k++) {
        gw_json_text(json, NULL, r->model->in->activities.at[r->chain[k]].head.name);
    }
    gw_json_end_array(json);
}

static void json_event(gw_json *json, const gw_event_row *row) {
    gw_json_number(json, "happens_frac", row->frac);
    json_date(json, "mean_end_with", row->end_with_d);
    json_date(json, "mean_end_without", row->end_without_d);
    gw_json_number(json, "later_s", (row->end_with_d - row->end_without_d) * GW_DAY_s);
    gw_json_number(json, "later_error_s", row->end_error_d * GW_DAY_s);
    gw_json_number(json, "mean_cost_with_usd", row->cost_with_usd);
    gw_json_number(json, "mean_cost_without_usd", row->cost_without_usd);
}

static void json_events(gw_json *json, const gw_schedule_report *r) {
    gw_json_array(json, "risks");
    for (int i = 0; i < r->model->in->risks.n; i++) {
        gw_json_object(json, NULL);
        gw_json_text(json, "name", r->model->in->risks.at[i].head.name);
        json_event(json, &r->risks[i]);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
    gw_json_array(json, "commitments");
    for (int i = 0; i < r->model->in->commitments.n; i++) {
        const gw_commitment *c = &r->model->in->commitments.at[i];
        gw_json_object(json, NULL);
        gw_json_text(json, "name", c->head.name);
        gw_json_text(json, "party", c->party.name);
        gw_json_text(json, "to", c->to.name);
        gw_json_text(json, "programme", c->programme.name);
        gw_json_text(json, "state", gw_commitment_state(r->model, i));
        gw_json_number(json, "amount_usd", c->amount_usd);
        json_event(json, &r->commitments[i]);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

static void json_places(gw_json *json, const gw_schedule_report *r) {
    const gw_scenario *in = r->model->in;
    static const char *const last[GW_N_LIMIT] = {"last_is_building_frac", "last_is_power_frac",
                                                 "last_is_chips_frac"};
    gw_json_array(json, "sites");
    for (int i = 0; i < in->sites.n; i++) {
        const gw_site_row *row = &r->sites[i];
        gw_json_object(json, NULL);
        gw_json_text(json, "name", in->sites.at[i].head.name);
        json_spread(json, "first", &row->first, true);
        json_spread(json, "full", &row->full, true);
        for (int k = 0; k < GW_N_LIMIT; k++) {
            gw_json_number(json, last[k], row->last_frac[k]);
        }
        gw_json_text(json, "behind",
                     row->last_activity < 0 ? NULL
                                            : in->activities.at[row->last_activity].head.name);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
    gw_json_array(json, "lots");
    for (int i = 0; i < r->n_lots; i++) {
        const gw_lot_row *row = &r->lots[i];
        const gw_cluster *cluster = &in->clusters.at[row->cluster];
        gw_json_object(json, NULL);
        gw_json_text(json, "cluster", cluster->head.name);
        gw_json_text(json, "lot", cluster->lots.at[row->item].head.name);
        gw_json_text(json, "site", cluster->site.name);
        gw_json_text(json, "chip_supply",
                     row->supply < 0 ? NULL : in->chip_supplies.at[row->supply].head.name);
        gw_json_number(json, "waits_frac", row->waits_frac);
        gw_json_number(json, "mean_wait_s", row->wait_s);
        gw_json_number(json, "never_frac", row->never_frac);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

static void json_measures(gw_json *json, const gw_schedule_report *r) {
    gw_json_array(json, "mitigations");
    for (int m = 0; m < r->n_measures; m++) {
        const gw_measure_row *row = &r->measures[m];
        gw_json_object(json, NULL);
        gw_json_text(json, "name",
                     row->mitigation < 0 ? "all"
                                         : r->model->in->mitigations.at[row->mitigation].head.name);
        json_spread(json, "end", &row->end, true);
        json_spread(json, "cost_usd", &row->cost, false);
        gw_json_number(json, "gain_p50_s", row->gain_p50_s);
        gw_json_number(json, "gain_p80_s", row->gain_p80_s);
        gw_json_number(json, "mean_cost_change_usd", row->cost_usd);
        gw_json_number(json, "usd_per_day_gained", row->usd_per_day);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

static void json_joint(gw_json *json, const gw_schedule_report *r) {
    const gw_joint *joint = &r->joint;
    gw_json_object(json, "joint");
    json_date(json, "p80_date", joint->p80_d);
    gw_json_number(json, "p80_cost_usd", joint->p80_usd);
    gw_json_number(json, "both_frac", joint->both_frac);
    gw_json_array(json, "frontier_80");
    for (int k = 0; k < joint->n; k++) {
        gw_json_object(json, NULL);
        gw_json_number(json, "date_frac", joint->date_frac[k]);
        json_date(json, "date", joint->date_d[k]);
        gw_json_number(json, "cost_usd", joint->cost_usd[k]);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
    gw_json_end_object(json);
}

void gw_schedule_json(const gw_schedule_report *r, gw_buf *out) {
    gw_json json = gw_json_begin(out);
    gw_json_object(&json, NULL);
    gw_json_text(&json, "title", r->model->in->title);
    json_date(&json, "as_of", r->model->in->as_of_d);
    gw_json_integer(&json, "samples", r->n_samples);
    gw_json_integer(&json, "seed", (int64_t)r->seed);
    gw_json_text(&json, "end_is",
                 r->has_activities ? "the last activity is finished" : "everything runs");
    json_spread(&json, "end", &r->end, true);
    json_spread(&json, "end_independent", &r->end_independent, true);
    gw_json_number(&json, "merge_bias_mean_s", (r->end.mean - r->end.base) * GW_DAY_s);
    gw_json_number(&json, "merge_bias_p50_s", (r->end.p50 - r->end.base) * GW_DAY_s);
    gw_json_number(&json, "merge_bias_p80_s", (r->end.p80 - r->end.base) * GW_DAY_s);
    json_spread(&json, "all_runs", &r->arrival, true);
    json_spread(&json, "cost_usd", &r->cost, false);
    json_joint(&json, r);
    json_activities(&json, r);
    json_places(&json, r);
    json_events(&json, r);
    json_measures(&json, r);
    gw_json_end_object(&json);
    gw_json_finish(&json);
}

/* ---------------------------------------------------------------- CSV */

static void csv_date(gw_buf *out, double date_d) {
    char text[16];
    gw_date_format(date_d, text, sizeof text);
    gw_csv_text(out, isnan(date_d) ? "" : text, 0);
}

static void csv_spread(gw_buf *out, const gw_spread *s) {
    csv_date(out, s->base);
    csv_date(out, s->p10);
    csv_date(out, s->p50);
    csv_date(out, s->p80);
    csv_date(out, s->p90);
}

void gw_schedule_csv(const gw_schedule_report *r, gw_buf *out) {
    const gw_scenario *in = r->model->in;
    gw_buf_add(out, "what,name,site,start_base,start_p10,start_p50,start_p80,start_p90,"
                    "finish_base,finish_p10,finish_p50,finish_p80,finish_p90,"
                    "criticality_frac,cruciality,mean_float_s,kept_frac,mean_wait_s\n");
    for (int i = 0; i < in->activities.n; i++) {
        const gw_activity_row *row = &r->activities[i];
        gw_csv_text(out, "activity", 1);
        gw_csv_text(out, in->activities.at[i].head.name, 0);
        gw_csv_text(
            out, in->activities.at[i].site.name != NULL ? in->activities.at[i].site.name : "", 0);
        csv_spread(out, &row->start);
        csv_spread(out, &row->finish);
        gw_csv_number(out, row->critical_frac, 0);
        gw_csv_number(out, row->cruciality, 0);
        gw_csv_number(out, row->float_s, 0);
        gw_csv_number(out, row->kept_frac, 0);
        gw_csv_number(out, row->waits_frac * row->wait_s, 0);
        gw_csv_end(out);
    }
    for (int i = 0; i < in->sites.n; i++) {
        gw_csv_text(out, "site", 1);
        gw_csv_text(out, in->sites.at[i].head.name, 0);
        gw_csv_text(out, in->sites.at[i].head.name, 0);
        csv_spread(out, &r->sites[i].first);
        csv_spread(out, &r->sites[i].full);
        gw_buf_add(out, ",,,,,");
        gw_csv_end(out);
    }
}

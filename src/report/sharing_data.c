/* report/sharing_data.c: what became of flows that shared links, as CSV and JSON.
 * In: a finished gw_flow_job.   Out: one row a flow, one row a link.
 * Derivation: numbers of the job as they are. */
#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "base/json.h"
#include "base/number.h"
#include "report/sharing_text.h"

#define NAME_ROOM 512

static void put(gw_buf *out, double value, char end) {
    char text[GW_NUMBER_ROOM + 1];
    size_t n = isfinite(value) ? gw_number_write(text, value) : 0;
    text[n++] = end;
    gw_buf_addn(out, text, n);
}

void gw_sharing_flows_csv(const gw_sharing_view *v, gw_buf *out) {
    const gw_flow_job *job = v->job;
    gw_buf_add(out, "id,finish_s,mean_bytes_per_s\n");
    for (int64_t i = 0; i < job->table->n; i++) {
        put(out, (double)i, ',');
        put(out, job->result.finish_s[i], ',');
        put(out, gw_flow_job_mean_Bps(job, i), '\n');
    }
}

void gw_sharing_links_csv(const gw_sharing_view *v, gw_buf *out) {
    const gw_net *net = v->job->network->net;
    char name[NAME_ROOM];
    gw_buf_add(out, "link,src,dst,bytes_per_s,carried_bytes,utilisation,limiting_s\n");
    for (int32_t l = 0; l < net->n_links; l++) {
        gw_net_link_name(net, l, name, sizeof name);
        gw_csv_text(out, name, 1);
        gw_net_node_name(net, net->from[l], name, sizeof name);
        gw_csv_text(out, name, 0);
        gw_net_node_name(net, net->to[l], name, sizeof name);
        gw_csv_text(out, name, 0);
        gw_buf_addc(out, ',');
        put(out, net->capacity_Bps[l], ',');
        put(out, v->carried_B[l], ',');
        put(out, v->utilisation[l], ',');
        put(out, v->limiting_s[l], '\n');
    }
}

static void json_flows(const gw_sharing_view *v, gw_arena *arena, gw_json *json) {
    const gw_flow_job *job = v->job;
    int64_t n = job->table->n;
    double *mean_Bps = GW_NEW_N(arena, n + 1, double);
    for (int64_t i = 0; i < n; i++) {
        mean_Bps[i] = gw_flow_job_mean_Bps(job, i);
    }
    gw_json_object(json, "flows");
    gw_json_numbers(json, "finish_s", job->result.finish_s, (size_t)n);
    gw_json_numbers(json, "mean_Bps", mean_Bps, (size_t)n);
    gw_json_end_object(json);
}

static void json_links(const gw_sharing_view *v, gw_json *json) {
    const gw_net *net = v->job->network->net;
    char name[NAME_ROOM];
    gw_json_array(json, "links");
    for (int32_t l = 0; l < net->n_links; l++) {
        gw_json_object(json, NULL);
        gw_net_link_name(net, l, name, sizeof name);
        gw_json_text(json, "link", name);
        gw_net_node_name(net, net->from[l], name, sizeof name);
        gw_json_text(json, "src", name);
        gw_net_node_name(net, net->to[l], name, sizeof name);
        gw_json_text(json, "dst", name);
        gw_json_number(json, "capacity_Bps", net->capacity_Bps[l]);
        gw_json_number(json, "carried_B", v->carried_B[l]);
        gw_json_number(json, "utilisation_frac", v->utilisation[l]);
        gw_json_number(json, "limiting_s", v->limiting_s[l]);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

void gw_sharing_json(const gw_sharing_view *v, gw_arena *arena, gw_buf *out) {
    const gw_flow_job *job = v->job;
    const gw_flow_result *r = &job->result;
    gw_json json = gw_json_begin(out);
    gw_json_object(&json, NULL);
    gw_json_text(&json, "network", job->network->file);
    gw_json_text(&json, "fabric", job->network->name);
    gw_json_text(&json, "flows_file", job->table->scan.file);
    gw_json_integer(&json, "n_flows", job->table->n);
    gw_json_integer(&json, "n_stuck", r->n_stuck);
    gw_json_integer(&json, "n_classes", r->n_classes);
    gw_json_integer(&json, "n_events", r->n_events);
    gw_json_number(&json, "begin_s", v->begin_s);
    gw_json_number(&json, "end_s", r->n_stuck == job->table->n ? GW_NAN : r->end_s);
    json_flows(v, arena, &json);
    if (v->with_links) {
        json_links(v, &json);
    }
    gw_json_end_object(&json);
    gw_json_finish(&json);
}

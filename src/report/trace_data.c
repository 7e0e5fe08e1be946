/* report/trace_data.c: replays of execution traces as CSV and JSON.
 * In: a finished gw_trace_job.   Out: a row an NPU, a row a link; JSON.
 * Derivation: utilisation = carried / (capacity x end). */
#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "base/json.h"
#include "report/trace_text.h"

#define NAME_ROOM 512

static void put(gw_buf *out, double value, char end) {
    if (isfinite(value)) {
        gw_buf_add_double(out, value);
    }
    gw_buf_addc(out, end);
}

gw_trace_link gw_trace_link_of(const gw_trace_job *job, int32_t link) {
    const gw_net *net = job->network->net;
    const gw_chakra_result *r = &job->result;
    gw_trace_link l = {r->carried_B[link], GW_NAN, r->full_s[link]};
    int32_t bundle = net->bundle != NULL ? net->bundle[link] : -1;
    if (bundle >= 0 && net->capacity_Bps[bundle] > 0.0) {
        l.carried_B += r->carried_B[bundle] * net->capacity_Bps[link] / net->capacity_Bps[bundle];
        l.limiting_s += r->full_s[bundle];
    }
    double most_B = net->capacity_Bps[link] * r->end_s;
    if (most_B > 0.0) {
        l.utilisation = l.carried_B / most_B;
    }
    return l;
}

/* The same text stands in many files: only its first file counts as a new one. */
static bool is_first(const gw_trace_job *job, int trace, const char *what) {
    for (int t = 0; t < trace; t++) {
        for (int i = 0; i < job->traces[t].n_unused; i++) {
            if (strcmp(job->traces[t].unused[i].what, what) == 0) {
                return false;
            }
        }
    }
    return true;
}

static int64_t count_all(const gw_trace_job *job, const char *what) {
    int64_t n = 0;
    for (int t = 0; t < job->n_traces; t++) {
        for (int i = 0; i < job->traces[t].n_unused; i++) {
            n += strcmp(job->traces[t].unused[i].what, what) == 0 ? job->traces[t].unused[i].n : 0;
        }
    }
    return n;
}

const char *gw_trace_unused(const gw_trace_job *job, int i, int64_t *n) {
    for (int t = 0; t < job->n_traces && t < 64; t++) { /* the first files say it */
        for (int k = 0; k < job->traces[t].n_unused; k++) {
            const char *what = job->traces[t].unused[k].what;
            if (is_first(job, t, what) && i-- == 0) {
                *n = count_all(job, what);
                return what;
            }
        }
    }
    return NULL;
}

void gw_trace_npus_csv(const gw_trace_job *job, gw_buf *out) {
    gw_buf_add(out, "npu,end_s,compute_s,exposed_s,waiting_s,other_s\n");
    for (int32_t i = 0; i < job->result.n_npus; i++) {
        const gw_chakra_npu *n = &job->result.npu[i];
        put(out, (double)i, ',');
        put(out, n->end_s, ',');
        put(out, n->compute_s, ',');
        put(out, n->exposed_s, ',');
        put(out, n->waiting_s, ',');
        put(out, n->other_s, '\n');
    }
}

void gw_trace_links_csv(const gw_trace_job *job, gw_buf *out) {
    const gw_net *net = job->network->net;
    char name[NAME_ROOM];
    gw_buf_add(out, "link,src,dst,bytes_per_s,carried_bytes,utilisation,limiting_s\n");
    for (int32_t i = 0; i < net->n_links; i++) {
        gw_trace_link l = gw_trace_link_of(job, i);
        gw_net_link_name(net, i, name, sizeof name);
        gw_csv_text(out, name, 1);
        gw_net_node_name(net, net->from[i], name, sizeof name);
        gw_csv_text(out, name, 0);
        gw_net_node_name(net, net->to[i], name, sizeof name);
        gw_csv_text(out, name, 0);
        gw_buf_addc(out, ',');
        put(out, net->capacity_Bps[i], ',');
        put(out, l.carried_B, ',');
        put(out, l.utilisation, ',');
        put(out, l.limiting_s, '\n');
    }
}

static void json_counts(const gw_trace_job *job, gw_json *json) {
    const gw_chakra_result *r = &job->result;
    gw_json_object(json, "nodes");
    for (int t = 0; t <= GW_CHAKRA_TYPES; t++) {
        if (r->n_nodes[t] > 0) {
            gw_json_integer(json, gw_chakra_type_name(t), r->n_nodes[t]);
        }
    }
    gw_json_end_object(json);
    gw_json_array(json, "collectives");
    for (int c = 0; c < GW_CHAKRA_COMMS; c++) {
        if (r->n_comm[c] > 0) {
            gw_json_object(json, NULL);
            gw_json_text(json, "kind", gw_chakra_comm_name(c));
            gw_json_integer(json, "count", r->n_comm[c]);
            gw_json_number(json, "moved_B", r->comm_B[c]);
            gw_json_end_object(json);
        }
    }
    gw_json_end_array(json);
    gw_json_integer(json, "n_messages", r->n_messages);
    gw_json_number(json, "message_B", r->message_B);
    gw_json_integer(json, "n_flows", r->n_flows);
    gw_json_integer(json, "n_collectives_otherwise", r->n_otherwise);
    gw_json_integer(json, "n_collectives_merged_steps", r->n_fluid);
    gw_json_integer(json, "n_compute_without_time", r->n_timeless);
    gw_json_integer(json, "n_memory_without_time", r->n_far_mem);
}

static void json_unused(const gw_trace_job *job, gw_json *json) {
    int64_t n = 0;
    gw_json_array(json, "unused");
    for (int i = 0; gw_trace_unused(job, i, &n) != NULL; i++) {
        gw_json_object(json, NULL);
        gw_json_text(json, "what", gw_trace_unused(job, i, &n));
        gw_json_integer(json, "count", n);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

static void json_npus(const gw_trace_job *job, gw_json *json) {
    gw_json_array(json, "npus");
    for (int32_t i = 0; i < job->result.n_npus; i++) {
        const gw_chakra_npu *n = &job->result.npu[i];
        gw_json_object(json, NULL);
        gw_json_integer(json, "npu", i);
        gw_json_number(json, "end_s", n->end_s);
        gw_json_number(json, "compute_s", n->compute_s);
        gw_json_number(json, "exposed_s", n->exposed_s);
        gw_json_number(json, "waiting_s", n->waiting_s);
        gw_json_number(json, "other_s", n->other_s);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

static void json_links(const gw_trace_job *job, gw_json *json) {
    const gw_net *net = job->network->net;
    char name[NAME_ROOM];
    gw_json_array(json, "links");
    for (int32_t i = 0; i < net->n_links; i++) {
        gw_trace_link l = gw_trace_link_of(job, i);
        gw_json_object(json, NULL);
        gw_net_link_name(net, i, name, sizeof name);
        gw_json_text(json, "link", name);
        gw_json_number(json, "capacity_Bps", net->capacity_Bps[i]);
        gw_json_number(json, "carried_B", l.carried_B);
        gw_json_number(json, "utilisation_frac", l.utilisation);
        gw_json_number(json, "limiting_s", l.limiting_s);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

void gw_trace_json(const gw_trace_job *job, bool with_links, gw_buf *out) {
    gw_json json = gw_json_begin(out);
    gw_json_object(&json, NULL);
    gw_json_text(&json, "network", job->network->file);
    gw_json_text(&json, "fabric", job->network->name);
    gw_json_text(&json, "trace", job->traces[0].file);
    gw_json_text(&json, "schema", job->traces[0].version);
    gw_json_integer(&json, "n_traces", job->n_traces);
    gw_json_integer(&json, "n_npus", job->result.n_npus);
    gw_json_number(&json, "end_s", job->result.end_s);
    json_counts(job, &json);
    json_unused(job, &json);
    json_npus(job, &json);
    if (with_links) {
        json_links(job, &json);
    }
    gw_json_end_object(&json);
    gw_json_finish(&json);
}

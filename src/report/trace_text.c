/* report/trace_text.c: a replay of execution traces for a terminal, 80 columns.
 * In: a finished gw_trace_job.   Out: text: times, what was run, what was assumed, what was not used.
 * Derivation: means and extremes of the NPUs. */
#include "report/trace_text.h"

#include <math.h>
#include <string.h>

#include "report/words.h"

#define NPUS_SHOWN 16
#define LINKS_SHOWN 8

static double scale_of(double end_s, const char **unit) {
    *unit = end_s < 1e-3 ? "us" : end_s < 1.0 ? "ms" : "s";
    return end_s < 1e-3 ? 1e6 : end_s < 1.0 ? 1e3 : 1.0;
}

static void put_npu(gw_buf *out, const char *label, const gw_chakra_npu *n, double scale) {
    gw_buf_printf(out, "  %-10s %12.3f %12.3f %12.3f %12.3f %12.3f\n", label, n->end_s * scale,
                  n->compute_s * scale, n->exposed_s * scale, n->waiting_s * scale,
                  n->other_s * scale);
}

static void put_npus(const gw_trace_job *job, gw_buf *out) {
    const gw_chakra_result *r = &job->result;
    const char *unit;
    double scale = scale_of(r->end_s, &unit);
    gw_chakra_npu mean = {0};
    int32_t first = 0, last = 0;
    gw_buf_printf(out, "\n  %-10s %12s %12s %12s %12s %12s\n", unit, "end", "compute", "exposed",
                  "waiting", "other");
    for (int32_t i = 0; i < r->n_npus; i++) {
        const gw_chakra_npu *n = &r->npu[i];
        double part = 1.0 / (double)r->n_npus;
        mean.end_s += n->end_s * part;
        mean.compute_s += n->compute_s * part;
        mean.exposed_s += n->exposed_s * part;
        mean.waiting_s += n->waiting_s * part;
        mean.other_s += n->other_s * part;
        first = n->end_s < r->npu[first].end_s ? i : first;
        last = n->end_s > r->npu[last].end_s ? i : last;
        if (r->n_npus <= NPUS_SHOWN) {
            char label[16];
            snprintf(label, sizeof label, "NPU %d", i);
            put_npu(out, label, n, scale);
        }
    }
    if (r->n_npus > NPUS_SHOWN) {
        put_npu(out, "first", &r->npu[first], scale);
        put_npu(out, "last", &r->npu[last], scale);
    }
    put_npu(out, "mean", &mean, scale);
    gw_buf_add(out, "  exposed: its bytes move and it does not compute; waiting: for other NPUs\n");
}

static void put_run(const gw_trace_job *job, gw_buf *out) {
    const gw_chakra_result *r = &job->result;
    gw_buf_add(out, "\n  Nodes: ");
    const char *comma = "";
    for (int t = 0; t <= GW_CHAKRA_TYPES; t++) {
        if (r->n_nodes[t] > 0) {
            gw_buf_printf(out, "%s%s %s", comma, gw_words_value((double)r->n_nodes[t], "").text,
                          gw_chakra_type_name(t));
            comma = ", ";
        }
    }
    gw_buf_addc(out, '\n');
    for (int c = 0; c < GW_CHAKRA_COMMS; c++) {
        if (r->n_comm[c] > 0) {
            gw_buf_printf(out, "  %-22s %10s times, %12s on the network\n", gw_chakra_comm_name(c),
                          gw_words_value((double)r->n_comm[c], "").text,
                          gw_words_value(r->comm_B[c], "GB").text);
        }
    }
    if (r->n_messages > 0) {
        gw_buf_printf(out, "  %-22s %10s times, %12s on the network\n", "send and receive",
                      gw_words_value((double)r->n_messages, "").text,
                      gw_words_value(r->message_B, "GB").text);
    }
}

static void put_note(gw_buf *out, int64_t n, const char *text) {
    if (n > 0) {
        gw_buf_printf(out, "  %s %s\n", gw_words_value((double)n, "").text, text);
    }
}

static void put_notes(const gw_trace_job *job, gw_buf *out) {
    const gw_chakra_result *r = &job->result;
    gw_buf notes = {0};
    put_note(&notes, r->n_timeless,
             "compute nodes say no time and took none (--peak: operations and bytes)");
    put_note(&notes, r->n_far_mem, "memory nodes took no time (--far-memory-bandwidth)");
    put_note(&notes, r->n_otherwise,
             "schedules: the algorithm asked for cannot do them, another did");
    put_note(&notes, r->n_fluid,
             "collectives ran beside other traffic with their steps as one:\n"
             "    exact where they shared no link with it");
    put_note(&notes, r->n_nodes[GW_CHAKRA_TYPES], "nodes are of unknown types and took no time");
    int64_t n = 0;
    for (int i = 0; i < 12 && gw_trace_unused(job, i, &n) != NULL; i++) {
        gw_buf_printf(&notes, "  not used: %s (%s times)\n", gw_trace_unused(job, i, &n),
                      gw_words_value((double)n, "").text);
    }
    if (gw_trace_unused(job, 12, &n) != NULL) {
        gw_buf_add(&notes, "  not used: more, in the JSON\n");
    }
    if (notes.n > 0) {
        gw_buf_printf(out, "\nAssumed and left out\n%s", notes.text);
    }
    gw_buf_clear(&notes);
}

static void put_link(const gw_trace_job *job, int32_t i, gw_buf *out) {
    char name[256];
    gw_trace_link l = gw_trace_link_of(job, i);
    gw_net_link_name(job->network->net, i, name, sizeof name);
    gw_buf_printf(out, "  %-44s %12s %8.2f %%\n", name, gw_words_value(l.carried_B, "GB").text,
                  100.0 * l.utilisation);
}

/* The busiest first; of equal ones the lowest number. */
static void put_busiest(const gw_trace_job *job, gw_buf *out) {
    const gw_net *net = job->network->net;
    int32_t shown[LINKS_SHOWN];
    double use[LINKS_SHOWN];
    int n = 0;
    for (int32_t i = 0; i < net->n_links; i++) {
        double u = gw_trace_link_of(job, i).utilisation;
        if (!(u > 0.0) || (n == LINKS_SHOWN && u <= use[n - 1])) {
            continue;
        }
        int k = n < LINKS_SHOWN ? n++ : n - 1;
        for (; k > 0 && use[k - 1] < u; k--) {
            shown[k] = shown[k - 1];
            use[k] = use[k - 1];
        }
        shown[k] = i;
        use[k] = u;
    }
    gw_buf_printf(out, "\n  %-44s %12s %10s\n", "busiest links", "carried", "use");
    for (int k = 0; k < n; k++) {
        put_link(job, shown[k], out);
    }
}

void gw_trace_text(const gw_trace_job *job, bool with_links, gw_buf *out) {
    const gw_chakra_result *r = &job->result;
    const char *unit;
    double scale = scale_of(r->end_s, &unit);
    gw_buf_printf(out, "Replay of %s", job->traces[0].file);
    if (job->n_traces > 1) {
        gw_buf_printf(out, " and %d more", job->n_traces - 1);
    }
    gw_buf_printf(out, "\n  %s NPUs on %s%s%s, ends after %.6g %s\n",
                  gw_words_value((double)r->n_npus, "").text, job->network->file,
                  job->network->name != NULL ? ", " : "",
                  job->network->name != NULL ? job->network->name : "", r->end_s * scale, unit);
    if (r->n_npus > job->n_traces) {
        gw_buf_printf(out, "  Traces are copied: NPU i runs trace i mod %d\n", job->n_traces);
    }
    put_npus(job, out);
    put_run(job, out);
    put_notes(job, out);
    put_busiest(job, out);
    if (with_links) {
        gw_buf_printf(out, "\n  %-44s %12s %10s\n", "all links", "carried", "use");
        for (int32_t i = 0; i < job->network->net->n_links; i++) {
            put_link(job, i, out);
        }
    }
}

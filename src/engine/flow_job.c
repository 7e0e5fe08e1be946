/* engine/flow_job.c: names to nodes, ways through the network, and the simulation.
 * In: a network, a table of flows.   Out: finish times of flows, loads of links.
 * Model: a row without a path takes the network's routing (the flow's number is its entropy); all
 *   flows are simulated together (flow/flow_run.c). */
#include "engine/flow_job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void *need(size_t n, size_t size) {
    void *memory = calloc(n == 0 ? 1 : n, size);
    if (memory == NULL) {
        gw_out_of_memory(n * size);
    }
    return memory;
}

/* ------------------------------------------------------------------ names */

/* Every name is looked up once; -1: unknown. */
static int32_t *numbers_of(const gw_flow_network *network, const gw_name_set *names,
                           int32_t (*find)(const gw_flow_network *, const char *),
                           gw_arena *arena) {
    int32_t *out = GW_NEW_N(arena, names->n + 1, int32_t);
    for (int32_t i = 0; i < names->n; i++) {
        out[i] = find(network, names->text[i]);
    }
    return out;
}

static bool resolve_end(gw_flow_job *job, int64_t i, gw_flow_column column, int32_t name,
                        const int32_t *node_of, gw_arena *arena) {
    if (node_of[name] >= 0) {
        return true;
    }
    gw_flow_table *t = job->table;
    const char *text = t->nodes.text[name];
    bool told = t->scan.n_problems < GW_SCAN_TOLD;
    gw_flow_table_problem(t, i, column, 0, GW_E_REF,
                          told ? gw_flow_network_node_hint(job->network, text, arena) : NULL,
                          "the network has no `%.60s`", text);
    return false;
}

static bool resolve_ends(gw_flow_job *job, int64_t i, const int32_t *node_of, gw_arena *arena) {
    gw_flow_table *t = job->table;
    bool ok = resolve_end(job, i, GW_FLOW_SRC, t->src[i], node_of, arena);
    ok = resolve_end(job, i, GW_FLOW_DST, t->dst[i], node_of, arena) && ok;
    job->src[i] = node_of[t->src[i]];
    job->dst[i] = node_of[t->dst[i]];
    if (ok && job->src[i] == job->dst[i]) {
        gw_flow_table_problem(t, i, GW_FLOW_DST, 0, GW_E_REF,
                              "what stays on a host needs no network: leave the row out",
                              "the flow leads from `%.60s` to itself", t->nodes.text[t->src[i]]);
        ok = false;
    }
    return ok;
}

/* ------------------------------------------------------------------ given paths */

typedef struct path_check {
    const int32_t *link_of; /* by name */
    int64_t *seen;          /* [links] 1 + last flow that took it */
} path_check;

static bool bad_link(gw_flow_job *job, int64_t i, int k, const char *hint, const char *before,
                     const char *after) {
    const gw_flow_table *t = job->table;
    const char *name = t->links.text[t->path[t->path_at[i] + k]];
    gw_flow_table_problem(job->table, i, GW_FLOW_PATH, k, GW_E_REF, hint, "%s `%.60s`%s", before,
                          name, after);
    return false;
}

/* Link k of the path of flow i must begin where the one before ended. */
static bool check_step(gw_flow_job *job, int64_t i, int k, int32_t at, path_check *check,
                       gw_arena *arena) {
    const gw_flow_table *t = job->table;
    const gw_net *net = job->network->net;
    int32_t name = t->path[t->path_at[i] + k], link = check->link_of[name];
    if (link < 0) {
        bool told = t->scan.n_problems < GW_SCAN_TOLD;
        return bad_link(job, i, k,
                        told ? gw_flow_network_link_hint(job->network, t->links.text[name], arena)
                             : NULL,
                        "the network has no link", "");
    }
    char here[256], there[256];
    if (net->from[link] != at) {
        gw_net_node_name(net, at, here, sizeof here);
        gw_net_node_name(net, net->from[link], there, sizeof there);
        return bad_link(
            job, i, k,
            gw_arena_printf(arena, "the path stands at `%s`, the link begins at `%s`", here, there),
            "the path does not go on over", "");
    }
    if (check->seen[link] == i + 1) {
        return bad_link(job, i, k, "a path takes a link once", "the path takes", " twice");
    }
    check->seen[link] = i + 1;
    return true;
}

static bool check_path(gw_flow_job *job, int64_t i, path_check *check, gw_arena *arena) {
    const gw_flow_table *t = job->table;
    const gw_net *net = job->network->net;
    int n = (int)(t->path_at[i + 1] - t->path_at[i]);
    int32_t at = job->src[i];
    for (int k = 0; k < n; k++) {
        if (!check_step(job, i, k, at, check, arena)) {
            return false;
        }
        at = net->to[check->link_of[t->path[t->path_at[i] + k]]];
    }
    if (at != job->dst[i]) {
        char here[256];
        gw_net_node_name(net, at, here, sizeof here);
        gw_flow_table_problem(
            job->table, i, GW_FLOW_PATH, n - 1, GW_E_REF, "the last link of a path leads to `dst`",
            "the path ends at `%.60s`, not at `%.60s`", here, t->nodes.text[t->dst[i]]);
    }
    return at == job->dst[i];
}

static bool has_path(const gw_flow_table *t, int64_t i) {
    return t->path_at != NULL && t->path_at[i + 1] > t->path_at[i];
}

/* Bundles stand for all links between two tiers at once: next to flows on single links of them the
 * same capacity would be given out twice. */
static void refuse_mixture(gw_flow_job *job) {
    const gw_flow_table *t = job->table;
    const gw_flow_network *network = job->network;
    bool sprays =
        !network->is_table && network->net->n_bundles > 0 && network->how.kind == GW_ROUTING_SPRAY;
    if (!sprays || job->n_given == 0 || job->n_given == t->n) {
        return;
    }
    for (int64_t i = 0; i < t->n; i++) {
        if (has_path(t, i)) {
            gw_flow_table_problem(job->table, i, GW_FLOW_PATH, 0, GW_E_MODEL,
                                  "give every flow a path, or use `routing: ecmp`",
                                  "a path of single links next to flows that are sprayed");
            return;
        }
    }
}

/* Names of nodes and given paths of all rows; what is wrong has source -1 afterwards. */
static void resolve(gw_flow_job *job, const path_check *links, const int32_t *node_of,
                    gw_arena *arena) {
    path_check check = *links;
    for (int64_t i = 0; i < job->table->n; i++) {
        bool ok = resolve_ends(job, i, node_of, arena);
        if (has_path(job->table, i)) {
            job->n_given++;
            ok = ok && check_path(job, i, &check, arena);
        }
        if (!ok) {
            job->src[i] = -1; /* told; not routed */
        }
    }
    refuse_mixture(job);
}

/* ------------------------------------------------------------------ ways */

typedef struct ways {
    int64_t n, cap;
    int32_t *link;
    double *share; /* NULL until a way is split */
} ways;

static void *resized(void *old, int64_t n, size_t size) {
    size_t bytes = (size_t)n * size;
    void *memory = realloc(old, bytes == 0 ? 1 : bytes);
    if (memory == NULL) {
        gw_out_of_memory(bytes);
    }
    return memory;
}

static void add_links(ways *w, int32_t n, const int32_t *link, const double *share) {
    if (w->n + n > w->cap) {
        w->cap = 2 * w->cap + n + 4096;
        w->link = resized(w->link, w->cap, sizeof *w->link);
        w->share = w->share == NULL ? NULL : resized(w->share, w->cap, sizeof *w->share);
    }
    if (share != NULL && w->share == NULL) {
        w->share = resized(NULL, w->cap, sizeof *w->share);
        for (int64_t k = 0; k < w->n; k++) {
            w->share[k] = 1.0;
        }
    }
    if (n > 0) {
        memcpy(w->link + w->n, link, (size_t)n * sizeof *link);
    }
    for (int32_t k = 0; w->share != NULL && k < n; k++) {
        w->share[w->n + k] = share == NULL ? 1.0 : share[k];
    }
    w->n += n;
}

static void add_given(ways *w, const gw_flow_table *t, int64_t i, const int32_t *link_of) {
    for (int64_t k = t->path_at[i]; k < t->path_at[i + 1]; k++) {
        add_links(w, 1, &link_of[t->path[k]], NULL);
    }
}

static void tell_cut(gw_flow_job *job, int64_t i) {
    const gw_flow_table *t = job->table;
    gw_flow_table_problem(
        job->table, i, GW_FLOW_DST, 0, GW_E_REF,
        job->network->is_table ? "links are of one direction: is there one for the way back?"
                               : "its faults, or its kind, leave no way between the two",
        "no way leads from `%.60s` to `%.60s`", t->nodes.text[t->src[i]], t->nodes.text[t->dst[i]]);
}

static void route_scenario(gw_flow_job *job, const int32_t *link_of, gw_arena *arena, ways *w) {
    const gw_flow_network *network = job->network;
    gw_path path = gw_path_create(arena);
    for (int64_t i = 0; i < job->table->n; i++) {
        if (job->src[i] < 0) {
            job->at[i + 1] = w->n;
            continue;
        }
        if (has_path(job->table, i)) {
            add_given(w, job->table, i, link_of);
        } else if (gw_net_route(network->net, &network->how, job->src[i], job->dst[i], (uint32_t)i,
                                &path)) {
            add_links(w, path.n, path.link, path.split ? path.share : NULL);
        } else {
            tell_cut(job, i);
        }
        job->at[i + 1] = w->n;
    }
}

static bool is_asked(const gw_flow_job *job, int64_t i) {
    return job->src[i] >= 0 && !has_path(job->table, i);
}

/* Ways of rows without a path are asked for together. */
static void route_table(gw_flow_job *job, const int32_t *link_of, ways *w) {
    const gw_flow_table *t = job->table;
    size_t n_asked = (size_t)(t->n - job->n_given);
    int32_t *src = need(n_asked, sizeof *src), *dst = need(n_asked, sizeof *dst);
    int64_t *at = need(n_asked + 1, sizeof *at), n = 0;
    int32_t *link = NULL;
    for (int64_t i = 0; i < t->n; i++) {
        if (is_asked(job, i)) {
            src[n] = job->src[i];
            dst[n++] = job->dst[i];
        }
    }
    gw_link_ways *finder = gw_link_ways_create(job->network->net);
    gw_link_ways_find(finder, n, src, dst, at, &link);
    gw_link_ways_free(finder);
    n = 0;
    for (int64_t i = 0; i < t->n; i++) {
        if (job->src[i] >= 0 && has_path(t, i)) {
            add_given(w, t, i, link_of);
        } else if (is_asked(job, i)) {
            if (at[n + 1] == at[n]) {
                tell_cut(job, i);
            }
            add_links(w, (int32_t)(at[n + 1] - at[n]), link + at[n], NULL);
            n++;
        }
        job->at[i + 1] = w->n;
    }
    free(src);
    free(dst);
    free(at);
    free(link);
}

/* ------------------------------------------------------------------ the job */

static void fill_set(gw_flow_job *job) {
    const gw_flow_table *t = job->table;
    job->links = gw_net_links(job->network->net);
    job->set = (gw_flow_set){.n = t->n,
                             .start_s = t->start_s,
                             .bytes = t->bytes,
                             .weight = t->weight,
                             .cap_Bps = t->cap_Bps,
                             .at = job->at,
                             .link = job->link,
                             .share = job->share};
}

gw_code gw_flow_job_route(const gw_flow_network *network, gw_flow_table *table, gw_arena *arena,
                          gw_flow_job *out) {
    *out = (gw_flow_job){.network = network,
                         .table = table,
                         .src = need((size_t)table->n, sizeof(int32_t)),
                         .dst = need((size_t)table->n, sizeof(int32_t)),
                         .at = need((size_t)table->n + 1, sizeof(int64_t))};
    if (!network->is_table) {
        gw_net_index_names(network->net);
    }
    const int32_t *node_of = numbers_of(network, &table->nodes, gw_flow_network_node, arena);
    path_check check = {.link_of = numbers_of(network, &table->links, gw_flow_network_link, arena),
                        .seen = need((size_t)network->net->n_links, sizeof(int64_t))};
    resolve(out, &check, node_of, arena);
    free(check.seen);
    ways w = {0};
    if (network->is_table) {
        route_table(out, check.link_of, &w);
    } else {
        route_scenario(out, check.link_of, arena, &w);
    }
    out->link = w.link;
    out->share = w.share;
    fill_set(out);
    return table->scan.n_problems == 0 ? GW_OK : GW_E_REF;
}

void gw_flow_job_run(gw_flow_job *job, gw_arena *arena) {
    gw_flow_run(&job->links, &job->set, NULL, arena, &job->result);
}

void gw_flow_job_free(gw_flow_job *job) {
    free(job->src);
    free(job->dst);
    free(job->at);
    free(job->link);
    free(job->share);
}

/* ------------------------------------------------------------------ results */

double gw_flow_job_mean_Bps(const gw_flow_job *job, int64_t i) {
    double bytes = job->table->bytes[i];
    return bytes == 0.0 && !isnan(job->result.finish_s[i]) ? 0.0 : bytes / job->result.took_s[i];
}

double gw_flow_job_begin_s(const gw_flow_job *job) {
    double begin_s = GW_INF;
    for (int64_t i = 0; i < job->table->n; i++) {
        begin_s = fmin(begin_s, job->table->start_s[i]);
    }
    return begin_s;
}

void gw_flow_job_links(const gw_flow_job *job, gw_arena *arena, double **carried_B,
                       double **limiting_s) {
    const gw_net *net = job->network->net;
    const gw_flow_result *r = &job->result;
    *carried_B = GW_NEW_N(arena, net->n_links + 1, double);
    *limiting_s = GW_NEW_N(arena, net->n_links + 1, double);
    for (int32_t l = 0; l < net->n_links; l++) {
        (*carried_B)[l] = r->carried_B[l];
        (*limiting_s)[l] = r->full_s[l];
        int32_t b = net->bundle == NULL ? -1 : net->bundle[l];
        if (b >= 0 && net->capacity_Bps[b] > 0.0) {
            (*carried_B)[l] += r->carried_B[b] * (net->capacity_Bps[l] / net->capacity_Bps[b]);
            (*limiting_s)[l] =
                fmax((*limiting_s)[l], net->capacity_Bps[l] > 0.0 ? r->full_s[b] : 0.0);
        }
    }
}

/* fabric_run.c: networks of a scenario, their inventory and their collectives.
 *
 * In:  gw_spec: `fabrics` and clusters, base case. Out: gw_fabric_report.
 *
 * Method. A network is built whole up to BUILD_LINKS links; of a larger one a part with the same
 * switches and ratios stands for it, and the report says so. The entries of `traffic`, or else a
 * standard table (all-reduce, all-gather, reduce-scatter, all-to-all of 1 MB, 64 MB and 1 GB over all
 * hosts and inside one scale-up domain), are carried out one by one: gw_traffic_run says whether the
 * closed form is proven or flows were simulated. Faults without `at` are there from the start; times
 * without them stand beside. With several entries, or with timed faults, all run at once as well.
 * `auto` takes the faster of what closed forms choose and a ring. In the standard table an
 * all-to-all of more flows than FLOWS_MAX gets a bound:
 *
 *   latency + max( B (n-1)/n / host rate, n B / 4 / bisection,             all-to-all of n ranks
 *                  m B (n-m)/n / rate up, of each height of subtrees of m )
 *
 * which max-min sharing reaches where the load of uniform traffic is even (trees with spraying).
 * Bus bandwidth: B / t x 2(n-1)/n for all-reduce, (n-1)/n for all-gather, reduce-scatter and
 * all-to-all, 1 else.
 *
 * Valid: as traffic/traffic.h. Line rates: what libraries reach on hardware is in library_s.
 * Sources: nccl-tests, doc/PERFORMANCE.md (bus bandwidth); docs/model/fabric.md.
 */
#include "engine/fabric_run.h"

#include <math.h>
#include <string.h>

#include "fabric/fabric_phase.h"
#include "network/fault.h"
#include "network/placement.h"
#include "network/wiring_graphs.h"
#include "scenario/query.h"

#define BUILD_LINKS 2.4e7
#define PART_HOSTS 65536
#define FLOWS_MAX 300000.0      /* of one phase of all-to-all: 548 ranks */
#define FLOWS_SPLIT_MAX 20000.0 /* the same where spraying splits a flow over very many links */
#define RINGS_HOSTS 65536  /* beyond, where spraying splits: rings, whose neighbours are near */
#define HORIZON_RATIO 20.0 /* timed faults are followed that much longer than all takes alone */

const char *const gw_fabric_by_names[GW_N_BY] = {"closed form", "flows", "bound"};

/** What the rows of one network share. */
typedef struct gw_bench {
    const gw_scenario *in;
    gw_fabric_view *view;
    gw_arena *arena, *scratch;
    gw_route_how how;
    const gw_comm *comm;   /* of the cluster; NULL */
    const int32_t *host;   /* packed places */
    gw_traffic_memo *memo; /* of the network as it stands */
    gw_diags *diags;
} gw_bench;

/* ---------------------------------------------------------------- one collective */

static double bus_ratio(gw_collective kind, double n) {
    switch (kind) {
    case GW_ALL_REDUCE:
        return 2 * (n - 1) / n;
    case GW_ALL_GATHER:
    case GW_REDUCE_SCATTER:
    case GW_ALL_TO_ALL:
        return (n - 1) / n;
    default:
        return 1;
    }
}

static gw_collective_ask ask_of(const gw_bench *b, const gw_fabric_row *row, const int32_t *rank) {
    const gw_fabric *fabric = b->view->fabric;
    return (gw_collective_ask){.kind = row->kind,
                               .algorithm = row->algorithm,
                               .bytes = row->bytes_B,
                               .n = (int32_t)row->ranks,
                               .n_groups = (int32_t)row->groups,
                               .rank = rank,
                               .queue_pairs = (int)fabric->queue_pairs,
                               .seed = (uint64_t)fabric->routing_seed};
}

/** A sprayed way is a net of very many links: no tree bundles them. */
static bool splits(const gw_bench *b) {
    return b->view->plan.n_levels == 0 && b->how.kind == GW_ROUTING_SPRAY;
}

/** Entries of `traffic` are carried out whatever they cost; the standard table must be quick. */
static bool too_many_flows(const gw_bench *b, const gw_fabric_row *row) {
    double n = (double)row->ranks;
    double flows = n * (n - 1) * (double)row->groups * (double)b->view->fabric->queue_pairs;
    double most = row->name != NULL ? (double)GW_TRAFFIC_SENDS_MAX
                  : splits(b)       ? FLOWS_SPLIT_MAX
                                    : FLOWS_MAX;
    return row->kind == GW_ALL_TO_ALL && flows > most;
}

/** Time that a full subtree of height `tiers` needs to send out what an all-to-all of n ranks asks of
 * it; 0: it holds them all, or its hosts are not those of whole ranks. */
static double subtree_s(const gw_net_plan *p, double n, double bytes_B, int tiers,
                        bool rail_local) {
    bool split = p->nics > 1 && p->rails > 1; /* a leaf has a part of what its hosts send */
    if (split || rail_local || p->topology == GW_TOPOLOGY_RAIL_ONLY) {
        return 0;
    }
    double hosts = 1.0 / fmax(1, p->nics), tops = 1;
    for (int i = 0; i < tiers; i++) {
        hosts *= p->down[i];
        tops *= p->up[i];
    }
    double up_Bps = tops * p->up[tiers] * p->parallel[tiers] * fmax(1, p->planes) * p->link_Bps;
    double others = n - hosts - (fmax(1, p->domain) - 1); /* none of its own domain */
    return hosts < n && others > 0 ? hosts * bytes_B * others / n / up_Bps : 0;
}

/** The bound of the header comment; only for one group over the whole network. */
static void take_bound(const gw_bench *b, gw_fabric_row *row) {
    const gw_inventory *i = &b->view->inventory;
    const gw_net_plan *p = &b->view->plan;
    double n = (double)row->ranks;
    double hops = i->diameter_hops + 1;
    double latency_s = 2 * p->nic_latency_s + fmax(0, hops - 2) * p->link_latency_s;
    double end_s = row->bytes_B * (n - 1) / n / i->host_Bps;
    double crossing_s = n * row->bytes_B / 4 / i->bisection_Bps;
    bool whole = row->groups == 1 && n * fmax(1, p->islands) > 0.9 * i->n_hosts;
    row->by = GW_BY_BOUND;
    row->algorithm = GW_ALGORITHM_DIRECT;
    row->ideal_s = latency_s + end_s;
    row->time_s = latency_s + (whole ? fmax(end_s, crossing_s) : end_s);
    row->limit = whole && crossing_s > end_s ? "the bisection" : NULL;
    for (int tiers = 1; whole && tiers < p->n_levels; tiers++) {
        double out_s =
            subtree_s(p, n, row->bytes_B, tiers, b->view->fabric->rail_local) + latency_s;
        if (out_s > row->time_s) {
            row->time_s = out_s;
            row->limit = tiers == 1 ? "the up-links of leaves"
                                    : gw_arena_printf(b->arena, "the up-links of tier %d", tiers);
        }
    }
    row->limit_frac = row->limit != NULL ? 1 : GW_NAN;
    row->n_flows = (int64_t)(n * (n - 1)) * row->groups;
    row->bus_Bps = row->bytes_B / row->time_s * bus_ratio(row->kind, n);
}

static void take_result(const gw_bench *b, const gw_traffic_result *r, gw_fabric_row *row) {
    char name[160];
    row->by = r->closed_form ? GW_BY_CLOSED_FORM : GW_BY_FLOWS;
    row->time_s = r->time_s;
    row->ideal_s = r->alone_s;
    row->n_flows = r->n_flows;
    row->n_classes = r->n_classes;
    row->n_stuck = r->n_stuck;
    row->bus_Bps = row->bytes_B / r->time_s * bus_ratio(row->kind, (double)row->ranks);
    row->limit_frac = r->busiest_frac;
    if (r->busiest >= 0) {
        gw_net_link_name(b->view->net, r->busiest, name, sizeof name);
        row->limit = gw_arena_strdup(b->arena, name);
    }
}

static void keep_links(gw_bench *b, const gw_fabric_row *row, const gw_traffic_result *r) {
    gw_fabric_view *v = b->view;
    if (v->carried_B == NULL) {
        v->carried_B = GW_NEW_N(b->arena, v->net->n_links, double);
    }
    memcpy(v->carried_B, r->carried_B, (size_t)v->net->n_links * sizeof *v->carried_B);
    v->links_s = r->time_s;
    v->links_of = row->name != NULL ? row->name
                                    : gw_arena_printf(b->arena, "%s of %.0f MB over %s",
                                                      gw_enum_collective.items[row->kind].name,
                                                      row->bytes_B / 1e6, row->where);
}

/** Carries a row out one way; false: it cannot be done so (row->problem is set). */
static bool try_row(const gw_bench *b, gw_fabric_row *row, const int32_t *rank, int algorithm,
                    gw_traffic_result *result, int *used) {
    gw_collective_ask ask = ask_of(b, row, rank);
    ask.algorithm = algorithm;
    gw_traffic traffic;
    const char *problem = gw_traffic_make(b->view->net, &ask, b->scratch, &traffic);
    if (problem != NULL) {
        row->problem = gw_arena_strdup(b->arena, problem);
        return false;
    }
    gw_traffic_run_again(b->memo, b->view->net, &b->how, &traffic, b->scratch, result);
    *used = traffic.algorithm;
    return true;
}

/** AUTO chooses by closed forms. Where these do not hold, a ring, which shares links with few, may
 * be faster: the better of the two counts. */
static bool run_best(const gw_bench *b, gw_fabric_row *row, const int32_t *rank,
                     gw_traffic_result *result, int *used) {
    bool any = row->algorithm == GW_ALGORITHM_AUTO;
    if (!try_row(b, row, rank, row->algorithm, result, used)) {
        return false;
    }
    bool rings =
        row->kind == GW_ALL_REDUCE || row->kind == GW_ALL_GATHER || row->kind == GW_REDUCE_SCATTER;
    gw_traffic_result ring;
    int ring_used = 0;
    if (any && rings && !result->closed_form && *used != GW_ALGORITHM_RING) {
        if (!try_row(b, row, rank, GW_ALGORITHM_RING, &ring, &ring_used)) {
            row->problem = NULL;
        } else if (ring.time_s < result->time_s) {
            *result = ring;
            *used = ring_used;
        }
    }
    return true;
}

/** Runs a row alone. healthy: only its time without faults is kept. */
static void run_row(gw_bench *b, gw_fabric_row *row, const int32_t *rank, bool healthy) {
    if (too_many_flows(b, row)) {
        if (!healthy) {
            take_bound(b, row);
        }
        return;
    }
    gw_mark mark = gw_arena_mark(b->scratch);
    gw_traffic_result result;
    int used = row->algorithm;
    if (run_best(b, row, rank, &result, &used)) {
        if (healthy) {
            row->healthy_s = result.time_s;
        } else {
            row->algorithm = used;
            take_result(b, &result, row);
            bool largest = row->bytes_B >= 1e9 || row->name != NULL;
            if (b->view->carried_B == NULL && largest && result.carried_B != NULL) {
                keep_links(b, row, &result);
            }
        }
    }
    gw_arena_reset(b->scratch, mark);
}

static void add_library(const gw_bench *b, gw_fabric_row *row) {
    row->library_s = GW_NAN;
    if (b->comm != NULL && row->kind != GW_PERMUTATION && row->problem == NULL &&
        row->ranks <= INT32_MAX) {
        int domain = b->comm->scaleup.size;
        int n = (int)row->ranks;
        row->library_s =
            gw_collective_s(b->comm, row->kind, row->bytes_B, n, domain < n ? domain : n);
    }
}

/* ---------------------------------------------------------------- the rows */

static gw_fabric_row blank_row(void) {
    return (gw_fabric_row){.groups = 1,
                           .time_s = GW_NAN,
                           .ideal_s = GW_NAN,
                           .healthy_s = GW_NAN,
                           .library_s = GW_NAN,
                           .bus_Bps = GW_NAN,
                           .limit_frac = GW_NAN,
                           .together_s = GW_NAN};
}

static void list_standard(gw_bench *b) {
    static const gw_collective kinds[] = {GW_ALL_REDUCE, GW_ALL_GATHER, GW_REDUCE_SCATTER,
                                          GW_ALL_TO_ALL};
    static const double sizes_B[] = {1e6, 64e6, 1e9};
    gw_fabric_view *v = b->view;
    bool apart = v->plan.islands > 1 && v->plan.trunks == 0;
    int64_t hosts =
        apart ? (v->net->n_hosts + v->plan.islands - 1) / v->plan.islands : v->net->n_hosts;
    int64_t domain = v->plan.domain;
    bool inside = domain > 1 && domain < hosts;
    bool rings = splits(b) && hosts > RINGS_HOSTS;
    v->rows = GW_NEW_N(b->arena, 24, gw_fabric_row);
    for (int place = 0; place < (inside ? 2 : 1) && hosts > 1; place++) {
        for (int k = 0; k < 12; k++) {
            gw_fabric_row *row = &v->rows[v->n_rows++];
            *row = blank_row();
            row->where = place != 0 ? "one scale-up domain" : apart ? "one island" : "all hosts";
            row->kind = kinds[k / 3];
            row->bytes_B = sizes_B[k % 3];
            row->ranks = place == 0 ? hosts : domain;
            bool ring = rings && place == 0 && row->kind != GW_ALL_TO_ALL;
            row->algorithm = ring ? GW_ALGORITHM_RING : GW_ALGORITHM_AUTO;
        }
    }
}

static void list_given(gw_bench *b) {
    gw_fabric_view *v = b->view;
    v->n_rows = v->fabric->traffic.n;
    v->rows = GW_NEW_N(b->arena, v->n_rows, gw_fabric_row);
    for (int i = 0; i < v->n_rows; i++) {
        const gw_fabric_traffic *t = &v->fabric->traffic.at[i];
        gw_traffic_span span = gw_traffic_span_of(t, v->net->n_hosts);
        gw_fabric_row *row = &v->rows[i];
        *row = blank_row();
        row->name = t->head.name;
        row->where = gw_enum_placement.items[t->placement].name;
        row->kind = (gw_collective)t->kind;
        row->algorithm = t->algorithm;
        row->bytes_B = t->size_B;
        row->start_s = t->start_s;
        row->ranks = span.ranks;
        row->groups = t->groups;
        if (!span.fits) {
            row->problem = "it needs more hosts than there are";
            gw_diag_add(b->diags, GW_E_RANGE, GW_ERROR, t->head.loc, t->head.path,
                        "change ranks, groups, first or stride",
                        "traffic `%s` needs more than the %d hosts of the network", t->head.name,
                        v->net->n_hosts);
        }
    }
}

/** Hosts of a row's ranks. */
static const int32_t *ranks_of(const gw_bench *b, int i) {
    const gw_fabric_view *v = b->view;
    const gw_fabric_row *row = &v->rows[i];
    if (row->name == NULL) {
        return b->host;
    }
    const gw_fabric_traffic *t = &v->fabric->traffic.at[i];
    const int32_t *host =
        gw_placement_hosts(v->net, t->placement, (uint64_t)v->fabric->routing_seed, b->arena);
    int32_t *rank = GW_NEW_N(b->arena, row->ranks * row->groups, int32_t);
    for (int64_t g = 0; g < row->groups; g++) {
        for (int64_t r = 0; r < row->ranks; r++) {
            rank[g * row->ranks + r] = host[gw_traffic_place(t, row->ranks, g, r)];
        }
    }
    return rank;
}

/* ---------------------------------------------------------------- all at once */

static double alone_sum_s(const gw_fabric_view *v) {
    double sum_s = 0;
    for (int i = 0; i < v->n_rows; i++) {
        sum_s += v->rows[i].start_s + (gw_is_set(v->rows[i].time_s) ? v->rows[i].time_s : 0) +
                 (gw_is_set(v->rows[i].ideal_s) ? v->rows[i].ideal_s : 0);
    }
    return sum_s;
}

static void run_together(gw_bench *b, const int32_t *const *ranks) {
    gw_fabric_view *v = b->view;
    gw_mark mark = gw_arena_mark(b->scratch);
    gw_traffic *made = GW_NEW_N(b->scratch, v->n_rows, gw_traffic);
    const gw_traffic **list = GW_NEW_N(b->scratch, v->n_rows, const gw_traffic *);
    gw_traffic_result *results = GW_NEW_N(b->scratch, v->n_rows, gw_traffic_result);
    double *start_s = GW_NEW_N(b->scratch, v->n_rows, double);
    int *which = GW_NEW_N(b->scratch, v->n_rows, int);
    gw_net_event *events = NULL;
    int n = 0;
    for (int i = 0; i < v->n_rows; i++) {
        gw_collective_ask ask = ask_of(b, &v->rows[i], ranks[i]);
        bool usable = v->rows[i].problem == NULL && v->rows[i].by != GW_BY_BOUND;
        if (usable && gw_traffic_make(v->net, &ask, b->scratch, &made[n]) == NULL) {
            list[n] = &made[n];
            start_s[n] = v->rows[i].start_s;
            which[n++] = i;
        }
    }
    v->n_events = v->has_timed ? gw_faults_events(v->net, v->fabric, HORIZON_RATIO * alone_sum_s(v),
                                                  b->scratch, &events)
                               : 0;
    v->together = n > 0 && v->n_events >= 0;
    if (v->together) {
        gw_traffic_run_all(v->net, &b->how, n, list, start_s, v->n_events, events,
                           v->fabric->reroute_s, b->scratch, results);
        double end_s = 0;
        v->carried_B = GW_NEW_N(b->arena, v->net->n_links, double);
        for (int k = 0; k < n; k++) {
            gw_fabric_row *row = &v->rows[which[k]];
            row->together_s = results[k].time_s;
            row->together_stuck = isnan(results[k].time_s);
            end_s = fmax(end_s, start_s[k] + results[k].time_s);
            v->steps_as_one = results[k].steps_as_one > v->steps_as_one ? results[k].steps_as_one
                                                                        : v->steps_as_one;
            for (int32_t l = 0; results[k].carried_B != NULL && l < v->net->n_links; l++) {
                v->carried_B[l] += results[k].carried_B[l];
            }
        }
        v->links_s = end_s;
        v->links_of = "all at once";
        int n_events = v->n_events;
        for (v->n_events = 0; v->n_events < n_events && events[v->n_events].at_s <= end_s;) {
            v->n_events++;
        }
    }
    gw_arena_reset(b->scratch, mark);
}

/* ---------------------------------------------------------------- one network */

static void look_at_faults(gw_fabric_view *v) {
    for (int i = 0; i < v->fabric->faults.n; i++) {
        bool timed = gw_is_set(v->fabric->faults.at[i].at_s);
        *(timed ? &v->has_timed : &v->has_static) = true;
    }
}

/** Each usable row alone, on the network as it stands. */
static void run_alone(gw_bench *b, const int32_t *const *ranks, bool healthy) {
    gw_fabric_view *v = b->view;
    b->memo = gw_traffic_memo_create();
    for (int i = 0; i < v->n_rows; i++) {
        if (v->rows[i].problem == NULL) {
            run_row(b, &v->rows[i], ranks[i], healthy);
        }
    }
    gw_traffic_memo_free(b->memo);
    b->memo = NULL;
}

static void run_rows(gw_bench *b, const gw_spec *spec, gw_diags *diags) {
    gw_fabric_view *v = b->view;
    bool given = v->fabric->traffic.n > 0;
    b->host = gw_placement_hosts(v->net, GW_PLACEMENT_PACKED, 0, b->arena);
    (given ? list_given : list_standard)(b);
    const int32_t **ranks = GW_NEW_N(b->arena, v->n_rows + 1, const int32_t *);
    for (int i = 0; i < v->n_rows; i++) {
        ranks[i] = v->rows[i].problem == NULL ? ranks_of(b, i) : NULL;
    }
    if (v->has_static) {
        run_alone(b, ranks, true);
    }
    if (v->fabric->faults.n > 0 && !gw_faults_apply(v->net, spec, v->fabric, diags)) {
        return;
    }
    run_alone(b, ranks, false);
    for (int i = 0; i < v->n_rows; i++) {
        if (ranks[i] != NULL) {
            add_library(b, &v->rows[i]);
        }
    }
    if (given && (v->n_rows > 1 || v->has_timed)) {
        run_together(b, ranks);
    }
    if (v->has_timed && !given) {
        gw_diag_add(diags, GW_E_KEY, GW_WARNING, v->fabric->head.loc, v->fabric->head.path,
                    "add `traffic` to the fabric",
                    "faults with `at` come after the traffic begins, and `%s` has none", v->name);
    }
}

static void run_one(gw_bench *b, const gw_spec *spec, gw_diags *diags) {
    gw_fabric_view *v = b->view;
    double nodes = 0, links = 0;
    gw_net_plan whole = v->plan;
    gw_net_counts(&v->plan, &nodes, &links);
    if (links > BUILD_LINKS) {
        gw_net_plan_shrink(&v->plan, PART_HOSTS);
        v->part_hosts_n = v->plan.n_hosts;
    }
    v->net = gw_net_build(&v->plan, b->arena);
    gw_net_inventory(v->net, b->in, v->fabric, b->scratch, &v->inventory);
    v->plan = whole;
    look_at_faults(v);
    b->how = gw_net_routing(v->fabric);
    run_rows(b, spec, diags);
}

static void say_problem(const gw_fabric_view *v, gw_diags *diags) {
    gw_net_say_problem(v->fabric, v->name, v->problem, diags);
}

static void plan_one(const gw_scenario *in, int k, gw_arena *arena, gw_fabric_view *v) {
    bool own = k < in->fabrics.n;
    *v = (gw_fabric_view){.is_cluster = !own, .links_s = GW_NAN};
    if (own) {
        v->fabric = &in->fabrics.at[k];
        v->name = v->fabric->head.name;
        v->problem = gw_net_plan_of_fabric(in, v->fabric, arena, &v->plan);
    } else {
        const gw_cluster *cluster = &in->clusters.at[k - in->fabrics.n];
        v->fabric = &cluster->fabric;
        v->name = cluster->head.name;
        v->title = cluster->title;
        v->problem = gw_net_plan_of_cluster(in, k - in->fabrics.n, arena, &v->plan);
    }
    if (v->problem == NULL) {
        v->problem = gw_net_plan_problem(&v->plan, arena);
    }
}

gw_code gw_fabric_run(const gw_spec *spec, const gw_fabric_opts *opts, gw_arena *arena,
                      gw_diags *diags, gw_fabric_report *out) {
    const gw_scenario *in = &spec->scenario;
    int n = in->fabrics.n + in->clusters.n;
    *out = (gw_fabric_report){.in = in, .title = in->title};
    out->views = GW_NEW_N(arena, n + 1, gw_fabric_view);
    size_t errors_before = gw_diags_n_errors(diags);
    gw_arena *scratch = gw_arena_create(0);
    for (int k = 0; k < n; k++) {
        const char *name = k < in->fabrics.n ? in->fabrics.at[k].head.name
                                             : in->clusters.at[k - in->fabrics.n].head.name;
        if (opts->only != NULL && strcmp(opts->only, name) != 0) {
            continue;
        }
        gw_fabric_view *v = &out->views[out->n++];
        plan_one(in, k, arena, v);
        if (v->problem != NULL) {
            say_problem(v, diags);
            continue;
        }
        gw_network network;
        if (v->is_cluster) {
            gw_fabric_derive(in, k - in->fabrics.n, arena, &network);
        }
        gw_bench bench = {.in = in,
                          .view = v,
                          .arena = arena,
                          .scratch = scratch,
                          .diags = diags,
                          .comm = v->is_cluster ? &network.comm : NULL};
        run_one(&bench, spec, diags);
    }
    gw_arena_free(scratch);
    if (out->n == 0) {
        return GW_E_REF;
    }
    return gw_diags_n_errors(diags) > errors_before ? GW_E_MODEL : GW_OK;
}

double gw_fabric_used_frac(const gw_fabric_view *view, int32_t link) {
    if (view->carried_B == NULL || !(view->links_s > 0)) {
        return GW_NAN;
    }
    double most_B = view->net->capacity_Bps[link] * view->links_s;
    return most_B > 0 ? view->carried_B[link] / most_B : GW_NAN;
}

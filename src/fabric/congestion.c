/* congestion.c: links that the groups of a job share, and how much they are loaded.
 *
 * In:  the network of a cluster with its routing, placement and static faults; groups of ranks.
 * Out: for every axis the load of the busiest shared link, and its name.
 *
 * Model. All groups of an axis talk at once, other axes are silent. A group's ranks in one scale-up
 * domain are its local ranks. Round a ring, the l-th local rank of a domain sends to the l-th of the
 * next one; in an all-to-all to the l-th of every other; a send goes to the rank one stride on. Every
 * such message is a flow (queue_pairs flows, hashed apart) routed over the built network. Of a ring
 * `nics` bounds the NICs that a domain drives.
 *
 * Why loads suffice. With u(l) the sum of the shares of the flows of a link while every rank sends 1,
 * max-min fair filling saturates first the link with the least c(l) / u(l), so that is the rate of
 * the slowest flows, exactly. A ring goes as fast as its slowest hop, and the job waits for its
 * slowest ring. Flows of an all-to-all are of one size and start together: the busiest link cannot
 * end before (its bytes) / c = bytes / (slowest rate), and no flow ends later than at the slowest
 * rate, which never falls. So time over time alone = (busiest link's load) in all three; nothing need
 * be simulated over time. The tests hold it to the flow simulator.
 *
 * Closed form instead: folded Clos, full bisection, spraying, no faults. There the up-links of every
 * subtree carry at most what its hosts send, and they have room for that.
 *
 * The rest of the network is taken to be full of jobs like this one, each on the places that follow:
 * a scheduler that scatters ranks scatters those of others among them. Links that the job itself does
 * not use do not count; where others are slower elsewhere they leave it more than it is given here.
 *
 * Valid: messages of one size. Trees and in-network reductions are taken to
 * load links as rings do (a tree in rank order leaves a leaf as rarely). Timed faults do not count.
 * Sources: Bertsekas & Gallager, Data Networks, 1992, section 6.5.2; NCCL's rings and rails:
 *      docs/model/fabric.md.
 */
#include "fabric/congestion.h"

#include <math.h>
#include <string.h>

#include "fabric/fabric_phase.h"
#include "network/fault.h"
#include "network/placement.h"

#define NAME_MAX_BYTES 128
/** Routes that one axis may take to find its loads; beyond, some blocks of groups stand for all. */
#define ROUTES_MAX 4000000
/** A link of a host counts as shared once it is loaded beyond what the host's rate explains. */
#define OWN_TOLERANCE 1e-9

/* ------------------------------------------------------------------ closed form or not */

static double island_hosts(const gw_cluster *cluster) {
    return ceil(gw_cluster_finished_accelerators(cluster) /
                fmax(1.0, (double)cluster->fabric.islands));
}

static bool breaks_before(const gw_fabric *fabric) {
    for (int i = 0; i < fabric->faults.n; i++) {
        if (!gw_is_set(fabric->faults.at[i].at_s)) {
            return true;
        }
    }
    return false;
}

bool gw_congestion_spans(const gw_scenario *in, int i_cluster, double ranks) {
    const gw_cluster *cluster = &in->clusters.at[i_cluster];
    return cluster->fabric.islands > 1 && ranks > island_hosts(cluster);
}

bool gw_congestion_possible(const gw_scenario *in, int i_cluster, double ranks) {
    const gw_cluster *cluster = &in->clusters.at[i_cluster];
    const gw_fabric *fabric = &cluster->fabric;
    bool clos = fabric->topology == GW_TOPOLOGY_CLOS || fabric->topology == GW_TOPOLOGY_RAIL;
    bool spans = fabric->trunks > 0 && gw_congestion_spans(in, i_cluster, ranks);
    return !clos || fabric->oversubscription > 1.0 || fabric->routing != GW_ROUTING_SPRAY ||
           breaks_before(fabric) || spans;
}

/* ------------------------------------------------------------------ the network */

/** Faults name links of any island, so all are built; a job that fits into one stays in the first,
 * in the order of its placement. */
static void keep_first_island(const gw_net_plan *plan, gw_congestion_net *out, gw_arena *arena) {
    int32_t island = (plan->n_hosts + plan->islands - 1) / plan->islands;
    int32_t *host = GW_NEW_N(arena, island, int32_t);
    for (int32_t k = 0; k < plan->n_hosts; k++) {
        if (out->host[k] < island) {
            host[out->n_places++] = out->host[k];
        }
    }
    out->host = host;
}

gw_congestion_net gw_congestion_net_of(const gw_spec *spec, const gw_scenario *in, int i_cluster,
                                       double ranks, gw_arena *arena, gw_diags *diags) {
    const gw_cluster *cluster = &in->clusters.at[i_cluster];
    const gw_fabric *fabric = &cluster->fabric;
    const gw_system *system = &in->systems.at[cluster->system.i];
    gw_congestion_net out = {.how = gw_net_routing(fabric),
                             .queue_pairs = (int)fabric->queue_pairs,
                             .oversubscription = fabric->oversubscription,
                             .nics = in->accelerators.at[system->accelerator.i].collective_nics};
    gw_net_plan plan;
    bool inside = !gw_congestion_spans(in, i_cluster, ranks);
    out.note = gw_net_plan_of_cluster(in, i_cluster, arena, &plan);
    if (out.note == NULL) {
        if (plan.islands > 1 && fabric->faults.n == 0 && inside) {
            plan.n_hosts = (int32_t)island_hosts(cluster);
            plan.islands = 1;
            plan.trunks = 0;
        }
        if (plan.n_hosts > GW_CONGESTION_HOSTS_MAX && fabric->faults.n == 0) {
            out.note = gw_arena_printf(arena, "%d of %d hosts stand for all",
                                       GW_CONGESTION_HOSTS_MAX, plan.n_hosts);
            gw_net_plan_shrink(&plan, GW_CONGESTION_HOSTS_MAX);
        }
        const char *problem = gw_net_plan_problem(&plan, arena);
        out.note = problem != NULL ? problem : out.note;
        out.net = problem == NULL ? gw_net_build(&plan, arena) : NULL;
    }
    if (out.net == NULL) {
        return out;
    }
    if (!gw_faults_apply(out.net, spec, fabric, diags)) {
        out.note = "faults name what this network does not have";
        out.net = NULL;
        return out;
    }
    out.host =
        gw_placement_hosts(out.net, fabric->placement, (uint64_t)fabric->routing_seed, arena);
    if (plan.islands > 1 && inside) {
        keep_first_island(&plan, &out, arena);
    }
    return out;
}

/* ------------------------------------------------------------------ loads */

/** What one axis puts on the network while every rank sends 1. */
typedef struct tally {
    const gw_congestion_net *on;
    double *use;              /* [links and bundles] */
    bool *own;                /* [links and bundles] the job itself is among those that use it */
    double *out_use, *in_use; /* [hosts] */
    gw_path path;
    int32_t domain;
    int64_t ranks, job_ranks;
    bool crosses, cut, part;
    int32_t cut_src, cut_dst; /* two hosts without a way between them */
} tally;

/** A message that takes `nominal` of what its rank sends, of which the network sees `demand`. */
static void send(tally *t, int64_t from, int64_t to, double nominal, double demand) {
    const gw_net *net = t->on->net;
    int32_t src = t->on->host[from], dst = t->on->host[to];
    int pairs = t->on->queue_pairs > 1 ? t->on->queue_pairs : 1;
    t->crosses = true;
    t->out_use[src] += nominal;
    t->in_use[dst] += nominal;
    for (int q = 0; q < pairs; q++) {
        if (!gw_net_route(net, &t->on->how, src, dst, (uint32_t)q, &t->path)) {
            t->cut = true;
            t->cut_src = src;
            t->cut_dst = dst;
            return;
        }
        for (int32_t i = 0; i < t->path.n; i++) {
            double share = t->path.split ? (double)t->path.share[i] : 1.0;
            t->use[t->path.link[i]] += demand * share / pairs;
            t->own[t->path.link[i]] |= from < t->job_ranks;
        }
    }
}

/** Ranks of a group in one scale-up domain: members first .. first + n - 1. */
typedef struct run {
    int64_t first, n;
} run;

typedef struct group {
    int64_t first, size, stride; /* ranks first + k stride */
    run *runs;
    int64_t n_runs;
} group;

static int64_t member(const group *g, int64_t k) {
    return g->first + k * g->stride;
}

static void find_runs(const tally *t, group *g) {
    g->n_runs = 0;
    int32_t last = -1;
    for (int64_t k = 0; k < g->size; k++) {
        int32_t domain = t->on->host[member(g, k)] / t->domain;
        if (k == 0 || domain != last) {
            g->runs[g->n_runs++] = (run){k, 0};
        }
        g->runs[g->n_runs - 1].n++;
        last = domain;
    }
}

static void add_ring(tally *t, const group *g) {
    if (g->n_runs < 2) {
        return;
    }
    int64_t widest = 0;
    for (int64_t i = 0; i < g->n_runs; i++) {
        widest = g->runs[i].n > widest ? g->runs[i].n : widest;
    }
    double nics = t->on->nics; /* NaN or 0: all */
    double driven = nics >= 1 && nics < (double)widest ? nics / (double)widest : 1.0;
    for (int64_t i = 0; i < g->n_runs; i++) {
        const run *here = &g->runs[i], *next = &g->runs[(i + 1) % g->n_runs];
        for (int64_t l = 0; l < here->n && l < next->n; l++) {
            send(t, member(g, here->first + l), member(g, next->first + l), 1.0, driven);
        }
    }
}

static void add_all_to_all(tally *t, const group *g) {
    double demand = 1.0 / (double)(g->n_runs - 1);
    for (int64_t i = 0; i < g->n_runs && g->n_runs > 1; i++) {
        for (int64_t k = 1; k < g->n_runs; k++) {
            const run *here = &g->runs[i], *there = &g->runs[(i + k) % g->n_runs];
            for (int64_t l = 0; l < here->n; l++) {
                send(t, member(g, here->first + l), member(g, there->first + l % there->n), demand,
                     demand);
            }
        }
    }
}

static void add_sends(tally *t, const group *g) {
    for (int64_t k = 0; k + 1 < g->size; k++) {
        int64_t from = member(g, k), to = member(g, k + 1);
        if (t->on->host[from] / t->domain != t->on->host[to] / t->domain) {
            send(t, from, to, 1.0, 1.0);
        }
    }
}

/** Routes that a block of groups takes, at most. */
static double routes_of(const tally *t, const gw_groups *groups) {
    double all = (double)groups->size * (double)groups->stride;
    int pairs = t->on->queue_pairs > 1 ? t->on->queue_pairs : 1;
    double domains = all / t->domain + 1.0; /* that a group reaches */
    double others = fmin((double)groups->size - 1.0, domains);
    double peers = groups->kind == GW_ALL_TO_ALL ? fmax(1.0, others) : 1.0;
    return all * peers * pairs;
}

/** Whole blocks of groups. */
static void add_groups(tally *t, const gw_groups *groups, gw_arena *arena) {
    int64_t block = groups->size * groups->stride;
    int64_t n_blocks = t->ranks / block;
    double most = fmax(1.0, floor(ROUTES_MAX / routes_of(t, groups)));
    t->part |= (double)n_blocks > most;
    n_blocks = (double)n_blocks > most ? (int64_t)most : n_blocks;
    group g = {.size = groups->size,
               .stride = groups->stride,
               .runs = GW_NEW_N(arena, groups->size + 1, run)};
    for (int64_t b = 0; b < n_blocks; b++) {
        for (int64_t k = 0; k < groups->stride && !t->cut; k++) {
            g.first = b * block + k;
            find_runs(t, &g);
            if (groups->kind == GW_ALL_TO_ALL) {
                add_all_to_all(t, &g);
            } else if (groups->kind == GW_SEND) {
                add_sends(t, &g);
            } else {
                add_ring(t, &g);
            }
        }
    }
}

/** Of a job larger than the network in hand: fewer ranks in a ring, narrower strides else. */
static gw_groups fitted(const gw_groups *groups, int64_t ranks) {
    gw_groups g = *groups;
    if (g.size * g.stride > ranks && g.kind != GW_SEND && ranks / g.stride >= 2) {
        g.size = ranks / g.stride;
    } else if (g.size * g.stride > ranks) {
        g.stride = ranks / g.size > 1 ? ranks / g.size : 1;
        g.size = g.size * g.stride > ranks ? ranks : g.size;
    }
    return g;
}

/* ------------------------------------------------------------------ from uses to a load */

static bool is_host_link(const gw_net *net, int32_t l) {
    return l < net->n_links && net->kinds[net->kind[l]].role == GW_CABLE_HOST;
}

static bool is_inside(const gw_net *net, int32_t l) {
    return l < net->n_links && net->kinds[net->kind[l]].role == GW_CABLE_SCALEUP;
}

/** What every rank sends when the end points alone limit: the least of rate over use of a host, by
 * the rates of its links as built. */
static double end_level_Bps(const tally *t, gw_arena *arena) {
    const gw_net *net = t->on->net;
    double *out_Bps = GW_NEW_N(arena, net->n_hosts + 1, double);
    double *in_Bps = GW_NEW_N(arena, net->n_hosts + 1, double);
    for (int32_t l = 0; l < net->n_links; l++) {
        if (is_inside(net, l)) {
            continue;
        }
        double rate_Bps = net->kinds[net->kind[l]].rate_Bps;
        if (net->from[l] < net->n_hosts) {
            out_Bps[net->from[l]] += rate_Bps;
        }
        if (net->to[l] < net->n_hosts) {
            in_Bps[net->to[l]] += rate_Bps;
        }
    }
    double least_Bps = GW_INF;
    for (int32_t h = 0; h < net->n_hosts; h++) {
        least_Bps = t->out_use[h] > 0 ? fmin(least_Bps, out_Bps[h] / t->out_use[h]) : least_Bps;
        least_Bps = t->in_use[h] > 0 ? fmin(least_Bps, in_Bps[h] / t->in_use[h]) : least_Bps;
    }
    return least_Bps;
}

/** "leaf-3>spine-1#0"; of a bundle the switch whose links it joins. */
static const char *limit_name(const gw_net *net, int32_t link, gw_arena *arena) {
    char name[NAME_MAX_BYTES];
    if (link < net->n_links) {
        gw_net_link_name(net, link, name, sizeof name);
        return gw_arena_strdup(arena, name);
    }
    for (int32_t l = 0; l < net->n_links; l++) {
        if (net->bundle[l] == link) {
            bool up = l % 2 == 0;
            gw_net_node_name(net, up ? net->from[l] : net->to[l], name, sizeof name);
            return gw_arena_printf(arena, up ? "up-links of %s" : "down-links to %s", name);
        }
    }
    return NULL;
}

static void judge(const tally *t, gw_arena *arena, gw_arena *scratch, gw_axis_use *out) {
    const gw_net *net = t->on->net;
    out->crosses = t->crosses;
    if (t->cut) {
        char from[NAME_MAX_BYTES], to[NAME_MAX_BYTES];
        gw_net_node_name(net, t->cut_src, from, sizeof from);
        gw_net_node_name(net, t->cut_dst, to, sizeof to);
        out->load_frac = GW_INF;
        out->link = gw_arena_printf(arena, "no way from %s to %s", from, to);
        return;
    }
    double level_Bps = end_level_Bps(t, scratch);
    int32_t busiest = -1;
    for (int32_t l = 0; l < net->n_links + net->n_bundles; l++) {
        if (!t->own[l] || is_inside(net, l)) {
            continue;
        }
        double load = t->use[l] / net->capacity_Bps[l] * level_Bps;
        bool end = is_host_link(net, l) && load <= 1.0 + OWN_TOLERANCE;
        if (!end && load > out->load_frac) {
            out->load_frac = load;
            busiest = l;
        }
    }
    out->link = busiest >= 0 ? limit_name(net, busiest, arena) : NULL;
}

void gw_congestion_find(const gw_congestion_net *on, const gw_groups *groups, int64_t n_ranks,
                        gw_arena *arena, gw_congestion *out) {
    *out = (gw_congestion){.note = on->note, .oversubscription = on->oversubscription};
    const gw_net *net = on->net;
    if (net == NULL) {
        return;
    }
    out->flows = true;
    out->n_hosts = net->n_hosts;
    int64_t ranks = on->n_places > 0 ? on->n_places : net->n_hosts;
    ranks -= n_ranks > 0 && n_ranks < ranks ? ranks % n_ranks : 0; /* whole jobs */
    int32_t domain = net->plan.domain > 1 ? net->plan.domain : 1;
    gw_arena *scratch = gw_arena_create(0);
    size_t n_links = (size_t)net->n_links + (size_t)net->n_bundles, n_hosts = (size_t)net->n_hosts;
    tally t = {.on = on,
               .use = GW_NEW_N(scratch, n_links + 1, double),
               .own = GW_NEW_N(scratch, n_links + 1, bool),
               .out_use = GW_NEW_N(scratch, n_hosts + 1, double),
               .in_use = GW_NEW_N(scratch, n_hosts + 1, double),
               .path = gw_path_create(scratch),
               .domain = domain,
               .ranks = ranks,
               .job_ranks = n_ranks};
    for (int a = 0; a < GW_N_AXES; a++) {
        if (groups[a].size < 2 || ranks < 2) {
            continue;
        }
        if (t.crosses) { /* what the axis before left behind */
            memset(t.use, 0, n_links * sizeof *t.use);
            memset(t.own, 0, n_links * sizeof *t.own);
            memset(t.out_use, 0, n_hosts * sizeof *t.out_use);
            memset(t.in_use, 0, n_hosts * sizeof *t.in_use);
        }
        t.crosses = t.cut = t.part = false;
        gw_groups fit = fitted(&groups[a], ranks);
        add_groups(&t, &fit, scratch);
        if (t.crosses) {
            judge(&t, arena, scratch, &out->axis[a]);
        }
        if (t.part && out->note == NULL) {
            out->note = "some of the groups stand for all";
        }
    }
    gw_arena_free(scratch);
}

double gw_congestion_share(const gw_congestion *congestion, gw_axis axis, double factor) {
    double load = congestion->axis[axis].load_frac * (factor > 0 ? factor : 1.0);
    return load > 1.0 ? 1.0 / load : 1.0;
}

/* collectives.c: closed-form time of a collective operation on a two-level network.
 *
 * In:  gw_comm (bandwidths with efficiencies applied, B/s per accelerator; latencies, s), kind,
 *      bytes of the full buffer, n ranks, per_domain of them in one scale-up domain.
 * Out: seconds; 0 for fewer than two ranks, NaN where a needed bandwidth is missing.
 *
 * Model: hierarchical alpha-beta. g = per_domain ranks in each of d = ceil(n / g) domains; b1, a1
 * bandwidth and latency inside a domain, b2, a2 across domains; B bytes:
 *
 *   t = L + X + c sqrt(L X),   L = base + latency(inside) + latency(across),
 *                              X = max(transfer(inside), transfer(across))
 *
 * The two transfers overlap because libraries cut the buffer into chunks and pipeline them; the
 * last term is the price of filling that pipeline: c = 2 with the best size of chunk, less where
 * many channels work at once, as inside a domain. Across domains each of the g local ranks works on
 * 1/g of the buffer over its own NIC (its rail). Fastest of these ways, m = g with V = B inside a
 * domain, m = d with V = B / g across domains:
 *
 *   all-reduce       ring    2 (m-1) a       2 (m-1)/m V / b
 *                    tree    2 ceil(lg m) a  2 V / b    (double binary tree, full bandwidth)
 *                    switch  4 a1            max((1 + 1/g) / f, 2 (g-1)/g / r) B / b1
 *   all-gather and   ring    (m-1) a         (m-1)/m V / b
 *   reduce-scatter   tree    ceil(lg m) a    (m-1)/m V / b    (across domains only)
 *                    switch  2 a1            (g-1)/g B / (f b1)
 *   broadcast        tree    ceil(lg m) a    V / b
 *   send                     a               B / b
 *   all-to-all       direct  max(a1, a2) + (n-1) o      (g-1)/n B / b1 beside (n-g)/n B / b2
 *                    by rail a1 + a2 + (g+d-2) o        ((g-1)/n + (n-g)/n (g-1)/g) B / b1 beside
 *                                                       (n-g)/n B / b2
 *
 * `switch` is reduction and multicast in the scale-up switch: each rank answers loads of its whole
 * vector and stores its share, 1 + 1/g of the vector each way, at a share f of the link rate; its
 * bus bandwidth never exceeds r times that of a ring. `by rail` first moves a message to the local
 * rank on the receiver's rail.
 *
 * Valid: messages over 1 MB. Median error against published nccl-tests runs (most of which set the
 * constants below), inside a domain: 7 to 13 % by hardware; across two to four domains: 4 to 9 %
 * above 1 GB, up to 32 % too fast below. The only run at hand on more than 144 ranks (all-reduce on
 * 1,440 GB200) took two to three times as long. Small messages to a factor of two: switches of
 * protocol are not modelled. One collective at a time. Groups sit on consecutive domains and n is a
 * multiple of g. Between few ranks of a point-to-point mesh fewer links serve than b1 says.
 * Libraries without logarithmic all-gather pay (d-1) a2.
 *
 * Sources: ring bounds: Patarasuk & Yuan, J. Parallel Distrib. Comput. 69 (2009) 117. Latency terms
 * and choice by size: Thakur, Rabenseifner & Gropp, Int. J. High Perform. Comput. Appl. 19 (2005)
 * 49. Trees and pipelining: Sanders, Speck & Traeff, Parallel Computing 35 (2009) 581. Step
 * latencies: NVIDIA NCCL, src/graph/tuning.cc. Logarithmic all-gather: NCCL 2.23 (PAT). All-to-all
 * by rail: NCCL 2.12 (PXN). Cost per message: LogGP, Alexandrov et al., SPAA 1995. c, f, r: below.
 */
#include <math.h>

#include "model.h"

/** Start of one operation, s: base latency of a ring, bulk protocol (tuning.cc, baseLat). */
#define BASE_s 8.4e-6
/** What the bulk protocol adds to the latency of a message between NICs, s (tuning.cc, hwLat: ring
 *  over the network 9.6 us against 2.7 us with the low-latency protocol). */
#define BULK_STEP_s 6.9e-6
/** c inside a domain: one value for all hardware, fitted to 347 runs over 1 MB inside one domain of
 *  A100, H100, H200, B200, B300, GB200 and GB300 (nccl-tests results published by
 *  ai-dynamo/aiconfigurator, stas00/ml-engineering, CoreWeave, Oracle, NVIDIA and vTrain). */
#define FILL_INSIDE 0.8
/** c across domains: the best that a pipeline of equal chunks can do, (sqrt L + sqrt X)^2. The runs
 *  on 2 x 8 A100 and H100 (AWS), 2 x 72 GB200 (CoreWeave) and 4 x 8 MI250X dies bear it out. */
#define FILL_ACROSS 2.0
/** o: each further message that a rank posts, s; slope of 2 KB all-to-alls of 2, 4 and 8 H200 and
 *  B200 (ai-dynamo/aiconfigurator). Assumed to hold between NICs too. */
#define MESSAGE_s 0.5e-6
/** f: loads and stores through the switch over the link rate of a ring. All-reduce of 8 GB with and
 *  without: 308 and 365 GB/s on 5 to 6 H200, 540 and 682 GB/s on 7 to 8 B200
 *  (stas00/ml-engineering, network benchmarks). */
#define SWITCH_EFFICIENCY 0.82
/** r: bus bandwidth over that of a ring: 480 / 365 on 8 H100, 838 / 682 on 8 B200, 839 / 682 on 72
 *  GB200 (NVIDIA dgxc-benchmarking; stas00/ml-engineering; CoreWeave). */
#define SWITCH_GAIN_MAX 1.27

/** One way to do one part of a collective. */
typedef struct gw_way {
    double latency_s;
    double transfer_s;
} gw_way;

#define MAX_WAYS 3

typedef struct gw_ways {
    gw_way at[MAX_WAYS];
    int n;
} gw_ways;

static void add_way(gw_ways *ways, double latency_s, double transfer_s) {
    ways->at[ways->n].latency_s = latency_s;
    ways->at[ways->n].transfer_s = transfer_s;
    ways->n++;
}

/** Steps of a binary tree over m ranks. */
static double tree_steps(int m) {
    return ceil(log2((double)m));
}

/** Ways of one part: m ranks and a volume over one tier; `inside`: within the scale-up domain. */
static gw_ways part_ways(gw_collective kind, int m, double volume_B, double bandwidth_Bps,
                         double latency_s, bool inside, bool multicast) {
    gw_ways ways = {.n = 0};
    if (m < 2) {
        add_way(&ways, 0, 0);
        return ways;
    }
    double share = (m - 1.0) / m;
    double once_s = volume_B / bandwidth_Bps;
    switch (kind) {
    case GW_ALL_REDUCE:
        add_way(&ways, 2 * (m - 1.0) * latency_s, 2 * share * once_s);
        add_way(&ways, 2 * tree_steps(m) * latency_s, 2 * once_s);
        if (inside && multicast) {
            double switched = (1 + 1.0 / m) / SWITCH_EFFICIENCY;
            double limit = 2 * share / SWITCH_GAIN_MAX;
            add_way(&ways, 4 * latency_s, fmax(switched, limit) * once_s);
        }
        break;
    case GW_ALL_GATHER:
    case GW_REDUCE_SCATTER:
        add_way(&ways, (m - 1.0) * latency_s, share * once_s);
        if (!inside) {
            add_way(&ways, tree_steps(m) * latency_s, share * once_s);
        } else if (multicast) {
            add_way(&ways, 2 * latency_s, share * once_s / SWITCH_EFFICIENCY);
        }
        break;
    case GW_BROADCAST:
    case GW_ALL_TO_ALL:
    case GW_SEND:
    default:
        add_way(&ways, tree_steps(m) * latency_s, once_s);
        break;
    }
    return ways;
}

/** Time of an operation over d domains from its latencies and transfers, start and pipeline fill
 *  included. */
static double operation_s(double latency_s, double transfer_s, int d) {
    double start_s = BASE_s + latency_s;
    double fill = d > 1 ? FILL_ACROSS : FILL_INSIDE;
    return start_s + transfer_s + fill * sqrt(start_s * transfer_s);
}

/** The best pair of ways; the transfers of the two parts overlap. */
static double best_s(const gw_ways *inside, const gw_ways *across, int d) {
    double best = GW_INF;
    for (int i = 0; i < inside->n; i++) {
        for (int k = 0; k < across->n; k++) {
            const gw_way *a = &inside->at[i], *b = &across->at[k];
            double latency_s = a->latency_s + b->latency_s;
            double transfer_s = fmax(a->transfer_s, b->transfer_s);
            best = fmin(best, operation_s(latency_s, transfer_s, d));
        }
    }
    return best;
}

/** Each rank has B/n for each peer: straight to it, or over the local rank that shares its rail. */
static double all_to_all_s(const gw_comm *comm, double nic_Bps, double bytes, int n, int g, int d) {
    double near_B = bytes * (g - 1.0) / n, far_B = d > 1 ? bytes * (double)(n - g) / n : 0;
    double near_s = g > 1 ? near_B / comm->scaleup.bandwidth_Bps : 0;
    double far_s = d > 1 ? far_B / nic_Bps : 0;
    double near_latency_s = g > 1 ? comm->scaleup.latency_s : 0;
    double far_latency_s = d > 1 ? comm->scaleout.latency_s + BULK_STEP_s : 0;
    double direct_s = operation_s(fmax(near_latency_s, far_latency_s) + (n - 1.0) * MESSAGE_s,
                                  fmax(near_s, far_s), d);
    if (d < 2 || g < 2) {
        return direct_s;
    }
    double forward_s = far_B * (g - 1.0) / g / comm->scaleup.bandwidth_Bps;
    double by_rail_s = operation_s(near_latency_s + far_latency_s + (g + d - 2.0) * MESSAGE_s,
                                   fmax(near_s + forward_s, far_s), d);
    return fmin(direct_s, by_rail_s);
}

double gw_collective_s(const gw_comm *comm, gw_collective kind, double bytes, int n,
                       int per_domain) {
    if (n < 2) {
        return 0;
    }
    int g = per_domain < 1 ? 1 : per_domain > n ? n : per_domain;
    int d = (n + g - 1) / g;
    double volume_B = bytes < 0 ? 0 : bytes;
    /* Groups on consecutive domains stay under one leaf when all their domains fit there. */
    double span = (double)d * (comm->scaleup.size > g ? comm->scaleup.size : g);
    bool under_leaf =
        comm->leaf_size > 0 && span <= comm->leaf_size && comm->leaf_bandwidth_Bps > 0;
    double nic_Bps = under_leaf ? comm->leaf_bandwidth_Bps : comm->scaleout.bandwidth_Bps;
    if ((g > 1 && !(comm->scaleup.bandwidth_Bps > 0)) || (d > 1 && !(nic_Bps > 0)) ||
        isnan(volume_B)) {
        return GW_NAN;
    }
    if (kind == GW_ALL_TO_ALL) {
        return all_to_all_s(comm, nic_Bps, volume_B, n, g, d);
    }
    if (kind == GW_SEND) {
        bool far = d > 1;
        return operation_s(far ? comm->scaleout.latency_s + BULK_STEP_s : comm->scaleup.latency_s,
                           volume_B / (far ? nic_Bps : comm->scaleup.bandwidth_Bps), d);
    }
    gw_ways inside = part_ways(kind, g, volume_B, comm->scaleup.bandwidth_Bps,
                               comm->scaleup.latency_s, true, comm->multicast);
    gw_ways across = part_ways(kind, d, volume_B / g, nic_Bps,
                               comm->scaleout.latency_s + BULK_STEP_s, false, false);
    return best_s(&inside, &across, d);
}

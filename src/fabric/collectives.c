/* collectives.c: closed-form time of a collective operation on a two-level network.
 *
 * In:  gw_comm (bandwidths with efficiencies applied, B/s per accelerator; latencies, s), kind,
 *      bytes of the full buffer, n ranks, per_domain of them in one scale-up domain.
 * Out: seconds; 0 for fewer than two ranks, NaN where a needed bandwidth is missing.
 *
 * Model: the fastest of the ways that a library has, each
 *
 *   t = L + X + ramp(F, X, c),      ramp = c sqrt(F X) / (1 + sqrt(X / F) / 3.3)
 *
 * L latencies, X the longest transfer at full rate (transfers inside and across domains overlap:
 * the buffer is cut into chunks), ramp the price of cutting it: with the best size of chunk
 * (sqrt F + sqrt X)^2 - F - X, and no more than 3.3 c F once chunks reach the size of the buffers.
 * g ranks in each of d = ceil(n / g) domains; a1, b1 latency and bandwidth inside, a2, b2 of a NIC;
 * B bytes; s start; each domain drives r = min(g, comm->nics) NICs in one operation; lg = log2 d,
 * rounded up.
 *
 *   one domain       L                    X                                     F, c
 *   ring             s + p (n-1) a1       (p (n-1)/n + q/n) B / b1              L, comm->ramp_ratio
 *   switch           s + (6.5 + 1.3 (n-1)) a1   max((1 + 1/n)/f, 2 (n-1)/n/w) B / b1      L, 2
 *   direct           s + a1 + o (n-1) + bulk    max((n-1)/n B / (e b1), B / own)    L - bulk, 0.4
 *   several domains
 *   ring             s + S + p ((n-d) a1 + d a2)   p (n-1)/n max(B/b1, B/r/b2)  270 us, 2
 *   tree             s + S + inside + 2 lg a2      max(inside, k B/r/b2)        lg 270 us, 2
 *   direct, by rail  see all_to_all_s              inside, own NIC              L, 0.4
 *
 * p = 2 for all-reduce, 1 for all-gather, reduce-scatter and broadcast (the latter moves B, not
 * (n-1)/n B); q = 1/2.35: each rank also copies its own part. Ring, low-latency protocols: 2.3 X
 * instead of X + ramp where that is less; so small messages travel by them, and the step from one
 * protocol to the next, which in truth is at a size, is where the two cross. Switch: all-reduce
 * only and only with multicast (NVLS): each rank answers loads of its whole vector and stores its
 * share, at a share f of the link rate; its bus bandwidth never exceeds w times that of a ring. Tree:
 * all-reduce and broadcast, `inside` a ring's or the switch's; k = 1 between two domains (each is
 * root of one half and leaf of the other), else 2. All-gather and reduce-scatter across domains are
 * flat rings, linear in ranks; with one rank in a domain also logarithmic. Direct: all-to-all and
 * send; bulk = 5 us x min(1, bytes of one message / 32 KiB), the handshake of large messages.
 *
 * What that says of large jobs: a ring's latency grows with the ranks, so sharding over thousands
 * of them is slow however large the bandwidth; and in domains of 72 an operation uses a few of
 * their NICs only (both seen in 1,440 GB200, where the measured all-reduce has a floor of 4.6 ms
 * and half the bandwidth of 144).
 *
 * Valid: see docs/model/fabric.md for errors by hardware and size. One collective at a time. Groups
 * sit on consecutive domains and n is a multiple of g. Between few ranks of a point-to-point mesh
 * fewer links serve than b1 says. The step from small to large protocols is smoother here than it
 * is (off by up to 40 % at single sizes of 4 to 16 MB on Blackwell).
 *
 * Sources: ring bounds: Patarasuk & Yuan, J. Parallel Distrib. Comput. 69 (2009) 117. Trees,
 * pipelining, (sqrt F + sqrt X)^2: Sanders, Speck & Traeff, Parallel Computing 35 (2009) 581. Which
 * ways exist, double trees, protocols: NVIDIA NCCL, src/graph/tuning.cc, src/graph/trees.cc.
 * Logarithmic all-gather: NCCL 2.23 (PAT, one rank in a node). All-to-all by rail: NCCL 2.12 (PXN).
 * Constants: tools/fit_collectives.c on published nccl-tests results, see each.
 */
#include <math.h>

#include "model.h"

/** Chunks stop growing where the transfer is 3.3^2 times the scale of the ramp. */
#define RAMP_END 3.3
/** c and the rest below are fitted to 330 to 720 runs on A100, H100, H200, B200, B300, GB200, GB300
 *  and MI250X (ai-dynamo/aiconfigurator, stas00/ml-engineering, NVIDIA/dgxc-benchmarking, Oracle,
 *  CoreWeave, AWS, vTrain, ROCm/rccl issue 1490); what depends on the accelerator is in gw_comm. */
#define SWITCH_RAMP 2.0
#define ACROSS_RAMP 2.0
#define DIRECT_RAMP 0.4
/** Time of the low-latency protocols over that of the bulk protocol, per byte. */
#define LOW_LATENCY 2.3
/** Rate at which a rank copies its own part over that of the ring: 2.1 (A100), 2.7 (Hopper), 1.7
 *  (Blackwell) from all-gathers of 2, 4 and 8. */
#define OWN_COPY 2.35
/** f: loads and stores through the switch over the link rate of a ring. All-reduce of 8 GB with and
 *  without: 308 and 365 GB/s on 5 to 6 H200, 540 and 682 GB/s on 7 to 8 B200
 *  (stas00/ml-engineering, network benchmarks). */
#define SWITCH_EFFICIENCY 0.82
/** w: bus bandwidth over that of a ring: 480 / 365 on 8 H100, 838 / 682 on 8 B200, 839 / 682 on 72
 *  GB200 (NVIDIA dgxc-benchmarking; stas00/ml-engineering; CoreWeave). */
#define SWITCH_GAIN_MAX 1.27
/** Steps of the operation in the switch: 17 us on 8 H100, 27 us on 8 GB200 (dgxc-benchmarking,
 *  Oracle); the part that grows with the ranks is from one rack of 72. */
#define SWITCH_STEPS 6.5
#define SWITCH_STEPS_PER_RANK 1.3
/** e: sends and receives over the link rate of a ring: 210 / 235 GB/s on A100, 320 / 365 on H200,
 *  590 / 680 on B200 (ai-dynamo/aiconfigurator). */
#define DIRECT_EFFICIENCY 0.86
/** Rate of all parts of an all-to-all together, the own one included, B/s: 512 MB take 0.81 ms
 *  between 2, 0.83 ms between 8 B200. Faster links are assumed to come with faster copies. */
#define DIRECT_TOTAL_Bps 680e9
/** o: each further message that a rank posts, s: 2 KB all-to-alls of 2, 4 and 8; between NICs the
 *  low-latency dispatch and combine of 16 to 256 H800 (DeepEP) leave no room for more. */
#define MESSAGE_s 0.17e-6
/** Handshake of a message beyond the low-latency protocol, s, and its size, B. */
#define BULK_s 5e-6
#define BULK_B 32768.0
/** S: what an operation across domains adds to the start, s, and what the library adds to the
 *  latency of the network in each step, s: between measured 32 us (2 x 4 H100, public log), 79 us
 *  (Slingshot) and 81 us (EFA) for the smallest all-reduce. */
#define ACROSS_START_s 15e-6
#define ACROSS_STEP_s 3e-6
/** F across domains: chunks of two nodes of A100 and H100 (AWS), 2 and 20 racks of GB200. */
#define ACROSS_CHUNK_s 270e-6
/** The parts of an operation that all its ways share. */
typedef struct gw_group {
    const gw_comm *comm;
    double bytes, nic_Bps;
    double step_across_s, nics;
    int n, g, d;
} gw_group;

/** What cutting a transfer into chunks costs. */
static double ramp_s(double chunk_s, double transfer_s, double c) {
    if (!(chunk_s > 0)) {
        return 0;
    }
    double r = sqrt(transfer_s / chunk_s);
    return c * chunk_s * r / (1 + r / RAMP_END);
}

/** Depth of a binary tree over m. */
static int depth(int m) {
    int steps = 0;
    for (unsigned reach = 1; reach < (unsigned)m; reach *= 2) {
        steps++;
    }
    return steps;
}

/** Passes of a ring. */
static double passes(gw_collective kind) {
    return kind == GW_ALL_REDUCE ? 2 : 1;
}

/** Bytes over each link of a ring of m ranks. */
static double ring_B(gw_collective kind, double bytes, int m) {
    return kind == GW_BROADCAST ? bytes : passes(kind) * (m - 1.0) / m * bytes;
}

/** Transfer of a ring inside a domain of m ranks; own part included. */
static double ring_transfer_s(gw_collective kind, double bytes, double bandwidth_Bps, int m) {
    double own_B = kind == GW_BROADCAST ? 0 : bytes / (OWN_COPY * m);
    return (ring_B(kind, bytes, m) + own_B) / bandwidth_Bps;
}

static double switch_transfer_s(double bytes, double bandwidth_Bps, int m) {
    double loads = (1 + 1.0 / m) / SWITCH_EFFICIENCY;
    double limit = 2 * (m - 1.0) / m / SWITCH_GAIN_MAX;
    return fmax(loads, limit) * bytes / bandwidth_Bps;
}

static double switch_latency_s(const gw_comm *comm, int m) {
    return (SWITCH_STEPS + SWITCH_STEPS_PER_RANK * (m - 1)) * comm->scaleup.latency_s;
}

/** All ranks in one domain. */
static double inside_s(const gw_group *x, gw_collective kind) {
    const gw_comm *comm = x->comm;
    double bandwidth_Bps = comm->scaleup.bandwidth_Bps;
    double latency_s = comm->start_s + passes(kind) * (x->n - 1) * comm->scaleup.latency_s;
    double transfer_s = ring_transfer_s(kind, x->bytes, bandwidth_Bps, x->n);
    double best_s =
        latency_s + transfer_s +
        fmin((LOW_LATENCY - 1) * transfer_s, ramp_s(latency_s, transfer_s, comm->ramp_ratio));
    if (kind == GW_ALL_REDUCE && comm->multicast) {
        latency_s = comm->start_s + switch_latency_s(comm, x->n);
        transfer_s = switch_transfer_s(x->bytes, bandwidth_Bps, x->n);
        best_s = fmin(best_s, latency_s + transfer_s + ramp_s(latency_s, transfer_s, SWITCH_RAMP));
    }
    return best_s;
}

/** A tree between domains over what the domains do inside. */
static double tree_s(const gw_group *x, gw_collective kind, double latency_s, double transfer_s) {
    int steps = depth(x->d);
    double shares = kind == GW_ALL_REDUCE && x->d > 2 ? 2 : 1;
    double across_s = shares * x->bytes / x->nics / x->nic_Bps;
    double all_s = fmax(transfer_s, across_s);
    return x->comm->start_s + ACROSS_START_s + latency_s + passes(kind) * steps * x->step_across_s +
           all_s + ramp_s(steps * ACROSS_CHUNK_s, all_s, ACROSS_RAMP);
}

/** Ranks in several domains. */
static double across_s(const gw_group *x, gw_collective kind) {
    const gw_comm *comm = x->comm;
    double bandwidth_Bps = comm->scaleup.bandwidth_Bps, step_s = comm->scaleup.latency_s;
    double ring = ring_B(kind, x->bytes, x->n);
    double transfer_s = ring / x->nics / x->nic_Bps;
    double inside_transfer_s = 0, inside_latency_s = 0;
    if (x->g > 1) {
        transfer_s = fmax(transfer_s, ring / bandwidth_Bps);
        inside_transfer_s = ring_transfer_s(kind, x->bytes, bandwidth_Bps, x->g);
        inside_latency_s = passes(kind) * (x->g - 1) * step_s;
    }
    double steps_s = (double)(x->n - x->d) * step_s + x->d * x->step_across_s;
    double best_s = comm->start_s + ACROSS_START_s + passes(kind) * steps_s + transfer_s +
                    ramp_s(ACROSS_CHUNK_s, transfer_s, ACROSS_RAMP);
    if (kind == GW_ALL_REDUCE || kind == GW_BROADCAST) {
        best_s = fmin(best_s, tree_s(x, kind, inside_latency_s, inside_transfer_s));
    } else if (x->g == 1) {
        double latency_s = comm->start_s + ACROSS_START_s + depth(x->d) * x->step_across_s;
        best_s =
            fmin(best_s, latency_s + transfer_s + ramp_s(ACROSS_CHUNK_s, transfer_s, ACROSS_RAMP));
    }
    if (kind == GW_ALL_REDUCE && comm->multicast && x->g > 1) {
        best_s = fmin(best_s, tree_s(x, kind, switch_latency_s(comm, x->g),
                                     switch_transfer_s(x->bytes, bandwidth_Bps, x->g)));
    }
    return best_s;
}

/** One message of a pair, or one of many at once: its handshake. */
static double handshake_s(double message_B) {
    return BULK_s * fmin(1, message_B / BULK_B);
}

static double send_s(const gw_group *x) {
    const gw_comm *comm = x->comm;
    if (x->d == 1) {
        double latency_s = comm->start_s + comm->scaleup.latency_s;
        double transfer_s = x->bytes / (DIRECT_EFFICIENCY * comm->scaleup.bandwidth_Bps);
        return latency_s + transfer_s + ramp_s(latency_s, transfer_s, DIRECT_RAMP) +
               handshake_s(x->bytes);
    }
    double latency_s = comm->start_s + ACROSS_START_s + x->step_across_s;
    double transfer_s = x->bytes / x->nic_Bps;
    return latency_s + transfer_s + ramp_s(latency_s, transfer_s, DIRECT_RAMP);
}

/** Each rank has B/n for each peer: straight to it, or over the local rank that shares its rail,
 *  which adds (n-g)/n (g-1)/g B inside the domain and spares messages. */
static double all_to_all_s(const gw_group *x) {
    const gw_comm *comm = x->comm;
    double n = x->n, g = x->g, d = x->d;
    double link_Bps = DIRECT_EFFICIENCY * comm->scaleup.bandwidth_Bps;
    double total_Bps = fmax(DIRECT_TOTAL_Bps, comm->scaleup.bandwidth_Bps);
    double near_s = 0, near_latency_s = 0;
    if (x->g > 1) {
        near_s = fmax(x->bytes * (g - 1) / n / link_Bps, x->bytes * g / n / total_Bps);
        near_latency_s = comm->scaleup.latency_s;
    }
    double shake_s = handshake_s(x->bytes / n);
    if (x->d == 1) {
        double latency_s = comm->start_s + near_latency_s + (n - 1) * MESSAGE_s;
        return latency_s + near_s + ramp_s(latency_s, near_s, DIRECT_RAMP) + shake_s;
    }
    double far_B = x->bytes * (n - g) / n;
    double far_s = far_B / x->nic_Bps;
    double start_s = comm->start_s + ACROSS_START_s + shake_s;
    double latency_s = start_s + fmax(near_latency_s, x->step_across_s) + (n - 1) * MESSAGE_s;
    double transfer_s = fmax(near_s, far_s);
    double best_s = latency_s + transfer_s + ramp_s(latency_s, transfer_s, DIRECT_RAMP);
    if (x->g > 1) {
        latency_s = start_s + near_latency_s + x->step_across_s + (g + d - 2) * MESSAGE_s;
        transfer_s = fmax(near_s + far_B * (g - 1) / g / link_Bps, far_s);
        best_s = fmin(best_s, latency_s + transfer_s + ramp_s(latency_s, transfer_s, DIRECT_RAMP));
    }
    return best_s;
}

double gw_collective_s(const gw_comm *comm, gw_collective kind, double bytes, int n,
                       int per_domain) {
    if (n < 2) {
        return 0;
    }
    int g = per_domain < 1 ? 1 : per_domain > n ? n : per_domain;
    int d = (n + g - 1) / g;
    /* Groups on consecutive domains stay under one leaf when all their domains fit there. */
    double span = (double)d * (comm->scaleup.size > g ? comm->scaleup.size : g);
    bool under_leaf =
        comm->leaf_size > 0 && span <= comm->leaf_size && comm->leaf_bandwidth_Bps > 0;
    gw_group x = {.comm = comm,
                  .bytes = bytes < 0 ? 0 : bytes,
                  .nic_Bps = under_leaf ? comm->leaf_bandwidth_Bps : comm->scaleout.bandwidth_Bps,
                  .step_across_s = comm->scaleout.latency_s + ACROSS_STEP_s,
                  .nics = comm->nics >= 1 && comm->nics < g ? comm->nics : g,
                  .n = n,
                  .g = g,
                  .d = d};
    if ((g > 1 && !(comm->scaleup.bandwidth_Bps > 0)) || (d > 1 && !(x.nic_Bps > 0)) ||
        isnan(x.bytes)) {
        return GW_NAN;
    }
    if (kind == GW_ALL_TO_ALL) {
        return all_to_all_s(&x);
    }
    if (kind == GW_SEND) {
        return send_s(&x);
    }
    return d == 1 ? inside_s(&x, kind) : across_s(&x, kind);
}

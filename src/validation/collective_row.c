/* validation/collective_row.c: a line of a table of collectives, read and predicted.
 *
 * In:  columns source, collective, gpus, gpus_per_node, gpu, intra_fabric, nic_gbps_per_gpu,
 *      message_bytes, time_us, algbw_GBps, busbw_GBps. Blank: not stated. The catalogue.
 * Out: gw_collective_case, gw_trial.
 * Model: gw_collective_s on the network that the row describes. Sizes are those of nccl-tests: the
 *      vector of an all-reduce, the gathered vector, all that one rank sends. The domain is the
 *      node, except where the accelerator's domain spans nodes (GB200: gpus_per_node is a tray).
 *      Time is time_us, else message_bytes / algbw_GBps, else by busbw_GBps. Expert dispatch and combine with a size
 *      and a time are all-to-alls. A slice of a TPU torus uses two links for each edge longer than
 *      two chips, and at least two.
 * Valid: see the reasons. Between nodes the rate of the NICs must be stated: it decides.
 * Sources: as collectives.c; intervals: errors of rows whose accelerator generation a fit did not
 *      see (docs/model/fabric.md).
 */
#include "validation/collective_row.h"
#include "validation/row_cells.h"

#include <ctype.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/fabric_phase.h"
#include "validation/row_words.h"
#include "validation/training_row.h"

/** From NIC to NIC, s; no table of collectives states it. */
#define NETWORK_s 5e-6
#define SMALL_B 65536.0
#define MEDIUM_B 1e6
#define LARGE_B 64e6
/** A domain beyond this spans several nodes. */
#define NODE_MAX 16

const char *const gw_message_size_words[GW_N_MESSAGE_SIZE] = {"up to 64 kB", "64 kB to 1 MB",
                                                              "1 to 64 MB", "over 64 MB"};

/** 80 % intervals of measured over predicted, [inside, across][size]. Inside: quantiles of 660 rows
 * and of the same predicted with constants that saw neither their accelerator nor their source;
 * wide upwards because older libraries take 30 to 100 us for what takes 15. Across: 60 rows of four
 * systems; small ones differ by network (30 us to 180 us for the same operation). */
static const double low_factor[2][GW_N_MESSAGE_SIZE] = {{0.88, 0.94, 0.89, 0.955},
                                                        {0.65, 0.80, 0.80, 0.88}};
static const double high_factor[2][GW_N_MESSAGE_SIZE] = {{1.14, 1.55, 1.35, 1.085},
                                                         {2.50, 1.70, 1.35, 1.09}};
/** The same for rows that a rule of this file had to bend into the model. */
#define WIDER 1.12
/** A stated time and a stated rate that differ by more are not of one measurement. */
#define CONTRADICTION 1.2
/** Rates are printed to 0.01 GB/s. */
#define PRINTED_Bps 0.01e9

/** The number in a column, `absent` where the cell is blank. Outside lo .. hi: a fault. */
static double number(gw_row_cells *r, const char *name, double absent, double lo, double hi) {
    const char *text = gw_row_word(r, name);
    if (!*text) {
        return absent;
    }
    char *end = NULL;
    double x = strtod(text, &end);
    if (*end || end == text || !(x >= lo && x <= hi)) {
        gw_row_fault(r, name,
                     gw_arena_printf(r->arena, "%s \"%.40s\" is not a number between %g and %g",
                                     name, text, lo, hi));
        return absent;
    }
    return x;
}

static void read_chip(gw_row_cells *r, const gw_scenario *in, gw_collective_case *out) {
    const char *gpu = gw_row_word(r, "gpu");
    bool loose = false, is_part = false;
    out->share = 1;
    /* one kernel library for both: the table means the one with cut links */
    const char *name = strcmp(gpu, "H800/H100 (SM90)") == 0 ? "H800" : gpu;
    out->accelerator = gw_row_chip(in, name, &loose, &is_part);
    if (!out->accelerator) {
        gw_row_fault(
            r, "gpu",
            *gpu ? gw_arena_printf(r->arena, "accelerator \"%.60s\" is not in the catalogue", gpu)
                 : "the accelerator is not stated");
        return;
    }
    out->share = is_part ? 0.5 : 1;
    out->wide = loose ? "accelerator named loosely" : NULL;
}

/** Letters and digits in lower case, without the library's prefix and the benchmark's ending. */
static void kind_word(const char *name, char out[48]) {
    size_t n = 0;
    for (; *name && n < 47; name++) {
        if (isalnum((unsigned char)*name)) {
            out[n++] = (char)tolower((unsigned char)*name);
        }
    }
    n -= n > 4 && memcmp(out + n - 4, "perf", 4) == 0 ? 4 : 0;
    out[n] = '\0';
    if (strncmp(out, "nccl", 4) == 0 || strncmp(out, "rccl", 4) == 0) {
        memmove(out, out + 4, n - 3);
    }
}

static void read_kind(gw_row_cells *r, gw_collective_case *out) {
    static const struct {
        const char *name;
        gw_collective kind;
    } kinds[] = {{"allreduce", GW_ALL_REDUCE},
                 {"allgather", GW_ALL_GATHER},
                 {"reducescatter", GW_REDUCE_SCATTER},
                 {"alltoall", GW_ALL_TO_ALL},
                 {"all2all", GW_ALL_TO_ALL},
                 {"a2a", GW_ALL_TO_ALL},
                 {"epdispatch", GW_ALL_TO_ALL},
                 {"epcombine", GW_ALL_TO_ALL},
                 {"broadcast", GW_BROADCAST},
                 {"bcast", GW_BROADCAST},
                 {"sendrecv", GW_SEND}};
    const char *name = gw_row_word(r, "collective");
    char plain[48];
    kind_word(name, plain);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(plain, kinds[i].name) == 0) {
            out->kind = kinds[i].kind;
            out->expert = strncmp(plain, "ep", 2) == 0;
            if (out->expert) {
                out->wide = "expert kernels of another library, taken as an all-to-all";
            }
            return;
        }
    }
    gw_row_fault(r, "collective",
                 gw_arena_printf(r->arena, "collective \"%.40s\" is not modelled", name));
}

/** busbw over algbw, as nccl-tests define them. */
static double bus_factor(const gw_collective_case *c) {
    double n = c->ranks;
    return c->kind == GW_ALL_REDUCE                        ? 2 * (n - 1) / n
           : c->kind == GW_BROADCAST || c->kind == GW_SEND ? 1
                                                           : (n - 1) / n;
}

/** The time, or the size over a rate; a time that its own rates contradict is a fault. */
static void read_time(gw_row_cells *r, gw_collective_case *out) {
    double alg_Bps = number(r, "algbw_GBps", GW_NAN, 0, 1e9) * 1e9;
    double bus_Bps = number(r, "busbw_GBps", GW_NAN, 0, 1e9) * 1e9;
    double stated_s = number(r, "time_us", GW_NAN, 0, 1e15) * 1e-6;
    double by_alg_s = out->bytes / alg_Bps;
    double by_bus_s = out->bytes * bus_factor(out) / bus_Bps;
    out->measured_s = !isnan(stated_s) ? stated_s : !isnan(by_alg_s) ? by_alg_s : by_bus_s;
    if (!(out->measured_s > 0 && out->measured_s < 1e9)) {
        gw_row_fault(r, "time_us", "no measured time");
    }
    double rounding = PRINTED_Bps / alg_Bps; /* of small rates as printed */
    double off = fabs(log(by_alg_s / stated_s));
    if (off > log(CONTRADICTION) + rounding) {
        gw_row_fault(r, "time_us",
                     "time_us contradicts algbw_GBps: message_bytes over it is another time");
    }
    off = fabs(log(by_bus_s / stated_s));
    if (!out->expert && off > log(CONTRADICTION) + PRINTED_Bps / bus_Bps) {
        gw_row_fault(r, "time_us",
                     "time_us contradicts busbw_GBps: message_bytes over it is another time");
    }
}

/** A fabric that the accelerator's entry does not have. */
static void check_fabric(gw_row_cells *r, const char *fabric, gw_collective_case *out) {
    static const char *const known[] = {"nvlink", "nvswitch",   "mnnvl",      "nvl",     "infinity",
                                        "xgmi",   "ici",        "neuronlink", "torus",   "rdma",
                                        "inter",  "infiniband", "roce",       "efa",     "dcn",
                                        "hccs",   "ualink",     "slingshot",  "ethernet"};
    char plain[128];
    gw_spelt_plain(fabric, plain, sizeof plain);
    if (strstr(plain, "pcie") && !strstr(plain, "nvlink")) {
        gw_row_fault(r, "intra_fabric", "collectives over PCIe are not modelled");
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strstr(plain, known[i])) {
            return;
        }
    }
    if (*fabric) {
        out->wide = "intra_fabric is not known: taken as the accelerator's own";
    }
}

/** Share of the links of a torus that a slice of n chips uses: a ring in both directions, of which
 * there is one for each edge longer than two, and at least one; edges as equal as powers of two go.
 */
static double torus_links(int n, int dimensions) {
    int edge[3] = {1, 1, 1};
    for (int i = 0, left = n; left > 1; left = (left + 1) / 2, i = (i + 1) % dimensions) {
        edge[i] *= 2;
    }
    int rings = 0;
    for (int i = 0; i < dimensions; i++) {
        rings += edge[i] > 2;
    }
    return (rings > 0 ? rings : 1.0) / dimensions;
}

static void read_network(gw_row_cells *r, gw_collective_case *out) {
    const gw_accelerator *a = out->accelerator;
    const char *fabric = gw_row_word(r, "intra_fabric");
    int node = (int)number(r, "gpus_per_node", 0, 1, 1e6);
    double own = a->scaleup_domain / out->share;
    out->domain = own > INT_MAX ? INT_MAX : (int)own;
    if (node > 0 && out->domain <= NODE_MAX) {
        out->domain = node;
    }
    out->no_multicast = strstr(fabric, "(ring)") != NULL ||
                        strstr(gw_row_word(r, "source"), "NVLS_ENABLE=0") != NULL;
    out->nic_Bps = number(r, "nic_gbps_per_gpu", GW_NAN, 0, 1e6) * 1e9 / 8;
    out->across = out->ranks > out->domain;
    if (out->across && !(out->nic_Bps > 0)) {
        gw_row_fault(r, "nic_gbps_per_gpu",
                     "between nodes, and the rate of the NICs is not stated");
    }
    out->links_frac = 1;
    if (a->scaleup_fabric && strstr(a->scaleup_fabric, "torus")) {
        out->links_frac = torus_links(out->ranks, strstr(a->scaleup_fabric, "2D") ? 2 : 3);
        out->wide = "a slice of a torus, taken as a ring over the links that it uses";
    }
    check_fabric(r, fabric, out);
    if (strstr(fabric, "DCN")) {
        gw_row_fault(r, "intra_fabric", "traffic between slices over the data-centre network");
    }
}

static gw_message_size size_of(double bytes) {
    return bytes <= SMALL_B    ? GW_MESSAGE_SMALL
           : bytes <= MEDIUM_B ? GW_MESSAGE_MEDIUM
           : bytes <= LARGE_B  ? GW_MESSAGE_LARGE
                               : GW_MESSAGE_BULK;
}

const char *gw_collective_case_read(const gw_scenario *in, const gw_csv *csv, int row,
                                    gw_arena *arena, gw_collective_case *out, const char **column) {
    gw_row_cells r = {.csv = csv, .row = row, .arena = arena};
    *out = (gw_collective_case){.measured_s = GW_NAN, .nic_Bps = GW_NAN};
    read_chip(&r, in, out);
    read_kind(&r, out);
    double ranks = number(&r, "gpus", 0, 1, 1e8);
    out->ranks = (int)ranks;
    out->bytes = number(&r, "message_bytes", 0, 1, 1e18);
    if (ranks < 2 || ranks != rint(ranks)) {
        gw_row_fault(&r, "gpus", ranks > 0 ? "not a group of two or more" : "gpus is not stated");
    }
    if (!(out->bytes > 0)) {
        gw_row_fault(&r, "message_bytes", "the size of the message is not stated");
    }
    read_time(&r, out);
    if (!r.reason) {
        read_network(&r, out);
        out->size = size_of(out->bytes);
        out->regime = gw_arena_printf(arena, "%s, %s", out->across ? "across" : "inside",
                                      gw_message_size_words[out->size]);
    }
    *column = r.column;
    return r.reason;
}

double gw_collective_case_s(const gw_collective_case *c) {
    gw_comm comm = gw_fabric_comm(c->accelerator, c->domain, c->nic_Bps, NETWORK_s);
    comm.scaleup.bandwidth_Bps *= c->share * c->links_frac;
    comm.multicast = comm.multicast && !c->no_multicast;
    return gw_collective_s(&comm, c->kind, c->bytes, c->ranks,
                           c->ranks < c->domain ? c->ranks : c->domain);
}

gw_trial gw_collective_row(const gw_scenario *in, const gw_csv *csv, int row, gw_arena *arena) {
    gw_trial t = {.measured_s = GW_NAN,
                  .predicted_s = GW_NAN,
                  .low_s = GW_NAN,
                  .high_s = GW_NAN,
                  .memory_B = GW_NAN,
                  .memory_measured_B = GW_NAN};
    gw_collective_case c;
    t.unsupported = gw_collective_case_read(in, csv, row, arena, &c, &t.column);
    if (t.unsupported) {
        return t;
    }
    t.regime = c.regime;
    t.wide = c.wide;
    t.measured_s = c.measured_s;
    t.predicted_s = gw_collective_case_s(&c);
    double wider = c.wide ? WIDER : 1;
    t.low_s = t.predicted_s * low_factor[c.across][c.size] / wider;
    t.high_s = t.predicted_s * high_factor[c.across][c.size] * wider;
    return t;
}

/* chakra/chakra.h: MLCommons Chakra execution traces: what every NPU of a training step computes and
 * sends, as a graph of nodes; read from bytes, checked as a whole, replayed over a network.
 *
 * A trace is one NPU's. NPU i is host i of the network. Fewer traces than NPUs: the traces are copied,
 * NPU i runs trace i mod n_traces; how ranks and groups move with the copies: chakra_groups.c.
 *
 * Sources: S. Sridharan et al., "Chakra: Advancing Performance Benchmarking and Co-design using
 * Standardized Execution Traces", arXiv:2305.14516; schema mlcommons/chakra et_def.proto. */
#ifndef GW_FABRIC_CHAKRA_H
#define GW_FABRIC_CHAKRA_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "traffic/traffic.h"

/** Numbers of the schema. */
typedef enum gw_chakra_type {
    GW_CHAKRA_INVALID = 0,
    GW_CHAKRA_METADATA = 1,
    GW_CHAKRA_MEM_LOAD = 2,
    GW_CHAKRA_MEM_STORE = 3,
    GW_CHAKRA_COMP = 4,
    GW_CHAKRA_SEND = 5,
    GW_CHAKRA_RECV = 6,
    GW_CHAKRA_COLL = 7,
    GW_CHAKRA_STORAGE = 8,
    GW_CHAKRA_BATCH = 9,
    GW_CHAKRA_CHECKPOINT = 10,
    GW_CHAKRA_TYPES = 11 /* this and above: unknown */
} gw_chakra_type;

typedef enum gw_chakra_comm {
    GW_CHAKRA_ALL_REDUCE = 0,
    GW_CHAKRA_REDUCE = 1,
    GW_CHAKRA_ALL_GATHER = 2,
    GW_CHAKRA_GATHER = 3,
    GW_CHAKRA_SCATTER = 4,
    GW_CHAKRA_BROADCAST = 5,
    GW_CHAKRA_ALL_TO_ALL = 6,
    GW_CHAKRA_REDUCE_SCATTER = 7,
    GW_CHAKRA_REDUCE_SCATTER_BLOCK = 8,
    GW_CHAKRA_BARRIER = 9,
    GW_CHAKRA_COMMS = 10
} gw_chakra_comm;

#define GW_CHAKRA_DIMS 8
/** Set in `dims` where dimensions are left out, so that no dimension at all is not all of them. */
#define GW_CHAKRA_SOME_DIMS (1u << GW_CHAKRA_DIMS)

/** "COMP_NODE", "ALL_REDUCE"; "unknown" beyond the enums. */
const char *gw_chakra_type_name(int type);
const char *gw_chakra_comm_name(int comm);

/** Ranks that communicate, under the name that nodes give. */
typedef struct gw_chakra_group {
    const char *name;
    int32_t n; /* 0: all NPUs */
    const int32_t *rank;
} gw_chakra_group;

/** Which ranks a collective means: a group's name, or else dimensions of the logical network. No two
 * of a trace are alike. */
typedef struct gw_chakra_spec {
    const char *group; /* "": none given */
    uint32_t dims;     /* bit d: dimension d takes part; 0: all, or none given */
    int32_t n;         /* collectives of this trace that mean it */
    int32_t *node;     /* [n] by id */
} gw_chakra_spec;

/** What is absent is NaN, or -1 for ranks. */
typedef struct gw_chakra_node {
    uint64_t id;
    const char *name;
    int64_t byte;   /* where it begins in the file */
    int32_t type;   /* gw_chakra_type; may be unknown */
    int32_t n_deps; /* of trace->dep, from dep on */
    int64_t dep;    /* first */
    double duration_s, work_flop, tensor_B, comm_B;
    int32_t comm; /* gw_chakra_comm; -1: absent */
    int32_t src, dst, root;
    int64_t tag;   /* 0: absent */
    int32_t spec;  /* collectives: of trace->spec */
    int32_t order; /* collectives: how many of the same spec came before */
    bool on_cpu;
} gw_chakra_node;

/** Something in a file that has no effect here, with how often it stands there. */
typedef struct gw_chakra_unused {
    const char *what; /* "attribute rf_id", "field 11 of a node" */
    int64_t n;
} gw_chakra_unused;

#define GW_CHAKRA_UNUSED_MAX 64

typedef struct gw_chakra_trace {
    const char *file;
    const char *version; /* of the schema; "": not said */
    int32_t n;
    gw_chakra_node *node; /* [n] by id */
    int32_t *dep;         /* indices of nodes that come before */
    int64_t *child_at;    /* [n + 1] */
    int32_t *child;       /* nodes that wait for it */
    int n_specs;
    gw_chakra_spec *spec;
    int n_groups;
    gw_chakra_group *group; /* as its metadata nodes say */
    int n_unused;
    gw_chakra_unused unused[GW_CHAKRA_UNUSED_MAX];
} gw_chakra_trace;

/** One file. GW_OK, or the code of the first error; all are in diags. */
gw_code gw_chakra_read(const char *file, const void *bytes, size_t n, gw_arena *arena,
                       gw_diags *diags, gw_chakra_trace *out);
/** Groups from JSON as ASTRA-sim has them: {"1": [0, 1], "2": [2, 3]}. */
gw_code gw_chakra_read_groups(const char *file, const char *text, size_t n, gw_arena *arena,
                              gw_diags *diags, int *n_groups, gw_chakra_group **out);

typedef struct gw_chakra_opts {
    int32_t n_npus;     /* 0: one a trace */
    double peak_flops;  /* of one NPU; NaN: nodes take their recorded time */
    double mem_Bps;     /* local memory, with peak_flops; NaN: none */
    double far_mem_Bps; /* that MEM_LOAD and MEM_STORE take; NaN: they take no time */
    int algorithm;      /* GW_ALGORITHM_... of all collectives that know it */
    int n_dims;         /* of the logical network, the fastest first; 0: not known */
    int32_t dim[GW_CHAKRA_DIMS];
    int n_groups;
    const gw_chakra_group *group; /* beside those of the traces */
    const int32_t *host;          /* [n_npus]; NULL: NPU i is host i */
} gw_chakra_opts;

/** Seconds of one NPU; compute + exposed + waiting + other = end. */
typedef struct gw_chakra_npu {
    double end_s;     /* its last node */
    double compute_s; /* a compute node runs */
    double exposed_s; /* none runs, bytes of its communication move */
    double waiting_s; /* none runs, its communication waits for other NPUs */
    double other_s;   /* CPU, memory, storage, nothing */
} gw_chakra_npu;

typedef struct gw_chakra_result {
    double end_s;
    int32_t n_npus;
    gw_chakra_npu *npu;                   /* [n_npus] */
    int64_t n_nodes[GW_CHAKRA_TYPES + 1]; /* of all NPUs; last: unknown types */
    int64_t n_collectives, n_messages, n_flows;
    int64_t n_comm[GW_CHAKRA_COMMS]; /* collectives by kind, once a group */
    double comm_B[GW_CHAKRA_COMMS];  /* that the kind put on the network */
    double message_B;
    int64_t
        n_otherwise; /* collectives that the algorithm asked for cannot do: the fastest that can */
    int64_t n_fluid; /* collectives of several steps that shared the network with other traffic */
    int64_t n_timeless, n_far_mem; /* compute nodes without a time; memory nodes taken as instant */
    double *carried_B, *full_s;    /* [links of the net, bundles included] */
} gw_chakra_result;

/** Replays. Errors (all at once, in diags): ranks that miss a collective, messages without their
 * other end, ranks that have no host, ways that do not exist, nodes that wait for ever. */
gw_code gw_chakra_run(const gw_net *net, const gw_route_how *how, int n_traces,
                      const gw_chakra_trace *traces, const gw_chakra_opts *opts, gw_arena *arena,
                      gw_diags *diags, gw_chakra_result *out);

#endif

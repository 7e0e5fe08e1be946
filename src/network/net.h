/* network/net.h: a network as nodes and links, and the paths that routing takes through it.
 *
 * Nodes. Hosts come first (0 .. n_hosts-1): accelerators, or whatever the end points are. Then the
 * switches, among them one for each scale-up domain. Links are of one direction; of a duplex cable
 * the way up (away from the host) is 2c and the way back 2c + 1. CSV networks are not duplex: each
 * link stands alone.
 *
 * Bundles. Spraying (adaptive routing, ideal split) in a folded Clos uses all links between a
 * subtree and the tier above alike, so that it sees a tree of fat links: one up and one down for
 * every subtree of every height. These fat links follow the physical ones in the arrays; link l
 * belongs to bundle[l] (-1: none), and what a bundle carries its links carry in proportion to their
 * capacity.
 */
#ifndef GW_FABRIC_NET_H
#define GW_FABRIC_NET_H

#include "base/arena.h"
#include "base/diag.h"
#include "flow/flow.h"
#include "model.h"

#define GW_NET_LEVELS 6
#define GW_NET_DIMS 6
#define GW_NET_KINDS 256
/** Room of a path in links: what spraying over a big torus may take. */
#define GW_NET_PATH_MAX 65536

/** What kind of cable, for counts and prices. */
typedef enum gw_cable_role {
    GW_CABLE_SCALEUP, /* inside a scale-up domain */
    GW_CABLE_HOST,    /* NIC to first switch */
    GW_CABLE_SWITCH,  /* between switches of one building */
    GW_CABLE_LONG     /* between buildings or sites */
} gw_cable_role;

typedef struct gw_link_kind {
    gw_cable_role role;
    int tier; /* of its lower end: 0 host to leaf, 1 leaf to spine ...; dimension of a torus */
    double rate_Bps, latency_s, length_m;
    bool optical_switch; /* runs through an optical circuit switch: two of its ports */
} gw_link_kind;

/** Everything a builder needs, in numbers; made from a scenario by network/net_plan.c. Counts that a
 * topology does not use are 0. */
typedef struct gw_net_plan {
    int topology;    /* GW_TOPOLOGY_... */
    int32_t n_hosts; /* end points in use; ports beyond them stay empty */
    int nics;        /* scale-out ports of a host */
    int rails;       /* leaves that share the NICs of a node; 1: none */
    bool rail_only;  /* rails are not joined with one another */
    int per_node;    /* hosts of a node (rails count inside it) */
    int planes;      /* separate copies of the network; every NIC has a port of 1/planes in each */
    int domain;      /* hosts of a scale-up domain; 1: none */
    int islands;     /* separate networks of equal size, joined by long links if trunks > 0 */
    /* folded Clos, fat tree (XGFT): level i = 0 is host to leaf; down[i] children of a switch, up[i]
     * parents of a node, parallel[i] cables between them. Notation of SimGrid and of Ohring, Ibel,
     * Das & Kumar, IPPS 1995. */
    int n_levels;
    int down[GW_NET_LEVELS], up[GW_NET_LEVELS], parallel[GW_NET_LEVELS];
    /* torus, HyperX: extent of each dimension; HyperX: cables between two switches of a dimension */
    int n_dims;
    int dim[GW_NET_DIMS], width[GW_NET_DIMS];
    bool wrap; /* torus: rings closed */
    int cube;  /* torus: edge of the blocks that optical switches join; 0: none */
    /* dragonfly: groups x routers x hosts_per_switch; dragonfly+: groups of leaves and spines */
    int groups, routers, leaves, spines, hosts_per_switch;
    int global_links;   /* cables of a router (dragonfly) or spine (dragonfly+) to other groups */
    int local_parallel; /* cables between two routers of a group */
    /* long links: trunks between each two islands */
    int trunks;
    double trunk_Bps, trunk_length_m;
    /* rates of one direction; each cable of a tree's level 0 has nic_Bps / planes */
    double nic_Bps, link_Bps, scaleup_Bps;
    double nic_latency_s, link_latency_s, scaleup_latency_s; /* of a link of that kind */
    double host_cable_m, cable_m;
    const struct gw_fabric *source; /* free topology: its nodes and links; else NULL */
} gw_net_plan;

typedef struct gw_net {
    gw_net_plan plan;
    const struct gw_wiring *wiring;
    bool duplex;
    int32_t n_hosts, n_nodes;
    int32_t n_links; /* physical */
    int32_t n_bundles;
    int32_t *from, *to; /* [n_links] nodes */
    uint8_t *kind;      /* [n_links] index into kinds */
    uint8_t *tier;      /* [n_nodes] 0 host, 1 leaf or first switch, ...; 255 scale-up switch */
    int n_kinds;
    gw_link_kind kinds[GW_NET_KINDS];
    double *capacity_Bps;   /* [n_links + n_bundles] as built; faults write here */
    double *latency_s;      /* [n_links + n_bundles] */
    int32_t *bundle;        /* [n_links] index >= n_links into the two above; -1: none; or NULL */
    const char **node_name; /* [n_nodes] free networks and CSV; NULL: gw_net_node_name makes one */
    const char **link_name; /* [n_links] likewise */
    bool damaged;           /* some capacity is 0: routes must look at capacities */
    void *own;              /* the topology's: offsets of its tiers */
    struct gw_graph *graph; /* adjacency and cached ways; NULL until gw_net_adjacency */
    const struct gw_name_index *names; /* NULL until gw_net_index_names */
    gw_arena *arena;                   /* borrowed; owns all arrays */
} gw_net;

/** Kinds of routing are words of the scenario: GW_ROUTING_... in scenario/enums.h. */
typedef struct gw_route_how {
    int kind;        /* GW_ROUTING_SPRAY, _ECMP, _D_MOD_K, _VALIANT */
    bool rail_local; /* cross the scale-up domain to the rail of the destination first (PXN) */
    uint64_t seed;   /* of ECMP's hash */
} gw_route_how;

/** A path as links with shares of the rate. The caller owns the arrays. */
typedef struct gw_path {
    int32_t n, room;
    int32_t *link; /* [room] */
    double *share; /* [room] all 1 unless `split` */
    bool split;
} gw_path;

/** What each kind of topology is: one row of gw_wirings (network/wirings.c). */
typedef struct gw_wiring {
    int topology;     /* GW_TOPOLOGY_... */
    const char *name; /* as in the scenario */
    /** NULL, or why the plan cannot be built (text in arena): its shape; counts in 32 bits. */
    const char *(*problem)(const gw_net_plan *plan, gw_arena *arena);
    /** Nodes, and links of one direction. The plan has no problem but perhaps its size. */
    void (*counts)(const gw_net_plan *plan, double *n_nodes, double *n_links);
    /** Fills nodes and links. The plan was checked. */
    void (*build)(const gw_net_plan *plan, gw_net *net);
    /** Appends the way between two different hosts; false: there is none. `entropy` stands for the
     * ports of a 5-tuple. */
    bool (*route)(const gw_net *net, const gw_route_how *how, int32_t src, int32_t dst,
                  uint32_t entropy, gw_path *path);
    /** Bandwidth across the worst equal cut that its formula knows, B/s one direction. */
    double (*bisection_Bps)(const gw_net *net);
    /** Switches on the longest shortest path. */
    int (*diameter_hops)(const gw_net *net);
    /** "leaf-3", "spine-0-2"; node >= n_hosts. */
    void (*node_name)(const gw_net *net, int32_t node, char *text, size_t room);
} gw_wiring;

extern const gw_wiring gw_wirings[];
extern const int gw_n_wirings;

/** NULL, or why the plan cannot be built (text in arena). */
const char *gw_net_plan_problem(const gw_net_plan *plan, gw_arena *arena);
/** Counts that the plan will have, without building it. */
void gw_net_counts(const gw_net_plan *plan, double *n_nodes, double *n_links);
/** The plan must have no problem. NULL: such a topology is not known. */
gw_net *gw_net_build(const gw_net_plan *plan, gw_arena *arena);

/** Two hosts or, in a free network, any two nodes; false: no way between them (or the same node).
 * Empties `path` first. Damaged networks are routed round their dead links. */
bool gw_net_route(const gw_net *net, const gw_route_how *how, int32_t src, int32_t dst,
                  uint32_t entropy, gw_path *path);
gw_path gw_path_create(gw_arena *arena);

/** "host-7", "leaf-3"; "host-7>leaf-3#0" (# counts parallel cables). Written to text[room]. */
void gw_net_node_name(const gw_net *net, int32_t node, char *text, size_t room);
void gw_net_link_name(const gw_net *net, int32_t link, char *text, size_t room);
/** -1: unknown. A host may be given by its number alone. */
int32_t gw_net_find_node(const gw_net *net, const char *name);
int32_t gw_net_find_link(const gw_net *net, const char *name);
/** Makes the two fast, for many names; without it they search. Not while other threads look. */
void gw_net_index_names(gw_net *net);

/** After capacity_Bps of physical links was written: sums the bundles anew, sets `damaged` and
 * forgets ways (gw_net_changed). */
void gw_net_refresh(gw_net *net);
/** Capacities and latencies, bundles included, as flows see them. */
gw_flow_links gw_net_links(const gw_net *net);

/** Links out of a node, for BFS and faults: made on first use, owned by the net's arena. */
typedef struct gw_adjacency {
    const int64_t *at;   /* [n_nodes + 1] */
    const int32_t *link; /* [n_links] by `from`, then by number */
} gw_adjacency;
const gw_adjacency *gw_net_adjacency(gw_net *net);
/** Call after capacities were changed: forgets the ways that were found before. */
void gw_net_changed(gw_net *net);

/** Capacity of a link from a time on: a fault or its end. */
typedef struct gw_net_event {
    double at_s;
    int32_t link; /* physical, or a bundle: its capacity from then on */
    double capacity_Bps;
} gw_net_event;

#endif

/* chakra/chakra_sim.h: a replay while it runs. Shared by chakra_run.c, chakra_lanes.c, chakra_comm.c and
 * chakra_flows.c; not for others. */
#ifndef GW_FABRIC_CHAKRA_SIM_H
#define GW_FABRIC_CHAKRA_SIM_H

#include "chakra/chakra_parts.h"

/** What an NPU does one after another. */
enum { GW_LANE_COMPUTE, GW_LANE_CPU, GW_LANE_MEMORY, GW_LANES };

/** Nodes that are ready, the lowest first: a binary heap. */
typedef struct gw_chakra_lane {
    int32_t *ready; /* malloc */
    int64_t room;
    int32_t n;
    bool busy, listed;
} gw_chakra_lane;

typedef struct gw_npu_state {
    int32_t *waits; /* [nodes] dependencies not yet met; -1: has ended */
    gw_chakra_lane lane[GW_LANES];
    int64_t n_done;
    int32_t n_moving, n_posted; /* communications with bytes on their way; waiting for others */
    bool computing;
    double since_s; /* sums are up to here */
    gw_chakra_npu sum;
} gw_npu_state;

/** A phase of a schedule with its ways, in compressed rows as in gw_flow_set. */
typedef struct gw_chakra_phase {
    int64_t n;
    const double *bytes; /* [n] of all repeats */
    const int64_t *at;   /* [n + 1] */
    const int32_t *link;
    const double *share; /* NULL: 1 */
    double latency_s;    /* of all repeats */
    bool stepped;        /* more than one repeat */
} gw_chakra_phase;

typedef struct gw_chakra_schedule {
    int32_t group, comm, root;
    double bytes;
    int n_phases;
    gw_chakra_phase *phase;
    bool stepped;
    double moved_B; /* bytes x flows */
    struct gw_chakra_schedule *next;
} gw_chakra_schedule;

/** A collective of one group. */
typedef struct gw_chakra_op {
    int32_t n_arrived;
    int32_t next; /* after it in the queue of its group; -1: none */
} gw_chakra_op;

/** Collectives of one group run one after another, in the order in which all ranks had arrived. */
typedef struct gw_chakra_queue {
    int32_t head, tail; /* orders of collectives; -1: none */
    bool busy;
    gw_chakra_schedule *made;
} gw_chakra_queue;

/** A communication with bytes on their way. */
typedef struct gw_chakra_active {
    int32_t group, order; /* collective; group -1: a message */
    int32_t message;
    gw_chakra_schedule *schedule;
    int phase;
    int64_t flows_left;
    bool fluid; /* counted in n_fluid */
} gw_chakra_active;

enum { GW_MESSAGE_SENT = 1, GW_MESSAGE_AWAITED = 2, GW_MESSAGE_ARRIVED = 4 };

typedef struct gw_chakra_event {
    double at_s;
    int32_t npu, node; /* npu -1: active `node` goes on to its next phase */
} gw_chakra_event;

typedef struct gw_chakra_sim {
    const gw_chakra_plan *plan;
    const gw_net *net;
    const gw_route_how *how;
    gw_arena *arena;
    gw_diags *diags;
    gw_chakra_result *out;
    double now_s;
    gw_npu_state *npu; /* [n_npus] */
    /* clock */
    gw_chakra_event *event; /* binary heap by time, NPU, node; malloc */
    int64_t n_events, event_room;
    gw_chakra_event *done; /* nodes that ended now; malloc */
    int64_t n_done, done_room;
    gw_chakra_event *touched; /* lanes to look at: npu, lane as node; malloc */
    int64_t n_touched, touched_room;
    /* communication */
    gw_chakra_op *op;       /* [plan->n_ops] */
    gw_chakra_queue *queue; /* [plan->n_groups] */
    uint8_t *message;       /* [plan->n_messages] GW_MESSAGE_... */
    gw_chakra_active *active;
    int32_t n_active, active_room, free_active; /* in flight; room; first of the free, by `order` */
    int32_t active_xor;                         /* of the indices in flight: the one when n is 1 */
    /* flows */
    gw_flow_sim *flows;
    int32_t *owner; /* [flows so far] index of the active; malloc */
    int64_t n_flows, owner_room, n_in_flight;
    gw_path path;
    const char *problem; /* some way does not exist: the replay stops */
} gw_chakra_sim;

/* chakra_lanes.c */
void gw_chakra_event_add(gw_chakra_sim *s, double at_s, int32_t npu, int32_t node);
gw_chakra_event gw_chakra_event_take(gw_chakra_sim *s);
/** Adds the time since the last change to what the NPU was doing. Before each change. */
void gw_chakra_account(gw_chakra_sim *s, int32_t npu);
void gw_chakra_node_done(gw_chakra_sim *s, int32_t npu, int32_t node);
/** All dependencies of the node are met. */
void gw_chakra_node_ready(gw_chakra_sim *s, int32_t npu, int32_t node);
/** A node of a lane has run its time. */
void gw_chakra_lane_free(gw_chakra_sim *s, int32_t npu, int32_t node);
/** Begins the next node on every lane that was touched. */
void gw_chakra_lanes_go(gw_chakra_sim *s);
void gw_chakra_lanes_clear(gw_chakra_sim *s);

/* chakra_comm.c */
void gw_chakra_send_ready(gw_chakra_sim *s, int32_t npu, int32_t node);
void gw_chakra_recv_ready(gw_chakra_sim *s, int32_t npu, int32_t node);
void gw_chakra_coll_ready(gw_chakra_sim *s, int32_t npu, int32_t node);
/** One flow of the active has ended. */
void gw_chakra_flow_ended(gw_chakra_sim *s, int32_t active);
/** Its phase is over. */
void gw_chakra_phase_over(gw_chakra_sim *s, int32_t active);

/* chakra_flows.c */
gw_chakra_schedule *gw_chakra_schedule_of(gw_chakra_sim *s, int32_t group,
                                          const gw_chakra_node *node);
void gw_chakra_flow_add(gw_chakra_sim *s, const gw_net_flow *flow, int32_t active);
/** Flows of the active's phase. */
void gw_chakra_phase_start(gw_chakra_sim *s, int32_t active);
/** The flow of a message. */
void gw_chakra_message_start(gw_chakra_sim *s, int32_t active);

/** Room for one more in a malloc'ed list. */
void *gw_chakra_grow(void *list, int64_t n, int64_t *room, size_t size);

#endif

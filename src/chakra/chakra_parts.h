/* chakra/chakra_parts.h: what the files of the trace reader and of the replay share. Not for others. */
#ifndef GW_FABRIC_CHAKRA_PARTS_H
#define GW_FABRIC_CHAKRA_PARTS_H

#include "chakra/chakra.h"
#include "chakra/wire.h"

/** Known attributes of a node, by name. */
typedef struct gw_chakra_attr {
    const char *name; /* [name_n] not terminated */
    size_t name_n;
    bool is_number; /* an integer, real or bool */
    double number;
    const char *text; /* [text_n] string or bytes; NULL: none */
    size_t text_n;
    int n_flags; /* list of bools: how many; -1: no such list */
    uint32_t flags;
} gw_chakra_attr;

/** False with wire->problem set. */
bool gw_chakra_attr_read(gw_wire *wire, gw_chakra_attr *out);
/** Puts it where the node or its group keeps it, or lists it as unused. */
void gw_chakra_attr_keep(const gw_chakra_attr *attr, gw_chakra_trace *trace, gw_arena *arena,
                         gw_chakra_node *node, gw_chakra_spec *spec);
/** Names go to terminals: what is not printable becomes a question mark; long ones are cut. */
#define GW_CHAKRA_NAME_MAX_B 160
const char *gw_chakra_clean_name(gw_arena *arena, const char *bytes, size_t n);
/** Notes what has no effect; `what` is copied when new. */
void gw_chakra_unused_add(gw_chakra_trace *trace, gw_arena *arena, const char *what, size_t n);
/** Ties the nodes of a trace together once all are read: order by id, dependencies, children,
 * circles, collectives by group. dep_id holds the ids that stand in the file. */
void gw_chakra_link(gw_chakra_trace *trace, const uint64_t *dep_id, gw_arena *arena,
                    gw_diags *diags);
/** Process groups as PyTorch writes them into a metadata node; false: the text is not of that kind. */
bool gw_chakra_pytorch_groups(const char *text, size_t n, gw_arena *arena, gw_chakra_trace *trace);

/** A communicator: the ranks in order. */
typedef struct gw_chakra_comm_group {
    const char *name;
    uint32_t dims; /* as in gw_chakra_spec */
    int32_t n;
    const int32_t *rank;
    int64_t first_op; /* of plan->op */
    int32_t n_ops;
} gw_chakra_comm_group;

/** A send and the receive that takes it. */
typedef struct gw_chakra_message {
    int32_t src, dst; /* NPUs */
    int32_t src_node, dst_node;
    double bytes;
} gw_chakra_message;

/** All traces together: who takes part in what. */
typedef struct gw_chakra_plan {
    const gw_net *net;
    int n_traces;
    const gw_chakra_trace *traces;
    const gw_chakra_opts *opts;
    int32_t n_npus;
    int n_groups;
    gw_chakra_comm_group *group;
    int32_t **group_of; /* [n_npus][specs of its trace] */
    int64_t n_ops;      /* collectives, once a group */
    int64_t n_messages;
    gw_chakra_message *message;
    int32_t **message_of; /* [n_npus][nodes of its trace]; NULL: none in that trace */
} gw_chakra_plan;

static inline const gw_chakra_trace *gw_chakra_trace_of(const gw_chakra_plan *plan, int32_t npu) {
    return &plan->traces[npu % plan->n_traces];
}
static inline int32_t gw_chakra_host(const gw_chakra_plan *plan, int32_t npu) {
    return plan->opts->host != NULL ? plan->opts->host[npu] : npu;
}

void gw_chakra_plan_groups(gw_chakra_plan *plan, gw_arena *arena, gw_diags *diags);
void gw_chakra_plan_messages(gw_chakra_plan *plan, gw_arena *arena, gw_diags *diags);
/** An error about a node: file, id and name stand in it. */
void gw_chakra_complain(gw_diags *diags, gw_code code, const gw_chakra_trace *trace, int32_t node,
                        const char *hint, const char *fmt, ...) GW_PRINTF(6, 7);

#endif

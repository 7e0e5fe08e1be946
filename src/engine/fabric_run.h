/* engine/fabric_run.h: the networks of a scenario: what they are made of and what their collectives
 * take, each alone and all at once.
 *
 * In:  a checked scenario. Out: gw_fabric_report: one gw_fabric_view a network. Method: fabric_run.c.
 */
#ifndef GW_ENGINE_FABRIC_RUN_H
#define GW_ENGINE_FABRIC_RUN_H

#include "network/net_plan.h"
#include "scenario/load.h"
#include "traffic/traffic.h"

/** How a time was found. */
typedef enum gw_fabric_by {
    GW_BY_CLOSED_FORM, /* provably nothing but the end points limits */
    GW_BY_FLOWS,       /* max-min fair sharing on the links */
    GW_BY_BOUND,       /* too many flows: what end points and bisection allow at best */
    GW_N_BY
} gw_fabric_by;
extern const char *const gw_fabric_by_names[GW_N_BY];

/** One collective on one network. */
typedef struct gw_fabric_row {
    const char *name;  /* of the entry of `traffic`; NULL: of the standard table */
    const char *where; /* "all hosts", "one scale-up domain" */
    gw_collective kind;
    int algorithm; /* GW_ALGORITHM_... as carried out */
    double bytes_B, start_s;
    int64_t ranks, groups;
    const char *problem; /* NULL, or why it cannot be done; nothing below is filled then */
    gw_fabric_by by;
    double
        time_s; /* alone, on the network with the faults that it has from the start; NaN: never */
    double ideal_s;    /* closed form: every end point at its own rate, nothing shared */
    double healthy_s;  /* time_s without faults; NaN: there are none */
    double library_s;  /* calibrated form of NCCL-like libraries (clusters); NaN: no accelerator */
    double bus_Bps;    /* as nccl-tests define it */
    const char *limit; /* busiest link; NULL: none is shared */
    double limit_frac; /* of its capacity */
    int64_t n_flows, n_classes, n_stuck;
    double together_s; /* with all entries and timed faults at once; NaN: never, or not asked for */
    bool together_stuck; /* it never ends */
} gw_fabric_row;

/** A network. */
typedef struct gw_fabric_view {
    const char *name, *title; /* of the fabric or cluster */
    bool is_cluster;
    const gw_fabric *fabric;
    const char *problem; /* NULL, or why it cannot be built */
    gw_net_plan plan;
    gw_inventory inventory;
    gw_net *net;         /* owned by the report's arena; faults without `at` are in it */
    double part_hosts_n; /* hosts built, where the network is too large to be built whole; else 0 */
    int n_rows;
    gw_fabric_row *rows;
    bool has_static, has_timed; /* faults */
    int n_events;               /* changes of links by timed faults */
    bool together;              /* several at once, or timed faults */
    int64_t steps_as_one;       /* of the run of all at once, see traffic.h */
    const char *links_of;       /* which run `used` is of */
    double links_s;             /* its length */
    double *carried_B;          /* [net->n_links]; NULL: none ran */
} gw_fabric_view;

typedef struct gw_fabric_report {
    const gw_scenario *in;
    const char *title;
    int n;
    gw_fabric_view *views;
} gw_fabric_report;

typedef struct gw_fabric_opts {
    const char *only; /* a fabric or cluster by name; NULL: all */
} gw_fabric_opts;

/** GW_E_REF: no such network, or none at all (nothing is said); GW_E_MODEL: see diags. */
GW_MUST_USE gw_code gw_fabric_run(const gw_spec *spec, const gw_fabric_opts *opts, gw_arena *arena,
                                  gw_diags *diags, gw_fabric_report *out);

/** Of a link over the run in view->links_of; NaN: none. */
double gw_fabric_used_frac(const gw_fabric_view *view, int32_t link);

#endif

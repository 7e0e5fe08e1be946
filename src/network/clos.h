/* network/clos.h: a folded Clos network (fat tree) from switch radix, end points and
 * oversubscription. */
#ifndef GW_FABRIC_CLOS_H
#define GW_FABRIC_CLOS_H

#include "base/arena.h"
#include "model.h"

#define GW_CLOS_MAX_TIERS 5

/** What is to be wired. Rates are of one direction. */
typedef struct gw_clos {
    double n_nics;           /* NIC ports of all nodes */
    double nic_Bps;          /* rate of one of them */
    int n_rails;             /* leaves that share the NICs of one node; 1: plain Clos */
    int n_tiers;             /* 0: as few as the radix allows */
    int radix;               /* ports of a switch */
    double port_Bps;         /* rate of one of them */
    double oversubscription; /* down over up bandwidth of a leaf, at least 1 */
    double switch_power_W, switch_price_usd; /* without optics */
    double link_Bps; /* rate of the transceiver that the next two belong to */
    double end_power_W, end_price_usd;
    double link_reach_m;
    bool optical;
    double cable_length_m; /* mean */
} gw_clos;

/** A leaf: how its ports are used. */
typedef struct gw_leaf {
    int down_ports, up_ports; /* switch ports; up_ports 0 in a single switch */
    int nics_per_port;        /* breakout: NICs on one down port */
    int ports_per_nic;        /* or ports that one NIC needs; one of the two is 1 */
    double nics;              /* NICs under the leaf */
    double oversubscription;  /* as built, all down ports in use; at least 1 */
} gw_leaf;

/** The same network as a tree of levels, from the NICs up: children of a switch, parents of a node,
 * cables between them. Rails are among the children of level 1. */
typedef struct gw_clos_tree {
    int n_levels;
    double down_n[GW_CLOS_MAX_TIERS], up_n[GW_CLOS_MAX_TIERS], parallel_n[GW_CLOS_MAX_TIERS];
} gw_clos_tree;

/** Levels of a network that gw_clos_network builds with so many tiers. */
gw_clos_tree gw_clos_levels(const gw_clos *clos, int n_tiers);

/** `n_tiers` 1 gives all ports to NICs. */
gw_leaf gw_clos_leaf(const gw_clos *clos, int n_tiers);
/** NICs that so many tiers can carry; 0 if the rails do not fit. */
double gw_clos_capacity(const gw_clos *clos, int n_tiers);
/** Fills everything in `out` but `comm` and `all_reduce_1GB_s`. If the network cannot be built,
 * `problem` says why (text in `scratch`), counts are NaN and n_tiers is what was asked or
 * GW_CLOS_MAX_TIERS. */
void gw_clos_network(const gw_clos *clos, gw_arena *scratch, gw_network *out);

#endif

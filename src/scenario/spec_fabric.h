/* scenario/spec_fabric.h: field tables of networks: their wiring, routing, faults, and what is sent over
 * them. Conventions: field.h. One table serves the fabric of a cluster and the networks of `fabrics:`;
 * which keys a topology takes is checked by check_fabric.c. */
#ifndef GW_SCENARIO_SPEC_FABRIC_H
#define GW_SCENARIO_SPEC_FABRIC_H

#include "scenario/field.h"

#define GW_FIELDS_fabric_node(X)                                                                   \
    X(INT, count, , 0, GW_OPTIONAL, "1", 1, 1000000,                                               \
      "that many alike: name-0, name-1, ...; links given to the name reach each of them")          \
    X(BOOL, host, , 0, GW_OPTIONAL, "no", 0, 0, "an end point, which sends and receives")

#define GW_FIELDS_fabric_link(X)                                                                   \
    X(TEXT, from, , 0, GW_REQUIRED, NULL, 0, 0, "a node")                                          \
    X(TEXT, to, , 0, GW_REQUIRED, NULL, 0, 0, "another")                                           \
    X(NUM, rate, _Bps, "Gbit/s", GW_OPTIONAL, NULL, 1, 1e15,                                       \
      "of one direction; absent: link_rate of the fabric")                                         \
    X(NUM, latency, _s, "us", GW_OPTIONAL, NULL, 0, 10,                                            \
      "absent: link_latency of the fabric, or by length")                                          \
    X(NUM, length, _m, "m", GW_OPTIONAL, NULL, 0.1, 1e7, "absent: cable_length of the fabric")     \
    X(INT, parallel, , 0, GW_OPTIONAL, "1", 1, 4096, "equal cables side by side")                  \
    X(BOOL, duplex, , 0, GW_OPTIONAL, "yes", 0, 0, "both ways; no: from -> to only")

#define GW_FIELDS_fabric_fault(X)                                                                  \
    X(TEXTS, links, , 0, GW_OPTIONAL, NULL, 0, 0,                                                  \
      "links by name, as `gigawatt fabric --links` prints them; both directions of the cable")     \
    X(TEXTS, switches, , 0, GW_OPTIONAL, NULL, 0, 0, "switches by name, with all their links")     \
    X(NUM, share, , "%", GW_OPTIONAL, NULL, 0, 1,                                                  \
      "share of all cables between switches, chosen by `routing_seed`")                            \
    X(NUM, capacity, , "%", GW_OPTIONAL, "0 %", 0, 1, "what is left of their rate; 0: down")       \
    X(NUM, at, _s, "ms", GW_OPTIONAL, NULL, 0, 1e9,                                                \
      "when it begins, after the traffic; absent: it was so before and routing knows")             \
    X(NUM, lasts, _s, "ms", GW_OPTIONAL, NULL, 1e-9, 1e9, "how long; absent: for good")            \
    X(NUM, period, _s, "ms", GW_OPTIONAL, NULL, 1e-6, 1e9,                                         \
      "flapping: it comes back every so often, and lasts `lasts` each time")

#define GW_FIELDS_fabric_traffic(X)                                                                \
    X(ENUM, kind, , collective, GW_OPTIONAL, "all_reduce", 0, 0, "what is done")                   \
    X(NUM, size, _B, "GB", GW_OPTIONAL, "1 GB", 1, 1e16,                                           \
      "the full buffer: vector reduced or gathered; all-to-all: what a rank sends in all")         \
    X(INT, ranks, , 0, GW_OPTIONAL, "auto", 0, 100000000, "ranks of a group; auto: all hosts")     \
    X(INT, groups, , 0, GW_OPTIONAL, "1", 1, 100000000, "groups that do the same at once")         \
    X(INT, first, , 0, GW_OPTIONAL, "0", 0, 100000000, "first host of the first group")            \
    X(INT, stride, , 0, GW_OPTIONAL, "1", 1, 100000000,                                            \
      "from rank to rank of a group, in hosts; groups interleave")                                 \
    X(ENUM, placement, , placement, GW_OPTIONAL, "packed", 0, 0, "which hosts stand behind these") \
    X(ENUM, algorithm, , algorithm, GW_OPTIONAL, "auto", 0, 0, "how it is done")                   \
    X(NUM, start, _s, "ms", GW_OPTIONAL, "0 ms", 0, 1e9, "when it begins")

#define GW_FIELDS_fabric(X)                                                                        \
    X(ENUM, topology, , topology, GW_OPTIONAL, "rail_clos", 0, 0,                                  \
      "wiring plan of the scale-out network")                                                      \
    X(INT, hosts, , 0, GW_OPTIONAL, "auto", 0, 10000000,                                           \
      "end points, accelerators as a rule; in a cluster they follow from its lots; auto: as many " \
      "as the shape holds")                                                                        \
    X(INT, nics, , 0, GW_OPTIONAL, "1", 1, 64, "scale-out ports of a host; in a cluster: system")  \
    X(NUM, host_rate, _Bps, "Gbit/s", GW_OPTIONAL, NULL, 1e3, 1e14,                                \
      "rate of one of them, one direction; in a cluster: system; absent: 400 Gbit/s")              \
    X(INT, per_node, , 0, GW_OPTIONAL, "auto", 0, 1024,                                            \
      "hosts of a node, one to a rail; in a cluster: system; auto: 8, and 1 without rails")        \
    X(INT, scaleup_domain, , 0, GW_OPTIONAL, "1", 1, 100000,                                       \
      "hosts joined by a scale-up switch; in a cluster: system")                                   \
    X(NUM, scaleup_rate, _Bps, "GB/s", GW_OPTIONAL, NULL, 1e6, 1e15,                               \
      "of a host into it, one direction; in a cluster: accelerator; absent: 450 GB/s")             \
    X(NUM, link_rate, _Bps, "Gbit/s", GW_OPTIONAL, NULL, 1e3, 1e15,                                \
      "rate of a link between switches; absent: port rate of switch_type, or host_rate")           \
    X(NUM, link_latency, _s, "us", GW_OPTIONAL, NULL, 0, 10,                                       \
      "of every scale-out link; absent: latency of switch_type and of the cable")                  \
    X(INT, rails, , 0, GW_OPTIONAL, "auto", 0, 1024, "rails; auto: one for each NIC of a node")    \
    X(INT, planes, , 0, GW_OPTIONAL, "1", 1, 64,                                                   \
      "separate copies of the network; a NIC's rate is split over them")                           \
    X(INT, tiers, , 0, GW_OPTIONAL, "auto", 0, 5,                                                  \
      "switch tiers; auto: as few as the radix allows")                                            \
    X(INT, islands, , 0, GW_OPTIONAL, "1", 1, 10000,                                               \
      "networks of equal size, for example one a building; without trunks a job must fit into "    \
      "one")                                                                                       \
    X(INT, trunks, , 0, GW_OPTIONAL, "0", 0, 100000,                                               \
      "long cables between each two islands; 0: they are separate")                                \
    X(NUM, trunk_rate, _Bps, "Gbit/s", GW_OPTIONAL, NULL, 1e6, 1e15,                               \
      "of one of them, one direction; absent: link_rate")                                          \
    X(NUM, trunk_length, _m, "km", GW_OPTIONAL, "1 km", 1, 2e7, "of one of them")                  \
    X(TEXT, levels, , 0, GW_OPTIONAL, NULL, 0, 0,                                                  \
      "fat tree as SimGrid writes it: levels; down; up; parallel, for example 2; 4,4; 1,2; 1,2")   \
    X(TEXT, dims, , 0, GW_OPTIONAL, NULL, 0, 0,                                                    \
      "torus, HyperX: switches along each dimension, for example 16x16x16")                        \
    X(TEXT, widths, , 0, GW_OPTIONAL, NULL, 0, 0,                                                  \
      "HyperX: cables between two switches of a dimension, for example 1x2")                       \
    X(BOOL, wrap, , 0, GW_OPTIONAL, "yes", 0, 0, "torus: the rings are closed")                    \
    X(INT, cube, , 0, GW_OPTIONAL, "0", 0, 64,                                                     \
      "torus: edge of the blocks that optical switches join; 0: wired for good")                   \
    X(INT, groups, , 0, GW_OPTIONAL, "auto", 0, 100000, "dragonfly, dragonfly_plus: groups")       \
    X(INT, routers, , 0, GW_OPTIONAL, "0", 0, 4096, "dragonfly: routers of a group")               \
    X(INT, leaves, , 0, GW_OPTIONAL, "0", 0, 100000,                                               \
      "leaf_spine: leaves in all; dragonfly_plus: of a group")                                     \
    X(INT, spines, , 0, GW_OPTIONAL, "0", 0, 100000,                                               \
      "leaf_spine: spines in all; dragonfly_plus: of a group")                                     \
    X(INT, hosts_per_switch, , 0, GW_OPTIONAL, "auto", 0, 4096,                                    \
      "ports for hosts of a first switch: leaf_spine, dragonflies, HyperX")                        \
    X(INT, global_links, , 0, GW_OPTIONAL, "auto", 0, 4096,                                        \
      "cables of a router (dragonfly) or spine (dragonfly_plus) to other groups")                  \
    X(INT, parallel, , 0, GW_OPTIONAL, "1", 1, 1024,                                               \
      "cables side by side: leaf to spine of leaf_spine, within groups of dragonflies")            \
    X(MAP, nodes, , fabric_node, GW_OPTIONAL, NULL, 0, 0, "free topology: hosts and switches")     \
    X(MAP, links, , fabric_link, GW_OPTIONAL, NULL, 0, 0, "free topology: cables")                 \
    X(REF, switch_type, , switches, GW_OPTIONAL, NULL, 0, 0,                                       \
      "switch in every tier; a cluster needs it")                                                  \
    X(REF, link_type, , links, GW_OPTIONAL, NULL, 0, 0,                                            \
      "transceiver between switches and to NICs; a cluster needs it")                              \
    X(NUM, oversubscription, , "", GW_OPTIONAL, "1", 1, 64,                                        \
      "down-link over up-link bandwidth of the leaves")                                            \
    X(NUM, cable_length, _m, "m", GW_OPTIONAL, "30 m", 0.5, 1e5, "mean length of a cable")         \
    X(NUM, nic_latency, _s, "us", GW_OPTIONAL, "2 us", 0, 1e-3,                                    \
      "host and NIC latency of one message")                                                       \
    X(ENUM, routing, , routing, GW_OPTIONAL, "spray", 0, 0, "how a flow finds its way")            \
    X(BOOL, rail_local, , 0, GW_OPTIONAL, "no", 0, 0,                                              \
      "cross the scale-up domain to the rail of the destination first (PXN)")                      \
    X(INT, routing_seed, , 0, GW_OPTIONAL, "1", 0, 4294967295, "of ECMP's hash, and of chance")    \
    X(INT, queue_pairs, , 0, GW_OPTIONAL, "1", 1, 1024,                                            \
      "flows that a connection is split over, hashed apart")                                       \
    X(NUM, reroute, _s, "ms", GW_OPTIONAL, NULL, 0, 1e6,                                           \
      "time until flows on a dead link take another way; absent: they wait for it")                \
    X(ENUM, placement, , placement, GW_OPTIONAL, "packed", 0, 0,                                   \
      "which hosts the ranks of a cluster's jobs get")                                             \
    X(MAP, faults, , fabric_fault, GW_OPTIONAL, NULL, 0, 0, "links and switches that fail")        \
    X(MAP, traffic, , fabric_traffic, GW_OPTIONAL, NULL, 0, 0,                                     \
      "what `gigawatt fabric` sends, all at once; a cluster's own jobs are not among it")

GW_DECLARE(fabric_node)
GW_DECLARE(fabric_link)
GW_DECLARE(fabric_fault)
GW_DECLARE(fabric_traffic)
GW_DECLARE(fabric)

#endif

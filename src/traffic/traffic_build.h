/* traffic/traffic_build.h: what the makers of schedules share: growing lists of sends and phases, and
 * how the ranks of a group lie in scale-up domains. Internal to traffic_*.c. */
#ifndef GW_FABRIC_TRAFFIC_BUILD_H
#define GW_FABRIC_TRAFFIC_BUILD_H

#include "traffic/traffic.h"

/** Teams of equal size that do the same at once. */
typedef struct gw_teams {
    int32_t n, n_teams;
    const int32_t *rank; /* [n_teams x n] hosts */
} gw_teams;

/** Ranks by domain: every group has g ranks in each of d domains. Domains are in the order in which
 * the group meets them, ranks of one by host, so that equal places share a rail. */
typedef struct gw_shape {
    bool even;
    int32_t g, d;
    int32_t n_groups;
    const int32_t *host; /* [n_groups x d x g]; NULL unless even */
} gw_shape;

typedef struct gw_build {
    const gw_net *net;
    const gw_collective_ask *ask;
    gw_arena *arena;
    int queue_pairs; /* at least 1 */
    gw_traffic *out;
    int64_t room;
    int phase_room;
    const char *problem; /* the first; NULL: none */
} gw_build;

/** Room for n more sends; false and `problem` where the schedule would grow too long. */
bool gw_build_reserve(gw_build *b, double n);
/** Sends from here on belong to it. */
void gw_build_phase(gw_build *b, const char *name, int64_t repeat, int depth);
/** The sends of an earlier phase once more. */
void gw_build_again(gw_build *b, int phase, const char *name);
/** Split over the queue pairs unless it stays in a domain. Nothing for src = dst. */
void gw_build_send(gw_build *b, int32_t src, int32_t dst, double bytes);
/** A link of a tree of the phase, which is in_network by that. */
void gw_build_link(gw_build *b, int32_t tree, int32_t link, double bytes);

int32_t gw_host_domain(const gw_net *net, int32_t host);
gw_shape gw_shape_of(const gw_net *net, const gw_collective_ask *ask, gw_arena *arena);
/** The members of each domain; those of equal place in all domains of a group. */
gw_teams gw_teams_inside(const gw_shape *shape);
gw_teams gw_teams_across(const gw_shape *shape, gw_arena *arena);

/* Makers: teams -> phases. Names are those of the phases. */

/** All-reduce, reduce-scatter, all-gather round a ring; broadcast down a chain. */
void gw_ring_teams(gw_build *b, const gw_teams *teams, gw_collective kind, double bytes,
                   const char *name);
/** The same with one ring for each rank of a domain: ring c enters and leaves the domains by the
 * ranks at place c - 1 or c, so that all NICs work and crossings stay on their rail. */
void gw_ring_rails(gw_build *b, const gw_shape *shape, gw_collective kind, double bytes);

/** Parent of rank r in the in-order binary tree over n; -1: r = 0, the root. */
int32_t gw_tree_parent(int32_t r, int32_t n);
/** The second tree, in which the leaves of the first are inner. */
int32_t gw_tree_parent_2(int32_t r, int32_t n);
/** Edges on the longest way from a root of one tree, or of two, over m ranks. */
int gw_tree_depth(int32_t m, gw_collective kind, bool twice);
/** All-reduce or broadcast; twice: halves of the buffer over the two trees. */
void gw_tree_teams(gw_build *b, const gw_teams *teams, gw_collective kind, bool twice, double bytes,
                   const char *name);

/** All-reduce, reduce-scatter, all-gather. */
void gw_halving_teams(gw_build *b, const gw_teams *teams, gw_collective kind, double bytes);

void gw_direct_teams(gw_build *b, const gw_teams *teams, gw_collective kind, double bytes);
void gw_pxn_groups(gw_build *b, const gw_shape *shape);

/** In the scale-up switch. kind: all-reduce, reduce-scatter, all-gather or broadcast. */
void gw_nvls_teams(gw_build *b, const gw_teams *teams, gw_collective kind, double bytes,
                   const char *name);
/** In the switches above the ranks: trees over all ways up to where the team is together. */
void gw_sharp_teams(gw_build *b, const gw_teams *teams, gw_collective kind, double bytes,
                    const char *name);

/** Inside the domains (rings or nvls), across by rail (ring, trees, sharp), inside. */
void gw_frame_groups(gw_build *b, const gw_shape *shape, int algorithm);

/** NULL, or why not; what depends on the kind and the shape alone. Sharp and nvls may still find no
 * switch. */
const char *gw_traffic_refusal(const gw_net *net, const gw_collective_ask *ask,
                               const gw_shape *shape, int algorithm, gw_arena *arena);

/** Closed forms of n algorithms, NaN for those that cannot; gw_traffic_estimate_s is one of them. */
void gw_estimate_each(const gw_net *net, const gw_collective_ask *ask, const gw_shape *shape,
                      gw_arena *arena, int n, const int *algorithm, double *time_s);

#endif

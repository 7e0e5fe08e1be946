/* traffic_switch.c: collectives that switches reduce or copy.
 *
 * In:  teams of m ranks, bytes B of the buffer.
 * Out: one phase in_network: a tree of links, which advances at one rate, for each team. Bytes up and
 *      down a link:
 *
 *   in the scale-up switch (NVLS)   up             down           of a rank
 *   all-reduce                      (1 + 1/m) B    (1 + 1/m) B    each loads and stores its part
 *   reduce-scatter                  B              B/m            for all: its own included
 *   all-gather                      B/m            B
 *   broadcast                       B of the first, B of the others
 *
 *   in the scale-out switches (SHARP), a link with k of the ranks below
 *   all-reduce                      B              B
 *   reduce-scatter                  (m - k)/m B    k/m B
 *   all-gather                      k/m B          (m - k)/m B
 *   broadcast                       B above the first, B where it is not below
 *
 * Model: the trees begin at the ranks and go up by all links alive, alike, until every switch that
 * they meet stands above the whole team: as many trees as there are such switches, each with its
 * share of the buffer (s in the code). All are pipelined: every link carries its bytes once.
 *
 * Valid: folded Clos and fat trees, duplex. The switches must be able to; nothing here knows it.
 * Buffers, slots and numbers of trees of real switches do not limit.
 * Sources: Graham et al., SHARP, COMHPC 2016; NVLS bytes: NVIDIA NCCL 2.17, src/fabric/collectives.c
 * holds them to measured runs.
 */
#include <string.h>

#include "scenario/enums.h"
#include "traffic/traffic_build.h"

/** Links from each node to the tier above, dead ones left out. */
typedef struct gw_ways_up {
    int64_t *at;   /* [n_nodes + 1] */
    int32_t *link; /* by node */
} gw_ways_up;

static bool is_up(const gw_net *net, int32_t link) {
    return net->kinds[net->kind[link]].role != GW_CABLE_SCALEUP && net->capacity_Bps[link] > 0 &&
           net->tier[net->to[link]] > net->tier[net->from[link]];
}

static gw_ways_up ways_up(const gw_net *net, gw_arena *arena) {
    gw_ways_up w = {.at = GW_NEW_N(arena, net->n_nodes + 2, int64_t)};
    for (int32_t l = 0; l < net->n_links; l += 2) {
        w.at[net->from[l] + 2] += is_up(net, l);
    }
    for (int32_t v = 0; v < net->n_nodes; v++) {
        w.at[v + 2] += w.at[v + 1];
    }
    w.link = GW_NEW_N(arena, w.at[net->n_nodes + 1] + 1, int32_t);
    for (int32_t l = 0; l < net->n_links; l += 2) {
        if (is_up(net, l)) {
            w.link[w.at[net->from[l] + 1]++] = l;
        }
    }
    return w;
}

/** What a walk up from the ranks of a team knows of a switch. */
typedef struct gw_stand {
    int32_t below;      /* ranks */
    int32_t last_child; /* that was counted */
    bool first;         /* the team's first rank is below */
    double share;       /* of the buffer that goes through it */
} gw_stand;

typedef struct gw_climb {
    const gw_net *net;
    const gw_teams *teams;
    gw_ways_up ways;
    gw_stand *stand;       /* [n_nodes] clean between teams */
    int32_t *level, *next; /* nodes of the walk's tier and of the one above */
    int32_t n_level, n_next;
    gw_collective kind;
    double bytes;
} gw_climb;

static void send_up_down(gw_build *b, const gw_climb *c, int32_t tree, int32_t link,
                         const gw_stand *child, double share) {
    double m = c->teams->n, k = child->below, part_B = share * c->bytes;
    double up_B = part_B, down_B = part_B;
    if (c->kind == GW_REDUCE_SCATTER || c->kind == GW_ALL_GATHER) {
        up_B *= (c->kind == GW_ALL_GATHER ? k : m - k) / m;
        down_B *= (c->kind == GW_ALL_GATHER ? m - k : k) / m;
    } else if (c->kind == GW_BROADCAST) {
        up_B *= child->first ? 1 : 0;
        down_B *= child->first ? 0 : 1;
    }
    if (up_B > 0) {
        gw_build_link(b, tree, link, up_B);
    }
    if (down_B > 0) {
        gw_build_link(b, tree, link + 1, down_B);
    }
}

/** All ways up from one node. */
static void climb_node(gw_build *b, gw_climb *c, int32_t tree, int32_t node) {
    const gw_stand child = c->stand[node];
    int64_t from = c->ways.at[node], to = c->ways.at[node + 1];
    double width_Bps = 0;
    for (int64_t k = from; k < to; k++) {
        width_Bps += c->net->capacity_Bps[c->ways.link[k]];
    }
    for (int64_t k = from; k < to; k++) {
        int32_t link = c->ways.link[k], parent = c->net->to[link];
        double share = child.share * c->net->capacity_Bps[link] / width_Bps;
        gw_stand *up = &c->stand[parent];
        if (up->below == 0) {
            c->next[c->n_next++] = parent;
            up->share = 0;
            up->last_child = -1;
        }
        if (up->last_child != node) {
            up->below += child.below;
            up->first = up->first || child.first;
            /* Every child brings the same share of the buffer, to be added up with it. */
            up->share = up->last_child < 0 ? share : up->share;
            up->last_child = node;
        } else if (up->below == child.below) {
            up->share += share; /* parallel cables of the first child */
        }
        send_up_down(b, c, tree, link, &child, share);
    }
}

/** The walk's tier stands above the whole team, and the whole buffer comes to it. */
static bool together(const gw_climb *c) {
    double share = 0;
    for (int32_t i = 0; i < c->n_level; i++) {
        if (c->stand[c->level[i]].below != c->teams->n) {
            return false;
        }
        share += c->stand[c->level[i]].share;
    }
    return c->n_level > 0 && share > 1 - 1e-9 && share < 1 + 1e-9;
}

static void clean(gw_climb *c, const int32_t *node, int32_t n) {
    for (int32_t i = 0; i < n; i++) {
        c->stand[node[i]] = (gw_stand){0};
    }
}

/** One tier up: sends of a team's trees. */
static void climb_tier(gw_build *b, gw_climb *c, int32_t tree) {
    c->n_next = 0;
    for (int32_t i = 0; i < c->n_level; i++) {
        climb_node(b, c, tree, c->level[i]);
    }
    clean(c, c->level, c->n_level);
    int32_t *level = c->level;
    c->level = c->next;
    c->n_level = c->n_next;
    c->next = level;
}

static double links_above(const gw_climb *c) {
    double n = 0;
    for (int32_t i = 0; i < c->n_level; i++) {
        n += (double)(c->ways.at[c->level[i] + 1] - c->ways.at[c->level[i]]);
    }
    return n;
}

/** Tiers climbed; 0 where the ways up do not meet. */
static int climb_team(gw_build *b, gw_climb *c, int32_t tree) {
    const int32_t *rank = c->teams->rank + (int64_t)tree * c->teams->n;
    c->n_level = c->teams->n;
    for (int32_t i = 0; i < c->teams->n; i++) {
        c->level[i] = rank[i];
        c->stand[rank[i]] = (gw_stand){.below = 1, .last_child = -1, .first = i == 0, .share = 1};
    }
    int tiers = 0;
    while (!together(c)) {
        double n = links_above(c);
        if (n == 0 || tiers > GW_NET_LEVELS || !gw_build_reserve(b, 2 * n)) {
            clean(c, c->level, c->n_level);
            return 0;
        }
        climb_tier(b, c, tree);
        tiers++;
    }
    clean(c, c->level, c->n_level);
    return tiers;
}

void gw_sharp_teams(gw_build *b, const gw_teams *teams, gw_collective kind, double bytes,
                    const char *name) {
    const gw_net *net = b->net;
    if (!net->duplex) {
        b->problem = "sharp needs a network of duplex cables";
        return;
    }
    gw_climb c = {.net = net, .teams = teams, .kind = kind, .bytes = bytes};
    c.ways = ways_up(net, b->arena);
    c.stand = GW_NEW_N(b->arena, net->n_nodes, gw_stand);
    c.level = GW_NEW_N(b->arena, net->n_nodes, int32_t);
    c.next = GW_NEW_N(b->arena, net->n_nodes, int32_t);
    gw_build_phase(b, name, 1, 1);
    gw_traffic_phase *phase = &b->out->phase[b->out->n_phases - 1];
    int tiers = 0;
    for (int32_t t = 0; t < teams->n_teams && b->problem == NULL; t++) {
        int climbed = climb_team(b, &c, t);
        if (climbed == 0 && b->problem == NULL) {
            b->problem = "sharp needs switches above all ranks of a group, by equal ways up";
        }
        tiers = climbed > tiers ? climbed : tiers;
    }
    phase->in_network = true;
    phase->depth = 2 * tiers;
}

/** Link of each host into its scale-up switch; -1: none. */
static int32_t *scaleup_links(const gw_net *net, gw_arena *arena) {
    int32_t *link = GW_NEW_N(arena, net->n_hosts, int32_t);
    memset(link, 0xff, (size_t)net->n_hosts * sizeof *link);
    for (int32_t l = 0; l < net->n_links; l++) {
        if (net->from[l] < net->n_hosts && net->kinds[net->kind[l]].role == GW_CABLE_SCALEUP) {
            link[net->from[l]] = l;
        }
    }
    return link;
}

/** Bytes of a rank up and down, as shares of the buffer. */
static void nvls_shares(gw_collective kind, int32_t m, bool first, double *up_frac,
                        double *down_frac) {
    double part = 1.0 / m;
    switch ((int)kind) {
    case GW_ALL_REDUCE:
        *up_frac = *down_frac = 1 + part;
        break;
    case GW_REDUCE_SCATTER:
        *up_frac = 1, *down_frac = part;
        break;
    case GW_ALL_GATHER:
        *up_frac = part, *down_frac = 1;
        break;
    default:
        *up_frac = first ? 1 : 0, *down_frac = first ? 0 : 1;
        break;
    }
}

void gw_nvls_teams(gw_build *b, const gw_teams *teams, gw_collective kind, double bytes,
                   const char *name) {
    int32_t m = teams->n;
    if (!b->net->duplex || !gw_build_reserve(b, 2.0 * m * teams->n_teams)) {
        b->problem = b->problem != NULL ? b->problem : "nvls needs a scale-up switch";
        return;
    }
    const int32_t *link = scaleup_links(b->net, b->arena);
    gw_build_phase(b, name, 1, 2);
    b->out->phase[b->out->n_phases - 1].in_network = true;
    for (int32_t t = 0; t < teams->n_teams; t++) {
        for (int32_t i = 0; i < m; i++) {
            int32_t up = link[teams->rank[(int64_t)t * m + i]];
            double up_frac, down_frac;
            nvls_shares(kind, m, i == 0, &up_frac, &down_frac);
            if (up < 0) {
                b->problem = "nvls needs a scale-up switch";
                return;
            }
            if (up_frac > 0) {
                gw_build_link(b, t, up, up_frac * bytes);
            }
            if (down_frac > 0) {
                gw_build_link(b, t, up + 1, down_frac * bytes);
            }
        }
    }
}

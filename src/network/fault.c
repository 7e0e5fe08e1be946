/* fault.c: links and switches that fail, lose rate or flap.
 *
 * In:  gw_net, the `faults` of a fabric (links and switches by name, a share of all cables).
 * Out: capacities; events.
 * Model: a fault takes both directions of its cables down to a share of their rate. A switch takes
 *      all its cables. A share of N cables between switches is the nearest whole number of them, at
 *      least one: those with the lowest of N random numbers, so that a larger share of the same seed
 *      holds the smaller one. Of faults that meet on a link the worst counts, not their product. A
 *      link that flaps is down `lasts` out of every `period`, from `at` on.
 * Valid: capacities only. How long routing takes to notice is `reroute` of the fabric; error
 *      correction, retries and the optics' warming up are not told apart.
 * Derivation: own; random numbers: base/rng.h.
 */
#include "network/fault.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/text.h"

#define NAME_MAX_BYTES 128
/** Names that the nearest one is looked for among: a typing error needs no more. */
#define NAMES_TRIED 200000

typedef struct desk {
    const gw_net *net;
    const gw_spec *spec; /* for positions; NULL with diags */
    const gw_fabric *fabric;
    gw_diags *diags;
    bool all_known;
} desk;

/* ------------------------------------------------------------------ unknown names */

/** The nearest of the names that `name_of` gives 0 .. n-1, written to text; false: none is near. */
static bool nearest(const gw_net *net, const char *word, int32_t first, int32_t n,
                    void (*name_of)(const gw_net *, int32_t, char *, size_t),
                    char text[NAME_MAX_BYTES]) {
    int limit = (int)strlen(word) / 3;
    limit = limit < 1 ? 1 : limit;
    int best = limit + 1;
    int32_t end = n - first > NAMES_TRIED ? first + NAMES_TRIED : n;
    for (int32_t i = first; i < end && best > 1; i++) {
        char name[NAME_MAX_BYTES];
        name_of(net, i, name, sizeof name);
        int distance = gw_text_distance(word, name, best - 1);
        if (distance < best) {
            best = distance;
            memcpy(text, name, NAME_MAX_BYTES);
        }
    }
    return best <= limit;
}

static void say_unknown(desk *d, const gw_fabric_fault *fault, const char *key, int i,
                        const char *name) {
    d->all_known = false;
    if (d->diags == NULL) {
        return;
    }
    bool link = strcmp(key, "links") == 0;
    int32_t first = link ? 0 : d->net->n_hosts, n = link ? d->net->n_links : d->net->n_nodes;
    void (*name_of)(const gw_net *, int32_t, char *, size_t) =
        link ? gw_net_link_name : gw_net_node_name;
    char near[NAME_MAX_BYTES], hint[2 * NAME_MAX_BYTES] = "this network has none", path[512];
    if (nearest(d->net, name, first, n, name_of, near)) {
        snprintf(hint, sizeof hint, "did you mean `%s`?", near);
    } else if (first < n) {
        name_of(d->net, n - 1, near, sizeof near);
        snprintf(hint, sizeof hint,
                 "names are like `%s`; `gigawatt fabric FILE --links` prints them", near);
    }
    const char *at = fault->head.path != NULL ? fault->head.path : "";
    snprintf(path, sizeof path, "%s.%s.%d", at, key, i + 1);
    gw_loc loc =
        d->spec != NULL ? gw_spec_text_loc(d->spec, path, fault->head.loc) : fault->head.loc;
    gw_diag_add(d->diags, GW_E_REF, GW_ERROR, loc, at, hint, "no %s of the network is called `%s`",
                link ? "link" : "switch", name);
}

/* ------------------------------------------------------------------ which links */

static void hit_link(const gw_net *net, int32_t link, bool *hit) {
    hit[link] = true;
    if (net->duplex) {
        hit[link ^ 1] = true;
    }
}

static void hit_switch(const gw_net *net, int32_t node, bool *hit) {
    for (int32_t l = 0; l < net->n_links; l++) {
        if (net->from[l] == node || net->to[l] == node) {
            hit_link(net, l, hit);
        }
    }
}

/** A cable and its number of chance. */
typedef struct drawn {
    double u;
    int32_t link;
} drawn;

static int by_chance(const void *a, const void *b) {
    const drawn *x = a, *y = b;
    if (x->u != y->u) {
        return x->u < y->u ? -1 : 1;
    }
    return (x->link > y->link) - (x->link < y->link);
}

static bool between_switches(const gw_net *net, int32_t link) {
    if (net->from[link] < net->n_hosts || net->to[link] < net->n_hosts) {
        return net->plan.topology == GW_TOPOLOGY_TORUS; /* hosts are the switches there */
    }
    gw_cable_role role = net->kinds[net->kind[link]].role;
    return role == GW_CABLE_SWITCH || role == GW_CABLE_LONG;
}

static void hit_share(const gw_net *net, const gw_fabric *fabric, const gw_fabric_fault *fault,
                      bool *hit, gw_arena *arena) {
    int32_t step = net->duplex ? 2 : 1, n = 0;
    drawn *cables = GW_NEW_N(arena, net->n_links / step + 1, drawn);
    uint32_t stream = gw_rng_stream(fault->head.name != NULL ? fault->head.name : "fault");
    for (int32_t l = 0; l < net->n_links; l += step) {
        if (between_switches(net, l)) {
            double u = gw_rng_uniform((uint64_t)fabric->routing_seed, 0, stream, (uint32_t)l);
            cables[n++] = (drawn){u, l};
        }
    }
    qsort(cables, (size_t)n, sizeof *cables, by_chance);
    double wanted = fmin(fmax(rint(fault->share * n), 1.0), n);
    for (int32_t i = 0; i < (int32_t)wanted; i++) {
        hit_link(net, cables[i].link, hit);
    }
}

/** Marks the links of a fault in hit [n_links]. */
static void find_links(desk *d, const gw_fabric_fault *fault, bool *hit, gw_arena *arena) {
    const gw_net *net = d->net;
    memset(hit, 0, (size_t)net->n_links * sizeof *hit);
    for (int i = 0; i < fault->links.n; i++) {
        int32_t link = gw_net_find_link(net, fault->links.at[i]);
        if (link < 0) {
            say_unknown(d, fault, "links", i, fault->links.at[i]);
        } else {
            hit_link(net, link, hit);
        }
    }
    for (int i = 0; i < fault->switches.n; i++) {
        int32_t node = gw_net_find_node(net, fault->switches.at[i]);
        if (node < net->n_hosts && !(node >= 0 && net->plan.topology == GW_TOPOLOGY_TORUS)) {
            say_unknown(d, fault, "switches", i, fault->switches.at[i]);
        } else {
            hit_switch(net, node, hit);
        }
    }
    if (fault->share > 0) { /* false when NaN */
        hit_share(net, d->fabric, fault, hit, arena);
    }
}

/* ------------------------------------------------------------------ before the traffic */

bool gw_faults_apply(gw_net *net, const gw_spec *spec, const gw_fabric *fabric, gw_diags *diags) {
    desk d = {.net = net, .spec = spec, .fabric = fabric, .diags = diags, .all_known = true};
    if (fabric->faults.n == 0) {
        return true;
    }
    gw_arena *arena = gw_arena_create(0);
    bool *hit = GW_NEW_N(arena, net->n_links + 1, bool);
    double *left_Bps = GW_NEW_N(arena, net->n_links + 1, double);
    memcpy(left_Bps, net->capacity_Bps, (size_t)net->n_links * sizeof *left_Bps);
    for (int f = 0; f < fabric->faults.n; f++) {
        const gw_fabric_fault *fault = &fabric->faults.at[f];
        find_links(&d, fault, hit, arena);
        for (int32_t l = 0; l < net->n_links && !gw_is_set(fault->at_s); l++) {
            if (hit[l]) {
                left_Bps[l] = fmin(left_Bps[l], fault->capacity * net->capacity_Bps[l]);
            }
        }
    }
    if (d.all_known) {
        memcpy(net->capacity_Bps, left_Bps, (size_t)net->n_links * sizeof *left_Bps);
        gw_net_refresh(net);
        gw_net_changed(net);
    }
    gw_arena_free(arena);
    return d.all_known;
}

/* ------------------------------------------------------------------ during the traffic */

/** A fault begins on a link, or ends. */
typedef struct edge {
    double at_s;
    int32_t link, fault;
    bool begins;
} edge;

typedef struct edges {
    edge *at;
    int64_t n, room;
} edges;

static int by_link(const void *a, const void *b) {
    const edge *x = a, *y = b;
    if (x->link != y->link) {
        return x->link < y->link ? -1 : 1;
    }
    if (x->at_s != y->at_s) {
        return x->at_s < y->at_s ? -1 : 1;
    }
    return (x->fault > y->fault) - (x->fault < y->fault);
}

static void add_edge(edges *e, double at_s, int32_t link, int fault, bool begins) {
    if (e->n == e->room) {
        e->room = e->room == 0 ? 1024 : 2 * e->room;
        edge *grown = realloc(e->at, (size_t)e->room * sizeof *grown);
        if (grown == NULL) {
            gw_out_of_memory((size_t)e->room * sizeof *grown);
        }
        e->at = grown;
    }
    e->at[e->n++] = (edge){.at_s = at_s, .link = link, .fault = fault, .begins = begins};
}

/** All its beginnings and ends on one link. */
static void add_times(edges *e, const gw_fabric_fault *fault, int f, int32_t link,
                      double horizon_s) {
    double period_s = fault->period_s, lasts_s = fault->lasts_s;
    bool flaps = gw_is_set(period_s) && gw_is_set(lasts_s) && lasts_s < period_s;
    for (int64_t k = 0; e->n <= GW_FAULT_EVENTS_MAX; k++) {
        double at_s = fault->at_s + (flaps ? (double)k * period_s : 0.0);
        if (flaps && k > 0 && !(at_s < horizon_s)) {
            return;
        }
        add_edge(e, at_s, link, f, true);
        bool ends = gw_is_set(lasts_s) && !(gw_is_set(period_s) && !flaps);
        if (ends) {
            add_edge(e, at_s + lasts_s, link, f, false);
        }
        if (!flaps) {
            return;
        }
    }
}

/** Turns the edges of all links into capacities; overlapping faults: the worst. Returns how many. */
static int64_t sweep(const desk *d, edges *e, gw_net_event *out, gw_arena *arena) {
    const gw_fabric *fabric = d->fabric;
    int *active = GW_NEW_N(arena, fabric->faults.n + 1, int);
    int64_t n = 0;
    qsort(e->at, (size_t)e->n, sizeof *e->at, by_link);
    for (int64_t i = 0; i < e->n;) {
        int32_t link = e->at[i].link;
        double last = 1.0;
        memset(active, 0, (size_t)fabric->faults.n * sizeof *active);
        while (i < e->n && e->at[i].link == link) {
            double at_s = e->at[i].at_s;
            for (; i < e->n && e->at[i].link == link && e->at[i].at_s == at_s; i++) {
                active[e->at[i].fault] += e->at[i].begins ? 1 : -1;
            }
            double left = 1.0;
            for (int f = 0; f < fabric->faults.n; f++) {
                left = active[f] > 0 ? fmin(left, fabric->faults.at[f].capacity) : left;
            }
            if (left != last) {
                out[n++] = (gw_net_event){at_s, link, left * d->net->capacity_Bps[link]};
                last = left;
            }
        }
    }
    return n;
}

static int by_time(const void *a, const void *b) {
    const gw_net_event *x = a, *y = b;
    if (x->at_s != y->at_s) {
        return x->at_s < y->at_s ? -1 : 1;
    }
    return (x->link > y->link) - (x->link < y->link);
}

/** A link that changes, and its bundle. */
typedef struct member {
    int32_t bundle, link;
} member;

static int by_bundle(const void *a, const void *b) {
    const member *x = a, *y = b;
    if (x->bundle != y->bundle) {
        return x->bundle < y->bundle ? -1 : 1;
    }
    return (x->link > y->link) - (x->link < y->link);
}

/** Members of bundles among the links that change, in rows by bundle. */
static int32_t members_of(const gw_net *net, const gw_net_event *event, int64_t n, bool *seen,
                          member *out) {
    int32_t n_members = 0;
    for (int64_t i = 0; i < n; i++) {
        int32_t link = event[i].link;
        if (!seen[link] && net->bundle[link] >= 0) {
            seen[link] = true;
            out[n_members++] = (member){net->bundle[link], link};
        }
    }
    qsort(out, (size_t)n_members, sizeof *out, by_bundle);
    return n_members;
}

/** Capacity of a bundle when of its links those in `members` have changed: recomputed from the
 * beginning each time, so that nothing drifts. */
static double bundle_Bps(const gw_net *net, const member *members, int32_t n, int32_t first,
                         const double *now_Bps) {
    int32_t bundle = members[first].bundle;
    double lost_Bps = 0.0;
    for (int32_t i = first; i < n && members[i].bundle == bundle; i++) {
        lost_Bps += net->capacity_Bps[members[i].link] - now_Bps[members[i].link];
    }
    double left_Bps = net->capacity_Bps[bundle] - lost_Bps;
    return left_Bps > 1e-9 * net->capacity_Bps[bundle] ? left_Bps : 0.0;
}

/** Adds the events of bundles behind those of their links. `out` has room for twice as many. */
static int64_t add_bundles(const gw_net *net, gw_net_event *out, int64_t n, gw_arena *arena) {
    if (net->bundle == NULL || n == 0) {
        return n;
    }
    member *members = GW_NEW_N(arena, net->n_links + 1, member);
    bool *changed = GW_NEW_N(arena, net->n_links + 1, bool);
    int32_t n_members = members_of(net, out, n, changed, members);
    int32_t *row = GW_NEW_N(arena, net->n_links + net->n_bundles + 1, int32_t);
    for (int32_t i = n_members - 1; i >= 0; i--) {
        row[members[i].bundle] = i;
    }
    double *now_Bps = GW_NEW_N(arena, net->n_links + 1, double);
    memcpy(now_Bps, net->capacity_Bps, (size_t)net->n_links * sizeof *now_Bps);
    double *told_s = GW_NEW_N(arena, net->n_links + net->n_bundles + 1, double);
    for (int32_t i = 0; i < net->n_links + net->n_bundles; i++) {
        told_s[i] = GW_NAN; /* when the last event of a bundle was added */
    }
    int64_t links = n;
    for (int64_t i = 0; i < links;) {
        int64_t first = i;
        double at_s = out[i].at_s;
        for (; i < links && out[i].at_s == at_s; i++) {
            now_Bps[out[i].link] = out[i].capacity_Bps;
        }
        for (int64_t k = first; k < i; k++) {
            int32_t bundle = net->bundle[out[k].link];
            if (bundle >= 0 && told_s[bundle] != at_s) {
                told_s[bundle] = at_s;
                double left_Bps = bundle_Bps(net, members, n_members, row[bundle], now_Bps);
                out[n++] = (gw_net_event){at_s, bundle, left_Bps};
            }
        }
    }
    return n;
}

int gw_faults_events(const gw_net *net, const gw_fabric *fabric, double horizon_s, gw_arena *arena,
                     gw_net_event **out) {
    desk d = {.net = net, .fabric = fabric, .all_known = true};
    *out = NULL;
    edges e = {0};
    gw_arena *scratch = gw_arena_create(0);
    bool *hit = GW_NEW_N(scratch, net->n_links + 1, bool);
    for (int f = 0; f < fabric->faults.n; f++) {
        const gw_fabric_fault *fault = &fabric->faults.at[f];
        if (!gw_is_set(fault->at_s)) {
            continue;
        }
        find_links(&d, fault, hit, scratch);
        for (int32_t l = 0; l < net->n_links; l++) {
            if (hit[l]) {
                add_times(&e, fault, f, l, horizon_s);
            }
        }
    }
    int64_t n = -1;
    if (e.n <= GW_FAULT_EVENTS_MAX) {
        *out = GW_NEW_N(arena, 2 * e.n + 1, gw_net_event);
        n = e.n > 0 ? sweep(&d, &e, *out, scratch) : 0;
        qsort(*out, (size_t)n, sizeof **out, by_time);
        n = add_bundles(net, *out, n, scratch);
        qsort(*out, (size_t)n, sizeof **out, by_time);
    }
    free(e.at);
    gw_arena_free(scratch);
    return (int)n;
}

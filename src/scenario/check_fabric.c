/* scenario/check_fabric.c: rules of networks, both entries of `fabrics` and the networks of
 * clusters: which keys a topology takes, what it needs, shapes written as text, faults, traffic.
 * One table row a key that not every topology takes. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "scenario/bind.h"
#include "scenario/query.h"
#include "scenario/shape_text.h"

#define MAX_KEYS 64
#define T(name) (1u << GW_TOPOLOGY_##name)
#define CLOS_LIKE (T(CLOS) | T(RAIL) | T(RAIL_ONLY))
#define TREES (CLOS_LIKE | T(FAT_TREE) | T(LEAF_SPINE))
#define DRAGONFLIES (T(DRAGONFLY) | T(DRAGONFLY_PLUS))
#define SWITCHED (TREES | DRAGONFLIES | T(HYPERX)) /* hosts hang on switches by NICs */
#define BUT_FREE (SWITCHED | T(TORUS))

/** Keys that some topologies do not take, and those without which they cannot be built. */
static const struct {
    const char *key;
    unsigned takes, needs;
} keys[] = {
    {"hosts", BUT_FREE, 0},
    {"nics", SWITCHED, 0},
    {"host_rate", SWITCHED, 0},
    {"per_node", SWITCHED, 0},
    {"scaleup_domain", SWITCHED, 0},
    {"scaleup_rate", SWITCHED, 0},
    {"rails", T(RAIL) | T(RAIL_ONLY), 0},
    {"planes", TREES, 0},
    {"tiers", CLOS_LIKE, 0},
    {"oversubscription", CLOS_LIKE, 0},
    {"islands", TREES, 0},
    {"trunks", TREES, 0},
    {"trunk_rate", TREES, 0},
    {"trunk_length", TREES, 0},
    {"levels", T(FAT_TREE), T(FAT_TREE)},
    {"dims", T(TORUS) | T(HYPERX), T(TORUS) | T(HYPERX)},
    {"widths", T(HYPERX), 0},
    {"wrap", T(TORUS), 0},
    {"cube", T(TORUS), 0},
    {"groups", DRAGONFLIES, 0},
    {"routers", T(DRAGONFLY), T(DRAGONFLY)},
    {"leaves", T(LEAF_SPINE) | T(DRAGONFLY_PLUS), T(LEAF_SPINE) | T(DRAGONFLY_PLUS)},
    {"spines", T(LEAF_SPINE) | T(DRAGONFLY_PLUS), T(LEAF_SPINE) | T(DRAGONFLY_PLUS)},
    {"hosts_per_switch", T(LEAF_SPINE) | DRAGONFLIES | T(HYPERX), T(LEAF_SPINE)},
    {"global_links", DRAGONFLIES, 0},
    {"parallel", T(LEAF_SPINE) | DRAGONFLIES, 0},
    {"rail_local", TREES, 0},
    {"nodes", T(FREE), T(FREE)},
    {"links", T(FREE), T(FREE)},
};
#define N_KEYS ((int)(sizeof keys / sizeof keys[0]))

/** What a cluster's network takes from elsewhere. */
static const struct {
    const char *key, *from;
} follows[] = {
    {"hosts", "the lots of the cluster"},
    {"nics", "nics_per_accelerator of its system"},
    {"host_rate", "nic_bandwidth of its system"},
    {"per_node", "per_node of its system"},
    {"scaleup_domain", "scaleup_domain of its system"},
    {"scaleup_rate", "scaleup_bandwidth of its accelerator"},
};

/** A network under check. */
typedef struct checker {
    const gw_spec *spec;
    gw_diags *diags;
    const gw_fabric *f;
    const gw_cluster *cluster;       /* NULL: an entry of `fabrics` */
    const char *path;                /* "fabrics.pod", "clusters.main.fabric" */
    const gw_value *value[MAX_KEYS]; /* by field; NULL: a text, a map, or not bound */
} checker;

static int field_index(const char *key) {
    for (int i = 0; i < gw_struct_fabric.n_fields; i++) {
        if (strcmp(gw_struct_fabric.fields[i].key, key) == 0) {
            return i;
        }
    }
    return -1; /* never: the tables above are held to the fields by a test */
}

/** Was the key written, and where. */
static bool is_given(const checker *c, const char *key, gw_loc *loc) {
    int i = field_index(key);
    const gw_field *field = &gw_struct_fabric.fields[i];
    const char *member = (const char *)c->f + field->offset;
    char path[512];
    *loc = c->f->head.loc;
    switch (field->kind) {
    case GW_KIND_TEXT:
        snprintf(path, sizeof path, "%s.%s", c->path, key);
        *loc = gw_spec_text_loc(c->spec, path, *loc);
        return *(const char *const *)(const void *)member != NULL;
    case GW_KIND_MAP:
        if (((const gw_map *)(const void *)member)->n > 0) {
            *loc = ((const gw_head *)((const gw_map *)(const void *)member)->at)->loc;
            return true;
        }
        return false;
    default:
        if (c->value[i] != NULL && !c->value[i]->from_default) {
            *loc = c->value[i]->loc;
            return true;
        }
        return false;
    }
}

#define SAY(c, code, severity, loc, hint, ...)                                                     \
    gw_diag_add((c)->diags, (code), (severity), (loc), (c)->path, (hint), __VA_ARGS__)

static const char *topology_name(int topology) {
    return gw_enum_topology.items[topology].name;
}

/** "clos, rail_clos or rail_only". */
static void list_topologies(unsigned mask, char *out, size_t n) {
    int left = __builtin_popcount(mask);
    size_t at = 0;
    out[0] = '\0';
    for (int t = 0; t < gw_enum_topology.n && at < n; t++) {
        if ((mask >> t & 1u) != 0) {
            left--;
            int k = snprintf(out + at, n - at, "%s%s", topology_name(t),
                             left > 1    ? ", "
                             : left == 1 ? " or "
                                         : "");
            at += k > 0 ? (size_t)k : 0;
        }
    }
}

/** Reported by check_follows: one message a key. */
static bool is_derived(const checker *c, const char *key) {
    for (size_t k = 0; c->cluster != NULL && k < sizeof follows / sizeof follows[0]; k++) {
        if (strcmp(follows[k].key, key) == 0) {
            return true;
        }
    }
    return false;
}

static void check_keys(const checker *c) {
    unsigned mine = 1u << c->f->topology;
    char words[160], hint[220];
    gw_loc loc;
    for (int k = 0; k < N_KEYS; k++) {
        bool given = is_given(c, keys[k].key, &loc);
        if (given && !is_derived(c, keys[k].key) && (keys[k].takes & mine) == 0) {
            list_topologies(keys[k].takes, words, sizeof words);
            snprintf(hint, sizeof hint, "remove it, or choose topology: %s", words);
            SAY(c, GW_E_KEY, GW_ERROR, loc, hint, "`%s` has no effect on a %s network", keys[k].key,
                topology_name(c->f->topology));
        } else if (!given && (keys[k].needs & mine) != 0) {
            int i = field_index(keys[k].key);
            snprintf(hint, sizeof hint, "%s: %s", keys[k].key, gw_struct_fabric.fields[i].doc);
            SAY(c, GW_E_KEY, GW_ERROR, c->f->head.loc, hint, "a %s network needs `%s`",
                topology_name(c->f->topology), keys[k].key);
        }
    }
}

static void check_types(const checker *c) {
    bool clos = ((1u << c->f->topology) & CLOS_LIKE) != 0;
    if (c->f->switch_type.name == NULL && (clos || c->cluster != NULL)) {
        SAY(c, GW_E_KEY, GW_ERROR, c->f->head.loc, "`gigawatt catalog switches` lists them",
            "%s `switch_type`",
            c->cluster != NULL ? "the network of a cluster needs"
                               : "the shape of a Clos follows from the ports of its");
    }
    if (c->f->link_type.name == NULL && c->cluster != NULL) {
        SAY(c, GW_E_KEY, GW_ERROR, c->f->head.loc, "`gigawatt catalog links` lists them",
            "the network of a cluster needs `link_type`");
    }
    if (c->cluster != NULL && c->f->topology == GW_TOPOLOGY_FREE) {
        SAY(c, GW_E_KEY, GW_ERROR, c->f->head.loc, "write it under `fabrics:`",
            "the network of a cluster cannot be free: its hosts follow from the lots");
    }
}

static void check_follows(const checker *c) {
    gw_loc loc;
    for (size_t k = 0; c->cluster != NULL && k < sizeof follows / sizeof follows[0]; k++) {
        if (is_given(c, follows[k].key, &loc)) {
            SAY(c, GW_E_KEY, GW_ERROR, loc, "remove it here", "`%s` of a cluster follows from %s",
                follows[k].key, follows[k].from);
        }
    }
}

/* The slower of port and transceiver counts for nothing here: they must match. */
static void check_parts(const checker *c) {
    const gw_scenario *s = &c->spec->scenario;
    if (c->f->switch_type.i < 0 || c->f->link_type.i < 0) {
        return;
    }
    double port_Bps = s->switches.at[c->f->switch_type.i].port_rate_Bps;
    double link_Bps = s->links.at[c->f->link_type.i].rate_Bps;
    if (port_Bps != link_Bps && gw_is_set(port_Bps) && gw_is_set(link_Bps)) {
        char port[32], link[32];
        gw_quantity_format(port_Bps, "Gbit/s", port, sizeof port);
        gw_quantity_format(link_Bps, "Gbit/s", link, sizeof link);
        gw_diag_add(c->diags, GW_E_MODEL, GW_WARNING, c->f->head.loc,
                    c->cluster != NULL ? c->cluster->head.path : c->path,
                    "choose a transceiver of the port's rate",
                    "ports of %s run at %s, transceivers %s at %s; the run counts the ports",
                    c->f->switch_type.name, port, c->f->link_type.name, link);
    }
}

/* ---------------------------------------------------------------- shapes */

static void say_shape(const checker *c, const char *key, const gw_shape_error *error) {
    gw_loc loc;
    is_given(c, key, &loc);
    loc.col += loc.col > 0 ? (int)error->offset : 0;
    SAY(c, GW_E_SYNTAX, GW_ERROR, loc, error->hint, "`%s` cannot be read: %s", key, error->msg);
}

static void check_shapes(const checker *c) {
    int a[GW_SHAPE_MAX], b[GW_SHAPE_MAX], d[GW_SHAPE_MAX];
    gw_shape_error error;
    if (c->f->levels != NULL && gw_shape_levels(c->f->levels, a, b, d, &error) == 0) {
        say_shape(c, "levels", &error);
    }
    int n_dims = c->f->dims == NULL ? 0 : gw_shape_product(c->f->dims, a, &error);
    if (c->f->dims != NULL && n_dims == 0) {
        say_shape(c, "dims", &error);
    }
    int n_widths = c->f->widths == NULL ? 0 : gw_shape_product(c->f->widths, b, &error);
    if (c->f->widths != NULL && n_widths == 0) {
        say_shape(c, "widths", &error);
    } else if (n_widths > 0 && n_dims > 0 && n_widths != n_dims) {
        gw_loc loc;
        is_given(c, "widths", &loc);
        SAY(c, GW_E_MODEL, GW_ERROR, loc, "give one width for each dimension",
            "%d widths for %d dimensions", n_widths, n_dims);
    }
}

/** What only hashed routing and the jobs of clusters take up. */
static void check_idle_ways(const checker *c) {
    gw_loc loc;
    bool hashed = c->f->routing == GW_ROUTING_ECMP || c->f->routing == GW_ROUTING_VALIANT;
    if (c->f->queue_pairs > 1 && !hashed && is_given(c, "queue_pairs", &loc)) {
        SAY(c, GW_E_KEY, GW_ERROR, loc, "remove it, or choose routing: ecmp",
            "`queue_pairs` are hashed apart: they have no effect with routing: %s",
            gw_enum_routing.items[c->f->routing].name);
    }
    if (c->cluster == NULL && is_given(c, "placement", &loc)) {
        SAY(c, GW_E_KEY, GW_ERROR, loc, "give `placement` to the entries of `traffic`",
            "`placement` is of the jobs of a cluster: it has no effect on a fabric by itself");
    }
}

static void check_reroute(const checker *c) {
    gw_loc loc;
    bool timed = false;
    for (int i = 0; i < c->f->faults.n; i++) {
        timed |= c->f->faults.at[i].head.broken || gw_is_set(c->f->faults.at[i].at_s);
    }
    if (gw_is_set(c->f->reroute_s) && !timed && is_given(c, "reroute", &loc)) {
        bool any = c->f->faults.n > 0;
        SAY(c, GW_E_KEY, GW_ERROR, loc,
            any ? "remove it, or give one `at`" : "remove it, or add `faults`",
            any ? "`reroute` has no effect where no fault has a beginning: routing knows them all"
                : "`reroute` has no effect without faults");
    }
}

/** What is given must have an effect. */
static void check_idle(const checker *c) {
    gw_loc loc;
    static const char *const of_trunks[] = {"trunk_rate", "trunk_length"};
    for (int k = 0; k < 2; k++) {
        if (c->f->trunks == 0 && is_given(c, of_trunks[k], &loc)) {
            SAY(c, GW_E_KEY, GW_ERROR, loc, "remove it, or give `trunks`",
                "`%s` has no effect without trunks", of_trunks[k]);
        }
    }
    if (c->f->trunks > 0 && c->f->islands == 1) {
        is_given(c, "trunks", &loc);
        SAY(c, GW_E_KEY, GW_ERROR, loc, "remove it, or give `islands`",
            "`trunks` join islands, and there is one");
    }
    if (c->f->routing == GW_ROUTING_VALIANT && ((1u << c->f->topology) & (TREES | T(FREE))) != 0) {
        is_given(c, "routing", &loc);
        SAY(c, GW_E_KEY, GW_ERROR, loc, "use spray, ecmp or d_mod_k",
            "routing: valiant is for dragonflies, tori and HyperX, not for a %s network",
            topology_name(c->f->topology));
    }
    if (gw_is_set(c->f->link_latency_s) && is_given(c, "nic_latency", &loc)) {
        SAY(c, GW_E_KEY, GW_ERROR, loc, "remove one of them",
            "`nic_latency` has no effect beside `link_latency`, which is of every link");
    }
    if (c->f->rail_local && c->cluster == NULL && c->f->scaleup_domain < 2) {
        is_given(c, "rail_local", &loc);
        SAY(c, GW_E_KEY, GW_ERROR, loc, "remove it, or give `scaleup_domain`",
            "`rail_local` crosses the scale-up domain, and there is none");
    }
    if (is_given(c, "scaleup_rate", &loc) && c->cluster == NULL && c->f->scaleup_domain < 2) {
        SAY(c, GW_E_KEY, GW_ERROR, loc, "remove it, or give `scaleup_domain`",
            "`scaleup_rate` has no effect without a scale-up domain");
    }
}

/* ---------------------------------------------------------------- faults and traffic */

static void check_fault(const checker *c, const gw_fabric_fault *fault) {
    const char *path = fault->head.path;
    gw_loc loc = fault->head.loc;
    if (fault->head.broken) {
        return;
    }
    if (fault->links.n == 0 && fault->switches.n == 0 && !gw_is_set(fault->share)) {
        gw_diag_add(
            c->diags, GW_E_KEY, GW_ERROR, loc, path,
            "give `links`, `switches` or `share`; `gigawatt fabric FILE --links` lists names",
            "fault `%s` does not say what fails", fault->head.name);
    }
    if (!gw_is_set(fault->at_s) && (gw_is_set(fault->lasts_s) || gw_is_set(fault->period_s))) {
        gw_diag_add(c->diags, GW_E_KEY, GW_ERROR, loc, path, "give `at`, when it begins",
                    "fault `%s` has no beginning, so `%s` has no effect", fault->head.name,
                    gw_is_set(fault->lasts_s) ? "lasts" : "period");
    } else if (gw_is_set(fault->period_s) && !(fault->lasts_s < fault->period_s)) {
        gw_diag_add(c->diags, GW_E_RANGE, GW_ERROR, loc, path,
                    "give a `lasts` that is shorter than `period`",
                    "fault `%s` flaps, but never ends before it comes back", fault->head.name);
    }
    if (fault->capacity >= 1.0) {
        gw_diag_add(c->diags, GW_E_RANGE, GW_ERROR, loc, path, "give what is left, below 100 %",
                    "fault `%s` leaves everything as it was", fault->head.name);
    }
}

/** End points as far as the file says: NaN where the shape decides. */
static double hosts_of(const checker *c) {
    if (c->cluster != NULL) {
        return gw_cluster_planned_accelerators(c->cluster);
    }
    return c->f->hosts > 0 ? (double)c->f->hosts : GW_NAN;
}

static void check_traffic(const checker *c, const gw_fabric_traffic *t) {
    double hosts = hosts_of(c);
    if (t->head.broken) {
        return;
    }
    gw_traffic_span span = gw_traffic_span_of(t, gw_is_set(hosts) ? (int64_t)hosts : INT64_MAX / 2);
    if (t->ranks == 1) {
        gw_diag_add(c->diags, GW_E_RANGE, GW_ERROR, t->head.loc, t->head.path,
                    "give two ranks or more", "traffic `%s` has one rank: nothing is sent",
                    t->head.name);
    } else if (gw_is_set(hosts) && !span.fits) {
        char want[32], have[32];
        gw_quantity_format((double)span.last + 1.0, "", want, sizeof want);
        gw_quantity_format(hosts, "", have, sizeof have);
        gw_diag_add(c->diags, GW_E_RANGE, GW_ERROR, t->head.loc, t->head.path,
                    "change ranks, groups, first or stride",
                    "traffic `%s` needs %s hosts, the network has %s", t->head.name,
                    span.ranks < 2 ? "more" : want, have);
    }
}

static void check_one(const checker *c) {
    if (c->f->head.broken) {
        return;
    }
    check_keys(c);
    check_types(c);
    check_follows(c);
    check_parts(c);
    check_shapes(c);
    check_idle(c);
    check_idle_ways(c);
    check_reroute(c);
    for (int i = 0; i < c->f->faults.n; i++) {
        check_fault(c, &c->f->faults.at[i]);
    }
    for (int i = 0; i < c->f->traffic.n; i++) {
        check_traffic(c, &c->f->traffic.at[i]);
    }
}

/** The network that the k-th group of registered values belongs to: those of `fabrics` come first,
 * then those of clusters, as the walk over the field tables has them. */
static void choose(checker *c, int k, char *path, size_t room) {
    const gw_scenario *s = &c->spec->scenario;
    if (k < s->fabrics.n) {
        c->cluster = NULL;
        c->f = &s->fabrics.at[k];
        snprintf(path, room, "%s", c->f->head.path);
    } else {
        const gw_cluster *cluster = &s->clusters.at[k - s->fabrics.n];
        c->cluster = cluster;
        c->f = &cluster->fabric;
        snprintf(path, room, "%s.fabric", cluster->head.path);
    }
    c->path = path;
    memset(c->value, 0, sizeof c->value);
}

void gw_check_fabrics(const gw_spec *spec, gw_diags *diags) {
    const gw_field *first = gw_struct_fabric.fields;
    checker c = {.spec = spec, .diags = diags};
    int n = spec->scenario.fabrics.n + spec->scenario.clusters.n, k = -1;
    char path[512];
    for (int i = 0; i < spec->n_values && k < n; i++) {
        const gw_field *field = spec->values[i].field;
        if (field < first || field >= first + gw_struct_fabric.n_fields) {
            continue;
        }
        if (field == first) { /* `topology` begins the next network */
            if (k >= 0) {
                check_one(&c);
            }
            if (++k < n) {
                choose(&c, k, path, sizeof path);
            }
        }
        if (field - first < MAX_KEYS) {
            c.value[field - first] = &spec->values[i];
        }
    }
    if (k >= 0 && k < n) {
        check_one(&c);
    }
}

/* report/fabric_text.c: networks and their collectives on a terminal.
 * In: a finished gw_fabric_report.   Out: text of 80 columns.
 * Derivation: engine/fabric_run.h; every number is in the JSON too. */
#include "report/fabric_text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report/words.h"

#define LABEL 14
#define SLOWER_TELL 1.001

/* ---------------------------------------------------------------- words */

const char *gw_fabric_tier_name(const gw_fabric_view *v, int tier) {
    static const char *const tree[] = {"leaf", "spine", "core", "tier 4", "tier 5", "tier 6"};
    bool joined = v->plan.islands > 1 && v->plan.trunks > 0;
    if (joined && v->plan.n_levels > 0 && tier == v->plan.n_levels) {
        return "gateway";
    }
    switch (v->plan.topology) {
    case GW_TOPOLOGY_DRAGONFLY:
        return tier == 0 ? "router" : "gateway";
    case GW_TOPOLOGY_HYPERX:
    case GW_TOPOLOGY_FREE:
        return tier == 0 ? "switch" : "further switch";
    default:
        return tree[tier < 5 ? tier : 5];
    }
}

static const char *list_of(const int *at, int n, const char *mark, gw_arena *arena) {
    const char *text = "";
    for (int i = 0; i < n; i++) {
        text = gw_arena_printf(arena, "%s%s%d", text, i > 0 ? mark : "", at[i]);
    }
    return text;
}

/** With blocks a ring closes only if it is made of whole ones. */
static const char *rings_of(const gw_net_plan *p) {
    int n_closed = 0;
    for (int d = 0; d < p->n_dims && p->wrap; d++) {
        n_closed += p->cube < 1 || p->dim[d] % p->cube == 0;
    }
    return n_closed == 0 ? "open" : n_closed < p->n_dims ? "rings partly closed" : "rings closed";
}

static const char *own_shape(const gw_net_plan *p, gw_arena *arena) {
    switch (p->topology) {
    case GW_TOPOLOGY_DRAGONFLY:
        return gw_arena_printf(arena, "%d groups of %d routers, %d hosts and %d global cables each",
                               p->groups, p->routers, p->hosts_per_switch, p->global_links);
    case GW_TOPOLOGY_DRAGONFLY_PLUS:
        return gw_arena_printf(arena,
                               "%d groups of %d leaves and %d spines, %d hosts a leaf, "
                               "%d global cables a spine",
                               p->groups, p->leaves, p->spines, p->hosts_per_switch,
                               p->global_links);
    case GW_TOPOLOGY_TORUS:
        return gw_arena_printf(
            arena, "%s, %s%s", list_of(p->dim, p->n_dims, " x ", arena), rings_of(p),
            p->cube > 0
                ? gw_arena_printf(arena, ", blocks of %d^%d joined optically", p->cube, p->n_dims)
                : "");
    case GW_TOPOLOGY_HYPERX:
        return gw_arena_printf(arena, "%s switches, %d hosts each",
                               list_of(p->dim, p->n_dims, " x ", arena), p->hosts_per_switch);
    case GW_TOPOLOGY_FREE:
        return "as written";
    default:
        return gw_arena_printf(arena, "%d %s of switches", p->n_levels,
                               p->n_levels == 1 ? "tier" : "tiers");
    }
}

const char *gw_fabric_shape(const gw_fabric_view *v, gw_arena *arena) {
    const gw_net_plan *p = &v->plan;
    const char *text = own_shape(p, arena);
    if (p->rails > 1) {
        text = gw_arena_printf(arena, "%s; %d rails%s, nodes of %d", text, p->rails,
                               p->rail_only ? " not joined" : "", p->per_node);
    }
    if (p->planes > 1) {
        text = gw_arena_printf(arena, "%s; %d planes", text, p->planes);
    }
    if (p->islands > 1) {
        text = p->trunks > 0 ? gw_arena_printf(arena, "%s; %d islands, %d trunks between each two",
                                               text, p->islands, p->trunks)
                             : gw_arena_printf(arena, "%s; %d islands", text, p->islands);
    }
    if (p->domain > 1) {
        text = gw_arena_printf(arena, "%s; scale-up domains of %d", text, p->domain);
    }
    return text;
}

const char *gw_fabric_ranks(const gw_fabric_row *row, gw_arena *arena) {
    const char *ranks = gw_arena_strdup(arena, gw_words_value((double)row->ranks, "").text);
    return row->groups > 1 ? gw_arena_printf(arena, "%s groups of %s ranks",
                                             gw_words_value((double)row->groups, "").text, ranks)
                           : gw_arena_printf(arena, "%s ranks", ranks);
}

bool gw_fabric_is_limited(const gw_fabric_row *row) {
    return row->limit != NULL && row->time_s > SLOWER_TELL * row->ideal_s;
}

/* ---------------------------------------------------------------- lines */

/** A label and words behind it, wrapped at 80 columns under each other. */
static void put(gw_buf *out, const char *label, int indent, const char *fmt, ...) GW_PRINTF(4, 5);
static void put(gw_buf *out, const char *label, int indent, const char *fmt, ...) {
    gw_arena *arena = gw_arena_create(0);
    va_list args;
    va_start(args, fmt);
    const char *text = gw_arena_vprintf(arena, fmt, args);
    va_end(args);
    gw_words_wrap(out, label, indent, text);
    gw_arena_free(arena);
}

/* ---------------------------------------------------------------- what it is made of */

static void put_switches(const gw_fabric_view *v, gw_arena *arena, gw_buf *out) {
    const gw_inventory *i = &v->inventory;
    const char *tiers = "";
    for (int t = 0; t < i->n_tiers; t++) {
        if (i->n_switches_tier[t] > 0) {
            tiers = gw_arena_printf(arena, "%s%s%s %s", tiers, *tiers != '\0' ? ", " : "",
                                    gw_words_value(i->n_switches_tier[t], "").text,
                                    gw_fabric_tier_name(v, t));
        }
    }
    if (i->n_switches < 1) {
        put(out, "Switches", LABEL, "none: hosts are joined directly");
    } else {
        /* Ports, not cables: one of a multiple of a NIC's rate is split between several. */
        const char *of = i->radix == 0 || i->radix_needed > i->radix
                             ? ""
                             : gw_arena_printf(arena, " of %d", i->radix);
        const char *type = i->radix == 0 ? ""
                           : i->radix_needed > i->radix
                               ? gw_arena_printf(arena, ", MORE than the %d of %s", i->radix,
                                                 v->fabric->switch_type.name)
                               : gw_arena_printf(arena, ": %s", v->fabric->switch_type.name);
        put(out, "Switches", LABEL, "%s (%s), up to %d%s ports in use each%s",
            gw_words_value(i->n_switches, "").text, tiers, i->radix_needed, of, type);
    }
    if (i->n_scaleup_switches > 0) {
        put(out, "Scale-up", LABEL, "%s domains of %d, %s a host and direction",
            gw_words_value(i->n_scaleup_switches, "").text, v->plan.domain,
            gw_words_value(v->plan.scaleup_Bps, "GB/s").text);
    }
}

static void put_cables(const gw_fabric_view *v, gw_arena *arena, gw_buf *out) {
    const gw_inventory *i = &v->inventory;
    const double *role = i->n_cables_role;
    const char *far =
        role[GW_CABLE_LONG] > 0
            ? gw_arena_printf(arena, ", %s long", gw_words_value(role[GW_CABLE_LONG], "").text)
            : "";
    if (v->plan.topology == GW_TOPOLOGY_TORUS) {
        put(out, "Cables", LABEL, "%s between hosts; %s in all",
            gw_words_value(i->n_cables, "").text, gw_words_value(i->cable_length_m, "km").text);
    } else {
        put(out, "Cables", LABEL, "%s: %s to hosts, %s between switches%s; %s in all",
            gw_words_value(i->n_cables, "").text, gw_words_value(role[GW_CABLE_HOST], "").text,
            gw_words_value(role[GW_CABLE_SWITCH], "").text, far,
            gw_words_value(i->cable_length_m, "km").text);
    }
    const char *classes = "";
    for (int k = 0; k < GW_CABLE_CLASSES; k++) {
        const gw_cable_class *c = &i->classes[k];
        if (c->n_cables > 0) {
            classes = gw_arena_printf(arena, "%s%s%s %s", classes, *classes != '\0' ? "; " : "",
                                      gw_words_value(c->n_cables, "").text, c->name);
        }
    }
    put(out, "", LABEL, "%s; %s transceivers", classes, gw_words_value(i->n_optics, "").text);
    if (i->n_too_long > 0) {
        put(out, "", LABEL, "%s cables are longer than %s reaches; counted at its price",
            gw_words_value(i->n_too_long, "").text, v->fabric->link_type.name);
    }
    if (i->n_ocs_ports > 0) {
        put(out, "", LABEL,
            "%s ports of optical circuit switches; %s cables inside blocks are "
            "copper, without a price here",
            gw_words_value(i->n_ocs_ports, "").text, gw_words_value(i->n_block_cables, "").text);
    }
}

static void put_longest(const gw_fabric_view *v, gw_arena *arena, gw_buf *out) {
    /* Between hosts that are joined directly: one link less than there are of them on the way. */
    bool links = v->inventory.n_switches < 1 && v->inventory.diameter_hops > 1;
    double longest = v->inventory.diameter_hops - (links ? 1 : 0);
    const char *many = longest < 1.5 ? "" : links ? "s" : "es";
    put(out, "Longest way", LABEL, "%.0f %s%s; routing %s%s", longest, links ? "link" : "switch",
        many, gw_enum_routing.items[v->fabric->routing].name,
        v->fabric->queue_pairs > 1
            ? gw_arena_printf(arena, ", %d queue pairs", (int)v->fabric->queue_pairs)
            : "");
}

static void put_inventory(const gw_fabric_view *v, gw_arena *arena, gw_buf *out) {
    const gw_inventory *i = &v->inventory;
    put(out, "Hosts", LABEL, "%s of %s places, %s each and direction%s",
        gw_words_value(v->plan.n_hosts, "").text,
        gw_words_value(v->part_hosts_n > 0 ? v->plan.n_hosts : i->most_hosts_n, "").text,
        gw_words_value(i->host_Bps, "Gbit/s").text,
        v->plan.nics > 1 ? gw_arena_printf(arena, " (%d NICs)", v->plan.nics) : "");
    put(out, "Shape", LABEL, "%s", gw_fabric_shape(v, arena));
    if (v->part_hosts_n > 0) {
        put(out, "Part", LABEL,
            "what follows is of a part of %s hosts with the same switches and ratios: the whole "
            "is too large to be built",
            gw_words_value(v->part_hosts_n, "").text);
    }
    put_switches(v, arena, out);
    put_cables(v, arena, out);
    put(out, "Bisection", LABEL, "%s, %s of what half the hosts can send%s",
        gw_words_value(i->bisection_Bps, "Tbit/s").text,
        gw_words_value(i->full_bisection_frac, "%").text,
        i->n_switches < 1 ? ""
                          : gw_arena_printf(arena, "; %s : 1 down over up at a first switch",
                                            gw_words_value(i->oversubscription, "").text));
    put_longest(v, arena, out);
    if (gw_is_set(i->power_W)) {
        put(out, "Power, price", LABEL, "%s, %s: switches and transceivers",
            gw_words_value(i->power_W, "kW").text, gw_words_value(i->price_usd, "USD").text);
    } else {
        put(out, "Power, price", LABEL, "not known: needs switch_type and link_type");
    }
}

/* ---------------------------------------------------------------- collectives */

static void put_limit(const gw_fabric_row *row, gw_buf *out) {
    if (row->n_stuck > 0) {
        put(out, "", 4, "%s of %s flows have no way and never end",
            gw_words_value((double)row->n_stuck, "").text,
            gw_words_value((double)row->n_flows, "").text);
    } else if (gw_fabric_is_limited(row)) {
        put(out, "", 4, "limited by %s: without shared links it takes %s", row->limit,
            gw_words_value(row->ideal_s, "ms").text);
    }
    if (gw_is_set(row->healthy_s) && row->time_s > SLOWER_TELL * row->healthy_s) {
        put(out, "", 4, "without faults %s: %.2f times as long",
            gw_words_value(row->healthy_s, "ms").text, row->time_s / row->healthy_s);
    }
}

static void put_standard_row(const gw_fabric_row *row, bool library, gw_buf *out) {
    gw_buf_printf(out, "  %-15s%9s", gw_enum_collective.items[row->kind].name,
                  gw_words_value(row->bytes_B, "MB").text);
    if (row->problem != NULL) {
        gw_buf_addc(out, '\n');
        put(out, "", 4, "not done: %s", row->problem);
        return;
    }
    gw_buf_printf(out, "  %-16s%10s%12s", gw_enum_algorithm.items[row->algorithm].name,
                  isnan(row->time_s) ? "never" : gw_words_value(row->time_s, "ms").text,
                  gw_words_value(row->bus_Bps, "GB/s").text);
    if (library) {
        gw_buf_printf(out, "%10s", gw_words_value(row->library_s, "ms").text);
    } else {
        gw_buf_printf(out, "  %s", gw_fabric_by_names[row->by]);
    }
    gw_buf_addc(out, '\n');
    put_limit(row, out);
}

static void put_standard(const gw_fabric_view *v, gw_arena *arena, gw_buf *out) {
    const char *where = "";
    bool bound = false;
    for (int i = 0; i < v->n_rows; i++) {
        const gw_fabric_row *row = &v->rows[i];
        if (strcmp(where, row->where) != 0) {
            where = row->where;
            gw_buf_printf(out, "\n%s (%s)\n", gw_words_capital(where).text,
                          gw_fabric_ranks(row, arena));
            gw_buf_printf(out, "  %-15s%9s  %-16s%10s%12s%s\n", "", "buffer", "algorithm", "time",
                          "bus", v->is_cluster ? "   library" : "  found by");
        }
        put_standard_row(row, v->is_cluster, out);
        bound = bound || (row->problem == NULL && row->by == GW_BY_BOUND);
    }
    gw_buf_addc(out, '\n');
    if (v->is_cluster) {
        put(out, "", 0,
            "Time and bus bandwidth are at line rates; library: what NCCL-like libraries reach, "
            "from measurements (docs/model/fabric.md).");
    }
    if (bound) {
        put(out, "", 0,
            "All-to-all of so many ranks: a bound from what hosts, up-links and the bisection "
            "carry.");
    }
}

static void put_given_row(const gw_fabric_view *v, const gw_fabric_row *row, gw_arena *arena,
                          gw_buf *out) {
    put(out, "", 2, "%s: %s of %s, %s, %s, %s", row->name,
        gw_words_plain(gw_enum_collective.items[row->kind].name).text,
        gw_words_value(row->bytes_B, "MB").text, gw_fabric_ranks(row, arena),
        gw_enum_algorithm.items[row->algorithm].name, row->where);
    if (row->problem != NULL) {
        put(out, "", 4, "not done: %s", row->problem);
        return;
    }
    put(out, "", 4, "%s (%s), bus bandwidth %s",
        isnan(row->time_s) ? "never ends" : gw_words_value(row->time_s, "ms").text,
        row->by == GW_BY_FLOWS ? gw_arena_printf(arena, "flows: %s, simulated %s",
                                                 gw_words_value((double)row->n_flows, "").text,
                                                 gw_words_value((double)row->n_classes, "").text)
                               : gw_fabric_by_names[row->by],
        gw_words_value(row->bus_Bps, "GB/s").text);
    put_limit(row, out);
    if (v->together && row->together_stuck) {
        put(out, "", 4, "at once with the others: never ends");
    } else if (v->together && gw_is_set(row->together_s)) {
        put(out, "", 4, "%s: %s, %.2f times as long",
            v->n_rows > 1 ? v->has_timed ? "at once with the others and the faults"
                                         : "at once with the others"
                          : "with the faults",
            gw_words_value(row->together_s, "ms").text, row->together_s / row->time_s);
    }
}

static void put_rows(const gw_fabric_view *v, gw_arena *arena, gw_buf *out) {
    if (v->n_rows > 0 && v->rows[0].name == NULL) {
        put_standard(v, arena, out);
        return;
    }
    gw_buf_add(out, "\nTraffic\n");
    for (int i = 0; i < v->n_rows; i++) {
        put_given_row(v, &v->rows[i], arena, out);
    }
    if (v->steps_as_one > 1) {
        put(out, "", 2, "At once: up to %s equal steps went as one flow of all their bytes.",
            gw_words_value((double)v->steps_as_one, "").text);
    }
    if (v->n_events > 0) {
        put(out, "", 2, "Faults changed %s times what a link carries.",
            gw_words_value(v->n_events, "").text);
    }
}

void gw_fabric_text(const gw_fabric_report *r, gw_buf *out) {
    gw_arena *arena = gw_arena_create(0);
    for (int i = 0; i < r->n; i++) {
        const gw_fabric_view *v = &r->views[i];
        put(out, "", 0, "%s%s: %s%s%s", i > 0 ? "\n" : "", v->name,
            gw_enum_topology.items[v->plan.topology].name, v->title != NULL ? ", " : "",
            v->title != NULL ? v->title : "");
        gw_buf_addc(out, '\n');
        put_inventory(v, arena, out);
        put_rows(v, arena, out);
    }
    gw_arena_free(arena);
}

/* report/network_words.c: how a job finds its network, in words and as JSON.
 * In: gw_congestion (base case).   Out: one line; an object.
 * Derivation: loads of fabric/congestion.c; a pattern reaches 1 / load of the NIC rate, at most 1. */
#include "report/network_words.h"

#include <math.h>

#include "report/words.h"

/** A smaller loss is not told. */
#define LOSS_TELL 0.005
#define AXES_TOLD 3

static double share_of(const gw_congestion *c, int axis) {
    return gw_congestion_share(c, (gw_axis)axis, 1.0);
}

bool gw_network_slows(const gw_congestion *c) {
    for (int a = 0; c->flows && a < GW_N_AXES; a++) {
        if (share_of(c, a) < 1.0 - LOSS_TELL) {
            return true;
        }
    }
    return false;
}

/** What burdens it: routing, oversubscription, placement, faults. */
static void put_kind(const gw_fabric *fabric, gw_buf *out) {
    gw_buf_add(out, gw_enum_routing.items[fabric->routing].name);
    if (fabric->oversubscription > 1.0) {
        gw_buf_printf(out, ", %.3g:1 oversubscribed", fabric->oversubscription);
    }
    if (fabric->placement != GW_PLACEMENT_PACKED) {
        gw_buf_printf(out, ", ranks %s", gw_enum_placement.items[fabric->placement].name);
    }
    if (fabric->faults.n > 0) {
        gw_buf_printf(out, ", %d %s", fabric->faults.n,
                      gw_words_plural(fabric->faults.n, "fault", "faults"));
    }
}

/** The slowest axis that was not told yet; -1: none that is slowed. */
static int next_slowest(const gw_congestion *c, const bool *told) {
    int slowest = -1;
    double least = 1.0 - LOSS_TELL;
    for (int a = 0; a < GW_N_AXES; a++) {
        double share = share_of(c, a);
        if (!told[a] && share < least) {
            least = share;
            slowest = a;
        }
    }
    return slowest;
}

static void put_axes(const gw_congestion *c, gw_buf *out) {
    bool told[GW_N_AXES] = {false};
    int n = 0;
    for (int a = next_slowest(c, told); a >= 0 && n < AXES_TOLD; a = next_slowest(c, told)) {
        told[a] = true;
        gw_buf_printf(out, "; %s reaches %s of the NICs", gw_axis_names[a],
                      gw_words_share(share_of(c, a)).text);
        if (c->axis[a].link != NULL) {
            gw_buf_printf(out, ", limited by %s", c->axis[a].link);
        }
        n++;
    }
    if (n == 0) {
        gw_buf_add(out, "; no pattern is slowed");
    }
}

void gw_network_line(const gw_scenario *in, int i_cluster, const gw_congestion *c, gw_buf *out) {
    const gw_fabric *fabric = &in->clusters.at[i_cluster].fabric;
    put_kind(fabric, out);
    if (c->flows) {
        put_axes(c, out);
        gw_buf_add(out, "; flows");
    } else {
        gw_buf_add(out, "; closed form");
    }
    if (c->note != NULL) {
        gw_buf_printf(out, " (%s)", c->note);
    }
}

void gw_network_json(const gw_scenario *in, int i_cluster, const gw_congestion *c, gw_json *json) {
    const gw_fabric *fabric = &in->clusters.at[i_cluster].fabric;
    gw_json_object(json, "network");
    gw_json_text(json, "method", c->flows ? "flows" : "closed_form");
    gw_json_text(json, "routing", gw_enum_routing.items[fabric->routing].name);
    gw_json_text(json, "placement", gw_enum_placement.items[fabric->placement].name);
    gw_json_number(json, "oversubscription", fabric->oversubscription);
    gw_json_integer(json, "faults", fabric->faults.n);
    gw_json_text(json, "note", c->note);
    gw_json_array(json, "axes");
    for (int a = 0; c->flows && a < GW_N_AXES; a++) {
        if (c->axis[a].crosses) {
            gw_json_object(json, NULL);
            gw_json_text(json, "axis", gw_axis_names[a]);
            gw_json_number(json, "nic_share_frac", share_of(c, a));
            gw_json_number(json, "load_frac", c->axis[a].load_frac);
            gw_json_text(json, "busiest", c->axis[a].link);
            gw_json_end_object(json);
        }
    }
    gw_json_end_array(json);
    gw_json_end_object(json);
}

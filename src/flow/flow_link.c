/* flow/flow_link.c: the level at which one link fills.
 * In: the flows on it and the levels at which each is expected to stop.   Out: that level.
 * Model: link l fills at x with  sum of pull x min(x, expected) = capacity;  expected is
 *     a loose flow, or one that this link limits and whose old level is still to come:  its cap
 *     another:                                                       its level, old or new
 *   The left side is concave and piecewise linear: Newton's method from below ends at x exactly.
 * Valid: `level`, at which the solve stands, is not above x but for rounding.
 * Sources: Charny, Clark & Jain, ICC 1995 (a link with flows that are stopped elsewhere). */
#include "base/code.h"
#include "flow/flow_sim.h"

static void note_open(gw_flow_sim *sim, gw_sim_open open) {
    if (sim->n_open == sim->open_room) {
        sim->open_room = 2 * sim->open_room + 64;
        sim->open = gw_flow_grow(sim->open, sim->open_room, sizeof *sim->open);
    }
    sim->open[sim->n_open++] = open;
}

static double expected(const gw_flow_sim *sim, int32_t f, int32_t l) {
    const gw_sim_flow *flow = &sim->flow[f];
    if (flow->mark == gw_is_loose(sim)) {
        return flow->top;
    }
    bool own = flow->mark != gw_is_frozen(sim) && flow->limit == l && gw_holds(&sim->link[l]);
    return own ? flow->top : flow->level;
}

/* What is left for the open flows, and their pull. */
typedef struct spare {
    double left_Bps, pull;
} spare;

static spare read_flows(gw_flow_sim *sim, int32_t l, double level) {
    spare r = {sim->link[l].capacity_Bps, 0.0};
    double total = 0.0, load_Bps = 0.0;
    int32_t n;
    const gw_sim_slot *slot = gw_sim_list_read(sim, l, &n);
    sim->n_open = 0;
    for (int32_t k = 0; k < n; k++) {
        double pull = sim->flow[slot[k].flow].pull * slot[k].share;
        double at = expected(sim, slot[k].flow, l);
        const gw_sim_flow *flow = &sim->flow[slot[k].flow];
        bool open = flow->mark != gw_is_frozen(sim) && gw_above(at, level);
        total += pull;
        load_Bps += flow->mark == gw_is_loose(sim) ? 0.0 : pull * flow->level;
        if (open) {
            r.pull += pull;
            note_open(sim, (gw_sim_open){at, pull, slot[k].flow});
        } else {
            r.left_Bps -= pull * at;
        }
    }
    sim->link[l].pull = total;
    sim->link[l].pull_peak = (float)total;
    sim->link[l].load_Bps = load_Bps;
    return r;
}

/* Level at which link l fills, INF if never; it does not fill below `level`. The flows that it then
 * stops are in sim->open. Newton's method from below on a concave sum: ends at the exact level
 * after finitely many rounds, each of which stops at least one flow elsewhere. */
double gw_link_fills_at(gw_flow_sim *sim, int32_t l, double level) {
    if (sim->n_eased > 0) {
        gw_ease_end_across(sim, l);
    }
    spare r = read_flows(sim, l, level);
    int32_t before = sim->n_open + 1;
    double at = GW_INF;
    while (sim->n_open > 0 && sim->n_open < before) {
        before = sim->n_open;
        at = r.left_Bps / r.pull;
        at = at > level ? at : level;
        int32_t kept = 0;
        double pull = 0.0;
        for (int32_t k = 0; k < before; k++) {
            if (gw_above(sim->open[k].expected, at)) {
                pull += sim->open[k].pull;
                sim->open[kept++] = sim->open[k];
            } else {
                r.left_Bps -= sim->open[k].pull * sim->open[k].expected;
            }
        }
        r.pull = pull;
        sim->n_open = kept;
    }
    return sim->n_open > 0 ? at : GW_INF;
}

/* finance/circulation.c: money that goes round between supplier, cloud and laboratory.
 * In:    flows between parties.
 * Out:   rounds with the amount that can go round in each.
 * Model: of all rounds of two to six parties the one with the largest bottleneck (smallest payment on
 *        it) is taken and subtracted from every payment on it; again until nothing is left that goes
 *        round. So no dollar is counted in two rounds. Payments that give capital back (service,
 *        distributions) and taxes are left out: a loan that is repaid is no circulation.
 * Valid: totals over the horizon, not their order in time; taking the largest first is a rule, not an
 *        optimum: another order could share the same money out between the rounds differently. Up to
 *        16 rounds; parties only, not the nodes outside.
 * Derivation: cycle decomposition of a flow (Ford and Fulkerson, Flows in Networks, 1962, ch. I). */
#include "finance/circulation.h"

#include "base/code.h"

#define SMALL_USD 1.0
#define NODES_MAX 256 /* later parties are left out */

typedef struct search {
    const double *usd;
    int n;
    int path[GW_CIRCULATION_LONGEST];
    bool on_path[NODES_MAX];
    gw_round best;
} search;

/* Depth first from path[0]; every round begins at its smallest node, so it is found once. */
static void extend(search *s, int depth, double bottleneck_usd) {
    int last = s->path[depth - 1];
    double back_usd = s->usd[last * s->n + s->path[0]];
    if (depth >= 2 && back_usd > SMALL_USD) {
        double round_usd = bottleneck_usd < back_usd ? bottleneck_usd : back_usd;
        if (round_usd > s->best.usd * (1.0 + 1e-12)) {
            s->best.usd = round_usd;
            s->best.n = depth;
            for (int i = 0; i < depth; i++) {
                s->best.node[i] = s->path[i];
            }
        }
    }
    for (int next = s->path[0] + 1; next < s->n && depth < GW_CIRCULATION_LONGEST; next++) {
        double usd = s->usd[last * s->n + next];
        usd = usd < bottleneck_usd ? usd : bottleneck_usd;
        if (s->on_path[next] || !(usd > s->best.usd) || !(usd > SMALL_USD)) {
            continue; /* no round through here can be better than the best */
        }
        s->path[depth] = next;
        s->on_path[next] = true;
        extend(s, depth + 1, usd);
        s->on_path[next] = false;
    }
}

static bool is_followed(gw_flow_kind kind) {
    return kind != GW_FLOW_SERVICE && kind != GW_FLOW_DISTRIBUTION && kind != GW_FLOW_TAX;
}

void gw_circulation_find(const gw_flow *flows, int n_flows, int n_nodes, double *usd,
                         gw_flow_kind *kind, gw_circulation *out) {
    *out = (gw_circulation){0};
    int n = n_nodes < NODES_MAX ? n_nodes : NODES_MAX;
    for (int i = 0; i < n * n; i++) {
        usd[i] = 0.0;
    }
    for (int i = 0; i < n_flows; i++) { /* sorted: the first kind of a pair is the largest */
        const gw_flow *f = &flows[i];
        if (f->from < n && f->to < n && is_followed(f->kind) && f->usd > 0.0) {
            double *at = &usd[f->from * n + f->to];
            kind[f->from * n + f->to] = *at == 0.0 ? f->kind : kind[f->from * n + f->to];
            *at += f->usd;
        }
    }
    while (out->n < GW_CIRCULATION_MAX) {
        search s = {.usd = usd, .n = n};
        for (int first = 0; first < n; first++) {
            s.path[0] = first;
            s.on_path[first] = true;
            extend(&s, 1, GW_INF);
            s.on_path[first] = false;
        }
        if (s.best.n == 0) {
            return;
        }
        for (int i = 0; i < s.best.n; i++) {
            int at = s.best.node[i] * n + s.best.node[(i + 1) % s.best.n];
            usd[at] -= s.best.usd;
            s.best.kind[i] = kind[at];
        }
        out->usd += s.best.usd;
        out->at[out->n++] = s.best;
    }
}

const char *gw_flow_name(gw_flow_kind kind) {
    static const char *const names[GW_N_FLOW] = {
        "compute",      "fees",          "rent",       "market sales", "chips",   "construction",
        "plants",       "energy",        "operation",  "tax",          "equity",  "loan",
        "debt service", "distributions", "commitment", "guarantee",    "interest"};
    return names[kind];
}

const char *gw_outside_name(gw_outside outside) {
    static const char *const names[GW_N_OUTSIDE] = {
        "chip makers", "builders", "energy suppliers", "operation and water",
        "market",      "tax",      "unnamed owners",   "unnamed capital"};
    return names[outside];
}

/* traffic_bound.c: what the end points' own links say of a phase, and what every link carries.
 *
 * In:  flows of a phase, capacities. Out: gw_phase_bound.
 *
 * Model: the candidate rates of traffic_flows.h, checked link by link. Sums are kept only of links
 * that some flow crosses, numbered as flows name them: a phase may use few of a large network.
 *
 * Valid: any phase. Sums of up to 10^7 terms are right to 1e-9, which is what the checks allow.
 * Derivation: traffic_flows.h, at gw_phase_bound_of.
 */
#include <math.h>
#include <stdlib.h>

#include "traffic/traffic_flows.h"

/** Sums of each link. */
typedef struct gw_home {
    double shares;      /* of flows that are at home on it */
    double home_B;      /* theirs */
    double asked_Bps;   /* of all */
    double fastest_Bps; /* of all, share aside */
    double all_shares, all_B, most_B;
} gw_home;

typedef struct gw_check {
    const gw_net *net;
    const gw_link_ends *ends;
    const gw_phase_flows *flows;
    int32_t n_links;
    int32_t *link;   /* [n_links] crossed */
    int32_t *number; /* [at[n]] of the link of each entry */
    gw_home *home;   /* [n_links] by number */
} gw_check;

static double share_at(const gw_flow_set *set, int64_t k) {
    return set->share != NULL ? (double)set->share[k] : 1;
}

static void number_links(gw_check *c, gw_arena *scratch) {
    const gw_flow_set *set = &c->flows->set;
    int64_t n_entries = set->n > 0 ? set->at[set->n] : 0;
    size_t all = (size_t)c->net->n_links + (size_t)c->net->n_bundles + 1;
    int32_t *number = calloc(all, sizeof *number); /* 0: not crossed yet; else 1 + number */
    if (number == NULL) {
        gw_out_of_memory(all * sizeof *number);
    }
    c->number = GW_NEW_N(scratch, n_entries, int32_t);
    for (int64_t k = 0; k < n_entries; k++) {
        int32_t *known = &number[set->link[k]];
        if (*known == 0) {
            *known = ++c->n_links;
        }
        c->number[k] = *known - 1;
    }
    free(number);
    c->link = GW_NEW_N(scratch, c->n_links, int32_t);
    for (int64_t k = 0; k < n_entries; k++) {
        c->link[c->number[k]] = set->link[k];
    }
    c->home = GW_NEW_N(scratch, c->n_links, gw_home);
}

static bool is_own(const gw_check *c, int64_t f, int64_t k) {
    return gw_link_is_own(c->ends, c->flows, f, c->flows->set.link[k], c->net->n_hosts);
}

static void add_home(const gw_check *c, int64_t f) {
    const gw_flow_set *set = &c->flows->set;
    for (int64_t k = set->at[f]; k < set->at[f + 1]; k++) {
        if (is_own(c, f, k)) {
            gw_home *h = &c->home[c->number[k]];
            h->shares += share_at(set, k);
            h->home_B += share_at(set, k) * set->bytes[f];
        }
    }
}

/** Candidate rate, infinite without own links; *bound_s grows to what its own links need. *tightest
 * is the number of the link that gives the rate; -1: none. */
static double candidate_Bps(const gw_check *c, int64_t f, double *bound_s, int32_t *tightest) {
    const gw_flow_set *set = &c->flows->set;
    double rate_Bps = HUGE_VAL;
    *tightest = -1;
    for (int64_t k = set->at[f]; k < set->at[f + 1]; k++) {
        if (!is_own(c, f, k)) {
            continue;
        }
        const gw_home *h = &c->home[c->number[k]];
        double capacity_Bps = c->net->capacity_Bps[set->link[k]];
        if (capacity_Bps / h->shares < rate_Bps) {
            rate_Bps = capacity_Bps / h->shares;
            *tightest = c->number[k];
        }
        if (h->home_B > 0 && h->home_B / capacity_Bps > *bound_s) {
            *bound_s = h->home_B / capacity_Bps;
        }
    }
    return rate_Bps;
}

static void add_asked(const gw_check *c, int64_t f, double rate_Bps) {
    const gw_flow_set *set = &c->flows->set;
    double bytes = set->bytes[f];
    for (int64_t k = set->at[f]; k < set->at[f + 1]; k++) {
        gw_home *h = &c->home[c->number[k]];
        double share = share_at(set, k);
        h->asked_Bps += share * rate_Bps;
        h->fastest_Bps = rate_Bps > h->fastest_Bps ? rate_Bps : h->fastest_Bps;
        h->all_shares += share;
        h->all_B += share * bytes;
        h->most_B = bytes > h->most_B ? bytes : h->most_B;
    }
}

/** No link is asked for more than it has. */
static bool fits(const gw_check *c) {
    for (int32_t l = 0; l < c->n_links; l++) {
        if (!(c->home[l].asked_Bps <= c->net->capacity_Bps[c->link[l]] * (1 + 1e-9))) {
            return false;
        }
    }
    return true;
}

/** The link is full of flows that are alike. */
static bool binds(const gw_check *c, int32_t tightest) {
    const double more = 1 + 1e-9, less = 1 - 1e-9;
    if (tightest < 0) {
        return false;
    }
    const gw_home *h = &c->home[tightest];
    double capacity_Bps = c->net->capacity_Bps[c->link[tightest]];
    return capacity_Bps > 0 && h->asked_Bps >= capacity_Bps * less &&
           h->fastest_Bps * h->all_shares <= capacity_Bps * more &&
           h->most_B * h->all_shares * less <= h->all_B;
}

gw_phase_bound gw_phase_bound_of(const gw_net *net, const gw_link_ends *ends,
                                 const gw_phase_flows *flows, gw_arena *scratch) {
    int64_t n = flows->set.n;
    gw_check c = {.net = net, .ends = ends, .flows = flows};
    number_links(&c, scratch);
    int32_t *tightest = GW_NEW_N(scratch, n, int32_t);
    gw_phase_bound out = {.n_links = c.n_links, .link = c.link};
    for (int64_t f = 0; f < n; f++) {
        add_home(&c, f);
    }
    for (int64_t f = 0; f < n; f++) {
        double rate_Bps = candidate_Bps(&c, f, &out.transfer_s, &tightest[f]);
        add_asked(&c, f, rate_Bps);
    }
    out.exact = flows->n_no_way == 0 && fits(&c);
    for (int64_t f = 0; f < n && out.exact; f++) {
        out.exact = binds(&c, tightest[f]);
    }
    out.carried_B = GW_NEW_N(scratch, c.n_links, double);
    for (int32_t l = 0; l < c.n_links; l++) {
        out.carried_B[l] = c.home[l].all_B;
    }
    return out;
}

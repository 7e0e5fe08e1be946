/* flow/flow_rates.c: the max-min fair rates of a set of flows, all active at once.
 * In: links, flows.   Out: the rate of each flow and the link that limits it.
 * Model: progressive filling. All levels rise together; the link that fills first freezes its flows
 *   at its level, what they take is taken off their other links, and so on. Rate = weight x level.
 * Valid: a flow that no link and no cap limits gets an infinite rate.
 * Sources: Bertsekas & Gallager, Data Networks, 2nd ed. 1992, section 6.5.2. */
#include <stdlib.h>

#include "base/code.h"
#include "flow/flow.h"
#include "flow/flow_levels.h"

typedef struct filling {
    const gw_flow_set *set;
    double *left_Bps; /* [links] not taken by frozen flows */
    double *pull;     /* [links] bytes/s that a level of 1 B/s takes, flows that still rise */
    int32_t *n_rise;  /* [links] flows that still rise */
    int64_t *at;      /* [links + 1] rows of flow_on */
    int32_t *flow_on; /* [entries] */
    bool *frozen;     /* [flows] */
    gw_levels levels;
    double *rate_Bps;
    int32_t *limit; /* or NULL */
} filling;

static double weight_of(const gw_flow_set *set, int64_t i) {
    return set->weight == NULL || set->weight[i] == 0.0 ? 1.0 : set->weight[i];
}

static double pull_of(const gw_flow_set *set, int64_t i, int64_t entry) {
    return weight_of(set, i) * (set->share == NULL ? 1.0 : set->share[entry]);
}

static void begin(filling *f, const gw_flow_links *links) {
    const gw_flow_set *set = f->set;
    int64_t n_entries = set->n > 0 ? set->at[set->n] : 0;
    f->left_Bps = gw_flow_zeros(links->n, sizeof *f->left_Bps);
    f->pull = gw_flow_zeros(links->n, sizeof *f->pull);
    f->n_rise = gw_flow_zeros(links->n, sizeof *f->n_rise);
    f->at = gw_flow_zeros(links->n + 1, sizeof *f->at);
    f->flow_on = gw_flow_zeros(n_entries, sizeof *f->flow_on);
    f->frozen = gw_flow_zeros(set->n, sizeof *f->frozen);
    for (int64_t i = 0; i < set->n; i++) {
        for (int64_t k = set->at[i]; k < set->at[i + 1]; k++) {
            f->n_rise[set->link[k]]++;
            f->pull[set->link[k]] += pull_of(set, i, k);
        }
    }
    for (int32_t l = 0; l < links->n; l++) {
        f->left_Bps[l] = links->capacity_Bps[l];
        f->at[l + 1] = f->at[l] + f->n_rise[l];
    }
    int64_t *next = gw_flow_zeros(links->n, sizeof *next);
    for (int64_t i = 0; i < set->n; i++) {
        for (int64_t k = set->at[i]; k < set->at[i + 1]; k++) {
            int32_t l = set->link[k];
            f->flow_on[f->at[l] + next[l]++] = (int32_t)i;
        }
    }
    free(next);
}

/* Of a link whose flows all rise alike. */
static double full_at(const filling *f, int32_t l) {
    double level = f->left_Bps[l] / f->pull[l];
    return level > 0.0 ? level : 0.0;
}

static void freeze(filling *f, int64_t i, double level, int32_t by) {
    const gw_flow_set *set = f->set;
    f->frozen[i] = true;
    f->rate_Bps[i] = weight_of(set, i) * level;
    if (f->limit != NULL) {
        f->limit[i] = by;
    }
    for (int64_t k = set->at[i]; k < set->at[i + 1]; k++) {
        double pull = pull_of(set, i, k);
        int32_t l = set->link[k];
        f->left_Bps[l] -= pull * level;
        f->pull[l] = --f->n_rise[l] > 0 ? f->pull[l] - pull : 0.0;
    }
}

/* A level put down earlier is too low when flows have frozen since: the link is put down again. */
static void fill_link(filling *f, int32_t l, double level) {
    if (f->n_rise[l] == 0) {
        return;
    }
    double now = full_at(f, l);
    if (now > level) {
        gw_levels_push(&f->levels, now, l);
        return;
    }
    for (int64_t k = f->at[l]; k < f->at[l + 1]; k++) {
        if (!f->frozen[f->flow_on[k]]) {
            freeze(f, f->flow_on[k], level, l);
        }
    }
}

static void fill(filling *f, int32_t n_links) {
    for (int32_t l = 0; l < n_links; l++) {
        if (f->n_rise[l] > 0) {
            gw_levels_push(&f->levels, full_at(f, l), l);
        }
    }
    for (int64_t i = 0; i < f->set->n; i++) {
        f->rate_Bps[i] = GW_INF;
        if (f->limit != NULL) {
            f->limit[i] = -1;
        }
        if (f->set->cap_Bps != NULL && f->set->cap_Bps[i] > 0.0) {
            gw_levels_push(&f->levels, f->set->cap_Bps[i] / weight_of(f->set, i), ~(int32_t)i);
        }
    }
    gw_level next;
    while (gw_levels_pop(&f->levels, &next) && next.level < GW_INF) {
        if (next.item >= 0) {
            fill_link(f, next.item, next.level);
        } else if (!f->frozen[~next.item]) {
            freeze(f, ~next.item, next.level, -1);
        }
    }
}

void gw_flow_rates(const gw_flow_links *links, const gw_flow_set *set, double *rate_Bps,
                   int32_t *limit) {
    filling f = {.set = set, .rate_Bps = rate_Bps, .limit = limit};
    begin(&f, links);
    fill(&f, links->n);
    gw_levels_free(&f.levels);
    free(f.left_Bps);
    free(f.pull);
    free(f.n_rise);
    free(f.at);
    free(f.flow_on);
    free(f.frozen);
}

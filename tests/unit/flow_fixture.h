/* flow_fixture.h: random networks and flows, and a slow solver of them that shares nothing with
 * src/flow: rates filled from zero, flow by flow, at every event, in long doubles. */
#ifndef FLOW_FIXTURE_H
#define FLOW_FIXTURE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "flow/flow.h"

enum { LINKS_MAX = 40, FLOWS_MAX = 240, PATH_MAX_LINKS = 6, ACTIONS_MAX = 12 };

typedef struct test_flow {
    double start_s, bytes, weight, cap_Bps, latency_s;
    int n, n_like;
    int32_t link[PATH_MAX_LINKS];
    double share[PATH_MAX_LINKS];
} test_flow;

/* At time_s link gets capacity_Bps, or, with link -1, flow goes away. */
typedef struct test_action {
    double time_s, capacity_Bps;
    int link, flow;
} test_action;

typedef struct test_case {
    int n_links, n_flows, n_actions;
    double capacity_Bps[LINKS_MAX];
    double latency_s[LINKS_MAX];
    test_flow flow[FLOWS_MAX];
    test_action action[ACTIONS_MAX];
} test_case;

/* What may vary. */
typedef struct test_kind {
    bool round; /* few sizes and capacities, all small whole numbers: many ties */
    bool weights, caps, shares, likes, starts, latencies, dead, actions;
    int n_links, n_flows, n_path;
} test_kind;

typedef struct test_dice {
    uint64_t seed;
    uint32_t n;
} test_dice;

static inline double toss(test_dice *dice) {
    return gw_rng_uniform(dice->seed, 7, 7, dice->n++);
}

static inline int pick(test_dice *dice, int n) {
    return (int)(toss(dice) * n);
}

static inline double amount(test_dice *dice, bool round) {
    return round ? 1.0 + pick(dice, 3) : exp(4.0 * toss(dice) - 2.0);
}

static inline void random_path(test_dice *dice, const test_kind *kind, int n_links,
                               test_flow *flow) {
    flow->n = 1 + pick(dice, kind->n_path);
    flow->n = flow->n < n_links ? flow->n : n_links;
    for (int k = 0; k < flow->n; k++) {
        bool again = true;
        while (again) {
            flow->link[k] = pick(dice, n_links);
            again = false;
            for (int j = 0; j < k; j++) {
                again = again || flow->link[j] == flow->link[k];
            }
        }
        flow->share[k] = kind->shares && pick(dice, 2) ? 0.05 + toss(dice) : 1.0;
    }
}

static inline void random_case(uint64_t seed, const test_kind *kind, test_case *out) {
    test_dice dice = {seed, 0};
    memset(out, 0, sizeof *out);
    out->n_links = 1 + pick(&dice, kind->n_links);
    out->n_flows = 1 + pick(&dice, kind->n_flows);
    for (int l = 0; l < out->n_links; l++) {
        bool dead = kind->dead && pick(&dice, 12) == 0;
        out->capacity_Bps[l] = dead ? 0.0 : amount(&dice, kind->round);
        out->latency_s[l] = kind->latencies ? 0.1 * toss(&dice) : 0.0;
    }
    for (int i = 0; i < out->n_flows; i++) {
        test_flow *f = &out->flow[i];
        random_path(&dice, kind, out->n_links, f);
        f->start_s = !kind->starts ? 0.0
                     : kind->round ? (double)pick(&dice, 4)
                                   : 10.0 * toss(&dice);
        f->bytes = pick(&dice, 25) == 0 ? 0.0 : amount(&dice, kind->round);
        f->weight = kind->weights && pick(&dice, 2) ? amount(&dice, kind->round) : 0.0;
        f->cap_Bps = kind->caps && pick(&dice, 3) == 0 ? 0.5 * amount(&dice, kind->round) : 0.0;
        f->n_like = kind->likes ? pick(&dice, 4) : 0;
        f->latency_s = kind->latencies && pick(&dice, 3) == 0 ? toss(&dice) : -1.0;
    }
    out->n_actions = kind->actions ? pick(&dice, ACTIONS_MAX) : 0;
    double at_s = 0.0;
    for (int i = 0; i < out->n_actions; i++) {
        at_s += 3.0 * toss(&dice);
        bool removal = pick(&dice, 3) == 0;
        out->action[i] = (test_action){.time_s = at_s,
                                       .capacity_Bps = pick(&dice, 4) ? amount(&dice, false) : 0.0,
                                       .link = removal ? -1 : pick(&dice, out->n_links),
                                       .flow = pick(&dice, out->n_flows)};
    }
}

static inline long double weight_in(const test_flow *f) {
    return f->weight == 0.0 ? 1.0L : (long double)f->weight;
}

static inline long double pull_in(const test_flow *f, int k) {
    return weight_in(f) * (f->n_like == 0 ? 1 : f->n_like) * (long double)f->share[k];
}

/* Levels of the flows that are on: the lowest level at which any link or cap stops a flow, again
 * and again. */
static inline void slow_levels(const test_case *c, const bool *on, long double *level) {
    bool rises[FLOWS_MAX];
    memcpy(rises, on, sizeof rises);
    for (;;) {
        long double left[LINKS_MAX], pull[LINKS_MAX] = {0}, lowest = INFINITY;
        for (int l = 0; l < c->n_links; l++) {
            left[l] = (long double)c->capacity_Bps[l];
        }
        for (int i = 0; i < c->n_flows; i++) {
            const test_flow *f = &c->flow[i];
            for (int k = 0; on[i] && k < f->n; k++) {
                pull[f->link[k]] += rises[i] ? pull_in(f, k) : 0.0L;
                left[f->link[k]] -= rises[i] ? 0.0L : pull_in(f, k) * level[i];
            }
            if (rises[i] && f->cap_Bps > 0.0) {
                lowest = fminl(lowest, (long double)f->cap_Bps / weight_in(f));
            }
        }
        for (int l = 0; l < c->n_links; l++) {
            if (pull[l] > 0.0L) {
                lowest = fminl(lowest, fmaxl(left[l], 0.0L) / pull[l]);
            }
        }
        if (isinf(lowest)) {
            return;
        }
        for (int i = 0; i < c->n_flows; i++) {
            const test_flow *f = &c->flow[i];
            bool stops = f->cap_Bps > 0.0 &&
                         (long double)f->cap_Bps / weight_in(f) <= lowest * (1.0L + 1e-16L);
            for (int k = 0; rises[i] && k < f->n; k++) {
                int32_t l = f->link[k];
                stops = stops || fmaxl(left[l], 0.0L) / pull[l] <= lowest * (1.0L + 1e-16L);
            }
            if (rises[i] && stops) {
                rises[i] = false;
                level[i] = lowest;
            }
        }
    }
}

static inline double join_s(const test_case *c, int i) {
    double wait_s = c->flow[i].latency_s;
    if (wait_s < 0.0) {
        wait_s = 0.0;
        for (int k = 0; k < c->flow[i].n; k++) {
            wait_s += c->latency_s[c->flow[i].link[k]];
        }
    }
    return c->flow[i].start_s + wait_s;
}

typedef struct slow_run {
    long double finish_s[FLOWS_MAX]; /* NaN: never */
    long double rest_B[FLOWS_MAX];
    bool gone[FLOWS_MAX];
    long double carried_B[LINKS_MAX];
} slow_run;

static inline void slow_act(test_case *c, const test_action *a, slow_run *out) {
    if (a->link >= 0) {
        c->capacity_Bps[a->link] = a->capacity_Bps;
    } else {
        out->gone[a->flow] = true;
    }
}

static inline void slow_move(const test_case *c, const bool *on, const long double *level,
                             long double for_s, slow_run *out) {
    for (int i = 0; i < c->n_flows; i++) {
        const test_flow *f = &c->flow[i];
        long double done = on[i] ? fminl(out->rest_B[i], level[i] * weight_in(f) * for_s) : 0.0L;
        out->rest_B[i] -= done;
        out->rest_B[i] = out->rest_B[i] < 1e-16L * (long double)f->bytes ? 0.0L : out->rest_B[i];
        for (int k = 0; k < f->n; k++) {
            out->carried_B[f->link[k]] +=
                done * (long double)f->share[k] * (f->n_like == 0 ? 1 : f->n_like);
        }
    }
}

/* Next instant at which a flow joins or ends or something is done; ends those without bytes. */
static inline long double slow_next(const test_case *c, int done, long double now, const bool *on,
                                    const long double *level, const slow_run *out) {
    long double next = done < c->n_actions ? (long double)c->action[done].time_s : INFINITY;
    for (int i = 0; i < c->n_flows; i++) {
        long double join = (long double)join_s(c, i);
        if (on[i] && level[i] > 0.0L) {
            next = fminl(next, now + out->rest_B[i] / (level[i] * weight_in(&c->flow[i])));
        } else if (join > now && !out->gone[i]) {
            next = fminl(next, join);
        }
    }
    return next;
}

static inline void slow_simulate(test_case c, slow_run *out) {
    memset(out, 0, sizeof *out);
    for (int i = 0; i < c.n_flows; i++) {
        out->finish_s[i] = NAN;
        out->rest_B[i] = (long double)c.flow[i].bytes;
    }
    long double now = 0.0L;
    int done = 0;
    for (;;) {
        bool on[FLOWS_MAX] = {false};
        long double level[FLOWS_MAX] = {0};
        for (; done < c.n_actions && (long double)c.action[done].time_s <= now; done++) {
            slow_act(&c, &c.action[done], out);
        }
        for (int i = 0; i < c.n_flows; i++) {
            on[i] = !out->gone[i] && (long double)join_s(&c, i) <= now;
            if (on[i] && out->rest_B[i] <= 0.0L) {
                out->finish_s[i] = now;
                out->gone[i] = true;
                on[i] = false;
            }
        }
        slow_levels(&c, on, level);
        long double next = slow_next(&c, done, now, on, level, out);
        if (isinf(next)) {
            return;
        }
        slow_move(&c, on, level, next - now, out);
        now = next;
    }
}

#endif

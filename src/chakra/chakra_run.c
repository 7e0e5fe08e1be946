/* chakra/chakra_run.c: replays execution traces over a network.
 *
 * In:  traces, a network and its routing. Out: when each NPU ends and what it did until then, what
 *      every link carried; or all that does not fit together.
 * Model: all NPUs begin at 0. A node begins when its dependencies have ended: compute one after
 *      another (chakra_lanes.c), communication beside it (chakra_comm.c) as flows that share links by
 *      max-min fairness. Of what happens at one instant all ends come before any beginning, so that
 *      the order of equal times changes nothing.
 * Valid: traces without circles; rates of compute do not feel the communication.
 * Sources: arXiv:2305.14516; W. Won et al., "ASTRA-sim2.0", ISPASS 2023 (arXiv:2303.14006). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chakra/chakra_sim.h"

void *gw_chakra_grow(void *list, int64_t n, int64_t *room, size_t size) {
    if (n < *room) {
        return list;
    }
    *room = *room * 2 + 64;
    void *more = realloc(list, (size_t)*room * size);
    if (more == NULL) {
        gw_out_of_memory((size_t)*room * size);
    }
    return more;
}

/* After so many flows, when none is in flight, a new simulator starts with an empty memory. */
#define FLOWS_A_SIMULATOR 1000000
#define SAID_MAX 20

/* ------------------------------------------------------------------ the clock goes on */

static void keep_loads(gw_chakra_sim *s) {
    int32_t n = s->net->n_links + s->net->n_bundles;
    for (int32_t l = 0; l < n && s->n_flows > 0; l++) {
        s->out->carried_B[l] += gw_flow_sim_carried_B(s->flows, l);
        s->out->full_s[l] += gw_flow_sim_full_s(s->flows, l);
    }
    gw_flow_sim_free(s->flows);
    s->flows = NULL;
}

static void begin_flows(gw_chakra_sim *s) {
    gw_flow_links links = gw_net_links(s->net);
    s->flows = gw_flow_sim_create(&links, 0);
    s->n_flows = 0;
}

/* Nodes that have ended let others become ready, which may end at once. */
static void settle(gw_chakra_sim *s) {
    for (int64_t i = 0; i < s->n_done; i++) {
        gw_chakra_event e = s->done[i]; /* the list may move */
        const gw_chakra_trace *t = gw_chakra_trace_of(s->plan, e.npu);
        gw_npu_state *npu = &s->npu[e.npu];
        npu->n_done++;
        npu->waits[e.node] = -1; /* has ended */
        npu->sum.end_s = s->now_s;
        for (int64_t k = t->child_at[e.node]; k < t->child_at[e.node + 1]; k++) {
            if (--npu->waits[t->child[k]] == 0) {
                gw_chakra_node_ready(s, e.npu, t->child[k]);
            }
        }
    }
    s->n_done = 0;
}

static void run_events(gw_chakra_sim *s) {
    while (s->n_events > 0 && s->event[0].at_s <= s->now_s) {
        gw_chakra_event e = gw_chakra_event_take(s);
        if (e.npu < 0) {
            gw_chakra_phase_over(s, e.node);
        } else {
            gw_chakra_lane_free(s, e.npu, e.node);
            gw_chakra_node_done(s, e.npu, e.node);
        }
    }
}

/* False: nothing will ever happen again. */
static bool go_on(gw_chakra_sim *s) {
    double until_s = s->n_events > 0 ? s->event[0].at_s : GW_INF;
    const int32_t *ended = NULL;
    int32_t n_ended = 0;
    bool moved = s->n_in_flight > 0 && gw_flow_sim_step(s->flows, until_s, &ended, &n_ended);
    if (!moved && s->n_events == 0) {
        return false;
    }
    s->now_s = moved ? fmax(s->now_s, fmin(gw_flow_sim_now_s(s->flows), until_s)) : until_s;
    for (int32_t i = 0; i < n_ended; i++) {
        gw_chakra_flow_ended(s, s->owner[ended[i]]);
    }
    return true;
}

static void run(gw_chakra_sim *s) {
    for (int32_t npu = 0; npu < s->plan->n_npus; npu++) {
        const gw_chakra_trace *t = gw_chakra_trace_of(s->plan, npu);
        for (int32_t i = 0; i < t->n; i++) {
            if (t->node[i].n_deps == 0) {
                gw_chakra_node_ready(s, npu, i);
            }
        }
    }
    do {
        run_events(s);
        settle(s);
        gw_chakra_lanes_go(s);
        if (s->n_in_flight == 0 && s->n_flows > FLOWS_A_SIMULATOR) {
            keep_loads(s);
            begin_flows(s);
        }
    } while (s->problem == NULL && go_on(s));
}

/* ------------------------------------------------------------------ before and after */

static void begin(gw_chakra_sim *s) {
    const gw_chakra_plan *p = s->plan;
    s->npu = GW_NEW_N(s->arena, p->n_npus, gw_npu_state);
    s->op = GW_NEW_N(s->arena, p->n_ops > 0 ? p->n_ops : 1, gw_chakra_op);
    s->queue = GW_NEW_N(s->arena, p->n_groups > 0 ? p->n_groups : 1, gw_chakra_queue);
    s->message = GW_NEW_N(s->arena, p->n_messages > 0 ? p->n_messages : 1, uint8_t);
    s->free_active = -1;
    s->path = gw_path_create(s->arena);
    for (int i = 0; i < p->n_groups; i++) {
        s->queue[i] = (gw_chakra_queue){.head = -1, .tail = -1};
    }
    for (int32_t npu = 0; npu < p->n_npus; npu++) {
        const gw_chakra_trace *t = gw_chakra_trace_of(p, npu);
        s->npu[npu].waits = GW_NEW_N(s->arena, t->n, int32_t);
        for (int32_t i = 0; i < t->n; i++) {
            int type = t->node[i].type;
            s->npu[npu].waits[i] = t->node[i].n_deps;
            s->out->n_nodes[type >= 0 && type < GW_CHAKRA_TYPES ? type : GW_CHAKRA_TYPES]++;
        }
    }
}

static void say_waiting(gw_chakra_sim *s, int32_t npu, int32_t node) {
    const gw_chakra_trace *t = gw_chakra_trace_of(s->plan, npu);
    const gw_chakra_node *n = &t->node[node];
    const char *what = "it waits for ever";
    if (n->type == GW_CHAKRA_COLL) {
        const gw_chakra_comm_group *g = &s->plan->group[s->plan->group_of[npu][n->spec]];
        bool complete = s->op[g->first_op + n->order].n_arrived == g->n;
        what = complete ? "its bytes stand still: a link on their way is down"
                        : "it waits for ranks that never come to this collective";
    } else if (n->type == GW_CHAKRA_RECV) {
        what = "it waits for bytes that never come";
    } else if (n->type == GW_CHAKRA_SEND) {
        what = "its bytes stand still: a link on their way is down";
    }
    gw_chakra_complain(s->diags, GW_E_MODEL, t, node, NULL, "%s (NPU %d, %d of %d nodes done)",
                       what, npu, (int)s->npu[npu].n_done, t->n);
}

static void say_stuck(gw_chakra_sim *s) {
    int n_said = 0;
    for (int32_t npu = 0; npu < s->plan->n_npus; npu++) {
        const gw_chakra_trace *t = gw_chakra_trace_of(s->plan, npu);
        if (s->npu[npu].n_done == t->n) {
            continue;
        }
        for (int32_t i = 0; i < t->n && n_said < SAID_MAX; i++) {
            int type = t->node[i].type;
            bool is_comm =
                type == GW_CHAKRA_COLL || type == GW_CHAKRA_SEND || type == GW_CHAKRA_RECV;
            if (is_comm && s->npu[npu].waits[i] == 0) {
                say_waiting(s, npu, i);
                n_said++;
                break; /* one a NPU */
            }
        }
    }
}

static void finish(gw_chakra_sim *s) {
    gw_chakra_result *out = s->out;
    bool stuck = false;
    for (int32_t npu = 0; npu < s->plan->n_npus; npu++) {
        gw_chakra_npu *n = &s->npu[npu].sum;
        stuck = stuck || s->npu[npu].n_done < gw_chakra_trace_of(s->plan, npu)->n;
        n->other_s = fmax(0.0, n->end_s - n->compute_s - n->exposed_s - n->waiting_s);
        out->npu[npu] = *n;
        out->end_s = fmax(out->end_s, n->end_s);
    }
    if (s->problem != NULL) {
        gw_diag_add(s->diags, GW_E_MODEL, GW_ERROR, (gw_loc){.file = NULL}, NULL, NULL, "%s",
                    s->problem);
    } else if (stuck) {
        say_stuck(s);
    }
}

static void say(gw_diags *diags, const char *hint, const char *problem) {
    gw_diag_add(diags, GW_E_MODEL, GW_ERROR, (gw_loc){.file = NULL}, NULL, hint, "%s", problem);
}

static void check_sizes(const gw_chakra_plan *p, gw_arena *arena, gw_diags *diags) {
    const gw_chakra_opts *o = p->opts;
    if (p->n_npus < p->n_traces || p->n_npus % p->n_traces != 0) {
        say(diags, "--npus N: a multiple of the number of traces",
            gw_arena_printf(arena, "%d NPUs cannot run copies of %d traces", p->n_npus,
                            p->n_traces));
    }
    if (o->host == NULL && p->n_npus > p->net->n_hosts) {
        say(diags, "a larger network, or fewer NPUs",
            gw_arena_printf(arena, "%d NPUs do not fit on %d hosts", p->n_npus, p->net->n_hosts));
    }
    int64_t product = 1;
    for (int d = 0; d < o->n_dims; d++) {
        product *= o->dim[d] > 0 && product <= INT32_MAX ? o->dim[d] : INT32_MAX;
    }
    if (o->n_dims > 0 && product != p->n_npus) {
        say(diags, "the sizes multiply to the number of NPUs",
            gw_arena_printf(arena, "the dimensions do not make %d NPUs", p->n_npus));
    }
}

gw_code gw_chakra_run(const gw_net *net, const gw_route_how *how, int n_traces,
                      const gw_chakra_trace *traces, const gw_chakra_opts *opts, gw_arena *arena,
                      gw_diags *diags, gw_chakra_result *out) {
    size_t n_before = gw_diags_n_errors(diags);
    int32_t n_npus = opts->n_npus > 0 ? opts->n_npus : n_traces;
    gw_chakra_plan plan = {
        .net = net, .n_traces = n_traces, .traces = traces, .opts = opts, .n_npus = n_npus};
    *out = (gw_chakra_result){.n_npus = n_npus};
    check_sizes(&plan, arena, diags);
    if (gw_diags_n_errors(diags) == n_before) {
        gw_chakra_plan_groups(&plan, arena, diags);
        gw_chakra_plan_messages(&plan, arena, diags);
    }
    if (gw_diags_n_errors(diags) > n_before) {
        return gw_diags_code(diags);
    }
    int32_t n_links = net->n_links + net->n_bundles;
    out->npu = GW_NEW_N(arena, n_npus, gw_chakra_npu);
    out->carried_B = GW_NEW_N(arena, n_links > 0 ? n_links : 1, double);
    out->full_s = GW_NEW_N(arena, n_links > 0 ? n_links : 1, double);
    gw_chakra_sim s = {
        .plan = &plan, .net = net, .how = how, .arena = arena, .diags = diags, .out = out};
    begin(&s);
    begin_flows(&s);
    run(&s);
    finish(&s);
    keep_loads(&s);
    gw_chakra_lanes_clear(&s);
    free(s.event);
    free(s.done);
    free(s.touched);
    free(s.active);
    free(s.owner);
    return gw_diags_n_errors(diags) == n_before ? GW_OK : GW_E_MODEL;
}

/* flow/flow_quotient.c: checks that a partition of flows and links is equitable, and writes its quotient.
 * In: a set of flows, the class of each flow and link.   Out: a set with one flow a class, or "no".
 * Model: conditions (1) and (2) of flow_classes.c, held entry by entry. The quotient has one link for
 *   each class of links, with the capacity of all of them; a class of n flows loads it n times with
 *   what one of its flows needs on all of them. Both are divided by the number of the class's links
 *   that one flow crosses, so that shares stay the numbers that they were wherever that can be.
 * Derivation: summing condition (2) over the links of a class gives the quotient's load. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "flow/flow_classes.h"

#define NEAR 1e-13 /* sums of shares in another order */

static void *need(size_t n, size_t size) {
    void *memory = calloc(n == 0 ? 1 : n, size);
    if (memory == NULL) {
        gw_out_of_memory(n * size);
    }
    return memory;
}

typedef struct quotient {
    const gw_flow_problem *p;
    int32_t n, n_links;
    const int32_t *of_flow, *of_link;
    int32_t *flow, *flow_n; /* [n] */
    int64_t *begin;         /* [n + 1] into order */
    int32_t *order;         /* [flows] by class */
    int32_t *link, *link_n; /* [n_links] one of the class, how many */
    int64_t *at;            /* [n + 1] */
    int32_t *row_link;      /* link classes of the class's flow, as they first stand on its way */
    double *row_sum;        /* s(F,L) */
    double *per_flow;       /* [n_links] links of the class that a flow crosses, 0: not known yet */
    double *sum;            /* [links or classes] scratch */
    int64_t *stamp;         /* of sum */
    int64_t now;            /* last stamp given out */
} quotient;

static void bucket_flows(quotient *q) {
    for (int64_t i = 0; i < q->p->n; i++) {
        q->begin[q->of_flow[i] + 1]++;
    }
    for (int32_t c = 0; c < q->n; c++) {
        q->flow_n[c] = (int32_t)q->begin[c + 1];
        q->begin[c + 1] += q->begin[c];
    }
    int64_t *next = need((size_t)q->n, sizeof *next);
    for (int64_t i = 0; i < q->p->n; i++) {
        int32_t c = q->of_flow[i];
        q->order[q->begin[c] + next[c]++] = (int32_t)i;
    }
    free(next);
    for (int32_t c = 0; c < q->n; c++) {
        q->flow[c] = q->order[q->begin[c]];
    }
    for (int32_t l = q->p->n_links - 1; l >= 0; l--) {
        q->link[q->of_link[l]] = l;
        q->link_n[q->of_link[l]]++;
    }
}

static double share_of(const gw_flow_problem *p, int64_t k) {
    return p->share == NULL ? 1.0 : p->share[k];
}

/* Sums of shares by link class of flow i: in q->sum, stamped q->now; the classes go to `touched`,
 * which holds as many as the flow has links. */
static int32_t add_up(quotient *q, int64_t i, int32_t *touched) {
    const gw_flow_problem *p = q->p;
    int32_t n = 0;
    q->now++;
    for (int64_t k = p->at[i]; k < p->at[i + 1]; k++) {
        int32_t c = q->of_link[p->link[k]];
        if (q->stamp[c] != q->now) {
            q->stamp[c] = q->now;
            q->sum[c] = 0.0;
            touched[n++] = c;
        }
        q->sum[c] += share_of(p, k);
    }
    return n;
}

/* How many links of the class the flow crosses, by whose share the sums are divided. */
static void count_per_flow(quotient *q, int64_t i) {
    const gw_flow_problem *p = q->p;
    for (int64_t k = p->at[i]; k < p->at[i + 1]; k++) {
        int32_t c = q->of_link[p->link[k]];
        if (q->per_flow[c] <= 0.0) { /* below 0: being counted for this flow */
            q->per_flow[c] -= 1.0;
        }
    }
    for (int64_t k = p->at[i]; k < p->at[i + 1]; k++) {
        int32_t c = q->of_link[p->link[k]];
        q->per_flow[c] = fabs(q->per_flow[c]);
    }
}

static void make_rows(quotient *q) {
    int64_t n = 0;
    for (int32_t c = 0; c < q->n; c++) {
        int64_t i = q->flow[c];
        int32_t n_row = add_up(q, i, q->row_link + n);
        count_per_flow(q, i);
        for (int32_t k = 0; k < n_row; k++) {
            q->row_sum[n + k] = q->sum[q->row_link[n + k]];
        }
        n += n_row;
        q->at[c + 1] = n;
    }
}

static bool near(double a, double b) {
    return fabs(a - b) <= NEAR * fabs(b);
}

static bool same_flow(const gw_flow_problem *p, int64_t a, int64_t b) {
    return p->bytes[a] == p->bytes[b] && p->weight[a] == p->weight[b] &&
           p->cap_Bps[a] == p->cap_Bps[b] &&
           p->start_s[a] + p->latency_s[a] == p->start_s[b] + p->latency_s[b];
}

/* Same link classes with the same shares in the same order: the usual case, without sums. */
static bool same_way(const quotient *q, int64_t a, int64_t b) {
    const gw_flow_problem *p = q->p;
    int64_t n = p->at[a + 1] - p->at[a];
    if (p->at[b + 1] - p->at[b] != n) {
        return false;
    }
    const int32_t *x = p->link + p->at[a], *y = p->link + p->at[b];
    for (int64_t k = 0; k < n; k++) {
        if (q->of_link[x[k]] != q->of_link[y[k]]) {
            return false;
        }
    }
    return p->share == NULL ||
           memcmp(p->share + p->at[a], p->share + p->at[b], (size_t)n * sizeof *p->share) == 0;
}

/* Condition (1): every flow of the class is like its first. */
static bool flows_agree(quotient *q, int32_t c, int32_t *touched) {
    for (int64_t o = q->begin[c] + 1; o < q->begin[c + 1]; o++) {
        int64_t i = q->order[o];
        if (!same_flow(q->p, i, q->flow[c])) {
            return false;
        }
        if (same_way(q, i, q->flow[c])) {
            continue;
        }
        if (add_up(q, i, touched) != (int32_t)(q->at[c + 1] - q->at[c])) {
            return false;
        }
        for (int64_t k = q->at[c]; k < q->at[c + 1]; k++) {
            int32_t l = q->row_link[k];
            if (q->stamp[l] != q->now || !near(q->sum[l], q->row_sum[k])) {
                return false;
            }
        }
    }
    return true;
}

/* Condition (2): the flows of class c load all links of each class that they touch alike. */
typedef struct loads {
    double *sum;    /* [links] */
    int32_t *class; /* [links] flow class that sum is of, plus 1 */
    double *want;   /* [link classes] */
    int32_t *n;     /* [link classes] links touched */
} loads;

static bool loads_agree(const quotient *q, int32_t c, loads *load) {
    const gw_flow_problem *p = q->p;
    for (int64_t k = q->at[c]; k < q->at[c + 1]; k++) {
        int32_t l = q->row_link[k];
        load->want[l] = q->row_sum[k] * (double)q->flow_n[c] / (double)q->link_n[l];
        load->n[l] = 0;
    }
    for (int64_t o = q->begin[c]; o < q->begin[c + 1]; o++) {
        int64_t i = q->order[o];
        for (int64_t k = p->at[i]; k < p->at[i + 1]; k++) {
            int32_t l = p->link[k];
            if (load->class[l] != c + 1) {
                load->class[l] = c + 1;
                load->sum[l] = 0.0;
                load->n[q->of_link[l]]++;
            }
            load->sum[l] += share_of(p, k);
        }
    }
    for (int64_t k = q->at[c]; k < q->at[c + 1]; k++) {
        if (load->n[q->row_link[k]] != q->link_n[q->row_link[k]]) {
            return false;
        }
    }
    for (int64_t o = q->begin[c]; o < q->begin[c + 1]; o++) {
        int64_t i = q->order[o];
        for (int64_t k = p->at[i]; k < p->at[i + 1]; k++) {
            if (!near(load->sum[p->link[k]], load->want[q->of_link[p->link[k]]])) {
                return false;
            }
        }
    }
    return true;
}

static bool links_agree(const quotient *q) {
    for (int32_t l = 0; l < q->p->n_links; l++) {
        if (q->p->capacity_Bps[l] != q->p->capacity_Bps[q->link[q->of_link[l]]]) {
            return false;
        }
    }
    return true;
}

/* Longest way of all, for scratch. */
static int64_t most_links(const gw_flow_problem *p) {
    int64_t most = 1;
    for (int64_t i = 0; i < p->n; i++) {
        int64_t n = p->at[i + 1] - p->at[i];
        most = n > most ? n : most;
    }
    return most;
}

static bool is_equitable(quotient *q) {
    const gw_flow_problem *p = q->p;
    int32_t *touched = need((size_t)most_links(p), sizeof *touched);
    loads load = {.sum = need((size_t)p->n_links, sizeof *load.sum),
                  .class = need((size_t)p->n_links, sizeof *load.class),
                  .want = need((size_t)q->n_links, sizeof *load.want),
                  .n = need((size_t)q->n_links, sizeof *load.n)};
    bool ok = links_agree(q);
    for (int32_t c = 0; ok && c < q->n; c++) {
        ok = flows_agree(q, c, touched) && loads_agree(q, c, &load);
    }
    free(touched);
    free(load.sum);
    free(load.class);
    free(load.want);
    free(load.n);
    return ok;
}

/* The quotient as flows and links that a simulator takes. */
static void write_quotient(const quotient *q, gw_arena *arena, gw_flow_classes *out) {
    int64_t n_entries = q->at[q->n];
    double *share = GW_NEW_N(arena, n_entries + 1, double);
    int32_t *link = GW_NEW_N(arena, n_entries + 1, int32_t);
    for (int64_t k = 0; k < n_entries; k++) {
        share[k] = q->row_sum[k] / q->per_flow[q->row_link[k]];
        link[k] = q->row_link[k];
    }
    double *capacity_Bps = GW_NEW_N(arena, q->n_links + 1, double);
    double *links_n = GW_NEW_N(arena, q->n_links + 1, double);
    for (int32_t l = 0; l < q->n_links; l++) {
        links_n[l] = (double)q->link_n[l] / q->per_flow[l];
        capacity_Bps[l] = q->p->capacity_Bps[q->link[l]] * links_n[l];
    }
    *out = (gw_flow_classes){.n = q->n,
                             .n_links = q->n_links,
                             .of_flow = q->of_flow,
                             .of_link = q->of_link,
                             .flow = q->flow,
                             .flow_n = q->flow_n,
                             .at = q->at,
                             .link = link,
                             .share = share,
                             .capacity_Bps = capacity_Bps,
                             .links_n = links_n};
}

static int64_t entries_of_first_flows(const quotient *q) {
    int64_t n = 0;
    for (int32_t c = 0; c < q->n; c++) {
        n += q->p->at[q->flow[c] + 1] - q->p->at[q->flow[c]];
    }
    return n;
}

bool gw_flow_divide(const gw_flow_problem *p, int32_t n, const int32_t *of_flow, int32_t n_links,
                    const int32_t *of_link, gw_arena *arena, gw_flow_classes *out) {
    quotient q = {.p = p,
                  .n = n,
                  .n_links = n_links,
                  .of_flow = of_flow,
                  .of_link = of_link,
                  .flow = GW_NEW_N(arena, n + 1, int32_t),
                  .flow_n = GW_NEW_N(arena, n + 1, int32_t),
                  .begin = need((size_t)n + 1, sizeof(int64_t)),
                  .order = need((size_t)p->n, sizeof(int32_t)),
                  .link = need((size_t)n_links, sizeof(int32_t)),
                  .link_n = need((size_t)n_links, sizeof(int32_t)),
                  .at = GW_NEW_N(arena, n + 1, int64_t),
                  .per_flow = need((size_t)n_links, sizeof(double)),
                  .sum = need((size_t)n_links, sizeof(double)),
                  .stamp = need((size_t)n_links, sizeof(int64_t))};
    bucket_flows(&q);
    int64_t n_entries = entries_of_first_flows(&q);
    q.row_link = need((size_t)n_entries, sizeof(int32_t));
    q.row_sum = need((size_t)n_entries, sizeof(double));
    make_rows(&q);
    bool ok = is_equitable(&q);
    if (ok) {
        write_quotient(&q, arena, out);
    }
    free(q.begin);
    free(q.order);
    free(q.link);
    free(q.link_n);
    free(q.per_flow);
    free(q.sum);
    free(q.stamp);
    free(q.row_link);
    free(q.row_sum);
    return ok;
}

/* training/timeline_order.c: which pass a stage runs after which, for every schedule.
 *
 * In:  schedule, p stages, v chunks, m micro-batches, stage r. Out: tasks of that stage in order.
 * Model:
 *      gpipe: all forward passes, then all backward passes.
 *      1f1b, v = 1: min(m, p - 1 - r) forward passes, then a forward and a backward pass in turn,
 *        then the backward passes that are left.
 *      1f1b, v > 1 (interleaved): micro-batches go in groups of g = p; a group runs through chunk
 *        0, then through chunk 1, ...; backward from the last chunk. 2 (p - 1 - r) + (v - 1) g
 *        forward passes before the first backward pass. Where p does not divide m, groups are as
 *        equal as possible and larger than p (all m if m < p).
 *      zero_bubble (ZB-H1): as 1f1b, gradients of the inputs and of the weights apart; those of the
 *        weights of micro-batch k follow the backward pass of k + r, so that no stage holds more
 *        than p micro-batches.
 *      dualpipe: both directions; eight blocks a stage, from half h = p / 2 and depth
 *        d = min(r, p - 1 - r), direction 0 being the one that has further to go from here:
 *          1. 2 (h - d - 1) times F0                 5. h - d - 1 times B1, F1 with B0
 *          2. d + 1 times F0, F1                     6. d + 1 times B1, B0; halfway weights apart
 *          3. h - d - 1 times I1, W, F1              7. h - d - 1 times W, I0
 *          4. m / 2 - p + d + 1 times                8. d + 1 times W
 *             F0 with B1, F1 with B0
 * Valid: what gw_pipe_rule lets through.
 * Sources: Huang et al. arXiv 1811.06965 (GPipe); Narayanan et al. arXiv 2104.04473 section 2.2
 *      (1F1B, interleaved); Qi et al. arXiv 2401.10241 section 2 (ZB-H1); DeepSeek-AI arXiv
 *      2412.19437 section 3.2.1, figure 5 (DualPipe).
 */
#include "training/timeline.h"

static int smaller(int a, int b) {
    return a < b ? a : b;
}

/** Where the next task goes. */
typedef struct writer {
    gw_task *at;
    int next_forward[2], next_backward[2]; /* dualpipe: micro-batches by direction */
    int swapped;                           /* dualpipe: stage in the second half */
    int half;                              /* dualpipe: micro-batches of one direction */
    const gw_task *weight;                 /* behind the last one whose weights were run apart */
} writer;

static void put(writer *w, gw_task_kind kind, int chunk, int micro_batch) {
    *w->at++ = (gw_task){
        .micro_batch = micro_batch, .chunk = (int16_t)chunk, .kind = (uint8_t)kind, .joined = 0};
}

static void order_gpipe(writer *w, int m) {
    for (int k = 0; k < m; k++) {
        put(w, GW_TASK_FORWARD, 0, k);
    }
    for (int k = 0; k < m; k++) {
        put(w, GW_TASK_BACKWARD, 0, k);
    }
}

/** Groups of an interleaved schedule: as equal as possible, at least p micro-batches each. */
typedef struct groups {
    int size;   /* of a small group */
    int larger; /* so many of size + 1 come first */
} groups;

static groups groups_of(const gw_pipe *pipe) {
    int m = pipe->micro_batches;
    int n = m > pipe->stages ? m / pipe->stages : 1;
    return (groups){.size = m / n, .larger = m % n};
}

/** The n-th pass of a stage in the order of groups; chunks count up. */
static void put_nth(writer *w, const gw_pipe *pipe, const groups *g, gw_task_kind kind, int n) {
    int v = pipe->chunks;
    int in_larger = g->larger * (g->size + 1);
    int size = g->size + 1;
    int from = 0;
    if (n >= in_larger * v) {
        size = g->size;
        n -= in_larger * v;
        from = in_larger;
    }
    int group = n / (size * v);
    int within = n % (size * v);
    int chunk = within / size;
    put(w, kind, kind == GW_TASK_FORWARD ? chunk : v - 1 - chunk,
        from + group * size + within % size);
}

static void order_1f1b(writer *w, const gw_pipe *pipe, int stage) {
    int p = pipe->stages;
    int v = pipe->chunks;
    int n = pipe->micro_batches * v;
    groups g = groups_of(pipe);
    int most = g.size + (g.larger > 0);
    int warm = v > 1 ? 2 * (p - 1 - stage) + (v - 1) * most : p - 1 - stage;
    warm = smaller(warm, n);
    for (int k = 0; k < warm; k++) {
        put_nth(w, pipe, &g, GW_TASK_FORWARD, k);
    }
    for (int k = 0; k < n; k++) {
        if (k + warm < n) {
            put_nth(w, pipe, &g, GW_TASK_FORWARD, k + warm);
        }
        put_nth(w, pipe, &g, GW_TASK_BACKWARD, k);
    }
}

static void order_zero_bubble(writer *w, const gw_pipe *pipe, int stage) {
    int m = pipe->micro_batches;
    int warm = smaller(pipe->stages - 1 - stage, m);
    for (int k = 0; k < warm; k++) {
        put(w, GW_TASK_FORWARD, 0, k);
    }
    for (int k = 0; k < m; k++) {
        if (k + warm < m) {
            put(w, GW_TASK_FORWARD, 0, k + warm);
        }
        put(w, GW_TASK_INPUT, 0, k);
        if (k >= stage) {
            put(w, GW_TASK_WEIGHT, 0, k - stage);
        }
    }
    for (int k = m > stage ? m - stage : 0; k < m; k++) {
        put(w, GW_TASK_WEIGHT, 0, k);
    }
}

/* ---- dualpipe; `side` 0 or 1 as in the table above, turned round in the second half */

static void dual_forward(writer *w, int side) {
    int direction = side ^ w->swapped;
    put(w, GW_TASK_FORWARD, direction, direction * w->half + w->next_forward[side]++);
}

static void dual_backward(writer *w, int side, bool whole) {
    int direction = side ^ w->swapped;
    int micro_batch = direction * w->half + w->next_backward[side]++;
    put(w, whole ? GW_TASK_BACKWARD : GW_TASK_INPUT, direction, micro_batch);
}

/** First in, first out. */
static void dual_weight(writer *w) {
    while (w->weight->kind != GW_TASK_INPUT) {
        w->weight++;
    }
    put(w, GW_TASK_WEIGHT, w->weight->chunk, w->weight->micro_batch);
    w->weight++;
}

static void dual_pair(writer *w, int forward_side) {
    dual_forward(w, forward_side);
    w->at[-1].joined = 1;
    dual_backward(w, 1 - forward_side, true);
}

static void dual_start(writer *w, int shallow, int depth) {
    for (int k = 0; k < 2 * shallow; k++) {
        dual_forward(w, 0);
    }
    for (int k = 0; k <= depth; k++) {
        dual_forward(w, 0);
        dual_forward(w, 1);
    }
    for (int k = 0; k < shallow; k++) {
        dual_backward(w, 1, false);
        dual_weight(w);
        dual_forward(w, 1);
    }
}

static void dual_end(writer *w, int shallow, int depth) {
    for (int k = 0; k < shallow; k++) {
        dual_backward(w, 1, true);
        dual_pair(w, 1);
    }
    for (int k = 0; k <= depth; k++) {
        int n = 2 * k; /* of 2 (depth + 1) passes the second half leaves the weights for later */
        dual_backward(w, 1, n <= depth);
        dual_backward(w, 0, n + 1 <= depth);
    }
    for (int k = 0; k < shallow; k++) {
        dual_weight(w);
        dual_backward(w, 0, false);
    }
    for (int k = 0; k <= depth; k++) {
        dual_weight(w);
    }
}

static void order_dualpipe(writer *w, const gw_pipe *pipe, int stage) {
    int p = pipe->stages;
    int mirror = p - 1 - stage;
    int depth = smaller(stage, mirror);
    int shallow = p / 2 - depth - 1;
    w->half = pipe->micro_batches / 2;
    w->swapped = stage >= p / 2;
    dual_start(w, shallow, depth);
    for (int k = 0; k < w->half - p + depth + 1; k++) {
        dual_pair(w, 0);
        if (k == 0 && shallow == 0) {
            w->at[-2].joined = 0; /* the two in the middle wait for each other's forward pass */
        }
        dual_pair(w, 1);
    }
    dual_end(w, shallow, depth);
}

void gw_timeline_order(const gw_pipe *pipe, int stage, gw_task *tasks) {
    writer w = {.at = tasks, .weight = tasks};
    switch (pipe->schedule) {
    case GW_PIPELINE_GPIPE:
        order_gpipe(&w, pipe->micro_batches);
        break;
    case GW_PIPELINE_ZERO_BUBBLE:
        if (gw_pipe_weights_apart(pipe)) {
            order_zero_bubble(&w, pipe, stage);
        } else {
            order_1f1b(&w, pipe, stage);
        }
        break;
    case GW_PIPELINE_DUALPIPE:
        order_dualpipe(&w, pipe, stage);
        break;
    case GW_PIPELINE_1F1B:
    default:
        order_1f1b(&w, pipe, stage);
        break;
    }
}

int64_t gw_timeline_n(const gw_pipe *pipe, int stage) {
    int64_t m = pipe->micro_batches;
    if (gw_pipe_weights_apart(pipe)) {
        return 3 * m;
    }
    if (pipe->schedule == GW_PIPELINE_DUALPIPE) {
        int mirror = pipe->stages - 1 - stage;
        int depth = smaller(stage, mirror);
        int shallow = pipe->stages / 2 - depth - 1;
        return 2 * m + 2 * shallow + depth + 1; /* weights apart: blocks 3, 7 and 8 */
    }
    return 2 * m * pipe->chunks;
}

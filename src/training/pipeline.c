/* training/pipeline.c: closed forms of pipeline schedules.
 *
 * In:  gw_pipe. Out: gw_pipe_time; activations held.
 * Model: the orders of timeline_order.c and the rules of timeline.c (a receiver blocks for
 *      x = hop_exposed_frac hop_s, which counts as work here; l = hop_s - x is delay). The time is
 *      that of the longest walk through the graph of passes. F, B, W: one micro-batch in one stage
 *      (interleaved: chunk); p stages, m micro-batches, v chunks. Even stages:
 *
 *        gpipe        (m + p - 1)(F + B) + 2 (p - 1) l
 *        1f1b         (m + p - 1)(F + B) + 2 l (m + p - 2 - ceil((m - 1) / p))
 *        1f1b, v > 1  (m v + p - 1)(F + B) + 2 l (p v - 1)                    p divides m
 *                     (p v + m - 1)(F + B) + 2 l (p v - 1)                    m < p
 *        zero_bubble  m (F + B + W) + (p - 1) max(F + B - W, F, B) + hops     m >= p
 *                     at most 1f1b: where putting off W costs more than it fills, W runs with B
 *        dualpipe     m (F + B + W) + q max(0, B - W + l) + max(2 q F, (q - 1) F + q (B + l))
 *                       + l (m + p - 2 - ceil((m - 2) / p)) - (m - q - 3) pair_saved_s
 *                       + (p - 2) max(0, pair_saved_s - F),
 *                       q = p / 2 - 1 > 0
 *
 *      Uneven ends of 1f1b. Let slot n of stage i be F(n), B(n - w_i) with w_i = p - 1 - i. A walk
 *      goes down (no slot, pays F below), up (one slot, pays B above), or stays (one slot, pays
 *      B and F); downs and ups pay l. It has m + p - 1 visits F and as many B in all. Down to the
 *      last stage and up again costs the sum of all stages; the other m - 1 slots are rounds: k
 *      neighbouring stages in k slots, their sum and 2 (k - 1) l, tied to the last stage. So the
 *      time is
 *
 *        sum of T_i + 2 (p - 1) l + max over N of [sum of N_i T_i + 2 l sum of min(N_i, N_i+1)],
 *        sum of N_i = m - 1,  T = F + B
 *
 *      Three kinds of stages leave few candidates, taken here one by one. A walk may also stay
 *      above the last stage for good, which loses a pass for each stage that it leaves out.
 *      The other schedules are done the same way: candidates are the walks that bind somewhere.
 * Valid: exact for 1f1b and gpipe with any ends, for all schedules with even stages and delays; for
 *      uneven ends elsewhere within what docs/model/pipeline.md states. A candidate is a walk that
 *      exists or nearly so: the error is small against a pass.
 * Sources: Huang et al. arXiv 1811.06965 (GPipe); Narayanan et al. arXiv 2104.04473 section 2.2;
 *      Qi et al. arXiv 2401.10241 (ZB-H1); DeepSeek-AI arXiv 2412.19437 section 3.2.1 (DualPipe);
 *      Korthikanti et al. arXiv 2205.05198 section 4.2.3 (activations when interleaved).
 *      Derivation of the rest: above.
 */
#include "training/pipeline.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

static double larger(double a, double b) {
    return a > b ? a : b;
}

static double smaller(double a, double b) {
    return a < b ? a : b;
}

const char *gw_pipe_rule(gw_pipeline schedule, int stages, int chunks, int micro_batches) {
    if (stages < 1 || chunks < 1 || micro_batches < 1) {
        return "stages, chunks and micro-batches must be at least 1";
    }
    if (schedule == GW_PIPELINE_1F1B) {
        return NULL;
    }
    if (chunks > 1) {
        return "virtual stages go with the schedule 1f1b only";
    }
    if (schedule == GW_PIPELINE_DUALPIPE && (stages < 2 || stages % 2 != 0)) {
        return "dualpipe needs an even number of pipeline stages";
    }
    if (schedule == GW_PIPELINE_DUALPIPE &&
        (micro_batches % 2 != 0 || micro_batches < 2 * stages)) {
        return "dualpipe needs an even number of micro-batches, at least two per pipeline stage";
    }
    return NULL;
}

/** The whole of a stage for one micro-batch. */
typedef struct row {
    double f, b, w;
} row;

/** `chunks` of them, one with `more`; no part of the network takes less than no time. */
static row row_of(const gw_pipe_part *chunk, double chunks, const gw_pipe_part *more) {
    double f = chunk->forward_s, b = chunk->backward_s, w = chunk->weight_s;
    return (row){.f = chunks * f + larger(more->forward_s, -f),
                 .b = chunks * b + larger(more->backward_s, -b),
                 .w = chunks * w + larger(more->weight_s, -w)};
}

static double row_s(const row *r) {
    return r->f + r->b + r->w;
}

/** Stages with the time that receiving blocks them; l: delay of a hop beyond that. */
typedef struct ends {
    int p, v, m;
    row first, mid, last;
    double l;
} ends;

static ends ends_of(const gw_pipe *in, double hop_s) {
    gw_pipe_part none = {0};
    double x = hop_s * in->hop_exposed_frac;
    double v = in->chunks;
    ends e = {.p = in->stages, .v = in->chunks, .m = in->micro_batches, .l = hop_s - x};
    e.first = row_of(&in->chunk, v, &in->first_extra);
    e.mid = row_of(&in->chunk, v, &none);
    e.last = row_of(&in->chunk, v, &in->last_extra);
    double whole = v * x;
    e.first.f += whole - x; /* nothing comes before the first chunk */
    e.first.b += whole;
    e.mid.f += whole;
    e.mid.b += whole;
    e.last.f += whole;
    e.last.b += whole - x; /* and nothing behind the last */
    return e;
}

/** What the walks of 1F1B are made of: a visit to each kind of stage, a visit that comes and goes. */
typedef struct visits {
    double p, first, mid, last;
    double l;
    double through; /* a typical stage with the two hops to its neighbour */
} visits;

/** One round of k stages from the last one upwards. */
static double round_s(const visits *s, double k) {
    return s->last + (k - 1.0) * s->through + (k >= s->p ? s->first - s->mid : 0.0);
}

/** Fewer than a full round of slots left over: alone, in one round, or waiting one stage up. */
static double rest_s(const visits *s, double n) {
    double most = n * s->last;
    if (n >= 2) {
        most = larger(most, round_s(s, n));
        if (s->p > 2) {
            most = larger(most, s->last + 2.0 * s->l + (n - 1.0) * s->mid);
        }
    }
    return most;
}

/** n slots in full rounds over all stages. */
static double full_rounds_s(const visits *s, double n) {
    double whole = floor(n / s->p);
    double left = n - whole * s->p;
    double rest = rest_s(s, left);
    if (whole > 0 && left > 0) {
        rest = larger(rest, larger(left * s->first, s->first + (left - 1.0) * s->through));
    }
    return whole * round_s(s, s->p) + rest;
}

/** n slots in c rounds that take in the first and the last stage as often as they must, or as it
 * pays. At least one goes to the last stage, where the walk begins. p > 2, n >= 2. */
static double rounds_s(const visits *s, double n, double c) {
    double lost_first = s->mid - s->first;
    double lost_last = s->mid - s->last;
    double whole = floor((n - c) / (s->p - 1.0)); /* rounds that can hold all stages */
    double need = larger(1.0, n - c * (s->p - 2.0));
    bool first_better = lost_first < lost_last;
    double least_last = first_better ? larger(1.0, need - c) : smaller(c, need);
    double last_n = lost_last < 0 ? c : least_last;
    double first_n = larger(0.0, need - last_n);
    if (lost_first < 0 && whole >= 1.0) {
        if (first_better) {
            last_n = lost_last < 0 ? smaller(c, larger(least_last, whole)) : least_last;
            first_n = smaller(c, c + whole - last_n);
        } else {
            first_n = larger(first_n, smaller(c, c + whole - last_n));
        }
    }
    return n * s->through - 2.0 * s->l * c - last_n * lost_last - first_n * lost_first;
}

/** Walks that stay above the last stage: how they get there and back costs a round or passes. */
static double upper_s(const ends *e, const visits *s, double n) {
    double most = n * s->first - (s->p - 1.0) * smaller(e->first.f, e->first.b + e->first.w);
    if (n >= s->p) {
        most = larger(most, round_s(s, s->p) + (n - s->p) * s->first);
    }
    if (s->p < 3) {
        return most;
    }
    double gone = smaller(e->mid.f, e->mid.b + e->mid.w);
    most = larger(most, n * s->mid - larger(gone, 0.0));
    most = larger(most, n * s->mid - s->last - 2.0 * s->l);
    if (n >= 2) {
        most = larger(most, s->last + 2.0 * s->l + (n - 1.0) * s->mid);
    }
    return most;
}

/** 1F1B, one chunk: the longest walk over stages, see above. */
static double plain_s(const ends *e) {
    visits s = {.p = e->p, .first = row_s(&e->first), .mid = row_s(&e->mid)};
    s.last = row_s(&e->last);
    s.l = e->l;
    s.through = s.mid + 2.0 * e->l;
    double n = e->m - 1.0;
    double most = n * s.last;
    bool last_slowest = s.last >= s.through && s.last >= s.first + 2.0 * s.l;
    if (n >= 1 && !last_slowest) {
        most = larger(most, full_rounds_s(&s, n));
        most = larger(most, upper_s(e, &s, n));
    }
    if (n >= 2 && s.p > 2 && s.l > 0 && !last_slowest) {
        /* linear in between: these numbers of rounds and their neighbours */
        double fewest = ceil(n / s.p);
        double some = larger(fewest, floor((n - 1.0) / (s.p - 1.0)));
        double many = larger(fewest, floor((n - 1.0) / (s.p - 2.0)));
        most = larger(most, rounds_s(&s, n, fewest));
        most = larger(most, rounds_s(&s, n, some));
        most = larger(most, rounds_s(&s, n, smaller(n, some + 1.0)));
        most = larger(most, rounds_s(&s, n, many));
        most = larger(most, rounds_s(&s, n, smaller(n, many + 1.0)));
    }
    return s.first + s.last + (s.p - 2.0) * s.mid + 2.0 * (s.p - 1.0) * s.l + most;
}

/** On the way in, and mirrored on the way out: v - 1 times round the ring. A turn costs p hops, but
 * a group of more than p micro-batches hides some. A first chunk that takes `more` counts once, or
 * for its whole group while the stages behind wait. */
static double entry_s(const ends *e, double group, double pass_s, double more) {
    double p = e->p;
    double turn_s = larger(0.0, p * e->l - larger(group - p, 0.0) * pass_s);
    return (e->v - 2.0) * turn_s + larger(more + turn_s, smaller(group, p) * more) +
           larger(group - p, 0.0) * larger(more, 0.0);
}

/** 1F1B with v > 1 chunks a stage. */
static double interleaved_s(const ends *e) {
    double p = e->p, v = e->v, m = e->m;
    double f = e->mid.f / v;
    double b = (e->mid.b + e->mid.w) / v;
    double last = row_s(&e->last) - row_s(&e->mid);
    double first_f = e->first.f - e->mid.f;
    double first_b = e->first.b + e->first.w - e->mid.b - e->mid.w;
    double above = e->p > 2 ? 0.0 : (m - 1.0) * (first_f + first_b); /* the stage above the last */
    double ends_s = larger(m * last, larger(last - 2.0 * smaller(f, b), -f - b) + above);
    if (e->m < e->p) { /* round and round, the others behind the first */
        return (p * v + m - 1.0) * (f + b) + 2.0 * (p * v - 1.0) * e->l + ends_s + first_f +
               first_b;
    }
    int groups = e->m / e->p;
    int fewest = e->m / groups;
    double small = fewest;
    double large = e->m % groups > 0 ? small + 1.0 : small;
    ends_s += entry_s(e, large, f, first_f) + entry_s(e, small, b, first_b);
    double ring_s = p / small * (larger(f, b) + e->l) - f - b; /* beyond work: a slot of the ring */
    ring_s = larger(0.0, ring_s);
    return (m * v + p - 1.0) * (f + b) + (m - p) * v * ring_s + 2.0 * (p - 1.0) * e->l + ends_s;
}

static double gpipe_s(const ends *e) {
    double n = e->m - 1.0;
    double f = larger(e->first.f, e->last.f);
    double b = larger(e->first.b + e->first.w, e->last.b + e->last.w);
    if (e->p > 2) {
        f = larger(f, e->mid.f);
        b = larger(b, e->mid.b + e->mid.w);
    }
    return row_s(&e->first) + row_s(&e->last) + (e->p - 2.0) * row_s(&e->mid) + n * (f + b) +
           2.0 * (e->p - 1.0) * e->l;
}

/** Walks through a zero-bubble schedule that linger on the stage above the last, p > 2, m > 1.
 * `down` and `up`: once through all stages, hops included; round_l: hops of an early round. */
static double zero_bubble_upper_s(const ends *e, double down, double up, double round_l) {
    double p = e->p, m = e->m, n = m - 2.0;
    double k = smaller(m, p);
    const row *first = &e->first, *mid = &e->mid, *last = &e->last;
    double there = down + larger(round_l - e->l, e->l) + last->b + n * mid->f;
    double most = there + m * (mid->b + mid->w);
    there += e->l + last->f + n * mid->b + (m - k) * mid->w;
    most = larger(most, there + last->b + k * last->w);
    most = larger(most, there + up + first->w);
    double second = down + up - e->l - first->b + (m - smaller(m, p - 1.0)) * mid->f;
    most = larger(most, second + (m - 1.0) * mid->b + m * mid->w);
    double rounds = ceil((m - 1.0) / p); /* gradients of weights do not hide the hops */
    double around = down + up + first->w + (m - 1.0) * (mid->f + mid->b + 2.0 * e->l);
    return larger(most, around - rounds * (2.0 * e->l - (m > p ? mid->w : 0.0)));
}

/** Walks that end on, or linger at, the first and the last stage. */
static double zero_bubble_s(const ends *e) {
    double p = e->p, m = e->m, l = e->l;
    const row *first = &e->first, *mid = &e->mid, *last = &e->last;
    double down = first->f + (p - 2.0) * mid->f + last->f + (p - 1.0) * l;
    double up = first->b + (p - 2.0) * mid->b + last->b + (p - 1.0) * l;
    double k = smaller(m, p);
    double early = m - k; /* gradients of weights before the last forward pass */
    double round_l = 2.0 * l * (m > p ? p - 1.0 : larger(0.0, m - 2.0));
    const row *end = m >= p ? last : e->m == 1 ? first : mid; /* where the walk ends */
    double climb = (p - k) * (mid->b + l) + (e->m == 1 ? first->b - mid->b : 0.0);
    double pair = last->f + last->b;
    double lap = m > p ? down + up - p * pair : larger(0.0, m - 2.0) * (mid->f + mid->b - pair);
    lap = larger(0.0, m > p ? lap : lap + round_l);
    double stay = (m - 1.0) * pair + lap;
    double most = down + last->b + stay + m * end->w + climb;
    most = larger(most, down + up + stay + early * last->w + first->w);
    most = larger(most, down + up + early * first->f + (m - 1.0) * first->b + m * first->w);
    if (early > 0) {
        double wait = (early - 1.0) * (first->f + first->b) + (early + 1.0) * first->w;
        most = larger(most, 2.0 * (down + up) + wait);
    }
    if (e->p < 3 || e->m < 3) {
        return most;
    }
    return larger(most, zero_bubble_upper_s(e, down, up, round_l));
}

/** Idle time and ends of dualpipe, beyond the work of a typical stage and without sends, where the
 * stages at the two ends have more to do. They hold the first and the last part of the network;
 * `more`: what these two take beyond two typical ones. p > 2. */
static double dual_more_s(const ends *e, double more) {
    double h = 0.5 * e->p, q = h - 1.0, half_m = 0.5 * e->m;
    double f = e->mid.f, b = e->mid.b + e->l;
    double w = e->first.w + e->last.w - 2.0 * e->mid.w;
    double most = 2.0 * q * f + larger(more, (half_m - e->p + 1.0) * more);
    most = larger(most, (h - 2.0) * f + q * b + (half_m - e->p + 2.0) * more - w);
    most = larger(most, q * f + (half_m - q) * more);
    most = larger(most, half_m * more);
    most = larger(most, q * f + (q - 1.0) * b + (half_m - e->p + 3.0) * more - w);
    most = larger(most, (q - 1.0) * b + (half_m - h + 2.0) * more - w);
    most = larger(most, q * b - f + (half_m - q) * more - w);
    return most + q * larger(0.0, b - e->mid.w);
}

/** The same where the ends have less to do: walks that meet them seldom. */
static double dual_less_s(const ends *e) {
    double h = 0.5 * e->p, q = h - 1.0;
    double f = e->mid.f, b = e->mid.b + e->l;
    double apart = larger(0.0, b - e->mid.w);
    double first_f = e->first.f - e->mid.f;
    double first_b = row_s(&e->first) - row_s(&e->mid) - first_f;
    double last_w = e->last.w - e->mid.w;
    double last = row_s(&e->last) - row_s(&e->mid);
    double enter = (q - 1.0) * apart + larger(0.0, apart + first_b);
    double most = 2.0 * q * f + first_f + first_b + last + enter;
    most = larger(most, (2.0 * q - 1.0) * f + first_f + enter);
    most = larger(most, (h - 2.0) * f + q * b + first_f + first_b + 2.0 * last - last_w + enter);
    most = larger(most, (h - 2.0) * f + (q - 1.0) * b + first_f + enter);
    most = larger(most, (h - 3.0) * f + q * b + first_f + enter + larger(0.0, last - last_w));
    return larger(most, q * f + (q - 1.0) * b + first_f + last + enter);
}

/** The same where pairs are quicker by more than a forward pass: neighbours wait for each other, and
 * a last stage that has less to do shortens no walk that keeps away from it. p > 2. */
static double dual_idle_s(const ends *e, double pair_saved_s) {
    double more = row_s(&e->first) + row_s(&e->last) - 2.0 * row_s(&e->mid);
    double idle = more > 0.0 ? dual_more_s(e, more) : dual_less_s(e);
    double quick = pair_saved_s - e->mid.f;
    double beyond = larger(0.0, quick);
    if (pair_saved_s <= 0.0 || more > 0.0) {
        return idle + (e->p - 2.0) * beyond;
    }
    ends even = *e;
    even.first = even.last = e->mid;
    double less = larger(0.0, row_s(&e->mid) - row_s(&e->first));
    double around = dual_less_s(&even) - less + quick + (e->p - 4.0) * beyond;
    return larger(idle + (e->p - 2.0) * beyond, around);
}

/** Both directions at once. */
static double dual_s(const ends *e, double pair_saved_s) {
    double p = e->p, m = e->m;
    double hops = m + p - 2.0 - ceil((m - 2.0) / p);
    double typical = 0.5 * (row_s(&e->first) + row_s(&e->last));
    double idle = 0.0;
    if (e->p > 2) {
        typical = row_s(&e->mid);
        idle = dual_idle_s(e, pair_saved_s);
    }
    return m * typical + idle + hops * e->l - (m - 0.5 * p - 2.0) * pair_saved_s;
}

static double alone_s(const gw_pipe *in) {
    gw_pipe_part none = {0};
    row first = row_of(&in->chunk, 1.0, &in->first_extra);
    row last = row_of(&in->chunk, 1.0, &in->last_extra);
    row plain = row_of(&in->chunk, 1.0, &none);
    double whole_s = row_s(&first) + row_s(&last) + (in->chunks - 2.0) * row_s(&plain);
    return in->micro_batches * larger(0.0, whole_s);
}

static double total_s(const gw_pipe *in, double hop_s) {
    if (in->stages < 2) {
        return alone_s(in);
    }
    ends e = ends_of(in, hop_s);
    switch (in->schedule) {
    case GW_PIPELINE_GPIPE:
        return gpipe_s(&e);
    case GW_PIPELINE_ZERO_BUBBLE:
        return smaller(zero_bubble_s(&e), plain_s(&e));
    case GW_PIPELINE_DUALPIPE:
        return dual_s(&e, in->pair_saved_s);
    case GW_PIPELINE_1F1B:
    default:
        return e.v > 1 ? interleaved_s(&e) : plain_s(&e);
    }
}

static double busy_s(const gw_pipe *in) {
    if (in->stages < 2) {
        return alone_s(in);
    }
    ends e = ends_of(in, 0.0);
    double first = row_s(&e.first), mid = row_s(&e.mid), last = row_s(&e.last);
    if (in->schedule == GW_PIPELINE_DUALPIPE) {
        double two = in->stages > 2 ? larger(first + last, 2.0 * mid) : first + last;
        return e.m * two / 2.0;
    }
    return e.m * larger(larger(first, last), in->stages > 2 ? mid : 0.0);
}

bool gw_pipe_weights_apart(const gw_pipe *pipe) {
    if (pipe->schedule != GW_PIPELINE_ZERO_BUBBLE || pipe->stages < 2) {
        return pipe->schedule == GW_PIPELINE_ZERO_BUBBLE;
    }
    ends e = ends_of(pipe, pipe->hop_s);
    return zero_bubble_s(&e) <= plain_s(&e) * (1.0 + 1e-9);
}

gw_pipe_time gw_pipe_time_of(const gw_pipe *pipe) {
    gw_pipe_time t = {.busy_s = busy_s(pipe)};
    double still_s = total_s(pipe, 0.0);
    t.total_s = pipe->hop_s > 0 ? total_s(pipe, pipe->hop_s) : still_s;
    t.send_s = t.total_s - still_s;
    t.bubble_s = still_s - t.busy_s;
    return t;
}

double gw_pipe_held_n(gw_pipeline schedule, int stages, int chunks, int micro_batches, int stage) {
    double p = stages, v = chunks, m = micro_batches;
    switch (schedule) {
    case GW_PIPELINE_GPIPE:
        return m;
    case GW_PIPELINE_ZERO_BUBBLE:
        return smaller(m, p);
    case GW_PIPELINE_DUALPIPE:
        return smaller(m, p + 1.0);
    case GW_PIPELINE_1F1B:
    default:
        if (chunks < 2) {
            return smaller(m, p - stage);
        }
        double groups = micro_batches > stages ? floor(m / p) : 1.0;
        double group = ceil(m / groups);
        return smaller(m * v, 2.0 * (p - 1.0 - stage) + (v - 1.0) * group + 1.0) / v;
    }
}

double gw_pipe_copies_n(gw_pipeline schedule) {
    return schedule == GW_PIPELINE_DUALPIPE ? 2.0 : 1.0;
}

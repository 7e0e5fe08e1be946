/* pipeline_fixture.h: random pipelines, and the time line of one. */
#ifndef GW_PIPELINE_FIXTURE_H
#define GW_PIPELINE_FIXTURE_H

#include "base/rng.h"
#include "gw_test.h"
#include "training/timeline.h"

typedef struct pipe_kind {
    gw_pipeline schedule;
    int chunks_max;    /* 1: none interleaved */
    bool whole_groups; /* micro-batches a multiple of the stages */
    double hop_s;      /* at most; a pass takes 0.5 to 1.5 s */
    double exposed;    /* 1: hop_exposed_frac at random, 0: none */
    double
        ends_frac; /* the last stage differs by at most this share, either way; the first a third */
} pipe_kind;

static inline double pipe_draw(uint64_t seed, int which) {
    return gw_rng_uniform(20260919, seed, 7, (uint32_t)which);
}

static inline double pipe_around(uint64_t seed, int which, double size) {
    return size * (2.0 * pipe_draw(seed, which) - 1.0);
}

/** Pipeline number `seed` of a kind. */
static inline gw_pipe pipe_random(const pipe_kind *kind, uint64_t seed) {
    gw_pipe q = {.schedule = kind->schedule, .chunks = 1};
    q.stages = 2 + (int)(12 * pipe_draw(seed, 0));
    q.micro_batches = 1 + (int)(60 * pipe_draw(seed, 1));
    if (kind->chunks_max > 1) {
        q.chunks = 2 + (int)((kind->chunks_max - 1) * pipe_draw(seed, 2));
    }
    if (kind->whole_groups) {
        q.micro_batches = q.stages * (1 + (int)(6 * pipe_draw(seed, 1)));
    }
    if (kind->schedule == GW_PIPELINE_DUALPIPE) {
        q.stages += q.stages % 2;
        q.micro_batches = 2 * q.stages + 2 * (int)(20 * pipe_draw(seed, 1));
        q.pair_saved_s = 0.2 * pipe_draw(seed, 3);
    }
    bool apart =
        kind->schedule == GW_PIPELINE_ZERO_BUBBLE || kind->schedule == GW_PIPELINE_DUALPIPE;
    q.chunk = (gw_pipe_part){.forward_s = 0.5 + pipe_draw(seed, 4),
                             .backward_s = 0.5 + pipe_draw(seed, 5),
                             .weight_s = apart ? 0.3 + pipe_draw(seed, 6) : 0.0};
    double ends = kind->ends_frac;
    q.last_extra = (gw_pipe_part){.forward_s = pipe_around(seed, 7, ends * q.chunk.forward_s),
                                  .backward_s = pipe_around(seed, 8, ends * q.chunk.backward_s),
                                  .weight_s = pipe_around(seed, 9, ends * q.chunk.weight_s)};
    q.first_extra =
        (gw_pipe_part){.forward_s = pipe_around(seed, 10, ends / 3.0 * q.chunk.forward_s),
                       .backward_s = pipe_around(seed, 11, ends / 3.0 * q.chunk.backward_s)};
    q.hop_s = kind->hop_s * pipe_draw(seed, 12);
    q.hop_exposed_frac = kind->exposed * pipe_draw(seed, 13);
    return q;
}

/** passes_s of its time line. */
static inline double pipe_events_s(const gw_pipe *pipe) {
    gw_arena *arena = gw_arena_create(0);
    gw_timeline_in in = {.pipe = *pipe};
    gw_timeline line;
    gw_timeline_run(&in, arena, &line);
    assert_null(line.problem);
    double passes_s = line.passes_s;
    gw_arena_free(arena);
    return passes_s;
}

#endif

/* traffic_frame.c: collectives of two levels: inside the scale-up domains, across by rail, inside.
 *
 * In:  a shape: g ranks in each of d domains; bytes B of the buffer.
 * Out: all-reduce: reduce-scatter inside, all-reduce of B/g across between the ranks of each place,
 *      all-gather inside. Reduce-scatter: inside, then across; all-gather the reverse. Broadcast:
 *      the first rank deals g parts to its domain, each goes across, all-gather inside.
 *
 * Model: inside: rings, or the scale-up switch (nvls); across: rings (hierarchical, nvls), one or two
 * trees, the switches (sharp). Phases follow one another, so their times add; a library that cuts the
 * buffer into chunks overlaps them and comes near the slowest instead.
 *
 * Valid: every domain holds equally many ranks of a group.
 * Sources: Thakur, Rabenseifner & Gropp 2005; NVIDIA NCCL (collnet, nvls, trees); two-level
 * all-reduce: Cho et al., BlueConnect, MLSys 2019.
 */
#include "scenario/enums.h"
#include "traffic/traffic_build.h"

typedef struct gw_frame {
    gw_build *b;
    gw_teams inside, across;
    int algorithm;
} gw_frame;

static void inside(const gw_frame *f, gw_collective kind, double bytes, const char *name) {
    if (f->algorithm == GW_ALGORITHM_NVLS) {
        gw_nvls_teams(f->b, &f->inside, kind, bytes, name);
    } else {
        gw_ring_teams(f->b, &f->inside, kind, bytes, name);
    }
}

static void across(const gw_frame *f, gw_collective kind, double bytes) {
    switch (f->algorithm) {
    case GW_ALGORITHM_TREE:
        gw_tree_teams(f->b, &f->across, kind, false, bytes, "across: trees");
        break;
    case GW_ALGORITHM_DOUBLE_TREE:
        gw_tree_teams(f->b, &f->across, kind, true, bytes, "across: two trees");
        break;
    case GW_ALGORITHM_SHARP:
        gw_sharp_teams(f->b, &f->across, kind, bytes, "across: in the switches");
        break;
    default:
        gw_ring_teams(f->b, &f->across, kind, bytes, "across: rings");
        break;
    }
}

/** The first rank of each group deals the parts of its buffer to its domain. */
static void deal(gw_build *b, const gw_shape *shape, double bytes) {
    if (!gw_build_reserve(b, (double)shape->g * shape->n_groups)) {
        return;
    }
    int32_t n = shape->g * shape->d;
    gw_build_phase(b, "inside: deal", 1, 1);
    for (int32_t t = 0; t < shape->n_groups; t++) {
        for (int32_t j = 0; j < shape->g; j++) {
            gw_build_send(b, b->ask->rank[(int64_t)t * n], shape->host[(int64_t)t * n + j],
                          bytes / shape->g);
        }
    }
}

void gw_frame_groups(gw_build *b, const gw_shape *shape, int algorithm) {
    gw_frame f = {.b = b,
                  .inside = gw_teams_inside(shape),
                  .across = gw_teams_across(shape, b->arena),
                  .algorithm = algorithm};
    gw_collective kind = b->ask->kind;
    double bytes = b->ask->bytes, part_B = bytes / shape->g;
    bool reduce = kind == GW_ALL_REDUCE || kind == GW_REDUCE_SCATTER;
    if (reduce) {
        inside(&f, GW_REDUCE_SCATTER, bytes, "inside: reduce-scatter");
    } else if (kind == GW_BROADCAST) {
        deal(b, shape, bytes);
    }
    if (b->problem == NULL) {
        across(&f, kind, part_B);
    }
    if (b->problem == NULL && kind != GW_REDUCE_SCATTER) {
        inside(&f, GW_ALL_GATHER, bytes, "inside: all-gather");
    }
}

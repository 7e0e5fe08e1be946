/* Inputs that move together: the rank correlation that was asked for comes out, and nothing else moves. */
#include <stdlib.h>
#include <string.h>

#include "base/stats.h"
#include "engine/engine.h"
#include "gw_test.h"
#include "scenario/pattern.h"

#define N 8000

typedef struct loaded {
    gw_spec *spec;
    gw_model *model;
} loaded;

static loaded load(const char *const *sets, int n_sets) {
    loaded l = {0};
    gw_diags *diags = gw_diags_create();
    gw_load_opts opts = {.sets = sets, .n_sets = n_sets};
    if (gw_spec_load(TEST_DATA "/schedule-small.yaml", &opts, diags, &l.spec) != GW_OK ||
        gw_model_build(l.spec, diags, &l.model) != GW_OK) {
        gw_diags_print(diags, stderr, 0);
        fail();
    }
    gw_diags_free(diags);
    return l;
}

static void unload(loaded l) {
    gw_model_free(l.model);
    gw_spec_free(l.spec);
}

static int input(const gw_model *model, const char *path) {
    for (int u = 0; u < model->n_uncertain; u++) {
        if (strcmp(model->spec->values[model->uncertain[u].value].path, path) == 0) {
            return u;
        }
    }
    fail_msg("no uncertain input %s", path);
    return -1;
}

static double *draws_of(const gw_model *model, int u) {
    double *x = malloc(N * sizeof *x);
    gw_state *state = gw_state_create(model);
    for (int s = 0; s < N; s++) {
        gw_sample_draw(model, 11, s, state);
        x[s] = *state->slots[model->uncertain[u].slot];
    }
    gw_state_free(state);
    return x;
}

static double rank_correlation(const gw_model *model, const char *a, const char *b) {
    double *x = draws_of(model, input(model, a)), *y = draws_of(model, input(model, b));
    double *scratch = malloc(4 * N * sizeof *scratch);
    double r = gw_rank_correlation(x, y, N, scratch);
    free(x);
    free(y);
    free(scratch);
    return r;
}

/* Standard error of a rank correlation is below 1 / sqrt(N - 1) = 0.011. */
static void coefficient_is_recovered(void **state) {
    (void)state;
    static const char *const values[] = {"0", "0.2", "0.5", "0.8", "0.95", "1"};
    for (int k = 0; k < 6; k++) {
        char set[64];
        snprintf(set, sizeof set, "correlations.lines.coefficient=%s", values[k]);
        const char *sets[] = {set};
        loaded l = load(sets, 1);
        double r = rank_correlation(l.model, "activities.north-line.duration",
                                    "activities.south-line.duration");
        gw_assert_close(r, strtod(values[k], NULL), 0.035);
        unload(l);
    }
}

static void three_members_are_alike(void **state) {
    (void)state;
    static const char *const sets[] = {"correlations.lines.of=[activities.*-shell.duration, "
                                       "activities.north-line.duration]"};
    loaded l = load(sets, 1);
    gw_assert_close(rank_correlation(l.model, "activities.north-line.duration",
                                     "activities.south-shell.duration"),
                    0.6, 0.035);
    gw_assert_close(rank_correlation(l.model, "activities.north-shell.duration",
                                     "activities.south-shell.duration"),
                    0.6, 0.035);
    gw_assert_close(rank_correlation(l.model, "activities.north-shell.duration",
                                     "activities.south-line.duration"),
                    0.0, 0.045);
    unload(l);
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Kolmogorov-Smirnov distance of the correlated draws from their own distribution: below the 0.1 %
 * critical value 1.95 / sqrt(N). */
static void marginals_are_unchanged(void **state) {
    (void)state;
    loaded l = load(NULL, 0);
    int u = input(l.model, "activities.north-line.duration");
    assert_true(l.model->uncertain[u].correlation >= 0);
    double *x = draws_of(l.model, u), worst = 0.0;
    qsort(x, N, sizeof *x, ascending);
    for (int k = 1; k < 100; k++) {
        double q = gw_dist_quantile(&l.model->uncertain[u].dist, k / 100.0);
        int below = 0;
        while (below < N && x[below] <= q) {
            below++;
        }
        worst = fmax(worst, fabs((double)below / N - k / 100.0));
    }
    assert_true(worst < 1.95 / sqrt(N));
    free(x);
    unload(l);
}

/* Draws outside the group keep every bit; inside, the base case does. */
static void others_keep_their_draws(void **state) {
    (void)state;
    static const char *const none[] = {"correlations.lines.coefficient=0"};
    loaded with = load(NULL, 0), without = load(none, 1);
    gw_state *a = gw_state_create(with.model), *b = gw_state_create(without.model);
    int moved = 0;
    for (int s = -1; s < 50; s++) {
        gw_sample_draw(with.model, 5, s, a);
        gw_sample_draw(without.model, 5, s, b);
        for (int u = 0; u < with.model->n_uncertain; u++) {
            const gw_uncertain *x = &with.model->uncertain[u];
            bool same = *a->slots[x->slot] == *b->slots[x->slot];
            assert_true(same || (s >= 0 && x->correlation >= 0));
            moved += !same;
        }
    }
    assert_int_equal(moved, 2 * 50);
    gw_state_free(a);
    gw_state_free(b);
    unload(with);
    unload(without);
}

static void patterns(void **state) {
    (void)state;
    assert_true(gw_path_matches("sites.*.slip", "sites.abilene.slip"));
    assert_false(gw_path_matches("sites.*.slip", "sites.abilene.x.slip"));
    assert_false(gw_path_matches("sites.*.slip", "sites..slip"));
    assert_true(gw_path_matches("a.*-line.duration", "a.north-line.duration"));
    assert_true(gw_path_matches("a.b*b", "a.babab"));
    assert_false(gw_path_matches("a.b", "a.b.c"));
    assert_false(gw_path_matches("a.*", "a.b.c"));
    assert_true(gw_path_matches("a.*.*", "a.b.c"));
    assert_false(gw_path_matches("a.b.c", "a.b"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coefficient_is_recovered),
        cmocka_unit_test(three_members_are_alike),
        cmocka_unit_test(marginals_are_unchanged),
        cmocka_unit_test(others_keep_their_draws),
        cmocka_unit_test(patterns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_base_pool.c: every piece runs once, whatever the number of threads and the size of blocks.
 */
#include "gw_test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/pool.h"

enum { N_MAX = 1000 };

typedef struct job {
    atomic_int n_runs[N_MAX];
    atomic_int worst_worker;
    atomic_int misaligned;
    size_t block;
    pthread_t caller;
    atomic_int elsewhere; /* pieces not run by the caller */
} job;

static void count(void *user, int worker, size_t begin, size_t end) {
    job *j = user;
    if (begin % j->block != 0 || end - begin > j->block || begin >= end) {
        j->misaligned = 1;
    }
    if (worker < 0 || worker > j->worst_worker) {
        j->worst_worker = worker;
    }
    if (!pthread_equal(pthread_self(), j->caller)) {
        j->elsewhere++;
    }
    for (size_t i = begin; i < end; i++) {
        j->n_runs[i]++;
    }
}

static void test_every_piece_once(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 7, 64, 999, 1000};
    static const size_t blocks[] = {1, 3, 64, 5000};
    for (int n_threads = -1; n_threads <= 9; n_threads++) {
        for (size_t s = 0; s < 7; s++) {
            for (size_t b = 0; b < 4; b++) {
                static job j;
                memset(&j, 0, sizeof j);
                j.block = blocks[b];
                j.caller = pthread_self();
                assert_int_equal(gw_pool_run(n_threads, sizes[s], blocks[b], count, &j), GW_OK);
                for (size_t i = 0; i < N_MAX; i++) {
                    assert_int_equal(j.n_runs[i], i < sizes[s]);
                }
                assert_int_equal(j.misaligned, 0);
                assert_true(j.worst_worker < (n_threads > 1 ? n_threads : 1));
                if (n_threads <= 1) {
                    assert_int_equal(j.elsewhere, 0);
                }
            }
        }
    }
}

static void square(void *user, int worker, size_t begin, size_t end) {
    (void)worker;
    double *x = user;
    for (size_t i = begin; i < end; i++) {
        x[i] = sin((double)i) * sqrt((double)i);
    }
}

static void test_same_answer(void **state) {
    (void)state;
    static double one[N_MAX];
    static double many[N_MAX];
    assert_int_equal(gw_pool_run(1, N_MAX, 10, square, one), GW_OK);
    assert_int_equal(gw_pool_run(7, N_MAX, 3, square, many), GW_OK);
    assert_memory_equal(one, many, sizeof one);
}

static void test_cores(void **state) {
    (void)state;
    assert_true(gw_pool_cores() >= 1);
    assert_true(gw_pool_cores() <= 65536);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_piece_once),
        cmocka_unit_test(test_same_answer),
        cmocka_unit_test(test_cores),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

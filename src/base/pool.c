/* base/pool.c: blocks of work from a shared counter, run by the caller and a few more threads. */
#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

typedef enum gate { GATE_CLOSED, GATE_OPEN, GATE_CANCELLED } gate;

typedef struct pool_run {
    gw_pool_fn fn;
    void *user;
    size_t n;
    size_t block;
    atomic_size_t next_block;
    pthread_mutex_t lock; /* guards `gate`: no piece runs before every thread exists */
    pthread_cond_t changed;
    gate gate;
} pool_run;

typedef struct pool_worker {
    pool_run *run;
    int id;
    pthread_t thread;
} pool_worker;

int gw_pool_cores(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) {
        return CPU_COUNT(&set);
    }
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 && online < 65536 ? (int)online : 1;
}

static void take_blocks(pool_run *run, int worker) {
    size_t n_blocks = run->n / run->block + (run->n % run->block != 0);
    for (;;) {
        size_t i = atomic_fetch_add_explicit(&run->next_block, 1, memory_order_relaxed);
        if (i >= n_blocks) {
            return;
        }
        size_t begin = i * run->block;
        size_t end = run->n - begin < run->block ? run->n : begin + run->block;
        run->fn(run->user, worker, begin, end);
    }
}

static void *worker_main(void *arg) {
    pool_worker *worker = arg;
    pool_run *run = worker->run;
    pthread_mutex_lock(&run->lock);
    while (run->gate == GATE_CLOSED) {
        pthread_cond_wait(&run->changed, &run->lock);
    }
    gate state = run->gate;
    pthread_mutex_unlock(&run->lock);
    if (state == GATE_OPEN) {
        take_blocks(run, worker->id);
    }
    return NULL;
}

static void set_gate(pool_run *run, gate state) {
    pthread_mutex_lock(&run->lock);
    run->gate = state;
    pthread_cond_broadcast(&run->changed);
    pthread_mutex_unlock(&run->lock);
}

static gw_code run_threads(pool_run *run, int n_threads) {
    pool_worker *workers = calloc((size_t)n_threads, sizeof *workers);
    if (workers == NULL) {
        return GW_E_MEM;
    }
    pthread_mutex_init(&run->lock, NULL);
    pthread_cond_init(&run->changed, NULL);
    int n_started = 1; /* the caller is worker 0 */
    while (n_started < n_threads) {
        pool_worker *worker = &workers[n_started];
        worker->run = run;
        worker->id = n_started;
        if (pthread_create(&worker->thread, NULL, worker_main, worker) != 0) {
            break;
        }
        n_started++;
    }
    gw_code code = n_started == n_threads ? GW_OK : GW_E_MEM;
    set_gate(run, code == GW_OK ? GATE_OPEN : GATE_CANCELLED);
    if (code == GW_OK) {
        take_blocks(run, 0);
    }
    for (int i = 1; i < n_started; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    pthread_cond_destroy(&run->changed);
    pthread_mutex_destroy(&run->lock);
    free(workers);
    return code;
}

gw_code gw_pool_run(int n_threads, size_t n, size_t block, gw_pool_fn fn, void *user) {
    pool_run run = {.fn = fn, .user = user, .n = n, .block = block == 0 ? 1 : block};
    size_t n_blocks = n / run.block + (n % run.block != 0);
    if (n_threads > 1 && (size_t)n_threads > n_blocks) {
        n_threads = n_blocks > 1 ? (int)n_blocks : 1; /* a thread without work costs its start */
    }
    if (n_threads <= 1) {
        take_blocks(&run, 0);
        return GW_OK;
    }
    return run_threads(&run, n_threads);
}

/* base/pool.h: run independent pieces of work on a few threads. Static blocks: piece i always
 * computes the same thing, whoever runs it. */
#ifndef GW_BASE_POOL_H
#define GW_BASE_POOL_H

#include <stddef.h>

#include "base/code.h"

/** Called with worker in 0..n_threads-1 and a half-open range of pieces. */
typedef void (*gw_pool_fn)(void *user, int worker, size_t begin, size_t end);

int gw_pool_cores(void); /* usable cores, at least 1 */
/** Calls fn over 0..n-1 in blocks of `block` taken in order from a shared counter, and waits.
 *  n_threads 1 runs in the caller. GW_E_MEM if a thread could not be started (nothing ran then). */
GW_MUST_USE gw_code gw_pool_run(int n_threads, size_t n, size_t block, gw_pool_fn fn, void *user);

#endif

/* base/rng.h: counter-based random numbers (Philox4x32-10 of Random123: Salmon et al., SC'11).
 * A draw is a pure function of (seed, sample, stream, index): threads, order, shards and restarts
 * cannot change a digit. */
#ifndef GW_BASE_RNG_H
#define GW_BASE_RNG_H

#include <stdint.h>

/** Uniform in the open interval (0, 1): the middle of one of 2^52 equal cells, exact in 53 bits. */
double gw_rng_uniform(uint64_t seed, uint64_t sample, uint32_t stream, uint32_t index);

/** The stream of what has this path: FNV-1a, folded to 32 bits. */
uint32_t gw_rng_stream(const char *path);

#endif

/* base/rng.c: one uniform number per (seed, sample, stream, index) with Philox4x32-10.
 * Sources: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11. */
#include "base/rng.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wundef"
#include <Random123/philox.h>
#pragma GCC diagnostic pop

double gw_rng_uniform(uint64_t seed, uint64_t sample, uint32_t stream, uint32_t index) {
    philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
    philox4x32_ctr_t counter = {{(uint32_t)sample, (uint32_t)(sample >> 32), stream, index}};
    philox4x32_ctr_t word = philox4x32(counter, key);
    uint64_t bits = (uint64_t)word.v[0] << 32 | word.v[1];
    /* The middle of one of 2^52 equal cells: an odd multiple of 2^-53, exact, and never 0 or 1. */
    return ((double)(bits >> 12) + 0.5) * 0x1p-52;
}

uint32_t gw_rng_stream(const char *path) {
    uint64_t h = 0xcbf29ce484222325ULL;
    for (; *path != '\0'; path++) {
        h = (h ^ (unsigned char)*path) * 0x100000001b3ULL;
    }
    return (uint32_t)(h ^ (h >> 32));
}

/* bench/bench.h: what the parts of the benchmark share. */
#ifndef GW_BENCH_H
#define GW_BENCH_H

double bench_now_s(void);
/** One line: the work, its measure, what it is compared with, and the ratio: above 1 is better. */
void bench_row(const char *work, double value, const char *unit, const char *against, double limit,
               int larger_is_better);

/** Step predictions and layout searches. Exits when its scenario cannot be read. */
void bench_training(void);

/** Flows on fat trees, one by one, without symmetry. */
void bench_flow(void);

#endif

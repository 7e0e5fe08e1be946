/* gigawatt/gigawatt.h: the one header for programs that use libgigawatt.
 *
 *     char *messages = NULL;
 *     gw_program *program = gw_program_open("abilene.yaml", NULL, 0, &messages);
 *     if (program == NULL) { fputs(messages, stderr); }
 *     gw_outcome *outcome = gw_program_run(program, 1000, 1, 0);
 *     double p50_d = gw_outcome_value(outcome, "full_date_d", "abilene", GW_P50);
 *
 * Numbers are SI (W, J, s, B, FLOP/s) or USD; a metric's name ends in its unit; dates (`_d`) are
 * days since 1970-01-01. `gigawatt run --format csv` lists all metrics. A result is a pure function
 * of the scenario, the seed and the number of samples. Handles may be used from one thread at a
 * time; different handles are independent. */
#ifndef GIGAWATT_GIGAWATT_H
#define GIGAWATT_GIGAWATT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** "0.1.0"; static. */
const char *gw_version(void);

/** A scenario, read, checked and built. */
typedef struct gw_program gw_program;
/** What a run found. */
typedef struct gw_outcome gw_outcome;

typedef enum gw_statistic { GW_BASE, GW_P10, GW_P50, GW_P90, GW_MEAN, GW_SD } gw_statistic;

/** Reads a scenario file with the built-in catalogue.
 *  @param sets      n_sets overrides "path=value"; NULL if none (borrowed)
 *  @param messages  if not NULL: receives every problem with its position, "" if none; free() it
 *  @return NULL if there was an error. Close with gw_program_close. */
gw_program *gw_program_open(const char *path, const char *const *sets, int n_sets, char **messages);
void gw_program_close(gw_program *program); /* NULL is legal */

/** Works the scenario through. @param n_threads 0: all cores; changes no digit.
 *  @return NULL if memory ran out. The program must outlive the outcome. Free with gw_outcome_free.
 */
gw_outcome *gw_program_run(const gw_program *program, int n_samples, uint64_t seed, int n_threads);
void gw_outcome_free(gw_outcome *outcome); /* NULL is legal */

/** One output. @param instance name of the site, cluster or job; NULL or "": the first.
 *  @return NaN if there is no such metric, instance or value. */
double gw_outcome_value(const gw_outcome *outcome, const char *metric, const char *instance,
                        gw_statistic statistic);

/** The whole result as JSON; free() it. */
char *gw_outcome_json(const gw_outcome *outcome);
/** Writes report.html, results.sqlite, results.json and CSV files. @return 0, or a code of
 * base/code.h with the reason in *messages (free() it; may be NULL). */
int gw_outcome_write(const gw_outcome *outcome, const char *folder, char **messages);

#ifdef __cplusplus
}
#endif

#endif

/* validation/collective_row.h: a published measurement of one collective operation as input of the
 * fabric model.
 *
 * In:  one line of a table of collectives (columns in collective_row.c) and the catalogue:
 *      accelerators by the name in column gpu.
 * Out: gw_trial; or in two steps: gw_collective_case, then its prediction, for fits.
 */
#ifndef GW_VALIDATION_COLLECTIVE_ROW_H
#define GW_VALIDATION_COLLECTIVE_ROW_H

#include "validation/validation.h"

/** How large a message is. */
typedef enum gw_message_size {
    GW_MESSAGE_SMALL,  /* up to 64 KiB */
    GW_MESSAGE_MEDIUM, /* to 1 MB */
    GW_MESSAGE_LARGE,  /* to 64 MB */
    GW_MESSAGE_BULK,
    GW_N_MESSAGE_SIZE
} gw_message_size;
extern const char *const gw_message_size_words[GW_N_MESSAGE_SIZE]; /* "up to 64 kB", ... */

/** One measurement. Pointers are borrowed from the table, the catalogue and the arena. */
typedef struct gw_collective_case {
    gw_collective kind;
    const gw_accelerator *accelerator;
    double share;      /* of the accelerator that counts as one rank: one die of two: 0.5 */
    double links_frac; /* of the links of a torus that a small slice uses */
    double bytes;      /* as gw_collective_s wants them */
    double nic_Bps;    /* per rank, as rated; NaN where none is needed */
    int ranks, domain;
    bool no_multicast;
    bool expert; /* dispatch or combine of an expert library */
    double measured_s;
    gw_message_size size;
    bool across;        /* the ranks are in several domains */
    const char *regime; /* "inside, 1 to 64 MB" */
    const char *wide;   /* NULL, or what had to be assumed */
} gw_collective_case;

/** NULL, or why the row is not covered, with the column in *column (NULL: none). */
const char *gw_collective_case_read(const gw_scenario *in, const gw_csv *csv, int row,
                                    gw_arena *arena, gw_collective_case *out, const char **column);

/** Seconds, with the values that the accelerator has now: a fit changes them. */
double gw_collective_case_s(const gw_collective_case *c);

/** gw_trial_row: reads and predicts. */
gw_trial gw_collective_row(const gw_scenario *in, const gw_csv *csv, int row, gw_arena *arena);

#endif

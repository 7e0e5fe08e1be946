/* engine/train_run.h: the training steps of a scenario's jobs, with what they are made of, what
 * would help, and on request every layout that they could have.
 *
 * In:  a built model. Out: gw_train_report: one gw_train_job a job. Method: train_run.c. */
#ifndef GW_ENGINE_TRAIN_RUN_H
#define GW_ENGINE_TRAIN_RUN_H

#include "model.h"
#include "scenario/load.h"
#include "training/search.h"
#include "training/step_parts.h"

#define GW_ALTERNATIVES_MAX 40

typedef struct gw_train_opts {
    const char *job; /* NULL: all */
    bool search;     /* every layout that the file leaves open, not the quick choice */
    bool prune, wide;
    int n_threads; /* 0: all cores; changes no result */
} gw_train_opts;

typedef struct gw_train_job {
    const gw_job *job;
    gw_step_in in;            /* its scratch is the report's arena */
    gw_step step;             /* of the layout as given or chosen; with --search of the best */
    const char *note;         /* how the layout was found, what has no effect, or NULL */
    const char *software_by;  /* what chose in.software: "given", "accelerator" or "newest" */
    int bottleneck;           /* GW_PART_... that takes longest */
    double hfu_frac;          /* as mfu, with recomputation counted */
    gw_congestion congestion; /* of the layout in `step`, base case */
    int n_stages;             /* 0 if a rule is broken */
    gw_memory stages[GW_MEMORY_STAGES];
    int n_gains;
    gw_gain gains[GW_GAINS_MAX];
    bool searched;
    gw_search_result search;
    int n_alternatives;
    gw_alternative alternatives[GW_ALTERNATIVES_MAX];
} gw_train_job;

typedef struct gw_train_report {
    const gw_scenario *in;
    int n_jobs;
    gw_train_job *jobs;   /* owned by the arena */
    gw_service *services; /* [n_serving] owned by the arena; NULL if one job was asked for */
} gw_train_report;

/** GW_E_REF: no such job (nothing is said); GW_E_MEM: threads could not be started. */
GW_MUST_USE gw_code gw_train_run(const gw_model *model, const gw_train_opts *opts, gw_arena *arena,
                                 gw_train_report *out);

/** What the file says of a job's layout is wanted; what it does not mention is open. */
gw_wanted gw_train_wanted(const gw_spec *spec, const gw_job *job);

#endif

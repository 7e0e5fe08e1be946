/* programme/schedule.h: the schedule of one sample. What is fixed for all samples (order, successors,
 * dates to be set) is the plan, made once from the scenario; what a worker needs to work is its desk.
 *
 *   gw_schedule_plan_create   once, when the model is built
 *   gw_schedule_desk_create   once a worker; redirects the slots of dates that the schedule sets
 *   gw_schedule_phase         every sample
 *
 * Formulas and validity: schedule_pass.c, schedule_events.c, chip_supply.c, docs/model/schedule.md. */
#ifndef GW_PROGRAMME_SCHEDULE_H
#define GW_PROGRAMME_SCHEDULE_H

#include "model.h"
#include "programme/workcal.h"

typedef enum gw_target_kind { GW_TARGET_BUILDING, GW_TARGET_SUPPLY, GW_TARGET_LOT } gw_target_kind;

/** A date of the scenario that the schedule or the chip supply sets. */
typedef struct gw_target {
    gw_target_kind kind;
    int owner, item;      /* site and building or supply; cluster and lot */
    int lot;              /* number of the lot over all clusters, -1 otherwise */
    const gw_refs *after; /* borrowed from the scenario; n may be 0 */
} gw_target;

struct gw_schedule_plan {
    int n;        /* activities */
    int *order;   /* [n] predecessors first; among equals as written */
    int *rank;    /* [n] place in `order` */
    int *succ_at; /* [n + 1] successors of i: succ[succ_at[i] .. succ_at[i + 1]) */
    int *succ;
    int n_resources;
    int *user_at; /* [n_resources + 1] activities that use a resource */
    int *user;
    bool has_resources;
    bool *calendar_varies; /* [n_calendars] holds an uncertain number */
    uint32_t *risk_stream, *commitment_stream;
    bool *superseded;  /* [n_commitments] another one has replaced it */
    int *driver_input; /* [n_drivers] index into model->uncertain of its factor, -1: certain */
    int *hold_at;      /* [n + 1] commitments that can hold up an activity */
    int *hold;
    double origin_d; /* of the working calendars */
    int n_targets;
    gw_target *targets;
    int n_lots;      /* of all clusters */
    int *lot_supply; /* [n_lots] chip supply that the lot comes from, -1: none */
};

typedef struct gw_schedule_plan gw_schedule_plan;

/** Steps of use of one resource: use[k] holds from at_d[k] to at_d[k + 1]. */
typedef struct gw_usage {
    int n;
    double *at_d, *use;
} gw_usage;

struct gw_schedule_desk {
    gw_worktime *calendar; /* [n_calendars] */
    bool *calendar_is_set;
    double **member; /* [n_targets] the date in state->in */
    double *own_d;   /* [n_targets] what the file or the draw says: slots point here */
    /* [n] one activity each */
    double *work_d, *delay_d;  /* working days; calendar days added by risks */
    double *pred_d;            /* the last predecessor and its lag are over; -inf: none */
    double *ready_d, *bound_d; /* may begin; the wait for crews over */
    double *hold_d;            /* pause of work that had begun */
    double *late_start_d, *late_finish_d;
    bool *is_fact; /* started or finished on as_of */
    bool *is_done;
    bool *is_dated;         /* a date, and no predecessor, says when it may begin */
    int *turn, *turn_other; /* order of placement */
    double *withdrawn_d;    /* [n_commitments] NaN: when the money is needed */
    gw_usage *usage;        /* [n_resources] */
    int *lot_order;         /* [n_lots] */
    double **lot_date_d;    /* [n_lots] installed date in state->in */
    /* what the command line may ask for; all off in a run */
    bool *mitigated;  /* [n_mitigations] taken */
    bool independent; /* drivers are drawn anew for each activity */
};

typedef struct gw_schedule_desk gw_schedule_desk;

/** Needs the scenario and the list of uncertain inputs. Owned by the model's arena. */
gw_schedule_plan *gw_schedule_plan_create(const gw_model *model);
/** Needs state->in, slots and plan; called once for each state. */
void gw_schedule_desk_create(const gw_model *model, gw_state *state);

/** The phase: dates of activities, then those of buildings, power and chips that follow from them. */
void gw_schedule_phase(const gw_model *model, gw_state *state);

/* ---- parts of the phase */

/** Which risks happen and which promises are withdrawn; duration and delay of every activity. */
void gw_schedule_draw_events(const gw_model *model, gw_state *state);
/** Forward pass, resources, backward pass, critical path. */
void gw_schedule_pass(const gw_model *model, gw_state *state);
/** What standing in for a withdrawn promise costs more. withdrawn_d NaN: nothing was drawn. */
double gw_commitment_replacement_usd(const gw_commitment *c, double withdrawn_d);
/** Lots of accelerators wait for their chips. */
void gw_chip_supply_apply(const gw_model *model, gw_state *state);

/** The chain of activities that led to the end of `last`, earliest first; returns how many.
 *  chain[n_activities]. Where several led to it, the first as written. */
int gw_schedule_chain(const gw_model *model, const gw_state *state, int last, int *chain);

#endif

/* reliability/goodput.h: from failure rates to the share of time in which a job makes progress. */
#ifndef GW_RELIABILITY_GOODPUT_H
#define GW_RELIABILITY_GOODPUT_H

#include "model.h"

/* ---- rates ---- */

/** Sum over the parts of a failure model, times its rate_factor; per accelerator. */
double gw_reliability_rate_per_s(const gw_failure_model *failures);
/** The figure that fleets publish: failures per 1,000 node-days, from a rate per accelerator, and
 * back. */
double gw_reliability_per_1000_node_days(double rate_per_s, double per_node);
double gw_reliability_rate_of_node_days(double per_1000_node_days, double per_node);
/** Share of time that a repairable unit is up: 1 / (1 + rate x repair). */
double gw_reliability_availability(double rate_per_s, double repair_s);
/** Probability that a failure finds all `spares` units in repair: P(N >= spares), N ~
 * Poisson(mean_in_repair). */
double gw_reliability_shortage(double spares, double mean_in_repair);

/* ---- checkpoint interval: useful work between checkpoints; blocking write d, job MTBF M ---- */

double gw_reliability_interval_young_s(double blocking_s, double mtbf_s);
double gw_reliability_interval_daly1_s(double blocking_s, double mtbf_s);
double gw_reliability_interval_daly_s(double blocking_s, double mtbf_s); /* higher order */
double gw_reliability_interval_exact_s(double blocking_s, double mtbf_s);

/* ---- goodput ---- */

/** One job on one fleet. */
typedef struct gw_exposure {
    double rate_per_s; /* failures of the whole job while it runs or restarts */
    double interval_s; /* useful work between checkpoints */
    double blocking_s; /* stop for one checkpoint */
    double lag_s;      /* from the end of the stop until the checkpoint can be used */
    double dead_s;    /* mean time after a failure in which nothing can fail: detection, waiting for
                         spares */
    double restart_s; /* undisturbed time needed to come back */
    double silent_frac; /* share of failures that corrupted work unnoticed */
    double rollback_s;  /* useful work thrown away by one of those */
} gw_exposure;

/** Shares of wall time; they sum to 1. */
typedef struct gw_shares {
    double goodput_frac, checkpoint_frac, rework_frac, downtime_frac, silent_frac;
} gw_shares;

gw_shares gw_reliability_shares(const gw_exposure *job);
/** Effective training time ratio to first order, (1 - rate (stop + interval / 2)) / (1 + blocking /
 * interval); 0 where it turns negative. */
double gw_reliability_first_order(double rate_per_s, double interval_s, double blocking_s,
                                  double stop_s);

#endif

/* report/verdict.h: a claimed number against the run: does it hold as it is worded? */
#ifndef GW_REPORT_VERDICT_H
#define GW_REPORT_VERDICT_H

#include "report/words.h"

typedef enum gw_verdict {
    GW_VERDICT_NONE,  /* not comparable: the run has no such number */
    GW_VERDICT_HOLDS, /* within the tolerance, on the side that the wording leaves open */
    GW_VERDICT_HIGH,  /* the claim is higher than the run */
    GW_VERDICT_LOW,
    GW_VERDICT_EARLY, /* a claimed date that the run does not meet */
    GW_N_VERDICT
} gw_verdict;

/** A run within this share of the claim still makes it hold: headlines are rounded. */
#define GW_VERDICT_TOLERANCE 0.05
/** The same for dates, days: a claim without a day stands for its month. */
#define GW_VERDICT_TOLERANCE_d 15.0

/** One value of the run against a claim. value NaN: GW_VERDICT_NONE. */
gw_verdict gw_verdict_of(gw_claim_quantity quantity, int wording, double claimed, double value);
/** By the median of the samples (without samples: the base case). */
gw_verdict gw_verdict_item(const gw_result *r, int item);
/** Share of samples in which the claim holds; NaN without samples or if nothing compares. */
double gw_verdict_share(const gw_result *r, int item);
/** "holds", "too high by 6.2 %", "too low by a factor of 5.7", "too early by 213 days",
 * "not comparable": said of the claim. */
gw_words gw_verdict_words(const gw_result *r, int item);
/** The same word without its amount, for files: "holds", "claim_too_high", ... */
const char *gw_verdict_key(gw_verdict verdict);
/** "ok", "warn" or "note": class of the style sheet. */
const char *gw_verdict_css(gw_verdict verdict);

/** Whether the claim item is a date of full operation of this site: the run answers it with the
 * date on which the whole site runs, or nearly so (a date for a first phase is not). */
bool gw_verdict_is_full_date(const gw_result *r, int item, int site);

#endif

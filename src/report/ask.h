/* report/ask.h: what the answers to the questions share. Private to the report. */
#ifndef GW_REPORT_ASK_H
#define GW_REPORT_ASK_H

#include "claims/rules.h"
#include "claims/score.h"
#include "claims/totals.h"
#include "engine/engine.h"
#include "engine/what_if.h"
#include "report/questions.h"
#include "report/words.h"

#define GW_ASK_SHOWN 3 /* sites, claims, loans named in one answer; the others are counted */

typedef struct gw_ask {
    const gw_result *r;
    const gw_model *m;
    const gw_scenario *in;
    const gw_state *base;
    gw_arena *arena;
    gw_records records; /* the scenario's claims, one record a quantity */
    gw_scores scores;
    gw_ledger_report ledger; /* all rules over the records */
    gw_buf text, missing;    /* of the question that is being answered */
} gw_ask;

/** Adds a sentence. */
void gw_ask_say(gw_ask *a, const char *fmt, ...) GW_PRINTF(2, 3);
/** Says what the scenario lacks. */
void gw_ask_lacks(gw_ask *a, const char *fmt, ...) GW_PRINTF(2, 3);

gw_summary gw_ask_summary(const gw_ask *a, gw_metric_id metric, int i);
/** "1.18 GW [1.02 - 1.31]" of a metric. */
gw_words gw_ask_interval(const gw_ask *a, gw_metric_id metric, int i);
double gw_ask_base(const gw_ask *a, gw_metric_id metric, int i);
const char *gw_ask_site(const gw_ask *a, int i);
const char *gw_ask_contract(const gw_ask *a, int i);
const char *gw_ask_loan(const gw_ask *a, int i);
const char *gw_ask_party(const gw_ask *a, int node);
/** Publisher of the source that a record cites, else its title; "" if it cites none. */
const char *gw_ask_source(const gw_ask *a, const gw_record *record);
/** Who said a record: the speakers, else the source. */
gw_words gw_ask_who(const gw_ask *a, const gw_record *record);
/** "12.3 %", or why there is none. */
gw_words gw_ask_irr(const gw_irr *irr);
/** Money with its sign in words: "2.1 bn USD less". */
gw_words gw_ask_change(double usd);
/** Days from one date to another in words: "5 months later". */
gw_words gw_ask_shift(double from_d, double to_d);

/* The answers, in the files questions_<topic>.c. */
void gw_ask_running(gw_ask *a);        /* 1 */
void gw_ask_probability(gw_ask *a);    /* 2 */
void gw_ask_contradictions(gw_ask *a); /* 3 */
void gw_ask_promised(gw_ask *a);       /* 4 */
void gw_ask_implied(gw_ask *a);        /* 5 */
void gw_ask_rent(gw_ask *a);           /* 6 */
void gw_ask_critical(gw_ask *a);       /* 7 */
void gw_ask_delay(gw_ask *a);          /* 8 */
void gw_ask_exit(gw_ask *a);           /* 9 */
void gw_ask_supply(gw_ask *a);         /* 10 */
void gw_ask_known(gw_ask *a);          /* 11 */
void gw_ask_chip_life(gw_ask *a);      /* 12 */
void gw_ask_repeated(gw_ask *a);       /* 13 */
void gw_ask_households(gw_ask *a);     /* 14 */
void gw_ask_circulation(gw_ask *a);    /* 15 */
void gw_ask_debt(gw_ask *a);           /* 16 */
void gw_ask_overlap(gw_ask *a);        /* 17 */
void gw_ask_grid(gw_ask *a);           /* 18 */
void gw_ask_lateness(gw_ask *a);       /* 19 */
void gw_ask_residual(gw_ask *a);       /* 20 */
void gw_ask_token(gw_ask *a);          /* 25 */
void gw_ask_own(gw_ask *a);            /* 26 */
void gw_ask_tornado(gw_ask *a);        /* 27 */
void gw_ask_compare(gw_ask *a);        /* 28 */
void gw_ask_joint(gw_ask *a);          /* 29 */
void gw_ask_covenant(gw_ask *a);       /* 30 */
void gw_ask_idle(gw_ask *a);           /* 31 */
void gw_ask_believed(gw_ask *a);       /* 33 */
void gw_ask_single(gw_ask *a);         /* 34 */
void gw_ask_power_late(gw_ask *a);     /* 35 */
void gw_ask_unsourced(gw_ask *a);      /* 36 */
void gw_ask_wording(gw_ask *a);        /* 37 */
void gw_ask_demand(gw_ask *a);         /* 38 */

#endif

/* report/questions.h: the questions that people bring, answered by name from one run: a sentence or
 * two with numbers, their basis and who says so; or which input is missing. The list, with what
 * each answer means: docs/questions.md. */
#ifndef GW_REPORT_QUESTIONS_H
#define GW_REPORT_QUESTIONS_H

#include "base/json.h"
#include "engine/result.h"

typedef struct gw_answer {
    int number;           /* in the ranked list */
    const char *question; /* as people ask it */
    const char *text;     /* "" where it cannot be answered */
    const char *missing;  /* what the scenario lacks for it, or for more; NULL */
    const char *where;    /* id of the section of the report with the detail; NULL */
    const char *where_title;
} gw_answer;

typedef struct gw_answers {
    int n;
    gw_answer *at;
} gw_answers;

/** Answers everything that the run can answer. What-ifs are base cases of their own. Owned by the
 * arena. */
gw_answers gw_questions_work(const gw_result *r, gw_arena *arena);
/** Text for a terminal. */
void gw_questions_text(const gw_result *r, const gw_answers *answers, int width, gw_buf *out);
/** Members of the object that is open. */
void gw_questions_json(const gw_answers *answers, gw_json *json);

/** Present worth of the service that cash can carry at a coverage: what can be borrowed.
 * @param cfads_usd  [n_periods] cash at the end of each period; negative counts as none */
double gw_questions_debt_usd(const double *cfads_usd, int n_periods, double rate_per_period,
                             double dscr);
/** Energy of a household if `power_W` is said to serve so many, J a year of 365 days. */
double gw_questions_household_J(double power_W, double households);

#endif

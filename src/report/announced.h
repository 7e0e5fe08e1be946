/* report/announced.h: which dated announcements of a claims table speak of which site of a timelines table. */
#ifndef GW_REPORT_ANNOUNCED_H
#define GW_REPORT_ANNOUNCED_H

#include "claims/record.h"
#include "programme/backtest.h"

/** Power claims of one site with a day by which it is due (their own, or that of a date claim on the same site
 * said no later). Observations, claims of several sites and claims that fit two sites equally well
 * are left out.
 * @return how many; *out is owned by the arena */
int gw_announced_find(const gw_records *records, const gw_history *history, gw_arena *arena,
                      gw_announced **out);

/** The one site that the words of a claim mean, or -1. Two points if its name holds the programme, one if it
 * holds the place (without a two-letter state); the most points win, a tie is nobody. */
int gw_announced_site(const gw_history *history, const char *programme, const char *place);

#endif

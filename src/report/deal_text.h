/* report/deal_text.h: deals in words, as JSON and as CSV. */
#ifndef GW_REPORT_DEAL_TEXT_H
#define GW_REPORT_DEAL_TEXT_H

#include "base/buf.h"
#include "base/json.h"
#include "base/stats.h"
#include "finance/deal.h"

/** What uncertain inputs make of a deal; n = 0: nothing in it is uncertain, or no samples. */
typedef struct gw_deal_spread {
    int n;
    gw_summary npv_usd, irr, dscr_min, annual_usd;
    double loses_frac; /* samples with a present value below zero */
} gw_deal_spread;

/** A deal worked out in each of its readings. */
typedef struct gw_deal_view {
    const gw_scenario *in; /* bands */
    const gw_deal *deal;
    int n; /* readings, 1 or 2 */
    gw_deal_sheet sheet[2];
    double needed_usd[2]; /* level payments for a present value of zero */
    gw_deal_spread spread[2];
    bool with_turns;
    gw_deal_turn turn[2][GW_N_LEVER];
} gw_deal_view;

/** Without samples: spread stays empty. */
gw_deal_view gw_deal_look(const gw_scenario *in, const gw_deal *deal, bool with_turns,
                          gw_arena *arena);

/** One number of a reading, as JSON and CSV give it. */
typedef struct gw_deal_number {
    const char *key; /* with its unit */
    double value;
} gw_deal_number;
#define GW_DEAL_NUMBERS_MAX 96
int gw_deal_numbers(const gw_deal_view *view, int reading, gw_deal_number *out);

/** For a terminal of 80 columns. */
void gw_deal_text(const gw_deal_view *view, gw_arena *arena, gw_buf *out);
/** One object inside an array. */
void gw_deal_json(const gw_deal_view *view, gw_arena *arena, gw_json *json);
/** Rows deal,reading,key,value; the header is the caller's. */
void gw_deal_csv(const gw_deal_view *view, gw_buf *out);

/** A ratio of the deal outside what the catalogue calls plausible. */
typedef struct gw_deal_doubt {
    const char *text, *reading; /* owned by the arena; reading NULL if none */
} gw_deal_doubt;
#define GW_DEAL_DOUBTS_MAX 8
int gw_deal_doubts(const gw_deal_view *view, int reading, gw_arena *arena, gw_deal_doubt *out);

#endif

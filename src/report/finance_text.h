/* report/finance_text.h: the money of a run in words and as JSON: measures, loans, contracts,
 * parties, programmes, what money circulates; and what would turn it. */
#ifndef GW_REPORT_FINANCE_TEXT_H
#define GW_REPORT_FINANCE_TEXT_H

#include "base/buf.h"
#include "base/json.h"
#include "engine/result.h"
#include "report/words.h"

/** Text for a terminal, up to 80 columns wide. Measures are P50 with P10 and P90; loans, contracts,
 * parties and rounds are those of the base case. */
void gw_finance_text(const gw_result *result, gw_buf *out);

/** The same as members of the JSON object that is open. */
void gw_finance_json(const gw_result *result, gw_json *json);

/** What turns the value or breaks a covenant, what six months of delay cost whom, how much debt each
 * loan's cash carries: some hundred runs of the base case. */
void gw_finance_turns_text(const gw_model *model, gw_buf *out);
/** The same as members `break_even`, `delay` and `debt_capacity` of the JSON object that is open. */
void gw_finance_turns_json(const gw_model *model, gw_json *json);

/** Name of a node of the money graph: a party's title, "builders" ... */
const char *gw_finance_node(const gw_scenario *in, int node);

/** The first cell of a row; a longer text is cut, and shows that it is. */
void gw_finance_left(gw_buf *out, const char *text, int width);
/** A number: never cut, never without a blank before it. */
void gw_finance_right(gw_buf *out, gw_words words, int width);

#endif

/* scenario/expr.h: one written value: a quantity, a date or a distribution, and its provenance.
 *
 *   value      := expression [ "@" provenance ]
 *   expression := quantity | date | quantity "+-" quantity | date ("+" | "+-") quantity
 *               | [ date "+" ] NAME "(" argument { ";" argument } ")"
 *   NAME       := uniform | triangular | pert | normal | lognormal | discrete
 *   provenance := SOURCE [ ":" GRADE ] [ "(" words ")" ]   |   "assumed" [ "(" words ")" ]
 *
 * `x +- y` is a normal distribution whose P10 and P90 are x - y and x + y; `y` may be a percentage
 * of x. Arguments may also be separated by commas, where YAML lets them stand. */
#ifndef GW_SCENARIO_EXPR_H
#define GW_SCENARIO_EXPR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/dist.h"
#include "base/units.h"
#include "scenario/field.h"

typedef struct gw_expr {
    gw_dist dist; /* GW_DIST_CONST for a plain value; in SI */
    gw_dim dim;   /* of the value */
} gw_expr;

/** What a refused text gets said about it. */
typedef struct gw_expr_error {
    gw_code code;
    size_t offset; /* into the text, where the trouble starts */
    char msg[200];
    char hint[160];
} gw_expr_error;

/** Parses an expression for a NUM, MONTHS or DATE field. Checks dimension (a field unit "*" takes
 * any) and that the distribution is legal; not the range. Money of another year is converted to
 * price_year. */
GW_MUST_USE gw_code gw_expr_parse(const char *text, size_t n, const gw_field *field, int price_year,
                                  gw_expr *out, gw_expr_error *error);

/** Splits "value @source:grade(note)". All parts point into text; absent parts have length 0. */
typedef struct gw_provenance {
    size_t n_value; /* length of the value, blanks trimmed */
    const char *source, *grade, *note;
    size_t n_source, n_grade, n_note;
    bool malformed; /* an opening bracket without its end, or words after the bracket */
} gw_provenance;
gw_provenance gw_provenance_split(const char *text);

#endif

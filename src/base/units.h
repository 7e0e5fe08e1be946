/* base/units.h: dimensions, the unit table, and quantities read from and written to text.
 * Inside the program every number is SI (W, J, s, K, kg, B, FLOP/s) or USD; conversion happens only
 * here. Temperatures: K inside; degC and degF are offset units and legal only alone. */
#ifndef GW_BASE_UNITS_H
#define GW_BASE_UNITS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/code.h"

/** Exponents of metre, kilogram, second, kelvin, byte, USD, FLOP, token. Counts (GPUs, racks,
 *  buildings, households, ports) and shares are dimensionless. */
enum {
    GW_DIM_m,
    GW_DIM_kg,
    GW_DIM_s,
    GW_DIM_K,
    GW_DIM_B,
    GW_DIM_usd,
    GW_DIM_FLOP,
    GW_DIM_tok,
    GW_N_DIM
};
typedef struct gw_dim {
    signed char e[GW_N_DIM];
} gw_dim;

typedef struct gw_unit {
    gw_dim dim;
    double scale;   /* SI value of one unit */
    double offset;  /* added after scaling: degC has 273.15 */
    int price_year; /* 0, or the year in "USD2024" */
} gw_unit;

/** Reads a unit expression: names joined by '*', '.' or '/', with integer powers ("^2", "^-1" or
 * one digit, "m2"): "MW", "kWh", "Gbit/s", "TFLOP/s", "USD/MWh", "USD/kW/mo", "g/kWh", "1/yr" or
 * "/yr", "USD/Mtok", "km2", "". Each '/' divides by the one name behind it; a product behind a
 * division is refused because it is read in two ways. Blanks may surround an operator. Every name
 * stands in base/unit_table.h. Prefixes k M G T P E Z Y, where it makes sense also m u n c, and Ki
 * Mi Gi Ti Pi Ei before B and bit. mo = yr/12, yr = 365.25 d, FIT = 1e-9/h, "USD2024" carries its
 * price year; "EUR" is unknown on purpose. Counting nouns (GPUs, racks, buildings, ...) are
 * dimensionless 1. Case matters ("mW" is not "MW"). degC and degF are legal only alone. On failure
 * *bad (may be NULL) points into text at the offending place. */
GW_MUST_USE gw_code gw_unit_parse(const char *text, size_t n, gw_unit *out, const char **bad);
bool gw_dim_equal(gw_dim a, gw_dim b);
/** "power", "money", "data rate", ... or, for unnamed combinations, "kg m2 s-3". Static or in
 * `out`. */
const char *gw_dim_name(gw_dim dim, char *out, size_t n);
/** What was meant by an unknown unit name ("GWW" -> "GW", "Gbps" -> "Gbit/s"), or NULL. Valid until
 *  the next call in the same thread. */
const char *gw_unit_nearest(const char *text, size_t n);

/** A value as read. */
typedef struct gw_quantity {
    double si; /* value in SI (offset applied) */
    gw_unit unit;
    bool had_unit; /* false when only a number (or number and scale word) was given */
} gw_quantity;

/** Reads a number and its unit: "1.2 GW", "400 Gbit/s", "12 bn USD", "30 T tokens", "-3 degC",
 *  "85%", "1_000", "4e3", "+5". One scale word may stand before the unit or at the end (any case):
 *  thousand | mn mln million | bn billion | tn trillion. The letters k, M and T are scales only
 *  before a unit word. "1,000", "12 m USD" and "nan" are errors with a hint. A missing unit is no
 *  error here: ask had_unit.
 *  @param msg   on failure one sentence for the diagnostic, else ""; n_msg 0 if not wanted
 *  @param hint  on failure what to do, or ""; n_hint 0 if not wanted
 *  @return GW_OK | GW_E_SYNTAX (no number) | GW_E_UNIT | GW_E_RANGE; *out untouched on failure */
GW_MUST_USE gw_code gw_quantity_parse(const char *text, size_t n, gw_quantity *out, char *msg,
                                      size_t n_msg, char *hint, size_t n_hint);

/** Converts USD of one year into USD of another with the US consumer price index (annual means).
 *  Years 2015..2040, from 2025 on an assumption; 1 for equal years, NaN outside. */
double gw_price_index_ratio(int from_year, int to_year);

/** Writes `si` for people, three significant digits, whole with thousands separators from 100 on,
 * in a unit of the family of `unit` that brings the number into 1..1000: 1.2e9 in "MW" -> "1.20
 * GW"; 5.2e10 in "USD" -> "52.0 bn USD"; 0.853 in "%" -> "85.3 %"; 403200 in "" -> "403,200"; NaN
 * -> "-". Compound units ("USD/MWh") stay as given while the number lies in 0.01..99999; "1/yr" is
 * shown as "/yr". */
void gw_quantity_format(double si, const char *unit, char *out, size_t n);
/** The value in exactly that unit, shortest digits that read back as the same double (rarely: its
 *  neighbour): "1200 MW"; for write-back. */
void gw_quantity_write(double si, const char *unit, char *out, size_t n);
/** SI value of one `unit`, 1.0 if the text is not a unit (which a unit test forbids for our
 * tables). */
double gw_unit_scale(const char *unit);

#endif

/* base/unit_table.h: the one table of units and prefixes, private to base (and to its tests).
 * Everything about a unit stands in its row; units.c, quantity.c and quantity_format.c only read
 * it. */
#ifndef GW_BASE_UNIT_TABLE_H
#define GW_BASE_UNIT_TABLE_H

#include "base/units.h"

/** Which prefixes a unit takes. */
enum {
    GW_PREFIX_NONE = 0,
    GW_PREFIX_LARGE = 1,  /* k M G T P E Z Y */
    GW_PREFIX_SMALL = 2,  /* m u n */
    GW_PREFIX_BINARY = 4, /* Ki Mi Gi Ti Pi Ei */
    GW_PREFIX_CENTI = 8,  /* c */
    GW_PREFIX_SI = GW_PREFIX_LARGE | GW_PREFIX_SMALL
};

/* clang-format off */
/* Exponents of         m  kg   s  K  B usd FLOP tok */
#define GW_D_NUMBER    {{0, 0,  0, 0, 0, 0, 0, 0}}
#define GW_D_LENGTH    {{1, 0,  0, 0, 0, 0, 0, 0}}
#define GW_D_AREA      {{2, 0,  0, 0, 0, 0, 0, 0}}
#define GW_D_VOLUME    {{3, 0,  0, 0, 0, 0, 0, 0}}
#define GW_D_MASS      {{0, 1,  0, 0, 0, 0, 0, 0}}
#define GW_D_TIME      {{0, 0,  1, 0, 0, 0, 0, 0}}
#define GW_D_RATE      {{0, 0, -1, 0, 0, 0, 0, 0}}
#define GW_D_KELVIN    {{0, 0,  0, 1, 0, 0, 0, 0}}
#define GW_D_DATA      {{0, 0,  0, 0, 1, 0, 0, 0}}
#define GW_D_MONEY     {{0, 0,  0, 0, 0, 1, 0, 0}}
#define GW_D_FLOP      {{0, 0,  0, 0, 0, 0, 1, 0}}
#define GW_D_TOKEN     {{0, 0,  0, 0, 0, 0, 0, 1}}
#define GW_D_POWER     {{2, 1, -3, 0, 0, 0, 0, 0}}
#define GW_D_ENERGY    {{2, 1, -2, 0, 0, 0, 0, 0}}
#define GW_D_PRESSURE  {{-1, 1, -2, 0, 0, 0, 0, 0}}
/* clang-format on */

#define GW_BTU_J 1055.05585262 /* international table Btu */

/* X(name, SI value of one, offset, dimension, prefixes). The order decides between equally near
 * candidates of a hint: common units stand first. */
#define GW_UNITS(X)                                                                                \
    X("W", 1.0, 0.0, POWER, SI)                                                                    \
    X("Wh", 3600.0, 0.0, ENERGY, SI)                                                               \
    X("J", 1.0, 0.0, ENERGY, SI)                                                                   \
    X("USD", 1.0, 0.0, MONEY, NONE)                                                                \
    X("$", 1.0, 0.0, MONEY, NONE)                                                                  \
    X("s", 1.0, 0.0, TIME, SMALL)                                                                  \
    X("min", 60.0, 0.0, TIME, NONE)                                                                \
    X("h", 3600.0, 0.0, TIME, NONE)                                                                \
    X("d", 86400.0, 0.0, TIME, NONE)                                                               \
    X("wk", 604800.0, 0.0, TIME, NONE)                                                             \
    X("mo", 2629800.0, 0.0, TIME, NONE)  /* a twelfth of a year */                                 \
    X("yr", 31557600.0, 0.0, TIME, NONE) /* Julian: 365.25 d */                                    \
    X("Hz", 1.0, 0.0, RATE, SI)                                                                    \
    X("FIT", 1e-9 / 3600.0, 0.0, RATE, NONE) /* failures in 1e9 h */                               \
    X("B", 1.0, 0.0, DATA, LARGE | GW_PREFIX_BINARY)                                               \
    X("bit", 0.125, 0.0, DATA, LARGE | GW_PREFIX_BINARY)                                           \
    X("FLOP", 1.0, 0.0, FLOP, LARGE)                                                               \
    X("tok", 1.0, 0.0, TOKEN, LARGE)                                                               \
    X("token", 1.0, 0.0, TOKEN, LARGE)                                                             \
    X("tokens", 1.0, 0.0, TOKEN, LARGE)                                                            \
    X("%", 0.01, 0.0, NUMBER, NONE)                                                                \
    X("ppm", 1e-6, 0.0, NUMBER, NONE)                                                              \
    X("m", 1.0, 0.0, LENGTH, SI | GW_PREFIX_CENTI)                                                 \
    X("ft", 0.3048, 0.0, LENGTH, NONE)                                                             \
    X("mi", 1609.344, 0.0, LENGTH, NONE)                                                           \
    X("acre", 4046.8564224, 0.0, AREA, NONE) /* international: 43,560 ft2 */                       \
    X("ha", 1e4, 0.0, AREA, NONE)                                                                  \
    X("L", 1e-3, 0.0, VOLUME, SI)                                                                  \
    X("gal", 3.785411784e-3, 0.0, VOLUME, NONE) /* US liquid gallon */                             \
    X("g", 1e-3, 0.0, MASS, SI)                                                                    \
    X("t", 1e3, 0.0, MASS, LARGE)                                                                  \
    X("lb", 0.45359237, 0.0, MASS, NONE)                                                           \
    X("K", 1.0, 0.0, KELVIN, NONE)                                                                 \
    X("degC", 1.0, 273.15, KELVIN, NONE)                                                           \
    X("degF", 5.0 / 9.0, 459.67 * 5.0 / 9.0, KELVIN, NONE)                                         \
    X("Btu", GW_BTU_J, 0.0, ENERGY, NONE)                                                          \
    X("MMBtu", 1e6 * GW_BTU_J, 0.0, ENERGY, NONE)                                                  \
    X("therm", 1e5 * GW_BTU_J, 0.0, ENERGY, NONE)                                                  \
    X("ton_refrigeration", 12000.0 * GW_BTU_J / 3600.0, 0.0, POWER, NONE)                          \
    X("Pa", 1.0, 0.0, PRESSURE, SI)                                                                \
    GW_COUNTING_NOUNS(X)

#define GW_COUNTING_NOUN(X, noun)                                                                  \
    X(noun, 1.0, 0.0, NUMBER, NONE)                                                                \
    X(noun "s", 1.0, 0.0, NUMBER, NONE)
#define GW_COUNTING_NOUNS(X)                                                                       \
    GW_COUNTING_NOUN(X, "GPU")                                                                     \
    GW_COUNTING_NOUN(X, "accelerator")                                                             \
    GW_COUNTING_NOUN(X, "chip")                                                                    \
    GW_COUNTING_NOUN(X, "rack")                                                                    \
    GW_COUNTING_NOUN(X, "building")                                                                \
    GW_COUNTING_NOUN(X, "household")                                                               \
    GW_COUNTING_NOUN(X, "node")                                                                    \
    GW_COUNTING_NOUN(X, "port")                                                                    \
    GW_COUNTING_NOUN(X, "worker")                                                                  \
    GW_COUNTING_NOUN(X, "job")                                                                     \
    GW_COUNTING_NOUN(X, "param")                                                                   \
    GW_COUNTING_NOUN(X, "site")                                                                    \
    GW_COUNTING_NOUN(X, "link")

/* X(text, factor, kind). Ascending within each kind; formatting walks it in this order. */
#define GW_PREFIXES(X)                                                                             \
    X("k", 1e3, LARGE)                                                                             \
    X("M", 1e6, LARGE)                                                                             \
    X("G", 1e9, LARGE)                                                                             \
    X("T", 1e12, LARGE)                                                                            \
    X("P", 1e15, LARGE)                                                                            \
    X("E", 1e18, LARGE)                                                                            \
    X("Z", 1e21, LARGE)                                                                            \
    X("Y", 1e24, LARGE)                                                                            \
    X("n", 1e-9, SMALL)                                                                            \
    X("u", 1e-6, SMALL)                                                                            \
    X("\xC2\xB5", 1e-6, SMALL) /* micro sign */                                                    \
    X("m", 1e-3, SMALL)                                                                            \
    X("c", 1e-2, CENTI)                                                                            \
    X("Ki", 0x1p10, BINARY)                                                                        \
    X("Mi", 0x1p20, BINARY)                                                                        \
    X("Gi", 0x1p30, BINARY)                                                                        \
    X("Ti", 0x1p40, BINARY)                                                                        \
    X("Pi", 0x1p50, BINARY)                                                                        \
    X("Ei", 0x1p60, BINARY)

typedef struct gw_unit_row {
    const char *name;
    double scale;
    double offset_K;
    gw_dim dim;
    unsigned prefixes; /* GW_PREFIX_... */
} gw_unit_row;

typedef struct gw_unit_prefix {
    const char *text;
    double factor;
    unsigned kind; /* one of GW_PREFIX_LARGE, _SMALL, _CENTI, _BINARY */
} gw_unit_prefix;

extern const gw_unit_row gw_unit_rows[];
extern const size_t gw_n_unit_rows;
extern const gw_unit_prefix gw_unit_prefixes[];
extern const size_t gw_n_unit_prefixes;

/** One unit name, with or without prefix; *prefix is NULL without. NULL if unknown. */
const gw_unit_row *gw_unit_find(const char *name, size_t n, const gw_unit_prefix **prefix);

/** Length of the unit name that starts at text (letters, '_', '%', '$', bytes above 0x7F); 0 if
 * none. */
size_t gw_unit_name_length(const char *text, size_t n);

#endif

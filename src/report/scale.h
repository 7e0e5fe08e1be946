/* report/scale.h: axes of the charts: from values to positions, and round tick marks. */
#ifndef GW_REPORT_SCALE_H
#define GW_REPORT_SCALE_H

#define GW_TICKS_MAX 24

typedef enum gw_scale_kind { GW_SCALE_LINEAR, GW_SCALE_LOG, GW_SCALE_DATE } gw_scale_kind;

typedef struct gw_scale {
    gw_scale_kind kind;
    double lo, hi;       /* ends of the axis: SI, days or ratio */
    double px_lo, px_hi; /* where they lie */
    double step;         /* between ticks: SI; days or months of a date axis */
    int step_months;     /* date axis: 0 when ticks are days apart */
    double unit_si;      /* SI value of one unit of the labels */
    char unit[24];       /* unit of the labels: "GW", "bn USD"; "" for counts and dates */
    int decimals;
} gw_scale;

typedef struct gw_tick {
    double at; /* value */
    char label[24];
} gw_tick;

/** The unit and its SI value in which a number of this size is best read: 1.2e9, "MW" -> "GW", 1e9.
 */
double gw_scale_unit(double size, const char *unit, char *text, unsigned long n);

/** Linear axis with round ends around lo..hi, about n_ticks intervals. Labels in the family of
 * `unit`. NaN ends give 0..1. */
gw_scale gw_scale_linear(double lo, double hi, const char *unit, int n_ticks);
/** Dates in days. Ends are kept; ticks stand at round days, months or years. */
gw_scale gw_scale_date(double lo_d, double hi_d, int n_ticks);
/** Ratios > 0; ends at 1, 2, 5 x 10^k. */
gw_scale gw_scale_log(double lo, double hi);
/** Axis for a quantity (unit) or, with unit NULL, for dates. */
gw_scale gw_scale_for(double lo, double hi, const char *unit, int n_ticks);

/** Position, held within the axis; NaN for NaN. */
double gw_scale_px(const gw_scale *scale, double value);
/** Fills `ticks` (GW_TICKS_MAX places) and returns their number. */
int gw_scale_ticks(const gw_scale *scale, gw_tick *ticks);

#endif

/* report/chart.h: the charts of the report, each one call: data in SI in, one SVG image out. All of
 * them take a title and a description for readers who do not see the picture, and an `id` unique in
 * the document. Arrays are borrowed. NaN values are left out. Units: display unit as in units.h,
 * NULL for dates. */
#ifndef GW_REPORT_CHART_H
#define GW_REPORT_CHART_H

#include "base/buf.h"

#define GW_CHART_WIDTH 760.0
#define GW_CHART_CURVES 8 /* curves, layers or parts that one chart can take */

typedef struct gw_chart_head {
    int id;
    const char *title, *desc;
} gw_chart_head;

/** A dated vertical line: "as of". */
typedef struct gw_chart_mark {
    double date_d; /* NaN: not drawn */
    const char *label;
} gw_chart_mark;

typedef struct gw_chart_curve {
    const char *label;
    const double *y; /* [n_months]; NULL: not drawn */
    int colour;      /* 0..7 */
    int dash;        /* 0 solid, 1..3 dashed */
} gw_chart_curve;

/** Monthly values: a band from low to high, a middle line, further curves named at their right end.
 */
typedef struct gw_chart_fan {
    gw_chart_head head;
    const char *unit;
    int month0, n_months;
    int at_end;                     /* values belong to the end of the month, not to its middle */
    const double *low, *mid, *high; /* low and high may be NULL */
    const char *label;              /* of the middle line */
    int colour;
    int n_curves;
    const gw_chart_curve *curves;
    int n_marks;
    const gw_chart_mark *marks;
} gw_chart_fan;
void gw_chart_fan_draw(const gw_chart_fan *fan, gw_buf *out);

/** Monthly values stacked on one another. */
typedef struct gw_chart_stack {
    gw_chart_head head;
    const char *unit;
    int month0, n_months;
    int n_layers;
    const gw_chart_curve *layers; /* bottom first; values >= 0 */
    int n_marks;
    const gw_chart_mark *marks;
} gw_chart_stack;
void gw_chart_stack_draw(const gw_chart_stack *stack, gw_buf *out);

/** A few columns (years, months of the year), values of either sign stacked away from zero. */
typedef struct gw_chart_columns {
    gw_chart_head head;
    const char *unit;
    int n_columns;
    const char *const *names; /* [n_columns] */
    int n_layers;
    const gw_chart_curve *layers; /* y[n_columns] */
    double height;                /* 0: 280 */
} gw_chart_columns;
void gw_chart_columns_draw(const gw_chart_columns *columns, gw_buf *out);

/** Share of samples that have happened by a date. */
typedef struct gw_chart_cdf_curve {
    const char *label;
    const double *sorted_d; /* [n] ascending, NaN left out */
    int n, n_all;           /* n_all counts the samples in which it never happens too */
    int colour, dash;
} gw_chart_cdf_curve;
typedef struct gw_chart_cdf {
    gw_chart_head head;
    int n_curves;
    const gw_chart_cdf_curve *curves;
    int n_marks;
    const gw_chart_mark *marks;
} gw_chart_cdf;
void gw_chart_cdf_draw(const gw_chart_cdf *cdf, gw_buf *out);

/** Bars around a base value. */
typedef struct gw_chart_tornado_bar {
    const char *label, *path;         /* in words; as the scenario names it */
    const char *low_text, *high_text; /* the input at its two ends, as read */
    double low, high;                 /* the output there */
} gw_chart_tornado_bar;
typedef struct gw_chart_tornado {
    gw_chart_head head;
    const char *unit;
    double base;
    int n;
    const gw_chart_tornado_bar *bars;
} gw_chart_tornado;
void gw_chart_tornado_draw(const gw_chart_tornado *tornado, gw_buf *out);

/** Parts of a whole, one row each, every row starting where the last one ended. */
typedef struct gw_chart_part {
    const char *label;
    double value;
    int colour;
} gw_chart_part;
typedef struct gw_chart_steps {
    gw_chart_head head;
    const char *unit;
    const char *total_label; /* last row; NULL: none */
    int n;
    const gw_chart_part *parts;
} gw_chart_steps;
void gw_chart_steps_draw(const gw_chart_steps *steps, gw_buf *out);

/** Rows of stacked bars on one axis, with an optional limit line in each row and a common key. */
typedef struct gw_chart_row {
    const char *label;
    int n;
    const gw_chart_part *parts;
    double limit; /* NaN: none */
    const char *limit_label;
} gw_chart_row;
typedef struct gw_chart_rows {
    gw_chart_head head;
    const char *unit;
    int n;
    const gw_chart_row *rows;
} gw_chart_rows;
void gw_chart_rows_draw(const gw_chart_rows *c, gw_buf *out);

/** Intervals against a claimed point: ratios on a log axis around 1 (is_date 0) or dates. */
typedef struct gw_chart_interval {
    const char *label, *sub; /* who says what; the claimed value */
    const char *result;      /* right column: the run in words */
    double low, mid, high;   /* ratio run / claim, or dates */
    double point;            /* 1, or the claimed date */
} gw_chart_interval;
typedef struct gw_chart_intervals {
    gw_chart_head head;
    int is_date;
    int n;
    const gw_chart_interval *rows;
} gw_chart_intervals;
void gw_chart_intervals_draw(const gw_chart_intervals *c, gw_buf *out);

/** Points of two positive quantities of one unit on logarithmic axes of the same decades, with the
 * diagonal on which they agree. */
typedef struct gw_chart_point {
    double x, y;
    double low, high;  /* interval along y; NaN: none */
    int colour;        /* 0..7 */
    const char *title; /* shown while hovering; NULL: none */
} gw_chart_point;
typedef struct gw_chart_scatter {
    gw_chart_head head;
    const char *unit;
    const char *x_label, *y_label;
    int n;
    const gw_chart_point *points;
    int n_keys; /* names of the colours 0, 1, ..., at most 8 */
    const char *const *keys;
    int is_compact; /* all points of a colour as one path: small, without titles */
} gw_chart_scatter;
void gw_chart_scatter_draw(const gw_chart_scatter *c, gw_buf *out);

/** One line of block characters: "▁▂▅█". Adds n_cells characters to out. */
void gw_chart_sparkline(const double *y, int n, int n_cells, gw_buf *out);

#endif

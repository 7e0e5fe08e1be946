/* report/chart_time.c: charts over months: fan, stack, and the chance that something has happened
 * by a date. In:   monthly arrays in SI (chart.h).   Out: SVG. Derivation: month averages stand at
 * the middle of the month, month-end values at its end. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "report/chart.h"
#include "report/svg.h"

#define LEFT 58.0
#define TOP 34.0
#define PLOT_HEIGHT 250.0
#define BOTTOM 26.0
#define LABEL_GAP 14.0
#define LABEL_ROOM_MAX 200.0

static double *positions(const gw_scale *x, int month0, int n_months, int at_end) {
    double *px = malloc(sizeof *px * (size_t)(n_months > 0 ? n_months : 1));
    if (px == NULL) {
        gw_out_of_memory(sizeof *px * (size_t)n_months);
    }
    for (int m = 0; m < n_months; m++) {
        double start_d = gw_month_start_d(month0 + m);
        px[m] = gw_scale_px(x, start_d + (at_end ? 1.0 : 0.5) * gw_month_days(month0 + m));
    }
    return px;
}

static double *heights(const gw_scale *scale, const double *y, int n) {
    double *py = malloc(sizeof *py * (size_t)(n > 0 ? n : 1));
    if (py == NULL) {
        gw_out_of_memory(sizeof *py * (size_t)n);
    }
    for (int i = 0; i < n; i++) {
        py[i] = y == NULL ? GW_NAN : gw_scale_px(scale, y[i]);
    }
    return py;
}

static void widen(double *lo, double *hi, const double *y, int n) {
    for (int i = 0; y != NULL && i < n; i++) {
        if (!isnan(y[i])) {
            *lo = fmin(*lo, y[i]);
            *hi = fmax(*hi, y[i]);
        }
    }
}

/* Where the name of a mark stands: to the right of its line, to the left where it would leave the
 * plot; one line further down for every name, or line of another mark, that it would touch. */
typedef struct mark_place {
    double px, from, to;
    int level; /* -1: not drawn */
    bool to_left;
} mark_place;

#define MARKS_MAX 16
#define MARK_LINE 13.0

/* Whether the line of another mark stands between two positions. */
static bool touches_line(const gw_scale *x, const gw_chart_mark *marks, int n, int self, double lo,
                         double hi) {
    for (int i = 0; i < n; i++) {
        double px = isnan(marks[i].date_d) ? -1.0 : gw_scale_px(x, marks[i].date_d);
        if (i != self && px > lo && px < hi) {
            return true;
        }
    }
    return false;
}

/* Fills places[n]; returns the number of levels. */
static int place_marks(const gw_scale *x, const gw_chart_mark *marks, int n, mark_place *places) {
    int n_levels = 0;
    for (int i = 0; i < n; i++) {
        mark_place *p = &places[i];
        *p = (mark_place){.level = -1};
        if (isnan(marks[i].date_d) || marks[i].date_d < x->lo || marks[i].date_d > x->hi) {
            continue;
        }
        double width = gw_svg_width(marks[i].label, GW_SVG_SMALL);
        p->px = gw_scale_px(x, marks[i].date_d);
        bool is_cut = p->px + width + 4.0 > x->px_hi;
        bool crosses = touches_line(x, marks, n, i, p->px + 1.0, p->px + width + 6.0);
        bool left_is_free = p->px - width - 6.0 > x->px_lo &&
                            !touches_line(x, marks, n, i, p->px - width - 6.0, p->px - 1.0);
        p->to_left = is_cut || (crosses && left_is_free);
        p->from = p->to_left ? p->px - 4.0 - width : p->px + 4.0;
        p->to = p->from + width;
        p->level = 0;
        for (int k = 0; k < i; k++) {
            const mark_place *q = &places[k];
            if (q->level == p->level && p->from < q->to + 6.0 && q->from < p->to + 6.0) {
                p->level++;
                k = -1; /* against all again */
            }
        }
        n_levels = p->level + 1 > n_levels ? p->level + 1 : n_levels;
    }
    return n_levels;
}

/* Dashed lines; each ends above its name. */
static void draw_marks(gw_buf *out, const gw_scale *x, const gw_chart_mark *marks, int n,
                       double top, double bottom) {
    mark_place places[MARKS_MAX];
    n = n < MARKS_MAX ? n : MARKS_MAX;
    place_marks(x, marks, n, places);
    for (int i = 0; i < n; i++) {
        const mark_place *p = &places[i];
        if (p->level >= 0) {
            double y = top + MARK_LINE * p->level;
            gw_svg_line(out, "mark", p->px, bottom, p->px, y);
            gw_svg_text(out, "m", p->to_left ? p->px - 4.0 : p->px + 4.0, y + 11.0,
                        p->to_left ? GW_ANCHOR_END : GW_ANCHOR_START, marks[i].label);
        }
    }
}

/* Room above the plot for the names of the marks. */
static double top_with_marks(const gw_scale *x, const gw_chart_mark *marks, int n) {
    mark_place places[MARKS_MAX];
    int n_levels = place_marks(x, marks, n < MARKS_MAX ? n : MARKS_MAX, places);
    return TOP + MARK_LINE * (n_levels > 1 ? n_levels - 1 : 0);
}

/* Names at the right ends of curves, pushed apart, with leaders to where the curve ends. */
typedef struct end_label {
    const char *text;
    int colour;
    double y;
} end_label;

static void draw_end_labels(gw_buf *out, const end_label *labels, int n, double x, double top,
                            double bottom) {
    double y[GW_CHART_CURVES + 1];
    for (int i = 0; i < n; i++) {
        y[i] = labels[i].y;
    }
    gw_svg_spread(y, n, LABEL_GAP, top + 4.0, bottom);
    for (int i = 0; i < n; i++) {
        char css[16];
        gw_svg_line(out, "lead", x + 1.0, labels[i].y, x + 10.0, y[i]);
        snprintf(css, sizeof css, "f%d", labels[i].colour % GW_SVG_COLOURS + 1);
        gw_svg_rect(out, css, x + 12.0, y[i] - 4.0, 8.0, 8.0, NULL);
        gw_svg_text_fit(out, "", x + 24.0, y[i] + 4.0, GW_ANCHOR_START, LABEL_ROOM_MAX - 26.0,
                        GW_SVG_TEXT, labels[i].text);
    }
}

static double last_set(const double *py, int n) {
    for (int i = n - 1; i >= 0; i--) {
        if (!isnan(py[i])) {
            return py[i];
        }
    }
    return GW_NAN;
}

static gw_scale months_axis(int month0, int n_months, double px_hi) {
    gw_scale x = gw_scale_date(gw_month_start_d(month0), gw_month_start_d(month0 + n_months), 10);
    x.px_lo = LEFT;
    x.px_hi = px_hi;
    return x;
}

static void draw_line(gw_buf *out, const char *weight, int colour, int dash, const double *px,
                      const double *py, int n) {
    static const char *const dashes[] = {"", " d1", " d2", " d3"};
    char css[48];
    snprintf(css, sizeof css, "ln %s s%d%s", weight, colour % GW_SVG_COLOURS + 1, dashes[dash & 3]);
    gw_svg_path(out, css, px, py, n);
}

static double label_room(const gw_chart_fan *fan) {
    double room = fan->label == NULL ? 0.0 : gw_svg_width(fan->label, GW_SVG_TEXT);
    for (int i = 0; i < fan->n_curves; i++) {
        room = fmax(room, gw_svg_width(fan->curves[i].label, GW_SVG_TEXT));
    }
    return room == 0.0 ? 14.0 : fmin(room + 30.0, LABEL_ROOM_MAX);
}

void gw_chart_fan_draw(const gw_chart_fan *fan, gw_buf *out) {
    int n = fan->n_months;
    double lo = 0.0;
    double hi = 0.0;
    widen(&lo, &hi, fan->low, n);
    widen(&lo, &hi, fan->mid, n);
    widen(&lo, &hi, fan->high, n);
    for (int i = 0; i < fan->n_curves; i++) {
        widen(&lo, &hi, fan->curves[i].y, n);
    }
    double bottom = TOP + PLOT_HEIGHT;
    gw_scale y = gw_scale_linear(lo, hi, fan->unit, 5);
    y.px_lo = bottom;
    y.px_hi = TOP;
    gw_scale x = months_axis(fan->month0, n, GW_CHART_WIDTH - label_room(fan));
    gw_svg_begin(out, fan->head.id, GW_CHART_WIDTH, bottom + BOTTOM, fan->head.title,
                 fan->head.desc);
    gw_svg_axis_x(out, &x, bottom, bottom);
    gw_svg_axis_y(out, &y, x.px_lo, x.px_hi);
    double *px = positions(&x, fan->month0, n, fan->at_end);
    end_label labels[GW_CHART_CURVES + 1];
    int n_labels = 0;
    if (fan->low != NULL && fan->high != NULL) {
        double *low = heights(&y, fan->low, n);
        double *high = heights(&y, fan->high, n);
        char css[24];
        snprintf(css, sizeof css, "band f%d", fan->colour % GW_SVG_COLOURS + 1);
        gw_svg_area(out, css, px, low, high, n, "eight of ten samples lie in this band");
        free(low);
        free(high);
    }
    for (int i = 0; i < fan->n_curves && i < GW_CHART_CURVES; i++) {
        const gw_chart_curve *c = &fan->curves[i];
        if (c->y == NULL) {
            continue;
        }
        double *py = heights(&y, c->y, n);
        draw_line(out, "thin", c->colour, c->dash, px, py, n);
        double at = last_set(py, n);
        if (!isnan(at)) {
            labels[n_labels++] = (end_label){c->label, c->colour, at};
        }
        free(py);
    }
    double *mid = heights(&y, fan->mid, n);
    draw_line(out, "", fan->colour, 0, px, mid, n);
    if (fan->label != NULL && !isnan(last_set(mid, n))) {
        labels[n_labels++] = (end_label){fan->label, fan->colour, last_set(mid, n)};
    }
    draw_marks(out, &x, fan->marks, fan->n_marks, TOP - 14.0, bottom);
    draw_end_labels(out, labels, n_labels, x.px_hi, TOP, bottom);
    free(mid);
    free(px);
    gw_svg_end(out);
}

void gw_chart_stack_draw(const gw_chart_stack *stack, gw_buf *out) {
    int n = stack->n_months;
    int n_layers = stack->n_layers < GW_CHART_CURVES ? stack->n_layers : GW_CHART_CURVES;
    double *floor_si = calloc((size_t)n * 2 + 2, sizeof *floor_si);
    if (floor_si == NULL) {
        gw_out_of_memory(sizeof *floor_si * (size_t)n);
    }
    double *top_si = floor_si + n;
    double hi = 0.0;
    for (int m = 0; m < n; m++) {
        double sum = 0.0;
        for (int k = 0; k < n_layers; k++) {
            const double *v = stack->layers[k].y;
            sum += v == NULL || isnan(v[m]) ? 0.0 : v[m];
        }
        hi = fmax(hi, sum);
    }
    const char *names[GW_CHART_CURVES];
    int colours[GW_CHART_CURVES];
    for (int k = 0; k < n_layers; k++) {
        names[k] = stack->layers[k].y == NULL ? NULL : stack->layers[k].label;
        colours[k] = stack->layers[k].colour;
    }
    double bottom = TOP + PLOT_HEIGHT;
    gw_scale y = gw_scale_linear(0.0, hi, stack->unit, 5);
    y.px_lo = bottom;
    y.px_hi = TOP;
    gw_scale x = months_axis(stack->month0, n, GW_CHART_WIDTH - 24.0);
    gw_svg_begin(out, stack->head.id, GW_CHART_WIDTH, bottom + BOTTOM + 38.0, stack->head.title,
                 stack->head.desc);
    gw_svg_axis_x(out, &x, bottom, bottom);
    gw_svg_axis_y(out, &y, x.px_lo, x.px_hi);
    double *px = positions(&x, stack->month0, n, 0);
    for (int k = 0; k < n_layers; k++) {
        const double *v = stack->layers[k].y;
        if (v == NULL) {
            continue;
        }
        for (int m = 0; m < n; m++) {
            top_si[m] = floor_si[m] + (isnan(v[m]) ? 0.0 : v[m]);
        }
        double *low = heights(&y, floor_si, n);
        double *high = heights(&y, top_si, n);
        char css[24];
        snprintf(css, sizeof css, "seg f%d", colours[k] % GW_SVG_COLOURS + 1);
        gw_svg_area(out, css, px, low, high, n, names[k]);
        free(low);
        free(high);
        memcpy(floor_si, top_si, sizeof *floor_si * (size_t)n);
    }
    draw_marks(out, &x, stack->marks, stack->n_marks, TOP - 14.0, bottom);
    gw_svg_key(out, LEFT, bottom + BOTTOM + 6.0, GW_CHART_WIDTH - LEFT, names, colours, n_layers);
    free(px);
    free(floor_si);
    gw_svg_end(out);
}

/* The step curve as corner points; n_corners = 2 n + 2. */
static void draw_cdf_curve(gw_buf *out, const gw_chart_cdf_curve *c, const gw_scale *x,
                           const gw_scale *y) {
    int n = 2 * c->n + 2;
    double *px = malloc(sizeof *px * (size_t)n * 2);
    if (px == NULL) {
        gw_out_of_memory(sizeof *px * (size_t)n);
    }
    double *py = px + n;
    int used = 0;
    px[used] = x->px_lo;
    py[used++] = gw_scale_px(y, 0.0);
    double last_px = -1e9;
    for (int i = 0; i < c->n; i++) {
        double at = gw_scale_px(x, c->sorted_d[i]);
        bool is_last = i == c->n - 1;
        if (at - last_px < 0.5 && !is_last) {
            continue; /* finer than a line is wide */
        }
        px[used] = at;
        py[used] = py[used - 1];
        used++;
        px[used] = at;
        py[used++] = gw_scale_px(y, (double)(i + 1) / c->n_all);
        last_px = at;
    }
    px[used] = x->px_hi;
    py[used] = py[used - 1];
    used++;
    draw_line(out, "", c->colour, c->dash, px, py, used);
    free(px);
}

void gw_chart_cdf_draw(const gw_chart_cdf *cdf, gw_buf *out) {
    double lo = GW_INF;
    double hi = -GW_INF;
    for (int k = 0; k < cdf->n_curves; k++) {
        const gw_chart_cdf_curve *c = &cdf->curves[k];
        if (c->n > 0) {
            lo = fmin(lo, c->sorted_d[0]);
            hi = fmax(hi, c->sorted_d[c->n - 1]);
        }
    }
    for (int i = 0; i < cdf->n_marks; i++) {
        if (!isnan(cdf->marks[i].date_d)) {
            lo = fmin(lo, cdf->marks[i].date_d);
            hi = fmax(hi, cdf->marks[i].date_d);
        }
    }
    double room = fmax(30.0, 0.06 * (hi - lo));
    const char *names[GW_CHART_CURVES];
    int colours[GW_CHART_CURVES];
    int n = cdf->n_curves < GW_CHART_CURVES ? cdf->n_curves : GW_CHART_CURVES;
    gw_scale x = gw_scale_date(lo - room, hi + room, 9);
    x.px_lo = LEFT;
    x.px_hi = GW_CHART_WIDTH - 34.0;
    double top = top_with_marks(&x, cdf->marks, cdf->n_marks);
    double bottom = top + 0.8 * PLOT_HEIGHT;
    gw_scale y = gw_scale_linear(0.0, 1.0, "%", 5);
    y.px_lo = bottom;
    y.px_hi = top;
    double key = n > 1 ? 38.0 : 0.0;
    gw_svg_begin(out, cdf->head.id, GW_CHART_WIDTH, bottom + BOTTOM + key, cdf->head.title,
                 cdf->head.desc);
    gw_svg_axis_x(out, &x, bottom, bottom);
    gw_svg_axis_y(out, &y, x.px_lo, x.px_hi);
    for (int k = 0; k < n; k++) {
        names[k] = cdf->curves[k].label;
        colours[k] = cdf->curves[k].colour;
        if (cdf->curves[k].n > 0) {
            draw_cdf_curve(out, &cdf->curves[k], &x, &y);
        }
    }
    draw_marks(out, &x, cdf->marks, cdf->n_marks, TOP - 14.0, bottom);
    if (n > 1) {
        gw_svg_key(out, LEFT, bottom + BOTTOM + 6.0, GW_CHART_WIDTH - LEFT, names, colours, n);
    }
    gw_svg_end(out);
}

void gw_chart_sparkline(const double *y, int n, int n_cells, gw_buf *out) {
    static const char *const blocks[] = {"\xE2\x96\x81", "\xE2\x96\x82", "\xE2\x96\x83",
                                         "\xE2\x96\x84", "\xE2\x96\x85", "\xE2\x96\x86",
                                         "\xE2\x96\x87", "\xE2\x96\x88"};
    double hi = 0.0;
    for (int i = 0; i < n; i++) {
        hi = fmax(hi, isnan(y[i]) ? 0.0 : y[i]);
    }
    n_cells = n_cells < n ? n_cells : n;
    for (int c = 0; c < n_cells; c++) {
        double v = y[(int)((long)(c + 1) * n / n_cells) - 1];
        if (isnan(v) || v <= 0.0 || hi == 0.0) {
            gw_buf_add(out, "\xC2\xB7");
        } else {
            int level = (int)ceil(v / hi * 8.0 - 1e-9) - 1;
            gw_buf_add(out, blocks[level < 0 ? 0 : level > 7 ? 7 : level]);
        }
    }
}

/* report/chart_scatter.c: points of two positive quantities on logarithmic axes, against the line
 * on which they agree.
 * In:   pairs with intervals (chart.h).   Out: SVG.
 * Derivation: both axes show the same decades, so equal ratios are equal distances from the line;
 * intervals are vertical strokes through the points. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/code.h"
#include "report/chart.h"
#include "report/svg.h"
#include "report/words.h"

#define LEFT 76.0
#define RIGHT 24.0
#define TOP 34.0
#define HEIGHT 470.0
#define RADIUS 3.2
#define NEAR 1.2 /* the guides beside the diagonal: a fifth more, a fifth less */

typedef struct plot {
    const gw_chart_scatter *c;
    gw_buf *out;
    gw_scale x, y;
    int from, to; /* decades */
} plot;

static bool is_drawn(const gw_chart_point *p) {
    return isfinite(p->x) && isfinite(p->y) && p->x > 0.0 && p->y > 0.0;
}

/* Whole decades around all points. */
static void find_range(plot *p) {
    double lo = GW_INF, hi = 0.0;
    for (int i = 0; i < p->c->n; i++) {
        const gw_chart_point *one = &p->c->points[i];
        if (is_drawn(one)) {
            lo = fmin(lo, fmin(one->x, one->y));
            hi = fmax(hi, fmax(one->x, one->y));
        }
    }
    p->from = hi > 0.0 ? (int)floor(log10(lo) + 1e-9) : -1;
    p->to = hi > 0.0 ? (int)ceil(log10(hi) - 1e-9) : 1;
    p->to = p->to > p->from ? p->to : p->from + 1;
}

static gw_scale axis(const plot *p, double px_lo, double px_hi) {
    return (gw_scale){.kind = GW_SCALE_LOG,
                      .lo = pow(10.0, p->from),
                      .hi = pow(10.0, p->to),
                      .px_lo = px_lo,
                      .px_hi = px_hi,
                      .unit_si = 1.0};
}

static void draw_axes(const plot *p) {
    for (int d = p->from; d <= p->to; d++) {
        double at = pow(10.0, d), x = gw_scale_px(&p->x, at), y = gw_scale_px(&p->y, at);
        gw_words label = gw_words_value(at, p->c->unit);
        gw_svg_line(p->out, "grid", x, TOP, x, TOP + HEIGHT);
        gw_svg_line(p->out, "grid", LEFT, y, GW_CHART_WIDTH - RIGHT, y);
        gw_svg_text(p->out, "m", x, TOP + HEIGHT + 17.0,
                    d == p->to ? GW_ANCHOR_END : GW_ANCHOR_MIDDLE, label.text);
        gw_svg_text(p->out, "m", LEFT - 6.0, y + 4.0, GW_ANCHOR_END, label.text);
    }
    gw_svg_line(p->out, "axis", LEFT, TOP + HEIGHT, GW_CHART_WIDTH - RIGHT, TOP + HEIGHT);
    gw_svg_line(p->out, "axis", LEFT, TOP, LEFT, TOP + HEIGHT);
    gw_svg_text(p->out, "m", GW_CHART_WIDTH - RIGHT, TOP + HEIGHT + 33.0, GW_ANCHOR_END,
                p->c->x_label);
    gw_svg_text(p->out, "m", LEFT, TOP - 12.0, GW_ANCHOR_START, p->c->y_label);
}

/* y = factor x, cut where it leaves the plot. */
static void draw_guide(const plot *p, const char *css, double factor) {
    double lo = fmax(p->x.lo, p->y.lo / factor), hi = fmin(p->x.hi, p->y.hi / factor);
    gw_svg_line(p->out, css, gw_scale_px(&p->x, lo), gw_scale_px(&p->y, factor * lo),
                gw_scale_px(&p->x, hi), gw_scale_px(&p->y, factor * hi));
}

static void draw_points(const plot *p) {
    for (int i = 0; i < p->c->n; i++) {
        const gw_chart_point *one = &p->c->points[i];
        char css[24];
        if (!is_drawn(one)) {
            continue;
        }
        double x = gw_scale_px(&p->x, one->x);
        snprintf(css, sizeof css, "band s%d", one->colour % GW_SVG_COLOURS + 1);
        gw_svg_line(p->out, css, x, gw_scale_px(&p->y, one->low), x, gw_scale_px(&p->y, one->high));
        snprintf(css, sizeof css, "f%d", one->colour % GW_SVG_COLOURS + 1);
        gw_svg_circle(p->out, css, x, gw_scale_px(&p->y, one->y), RADIUS, one->title);
    }
}

/* Round caps make dots of strokes without length. */
static void draw_path(const plot *p, int colour, bool is_interval) {
    gw_buf_printf(p->out,
                  "<path class=\"%ss%d\" fill=\"none\" stroke-linecap=\"round\" "
                  "stroke-width=\"%.1f\" d=\"",
                  is_interval ? "band " : "", colour + 1, is_interval ? 1.0 : 1.7 * RADIUS);
    for (int i = 0; i < p->c->n; i++) {
        const gw_chart_point *one = &p->c->points[i];
        if (one->colour % GW_SVG_COLOURS != colour || !is_drawn(one)) {
            continue;
        }
        double x = gw_scale_px(&p->x, one->x);
        if (!is_interval) {
            gw_buf_printf(p->out, "M%.1f %.1fh0", x, gw_scale_px(&p->y, one->y));
        } else if (!isnan(one->low + one->high)) {
            gw_buf_printf(p->out, "M%.1f %.1fV%.1f", x, gw_scale_px(&p->y, one->low),
                          gw_scale_px(&p->y, one->high));
        }
    }
    gw_buf_add(p->out, "\"/>\n");
}

static void draw_paths(const plot *p) {
    for (int pass = 0; pass < 2; pass++) {
        for (int k = 0; k < p->c->n_keys && k < GW_SVG_COLOURS; k++) {
            draw_path(p, k, pass == 0);
        }
    }
}

void gw_chart_scatter_draw(const gw_chart_scatter *c, gw_buf *out) {
    static const int colours[GW_SVG_COLOURS] = {0, 1, 2, 3, 4, 5, 6, 7};
    plot p = {.c = c, .out = out};
    find_range(&p);
    p.x = axis(&p, LEFT, GW_CHART_WIDTH - RIGHT);
    p.y = axis(&p, TOP + HEIGHT, TOP);
    gw_svg_begin(out, c->head.id, GW_CHART_WIDTH, TOP + HEIGHT + 80.0, c->head.title, c->head.desc);
    draw_axes(&p);
    draw_guide(&p, "axis", 1.0);
    draw_guide(&p, "mark", NEAR);
    draw_guide(&p, "mark", 1.0 / NEAR);
    if (c->is_compact) {
        draw_paths(&p);
    } else {
        draw_points(&p);
    }
    gw_svg_key(out, LEFT, TOP + HEIGHT + 44.0, GW_CHART_WIDTH - LEFT - RIGHT, c->keys, colours,
               c->n_keys < GW_SVG_COLOURS ? c->n_keys : GW_SVG_COLOURS);
    gw_svg_end(out);
}

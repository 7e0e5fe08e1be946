/* report/chart_bars.c: charts made of bars: columns, tornado, steps, rows of stacked bars,
 * intervals. In:   values in SI (chart.h).   Out: SVG. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/code.h"
#include "base/units.h"
#include "report/chart.h"
#include "report/svg.h"
#include "report/words.h"

#define TOP 34.0
#define BOTTOM 26.0
#define KEY_MAX 32
#define KEY_TEXT 128

static const char *fill(int colour) {
    static const char *const css[GW_SVG_COLOURS] = {"seg f1", "seg f2", "seg f3", "seg f4",
                                                    "seg f5", "seg f6", "seg f7", "seg f8"};
    return css[colour % GW_SVG_COLOURS];
}

/* ------------------------------------------------------------------ columns */

static void columns_range(const gw_chart_columns *c, double *lo, double *hi) {
    *lo = 0.0;
    *hi = 0.0;
    for (int i = 0; i < c->n_columns; i++) {
        double up = 0.0;
        double down = 0.0;
        for (int k = 0; k < c->n_layers; k++) {
            double v = c->layers[k].y[i];
            up += v > 0.0 ? v : 0.0;
            down += v < 0.0 ? v : 0.0;
        }
        *hi = fmax(*hi, up);
        *lo = fmin(*lo, down);
    }
}

static void draw_column(gw_buf *out, const gw_chart_columns *c, int i, const gw_scale *y, double x,
                        double width) {
    double up = 0.0;
    double down = 0.0;
    for (int k = 0; k < c->n_layers; k++) {
        double v = c->layers[k].y[i];
        if (isnan(v) || v == 0.0) {
            continue;
        }
        double *from = v > 0.0 ? &up : &down;
        char title[192];
        snprintf(title, sizeof title, "%s, %s: %s", c->names[i], c->layers[k].label,
                 gw_words_value(v, c->unit).text);
        double y1 = gw_scale_px(y, *from);
        *from += v;
        double y2 = gw_scale_px(y, *from);
        gw_svg_rect(out, fill(c->layers[k].colour), x, fmin(y1, y2), width, fabs(y2 - y1), title);
    }
}

void gw_chart_columns_draw(const gw_chart_columns *c, gw_buf *out) {
    const double left = 58.0;
    double lo;
    double hi;
    columns_range(c, &lo, &hi);
    double bottom = TOP + (c->height > 0.0 ? c->height : 280.0) - TOP - BOTTOM;
    gw_scale y = gw_scale_linear(lo, hi, c->unit, 5);
    y.px_lo = bottom;
    y.px_hi = TOP;
    const char *names[GW_CHART_CURVES];
    int colours[GW_CHART_CURVES];
    int n_layers = c->n_layers < GW_CHART_CURVES ? c->n_layers : GW_CHART_CURVES;
    for (int k = 0; k < n_layers; k++) {
        names[k] = c->layers[k].label;
        colours[k] = c->layers[k].colour;
    }
    gw_svg_begin(out, c->head.id, GW_CHART_WIDTH, bottom + BOTTOM + 38.0, c->head.title,
                 c->head.desc);
    gw_svg_axis_y(out, &y, left, GW_CHART_WIDTH - 24.0);
    double slot = (GW_CHART_WIDTH - 24.0 - left) / (c->n_columns > 0 ? c->n_columns : 1);
    double width = fmin(0.72 * slot, 46.0);
    for (int i = 0; i < c->n_columns; i++) {
        double middle = left + (i + 0.5) * slot;
        draw_column(out, c, i, &y, middle - 0.5 * width, width);
        gw_svg_text_fit(out, "m", middle, bottom + 17.0, GW_ANCHOR_MIDDLE, slot, GW_SVG_SMALL,
                        c->names[i]);
    }
    double zero = gw_scale_px(&y, 0.0);
    gw_svg_line(out, "axis", left, zero, GW_CHART_WIDTH - 24.0, zero);
    gw_svg_key(out, left, bottom + BOTTOM + 6.0, GW_CHART_WIDTH - left, names, colours, n_layers);
    gw_svg_end(out);
}

/* ------------------------------------------------------------------ tornado */

/* One end of a bar: the bar itself, the output's value outside it, the input's value beneath that.
 */
static void draw_tornado_end(gw_buf *out, const gw_chart_tornado *t,
                             const gw_chart_tornado_bar *bar, const gw_scale *x, double y,
                             bool is_high, bool to_left) {
    double value = is_high ? bar->high : bar->low;
    const char *input = is_high ? bar->high_text : bar->low_text;
    double base = gw_scale_px(x, t->base);
    double at = gw_scale_px(x, value);
    char title[256];
    gw_words shown = gw_words_value(value, t->unit);
    snprintf(title, sizeof title, "%s = %s: %s", bar->label, input, shown.text);
    gw_svg_rect(out, fill(is_high ? 1 : 0), fmin(at, base), y, fabs(at - base), 18.0, title);
    double edge = to_left ? fmin(at, base) - 5.0 : fmax(at, base) + 5.0;
    gw_anchor anchor = to_left ? GW_ANCHOR_END : GW_ANCHOR_START;
    gw_svg_text(out, "", edge, y + 9.0, anchor, shown.text);
    gw_svg_text(out, "m", edge, y + 21.0, anchor, input);
}

void gw_chart_tornado_draw(const gw_chart_tornado *t, gw_buf *out) {
    const double row = 34.0;
    double lo = t->base;
    double hi = t->base;
    double side = 60.0;
    double names = 80.0;
    for (int i = 0; i < t->n; i++) {
        const gw_chart_tornado_bar *b = &t->bars[i];
        lo = fmin(lo, fmin(b->low, b->high));
        hi = fmax(hi, fmax(b->low, b->high));
        side = fmax(side, gw_svg_width(b->low_text, GW_SVG_SMALL));
        side = fmax(side, gw_svg_width(b->high_text, GW_SVG_SMALL));
        side = fmax(side, gw_svg_width(gw_words_value(b->low, t->unit).text, GW_SVG_TEXT));
        side = fmax(side, gw_svg_width(gw_words_value(b->high, t->unit).text, GW_SVG_TEXT));
        names = fmax(names, gw_svg_width(b->label, GW_SVG_TEXT));
        names = fmax(names, gw_svg_width(b->path, GW_SVG_SMALL));
    }
    side = fmin(side + 10.0, 130.0);
    names = fmin(names + 8.0, 270.0);
    gw_scale x = gw_scale_for(lo, hi, t->unit, 5);
    x.lo = lo;
    x.hi = hi > lo ? hi : lo + 1.0;
    x.px_lo = names + side;
    x.px_hi = GW_CHART_WIDTH - side;
    double bottom = 46.0 + row * t->n;
    gw_svg_begin(out, t->head.id, GW_CHART_WIDTH, bottom + 6.0, t->head.title, t->head.desc);
    static const char *const key[] = {"input at its low end (P10)", "input at its high end (P90)"};
    static const int colours[] = {0, 1};
    gw_svg_key(out, 0.0, 2.0, names + side + 240.0, key, colours, 2);
    double base = gw_scale_px(&x, t->base);
    char text[128];
    snprintf(text, sizeof text, "base case %s", gw_words_value(t->base, t->unit).text);
    double half = 0.5 * gw_svg_width(text, GW_SVG_TEXT);
    gw_svg_text(out, "b", fmin(fmax(base, half), GW_CHART_WIDTH - half), 34.0, GW_ANCHOR_MIDDLE,
                text);
    for (int i = 0; i < t->n; i++) {
        const gw_chart_tornado_bar *b = &t->bars[i];
        double y = 46.0 + row * i;
        bool low_is_left = b->low < b->high || (b->low == b->high && b->low < t->base);
        gw_svg_text_fit(out, "", 0.0, y + 9.0, GW_ANCHOR_START, names, GW_SVG_TEXT, b->label);
        gw_svg_text_tail(out, "m", 0.0, y + 21.0, names, GW_SVG_SMALL, b->path);
        draw_tornado_end(out, t, b, &x, y, false, low_is_left);
        draw_tornado_end(out, t, b, &x, y, true, !low_is_left);
    }
    gw_svg_line(out, "axis", base, 40.0, base, bottom);
    gw_svg_end(out);
}

/* ------------------------------------------------------------------ steps */

void gw_chart_steps_draw(const gw_chart_steps *s, gw_buf *out) {
    const double row = 24.0;
    double total = 0.0;
    double names = s->total_label == NULL ? 60.0 : gw_svg_width(s->total_label, GW_SVG_TEXT);
    for (int i = 0; i < s->n; i++) {
        total += isnan(s->parts[i].value) ? 0.0 : s->parts[i].value;
        names = fmax(names, gw_svg_width(s->parts[i].label, GW_SVG_TEXT));
    }
    names = fmin(names + 10.0, 260.0);
    int n_rows = s->n + (s->total_label != NULL ? 1 : 0);
    gw_scale x = {.kind = GW_SCALE_LINEAR, .lo = 0.0, .hi = total > 0.0 ? total : 1.0};
    x.px_lo = names;
    x.px_hi = GW_CHART_WIDTH - 130.0;
    gw_svg_begin(out, s->head.id, GW_CHART_WIDTH, row * n_rows + 6.0, s->head.title, s->head.desc);
    double from = 0.0;
    for (int i = 0; i < n_rows; i++) {
        bool is_total = i == s->n;
        double value = is_total ? total : s->parts[i].value;
        const char *label = is_total ? s->total_label : s->parts[i].label;
        double y = 2.0 + row * i;
        double x1 = gw_scale_px(&x, is_total ? 0.0 : from);
        from += is_total || isnan(value) ? 0.0 : value;
        double x2 = gw_scale_px(&x, is_total ? total : from);
        char text[224];
        snprintf(text, sizeof text, is_total || total <= 0.0 ? "%s" : "%s, %s",
                 gw_words_value(value, s->unit).text, gw_words_share(value / total).text);
        gw_svg_text_fit(out, is_total ? "b" : "", 0.0, y + 14.0, GW_ANCHOR_START, names,
                        GW_SVG_TEXT, label);
        gw_svg_rect(out, is_total ? "f7" : fill(s->parts[i].colour), x1, y + 1.0,
                    fmax(x2 - x1, value > 0.0 ? 1.0 : 0.0), row - 6.0, NULL);
        gw_svg_text(out, is_total ? "b" : "", x2 + 6.0, y + 14.0, GW_ANCHOR_START, text);
        if (!is_total && i + 1 < n_rows) {
            gw_svg_line(out, "lead", x2, y + row - 5.0, x2, y + row + 1.0);
        }
    }
    gw_svg_end(out);
}

/* ------------------------------------------------------------------ rows of stacked bars */

static void draw_row(gw_buf *out, const gw_chart_rows *c, const gw_chart_row *r, const gw_scale *x,
                     double y) {
    double from = 0.0;
    for (int k = 0; k < r->n; k++) {
        const gw_chart_part *p = &r->parts[k];
        if (isnan(p->value) || p->value <= 0.0) {
            continue;
        }
        double x1 = gw_scale_px(x, from);
        from += p->value;
        double x2 = gw_scale_px(x, from);
        gw_words shown = gw_words_value(p->value, c->unit);
        char title[192];
        snprintf(title, sizeof title, "%s: %s", p->label, shown.text);
        gw_svg_rect(out, fill(p->colour), x1, y, x2 - x1, 26.0, title);
        if (gw_svg_width(shown.text, GW_SVG_SMALL) + 8.0 < x2 - x1) {
            bool is_dark = p->colour == 0 || p->colour == 2 || p->colour == 3;
            gw_svg_text(out, is_dark ? "on" : "ink", 0.5 * (x1 + x2), y + 17.0, GW_ANCHOR_MIDDLE,
                        shown.text);
        }
    }
    if (isnan(r->limit)) {
        return;
    }
    double px = gw_scale_px(x, r->limit);
    char text[128];
    snprintf(text, sizeof text, "%s %s", r->limit_label, gw_words_value(r->limit, c->unit).text);
    double width = gw_svg_width(text, GW_SVG_SMALL);
    bool to_left = px + width > GW_CHART_WIDTH;
    gw_svg_line(out, "mark", px, y - 5.0, px, y + 31.0);
    gw_svg_text(out, "m", to_left ? px - 4.0 : px + 4.0, y + 40.0,
                to_left ? GW_ANCHOR_END : GW_ANCHOR_START, text);
}

/* Names of all parts once, in order of appearance; with their values if there is only one row. */
static int collect_key(const gw_chart_rows *c, char names[][KEY_TEXT], int *colours) {
    int n = 0;
    for (int i = 0; i < c->n; i++) {
        for (int k = 0; k < c->rows[i].n && n < KEY_MAX; k++) {
            const gw_chart_part *p = &c->rows[i].parts[k];
            bool is_known = isnan(p->value) || p->value <= 0.0;
            for (int j = 0; j < n; j++) {
                is_known = is_known || strcmp(names[j], p->label) == 0;
            }
            if (is_known) {
                continue;
            }
            if (c->n == 1) {
                snprintf(names[n], KEY_TEXT, "%.80s %.40s", p->label,
                         gw_words_value(p->value, c->unit).text);
            } else {
                snprintf(names[n], KEY_TEXT, "%s", p->label);
            }
            colours[n++] = p->colour;
        }
    }
    return n;
}

void gw_chart_rows_draw(const gw_chart_rows *c, gw_buf *out) {
    double hi = 0.0;
    double labels = 0.0;
    bool has_limit = false;
    for (int i = 0; i < c->n; i++) {
        double sum = 0.0;
        for (int k = 0; k < c->rows[i].n; k++) {
            sum += fmax(isnan(c->rows[i].parts[k].value) ? 0.0 : c->rows[i].parts[k].value, 0.0);
        }
        hi = fmax(hi, sum);
        has_limit = has_limit || !isnan(c->rows[i].limit);
        hi = fmax(hi, isnan(c->rows[i].limit) ? 0.0 : c->rows[i].limit);
        labels = fmax(labels, gw_svg_width(c->rows[i].label, GW_SVG_TEXT));
    }
    labels = labels > 0.0 ? fmin(labels + 12.0, 320.0) : 0.0;
    char key_texts[KEY_MAX][KEY_TEXT];
    const char *names[KEY_MAX];
    int colours[KEY_MAX];
    int n_key = collect_key(c, key_texts, colours);
    for (int i = 0; i < n_key; i++) {
        names[i] = key_texts[i];
    }
    gw_scale x = {.kind = GW_SCALE_LINEAR, .lo = 0.0, .hi = hi > 0.0 ? hi : 1.0};
    x.px_lo = labels;
    x.px_hi = GW_CHART_WIDTH - 4.0;
    gw_buf none = {0};
    double key = gw_svg_key(&none, 0.0, 0.0, GW_CHART_WIDTH - labels, names, colours, n_key);
    gw_buf_clear(&none);
    double row = has_limit ? 52.0 : 34.0;
    double bottom = 8.0 + row * c->n;
    gw_svg_begin(out, c->head.id, GW_CHART_WIDTH, bottom + key + 4.0, c->head.title, c->head.desc);
    for (int i = 0; i < c->n; i++) {
        double y = 8.0 + row * i;
        gw_svg_text_fit(out, "", 0.0, y + 17.0, GW_ANCHOR_START, labels, GW_SVG_TEXT,
                        c->rows[i].label);
        draw_row(out, c, &c->rows[i], &x, y);
    }
    gw_svg_key(out, labels, bottom, GW_CHART_WIDTH - labels, names, colours, n_key);
    gw_svg_end(out);
}

/* ------------------------------------------------------------------ intervals */

static gw_scale intervals_axis(const gw_chart_intervals *c) {
    double lo = c->is_date ? GW_INF : 1.0;
    double hi = c->is_date ? -GW_INF : 1.0;
    for (int i = 0; i < c->n; i++) {
        const gw_chart_interval *r = &c->rows[i];
        const double values[] = {r->low, r->mid, r->high, r->point};
        for (int k = 0; k < 4; k++) {
            bool is_shown = !isnan(values[k]) && (c->is_date || values[k] > 0.0);
            lo = is_shown ? fmin(lo, values[k]) : lo;
            hi = is_shown ? fmax(hi, values[k]) : hi;
        }
    }
    if (c->is_date) {
        double room = fmax(20.0, 0.05 * (hi - lo));
        return gw_scale_date(lo - room, hi + room, 5);
    }
    return gw_scale_log(fmax(lo, 0.02), fmin(hi, 50.0));
}

/* Which side of "as claimed" means what; left out where the axis has no room for it. */
static void draw_sides(gw_buf *out, const gw_scale *x, double top, double bottom) {
    static const char *const less = "run gives less \xE2\x86\x90";
    static const char *const more = "\xE2\x86\x92 run gives more";
    double one = gw_scale_px(x, 1.0);
    gw_svg_line(out, "axis", one, bottom, one, top - 14.0);
    if (one - 8.0 - gw_svg_width(less, GW_SVG_SMALL) > x->px_lo - 10.0) {
        gw_svg_text(out, "m", one - 8.0, top - 6.0, GW_ANCHOR_END, less);
    }
    if (one + 8.0 + gw_svg_width(more, GW_SVG_SMALL) < GW_CHART_WIDTH) {
        gw_svg_text(out, "m", one + 8.0, top - 6.0, GW_ANCHOR_START, more);
    }
}

static void draw_interval(gw_buf *out, const gw_chart_interval *r, const gw_scale *x, double y,
                          bool is_date) {
    double x1 = gw_scale_px(x, is_date ? r->low : fmax(r->low, x->lo));
    double x2 = gw_scale_px(x, is_date ? r->high : fmax(r->high, x->lo));
    gw_svg_rect(out, "band f1", x1, y - 5.0, x2 - x1, 10.0, NULL);
    gw_svg_line(out, "ln s1", x1, y, x2, y);
    gw_svg_circle(out, "f1", gw_scale_px(x, is_date ? r->mid : fmax(r->mid, x->lo)), y, 4.0,
                  r->result);
    if (is_date) {
        double at = gw_scale_px(x, r->point);
        const double dx[] = {at - 5.0, at, at + 5.0};
        const double low[] = {y, y + 6.0, y};
        const double high[] = {y, y - 6.0, y};
        gw_svg_area(out, "f4", dx, low, high, 3, r->sub);
    }
}

void gw_chart_intervals_draw(const gw_chart_intervals *c, gw_buf *out) {
    const double row = 22.0;
    const double top = 26.0;
    double names = 60.0;
    double subs = 40.0;
    double right = 60.0;
    for (int i = 0; i < c->n; i++) {
        names = fmax(names, gw_svg_width(c->rows[i].label, GW_SVG_TEXT));
        subs = fmax(subs, gw_svg_width(c->rows[i].sub, GW_SVG_SMALL));
        right = fmax(right, gw_svg_width(c->rows[i].result, GW_SVG_TEXT));
    }
    names = fmin(names, 250.0);
    subs = fmin(subs, 110.0);
    right = fmin(right, 172.0);
    gw_scale x = intervals_axis(c);
    x.px_lo = names + subs + 28.0;
    x.px_hi = GW_CHART_WIDTH - right - 14.0;
    double bottom = top + row * c->n;
    gw_svg_begin(out, c->head.id, GW_CHART_WIDTH, bottom + BOTTOM, c->head.title, c->head.desc);
    gw_svg_axis_x(out, &x, bottom, top);
    gw_svg_text(out, "m", names + subs + 12.0, top - 6.0, GW_ANCHOR_END, "claimed");
    if (!c->is_date) {
        draw_sides(out, &x, top, bottom);
    }
    for (int i = 0; i < c->n; i++) {
        const gw_chart_interval *r = &c->rows[i];
        double y = top + row * (i + 0.5);
        gw_svg_text_fit(out, "", 0.0, y + 4.0, GW_ANCHOR_START, names, GW_SVG_TEXT, r->label);
        gw_svg_text_fit(out, "m", names + subs + 12.0, y + 4.0, GW_ANCHOR_END, subs, GW_SVG_SMALL,
                        r->sub);
        draw_interval(out, r, &x, y, c->is_date != 0);
        gw_svg_text_fit(out, "", x.px_hi + 12.0, y + 4.0, GW_ANCHOR_START, right, GW_SVG_TEXT,
                        r->result);
    }
    gw_svg_end(out);
}

/* report/svg.c: drawing primitives of the charts.
 * Valid: any numbers; NaN points are left out. Text is escaped.
 * Sources: colours after Okabe and Ito, "Color Universal Design" (2008): distinguishable with the
 * common kinds of colour blindness; the order alternates light and dark so that greyscale prints
 * stay readable. */
#include "report/svg.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void gw_svg_style(gw_buf *out) {
    gw_buf_add(out, ":root{--bg:#fff;--fg:#1c2733;--muted:#5d6b7a;--line:#dfe4ea;--panel:#f5f7f9;"
                    "--c1:#0072b2;--c2:#e69f00;--c3:#009e73;--c4:#d55e00;--c5:#56b4e9;--c6:#cc79a7;"
                    "--c7:#8a8f98;--c8:#b8a000;--bad:#b3261e;--warn:#8a5a00;--note:#0b5c8a}\n"
                    "@media screen and (prefers-color-scheme:dark){:root{--bg:#12171d;--fg:#e4e9ee;"
                    "--muted:#9aa7b4;--line:#2b343e;--panel:#1a2129;--c1:#4ba3dc;--c2:#f0b23a;"
                    "--c3:#2fbf96;--c4:#f0803c;--c5:#8ccbf2;--c6:#dd9cc0;--c7:#8a93a0;--c8:#d9c544;"
                    "--bad:#ff8a80;--warn:#f0b23a;--note:#8ccbf2}}\n"
                    "svg.gw{display:block;width:100%;height:auto;font-family:inherit}\n"
                    "svg.gw text{font-size:12px;fill:var(--fg)}\n"
                    "svg.gw text.m{font-size:11px;fill:var(--muted)}\n"
                    "svg.gw text.b{font-weight:600}\n"
                    "svg.gw text.on{fill:#fff;font-size:11px}\n"
                    "svg.gw text.ink{fill:#10161c;font-size:11px}\n"
                    "svg.gw .grid{stroke:var(--line);stroke-width:1}\n"
                    "svg.gw .axis{stroke:var(--muted);stroke-width:1}\n"
                    "svg.gw .mark{stroke:var(--muted);stroke-width:1.2;stroke-dasharray:4 3}\n"
                    "svg.gw .lead{stroke:var(--muted);stroke-width:.7}\n"
                    "svg.gw .band{opacity:.25}\n"
                    "svg.gw .seg{stroke:var(--bg);stroke-width:1}\n"
                    "svg.gw path.ln{fill:none;stroke-width:2;stroke-linejoin:round}\n"
                    "svg.gw path.thin{stroke-width:1.4}\n"
                    "svg.gw .d1{stroke-dasharray:7 3}svg.gw .d2{stroke-dasharray:2 3}"
                    "svg.gw .d3{stroke-dasharray:8 3 2 3}\n");
    for (int k = 1; k <= GW_SVG_COLOURS; k++) {
        gw_buf_printf(out, "svg.gw .f%d{fill:var(--c%d)}svg.gw .s%d{stroke:var(--c%d)}\n", k, k, k,
                      k);
    }
}

void gw_svg_begin(gw_buf *out, int id, double width, double height, const char *title,
                  const char *desc) {
    gw_buf_printf(
        out,
        "<svg class=\"gw\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" "
        "role=\"img\" aria-labelledby=\"gt%d gd%d\"><title id=\"gt%d\">",
        width, height, id, id, id);
    gw_buf_add_html(out, title);
    gw_buf_printf(out, "</title><desc id=\"gd%d\">", id);
    gw_buf_add_html(out, desc);
    gw_buf_add(out, "</desc>\n");
}

void gw_svg_end(gw_buf *out) {
    gw_buf_add(out, "</svg>\n");
}

/* "-0.0" and "0.0" are one place. */
static double tidy(double x) {
    return fabs(x) < 0.05 ? 0.0 : x;
}

void gw_svg_line(gw_buf *out, const char *css, double x1, double y1, double x2, double y2) {
    if (isnan(x1 + y1 + x2 + y2)) {
        return;
    }
    gw_buf_printf(out, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
                  css, tidy(x1), tidy(y1), tidy(x2), tidy(y2));
}

static void close_with_title(gw_buf *out, const char *element, const char *title) {
    if (title == NULL) {
        gw_buf_add(out, "/>\n");
        return;
    }
    gw_buf_add(out, "><title>");
    gw_buf_add_html(out, title);
    gw_buf_printf(out, "</title></%s>\n", element);
}

void gw_svg_rect(gw_buf *out, const char *css, double x, double y, double w, double h,
                 const char *title) {
    if (isnan(x + y + w + h)) {
        return;
    }
    gw_buf_printf(out, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"",
                  css, tidy(w < 0.0 ? x + w : x), tidy(h < 0.0 ? y + h : y), fabs(w), fabs(h));
    close_with_title(out, "rect", title);
}

void gw_svg_circle(gw_buf *out, const char *css, double x, double y, double r, const char *title) {
    if (isnan(x + y + r)) {
        return;
    }
    gw_buf_printf(out, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"", css, tidy(x),
                  tidy(y), r);
    close_with_title(out, "circle", title);
}

static void open_text(gw_buf *out, const char *css, double x, double y, gw_anchor anchor) {
    static const char *const anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
    gw_buf_printf(out, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\"%s>", css, tidy(x), tidy(y),
                  anchors[anchor]);
}

void gw_svg_text(gw_buf *out, const char *css, double x, double y, gw_anchor anchor,
                 const char *text) {
    if (isnan(x + y)) {
        return;
    }
    open_text(out, css, x, y, anchor);
    gw_buf_add_html(out, text);
    gw_buf_add(out, "</text>\n");
}

/* Widths over the size of text, DejaVu Sans rounded up. */
static double glyph_width(unsigned char c) {
    if (strchr("iIjl.,:;'|!()[]/ ftr", c) != NULL) {
        return 0.40;
    }
    if (strchr("mwMW%@", c) != NULL) {
        return 0.97;
    }
    return c >= 'A' && c <= 'Z' ? 0.70 : 0.63;
}

/* Bytes and width of the character at text. */
static size_t step(const char *text, double *width) {
    size_t n = 1;
    while (((unsigned char)text[n] & 0xC0) == 0x80) {
        n++;
    }
    *width += (unsigned char)text[0] < 0x80 ? glyph_width((unsigned char)text[0]) : 0.75;
    return n;
}

double gw_svg_width(const char *text, double size) {
    double width = 0.0;
    for (const char *p = text; *p != '\0';) {
        p += step(p, &width);
    }
    return width * size;
}

#define ELLIPSIS "\xE2\x80\xA6"
#define ELLIPSIS_WIDTH 0.8

static void add_cut(gw_buf *out, const char *before, const char *part, size_t n, const char *after,
                    const char *whole) {
    char cut[256];
    snprintf(cut, sizeof cut, "%s%.*s%s", before, (int)(n < 240 ? n : 240), part, after);
    gw_buf_add_html(out, cut);
    gw_buf_add(out, "<title>");
    gw_buf_add_html(out, whole);
    gw_buf_add(out, "</title></text>\n");
}

void gw_svg_text_fit(gw_buf *out, const char *css, double x, double y, gw_anchor anchor,
                     double room, double size, const char *text) {
    if (gw_svg_width(text, size) <= room) {
        gw_svg_text(out, css, x, y, anchor, text);
        return;
    }
    double width = ELLIPSIS_WIDTH;
    size_t n = 0;
    while (text[n] != '\0') {
        size_t next = n + step(text + n, &width);
        if (width * size > room) {
            break;
        }
        n = next;
    }
    open_text(out, css, x, y, anchor);
    add_cut(out, "", text, n, ELLIPSIS, text);
}

void gw_svg_text_tail(gw_buf *out, const char *css, double x, double y, double room, double size,
                      const char *text) {
    const char *from = text;
    double dropped = 0.0;
    if (gw_svg_width(text, size) <= room) {
        gw_svg_text(out, css, x, y, GW_ANCHOR_START, text);
        return;
    }
    while (*from != '\0' && gw_svg_width(from, size) + ELLIPSIS_WIDTH * size > room) {
        from += step(from, &dropped);
    }
    open_text(out, css, x, y, GW_ANCHOR_START);
    add_cut(out, ELLIPSIS, from, strlen(from), "", text);
}

void gw_svg_path(gw_buf *out, const char *css, const double *x, const double *y, int n) {
    bool is_open = false;
    gw_buf_printf(out, "<path class=\"%s\" d=\"", css);
    for (int i = 0; i < n; i++) {
        if (isnan(x[i]) || isnan(y[i])) {
            is_open = false;
            continue;
        }
        gw_buf_printf(out, "%s%.1f %.1f", is_open ? "L" : "M", tidy(x[i]), tidy(y[i]));
        is_open = true;
    }
    gw_buf_add(out, "\"/>\n");
}

void gw_svg_area(gw_buf *out, const char *css, const double *x, const double *low,
                 const double *high, int n, const char *title) {
    bool is_open = false;
    gw_buf_printf(out, "<path class=\"%s\" d=\"", css);
    for (int i = 0; i < n; i++) {
        if (!isnan(high[i]) && !isnan(low[i])) {
            gw_buf_printf(out, "%s%.1f %.1f", is_open ? "L" : "M", tidy(x[i]), tidy(high[i]));
            is_open = true;
        }
    }
    for (int i = n - 1; i >= 0; i--) {
        if (!isnan(high[i]) && !isnan(low[i])) {
            gw_buf_printf(out, "L%.1f %.1f", tidy(x[i]), tidy(low[i]));
        }
    }
    gw_buf_add(out, is_open ? "Z\"" : "\"");
    close_with_title(out, "path", title);
}

double gw_svg_key(gw_buf *out, double x, double y, double width, const char *const *names,
                  const int *colours, int n) {
    double at = x;
    double top = y;
    bool any = false;
    for (int i = 0; i < n; i++) {
        if (names[i] == NULL) {
            continue;
        }
        double wide = 16.0 + gw_svg_width(names[i], GW_SVG_SMALL) + 16.0;
        if (any && at + wide - 16.0 > x + width) {
            at = x;
            top += 17.0;
        }
        char css[16];
        snprintf(css, sizeof css, "f%d", colours[i] % GW_SVG_COLOURS + 1);
        gw_svg_rect(out, css, at, top, 10.0, 10.0, NULL);
        gw_svg_text(out, "m", at + 15.0, top + 9.0, GW_ANCHOR_START, names[i]);
        at += wide;
        any = true;
    }
    return any ? top - y + 17.0 : 0.0;
}

void gw_svg_axis_y(gw_buf *out, const gw_scale *scale, double x1, double x2) {
    gw_tick ticks[GW_TICKS_MAX];
    int n = gw_scale_ticks(scale, ticks);
    for (int i = 0; i < n; i++) {
        double y = gw_scale_px(scale, ticks[i].at);
        gw_svg_line(out, fabs(ticks[i].at) < 1e-9 * scale->step ? "axis" : "grid", x1, y, x2, y);
        gw_svg_text(out, "m", x1 - 6.0, y + 4.0, GW_ANCHOR_END, ticks[i].label);
    }
    if (scale->unit[0] != '\0') {
        gw_svg_text(out, "m", x1 - 6.0, scale->px_hi - 10.0, GW_ANCHOR_END, scale->unit);
    }
}

void gw_svg_axis_x(gw_buf *out, const gw_scale *scale, double y, double y_top) {
    gw_tick ticks[GW_TICKS_MAX];
    int n = gw_scale_ticks(scale, ticks);
    double free_from = -1e9;
    for (int i = 0; i < n; i++) {
        double x = gw_scale_px(scale, ticks[i].at);
        double half = 0.5 * gw_svg_width(ticks[i].label, GW_SVG_SMALL);
        gw_svg_line(out, "grid", x, y, x, y_top);
        if (x - half >= free_from) {
            gw_svg_line(out, "axis", x, y, x, y + 4.0);
            gw_svg_text(out, "m", x, y + 17.0, GW_ANCHOR_MIDDLE, ticks[i].label);
            free_from = x + half + 6.0;
        }
    }
    gw_svg_line(out, "axis", scale->px_lo, y, scale->px_hi, y);
    if (scale->unit[0] != '\0') {
        gw_svg_text(out, "m", scale->px_hi, y + 31.0, GW_ANCHOR_END, scale->unit);
    }
}

void gw_svg_spread(double *y, int n, double gap, double lo, double hi) {
    int order[64] = {0};
    n = n < 64 ? n : 64;
    for (int i = 0; i < n; i++) { /* insertion sort: few labels */
        int at = i;
        while (at > 0 && y[order[at - 1]] > y[i]) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
    for (int i = 0; i < n; i++) {
        double least = i == 0 ? lo : y[order[i - 1]] + gap;
        y[order[i]] = fmax(y[order[i]], least);
    }
    for (int i = n - 1; i >= 0; i--) {
        double most = i == n - 1 ? hi : y[order[i + 1]] - gap;
        y[order[i]] = fmin(y[order[i]], most);
    }
}

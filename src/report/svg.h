/* report/svg.h: drawing primitives of the charts. Colours and fonts are classes, defined once by
 * gw_svg_style for screen, dark screen and paper; positions have one decimal, so output is the same
 * everywhere. */
#ifndef GW_REPORT_SVG_H
#define GW_REPORT_SVG_H

#include "base/buf.h"
#include "report/scale.h"

#define GW_SVG_TEXT 12.0  /* size of text, user units */
#define GW_SVG_SMALL 11.0 /* size of muted text */
#define GW_SVG_COLOURS 8

typedef enum gw_anchor { GW_ANCHOR_START, GW_ANCHOR_MIDDLE, GW_ANCHOR_END } gw_anchor;

/** The style sheet of all charts: CSS variables and classes. */
void gw_svg_style(gw_buf *out);

/** Opens an image of the given size that scales to the width of its place. `id` must be unique in
 * the document; title and desc are read aloud. */
void gw_svg_begin(gw_buf *out, int id, double width, double height, const char *title,
                  const char *desc);
void gw_svg_end(gw_buf *out);

void gw_svg_line(gw_buf *out, const char *css, double x1, double y1, double x2, double y2);
/** title: shown while hovering; NULL for none. Negative sizes are turned round. */
void gw_svg_rect(gw_buf *out, const char *css, double x, double y, double w, double h,
                 const char *title);
void gw_svg_circle(gw_buf *out, const char *css, double x, double y, double r, const char *title);
void gw_svg_text(gw_buf *out, const char *css, double x, double y, gw_anchor anchor,
                 const char *text);
/** Text cut with an ellipsis to `room`; the whole text stays as its title. */
void gw_svg_text_fit(gw_buf *out, const char *css, double x, double y, gw_anchor anchor,
                     double room, double size, const char *text);
/** The same from the left, but the end of the text is kept. */
void gw_svg_text_tail(gw_buf *out, const char *css, double x, double y, double room, double size,
                      const char *text);
/** Estimated width on the wide side (DejaVu Sans), so that nothing overlaps in narrower fonts. */
double gw_svg_width(const char *text, double size);

/** A path through n points; points with NaN break it. */
void gw_svg_path(gw_buf *out, const char *css, const double *x, const double *y, int n);
/** The area between two curves over the same x. */
void gw_svg_area(gw_buf *out, const char *css, const double *x, const double *low,
                 const double *high, int n, const char *title);

/** A key of coloured squares that wraps within the width; returns the height used. Names may be
 * NULL (left out). colour k uses class f<k+1>. */
double gw_svg_key(gw_buf *out, double x, double y, double width, const char *const *names,
                  const int *colours, int n);
/** Horizontal grid and labels of a vertical axis between x1 and x2, its unit above. */
void gw_svg_axis_y(gw_buf *out, const gw_scale *scale, double x1, double x2);
/** Ticks and labels of a horizontal axis at y; grid lines up to y_top. Unit (if any) at the right
 * end. */
void gw_svg_axis_x(gw_buf *out, const gw_scale *scale, double y, double y_top);

/** Moves label positions apart so that neighbours are at least `gap` away and all stay in lo..hi as
 * far as there is room. */
void gw_svg_spread(double *y, int n, double gap, double lo, double hi);

#endif

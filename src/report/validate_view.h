/* report/validate_view.h: predictions beside measurements, as text, HTML, JSON and CSV show them.
 */
#ifndef GW_REPORT_VALIDATE_VIEW_H
#define GW_REPORT_VALIDATE_VIEW_H

#include "base/buf.h"
#include "report/words.h"
#include "validation/trial_score.h"

#define GW_VALIDATE_COLOURS 8
#define GW_VALIDATE_POINTS 20000 /* of a chart; of longer tables every second, third ... row */

/** Everything is borrowed or owned by the arena it was made with. */
typedef struct gw_validate_view {
    const char *title; /* "training.csv" */
    const gw_trials *trials;
    const gw_table_kind *kind;
    gw_trial_score all;
    gw_trial_scores by[GW_N_TRIAL_KEY];
    gw_trial_reasons reasons;
    const int *order; /* [all.n_predicted] rows, the worst prediction first */
    bool with_rows;   /* text: every row */
    int n_colours;    /* the accelerators of most rows; the last may be "others" */
    const char *colour_names[GW_VALIDATE_COLOURS];
} gw_validate_view;

gw_validate_view gw_validate_view_of(const gw_trials *trials, gw_arena *arena);

/** "By layout", "by_layout": how rows of this kind are parted by the key. */
const char *gw_validate_key_title(const gw_validate_view *v, gw_trial_key key);
const char *gw_validate_key_name(const gw_validate_view *v, gw_trial_key key);
int gw_validate_colour(const gw_validate_view *v, const gw_tried *tried);

/** For a terminal of `width` columns, at least 80. */
void gw_validate_text(const gw_validate_view *v, int width, gw_buf *out);
void gw_validate_html(const gw_validate_view *v, gw_buf *out);
/** The chart alone, a file that a page can show: predicted against measured. */
void gw_validate_svg(const gw_validate_view *v, gw_buf *out);
/** The scatter as part of a page; compact: without titles. */
void gw_validate_scatter(const gw_validate_view *v, int id, bool compact, gw_arena *arena,
                         gw_buf *out);
void gw_validate_json(const gw_validate_view *v, gw_buf *out);
void gw_validate_csv(const gw_validate_view *v, gw_buf *out); /* one line a row of the table */

#endif

/* report/html_schedule.c: "What decides the dates?": a Gantt chart with the spread of every end and the
 * criticality of every activity, milestones, risks.
 * Derivation: percentiles of the run's samples; criticality index = share of samples on the longest
 * path. */
#include <math.h>
#include <stdio.h>

#include "report/html_page.h"
#include "report/svg.h"

#define ROW 22.0
#define TOP 30.0
#define LEFT 190.0
#define RIGHT 60.0
#define ROWS_MAX 120 /* of the picture; the tables hold all */

typedef struct bar {
    int activity;
    double critical_frac;
    gw_summary start, finish;
} bar;

static double percentile(gw_summary s, double p, double base) {
    double x = p < 0.3 ? s.p10 : p > 0.7 ? s.p90 : s.p50;
    return s.n > 0 ? x : base;
}

static bar bar_of(const gw_page *p, int i) {
    gw_summary critical = gw_page_summary(p, GW_M_critical_frac, i);
    return (bar){.activity = i,
                 .critical_frac =
                     critical.n > 0 ? critical.mean : gw_page_base(p, GW_M_critical_frac, i),
                 .start = gw_page_summary(p, GW_M_activity_start_date_d, i),
                 .finish = gw_page_summary(p, GW_M_activity_finish_date_d, i)};
}

/* By site as written, then by median start: a plan is read from the top left to the bottom right. */
static void order_bars(const gw_page *p, bar *bars, int n) {
    for (int i = 1; i < n; i++) {
        bar one = bars[i];
        int site = p->in->activities.at[one.activity].site.i, k = i;
        for (; k > 0; k--) {
            int other = p->in->activities.at[bars[k - 1].activity].site.i;
            if (other < site || (other == site && !(bars[k - 1].start.p50 > one.start.p50))) {
                break;
            }
            bars[k] = bars[k - 1];
        }
        bars[k] = one;
    }
}

static void draw_bar(gw_page *p, const gw_scale *x, const bar *b, double y) {
    const gw_activity *a = &p->in->activities.at[b->activity];
    char title[400];
    snprintf(title, sizeof title, "%.60s: starts %s, ends %s; critical in %s of samples",
             gw_words_title(a->title, &a->head), gw_words_value(b->start.p50, NULL).text,
             gw_words_interval(b->finish, NULL).text, gw_words_share(b->critical_frac).text);
    const char *css = b->critical_frac >= 0.5   ? "seg f4"
                      : b->critical_frac > 0.05 ? "seg f2"
                                                : "seg f1";
    double x1 = gw_scale_px(x, b->start.p50), x2 = gw_scale_px(x, b->finish.p50);
    gw_svg_text_fit(p->out, "", 0.0, y + 13.0, GW_ANCHOR_START, LEFT - 10.0, GW_SVG_TEXT,
                    gw_words_title(a->title, &a->head));
    if (a->kind == GW_ACTIVITY_MILESTONE || x2 - x1 < 3.0) {
        gw_svg_circle(p->out, css, x2, y + 9.0, 4.5, title);
    } else {
        gw_svg_rect(p->out, css, x1, y + 4.0, x2 - x1, 10.0, title);
    }
    gw_svg_line(p->out, "axis", gw_scale_px(x, b->finish.p10), y + 9.0,
                gw_scale_px(x, b->finish.p90), y + 9.0);
    if (gw_is_set(a->due_d)) {
        double due = gw_scale_px(x, a->due_d);
        gw_svg_line(p->out, "mark", due, y + 2.0, due, y + 16.0);
    }
    gw_svg_text(p->out, "", GW_CHART_WIDTH, y + 13.0, GW_ANCHOR_END,
                b->critical_frac > 0.0 ? gw_words_share(b->critical_frac).text : "");
}

static void draw_gantt(gw_page *p, const bar *bars, int n) {
    double lo = GW_INF, hi = -GW_INF;
    for (int i = 0; i < n; i++) {
        lo = fmin(lo, percentile(bars[i].start, 0.1, GW_NAN));
        hi = fmax(hi, percentile(bars[i].finish, 0.9, GW_NAN));
    }
    if (!(hi > lo)) {
        return;
    }
    gw_scale x = gw_scale_date(lo, hi, 7);
    x.px_lo = LEFT;
    x.px_hi = GW_CHART_WIDTH - RIGHT;
    double bottom = TOP + ROW * n;
    gw_page_figure_begin(p);
    gw_chart_head head = gw_page_chart(p, "Schedule",
                                       "One row for each activity: a bar from its "
                                       "median start to its median end, a line over "
                                       "the spread of the end.");
    gw_svg_begin(p->out, head.id, GW_CHART_WIDTH, bottom + 30.0, head.title, head.desc);
    gw_svg_axis_x(p->out, &x, bottom, TOP - 8.0);
    gw_svg_text(p->out, "", GW_CHART_WIDTH, TOP - 14.0, GW_ANCHOR_END, "critical");
    for (int i = 0; i < n; i++) {
        draw_bar(p, &x, &bars[i], TOP + ROW * i);
    }
    gw_svg_end(p->out);
    gw_page_figure_end(
        p, "Bars run from the median start to the median end, lines from the P10 to the "
           "P90 of the end; upright strokes are promised ends. The share on the right: "
           "how often the activity was on the longest path (red: in at least half of the "
           "samples, yellow: in some).");
}

static void draw_table(gw_page *p, const bar *bars, int n, bool milestones) {
    int n_rows = 0;
    for (int i = 0; i < n; i++) {
        n_rows +=
            (p->in->activities.at[bars[i].activity].kind == GW_ACTIVITY_MILESTONE) == milestones;
    }
    if (n_rows == 0) {
        return;
    }
    if (!milestones) {
        gw_page_fold_begin(p, "Activities", n_rows);
    }
    gw_page_table_begin(p, milestones ? "Milestones" : "Activities",
                        "Name|>P10|>P50|>P90|>Due|>Kept|>Critical|>Float (mean)");
    for (int i = 0; i < n; i++) {
        const bar *b = &bars[i];
        const gw_activity *a = &p->in->activities.at[b->activity];
        if ((a->kind == GW_ACTIVITY_MILESTONE) != milestones) {
            continue;
        }
        gw_summary kept = gw_page_summary(p, GW_M_kept_frac, b->activity);
        gw_summary slack = gw_page_summary(p, GW_M_total_float_s, b->activity);
        gw_page_row_begin(p);
        gw_page_cell(p, gw_words_title(a->title, &a->head));
        gw_page_cell(p, gw_words_value(b->finish.p10, NULL).text);
        gw_page_cell(p, gw_words_value(b->finish.p50, NULL).text);
        gw_page_cell(p, gw_words_value(b->finish.p90, NULL).text);
        gw_page_cell(p, gw_is_set(a->due_d) ? gw_words_value(a->due_d, NULL).text : "-");
        gw_page_cell(p, kept.n > 0 ? gw_words_share(kept.mean).text : "-");
        gw_page_cell(p, gw_words_share(b->critical_frac).text);
        gw_page_cell(p, slack.n > 0 ? gw_words_duration(slack.mean).text : "finished");
        gw_page_row_end(p);
    }
    gw_page_table_end(p);
    if (!milestones) {
        gw_page_fold_end(p);
    }
}

void gw_page_schedule(gw_page *p) {
    int n = p->in->activities.n;
    if (n == 0) {
        gw_page_para(p,
                     "The scenario gives the dates of buildings, power and chips themselves and "
                     "no activities that lead to them; what comes last is shown above. Activities, "
                     "risks and crews go under `activities:`, `risks:` and `resources:`.");
        return;
    }
    gw_arena *arena = gw_arena_create(0);
    bar *bars = GW_NEW_N(arena, n, bar);
    for (int i = 0; i < n; i++) {
        bars[i] = bar_of(p, i);
    }
    gw_summary end = gw_page_summary(p, GW_M_schedule_finish_date_d, 0);
    double base_d = gw_page_base(p, GW_M_schedule_finish_date_d, 0);
    gw_page_para(p,
                 "The last of %d activities is finished by %s. With every input at its median it "
                 "would be %s: where several paths meet, the latest decides, so the middle of the "
                 "samples lies %s.",
                 n, gw_words_interval(end, NULL).text, gw_words_value(base_d, NULL).text,
                 end.p50 > base_d + 0.5 ? "later" : "close to it");
    int n_drawn = n < ROWS_MAX ? n : ROWS_MAX;
    if (n > ROWS_MAX) {
        gw_page_note(p, "The picture shows the first %d of %d activities.", ROWS_MAX, n);
    }
    order_bars(p, bars, n);
    draw_gantt(p, bars, n_drawn);
    draw_table(p, bars, n, true);
    draw_table(p, bars, n, false);
    gw_arena_free(arena);
}

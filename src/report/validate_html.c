/* report/validate_html.c: predictions beside measurements as one HTML page with charts and tables.
 * In: a view.   Out: a file that needs nothing else.
 * Derivation: the numbers of the text, JSON and CSV forms of the same view. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/html_page.h"
#include "report/validate_view.h"

#define TITLES_MAX 3000 /* points that tell their row while hovering */
#define ROWS_MAX 3000   /* rows of the page; all are in validation.csv */
#define WORST_SHOWN 25
#define GROUPS_OPEN 12
#define BIN_FRAC 0.05
#define BINS 22 /* 20 between -50 % and +50 %, one beyond each end */

typedef struct leaf {
    gw_page page;
    const gw_validate_view *v;
    gw_arena *arena;
} leaf;

/* ------------------------------------------------------------------ head */

static void card(leaf *l, const char *name, const char *value, const char *sub) {
    gw_buf *out = l->page.out;
    gw_buf_printf(out, "<div class=\"card\"><div class=\"k\">%s</div><div class=\"v\">", name);
    gw_buf_add_html(out, value);
    gw_buf_add(out, "</div><div class=\"s\">");
    gw_buf_add_html(out, sub);
    gw_buf_add(out, "</div></div>\n");
}

static const char *percent(leaf *l, double share) {
    return isnan(share) ? "none" : gw_arena_printf(l->arena, "%.1f %%", 100.0 * share);
}

static void draw_cards(leaf *l) {
    const gw_trial_score *s = &l->v->all;
    gw_buf_add(l->page.out, "<div class=\"cards\">\n");
    card(l, "Rows predicted", percent(l, s->covered_share),
         gw_arena_printf(l->arena, "%d of %d %s", s->n_predicted, s->n_rows, l->v->kind->many));
    card(l, "Median error", percent(l, s->median_frac),
         gw_arena_printf(l->arena, "mean %s, 90th percentile %s", percent(l, s->mean_frac),
                         percent(l, s->p90_frac)));
    card(l, "Worst", percent(l, s->worst_frac),
         s->i_worst < 0
             ? ""
             : gw_arena_printf(l->arena, "%s, line %d", l->v->trials->at[s->i_worst].trial.id,
                               l->v->trials->at[s->i_worst].trial.line));
    card(l, "Inside the 80 % interval", percent(l, s->inside_share),
         gw_arena_printf(l->arena, "%d rows have a wider one, for a reason that is given",
                         s->n_wide));
    gw_buf_add(l->page.out, "</div>\n");
}

static void draw_head(leaf *l) {
    gw_buf *out = l->page.out;
    gw_buf_add(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n"
                    "<meta name=\"generator\" content=\"gigawatt " GW_VERSION "\">\n<title>");
    gw_buf_add_html(out, l->v->title);
    gw_buf_add(out, " - validation - gigawatt</title>\n<style>\n");
    gw_page_style(out);
    gw_buf_add(out, "</style></head><body>\n<header class=\"top\"><p class=\"eyebrow\">Validation"
                    "</p>\n<h1>Predicted against measured</h1>\n<p class=\"lead\">");
    gw_buf_add_html(out, l->v->title);
    gw_buf_printf(out,
                  ": %s as published, beside what the model says of the same hardware, "
                  "software and sizes. Compared are seconds.</p>\n",
                  l->v->kind->many);
    draw_cards(l);
    gw_buf_add(out, "<nav aria-label=\"Sections\"><a href=\"#chart\">Chart</a>"
                    "<a href=\"#groups\">Errors by group</a><a href=\"#worst\">Worst</a>"
                    "<a href=\"#unsupported\">Not predicted</a><a href=\"#rows\">All rows</a>"
                    "</nav></header>\n<main>\n");
}

static void section(leaf *l, const char *id, int n, const char *title) {
    gw_buf_printf(l->page.out, "<section><h2 id=\"%s\"><span class=\"n\">%d</span>%s</h2>\n", id, n,
                  title);
}

static void section_end(leaf *l) {
    gw_buf_add(l->page.out, "</section>\n");
}

/* ------------------------------------------------------------------ charts */

static int bin_of(double error_frac) {
    double bin = floor(error_frac / BIN_FRAC) + 0.5 * BINS;
    return bin < 0.0 ? 0 : bin > BINS - 1 ? BINS - 1 : (int)bin;
}

static void draw_histogram(leaf *l) {
    const gw_trials *t = l->v->trials;
    double *count = GW_NEW_N(l->arena, BINS * GW_VALIDATE_COLOURS, double);
    const char *names[BINS];
    gw_chart_curve layers[GW_VALIDATE_COLOURS];
    for (int i = 0; i < t->n; i++) {
        double e = gw_trial_error(&t->at[i].trial);
        if (!isnan(e)) {
            count[gw_validate_colour(l->v, &t->at[i]) * BINS + bin_of(e)] += 1.0;
        }
    }
    for (int b = 0; b < BINS; b++) {
        int from = (int)lround(100.0 * BIN_FRAC) * (b - BINS / 2);
        names[b] = b == 0 ? "less" : b == BINS - 1 ? "more" : gw_arena_printf(l->arena, "%d", from);
    }
    for (int k = 0; k < l->v->n_colours; k++) {
        layers[k] =
            (gw_chart_curve){.label = l->v->colour_names[k], .y = count + k * BINS, .colour = k};
    }
    gw_page_figure_begin(&l->page);
    gw_chart_columns chart = {
        .head = gw_page_chart(&l->page, "Errors",
                              "How many rows were predicted so many per cent too long (right of 0) "
                              "or too short. A column holds five points from its number on."),
        .unit = "",
        .n_columns = BINS,
        .names = names,
        .n_layers = l->v->n_colours,
        .layers = layers};
    gw_chart_columns_draw(&chart, l->page.out);
    gw_page_figure_end(&l->page, "Mean signed error %+.1f %%.", 100.0 * l->v->all.bias_frac);
}

static void draw_charts(leaf *l) {
    section(l, "chart", 1, "Every row");
    if (l->v->all.n_predicted == 0) {
        gw_page_para(&l->page, "No row of the table was predicted; the reasons stand below.");
        section_end(l);
        return;
    }
    bool compact = l->v->all.n_predicted > TITLES_MAX;
    gw_page_figure_begin(&l->page);
    gw_chart_head head = gw_page_chart(
        &l->page, "Predicted against measured time",
        "One point a row on logarithmic axes. On the line both agree; the dashed lines are 20 % "
        "beside it; strokes are the 80 % intervals.");
    gw_validate_scatter(l->v, head.id, compact, l->arena, l->page.out);
    gw_page_figure_end(&l->page, "%s",
                       l->v->all.n_predicted > GW_VALIDATE_POINTS
                           ? "Drawn are rows at equal distances in the table; all are in "
                             "validation.csv."
                       : compact ? "Rows are listed in validation.csv."
                                 : "A point tells its row while the pointer rests on it.");
    draw_histogram(l);
    section_end(l);
}

/* ------------------------------------------------------------------ groups */

static void draw_score(leaf *l, const gw_trial_score *s) {
    gw_page *p = &l->page;
    gw_page_row_begin(p);
    gw_page_cell(p, s->name);
    gw_page_cellf(p, "%d", s->n_rows);
    gw_page_cell(p, percent(l, s->covered_share));
    if (s->n_predicted == 0) {
        for (int k = 0; k < 6; k++) {
            gw_page_cell(p, "");
        }
    } else {
        gw_page_cell(p, percent(l, s->mean_frac));
        gw_page_cell(p, percent(l, s->median_frac));
        gw_page_cell(p, percent(l, s->p90_frac));
        gw_page_cell(p, percent(l, s->worst_frac));
        gw_page_cellf(p, "%+.1f %%", 100.0 * s->bias_frac);
        gw_page_cell(p, s->n_interval > 0 ? percent(l, s->inside_share) : "");
    }
    gw_page_row_end(p);
}

static void draw_groups(leaf *l) {
    static const gw_trial_key order[] = {GW_BY_PART, GW_BY_ACCELERATOR, GW_BY_SOURCE, GW_BY_REGIME};
    section(l, "groups", 2, "Errors by group");
    for (int k = 0; k < 4; k++) {
        const gw_trial_scores *g = &l->v->by[order[k]];
        bool fold = g->n > GROUPS_OPEN;
        if (fold) {
            gw_page_fold_begin(&l->page, gw_validate_key_title(l->v, order[k]), g->n);
        } else {
            gw_page_heading(&l->page, 3, NULL, "%s", gw_validate_key_title(l->v, order[k]));
        }
        gw_page_table_begin(&l->page, NULL,
                            "Group|>Rows|>Covered|>Mean|>Median|>P90|>Worst|>Bias|>In interval");
        for (int i = 0; i < g->n; i++) {
            draw_score(l, &g->at[i]);
        }
        gw_page_table_end(&l->page);
        if (fold) {
            gw_page_fold_end(&l->page);
        }
    }
    gw_page_note(&l->page,
                 "Mean, median, 90th percentile and worst are of the sizes of the errors; bias is "
                 "the mean with sign, positive where predictions are too long.");
    section_end(l);
}

/* ------------------------------------------------------------------ rows */

static const char *rate(leaf *l, double per_s) {
    if (!(per_s > 0.0)) {
        return "";
    }
    gw_trial_kind kind = l->v->trials->kind;
    return kind == GW_TRIAL_TRAINING     ? gw_arena_strdup(l->arena, gw_words_value(per_s, "").text)
           : kind == GW_TRIAL_COLLECTIVE ? gw_arena_printf(l->arena, "%.4g", per_s / 1e9)
                                         : gw_arena_printf(l->arena, "%.4g", per_s / 1e12);
}

static void rows_begin(leaf *l) {
    gw_page_table_begin(&l->page, NULL,
                        gw_arena_printf(l->arena,
                                        "=Row|Regime, and why an interval is wider|>Measured|"
                                        ">Predicted|>Error|>80 %% interval|>In?|>Measured %s|"
                                        ">Predicted",
                                        l->v->kind->rate));
}

static void draw_row(leaf *l, const gw_tried *one) {
    gw_page *p = &l->page;
    const gw_trial *t = &one->trial;
    gw_page_row_begin(p);
    gw_page_cell(p, t->id);
    if (t->unsupported != NULL) {
        gw_page_cellf(p, "unsupported: %s%s%s", t->column != NULL ? t->column : "",
                      t->column != NULL ? ": " : "", t->unsupported);
        for (int k = 0; k < 7; k++) {
            gw_page_cell(p, "");
        }
        gw_page_row_end(p);
        return;
    }
    gw_page_cellf(p, "%s%s%s", t->regime != NULL ? t->regime : one->accelerator,
                  t->wide != NULL ? "; wider: " : "", t->wide != NULL ? t->wide : "");
    gw_page_cell(p, gw_words_value(t->measured_s, "s").text);
    gw_page_cell(p, gw_words_value(t->predicted_s, "s").text);
    gw_page_cellf(p, "%+.1f %%", 100.0 * gw_trial_error(t));
    if (gw_trial_has_interval(t)) {
        bool inside = gw_trial_is_inside(t);
        gw_page_cell(p, gw_words_range(t->low_s, t->high_s, "s").text);
        gw_page_cell_badge(p, inside ? "ok" : "warn", inside ? "in" : "out");
    } else {
        gw_page_cell(p, "");
        gw_page_cell(p, "");
    }
    gw_page_cell(p, rate(l, one->work_n / t->measured_s));
    gw_page_cell(p, rate(l, one->work_n / t->predicted_s));
    gw_page_row_end(p);
}

static void draw_worst(leaf *l) {
    int n = l->v->all.n_predicted < WORST_SHOWN ? l->v->all.n_predicted : WORST_SHOWN;
    section(l, "worst", 3, "The worst predictions");
    rows_begin(l);
    for (int k = 0; k < n; k++) {
        draw_row(l, &l->v->trials->at[l->v->order[k]]);
    }
    gw_page_table_end(&l->page);
    section_end(l);
}

static void draw_reasons(leaf *l) {
    const gw_trial_reasons *r = &l->v->reasons;
    section(l, "unsupported", 4, "What was not predicted");
    if (r->n == 0) {
        gw_page_para(&l->page, "Every row was predicted.");
    } else {
        gw_page_table_begin(&l->page, NULL, "=First row|=Column|Why|What to do|>Line|>Rows");
    }
    for (int i = 0; i < r->n && i < ROWS_MAX; i++) {
        const gw_tried *first = &l->v->trials->at[r->at[i].i_first];
        gw_page_row_begin(&l->page);
        gw_page_cell(&l->page, first->trial.id);
        gw_page_cell(&l->page, first->trial.column);
        gw_page_cell(&l->page, r->at[i].text);
        gw_page_cell(&l->page, first->hint);
        gw_page_cellf(&l->page, "%d", first->trial.line);
        gw_page_cellf(&l->page, "%d", r->at[i].n);
        gw_page_row_end(&l->page);
    }
    if (r->n > 0) {
        gw_page_table_end(&l->page);
    }
    section_end(l);
}

static void draw_rows(leaf *l) {
    const gw_trials *t = l->v->trials;
    int n = t->n < ROWS_MAX ? t->n : ROWS_MAX;
    section(l, "rows", 5, "All rows");
    gw_page_fold_begin(&l->page, "The table", n);
    rows_begin(l);
    for (int i = 0; i < n; i++) {
        draw_row(l, &t->at[i]);
    }
    gw_page_table_end(&l->page);
    gw_page_fold_end(&l->page);
    if (n < t->n) {
        gw_page_note(&l->page, "The first %d of %d rows; all are in validation.csv.", n, t->n);
    }
    section_end(l);
}

void gw_validate_html(const gw_validate_view *v, gw_buf *out) {
    leaf l = {.page = {.out = out}, .v = v, .arena = gw_arena_create(0)};
    draw_head(&l);
    draw_charts(&l);
    draw_groups(&l);
    draw_worst(&l);
    draw_reasons(&l);
    draw_rows(&l);
    gw_buf_add(out, "</main>\n<footer>Made by gigawatt " GW_VERSION ". This file is complete in "
                    "itself: it loads nothing. Every number is also in validation.json and "
                    "validation.csv.</footer>\n</body></html>\n");
    gw_arena_free(l.arena);
}

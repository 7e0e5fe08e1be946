/* report/html_page.h: what the sections of the report share: paragraphs, tables, figures.
 * Everything that goes through these functions is escaped. */
#ifndef GW_REPORT_HTML_PAGE_H
#define GW_REPORT_HTML_PAGE_H

#include <stdbool.h>

#include "base/buf.h"
#include "engine/result.h"
#include "report/chart.h"
#include "report/words.h"

typedef struct gw_page {
    const gw_result *r;
    const gw_model *m;
    const gw_scenario *in;
    gw_buf *out;
    int n_charts;   /* drawn so far: the id of the next */
    int column;     /* of the open table row */
    unsigned right; /* bit k: column k of the open table is right-aligned */
    unsigned whole; /* bit k: its cells are not broken over lines */
} gw_page;

void gw_page_heading(gw_page *p, int level, const char *id, const char *fmt, ...) GW_PRINTF(4, 5);
void gw_page_para(gw_page *p, const char *fmt, ...) GW_PRINTF(2, 3);
/** Smaller and muted: how to read a chart, what a number leaves out. */
void gw_page_note(gw_page *p, const char *fmt, ...) GW_PRINTF(2, 3);

/** Opens a part that readers unfold: "NAME (n)". */
void gw_page_fold_begin(gw_page *p, const char *name, int n);
void gw_page_fold_end(gw_page *p);

/** Opens a figure and gives the head of its chart; desc is formatted and lives until the next
 * figure. */
void gw_page_figure_begin(gw_page *p);
void gw_page_figure_end(gw_page *p, const char *fmt, ...) GW_PRINTF(2, 3); /* with its caption */
gw_chart_head gw_page_chart(gw_page *p, const char *title, const char *desc);

/** columns: "Name|>P10|>P50": names parted by '|'; '>' for right-aligned, '=' for never broken. */
void gw_page_table_begin(gw_page *p, const char *caption, const char *columns);
void gw_page_table_end(gw_page *p);
void gw_page_row_begin(gw_page *p);
void gw_page_row_end(gw_page *p);
void gw_page_cell(gw_page *p, const char *text); /* NULL: empty */
void gw_page_cellf(gw_page *p, const char *fmt, ...) GW_PRINTF(2, 3);
/** A cell with a coloured word: css is "bad", "warn", "note" or "ok". */
void gw_page_cell_badge(gw_page *p, const char *css, const char *text);
/** A cell with a link where `url` is http(s), else only text. */
void gw_page_cell_link(gw_page *p, const char *text, const char *url);

/** All metrics of one section and scope as a table: base case, P10, P50, P90, share of samples
 * without a value; one block of rows for each instance. */
void gw_page_metrics(gw_page *p, const char *caption, const char *section, gw_scope scope);

gw_summary gw_page_summary(const gw_page *p, gw_metric_id metric, int instance);
double gw_page_base(const gw_page *p, gw_metric_id metric, int instance);
/** The as-of line of time charts. */
gw_chart_mark gw_page_as_of(const gw_page *p);

/** The box on top: do the claims fit, was the date plausible, what runs. */
void gw_page_answers(gw_page *p);

/* The sections, in the order of the chain. */
void gw_page_claims(gw_page *p);
void gw_page_capacity(gw_page *p);
void gw_page_schedule(gw_page *p);
void gw_page_training(gw_page *p);
void gw_page_power(gw_page *p);
void gw_page_finance(gw_page *p);
void gw_page_matters(gw_page *p);
void gw_page_questions(gw_page *p);
void gw_page_inputs(gw_page *p);
void gw_page_style(gw_buf *out);

#endif

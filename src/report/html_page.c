/* report/html_page.c: paragraphs, tables and figures of the report.
 * In: formatted text.   Out: escaped HTML. */
#include "report/html_page.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

static void add_formatted(gw_buf *out, const char *fmt, va_list args) GW_PRINTF(2, 0);
static void add_formatted(gw_buf *out, const char *fmt, va_list args) {
    char *text = NULL;
    if (vasprintf(&text, fmt, args) < 0) {
        gw_out_of_memory(strlen(fmt));
    }
    gw_buf_add_html(out, text);
    free(text);
}

void gw_page_heading(gw_page *p, int level, const char *id, const char *fmt, ...) {
    gw_buf_printf(p->out, "<h%d", level);
    if (id != NULL) {
        gw_buf_printf(p->out, " id=\"%s\"", id);
    }
    gw_buf_add(p->out, ">");
    va_list args;
    va_start(args, fmt);
    add_formatted(p->out, fmt, args);
    va_end(args);
    gw_buf_printf(p->out, "</h%d>\n", level);
}

void gw_page_para(gw_page *p, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    gw_buf_add(p->out, "<p>");
    add_formatted(p->out, fmt, args);
    gw_buf_add(p->out, "</p>\n");
    va_end(args);
}

void gw_page_note(gw_page *p, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    gw_buf_add(p->out, "<p class=\"small\">");
    add_formatted(p->out, fmt, args);
    gw_buf_add(p->out, "</p>\n");
    va_end(args);
}

void gw_page_fold_begin(gw_page *p, const char *name, int n) {
    gw_buf_add(p->out, "<details><summary>");
    gw_buf_add_html(p->out, name);
    gw_buf_printf(p->out, " (%d)</summary>\n", n);
}

void gw_page_fold_end(gw_page *p) {
    gw_buf_add(p->out, "</details>\n");
}

void gw_page_figure_begin(gw_page *p) {
    gw_buf_add(p->out, "<figure>\n");
}

void gw_page_figure_end(gw_page *p, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    gw_buf_add(p->out, "<figcaption>");
    add_formatted(p->out, fmt, args);
    gw_buf_add(p->out, "</figcaption></figure>\n");
    va_end(args);
}

gw_chart_head gw_page_chart(gw_page *p, const char *title, const char *desc) {
    gw_buf_add(p->out, "<p class=\"ft\">");
    gw_buf_add_html(p->out, title);
    gw_buf_add(p->out, "</p>\n<p class=\"fd\">");
    gw_buf_add_html(p->out, desc);
    gw_buf_add(p->out, "</p>\n");
    return (gw_chart_head){.id = ++p->n_charts, .title = title, .desc = desc};
}

void gw_page_table_begin(gw_page *p, const char *caption, const char *columns) {
    gw_buf_add(p->out, "<div class=\"table\"><table>");
    if (caption != NULL) {
        gw_buf_add(p->out, "<caption>");
        gw_buf_add_html(p->out, caption);
        gw_buf_add(p->out, "</caption>");
    }
    gw_buf_add(p->out, "<thead><tr>");
    p->right = 0;
    p->whole = 0;
    int k = 0;
    for (const char *at = columns; at != NULL; k++) {
        const char *bar = strchr(at, '|');
        bool is_right = at[0] == '>';
        bool is_whole = at[0] == '=';
        at += is_right || is_whole ? 1 : 0;
        p->right |= is_right ? 1U << k : 0U;
        p->whole |= is_whole ? 1U << k : 0U;
        gw_buf_add(p->out, is_right ? "<th scope=\"col\" class=\"r\">" : "<th scope=\"col\">");
        gw_buf_addn(p->out, at, bar == NULL ? strlen(at) : (size_t)(bar - at));
        gw_buf_add(p->out, "</th>");
        at = bar == NULL ? NULL : bar + 1;
    }
    gw_buf_add(p->out, "</tr></thead><tbody>\n");
}

void gw_page_table_end(gw_page *p) {
    gw_buf_add(p->out, "</tbody></table></div>\n");
}

void gw_page_row_begin(gw_page *p) {
    gw_buf_add(p->out, "<tr>");
    p->column = 0;
}

void gw_page_row_end(gw_page *p) {
    gw_buf_add(p->out, "</tr>\n");
}

static void cell_begin(gw_page *p) {
    bool is_right = ((p->right >> p->column) & 1U) != 0;
    bool is_whole = ((p->whole >> p->column) & 1U) != 0;
    gw_buf_add(p->out, is_right ? "<td class=\"r\">" : is_whole ? "<td class=\"k\">" : "<td>");
    p->column++;
}

void gw_page_cell(gw_page *p, const char *text) {
    cell_begin(p);
    gw_buf_add_html(p->out, text == NULL ? "" : text);
    gw_buf_add(p->out, "</td>");
}

void gw_page_cellf(gw_page *p, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    cell_begin(p);
    add_formatted(p->out, fmt, args);
    gw_buf_add(p->out, "</td>");
    va_end(args);
}

void gw_page_cell_badge(gw_page *p, const char *css, const char *text) {
    cell_begin(p);
    gw_buf_printf(p->out, "<span class=\"badge %s\">", css);
    gw_buf_add_html(p->out, text);
    gw_buf_add(p->out, "</span></td>");
}

void gw_page_cell_link(gw_page *p, const char *text, const char *url) {
    bool is_web =
        url != NULL && (strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0);
    cell_begin(p);
    if (is_web) {
        gw_buf_add(p->out, "<a href=\"");
        gw_buf_add_html(p->out, url);
        gw_buf_add(p->out, "\">");
    }
    gw_buf_add_html(p->out, text == NULL ? "" : text);
    gw_buf_add(p->out, is_web ? "</a></td>" : "</td>");
}

gw_summary gw_page_summary(const gw_page *p, gw_metric_id metric, int instance) {
    return gw_words_summary(p->r, metric, instance);
}

double gw_page_base(const gw_page *p, gw_metric_id metric, int instance) {
    return p->r->base_row[p->m->metric_offset[metric] + instance];
}

gw_chart_mark gw_page_as_of(const gw_page *p) {
    return (gw_chart_mark){.date_d = p->in->as_of_d, .label = "as of"};
}

/* The choice between three arrivals has a share, no percentiles: it has its own chart. */
static bool is_listed(int id, const char *section, gw_scope scope) {
    bool is_choice = id == GW_M_last_is_building_frac || id == GW_M_last_is_power_frac ||
                     id == GW_M_last_is_chips_frac;
    return !is_choice && gw_metrics[id].scope == scope &&
           strcmp(gw_metrics[id].section, section) == 0;
}

static void metric_row(gw_page *p, gw_metric_id id, int i, const char *name, bool with_none) {
    const gw_metric *metric = &gw_metrics[id];
    gw_summary s = gw_page_summary(p, id, i);
    gw_page_row_begin(p);
    if (name != NULL) {
        gw_page_cell(p, name);
    }
    gw_page_cell(p, metric->doc);
    gw_page_cell(p, gw_words_value(gw_page_base(p, id, i), metric->unit).text);
    gw_page_cell(p, gw_words_value(s.p10, metric->unit).text);
    gw_page_cell(p, gw_words_value(s.p50, metric->unit).text);
    gw_page_cell(p, gw_words_value(s.p90, metric->unit).text);
    if (with_none) {
        double share = (double)s.n_none / (double)(s.n + s.n_none);
        gw_page_cell(p, s.n_none == 0 ? "" : gw_words_share(share).text);
    }
    gw_page_row_end(p);
}

static bool any_none(const gw_page *p, const char *section, gw_scope scope) {
    for (int i = 0; i < p->m->n_instances[scope]; i++) {
        for (int id = 0; id < GW_N_METRIC; id++) {
            if (is_listed(id, section, scope) &&
                gw_page_summary(p, (gw_metric_id)id, i).n_none > 0) {
                return true;
            }
        }
    }
    return false;
}

void gw_page_metrics(gw_page *p, const char *caption, const char *section, gw_scope scope) {
    bool with_name = p->m->n_instances[scope] > 1;
    bool with_none = any_none(p, section, scope);
    if (p->m->n_instances[scope] == 0) {
        return;
    }
    char columns[80];
    snprintf(columns, sizeof columns, "%sOutput|>Base case|>P10|>P50|>P90%s",
             with_name ? "=Name|" : "", with_none ? "|>No value" : "");
    gw_page_table_begin(p, caption, columns);
    for (int i = 0; i < p->m->n_instances[scope]; i++) {
        const char *name = with_name ? gw_instance_name(p->m, scope, i) : NULL;
        for (int id = 0; id < GW_N_METRIC; id++) {
            if (is_listed(id, section, scope)) {
                metric_row(p, (gw_metric_id)id, i, name, with_none);
                name = with_name ? "" : NULL; /* once for each block */
            }
        }
    }
    gw_page_table_end(p);
}

/* report/html_inputs.c: "What the answer leans on": grades of evidence, values without a source,
 * every value, every source, and how to get the same numbers again. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "report/html_page.h"

/* A number or date that the run reads. Names and switches say what, not how much: they are listed
 * apart. */
static bool is_counted(const gw_value *v) {
    return gw_words_is_number(v);
}

static const char *css_of(gw_grade grade) {
    return grade == GW_GRADE_ASSUMED ? "warn" : grade == GW_GRADE_MEASURED ? "ok" : "note";
}

static const char *grade_name(gw_grade grade) {
    return gw_enum_grade.items[grade].name;
}

/* ------------------------------------------------------------------ grades */

static void draw_grades(gw_page *p) {
    const gw_spec *spec = p->m->spec;
    int n[GW_N_grade][3] = {{0}}; /* scenario, catalogue, default */
    int total = 0;
    int n_uncertain = 0;
    for (int i = 0; i < spec->n_values; i++) {
        const gw_value *v = &spec->values[i];
        if (is_counted(v)) {
            n[v->grade][v->from_default ? 2 : v->in_catalog ? 1 : 0]++;
            total++;
            n_uncertain += v->uncertain;
        }
    }
    int n_assumed = n[GW_GRADE_ASSUMED][0] + n[GW_GRADE_ASSUMED][1] + n[GW_GRADE_ASSUMED][2];
    gw_page_para(
        p,
        "The run reads %d numbers and dates; %d of them are uncertain and drawn anew for each "
        "sample. %d (%s) have no source: they are judgements or defaults, and they are listed "
        "first because they are what to replace.",
        total, n_uncertain, n_assumed,
        gw_words_share(total > 0 ? (double)n_assumed / total : 0.0).text);
    gw_page_table_begin(p, "Evidence behind the numbers",
                        "Grade|Meaning|>In the scenario|>In the catalogue|>Defaults");
    for (int g = 0; g < GW_N_grade; g++) {
        gw_page_row_begin(p);
        gw_page_cell_badge(p, css_of((gw_grade)g), grade_name((gw_grade)g));
        gw_page_cell(p, gw_enum_grade.items[g].doc);
        for (int k = 0; k < 3; k++) {
            gw_page_cellf(p, "%d", n[g][k]);
        }
        gw_page_row_end(p);
    }
    gw_page_table_end(p);
}

/* ------------------------------------------------------------------ values */

typedef enum group { NO_SOURCE, DEFAULTS, SOURCED, CHOICES } group;

static bool is_in(const gw_value *v, group g) {
    if (g == CHOICES) {
        return gw_words_is_input(v) && !is_counted(v) && strncmp(v->path, "claims.", 7) != 0;
    }
    if (!is_counted(v)) {
        return false;
    }
    bool is_sourced = v->source >= 0 || v->grade != GW_GRADE_ASSUMED;
    return g == DEFAULTS ? v->from_default : !v->from_default && is_sourced == (g == SOURCED);
}

static void row_value(gw_page *p, const gw_value *v, group g) {
    gw_page_row_begin(p);
    gw_buf_add(p->out, "<td class=\"path\">");
    gw_buf_add_html(p->out, v->path);
    gw_buf_add(p->out, "</td>");
    p->column++;
    gw_page_cellf(p, "%s%s", v->text, v->uncertain ? " \xC2\xB1" : "");
    if (g == SOURCED) {
        gw_page_cell_badge(p, css_of(v->grade), grade_name(v->grade));
        gw_page_cell(p, v->source >= 0 ? p->in->sources.at[v->source].head.name : "");
        gw_page_cell(p, v->note);
    } else {
        bool has_note = v->note != NULL && v->note[0] != '\0';
        gw_page_cell(p, has_note ? v->note : v->field->doc);
    }
    gw_page_row_end(p);
}

static void draw_values(gw_page *p, group g, const char *caption) {
    const gw_spec *spec = p->m->spec;
    int n = 0;
    for (int i = 0; i < spec->n_values; i++) {
        n += is_in(&spec->values[i], g);
    }
    if (n == 0) {
        return;
    }
    if (g == NO_SOURCE) {
        gw_page_heading(p, 3, NULL, "%s (%d)", caption, n);
    } else {
        gw_page_fold_begin(p, caption, n);
    }
    gw_page_table_begin(p, NULL,
                        g == SOURCED ? "Path|Value as written|Grade|Source|Note"
                                     : "Path|Value as written|What it is, or why");
    for (int i = 0; i < spec->n_values; i++) {
        if (is_in(&spec->values[i], g)) {
            row_value(p, &spec->values[i], g);
        }
    }
    gw_page_table_end(p);
    if (g != NO_SOURCE) {
        gw_page_fold_end(p);
    }
}

/* ------------------------------------------------------------------ sources */

static void draw_sources(gw_page *p) {
    const gw_spec *spec = p->m->spec;
    int n_sources = p->in->sources.n;
    int *cited = calloc((size_t)n_sources + 1, sizeof *cited);
    if (cited == NULL) {
        gw_out_of_memory((size_t)n_sources * sizeof *cited);
    }
    int n_cited = 0;
    for (int i = 0; i < spec->n_values; i++) {
        const gw_value *v = &spec->values[i];
        if (v->used && v->source >= 0 && v->source < n_sources) {
            n_cited += cited[v->source]++ == 0;
        }
    }
    if (n_cited > 0) {
        gw_page_heading(p, 3, NULL, "Sources (%d)", n_cited);
        gw_page_table_begin(p, NULL, "Name|Title|Publisher|Date|Kind|>Values");
    }
    for (int i = 0; i < n_sources; i++) {
        const gw_source *s = &p->in->sources.at[i];
        if (cited[i] == 0) {
            continue;
        }
        gw_page_row_begin(p);
        gw_page_cell(p, s->head.name);
        gw_page_cell_link(p, s->title, s->url);
        gw_page_cell(p, s->publisher);
        gw_page_cell(p, gw_is_set(s->date_d) ? gw_words_value(s->date_d, NULL).text : "");
        gw_page_cell(p, gw_enum_source_kind.items[s->kind].name);
        gw_page_cellf(p, "%d", cited[i]);
        gw_page_row_end(p);
    }
    if (n_cited > 0) {
        gw_page_table_end(p);
    }
    free(cited);
}

/* ------------------------------------------------------------------ the same numbers again */

static void pair(gw_page *p, const char *name, const char *value) {
    gw_buf_add(p->out, "<dt>");
    gw_buf_add_html(p->out, name);
    gw_buf_add(p->out, "</dt><dd>");
    gw_buf_add_html(p->out, value);
    gw_buf_add(p->out, "</dd>");
}

static void draw_box(gw_page *p) {
    const gw_spec *spec = p->m->spec;
    char text[128];
    gw_page_heading(p, 3, NULL, "How to get the same numbers again");
    gw_buf_add(p->out, "<dl class=\"box\">");
    pair(p, "program", "gigawatt " GW_VERSION);
    pair(p, "scenario", gw_words_file(spec->file));
    pair(p, "scenario hash", spec->scenario_hash);
    pair(p, "catalogue hash", spec->catalog_hash);
    snprintf(text, sizeof text, "%" PRIu64, p->r->seed);
    pair(p, "seed", text);
    snprintf(text, sizeof text, "%d", p->r->n_samples);
    pair(p, "samples", text);
    snprintf(text, sizeof text, "%d to %d, %d months", p->m->month0 / 12,
             (p->m->month0 + p->m->n_months - 1) / 12, p->m->n_months);
    pair(p, "horizon", text);
    double clamped = gw_words_clamped_share(p->r);
    snprintf(text, sizeof text,
             "%ld (%.2g %%) were outside the legal range of their input and set to its end",
             p->r->n_clamped, 100.0 * clamped);
    pair(p, "clamped draws", text);
    gw_buf_add(p->out, "</dl>\n");
    gw_page_note(
        p,
        "The same program, scenario, catalogue, seed and number of samples give the same numbers "
        "to the last digit, on any number of threads.");
}

/* ------------------------------------------------------------------ glossary */

static void draw_glossary(gw_page *p) {
    static const char *const words[][2] = {
        {"all-reduce", "Every accelerator contributes an array and receives the sum of all of "
                       "them: how gradients are brought together after each step."},
        {"bisection bandwidth", "What the network carries, in one direction, between two halves "
                                "of the cluster; full if no half has to wait for the other."},
        {"goodput", "Useful time over wall time: what is left of a training run after failures, "
                    "restarts, repeated work and checkpoints."},
        {"MFU", "Model FLOP utilisation: the arithmetic that the model needs over what the chips "
                "could do at their peak in the same time."},
        {"PUE", "Power usage effectiveness: all power at the meter over the power of IT."},
        {"rail", "The accelerators at the same place in every server share a network of their "
                 "own; a server with eight network ports has eight rails."},
        {"tier", "A layer of switches: leaf, spine, core. A message climbs as many tiers as it "
                 "has to and comes down again."},
    };
    int n = (int)(sizeof words / sizeof words[0]);
    gw_page_fold_begin(p, "Words of the field", n);
    gw_page_table_begin(p, NULL, "=Word|Meaning");
    for (int i = 0; i < n; i++) {
        gw_page_row_begin(p);
        gw_page_cell(p, words[i][0]);
        gw_page_cell(p, words[i][1]);
        gw_page_row_end(p);
    }
    gw_page_table_end(p);
    gw_page_fold_end(p);
}

void gw_page_inputs(gw_page *p) {
    draw_grades(p);
    draw_values(p, NO_SOURCE, "Written without a source");
    draw_values(p, DEFAULTS, "Defaults: nobody wrote these");
    draw_values(p, SOURCED, "Values with a source");
    draw_values(p, CHOICES, "Choices: region, system, model, cooling, wiring, contracts");
    draw_sources(p);
    draw_box(p);
    draw_glossary(p);
}

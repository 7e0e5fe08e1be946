/* report/html_matters.c: "What matters most?": one chart for each output, which inputs move it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/html_page.h"

#define BARS_MAX 12

typedef struct bar_texts {
    gw_words low, high;
} bar_texts;

static gw_words input_text(const gw_page *p, const gw_bar *bar, double value) {
    return gw_words_input_value(&p->m->spec->values[p->m->uncertain[bar->uncertain].value], value);
}

static const char *doc_of(const gw_page *p, const gw_bar *bar) {
    return p->m->spec->values[p->m->uncertain[bar->uncertain].value].field->doc;
}

static const char *path_of(const gw_page *p, const gw_bar *bar) {
    return p->m->spec->values[p->m->uncertain[bar->uncertain].value].path;
}

static gw_words about(const gw_page *p, const gw_tornado *t) {
    const gw_metric *metric = &gw_metrics[t->metric];
    const char *name = gw_instance_name(p->m, metric->scope, t->instance);
    gw_words w;
    if (name[0] != '\0') {
        snprintf(w.text, sizeof w.text, "%.55s (%.36s)", metric->doc, name);
    } else {
        snprintf(w.text, sizeof w.text, "%.94s", metric->doc);
    }
    return w;
}

/* Bars wide enough to be worth a line: from 0.5 % of the output or one day on. They are sorted. */
static int count_told(const gw_tornado *t) {
    double least = gw_metrics[t->metric].unit == NULL ? 1.0 : 0.005 * fabs(t->base);
    int n = 0;
    while (n < t->n && fabs(t->bars[n].high - t->bars[n].low) >= least) {
        n++;
    }
    return n;
}

static void draw_tornado(gw_page *p, const gw_tornado *t) {
    const gw_metric *metric = &gw_metrics[t->metric];
    gw_chart_tornado_bar bars[BARS_MAX];
    bar_texts texts[BARS_MAX];
    int n_told = count_told(t);
    int n = n_told < BARS_MAX ? n_told : BARS_MAX;
    gw_words name = about(p, t);
    gw_page_heading(p, 3, NULL, "%s", gw_words_capital(name.text).text);
    if (n == 0) {
        gw_page_para(p, "No uncertain input moves it noticeably on its own: it stays at %s.",
                     gw_words_value(t->base, metric->unit).text);
        return;
    }
    const gw_bar *top = &t->bars[0];
    gw_page_para(p, "It depends most on %s (%s): %s to %s moves it from %s to %s.",
                 gw_words_input(path_of(p, top)).text, doc_of(p, top),
                 input_text(p, top, top->low_value).text, input_text(p, top, top->high_value).text,
                 gw_words_value(top->low, metric->unit).text,
                 gw_words_value(top->high, metric->unit).text);
    for (int i = 0; i < n; i++) {
        const gw_bar *b = &t->bars[i];
        texts[i].low = input_text(p, b, b->low_value);
        texts[i].high = input_text(p, b, b->high_value);
        bars[i] = (gw_chart_tornado_bar){doc_of(p, b),       path_of(p, b), texts[i].low.text,
                                         texts[i].high.text, b->low,        b->high};
    }
    gw_page_figure_begin(p);
    gw_chart_tornado chart = {
        .head = {.id = ++p->n_charts,
                 .title = name.text,
                 .desc = "Change of the output when one input goes to its low or high end."},
        .unit = metric->unit,
        .base = t->base,
        .n = n,
        .bars = bars};
    gw_chart_tornado_draw(&chart, p->out);
    if (t->n > n) {
        gw_page_figure_end(p, "The %d strongest of %d inputs with an effect.%s", n, t->n,
                           n == n_told ? " The others move it by less than 0.5 % or one day." : "");
    } else {
        gw_page_figure_end(p, "All inputs with an effect.");
    }
}

/* Numbers that the run reads and that have no distribution; claims and sources move nothing. */
static int count_fixed(const gw_page *p) {
    int n = 0;
    for (int i = 0; i < p->m->spec->n_values; i++) {
        const gw_value *v = &p->m->spec->values[i];
        bool moves_nothing =
            strncmp(v->path, "claims.", 7) == 0 || strncmp(v->path, "sources.", 8) == 0;
        n += gw_words_is_number(v) && !v->uncertain && !moves_nothing;
    }
    return n;
}

void gw_page_matters(gw_page *p) {
    if (p->r->n_tornado == 0) {
        gw_page_para(p, "No sensitivities were computed: the scenario has no uncertain input.");
        return;
    }
    gw_page_para(
        p, "Each bar moves one uncertain input to its 10th and 90th percentile and leaves all "
           "others at their median. The numbers under the bars are the input's two values. "
           "Effects of several inputs at once are in the bands of the other charts, not here.");
    int n_fixed = count_fixed(p);
    gw_page_para(p, "%s %s no range and %s not ranked.", gw_words_value(n_fixed, "").text,
                 gw_words_plural(n_fixed, "input has", "inputs have"),
                 gw_words_plural(n_fixed, "is", "are"));
    for (int i = 0; i < p->r->n_tornado; i++) {
        draw_tornado(p, &p->r->tornado[i]);
    }
}

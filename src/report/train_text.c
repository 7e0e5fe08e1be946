/* report/train_text.c: training steps on a terminal.
 * In: a finished gw_train_report.   Out: text of 80 columns.
 * Derivation: engine/train_run.h; every number of the tables is in the JSON too. */
#include "report/train_text.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "report/finance_text.h"
#include "report/network_words.h"
#include "report/serving_text.h"
#include "report/words.h"

#define LABEL 14
#define FRONT_SHOWN 12
#define GAIN_TELL 0.0005
#define PART_TELL 0.0005

void gw_train_widths(const gw_plan *p, gw_buf *out) {
    const struct {
        const char *name;
        int width;
    } widths[] = {{"tp", p->tp}, {"pp", p->pp}, {"dp", p->dp}, {"cp", p->cp}, {"ep", p->ep}};
    const char *separator = "";
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        if (widths[i].width > 1) {
            gw_buf_printf(out, "%s%s %d", separator, widths[i].name, widths[i].width);
            if (i == 1 && p->virtual_stages > 1) {
                gw_buf_printf(out, " x %d", p->virtual_stages);
            }
            separator = ", ";
        }
    }
    if (*separator == '\0') {
        gw_buf_add(out, "one accelerator");
    }
}

void gw_train_switches(const gw_plan *p, gw_buf *out) {
    static const char *const recompute[] = {"no recomputation", "selective recomputation",
                                            "full recomputation"};
    gw_buf_printf(out, "micro-batch %d", p->micro_batch);
    if (p->n_micro > 0) {
        gw_buf_printf(out, " (%d a step)", p->n_micro);
    }
    gw_buf_printf(out, ", ZeRO %d", p->zero_stage);
    if (p->shard_group > 0) {
        gw_buf_printf(out, " within %d replicas", p->shard_group);
    }
    if (p->pp > 1) {
        gw_buf_printf(out, ", schedule %s", gw_enum_pipeline.items[p->schedule].name);
    }
    if (p->cp > 1) {
        gw_buf_printf(out, ", context by %s", gw_enum_context_method.items[p->context_method].name);
    }
    if (p->tp > 1 && p->no_sequence_parallel) {
        gw_buf_add(out, ", no sequence parallel");
    }
    if (p->etp > 1 && p->ep > 1) {
        gw_buf_printf(out, ", experts split over %d", p->etp);
    }
    gw_buf_printf(out, ", %s", recompute[p->recompute]);
}

/* ---------------------------------------------------------------- lines */

static void put_line(gw_buf *out, const char *label, gw_buf *words) {
    gw_words_wrap(out, label, LABEL, words->text == NULL ? "" : words->text);
    gw_buf_clear(words);
}

static gw_words percent(double frac) {
    gw_words w;
    snprintf(w.text, sizeof w.text, "%.1f %%", 100.0 * frac);
    return w;
}

static gw_words change(double frac) {
    gw_words w;
    snprintf(w.text, sizeof w.text, "%+.1f %%", 100.0 * frac);
    return w;
}

/* ---------------------------------------------------------------- one job */

static void put_title(const gw_train_report *r, const gw_train_job *t, gw_buf *out) {
    gw_buf line = {0};
    const gw_system *system = &r->in->systems.at[r->in->clusters.at[t->job->cluster.i].system.i];
    const gw_accelerator *chip = &r->in->accelerators.at[system->accelerator.i];
    if (r->n_jobs > 1 || t->job->title != NULL) {
        gw_buf_printf(&line, "%s: ", gw_words_title(t->job->title, &t->job->head));
    }
    gw_buf_printf(&line, "%s on ", gw_words_title(t->in.llm->title, &t->in.llm->head));
    gw_buf_printf(&line, "%s %s, ", gw_words_value(t->in.accelerators, "").text,
                  gw_words_title(chip->title, &chip->head));
    gw_buf_printf(&line, "%s %s of ", gw_words_value(t->in.batch_seq, "").text,
                  gw_words_plural((long)t->in.batch_seq, "sequence", "sequences"));
    gw_buf_printf(&line, "%s tokens, %s", gw_words_value(t->in.sequence_tok, "").text,
                  gw_enum_precision.items[t->in.precision].name);
    gw_words_wrap(out, "", 0, line.text);
    gw_buf_clear(&line);
    gw_buf_addc(out, '\n');
}

/** The training software: its efficiencies shape the step, so a default must not stay unseen. */
static void put_software(const gw_train_job *t, gw_buf *out) {
    const gw_software *software = t->in.software;
    if (software == NULL || software->head.name == NULL) {
        return;
    }
    const char *why = strcmp(t->software_by, "given") == 0 ? ""
                      : strcmp(t->software_by, "accelerator") == 0
                          ? " (default for this accelerator)"
                          : " (default: the newest)";
    gw_buf line = {0};
    gw_buf_printf(&line, "%s%s", software->head.name, why);
    if (software->title != NULL) {
        gw_buf_printf(&line, ": %s", software->title);
    }
    put_line(out, "Software", &line);
}

static void put_layout(const gw_train_job *t, gw_buf *out) {
    gw_buf line = {0};
    gw_train_widths(&t->step.plan, &line);
    gw_buf_add(&line, "; ");
    gw_train_switches(&t->step.plan, &line);
    put_line(out, "Layout", &line);
    if (t->note != NULL) {
        gw_words_wrap(out, "", LABEL, t->note);
    }
}

/** What the real network leaves the patterns of the layout. */
static void put_network(const gw_train_report *r, const gw_train_job *t, gw_buf *out) {
    gw_buf line = {0};
    gw_network_line(r->in, t->job->cluster.i, &t->congestion, &line);
    put_line(out, "Network", &line);
}

static void put_step(const gw_train_report *r, const gw_train_job *t, gw_buf *out) {
    const gw_step *s = &t->step;
    gw_buf line = {0};
    gw_buf_printf(&line, "%s", gw_words_value(s->step_s, "s").text);
    if (s->low_s > 0 && s->high_s > 0) {
        gw_buf_printf(&line, "; 80 %% interval %s", gw_words_range(s->low_s, s->high_s, "s").text);
    }
    if (s->wide != NULL) {
        gw_buf_printf(&line, ", wider than calibrated: %s", s->wide);
    }
    put_line(out, "Step", &line);
    double used = gw_plan_accelerators(&s->plan);
    gw_buf_printf(&line, "%s tokens/s; ", gw_words_large(s->tokens_per_s).text);
    gw_buf_printf(&line, "%s tokens/s and accelerator",
                  gw_words_value(s->tokens_per_s / used, "").text);
    if (used < t->in.accelerators) {
        gw_buf_printf(&line, " on %s of them", gw_words_value(used, "").text);
    }
    put_line(out, "Rate", &line);
    gw_buf_printf(&line, "MFU %s, ", percent(s->mfu).text);
    gw_buf_printf(&line, "HFU %s; ", percent(t->hfu_frac).text);
    gw_buf_printf(&line, "%s a step, ", gw_words_value(s->model_flop, "EFLOP").text);
    gw_buf_printf(&line, "%s with recomputation", gw_words_value(s->hardware_flop, "EFLOP").text);
    if (s->plan.recompute == GW_RECOMPUTE_SELECTIVE && s->hardware_flop == s->model_flop) {
        gw_buf_add(&line, " (selective not counted, under 2 %)");
    }
    put_line(out, "Work", &line);
    put_layout(t, out);
    put_network(r, t, out);
}

/** The longest part, and what to buy. */
static void put_bottleneck(const gw_train_job *t, gw_buf *out) {
    gw_buf line = {0};
    gw_buf_printf(&line, "%s, %s of the step", gw_step_part_names[t->bottleneck],
                  percent(gw_step_part_s(&t->step, t->bottleneck) / t->step.step_s).text);
    for (int i = 0; i < t->n_gains; i++) {
        if (t->gains[i].resource && t->gains[i].gain_frac > GAIN_TELL) {
            gw_buf_printf(&line, "; of all resources %s helps most: %s tokens/s", t->gains[i].what,
                          change(t->gains[i].gain_frac).text);
            break;
        }
    }
    put_line(out, "Bottleneck", &line);
}

static void put_parts(const gw_train_job *t, gw_buf *out) {
    const gw_step *s = &t->step;
    gw_buf_add(out, "\nWhere the step goes (traffic: only what it waits for)\n");
    for (int i = 0; i < GW_N_STEP_PARTS; i++) {
        double part_s = gw_step_part_s(s, i);
        if (part_s > PART_TELL * s->step_s) {
            gw_buf_add(out, "  ");
            gw_finance_left(out, gw_step_part_names[i], 30);
            gw_finance_right(out,
                             gw_words_value(part_s, "s").text[0] == '-'
                                 ? gw_words_value(0.0, "s")
                                 : gw_words_value(part_s, "s"),
                             12);
            gw_finance_right(out, percent(part_s / s->step_s), 9);
            gw_buf_addc(out, '\n');
        }
    }
}

/* One row of the table of memory: where the number stands in gw_memory. */
typedef struct memory_row {
    const char *name;
    size_t offset;
} memory_row;

static const memory_row memory_rows[] = {
    {"weights", offsetof(gw_memory, weights_B)},
    {"gradients", offsetof(gw_memory, gradients_B)},
    {"optimizer state", offsetof(gw_memory, optimizer_B)},
    {"activations kept", offsetof(gw_memory, activations_B)},
    {"layer or loss at work", offsetof(gw_memory, working_B)},
    {"layers gathered (ZeRO 3)", offsetof(gw_memory, gathered_B)},
    {"communication", offsetof(gw_memory, network_B)},
    {"driver and libraries", offsetof(gw_memory, context_B)},
    {"fragmentation", offsetof(gw_memory, fragmentation_B)},
    {"all", offsetof(gw_memory, total_B)},
};

static void put_memory_row(const gw_train_job *t, const memory_row *row, gw_buf *out) {
    double values[GW_MEMORY_STAGES], largest = 0.0;
    for (int k = 0; k < t->n_stages; k++) {
        const char *stage = (const char *)&t->stages[k];
        values[k] = *(const double *)(const void *)(stage + row->offset);
        largest = fmax(largest, values[k]);
    }
    if (largest < 5e7) {
        return; /* would be told as 0.0 GB */
    }
    gw_buf_add(out, "  ");
    gw_finance_left(out, row->name, 30);
    for (int k = 0; k < t->n_stages; k++) {
        gw_buf_printf(out, "%12.1f", values[k] / 1e9);
    }
    gw_buf_addc(out, '\n');
}

/** Of the stages that differ: first, second, last. */
static void put_memory(const gw_train_job *t, gw_buf *out) {
    gw_buf_printf(out, "\nMemory of one accelerator, in GB; it has %.4g\n",
                  t->step.capacity_B / 1e9);
    if (t->n_stages > 1) {
        gw_buf_printf(out, "  %-30s", "pipeline stage");
        for (int k = 0; k < t->n_stages; k++) {
            gw_buf_printf(out, "%12s", t->stages[k].stage);
        }
        gw_buf_printf(out, "\n  %-30s", "micro-batches held");
        for (int k = 0; k < t->n_stages; k++) {
            gw_buf_printf(out, "%12.4g", t->stages[k].held_n);
        }
        gw_buf_addc(out, '\n');
    }
    for (size_t i = 0; i < sizeof memory_rows / sizeof memory_rows[0]; i++) {
        put_memory_row(t, &memory_rows[i], out);
    }
}

static void put_gains(const gw_train_job *t, gw_buf *out) {
    gw_buf_add(out, "\nWhat would help (each alone, layout unchanged, computed anew)\n");
    int told = 0;
    for (int i = 0; i < t->n_gains; i++) {
        if (t->gains[i].gain_frac > GAIN_TELL) {
            gw_buf_add(out, "  ");
            gw_finance_left(out, t->gains[i].what, 38);
            gw_finance_right(out, gw_words_value(t->gains[i].step_s, "s"), 12);
            gw_finance_right(out, change(t->gains[i].gain_frac), 9);
            gw_buf_add(out, told++ == 0 ? " tokens/s\n" : "\n");
        }
    }
    if (told == 0) {
        gw_buf_add(out, "  nothing by more than 0.05 %\n");
    }
}

/* ---------------------------------------------------------------- search */

static const char layout_head[] =
    "  step s   MFU  GB  chips  tp  pp   v    dp cp  ep mb Z rec. more\n";

/** What is not as usual, short: the table has no room for more. */
static gw_words more_words(const gw_plan *p) {
    static const char *const schedules[] = {"", "gpipe", "zb", "dual"};
    static const char *const contexts[] = {"", "ring", "uly"};
    gw_words w = {""};
    gw_buf text = {0};
    if (p->pp > 1 && p->schedule > 0 && p->schedule < 4) {
        gw_buf_printf(&text, " %s", schedules[p->schedule]);
    }
    if (p->cp > 1 && p->context_method > 0 && p->context_method < 3) {
        gw_buf_printf(&text, " %s", contexts[p->context_method]);
    }
    if (p->tp > 1 && p->no_sequence_parallel) {
        gw_buf_add(&text, " nosp");
    }
    if (p->shard_group > 0) {
        gw_buf_printf(&text, " g%d", p->shard_group);
    }
    if (p->etp > 1 && p->ep > 1) {
        gw_buf_printf(&text, " e%d", p->etp);
    }
    snprintf(w.text, sizeof w.text, "%s", text.text == NULL ? "" : text.text);
    gw_buf_clear(&text);
    return w;
}

static void put_row(const gw_step *s, gw_buf *out) {
    const gw_plan *p = &s->plan;
    static const char *const recompute[] = {"-", "sel", "full"};
    char line[128];
    int n = snprintf(line, sizeof line,
                     "%8.4g %4.1f%% %3.0f %6.0f %3d %3d %3d %5d %2d %3d %2d %d %-4s%s", s->step_s,
                     100.0 * s->mfu, s->memory_B / 1e9, gw_plan_accelerators(p), p->tp, p->pp,
                     p->virtual_stages, p->dp, p->cp, p->ep, p->micro_batch, p->zero_stage,
                     recompute[p->recompute], more_words(p).text);
    while (n > 0 && line[n - 1] == ' ') {
        n--;
    }
    gw_buf_addn(out, line, (size_t)n);
    gw_buf_addc(out, '\n');
}

static void put_legend(gw_buf *out) {
    gw_buf_add(out,
               "  v virtual stages; mb micro-batch; Z ZeRO stage; rec. recomputation: - none,\n"
               "  sel selective; zb zero_bubble, dual dualpipe; uly ulysses; nosp no sequence\n"
               "  parallel; g8 shared out over 8 replicas; e2 experts split over 2\n");
}

static void put_counts(const gw_train_job *t, gw_buf *out) {
    const gw_search_result *r = &t->search;
    gw_buf line = {0};
    gw_buf_printf(&line, "%s layouts", gw_words_value(r->n_listed, "").text);
    if (r->n_skipped > 0) {
        gw_buf_printf(&line, ", %s of them left out because a bound shows that they lose",
                      gw_words_value(r->n_skipped, "").text);
    }
    gw_buf_printf(&line, "; %s obey the rules, ", gw_words_value(r->n_legal, "").text);
    gw_buf_printf(&line, "%s fit into memory", gw_words_value(r->n_fit, "").text);
    gw_buf_addc(out, '\n');
    put_line(out, "Search", &line);
}

static void put_best(const gw_train_job *t, gw_buf *out) {
    gw_buf_printf(out, "\nBest layouts\n%s", layout_head);
    for (int i = 0; i < t->search.n_best; i++) {
        put_row(&t->search.best[i], out);
    }
    put_legend(out);
}

/** A few points of the front, evenly spread over it, both ends among them. */
static void put_front(const gw_train_job *t, gw_buf *out) {
    const gw_search_result *r = &t->search;
    if (r->n_front == 0) {
        return;
    }
    int shown = r->n_front < FRONT_SHOWN ? r->n_front : FRONT_SHOWN;
    gw_buf_printf(out, "\nTrade-offs: more speed takes more memory or more chips (%d of %d)\n%s",
                  shown, r->n_front, layout_head);
    for (int i = 0; i < shown; i++) {
        int at = shown > 1 ? (int)((double)i * (r->n_front - 1) / (shown - 1) + 0.5) : 0;
        put_row(&r->front[at], out);
    }
}

static void put_alternatives(const gw_train_job *t, gw_buf *out) {
    if (t->n_alternatives == 0) {
        return;
    }
    gw_buf_add(out, "\nWhy not otherwise (one change to the best layout; time per token)\n");
    for (int i = 0; i < t->n_alternatives; i++) {
        const gw_alternative *a = &t->alternatives[i];
        char label[64];
        char slower[24] = "-";
        if (!isnan(a->slower_frac)) {
            snprintf(slower, sizeof slower, "%+.1f %%", 100.0 * a->slower_frac);
        }
        snprintf(label, sizeof label, "  %-24.24s %9s  ", a->what, slower);
        gw_words_wrap(out, label, 38, a->why);
    }
}

static void put_problem(const gw_train_job *t, gw_buf *out) {
    gw_words_wrap(out, "Cannot run: ", 12, t->step.problem);
    put_layout(t, out);
    if (t->n_stages > 0) {
        put_memory(t, out);
    }
}

void gw_train_text(const gw_train_report *r, gw_buf *out) {
    for (int j = 0; j < r->n_jobs; j++) {
        const gw_train_job *t = &r->jobs[j];
        gw_buf_add(out, j > 0 ? "\n\n" : "");
        put_title(r, t, out);
        put_software(t, out);
        if (t->step.problem != NULL) {
            put_problem(t, out);
        } else {
            put_step(r, t, out);
            put_bottleneck(t, out);
            put_parts(t, out);
            put_memory(t, out);
            put_gains(t, out);
        }
        if (t->searched) {
            put_counts(t, out);
        }
        if (t->searched && t->search.n_best > 0) {
            put_best(t, out);
            put_front(t, out);
            put_alternatives(t, out);
        }
    }
    if (r->services) {
        gw_serving_text(r->in, r->services, out);
    }
}

/* validation/table_check.c: rows that cannot be true, before anything is predicted.
 *
 * In:  one row.   Out: the first cell that is not what its column holds, or the first rule that the
 *      cells break together, with the column to blame and what to do.
 * Model: dp = gpus / (tp pp cp): replicas as Megatron counts them, experts inside them. A rule is
 *      checked where all its cells are stated; a blank breaks none.
 * Valid: without pipeline stages a last, smaller micro-batch is legal (gradient accumulation over
 *      what is left); with stages every micro-batch must be whole.
 * Derivation: what the columns mean, docs/validation.md.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "validation/table.h"

static gw_table_problem fine(void) {
    return (gw_table_problem){.what = NULL};
}

static gw_table_problem mistake(const char *column, const char *what, const char *hint) {
    return (gw_table_problem){.column = column, .what = what, .hint = hint};
}

/* ------------------------------------------------------------------ cells */

static gw_table_problem check_number(const gw_table_column *c, const char *text, gw_arena *arena) {
    char *end = NULL;
    double x = strtod(text, &end);
    bool plain = text[strspn(text, "+-.0123456789eE")] == '\0' && end != text && *end == '\0';
    if (!plain) {
        bool grouped = isdigit((unsigned char)text[0]) && strchr(text, ',') != NULL;
        return mistake(c->name, gw_arena_printf(arena, "`%.40s` is not a number", text),
                       grouped       ? "write it without commas"
                       : end != text ? "the number alone, without a unit; the rest under notes"
                                     : "leave the cell blank if it is not stated");
    }
    bool too_low = x < c->low || (c->kind == GW_CELL_NUMBER && x <= c->low);
    if (!isfinite(x) || too_low || x > c->high) {
        return mistake(c->name, gw_arena_printf(arena, "%.40s is out of range", text),
                       gw_arena_printf(arena, "a %snumber %s %.10g, at most %.10g",
                                       c->kind == GW_CELL_WHOLE ? "whole " : "",
                                       c->kind == GW_CELL_NUMBER ? "above" : "from", c->low,
                                       c->high));
    }
    if (c->kind == GW_CELL_WHOLE && x != floor(x)) {
        return mistake(c->name, gw_arena_printf(arena, "%.40s is not a whole number", text),
                       "leave the cell blank if it is not stated");
    }
    return fine();
}

static gw_table_problem check_cells(const gw_trial_table *t, int row, gw_arena *arena) {
    const gw_table_kind *kind = &gw_table_kinds[t->kind];
    const char *const *cell = t->csv.cell + (size_t)row * (size_t)t->csv.n_cols;
    for (int i = 0; i < kind->n_columns; i++) {
        const gw_table_column *c = &kind->columns[i];
        const char *text = t->at[i] < 0 ? "" : cell[t->at[i]];
        if (text[0] == '\0') {
            if (c->filled) {
                return (gw_table_problem){.column = c->name,
                                          .what = gw_arena_printf(arena, "%s is blank", c->name),
                                          .hint = "every row must say it"};
            }
            continue;
        }
        if (c->kind != GW_CELL_TEXT) {
            gw_table_problem p = check_number(c, text, arena);
            if (p.what != NULL) {
                return p;
            }
        }
    }
    return fine();
}

/* ------------------------------------------------------------------ training runs */

static bool divides(double part, double whole) {
    return isnan(part) || isnan(whole) || (part > 0.0 && fmod(whole, part) == 0.0);
}

typedef struct layout {
    double gpus, tp, pp, cp, dp, ep, etp, micro_batch, batch;
} layout;

static layout read_layout(const gw_trial_table *t, int row) {
    layout l = {.gpus = gw_trial_table_number(t, row, "gpus"),
                .tp = gw_trial_table_number(t, row, "tp"),
                .pp = gw_trial_table_number(t, row, "pp"),
                .cp = gw_trial_table_number(t, row, "cp"),
                .dp = gw_trial_table_number(t, row, "dp"),
                .ep = gw_trial_table_number(t, row, "ep"),
                .etp = gw_trial_table_number(t, row, "etp"),
                .micro_batch = gw_trial_table_number(t, row, "micro_batch"),
                .batch = gw_trial_table_number(t, row, "global_batch_seqs")};
    l.cp = isnan(l.cp) ? 1.0 : l.cp;
    return l;
}

static gw_table_problem check_groups(const layout *l, gw_arena *arena) {
    double model = l->tp * l->pp * l->cp; /* NaN while one is blank */
    if (l->dp * model != l->gpus && !isnan(l->dp * model)) {
        return mistake(
            "dp",
            gw_arena_printf(
                arena,
                "tp x pp x cp x dp = %.10g x %.10g x %.10g x %.10g = %.10g, but gpus is %.10g",
                l->tp, l->pp, l->cp, l->dp, l->dp * model, l->gpus),
            divides(model, l->gpus) ? gw_arena_printf(arena, "dp would be %.10g", l->gpus / model)
                                    : "tp x pp x cp must divide gpus");
    }
    if (!divides(model, l->gpus)) {
        return mistake(
            "gpus",
            gw_arena_printf(
                arena, "tp x pp x cp = %.10g x %.10g x %.10g = %.10g does not divide %.10g gpus",
                l->tp, l->pp, l->cp, model, l->gpus),
            "every replica of the model needs as many");
    }
    double single[] = {l->tp, l->pp, l->cp, l->dp, l->ep};
    static const char *const name[] = {"tp", "pp", "cp", "dp", "ep"};
    for (int i = 0; i < 5; i++) {
        if (single[i] > l->gpus) {
            return mistake(
                name[i],
                gw_arena_printf(arena, "%s is %.10g, with %.10g gpus", name[i], single[i], l->gpus),
                "a group cannot have more members than there are gpus");
        }
    }
    return fine();
}

/* Experts of a stage are laid out over all its accelerators: ep x etp must divide them. */
static gw_table_problem check_experts(const layout *l, const gw_trial_table *t, int row,
                                      gw_arena *arena) {
    double experts = gw_trial_table_number(t, row, "experts");
    double topk = gw_trial_table_number(t, row, "topk");
    double stage = l->gpus / l->pp, group = l->ep * (isnan(l->etp) ? 1.0 : l->etp);
    if (experts > 0.0 && topk > experts) {
        return mistake("topk",
                       gw_arena_printf(arena, "topk is %.10g, with %.10g experts", topk, experts),
                       "a token can visit each expert once");
    }
    if (experts > 0.0 && !divides(l->ep, experts)) {
        return mistake(
            "ep",
            gw_arena_printf(arena, "ep = %.10g does not divide %.10g experts", l->ep, experts),
            "every rank of an expert group holds as many experts");
    }
    if (l->ep > 1.0 && !divides(group, stage)) {
        return mistake("ep",
                       gw_arena_printf(arena,
                                       "ep x etp = %.10g does not divide the %.10g gpus of a stage",
                                       group, stage),
                       "expert groups lie inside a pipeline stage");
    }
    return fine();
}

static gw_table_problem check_batch(const layout *l, gw_arena *arena) {
    double dp = isnan(l->dp) ? l->gpus / (l->tp * l->pp * l->cp) : l->dp;
    if (isnan(dp) || isnan(l->batch)) {
        return fine();
    }
    /* Fewer sequences than replicas exist where a sequence is divided: micro_batch < 1. */
    double least = isnan(l->micro_batch) ? 1.0 : fmin(l->micro_batch, 1.0);
    if (l->batch < dp * least) {
        return mistake(
            "global_batch_seqs",
            gw_arena_printf(arena, "%.10g sequences for %.10g replicas (dp)", l->batch, dp),
            "every replica needs at least one micro-batch");
    }
    double micro = l->micro_batch < 1.0 ? l->micro_batch : 1.0;
    if (!isnan(l->micro_batch) && l->batch < dp * l->micro_batch) {
        return mistake(
            "micro_batch",
            gw_arena_printf(arena,
                            "%.10g replicas (dp) with micro-batches of %.10g need %.10g sequences, "
                            "global_batch_seqs is %.10g",
                            dp, l->micro_batch, dp * l->micro_batch, l->batch),
            "global_batch_seqs must be a multiple of dp x micro_batch");
    }
    bool even = divides(dp * l->micro_batch, l->batch);
    bool remainder_is_legal = l->pp == 1.0 && divides(dp * micro, l->batch);
    if (!even && !remainder_is_legal) {
        return mistake(
            "global_batch_seqs",
            gw_arena_printf(arena, "%.10g is not a multiple of dp x micro_batch = %.10g x %.10g",
                            l->batch, dp, l->micro_batch),
            "each replica works on a whole number of micro-batches");
    }
    return fine();
}

static gw_table_problem check_model(const gw_trial_table *t, int row, gw_arena *arena) {
    double heads = gw_trial_table_number(t, row, "heads");
    double kv_heads = gw_trial_table_number(t, row, "kv_heads");
    double layers = gw_trial_table_number(t, row, "layers");
    double pp = gw_trial_table_number(t, row, "pp");
    if (isnan(gw_trial_table_number(t, row, "seq_len"))) {
        return (gw_table_problem){.column = "seq_len",
                                  .what = "seq_len is not stated",
                                  .hint = "the work of a step follows from it",
                                  .is_blank = true};
    }
    if (kv_heads > heads || !divides(kv_heads, heads)) {
        return mistake("kv_heads",
                       gw_arena_printf(arena, "kv_heads = %.10g does not divide heads = %.10g",
                                       kv_heads, heads),
                       "every group of query heads shares one");
    }
    if (pp > layers + 2.0) {
        return mistake("pp", gw_arena_printf(arena, "%.10g stages for %.10g layers", pp, layers),
                       "a stage needs a layer, or the embedding or the loss");
    }
    return fine();
}

static gw_table_problem check_training(const gw_trial_table *t, int row, gw_arena *arena) {
    gw_table_problem p = check_model(t, row, arena);
    layout l = read_layout(t, row);
    if (p.what == NULL) {
        p = check_groups(&l, arena);
    }
    if (p.what == NULL) {
        p = check_experts(&l, t, row, arena);
    }
    return p.what != NULL ? p : check_batch(&l, arena);
}

gw_table_problem gw_trial_table_check(const gw_trial_table *t, int row, gw_arena *arena) {
    gw_table_problem p = check_cells(t, row, arena);
    return p.what != NULL || t->kind != GW_TRIAL_TRAINING ? p : check_training(t, row, arena);
}

/* report/finance_turns.c: what turns the money: break-evens, the cost of a delay, debt capacity.
 * In: a model (the base case is run again with changes).   Out: text, JSON.
 * Derivation: engine/break_even.c; six months is the usual delay of public projects. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/break_even.h"
#include "report/finance_text.h"
#include "report/words.h"

#define TEXT_COLUMNS 80
#define DELAY_MONTHS 6.0
#define DELAY_s (DELAY_MONTHS * GW_YEAR_d / 12.0 * GW_DAY_s)

static const double COVERAGES[] = {1.2, 1.3, 1.5};

static gw_words lever_words(gw_lever lever, double value) {
    gw_words w;
    switch (lever) {
    case GW_LEVER_PRICE:
    case GW_LEVER_UTILISATION:
        snprintf(w.text, sizeof w.text, "%.0f %% of the scenario's", 100.0 * value);
        return w;
    case GW_LEVER_CHIP_LIFE:
        return gw_words_join(gw_words_years(value).text, " years");
    case GW_LEVER_DELAY:
        return gw_words_duration(value);
    default:
        snprintf(w.text, sizeof w.text, "%.2f points a year more", 100.0 * value);
        return w;
    }
}

static gw_break_even *find(const gw_model *model, gw_arena *arena, int *n) {
    int cap = gw_break_even_count(model);
    gw_break_even *out = GW_NEW_N(arena, cap + 1, gw_break_even);
    *n = gw_break_even_work(model, out, cap);
    return out;
}

static const char *target_name(const gw_model *model, const gw_break_even *b) {
    if (b->funding >= 0) {
        return model->in->funding.at[b->funding].head.name;
    }
    return b->lever == GW_LEVER_INTEREST ? "net present value of the equity" : "net present value";
}

void gw_finance_turns_text(const gw_model *model, gw_buf *out) {
    gw_arena *arena = gw_arena_create(0);
    int n = 0;
    const gw_break_even *b = find(model, arena, &n);
    gw_buf_add(out, "\nWhat turns it, one at a time, base case\n");
    for (int i = 0; i < n; i++) {
        size_t start = out->n;
        gw_buf_printf(out, "  %s%s, %s: ", b[i].funding >= 0 ? "covenant of " : "",
                      target_name(model, &b[i]), gw_lever_name(b[i].lever));
        gw_words at = lever_words(b[i].lever, b[i].at);
        const char *answer = b[i].problem != NULL ? b[i].problem : at.text;
        bool fits = out->n - start + strlen(answer) <= TEXT_COLUMNS;
        gw_buf_printf(out, "%s%s\n", fits ? "" : "\n    ", answer);
    }
    const gw_scenario *in = model->in;
    double *party_usd = GW_NEW_N(arena, in->parties.n + 1, double);
    double npv_usd = 0.0;
    double equity_usd = 0.0;
    if (gw_delay_cost(model, DELAY_s, party_usd, &npv_usd, &equity_usd) == GW_OK) {
        gw_buf_printf(out, "\nSix months of delay change the worth by %s (equity %s):\n",
                      gw_words_value(npv_usd, "USD").text, gw_words_value(equity_usd, "USD").text);
        for (int p = 0; p < in->parties.n; p++) {
            if (fabs(party_usd[p]) >= 1.0) {
                gw_buf_add(out, "  ");
                gw_finance_left(out, gw_finance_node(in, p), 38);
                gw_finance_right(out, gw_words_value(party_usd[p], "USD"), 14);
                gw_buf_addc(out, '\n');
            }
        }
    }
    bool any = false;
    for (int i = 0; i < in->funding.n; i++) {
        if (in->funding.at[i].kind != GW_FUNDING_DEBT) {
            continue;
        }
        if (!any) {
            gw_buf_add(out, "\nDebt that the cash carries, sculpted, never above the cost\n");
            gw_finance_left(out, "  lowest coverage (DSCR)", 32);
            for (int k = 0; k < 3; k++) {
                gw_buf_printf(out, "%16.1f", COVERAGES[k]);
            }
            gw_buf_addc(out, '\n');
        }
        any = true;
        gw_buf_add(out, "  ");
        gw_finance_left(out, in->funding.at[i].head.name, 30);
        for (int k = 0; k < 3; k++) {
            double usd = gw_debt_at_coverage_usd(model, i, COVERAGES[k]);
            gw_finance_right(out, gw_words_value(usd, "USD"), 16);
        }
        gw_buf_addc(out, '\n');
    }
    gw_arena_free(arena);
}

void gw_finance_turns_json(const gw_model *model, gw_json *json) {
    gw_arena *arena = gw_arena_create(0);
    const gw_scenario *in = model->in;
    int n = 0;
    const gw_break_even *b = find(model, arena, &n);
    gw_json_array(json, "break_even");
    for (int i = 0; i < n; i++) {
        gw_json_object(json, NULL);
        gw_json_text(json, "lever", gw_lever_name(b[i].lever));
        gw_json_text(json, "target", b[i].funding >= 0 ? "covenant" : "npv");
        gw_json_text(json, "loan", b[i].funding >= 0 ? target_name(model, &b[i]) : NULL);
        gw_json_number(json, "base", b[i].base);
        gw_json_number(json, "at", b[i].at);
        gw_json_text(json, "problem", b[i].problem);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
    double *party_usd = GW_NEW_N(arena, in->parties.n + 1, double);
    double npv_usd = GW_NAN;
    double equity_usd = GW_NAN;
    gw_json_object(json, "delay");
    gw_json_number(json, "months", DELAY_MONTHS);
    if (gw_delay_cost(model, DELAY_s, party_usd, &npv_usd, &equity_usd) == GW_OK) {
        gw_json_number(json, "npv_usd", npv_usd);
        gw_json_number(json, "equity_npv_usd", equity_usd);
        gw_json_object(json, "parties");
        for (int p = 0; p < in->parties.n; p++) {
            gw_json_number(json, in->parties.at[p].head.name, party_usd[p]);
        }
        gw_json_end_object(json);
    }
    gw_json_end_object(json);
    gw_json_array(json, "debt_capacity");
    for (int i = 0; i < in->funding.n; i++) {
        for (int k = 0; k < 3 && in->funding.at[i].kind == GW_FUNDING_DEBT; k++) {
            gw_json_object(json, NULL);
            gw_json_text(json, "loan", in->funding.at[i].head.name);
            gw_json_number(json, "dscr", COVERAGES[k]);
            gw_json_number(json, "usd", gw_debt_at_coverage_usd(model, i, COVERAGES[k]));
            gw_json_end_object(json);
        }
    }
    gw_json_end_array(json);
    gw_arena_free(arena);
}

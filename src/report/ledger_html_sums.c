/* report/ledger_html_sums.c: totals and power of a ledger's page.
 * In: a ledger worked through.   Out: two sections with charts and tables.
 * Derivation: totals of the claims room. */
#include <stdlib.h>
#include <string.h>

#include "base/code.h"
#include "report/ledger_leaf.h"

#define BARS_MAX 14
#define GROUP_LEAST 5 /* programmes with fewer counted claims are folded away */

/* ------------------------------------------------------------------ totals */

static int by_value(const void *a, const void *b) {
    const gw_total *x = *(const gw_total *const *)a, *y = *(const gw_total *const *)b;
    return (y->value > x->value) - (y->value < x->value);
}

/* Requests for connections and power plants would hide the sites. */
static bool is_load(const gw_total *t) {
    return t->kind != GW_TOTAL_POWER ||
           (strcmp(t->basis, "contracted") != 0 && strcmp(t->basis, "generation") != 0 &&
            strcmp(t->basis, "cooling") != 0);
}

static void draw_bars(gw_leaf *l, gw_total_kind kind, const char *title, const char *caption) {
    const gw_totals *totals = l->v->totals;
    const gw_total **list = GW_NEW_N(l->arena, totals->n + 1, const gw_total *);
    int n = 0;
    for (int i = 0; i < totals->n; i++) {
        const gw_total *t = &totals->at[i];
        if (t->kind == kind && t->n_counted > 0 && t->value > 0 && is_load(t)) {
            list[n++] = t;
        }
    }
    if (n < 2) {
        return;
    }
    qsort(list, (size_t)n, sizeof list[0], by_value);
    n = n < BARS_MAX ? n : BARS_MAX;
    gw_chart_row *rows = GW_NEW_N(l->arena, n, gw_chart_row);
    gw_chart_part *parts = GW_NEW_N(l->arena, n * GW_N_COMMIT, gw_chart_part);
    for (int i = 0; i < n; i++) {
        const gw_total *t = list[i];
        const char *basis =
            t->basis[0] == '\0' || strcmp(t->basis, "unstated") == 0
                ? ""
                : gw_arena_printf(l->arena, ", %s", strcmp(t->basis, "it") == 0 ? "IT" : t->basis);
        for (int k = 0; k < GW_N_COMMIT; k++) {
            parts[i * GW_N_COMMIT + k] = (gw_chart_part){gw_ledger_state(kind, (gw_commit)k),
                                                         k == (int)t->state ? t->value : 0.0, k};
        }
        rows[i] = (gw_chart_row){.label = gw_arena_printf(l->arena, "%s%s", t->group, basis),
                                 .n = GW_N_COMMIT,
                                 .parts = &parts[i * GW_N_COMMIT],
                                 .limit = GW_NAN};
    }
    gw_page_figure_begin(&l->page);
    gw_chart_rows chart = {.head = gw_page_chart(&l->page, title,
                                                 "One bar for each programme, basis and state; "
                                                 "the largest first."),
                           .unit = gw_total_table[kind].unit,
                           .n = n,
                           .rows = rows};
    gw_chart_rows_draw(&chart, l->page.out);
    gw_page_figure_end(&l->page, "%s", caption);
}

/* "12.0 bn" with a sign for "at least" or "up to": the units stand above. */
static const char *short_total(gw_leaf *l, const gw_total *t) {
    gw_words w = gw_words_value(t->value, gw_total_table[t->kind].unit);
    char *usd = strstr(w.text, " USD");
    if (usd != NULL) {
        *usd = '\0';
    }
    return gw_arena_printf(l->arena, "%s%s",
                           t->is_lower_end   ? "\xE2\x89\xA5" GW_THIN
                           : t->is_upper_end ? "\xE2\x89\xA4" GW_THIN
                                             : "",
                           w.text);
}

static bool totals_row(gw_leaf *l, const gw_totals *totals, int first, int next, bool named) {
    const gw_total *t = &totals->at[first];
    const char *cells[GW_N_COMMIT] = {"", "", "", "", ""};
    int counted = 0;
    for (int i = first; i < next; i++) {
        if (totals->at[i].n_counted > 0) {
            cells[totals->at[i].state] = short_total(l, &totals->at[i]);
            counted += totals->at[i].n_counted;
        }
    }
    if (counted == 0) {
        return false;
    }
    gw_page_row_begin(&l->page);
    gw_page_cell(&l->page, named ? "" : t->group);
    gw_page_cell(&l->page, gw_ledger_row(t).text);
    for (int k = 0; k < GW_N_COMMIT; k++) {
        gw_page_cell(&l->page, cells[k]);
    }
    gw_page_cellf(&l->page, "%d", counted);
    gw_page_row_end(&l->page);
    return true;
}

static int group_end(const gw_totals *totals, int first) {
    int next = first;
    while (next < totals->n && strcmp(totals->at[next].group, totals->at[first].group) == 0) {
        next++;
    }
    return next;
}

static void draw_group(gw_leaf *l, const gw_totals *totals, int first, int end) {
    bool named = false;
    for (int next; first < end; first = next) {
        const gw_total *t = &totals->at[first];
        for (next = first; next < end && totals->at[next].kind == t->kind &&
                           strcmp(totals->at[next].basis, t->basis) == 0;
             next++) {
        }
        named |= totals_row(l, totals, first, next, named);
    }
}

/* The groups with at least so many counted claims, or those with fewer. Returns their number. */
static int draw_table(gw_leaf *l, const gw_totals *totals, const char *who, int least, bool fewer,
                      bool draw) {
    int n = 0;
    if (draw) {
        gw_page_table_begin(&l->page,
                            "Money in USD; \xE2\x89\xA5: a part says \"at least\", \xE2\x89\xA4: "
                            "\"up to\"; asterisk: basis not stated",
                            gw_arena_printf(l->arena,
                                            "%s|=Quantity|>Pledged|>Contracted|>Financed|>Drawn "
                                            "or in building|>Spent or running|>Claims",
                                            who));
    }
    for (int first = 0, end; first < totals->n; first = end) {
        int counted = 0;
        end = group_end(totals, first);
        for (int i = first; i < end; i++) {
            counted += totals->at[i].n_counted;
        }
        if (counted > 0 && (counted < least) == fewer) {
            n++;
            if (draw) {
                draw_group(l, totals, first, end);
            }
        }
    }
    if (draw) {
        gw_page_table_end(&l->page);
    }
    return n;
}

static void draw_tables(gw_leaf *l) {
    int n_small = draw_table(l, l->v->totals, "Programme", GROUP_LEAST, true, false);
    draw_table(l, l->v->totals, "Programme", GROUP_LEAST, false, true);
    if (n_small > 0) {
        gw_page_fold_begin(&l->page, "Programmes with fewer claims", n_small);
        draw_table(l, l->v->totals, "Programme", GROUP_LEAST, true, true);
        gw_page_fold_end(&l->page);
    }
    int n = draw_table(l, l->v->by_sponsor, "Sponsor", 0, false, false);
    gw_page_fold_begin(&l->page, "By sponsor: a joint claim stands in full with each", n);
    draw_table(l, l->v->by_sponsor, "Sponsor", 0, false, true);
    gw_page_fold_end(&l->page);
}

static void draw_left_out(gw_leaf *l) {
    const gw_totals *t = l->v->totals;
    gw_page_fold_begin(&l->page, "Left out of the totals, and why", t->n_left);
    gw_page_table_begin(&l->page, NULL, "=Claim|About|Figure|Reason|=Rule");
    for (int i = 0; i < t->n_left; i++) {
        const gw_record *r = &t->records.at[t->left[i].record];
        gw_page_row_begin(&l->page);
        gw_page_cell(&l->page, r->id);
        gw_page_cell(&l->page, r->object);
        gw_page_cell(&l->page, gw_ledger_figure(r).text);
        gw_page_cell(&l->page, t->left[i].reason);
        gw_page_cell(&l->page, t->left[i].rule);
        gw_page_row_end(&l->page);
    }
    gw_page_table_end(&l->page);
    gw_page_fold_end(&l->page);
}

void gw_leaf_totals(gw_leaf *l) {
    gw_leaf_section(l, "totals", 2, "What it adds up to");
    gw_page_para(&l->page,
                 "Each claim counts once, in the state that it claims. Contracts told again, sites "
                 "inside programmes, parts of sums, and what was replaced or withdrawn are left "
                 "out. States are not to be added: what is contracted was mostly pledged before. "
                 "Quantities and bases are never added. An asterisk: the basis is not stated.");
    draw_bars(l, GW_TOTAL_CONTRACT, "Contract value",
              "Value over the whole term; between the same two parties each contract once.");
    draw_bars(l, GW_TOTAL_CAPEX, "Capital cost",
              "Cost of programmes or, where they add up to more, of their sites.");
    draw_bars(
        l, GW_TOTAL_POWER, "Power",
        "Of load: no chip orders, power plants or requests to the grid. The basis stands behind "
        "the name where it is stated.");
    draw_tables(l);
    draw_left_out(l);
    gw_leaf_section_end(l);
}

void gw_leaf_power(gw_leaf *l) {
    static const char *const names[] = {"of unstated basis", "of IT power", "at the meter",
                                        "of server power"};
    const gw_overlap *o = l->v->overlap;
    gw_leaf_section(l, "power", 3, "Gigawatts, each place once");
    gw_page_para(&l->page,
                 "%d standing claims of load add up to %s as printed, which means nothing. "
                 "With overlaps removed %d places or programmes are left. Bases are not added.",
                 o->n_claims, gw_words_value(o->printed_W, "MW").text, o->n_objects);
    gw_page_table_begin(&l->page, NULL, "Basis|>Planned|>Said to run");
    for (int i = 0; i <= GW_BASIS_SERVER; i++) {
        if (o->left_W[i] > 0 || o->running_W[i] > 0) {
            gw_page_row_begin(&l->page);
            gw_page_cell(&l->page, names[i]);
            gw_page_cell(&l->page, gw_words_value(o->left_W[i], "MW").text);
            gw_page_cell(&l->page, gw_words_value(o->running_W[i], "MW").text);
            gw_page_row_end(&l->page);
        }
    }
    gw_page_table_end(&l->page);
    gw_leaf_section_end(l);
}

/* report/html_parties.c: "Who pays, and does it pay back?": loans, exit rights, who pays whom, what
 * goes round.
 * In: a finished run, base case.   Out: HTML with one chart.
 * Derivation: tables of gw_cash; the chart is a two-column Sankey diagram: widths are sums over the
 * horizon, payers on the left, paid on the right. */
#include "report/html_parties.h"

#include <math.h>
#include <stdio.h>

#include "base/arena.h"
#include "finance/circulation.h"
#include "report/chart.h"
#include "report/finance_text.h"
#include "report/svg.h"

#define FLOWS_DRAWN 24
#define HEIGHT 460.0
#define GAP 7.0
#define BAR 12.0
#define BEND 12 /* points of a ribbon */

/* ---------------------------------------------------------------- loans and contracts */

static void say_why(gw_page *p, int i) {
    const gw_funding *f = &p->in->funding.at[i];
    const gw_loan_money *loan = &p->r->base->cash.loans[i];
    if (loan->binds != NULL && f->kind == GW_FUNDING_DEBT) {
        gw_page_note(p, "%s: %s of %s can be drawn. What binds: %s.", f->head.name,
                     gw_words_value(loan->amount_usd, "USD").text,
                     gw_words_value(f->amount_usd, "USD").text, loan->binds);
    }
    if (loan->shortfall_usd > 0.0) {
        gw_page_note(p, "%s: the cash does not cover %s of its service; %s pays it.", f->head.name,
                     gw_words_value(loan->shortfall_usd, "USD").text,
                     f->guarantor.name != NULL ? f->guarantor.name : "equity");
    }
    if (loan->residual_needed_usd > 0.0 && gw_is_set(loan->residual_needed_frac)) {
        gw_page_note(p,
                     "%s: if all contracted cash went to the lender, %s would still be owed when "
                     "the contracts end. The chips must then fetch %s of their price for the loan "
                     "to be safe.",
                     f->head.name, gw_words_value(loan->residual_needed_usd, "USD").text,
                     gw_words_share(loan->residual_needed_frac).text);
    }
}

static void draw_loans(gw_page *p) {
    int n_loans = 0;
    for (int i = 0; i < p->in->funding.n; i++) {
        n_loans += p->in->funding.at[i].kind == GW_FUNDING_DEBT;
    }
    if (n_loans == 0) {
        return;
    }
    gw_page_table_begin(p, "Loans, base case",
                        "Loan|>Drawn|>Of the cost|>Repaid from|>Lowest DSCR|>Mean DSCR|>LLCR|"
                        ">Owed at the end|>Covenant");
    for (int i = 0; i < p->in->funding.n; i++) {
        const gw_funding *f = &p->in->funding.at[i];
        const gw_loan_money *loan = &p->r->base->cash.loans[i];
        if (f->kind != GW_FUNDING_DEBT) {
            continue;
        }
        gw_page_row_begin(p);
        gw_page_cell(p, f->head.name);
        gw_page_cell(p, gw_words_value(loan->drawn_usd, "USD").text);
        gw_page_cell(
            p, gw_words_share(loan->cost_usd > 0.0 ? loan->drawn_usd / loan->cost_usd : 0.0).text);
        gw_page_cell(p, gw_words_value(loan->repay_from_d, NULL).text);
        gw_page_cell(p, gw_words_value(loan->dscr_min, "").text);
        gw_page_cell(p, gw_words_value(loan->dscr_mean, "").text);
        gw_page_cell(p, gw_words_value(loan->llcr_ratio, "").text);
        gw_page_cell(p, gw_words_value(loan->outstanding_usd, "USD").text);
        if (!gw_is_set(f->covenant)) {
            gw_page_cell(p, "none");
        } else if (isnan(loan->breach_d)) {
            gw_page_cellf(p, "%g, kept", f->covenant);
        } else {
            gw_page_cellf(p, "%g, broken in the year to %s", f->covenant,
                          gw_words_value(loan->breach_d, NULL).text);
        }
        gw_page_row_end(p);
    }
    gw_page_table_end(p);
    for (int i = 0; i < p->in->funding.n; i++) {
        say_why(p, i);
    }
}

static void draw_firm(gw_page *p) {
    if (p->in->contracts.n == 0) {
        return;
    }
    gw_page_table_begin(
        p, "What of each contract is firm, base case",
        "Contract|>Whole term|>Firm from the start|>Still to come|>Of it firm|>End");
    for (int i = 0; i < p->in->contracts.n; i++) {
        const gw_sale *sale = &p->r->base->cash.sales[i];
        gw_page_row_begin(p);
        gw_page_cell(p, gw_words_title(p->in->contracts.at[i].title, &p->in->contracts.at[i].head));
        gw_page_cell(p, gw_words_value(sale->contracted_usd, "USD").text);
        gw_page_cell(p, gw_words_value(sale->firm_usd, "USD").text);
        gw_page_cell(p, gw_words_value(sale->left_usd, "USD").text);
        gw_page_cell(p, gw_words_value(sale->left_firm_usd, "USD").text);
        gw_page_cellf(p, "%s%s", gw_words_value(sale->end_d, NULL).text,
                      sale->exited ? ", the buyer leaves" : "");
        gw_page_row_end(p);
    }
    gw_page_table_end(p);
    gw_page_note(p, "A contract that can be left on notice is firm only for its firm part and the "
                    "notice. The whole term counts what runs, after the horizon what runs in its "
                    "last month.");
}

/* ---------------------------------------------------------------- who pays whom */

typedef struct side {
    double *total_usd, *top, *used; /* [n_nodes] */
} side;

static side side_of(gw_arena *arena, int n_nodes, const gw_flow *flows, int n, bool payer) {
    side s = {GW_NEW_N(arena, n_nodes, double), GW_NEW_N(arena, n_nodes, double),
              GW_NEW_N(arena, n_nodes, double)};
    for (int i = 0; i < n; i++) {
        s.total_usd[payer ? flows[i].from : flows[i].to] += flows[i].usd;
    }
    return s;
}

/* Places the nodes of one side from the top; returns the height used. */
static double stack_side(side *s, int n_nodes, double scale) {
    double y = 2.0;
    for (int i = 0; i < n_nodes; i++) {
        if (s->total_usd[i] > 0.0) {
            s->top[i] = y;
            y += fmax(s->total_usd[i] * scale, 10.0) + GAP;
        }
    }
    return y;
}

static const char *const FILLS[] = {"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8"};

static void draw_side(gw_page *p, const side *s, int n_nodes, double scale, double x, bool payer) {
    for (int i = 0; i < n_nodes; i++) {
        if (!(s->total_usd[i] > 0.0)) {
            continue;
        }
        double height = fmax(s->total_usd[i] * scale, 1.0);
        gw_svg_rect(p->out, FILLS[i % 8], x, s->top[i], BAR, height, NULL);
        char text[160];
        snprintf(text, sizeof text, "%.60s, %.60s", gw_finance_node(p->in, i),
                 gw_words_value(s->total_usd[i], "USD").text);
        gw_svg_text_fit(p->out, "", payer ? x - 6.0 : x + BAR + 6.0,
                        s->top[i] + fmin(height, 14.0) * 0.5 + 4.0,
                        payer ? GW_ANCHOR_END : GW_ANCHOR_START, 196.0, GW_SVG_SMALL, text);
    }
}

static void draw_ribbon(gw_page *p, const gw_flow *f, double x1, double y1, double x2, double y2,
                        double width) {
    double x[BEND], low[BEND], high[BEND];
    for (int i = 0; i < BEND; i++) {
        double t = i / (double)(BEND - 1);
        double bend = t * t * (3.0 - 2.0 * t);
        x[i] = x1 + t * (x2 - x1);
        low[i] = y1 + bend * (y2 - y1);
        high[i] = low[i] + fmax(width, 0.7);
    }
    char css[16], title[256];
    snprintf(css, sizeof css, "f%d band", f->from % 8 + 1);
    snprintf(title, sizeof title, "%.60s pays %.60s %.60s (%s)", gw_finance_node(p->in, f->from),
             gw_finance_node(p->in, f->to), gw_words_value(f->usd, "USD").text,
             gw_flow_name(f->kind));
    gw_svg_area(p->out, css, x, low, high, BEND, title);
}

static void draw_payments(gw_page *p) {
    const gw_cash *cash = &p->r->base->cash;
    int n = cash->n_flows < FLOWS_DRAWN ? cash->n_flows : FLOWS_DRAWN;
    while (n > 0 && !(cash->flows[n - 1].usd > 0.0)) {
        n--;
    }
    if (n == 0) {
        gw_page_para(p, "Nobody pays anybody within the horizon.");
        return;
    }
    int n_nodes = p->in->parties.n + GW_N_OUTSIDE;
    gw_arena *arena = gw_arena_create(0);
    side from = side_of(arena, n_nodes, cash->flows, n, true);
    side to = side_of(arena, n_nodes, cash->flows, n, false);
    double total_usd = 0.0;
    for (int i = 0; i < n; i++) {
        total_usd += cash->flows[i].usd;
    }
    double scale = HEIGHT / total_usd;
    double height = fmax(stack_side(&from, n_nodes, scale), stack_side(&to, n_nodes, scale));
    gw_page_figure_begin(p);
    gw_chart_head head = gw_page_chart(p, "Largest payments, base case",
                                       "Largest payments between parties over the horizon.");
    double x1 = 205.0;
    double x2 = GW_CHART_WIDTH - 205.0 - BAR;
    gw_svg_begin(p->out, head.id, GW_CHART_WIDTH, height, head.title, head.desc);
    for (int i = 0; i < n; i++) {
        const gw_flow *f = &cash->flows[i];
        draw_ribbon(p, f, x1 + BAR, from.top[f->from] + from.used[f->from], x2,
                    to.top[f->to] + to.used[f->to], f->usd * scale);
        from.used[f->from] += f->usd * scale;
        to.used[f->to] += f->usd * scale;
    }
    draw_side(p, &from, n_nodes, scale, x1, true);
    draw_side(p, &to, n_nodes, scale, x2, false);
    gw_svg_end(p->out);
    gw_page_figure_end(p,
                       "The %d largest payments over the horizon in the base case, payers left, "
                       "paid right (nominal dollars).",
                       n);
    gw_arena_free(arena);
}

static void draw_parties(gw_page *p) {
    gw_page_table_begin(p, "Money of each party, base case",
                        "Party|>In|>Out|>Net|>Left at the end|>Present value");
    for (int i = 0; i < p->in->parties.n + GW_N_OUTSIDE; i++) {
        const gw_party_money *m = &p->r->base->cash.parties[i];
        if (m->in_usd == 0.0 && m->out_usd == 0.0) {
            continue;
        }
        gw_page_row_begin(p);
        gw_page_cell(p, gw_finance_node(p->in, i));
        gw_page_cell(p, gw_words_value(m->in_usd, "USD").text);
        gw_page_cell(p, gw_words_value(m->out_usd, "USD").text);
        gw_page_cell(p, gw_words_value(m->in_usd - m->out_usd, "USD").text);
        gw_page_cell(p, gw_words_value(m->left_usd, "USD").text);
        gw_page_cell(p, gw_words_value(m->npv_usd, "USD").text);
        gw_page_row_end(p);
    }
    gw_page_table_end(p);
    gw_page_note(p, "Only what this scenario holds: the rest of a party's business is not here. A "
                    "buyer of computing power shows what it pays, not what it earns with it.");
}

static void say_rounds(gw_page *p) {
    int n = p->in->parties.n;
    gw_arena *arena = gw_arena_create(0);
    double *usd = GW_NEW_N(arena, n * n + 1, double);
    gw_flow_kind *kind = GW_NEW_N(arena, n * n + 1, gw_flow_kind);
    gw_circulation c;
    gw_circulation_find(p->r->base->cash.flows, p->r->base->cash.n_flows, n, usd, kind, &c);
    if (c.n == 0) {
        gw_page_para(p, "No money goes round between the named parties in this scenario.");
    } else {
        gw_page_table_begin(p, "Money that goes round, base case", "Round|>At most");
        for (int i = 0; i < c.n; i++) {
            gw_buf text = {0};
            for (int k = 0; k < c.at[i].n; k++) {
                gw_buf_printf(&text, "%s pays %s to ", gw_finance_node(p->in, c.at[i].node[k]),
                              gw_flow_name(c.at[i].kind[k]));
            }
            gw_buf_add(&text, gw_finance_node(p->in, c.at[i].node[0]));
            gw_page_row_begin(p);
            gw_page_cell(p, text.text);
            gw_page_cell(p, gw_words_value(c.at[i].usd, "USD").text);
            gw_page_row_end(p);
            gw_buf_clear(&text);
        }
        gw_page_table_end(p);
        gw_page_note(p,
                     "The smallest payment of a round is what can go round in it; no dollar is "
                     "counted in two rounds: %s in all.",
                     gw_words_value(c.usd, "USD").text);
    }
    gw_arena_free(arena);
}

void gw_page_parties(gw_page *p) {
    draw_loans(p);
    draw_firm(p);
    gw_page_heading(p, 3, NULL, "Who pays whom");
    draw_payments(p);
    draw_parties(p);
    say_rounds(p);
}

/* report/finance_text.c: the money of a run in words and as JSON.
 * In: a finished run.   Out: text, JSON. Measures over all samples, the rest from the base case.
 * Derivation: tables of gw_cash as they are; rounds of money by finance/circulation.c. */
#include "report/finance_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "finance/circulation.h"
#include "report/words.h"

#define PARTIES_SHOWN 16
#define TEXT_COLUMNS 80

const char *gw_finance_node(const gw_scenario *in, int node) {
    if (node >= in->parties.n) {
        return gw_outside_name((gw_outside)(node - in->parties.n));
    }
    return gw_words_title(in->parties.at[node].title, &in->parties.at[node].head);
}

/* ---------------------------------------------------------------- text */

static int columns_of(const char *text) {
    int n = 0;
    for (; *text != '\0'; text++) {
        n += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return n;
}

void gw_finance_left(gw_buf *out, const char *text, int width) {
    int blanks = width - columns_of(text);
    int keep = blanks < 0 ? width - 1 : width;
    int column = 0;
    for (const char *c = text; *c != '\0'; c++) {
        column += ((unsigned char)*c & 0xC0) != 0x80;
        if (column > keep) {
            break;
        }
        gw_buf_addc(out, *c);
    }
    if (blanks < 0) {
        gw_buf_add(out, "\u2026");
    }
    for (int i = 0; i < blanks; i++) {
        gw_buf_addc(out, ' ');
    }
}

void gw_finance_right(gw_buf *out, gw_words words, int width) {
    int blanks = width - columns_of(words.text);
    for (int i = 0; i < (blanks > 1 ? blanks : 1); i++) {
        gw_buf_addc(out, ' ');
    }
    gw_buf_add(out, words.text);
}

static gw_words factor_words(double value) {
    gw_words w;
    if (isfinite(value)) {
        snprintf(w.text, sizeof w.text, "%.2f", value);
    } else {
        snprintf(w.text, sizeof w.text, "%s", GW_DASH);
    }
    return w;
}

/* The rest of a line that begins at a column: wrapped, the next lines under the first. */
static void say_rest(gw_buf *out, const char *text, int from) {
    int column = from;
    for (const char *word = text; *word != '\0';) {
        size_t n = strcspn(word, " ");
        if (column > from) {
            bool fits = column + 1 + (int)n <= TEXT_COLUMNS;
            gw_buf_printf(out, "%s%*s", fits ? "" : "\n", fits ? 1 : from, "");
            column = fits ? column + 1 : from;
        }
        gw_buf_printf(out, "%.*s", (int)n, word);
        column += (int)n;
        word += n + (word[n] == ' ');
    }
    gw_buf_addc(out, '\n');
}

static void measure(const gw_result *r, gw_metric_id id, const char *label, const char *none,
                    gw_buf *out) {
    gw_summary s = gw_words_summary(r, id, 0);
    gw_finance_left(out, label, 30);
    if (s.n == 0) {
        say_rest(out, none, 30);
        return;
    }
    gw_words text = gw_words_interval(s, gw_metrics[id].unit);
    char *samples = columns_of(text.text) > 50 ? strstr(text.text, " in ") : NULL;
    if (samples != NULL) { /* the share of samples goes to a line of its own */
        *samples = '\0';
        gw_buf_printf(out, "%s\n%30s%s\n", text.text, "", samples + 1);
    } else {
        gw_buf_printf(out, "%s\n", text.text);
    }
}

static void say_measures(const gw_result *r, gw_buf *out) {
    const gw_cash *cash = &r->base->cash;
    gw_buf_printf(out, "Money of the whole programme, %d %s, nominal USD\n", r->n_samples,
                  gw_words_plural(r->n_samples, "sample", "samples"));
    measure(r, GW_M_capex_usd, "capital cost", "none", out);
    measure(r, GW_M_revenue_usd, "revenue", "none", out);
    measure(r, GW_M_npv_usd, "net present value", "unknown", out);
    measure(r, GW_M_irr_frac, "rate of return",
            cash->irr.problem != NULL ? cash->irr.problem : "none", out);
    measure(r, GW_M_mirr_frac, "modified rate of return", "none", out);
    measure(r, GW_M_equity_irr_frac, "rate of return of the equity",
            cash->equity_irr.problem != NULL ? cash->equity_irr.problem : "none", out);
    measure(r, GW_M_payback_date_d, "paid back", "not within the horizon", out);
    measure(r, GW_M_cost_per_accelerator_hour_usd, "full cost of an hour", "unknown", out);
    measure(r, GW_M_cost_per_it_power_usd_per_W_s, "full cost of IT power", "unknown", out);
    measure(r, GW_M_cost_per_million_tokens_usd, "full cost of 1 M tokens",
            "no training run to divide by", out);
    measure(r, GW_M_break_even_price_usd_per_h, "break-even price of an hour", "nothing is sold",
            out);
}

static void say_loan(const gw_result *r, int i, gw_buf *out) {
    const gw_funding *f = &r->model->in->funding.at[i];
    const gw_loan_money *loan = &r->base->cash.loans[i];
    gw_finance_left(out, f->head.name, 23);
    gw_finance_right(out, gw_words_value(loan->drawn_usd, "USD"), 13);
    gw_finance_right(
        out, gw_words_share(loan->cost_usd > 0.0 ? loan->drawn_usd / loan->cost_usd : 0.0), 8);
    gw_finance_right(out, factor_words(loan->dscr_min), 8);
    gw_finance_right(out, factor_words(loan->dscr_mean), 7);
    gw_finance_right(out, factor_words(loan->llcr_ratio), 7);
    gw_finance_right(out, gw_words_value(loan->outstanding_usd, "USD"), 14);
    gw_buf_addc(out, '\n');
    if (loan->binds != NULL) {
        gw_buf_printf(out, "  %s of %s can be drawn. What binds:\n  %s.\n",
                      gw_words_value(loan->amount_usd, "USD").text,
                      gw_words_value(f->amount_usd, "USD").text, loan->binds);
    }
    if (loan->repay_from_d > 0.0) {
        gw_buf_printf(out, "  repaid from %s to %s\n",
                      gw_words_value(loan->repay_from_d, NULL).text,
                      gw_words_value(loan->last_d, NULL).text);
    }
    if (gw_is_set(f->covenant)) {
        gw_buf_printf(out, "  covenant %.2f: %s%s\n", f->covenant,
                      isnan(loan->breach_d) ? "kept" : "broken in the year to ",
                      isnan(loan->breach_d) ? "" : gw_words_value(loan->breach_d, NULL).text);
    }
    if (loan->shortfall_usd > 0.0) {
        gw_buf_printf(out, "  cash does not cover %s of its service: %s pays\n",
                      gw_words_value(loan->shortfall_usd, "USD").text,
                      f->guarantor.name != NULL ? f->guarantor.name : "equity");
    }
    if (loan->residual_needed_usd > 0.0) {
        gw_buf_printf(out, "  if all contracted cash went to it, %s would be left when that ends",
                      gw_words_value(loan->residual_needed_usd, "USD").text);
        gw_buf_printf(
            out, "%s%s%s\n", isnan(loan->residual_needed_frac) ? "" : ":\n  chips must fetch ",
            isnan(loan->residual_needed_frac) ? ""
                                              : gw_words_share(loan->residual_needed_frac).text,
            isnan(loan->residual_needed_frac) ? "" : " of their price for it to be safe");
    }
}

static void say_loans(const gw_result *r, gw_buf *out) {
    const gw_scenario *in = r->model->in;
    bool any = false;
    for (int i = 0; i < in->funding.n; i++) {
        if (in->funding.at[i].kind == GW_FUNDING_DEBT) {
            if (!any) {
                gw_buf_add(out, "\nLoans, base case              drawn of cost DSCR min   mean"
                                "   LLCR   owed at end\n");
            }
            any = true;
            say_loan(r, i, out);
        }
    }
    for (int i = 0; i < in->funding.n; i++) {
        const gw_loan_money *equity = &r->base->cash.loans[i];
        if (in->funding.at[i].kind == GW_FUNDING_EQUITY) {
            gw_buf_printf(out, "Equity %s: %s of %s is put in.\n", in->funding.at[i].head.name,
                          gw_words_value(equity->drawn_usd, "USD").text,
                          gw_words_value(in->funding.at[i].amount_usd, "USD").text);
        }
    }
    if (!any) {
        gw_buf_add(out, "\nNo loan.\n");
    }
}

static void say_contracts(const gw_result *r, gw_buf *out) {
    const gw_scenario *in = r->model->in;
    if (in->contracts.n == 0) {
        gw_buf_add(out, "\nNo contract.\n");
        return;
    }
    gw_buf_add(out, "\nContracts, base case           whole term     firm part   firm   in the "
                    "horizon\n");
    for (int i = 0; i < in->contracts.n; i++) {
        const gw_contract *c = &in->contracts.at[i];
        const gw_sale *sale = &r->base->cash.sales[i];
        gw_finance_left(out, c->head.name, 28);
        gw_finance_right(out, gw_words_value(sale->contracted_usd, "USD"), 14);
        gw_finance_right(out, gw_words_value(sale->firm_usd, "USD"), 14);
        gw_finance_right(out,
                         gw_words_share(sale->contracted_usd > 0.0
                                            ? sale->firm_usd / sale->contracted_usd
                                            : 0.0),
                         7);
        gw_finance_right(out, gw_words_value(sale->due_usd, "USD"), 16);
        gw_buf_addc(out, '\n');
        if (gw_is_set(c->notice_s) && sale->left_usd > 0.0) {
            gw_buf_printf(out, "  the buyer may leave: of %s still to come, %s is firm\n",
                          gw_words_value(sale->left_usd, "USD").text,
                          gw_words_value(sale->left_firm_usd, "USD").text);
        }
        if (sale->exited) {
            gw_buf_printf(out, "  left on %s", gw_words_value(sale->end_d, NULL).text);
            gw_buf_printf(out, "; the guarantor pays %s\n",
                          gw_words_value(sale->guarantee_paid_usd, "USD").text);
        }
        if (sale->internal) {
            gw_buf_add(out, "  inside the programme: no revenue of the whole\n");
        }
    }
}

static void say_parties(const gw_result *r, gw_buf *out) {
    const gw_scenario *in = r->model->in;
    gw_buf_add(out, "\nParties, base case                  in           out           net"
                    " present value\n");
    for (int i = 0; i < in->parties.n + GW_N_OUTSIDE; i++) {
        const gw_party_money *p = &r->base->cash.parties[i];
        if (p->in_usd == 0.0 && p->out_usd == 0.0) {
            continue;
        }
        gw_finance_left(out, gw_finance_node(in, i), 24);
        gw_finance_right(out, gw_words_value(p->in_usd, "USD"), 14);
        gw_finance_right(out, gw_words_value(p->out_usd, "USD"), 14);
        gw_finance_right(out, gw_words_value(p->in_usd - p->out_usd, "USD"), 14);
        gw_finance_right(out, gw_words_value(p->npv_usd, "USD"), 14);
        gw_buf_addc(out, '\n');
    }
    gw_buf_add(out, "\nLargest payments, base case\n");
    int n = r->base->cash.n_flows < PARTIES_SHOWN ? r->base->cash.n_flows : PARTIES_SHOWN;
    for (int i = 0; i < n; i++) {
        const gw_flow *f = &r->base->cash.flows[i];
        gw_finance_left(out, gw_finance_node(in, f->from), 24);
        gw_buf_add(out, " -> ");
        gw_finance_left(out, gw_finance_node(in, f->to), 24);
        gw_buf_addc(out, ' ');
        gw_finance_left(out, gw_flow_name(f->kind), 14);
        gw_finance_right(out, gw_words_value(f->usd, "USD"), 13);
        gw_buf_addc(out, '\n');
    }
}

static gw_circulation find_rounds(const gw_result *r) {
    int n = r->model->in->parties.n;
    gw_circulation out = {0};
    gw_arena *arena = gw_arena_create(0);
    double *usd = GW_NEW_N(arena, n * n + 1, double);
    gw_flow_kind *kind = GW_NEW_N(arena, n * n + 1, gw_flow_kind);
    gw_circulation_find(r->base->cash.flows, r->base->cash.n_flows, n, usd, kind, &out);
    gw_arena_free(arena);
    return out;
}

static void say_rounds(const gw_result *r, gw_buf *out) {
    const gw_scenario *in = r->model->in;
    gw_circulation c = find_rounds(r);
    if (c.n == 0) {
        gw_buf_add(out, "\nNo money goes round between the named parties.\n");
        return;
    }
    gw_buf_printf(out, "\n%s can go round between the named parties, base case:\n",
                  gw_words_capital(gw_words_value(c.usd, "USD").text).text);
    for (int i = 0; i < c.n; i++) {
        const gw_round *round = &c.at[i];
        gw_words sum = gw_words_value(round->usd, "USD");
        gw_buf_printf(out, "  %s: %s", sum.text, gw_finance_node(in, round->node[0]));
        int column = columns_of(sum.text) + 4 + columns_of(gw_finance_node(in, round->node[0]));
        for (int k = 0; k < round->n; k++) {
            const char *kind = gw_flow_name(round->kind[k]);
            const char *to = gw_finance_node(in, round->node[(k + 1) % round->n]);
            int more = columns_of(kind) + columns_of(to) + 10; /* " pays  to " */
            bool fits = column + more <= TEXT_COLUMNS;
            column = fits ? column + more : more + 3;
            gw_buf_printf(out, "%spays %s to %s", fits ? " " : "\n    ", kind, to);
        }
        gw_buf_addc(out, '\n');
    }
}

static void say_programmes(const gw_result *r, gw_buf *out) {
    const gw_scenario *in = r->model->in;
    bool any = false;
    for (int i = 0; i < in->programmes.n; i++) {
        if (!r->base->cash.programmes[i].any) {
            continue;
        }
        if (!any) {
            gw_buf_add(out, "\nProgrammes, medians       capital cost       revenue           NPV"
                            "     IRR USD/h\n");
        }
        any = true;
        gw_finance_left(out, in->programmes.at[i].head.name, 24);
        gw_finance_right(
            out, gw_words_value(gw_words_summary(r, GW_M_programme_capex_usd, i).p50, "USD"), 14);
        gw_finance_right(
            out, gw_words_value(gw_words_summary(r, GW_M_programme_revenue_usd, i).p50, "USD"), 14);
        gw_finance_right(
            out, gw_words_value(gw_words_summary(r, GW_M_programme_npv_usd, i).p50, "USD"), 14);
        gw_summary irr = gw_words_summary(r, GW_M_programme_irr_frac, i);
        gw_finance_right(out, gw_words_value(irr.n > 0 ? irr.p50 : GW_NAN, "%"), 8);
        gw_finance_right(
            out,
            factor_words(gw_words_summary(r, GW_M_programme_cost_per_accelerator_hour_usd, i).p50),
            6);
        gw_buf_addc(out, '\n');
    }
}

void gw_finance_text(const gw_result *result, gw_buf *out) {
    say_measures(result, out);
    say_programmes(result, out);
    say_loans(result, out);
    say_contracts(result, out);
    say_parties(result, out);
    say_rounds(result, out);
}

/* ---------------------------------------------------------------- JSON */

static void put_date(gw_json *json, const char *key, double date_d) {
    char text[16];
    gw_date_format(date_d, text, sizeof text);
    gw_json_text(json, key, isnan(date_d) ? NULL : text);
}

static void put_irr(gw_json *json, const char *key, const gw_irr *irr) {
    gw_json_object(json, key);
    gw_json_numbers(json, "roots", irr->root, (size_t)irr->n);
    gw_json_text(json, "problem", irr->problem);
    gw_json_end_object(json);
}

static void put_measures(const gw_result *r, gw_json *json) {
    const gw_cash *cash = &r->base->cash;
    gw_json_object(json, "base_case");
    gw_json_number(json, "capex_usd", cash->capex_usd);
    gw_json_number(json, "revenue_usd", cash->revenue_total_usd);
    gw_json_number(json, "npv_usd", cash->npv_usd);
    gw_json_number(json, "equity_npv_usd", cash->equity_npv_usd);
    put_irr(json, "irr", &cash->irr);
    put_irr(json, "equity_irr", &cash->equity_irr);
    gw_json_number(json, "mirr", cash->mirr_frac);
    put_date(json, "payback", cash->payback_d);
    gw_json_number(json, "dscr_min", cash->dscr_min);
    gw_json_number(json, "dscr_mean", cash->dscr_mean);
    gw_json_number(json, "debt_usd", cash->debt_usd);
    gw_json_number(json, "interest_during_construction_usd", cash->idc_usd);
    gw_json_number(json, "fees_usd", cash->fees_usd);
    gw_json_number(json, "usd_per_accelerator_hour", cash->cost_per_acc_h_usd);
    gw_json_number(json, "usd_per_MW_year", cash->cost_usd_per_W_s * 1e6 * 8760.0 * 3600.0);
    gw_json_number(json, "usd_per_million_tokens", cash->cost_per_Mtok_usd);
    gw_json_number(json, "break_even_usd_per_hour", cash->break_even_price_usd_per_h);
    gw_json_end_object(json);
}

static void put_funding(const gw_result *r, gw_json *json) {
    const gw_scenario *in = r->model->in;
    gw_json_array(json, "funding");
    for (int i = 0; i < in->funding.n; i++) {
        const gw_loan_money *loan = &r->base->cash.loans[i];
        gw_json_object(json, NULL);
        gw_json_text(json, "name", in->funding.at[i].head.name);
        gw_json_text(json, "kind", gw_enum_funding_kind.items[in->funding.at[i].kind].name);
        gw_json_number(json, "committed_usd", in->funding.at[i].amount_usd);
        gw_json_number(json, "cost_usd", loan->cost_usd);
        gw_json_number(json, "drawn_usd", loan->drawn_usd);
        gw_json_text(json, "binds", loan->binds);
        gw_json_number(json, "interest_during_construction_usd", loan->idc_usd);
        gw_json_number(json, "fees_usd", loan->fees_usd);
        gw_json_number(json, "reserve_usd", loan->reserve_usd);
        put_date(json, "repaid_from", loan->repay_from_d);
        gw_json_number(json, "dscr_min", loan->dscr_min);
        gw_json_number(json, "dscr_mean", loan->dscr_mean);
        gw_json_number(json, "llcr", loan->llcr_ratio);
        put_date(json, "covenant_broken", loan->breach_d);
        gw_json_number(json, "outstanding_usd", loan->outstanding_usd);
        gw_json_number(json, "shortfall_usd", loan->shortfall_usd);
        gw_json_number(json, "residual_needed_usd", loan->residual_needed_usd);
        gw_json_number(json, "residual_needed", loan->residual_needed_frac);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

static void put_contracts(const gw_result *r, gw_json *json) {
    const gw_scenario *in = r->model->in;
    gw_json_array(json, "contracts");
    for (int i = 0; i < in->contracts.n; i++) {
        const gw_sale *sale = &r->base->cash.sales[i];
        gw_json_object(json, NULL);
        gw_json_text(json, "name", in->contracts.at[i].head.name);
        gw_json_bool(json, "internal", sale->internal);
        put_date(json, "start", sale->start_d);
        put_date(json, "end", sale->end_d);
        gw_json_bool(json, "exited", sale->exited);
        gw_json_number(json, "contracted_usd", sale->contracted_usd);
        gw_json_number(json, "firm_usd", sale->firm_usd);
        gw_json_number(json, "left_usd", sale->left_usd);
        gw_json_number(json, "left_firm_usd", sale->left_firm_usd);
        gw_json_number(json, "due_within_horizon_usd", sale->due_usd);
        gw_json_number(json, "guarantee_paid_usd", sale->guarantee_paid_usd);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

static void put_parties(const gw_result *r, gw_json *json) {
    const gw_scenario *in = r->model->in;
    const gw_cash *cash = &r->base->cash;
    gw_json_array(json, "parties");
    for (int i = 0; i < in->parties.n + GW_N_OUTSIDE; i++) {
        const gw_party_money *p = &cash->parties[i];
        gw_json_object(json, NULL);
        gw_json_text(json, "name",
                     i < in->parties.n ? in->parties.at[i].head.name : gw_finance_node(in, i));
        gw_json_bool(json, "named", i < in->parties.n);
        gw_json_number(json, "in_usd", p->in_usd);
        gw_json_number(json, "out_usd", p->out_usd);
        gw_json_number(json, "net_usd", p->in_usd - p->out_usd);
        gw_json_number(json, "left_usd", p->left_usd);
        gw_json_number(json, "npv_usd", p->npv_usd);
        gw_json_numbers(json, "monthly_net_usd", p->net_usd, (size_t)r->model->n_months);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
    gw_json_array(json, "payments");
    for (int i = 0; i < cash->n_flows; i++) {
        const gw_flow *f = &cash->flows[i];
        gw_json_object(json, NULL);
        gw_json_text(json, "from", gw_finance_node(in, f->from));
        gw_json_text(json, "to", gw_finance_node(in, f->to));
        gw_json_text(json, "kind", gw_flow_name(f->kind));
        gw_json_number(json, "usd", f->usd);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

static void put_rounds(const gw_result *r, gw_json *json) {
    gw_circulation c = find_rounds(r);
    gw_json_object(json, "circulation");
    gw_json_number(json, "usd", c.usd);
    gw_json_array(json, "rounds");
    for (int i = 0; i < c.n; i++) {
        gw_json_object(json, NULL);
        gw_json_number(json, "usd", c.at[i].usd);
        gw_json_array(json, "parties");
        for (int k = 0; k < c.at[i].n; k++) {
            gw_json_text(json, NULL, gw_finance_node(r->model->in, c.at[i].node[k]));
        }
        gw_json_end_array(json);
        gw_json_array(json, "for");
        for (int k = 0; k < c.at[i].n; k++) {
            gw_json_text(json, NULL, gw_flow_name(c.at[i].kind[k]));
        }
        gw_json_end_array(json);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
    gw_json_end_object(json);
}

static void put_programmes(const gw_result *r, gw_json *json) {
    const gw_scenario *in = r->model->in;
    gw_json_array(json, "programmes");
    for (int i = 0; i < in->programmes.n; i++) {
        const gw_programme_money *p = &r->base->cash.programmes[i];
        gw_json_object(json, NULL);
        gw_json_text(json, "name", in->programmes.at[i].head.name);
        gw_json_number(json, "capex_usd", p->capex_usd);
        gw_json_number(json, "revenue_usd", p->revenue_usd);
        gw_json_number(json, "npv_usd", p->npv_usd);
        put_irr(json, "irr", &p->irr);
        put_date(json, "payback", p->payback_d);
        gw_json_number(json, "usd_per_accelerator_hour", p->cost_per_acc_h_usd);
        gw_json_number(json, "usd_per_MW_year", p->cost_usd_per_W_s * 1e6 * 8760.0 * 3600.0);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

void gw_finance_json(const gw_result *result, gw_json *json) {
    gw_json_integer(json, "samples", result->n_samples);
    put_measures(result, json);
    put_programmes(result, json);
    put_funding(result, json);
    put_contracts(result, json);
    put_parties(result, json);
    put_rounds(result, json);
}

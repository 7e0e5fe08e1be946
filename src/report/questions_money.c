/* report/questions_money.c: answers about money: rent against cost, delay, exit, chip life, rounds,
 * tokens, renting or owning.
 * In: a finished run.   Out: sentences. What-ifs are base cases with changed inputs.
 * Derivation: docs/questions.md, docs/model/finance.md. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "finance/circulation.h"
#include "finance/contract.h"
#include "report/ask.h"

#define HOUR_s 3600.0
#define YEAR_s (GW_YEAR_d * GW_DAY_s)
#define HALF_YEAR_s (0.5 * YEAR_s)
#define WORTH_TELLING_USD 1e6

/* ------------------------------------------------------------------ 6: rent against full cost */

/* What a contract pays for one accelerator-hour, base case; lease: its share for the building. */
static double contract_usd_per_h(const gw_ask *a, const gw_contract *contract) {
    double accelerators = 0.0;
    double it_W = 0.0;
    for (int c = 0; c < a->in->clusters.n; c++) {
        if (gw_contract_covers(contract, c)) {
            double n = gw_cluster_planned_accelerators(&a->in->clusters.at[c]);
            accelerators += n;
            it_W += n * a->base->slot[c].it_W;
        }
    }
    double each_W = accelerators > 0.0 ? it_W / accelerators : GW_NAN;
    switch (contract->kind) {
    case GW_CONTRACT_COMPUTE:
        return contract->price_usd_per_s * HOUR_s;
    case GW_CONTRACT_FEE:
        return accelerators > 0.0 ? contract->fee_usd_per_s * HOUR_s / accelerators : GW_NAN;
    default:
        return contract->rent_usd_per_W_s * each_W * HOUR_s;
    }
}

void gw_ask_rent(gw_ask *a) {
    double cost_usd = gw_ask_base(a, GW_M_cost_per_accelerator_hour_usd, 0);
    double even_usd = gw_ask_base(a, GW_M_break_even_price_usd_per_h, 0);
    int shown = 0;
    for (int i = 0; i < a->in->contracts.n && shown < GW_ASK_SHOWN; i++) {
        const gw_contract *c = &a->in->contracts.at[i];
        double usd = contract_usd_per_h(a, c);
        if (!gw_is_set(usd)) {
            continue;
        }
        shown++;
        if (c->kind == GW_CONTRACT_LEASE) {
            gw_ask_say(a, "%s is rent for power and space, %s per accelerator-hour.",
                       gw_ask_contract(a, i), gw_words_value(usd, "USD").text);
            continue;
        }
        double off = usd / cost_usd - 1.0;
        gw_ask_say(a, "%s pays %s per accelerator-hour (%s); full cost is %s, so it pays %s %s.",
                   gw_ask_contract(a, i), gw_words_value(usd, "USD").text,
                   c->kind == GW_CONTRACT_FEE ? "fee over planned accelerators" : "price",
                   gw_ask_interval(a, GW_M_cost_per_accelerator_hour_usd, 0).text,
                   gw_words_share(fabs(off)).text,
                   off >= 0.0 ? "more than full cost" : "less than full cost");
    }
    if (shown == 0) {
        gw_ask_lacks(a,
                     "A contract with `price`, `fee` or `rent` under `contracts`; or a deal on its "
                     "own: `gigawatt finance FILE` with `deals`.");
        gw_ask_say(a, "The full cost of a busy accelerator-hour is %s.",
                   gw_ask_interval(a, GW_M_cost_per_accelerator_hour_usd, 0).text);
    }
    if (even_usd > 0.0) {
        gw_ask_say(a, "At one price for all hours sold the plan breaks even at %s (base case).",
                   gw_words_value(even_usd, "USD").text);
    } else if (even_usd == 0.0) {
        gw_ask_say(
            a, "Fees and rents alone pay for the plan: what is sold by the hour may cost nothing "
               "(base case).");
    }
}

/* ------------------------------------------------------------------ 8: half a year */

static double spent_by_usd(const gw_ask *a, double date_d) {
    double sum = 0.0;
    const double *capex_usd = a->r->series[GW_S_month_capex_usd].base;
    for (int m = 0; m < a->m->n_months && gw_month_start_d(a->m->month0 + m) <= date_d; m++) {
        sum += capex_usd[m];
    }
    return sum;
}

/* The parties whose present value falls most. */
static void say_losers(gw_ask *a, const gw_cash *base, const gw_cash *late) {
    int n = a->in->parties.n;
    bool *told = GW_NEW_N(a->arena, n + 1, bool);
    int shown = 0;
    for (; shown < GW_ASK_SHOWN; shown++) {
        int worst = -1;
        double most = -WORTH_TELLING_USD;
        for (int i = 0; i < n; i++) {
            double change = late->parties[i].npv_usd - base->parties[i].npv_usd;
            if (!told[i] && change < most) {
                worst = i;
                most = change;
            }
        }
        if (worst < 0) {
            break;
        }
        told[worst] = true;
        gw_buf_printf(&a->text, "%s%s %s", shown == 0 ? " By party, present value: " : ", ",
                      gw_ask_party(a, worst), gw_ask_change(most).text);
    }
    gw_buf_add(&a->text, shown > 0 ? "." : "");
}

void gw_ask_delay(gw_ask *a) {
    gw_what_if what = gw_what_if_none();
    what.buildings_late_s = what.power_late_s = what.chips_late_s = HALF_YEAR_s;
    gw_state *late = gw_what_if_run(a->m, &what);
    if (late == NULL) {
        return;
    }
    const gw_cash *base = &a->base->cash;
    double spent_usd = spent_by_usd(a, a->in->as_of_d);
    double carry_usd = gw_carry_usd(spent_usd, a->base->in->finance.discount_rate, 0.5);
    double change_usd = late->cash.npv_usd - base->npv_usd;
    gw_ask_say(
        a,
        "Everything dated after %s half a year later: revenue within the horizon %s, present "
        "value of the whole %s (base case).",
        gw_words_value(a->in->as_of_d, NULL).text,
        gw_ask_change(late->cash.revenue_total_usd - base->revenue_total_usd).text,
        gw_ask_change(change_usd).text);
    if (change_usd > 0.0) {
        gw_ask_say(a, "It gains because money that earns too little is spent later.");
    }
    if (spent_usd > 0.0) {
        gw_ask_say(a, "Holding the %s spent so far for half a year costs %s at %s a year.",
                   gw_words_value(spent_usd, "USD").text, gw_words_value(carry_usd, "USD").text,
                   gw_words_value(a->base->in->finance.discount_rate, "%").text);
    }
    say_losers(a, base, &late->cash);
    gw_state_free(late);
}

/* ------------------------------------------------------------------ 9: the tenant leaves */

static int largest_contract(const gw_ask *a) {
    int best = -1;
    for (int i = 0; i < a->in->contracts.n; i++) {
        double left = a->base->cash.sales[i].left_usd;
        if (left > 0.0 && (best < 0 || left > a->base->cash.sales[best].left_usd)) {
            best = i;
        }
    }
    return best;
}

static double lowest_dscr(const gw_ask *a, const gw_state *s) {
    double low = GW_NAN;
    for (int i = 0; i < a->in->funding.n; i++) {
        low = fmin(low, s->cash.loans[i].dscr_min); /* fmin leaves NaN out */
    }
    return low;
}

static gw_words dscr_words(double x) {
    gw_words w = {"none"};
    if (gw_is_set(x)) {
        snprintf(w.text, sizeof w.text, "%.2f", x);
    }
    return w;
}

void gw_ask_exit(gw_ask *a) {
    int i = largest_contract(a);
    if (i < 0) {
        gw_ask_lacks(a, "A contract that still runs (`contracts`), with `notice` and `firm` if the "
                        "buyer may leave.");
        return;
    }
    const gw_contract *contract = &a->in->contracts.at[i];
    const gw_sale *sale = &a->base->cash.sales[i];
    bool may_leave = gw_is_set(contract->notice_s);
    double from_d = fmax(a->in->as_of_d, sale->start_d);
    gw_what_if what = gw_what_if_none();
    what.exit_contract = i;
    what.exit_d = from_d + (may_leave ? contract->notice_s / GW_DAY_s : GW_YEAR_d);
    what.exit_d =
        may_leave ? fmax(what.exit_d, sale->start_d + contract->firm_s / GW_DAY_s) : what.exit_d;
    gw_state *gone = gw_what_if_run(a->m, &what);
    if (gone == NULL) {
        return;
    }
    gw_ask_say(
        a, "%s, %s still to come, %s.", gw_ask_contract(a, i),
        gw_words_value(sale->left_usd, "USD").text,
        may_leave
            ? gw_words_join("of which firm ", gw_words_value(sale->left_firm_usd, "USD").text).text
            : "gives no exit right on record; a default is asked instead");
    double low = lowest_dscr(a, a->base);
    int seller = contract->seller.i;
    double change_usd = gone->cash.equity_npv_usd - a->base->cash.equity_npv_usd;
    gw_ask_say(
        a,
        "If the buyer leaves on %s, its payments within the horizon are %s and the present value "
        "of %s is %s (base case, capacity sold on at the market price if one is given).",
        gw_words_value(what.exit_d, NULL).text,
        gw_ask_change(gone->cash.sales[i].due_usd - sale->due_usd).text,
        seller >= 0 ? gw_ask_party(a, seller) : "the seller",
        gw_ask_change(seller >= 0 ? gone->cash.parties[seller].npv_usd -
                                        a->base->cash.parties[seller].npv_usd
                                  : GW_NAN)
            .text);
    if (!sale->internal && gw_is_set(change_usd)) {
        gw_ask_say(a, "The equity of the whole is worth %s.", gw_ask_change(change_usd).text);
    } else if (sale->internal) {
        gw_ask_say(a, "Seller and buyer both belong to the scenario, so the whole earns the same.");
    }
    double gone_low = lowest_dscr(a, gone);
    if (gw_is_set(low) && strcmp(dscr_words(low).text, dscr_words(gone_low).text) == 0) {
        gw_ask_say(a, "The lowest yearly debt service coverage of a loan stays at %s.",
                   dscr_words(low).text);
    } else if (gw_is_set(low)) {
        gw_ask_say(a, "The lowest yearly debt service coverage of a loan goes from %s to %s.",
                   dscr_words(low).text, dscr_words(gone_low).text);
    } else {
        gw_ask_lacks(a, "Loans under `funding`, for the coverage of their service.");
    }
    gw_state_free(gone);
}

/* ------------------------------------------------------------------ 12: chip life */

void gw_ask_chip_life(gw_ask *a) {
    static const double years[] = {3.0, 5.0, 7.0};
    if (a->base->cash.revenue_total_usd == 0.0) {
        gw_ask_lacks(a, "Revenue: a contract, or `finance.market_price`.");
        return;
    }
    for (int k = 0; k < 3; k++) {
        gw_what_if what = gw_what_if_none();
        what.chip_life_s = years[k] * YEAR_s;
        gw_state *s = gw_what_if_run(a->m, &what);
        if (s == NULL) {
            return;
        }
        const gw_cash *c = &s->cash;
        gw_ask_say(a, "%.0f years: return %s, present value %s, %s%s.", years[k],
                   gw_ask_irr(&c->irr).text, gw_words_value(c->npv_usd, "USD").text,
                   gw_is_set(c->payback_d) ? "paid back " : "not paid back",
                   gw_is_set(c->payback_d) ? gw_words_value(c->payback_d, NULL).text : "");
        gw_state_free(s);
    }
    gw_ask_say(a,
               "Chips are written off over this time and taken out at its end (base case, before "
               "financing%s).",
               a->in->finance.refit ? ", replaced as the scenario says" : ", not replaced");
}

/* ------------------------------------------------------------------ 15: rounds */

void gw_ask_circulation(gw_ask *a) {
    const gw_cash *cash = &a->base->cash;
    size_t n = (size_t)a->in->parties.n;
    double *usd = GW_NEW_N(a->arena, n * n + 1, double);
    gw_flow_kind *kind = GW_NEW_N(a->arena, n * n + 1, gw_flow_kind);
    gw_circulation found;
    gw_circulation_find(cash->flows, cash->n_flows, (int)n, usd, kind, &found);
    if (found.n == 0) {
        gw_ask_say(
            a, "Nowhere among the named parties: no money that one of them pays comes back to it "
               "through others.");
        gw_ask_lacks(a, "Who invests in whom: `commitments` and `funding` with `party` and `to`; "
                        "`chip_supplies` with `supplier`; `contracts` with seller and buyer.");
        return;
    }
    gw_ask_say(a, "%s %s of up to %s in all can go round within the horizon (base case).",
               gw_words_capital(gw_words_count(found.n).text).text,
               gw_words_plural(found.n, "circle", "circles"),
               gw_words_value(found.usd, "USD").text);
    for (int i = 0; i < found.n && i < GW_ASK_SHOWN; i++) {
        const gw_round *r = &found.at[i];
        gw_buf line = {0};
        gw_buf_add(&line, gw_ask_party(a, r->node[0]));
        for (int k = 0; k < r->n; k++) {
            gw_buf_printf(&line, " pays %s (%s)", gw_ask_party(a, r->node[(k + 1) % r->n]),
                          gw_flow_name(r->kind[k]));
            gw_buf_add(&line, k + 1 < r->n ? ", which" : "");
        }
        gw_ask_say(a, "%s: %s.", line.text, gw_words_value(r->usd, "USD").text);
        gw_buf_clear(&line);
    }
}

/* ------------------------------------------------------------------ 25, 26 */

void gw_ask_token(gw_ask *a) {
    double all_day_usd = gw_ask_summary(a, GW_M_cost_per_million_tokens_usd, 0).p50;
    if (a->in->jobs.n == 0 || isnan(all_day_usd)) {
        gw_ask_lacks(a, a->in->jobs.n == 0
                            ? "A training run under `jobs`."
                            : "A job that fits into memory: see its reason under Training.");
        return;
    }
    const gw_job *job = &a->in->jobs.at[0];
    double u = a->base->in->clusters.at[job->cluster.i].utilisation;
    gw_ask_say(a,
               "A million trained tokens of %s cost %s on accelerators that are busy all the time, "
               "failures included.",
               gw_words_title(job->title, &job->head),
               gw_ask_interval(a, GW_M_cost_per_million_tokens_usd, 0).text);
    gw_ask_say(
        a,
        "With accelerators busy %s of the time, as the scenario has it, %s; busy half of the "
        "time %s (from the median).",
        gw_words_share(u).text, gw_words_value(all_day_usd / u, "USD").text,
        gw_words_value(all_day_usd / 0.5, "USD").text);
    gw_ask_lacks(a, "Tokens served to users: the program trains, it does not model inference.");
}

/* Mean of a price that changes by g a year over a life. */
static double mean_price(double price, double g, double years) {
    double k = log1p(g) * years;
    return fabs(k) < 1e-9 ? price : price * expm1(k) / k;
}

void gw_ask_own(gw_ask *a) {
    const gw_finance *f = &a->base->in->finance;
    double own_usd = gw_ask_base(a, GW_M_cost_per_accelerator_hour_usd, 0);
    double price_usd = f->market_price_usd_per_s * HOUR_s;
    if (!gw_is_set(price_usd) || !gw_is_set(own_usd)) {
        gw_ask_lacks(a, "The price at which accelerators can be rented: `finance.market_price`.");
        return;
    }
    double years = f->chip_life_s / YEAR_s;
    double mean_usd = mean_price(price_usd, f->market_price_change, years);
    double off = own_usd / mean_usd - 1.0;
    gw_ask_say(
        a,
        "Owning costs %s per busy accelerator-hour over a chip life of %s years; renting costs "
        "%s today and, changing by %s a year, %s on average over the same years. %s is "
        "cheaper by %s (base case; rent is paid only for busy hours).",
        gw_words_value(own_usd, "USD").text, gw_words_years(f->chip_life_s).text,
        gw_words_value(price_usd, "USD").text, gw_words_value(f->market_price_change, "%").text,
        gw_words_value(mean_usd, "USD").text, off > 0.0 ? "Renting" : "Owning",
        gw_words_share(off > 0.0 ? 1.0 - mean_usd / own_usd : -off).text);
}

/* ------------------------------------------------------------------ 27, 33 */

static bool say_bars(gw_ask *a, gw_metric_id metric, const char *name) {
    for (int k = 0; k < a->r->n_tornado; k++) {
        const gw_tornado *t = &a->r->tornado[k];
        if (t->metric != metric || t->n == 0 || isnan(t->base)) {
            continue;
        }
        gw_ask_say(a, "%s, %s in the base case:", name,
                   gw_words_value(t->base, gw_metrics[metric].unit).text);
        for (int i = 0; i < t->n && i < 5; i++) {
            const gw_bar *bar = &t->bars[i];
            const gw_value *input = &a->m->spec->values[a->m->uncertain[bar->uncertain].value];
            gw_ask_say(a, "(%d) %s from %s to %s: %s to %s%s", i + 1,
                       gw_words_input(input->path).text,
                       gw_words_input_value(input, bar->low_value).text,
                       gw_words_input_value(input, bar->high_value).text,
                       gw_words_value(bar->low, gw_metrics[metric].unit).text,
                       gw_words_value(bar->high, gw_metrics[metric].unit).text,
                       i + 1 < t->n && i < 4 ? ";" : ".");
        }
        return true;
    }
    return false;
}

void gw_ask_tornado(gw_ask *a) {
    if (!say_bars(a, GW_M_irr_frac, "Rate of return before financing") &&
        !say_bars(a, GW_M_npv_usd, "There is no unique rate of return; present value")) {
        gw_ask_lacks(a, a->r->n_tornado == 0 ? "The sensitivity: run it without --no-tornado."
                                             : "Uncertain inputs that move the money.");
    }
}

void gw_ask_believed(gw_ask *a) {
    double even_usd = gw_ask_base(a, GW_M_break_even_price_usd_per_h, 0);
    double n = gw_ask_base(a, GW_M_total_accelerators, 0);
    if (isnan(even_usd) || !(n > 0.0)) {
        gw_ask_lacks(a, "Accelerators and a price or contract to sell them by.");
        return;
    }
    double busy = 0.0;
    double planned = 0.0;
    for (int c = 0; c < a->in->clusters.n; c++) {
        double each = gw_cluster_planned_accelerators(&a->base->in->clusters.at[c]);
        busy += each * a->base->in->clusters.at[c].utilisation;
        planned += each;
    }
    double u = busy / planned;
    gw_words capex = gw_words_value(gw_ask_base(a, GW_M_capex_usd, 0), "USD");
    gw_words rate = gw_words_value(a->base->in->finance.discount_rate, "%");
    if (even_usd == 0.0) {
        gw_ask_say(a,
                   "Only that the contracts are kept: their fees and rents alone pay %s of capital "
                   "with the discount rate of %s (base case).",
                   capex.text, rate.text);
    } else {
        gw_ask_say(
            a,
            "That %s accelerators sell %s of all hours at %s each, %s a year, until they are "
            "taken out: then %s of capital earns the discount rate of %s (base case).",
            gw_words_value(n, "").text, gw_words_share(u).text,
            gw_words_value(even_usd, "USD").text,
            gw_words_value(even_usd * n * u * 8760.0, "USD").text, capex.text, rate.text);
    }
    for (int i = 0, shown = 0; i < a->in->claims.n && shown < GW_ASK_SHOWN; i++) {
        const gw_claim *c = &a->in->claims.at[i];
        if (gw_is_set(c->revenue_usd_per_s)) {
            shown++;
            gw_ask_say(a, "Said: %s %s a year (%s).", c->about,
                       gw_words_value(c->revenue_usd_per_s * YEAR_s, "USD").text, c->head.name);
        }
    }
}

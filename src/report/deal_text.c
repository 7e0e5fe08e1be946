/* report/deal_text.c: a deal in words: what its headline implies, whether it pays, under which
 * reading.
 * In:    gw_deal_view.
 * Out:   text for 80 columns: a table with a column for each reading, then sentences.
 * Valid: any deal; a line without a number in any reading is left out.
 * Derivation: the numbers of finance/deal.c. */
#include "report/deal_text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report/words.h"

#define WIDTH 80
#define LABEL 40
#define COLUMN 19

typedef struct pen {
    const gw_deal_view *v;
    gw_arena *arena;
    gw_buf *out;
    const char *heading; /* of the block; NULL once it was written */
} pen;

static gw_words usd(double value) {
    return gw_words_value(value, "USD");
}

static gw_words percent(double frac) {
    return gw_words_value(frac, "%");
}

static gw_words years(double value) {
    gw_words w;
    snprintf(w.text, sizeof w.text, isfinite(value) ? "%.3g years" : "-", value);
    return w;
}

static void head(pen *p) {
    if (p->heading != NULL) {
        gw_buf_printf(p->out, "\n%s\n", p->heading);
        p->heading = NULL;
    }
}

/* One line of the table: a text for each reading; nothing if all are "-". */
static void row_text(pen *p, const char *label, const gw_words *cell) {
    bool any = false;
    for (int i = 0; i < p->v->n; i++) {
        any = any || strcmp(cell[i].text, "-") != 0;
    }
    if (!any) {
        return;
    }
    head(p);
    gw_buf_printf(p->out, "  %-*s", LABEL - 2, label);
    for (int i = 0; i < p->v->n; i++) {
        gw_buf_printf(p->out, " %*s", COLUMN - 1, cell[i].text);
    }
    gw_buf_addc(p->out, '\n');
}

/* The same from numbers, `at` from the start of the sheet. */
static void row_at(pen *p, const char *label, size_t at, double scale, const char *unit) {
    gw_words cell[2] = {{"-"}, {"-"}};
    for (int i = 0; i < p->v->n; i++) {
        double x;
        memcpy(&x, (const char *)&p->v->sheet[i] + at, sizeof x);
        if (isfinite(x)) {
            cell[i] = gw_words_value(x * scale, unit);
        }
    }
    row_text(p, label, cell);
}
#define ROW(p, label, member, unit) row_at(p, label, offsetof(gw_deal_sheet, member), 1.0, unit)

/* A number by its key, as in JSON. */
static void row_key(pen *p, const char *label, const char *key, double scale, const char *unit) {
    gw_words cell[2] = {{"-"}, {"-"}};
    gw_deal_number numbers[GW_DEAL_NUMBERS_MAX];
    for (int i = 0; i < p->v->n; i++) {
        int n = gw_deal_numbers(p->v, i, numbers);
        for (int k = 0; k < n; k++) {
            if (strcmp(numbers[k].key, key) == 0 && isfinite(numbers[k].value)) {
                cell[i] = gw_words_value(numbers[k].value * scale, unit);
            }
        }
    }
    row_text(p, label, cell);
}

static void row_years(pen *p, const char *label, size_t at) {
    gw_words cell[2] = {{"-"}, {"-"}};
    for (int i = 0; i < p->v->n; i++) {
        double x;
        memcpy(&x, (const char *)&p->v->sheet[i] + at, sizeof x);
        cell[i] = years(x);
    }
    row_text(p, label, cell);
}

static void say(pen *p, const char *fmt, ...) GW_PRINTF(2, 3);
static void say(pen *p, const char *fmt, ...) {
    char text[700];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    head(p);
    int column = 0;
    for (const char *word = text; *word != '\0';) {
        size_t n = strcspn(word, " ");
        if (column > 0 && column + 1 + (int)n > WIDTH) {
            gw_buf_addc(p->out, '\n');
            column = 0;
        }
        gw_buf_add(p->out, column == 0 ? "  " : " ");
        gw_buf_addn(p->out, word, n);
        column += (int)n + (column == 0 ? 2 : 1);
        word += n + (word[n] == ' ');
    }
    gw_buf_addc(p->out, '\n');
}

/* ---------------------------------------------------------------- the blocks */

static const char *party(const gw_scenario *in, const gw_ref *ref) {
    if (ref->name == NULL) {
        return "somebody";
    }
    return ref->i < 0 ? ref->name
                      : gw_words_title(in->parties.at[ref->i].title, &in->parties.at[ref->i].head);
}

static void headline(pen *p) {
    const gw_deal *d = p->v->deal;
    const gw_deal_sheet *s = &p->v->sheet[0];
    gw_buf_printf(p->out, "%s", gw_words_title(d->title, &d->head));
    if (d->seller.name != NULL || d->buyer.name != NULL) {
        gw_buf_printf(p->out, "\n  %s sells, %s pays", party(p->v->in, &d->seller),
                      party(p->v->in, &d->buyer));
    }
    gw_buf_addc(p->out, '\n');
    if (s->payments_usd > 0.0) {
        say(p, "%s a year%s for %s: %s in all.", usd(s->payments_usd).text,
            d->escalation != 0.0 ? " at first" : "", years(s->term_yr).text,
            usd(s->total_usd).text);
    }
    if (gw_is_set(s->firm_usd) && s->total_usd > 0.0) {
        say(p,
            "The buyer may leave on %s notice: only %s of that is firm (%s). The rest is a plan, "
            "not a contract.",
            gw_words_duration(d->notice_s).text, usd(s->firm_usd).text,
            gw_words_share(s->firm_usd / s->total_usd).text);
    }
    if (p->v->n == 2) {
        say(p,
            "Nobody says whether %s is power of the chips (IT) or at the meter (facility): "
            "both are worked out.",
            gw_words_value(s->stated_W, "MW").text);
    }
}

static void column_heads(pen *p) {
    const gw_deal_view *v = p->v;
    if (v->n == 2) {
        gw_buf_printf(p->out, "\n%-*s%*s%*s\n", LABEL, "", COLUMN, "read as IT", COLUMN,
                      "as facility");
    }
}

static void implied(pen *p) {
    const gw_deal_view *v = p->v;
    const gw_deal_sheet *s = &v->sheet[0];
    bool guess = s->accelerators_assumed;
    p->heading = "What it implies";
    ROW(p, "IT power", it_W, "MW");
    ROW(p, "facility power", facility_W, "MW");
    if (guess) {
        gw_words cell[2] = {{"-"}, {"-"}};
        for (int i = 0; i < v->n; i++) {
            cell[i] = gw_words_large(v->sheet[i].accelerators);
        }
        row_text(p, "accelerators, if 2.09 kW each (assumed)", cell);
    } else {
        ROW(p, "accelerators", accelerators, "");
        ROW(p, "IT power per accelerator", accelerator_W, "W");
        row_key(p, "facility power per accelerator", "facility_W_per_accelerator", 1.0, "W");
    }
    row_key(p, "cost per watt of IT power", "cost_usd_per_it_W", 1.0, "USD/W");
    row_key(p, "cost per watt of facility power", "cost_usd_per_facility_W", 1.0, "USD/W");
    row_key(p, "cost per accelerator, all in", "cost_usd_per_accelerator", 1.0, "USD");
    row_key(p, "payments per IT kW and month", "usd_per_it_kW_month", 1.0, "USD");
    row_key(p, "payments per IT MW and year", "usd_per_it_MW_yr", 1.0, "USD");
    row_key(p, "payments per accelerator and year", "usd_per_accelerator_yr", 1.0, "USD");
    row_key(p, "payments per accelerator-hour", "usd_per_gpu_h", 1.0 / 3600.0, "USD/h");
}

static void costs(pen *p) {
    const gw_deal_sheet *s = &p->v->sheet[0];
    char label[64];
    p->heading = "What it costs";
    ROW(p, s->cost_assumed ? "capital (assumed: Epoch AI unit costs)" : "capital", cost_usd, "USD");
    if (s->cost_in_parts && s->it_usd > 0.0 && s->facility_usd > 0.0) {
        ROW(p, "  of it chips and network", it_usd, "USD");
        ROW(p, "  of it buildings and plant", facility_usd, "USD");
    }
    row_key(p, "interest while building", "idc_usd", 1.0, "USD");
    if (s->running_usd > 0.0) {
        ROW(p, s->opex_assumed ? "running cost a year (assumed)" : "running cost a year",
            running_usd, "USD");
    }
    if (s->cost_in_parts) {
        snprintf(label, sizeof label, "full cost a year (lives %.3g and %.3g yr)", s->it_life_yr,
                 s->facility_life_yr);
    } else {
        snprintf(label, sizeof label, "full cost a year (life %.3g years)", s->it_life_yr);
    }
    ROW(p, label, annual_usd, "USD");
    row_key(p, "full cost per accelerator-hour", "annual_cost_usd_per_gpu_h", 1.0 / 3600.0,
            "USD/h");
    row_key(p, "levelised cost of energy", "lcoe_usd_per_MWh", 1.0 / 3.6e9, "USD/MWh");
}

static gw_words rates(const gw_rates *irr) {
    gw_words w = {"-"};
    size_t n = 0;
    for (int i = 0; i < irr->n && i < 3; i++) {
        n += (size_t)snprintf(w.text + n, sizeof w.text - n, "%s%s", i > 0 ? ", " : "",
                              percent(irr->rate[i]).text);
    }
    return w;
}

static void returns(pen *p) {
    const gw_deal_view *v = p->v;
    gw_words cell[2], owners[2];
    char label[64];
    p->heading = "Does it pay?";
    snprintf(label, sizeof label, "present value at %.32s", percent(v->deal->rate).text);
    ROW(p, label, npv_usd, "USD");
    for (int i = 0; i < v->n; i++) {
        cell[i] = rates(&v->sheet[i].irr);
        owners[i] = rates(&v->sheet[i].equity_irr);
    }
    row_text(p, "return within the term (IRR)", cell);
    ROW(p, "modified return (MIRR)", mirr_rate, "%");
    if (v->sheet[0].facility_usd > 0.0) {
        ROW(p, "return, buildings over their life", implied_rate, "%");
    }
    row_years(p, "paid back after", offsetof(gw_deal_sheet, payback.at));
    row_years(p, "paid back with interest after", offsetof(gw_deal_sheet, discounted_payback.at));
    row_key(p, "payments a year needed within the term", "break_even_over_term_usd_per_yr", 1.0,
            "USD");
    row_key(p, "  per accelerator-hour", "break_even_over_term_usd_per_gpu_h", 1.0 / 3600.0,
            "USD/h");
    p->heading = "What can be borrowed";
    ROW(p, "loan", loan.debt_usd, "USD");
    row_key(p, "  share of the capital", "debt_share", 1.0, "%");
    ROW(p, "interest and repayment, first year", loan.service_usd, "USD");
    ROW(p, "lowest coverage (DSCR)", loan.dscr_min, "");
    ROW(p, "mean coverage", loan.dscr_mean, "");
    ROW(p, "coverage over the loan's life (LLCR)", loan.llcr_ratio, "");
    ROW(p, "equity", loan.equity_usd, "USD");
    row_text(p, "return on equity", owners);
    if (v->sheet[0].loan.balloon_usd > 0.0) {
        ROW(p, "loan left at the end, due at once", loan.balloon_usd, "USD");
    }
}

/* ---------------------------------------------------------------- sentences */

static const char *reading_name(const gw_deal_view *v, int i) {
    return v->n == 1                          ? ""
           : v->sheet[i].basis == GW_BASIS_IT ? "Read as IT power, "
                                              : "Read as facility power, ";
}

static void verdict(pen *p, int i) {
    const gw_deal_view *v = p->v;
    const gw_deal_sheet *s = &v->sheet[i];
    const char *who = reading_name(v, i);
    const char *it = who[0] == '\0' ? "It" : "it";
    const gw_words at = percent(v->deal->rate);
    if (s->problem != NULL) {
        say(p, "%s%s cannot be judged: %s.", who, it, s->problem);
        return;
    }
    if (s->npv_usd >= 0.0) {
        say(p, "%s%s pays within its %s: worth %s more than it costs, at %s a year.", who, it,
            years(s->term_yr).text, usd(s->npv_usd).text, at.text);
    } else if (s->levelised_usd >= s->annual_usd) {
        say(p,
            "%s%s does not pay back within its %s (%s short at %s), but covers the full cost of a "
            "year, %s: it pays if the buildings find another use until they are worn out.",
            who, it, years(s->term_yr).text, usd(-s->npv_usd).text, at.text,
            usd(s->annual_usd).text);
    } else {
        say(p,
            "%s%s does not pay: %s short at %s. %s a year would be needed to earn everything "
            "within %s, %s a year if the buildings serve out their life; offered are %s.",
            who, it, usd(-s->npv_usd).text, at.text, usd(v->needed_usd[i]).text,
            years(s->term_yr).text, usd(s->annual_usd).text,
            usd(gw_is_set(s->levelised_usd) ? s->levelised_usd : 0.0).text);
    }
    if (s->irr.n == 0) {
        say(p, "There is no rate of return: %s.", s->irr.reason);
    } else if (s->irr.n > 1) {
        say(p, "%d rates make the flow worth nothing: none of them is the return.", s->irr.n);
    }
    if (isnan(s->payback.at)) {
        say(p, "%s%s %s.", who, it, s->payback.reason);
    }
}

static void loan_words(pen *p, int i) {
    const gw_deal_view *v = p->v;
    const gw_deal_loan *k = &v->sheet[i].loan;
    if (!gw_is_set(k->debt_usd)) {
        return;
    }
    const char *who = reading_name(v, i);
    if (k->sculpted || k->asked_usd > k->debt_usd) {
        say(p, "%s%s bound by %s.", who, who[0] == '\0' ? "The loan is" : "the loan is", k->binds);
    }
    if (isnan(v->sheet[i].capital_usd)) {
        say(p, "No cost is stated, so nothing else bounds the loan.");
    } else if (k->asked_usd > k->debt_usd * (1.0 + 1e-9)) {
        say(p, "%s %s; %s can be borrowed.",
            k->sculpted ? "The cash would carry" : "The loan asked for is", usd(k->asked_usd).text,
            usd(k->debt_usd).text);
    }
    if (k->dscr_min < 1.0) {
        say(p, "In its worst year the cash does not even pay the interest and repayment.");
    }
}

static void doubts(pen *p) {
    const gw_deal_view *v = p->v;
    gw_deal_doubt list[2][GW_DEAL_DOUBTS_MAX];
    int n[2] = {0, 0};
    p->heading = "What is unusual";
    for (int i = 0; i < v->n; i++) {
        n[i] = gw_deal_doubts(v, i, p->arena, list[i]);
        for (int k = 0; k < n[i]; k++) {
            bool told = false;
            for (int j = 0; i == 1 && j < n[0]; j++) {
                told = told || strcmp(list[0][j].text, list[1][k].text) == 0;
            }
            if (!told) {
                const gw_deal_doubt *d = &list[i][k];
                say(p, "%s%s. %s", reading_name(v, i), d->text,
                    d->reading != NULL ? d->reading : "");
            }
        }
    }
}

static gw_words lever_value(gw_deal_lever lever, double value) {
    switch (lever) {
    case GW_LEVER_UTILISATION:
        return percent(value);
    case GW_LEVER_PAYMENTS:
    case GW_LEVER_COST:
    case GW_LEVER_RUNNING:
        return usd(value);
    default:
        return years(value);
    }
}

static void turn_line(pen *p, const char *name, const char *now, const char *npv,
                      const char *covenant) {
    gw_buf_printf(p->out, "  %-24s%14s %19s", name, now, npv);
    gw_buf_printf(p->out, covenant[0] != '\0' ? "%20s\n" : "%s\n", covenant);
}

static void turns(pen *p, int i) {
    static const char *const names[GW_N_LEVER] = {
        "payments a year", "utilisation",       "capital cost",     "running cost a year",
        "length",          "delay of payments", "life of the chips"};
    const gw_deal_view *v = p->v;
    bool loan = false;
    for (int k = 0; k < GW_N_LEVER; k++) {
        loan = loan || gw_is_set(v->turn[i][k].limit);
    }
    char covenant[32] = "";
    if (loan) {
        snprintf(covenant, sizeof covenant, "coverage %.3g at", GW_DEAL_COVENANT);
    }
    p->heading = i == 0 ? "Where it turns (one thing changed at a time)" : NULL;
    head(p);
    turn_line(p,
              v->n == 1                          ? ""
              : v->sheet[i].basis == GW_BASIS_IT ? "read as IT power"
                                                 : "read as facility power",
              "now", "present value 0 at", covenant);
    for (int k = 0; k < GW_N_LEVER; k++) {
        const gw_deal_turn *t = &v->turn[i][k];
        if (!gw_is_set(t->base)) {
            continue;
        }
        gw_deal_lever lever = (gw_deal_lever)k;
        gw_words now = lever_value(lever, t->base), npv = lever_value(lever, t->root);
        gw_words dscr = lever_value(lever, t->limit);
        turn_line(p, names[k], lever == GW_LEVER_DELAY ? "none" : now.text,
                  gw_is_set(t->root) ? npv.text : t->npv_reason,
                  !loan                 ? ""
                  : gw_is_set(t->limit) ? dscr.text
                                        : "-");
    }
    if (gw_is_set(v->turn[i][GW_LEVER_CHIP_LIFE].root)) {
        say(p, "(Life of the chips: at which the full cost of a year equals the payments.)");
    }
}

static gw_words between(gw_summary s, const char *unit) {
    return gw_words_interval(s, unit);
}

static void spread(pen *p, int i) {
    const gw_deal_spread *x = &p->v->spread[i];
    if (x->n == 0) {
        return;
    }
    p->heading = i == 0 ? "With the uncertain inputs (P50, and P10 to P90)" : NULL;
    say(p, "%spresent value %s, below zero in %s of %d samples", reading_name(p->v, i),
        between(x->npv_usd, "USD").text, gw_words_share(x->loses_frac).text, x->n);
    if (x->irr.n > 0) {
        say(p, "return %s", between(x->irr, "%").text);
    }
    if (x->dscr_min.n > 0) {
        say(p, "lowest coverage %s", between(x->dscr_min, "").text);
    }
}

/* The answers, before the numbers. */
static void in_words(pen *p) {
    const gw_deal_view *view = p->v;
    const gw_deal_sheet *s = &view->sheet[0];
    p->heading = "In short";
    for (int i = 0; i < view->n; i++) {
        verdict(p, i);
        loan_words(p, i);
    }
    if (s->capital_usd > 0.0) {
        const gw_deal_sheet *last = &view->sheet[view->n - 1];
        gw_words least = usd(fmin(s->carry_usd, last->carry_usd));
        gw_words most = usd(fmax(s->carry_usd, last->carry_usd));
        bool range = strcmp(least.text, most.text) != 0;
        say(p, "Half a year of delay costs %s%s%s in interest on the capital%s%s%s.", least.text,
            range ? " to " : "", range ? most.text : "", s->missed_usd > 0.0 ? ", and keeps " : "",
            s->missed_usd > 0.0 ? usd(s->missed_usd).text : "",
            s->missed_usd > 0.0 ? " of income waiting" : "");
    }
    if (gw_is_set(s->firm_usd) && s->capital_usd > s->firm_usd) {
        say(p, "If the buyer leaves at once, %s of the capital is not covered by what is firm.",
            usd(s->capital_usd - s->firm_usd).text);
    }
    if (s->cost_assumed) {
        say(p,
            "Assumed, because the deal does not say: %.4g USD of chips and network and %.4g USD "
            "of buildings per IT watt%s%s (Epoch AI, July 2026).",
            GW_DEAL_IT_USD_PER_W, GW_DEAL_FACILITY_USD_PER_W,
            s->opex_assumed ? ", 0.902 USD a year to run it" : "",
            gw_is_set(s->it_W) ? "" : ", 2.09 kW for each accelerator");
    } else if (s->problem == NULL && !(s->running_usd > 0.0)) {
        say(p, "No running cost is stated: it is taken as zero, which flatters the deal.");
    }
}

void gw_deal_text(const gw_deal_view *view, gw_arena *arena, gw_buf *out) {
    pen p = {view, arena, out, NULL};
    headline(&p);
    in_words(&p);
    doubts(&p);
    column_heads(&p);
    implied(&p);
    costs(&p);
    returns(&p);
    for (int i = 0; i < view->n; i++) {
        if (view->with_turns && view->sheet[i].problem == NULL) {
            turns(&p, i);
        }
    }
    for (int i = 0; i < view->n; i++) {
        spread(&p, i);
    }
}

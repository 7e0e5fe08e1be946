/* scenario/check_deal.c: rules over the keys of a deal: what contradicts, what is missing, what
 * would have no effect. */
#include <stdio.h>
#include <string.h>

#include "scenario/bind.h"

typedef struct deal_checker {
    const gw_spec *spec;
    const gw_deal *deal;
    gw_diags *diags;
} deal_checker;

static const gw_value *value_of(const deal_checker *c, const char *key) {
    char path[400];
    snprintf(path, sizeof path, "%s.%s", c->deal->head.path, key);
    for (int i = 0; i < c->spec->n_values; i++) {
        if (strcmp(c->spec->values[i].path, path) == 0) {
            return &c->spec->values[i];
        }
    }
    return NULL;
}

/* Written by somebody, not a default. */
static bool given(const deal_checker *c, const char *key) {
    const gw_value *v = value_of(c, key);
    return v != NULL && v->text != NULL && !v->from_default;
}

static gw_loc loc_of(const deal_checker *c, const char *key) {
    const gw_value *v = value_of(c, key);
    return v != NULL && v->loc.line > 0 ? v->loc : c->deal->head.loc;
}

static void say(const deal_checker *c, gw_severity severity, const char *key, const char *hint,
                const char *msg) {
    gw_diag_add(c->diags, GW_E_KEY, severity, key != NULL ? loc_of(c, key) : c->deal->head.loc,
                c->deal->head.path, hint, "deal `%s`: %s", c->deal->head.name, msg);
}

/* Keys that say the same thing in different words. */
static void check_twice(const deal_checker *c) {
    static const char *const pairs[][2] = {
        {"payments", "total"},     {"payments", "price"},
        {"total", "price"},        {"cost", "it_cost"},
        {"cost", "facility_cost"}, {"cost", "accelerator_price"},
        {"opex", "opex_rate"},     {"it_cost", "accelerator_price"},
        {"debt", "debt_share"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (given(c, pairs[i][0]) && given(c, pairs[i][1])) {
            char msg[120];
            snprintf(msg, sizeof msg, "`%s` and `%s` say the same thing twice", pairs[i][0],
                     pairs[i][1]);
            say(c, GW_ERROR, pairs[i][1], "keep one of them", msg);
        }
    }
}

static void need(const deal_checker *c, const char *key, bool there, const char *what) {
    if (given(c, key) && !there) {
        char msg[160];
        snprintf(msg, sizeof msg, "`%s` needs %s", key, what);
        say(c, GW_ERROR, key, "add it, or remove the key", msg);
    }
}

static void idle(const deal_checker *c, const char *key, bool works, const char *without) {
    if (given(c, key) && !works) {
        char msg[160];
        snprintf(msg, sizeof msg, "`%s` has no effect without %s", key, without);
        say(c, GW_ERROR, key, "remove it, or add what it works on", msg);
    }
}

static void check_missing(const deal_checker *c) {
    bool count = given(c, "accelerators");
    bool sized = given(c, "power") || (count && given(c, "accelerator_power"));
    const char *size = "`power`, or `accelerators` and `accelerator_power`";
    need(c, "price", count, "`accelerators`");
    need(c, "accelerator_price", count, "`accelerators`");
    need(c, "it_cost", sized, size);
    need(c, "facility_cost", sized, size);
    need(c, "opex_rate", sized, size);
    need(c, "energy_price", sized, size);
    bool rate = given(c, "debt_rate");
    need(c, "debt", rate, "`debt_rate`");
    need(c, "debt_share", rate, "`debt_rate`");
    need(c, "dscr", rate, "`debt_rate`");
    need(c, "dscr", given(c, "payments") || given(c, "total") || given(c, "price"),
         "`payments`, `total` or `price`: coverage of what?");
    if (c->deal->draws > 0) {
        need(c, "draws", rate || given(c, "draw_rate"), "`draw_rate` or `debt_rate`");
    }
    need(c, "fixed_charge_rate", given(c, "energy_per_year"), "`energy_per_year`");
    need(c, "energy_per_year", given(c, "fixed_charge_rate"), "`fixed_charge_rate`");
}

static void check_idle(const deal_checker *c) {
    bool paid = given(c, "payments") || given(c, "total") || given(c, "price");
    bool cost = given(c, "cost") || given(c, "it_cost") || given(c, "facility_cost") ||
                given(c, "accelerator_price") || given(c, "power") ||
                (given(c, "accelerators") && given(c, "accelerator_power"));
    bool loan = given(c, "debt") || given(c, "debt_share") || given(c, "dscr");
    bool draws = c->deal->draws > 0;
    idle(c, "basis", given(c, "power"), "`power`");
    idle(c, "utilisation", given(c, "price") || given(c, "energy_price"),
         "`price` or `energy_price`");
    idle(c, "escalation", paid, "`payments`, `total` or `price`");
    idle(c, "notice", paid, "`payments`, `total` or `price`");
    idle(c, "residual", cost, "a cost");
    idle(c, "draws", cost, "a cost");
    idle(c, "fixed_charge_rate", cost, "a cost");
    idle(c, "facility_life", !given(c, "cost"), "a cost in parts (it_cost, facility_cost)");
    idle(c, "debt_rate", loan || (draws && !given(c, "draw_rate")),
         "`debt`, `debt_share` or `dscr`");
    idle(c, "debt_term", loan, "`debt`, `debt_share` or `dscr`");
    idle(c, "draw_rate", draws, "`draws`");
    idle(c, "draw_period", draws, "`draws`"); /* with `draw_rate` it only says what a period is */
    if (!paid && !cost && !given(c, "accelerators")) {
        say(c, GW_ERROR, NULL, "give power, cost, accelerators, payments, total or price",
            "says nothing that could be worked out");
    }
}

static void check_lengths(const deal_checker *c) {
    const gw_deal *d = c->deal;
    if (d->debt_term_s > d->term_s * (1.0 + 1e-9)) { /* false when NaN */
        say(c, GW_WARNING, "debt_term", "what is left of the loan is due at the end of the term",
            "the loan runs longer than the contract that pays it");
    }
    if (d->notice_s > d->term_s) {
        say(c, GW_WARNING, "notice", "remove it: then the whole term is firm",
            "the notice is longer than the term");
    }
    if (d->seller.i >= 0 && d->seller.i == d->buyer.i) {
        say(c, GW_ERROR, "buyer", "name the other party", "seller and buyer are the same");
    }
}

void gw_check_deals(const gw_spec *spec, gw_diags *diags) {
    for (int i = 0; i < spec->scenario.deals.n; i++) {
        deal_checker c = {spec, &spec->scenario.deals.at[i], diags};
        if (!c.deal->head.broken) {
            check_twice(&c);
            check_missing(&c);
            check_idle(&c);
            check_lengths(&c);
        }
    }
}

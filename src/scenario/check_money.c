/* scenario/check_money.c: rules over contracts, funding, finance and who is part of whom. What is given
 * must have an effect; what contradicts itself is refused. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "scenario/bind.h"

typedef struct checker {
    const gw_scenario *s;
    const gw_spec *spec;
    gw_diags *diags;
} checker;

#define SAY(c, code, severity, loc, path, hint, ...)                                               \
    gw_diag_add((c)->diags, (code), (severity), (loc), (path), (hint), __VA_ARGS__)

static bool is(gw_ref ref) {
    return ref.name != NULL && ref.i >= 0;
}

/* Whether a key of an entry was written in a file (and not filled in). */
static bool is_written(const checker *c, const gw_head *head, const char *key) {
    size_t n = strlen(head->path);
    for (int i = 0; i < c->spec->n_values; i++) {
        const gw_value *v = &c->spec->values[i];
        if (!v->from_default && v->text != NULL && strncmp(v->path, head->path, n) == 0 &&
            v->path[n] == '.' && strcmp(v->path + n + 1, key) == 0) {
            return true;
        }
    }
    return false;
}

static void idle(const checker *c, const gw_head *head, const char *key, const char *why,
                 const char *hint) {
    if (is_written(c, head, key)) {
        SAY(c, GW_E_KEY, GW_ERROR, head->loc, head->path, hint, "`%s` has no effect %s", key, why);
    }
}

/* ---------------------------------------------------------------- contracts */

static void check_price(const checker *c, const gw_contract *k) {
    static const char *const price_keys[] = {"price", "fee", "rent"};
    const double prices[] = {k->price_usd_per_s, k->fee_usd_per_s, k->rent_usd_per_W_s};
    for (int i = 0; i < 3; i++) {
        if (i == k->kind && !gw_is_set(prices[i])) {
            SAY(c, GW_E_KEY, GW_ERROR, k->head.loc, k->head.path,
                "compute: price per accelerator-hour; fee: per month; lease: rent per kW and month",
                "contract `%s` of kind %s needs `%s`", k->head.name,
                gw_enum_contract_kind.items[k->kind].name, price_keys[i]);
        }
        if (i != k->kind && gw_is_set(prices[i])) {
            SAY(c, GW_E_KEY, GW_ERROR, k->head.loc, k->head.path,
                "remove it, or change the kind of the contract",
                "`%s` has no effect in a contract of kind %s", price_keys[i],
                gw_enum_contract_kind.items[k->kind].name);
        }
    }
}

static void check_exit(const checker *c, const gw_contract *k) {
    const gw_head *h = &k->head;
    if (k->exit_probability > 0.0 && !gw_is_set(k->notice_s)) {
        SAY(c, GW_E_KEY, GW_ERROR, h->loc, h->path, "for example notice: 90 d",
            "contract `%s` has an exit_probability but no exit right", h->name);
    }
    if (k->firm_s > 0.0 && !gw_is_set(k->notice_s)) {
        idle(c, h, "firm", "without `notice`: the whole term is firm", "add notice, or remove it");
    }
    if (k->firm_s > k->term_s) {
        SAY(c, GW_E_RANGE, GW_ERROR, h->loc, h->path, "shorten firm, or lengthen term",
            "the firm part of contract `%s` is longer than its term", h->name);
    }
    if (gw_is_set(k->exit_d) && k->exit_probability > 0.0) {
        SAY(c, GW_E_KEY, GW_ERROR, h->loc, h->path, "keep one of the two",
            "contract `%s` has both an exit date and an exit_probability", h->name);
    }
    if (k->exit_d <= k->start_d) { /* false when either is NaN */
        SAY(c, GW_E_RANGE, GW_ERROR, h->loc, h->path, "correct the dates",
            "the buyer of contract `%s` leaves before it starts", h->name);
    } else if (gw_is_set(k->notice_s) && k->exit_d < k->start_d + k->firm_s / GW_DAY_s) {
        SAY(c, GW_E_RANGE, GW_ERROR, h->loc, h->path,
            "move exit, shorten firm, or leave notice out for a buyer who fails",
            "the buyer of contract `%s` leaves within the firm part", h->name);
    }
    if (is(k->guarantor) != gw_is_set(k->guarantee_usd)) {
        SAY(c, GW_E_KEY, GW_ERROR, h->loc, h->path, "a guarantee needs who gives it and how much",
            "contract `%s` has `%s` without `%s`", h->name,
            is(k->guarantor) ? "guarantor" : "guarantee",
            is(k->guarantor) ? "guarantee" : "guarantor");
    }
    if (is(k->guarantor) && k->guarantor.i == k->buyer.i) {
        SAY(c, GW_E_MODEL, GW_ERROR, h->loc, h->path, "name another party",
            "the buyer of contract `%s` guarantees for itself", h->name);
    }
}

static void check_contract(const checker *c, const gw_contract *k) {
    if (k->head.broken) {
        return;
    }
    check_price(c, k);
    check_exit(c, k);
    if (k->cluster.name != NULL && k->clusters.n > 0) {
        SAY(c, GW_E_KEY, GW_ERROR, k->head.loc, k->head.path, "keep `clusters` and list all there",
            "contract `%s` has both `cluster` and `clusters`", k->head.name);
    }
    if (k->seller.i >= 0 && k->seller.i == k->buyer.i) {
        SAY(c, GW_E_MODEL, GW_ERROR, k->head.loc, k->head.path, "name the other party",
            "`%s` both sells and buys in contract `%s`", k->seller.name, k->head.name);
    }
}

/* ---------------------------------------------------------------- funding */

static void check_equity(const checker *c, const gw_funding *f) {
    static const char *const keys[] = {"rate",           "term",        "repayment",
                                       "dscr",           "covenant",    "most",
                                       "interest_only",  "upfront_fee", "commitment_fee",
                                       "available_from", "reserve",     "available_until",
                                       "drawn_at_once",  "guarantor",   "residual_guarantee",
                                       "borrower"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        idle(c, &f->head, keys[i], "on equity", "remove it, or make it kind: debt");
    }
}

static void check_debt(const checker *c, const gw_funding *f) {
    const gw_head *h = &f->head;
    if (f->repayment != GW_REPAY_SCULPTED) {
        idle(c, h, "dscr", "unless repayment is sculpted",
             "write repayment: sculpted, or `covenant` for the lowest coverage");
    } else if (f->covenant > f->dscr) { /* false when NaN */
        SAY(c, GW_E_RANGE, GW_WARNING, h->loc, h->path, "raise dscr, or lower covenant",
            "loan `%s` is sculpted to %g, below its covenant of %g", h->name, f->dscr, f->covenant);
    }
    if (f->interest_only_s >= f->term_s) {
        SAY(c, GW_E_RANGE, GW_ERROR, h->loc, h->path, "write repayment: bullet for that",
            "loan `%s` is interest only for its whole term", h->name);
    }
    if (f->available_from_d >= f->available_until_d) {
        SAY(c, GW_E_RANGE, GW_ERROR, h->loc, h->path, "swap or correct the dates",
            "loan `%s` ends before it can be drawn", h->name);
    }
    if (f->residual_guarantee_usd > 0.0 && !is(f->guarantor)) {
        SAY(c, GW_E_KEY, GW_ERROR, h->loc, h->path, "add guarantor: the party that gives it",
            "loan `%s` has a residual_guarantee that nobody gives", h->name);
    }
    if (is(f->party) && ((is(f->borrower) && f->borrower.i == f->party.i) ||
                         (is(f->guarantor) && f->guarantor.i == f->party.i))) {
        SAY(c, GW_E_MODEL, GW_ERROR, h->loc, h->path, "name another party",
            "`%s` lends loan `%s` to itself or guarantees its own loan", f->party.name, h->name);
    }
    if (f->drawn_at_once && f->commitment_fee > 0.0) {
        SAY(c, GW_E_KEY, GW_ERROR, h->loc, h->path, "remove one of the two",
            "`commitment_fee` has no effect on loan `%s`, which is drawn at once", h->name);
    }
}

static void check_funding(const checker *c, const gw_funding *f) {
    if (f->head.broken) {
        return;
    }
    if (f->kind == GW_FUNDING_EQUITY) {
        check_equity(c, f);
    } else {
        check_debt(c, f);
    }
    bool chips = f->layer == GW_LAYER_ALL || f->layer == GW_LAYER_CHIPS;
    for (int i = 0; i < f->clusters.n && f->sites.n > 0; i++) {
        int k = f->clusters.at[i].i;
        int site = k >= 0 ? c->s->clusters.at[k].site.i : -1;
        bool at = site < 0;
        for (int j = 0; j < f->sites.n; j++) {
            at = at || f->sites.at[j].i == site;
        }
        if (!at) {
            SAY(c, GW_E_MODEL, GW_ERROR, f->head.loc, f->head.path,
                "name its site too, or only clusters",
                "funding `%s` pays for cluster `%s`, which is at none of its sites", f->head.name,
                f->clusters.at[i].name);
        }
    }
    if (c->s->sites.n == 0 && chips && f->amount_usd > 0.0) {
        SAY(c, GW_E_MODEL, GW_WARNING, f->head.loc, f->head.path, "add sites, or a deal",
            "funding `%s` has no site to pay for", f->head.name);
    }
}

/* ---------------------------------------------------------------- finance, programmes */

static void check_finance(const checker *c) {
    const gw_finance *f = &c->s->finance;
    gw_head head = f->head;
    head.path = head.path != NULL ? head.path : "finance";
    if (!f->refit) {
        idle(c, &head, "refit_price", "without refit: yes", "write refit: yes, or remove it");
    }
    bool market = gw_is_set(f->market_price_usd_per_s);
    for (int i = 0; i < c->s->clusters.n; i++) {
        market = market || gw_is_set(c->s->clusters.at[i].market_price_usd_per_s);
    }
    if (f->shut_down && !market) {
        idle(c, &head, "shut_down", "without a market price", "add market_price, or remove it");
    }
    bool account = false;
    for (int i = 0; i < c->s->funding.n; i++) {
        account =
            account || c->s->funding.at[i].drawn_at_once || c->s->funding.at[i].reserve_s > 0.0;
    }
    if (f->cash_yield > 0.0 && !account) {
        idle(c, &head, "cash_yield", "without a reserve or notes drawn at once",
             "add reserve or drawn_at_once to a loan, or remove it");
    }
}

/* A programme that is part of itself, over any number of steps. Each is looked at once, so that a
 * dense net of memberships stays cheap: seen[] holds the last `to` that came by. */
static bool reaches(const gw_scenario *s, int to, int *seen, int *stack) {
    int depth = 0;
    stack[depth++] = to;
    while (depth > 0) {
        const gw_refs *part_of = &s->programmes.at[stack[--depth]].part_of;
        for (int i = 0; i < part_of->n; i++) {
            int next = part_of->at[i].i;
            if (next == to) {
                return true;
            }
            if (next >= 0 && seen[next] != to) {
                seen[next] = to;
                stack[depth++] = next;
            }
        }
    }
    return false;
}

static void check_programmes(const checker *c) {
    int n = c->s->programmes.n;
    gw_arena *arena = gw_arena_create(0);
    int *seen = GW_NEW_N(arena, n + 1, int), *stack = GW_NEW_N(arena, n + 1, int);
    for (int i = 0; i < n; i++) {
        seen[i] = -1;
    }
    for (int i = 0; i < n; i++) {
        const gw_head *head = &c->s->programmes.at[i].head;
        if (reaches(c->s, i, seen, stack)) {
            SAY(c, GW_E_MODEL, GW_ERROR, head->loc, head->path, "correct part_of",
                "programme `%s` is part of itself", head->name);
        }
    }
    gw_arena_free(arena);
}

void gw_check_money(const gw_spec *spec, gw_diags *diags) {
    checker c = {.s = &spec->scenario, .spec = spec, .diags = diags};
    for (int i = 0; i < c.s->contracts.n; i++) {
        check_contract(&c, &c.s->contracts.at[i]);
    }
    for (int i = 0; i < c.s->funding.n; i++) {
        check_funding(&c, &c.s->funding.at[i]);
    }
    check_finance(&c);
    check_programmes(&c);
}

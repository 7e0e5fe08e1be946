/* scenario/check_claims.c: rules over one claim: says nothing, said in the future, replaces a later one,
 * is a part of itself, sums that cannot be. */
#include "base/code.h"
#include "scenario/bind.h"

typedef struct claim_checker {
    const gw_scenario *s;
    const gw_claim *k;
    gw_diags *diags;
} claim_checker;

static bool claims_anything(const gw_claim *k) {
    const double numbers[] = {k->power_W,  k->accelerators, k->capex_usd,    k->revenue_usd_per_s,
                              k->online_d, k->duration_s,   k->buildings,    k->households,
                              k->debt_usd, k->equity_usd,   k->contract_usd, k->price_usd_per_s};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (gw_is_set(numbers[i])) {
            return true;
        }
    }
    return k->text != NULL;
}

/* The chain of `part_of` comes back to the claim. */
static bool is_part_of_itself(const gw_scenario *s, const gw_claim *k) {
    const gw_claim *at = k;
    for (int step = 0; step <= s->claims.n; step++) {
        if (at->part_of.name == NULL || at->part_of.i < 0) {
            return false;
        }
        at = &s->claims.at[at->part_of.i];
        if (at == k) {
            return true;
        }
    }
    return false;
}

static void say(const claim_checker *c, gw_code code, gw_severity severity, const char *hint,
                const char *msg) {
    gw_diag_add(c->diags, code, severity, c->k->head.loc, c->k->head.path, hint, "claim `%s` %s",
                c->k->head.name, msg);
}

/* Supersedes, repeats, refines or contradicts itself. */
static bool names_itself(const gw_scenario *s, const gw_claim *k) {
    int own = (int)(k - s->claims.at);
    const gw_refs *lists[] = {&k->duplicates, &k->contradicts};
    bool found = k->supersedes.i == own || k->refines.i == own;
    for (size_t list = 0; list < sizeof lists / sizeof lists[0]; list++) {
        for (int i = 0; i < lists[list]->n; i++) {
            found = found || lists[list]->at[i].i == own;
        }
    }
    return found;
}

static void check_claim(const gw_spec *spec, const gw_claim *k, gw_diags *diags) {
    claim_checker c = {&spec->scenario, k, diags};
    if (k->head.broken) {
        return;
    }
    if (!claims_anything(k)) {
        say(&c, GW_E_KEY, GW_ERROR,
            "give power, accelerators, capex, revenue, debt, equity, contract, price, online, "
            "duration, "
            "buildings or households",
            "claims nothing");
    }
    if (k->said_d > c.s->as_of_d) {
        say(&c, GW_E_RANGE, GW_WARNING, NULL, "was said after as_of");
    }
    if (k->supersedes.i >= 0 && c.s->claims.at[k->supersedes.i].said_d > k->said_d) {
        gw_diag_add(diags, GW_E_RANGE, GW_ERROR, k->head.loc, k->head.path, "swap the two",
                    "claim `%s` supersedes a later one, `%s`", k->head.name, k->supersedes.name);
    }
    if (names_itself(c.s, k)) {
        say(&c, GW_E_MODEL, GW_ERROR, "name the other claim", "refers to itself");
    }
    if (is_part_of_itself(c.s, k)) {
        say(&c, GW_E_MODEL, GW_ERROR, "one `part_of` is the wrong way round",
            "is a part of itself");
    }
    if (gw_is_set(k->period_start_d) && k->period_end_d < k->period_start_d) {
        say(&c, GW_E_RANGE, GW_ERROR, "swap the two dates",
            "covers a period that ends before it starts");
    }
    if (k->capex_usd >= 1e15 || k->debt_usd >= 1e15 || k->contract_usd >= 1e15) {
        say(&c, GW_E_RANGE, GW_WARNING, "10^15 USD is ten times what the world produces in a year",
            "speaks of a sum of money that does not exist");
    }
}

void gw_check_claims(const gw_spec *spec, gw_diags *diags) {
    for (int i = 0; i < spec->scenario.claims.n; i++) {
        check_claim(spec, &spec->scenario.claims.at[i], diags);
    }
}

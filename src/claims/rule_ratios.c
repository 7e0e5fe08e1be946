/* claims/rule_ratios.c: rules R2 and R15. What do two figures of one object imply together, is that
 * plausible, and do chips, power and buildings that run fit each other?
 * In:    facts of one object       Out: implied ratios; findings for those outside their bands
 * Model: ratio = numerator / denominator of one statement, or of two that describe the same state
 *        and window. What the wordings allow ("at least", "up to") is a range of ratios: only one
 *        that lies outside the band as a whole is a finding. Dollars of buildings and of chips of
 *        one statement are added where no all-in figure is claimed. R15: running chips that need
 *        more than the running power, and running buildings far from their share of the power.
 * Valid: generation, cooling and contracted supply are not the power of the chips; H100 equivalents
 *        and accelerators that are no GPUs have no bands. Spending of one year is no cost of an
 *        object. At most 6 partners a figure outside its own statement, 12 ratios a kind and object.
 * Sources: FT 2025-05-23, Oracle 8-K 2025-06-30, WSJ 2025-07, EIA (household use). */
#include <math.h>
#include <string.h>

#include "base/code.h"
#include "base/date.h"
#include "claims/items.h"
#include "claims/rule_ratios.h"

#define MAX_TOLD 12
#define PARTNERS 6
#define NEIGHBOURS 24       /* rows of one statement stand together in a table */
#define METER_FACTOR 1.25   /* IT power of 2.4 kW behind a cooling plant of 1.6 */
#define OUTSIDE_FACTOR 1.05 /* beyond the band by less is rounding */

/** A list of figures of one quantity. */
typedef struct figures {
    int n;
    int *fact;
} figures;

typedef struct told_list {
    int n;
    double value[MAX_TOLD];
    int kind[MAX_TOLD];
} told_list;

static bool year_of_spending(const gw_record *r) {
    return gw_is_set(r->from_d) && (!gw_is_set(r->until_d) || r->window_d < 550);
}

static bool takes_part(const gw_fact *f) {
    static const char *const plants[] = {"gas plant", "power plant", "turbines"};
    static const char *const other_costs[] = {"tax",    "taxes", "lieu",    "electricity",
                                              "energy", "opex",  "running", "maintenance",
                                              "staff",  "water"};
    const gw_record *r = f->r;
    if (!(f->number > 0) || r->per != NULL) {
        return false;
    }
    switch (r->measure) {
    case GW_MEASURE_POWER:
        return r->basis != GW_BASIS_GENERATION && r->basis != GW_BASIS_COOLING;
    case GW_MEASURE_ACCELERATORS:
        return !r->per_time && r->chip != GW_CHIP_H100E && r->chip != GW_CHIP_ACCELERATOR;
    case GW_MEASURE_CAPEX:
        for (size_t i = 0; i < sizeof plants / sizeof plants[0]; i++) {
            if (strcasestr(r->text, plants[i]) != NULL) {
                return false;
            }
        }
        return !r->per_time && !year_of_spending(r);
    case GW_MEASURE_REVENUE:
        return r->per_time;
    case GW_MEASURE_OPEX: /* what is paid for computing, not taxes or energy */
        return r->per_time &&
               !gw_ledger_says(f, other_costs, (int)(sizeof other_costs / sizeof other_costs[0]));
    default:
        return r->measure == GW_MEASURE_HOUSEHOLDS || r->measure == GW_MEASURE_BUILDINGS;
    }
}

static figures collect(const gw_ledger *ledger, gw_group group, gw_measure one, gw_measure other) {
    figures out = {0, GW_NEW_N(ledger->arena, group.n + 1, int)};
    for (int k = 0; k < group.n; k++) {
        const gw_fact *f = &ledger->fact[group.fact[k]];
        if ((f->r->measure == one || f->r->measure == other) && takes_part(f)) {
            out.fact[out.n++] = group.fact[k];
        }
    }
    return out;
}

static bool may_pair(const gw_fact *a, const gw_fact *b) {
    if (a->r->claim < 0 && a->phase != b->phase) {
        return false;
    }
    if (a->statement == b->statement) {
        return a->r->claim >= 0 || gw_ledger_same_state(a, b);
    }
    bool flow = a->r->per_time;
    bool spans = a->r->claim >= 0 || flow || gw_ledger_same_window(a, b);
    bool who = a->place >= 0 || a->r->claim >= 0 || a->n_parties == 0 || b->n_parties == 0 ||
               gw_ledger_share_party(a, b);
    return a->live && b->live && spans && who && gw_ledger_same_state(a, b);
}

/* GPUs, not boards: a stated unit is counted in GPUs. */
static double counted(const gw_fact *f, double number) {
    return f->r->measure == GW_MEASURE_ACCELERATORS ? number * gw_claims_gpus_per_chip(f->r->chip)
                                                    : number;
}

static bool was_told(told_list *told, double value, int kind) {
    for (int k = 0; k < told->n; k++) {
        if (told->kind[k] == kind && gw_ledger_gap(told->value[k], value) <= 0.01) {
            return true;
        }
    }
    if (told->n == MAX_TOLD) {
        return true;
    }
    told->value[told->n] = value;
    told->kind[told->n++] = kind;
    return false;
}

/* Outside as a whole: the end of the range that lies nearest to the band. */
static gw_band_fit fit_range(const gw_ledger *ledger, const gw_ratio_case *the, double lo,
                             double value, double hi) {
    gw_band_fit fit = gw_claims_fit(ledger->in, the->ratio, the->basis, value);
    if (fit.n_bands == 0 || fit.inside) {
        return fit;
    }
    gw_band_fit edge = gw_claims_fit(ledger->in, the->ratio, the->basis, fit.above ? lo : hi);
    bool meter = the->ratio == GW_RATIO_W_PER_ACC && the->basis == GW_BASIS_FACILITY;
    double slack = meter && fit.above ? METER_FACTOR : OUTSIDE_FACTOR;
    bool crosses = edge.inside || edge.above != fit.above || edge.factor <= slack;
    fit.inside = crosses;
    return fit;
}

typedef struct pairing {
    gw_ratio_case the;
    int top[2], n_top, bottom;
} pairing;

static bool plausible_as_build(const gw_ledger *ledger, const gw_ratio_case *the, double value) {
    return the->ratio == GW_RATIO_USD_PER_W && the->scope == GW_CAPEX_UNSTATED &&
           gw_claims_fit(ledger->in, GW_RATIO_USD_PER_W_BUILD, the->basis, value).inside;
}

static void judge(gw_ledger *ledger, const pairing *p, told_list *told) {
    double number = 0, lo = 0, hi = 0;
    const char *words = "";
    for (int i = 0; i < p->n_top; i++) {
        const gw_fact *t = &ledger->fact[p->top[i]];
        number += counted(t, t->number);
        lo += counted(t, t->lo);
        hi += counted(t, t->hi);
        words = gw_ledger_printf(ledger, "%s%s%s", words, i > 0 ? " and " : "",
                                 gw_ledger_claimed(ledger, p->top[i]));
    }
    const gw_fact *b = &ledger->fact[p->bottom];
    double below = counted(b, b->number), value = number / below;
    if (was_told(told, value, (int)p->the.basis * 8 + (int)p->the.scope)) {
        return;
    }
    gw_band_fit fit =
        fit_range(ledger, &p->the, lo / counted(b, b->hi), value, hi / counted(b, b->lo));
    bool bad = fit.n_bands > 0 && !fit.inside;
    bool one_breath = ledger->fact[p->top[0]].statement == b->statement;
    const char *unit = gw_claims_ratio_unit(p->the.ratio);
    const char *text =
        gw_ledger_printf(ledger, "%s for %s is %s%s%s", words, gw_ledger_claimed(ledger, p->bottom),
                         gw_ratio_text(ledger, p->the.ratio, value), gw_ratio_per(p->the.ratio),
                         gw_ratio_verdict(ledger, p->the.ratio, &fit, value));
    const char *reading = gw_ratio_reading(ledger, &p->the, &fit, value);
    int claims[3] = {p->top[0], p->n_top > 1 ? p->top[1] : p->bottom, p->bottom};
    gw_implied *implied = gw_ledger_imply(ledger);
    *implied = (gw_implied){.ratio = p->the.ratio,
                            .unit = unit,
                            .value = value,
                            .low = fit.n_bands > 0 ? fit.band->low : GW_NAN,
                            .high = fit.n_bands > 0 ? fit.band->high : GW_NAN,
                            .inside = !bad,
                            .n_claims = p->n_top + 1,
                            .claims = {claims[0], claims[1], claims[2]},
                            .text = text,
                            .reading = reading};
    if (!bad || (!one_breath && plausible_as_build(ledger, &p->the, value))) {
        return;
    }
    gw_finding *f = gw_ledger_add(ledger, "R2", GW_WARNING, p->n_top + 1, claims);
    f->message = text;
    f->reading = reading;
    gw_ledger_number(f, "implied", unit, value);
    gw_ledger_number(f, "low", unit, fit.band->low);
    gw_ledger_number(f, "high", unit, fit.band->high);
    gw_ledger_number(f, "factor", "", fit.factor);
}

/* Calls judge for each partner: those of one statement, then the first few that fit. */
static void pair_up(gw_ledger *ledger, gw_ratio ratio, const figures *top, const figures *bottom,
                    bool power_on_top, bool power_below) {
    told_list told = {.n = 0};
    for (int i = 0; i < top->n && told.n < MAX_TOLD; i++) {
        int partners = 0;
        int from = top->n > 64 ? (int)((double)i / top->n * bottom->n) - NEIGHBOURS : 0;
        from = from > 0 ? from : 0;
        for (int j = from; j < bottom->n && j < from + 128 && partners < PARTNERS; j++) {
            const gw_fact *a = &ledger->fact[top->fact[i]], *b = &ledger->fact[bottom->fact[j]];
            if (!may_pair(a, b)) {
                continue;
            }
            partners += a->statement != b->statement;
            const gw_fact *power = power_on_top ? a : power_below ? b : NULL;
            pairing p = {.the = {ratio, power != NULL,
                                 power != NULL ? power->r->basis : GW_BASIS_UNSTATED,
                                 a->r->measure == GW_MEASURE_CAPEX ? a->r->scope : GW_CAPEX_ALL},
                         .top = {top->fact[i]},
                         .n_top = 1,
                         .bottom = bottom->fact[j]};
            judge(ledger, &p, &told);
        }
    }
}

static figures of_scope(const gw_ledger *ledger, const figures *capex, bool (*keep)(int scope)) {
    figures out = {0, GW_NEW_N(ledger->arena, capex->n + 1, int)};
    for (int i = 0; i < capex->n; i++) {
        if (keep((int)ledger->fact[capex->fact[i]].r->scope)) {
            out.fact[out.n++] = capex->fact[i];
        }
    }
    return out;
}

static bool is_whole(int scope) {
    return scope == GW_CAPEX_ALL || scope == GW_CAPEX_UNSTATED;
}
static bool is_build(int scope) {
    return scope == GW_CAPEX_BUILD;
}
static bool is_silicon(int scope) {
    return scope == GW_CAPEX_CHIPS;
}

/* Buildings and chips of one statement (or of one state, in scenarios) over the power. */
static void pair_sums(gw_ledger *ledger, const figures *build, const figures *silicon,
                      const figures *power) {
    told_list told = {.n = 0};
    for (int i = 0; i < build->n && i < NEIGHBOURS; i++) {
        for (int j = 0; j < silicon->n && j < NEIGHBOURS; j++) {
            for (int k = 0; k < power->n && k < NEIGHBOURS; k++) {
                const gw_fact *a = &ledger->fact[build->fact[i]],
                              *b = &ledger->fact[silicon->fact[j]];
                const gw_fact *w = &ledger->fact[power->fact[k]];
                bool one = a->statement == b->statement || a->r->claim >= 0;
                if (one && may_pair(a, b) && may_pair(a, w) && may_pair(b, w)) {
                    pairing p = {.the = {GW_RATIO_USD_PER_W, true, w->r->basis, GW_CAPEX_ALL},
                                 .top = {build->fact[i], silicon->fact[j]},
                                 .n_top = 2,
                                 .bottom = power->fact[k]};
                    judge(ledger, &p, &told);
                }
            }
        }
    }
}

static void joint_tests(gw_ledger *ledger, const figures *chips, const figures *silicon,
                        const figures *power) {
    double told[MAX_TOLD]; /* counts of chips that were found in conflict */
    int n_told = 0;
    for (int i = 0; i < chips->n && i < 64 && n_told < MAX_TOLD; i++) {
        const gw_fact *c = &ledger->fact[chips->fact[i]];
        bool known = false;
        for (int t = 0; t < n_told; t++) {
            known = known || gw_ledger_gap(told[t], c->number) <= GW_LEDGER_TOLERANCE;
        }
        int before = ledger->n_findings;
        for (int j = 0; j < silicon->n && j < PARTNERS && !known && before == ledger->n_findings;
             j++) {
            for (int k = 0; k < power->n && k < PARTNERS && before == ledger->n_findings; k++) {
                if (may_pair(c, &ledger->fact[silicon->fact[j]]) &&
                    may_pair(c, &ledger->fact[power->fact[k]])) {
                    gw_rule_joint(ledger, chips->fact[i], power->fact[k], silicon->fact[j]);
                }
            }
        }
        if (ledger->n_findings > before) {
            told[n_told++] = c->number;
        }
    }
}

/* ------------------------------------------------------------------ R15 */

static bool runs(const gw_fact *f) {
    return f->r->status == GW_STATUS_ENERGISED && gw_is_set(f->number);
}

/* Running chips that need more than the running power. */
static void chips_without_power(gw_ledger *ledger, int i, int j) {
    const gw_fact *chips = &ledger->fact[i], *power = &ledger->fact[j];
    if (!runs(chips) || !gw_is_set(power->number) || !gw_ledger_same_state(chips, power)) {
        return;
    }
    double gpus = counted(chips, chips->lo);
    gw_band_fit fit =
        gw_claims_fit(ledger->in, GW_RATIO_W_PER_ACC, power->r->basis, power->hi / gpus);
    bool none = power->number <= 0 && gpus > 0;
    if (!none && (fit.n_bands == 0 || fit.inside || fit.above || fit.factor < OUTSIDE_FACTOR)) {
        return;
    }
    gw_finding *f = gw_ledger_add(ledger, "R15", GW_WARNING, 2, (const int[]){i, j});
    double needed_W = fit.n_bands > 0 ? gpus * fit.band->low : GW_NAN;
    f->message = none ? gw_ledger_printf(ledger, "%s are said to run with no power at the site",
                                         gw_ledger_claimed(ledger, i))
                      : gw_ledger_printf(ledger, "%s are said to run on %s; they need at least %s",
                                         gw_ledger_claimed(ledger, i), gw_ledger_claimed(ledger, j),
                                         gw_ledger_text(ledger, needed_W, "MW"));
    f->reading =
        "chips that are installed or ordered were counted as running; what runs is the least of "
        "building, power and chips";
    gw_ledger_number(f, "needed", "MW", needed_W);
    gw_ledger_number(f, "running", "MW", power->number);
}

/* Cooling below the IT power that is said to run at the same time. */
static void power_without_cooling(gw_ledger *ledger, int i, int j) {
    const gw_fact *cooling = &ledger->fact[i], *power = &ledger->fact[j];
    bool overlap = power->r->true_at_d >= cooling->r->said_d - 31 &&
                   power->r->true_at_d <= cooling->r->said_until_d + 31;
    if (!runs(power) || power->r->basis != GW_BASIS_IT || !overlap ||
        cooling->hi >= 0.95 * power->lo) {
        return;
    }
    gw_finding *f = gw_ledger_add(ledger, "R15", GW_WARNING, 2, (const int[]){i, j});
    f->message = gw_ledger_printf(ledger, "%s is said to run with %s", gw_ledger_claimed(ledger, j),
                                  gw_ledger_claimed(ledger, i));
    f->reading =
        "more heat than the cooling can take away: the power is not all used, or the cooling was "
        "seen earlier";
    gw_ledger_number(f, "running", "MW", power->number);
    gw_ledger_number(f, "cooling", "MW", cooling->number);
}

/* Running buildings against the share of the finished site's power that runs. */
static void buildings_out_of_step(gw_ledger *ledger, const figures *buildings,
                                  const figures *power) {
    int all = -1, whole = -1;
    for (int i = 0; i < buildings->n; i++) {
        bool planned = !gw_is_set(ledger->fact[buildings->fact[i]].r->true_at_d);
        all = planned && ledger->fact[buildings->fact[i]].live ? buildings->fact[i] : all;
    }
    for (int k = 0; k < power->n; k++) {
        bool planned = !gw_is_set(ledger->fact[power->fact[k]].r->true_at_d);
        whole = planned && ledger->fact[power->fact[k]].live ? power->fact[k] : whole;
    }
    if (all < 0 || whole < 0 || ledger->fact[all].number < 2) {
        return;
    }
    for (int i = 0; i < buildings->n && i < 64; i++) {
        for (int k = 0; k < power->n && k < 64; k++) {
            const gw_fact *b = &ledger->fact[buildings->fact[i]],
                          *w = &ledger->fact[power->fact[k]];
            if (!runs(b) || !runs(w) || !gw_ledger_same_state(b, w) ||
                w->r->basis != ledger->fact[whole].r->basis) {
                continue;
            }
            double share = b->number / ledger->fact[all].number,
                   running = w->lo / ledger->fact[whole].hi;
            if (running > 1.6 * share && running - share > 0.1) {
                const int three[] = {buildings->fact[i], power->fact[k], whole};
                gw_finding *f = gw_ledger_add(ledger, "R15", GW_WARNING, 3, three);
                f->message = gw_ledger_printf(
                    ledger,
                    "%s run with %s: %.0f %% of the site's power in %.0f %% of its buildings",
                    gw_ledger_claimed(ledger, three[0]), gw_ledger_claimed(ledger, three[1]),
                    100 * running, 100 * share);
                f->reading =
                    "connected power was counted as used, or buildings are missing from the count";
                gw_ledger_number(f, "power_share", "%", running);
                gw_ledger_number(f, "building_share", "%", share);
                return;
            }
        }
    }
}

static void check_running(gw_ledger *ledger, gw_group group, const figures *chips,
                          const figures *buildings) {
    figures power = {0, GW_NEW_N(ledger->arena, group.n + 1, int)};
    figures cooling = {0, GW_NEW_N(ledger->arena, group.n + 1, int)};
    for (int k = 0; k < group.n; k++) {
        const gw_fact *f = &ledger->fact[group.fact[k]];
        if (f->r->measure == GW_MEASURE_POWER && gw_is_set(f->number)) {
            bool site = f->r->basis == GW_BASIS_IT || f->r->basis == GW_BASIS_FACILITY ||
                        f->r->basis == GW_BASIS_UNSTATED;
            if (f->r->basis == GW_BASIS_COOLING) {
                cooling.fact[cooling.n++] = group.fact[k];
            } else if (site) {
                power.fact[power.n++] = group.fact[k];
            }
        }
    }
    for (int i = 0; i < chips->n; i++) {
        for (int j = 0, met = 0; j < power.n && met < 2 && j < 128; j++) {
            int before = ledger->n_findings;
            chips_without_power(ledger, chips->fact[i], power.fact[j]);
            met += ledger->n_findings > before ? 2 : 0;
        }
    }
    for (int i = 0; i < cooling.n && i < 32; i++) {
        for (int j = 0; j < power.n && j < 64; j++) {
            power_without_cooling(ledger, cooling.fact[i], power.fact[j]);
        }
    }
    buildings_out_of_step(ledger, buildings, &power);
}

void gw_rule_ratios(gw_ledger *ledger) {
    for (int o = 0; o < ledger->n_objects; o++) {
        gw_group group = gw_ledger_object(ledger, o);
        if (group.n < 2 && (group.n == 0 || ledger->fact[group.fact[0]].r->claim < 0)) {
            continue;
        }
        figures power = collect(ledger, group, GW_MEASURE_POWER, GW_MEASURE_POWER);
        figures chips = collect(ledger, group, GW_MEASURE_ACCELERATORS, GW_MEASURE_ACCELERATORS);
        figures capex = collect(ledger, group, GW_MEASURE_CAPEX, GW_MEASURE_CAPEX);
        figures flows = collect(ledger, group, GW_MEASURE_REVENUE, GW_MEASURE_OPEX);
        figures homes = collect(ledger, group, GW_MEASURE_HOUSEHOLDS, GW_MEASURE_HOUSEHOLDS);
        figures buildings = collect(ledger, group, GW_MEASURE_BUILDINGS, GW_MEASURE_BUILDINGS);
        figures whole = of_scope(ledger, &capex, is_whole),
                build = of_scope(ledger, &capex, is_build);
        figures silicon = of_scope(ledger, &capex, is_silicon);
        pair_up(ledger, GW_RATIO_USD_PER_W, &whole, &power, false, true);
        pair_sums(ledger, &build, &silicon, &power);
        pair_up(ledger, GW_RATIO_USD_PER_W_BUILD, &build, &power, false, true);
        pair_up(ledger, GW_RATIO_W_PER_ACC, &power, &chips, true, false);
        pair_up(ledger, GW_RATIO_USD_PER_ACC, &silicon, &chips, false, false);
        pair_up(ledger, GW_RATIO_USD_PER_ACC_H, &flows, &chips, false, false);
        pair_up(ledger, GW_RATIO_USD_PER_W_YR, &flows, &power, false, true);
        pair_up(ledger, GW_RATIO_W_PER_HOME, &power, &homes, true, false);
        pair_up(ledger, GW_RATIO_ACC_PER_BUILDING, &chips, &buildings, false, false);
        pair_up(ledger, GW_RATIO_W_PER_BUILDING, &power, &buildings, true, false);
        joint_tests(ledger, &chips, &silicon, &power);
        check_running(ledger, group, &chips, &buildings);
    }
}

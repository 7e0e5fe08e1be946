/* claims/ratio_rules.c: rule R2. What do two claimed numbers imply together, and is that plausible?
 * In:    the live claims about one object
 * Out:   findings R2 (note inside a band, warning outside, error when watts and dollars per chip
 *        fit different numbers of GPUs)
 * Model: ratio = numerator / denominator of two claims (or of one claim) that describe the same
 *        state; dollars of buildings and of chips are added where no all-in figure is claimed.
 *        Chips of a stated unit are counted in GPUs. The basis of the power goes into the choice of
 *        the band and into the sentence, never into the number.
 * Valid: generation and cooling power take no part: they are not the power of the chips.
 * Sources: ratios and figures: FT 2025-05-23, Oracle 8-K 2025-06-30, WSJ 2025-07, EIA (household
 *        use). */
#include <math.h>
#include <string.h>

#include "base/code.h"
#include "base/units.h"
#include "claims/ledger.h"
#include "claims/ratio.h"

/** One claimed quantity, or the sum of two claims. */
typedef struct figure {
    int n_claims, claims[2];
    double value;      /* SI; chips of a stated unit in GPUs */
    int kind;          /* basis of power, unit of chips, scope of cost */
    bool live;         /* else it stands only beside the other figures of its own claim */
    const char *words; /* "at least 12.0 bn USD without chips" */
} figure;

typedef struct figures {
    int n;
    figure *at;
} figures;

#define SAME_RATIO_FRAC 0.01 /* apart by less: one ratio */
#define MAX_PER_RATIO 12     /* different values reported for one ratio of one object */

/* ------------------------------------------------------------------ the figures of an object */

static int kind_of(const gw_claim *claim, gw_claim_quantity quantity) {
    switch (quantity) {
    case GW_CLAIM_POWER:
        return claim->basis;
    case GW_CLAIM_ACCELERATORS:
        return claim->unit;
    case GW_CLAIM_CAPEX:
        return claim->scope;
    default:
        return 0;
    }
}

static bool takes_part(const gw_claim *claim, gw_claim_quantity quantity, double value) {
    if (!(value > 0)) {
        return false;
    }
    if (quantity == GW_CLAIM_POWER) {
        return claim->basis != GW_BASIS_GENERATION && claim->basis != GW_BASIS_COOLING;
    }
    /* The bands are of GPUs: neither H100 equivalents nor other kinds of accelerators fit them. */
    return quantity != GW_CLAIM_ACCELERATORS ||
           (claim->unit != GW_CHIP_H100E && claim->unit != GW_CHIP_ACCELERATOR);
}

static figures collect(const gw_ledger *ledger, const gw_ledger_group *group,
                       gw_claim_quantity quantity) {
    figures out = {0, GW_NEW_N(ledger->arena, group->n, figure)};
    for (int i = 0; i < group->n; i++) {
        int c = group->claims[i];
        const gw_claim *claim = &ledger->in->claims.at[c];
        double value = gw_claims_value(claim, quantity);
        if (!takes_part(claim, quantity, value)) {
            continue;
        }
        if (quantity == GW_CLAIM_ACCELERATORS) {
            value *= gw_claims_gpus_per_chip((gw_chip_unit)claim->unit);
        }
        out.at[out.n++] = (figure){.n_claims = 1,
                                   .claims = {c, c},
                                   .value = value,
                                   .kind = kind_of(claim, quantity),
                                   .live = gw_ledger_is_live(ledger, c),
                                   .words = gw_ledger_claimed(ledger, c, quantity)};
    }
    return out;
}

/* May these two be divided: figures of one claim always, others if both stand and describe one
 * state. */
static bool may_pair(const gw_ledger *ledger, const figure *a, const figure *b) {
    bool one_claim = a->n_claims == 1 && b->n_claims == 1 && a->claims[0] == b->claims[0];
    if (!one_claim && !(a->live && b->live)) {
        return false;
    }
    for (int i = 0; i < a->n_claims; i++) {
        for (int j = 0; j < b->n_claims; j++) {
            if (!gw_ledger_same_state(&ledger->in->claims.at[a->claims[i]],
                                      &ledger->in->claims.at[b->claims[j]])) {
                return false;
            }
        }
    }
    return true;
}

static bool has_state_of(const gw_ledger *ledger, const figures *list, const figure *one) {
    for (int i = 0; i < list->n; i++) {
        if (list->at[i].live && may_pair(ledger, &list->at[i], one)) {
            return true;
        }
    }
    return false;
}

/* All-in costs; for a state without one, the sums of a cost of buildings and a cost of chips. */
static figures all_in(const gw_ledger *ledger, const figures *capex) {
    figures whole = {0, GW_NEW_N(ledger->arena, 2 * capex->n + 1, figure)};
    for (int i = 0; i < capex->n; i++) {
        if (capex->at[i].kind == GW_CAPEX_ALL || capex->at[i].kind == GW_CAPEX_UNSTATED) {
            whole.at[whole.n++] = capex->at[i];
        }
    }
    figures out = whole;
    for (int i = 0; i < capex->n; i++) {
        const figure *build = &capex->at[i];
        if (build->kind != GW_CAPEX_BUILD || has_state_of(ledger, &whole, build)) {
            continue;
        }
        for (int j = 0; j < capex->n && out.n < 2 * capex->n; j++) {
            const figure *chips = &capex->at[j];
            if (chips->kind != GW_CAPEX_CHIPS || !may_pair(ledger, build, chips)) {
                continue;
            }
            out.at[out.n++] = (figure){
                .n_claims = 2,
                .claims = {build->claims[0], chips->claims[0]},
                .value = build->value + chips->value,
                .kind = GW_CAPEX_ALL,
                .live = true,
                .words = gw_arena_printf(ledger->arena, "%s and %s", build->words, chips->words)};
        }
    }
    return out;
}

static figures of_scope(const gw_ledger *ledger, const figures *capex, int scope) {
    figures out = {0, GW_NEW_N(ledger->arena, capex->n + 1, figure)};
    for (int i = 0; i < capex->n; i++) {
        if (capex->at[i].kind == scope) {
            out.at[out.n++] = capex->at[i];
        }
    }
    return out;
}

/* ------------------------------------------------------------------ one ratio */

static const char *per_what(gw_ratio ratio) {
    switch (ratio) {
    case GW_RATIO_W_PER_ACC:
    case GW_RATIO_USD_PER_ACC:
    case GW_RATIO_USD_PER_ACC_H:
        return " a chip";
    case GW_RATIO_W_PER_HOME:
        return " a household";
    case GW_RATIO_ACC_PER_BUILDING:
        return " chips a building";
    case GW_RATIO_W_PER_BUILDING:
        return " a building";
    default:
        return "";
    }
}

/* Household use reads as kWh a year without prefix; the rest as the display unit says. */
static const char *ratio_text(const gw_ledger *ledger, gw_ratio ratio, double value) {
    if (ratio == GW_RATIO_W_PER_HOME) {
        double kWh = value / gw_unit_scale("kWh/yr");
        return gw_arena_printf(ledger->arena, "%s kWh/yr", gw_ledger_text(ledger, round(kWh), ""));
    }
    return gw_ledger_text(ledger, value, gw_claims_ratio_unit(ratio));
}

/** The country whose households use about `value_W`; NULL if none is within a quarter. */
static const char *country_of_use(const gw_scenario *in, double value_W, double *use_W) {
    const double tolerance_frac = 0.25; /* assumption: national means differ by more than that */
    const char *best = NULL;
    double best_gap = tolerance_frac;
    for (int i = 0; i < in->regions.n; i++) {
        const gw_region *region = &in->regions.at[i];
        if (!(region->household_use_W > 0)) {
            continue;
        }
        double gap = fabs(value_W / region->household_use_W - 1.0);
        if (gap <= best_gap) {
            best = region->country;
            best_gap = gap;
            *use_W = region->household_use_W;
        }
    }
    return best;
}

static const char *basis_word(int basis) {
    return basis >= 0 && basis < gw_enum_claim_basis.n ? gw_enum_claim_basis.items[basis].name : "";
}

/* Under which basis an unstated power fits: "fits as it or facility power". */
static const char *bases_reading(const gw_ledger *ledger, unsigned bases) {
    const char *list = "";
    for (int b = GW_BASIS_UNSTATED + 1; b < GW_N_claim_basis; b++) {
        if (bases & 1u << b) {
            list = gw_arena_printf(ledger->arena, "%s%s%s", list, list[0] != '\0' ? " or " : "",
                                   b == GW_BASIS_IT ? "IT" : basis_word(b));
        }
    }
    if (list[0] == '\0') {
        return "";
    }
    return gw_arena_printf(ledger->arena, "plausible if the power is %s power", list);
}

typedef enum power_side { NO_POWER, POWER_ON_TOP, POWER_BELOW } power_side;

typedef struct ratio_case {
    gw_ratio ratio;
    const figures *top, *bottom;
    power_side power; /* whose basis chooses the band */
} ratio_case;

/* Bands explain both sides, "Below: ... Above: ..."; a finding is on one of them. */
static const char *half_reading(const gw_ledger *ledger, const char *reading, bool above) {
    static const char below_mark[] = "Below: ", above_mark[] = "Above: ";
    const char *upper = strstr(reading, above_mark);
    if (upper == NULL || strncmp(reading, below_mark, strlen(below_mark)) != 0) {
        return reading;
    }
    if (above) {
        return gw_arena_strdup(ledger->arena, upper + strlen(above_mark));
    }
    const char *lower = reading + strlen(below_mark);
    size_t n = (size_t)(upper - lower);
    while (n > 0 && lower[n - 1] == ' ') {
        n--;
    }
    return gw_arena_strndup(ledger->arena, lower, n);
}

static const char *reading_of(const gw_ledger *ledger, const ratio_case *the, int basis,
                              const gw_band_fit *fit, double value) {
    if (the->ratio == GW_RATIO_W_PER_HOME) {
        double use_W = GW_NAN;
        const char *country = country_of_use(ledger->in, value, &use_W);
        if (country != NULL) {
            return gw_arena_printf(ledger->arena, "households of %s, which use %s", country,
                                   ratio_text(ledger, the->ratio, use_W));
        }
    }
    if (fit->n_bands == 0) {
        return "no plausible range is known";
    }
    if (fit->inside) {
        bool open =
            the->power != NO_POWER && (basis == GW_BASIS_UNSTATED || basis == GW_BASIS_CONTRACTED);
        return open ? bases_reading(ledger, fit->bases_inside) : "";
    }
    return fit->band->reading != NULL ? half_reading(ledger, fit->band->reading, fit->above) : "";
}

/* A cost of unstated scope that is too low for everything may be plausible for the buildings alone.
 */
static const char *scope_reading(const gw_ledger *ledger, const figure *cost, int basis,
                                 double value) {
    if (cost->kind != GW_CAPEX_UNSTATED) {
        return NULL;
    }
    gw_band_fit build =
        gw_claims_fit(ledger->in, GW_RATIO_USD_PER_W_BUILD, (gw_claim_basis)basis, value);
    return build.inside ? "plausible for buildings and plant without chips" : NULL;
}

static const char *verdict(const gw_ledger *ledger, gw_ratio ratio, const gw_band_fit *fit) {
    if (fit->n_bands == 0) {
        return "";
    }
    const char *low = ratio_text(ledger, ratio, fit->band->low);
    const char *high = ratio_text(ledger, ratio, fit->band->high);
    if (fit->inside) {
        return gw_arena_printf(ledger->arena, ", within %s to %s", low, high);
    }
    return gw_arena_printf(ledger->arena, ", %s the plausible %s by a factor of %.3g",
                           fit->above ? "above" : "below", fit->above ? high : low, fit->factor);
}

static int basis_of(const ratio_case *the, const figure *top, const figure *bottom) {
    if (the->power == NO_POWER) {
        return GW_BASIS_UNSTATED;
    }
    return the->power == POWER_ON_TOP ? top->kind : bottom->kind;
}

static void report_ratio(gw_ledger *ledger, const gw_ledger_group *group, const ratio_case *the,
                         const figure *top, const figure *bottom) {
    double value = top->value / bottom->value;
    int basis = basis_of(the, top, bottom);
    gw_band_fit fit = gw_claims_fit(ledger->in, the->ratio, (gw_claim_basis)basis, value);
    gw_severity severity = fit.n_bands > 0 && !fit.inside ? GW_WARNING : GW_NOTE;
    const char *reading = reading_of(ledger, the, basis, &fit, value);
    if (severity == GW_WARNING && the->ratio == GW_RATIO_USD_PER_W) {
        const char *narrower = scope_reading(ledger, top, basis, value);
        reading = narrower != NULL ? narrower : reading;
    }
    gw_finding *finding = gw_ledger_add(ledger, "R2", severity, group->about);
    for (int i = 0; i < top->n_claims; i++) {
        gw_finding_claim(finding, top->claims[i]);
    }
    gw_finding_claim(finding, bottom->claims[0]);
    finding->message = gw_arena_printf(ledger->arena, "%s for %s is %s%s%s", top->words,
                                       bottom->words, ratio_text(ledger, the->ratio, value),
                                       per_what(the->ratio), verdict(ledger, the->ratio, &fit));
    finding->reading = reading;
    const char *unit = gw_claims_ratio_unit(the->ratio);
    gw_finding_number(finding, "implied", unit, value);
    if (fit.n_bands > 0) {
        gw_finding_number(finding, "low", unit, fit.band->low);
        gw_finding_number(finding, "high", unit, fit.band->high);
        gw_finding_number(finding, "factor", "", fit.factor);
    }
}

/** Ratios of one case that were reported. */
typedef struct told_list {
    int n;
    double value[MAX_PER_RATIO];
    int kind[MAX_PER_RATIO];
    bool inside[MAX_PER_RATIO];
} told_list;

/* The same value on the same basis, or nearly the same and plausible on both: one finding is
 * enough. */
static bool was_told(const told_list *told, double value, int kind, bool inside) {
    for (int k = 0; k < told->n; k++) {
        double gap_frac = fabs(told->value[k] - value) / value;
        if ((told->kind[k] == kind && gap_frac <= SAME_RATIO_FRAC) ||
            (told->inside[k] && inside && gap_frac <= GW_LEDGER_TOLERANCE)) {
            return true;
        }
    }
    return false;
}

static void check_pair(gw_ledger *ledger, const gw_ledger_group *group, const ratio_case *the,
                       const figure *top, const figure *bottom, told_list *told) {
    if (told->n == MAX_PER_RATIO || !may_pair(ledger, top, bottom)) {
        return;
    }
    double value = top->value / bottom->value;
    int basis = basis_of(the, top, bottom);
    bool inside = gw_claims_fit(ledger->in, the->ratio, (gw_claim_basis)basis, value).inside;
    int kind = (int)GW_N_claim_basis * top->kind + bottom->kind;
    if (was_told(told, value, kind, inside)) {
        return;
    }
    report_ratio(ledger, group, the, top, bottom);
    told->value[told->n] = value;
    told->kind[told->n] = kind;
    told->inside[told->n++] = inside;
}

static void check_case(gw_ledger *ledger, const gw_ledger_group *group, const ratio_case *the) {
    told_list told = {.n = 0};
    for (int i = 0; i < the->top->n; i++) {
        for (int j = 0; j < the->bottom->n; j++) {
            check_pair(ledger, group, the, &the->top->at[i], &the->bottom->at[j], &told);
        }
    }
}

void gw_rule_ratios(gw_ledger *ledger, const gw_ledger_group *group) {
    figures power = collect(ledger, group, GW_CLAIM_POWER);
    figures chips = collect(ledger, group, GW_CLAIM_ACCELERATORS);
    figures capex = collect(ledger, group, GW_CLAIM_CAPEX);
    figures revenue = collect(ledger, group, GW_CLAIM_REVENUE);
    figures homes = collect(ledger, group, GW_CLAIM_HOUSEHOLDS);
    figures buildings = collect(ledger, group, GW_CLAIM_BUILDINGS);
    figures everything = all_in(ledger, &capex);
    figures build = of_scope(ledger, &capex, GW_CAPEX_BUILD);
    figures silicon = of_scope(ledger, &capex, GW_CAPEX_CHIPS);
    const ratio_case cases[] = {
        {GW_RATIO_USD_PER_W, &everything, &power, POWER_BELOW},
        {GW_RATIO_USD_PER_W_BUILD, &build, &power, POWER_BELOW},
        {GW_RATIO_W_PER_ACC, &power, &chips, POWER_ON_TOP},
        {GW_RATIO_USD_PER_ACC, &silicon, &chips, NO_POWER},
        {GW_RATIO_USD_PER_ACC_H, &revenue, &chips, NO_POWER},
        {GW_RATIO_USD_PER_W_YR, &revenue, &power, POWER_BELOW},
        {GW_RATIO_W_PER_HOME, &power, &homes, POWER_ON_TOP},
        {GW_RATIO_ACC_PER_BUILDING, &chips, &buildings, NO_POWER},
        {GW_RATIO_W_PER_BUILDING, &power, &buildings, POWER_ON_TOP},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_case(ledger, group, &cases[i]);
    }
}

/* ------------------------------------------------------------------ watts against dollars */

static const char *reading_word(int reading) {
    static const char *const words[GW_N_CHIP_READING] = {"single GPUs", "boards of two GPUs",
                                                         "dies, two to a GPU"};
    return words[reading];
}

static void report_joint(gw_ledger *ledger, const gw_ledger_group *group, const figure *const *the,
                         double chips, const gw_joint *joint) {
    double gpus_by_power = chips * gw_claims_readings[joint->power_reading];
    double gpus_by_cost = chips * gw_claims_readings[joint->cost_reading];
    double power_per_gpu_W = joint->power_per_chip_W / gw_claims_readings[joint->power_reading];
    double cost_per_gpu_usd = joint->cost_per_chip_usd / gw_claims_readings[joint->cost_reading];
    const char *by_power = gw_ledger_text(ledger, gpus_by_power, "");
    const char *by_cost = gw_ledger_text(ledger, gpus_by_cost, "");
    gw_finding *finding = gw_ledger_add(ledger, "R2", GW_ERROR, group->about);
    for (int i = 0; i < 3; i++) {
        gw_finding_claim(finding, the[i]->claims[0]);
    }
    finding->message = gw_arena_printf(
        ledger->arena, "%s for %s suits %s GPUs, but %s would buy %s: both cannot hold",
        the[1]->words, the[0]->words, by_power, the[2]->words, by_cost);
    finding->reading = gw_arena_printf(
        ledger->arena,
        "the power is plausible if the chips are %s (%s each), the money if they are %s (%s for a "
        "GPU), which "
        "would draw %s; or the money covers more than these chips",
        reading_word(joint->power_reading), gw_ledger_text(ledger, joint->power_per_chip_W, "W"),
        reading_word(joint->cost_reading), gw_ledger_text(ledger, cost_per_gpu_usd, "USD"),
        gw_ledger_text(ledger, power_per_gpu_W * gpus_by_cost, "MW"));
    gw_finding_number(finding, "power_per_chip", "W", joint->power_per_chip_W);
    gw_finding_number(finding, "cost_per_chip", "USD", joint->cost_per_chip_usd);
    gw_finding_number(finding, "gpus_by_power", "", gpus_by_power);
    gw_finding_number(finding, "gpus_by_cost", "", gpus_by_cost);
    gw_finding_number(finding, "cost_per_gpu", "USD", cost_per_gpu_usd);
    gw_finding_number(finding, "power_needed", "MW", power_per_gpu_W * gpus_by_cost);
}

/* Tests one count of chips against every cost and power of the same state; true once it has told a
 * conflict. */
static bool test_chips(gw_ledger *ledger, const gw_ledger_group *group, const figure *chips,
                       const figures *silicon, const figures *power) {
    /* What was counted, before any conversion: how to read it is what the test asks. */
    double counted = chips->value / gw_claims_gpus_per_chip((gw_chip_unit)chips->kind);
    for (int j = 0; j < silicon->n; j++) {
        for (int k = 0; k < power->n; k++) {
            const figure *const the[3] = {chips, &power->at[k], &silicon->at[j]};
            if (!may_pair(ledger, chips, the[1]) || !may_pair(ledger, chips, the[2])) {
                continue;
            }
            gw_joint joint = gw_claims_joint(ledger->in, counted, the[1]->value,
                                             (gw_claim_basis)the[1]->kind, the[2]->value);
            if (joint.conflict) {
                report_joint(ledger, group, the, counted, &joint);
                return true;
            }
        }
    }
    return false;
}

void gw_rule_joint(gw_ledger *ledger, const gw_ledger_group *group) {
    figures power = collect(ledger, group, GW_CLAIM_POWER);
    figures chips = collect(ledger, group, GW_CLAIM_ACCELERATORS);
    figures capex = collect(ledger, group, GW_CLAIM_CAPEX);
    figures silicon = of_scope(ledger, &capex, GW_CAPEX_CHIPS);
    double told[MAX_PER_RATIO]; /* counts of chips that were found in conflict */
    int n_told = 0;
    for (int i = 0; i < chips.n && n_told < MAX_PER_RATIO; i++) {
        bool known = false;
        for (int t = 0; t < n_told; t++) {
            known = known || fabs(told[t] - chips.at[i].value) <= GW_LEDGER_TOLERANCE * told[t];
        }
        if (!known && test_chips(ledger, group, &chips.at[i], &silicon, &power)) {
            told[n_told++] = chips.at[i].value;
        }
    }
}

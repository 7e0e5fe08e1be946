/* claims/ratio_words.c: a ratio and its band in words, and the joint test of watts and dollars.
 * In:    ratio, value, fit with the bands      Out: texts; finding R2 of the joint test
 * Model: bands explain both sides, "Below: ... Above: ..."; a value is on one of them. A household
 *        comparison names the country whose mean use lies within a quarter.
 * Valid: as ratio.c.
 * Sources: EIA (10,791 kWh a year and US household); WSJ 2025-07. */
#include <math.h>
#include <string.h>

#include "base/code.h"
#include "base/units.h"
#include "claims/rule_ratios.h"

const char *gw_ratio_per(gw_ratio ratio) {
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
const char *gw_ratio_text(const gw_ledger *ledger, gw_ratio ratio, double value) {
    if (ratio == GW_RATIO_W_PER_HOME) {
        double kWh = value / gw_unit_scale("kWh/yr");
        return gw_ledger_printf(ledger, "%s kWh/yr", gw_ledger_text(ledger, round(kWh), ""));
    }
    return gw_ledger_text(ledger, value, gw_claims_ratio_unit(ratio));
}

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

static const char *bases_reading(const gw_ledger *ledger, unsigned bases) {
    const char *list = "";
    for (int b = GW_BASIS_UNSTATED + 1; b < GW_N_claim_basis; b++) {
        if (bases & 1u << b) {
            list = gw_ledger_printf(ledger, "%s%s%s", list, list[0] != '\0' ? " or " : "",
                                    b == GW_BASIS_IT ? "IT" : gw_enum_claim_basis.items[b].name);
        }
    }
    return list[0] == '\0' ? ""
                           : gw_ledger_printf(ledger, "plausible if the power is %s power", list);
}

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

/* Off by about a thousand: no chip or building explains that. */
static const char *slip_reading(const gw_band_fit *fit) {
    return fit->factor > 200 ? "a factor of 1,000 was lost: kW, MW and GW, or millions and billions"
                             : NULL;
}

const char *gw_ratio_reading(const gw_ledger *ledger, const gw_ratio_case *the,
                             const gw_band_fit *fit, double value) {
    if (the->ratio == GW_RATIO_W_PER_HOME) {
        double use_W = GW_NAN;
        const char *country = country_of_use(ledger->in, value, &use_W);
        if (country != NULL) {
            return gw_ledger_printf(ledger, "households of %s, which use %s", country,
                                    gw_ratio_text(ledger, the->ratio, use_W));
        }
    }
    if (fit->n_bands == 0) {
        return "no plausible range is known";
    }
    bool open =
        the->has_power && (the->basis == GW_BASIS_UNSTATED || the->basis == GW_BASIS_CONTRACTED);
    if (fit->inside) {
        return open ? bases_reading(ledger, fit->bases_inside) : "";
    }
    if (slip_reading(fit) != NULL) {
        return slip_reading(fit);
    }
    if (the->ratio == GW_RATIO_USD_PER_W && the->scope == GW_CAPEX_UNSTATED &&
        gw_claims_fit(ledger->in, GW_RATIO_USD_PER_W_BUILD, the->basis, value).inside) {
        return "plausible for buildings and plant without chips";
    }
    return fit->band->reading != NULL ? half_reading(ledger, fit->band->reading, fit->above) : "";
}

const char *gw_ratio_verdict(const gw_ledger *ledger, gw_ratio ratio, const gw_band_fit *fit,
                             double value) {
    if (fit->n_bands == 0) {
        return "";
    }
    const char *low = gw_ratio_text(ledger, ratio, fit->band->low);
    const char *high = gw_ratio_text(ledger, ratio, fit->band->high);
    bool room = fit->inside && (value < fit->band->low || value > fit->band->high);
    if (room) {
        return gw_ledger_printf(ledger, ", which its wording lets reach %s to %s", low, high);
    }
    if (fit->inside) {
        return gw_ledger_printf(ledger, ", within %s to %s", low, high);
    }
    return gw_ledger_printf(ledger, ", %s the plausible %s by a factor of %.3g",
                            fit->above ? "above" : "below", fit->above ? high : low, fit->factor);
}

/* ------------------------------------------------------------------ watts against dollars */

static const char *reading_word(int reading) {
    static const char *const words[GW_N_CHIP_READING] = {"single GPUs", "boards of two GPUs",
                                                         "dies, two to a GPU"};
    return words[reading];
}

/* Another figure of the object gives the same power on facility basis. */
static bool at_the_meter(const gw_ledger *ledger, int power) {
    const gw_fact *a = &ledger->fact[power];
    gw_group group = gw_ledger_object(ledger, a->object);
    for (int k = 0; k < group.n && k < 256; k++) {
        const gw_fact *b = &ledger->fact[group.fact[k]];
        if (gw_ledger_has(b, GW_MEASURE_POWER) && b->r->basis == GW_BASIS_FACILITY &&
            gw_ledger_gap(a->number, b->number) <= GW_LEDGER_TOLERANCE) {
            return true;
        }
    }
    return false;
}

void gw_rule_joint(gw_ledger *ledger, int chips, int power, int cost) {
    double counted = ledger->fact[chips].number; /* how to read it is what the test asks */
    double power_W = ledger->fact[power].number;
    gw_claim_basis basis = ledger->fact[power].r->basis;
    bool open = basis == GW_BASIS_UNSTATED; /* what a site draws is read at the meter */
    gw_joint joint = gw_claims_joint(ledger->in, counted, power_W, open ? GW_BASIS_FACILITY : basis,
                                     ledger->fact[cost].number);
    if (!joint.conflict) {
        return;
    }
    double gpus_by_power = counted * gw_claims_readings[joint.power_reading];
    double gpus_by_cost = counted * gw_claims_readings[joint.cost_reading];
    double power_per_gpu_W = joint.power_per_chip_W / gw_claims_readings[joint.power_reading];
    double cost_per_gpu_usd = joint.cost_per_chip_usd / gw_claims_readings[joint.cost_reading];
    gw_severity severity = open && !at_the_meter(ledger, power) ? GW_WARNING : GW_ERROR;
    gw_finding *f = gw_ledger_add(ledger, "R2", severity, 3, (const int[]){chips, power, cost});
    f->message =
        gw_ledger_printf(ledger, "%s for %s suits %s GPUs, but %s would buy %s: both cannot hold",
                         gw_ledger_claimed(ledger, power), gw_ledger_claimed(ledger, chips),
                         gw_ledger_text(ledger, gpus_by_power, ""), gw_ledger_claimed(ledger, cost),
                         gw_ledger_text(ledger, gpus_by_cost, ""));
    f->reading = gw_ledger_printf(
        ledger,
        "dollars fit %s GPUs at %s each, watts fit %s: the power is plausible if the chips are %s, "
        "the "
        "money if they are %s, which would draw %s; or the money covers more than these chips",
        gw_ledger_text(ledger, gpus_by_cost, ""), gw_ledger_text(ledger, cost_per_gpu_usd, "USD"),
        gw_ledger_text(ledger, gpus_by_power, ""), reading_word(joint.power_reading),
        reading_word(joint.cost_reading),
        gw_ledger_text(ledger, power_per_gpu_W * gpus_by_cost, "MW"));
    gw_ledger_number(f, "power_per_chip", "W", joint.power_per_chip_W);
    gw_ledger_number(f, "cost_per_chip", "USD", joint.cost_per_chip_usd);
    gw_ledger_number(f, "gpus_by_power", "", gpus_by_power);
    gw_ledger_number(f, "gpus_by_cost", "", gpus_by_cost);
    gw_ledger_number(f, "cost_per_gpu", "USD", cost_per_gpu_usd);
    gw_ledger_number(f, "power_needed", "MW", power_per_gpu_W * gpus_by_cost);
}

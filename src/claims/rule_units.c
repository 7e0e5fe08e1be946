/* claims/rule_units.c: rule R1. Is the unit and its basis stated, and can it be what it says?
 * In:    facts       Out: findings
 * Model: ambiguous records and unstated bases are named, the latter with the claim of a stated basis
 *        that they agree with, at face value or through facility / IT power of 1.05 to 1.8. Traps:
 *        one number on two bases, as GPUs and as H100 equivalents, as boards and as GPUs; facility
 *        power below IT power or beyond 1.8 times it; a factor of 1,000 between two figures of one
 *        object; sizes beyond anything on earth.
 * Valid: figures of one object and state. Ratios of facility to IT power: 1.13 to 1.74 observed
 *        (Epoch AI, Frontier Data Centers), with room on both sides.
 * Sources: New Carlisle, printed as 1,092 MW of IT and at the meter (Epoch AI 2026); 50 million chips
 *        that were H100 equivalents (Tom's Hardware 2025-07-23). */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/code.h"
#include "claims/ledger.h"

#define MIN_PUE 1.05
#define MAX_PUE 1.80
#define SITE_MAX_W 1e11 /* ten times the largest campus that was spoken of (Piketon, 10 GW) */
#define GROUP_LIMIT 128 /* figures of one object that are set against each other */

static void report_ambiguous(gw_ledger *ledger, int i) {
    const gw_record *r = ledger->fact[i].r;
    const char *rule = strcmp(r->ambiguous, "it ends before it starts") == 0 ? "R10" : "R1";
    gw_finding *f = gw_ledger_add(ledger, rule, GW_WARNING, 1, &i);
    f->message = gw_ledger_printf(ledger, "cannot be interpreted (%s%s%s): %s", r->value_text,
                                  r->unit_text[0] != '\0' ? " " : "", r->unit_text, r->ambiguous);
    f->reading = "kept as written, and counted nowhere";
}

/* More than there is: sizes that no claim about one object can have. */
static void check_absurd(gw_ledger *ledger, int i) {
    const gw_fact *f = &ledger->fact[i];
    double limit = GW_INF, least = 0;
    const char *what = "";
    if (gw_ledger_is_money(f->r->measure)) {
        limit = f->r->per_time ? 1e14 / 31557600.0 : 1e14;
        what =
            "more than the whole world produces in a year: millions were probably called billions";
    } else if (f->r->measure == GW_MEASURE_POWER) {
        bool site = f->place >= 0 && f->r->basis != GW_BASIS_CONTRACTED &&
                    f->r->basis != GW_BASIS_GENERATION; /* a queue or a grid has a place, too */
        limit = site ? SITE_MAX_W : 1e12;
        what = site ? "more than any one place is planned to draw: MW were probably called GW"
                    : "a third of the electric power of the world: MW were probably called GW";
    } else if (f->r->measure == GW_MEASURE_ACCELERATORS) {
        limit = 1e9;
        what = "more accelerators than were ever made";
    } else if (f->r->measure == GW_MEASURE_UNIT_COST) {
        limit = 1000;
        least = 0.1;
        what = "no plausible cost of a watt: USD per kW, or millions per MW";
    } else if (f->r->measure == GW_MEASURE_PRICE) {
        limit = 200.0 / 3600;
        least = 0.01 / 3600;
        what = "no price of one accelerator-hour";
    } else if (f->r->measure == GW_MEASURE_SHARE && strstr(f->r->unit_text, "fraction") != NULL) {
        limit = 1;
        what = "a fraction lies between 0 and 1: percent were meant";
    } else if (f->r->measure == GW_MEASURE_INTEREST) {
        limit = 1;
        what = "no rate of interest";
    }
    if (f->number > limit * (1 + 1e-9) || (f->number < least && f->number > 0)) {
        gw_finding *finding = gw_ledger_add(ledger, "R1", GW_ERROR, 1, &i);
        finding->message = gw_ledger_printf(ledger, "%s cannot be", gw_ledger_claimed(ledger, i));
        finding->reading = what;
        gw_ledger_number(finding, "claimed", gw_ledger_unit(f->r), f->number);
    }
}

/* ------------------------------------------------------------------ unstated */

typedef struct agreement {
    int other; /* -1: none */
    double factor;
} agreement;

/* The figure of a stated basis that an unstated one agrees with. */
static agreement find_agreement(const gw_ledger *ledger, gw_group group, int i) {
    const gw_fact *a = &ledger->fact[i];
    agreement best = {-1, 1};
    double best_gap = GW_LEDGER_TOLERANCE;
    for (int pass = 0; pass < 2 && best.other < 0; pass++) {
        for (int k = 0; k < group.n && k < GROUP_LIMIT; k++) {
            const gw_fact *b = &ledger->fact[group.fact[k]];
            if (b->r->measure != a->r->measure || !gw_is_set(b->number) ||
                gw_ledger_basis_unstated(b) ||
                gw_is_set(b->r->true_at_d) != gw_is_set(a->r->true_at_d)) {
                continue;
            }
            double factor = b->number / a->number;
            double gap = gw_ledger_gap(a->number, b->number);
            if (pass == 0 && gap <= best_gap) {
                best = (agreement){group.fact[k], 1};
                best_gap = gap;
            } else if (pass == 1 && a->r->measure == GW_MEASURE_POWER &&
                       b->r->basis == GW_BASIS_FACILITY && factor >= 1.2 && factor <= 1.6) {
                return (agreement){group.fact[k], factor};
            }
        }
    }
    return best;
}

static const char *what_is_unstated(gw_measure measure) {
    switch (measure) {
    case GW_MEASURE_POWER:
    case GW_MEASURE_UNIT_COST:
        return "the basis of the power is not stated: IT, at the meter, servers or generation";
    case GW_MEASURE_ACCELERATORS:
        return "what counts as a chip is not stated: GPU, board of two or die";
    default:
        return "what the cost covers is not stated: everything, buildings or chips";
    }
}

static bool is_asked(const gw_fact *f) {
    if (!gw_is_set(f->number) || !gw_ledger_basis_unstated(f)) {
        return false;
    }
    return f->r->measure != GW_MEASURE_CAPEX || f->r->claim >= 0; /* tables have no scope */
}

static void report_unstated(gw_ledger *ledger, gw_group group, int i) {
    const gw_fact *a = &ledger->fact[i];
    agreement match = find_agreement(ledger, group, i);
    const int both[2] = {i, match.other};
    gw_finding *f = gw_ledger_add(ledger, "R1", GW_NOTE, match.other >= 0 ? 2 : 1, both);
    const char *unit = gw_ledger_unit(a->r);
    f->message = gw_ledger_printf(ledger, "%s: %s", gw_ledger_text(ledger, a->number, unit),
                                  what_is_unstated(a->r->measure));
    if (match.other >= 0 && match.factor == 1) {
        f->reading = gw_ledger_printf(ledger, "agrees with %s of '%s'",
                                      gw_ledger_claimed(ledger, match.other),
                                      ledger->fact[match.other].r->id);
    } else if (match.other >= 0) {
        f->reading = gw_ledger_printf(ledger, "fits as IT power: '%s' has %s, %.2f times as much",
                                      ledger->fact[match.other].r->id,
                                      gw_ledger_claimed(ledger, match.other), match.factor);
    }
    gw_ledger_number(f, "claimed", unit, a->number);
}

/* ------------------------------------------------------------------ traps between two figures */

static gw_finding *trap(gw_ledger *ledger, gw_severity severity, int i, int j, const char *why) {
    gw_finding *f = gw_ledger_add(ledger, "R1", severity, 2, (const int[]){i, j});
    f->message = gw_ledger_printf(ledger, "%s and %s: %s", gw_ledger_claimed(ledger, i),
                                  gw_ledger_claimed(ledger, j), why);
    gw_ledger_number(f, "first", gw_ledger_unit(ledger->fact[i].r), ledger->fact[i].number);
    gw_ledger_number(f, "second", gw_ledger_unit(ledger->fact[j].r), ledger->fact[j].number);
    gw_ledger_number(f, "factor", "", ledger->fact[j].number / ledger->fact[i].number);
    return f;
}

/* i on IT basis, j at the meter. */
static bool power_trap(gw_ledger *ledger, int i, int j) {
    const gw_fact *a = &ledger->fact[i], *b = &ledger->fact[j];
    double pue = b->number / a->number;
    if (fabs(pue - 1) <= 2 * GW_LEDGER_SAME_FRAC) {
        trap(ledger, GW_WARNING, i, j, "one number on two bases")->reading =
            "one of the two bases is wrong: facility power is 1.05 to 1.8 times IT power";
        return true;
    }
    if (b->hi < a->lo) {
        trap(ledger, GW_ERROR, i, j, "a site cannot draw less than its IT alone")->reading =
            "the two bases were swapped, or they describe different phases";
        return true;
    }
    if (b->lo > MAX_PUE * a->hi && b->lo < 500 * a->hi) {
        trap(ledger, GW_WARNING, i, j,
             gw_ledger_printf(ledger, "facility power is %.3g times IT power, above %.2g", pue,
                              MAX_PUE))
            ->reading = "they describe different phases, or one is not what its basis says";
        return true;
    }
    return false;
}

/* "150k H100 and 50k H200", but neither "H100 equivalents" nor a mix with later chips. */
static bool names_hopper(const char *text) {
    static const char *const later[] = {"b200", "gb200",    "b300",  "gb300",  "b100",  "blackwell",
                                        "tpu",  "trainium", "rubin", "mi300x", "mi355x"};
    static const char *const hopper[] = {"h100", "h100s", "h200", "h200s", "hopper"};
    for (size_t k = 0; k < sizeof later / sizeof later[0]; k++) {
        if (gw_names_word(text, later[k]) != NULL) {
            return false;
        }
    }
    for (size_t k = 0; k < sizeof hopper / sizeof hopper[0]; k++) {
        const char *at = gw_names_word(text, hopper[k]);
        const char *rest = at != NULL ? at + strlen(hopper[k]) : NULL;
        if (rest != NULL && strncasecmp(*rest == '\0' ? rest : rest + 1, "equivalent", 10) != 0) {
            return true;
        }
    }
    return false;
}

/* A fleet of H100 and H200 is as many H100 equivalents as GPUs: told of this number for the object. */
static bool is_hopper_fleet(const gw_ledger *ledger, int i) {
    const gw_fact *a = &ledger->fact[i];
    gw_group group = gw_ledger_object(ledger, a->object);
    for (int k = 0; k < group.n && k < GROUP_LIMIT; k++) {
        const gw_fact *b = &ledger->fact[group.fact[k]];
        bool chips = b->r->measure == GW_MEASURE_ACCELERATORS || b->r->measure == GW_MEASURE_H100E;
        if (chips && gw_ledger_gap(a->number, b->number) <= GW_LEDGER_SAME_FRAC &&
            (names_hopper(b->r->text) || names_hopper(b->r->unit_text))) {
            return true;
        }
    }
    return false;
}

static bool chip_trap(gw_ledger *ledger, int i, int j) {
    const gw_fact *a = &ledger->fact[i], *b = &ledger->fact[j];
    gw_chip_unit x = a->r->chip, y = b->r->chip;
    double factor = fmax(a->number, b->number) / fmin(a->number, b->number);
    bool same = fabs(factor - 1) <= GW_LEDGER_SAME_FRAC, twice = fabs(factor - 2) <= 0.01;
    bool equivalents = (x == GW_CHIP_H100E) != (y == GW_CHIP_H100E);
    if (same && equivalents &&
        (gw_names_word(a->r->unit_text, "h100") == NULL || x == GW_CHIP_H100E) &&
        (gw_names_word(b->r->unit_text, "h100") == NULL || y == GW_CHIP_H100E) &&
        !is_hopper_fleet(ledger, i)) {
        trap(ledger, GW_WARNING, i, j, "one number as chips and as H100 equivalents")->reading =
            "the unit was dropped on the way: a B200 counts as about 2.5 H100 equivalents";
        return true;
    }
    if (equivalents || x == GW_CHIP_ACCELERATOR || y == GW_CHIP_ACCELERATOR) {
        return false;
    }
    bool stated = x != GW_CHIP_UNSTATED && y != GW_CHIP_UNSTATED;
    if (same && stated && x != y) {
        trap(ledger, GW_WARNING, i, j, "one number for two units")->reading =
            "a superchip holds two GPUs and a GPU two dies: one of the two units is wrong";
        return true;
    }
    if (twice && !(x == GW_CHIP_GPU && y == GW_CHIP_GPU)) {
        bool consistent = stated && x != y;
        if (!consistent) {
            trap(ledger, GW_WARNING, i, j, "apart by a factor of two, and the unit is open")
                ->reading =
                "the smaller counts boards of two GPUs (or packages), the larger GPUs (or dies)";
        }
        return !consistent;
    }
    return false;
}

static bool is_size(gw_measure m) {
    return m == GW_MEASURE_POWER || m == GW_MEASURE_ACCELERATORS || m == GW_MEASURE_H100E ||
           gw_ledger_is_money(m);
}

/* A factor of 1,000 between figures that should be one. */
static bool slip_trap(gw_ledger *ledger, int i, int j) {
    const gw_fact *a = &ledger->fact[i], *b = &ledger->fact[j];
    double factor = fmax(fabs(a->number), fabs(b->number)) / fmin(fabs(a->number), fabs(b->number));
    bool thousand = fabs(factor / 1e3 - 1) <= 0.01, million = fabs(factor / 1e6 - 1) <= 0.01;
    bool billion = fabs(factor / 1e9 - 1) <= 0.01;
    if (!is_size(a->r->measure) || a->r->measure != b->r->measure ||
        !(thousand || million || billion)) {
        return false;
    }
    const char *what = a->r->measure == GW_MEASURE_POWER   ? "kW, MW and GW were confused"
                       : gw_ledger_is_money(a->r->measure) ? "millions and billions were confused"
                                                           : "thousands and millions were confused";
    trap(ledger, GW_ERROR, i, j,
         gw_ledger_printf(ledger, "apart by a factor of %s",
                          thousand  ? "1,000"
                          : million ? "1,000,000"
                                    : "1,000,000,000"))
        ->reading = what;
    return true;
}

static bool pair_trap(gw_ledger *ledger, int i, int j) {
    const gw_fact *a = &ledger->fact[i], *b = &ledger->fact[j];
    bool fits = a->live && b->live && a->r->per_time == b->r->per_time &&
                gw_ledger_window_fits(a, b) && !gw_ledger_linked(ledger, i, j);
    if (!fits) {
        return false;
    }
    if (slip_trap(ledger, i, j)) {
        return true;
    }
    if (!gw_ledger_same_state(a, b)) {
        return false;
    }
    if (a->r->measure == GW_MEASURE_POWER && b->r->measure == GW_MEASURE_POWER) {
        double days = gw_is_set(a->r->true_at_d) ? fabs(a->r->true_at_d - b->r->true_at_d) / 1.5
                                                 : fabs(a->r->said_d - b->r->said_d) / 400;
        if (days > 1) {
            return false; /* the site grew between the two */
        }
        bool it_a = a->r->basis == GW_BASIS_IT, it_b = b->r->basis == GW_BASIS_IT;
        bool meter_a = a->r->basis == GW_BASIS_FACILITY, meter_b = b->r->basis == GW_BASIS_FACILITY;
        return (it_a && meter_b && power_trap(ledger, i, j)) ||
               (meter_a && it_b && power_trap(ledger, j, i));
    }
    bool chips_a = a->r->measure == GW_MEASURE_ACCELERATORS || a->r->measure == GW_MEASURE_H100E;
    bool chips_b = b->r->measure == GW_MEASURE_ACCELERATORS || b->r->measure == GW_MEASURE_H100E;
    return chips_a && chips_b && chip_trap(ledger, i, j);
}

/* Each figure against at most four others that trap it; large objects in a window of neighbours. */
static void check_traps(gw_ledger *ledger, gw_group group) {
    int *list = GW_NEW_N(ledger->arena, group.n + 1, int);
    int n = 0;
    for (int k = 0; k < group.n; k++) {
        const gw_fact *f = &ledger->fact[group.fact[k]];
        if (is_size(f->r->measure) && f->number > 0 && f->r->per == NULL) {
            list[n++] = group.fact[k];
        }
    }
    for (int i = 0; i < n; i++) {
        bool told = false;
        for (int j = i + 1; j < n && j < i + GROUP_LIMIT / 4 && !told; j++) {
            told = pair_trap(ledger, list[i], list[j]);
        }
    }
}

/* "MW labelled IT": whoever wrote it doubted the label. */
static void check_label(gw_ledger *ledger, int i) {
    static const char *const words[] = {"labelled", "labeled"};
    const gw_fact *f = &ledger->fact[i];
    if (f->r->measure == GW_MEASURE_POWER && gw_is_set(f->number) &&
        (gw_names_word(f->r->unit_text, words[0]) != NULL ||
         gw_names_word(f->r->unit_text, words[1]) != NULL)) {
        gw_finding *finding = gw_ledger_add(ledger, "R1", GW_WARNING, 1, &i);
        finding->message =
            gw_ledger_printf(ledger, "%s is only labelled so", gw_ledger_claimed(ledger, i));
        finding->reading = "to be confirmed before it is compared with IT or facility power";
        gw_ledger_number(finding, "claimed", "MW", f->number);
    }
}

void gw_rule_units(gw_ledger *ledger) {
    int from = ledger->n_findings;
    for (int o = 0; o < ledger->n_objects; o++) {
        gw_group group = gw_ledger_object(ledger, o);
        for (int k = 0; k < group.n; k++) {
            int i = group.fact[k];
            if (ledger->fact[i].r->ambiguous != NULL) {
                report_ambiguous(ledger, i);
                continue;
            }
            check_absurd(ledger, i);
            check_label(ledger, i);
            if (is_asked(&ledger->fact[i])) {
                report_unstated(ledger, group, i);
            }
        }
        check_traps(ledger, group);
    }
    gw_ledger_fold(ledger, from);
}

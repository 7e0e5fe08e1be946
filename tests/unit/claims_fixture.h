/* tests/unit/claims_fixture.h: small scenarios made of claims and bands, for the tests of the
 * claims room. */
#ifndef GW_CLAIMS_FIXTURE_H
#define GW_CLAIMS_FIXTURE_H

#include <string.h>

#include "base/code.h"
#include "base/date.h"
#include "claims/rules.h"
#include "gw_test.h"

#define FIXTURE_CLAIMS 16
#define FIXTURE_BANDS 16
#define FIXTURE_YEAR_s 31557600.0
#define FIXTURE_MONTH_s (FIXTURE_YEAR_s / 12)

typedef struct fixture {
    gw_scenario in;
    gw_claim claims[FIXTURE_CLAIMS];
    gw_band bands[FIXTURE_BANDS];
    gw_region regions[2];
    gw_funding funding[4];
    gw_arena *arena;
} fixture;

static inline void fixture_band(fixture *f, gw_ratio ratio, gw_claim_basis basis, double low,
                                double high, const char *reading) {
    gw_band *band = &f->bands[f->in.bands.n++];
    band->ratio = (int)ratio;
    band->basis = (int)basis;
    band->low = low;
    band->high = high;
    band->reading = reading;
}

/** Bands of the public record: Bernstein and Epoch AI unit costs, Lazard and Nvidia per-GW figures,
 * Epoch's W per GPU. Round numbers: the tests are about the rules. */
static inline void fixture_bands(fixture *f) {
    fixture_band(f, GW_RATIO_USD_PER_W, GW_BASIS_FACILITY, 25, 60,
                 "not everything is in the figure");
    fixture_band(f, GW_RATIO_USD_PER_W, GW_BASIS_IT, 30, 75, "not everything is in the figure");
    fixture_band(f, GW_RATIO_USD_PER_W_BUILD, GW_BASIS_FACILITY, 7, 15, "");
    fixture_band(f, GW_RATIO_W_PER_ACC, GW_BASIS_FACILITY, 1650, 3500, "another unit was counted");
    fixture_band(f, GW_RATIO_W_PER_ACC, GW_BASIS_IT, 1200, 2700, "another unit was counted");
    fixture_band(f, GW_RATIO_USD_PER_ACC, GW_BASIS_UNSTATED, 25e3, 75e3, "the scopes differ");
    fixture_band(f, GW_RATIO_USD_PER_ACC_H, GW_BASIS_UNSTATED, 1.0 / 3600, 7.0 / 3600, "");
    fixture_band(f, GW_RATIO_USD_PER_W_YR, GW_BASIS_FACILITY, 5 / FIXTURE_YEAR_s,
                 16 / FIXTURE_YEAR_s, "");
    fixture_band(f, GW_RATIO_W_PER_HOME, GW_BASIS_UNSTATED, 300, 1400, "no known country");
    fixture_band(f, GW_RATIO_ACC_PER_BUILDING, GW_BASIS_UNSTATED, 1e3, 1e5, "");
}

static inline void fixture_begin(fixture *f) {
    memset(f, 0, sizeof *f);
    f->arena = gw_arena_create(0);
    f->in.claims.at = f->claims;
    f->in.bands.at = f->bands;
    f->in.regions.at = f->regions;
    f->in.funding.at = f->funding;
    f->in.as_of_d = gw_date_from_civil(2026, 10, 15);
    fixture_bands(f);
    f->regions[0].country = "US"; /* EIA 2022: 10,791 kWh a year */
    f->regions[0].household_use_W = 10791 * 3.6e6 / FIXTURE_YEAR_s;
    f->regions[1].country = "DE"; /* about 3,500 kWh a year */
    f->regions[1].household_use_W = 3500 * 3.6e6 / FIXTURE_YEAR_s;
    f->in.regions.n = 2;
}

static inline void fixture_end(fixture *f) {
    gw_arena_free(f->arena);
}

/** A claim that gives nothing yet. */
static inline gw_claim *fixture_claim(fixture *f, const char *id, const char *about,
                                      double said_d) {
    gw_claim *claim = &f->claims[f->in.claims.n++];
    claim->head.name = id;
    claim->about = about;
    claim->said_d = said_d;
    claim->power_W = claim->accelerators = claim->capex_usd = claim->revenue_usd_per_s = GW_NAN;
    claim->online_d = claim->duration_s = claim->buildings = claim->households = GW_NAN;
    claim->true_at_d = claim->probability = GW_NAN;
    claim->debt_usd = claim->equity_usd = claim->contract_usd = claim->price_usd_per_s = GW_NAN;
    claim->period_start_d = claim->period_end_d = GW_NAN;
    claim->supersedes.i = claim->site.i = claim->cluster.i = -1;
    claim->part_of.i = claim->programme.i = claim->refines.i = -1;
    return claim;
}

static inline int fixture_count(const gw_findings *findings, const char *rule,
                                gw_severity severity) {
    int n = 0;
    for (int i = 0; i < findings->n; i++) {
        n += strcmp(findings->at[i].rule, rule) == 0 && findings->at[i].severity == severity;
    }
    return n;
}

/** The first finding of a rule that carries a number of that name; fails the test if there is none.
 */
static inline const gw_finding *fixture_find(const gw_findings *findings, const char *rule,
                                             const char *number, double *value) {
    for (int i = 0; i < findings->n; i++) {
        const gw_finding *finding = &findings->at[i];
        for (int k = 0; k < finding->n_numbers && strcmp(finding->rule, rule) == 0; k++) {
            if (strcmp(finding->numbers[k].name, number) == 0) {
                *value = finding->numbers[k].value;
                return finding;
            }
        }
    }
    fail_msg("no finding %s with the number %s", rule, number);
    return NULL;
}

/** What the claims imply, inside their bands or not; n rows. */
static inline gw_ledger_report fixture_report(fixture *f) {
    gw_records records = {NULL, 0};
    gw_records_from_scenario(&f->in, f->arena, &records);
    gw_ledger_context context = {&f->in, f->in.as_of_d};
    return gw_ledger_check(&records, &context, f->arena);
}

/** The first implied ratio with that unit; fails the test if there is none. */
static inline const gw_implied *fixture_implied_row(fixture *f, const char *unit) {
    gw_ledger_report report = fixture_report(f);
    for (int i = 0; i < report.n_implied; i++) {
        if (strcmp(report.implied[i].unit, unit) == 0) {
            return &report.implied[i];
        }
    }
    fail_msg("nothing implied in %s", unit);
    return NULL;
}

static inline double fixture_implied(fixture *f, const char *unit) {
    return fixture_implied_row(f, unit)->value;
}

#endif

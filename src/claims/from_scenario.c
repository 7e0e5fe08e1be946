/* claims/from_scenario.c: the claims of a scenario as records, one for each quantity that a claim gives.
 * In:    scenario.claims      Out: gw_records
 * Model: none; links lead to the first quantity of the claim that is named.
 * Valid: bound scenarios; absent references have index -1 or no name.
 * Derivation: the fields of gw_claim, one table row each. */
#include <stddef.h>
#include <string.h>

#include "base/code.h"
#include "claims/record.h"

typedef struct field_row {
    gw_measure measure;
    size_t offset; /* of the double in gw_claim */
} field_row;

static const field_row FIELDS[] = {
    {GW_MEASURE_POWER, offsetof(gw_claim, power_W)},
    {GW_MEASURE_ACCELERATORS, offsetof(gw_claim, accelerators)},
    {GW_MEASURE_CAPEX, offsetof(gw_claim, capex_usd)},
    {GW_MEASURE_DEBT, offsetof(gw_claim, debt_usd)},
    {GW_MEASURE_EQUITY, offsetof(gw_claim, equity_usd)},
    {GW_MEASURE_CONTRACT, offsetof(gw_claim, contract_usd)},
    {GW_MEASURE_REVENUE, offsetof(gw_claim, revenue_usd_per_s)},
    {GW_MEASURE_ONLINE, offsetof(gw_claim, online_d)},
    {GW_MEASURE_DURATION, offsetof(gw_claim, duration_s)},
    {GW_MEASURE_BUILDINGS, offsetof(gw_claim, buildings)},
    {GW_MEASURE_HOUSEHOLDS, offsetof(gw_claim, households)},
    {GW_MEASURE_PRICE, offsetof(gw_claim, price_usd_per_s)},
};
#define N_FIELDS (int)(sizeof FIELDS / sizeof FIELDS[0])

/* "At least" is said of the households in a comparison, and of no date or number of buildings. */
static bool wording_applies(const gw_claim *claim, gw_measure measure) {
    if (gw_is_set(claim->households)) {
        return measure == GW_MEASURE_HOUSEHOLDS;
    }
    return measure != GW_MEASURE_ONLINE && measure != GW_MEASURE_BUILDINGS;
}

static const char *name_or(const char *name) {
    return name != NULL ? name : "";
}

/* Publisher and title of the claim's source, as a table would name it. */
static const char *source_of(const gw_scenario *in, const gw_claim *c) {
    if (c->head.source < 0 || c->head.source >= in->sources.n) {
        return "";
    }
    const gw_source *source = &in->sources.at[c->head.source];
    return source->publisher != NULL ? source->publisher : name_or(source->title);
}

/* Its own programme, else that of its site. */
static const char *programme_of(const gw_scenario *in, const gw_claim *c) {
    bool at_site = c->programme.name == NULL && c->site.i >= 0 && c->site.i < in->sites.n;
    return name_or(at_site ? in->sites.at[c->site.i].programme.name : c->programme.name);
}

static gw_record record_of(const gw_scenario *in, int i, const field_row *field) {
    const gw_claim *c = &in->claims.at[i];
    double value = *(const double *)(const void *)((const char *)c + field->offset);
    gw_record r = {
        .id = name_or(c->head.name),
        .loc = c->head.loc,
        .programme = programme_of(in, c),
        .site = name_or(c->site.name),
        .object = name_or(c->about),
        .sponsors = c->said_by,
        .counterparties = c->counterparties,
        .said_d = c->said_d,
        .said_until_d = c->said_d,
        .source = source_of(in, c),
        .confirmed = true,
        .anonymous = c->anonymous,
        .measure = field->measure,
        .value = value,
        .low = GW_NAN,
        .high = GW_NAN,
        .value_text = "",
        .unit_text = "",
        .basis = (gw_claim_basis)c->basis,
        .chip = (gw_chip_unit)c->unit,
        .scope = (gw_capex_scope)c->scope,
        .per_time = field->measure == GW_MEASURE_REVENUE,
        .status = (gw_claim_status)c->status,
        .wording = wording_applies(c, field->measure) ? (gw_wording)c->wording : GW_WORDING_PLAIN,
        .from_d = c->period_start_d,
        .until_d = c->period_end_d,
        .window_d = c->period_end_d - c->period_start_d,
        .true_at_d = c->true_at_d,
        .probability = c->probability,
        .supersedes = c->supersedes.name != NULL ? c->supersedes.i
                      : c->refines.name != NULL  ? c->refines.i
                                                 : -1,
        .part_of = c->part_of.name != NULL ? c->part_of.i : -1,
        .text = name_or(c->text),
        .language = "",
        .claim = i,
    };
    return r;
}

/* Index of the record of the same quantity of a claim, else of its first; -1: none. */
static int record_for(const gw_records *out, const int *first, int n_claims, int claim,
                      gw_measure measure) {
    if (claim < 0 || claim >= n_claims) {
        return -1;
    }
    for (int k = first[claim]; k < first[claim + 1]; k++) {
        if (out->at[k].measure == measure) {
            return k;
        }
    }
    return first[claim] < first[claim + 1] ? first[claim] : -1;
}

static const int *links_of(const gw_records *out, const int *first, int n_claims,
                           const gw_refs *refs, gw_measure measure, gw_arena *arena) {
    int *links = GW_NEW_N(arena, refs->n + 1, int);
    for (int i = 0; i < refs->n; i++) {
        links[i] = record_for(out, first, n_claims, refs->at[i].i, measure);
    }
    return links;
}

/* A claim without a number that denies another, or is denied, stands as an event. */
static bool in_dispute(const gw_scenario *in, int claim) {
    bool disputed = in->claims.at[claim].contradicts.n > 0;
    for (int i = 0; i < in->claims.n && !disputed; i++) {
        const gw_refs *refs = &in->claims.at[i].contradicts;
        for (int k = 0; k < refs->n; k++) {
            disputed = disputed || refs->at[k].i == claim;
        }
    }
    return disputed;
}

void gw_records_from_scenario(const gw_scenario *in, gw_arena *arena, gw_records *out) {
    gw_record *all = GW_NEW_N(arena, out->n + in->claims.n * N_FIELDS + 1, gw_record);
    int *first = GW_NEW_N(arena, in->claims.n + 1, int);
    if (out->n > 0) {
        memcpy(all, out->at, (size_t)out->n * sizeof *all);
    }
    int base = out->n;
    out->at = all;
    for (int i = 0; i < in->claims.n; i++) {
        first[i] = out->n;
        for (int f = 0; f < N_FIELDS; f++) {
            gw_record r = record_of(in, i, &FIELDS[f]);
            if (gw_is_set(r.value)) {
                all[out->n++] = r;
            }
        }
        if (out->n == first[i] && in_dispute(in, i)) {
            gw_record r = record_of(in, i, &FIELDS[0]);
            r.measure = GW_MEASURE_EVENT;
            r.event = "statement";
            all[out->n++] = r;
        }
    }
    first[in->claims.n] = out->n;
    for (int k = base; k < out->n; k++) {
        gw_record *r = &all[k];
        r->supersedes = record_for(out, first, in->claims.n, r->supersedes, r->measure);
        r->part_of = record_for(out, first, in->claims.n, r->part_of, r->measure);
        const gw_claim *c = &in->claims.at[r->claim];
        r->n_duplicates = c->duplicates.n;
        r->duplicates = links_of(out, first, in->claims.n, &c->duplicates, r->measure, arena);
        r->n_contradicts = c->contradicts.n;
        r->contradicts = links_of(out, first, in->claims.n, &c->contradicts, r->measure, arena);
    }
}

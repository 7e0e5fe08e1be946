/* Rules R1, R4, R8, R9, R10, R12, R13 and R16: each fires on a planted case and is silent on a
 * clean one. Cases follow the public record: the Oracle contract of July 2025 told twice, Saline's
 * three price tags (Reuters, FT, 2025-26), Colossus in 122 days (Tom's Hardware 2024-09-02; Epoch
 * AI: first work 2024-04-24), Abilene's date of mid-2026. */
#include "claims_fixture.h"
#include "claims_table.h"

static int count_all(const gw_findings *findings, const char *rule) {
    return fixture_count(findings, rule, GW_NOTE) + fixture_count(findings, rule, GW_WARNING) +
           fixture_count(findings, rule, GW_ERROR);
}

static void test_clean_claims_are_silent(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    gw_findings found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(found.n, 0);
    gw_claim *claim = fixture_claim(&f, "a", "abilene", gw_date_from_civil(2025, 9, 23));
    claim->power_W = 1.18e9;
    claim->basis = GW_BASIS_FACILITY;
    claim = fixture_claim(&f, "b", "abilene", gw_date_from_civil(2025, 9, 23));
    claim->power_W = 843e6;
    claim->basis = GW_BASIS_IT; /* another basis: no contradiction */
    claim = fixture_claim(&f, "c", "elsewhere", gw_date_from_civil(2025, 9, 23));
    claim->power_W = 7e9; /* another object */
    claim->basis = GW_BASIS_FACILITY;
    found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(found.n, 0);
    fixture_end(&f);
}

static void test_unstated_basis(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    gw_claim *told = fixture_claim(&f, "told", "abilene", gw_date_from_civil(2025, 8, 15));
    told->power_W = 1.2e9;
    gw_findings found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(fixture_count(&found, "R1", GW_NOTE), 1);
    assert_string_equal(found.at[0].reading, "");
    gw_claim *epoch = fixture_claim(&f, "epoch", "abilene", gw_date_from_civil(2026, 7, 7));
    epoch->power_W = 1.18e9; /* 1.7 % apart: the same figure, with its basis */
    epoch->basis = GW_BASIS_FACILITY;
    found = gw_claims_check(&f.in, f.arena);
    assert_non_null(strstr(found.at[0].reading, "at the meter"));
    assert_int_equal(found.at[0].n_claims, 2);
    told->basis = GW_BASIS_FACILITY;
    found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(count_all(&found, "R1"), 0);
    fixture_end(&f);
}

static void test_repeated_figure(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    fixture_claim(&f, "first", "contract", gw_date_from_civil(2025, 7, 2))->power_W = 4.5e9;
    fixture_claim(&f, "second", "contract", gw_date_from_civil(2025, 7, 22))->power_W = 4.5e9;
    fixture_claim(&f, "third", "contract", gw_date_from_civil(2025, 9, 23))->power_W = 4.5e9;
    gw_findings found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(count_all(&found, "R4"), 1); /* one finding for all three */
    double times;
    const gw_finding *finding = fixture_find(&found, "R4", "times", &times);
    gw_assert_near(times, 3, 0);
    assert_int_equal(finding->n_claims, 3);
    /* Another basis is another figure; a declared successor is no repetition. */
    f.claims[0].basis = f.claims[2].basis = GW_BASIS_FACILITY;
    f.claims[1].basis = GW_BASIS_IT;
    f.claims[2].supersedes = (gw_ref){"first", 0};
    found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(count_all(&found, "R4"), 0);
    fixture_end(&f);
}

/* What the writer of the ledger says himself: the same, more precisely, not both. */
static void test_links(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    gw_claim *a = fixture_claim(&f, "first", "loan", gw_date_from_civil(2025, 10, 30));
    gw_claim *b = fixture_claim(&f, "second", "another loan", gw_date_from_civil(2025, 10, 30));
    a->debt_usd = 9.4e9;
    b->debt_usd = 9.9e9; /* 5.3 % apart and of another object: no rule joins or compares them */
    gw_ledger_report report = fixture_report(&f);
    assert_int_equal(report.same_as[1], 1);
    assert_int_equal(report.findings.n, 0);
    gw_ref first = {"first", 0};
    b->duplicates = (gw_refs){&first, 1};
    report = fixture_report(&f);
    assert_int_equal(report.same_as[1], 0);
    assert_int_equal(count_all(&report.findings, "R4"), 1);
    b->duplicates = (gw_refs){NULL, 0};
    b->contradicts = (gw_refs){&first, 1};
    report = fixture_report(&f);
    assert_int_equal(fixture_count(&report.findings, "R9", GW_WARNING), 1);
    b->debt_usd = GW_NAN; /* a denial has no figure */
    b->text = "no such loan";
    report = fixture_report(&f);
    assert_int_equal(fixture_count(&report.findings, "R9", GW_WARNING), 1);
    b->contradicts = (gw_refs){NULL, 0};
    b->debt_usd = 9.9e9;
    b->refines = first;
    report = fixture_report(&f);
    assert_int_equal(fixture_count(&report.findings, "R9", GW_NOTE), 1); /* replaced */
    fixture_end(&f);
}

static void test_supersession(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    gw_claim *a = fixture_claim(&f, "oct", "saline", gw_date_from_civil(2025, 10, 30));
    gw_claim *b = fixture_claim(&f, "dec", "saline", gw_date_from_civil(2025, 12, 17));
    gw_claim *c = fixture_claim(&f, "apr", "saline", gw_date_from_civil(2026, 4, 15));
    a->capex_usd = 7e9;
    b->capex_usd = 10e9;
    c->capex_usd = 16e9;
    a->scope = b->scope = c->scope = GW_CAPEX_BUILD;
    gw_findings found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(fixture_count(&found, "R9", GW_WARNING), 2); /* each against the one before */
    double factor;
    fixture_find(&found, "R9", "factor", &factor);
    gw_assert_near(factor, 10.0 / 7.0, 1e-12);
    b->supersedes = (gw_ref){"oct", 0};
    c->supersedes = (gw_ref){"dec", 1};
    found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(fixture_count(&found, "R9", GW_WARNING), 0);
    assert_int_equal(fixture_count(&found, "R9", GW_NOTE), 2);
    /* Within 5 %: rounding. */
    b->supersedes = c->supersedes = (gw_ref){NULL, -1};
    b->capex_usd = 7.2e9;
    c->capex_usd = 7.4e9;
    found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(count_all(&found, "R9"), 1); /* 7.0 to 7.4 is 5.4 % */
    c->capex_usd = 7.3e9;
    found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(count_all(&found, "R9"), 0);
    fixture_end(&f);
}

/* New Carlisle as two pages of one data set give it: 1,092 MW "of IT" here, 910 of IT and 1,092 at the
 * meter there (Epoch AI, July 2026). */
static void test_wrong_basis(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    gw_claim *it = fixture_claim(&f, "file-it", "new carlisle", gw_date_from_civil(2026, 7, 7));
    gw_claim *meter = fixture_claim(&f, "file-meter", "new carlisle", it->said_d);
    gw_claim *page = fixture_claim(&f, "page", "new carlisle", it->said_d + 1);
    it->power_W = 910e6;
    meter->power_W = page->power_W = 1092e6;
    it->basis = page->basis = GW_BASIS_IT;
    meter->basis = GW_BASIS_FACILITY;
    gw_findings found = gw_claims_check(&f.in, f.arena);
    double factor;
    const gw_finding *finding = fixture_find(&found, "R9", "factor", &factor);
    assert_non_null(finding);
    gw_assert_near(factor, 1.2, 1e-12);
    assert_non_null(strstr(finding->reading, "'page'"));
    assert_non_null(strstr(finding->reading, "'file-meter'"));
    meter->power_W = 1180e6; /* no number in common: nothing is known about the reason */
    found = gw_claims_check(&f.in, f.arena);
    finding = fixture_find(&found, "R9", "factor", &factor);
    assert_non_null(finding);
    assert_null(strstr(finding->reading, "'file-meter'"));
    fixture_end(&f);
}

static void test_wording_leaves_room(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    gw_claim *a = fixture_claim(&f, "a", "build", gw_date_from_civil(2025, 5, 1));
    gw_claim *b = fixture_claim(&f, "b", "build", gw_date_from_civil(2025, 8, 1));
    a->capex_usd = 12e9;
    b->capex_usd = 15e9;
    a->scope = b->scope = GW_CAPEX_BUILD;
    gw_findings found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(count_all(&found, "R9"), 1);
    a->wording = GW_WORDING_AT_LEAST; /* "a little over 12" allows 15 */
    found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(count_all(&found, "R9"), 0);
    a->wording = GW_WORDING_UP_TO; /* "up to 12" does not */
    found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(count_all(&found, "R9"), 1);
    fixture_end(&f);
}

static void test_stronger_words(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    gw_claim *a = fixture_claim(&f, "release", "stargate", gw_date_from_civil(2025, 1, 21));
    gw_claim *b = fixture_claim(&f, "press", "stargate", gw_date_from_civil(2025, 7, 25));
    a->capex_usd = b->capex_usd = 500e9;
    a->scope = b->scope = GW_CAPEX_ALL;
    a->wording = GW_WORDING_INTENDS;
    b->wording = GW_WORDING_AT_LEAST;
    gw_findings found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(count_all(&found, "R16"), 1);
    b->wording = GW_WORDING_INTENDS;
    found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(count_all(&found, "R16"), 0);
    fixture_end(&f);
}

static void test_running_before_its_date(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    gw_claim *a = fixture_claim(&f, "a", "x", gw_date_from_civil(2026, 5, 23));
    a->power_W = 421e6;
    a->basis = GW_BASIS_IT;
    a->status = GW_STATUS_ENERGISED;
    a->true_at_d = gw_date_from_civil(2026, 5, 23);
    gw_findings found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(count_all(&found, "R8"), 0);
    a->true_at_d = gw_date_from_civil(2026, 11, 1);
    found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(fixture_count(&found, "R8", GW_WARNING), 1);
    fixture_end(&f);
}

static void test_dates(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    gw_claim *a = fixture_claim(&f, "mid", "abilene", gw_date_from_civil(2025, 3, 18));
    a->online_d = gw_date_from_civil(2026, 6, 30);
    gw_findings found = gw_claims_check(&f.in, f.arena);
    double past_s;
    fixture_find(&found, "R12", "past", &past_s);
    gw_assert_close(past_s / GW_DAY_s, 107, 1e-9); /* 30 June to 15 October */
    gw_claim *b = fixture_claim(&f, "epoch", "abilene", gw_date_from_civil(2026, 7, 7));
    b->online_d = gw_date_from_civil(2026, 11, 1);
    b->supersedes = (gw_ref){"mid", 0};
    found = gw_claims_check(&f.in, f.arena);
    double shift_s;
    fixture_find(&found, "R9", "shift", &shift_s);
    gw_assert_close(shift_s / GW_DAY_s, 124, 1e-9); /* programme record: 124 days */
    assert_int_equal(count_all(&found, "R12"), 1);  /* November is not due yet */
    a->said_d = gw_date_from_civil(2026, 7, 2);     /* told afterwards: an observation */
    found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(count_all(&found, "R12"), 0);
    fixture_end(&f);
}

static void test_duration(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    gw_building building = {.count = 1,
                            .started_d = gw_date_from_civil(2024, 4, 24),
                            .ready_d = gw_date_from_civil(2024, 8, 11),
                            .until_d = GW_NAN};
    gw_site site = {0};
    site.buildings.at = &building;
    site.buildings.n = 1;
    f.in.sites.at = &site;
    f.in.sites.n = 1;
    gw_claim *a = fixture_claim(&f, "musk", "colossus 1", gw_date_from_civil(2024, 9, 2));
    a->duration_s = 122 * GW_DAY_s;
    a->site = (gw_ref){"colossus-1", 0};
    a->true_at_d = gw_date_from_civil(2024, 9, 2);
    gw_findings found = gw_claims_check(&f.in, f.arena);
    double dated_s;
    fixture_find(&found, "R10", "dated", &dated_s);
    gw_assert_close(dated_s / GW_DAY_s, 131, 1e-9);
    a->true_at_d = GW_NAN; /* against the first building: 109 days */
    found = gw_claims_check(&f.in, f.arena);
    fixture_find(&found, "R10", "dated", &dated_s);
    gw_assert_close(dated_s / GW_DAY_s, 109, 1e-9);
    a->duration_s = 110 * GW_DAY_s;
    found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(count_all(&found, "R10"), 0);
    fixture_end(&f);
}

static void test_debt(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    f.in.funding.n = 2;
    f.funding[0] = (gw_funding){.kind = GW_FUNDING_DEBT, .amount_usd = 9.6e9};
    f.funding[1] = (gw_funding){.kind = GW_FUNDING_EQUITY, .amount_usd = 5e9};
    gw_findings found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(count_all(&found, "R13"), 0); /* 66 % */
    f.funding[1].amount_usd = 0.4e9;
    found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(fixture_count(&found, "R13", GW_WARNING), 1); /* 96 % */
    /* Port Washington: a loan of 14.75 bn on a headline of 15 bn. */
    f.funding[0].amount_usd = 14.75e9;
    f.funding[1].amount_usd = 3e9;
    gw_claim *cost =
        fixture_claim(&f, "headline", "port washington", gw_date_from_civil(2025, 10, 22));
    cost->capex_usd = 15e9;
    cost->scope = GW_CAPEX_BUILD;
    cost->site = (gw_ref){"port", 0};
    found = gw_claims_check(&f.in, f.arena);
    double share;
    fixture_find(&found, "R13", "share", &share);
    gw_assert_near(share, 14.75 / 15.0, 1e-12);
    cost->capex_usd = 18e9;
    found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(count_all(&found, "R13"), 0);
    fixture_end(&f);
}

/* The same words of several claims are one finding; a withdrawn figure is not a new one (Abilene
 * extension, 2026-03-06). */
static void test_joined_and_withdrawn(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    fixture_claim(&f, "a", "x", gw_date_from_civil(2025, 7, 2))->power_W = 4.5e9;
    fixture_claim(&f, "b", "x", gw_date_from_civil(2025, 7, 22))->power_W = 4.5e9;
    gw_findings found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(count_all(&found, "R1"), 1);
    assert_int_equal(found.at[0].n_claims, 2);
    f.claims[1].power_W = 0.8e9;
    f.claims[1].status = GW_STATUS_WITHDRAWN;
    f.claims[1].supersedes = (gw_ref){"a", 0};
    found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(count_all(&found, "R9"), 1);
    double date_d;
    const gw_finding *finding = fixture_find(&found, "R9", "date", &date_d);
    gw_assert_close(date_d, gw_date_from_civil(2025, 7, 22), 0);
    assert_non_null(strstr(finding->message, "withdrawn"));
    fixture_end(&f);
}

/* Epoch AI on Colossus 1: 35 MW on 2024-08-11 and 139 MW three weeks later are two states, not a
 * contradiction. */
static void test_states_of_growth(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    gw_claim *a = fixture_claim(&f, "25k", "colossus 1", gw_date_from_civil(2024, 8, 11));
    gw_claim *b = fixture_claim(&f, "100k", "colossus 1", gw_date_from_civil(2024, 9, 2));
    a->power_W = 35e6;
    b->power_W = 139e6;
    a->basis = b->basis = GW_BASIS_IT;
    a->true_at_d = a->said_d;
    b->true_at_d = b->said_d;
    gw_findings found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(found.n, 0);
    b->true_at_d = a->said_d; /* of one day they do contradict each other */
    found = gw_claims_check(&f.in, f.arena);
    assert_int_equal(fixture_count(&found, "R9", GW_WARNING), 1);
    fixture_end(&f);
}

/* "More than 30" and "about 60 bn USD a year" of one contract (Oracle 8-K 2025-06-30, WSJ
 * 2025-09-10): the wording does not stretch to a factor of two. */
static void test_wording_has_limits(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    gw_claim *a = fixture_claim(&f, "a", "contract", gw_date_from_civil(2025, 6, 30));
    gw_claim *b = fixture_claim(&f, "b", "contract", gw_date_from_civil(2025, 9, 10));
    a->revenue_usd_per_s = 30e9 / FIXTURE_YEAR_s;
    b->revenue_usd_per_s = 60e9 / FIXTURE_YEAR_s;
    a->wording = GW_WORDING_AT_LEAST;
    b->wording = GW_WORDING_ABOUT;
    gw_findings found = gw_claims_check(&f.in, f.arena);
    double factor;
    const gw_finding *finding = fixture_find(&found, "R9", "factor", &factor);
    gw_assert_near(factor, 2.0, 1e-12);
    assert_int_equal(finding->severity, GW_WARNING);
    fixture_end(&f);
}

/* A circle of successors must not hang, and findings never carry more claims than they hold. */
static void test_odd_input(void **state) {
    (void)state;
    fixture f;
    fixture_begin(&f);
    for (int i = 0; i < 10; i++) {
        fixture_claim(&f, "x", "same", 20000 + i)->power_W = 1e9;
    }
    for (int i = 0; i < 9; i++) {
        f.claims[i].supersedes = (gw_ref){"x", (i + 1) % 9};
    }
    fixture_claim(&f, "zero", "same", 20000)->power_W = 0;
    fixture_claim(&f, "none", NULL, 20000)->households = 0;
    gw_findings found = gw_claims_check(&f.in, f.arena);
    for (int i = 0; i < found.n; i++) {
        assert_true(found.at[i].n_numbers <= GW_FINDING_NUMBERS);
        assert_non_null(found.at[i].message);
        assert_true(found.at[i].message[0] != '\0');
        assert_non_null(found.at[i].reading);
    }
    assert_true(found.n > 0);
    fixture_end(&f);
}

/* ------------------------------------------------------------------ tables */

typedef struct table_case {
    const char *rule;
    const char *planted, *clean; /* the same rows, but for what is wrong with them */
} table_case;

#define STARTED "s,2026-03-05,x,P,Q TX,Acme,,event,construction,,,,reported,2026-03-01,,,yes,\n"
#define COST "c,2026-01,x,P,Q TX,Acme,,capex_usd,10e9,USD,,,announced,,,all-in,yes,\n"
#define GPUS "a,2025-02-17,x,P,Q TX,xAI,,gpus,200000,GPUs,,,energised,,,,yes,\n"
#define POWER(id, site, mw)                                                                        \
    id ",2026-01,x" id ",P," site ",Acme,,power_mw," mw ",MW facility,,,announced,,,,yes,\n"

#define DEBT(id, said, usd)                                                                        \
    id "," said ",x" id ",P,Q TX,Acme,Bank,debt_usd," usd ",USD,,,announced,,,,yes,\n"

static const table_case table_cases[] = {
    /* no supplier speaks in the ledger */
    {"R14", "a,2026-01,x,P,Q TX,Acme,,gpus,30000000,GPUs,,,announced,,2026-12,,yes,\n",
     "a,2026-01,x,P,Q TX,Acme,,gpus,300000,GPUs,,,announced,,2026-12,,yes,\n"},
    /* in operation before work began: as a date, as an observation, with the day as the event's value */
    {"R10", STARTED "a,2026-03-10,y,P,Q TX,Acme,,date_online,2026-01-15,date,,,reported,,,,yes,\n",
     STARTED "a,2026-03-10,y,P,Q TX,Acme,,date_online,2027-01-15,date,,,announced,,,,yes,\n"},
    {"R8", STARTED "a,2026-01-10,y,P,Q TX,Acme,,power_mw,100,MW facility,,,energised,,,,yes,\n",
     STARTED "a,2026-09-10,y,P,Q TX,Acme,,power_mw,100,MW facility,,,energised,,,,yes,\n"},
    {"R10",
     "s,2026-03-05,x,P,Q TX,Acme,,event,2026-03-01,date,,,reported,,,Start of construction,yes,\n"
     "a,2026-03-10,y,P,Q TX,Acme,,date_online,2026-01-15,date,,,reported,,,,yes,\n",
     "s,2026-03-05,x,P,Q TX,Acme,,event,2026-03-01,date,,,reported,,,Start of a hearing,yes,\n"
     "a,2026-03-10,y,P,Q TX,Acme,,date_online,2026-01-15,date,,,reported,,,,yes,\n"},
    {"R3",
     "a,2026-01,x,P,Q TX,Acme,,capex_usd,15e9,USD,,,announced,,,"
     "\"3.1 + 4.4 bn for two phases, 15 bn in all\",yes,\n",
     "a,2026-01,x,P,Q TX,Acme,,capex_usd,7.5e9,USD,,,announced,,,"
     "\"3.1 + 4.4 bn for two phases, 7.5 bn in all\",yes,\n"},
    {"R1", POWER("a", "Q TX", "1200") POWER("b", "Q TX", "1.2"),
     POWER("a", "Q TX", "1200") POWER("b", "Q TX", "1210")},
    {"R13",
     COST "d,2026-02,x,P,Q TX,Acme,Bank One,debt_usd,7e9,USD,,,financed,,,,yes,\n"
          "e,2026-03,x,P,Q TX,Acme,Bank Two,debt_usd,6e9,USD,,,financed,,,,yes,\n",
     COST "d,2026-02,x,P,Q TX,Acme,Bank One,debt_usd,4e9,USD,,,financed,,,,yes,\n"
          "e,2026-03,x,P,Q TX,Acme,Bank Two,debt_usd,3e9,USD,,,financed,,,,yes,\n"},
    /* the tenant stands in the note alone */
    {"R11",
     "a,2026-01,x,P,Q TX,Acme,,power_mw,100,MW facility,,,announced,,,leased by Blue Peak,yes,\n"
     "b,2026-02,y,P,Q TX,Acme,,capex_usd,1e9,USD,,,announced,,,the tenant is Red Hill,yes,\n",
     "a,2026-01,x,P,Q TX,Acme,,power_mw,100,MW facility,,,announced,,,leased by Blue Peak,yes,\n"
     "b,2026-02,y,P,Q TX,Acme,,capex_usd,1e9,USD,,,announced,,,the tenant is Blue Peak,yes,\n"},
    /* one place with and without its state; two of that name are not joined */
    {"R9", POWER("a", "Abilene TX", "1200") POWER("b", "Abilene", "2400"),
     POWER("a", "Abilene TX", "1200") POWER("b", "Abilene", "2400")
         POWER("c", "Abilene KS", "300")},
    {"R3", POWER("a", "Foo OH", "300") POWER("b", "Foo OH building 1", "400"),
     POWER("a", "Foo OH", "300") POWER("b", "Foo OH building 1", "100")},
    /* as many H100 equivalents as GPUs: right for a fleet of H100 and H200 */
    {"R1", GPUS "b,2025-02-17,y,P,Q TX,xAI,,h100e,200000,H100 equivalents,,,energised,,,,yes,\n",
     GPUS "b,2025-02-17,y,P,Q TX,xAI,,h100e,200000,H100 equivalents,,,energised,,,150k H100 and "
          "50k H200,yes,\n"},
    {"R1",
     "a,2025-08,x,P,,xAI,,gpus,50000000,chips,,,announced,2025-07,2030-07,,yes,\n"
     "b,2025-07,y,P,,xAI,,h100e,50000000,H100 equivalents,,,announced,,2030-07,,yes,\n",
     GPUS},
    {"R1",
     GPUS "b,2025-02-17,y,P,Q TX,xAI,,h100e,200000,H100 equivalents,,,energised,,,"
          "\"H100-equivalents, in truth 80k B200\",yes,\n",
     GPUS},
    /* a part against the sum that holds it */
    {"R9",
     DEBT("a", "2025-06", "6e9") DEBT("b", "2026-01-05", "4e9") DEBT("c", "2026-01-20", "12e9"),
     DEBT("a", "2025-06", "6e9") DEBT("b", "2026-01-05", "4e9") DEBT("c", "2026-01-20", "10e9")},
};

static gw_findings check_rows(const char *rows, gw_arena *arena) {
    gw_records records = table_read(rows, arena);
    gw_records_settle(&records, arena);
    gw_ledger_context context = {NULL, GW_NAN};
    return gw_ledger_findings(&records, &context, arena);
}

static void test_tables(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof table_cases / sizeof table_cases[0]; i++) {
        const table_case *c = &table_cases[i];
        gw_arena *arena = gw_arena_create(0);
        gw_findings planted = check_rows(c->planted, arena);
        if (fixture_count(&planted, c->rule, GW_WARNING) +
                fixture_count(&planted, c->rule, GW_ERROR) ==
            0) {
            fail_msg("case %zu: no finding of %s", i, c->rule);
        }
        gw_findings clean = check_rows(c->clean, arena);
        if (count_all(&clean, c->rule) > 0) {
            fail_msg("case %zu: %s: %s", i, c->rule, clean.at[0].message);
        }
        gw_arena_free(arena);
    }
}

static void test_places_settle(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    gw_records r = table_read(POWER("a", "Abilene TX", "1200") POWER("b", "Abilene", "1200")
                                  POWER("c", "Foo OH", "300") POWER("d", "Foo OH building 1", "90"),
                              arena);
    gw_records_settle(&r, arena);
    assert_string_equal(gw_record_place(&r.at[1], arena), gw_record_place(&r.at[0], arena));
    assert_int_equal(r.at[3].part_of, 2);
    assert_int_equal(r.at[1].part_of, -1);
    gw_arena_free(arena);
}

/* A claim that names its place alone is about the programme that is spoken of there. */
static void test_added_joins(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    static const char *const rows = POWER(
        "a", "Abilene TX",
        "1200") "b,2026-02,y,Other,Denton TX,Acme,,power_mw,90,MW facility,,,announced,,,,yes,\n"
                "c,2026-02,y,P,Denton TX,Acme,,power_mw,90,MW facility,,,announced,,,,yes,\n"
                "n,2026-03,z,,Abilene,Acme,,power_mw,2000,MW facility,,,announced,,,,yes,\n"
                "m,2026-03,z,,Denton TX,Acme,,power_mw,2000,MW facility,,,announced,,,,yes,\n"
                "k,2026-03,z,,Nowhere ND,Acme,,power_mw,2000,MW facility,,,announced,,,,yes,\n";
    gw_records r = table_read(rows, arena);
    gw_records_settle(&r, arena);
    gw_records_join(&r, 3, arena);
    assert_string_equal(r.at[3].programme, "P");
    assert_string_equal(r.at[4].programme, ""); /* two programmes: nobody knows */
    assert_string_equal(r.at[5].programme, "");
    gw_ledger_context context = {NULL, GW_NAN};
    gw_findings found = gw_ledger_findings(&r, &context, arena);
    assert_int_equal(fixture_count(&found, "R9", GW_WARNING), 1); /* 1.2 and 2 GW */
    gw_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean_claims_are_silent),
        cmocka_unit_test(test_unstated_basis),
        cmocka_unit_test(test_repeated_figure),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_supersession),
        cmocka_unit_test(test_wrong_basis),
        cmocka_unit_test(test_wording_leaves_room),
        cmocka_unit_test(test_stronger_words),
        cmocka_unit_test(test_running_before_its_date),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_duration),
        cmocka_unit_test(test_debt),
        cmocka_unit_test(test_odd_input),
        cmocka_unit_test(test_joined_and_withdrawn),
        cmocka_unit_test(test_wording_has_limits),
        cmocka_unit_test(test_states_of_growth),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_places_settle),
        cmocka_unit_test(test_added_joins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

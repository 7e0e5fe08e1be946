/* claims/rule_dates.c: rules R10 and R12. Do durations fit their dates, and which promised dates have
 * passed?
 * In:    facts; sites of a scenario     Out: findings
 * Model: R10 a duration against its own window, against the buildings of its site (scenarios),
 *        against the same number counted from another event, and a term against the window of the
 *        same parties' contract. R12 a promise before today: the first observation that reaches it
 *        says how late it was; within a month it was kept.
 * Valid: a window of whole months is known to two months, one of whole years to two years.
 * Sources: Colossus in 122 days, counted in two ways (Tom's Hardware 2024-09-02, SemiWiki 2024-10; Epoch
 *        AI: 131); Abilene's first half of 2025 (DCD 2025-03; Epoch AI 2025-09-26). */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/code.h"
#include "base/date.h"
#include "claims/ledger.h"

#define GRACE_d 31.0
#define GROUP_LIMIT 64

/* ------------------------------------------------------------------ R10 */

/* How much shorter than from first to last day a window may be meant. */
static double vagueness_d(const gw_record *r) {
    int y0, m0, d0, y1, m1, d1;
    gw_date_to_civil(r->from_d, &y0, &m0, &d0);
    gw_date_to_civil(r->until_d + 1, &y1, &m1, &d1); /* the day after: first of a month or year */
    bool months = d0 == 1 && d1 == 1, years = months && m0 == 1 && m1 == 1;
    return years ? 2 * GW_YEAR_d : months ? 62 : 1;
}

static void report_dates(gw_ledger *ledger, int i, double dated_d, double start_d, double end_d) {
    const gw_fact *f = &ledger->fact[i];
    double claimed_d = f->number / GW_DAY_s;
    gw_finding *finding = gw_ledger_add(ledger, "R10", GW_WARNING, 1, &i);
    finding->message = gw_ledger_printf(
        ledger, "%s claimed, but %s to %s is %.0f d", gw_ledger_claimed(ledger, i),
        gw_ledger_text(ledger, start_d, NULL), gw_ledger_text(ledger, end_d, NULL), dated_d);
    finding->reading = gw_ledger_printf(
        ledger, "counted from %s, or to an earlier event: first and last event are not named",
        gw_ledger_text(ledger, end_d - claimed_d, NULL));
    gw_ledger_number(finding, "claimed", "d", f->number);
    gw_ledger_number(finding, "dated", "d", dated_d * GW_DAY_s);
    gw_ledger_number(finding, "factor", "", dated_d / claimed_d);
}

static bool site_dates(const gw_scenario *in, const gw_record *r, double *start_d,
                       double *ready_d) {
    *start_d = *ready_d = GW_NAN;
    const gw_claim *claim = &in->claims.at[r->claim];
    int s = claim->site.name != NULL ? claim->site.i : -1;
    if (s < 0 || s >= in->sites.n) {
        return false;
    }
    const gw_site *site = &in->sites.at[s];
    for (int i = 0; i < site->buildings.n; i++) {
        *start_d = fmin(*start_d, site->buildings.at[i].started_d); /* fmin ignores NaN */
        *ready_d = fmin(*ready_d, site->buildings.at[i].ready_d);
    }
    if (gw_is_set(claim->online_d)) {
        *ready_d = claim->online_d;
    } else if (gw_is_set(claim->true_at_d)) {
        *ready_d = claim->true_at_d;
    }
    return gw_is_set(*start_d) && gw_is_set(*ready_d);
}

static void check_own_dates(gw_ledger *ledger, int i) {
    const gw_fact *f = &ledger->fact[i];
    double claimed_d = f->number / GW_DAY_s, start_d, end_d;
    if (!(claimed_d > 0)) {
        return;
    }
    if (gw_is_set(f->r->window_d) && f->r->from_d <= f->r->until_d) {
        double longest = f->r->until_d - f->r->from_d + 1,
               shortest = longest - 1 - vagueness_d(f->r);
        double slack = fmax(1.0, 0.01 * claimed_d);
        if (f->lo / GW_DAY_s > longest + slack || f->hi / GW_DAY_s < shortest - slack) {
            report_dates(ledger, i, f->r->until_d - f->r->from_d, f->r->from_d, f->r->until_d);
        }
    } else if (f->r->claim >= 0 && site_dates(ledger->in, f->r, &start_d, &end_d)) {
        if (fabs((end_d - start_d) / claimed_d - 1) > GW_LEDGER_TOLERANCE) {
            report_dates(ledger, i, end_d - start_d, start_d, end_d);
        }
    }
}

static bool is_term(const gw_fact *f) {
    static const char *const words[] = {"term", "lease", "contract", "notice", "guarantee"};
    return gw_ledger_says(f, words, (int)(sizeof words / sizeof words[0]));
}

/* The day of a record that says that work began; NaN. */
static double began_d(const gw_record *r) {
    static const char *const starts[] = {
        "land_clearing",      "land clearing",      "construction",    "ground_breaking",
        "ground breaking",    "groundbreaking",     "ground-breaking", "construction_start",
        "construction start", "start_construction", "first_work",      "start"};
    for (size_t s = 0; r->measure == GW_MEASURE_EVENT && s < sizeof starts / sizeof starts[0];
         s++) {
        if (r->event != NULL && strcasecmp(r->event, starts[s]) == 0) {
            return r->from_d;
        }
    }
    static const char *const words[] = {
        "start of construction", "construction start", "construction began", "construction begins",
        "broke ground",          "groundbreaking",     "ground breaking",    "land clearing"};
    double day_d;
    bool dated = r->measure == GW_MEASURE_EVENT && r->event != NULL &&
                 gw_date_parse(r->event, GW_DATE_START, &day_d) == GW_OK;
    for (size_t k = 0; dated && k < sizeof words / sizeof words[0]; k++) {
        if (gw_names_word(r->text, words[k]) != NULL) {
            return day_d;
        }
    }
    return GW_NAN;
}

/* First work and first operation as events of the object. */
static void check_events(gw_ledger *ledger, gw_group group, int i) {
    double start_d = GW_NAN, end_d = GW_NAN;
    int which[3] = {i, -1, -1};
    const gw_fact *f = &ledger->fact[i];
    if (gw_is_set(f->r->window_d) || is_term(f) || !(f->r->status == GW_STATUS_ENERGISED)) {
        return;
    }
    for (int k = 0; k < group.n && k < GROUP_LIMIT; k++) {
        const gw_record *r = ledger->fact[group.fact[k]].r;
        if (gw_is_set(began_d(r)) && !(began_d(r) >= start_d)) {
            start_d = began_d(r);
            which[1] = group.fact[k];
        }
        bool runs = r->status == GW_STATUS_ENERGISED && gw_is_set(r->true_at_d) && r->value > 0;
        if (runs && !(r->true_at_d >= end_d)) {
            end_d = r->true_at_d;
            which[2] = group.fact[k];
        }
    }
    double dated_d = end_d - start_d;
    if (which[1] < 0 || which[2] < 0 || dated_d <= 0 ||
        (dated_d >= 0.95 * f->lo / GW_DAY_s && dated_d <= 1.05 * f->hi / GW_DAY_s)) {
        return;
    }
    report_dates(ledger, i, dated_d, start_d, end_d);
    gw_finding *told = &ledger->at[ledger->n_findings - 1];
    int *claims = GW_NEW_N(ledger->arena, 3, int);
    memcpy(claims, which, sizeof which);
    told->claims = claims;
    told->n_claims = 3;
}

/* Nothing runs before work on it began. A promise made before the start was known has slipped (R12). */
static void check_order(gw_ledger *ledger, gw_group group) {
    int start = -1, early = -1;
    double start_d = GW_NAN, early_d = GW_NAN;
    for (int k = 0; k < group.n && k < GROUP_LIMIT; k++) {
        const gw_fact *f = &ledger->fact[group.fact[k]];
        if (f->phase || f->addition) {
            return; /* the start of a part says nothing of the others */
        }
        if (gw_is_set(began_d(f->r)) && !(began_d(f->r) >= start_d)) {
            start_d = began_d(f->r);
            start = group.fact[k];
        }
    }
    for (int k = 0; k < group.n && k < GROUP_LIMIT && start >= 0; k++) {
        const gw_fact *f = &ledger->fact[group.fact[k]];
        bool fact = f->r->status == GW_STATUS_ENERGISED || f->r->status == GW_STATUS_REPORTED;
        bool date = gw_ledger_has(f, GW_MEASURE_ONLINE) &&
                    (fact || !(f->r->said_d < ledger->fact[start].r->said_d));
        double runs_d = date ? f->hi
                        : f->r->status == GW_STATUS_ENERGISED &&
                                f->r->measure != GW_MEASURE_EVENT && f->number > 0
                            ? f->r->true_at_d
                            : GW_NAN;
        if (f->live && runs_d < start_d - 1 && !(runs_d >= early_d)) {
            early_d = runs_d;
            early = group.fact[k];
        }
    }
    if (early < 0) {
        return;
    }
    bool date = ledger->fact[early].r->measure == GW_MEASURE_ONLINE;
    gw_finding *f =
        gw_ledger_add(ledger, date ? "R10" : "R8", GW_WARNING, 2, (const int[]){early, start});
    f->message = gw_ledger_printf(
        ledger, "%s on %s, but work began on %s, %.0f days later",
        date ? "in operation"
             : gw_ledger_printf(ledger, "%s ran", gw_ledger_claimed(ledger, early)),
        gw_ledger_text(ledger, early_d, NULL), gw_ledger_text(ledger, start_d, NULL),
        start_d - early_d);
    f->reading = "one of the two dates is wrong, or the work is on a later part of the site";
    gw_ledger_number(f, "runs", NULL, early_d);
    gw_ledger_number(f, "start", NULL, start_d);
    gw_ledger_number(f, "gap", "d", (start_d - early_d) * GW_DAY_s);
}

/* One number of days, counted from two different events. */
static void check_counted_from(gw_ledger *ledger, gw_group group, int at) {
    const gw_fact *a = &ledger->fact[group.fact[at]];
    for (int k = at + 1; k < group.n && k < at + GROUP_LIMIT; k++) {
        const gw_fact *b = &ledger->fact[group.fact[k]];
        if (gw_ledger_has(b, GW_MEASURE_DURATION) && gw_ledger_gap(a->number, b->number) <= 0.02 &&
            strcmp(a->r->unit_text, b->r->unit_text) != 0 && a->r->claim < 0) {
            gw_finding *f = gw_ledger_add(ledger, "R10", GW_WARNING, 2,
                                          (const int[]){group.fact[at], group.fact[k]});
            f->message = gw_ledger_printf(ledger, "%s stands for two spans: '%s' and '%s'",
                                          gw_ledger_claimed(ledger, group.fact[at]),
                                          a->r->unit_text, b->r->unit_text);
            f->reading =
                "they count from or to different events; first and last event belong to a duration";
            gw_ledger_number(f, "claimed", "d", a->number);
            return;
        }
    }
}

static int by_parties(const gw_ledger *ledger, int a, int b) {
    const gw_fact *x = &ledger->fact[a], *y = &ledger->fact[b];
    if (x->party_set != y->party_set) {
        return x->party_set < y->party_set ? -1 : 1;
    }
    return a < b ? -1 : a > b;
}

/* A term against the window of a contract between the same parties. */
static void check_terms(gw_ledger *ledger) {
    int *index = GW_NEW_N(ledger->arena, ledger->n + 1, int);
    int n = 0;
    for (int i = 0; i < ledger->n; i++) {
        const gw_fact *f = &ledger->fact[i];
        bool term = gw_ledger_has(f, GW_MEASURE_DURATION) && is_term(f);
        bool window =
            (f->r->measure == GW_MEASURE_CONTRACT || f->r->per_time) && f->r->window_d > 0;
        if (f->n_parties >= 2 && f->live && (term || window)) {
            index[n++] = i;
        }
    }
    gw_ledger_sort(ledger, index, n, by_parties);
    for (int k = 0; k < n; k++) {
        const gw_fact *a = &ledger->fact[index[k]];
        for (int j = k > 8 ? k - 8 : 0; j < n && j < k + 9 && gw_ledger_has(a, GW_MEASURE_DURATION);
             j++) {
            const gw_fact *b = &ledger->fact[index[j]];
            bool one_deal = a->programme < 0 || b->programme < 0 || a->programme == b->programme ||
                            (a->place >= 0 && a->place == b->place);
            if (b->party_set != a->party_set || b->r->measure == GW_MEASURE_DURATION || !one_deal) {
                continue;
            }
            double window_d = b->r->window_d, ratio = a->number / GW_DAY_s / window_d;
            if (ratio > 1.0 / 1.5 && ratio < 1.5) {
                continue;
            }
            gw_finding *f =
                gw_ledger_add(ledger, "R10", GW_WARNING, 2, (const int[]){index[k], index[j]});
            f->message =
                gw_ledger_printf(ledger, "a term of %s, but the payments of '%s' run for %.0f d",
                                 gw_ledger_claimed(ledger, index[k]), b->r->id, window_d);
            f->reading =
                "the shorter is the firm part, the longer the nominal term with an exit right";
            gw_ledger_number(f, "term", "d", a->number);
            gw_ledger_number(f, "window", "d", window_d * GW_DAY_s);
            break;
        }
    }
}

void gw_rule_durations(gw_ledger *ledger) {
    for (int o = 0; o < ledger->n_objects; o++) {
        gw_group group = gw_ledger_object(ledger, o);
        check_order(ledger, group);
        for (int k = 0; k < group.n; k++) {
            if (gw_ledger_has(&ledger->fact[group.fact[k]], GW_MEASURE_DURATION)) {
                check_own_dates(ledger, group.fact[k]);
                check_events(ledger, group, group.fact[k]);
                check_counted_from(ledger, group, k);
            }
        }
    }
    check_terms(ledger);
}

/* ------------------------------------------------------------------ R12 */

/** What is known of an object on the way to its promise. */
typedef struct progress {
    int first; /* first that ran; -1 */
    int most;  /* largest running power; -1 */
    double planned_W;
} progress;

static bool part_of_it(const gw_fact *f) {
    static const char *const words[] = {"first", "phase", "initial", "stage"};
    return gw_ledger_says(f, words, (int)(sizeof words / sizeof words[0]));
}

static progress progress_of(const gw_ledger *ledger, gw_group group) {
    progress p = {-1, -1, GW_NAN};
    for (int k = 0; k < group.n; k++) {
        int i = group.fact[k];
        const gw_fact *f = &ledger->fact[i];
        bool power = gw_ledger_has(f, GW_MEASURE_POWER) && f->r->basis != GW_BASIS_GENERATION &&
                     f->r->basis != GW_BASIS_COOLING;
        if (f->r->status == GW_STATUS_ENERGISED && f->number > 0 && gw_is_set(f->r->true_at_d)) {
            if (p.first < 0 || f->r->true_at_d < ledger->fact[p.first].r->true_at_d) {
                p.first = i;
            }
            if (power && (p.most < 0 || f->number > ledger->fact[p.most].number)) {
                p.most = i;
            }
        } else if (power && f->live && !gw_is_set(f->r->true_at_d) && f->number > 0) {
            p.planned_W = fmin(p.planned_W, f->lo); /* fmin ignores NaN */
        }
    }
    return p;
}

/* The day that was promised; NaN: no promise of a date. */
static double promised_d(const gw_fact *f) {
    double due_d = GW_NAN;
    if (gw_ledger_has(f, GW_MEASURE_ONLINE)) {
        due_d = f->hi;
    } else if (f->r->status == GW_STATUS_ANNOUNCED && !gw_is_set(f->r->from_d) &&
               gw_is_set(f->number) &&
               (f->r->measure == GW_MEASURE_ACCELERATORS || f->r->measure == GW_MEASURE_BUILDINGS ||
                f->r->measure == GW_MEASURE_POWER)) {
        due_d = f->r->until_d;
    }
    bool promise = f->r->status != GW_STATUS_ENERGISED && f->r->said_d < due_d;
    return promise ? due_d : GW_NAN;
}

static void judge_promise(gw_ledger *ledger, int i, double due_d, const progress *p) {
    const gw_fact *f = &ledger->fact[i];
    const gw_fact *first = p->first >= 0 ? &ledger->fact[p->first] : NULL;
    bool whole =
        p->most < 0 || part_of_it(f) || !(ledger->fact[p->most].number < 0.7 * p->planned_W);
    double seen_d = first != NULL ? first->r->true_at_d : GW_NAN;
    const char *date = gw_ledger_text(ledger, due_d, NULL);
    if (first != NULL && whole && seen_d <= due_d + GRACE_d) {
        return;
    }
    int both[2] = {i, whole ? p->first : p->most};
    bool outcome = strncmp(f->r->text, "Outcome", 7) == 0;
    gw_finding *finding = gw_ledger_add(ledger, "R12", GW_NOTE, both[1] >= 0 ? 2 : 1, both);
    gw_ledger_number(finding, "promised", NULL, due_d);
    if (first != NULL && whole) {
        finding->message =
            gw_ledger_printf(ledger, "promised for %s, first seen running on %s: %.0f days late",
                             date, gw_ledger_text(ledger, seen_d, NULL), seen_d - due_d);
        gw_ledger_number(finding, "observed", NULL, seen_d);
        gw_ledger_number(finding, "late", "d", (seen_d - due_d) * GW_DAY_s);
        finding->reading = "on time only if an earlier event, such as the first racks, was meant";
        return;
    }
    double past_d = ledger->as_of_d - due_d;
    finding->message = gw_ledger_printf(ledger, "promised for %s, %.0f days before %s: due", date,
                                        past_d, gw_ledger_text(ledger, ledger->as_of_d, NULL));
    finding->reading =
        outcome ? f->r->text
        : both[1] < 0
            ? "nothing in the ledger shows that it happened"
            : gw_ledger_printf(ledger, "%s ran by %s of the %s planned",
                               gw_ledger_claimed(ledger, both[1]),
                               gw_ledger_text(ledger, ledger->fact[both[1]].r->true_at_d, NULL),
                               gw_ledger_text(ledger, p->planned_W, "MW"));
    gw_ledger_number(finding, "past", "d", past_d * GW_DAY_s);
}

void gw_rule_due(gw_ledger *ledger) {
    for (int o = 0; o < ledger->n_objects; o++) {
        gw_group group = gw_ledger_object(ledger, o);
        progress p = {-1, -1, GW_NAN};
        bool known = false;
        for (int k = 0; k < group.n; k++) {
            double due_d = promised_d(&ledger->fact[group.fact[k]]);
            double grace_d = ledger->fact[group.fact[k]].r->claim >= 0 ? 0 : GRACE_d;
            if (due_d + grace_d <= ledger->as_of_d) {
                p = known ? p : progress_of(ledger, group);
                known = true;
                judge_promise(ledger, group.fact[k], due_d, &p);
            }
        }
    }
}

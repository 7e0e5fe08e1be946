/* claims/rule_changes.c: rules R9 and R8. Does a later figure replace an earlier one, or contradict it,
 * and was a state claimed before it could be seen?
 * In:    facts      Out: findings
 * Model: R9 figures of one object, measure, basis, state and window are walked in the order in which
 *        they were said. Apart by more than 5 % beyond what their wordings allow, they contradict
 *        each other; a declared successor, or words like "raised" and "replaced", make it a revision
 *        (note). Contracts, debt and equity are compared between the same parties alone: another
 *        amount is otherwise another contract. A state that shrinks later is noted. R8 "energised"
 *        said before the day of which it speaks, or of a day after today.
 * Valid: tolerances are assumptions: 5 % covers rounding to two digits, a month dates.
 * Sources: Saline's three prices (Reuters 2025-10-30, FT 2025-12-17, 2026-04); Epoch AI on Prometheus
 *        (631, then 562 MW of IT). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/code.h"
#include "base/date.h"
#include "claims/ledger.h"

#define ONLINE_TOLERANCE_d 31.0
#define AT_ONCE_d 31.0 /* amounts said within a month are about one contract (assumption) */
#define GROUP_LIMIT 256
#define WITHDRAWN_MAX 16
#define SUM_MAX 10
#define SUM_FRAC 0.01
#define LOOK_BACK 6 /* earlier figures that one is set against */

static bool is_instrument(gw_measure m) {
    return m == GW_MEASURE_CONTRACT || m == GW_MEASURE_DEBT || m == GW_MEASURE_EQUITY;
}

/* Figures of these measures belong to one object and can contradict each other. */
static bool is_compared(const gw_fact *f) {
    switch (f->r->measure) {
    case GW_MEASURE_EVENT:
    case GW_MEASURE_OTHER:
    case GW_MEASURE_PRICE_OTHER:
    case GW_MEASURE_CASH:
    case GW_MEASURE_PRICE:
    case GW_MEASURE_MULTIPLE:
    case GW_MEASURE_UNIT_COST:
        return false;
    default:
        return gw_is_set(f->number) && f->r->part_of < 0;
    }
}

static int by_series(const gw_ledger *ledger, int a, int b) {
    const gw_fact *x = &ledger->fact[a], *y = &ledger->fact[b];
    if (x->object != y->object) {
        return x->object < y->object ? -1 : 1;
    }
    if (x->r->measure != y->r->measure) {
        return x->r->measure < y->r->measure ? -1 : 1;
    }
    if (is_instrument(x->r->measure) && x->party_set != y->party_set) {
        return x->party_set < y->party_set ? -1 : 1;
    }
    if (x->r->said_d != y->r->said_d) {
        return x->r->said_d < y->r->said_d ? -1 : 1;
    }
    return a < b ? -1 : a > b;
}

static bool same_series(const gw_fact *a, const gw_fact *b) {
    return a->object == b->object && a->r->measure == b->r->measure &&
           (!is_instrument(a->r->measure) || a->party_set == b->party_set);
}

static bool ranges_meet(const gw_fact *a, const gw_fact *b) {
    if (a->r->measure == GW_MEASURE_ONLINE) {
        return a->lo - ONLINE_TOLERANCE_d <= b->hi && b->lo - ONLINE_TOLERANCE_d <= a->hi;
    }
    double slack = 0.5 * GW_LEDGER_TOLERANCE;
    double lo_a = a->lo - slack * fabs(a->lo), hi_a = a->hi + slack * fabs(a->hi);
    double lo_b = b->lo - slack * fabs(b->lo), hi_b = b->hi + slack * fabs(b->hi);
    return lo_a <= hi_b && lo_b <= hi_a;
}

/* A size that belongs to another date of one object is another milestone. */
static bool same_milestone(const gw_ledger *ledger, const gw_fact *a, const gw_fact *b) {
    if (a->r->measure != GW_MEASURE_ONLINE || a->r->claim < 0) {
        return true;
    }
    double sizes[2] = {GW_NAN, GW_NAN};
    const gw_fact *both[2] = {a, b};
    for (int i = 0; i < 2; i++) {
        int claim = both[i]->r->claim;
        sizes[i] = ledger->in->claims.at[claim].power_W;
    }
    return !(gw_ledger_gap(sizes[0], sizes[1]) > GW_LEDGER_TOLERANCE);
}

static bool may_be_set_against(const gw_ledger *ledger, const gw_fact *a, const gw_fact *b) {
    bool instrument = is_instrument(a->r->measure);
    bool at_once = fabs(a->r->said_d - b->r->said_d) <= AT_ONCE_d;
    bool windowed = gw_is_set(a->r->until_d) && gw_is_set(b->r->until_d);
    if (!gw_ledger_same_basis(a, b) || !gw_ledger_same_state(a, b) ||
        !gw_ledger_same_window(a, b) || !same_milestone(ledger, a, b)) {
        return false;
    }
    if ((a->phase || a->addition) != (b->phase || b->addition)) {
        return false;
    }
    if (instrument &&
        ((!at_once && !windowed) || (a->statement == b->statement && a->r->claim < 0))) {
        return false; /* another amount is another contract */
    }
    if (a->r->measure == GW_MEASURE_BACKLOG && fabs(a->r->said_d - b->r->said_d) > 1) {
        return false;
    }
    if (a->r->measure == GW_MEASURE_DURATION) {
        return strcmp(a->r->unit_text, b->r->unit_text) == 0 &&
               (a->r->claim >= 0 || gw_ledger_share_party(a, b));
    }
    if (a->r->measure == GW_MEASURE_INTEREST || a->r->measure == GW_MEASURE_SHARE) {
        return a->party_set == b->party_set;
    }
    return a->place >= 0 || a->r->claim >= 0 || a->n_sponsors == 0 || b->n_sponsors == 0 ||
           gw_ledger_share_party(a, b);
}

static bool says_revision(const gw_fact *later) {
    static const char *const words[] = {
        "raised",  "lowered",   "narrowed",  "revised", "outturn",    "replaces",  "replaced",
        "updated", "increased", "cut",       "reduced", "supersedes", "upgraded",  "expanded",
        "amended", "restated",  "corrected", "slipped", "delayed",    "postponed", "moved"};
    return later->r->status == GW_STATUS_REDUCED ||
           gw_ledger_says(later, words, (int)(sizeof words / sizeof words[0]));
}

/* The same number on another stated basis for the same object and state; -1: none. */
static int same_number_elsewhere(const gw_ledger *ledger, int fact) {
    const gw_fact *a = &ledger->fact[fact];
    gw_group group = gw_ledger_object(ledger, a->object);
    for (int i = 0; i < group.n && i < 256; i++) {
        const gw_fact *b = &ledger->fact[group.fact[i]];
        if (b->r->measure == a->r->measure && gw_is_set(b->number) &&
            gw_ledger_gap(a->number, b->number) <= GW_LEDGER_SAME_FRAC &&
            gw_ledger_same_state(a, b) && !gw_ledger_same_basis(a, b) &&
            !gw_ledger_basis_unstated(a) && !gw_ledger_basis_unstated(b)) {
            return group.fact[i];
        }
    }
    return -1;
}

static const char *why_apart(const gw_ledger *ledger, int early, int late) {
    const gw_fact *a = &ledger->fact[early], *b = &ledger->fact[late];
    const int both[] = {late, early};
    for (int i = 0; i < 2; i++) {
        int other = same_number_elsewhere(ledger, both[i]);
        if (other >= 0) {
            return gw_ledger_printf(
                ledger,
                "'%s' gives the same number as '%s' on another basis: one of the two "
                "bases is probably wrong",
                ledger->fact[both[i]].r->id, ledger->fact[other].r->id);
        }
    }
    double factor = fmax(a->number, b->number) / fmin(a->number, b->number);
    if (a->r->measure == GW_MEASURE_ACCELERATORS && fabs(factor - 2) < 0.02) {
        return "one counts GPUs and the other boards of two";
    }
    if (a->r->measure == GW_MEASURE_POWER && a->r->basis == GW_BASIS_UNSTATED && factor >= 1.05 &&
        factor <= 1.8) {
        return "the smaller is IT power and the larger facility power";
    }
    if (b->r->said_d - a->r->said_d > AT_ONCE_d) {
        return gw_ledger_printf(ledger, "a revision that nobody called one: '%s' is the later word",
                                b->r->id);
    }
    return "different scope or phase, or an error";
}

static void report_change(gw_ledger *ledger, int early, int late, bool revision) {
    const gw_fact *a = &ledger->fact[early], *b = &ledger->fact[late];
    const char *was = gw_ledger_claimed(ledger, early), *is = gw_ledger_claimed(ledger, late);
    gw_finding *f =
        gw_ledger_add(ledger, "R9", revision ? GW_NOTE : GW_WARNING, 2, (const int[]){early, late});
    const char *unit = gw_ledger_unit(a->r);
    double from = a->number, to = b->number;
    gw_ledger_number(f, "earlier", unit, from);
    gw_ledger_number(f, "later", unit, to);
    if (a->r->measure == GW_MEASURE_ONLINE) {
        f->message = gw_ledger_printf(ledger, "%s and %s: %s by %.0f days", was, is,
                                      to > from ? (revision ? "moved back" : "later")
                                                : (revision ? "brought forward" : "earlier"),
                                      fabs(to - from));
        gw_ledger_number(f, "shift", "d", (to - from) * GW_DAY_s);
    } else {
        double factor = from > 0 && to > 0 ? fmax(from, to) / fmin(from, to) : GW_NAN;
        const char *how = revision ? (to > from ? "grew" : "shrank") : "apart";
        f->message =
            gw_is_set(factor)
                ? gw_ledger_printf(ledger, "%s %s %s: %s by a factor of %.3g", was,
                                   revision ? "became" : "against", is, how, factor)
                : gw_ledger_printf(ledger, "%s %s %s", was, revision ? "became" : "against", is);
        gw_ledger_number(f, "factor", "", factor);
    }
    f->reading =
        revision ? "the later claim replaces the earlier one" : why_apart(ledger, early, late);
}

/* A state observed later that is smaller: capacity fell, or the observation was corrected. */
static bool shrank(const gw_fact *a, const gw_fact *b) {
    bool states = gw_is_set(a->r->true_at_d) && gw_is_set(b->r->true_at_d);
    bool sizes = a->r->measure == GW_MEASURE_POWER || a->r->measure == GW_MEASURE_ACCELERATORS ||
                 a->r->measure == GW_MEASURE_H100E || a->r->measure == GW_MEASURE_BUILDINGS;
    return states && sizes && b->r->true_at_d > a->r->true_at_d + GW_LEDGER_STATE_d && a->live &&
           b->live && gw_ledger_same_basis(a, b) && a->r->status == GW_STATUS_ENERGISED &&
           b->hi < (1 - GW_LEDGER_TOLERANCE) * a->lo;
}

/* Whether the larger of two amounts is a sum that holds the smaller: parts are searched among the amounts
 * of the series. */
static bool holds(const gw_ledger *ledger, const int *series, int n, int a, int b) {
    bool a_first = ledger->fact[a].number < ledger->fact[b].number;
    int small = a_first ? a : b, large = a_first ? b : a;
    double rest = ledger->fact[large].number - ledger->fact[small].number;
    double slack = SUM_FRAC * ledger->fact[large].number, part[SUM_MAX];
    int n_parts = 0;
    for (int k = 0; k < n && n_parts < SUM_MAX; k++) {
        const gw_fact *f = &ledger->fact[series[k]];
        bool other = ledger->same_as[series[k]] == series[k] && f->live &&
                     ledger->same_as[small] != series[k] && ledger->same_as[large] != series[k];
        if (other && f->number > 0 && f->number <= rest + slack) {
            part[n_parts++] = f->number;
        }
    }
    for (unsigned set = 1; set < 1u << n_parts; set++) {
        double sum = 0;
        for (int k = 0; k < n_parts; k++) {
            sum += set & 1u << k ? part[k] : 0;
        }
        if (fabs(sum - rest) <= slack) {
            return true;
        }
    }
    return false;
}

/* The latest earlier figure of its series that one contradicts, or the one it declares to replace. */
static void look_back(gw_ledger *ledger, const int *series, int first, int at) {
    int late = series[at];
    const gw_fact *b = &ledger->fact[late];
    bool smaller_told = false;
    int from = at - first > 2 * SUM_MAX ? at - 2 * SUM_MAX : first;
    for (int k = at - 1; k >= first && k >= at - LOOK_BACK; k--) {
        int early = series[k];
        const gw_fact *a = &ledger->fact[early];
        if (!smaller_told && shrank(a, b)) {
            gw_finding *f = gw_ledger_add(ledger, "R9", GW_NOTE, 2, (const int[]){early, late});
            f->message = gw_ledger_printf(
                ledger, "%s ran on %s, %s on %s", gw_ledger_claimed(ledger, early),
                gw_ledger_text(ledger, a->r->true_at_d, NULL), gw_ledger_claimed(ledger, late),
                gw_ledger_text(ledger, b->r->true_at_d, NULL));
            f->reading = "capacity fell, or the observation was revised downwards";
            gw_ledger_number(f, "earlier", gw_ledger_unit(a->r), a->number);
            gw_ledger_number(f, "later", gw_ledger_unit(b->r), b->number);
            smaller_told = true;
        }
        if (!a->live || !b->live || !may_be_set_against(ledger, a, b) ||
            gw_ledger_linked(ledger, early, late)) {
            continue;
        }
        if (is_instrument(a->r->measure) &&
            holds(ledger, series + from, at - from + 1, early, late)) {
            continue;
        }
        if (ranges_meet(a, b)) {
            if (gw_ledger_gap(a->number, b->number) <= GW_LEDGER_SAME_FRAC) {
                return; /* the same again: whatever came before it has been told */
            }
            continue;
        }
        double factor = fmax(a->number, b->number) / fmin(a->number, b->number);
        bool slip =
            a->r->measure != GW_MEASURE_ONLINE && (fabs(factor / 1000 - 1) < 0.05 || factor > 5e5);
        if (!slip) { /* R1 tells slips of units */
            report_change(ledger, early, late, b->r->said_d > a->r->said_d && says_revision(b));
        }
        return;
    }
}

static void check_successor(gw_ledger *ledger, int late) {
    const gw_fact *b = &ledger->fact[late];
    int early = b->r->supersedes;
    if (early < 0 || early == late) {
        return;
    }
    const gw_fact *a = &ledger->fact[early];
    if (b->r->status == GW_STATUS_WITHDRAWN) {
        gw_finding *f = gw_ledger_add(ledger, "R9", GW_NOTE, 2, (const int[]){early, late});
        f->message = gw_ledger_printf(ledger, "'%s' was withdrawn on %s", a->r->id,
                                      gw_ledger_text(ledger, b->r->said_d, NULL));
        f->reading = "not counted any more";
        gw_ledger_number(f, "date", NULL, b->r->said_d);
    } else if (a->r->said_d > b->r->said_until_d) {
        gw_finding *f = gw_ledger_add(ledger, "R9", GW_ERROR, 2, (const int[]){early, late});
        f->message = gw_ledger_printf(ledger, "'%s' of %s is said to replace the later '%s' of %s",
                                      b->r->id, gw_ledger_text(ledger, b->r->said_d, NULL),
                                      a->r->id, gw_ledger_text(ledger, a->r->said_d, NULL));
        f->reading = "the two are the other way round";
        gw_ledger_number(f, "earlier", NULL, b->r->said_d);
        gw_ledger_number(f, "later", NULL, a->r->said_d);
    } else if (a->r->measure == b->r->measure && gw_is_set(a->number) && gw_is_set(b->number) &&
               a->number != b->number) {
        report_change(ledger, early, late, true);
    }
}

/* A row that repeats a figure as withdrawn, without a link to the row that it takes back. */
static void check_withdrawn(gw_ledger *ledger, int late) {
    const gw_fact *b = &ledger->fact[late];
    if (b->r->status != GW_STATUS_WITHDRAWN || b->r->supersedes >= 0) {
        return;
    }
    int told[WITHDRAWN_MAX] = {0}, n = 0;
    gw_group group = gw_ledger_object(ledger, b->object);
    for (int k = 0; k < group.n && k < GROUP_LIMIT && n + 1 < WITHDRAWN_MAX; k++) {
        if (gw_ledger_withdraws(ledger, late, group.fact[k])) {
            told[n++] = group.fact[k];
        }
    }
    if (n == 0) {
        return;
    }
    told[n] = late;
    gw_finding *f = gw_ledger_add(ledger, "R9", GW_NOTE, n + 1, told);
    f->message = gw_ledger_printf(ledger, "%s was withdrawn on %s", gw_ledger_ids(ledger, n, told),
                                  gw_ledger_text(ledger, b->r->said_d, NULL));
    f->reading = "not counted any more";
    gw_ledger_number(f, "date", NULL, b->r->said_d);
}

/* R8: a state that nobody can have observed yet. */
static void check_observed(gw_ledger *ledger, int i) {
    const gw_fact *f = &ledger->fact[i];
    if (f->r->status != GW_STATUS_ENERGISED) {
        return;
    }
    double when_d = gw_is_set(f->r->true_at_d) ? f->r->true_at_d : GW_NAN;
    if (f->r->measure == GW_MEASURE_ONLINE && gw_is_set(f->number)) {
        when_d = f->lo;
    } else if (gw_is_set(f->r->from_d) && f->r->from_d > f->r->said_until_d) {
        when_d = f->r->from_d;
    }
    double said_d = gw_is_set(f->r->said_until_d) ? f->r->said_until_d : f->r->said_d;
    if (!(when_d > said_d + 0.5) && !(when_d > ledger->as_of_d + 0.5)) {
        return;
    }
    gw_finding *finding = gw_ledger_add(ledger, "R8", GW_WARNING, 1, &i);
    finding->message = gw_ledger_printf(
        ledger, "said to run in a claim of %s that speaks of %s: a forecast, not an observation",
        gw_ledger_text(ledger, f->r->said_d, NULL), gw_ledger_text(ledger, when_d, NULL));
    finding->reading = "the status should be announced or estimate";
    gw_ledger_number(finding, "date", NULL, when_d);
}

void gw_rule_changes(gw_ledger *ledger) {
    int *series = GW_NEW_N(ledger->arena, ledger->n + 1, int);
    int n = 0;
    for (int i = 0; i < ledger->n; i++) {
        check_observed(ledger, i);
        check_successor(ledger, i);
        check_withdrawn(ledger, i);
        if (is_compared(&ledger->fact[i])) {
            series[n++] = i;
        }
    }
    gw_ledger_sort(ledger, series, n, by_series);
    int first = 0;
    for (int k = 1; k < n; k++) {
        if (!same_series(&ledger->fact[series[first]], &ledger->fact[series[k]])) {
            first = k;
        }
        look_back(ledger, series, first, k);
    }
}

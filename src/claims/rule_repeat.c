/* claims/rule_repeat.c: rules R4, R8 and R16. Is it the same figure again, did only its status rise,
 * did its wording grow stronger on the way?
 * In:    facts       Out: findings; ledger.same_as
 * Model: R4 one object, quantity, state and window, bases that may be one, values within 0.2 %; or
 *        the same two or more parties and quantity under another name, within 1 % if they were also
 *        said within a quarter or for the same window. What buyers pay and sellers receive is one
 *        quantity. Different sites are never one. R8 the same figure of the same source with a
 *        higher status. R16 the same figure later in stronger words (intends < up to < about < plain
 *        < at least).
 * Valid: each figure is set against the eight nearest values of its group.
 * Sources: the Oracle contract of July 2025, told in three texts; CoreWeave's 11.9 bn USD as a press
 *        report and in its filing. */
#include <math.h>
#include <stdlib.h>

#include "base/code.h"
#include "claims/ledger.h"

#define LOOK_BACK 8
#define PARTY_TOLERANCE 0.01
#define NEAR_d 92.0

static bool is_instrument(gw_measure m) {
    return m == GW_MEASURE_CONTRACT || m == GW_MEASURE_DEBT || m == GW_MEASURE_EQUITY;
}

/* What one side pays is what the other receives. */
static int class_of(const gw_record *r) {
    return r->measure == GW_MEASURE_OPEX || (r->measure == GW_MEASURE_REVENUE && r->per_time)
               ? GW_MEASURE_OPEX
               : (int)r->measure;
}

static bool takes_part(const gw_fact *f) {
    gw_nature nature = gw_measure_table[f->r->measure].nature;
    return (nature == GW_NATURE_STOCK || nature == GW_NATURE_FLOW) && f->number > 0;
}

static int order(double a, double b) {
    return a < b ? -1 : a > b;
}

static int by_object(const gw_ledger *ledger, int a, int b) {
    const gw_fact *x = &ledger->fact[a], *y = &ledger->fact[b];
    int c = order(x->object, y->object);
    c = c != 0 ? c : order(class_of(x->r), class_of(y->r));
    c = c != 0 ? c : order(x->number, y->number);
    return c != 0 ? c : order(a, b);
}

static int by_parties(const gw_ledger *ledger, int a, int b) {
    const gw_fact *x = &ledger->fact[a], *y = &ledger->fact[b];
    int c = order(x->party_set, y->party_set);
    c = c != 0 ? c : order(class_of(x->r), class_of(y->r));
    c = c != 0 ? c : order(x->number, y->number);
    return c != 0 ? c : order(a, b);
}

static int by_place(const gw_ledger *ledger, int a, int b) {
    const gw_fact *x = &ledger->fact[a], *y = &ledger->fact[b];
    int c = order(x->place, y->place);
    c = c != 0 ? c : order(class_of(x->r), class_of(y->r));
    c = c != 0 ? c : order(x->number, y->number);
    return c != 0 ? c : order(a, b);
}

static bool parts_of_one(const gw_fact *a, const gw_fact *b) {
    return a->r->part_of >= 0 && a->r->part_of == b->r->part_of;
}

/* One basis, or one of the two leaves it open. */
static bool basis_fits(const gw_fact *a, const gw_fact *b) {
    if (class_of(a->r) == GW_MEASURE_OPEX) {
        return true;
    }
    if (gw_ledger_same_basis(a, b)) {
        return true;
    }
    bool asked = a->r->measure == GW_MEASURE_POWER || a->r->measure == GW_MEASURE_CAPEX;
    return asked && a->r->per_time == b->r->per_time &&
           (gw_ledger_basis_unstated(a) || gw_ledger_basis_unstated(b));
}

static bool same_sponsors(const gw_fact *a, const gw_fact *b) {
    if (a->n_sponsors != b->n_sponsors) {
        return false;
    }
    for (int i = 0; i < a->n_sponsors; i++) {
        if (a->sponsors[i] != b->sponsors[i]) {
            return false;
        }
    }
    return true;
}

static bool contains(const gw_fact *a, const gw_fact *b) {
    int i = 0;
    for (int j = 0; j < b->n_parties; j++) {
        while (i < a->n_parties && a->parties[i] < b->parties[j]) {
            i++;
        }
        if (i == a->n_parties || a->parties[i] != b->parties[j]) {
            return false;
        }
    }
    return true;
}

static bool parties_fit(const gw_fact *a, const gw_fact *b) {
    if (is_instrument(a->r->measure)) {
        return same_sponsors(a, b) ||
               (a->n_parties > 1 && b->n_parties > 1 && (contains(a, b) || contains(b, a)));
    }
    if (a->place >= 0 || a->r->claim >= 0 || a->n_parties == 0 || b->n_parties == 0) {
        return true;
    }
    return gw_ledger_share_party(a, b);
}

/* Planned and running in the words of one source: the status alone rose. */
static bool only_status_rose(const gw_fact *a, const gw_fact *b) {
    bool rose = (a->r->status == GW_STATUS_ENERGISED) != (b->r->status == GW_STATUS_ENERGISED);
    bool plans = a->r->status <= GW_STATUS_ENERGISED && b->r->status <= GW_STATUS_ENERGISED;
    return a->source >= 0 && a->source == b->source && rose && plans;
}

static bool told_again(const gw_ledger *ledger, int i, int j) {
    const gw_fact *a = &ledger->fact[i], *b = &ledger->fact[j];
    if ((a->r->status == GW_STATUS_WITHDRAWN) != (b->r->status == GW_STATUS_WITHDRAWN)) {
        return false; /* taken back, not told again */
    }
    return gw_ledger_gap(a->lo, b->lo) <=
               (a->r->wording == b->r->wording ? GW_LEDGER_SAME_FRAC : 1) &&
           (gw_ledger_same_state(a, b) || only_status_rose(a, b)) && gw_ledger_window_fits(a, b) &&
           basis_fits(a, b) && parties_fit(a, b) && !parts_of_one(a, b) && a->r->part_of != j &&
           b->r->part_of != i && (a->r->claim < 0 || a->r->claim != b->r->claim) &&
           !gw_ledger_linked(ledger, i, j);
}

static bool told_elsewhere(const gw_ledger *ledger, int i, int j) {
    const gw_fact *a = &ledger->fact[i], *b = &ledger->fact[j];
    bool deal = is_instrument(a->r->measure) || class_of(a->r) == GW_MEASURE_OPEX ||
                ((a->r->measure == GW_MEASURE_POWER || a->r->measure == GW_MEASURE_ACCELERATORS ||
                  a->r->measure == GW_MEASURE_CAPEX) &&
                 a->r->counterparties.n > 0 && b->r->counterparties.n > 0);
    bool places = a->place < 0 || b->place < 0 || a->place == b->place;
    bool windows =
        gw_is_set(a->r->until_d) && gw_is_set(b->r->until_d) && gw_ledger_same_window(a, b);
    double gap = gw_ledger_gap(a->number, b->number);
    bool close = windows || fabs(a->r->said_d - b->r->said_d) <= NEAR_d;
    return a->object != b->object && deal && places && a->n_parties >= 2 &&
           a->party_set == b->party_set && gap <= (close ? PARTY_TOLERANCE : GW_LEDGER_SAME_FRAC) &&
           gw_ledger_same_state(a, b) && gw_ledger_window_fits(a, b) && basis_fits(a, b) &&
           !parts_of_one(a, b) && a->r->part_of != j && b->r->part_of != i &&
           !gw_ledger_linked(ledger, i, j);
}

/* One place under two names of the programme, told by or of the same party. */
static bool told_of_place(const gw_ledger *ledger, int i, int j) {
    const gw_fact *a = &ledger->fact[i], *b = &ledger->fact[j];
    return a->place >= 0 && a->object != b->object && gw_ledger_share_party(a, b) &&
           told_again(ledger, i, j);
}

static int root_of(const gw_ledger *ledger, int i) {
    while (ledger->same_as[i] != i) {
        i = ledger->same_as[i];
    }
    return i;
}

static void join(gw_ledger *ledger, int i, int j) {
    int a = root_of(ledger, i), b = root_of(ledger, j);
    ledger->same_as[a > b ? a : b] = a > b ? b : a;
}

/** One way in which figures can meet. */
typedef struct meeting {
    int (*compare)(const gw_ledger *ledger, int a, int b);
    bool (*same)(const gw_ledger *ledger, int i, int j);
    int (*group)(const gw_fact *fact);
    double tolerance;
} meeting;

static int object_of(const gw_fact *f) {
    return f->object;
}
static int parties_of(const gw_fact *f) {
    return f->party_set;
}
static int place_of(const gw_fact *f) {
    return f->place;
}

static void join_groups(gw_ledger *ledger, int *index, int n, const meeting *by) {
    gw_ledger_sort(ledger, index, n, by->compare);
    for (int k = 1; k < n; k++) {
        const gw_fact *b = &ledger->fact[index[k]];
        for (int j = k - 1; j >= 0 && j >= k - LOOK_BACK; j--) {
            const gw_fact *a = &ledger->fact[index[j]];
            if (by->group(a) != by->group(b) || class_of(a->r) != class_of(b->r) ||
                gw_ledger_gap(a->number, b->number) > by->tolerance) {
                break;
            }
            if (by->same(ledger, index[j], index[k])) {
                join(ledger, index[j], index[k]);
                break;
            }
        }
    }
}

/* ------------------------------------------------------------------ what a cluster says */

static int by_said(const gw_ledger *ledger, int a, int b) {
    int c = order(ledger->fact[a].r->said_d, ledger->fact[b].r->said_d);
    return c != 0 ? c : order(a, b);
}

static int strength(gw_wording wording) {
    static const int rank[] = {[GW_WORDING_INTENDS] = 0,
                               [GW_WORDING_UP_TO] = 1,
                               [GW_WORDING_ABOUT] = 2,
                               [GW_WORDING_PLAIN] = 3,
                               [GW_WORDING_AT_LEAST] = 4};
    return rank[wording];
}

static void report_wording(gw_ledger *ledger, const int *told, int n) {
    for (int k = 1; k < n; k++) {
        const gw_record *early = ledger->fact[told[k - 1]].r, *late = ledger->fact[told[k]].r;
        if (strength(late->wording) > strength(early->wording) && late->said_d > early->said_d) {
            gw_finding *f =
                gw_ledger_add(ledger, "R16", GW_NOTE, 2, (const int[]){told[k - 1], told[k]});
            f->message = gw_ledger_printf(
                ledger, "'%s' became '%s': stronger words for the same number",
                gw_ledger_claimed(ledger, told[k - 1]), gw_ledger_claimed(ledger, told[k]));
            f->reading = "the earlier words are nearer to the source";
            return;
        }
    }
}

/* Announced, term sheet, contracted, financed, under construction, energised: 0..5; else -1. */
static int rank_of(gw_claim_status status) {
    return status <= GW_STATUS_ENERGISED ? (int)status : -1;
}

static void report_status(gw_ledger *ledger, const int *told, int n) {
    for (int k = 1; k < n && k < 64; k++) {
        const gw_fact *late = &ledger->fact[told[k]];
        for (int j = 0; j < k; j++) {
            const gw_fact *early = &ledger->fact[told[j]];
            if (early->source < 0 || early->source != late->source ||
                rank_of(early->r->status) < 0 ||
                rank_of(late->r->status) <= rank_of(early->r->status)) {
                continue;
            }
            gw_finding *f =
                gw_ledger_add(ledger, "R8", GW_WARNING, 2, (const int[]){told[j], told[k]});
            f->message = gw_ledger_printf(
                ledger, "%s rose from %s to %s with no other source than '%s'",
                gw_ledger_claimed(ledger, told[k]),
                gw_enum_claim_status.items[early->r->status].name,
                gw_enum_claim_status.items[late->r->status].name, early->r->source);
            f->reading = "the lower status holds until another source shows the higher one";
            return;
        }
    }
}

static void report_cluster(gw_ledger *ledger, int *told, int n) {
    bool elsewhere = false;
    for (int k = 1; k < n; k++) {
        elsewhere = elsewhere || ledger->fact[told[k]].object != ledger->fact[told[0]].object;
    }
    const char *words = gw_ledger_claimed(ledger, told[0]);
    gw_finding *f = gw_ledger_add(ledger, "R4", elsewhere ? GW_WARNING : GW_NOTE, n, told);
    f->message =
        gw_ledger_printf(ledger, "%s stands in %d claims: one figure, not %d", words, n, n);
    f->reading = elsewhere ? "one agreement under two names; not to be added up"
                           : "a repetition; not to be added up";
    const gw_record *r = ledger->fact[told[0]].r;
    gw_ledger_number(f, "claimed", gw_ledger_unit(r), gw_record_number(r));
    gw_ledger_number(f, "times", "", n);
    gw_ledger_sort(ledger, told, n, by_said);
    report_wording(ledger, told, n);
    report_status(ledger, told, n);
}

static int by_root(const gw_ledger *ledger, int a, int b) {
    int c = order(ledger->same_as[a], ledger->same_as[b]);
    return c != 0 ? c : order(a, b);
}

/* What the writer of the ledger calls a duplicate is one, whatever the words: the same quantity,
 * or it would not be the same figure. */
static void join_said(gw_ledger *ledger) {
    for (int i = 0; i < ledger->n; i++) {
        const gw_record *r = ledger->fact[i].r;
        for (int k = 0; k < r->n_duplicates; k++) {
            int other = r->duplicates[k];
            if (other >= 0 && ledger->fact[other].r->measure == r->measure &&
                takes_part(&ledger->fact[i]) && takes_part(&ledger->fact[other])) {
                join(ledger, i, other);
            }
        }
    }
}

void gw_rule_repeated(gw_ledger *ledger) {
    int *index = GW_NEW_N(ledger->arena, ledger->n + 1, int);
    int n = 0;
    for (int i = 0; i < ledger->n; i++) {
        if (takes_part(&ledger->fact[i])) {
            index[n++] = i;
        }
    }
    const meeting ways[] = {{by_object, told_again, object_of, GW_LEDGER_SAME_FRAC},
                            {by_place, told_of_place, place_of, GW_LEDGER_SAME_FRAC},
                            {by_parties, told_elsewhere, parties_of, PARTY_TOLERANCE}};
    for (size_t w = 0; w < sizeof ways / sizeof ways[0]; w++) {
        join_groups(ledger, index, n, &ways[w]);
    }
    join_said(ledger);
    for (int i = 0; i < ledger->n; i++) {
        ledger->same_as[i] = root_of(ledger, i);
    }
    gw_ledger_sort(ledger, index, n, by_root);
    for (int first = 0; first < n;) {
        int end = first + 1;
        while (end < n && ledger->same_as[index[end]] == ledger->same_as[index[first]]) {
            end++;
        }
        if (end - first > 1) {
            report_cluster(ledger, index + first, end - first);
        }
        first = end;
    }
}

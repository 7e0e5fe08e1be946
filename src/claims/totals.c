/* claims/totals.c: sums by programme or sponsor, quantity, basis and state, and what they leave out.
 * In:    records; the commitments of a scenario
 * Out:   gw_totals, gw_overlap
 * Model: the claims that stand (standing.c, standing_pick.c) are added within one programme,
 *        quantity, basis and state. A commitment of a scenario enters as a claim in the state of the
 *        day, and what of it is drawn by then (evenly from first to last draw) as a second one.
 * Derivation: rules R3, R4, R5, R6, R7, R9 of docs/model/claims.md. */
#include "claims/totals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "claims/standing.h"

/* ------------------------------------------------------------------ commitments as records */

static bool by_day(double event_d, double as_of_d) {
    return gw_is_set(event_d) && (!gw_is_set(as_of_d) || event_d <= as_of_d);
}

static gw_claim_status status_of(const gw_commitment *c, double as_of_d) {
    if (by_day(c->withdrawn_d, as_of_d)) {
        return GW_STATUS_WITHDRAWN;
    }
    if (by_day(c->financed_d, as_of_d)) {
        return GW_STATUS_FINANCED;
    }
    return by_day(c->contracted_d, as_of_d) ? GW_STATUS_CONTRACTED : GW_STATUS_ANNOUNCED;
}

static gw_texts one_name(const gw_ref *ref, gw_arena *arena) {
    gw_texts names = {0};
    if (ref->name != NULL) {
        names.at = GW_NEW(arena, const char *);
        names.at[0] = ref->name;
        names.n = 1;
    }
    return names;
}

static gw_measure measure_of(const gw_commitment *c) {
    return c->kind == GW_COMMITMENT_EQUITY ? GW_MEASURE_EQUITY
           : c->kind == GW_COMMITMENT_DEBT ? GW_MEASURE_DEBT
                                           : GW_MEASURE_CONTRACT;
}

static gw_record of_commitment(const gw_scenario *in, const gw_commitment *c, double as_of_d,
                               gw_arena *arena) {
    gw_record r = {.id = c->head.name, .loc = c->head.loc, .claim = -1};
    r.programme = c->programme.name != NULL ? c->programme.name : "";
    r.object = r.programme;
    r.site = r.unit_text = r.value_text = "";
    r.text = c->title != NULL ? c->title : "";
    r.source = "commitment of the scenario";
    r.language = "en";
    r.sponsors = one_name(&c->party, arena);
    r.counterparties = one_name(&c->to, arena);
    r.measure = measure_of(c);
    r.value = c->amount_usd;
    r.low = r.high = r.probability = r.true_at_d = GW_NAN;
    r.from_d = c->draw_from_d;
    r.until_d = c->draw_until_d;
    r.said_d = gw_is_set(c->pledged_d)      ? c->pledged_d
               : gw_is_set(c->contracted_d) ? c->contracted_d
                                            : in->as_of_d;
    r.said_until_d = r.said_d;
    r.confirmed = true;
    r.status = status_of(c, as_of_d);
    r.supersedes = r.part_of = -1;
    if (c->kind == GW_COMMITMENT_GUARANTEE) {
        r.ambiguous = "a guarantee is no money until it is called";
    }
    return r;
}

/* Drawn by a day, of a loan or investment that is drawn evenly. */
static double drawn_usd(const gw_commitment *c, double as_of_d) {
    if (!gw_is_set(c->draw_from_d) || !gw_is_set(c->draw_until_d) || !gw_is_set(as_of_d) ||
        !(c->draw_until_d > c->draw_from_d)) {
        return 0;
    }
    double share = (as_of_d - c->draw_from_d) / (c->draw_until_d - c->draw_from_d);
    return c->amount_usd * fmin(fmax(share, 0.0), 1.0);
}

static gw_records with_commitments(const gw_records *records, const gw_scenario *in, double as_of_d,
                                   gw_arena *arena) {
    int n_more = in == NULL ? 0 : in->commitments.n;
    gw_records all = {GW_NEW_N(arena, records->n + 2 * n_more + 1, gw_record), records->n};
    if (records->n > 0) {
        memcpy(all.at, records->at, (size_t)records->n * sizeof all.at[0]);
    }
    for (int i = 0; i < n_more; i++) {
        const gw_commitment *c = &in->commitments.at[i];
        gw_record r = of_commitment(in, c, as_of_d, arena);
        if (gw_is_set(as_of_d) && r.said_d > as_of_d) {
            continue; /* nobody had promised it yet */
        }
        all.at[all.n++] = r;
        double drawn = drawn_usd(c, as_of_d);
        bool counts = r.status != GW_STATUS_WITHDRAWN && r.ambiguous == NULL;
        if (drawn > 0 && counts) {
            r.id = gw_arena_printf(arena, "%s (drawn)", r.id);
            r.value = drawn;
            r.status = GW_STATUS_CONSTRUCTION;
            all.at[all.n++] = r;
        }
    }
    return all;
}

/* ------------------------------------------------------------------ sums */

static int cell_order(const gw_entry *a, const gw_entry *b) {
    int order = strcmp(a->key, b->key);
    order = order != 0 ? order : (int)a->kind - (int)b->kind;
    order = order != 0 ? order : strcmp(a->basis, b->basis);
    return order != 0 ? order : (int)a->state - (int)b->state;
}

static int by_cell(const void *a, const void *b) {
    const gw_entry *x = a, *y = b;
    int order = cell_order(x, y);
    return order != 0 ? order : x->record - y->record;
}

/* Numbers in order of first appearance, so that a sort keeps the order of the ledger. */
typedef struct group_rank {
    const char *name;
    int first;
} group_rank;

static int by_name(const void *a, const void *b) {
    const group_rank *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : x->first - y->first;
}

static void number_groups(gw_entry *at, int n, gw_arena *arena) {
    group_rank *ranks = GW_NEW_N(arena, n + 1, group_rank);
    for (int i = 0; i < n; i++) {
        ranks[i] = (group_rank){at[i].group, i};
    }
    qsort(ranks, (size_t)n, sizeof ranks[0], by_name);
    for (int first = 0, next; first < n; first = next) {
        const char *key = gw_arena_printf(arena, "%09d", ranks[first].first);
        for (next = first; next < n && strcmp(ranks[next].name, ranks[first].name) == 0; next++) {
            at[ranks[next].first].key = key;
        }
    }
}

static gw_total sum_cell(const gw_entry *at, int n, const gw_records *records, gw_arena *arena) {
    gw_total t = {
        .group = at[0].group, .kind = at[0].kind, .basis = at[0].basis, .state = at[0].state};
    t.counted = GW_NEW_N(arena, n, int);
    t.left = GW_NEW_N(arena, n, gw_left_out);
    for (int i = 0; i < n; i++) {
        const gw_record *r = &records->at[at[i].record];
        if (at[i].out.reason != NULL) {
            t.left[t.n_left++] = at[i].out;
            continue;
        }
        t.counted[t.n_counted++] = at[i].record;
        t.value += at[i].value;
        t.is_lower_end |= r->wording == GW_WORDING_AT_LEAST;
        t.is_upper_end |= r->wording == GW_WORDING_UP_TO;
    }
    return t;
}

static gw_totals sum_up(gw_entry *at, int n, const gw_records *records, gw_arena *arena) {
    gw_totals totals = {.records = *records};
    totals.left = GW_NEW_N(arena, n + 1, gw_left_out);
    totals.at = GW_NEW_N(arena, n + 1, gw_total);
    for (int i = 0; i < n; i++) {
        if (at[i].out.reason != NULL) {
            totals.left[totals.n_left++] = at[i].out;
        }
    }
    number_groups(at, n, arena);
    qsort(at, (size_t)n, sizeof at[0], by_cell);
    for (int first = 0, next; first < n; first = next) {
        for (next = first; next < n && cell_order(&at[next], &at[first]) == 0; next++) {
        }
        gw_total t = sum_cell(at + first, next - first, records, arena);
        totals.at[totals.n++] = t;
    }
    return totals;
}

gw_totals gw_claims_totals(const gw_records *records, const int *same_as, const gw_scenario *in,
                           double as_of_d, gw_arena *arena) {
    gw_records *all = GW_NEW(arena, gw_records);
    *all = with_commitments(records, in, as_of_d, arena);
    gw_entries entries = gw_standing_begin(all, arena);
    gw_standing_repeats(&entries, same_as, records->n);
    gw_standing_contracts(&entries);
    gw_standing_objects(&entries);
    gw_standing_nesting(&entries);
    return sum_up(entries.at, entries.n, all, arena);
}

/* ------------------------------------------------------------------ by sponsor */

static int sponsor_entries(const gw_totals *by, gw_entry *at) {
    int n = 0;
    for (int i = 0; i < by->n; i++) {
        const gw_total *t = &by->at[i];
        for (int k = 0; k < t->n_counted + t->n_left; k++) {
            bool counts = k < t->n_counted;
            gw_left_out left = {0};
            if (!counts) {
                left = t->left[k - t->n_counted];
            }
            int record = counts ? t->counted[k] : left.record;
            const gw_texts *sponsors = &by->records.at[record].sponsors;
            for (int s = 0; s < sponsors->n; s++, n++) {
                if (at != NULL) {
                    at[n] = (gw_entry){.record = record, .kind = t->kind, .basis = t->basis};
                    at[n].state = t->state;
                    at[n].group = sponsors->at[s];
                    at[n].value = gw_record_number(&by->records.at[record]);
                    at[n].out = left;
                }
            }
        }
    }
    return n;
}

gw_totals gw_claims_totals_by_sponsor(const gw_totals *by_programme, gw_arena *arena) {
    int n = sponsor_entries(by_programme, NULL);
    gw_entry *at = GW_NEW_N(arena, n + 1, gw_entry);
    (void)sponsor_entries(by_programme, at);
    return sum_up(at, n, &by_programme->records, arena);
}

/* ------------------------------------------------------------------ power without overlaps */

static bool is_load(const gw_entry *e, const gw_records *records) {
    gw_claim_basis basis = records->at[e->record].basis;
    return e->kind == GW_TOTAL_POWER && basis != GW_BASIS_GENERATION && basis != GW_BASIS_COOLING &&
           basis != GW_BASIS_CONTRACTED;
}

/* "Hyperion, first phase" and "Hyperion, full campus" lie inside one another: what a scenario's
 * claims are about up to the comma is one place. */
static bool same_place(const gw_record *a, const gw_record *b) {
    size_t n = strcspn(a->object, ",");
    return a->claim >= 0 && b->claim >= 0 && n == strcspn(b->object, ",") &&
           strncmp(a->object, b->object, n) == 0;
}

/* Of the parts and wholes of one place the largest stands. Claims of a scenario only: they are few. */
static void largest_of_place(gw_entries *all) {
    for (int i = 0; i < all->n; i++) {
        gw_entry *e = &all->at[i];
        const gw_record *r = &all->records->at[e->record];
        for (int k = 0; k < all->n && r->claim >= 0 && e->out.reason == NULL; k++) {
            const gw_entry *other = &all->at[k];
            bool larger = other->value > e->value || (other->value == e->value && k < i);
            if (k != i && larger && other->out.reason == NULL &&
                same_place(r, &all->records->at[other->record])) {
                e->out = (gw_left_out){e->record, other->record, "R5", "inside a larger figure"};
            }
        }
    }
}

/* On one key for all bases and states the best-founded figure stands: the finished site, not the
 * part that runs; of a stated basis before an unstated one. */
static void one_basis(gw_entries *all, const int *same_as, bool running) {
    for (int i = 0; i < all->n; i++) {
        gw_entry *e = &all->at[i];
        bool is_state = (e->state == GW_COMMIT_SPENT) == running;
        if (!is_load(e, all->records) || (e->out.reason == NULL && !is_state)) {
            e->out.reason = "not asked";
            e->out.record = e->record;
        }
        e->basis = "";
        e->state = running ? GW_COMMIT_SPENT : GW_COMMIT_PLEDGED;
    }
    gw_standing_repeats(all, same_as, all->records->n);
    gw_standing_objects(all);
    gw_standing_nesting(all);
    largest_of_place(all);
}

/* @param kept  [all->n] records that stand, or NULL */
static int add_standing(const gw_entries *all, double *sum_W, int *kept) {
    int n = 0;
    for (int i = 0; i < all->n; i++) {
        if (all->at[i].out.reason == NULL) {
            sum_W[all->records->at[all->at[i].record].basis] += all->at[i].value;
            if (kept != NULL) {
                kept[n] = all->at[i].record;
            }
            n++;
        }
    }
    return n;
}

gw_overlap gw_claims_overlap(const gw_records *records, const int *same_as, gw_arena *arena) {
    gw_overlap o = {0};
    gw_entries planned = gw_standing_begin(records, arena);
    for (int i = 0; i < planned.n; i++) {
        if (planned.at[i].out.reason == NULL && is_load(&planned.at[i], records)) {
            o.n_claims++;
            o.printed_W += planned.at[i].value;
        }
    }
    one_basis(&planned, same_as, false);
    o.objects = GW_NEW_N(arena, planned.n + 1, int);
    o.n_objects = add_standing(&planned, o.left_W, o.objects);
    gw_entries running = gw_standing_begin(records, arena);
    one_basis(&running, same_as, true);
    o.n_running = add_standing(&running, o.running_W, NULL);
    return o;
}

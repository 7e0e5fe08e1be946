/* claims/rule_nesting.c: rules R3 and R5 between a programme and its sites, and between chip orders and
 * sites.
 * In:    facts; same_as of R4        Out: findings
 * Model: in a programme, the whole is a figure without a site, parts are those of single sites, of
 *        one measure and basis. The parts of the whole's own statement should meet it; all sites
 *        together must not exceed it; one site alone larger than it is R5. A whole that equals
 *        another whole plus one of its sites has counted the site twice. Power ordered from makers of
 *        chips is a layer of its own, inside the sites (one note for each buyer).
 * Valid: finished sizes; at most 64 sites a programme and measure.
 * Sources: Stargate's announcement of 2025-09-23 (5.5 + 1.5 = 7 GW); OpenAI's orders at NVIDIA, AMD and
 *        Broadcom, 2025-26. */
#include <math.h>
#include <string.h>

#include "base/code.h"
#include "claims/csv_words.h"
#include "claims/ledger.h"
#include "claims/standing.h"

#define LIMIT 64
#define EXACT 0.0101

static bool is_size(const gw_ledger *ledger, int i) {
    const gw_fact *f = &ledger->fact[i];
    bool adds = f->r->measure == GW_MEASURE_POWER || f->r->measure == GW_MEASURE_ACCELERATORS ||
                f->r->measure == GW_MEASURE_H100E || f->r->measure == GW_MEASURE_CAPEX ||
                f->r->measure == GW_MEASURE_BUILDINGS;
    bool year = gw_is_set(f->r->window_d) && f->r->window_d < 550;
    return adds && f->r->claim < 0 && f->number > 0 && f->live && f->r->per == NULL &&
           !f->r->per_time && !year && !gw_is_set(f->r->true_at_d) && f->programme >= 0 &&
           f->r->part_of < 0;
}

static int kind_of(const gw_record *r) {
    return r->measure == GW_MEASURE_POWER          ? (int)r->basis
           : r->measure == GW_MEASURE_CAPEX        ? (int)r->scope
           : r->measure == GW_MEASURE_ACCELERATORS ? (int)r->chip
                                                   : 0;
}

static int by_programme(const gw_ledger *ledger, int a, int b) {
    const gw_fact *x = &ledger->fact[a], *y = &ledger->fact[b];
    int c = x->programme - y->programme;
    c = c != 0 ? c : (int)x->r->measure - (int)y->r->measure;
    c = c != 0 ? c : kind_of(x->r) - kind_of(y->r);
    c = c != 0 ? c : (x->place < y->place ? -1 : x->place > y->place);
    c = c != 0 ? c : (x->r->said_d < y->r->said_d ? -1 : x->r->said_d > y->r->said_d);
    return c != 0 ? c : a < b ? -1 : a > b;
}

static gw_finding *tell(gw_ledger *ledger, const char *rule, gw_severity severity, const int *part,
                        int n, int whole, double total) {
    int all[LIMIT + 1] = {whole};
    memcpy(all + 1, part, (size_t)n * sizeof *all);
    gw_finding *f = gw_ledger_add(ledger, rule, severity, n + 1, all);
    const char *unit = gw_ledger_unit(ledger->fact[whole].r);
    gw_ledger_number(f, "sum", unit, total);
    gw_ledger_number(f, "whole", unit, ledger->fact[whole].number);
    gw_ledger_number(f, "gap", "%", gw_ledger_gap(total, ledger->fact[whole].number));
    return f;
}

/* Parts of the whole's own statement should meet it. True when something was told. */
static bool statement_sum(gw_ledger *ledger, const int *index, int n, int whole) {
    const gw_fact *w = &ledger->fact[whole];
    int part[LIMIT], k = 0;
    double total = 0, lo = 0, hi = 0;
    bool open = false;
    for (int i = 0; i < n && k < LIMIT; i++) {
        const gw_fact *f = &ledger->fact[index[i]];
        if (f->place >= 0 && f->statement == w->statement && index[i] != whole) {
            part[k++] = index[i];
            total += f->number;
            lo += f->lo;
            hi += f->hi;
            open = open || f->r->wording == GW_WORDING_UP_TO;
        }
    }
    double gap = gw_ledger_gap(total, w->number);
    bool meets =
        gap <= EXACT || (lo <= w->hi * (1 + EXACT) && hi >= w->lo * (1 - EXACT) && w->hi > w->lo);
    if (k < 2 || meets || open || gap > 0.25) {
        return false;
    }
    gw_finding *f = tell(ledger, "R3", gap > 0.05 ? GW_ERROR : GW_WARNING, part, k, whole, total);
    f->message =
        gw_ledger_printf(ledger, "%d sites add up to %s, but the whole is %s: %.1f %% apart", k,
                         gw_ledger_text(ledger, total, gw_ledger_unit(w->r)),
                         gw_ledger_claimed(ledger, whole), 100 * gap);
    f->reading = "a site is missing or counted twice, or the bases differ";
    return true;
}

/* All sites, the latest figure of each, against the latest whole. */
static void all_sites(gw_ledger *ledger, const int *index, int n, int whole) {
    const gw_fact *w = &ledger->fact[whole];
    int part[LIMIT], k = 0;
    double total = 0, least = 0;
    for (int i = 0; i < n && k < LIMIT; i++) {
        const gw_fact *f = &ledger->fact[index[i]];
        bool last = i + 1 == n || ledger->fact[index[i + 1]].place != f->place;
        if (f->place < 0 || !last || gw_standing_level(f->r) != GW_LEVEL_SITE) {
            continue;
        }
        if (f->lo > w->hi * (1 + EXACT)) {
            gw_finding *told = tell(ledger, "R5", GW_ERROR, &index[i], 1, whole, f->number);
            told->message = gw_ledger_printf(ledger, "%s at one site, %s for the whole programme",
                                             gw_ledger_claimed(ledger, index[i]),
                                             gw_ledger_claimed(ledger, whole));
            told->reading =
                "a site cannot be larger than the programme that it belongs to: another basis, or "
                "an older goal";
            return;
        }
        part[k++] = index[i];
        total += f->number;
        least += f->lo;
    }
    if (k >= 2 && least > w->hi * (1 + EXACT)) {
        gw_finding *f = tell(ledger, "R3", GW_WARNING, part, k, whole, total);
        f->message = gw_ledger_printf(ledger, "%d sites add up to %s, more than %s for the whole",
                                      k, gw_ledger_text(ledger, total, gw_ledger_unit(w->r)),
                                      gw_ledger_claimed(ledger, whole));
        f->reading = "the goal is older than the sites, or a site is counted under two names";
    }
}

/* One whole = another whole + a site inside it. */
static void counted_twice(gw_ledger *ledger, const int *index, int n) {
    for (int a = 0; a < n && a < 16 && ledger->fact[index[a]].place < 0; a++) {
        for (int b = 0; b < n && b < 16 && ledger->fact[index[b]].place < 0; b++) {
            for (int p = 0; p < n && p < LIMIT; p++) {
                const gw_fact *big = &ledger->fact[index[a]], *small = &ledger->fact[index[b]];
                const gw_fact *part = &ledger->fact[index[p]];
                if (a == b || part->place < 0 || !(part->number < small->number) ||
                    gw_ledger_gap(small->number + part->number, big->number) > 0.002) {
                    continue;
                }
                const int two[] = {index[b], index[p]};
                gw_finding *f =
                    tell(ledger, "R5", GW_WARNING, two, 2, index[a], small->number + part->number);
                f->message = gw_ledger_printf(ledger, "%s is %s plus %s, a site inside it",
                                              gw_ledger_claimed(ledger, index[a]),
                                              gw_ledger_claimed(ledger, two[0]),
                                              gw_ledger_claimed(ledger, two[1]));
                f->reading = "the site was added to a total that holds it already";
                return;
            }
        }
    }
}

static void check_programme(gw_ledger *ledger, const int *index, int n) {
    int whole = -1;
    bool told = false;
    for (int i = 0; i < n && i < 4 * LIMIT; i++) {
        const gw_fact *f = &ledger->fact[index[i]];
        if (gw_standing_level(f->r) == GW_LEVEL_PROGRAMME && f->place < 0) {
            whole = index[i]; /* sorted: sites absent first, the latest last */
            told = statement_sum(ledger, index, n, whole) || told;
        }
    }
    if (whole >= 0 && !told) {
        all_sites(ledger, index, n, whole);
        counted_twice(ledger, index, n);
    }
}

/* ------------------------------------------------------------------ chip layer and site layer */

typedef struct layers {
    int chip[16], site[4];
    int n_chip, n_site;
} layers;

static void chip_layers(gw_ledger *ledger) {
    layers *of = GW_NEW_N(ledger->arena, ledger->parties.n + 1, layers);
    for (int i = 0; i < ledger->n; i++) {
        const gw_fact *f = &ledger->fact[i];
        if (!gw_ledger_has(f, GW_MEASURE_POWER) || f->r->claim >= 0 || f->n_sponsors == 0 ||
            !f->live || ledger->same_as[i] != i || gw_is_set(f->r->true_at_d)) {
            continue;
        }
        bool chips = false;
        for (int k = 0; k < f->r->counterparties.n; k++) {
            chips = chips || gw_claims_is_chip_maker(
                                 gw_names_party(ledger->arena, f->r->counterparties.at[k]));
        }
        layers *l = &of[f->sponsors[0]];
        if (chips && f->place < 0 && l->n_chip < 16) {
            l->chip[l->n_chip++] = i;
        } else if (!chips && f->number >= 1e9 && l->n_site < 4) {
            l->site[l->n_site++] = i;
        }
    }
    for (int p = 0; p < ledger->parties.n; p++) {
        layers *l = &of[p];
        if (l->n_chip == 0 || l->n_site == 0) {
            continue;
        }
        int all[20];
        double total_W = 0;
        for (int k = 0; k < l->n_chip; k++) {
            all[k] = l->chip[k];
            total_W += ledger->fact[l->chip[k]].number;
        }
        memcpy(all + l->n_chip, l->site, (size_t)l->n_site * sizeof *all);
        gw_finding *f = gw_ledger_add(ledger, "R5", GW_NOTE, l->n_chip + l->n_site, all);
        f->message = gw_ledger_printf(
            ledger, "%s of chips ordered (%s) goes into sites that are claimed beside it",
            gw_ledger_text(ledger, total_W, "MW"), gw_ledger_ids(ledger, l->n_chip, all));
        f->reading = "two layers of the same gigawatts: never added";
        gw_ledger_number(f, "chip_layer", "MW", total_W);
    }
}

void gw_rule_nesting(gw_ledger *ledger) {
    int *index = GW_NEW_N(ledger->arena, ledger->n + 1, int);
    int n = 0;
    for (int i = 0; i < ledger->n; i++) {
        if (is_size(ledger, i)) {
            index[n++] = i;
        }
    }
    gw_ledger_sort(ledger, index, n, by_programme);
    for (int first = 0, end; first < n; first = end) {
        const gw_fact *a = &ledger->fact[index[first]];
        for (end = first + 1; end < n; end++) {
            const gw_fact *b = &ledger->fact[index[end]];
            if (a->programme != b->programme || a->r->measure != b->r->measure ||
                kind_of(a->r) != kind_of(b->r)) {
                break;
            }
        }
        check_programme(ledger, index + first, end - first);
    }
    chip_layers(ledger);
}

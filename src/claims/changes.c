/* claims/changes.c: the record on one day against the record on another.
 * In:    records, two days
 * Out:   gw_changes
 * Model: records of one object, quantity, basis and period form a series; within it promises,
 *        outside estimates and observations are three voices. A voice that says another number
 *        (0.5 %; dates: a day) has revised it. An observation that reaches 95 % of the latest promise
 *        confirms it, once.
 * Valid: a statement dated with a month counts from its first day.
 * Derivation: rules R8, R9, R12 of docs/model/claims.md. */
#include "claims/changes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "claims/spelling.h"
#include "claims/standing.h"

#define SAME_FRAC 0.005
#define REACHED_FRAC 0.95

#define GW_CHANGE_WORD(id, word, doc) word,
const char *const gw_change_words[GW_N_CHANGE] = {GW_CHANGE_KINDS(GW_CHANGE_WORD)};

typedef enum voice { PROMISED, ESTIMATED, OBSERVED, N_VOICES } voice;

typedef struct line {
    const char *key;
    double said_d;
    int record;
} line;

static int by_key(const void *a, const void *b) {
    const line *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    if (order == 0 && x->said_d != y->said_d) {
        order = x->said_d < y->said_d ? -1 : 1;
    }
    return order != 0 ? order : x->record - y->record;
}

static voice voice_of(const gw_record *r) {
    return r->status == GW_STATUS_ENERGISED  ? OBSERVED
           : r->status == GW_STATUS_ESTIMATE ? ESTIMATED
                                             : PROMISED;
}

static bool is_gone(const gw_record *r) {
    return r->status == GW_STATUS_WITHDRAWN || r->status == GW_STATUS_DENIED ||
           r->status == GW_STATUS_SUPERSEDED;
}

/* Where the same programme and site may hold several contracts, the parties belong to the object. */
static bool is_between_parties(const gw_record *r) {
    return r->measure == GW_MEASURE_CONTRACT || r->measure == GW_MEASURE_DEBT ||
           r->measure == GW_MEASURE_EQUITY || r->site[0] == '\0';
}

static const char *joined(const gw_texts *names, gw_arena *arena) {
    const char *text = gw_names_party(arena, names->at[0]);
    for (int i = 1; i < names->n; i++) {
        text = gw_arena_printf(arena, "%s %s", text, gw_names_party(arena, names->at[i]));
    }
    return text;
}

static const char *key_of(const gw_record *r, gw_arena *arena) {
    bool parties = is_between_parties(r);
    const char *a = parties && r->sponsors.n > 0 ? joined(&r->sponsors, arena) : "";
    const char *b = parties && r->counterparties.n > 0 ? r->counterparties.at[0] : "";
    int period = gw_is_set(r->from_d) && gw_is_set(r->until_d) && r->measure == GW_MEASURE_CAPEX
                     ? (int)(r->from_d / 31.0)
                     : -1;
    int kind = r->measure == GW_MEASURE_POWER          ? (int)r->basis
               : r->measure == GW_MEASURE_ACCELERATORS ? (int)r->chip
               : r->measure == GW_MEASURE_CAPEX        ? (int)r->scope
                                                       : 0;
    return gw_arena_printf(arena, "%s\n%s\n%d %d %d %d %s\n%s\n%s",
                           gw_names_place(arena, gw_standing_group(r->programme, arena)),
                           r->site[0] != '\0' ? gw_record_place(r, arena)
                                              : gw_names_place(arena, r->object),
                           (int)r->measure, kind, (int)r->per_time, period,
                           r->per == NULL ? "" : r->per, a, gw_names_party(arena, b));
}

/* ------------------------------------------------------------------ one series */

typedef struct work {
    const gw_records *records;
    gw_changes *out;
} work;

static void add(work *w, gw_change_kind kind, int from, int to) {
    gw_change *c = &w->out->at[w->out->n++];
    *c = (gw_change){kind, from, to, GW_NAN, GW_NAN};
    w->out->counts[kind]++;
    if (from >= 0) {
        double before = gw_record_number(&w->records->at[from]);
        double after = gw_record_number(&w->records->at[to]);
        if (w->records->at[to].measure == GW_MEASURE_ONLINE) {
            c->shift_d = after - before;
        } else if (before != 0) {
            c->factor = after / before;
        }
    }
}

static bool differ(const gw_record *a, const gw_record *b) {
    double x = gw_record_number(a), y = gw_record_number(b);
    if (!gw_is_set(x) || !gw_is_set(y)) {
        return gw_is_set(x) != gw_is_set(y);
    }
    return a->measure == GW_MEASURE_ONLINE ? fabs(x - y) >= 1.0
                                           : fabs(x - y) > SAME_FRAC * fmax(fabs(x), fabs(y));
}

/* Two signed contracts of different size are two contracts. */
static bool is_another(const gw_record *a, const gw_record *b) {
    bool contract = a->measure == GW_MEASURE_CONTRACT || a->measure == GW_MEASURE_DEBT ||
                    a->measure == GW_MEASURE_EQUITY;
    bool both = a->status == b->status &&
                (a->status == GW_STATUS_CONTRACTED || a->status == GW_STATUS_FINANCED);
    return contract && both && differ(a, b);
}

/* The last records of one voice known on the first day and on the last. */
static void compare_voice(work *w, const line *at, int n, voice who) {
    int before = -1, after = -1;
    for (int i = 0; i < n; i++) {
        if (voice_of(&w->records->at[at[i].record]) == who) {
            *(at[i].said_d <= w->out->from_d ? &before : &after) = at[i].record;
        }
    }
    if (after < 0) {
        return;
    }
    const gw_record *now = &w->records->at[after];
    if (is_gone(now)) {
        add(w, GW_CHANGE_WITHDRAWN, before, after);
    } else if (before < 0 || is_another(&w->records->at[before], now)) {
        add(w, GW_CHANGE_NEW, -1, after);
    } else if (differ(&w->records->at[before], now)) {
        add(w, who == OBSERVED ? GW_CHANGE_OBSERVED : GW_CHANGE_REVISED, before, after);
    } else {
        w->out->n_repeated++;
    }
}

/* An observation in the span that reaches the promise known on its first day. */
static void find_confirmation(work *w, const line *at, int n) {
    int promise = -1;
    double best_before = -GW_INF;
    for (int i = 0; i < n && at[i].said_d <= w->out->from_d; i++) {
        const gw_record *r = &w->records->at[at[i].record];
        if (voice_of(r) == OBSERVED) {
            best_before = fmax(best_before, gw_record_number(r));
        } else if (!is_gone(r)) {
            promise = at[i].record;
        }
    }
    double target =
        promise < 0 ? GW_NAN : REACHED_FRAC * gw_record_number(&w->records->at[promise]);
    for (int i = 0; i < n && target > 0 && best_before < target; i++) {
        const gw_record *r = &w->records->at[at[i].record];
        if (at[i].said_d > w->out->from_d && voice_of(r) == OBSERVED &&
            r->measure != GW_MEASURE_ONLINE && gw_record_number(r) >= target) {
            add(w, GW_CHANGE_CONFIRMED, promise, at[i].record);
            return;
        }
    }
}

static int by_kind(const void *a, const void *b) {
    const gw_change *x = a, *y = b;
    return x->kind != y->kind ? (int)x->kind - (int)y->kind : x->to - y->to;
}

gw_changes gw_claims_changes(const gw_records *records, double from_d, double until_d,
                             gw_arena *arena) {
    gw_changes out = {.from_d = from_d, .until_d = until_d};
    out.at = GW_NEW_N(arena, 2 * records->n + 1, gw_change);
    line *lines = GW_NEW_N(arena, records->n + 1, line);
    work w = {records, &out};
    int n = 0;
    for (int i = 0; i < records->n; i++) {
        const gw_record *r = &records->at[i];
        if (!gw_is_set(r->said_d) || r->said_d > until_d) {
            continue;
        }
        if (r->measure != GW_MEASURE_EVENT && r->measure != GW_MEASURE_OTHER) {
            lines[n++] = (line){key_of(r, arena), r->said_d, i};
        } else if (r->said_d > from_d && r->event != NULL) {
            bool gone = strstr(r->event, "withdraw") != NULL;
            add(&w, gone ? GW_CHANGE_WITHDRAWN : GW_CHANGE_NEW, -1, i);
        }
    }
    qsort(lines, (size_t)n, sizeof lines[0], by_key);
    for (int first = 0, next; first < n; first = next) {
        for (next = first; next < n && strcmp(lines[next].key, lines[first].key) == 0; next++) {
        }
        for (int who = 0; who < N_VOICES; who++) {
            compare_voice(&w, lines + first, next - first, (voice)who);
        }
        find_confirmation(&w, lines + first, next - first);
    }
    qsort(out.at, (size_t)out.n, sizeof out.at[0], by_kind);
    return out;
}

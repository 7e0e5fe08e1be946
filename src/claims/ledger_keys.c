/* claims/ledger_keys.c: from records to facts: keys for what, who and where, and the range that the
 * wording of a number allows.
 * In:    records       Out: gw_fact[n], groups by object
 * Model: "at least v" is v to 1.5 v, "up to v" v / 1.5 to v, "about v" v +- 10 %, a range its ends.
 *        One statement is one claim of a scenario, or the rows of one source and day.
 * Valid: any number of records; names are compared as in spelling.c.
 * Derivation: docs/model/claims.md. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/code.h"
#include "base/date.h"
#include "claims/ledger.h"

#define GROUP_LIMIT 256 /* figures of one object that a withdrawal is set against */

static void range_of(gw_fact *f) {
    double v = f->number;
    f->lo = f->hi = v;
    if (gw_is_set(f->r->low) && gw_is_set(f->r->high)) {
        f->lo = f->r->low;
        f->hi = f->r->high;
    } else if (f->r->measure == GW_MEASURE_ONLINE) {
        return;
    } else if (f->r->wording == GW_WORDING_AT_LEAST) {
        f->hi = v * GW_LEDGER_ROOM;
    } else if (f->r->wording == GW_WORDING_UP_TO) {
        f->lo = v / GW_LEDGER_ROOM;
    } else if (f->r->wording == GW_WORDING_ABOUT) {
        f->lo = v * (1 - GW_LEDGER_ABOUT);
        f->hi = v * (1 + GW_LEDGER_ABOUT);
    }
}

static int compare_int(const void *a, const void *b) {
    int x = *(const int *)a, y = *(const int *)b;
    return x < y ? -1 : x > y;
}

static int sort_unique(int *list, int n) {
    int k = 0;
    qsort(list, (size_t)n, sizeof *list, compare_int);
    for (int i = 0; i < n; i++) {
        if (k == 0 || list[k - 1] != list[i]) {
            list[k++] = list[i];
        }
    }
    return k;
}

/* Spelling is worked out once for each text as written. */
typedef struct speller {
    gw_names raw;
    int *key; /* [raw.cap / 2] id of the key; -1: not yet */
    int cap;
} speller;

static int spell(speller *s, gw_names *keys, const char *text,
                 const char *(*normalise)(gw_arena *arena, const char *text)) {
    int n = s->raw.n, raw = gw_names_id(&s->raw, text);
    if (raw >= s->cap) {
        int cap = s->cap > 0 ? 2 * s->cap : 64;
        int *key = GW_NEW_N(s->raw.arena, cap, int);
        if (s->cap > 0) {
            memcpy(key, s->key, (size_t)s->cap * sizeof *key);
        }
        s->key = key;
        s->cap = cap;
    }
    if (raw == n) {
        s->key[raw] = gw_names_id(keys, normalise(s->raw.arena, text));
    }
    return s->key[raw];
}

typedef struct keys {
    speller party, place;
    gw_names places, objects, sets, statements, sources;
} keys;

static void name_parties(gw_ledger *ledger, keys *k, gw_fact *f) {
    const gw_texts *a = &f->r->sponsors, *b = &f->r->counterparties;
    int *sponsors = GW_NEW_N(ledger->arena, a->n + 1, int);
    int *all = GW_NEW_N(ledger->arena, a->n + b->n + 1, int);
    for (int i = 0; i < a->n; i++) {
        sponsors[i] = all[i] = spell(&k->party, &ledger->parties, a->at[i], gw_names_party);
    }
    for (int i = 0; i < b->n; i++) {
        all[a->n + i] = spell(&k->party, &ledger->parties, b->at[i], gw_names_party);
    }
    f->n_sponsors = sort_unique(sponsors, a->n);
    f->n_parties = sort_unique(all, a->n + b->n);
    f->sponsors = sponsors;
    f->parties = all;
    const char *set = "";
    for (int i = 0; i < f->n_parties; i++) {
        set = gw_ledger_printf(ledger, "%s%d;", set, all[i]);
    }
    f->party_set = gw_names_id(&k->sets, set);
}

static void name_object(gw_ledger *ledger, keys *k, gw_fact *f) {
    const gw_record *r = f->r;
    f->programme =
        r->programme[0] != '\0' ? spell(&k->place, &k->places, r->programme, gw_names_place) : -1;
    f->place = r->site[0] != '\0' ? spell(&k->place, &k->places,
                                          r->place != NULL ? r->place : r->site, gw_names_place)
                                  : -1;
    const char *object =
        r->claim >= 0 ? r->object : gw_ledger_printf(ledger, "%d|%d", f->programme, f->place);
    f->object = gw_names_id(&k->objects, object);
    const char *breath = r->claim >= 0 ? gw_ledger_printf(ledger, "%s", r->id)
                                       : gw_ledger_printf(ledger, "%s|%.0f", r->source, r->said_d);
    f->statement = gw_names_id(&k->statements, breath);
    f->source = r->source[0] != '\0' ? gw_names_id(&k->sources, r->source) : -1;
}

static double latest_said(const gw_records *records) {
    double last_d = GW_NAN;
    for (int i = 0; i < records->n; i++) {
        if (records->at[i].status != GW_STATUS_ESTIMATE) {
            last_d = fmax(last_d, records->at[i].said_d); /* fmax ignores NaN */
        }
    }
    return last_d;
}

/* Asked of many pairs: worked out once. */
static void read_words(gw_fact *f) {
    static const char *const phases[] = {"phase", "stage", "first building", "extension",
                                         "initial"};
    static const char *const additions[] = {"tranche",    "top-up",    "adds",      "further",
                                            "additional", "expansion", "new money", "round"};
    f->phase = gw_ledger_says(f, phases, (int)(sizeof phases / sizeof phases[0]));
    f->addition = gw_ledger_says(f, additions, (int)(sizeof additions / sizeof additions[0]));
}

static void group_objects(gw_ledger *ledger, int n_objects) {
    ledger->n_objects = n_objects;
    ledger->object_start = GW_NEW_N(ledger->arena, n_objects + 2, int);
    ledger->by_object = GW_NEW_N(ledger->arena, ledger->n + 1, int);
    int *start = ledger->object_start;
    for (int i = 0; i < ledger->n; i++) {
        start[ledger->fact[i].object + 2]++;
    }
    for (int o = 2; o <= n_objects; o++) {
        start[o] += start[o - 1];
    }
    for (int i = 0; i < ledger->n; i++) {
        ledger->by_object[start[ledger->fact[i].object + 1]++] = i;
    }
}

gw_group gw_ledger_object(const gw_ledger *ledger, int object) {
    int first = ledger->object_start[object];
    return (gw_group){ledger->object_start[object + 1] - first, ledger->by_object + first};
}

bool gw_ledger_withdraws(const gw_ledger *ledger, int by, int of) {
    const gw_fact *a = &ledger->fact[by], *b = &ledger->fact[of];
    return gw_record_withdraws(a->r, b->r) && gw_ledger_same_basis(a, b) &&
           gw_ledger_window_fits(a, b) &&
           (a->n_sponsors == 0 || b->n_sponsors == 0 || gw_ledger_share_party(a, b));
}

static void end_withdrawn(gw_ledger *ledger, int by) {
    gw_group group = gw_ledger_object(ledger, ledger->fact[by].object);
    for (int k = 0; k < group.n && k < GROUP_LIMIT; k++) {
        if (gw_ledger_withdraws(ledger, by, group.fact[k])) {
            ledger->fact[group.fact[k]].live = false;
        }
    }
}

void gw_ledger_begin(gw_ledger *ledger, const gw_records *records, const gw_ledger_context *context,
                     gw_arena *arena) {
    *ledger = (gw_ledger){
        .records = records, .arena = arena, .n = records->n, .parties = {.arena = arena}};
    ledger->in = context->in != NULL ? context->in : GW_NEW(arena, gw_scenario);
    ledger->as_of_d = gw_is_set(context->as_of_d) ? context->as_of_d : latest_said(records);
    ledger->fact = GW_NEW_N(arena, records->n + 1, gw_fact);
    ledger->same_as = GW_NEW_N(arena, records->n + 1, int);
    keys k = {.party = {.raw = {.arena = arena}},
              .place = {.raw = {.arena = arena}},
              .places = {.arena = arena},
              .objects = {.arena = arena},
              .sets = {.arena = arena},
              .statements = {.arena = arena},
              .sources = {.arena = arena}};
    for (int i = 0; i < records->n; i++) {
        gw_fact *f = &ledger->fact[i];
        f->r = &records->at[i];
        ledger->from_scenario = ledger->from_scenario || f->r->claim >= 0;
        ledger->same_as[i] = i;
        bool usable = f->r->ambiguous == NULL && f->r->measure != GW_MEASURE_EVENT;
        f->number = usable ? gw_record_number(f->r) : GW_NAN;
        range_of(f);
        read_words(f);
        name_parties(ledger, &k, f);
        name_object(ledger, &k, f);
        f->live = f->r->status != GW_STATUS_WITHDRAWN && f->r->status != GW_STATUS_DENIED &&
                  f->r->status != GW_STATUS_SUPERSEDED;
    }
    for (int i = 0; i < records->n; i++) {
        if (records->at[i].supersedes >= 0) {
            ledger->fact[records->at[i].supersedes].live = false;
        }
    }
    group_objects(ledger, k.objects.n);
    for (int i = 0; i < records->n; i++) {
        if (records->at[i].status == GW_STATUS_WITHDRAWN) {
            end_withdrawn(ledger, i);
        }
    }
}

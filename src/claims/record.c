/* claims/record.c: the table of measures, the number of a record, and what was known on a day.
 * In:    gw_records     Out: gw_records
 * Model: none.     Valid: any records.
 * Derivation: the columns of a table of public claims. */
#include "claims/record.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/code.h"
#include "claims/spelling.h"

#define SAME_FRAC 0.05 /* rounded (assumption) */
#define MOST_FRAC 0.75 /* of the claims on a place speak of its programme (assumption) */

#define GW_MEASURE_ROW(id, word, unit, nature, doc) {word, unit, GW_NATURE_##nature, doc},
const gw_measure_row gw_measure_table[GW_N_MEASURE] = {GW_MEASURES(GW_MEASURE_ROW)};
#undef GW_MEASURE_ROW

double gw_record_number(const gw_record *record) {
    if (gw_is_set(record->value)) {
        return record->value;
    }
    if (gw_is_set(record->low) && gw_is_set(record->high)) {
        return 0.5 * (record->low + record->high);
    }
    return gw_is_set(record->low) ? record->low : record->high;
}

/* ------------------------------------------------------------------ places */

const char *gw_record_place(const gw_record *record, gw_arena *arena) {
    return record->place != NULL ? record->place : gw_names_place(arena, record->site);
}

typedef struct named {
    const char *key;
    int record;
} named;

static int by_key(const void *a, const void *b) {
    const named *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order != 0 ? order : x->record - y->record;
}

static int find_key(const named *list, int n, const char *key) {
    int low = 0, high = n;
    while (low < high) {
        int mid = (low + high) / 2;
        strcmp(list[mid].key, key) < 0 ? (low = mid + 1) : (high = mid);
    }
    return low;
}

/* The full name of a place that is told without its state; NULL: none, or two. */
static const char *with_state(const named *list, int n, const char *key) {
    size_t k = strlen(key);
    const char *full = NULL;
    for (int i = find_key(list, n, key); i < n && strncmp(list[i].key, key, k) == 0; i++) {
        const char *rest = list[i].key + k;
        bool roman = strcmp(rest, " ii") == 0 || strcmp(rest, " iv") == 0;
        bool state = rest[0] == ' ' && strlen(rest) == 3 && isalpha((unsigned char)rest[1]) &&
                     isalpha((unsigned char)rest[2]) && !roman;
        if (state && full != NULL && strcmp(full, list[i].key) != 0) {
            return NULL;
        }
        full = state ? list[i].key : full;
    }
    return full;
}

/* "foo oh building 2" -> "foo oh"; NULL: no numbered building. */
static const char *place_of_building(const char *key, gw_arena *arena) {
    static const char *const words[] = {" building ", " hall ", " bldg "};
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
        const char *at = strstr(key, words[k]);
        if (at != NULL && strchr(at + strlen(words[k]), ' ') == NULL) {
            return gw_arena_strndup(arena, key, (size_t)(at - key));
        }
    }
    return NULL;
}

static bool makes_part(const gw_record *whole, const gw_record *part) {
    return part->measure == whole->measure && part->status == whole->status &&
           part->basis == whole->basis && part->chip == whole->chip &&
           part->scope == whole->scope && part->ambiguous == NULL && whole->ambiguous == NULL &&
           strcmp(part->programme, whole->programme) == 0 && part->part_of < 0 &&
           gw_measure_table[part->measure].nature == GW_NATURE_STOCK;
}

void gw_records_settle(gw_records *records, gw_arena *arena) {
    named *list = GW_NEW_N(arena, records->n + 1, named);
    int n = 0;
    for (int i = 0; i < records->n; i++) {
        gw_record *r = &records->at[i];
        r->place = gw_names_place(arena, r->site);
        if (r->place[0] != '\0') {
            list[n++] = (named){r->place, i};
        }
    }
    qsort(list, (size_t)n, sizeof list[0], by_key);
    const char *last = "", *full = NULL;
    for (int i = 0; i < n; i++) {
        if (strcmp(list[i].key, last) != 0) {
            last = list[i].key;
            full = with_state(list, n, last);
        }
        if (full != NULL) {
            records->at[list[i].record].place = full;
        }
    }
    for (int i = 0; i < n; i++) {
        gw_record *part = &records->at[list[i].record];
        const char *whole = place_of_building(list[i].key, arena);
        bool latest = i + 1 == n || strcmp(list[i].key, list[i + 1].key) != 0 ||
                      records->at[list[i + 1].record].measure != part->measure;
        for (int k = whole != NULL && latest ? find_key(list, n, whole) : n;
             k < n && strcmp(list[k].key, whole) == 0 && part->part_of < 0; k++) {
            if (makes_part(&records->at[list[k].record], part)) {
                part->part_of = list[k].record;
            }
        }
    }
}

/* The programme that most of what the records before `n` say of a place speaks of; NULL: no such. */
static const char *programme_at(const gw_records *records, int n, const char *place,
                                gw_arena *arena) {
    gw_names seen = {.arena = arena};
    int *times = GW_NEW_N(arena, n + 1, int), all = 0, most = 0;
    const char *name = NULL;
    for (int k = 0; k < n; k++) {
        const gw_record *r = &records->at[k];
        if (r->programme[0] == '\0' || strcmp(gw_record_place(r, arena), place) != 0) {
            continue;
        }
        int id = gw_names_id(&seen, gw_names_place(arena, r->programme));
        all++;
        if (++times[id] > most) {
            most = times[id];
            name = r->programme;
        }
    }
    return most > MOST_FRAC * all ? name : NULL;
}

void gw_records_join(gw_records *records, int first, gw_arena *arena) {
    for (int k = first; k < records->n; k++) {
        gw_record *r = &records->at[k];
        if (r->programme[0] != '\0' || r->site[0] == '\0') {
            continue;
        }
        const char *programme = programme_at(records, first, gw_record_place(r, arena), arena);
        if (programme != NULL) {
            r->programme = programme;
            r->object = gw_arena_printf(arena, "%s, %s", programme, r->site);
        }
    }
}

bool gw_record_withdraws(const gw_record *by, const gw_record *of) {
    static const char *const words[] = {"withdraw", "cancel", "abandon", "scrapped", "dropped"};
    if (by->measure == GW_MEASURE_EVENT) {
        for (size_t k = 0; by->event != NULL && k < sizeof words / sizeof words[0]; k++) {
            if (strstr(by->event, words[k]) != NULL) {
                return of->said_d <= by->said_until_d;
            }
        }
        return false;
    }
    if (by->status != GW_STATUS_WITHDRAWN) {
        return false;
    }
    double a = gw_record_number(by), b = gw_record_number(of);
    bool same = !gw_is_set(a) || fabs(a - b) <= SAME_FRAC * fmax(fabs(a), fabs(b));
    return of != by && of->status != GW_STATUS_WITHDRAWN && of->measure == by->measure && same &&
           of->said_d <= by->said_until_d;
}

static const int *renumber(const int *links, int n, const int *place, gw_arena *arena) {
    int *out = GW_NEW_N(arena, n + 1, int);
    for (int i = 0; i < n; i++) {
        out[i] = links[i] >= 0 ? place[links[i]] : -1;
    }
    return out;
}

gw_records gw_records_as_of(const gw_records *all, double date_d, gw_arena *arena) {
    gw_records out = {GW_NEW_N(arena, all->n + 1, gw_record), 0};
    int *place = GW_NEW_N(arena, all->n + 1, int);
    for (int i = 0; i < all->n; i++) {
        bool known = !gw_is_set(all->at[i].said_d) || all->at[i].said_d <= date_d;
        place[i] = known ? out.n : -1;
        if (known) {
            out.at[out.n++] = all->at[i];
        }
    }
    for (int i = 0; i < out.n; i++) {
        gw_record *record = &out.at[i];
        record->supersedes = record->supersedes >= 0 ? place[record->supersedes] : -1;
        record->part_of = record->part_of >= 0 ? place[record->part_of] : -1;
        record->duplicates = renumber(record->duplicates, record->n_duplicates, place, arena);
        record->contradicts = renumber(record->contradicts, record->n_contradicts, place, arena);
    }
    return out;
}

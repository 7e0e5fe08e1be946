/* claims/score.c: how promises turned out.
 * In:    records, the day of today
 * Out:   gw_scores
 * Model: a promise is reached on the day of the first observation of at least 95 % of it, on the same
 *        basis (a promise of unstated power is measured at the meter). A date without a size means
 *        first operation, unless its words speak of completion ("complete", "full"): then the
 *        largest power promised for the object until then. Late = day reached - day due. Realised =
 *        observed on the day due / promised. Brier = (p - outcome)^2. CRPS of a range low..high,
 *        triangular where a value was given inside it, else uniform: closed forms.
 * Valid: the day of an observation is the latest on which it can have been reached.
 * Derivation: rule R12 of docs/model/claims.md; Gneiting and Raftery 2007 (CRPS), Brier 1950. */
#include "claims/score.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "claims/spelling.h"
#include "claims/standing.h"

#define REACHED_FRAC 0.95
#define PUE_LOW 1.1
#define PUE_HIGH 1.6
#define OF_THE_TIME_d 31.0 /* sizes said so long after a date still belong to it */

const char *const gw_score_words[GW_N_SCORE_STATE] = {"decided", "passed without observation",
                                                      "not yet due", "withdrawn"};

/* ------------------------------------------------------------------ CRPS */

static double square_of_step(double u, double c) { /* integral of (1 - c u^2)^2 from 0 to u */
    return u - 2.0 * c * u * u * u / 3.0 + c * c * pow(u, 5) / 5.0;
}

/* Left half of a triangle from a to its mode: integral of F^2 up to y, of (1 - F)^2 from y to m. */
static double rising_part(double length, double width, double y) {
    if (!(width > 0)) {
        return 0;
    }
    double c = 1.0 / (length * width);
    return c * c * pow(y, 5) / 5.0 + square_of_step(width, c) - square_of_step(y, c);
}

double gw_claims_crps(double low, double mode, double high, double y) {
    double length = high - low;
    double x = fmin(fmax(y, low), high);
    double beyond = fabs(y - x);
    if (!gw_is_set(mode)) {
        double w = (x - low) / length;
        return beyond + length * (w * w * w + (1.0 - w) * (1.0 - w) * (1.0 - w)) / 3.0;
    }
    double left = mode - low, right = high - mode;
    double c_left = left > 0 ? 1.0 / (length * left) : 0.0;
    double c_right = right > 0 ? 1.0 / (length * right) : 0.0;
    if (x <= mode) {
        /* above the mode 1 - F = c (high - x)^2 */
        return beyond + rising_part(length, left, x - low) +
               c_right * c_right * pow(right, 5) / 5.0;
    }
    return beyond + rising_part(length, right, high - x) + c_left * c_left * pow(left, 5) / 5.0;
}

/* ------------------------------------------------------------------ observations */

typedef struct seen {
    const char *key;
    double on_d;
    int record;
    double number;
    int largest; /* record of the largest number of the key so far */
} seen;

typedef struct court {
    const gw_records *records;
    gw_arena *arena;
    double as_of_d;
    seen *observed; /* by key, then day */
    int n_observed;
    seen *sizes; /* promised power, by key, then day */
    int n_sizes;
} court;

static int by_key(const void *a, const void *b) {
    const seen *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    if (order == 0 && x->on_d != y->on_d) {
        order = x->on_d < y->on_d ? -1 : 1;
    }
    return order != 0 ? order : x->record - y->record;
}

static bool is_period(const gw_record *r) {
    return (r->measure == GW_MEASURE_CAPEX || r->measure == GW_MEASURE_REVENUE) &&
           gw_is_set(r->from_d) && gw_is_set(r->until_d) && !r->per_time &&
           r->until_d - r->from_d < 400.0;
}

static const char *object_key(const gw_record *r, gw_arena *arena) {
    const char *programme = gw_standing_group(r->programme, arena);
    if (is_period(r)) {
        const char *who = r->sponsors.n > 0 ? r->sponsors.at[0] : programme;
        return gw_arena_printf(arena, "%s\n%d %.0f %.0f", gw_names_party(arena, who),
                               (int)r->measure, r->from_d, r->until_d);
    }
    const char *place = r->site[0] != '\0' ? r->site : programme[0] != '\0' ? "" : r->object;
    return gw_arena_printf(arena, "%s\n%s", gw_names_place(arena, programme),
                           r->site[0] != '\0' ? gw_record_place(r, arena)
                                              : gw_names_place(arena, place));
}

static bool is_observation(const gw_record *r) {
    if (r->ambiguous != NULL || !gw_is_set(gw_record_number(r))) {
        return false;
    }
    if (is_period(r)) {
        return r->status == GW_STATUS_REPORTED && r->said_d >= r->until_d;
    }
    return r->status == GW_STATUS_ENERGISED;
}

static double seen_on_d(const gw_record *r) {
    return gw_is_set(r->true_at_d) && !is_period(r) ? r->true_at_d : r->said_d;
}

static int find_key(const seen *list, int n, const char *key) {
    int low = 0, high = n;
    while (low < high) {
        int mid = (low + high) / 2;
        if (strcmp(list[mid].key, key) < 0) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low;
}

/* First entry of the key later than a day. */
static int find_after(const seen *list, int n, const char *key, double on_d) {
    int low = 0, high = n;
    while (low < high) {
        int mid = (low + high) / 2;
        int order = strcmp(list[mid].key, key);
        if (order < 0 || (order == 0 && list[mid].on_d <= on_d)) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low;
}

static void collect(court *c) {
    c->observed = GW_NEW_N(c->arena, c->records->n + 1, seen);
    c->sizes = GW_NEW_N(c->arena, c->records->n + 1, seen);
    for (int i = 0; i < c->records->n; i++) {
        const gw_record *r = &c->records->at[i];
        if (is_observation(r)) {
            c->observed[c->n_observed++] =
                (seen){object_key(r, c->arena), seen_on_d(r), i, gw_record_number(r), i};
        } else if (r->measure == GW_MEASURE_POWER && r->ambiguous == NULL &&
                   r->status <= GW_STATUS_CONSTRUCTION && gw_record_number(r) > 0) {
            c->sizes[c->n_sizes++] =
                (seen){object_key(r, c->arena), r->said_d, i, gw_record_number(r), i};
        }
    }
    qsort(c->observed, (size_t)c->n_observed, sizeof c->observed[0], by_key);
    qsort(c->sizes, (size_t)c->n_sizes, sizeof c->sizes[0], by_key);
    for (int i = 1; i < c->n_sizes; i++) {
        int before = c->sizes[i - 1].largest;
        bool larger = c->sizes[i].number > gw_record_number(&c->records->at[before]);
        if (strcmp(c->sizes[i].key, c->sizes[i - 1].key) == 0 && !larger) {
            c->sizes[i].largest = before;
        }
    }
}

/* ------------------------------------------------------------------ what was promised */

static bool comes_first(const char *text, const char *const *words, int n, const char **at) {
    *at = NULL;
    for (int i = 0; i < n; i++) {
        const char *found = gw_names_word(text, words[i]);
        *at = found != NULL && (*at == NULL || found < *at) ? found : *at;
    }
    return *at != NULL;
}

static bool means_completion(const char *text) {
    static const char *const all[] = {"complete", "completion", "completed", "full", "fully"};
    static const char *const part[] = {"first", "phase", "initial", "begin", "start"};
    const char *whole, *piece;
    bool complete = comes_first(text, all, 5, &whole);
    return complete && (!comes_first(text, part, 5, &piece) || whole < piece);
}

/* Largest power promised for the object by the time of the date; -1: none. */
static int promised_size(const court *c, const gw_record *r, const char *key) {
    int end = find_after(c->sizes, c->n_sizes, key, r->said_d + OF_THE_TIME_d);
    return end > 0 && strcmp(c->sizes[end - 1].key, key) == 0 ? c->sizes[end - 1].largest : -1;
}

/* A claim of a scenario says how much with its date; -1: it does not. */
static int own_size(const court *c, int i) {
    const gw_record *r = &c->records->at[i];
    int first = i, best = -1;
    while (r->claim >= 0 && first > 0 && strcmp(c->records->at[first - 1].id, r->id) == 0) {
        first--;
    }
    for (int k = first; r->claim >= 0 && k < c->records->n; k++) {
        const gw_record *other = &c->records->at[k];
        if (strcmp(other->id, r->id) != 0) {
            break;
        }
        bool sizes = other->measure == GW_MEASURE_POWER ||
                     (other->measure == GW_MEASURE_ACCELERATORS && best < 0) ||
                     (other->measure == GW_MEASURE_BUILDINGS && best < 0);
        best = sizes ? k : best;
    }
    return best;
}

static double due_of(const gw_record *r) {
    if (r->measure == GW_MEASURE_ONLINE) {
        return gw_is_set(r->value) ? r->value : gw_is_set(r->high) ? r->high : r->low;
    }
    if (is_period(r)) {
        return r->until_d;
    }
    bool dated = r->measure == GW_MEASURE_POWER || r->measure == GW_MEASURE_ACCELERATORS ||
                 r->measure == GW_MEASURE_H100E || r->measure == GW_MEASURE_BUILDINGS;
    if (!dated) {
        return GW_NAN;
    }
    return gw_is_set(r->until_d) ? r->until_d : r->true_at_d;
}

static bool is_promise(const gw_record *r, double due_d) {
    if (r->ambiguous != NULL || !gw_is_set(due_d) || is_observation(r) || r->per != NULL) {
        return false;
    }
    if (r->status == GW_STATUS_OPINION || r->status == GW_STATUS_ENERGISED) {
        return false;
    }
    return gw_is_set(r->said_d) && due_d > r->said_d;
}

/* ------------------------------------------------------------------ judgement */

static bool same_measure(const gw_record *promise, const gw_record *seen_record) {
    if (promise->measure != seen_record->measure) {
        return false;
    }
    if (promise->measure == GW_MEASURE_ACCELERATORS) {
        return promise->chip == seen_record->chip || promise->chip == GW_CHIP_UNSTATED;
    }
    if (promise->measure != GW_MEASURE_POWER) {
        return true;
    }
    return promise->basis == seen_record->basis ||
           (promise->basis == GW_BASIS_UNSTATED && seen_record->basis == GW_BASIS_FACILITY);
}

/** What an observation says of the promised quantity. */
typedef struct measured {
    double lo, hi;
} measured;

/* On its own basis a number stands for itself. Between IT power and the meter lies a factor of 1.1 to 1.6:
 * what holds over that whole range decides. */
static bool measure_of(const gw_record *promise, const gw_record *o, double number, measured *m) {
    *m = (measured){number, number};
    if (same_measure(promise, o)) {
        return true;
    }
    bool power = promise->measure == GW_MEASURE_POWER && o->measure == GW_MEASURE_POWER;
    bool meter = promise->basis == GW_BASIS_FACILITY || promise->basis == GW_BASIS_UNSTATED;
    if (power && meter && o->basis == GW_BASIS_IT) {
        *m = (measured){number * PUE_LOW, number * PUE_HIGH};
        return true;
    }
    if (power && promise->basis == GW_BASIS_IT && o->basis == GW_BASIS_FACILITY) {
        *m = (measured){number / PUE_HIGH, number / PUE_LOW};
        return true;
    }
    return false;
}

static bool is_running(const gw_record *r) {
    return (r->measure == GW_MEASURE_POWER || r->measure == GW_MEASURE_ACCELERATORS ||
            r->measure == GW_MEASURE_H100E || r->measure == GW_MEASURE_BUILDINGS) &&
           gw_record_number(r) > 0;
}

/* Goes through the observations of the object in the order of their days. size: the record whose
 * number must be reached; NULL: anything that runs. */
static void judge(const court *c, const char *key, const gw_record *size, gw_score *s) {
    double on_due = GW_NAN, last = GW_NAN;
    bool any_same = false;
    bool open = false; /* an observation on another basis may have reached it */
    int end = find_after(c->observed, c->n_observed, key, c->as_of_d);
    for (int i = find_key(c->observed, c->n_observed, key); i < end; i++) {
        const gw_record *o = &c->records->at[c->observed[i].record];
        double on_d = c->observed[i].on_d;
        measured m = {GW_NAN, GW_NAN};
        if (gw_is_set(s->reached_d) && (size == NULL || on_d > s->due_d) && !is_period(o)) {
            break; /* what comes later changes nothing */
        }
        double number = c->observed[i].number;
        bool counts = size == NULL ? is_running(o) : measure_of(size, o, number, &m);
        if (!counts) {
            continue;
        }
        last = number;
        bool same = size == NULL || same_measure(size, o);
        if (same && (on_d <= s->due_d || is_period(o))) {
            on_due = number;
        }
        any_same = any_same || same;
        bool enough = size == NULL || is_period(o) || m.lo >= REACHED_FRAC * s->value;
        open = open || (!enough && m.hi >= REACHED_FRAC * s->value);
        if (enough && !gw_is_set(s->reached_d)) {
            s->reached_d = is_period(o) ? s->due_d : on_d;
            s->observed_by = c->observed[i].record;
        } else if (!gw_is_set(s->reached_d)) {
            s->observed_by = c->observed[i].record;
        }
    }
    bool passed = c->as_of_d >= s->due_d;
    bool reached = gw_is_set(s->reached_d);
    open = open && !reached;
    if (open && passed) {
        s->reading =
            "not decided: what runs is known on another basis, and between IT power and the "
            "meter lies a factor of 1.1 to 1.6";
    }
    s->state = reached || (passed && gw_is_set(last) && !open) ? GW_SCORE_DECIDED
               : passed                                        ? GW_SCORE_PASSED
                                                               : GW_SCORE_OPEN;
    if (size != NULL && passed && any_same && s->value > 0) {
        s->realised_frac = (gw_is_set(on_due) ? on_due : 0.0) / s->value;
    }
}

/* Inside a promised window nothing is late or early. */
static double lateness(const gw_record *r, const gw_score *s) {
    bool window = r->measure == GW_MEASURE_ONLINE && r->low < s->due_d;
    if (s->reached_d > s->due_d || !window) {
        return s->reached_d - s->due_d;
    }
    return fmin(s->reached_d - r->low, 0.0);
}

static void add_dates(const court *c, const gw_record *r, gw_score *s) {
    if (s->state != GW_SCORE_DECIDED) {
        return;
    }
    bool money = is_period(r);
    if (gw_is_set(s->reached_d)) {
        s->late_d = money ? GW_NAN : lateness(r, s);
        s->outcome_frac = s->reached_d <= s->due_d ? 1.0 : 0.0;
    } else {
        s->late_min_d = c->as_of_d - s->due_d;
        s->outcome_frac = 0.0;
    }
    if (money) {
        s->outcome_frac = s->realised_frac >= REACHED_FRAC ? 1.0 : 0.0;
    }
    if (gw_is_set(r->probability)) {
        s->brier_frac = (r->probability - s->outcome_frac) * (r->probability - s->outcome_frac);
    }
}

static void add_crps(const gw_record *r, gw_score *s) {
    if (!(r->low < r->high) || s->state != GW_SCORE_DECIDED) {
        return;
    }
    double y = r->measure == GW_MEASURE_ONLINE ? s->reached_d : s->realised_frac * s->value;
    if (!gw_is_set(y)) {
        return;
    }
    bool inside = r->value > r->low && r->value < r->high;
    s->shape = inside ? "triangular" : "uniform";
    s->error = gw_claims_crps(r->low, inside ? r->value : GW_NAN, r->high, y);
}

static const char *reading_of(const court *c, const gw_record *r, int size, bool money) {
    if (money) {
        return "spending or revenue of the period against the report after its end";
    }
    if (r->measure != GW_MEASURE_ONLINE) {
        return "the figure against what runs, same quantity and basis";
    }
    if (size >= 0) {
        bool own = strcmp(c->records->at[size].id, r->id) == 0;
        return own ? "the size that it names runs"
                   : gw_arena_printf(c->arena, "completion: the size of %s runs",
                                     c->records->at[size].id);
    }
    return "first operation: anything runs";
}

/* "1 GW by July 2026": the power that stands in the words of a date; NULL: none, or they speak of a part. */
static const gw_record *size_in_words(const court *c, const gw_record *r) {
    static const char *const part[] = {"first", "phase", "initial", "begin", "start"};
    const char *const texts[] = {r->text, r->programme}, *piece;
    for (int k = 0; k < 2; k++) {
        if (comes_first(texts[k], part, 5, &piece)) {
            return NULL;
        }
    }
    for (int k = 0; k < 2; k++) {
        for (const char *at = texts[k]; *at != '\0'; at++) {
            char *end = NULL;
            bool begins = isdigit((unsigned char)*at) &&
                          (at == texts[k] ||
                           !(isalnum((unsigned char)at[-1]) || at[-1] == '.' || at[-1] == ','));
            double number = begins ? strtod(at, &end) : 0;
            const char *unit = end == NULL ? "" : *end == ' ' ? end + 1 : end;
            bool giga = strncmp(unit, "GW", 2) == 0, mega = strncmp(unit, "MW", 2) == 0;
            if (!(giga || mega) || isalnum((unsigned char)unit[2])) {
                continue;
            }
            gw_record *size = GW_NEW(c->arena, gw_record);
            *size = *r;
            size->measure = GW_MEASURE_POWER;
            size->value = number * (giga ? 1e9 : 1e6);
            size->basis = gw_names_word(texts[k], "it") != NULL         ? GW_BASIS_IT
                          : gw_names_word(texts[k], "facility") != NULL ? GW_BASIS_FACILITY
                                                                        : GW_BASIS_UNSTATED;
            return size;
        }
    }
    return NULL;
}

static gw_score score_one(const court *c, int i, double due_d) {
    const gw_record *r = &c->records->at[i];
    gw_score s = {.record = i, .due_d = due_d, .observed_by = -1};
    s.reached_d = s.late_d = s.late_min_d = s.realised_frac = GW_NAN;
    s.outcome_frac = s.brier_frac = s.error = s.value = GW_NAN;
    const char *key = object_key(r, c->arena);
    int size = i;
    if (r->measure == GW_MEASURE_ONLINE) {
        size = own_size(c, i);
        size = size < 0 && means_completion(r->text) ? promised_size(c, r, key) : size;
    }
    if (size >= 0) {
        s.value = gw_record_number(&c->records->at[size]);
    }
    const gw_record *worded =
        size < 0 && r->measure == GW_MEASURE_ONLINE ? size_in_words(c, r) : NULL;
    s.reading = reading_of(c, r, size, is_period(r));
    if (worded != NULL) {
        s.value = worded->value;
        s.reading = "the size in its words runs";
    }
    if (r->status == GW_STATUS_WITHDRAWN || r->status == GW_STATUS_DENIED) {
        s.state = GW_SCORE_GONE;
        return s;
    }
    judge(c, key, size >= 0 ? &c->records->at[size] : worded, &s);
    add_dates(c, r, &s);
    add_crps(r, &s);
    return s;
}

/* ------------------------------------------------------------------ by sponsor */

typedef struct share {
    const char *key, *name;
    const gw_score *s;
} share;

static int by_share(const void *a, const void *b) {
    const share *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order != 0 ? order : x->s->record - y->s->record;
}

static int by_size(const void *a, const void *b) {
    const gw_sponsor_score *x = a, *y = b;
    int order = (y->n_decided > x->n_decided) - (y->n_decided < x->n_decided);
    order = order != 0 ? order : (y->n_promises > x->n_promises) - (y->n_promises < x->n_promises);
    return order != 0 ? order : strcmp(x->sponsor, y->sponsor);
}

static int by_number(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double mean_of(double sum, int n) {
    return n > 0 ? sum / n : GW_NAN;
}

static gw_sponsor_score sum_sponsor(const share *at, int n, double *late) {
    gw_sponsor_score p = {.sponsor = at[0].name, .n_promises = n};
    double late_sum = 0, min_sum = 0, realised_sum = 0;
    for (int i = 0; i < n; i++) {
        const gw_score *s = at[i].s;
        p.n_decided += s->state == GW_SCORE_DECIDED;
        p.n_passed += s->state == GW_SCORE_PASSED;
        p.n_open += s->state == GW_SCORE_OPEN;
        p.n_gone += s->state == GW_SCORE_GONE;
        if (gw_is_set(s->late_d)) {
            late[p.n_reached++] = s->late_d;
            late_sum += s->late_d;
        }
        if (gw_is_set(s->late_min_d)) {
            min_sum += s->late_min_d;
            p.n_overdue++;
        }
        if (gw_is_set(s->realised_frac)) {
            realised_sum += s->realised_frac;
            p.n_realised++;
        }
    }
    qsort(late, (size_t)p.n_reached, sizeof late[0], by_number);
    p.late_mean_d = mean_of(late_sum, p.n_reached);
    p.late_median_d =
        p.n_reached == 0 ? GW_NAN : 0.5 * (late[(p.n_reached - 1) / 2] + late[p.n_reached / 2]);
    p.late_min_mean_d = mean_of(min_sum, p.n_overdue);
    p.realised_mean_frac = mean_of(realised_sum, p.n_realised);
    return p;
}

static void sum_sponsors(const gw_records *records, gw_scores *scores, gw_arena *arena) {
    int n = 0;
    for (int i = 0; i < scores->n; i++) {
        n += records->at[scores->at[i].record].sponsors.n;
    }
    share *shares = GW_NEW_N(arena, n + 1, share);
    double *late = GW_NEW_N(arena, n + 1, double);
    scores->sponsors = GW_NEW_N(arena, n + 1, gw_sponsor_score);
    n = 0;
    for (int i = 0; i < scores->n; i++) {
        const gw_texts *who = &records->at[scores->at[i].record].sponsors;
        for (int k = 0; k < who->n; k++) {
            shares[n++] = (share){gw_names_party(arena, who->at[k]), who->at[k], &scores->at[i]};
        }
    }
    qsort(shares, (size_t)n, sizeof shares[0], by_share);
    for (int first = 0, next; first < n; first = next) {
        for (next = first; next < n && strcmp(shares[next].key, shares[first].key) == 0; next++) {
        }
        scores->sponsors[scores->n_sponsors++] = sum_sponsor(shares + first, next - first, late);
    }
    qsort(scores->sponsors, (size_t)scores->n_sponsors, sizeof scores->sponsors[0], by_size);
}

gw_scores gw_claims_scores(const gw_records *records, double as_of_d, gw_arena *arena) {
    court c = {.records = records, .arena = arena, .as_of_d = as_of_d};
    gw_scores scores = {.at = GW_NEW_N(arena, records->n + 1, gw_score)};
    double brier = 0;
    collect(&c);
    for (int i = 0; i < records->n; i++) {
        double due_d = due_of(&records->at[i]);
        if (!is_promise(&records->at[i], due_d)) {
            continue;
        }
        gw_score s = score_one(&c, i, due_d);
        scores.at[scores.n++] = s;
        scores.counts[s.state]++;
        scores.n_crps += gw_is_set(s.error);
        if (gw_is_set(s.brier_frac)) {
            brier += s.brier_frac;
            scores.n_brier++;
        }
    }
    scores.brier_mean_frac = mean_of(brier, scores.n_brier);
    sum_sponsors(records, &scores, arena);
    return scores;
}

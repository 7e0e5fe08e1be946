/* scenario/check_schedule.c: rules of the schedule that span several fields. Each is a small function
 * that reports and goes on. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "scenario/bind.h"
#include "scenario/pattern.h"

typedef struct checker {
    const gw_scenario *s;
    const gw_spec *spec;
    gw_diags *diags;
    int *value_at; /* where the last duration was found: values stand in the order of the walk */
} checker;

#define SAY(c, code, severity, head, hint, ...)                                                    \
    gw_diag_add((c)->diags, (code), (severity), (head)->loc, (head)->path, (hint), __VA_ARGS__)

typedef struct day {
    char text[16];
} day;

static day day_of(double date_d) {
    day d;
    gw_date_format(date_d, d.text, sizeof d.text);
    return d;
}

static void check_order(const checker *c, const gw_head *head, double early_d, double late_d,
                        const char *early, const char *late) {
    if (early_d > late_d) { /* false when either is NaN */
        SAY(c, GW_E_RANGE, GW_ERROR, head, "swap or correct the dates",
            "`%s` (%s) is before `%s` (%s)", late, day_of(late_d).text, early,
            day_of(early_d).text);
    }
}

static void check_twice(const checker *c, const gw_head *head, const gw_refs *refs,
                        const char *key) {
    for (int i = 0; i < refs->n; i++) {
        for (int k = 0; k < i; k++) {
            if (strcmp(refs->at[i].name, refs->at[k].name) == 0) {
                SAY(c, GW_E_KEY, GW_ERROR, head, "name each once", "`%s` names `%s` twice", key,
                    refs->at[i].name);
                return;
            }
        }
    }
}

/* ---------------------------------------------------------------- activities */

static void check_known(const checker *c, const gw_head *head, double date_d, const char *key) {
    if (date_d > c->s->as_of_d) { /* false when NaN */
        SAY(c, GW_E_RANGE, GW_WARNING, head,
            "for a plan write `earliest`, `duration` or `due`; or move `as_of`",
            "`%s` %s is after as_of %s: it cannot be known yet and is passed over", key,
            day_of(date_d).text, day_of(c->s->as_of_d).text);
    }
}

static bool is_finished(const checker *c, const gw_activity *a) {
    return a->finished_d <= c->s->as_of_d; /* false when NaN */
}

static bool is_begun(const checker *c, const gw_activity *a) {
    return is_finished(c, a) || a->started_d <= c->s->as_of_d;
}

static void check_facts(const checker *c, const gw_activity *a) {
    check_known(c, &a->head, a->started_d, "started");
    check_known(c, &a->head, a->finished_d, "finished");
    check_order(c, &a->head, a->started_d, a->finished_d, "started", "finished");
    if (a->started_d < a->earliest_d || a->finished_d < a->earliest_d) {
        SAY(c, GW_E_RANGE, GW_WARNING, &a->head, "remove `earliest`: the fact stands",
            "`%s` began or ended before its `earliest` (%s)", a->head.name,
            day_of(a->earliest_d).text);
    }
    for (int k = 0; k < a->after.n && is_begun(c, a); k++) {
        int p = a->after.at[k].i;
        if (p >= 0 && !is_finished(c, &c->s->activities.at[p])) {
            SAY(c, GW_E_MODEL, GW_WARNING, &a->head,
                "give `finished` of the earlier one, or remove it from `after`",
                "`%s` has begun although `%s`, which must come before, is not finished",
                a->head.name, a->after.at[k].name);
        }
    }
}

/* A duration that was written, whatever it is. */
static bool has_duration(const checker *c, const gw_activity *a) {
    size_t n = strlen(a->head.path);
    int n_values = c->spec->n_values;
    for (int seen = 0; seen < n_values; seen++) {
        int i = (*c->value_at + seen) % n_values;
        const gw_value *v = &c->spec->values[i];
        if (strncmp(v->path, a->head.path, n) == 0 && strcmp(v->path + n, ".duration") == 0) {
            *c->value_at = i;
            return !v->from_default;
        }
    }
    return false;
}

static void check_activity(const checker *c, const gw_activity *a) {
    if (a->head.broken) {
        return;
    }
    if (a->kind == GW_ACTIVITY_MILESTONE && a->duration_s != 0.0) {
        SAY(c, GW_E_MODEL, GW_ERROR, &a->head, "remove `duration`, or change the kind",
            "milestone `%s` has a duration: a milestone takes no time", a->head.name);
    }
    if (a->kind != GW_ACTIVITY_MILESTONE && !is_finished(c, a) && !has_duration(c, a)) {
        SAY(c, GW_E_KEY, GW_WARNING, &a->head, "give `duration`, or make it kind: milestone",
            "activity `%s` takes no time", a->head.name);
    }
    if (a->after.n == 0 && a->lag_s != 0.0) {
        SAY(c, GW_E_KEY, GW_ERROR, &a->head, "name what it waits for under `after`",
            "`lag` has no effect without `after`");
    }
    if (a->resource.i >= 0) {
        const gw_resource *r = &c->s->resources.at[a->resource.i];
        if (a->units > r->capacity) { /* false when NaN */
            SAY(c, GW_E_MODEL, GW_ERROR, &a->head, "fewer units, or more capacity",
                "`%s` needs %g of `%s`, there are %g: it can never begin", a->head.name, a->units,
                r->head.name, r->capacity);
        }
    }
    check_twice(c, &a->head, &a->after, "after");
    check_twice(c, &a->head, &a->drivers, "drivers");
    check_facts(c, a);
}

/* ---------------------------------------------------------------- cycles */

enum { NEW, OPEN, CLOSED };

/* "a -> b -> a": each after the one before it. */
static void report_cycle(const checker *c, const int *path, int n, int again) {
    gw_buf text = {0};
    int first = 0;
    while (path[first] != again) {
        first++;
    }
    for (int k = n - 1; k >= first; k--) { /* the path runs from what waits to what it waits for */
        gw_buf_printf(&text, "%s -> ", c->s->activities.at[path[k]].head.name);
    }
    gw_buf_add(&text, c->s->activities.at[path[n - 1]].head.name);
    SAY(c, GW_E_MODEL, GW_ERROR, &c->s->activities.at[again].head,
        "remove one of these from `after`: none of them can ever begin",
        "activities wait for each other in a circle: %s", text.text);
    gw_buf_clear(&text);
}

/* Depth first, with a stack of its own: a chain may be long. */
static void check_cycles(const checker *c) {
    int n = c->s->activities.n;
    gw_arena *arena = gw_arena_create(0);
    int *colour = GW_NEW_N(arena, n + 1, int), *next = GW_NEW_N(arena, n + 1, int);
    int *path = GW_NEW_N(arena, n + 1, int);
    for (int root = 0; root < n; root++) {
        int depth = 0;
        if (colour[root] == NEW) {
            colour[root] = OPEN;
            path[depth++] = root;
        }
        while (depth > 0) {
            int i = path[depth - 1];
            const gw_refs *after = &c->s->activities.at[i].after;
            if (next[i] == after->n) {
                colour[i] = CLOSED;
                depth--;
                continue;
            }
            int p = after->at[next[i]++].i;
            if (p >= 0 && colour[p] == OPEN) {
                report_cycle(c, path, depth, p);
            } else if (p >= 0 && colour[p] == NEW) {
                colour[p] = OPEN;
                path[depth++] = p;
            }
        }
    }
    gw_arena_free(arena);
}

/* ---------------------------------------------------------------- calendars, risks, measures */

#define LONGEST_CLOSURE_d 3653.0 /* a calendar is worked out for about 79 years (workcal.c) */

static void check_calendar(const checker *c, const gw_workcal *calendar) {
    for (int i = 0; i < calendar->closures.n; i++) {
        const gw_closure *off = &calendar->closures.at[i];
        check_order(c, &off->head, off->from_d, off->until_d, "from", "until");
        if (off->until_d - off->from_d > LONGEST_CLOSURE_d) {
            SAY(c, GW_E_RANGE, GW_ERROR, &off->head,
                "correct the dates; what never goes on again needs no calendar",
                "closure `%s` lasts longer than ten years", off->head.name);
        }
    }
}

static void check_risk(const checker *c, const gw_risk *r) {
    if (r->head.broken) {
        return;
    }
    if (r->activities.n == 0) {
        SAY(c, GW_E_KEY, GW_ERROR, &r->head, "name what it delays", "risk `%s` names no activity",
            r->head.name);
    }
    check_twice(c, &r->head, &r->activities, "activities");
    if (r->delay_s == 0.0 && r->cost_usd == 0.0) {
        SAY(c, GW_E_KEY, GW_WARNING, &r->head, "give `delay` or `cost`", "risk `%s` has no effect",
            r->head.name);
    }
}

static void check_mitigation(const checker *c, const gw_mitigation *m) {
    if (m->head.broken) {
        return;
    }
    bool shortens = m->activities.n > 0 && m->duration_factor != 1.0;
    bool prevents = m->risks.n > 0 && m->probability_factor != 1.0;
    if (!shortens && !prevents) {
        SAY(c, GW_E_KEY, GW_WARNING, &m->head,
            "give activities and duration_factor, or risks and probability_factor",
            "mitigation `%s` changes nothing", m->head.name);
    }
    check_twice(c, &m->head, &m->activities, "activities");
    check_twice(c, &m->head, &m->risks, "risks");
}

/* ---------------------------------------------------------------- chips */

static void check_chip_supply(const checker *c, int i) {
    const gw_chip_supply *s = &c->s->chip_supplies.at[i];
    if (s->head.broken) {
        return;
    }
    if (s->outputs.n == 0) {
        SAY(c, GW_E_KEY, GW_ERROR, &s->head, "for example q1: {from: 2026-01, rate: 3.7 M / yr}",
            "chip supply `%s` has no outputs", s->head.name);
    }
    if (s->accelerators.n == 0) {
        SAY(c, GW_E_KEY, GW_ERROR, &s->head, "name what comes off the line",
            "chip supply `%s` makes no accelerators", s->head.name);
    }
    check_twice(c, &s->head, &s->accelerators, "accelerators");
    for (int k = 0; k < s->outputs.n; k++) {
        for (int j = 0; j < k; j++) {
            if (s->outputs.at[j].from_d == s->outputs.at[k].from_d) {
                SAY(c, GW_E_RANGE, GW_ERROR, &s->outputs.at[k].head, "keep one of them",
                    "outputs `%s` and `%s` begin on the same day", s->outputs.at[j].head.name,
                    s->outputs.at[k].head.name);
            }
        }
    }
    for (int other = 0; other < i; other++) {
        const gw_refs *made = &c->s->chip_supplies.at[other].accelerators;
        for (int k = 0; k < s->accelerators.n * made->n; k++) {
            const char *name = s->accelerators.at[k / made->n].name;
            if (strcmp(name, made->at[k % made->n].name) == 0) {
                SAY(c, GW_E_MODEL, GW_ERROR, &s->head, "add the outputs up in one supply",
                    "`%s` comes from two chip supplies, `%s` and `%s`", name,
                    c->s->chip_supplies.at[other].head.name, s->head.name);
            }
        }
    }
}

/* ---------------------------------------------------------------- promises */

static void check_commitment(const checker *c, const gw_commitment *k) {
    if (k->head.broken) {
        return;
    }
    check_order(c, &k->head, k->pledged_d, k->contracted_d, "pledged", "contracted");
    check_order(c, &k->head, k->contracted_d, k->financed_d, "contracted", "financed");
    check_order(c, &k->head, k->draw_from_d, k->draw_until_d, "draw_from", "draw_until");
    check_order(c, &k->head, k->pledged_d, k->withdrawn_d, "pledged", "withdrawn");
    check_order(c, &k->head, k->pledged_d, k->disputed_d, "pledged", "disputed");
    check_order(c, &k->head, k->pledged_d, k->draw_until_d, "pledged", "draw_until");
    check_known(c, &k->head, k->withdrawn_d, "withdrawn");
    check_twice(c, &k->head, &k->holds_up, "holds_up");
    if (k->party.i >= 0 && k->party.i == k->to.i) {
        SAY(c, GW_E_MODEL, GW_ERROR, &k->head, "name the other party",
            "`%s` promises `%s` to itself", k->party.name, k->head.name);
    }
    int steps = 0;
    for (const gw_commitment *at = k; at->supersedes.i >= 0; steps++) {
        at = &c->s->commitments.at[at->supersedes.i];
        if (at == k) {
            SAY(c, GW_E_MODEL, GW_ERROR, &k->head, "keep the later one's `supersedes`",
                "commitment `%s` supersedes itself", k->head.name);
        }
        if (at == k || steps > c->s->commitments.n) {
            break;
        }
    }
}

/* ---------------------------------------------------------------- correlations */

/* What a pattern finds: values that fit, and of them uncertain ones. */
static int count_matches(const checker *c, const char *pattern, int *n_uncertain) {
    int n = 0;
    *n_uncertain = 0;
    for (int i = 0; i < c->spec->n_values; i++) {
        const gw_value *v = &c->spec->values[i];
        if (v->slot >= 0 && gw_path_matches(pattern, v->path)) {
            n++;
            *n_uncertain += v->uncertain && v->used;
        }
    }
    return n;
}

static void check_pattern(const checker *c, const gw_correlation *k, const char *pattern) {
    int n_uncertain = 0;
    int n = count_matches(c, pattern, &n_uncertain);
    if (n == 0) {
        const char *names[512];
        char hint[200] =
            "write paths as --set takes them, * for any one name: activities.*.duration";
        size_t n_names = 0;
        for (int i = 0; i < c->spec->n_values && n_names < 512; i++) {
            if (c->spec->values[i].uncertain && c->spec->values[i].used) {
                names[n_names++] = c->spec->values[i].path;
            }
        }
        const char *near = gw_text_nearest(pattern, names, n_names);
        if (near != NULL) {
            snprintf(hint, sizeof hint, "did you mean `%.150s`?", near);
        }
        SAY(c, GW_E_REF, GW_ERROR, &k->head, hint, "`%s` fits no value", pattern);
    } else if (n_uncertain == 0) {
        SAY(c, GW_E_MODEL, GW_WARNING, &k->head,
            "only values with a distribution can move together",
            "nothing that `%s` fits is uncertain", pattern);
    }
}

static bool fits(const gw_correlation *k, const char *path) {
    for (int i = 0; i < k->of.n; i++) {
        if (gw_path_matches(k->of.at[i], path)) {
            return true;
        }
    }
    return false;
}

static void check_correlations(const checker *c) {
    for (int i = 0; i < c->s->correlations.n; i++) {
        const gw_correlation *k = &c->s->correlations.at[i];
        if (k->of.n == 0 && !k->head.broken) {
            SAY(c, GW_E_KEY, GW_ERROR, &k->head, "for example of: [activities.*.duration]",
                "correlation `%s` names no inputs", k->head.name);
        }
        for (int p = 0; p < k->of.n; p++) {
            check_pattern(c, k, k->of.at[p]);
        }
    }
    for (int v = 0; v < c->spec->n_values; v++) {
        const gw_value *value = &c->spec->values[v];
        if (!value->uncertain || !value->used) {
            continue;
        }
        const gw_correlation *first = NULL;
        for (int i = 0; i < c->s->correlations.n; i++) {
            const gw_correlation *k = &c->s->correlations.at[i];
            if (fits(k, value->path) && first != NULL) {
                SAY(c, GW_E_MODEL, GW_ERROR, &k->head, "make one group, or narrow the patterns",
                    "`%s` is in two correlations, `%s` and `%s`", value->path, first->head.name,
                    k->head.name);
            }
            first = fits(k, value->path) && first == NULL ? k : first;
        }
        if (strncmp(value->path, "correlations.", strlen("correlations.")) == 0) {
            gw_diag_add(c->diags, GW_E_RANGE, GW_ERROR, value->loc, value->path, "write one number",
                        "the coefficient of a correlation cannot be uncertain");
        }
    }
}

/* ---------------------------------------------------------------- what the schedule sets */

static void check_dated(const checker *c, const gw_head *head, double own_d, const gw_refs *after,
                        const char *key) {
    if (head->broken) {
        return;
    }
    check_twice(c, head, after, "after");
    if (!gw_is_set(own_d) && after->n == 0) {
        SAY(c, GW_E_KEY, GW_ERROR, head, "give the date, or the activities that it waits for",
            "`%s` needs `%s` or `after`", head->name, key);
    }
    for (int k = 0; k < after->n && own_d <= c->s->as_of_d; k++) {
        int p = after->at[k].i;
        if (p >= 0 && !is_finished(c, &c->s->activities.at[p])) {
            SAY(c, GW_E_MODEL, GW_WARNING, head, "give `finished` of the activity, or remove it",
                "`%s` is dated %s although `%s`, which must come before, is not finished: the "
                "activity decides",
                head->name, day_of(own_d).text, after->at[k].name);
        }
    }
}

static void check_targets(const checker *c) {
    for (int s = 0; s < c->s->sites.n; s++) {
        const gw_site *site = &c->s->sites.at[s];
        for (int i = 0; i < site->buildings.n; i++) {
            const gw_building *b = &site->buildings.at[i];
            check_dated(c, &b->head, b->ready_d, &b->after, "ready");
        }
        for (int i = 0; i < site->supply.n; i++) {
            const gw_supply *p = &site->supply.at[i];
            check_dated(c, &p->head, p->energised_d, &p->after, "energised");
        }
    }
    for (int k = 0; k < c->s->clusters.n; k++) {
        const gw_cluster *cluster = &c->s->clusters.at[k];
        for (int i = 0; i < cluster->lots.n; i++) {
            const gw_chip_lot *lot = &cluster->lots.at[i];
            check_dated(c, &lot->head, lot->installed_d, &lot->after, "installed");
        }
    }
}

void gw_check_schedule(const gw_spec *spec, gw_diags *diags) {
    int value_at = 0;
    checker c = {&spec->scenario, spec, diags, &value_at};
    for (int i = 0; i < c.s->activities.n; i++) {
        check_activity(&c, &c.s->activities.at[i]);
    }
    check_cycles(&c);
    for (int i = 0; i < c.s->calendars.n; i++) {
        check_calendar(&c, &c.s->calendars.at[i]);
    }
    for (int i = 0; i < c.s->risks.n; i++) {
        check_risk(&c, &c.s->risks.at[i]);
    }
    for (int i = 0; i < c.s->mitigations.n; i++) {
        check_mitigation(&c, &c.s->mitigations.at[i]);
    }
    for (int i = 0; i < c.s->chip_supplies.n; i++) {
        check_chip_supply(&c, i);
    }
    for (int i = 0; i < c.s->commitments.n; i++) {
        check_commitment(&c, &c.s->commitments.at[i]);
    }
    check_correlations(&c);
    check_targets(&c);
}

/* report/compare.c: programmes side by side: which sites make a programme, what was promised to it,
 * how late its own dates are.
 * In:    models of one or several scenarios.   Out: sides with their values.
 * Model: sites that name a programme belong to it; sites of the same file that name none form a
 *        programme of their own under the scenario's title. A site whose name stood in an earlier
 *        programme is shown again but added once. Promises are the scenario's commitments, each in
 *        the highest state that it had reached on the day; what is drawn is even between the first
 *        and the last draw. Lateness: dates that a party of the scenario named itself, against the
 *        day on which the base case reaches the claimed size.
 * Valid: names of sites are taken to mean the same site in every file.
 * Derivation: docs/results.md, "Programmes side by side". */
#include "report/compare.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "engine/engine.h"
#include "engine/what_if.h"
#include "scenario/enums.h"

/* ------------------------------------------------------------------ which sites make a side */

static const char *file_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* "stargate-abilene" of "scenarios/stargate-abilene.yaml". */
static const char *stem(const char *path, gw_arena *arena) {
    const char *name = file_name(path);
    const char *dot = strrchr(name, '.');
    return dot == NULL || dot == name ? name : gw_arena_strndup(arena, name, (size_t)(dot - name));
}

static bool any_programme(const gw_scenario *in) {
    bool any = false;
    for (int i = 0; i < in->sites.n; i++) {
        any = any || in->sites.at[i].programme.i >= 0;
    }
    return any;
}

/* Sites of programme k (-1: those without one) as a side; false if there are none. */
static bool make_side(const gw_model *model, const char *file, int k, gw_arena *arena,
                      gw_side *side, bool *has_site) {
    const gw_scenario *in = model->in;
    bool is_split = any_programme(in);
    gw_buf names = {0};
    int n = 0;
    for (int i = 0; i < in->sites.n; i++) {
        has_site[i] = !is_split || in->sites.at[i].programme.i == k;
        if (has_site[i]) {
            gw_buf_printf(&names, "%s%s", n > 0 ? ", " : "", in->sites.at[i].head.name);
            n++;
        }
    }
    const gw_programme *p = is_split && k >= 0 ? &in->programmes.at[k] : NULL;
    *side = (gw_side){
        .file = file_name(file),
        .name = p != NULL ? p->head.name : stem(file, arena),
        .title = p != NULL ? gw_words_title(p->title, &p->head) : in->title,
        .model = model,
        .n_sites = n,
        .sites = gw_arena_strdup(arena, names.text == NULL ? "" : names.text),
    };
    gw_buf_clear(&names);
    return n > 0;
}

/* The file of an earlier side that holds a site of this name. */
static const char *seen_in(const gw_sides *sides, bool *const *has_site, int before,
                           const char *name) {
    for (int k = 0; k < before; k++) {
        const gw_scenario *in = sides->at[k].model->in;
        for (int i = 0; i < in->sites.n; i++) {
            if (has_site[k][i] && strcmp(in->sites.at[i].head.name, name) == 0) {
                return sides->at[k].file;
            }
        }
    }
    return NULL;
}

/* What makes a site the same in two files: planned power of buildings, accelerators. */
static double planned(const gw_scenario *in, int site) {
    double sum = 0.0;
    for (int i = 0; i < in->sites.at[site].buildings.n; i++) {
        const gw_building *b = &in->sites.at[site].buildings.at[i];
        sum += b->count * b->it_power_W;
    }
    for (int c = 0; c < in->clusters.n; c++) {
        if (in->clusters.at[c].site.i == site) {
            sum += gw_cluster_planned_accelerators(&in->clusters.at[c]);
        }
    }
    return sum;
}

static bool is_same_site(const gw_sides *sides, bool *const *has_site, const gw_scenario *in,
                         int site) {
    for (int k = 0; k < sides->n; k++) {
        const gw_scenario *other = sides->at[k].model->in;
        for (int j = 0; j < other->sites.n && other != in; j++) {
            if (has_site[k][j] &&
                strcmp(other->sites.at[j].head.name, in->sites.at[site].head.name) == 0 &&
                planned(other, j) == planned(in, site)) {
                return true;
            }
        }
    }
    return false;
}

/* Whether all sites of the side stood in earlier sides as they are here. */
static bool shown_before(const gw_sides *sides, bool *const *has_site, const gw_side *side,
                         const bool *ours) {
    bool all = true;
    for (int i = 0; i < side->model->in->sites.n; i++) {
        all = all && (!ours[i] || is_same_site(sides, has_site, side->model->in, i));
    }
    return all;
}

/* Marks in `again` which sites of side k were counted before. */
static bool find_doubled(gw_sides *sides, bool *const *has_site, int k, bool *again) {
    gw_side *side = &sides->at[k];
    const gw_scenario *in = side->model->in;
    gw_buf words = {0};
    for (int i = 0; i < in->sites.n; i++) {
        const char *file =
            has_site[k][i] ? seen_in(sides, has_site, k, in->sites.at[i].head.name) : NULL;
        again[i] = file != NULL;
        if (again[i]) {
            gw_buf_printf(&words, "%s%s (also in %s)", words.n > 0 ? ", " : "",
                          in->sites.at[i].head.name, file);
        }
    }
    bool any = words.n > 0;
    side->doubled = any ? gw_arena_strdup(sides->arena, words.text) : NULL;
    gw_buf_clear(&words);
    return any;
}

/* ------------------------------------------------------------------ what was promised */

static bool by(double date_d, double on_d) {
    return date_d <= on_d; /* false for NaN: it has not happened */
}

static void add_commitment(const gw_commitment *c, double on_d, gw_promised *sum) {
    bool any = by(c->pledged_d, on_d) || by(c->contracted_d, on_d) || by(c->financed_d, on_d) ||
               by(c->draw_from_d, on_d);
    if (!any) {
        return;
    }
    sum->n++;
    if (by(c->withdrawn_d, on_d)) {
        sum->withdrawn_usd += c->amount_usd;
        return;
    }
    double drawn = 0.0;
    if (by(c->draw_from_d, on_d)) {
        double span_d = c->draw_until_d - c->draw_from_d;
        drawn = span_d > 0.0 ? fmin((on_d - c->draw_from_d) / span_d, 1.0) : 1.0;
    }
    double rest_usd = c->amount_usd * (1.0 - drawn);
    sum->drawn_usd += c->amount_usd * drawn;
    if (by(c->financed_d, on_d)) {
        sum->financed_usd += rest_usd;
    } else if (by(c->contracted_d, on_d)) {
        sum->contracted_usd += rest_usd;
    } else {
        sum->pledged_usd += rest_usd;
    }
}

static bool is_superseded(const gw_scenario *in, int i, double on_d) {
    for (int k = 0; k < in->commitments.n; k++) {
        const gw_commitment *c = &in->commitments.at[k];
        if (c->supersedes.i == i && (by(c->pledged_d, on_d) || by(c->contracted_d, on_d))) {
            return true;
        }
    }
    return false;
}

/* Commitments to the side's programme; of a file that is one programme, all of them. */
static gw_promised promised_to(const gw_side *side) {
    const gw_scenario *in = side->model->in;
    gw_promised sum = {0};
    bool is_split = any_programme(in);
    for (int i = 0; i < in->commitments.n; i++) {
        const gw_commitment *c = &in->commitments.at[i];
        bool ours =
            !is_split || (c->programme.name != NULL && strcmp(c->programme.name, side->name) == 0);
        if (ours && !is_superseded(in, i, side->on_d)) {
            add_commitment(c, side->on_d, &sum);
        }
    }
    return sum;
}

/* ------------------------------------------------------------------ how late */

static bool holds_words(const char *text, const char *part) {
    size_t n = strlen(part);
    for (; n > 0 && *text != '\0'; text++) {
        if (strncasecmp(text, part, n) == 0) {
            return true;
        }
    }
    return false;
}

static bool said_by_party(const gw_scenario *in, const gw_claim *claim) {
    for (int i = 0; i < claim->said_by.n; i++) {
        const char *who = claim->said_by.at[i];
        for (int k = 0; k < in->parties.n; k++) {
            const gw_party *party = &in->parties.at[k];
            const char *title = gw_words_title(party->title, &party->head);
            if (holds_words(title, who) || holds_words(who, title)) {
                return true;
            }
        }
    }
    return false;
}

static int site_of_claim(const gw_scenario *in, const gw_claim *claim) {
    return claim->cluster.i >= 0 ? in->clusters.at[claim->cluster.i].site.i : claim->site.i;
}

static gw_lateness late_of(const gw_model *model, const bool *has_site, const double *run_value) {
    const gw_scenario *in = model->in;
    gw_lateness late = {0};
    double sum_d = 0.0;
    for (int i = 0; i < model->n_claim_items; i++) {
        const gw_claim_item *item = &model->claim_items[i];
        const gw_claim *claim = &in->claims.at[item->claim];
        int site = site_of_claim(in, claim);
        if (item->quantity != GW_CLAIM_ONLINE || site < 0 || !has_site[site] ||
            !said_by_party(in, claim) || claim->status == GW_STATUS_ESTIMATE ||
            claim->status == GW_STATUS_OPINION) {
            continue;
        }
        if (isnan(run_value[i])) {
            late.n_never++;
            continue;
        }
        double late_d = run_value[i] - item->value;
        if (late.n == 0 || late_d > late.worst_late_d) {
            late.worst_late_d = late_d;
            late.worst = claim->head.name;
        }
        sum_d += late_d;
        late.n++;
    }
    late.mean_late_d = late.n > 0 ? sum_d / late.n : GW_NAN;
    return late;
}

/* ------------------------------------------------------------------ all sides */

double gw_sides_day(const gw_model *model, double on_d) {
    if (isnan(on_d) || floor(on_d) == floor(model->in->as_of_d)) {
        return model->in->as_of_d;
    }
    int month = gw_month_of_date(on_d + 1.0); /* of the next day: a last day ends its month */
    return gw_month_start_d(month) - 1.0;
}

/* Values of the sides first..first+n-1, which share one model. */
static gw_code work_model(gw_sides *sides, bool *const *has_site, int first, int n,
                          const gw_sides_opts *opts) {
    const gw_model *model = sides->at[first].model;
    gw_compare_group *groups = GW_NEW_N(sides->arena, 2 * n + 1, gw_compare_group);
    int *doubled = GW_NEW_N(sides->arena, n + 1, int);
    int n_groups = n;
    for (int k = 0; k < n; k++) {
        bool *again = GW_NEW_N(sides->arena, model->in->sites.n + 1, bool);
        groups[k].site = has_site[first + k];
        doubled[k] = -1;
        if (find_doubled(sides, has_site, first + k, again)) {
            doubled[k] = n_groups;
            groups[n_groups++].site = again;
        }
    }
    gw_compare_opts run = {.n_samples = opts->n_samples,
                           .seed = opts->seed,
                           .n_threads = opts->n_threads,
                           .on_d = sides->at[first].on_d,
                           .n_groups = n_groups,
                           .groups = groups};
    gw_compared *out = NULL;
    gw_code code = gw_compare_run(model, &run, sides->arena, &out);
    gw_what_if none = gw_what_if_none();
    gw_state *base = code == GW_OK ? gw_what_if_run(model, &none) : NULL;
    for (int k = 0; k < n && base != NULL; k++) {
        gw_side *side = &sides->at[first + k];
        side->value = &out[k];
        side->promised = promised_to(side);
        side->lateness = late_of(model, has_site[first + k], base->claim_value);
        if (doubled[k] >= 0) {
            memcpy(side->uncounted_base, out[doubled[k]].base, sizeof side->uncounted_base);
        }
    }
    gw_state_free(base);
    return code == GW_OK && base == NULL ? GW_E_MEM : code;
}

static void widen_horizon(gw_sides *sides, const gw_model *model) {
    int end = sides->month0 + sides->n_months;
    int model_end = model->month0 + model->n_months;
    if (sides->n_months == 0) {
        sides->month0 = model->month0;
        end = model_end;
    }
    sides->month0 = model->month0 < sides->month0 ? model->month0 : sides->month0;
    sides->n_months = (model_end > end ? model_end : end) - sides->month0;
}

/* The programmes of one file, without those that earlier files hold. */
static void list_sides(gw_sides *sides, bool **has_site, const gw_model *model, const char *file,
                       double on_d, gw_buf *repeated) {
    bool is_split = any_programme(model->in);
    int n = is_split ? model->in->programmes.n + 1 : 1;
    bool is_new_file = true;
    for (int k = 0; k < n; k++) {
        int programme = is_split && k < n - 1 ? k : -1; /* sites without one come last */
        gw_side *side = &sides->at[sides->n];
        bool *ours = GW_NEW_N(sides->arena, model->in->sites.n + 1, bool);
        has_site[sides->n] = ours;
        if (!make_side(model, file, programme, sides->arena, side, ours)) {
            continue;
        }
        if (shown_before(sides, has_site, side, ours)) {
            gw_buf_add(repeated, !is_new_file ? ", " : repeated->n > 0 ? "; " : "");
            gw_buf_add(repeated, is_new_file ? side->file : "");
            gw_buf_add(repeated, is_new_file ? ": " : "");
            gw_buf_add(repeated, side->title);
            is_new_file = false;
            continue;
        }
        side->on_d = gw_sides_day(model, on_d);
        sides->n++;
        widen_horizon(sides, model);
    }
}

gw_code gw_sides_work(const gw_model *const *models, const char *const *files, int n_models,
                      const gw_sides_opts *opts, gw_arena *arena, gw_diags *diags, gw_sides *out) {
    int cap = 0;
    for (int i = 0; i < n_models; i++) {
        cap += models[i]->in->programmes.n + 1;
    }
    *out = (gw_sides){.arena = arena,
                      .n_samples = opts->n_samples,
                      .seed = opts->seed,
                      .at = GW_NEW_N(arena, cap + 1, gw_side)};
    bool **has_site = GW_NEW_N(arena, cap + 1, bool *);
    gw_buf repeated = {0};
    gw_code code = GW_OK;
    for (int i = 0; i < n_models && code == GW_OK; i++) {
        int first = out->n;
        list_sides(out, has_site, models[i], files[i], opts->on_d, &repeated);
        code = out->n > first ? work_model(out, has_site, first, out->n - first, opts) : GW_OK;
        if (code == GW_E_RANGE) {
            gw_diag_add(diags, GW_E_RANGE, GW_ERROR, (gw_loc){.file = files[i]}, "horizon",
                        "choose a day within it, or widen the horizon with --set",
                        "the day %s lies outside the months that are worked through",
                        gw_words_value(opts->on_d, NULL).text);
        }
    }
    out->repeated = gw_arena_strdup(arena, repeated.n > 0 ? repeated.text : "");
    gw_buf_clear(&repeated);
    return code;
}

/* ------------------------------------------------------------------ what readers ask of it */

double gw_sides_total(const gw_sides *sides, gw_compare_id id) {
    double sum = 0.0;
    for (int k = 0; k < sides->n; k++) {
        sum += sides->at[k].value->base[id] - sides->at[k].uncounted_base[id];
    }
    return sum;
}

int gw_sides_month(const gw_sides *sides, const gw_side *side, int m) {
    int own = sides->month0 + m - side->model->month0;
    return own >= 0 && own < side->model->n_months ? own : -1;
}

gw_words gw_sides_lateness(const gw_lateness *late) {
    gw_words w;
    char dates[48] = "";
    snprintf(dates, sizeof dates, "%.30s %s", gw_words_count(late->n + late->n_never).text,
             gw_words_plural(late->n + late->n_never, "date", "dates"));
    if (late->n + late->n_never == 0) {
        snprintf(w.text, sizeof w.text, "no own date recorded");
    } else if (late->n == 0) {
        snprintf(w.text, sizeof w.text, "never within the plan (%s)", dates);
    } else if (fabs(late->mean_late_d) < 3.0) {
        snprintf(w.text, sizeof w.text, "on time (%s)", dates);
    } else {
        double days = fabs(late->mean_late_d);
        snprintf(w.text, sizeof w.text, "%.30s %s (%s)", gw_words_duration(days * GW_DAY_s).text,
                 late->mean_late_d > 0.0 ? "late" : "early", dates);
    }
    return w;
}

gw_words gw_sides_status(const gw_side *side) {
    const double *v = side->value->base;
    gw_words w;
    double full_W = v[GW_COMPARE_FULL_IT];
    if (!(full_W > 0.0)) {
        snprintf(w.text, sizeof w.text, "nothing that could run");
    } else if (v[GW_COMPARE_RUNNING_IT] > 0.0) {
        snprintf(w.text, sizeof w.text, "%.40s energised",
                 gw_words_share(v[GW_COMPARE_RUNNING_IT] / full_W).text);
    } else if (v[GW_COMPARE_BEGUN_IT] > 0.0) {
        snprintf(w.text, sizeof w.text, "%.40s begun",
                 gw_words_share(v[GW_COMPARE_BEGUN_IT] / full_W).text);
    } else {
        snprintf(w.text, sizeof w.text, "not begun");
    }
    return w;
}

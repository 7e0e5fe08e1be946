/* report/validate_view.c: what all forms of a validation share: scores, groups, colours, the
 * scatter. In: trials.   Out: a view; SVG. */
#include "report/validate_view.h"

#include <math.h>
#include <string.h>

#include "report/chart.h"
#include "report/svg.h"

gw_validate_view gw_validate_view_of(const gw_trials *trials, gw_arena *arena) {
    const char *slash = strrchr(trials->file, '/');
    gw_validate_view v = {.title = slash == NULL ? trials->file : slash + 1,
                          .trials = trials,
                          .kind = &gw_table_kinds[trials->kind],
                          .all = gw_trials_score_all(trials, arena),
                          .reasons = gw_trials_reasons(trials, arena)};
    for (int k = 0; k < GW_N_TRIAL_KEY; k++) {
        v.by[k] = gw_trials_score_by(trials, (gw_trial_key)k, arena);
    }
    int *order = GW_NEW_N(arena, trials->n + 1, int);
    (void)gw_trials_order(trials, order, arena);
    v.order = order;
    const gw_trial_scores *chips = &v.by[GW_BY_ACCELERATOR];
    for (int i = 0; i < chips->n; i++) {
        bool is_last = v.n_colours == GW_VALIDATE_COLOURS - 1;
        if (chips->at[i].n_predicted > 0 && v.n_colours < GW_VALIDATE_COLOURS) {
            v.colour_names[v.n_colours++] = is_last ? "others" : chips->at[i].name;
        }
    }
    return v;
}

static const char *const part_name[GW_N_TRIAL_KIND] = {"layout", "message", "kernel"};

const char *gw_validate_key_title(const gw_validate_view *v, gw_trial_key key) {
    static const char *const part[GW_N_TRIAL_KIND] = {"By layout", "By message", "By kernel"};
    static const char *const titles[] = {"By source", "By accelerator", "By regime"};
    return key == GW_BY_PART ? part[v->trials->kind] : titles[key];
}

const char *gw_validate_key_name(const gw_validate_view *v, gw_trial_key key) {
    static const char *const names[] = {"source", "accelerator", "regime"};
    return key == GW_BY_PART ? part_name[v->trials->kind] : names[key];
}

int gw_validate_colour(const gw_validate_view *v, const gw_tried *tried) {
    for (int k = 0; k < v->n_colours; k++) {
        if (strcmp(v->colour_names[k], tried->accelerator) == 0) {
            return k;
        }
    }
    return v->n_colours > 0 ? v->n_colours - 1 : 0;
}

static const char *point_title(const gw_tried *one, gw_arena *arena) {
    const gw_trial *t = &one->trial;
    return gw_arena_printf(arena, "%s, %s: measured %s, predicted %s (%+.1f %%)", t->id,
                           t->regime != NULL ? t->regime : one->accelerator,
                           gw_words_value(t->measured_s, "s").text,
                           gw_words_value(t->predicted_s, "s").text, 100.0 * gw_trial_error(t));
}

void gw_validate_scatter(const gw_validate_view *v, int id, bool compact, gw_arena *arena,
                         gw_buf *out) {
    const gw_trials *t = v->trials;
    gw_chart_point *points = GW_NEW_N(arena, v->all.n_predicted + 1, gw_chart_point);
    int n = 0, seen = 0, every = (v->all.n_predicted - 1) / GW_VALIDATE_POINTS + 1;
    for (int i = 0; i < t->n; i++) {
        const gw_trial *one = &t->at[i].trial;
        if (one->unsupported == NULL && seen++ % every == 0) {
            points[n++] = (gw_chart_point){.x = one->measured_s,
                                           .y = one->predicted_s,
                                           .low = one->low_s,
                                           .high = one->high_s,
                                           .colour = gw_validate_colour(v, &t->at[i]),
                                           .title = compact ? NULL : point_title(&t->at[i], arena)};
        }
    }
    gw_chart_scatter chart = {
        .head =
            {id, "Predicted against measured time",
             "One point a row on logarithmic axes. On the line both agree; the dashed lines are "
             "20 % beside it; strokes are the 80 % intervals."},
        .unit = "s",
        .x_label = gw_arena_printf(arena, "measured time of a %s", v->kind->time),
        .y_label = gw_arena_printf(arena, "predicted, with its 80 %% interval"),
        .n = n,
        .points = points,
        .n_keys = v->n_colours,
        .keys = v->colour_names,
        .is_compact = compact};
    gw_chart_scatter_draw(&chart, out);
}

void gw_validate_svg(const gw_validate_view *v, gw_buf *out) {
    gw_arena *arena = gw_arena_create(0);
    gw_buf chart = {0};
    gw_validate_scatter(v, 1, true, arena, &chart);
    const char *body = strchr(chart.text, '>') + 1; /* the style goes inside the image */
    gw_buf_addn(out, chart.text, (size_t)(body - chart.text));
    gw_buf_add(out, "<style>\n");
    gw_svg_style(out);
    gw_buf_add(out, "svg.gw{font-family:system-ui,sans-serif;background:var(--bg)}\n</style>\n");
    gw_buf_add(out, body);
    gw_buf_clear(&chart);
    gw_arena_free(arena);
}

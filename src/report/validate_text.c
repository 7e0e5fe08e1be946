/* report/validate_text.c: predictions beside measurements on a terminal, 80 columns wide.
 * In: a view.   Out: text. Errors in per cent of the measured time. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/validate_view.h"

#define GROUPS_SHOWN 12
#define REASONS_SHOWN 12
#define WORST_SHOWN 10
#define SHORT_TABLE 40 /* up to here all rows are shown */
#define NAME 34
#define ID 12

/* ------------------------------------------------------------------ columns */

/* Characters, not bytes. */
static int length(const char *text) {
    int n = 0;
    for (; *text != '\0'; text++) {
        n += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return n;
}

/* The text cut or filled to `width` characters. */
static void add_padded(gw_buf *out, const char *text, int width) {
    int n = 0;
    bool cut = length(text) > width;
    for (; *text != '\0' && (n < width - cut || ((unsigned char)*text & 0xC0) == 0x80); text++) {
        n += ((unsigned char)*text & 0xC0) != 0x80;
        gw_buf_addc(out, *text);
    }
    if (cut) {
        gw_buf_add(out, "\xE2\x80\xA6");
        n++;
    }
    for (; n < width; n++) {
        gw_buf_addc(out, ' ');
    }
}

static void add_right(gw_buf *out, const char *text, int width) {
    for (int n = length(text); n < width; n++) {
        gw_buf_addc(out, ' ');
    }
    gw_buf_add(out, text);
}

/* Words wrapped from column `at` on, further lines indented by as much. */
static void add_wrapped(gw_buf *out, const char *text, int at, int width) {
    int column = at;
    while (*text != '\0') {
        size_t n = strcspn(text, " ");
        char word[256];
        snprintf(word, sizeof word, "%.*s", (int)(n < 250 ? n : 250), text);
        int wide = length(word);
        if (column > at && column + 1 + wide > width) {
            gw_buf_printf(out, "\n%*s", at, "");
            column = at;
        } else if (column > at) {
            gw_buf_addc(out, ' ');
            column++;
        }
        gw_buf_add(out, word);
        column += wide;
        text += n;
        text += strspn(text, " ");
    }
    gw_buf_addc(out, '\n');
}

/* A share in per cent, "-" for none. */
static void add_share(gw_buf *out, double share, int width) {
    char text[32];
    snprintf(text, sizeof text, fabs(share) >= 9.995 ? "%.0f" : "%.1f", 100.0 * share);
    add_right(out, isnan(share) ? "-" : text, width);
}

/* ------------------------------------------------------------------ summary */

static const char *slow_or_fast(double bias_frac) {
    return bias_frac >= 0.0 ? "long" : "short";
}

static void add_memory(const gw_validate_view *v, gw_buf *out) {
    const gw_trial_score *s = &v->all;
    if (s->n_memory > 0) {
        gw_buf_printf(out, "Memory       mean error %.1f %%, on average %.1f %% too %s (%d %s)\n",
                      100.0 * s->memory_mean_frac, 100.0 * fabs(s->memory_bias_frac),
                      s->memory_bias_frac >= 0.0 ? "high" : "low", s->n_memory,
                      gw_words_plural(s->n_memory, "row", "rows"));
    }
}

static void add_summary(const gw_validate_view *v, int width, gw_buf *out) {
    const gw_trial_score *s = &v->all;
    gw_buf head = {0};
    gw_buf_printf(&head, "Predicted against measured: %s, %s %s", v->title,
                  gw_words_value(s->n_rows, "").text,
                  gw_words_plural(s->n_rows, v->kind->one, v->kind->many));
    add_wrapped(out, head.text, 0, width);
    gw_buf_clear(&head);
    gw_buf_addc(out, '\n');
    gw_buf_printf(out, "Covered      %d of %d rows (%.1f %%)\n", s->n_predicted, s->n_rows,
                  100.0 * s->covered_share);
    if (s->n_predicted == 0) {
        return;
    }
    const gw_trial *worst = &v->trials->at[s->i_worst].trial;
    gw_buf_printf(out, "Error        of the %s time: mean %.1f %%, median %.1f %%\n", v->kind->time,
                  100.0 * s->mean_frac, 100.0 * s->median_frac);
    gw_buf_printf(out, "             90th percentile %.1f %%, worst %.1f %% (%s, line %d)\n",
                  100.0 * s->p90_frac, 100.0 * s->worst_frac, worst->id, worst->line);
    gw_buf_printf(out, "             on average %.1f %% too %s\n", 100.0 * fabs(s->bias_frac),
                  slow_or_fast(s->bias_frac));
    if (s->n_interval > 0) {
        gw_buf_printf(out, "Intervals    %.1f %% of the measurements lie in their 80 %% interval\n",
                      100.0 * s->inside_share);
    }
    if (s->n_wide > 0) {
        gw_buf_printf(out, "             %d %s a wider one, for a reason that its row gives\n",
                      s->n_wide, gw_words_plural(s->n_wide, "row has", "rows have"));
    }
    add_memory(v, out);
}

/* ------------------------------------------------------------------ groups */

static void add_score(const gw_trial_score *s, gw_buf *out) {
    char count[24];
    gw_buf_add(out, "  ");
    add_padded(out, s->name, NAME);
    snprintf(count, sizeof count, "%d", s->n_rows);
    add_right(out, count, 6);
    add_share(out, s->covered_share, 6);
    add_share(out, s->mean_frac, 6);
    add_share(out, s->median_frac, 7);
    add_share(out, s->p90_frac, 6);
    add_share(out, s->worst_frac, 6);
    add_share(out, s->inside_share, 6);
    gw_buf_addc(out, '\n');
}

static void add_groups(const gw_validate_view *v, gw_trial_key key, gw_buf *out) {
    const gw_trial_scores *g = &v->by[key];
    int shown = v->with_rows || g->n <= GROUPS_SHOWN + 1 ? g->n : GROUPS_SHOWN;
    gw_buf_addc(out, '\n');
    add_padded(out, gw_validate_key_title(v, key), NAME + 2);
    gw_buf_add(out, "  rows cover  mean median   p90 worst in 80\n");
    for (int i = 0; i < shown; i++) {
        add_score(&g->at[i], out);
    }
    int left = 0;
    for (int i = shown; i < g->n; i++) {
        left += g->at[i].n_rows;
    }
    if (shown < g->n) {
        gw_buf_printf(out, "  and %d smaller groups with %d rows: --rows shows them\n",
                      g->n - shown, left);
    }
}

/* ------------------------------------------------------------------ rows */

/* "pp: 4 stages for 2 layers": the column once. */
static void add_reason(const gw_trial *t, gw_buf *out) {
    if (t->column != NULL && strstr(t->unsupported, t->column) == NULL) {
        gw_buf_printf(out, "%s: ", t->column);
    }
    gw_buf_add(out, t->unsupported);
}

static void add_row(const gw_tried *one, int width, gw_buf *out) {
    const gw_trial *t = &one->trial;
    gw_buf_add(out, "  ");
    add_padded(out, t->id, ID);
    if (t->unsupported != NULL) {
        gw_buf_addc(out, ' ');
        gw_buf whole = {0};
        gw_buf_add(&whole, "unsupported: ");
        add_reason(t, &whole);
        gw_buf_printf(&whole, " (line %d)", t->line);
        add_wrapped(out, whole.text, ID + 3, width);
        gw_buf_clear(&whole);
        return;
    }
    char error[32];
    snprintf(error, sizeof error, "%+.1f", 100.0 * gw_trial_error(t));
    add_right(out, gw_words_value(t->measured_s, "s").text, 10);
    add_right(out, gw_words_value(t->predicted_s, "s").text, 10);
    add_right(out, error, 8);
    gw_buf_add(out, "  ");
    bool has = gw_trial_has_interval(t);
    add_padded(out, has ? gw_words_range(t->low_s, t->high_s, "s").text : "-", 16);
    gw_buf_add(out, !has ? "    " : gw_trial_is_inside(t) ? "in  " : "OUT ");
    const char *regime = t->regime != NULL ? t->regime : one->accelerator;
    add_padded(out, regime, width - (ID + 2 + 10 + 10 + 8 + 2 + 16 + 4));
    while (out->n > 0 && out->text[out->n - 1] == ' ') {
        out->text[--out->n] = '\0';
    }
    gw_buf_addc(out, '\n');
}

static void add_row_head(gw_buf *out, const char *title) {
    gw_buf_printf(out, "\n%s\n  ", title);
    add_padded(out, "id", ID);
    gw_buf_add(out, "  measured predicted error %  80 % interval   in? regime\n");
}

static void add_rows(const gw_validate_view *v, int width, gw_buf *out) {
    const gw_trials *t = v->trials;
    if (v->with_rows || t->n <= SHORT_TABLE) {
        add_row_head(out, "Every row");
        for (int i = 0; i < t->n; i++) {
            add_row(&t->at[i], width, out);
        }
        return;
    }
    int n = v->all.n_predicted < WORST_SHOWN ? v->all.n_predicted : WORST_SHOWN;
    if (n > 0) {
        add_row_head(out, "Worst predictions");
    }
    for (int k = 0; k < n; k++) {
        add_row(&t->at[v->order[k]], width, out);
    }
}

static void add_reasons(const gw_validate_view *v, int width, gw_buf *out) {
    const gw_trial_reasons *r = &v->reasons;
    int n = v->with_rows || r->n <= REASONS_SHOWN + 1 ? r->n : REASONS_SHOWN;
    if (r->n == 0) {
        return;
    }
    gw_buf_printf(out, "\nNot predicted (unsupported): %d %s\n", v->all.n_rows - v->all.n_predicted,
                  gw_words_plural(v->all.n_rows - v->all.n_predicted, "row", "rows"));
    for (int i = 0; i < n; i++) {
        const gw_tried *first = &v->trials->at[r->at[i].i_first];
        gw_buf text = {0};
        add_reason(&first->trial, &text);
        gw_buf_printf(&text, " (%s%s, line %d)", r->at[i].n > 1 ? "first " : "", first->trial.id,
                      first->trial.line);
        if (first->hint != NULL) {
            gw_buf_printf(&text, "; %s", first->hint);
        }
        gw_buf_printf(out, "  %6d  ", r->at[i].n);
        add_wrapped(out, text.text, 10, width);
        gw_buf_clear(&text);
    }
    if (n < r->n) {
        gw_buf_printf(out, "  and %d further reasons: --rows shows them\n", r->n - n);
    }
}

void gw_validate_text(const gw_validate_view *v, int width, gw_buf *out) {
    static const gw_trial_key order[] = {GW_BY_PART, GW_BY_ACCELERATOR, GW_BY_SOURCE, GW_BY_REGIME};
    add_summary(v, width, out);
    for (int k = 0; k < 4; k++) {
        add_groups(v, order[k], out);
    }
    add_rows(v, width, out);
    add_reasons(v, width, out);
    gw_buf_add(out, "\nErrors are predicted / measured - 1 in %, means of their sizes. \"cover\": "
                    "rows\npredicted, in %; \"in 80\": measurements inside their 80 % interval, in "
                    "%.\nAll rows: --rows, --format csv or json; charts: -o DIR.\n");
}

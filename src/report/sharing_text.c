/* report/sharing_text.c: what became of flows that shared links, in words.
 * In: a finished gw_flow_job.   Out: text of 80 columns.
 * Derivation: percentiles of base/stats.h over the flows that end; links that limit are those that were
 * full while some flow could go no faster because of them (full_s of flow/flow.h). */
#include "report/sharing_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/words.h"

#define LIMITS_SHOWN 12
#define STUCK_SHOWN 3
#define NAME_ROOM 512
#define NAME_COLUMNS 34

gw_sharing_view gw_sharing_view_of(const gw_flow_job *job, bool with_links, gw_arena *arena) {
    const gw_net *net = job->network->net;
    gw_sharing_view v = {.job = job, .begin_s = gw_flow_job_begin_s(job), .with_links = with_links};
    gw_flow_job_links(job, arena, &v.carried_B, &v.limiting_s);
    v.utilisation = GW_NEW_N(arena, net->n_links + 1, double);
    double span_s = job->result.end_s - v.begin_s;
    for (int32_t l = 0; l < net->n_links; l++) {
        bool known = span_s > 0.0 && net->capacity_Bps[l] > 0.0;
        v.utilisation[l] = known                  ? v.carried_B[l] / (net->capacity_Bps[l] * span_s)
                           : v.carried_B[l] > 0.0 ? GW_NAN
                                                  : 0.0;
    }
    return v;
}

/* ------------------------------------------------------------------ names and columns */

static void add_blanks(gw_buf *out, int n) {
    for (int i = 0; i < n; i++) {
        gw_buf_addc(out, ' ');
    }
}

static int columns_of(const char *text) {
    int n = 0;
    for (; *text != '\0'; text++) {
        n += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return n;
}

static void add_right(gw_buf *out, const char *text, int width) {
    add_blanks(out, width - columns_of(text) > 1 ? width - columns_of(text) : 1);
    gw_buf_add(out, text);
}

/* Cut where it is too long: the end of a name tells more than its middle, but both ends tell most. */
static void add_name(gw_buf *out, const char *name, int width) {
    int n = columns_of(name);
    if (n <= width) {
        gw_buf_add(out, name);
        add_blanks(out, width - n);
        return;
    }
    int keep = 0;
    for (const char *at = name; *at != '\0'; at++) {
        keep += ((unsigned char)*at & 0xC0) != 0x80;
        if (keep >= width) {
            break;
        }
        gw_buf_addc(out, *at);
    }
    gw_buf_add(out, "\xE2\x80\xA6");
}

static gw_words percent(double frac) {
    gw_words w;
    if (isnan(frac)) {
        snprintf(w.text, sizeof w.text, "%s", GW_DASH);
    } else {
        snprintf(w.text, sizeof w.text, "%.1f %%", 100.0 * frac);
    }
    return w;
}

/* ------------------------------------------------------------------ the summary */

static double sum_bytes(const gw_flow_job *job) {
    return gw_sum(job->table->bytes, (size_t)job->table->n);
}

static void say_how(const gw_flow_result *r, int64_t n, gw_buf *out) {
    if (r->n_classes == n) {
        gw_buf_add(out, "Simulated: every flow");
    } else {
        gw_buf_printf(
            out, "Simulated: %s of alike flows",
            r->n_classes == 1
                ? "one class"
                : gw_words_join(gw_words_value((double)r->n_classes, "").text, " classes").text);
    }
    gw_buf_printf(out, "; rates solved at %s %s\n", gw_words_value((double)r->n_events, "").text,
                  gw_words_plural((long)r->n_events, "instant", "instants"));
}

static void say_head(const gw_sharing_view *v, gw_buf *out) {
    const gw_flow_job *job = v->job;
    const gw_flow_result *r = &job->result;
    const gw_net *net = job->network->net;
    int32_t n_used = 0;
    for (int32_t l = 0; l < net->n_links; l++) {
        n_used += v->carried_B[l] > 0.0;
    }
    gw_buf_printf(out, "%s %s over %s of %s %s", gw_words_value((double)job->table->n, "").text,
                  gw_words_plural((long)job->table->n, "flow", "flows"),
                  gw_words_value(n_used, "").text, gw_words_value(net->n_links, "").text,
                  gw_words_plural(net->n_links, "link", "links"));
    if (job->network->name != NULL) {
        gw_buf_printf(out, " of %.40s", job->network->name);
    }
    gw_buf_addc(out, '\n');
    double moved_B = sum_bytes(job);
    if (r->n_stuck < job->table->n) {
        double span_s = r->end_s - v->begin_s;
        gw_buf_printf(out, "From %s to %s", gw_words_value(v->begin_s, "s").text,
                      gw_words_value(r->end_s, "s").text);
        gw_buf_printf(out, ": %s", gw_words_value(moved_B, "B").text);
        if (span_s > 0.0 && r->n_stuck == 0) {
            gw_buf_printf(out, ", %s on average", gw_words_value(moved_B / span_s, "B/s").text);
        }
        gw_buf_addc(out, '\n');
    }
    if (r->n_stuck > 0) {
        gw_buf_printf(out, "%s never %s\n", gw_words_value((double)r->n_stuck, "").text,
                      r->n_stuck == 1 ? "ends" : "end");
    }
    say_how(r, job->table->n, out);
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Percentiles of n values, ascending; NaN aside. */
static size_t sorted_of(double *values, int64_t n) {
    size_t kept = 0;
    for (int64_t i = 0; i < n; i++) {
        if (!isnan(values[i])) {
            values[kept++] = values[i];
        }
    }
    qsort(values, kept, sizeof *values, compare_doubles);
    return kept;
}

#define N_POINTS 5
static const double points[N_POINTS] = {0.0, 0.1, 0.5, 0.9, 1.0};

static void percentiles(const gw_flow_job *job, gw_arena *arena, double *rate_Bps, double *took_s) {
    int64_t n = job->table->n;
    double *values = GW_NEW_N(arena, n + 1, double);
    for (int64_t i = 0; i < n; i++) {
        values[i] = job->table->bytes[i] > 0.0 ? gw_flow_job_mean_Bps(job, i) : GW_NAN;
    }
    size_t kept = sorted_of(values, n);
    for (int p = 0; p < N_POINTS; p++) {
        rate_Bps[p] = gw_quantile_sorted(values, kept, points[p]);
    }
    for (int64_t i = 0; i < n; i++) {
        values[i] = job->result.took_s[i];
    }
    kept = sorted_of(values, n);
    for (int p = 0; p < N_POINTS; p++) {
        took_s[p] = gw_quantile_sorted(values, kept, points[p]);
    }
}

static void say_row(gw_buf *out, const char *label, const double *values, const char *unit) {
    add_name(out, label, 15);
    for (int p = 0; p < N_POINTS; p++) {
        add_right(out, isnan(values[p]) ? GW_DASH : gw_words_value(values[p], unit).text, 13);
    }
    gw_buf_addc(out, '\n');
}

static void say_percentiles(const gw_sharing_view *v, gw_arena *arena, gw_buf *out) {
    double rate_Bps[N_POINTS], took_s[N_POINTS];
    percentiles(v->job, arena, rate_Bps, took_s);
    gw_buf_add(out, "\n               ");
    static const char *const names[N_POINTS] = {"least", "P10", "median", "P90", "most"};
    for (int p = 0; p < N_POINTS; p++) {
        add_right(out, names[p], 13);
    }
    gw_buf_addc(out, '\n');
    say_row(out, "mean rate", rate_Bps, "B/s");
    say_row(out, "time taken", took_s, "s");
}

/* ------------------------------------------------------------------ links that limit */

typedef struct limiting {
    int32_t link;
    double limiting_s, utilisation;
} limiting;

static int compare_limiting(const void *a, const void *b) {
    const limiting *x = a, *y = b;
    if (x->limiting_s != y->limiting_s) {
        return x->limiting_s > y->limiting_s ? -1 : 1;
    }
    if (x->utilisation != y->utilisation) {
        return x->utilisation > y->utilisation ? -1 : 1;
    }
    return (x->link > y->link) - (x->link < y->link);
}

static bool are_alike(const gw_net *net, const limiting *a, const limiting *b) {
    return fabs(a->limiting_s - b->limiting_s) <= 1e-9 * a->limiting_s &&
           fabs(a->utilisation - b->utilisation) <= 1e-9 &&
           net->capacity_Bps[a->link] == net->capacity_Bps[b->link];
}

static void say_link(const gw_sharing_view *v, int32_t l, gw_buf *out) {
    const gw_net *net = v->job->network->net;
    char name[NAME_ROOM];
    gw_net_link_name(net, l, name, sizeof name);
    gw_buf_add(out, "  ");
    add_name(out, name, NAME_COLUMNS);
    add_right(out, gw_words_value(net->capacity_Bps[l], "B/s").text, 14);
    add_right(out, percent(v->utilisation[l]).text, 10);
    add_right(out, v->limiting_s[l] > 0.0 ? gw_words_value(v->limiting_s[l], "s").text : GW_DASH,
              14);
    gw_buf_addc(out, '\n');
}

static void say_columns(gw_buf *out, const char *title) {
    add_name(out, title, NAME_COLUMNS + 2);
    add_right(out, "bandwidth", 14);
    add_right(out, "used", 10);
    add_right(out, "limits for", 14);
    gw_buf_addc(out, '\n');
}

static void say_limits(const gw_sharing_view *v, gw_arena *arena, gw_buf *out) {
    const gw_net *net = v->job->network->net;
    limiting *all = GW_NEW_N(arena, net->n_links + 1, limiting);
    int32_t n = 0;
    for (int32_t l = 0; l < net->n_links; l++) {
        if (v->limiting_s[l] > 0.0) {
            all[n++] = (limiting){l, v->limiting_s[l], v->utilisation[l]};
        }
    }
    gw_buf_addc(out, '\n');
    if (n == 0) {
        gw_buf_add(out, "No link limits a flow.\n");
        return;
    }
    qsort(all, (size_t)n, sizeof *all, compare_limiting);
    say_columns(out, "Links that limit, longest first");
    int shown = 0;
    int32_t i = 0;
    while (i < n && shown < LIMITS_SHOWN) {
        int32_t next = i + 1;
        while (next < n && are_alike(net, &all[i], &all[next])) {
            next++;
        }
        say_link(v, all[i].link, out);
        shown++;
        if (next - i > 1) {
            gw_buf_printf(out, "    and %s alike\n", gw_words_value(next - i - 1, "").text);
        }
        i = next;
    }
    if (i < n) {
        gw_buf_printf(out, "  %s more %s for less; --links shows all\n",
                      gw_words_value(n - i, "").text, n - i == 1 ? "limits" : "limit");
    }
}

static void say_all_links(const gw_sharing_view *v, gw_buf *out) {
    gw_buf_addc(out, '\n');
    say_columns(out, "Every link");
    for (int32_t l = 0; l < v->job->network->net->n_links; l++) {
        say_link(v, l, out);
    }
}

void gw_sharing_text(const gw_sharing_view *v, gw_arena *arena, gw_buf *out) {
    say_head(v, out);
    if (v->job->result.n_stuck < v->job->table->n) {
        say_percentiles(v, arena, out);
    }
    say_limits(v, arena, out);
    if (v->with_links) {
        say_all_links(v, out);
    }
}

/* ------------------------------------------------------------------ flows that never end */

static int32_t dead_link(const gw_flow_job *job, int64_t i) {
    for (int64_t k = job->set.at[i]; k < job->set.at[i + 1]; k++) {
        if (!(job->links.capacity_Bps[job->set.link[k]] > 0.0)) {
            return job->set.link[k];
        }
    }
    return -1;
}

void gw_sharing_stuck(const gw_sharing_view *v, gw_buf *out) {
    const gw_flow_job *job = v->job;
    const gw_flow_result *r = &job->result;
    if (r->n_stuck == 0) {
        return;
    }
    gw_buf_printf(out, "gigawatt: %lld of %lld flows never end: a link on their way is down\n",
                  (long long)r->n_stuck, (long long)job->table->n);
    int shown = 0;
    for (int64_t i = 0; i < job->table->n && shown < STUCK_SHOWN; i++) {
        int32_t l = isnan(r->finish_s[i]) ? dead_link(job, i) : -1;
        if (l >= 0) {
            char name[NAME_ROOM] = "every link of a bundle";
            if (l < job->network->net->n_links) {
                gw_net_link_name(job->network->net, l, name, sizeof name);
            }
            gw_buf_printf(out, "    flow %lld: %s\n", (long long)i, name);
            shown++;
        }
    }
}

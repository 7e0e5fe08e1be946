/* cli/cmd_backtest.c: `gigawatt backtest`: forecasts from past days against what came, sums of a day, and the
 * odds that a site reaches a power by a day. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/stats.h"
#include "base/text.h"
#include "base/units.h"
#include "claims/record.h"
#include "cli/cli.h"
#include "report/announced.h"
#include "report/backtest_text.h"

#define LARGEST_FILE ((size_t)256 << 20)
#define STANDARD_MONTHS 30 /* before the boundary: the first day of forecast of the standard set */
#define REACH_YEARS 5
#define LONGEST_MONTHS 120

/* What every use of the command needs. */
typedef struct job {
    const gw_args *args;
    gw_arena *arena;
    gw_diags *diags;
    gw_history history;
    gw_boundary boundary;
    double observed_until_d, as_of_d, until_d; /* NaN: not given */
} job;

static gw_loc no_place(void) {
    return (gw_loc){0};
}

static bool read_file(job *j, const char *path, char **text, size_t *n) {
    gw_code code = gw_file_read(path, LARGEST_FILE, text, n);
    if (code != GW_OK) {
        gw_diag_add(j->diags, code, GW_ERROR, (gw_loc){.file = path}, NULL,
                    "check the name; up to 256 MB are read", "the file could not be read");
    }
    return code == GW_OK;
}

/* A day of an option; NaN if it was not given. */
static double option_day(job *j, const char *name, const char *text, gw_date_part part) {
    double day_d = GW_NAN;
    if (text != NULL && gw_date_parse(text, part, &day_d) != GW_OK) {
        gw_diag_add(j->diags, GW_E_SYNTAX, GW_ERROR, no_place(), NULL,
                    "write 2026-01-01, 2026-01 or 2026", "--%s: `%s` is no date", name, text);
        return GW_NAN;
    }
    return day_d;
}

static bool open_table(job *j) {
    char *text = NULL;
    size_t n = 0;
    const char *path = j->args->words[0];
    if (!read_file(j, path, &text, &n)) {
        return false;
    }
    gw_code code = gw_history_read(path, text, n, j->arena, j->diags, &j->history);
    free(text);
    if (code != GW_OK) {
        return false;
    }
    j->boundary = gw_history_boundary(&j->history);
    double given_d = option_day(j, "observed-until", j->args->observed_until, GW_DATE_END);
    j->observed_until_d = isnan(given_d) ? j->boundary.until_d : given_d;
    j->as_of_d = option_day(j, "as-of", j->args->as_of, GW_DATE_START);
    j->until_d = option_day(j, "until", j->args->until, GW_DATE_END);
    return gw_diags_n_errors(j->diags) == 0;
}

/* "6mo", "2 yr", "9": whole months; 0 if it is none. */
static int read_months(const char *text) {
    char *end = NULL;
    long n = strtol(text, &end, 10);
    if (end == text || n < 1 || n > LONGEST_MONTHS) {
        return 0;
    }
    end += strspn(end, " ");
    if (*end == '\0' || strcmp(end, "mo") == 0 || strcmp(end, "m") == 0 ||
        strcmp(end, "months") == 0 || strcmp(end, "month") == 0) {
        return (int)n;
    }
    bool years = strcmp(end, "yr") == 0 || strcmp(end, "y") == 0 || strcmp(end, "years") == 0 ||
                 strcmp(end, "year") == 0;
    return years && 12 * n <= LONGEST_MONTHS ? (int)(12 * n) : 0;
}

static bool read_announced(job *j, gw_backtest_opts *opts) {
    char *text = NULL;
    size_t n = 0;
    if (!read_file(j, j->args->announced, &text, &n)) {
        return false;
    }
    gw_records records = {0};
    gw_code code = gw_records_from_csv(j->args->announced, text, n, j->arena, j->diags, &records);
    free(text);
    if (code != GW_OK) {
        return false;
    }
    gw_announced *found = NULL;
    opts->n_announced = gw_announced_find(&records, &j->history, j->arena, &found);
    opts->announced = found;
    return true;
}

/* The firsts of the months until three months before the boundary. */
static double *standard_days(const job *j, int *n) {
    double *days = GW_NEW_N(j->arena, STANDARD_MONTHS + 1, double);
    int last = gw_month_of_date(j->observed_until_d);
    *n = 0;
    for (int month = last - STANDARD_MONTHS; month <= last - 3; month++) {
        days[(*n)++] = gw_month_start_d(month);
    }
    return days;
}

static void write_out(const gw_buf *out) {
    if (out->text != NULL) {
        fputs(out->text, stdout);
    }
}

static bool check_days(job *j, const gw_backtest_opts *o) {
    double first_d = GW_INF;
    for (int s = 0; s < j->history.n; s++) {
        first_d = fmin(first_d, j->history.site[s].row[0].date_d);
    }
    char text[16];
    if (o->as_of_d[o->n_as_of - 1] < first_d) {
        gw_date_format(first_d, text, sizeof text);
        gw_diag_add(j->diags, GW_E_RANGE, GW_ERROR, no_place(), NULL, "choose a later day",
                    "nothing was known on the day of forecast; the first row is dated %s", text);
    } else if (!isnan(o->target_d) && o->target_d <= o->as_of_d[o->n_as_of - 1]) {
        gw_diag_add(j->diags, GW_E_RANGE, GW_ERROR, no_place(), NULL,
                    "--until is the day to forecast", "--until must lie after --as-of");
    } else if (o->as_of_d[o->n_as_of - 1] > j->observed_until_d) {
        gw_date_format(j->observed_until_d, text, sizeof text);
        gw_diag_add(j->diags, GW_E_RANGE, GW_WARNING, no_place(), NULL,
                    "give an earlier day, or --observed-until if the table was seen later",
                    "--as-of lies after %s: projections of the table count as known", text);
    }
    return gw_diags_n_errors(j->diags) == 0;
}

static int run_backtest(job *j) {
    static const int usual[] = {3, 6, 12};
    const gw_args *a = j->args;
    int months = 0;
    bool standard = isnan(j->as_of_d);
    gw_backtest_opts o = {.as_of_d = &j->as_of_d,
                          .n_as_of = 1,
                          .months = usual,
                          .n_months = 3,
                          .target_d = j->until_d,
                          .observed_until_d = j->observed_until_d,
                          .forecasts_too = !standard,
                          .n_samples = a->n_samples,
                          .seed = a->seed};
    if (a->horizon != NULL) {
        months = read_months(a->horizon);
        o.months = &months;
        o.n_months = 1;
    }
    if (a->horizon != NULL && (months == 0 || !isnan(o.target_d))) {
        gw_diag_add(j->diags, GW_E_SYNTAX, GW_ERROR, no_place(), NULL,
                    "write for example --horizon 6mo, or --until DATE, not both",
                    "--horizon takes whole months, 1mo to 120mo");
        return GW_EXIT_INPUT;
    }
    if (standard && !isnan(o.target_d)) {
        gw_diag_add(j->diags, GW_E_KEY, GW_ERROR, no_place(), NULL, "add --as-of DATE",
                    "--until needs a day to stand on");
        return GW_EXIT_INPUT;
    }
    if (standard) {
        o.as_of_d = standard_days(j, &o.n_as_of);
    }
    if ((a->announced != NULL && !read_announced(j, &o)) || !check_days(j, &o)) {
        return GW_EXIT_INPUT;
    }
    gw_backtest b = gw_backtest_run(&j->history, &o, j->arena);
    gw_backtest_page page = {.history = &j->history,
                             .backtest = &b,
                             .boundary = j->boundary,
                             .observed_until_d = j->observed_until_d,
                             .until_given = a->observed_until != NULL,
                             .standard_set = standard,
                             .with_sites = a->sites,
                             .n_as_of = o.n_as_of,
                             .first_as_of_d = o.as_of_d[0],
                             .last_as_of_d = o.as_of_d[o.n_as_of - 1],
                             .n_announced = a->announced != NULL ? o.n_announced : -1,
                             .n_samples = a->n_samples,
                             .seed = a->seed};
    bool nothing_to_score = b.n > 0;
    for (int i = 0; i < b.n; i++) {
        nothing_to_score = nothing_to_score && !b.row[i].has_outcome;
    }
    page.with_sites = page.with_sites || nothing_to_score; /* a forecast is all there is to show */
    gw_buf out = {0};
    if (a->format == GW_FORMAT_JSON) {
        gw_backtest_json(&page, &out);
    } else if (a->format == GW_FORMAT_CSV) {
        gw_backtest_csv(&page, &out);
    } else {
        gw_backtest_text(&page, &out);
    }
    write_out(&out);
    gw_buf_clear(&out);
    return GW_EXIT_OK;
}

/* Published capital cost by site against the timelines' on that day. */
static bool read_published(job *j, gw_totals_page *page) {
    char *text = NULL;
    size_t n = 0;
    gw_csv csv;
    const char *path = j->args->words[1];
    if (!read_file(j, path, &text, &n)) {
        return false;
    }
    gw_code code = gw_csv_read(path, text, n, j->arena, j->diags, &csv);
    free(text);
    if (code != GW_OK) {
        return false;
    }
    int name = gw_csv_column(&csv, "Name");
    int cost = gw_csv_column(&csv, "Current total capital cost (2025 USD billions)");
    if (name < 0 || cost < 0) {
        gw_diag_add(
            j->diags, GW_E_KEY, GW_ERROR, (gw_loc){.file = path, .line = 1}, NULL,
            "the second table has one row a site",
            "the columns `Name` and `Current total capital cost (2025 USD billions)` are needed");
        return false;
    }
    const char **site = GW_NEW_N(j->arena, csv.n_rows, const char *);
    double *gap_usd = GW_NEW_N(j->arena, csv.n_rows, double);
    for (int i = 1; i < csv.n_rows; i++) {
        const char **row = csv.cell + (size_t)i * (size_t)csv.n_cols;
        double published_usd = strtod(row[cost], NULL) * 1e9;
        int s = gw_history_find(&j->history, row[name]);
        double timeline_usd =
            s < 0 ? GW_NAN : gw_history_at(&j->history.site[s], GW_HISTORY_COST_usd, page->date_d);
        double away_usd = (isnan(timeline_usd) ? 0.0 : timeline_usd) - published_usd;
        page->published_usd += published_usd;
        if (fabs(away_usd) > 1e6) {
            int at = page->n_gaps++;
            for (; at > 0 && fabs(gap_usd[at - 1]) < fabs(away_usd); at--) {
                gap_usd[at] = gap_usd[at - 1];
                site[at] = site[at - 1];
            }
            gap_usd[at] = away_usd;
            site[at] = row[name];
        }
    }
    page->has_published = true;
    page->gap_site = site;
    page->gap_usd = gap_usd;
    return true;
}

static int run_totals(job *j) {
    gw_totals_page page = {.history = &j->history, .observed_until_d = j->observed_until_d};
    page.date_d = option_day(j, "totals", j->args->totals, GW_DATE_END);
    if (isnan(page.date_d) || (j->args->n_words > 1 && !read_published(j, &page))) {
        return GW_EXIT_INPUT;
    }
    gw_buf out = {0};
    if (j->args->format == GW_FORMAT_JSON) {
        gw_totals_json(&page, j->arena, &out);
    } else {
        gw_totals_text(&page, j->arena, &out);
    }
    write_out(&out);
    gw_buf_clear(&out);
    return GW_EXIT_OK;
}

static bool has_text(const char *text, const char *part) {
    size_t n = strlen(part);
    for (; *text != '\0'; text++) {
        if (strncasecmp(text, part, n) == 0) {
            return true;
        }
    }
    return false;
}

/* The site of that name, or the only one whose name holds the text. */
static int find_site(job *j, const gw_history *view, const char *text) {
    int found = gw_history_find(view, text), n = 0;
    const char **names = GW_NEW_N(j->arena, view->n + 1, const char *);
    for (int s = 0; s < view->n; s++) {
        names[s] = view->site[s].name;
    }
    if (found >= 0) {
        return found;
    }
    for (int s = 0; s < view->n; s++) {
        if (has_text(names[s], text)) {
            found = s;
            n++;
        }
    }
    if (n == 1) {
        return found;
    }
    const char *near = gw_text_nearest(text, names, (size_t)view->n);
    gw_diag_add(j->diags, GW_E_REF, GW_ERROR, no_place(), NULL,
                near != NULL ? gw_arena_printf(j->arena, "did you mean `%s`?", near)
                             : "use the name in the column `Data center`",
                n == 0 ? "--site: no site known by then is called `%s`"
                       : "--site: `%s` fits more than one site",
                text);
    return -1;
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile_of(double *x, int n, double p) {
    qsort(x, (size_t)n, sizeof *x, compare_doubles);
    return gw_quantile_sorted(x, (size_t)n, p);
}

static void fill_reach(const job *j, const gw_forecast *f, int s, gw_reach_page *page) {
    int n = f->n_samples, by = 0;
    double *it_W = GW_NEW_N(j->arena, n, double), *facility_W = GW_NEW_N(j->arena, n, double);
    double *reached_d = GW_NEW_N(j->arena, n, double);
    while (f->time_d[by] != page->by_d) {
        by++;
    }
    for (int i = 0; i < n; i++) {
        it_W[i] = gw_forecast_it_W(f, s, by)[i];
        facility_W[i] = gw_forecast_facility_W(f, s, by)[i];
        page->it_share += (it_W[i] >= page->reach_W) / (double)n;
        page->facility_share += (facility_W[i] >= page->reach_W) / (double)n;
        reached_d[i] = 1e9;
        for (int t = f->n_times - 1; t >= 0; t--) {
            reached_d[i] =
                gw_forecast_it_W(f, s, t)[i] >= page->reach_W ? f->time_d[t] : reached_d[i];
        }
    }
    page->p10_W = quantile_of(it_W, n, 0.1);
    page->p50_W = quantile_of(it_W, n, 0.5);
    page->p90_W = quantile_of(it_W, n, 0.9);
    page->facility_p10_W = quantile_of(facility_W, n, 0.1);
    page->facility_p50_W = quantile_of(facility_W, n, 0.5);
    page->facility_p90_W = quantile_of(facility_W, n, 0.9);
    double *at[] = {&page->reached_p10_d, &page->reached_p50_d, &page->reached_p90_d};
    static const double p[] = {0.1, 0.5, 0.9};
    qsort(reached_d, (size_t)n, sizeof *reached_d, compare_doubles);
    for (int k = 0; k < 3; k++) { /* the order statistic: between a day and never lies nothing */
        double day_d = reached_d[(int)fmin(ceil(p[k] * n), n) - 1];
        *at[k] = day_d < 1e9 ? day_d : GW_NAN;
    }
}

/* Months of five years, with the day asked for in its place. */
static double *reach_days(const job *j, double as_of_d, double by_d, int *n) {
    double *days = GW_NEW_N(j->arena, 12 * REACH_YEARS + 1, double);
    bool placed = false;
    *n = 0;
    for (int m = 1; m <= 12 * REACH_YEARS; m++) {
        double day_d = gw_months_later_d(as_of_d, m);
        if (!placed && by_d <= day_d) {
            days[(*n)++] = by_d;
            placed = true;
        }
        if (day_d != by_d) {
            days[(*n)++] = day_d;
        }
    }
    if (!placed) {
        days[(*n)++] = by_d;
    }
    return days;
}

static int run_reach(job *j) {
    const gw_args *a = j->args;
    if (a->site == NULL || a->reach == NULL || a->by == NULL) {
        gw_diag_add(j->diags, GW_E_KEY, GW_ERROR, no_place(), NULL,
                    "for example --site Abilene --reach '1 GW' --by 2027-06-30",
                    "--site, --reach and --by go together");
        return GW_EXIT_INPUT;
    }
    char msg[160] = "", hint[160] = "";
    gw_quantity reach = {0};
    gw_unit watt = {0};
    bool ok = gw_quantity_parse(a->reach, strlen(a->reach), &reach, msg, sizeof msg, hint,
                                sizeof hint) == GW_OK &&
              gw_unit_parse("W", 1, &watt, NULL) == GW_OK &&
              gw_dim_equal(reach.unit.dim, watt.dim) && reach.si > 0.0;
    if (!ok) {
        gw_diag_add(j->diags, GW_E_UNIT, GW_ERROR, no_place(), NULL,
                    hint[0] != '\0' ? hint : "write a power, for example '1 GW'", "--reach: %s",
                    msg[0] != '\0' ? msg : "this is no power above zero");
    }
    gw_reach_page page = {.history = &j->history,
                          .boundary = j->boundary,
                          .reach_W = reach.si,
                          .n_samples = a->n_samples};
    page.by_d = option_day(j, "by", a->by, GW_DATE_END);
    page.as_of_d = isnan(j->as_of_d) ? j->observed_until_d : j->as_of_d;
    if (page.by_d <= page.as_of_d) {
        gw_diag_add(j->diags, GW_E_RANGE, GW_ERROR, no_place(), NULL,
                    "choose a later --by or an earlier --as-of", "--by lies before the forecast");
    }
    gw_history view = gw_history_as_of(&j->history, page.as_of_d, j->arena);
    int site = find_site(j, &view, a->site);
    if (gw_diags_n_errors(j->diags) > 0 || site < 0) {
        return GW_EXIT_INPUT;
    }
    int n_days = 0;
    double *days = reach_days(j, page.as_of_d, page.by_d, &n_days);
    gw_delay_priors priors;
    gw_site_state *state = GW_NEW_N(j->arena, view.n, gw_site_state);
    gw_priors_fit(&view, page.as_of_d, j->arena, &priors, state);
    gw_forecast f = gw_forecast_of(&priors, &state[site], 1, page.as_of_d, days, n_days,
                                   a->n_samples, a->seed, j->arena);
    page.site = view.site[site].name;
    page.state = state[site];
    page.priors = priors;
    fill_reach(j, &f, 0, &page);
    gw_buf out = {0};
    (a->format == GW_FORMAT_JSON ? gw_reach_json : gw_reach_text)(&page, &out);
    write_out(&out);
    gw_buf_clear(&out);
    return GW_EXIT_OK;
}

static int run_any(job *j) {
    const gw_args *a = j->args;
    bool odds = a->site != NULL || a->reach != NULL || a->by != NULL;
    const char *wrong = NULL;
    if (odds && a->totals != NULL) {
        wrong = "--totals does not go with --site, --reach and --by";
    } else if ((odds || a->totals != NULL) && a->format == GW_FORMAT_CSV) {
        wrong = "--totals and --site write text or json";
    } else if (a->n_words > 1 && a->totals == NULL) {
        wrong = "a second table is read with --totals only";
    }
    if (wrong != NULL) {
        gw_diag_add(j->diags, GW_E_KEY, GW_ERROR, no_place(), NULL, "see gigawatt help backtest",
                    "%s", wrong);
        return GW_EXIT_INPUT;
    }
    if (!open_table(j)) {
        return GW_EXIT_INPUT;
    }
    return odds ? run_reach(j) : a->totals != NULL ? run_totals(j) : run_backtest(j);
}

int gw_cmd_backtest(const gw_args *args) {
    job j = {.args = args, .arena = gw_arena_create(0), .diags = gw_diags_create()};
    int status = run_any(&j);
    gw_cli_print_diags(j.diags, args);
    gw_diags_free(j.diags);
    gw_arena_free(j.arena);
    return status;
}

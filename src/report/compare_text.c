/* report/compare_text.c: programmes side by side on a terminal.
 * In: sides.   Out: tables of 80 columns: power, chips, money, dates, promises, year ends.
 * Derivation: medians over the samples; brackets hold P10 and P90. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "report/compare.h"

#define WIDTH 80
#define NAME_WIDTH 21
#define YEARS_SHOWN 7

static int columns_of(const char *text) {
    int columns = 0;
    for (; *text != '\0'; text++) {
        columns += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return columns;
}

/* A cell of this width; names on the left, numbers on the right. Longer names are cut. */
static void cell(gw_buf *out, const char *text, int width, bool is_right) {
    int columns = columns_of(text);
    if (is_right && columns < width) {
        gw_buf_printf(out, "%*s", width - columns, "");
    }
    size_t n = 0;
    for (int k = 0; text[n] != '\0'; n++) {
        bool begins = ((unsigned char)text[n] & 0xC0) != 0x80;
        if (begins && !is_right && k == width - 1 && columns >= width) {
            gw_buf_addn(out, text, n);
            gw_buf_add(out, "\xE2\x80\xA6");
            return;
        }
        k += begins;
    }
    gw_buf_addn(out, text, n);
    if (!is_right && columns < width) {
        gw_buf_printf(out, "%*s", width - columns, "");
    }
}

static void end_line(gw_buf *out) {
    while (out->n > 0 && out->text[out->n - 1] == ' ') {
        out->text[--out->n] = '\0';
    }
    gw_buf_addc(out, '\n');
}

/* A paragraph; lines after the first are indented. */
static void say(gw_buf *out, const char *fmt, ...) GW_PRINTF(2, 3);
static void say(gw_buf *out, const char *fmt, ...) {
    char *text = NULL;
    va_list args;
    va_start(args, fmt);
    if (vasprintf(&text, fmt, args) < 0) {
        gw_out_of_memory(strlen(fmt));
    }
    va_end(args);
    int column = 0;
    for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " ")) {
        int wide = columns_of(word);
        if (column > 2 && column + 1 + wide > WIDTH) {
            gw_buf_add(out, "\n  ");
            column = 2;
        } else if (column > 0) {
            gw_buf_addc(out, ' ');
            column++;
        }
        gw_buf_add(out, word);
        column += wide;
    }
    gw_buf_addc(out, '\n');
    free(text);
}

/* ------------------------------------------------------------------ tables of values */

typedef struct column {
    const char *name;
    gw_compare_id id;
    int width;
    bool has_range; /* with P10 and P90 */
} column;

static void put_value(gw_buf *out, const gw_side *side, const column *c) {
    const gw_summary *s = &side->value->summary[c->id];
    const char *unit = gw_compare_table[c->id].unit;
    gw_words w = c->has_range ? gw_words_interval(*s, unit) : gw_words_value(s->p50, unit);
    if (s->n == 0) {
        w = gw_words_join(c->id == GW_COMPARE_FULL_DATE ? "never" : "-", "");
    } else if (s->n_none > 0) { /* the share of samples has no room here */
        gw_summary all = *s;
        all.n_none = 0;
        w = c->has_range ? gw_words_interval(all, unit) : gw_words_value(s->p50, unit);
        w = gw_words_join(w.text, "*");
    }
    cell(out, w.text, c->width, true);
}

static void head(gw_buf *out, const char *title, const column *columns, int n) {
    gw_buf_addc(out, '\n');
    cell(out, title, NAME_WIDTH, false);
    for (int k = 0; k < n; k++) {
        cell(out, columns[k].name, columns[k].width, true);
    }
    end_line(out);
    for (int k = 0; k < WIDTH; k++) {
        gw_buf_add(out, "\xE2\x94\x80");
    }
    gw_buf_addc(out, '\n');
}

static void table(const gw_sides *sides, const char *title, const column *columns, int n,
                  gw_buf *out) {
    head(out, title, columns, n);
    for (int i = 0; i < sides->n; i++) {
        cell(out, sides->at[i].title, NAME_WIDTH, false);
        for (int k = 0; k < n; k++) {
            put_value(out, &sides->at[i], &columns[k]);
        }
        end_line(out);
    }
}

static void total_row(const gw_sides *sides, const column *columns, int n, gw_buf *out) {
    if (sides->n < 2) {
        return;
    }
    cell(out, "all, each site once", NAME_WIDTH, false);
    for (int k = 0; k < n; k++) {
        const char *unit = gw_compare_table[columns[k].id].unit;
        double sum = gw_sides_total(sides, columns[k].id);
        cell(out, gw_words_value(sum, unit).text, columns[k].width, true);
    }
    end_line(out);
}

static void show_power(const gw_sides *sides, gw_buf *out) {
    static const column columns[] = {{"running", GW_COMPARE_RUNNING_IT, 10, false},
                                     {"begun", GW_COMPARE_BEGUN_IT, 10, false},
                                     {"planned", GW_COMPARE_PLANNED_IT, 10, false},
                                     {"when finished", GW_COMPARE_FULL_IT, 15, false},
                                     {"at the meter", GW_COMPARE_FULL_FACILITY, 14, false}};
    table(sides, "IT power", columns, 5, out);
    total_row(sides, columns, 5, out);
}

static void show_chips(const gw_sides *sides, gw_buf *out) {
    static const column columns[] = {{"running", GW_COMPARE_RUNNING_ACC, 11, false},
                                     {"H100-eq.", GW_COMPARE_RUNNING_H100E, 13, false},
                                     {"when finished", GW_COMPARE_FULL_ACC, 17, false},
                                     {"H100-eq.", GW_COMPARE_FULL_H100E, 17, false}};
    table(sides, "Accelerators", columns, 4, out);
    total_row(sides, columns, 4, out);
}

static void show_money(const gw_sides *sides, gw_buf *out) {
    static const column capital[] = {{"capital", GW_COMPARE_CAPEX, 36, true},
                                     {"per IT W", GW_COMPARE_CAPEX_PER_W, 22, false}};
    static const column hour[] = {{"accelerator-hour", GW_COMPARE_HOUR, 28, true},
                                  {"H100-eq.-hour", GW_COMPARE_H100E_HOUR, 15, false},
                                  {"mn tokens", GW_COMPARE_MTOK, 15, false}};
    table(sides, "Capital, USD of 2025", capital, 2, out);
    table(sides, "Full cost of", hour, 3, out);
}

static void show_dates(const gw_sides *sides, gw_buf *out) {
    static const column columns[] = {{"share of IT power", GW_COMPARE_FULL_IT, 22, false},
                                     {"everything runs by", GW_COMPARE_FULL_DATE, 37, true}};
    head(out, "Dates", columns, 2);
    for (int i = 0; i < sides->n; i++) {
        const gw_lateness *late = &sides->at[i].lateness;
        cell(out, sides->at[i].title, NAME_WIDTH, false);
        cell(out, gw_sides_status(&sides->at[i]).text, columns[0].width, true);
        put_value(out, &sides->at[i], &columns[1]);
        end_line(out);
        gw_words words = gw_sides_lateness(late);
        if (late->worst != NULL) {
            say(out, "- against dates of its own parties: %s; worst: %s, %s %s", words.text,
                late->worst, gw_words_duration(fabs(late->worst_late_d) * GW_DAY_s).text,
                late->worst_late_d >= 0.0 ? "late" : "early");
        } else {
            say(out, "- against dates of its own parties: %s", words.text);
        }
    }
}

static void show_promises(const gw_sides *sides, gw_buf *out) {
    static const column columns[] = {{"pledged", GW_COMPARE_CAPEX, 12, false},
                                     {"contracted", GW_COMPARE_CAPEX, 12, false},
                                     {"financed", GW_COMPARE_CAPEX, 12, false},
                                     {"drawn", GW_COMPARE_CAPEX, 12, false},
                                     {"taken back", GW_COMPARE_CAPEX, 11, false}};
    int n = 0;
    for (int i = 0; i < sides->n; i++) {
        n += sides->at[i].promised.n;
    }
    if (n == 0) {
        gw_buf_add(out, "\nMoney promised: these scenarios record no commitments.\n");
        return;
    }
    head(out, "Money promised, USD", columns, 5);
    for (int i = 0; i < sides->n; i++) {
        const gw_promised *p = &sides->at[i].promised;
        const double usd[] = {p->pledged_usd, p->contracted_usd, p->financed_usd, p->drawn_usd,
                              p->withdrawn_usd};
        cell(out, sides->at[i].title, NAME_WIDTH, false);
        for (int k = 0; k < 5; k++) {
            gw_words w = gw_words_value(usd[k], "USD");
            w.text[strcspn(w.text, "U")] = '\0'; /* the unit stands in the head */
            cell(out, usd[k] > 0.0 ? w.text : "- ", columns[k].width, true);
        }
        end_line(out);
    }
}

/* ------------------------------------------------------------------ over time */

/* Decembers of the common horizon from the year before the first day on. */
static int first_year(const gw_sides *sides) {
    double on_d = sides->at[0].on_d;
    for (int i = 1; i < sides->n; i++) {
        on_d = fmin(on_d, sides->at[i].on_d);
    }
    int year = gw_month_of_date(on_d) / 12 - 1;
    int first = (sides->month0 + 11) / 12 - (sides->month0 % 12 == 0 ? 0 : 1);
    return year > first ? year : first;
}

static void year_table(const gw_sides *sides, const char *title, bool is_power, gw_buf *out) {
    int year0 = first_year(sides);
    int last = (sides->month0 + sides->n_months) / 12 - 1; /* last year whose December is there */
    int n = last - year0 + 1 < YEARS_SHOWN ? last - year0 + 1 : YEARS_SHOWN;
    gw_buf_addc(out, '\n');
    cell(out, title, NAME_WIDTH, false);
    for (int k = 0; k < n; k++) {
        char year[16];
        snprintf(year, sizeof year, "%d", year0 + k);
        cell(out, year, (WIDTH - NAME_WIDTH) / YEARS_SHOWN, true);
    }
    end_line(out);
    for (int k = 0; k < WIDTH; k++) {
        gw_buf_add(out, "\xE2\x94\x80");
    }
    gw_buf_addc(out, '\n');
    for (int i = 0; i < sides->n; i++) {
        const gw_side *side = &sides->at[i];
        const double *y = is_power ? side->value->it_W.p50 : side->value->h100e.p50;
        cell(out, side->title, NAME_WIDTH, false);
        for (int k = 0; k < n; k++) {
            int m = gw_sides_month(sides, side, (year0 + k) * 12 + 11 - sides->month0);
            gw_words w = m < 0 ? (gw_words){""} : gw_words_value(y[m], is_power ? "MW" : "");
            if (m >= 0 && !is_power && y[m] >= 1e6) {
                snprintf(w.text, sizeof w.text, "%.*f mn", y[m] < 1e7 ? 2 : 1, y[m] / 1e6);
            }
            cell(out, w.text, (WIDTH - NAME_WIDTH) / YEARS_SHOWN, true);
        }
        end_line(out);
    }
}

static void show_head(const gw_sides *sides, gw_buf *out) {
    bool is_one_day = true;
    for (int i = 1; i < sides->n; i++) {
        is_one_day = is_one_day && sides->at[i].on_d == sides->at[0].on_d;
    }
    gw_buf_printf(out, "%d %s side by side", sides->n,
                  gw_words_plural(sides->n, "programme", "programmes"));
    if (is_one_day) {
        gw_buf_printf(out, " on %s", gw_words_value(sides->at[0].on_d, NULL).text);
    }
    gw_buf_addc(out, '\n');
    if (!is_one_day) {
        for (int i = 0; i < sides->n; i++) {
            say(out, "Mind: %s is read on %s; --on DATE puts all on one day", sides->at[i].title,
                gw_words_value(sides->at[i].on_d, NULL).text);
        }
    }
}

static void show_notes(const gw_sides *sides, gw_buf *out) {
    gw_buf_addc(out, '\n');
    for (int i = 0; i < sides->n; i++) {
        if (sides->at[i].doubled != NULL) {
            say(out, "Counted once in the sums: %s of %s", sides->at[i].doubled,
                sides->at[i].title);
        }
    }
    if (sides->repeated[0] != '\0') {
        say(out, "Sites that stand in several files are shown where they come first; not again: %s",
            sides->repeated);
    }
    bool any_star = false;
    for (int i = 0; i < sides->n; i++) {
        for (int k = 0; k < GW_N_COMPARE; k++) {
            const gw_summary *s = &sides->at[i].value->summary[k];
            any_star = any_star || (s->n > 0 && s->n_none > 0);
        }
    }
    say(out,
        "Basis: medians of %s samples [P10 \xE2\x80\x93 P90], sums of base cases; IT power is what "
        "racks, network and storage are rated for, the meter adds cooling and losses on the design "
        "day. Begun: building started, not running yet. Costs in USD of 2025 by the price index of "
        "the program; full cost spreads chips and buildings over their lives%s.",
        gw_words_value(sides->n_samples, "").text, any_star ? ". * only in some samples" : "");
}

void gw_compare_text(const gw_sides *sides, gw_buf *out) {
    show_head(sides, out);
    show_power(sides, out);
    show_chips(sides, out);
    show_money(sides, out);
    show_dates(sides, out);
    show_promises(sides, out);
    year_table(sides, "IT power, year end", true, out);
    year_table(sides, "H100-eq., year end", false, out);
    show_notes(sides, out);
}

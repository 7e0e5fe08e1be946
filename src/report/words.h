/* report/words.h: numbers as people read them, and names for the parts of a result. Texts are
 * returned by value, so that they can stand in the arguments of printf. "-" means: there is no such
 * value. */
#ifndef GW_REPORT_WORDS_H
#define GW_REPORT_WORDS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/stats.h"
#include "engine/result.h"

#define GW_DASH "\xE2\x80\x93"  /* en dash */
#define GW_MINUS "\xE2\x88\x92" /* minus sign */
#define GW_THIN "\xE2\x80\xAF"  /* narrow no-break space */
#define GW_MIDDOT " \xC2\xB7 "

typedef struct gw_words {
    char text[96];
} gw_words;

/** "1.18 GW", "403,200"; unit NULL: a date "2026-11-04". */
gw_words gw_words_value(double value, const char *unit);
/** "406 billion", "1.94 trillion"; below a million all digits. */
gw_words gw_words_large(double count);
/** With a capital first letter. */
gw_words gw_words_capital(const char *text);
/** "1.02 - 1.31 GW": both ends in the unit of the larger one. */
gw_words gw_words_range(double low, double high, const char *unit);
/** "1.18 GW [1.02 - 1.31]", all three in the unit of the largest: P50 with P10 and P90. "none" if no sample has a value; adds "in 62 % of
 * samples" if only some have. Without spread only the value. */
gw_words gw_words_interval(gw_summary s, const char *unit);
/** Summary of a metric; of a run without samples, the base case in every percentile. */
gw_summary gw_words_summary(const gw_result *r, gw_metric_id metric, int instance);
/** The middle line of a series: P50, or the base case of a run without samples. */
const double *gw_words_series(const gw_result *r, gw_series_id id);
/** "34 %", "under 1 %", "over 99 %", "0 %", "100 %". */
gw_words gw_words_share(double frac);
/** "54 days", "14 months", "3.2 years", "2.6 hours". */
gw_words gw_words_duration(double seconds);
/** "5", "4.5": a duration in years, without the unit. */
gw_words gw_words_years(double seconds);
/** "January 2024": month 0 is January of year 0. */
gw_words gw_words_month(int month);
/** The full stop that a sentence still needs: "." or "". */
const char *gw_words_stop(const char *sentence);
/** "three", "12". */
gw_words gw_words_count(long n);
/** "site" / "sites": the word for n of something. */
const char *gw_words_plural(long n, const char *one, const char *many);
/** "under_construction" -> "under construction". */
gw_words gw_words_plain(const char *name);
bool gw_words_same(const char *a, const char *b);

/** Title of a named entry if it has one, else its name. */
const char *gw_words_title(const char *title, const gw_head *head);
const char *gw_words_severity(gw_severity severity);       /* "contradiction", "doubtful", "note" */
const char *gw_words_quantity(gw_claim_quantity quantity); /* "power" */
/** "about ", "at least ", "up to "; "" for plain and intended numbers. */
gw_words gw_words_wording(int wording);
/** One text after the other. */
gw_words gw_words_join(const char *a, const char *b);
/** An input in words from its path: "sites.abilene.buildings.b7-b8.ready" -> "abilene b7-b8 ready".
 */
gw_words gw_words_input(const char *path);
/** An input's value in the unit of its field. */
gw_words gw_words_input_value(const gw_value *input, double value);
/** What belongs into the list of inputs: every number and date that the run reads, and every
 * choice (region, system, topology ...) that somebody made. Titles and other texts do not count. */
bool gw_words_is_input(const gw_value *v);
bool gw_words_is_number(const gw_value *v); /* of these, one that has a size */
/** "scenarios/a.yaml" -> "a.yaml"; "" for NULL. */
const char *gw_words_file(const char *path);
/** Draws set to the end of a legal range over all draws; 0 without draws. */
double gw_words_clamped_share(const gw_result *r);
/** From this share on, people are told. */
#define GW_CLAMPED_TELL 0.001

/** Columns that n bytes of UTF-8 take on a terminal; wide characters count as one. */
int gw_words_columns(const char *text, size_t n);
/** Words behind a label, wrapped at 80 columns under each other. */
void gw_words_wrap(gw_buf *out, const char *label, int indent, const char *text);

#endif

/* report/ledger_view.h: a ledger worked through, as its text, HTML, JSON and CSV show it, and the
 * words that they share. */
#ifndef GW_REPORT_LEDGER_VIEW_H
#define GW_REPORT_LEDGER_VIEW_H

#include "base/buf.h"
#include "claims/changes.h"
#include "claims/record.h"
#include "claims/rules.h"
#include "claims/score.h"
#include "claims/totals.h"
#include "report/words.h"

/** Everything is borrowed; indices point into `records`. */
typedef struct gw_ledger_view {
    const char *title; /* "claims.csv", or the title of the scenario */
    const gw_records *records;
    const gw_ledger_report *report;
    const gw_totals *totals, *by_sponsor;
    const gw_overlap *overlap;
    const gw_scores *scores;
    const gw_changes *changes; /* NULL: not asked for */
    double as_of_d;
    int n_unknown;     /* statements of the files that are later than as_of */
    const bool *asked; /* [records.n] only these are shown (--only, --add); NULL: all */
    const char *added; /* rows of --add as CSV, to be kept; NULL: none */
} gw_ledger_view;

typedef enum gw_told_by {
    GW_FROM_PARTY,   /* release, call, post of a party */
    GW_FROM_FILING,  /* to an authority */
    GW_FROM_DATA,    /* a data set or index */
    GW_FROM_REPORT,  /* press, web */
    GW_FROM_RETOLD,  /* one outlet citing another */
    GW_FROM_NOWHERE, /* no source given */
    GW_N_TOLD_BY
} gw_told_by;
extern const char *const gw_told_by_words[GW_N_TOLD_BY];
/** By the words of the source: "8-K", "release", "via", "data". */
gw_told_by gw_ledger_told_by(const gw_record *r);

/** The claimed number with its exact strength, its basis and unit: "at least 1.20 GW (facility)",
 * "66.0 - 72.0 bn USD", "2026-06-30", "withdrawal". */
gw_words gw_ledger_figure(const gw_record *r);
/** Display unit of a record: money of a period is USD, money per time USD/yr; NULL: a date. */
const char *gw_ledger_shown_in(const gw_record *r);
/** "power", "capital cost", ... */
const char *gw_ledger_quantity(const gw_record *r);
/** "OpenAI; SoftBank -> Oracle". */
void gw_ledger_parties(const gw_record *r, gw_buf *out);
/** "2026-04-17", or the month or year that was given. */
gw_words gw_ledger_said(const gw_record *r);
const char *gw_ledger_basis(const gw_record *r); /* "facility", "GPU", ...; "" if it has none */
/** "power, facility", "spending in 2025", "capital cost*": quantity and basis of a total; an asterisk
 * says that the basis is not stated. */
gw_words gw_ledger_row(const gw_total *t);
const char *gw_ledger_state(gw_total_kind kind, gw_commit state); /* "being built" */

gw_words gw_ledger_lateness(double late_d); /* "88 days late", "in time", "3 days early" */

bool gw_ledger_asked(const gw_ledger_view *v, int record);
bool gw_ledger_finding_asked(const gw_ledger_view *v, const gw_finding *f);

/** Claims whose figure nobody else carries: sources[i] counts the different sources of the figure
 * that record i tells. [records.n], owned by the arena. */
int *gw_ledger_sources(const gw_ledger_view *v, gw_arena *arena);

/** At most 80 columns wide where `width` is 80. explain: everything at length. */
void gw_ledger_page(const gw_ledger_view *v, bool explain, int width, bool colour, gw_buf *out);
/** One file that needs nothing else. */
void gw_ledger_html(const gw_ledger_view *v, gw_buf *out);

#endif

/* report/ledger_words.c: claims in words.
 * In: records of a ledger.   Out: short texts.
 * Derivation: sources are sorted by the words in their names. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/units.h"
#include "report/ledger_view.h"

const char *const gw_told_by_words[GW_N_TOLD_BY] = {
    "a party itself", "filings", "data sets", "press and web", "retold by a second outlet",
    "no source given"};

static bool any_of(const char *text, const char *const *words, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (strcasestr(text, words[i]) != NULL) {
            return true;
        }
    }
    return false;
}

gw_told_by gw_ledger_told_by(const gw_record *r) {
    static const char *const retold[] = {" via ", "cited in", "citing", "quoted in"};
    static const char *const data[] = {"CSV",   "data set",  "dataset",
                                       "index", "directory", "Epoch AI"};
    static const char *const filing[] = {"8-K", "10-K", "10-Q", "S-1", "SEC ", "filing"};
    static const char *const party[] = {"release", "results", "call", "blog", "post", " IR"};
    if (r->source[0] == '\0') {
        return r->sponsors.n > 0 ? GW_FROM_PARTY : GW_FROM_NOWHERE;
    }
    if (any_of(r->source, data, sizeof data / sizeof data[0])) {
        return GW_FROM_DATA;
    }
    if (any_of(r->source, retold, sizeof retold / sizeof retold[0])) {
        return GW_FROM_RETOLD;
    }
    if (any_of(r->source, filing, sizeof filing / sizeof filing[0])) {
        return GW_FROM_FILING;
    }
    return any_of(r->source, party, sizeof party / sizeof party[0]) ? GW_FROM_PARTY
                                                                    : GW_FROM_REPORT;
}

const char *gw_ledger_basis(const gw_record *r) {
    static const char *const power[] = {
        [GW_BASIS_UNSTATED] = "basis unstated", [GW_BASIS_IT] = "IT",
        [GW_BASIS_FACILITY] = "facility",       [GW_BASIS_SERVER] = "server",
        [GW_BASIS_GENERATION] = "generation",   [GW_BASIS_COOLING] = "cooling",
        [GW_BASIS_CONTRACTED] = "contracted"};
    static const char *const chip[] = {
        [GW_CHIP_UNSTATED] = "chips",         [GW_CHIP_GPU] = "GPUs",
        [GW_CHIP_SUPERCHIP] = "superchips",   [GW_CHIP_DIE] = "dies",
        [GW_CHIP_H100E] = "H100 equivalents", [GW_CHIP_ACCELERATOR] = "accelerators"};
    static const char *const scope[] = {[GW_CAPEX_UNSTATED] = "",
                                        [GW_CAPEX_ALL] = "with chips",
                                        [GW_CAPEX_BUILD] = "without chips",
                                        [GW_CAPEX_CHIPS] = "chips"};
    switch (r->measure) {
    case GW_MEASURE_POWER:
        return power[r->basis];
    case GW_MEASURE_ACCELERATORS:
        return chip[r->chip];
    case GW_MEASURE_CAPEX:
        return scope[r->scope];
    case GW_MEASURE_H100E:
        return "H100 equivalents";
    default:
        return "";
    }
}

const char *gw_ledger_shown_in(const gw_record *r) {
    const char *unit = gw_measure_table[r->measure].unit;
    bool money = unit != NULL && strncmp(unit, "USD", 3) == 0;
    bool may_flow = money && (strcmp(unit, "USD") == 0 || strcmp(unit, "USD/yr") == 0);
    if (may_flow) {
        return r->per_time ? "USD/yr" : "USD";
    }
    return r->per_time && unit != NULL && unit[0] == '\0' ? "1/yr" : unit;
}

const char *gw_ledger_quantity(const gw_record *r) {
    static const char *const words[GW_N_MEASURE] = {
        [GW_MEASURE_POWER] = "power",
        [GW_MEASURE_ACCELERATORS] = "chips",
        [GW_MEASURE_H100E] = "H100 equivalents",
        [GW_MEASURE_CAPEX] = "capital cost",
        [GW_MEASURE_DEBT] = "debt",
        [GW_MEASURE_EQUITY] = "equity",
        [GW_MEASURE_CONTRACT] = "contract value",
        [GW_MEASURE_BACKLOG] = "backlog",
        [GW_MEASURE_CASH] = "cash",
        [GW_MEASURE_PROFIT] = "profit",
        [GW_MEASURE_OPEX] = "payments",
        [GW_MEASURE_ONLINE] = "date of operation",
        [GW_MEASURE_DURATION] = "duration",
        [GW_MEASURE_PRICE] = "price of an accelerator-hour",
        [GW_MEASURE_UNIT_COST] = "cost per watt",
        [GW_MEASURE_INTEREST] = "interest rate",
        [GW_MEASURE_LEAD_TIME] = "lead time",
        [GW_MEASURE_HEIGHT] = "height",
    };
    return words[r->measure] != NULL ? words[r->measure] : gw_measure_table[r->measure].word;
}

/* Words that the table of units does not know stay as they were written. */
static gw_words as_written(const gw_record *r) {
    gw_words w;
    snprintf(w.text, sizeof w.text, "%.50s%s%.40s", r->value_text,
             r->value_text[0] != '\0' && r->unit_text[0] != '\0' ? " " : "", r->unit_text);
    return w;
}

gw_words gw_ledger_figure(const gw_record *r) {
    gw_words w = {"no number"}, number;
    const char *unit = gw_ledger_shown_in(r);
    bool range = gw_is_set(r->low) && gw_is_set(r->high) && r->low < r->high;
    bool plain_kind = r->measure == GW_MEASURE_OTHER || r->measure == GW_MEASURE_AREA ||
                      r->measure == GW_MEASURE_PRICE_OTHER || r->measure == GW_MEASURE_EVENT;
    double value = gw_record_number(r);
    if (plain_kind && r->value_text != NULL && r->value_text[0] != '\0') {
        return as_written(r);
    }
    if (!gw_is_set(value)) {
        return w;
    }
    if (range && !gw_is_set(r->value) && unit != NULL) {
        number = gw_words_range(r->low, r->high, unit);
    } else {
        number = gw_words_value(value, unit);
    }
    const char *basis = gw_ledger_basis(r);
    bool count = r->measure == GW_MEASURE_ACCELERATORS || r->measure == GW_MEASURE_H100E;
    snprintf(w.text, sizeof w.text, "%.12s%.40s%.2s%.18s%.1s%.6s",
             gw_words_wording(r->wording).text, number.text,
             basis[0] == '\0' ? ""
             : count          ? " "
                              : " (",
             basis, basis[0] == '\0' || count ? "" : ")", r->per != NULL ? " each" : "");
    return w;
}

static void add_names(const gw_texts *names, gw_buf *out) {
    for (int i = 0; i < names->n; i++) {
        gw_buf_printf(out, "%s%s", i == 0 ? "" : "; ", names->at[i]);
    }
}

void gw_ledger_parties(const gw_record *r, gw_buf *out) {
    add_names(&r->sponsors, out);
    if (r->counterparties.n > 0) {
        gw_buf_add(out, r->sponsors.n > 0 ? " with " : "with ");
        add_names(&r->counterparties, out);
    }
}

gw_words gw_ledger_said(const gw_record *r) {
    gw_words w = gw_words_value(r->said_d, NULL);
    double span_d = r->said_until_d - r->said_d;
    if (span_d > 300.0) {
        w.text[4] = '\0';
    } else if (span_d > 1.0) {
        w.text[7] = '\0';
    }
    return w;
}

static bool is_year(const char *basis) {
    return strncmp(basis, basis + 9, 4) == 0 && strncmp(basis + 4, "-01", 3) == 0 &&
           strcmp(basis + 13, "-12") == 0;
}

gw_words gw_ledger_row(const gw_total *t) {
    gw_words w, name = gw_words_plain(gw_total_table[t->kind].word);
    bool period = t->kind == GW_TOTAL_SPENDING || t->kind == GW_TOTAL_REVENUE;
    const char *what = t->kind == GW_TOTAL_SPENDING ? "spending" : "revenue";
    const char *basis = strcmp(t->basis, "it") == 0    ? "IT"
                        : strcmp(t->basis, "gpu") == 0 ? "GPUs"
                                                       : t->basis;
    if (period && strlen(t->basis) == 16 && is_year(t->basis)) {
        snprintf(w.text, sizeof w.text, "%s in %.4s", what, t->basis);
    } else if (period && strlen(t->basis) == 16) {
        snprintf(w.text, sizeof w.text, "%s %.16s", what, t->basis);
    } else if (basis[0] == '\0' || strcmp(basis, "unstated") == 0) {
        snprintf(w.text, sizeof w.text, "%.60s%s", name.text, basis[0] == '\0' ? "" : "*");
    } else {
        snprintf(w.text, sizeof w.text, "%.60s, %.30s", name.text, basis);
    }
    return w;
}

const char *gw_ledger_state(gw_total_kind kind, gw_commit state) {
    bool things = kind == GW_TOTAL_POWER || kind == GW_TOTAL_CHIPS || kind == GW_TOTAL_H100E ||
                  kind == GW_TOTAL_CHIP_LAYER;
    if (things && state == GW_COMMIT_DRAWN) {
        return "being built";
    }
    return things && state == GW_COMMIT_SPENT ? "running" : gw_commit_words[state];
}

gw_words gw_ledger_lateness(double late_d) {
    gw_words w = {"in time"};
    if (fabs(late_d) >= 0.5) {
        snprintf(w.text, sizeof w.text, "%.0f %s %s", fabs(late_d),
                 gw_words_plural(lround(fabs(late_d)), "day", "days"),
                 late_d > 0 ? "late" : "early");
    }
    return w;
}

bool gw_ledger_asked(const gw_ledger_view *v, int record) {
    return v->asked == NULL || (record >= 0 && record < v->records->n && v->asked[record]);
}

bool gw_ledger_finding_asked(const gw_ledger_view *v, const gw_finding *f) {
    for (int i = 0; i < f->n_claims; i++) {
        if (gw_ledger_asked(v, f->claims[i])) {
            return true;
        }
    }
    return v->asked == NULL;
}

/* ------------------------------------------------------------------ sources of a figure */

typedef struct told {
    int figure;
    const char *source;
} told;

static int by_figure(const void *a, const void *b) {
    const told *x = a, *y = b;
    return x->figure != y->figure ? (x->figure > y->figure) - (x->figure < y->figure)
                                  : strcmp(x->source, y->source);
}

int *gw_ledger_sources(const gw_ledger_view *v, gw_arena *arena) {
    int n = v->records->n;
    int *of_figure = GW_NEW_N(arena, n + 1, int), *sources = GW_NEW_N(arena, n + 1, int);
    told *list = GW_NEW_N(arena, n + 1, told);
    for (int i = 0; i < n; i++) {
        list[i] = (told){v->report->same_as[i], v->records->at[i].source};
    }
    qsort(list, (size_t)n, sizeof list[0], by_figure);
    for (int i = 0; i < n; i++) {
        of_figure[list[i].figure] += i == 0 || by_figure(&list[i - 1], &list[i]) != 0;
    }
    for (int i = 0; i < n; i++) {
        sources[i] = of_figure[v->report->same_as[i]];
    }
    return sources;
}

/* report/questions_claims.c: answers from the record: contradictions, sums, repetitions, lateness,
 * sources, words.
 * In: the scenario's claims as records, findings, scores.   Out: sentences.
 * Derivation: docs/model/claims.md for the rules; docs/questions.md for the answers. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "claims/changes.h"
#include "report/ask.h"

#define KWH_J 3.6e6
#define SAME_FRAC 0.005 /* one amount, rounded (assumption) */
#define PARTS_MAX 16    /* claims of a sum that are set against those of another */

double gw_questions_household_J(double power_W, double households) {
    return power_W / households * 365.0 * GW_DAY_s;
}

static bool no_claims(gw_ask *a) {
    if (a->records.n > 0) {
        return false;
    }
    gw_ask_lacks(a, "The scenario records no claims; add them under `claims`, or ask a table of "
                    "claims with `gigawatt claims FILE`.");
    return true;
}

static int count_findings(const gw_ask *a, const char *rule, int severity) {
    int n = 0;
    for (int i = 0; i < a->ledger.findings.n; i++) {
        const gw_finding *f = &a->ledger.findings.at[i];
        n += (rule == NULL || strcmp(f->rule, rule) == 0) &&
             (severity < 0 || f->severity == (gw_severity)severity);
    }
    return n;
}

/* The first few findings in their own words. */
static void say_findings(gw_ask *a, const char *rule, int severity) {
    int shown = 0;
    for (int i = 0; i < a->ledger.findings.n && shown < GW_ASK_SHOWN; i++) {
        const gw_finding *f = &a->ledger.findings.at[i];
        bool fits = (rule == NULL || strcmp(f->rule, rule) == 0) &&
                    (severity < 0 || f->severity == (gw_severity)severity);
        if (fits) {
            shown++;
            gw_ask_say(a, "%s (%s): %s%s", f->about, f->rule, f->message,
                       gw_words_stop(f->message));
        }
    }
}

void gw_ask_contradictions(gw_ask *a) {
    if (no_claims(a)) {
        return;
    }
    int n_bad = count_findings(a, NULL, GW_ERROR);
    int n_doubt = count_findings(a, NULL, GW_WARNING);
    if (n_bad + n_doubt == 0) {
        gw_ask_say(a, "None of %d claimed numbers contradicts another, and none is implausible.",
                   a->records.n);
        return;
    }
    gw_ask_say(a, "Among %d claimed numbers %d %s cannot all hold as worded, and %d %s doubtful.",
               a->records.n, n_bad, gw_words_plural(n_bad, "group", "groups"), n_doubt,
               gw_words_plural(n_doubt, "is", "are"));
    say_findings(a, NULL, n_bad > 0 ? GW_ERROR : GW_WARNING);
}

/* ---------------------------------------------------------------- 4: the ladder of money */

static bool is_money(gw_total_kind kind) {
    return kind == GW_TOTAL_CAPEX || kind == GW_TOTAL_CONTRACT || kind == GW_TOTAL_DEBT ||
           kind == GW_TOTAL_EQUITY;
}

static bool is_named(const char *group, const gw_texts *parties) {
    for (int k = 0; k < parties->n; k++) {
        if (parties->at[k][0] != '\0' && strcasestr(group, parties->at[k]) != NULL) {
            return true;
        }
    }
    return false;
}

/* Same amount of the same kind, by claims that share a party, or where one name holds the other. */
static bool same_amount(const gw_totals *all, const gw_total *one, const gw_total *two) {
    if (fabs(one->value - two->value) > SAME_FRAC * one->value) {
        return false;
    }
    const char *small = one->group, *large = two->group;
    if (strlen(small) > strlen(large)) {
        small = two->group;
        large = one->group;
    }
    if (small[0] != '\0' && strncasecmp(large, small, strlen(small)) == 0) {
        return true;
    }
    for (int i = 0; i < one->n_counted && i < PARTS_MAX; i++) {
        for (int k = 0; k < two->n_counted && k < PARTS_MAX; k++) {
            const gw_record *x = &all->records.at[one->counted[i]];
            const gw_record *y = &all->records.at[two->counted[k]];
            if (is_named(one->group, &y->sponsors) || is_named(two->group, &x->sponsors)) {
                return true;
            }
            const gw_texts *of_x[] = {&x->sponsors, &x->counterparties};
            const gw_texts *of_y[] = {&y->sponsors, &y->counterparties};
            for (int both = 0; both < 4; both++) {
                const gw_texts *left = of_x[both / 2], *right = of_y[both % 2];
                for (int l = 0; l < left->n * right->n; l++) {
                    if (strcasecmp(left->at[l / right->n], right->at[l % right->n]) == 0) {
                        return true;
                    }
                }
            }
        }
    }
    return false;
}

/* A claim that the ledger knows as a part of one counted elsewhere. */
static bool is_part(const gw_totals *all, const gw_total *one, const gw_total *two) {
    if (one->n_counted != 1 || one == two) {
        return false;
    }
    int whole = all->records.at[one->counted[0]].part_of;
    for (int k = 0; k < two->n_counted && whole >= 0; k++) {
        if (two->counted[k] == whole) {
            return true;
        }
    }
    return false;
}

/* What is said again: in a firmer state, or earlier in the list in the same state. */
static bool is_said(const gw_totals *all, int i) {
    const gw_total *one = &all->at[i];
    for (int k = 0; k < all->n; k++) {
        const gw_total *two = &all->at[k];
        bool firmer = two->state > one->state || (two->state == one->state && k < i);
        bool comparable = k != i && two->kind == one->kind && two->n_counted > 0;
        if (comparable &&
            (is_part(all, one, two) ||
             (firmer && strcmp(one->basis, two->basis) == 0 && same_amount(all, one, two)))) {
            return true;
        }
    }
    return false;
}

static void say_group(gw_ask *a, const gw_totals *all, const bool *shown, int first) {
    const char *group = all->at[first].group;
    gw_buf line = {0};
    const gw_total *last = NULL;
    for (int i = first; i < all->n; i++) {
        const gw_total *t = &all->at[i];
        if (!shown[i] || strcmp(t->group, group) != 0) {
            continue;
        }
        bool same = last != NULL && last->kind == t->kind && strcmp(last->basis, t->basis) == 0;
        if (!same) {
            bool basis = t->basis[0] != '\0' && strcmp(t->basis, "unstated") != 0;
            gw_buf_printf(&line, "%s%s%s%s%s", last != NULL ? "; " : "",
                          gw_words_plain(gw_total_table[t->kind].word).text, basis ? " (" : "",
                          basis ? t->basis : "", basis ? ")" : "");
        }
        gw_buf_printf(&line, "%s %s%s %s", same ? "," : "",
                      t->is_lower_end   ? "at least "
                      : t->is_upper_end ? "up to "
                                        : "",
                      gw_words_value(t->value, "USD").text, gw_commit_words[t->state]);
        last = t;
    }
    gw_ask_say(a, "%s: %s.", group[0] != '\0' ? group : "No programme named",
               line.text != NULL ? line.text : "");
    gw_buf_clear(&line);
}

void gw_ask_promised(gw_ask *a) {
    gw_totals totals =
        gw_claims_totals(&a->records, a->ledger.same_as, a->in, a->in->as_of_d, a->arena);
    bool *shown = GW_NEW_N(a->arena, totals.n + 1, bool);
    int n_groups = 0, n_told = totals.n_left;
    for (int i = 0; i < totals.n; i++) {
        const gw_total *t = &totals.at[i];
        bool money = is_money(t->kind) && t->n_counted > 0 && t->value > 0.0;
        shown[i] = money && !is_said(&totals, i);
        n_told += money && !shown[i] ? t->n_counted : 0;
    }
    for (int i = 0; i < totals.n; i++) {
        bool first = shown[i];
        for (int k = 0; k < i && first; k++) {
            first = !(shown[k] && strcmp(totals.at[k].group, totals.at[i].group) == 0);
        }
        if (first && n_groups++ < GW_ASK_SHOWN) {
            say_group(a, &totals, shown, i);
        }
    }
    if (n_groups > GW_ASK_SHOWN) {
        int more = n_groups - GW_ASK_SHOWN;
        gw_ask_say(a, "And %s more: `gigawatt claims FILE`.", gw_words_count(more).text);
    }
    if (n_groups > 0) {
        gw_ask_say(a,
                   "Each amount stands in its firmest state, and what is drawn also where it was "
                   "financed; %s %s left out as told twice, replaced or part of "
                   "another.",
                   gw_words_count(n_told).text,
                   gw_words_plural(n_told, "figure was", "figures were"));
    } else {
        gw_ask_lacks(a, "No claim or commitment of money (`capex`, `debt`, `contract` of claims; "
                        "`commitments`).");
    }
    double spent_usd = 0.0;
    const double *capex_usd = a->r->series[GW_S_month_capex_usd].base;
    for (int m = 0; m < a->m->n_months && gw_month_start_d(a->m->month0 + m) <= a->in->as_of_d;
         m++) {
        spent_usd += capex_usd[m];
    }
    gw_ask_say(a,
               "The model has %s of %s spent by %s (base case: buildings while they are built, "
               "chips before they run).",
               gw_words_value(spent_usd, "USD").text,
               gw_words_value(gw_ask_base(a, GW_M_capex_usd, 0), "USD").text,
               gw_words_value(a->in->as_of_d, NULL).text);
}

/* ---------------------------------------------------------------- 5, 13, 14 */

void gw_ask_implied(gw_ask *a) {
    if (no_claims(a)) {
        return;
    }
    int shown = 0;
    int n_outside = 0;
    for (int i = 0; i < a->ledger.n_implied; i++) {
        n_outside += !a->ledger.implied[i].inside && gw_is_set(a->ledger.implied[i].low);
    }
    if (a->ledger.n_implied == 0) {
        gw_ask_lacks(a, "No claim joins power, chips or money of one object.");
        return;
    }
    gw_ask_say(a, "%d ratios follow from the claims, %s outside what is plausible.",
               a->ledger.n_implied, gw_words_count(n_outside).text);
    for (int want_inside = 0; want_inside < 2; want_inside++) {
        for (int i = 0; i < a->ledger.n_implied && shown < GW_ASK_SHOWN; i++) {
            const gw_implied *x = &a->ledger.implied[i];
            if (x->inside == (want_inside == 1) && gw_is_set(x->low)) {
                bool has_reading = x->reading != NULL && x->reading[0] != '\0';
                shown++;
                gw_ask_say(a, "%s%s%s%s%s", x->text, gw_words_stop(x->text),
                           has_reading ? " How it fits: " : "", has_reading ? x->reading : "",
                           has_reading ? gw_words_stop(x->reading) : "");
            }
        }
    }
}

void gw_ask_repeated(gw_ask *a) {
    if (no_claims(a)) {
        return;
    }
    int n = 0;
    int n_shown = 0;
    for (int i = 0; i < a->records.n; i++) {
        int first = a->ledger.same_as[i];
        n += first != i;
        if (first != i && n_shown < GW_ASK_SHOWN) {
            const gw_record *one = &a->records.at[first], *two = &a->records.at[i];
            n_shown++;
            gw_ask_say(
                a, "%s of %s (%s, %s) is %s of %s (%s) told again.", two->id,
                gw_words_value(two->said_d, NULL).text, two->object,
                gw_words_value(gw_record_number(two), gw_measure_table[two->measure].unit).text,
                one->id, gw_words_value(one->said_d, NULL).text, gw_ask_who(a, one).text);
        }
    }
    if (n == 0) {
        gw_ask_say(a, "No figure of the record is the same contract told again, as far as parties, "
                      "amounts and dates show (rule R4).");
    } else if (n > n_shown) {
        gw_ask_say(a, "%d figures in all are repetitions and are not counted again.", n);
    }
}

void gw_ask_households(gw_ask *a) {
    for (int i = 0; i < a->in->claims.n; i++) {
        const gw_claim *c = &a->in->claims.at[i];
        if (c->households > 0.0 && c->power_W > 0.0) {
            double kwh = gw_questions_household_J(c->power_W, c->households) / KWH_J;
            gw_ask_say(a, "%s: %s for %s households is %s kWh a year each.", c->head.name,
                       gw_words_value(c->power_W, "MW").text,
                       gw_words_value(c->households, "").text, gw_words_value(kwh, "").text);
        }
    }
    if (a->text.n == 0) {
        gw_ask_lacks(a, "No claim compares power with households (`power` and `households`).");
        return;
    }
    for (int i = 0, n = 0; i < a->in->sites.n && n < 1; i++) {
        int region = a->in->sites.at[i].region.i;
        double own_J =
            region >= 0 ? a->in->regions.at[region].household_use_W * 365.0 * GW_DAY_s : GW_NAN;
        if (gw_is_set(own_J)) {
            n++;
            gw_ask_say(a,
                       "A household of the region of %s uses %s kWh a year; power at full load "
                       "all year is assumed.",
                       gw_ask_site(a, i), gw_words_value(own_J / KWH_J, "").text);
        }
    }
}

/* ---------------------------------------------------------------- 11: what was known */

void gw_ask_known(gw_ask *a) {
    if (no_claims(a)) {
        return;
    }
    double until_d = a->in->as_of_d;
    double from_d = until_d - 365.0;
    int n_known = 0;
    for (int i = 0; i < a->records.n; i++) {
        n_known += a->records.at[i].said_d <= from_d;
    }
    gw_changes c = gw_claims_changes(&a->records, from_d, until_d, a->arena);
    gw_ask_say(a,
               "On %s, %d of today's %d figures were known. Since then %d are new, %d were "
               "revised, %d withdrawn or denied, %d confirmed by an observation.",
               gw_words_value(from_d, NULL).text, n_known, a->records.n, c.counts[GW_CHANGE_NEW],
               c.counts[GW_CHANGE_REVISED], c.counts[GW_CHANGE_WITHDRAWN],
               c.counts[GW_CHANGE_CONFIRMED]);
    for (int i = 0, n = 0; i < c.n && n < GW_ASK_SHOWN; i++) {
        const gw_change *x = &c.at[i];
        if (x->kind != GW_CHANGE_REVISED || x->from < 0) {
            continue;
        }
        const gw_record *one = &a->records.at[x->from], *two = &a->records.at[x->to];
        const char *unit = gw_measure_table[two->measure].unit;
        n++;
        gw_ask_say(a, "%s: %s (%s) became %s (%s).", two->object,
                   gw_words_value(gw_record_number(one), unit).text, one->id,
                   gw_words_value(gw_record_number(two), unit).text, two->id);
    }
    gw_ask_say(a, "Any other pair of days: `gigawatt claims FILE --changes A..B`.");
}

/* ---------------------------------------------------------------- 17, 19 */

void gw_ask_overlap(gw_ask *a) {
    if (no_claims(a)) {
        return;
    }
    static const char *const basis[] = {
        [GW_BASIS_UNSTATED] = "on no stated basis", [GW_BASIS_IT] = "of IT power",
        [GW_BASIS_FACILITY] = "at the meter",       [GW_BASIS_SERVER] = "of servers",
        [GW_BASIS_GENERATION] = "of power plants",  [GW_BASIS_COOLING] = "of cooling",
        [GW_BASIS_CONTRACTED] = "under contract"};
    gw_overlap o = gw_claims_overlap(&a->records, a->ledger.same_as, a->arena);
    if (o.n_claims == 0) {
        gw_ask_lacks(a, "No claim of power that still stands.");
        return;
    }
    gw_buf left = {0};
    for (int b = 0; b <= GW_BASIS_CONTRACTED; b++) {
        if (o.left_W[b] > 0.0) {
            gw_buf_printf(&left, "%s%s %s", left.n > 0 ? ", " : "",
                          gw_words_value(o.left_W[b], "MW").text, basis[b]);
        }
    }
    gw_ask_say(a,
               "%d claims of power print %s in all; with every place counted once, %s %s left: "
               "%s.",
               o.n_claims, gw_words_value(o.printed_W, "MW").text, gw_words_count(o.n_objects).text,
               gw_words_plural(o.n_objects, "object is", "objects are"),
               left.n > 0 ? left.text : "nothing");
    gw_buf_clear(&left);
    gw_ask_say(a, "The plan itself holds %s of IT power, every site once.",
               gw_ask_interval(a, GW_M_total_it_power_W, 0).text);
}

static void say_sponsor(gw_ask *a, const gw_sponsor_score *s) {
    gw_buf line = {0};
    gw_buf_printf(&line, "%s: %s %s", s->sponsor, gw_words_count(s->n_promises).text,
                  gw_words_plural(s->n_promises, "promise", "promises"));
    if (s->n_reached > 0) {
        double late_d = s->late_median_d;
        gw_buf_printf(&line, ", %s reached, median %s %s", gw_words_count(s->n_reached).text,
                      gw_words_duration(fabs(late_d) * GW_DAY_s).text,
                      late_d >= 0.0 ? "late" : "early");
    }
    if (s->n_overdue > 0) {
        gw_buf_printf(&line, ", %s overdue by %s on average", gw_words_count(s->n_overdue).text,
                      gw_words_duration(s->late_min_mean_d * GW_DAY_s).text);
    }
    if (s->n_realised > 0) {
        gw_buf_printf(&line, ", %s realised on the day",
                      gw_words_share(s->realised_mean_frac).text);
    }
    gw_ask_say(a, "%s.", line.text);
    gw_buf_clear(&line);
}

void gw_ask_lateness(gw_ask *a) {
    if (no_claims(a)) {
        return;
    }
    int n_decided = a->scores.counts[GW_SCORE_DECIDED];
    if (a->scores.n == 0) {
        gw_ask_lacks(a, "No claim with a date (`online`) or a size for a day (`true_at`).");
        return;
    }
    gw_ask_say(a,
               "Of %d promises with a day, %d can be decided by %s, %d have passed without an "
               "observation, %d are open.",
               a->scores.n, n_decided, gw_words_value(a->in->as_of_d, NULL).text,
               a->scores.counts[GW_SCORE_PASSED], a->scores.counts[GW_SCORE_OPEN]);
    int shown = 0;
    for (int i = 0; i < a->scores.n_sponsors && shown < GW_ASK_SHOWN; i++) {
        const gw_sponsor_score *s = &a->scores.sponsors[i];
        if (s->n_decided > 0 && s->sponsor[0] != '\0') {
            say_sponsor(a, s);
            shown++;
        }
    }
}

/* ---------------------------------------------------------------- 34, 37 */

/* No other record speaks of the same thing from another source. */
static bool is_alone(const gw_ask *a, const char *const *source, int i) {
    const gw_record *one = &a->records.at[i];
    for (int k = 0; k < a->records.n; k++) {
        const gw_record *other = &a->records.at[k];
        bool same_thing = one->measure == other->measure && strcmp(one->object, other->object) == 0;
        if (k != i && same_thing && strcmp(source[i], source[k]) != 0) {
            return false;
        }
    }
    return true;
}

void gw_ask_single(gw_ask *a) {
    if (no_claims(a)) {
        return;
    }
    int n_alone = 0;
    int n_named = 0;
    int n_anonymous = 0;
    const char *last = "";
    gw_buf names = {0};
    const char **source = GW_NEW_N(a->arena, a->records.n + 1, const char *);
    for (int i = 0; i < a->records.n; i++) {
        source[i] = gw_ask_source(a, &a->records.at[i]);
    }
    for (int i = 0; i < a->records.n; i++) {
        const gw_record *one = &a->records.at[i];
        const char *name = one->claim >= 0 ? a->in->claims.at[one->claim].head.name : one->id;
        n_anonymous += one->anonymous;
        if (!is_alone(a, source, i)) {
            continue;
        }
        n_alone++;
        if (n_named < 5 && strcmp(name, last) != 0) {
            gw_buf_printf(&names, "%s%s", n_named++ > 0 ? ", " : ", among them ", name);
            last = name;
        }
    }
    gw_ask_say(a, "%d of %d figures are told by one publisher only%s.", n_alone, a->records.n,
               n_alone > 0 ? names.text : "");
    gw_buf_clear(&names);
    if (n_anonymous == 0) {
        gw_ask_say(a, "None is marked as resting on people who are not named (`anonymous`).");
    } else {
        gw_ask_say(a, "%d %s on people who are not named.", n_anonymous,
                   gw_words_plural(n_anonymous, "rests", "rest"));
    }
}

void gw_ask_wording(gw_ask *a) {
    if (no_claims(a)) {
        return;
    }
    static const int kinds[] = {GW_WORDING_INTENDS, GW_WORDING_UP_TO, GW_WORDING_AT_LEAST,
                                GW_WORDING_ABOUT};
    int n_plain = a->in->claims.n;
    for (int k = 0; k < 4; k++) {
        int n = 0;
        const gw_claim *first = NULL;
        for (int i = 0; i < a->in->claims.n; i++) {
            const gw_claim *c = &a->in->claims.at[i];
            n += c->wording == kinds[k];
            first = first == NULL && c->wording == kinds[k] && c->text != NULL ? c : first;
        }
        n_plain -= n;
        if (n > 0) {
            gw_ask_say(a, "\"%s\": %s%s%s%s%s.",
                       gw_words_plain(gw_enum_wording.items[kinds[k]].name).text,
                       gw_words_count(n).text, gw_words_plural(n, " claim", " claims"),
                       first != NULL ? ", first \xE2\x80\x9C" : "",
                       first != NULL ? first->text : "", first != NULL ? "\xE2\x80\x9D" : "");
        }
    }
    gw_ask_say(a, "%s of %d claims %s stated as a fact.",
               gw_words_capital(gw_words_count(n_plain).text).text, a->in->claims.n,
               gw_words_plural(n_plain, "is", "are"));
}

/* ---------------------------------------------------------------- 36: estimates without a source */

static bool is_unsourced(const gw_value *v) {
    return v->used && v->source < 0 && gw_words_is_number(v) && v->text != NULL;
}

void gw_ask_unsourced(gw_ask *a) {
    int n = 0;
    int n_all = 0;
    int n_default = 0;
    for (int i = 0; i < a->m->spec->n_values; i++) {
        const gw_value *v = &a->m->spec->values[i];
        n_all += v->used && gw_words_is_number(v) && v->text != NULL;
        n += is_unsourced(v);
        n_default += is_unsourced(v) && v->from_default;
    }
    gw_ask_say(a,
               "%d of the %d numbers that the run reads have no source; %d of these are defaults "
               "that nobody wrote.",
               n, n_all, n_default);
    int shown = 0;
    for (int k = 0; k < a->r->n_tornado && shown == 0; k++) {
        const gw_tornado *t = &a->r->tornado[k];
        for (int i = 0; t->metric == GW_M_npv_usd && i < t->n && shown < GW_ASK_SHOWN; i++) {
            const gw_value *v = &a->m->spec->values[a->m->uncertain[t->bars[i].uncertain].value];
            if (is_unsourced(v)) {
                double moved = fabs(t->bars[i].high - t->bars[i].low);
                gw_buf_printf(&a->text, "%s%s (%s)",
                              shown == 0 ? " Those that move the present value most: " : "; ",
                              gw_words_input(v->path).text, gw_words_value(moved, "USD").text);
                shown++;
            }
        }
    }
    gw_buf_add(&a->text, shown > 0 ? "." : "");
}

/* report/html_answers.c: the box on top of the report: do the claims fit together, was the promised
 * date plausible, what runs on the as-of date against what was said.
 * In: findings, claim items with the run's answers, samples.   Out: sentences.
 * Derivation: every sentence is made from numbers of the run; verdicts as in report/verdict.h. */
#include <math.h>

#include "report/html_page.h"
#include "report/verdict.h"

static int count_findings(const gw_page *p, gw_severity severity) {
    int n = 0;
    for (int i = 0; i < p->r->findings.n; i++) {
        n += p->r->findings.at[i].severity == severity;
    }
    return n;
}

static const char *name_of_site(const gw_page *p, int i) {
    return gw_words_title(p->in->sites.at[i].title, &p->in->sites.at[i].head);
}

/* ------------------------------------------------------------------ do the claims fit? */

static void say_first(gw_page *p, gw_severity severity) {
    for (int i = 0; i < p->r->findings.n; i++) {
        const gw_finding *f = &p->r->findings.at[i];
        if (f->severity == severity) {
            bool has_reading = f->reading != NULL && f->reading[0] != '\0';
            gw_page_para(p, "The first: %s%s%s%s%s", f->message, gw_words_stop(f->message),
                         has_reading ? " How they fit: " : "", has_reading ? f->reading : "",
                         has_reading ? gw_words_stop(f->reading) : "");
            return;
        }
    }
}

static void answer_claims(gw_page *p) {
    int n_bad = count_findings(p, GW_ERROR);
    int n_doubtful = count_findings(p, GW_WARNING);
    int n[GW_N_VERDICT] = {0};
    gw_page_heading(p, 3, NULL, "Do the claims fit together: chips, watts, dollars?");
    if (p->in->claims.n == 0) {
        gw_page_para(p, "The scenario records no claims.");
        return;
    }
    if (n_bad > 0) {
        gw_page_para(p,
                     "No. Among %d claims, %s %s cannot all hold as worded, and %s more %s "
                     "implausible or ambiguous.",
                     p->in->claims.n, gw_words_count(n_bad).text,
                     gw_words_plural(n_bad, "group", "groups"), gw_words_count(n_doubtful).text,
                     gw_words_plural(n_doubtful, "is", "are"));
        say_first(p, GW_ERROR);
    } else if (n_doubtful > 0) {
        gw_page_para(p,
                     "They can: none of %d claims contradict each other as worded, but %s %s "
                     "implausible or ambiguous.",
                     p->in->claims.n, gw_words_count(n_doubtful).text,
                     gw_words_plural(n_doubtful, "group is", "groups are"));
        say_first(p, GW_WARNING);
    } else {
        gw_page_para(p, "Yes: none of %d claims contradict each other, and none is implausible.",
                     p->in->claims.n);
    }
    for (int i = 0; i < p->m->n_claim_items; i++) {
        n[gw_verdict_item(p->r, i)]++;
    }
    int n_compared = p->m->n_claim_items - n[GW_VERDICT_NONE];
    if (n_compared > 0) {
        gw_page_para(p,
                     "Of %d claimed numbers that the plan can be set against, %d hold, %d are "
                     "too high, %d too low and %d too early.",
                     n_compared, n[GW_VERDICT_HOLDS], n[GW_VERDICT_HIGH], n[GW_VERDICT_LOW],
                     n[GW_VERDICT_EARLY]);
    }
}

/* ------------------------------------------------------------------ was the date plausible? */

/* Claims of the date on which a site is complete: the earliest and the latest date; -1: none. */
typedef struct promise {
    int first, last;
} promise;

static promise promised(const gw_page *p, int site) {
    promise found = {-1, -1};
    for (int i = 0; i < p->m->n_claim_items; i++) {
        const gw_claim_item *c = p->m->claim_items;
        if (!gw_verdict_is_full_date(p->r, i, site)) {
            continue;
        }
        found.first = found.first < 0 || c[i].value < c[found.first].value ? i : found.first;
        found.last = found.last < 0 || c[i].value > c[found.last].value ? i : found.last;
    }
    return found;
}

/* The share of samples in which the claim holds: the same number as in the table of claims. */
static double chance_of(const gw_page *p, int item) {
    return p->r->n_samples > 0                               ? gw_verdict_share(p->r, item)
           : gw_verdict_item(p->r, item) == GW_VERDICT_HOLDS ? 1.0
                                                             : 0.0;
}

static void say_promise(gw_page *p, int item, const char *which) {
    const gw_claim_item *c = &p->m->claim_items[item];
    double late_d = gw_page_summary(p, GW_M_run_value, item).p50 - c->value;
    double days = round(fabs(late_d));
    gw_page_para(
        p,
        "The %s date named is %s (%s): it is met, or missed by no more than %.0f days, in %s of "
        "samples. The median is %s.",
        which, gw_words_value(c->value, NULL).text, p->in->claims.at[c->claim].head.name,
        GW_VERDICT_TOLERANCE_d, gw_words_share(chance_of(p, item)).text,
        days == 0.0 ? "on that day"
                    : gw_words_join(gw_words_duration(days * 86400.0).text,
                                    late_d > 0.0 ? " late" : " earlier")
                          .text);
}

static void answer_date(gw_page *p) {
    gw_page_heading(p, 3, NULL, "Was the promised date plausible?");
    for (int i = 0; i < p->in->sites.n; i++) {
        gw_summary full = gw_page_summary(p, GW_M_full_date_d, i);
        promise found = promised(p, i);
        if (full.n == 0) {
            gw_page_para(p, "%s is never complete within the dates that the scenario gives.",
                         name_of_site(p, i));
            continue;
        }
        bool is_past = full.p90 <= p->in->as_of_d;
        gw_page_para(p, "%s %s complete by %s.%s", name_of_site(p, i),
                     is_past ? "was" : "should be", gw_words_interval(full, NULL).text,
                     found.first < 0 ? " No claim names a date for the whole of it." : "");
        if (found.first >= 0) {
            bool is_one =
                p->m->claim_items[found.first].value == p->m->claim_items[found.last].value;
            say_promise(p, found.first, is_one ? "only" : "earliest");
            if (!is_one) {
                say_promise(p, found.last, "latest");
            }
        }
    }
}

/* ------------------------------------------------------------------ what runs? */

/* The last claim about a state (not a plan) of the site with this quantity; -1: none. */
static int last_state(const gw_page *p, int site, gw_claim_quantity quantity) {
    int found = -1;
    double found_d = 0.0;
    for (int i = 0; i < p->m->n_claim_items; i++) {
        const gw_claim_item *c = &p->m->claim_items[i];
        const gw_claim *claim = &p->in->claims.at[c->claim];
        bool is_state = claim->site.i == site && gw_is_set(claim->true_at_d) &&
                        claim->true_at_d <= p->in->as_of_d && c->quantity == quantity &&
                        gw_verdict_item(p->r, i) != GW_VERDICT_NONE;
        if (is_state && (found < 0 || claim->true_at_d > found_d)) {
            found = i;
            found_d = claim->true_at_d;
        }
    }
    return found;
}

static void say_state(gw_page *p, int item) {
    const gw_claim_item *c = &p->m->claim_items[item];
    const gw_claim *claim = &p->in->claims.at[c->claim];
    static const char *const basis[] = {[GW_BASIS_UNSTATED] = "",
                                        [GW_BASIS_IT] = " of IT power",
                                        [GW_BASIS_FACILITY] = " at the meter",
                                        [GW_BASIS_SERVER] = " of servers",
                                        [GW_BASIS_GENERATION] = " of power plants",
                                        [GW_BASIS_COOLING] = " of cooling",
                                        [GW_BASIS_CONTRACTED] = " under contract"};
    bool is_h100e = c->quantity == GW_CLAIM_ACCELERATORS && claim->unit == GW_CHIP_H100E;
    gw_page_para(p,
                 "Last said of its %s: %s%s%s%s on %s (%s); the run gives %s for that day, the "
                 "claim %s%s.",
                 gw_words_quantity(c->quantity), gw_words_wording(claim->wording).text,
                 gw_words_value(c->value, c->unit).text, is_h100e ? " H100 equivalents" : "",
                 basis[c->quantity == GW_CLAIM_POWER ? claim->basis : GW_BASIS_UNSTATED],
                 gw_words_value(claim->true_at_d, NULL).text, claim->head.name,
                 gw_words_interval(gw_page_summary(p, GW_M_run_value, item), c->unit).text,
                 gw_verdict_item(p->r, item) == GW_VERDICT_HOLDS ? "" : "is ",
                 gw_verdict_words(p->r, item).text);
}

static void answer_state(gw_page *p) {
    static const gw_claim_quantity quantities[] = {GW_CLAIM_POWER, GW_CLAIM_ACCELERATORS};
    gw_page_heading(p, 3, NULL, "What runs on %s, against what was said?",
                    gw_words_value(p->in->as_of_d, NULL).text);
    for (int i = 0; i < p->in->sites.n; i++) {
        gw_summary now = gw_page_summary(p, GW_M_running_it_power_W, i);
        gw_summary full = gw_page_summary(p, GW_M_full_it_power_W, i);
        promise found = promised(p, i);
        if (!(now.p90 > 0.0)) {
            gw_page_para(p, "Nothing of %s runs.", name_of_site(p, i));
        } else {
            gw_page_para(
                p, "%s: %s of IT power with %s accelerators, %s of the plan.", name_of_site(p, i),
                gw_words_interval(now, "MW").text,
                gw_words_value(gw_page_summary(p, GW_M_running_accelerators, i).p50, "").text,
                gw_words_share(full.p50 > 0.0 ? now.p50 / full.p50 : GW_NAN).text);
        }
        double said_d = found.first < 0 ? GW_NAN : p->m->claim_items[found.first].value;
        if (said_d <= p->in->as_of_d && !(now.p50 >= 0.98 * full.p50)) {
            gw_page_para(p, "All of it was to run by %s (%s).", gw_words_value(said_d, NULL).text,
                         p->in->claims.at[p->m->claim_items[found.first].claim].head.name);
        }
        for (int k = 0; k < 2; k++) {
            int item = last_state(p, i, quantities[k]);
            if (item >= 0) {
                say_state(p, item);
            }
        }
    }
}

void gw_page_answers(gw_page *p) {
    gw_buf_add(p->out, "<div class=\"answers\">\n");
    answer_claims(p);
    answer_date(p);
    answer_state(p);
    gw_buf_add(p->out, "</div>\n");
}

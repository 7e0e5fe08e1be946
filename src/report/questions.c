/* report/questions.c: the list of questions, the driver, text and JSON.
 * In: a finished run.   Out: answers.
 * Derivation: docs/questions.md. */
#include "report/questions.h"
#include "report/words.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/ask.h"

typedef struct question {
    int number;
    const char *text, *where, *where_title;
    void (*answer)(gw_ask *a);
} question;

#define CLAIMS "claims", "Do the claims add up?"
#define CAPACITY "capacity", "When does it come online?"
#define MONEY "finance", "Who pays, and does it pay back?"
#define TRAINING "training", "What will it do?"
#define POWER "power", "What will it draw?"
#define MATTERS "matters", "What matters most?"
#define INPUTS "inputs", "What the answer leans on"

static const question questions[] = {
    {1, "How many MW really run, on which basis, and who says so?", CAPACITY, gw_ask_running},
    {2, "How likely is it that a site reaches its power by a date?", CAPACITY, gw_ask_probability},
    {3, "Which public figures contradict each other, and by how much?", CLAIMS,
     gw_ask_contradictions},
    {4, "How much is pledged, contracted, financed, drawn, spent?", CLAIMS, gw_ask_promised},
    {5, "What do the headlines imply per watt, per chip, per hour, and is it plausible?", CLAIMS,
     gw_ask_implied},
    {6, "What rent per accelerator-hour do the contracts imply, and does it cover full cost?",
     MONEY, gw_ask_rent},
    {7, "What is on the critical path: building, power or chips?", CAPACITY, gw_ask_critical},
    {8, "What does half a year of delay cost, and whom?", MONEY, gw_ask_delay},
    {9, "What happens to debt service and equity if the tenant leaves?", MONEY, gw_ask_exit},
    {10, "Do the planned chips exceed what the supplier can ship?", CAPACITY, gw_ask_supply},
    {11, "What was known a year ago, and what was revised since?", CLAIMS, gw_ask_known},
    {12,
     "What are return, present value and payback with three, five and seven years of chip life?",
     MONEY, gw_ask_chip_life},
    {13, "Is a second announcement new money or the same contract again?", CLAIMS, gw_ask_repeated},
    {14, "What does the comparison with households mean in kWh?", CLAIMS, gw_ask_households},
    {15, "Where does the money go round in a circle?", MONEY, gw_ask_circulation},
    {16, "How much debt can the cash carry at a coverage of 1.2, 1.3 and 1.5?", MONEY, gw_ask_debt},
    {17, "What total is left when overlapping gigawatts are removed?", CLAIMS, gw_ask_overlap},
    {18, "Which megawatts will be drawn when, given how past promises were kept?", CAPACITY,
     gw_ask_grid},
    {19, "How late were earlier promises?", CLAIMS, gw_ask_lateness},
    {20, "What must the chips still be worth for the loans to be safe?", MONEY, gw_ask_residual},
    {25, "What does a token cost here at a given utilisation?", TRAINING, gw_ask_token},
    {26, "Rent or own: which is cheaper over the useful life?", MONEY, gw_ask_own},
    {27, "Which inputs move the return most?", MATTERS, gw_ask_tornado},
    {28, "How do programmes compare on one basis?", CAPACITY, gw_ask_compare},
    {29, "What are cost and date that hold together in eight of ten cases?", CAPACITY,
     gw_ask_joint},
    {30, "When does a change of price, rate, chip life or date break the covenant?", MONEY,
     gw_ask_covenant},
    {31, "What share of the campus waits for building, power or chips?", CAPACITY, gw_ask_idle},
    {33, "What must be believed for the revenue to pay the spending?", MONEY, gw_ask_believed},
    {34, "Which claims rest on one source or on people without a name?", CLAIMS, gw_ask_single},
    {35, "What if power comes a year late but the chips on time?", CAPACITY, gw_ask_power_late},
    {36, "Which estimates in the model have no source?", INPUTS, gw_ask_unsourced},
    {37, "In which words was it said: \"intends\", \"up to\", \"at least\"?", CLAIMS,
     gw_ask_wording},
    {38, "How do carbon, water and energy scale by site?", POWER, gw_ask_demand},
};
#define N_QUESTIONS (int)(sizeof questions / sizeof questions[0])

/* ------------------------------------------------------------------ sentences */

static void add(gw_buf *out, const char *fmt, va_list args) GW_PRINTF(2, 0);
static void add(gw_buf *out, const char *fmt, va_list args) {
    char *text = NULL;
    if (vasprintf(&text, fmt, args) < 0) {
        gw_out_of_memory(strlen(fmt));
    }
    gw_buf_add(out, out->n > 0 ? " " : "");
    gw_buf_add(out, text);
    free(text);
}

void gw_ask_say(gw_ask *a, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    add(&a->text, fmt, args);
    va_end(args);
}

void gw_ask_lacks(gw_ask *a, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    add(&a->missing, fmt, args);
    va_end(args);
}

/* ------------------------------------------------------------------ what answers are made of */

gw_summary gw_ask_summary(const gw_ask *a, gw_metric_id metric, int i) {
    return gw_words_summary(a->r, metric, i);
}

gw_words gw_ask_interval(const gw_ask *a, gw_metric_id metric, int i) {
    return gw_words_interval(gw_ask_summary(a, metric, i), gw_metrics[metric].unit);
}

double gw_ask_base(const gw_ask *a, gw_metric_id metric, int i) {
    return a->r->base_row[a->m->metric_offset[metric] + i];
}

const char *gw_ask_site(const gw_ask *a, int i) {
    return gw_words_title(a->in->sites.at[i].title, &a->in->sites.at[i].head);
}

const char *gw_ask_contract(const gw_ask *a, int i) {
    return gw_words_title(a->in->contracts.at[i].title, &a->in->contracts.at[i].head);
}

const char *gw_ask_loan(const gw_ask *a, int i) {
    return a->in->funding.at[i].head.name;
}

const char *gw_ask_party(const gw_ask *a, int node) {
    static const char *const outside[GW_N_OUTSIDE] = {
        [GW_OUT_CHIP_MAKERS] = "chip makers", [GW_OUT_BUILDERS] = "builders",
        [GW_OUT_UTILITIES] = "utilities",     [GW_OUT_OPERATIONS] = "staff and services",
        [GW_OUT_MARKET] = "the market",       [GW_OUT_STATE] = "the state",
        [GW_OUT_OWNERS] = "owners",           [GW_OUT_CAPITAL] = "providers of capital",
    };
    int n = a->in->parties.n;
    return node < n ? gw_words_title(a->in->parties.at[node].title, &a->in->parties.at[node].head)
                    : outside[node - n];
}

const char *gw_ask_source(const gw_ask *a, const gw_record *record) {
    if (record->claim < 0) {
        return record->source != NULL ? record->source : "";
    }
    char prefix[256];
    int n = snprintf(prefix, sizeof prefix, "claims.%.200s.",
                     a->in->claims.at[record->claim].head.name);
    for (int i = 0; i < a->m->spec->n_values; i++) {
        const gw_value *v = &a->m->spec->values[i];
        if (v->source >= 0 && strncmp(v->path, prefix, (size_t)n) == 0) {
            const gw_source *source = &a->in->sources.at[v->source];
            return source->publisher != NULL ? source->publisher : source->title;
        }
    }
    return "";
}

gw_words gw_ask_who(const gw_ask *a, const gw_record *record) {
    gw_words w = {""};
    const char *source = gw_ask_source(a, record);
    if (record->sponsors.n > 0) {
        bool more = record->sponsors.n > 1;
        snprintf(w.text, sizeof w.text, "%.40s%s%.40s", record->sponsors.at[0], more ? " and " : "",
                 more ? record->sponsors.at[1] : "");
    } else {
        snprintf(w.text, sizeof w.text, "%.90s",
                 source[0] != '\0' ? source : "nobody who is named");
    }
    return w;
}

gw_words gw_ask_irr(const gw_irr *irr) {
    gw_words w;
    if (irr->n == 1) {
        return gw_words_join(gw_words_value(irr->root[0], "%").text, " a year");
    }
    snprintf(w.text, sizeof w.text, "none (%.85s)",
             irr->problem != NULL ? irr->problem : "several rates solve it");
    return w;
}

gw_words gw_ask_change(double usd) {
    gw_words w;
    if (isnan(usd)) {
        return (gw_words){"an unknown amount"};
    }
    snprintf(w.text, sizeof w.text, "%.60s %s", gw_words_value(fabs(usd), "USD").text,
             usd < 0.0 ? "less" : "more");
    return w;
}

gw_words gw_ask_shift(double from_d, double to_d) {
    gw_words w;
    double days = to_d - from_d;
    if (isnan(to_d)) {
        return (gw_words){"never within the plan"};
    }
    if (isnan(days)) {
        return (gw_words){"on a date, where it had none"};
    }
    if (fabs(days) < 0.5) {
        return (gw_words){"on the same day"};
    }
    snprintf(w.text, sizeof w.text, "%.60s %s", gw_words_duration(fabs(days) * GW_DAY_s).text,
             days > 0.0 ? "later" : "earlier");
    return w;
}

/* ------------------------------------------------------------------ all of them */

static const char *keep(gw_ask *a, gw_buf *buf) {
    const char *text = buf->n > 0 ? gw_arena_strdup(a->arena, buf->text) : "";
    gw_buf_clear(buf);
    return text;
}

gw_answers gw_questions_work(const gw_result *r, gw_arena *arena) {
    gw_ask a = {.r = r, .m = r->model, .in = r->model->in, .base = r->base, .arena = arena};
    gw_answers out = {.at = GW_NEW_N(arena, N_QUESTIONS, gw_answer)};
    gw_records_from_scenario(a.in, arena, &a.records);
    a.scores = gw_claims_scores(&a.records, a.in->as_of_d, arena);
    a.ledger = gw_ledger_check(&a.records,
                               &(gw_ledger_context){.in = a.in, .as_of_d = a.in->as_of_d}, arena);
    for (int i = 0; i < N_QUESTIONS; i++) {
        const question *q = &questions[i];
        q->answer(&a);
        bool is_open = a.text.n == 0 && a.missing.n == 0;
        if (is_open) {
            gw_ask_lacks(&a, "The run has no number for this.");
        }
        gw_answer *answer = &out.at[out.n++];
        *answer = (gw_answer){.number = q->number,
                              .question = q->text,
                              .where = q->where,
                              .where_title = q->where_title};
        answer->text = keep(&a, &a.text);
        answer->missing = a.missing.n > 0 ? keep(&a, &a.missing) : NULL;
    }
    return out;
}

/* ------------------------------------------------------------------ on a terminal, as JSON */

/* Words in lines of at most `width` columns, behind an indent. */
static void wrap(gw_buf *out, const char *text, int indent, int width) {
    int column = 0;
    while (*text != '\0') {
        size_t n = strcspn(text, " ");
        int wide = gw_words_columns(text, n);
        if (column == 0) {
            gw_buf_printf(out, "%*s", indent, "");
            column = indent;
        } else if (column + 1 + wide > width) {
            gw_buf_printf(out, "\n%*s", indent, "");
            column = indent;
        } else {
            gw_buf_addc(out, ' ');
            column++;
        }
        gw_buf_addn(out, text, n);
        column += wide;
        text += n + (text[n] == ' ');
    }
    gw_buf_addc(out, '\n');
}

void gw_questions_text(const gw_result *r, const gw_answers *answers, int width, gw_buf *out) {
    gw_buf title = {0};
    gw_buf_printf(&title, "%s: the questions that people bring, as of %s, %s %s",
                  r->model->in->title, gw_words_value(r->model->in->as_of_d, NULL).text,
                  gw_words_value(r->n_samples, "").text,
                  gw_words_plural(r->n_samples, "sample", "samples"));
    wrap(out, title.text, 0, width);
    gw_buf_clear(&title);
    for (int i = 0; i < answers->n; i++) {
        const gw_answer *answer = &answers->at[i];
        gw_buf head = {0};
        gw_buf_addc(out, '\n');
        gw_buf_printf(&head, "%d. %s", answer->number, answer->question);
        wrap(out, head.text, 0, width);
        gw_buf_clear(&head);
        if (answer->text[0] != '\0') {
            wrap(out, answer->text, 4, width);
        }
        if (answer->missing != NULL) {
            gw_buf lack = {0};
            gw_buf_printf(&lack, "%s: %s", answer->text[0] != '\0' ? "For more" : "Not answered",
                          answer->missing);
            wrap(out, lack.text, 4, width);
            gw_buf_clear(&lack);
        }
    }
}

void gw_questions_json(const gw_answers *answers, gw_json *json) {
    gw_json_array(json, "questions");
    for (int i = 0; i < answers->n; i++) {
        const gw_answer *answer = &answers->at[i];
        gw_json_object(json, NULL);
        gw_json_integer(json, "number", answer->number);
        gw_json_text(json, "question", answer->question);
        gw_json_bool(json, "answered", answer->text[0] != '\0');
        gw_json_text(json, "answer", answer->text[0] != '\0' ? answer->text : NULL);
        gw_json_text(json, "missing", answer->missing);
        gw_json_text(json, "section", answer->where);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

/* validation/row_model.c: what tables of runs leave out of a model's shape.
 *
 * In:  the model's name, the column moe_layer_freq, notes, gw_llm with the columns' numbers, the
 *      catalogue.
 * Out: gw_llm completed, or a reason why the model cannot describe it.
 * Model: the longest name in the catalogue's `models` with which the row's name begins, letters and
 *      digits compared. Its entry fills what the row leaves blank and what the columns cannot say
 *      (latent attention, windows, state layers), if the layers, hidden, heads and experts that the
 *      row states are its own. What the row states always counts: a cut-down proxy keeps the
 *      dimensions of its row.
 * Valid: names as their makers write them.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "validation/row_words.h"
#include "validation/training_row.h"

/** How much of `name` the beginning of `text` spells, letters and digits only; 0: it does not. */
static int begins_with(const char *text, const char *name) {
    int n = 0;
    for (; *name; name++) {
        if (!isalnum((unsigned char)*name)) {
            continue;
        }
        while (*text && !isalnum((unsigned char)*text)) {
            text++;
        }
        if (tolower((unsigned char)*text) != tolower((unsigned char)*name)) {
            return 0;
        }
        text++;
        n++;
    }
    return n;
}

static const gw_llm *named(const gw_scenario *in, const char *model) {
    const gw_llm *best = NULL;
    int longest = 0;
    for (int i = 0; i < in->models.n; i++) {
        int n = begins_with(model, in->models.at[i].head.name);
        if (n > longest) {
            longest = n;
            best = &in->models.at[i];
        }
    }
    return best;
}

/** The number that a word stands for ("2nd", "other", "three"), or 0. */
static int nth(const char *plain) {
    static const struct {
        const char *word;
        int n;
    } words[] = {{"other", 2}, {"second", 2}, {"two", 2},  {"2nd", 2}, {"third", 3}, {"three", 3},
                 {"3rd", 3},   {"fourth", 4}, {"four", 4}, {"4th", 4}, {"layer", 1}};
    const char *at = strstr(plain, " every ");
    if (!at) {
        return 0;
    }
    at += strlen(" every ");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t n = strlen(words[i].word);
        if (strncmp(at, words[i].word, n) == 0 && at[n] == ' ') {
            return words[i].n;
        }
    }
    long n = strtol(at, NULL, 10);
    return n >= 1 && n <= 1000 ? (int)n : 0;
}

/** A pattern of layers: 1 has experts. */
typedef struct pattern {
    char at[1024];
    int n;
} pattern;

/** Reads "[0]*3+[1]*58", also in brackets; false: it is none. */
static bool read_pattern(const char *text, pattern *p) {
    p->n = 0;
    while (*text) {
        char part[64];
        int n = 0;
        text += strspn(text, " (+)");
        if (!*text) {
            break;
        }
        if (*text++ != '[') {
            return false;
        }
        for (; *text && *text != ']'; text++) {
            bool digit = *text == '0' || *text == '1';
            if ((!digit && *text != ',' && *text != ' ') || n == (int)sizeof part) {
                return false;
            }
            if (digit) {
                part[n++] = *text;
            }
        }
        text += *text == ']';
        text += strspn(text, " ");
        long times = 1;
        if (*text == '*') {
            char *end = NULL;
            times = strtol(text + 1, &end, 10);
            text = end;
        }
        if (n == 0 || times < 0 || times > 1000 || p->n + (int)times * n > (int)sizeof p->at) {
            return false;
        }
        for (int i = 0; i < (int)times * n; i++) {
            p->at[p->n++] = part[i % n];
        }
    }
    return p->n > 0;
}

/** A pattern as "the first so many dense, then every so-manieth": false where it is not so. */
static bool take_pattern(const pattern *p, gw_llm *llm) {
    int with = 0, first = 0;
    for (int i = 0; i < p->n; i++) {
        with += p->at[i] == '1';
    }
    while (first < p->n && p->at[first] == '0') {
        first++;
    }
    if (with == p->n - first && with > 0) {
        llm->dense_layers = first;
        llm->expert_every = 1;
        return true;
    }
    int period = with > 0 ? p->n / with : 0;
    for (int i = 0; i + period < p->n && period > 0; i++) {
        period = p->at[i] == p->at[i + period] ? period : 0;
    }
    if (period < 2 || with * period != p->n) {
        return false;
    }
    llm->dense_layers = 0;
    llm->expert_every = period;
    return true;
}

static const char *dense_first(const char *text, gw_llm *llm) {
    long dense = strtol(text, NULL, 10);
    if (dense < 0 || dense >= llm->layers) {
        return "moe_layer_freq contradicts layers: no layer is left for the experts";
    }
    llm->dense_layers = dense;
    llm->expert_every = 1;
    return NULL;
}

/** Which layers have experts. */
static const char *expert_layers(const char *frequency, gw_llm *llm) {
    char plain[256];
    pattern p;
    gw_spelt_plain(frequency, plain, sizeof plain);
    if (llm->experts == 0 || !*frequency) {
        return NULL;
    }
    if (gw_spelt_has(plain, "hybrid")) {
        return "moe_layer_freq: the state layers of this model are not in the catalogue";
    }
    const char *first = strstr(plain, " first ");
    if (first) {
        return dense_first(first + strlen(" first "), llm);
    }
    if (*frequency == '[' || *frequency == '(') {
        if (!read_pattern(frequency, &p) || !take_pattern(&p, llm)) {
            return "moe_layer_freq: the pattern is not understood";
        }
        return p.n == llm->layers ? NULL : "moe_layer_freq contradicts layers";
    }
    char *end = NULL;
    double number = strtod(frequency, &end);
    double every = *end == '\0' ? number : gw_spelt_has(plain, "all") ? 1.0 : nth(plain);
    if (*end == '\0' && number == 0.0) { /* no layer */
        llm->experts = llm->top_k = llm->expert_ffn = llm->shared_ffn = 0;
        return llm->ffn > 0 ? NULL : "moe_layer_freq: without experts ffn_hidden is needed";
    }
    if (!(every >= 1.0 && every <= (double)llm->layers) || every != floor(every)) {
        return "moe_layer_freq is not understood";
    }
    llm->dense_layers = 0;
    llm->expert_every = (int64_t)every;
    return NULL;
}

/** What the row states, 0 (experts, shared_ffn: below 0) where it does not, agrees with the catalogue. */
static bool agrees(const gw_llm *row, const gw_llm *known) {
    const int64_t pairs[][2] = {
        {row->layers, known->layers}, {row->hidden, known->hidden}, {row->heads, known->heads}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (pairs[i][0] > 0 && pairs[i][0] != pairs[i][1]) {
            return false;
        }
    }
    bool latent = known->kv_lora_rank > 0; /* tables give such models one key a head, or one */
    if (latent && row->kv_heads > 1 && row->kv_heads != known->heads &&
        row->kv_heads != known->kv_heads) {
        return false;
    }
    return row->experts < 0 || row->experts == known->experts;
}

/** The catalogue's entry with what the row states put over it. Latent attention and state layers
 * have dimensions that the columns cannot hold: theirs stay. */
static void overlay(const gw_llm *known, gw_llm *llm) {
    const gw_llm row = *llm;
    *llm = *known;
    llm->ffn = row.ffn > 0 ? row.ffn : llm->ffn;
    llm->vocab = row.vocab > 0 ? row.vocab : llm->vocab;
    llm->top_k = row.top_k > 0 ? row.top_k : llm->top_k;
    llm->expert_ffn = row.expert_ffn > 0 ? row.expert_ffn : llm->expert_ffn;
    if (row.shared_ffn == 0 || (row.shared_ffn > 0 && llm->shared_ffn == 0)) {
        llm->shared_ffn = row.shared_ffn; /* a count of experts: the catalogue knows the width */
    }
    if (llm->kv_lora_rank == 0) {
        llm->kv_heads = row.kv_heads > 0 ? row.kv_heads : llm->kv_heads;
        llm->head_dim = row.head_dim > 0 ? row.head_dim : llm->head_dim;
    }
}

static const char *missing(const gw_llm *llm, gw_arena *arena) {
    const char *const names[] = {llm->layers > 0 ? NULL : "layers",
                                 llm->hidden > 0 ? NULL : "hidden", llm->heads > 0 ? NULL : "heads",
                                 llm->ffn > 0 || llm->expert_ffn > 0 ? NULL : "ffn_hidden"};
    const char *list = NULL;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i]) {
            list = list ? gw_arena_printf(arena, "%s, %s", list, names[i]) : names[i];
        }
    }
    return list ? gw_arena_printf(arena,
                                  "the model's dimensions are not stated: %s; and no model of the "
                                  "catalogue has this name and shape",
                                  list)
                : NULL;
}

const char *gw_training_row_family(const gw_scenario *in, const char *model,
                                   const char *moe_layer_freq, const char *notes, gw_llm *llm,
                                   gw_arena *arena) {
    const gw_llm *known = named(in, model);
    if (known && agrees(llm, known)) {
        overlay(known, llm);
        if (gw_training_row_says(notes, "w/o MTP")) {
            llm->mtp_layers = 0;
        }
        bool hybrid = gw_training_row_says(moe_layer_freq, "hybrid");
        return hybrid ? NULL : expert_layers(moe_layer_freq, llm);
    }
    llm->experts = llm->experts > 0 ? llm->experts : 0;
    llm->shared_ffn = llm->shared_ffn > 0 ? llm->shared_ffn : 0;
    const char *reason = missing(llm, arena);
    return reason ? reason : expert_layers(moe_layer_freq, llm);
}

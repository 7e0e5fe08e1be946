/* cli/cmd_model.c: `gigawatt model`: the shape of a model, what it counts to and what a token costs.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/cli.h"
#include "scenario/hf_config.h"
#include "training/arch.h"

#define MOST_FIGURES 32

/** One line of the answer. */
typedef struct figure {
    const char *key, *label, *unit;
    double value;
} figure;

typedef struct answer {
    figure at[MOST_FIGURES];
    int n;
} answer;

static void add(answer *a, const char *key, const char *label, const char *unit, double value) {
    if (a->n < MOST_FIGURES && isfinite(value)) {
        a->at[a->n++] = (figure){key, label, unit, value};
    }
}

static void add_params(answer *a, const gw_arch *arch, const gw_llm *llm) {
    double routed = (double)arch->expert_layers * (double)llm->experts * arch->expert_params;
    add(a, "params", "parameters", "", arch->params);
    add(a, "active_params", "of them used by one token", "", arch->active_params);
    add(a, "published_params", "parameters as published", "", llm->params);
    add(a, "published_active_params", "used by one token, as published", "", llm->active_params);
    add(a, "attention_params", "in attention", "",
        (double)arch->attention_layers * arch->attention_params);
    if (arch->state_layers > 0) {
        add(a, "state_params", "in state layers", "",
            (double)arch->state_layers * arch->state_params);
    }
    add(a, "dense_ffn_params", "in dense feed-forward parts", "",
        (double)arch->dense_layers * arch->dense_ffn_params);
    if (arch->expert_layers > 0) {
        add(a, "expert_params", "in routed experts", "", routed);
        add(a, "shared_params", "in shared experts and routers", "",
            (double)arch->expert_layers * arch->shared_params);
    }
    add(a, "embedding_params", "in embeddings", "", arch->embedding_params);
    if (llm->mtp_layers > 0) {
        add(a, "mtp_params", "besides, for further tokens", "", arch->mtp_params);
    }
}

static void add_flop(answer *a, const gw_arch *arch, const gw_llm *llm) {
    double sequence = (double)llm->sequence;
    double forward = gw_arch_forward_flop(arch, llm, sequence);
    double core = (double)arch->attention_layers * gw_arch_attention_flop(arch, llm, sequence);
    add(a, "sequence", "sequence length", "tokens", sequence);
    add(a, "forward_flop_per_token", "forward pass, per token", "FLOP", forward);
    add(a, "attention_core_share", "of it scores and weighted values", "%", core / forward);
    add(a, "training_flop_per_token", "forward and backward, per token", "FLOP", 3.0 * forward);
}

/* Large numbers with the letter of their thousands. */
static const char *number(char text[32], double value, const char *unit) {
    static const struct {
        double from;
        const char *letter;
    } steps[] = {{1e12, " T"}, {1e9, " B"}, {1e6, " M"}};
    bool flop = strcmp(unit, "FLOP") == 0;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (value >= steps[i].from) {
            const char *letter = flop && i == 1 ? " G" : steps[i].letter;
            (void)snprintf(text, 32, "%.2f%s", value / steps[i].from, letter);
            return text;
        }
    }
    (void)snprintf(text, 32, strcmp(unit, "%") == 0 ? "%.1f " : "%.0f ", value);
    return text;
}

static void print_kinds(const gw_arch *arch, const gw_llm *llm, gw_buf *out) {
    static const char *const mixers[] = {"", "attention", "attention in a window", "state"};
    static const char *const channels[] = {"", "dense feed-forward", "experts"};
    gw_layer_kind kinds[GW_LAYER_KINDS_MAX];
    int n = gw_arch_layer_kinds(arch, llm, kinds);
    for (int i = 0; i < n; i++) {
        const char *mixer = mixers[kinds[i].mixer], *channel = channels[kinds[i].channel];
        gw_buf_printf(out, "# %-34s %12.4g %s%s%s\n", i == 0 ? "layers" : "", kinds[i].layers,
                      mixer, mixer[0] != '\0' && channel[0] != '\0' ? ", " : "", channel);
    }
}

/* A piece of a scenario: what is counted stands in comments. */
static void print_text(const answer *a, const gw_llm *llm, const char *name, gw_buf *out) {
    gw_arch arch = gw_arch_of(llm);
    gw_buf_add(out, "models:\n");
    gw_hf_entry_write(llm, name, out);
    gw_buf_add(out, "\n");
    print_kinds(&arch, llm, out);
    for (int i = 0; i < a->n; i++) {
        char text[32];
        const figure *f = &a->at[i];
        double shown = strcmp(f->unit, "%") == 0 ? 100.0 * f->value : f->value;
        gw_buf_printf(out, "# %-34s %12s%s\n", f->label, number(text, shown, f->unit), f->unit);
    }
}

static void print_csv(const answer *a, gw_buf *out) {
    gw_buf_add(out, "quantity,value,unit\n");
    for (int i = 0; i < a->n; i++) {
        gw_csv_text(out, a->at[i].key, 1);
        gw_csv_number(out, a->at[i].value, 0);
        gw_csv_text(out, strcmp(a->at[i].unit, "%") == 0 ? "" : a->at[i].unit, 0);
        gw_csv_end(out);
    }
}

static void print_json(const answer *a, const gw_llm *llm, const char *name, gw_buf *out) {
    gw_arena *arena = gw_arena_create(0);
    gw_json json = gw_json_begin(out);
    gw_json_object(&json, NULL);
    gw_json_text(&json, "name", name);
    gw_json_object(&json, "entry");
    const gw_node *entry = gw_hf_entry(llm, (gw_loc){0}, arena);
    for (int i = 0; i < entry->n; i++) {
        const char *text = entry->items[i]->text;
        char *end = NULL;
        double value = strtod(text, &end);
        if (end != text && *end == '\0') {
            gw_json_number(&json, entry->keys[i], value);
        } else {
            gw_json_text(&json, entry->keys[i], text);
        }
    }
    gw_json_end_object(&json);
    for (int i = 0; i < a->n; i++) {
        gw_json_number(&json, a->at[i].key, a->at[i].value);
    }
    gw_json_end_object(&json);
    gw_json_finish(&json);
    gw_arena_free(arena);
}

static void print_model(const gw_args *args, const gw_llm *llm) {
    const char *name = args->name != NULL ? args->name : llm->head.name;
    gw_arch arch = gw_arch_of(llm);
    answer a = {0};
    add_params(&a, &arch, llm);
    add_flop(&a, &arch, llm);
    gw_buf out = {0};
    if (args->format == GW_FORMAT_JSON) {
        print_json(&a, llm, name, &out);
    } else if (args->format == GW_FORMAT_CSV) {
        print_csv(&a, &out);
    } else {
        print_text(&a, llm, name, &out);
    }
    fputs(out.text, stdout);
    gw_buf_clear(&out);
}

static int from_catalog(const gw_args *args, const char *name) {
    gw_spec *spec = NULL;
    if (gw_cli_load(args, NULL, &spec) != GW_OK) {
        return GW_EXIT_INPUT;
    }
    const char *names[512];
    const gw_llm *found = NULL;
    int n = 0;
    for (; n < spec->scenario.models.n && n < 512; n++) {
        const gw_llm *llm = &spec->scenario.models.at[n];
        names[n] = llm->head.name;
        found = strcmp(llm->head.name, name) == 0 ? llm : found;
    }
    if (found != NULL) {
        print_model(args, found);
    } else {
        const char *near = gw_text_nearest(name, names, (size_t)n);
        fprintf(stderr,
                "gigawatt: `%s` is neither a file nor a model of the catalogue\n    hint: %s%s%s\n",
                name,
                near == NULL ? "give a config.json, or a name that `gigawatt catalog models"
                             : "did you mean `",
                near == NULL ? "" : near, near == NULL ? "` lists" : "`?");
    }
    gw_spec_free(spec);
    return found != NULL ? GW_EXIT_OK : GW_EXIT_INPUT;
}

int gw_cmd_model(const gw_args *args) {
    const char *word = args->words[0];
    bool path = strchr(word, '/') != NULL || gw_text_ends_with(word, ".json");
    if (!path && access(word, F_OK) != 0) {
        return from_catalog(args, word);
    }
    gw_arena *arena = gw_arena_create(0);
    gw_diags *diags = gw_diags_create();
    gw_llm llm;
    gw_code code = gw_hf_config_read(word, (gw_loc){0}, arena, diags, &llm);
    gw_diags_sort(diags);
    gw_cli_print_diags(diags, args);
    if (code == GW_OK) {
        print_model(args, &llm);
    }
    gw_diags_free(diags);
    gw_arena_free(arena);
    return gw_cli_exit_code(code);
}

/* cli/train_ask.c: `gigawatt train --model M --accelerator A --count N`: builds the scenario that
 * these words stand for, so that networks, checks and messages are those of any scenario. */
#include "cli/train_ask.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "scenario/hf_config.h"

/* ---------------------------------------------------------------- names */

/** Letters and digits in lower case: "H100_SXM" and "H100-SXM" are the same name. */
static void plain(const char *text, char *out, size_t n) {
    size_t k = 0;
    for (; *text != '\0' && k + 1 < n; text++) {
        if (isalnum((unsigned char)*text)) {
            out[k++] = (char)tolower((unsigned char)*text);
        }
    }
    out[k] = '\0';
}

static bool same_name(const char *a, const char *b) {
    char x[128], y[128];
    plain(a, x, sizeof x);
    plain(b, y, sizeof y);
    return strcmp(x, y) == 0;
}

/** Index of an entry, or -1. `heads` strides through the entries. */
static int find_name(const char *name, const void *heads, size_t stride, int n) {
    for (int i = 0; i < n; i++) {
        const gw_head *head = (const void *)((const char *)heads + (size_t)i * stride);
        if (same_name(name, head->name)) {
            return i;
        }
    }
    return -1;
}

#define FIND(name, section)                                                                        \
    find_name((name), &(section).at[0].head, sizeof(section).at[0], (section).n)

static int no_entry(const char *name, const char *section, const void *heads, size_t stride,
                    int n) {
    const char *names[1024];
    int k = 0;
    for (; k < n && k < 1024; k++) {
        names[k] =
            ((const gw_head *)(const void *)((const char *)heads + (size_t)k * stride))->name;
    }
    const char *near = gw_text_nearest(name, names, (size_t)k);
    if (near != NULL) {
        fprintf(stderr, "gigawatt: `%s` is not in `%s`\n    hint: did you mean `%s`?\n", name,
                section, near);
    } else {
        fprintf(stderr,
                "gigawatt: `%s` is not in `%s`\n    hint: `gigawatt catalog %s` lists them\n", name,
                section, section);
    }
    return GW_EXIT_INPUT;
}

#define NO_ENTRY(name, label, section)                                                             \
    no_entry((name), (label), &(section).at[0].head, sizeof(section).at[0], (section).n)

/* ---------------------------------------------------------------- layout */

static const struct {
    const char *key, *member;
} layout_keys[] = {
    {"tp", "tp"},
    {"pp", "pp"},
    {"dp", "dp"},
    {"cp", "cp"},
    {"ep", "ep"},
    {"etp", "etp"},
    {"virtual_stages", "virtual_stages"},
    {"vpp", "virtual_stages"},
    {"v", "virtual_stages"},
    {"micro_batch", "micro_batch"},
    {"mb", "micro_batch"},
    {"zero_stage", "zero_stage"},
    {"zero", "zero_stage"},
    {"recompute", "recompute"},
    {"schedule", "schedule"},
    {"context_method", "context_method"},
    {"sequence_parallel", "sequence_parallel"},
    {"sp", "sequence_parallel"},
    {"shard_group", "shard_group"},
};
enum { N_LAYOUT_KEYS = sizeof layout_keys / sizeof layout_keys[0] };

static const char *layout_member(const char *key) {
    const char *names[N_LAYOUT_KEYS];
    for (int i = 0; i < N_LAYOUT_KEYS; i++) {
        names[i] = layout_keys[i].key;
        if (strcmp(key, layout_keys[i].key) == 0) {
            return layout_keys[i].member;
        }
    }
    const char *near = gw_text_nearest(key, names, N_LAYOUT_KEYS);
    fprintf(stderr, "gigawatt: --layout does not know `%s`\n    hint: %s%s%s\n", key,
            near != NULL ? "did you mean `" : "for example tp=8,pp=16,recompute=full",
            near != NULL ? near : "", near != NULL ? "`?" : "");
    return NULL;
}

bool gw_train_layout(const char *text, const char *job, gw_arena *arena, gw_args *sets,
                     gw_buf *yaml) {
    char *words = gw_arena_strdup(arena, text);
    char *rest = NULL;
    for (char *word = strtok_r(words, ", ", &rest); word; word = strtok_r(NULL, ", ", &rest)) {
        char *equals = strchr(word, '=');
        if (equals == NULL || equals[1] == '\0') {
            fprintf(stderr,
                    "gigawatt: --layout: `%s` has no value\n"
                    "    hint: key=value, for example tp=8,pp=16\n",
                    word);
            return false;
        }
        *equals = '\0';
        const char *member = layout_member(word);
        if (member == NULL) {
            return false;
        }
        if (job == NULL) {
            gw_buf_printf(yaml, "%s%s: %s", yaml->n > 0 ? ", " : "", member, equals + 1);
        } else if (sets->n_sets < GW_CLI_MAX) {
            sets->sets[sets->n_sets++] =
                gw_arena_printf(arena, "jobs.%s.layout.%s=%s", job, member, equals + 1);
        }
    }
    return true;
}

/* ---------------------------------------------------------------- the scenario */

/** What the words of the command line come down to. */
typedef struct question {
    const gw_args *args;
    const gw_scenario *catalog;
    gw_arena *arena;
    int system, software; /* software -1: not asked for */
    const char *model;
    double sequence_tok;
    gw_buf models; /* an entry read from a config.json */
} question;

static bool is_path(const char *name) {
    return strchr(name, '/') != NULL || gw_text_ends_with(name, ".json");
}

static int read_config(question *q) {
    gw_diags *diags = gw_diags_create();
    gw_llm llm;
    gw_code code = gw_hf_config_read(q->args->model, (gw_loc){0}, q->arena, diags, &llm);
    gw_cli_print_diags(diags, q->args);
    gw_diags_free(diags);
    if (code != GW_OK) {
        return gw_cli_exit_code(code);
    }
    q->model = "from_config";
    q->sequence_tok = (double)llm.sequence;
    gw_hf_entry_write(&llm, q->model, &q->models);
    return GW_EXIT_OK;
}

static int find_model(question *q) {
    if (is_path(q->args->model)) {
        return read_config(q);
    }
    int i = FIND(q->args->model, q->catalog->models);
    if (i < 0) {
        return NO_ENTRY(q->args->model, "models", q->catalog->models);
    }
    q->model = q->catalog->models.at[i].head.name;
    q->sequence_tok = (double)q->catalog->models.at[i].sequence;
    return GW_EXIT_OK;
}

/** --system as it is; --accelerator takes the first system with it. */
static int find_system(question *q) {
    const gw_scenario *in = q->catalog;
    const char *name = q->args->accelerator;
    if (q->args->system != NULL) {
        q->system = FIND(q->args->system, in->systems);
        return q->system < 0 ? NO_ENTRY(q->args->system, "systems", in->systems) : GW_EXIT_OK;
    }
    int accelerator = FIND(name, in->accelerators);
    if (accelerator < 0) {
        q->system = FIND(name, in->systems);
        return q->system < 0 ? NO_ENTRY(name, "accelerators", in->accelerators) : GW_EXIT_OK;
    }
    for (int i = 0; i < in->systems.n; i++) {
        if (in->systems.at[i].accelerator.i == accelerator) {
            q->system = i;
            return GW_EXIT_OK;
        }
    }
    fprintf(stderr,
            "gigawatt: no system of the catalogue has the accelerator `%s`\n"
            "    hint: name a system with --system, or add one with --catalog\n",
            in->accelerators.at[accelerator].head.name);
    return GW_EXIT_INPUT;
}

/** The slowest switch and link that carry the system's NICs at full rate; of equal switches the one
 *  with most ports. */
static void find_network(const question *q, int *best_switch, int *best_link) {
    const gw_scenario *in = q->catalog;
    double rate_Bps = in->systems.at[q->system].nic_bandwidth_Bps;
    for (int i = 1; i < in->switches.n; i++) {
        const gw_netswitch *a = &in->switches.at[i], *b = &in->switches.at[*best_switch];
        bool enough = a->port_rate_Bps >= rate_Bps;
        bool was_enough = b->port_rate_Bps >= rate_Bps;
        bool nearer =
            enough ? a->port_rate_Bps < b->port_rate_Bps : a->port_rate_Bps > b->port_rate_Bps;
        bool wider = a->port_rate_Bps == b->port_rate_Bps && a->ports > b->ports;
        if (enough != was_enough ? enough : nearer || wider) {
            *best_switch = i;
        }
    }
    rate_Bps = in->switches.at[*best_switch].port_rate_Bps;
    for (int i = 0; i < in->links.n; i++) {
        if (in->links.at[i].optical && in->links.at[i].reach_m >= 100.0 &&
            in->links.at[i].rate_Bps == rate_Bps) {
            *best_link = i;
            return;
        }
    }
}

static void write_job(const question *q, const gw_buf *layout, gw_buf *out) {
    const gw_args *a = q->args;
    gw_buf_printf(out,
                  "jobs:\n  " GW_ASKED_JOB ":\n    cluster: asked\n"
                  "    model: %s\n    accelerators: %s\n    tokens: 1 T tokens\n",
                  q->model, a->count);
    char *end = NULL;
    double batch_seq = strtod(a->batch, &end);
    double sequence_tok = a->sequence != NULL ? strtod(a->sequence, NULL) : q->sequence_tok;
    if (*end == '\0' && batch_seq > 0 && sequence_tok > 0) { /* sequences */
        gw_buf_printf(out, "    global_batch: %.17g tokens\n", batch_seq * sequence_tok);
    } else {
        gw_buf_printf(out, "    global_batch: %s\n", a->batch);
    }
    if (a->sequence != NULL) {
        bool bare = a->sequence[strspn(a->sequence, "0123456789.")] == '\0';
        gw_buf_printf(out, "    sequence: %s%s\n", a->sequence, bare ? " tokens" : "");
    }
    if (a->precision != NULL) {
        gw_buf_printf(out, "    precision: %s\n", a->precision);
    }
    if (q->software >= 0) {
        gw_buf_printf(out, "    software: %s\n", q->catalog->software.at[q->software].head.name);
    }
    if (layout->n > 0) {
        gw_buf_printf(out, "    layout: {%s}\n", layout->text);
    }
    gw_buf_printf(out, "    failures: %s\n", q->catalog->failure_models.at[0].head.name);
}

static void write_scenario(const question *q, const gw_buf *layout, gw_buf *out) {
    const gw_scenario *in = q->catalog;
    int chosen_switch = 0, chosen_link = 0;
    find_network(q, &chosen_switch, &chosen_link);
    gw_buf_add(out, "gigawatt: 1\ntitle: Asked on the command line\nas_of: 2026-01-01\n");
    if (q->models.n > 0) {
        gw_buf_printf(out, "models:\n%s", q->models.text);
    }
    gw_buf_printf(out,
                  "sites:\n  asked:\n    region: %s\n    cooling: %s\n    costs: %s\n"
                  "    buildings: {hall: {it_power: 1 GW, ready: 2026-01-01}}\n"
                  "    supply: {grid: {kind: grid, capacity: 2 GW, energised: 2026-01-01}}\n",
                  in->regions.at[0].head.name, in->coolings.at[0].head.name,
                  in->unit_costs.at[0].head.name);
    gw_buf_printf(out,
                  "clusters:\n  asked:\n    site: asked\n    system: %s\n"
                  "    lots: {all: {count: %s, installed: 2026-01-01}}\n"
                  "    fabric: {switch_type: %s, link_type: %s}\n",
                  in->systems.at[q->system].head.name, q->args->count,
                  in->switches.at[chosen_switch].head.name, in->links.at[chosen_link].head.name);
    write_job(q, layout, out);
}

static int load_text(const gw_args *args, const gw_buf *text, gw_spec **out) {
    gw_load_opts opts = gw_cli_load_opts(args);
    gw_diags *diags = gw_diags_create();
    gw_code code = gw_spec_load_text("command line", text->text, text->n, NULL, &opts, diags, out);
    gw_cli_print_diags(diags, args);
    gw_diags_free(diags);
    return gw_cli_exit_code(code);
}

static int need_words(const gw_args *args) {
    const char *missing = args->model == NULL                                 ? "--model NAME"
                          : args->accelerator == NULL && args->system == NULL ? "--accelerator NAME"
                          : args->count == NULL                               ? "--count N"
                          : args->batch == NULL                               ? "--batch N"
                                                                              : NULL;
    if (missing == NULL) {
        return GW_EXIT_OK;
    }
    fprintf(stderr,
            "gigawatt: `train` without a scenario needs %s\n"
            "    hint: gigawatt train --model Llama-3-405B --accelerator H100-SXM --count 16384 "
            "--batch 2048\n",
            missing);
    return GW_EXIT_INPUT;
}

static int ask(question *q, gw_spec **out) {
    int status = find_model(q);
    status = status == GW_EXIT_OK ? find_system(q) : status;
    if (status == GW_EXIT_OK && q->args->software != NULL) {
        q->software = FIND(q->args->software, q->catalog->software);
        if (q->software < 0) {
            status = NO_ENTRY(q->args->software, "software", q->catalog->software);
        }
    }
    gw_buf layout = {0}, text = {0};
    if (status == GW_EXIT_OK && q->args->layout != NULL &&
        !gw_train_layout(q->args->layout, NULL, q->arena, NULL, &layout)) {
        status = GW_EXIT_INPUT;
    }
    if (status == GW_EXIT_OK) {
        write_scenario(q, &layout, &text);
        status = load_text(q->args, &text, out);
    }
    gw_buf_clear(&layout);
    gw_buf_clear(&text);
    gw_buf_clear(&q->models);
    return status;
}

int gw_train_ask(const gw_args *args, gw_spec **out) {
    int status = need_words(args);
    gw_spec *catalog = NULL;
    if (status == GW_EXIT_OK) {
        gw_args plain_args = *args;
        plain_args.n_sets = 0; /* they are meant for the scenario */
        status = gw_cli_exit_code(gw_cli_load(&plain_args, NULL, &catalog));
    }
    if (status == GW_EXIT_OK) {
        question q = {.args = args,
                      .catalog = &catalog->scenario,
                      .arena = gw_arena_create(0),
                      .software = -1};
        status = ask(&q, out);
        gw_arena_free(q.arena);
    }
    gw_spec_free(catalog);
    return status;
}

/* cli/train_ask.c: `gigawatt train --model M --accelerator A --count N`: builds the scenario that
 * these words stand for, so that networks, checks and messages are those of any scenario. */
#include "cli/train_ask.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
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

/** The first entry that begins with `name`; NULL: none. "h100" is short for H100-SXM. */
static const char *longer_name(const char *name, const char *const *names, int n) {
    char x[128], y[128];
    plain(name, x, sizeof x);
    for (int i = 0; i < n && x[0] != '\0'; i++) {
        plain(names[i], y, sizeof y);
        if (strncmp(x, y, strlen(x)) == 0) {
            return names[i];
        }
    }
    return NULL;
}

/** The first entry that shares most letters in front, three and two thirds of `name` at least. */
static const char *same_start(const char *name, const char *const *names, int n) {
    char x[128], y[128];
    plain(name, x, sizeof x);
    size_t most = 2;
    const char *found = NULL;
    for (int i = 0; i < n; i++) {
        plain(names[i], y, sizeof y);
        size_t k = 0;
        while (x[k] != '\0' && x[k] == y[k]) {
            k++;
        }
        if (k > most && 3 * k >= 2 * strlen(x)) {
            most = k;
            found = names[i];
        }
    }
    return found;
}

static int no_entry(const char *name, const char *section, const void *heads, size_t stride,
                    int n) {
    const char *names[1024];
    int k = 0;
    for (; k < n && k < 1024; k++) {
        names[k] =
            ((const gw_head *)(const void *)((const char *)heads + (size_t)k * stride))->name;
    }
    const char *near = longer_name(name, names, k);
    near = near != NULL ? near : gw_text_nearest(name, names, (size_t)k);
    near = near != NULL ? near : same_start(name, names, k);
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

/* ---------------------------------------------------------------- numbers */

/** A number of things that come one by one, as an option gives it. */
typedef struct number {
    double value;
    bool tokens; /* said to be tokens */
} number;

/** Refuses what is not a whole number from 1 to `most`, in tokens only where those make sense. */
static bool read_number(const char *option, const char *text, bool of_tokens, double most,
                        const char *hint, number *out) {
    static const char *const rule[] = {"takes a plain number", "takes a number above 0",
                                       "takes a whole number"};
    gw_quantity q;
    gw_unit token, none;
    char message[200] = "";
    if (gw_quantity_parse(text, strlen(text), &q, message, sizeof message, NULL, 0) != GW_OK ||
        gw_unit_parse("tokens", 6, &token, NULL) != GW_OK ||
        gw_unit_parse("", 0, &none, NULL) != GW_OK) {
        fprintf(stderr, "gigawatt: --%s `%s`: %s\n    hint: %s\n", option, text, message, hint);
        return false;
    }
    bool tokens = gw_dim_equal(q.unit.dim, token.dim);
    bool known = tokens ? of_tokens : gw_dim_equal(q.unit.dim, none.dim);
    double whole = rint(q.si);
    bool is_whole = fabs(q.si - whole) <= 1e-9 * fabs(whole);
    if (!known || !(q.si > 0.0) || !is_whole) {
        fprintf(stderr, "gigawatt: --%s %s, not `%s`\n    hint: %s\n", option,
                rule[!known       ? 0
                     : q.si > 0.0 ? 2
                                  : 1],
                text, hint);
        return false;
    }
    if (whole > most) {
        fprintf(stderr, "gigawatt: --%s `%s` is too large\n    hint: at most %.0f\n", option, text,
                most);
        return false;
    }
    *out = (number){.value = whole, .tokens = tokens};
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
    number count, batch, sequence; /* sequence.value 0: the model's */
    gw_buf models;                 /* an entry read from a config.json */
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
    if (!(q->sequence.value > 0)) {
        q->sequence.value = (double)llm.sequence;
    }
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
    if (!(q->sequence.value > 0)) {
        q->sequence.value = (double)q->catalog->models.at[i].sequence;
    }
    return GW_EXIT_OK;
}

/** --accelerator beside --system must be what the system has. */
static int same_accelerator(const question *q) {
    const gw_scenario *in = q->catalog;
    const gw_system *system = &in->systems.at[q->system];
    const char *name = q->args->accelerator;
    if (name == NULL || same_name(name, system->head.name)) {
        return GW_EXIT_OK;
    }
    int i = FIND(name, in->accelerators);
    if (i < 0) {
        return NO_ENTRY(name, "accelerators", in->accelerators);
    }
    if (i == system->accelerator.i) {
        return GW_EXIT_OK;
    }
    fprintf(stderr,
            "gigawatt: --accelerator %s contradicts --system %s, which has %s\n"
            "    hint: give one of the two\n",
            in->accelerators.at[i].head.name, system->head.name,
            system->accelerator.i < 0 ? "none"
                                      : in->accelerators.at[system->accelerator.i].head.name);
    return GW_EXIT_INPUT;
}

/** Names the accelerators that a question can be asked for. */
static int no_system(const gw_scenario *in, const char *name) {
    fprintf(stderr,
            "gigawatt: the catalogue has the accelerator `%s`, but no system (servers, network) "
            "built from it\n    hint: add one with --catalog FILE, or take",
            name);
    const char *separator = " ";
    for (int a = 0; a < in->accelerators.n; a++) {
        bool built = false;
        for (int i = 0; i < in->systems.n && !built; i++) {
            built = in->systems.at[i].accelerator.i == a;
        }
        if (built) {
            fprintf(stderr, "%s%s", separator, in->accelerators.at[a].head.name);
            separator = ", ";
        }
    }
    fputc('\n', stderr);
    return GW_EXIT_INPUT;
}

/** --system as it is; --accelerator takes the first system with it. */
static int find_system(question *q) {
    const gw_scenario *in = q->catalog;
    const char *name = q->args->accelerator;
    if (q->args->system != NULL) {
        q->system = FIND(q->args->system, in->systems);
        return q->system < 0 ? NO_ENTRY(q->args->system, "systems", in->systems)
                             : same_accelerator(q);
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
    return no_system(in, in->accelerators.at[accelerator].head.name);
}

/** The slowest switch and link that carry the system's NICs at full rate, with room for a leaf of
 *  every NIC of a node in a pod (half of its ports); of equal switches the one with most ports. */
static void find_network(const question *q, int *best_switch, int *best_link) {
    const gw_scenario *in = q->catalog;
    const gw_system *system = &in->systems.at[q->system];
    double rate_Bps = system->nic_bandwidth_Bps;
    double most = 2.0 * system->nics_per_accelerator * system->per_node;
    for (int i = 1; i < in->switches.n; i++) {
        const gw_netswitch *a = &in->switches.at[i], *b = &in->switches.at[*best_switch];
        bool enough = a->port_rate_Bps >= rate_Bps && (double)a->ports >= most;
        bool was_enough = b->port_rate_Bps >= rate_Bps && (double)b->ports >= most;
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
    double batch_tok = q->batch.value * (q->batch.tokens ? 1.0 : q->sequence.value);
    gw_buf_printf(out,
                  "jobs:\n  " GW_ASKED_JOB ":\n    cluster: asked\n"
                  "    model: %s\n    accelerators: %.0f\n    tokens: 1 T tokens\n"
                  "    global_batch: %.0f tokens\n",
                  q->model, q->count.value, batch_tok);
    if (a->sequence != NULL) {
        gw_buf_printf(out, "    sequence: %.0f tokens\n", q->sequence.value);
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
    double room_W = fmin(fmax(1e6, 2e4 * q->count.value), 1e11); /* never short */
    gw_buf_add(out, "gigawatt: 1\ntitle: Asked on the command line\nas_of: 2026-01-01\n");
    if (q->models.n > 0) {
        gw_buf_printf(out, "models:\n%s", q->models.text);
    }
    gw_buf_printf(out,
                  "sites:\n  asked:\n    region: %s\n    cooling: %s\n    costs: %s\n"
                  "    buildings: {hall: {it_power: %.17g W, ready: 2026-01-01}}\n"
                  "    supply: {grid: {kind: grid, capacity: %.17g W, energised: 2026-01-01}}\n",
                  in->regions.at[0].head.name, in->coolings.at[0].head.name,
                  in->unit_costs.at[0].head.name, room_W, 2.0 * room_W);
    gw_buf_printf(out,
                  "clusters:\n  asked:\n    site: asked\n    system: %s\n"
                  "    lots: {all: {count: %.0f, installed: 2026-01-01}}\n"
                  "    fabric: {switch_type: %s, link_type: %s}\n",
                  in->systems.at[q->system].head.name, q->count.value,
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

/** The numbers of the question; what is wrong with each is said. */
static bool read_numbers(question *q) {
    const gw_args *a = q->args;
    bool count = read_number("count", a->count, false, 1e8,
                             "accelerators, written out: 16384, or '16 thousand'", &q->count);
    bool batch =
        read_number("batch", a->batch, true, 1e15,
                    "sequences a step, written out: 2048; or tokens: '16 M tokens'", &q->batch);
    bool sequence =
        a->sequence == NULL ||
        read_number("sequence", a->sequence, true, 1e9,
                    "tokens in one sequence: 8192, or '8 k tokens' (8,000)", &q->sequence);
    return count && batch && sequence;
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
    int status = read_numbers(q) ? find_model(q) : GW_EXIT_INPUT;
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

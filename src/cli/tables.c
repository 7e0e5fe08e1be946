/* cli/tables.c: commands and options as data. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static const char *store_whole(const char *text, long long low, long long high, long long *out) {
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0) {
        return "takes a whole number";
    }
    if (value < low || value > high) {
        return "is out of range";
    }
    *out = value;
    return NULL;
}

static const char *store_output(gw_args *a, const char *text) {
    a->output = text;
    return text[0] == '\0' ? "takes a folder" : NULL;
}

static const char *store_samples(gw_args *a, const char *text) {
    long long n = 0;
    const char *wrong = store_whole(text, 1, 100000, &n);
    a->n_samples = (int)n;
    return wrong;
}

static const char *store_seed(gw_args *a, const char *text) {
    long long n = 0;
    const char *wrong = store_whole(text, 0, INT64_MAX, &n);
    a->seed = (uint64_t)n;
    return wrong;
}

static const char *store_threads(gw_args *a, const char *text) {
    long long n = 0;
    const char *wrong = store_whole(text, 0, 1024, &n);
    a->n_threads = (int)n;
    return wrong;
}

static const char *store_format(gw_args *a, const char *text) {
    static const char *const names[] = {"text", "json", "csv"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(text, names[i]) == 0) {
            a->format = (gw_format)i;
            return NULL;
        }
    }
    return "takes text, json or csv";
}

static const char *store_set(gw_args *a, const char *text) {
    if (a->n_sets == GW_CLI_MAX) {
        return "was given too often";
    }
    a->sets[a->n_sets++] = text;
    return strchr(text, '=') == NULL ? "takes path=value" : NULL;
}

static const char *store_catalog(gw_args *a, const char *text) {
    if (a->n_catalog_dirs == GW_CLI_MAX) {
        return "was given too often";
    }
    a->catalog_dirs[a->n_catalog_dirs++] = text;
    return NULL;
}

#define SWITCH(member)                                                                             \
    static const char *store_##member(gw_args *a, const char *text) {                              \
        (void)text;                                                                                \
        a->member = true;                                                                          \
        return NULL;                                                                               \
    }
SWITCH(only_catalog)
SWITCH(print)
SWITCH(defaults)
SWITCH(reference)
SWITCH(quiet)
SWITCH(explain)
SWITCH(no_tornado)

const gw_option gw_options[] = {
    {'o', "output", "DIR", "folder for the report and the results", " run ", store_output},
    {'n', "samples", "N", "Monte Carlo samples, 1 to 100000 (default 1000)", " run ",
     store_samples},
    {0, "seed", "N", "seed of the random numbers (default 1)", " run ", store_seed},
    {'j', "threads", "N", "threads (default: all cores); changes no result", " run ",
     store_threads},
    {'f', "format", "FORMAT", "text, json or csv on standard output (default text)",
     " run check catalog ", store_format},
    {'s', "set", "PATH=VALUE", "override one value of the scenario; may be repeated", " run check ",
     store_set},
    {0, "catalog", "DIR", "add a folder of catalogue files; may be repeated", " run check catalog ",
     store_catalog},
    {0, "catalog-only", NULL, "use only --catalog folders, not the built-in catalogue",
     " run check catalog ", store_only_catalog},
    {0, "no-tornado", NULL, "leave the sensitivity charts out", " run ", store_no_tornado},
    {0, "explain", NULL, "show the chain and how long each phase took", " run ", store_explain},
    {'p', "print", NULL, "print the scenario as understood", " check ", store_print},
    {0, "defaults", NULL, "with --print: also what nobody wrote", " check ", store_defaults},
    {0, "reference", NULL, "the reference page in Markdown instead of JSON Schema", " schema ",
     store_reference},
    {'q', "quiet", NULL, "no progress and no warnings", " run check ", store_quiet},
};
const int gw_n_options = (int)(sizeof gw_options / sizeof gw_options[0]);

const gw_command gw_commands[] = {
    {"run", "FILE", "work a scenario through, from claim to cash flow",
     "Reads the scenario, runs the whole chain for the base case and for N samples of the "
     "uncertain\n"
     "inputs, prints a summary and writes report.html, results.sqlite, results.json and CSV files\n"
     "into a folder (default: out/NAME). With --format json or csv the result goes to standard\n"
     "output and a folder is written only with -o.",
     1, 1, gw_cmd_run},
    {"check", "FILE...", "check scenarios without running them",
     "Reports every problem at once with file, line and column. --print shows the scenario as\n"
     "understood, after includes and overrides, each value with its source.",
     1, GW_CLI_MAX, gw_cmd_check},
    {"catalog", "[SECTION [NAME]]", "list the catalogue, or show entries with sources and grades",
     "Without words: the sections. With a section: its entries. With a name: that entry in full.",
     0, 2, gw_cmd_catalog},
    {"schema", "[TYPE]", "print the JSON Schema of scenarios, or the reference page",
     "TYPE limits --reference to one type, for example `site`.", 0, 1, gw_cmd_schema},
    {"help", "[COMMAND]", "show this help, or that of a command", "", 0, 1, gw_cmd_help},
    {"version", "", "print the version", "", 0, 0, gw_cmd_version},
};
const int gw_n_commands = (int)(sizeof gw_commands / sizeof gw_commands[0]);

bool gw_option_applies(const gw_option *option, const gw_command *command) {
    const char *at = strstr(option->commands, command->name);
    size_t n = strlen(command->name);
    return at != NULL && at[-1] == ' ' && at[n] == ' ';
}

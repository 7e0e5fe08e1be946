/* cli/cli.h: the command line. One table of commands and one of options make the parser, the help
 * texts and what the manual page is checked against. Exit codes: 0 done, 1 the answer is "no", 2
 * bad usage or input, 3 the run failed. */
#ifndef GW_CLI_CLI_H
#define GW_CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>

#include "scenario/load.h"

enum { GW_EXIT_OK = 0, GW_EXIT_NO = 1, GW_EXIT_INPUT = 2, GW_EXIT_FAILED = 3 };

typedef enum gw_format { GW_FORMAT_TEXT, GW_FORMAT_JSON, GW_FORMAT_CSV } gw_format;

#define GW_CLI_MAX 256

/** Everything the options can say; each command reads what its table row lists. */
typedef struct gw_args {
    const char *words[GW_CLI_MAX]; /* what is no option: file names */
    int n_words;
    const char *output; /* -o */
    int n_samples;
    uint64_t seed;
    int n_threads; /* 0: all cores */
    gw_format format;
    const char *sets[GW_CLI_MAX];
    int n_sets;
    const char *catalog_dirs[GW_CLI_MAX];
    int n_catalog_dirs;
    bool only_catalog;            /* --catalog-only: leave the built-in catalogue out */
    const char *on;               /* --on */
    bool questions;               /* --questions */
    const char *cashflows;        /* --cashflows */
    double rate, reinvest_rate;   /* NaN: not given */
    bool break_even;              /* --break-even */
    const char *as_of;            /* --as-of */
    const char *changes, *only;   /* claims */
    const char *adds[GW_CLI_MAX]; /* --add */
    int n_adds;
    bool strict;
    const char *mitigate; /* --mitigate */
    const char *until, *horizon, *observed_until, *announced, *site, *reach, *by,
        *totals; /* backtest */
    bool sites;
    bool rows;        /* validate: every row */
    const char *name; /* model: --name */
    const char *model, *accelerator, *system, *count, *batch, *sequence, *precision, *software,
        *layout, *job, *trace; /* train */
    bool search, fast, wide;   /* train */
    const char *fabric;        /* --fabric */
    bool all_links;            /* --links */
    const char *npus, *dims, *groups, *peak, *memory_bandwidth, *far_memory_bandwidth,
        *algorithm; /* flows: traces */
    bool print, defaults, reference, quiet, colour, explain, no_tornado;
} gw_args;

typedef struct gw_option {
    char letter;          /* 0: none */
    const char *name;     /* "samples" */
    const char *argument; /* "N"; NULL: a switch */
    const char *doc;
    const char *commands; /* " run check " */
    /** Stores the argument; returns NULL or what is wrong with it. */
    const char *(*store)(gw_args *args, const char *text);
} gw_option;

typedef struct gw_command {
    const char *name;
    const char *usage; /* "FILE" */
    const char *doc;   /* one line */
    const char *more;  /* a paragraph */
    int min_words, max_words;
    int (*run)(const gw_args *args);
} gw_command;

extern const gw_option gw_options[];
extern const int gw_n_options;
extern const gw_command gw_commands[];
extern const int gw_n_commands;

/** Options that belong to a command. */
bool gw_option_applies(const gw_option *option, const gw_command *command);
void gw_help_print(const gw_command *command); /* NULL: all commands */

int gw_cmd_run(const gw_args *args);
int gw_cmd_check(const gw_args *args);
int gw_cmd_finance(const gw_args *args);
int gw_cmd_compare(const gw_args *args);
int gw_cmd_schedule(const gw_args *args);
int gw_cmd_train(const gw_args *args);
int gw_cmd_fabric(const gw_args *args);
int gw_cmd_backtest(const gw_args *args);
int gw_cmd_claims(const gw_args *args);
int gw_cmd_validate(const gw_args *args);
int gw_cmd_flows(const gw_args *args);
int gw_cmd_catalog(const gw_args *args);
int gw_cmd_model(const gw_args *args);
int gw_cmd_schema(const gw_args *args);
int gw_cmd_help(const gw_args *args);
int gw_cmd_version(const gw_args *args);

/** Catalogues and overrides as the options say. */
gw_load_opts gw_cli_load_opts(const gw_args *args);
/** Loads a scenario with the options' catalogues and overrides, prints what is wrong with it to
 * stderr. */
gw_code gw_cli_load(const gw_args *args, const char *path, gw_spec **out);
/** Prints and frees; the code of the first error. */
int gw_cli_exit_code(gw_code code);
void gw_cli_print_diags(const gw_diags *diags, const gw_args *args);
/** Is there anything to run: sites, or activities or commitments where these are enough? If not,
 * says so on stderr, and which command the file is for. */
bool gw_cli_can_run(const gw_spec *spec, const char *path, bool plan_is_enough);

#endif

/* cli/tables.c: commands and options as data. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/code.h"
#include "base/units.h"
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

static const char *store_on(gw_args *a, const char *text) {
    a->on = text;
    return text[0] == '\0' ? "takes a date" : NULL;
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

static const char *store_cashflows(gw_args *a, const char *text) {
    a->cashflows = text;
    return text[0] == '\0' ? "takes a file" : NULL;
}

/* "8%" or "0.08": above 1 a bare number is a percentage that lost its sign. */
static const char *store_share(const char *text, double *out) {
    gw_quantity q;
    if (gw_quantity_parse(text, strlen(text), &q, NULL, 0, NULL, 0) != GW_OK ||
        !gw_dim_equal(q.unit.dim, (gw_dim){{0}})) {
        return "takes a rate: 8% or 0.08";
    }
    if (!q.had_unit && q.si > 1.0) {
        return "takes a rate: write 8% or 0.08, not 8";
    }
    if (!(q.si > -1.0 && q.si <= 100.0)) {
        return "takes a rate above -100%";
    }
    *out = q.si;
    return NULL;
}

static const char *store_rate(gw_args *a, const char *text) {
    return store_share(text, &a->rate);
}

static const char *store_reinvest(gw_args *a, const char *text) {
    return store_share(text, &a->reinvest_rate);
}

#define SWITCH(member)                                                                             \
    static const char *store_##member(gw_args *a, const char *text) {                              \
        (void)text;                                                                                \
        a->member = true;                                                                          \
        return NULL;                                                                               \
    }
SWITCH(questions)
SWITCH(only_catalog)
SWITCH(break_even)
SWITCH(print)
SWITCH(defaults)
SWITCH(reference)
SWITCH(quiet)
SWITCH(explain)
SWITCH(no_tornado)

SWITCH(sites)
SWITCH(rows)
SWITCH(search)
SWITCH(wide)
SWITCH(fast)
SWITCH(all_links)

/* A text as it is; the command reads it. */
#define TEXT(member)                                                                               \
    static const char *store_##member(gw_args *a, const char *text) {                              \
        a->member = text;                                                                          \
        return text[0] == '\0' ? "takes a word" : NULL;                                            \
    }
TEXT(as_of)
TEXT(changes)
TEXT(only)
SWITCH(strict)

static const char *store_add(gw_args *a, const char *text) {
    if (a->n_adds == GW_CLI_MAX) {
        return "was given too often";
    }
    a->adds[a->n_adds++] = text;
    return text[0] == '\0' ? "takes a claim" : NULL;
}

TEXT(mitigate)
TEXT(until)
TEXT(horizon)
TEXT(observed_until)
TEXT(announced)
TEXT(site)
TEXT(reach)
TEXT(by)
TEXT(totals)
TEXT(model)
TEXT(accelerator)
TEXT(system)
TEXT(count)
TEXT(batch)
TEXT(sequence)
TEXT(precision)
TEXT(software)
TEXT(layout)
TEXT(job)
TEXT(trace)
TEXT(name)
TEXT(fabric)
TEXT(npus)
TEXT(dims)
TEXT(groups)
TEXT(peak)
TEXT(memory_bandwidth)
TEXT(far_memory_bandwidth)
TEXT(algorithm)

const gw_option gw_options[] = {
    {'o', "output", "DIR", "folder for the report and the results",
     " run claims schedule finance compare fabric train validate flows ", store_output},
    {'n', "samples", "N", "Monte Carlo samples, 1 to 100000 (default 1000)",
     " run schedule finance compare backtest ", store_samples},
    {0, "seed", "N", "seed of the random numbers (default 1)",
     " run schedule finance compare backtest ", store_seed},
    {'j', "threads", "N", "threads (default: all cores); changes no result",
     " run schedule finance compare train validate ", store_threads},
    {'f', "format", "FORMAT", "text, json or csv on standard output (default text)",
     " run claims schedule finance compare check catalog model backtest fabric train validate "
     "flows ",
     store_format},
    {'s', "set", "PATH=VALUE", "override one value of the scenario; may be repeated",
     " run claims schedule finance compare check fabric train validate flows ", store_set},
    {0, "catalog", "DIR", "add a folder of catalogue files; may be repeated",
     " run claims schedule finance compare check catalog model fabric train validate flows ",
     store_catalog},
    {0, "catalog-only", NULL, "use only --catalog folders, not the built-in catalogue",
     " run claims schedule finance compare check catalog model fabric train validate flows ",
     store_only_catalog},
    {0, "on", "DATE", "state on this day (default: as_of of each scenario)", " compare ", store_on},
    {0, "questions", NULL, "answer the ranked questions instead of the summary", " run ",
     store_questions},
    {0, "cashflows", "FILE", "a table of payments (date or period, usd) instead of a scenario",
     " finance ", store_cashflows},
    {0, "mitigate", "NAME", "a measure to compare with none; `all`: each of them, and all together",
     " schedule ", store_mitigate},
    {0, "rate", "RATE", "discount rate of --cashflows, for example 8%", " finance ", store_rate},
    {0, "reinvest", "RATE", "rate at which money received grows, for the modified rate of return",
     " finance ", store_reinvest},
    {0, "break-even", NULL,
     "show where each deal turns: price, use, cost, length, delay, chip life", " finance ",
     store_break_even},
    {0, "as-of", "DATE", "stand on this day with what was known then", " claims backtest ",
     store_as_of},
    {0, "changes", "A..B", "what is new, revised, withdrawn or observed between two days",
     " claims ", store_changes},
    {0, "only", "ID", "one claim: what it implies, repeats, refines and contradicts", " claims ",
     store_only},
    {0, "add", "CLAIM",
     "a claim in one line, for example 'site=Abilene TX power=1.2 GW said=2025-08'", " claims ",
     store_add},
    {0, "strict", NULL, "exit with 1 if claims contradict each other", " claims ", store_strict},
    {0, "horizon", "MONTHS", "how far ahead, for example 6mo (default 3, 6 and 12)", " backtest ",
     store_horizon},
    {0, "until", "DATE", "the one day to forecast instead of --horizon", " backtest ", store_until},
    {0, "observed-until", "DATE", "later rows are projections (default: derived from the table)",
     " backtest ", store_observed_until},
    {0, "announced", "CLAIMS.csv", "compare with what had been announced by then", " backtest ",
     store_announced},
    {0, "sites", NULL, "one line a site", " backtest ", store_sites},
    {0, "rows", NULL, "text: every row and every group, not only the worst and the largest",
     " validate ", store_rows},
    {0, "totals", "DATE", "sums of all sites on a day, unit costs and building times", " backtest ",
     store_totals},
    {0, "site", "NAME", "with --reach and --by: the odds for this site", " backtest ", store_site},
    {0, "reach", "POWER", "the power to reach, for example '1 GW'", " backtest ", store_reach},
    {0, "by", "DATE", "the day by which", " backtest ", store_by},
    {0, "search", NULL, "every layout that is left open: the best, the trade-offs, why others lose",
     " train ", store_search},
    {0, "fast", NULL, "with --search: leave out what provably loses; the same best, no trade-offs",
     " train ", store_fast},
    {0, "wide", NULL, "with --search: all divisors instead of the usual widths", " train ",
     store_wide},
    {0, "job", "NAME", "only this job of the scenario", " train ", store_job},
    {0, "layout", "K=V,...", "fix parts of the layout, for example tp=8,pp=16,recompute=full",
     " train ", store_layout},
    {0, "trace", "FILE", "write the step event by event, for Perfetto or chrome://tracing",
     " train ", store_trace},
    {0, "model", "NAME", "instead of a scenario: a model of the catalogue, or a config.json",
     " train ", store_model},
    {0, "accelerator", "NAME", "with --model: what it is trained on", " train ", store_accelerator},
    {0, "system", "NAME",
     "with --model: the server or rack (default: the first with the accelerator)", " train ",
     store_system},
    {0, "count", "N", "with --model: accelerators", " train ", store_count},
    {0, "batch", "N", "with --model: sequences a step, or '16 M tokens'", " train ", store_batch},
    {0, "sequence", "N", "with --model: tokens in a sequence (default: the model's)", " train ",
     store_sequence},
    {0, "precision", "NAME", "with --model: bf16, fp8 or fp4 (default bf16)", " train ",
     store_precision},
    {0, "software", "NAME", "with --model: an entry of `software` (default: by accelerator)",
     " train ", store_software},
    {0, "fabric", "NAME", "only this network of the scenario: a fabric or a cluster",
     " fabric flows ", store_fabric},
    {0, "links", NULL, "every link, with what it carried", " fabric flows ", store_all_links},
    {0, "npus", "N", "traces: copy them until there are N NPUs", " flows ", store_npus},
    {0, "dims", "LIST", "traces: sizes of the logical dimensions, the fastest first: 8,16",
     " flows ", store_dims},
    {0, "groups", "FILE", "traces: groups of ranks as JSON, {\"1\": [0, 1]}", " flows ",
     store_groups},
    {0, "peak", "RATE", "traces: compute by operations and bytes: FLOP/s of an NPU", " flows ",
     store_peak},
    {0, "memory-bandwidth", "RATE", "with --peak: of an NPU's memory", " flows ",
     store_memory_bandwidth},
    {0, "far-memory-bandwidth", "RATE", "traces: what memory nodes load and store with", " flows ",
     store_far_memory_bandwidth},
    {0, "algorithm", "NAME", "traces: of the collectives (default: the fastest)", " flows ",
     store_algorithm},
    {0, "name", "NAME", "name of the entry (default: that of the file)", " model ", store_name},
    {0, "no-tornado", NULL, "leave the sensitivity charts out", " run ", store_no_tornado},
    {0, "explain", NULL, "show the chain and how long each phase took; every finding at length",
     " run claims ", store_explain},
    {'p', "print", NULL, "print the scenario as understood", " check ", store_print},
    {0, "defaults", NULL, "with --print: also what nobody wrote", " check ", store_defaults},
    {0, "reference", NULL, "the reference page in Markdown instead of JSON Schema", " schema ",
     store_reference},
    {'q', "quiet", NULL, "no progress and no warnings",
     " run claims schedule finance compare check model backtest fabric train validate flows ",
     store_quiet},
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
    {"claims", "FILE...", "do the claims add up? Contradictions, totals, promises kept",
     "Reads tables of claims (CSV) and the claims of scenarios (YAML) as one ledger. Shows what "
     "cannot\n"
     "hold together and the reading under which it would, what each pair of figures implies, what\n"
     "is the same contract told again, totals that count nothing twice, and how promises turned "
     "out.\n"
     "--add takes one more claim: site=... power=1.2 GW said=2025-08 by=... With -o: claims.html,\n"
     "claims.json, findings.csv.",
     0, GW_CLI_MAX, gw_cmd_claims},
    {"compare", "FILE...", "put programmes side by side on one basis",
     "Each file is a programme; a file whose sites refer to `programmes` is split into them. "
     "Power\n"
     "running, begun and planned, accelerators and H100 equivalents, capital cost and full cost "
     "in\n"
     "USD of 2025, dates against those that the parties named, year by year. Writes compare.html,\n"
     "compare.json and compare.csv into a folder (default: out/compare).",
     1, GW_CLI_MAX, gw_cmd_compare},
    {"finance", "FILE | --cashflows FILE.csv",
     "work out deals, the money of a run, or a table of payments",
     "Works out every deal of the scenario: what its headline implies, whether it pays, what it "
     "can\n"
     "carry in debt, under each reading of its power; and, if the scenario has sites, the money "
     "of\n"
     "the run: loans, contracts, parties. With --cashflows: present value, all rates of return,\n"
     "modified rate and payback of a table, or the reason why there is none.",
     0, 1, gw_cmd_finance},
    {"backtest", "TIMELINES.csv [SITES.csv]",
     "forecast the power of sites from past days and compare with what came",
     "Stands on past days with only the rows dated by then, forecasts each site's power and "
     "scores\n"
     "the forecasts against the rows observed later: coverage, bias, CRPS against naive "
     "forecasts.\n"
     "Without --as-of: the firsts of 28 months, 3, 6 and 12 months ahead. --totals DATE sums all\n"
     "sites on a day; --site NAME --reach POWER --by DATE gives the odds of a site.",
     1, 2, gw_cmd_backtest},
    {"schedule", "FILE", "when what is finished, what decides it, and what helps",
     "Runs the schedule of a scenario over N samples: dates of activities, milestones and sites "
     "with\n"
     "their percentiles, critical path, merge bias, risks, promises of money, crews and chips "
     "that\n"
     "are waited for, cost and date together, and with --mitigate the measures before and after.\n"
     "Works for scenarios without activities too: then from the dates of buildings, power and "
     "chips.",
     1, 1, gw_cmd_schedule},
    {"train", "[FILE]", "the training step: where it goes, what fits, the best layout",
     "Predicts one optimizer step of each job of a scenario: time by part with an interval, FLOP,\n"
     "utilisation, tokens per second, memory, and what would help, computed anew. With --search\n"
     "every layout that the file leaves open is tried: the best, the trade-offs between time,\n"
     "memory and accelerators, and why the obvious alternatives lose. Without a file: --model,\n"
     "--accelerator, --count and --batch. Exit code 1: no layout can run.",
     0, 1, gw_cmd_train},
    {"fabric", "FILE", "networks: what they are made of, what collectives take on them",
     "Builds the networks of `fabrics` and of clusters, link by link: switches, cables, "
     "transceivers,\n"
     "bisection, power, price. Carries out the entries of `traffic`, or else a standard table of\n"
     "collectives, each alone and all at once, with `faults`: closed form where nothing is "
     "shared,\n"
     "flows with max-min fair sharing elsewhere; the output says which. -o DIR writes fabric.html\n"
     "with drawings, fabric.json, fabric.csv and links.csv. Exit code 1: some traffic never ends.",
     1, 1, gw_cmd_fabric},
    {"validate", "FILE.csv", "set predictions beside published measurements, row by row",
     "Reads a table of measured training runs, collectives or kernels (the header line decides),\n"
     "predicts every row from its other columns, and prints errors, 80 % intervals\n"
     "and a summary by layout, accelerator, source and regime. A row that cannot be predicted "
     "says\n"
     "why and counts as not covered. -o DIR writes validation.html with charts, validation.svg,\n"
     "validation.json and validation.csv. The project's own tables stand in validation/.",
     1, 1, gw_cmd_validate},
    {"flows", "NETWORK FLOWS.csv", "when flows end that share the links of a network",
     "NETWORK is a scenario with `fabrics` or clusters, or a CSV "
     "link,src,dst,bytes_per_s,latency_s\n"
     "(one direction a row). FLOWS has start_s,src,dst,bytes and may have weight, cap_bytes_per_s "
     "and\n"
     "path (names of links separated by `;`). Bandwidth is shared max-min fairly at every "
     "instant.\n"
     "--format csv gives id,finish_s,mean_bytes_per_s; with --links, every link and its use\n"
     "instead; -o DIR writes flows.csv, links.csv, flows.json and flows.txt. Exit code 1: a flow\n"
     "never ends, because a link on its way is down. Execution traces (.et, MLCommons Chakra; a "
     "prefix\n"
     "or files) are replayed instead: when each NPU ends, what it did until then, what the links "
     "carried.",
     2, GW_CLI_MAX, gw_cmd_flows},
    {"catalog", "[SECTION [NAME]]", "list the catalogue, or show entries with sources and grades",
     "Without words: the sections. With a section: its entries. With a name: that entry in full.",
     0, 2, gw_cmd_catalog},
    {"model", "CONFIG.json | NAME", "a model's shape, its parameters and the FLOP of a token",
     "Reads the config.json of a Hugging Face repository (or its folder, or the name of a model\n"
     "of the catalogue) and prints it as an entry of `models`, with the parameters by part and\n"
     "the FLOP that a token takes. What the file leaves open or says beyond it is a warning.",
     1, 1, gw_cmd_model},
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

/* cli/cmd_finance.c: `gigawatt finance`: a plain cash flow, the deals of a scenario, the money of a
 * run. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "engine/engine.h"
#include "report/deal_text.h"
#include "report/finance_text.h"
#include "report/flows_text.h"

#define CASHFLOWS_MAX_B ((size_t)64 << 20)

/* Everything that is shown, in the three formats. */
typedef struct paper {
    gw_buf text, json, csv;
} paper;

static void clear_paper(paper *p) {
    gw_buf_clear(&p->text);
    gw_buf_clear(&p->json);
    gw_buf_clear(&p->csv);
}

static int write_part(const char *folder, const char *name, const gw_buf *part) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (part->n > 0 && gw_file_write(path, part->text, part->n) != GW_OK) {
        fprintf(stderr, "gigawatt: %s cannot be written: %s\n", path, strerror(errno));
        return GW_EXIT_FAILED;
    }
    return GW_EXIT_OK;
}

/* Onto standard output in the format asked for, and all of it into a folder if one was named. */
static int hand_out(const gw_args *args, const paper *p) {
    const gw_buf *part = args->format == GW_FORMAT_JSON  ? &p->json
                         : args->format == GW_FORMAT_CSV ? &p->csv
                                                         : &p->text;
    if (part->text != NULL) {
        fputs(part->text, stdout);
    }
    if (args->output == NULL) {
        return GW_EXIT_OK;
    }
    (void)mkdir(args->output, 0777); /* failing shows when the files are written */
    int status = write_part(args->output, "finance.txt", &p->text);
    int json = write_part(args->output, "finance.json", &p->json);
    int csv = write_part(args->output, "finance.csv", &p->csv);
    return status != GW_EXIT_OK ? status : json != GW_EXIT_OK ? json : csv;
}

/* ---------------------------------------------------------------- a plain cash flow */

static int work_cashflows(const gw_args *args) {
    char *text = NULL;
    size_t n = 0;
    gw_flows flows = {0};
    if (gw_file_read(args->cashflows, CASHFLOWS_MAX_B, &text, &n) != GW_OK) {
        fprintf(stderr,
                "gigawatt: %s cannot be read: %s\n"
                "    hint: give a table with the columns `date` or `period`, and `usd`\n",
                args->cashflows, strerror(errno));
        return GW_EXIT_INPUT;
    }
    gw_arena *arena = gw_arena_create(0);
    gw_diags *diags = gw_diags_create();
    gw_code code = gw_flows_read(args->cashflows, text, n, arena, diags, &flows);
    gw_diags_sort(diags);
    gw_cli_print_diags(diags, args);
    int status = gw_cli_exit_code(code);
    if (code == GW_OK) {
        paper p = {{0}, {0}, {0}};
        gw_flow_sheet sheet = gw_flow_work(&flows, args->rate, args->reinvest_rate, arena);
        gw_flows_text(args->cashflows, &flows, &sheet, &p.text);
        gw_flows_json(args->cashflows, &flows, &sheet, &p.json);
        gw_flows_csv(&flows, &sheet, &p.csv);
        status = hand_out(args, &p);
        clear_paper(&p);
    }
    gw_diags_free(diags);
    gw_arena_free(arena);
    free(text);
    return status;
}

/* ---------------------------------------------------------------- deals */

static bool is_uncertain(const gw_spec *spec, const gw_deal *deal) {
    size_t n = strlen(deal->head.path);
    for (int i = 0; i < spec->n_values; i++) {
        const gw_value *v = &spec->values[i];
        if (v->uncertain && strncmp(v->path, deal->head.path, n) == 0 && v->path[n] == '.') {
            return true;
        }
    }
    return false;
}

/* What the uncertain inputs make of deal d in one of its readings. */
static gw_deal_spread spread_of(const gw_args *args, const gw_model *model, gw_state *state, int d,
                                gw_claim_basis basis, gw_arena *arena) {
    size_t n = (size_t)args->n_samples;
    gw_deal_case as_is = gw_deal_as_is();
    double *npv_usd = GW_NEW_N(arena, n, double), *irr = GW_NEW_N(arena, n, double);
    double *dscr = GW_NEW_N(arena, n, double), *annual_usd = GW_NEW_N(arena, n, double);
    double *scratch = GW_NEW_N(arena, n, double);
    double loses = 0.0;
    for (size_t i = 0; i < n; i++) {
        (void)gw_sample_draw(model, args->seed, (int64_t)i, state);
        gw_mark mark = gw_arena_mark(arena);
        gw_deal_sheet s = gw_deal_work(&state->in->deals.at[d], basis, &as_is, arena);
        npv_usd[i] = s.npv_usd;
        irr[i] = s.irr.n == 1 ? s.irr.rate[0] : GW_NAN;
        dscr[i] = s.loan.dscr_min;
        annual_usd[i] = s.annual_usd;
        loses += s.npv_usd < 0.0;
        gw_arena_reset(arena, mark);
    }
    return (gw_deal_spread){.n = args->n_samples,
                            .npv_usd = gw_summarise(npv_usd, n, scratch),
                            .irr = gw_summarise(irr, n, scratch),
                            .dscr_min = gw_summarise(dscr, n, scratch),
                            .annual_usd = gw_summarise(annual_usd, n, scratch),
                            .loses_frac = loses / (double)n};
}

static void spread_deals(const gw_args *args, const gw_spec *spec, const gw_model *model,
                         gw_deal_view *views, gw_arena *arena) {
    gw_state *state = gw_state_create(model);
    for (int d = 0; state != NULL && d < spec->scenario.deals.n; d++) {
        for (int i = 0; is_uncertain(spec, views[d].deal) && i < views[d].n; i++) {
            views[d].spread[i] = spread_of(args, model, state, d, views[d].sheet[i].basis, arena);
        }
    }
    gw_state_free(state);
}

/* ---------------------------------------------------------------- a scenario */

static void put_deals(const gw_spec *spec, const gw_deal_view *views, gw_arena *arena, paper *p,
                      gw_json *json) {
    gw_json_array(json, "deals");
    if (spec->scenario.deals.n > 0) {
        gw_buf_add(&p->csv, "deal,reading,key,value\n");
    }
    for (int d = 0; d < spec->scenario.deals.n; d++) {
        gw_buf_add(&p->text, d > 0 ? "\n\n" : "");
        gw_deal_text(&views[d], arena, &p->text);
        gw_deal_json(&views[d], arena, json);
        gw_deal_csv(&views[d], &p->csv);
    }
    gw_json_end_array(json);
}

/* The chain, for what has sites. */
static gw_code put_run(const gw_args *args, const gw_model *model, paper *p, gw_json *json) {
    gw_result *result = NULL;
    gw_run_opts opts = gw_run_opts_default();
    opts.n_samples = args->n_samples;
    opts.seed = args->seed;
    opts.n_threads = args->n_threads;
    opts.with_tornado = false;
    GW_TRY(gw_run(model, &opts, &result));
    gw_buf_add(&p->text, p->text.n > 0 ? "\n\n" : "");
    gw_finance_text(result, &p->text);
    gw_json_object(json, "run");
    gw_finance_json(result, json);
    if (args->break_even) {
        gw_finance_turns_text(model, &p->text);
        gw_finance_turns_json(model, json);
    }
    gw_json_end_object(json);
    gw_result_free(result);
    return GW_OK;
}

static int work_scenario(const gw_args *args, const gw_spec *spec) {
    const gw_scenario *in = &spec->scenario;
    gw_model *model = NULL;
    gw_diags *diags = gw_diags_create();
    gw_code code = gw_model_build(spec, diags, &model);
    gw_cli_print_diags(diags, args);
    gw_diags_free(diags);
    if (code != GW_OK) {
        return gw_cli_exit_code(code);
    }
    gw_arena *arena = gw_arena_create(0);
    gw_deal_view *views = GW_NEW_N(arena, (size_t)in->deals.n + 1, gw_deal_view);
    for (int d = 0; d < in->deals.n; d++) {
        views[d] = gw_deal_look(in, &in->deals.at[d], args->break_even, arena);
    }
    spread_deals(args, spec, model, views, arena);
    paper p = {{0}, {0}, {0}};
    gw_json json = gw_json_begin(&p.json);
    gw_json_object(&json, NULL);
    gw_json_text(&json, "scenario", spec->file);
    gw_json_text(&json, "title", in->title);
    put_deals(spec, views, arena, &p, &json);
    if (in->sites.n > 0) {
        code = put_run(args, model, &p, &json);
    }
    gw_json_end_object(&json);
    gw_json_finish(&json);
    int status = code == GW_OK ? hand_out(args, &p) : gw_cli_exit_code(code);
    if (code != GW_OK) {
        fprintf(stderr, "gigawatt: %s\n", gw_code_sentence(code));
    }
    clear_paper(&p);
    gw_arena_free(arena);
    gw_model_free(model);
    return status;
}

static int bad_usage(const char *what, const char *hint) {
    fprintf(stderr, "gigawatt: %s\n    hint: %s\n", what, hint);
    return GW_EXIT_INPUT;
}

int gw_cmd_finance(const gw_args *args) {
    if (args->cashflows != NULL) {
        return args->n_words == 0 ? work_cashflows(args)
                                  : bad_usage("a scenario and --cashflows at the same time",
                                              "give one of the two");
    }
    if (args->n_words == 0) {
        return bad_usage("nothing to work on", "give a scenario, or --cashflows FILE.csv");
    }
    if (!isnan(args->rate) || !isnan(args->reinvest_rate)) {
        return bad_usage("--rate and --reinvest belong to --cashflows",
                         "in a scenario write `rate` in the deal, or discount_rate in `finance`");
    }
    gw_spec *spec = NULL;
    gw_code code = gw_cli_load(args, args->words[0], &spec);
    if (code != GW_OK) {
        return gw_cli_exit_code(code);
    }
    int status = GW_EXIT_INPUT;
    if (spec->scenario.deals.n == 0 && spec->scenario.sites.n == 0) {
        (void)bad_usage("the scenario has neither deals nor sites: there is no money in it",
                        "docs/examples/news-deal.yaml shows a deal");
    } else if (args->format == GW_FORMAT_CSV && spec->scenario.deals.n == 0) {
        (void)bad_usage("csv holds the numbers of deals, and the scenario has none",
                        "use --format json, or `gigawatt run --format csv`");
    } else {
        status = work_scenario(args, spec);
    }
    gw_spec_free(spec);
    return status;
}

/* cli/cmd_check.c: `gigawatt check`, and loading for all commands. */
#include <stdio.h>

#include "base/json.h"
#include "cli/cli.h"
#include "engine/engine.h"
#include "engine/job_network.h"
#include "scenario/write.h"

void gw_cli_print_diags(const gw_diags *diags, const gw_args *args) {
    if (args->quiet && gw_diags_n_errors(diags) == 0) {
        return;
    }
    gw_diags_print(diags, stderr, args->colour);
}

bool gw_cli_can_run(const gw_spec *spec, const char *path, bool plan_is_enough) {
    const gw_scenario *s = &spec->scenario;
    bool plan = s->activities.n > 0 || s->commitments.n > 0;
    if (s->sites.n > 0 || (plan && plan_is_enough)) {
        return true;
    }
    fprintf(stderr, "gigawatt: nothing to run in %s: it has no sites\n    hint: %s\n", path,
            plan               ? "`gigawatt schedule` works out its activities and commitments"
            : s->deals.n > 0   ? "`gigawatt finance` works out its deals"
            : s->fabrics.n > 0 ? "`gigawatt fabric` works out its networks"
            : s->claims.n > 0  ? "`gigawatt claims` checks its claims"
                              : "docs/examples/minimal.yaml shows a site; `gigawatt finance` works "
                                "out deals, `gigawatt claims` checks claims");
    return false;
}

int gw_cli_exit_code(gw_code code) {
    if (code == GW_OK) {
        return GW_EXIT_OK;
    }
    return code > GW_E_MODEL ? GW_EXIT_FAILED : GW_EXIT_INPUT;
}

gw_load_opts gw_cli_load_opts(const gw_args *args) {
    gw_load_opts opts = {.sets = args->sets, .n_sets = args->n_sets};
    int skip = args->only_catalog && args->n_catalog_dirs > 0 ? 1 : 0;
    opts.catalog_dir = skip ? args->catalog_dirs[0] : NULL;
    opts.extra_dirs = args->catalog_dirs + skip;
    opts.n_extra_dirs = args->n_catalog_dirs - skip;
    return opts;
}

static gw_code load(const gw_args *args, const char *path, gw_diags *diags, gw_spec **out) {
    gw_load_opts opts = gw_cli_load_opts(args);
    if (args->only_catalog && args->n_catalog_dirs == 0) {
        gw_diag_add(diags, GW_E_KEY, GW_ERROR, (gw_loc){0}, NULL, "add --catalog DIR",
                    "--catalog-only leaves no catalogue at all");
        return GW_E_KEY;
    }
    return path == NULL ? gw_spec_load_catalog(&opts, diags, out)
                        : gw_spec_load(path, &opts, diags, out);
}

gw_code gw_cli_load(const gw_args *args, const char *path, gw_spec **out) {
    gw_diags *diags = gw_diags_create();
    gw_code code = load(args, path, diags, out);
    gw_cli_print_diags(diags, args);
    gw_diags_free(diags);
    return code;
}

static void json_diags(gw_json *json, const gw_diags *diags) {
    gw_json_array(json, "problems");
    for (size_t i = 0; i < gw_diags_n(diags); i++) {
        const gw_diag *d = gw_diags_at(diags, i);
        gw_json_object(json, NULL);
        gw_json_text(json, "severity", d->severity == GW_ERROR ? "error" : "warning");
        gw_json_text(json, "code", gw_code_name(d->code));
        gw_json_text(json, "file", d->loc.file);
        gw_json_integer(json, "line", d->loc.line);
        gw_json_integer(json, "column", d->loc.col);
        gw_json_text(json, "path", d->path);
        gw_json_text(json, "message", d->msg);
        gw_json_text(json, "hint", d->hint);
        gw_json_end_object(json);
    }
    gw_json_end_array(json);
}

static void summary_line(const char *path, const gw_spec *spec) {
    const gw_scenario *s = &spec->scenario;
    int n_uncertain = 0, n_assumed = 0, n_given = 0;
    for (int i = 0; i < spec->n_values; i++) {
        const gw_value *v = &spec->values[i];
        bool counts = v->used && v->text != NULL && v->slot >= 0;
        n_given += counts && !v->from_default && v->entry == NULL;
        n_uncertain += counts && v->uncertain;
        n_assumed += counts && v->grade == GW_GRADE_ASSUMED;
    }
    if (s->fabrics.n > 0 && s->sites.n == 0) {
        printf("%s: ok. %s. Networks %d; `gigawatt fabric` works them out\n", path, s->title,
               s->fabrics.n);
        return;
    }
    printf("%s: ok. %s. Sites %d, clusters %d, jobs %d, contracts %d, claims %d; "
           "numbers given %d, uncertain inputs %d, numbers assumed %d\n",
           path, s->title, s->sites.n, s->clusters.n, s->jobs.n, s->contracts.n, s->claims.n,
           n_given, n_uncertain, n_assumed);
}

/* What `run` would find before its first sample. */
static gw_code check_built(const gw_spec *spec, gw_diags *diags) {
    gw_arena *arena = gw_arena_create(0);
    gw_networks_check(&spec->scenario, diags, arena, NULL);
    gw_cluster_faults_check(spec, diags);
    gw_arena_free(arena);
    gw_models_check(&spec->scenario, diags);
    return gw_diags_n_errors(diags) > 0 ? GW_E_MODEL : GW_OK;
}

static int check_one(const gw_args *args, const char *path, gw_json *json) {
    gw_diags *diags = gw_diags_create();
    gw_spec *spec = NULL;
    gw_code code = load(args, path, diags, &spec);
    if (code == GW_OK) {
        code = check_built(spec, diags);
    }
    if (args->format == GW_FORMAT_JSON) {
        gw_json_object(json, NULL);
        gw_json_text(json, "file", path);
        gw_json_bool(json, "ok", code == GW_OK);
        json_diags(json, diags);
        gw_json_end_object(json);
    } else {
        gw_cli_print_diags(diags, args);
    }
    if (code == GW_OK && args->print) {
        gw_buf out = {0};
        gw_scenario_write(spec, args->defaults, &out);
        fputs(out.text, stdout);
        gw_buf_clear(&out);
    } else if (code == GW_OK && args->format != GW_FORMAT_JSON && !args->quiet) {
        summary_line(path, spec);
    }
    gw_spec_free(spec);
    gw_diags_free(diags);
    return code == GW_OK ? GW_EXIT_OK : GW_EXIT_INPUT;
}

int gw_cmd_check(const gw_args *args) {
    if (args->format == GW_FORMAT_CSV || (args->defaults && !args->print)) {
        fprintf(stderr, "gigawatt: %s\n",
                args->defaults ? "--defaults goes with --print" : "check writes text or json");
        return GW_EXIT_INPUT;
    }
    gw_buf out = {0};
    gw_json json = gw_json_begin(&out);
    int status = GW_EXIT_OK;
    gw_json_array(&json, NULL);
    for (int i = 0; i < args->n_words; i++) {
        int one = check_one(args, args->words[i], &json);
        status = one > status ? one : status;
    }
    gw_json_end_array(&json);
    gw_json_finish(&json);
    if (args->format == GW_FORMAT_JSON) {
        fputs(out.text, stdout);
    }
    gw_buf_clear(&out);
    return status;
}

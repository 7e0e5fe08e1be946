/* cli/cmd_claims.c: `gigawatt claims`: tables and scenarios into one ledger, and what follows. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/text.h"
#include "claims/add_line.h"
#include "claims/changes.h"
#include "claims/rules.h"
#include "claims/score.h"
#include "claims/totals.h"
#include "cli/cli.h"
#include "report/ledger_view.h"
#include "store/json_ledger.h"

#define FILE_MAX_B ((size_t)1 << 28)

/** Everything that was read. */
typedef struct input {
    const gw_args *args;
    gw_arena *arena;
    gw_diags *diags;
    gw_records records;
    gw_spec *specs[GW_CLI_MAX];
    int n_specs;
    gw_scenario in;        /* the first scenario, else the bare catalogue; commitments of all */
    int until[GW_CLI_MAX]; /* records up to the end of each file */
    int first_added, n_added;
    gw_buf rows; /* of --add */
    gw_code code;
} input;

static void fail(input *i, gw_code code) {
    i->code = i->code == GW_OK ? code : i->code;
}

/* ------------------------------------------------------------------ reading */

static bool is_scenario(const char *path) {
    return gw_text_ends_with(path, ".yaml") || gw_text_ends_with(path, ".yml");
}

static void read_scenario(input *i, const char *path) {
    gw_spec *spec = NULL;
    gw_code code = gw_cli_load(i->args, path, &spec);
    if (code != GW_OK) {
        fail(i, code);
        return;
    }
    int first = i->records.n;
    gw_records_from_scenario(&spec->scenario, i->arena, &i->records);
    for (int k = first; k < i->records.n && i->n_specs > 0; k++) {
        i->records.at[k].claim = -1; /* that number belongs to the first scenario */
    }
    i->specs[i->n_specs++] = spec;
}

/* Whether the first line names any of the columns that a table of claims must have. */
static bool is_table(const char *text) {
    static const char *const columns[] = {"date_of_claim", "quantity", "value"};
    size_t n = strcspn(text, "\n");
    for (int k = 0; k < 3; k++) {
        const char *found = strstr(text, columns[k]);
        if (found != NULL && found < text + n) {
            return true;
        }
    }
    return false;
}

static void read_table(input *i, const char *path) {
    char *text = NULL;
    size_t n = 0;
    gw_code code = gw_file_read(path, FILE_MAX_B, &text, &n);
    if (code != GW_OK) {
        bool large = code == GW_E_RANGE;
        gw_diag_add(i->diags, code, GW_ERROR, (gw_loc){path, 0, 0}, NULL,
                    large ? "split it into several files: they make one ledger"
                          : "a table of claims (CSV) or a scenario (YAML)",
                    "%s", large ? "larger than 256 MiB" : strerror(errno));
        fail(i, code);
        return;
    }
    if (!is_table(text)) {
        code = GW_E_KEY;
        gw_diag_add(i->diags, code, GW_ERROR, (gw_loc){path, 1, 1}, NULL,
                    "the header needs date_of_claim, quantity and value; scenarios end in .yaml",
                    "this is no table of claims");
    } else {
        code = gw_records_from_csv(path, text, n, i->arena, i->diags, &i->records);
    }
    if (code != GW_OK) {
        fail(i, code);
    }
    free(text);
}

static void read_added(input *i) {
    gw_buf table = {0};
    for (int k = 0; k < i->args->n_adds; k++) {
        const char *id = gw_arena_printf(i->arena, "new-%d", k + 1);
        gw_code code =
            gw_claims_add_line(i->args->adds[k], k + 1, id, i->arena, i->diags, &i->rows);
        if (code != GW_OK) {
            fail(i, code);
        }
    }
    i->first_added = i->records.n;
    if (i->code == GW_OK && i->rows.n > 0) {
        gw_buf_add(&table, gw_claims_add_header);
        gw_buf_add(&table, i->rows.text);
        gw_code code =
            gw_records_from_csv("--add", table.text, table.n, i->arena, i->diags, &i->records);
        if (code != GW_OK) {
            fail(i, code);
        }
    }
    i->n_added = i->records.n - i->first_added;
    gw_buf_clear(&table);
}

/* ------------------------------------------------------------------ ids over several files */

static int by_id(const void *a, const void *b) {
    const gw_record *x = *(gw_record *const *)a, *y = *(gw_record *const *)b;
    int order = strcmp(x->id, y->id);
    return order != 0 ? order : (x > y) - (x < y);
}

/* Which of the words on the command line a record came from. */
static int file_of(const input *i, const gw_record *r) {
    int index = (int)(r - i->records.at), k = 0;
    while (k < i->args->n_words && index >= i->until[k]) {
        k++;
    }
    return k;
}

/* Within a file ids are settled; one claim of a scenario gives several records with its name. */
static void part_ids(input *i) {
    int n = i->records.n;
    gw_record **sorted = GW_NEW_N(i->arena, n + 1, gw_record *);
    for (int k = 0; k < n; k++) {
        sorted[k] = &i->records.at[k];
    }
    qsort(sorted, (size_t)n, sizeof sorted[0], by_id);
    for (int first = 0, next; first < n; first = next) {
        const char *id = sorted[first]->id;
        int files = 1, told = file_of(i, sorted[first]);
        for (next = first + 1; next < n && strcmp(sorted[next]->id, id) == 0; next++) {
            gw_record *r = sorted[next];
            int file = file_of(i, r);
            if (file == file_of(i, sorted[first])) {
                continue;
            }
            if (file != told) {
                told = file;
                files++;
                gw_diag_add(i->diags, GW_E_KEY, GW_WARNING, r->loc, NULL,
                            "ids are names: give each claim one of its own",
                            "the id `%s` also stands in %s, line %d", id,
                            sorted[first]->loc.file != NULL ? sorted[first]->loc.file : "?",
                            sorted[first]->loc.line);
            }
            r->id = gw_arena_printf(i->arena, "%s~%d", id, files);
        }
    }
}

static void join_scenarios(input *i) {
    if (i->n_specs == 0) {
        gw_code code = gw_cli_load(i->args, NULL, &i->specs[0]);
        if (code != GW_OK) {
            fail(i, code);
            return;
        }
        i->n_specs = 1;
    }
    i->in = i->specs[0]->scenario;
    int n = 0;
    for (int k = 0; k < i->n_specs; k++) {
        n += i->specs[k]->scenario.commitments.n;
    }
    gw_commitment *all = GW_NEW_N(i->arena, n + 1, gw_commitment);
    n = 0;
    for (int k = 0; k < i->n_specs; k++) {
        for (int c = 0; c < i->specs[k]->scenario.commitments.n; c++) {
            all[n++] = i->specs[k]->scenario.commitments.at[c];
        }
    }
    i->in.commitments.at = all;
    i->in.commitments.n = n;
}

/* ------------------------------------------------------------------ options */

static double date_option(input *i, const char *name, const char *text, size_t n,
                          gw_date_part part) {
    double date_d = GW_NAN;
    const char *copy = gw_arena_strndup(i->arena, text, n);
    if (gw_date_parse(copy, part, &date_d) != GW_OK) {
        gw_diag_add(i->diags, GW_E_SYNTAX, GW_ERROR, (gw_loc){name, 0, 0}, NULL,
                    "2025-09-30, 2025-09, 2025-Q3 or 2025", "`%s` is not a date", copy);
        fail(i, GW_E_SYNTAX);
    }
    return date_d;
}

/* "2025-09..2026-04": the end of the first, the end of the second. */
static void changes_option(input *i, double *from_d, double *until_d) {
    const char *text = i->args->changes, *dots = strstr(text, "..");
    if (dots == NULL) {
        gw_diag_add(i->diags, GW_E_SYNTAX, GW_ERROR, (gw_loc){"--changes", 0, 0}, NULL,
                    "--changes 2025-09..2026-04", "`%s` is not a span of two dates", text);
        fail(i, GW_E_SYNTAX);
        return;
    }
    *from_d = date_option(i, "--changes", text, (size_t)(dots - text), GW_DATE_END);
    *until_d = date_option(i, "--changes", dots + 2, strlen(dots + 2), GW_DATE_END);
    if (*from_d > *until_d) {
        gw_diag_add(i->diags, GW_E_RANGE, GW_ERROR, (gw_loc){"--changes", 0, 0}, NULL,
                    "the earlier date comes first", "`%s` ends before it begins", text);
        fail(i, GW_E_RANGE);
    }
}

static const bool *only_option(input *i, const gw_records *records) {
    bool *asked = GW_NEW_N(i->arena, records->n + 1, bool);
    const char **ids = GW_NEW_N(i->arena, records->n + 1, const char *);
    int n = 0;
    for (int k = 0; k < records->n; k++) {
        ids[k] = records->at[k].id;
        asked[k] = i->args->only != NULL ? strcmp(records->at[k].id, i->args->only) == 0
                                         : k >= records->n - i->n_added;
        n += asked[k];
    }
    if (n == 0) {
        const char *near =
            i->args->only == NULL ? NULL : gw_text_nearest(i->args->only, ids, (size_t)records->n);
        gw_diag_add(i->diags, GW_E_REF, GW_ERROR, (gw_loc){"--only", 0, 0}, NULL,
                    near != NULL ? gw_arena_printf(i->arena, "did you mean `%s`?", near)
                                 : "known by that day? leave --as-of out",
                    "there is no claim `%s`", i->args->only == NULL ? "--add" : i->args->only);
        fail(i, GW_E_REF);
    }
    return asked;
}

/* ------------------------------------------------------------------ writing */

static int terminal_width(void) {
    struct winsize w;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col >= 60) {
        return w.ws_col < 100 ? w.ws_col : 100;
    }
    return 80;
}

static const char *const outputs[] = {"claims.html", "claims.json", "findings.csv"};

static bool is_ours(const char *name) {
    for (int k = 0; k < 3; k++) {
        if (strcmp(name, outputs[k]) == 0) {
            return true;
        }
    }
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static gw_code open_folder(input *i, const char *folder) {
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        gw_diag_add(i->diags, GW_E_IO, GW_ERROR, (gw_loc){folder, 0, 0}, NULL,
                    "the folder above it must exist", "%s", strerror(errno));
        return GW_E_IO;
    }
    DIR *dir = opendir(folder);
    const char *foreign = NULL;
    for (struct dirent *e; dir != NULL && (e = readdir(dir)) != NULL;) {
        foreign = is_ours(e->d_name) ? foreign : gw_arena_strdup(i->arena, e->d_name);
    }
    if (dir == NULL || foreign != NULL) {
        gw_diag_add(i->diags, GW_E_IO, GW_ERROR, (gw_loc){folder, 0, 0}, NULL,
                    "choose a new or empty folder", "%s",
                    dir == NULL ? strerror(errno)
                                : gw_arena_printf(i->arena, "holds other files: %s", foreign));
    }
    if (dir != NULL) {
        closedir(dir);
    }
    return dir == NULL || foreign != NULL ? GW_E_IO : GW_OK;
}

static gw_code write_folder(input *i, const gw_ledger_view *v, const char *folder) {
    void (*const write[])(const gw_ledger_view *v, gw_buf *out) = {
        gw_ledger_html, gw_store_json_ledger, gw_store_csv_findings};
    GW_TRY(open_folder(i, folder));
    for (int k = 0; k < 3; k++) {
        gw_buf out = {0};
        write[k](v, &out);
        const char *path = gw_arena_printf(i->arena, "%s/%s", folder, outputs[k]);
        gw_code code = gw_file_write(path, out.text, out.n);
        gw_buf_clear(&out);
        if (code != GW_OK) {
            gw_diag_add(i->diags, code, GW_ERROR, (gw_loc){path, 0, 0}, NULL, NULL, "%s",
                        strerror(errno));
            return code;
        }
    }
    return GW_OK;
}

static void put_out(input *i, const gw_ledger_view *v, const char *folder) {
    gw_buf out = {0};
    if (i->args->format == GW_FORMAT_JSON) {
        gw_store_json_ledger(v, &out);
    } else if (i->args->format == GW_FORMAT_CSV) {
        gw_store_csv_findings(v, &out);
    } else {
        bool colour = isatty(STDOUT_FILENO) != 0 && i->args->colour;
        gw_ledger_page(v, i->args->explain, terminal_width(), colour, &out);
        if (folder != NULL) {
            gw_buf_printf(&out, "\nreport: %s/claims.html\n", folder);
        }
    }
    if (out.text != NULL) {
        fputs(out.text, stdout);
    }
    gw_buf_clear(&out);
}

/* ------------------------------------------------------------------ the ledger */

static const char *title_of(const input *i) {
    if (i->args->n_words != 1) {
        return i->args->n_words == 0 ? "new claims"
                                     : gw_arena_printf(i->arena, "%d files", i->args->n_words);
    }
    const char *path = i->args->words[0], *slash = strrchr(path, '/');
    return is_scenario(path) ? i->in.title : slash == NULL ? path : slash + 1;
}

static int work(input *i) {
    const gw_args *args = i->args;
    gw_records records = i->records;
    double as_of_d = is_scenario(args->n_words > 0 ? args->words[0] : "") ? i->in.as_of_d : GW_NAN;
    gw_ledger_view v = {.title = title_of(i), .records = &records};
    if (args->as_of != NULL) {
        as_of_d = date_option(i, "--as-of", args->as_of, strlen(args->as_of), GW_DATE_END);
        records = gw_records_as_of(&i->records, as_of_d, i->arena);
        v.n_unknown = i->records.n - records.n;
    }
    double from_d = GW_NAN, until_d = GW_NAN;
    if (args->changes != NULL) {
        changes_option(i, &from_d, &until_d);
    }
    if (i->code == GW_OK && (args->only != NULL || i->n_added > 0)) {
        v.asked = only_option(i, &records);
        v.added = i->rows.text;
    }
    if (i->code != GW_OK) {
        return gw_cli_exit_code(i->code);
    }
    gw_ledger_context context = {&i->in, as_of_d};
    gw_ledger_report report = gw_ledger_check(&records, &context, i->arena);
    gw_totals totals = gw_claims_totals(&records, report.same_as, &i->in, report.as_of_d, i->arena);
    gw_totals by_sponsor = gw_claims_totals_by_sponsor(&totals, i->arena);
    gw_overlap overlap = gw_claims_overlap(&records, report.same_as, i->arena);
    gw_scores scores = gw_claims_scores(&records, report.as_of_d, i->arena);
    gw_changes changes = {0};
    if (args->changes != NULL) {
        changes = gw_claims_changes(&records, from_d, until_d, i->arena);
        v.changes = &changes;
    }
    v.report = &report;
    v.totals = &totals;
    v.by_sponsor = &by_sponsor;
    v.overlap = &overlap;
    v.scores = &scores;
    v.as_of_d = report.as_of_d;
    if (args->output != NULL && write_folder(i, &v, args->output) != GW_OK) {
        return GW_EXIT_FAILED;
    }
    put_out(i, &v, args->output);
    for (int k = 0; k < report.findings.n && args->strict; k++) {
        const gw_finding *f = &report.findings.at[k];
        if (f->severity == GW_ERROR && gw_ledger_finding_asked(&v, f)) {
            return GW_EXIT_NO;
        }
    }
    return GW_EXIT_OK;
}

int gw_cmd_claims(const gw_args *args) {
    if (args->n_words == 0 && args->n_adds == 0) {
        fprintf(stderr, "gigawatt: `claims` needs FILE... or --add\n"
                        "    hint: for example gigawatt claims claims.csv\n");
        return GW_EXIT_INPUT;
    }
    input i = {.args = args, .arena = gw_arena_create(0), .diags = gw_diags_create()};
    for (int k = 0; k < args->n_words; k++) {
        (is_scenario(args->words[k]) ? read_scenario : read_table)(&i, args->words[k]);
        i.until[k] = i.records.n;
    }
    read_added(&i);
    gw_records_settle(&i.records, i.arena);
    gw_records_join(&i.records, i.first_added, i.arena);
    if (i.code == GW_OK) {
        part_ids(&i);
        join_scenarios(&i);
    }
    int status = i.code == GW_OK ? work(&i) : gw_cli_exit_code(i.code);
    gw_diags_sort(i.diags);
    gw_cli_print_diags(i.diags, args);
    for (int k = 0; k < i.n_specs; k++) {
        gw_spec_free(i.specs[k]);
    }
    gw_buf_clear(&i.rows);
    gw_diags_free(i.diags);
    gw_arena_free(i.arena);
    return status;
}

/* validation/table.c: kinds of tables of measurements, their columns, and reading them.
 *
 * In:  CSV text.   Out: gw_trial_table.
 * Model: the kind with the most columns in the header; blank means not stated.
 * Valid: what leaves the legal range of its column is refused row by row, not file by file.
 * Sources: the columns of the project's own tables, validation/README.md.
 */
#include "validation/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "validation/table_clean.h"

#define N(columns) ((int)(sizeof(columns) / sizeof((columns)[0])))
#define TEXT(name, required, filled)                                                               \
    { name, GW_CELL_TEXT, 0, 0, required, filled }
#define WHOLE(name, low, high, required, filled)                                                   \
    { name, GW_CELL_WHOLE, low, high, required, filled }
#define SIZE(name, high, required, filled)                                                         \
    { name, GW_CELL_SIZE, 0, high, required, filled }
#define NUMBER(name, high, required, filled)                                                       \
    { name, GW_CELL_NUMBER, 0, high, required, filled }

static const gw_table_column training[] = {
    TEXT("id", true, false),
    TEXT("source", false, false),
    TEXT("model_name", false, false),
    NUMBER("params_B", 1e9, false, false),
    NUMBER("active_params_B", 1e9, false, false),
    WHOLE("layers", 1, 1e6, true, false),
    WHOLE("hidden", 1, 1e8, true, false),
    WHOLE("ffn_hidden", 0, 1e9, false, false),
    WHOLE("heads", 1, 1e6, true, false),
    WHOLE("kv_heads", 1, 1e6, false, false),
    WHOLE("head_dim", 1, 1e6, false, false),
    WHOLE("vocab", 1, 1e9, false, false),
    WHOLE("experts", 0, 1e6, false, false),
    WHOLE("topk", 0, 1e6, false, false),
    WHOLE("moe_ffn_hidden", 0, 1e9, false, false),
    WHOLE("shared_experts", 0, 1e6, false, false),
    TEXT("moe_layer_freq", false, false),
    WHOLE("seq_len", 1, 1e9, true, false),
    TEXT("gpu", true, true),
    WHOLE("gpus", 1, 1e8, true, true),
    WHOLE("gpus_per_node", 1, 1e6, false, false),
    SIZE("nic_gbps_per_gpu", 1e6, false, false),
    WHOLE("tp", 1, 1e8, false, false),
    WHOLE("sp", 0, 1e8, false, false),
    WHOLE("pp", 1, 1e8, false, false),
    WHOLE("vpp", 0, 1e6, false, false),
    WHOLE("cp", 1, 1e8, false, false),
    WHOLE("ep", 1, 1e8, false, false),
    WHOLE("etp", 1, 1e8, false, false),
    WHOLE("dp", 1, 1e8, false, false),
    WHOLE("zero_stage", 0, 3, false, false),
    NUMBER("micro_batch", 1e9, false, false),
    NUMBER("global_batch_seqs", 1e12, true, false),
    TEXT("precision", true, false),
    TEXT("recompute", false, false),
    TEXT("flash_attention", false, false),
    TEXT("measured_metric", true, true),
    NUMBER("value", 1e15, true, true),
    TEXT("notes", false, false),
};

static const gw_table_column collective[] = {
    TEXT("id", true, false),
    TEXT("source", false, false),
    TEXT("collective", true, true),
    WHOLE("gpus", 1, 1e8, true, false),
    WHOLE("gpus_per_node", 1, 1e6, false, false),
    TEXT("gpu", true, true),
    TEXT("intra_fabric", false, false),
    SIZE("nic_gbps_per_gpu", 1e6, false, false),
    NUMBER("message_bytes", 1e18, true, false),
    NUMBER("time_us", 1e15, false, false),
    NUMBER("algbw_GBps", 1e9, false, false),
    NUMBER("busbw_GBps", 1e9, false, false),
};

static const gw_table_column kernel[] = {
    TEXT("id", true, false),
    TEXT("source", false, false),
    TEXT("gpu", true, true),
    TEXT("kernel", true, true),
    WHOLE("m", 1, 1e12, false, false),
    WHOLE("n", 1, 1e12, false, false),
    WHOLE("k", 1, 1e12, false, false),
    WHOLE("batch", 1, 1e9, false, false),
    WHOLE("heads", 1, 1e6, false, false),
    WHOLE("kv_heads", 1, 1e6, false, false),
    WHOLE("head_dim", 1, 1e6, false, false),
    WHOLE("seqlen", 1, 1e9, false, false),
    TEXT("causal", false, false),
    TEXT("dtype", true, false),
    NUMBER("tflops", 1e9, false, false),
    NUMBER("gb_per_s", 1e9, false, false),
    NUMBER("time_us", 1e15, false, false),
    TEXT("notes", false, false),
};

const gw_table_kind gw_table_kinds[GW_N_TRIAL_KIND] = {
    {"training", "training run", "training runs", "step", "tokens/s/GPU", "tok/s", training,
     N(training)},
    {"collectives", "collective", "collectives", "collective", "algorithm GB/s", "B/s", collective,
     N(collective)},
    {"kernels", "kernel", "kernels", "kernel", "TFLOP/s", "flop/s", kernel, N(kernel)},
};
_Static_assert(N(training) <= GW_TABLE_COLUMNS, "GW_TABLE_COLUMNS");

/* ------------------------------------------------------------------ which kind */

static int find(const gw_table_kind *kind, const char *name) {
    for (int i = 0; i < kind->n_columns; i++) {
        if (strcmp(kind->columns[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

/* The kind with the most of its columns in the header, the first of equals; -1 below three. */
static int detect(const gw_csv *csv) {
    int best = -1, most = 2;
    for (int k = 0; k < GW_N_TRIAL_KIND; k++) {
        int n = 0;
        for (int i = 0; i < csv->n_cols; i++) {
            n += find(&gw_table_kinds[k], csv->cell[i]) >= 0;
        }
        if (n > most) {
            most = n;
            best = k;
        }
    }
    return best;
}

static const char *nearest_header(const gw_csv *csv, const char *name, const gw_table_kind *kind) {
    const char *near = gw_text_nearest(name, csv->cell, (size_t)csv->n_cols);
    return near != NULL && find(kind, near) < 0 ? near : NULL;
}

static gw_code need_columns(gw_trial_table *t, gw_arena *arena, gw_diags *diags) {
    const gw_table_kind *kind = &gw_table_kinds[t->kind];
    gw_loc head = {t->csv.file, t->csv.line[0], 1};
    gw_code code = GW_OK;
    for (int i = 0; i < kind->n_columns; i++) {
        t->at[i] = gw_csv_column(&t->csv, kind->columns[i].name);
        if (t->at[i] >= 0 || !kind->columns[i].required) {
            continue;
        }
        const char *near = nearest_header(&t->csv, kind->columns[i].name, kind);
        gw_diag_add(diags, GW_E_KEY, GW_ERROR, head, NULL,
                    near != NULL ? gw_arena_printf(arena, "is `%s` meant?", near)
                                 : "docs/validation.md lists the columns",
                    "a table of %s needs the column `%s`", kind->many, kind->columns[i].name);
        code = GW_E_KEY;
    }
    if (t->kind != GW_TRIAL_TRAINING) {
        const char *second = t->kind == GW_TRIAL_KERNEL ? "tflops" : "algbw_GBps";
        const char *third = t->kind == GW_TRIAL_KERNEL ? "gb_per_s" : "busbw_GBps";
        if (t->at[find(kind, "time_us")] < 0 && t->at[find(kind, second)] < 0 &&
            t->at[find(kind, third)] < 0) {
            gw_diag_add(diags, GW_E_KEY, GW_ERROR, head, NULL,
                        "a prediction needs a measurement beside it",
                        "a table of %s needs one of the columns `time_us`, `%s`, `%s`", kind->many,
                        second, third);
            code = GW_E_KEY;
        }
    }
    return code;
}

static void tell_unknown(const gw_trial_table *t, gw_arena *arena, gw_diags *diags) {
    const gw_table_kind *kind = &gw_table_kinds[t->kind];
    const char *names[GW_TABLE_COLUMNS];
    for (int i = 0; i < kind->n_columns; i++) {
        names[i] = kind->columns[i].name;
    }
    for (int i = 0; i < t->csv.n_cols; i++) {
        if (find(kind, t->csv.cell[i]) < 0) {
            const char *near = gw_text_nearest(t->csv.cell[i], names, (size_t)kind->n_columns);
            gw_diag_add(diags, GW_E_KEY, GW_WARNING, (gw_loc){t->csv.file, t->csv.line[0], 0}, NULL,
                        near != NULL ? gw_arena_printf(arena, "did you mean `%s`?", near) : NULL,
                        "the column `%s` is not used", t->csv.cell[i]);
        }
    }
}

/* ------------------------------------------------------------------ ids */

typedef struct id_row {
    const char *id;
    int row;
} id_row;

static int by_id(const void *a, const void *b) {
    const id_row *x = a, *y = b;
    int order = strcmp(x->id, y->id);
    return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

static void tell_twice(const gw_trial_table *t, gw_arena *arena, gw_diags *diags) {
    int n = gw_trial_table_rows(t);
    gw_mark mark = gw_arena_mark(arena);
    id_row *ids = GW_NEW_N(arena, n + 1, id_row);
    for (int i = 0; i < n; i++) {
        ids[i] = (id_row){gw_trial_table_text(t, i + 1, "id"), i + 1};
    }
    qsort(ids, (size_t)n, sizeof *ids, by_id);
    for (int i = 1, first = 0; i < n; i++) {
        first = strcmp(ids[i].id, ids[first].id) == 0 ? first : i;
        if (first != i && ids[i].id[0] != '\0') {
            gw_diag_add(
                diags, GW_E_KEY, GW_WARNING, (gw_loc){t->csv.file, t->csv.line[ids[i].row], 1},
                NULL, "both rows are predicted; give each a name of its own",
                "the id `%s` also stands in line %d", ids[i].id, t->csv.line[ids[first].row]);
        }
    }
    gw_arena_reset(arena, mark);
}

/* ------------------------------------------------------------------ reading */

/* Between the fields of the header: a comma, unless it has none but semicolons or tabs. */
static char separator_of(const char *text, size_t n_bytes) {
    size_t n = 0;
    bool semicolon = false, tab = false;
    for (; n < n_bytes && text[n] != '\n'; n++) {
        if (text[n] == ',') {
            return ',';
        }
        semicolon = semicolon || text[n] == ';';
        tab = tab || text[n] == '\t';
    }
    return semicolon ? ';' : tab ? '\t' : ',';
}

gw_code gw_trial_table_read(const char *file, const char *text, size_t n_bytes, gw_arena *arena,
                            gw_diags *diags, gw_trial_table *out) {
    gw_trial_table t = {0};
    GW_TRY(gw_csv_read_separated(file, text, n_bytes, separator_of(text, n_bytes), arena, diags,
                                 &t.csv));
    gw_table_clean(&t.csv, arena);
    int kind = detect(&t.csv);
    if (kind < 0) {
        gw_diag_add(diags, GW_E_KEY, GW_ERROR, (gw_loc){file, t.csv.line[0], 1}, NULL,
                    "the header line names the columns: docs/validation.md",
                    "this is no table of training runs, collectives or kernels");
        return GW_E_KEY;
    }
    t.kind = (gw_trial_kind)kind;
    gw_code code = need_columns(&t, arena, diags);
    tell_unknown(&t, arena, diags);
    if (code != GW_OK) {
        return code;
    }
    if (t.csv.n_rows < 2) {
        gw_diag_add(diags, GW_E_SYNTAX, GW_ERROR, (gw_loc){file, t.csv.line[0], 1}, NULL,
                    "each further line is one measurement", "the table has a header and no rows");
        return GW_E_SYNTAX;
    }
    tell_twice(&t, arena, diags);
    *out = t;
    return GW_OK;
}

int gw_trial_table_rows(const gw_trial_table *table) {
    return table->csv.n_rows - 1;
}

const char *gw_trial_table_text(const gw_trial_table *t, int row, const char *column) {
    int i = find(&gw_table_kinds[t->kind], column);
    return i < 0 || t->at[i] < 0 ? "" : t->csv.cell[(size_t)row * (size_t)t->csv.n_cols + t->at[i]];
}

double gw_trial_table_number(const gw_trial_table *t, int row, const char *column) {
    const char *text = gw_trial_table_text(t, row, column);
    char *end = NULL;
    double x = strtod(text, &end);
    return end == text || *end != '\0' ? GW_NAN : x;
}

gw_loc gw_trial_table_place(const gw_trial_table *t, int row, const char *column, const char *text,
                            size_t n_bytes) {
    int i = column == NULL ? -1 : find(&gw_table_kinds[t->kind], column);
    int wanted = i < 0 ? 0 : t->at[i];
    gw_loc loc = {t->csv.file, t->csv.line[row], 1};
    const char *at = text, *end = text + n_bytes;
    char separator = separator_of(text, n_bytes);
    for (int line = 1; line < loc.line && at < end; at++) {
        line += *at == '\n';
    }
    bool quoted = false;
    for (int col = 0; at < end && col < wanted; at++) {
        quoted = quoted != (*at == '"');
        col += *at == separator && !quoted;
        bool new_line = *at == '\n';
        loc.line += new_line;
        loc.col = new_line ? 1 : loc.col + 1;
    }
    return loc;
}

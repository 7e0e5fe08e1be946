/* validation/table_clean.c: cells as people write them, turned into what the columns hold.
 *
 * In:  a table just read. Out: the same, names of columns as the kinds of tables spell them, spaces
 *      around cells gone, the ways to write "not stated" blank, yes and no, stages of sharding as
 *      numbers.
 * Model: `none` is blank except where it is a setting (recompute, flash_attention). Names of rows
 *      and notes keep their text.
 * Valid: what cannot be read stays as it is and is refused later, by name of its column.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "validation/row_words.h"
#include "validation/table_clean.h"

#define N(list) (sizeof(list) / sizeof((list)[0]))

static const char *trimmed(const char *text, gw_arena *arena) {
    size_t n = strlen(text);
    size_t from = 0, to = n;
    while (from < to && isspace((unsigned char)text[from])) {
        from++;
    }
    while (to > from && isspace((unsigned char)text[to - 1])) {
        to--;
    }
    return to - from == n ? text : gw_arena_strndup(arena, text + from, to - from);
}

static bool is_one_of(const char *text, const char *const *words, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (strcasecmp(text, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool means_blank(const char *text, const char *column) {
    static const char *const words[] = {"na",      "n/a",        "n.a.",        "-",  "--",
                                        "null",    "nan",        "?",           "??", "unknown",
                                        "unclear", "not stated", "unspecified", "tbd"};
    static const char *const settings[] = {"recompute", "flash_attention", "sp", "causal"};
    if (text[0] == '\0' || strlen(text) > strlen("not stated") + 1) {
        return false;
    }
    if (is_one_of(text, words, N(words))) {
        return true;
    }
    return strcasecmp(text, "none") == 0 && !is_one_of(column, settings, N(settings));
}

/** Stage of sharding: "ZeRO-3", "stage 2", "FSDP", "distributed optimizer". */
static const char *sharding(const char *text) {
    static const struct {
        const char *words, *stage;
    } kinds[] = {{"fsdp", "3"},       {"fsdp2", "3"},
                 {"fsdp1", "3"},      {"hsdp", "3"},
                 {"full shard", "3"}, {"shard grad op", "2"},
                 {"zero3", "3"},      {"zero 3", "3"},
                 {"stage 3", "3"},    {"zero2", "2"},
                 {"zero 2", "2"},     {"stage 2", "2"},
                 {"zero1", "1"},      {"zero 1", "1"},
                 {"stage 1", "1"},    {"zero0", "0"},
                 {"zero 0", "0"},     {"stage 0", "0"},
                 {"stage3", "3"},     {"stage2", "2"},
                 {"stage1", "1"},     {"ddp", "0"},
                 {"no", "0"},         {"false", "0"},
                 {"dist opt", "1"},   {"distributed optimizer", "1"}};
    char plain[128];
    gw_spelt_plain(text, plain, sizeof plain);
    for (size_t i = 0; i < N(kinds); i++) {
        if (gw_spelt_has(plain, kinds[i].words)) {
            return kinds[i].stage;
        }
    }
    return text;
}

static const char *setting(const char *text, const char *column) {
    if (strcmp(column, "zero_stage") == 0) {
        return sharding(text);
    }
    if (strcmp(column, "vpp") == 0) {
        return strcmp(text, "0") == 0 ? "1" : text; /* no interleaving */
    }
    if (strcmp(column, "sp") == 0 && !isdigit((unsigned char)text[0])) {
        int on = gw_spelt_yes_no(text);
        return on == 1 ? "1" : on == 0 ? "0" : text;
    }
    return text;
}

static const char *column_spelt(const char *name) {
    for (int k = 0; k < GW_N_TRIAL_KIND; k++) {
        for (int i = 0; i < gw_table_kinds[k].n_columns; i++) {
            if (strcasecmp(name, gw_table_kinds[k].columns[i].name) == 0) {
                return gw_table_kinds[k].columns[i].name;
            }
        }
    }
    return name;
}

void gw_table_clean(gw_csv *csv, gw_arena *arena) {
    for (int col = 0; col < csv->n_cols; col++) {
        const char *name = trimmed(csv->cell[col], arena);
        const char *column = column_spelt(name);
        for (int i = 0; i < col; i++) { /* GPU beside gpu: the first counts */
            column = strcmp(csv->cell[i], column) == 0 ? name : column;
        }
        csv->cell[col] = column;
        bool is_text = strcmp(column, "id") == 0 || strcmp(column, "notes") == 0;
        for (int row = 1; row < csv->n_rows; row++) {
            const char **cell = &csv->cell[(size_t)row * (size_t)csv->n_cols + (size_t)col];
            *cell = trimmed(*cell, arena);
            if (!is_text) {
                *cell = means_blank(*cell, column) ? "" : setting(*cell, column);
            }
        }
    }
}

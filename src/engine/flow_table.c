/* engine/flow_table.c: reads a table of flows.
 * In: bytes.   Out: columns, names as numbers; every problem with its line and column. */
#include "engine/flow_table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const gw_scan_column columns[GW_FLOW_COLUMNS] = {
    [GW_FLOW_START] = {"start_s", true},  [GW_FLOW_SRC] = {"src", true},
    [GW_FLOW_DST] = {"dst", true},        [GW_FLOW_BYTES] = {"bytes", true},
    [GW_FLOW_WEIGHT] = {"weight", false}, [GW_FLOW_CAP] = {"cap_bytes_per_s", false},
    [GW_FLOW_PATH] = {"path", false},
};
static const gw_scan_range start_range = {"start_s", "seconds", true, GW_NAN,
                                          "times count from the beginning, 0"};
static const gw_scan_range bytes_range = {"bytes", "bytes", true, GW_NAN,
                                          "to send the other way exchange src and dst"};
static const gw_scan_range weight_range = {"weight", "shares", false, 1.0,
                                           "1 is the usual share; leave the cell empty for it"};
static const gw_scan_range cap_range = {"cap_bytes_per_s", "B/s", false, 0.0,
                                        "leave the cell empty for no cap"};

static void *grown(void *old, size_t n, size_t size) {
    void *memory = realloc(old, n * size);
    if (memory == NULL) {
        gw_out_of_memory(n * size);
    }
    return memory;
}

static void *fresh(size_t n, size_t size) {
    void *memory = calloc(n, size);
    if (memory == NULL) {
        gw_out_of_memory(n * size);
    }
    return memory;
}

/* Lines of the text: no more rows than that. */
static size_t count_lines(const char *text, size_t n_bytes) {
    size_t n = 1;
    const char *end = text + n_bytes;
    for (const char *at = text; (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++) {
        n++;
    }
    return n;
}

static void make_room(gw_flow_table *t, size_t n) {
    t->start_s = fresh(n, sizeof *t->start_s);
    t->bytes = fresh(n, sizeof *t->bytes);
    t->src = fresh(n, sizeof *t->src);
    t->dst = fresh(n, sizeof *t->dst);
    t->row = fresh(n, sizeof *t->row);
    if (t->scan.field_of[GW_FLOW_WEIGHT] >= 0) {
        t->weight = fresh(n, sizeof *t->weight);
    }
    if (t->scan.field_of[GW_FLOW_CAP] >= 0) {
        t->cap_Bps = fresh(n, sizeof *t->cap_Bps);
    }
    if (t->scan.field_of[GW_FLOW_PATH] >= 0) {
        t->path_at = fresh(n + 1, sizeof *t->path_at);
        t->path_at[0] = 0;
    }
}

static bool read_name(gw_flow_table *t, gw_flow_column c, int32_t *out) {
    gw_cell cell = gw_scan_cell(&t->scan, (int)c);
    if (cell.n == 0) {
        gw_scan_problem(&t->scan, GW_E_SYNTAX, cell.place, "the name of a node", "`%s` is empty",
                        columns[c].name);
        return false;
    }
    *out = gw_name_set_add(&t->nodes, cell.at, cell.n);
    return true;
}

/* Both names of row i; false: one is missing, or both are the same. */
static bool read_ends(gw_flow_table *t, int64_t i) {
    bool ok = read_name(t, GW_FLOW_SRC, &t->src[i]);
    ok = read_name(t, GW_FLOW_DST, &t->dst[i]) && ok;
    if (ok && t->src[i] == t->dst[i]) {
        gw_scan_problem(&t->scan, GW_E_REF, gw_scan_cell(&t->scan, GW_FLOW_DST).place,
                        "what stays on a host needs no network: leave the row out",
                        "the flow leads from `%.60s` to itself", t->nodes.text[t->src[i]]);
    }
    return ok && t->src[i] != t->dst[i];
}

/* The next name of a path; *at moves behind it and its separator. */
static gw_cell next_link(const char **at, const char *end) {
    const char *stop = memchr(*at, ';', (size_t)(end - *at));
    const char *from = *at, *to = stop == NULL ? end : stop;
    *at = stop == NULL ? end : stop + 1;
    while (from < to && *from == ' ') {
        from++;
    }
    while (to > from && to[-1] == ' ') {
        to--;
    }
    return (gw_cell){.at = from, .place = from, .n = (uint32_t)(to - from)};
}

static bool read_path(gw_flow_table *t, int64_t *cap_path) {
    gw_cell cell = gw_scan_cell(&t->scan, GW_FLOW_PATH);
    const char *at = cell.at, *end = cell.at + cell.n;
    int64_t n = t->path_at[t->n];
    while (at < end) {
        gw_cell name = next_link(&at, end);
        if (name.n == 0) {
            gw_scan_problem(&t->scan, GW_E_SYNTAX, cell.place, "names of links, separated by `;`",
                            "the path has an empty name");
            return false;
        }
        if (n == *cap_path) {
            *cap_path = 2 * *cap_path + 1024;
            t->path = grown(t->path, (size_t)*cap_path, sizeof *t->path);
        }
        t->path[n++] = gw_name_set_add(&t->links, name.at, name.n);
    }
    t->path_at[t->n + 1] = n;
    return true;
}

/* True: the row stands as number t->n. */
static bool read_row(gw_flow_table *t, int64_t *cap_path) {
    gw_scan *s = &t->scan;
    int64_t i = t->n;
    bool ok = gw_scan_number(s, GW_FLOW_START, &start_range, &t->start_s[i]);
    ok = read_ends(t, i) && ok;
    ok = gw_scan_number(s, GW_FLOW_BYTES, &bytes_range, &t->bytes[i]) && ok;
    if (t->weight != NULL) {
        ok = gw_scan_number(s, GW_FLOW_WEIGHT, &weight_range, &t->weight[i]) && ok;
    }
    if (t->cap_Bps != NULL) {
        ok = gw_scan_number(s, GW_FLOW_CAP, &cap_range, &t->cap_Bps[i]) && ok;
    }
    if (t->path_at != NULL) {
        ok = read_path(t, cap_path) && ok;
    }
    t->row[i] = s->row;
    return ok;
}

void gw_flow_table_read(const char *file, const char *text, size_t n_bytes, gw_arena *arena,
                        gw_diags *diags, gw_flow_table *out) {
    *out = (gw_flow_table){.nodes = gw_name_set_create(arena), .links = gw_name_set_create(arena)};
    if (!gw_scan_open(&out->scan, file, text, n_bytes, columns, GW_FLOW_COLUMNS, arena, diags)) {
        return;
    }
    make_room(out, count_lines(text, n_bytes));
    int64_t cap_path = 0;
    while (gw_scan_row(&out->scan)) {
        if (out->n == INT32_MAX) {
            gw_scan_problem(&out->scan, GW_E_RANGE, out->scan.row, "split the table",
                            "more than 2,147,483,647 flows");
            return;
        }
        out->n += read_row(out, &cap_path);
    }
    if (out->n == 0 && out->scan.n_problems == 0) {
        gw_scan_problem(&out->scan, GW_E_SYNTAX, out->scan.row, "one flow in each row",
                        "the table has no flows");
    }
}

void gw_flow_table_free(gw_flow_table *t) {
    void *parts[] = {t->start_s, t->bytes,   t->weight, t->cap_Bps,    t->src,
                     t->dst,     t->path_at, t->path,   (void *)t->row};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        free(parts[i]);
    }
    gw_name_set_clear(&t->nodes);
    gw_name_set_clear(&t->links);
}

void gw_flow_table_problem(gw_flow_table *t, int64_t i, gw_flow_column column, int part,
                           gw_code code, const char *hint, const char *fmt, ...) {
    if (t->scan.n_problems >= GW_SCAN_TOLD) {
        t->scan.n_problems++;
        return;
    }
    char message[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    gw_scan_return(&t->scan, t->row[i]);
    gw_cell cell = gw_scan_cell(&t->scan, (int)column);
    const char *place = cell.place, *at = cell.at, *end = cell.at + cell.n;
    for (int k = 0; column == GW_FLOW_PATH && k <= part && at < end; k++) {
        place = next_link(&at, end).place;
    }
    bool inside = place >= t->scan.text && place < t->scan.end;
    gw_scan_problem(&t->scan, code, inside ? place : cell.place, hint, "%s", message);
}

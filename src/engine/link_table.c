/* engine/link_table.c: reads a network from a CSV of links.
 * In: bytes.   Out: a gw_net of named nodes and links, or every problem with its line and column. */
#include "engine/link_table.h"

#include <stdio.h>
#include <string.h>

#include "network/route_graph.h"

enum { LINK, SRC, DST, RATE, LATENCY, N_COLUMNS };
static const gw_scan_column columns[N_COLUMNS] = {
    {"link", true}, {"src", true}, {"dst", true}, {"bytes_per_s", true}, {"latency_s", true}};
static const gw_scan_range rate_range = {"bytes_per_s", "B/s", false, GW_NAN,
                                         "leave the row out where there is no link"};
static const gw_scan_range latency_range = {"latency_s", "seconds", true, GW_NAN,
                                            "0 where it does not matter"};

/* The rows that could be read. */
typedef struct link_rows {
    int32_t n;
    int32_t *from, *to;
    double *capacity_Bps, *latency_s;
} link_rows;

static link_rows rows_create(const char *text, size_t n_bytes, gw_arena *arena) {
    size_t n = 1;
    for (const char *at = text; (at = memchr(at, '\n', (size_t)(text + n_bytes - at))) != NULL;
         at++) {
        n++;
    }
    return (link_rows){.from = GW_NEW_N(arena, n, int32_t),
                       .to = GW_NEW_N(arena, n, int32_t),
                       .capacity_Bps = GW_NEW_N(arena, n, double),
                       .latency_s = GW_NEW_N(arena, n, double)};
}

static bool named(gw_scan *scan, int c, gw_cell *cell) {
    *cell = gw_scan_cell(scan, c);
    if (cell->n == 0) {
        gw_scan_problem(scan, GW_E_SYNTAX, cell->place,
                        c == LINK ? "each link has a name of its own" : "the name of a node",
                        "`%s` is empty", columns[c].name);
    }
    return cell->n > 0;
}

static bool link_is_new(gw_scan *scan, gw_link_table *table, gw_cell name) {
    int32_t n = table->links.n;
    if (gw_name_set_add(&table->links, name.at, name.n) == n) {
        return true;
    }
    gw_scan_problem(
        scan, GW_E_KEY, name.place, "a link is one direction; give each a name of its own",
        "the link `%.*s` stands in the table twice", (int)(name.n < 60 ? name.n : 60), name.at);
    return false;
}

/* Numbers of both ends; false: one is missing, or both are the same. */
static bool read_ends(gw_scan *scan, gw_link_table *table, int32_t *from, int32_t *to) {
    gw_cell src, dst;
    bool ok = named(scan, SRC, &src);
    ok = named(scan, DST, &dst) && ok;
    if (!ok) {
        return false;
    }
    *from = gw_name_set_add(&table->nodes, src.at, src.n);
    *to = gw_name_set_add(&table->nodes, dst.at, dst.n);
    if (*from == *to) {
        gw_scan_problem(scan, GW_E_REF, dst.place, "a link joins two nodes: leave the row out",
                        "the link leads from `%.60s` to itself", table->nodes.text[*from]);
    }
    return *from != *to;
}

/* Everything wrong with a row is told; only rows without fault are counted. */
static void read_row(gw_scan *scan, gw_link_table *table, link_rows *out) {
    gw_cell name;
    int32_t i = out->n;
    bool ok = named(scan, LINK, &name) && link_is_new(scan, table, name);
    ok = read_ends(scan, table, &out->from[i], &out->to[i]) && ok;
    ok = gw_scan_number(scan, RATE, &rate_range, &out->capacity_Bps[i]) && ok;
    ok = gw_scan_number(scan, LATENCY, &latency_range, &out->latency_s[i]) && ok;
    out->n += ok;
}

static void node_name(const gw_net *net, int32_t node, char *text, size_t room) {
    snprintf(text, room, "%s", net->node_name[node]);
}

static const gw_wiring csv_wiring = {
    .topology = GW_TOPOLOGY_FREE, .name = "csv", .route = gw_route_graph, .node_name = node_name};

static const char **texts(const gw_name_set *names, gw_arena *arena) {
    const char **out = GW_NEW_N(arena, names->n + 1, const char *);
    memcpy(out, names->text, (size_t)names->n * sizeof *out);
    return out;
}

static gw_net *net_of(const gw_link_table *table, const link_rows *rows, gw_arena *arena) {
    gw_net *net = GW_NEW(arena, gw_net);
    net->wiring = &csv_wiring;
    net->arena = arena;
    net->plan = (gw_net_plan){.topology = GW_TOPOLOGY_FREE,
                              .n_hosts = table->nodes.n,
                              .nics = 1,
                              .rails = 1,
                              .per_node = 1,
                              .planes = 1,
                              .domain = 1,
                              .islands = 1};
    net->n_hosts = net->n_nodes = table->nodes.n;
    net->n_links = rows->n;
    net->from = rows->from;
    net->to = rows->to;
    net->capacity_Bps = rows->capacity_Bps;
    net->latency_s = rows->latency_s;
    net->kind = GW_NEW_N(arena, rows->n + 1, uint8_t);
    net->tier = GW_NEW_N(arena, table->nodes.n + 1, uint8_t);
    net->n_kinds = 1;
    net->kinds[0] = (gw_link_kind){.role = GW_CABLE_SWITCH};
    net->node_name = texts(&table->nodes, arena);
    net->link_name = texts(&table->links, arena);
    return net;
}

gw_code gw_link_table_read(const char *file, const char *text, size_t n_bytes, gw_arena *arena,
                           gw_diags *diags, gw_link_table *out) {
    gw_scan scan;
    *out = (gw_link_table){.nodes = gw_name_set_create(arena), .links = gw_name_set_create(arena)};
    bool opened = gw_scan_open(&scan, file, text, n_bytes, columns, N_COLUMNS, arena, diags);
    link_rows rows = rows_create(text, opened ? n_bytes : 0, arena);
    while (opened && gw_scan_row(&scan)) {
        read_row(&scan, out, &rows);
    }
    if (rows.n == 0 && scan.n_problems == 0) {
        gw_scan_problem(&scan, GW_E_SYNTAX, scan.row, "one direction of a link in each row",
                        "the network has no links");
    }
    gw_scan_tell_rest(&scan);
    if (scan.n_problems > 0) {
        return GW_E_SYNTAX;
    }
    out->net = net_of(out, &rows, arena);
    return GW_OK;
}

void gw_link_table_free(gw_link_table *table) {
    gw_name_set_clear(&table->nodes);
    gw_name_set_clear(&table->links);
}

/* tests/unit/test_engine_flow_tables.c: networks and flows from CSV: ways against brute force, loads of
 * links, positions of mistakes, damaged tables. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow_job.h"
#include "gw_test.h"

static uint64_t state;

static uint32_t draw(uint32_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((state >> 33) % below);
}

/* Both tables, read and routed. */
typedef struct work {
    gw_arena *arena;
    gw_diags *diags;
    gw_flow_network network;
    gw_flow_table table;
    gw_flow_job job;
    gw_code code;
} work;

static void open_tables(work *w, const char *net, size_t n_net, const char *flows, size_t n_flows) {
    *w = (work){.arena = gw_arena_create(0), .diags = gw_diags_create()};
    gw_code code = gw_flow_network_of_table("net.csv", net, n_net, w->arena, w->diags, &w->network);
    gw_flow_table_read("flows.csv", flows, n_flows, w->arena, w->diags, &w->table);
    w->code = code != GW_OK ? code : w->table.scan.n_problems > 0 ? GW_E_SYNTAX : GW_OK;
    if (code == GW_OK && w->table.n > 0) {
        gw_code routed = gw_flow_job_route(&w->network, &w->table, w->arena, &w->job);
        w->code = w->code != GW_OK ? w->code : routed;
    }
    assert_int_equal(w->code == GW_OK, gw_diags_n_errors(w->diags) == 0);
}

static void close_tables(work *w) {
    gw_flow_job_free(&w->job);
    gw_flow_table_free(&w->table);
    gw_flow_network_free(&w->network);
    gw_diags_free(w->diags);
    gw_arena_free(w->arena);
}

#define NET                                                                                        \
    "link,src,dst,bytes_per_s,latency_s\nab,a,b,100,0\nba,b,a,100,0\nbc,b,c,50,0.5\n"              \
    "cb,c,b,50,0.5\n"

static void test_loads_of_links(void **unused) {
    (void)unused;
    const char *flows = "dst,src,bytes,start_s\nb,a,100,0\nc,a,100,0\na,c,100,1\n";
    work w;
    open_tables(&w, NET, strlen(NET), flows, strlen(flows));
    assert_int_equal(w.code, GW_OK);
    gw_flow_job_run(&w.job, w.arena);
    gw_assert_near(w.job.result.finish_s[0], 1.5, 1e-12);
    gw_assert_near(w.job.result.finish_s[1], 2.5, 1e-12);
    gw_assert_near(w.job.result.finish_s[2], 3.5, 1e-12);
    gw_assert_near(gw_flow_job_mean_Bps(&w.job, 2), 40.0, 1e-12);
    double *carried_B, *limiting_s;
    gw_flow_job_links(&w.job, w.arena, &carried_B, &limiting_s);
    const double carried[] = {200.0, 100.0, 100.0, 100.0}, limits[] = {1.5, 0.0, 1.0, 2.0};
    for (int l = 0; l < 4; l++) {
        gw_assert_near(carried_B[l], carried[l], 1e-12);
        gw_assert_near_at(limiting_s[l], limits[l], 1e-12, 1e-12, "limiting_s", __FILE__, __LINE__);
    }
    close_tables(&w);
}

/* ------------------------------------------------------------------ ways */

#define NODES 8

typedef struct graph {
    int n_links, from[40], to[40], latency[40];
} graph;

typedef struct best {
    int n, latency, link[NODES];
} best;

static bool is_before(const best *a, const best *b) {
    if (a->n != b->n || a->latency != b->latency) {
        return a->n != b->n ? a->n < b->n : a->latency < b->latency;
    }
    for (int k = 0; k < a->n; k++) {
        if (a->link[k] != b->link[k]) {
            return a->link[k] < b->link[k];
        }
    }
    return false;
}

/* All ways from `at` that visit no node twice. */
static void try_all(const graph *g, int at, unsigned visited, best *so_far, best *found) {
    if (so_far->n > 0 && (found[at].n == 0 || is_before(so_far, &found[at]))) {
        found[at] = *so_far;
    }
    for (int l = 0; l < g->n_links; l++) {
        if (g->from[l] != at || (visited >> g->to[l] & 1U) != 0) {
            continue;
        }
        so_far->link[so_far->n++] = l;
        so_far->latency += g->latency[l];
        try_all(g, g->to[l], visited | 1U << g->to[l], so_far, found);
        so_far->n--;
        so_far->latency -= g->latency[l];
    }
}

static gw_net *net_of(const graph *g, gw_arena *arena) {
    gw_net *net = GW_NEW(arena, gw_net);
    net->arena = arena;
    net->n_nodes = net->n_hosts = NODES;
    net->n_links = g->n_links;
    net->from = GW_NEW_N(arena, g->n_links + 1, int32_t);
    net->to = GW_NEW_N(arena, g->n_links + 1, int32_t);
    net->latency_s = GW_NEW_N(arena, g->n_links + 1, double);
    for (int l = 0; l < g->n_links; l++) {
        net->from[l] = g->from[l];
        net->to[l] = g->to[l];
        net->latency_s[l] = g->latency[l];
    }
    return net;
}

static void check_ways(const graph *g) {
    gw_arena *arena = gw_arena_create(0);
    gw_net *net = net_of(g, arena);
    int32_t src[NODES * NODES], dst[NODES * NODES], n = 0, *link = NULL;
    int64_t at[NODES * NODES + 1];
    for (int32_t s = 0; s < NODES; s++) {
        for (int32_t d = 0; d < NODES; d++) {
            if (s != d) {
                src[n] = s;
                dst[n++] = d;
            }
        }
    }
    gw_link_ways *ways = gw_link_ways_create(net);
    gw_link_ways_find(ways, n, src, dst, at, &link);
    for (int s = 0, i = 0; s < NODES; s++) {
        best found[NODES] = {{0}}, so_far = {0};
        try_all(g, s, 1U << s, &so_far, found);
        for (int d = 0; d < NODES; d++) {
            if (d == s) {
                continue;
            }
            assert_int_equal(at[i + 1] - at[i], found[d].n);
            for (int k = 0; k < found[d].n; k++) {
                assert_int_equal(link[at[i] + k], found[d].link[k]);
            }
            i++;
        }
    }
    free(link);
    gw_link_ways_free(ways);
    gw_arena_free(arena);
}

static void test_ways_are_the_best_of_all(void **unused) {
    (void)unused;
    for (uint32_t seed = 0; seed < 400; seed++) {
        state = seed;
        graph g = {.n_links = 1 + (int)draw(26)};
        int hubs = 1 + (int)draw(NODES); /* few: the other nodes hang on them */
        for (int l = 0; l < g.n_links; l++) {
            g.from[l] = (int)draw(NODES);
            g.to[l] = g.from[l] < hubs ? (int)draw(NODES) : (int)draw((uint32_t)hubs);
            g.to[l] = g.to[l] == g.from[l] ? (g.to[l] + 1) % NODES : g.to[l];
            g.latency[l] = (int)draw(3);
            if (draw(2) == 0 && l + 1 < g.n_links) { /* and back */
                g.from[l + 1] = g.to[l];
                g.to[l + 1] = g.from[l];
                g.latency[l + 1] = g.latency[l];
                l++;
            }
        }
        check_ways(&g);
    }
}

/* ------------------------------------------------------------------ mistakes */

static void test_every_mistake_has_its_place(void **unused) {
    (void)unused;
    const char *flows = "start_s,src,dst,bytes,path\n"
                        "0,a,b,1,\n"
                        "x,a,b,1,\n"
                        "0,a,q,1,\n"
                        "0,b,b,1,\n"
                        "0,a,c,1,ab; nn\n"
                        "0,a,c,1,\"ab;cb\"\n";
    const int places[][2] = {{3, 1}, {4, 5}, {5, 5}, {6, 13}, {7, 13}};
    work w;
    open_tables(&w, NET, strlen(NET), flows, strlen(flows));
    assert_int_not_equal(w.code, GW_OK);
    gw_diags_sort(w.diags);
    assert_int_equal(gw_diags_n(w.diags), 5);
    for (size_t i = 0; i < 5; i++) {
        const gw_diag *d = gw_diags_at(w.diags, i);
        assert_string_equal(d->loc.file, "flows.csv");
        assert_int_equal(d->loc.line, places[i][0]);
        assert_int_equal(d->loc.col, places[i][1]);
    }
    close_tables(&w);
}

static void test_damaged_tables_are_read_or_refused(void **unused) {
    (void)unused;
    const char *flows = "start_s,src,dst,bytes,weight,cap_bytes_per_s,path\r\n0,a,b,100,1,,\r\n"
                        "0,\"a\",c,1e2,2,7,\"ab;bc\"\r\n1,c,a,100,,,\r\n";
    static const char bytes[] = "\",;\n\r\0 a9.-e\xEF\xBB\xBF";
    int n_fine = 0, n_refused = 0;
    for (uint32_t seed = 0; seed < 3000; seed++) {
        char net_text[512], flow_text[512];
        size_t n_net = strlen(NET), n_flows = strlen(flows);
        memcpy(net_text, NET, n_net);
        memcpy(flow_text, flows, n_flows);
        state = seed;
        for (uint32_t k = 0; k < 1 + seed % 3; k++) {
            char c = bytes[draw(sizeof bytes - 1)];
            if (draw(3) == 0) {
                net_text[draw((uint32_t)n_net)] = c;
            } else {
                flow_text[draw((uint32_t)n_flows)] = c;
            }
        }
        n_flows -= draw(4) == 0 ? draw((uint32_t)n_flows) : 0;
        net_text[n_net] = flow_text[n_flows] = '\0';
        work w;
        open_tables(&w, net_text, n_net, flow_text, n_flows);
        if (w.code == GW_OK) {
            gw_flow_job_run(&w.job, w.arena);
            assert_int_equal(w.job.result.n_stuck, 0);
        }
        n_fine += w.code == GW_OK;
        n_refused += w.code != GW_OK;
        close_tables(&w);
    }
    assert_true(n_fine > 30 && n_refused > 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loads_of_links),
        cmocka_unit_test(test_ways_are_the_best_of_all),
        cmocka_unit_test(test_every_mistake_has_its_place),
        cmocka_unit_test(test_damaged_tables_are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

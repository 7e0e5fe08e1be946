/* test_chakra_run.c: replays of execution traces against times worked out by hand. */
#include "chakra/chakra.h"
#include "chakra_encode.h"
#include "gw_test.h"

#define RATE 50e9
#define LAG 1e-6

enum { N_FILES = 16 };

typedef struct bench {
    gw_arena *arena;
    gw_diags *diags;
    gw_net *net;
    gw_route_how how;
    gw_chakra_opts opts;
    gw_buf file[N_FILES];
    gw_chakra_trace trace[N_FILES];
    gw_chakra_result out;
} bench;

/* One switch, n hosts. */
static bench star(int n) {
    bench b = {.arena = gw_arena_create(0), .diags = gw_diags_create()};
    gw_net_plan plan = {.topology = GW_TOPOLOGY_FAT_TREE,
                        .n_hosts = n,
                        .nics = 1,
                        .rails = 1,
                        .per_node = 1,
                        .planes = 1,
                        .domain = 1,
                        .islands = 1,
                        .n_levels = 1,
                        .down = {n},
                        .up = {1},
                        .parallel = {1},
                        .nic_Bps = RATE,
                        .link_Bps = RATE,
                        .nic_latency_s = LAG / 2,
                        .link_latency_s = LAG / 2,
                        .host_cable_m = 3,
                        .cable_m = 30};
    b.net = gw_net_build(&plan, b.arena);
    for (int32_t l = 0; l < b.net->n_links + b.net->n_bundles; l++) {
        b.net->latency_s[l] = LAG / 2; /* two links a way: LAG */
    }
    b.how.kind = GW_ROUTING_D_MOD_K;
    b.opts = (gw_chakra_opts){.peak_flops = GW_NAN,
                              .mem_Bps = GW_NAN,
                              .far_mem_Bps = GW_NAN,
                              .algorithm = GW_ALGORITHM_RING};
    for (int i = 0; i < N_FILES; i++) {
        put_metadata(&b.file[i], "0.0.4");
    }
    return b;
}

static void end(bench *b) {
    for (int i = 0; i < N_FILES; i++) {
        gw_buf_clear(&b->file[i]);
    }
    gw_diags_free(b->diags);
    gw_arena_free(b->arena);
}

static void read_all(bench *b, int n) {
    for (int i = 0; i < n; i++) {
        char name[32];
        snprintf(name, sizeof name, "test.%d.et", i);
        gw_code code =
            gw_chakra_read(name, b->file[i].text, b->file[i].n, b->arena, b->diags, &b->trace[i]);
        if (code != GW_OK) {
            gw_diags_print(b->diags, stderr, 0);
        }
        assert_int_equal(code, GW_OK);
    }
}

static void replay(bench *b, int n) {
    read_all(b, n);
    gw_code code =
        gw_chakra_run(b->net, &b->how, n, b->trace, &b->opts, b->arena, b->diags, &b->out);
    if (code != GW_OK) {
        gw_diags_print(b->diags, stderr, 0);
    }
    assert_int_equal(code, GW_OK);
    for (int i = 0; i < b->out.n_npus; i++) {
        const gw_chakra_npu *p = &b->out.npu[i];
        gw_assert_close(p->compute_s + p->exposed_s + p->waiting_s + p->other_s, p->end_s,
                        1e-12 * (1 + p->end_s));
    }
}

/* The replay is refused, and some message has this in it. */
static void refused(bench *b, int n, const char *part) {
    bool found = false;
    gw_code code = GW_OK;
    for (int i = 0; i < n && code == GW_OK; i++) {
        code = gw_chakra_read("test.et", b->file[i].text, b->file[i].n, b->arena, b->diags,
                              &b->trace[i]);
    }
    if (code == GW_OK) {
        code = gw_chakra_run(b->net, &b->how, n, b->trace, &b->opts, b->arena, b->diags, &b->out);
    }
    assert_int_not_equal(code, GW_OK);
    for (size_t i = 0; i < gw_diags_n(b->diags); i++) {
        found = found || strstr(gw_diags_at(b->diags, i)->msg, part) != NULL;
    }
    if (!found) {
        gw_diags_print(b->diags, stderr, 0);
    }
    assert_true(found);
}

/* ------------------------------------------------------------------ collectives */

/* Ring: 2 (n - 1) steps of bytes / n, each after the latency. */
static void test_ring(void **state) {
    (void)state;
    bench b = star(8);
    for (int i = 0; i < 8; i++) { /* ids go on from file to file, as in ASTRA-sim's examples */
        put_coll(&b.file[i], (uint64_t)i, GW_CHAKRA_ALL_REDUCE, 1 << 20, NULL, -1);
    }
    replay(&b, 8);
    gw_assert_near(b.out.end_s, 14 * (LAG + (1 << 20) / 8.0 / RATE), 1e-12);
    gw_assert_near(b.out.npu[3].exposed_s, b.out.end_s, 1e-12);
    assert_int_equal(b.out.n_collectives, 1);
    assert_int_equal(b.out.n_fluid, 0);
    gw_assert_near(b.out.comm_B[GW_CHAKRA_ALL_REDUCE], 14.0 * (1 << 20), 1e-12);
    end(&b);
}

/* An all-gather's size is the part of a rank, an all-to-all's all that it sends. */
static void test_sizes(void **state) {
    (void)state;
    static const struct {
        int comm;
        double times;
        int steps;
    } cases[] = {{GW_CHAKRA_ALL_GATHER, 3, 3},
                 {GW_CHAKRA_REDUCE_SCATTER, 0.75, 3},
                 {GW_CHAKRA_REDUCE_SCATTER_BLOCK, 0.75, 3},
                 {GW_CHAKRA_ALL_TO_ALL, 0.75, 1},
                 {GW_CHAKRA_GATHER, 3, 1},
                 {GW_CHAKRA_SCATTER, 0.75, 1},
                 {GW_CHAKRA_BARRIER, 0, 0}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        bench b = star(4);
        for (int i = 0; i < 4; i++) {
            put_coll(&b.file[i], 1, cases[k].comm, 4000000, NULL, -1);
        }
        replay(&b, 4);
        gw_assert_close(b.out.end_s, cases[k].times * 4e6 / RATE + cases[k].steps * LAG, 1e-15);
        assert_int_equal(b.out.n_otherwise, cases[k].comm == GW_CHAKRA_ALL_TO_ALL);
        end(&b);
    }
}

/* Every rank has the bytes that a reduce or broadcast moves; root last in one, first in the other. */
static void test_rooted(void **state) {
    (void)state;
    double took_s[2];
    for (int k = 0; k < 2; k++) {
        bench b = star(4);
        b.opts.algorithm = GW_ALGORITHM_AUTO;
        for (int i = 0; i < 4; i++) {
            put_coll(&b.file[i], 1, k == 0 ? GW_CHAKRA_BROADCAST : GW_CHAKRA_REDUCE, 1000000, NULL,
                     -1);
        }
        replay(&b, 4);
        took_s[k] = b.out.end_s;
        assert_true(took_s[k] >= 1e6 / RATE + LAG);
        gw_assert_near(b.out.comm_B[k == 0 ? GW_CHAKRA_BROADCAST : GW_CHAKRA_REDUCE], 3e6, 1e-12);
        end(&b);
    }
    gw_assert_near(took_s[0], took_s[1], 1e-12); /* the same schedule backwards */
}

/* One group: one after another, in the order of arrival. Two groups: at once. */
static void test_groups(void **state) {
    (void)state;
    double one_s = 2 * (LAG + 5e5 / RATE); /* ring of 2: two steps of half of 1 MB */
    for (int k = 0; k < 2; k++) {
        bench b = star(4);
        static const int32_t low[] = {0, 1}, high[] = {2, 3};
        gw_chakra_group groups[] = {{"1", 2, low}, {"2", 2, high}};
        b.opts.n_groups = 2;
        b.opts.group = groups;
        for (int i = 0; i < 4; i++) {
            const char *name = i < 2 ? "1" : "2";
            put_coll(&b.file[i], 1, GW_CHAKRA_ALL_REDUCE, 1000000, name, -1);
            if (k == 1) {
                put_coll(&b.file[i], 2, GW_CHAKRA_ALL_REDUCE, 1000000, name, -1);
            }
        }
        replay(&b, 4);
        gw_assert_near(b.out.end_s, (k + 1) * one_s, 1e-12);
        assert_int_equal(b.out.n_collectives, 2 * (k + 1));
        end(&b);
    }
}

/* Dimensions: NPU = c0 + 2 c1. Over the second: {0, 2} and {1, 3}. */
static void test_dims(void **state) {
    (void)state;
    bench b = star(4);
    b.opts.n_dims = 2;
    b.opts.dim[0] = b.opts.dim[1] = 2;
    for (int i = 0; i < 4; i++) {
        gw_buf n = node_begin(1, "COLL", 7);
        node_attr(&n, "comm_type", 9, GW_CHAKRA_ALL_REDUCE);
        node_attr(&n, "comm_size", 9, (i & 1) != 0 ? 2000000 : 1000000);
        node_flags(&n, "involved_dim", "\0\1", 2);
        put_message(&b.file[i], &n);
    }
    replay(&b, 4); /* sizes differ between the two groups: they are told apart rightly */
    gw_assert_near(b.out.npu[0].end_s, 2 * (LAG + 5e5 / RATE), 1e-12);
    gw_assert_near(b.out.npu[2].end_s, 2 * (LAG + 5e5 / RATE), 1e-12);
    gw_assert_near(b.out.npu[1].end_s, 2 * (LAG + 1e6 / RATE), 1e-12);
    b.opts.n_dims = 0;
    refused(&b, 4, "their sizes are not known");
    end(&b);
}

/* All dimensions, or none given: one group of all, whose collectives are told apart by their order.
 * A name goes before dimensions. */
static void test_all_dims(void **state) {
    (void)state;
    bench b = star(4);
    for (int i = 0; i < 4; i++) {
        for (uint64_t k = 0; k < 4; k++) {
            gw_buf n = node_begin(k + 1, "COLL", 7);
            node_attr(&n, "comm_type", 9, GW_CHAKRA_ALL_REDUCE);
            node_attr(&n, "comm_size", 9, 1000000 * (k + 1));
            if (k > 0) {
                node_flags(&n, "involved_dim", k == 3 ? "\1\0\0" : "\1\1\1", k == 1 ? 2 : 3);
            }
            if (k == 3) {
                node_text(&n, "pg_name", "0");
            }
            put_message(&b.file[i], &n);
        }
    }
    replay(&b, 4);
    assert_int_equal(b.out.n_collectives, 4);
    assert_int_equal(b.trace[0].n_specs, 2);
    assert_int_equal(b.trace[0].spec[0].n, 3);
    gw_assert_near(b.out.comm_B[GW_CHAKRA_ALL_REDUCE], 6e6 * 10, 1e-12);
    end(&b);
}

/* Groups that PyTorch lists in a metadata node. */
static void test_pytorch_groups(void **state) {
    (void)state;
    static const char list[] =
        "['[{\"pg_name\": \"0\", \"backend_config\": \"cuda:nccl\", \"ranks\": [], \"n\": 4}, "
        "{\"pg_name\": \"7\", \"pg_desc\": {\"a\": [1, \"}\"]}, \"ranks\": [0, 3]}]']";
    bench b = star(4);
    for (int i = 0; i < 4; i++) {
        gw_buf n = node_begin(1, "## process_group:init ##", 1), info = {0};
        put_bytes(&info, 1, list, sizeof list - 1);
        put_bytes(&n, 8, info.text, info.n);
        gw_buf_clear(&info);
        put_message(&b.file[i], &n);
        if (i == 0 || i == 3) {
            put_coll(&b.file[i], 2, GW_CHAKRA_ALL_REDUCE, 1000000, "7", 1);
        }
        put_coll(&b.file[i], 3, GW_CHAKRA_BARRIER, 0, "0", i == 0 || i == 3 ? 2 : 1);
    }
    replay(&b, 4);
    gw_assert_near(b.out.end_s, 2 * (LAG + 5e5 / RATE), 1e-12);
    gw_assert_near(b.out.npu[1].waiting_s, b.out.end_s, 1e-12);
    end(&b);
}

/* ------------------------------------------------------------------ messages */

/* As ASTRA-sim's allreduce_ring_8ranks from an MSCCL algorithm: each rank sends, receives, reduces
 * (7 times), then passes the result on; one after another. */
static void test_ring_of_messages(void **state) {
    (void)state;
    bench b = star(8);
    for (uint64_t i = 0; i < 8; i++) {
        uint64_t id = 0;
        for (int step = 0; step < 14; step++) {
            put_p2p(&b.file[i], id, 5, (i + 1) % 8, 131072, 0, (int64_t)id - 1);
            id++;
            put_p2p(&b.file[i], id, 6, (i + 7) % 8, 131072, 0, (int64_t)id - 1);
            id++;
            if (step < 7) {
                put_comp(&b.file[i], id, 5, (int64_t)id - 1);
                id++;
            }
        }
    }
    replay(&b, 8);
    double expected_s = 14 * (LAG + 131072 / RATE) + 7 * 5e-6;
    for (int i = 0; i < 8; i++) {
        gw_assert_near(b.out.npu[i].end_s, expected_s, 1e-12);
        gw_assert_near(b.out.npu[i].compute_s, 35e-6, 1e-12);
        gw_assert_close(b.out.npu[i].waiting_s, 0, 1e-15);
    }
    assert_int_equal(b.out.n_messages, 8 * 14);
    double carried_B = 0;
    for (int32_t l = 0; l < b.net->n_links; l++) {
        carried_B += b.out.carried_B[l];
    }
    gw_assert_near(carried_B, 2 * 8 * 14 * 131072.0, 1e-9); /* two links a way */
    end(&b);
}

/* Rank 0 computes 30 us and sends; rank 1 waits for it. Rank 2's message is there before anybody
 * asks for it: the receive takes no time. */
static void test_waiting(void **state) {
    (void)state;
    bench b = star(3);
    put_comp(&b.file[0], 1, 30, -1);
    put_p2p(&b.file[0], 2, 5, 1, 500000, 9, 1);
    put_p2p(&b.file[1], 1, 6, 0, 500000, 9, -1);
    put_p2p(&b.file[1], 2, 6, 2, 1000, 9, 1);
    put_p2p(&b.file[2], 1, 5, 1, 1000, 9, -1);
    replay(&b, 3);
    double send_s = LAG + 5e5 / RATE;
    gw_assert_near(b.out.npu[0].compute_s, 30e-6, 1e-12);
    gw_assert_near(b.out.npu[0].exposed_s, send_s, 1e-9);
    gw_assert_near(b.out.npu[1].waiting_s, 30e-6, 1e-9);
    gw_assert_near(b.out.npu[1].exposed_s, send_s, 1e-9);
    gw_assert_near(b.out.npu[1].end_s, 30e-6 + send_s, 1e-12);
    gw_assert_near(b.out.npu[2].end_s, LAG + 1000 / RATE, 1e-12);
    end(&b);
}

/* Two senders share the receiver's link; one of 1 MB, one of 2 MB: 2 MB at half rate, 1 MB at full. */
static void test_shared_link(void **state) {
    (void)state;
    bench b = star(3);
    put_p2p(&b.file[0], 1, 5, 2, 1000000, 0, -1);
    put_p2p(&b.file[1], 1, 5, 2, 2000000, 0, -1);
    put_p2p(&b.file[2], 1, 6, 0, 1000000, 0, -1);
    put_p2p(&b.file[2], 2, 6, 1, 2000000, 0, -1);
    replay(&b, 3);
    gw_assert_near(b.out.npu[0].end_s, LAG + 2e6 / RATE, 1e-12);
    gw_assert_near(b.out.npu[1].end_s, LAG + 3e6 / RATE, 1e-12);
    end(&b);
}

/* ------------------------------------------------------------------ computing */

/* A collective beside computing hides behind it; what sticks out is exposed. */
static void test_overlap(void **state) {
    (void)state;
    for (int k = 0; k < 2; k++) {
        bench b = star(2);
        double comm_s = 2 * (LAG + 5e5 / RATE);
        uint64_t micros = k == 0 ? 10 : 1000;
        for (int i = 0; i < 2; i++) {
            put_comp(&b.file[i], 1, micros, -1);
            put_coll(&b.file[i], 2, GW_CHAKRA_ALL_REDUCE, 1000000, NULL, -1);
        }
        replay(&b, 2);
        double comp_s = (double)micros * 1e-6;
        gw_assert_near(b.out.end_s, fmax(comm_s, comp_s), 1e-12);
        gw_assert_close(b.out.npu[0].exposed_s, fmax(0, comm_s - comp_s), 1e-15);
        gw_assert_near(b.out.npu[0].compute_s, comp_s, 1e-12);
        end(&b);
    }
}

/* One compute node at a time, the lowest id first; CPU nodes beside it; memory by its own rate. */
static void test_lanes(void **state) {
    (void)state;
    bench b = star(2);
    b.opts.far_mem_Bps = 1e9;
    put_comp(&b.file[0], 2, 20, -1);
    put_comp(&b.file[0], 1, 10, -1);
    gw_buf n = node_begin(3, "CPU", 4);
    node_attr(&n, "is_cpu_op", 27, 1);
    node_micros(&n, 50);
    put_message(&b.file[0], &n);
    n = node_begin(4, "LOAD", 2);
    node_attr(&n, "tensor_size", 13, 4000);
    node_after(&n, 1);
    put_message(&b.file[0], &n);
    put_comp(&b.file[1], 1, 10, -1);
    replay(&b, 2);
    gw_assert_near(b.out.npu[0].end_s, 50e-6, 1e-12);
    gw_assert_near(b.out.npu[0].compute_s, 30e-6, 1e-12);
    gw_assert_near(b.out.npu[0].other_s, 20e-6, 1e-12);
    assert_int_equal(b.out.n_nodes[GW_CHAKRA_COMP], 4);
    assert_int_equal(b.out.n_far_mem, 0);
    b.opts.far_mem_Bps = GW_NAN;
    gw_chakra_result again;
    assert_int_equal(gw_chakra_run(b.net, &b.how, 2, b.trace, &b.opts, b.arena, b.diags, &again),
                     GW_OK);
    assert_int_equal(again.n_far_mem, 1); /* took no time, and that is said */
    end(&b);
}

/* 8e9 operations on 2 MB: by 1e15 FLOP/s 8 us, by 1e11 B/s 20 us. */
static void test_roofline(void **state) {
    (void)state;
    bench b = star(2);
    for (int i = 0; i < 2; i++) {
        gw_buf n = node_begin(1, "GEMM", 4);
        node_attr(&n, "num_ops", 9, 8000000000);
        node_attr(&n, "tensor_size", 9, 2000000);
        put_message(&b.file[i], &n);
    }
    replay(&b, 2);
    gw_assert_close(b.out.end_s, 0, 0);
    assert_int_equal(b.out.n_timeless, 2);
    b.opts.peak_flops = 1e15;
    replay(&b, 2);
    gw_assert_near(b.out.end_s, 8e-6, 1e-12);
    b.opts.mem_Bps = 1e11;
    replay(&b, 2);
    gw_assert_near(b.out.end_s, 20e-6, 1e-12);
    assert_int_equal(b.out.n_timeless, 0);
    end(&b);
}

/* ------------------------------------------------------------------ copies */

static const int32_t row_0[] = {0, 1}, row_1[] = {2, 3}, row_2[] = {4, 5}, row_3[] = {6, 7};
static const int32_t col_0[] = {0, 2, 4, 6}, col_1[] = {1, 3, 5, 7};

static void put_training(gw_buf *file, const char *tensor, const char *data) {
    put_comp(file, 1, 40, -1);
    put_coll(file, 2, GW_CHAKRA_ALL_REDUCE, 3000000, tensor, 1);
    put_comp(file, 3, 20, 2);
    put_coll(file, 4, GW_CHAKRA_REDUCE_SCATTER, 8000000, data, 2);
    put_coll(file, 5, GW_CHAKRA_ALL_GATHER, 100000, NULL, 4);
}

/* Tensor-parallel pairs, data-parallel columns: one trace, copied, is as eight of them. */
static void test_copies(void **state) {
    (void)state;
    bench all = star(8), one = star(8);
    gw_chakra_group groups[] = {{"r0", 2, row_0}, {"r1", 2, row_1}, {"r2", 2, row_2},
                                {"r3", 2, row_3}, {"c0", 4, col_0}, {"c1", 4, col_1}};
    static const char *const rows[] = {"r0", "r1", "r2", "r3"};
    all.opts.group = one.opts.group = groups;
    all.opts.n_groups = one.opts.n_groups = 6;
    for (int i = 0; i < 8; i++) {
        put_training(&all.file[i], rows[i / 2], i % 2 == 0 ? "c0" : "c1");
    }
    put_training(&one.file[0], "r0", "c0");
    replay(&all, 8);
    one.opts.n_npus = 8;
    replay(&one, 1);
    assert_int_equal(one.out.n_npus, 8);
    assert_int_equal(one.out.n_collectives, all.out.n_collectives);
    assert_true(all.out.end_s > 60e-6 + 2 * 1.5e6 / RATE);
    for (int i = 0; i < 8; i++) {
        gw_assert_near(one.out.npu[i].end_s, all.out.npu[i].end_s, 1e-12);
    }
    gw_assert_near(one.out.end_s, all.out.end_s, 1e-12);
    one.opts.n_npus = 6; /* columns of four ranks, two apart, do not tile six */
    refused(&one, 1, "do not tile");
    end(&all);
    end(&one);
}

/* A pair of ranks that talk to one another, four times. */
static void test_copied_messages(void **state) {
    (void)state;
    bench b = star(8);
    put_p2p(&b.file[0], 1, 5, 1, 1000000, 3, -1);
    put_p2p(&b.file[1], 1, 6, 0, 1000000, 3, -1);
    b.opts.n_npus = 8;
    replay(&b, 2);
    assert_int_equal(b.out.n_messages, 4);
    gw_assert_near(b.out.end_s, LAG + 1e6 / RATE, 1e-12);
    gw_assert_near(b.out.npu[6].end_s, b.out.end_s, 1e-12);
    b.opts.n_npus = 7;
    refused(&b, 2, "cannot run copies");
    end(&b);
}

/* ------------------------------------------------------------------ what does not fit together */

static void test_missing_rank(void **state) {
    (void)state;
    bench b = star(2);
    put_coll(&b.file[0], 1, GW_CHAKRA_ALL_REDUCE, 1000, NULL, -1);
    put_comp(&b.file[1], 1, 1, -1);
    refused(&b, 2, "misses this collective");
    end(&b);
    b = star(2);
    put_coll(&b.file[0], 1, GW_CHAKRA_ALL_REDUCE, 1000, NULL, -1);
    put_coll(&b.file[0], 5, GW_CHAKRA_ALL_REDUCE, 1000, NULL, -1);
    put_coll(&b.file[1], 1, GW_CHAKRA_ALL_REDUCE, 1000, NULL, -1);
    refused(&b, 2, "node 5 `COLL`");
    end(&b);
    b = star(2);
    put_coll(&b.file[0], 1, GW_CHAKRA_ALL_REDUCE, 1000, NULL, -1);
    put_coll(&b.file[1], 1, GW_CHAKRA_ALL_GATHER, 1000, NULL, -1);
    refused(&b, 2, "is ALL_GATHER of 1000 bytes here, and ALL_REDUCE");
    end(&b);
}

static void test_alone(void **state) {
    (void)state;
    bench b = star(3);
    put_p2p(&b.file[0], 7, 5, 1, 1000, 0, -1);
    put_comp(&b.file[1], 1, 1, -1);
    refused(&b, 2, "no receive matches this send from rank 0 to rank 1, tag 0, 1000 bytes");
    end(&b);
    b = star(3);
    put_p2p(&b.file[0], 7, 5, 1, 1000, 0, -1);
    put_p2p(&b.file[1], 7, 6, 0, 1001, 0, -1);
    refused(&b, 2, "no send matches this receive");
    assert_string_equal(gw_diags_at(b.diags, 0)->hint,
                        "both ends of a message have the same `comm_size`");
    end(&b);
    b = star(3);
    put_p2p(&b.file[0], 7, 5, 5, 1000, 0, -1);
    refused(&b, 1, "no NPU of these traces");
    end(&b);
}

static void test_circles(void **state) {
    (void)state;
    bench b = star(2);
    put_comp(&b.file[0], 1, 1, -1);
    put_comp(&b.file[0], 2, 1, 3);
    put_comp(&b.file[0], 3, 1, 2);
    put_comp(&b.file[0], 4, 1, 3);
    refused(&b, 1, "it depends on itself, over other nodes; 3 nodes");
    end(&b);
    b = star(2);
    put_comp(&b.file[0], 1, 1, 99);
    refused(&b, 1, "it depends on node 99, which is not in the file");
    end(&b);
    b = star(2);
    put_comp(&b.file[0], 1, 1, -1);
    put_comp(&b.file[0], 1, 1, -1);
    refused(&b, 1, "another node has this id");
    end(&b);
    b = star(2); /* each waits for what the other sends only afterwards */
    put_p2p(&b.file[0], 1, 6, 1, 1000, 0, -1);
    put_p2p(&b.file[0], 2, 5, 1, 1000, 0, 1);
    put_p2p(&b.file[1], 1, 6, 0, 1000, 0, -1);
    put_p2p(&b.file[1], 2, 5, 0, 1000, 0, 1);
    refused(&b, 2, "it waits for bytes that never come (NPU 1, 0 of 2 nodes done)");
    end(&b);
}

static void test_no_way(void **state) {
    (void)state;
    bench b = star(2);
    put_coll(&b.file[0], 1, GW_CHAKRA_ALL_REDUCE, 1000, "5", -1);
    refused(&b, 1, "its group `5` is not known");
    end(&b);
    b = star(2);
    for (int i = 0; i < 3; i++) {
        put_comp(&b.file[i], 1, 1, -1);
    }
    refused(&b, 3, "3 NPUs do not fit on 2 hosts");
    end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ring),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_rooted),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_dims),
        cmocka_unit_test(test_all_dims),
        cmocka_unit_test(test_pytorch_groups),
        cmocka_unit_test(test_ring_of_messages),
        cmocka_unit_test(test_waiting),
        cmocka_unit_test(test_shared_link),
        cmocka_unit_test(test_overlap),
        cmocka_unit_test(test_lanes),
        cmocka_unit_test(test_roofline),
        cmocka_unit_test(test_copies),
        cmocka_unit_test(test_copied_messages),
        cmocka_unit_test(test_missing_rank),
        cmocka_unit_test(test_alone),
        cmocka_unit_test(test_circles),
        cmocka_unit_test(test_no_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

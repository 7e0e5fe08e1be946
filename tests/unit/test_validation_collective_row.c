/* Rows of collectives: what is read from a row, what is refused and why, no NaN whatever a cell
 * holds. Predictions are compared with gw_collective_s on a network written down by hand. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "gw_test.h"
#include "validation/collective_row.h"

#define HEADER                                                                                     \
    "id,source,collective,gpus,gpus_per_node,gpu,intra_fabric,nic_gbps_per_gpu,message_bytes,"     \
    "time_us,algbw_GBps,busbw_GBps\n"

#define CHIP(entry, fabric, rate_GBps, maker)                                                      \
    {                                                                                              \
        .head = {.name = entry}, .vendor = maker, .scaleup_fabric = fabric,                        \
        .scaleup_bandwidth_Bps = (rate_GBps)*1e9, .scaleup_efficiency = 0.8,                       \
        .nic_efficiency = 0.85, .scaleup_latency_s = 1e-6, .collective_start_s = 6e-6,             \
        .collective_ramp = 1.4, .collective_nics = 10, .scaleup_domain = 8                         \
    }

static gw_accelerator chips[] = {CHIP("H100-SXM", "NVLink 4, NVSwitch", 450, "NVIDIA"),
                                 CHIP("GB200", "NVLink 5, NVL72", 900, "NVIDIA"),
                                 CHIP("MI250X", "Infinity Fabric", 350, "AMD"),
                                 CHIP("TPU-v7", "ICI 3D torus", 600, "Google")};

static gw_trial trial_of(const char *row) {
    static char reason[200], column[40], regime[80], wide[120];
    gw_arena *arena = gw_arena_create(0);
    gw_diags *diags = gw_diags_create();
    chips[1].scaleup_domain = 72;
    chips[2].scaleup_domain = 4;
    chips[3].scaleup_domain = 9216;
    gw_scenario in = {.accelerators = {.n = 4, .at = chips}};
    gw_csv csv;
    const char *text = gw_arena_printf(arena, "%s%s\n", HEADER, row);
    assert_int_equal(gw_csv_read("c.csv", text, strlen(text), arena, diags, &csv), GW_OK);
    gw_trial t = gw_collective_row(&in, &csv, 1, arena);
    snprintf(reason, sizeof reason, "%s", t.unsupported ? t.unsupported : "");
    snprintf(column, sizeof column, "%s", t.column ? t.column : "");
    snprintf(regime, sizeof regime, "%s", t.regime ? t.regime : "");
    snprintf(wide, sizeof wide, "%s", t.wide ? t.wide : "");
    t.unsupported = t.unsupported ? reason : NULL;
    t.column = column;
    t.regime = regime;
    t.wide = t.wide ? wide : NULL;
    gw_arena_free(arena);
    gw_diags_free(diags);
    return t;
}

static gw_comm comm_of(double scaleup_GBps, int domain, double nic_GBps, bool multicast) {
    return (gw_comm){.scaleup = {scaleup_GBps * 1e9 * 0.8, 1e-6, domain},
                     .scaleout = {nic_GBps * 1e9 * 0.85, 5e-6, 1 << 20},
                     .multicast = multicast,
                     .start_s = 6e-6,
                     .ramp_ratio = 1.4,
                     .nics = 10};
}

static void assert_row(const char *row, gw_comm comm, gw_collective kind, int n, int g,
                       double bytes, double measured_s) {
    gw_trial t = trial_of(row);
    assert_null(t.unsupported);
    gw_assert_near(t.measured_s, measured_s, 1e-12);
    gw_assert_near(t.predicted_s, gw_collective_s(&comm, kind, bytes, n, g), 1e-12);
    assert_true(t.low_s < t.predicted_s && t.predicted_s < t.high_s);
}

static void test_read(void **state) {
    (void)state;
    assert_row("1,s,all_reduce,8,8,H100,NVLink4 NVSwitch,,8000000,83,96,170",
               comm_of(450, 8, 0, true), GW_ALL_REDUCE, 8, 8, 8e6, 83e-6);
    /* the switch turned off */
    assert_row("1,s,all_reduce,8,8,H100,NVLink4 NVSwitch (ring),,8e9,40000,,",
               comm_of(450, 8, 0, false), GW_ALL_REDUCE, 8, 8, 8e9, 40e-3);
    assert_row("1,s NCCL_NVLS_ENABLE=0,all_reduce,8,8,H100,NVLink4,,8e9,40000,,",
               comm_of(450, 8, 0, false), GW_ALL_REDUCE, 8, 8, 8e9, 40e-3);
    /* two nodes of four, 400 Gbit/s; time from the algorithm bandwidth */
    assert_row("1,s,all_gather,8,4,H100,NVLink4,400,1000000,,10,", comm_of(450, 4, 50, true),
               GW_ALL_GATHER, 8, 4, 1e6, 1e-4);
    /* a tray has 4, the domain 72 */
    assert_row("1,s,all_reduce,144,4,GB200,NVLink5 NVL72,400,1e9,3500,,",
               comm_of(900, 72, 50, true), GW_ALL_REDUCE, 144, 72, 1e9, 3.5e-3);
    /* one die of two */
    assert_row("1,s,all_reduce,32,8,MI250X (per GCD),Infinity Fabric,100,1e9,20000,,",
               comm_of(175, 8, 12.5, false), GW_ALL_REDUCE, 32, 8, 1e9, 20e-3);
    /* two of six links in a slice of 2 x 2, all six in 4 x 4 x 4 */
    assert_row("1,s,all_gather,4,4,TPU v7 (Ironwood),ICI 3D torus,,1e9,5000,,",
               comm_of(200, 9216, 0, false), GW_ALL_GATHER, 4, 4, 1e9, 5e-3);
    assert_row("1,s,all_gather,64,4,TPU v7 (Ironwood),ICI 3D torus,,1e9,5000,,",
               comm_of(600, 9216, 0, false), GW_ALL_GATHER, 64, 64, 1e9, 5e-3);
    assert_row("1,s,ep_dispatch,8,8,H100,NVLink4,400,7340032,77,,98", comm_of(450, 8, 50, true),
               GW_ALL_TO_ALL, 8, 8, 7340032, 77e-6);
}

static void test_regimes(void **state) {
    (void)state;
    static const struct {
        const char *row, *regime;
    } cases[] = {{"1,s,alltoall,8,8,H100,NVLink4,,65536,9,,", "inside, up to 64 kB"},
                 {"1,s,alltoall,8,8,H100,NVLink4,,65537,9,,", "inside, 64 kB to 1 MB"},
                 {"1,s,alltoall,16,8,H100,NVLink4,400,64000000,9,,", "across, 1 to 64 MB"},
                 {"1,s,alltoall,16,8,H100,NVLink4,400,64000001,9,,", "across, over 64 MB"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(trial_of(cases[i].row).regime, cases[i].regime);
    }
    assert_null(trial_of(cases[0].row).wide);
    gw_trial sure = trial_of("1,s,alltoall,8,8,H100,NVLink4,400,1e7,90,,");
    gw_trial bent = trial_of("1,s,ep_combine,8,8,H100,NVLink4,400,1e7,90,,");
    assert_non_null(bent.wide);
    gw_assert_near(bent.predicted_s, sure.predicted_s, 1e-12);
    assert_true(bent.low_s < sure.low_s && bent.high_s > sure.high_s);
}

/* Names in every spelling; a rate alone gives the time; unknown fabrics are wider. */
static void test_spellings(void **state) {
    (void)state;
    static const struct {
        const char *name;
        gw_collective kind;
    } names[] = {{"AllReduce", GW_ALL_REDUCE},         {"all-reduce", GW_ALL_REDUCE},
                 {"ncclAllReduce", GW_ALL_REDUCE},     {"all_reduce_perf", GW_ALL_REDUCE},
                 {"ReduceScatter", GW_REDUCE_SCATTER}, {"All Gather", GW_ALL_GATHER},
                 {"alltoall", GW_ALL_TO_ALL},          {"all-to-all", GW_ALL_TO_ALL}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char row[160];
        snprintf(row, sizeof row, "1,s,%s,8,8,h100 sxm,NVLink4,,8000000,83,,", names[i].name);
        assert_row(row, comm_of(450, 8, 0, true), names[i].kind, 8, 8, 8e6, 83e-6);
    }
    /* busbw = algbw 2 (n - 1) / n: 175 GB/s are 100 GB/s of 8 MB */
    assert_row("1,s,all_reduce,8,8,H100,,,8000000,,,175", comm_of(450, 8, 0, true), GW_ALL_REDUCE,
               8, 8, 8e6, 80e-6);
    gw_trial odd = trial_of("1,s,all_reduce,8,8,H100,hyperlink,,8000000,83,,");
    assert_null(odd.unsupported);
    assert_true(odd.wide && strstr(odd.wide, "intra_fabric"));
    static const struct {
        const char *row, *column;
    } refused[] = {{"1,s,all_reduce,8,8,H100,PCIe Gen5,,8000000,83,,", "intra_fabric"},
                   {"1,s,all_reduce,8,8,H100,NVLink4,,8000000,83,50,", "time_us"},
                   {"1,s,all_reduce,8,8,H100,NVLink4,,8000000,83,,96", "time_us"}};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        gw_trial t = trial_of(refused[i].row);
        assert_non_null(t.unsupported);
        assert_string_equal(t.column, refused[i].column);
    }
}

static void test_refused(void **state) {
    (void)state;
    static const struct {
        const char *row, *column, *reason;
    } cases[] = {
        {"1,s,all_reduce,16,8,H100,NVLink4,,1e6,90,,", "nic_gbps_per_gpu", "rate of the NICs"},
        {"1,s,all_reduce,16,8,H100,NVLink4,0,1e6,90,,", "nic_gbps_per_gpu", "rate of the NICs"},
        {"1,s,all_reduce,8,8,H100,NVLink4,,,90,,", "message_bytes", "size of the message"},
        {"1,s,all_reduce,8,8,H100,NVLink4,,1e6,,,", "time_us", "no measured time"},
        {"1,s,all_reduce,,8,H100,NVLink4,,1e6,90,,", "gpus", "not stated"},
        {"1,s,all_reduce,1,8,H100,NVLink4,,1e6,90,,", "gpus", "two or more"},
        {"1,s,all_reduce,8,8,K80,PCIe,,1e6,90,,", "gpu", "\"K80\" is not in the catalogue"},
        {"1,s,all_reduce,8,8,,NVLink4,,1e6,90,,", "gpu", "not stated"},
        {"1,s,barrier,8,8,H100,NVLink4,,1e6,90,,", "collective", "\"barrier\" is not modelled"},
        {"1,s,all_reduce,8,8,H100,NVLink4,,many,90,,", "message_bytes", "\"many\""},
        {"1,s,all_reduce,8,8,H100,NVLink4,,1e6,-90,,", "time_us", "\"-90\""},
        {"1,s,all_reduce,8,8,TPU v7 (Ironwood),DCN between slices,,1e6,90,,", "intra_fabric",
         "data-centre network"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gw_trial t = trial_of(cases[i].row);
        assert_non_null(t.unsupported);
        assert_string_equal(t.column, cases[i].column);
        assert_non_null(strstr(t.unsupported, cases[i].reason));
        assert_true(isnan(t.predicted_s) && isnan(t.measured_s));
    }
}

/* Whatever stands in a cell: a number or a reason, never both, never NaN. */
static void test_any_cell(void **state) {
    (void)state;
    static const char *const junk[] = {"",    "0", "-1",   "1e308",    "nan",  "inf", "1.5",
                                       "abc", "2", "1e18", "99999999", "0x10", " 8",  "8 "};
    static const char *const good[] = {"1",       "s",   "all_reduce", "16", "8",  "H100",
                                       "NVLink4", "400", "1e6",        "90", "10", ""};
    for (size_t cell = 2; cell < 12; cell++) {
        for (size_t k = 0; k < sizeof junk / sizeof junk[0]; k++) {
            char row[300] = "";
            for (size_t c = 0; c < 12; c++) {
                size_t n = strlen(row);
                snprintf(row + n, sizeof row - n, "%s%s", c ? "," : "",
                         c == cell ? junk[k] : good[c]);
            }
            gw_trial t = trial_of(row);
            if (t.unsupported) {
                assert_true(strlen(t.unsupported) > 5 && isnan(t.predicted_s));
            } else {
                assert_true(isfinite(t.predicted_s) && t.predicted_s > 0 && t.low_s > 0 &&
                            isfinite(t.high_s) && isfinite(t.measured_s) && t.measured_s > 0);
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),      cmocka_unit_test(test_regimes),
        cmocka_unit_test(test_spellings), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_any_cell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Which table is which, and what bad rows and files say: every rule once, with its column. */
#include "validation/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gw_test.h"

#define TRAINING                                                                                   \
    "id,layers,hidden,heads,kv_heads,experts,topk,seq_len,gpu,gpus,tp,pp,cp,dp,ep,etp,"            \
    "micro_batch,global_batch_seqs,precision,measured_metric,value\n"

typedef struct fixture {
    gw_arena *arena;
    gw_diags *diags;
    gw_trial_table table;
} fixture;

static gw_code read(fixture *f, const char *text) {
    return gw_trial_table_read("t.csv", text, strlen(text), f->arena, f->diags, &f->table);
}

static bool told(const fixture *f, gw_severity severity, int line, const char *words) {
    for (size_t i = 0; i < gw_diags_n(f->diags); i++) {
        const gw_diag *d = gw_diags_at(f->diags, i);
        if (d->severity == severity && d->loc.line == line &&
            (strstr(d->msg, words) != NULL || strstr(d->hint, words) != NULL)) {
            return true;
        }
    }
    return false;
}

static void test_kinds(void **state) {
    fixture *f = *state;
    assert_int_equal(read(f, TRAINING "a,2,64,4,,,,512,H100,8,1,1,1,8,,,1,8,bf16,step_s,1\n"), 0);
    assert_int_equal(f->table.kind, GW_TRIAL_TRAINING);
    assert_int_equal(gw_trial_table_rows(&f->table), 1);
    assert_int_equal(read(f, "\"id\",\"collective\",\"gpus\",\"gpu\",\"message_bytes\",\"time_us\""
                             "\r\n\"x\",\"all_reduce\",8,\"H100\",1024,\"12.5\""),
                     0);
    assert_int_equal(f->table.kind, GW_TRIAL_COLLECTIVE);
    assert_string_equal(gw_trial_table_text(&f->table, 1, "gpu"), "H100");
    gw_assert_near(gw_trial_table_number(&f->table, 1, "time_us"), 12.5, 0.0);
    assert_true(isnan(gw_trial_table_number(&f->table, 1, "nic_gbps_per_gpu")));
    assert_int_equal(read(f, "\xEF\xBB\xBFid,gpu,kernel,m,n,k,dtype,time_us\nx,H100,GEMM,1,1,1,bf16"
                             ",1\n"),
                     0);
    assert_int_equal(f->table.kind, GW_TRIAL_KERNEL);
    assert_int_equal((int)gw_diags_n(f->diags), 0);
}

static void test_no_table(void **state) {
    fixture *f = *state;
    assert_int_not_equal(read(f, ""), GW_OK);
    assert_int_not_equal(read(f, "a,b,c\n1,2,3\n"), GW_OK);
    assert_true(told(f, GW_ERROR, 1, "no table of training runs, collectives or kernels"));
    assert_int_not_equal(read(f, TRAINING), GW_OK);
    assert_true(told(f, GW_ERROR, 1, "no rows"));
}

/* All problems of a header at once. */
static void test_header(void **state) {
    fixture *f = *state;
    assert_int_not_equal(
        read(f, "id,layer,hidden,heads,seq_len,gpu,gpus,tp,pp,global_batch_seqs,precision,colour,"
                "measured_metric\nx,1,1,1,1,H100,1,1,1,1,bf16,red,step_s\n"),
        GW_OK);
    assert_true(told(f, GW_ERROR, 1, "needs the column `layers`"));
    assert_true(told(f, GW_ERROR, 1, "is `layer` meant?"));
    assert_true(told(f, GW_ERROR, 1, "needs the column `value`"));
    assert_true(told(f, GW_WARNING, 1, "`colour` is not used"));
    assert_int_not_equal(read(f, "id,collective,gpus,gpu,message_bytes\nx,all_reduce,8,H100,1\n"),
                         GW_OK);
    assert_true(told(f, GW_ERROR, 1, "one of the columns `time_us`, `algbw_GBps`, `busbw_GBps`"));
}

/* Spaces, blanks in words, names of columns and settings as people write them. */
static void test_spellings(void **state) {
    fixture *f = *state;
    assert_int_equal(read(f,
                          " ID ,Layers,hidden,HEADS,seq_len,gpu,gpus,tp,pp,sp,vpp,zero_stage,etp,"
                          "global_batch_seqs,precision,recompute,measured_metric,value\n"
                          " a , 2,64 ,4,512, H100 ,8,1,1,Yes,0,ZeRO-3,N/A,8,bf16,None,step_s,1\n"
                          "NA,2,64,4,512,H100,8,1,1,false,None,FSDP,?,8,null,-,step_s,1\n"),
                     GW_OK);
    static const struct {
        const char *column, *first, *second;
    } cells[] = {{"id", "a", "NA"},        {"layers", "2", "2"}, {"heads", "4", "4"},
                 {"gpu", "H100", "H100"},  {"sp", "1", "0"},     {"vpp", "1", ""},
                 {"zero_stage", "3", "3"}, {"etp", "", ""},      {"precision", "bf16", ""},
                 {"recompute", "None", ""}};
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        assert_string_equal(gw_trial_table_text(&f->table, 1, cells[i].column), cells[i].first);
        assert_string_equal(gw_trial_table_text(&f->table, 2, cells[i].column), cells[i].second);
    }
    assert_null(gw_trial_table_check(&f->table, 1, f->arena).what);
}

static void test_separators(void **state) {
    fixture *f = *state;
    assert_int_equal(
        read(f, "id;gpu;kernel;m;n;k;dtype;time_us\nx;H100;GEMM, plain;1;2;3;bf16;4\n"), GW_OK);
    assert_string_equal(gw_trial_table_text(&f->table, 1, "kernel"), "GEMM, plain");
    assert_int_equal(
        read(f, "id\tgpu\tkernel\tm\tn\tk\tdtype\ttime_us\nx\tH100\tGEMM\t1\t2\t3\tbf16\t4\n"),
        GW_OK);
    gw_assert_near(gw_trial_table_number(&f->table, 1, "time_us"), 4.0, 0.0);
    assert_int_equal((int)gw_diags_n(f->diags), 0);
    assert_int_not_equal(read(f, "id;gpu;kernel;m;dtype;time_us\nx;H100;a;b;1;bf16;4\n"), GW_OK);
    assert_true(told(f, GW_ERROR, 2, "separates by semicolons or tabs"));
}

static void test_form(void **state) {
    fixture *f = *state;
    assert_int_not_equal(read(f, TRAINING "a,1\nb,\"2\nc\n"), GW_OK);
    assert_true(told(f, GW_ERROR, 2, "this row has 2 fields, the header has 21"));
    assert_true(told(f, GW_ERROR, 3, "never ends"));
    const char *row = "a,2,64,4,,,,512,H100,8,1,1,1,8,,,1,8,bf16,step_s,1\n";
    char twice[512];
    snprintf(twice, sizeof twice, "%s%s%s", TRAINING, row, row);
    assert_int_equal(read(f, twice), GW_OK);
    assert_true(told(f, GW_WARNING, 3, "the id `a` also stands in line 2"));
}

typedef struct wrong {
    const char *row, *column, *words;
} wrong;

static void test_rows(void **state) {
    static const wrong cases[] = {
        {"a,2,64,4,,,,512,H100,8,1,1,1,8,,,1,8,bf16,step_s,1", NULL, NULL},
        {"a,2,64,4,,,,512,H100,8,,,,,,,,8,bf16,step_s,1", NULL, NULL}, /* blanks break no rule */
        {"a,2,64,4,,,,512,H100,8,2,2,,,,,,8,bf16,step_s,1", NULL, NULL},
        {"a,two,64,4,,,,512,H100,8,1,1,1,8,,,1,8,bf16,step_s,1", "layers", "`two` is not a number"},
        {"a,2,64,4,,,,4k,H100,8,1,1,1,8,,,1,8,bf16,step_s,1", "seq_len", "not a number"},
        {"a,2,64,4,,,,512,H100,0,1,1,1,8,,,1,8,bf16,step_s,1", "gpus", "out of range"},
        {"a,2,64,4,,,,512,H100,8.5,1,1,1,8,,,1,8,bf16,step_s,1", "gpus", "not a whole number"},
        {"a,2,64,4,,,,512,H100,1e99,1,1,1,8,,,1,8,bf16,step_s,1", "gpus", "out of range"},
        {"a,2,64,4,,,,512,H100,8,1,1,1,8,,,1,8,bf16,step_s,nan", "value", "blank"},
        {"a,2,64,4,,,,512,H100,8,1,1,1,8,,,1,8,bf16,step_s,inf", "value", "not a number"},
        {"a,2,64,4,,,,512,H100,8,1,1,1,8,,,1,8,bf16,step_s,1e999", "value", "out of range"},
        {"a,2,64,4,,,,512,H100,8,1,1,1,8,,,1,8,bf16,step_s,-3", "value", "out of range"},
        {"a,2,64,4,,,,512,H100,8,1,1,1,8,,,1,8,bf16,step_s,0", "value", "out of range"},
        {"a,2,64,4,,,,512,H100,8,1,1,1,8,,,1,8,bf16,step_s,", "value", "blank"},
        {",2,64,4,,,,512,H100,8,1,1,1,8,,,1,8,bf16,step_s,1", NULL, NULL},
        {"a,2,64,4,,,,512,,8,1,1,1,8,,,1,8,bf16,step_s,1", "gpu", "blank"},
        {"a,,64,4,,,,512,H100,8,1,1,1,8,,,1,8,bf16,step_s,1", NULL, NULL}, /* by its name */
        {"a,2,64,4,,,,,H100,8,1,1,1,8,,,1,8,bf16,step_s,1", "seq_len", "not stated"},
        {"a,2,64,4,3,,,512,H100,8,1,1,1,8,,,1,8,bf16,step_s,1", "kv_heads", "does not divide"},
        {"a,2,64,4,,,,512,H100,8,2,2,1,4,,,1,8,bf16,step_s,1", "dp",
         "tp x pp x cp x dp = 2 x 2 x 1 x 4 = 16, but gpus is 8"},
        {"a,2,64,4,,,,512,H100,8,3,1,1,,,,1,8,bf16,step_s,1", "gpus", "does not divide 8 gpus"},
        {"a,2,64,4,,,,512,H100,8,16,,,,,,1,8,bf16,step_s,1", "tp", "tp is 16, with 8 gpus"},
        {"a,2,64,4,,,,512,H100,8,1,8,1,1,,,1,8,bf16,step_s,1", "pp", "8 stages for 2 layers"},
        {"a,2,64,4,,4,5,512,H100,8,1,1,1,8,4,,1,8,bf16,step_s,1", "topk", "topk is 5"},
        {"a,2,64,4,,6,2,512,H100,8,1,1,1,8,4,,1,8,bf16,step_s,1", "ep",
         "does not divide 6 experts"},
        {"a,2,64,4,,8,2,512,H100,8,1,2,1,4,8,,1,8,bf16,step_s,1", "ep", "the 4 gpus of a stage"},
        {"a,2,64,4,,8,2,512,H100,8,2,1,1,4,8,2,1,8,bf16,step_s,1", "ep", "ep x etp = 16"},
        {"a,2,64,4,,,,512,H100,8,1,1,1,8,,,1,4,bf16,step_s,1", "global_batch_seqs",
         "4 sequences for 8 replicas"},
        {"a,2,64,4,,,,512,H100,8,1,1,1,8,,,4,8,bf16,step_s,1", "micro_batch",
         "need 32 sequences, global_batch_seqs is 8"},
        {"a,2,64,4,,,,512,H100,8,2,2,1,2,,,4,12,bf16,step_s,1", "global_batch_seqs",
         "12 is not a multiple of dp x micro_batch = 2 x 4"},
        {"a,2,64,4,,,,512,H100,8,1,1,1,8,,,3,100,bf16,step_s,1", "global_batch_seqs",
         "not a multiple"},
        /* without stages the last micro-batch may be smaller */
        {"a,2,64,4,,,,512,H100,8,1,1,1,8,,,3,32,bf16,step_s,1", NULL, NULL},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        snprintf(text, sizeof text, "%s%s\n", TRAINING, cases[i].row);
        assert_int_equal(read(f, text), GW_OK);
        gw_table_problem p = gw_trial_table_check(&f->table, 1, f->arena);
        if (cases[i].column == NULL) {
            assert_true(p.what == NULL);
            continue;
        }
        print_message("%s\n", cases[i].row);
        assert_non_null(p.what);
        assert_string_equal(p.column, cases[i].column);
        assert_non_null(strstr(p.what, cases[i].words));
        assert_true(p.hint != NULL && p.hint[0] != '\0');
    }
}

/* Lines are counted through quoted line ends; columns in characters from 1. */
static void test_place(void **state) {
    fixture *f = *state;
    const char *text = "id,gpu,kernel,dtype,time_us,notes\n"
                       "a,H100,GEMM,bf16,1,\"two\nlines, one cell\"\n"
                       "\"b,c\",H100,GEMM,bf16,x,\n";
    assert_int_equal(read(f, text), GW_OK);
    gw_loc at = gw_trial_table_place(&f->table, 2, "time_us", text, strlen(text));
    assert_int_equal(at.line, 4);
    assert_int_equal(at.col, 22);
    at = gw_trial_table_place(&f->table, 2, "id", text, strlen(text));
    assert_int_equal(at.col, 1);
}

static int set_up(void **state) {
    static fixture f;
    f = (fixture){.arena = gw_arena_create(0), .diags = gw_diags_create()};
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    gw_arena_free(f->arena);
    gw_diags_free(f->diags);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_kinds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_table, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_header, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_form, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_spellings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_separators, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_place, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

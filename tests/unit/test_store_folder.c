/* The output folder: whole or not at all; a good result is never replaced by half of one, nor
 * anybody's files. */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "result_fixture.h"
#include "store/folder.h"

static char root[] = "/tmp/gw-folder-XXXXXX";
static const char *const files[] = {"report.html", "results.json", "results.sqlite", "metrics.csv",
                                    "monthly.csv", "samples.csv",  "inputs.csv",     "claims.csv"};
#define N_FILES (sizeof files / sizeof files[0])

static const char *in_root(const char *name) {
    static char path[4][256];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", root, name);
    return path[turn];
}

static int n_entries(const char *dir) {
    int n = 0;
    DIR *d = opendir(dir);
    assert_non_null(d);
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        n += e->d_name[0] != '.';
    }
    closedir(d);
    return n;
}

static void remove_result(const char *dir) {
    for (size_t i = 0; i < N_FILES; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", dir, files[i]);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(dir), 0);
}

static void put(const char *path, const char *text) {
    assert_int_equal(gw_file_write(path, text, strlen(text)), GW_OK);
}

static void writes_and_replaces(void **state) {
    (void)state;
    finished f = run_scenario("small.yaml", 20);
    gw_diags *diags = gw_diags_create();
    const char *dir = in_root("out");
    assert_int_equal(gw_store_folder(f.result, dir, diags), GW_OK);
    assert_int_equal(n_entries(dir), (int)N_FILES);
    put(in_root("out/report.html"), "old");
    assert_int_equal(gw_store_folder(f.result, in_root("out/"), diags), GW_OK);
    char *text = NULL;
    size_t n = 0;
    assert_int_equal(gw_file_read(in_root("out/report.html"), 1u << 24, &text, &n), GW_OK);
    assert_true(n > 10000);
    free(text);
    assert_int_equal(n_entries(root), 1); /* nothing left beside it */
    assert_int_equal(gw_diags_n(diags), 0);
    remove_result(dir);
    gw_diags_free(diags);
    release(f);
}

static void takes_an_empty_folder(void **state) {
    (void)state;
    finished f = run_scenario("small.yaml", 0);
    gw_diags *diags = gw_diags_create();
    assert_int_equal(mkdir(in_root("empty"), 0777), 0);
    assert_int_equal(gw_store_folder(f.result, in_root("empty"), diags), GW_OK);
    remove_result(in_root("empty"));
    gw_diags_free(diags);
    release(f);
}

static void leaves_other_files_alone(void **state) {
    (void)state;
    finished f = run_scenario("small.yaml", 2);
    gw_diags *diags = gw_diags_create();
    assert_int_equal(mkdir(in_root("mine"), 0777), 0);
    put(in_root("mine/thesis.txt"), "years of work");
    put(in_root("mine/report.html"), "mine too");
    assert_int_equal(gw_store_folder(f.result, in_root("mine"), diags), GW_E_IO);
    assert_non_null(strstr(gw_diags_at(diags, 0)->msg, "thesis.txt"));
    assert_int_equal(n_entries(in_root("mine")), 2);
    assert_int_equal(n_entries(root), 1);
    unlink(in_root("mine/thesis.txt"));
    unlink(in_root("mine/report.html"));
    rmdir(in_root("mine"));
    gw_diags_free(diags);
    release(f);
}

static void a_missing_parent_is_told(void **state) {
    (void)state;
    finished f = run_scenario("small.yaml", 2);
    gw_diags *diags = gw_diags_create();
    assert_int_equal(gw_store_folder(f.result, in_root("no/where"), diags), GW_E_IO);
    assert_int_equal(gw_diags_n_errors(diags), 1);
    put(in_root("file"), "x");
    assert_int_equal(gw_store_folder(f.result, in_root("file"), diags), GW_E_IO);
    assert_int_equal(unlink(in_root("file")), 0); /* still a file */
    assert_int_equal(n_entries(root), 0);
    gw_diags_free(diags);
    release(f);
}

/* Something stands where a file must go: the attempt fails half-way, the old result stays. */
static void half_a_result_replaces_nothing(void **state) {
    (void)state;
    finished f = run_scenario("small.yaml", 2);
    gw_diags *diags = gw_diags_create();
    assert_int_equal(gw_store_folder(f.result, in_root("out"), diags), GW_OK);
    put(in_root("out/report.html"), "the old one");
    char block[256];
    snprintf(block, sizeof block, "%s/out.tmp.%ld", root, (long)getpid());
    assert_int_equal(mkdir(block, 0777), 0);
    strcat(block, "/metrics.csv");
    assert_int_equal(mkdir(block, 0777), 0);
    assert_int_equal(gw_store_folder(f.result, in_root("out"), diags), GW_E_IO);
    char *text = NULL;
    size_t n = 0;
    assert_int_equal(gw_file_read(in_root("out/report.html"), 1u << 24, &text, &n), GW_OK);
    assert_string_equal(text, "the old one");
    free(text);
    rmdir(block);
    *strrchr(block, '/') = '\0';
    rmdir(block);
    remove_result(in_root("out"));
    assert_int_equal(n_entries(root), 0);
    gw_diags_free(diags);
    release(f);
}

/* Before a run: the same answers as after it, and nothing is written. */
static void asks_before_the_run(void **state) {
    (void)state;
    gw_diags *diags = gw_diags_create();
    assert_int_equal(gw_store_folder_check(in_root("new"), diags), GW_OK);
    assert_int_equal(gw_store_folder_check(in_root("new/"), diags), GW_OK);
    assert_int_equal(gw_store_folder_check("relative", diags), GW_OK);
    assert_int_equal(n_entries(root), 0);
    assert_int_equal(gw_diags_n(diags), 0);
    assert_int_equal(gw_store_folder_check(in_root("no/where"), diags), GW_E_IO);
    put(in_root("file"), "x");
    assert_int_equal(gw_store_folder_check(in_root("file"), diags), GW_E_IO);
    assert_int_equal(gw_store_folder_check(in_root("file/below"), diags), GW_E_IO);
    assert_int_equal(unlink(in_root("file")), 0);
    assert_int_equal(mkdir(in_root("mine"), 0777), 0);
    assert_int_equal(gw_store_folder_check(in_root("mine"), diags), GW_OK);
    put(in_root("mine/thesis.txt"), "years of work");
    assert_int_equal(gw_store_folder_check(in_root("mine"), diags), GW_E_IO);
    assert_int_equal(gw_diags_n_errors(diags), 4);
    unlink(in_root("mine/thesis.txt"));
    assert_int_equal(rmdir(in_root("mine")), 0);
    gw_diags_free(diags);
}

static int make_root(void **state) {
    (void)state;
    return mkdtemp(root) == NULL;
}

static int remove_root(void **state) {
    (void)state;
    return rmdir(root);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_and_replaces),
        cmocka_unit_test(takes_an_empty_folder),
        cmocka_unit_test(leaves_other_files_alone),
        cmocka_unit_test(a_missing_parent_is_told),
        cmocka_unit_test(half_a_result_replaces_nothing),
        cmocka_unit_test(asks_before_the_run),
    };
    return cmocka_run_group_tests(tests, make_root, remove_root);
}

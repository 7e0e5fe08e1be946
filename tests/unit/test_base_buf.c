/* test_base_buf.c: growth, shortest numbers, escaping, reading and atomic writing of files. */
#include "gw_test.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/rng.h"

static void test_growth(void **state) {
    (void)state;
    gw_buf buf = {0};
    for (int i = 0; i < 1000; i++) {
        gw_buf_printf(&buf, "%03d,", i);
    }
    assert_int_equal(buf.n, 4000);
    assert_int_equal(strlen(buf.text), 4000);
    assert_memory_equal(buf.text + 4 * 777, "777,", 4);
    gw_buf_clear(&buf);
    assert_null(buf.text);
    gw_buf_printf(&buf, "%5000d", 1); /* larger than any first guess */
    assert_int_equal(buf.n, 5000);
    gw_buf_clear(&buf);
    gw_buf_addn(&buf, "a\0b", 3);
    assert_int_equal(buf.n, 3);
    assert_memory_equal(buf.text, "a\0b", 4);
    gw_buf_clear(&buf);
}

static void check_double(double value, const char *expected) {
    gw_buf buf = {0};
    gw_buf_add_double(&buf, value);
    assert_string_equal(buf.text, expected);
    gw_buf_clear(&buf);
}

static void test_double(void **state) {
    (void)state;
    check_double(0.1, "0.1");
    check_double(1.2e9, "1200000000");
    check_double(-2.5, "-2.5");
    check_double(1.0 / 3.0, "0.3333333333333333");
    check_double(0.1 + 0.2, "0.30000000000000004");
    check_double(__builtin_nan(""), "null");
    check_double(__builtin_inf(), "null");
    for (uint32_t i = 0; i < 20000; i++) {
        double value = ldexp(gw_rng_uniform(1, i, 0, 0) - 0.5, (int)(i % 200) - 100);
        gw_buf buf = {0};
        gw_buf_add_double(&buf, value);
        assert_true(strtod(buf.text, NULL) == value);
        gw_buf_clear(&buf);
    }
}

static void test_html(void **state) {
    (void)state;
    gw_buf buf = {0};
    gw_buf_add_html(&buf, "<a href=\"x\">R&D's</a>");
    assert_string_equal(buf.text, "&lt;a href=&quot;x&quot;&gt;R&amp;D&#39;s&lt;/a&gt;");
    gw_buf_clear(&buf);
}

static int n_files(const char *folder) {
    int n = 0;
    DIR *dir = opendir(folder);
    while (readdir(dir) != NULL) {
        n++;
    }
    closedir(dir);
    return n - 2;
}

static void test_files(void **state) {
    (void)state;
    char folder[] = "/tmp/gw_buf_XXXXXX";
    assert_non_null(mkdtemp(folder));
    char path[64];
    snprintf(path, sizeof path, "%s/out", folder);
    char *text = NULL;
    size_t n = 0;
    assert_int_equal(gw_file_read(path, 100, &text, &n), GW_E_IO);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(gw_file_write(path, "hello\0there", 11), GW_OK);
    assert_int_equal(gw_file_write(path, "HELLO\0there", 11), GW_OK); /* replaces */
    assert_int_equal(gw_file_read(path, 11, &text, &n), GW_OK);
    assert_int_equal(n, 11);
    assert_memory_equal(text, "HELLO\0there", 12); /* NUL behind the end */
    free(text);
    text = NULL;
    assert_int_equal(gw_file_read(path, 10, &text, &n), GW_E_RANGE);
    assert_null(text);
    assert_int_equal(n_files(folder), 1);
    assert_int_equal(gw_file_write(path, "", 0), GW_OK);
    assert_int_equal(gw_file_read(path, 0, &text, &n), GW_OK);
    assert_int_equal(n, 0);
    assert_string_equal(text, "");
    free(text);
    assert_int_equal(gw_file_read(folder, 100, &text, &n), GW_E_IO); /* a folder */
    assert_int_equal(errno, EISDIR);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0777), 0);
    assert_int_equal(gw_file_write(path, "x", 1), GW_E_IO); /* cannot replace a folder ... */
    assert_int_equal(n_files(folder), 1);                   /* ... and leaves nothing behind */
    assert_int_equal(rmdir(path), 0);
    snprintf(path, sizeof path, "%s/no/such", folder);
    assert_int_equal(gw_file_write(path, "x", 1), GW_E_IO);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(rmdir(folder), 0);
}

static void test_endless_file(void **state) {
    (void)state;
    char *text = NULL;
    size_t n = 0;
    assert_int_equal(gw_file_read("/dev/zero", 1000, &text, &n), GW_E_RANGE); /* endless */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_growth),       cmocka_unit_test(test_double),
        cmocka_unit_test(test_html),         cmocka_unit_test(test_files),
        cmocka_unit_test(test_endless_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

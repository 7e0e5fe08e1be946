/* test_base_csv.c: RFC 4180 out and in, all errors with their lines. */
#include "gw_test.h"

#include <string.h>

#include "base/csv.h"
#include "base/rng.h"

typedef struct fixture {
    gw_arena *arena;
    gw_diags *diags;
    gw_csv csv;
    gw_code code;
} fixture;

static fixture read_text(const char *text, size_t n) {
    fixture f = {.arena = gw_arena_create(0), .diags = gw_diags_create()};
    f.code = gw_csv_read("t.csv", text, n, f.arena, f.diags, &f.csv);
    return f;
}

static void done(fixture *f) {
    gw_arena_free(f->arena);
    gw_diags_free(f->diags);
}

static const char *cell(const fixture *f, int row, int col) {
    return f->csv.cell[row * f->csv.n_cols + col];
}

static void test_write(void **state) {
    (void)state;
    gw_buf buf = {0};
    gw_csv_text(&buf, "plain", 1);
    gw_csv_text(&buf, "a,b", 0);
    gw_csv_text(&buf, "say \"hi\"", 0);
    gw_csv_text(&buf, "two\nlines", 0);
    gw_csv_text(&buf, "", 0);
    gw_csv_number(&buf, 0.1, 0);
    gw_csv_number(&buf, __builtin_nan(""), 0);
    gw_csv_number(&buf, -__builtin_inf(), 0);
    gw_csv_end(&buf);
    assert_string_equal(buf.text, "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",,0.1,,-inf\n");
    gw_buf_clear(&buf);
}

static void test_read(void **state) {
    (void)state;
    static const char text[] = "\xEF\xBB\xBFname,power,note\r\n"
                               "a,1.5,\"x, \"\"y\"\"\n2nd line\"\r\n"
                               "\n"
                               "b,,\n"
                               "c,3,last";
    fixture f = read_text(text, sizeof text - 1);
    assert_int_equal(f.code, GW_OK);
    assert_int_equal(f.csv.n_rows, 4);
    assert_int_equal(f.csv.n_cols, 3);
    assert_string_equal(cell(&f, 0, 0), "name"); /* the byte order mark is gone */
    assert_string_equal(cell(&f, 1, 2), "x, \"y\"\n2nd line");
    assert_string_equal(cell(&f, 2, 1), "");
    assert_string_equal(cell(&f, 2, 2), "");
    assert_string_equal(cell(&f, 3, 2), "last");
    assert_int_equal(f.csv.line[0], 1);
    assert_int_equal(f.csv.line[1], 2);
    assert_int_equal(f.csv.line[2], 5);
    assert_int_equal(f.csv.line[3], 6);
    assert_int_equal(gw_csv_column(&f.csv, "power"), 1);
    assert_int_equal(gw_csv_column(&f.csv, "Power"), -1);
    done(&f);
}

static void test_one_column(void **state) {
    (void)state;
    fixture f = read_text("x\n1\n\n3\n", 7);
    assert_int_equal(f.code, GW_OK);
    assert_int_equal(f.csv.n_rows, 4);
    assert_string_equal(cell(&f, 2, 0), ""); /* with one column an empty line is an empty field */
    done(&f);
}

static void test_all_errors(void **state) {
    (void)state;
    static const char text[] = "a,b\n"
                               "1\n"
                               "1,2\n"
                               "1,2,3\n"
                               "1,x\"y\n"
                               "\"1\"x,2\n"
                               "1,\"open\n";
    static const int lines[] = {2, 4, 5, 6, 7};
    fixture f = read_text(text, sizeof text - 1);
    assert_int_equal(f.code, GW_E_SYNTAX);
    assert_int_equal(gw_diags_n(f.diags), 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(gw_diags_at(f.diags, i)->loc.line, lines[i]);
    }
    assert_string_equal(gw_diags_at(f.diags, 0)->msg, "this row has 1 field, the header has 2");
    assert_string_equal(gw_diags_at(f.diags, 1)->msg, "this row has 3 fields, the header has 2");
    assert_int_equal(gw_diags_at(f.diags, 2)->loc.col, 4);
    assert_int_equal(gw_diags_at(f.diags, 4)->loc.col, 3);
    done(&f);
}

static void check_bad(const char *text, size_t n, gw_code code, int line) {
    fixture f = read_text(text, n);
    assert_int_not_equal(f.code, GW_OK);
    assert_true(gw_diags_n(f.diags) >= 1);
    assert_int_equal(gw_diags_at(f.diags, 0)->code, code);
    assert_int_equal(gw_diags_at(f.diags, 0)->loc.line, line);
    done(&f);
}

static void test_bad(void **state) {
    (void)state;
    check_bad("", 0, GW_E_SYNTAX, 1);
    check_bad("\n\n", 2, GW_E_SYNTAX, 1);
    check_bad("a,b\n1,\0\n", 8, GW_E_SYNTAX, 2);
    check_bad("a,b,a\n1,2,3\n", 12, GW_E_KEY, 1);
}

/* What is written is read back, for any text without NUL. */
static void test_random_round_trip(void **state) {
    (void)state;
    static const char letters[] = "ab,\"\n\r ;\xC3\xA9";
    for (uint64_t sample = 0; sample < 2000; sample++) {
        enum { ROWS = 4, COLS = 3 };
        char cells[ROWS][COLS][12];
        gw_buf buf = {0};
        for (uint32_t r = 0; r < ROWS; r++) {
            for (uint32_t c = 0; c < COLS; c++) {
                uint32_t n = (uint32_t)(gw_rng_uniform(6, sample, r * COLS + c, 99) * 8.0);
                for (uint32_t i = 0; i < n; i++) {
                    double u = gw_rng_uniform(6, sample, r * COLS + c, i);
                    cells[r][c][i] = letters[(size_t)(u * (sizeof letters - 1))];
                }
                cells[r][c][n] = '\0';
                if (r == 0) {
                    cells[r][c][0] = (char)('x' + c); /* the names of columns differ */
                    cells[r][c][n > 0 ? n : 1] = '\0';
                }
                gw_csv_text(&buf, cells[r][c], c == 0);
            }
            gw_csv_end(&buf);
        }
        fixture f = read_text(buf.text, buf.n);
        assert_int_equal(f.code, GW_OK);
        assert_int_equal(f.csv.n_rows, ROWS);
        for (int i = 0; i < ROWS * COLS; i++) {
            assert_string_equal(f.csv.cell[i], cells[i / COLS][i % COLS]);
        }
        done(&f);
        gw_buf_clear(&buf);
    }
}

/* Any bytes at all: a table or an error, never a crash. */
static void test_random_bytes(void **state) {
    (void)state;
    static const char letters[] = "a,\"\n\r";
    for (uint64_t sample = 0; sample < 20000; sample++) {
        char text[32];
        size_t n = (size_t)(gw_rng_uniform(8, sample, 0, 0) * 30.0);
        for (uint32_t i = 0; i < n; i++) {
            text[i] = letters[(size_t)(gw_rng_uniform(8, sample, 1, i) * 5.0)];
        }
        fixture f = read_text(text, n);
        assert_true((f.code == GW_OK) == (gw_diags_n_errors(f.diags) == 0));
        done(&f);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write),        cmocka_unit_test(test_read),
        cmocka_unit_test(test_one_column),   cmocka_unit_test(test_all_errors),
        cmocka_unit_test(test_bad),          cmocka_unit_test(test_random_round_trip),
        cmocka_unit_test(test_random_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

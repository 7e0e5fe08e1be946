/* test_base_arena.c: alignment, zeroing, marks, reuse of chunks, exhaustion. */
#include "gw_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"

static void test_zeroed_and_aligned(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(256);
    for (size_t size = 1; size < 600; size += 7) {
        unsigned char *p = gw_arena_alloc(arena, 1, size);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(p[i], 0);
        }
        memset(p, 0xAB, size); /* a neighbour overwritten by this would show up as not zero */
    }
    gw_arena_free(arena);
}

static void test_nothing_is_distinct(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    void *a = gw_arena_alloc(arena, 0, 8);
    void *b = gw_arena_alloc(arena, 0, 8);
    assert_non_null(a);
    assert_ptr_not_equal(a, b);
    gw_arena_free(arena);
    gw_arena_free(NULL);
}

static void test_text(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(0);
    assert_string_equal(gw_arena_strdup(arena, "Abilene"), "Abilene");
    assert_string_equal(gw_arena_strndup(arena, "Abilene", 3), "Abi");
    assert_string_equal(gw_arena_strndup(arena, NULL, 0), "");
    assert_string_equal(gw_arena_printf(arena, "%d of %s", 8, "buildings"), "8 of buildings");
    char *lengthy = gw_arena_printf(arena, "%100000d", 1);
    assert_int_equal(strlen(lengthy), 100000);
    gw_arena_free(arena);
}

static void test_reset_returns_the_same_memory(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(128);
    int *kept = GW_NEW(arena, int);
    *kept = 42;
    gw_mark mark = gw_arena_mark(arena);
    void *first = GW_NEW_N(arena, 4, double);
    for (int i = 0; i < 50; i++) {
        memset(gw_arena_alloc(arena, 1, 100), 1, 100);
    }
    size_t peak = gw_arena_peak_bytes(arena);
    assert_true(peak >= 50 * 100);
    for (int round = 0; round < 3; round++) {
        gw_arena_reset(arena, mark);
        double *again = GW_NEW_N(arena, 4, double);
        assert_ptr_equal(again, first);
        for (int i = 0; i < 4; i++) {
            gw_assert_close(again[i], 0.0, 0.0); /* zeroed, in spite of the poison */
        }
        for (int i = 0; i < 50; i++) {
            memset(gw_arena_alloc(arena, 1, 100), 1, 100);
        }
    }
    assert_int_equal(*kept, 42);
    assert_int_equal(gw_arena_peak_bytes(arena), peak); /* the same work, the same peak */
    gw_arena_free(arena);
}

static void test_reset_to_empty(void **state) {
    (void)state;
    gw_arena *arena = gw_arena_create(64);
    gw_mark empty = gw_arena_mark(arena);
    char *a = gw_arena_strdup(arena, "first");
    gw_arena_reset(arena, empty);
#ifndef NDEBUG
    assert_int_equal((unsigned char)a[0], 0xDD);
#endif
    assert_string_equal(gw_arena_strdup(arena, "second"), "second");
    (void)a;
    gw_arena_free(arena);
}

/* Runs in a child because the handler leaves the process. */
static void test_exhaustion_exits_3(void **state) {
    (void)state;
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL) {
            _exit(1);
        }
        static gw_arena *volatile arena; /* stays reachable for the leak checker at exit */
        arena = gw_arena_create(0);
        gw_arena_alloc(arena, SIZE_MAX / 4, 8);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zeroed_and_aligned),
        cmocka_unit_test(test_nothing_is_distinct),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_reset_returns_the_same_memory),
        cmocka_unit_test(test_reset_to_empty),
        cmocka_unit_test(test_exhaustion_exits_3),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

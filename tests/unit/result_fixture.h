/* tests/unit/result_fixture.h: a finished run of a small scenario, for tests of the report and the
 * store. */
#ifndef GW_TEST_RESULT_FIXTURE_H
#define GW_TEST_RESULT_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "engine/engine.h"
#include "gw_test.h"

typedef struct finished {
    gw_spec *spec;
    gw_model *model;
    gw_result *result;
} finished;

/** name: a file of tests/data. */
static inline finished run_scenario(const char *name, int n_samples) {
    finished f = {0};
    char path[512];
    gw_diags *diags = gw_diags_create();
    gw_load_opts load = {0};
    gw_run_opts opts = gw_run_opts_default();
    opts.n_samples = n_samples;
    snprintf(path, sizeof path, "%s/%s", TEST_DATA, name);
    if (gw_spec_load(path, &load, diags, &f.spec) != GW_OK ||
        gw_model_build(f.spec, diags, &f.model) != GW_OK) {
        gw_diags_print(diags, stderr, 0);
        fail();
    }
    gw_diags_free(diags);
    assert_int_equal(gw_run(f.model, &opts, &f.result), GW_OK);
    return f;
}

static inline void release(finished f) {
    gw_result_free(f.result);
    gw_model_free(f.model);
    gw_spec_free(f.spec);
}

/** Elements opened and closed in pairs, attributes quoted, no bare '<' or '&'. Void elements of
 * HTML may stay open. Returns NULL or the place of the first fault. */
static inline const char *markup_fault(const char *text) {
    static const char *const voids[] = {"meta", "br", "link", "img", "hr"};
    char stack[64][16];
    int depth = 0;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '&') {
            const char *end = p + 1 + strspn(p + 1, "abcdefghijklmnopqrstuvwxyz#0123456789");
            if (*end != ';' || end == p + 1) {
                return p;
            }
        }
        if (*p != '<' || p[1] == '!') {
            continue;
        }
        bool is_end = p[1] == '/';
        const char *name = p + 1 + is_end;
        size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz123456789");
        const char *close = strchr(p, '>');
        if (n == 0 || n > 15 || close == NULL) {
            return p;
        }
        char tag[16];
        snprintf(tag, sizeof tag, "%.*s", (int)n, name);
        bool is_void = close[-1] == '/';
        for (size_t i = 0; i < sizeof voids / sizeof voids[0]; i++) {
            is_void = is_void || strcmp(tag, voids[i]) == 0;
        }
        if (is_end) {
            if (depth == 0 || strcmp(stack[--depth], tag) != 0) {
                return p;
            }
        } else if (!is_void) {
            if (depth == 64) {
                return p;
            }
            memcpy(stack[depth++], tag, sizeof tag);
        }
        if (!is_end && strcmp(tag, "style") == 0) {
            close = strstr(close, "</style>");
            if (close == NULL) {
                return p;
            }
            depth--;
            close += strlen("</style>") - 1;
        }
        p = close;
    }
    return depth == 0 ? NULL : "an element is not closed";
}

#endif

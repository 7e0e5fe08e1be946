/* A deal from scenario text, worked out as `gigawatt finance` does. */
#ifndef GW_TEST_DEAL_FIXTURE_H
#define GW_TEST_DEAL_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "gw_test.h"
#include "report/deal_text.h"
#include "scenario/load.h"

typedef struct deal_case {
    gw_spec *spec;
    gw_arena *arena;
    gw_deal_view view;
} deal_case;

/** `keys` is the inside of a YAML mapping: "cost: 100 USD, term: 4 yr". */
static inline deal_case deal_open(const char *keys) {
    deal_case c = {.arena = gw_arena_create(0)};
    char text[2000];
    int n = snprintf(text, sizeof text,
                     "gigawatt: 1\ntitle: t\nas_of: 2026-01-01\ndeals:\n  d: {%s}\n", keys);
    gw_diags *diags = gw_diags_create();
    gw_load_opts opts = {0};
    if (gw_spec_load_text("deal.yaml", text, (size_t)n, NULL, &opts, diags, &c.spec) != GW_OK) {
        gw_diags_print(diags, stderr, 0);
        fail();
    }
    gw_diags_free(diags);
    c.view = gw_deal_look(&c.spec->scenario, &c.spec->scenario.deals.at[0], false, c.arena);
    return c;
}

static inline void deal_close(deal_case *c) {
    gw_spec_free(c->spec);
    gw_arena_free(c->arena);
}

/** A number by its key in the JSON output, of one reading. */
static inline double deal_at(const deal_case *c, int reading, const char *key) {
    gw_deal_number numbers[GW_DEAL_NUMBERS_MAX];
    int n = gw_deal_numbers(&c->view, reading, numbers);
    for (int k = 0; k < n; k++) {
        if (strcmp(numbers[k].key, key) == 0) {
            return numbers[k].value;
        }
    }
    print_error("no number `%s`\n", key);
    fail();
    return 0.0;
}

/** The same for a deal that is needed only once. */
static inline double deal_number(const char *keys, const char *key) {
    deal_case c = deal_open(keys);
    double value = deal_at(&c, 0, key);
    deal_close(&c);
    return value;
}

/** Messages about a deal that must not load. */
static inline void deal_refuse(const char *keys, const char *message) {
    char text[2000];
    gw_spec *spec = NULL;
    gw_load_opts opts = {0};
    gw_diags *diags = gw_diags_create();
    int n = snprintf(text, sizeof text,
                     "gigawatt: 1\ntitle: t\nas_of: 2026-01-01\ndeals:\n  d: {%s}\n", keys);
    gw_code code = gw_spec_load_text("deal.yaml", text, (size_t)n, NULL, &opts, diags, &spec);
    gw_spec_free(code == GW_OK ? spec : NULL);
    assert_int_not_equal(code, GW_OK);
    bool found = false;
    for (size_t i = 0; i < gw_diags_n(diags); i++) {
        const gw_diag *d = gw_diags_at(diags, i);
        bool same = strstr(d->msg, message) != NULL;
        found = found || same;
        assert_true(!same || (d->loc.line == 5 && d->loc.col > 0));
    }
    if (!found) {
        gw_diags_print(diags, stderr, 0);
        print_error("nothing says: %s\n", message);
    }
    gw_diags_free(diags);
    assert_true(found);
}

#endif

/* Loading: typed values with provenance, overrides, includes, and every mistake in one go. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "gw_test.h"
#include "scenario/load.h"
#include "scenario/write.h"

static gw_spec *load_small(const char *const *sets, int n_sets) {
    gw_diags *diags = gw_diags_create();
    gw_load_opts opts = {.sets = sets, .n_sets = n_sets};
    gw_spec *spec = NULL;
    if (gw_spec_load(TEST_DATA "/small.yaml", &opts, diags, &spec) != GW_OK) {
        gw_diags_print(diags, stderr, 0);
        fail();
    }
    gw_diags_free(diags);
    return spec;
}

static const gw_value *value_at(const gw_spec *spec, const char *path) {
    for (int i = 0; i < spec->n_values; i++) {
        if (strcmp(spec->values[i].path, path) == 0) {
            return &spec->values[i];
        }
    }
    return NULL;
}

static void typed_values(void **state) {
    (void)state;
    gw_spec *spec = load_small(NULL, 0);
    const gw_scenario *s = &spec->scenario;
    assert_string_equal(s->title, "A small campus");
    assert_int_equal(s->sites.n, 1);
    gw_assert_near(s->sites.at[0].buildings.at[0].it_power_W, 105.4e6, 1e-15);
    gw_assert_near(s->sites.at[0].electrical.ups, 0.975, 1e-15); /* default */
    assert_int_equal(s->contracts.at[0].kind, GW_CONTRACT_COMPUTE);
    gw_assert_near(s->contracts.at[0].price_usd_per_s, 3.0 / 3600.0, 1e-12); /* median */
    assert_string_equal(s->systems.at[s->clusters.at[0].system.i].head.name, "GB200-NVL72");
    assert_true(s->systems.at[s->clusters.at[0].system.i].head.used);
    assert_true(isnan(s->jobs.at[0].start_d));
    gw_spec_free(spec);
}

static void provenance_of_values(void **state) {
    (void)state;
    gw_spec *spec = load_small(NULL, 0);
    const gw_value *power = value_at(spec, "sites.campus.buildings.first.it_power");
    assert_non_null(power);
    assert_string_equal(spec->scenario.sources.at[power->source].head.name, "made-up");
    assert_int_equal(power->grade, GW_GRADE_ASSUMED);
    assert_int_equal(power->loc.line, 20);
    assert_true(value_at(spec, "sites.campus.slip")->uncertain);
    assert_true(value_at(spec, "sites.campus.electrical.ups")->from_default);
    assert_false(value_at(spec, "accelerators.Trainium2.hbm")->used);
    assert_true(value_at(spec, "accelerators.GB200.hbm")->used);
    gw_spec_free(spec);
}

static void overrides(void **state) {
    (void)state;
    static const char *const sets[] = {"sites.campus.buildings.first.it_power=90 MW",
                                       "clusters.main.utilisation=uniform(60 %; 70 %)",
                                       "accelerators.GB200.hbm=190 GB", "claims.size=none"};
    gw_spec *spec = load_small(sets, 4);
    gw_assert_near(spec->scenario.sites.at[0].buildings.at[0].it_power_W, 90e6, 1e-15);
    assert_true(value_at(spec, "clusters.main.utilisation")->uncertain);
    const gw_value *hbm = value_at(spec, "accelerators.GB200.hbm");
    gw_assert_near(hbm->si, 190e9, 1e-12);
    assert_int_equal(hbm->source, -1); /* an override does not cite the catalogue's source */
    assert_true(value_at(spec, "accelerators.GB200.hbm_bandwidth")->source >= 0);
    assert_int_equal(spec->scenario.claims.n, 1);
    gw_spec *plain = load_small(NULL, 0);
    assert_string_not_equal(plain->scenario_hash, spec->scenario_hash);
    assert_string_equal(plain->catalog_hash, spec->catalog_hash);
    gw_spec_free(plain);
    gw_spec_free(spec);
}

/* Slots of a clone follow the registry: each value's first slot holds its number. */
static void clone_matches_registry(void **state) {
    (void)state;
    gw_spec *spec = load_small(NULL, 0);
    gw_arena *arena = gw_arena_create(0);
    double **slots = GW_NEW_N(arena, spec->n_slots, double *);
    gw_scenario *copy = gw_scenario_clone(&spec->scenario, arena, slots);
    int checked = 0;
    for (int i = 0; i < spec->n_values; i++) {
        const gw_value *v = &spec->values[i];
        if (v->slot >= 0 && !isnan(v->si)) {
            assert_true(*slots[v->slot] == v->si);
            checked++;
        }
    }
    assert_true(checked > 500);
    *slots[value_at(spec, "sites.campus.slip")->slot] = 7.0;
    assert_true(copy->sites.at[0].slip_s == 7.0);
    assert_true(spec->scenario.sites.at[0].slip_s != 7.0);
    gw_arena_free(arena);
    gw_spec_free(spec);
}

/* What is written out reads back as the same values. */
static void write_back(void **state) {
    (void)state;
    gw_spec *first = load_small(NULL, 0);
    gw_buf text = {0};
    gw_scenario_write(first, 0, &text);
    gw_diags *diags = gw_diags_create();
    gw_spec *second = NULL;
    gw_load_opts opts = {0};
    if (gw_spec_load_text("back", text.text, text.n, NULL, &opts, diags, &second) != GW_OK) {
        gw_diags_print(diags, stderr, 0);
        fail();
    }
    assert_int_equal(first->n_values, second->n_values);
    for (int i = 0; i < first->n_values; i++) {
        const gw_value *a = &first->values[i];
        const gw_value *b = value_at(second, a->path);
        if (strncmp(a->path, "sources.", 8) == 0) {
            continue;
        }
        assert_non_null(b);
        assert_true(a->si == b->si || (isnan(a->si) && isnan(b->si)));
        assert_int_equal(a->grade, b->grade);
    }
    gw_buf_clear(&text);
    gw_diags_free(diags);
    gw_spec_free(first);
    gw_spec_free(second);
}

static int n_with(const gw_diags *diags, int line, const char *words) {
    int n = 0;
    for (size_t i = 0; i < gw_diags_n(diags); i++) {
        const gw_diag *d = gw_diags_at(diags, i);
        n += d->loc.line == line &&
             (strstr(d->msg, words) != NULL || strstr(d->hint, words) != NULL);
    }
    return n;
}

static void every_mistake_at_once(void **state) {
    (void)state;
    gw_diags *diags = gw_diags_create();
    gw_load_opts opts = {0};
    gw_spec *spec = NULL;
    assert_int_not_equal(gw_spec_load(TEST_DATA "/ten-mistakes.yaml", &opts, diags, &spec), GW_OK);
    assert_null(spec);
    assert_int_equal(n_with(diags, 3, "2026-13-15"), 1);
    assert_int_equal(n_with(diags, 4, "ends before it begins"), 1);
    assert_int_equal(n_with(diags, 8, "ercot-west"), 1);
    assert_int_equal(n_with(diags, 11, "mode"), 1);
    assert_int_equal(n_with(diags, 13, "energy; power is due"), 1);
    assert_int_equal(n_with(diags, 14, "did you mean `it_power`"), 1);
    assert_int_equal(n_with(diags, 14, "nosuch"), 1);
    assert_int_equal(n_with(diags, 15, "already used at line 13"), 1);
    assert_int_equal(n_with(diags, 17, "did you mean `grid`"), 1);
    assert_int_equal(n_with(diags, 17, "12OO"), 1);
    assert_int_equal(n_with(diags, 22, "`85 %`"), 1);
    for (size_t i = 1; i < gw_diags_n(diags); i++) {
        assert_true(gw_diags_at(diags, i - 1)->loc.line <= gw_diags_at(diags, i)->loc.line);
    }
    gw_diags_free(diags);
}

/* Every prefix of a scenario is either refused with a message or accepted; nothing crashes. */
static void every_prefix(void **state) {
    (void)state;
    char *text = NULL;
    size_t n = 0;
    assert_int_equal(gw_file_read(TEST_DATA "/small.yaml", 1 << 20, &text, &n), GW_OK);
    for (size_t k = 0; k < n; k += 37) {
        gw_diags *diags = gw_diags_create();
        gw_load_opts opts = {0};
        gw_spec *spec = NULL;
        gw_code code = gw_spec_load_text("prefix", text, k, NULL, &opts, diags, &spec);
        assert_true(code == GW_OK || gw_diags_n_errors(diags) > 0);
        assert_true((code == GW_OK) == (spec != NULL));
        gw_spec_free(spec);
        gw_diags_free(diags);
    }
    free(text);
}

static void write_file(const char *dir, const char *name, const char *text, char *path, size_t n) {
    snprintf(path, n, "%s/%s", dir, name);
    assert_int_equal(gw_file_write(path, text, strlen(text)), GW_OK);
}

static void includes(void **state) {
    (void)state;
    char dir[] = "/tmp/gw-test-XXXXXX", top[256], loop[256], text[512];
    assert_non_null(mkdtemp(dir));
    snprintf(text, sizeof text, "include: [%s/small.yaml]\ntitle: Changed\nclaims: {chips: none}\n",
             TEST_DATA);
    write_file(dir, "top.yaml", text, top, sizeof top);
    write_file(dir, "loop.yaml", "include: loop.yaml\ngigawatt: 1\n", loop, sizeof loop);
    gw_diags *diags = gw_diags_create();
    gw_load_opts opts = {0};
    gw_spec *spec = NULL;
    assert_int_equal(gw_spec_load(top, &opts, diags, &spec), GW_OK);
    assert_string_equal(spec->scenario.title, "Changed");
    assert_int_equal(spec->scenario.claims.n, 1);
    gw_spec_free(spec);
    spec = NULL;
    assert_int_not_equal(gw_spec_load(loop, &opts, diags, &spec), GW_OK);
    gw_diags_free(diags);
    unlink(top);
    unlink(loop);
    rmdir(dir);
}

/* Files that include many others, level by level, are refused after a bounded number of reads. */
static void too_many_files(void **state) {
    (void)state;
    char dir[] = "/tmp/gw-test-XXXXXX", path[256];
    assert_non_null(mkdtemp(dir));
    for (int level = 1; level <= 6; level++) {
        char name[16], text[256] = "include: [";
        for (int i = 0; i < 12; i++) {
            char item[16];
            snprintf(item, sizeof item, "%s%d.yaml", i > 0 ? ", " : "", level + 1);
            strcat(text, item);
        }
        strcat(text, "]\n");
        snprintf(name, sizeof name, "%d.yaml", level);
        write_file(dir, name, level < 6 ? text : "gigawatt: 1\n", path, sizeof path);
    }
    snprintf(path, sizeof path, "%s/1.yaml", dir);
    gw_diags *diags = gw_diags_create();
    gw_load_opts opts = {0};
    gw_spec *spec = NULL;
    assert_int_not_equal(gw_spec_load(path, &opts, diags, &spec), GW_OK);
    int n_said = 0;
    for (size_t i = 0; i < gw_diags_n(diags); i++) {
        n_said += strstr(gw_diags_at(diags, i)->msg, "more than 256 files") != NULL;
    }
    assert_int_equal(n_said, 1);
    gw_diags_free(diags);
    for (int level = 1; level <= 6; level++) {
        snprintf(path, sizeof path, "%s/%d.yaml", dir, level);
        unlink(path);
    }
    rmdir(dir);
}

/* A count that could not be read is one mistake, not a broken whole number as well. */
static void missing_counts(void **state) {
    (void)state;
    static const char *const sets[] = {"jobs.pretrain.accelerators=[1, 2]",
                                       "clusters.main.lots.one={count: 10.5}"};
    gw_diags *diags = gw_diags_create();
    gw_load_opts opts = {.sets = sets, .n_sets = 2};
    gw_spec *spec = NULL;
    assert_int_not_equal(gw_spec_load(TEST_DATA "/small.yaml", &opts, diags, &spec), GW_OK);
    assert_int_equal(gw_diags_n_errors(diags), 2);
    int n_whole = 0;
    for (size_t i = 0; i < gw_diags_n(diags); i++) {
        n_whole += strstr(gw_diags_at(diags, i)->msg, "is not a whole number") != NULL;
    }
    assert_int_equal(n_whole, 1);
    gw_diags_free(diags);
}

/* A mistake is said once: what follows from it is not said again. */
static void one_message_for_one_mistake(void **state) {
    (void)state;
    static const struct {
        const char *set, *words;
    } cases[] = {
        {"contracts.rental.price=3 USD/hh", "unknown unit"},
        {"contracts.rental.kind=compte", "not a known kind"},
        {"sites.campus.supply.small.kind=gird", "not a known kind"},
        {"sites.campas.slip=3 d", "`campas` is not in `sites`"},
        {"systems.GB200-NVL27.price=3 mn USD", "`GB200-NVL27` is not in `systems`"},
        {"funding.loan.kind=debtx", "not a known kind"},
        {"sites.campus.slip=110 mq", "unknown unit"},
        {"clusters.main.lots.one={cuont: 5, installed: 2026-01}", "not a key of a chip lot"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gw_diags *diags = gw_diags_create();
        gw_load_opts opts = {.sets = &cases[i].set, .n_sets = 1};
        gw_spec *spec = NULL;
        assert_int_not_equal(gw_spec_load(TEST_DATA "/small.yaml", &opts, diags, &spec), GW_OK);
        if (gw_diags_n_errors(diags) != 1) {
            gw_diags_print(diags, stderr, 0);
        }
        assert_int_equal(gw_diags_n_errors(diags), 1);
        assert_non_null(strstr(gw_diags_at(diags, 0)->msg, cases[i].words));
        assert_true(gw_diags_at(diags, 0)->hint[0] != '\0');
        gw_diags_free(diags);
    }
}

/* Allowed, but worth a word. */
static void warnings(void **state) {
    (void)state;
    static const struct {
        const char *set, *words;
    } cases[] = {
        {"clusters.main.lots.two.count=9000000", "many can never run"},
        {"clusters.main.fabric.link_type=800G-DR8", "transceivers 800G-DR8 at 800 Gbit/s"},
        {"clusters.main.fabric.islands=16", "one island of `main` joins 11,925"},
        {"clusters.main.lots.two.installed=2040-01-01", "after the horizon"},
        {"jobs.pretrain.accelerators=500000", "it never starts"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gw_diags *diags = gw_diags_create();
        gw_load_opts opts = {.sets = &cases[i].set, .n_sets = 1};
        gw_spec *spec = NULL;
        assert_int_equal(gw_spec_load(TEST_DATA "/small.yaml", &opts, diags, &spec), GW_OK);
        bool found = false;
        for (size_t k = 0; k < gw_diags_n(diags); k++) {
            const gw_diag *d = gw_diags_at(diags, k);
            found = found || (d->severity == GW_WARNING && strstr(d->msg, cases[i].words) != NULL);
        }
        if (!found) {
            print_error("%s: no word of \"%s\"\n", cases[i].set, cases[i].words);
        }
        assert_true(found);
        gw_spec_free(spec);
        gw_diags_free(diags);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(warnings),       cmocka_unit_test(one_message_for_one_mistake),
        cmocka_unit_test(typed_values),   cmocka_unit_test(provenance_of_values),
        cmocka_unit_test(overrides),      cmocka_unit_test(clone_matches_registry),
        cmocka_unit_test(write_back),     cmocka_unit_test(every_mistake_at_once),
        cmocka_unit_test(every_prefix),   cmocka_unit_test(includes),
        cmocka_unit_test(too_many_files), cmocka_unit_test(missing_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

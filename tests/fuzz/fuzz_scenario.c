/* tests/fuzz/fuzz_scenario.c: the scenario loader must accept or refuse any bytes, never crash, and
 * what it accepts must build and run. libFuzzer target; see tools/fuzz. */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "engine/engine.h"
#include "scenario/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* A scenario that the loader accepts must survive being written, built and run once. */
static void use(const gw_spec *spec, gw_diags *diags) {
    gw_buf text = {0};
    gw_model *model = NULL;
    gw_scenario_write(spec, 1, &text);
    gw_buf_clear(&text);
    double horizon_d = spec->scenario.horizon_end_d - spec->scenario.horizon_start_d;
    if (horizon_d < 20.0 * 366.0 && gw_model_build(spec, diags, &model) == GW_OK) {
        gw_state *state = gw_state_create(model);
        if (state != NULL) {
            gw_sample_draw(model, 1, 0, state);
            gw_run_sample(model, state);
        }
        gw_state_free(state);
        gw_model_free(model);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    gw_diags *diags = gw_diags_create();
    gw_load_opts opts = {.catalog_dir = FUZZ_CATALOG}; /* a few entries: faster */
    gw_spec *spec = NULL;
    gw_code code = gw_spec_load_text("fuzz", (const char *)data, n, NULL, &opts, diags, &spec);
    if ((code == GW_OK) != (spec != NULL) || (code != GW_OK && gw_diags_n_errors(diags) == 0)) {
        abort(); /* refused without a word, or accepted without a result */
    }
    if (spec != NULL) {
        use(spec, diags);
    }
    gw_spec_free(spec);
    gw_diags_free(diags);
    return 0;
}

/* tests/fuzz/fuzz_config.c: the shape of a model from any bytes. An answer counts to something; no
 * answer comes with an error. libFuzzer target. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "scenario/hf_config.h"
#include "training/arch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    gw_arena *arena = gw_arena_create(0);
    gw_diags *diags = gw_diags_create();
    gw_llm llm;
    if (gw_hf_config_parse("fuzz", (const char *)data, n, arena, diags, &llm) == GW_OK) {
        gw_arch arch = gw_arch_of(&llm);
        gw_layer_kind kinds[GW_LAYER_KINDS_MAX];
        double layers = 0.0;
        for (int i = gw_arch_layer_kinds(&arch, &llm, kinds) - 1; i >= 0; i--) {
            layers += kinds[i].layers;
        }
        bool adds_up = fabs(layers - (double)llm.layers) < 1e-6 * (double)llm.layers;
        if (!(arch.params > 0) || !(arch.active_params <= arch.params) || !adds_up ||
            !(gw_arch_forward_flop(&arch, &llm, 4096.0) > 0)) {
            abort();
        }
        gw_buf text = {0};
        gw_hf_entry_write(&llm, llm.head.name, &text);
        gw_buf_clear(&text);
    } else if (gw_diags_n_errors(diags) == 0) {
        abort();
    }
    gw_diags_free(diags);
    gw_arena_free(arena);
    return 0;
}

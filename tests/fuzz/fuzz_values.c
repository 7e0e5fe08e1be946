/* tests/fuzz/fuzz_values.c: quantities, units, dates, distributions and CSV from any bytes.
 * libFuzzer target. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/units.h"
#include "scenario/expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const gw_field fields[] = {
    {.kind = GW_KIND_NUM, .key = "power", .unit = "MW"},
    {.kind = GW_KIND_NUM, .key = "price", .unit = "USD/MWh"},
    {.kind = GW_KIND_NUM, .key = "share", .unit = "%"},
    {.kind = GW_KIND_NUM, .key = "any", .unit = "*"},
    {.kind = GW_KIND_NUM, .key = "t", .unit = "degC"},
    {.kind = GW_KIND_DATE, .key = "date", .date_part = GW_DATE_MIDDLE},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    if (n == 0) {
        return 0;
    }
    char *text = malloc(n);
    memcpy(text, data + 1, n - 1);
    text[n - 1] = '\0';
    size_t len = strlen(text);
    const gw_field *field = &fields[data[0] % (sizeof fields / sizeof fields[0])];
    gw_expr expr;
    gw_expr_error error;
    if (gw_expr_parse(text, len, field, 2025, &expr, &error) == GW_OK) {
        if (gw_dist_problem(&expr.dist) != NULL || isnan(gw_dist_quantile(&expr.dist, 0.5))) {
            abort(); /* an accepted distribution must have a median */
        }
    } else if (error.offset > len) {
        abort();
    }
    (void)gw_provenance_split(text);
    gw_arena *arena = gw_arena_create(0);
    gw_diags *diags = gw_diags_create();
    gw_csv csv;
    gw_code code = gw_csv_read("fuzz", text, len, arena, diags, &csv);
    (void)code;
    gw_diags_free(diags);
    gw_arena_free(arena);
    free(text);
    return 0;
}

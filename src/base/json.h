/* base/json.h: streaming JSON writer into a buffer, two-space indent, fixed order, round-trip
 * numbers. */
#ifndef GW_BASE_JSON_H
#define GW_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define GW_JSON_MAX_DEPTH 32

typedef struct gw_json {
    gw_buf *out; /* borrowed */
    int depth;
    bool has_item[GW_JSON_MAX_DEPTH];
    bool is_inline[GW_JSON_MAX_DEPTH];
    bool inline_arrays; /* set it while opening: an array (with all inside) stands on one line */
} gw_json;

gw_json gw_json_begin(gw_buf *out);
/** key is NULL inside arrays and at the top. */
void gw_json_object(gw_json *json, const char *key);
void gw_json_end_object(gw_json *json);
void gw_json_array(gw_json *json, const char *key);
void gw_json_end_array(gw_json *json);
void gw_json_text(gw_json *json, const char *key,
                  const char *value); /* NULL gives null; invalid UTF-8 is replaced */
void gw_json_number(gw_json *json, const char *key, double value); /* NaN and inf give null */
void gw_json_integer(gw_json *json, const char *key, int64_t value);
void gw_json_bool(gw_json *json, const char *key, bool value);
void gw_json_numbers(gw_json *json, const char *key, const double *values,
                     size_t n);     /* on one line */
void gw_json_finish(gw_json *json); /* newline at the end */

#endif

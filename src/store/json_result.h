/* store/json_result.h: a run as one JSON document: results.json, and `gigawatt run --format json`.
 */
#ifndef GW_STORE_JSON_RESULT_H
#define GW_STORE_JSON_RESULT_H

#include "base/json.h"
#include "engine/result.h"

/** Appends the document. Keys: gigawatt, claims, capacity, fabric, training, reliability, power,
 * energy, finance, sensitivity, inputs, sources. What does not exist is null; there is no NaN. Same result,
 * same bytes. */
void gw_store_json(const gw_result *r, gw_buf *out);

/* Details of the base case, one function a section (json_detail.c). */
void gw_store_json_capacity(const gw_result *r, gw_json *json);
void gw_store_json_fabric(const gw_result *r, gw_json *json);
void gw_store_json_training(const gw_result *r, gw_json *json);
void gw_store_json_serving(const gw_result *r, gw_json *json);
void gw_store_json_reliability(const gw_result *r, gw_json *json);
void gw_store_json_power(const gw_result *r, gw_json *json);
void gw_store_json_finance(const gw_result *r, gw_json *json);
/** Date as ISO text, null for NaN. */
void gw_store_json_date(gw_json *json, const char *key, double date_d);

#endif

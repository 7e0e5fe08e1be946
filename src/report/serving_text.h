/* report/serving_text.h: models that answer requests, in words and numbers. */
#ifndef GW_REPORT_SERVING_TEXT_H
#define GW_REPORT_SERVING_TEXT_H

#include "base/buf.h"
#include "base/json.h"
#include "model.h"

/** A block an entry of in->serving, 80 columns; services[n_serving]. Nothing without entries. */
void gw_serving_text(const gw_scenario *in, const gw_service *services, gw_buf *out);

/** The same as an object `key`, SI units in the names, into an open object. */
void gw_serving_json(const gw_scenario *in, const gw_service *services, const char *key,
                     gw_json *json);

/** How a copy is spread: "tp 8 x pp 2 x dp 1, 49 sequences at once". */
void gw_serving_widths(const gw_service *service, gw_buf *out);

#endif

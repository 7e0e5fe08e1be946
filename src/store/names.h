/* store/names.h: one vocabulary of names for JSON, CSV and SQLite, so that a column can be found
 * again in every form. Units stand in names: SI, dates as ISO texts. */
#ifndef GW_STORE_NAMES_H
#define GW_STORE_NAMES_H

#include <stdbool.h>

#include "base/buf.h"
#include "engine/result.h"

typedef struct gw_store_text {
    char text[96];
} gw_store_text;

/** The name in every file: "full_it_power_W"; dates have no unit in it: "full_date_d" in the
 * program is "full_date". */
gw_store_text gw_store_metric_key(gw_metric_id metric);
bool gw_store_is_date(gw_metric_id metric);
/** SI unit of a metric or series from its name: "W", "usd", "usd/J"; "" for numbers, "date". */
const char *gw_store_metric_unit(gw_metric_id metric);
const char *gw_store_series_unit(gw_series_id series);
/** "site" and "sites". */
const char *gw_store_scope(gw_scope scope);
const char *gw_store_scopes(gw_scope scope);
/** Name of an instance, unique in its scope: claim numbers get their quantity: "S2-11.power". */
gw_store_text gw_store_instance(const gw_model *model, gw_scope scope, int i);
/** "power", "accelerators", "capex", ... as scenarios write it. */
const char *gw_store_quantity(gw_claim_quantity quantity);
/** "2026-11"; month counts from year 0. */
gw_store_text gw_store_month(int month);
/** ISO date, "" for NaN. */
gw_store_text gw_store_date(double date_d);
/** "pert", "constant"; "choice" for what is not a number. */
const char *gw_store_distribution(const gw_value *value);
/** SI unit of the dimension of a display unit: "MW" -> "W", "USD/yr" -> "USD/s"; "date" for NULL, ""
 * for numbers. */
const char *gw_store_si_unit(const char *unit);
/** Unit of an input's field, "date", or "" for choices. */
const char *gw_store_input_unit(const gw_value *value);

#endif

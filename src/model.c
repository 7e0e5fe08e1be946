/* model.c: the tables of outputs as data. */
#include "model.h"

#define GW_METRIC_ROW(scope, section, name, unit, doc)                                             \
    {GW_SCOPE_##scope, #section, #name, unit, doc},
const gw_metric gw_metrics[GW_N_METRIC] = {GW_METRICS(GW_METRIC_ROW)};

#define GW_SERIES_ROW(section, name, unit, doc) {#section, #name, unit, doc},
const gw_series gw_series_table[GW_N_SERIES] = {GW_SERIES(GW_SERIES_ROW)};

const char *const gw_axis_names[GW_N_AXES] = {"tp", "cp",        "ep",        "pp",
                                              "dp", "dp groups", "expert dp", "expert dp groups"};

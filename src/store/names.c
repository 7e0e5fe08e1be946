/* store/names.c: one vocabulary of names for all stored forms. */
#include "store/names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"

bool gw_store_is_date(gw_metric_id metric) {
    return gw_metrics[metric].unit == NULL;
}

gw_store_text gw_store_metric_key(gw_metric_id metric) {
    gw_store_text t;
    const char *name = gw_metrics[metric].name;
    size_t n = strlen(name);
    if (gw_store_is_date(metric) && gw_text_ends_with(name, "_d")) {
        n -= strlen("_d");
    }
    snprintf(t.text, sizeof t.text, "%.*s", (int)n, name);
    return t;
}

/* Longest suffix first. */
static const char *unit_of(const char *name) {
    static const struct {
        const char *suffix, *unit;
    } units[] = {
        {"_usd_per_W_s", "USD/W/s"},
        {"_usd_per_J", "USD/J"},
        {"_usd_per_h", "USD/h"},
        {"_kg_per_J", "kg/J"},
        {"_kg_per_year", "kg/yr"},
        {"_m3_per_J", "m3/J"},
        {"_m3_per_s", "m3/s"},
        {"_per_it_W_usd", "USD/W"},
        {"_hour_usd", "USD/h"},
        {"_million_tokens_usd", "USD/Mtok"},
        {"tokens_per_s", "tok/s"},
        {"_per_day", "1/d"},
        {"_Bps", "B/s"},
        {"_usd", "USD"},
        {"_kg", "kg"},
        {"_m3", "m3"},
        {"_W", "W"},
        {"_J", "J"},
        {"_B", "B"},
        {"_s", "s"},
    };
    for (unsigned i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (gw_text_ends_with(name, units[i].suffix)) {
            return units[i].unit;
        }
    }
    return "";
}

const char *gw_store_metric_unit(gw_metric_id metric) {
    return gw_store_is_date(metric) ? "date" : unit_of(gw_metrics[metric].name);
}

const char *gw_store_series_unit(gw_series_id series) {
    return unit_of(gw_series_table[series].name);
}

const char *gw_store_scope(gw_scope scope) {
    static const char *const names[GW_N_SCOPE] = {"scenario", "site",      "cluster",  "job",
                                                  "claim",    "programme", "activity", "funding",
                                                  "party",    "serving"};
    return names[scope];
}

const char *gw_store_scopes(gw_scope scope) {
    static const char *const names[GW_N_SCOPE] = {"scenario", "sites",      "clusters",   "jobs",
                                                  "claims",   "programmes", "activities", "funding",
                                                  "parties",  "serving"};
    return names[scope];
}

const char *gw_store_quantity(gw_claim_quantity quantity) {
    static const char *const names[GW_N_CLAIM_QUANTITY] = {"power",     "accelerators", "capex",
                                                           "revenue",   "online",       "duration",
                                                           "buildings", "households"};
    return names[quantity];
}

gw_store_text gw_store_instance(const gw_model *model, gw_scope scope, int i) {
    gw_store_text t;
    const char *name = gw_instance_name(model, scope, i);
    if (scope == GW_SCOPE_CLAIM) {
        snprintf(t.text, sizeof t.text, "%.70s.%.20s", name,
                 gw_store_quantity(model->claim_items[i].quantity));
    } else {
        snprintf(t.text, sizeof t.text, "%.94s", name);
    }
    return t;
}

gw_store_text gw_store_month(int month) {
    gw_store_text t;
    snprintf(t.text, sizeof t.text, "%04d-%02d", month / 12, month % 12 + 1);
    return t;
}

gw_store_text gw_store_date(double date_d) {
    gw_store_text t = {""};
    if (isfinite(date_d)) {
        gw_date_format(date_d, t.text, sizeof t.text);
    }
    return t;
}

const char *gw_store_distribution(const gw_value *value) {
    return value->slot < 0    ? "choice"
           : value->uncertain ? gw_dist_name(value->dist.kind)
                              : "constant";
}

const char *gw_store_input_unit(const gw_value *value) {
    if (value->field->kind == GW_KIND_DATE) {
        return "date";
    }
    return value->slot < 0 || value->field->unit == NULL ? "" : value->field->unit;
}

const char *gw_store_si_unit(const char *unit) {
    /* Units whose SI scale is 1: one for each dimension that scenarios and findings use. */
    static const char *const coherent[] = {
        "",       "W",    "J",   "s",     "K",     "m",     "kg",      "B",      "B/s",
        "FLOP/s", "FLOP", "USD", "USD/W", "USD/J", "USD/s", "USD/W/s", "USD/m3", "kg/J",
        "m3/J",   "1/s",  "tok", "tok/s", "m2",    "m3",    "USD/tok", "kg/s",   "m3/s",
    };
    gw_unit want, one;
    const char *bad = NULL;
    if (unit == NULL) {
        return "date";
    }
    if (gw_unit_parse(unit, strlen(unit), &want, &bad) != GW_OK) {
        return ""; /* "*": any dimension, given by the value itself */
    }
    for (size_t i = 0; i < sizeof coherent / sizeof coherent[0]; i++) {
        if (gw_unit_parse(coherent[i], strlen(coherent[i]), &one, &bad) == GW_OK &&
            gw_dim_equal(want.dim, one.dim)) {
            return coherent[i];
        }
    }
    return "";
}

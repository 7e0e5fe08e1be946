/* scenario/write.h: a scenario written out again, and its description for machines and people. All
 * three are generated from the field tables. */
#ifndef GW_SCENARIO_WRITE_H
#define GW_SCENARIO_WRITE_H

#include "base/buf.h"
#include "scenario/load.h"

/** The effective scenario as YAML: includes, overrides and --set applied, each value with its
 * provenance. with_defaults also writes what nobody wrote, marked by a comment. Reading it back
 * gives the same values. */
void gw_scenario_write(const gw_spec *spec, int with_defaults, gw_buf *out);
/** One entry of a catalogue section (or all, name NULL) in the same form. Returns the number of
 * entries. */
int gw_catalog_write(const gw_spec *spec, const char *section, const char *name, gw_buf *out);
/** JSON Schema (draft 2020-12) of a scenario file. */
void gw_schema_write(gw_buf *out);
/** Reference page in Markdown: every struct and key; type NULL for all. False if there is no such
 * struct. */
bool gw_reference_write(const char *type, gw_buf *out);

#endif

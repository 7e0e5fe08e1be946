/* scenario/bind.h: from a tree of text to typed structs, by the field tables. Internal to
 * scenario/. */
#ifndef GW_SCENARIO_BIND_H
#define GW_SCENARIO_BIND_H

#include "scenario/doc.h"
#include "scenario/load.h"

/** Binds the whole tree into spec->scenario and fills spec->values. Reports every problem; what
 * could not be read is left NaN or empty. catalog_only: the required parts of a scenario may be
 * missing. */
void gw_bind(gw_spec *spec, const gw_node *root, bool catalog_only, gw_diags *diags);

/** Resolves every REF, marks the catalogue entries that the scenario reaches, completes `used` and
 * `grade` of the values. Reports names that refer to nothing. */
void gw_resolve(gw_spec *spec, gw_diags *diags);

/** Rules that span several fields (dates in order, a price for each contract, ...). */
void gw_check(const gw_spec *spec, gw_diags *diags);
/** Its part about contracts, funding, finance and programmes. */
void gw_check_money(const gw_spec *spec, gw_diags *diags);
/** Its part about activities, chip supply, promises and correlations. */
void gw_check_schedule(const gw_spec *spec, gw_diags *diags);
/** Its part about claims. */
void gw_check_claims(const gw_spec *spec, gw_diags *diags);
/** Its part about networks: fabrics and those of clusters. */
void gw_check_fabrics(const gw_spec *spec, gw_diags *diags);
/** Its part about deals. */
void gw_check_deals(const gw_spec *spec, gw_diags *diags);

bool gw_is_catalog_section(const char *name);

/** Shown by --help, the schema and hints: keys that every mapping understands. */
#define GW_KEY_SOURCE "source"
#define GW_KEY_NOTE "note"

#endif

/* site/site_phase.h: the two places of the site room in the chain. */
#ifndef GW_SITE_SITE_PHASE_H
#define GW_SITE_SITE_PHASE_H

#include "model.h"

/** After the fabric phase: state->slot[] and state->overhead[]. */
void gw_site_phase(const gw_model *model, gw_state *state);

/** After the programme phase: it_load_W, load_W and water_m3 of state->energy[]. */
void gw_load_phase(const gw_model *model, gw_state *state);

#endif

/* programme/programme_phase.c: the programme phase: every site's plan with its delays, worked into
 * capacity.
 * In:    state->in (sites, clusters, as_of), state->slot (IT power of a slot), state->overhead
 *        (design PUE).
 * Out:   state->capacity[n_sites], state->fleet[n_clusters].
 * Model: capacity.c. A site's slip moves its buildings and supplies, a cluster's slip its lots;
 *        only dates later than as_of move, because earlier ones are history.
 * Derivation: docs/model/programme.md. */
#include "programme/capacity.h"

static gw_piece *collect_buildings(const gw_site *site, double as_of_d, gw_arena *scratch) {
    gw_piece *pieces = GW_NEW_N(scratch, site->buildings.n, gw_piece);
    for (int i = 0; i < site->buildings.n; i++) {
        const gw_building *building = &site->buildings.at[i];
        pieces[i] = (gw_piece){
            .from_d = gw_slipped_d(building->ready_d, site->slip_s, as_of_d),
            .until_d = gw_slipped_d(building->until_d, site->slip_s, as_of_d),
            .it_W = building->count * building->it_power_W,
        };
    }
    return pieces;
}

static gw_piece *collect_supply(const gw_scenario *in, const gw_site *site, double pue_design,
                                gw_arena *scratch) {
    gw_piece *pieces = GW_NEW_N(scratch, site->supply.n, gw_piece);
    for (int i = 0; i < site->supply.n; i++) {
        const gw_supply *supply = &site->supply.at[i];
        pieces[i] = (gw_piece){
            .from_d = gw_slipped_d(supply->energised_d, site->slip_s, in->as_of_d),
            .until_d = gw_slipped_d(supply->until_d, site->slip_s, in->as_of_d),
            .it_W = gw_supply_it_W(supply, gw_supply_plant(in, supply), pue_design),
        };
    }
    return pieces;
}

static void collect_lots(const gw_cluster *cluster, const gw_slot *slot, double as_of_d,
                         int i_fleet, gw_lot *lots) {
    for (int i = 0; i < cluster->lots.n; i++) {
        const gw_chip_lot *lot = &cluster->lots.at[i];
        lots[i] = (gw_lot){
            .from_d = gw_slipped_d(lot->installed_d, cluster->slip_s, as_of_d),
            .until_d = gw_slipped_d(lot->until_d, cluster->slip_s, as_of_d),
            .accelerators = lot->count,
            .it_W = slot->it_W > 0.0 ? slot->it_W : GW_NAN,
            .cluster = i_fleet,
        };
    }
}

static void fill_site(const gw_model *model, gw_state *state, int i_site) {
    const gw_scenario *in = state->in;
    const gw_site *site = &in->sites.at[i_site];
    gw_fleet **fleets = GW_NEW_N(state->scratch, in->clusters.n, gw_fleet *);
    int n_lots = 0;
    for (int c = 0; c < in->clusters.n; c++) {
        n_lots += in->clusters.at[c].site.i == i_site ? in->clusters.at[c].lots.n : 0;
    }
    gw_lot *lots = GW_NEW_N(state->scratch, n_lots, gw_lot);
    int n_fleets = 0;
    n_lots = 0;
    for (int c = 0; c < in->clusters.n; c++) {
        const gw_cluster *cluster = &in->clusters.at[c];
        if (cluster->site.i == i_site) {
            collect_lots(cluster, &state->slot[c], in->as_of_d, n_fleets, lots + n_lots);
            n_lots += cluster->lots.n;
            fleets[n_fleets++] = &state->fleet[c];
        }
    }
    gw_lots_order(lots, n_lots);
    double pue_design = state->overhead[i_site].pue_design;
    gw_site_plan plan = {
        .n_buildings = site->buildings.n,
        .n_supply = site->supply.n,
        .n_lots = n_lots,
        .n_clusters = n_fleets,
        .buildings = collect_buildings(site, in->as_of_d, state->scratch),
        .supply = collect_supply(in, site, pue_design, state->scratch),
        .lots = lots,
        .pue_design = pue_design,
    };
    gw_timeline timeline = gw_timeline_build(&plan, state->scratch);
    gw_capacity_fill(&plan, &timeline, model->month0, model->n_months, in->as_of_d,
                     &state->capacity[i_site], fleets);
}

void gw_programme_phase(const gw_model *model, gw_state *state) {
    for (int i = 0; i < state->in->sites.n; i++) {
        fill_site(model, state, i);
    }
}

/* engine/state.c: working memory of one worker: a copy of the scenario whose numbers may be
 * overwritten, and every array that a phase fills. Allocated once; a sample allocates only scratch.
 */
#include "engine/engine.h"
#include "programme/schedule.h"

static double *months(gw_state *s, const gw_model *model) {
    return GW_NEW_N(s->arena, model->n_months, double);
}

static void create_capacity(gw_state *s, const gw_model *model, gw_capacity *c) {
    c->built_it_W = months(s, model);
    c->powered_it_W = months(s, model);
    c->chips_it_W = months(s, model);
    c->running_it_W = months(s, model);
    c->accelerators = months(s, model);
    c->end_it_W = months(s, model);
    c->end_accelerators = months(s, model);
}

static void create_energy(gw_state *s, const gw_model *model, gw_energy *e) {
    e->load_W = months(s, model);
    e->it_load_W = months(s, model);
    e->grid_W = months(s, model);
    e->plant_W = months(s, model);
    e->renewable_W = months(s, model);
    e->unserved_W = months(s, model);
    e->cost_usd = months(s, model);
    e->carbon_kg = months(s, model);
    e->water_m3 = months(s, model);
}

static void create_cash(gw_state *s, const gw_model *model, gw_cash *c) {
    double **arrays[] = {&c->capex_build_usd, &c->capex_chips_usd, &c->capex_power_usd,
                         &c->opex_energy_usd, &c->opex_other_usd,  &c->revenue_usd,
                         &c->tax_usd,         &c->debt_draw_usd,   &c->debt_service_usd,
                         &c->equity_draw_usd, &c->free_cash_usd,   &c->equity_cash_usd};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        *arrays[i] = months(s, model);
    }
}

gw_state *gw_state_create(const gw_model *model) {
    gw_arena *arena = gw_arena_create(1u << 18);
    gw_arena *scratch = gw_arena_create(1u << 18);
    if (arena == NULL || scratch == NULL) {
        gw_arena_free(arena);
        gw_arena_free(scratch);
        return NULL;
    }
    gw_state *s = GW_NEW(arena, gw_state);
    const gw_scenario *in = model->in;
    s->arena = arena;
    s->scratch = scratch;
    s->slots = GW_NEW_N(arena, model->spec->n_slots + 1, double *);
    s->in = gw_scenario_clone(in, arena, s->slots);
    s->schedule.start_d = GW_NEW_N(arena, in->activities.n, double);
    s->schedule.finish_d = GW_NEW_N(arena, in->activities.n, double);
    s->schedule.total_float_s = GW_NEW_N(arena, in->activities.n, double);
    s->schedule.critical = GW_NEW_N(arena, in->activities.n, bool);
    s->schedule.resource_wait_s = GW_NEW_N(arena, in->activities.n, double);
    s->schedule.lot_wait_s = GW_NEW_N(arena, model->schedule_plan->n_lots, double);
    s->schedule.risk_happened = GW_NEW_N(arena, in->risks.n, bool);
    s->schedule.withdrawn = GW_NEW_N(arena, in->commitments.n, bool);
    gw_schedule_desk_create(model, s);
    s->network = GW_NEW_N(arena, in->clusters.n, gw_network);
    s->slot = GW_NEW_N(arena, in->clusters.n, gw_slot);
    s->fleet = GW_NEW_N(arena, in->clusters.n, gw_fleet);
    s->overhead = GW_NEW_N(arena, in->sites.n, gw_overhead);
    s->climate = GW_NEW_N(arena, in->sites.n, gw_climate_cooling);
    s->climate_inputs = GW_NEW_N(arena, in->sites.n * GW_CLIMATE_INPUTS, double);
    s->capacity = GW_NEW_N(arena, in->sites.n, gw_capacity);
    s->energy = GW_NEW_N(arena, in->sites.n, gw_energy);
    s->step = GW_NEW_N(arena, in->jobs.n + 1, gw_step);
    s->service = GW_NEW_N(arena, in->serving.n + 1, gw_service);
    s->goodput = GW_NEW_N(arena, in->jobs.n + 1, gw_goodput);
    s->claim_value = GW_NEW_N(arena, model->n_claim_items + 1, double);
    s->row = GW_NEW_N(arena, model->n_values + 1, double);
    for (int i = 0; i < in->clusters.n; i++) {
        s->fleet[i].accelerators = months(s, model);
        s->fleet[i].end_accelerators = months(s, model);
    }
    for (int i = 0; i < in->sites.n; i++) {
        create_capacity(s, model, &s->capacity[i]);
        create_energy(s, model, &s->energy[i]);
    }
    create_cash(s, model, &s->cash);
    for (int k = 0; k < GW_N_SERIES; k++) {
        s->series[k] = months(s, model);
    }
    return s;
}

void gw_state_free(gw_state *state) {
    if (state != NULL) {
        gw_arena_free(state->scratch);
        gw_arena_free(state->arena);
    }
}

/* site/power_tree.c: rated, training and idle power of one accelerator slot.
 *
 * In: a system (rated power, accelerators, load factors), storage share, network power per
 *   accelerator.
 * Out: gw_slot, W per accelerator.
 * Model: rated system power divided by its accelerators, plus network and storage:
 *       it       = system (1 + storage_share) + network
 *       training = training_load x system + network + storage
 *       idle     = idle_load x system + network + storage
 *   System power is that of the server or rack: power supplies, host, fans or pumps and scale-up
 *   switches are in it.
 * Valid: averages over minutes and longer; swings within a step are not in these numbers.
 *   Assumption: switches, optics and storage servers draw their rated power at any load.
 * Sources: component figures from the catalogue. Closes on Colossus 1: 200,000 x 1,389 W + 30,000 x
 *   1,870 W = 334 MW against 340 MW IT (Epoch AI data centres, 2026). Node draw in training 0.78 to
 *   0.82 of rating (arXiv 2412.08602). */
#include "site/power_tree.h"

#include <math.h>

gw_slot gw_power_slot(const gw_system *system, double storage_share, double network_W) {
    gw_slot slot = {0};
    slot.system_W = system->accelerators > 0 ? system->power_W / system->accelerators : GW_NAN;
    slot.network_W = network_W > 0 && isfinite(network_W) ? network_W : 0;
    slot.storage_W = storage_share * slot.system_W;
    double steady_W = slot.network_W + slot.storage_W;
    slot.it_W = slot.system_W + steady_W;
    slot.training_W = system->training_load * slot.system_W + steady_W;
    slot.idle_W = system->idle_load * slot.system_W + steady_W;
    return slot;
}

double gw_power_slot_average_W(const gw_slot *slot, double utilisation) {
    return utilisation * slot->training_W + (1 - utilisation) * slot->idle_W;
}

double gw_site_liquid_share(const gw_slot *slot, const double *accelerators,
                            const double *liquid_share, int n) {
    double liquid_W = 0, it_W = 0;
    for (int i = 0; i < n; i++) {
        liquid_W += accelerators[i] * slot[i].system_W * liquid_share[i];
        it_W += accelerators[i] * slot[i].it_W;
    }
    return it_W > 0 ? liquid_W / it_W : 0;
}

/* site/power_tree.h: IT power of one accelerator slot, by component. */
#ifndef GW_SITE_POWER_TREE_H
#define GW_SITE_POWER_TREE_H

#include "model.h"

/** The slot of one system.
 *  @param storage_share  storage and management servers over system power
 *  @param network_W      scale-out network per accelerator; what is not a positive number counts
 *                        as 0 (a network that cannot be built carries its own `problem`) */
gw_slot gw_power_slot(const gw_system *system, double storage_share, double network_W);

/** Average draw of one running accelerator that trains for the given share of the time and idles
 * otherwise. */
double gw_power_slot_average_W(const gw_slot *slot, double utilisation);

/** Share of a site's IT heat that leaves in the liquid loop: systems by their liquid_share, network
 * and storage in air; clusters weighted by rated IT power. n arrays of length n. 0 for a site
 * without clusters. */
double gw_site_liquid_share(const gw_slot *slot, const double *accelerators,
                            const double *liquid_share, int n);

#endif

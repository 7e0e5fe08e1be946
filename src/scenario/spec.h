/* scenario/spec.h: field tables of the scenario proper, and the whole scenario. Conventions:
 * field.h. These structs are what every room reads: `const gw_scenario *in`, plain numbers in SI.
 */
#ifndef GW_SCENARIO_SPEC_H
#define GW_SCENARIO_SPEC_H

#include "scenario/spec_catalog.h"

#define GW_FIELDS_party(X)                                                                         \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "full name")                                      \
    X(TEXTS, roles, , 0, GW_OPTIONAL, NULL, 0, 0,                                                  \
      "what it does here: words of party_role; for readers")

#define GW_FIELDS_programme(X)                                                                     \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "name as used in public")                         \
    X(REFS, sponsors, , parties, GW_OPTIONAL, NULL, 0, 0, "who stands behind it")                  \
    X(REFS, part_of, , programmes, GW_OPTIONAL, NULL, 0, 0,                                        \
      "larger programmes that it belongs to: their totals hold its own")

/* ------------------------------------------------------------------ schedule */

#define GW_FIELDS_closure(X)                                                                       \
    X(DATE, from, _d, GW_DATE_START, GW_REQUIRED, NULL, GW_NO_LO, GW_NO_HI, "first day off")       \
    X(DATE, until, _d, GW_DATE_END, GW_REQUIRED, NULL, GW_NO_LO, GW_NO_HI, "last day off")

#define GW_FIELDS_workcal(X)                                                                       \
    X(NUM, days_per_week, , "", GW_OPTIONAL, "7", 1, 7, "days worked in a week")                   \
    X(MONTHS, lost, , "%", GW_OPTIONAL, NULL, 0, 0.95,                                             \
      "share of the working time lost in each month, for example to weather")                      \
    X(MAP, closures, , closure, GW_OPTIONAL, NULL, 0, 0, "spans in which nothing is done")

#define GW_FIELDS_driver(X)                                                                        \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "the common cause")                               \
    X(NUM, factor, , "", GW_OPTIONAL, "1", 0.05, 20,                                               \
      "multiplies the duration of every activity that names it; one draw for all")

#define GW_FIELDS_resource(X)                                                                      \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "what is scarce")                                 \
    X(NUM, capacity, , "", GW_REQUIRED, NULL, 0.001, 1e9,                                          \
      "units that can work at the same time, all sites together")

#define GW_FIELDS_activity(X)                                                                      \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "what is done")                                   \
    X(ENUM, kind, , activity_kind, GW_OPTIONAL, "work", 0, 0, "what sort of work; for readers")    \
    X(REF, site, , sites, GW_OPTIONAL, NULL, 0, 0, "campus that it belongs to")                    \
    X(NUM, duration, _s, "d", GW_OPTIONAL, "0 d", 0, 1e9,                                          \
      "working time on its calendar; a milestone has none")                                        \
    X(REFS, after, , activities, GW_OPTIONAL, NULL, 0, 0, "what must be finished before")          \
    X(NUM, lag, _s, "d", GW_OPTIONAL, "0 d", 0, 1e9, "wait after the last of them, calendar days") \
    X(DATE, earliest, _d, GW_DATE_START, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                    \
      "not before this day")                                                                       \
    X(DATE, started, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                    \
      "day on which it began, if it has")                                                          \
    X(DATE, finished, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                   \
      "day on which it ended, if it has: nothing is drawn any more")                               \
    X(DATE, due, _d, GW_DATE_END, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                           \
      "promised end, for the probability of keeping it")                                           \
    X(REF, calendar, , calendars, GW_OPTIONAL, NULL, 0, 0, "absent: every day is worked")          \
    X(REFS, drivers, , drivers, GW_OPTIONAL, NULL, 0, 0, "common causes that stretch it")          \
    X(REF, resource, , resources, GW_OPTIONAL, NULL, 0, 0, "scarce crews or slots that it needs")  \
    X(NUM, units, , "", GW_OPTIONAL, "1", 0, 1e9, "how many of them, for the whole duration")      \
    X(NUM, cost, _usd, "USD", GW_OPTIONAL, "0 USD", 0, 1e13,                                       \
      "cost of the activity, for the joint distribution of cost and date")                         \
    X(NUM, cost_per_time, _usd_per_s, "USD/d", GW_OPTIONAL, "0 USD/d", 0, 1e8,                     \
      "running cost while it lasts: what a delay costs")

#define GW_FIELDS_risk(X)                                                                          \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "the event")                                      \
    X(NUM, probability, , "%", GW_REQUIRED, NULL, 0, 1, "that it happens")                         \
    X(REFS, activities, , activities, GW_REQUIRED, NULL, 0, 0, "which it delays, all at once")     \
    X(NUM, delay, _s, "d", GW_OPTIONAL, "0 d", 0, 1e9, "added to their duration, calendar days")   \
    X(NUM, cost, _usd, "USD", GW_OPTIONAL, "0 USD", 0, 1e13, "cost if it happens")

#define GW_FIELDS_mitigation(X)                                                                    \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "the measure")                                    \
    X(REFS, activities, , activities, GW_OPTIONAL, NULL, 0, 0, "which it shortens")                \
    X(NUM, duration_factor, , "", GW_OPTIONAL, "1", 0, 2, "multiplies their duration")             \
    X(REFS, risks, , risks, GW_OPTIONAL, NULL, 0, 0, "which it makes less likely")                 \
    X(NUM, probability_factor, , "", GW_OPTIONAL, "1", 0, 1, "multiplies their probability")       \
    X(NUM, cost, _usd, "USD", GW_OPTIONAL, "0 USD", 0, 1e13, "price of the measure")

#define GW_FIELDS_output(X)                                                                        \
    X(DATE, from, _d, GW_DATE_START, GW_REQUIRED, NULL, GW_NO_LO, GW_NO_HI,                        \
      "first day of the quarter or span")                                                          \
    X(NUM, rate, _per_s, "1/yr", GW_REQUIRED, NULL, 0, 100,                                        \
      "accelerators shipped per time from then on")

#define GW_FIELDS_chip_supply(X)                                                                   \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "product line")                                   \
    X(REF, supplier, , parties, GW_OPTIONAL, NULL, 0, 0, "who sells the chips")                    \
    X(REFS, accelerators, , accelerators, GW_REQUIRED, NULL, 0, 0, "what comes off the line")      \
    X(MAP, outputs, , output, GW_REQUIRED, NULL, 0, 0,                                             \
      "output over time; each rate holds until the next")                                          \
    X(NUM, share, , "%", GW_OPTIONAL, "100 %", 0, 1,                                               \
      "share of the output that the programmes of this scenario can get")                          \
    X(NUM, lead, _s, "d", GW_OPTIONAL, "60 d", 0, 1e8, "shipment to installed and tested")

#define GW_FIELDS_correlation(X)                                                                   \
    X(TEXTS, of, , 0, GW_REQUIRED, NULL, 0, 0,                                                     \
      "paths of uncertain values; * stands for any one name")                                      \
    X(NUM, coefficient, , "", GW_REQUIRED, NULL, 0, 1,                                             \
      "rank correlation of each pair (Gaussian copula with one common factor)")

#define GW_FIELDS_commitment(X)                                                                    \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "what was promised")                              \
    X(ENUM, kind, , commitment_kind, GW_REQUIRED, NULL, 0, 0, "what sort of promise")              \
    X(REF, party, , parties, GW_REQUIRED, NULL, 0, 0, "who promises")                              \
    X(REF, to, , parties, GW_OPTIONAL, NULL, 0, 0, "to whom")                                      \
    X(REF, programme, , programmes, GW_OPTIONAL, NULL, 0, 0, "for what")                           \
    X(NUM, amount, _usd, "USD", GW_REQUIRED, NULL, 0, 1e14, "amount promised")                     \
    X(DATE, pledged, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI, "announced")       \
    X(DATE, contracted, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI, "signed")       \
    X(DATE, financed, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                   \
      "the money for it was committed")                                                            \
    X(DATE, draw_from, _d, GW_DATE_START, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI, "first draw")     \
    X(DATE, draw_until, _d, GW_DATE_END, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                    \
      "last draw; even between the two")                                                           \
    X(DATE, withdrawn, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                  \
      "day on which it was taken back, if it was")                                                 \
    X(DATE, disputed, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                   \
      "day since which a party denies it")                                                         \
    X(TEXT, condition, , 0, GW_OPTIONAL, NULL, 0, 0, "what it hangs on")                           \
    X(NUM, withdrawal, , "%", GW_OPTIONAL, "0 %", 0, 1,                                            \
      "probability that it is taken back before it is drawn")                                      \
    X(REFS, holds_up, , activities, GW_OPTIONAL, NULL, 0, 0,                                       \
      "what then waits until another stands in")                                                   \
    X(NUM, replacement_time, _s, "d", GW_OPTIONAL, "180 d", 0, 1e9, "time to find another")        \
    X(NUM, replacement_cost, , "%", GW_OPTIONAL, "0 %", 0, 1,                                      \
      "what the replacement costs more, share of the amount")                                      \
    X(REF, supersedes, , commitments, GW_OPTIONAL, NULL, 0, 0, "earlier promise that it replaces")

#define GW_FIELDS_building(X)                                                                      \
    X(NUM, count, , "", GW_OPTIONAL, "1", 1, 1000,                                                 \
      "identical buildings that become ready together")                                            \
    X(NUM, it_power, _W, "MW", GW_REQUIRED, NULL, 1e3, 1e11,                                       \
      "IT power that one building can carry")                                                      \
    X(DATE, started, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                    \
      "first work; absent: ready minus the construction time")                                     \
    X(DATE, ready, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                      \
      "can carry IT load; absent: when `after` is finished")                                       \
    X(REFS, after, , activities, GW_OPTIONAL, NULL, 0, 0,                                          \
      "activities that must be finished first")                                                    \
    X(DATE, until, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI, "taken out of use")  \
    X(NUM, cost, _usd, "USD", GW_OPTIONAL, NULL, 0, 1e13,                                          \
      "cost of one building without IT; absent: unit cost")

#define GW_FIELDS_supply(X)                                                                        \
    X(ENUM, kind, , supply_kind, GW_REQUIRED, NULL, 0, 0, "grid, plant or storage")                \
    X(ENUM, role, , supply_role, GW_OPTIONAL, "primary", 0, 0,                                     \
      "whether it counts as power for IT")                                                         \
    X(REF, plant, , plants, GW_OPTIONAL, NULL, 0, 0, "technology of own generation or storage")    \
    X(NUM, capacity, _W, "MW", GW_REQUIRED, NULL, 1, 1e12, "power at the meter or nameplate")      \
    X(NUM, energy, _J, "MWh", GW_OPTIONAL, NULL, 0, 1e18,                                          \
      "energy of a storage; for readers: a month evens out what it shifts")                        \
    X(DATE, energised, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                  \
      "can deliver; absent: when `after` is finished")                                             \
    X(REFS, after, , activities, GW_OPTIONAL, NULL, 0, 0,                                          \
      "activities that must be finished first")                                                    \
    X(DATE, until, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI, "stops delivering")  \
    X(NUM, price, _usd_per_J, "USD/MWh", GW_OPTIONAL, NULL, 0, 1e-6,                               \
      "contract price; absent: region or plant cost")                                              \
    X(BOOL, owned, , 0, GW_OPTIONAL, "no", 0, 0, "the programme pays its capital cost")

#define GW_FIELDS_electrical(X)                                                                    \
    X(NUM, transformer, , "%", GW_OPTIONAL, "99.6 %", 0.9, 1,                                      \
      "efficiency of the main transformers")                                                       \
    X(NUM, ups, , "%", GW_OPTIONAL, "97.5 %", 0.8, 1,                                              \
      "efficiency of the uninterruptible supply; 100 % if there is none")                          \
    X(NUM, distribution, , "%", GW_OPTIONAL, "99 %", 0.9, 1,                                       \
      "efficiency of busways and distribution")                                                    \
    X(NUM, house_load, , "%", GW_OPTIONAL, "2 %", 0, 0.3,                                          \
      "lighting, offices, security over IT power")

#define GW_FIELDS_site(X)                                                                          \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "name of the campus")                             \
    X(REF, programme, , programmes, GW_OPTIONAL, NULL, 0, 0, "programme that it belongs to")       \
    X(NUM, latitude, , "", GW_OPTIONAL, NULL, -90, 90,                                             \
      "degrees north; for readers, nothing is computed from it")                                   \
    X(NUM, longitude, , "", GW_OPTIONAL, NULL, -180, 180,                                          \
      "degrees east; for readers, nothing is computed from it")                                    \
    X(REF, region, , regions, GW_REQUIRED, NULL, 0, 0,                                             \
      "electricity market, climate and households")                                                \
    X(REF, cooling, , coolings, GW_REQUIRED, NULL, 0, 0, "cooling design")                         \
    X(REF, developer, , parties, GW_OPTIONAL, NULL, 0, 0, "who builds it")                         \
    X(REF, costs, , unit_costs, GW_REQUIRED, NULL, 0, 0, "unit costs")                             \
    X(NUM, slip, _s, "d", GW_OPTIONAL, "0 d", -3e8, 3e8,                                           \
      "common delay of every building and supply dated after as_of")                               \
    X(NUM, construction_time, _s, "mo", GW_OPTIONAL, "18 mo", 1e6, 1e9,                            \
      "first work to ready, for buildings without `started`")                                      \
    X(SUB, electrical, , electrical, GW_OPTIONAL, NULL, 0, 0, "losses between meter and rack")     \
    X(MAP, buildings, , building, GW_REQUIRED, NULL, 0, 0, "buildings, in the order they come")    \
    X(MAP, supply, , supply, GW_REQUIRED, NULL, 0, 0, "power connections and plants")

#define GW_FIELDS_chip_lot(X)                                                                      \
    X(NUM, count, , "", GW_REQUIRED, NULL, 1, 1e8, "accelerators in the lot")                      \
    X(DATE, installed, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                  \
      "racked, tested and ready to run; absent: when `after` is finished")                         \
    X(REFS, after, , activities, GW_OPTIONAL, NULL, 0, 0,                                          \
      "activities that must be finished first")                                                    \
    X(DATE, until, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI, "taken out again")

#define GW_FIELDS_fabric(X)                                                                        \
    X(ENUM, topology, , topology, GW_OPTIONAL, "rail_clos", 0, 0,                                  \
      "wiring plan of the scale-out network")                                                      \
    X(INT, rails, , 0, GW_OPTIONAL, "auto", 0, 1024, "rails; auto: one for each NIC of a node")    \
    X(INT, tiers, , 0, GW_OPTIONAL, "auto", 0, 5,                                                  \
      "switch tiers; auto: as few as the radix allows")                                            \
    X(INT, islands, , 0, GW_OPTIONAL, "1", 1, 10000,                                               \
      "separate networks of equal size, for example one a building; a job must fit into one")      \
    X(REF, switch_type, , switches, GW_REQUIRED, NULL, 0, 0, "switch in every tier")               \
    X(REF, link_type, , links, GW_REQUIRED, NULL, 0, 0,                                            \
      "transceiver between switches and to NICs")                                                  \
    X(NUM, oversubscription, , "", GW_OPTIONAL, "1", 1, 64,                                        \
      "down-link over up-link bandwidth of the leaves")                                            \
    X(NUM, cable_length, _m, "m", GW_OPTIONAL, "30 m", 0.5, 1e5, "mean length of a cable")         \
    X(NUM, nic_latency, _s, "us", GW_OPTIONAL, "2 us", 0, 1e-3,                                    \
      "host and NIC latency of one message")

#define GW_FIELDS_cluster(X)                                                                       \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "name")                                           \
    X(REF, site, , sites, GW_REQUIRED, NULL, 0, 0, "where it stands")                              \
    X(REF, system, , systems, GW_REQUIRED, NULL, 0, 0, "what it is made of")                       \
    X(REF, buyer, , parties, GW_OPTIONAL, NULL, 0, 0, "who pays for the chips")                    \
    X(MAP, lots, , chip_lot, GW_REQUIRED, NULL, 0, 0, "deliveries")                                \
    X(SUB, fabric, , fabric, GW_REQUIRED, NULL, 0, 0, "scale-out network")                         \
    X(NUM, slip, _s, "d", GW_OPTIONAL, "0 d", -3e8, 3e8,                                           \
      "common delay of every lot dated after as_of")                                               \
    X(NUM, storage_share, , "%", GW_OPTIONAL, "3 %", 0, 0.5,                                       \
      "storage and management servers over system power")                                          \
    X(NUM, spares, , "%", GW_OPTIONAL, "2 %", 0, 0.5, "accelerators held as hot spares")           \
    X(NUM, utilisation, , "%", GW_OPTIONAL, "80 %", 0, 1,                                          \
      "share of time that accelerators run a job")                                                 \
    X(NUM, system_price, _usd, "USD", GW_OPTIONAL, NULL, 1e3, 1e9,                                 \
      "price paid for one system; absent: catalogue")                                              \
    X(NUM, market_price, _usd_per_s, "USD/h", GW_OPTIONAL, NULL, 0, 1,                             \
      "price per accelerator-hour of its capacity under no contract; absent: that of finance")

#define GW_FIELDS_layout(X)                                                                        \
    X(INT, tp, , 0, GW_OPTIONAL, "auto", 0, 4096, "tensor parallel")                               \
    X(INT, pp, , 0, GW_OPTIONAL, "auto", 0, 4096, "pipeline stages")                               \
    X(INT, dp, , 0, GW_OPTIONAL, "auto", 0, 10000000, "data parallel replicas")                    \
    X(INT, cp, , 0, GW_OPTIONAL, "auto", 0, 4096, "context parallel")                              \
    X(INT, ep, , 0, GW_OPTIONAL, "auto", 0, 4096, "expert parallel, inside dp x cp")               \
    X(INT, virtual_stages, , 0, GW_OPTIONAL, "auto", 0, 256,                                       \
      "model chunks per pipeline stage (interleaving)")                                            \
    X(INT, micro_batch, , 0, GW_OPTIONAL, "auto", 0, 4096, "sequences per micro-batch")            \
    X(INT, zero_stage, , 0, GW_OPTIONAL, "1", 0, 3,                                                \
      "what data parallel ranks share: 1 optimizer, 2 gradients, 3 weights")                       \
    X(ENUM, recompute, , recompute, GW_OPTIONAL, "selective", 0, 0,                                \
      "activations computed again in the backward pass")

#define GW_FIELDS_checkpoint(X)                                                                    \
    X(NUM, bytes_per_param, _B, "B", GW_OPTIONAL, "14 B", 1, 64, "state written per parameter")    \
    X(NUM, bandwidth, _Bps, "GB/s", GW_OPTIONAL, "200 GB/s", 1e8, 1e15,                            \
      "aggregate write bandwidth")                                                                 \
    X(NUM, blocking_share, , "%", GW_OPTIONAL, "10 %", 0, 1,                                       \
      "share of the write that stops the job (asynchronous saving hides the rest)")                \
    X(NUM, interval, _s, "s", GW_OPTIONAL, NULL, 1, 1e7,                                           \
      "useful work between checkpoints; absent: the optimum")

#define GW_FIELDS_job(X)                                                                           \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "what it is")                                     \
    X(REF, cluster, , clusters, GW_REQUIRED, NULL, 0, 0, "where it runs")                          \
    X(REF, model, , models, GW_REQUIRED, NULL, 0, 0, "what is trained")                            \
    X(NUM, accelerators, , "", GW_REQUIRED, NULL, 1, 1e8,                                          \
      "accelerators in the job, spares not counted")                                               \
    X(NUM, tokens, _tok, "tokens", GW_REQUIRED, NULL, 1, 1e18, "tokens to train on")               \
    X(NUM, sequence, _tok, "tokens", GW_OPTIONAL, NULL, 1, 1e9,                                    \
      "sequence length; absent: the model's")                                                      \
    X(NUM, global_batch, _tok, "tokens", GW_REQUIRED, NULL, 1, 1e12, "tokens per step")            \
    X(ENUM, precision, , precision, GW_OPTIONAL, "bf16", 0, 0, "precision of the matrix products") \
    X(SUB, layout, , layout, GW_OPTIONAL, NULL, 0, 0,                                              \
      "parallel layout; what is `auto` is searched")                                               \
    X(REF, failures, , failure_models, GW_REQUIRED, NULL, 0, 0, "failure rates and recovery")      \
    X(SUB, checkpoint, , checkpoint, GW_OPTIONAL, NULL, 0, 0,                                      \
      "checkpoint size, bandwidth, interval")                                                      \
    X(DATE, start, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                      \
      "earliest start; it waits for its accelerators")

#define GW_FIELDS_contract(X)                                                                      \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "what it is")                                     \
    X(ENUM, kind, , contract_kind, GW_REQUIRED, NULL, 0, 0, "what the price is charged on")        \
    X(REF, seller, , parties, GW_REQUIRED, NULL, 0, 0, "who is paid")                              \
    X(REF, buyer, , parties, GW_REQUIRED, NULL, 0, 0, "who pays")                                  \
    X(REF, cluster, , clusters, GW_OPTIONAL, NULL, 0, 0,                                           \
      "capacity sold; absent: `clusters`, or all")                                                 \
    X(REFS, clusters, , clusters, GW_OPTIONAL, NULL, 0, 0, "the same, several")                    \
    X(DATE, start, _d, GW_DATE_START, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                       \
      "first day; absent: with the first capacity")                                                \
    X(NUM, term, _s, "yr", GW_REQUIRED, NULL, 86400, 4e9, "length")                                \
    X(NUM, price, _usd_per_s, "USD/h", GW_OPTIONAL, NULL, 0, 1,                                    \
      "compute: per accelerator and time")                                                         \
    X(NUM, fee, _usd_per_s, "USD/mo", GW_OPTIONAL, NULL, 0, 1e6, "fee: per time at full capacity") \
    X(NUM, rent, _usd_per_W_s, "USD/kW/mo", GW_OPTIONAL, NULL, 0, 1e-3,                            \
      "lease: per IT power and time")                                                              \
    X(NUM, escalation, , "%", GW_OPTIONAL, "0 %", -0.5, 0.5,                                       \
      "price change per year (negative: falling)")                                                 \
    X(NUM, utilisation, , "%", GW_OPTIONAL, "90 %", 0, 1, "share of capacity that is used")        \
    X(NUM, floor, , "%", GW_OPTIONAL, "0 %", 0, 1,                                                 \
      "take-or-pay: share of capacity paid even if unused")                                        \
    X(NUM, notice, _s, "d", GW_OPTIONAL, NULL, 0, 1e9,                                             \
      "exit right: the buyer may leave with this notice; absent: none")                            \
    X(NUM, firm, _s, "d", GW_OPTIONAL, "0 d", 0, 4e9, "first part of the term without exit right") \
    X(DATE, exit, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                       \
      "day on which the buyer leaves; absent: by `exit_probability`")                              \
    X(NUM, exit_probability, , "%", GW_OPTIONAL, "0 %", 0, 1,                                      \
      "probability per year that the exit right is used")                                          \
    X(NUM, prepayment, _usd, "USD", GW_OPTIONAL, "0 USD", 0, 1e13,                                 \
      "paid at the start, set off against the first bills")                                        \
    X(REF, guarantor, , parties, GW_OPTIONAL, NULL, 0, 0, "who pays when the buyer does not")      \
    X(NUM, guarantee, _usd, "USD", GW_OPTIONAL, NULL, 0, 1e13,                                     \
      "most that the guarantor pays after an exit; absent: no guarantee")

#define GW_FIELDS_funding(X)                                                                       \
    X(ENUM, kind, , funding_kind, GW_REQUIRED, NULL, 0, 0, "equity or debt")                       \
    X(REF, party, , parties, GW_OPTIONAL, NULL, 0, 0, "who provides it")                           \
    X(NUM, amount, _usd, "USD", GW_REQUIRED, NULL, 0, 1e13,                                        \
      "committed amount; drawn as capital is spent, pro rata")                                     \
    X(NUM, rate, , "%", GW_OPTIONAL, "0 %", 0, 1, "interest per year (debt)")                      \
    X(NUM, term, _s, "yr", GW_OPTIONAL, "5 yr", 1e6, 2e9,                                          \
      "repayment after full operation of what it pays for (debt)")                                 \
    X(ENUM, repayment, , repayment, GW_OPTIONAL, "level", 0, 0, "shape of the repayment (debt)")   \
    X(NUM, dscr, , "", GW_OPTIONAL, "1.3", 1, 10,                                                  \
      "target debt service coverage of a sculpted loan")                                           \
    X(NUM, covenant, , "", GW_OPTIONAL, NULL, 0.5, 10,                                             \
      "lowest debt service coverage that the lender accepts")                                      \
    X(NUM, most, , "%", GW_OPTIONAL, "100 %", 0, 1,                                                \
      "largest share of the cost of what it pays for")                                             \
    X(NUM, interest_only, _s, "mo", GW_OPTIONAL, "0 mo", 0, 1e9,                                   \
      "no principal in this first part of the term")                                               \
    X(NUM, upfront_fee, , "%", GW_OPTIONAL, "0 %", 0, 0.2, "of the amount, at the first draw")     \
    X(NUM, commitment_fee, , "%", GW_OPTIONAL, "0 %", 0, 0.1, "per year on what is not drawn yet") \
    X(DATE, available_from, _d, GW_DATE_START, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,              \
      "first draw (delayed draw)")                                                                 \
    X(DATE, available_until, _d, GW_DATE_END, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI, "last draw")  \
    X(BOOL, drawn_at_once, , 0, GW_OPTIONAL, "no", 0, 0,                                           \
      "notes: drawn whole on the first day, what is not spent yet earns `cash_yield`")             \
    X(NUM, reserve, _s, "mo", GW_OPTIONAL, "0 mo", 0, 1e8,                                         \
      "debt service reserve: months of service kept in cash")                                      \
    X(ENUM, layer, , layer, GW_OPTIONAL, "all", 0, 0, "which assets it pays for")                  \
    X(REF, programme, , programmes, GW_OPTIONAL, NULL, 0, 0, "of which programme; absent: all")    \
    X(REFS, sites, , sites, GW_OPTIONAL, NULL, 0, 0, "at which sites; absent: all")                \
    X(REFS, clusters, , clusters, GW_OPTIONAL, NULL, 0, 0, "for which clusters; absent: all")      \
    X(REF, borrower, , parties, GW_OPTIONAL, NULL, 0, 0,                                           \
      "who draws it; absent: developer or buyer of what it pays for")                              \
    X(REF, guarantor, , parties, GW_OPTIONAL, NULL, 0, 0, "who stands behind the debt")            \
    X(NUM, residual_guarantee, _usd, "USD", GW_OPTIONAL, "0 USD", 0, 1e13,                         \
      "what the guarantor pays at the end if the assets are worth less")

#define GW_FIELDS_finance(X)                                                                       \
    X(NUM, discount_rate, , "%", GW_OPTIONAL, "10 %", -0.5, 1,                                     \
      "yearly rate of the net present value, nominal")                                             \
    X(NUM, tax_rate, , "%", GW_OPTIONAL, "21 %", 0, 0.9,                                           \
      "tax on profit after straight-line depreciation; losses carried forward")                    \
    X(NUM, chip_life, _s, "yr", GW_OPTIONAL, "5 yr", 3e7, 1e9,                                     \
      "time over which chips and servers are written off; they go on earning until their lot "     \
      "ends")                                                                                      \
    X(NUM, facility_life, _s, "yr", GW_OPTIONAL, "14 yr", 3e7, 3e9,                                \
      "time over which buildings and plant are written off")                                       \
    X(NUM, chip_residual, , "%", GW_OPTIONAL, "0 %", 0, 1,                                         \
      "value of chips at the end of their life over price")                                        \
    X(NUM, payment_lead, _s, "mo", GW_OPTIONAL, "2 mo", 0, 1e8,                                    \
      "chips are paid this long before they run")                                                  \
    X(NUM, inflation, , "%", GW_OPTIONAL, "2.5 %", -0.1, 0.5, "yearly growth of operating costs")  \
    X(NUM, market_price, _usd_per_s, "USD/h", GW_OPTIONAL, NULL, 0, 1,                             \
      "price per accelerator-hour of capacity under no contract; absent: none is sold")            \
    X(NUM, market_price_change, , "%", GW_OPTIONAL, "-15 %", -0.9, 1,                              \
      "yearly change of the market price")                                                         \
    X(ENUM, depreciation, , depreciation, GW_OPTIONAL, "straight_line", 0, 0,                      \
      "how assets are written off for tax")                                                        \
    X(NUM, receivable, _s, "d", GW_OPTIONAL, "0 d", 0, 1e8,                                        \
      "working capital: buyers pay this late")                                                     \
    X(NUM, payable, _s, "d", GW_OPTIONAL, "0 d", 0, 1e8, "operating costs are paid this late")     \
    X(BOOL, refit, , 0, GW_OPTIONAL, "no", 0, 0,                                                   \
      "chips are replaced at the end of their life; no: they earn until their lot ends")           \
    X(NUM, refit_price, , "%", GW_OPTIONAL, "100 %", 0, 5,                                         \
      "price of the replacement over the first price")                                             \
    X(BOOL, shut_down, , 0, GW_OPTIONAL, "no", 0, 0,                                               \
      "chips under no contract stop when the market pays less than energy and operation")          \
    X(NUM, cash_yield, , "%", GW_OPTIONAL, "0 %", 0, 0.3, "interest on reserves and unspent notes")

#define GW_FIELDS_deal(X)                                                                          \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "what it is")                                     \
    X(REF, seller, , parties, GW_OPTIONAL, NULL, 0, 0, "who is paid")                              \
    X(REF, buyer, , parties, GW_OPTIONAL, NULL, 0, 0, "who pays")                                  \
    X(NUM, power, _W, "MW", GW_OPTIONAL, NULL, 1, 1e13, "power of the deal")                       \
    X(ENUM, basis, , claim_basis, GW_OPTIONAL, "unstated", 0, 0,                                   \
      "basis of the power; unstated: worked out as IT and as facility")                            \
    X(NUM, pue, , "", GW_OPTIONAL, "1.4", 1, 3, "facility over IT power")                          \
    X(NUM, accelerators, , "", GW_OPTIONAL, NULL, 1, 1e10, "accelerators of the deal")             \
    X(NUM, accelerator_price, _usd, "USD", GW_OPTIONAL, NULL, 0, 1e7,                              \
      "price of one; instead of it_cost")                                                          \
    X(NUM, accelerator_power, _W, "W", GW_OPTIONAL, NULL, 1, 1e5,                                  \
      "IT power of one: size without `power`, load for `energy_price`")                            \
    X(NUM, cost, _usd, "USD", GW_OPTIONAL, NULL, 0, 1e14,                                          \
      "capital cost, all together; written off over it_life")                                      \
    X(NUM, it_cost, _usd_per_W, "USD/W", GW_OPTIONAL, NULL, 0, 1000, "chips per IT watt")          \
    X(NUM, facility_cost, _usd_per_W, "USD/W", GW_OPTIONAL, NULL, 0, 1000,                         \
      "buildings and plant per IT watt")                                                           \
    X(NUM, opex, _usd_per_s, "USD/yr", GW_OPTIONAL, NULL, 0, 1e8, "operating cost per time")       \
    X(NUM, opex_rate, _usd_per_W_s, "USD/W/yr", GW_OPTIONAL, NULL, 0, 1e-3,                        \
      "operating cost per IT watt and time; instead of opex")                                      \
    X(NUM, energy_price, _usd_per_J, "USD/MWh", GW_OPTIONAL, NULL, 0, 1e-6,                        \
      "energy cost on top of opex: accelerators x their power (else IT power) x pue")              \
    X(NUM, payments, _usd_per_s, "USD/yr", GW_OPTIONAL, NULL, 0, 1e8, "paid per time")             \
    X(NUM, total, _usd, "USD", GW_OPTIONAL, NULL, 0, 1e14,                                         \
      "paid in all over the term; instead of payments")                                            \
    X(NUM, price, _usd_per_s, "USD/h", GW_OPTIONAL, NULL, 0, 1,                                    \
      "paid per accelerator-hour; instead of payments")                                            \
    X(NUM, utilisation, , "%", GW_OPTIONAL, "100 %", 0, 1, "share of accelerator-hours used")      \
    X(NUM, escalation, , "%", GW_OPTIONAL, "0 %", -0.9, 1, "change of the payments per year")      \
    X(NUM, term, _s, "yr", GW_OPTIONAL, "5 yr", 1e6, 4e9, "length")                                \
    X(NUM, notice, _s, "d", GW_OPTIONAL, NULL, 0, 1e9,                                             \
      "exit right: only this much is firm at any time")                                            \
    X(NUM, residual, , "%", GW_OPTIONAL, "0 %", 0, 1, "value at the end over the capital cost")    \
    X(NUM, it_life, _s, "yr", GW_OPTIONAL, NULL, 1e6, 4e9,                                         \
      "chips, for the annual cost; absent: the term")                                              \
    X(NUM, facility_life, _s, "yr", GW_OPTIONAL, "14 yr", 1e6, 4e9, "buildings and plant")         \
    X(NUM, rate, , "%", GW_OPTIONAL, "10 %", -0.9, 5, "discount rate per year")                    \
    X(NUM, tax, , "%", GW_OPTIONAL, "0 %", 0, 0.9, "tax rate on profit")                           \
    X(NUM, state_tax, , "%", GW_OPTIONAL, "0 %", 0, 0.9,                                           \
      "second tax on profit, deducted before `tax`")                                               \
    X(ENUM, depreciation, , depreciation, GW_OPTIONAL, "straight_line", 0, 0, "for tax")           \
    X(INT, draws, , 0, GW_OPTIONAL, "0", 0, 1200, "equal draws while building; 0: paid at once")   \
    X(NUM, draw_period, _s, "mo", GW_OPTIONAL, "3 mo", 86400, 4e9, "time between them")            \
    X(NUM, draw_rate, , "%", GW_OPTIONAL, NULL, 0, 5, "interest while building, per draw period")  \
    X(NUM, debt, _usd, "USD", GW_OPTIONAL, NULL, 0, 1e14, "loan")                                  \
    X(NUM, debt_share, , "%", GW_OPTIONAL, NULL, 0, 1, "loan over capital cost; instead of debt")  \
    X(NUM, debt_rate, , "%", GW_OPTIONAL, NULL, 0, 5, "interest per year")                         \
    X(NUM, debt_term, _s, "yr", GW_OPTIONAL, NULL, 1e6, 4e9, "absent: the term")                   \
    X(NUM, dscr, , "", GW_OPTIONAL, NULL, 1, 20,                                                   \
      "target coverage: the loan is sized and sculpted to it; debt or debt_share then bound it")   \
    X(NUM, fixed_charge_rate, , "%", GW_OPTIONAL, NULL, 0, 5,                                      \
      "for a levelised cost: yearly charge over the capital cost")                                 \
    X(NUM, energy_per_year, _J, "MWh", GW_OPTIONAL, NULL, 1, 1e21,                                 \
      "for a levelised cost: energy of one year")

#define GW_FIELDS_claim(X)                                                                         \
    X(TEXT, text, , 0, GW_OPTIONAL, NULL, 0, 0, "the claim in one sentence")                       \
    X(DATE, said, _d, GW_DATE_MIDDLE, GW_REQUIRED, NULL, GW_NO_LO, GW_NO_HI, "when it was said")   \
    X(TEXTS, said_by, , 0, GW_OPTIONAL, NULL, 0, 0, "who said it")                                 \
    X(TEXT, about, , 0, GW_REQUIRED, NULL, 0, 0,                                                   \
      "the object: claims about one object are set against each other")                            \
    X(REF, site, , sites, GW_OPTIONAL, NULL, 0, 0, "site of the run that it is compared with")     \
    X(REF, cluster, , clusters, GW_OPTIONAL, NULL, 0, 0,                                           \
      "cluster of the run that it is compared with")                                               \
    X(NUM, power, _W, "MW", GW_OPTIONAL, NULL, 0, 1e13, "claimed power")                           \
    X(ENUM, basis, , claim_basis, GW_OPTIONAL, "unstated", 0, 0, "basis of the power")             \
    X(NUM, accelerators, , "", GW_OPTIONAL, NULL, 0, 1e10, "claimed number of chips")              \
    X(ENUM, unit, , chip_unit, GW_OPTIONAL, "unstated", 0, 0, "what was counted as a chip")        \
    X(NUM, capex, _usd, "USD", GW_OPTIONAL, NULL, 0, 1e15, "claimed cost")                         \
    X(ENUM, scope, , capex_scope, GW_OPTIONAL, "unstated", 0, 0, "what the cost covers")           \
    X(NUM, revenue, _usd_per_s, "USD/yr", GW_OPTIONAL, NULL, 0, 1e8, "claimed payments per time")  \
    X(DATE, online, _d, GW_DATE_END, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                        \
      "claimed date of full operation")                                                            \
    X(NUM, duration, _s, "d", GW_OPTIONAL, NULL, 0, 1e10,                                          \
      "claimed duration, first work to operation")                                                 \
    X(NUM, buildings, , "", GW_OPTIONAL, NULL, 0, 1e5, "claimed number of buildings")              \
    X(NUM, households, , "", GW_OPTIONAL, NULL, 0, 1e10, "households said to use as much power")   \
    X(DATE, true_at, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                    \
      "state on this date; absent: the finished programme")                                        \
    X(ENUM, status, , claim_status, GW_OPTIONAL, "announced", 0, 0, "how firm it is")              \
    X(ENUM, wording, , wording, GW_OPTIONAL, "plain", 0, 0, "strength of the wording")             \
    X(REF, supersedes, , claims, GW_OPTIONAL, NULL, 0, 0, "earlier claim that it replaces")        \
    X(TEXTS, counterparties, , 0, GW_OPTIONAL, NULL, 0, 0, "with whom")                            \
    X(REF, programme, , programmes, GW_OPTIONAL, NULL, 0, 0,                                       \
      "programme; absent: that of its site")                                                       \
    X(SPAN, period, , 0, GW_OPTIONAL, NULL, 0, 0, "time that a flow of money or goods covers")     \
    X(NUM, debt, _usd, "USD", GW_OPTIONAL, NULL, 0, 1e15, "claimed debt")                          \
    X(NUM, equity, _usd, "USD", GW_OPTIONAL, NULL, 0, 1e15, "claimed equity")                      \
    X(NUM, contract, _usd, "USD", GW_OPTIONAL, NULL, 0, 1e15, "claimed value of a contract")       \
    X(NUM, price, _usd_per_s, "USD/h", GW_OPTIONAL, NULL, 0, 1, "claimed price per GPU-hour")      \
    X(NUM, probability, , "%", GW_OPTIONAL, NULL, 0, 1,                                            \
      "probability that the speaker gave; scored when the date has passed")                        \
    X(BOOL, anonymous, , 0, GW_OPTIONAL, "no", 0, 0, "rests on people who are not named")          \
    X(REFS, duplicates, , claims, GW_OPTIONAL, NULL, 0, 0, "the same figure told again")           \
    X(REFS, refines, , claims, GW_OPTIONAL, NULL, 0, 0, "says the same more precisely")            \
    X(REFS, contradicts, , claims, GW_OPTIONAL, NULL, 0, 0, "cannot hold beside these")            \
    X(REF, part_of, , claims, GW_OPTIONAL, NULL, 0, 0, "whole that it is a part of")

#define GW_FIELDS_scenario(X)                                                                      \
    X(INT, gigawatt, , 0, GW_REQUIRED, NULL, 1, 1, "version of the file format: 1")                \
    X(TEXT, title, , 0, GW_REQUIRED, NULL, 0, 0, "title of the programme")                         \
    X(TEXT, summary, , 0, GW_OPTIONAL, NULL, 0, 0, "two or three sentences for the report")        \
    X(DATE, as_of, _d, GW_DATE_END, GW_REQUIRED, NULL, GW_NO_LO, GW_NO_HI,                         \
      "today, for the scenario: earlier dates are history")                                        \
    X(SPAN, horizon, , 0, GW_OPTIONAL, NULL, 0, 0,                                                 \
      "first and last month worked through; absent: from two years before as_of to ten after")     \
    X(INT, price_year, , 0, GW_OPTIONAL, "2025", 2015, 2040, "year of prices without one")         \
    X(MAP, sources, , source, GW_OPTIONAL, NULL, 0, 0, "what values cite")                         \
    X(MAP, parties, , party, GW_OPTIONAL, NULL, 0, 0, "companies and institutions")                \
    X(MAP, programmes, , programme, GW_OPTIONAL, NULL, 0, 0, "named programmes")                   \
    X(MAP, sites, , site, GW_OPTIONAL, NULL, 0, 0, "campuses")                                     \
    X(MAP, activities, , activity, GW_OPTIONAL, NULL, 0, 0, "the schedule")                        \
    X(MAP, calendars, , workcal, GW_OPTIONAL, NULL, 0, 0, "working days")                          \
    X(MAP, drivers, , driver, GW_OPTIONAL, NULL, 0, 0, "common causes of delay")                   \
    X(MAP, resources, , resource, GW_OPTIONAL, NULL, 0, 0, "crews and slots that are scarce")      \
    X(MAP, risks, , risk, GW_OPTIONAL, NULL, 0, 0, "events that may happen")                       \
    X(MAP, mitigations, , mitigation, GW_OPTIONAL, NULL, 0, 0, "measures to compare")              \
    X(MAP, chip_supplies, , chip_supply, GW_OPTIONAL, NULL, 0, 0, "output of chip makers")         \
    X(MAP, correlations, , correlation, GW_OPTIONAL, NULL, 0, 0, "inputs that move together")      \
    X(MAP, commitments, , commitment, GW_OPTIONAL, NULL, 0, 0, "promises of money")                \
    X(MAP, deals, , deal, GW_OPTIONAL, NULL, 0, 0, "contracts worked out on their own, by years")  \
    X(MAP, clusters, , cluster, GW_OPTIONAL, NULL, 0, 0,                                           \
      "accelerators on a common scale-out network")                                                \
    X(MAP, jobs, , job, GW_OPTIONAL, NULL, 0, 0, "training runs")                                  \
    X(MAP, contracts, , contract, GW_OPTIONAL, NULL, 0, 0, "who pays for the capacity")            \
    X(SUB, finance, , finance, GW_OPTIONAL, NULL, 0, 0, "lives, rates and taxes")                  \
    X(MAP, funding, , funding, GW_OPTIONAL, NULL, 0, 0, "capital stack")                           \
    X(MAP, claims, , claim, GW_OPTIONAL, NULL, 0, 0, "what was said in public")                    \
    X(MAP, accelerators, , accelerator, GW_OPTIONAL, NULL, 0, 0, "catalogue: accelerators")        \
    X(MAP, systems, , system, GW_OPTIONAL, NULL, 0, 0, "catalogue: servers and racks")             \
    X(MAP, models, , llm, GW_OPTIONAL, NULL, 0, 0, "catalogue: language models")                   \
    X(MAP, switches, , netswitch, GW_OPTIONAL, NULL, 0, 0, "catalogue: switches")                  \
    X(MAP, links, , netlink, GW_OPTIONAL, NULL, 0, 0, "catalogue: transceivers and cables")        \
    X(MAP, regions, , region, GW_OPTIONAL, NULL, 0, 0,                                             \
      "catalogue: electricity regions and climate")                                                \
    X(MAP, coolings, , cooling, GW_OPTIONAL, NULL, 0, 0, "catalogue: cooling designs")             \
    X(MAP, plants, , plant, GW_OPTIONAL, NULL, 0, 0, "catalogue: generation and storage")          \
    X(MAP, failure_models, , failure_model, GW_OPTIONAL, NULL, 0, 0,                               \
      "catalogue: failure rates and recovery")                                                     \
    X(MAP, unit_costs, , cost, GW_OPTIONAL, NULL, 0, 0, "catalogue: unit costs")                   \
    X(MAP, bands, , band, GW_OPTIONAL, NULL, 0, 0, "catalogue: plausible ranges of implied ratios")

GW_DECLARE(party)
GW_DECLARE(programme)
GW_DECLARE(closure)
GW_DECLARE(workcal)
GW_DECLARE(driver)
GW_DECLARE(resource)
GW_DECLARE(activity)
GW_DECLARE(risk)
GW_DECLARE(mitigation)
GW_DECLARE(output)
GW_DECLARE(chip_supply)
GW_DECLARE(correlation)
GW_DECLARE(commitment)
GW_DECLARE(building)
GW_DECLARE(supply)
GW_DECLARE(electrical)
GW_DECLARE(site)
GW_DECLARE(chip_lot)
GW_DECLARE(fabric)
GW_DECLARE(cluster)
GW_DECLARE(layout)
GW_DECLARE(checkpoint)
GW_DECLARE(job)
GW_DECLARE(contract)
GW_DECLARE(funding)
GW_DECLARE(finance)
GW_DECLARE(deal)
GW_DECLARE(claim)
GW_DECLARE(scenario)

/** Every struct, for code that needs them all (schema, reference page, lint of units). */
#define GW_STRUCTS(X)                                                                              \
    X(scenario, "a programme, from claim to cash flow")                                            \
    X(source, "something that values cite")                                                        \
    X(party, "a company or institution")                                                           \
    X(programme, "a named programme")                                                              \
    X(activity, "a piece of the schedule")                                                         \
    X(workcal, "working days")                                                                     \
    X(closure, "a span without work")                                                              \
    X(driver, "a common cause of delay")                                                           \
    X(resource, "something scarce that activities need")                                           \
    X(risk, "an event that may happen")                                                            \
    X(mitigation, "a measure against delay")                                                       \
    X(chip_supply, "the output of a chip maker")                                                   \
    X(output, "output from a date on")                                                             \
    X(correlation, "inputs that move together")                                                    \
    X(commitment, "a promise of money")                                                            \
    X(deal, "a contract worked out on its own")                                                    \
    X(site, "a campus: buildings, power, cooling")                                                 \
    X(building, "one building, or several that come together")                                     \
    X(supply, "a grid connection, a plant or a storage")                                           \
    X(electrical, "losses between the meter and the rack")                                         \
    X(cluster, "accelerators on one scale-out network")                                            \
    X(chip_lot, "a delivery of accelerators")                                                      \
    X(fabric, "the scale-out network of a cluster")                                                \
    X(job, "a training run")                                                                       \
    X(layout, "how a model is spread over accelerators")                                           \
    X(checkpoint, "saving the state of a job")                                                     \
    X(contract, "a revenue contract")                                                              \
    X(funding, "a piece of the capital stack")                                                     \
    X(finance, "lives, rates and taxes")                                                           \
    X(claim, "a public statement and its quantities")                                              \
    X(accelerator, "a GPU, TPU or other accelerator")                                              \
    X(system, "a server or rack")                                                                  \
    X(llm, "a language model's architecture")                                                      \
    X(netswitch, "a network switch")                                                               \
    X(netlink, "a transceiver or cable")                                                           \
    X(region, "an electricity market with its climate")                                            \
    X(cooling, "a cooling design")                                                                 \
    X(plant, "a generation or storage technology")                                                 \
    X(failure_model, "failure rates and recovery of a fleet")                                      \
    X(part, "one part or cause of failures")                                                       \
    X(cost, "unit costs of a market")                                                              \
    X(band, "plausible range of an implied ratio")

#endif

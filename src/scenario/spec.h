/* scenario/spec.h: field tables of the scenario proper, and the whole scenario. Conventions:
 * field.h. These structs are what every room reads: `const gw_scenario *in`, plain numbers in SI.
 */
#ifndef GW_SCENARIO_SPEC_H
#define GW_SCENARIO_SPEC_H

#include "scenario/spec_catalog.h"
#include "scenario/spec_claim.h"
#include "scenario/spec_fabric.h"
#include "scenario/spec_money.h"
#include "scenario/spec_schedule.h"

#define GW_FIELDS_party(X)                                                                         \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "full name")                                      \
    X(TEXTS, roles, , 0, GW_OPTIONAL, NULL, 0, 0,                                                  \
      "what it does here: words of party_role; for readers")

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
      "activations computed again in the backward pass")                                           \
    X(ENUM, schedule, , pipeline, GW_OPTIONAL, "1f1b", 0, 0, "order of work in the pipeline")      \
    X(ENUM, context_method, , context_method, GW_OPTIONAL, "all_gather", 0, 0,                     \
      "how context-parallel ranks meet each other's keys and values")                              \
    X(BOOL, sequence_parallel, , 0, GW_OPTIONAL, "yes", 0, 0,                                      \
      "norms and residuals are shared out over the tensor-parallel group")                         \
    X(INT, etp, , 0, GW_OPTIONAL, "auto", 0, 4096,                                                 \
      "tensor parallel width of an expert; auto: whole experts where ep > 1")                      \
    X(INT, shard_group, , 0, GW_OPTIONAL, "auto", 0, 10000000,                                     \
      "replicas that share weights and optimizer under zero_stage (HSDP); auto: all")

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
    X(REF, software, , software, GW_OPTIONAL, NULL, 0, 0,                                          \
      "training software and its generation; absent: the newest that is calibrated")               \
    X(NUM, routing_imbalance, , "", GW_OPTIONAL, "1", 1, 100,                                      \
      "tokens of the busiest expert rank over the mean; 1: balanced")                              \
    X(SUB, layout, , layout, GW_OPTIONAL, NULL, 0, 0,                                              \
      "parallel layout; what is `auto` is searched")                                               \
    X(REF, failures, , failure_models, GW_REQUIRED, NULL, 0, 0, "failure rates and recovery")      \
    X(SUB, checkpoint, , checkpoint, GW_OPTIONAL, NULL, 0, 0,                                      \
      "checkpoint size, bandwidth, interval")                                                      \
    X(DATE, start, _d, GW_DATE_MIDDLE, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                      \
      "earliest start; it waits for its accelerators")

#define GW_FIELDS_serving(X)                                                                       \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "what it is")                                     \
    X(REF, cluster, , clusters, GW_REQUIRED, NULL, 0, 0, "where it runs")                          \
    X(REF, model, , models, GW_REQUIRED, NULL, 0, 0, "what answers")                               \
    X(NUM, accelerators, , "", GW_REQUIRED, NULL, 1, 1e8, "accelerators that serve")               \
    X(NUM, prompt, _tok, "tokens", GW_REQUIRED, NULL, 1, 1e8, "mean prompt of a request")          \
    X(NUM, output, _tok, "tokens", GW_REQUIRED, NULL, 1, 1e8, "mean output of a request")          \
    X(ENUM, precision, , precision, GW_OPTIONAL, "bf16", 0, 0,                                     \
      "precision of weights and matrix products")                                                  \
    X(ENUM, kv_precision, , precision, GW_OPTIONAL, "bf16", 0, 0,                                  \
      "precision of the keys and values kept")                                                     \
    X(INT, tp, , 0, GW_OPTIONAL, "auto", 0, 4096,                                                  \
      "tensor parallel width of a copy; auto: most tokens per second and accelerator")             \
    X(INT, pp, , 0, GW_OPTIONAL, "1", 1, 4096, "pipeline stages of a copy")                        \
    X(INT, dp, , 0, GW_OPTIONAL, "1", 1, 100000,                                                   \
      "attention replicas that share one set of routed experts")                                   \
    X(INT, ep, , 0, GW_OPTIONAL, "auto", 0, 100000,                                                \
      "ranks over which experts are spread; auto: all tp x dp of a copy")                          \
    X(INT, batch, , 0, GW_OPTIONAL, "auto", 0, 10000000,                                           \
      "sequences at once in a copy; auto: as many as fit and keep tpot_limit")                     \
    X(BOOL, disaggregated, , 0, GW_OPTIONAL, "no", 0, 0,                                           \
      "prompts and outputs are worked on by accelerators of their own")                            \
    X(NUM, ttft_limit, _s, "s", GW_OPTIONAL, NULL, 1e-6, 1e6,                                      \
      "longest time to the first token; absent: any")                                              \
    X(NUM, tpot_limit, _s, "ms", GW_OPTIONAL, NULL, 1e-6, 1e6,                                     \
      "longest time per output token; absent: any")                                                \
    X(NUM, chunk, _tok, "tokens", GW_OPTIONAL, "8192 tokens", 1, 1e8,                              \
      "most prompt tokens worked on at once")                                                      \
    X(NUM, memory_share, , "%", GW_OPTIONAL, "90 %", 0.01, 1,                                      \
      "share of the memory for weights, cache and work")                                           \
    X(NUM, step_overhead, _s, "ms", GW_OPTIONAL, "1 ms", 0, 10,                                    \
      "per step: scheduling, sampling, detokenising")                                              \
    X(NUM, kernel_gap, _s, "us", GW_OPTIONAL, "1 us", 0, 1e-3,                                     \
      "from one kernel to the next, launched as a graph")                                          \
    X(NUM, time_factor, , "", GW_OPTIONAL, "lognormal(1; 1.6)", 0.1, 10,                           \
      "error of the serving model, measured over predicted; not calibrated")

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
    X(MAP, fabrics, , fabric, GW_OPTIONAL, NULL, 0, 0,                                             \
      "networks on their own, for `gigawatt fabric`")                                              \
    X(MAP, clusters, , cluster, GW_OPTIONAL, NULL, 0, 0,                                           \
      "accelerators on a common scale-out network")                                                \
    X(MAP, jobs, , job, GW_OPTIONAL, NULL, 0, 0, "training runs")                                  \
    X(MAP, serving, , serving, GW_OPTIONAL, NULL, 0, 0, "models that answer requests")             \
    X(MAP, contracts, , contract, GW_OPTIONAL, NULL, 0, 0, "who pays for the capacity")            \
    X(SUB, finance, , finance, GW_OPTIONAL, NULL, 0, 0, "lives, rates and taxes")                  \
    X(MAP, funding, , funding, GW_OPTIONAL, NULL, 0, 0, "capital stack")                           \
    X(MAP, claims, , claim, GW_OPTIONAL, NULL, 0, 0, "what was said in public")                    \
    X(MAP, accelerators, , accelerator, GW_OPTIONAL, NULL, 0, 0, "catalogue: accelerators")        \
    X(MAP, systems, , system, GW_OPTIONAL, NULL, 0, 0, "catalogue: servers and racks")             \
    X(MAP, models, , llm, GW_OPTIONAL, NULL, 0, 0, "catalogue: language models")                   \
    X(MAP, software, , software, GW_OPTIONAL, NULL, 0, 0, "catalogue: training software")          \
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
GW_DECLARE(building)
GW_DECLARE(supply)
GW_DECLARE(electrical)
GW_DECLARE(site)
GW_DECLARE(chip_lot)
GW_DECLARE(cluster)
GW_DECLARE(layout)
GW_DECLARE(checkpoint)
GW_DECLARE(job)
GW_DECLARE(serving)
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
    X(fabric, "a network: wiring, routing, faults, traffic")                                       \
    X(fabric_node, "a node of a free network")                                                     \
    X(fabric_link, "a cable of a free network")                                                    \
    X(fabric_fault, "links and switches that fail")                                                \
    X(fabric_traffic, "a collective sent over a network")                                          \
    X(job, "a training run")                                                                       \
    X(serving, "a model that answers requests")                                                    \
    X(layout, "how a model is spread over accelerators")                                           \
    X(checkpoint, "saving the state of a job")                                                     \
    X(contract, "a revenue contract")                                                              \
    X(funding, "a piece of the capital stack")                                                     \
    X(finance, "lives, rates and taxes")                                                           \
    X(claim, "a public statement and its quantities")                                              \
    X(accelerator, "a GPU, TPU or other accelerator")                                              \
    X(system, "a server or rack")                                                                  \
    X(llm, "a language model's architecture")                                                      \
    X(software, "training software of one generation")                                             \
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

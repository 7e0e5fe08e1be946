/* scenario/enums.h: every closed list of words that a scenario may use.
 * E(constant, "word as written", "one line of documentation") */
#ifndef GW_SCENARIO_ENUMS_H
#define GW_SCENARIO_ENUMS_H

#include "scenario/field.h"

#define GW_ENUM_grade(E)                                                                           \
    E(GW_GRADE_MEASURED, "measured", "observed on the real thing, method known")                   \
    E(GW_GRADE_PUBLISHED, "published", "stated by a source, not checked by measurement")           \
    E(GW_GRADE_DERIVED, "derived", "computed from measured or published figures")                  \
    E(GW_GRADE_ASSUMED, "assumed", "no source: a judgement that should be replaced")

#define GW_ENUM_source_kind(E)                                                                     \
    E(GW_SOURCE_DATASET, "dataset", "a data set with rows that can be looked up")                  \
    E(GW_SOURCE_PAPER, "paper", "a paper or technical report")                                     \
    E(GW_SOURCE_FILING, "filing", "a filing to a regulator, exchange or court")                    \
    E(GW_SOURCE_RELEASE, "release", "a statement by a party of the programme")                     \
    E(GW_SOURCE_PRESS, "press", "a press or trade report")                                         \
    E(GW_SOURCE_VENDOR, "vendor", "a vendor's data sheet or documentation")                        \
    E(GW_SOURCE_CODE, "code", "a public repository")                                               \
    E(GW_SOURCE_STATISTICS, "statistics", "an official statistic or standard")                     \
    E(GW_SOURCE_ANALYST, "analyst", "an analyst's or researcher's estimate")                       \
    E(GW_SOURCE_OWN, "own", "worked out in this project")

#define GW_ENUM_supply_kind(E)                                                                     \
    E(GW_SUPPLY_GRID, "grid", "utility connection")                                                \
    E(GW_SUPPLY_PLANT, "plant", "own or dedicated generation; needs `plant`")                      \
    E(GW_SUPPLY_STORAGE, "storage", "battery; shifts and smooths, adds no firm power")

#define GW_ENUM_supply_role(E)                                                                     \
    E(GW_ROLE_PRIMARY, "primary", "counts towards the power that can run IT")                      \
    E(GW_ROLE_BACKUP, "backup", "runs only in outages; not counted")

#define GW_ENUM_plant_kind(E)                                                                      \
    E(GW_PLANT_GAS_TURBINE, "gas_turbine", "simple-cycle turbine, aeroderivative or frame")        \
    E(GW_PLANT_COMBINED_CYCLE, "combined_cycle", "gas and steam turbine")                          \
    E(GW_PLANT_GAS_ENGINE, "gas_engine", "reciprocating engine on gas")                            \
    E(GW_PLANT_FUEL_CELL, "fuel_cell", "solid-oxide fuel cell on gas")                             \
    E(GW_PLANT_DIESEL, "diesel", "standby diesel")                                                 \
    E(GW_PLANT_SOLAR, "solar", "photovoltaic")                                                     \
    E(GW_PLANT_WIND, "wind", "onshore wind")                                                       \
    E(GW_PLANT_NUCLEAR, "nuclear", "nuclear")                                                      \
    E(GW_PLANT_BATTERY, "battery", "lithium-ion storage")

#define GW_ENUM_cooling_kind(E)                                                                    \
    E(GW_COOLING_CHILLER_AIR, "air_cooled_chiller",                                                \
      "closed loop, chillers rejecting to outside air")                                            \
    E(GW_COOLING_TOWER, "cooling_tower", "evaporative rejection, chillers only as trim")           \
    E(GW_COOLING_DRY, "dry_cooler", "closed loop, warm water to dry coolers, chillers as trim")    \
    E(GW_COOLING_AIR_EVAP, "evaporative_air", "outside air with adiabatic assist")

#define GW_ENUM_precision(E)                                                                       \
    E(GW_PRECISION_BF16, "bf16", "bfloat16 matrix products")                                       \
    E(GW_PRECISION_FP8, "fp8", "8-bit matrix products, bf16 attention and vocabulary")             \
    E(GW_PRECISION_FP4, "fp4", "4-bit matrix products, bf16 attention and vocabulary")

#define GW_ENUM_recompute(E)                                                                       \
    E(GW_RECOMPUTE_NONE, "none", "keep all activations")                                           \
    E(GW_RECOMPUTE_SELECTIVE, "selective",                                                         \
      "recompute what is cheap: attention scores, norms, activation functions")                    \
    E(GW_RECOMPUTE_FULL, "full", "recompute every layer")

#define GW_ENUM_pipeline(E)                                                                        \
    E(GW_PIPELINE_1F1B, "1f1b",                                                                    \
      "one forward, one backward; interleaved where there are virtual stages")                     \
    E(GW_PIPELINE_GPIPE, "gpipe", "all forward passes, then all backward passes")                  \
    E(GW_PIPELINE_ZERO_BUBBLE, "zero_bubble",                                                      \
      "weight gradients fill the bubble, memory of 1f1b (ZB-H1)")                                  \
    E(GW_PIPELINE_DUALPIPE, "dualpipe",                                                            \
      "two directions at once, expert traffic behind the other direction's work")

#define GW_ENUM_context_method(E)                                                                  \
    E(GW_CONTEXT_ALL_GATHER, "all_gather", "keys and values of all ranks are gathered")            \
    E(GW_CONTEXT_RING, "ring", "keys and values travel round a ring, behind attention")            \
    E(GW_CONTEXT_ULYSSES, "ulysses", "all-to-all from sequence to heads and back")

#define GW_ENUM_ffn_kind(E)                                                                        \
    E(GW_FFN_GATED, "gated", "three matrices (SwiGLU, GeGLU)")                                     \
    E(GW_FFN_PLAIN, "plain", "two matrices (GELU, squared ReLU)")

#define GW_ENUM_window_kind(E)                                                                     \
    E(GW_WINDOW_SLIDING, "sliding", "each token sees the last tokens before it")                   \
    E(GW_WINDOW_CHUNKED, "chunked", "each token sees those before it in its own chunk")

#define GW_ENUM_ssm_kind(E)                                                                        \
    E(GW_SSM_MAMBA, "mamba", "Mamba-1: selective scan, a state per channel")                       \
    E(GW_SSM_MAMBA2, "mamba2", "Mamba-2: heads, state-space duality in chunks")                    \
    E(GW_SSM_GATED_DELTA, "gated_delta", "gated delta rule (Qwen3-Next)")                          \
    E(GW_SSM_KIMI_DELTA, "kimi_delta", "delta rule with a gate per channel (Kimi Linear)")         \
    E(GW_SSM_LIGHTNING, "lightning", "linear attention with a fixed decay (MiniMax)")

#define GW_ENUM_topology(E)                                                                        \
    E(GW_TOPOLOGY_CLOS, "clos", "folded Clos (fat tree); every endpoint reaches every other")      \
    E(GW_TOPOLOGY_RAIL, "rail_clos",                                                               \
      "rail-optimised Clos: leaf r serves the r-th NIC of each node")                              \
    E(GW_TOPOLOGY_RAIL_ONLY, "rail_only", "a Clos for each rail, not joined with one another")     \
    E(GW_TOPOLOGY_FAT_TREE, "fat_tree", "extended generalised fat tree, as `levels` says")         \
    E(GW_TOPOLOGY_LEAF_SPINE, "leaf_spine", "every leaf joined to every spine")                    \
    E(GW_TOPOLOGY_DRAGONFLY, "dragonfly",                                                          \
      "groups of routers, all joined, groups joined to groups")                                    \
    E(GW_TOPOLOGY_DRAGONFLY_PLUS, "dragonfly_plus",                                                \
      "groups of leaves and spines, spines to groups")                                             \
    E(GW_TOPOLOGY_TORUS, "torus", "neighbours in each dimension, `dims`")                          \
    E(GW_TOPOLOGY_HYPERX, "hyperx", "all switches of a row joined, in each dimension, `dims`")     \
    E(GW_TOPOLOGY_FREE, "free", "`nodes` and `links` one by one")

#define GW_ENUM_routing(E)                                                                         \
    E(GW_ROUTING_SPRAY, "spray", "packets over all shortest ways alike (adaptive, ideal split)")   \
    E(GW_ROUTING_ECMP, "ecmp", "a hash of the flow picks one of the shortest ways")                \
    E(GW_ROUTING_D_MOD_K, "d_mod_k", "the destination picks: modulo in trees, by dimension else")  \
    E(GW_ROUTING_VALIANT, "valiant", "over a random group or switch on the way; not in trees")

#define GW_ENUM_placement(E)                                                                       \
    E(GW_PLACEMENT_PACKED, "packed", "in order, so that neighbours share leaves")                  \
    E(GW_PLACEMENT_SCATTERED, "scattered", "nodes in random order")                                \
    E(GW_PLACEMENT_STRIPED, "striped", "round the leaves, one node from each in turn")

#define GW_ENUM_collective(E)                                                                      \
    E(GW_ALL_REDUCE, "all_reduce", "every rank ends with the sum")                                 \
    E(GW_ALL_GATHER, "all_gather", "every rank ends with all parts")                               \
    E(GW_REDUCE_SCATTER, "reduce_scatter", "every rank ends with its part of the sum")             \
    E(GW_ALL_TO_ALL, "all_to_all", "every rank has a part for every other")                        \
    E(GW_BROADCAST, "broadcast", "the first rank's buffer to all")                                 \
    E(GW_SEND, "send", "rank i to rank i + 1, even i")                                             \
    E(GW_PERMUTATION, "permutation", "every rank to another, drawn by chance")

#define GW_ENUM_algorithm(E)                                                                       \
    E(GW_ALGORITHM_AUTO, "auto", "the fastest of those that can do it")                            \
    E(GW_ALGORITHM_RING, "ring", "round a ring of all ranks")                                      \
    E(GW_ALGORITHM_TREE, "tree", "up and down a binary tree")                                      \
    E(GW_ALGORITHM_DOUBLE_TREE, "double_tree", "two trees, halves of the buffer")                  \
    E(GW_ALGORITHM_HALVING_DOUBLING, "halving_doubling", "partners at doubling distance")          \
    E(GW_ALGORITHM_DIRECT, "direct", "each with each, at once")                                    \
    E(GW_ALGORITHM_HIERARCHICAL, "hierarchical", "inside the domains, across by rail, inside")     \
    E(GW_ALGORITHM_PXN, "pxn", "to the local rank on the rail, then across")                       \
    E(GW_ALGORITHM_NVLS, "nvls", "in the scale-up switch; rings across")                           \
    E(GW_ALGORITHM_SHARP, "sharp", "in the scale-out switches")

#define GW_ENUM_contract_kind(E)                                                                   \
    E(GW_CONTRACT_COMPUTE, "compute", "compute sold per accelerator-hour, take-or-pay")            \
    E(GW_CONTRACT_FEE, "fee", "fixed fee per month for the whole capacity")                        \
    E(GW_CONTRACT_LEASE, "lease", "rent per kW of critical IT power and month")

#define GW_ENUM_funding_kind(E)                                                                    \
    E(GW_FUNDING_EQUITY, "equity", "shareholders' money")                                          \
    E(GW_FUNDING_DEBT, "debt", "loan or notes, repaid with interest")

#define GW_ENUM_repayment(E)                                                                       \
    E(GW_REPAY_LEVEL, "level", "equal payments of interest and principal")                         \
    E(GW_REPAY_SCULPTED, "sculpted", "payments follow the cash: CFADS over the target DSCR")       \
    E(GW_REPAY_STRAIGHT, "straight", "equal principal, interest on the balance")                   \
    E(GW_REPAY_BULLET, "bullet", "interest only, principal at the end of the term")

#define GW_ENUM_layer(E)                                                                           \
    E(GW_LAYER_ALL, "all", "every asset")                                                          \
    E(GW_LAYER_BUILD, "build", "buildings and their plant")                                        \
    E(GW_LAYER_CHIPS, "chips", "chips, servers, network")                                          \
    E(GW_LAYER_POWER, "power", "own power plants")

#define GW_ENUM_depreciation(E)                                                                    \
    E(GW_DEPRECIATION_STRAIGHT, "straight_line", "even, over the life")                            \
    E(GW_DEPRECIATION_MACRS, "macrs",                                                              \
      "US tax tables: 5-year class for chips, 15-year class for buildings and plant")              \
    E(GW_DEPRECIATION_ECONOMIC, "economic", "follows the fall of the market price over the life")

#define GW_ENUM_activity_kind(E)                                                                   \
    E(GW_ACTIVITY_WORK, "work", "work on site or in an office")                                    \
    E(GW_ACTIVITY_PERMIT, "permit", "zoning, air permit, approval")                                \
    E(GW_ACTIVITY_LEAD, "lead_time", "order to delivery of equipment")                             \
    E(GW_ACTIVITY_INTERCONNECTION, "interconnection", "study, agreement and works of a utility")   \
    E(GW_ACTIVITY_FINANCING, "financing", "negotiation to financial close")                        \
    E(GW_ACTIVITY_COMMISSIONING, "commissioning", "tests, burn-in")                                \
    E(GW_ACTIVITY_MILESTONE, "milestone", "an event without duration")

#define GW_ENUM_commitment_kind(E)                                                                 \
    E(GW_COMMITMENT_EQUITY, "equity", "share capital")                                             \
    E(GW_COMMITMENT_DEBT, "debt", "loan or notes")                                                 \
    E(GW_COMMITMENT_LEASE, "lease", "rent of a site or of chips")                                  \
    E(GW_COMMITMENT_COMPUTE, "compute", "purchase of computing power")                             \
    E(GW_COMMITMENT_PURCHASE, "purchase", "purchase of chips or plant")                            \
    E(GW_COMMITMENT_GUARANTEE, "guarantee", "stands in when another does not pay")

#define GW_ENUM_claim_basis(E)                                                                     \
    E(GW_BASIS_UNSTATED, "unstated", "the source does not say")                                    \
    E(GW_BASIS_IT, "it", "power of the IT equipment")                                              \
    E(GW_BASIS_FACILITY, "facility", "IT, cooling and losses at the meter")                        \
    E(GW_BASIS_SERVER, "server", "accelerator servers only")                                       \
    E(GW_BASIS_GENERATION, "generation", "nameplate of power plants")                              \
    E(GW_BASIS_COOLING, "cooling", "heat that installed cooling can reject")                       \
    E(GW_BASIS_CONTRACTED, "contracted", "power in a contract or connection agreement")

#define GW_ENUM_chip_unit(E)                                                                       \
    E(GW_CHIP_UNSTATED, "unstated", "\"chips\", without saying which")                             \
    E(GW_CHIP_GPU, "gpu", "one GPU package")                                                       \
    E(GW_CHIP_SUPERCHIP, "superchip", "a board with two GPUs and a CPU")                           \
    E(GW_CHIP_DIE, "die", "one compute die")                                                       \
    E(GW_CHIP_H100E, "h100e", "H100 equivalents by 8-bit operations")                              \
    E(GW_CHIP_ACCELERATOR, "accelerator",                                                          \
      "one package that is no GPU (TPU, Trainium): not set against bands for GPUs")

#define GW_ENUM_capex_scope(E)                                                                     \
    E(GW_CAPEX_UNSTATED, "unstated", "the source does not say")                                    \
    E(GW_CAPEX_ALL, "all", "buildings, plant and chips")                                           \
    E(GW_CAPEX_BUILD, "build", "buildings and plant, no chips")                                    \
    E(GW_CAPEX_CHIPS, "chips", "chips, servers and their network")

#define GW_ENUM_claim_status(E)                                                                    \
    E(GW_STATUS_ANNOUNCED, "announced", "said in public")                                          \
    E(GW_STATUS_TERM_SHEET, "term_sheet", "letter of intent or term sheet")                        \
    E(GW_STATUS_CONTRACTED, "contracted", "signed")                                                \
    E(GW_STATUS_FINANCED, "financed", "money committed")                                           \
    E(GW_STATUS_CONSTRUCTION, "under_construction", "being built")                                 \
    E(GW_STATUS_ENERGISED, "energised", "running")                                                 \
    E(GW_STATUS_REPORTED, "reported", "a report about others")                                     \
    E(GW_STATUS_ESTIMATE, "estimate", "an outside estimate or forecast")                           \
    E(GW_STATUS_OPINION, "opinion", "a view")                                                      \
    E(GW_STATUS_REDUCED, "reduced", "made smaller")                                                \
    E(GW_STATUS_WITHDRAWN, "withdrawn", "taken back")                                              \
    E(GW_STATUS_DENIED, "denied", "denied by a party")                                             \
    E(GW_STATUS_SUPERSEDED, "superseded", "replaced by a later claim")

#define GW_ENUM_wording(E)                                                                         \
    E(GW_WORDING_PLAIN, "plain", "stated as a fact")                                               \
    E(GW_WORDING_ABOUT, "about", "\"about\", \"nearly\"")                                          \
    E(GW_WORDING_AT_LEAST, "at_least", "\"more than\", \"at least\"")                              \
    E(GW_WORDING_UP_TO, "up_to", "\"up to\"")                                                      \
    E(GW_WORDING_INTENDS, "intends", "\"plans\", \"intends\", \"could\"")

#define GW_ENUM_party_role(E)                                                                      \
    E(GW_ROLE_SPONSOR, "sponsor", "brings equity or the name")                                     \
    E(GW_ROLE_DEVELOPER, "developer", "builds")                                                    \
    E(GW_ROLE_OWNER, "owner", "owns site or chips")                                                \
    E(GW_ROLE_LESSEE, "lessee", "leases a site")                                                   \
    E(GW_ROLE_OPERATOR, "operator", "runs it")                                                     \
    E(GW_ROLE_TENANT, "tenant", "occupies it")                                                     \
    E(GW_ROLE_USER, "user", "uses the computing power")                                            \
    E(GW_ROLE_SUPPLIER, "supplier", "sells chips or plant")                                        \
    E(GW_ROLE_LENDER, "lender", "lends")                                                           \
    E(GW_ROLE_GUARANTOR, "guarantor", "stands behind a debt or lease")                             \
    E(GW_ROLE_UTILITY, "utility", "sells power")                                                   \
    E(GW_ROLE_BUYER, "buyer", "pays for chips")                                                    \
    E(GW_ROLE_INVESTOR, "investor", "holds a share")

/** The implied ratios of facts about AI programmes; unit is that of the band's low and high. */
#define GW_ENUM_ratio(E)                                                                           \
    E(GW_RATIO_USD_PER_W, "capex_per_power", "all-in capital cost per watt, USD/W")                \
    E(GW_RATIO_USD_PER_W_BUILD, "build_cost_per_power", "buildings and plant per watt, USD/W")     \
    E(GW_RATIO_W_PER_ACC, "power_per_accelerator", "power per accelerator, W")                     \
    E(GW_RATIO_USD_PER_ACC, "chip_cost_per_accelerator", "chips and network per accelerator, USD") \
    E(GW_RATIO_USD_PER_ACC_H, "price_per_accelerator_hour", "revenue per accelerator-hour, USD/h") \
    E(GW_RATIO_USD_PER_W_YR, "revenue_per_power", "revenue per watt and year, USD/W/yr")           \
    E(GW_RATIO_W_PER_HOME, "power_per_household", "average power per household, W")                \
    E(GW_RATIO_ACC_PER_BUILDING, "accelerators_per_building", "accelerators per building")         \
    E(GW_RATIO_W_PER_BUILDING, "power_per_building", "power per building, W")

#define GW_ENUM_CONSTANT(constant, word, doc) constant,
#define GW_DECLARE_ENUM(tag)                                                                       \
    typedef enum gw_##tag{GW_ENUM_##tag(GW_ENUM_CONSTANT) GW_N_##tag} gw_##tag;                    \
    extern const gw_enum gw_enum_##tag;

/** Every table once more by name, for the code that needs them all. */
/* clang-format off */
#define GW_ENUMS(X)                                                                                \
    X(grade)                                                                                       \
    X(source_kind)                                                                                 \
    X(supply_kind)                                                                                 \
    X(supply_role)                                                                                 \
    X(party_role)                                                                                  \
    X(plant_kind)                                                                                  \
    X(cooling_kind)                                                                                \
    X(precision)                                                                                   \
    X(recompute)                                                                                   \
    X(pipeline)                                                                                    \
    X(context_method)                                                                              \
    X(ffn_kind)                                                                                    \
    X(window_kind)                                                                                 \
    X(ssm_kind)                                                                                    \
    X(topology)                                                                                    \
    X(routing)                                                                                     \
    X(placement)                                                                                   \
    X(collective)                                                                                  \
    X(algorithm)                                                                                   \
    X(contract_kind)                                                                               \
    X(funding_kind)                                                                                \
    X(repayment)                                                                                   \
    X(layer)                                                                                       \
    X(depreciation)                                                                                \
    X(activity_kind)                                                                               \
    X(commitment_kind)                                                                             \
    X(claim_basis)                                                                                 \
    X(chip_unit)                                                                                   \
    X(capex_scope)                                                                                 \
    X(claim_status)                                                                                \
    X(wording)                                                                                     \
    X(ratio)
/* clang-format on */

GW_ENUMS(GW_DECLARE_ENUM)

#endif

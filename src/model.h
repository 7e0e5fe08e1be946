/* model.h: the plain structs that the rooms exchange.
 *
 *   gw_scenario (scenario/spec.h)  what the file and the catalogue say, SI units
 *   gw_model                       that, checked, resolved and frozen; shared by all workers
 *   gw_state                       one worker's: its own copy of the scenario with drawn values, and
 *                                  the result of each phase for the current sample
 *
 * A phase is `void gw_<room>_phase(const gw_model *model, gw_state *state)`: it reads state->in and
 * the results of earlier phases, and writes its own part of the state. No phase allocates except
 * from state->scratch, which is reset before each sample; none does I/O; none can fail (what cannot
 * be computed becomes NaN and a reason).
 *
 * Shapes: [n_months] arrays run over the horizon, month 0 = model->month0. Arrays [12] run
 * January..December. "accelerator" counts are doubles: they are averages over a month and may be
 * drawn.
 */
#ifndef GW_MODEL_H
#define GW_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/dist.h"
#include "scenario/query.h"

/* ------------------------------------------------------------------ fabric -> training */

/** One level of the network as a rank sees it: alpha-beta with an efficiency already applied. */
typedef struct gw_tier {
    double bandwidth_Bps; /* per accelerator, one direction, what large messages reach */
    double latency_s;     /* of one message, all hops */
    int size;             /* ranks reachable without leaving the tier */
} gw_tier;

/** What a training step needs to know of the network. */
typedef struct gw_comm {
    gw_tier scaleup;  /* NVLink domain, ICI pod, node */
    gw_tier scaleout; /* NICs and Clos; bandwidth already divided by the oversubscription when
                         traffic leaves a leaf */
    double
        leaf_bandwidth_Bps; /* per accelerator between ranks under one leaf (not oversubscribed) */
    int leaf_size;          /* accelerators reachable without leaving a leaf (all rails together) */
    bool multicast;         /* the scale-up switch reduces in the network (NVLS) */
    double start_s;         /* of one collective: kernel, handshake */
    double ramp_ratio; /* how slowly a ring inside a domain reaches its bandwidth; 0: at once */
    double nics;       /* of a domain that one collective drives; 0: all */
} gw_comm;

/** Closed-form time of one collective. `bytes` is the full buffer: all-reduce: the vector;
 * all-gather and reduce-scatter: the gathered vector; all-to-all: what one rank sends in all, its
 * own part included; send: the message. n ranks, `per_domain` of them share a scale-up domain (1 <=
 * per_domain <= n). 0 for n < 2. Implemented in fabric/collectives.c; formulas, sources and
 * validity there. */
double gw_collective_s(const gw_comm *comm, gw_collective kind, double bytes, int n,
                       int per_domain);

/** Groups of ranks that talk to each other, by what a layout shares out; all groups of an axis talk
 * at the same time. */
typedef enum gw_axis {
    GW_AXIS_TP,
    GW_AXIS_CP,
    GW_AXIS_EP,
    GW_AXIS_PP,
    GW_AXIS_DP,        /* replicas of what is not an expert; with shard_group: members of a group */
    GW_AXIS_DP_GROUPS, /* between such groups */
    GW_AXIS_EDP,       /* replicas of an expert, likewise */
    GW_AXIS_EDP_GROUPS, /* between groups of these */
    GW_N_AXES
} gw_axis;
extern const char *const gw_axis_names[GW_N_AXES]; /* "dp" */

/** The groups of one axis: ranks at a stride; groups interleave, blocks of them follow. */
typedef struct gw_groups {
    gw_collective kind; /* GW_ALL_REDUCE: round a ring; GW_ALL_TO_ALL; GW_SEND: to the next rank */
    int64_t size;       /* ranks of a group; below 2: nobody talks */
    int64_t stride;     /* from one to the next */
} gw_groups;

/** What the real network does to the groups of one axis. */
typedef struct gw_axis_use {
    bool crosses; /* some of its traffic leaves the scale-up domains */
    /** Load of the busiest link, end points' own apart, over its capacity while every rank sends as
     * fast as its NIC lets it; above 1 it limits. Infinite: some pair has no way. */
    double load_frac;
    const char *link; /* that one; NULL: none is shared */
} gw_axis_use;

/** The same for all axes of a job (or of a model that is served), found once, in the base case. */
typedef struct gw_congestion {
    bool flows;                  /* false: closed form; what follows is not filled but `note` */
    gw_axis_use axis[GW_N_AXES]; /* indexed by gw_axis */
    double oversubscription;     /* at which the loads were found */
    double n_hosts;              /* of the network that was built */
    const char *note;            /* why a part or the closed form stands for it; NULL */
} gw_congestion;

/** Share of its NIC rate that the pattern of an axis reaches, when links are loaded `factor` times as
 * much as they were. 1 where nothing is shared. */
double gw_congestion_share(const gw_congestion *congestion, gw_axis axis, double factor);

/** The scale-out network of one cluster, derived. All counts for the cluster's full size;
 * bisection, tiers and collectives are those of one island where the cluster is cut into several.
 */
typedef struct gw_network {
    int n_rails, n_tiers;
    double n_endpoints;             /* NIC ports */
    double n_leaf, n_spine, n_core; /* switches per tier; core 0 in two tiers */
    double n_switches;
    double n_cables;            /* NIC-leaf and switch-switch */
    double n_optics;            /* transceivers: two per cable */
    double cable_length_m;      /* all cables */
    double bisection_Bps;       /* one direction, across the worst equal cut */
    double full_bisection_frac; /* of endpoints x rate / 2 */
    double power_W, price_usd;  /* switches and optics (both ends of NIC cables counted) */
    double diameter_hops;       /* switches on the longest shortest path */
    double max_endpoints;       /* what this tier count and radix could carry */
    gw_comm comm;
    double all_reduce_1GB_s; /* over all accelerators, for the report */
    const char *problem;     /* NULL, or why this network cannot be built (static or scratch) */
} gw_network;

/* ------------------------------------------------------------------ site: the power tree */

/** Rated IT power of one accelerator slot, by component, W. */
typedef struct gw_slot {
    double system_W;   /* server or rack, host and scale-up switches included */
    double network_W;  /* scale-out switches and optics */
    double storage_W;  /* storage and management */
    double it_W;       /* sum: what a building must provide */
    double training_W; /* average while training */
    double idle_W;
} gw_slot;

/** Cooling and losses of one site over the year, as multipliers of IT power. */
typedef struct gw_overhead {
    double chiller_frac[12], fan_frac[12], pump_frac[12]; /* power over IT power, month averages */
    double loss_frac[12];                                 /* transformers, UPS, distribution */
    double house_frac;
    double pue[12];
    double water_m3_per_J[12]; /* per IT energy */
    double pue_mean, wue_m3_per_J;
    double pue_design;        /* on the design day at full load: what the connection must carry */
    double free_cooling_frac; /* share of the year without chillers */
} gw_overhead;

/** What one watt of heat takes in one cooling loop, or its mean over a time. */
typedef struct gw_unit_loop {
    double chiller_frac, fan_frac, rejected_frac; /* per watt of heat */
    double water_kg_per_J;
} gw_unit_loop;

/** Everything is in proportion to the heat, so a design in a climate needs these only once for all
 * sites. */
typedef struct gw_unit_heat {
    gw_unit_loop liquid, air;
    double free_liquid_frac, free_air_frac, free_both_frac; /* share of the time without chillers */
} gw_unit_heat;

typedef struct gw_climate_cooling {
    gw_unit_heat month[12];
    gw_unit_heat design_day;
} gw_climate_cooling;

/** Room for the numbers that a cooling design in a climate depends on. */
#define GW_CLIMATE_INPUTS 96

/* ------------------------------------------------------------------ programme: schedule */

/** Dates of one sample's schedule. Risks [n_risks] and commitments [n_commitments] follow the order of
 * the scenario. */
typedef struct gw_schedule {
    double *start_d, *finish_d; /* [n_activities] */
    double *total_float_s; /* [n_activities] delay that does not move the last end; NaN: finished */
    double *resource_wait_s; /* [n_activities] how long the start waited for crews */
    bool *critical;          /* [n_activities] on a longest path to the last end */
    double *lot_wait_s;      /* [n_lots of all clusters] wait for chips; NaN: they never come */
    bool *risk_happened;     /* [n_risks] */
    bool *withdrawn;         /* [n_commitments] */
    double finish_all_d;     /* last end of an activity */
    double cost_usd;         /* activities, risks that happened, replacements */
} gw_schedule;

/* ------------------------------------------------------------------ programme: capacity */

typedef enum gw_limit { GW_LIMIT_BUILDING, GW_LIMIT_POWER, GW_LIMIT_CHIPS, GW_N_LIMIT } gw_limit;

/** Capacity of one site over time; exact integration of step functions. */
typedef struct gw_capacity {
    double *built_it_W;   /* [n_months] IT power that ready buildings can carry, month average */
    double *powered_it_W; /* [n_months] IT power that energised supply can carry (capacity / design
                             PUE) */
    double *chips_it_W;   /* [n_months] rated IT power of installed chips */
    double *running_it_W; /* [n_months] min of the three at every instant, averaged */
    double *accelerators; /* [n_months] accelerators that run, averaged */
    double *end_it_W;     /* [n_months] running at the end of the month */
    double *end_accelerators;
    double full_it_W, full_facility_W, full_accelerators;   /* when everything planned is there */
    double as_of_it_W, as_of_accelerators, as_of_installed; /* on the scenario's as_of date */
    double first_d, full_d; /* dates; NaN: never within all dated lots */
    gw_limit last;          /* what arrived last at the full date */
} gw_capacity;

/** Accelerators of one cluster over time: its share of the site's running chips (lots in order of
 * installation). */
typedef struct gw_fleet {
    double *accelerators;     /* [n_months] running, month average */
    double *end_accelerators; /* [n_months] running at the end of the month */
    double full_accelerators;
    double first_d, full_d;
} gw_fleet;

/* ------------------------------------------------------------------ training */

typedef struct gw_plan { /* a concrete parallel layout */
    int tp, pp, dp, cp, ep, virtual_stages, micro_batch, zero_stage;
    gw_recompute recompute;
    gw_pipeline schedule;
    gw_context_method context_method;
    int etp; /* tensor parallel width of an expert; 0: whole experts where ep > 1, else tp */
    int shard_group;           /* replicas that share what zero_stage shares out (HSDP); 0: all */
    bool no_sequence_parallel; /* norms and residuals repeated on every tensor-parallel rank */
    int n_micro;               /* micro-batches per step and replica */
} gw_plan;

typedef struct gw_step {
    gw_plan plan;
    const char
        *problem; /* NULL, or why it cannot run ("needs 93 GB of 80 GB"); static or scratch */
    double step_s;
    double low_s, high_s; /* 80 % interval of step_s, calibrated on published runs */
    const char *wide;     /* NULL, or why the interval is wider than calibrated (static) */
    /* where the time goes; exposed parts only; sums to step_s */
    double matmul_s, attention_s, memory_bound_s, tp_comm_s, cp_comm_s, ep_comm_s, pp_comm_s,
        bubble_s, dp_comm_s, optimizer_s, other_s;
    double model_flop;    /* per step, no recompute, causal attention counted half */
    double hardware_flop; /* with recompute */
    double mfu; /* model_flop / (step_s x accelerators x bf16 or 8-bit peak of the precision) */
    double tokens_per_s;
    /* per accelerator, worst stage */
    double weights_B, gradients_B, optimizer_B, activations_B, buffers_B, memory_B, capacity_B;
    double allocated_B; /* of it what the framework's allocator counts, for measured peaks */
} gw_step;

/* ------------------------------------------------------------------ training: serving */

/** A model that answers requests, in steady state (training/serving.h). NaN where problem is set. */
typedef struct gw_service {
    const char *problem;     /* NULL, or why it cannot be; static or scratch */
    int tp, pp, dp, ep;      /* of one copy of the model; ep 0: all tp x dp */
    double batch, n_copies;  /* sequences at once in a copy; copies */
    const char *batch_limit; /* what the batch is bound by: "memory", "tpot_limit", "given" */
    double ttft_s, tpot_s;   /* to the first token, prompt and wait included; per output token */
    double step_s;           /* one decode step without prompts in between, split into: */
    double weights_s, attention_s, network_s, other_s;
    double prefill_tokens_per_s, decode_tokens_per_s; /* per accelerator that does only this */
    double output_tokens_per_s; /* per accelerator, prompts worked on as well */
    double total_tokens_per_s;  /* of output, all copies */
    double prefill_frac;        /* time, or accelerators where disaggregated, spent on prompts */
    const char *bottleneck;     /* static */
    double kv_token_B;          /* keys and values of one token, all layers */
    double weights_B, cache_B, work_B, memory_B, capacity_B; /* per accelerator */
} gw_service;

/* ------------------------------------------------------------------ reliability */

typedef struct gw_goodput {
    double rate_per_s, mtbf_s; /* of the whole job */
    double failures_per_day;
    double checkpoint_B, write_s, blocking_s;
    double interval_s;          /* useful work between checkpoints */
    double downtime_s;          /* mean stop per failure: detection, restart, waiting for spares */
    double spare_shortage_frac; /* probability that a failure finds no spare */
    double goodput_frac;        /* useful time over wall time */
    double lost_checkpoint_frac, lost_rework_frac, lost_downtime_frac,
        lost_silent_frac;     /* sum with goodput: 1 */
    double first_order_frac;  /* the usual first-order estimate, for comparison */
    double train_s;           /* wall time for all tokens, failures included */
    double start_d, finish_d; /* NaN if the accelerators never come */
} gw_goodput;

/* ------------------------------------------------------------------ energy */

typedef struct gw_energy {
    double *load_W;                                      /* [n_months] facility, month average */
    double *it_load_W;                                   /* [n_months] drawn by IT, month average */
    double *grid_W, *plant_W, *renewable_W, *unserved_W; /* [n_months] */
    double *cost_usd;  /* [n_months] energy, fuel, plant operation */
    double *carbon_kg; /* [n_months] */
    double *water_m3;  /* [n_months] */
} gw_energy;

/* ------------------------------------------------------------------ finance */

/** Capital recovery factor: the level payment at the end of each of n periods that pays one unit of
 *  capital with `rate` per period; 1 / n at rate 0, NaN for rate <= -1. Implemented in
 *  finance/tvm.c; energy rents plants by it. */
double gw_capital_recovery_factor(double rate, double n);

#define GW_IRR_MAX 8

typedef struct gw_irr {
    int n; /* roots found in (-0.99, 10) per year */
    double root[GW_IRR_MAX];
    const char *problem; /* NULL or why there is none or more than one */
} gw_irr;

/* ---- finance in detail: who pays whom. Arrays [n_months] unless said; all live in scratch. ---- */

/** One entry of the funding. Of equity only cost, amount, drawn and draw_usd are filled. */
typedef struct gw_loan_money {
    double *draw_usd, *use_usd; /* from the provider; of it spent on capital cost in the month */
    double *interest_usd;       /* accrued, capitalised or paid */
    double *service_usd; /* interest and principal due; the balance of the last month apart */
    double *balance_usd; /* owed at the end of the month */
    double *account_usd; /* unspent notes and reserve at the end of the month */
    double *fee_usd, *income_usd; /* fees paid; what the account earns */
    double *guaranteed_usd;       /* paid by the guarantor */
    double cost_usd;              /* of what it pays for, while it can be drawn */
    double amount_usd;            /* that can be drawn; see `binds` */
    double drawn_usd, idc_usd, fees_usd, reserve_usd; /* totals; reserve: the most */
    double repay_from_d, last_d; /* begin and end of the repayment; NaN: never within the horizon */
    double dscr_min, dscr_mean, llcr_ratio; /* NaN without repayment */
    double breach_d;             /* end of the first year below the covenant; NaN: kept or none */
    double outstanding_usd;      /* after the last month */
    double shortfall_usd;        /* service that neither cash nor reserve covers, all months */
    double residual_needed_usd;  /* owed when the contracts end if all contracted cash were swept */
    double residual_needed_frac; /* the same over the price of the chips that it stands on */
    const char *binds;           /* why no more than amount_usd can be drawn; static */
    int borrower;                /* node of the money graph */
} gw_loan_money;

/** One contract. */
typedef struct gw_sale {
    double *usd;    /* due by month, before the guarantee */
    double *sold_s; /* accelerator-seconds paid for */
    double *guaranteed_usd;
    double start_d, end_d; /* in this run: the term, or the exit */
    double term_end_d;     /* without exit; NaN start: never begins */
    double firm_end_d;     /* last day that an exit right cannot take away, seen from the start */
    double contracted_usd, firm_usd;    /* whole term, and its firm part, at planned capacity */
    double left_usd, left_firm_usd;     /* of these after as_of */
    double due_usd, guarantee_paid_usd; /* within the horizon, in this run */
    bool internal, exited;
} gw_sale;

/** Who stands behind a flow beside the named parties: node = number of parties + this. */
typedef enum gw_outside {
    GW_OUT_CHIP_MAKERS,
    GW_OUT_BUILDERS,
    GW_OUT_UTILITIES,
    GW_OUT_OPERATIONS,
    GW_OUT_MARKET,
    GW_OUT_STATE,
    GW_OUT_OWNERS,  /* whoever owns what has no developer or buyer */
    GW_OUT_CAPITAL, /* whoever provides funding without a name */
    GW_N_OUTSIDE
} gw_outside;

typedef enum gw_flow_kind {
    GW_FLOW_COMPUTE,
    GW_FLOW_FEE,
    GW_FLOW_LEASE,
    GW_FLOW_MARKET,
    GW_FLOW_CHIPS,
    GW_FLOW_CONSTRUCTION,
    GW_FLOW_PLANT,
    GW_FLOW_ENERGY,
    GW_FLOW_OPERATIONS,
    GW_FLOW_TAX,
    GW_FLOW_EQUITY,
    GW_FLOW_DRAW,
    GW_FLOW_SERVICE,
    GW_FLOW_DISTRIBUTION,
    GW_FLOW_COMMITMENT,
    GW_FLOW_GUARANTEE,
    GW_FLOW_INTEREST,
    GW_N_FLOW
} gw_flow_kind;

typedef struct gw_flow {
    int from, to; /* nodes: parties, then gw_outside */
    gw_flow_kind kind;
    double usd; /* within the horizon */
} gw_flow;

typedef struct gw_party_money {
    double *net_usd; /* in - out */
    double in_usd, out_usd;
    double left_usd; /* at the end: worth of its assets, loans owed to it less loans it owes */
    double npv_usd;  /* of net and, in the last month, of what is left */
} gw_party_money;

/** A programme with the programmes that are part of it, before financing, as one taxpayer. */
typedef struct gw_programme_money {
    bool any; /* has a site in the scenario */
    double capex_usd, revenue_usd, npv_usd, payback_d;
    gw_irr irr;
    double cost_per_acc_h_usd,
        cost_usd_per_W_s; /* full cost: busy accelerator-hour; IT power, time */
    double full_it_W;
} gw_programme_money;

typedef struct gw_cash {
    gw_loan_money *loans;           /* [n_funding] */
    gw_sale *sales;                 /* [n_contracts] */
    gw_flow *flows;                 /* [n_flows] largest first */
    gw_party_money *parties;        /* [n_parties + GW_N_OUTSIDE] */
    gw_programme_money *programmes; /* [n_programmes] */
    int n_flows;
    double *working_capital_usd;        /* change: > 0 ties up cash */
    double mirr_frac;                   /* both rates: the discount rate */
    double cost_usd_per_W_s;            /* full cost of running IT power */
    double debt_usd, idc_usd, fees_usd; /* all loans: drawn, capitalised interest, fees */
    double stopped_s;                   /* accelerator-seconds shut down for want of a price */
    /* [n_months], USD of the day (nominal), outflows positive here */
    double *capex_build_usd, *capex_chips_usd, *capex_power_usd;
    double *opex_energy_usd, *opex_other_usd, *revenue_usd, *tax_usd;
    double *debt_draw_usd, *debt_service_usd, *equity_draw_usd;
    double *free_cash_usd;   /* revenue - opex - tax - capex (+ residual value in the last month) */
    double *equity_cash_usd; /* to the owners after debt */
    double capex_usd, capex_build_total_usd, capex_chips_total_usd, capex_power_total_usd;
    double revenue_total_usd, npv_usd, equity_npv_usd;
    gw_irr irr, equity_irr;     /* yearly */
    double payback_d;           /* date when cumulated free cash, without the residual value, turns
                               positive for good; NaN: never */
    double dscr_min, dscr_mean; /* NaN without debt */
    double cost_per_acc_h_usd;  /* annualised cost of a running accelerator-hour (CRF), full
                                   operation */
    double
        cost_parts_usd[5]; /* of it: chips, buildings, own power plant, energy, other operations */
    double cost_per_Mtok_usd; /* first job: trained tokens, goodput included; NaN without a job */
    double break_even_price_usd_per_h; /* contract or market price at which npv is zero */
} gw_cash;

/* ------------------------------------------------------------------ claims */

typedef enum gw_claim_quantity {
    GW_CLAIM_POWER,
    GW_CLAIM_ACCELERATORS,
    GW_CLAIM_CAPEX,
    GW_CLAIM_REVENUE,
    GW_CLAIM_ONLINE,
    GW_CLAIM_DURATION,
    GW_CLAIM_BUILDINGS,
    GW_CLAIM_HOUSEHOLDS,
    GW_N_CLAIM_QUANTITY
} gw_claim_quantity;

/** One claimed number: claim i, quantity q. */
typedef struct gw_claim_item {
    int claim;
    gw_claim_quantity quantity;
    double value;     /* SI, or date in days */
    const char *unit; /* display unit; NULL for dates */
} gw_claim_item;

typedef struct gw_number {
    const char *name, *unit; /* "implied", "kW"; unit NULL: a date */
    double value;
} gw_number;

#define GW_FINDING_NUMBERS 6

typedef struct gw_finding {
    const char *rule;     /* "R2" */
    gw_severity severity; /* GW_ERROR: cannot both hold; GW_WARNING: implausible or ambiguous;
                             GW_NOTE: implied figure */
    const char *about;
    int n_claims;
    const int *claims;   /* [n_claims] indices into scenario.claims, or of the ledger's records */
    const char *message; /* one sentence in plain words */
    const char *reading; /* the reading under which the claims fit; "" if none */
    int n_numbers;
    gw_number numbers[GW_FINDING_NUMBERS];
} gw_finding;

/** 4 for "R4"; 0 if there is no number. */
static inline int gw_finding_rule(const gw_finding *finding) {
    int number = 0;
    for (const char *p = finding->rule + 1; *p >= '0' && *p <= '9' && number < 1000; p++) {
        number = 10 * number + (*p - '0');
    }
    return number;
}

typedef struct gw_findings {
    gw_finding *at;
    int n;
} gw_findings;

/* ------------------------------------------------------------------ metrics: one table for all
 * outputs */

typedef enum gw_scope {
    GW_SCOPE_SCENARIO,
    GW_SCOPE_SITE,
    GW_SCOPE_CLUSTER,
    GW_SCOPE_JOB,
    GW_SCOPE_CLAIM,
    GW_SCOPE_PROGRAMME,
    GW_SCOPE_ACTIVITY,
    GW_SCOPE_FUNDING,
    GW_SCOPE_PARTY,
    GW_SCOPE_SERVING,
    GW_N_SCOPE
} gw_scope;

/* X(scope, section, name with SI suffix, display unit (NULL: date), one line) */
#define GW_METRICS(X)                                                                              \
    X(SITE, capacity, full_it_power_W, "MW", "IT power of the finished site")                      \
    X(SITE, capacity, full_facility_power_W, "MW",                                                 \
      "power at the meter of the finished site on the design day")                                 \
    X(SITE, capacity, full_accelerators, "", "accelerators of the finished site")                  \
    X(SITE, capacity, running_it_power_W, "MW", "IT power running on the as-of date")              \
    X(SITE, capacity, running_facility_power_W, "MW", "the same at the meter")                     \
    X(SITE, capacity, running_accelerators, "", "accelerators running on the as-of date")          \
    X(SITE, capacity, idle_accelerators_frac, "%",                                                 \
      "installed accelerators without building or power on the as-of date")                        \
    X(SITE, capacity, waiting_chips_frac, "%",                                                     \
      "installed chip capacity that waited for building or power, share of all months")            \
    X(SITE, capacity, first_date_d, NULL, "first accelerators run")                                \
    X(SITE, capacity, full_date_d, NULL, "everything planned runs")                                \
    X(SITE, capacity, last_is_building_frac, "%", "buildings arrive last")                         \
    X(SITE, capacity, last_is_power_frac, "%", "power arrives last")                               \
    X(SITE, capacity, last_is_chips_frac, "%", "chips arrive last")                                \
    X(SCENARIO, capacity, total_it_power_W, "MW", "IT power of all finished sites")                \
    X(SCENARIO, capacity, total_accelerators, "", "accelerators of all finished sites")            \
    X(SCENARIO, capacity, total_running_it_power_W, "MW",                                          \
      "IT power running on the as-of date, all sites")                                             \
    X(SCENARIO, capacity, total_running_accelerators, "",                                          \
      "accelerators running on the as-of date, all sites")                                         \
    X(SCENARIO, capacity, all_full_date_d, NULL, "every site is finished")                         \
    X(ACTIVITY, schedule, activity_start_date_d, NULL, "the activity begins")                      \
    X(ACTIVITY, schedule, activity_finish_date_d, NULL, "the activity is finished")                \
    X(ACTIVITY, schedule, critical_frac, "%",                                                      \
      "on a longest path to the last end; its mean is the criticality index")                      \
    X(ACTIVITY, schedule, total_float_s, "d",                                                      \
      "delay that does not move the last end; none when finished")                                 \
    X(ACTIVITY, schedule, kept_frac, "%", "finished by the date it is due; none without one")      \
    X(SCENARIO, schedule, schedule_finish_date_d, NULL, "the last activity is finished")           \
    X(SCENARIO, schedule, schedule_cost_usd, "USD",                                                \
      "cost of activities, risks that happened and replaced promises")                             \
    X(CLUSTER, fabric, switches, "", "switches of the scale-out network")                          \
    X(CLUSTER, fabric, optics, "", "optical transceivers")                                         \
    X(CLUSTER, fabric, bisection_bandwidth_Bps, "Tbit/s", "bisection bandwidth, one direction")    \
    X(CLUSTER, fabric, network_power_W, "MW", "switches and optics")                               \
    X(CLUSTER, fabric, network_price_usd, "USD", "switches, optics and cables")                    \
    X(CLUSTER, fabric, all_reduce_1GB_s, "ms", "all-reduce of 1 GB over all accelerators")         \
    X(JOB, training, step_time_s, "s", "time of one optimizer step")                               \
    X(JOB, training, tokens_per_s, "tok/s", "tokens trained per second, without failures")         \
    X(JOB, training, mfu_frac, "%", "model FLOP utilisation")                                      \
    X(JOB, training, memory_per_accelerator_B, "GB", "memory needed, worst pipeline stage")        \
    X(JOB, training, training_time_ideal_s, "d", "time for all tokens, without failures")          \
    X(SERVING, serving, ttft_s, "s", "time to the first token: prompt, wait for others, one step") \
    X(SERVING, serving, tpot_s, "ms", "time per output token")                                     \
    X(SERVING, serving, serving_batch, "", "sequences at once in a copy of the model")             \
    X(SERVING, serving, serving_tokens_per_s, "tok/s", "output tokens per second, all copies")     \
    X(SERVING, serving, accelerator_tokens_per_s, "tok/s",                                         \
      "output tokens per second and accelerator, prompts worked on as well")                       \
    X(SERVING, serving, accelerator_prefill_tokens_per_s, "tok/s",                                 \
      "prompt tokens per second of an accelerator that does only this")                            \
    X(SERVING, serving, accelerator_decode_tokens_per_s, "tok/s",                                  \
      "output tokens per second of an accelerator that does only this")                            \
    X(SERVING, serving, serving_memory_B, "GB", "weights, cache and work per accelerator")         \
    X(SERVING, serving, energy_per_output_token_J, "J",                                            \
      "energy at the meter per output token, prompts included")                                    \
    X(SERVING, serving, output_cost_per_million_tokens_usd, "USD",                                 \
      "full cost of a million output tokens at full load, prompts included")                       \
    X(JOB, reliability, mtbf_s, "h", "mean time between interruptions of the job")                 \
    X(JOB, reliability, failures_per_day, "", "interruptions per day")                             \
    X(JOB, reliability, checkpoint_interval_s, "min", "useful work between checkpoints")           \
    X(JOB, reliability, goodput_frac, "%", "useful time over wall time")                           \
    X(JOB, reliability, training_time_s, "d", "time for all tokens, failures included")            \
    X(JOB, reliability, finish_date_d, NULL, "end of the run, started when its accelerators run")  \
    X(SITE, power, it_power_per_accelerator_W, "W", "rated IT power per accelerator slot")         \
    X(SITE, power, pue_ratio, "", "power usage effectiveness, year average")                       \
    X(SITE, power, pue_design_ratio, "", "facility over IT power on the design day")               \
    X(SITE, power, wue_m3_per_J, "L/MWh", "water usage effectiveness, year average")               \
    X(SITE, power, average_load_W, "MW", "average draw at the meter in full operation")            \
    X(SITE, power, water_m3_per_s, "m3/d", "water use in full operation")                          \
    X(SITE, energy, energy_per_year_J, "TWh", "energy per year in full operation")                 \
    X(SITE, energy, energy_price_usd_per_J, "USD/MWh", "average cost of energy")                   \
    X(SITE, energy, carbon_kg_per_year, "kg", "carbon dioxide per year in full operation")         \
    X(SITE, energy, carbon_kg_per_J, "g/kWh", "carbon intensity of the energy used")               \
    X(SITE, energy, unserved_frac, "%", "energy that supply cannot cover, over all months")        \
    X(SCENARIO, finance, capex_usd, "USD", "capital cost, all layers")                             \
    X(SCENARIO, finance, capex_build_usd, "USD", "buildings and plant")                            \
    X(SCENARIO, finance, capex_chips_usd, "USD", "chips, servers, network, storage")               \
    X(SCENARIO, finance, capex_power_usd, "USD", "own power plants")                               \
    X(SCENARIO, finance, capex_per_it_W_usd, "USD/W", "capital cost per IT watt")                  \
    X(SCENARIO, finance, revenue_usd, "USD", "revenue within the horizon")                         \
    X(SCENARIO, finance, npv_usd, "USD",                                                           \
      "net present value in the first month of the horizon, before financing")                     \
    X(SCENARIO, finance, irr_frac, "%",                                                            \
      "internal rate of return per year, before financing; none unless unique")                    \
    X(SCENARIO, finance, equity_irr_frac, "%",                                                     \
      "internal rate of return of the equity; none unless unique")                                 \
    X(SCENARIO, finance, payback_date_d, NULL,                                                     \
      "cumulated cash, without closing value, positive for good")                                  \
    X(SCENARIO, finance, dscr_min_ratio, "", "lowest debt service coverage of a year")             \
    X(SCENARIO, finance, cost_per_accelerator_hour_usd, "USD",                                     \
      "full cost of a running accelerator-hour")                                                   \
    X(SCENARIO, finance, cost_per_million_tokens_usd, "USD",                                       \
      "full cost of a million trained tokens, goodput included")                                   \
    X(SCENARIO, finance, break_even_price_usd_per_h, "USD",                                        \
      "price per accelerator-hour at which the net present value is zero")                         \
    X(SCENARIO, finance, mirr_frac, "%",                                                           \
      "modified internal rate of return per year, both rates the discount rate")                   \
    X(SCENARIO, finance, cost_per_it_power_usd_per_W_s, "USD/MW/yr",                               \
      "full cost of running IT power per year")                                                    \
    X(FUNDING, finance, drawn_usd, "USD", "drawn within the horizon")                              \
    X(FUNDING, finance, loan_dscr_min_ratio, "", "lowest yearly debt service coverage")            \
    X(FUNDING, finance, loan_dscr_mean_ratio, "", "mean yearly debt service coverage")             \
    X(FUNDING, finance, llcr_ratio, "",                                                            \
      "loan life coverage: present cash of the repayment over the debt at its beginning")          \
    X(FUNDING, finance, outstanding_usd, "USD", "owed at the end of the horizon")                  \
    X(FUNDING, finance, covenant_kept_frac, "%", "coverage never falls below the covenant")        \
    X(PARTY, finance, cash_in_usd, "USD", "received from others within the horizon")               \
    X(PARTY, finance, cash_out_usd, "USD", "paid to others within the horizon")                    \
    X(PARTY, finance, cash_net_usd, "USD", "received less paid")                                   \
    X(PARTY, finance, cash_npv_usd, "USD", "present value of received less paid")                  \
    X(PROGRAMME, finance, programme_capex_usd, "USD", "capital cost, parts included")              \
    X(PROGRAMME, finance, programme_revenue_usd, "USD", "revenue within the horizon")              \
    X(PROGRAMME, finance, programme_npv_usd, "USD", "net present value before financing")          \
    X(PROGRAMME, finance, programme_irr_frac, "%",                                                 \
      "internal rate of return per year, before financing; none unless unique")                    \
    X(PROGRAMME, finance, programme_payback_date_d, NULL, "cumulated cash positive for good")      \
    X(PROGRAMME, finance, programme_cost_per_accelerator_hour_usd, "USD",                          \
      "full cost of a running accelerator-hour")                                                   \
    X(PROGRAMME, finance, programme_cost_per_it_power_usd_per_W_s, "USD/MW/yr",                    \
      "full cost of running IT power per year")                                                    \
    X(CLAIM, claims, run_value, "",                                                                \
      "what the run gives for the claimed quantity, in the claim's SI unit")

#define GW_METRIC_ID(scope, section, name, unit, doc) GW_M_##name,
typedef enum gw_metric_id { GW_METRICS(GW_METRIC_ID) GW_N_METRIC } gw_metric_id;
#undef GW_METRIC_ID

typedef struct gw_metric {
    gw_scope scope;
    const char *section; /* "capacity" */
    const char *name;    /* "full_it_power_W" */
    const char *unit;    /* display unit; NULL: date */
    const char *doc;
} gw_metric;

/** Defined in model.c from the table above. */
extern const gw_metric gw_metrics[GW_N_METRIC];

/* Monthly series kept for every sample: X(section, name, display unit, one line). Scenario totals.
 */
#define GW_SERIES(X)                                                                               \
    X(capacity, built_it_power_W, "MW", "IT power that ready buildings carry")                     \
    X(capacity, powered_it_power_W, "MW", "IT power that energised supply carries")                \
    X(capacity, chips_it_power_W, "MW", "IT power of installed chips")                             \
    X(capacity, month_it_power_W, "MW", "IT power running, end of month")                          \
    X(capacity, month_accelerators, "", "accelerators running, end of month")                      \
    X(power, month_load_W, "MW", "average draw at the meter")                                      \
    X(power, month_water_m3, "m3", "water")                                                        \
    X(energy, month_grid_W, "MW", "from the grid, average")                                        \
    X(energy, month_plant_W, "MW", "from own plants, average")                                     \
    X(energy, month_cost_usd, "USD", "energy cost")                                                \
    X(energy, month_carbon_kg, "kg", "carbon dioxide")                                             \
    X(finance, month_capex_usd, "USD", "capital cost paid")                                        \
    X(finance, month_opex_usd, "USD", "operating cost")                                            \
    X(finance, month_revenue_usd, "USD", "revenue")                                                \
    X(finance, month_free_cash_usd, "USD", "free cash flow before financing")                      \
    X(finance, cumulative_cash_usd, "USD", "cumulated free cash flow")

#define GW_SERIES_ID(section, name, unit, doc) GW_S_##name,
typedef enum gw_series_id { GW_SERIES(GW_SERIES_ID) GW_N_SERIES } gw_series_id;
#undef GW_SERIES_ID

typedef struct gw_series {
    const char *section, *name, *unit, *doc;
} gw_series;
extern const gw_series gw_series_table[GW_N_SERIES];

/* ------------------------------------------------------------------ model and state */

/** One uncertain input. `slot` counts NUM, DATE and MONTHS members of the scenario in walk order.
 */
typedef struct gw_uncertain {
    int value; /* index into gw_spec values: path, unit, source */
    int slot;
    uint32_t stream; /* random stream: hash of the path, so adding an input moves no other draw */
    gw_dist dist;    /* in SI */
    double base;     /* value in the base case: the median */
    double lo, hi;   /* legal range: draws are clamped to it (counted in the result) */
    int correlation; /* group of inputs that move together, -1: none */
} gw_uncertain;

/** Inputs that move together: a Gaussian copula with one common factor. */
typedef struct gw_correlation_group {
    uint32_t stream;    /* of the common factor */
    double common, own; /* weights of the two factors; squares sum to 1 */
} gw_correlation_group;

struct gw_spec; /* scenario/load.h */

typedef struct gw_model {
    const struct gw_spec *spec; /* borrowed; outlives the model */
    const gw_scenario *in;      /* base case values */
    gw_arena *arena;            /* owns what follows */
    int month0, n_months;       /* horizon */
    int n_uncertain;
    gw_uncertain *uncertain;
    int n_correlations;
    gw_correlation_group *correlations;
    struct gw_schedule_plan *schedule_plan; /* programme/schedule.h */
    int n_claim_items;
    gw_claim_item *claim_items;
    gw_plan *plans;            /* [n_jobs] chosen in the base case, used in every sample */
    const char **plan_notes;   /* [n_jobs] one line: how it was found, NULL if given */
    int *serving_tp;           /* [n_serving] tensor parallel width, chosen in the base case */
    gw_congestion *congestion; /* [n_jobs] of the plans above */
    gw_congestion *serving_congestion; /* [n_serving] */
    int n_instances[GW_N_SCOPE];
    int metric_offset[GW_N_METRIC]; /* first value of a metric in a sample's row */
    int n_values;                   /* length of a row */
} gw_model;

typedef struct gw_state {
    gw_scenario *in;   /* this worker's copy; uncertain values are overwritten for each sample */
    double **slots;    /* addresses of the members of *in, by slot */
    gw_arena *arena;   /* owns the arrays below */
    gw_arena *scratch; /* reset before each sample */
    uint64_t seed;     /* of this sample's draws: for events that no value of the file stands for */
    int64_t sample;    /* -1: the base case */
    gw_schedule schedule;
    struct gw_schedule_desk *schedule_desk; /* programme/schedule.h */
    gw_network *network;                    /* [n_clusters] */
    gw_slot *slot;                          /* [n_clusters] */
    gw_overhead *overhead;                  /* [n_sites] */
    gw_climate_cooling *climate; /* [n_sites] kept from sample to sample while its inputs stay */
    double *climate_inputs;      /* [n_sites x GW_CLIMATE_INPUTS] what it was worked out from */
    gw_capacity *capacity;       /* [n_sites] */
    gw_fleet *fleet;             /* [n_clusters] */
    gw_step *step;               /* [n_jobs] */
    gw_service *service;         /* [n_serving] */
    gw_goodput *goodput;         /* [n_jobs] */
    gw_energy *energy;           /* [n_sites] */
    gw_cash cash;
    double *claim_value; /* [n_claim_items] what the run gives; NaN: nothing to compare with */
    double *row;         /* [n_values] metrics of this sample */
    double *series[GW_N_SERIES]; /* each [n_months] */
} gw_state;

#endif

/* scenario/spec_catalog.h: field tables of everything that is looked up by name. Conventions:
 * field.h. */
#ifndef GW_SCENARIO_SPEC_CATALOG_H
#define GW_SCENARIO_SPEC_CATALOG_H

#include "scenario/enums.h"

#define GW_FIELDS_source(X)                                                                        \
    X(TEXT, title, , 0, GW_REQUIRED, NULL, 0, 0, "what it is, as one would cite it")               \
    X(TEXT, publisher, , 0, GW_OPTIONAL, NULL, 0, 0, "who published it")                           \
    X(DATE, date, _d, GW_DATE_START, GW_OPTIONAL, NULL, GW_NO_LO, GW_NO_HI,                        \
      "when it was published")                                                                     \
    X(TEXT, url, , 0, GW_OPTIONAL, NULL, 0, 0, "where it can be found")                            \
    X(ENUM, kind, , source_kind, GW_OPTIONAL, "press", 0, 0, "what sort of source it is")          \
    X(ENUM, grade, , grade, GW_OPTIONAL, "published", 0, 0,                                        \
      "evidence grade of values that cite it")                                                     \
    X(TEXT, licence, , 0, GW_OPTIONAL, NULL, 0, 0, "licence of the data, where one is needed")

#define GW_FIELDS_accelerator(X)                                                                   \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "name as sold")                                   \
    X(TEXT, vendor, , 0, GW_REQUIRED, NULL, 0, 0, "maker")                                         \
    X(INT, year, , 0, GW_REQUIRED, NULL, 2015, 2035,                                               \
      "year of first volume shipments; for readers")                                               \
    X(NUM, bf16, _flops, "TFLOP/s", GW_OPTIONAL, NULL, 1e12, 1e17, "dense bf16 peak")              \
    X(NUM, fp8, _flops, "TFLOP/s", GW_OPTIONAL, NULL, 1e12, 1e18,                                  \
      "dense 8-bit peak; absent: no 8-bit units")                                                  \
    X(NUM, fp4, _flops, "TFLOP/s", GW_OPTIONAL, NULL, 1e12, 1e18,                                  \
      "dense 4-bit peak; absent: no 4-bit units")                                                  \
    X(NUM, hbm, _B, "GB", GW_REQUIRED, NULL, 1e9, 1e13, "memory capacity")                         \
    X(NUM, hbm_bandwidth, _Bps, "TB/s", GW_REQUIRED, NULL, 1e11, 1e15, "peak memory bandwidth")    \
    X(NUM, tdp, _W, "W", GW_OPTIONAL, NULL, 50, 1e4,                                               \
      "thermal design power of the package; for readers: systems state their own")                 \
    X(TEXT, scaleup_fabric, , 0, GW_OPTIONAL, NULL, 0, 0, "name of the scale-up network")          \
    X(NUM, scaleup_bandwidth, _Bps, "GB/s", GW_REQUIRED, NULL, 1e9, 1e14,                          \
      "scale-up bandwidth, one direction")                                                         \
    X(NUM, scaleup_domain, , "", GW_REQUIRED, NULL, 1, 1e5,                                        \
      "most accelerators in one scale-up domain: systems have no more")                            \
    X(NUM, nic_bandwidth, _Bps, "Gbit/s", GW_OPTIONAL, NULL, 1e8, 1e13,                            \
      "typical scale-out bandwidth, one direction; for readers: systems state theirs")             \
    X(NUM, price, _usd, "USD", GW_OPTIONAL, NULL, 100, 1e6, "price of one accelerator")            \
    X(NUM, h100_equivalents, , "", GW_OPTIONAL, NULL, 0.01, 100,                                   \
      "8-bit operations relative to an H100")                                                      \
    X(NUM, gemm_efficiency, , "%", GW_OPTIONAL, "70 %", 0.05, 1,                                   \
      "share of peak that large bf16 products sustain")                                            \
    X(NUM, gemm8_efficiency, , "%", GW_OPTIONAL, "55 %", 0.05, 1, "the same for 8-bit products")   \
    X(NUM, gemm4_efficiency, , "%", GW_OPTIONAL, NULL, 0.05, 1,                                    \
      "the same for 4-bit products; absent: 0.8 x twice the 8-bit rate")                           \
    X(NUM, attention_efficiency, , "%", GW_OPTIONAL, "50 %", 0.02, 1,                              \
      "share of bf16 peak of fused attention in training")                                         \
    X(NUM, prefill_efficiency, , "%", GW_OPTIONAL, NULL, 0.02, 1,                                  \
      "share of bf16 peak of the products in attention for inference; absent: gemm_efficiency")    \
    X(NUM, multiprocessors, , "", GW_OPTIONAL, "132", 1, 100000,                                   \
      "units that each work on one tile of a product")                                             \
    X(NUM, memory_efficiency, , "%", GW_OPTIONAL, "80 %", 0.1, 1,                                  \
      "share of memory bandwidth that streaming kernels reach")                                    \
    X(NUM, scaleup_efficiency, , "%", GW_OPTIONAL, "75 %", 0.1, 1.2,                               \
      "share of scale-up bandwidth that large collectives reach")                                  \
    X(NUM, nic_efficiency, , "%", GW_OPTIONAL, "85 %", 0.1, 1,                                     \
      "share of NIC bandwidth that large collectives reach")                                       \
    X(NUM, scaleup_latency, _s, "us", GW_OPTIONAL, "1.2 us", 0, 1e-3,                              \
      "one step of a ring over the scale-up network")                                              \
    X(NUM, collective_start, _s, "us", GW_OPTIONAL, "8 us", 0, 1e-2,                               \
      "start of one collective operation")                                                         \
    X(NUM, collective_ramp, , "", GW_OPTIONAL, "1.5", 0, 10,                                       \
      "how slowly a ring reaches its bandwidth as messages grow; 0: at once")                      \
    X(NUM, collective_nics, , "", GW_OPTIONAL, "10", 1, 1e6,                                       \
      "most NICs of a scale-up domain that one collective operation drives")                       \
    X(NUM, launch_latency, _s, "us", GW_OPTIONAL, "4 us", 0, 1e-3,                                 \
      "time from one kernel to the next when nothing overlaps it")                                 \
    X(NUM, sustained, , "%", GW_OPTIONAL, "100 %", 0.2, 1.5,                                       \
      "rate of products and attention in training over that of short benchmarks: power, clocks")   \
    X(NUM, interval, , "", GW_OPTIONAL, NULL, 1, 10,                                               \
      "80 % of measured steps lie within this factor of the prediction; absent: none calibrate "   \
      "it")                                                                                        \
    X(REF, software, , software, GW_OPTIONAL, NULL, 0, 0,                                          \
      "training software of jobs that name none; absent: the newest that is calibrated")           \
    X(NUM, step_time_factor, , "", GW_OPTIONAL, "lognormal(1; 1.25)", 0.2, 5,                      \
      "calibrated error of the step model: measured over predicted")

#define GW_FIELDS_system(X)                                                                        \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "name as sold")                                   \
    X(REF, accelerator, , accelerators, GW_REQUIRED, NULL, 0, 0, "the accelerator in it")          \
    X(NUM, accelerators, , "", GW_REQUIRED, NULL, 1, 1e5, "accelerators in one system")            \
    X(NUM, per_node, , "", GW_REQUIRED, NULL, 1, 1024,                                             \
      "accelerators under one operating system (the unit that fails)")                             \
    X(NUM, power, _W, "kW", GW_REQUIRED, NULL, 100, 1e9,                                           \
      "rated IT power of one system, host and scale-up switches included")                         \
    X(NUM, training_load, , "%", GW_OPTIONAL, "85 %", 0.1, 1,                                      \
      "average draw in training over rated power")                                                 \
    X(NUM, idle_load, , "%", GW_OPTIONAL, "25 %", 0.02, 1, "draw when idle over rated power")      \
    X(NUM, scaleup_domain, , "", GW_REQUIRED, NULL, 1, 1e5,                                        \
      "accelerators in one scale-up domain as built")                                              \
    X(NUM, nics_per_accelerator, , "", GW_OPTIONAL, "1", 0.01, 16,                                 \
      "scale-out ports per accelerator")                                                           \
    X(NUM, nic_bandwidth, _Bps, "Gbit/s", GW_REQUIRED, NULL, 1e8, 1e13,                            \
      "bandwidth of one scale-out port, one direction")                                            \
    X(NUM, liquid_share, , "%", GW_OPTIONAL, "0 %", 0, 1,                                          \
      "share of heat that leaves in the liquid loop")                                              \
    X(NUM, price, _usd, "USD", GW_OPTIONAL, NULL, 1e3, 1e9, "price of one system")

#define GW_FIELDS_llm(X)                                                                           \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "name as published")                              \
    X(INT, year, , 0, GW_OPTIONAL, "2024", 2015, 2035, "year of publication; for readers")         \
    X(TEXT, config, , 0, GW_OPTIONAL, NULL, 0, 0,                                                  \
      "Hugging Face config.json that fills what the entry leaves out; beside this file")           \
    X(NUM, params, , "", GW_OPTIONAL, NULL, 1e6, 1e15,                                             \
      "published total parameters (compared with those of the architecture); absent: not "         \
      "compared")                                                                                  \
    X(NUM, active_params, , "", GW_OPTIONAL, NULL, 1e6, 1e15,                                      \
      "published parameters used per token (compared likewise); absent: not compared")             \
    X(INT, layers, , 0, GW_REQUIRED, NULL, 1, 10000, "transformer layers")                         \
    X(INT, hidden, , 0, GW_REQUIRED, NULL, 16, 1000000, "width of the residual stream")            \
    X(INT, ffn, , 0, GW_REQUIRED, NULL, 0, 10000000,                                               \
      "inner width of a dense feed-forward layer; 0 if there is none")                             \
    X(ENUM, ffn_kind, , ffn_kind, GW_OPTIONAL, "gated", 0, 0, "matrices in a feed-forward layer")  \
    X(INT, heads, , 0, GW_REQUIRED, NULL, 0, 4096, "attention heads")                              \
    X(INT, kv_heads, , 0, GW_REQUIRED, NULL, 0, 4096, "key-value heads")                           \
    X(INT, head_dim, , 0, GW_REQUIRED, NULL, 0, 4096,                                              \
      "width of a head (of values, with latent attention)")                                        \
    X(INT, qk_head_dim, , 0, GW_OPTIONAL, "0", 0, 4096,                                            \
      "width of a query-key head where it differs; 0: as head_dim")                                \
    X(INT, q_lora_rank, , 0, GW_OPTIONAL, "0", 0, 100000,                                          \
      "latent attention: rank of the query compression; 0: none")                                  \
    X(INT, kv_lora_rank, , 0, GW_OPTIONAL, "0", 0, 100000,                                         \
      "latent attention: rank of the key-value compression; 0: none")                              \
    X(INT, rope_head_dim, , 0, GW_OPTIONAL, "0", 0, 4096,                                          \
      "latent attention: decoupled rotary width shared by the heads")                              \
    X(INT, window, , 0, GW_OPTIONAL, "0", 0, 100000000,                                            \
      "sliding window in tokens; 0: full attention")                                               \
    X(NUM, window_share, , "%", GW_OPTIONAL, "0 %", 0, 1,                                          \
      "share of the layers that use the window")                                                   \
    X(ENUM, window_kind, , window_kind, GW_OPTIONAL, "sliding", 0, 0,                              \
      "what a window holds: the last tokens, or those of the same chunk")                          \
    X(INT, vocab, , 0, GW_REQUIRED, NULL, 100, 10000000, "vocabulary")                             \
    X(INT, positions, , 0, GW_OPTIONAL, "0", 0, 100000000,                                         \
      "learned position vectors; 0: none (rotary or other)")                                       \
    X(BOOL, tied_embeddings, , 0, GW_OPTIONAL, "no", 0, 0,                                         \
      "input and output embeddings are one matrix")                                                \
    X(INT, experts, , 0, GW_OPTIONAL, "0", 0, 100000, "routed experts per expert layer; 0: dense") \
    X(INT, top_k, , 0, GW_OPTIONAL, "0", 0, 1000, "experts per token")                             \
    X(INT, expert_ffn, , 0, GW_OPTIONAL, "0", 0, 10000000, "inner width of one routed expert")     \
    X(INT, shared_ffn, , 0, GW_OPTIONAL, "0", 0, 10000000,                                         \
      "inner width of all shared experts together")                                                \
    X(INT, dense_layers, , 0, GW_OPTIONAL, "0", 0, 10000,                                          \
      "layers that stay dense in an expert model, before any with experts")                        \
    X(INT, expert_every, , 0, GW_OPTIONAL, "1", 1, 1000,                                           \
      "behind those, every n-th layer has experts and the others are dense")                       \
    X(INT, expert_hidden, , 0, GW_OPTIONAL, "0", 0, 1000000,                                       \
      "latent experts: width at which routed experts work; 0: the hidden width")                   \
    X(NUM, capacity_factor, , "", GW_OPTIONAL, NULL, 0.1, 100,                                     \
      "rows of an expert over the mean: padded or dropped to it; absent: none is dropped")         \
    X(BOOL, clamped_activation, , 0, GW_OPTIONAL, "no", 0, 0,                                      \
      "experts add biases and clamp their activations, in kernels of their own")                   \
    X(BOOL, attention_gate, , 0, GW_OPTIONAL, "no", 0, 0,                                          \
      "attention layers also project a gate as wide as their output")                              \
    X(INT, ffn_only_layers, , 0, GW_OPTIONAL, "0", 0, 10000,                                       \
      "of the layers: those that hold a feed-forward part and nothing else")                       \
    X(INT, mixer_only_layers, , 0, GW_OPTIONAL, "0", 0, 10000,                                     \
      "of the layers: those without a feed-forward part")                                          \
    X(INT, ssm_layers, , 0, GW_OPTIONAL, "0", 0, 10000,                                            \
      "of the layers: those that carry a state along the tokens instead of attention")             \
    X(ENUM, ssm_kind, , ssm_kind, GW_OPTIONAL, "mamba2", 0, 0, "how that state works")             \
    X(INT, ssm_inner, , 0, GW_OPTIONAL, "0", 0, 1000000,                                           \
      "state layers: inner width (values of all heads)")                                           \
    X(INT, ssm_state, , 0, GW_OPTIONAL, "0", 0, 100000,                                            \
      "state layers: state per inner channel (width of a key, with linear attention)")             \
    X(INT, ssm_heads, , 0, GW_OPTIONAL, "0", 0, 100000,                                            \
      "state layers: heads (of values, with linear attention)")                                    \
    X(INT, ssm_groups, , 0, GW_OPTIONAL, "1", 1, 100000,                                           \
      "state layers: groups of heads that share keys (B and C of Mamba)")                          \
    X(INT, ssm_conv, , 0, GW_OPTIONAL, "4", 0, 1000,                                               \
      "state layers: width of the short convolution; 0: none")                                     \
    X(INT, ssm_chunk, , 0, GW_OPTIONAL, "0", 0, 1000000,                                           \
      "state layers: tokens worked on at once; 0: 256, linear attention 64")                       \
    X(INT, ssm_rank, , 0, GW_OPTIONAL, "0", 0, 100000,                                             \
      "state layers: rank of the step size (Mamba) or of the gates (Kimi); 0: hidden / 16")        \
    X(INT, mtp_layers, , 0, GW_OPTIONAL, "0", 0, 16,                                               \
      "extra layers that predict further tokens, not counted in layers and params")                \
    X(INT, sequence, , 0, GW_OPTIONAL, "8192", 1, 100000000,                                       \
      "sequence length of the main training phase, tokens")

#define GW_FIELDS_software(X)                                                                      \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "name and release")                               \
    X(INT, year, , 0, GW_REQUIRED, NULL, 2018, 2040, "year of the release")                        \
    X(BOOL, fused_attention, , 0, GW_OPTIONAL, "yes", 0, 0,                                        \
      "attention scores never reach memory; else separate kernels with dropout")                   \
    X(NUM, tp_hidden, , "%", GW_REQUIRED, NULL, 0, 1,                                              \
      "share of tensor-parallel collectives behind matrix products")                               \
    X(NUM, ep_hidden, , "%", GW_REQUIRED, NULL, 0, 1, "share of expert all-to-all")                \
    X(NUM, pp_hidden, , "%", GW_REQUIRED, NULL, 0, 1,                                              \
      "share of pipeline sends in the steady phase")                                               \
    X(NUM, dp_hidden, , "%", GW_REQUIRED, NULL, 0, 1,                                              \
      "share of the computation that gradient and weight traffic can hide behind")                 \
    X(NUM, gradient, _B, "B", GW_OPTIONAL, "2 B", 2, 4,                                            \
      "per parameter, kept and in the reduction over replicas")                                    \
    X(NUM, optimizer, _B, "B", GW_OPTIONAL, "12 B", 0, 32,                                         \
      "per parameter: fp32 copy and two fp32 moments 12, bf16 moments 8, 8-bit moments 6")         \
    X(NUM, loss, _B, "B", GW_OPTIONAL, "4 B", 2, 32,                                               \
      "per logit at the peak of the loss: 4 fused in bf16, 8 through fp32 in place")               \
    X(NUM, selective_kept, , "%", GW_OPTIONAL, NULL, 0, 1,                                         \
      "selective recomputation, fused attention: share of activations kept; absent: by module")    \
    X(NUM, gathered_layers, , "", GW_OPTIONAL, "2", 0, 1000,                                       \
      "zero_stage 3: layers whose weights and gradients are whole at a time")                      \
    X(NUM, context, _B, "GB", GW_OPTIONAL, "1.5 GB", 0, 1e11,                                      \
      "memory of driver, libraries and kernels")                                                   \
    X(NUM, fragmentation, , "%", GW_OPTIONAL, "3 %", 0, 1,                                         \
      "memory that the allocator cannot use, over activations and tensors at work")                \
    X(NUM, elementwise_traffic, , "", GW_OPTIONAL, "1", 0.1, 10,                                   \
      "bytes of norms, activations, residuals over the fused minimum")                             \
    X(NUM, attention_rate, , "", GW_OPTIONAL, "1", 0.1, 2,                                         \
      "rate of attention over that of the accelerator's best kernels")                             \
    X(NUM, grouped_rate, , "", GW_OPTIONAL, "1", 0.1, 2,                                           \
      "rate of routed experts' products over that of dense ones")                                  \
    X(NUM, grouped8_rate, , "", GW_OPTIONAL, NULL, 0.1, 2,                                         \
      "the same for 8-bit and 4-bit products; absent: as grouped_rate")                            \
    X(NUM, routing_traffic, , "", GW_OPTIONAL, "1", 0.1, 10,                                       \
      "bytes of permuting and combining routed tokens over two reads and writes")                  \
    X(NUM, kernels_forward, , "", GW_OPTIONAL, "25", 0, 1000,                                      \
      "kernels launched per layer, forward")                                                       \
    X(NUM, kernels_backward, , "", GW_OPTIONAL, "40", 0, 1000, "the same, backward")               \
    X(NUM, expert_kernels, , "", GW_OPTIONAL, "40", 0, 1000,                                       \
      "more in an expert layer, each direction")                                                   \
    X(NUM, local_kernels, , "", GW_OPTIONAL, "0", 0, 1000,                                         \
      "more for every expert that a rank holds, each direction")                                   \
    X(INT, gathered_pieces, , 0, GW_OPTIONAL, "1", 1, 1000,                                        \
      "zero_stage 3: collectives per layer; 1: all parameters of a layer at once")                 \
    X(BOOL, flat_rings, , 0, GW_OPTIONAL, "no", 0, 0,                                              \
      "zero_stage 3: collectives run round one ring of all ranks, link by link")                   \
    X(NUM, ends_kernels, , "", GW_OPTIONAL, "60", 0, 10000,                                        \
      "per micro-batch outside the layers: embedding, loss, their gradients")                      \
    X(NUM, host_launch, _s, "us", GW_OPTIONAL, "0 us", 0, 1e-3,                                    \
      "time that the host needs to issue one kernel; 0: as fast as the accelerator takes them")    \
    X(NUM, collective_sync, _s, "us", GW_OPTIONAL, "0 us", 0, 0.1,                                 \
      "ranks waiting for one another at a collective inside a layer, times log2 of the ranks")     \
    X(NUM, micro_overhead, _s, "us", GW_OPTIONAL, "0 us", 0, 10,                                   \
      "per micro-batch: schedule, synchronisation of host and accelerator")                        \
    X(BOOL, dispatch_once, , 0, GW_OPTIONAL, "no", 0, 0,                                           \
      "a token goes once to every rank with an expert of its; else once per expert")               \
    X(NUM, vocabulary_rate, , "", GW_OPTIONAL, "1", 0.05, 2,                                       \
      "rate of the output projection over that of other products")                                 \
    X(NUM, score_traffic, , "", GW_OPTIONAL, "1", 0.1, 10,                                         \
      "unfused attention: bytes per score over the minimum of separate kernels")                   \
    X(NUM, optimizer_traffic, , "", GW_OPTIONAL, "1", 0.1, 4,                                      \
      "bytes that the optimizer moves over those of fused Adam in fp32")                           \
    X(NUM, product_rate, , "", GW_OPTIONAL, "1", 0.1, 2,                                           \
      "rate of matrix products over that of the accelerator's best libraries")                     \
    X(NUM, overlap_cost, , "%", GW_OPTIONAL, "5 %", 0, 1,                                          \
      "share of hidden traffic that shows all the same: units and memory that it takes away")      \
    X(NUM, spread, , "%", GW_OPTIONAL, "0 %", 0, 0.5,                                              \
      "standard deviation of one rank's time over the mean; a step waits for the slowest rank")    \
    X(NUM, interval_dense, , "", GW_OPTIONAL, NULL, 0.05, 20,                                      \
      "errors on dense models over those of the accelerator at large; absent: none calibrate it")  \
    X(NUM, interval_expert, , "", GW_OPTIONAL, NULL, 0.05, 20, "the same for expert models")       \
    X(TEXTS, calibrated_on, , 0, GW_OPTIONAL, NULL, 0, 0,                                          \
      "accelerators of the calibrating runs; on others the interval is wider")                     \
    X(NUM, largest_run, , "", GW_OPTIONAL, NULL, 1, 1e7,                                           \
      "accelerators in the largest calibrating run; absent: 1,024")                                \
    X(NUM, step_overhead, _s, "s", GW_OPTIONAL, "0 s", 0, 100,                                     \
      "per step: data, logging, gradient norm, synchronisation")

#define GW_FIELDS_netswitch(X)                                                                     \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "name as sold")                                   \
    X(TEXT, vendor, , 0, GW_OPTIONAL, NULL, 0, 0, "maker")                                         \
    X(INT, ports, , 0, GW_REQUIRED, NULL, 2, 4096, "ports at the stated rate (radix)")             \
    X(NUM, port_rate, _Bps, "Gbit/s", GW_REQUIRED, NULL, 1e8, 1e13,                                \
      "rate of one port, one direction")                                                           \
    X(NUM, power, _W, "W", GW_REQUIRED, NULL, 10, 1e5, "rated power without optics")               \
    X(NUM, price, _usd, "USD", GW_REQUIRED, NULL, 100, 1e7, "price without optics")                \
    X(NUM, latency, _s, "us", GW_OPTIONAL, "0.5 us", 0, 1e-3, "port-to-port latency")

#define GW_FIELDS_netlink(X)                                                                       \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "what it is")                                     \
    X(NUM, rate, _Bps, "Gbit/s", GW_REQUIRED, NULL, 1e8, 1e13, "rate, one direction")              \
    X(NUM, power_per_end, _W, "W", GW_REQUIRED, NULL, 0, 1000,                                     \
      "power of the transceiver at one end")                                                       \
    X(NUM, price_per_end, _usd, "USD", GW_REQUIRED, NULL, 0, 1e5,                                  \
      "price of one end, half the fibre included")                                                 \
    X(NUM, reach, _m, "m", GW_OPTIONAL, "500 m", 0.5, 1e6, "longest run")                          \
    X(BOOL, optical, , 0, GW_OPTIONAL, "yes", 0, 0, "optical transceivers (no: copper)")

#define GW_FIELDS_region(X)                                                                        \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "what it covers")                                 \
    X(TEXT, country, , 0, GW_REQUIRED, NULL, 0, 0, "ISO code of the country")                      \
    X(NUM, electricity_price, _usd_per_J, "USD/MWh", GW_REQUIRED, NULL, 0, 1e-6,                   \
      "all-in price of grid energy for a large load")                                              \
    X(NUM, carbon, _kg_per_J, "g/kWh", GW_REQUIRED, NULL, 0, 1e-6,                                 \
      "average carbon intensity of grid energy")                                                   \
    X(NUM, gas_price, _usd_per_J, "USD/MMBtu", GW_OPTIONAL, "4 USD/MMBtu", 0, 1e-7,                \
      "delivered gas price, higher heating value")                                                 \
    X(NUM, household_use, _W, "kWh/yr", GW_OPTIONAL, "10791 kWh/yr", 10, 1e5,                      \
      "electricity use of an average household")                                                   \
    X(NUM, water_price, _usd_per_m3, "USD/m3", GW_OPTIONAL, "2 USD/m3", 0, 100,                    \
      "water and sewer, part of operating cost")                                                   \
    X(MONTHS, dry_bulb, _K, "degC", GW_REQUIRED, NULL, 200, 330,                                   \
      "monthly mean dry-bulb temperature")                                                         \
    X(MONTHS, wet_bulb, _K, "degC", GW_REQUIRED, NULL, 200, 310,                                   \
      "monthly mean wet-bulb temperature")                                                         \
    X(NUM, daily_range, _K, "K", GW_OPTIONAL, "12 K", 0, 40,                                       \
      "mean difference of daily maximum and minimum")                                              \
    X(MONTHS, day_spread, _K, "K", GW_OPTIONAL, NULL, 0, 20,                                       \
      "standard deviation of daily means within the month; absent: 4 K")                           \
    X(NUM, design_dry_bulb, _K, "degC", GW_REQUIRED, NULL, 250, 330,                               \
      "design dry-bulb temperature (0.4 % hours)")                                                 \
    X(NUM, design_wet_bulb, _K, "degC", GW_REQUIRED, NULL, 250, 310,                               \
      "design wet-bulb temperature (0.4 % hours)")

#define GW_FIELDS_cooling(X)                                                                       \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "what it is")                                     \
    X(ENUM, kind, , cooling_kind, GW_REQUIRED, NULL, 0, 0, "how heat leaves the site")             \
    X(NUM, liquid_supply, _K, "degC", GW_REQUIRED, NULL, 275, 335,                                 \
      "facility water to the liquid-cooled part")                                                  \
    X(NUM, air_supply, _K, "degC", GW_REQUIRED, NULL, 275, 320,                                    \
      "chilled water or air to the air-cooled part")                                               \
    X(NUM, approach, _K, "K", GW_REQUIRED, NULL, 0, 40,                                            \
      "supply minus ambient (dry or wet bulb, by kind) that free cooling needs")                   \
    X(NUM, chiller_cop, , "", GW_REQUIRED, NULL, 1, 30,                                            \
      "chiller coefficient of performance at chiller_lift")                                        \
    X(NUM, chiller_lift, _K, "K", GW_OPTIONAL, "30 K", 1, 80,                                      \
      "rejection minus supply temperature at which chiller_cop holds")                             \
    X(NUM, rejection_fan, , "%", GW_REQUIRED, NULL, 0, 0.5,                                        \
      "fan power of heat rejection over heat rejected")                                            \
    X(NUM, pump, , "%", GW_REQUIRED, NULL, 0, 0.2, "pump power over heat moved")                   \
    X(NUM, room_fan, , "%", GW_REQUIRED, NULL, 0, 0.5,                                             \
      "air-handler fan power over heat of the air-cooled part")                                    \
    X(NUM, redundancy_load, , "%", GW_OPTIONAL, "0 %", 0, 0.5,                                     \
      "standby draw of redundant cooling units over IT power")                                     \
    X(NUM, cycles_of_concentration, , "", GW_OPTIONAL, "5", 1.1, 50,                               \
      "make-up over blow-down of a tower")                                                         \
    X(NUM, water_other, _m3_per_J, "L/kWh", GW_OPTIONAL, "0 L/kWh", 0, 1e-8,                       \
      "other water use over IT energy")

#define GW_FIELDS_plant(X)                                                                         \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "what it is")                                     \
    X(ENUM, kind, , plant_kind, GW_REQUIRED, NULL, 0, 0, "technology")                             \
    X(NUM, capex, _usd_per_W, "USD/kW", GW_REQUIRED, NULL, 0, 100, "overnight cost per nameplate") \
    X(NUM, efficiency, , "%", GW_OPTIONAL, NULL, 0.05, 1,                                          \
      "electric output over fuel (higher heating value)")                                          \
    X(NUM, fuel_carbon, _kg_per_J, "kg/MMBtu", GW_OPTIONAL, "0 kg/MMBtu", 0, 1e-6,                 \
      "carbon dioxide per unit of fuel heat")                                                      \
    X(NUM, fuel_price, _usd_per_J, "USD/MMBtu", GW_OPTIONAL, NULL, 0, 1e-6,                        \
      "fuel price; absent: the region's gas price")                                                \
    X(NUM, fixed_om, _usd_per_W_s, "USD/kW/yr", GW_OPTIONAL, "0 USD/kW/yr", 0, 1e-6,               \
      "fixed operation and maintenance")                                                           \
    X(NUM, variable_om, _usd_per_J, "USD/MWh", GW_OPTIONAL, "0 USD/MWh", 0, 1e-6,                  \
      "variable operation and maintenance")                                                        \
    X(NUM, capacity_factor, , "%", GW_OPTIONAL, "100 %", 0.01, 1,                                  \
      "average output over nameplate when not dispatched (sun, wind)")                             \
    X(NUM, availability, , "%", GW_OPTIONAL, "95 %", 0.1, 1, "share of hours when a unit can run") \
    X(NUM, hot_derate, , "%", GW_OPTIONAL, "0 %", 0, 0.6, "loss of output on the design day")      \
    X(NUM, lead_time, _s, "mo", GW_OPTIONAL, NULL, 0, 1e9, "order to operation")

#define GW_FIELDS_part(X)                                                                          \
    X(NUM, rate, _per_s, "1/yr", GW_REQUIRED, NULL, 0, 1e-3,                                       \
      "job-stopping failures per accelerator and time")                                            \
    X(NUM, repair, _s, "h", GW_OPTIONAL, "24 h", 0, 1e8, "time until the node is back as a spare")

#define GW_FIELDS_failure_model(X)                                                                 \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "which population it describes")                  \
    X(MAP, parts, , part, GW_REQUIRED, NULL, 0, 0, "failures by part or cause")                    \
    X(NUM, rate_factor, , "", GW_OPTIONAL, "lognormal(1; 1.6)", 0.01, 100,                         \
      "multiplies every rate: how this fleet differs")                                             \
    X(NUM, detection, _s, "s", GW_OPTIONAL, "60 s", 0, 1e6, "failure until the job is stopped")    \
    X(NUM, restart, _s, "s", GW_OPTIONAL, "600 s", 0, 1e6,                                         \
      "stop until the first useful step, spares at hand")                                          \
    X(NUM, wait_for_repair, _s, "h", GW_OPTIONAL, "4 h", 0, 1e7,                                   \
      "extra stop when no spare is left")                                                          \
    X(NUM, silent_share, , "%", GW_OPTIONAL, "1.4 %", 0, 1,                                        \
      "share of failures that corrupt silently and cost a rollback")                               \
    X(NUM, silent_rollback, _s, "h", GW_OPTIONAL, "6 h", 0, 1e7,                                   \
      "work lost by one silent corruption")

#define GW_FIELDS_cost(X)                                                                          \
    X(TEXT, title, , 0, GW_OPTIONAL, NULL, 0, 0, "which market and year")                          \
    X(NUM, construction, _usd_per_W, "USD/W", GW_REQUIRED, NULL, 0, 200,                           \
      "land, shell, mechanical and electrical plant per IT watt")                                  \
    X(NUM, server_other, , "%", GW_OPTIONAL, "0 %", 0, 2,                                          \
      "storage, management and spares over the price of systems")                                  \
    X(NUM, operations, _usd_per_W_s, "USD/W/yr", GW_REQUIRED, NULL, 0, 1e-6,                       \
      "staff, maintenance, insurance per IT watt, energy not included")                            \
    X(NUM, power_plant_fee, , "%", GW_OPTIONAL, "0 %", 0, 1,                                       \
      "owner's cost on top of own generation")

#define GW_FIELDS_band(X)                                                                          \
    X(ENUM, ratio, , ratio, GW_REQUIRED, NULL, 0, 0, "which implied ratio it bounds")              \
    X(ENUM, basis, , claim_basis, GW_OPTIONAL, "unstated", 0, 0,                                   \
      "basis of the power in it; unstated: any")                                                   \
    X(NUM, low, , "*", GW_REQUIRED, NULL, 0, GW_NO_HI,                                             \
      "lowest plausible value, in the ratio's unit")                                               \
    X(NUM, high, , "*", GW_REQUIRED, NULL, 0, GW_NO_HI, "highest plausible value")                 \
    X(TEXT, reading, , 0, GW_OPTIONAL, NULL, 0, 0, "what a value outside usually means")

GW_DECLARE(source)
GW_DECLARE(accelerator)
GW_DECLARE(system)
GW_DECLARE(llm)
GW_DECLARE(software)
GW_DECLARE(netswitch)
GW_DECLARE(netlink)
GW_DECLARE(region)
GW_DECLARE(cooling)
GW_DECLARE(plant)
GW_DECLARE(part)
GW_DECLARE(failure_model)
GW_DECLARE(cost)
GW_DECLARE(band)

#endif

/* Memory of a training stage: closed forms, peaks that published runs measured, monotony, parts.
 * Oracles: sums worked out by hand from the shape of a model; peaks that PyTorch reported for eight
 * B200 (SimuMax, docs/b200 release v1.2) and for 512 H100 (torchtitan, 405B with a pipeline). */
#include <math.h>
#include <stdio.h>

#include "training_fixture.h"

#define GiB 1073741824.0

static gw_memory worst_of(const gw_step_in *in, const gw_plan *plan) {
    gw_shard shard = gw_training_shard(in, plan);
    gw_memory stages[GW_MEMORY_STAGES];
    int n = gw_training_memory_stages(in, &shard, plan, stages);
    gw_memory worst = stages[0];
    for (int i = 1; i < n; i++) {
        worst = stages[i].total_B > worst.total_B ? stages[i] : worst;
    }
    return worst;
}

typedef struct memory_bench {
    gw_llm llm;
    gw_accelerator gpu;
    gw_comm comm;
    gw_software software;
    gw_step_in in;
} memory_bench;

static void make_memory(memory_bench *b, gw_llm llm, double accelerators, double sequences,
                        double sequence_tok) {
    *b = (memory_bench){
        .llm = llm, .gpu = h100(), .comm = h100_network(), .software = gw_software_current};
    b->software.gradient_B = 4.0;
    b->in = (gw_step_in){.llm = &b->llm,
                         .accelerator = &b->gpu,
                         .comm = &b->comm,
                         .software = &b->software,
                         .accelerators = accelerators,
                         .sequence_tok = sequence_tok,
                         .batch_seq = sequences};
}

/** Twelve layers of the Llama 3 70B shape on eight B200, fp32 gradients, ZeRO 1, nothing recomputed.
 */
static void peaks_of_a_dense_proxy(void **state) {
    (void)state;
    struct {
        int tp, pp, cp, dp;
        double sequence_tok, sequences, peak_GiB;
    } rows[] = {{1, 2, 1, 4, 4096, 16, 66.55},   {2, 1, 1, 4, 4096, 16, 60.68},
                {4, 1, 1, 2, 4096, 8, 39.07},    {8, 1, 1, 1, 4096, 4, 28.29},
                {2, 1, 4, 1, 32768, 4, 68.43},   {1, 1, 8, 1, 32768, 4, 104.51},
                {2, 1, 4, 1, 131072, 4, 112.67}, {1, 1, 8, 1, 131072, 4, 147.99}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memory_bench b;
        make_memory(&b, llama3(12, 8192, 28672, 64), 8, rows[i].sequences, rows[i].sequence_tok);
        gw_plan plan = plan_of(rows[i].tp, rows[i].pp, rows[i].dp);
        plan.cp = rows[i].cp;
        plan.recompute = GW_RECOMPUTE_NONE;
        plan.context_method = GW_CONTEXT_RING;
        double predicted_GiB = worst_of(&b.in, &plan).allocated_B / GiB;
        print_message("tp %d pp %d cp %d: measured %.2f GiB, predicted %.2f GiB, %+.1f %%\n",
                      rows[i].tp, rows[i].pp, rows[i].cp, rows[i].peak_GiB, predicted_GiB,
                      100.0 * (predicted_GiB / rows[i].peak_GiB - 1.0));
        gw_assert_near(predicted_GiB, rows[i].peak_GiB, 0.015);
    }
}

/** Llama 3.1 405B on 512 H100 of 96 GB: FSDP 8 x TP 8 x PP 8, full recomputation, 32k tokens. The
 * allocator's reserve is what the source prints. */
static void peak_of_sharding_in_a_pipeline(void **state) {
    (void)state;
    memory_bench b;
    make_memory(&b, llama3_405b(), 512, 64, 32768);
    b.software.optimizer_B = 10.0;
    b.in.precision = GW_PRECISION_FP8;
    gw_plan plan = plan_of(8, 8, 8);
    plan.zero_stage = 3;
    plan.recompute = GW_RECOMPUTE_FULL;
    gw_memory m = worst_of(&b.in, &plan);
    gw_assert_near(m.total_B / GiB, 75.3, 0.10);
    /* 2 + 4 B of every parameter whole, besides a replica's eighth of the weights, 2 B */
    gw_assert_near(m.gathered_B, 6.0 / 2.0 * 8.0 * m.weights_B, 1e-12);
}

/** Runs of BLOOM's development, as nvidia-smi showed them: unfused, full recomputation, no sequence
 * parallelism, an allocator that keeps what it has (bigscience, chronicles-prequel). */
static void what_the_driver_shows(void **state) {
    (void)state;
    struct {
        int64_t layers, hidden, heads;
        int tp, pp, dp, micro_batch;
        double sequences, shown_GiB;
    } rows[] = {{80, 14400, 96, 8, 10, 1, 1, 2048, 73},
                {80, 14400, 96, 8, 10, 2, 1, 2048, 51},
                {72, 14336, 64, 8, 12, 4, 8, 2048, 69},
                {72, 14336, 64, 8, 2, 24, 1, 2016, 65},
                {72, 14336, 64, 2, 12, 16, 2, 2048, 63}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memory_bench b;
        gw_llm llm = gpt(rows[i].layers, rows[i].hidden, rows[i].heads);
        llm.vocab = 250880;
        make_memory(&b, llm, 384, rows[i].sequences, 2048);
        b.software = gw_software_2021;
        b.software.gradient_B = 2.0;
        b.software.optimizer_B = 16.0;
        b.software.context_B = 6e9;
        b.software.fragmentation = 0.25;
        gw_plan plan = plan_of(rows[i].tp, rows[i].pp, rows[i].dp);
        plan.micro_batch = rows[i].micro_batch;
        plan.recompute = GW_RECOMPUTE_FULL;
        plan.no_sequence_parallel = true;
        double predicted_GiB = worst_of(&b.in, &plan).total_B / GiB;
        print_message("shown %.0f GiB, predicted %.1f GiB\n", rows[i].shown_GiB, predicted_GiB);
        gw_assert_near(predicted_GiB, rows[i].shown_GiB, 0.10);
    }
}

/** Two layers, worked out by hand. */
static void states_by_hand(void **state) {
    (void)state;
    memory_bench b;
    make_memory(&b, gpt(2, 1024, 16), 4, 4, 128);
    double params = 2.0 * (12.0 * 1024.0 * 1024.0 + 2.0 * 1024.0) + 51200.0 * 1024.0;
    gw_plan plan = plan_of(1, 1, 4);
    double bytes[][3] = {{2, 4, 12}, {2, 4, 3}, {2, 1, 3}, {0.5, 1, 3}};
    for (int zero = 0; zero <= 3; zero++) {
        plan.zero_stage = zero;
        gw_memory m = worst_of(&b.in, &plan);
        gw_assert_near(m.weights_B, bytes[zero][0] * params, 1e-4);
        gw_assert_near(m.gradients_B, bytes[zero][1] * params, 1e-4);
        gw_assert_near(m.optimizer_B, bytes[zero][2] * params, 1e-4);
    }
    plan.shard_group = 2; /* pairs share: half of everything */
    gw_memory pairs = worst_of(&b.in, &plan);
    gw_assert_near(pairs.weights_B + pairs.gradients_B + pairs.optimizer_B, 9.0 * params, 1e-4);
    b.software.optimizer_B = 6.0; /* 8-bit moments */
    gw_assert_near(worst_of(&b.in, &plan).optimizer_B, 3.0 * params, 1e-4);
}

/** Inputs kept per layer: 34 h per token for a plain GPT in bf16 without fusion; 32 h fused. */
static void activations_by_hand(void **state) {
    (void)state;
    memory_bench b;
    make_memory(&b, gpt(4, 1024, 16), 1, 1, 256);
    gw_plan plan = plan_of(1, 1, 1);
    plan.recompute = GW_RECOMPUTE_NONE;
    double token_B = 4.0 * 256.0 * 1024.0;
    gw_assert_near(worst_of(&b.in, &plan).activations_B, 32.0 * token_B, 1e-12);
    plan.recompute = GW_RECOMPUTE_FULL;
    gw_assert_near(worst_of(&b.in, &plan).activations_B, 2.0 * token_B, 1e-12);
    plan.recompute = GW_RECOMPUTE_SELECTIVE;
    b.software.selective_kept = 0.25;
    gw_assert_near(worst_of(&b.in, &plan).activations_B, 8.0 * token_B, 1e-12);
    b.software.fused_attention = false;
    gw_assert_near(worst_of(&b.in, &plan).activations_B, 34.0 * token_B, 1e-12);
}

/** Routed experts: rows of top_k experts; their weights over the ranks that hold them. */
static void experts_by_hand(void **state) {
    (void)state;
    memory_bench b;
    make_memory(&b, mixtral(), 8, 8, 4096);
    gw_plan plan = plan_of(1, 1, 8);
    plan.recompute = GW_RECOMPUTE_NONE;
    plan.ep = 8;
    gw_memory m = worst_of(&b.in, &plan);
    double expert = 32.0 * 3.0 * 4096.0 * 14336.0; /* one expert a rank and layer */
    double attention = 32.0 * (4096.0 * (4096.0 + 2048.0) + 4096.0 * 4096.0 + 8.0 * 4096.0);
    double dense = attention + 32.0 * 2.0 * 4096.0 + 2.0 * 32000.0 * 4096.0;
    gw_assert_near(m.weights_B, 2.0 * (expert + dense), 1e-3);
    gw_assert_near(m.optimizer_B, 12.0 * (expert + dense / 8.0), 1e-3);
    double even = m.activations_B;
    b.in.routing_imbalance = 1.5;
    double rows_B = 32.0 * 4096.0 * 2.0 * (2.0 * 4096.0 + 14336.0 * 6.0);
    gw_assert_near(worst_of(&b.in, &plan).activations_B - even, 0.5 * rows_B, 1e-9);
}

/** More ranks never need more of a rank, beyond the buffers of one more communicator. */
static void more_ranks_need_less(void **state) {
    (void)state;
    double slack_B = 0.25e9;
    for (int shape = 0; shape < 3; shape++) {
        gw_llm llm = shape == 0 ? llama3_405b() : shape == 1 ? deepseek_v3() : mixtral();
        memory_bench b;
        make_memory(&b, llm, 1 << 20, 1024, 8192);
        for (int recompute = 0; recompute < GW_N_recompute; recompute++) {
            double before = GW_INF;
            for (int tp = 1; tp <= 8; tp *= 2) {
                gw_plan plan = plan_of(tp, 4, 16);
                plan.recompute = (gw_recompute)recompute;
                double total_B = worst_of(&b.in, &plan).total_B;
                assert_true(total_B <= before + slack_B);
                before = total_B;
            }
            before = GW_INF;
            for (int zero = 0; zero <= 2; zero++) {
                gw_plan plan = plan_of(2, 4, 16);
                plan.recompute = (gw_recompute)recompute;
                plan.zero_stage = zero;
                double total_B = worst_of(&b.in, &plan).total_B;
                assert_true(total_B <= before);
                before = total_B;
            }
            before = GW_INF;
            for (int dp = 1; dp <= 256; dp *= 4) {
                double total_B = 0.0;
                gw_plan plan = plan_of(2, 1, dp);
                plan.recompute = (gw_recompute)recompute;
                plan.zero_stage = 3;
                total_B = worst_of(&b.in, &plan).total_B;
                assert_true(total_B <= before + slack_B);
                before = total_B;
            }
        }
    }
}

/** Weights of a stage fall with the stages; activations of the first do not grow with them. */
static void more_stages_need_less(void **state) {
    (void)state;
    memory_bench b;
    make_memory(&b, llama3_405b(), 1 << 20, 2048, 8192);
    double before = GW_INF;
    for (int pp = 1; pp <= 18; pp += pp < 3 ? 1 : 3) {
        gw_plan plan = plan_of(8, pp, 16);
        gw_memory m = worst_of(&b.in, &plan);
        double states_B = m.weights_B + m.gradients_B + m.optimizer_B;
        assert_true(states_B < before);
        before = states_B;
    }
}

/** Parts are there, none is negative, and they sum up, over shapes, precisions and layouts. */
static void parts_sum_up(void **state) {
    (void)state;
    gw_llm shapes[] = {gpt(4, 512, 8), llama3_405b(), deepseek_v3(), mixtral()};
    int seen = 0;
    for (int code = 0; code < 4 * 3 * 3 * 4 * 4 * 3; code++) {
        memory_bench b;
        int rest = code;
        gw_llm llm = shapes[rest % 4];
        make_memory(&b, llm, 1 << 16, 512, 4096);
        rest /= 4;
        b.in.precision = (gw_precision)(rest % 3);
        rest /= 3;
        gw_plan plan = plan_of(1, 1, 64);
        plan.recompute = (gw_recompute)(rest % 3);
        rest /= 3;
        plan.zero_stage = rest % 4;
        rest /= 4;
        plan.schedule = (gw_pipeline)(rest % 4);
        rest /= 4;
        plan.tp = 1 << rest;
        plan.pp = plan.schedule == GW_PIPELINE_DUALPIPE ? 4 : 2;
        plan.no_sequence_parallel = code % 2 == 1;
        gw_shard shard = gw_training_shard(&b.in, &plan);
        gw_memory stages[GW_MEMORY_STAGES];
        int n = gw_training_memory_stages(&b.in, &shard, &plan, stages);
        assert_true(n == (plan.pp > 2 ? 3 : 2));
        for (int i = 0; i < n; i++) {
            const gw_memory *m = &stages[i];
            assert_true(m->weights_B > 0 && m->gradients_B > 0 && m->optimizer_B > 0);
            assert_true(m->activations_B > 0 && m->working_B > 0 && m->gathered_B >= 0);
            double sum = m->weights_B + m->gradients_B + m->optimizer_B + m->activations_B +
                         m->working_B + m->gathered_B;
            gw_assert_near(sum, m->allocated_B, 1e-12);
            gw_assert_near(sum + m->network_B + m->context_B + m->fragmentation_B, m->total_B,
                           1e-12);
            seen++;
        }
        gw_step step = {0};
        gw_training_memory(&b.in, &shard, &plan, &step);
        gw_assert_near(step.memory_B, worst_of(&b.in, &plan).total_B, 1e-12);
        gw_assert_near(step.weights_B + step.gradients_B + step.optimizer_B + step.activations_B +
                           step.buffers_B,
                       step.memory_B, 1e-12);
    }
    assert_true(seen > 1000);
}

/** Stages of a pipeline: the first holds most micro-batches, the last one has the logits. */
static void stages_differ(void **state) {
    (void)state;
    memory_bench b;
    make_memory(&b, llama3_405b(), 1024, 512, 8192);
    gw_plan plan = plan_of(8, 7, 16);
    gw_shard shard = gw_training_shard(&b.in, &plan);
    gw_memory stages[GW_MEMORY_STAGES];
    assert_int_equal(gw_training_memory_stages(&b.in, &shard, &plan, stages), 3);
    gw_assert_near(stages[0].held_n, 7.0, 1e-12);
    gw_assert_near(stages[1].held_n, 6.0, 1e-12);
    gw_assert_near(stages[2].held_n, 1.0, 1e-12);
    assert_true(stages[2].working_B > stages[0].working_B);
    double matrix_B = 2.0 * 128256.0 * 16384.0 / 8.0;
    gw_assert_near(stages[0].weights_B - stages[1].weights_B, matrix_B, 1e-9);
    plan = plan_of(8, 6, 16);
    plan.schedule = GW_PIPELINE_DUALPIPE;
    gw_memory both = worst_of(&b.in, &plan);
    assert_true(both.weights_B > 1.9 * stages[1].weights_B);
}

/** DualPipe: both end ranks hold the first and the last part of the network, the others two full
 * ones. DeepSeek-V3 as published (arXiv 2412.19437 section 3: 16 stages, 64 ranks of experts, fp32
 * gradients, bf16 moments) has to fit 80 GiB. */
static void both_ways_as_published(void **state) {
    (void)state;
    memory_bench b;
    make_memory(&b, deepseek_v3(), 2048, 15360, 4096);
    b.llm.mtp_layers = 1;
    b.software.optimizer_B = 8.0;
    b.in.precision = GW_PRECISION_FP8;
    gw_plan plan = plan_of(1, 16, 128);
    plan.ep = 64;
    plan.schedule = GW_PIPELINE_DUALPIPE;
    gw_shard shard = gw_training_shard(&b.in, &plan);
    gw_memory stages[GW_MEMORY_STAGES];
    assert_int_equal(gw_training_memory_stages(&b.in, &shard, &plan, stages), 3);
    gw_assert_near(stages[0].layers, 4.0 + 1.0 + 1.0, 1e-12); /* one predicts a further token */
    gw_assert_near(stages[1].layers, 8.0, 1e-12);
    gw_assert_near(stages[0].total_B, stages[2].total_B, 1e-12);
    gw_assert_near(stages[1].held_n, 17.0, 1e-12);
    double h = 7168.0, rank = 1536.0 + 512.0 + 64.0;
    double attention = 2.0 * h + 3.0 * 128.0 * 128.0 + 2.0 * rank;
    double experts = 2.0 * h + 2560.0 + 2.0 * 2048.0 + 8.0 * (h + 2.0 * 2048.0);
    gw_assert_near(stages[1].activations_B, 17.0 * 4.0 * 4096.0 * (attention + experts), 1e-9);
    double total_B = worst_of(&b.in, &plan).total_B;
    print_message("DeepSeek-V3: %.1f GiB\n", total_B / GiB);
    assert_true(total_B > 60.0 * GiB && total_B < 80.0 * GiB);
}

/** Recomputing more never needs more: models that mix kinds of layers, with and without fusion. */
static void recomputing_more_needs_less(void **state) {
    (void)state;
    for (int code = 0; code < 2 * 3 * 3 * 3; code++) {
        memory_bench b;
        gw_llm llm = llama3(32, 4096, 14336, 32);
        llm.experts = 16;
        llm.top_k = 2;
        llm.expert_ffn = 14336;
        llm.expert_every = 2;
        llm.ssm_layers = 28; /* seven of eight */
        llm.ssm_kind = GW_SSM_MAMBA;
        llm.ssm_inner = 8192;
        llm.ssm_state = 16;
        llm.ssm_rank = 256;
        make_memory(&b, llm, 1 << 12, 512, 8192);
        b.software.fused_attention = code % 2 == 1;
        b.in.precision = (gw_precision)(code / 2 % 3);
        b.software.selective_kept = code / 6 % 3 == 0 ? 0.05 : code / 6 % 3 == 1 ? 0.45 : GW_NAN;
        gw_plan plan = plan_of(8, 1 << (2 * (code / 18)), 8);
        double before = GW_INF;
        for (int recompute = GW_RECOMPUTE_NONE; recompute < GW_N_recompute; recompute++) {
            plan.recompute = (gw_recompute)recompute;
            gw_memory m = worst_of(&b.in, &plan);
            assert_true(m.total_B <= before * (1.0 + 1e-12));
            before = m.total_B;
        }
    }
}

/** Groups that share: the same part of an expert's replicas as of the others, in memory and traffic. */
static void experts_share_in_groups(void **state) {
    (void)state;
    memory_bench b;
    make_memory(&b, mixtral(), 64, 64, 4096);
    gw_plan plan = plan_of(1, 1, 64);
    plan.ep = 8;
    plan.zero_stage = 1;
    double expert_B = 12.0 * 32.0 * 3.0 * 4096.0 * 14336.0;
    gw_memory whole = worst_of(&b.in, &plan);
    plan.shard_group = 16;
    gw_memory groups = worst_of(&b.in, &plan);
    double dense = whole.optimizer_B - expert_B / 8.0; /* in 64 parts, then in 16 */
    gw_assert_near(groups.optimizer_B, 4.0 * dense + expert_B / 2.0, 1e-9);
    gw_shard shard = gw_training_shard(&b.in, &plan);
    assert_int_equal(gw_training_expert_group(&shard), 2);
    for (int group = 1; group <= 64; group *= 2) {
        plan.shard_group = group;
        shard = gw_training_shard(&b.in, &plan);
        int n = gw_training_expert_group(&shard);
        assert_true(n >= 1 && shard.edp % n == 0 && n == (group > 8 ? group / 8 : 1));
    }
}

/** ZeRO 3 in a pipeline holds a stage whole, so its weights travel once a step however many
 * micro-batches it has; without a pipeline they travel with each. */
static void sharded_weights_travel(void **state) {
    (void)state;
    for (int pp = 1; pp <= 4; pp *= 4) {
        memory_bench b;
        make_memory(&b, llama3(32, 4096, 14336, 32), 64, 128, 2048);
        b.gpu.hbm_B = 1e15;
        b.software.dp_hidden = 0.0;
        gw_plan plan = plan_of(1, pp, 64 / pp);
        plan.zero_stage = 3;
        gw_step few, many;
        gw_training_step(&b.in, &plan, &few);
        b.in.batch_seq *= 4;
        gw_training_step(&b.in, &plan, &many);
        assert_null(many.problem);
        gw_assert_near(many.dp_comm_s, (pp > 1 ? 1.0 : 4.0) * few.dp_comm_s, 1e-9);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(peaks_of_a_dense_proxy),
        cmocka_unit_test(peak_of_sharding_in_a_pipeline),
        cmocka_unit_test(what_the_driver_shows),
        cmocka_unit_test(states_by_hand),
        cmocka_unit_test(activations_by_hand),
        cmocka_unit_test(experts_by_hand),
        cmocka_unit_test(more_ranks_need_less),
        cmocka_unit_test(more_stages_need_less),
        cmocka_unit_test(parts_sum_up),
        cmocka_unit_test(stages_differ),
        cmocka_unit_test(both_ways_as_published),
        cmocka_unit_test(recomputing_more_needs_less),
        cmocka_unit_test(experts_share_in_groups),
        cmocka_unit_test(sharded_weights_travel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

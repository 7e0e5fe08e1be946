/* validation/row_predict.c: the prediction of a published run.
 *
 * In:  gw_training_run. Out: gw_step; gw_trial.
 * Model: the network of the accelerator's catalogue entry with the run's NIC rate; its generation
 *      of software with the options that the source states; the step of the layout as it stands. A
 *      batch that does not divide evenly is worked out per micro-batch. The interval is the step's,
 *      widened where the row left something open.
 * Valid: what gw_training_run_read accepts.
 */
#include <math.h>
#include <string.h>

#include "fabric/fabric_phase.h"
#include "validation/training_row.h"

/** From NIC to NIC over two or three switches: gw_fabric's defaults. */
static const double network_s = 5e-6;

gw_comm gw_training_run_comm(const gw_training_run *run) {
    gw_comm comm = gw_fabric_comm(run->accelerator, run->domain, run->nic_Bps, network_s);
    comm.leaf_size = 256;
    return comm;
}

gw_software gw_training_run_software(const gw_training_run *run) {
    gw_software software = *run->software;
    if (run->unfused) {
        software.fused_attention = false;
    }
    if (run->no_overlap) {
        software.tp_hidden = software.dp_hidden = software.pp_hidden = 0.0;
    }
    return software;
}

gw_step_in gw_training_run_in(const gw_training_run *run, const gw_comm *comm,
                              const gw_software *software, gw_arena *scratch) {
    return (gw_step_in){.llm = &run->llm,
                        .accelerator = run->accelerator,
                        .comm = comm,
                        .software = software,
                        .accelerators = run->accelerators,
                        .sequence_tok = run->sequence_tok,
                        .batch_seq = run->batch_seq,
                        .precision = run->precision,
                        .scratch = scratch};
}

void gw_training_run_step(const gw_training_run *run, gw_arena *scratch, gw_step *out) {
    gw_comm comm = gw_training_run_comm(run);
    gw_software software = gw_training_run_software(run);
    gw_step_in in = gw_training_run_in(run, &comm, &software, scratch);
    *out = (gw_step){.plan = run->plan};
    gw_shard shard = gw_training_shard(&in, &run->plan);
    out->plan.n_micro = (int)shard.n_micro;
    gw_training_memory(&in, &shard, &run->plan, out);
    gw_training_time(&in, &shard, out);
    gw_training_interval(&in, out);
    double uneven = run->batch_seq / shard.batch_seq;
    gw_training_scale(out, uneven);
    if (!(out->step_s > 0 && out->step_s < 1e12)) {
        out->problem = "no finite step time";
    }
}

/** The reasons for a wider interval: no room first, then what the row leaves open, then what no run
 * calibrates. */
static const char *why_wide(const gw_training_run *run, const gw_step *step, gw_arena *arena) {
    static const char no_room[] = "does not fit by the memory model";
    const char *model = step->wide && strcmp(step->wide, no_room) != 0 ? step->wide : NULL;
    const char *parts[] = {step->memory_B > step->capacity_B ? no_room : NULL, run->wide, model};
    const char *all = NULL;
    for (int i = 0; i < 3; i++) {
        if (parts[i]) {
            all = all ? gw_arena_printf(arena, "%s; %s", all, parts[i]) : parts[i];
        }
    }
    return all;
}

gw_trial gw_training_row(const gw_scenario *in, const gw_csv *csv, int row, gw_arena *arena) {
    gw_trial t = {.measured_s = GW_NAN,
                  .predicted_s = GW_NAN,
                  .low_s = GW_NAN,
                  .high_s = GW_NAN,
                  .memory_B = GW_NAN,
                  .memory_measured_B = GW_NAN};
    gw_training_run run;
    t.unsupported = gw_training_run_read(in, csv, row, arena, &run, &t.column);
    if (t.unsupported) {
        return t;
    }
    gw_step step;
    gw_training_run_step(&run, arena, &step);
    t.unsupported = step.problem;
    if (t.unsupported) {
        return t;
    }
    t.regime = run.regime;
    t.wide = why_wide(&run, &step, arena);
    t.measured_s = run.measured_s;
    t.predicted_s = step.step_s;
    t.low_s = step.low_s;
    t.high_s = step.high_s;
    if (run.widening_ratio > 1.0) { /* something was not stated */
        double factor = pow(step.high_s / step.step_s, run.widening_ratio - 1.0);
        t.low_s /= factor;
        t.high_s *= factor;
    }
    t.memory_B = run.memory_allocated ? step.allocated_B : step.memory_B;
    t.memory_measured_B = run.memory_measured_B;
    return t;
}

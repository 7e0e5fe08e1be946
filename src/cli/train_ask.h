/* cli/train_ask.h: a question of the command line as a scenario: one cluster, one job.
 *
 * In:  --model, --accelerator or --system, --count, --batch and so on. Out: a gw_spec. */
#ifndef GW_CLI_TRAIN_ASK_H
#define GW_CLI_TRAIN_ASK_H

#include "base/buf.h"
#include "cli/cli.h"

/** Names the job of a question. */
#define GW_ASKED_JOB "asked"

/** Builds and loads it; says on stderr what is wrong. Exit code; *out is set with GW_EXIT_OK. */
int gw_train_ask(const gw_args *args, gw_spec **out);

/** "tp=8,pp=16" as overrides "jobs.JOB.layout.tp=8" or, with job NULL, as "tp: 8, pp: 16". Keys may
 *  be short (v, mb, zero, sp). False when a key is unknown: said on stderr. */
bool gw_train_layout(const char *text, const char *job, gw_arena *arena, gw_args *sets,
                     gw_buf *yaml);

#endif

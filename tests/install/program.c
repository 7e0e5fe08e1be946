/* A user's program: opens a scenario, runs it, reads numbers. Built against the installed library
 * by tools/check-install. */
#include <gigawatt/gigawatt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    char *messages = NULL;
    gw_program *program = gw_program_open(argc > 1 ? argv[1] : "", NULL, 0, &messages);
    if (program == NULL) {
        fputs(messages, stderr);
        free(messages);
        return 1;
    }
    free(messages);
    gw_outcome *outcome = gw_program_run(program, 50, 1, 2);
    double full_W = gw_outcome_value(outcome, "full_it_power_W", NULL, GW_P50);
    double p10_d = gw_outcome_value(outcome, "full_date_d", NULL, GW_P10);
    double p90_d = gw_outcome_value(outcome, "full_date_d", NULL, GW_P90);
    double nothing = gw_outcome_value(outcome, "no_such_metric", NULL, GW_P50);
    char *json = gw_outcome_json(outcome);
    int ok = full_W > 1e8 && p10_d <= p90_d && isnan(nothing) && json != NULL && json[0] == '{';
    printf("gigawatt %s: %.0f MW of IT power, %s\n", gw_version(), full_W / 1e6,
           ok ? "ok" : "wrong");
    free(json);
    gw_outcome_free(outcome);
    gw_program_close(program);
    gw_program *missing = gw_program_open("/nonexistent.yaml", NULL, 0, NULL);
    return ok && missing == NULL ? 0 : 1;
}

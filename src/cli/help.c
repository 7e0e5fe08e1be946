/* cli/help.c: help texts, from the tables. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "gigawatt/gigawatt.h"

static void print_options(const gw_command *command) {
    for (int i = 0; i < gw_n_options; i++) {
        const gw_option *o = &gw_options[i];
        char left[40];
        if (!gw_option_applies(o, command)) {
            continue;
        }
        snprintf(left, sizeof left, "%c%c%c --%s%s%s", o->letter != 0 ? '-' : ' ',
                 o->letter != 0 ? o->letter : ' ', o->letter != 0 ? ',' : ' ', o->name,
                 o->argument != NULL ? " " : "", o->argument != NULL ? o->argument : "");
        printf("  %-22s %s\n", left, o->doc);
    }
    printf("  %-22s %s\n", "-h, --help", "show this help");
}

void gw_help_print(const gw_command *command) {
    if (command != NULL) {
        printf("usage: gigawatt %s [OPTIONS] %s\n\n%s\n", command->name, command->usage,
               command->doc);
        if (command->more[0] != '\0') {
            printf("\n%s\n", command->more);
        }
        printf("\noptions\n");
        print_options(command);
        return;
    }
    printf("gigawatt %s: AI data-centre programmes, from claim to chip to cash flow\n\n"
           "usage: gigawatt COMMAND [OPTIONS] ...\n\ncommands\n",
           gw_version());
    for (int i = 0; i < gw_n_commands; i++) {
        char left[40];
        snprintf(left, sizeof left, "%s %s", gw_commands[i].name, gw_commands[i].usage);
        printf("  %-26s %s\n", left, gw_commands[i].doc);
    }
    printf("\n`gigawatt help COMMAND` shows the options of a command.\n"
           "Exit codes: 0 done, 1 the answer is no, 2 bad usage or input, 3 the run failed.\n");
}

int gw_cmd_help(const gw_args *args) {
    for (int i = 0; i < gw_n_commands && args->n_words > 0; i++) {
        if (strcmp(gw_commands[i].name, args->words[0]) == 0) {
            gw_help_print(&gw_commands[i]);
            return GW_EXIT_OK;
        }
    }
    if (args->n_words > 0) {
        fprintf(stderr, "gigawatt: `%s` is not a command\n    hint: `gigawatt help` lists them\n",
                args->words[0]);
        return GW_EXIT_INPUT;
    }
    gw_help_print(NULL);
    return GW_EXIT_OK;
}

int gw_cmd_version(const gw_args *args) {
    (void)args;
    printf("gigawatt %s\n", gw_version());
    return GW_EXIT_OK;
}

/* cli/main.c: reads the arguments by the tables and calls the command. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"
#include "gigawatt/gigawatt.h"

static int bad_usage(const char *hint, const char *fmt, ...) GW_PRINTF(2, 3);
static int bad_usage(const char *hint, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    fprintf(stderr, "gigawatt: ");
    vfprintf(stderr, fmt, args);
    fprintf(stderr, "\n    hint: %s\n", hint);
    va_end(args);
    return GW_EXIT_INPUT;
}

static const gw_command *find_command(const char *name) {
    for (int i = 0; i < gw_n_commands; i++) {
        if (strcmp(gw_commands[i].name, name) == 0) {
            return &gw_commands[i];
        }
    }
    return NULL;
}

static int unknown_command(const char *name) {
    const char *names[GW_CLI_MAX];
    char hint[120];
    for (int i = 0; i < gw_n_commands; i++) {
        names[i] = gw_commands[i].name;
    }
    const char *near = gw_text_nearest(name, names, (size_t)gw_n_commands);
    if (near != NULL) {
        snprintf(hint, sizeof hint, "did you mean `gigawatt %s`?", near);
    } else {
        snprintf(hint, sizeof hint, "`gigawatt help` lists the commands");
    }
    return bad_usage(hint, "`%s` is not a command", name);
}

/* The option that `arg` names, with its inline argument ("--seed=3") in *inline_text. */
static const gw_option *find_option(const gw_command *command, const char *arg,
                                    const char **inline_text) {
    bool is_long = arg[1] == '-';
    const char *name = arg + (is_long ? 2 : 1);
    const char *eq = is_long ? strchr(name, '=') : NULL;
    size_t n = eq != NULL ? (size_t)(eq - name) : strlen(name);
    *inline_text = eq != NULL ? eq + 1 : NULL;
    for (int i = 0; i < gw_n_options; i++) {
        const gw_option *o = &gw_options[i];
        bool same =
            is_long ? strlen(o->name) == n && strncmp(o->name, name, n) == 0 : o->letter == name[0];
        if (same && gw_option_applies(o, command)) {
            if (!is_long && name[1] != '\0') {
                *inline_text = name + 1;
            }
            return o;
        }
    }
    return NULL;
}

static int unknown_option(const gw_command *command, const char *arg) {
    const char *names[64];
    char hint[160];
    int n = 0;
    for (int i = 0; i < gw_n_options; i++) {
        if (gw_option_applies(&gw_options[i], command)) {
            names[n++] = gw_options[i].name;
        }
    }
    const char *near = gw_text_nearest(arg + strspn(arg, "-"), names, (size_t)n);
    if (near != NULL) {
        snprintf(hint, sizeof hint, "did you mean --%s?", near);
    } else {
        snprintf(hint, sizeof hint, "`gigawatt help %s` lists its options", command->name);
    }
    return bad_usage(hint, "`%s` is not an option of `%s`", arg, command->name);
}

static int parse_arguments(const gw_command *command, int argc, char **argv, gw_args *args) {
    bool only_words = false;
    for (int i = 0; i < argc; i++) {
        const char *arg = argv[i];
        if (only_words || arg[0] != '-' || arg[1] == '\0') {
            if (args->n_words == GW_CLI_MAX) {
                return bad_usage("use several calls", "more than %d arguments", GW_CLI_MAX);
            }
            args->words[args->n_words++] = arg;
            continue;
        }
        if (strcmp(arg, "--") == 0) {
            only_words = true;
            continue;
        }
        if (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0) {
            gw_help_print(command);
            return -1;
        }
        const char *text = NULL;
        const gw_option *option = find_option(command, arg, &text);
        if (option == NULL) {
            return unknown_option(command, arg);
        }
        if (option->argument == NULL && text != NULL) {
            return bad_usage("remove it", "--%s takes no argument", option->name);
        }
        if (option->argument != NULL && text == NULL) {
            if (i + 1 == argc) {
                return bad_usage(option->doc, "--%s needs %s", option->name, option->argument);
            }
            text = argv[++i];
        }
        const char *wrong = option->store(args, text);
        if (wrong != NULL) {
            return bad_usage(option->doc, "--%s %s", option->name, wrong);
        }
    }
    return GW_EXIT_OK;
}

int main(int argc, char **argv) {
    gw_args args = {.n_samples = 1000, .seed = 1, .rate = GW_NAN, .reinvest_rate = GW_NAN};
    args.colour = isatty(STDERR_FILENO) != 0 && getenv("NO_COLOR") == NULL;
    if (argc < 2) {
        gw_help_print(NULL);
        return GW_EXIT_INPUT;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        name = "help";
    } else if (strcmp(name, "--version") == 0) {
        name = "version";
    }
    const gw_command *command = find_command(name);
    if (command == NULL) {
        return unknown_command(name);
    }
    int code = parse_arguments(command, argc - 2, argv + 2, &args);
    if (code != GW_EXIT_OK) {
        return code < 0 ? GW_EXIT_OK : code;
    }
    if (args.n_words < command->min_words) {
        char hint[96];
        snprintf(hint, sizeof hint, "`gigawatt %.40s --help` shows what it takes", command->name);
        return bad_usage(hint, "`%s` needs %s", command->name, command->usage);
    }
    if (args.n_words > command->max_words) {
        return bad_usage(
            "`gigawatt help` shows what each command takes; quote a value that holds blanks",
            "`%s` is one argument too many for `%s`", args.words[command->max_words],
            command->name);
    }
    int status = command->run(&args);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "gigawatt: standard output could not be written\n");
        return GW_EXIT_FAILED;
    }
    return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audioctl: what a person at a terminal asks of audioserver. */
#include "args.h"

#include <stdio.h>
#include <string.h>

/* getopt begins its messages with argv[0]. */
static int run_itself(const struct command *command, int argc, char **argv)
{
    char shown[64];

    snprintf(shown, sizeof shown, "audioctl %s", command->name);
    argv[0] = shown;
    return command->run_itself(argc, argv);
}

/* The command at argv[0], after the options in `args`. */
static int run(struct args *args, int argc, char **argv)
{
    int taken;

    if (command_is_family(argv[0]) &&
        (args->help || (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))))) {
        help_family(stdout, argv[0]);
        return printed(DONE);
    }
    args->command = command_find(argc, argv, &taken);
    if (!args->command)
        return MISUSED;
    if (args->command->run_itself && !args->help)
        return run_itself(args->command, argc, argv);
    if (!args_read(args, argc - taken, argv + taken))
        return MISUSED;
    if (!args->help)
        return args->command->run(args);
    help_command(stdout, args->command);
    return printed(DONE);
}

/* --man is for the build: the page as it is in conf/man. */
static bool wants_man(int argc, char **argv)
{
    return argc == 2 && strcmp(argv[1], "--man") == 0;
}

int main(int argc, char **argv)
{
    struct args args = { 0 };
    int first;

    if (wants_man(argc, argv)) {
        man_print(stdout);
        return printed(DONE);
    }
    first = args_before(&args, argc, argv);
    if (first < 0)
        return MISUSED;
    if (args.version)
        puts("audioctl " VERSION);
    else if (first < argc)
        return run(&args, argc - first, argv + first);
    else
        help_all(args.help ? stdout : stderr);
    return printed(args.help || args.version ? DONE : MISUSED);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "args.h"

#include "number.h"
#include "spelling.h"

#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MAX_S = 600 };

const struct flag asking_flags[] = { { "socket", 0, "PATH",
                                       "the daemon's socket; default $AUDIOSERVER_SOCKET, else "
                                       "/run/audioserver/control.sock" },
                                     { "timeout", 0, "SECONDS",
                                       "how long to wait for an answer; default 5" },
                                     { NULL, 0, NULL, NULL } };
const struct flag json_flag = { "json", 0, NULL, "print the answer as JSON, in one line" };
static const struct flag help_flag = { "help", 'h', NULL, "" };
static const struct flag version_flag = { "version", 'V', NULL, "" };

bool command_prints(const struct command *command)
{
    return command->asks || command->prints_json;
}

static bool is_option(const char *text)
{
    return text[0] == '-' && text[1] && text[1] != '.' && (text[1] < '0' || text[1] > '9');
}

/* Whether `text` ("-n", "--name", "--name=value") is this one. */
static bool is_flag(const struct flag *flag, const char *text)
{
    size_t length = strcspn(text, "=");

    if (text[1] != '-')
        return flag->letter && text[1] == flag->letter && !text[2];
    return strlen(flag->name) + 2 == length && strncmp(text + 2, flag->name, length - 2) == 0;
}

static const struct flag *find_in(const struct flag *flags, const char *text)
{
    for (; flags && flags->name; flags++)
        if (is_flag(flags, text))
            return flags;
    return NULL;
}

/* Before the command it may be any command's. */
static const struct flag *find(const struct command *command, const char *text)
{
    const struct flag *found = NULL;

    if (is_flag(&help_flag, text))
        return &help_flag;
    if (!command && is_flag(&version_flag, text))
        return &version_flag;
    if ((!command || command_prints(command)) && is_flag(&json_flag, text))
        return &json_flag;
    if (!command || command->asks)
        found = find_in(asking_flags, text);
    return found || !command ? found : find_in(command->flags, text);
}

static void keep_nearest(const struct flag *flags, const char *name, const char **nearest)
{
    for (; flags && flags->name; flags++)
        if (spelling_is_near(name, flags->name))
            *nearest = flags->name;
}

static void complain_of(const struct command *command, const char *text)
{
    const char *nearest = NULL, *space = command ? " " : "", *name = command ? command->name : "";

    if (text[1] == '-') {
        keep_nearest(command ? command->flags : NULL, text + 2, &nearest);
        keep_nearest(command && !command->asks ? NULL : asking_flags, text + 2, &nearest);
    }
    if (nearest)
        complain("there is no option %s; did you mean --%s?", text, nearest);
    else
        complain("there is no option %s; try 'audioctl%s%s --help'", text, space, name);
}

static bool take_timeout(struct args *args, const char *text)
{
    bool whole;

    if (number_read(text, &args->timeout_s, &whole) && args->timeout_s > 0 &&
        args->timeout_s <= TIMEOUT_MAX_S)
        return true;
    complain("--timeout: \"%s\" is no number of seconds; allowed: more than 0, %d at most", text,
             TIMEOUT_MAX_S);
    return false;
}

static bool take(struct args *args, const struct flag *flag, const char *value)
{
    if (flag == &help_flag)
        return args->help = true;
    if (flag == &version_flag)
        return args->version = true;
    if (flag == &json_flag)
        return args->json = true;
    if (flag == &asking_flags[0]) {
        args->socket = value;
        return true;
    }
    if (flag == &asking_flags[1])
        return take_timeout(args, value);
    args->given[flag - args->command->flags] = value;
    return true;
}

/* The option at argv[0], and its value if it has one; how many of argv that took, 0 on a fault. */
static int take_option(struct args *args, int argc, char **argv)
{
    const struct flag *flag = find(args->command, argv[0]);
    const char *equals = strchr(argv[0], '=');

    if (!flag) {
        complain_of(args->command, argv[0]);
        return 0;
    }
    if (!flag->value && equals) {
        complain("--%s takes no value", flag->name);
        return 0;
    }
    if (flag->value && !equals && argc < 2) {
        complain("--%s wants %s", flag->name, flag->value);
        return 0;
    }
    if (!take(args, flag, !flag->value ? "" : equals ? equals + 1 : argv[1]))
        return 0;
    return flag->value && !equals ? 2 : 1;
}

int args_before(struct args *args, int argc, char **argv)
{
    int i = 1, taken;

    args->timeout_s = 5;
    for (; i < argc && is_option(argv[i]); i += taken) {
        taken = take_option(args, argc - i, argv + i);
        if (!taken)
            return -1;
    }
    return i;
}

static bool count_fits(const struct args *args)
{
    const struct command *command = args->command;

    if (args->count < command->min) {
        complain("%s wants %s; try 'audioctl %s --help'", command->name, command->shape,
                 command->name);
        return false;
    }
    if (command->max >= 0 && args->count > command->max) {
        complain("unexpected argument \"%s\"; try 'audioctl %s --help'", args->word[command->max],
                 command->name);
        return false;
    }
    return true;
}

bool args_read(struct args *args, int argc, char **argv)
{
    bool options = true;
    int taken;

    args->word = argv;
    for (int i = 0; i < argc; i += taken) {
        taken = 1;
        if (options && strcmp(argv[i], "--") == 0)
            options = false;
        else if (!options || !is_option(argv[i]))
            args->word[args->count++] = argv[i];
        else if (!(taken = take_option(args, argc - i, argv + i)))
            return false;
    }
    return args->help || count_fits(args);
}

const char *args_value(const struct args *args, const char *flag)
{
    const struct flag *flags = args->command->flags;

    for (int i = 0; flags && flags[i].name; i++)
        if (strcmp(flags[i].name, flag) == 0)
            return args->given[i];
    return NULL;
}

const char *args_word(const struct args *args, int place)
{
    return place < args->count ? args->word[place] : NULL;
}

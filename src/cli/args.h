/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arguments of a command: words and options, in any order. */
#ifndef ARGS_H
#define ARGS_H

#include "command.h"

enum { ARGS_FLAGS = 8 };

struct args {
    const struct command *command;
    const char *given[ARGS_FLAGS]; /* by the place in command->flags; "" where no value follows */
    const char *socket;            /* NULL: not given */
    double timeout_s;
    bool json, help, version;
    int count;
    char **word; /* points into argv, which is put in order */
};

/*
 * Reads the options before the command: the first word that is none. Returns its place in argv
 * (argc if there is no word), or -1 after a complaint.
 */
int args_before(struct args *args, int argc, char **argv);

/* Reads the rest for args->command, and checks the number of words (not with --help). False after a
 * complaint. What begins like a negative number is a word. */
bool args_read(struct args *args, int argc, char **argv);

/* The value of an option of the command's own, "" if none follows it; NULL: not given. */
const char *args_value(const struct args *args, const char *flag);

/* The word at a place, from 0; NULL: there are fewer. */
const char *args_word(const struct args *args, int place);

#endif

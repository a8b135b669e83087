/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of commands: the one source of what audioctl can do, of its help, its manual page and
 * its completion. A name of two words ("preset load") is a command of a family.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include "cli.h"

#include <getopt.h>
#include <stdio.h>

struct args;

struct flag {
    const char *name;  /* without dashes; NULL after the last */
    char letter;       /* 0: has none */
    const char *value; /* what follows it, as help shows it; NULL: nothing */
    const char *help;
};

/* What completion offers for a command's words. */
enum completion { WORDS_NONE, WORDS_PATHS, WORDS_PRESETS, WORDS_STAGES, WORDS_FILES };

struct command {
    const char *name;
    const char *shape;        /* its words, as help shows them */
    const char *line;         /* help in a line */
    const char *examples;     /* lines, ready to print */
    const char *more;         /* a paragraph or several; NULL: nothing more to say */
    const struct flag *flags; /* of its own; NULL: none */
    int min, max;             /* words; max < 0: any number */
    bool asks;                /* the daemon: --socket, --timeout and --json are its flags, too */
    bool prints_json;         /* --json although it asks nobody */
    enum completion completes;
    const char *also; /* fixed words that completion offers besides; NULL: none */
    int (*run)(const struct args *args);
    /* Instead of run: reads its own arguments, and has a text of help. */
    int (*run_itself)(int argc, char **argv);
    const char *own_help;
    const struct option *own_options;
};

extern const struct command commands[];
extern const int command_count;

/* The flags of every command that asks the daemon. */
extern const struct flag asking_flags[];
extern const struct flag json_flag;

/* Whether a command has --json. */
bool command_prints(const struct command *command);

/* Finds the command in the first one or two of `count` words, and how many it took. NULL: there is
 * none, and that has been complained of. */
const struct command *command_find(int count, char **words, int *taken);

/* Whether some command is called "FAMILY ...". */
bool command_is_family(const char *family);

/* Help: of audioctl; of a command; of the commands of a family. */
void help_all(FILE *out);
void help_command(FILE *out, const struct command *command);
void help_family(FILE *out, const char *family);

void man_print(FILE *out);
void completion_print(FILE *out);

#endif

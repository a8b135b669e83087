/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audioctl: what a person at a terminal asks of audioserver. */
#include "cli.h"

#include "spelling.h"

#include <stdio.h>
#include <string.h>

static const char usage[] =
    "Examples:\n"
    "  audioctl render song.wav heard.wav --preset my.ini    what the headset would play\n"
    "  audioctl render song.wav heard.flac --set compressor.on=yes --plot sound.svg\n"
    "  audioctl render voice.wav talk.wav --mic --preset my.ini\n"
    "  audioctl render --plot curves.png --preset my.ini     the curves alone\n"
    "  audioctl params                                       all parameters, explained\n"
    "  audioctl params crossfeed\n"
    "\n"
    "  render IN OUT    a file through the daemon's sound, bit for bit, without the daemon\n"
    "  params [PATTERN] parameters: name, what is allowed, default, meaning\n"
    "\n"
    "  -V, --version\n"
    "  -h, --help       also: audioctl render --help\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 wrong arguments or settings.\n";

static const struct command {
    const char *name, *shown; /* getopt begins its messages with argv[0] */
    int (*run)(int argc, char **argv);
} commands[] = { { "render", "audioctl render", cli_render },
                 { "params", "audioctl params", cli_params } };

enum { COMMANDS = sizeof commands / sizeof *commands };

static int unknown(const char *name)
{
    for (int i = 0; i < COMMANDS; i++) {
        if (spelling_is_near(name, commands[i].name)) {
            complain("there is no command \"%s\"; did you mean \"%s\"?", name, commands[i].name);
            return MISUSED;
        }
    }
    complain("there is no command \"%s\"; try 'audioctl --help'", name);
    return MISUSED;
}

int main(int argc, char **argv)
{
    char shown[32];

    if (argc < 2) {
        fputs(usage, stderr);
        return MISUSED;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        fputs(usage, stdout);
        return DONE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        puts("audioctl " VERSION);
        return DONE;
    }
    for (int i = 0; i < COMMANDS; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            snprintf(shown, sizeof shown, "%s", commands[i].shown);
            argv[1] = shown;
            return commands[i].run(argc - 1, argv + 1);
        }
    }
    return unknown(argv[1]);
}

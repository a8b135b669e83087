/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The daemon: its arguments. */
#include "card.h"
#include "config.h"
#include "house.h"
#include "log.h"
#include "rt.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef VERSION
#define VERSION "unknown"
#endif

static const char usage[] =
    "Examples:\n"
    "  audioserver                          as the settings say\n"
    "  audioserver --live                   the same, with a status screen\n"
    "  audioserver --config my.ini --live\n"
    "  audioserver --check-config my.ini    what is wrong in a settings file\n"
    "  audioserver --print-config > my.ini  all settings, explained\n"
    "\n"
    "The box between analog gear (JACK, HiFiBerry) and a USB headset, both ways.\n"
    "\n"
    "  -c, --config FILE         settings; default /etc/audioserver/audioserver.ini\n"
    "  -s, --server NAME         JACK server; default as the settings say\n"
    "      --socket PATH         of the control protocol; default as the settings say\n"
    "  -l, --live                status on standard output, a summary at the end\n"
    "      --check-config FILE   print the errors; exit status 0 or 78\n"
    "      --print-config        print the default settings file\n"
    "  -v, --verbose             debug lines\n"
    "  -V, --version\n"
    "  -h, --help\n"
    "\n"
    "Signals: HUP reads the settings again, TERM and INT end it with a fade.\n"
    "Exit status: 0 ended, 1 failed, 2 wrong arguments, 78 wrong settings (--check-config).\n";

static int parse(int argc, char **argv, struct house_options *options)
{
    enum { CHECK = 256, PRINT, SOCKET };
    static const struct option list[] = { { "config", required_argument, NULL, 'c' },
                                          { "server", required_argument, NULL, 's' },
                                          { "socket", required_argument, NULL, SOCKET },
                                          { "live", no_argument, NULL, 'l' },
                                          { "check-config", required_argument, NULL, CHECK },
                                          { "print-config", no_argument, NULL, PRINT },
                                          { "verbose", no_argument, NULL, 'v' },
                                          { "version", no_argument, NULL, 'V' },
                                          { "help", no_argument, NULL, 'h' },
                                          { 0 } };
    int option;

    while ((option = getopt_long(argc, argv, "c:s:lvVh", list, NULL)) != -1) {
        switch (option) {
        case 'c':
            options->config = optarg;
            break;
        case 's':
            options->server = optarg;
            break;
        case SOCKET:
            options->socket = optarg;
            break;
        case 'l':
            options->live = true;
            break;
        case 'v':
            log_level(LOG_DEBUG);
            break;
        case CHECK:
            return check_config(optarg, stdout);
        case PRINT:
            settings_print(stdout);
            return ferror(stdout) || fflush(stdout) ? 1 : 0;
        case 'V':
            puts("audioserver " VERSION);
            return 0;
        case 'h':
            fputs(usage, stdout);
            return 0;
        default:
            fputs("Try 'audioserver --help'.\n", stderr);
            return 2;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "audioserver: unexpected argument \"%s\"; try 'audioserver --help'\n",
                argv[optind]);
        return 2;
    }
    return -1;
}

int main(int argc, char **argv)
{
    struct house_options options = { 0 };
    int done = parse(argc, argv, &options);

    if (done >= 0)
        return done;
    if (options.server && (!*options.server || strlen(options.server) >= SETTINGS_SERVER_BYTES)) {
        fprintf(stderr, "audioserver: --server wants a name of 1 to %d characters\n",
                SETTINGS_SERVER_BYTES - 1);
        return 2;
    }
    rt_guard_find();
    card_library_log();
    options.terminal = isatty(STDOUT_FILENO);
    return house_run(&options);
}

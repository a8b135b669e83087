/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The daemon: reads its arguments and settings, starts the engine, and waits for signals. */
#define _GNU_SOURCE
#include "card.h"
#include "config.h"
#include "engine.h"
#include "log.h"
#include "param.h"
#include "preset.h"
#include "rt.h"
#include "status.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#ifndef VERSION
#define VERSION "unknown"
#endif

static const char default_config[] = "/etc/audioserver/audioserver.ini";

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
    "  -l, --live                status on standard output, a summary at the end\n"
    "      --check-config FILE   print the errors; exit status 0 or 78\n"
    "      --print-config        print the default settings file\n"
    "  -v, --verbose             debug lines\n"
    "  -V, --version\n"
    "  -h, --help\n"
    "\n"
    "Signals: HUP reads the settings again, TERM and INT end it with a fade.\n"
    "Exit status: 0 ended, 1 failed, 2 wrong arguments, 78 wrong settings (--check-config).\n";

struct options {
    const char *config;
    const char *server;
    bool live, verbose;
};

struct daemon {
    struct options options;
    struct settings settings;
    struct config_errors errors;
    struct params params;
    struct preset_faults preset_faults;
    struct engine *engine;
    sd_event *event;
    bool terminal;
    unsigned ticks;                    /* of the timer, four a second */
    struct machine machine;            /* how it was when last looked at */
    char states[SETTINGS_BRIDGES + 2]; /* as last told to systemd */
    double told_s;
};

/* --- settings
 * ---------------------------------------------------------------------------------------- */

static void load_settings(struct daemon *daemon, const struct settings *last_good)
{
    const char *path = daemon->options.config ? daemon->options.config : default_config;

    if (!daemon->options.config && access(path, F_OK) != 0) {
        settings_defaults(&daemon->settings); /* nothing installed: nothing to complain about */
        return;
    }
    settings_load(&daemon->settings, path, last_good, &daemon->errors);
    for (int i = 0; i < daemon->errors.count; i++)
        log_event(LOG_WARNING, "settings", "%s", daemon->errors.error[i].text);
    if (daemon->errors.more)
        log_line(LOG_WARNING, "settings", "and %d more errors", daemon->errors.more);
}

/* The preset that the settings name. Read again, what is at fault keeps its value; another one
 * begins from the defaults. */
static void load_preset(struct daemon *daemon, const char *last_path)
{
    const char *path = daemon->settings.sound.preset;
    struct preset_faults *faults = &daemon->preset_faults;
    struct params last_good = daemon->params;

    memset(faults, 0, sizeof *faults);
    if (!*path)
        params_defaults(&daemon->params);
    else
        preset_load(&daemon->params, path,
                    last_path && strcmp(last_path, path) == 0 ? &last_good : NULL, faults);
    for (int i = 0; i < faults->count; i++)
        log_event(LOG_WARNING, "preset", "%s", faults->text[i]);
    if (faults->more)
        log_line(LOG_WARNING, "preset", "and %d more errors", faults->more);
}

static void apply_server_option(struct daemon *daemon)
{
    if (daemon->options.server)
        snprintf(daemon->settings.jack.server, sizeof daemon->settings.jack.server, "%s",
                 daemon->options.server);
}

static void reload(struct daemon *daemon)
{
    struct settings last_good = daemon->settings;

    sd_notify(0, "RELOADING=1");
    load_settings(daemon, &last_good);
    apply_server_option(daemon);
    load_preset(daemon, last_good.sound.preset);
    engine_configure(daemon->engine, &daemon->settings, &daemon->params);
    log_event(LOG_NOTICE, "settings",
              daemon->errors.count || daemon->preset_faults.count ? "read again, with errors"
                                                                  : "read again");
    sd_notify(0, "READY=1");
}

/* --- status
 * ------------------------------------------------------------------------------------------ */

static void look(struct daemon *daemon, struct status *status, bool machine)
{
    engine_report(daemon->engine, &status->engine);
    memcpy(status->server, daemon->settings.jack.server, sizeof status->server);
    status->config_errors = daemon->errors.count + daemon->errors.more +
                            daemon->preset_faults.count + daemon->preset_faults.more;
    if (daemon->errors.count)
        memcpy(status->config_error, daemon->errors.error[0].text, sizeof status->config_error);
    else
        memcpy(status->config_error, daemon->preset_faults.text[0], sizeof status->config_error);
    if (machine)
        status_machine(&daemon->machine);
    status->machine = daemon->machine;
}

/* systemd hears of a change at once, of numbers every five seconds. */
static void tell_systemd(struct daemon *daemon, const struct status *status)
{
    char sentence[768], states[SETTINGS_BRIDGES + 2] = { (char)('0' + status->engine.state) };

    for (int i = 0; i < status->engine.bridge_count; i++)
        states[i + 1] = (char)('0' + status->engine.bridge[i].state);
    if (strcmp(states, daemon->states) == 0 && status->machine.up_s - daemon->told_s < 5)
        return;
    memcpy(daemon->states, states, sizeof states);
    daemon->told_s = status->machine.up_s;
    status_sentence(status, sentence, sizeof sentence);
    sd_notifyf(0, "STATUS=%s", sentence);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *context)
{
    struct daemon *daemon = context;
    struct status status = { 0 };
    bool line = daemon->ticks++ % 8 == 0;

    look(daemon, &status, daemon->terminal || line);
    tell_systemd(daemon, &status);
    if (daemon->options.live && daemon->terminal) {
        engine_spectrum(daemon->engine, status.spectrum_db);
        status_screen(&status, stdout, true);
    } else if (daemon->options.live && line)
        status_line(&status, stdout);
    log_flush(false);
    sd_event_source_set_time(source, usec + 250000);
    return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int on_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *context)
{
    struct daemon *daemon = context;

    (void)source;
    if (info->ssi_signo == SIGHUP) {
        reload(daemon);
        return 0;
    }
    return sd_event_exit(daemon->event, 0);
}

/* --- life
 * -------------------------------------------------------------------------------------------- */

static int watch(struct daemon *daemon)
{
    static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
    uint64_t now;
    int error = sd_event_default(&daemon->event);

    for (size_t i = 0; error >= 0 && i < sizeof signals / sizeof *signals; i++)
        error = sd_event_add_signal(daemon->event, NULL, signals[i], on_signal, daemon);
    if (error >= 0)
        error = sd_event_now(daemon->event, CLOCK_MONOTONIC, &now);
    if (error >= 0)
        error = sd_event_add_time(daemon->event, NULL, CLOCK_MONOTONIC, now + 500000, 10000,
                                  on_timer, daemon);
    return error;
}

/* Threads inherit the mask: signals come to the main loop only. */
static void block_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static int run(struct daemon *daemon)
{
    struct status status = { 0 };
    bool clean;
    int error;

    block_signals();
    load_settings(daemon, NULL);
    apply_server_option(daemon);
    load_preset(daemon, NULL);
    error = watch(daemon);
    if (error < 0) {
        log_line(LOG_ERROR, "main", "no event loop: %s", strerror(-error));
        return 1;
    }
    daemon->engine = engine_create(&daemon->settings, &daemon->params);
    if (!daemon->engine) {
        log_line(LOG_ERROR, "main", "cannot start: %s", strerror(errno));
        return 1;
    }
    sd_notify(0, "READY=1\nSTATUS=in control");
    if (daemon->options.live && daemon->terminal)
        fprintf(stdout, "\033[2J");
    error = sd_event_loop(daemon->event);
    sd_notify(0, "STOPPING=1");
    look(daemon, &status, true);
    clean = engine_destroy(daemon->engine);
    if (daemon->options.live)
        status_summary(&status, stdout);
    log_flush(true);
    if (!clean)
        _exit(error < 0); /* a thread hangs in a library: its exit handlers would, too */
    sd_event_unref(daemon->event);
    return error < 0;
}

static int parse(int argc, char **argv, struct options *options)
{
    enum { CHECK = 256, PRINT };
    static const struct option list[] = { { "config", required_argument, NULL, 'c' },
                                          { "server", required_argument, NULL, 's' },
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
        case 'l':
            options->live = true;
            break;
        case 'v':
            options->verbose = true;
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
    static struct daemon daemon; /* large: the errors */
    int done = parse(argc, argv, &daemon.options);

    if (done >= 0)
        return done;
    if (daemon.options.server &&
        (!*daemon.options.server || strlen(daemon.options.server) >= SETTINGS_SERVER_BYTES)) {
        fprintf(stderr, "audioserver: --server wants a name of 1 to %d characters\n",
                SETTINGS_SERVER_BYTES - 1);
        return 2;
    }
    if (daemon.options.verbose)
        log_level(LOG_DEBUG);
    rt_guard_find();
    card_library_log();
    daemon.terminal = isatty(STDOUT_FILENO);
    return run(&daemon);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "house.h"

#include "config.h"
#include "control.h"
#include "engine.h"
#include "keeper.h"
#include "log.h"
#include "server.h"
#include "sound.h"
#include "status.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <unistd.h>

static const char default_config[] = "/etc/audioserver/audioserver.ini";
static const uint64_t tick_usec = 250000;

struct house {
    struct house_options options;
    struct settings settings;
    struct config_errors errors;
    struct sound sound;
    struct keeper keeper;
    struct control control;
    struct control_peer screen; /* the status screen reads meters, too */
    struct engine *engine;
    struct server *server;
    sd_event *event;
    sd_event_source *play;             /* once, when something has changed */
    unsigned ticks;                    /* of the timer, four a second */
    struct machine machine;            /* how it was when last looked at */
    char states[SETTINGS_BRIDGES + 2]; /* as last told to systemd */
    double told_s;
};

/* --- settings -----------------------------------------------------------------------------------
 */

static void load_settings(struct house *house, const struct settings *last_good)
{
    const char *path = house->options.config ? house->options.config : default_config;

    if (!house->options.config && access(path, F_OK) != 0) {
        settings_defaults(&house->settings); /* nothing installed: nothing to complain about */
    } else {
        settings_load(&house->settings, path, last_good, &house->errors);
        for (int i = 0; i < house->errors.count; i++)
            log_event(LOG_WARNING, "settings", "%s", house->errors.error[i].text);
        if (house->errors.more)
            log_line(LOG_WARNING, "settings", "and %d more errors", house->errors.more);
    }
    if (house->options.server)
        snprintf(house->settings.jack.server, sizeof house->settings.jack.server, "%s",
                 house->options.server);
    if (house->options.socket)
        snprintf(house->settings.control.socket, sizeof house->settings.control.socket, "%s",
                 house->options.socket);
}

/* SIGHUP: the settings, another preset to begin with, and the files of those in use. */
static void reload(struct house *house)
{
    struct settings last_good = house->settings;
    bool faults;

    sd_notify(0, "RELOADING=1");
    load_settings(house, &last_good);
    keeper_reload(&house->keeper, last_good.sound.preset);
    engine_configure(house->engine, &house->settings);
    faults = house->errors.count || house->sound.side[house->sound.heard].faults.count;
    log_event(LOG_NOTICE, "settings", faults ? "read again, with errors" : "read again");
    sd_notify(0, "READY=1");
}

/* --- changes of the sound -----------------------------------------------------------------------
 */

static void play(struct house *house)
{
    struct params params;
    double trim_db;

    sound_effective(&house->sound, &params, &trim_db);
    if (house->engine)
        engine_play(house->engine, &params, trim_db);
}

/* Once for all changes of a turn of the loop. */
static int on_play(sd_event_source *source, void *context)
{
    (void)source;
    play(context);
    return 0;
}

static void on_changed(void *context, const struct params *before, int what, const char *source)
{
    struct house *house = context;

    if (house->play)
        sd_event_source_set_enabled(house->play, SD_EVENT_ONESHOT);
    keeper_note(&house->keeper, true);
    if (!house->server || server_clients(house->server) == 0)
        return;
    if (what & SOUND_VALUES)
        server_tell(house->server, control_values_event(&house->sound, before, source));
    if (what & SOUND_STATE)
        server_tell(house->server, control_state_event(&house->sound, source));
}

/* --- status -------------------------------------------------------------------------------------
 */

static void look(struct house *house, struct status *status)
{
    const struct preset_faults *faults = &house->sound.side[house->sound.heard].faults;

    memset(status, 0, sizeof *status);
    engine_report(house->engine, &status->engine);
    memcpy(status->server, house->settings.jack.server, sizeof status->server);
    status->config_errors = house->errors.count + house->errors.more + faults->count + faults->more;
    if (house->errors.count)
        memcpy(status->config_error, house->errors.error[0].text, sizeof status->config_error);
    else if (faults->count)
        memcpy(status->config_error, faults->text[0], sizeof status->config_error);
    memcpy(status->storage, house->keeper.trouble, sizeof status->storage);
    status->saved_s = keeper_saved_s(&house->keeper);
    status->machine = house->machine;
}

/* systemd hears of a change at once, of numbers every five seconds. */
static void tell_systemd(struct house *house, const struct status *status)
{
    char sentence[768], states[SETTINGS_BRIDGES + 2] = { (char)('0' + status->engine.state) };

    for (int i = 0; i < status->engine.bridge_count; i++)
        states[i + 1] = (char)('0' + status->engine.bridge[i].state);
    if (strcmp(states, house->states) == 0 && status->machine.up_s - house->told_s < 5)
        return;
    if (strcmp(states, house->states) != 0)
        server_tell_status(house->server);
    memcpy(house->states, states, sizeof states);
    house->told_s = status->machine.up_s;
    status_sentence(status, sentence, sizeof sentence);
    sd_notifyf(0, "STATUS=%s", sentence);
}

static void take_meters(struct house *house, struct status *status)
{
    status->meters = house->control.now;
    memcpy(status->meters.peak, house->screen.meters.peak, sizeof status->meters.peak);
    memcpy(status->meters.reduction_db, house->screen.meters.reduction_db,
           sizeof status->meters.reduction_db);
    memset(&house->screen.meters, 0, sizeof house->screen.meters);
}

static void show(struct house *house, struct status *status, bool line)
{
    take_meters(house, status);
    if (house->options.terminal) {
        engine_spectrum(house->engine, status->spectrum_db);
        status_screen(status, stdout, true);
    } else if (line) {
        status_line(status, stdout);
    }
}

static int on_timer(sd_event_source *source, uint64_t usec, void *context)
{
    struct house *house = context;
    static struct status status;
    bool line = house->ticks++ % 8 == 0;

    if (house->options.terminal || line)
        status_machine(&house->machine);
    look(house, &status);
    tell_systemd(house, &status);
    control_measure(&house->control); /* loudness wants every frame, whoever asks for it */
    if (house->options.live)
        show(house, &status, line);
    if (line)
        keeper_note(&house->keeper, false);
    log_flush(false);
    sd_event_source_set_time(source, usec + tick_usec);
    return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int on_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *context)
{
    struct house *house = context;

    (void)source;
    if (info->ssi_signo == SIGHUP) {
        reload(house);
        return 0;
    }
    return sd_event_exit(house->event, 0);
}

/* --- what the control protocol asks of us -------------------------------------------------------
 */

static void host_status(void *context, struct status *status)
{
    look(context, status);
}

static void host_meters(void *context, struct engine_meters *meters)
{
    struct house *house = context;

    engine_meters(house->engine, meters);
}

static void host_clear(void *context)
{
    struct house *house = context;

    engine_clear(house->engine);
}

static bool host_coefs(void *context, struct chain_coefs *coefs, double *rate_hz)
{
    struct house *house = context;

    return engine_coefs(house->engine, coefs, rate_hz);
}

static const struct control_host host = { host_status, host_meters, host_clear, host_coefs };

/* A socket of systemd's, or our own. Without one the sound runs all the same. */
static void open_sockets(struct house *house)
{
    int count = sd_listen_fds(1), error = 0;

    for (int fd = SD_LISTEN_FDS_START; fd < SD_LISTEN_FDS_START + count; fd++)
        if (sd_is_socket_unix(fd, SOCK_STREAM, 1, NULL, 0) > 0)
            error = server_adopt(house->server, fd, CONTROL_FULL);
    if (count <= 0 && *house->settings.control.socket)
        error = server_listen(house->server, house->settings.control.socket, CONTROL_FULL);
    if (error)
        log_event(LOG_WARNING, "control", "no control socket at %s: %s",
                  house->settings.control.socket, strerror(-error));
}

/* --- life ---------------------------------------------------------------------------------------
 */

static int open_loop(struct house *house)
{
    static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
    int error = sd_event_default(&house->event);

    for (size_t i = 0; error >= 0 && i < sizeof signals / sizeof *signals; i++)
        error = sd_event_add_signal(house->event, NULL, signals[i], on_signal, house);
    if (error >= 0)
        error = sd_event_add_time_relative(house->event, NULL, CLOCK_MONOTONIC, 2 * tick_usec,
                                           10000, on_timer, house);
    if (error >= 0)
        error = sd_event_add_defer(house->event, &house->play, on_play, house);
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

/* All but the engine. False: errno says why. */
static bool begin(struct house *house)
{
    int error;

    block_signals();
    load_settings(house, NULL);
    sound_init(&house->sound);
    keeper_begin(&house->keeper, &house->sound, &house->settings);
    house->sound.changed = on_changed;
    house->sound.context = house;
    house->control.sound = &house->sound;
    house->control.library = house->keeper.library;
    house->control.host = &host;
    house->control.context = house;
    control_attach(&house->control, &house->screen);
    error = open_loop(house);
    if (error >= 0)
        error = keeper_watch(&house->keeper, house->event);
    if (error < 0) {
        errno = -error;
        return false;
    }
    house->server = server_create(house->event, &house->control);
    if (!house->server)
        return false;
    open_sockets(house);
    return true;
}

static int end(struct house *house, int error)
{
    static struct status status;
    bool clean;

    sd_notify(0, "STOPPING=1");
    status_machine(&house->machine);
    look(house, &status);
    control_measure(&house->control);
    take_meters(house, &status);
    clean = engine_destroy(house->engine);
    keeper_end(&house->keeper);
    if (house->options.live)
        status_summary(&status, stdout);
    server_destroy(house->server);
    log_flush(true);
    if (!clean)
        _exit(error < 0); /* a thread hangs in a library: its exit handlers would, too */
    sound_finish(&house->sound);
    sd_event_source_unref(house->play);
    sd_event_unref(house->event);
    return error < 0;
}

int house_run(const struct house_options *options)
{
    static struct house house; /* large: the errors, and two sides of a sound */
    struct params params;
    double trim_db;
    int error;

    house.options = *options;
    if (begin(&house)) {
        sound_effective(&house.sound, &params, &trim_db);
        house.engine = engine_create(&house.settings, &params);
    }
    if (!house.engine) {
        log_line(LOG_ERROR, "main", "cannot start: %s", strerror(errno));
        return 1;
    }
    play(&house);
    sd_notify(0, "READY=1\nSTATUS=in control");
    if (options->live && options->terminal)
        fprintf(stdout, "\033[2J");
    error = sd_event_loop(house.event);
    return end(&house, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "headset_control.h"
#include "headset_config.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct answer {
    char *text;
    size_t size;
};

struct command {
    const char *name;
    void (*run)(struct server *server, char **arguments, struct answer *answer);
};

static void run_plug(struct server *server, char **arguments, struct answer *answer)
{
    (void)arguments;
    if (server->plugged)
        snprintf(answer->text, answer->size, "error: plugged already");
    else
        server_plug(server);
}

static void run_unplug(struct server *server, char **arguments, struct answer *answer)
{
    (void)arguments;
    if (!server->plugged)
        snprintf(answer->text, answer->size, "error: not plugged");
    else
        server_unplug(server);
}

static void run_freeze(struct server *server, char **arguments, struct answer *answer)
{
    (void)arguments;
    (void)answer;
    atomic_store(&server->bus->frozen, true);
}

static void run_thaw(struct server *server, char **arguments, struct answer *answer)
{
    (void)arguments;
    (void)answer;
    atomic_store(&server->bus->frozen, false);
}

/* Stops what runs in the direction named, or in both. */
static void stop_streams(struct server *server, const char *direction, enum stream_state state,
                         struct answer *answer)
{
    static const uint64_t one = 1;
    unsigned stopped = 0;

    if (direction && strcmp(direction, "out") && strcmp(direction, "in")) {
        snprintf(answer->text, answer->size, "error: %s is neither out nor in", direction);
        return;
    }
    for (int d = 0; d < HEADSET_DIRECTIONS; d++) {
        struct session *session = &server->session[d];

        if (session->fd < 0 || (direction && strcmp(direction, d == HEADSET_OUT ? "out" : "in")))
            continue;
        if (!stream_stop(session->end.stream, state))
            continue;
        stopped++;
        if (write(session->end.event_fd, &one, sizeof one) < 0)
            perror("eventfd");
    }
    if (!stopped)
        snprintf(answer->text, answer->size, "error: no such stream runs");
}

static void run_xrun(struct server *server, char **arguments, struct answer *answer)
{
    stop_streams(server, arguments[0], STREAM_XRUN, answer);
}

static void run_suspend(struct server *server, char **arguments, struct answer *answer)
{
    stop_streams(server, arguments[0], STREAM_SUSPENDED, answer);
}

static bool parse_number(const char *word, double least, double most, double *value)
{
    char *end;

    if (!word)
        return false;
    *value = strtod(word, &end);
    return end != word && !*end && isfinite(*value) && *value >= least && *value <= most;
}

static void run_ppm(struct server *server, char **arguments, struct answer *answer)
{
    double ppm;

    if (parse_number(arguments[0], -100000, 100000, &ppm))
        atomic_store(&server->bus->wanted_ppm, ppm);
    else
        snprintf(answer->text, answer->size, "error: ppm needs a number, -100000 to 100000");
}

static void run_jitter(struct server *server, char **arguments, struct answer *answer)
{
    double usec;

    if (parse_number(arguments[0], 0, 100000, &usec))
        atomic_store(&server->bus->jitter_ns, (uint64_t)(usec * 1000));
    else
        snprintf(answer->text, answer->size, "error: jitter needs microseconds, 0 to 100000");
}

/* All of them or none. */
static void run_config(struct server *server, char **arguments, struct answer *answer)
{
    struct headset_offer trial[HEADSET_DIRECTIONS];
    char why[200];

    memcpy(trial, server->wanted, sizeof trial);
    for (; *arguments; arguments++) {
        char *value = strchr(*arguments, '=');

        if (value)
            *value++ = '\0';
        if (!value || !headset_config_set(trial, *arguments, value, why, sizeof why)) {
            snprintf(answer->text, answer->size, "error: %s",
                     value ? why : "config needs key=value");
            return;
        }
    }
    memcpy(server->wanted, trial, sizeof trial);
}

static const char *state_name(const struct session *session)
{
    static const char *const name[] = {
        [STREAM_SETUP] = "setup",         [STREAM_PREPARED] = "prepared",
        [STREAM_RUNNING] = "running",     [STREAM_XRUN] = "xrun",
        [STREAM_SUSPENDED] = "suspended", [STREAM_DISCONNECTED] = "disconnected",
    };

    return session->fd < 0 ? "closed" : name[word_state(stream_load(session->end.stream))];
}

static void run_status(struct server *server, char **arguments, struct answer *answer)
{
    struct bus *bus = server->bus;
    struct session *session = server->session;

    (void)arguments;
    snprintf(answer->text, answer->size,
             "{\"plugged\": %s, \"generation\": %u, \"frozen\": %s, \"open_streams\": %d"
             ", \"playback\": \"%s\", \"capture\": \"%s\", \"t0_ns\": %" PRIu64
             ", \"rate\": %u, \"ppm\": %.9g, \"frames\": %" PRIu64 ", \"frames_played\": %" PRIu64
             ", \"frames_captured\": %" PRIu64 ", \"underruns\": %" PRIu64
             ", \"overruns\": %" PRIu64 ", \"lost\": %" PRIu64 ", \"late_max_us\": %" PRIu64
             ", \"realtime\": %s}",
             server->plugged ? "true" : "false", server->generation,
             atomic_load(&bus->frozen) ? "true" : "false",
             (session[HEADSET_OUT].fd >= 0) + (session[HEADSET_IN].fd >= 0),
             state_name(&session[HEADSET_OUT]), state_name(&session[HEADSET_IN]), bus->t0_ns,
             bus->clock.rate_hz, atomic_load(&bus->wanted_ppm), atomic_load(&bus->frames),
             atomic_load(&bus->played_frames), atomic_load(&bus->captured_frames),
             atomic_load(&bus->underruns), atomic_load(&bus->overruns),
             atomic_load(&bus->lost_frames) +
                 (server->dropped_frames ? atomic_load(server->dropped_frames) : 0),
             atomic_load(&bus->late_max_ns) / 1000, bus->realtime ? "true" : "false");
}

static const struct command commands[] = {
    { "plug", run_plug },     { "unplug", run_unplug }, { "freeze", run_freeze },
    { "thaw", run_thaw },     { "xrun", run_xrun },     { "suspend", run_suspend },
    { "ppm", run_ppm },       { "jitter", run_jitter }, { "config", run_config },
    { "status", run_status },
};

void control_execute(struct server *server, char *line, char *text, size_t size)
{
    struct answer answer = { text, size };
    char *words[32] = { NULL }, *save = NULL;
    size_t n = 0;

    for (char *word = strtok_r(line, " \n", &save); word && n < 31;
         word = strtok_r(NULL, " \n", &save))
        words[n++] = word;
    for (size_t i = 0; n && i < sizeof commands / sizeof commands[0]; i++)
        if (!strcmp(words[0], commands[i].name)) {
            snprintf(text, size, "ok");
            commands[i].run(server, words + 1, &answer);
            return;
        }
    snprintf(text, size, "error: %s is no command", n ? words[0] : "nothing");
}

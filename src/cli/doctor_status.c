/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What doctor reads from the daemon's status and events. */
#include "doctor.h"
#include "happened.h"
#include "safe.h"
#include "words.h"

#include <math.h>
#include <string.h>

enum { EVENTS_SHOWN = 5, XRUNS_AN_HOUR = 6, LOAD_PERCENT = 70, HOT_C = 80 };

static void examine_self(struct findings *findings, const json_t *status)
{
    struct words up = { 0 };

    words_up(&up, safe_number(status, "up_s"));
    found(findings, "audioserver", "%s, up %s", safe_text(status, "version"), up.text);
    found(findings, "", "%s", safe_text(status, "sentence"));
    if (strcmp(safe_text(status, "version"), VERSION) != 0)
        found_wrong(findings,
                    "audioctl is %s and audioserver %s: after an update restart audioserver",
                    VERSION, safe_text(status, "version"));
}

/* In the first minutes a single one would count for many. */
static double xruns_an_hour(const json_t *status)
{
    double up_s = safe_number(status, "up_s");

    return 3600 * safe_number(json_object_get(status, "jack"), "xruns") / fmax(up_s, 600);
}

static void judge_jack(struct findings *findings, const json_t *jack, double an_hour)
{
    const json_t *realtime = json_object_get(jack, "realtime");

    if (strcmp(safe_text(jack, "state"), "running") != 0)
        found_wrong(findings, "JACK: %s",
                    *safe_text(jack, "reason") ? safe_text(jack, "reason")
                                               : safe_text(jack, "state"));
    else if (json_is_boolean(realtime) && !json_is_true(realtime))
        found_wrong(findings, "JACK has no realtime priority: jackd wants -R, and LimitRTPRIO");
    if (an_hour > XRUNS_AN_HOUR)
        found_wrong(findings, "%.1f xruns an hour: try a longer period", an_hour);
    if (safe_number(jack, "load_percent") > LOAD_PERCENT)
        found_wrong(findings, "JACK's load is %.0f %%: try a longer period",
                    safe_number(jack, "load_percent"));
}

static void examine_jack(struct findings *findings, const json_t *status)
{
    const json_t *jack = json_object_get(status, "jack");
    double an_hour = xruns_an_hour(status);
    struct words words = { 0 }, load = { 0 };

    words_jack(&words, jack);
    found(findings, "JACK", "%s", words.text);
    words_load(&load, status);
    words_number(&load, "%.1f xruns an hour", an_hour);
    found(findings, "", "%s", load.text);
    judge_jack(findings, jack, an_hour);
}

static void examine_bridge(struct findings *findings, const json_t *bridge)
{
    const char *name = safe_text(bridge, "name"), *state = safe_text(bridge, "state"),
               *reason = safe_text(bridge, "reason");
    struct words words = { 0 }, device = { 0 };

    words_add(&words, "%s, ", safe_text(bridge, "direction"));
    words_bridge(&words, bridge);
    found(findings, name, "%s", words.text);
    words_device(&device, bridge);
    found(findings, "", "%s", device.text);
    if (strcmp(state, "running") != 0 && strcmp(state, "off") != 0)
        found_wrong(findings, "%s is %s%s%s", name, state, *reason ? ": " : "", reason);
}

static void examine_faults(struct findings *findings, const json_t *faults)
{
    const json_t *fault;
    size_t i;

    if (!json_array_size(faults))
        found(findings, "faults", "none");
    json_array_foreach(faults, i, fault)
    {
        const char *text = json_is_string(fault) ? json_string_value(fault) : "?";

        found(findings, i ? "" : "faults", "%s", text);
        found_wrong(findings, "%s", text);
    }
}

static void examine_storage(struct findings *findings, const json_t *storage)
{
    const char *state = safe_text(storage, "state"), *message = safe_text(storage, "message");

    if (!*state)
        return;
    found(findings, "storage", "%s%s%s", state, *message ? ": " : "", message);
    if (strcmp(state, "ok") != 0)
        found_wrong(findings, "what is changed cannot be saved%s%s", *message ? ": " : "", message);
}

static void examine_temperature(struct findings *findings, const json_t *machine)
{
    struct words words = { 0 };
    double hot = safe_number(machine, "temperature_c");

    words_machine(&words, machine);
    if (isnan(hot))
        words_add(&words, "%stemperature unknown", words.length ? ", " : "");
    if (machine_throttled(machine) == THROTTLED_UNKNOWN)
        words_add(&words, ", throttling unknown");
    found(findings, "machine", "%s", words.text);
    if (hot >= HOT_C)
        found_wrong(findings, "%.0f °C: the processor is too hot", hot);
    if (machine_throttled(machine) > THROTTLED_NEVER)
        found_wrong(findings, "the processor %s throttled: look at the power supply and the heat",
                    machine_throttled(machine) == THROTTLED_NOW ? "is" : "was");
}

void examine_status(struct findings *findings, const json_t *status)
{
    const json_t *bridge;
    size_t i;

    examine_self(findings, status);
    examine_jack(findings, status);
    json_array_foreach(json_object_get(status, "bridges"), i, bridge)
        examine_bridge(findings, bridge);
    if (!i)
        found(findings, "bridges", "none");
    examine_faults(findings, json_object_get(status, "faults"));
    examine_storage(findings, json_object_get(status, "storage"));
    examine_temperature(findings, json_object_get(status, "machine"));
}

/* The last few that are grave. */
void examine_events(struct findings *findings, const json_t *answer)
{
    const json_t *events = json_object_get(answer, "events");
    size_t first = json_array_size(events), shown = 0;
    char text[2048];

    for (size_t grave = 0; first > 0 && grave < EVENTS_SHOWN; first--)
        grave += happened_is_grave(json_array_get(events, first - 1));
    for (size_t i = first; i < json_array_size(events); i++) {
        if (!happened_is_grave(json_array_get(events, i)))
            continue;
        happened_words(json_array_get(events, i), text, sizeof text);
        found(findings, shown++ ? "" : "events", "%s", text);
    }
    if (!shown)
        found(findings, "events", "no warnings");
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "words.h"

#include "safe.h"
#include "utf8.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void words_add(struct words *words, const char *format, ...)
{
    size_t room = sizeof words->text - words->length;
    va_list arguments;
    int more;

    va_start(arguments, format);
    more = vsnprintf(words->text + words->length, room, format, arguments);
    va_end(arguments);
    words->length += more < 0 ? 0 : (size_t)more < room ? (size_t)more : room - 1;
    utf8_sanitise(words->text); /* a character may be cut */
    words->length = strlen(words->text);
}

static void comma(struct words *words)
{
    if (words->length)
        words_add(words, ", ");
}

void words_number(struct words *words, const char *format, double number)
{
    char text[128];

    if (isnan(number))
        return;
    snprintf(text, sizeof text, format, number);
    comma(words);
    words_add(words, "%s", text);
}

void words_up(struct words *words, double up_s)
{
    long seconds = isnan(up_s) || up_s < 0 || up_s > 1e10 ? 0 : (long)up_s, days = seconds / 86400;

    if (days)
        words_add(words, "%ld day%s ", days, days == 1 ? "" : "s");
    words_add(words, "%ld:%02ld:%02ld", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
}

/* Its state, and why. */
static void state(struct words *words, const json_t *of)
{
    const char *now = safe_text(of, "state"), *reason = safe_text(of, "reason");

    words_add(words, "%s", *now ? now : "unknown");
    if (*reason)
        words_add(words, " (%s)", reason);
}

static bool is_running(const json_t *of)
{
    return strcmp(safe_text(of, "state"), "running") == 0;
}

void words_jack(struct words *words, const json_t *jack)
{
    const char *server = safe_text(jack, "server");
    double rate = safe_number(jack, "rate_hz"), period = safe_number(jack, "period");
    const json_t *realtime = json_object_get(jack, "realtime");

    state(words, jack);
    if (!is_running(jack))
        return;
    if (*server)
        words_add(words, ", \"%s\"", server);
    words_number(words, "%.0f Hz", rate);
    words_number(words, "period %.0f", period);
    if (period / rate > 0)
        words_add(words, " (%.1f ms)", 1e3 * period / rate);
    if (json_is_boolean(realtime))
        words_add(words, ", %s", json_is_true(realtime) ? "realtime" : "NOT realtime");
}

void words_load(struct words *words, const json_t *status)
{
    const json_t *jack = json_object_get(status, "jack"),
                 *callback = json_object_get(status, "callback");

    words_number(words, "load %.1f %%", safe_number(jack, "load_percent"));
    words_number(words, "xruns %.0f", safe_number(jack, "xruns"));
    words_number(words, "worst callback %.0f us", safe_number(callback, "worst_us"));
    words_number(words, "mean %.0f us", safe_number(callback, "mean_us"));
}

void words_bridge(struct words *words, const json_t *bridge)
{
    state(words, bridge);
    if (!is_running(bridge))
        return;
    words_number(words, "%.2f ms", safe_number(bridge, "latency_ms"));
    words_number(words, "%+.2f ppm", safe_number(bridge, "ppm"));
}

void words_device(struct words *words, const json_t *bridge)
{
    const char *device = safe_text(bridge, "device"), *format = safe_text(bridge, "format");

    words_add(words, "%s", device);
    if (safe_number(bridge, "rate_hz") > 0) {
        words_number(words, "%.0f Hz", safe_number(bridge, "rate_hz"));
        words_number(words, "%.0f ch", safe_number(bridge, "channels"));
        if (*format)
            words_add(words, ", %s", format);
    }
    words_number(words, "xruns %.0f", safe_number(bridge, "xruns"));
    words_number(words, "late %.0f", safe_number(bridge, "late"));
    words_number(words, "lost frames %.0f", safe_number(bridge, "lost_frames"));
    words_number(words, "opened %.0f", safe_number(bridge, "opens"));
}

/* The firmware's bits: the lower half is now, the upper one since the start. */
int machine_throttled(const json_t *machine)
{
    const json_t *throttled = json_object_get(machine, "throttled");
    double bits = safe_number(machine, "throttled");

    if (json_is_boolean(throttled))
        return json_is_true(throttled) ? THROTTLED_NOW : THROTTLED_NEVER;
    if (!(bits >= 0 && bits < 0x7fffffff))
        return THROTTLED_UNKNOWN;
    if ((long)bits & 0xffff)
        return THROTTLED_NOW;
    return bits > 0 ? THROTTLED_BEFORE : THROTTLED_NEVER;
}

void words_machine(struct words *words, const json_t *machine)
{
    static const char *const told[] = { [THROTTLED_NEVER] = "not throttled",
                                        [THROTTLED_BEFORE] = "was throttled",
                                        [THROTTLED_NOW] = "THROTTLED" };
    int throttled = machine_throttled(machine);

    words_number(words, "CPU %.1f %% of a core", safe_number(machine, "cpu_percent"));
    words_number(words, "memory %.1f MB", safe_number(machine, "memory_mb"));
    words_number(words, "%.0f threads", safe_number(machine, "threads"));
    words_number(words, "%.0f files", safe_number(machine, "files"));
    words_number(words, "%.1f\u00a0°C", safe_number(machine, "temperature_c"));
    words_number(words, "%.0f MHz", safe_number(machine, "clock_mhz"));
    if (throttled == THROTTLED_UNKNOWN)
        return;
    comma(words);
    words_add(words, "%s", told[throttled]);
}

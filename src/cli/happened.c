/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audioctl events. */
#include "happened.h"

#include "ask.h"
#include "control.h"
#include "safe.h"
#include "utf8.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { WARNING = 4, TIME_BYTES = 40 }; /* levels as syslog numbers them */

static const char *const levels[] = { "emergency", "alert",  "critical", "error",
                                      "warning",   "notice", "info",     "debug" };
enum { LEVELS = sizeof levels / sizeof *levels };

/* A number of syslog's, or its word. */
static int level_of(const json_t *event)
{
    double number = safe_number(event, "level");
    const char *word = safe_text(event, "level");
    int level = 0;

    if (number >= 0 && number < LEVELS)
        return (int)number;
    while (level < LEVELS && strcmp(word, levels[level]) != 0)
        level++;
    return level;
}

bool happened_is_grave(const json_t *event)
{
    return level_of(event) <= WARNING;
}

/* Seconds since 1970, or words already. */
static const char *time_of(const json_t *event, char text[TIME_BYTES])
{
    double seconds = safe_number(event, "time");
    time_t whole = (time_t)(seconds > 0 && seconds < 1e11 ? seconds : 0);
    struct tm tm;

    if (!whole || !localtime_r(&whole, &tm))
        snprintf(text, TIME_BYTES, "%.30s", safe_text(event, "time"));
    else
        strftime(text, TIME_BYTES, "%Y-%m-%d %H:%M:%S", &tm);
    return text;
}

void happened_words(const json_t *event, char *to, size_t size)
{
    char when[TIME_BYTES];
    int level = level_of(event);

    snprintf(to, size, "%s  %-7s  %s: %s", time_of(event, when),
             level < LEVELS ? levels[level] : safe_text(event, "level"), safe_text(event, "area"),
             safe_text(event, "text"));
    utf8_sanitise(to);
}

static void show(const json_t *answer)
{
    const json_t *event;
    char text[2048];
    size_t i;

    json_array_foreach(json_object_get(answer, "events"), i, event)
    {
        happened_words(event, text, sizeof text);
        puts(text);
    }
}

/* With --json in lines of their own: there is no end of them. */
static void show_json(const json_t *answer)
{
    const json_t *event;
    size_t i;

    json_array_foreach(json_object_get(answer, "events"), i, event)
    {
        safe_print_json(event);
    }
}

static double last_number(const json_t *answer, double before)
{
    const json_t *event;
    size_t i;

    json_array_foreach(json_object_get(answer, "events"), i, event)
    {
        before = fmax(before, safe_number(event, "number")); /* of a NAN and a number: the number */
    }
    return before;
}

/* Nobody tells of events: they are asked for each second. */
static int follow(const struct args *args, struct link *link)
{
    double after = 0;
    json_t *answer;
    int status;

    while ((status = ask_on(args, link,
                            json_pack("{s:s,s:I}", "do", "events", "after", (json_int_t)after),
                            &answer)) == DONE) {
        after = last_number(answer, after);
        (args->json ? show_json : show)(answer);
        json_decref(answer);
        status = printed(DONE);
        if (status != DONE)
            return status;
        nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
    }
    return status;
}

int control_events(const struct args *args)
{
    struct link link;
    int status;

    if (!args_value(args, "follow"))
        return ask_and_show(args, request("events"), show);
    status = ask_open(args, &link);
    if (status == DONE) {
        status = follow(args, &link);
        link_close(&link);
    }
    return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audioctl watch: what changes, as it changes. */
#include "ask.h"
#include "control.h"
#include "safe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void stamp(const json_t *event)
{
    char text[16] = "";
    time_t now = time(NULL);
    struct tm tm;

    if (localtime_r(&now, &tm))
        strftime(text, sizeof text, "%H:%M:%S", &tm);
    printf("%s  %-16s  ", text, safe_text(event, "source"));
}

/* A line for each value: so it can be searched. */
static void show_changed(const json_t *event)
{
    char text[SAFE_VALUE_BYTES];
    const char *path;
    json_t *value;

    json_object_foreach(json_object_get(event, "values"), path, value)
    {
        stamp(event);
        printf("%s=%s\n", path, safe_value(value, text));
    }
}

static void show_state(const json_t *event)
{
    char *bypassed = safe_list(json_object_get(event, "bypassed"), "nothing");
    size_t faults = json_array_size(json_object_get(event, "faults"));
    const char *preset = safe_text(event, "preset");

    stamp(event);
    printf("preset %s%s, bypassed: %s, side %s", *preset ? preset : "none",
           safe_true(event, "changed") ? " (changed)" : "", bypassed ? bypassed : "?",
           safe_text(event, "side"));
    if (faults)
        printf(", %zu fault%s", faults, faults == 1 ? "" : "s");
    putchar('\n');
    free(bypassed);
}

static void show(const json_t *event)
{
    const char *name = safe_text(event, "event");

    if (strcmp(name, "changed") == 0)
        show_changed(event);
    else if (strcmp(name, "state") == 0)
        show_state(event);
}

/* The numbers count up by one; what is between two of them was missed. */
static void look_for_gap(const json_t *event, double *last)
{
    double sequence = safe_number(event, "sequence");

    if (isnan(sequence))
        return;
    if (!isnan(*last) && sequence > *last + 1)
        complain("something was missed: %.0f change%s", sequence - *last - 1,
                 sequence > *last + 2 ? "s" : "");
    *last = sequence;
}

static int watch(const struct args *args, struct link *link)
{
    double last = (double)NAN;
    json_t *event;
    int status = DONE;

    while (status == DONE) {
        status = link_event(link, -1, NULL, &event);
        if (status != DONE) {
            complain("%s", link->why);
            return status;
        }
        look_for_gap(event, &last);
        if (args->json)
            safe_print_json(event);
        else
            show(event);
        json_decref(event);
        status = printed(DONE);
    }
    return status;
}

int control_watch(const struct args *args)
{
    struct link link;
    json_t *answer = NULL;
    int status = ask_open(args, &link);

    if (status != DONE)
        return status;
    status = ask_on(args, &link, json_pack("{s:s,s:b}", "do", "subscribe", "changes", 1), &answer);
    json_decref(answer);
    if (status == DONE)
        status = watch(args, &link);
    link_close(&link);
    return status;
}

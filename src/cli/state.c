/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audioctl status: how it is, on a screen. */
#include "ask.h"
#include "control.h"
#include "levels.h"
#include "paragraph.h"
#include "safe.h"
#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INDENT = 13 };

/* A name, and what there is to say of it, in as many lines as it needs. */
static void row(const char *name, const char *text)
{
    if (!*text)
        return;
    printf("  %-10.10s ", name);
    paragraph(stdout, text, INDENT, INDENT);
}

static void head(const json_t *status)
{
    struct words up = { 0 };

    words_up(&up, safe_number(status, "up_s"));
    printf("audioserver %s   up %s\n\n  ", safe_text(status, "version"), up.text);
    paragraph(stdout, safe_text(status, "sentence"), 2, 2);
    putchar('\n');
}

static void sound(const json_t *status)
{
    const char *preset = safe_text(status, "preset");
    char *bypassed = safe_list(json_object_get(status, "bypassed"), "");
    struct words words = { 0 };

    words_add(&words, "%s%s", *preset ? preset : "none",
              safe_true(status, "changed") ? ", changed since" : "");
    row("preset", words.text);
    row("side", safe_text(status, "side"));
    if (safe_true(status, "mute"))
        row("volume", "MUTED");
    row("bypassed", bypassed ? bypassed : "?");
    free(bypassed);
}

static void jack(const json_t *status)
{
    const json_t *latency = json_object_get(status, "latency_ms");
    struct words words = { 0 }, load = { 0 }, ms = { 0 };

    words_jack(&words, json_object_get(status, "jack"));
    row("JACK", words.text);
    words_load(&load, status);
    row("", load.text);
    words_number(&ms, "listen %.2f ms", safe_number(latency, "listen"));
    words_number(&ms, "talk %.2f ms", safe_number(latency, "talk"));
    row("latency", ms.text);
}

static void bridge(const json_t *one)
{
    struct words words = { 0 }, device = { 0 };

    words_add(&words, "%s, ", safe_text(one, "direction"));
    words_bridge(&words, one);
    row(safe_text(one, "name"), words.text);
    words_device(&device, one);
    row("", device.text);
}

static void storage(const json_t *state)
{
    struct words words = { 0 };

    if (strcmp(safe_text(state, "state"), "ok") == 0 || !json_is_object(state))
        return;
    words_add(&words, "%s", safe_text(state, "state"));
    if (*safe_text(state, "message"))
        words_add(&words, ": %s", safe_text(state, "message"));
    row("storage", words.text);
}

static void faults(const json_t *list)
{
    const json_t *fault;
    size_t i;

    json_array_foreach(list, i, fault)
    {
        if (json_is_string(fault))
            row(i ? "" : "faults", json_string_value(fault));
    }
}

static void show(const json_t *status)
{
    const json_t *one;
    struct words machine = { 0 };
    size_t i;

    head(status);
    sound(status);
    putchar('\n');
    jack(status);
    json_array_foreach(json_object_get(status, "bridges"), i, one)
    {
        bridge(one);
    }
    words_machine(&machine, json_object_get(status, "machine"));
    row("machine", machine.text);
    storage(json_object_get(status, "storage"));
    faults(json_object_get(status, "faults"));
    putchar('\n');
    levels_print(stdout, json_object_get(status, "meters"));
    if (safe_number(status, "unfit") > 0)
        printf("  values that were no sound (NaN, infinite): %.0f\n", safe_number(status, "unfit"));
}

int control_status(const struct args *args)
{
    return ask_and_show(args, request("status"), show);
}

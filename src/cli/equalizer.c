/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audioctl import, export: equalizers as text. */
#include "ask.h"
#include "control.h"
#include "safe.h"
#include "whole_file.h"

#include <stdio.h>
#include <stdlib.h>

static void show_report(const json_t *answer)
{
    const json_t *entry;
    size_t i;

    json_array_foreach(json_object_get(answer, "report"), i, entry)
        printf("line %-4.0f %-8s %s\n", safe_number(entry, "line"), safe_text(entry, "verdict"),
               safe_text(entry, "message"));
    if (!i)
        puts("nothing of it is a filter");
}

static void show_text(const json_t *answer)
{
    fputs(safe_text(answer, "text"), stdout);
}

/* Which equalizer: the listen path's, unless one is named. */
static const char *which(const struct args *args, const char *flag)
{
    const char *given = args_value(args, flag);

    return given ? given : "eq";
}

int control_import(const struct args *args)
{
    char *text = whole_file(args->word[0]);
    json_t *asked;

    if (!text)
        return FAILED;
    asked = request("eq.import");
    json_object_set_new(asked, "text", json_string(text));
    json_object_set_new(asked, "to", json_string(which(args, "to")));
    if (args_value(args, "shelf"))
        json_object_set_new(asked, "shelf", json_string(args_value(args, "shelf")));
    if (args_value(args, "dry"))
        json_object_set_new(asked, "dry", json_true());
    free(text);
    return ask_and_show(args, asked, show_report);
}

int control_export(const struct args *args)
{
    json_t *asked = request("eq.export");

    json_object_set_new(asked, "from", json_string(which(args, "from")));
    return ask_and_show(args, asked, show_text);
}

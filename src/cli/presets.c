/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audioctl preset ... */
#include "ask.h"
#include "control.h"
#include "safe.h"
#include "whole_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 256 };

static void set_text(json_t *asked, const char *key, const char *text)
{
    if (text)
        json_object_set_new(asked, key, json_string(text));
}

static void set_true(json_t *asked, const char *key, const void *given)
{
    if (given)
        json_object_set_new(asked, key, json_true());
}

/* A request about the preset that the first word names, if any does. */
static json_t *about(const char *verb, const struct args *args)
{
    json_t *asked = request(verb);

    set_text(asked, "name", args_word(args, 0));
    return asked;
}

/* --- list --- */

static int faults_of(const json_t *preset)
{
    const json_t *faults = json_object_get(preset, "faults");

    return json_is_array(faults) ? (int)json_array_size(faults) : (int)json_integer_value(faults);
}

/* "*" is what is heard; "+" has been changed since. */
static void show_preset(const json_t *preset, bool current, bool changed)
{
    int faults = faults_of(preset);

    printf("%c %-20s %-8s %s", current ? changed ? '+' : '*' : ' ', safe_text(preset, "name"),
           safe_text(preset, "folder"), safe_text(preset, "title"));
    if (faults)
        printf("  (%d fault%s)", faults, faults == 1 ? "" : "s");
    putchar('\n');
}

static void show_presets(const json_t *answer)
{
    const char *current = safe_text(answer, "current");
    const json_t *preset;
    size_t i;

    json_array_foreach(json_object_get(answer, "presets"), i, preset)
        show_preset(preset, *current && strcmp(current, safe_text(preset, "name")) == 0,
                    safe_true(answer, "changed"));
    if (!i)
        puts("There are no presets.");
}

static void show_names(const json_t *answer)
{
    const json_t *preset;
    size_t i;

    json_array_foreach(json_object_get(answer, "presets"), i, preset)
        puts(safe_text(preset, "name"));
}

int control_preset_list(const struct args *args)
{
    return ask_and_show(args, request("preset.list"),
                        args_value(args, "names") ? show_names : show_presets);
}

/* --- one of them --- */

static void show_faults(const json_t *answer)
{
    const json_t *fault;
    size_t i;

    json_array_foreach(json_object_get(answer, "faults"), i, fault)
    {
        if (json_is_string(fault))
            puts(json_string_value(fault));
    }
}

static void show_path(const json_t *answer)
{
    puts(safe_text(answer, "path"));
}

static void show_text(const json_t *answer)
{
    fputs(safe_text(answer, "text"), stdout);
}

int control_preset_load(const struct args *args)
{
    return ask_and_show(args, about("preset.load", args), show_faults);
}

int control_preset_save(const struct args *args)
{
    json_t *asked = about("preset.save", args);

    set_true(asked, "force", args_value(args, "force"));
    return ask_and_show(args, asked, show_path);
}

int control_preset_rename(const struct args *args)
{
    json_t *asked = about("preset.rename", args);

    set_text(asked, "to", args->word[1]);
    return ask_and_show(args, asked, NULL);
}

int control_preset_delete(const struct args *args)
{
    return ask_and_show(args, about("preset.delete", args), NULL);
}

static void show_difference(const json_t *answer)
{
    const json_t *values = json_object_get(answer, "values");
    char theirs[SAFE_VALUE_BYTES], ours[SAFE_VALUE_BYTES];
    const char *path;
    json_t *pair;

    json_object_foreach((json_t *)values, path, pair)
        printf("%-36s %s -> %s\n", path, safe_value(json_array_get(pair, 0), theirs),
               safe_value(json_array_get(pair, 1), ours));
    if (!json_object_size(values))
        puts("no difference");
}

int control_preset_diff(const struct args *args)
{
    json_t *asked = about("preset.diff", args);

    set_text(asked, "with", args_word(args, 1));
    return ask_and_show(args, asked, show_difference);
}

int control_preset_export(const struct args *args)
{
    json_t *asked = about("preset.export", args);

    set_true(asked, "all", args_value(args, "all"));
    return ask_and_show(args, asked, show_text);
}

/* night.ini in any folder is "night". */
static bool name_of_file(const char *path, char name[NAME_BYTES])
{
    const char *slash = strrchr(path, '/'), *last = slash ? slash + 1 : path;
    size_t length = strlen(last);

    if (length > 4 && strcmp(last + length - 4, ".ini") == 0)
        length -= 4;
    if (length == 0 || length >= NAME_BYTES || strcmp(last, "-") == 0) {
        complain("which name shall the preset have? preset import FILE NAME");
        return false;
    }
    memcpy(name, last, length);
    name[length] = 0;
    return true;
}

int control_preset_import(const struct args *args)
{
    char name[NAME_BYTES], *text;
    const char *given = args_word(args, 1);
    json_t *asked;

    if (!given && !name_of_file(args->word[0], name))
        return MISUSED;
    text = whole_file(args->word[0]);
    if (!text)
        return FAILED;
    asked = request("preset.import");
    set_text(asked, "name", given ? given : name);
    set_text(asked, "text", text);
    set_true(asked, "force", args_value(args, "force"));
    free(text);
    return ask_and_show(args, asked, show_path);
}

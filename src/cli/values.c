/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audioctl get, set, toggle, reset. */
#include "ask.h"
#include "control.h"
#include "safe.h"

#include <stdio.h>
#include <string.h>

/* A list of the command's words; NULL where there are none. */
static json_t *paths(const struct args *args)
{
    json_t *list = args->count ? json_array() : NULL;

    for (int i = 0; i < args->count; i++)
        json_array_append_new(list, json_string(args->word[i]));
    return list;
}

/* One that is a parameter's whole name gives its value alone; otherwise they could not be told
 * apart. PATH=VALUE is what set takes. */
static void show_values(const json_t *answer)
{
    const json_t *values = json_object_get(answer, "values");
    const char *path;
    char text[SAFE_VALUE_BYTES];
    json_t *value;

    json_object_foreach((json_t *)values, path, value)
        printf("%s=%s\n", path, safe_value(value, text));
}

static void show_value(const json_t *answer)
{
    char text[SAFE_VALUE_BYTES];

    puts(safe_value(json_object_get(answer, "value"), text));
}

int control_get(const struct args *args)
{
    json_t *asked = request("get"), *list = paths(args), *answer, *only;
    int status;

    if (list)
        json_object_set_new(asked, "paths", list);
    status = ask(args, asked, &answer);
    if (status != DONE)
        return status;
    only =
        args->count == 1 ? json_object_get(json_object_get(answer, "values"), args->word[0]) : NULL;
    if (!only)
        return show_answer(args, answer, show_values);
    if (!args->json)
        json_object_set(answer, "value", only);
    return show_answer(args, answer, show_value);
}

int control_toggle(const struct args *args)
{
    json_t *asked = request("toggle");

    json_object_set_new(asked, "path", json_string(args->word[0]));
    return ask_and_show(args, asked, show_value);
}

int control_reset(const struct args *args)
{
    json_t *asked = request("reset"), *list = paths(args);

    if (list)
        json_object_set_new(asked, "paths", list);
    return ask_and_show(args, asked, NULL);
}

/* --- set --- */

static bool add(json_t *values, const char *path, const char *value)
{
    if (json_object_get(values, path)) {
        complain("\"%s\" is given twice", path);
        return false;
    }
    if (json_object_set_new(values, path, json_string(value)) == 0)
        return true;
    complain("what was given is not UTF-8");
    return false;
}

/* PATH=VALUE, or PATH and VALUE; how many words that took, 0 on a fault. */
static int add_next(json_t *values, int count, char **words)
{
    char *equals = strchr(words[0], '=');

    if (equals) {
        *equals = 0;
        return add(values, words[0], equals + 1);
    }
    if (count > 1)
        return add(values, words[0], words[1]) ? 2 : 0;
    complain("\"%s\" has no value; set wants PATH VALUE, or PATH=VALUE", words[0]);
    return 0;
}

int control_set(const struct args *args)
{
    json_t *asked = request("set"), *values = json_object();
    int taken;

    json_object_set_new(asked, "values", values);
    for (int i = 0; i < args->count; i += taken) {
        taken = add_next(values, args->count - i, args->word + i);
        if (!taken) {
            json_decref(asked);
            return MISUSED;
        }
    }
    return ask_and_show(args, asked, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audioctl list: what the daemon says of its parameters, and the values in force. */
#include "ask.h"
#include "control.h"
#include "number.h"
#include "paragraph.h"
#include "safe.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 512, ABOUT_BYTES = 2048 };

struct listing {
    const json_t *values;
    const char *wanted; /* a path, a part of one or a pattern; NULL: all */
    int shown;
};

/* The path of a group stands for all in it. */
static bool matches(const char *path, const char *wanted)
{
    size_t length = wanted ? strlen(wanted) : 0;

    if (!wanted)
        return true;
    if (strpbrk(wanted, "*?["))
        return fnmatch(wanted, path, 0) == 0;
    return strncmp(path, wanted, length) == 0 && (!path[length] || path[length] == '.');
}

static void range(const json_t *parameter, char *to, size_t size)
{
    const char *type = safe_text(parameter, "type"), *unit = safe_text(parameter, "unit"),
               *also = safe_text(parameter, "also");
    char *choices = safe_list(json_object_get(parameter, "choices"), "?");

    if (strcmp(type, "bool") == 0)
        snprintf(to, size, "yes or no");
    else if (strcmp(type, "choice") == 0)
        snprintf(to, size, "one of %s", choices ? choices : "?");
    else
        snprintf(to, size, "%s%.15g to %.15g%s%s%s%s",
                 strcmp(type, "int") == 0 ? "whole number, " : "", safe_number(parameter, "min"),
                 safe_number(parameter, "max"), *unit ? " " : "", unit, *also ? ", or " : "", also);
    free(choices);
}

static void show_about(const json_t *parameter)
{
    char about[ABOUT_BYTES], allowed[ABOUT_BYTES / 2], normal[SAFE_VALUE_BYTES];

    range(parameter, allowed, sizeof allowed);
    snprintf(about, sizeof about, "%s; default %s. %s", allowed,
             safe_value(json_object_get(parameter, "default"), normal),
             safe_text(parameter, "help"));
    printf("      ");
    paragraph(stdout, about, 6, 6);
}

/* The default may come as its text: "0.50" is 0.5. */
static bool is_default(const json_t *value, const json_t *normal)
{
    char now[SAFE_VALUE_BYTES], text[SAFE_VALUE_BYTES];
    double number;
    bool whole;

    safe_value(normal, text);
    if (json_is_number(value) && number_read(text, &number, &whole))
        return number == json_number_value(value);
    return strcmp(safe_value(value, now), text) == 0;
}

/* One that is not at its default has a star. */
static void show_parameter(const struct listing *listing, const char *path, const json_t *parameter)
{
    const json_t *value = json_object_get(listing->values, path);
    const char *unit = json_is_number(value) ? safe_text(parameter, "unit") : "";
    bool is_normal = is_default(value, json_object_get(parameter, "default"));
    char now[SAFE_VALUE_BYTES];

    printf("%c %-36s %s%s%s\n", is_normal ? ' ' : '*', path, safe_value(value, now),
           *unit ? " " : "", unit);
}

/* What of a member is wanted; `explain`: with the group's help and the parameters'. True if there
 * was something. */
static bool list_member(struct listing *listing, const json_t *group, const json_t *member,
                        bool explain)
{
    const json_t *parameter;
    char path[PATH_BYTES];
    bool any = false;
    size_t i;

    json_array_foreach(json_object_get(group, "parameters"), i, parameter)
    {
        snprintf(path, sizeof path, "%.250s.%.250s",
                 json_is_string(member) ? json_string_value(member) : "?",
                 safe_text(parameter, "key"));
        if (!matches(path, listing->wanted))
            continue;
        if (explain && !any)
            printf("%s%s\n", listing->shown ? "\n" : "", safe_text(group, "help"));
        show_parameter(listing, path, parameter);
        if (explain)
            show_about(parameter);
        any = true;
        listing->shown++;
    }
    return any;
}

/* The first of several members alike is the one that is explained. */
static void list_group(struct listing *listing, const json_t *group)
{
    const json_t *member;
    bool explained = false;
    size_t i;

    json_array_foreach(json_object_get(group, "members"), i, member)
    {
        explained |= list_member(listing, group, member, !explained);
    }
}

/* Both answers in one. */
static int gather(const struct args *args, json_t **answer)
{
    struct link link;
    json_t *values = NULL;
    int status = ask_open(args, &link);

    if (status != DONE)
        return status;
    status = ask_on(args, &link, request("describe"), answer);
    if (status == DONE) {
        status = ask_on(args, &link, request("get"), &values);
        json_object_update_missing(*answer, values);
        json_decref(values);
        if (status != DONE)
            json_decref(*answer);
    }
    link_close(&link);
    return status;
}

int control_list(const struct args *args)
{
    struct listing listing = { .wanted = args_word(args, 0) };
    json_t *answer;
    const json_t *group;
    size_t i;
    int status = gather(args, &answer);

    if (status != DONE)
        return status;
    if (args->json)
        return show_answer(args, answer, NULL);
    listing.values = json_object_get(answer, "values");
    json_array_foreach(json_object_get(answer, "groups"), i, group)
    {
        list_group(&listing, group);
    }
    json_decref(answer);
    if (listing.shown)
        return printed(DONE);
    if (!listing.wanted) {
        complain("audioserver describes no parameters");
        return FAILED;
    }
    complain("there is no parameter \"%s\"; audioctl list shows all", listing.wanted);
    return INVALID;
}

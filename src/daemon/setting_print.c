/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The default file, from the table. */
#include "daemon/setting.h"
#include "ini.h"

#include <string.h>

/* An empty value is easier to see in quotes. */
static const char *as_value(const char *text)
{
    return *text ? text : "\"\"";
}

/* The row's value in a built-in bridge. */
static const char *builtin_value(const struct setting *row, const struct setting_builtin *builtin)
{
    if (row->text)
        return as_value(row->text);
    return row->type == SETTING_CHOICE ? builtin->direction : builtin->device;
}

static void print_row(FILE *out, const struct setting *row, const char *value)
{
    char allowed[160], range[256];

    setting_range(row, allowed, sizeof allowed);
    snprintf(range, sizeof range, "Allowed: %s; %s%s.", allowed,
             row->text ? "default " : "required",
             !row->text   ? ""
             : *row->text ? row->text
                          : "empty");
    fputc('\n', out);
    ini_print_comment(out, row->help);
    ini_print_comment(out, range);
    fprintf(out, "%s = %s\n", row->key, value);
}

static void print_bridge(FILE *out, const struct setting_builtin *builtin)
{
    bool first = builtin == settings_builtin;

    fprintf(out, "\n[bridge.%s]\n", builtin->name);
    for (int i = 0; i < settings_table_count; i++) {
        const struct setting *row = &settings_table[i];

        if (!setting_is_of_bridge(row))
            continue;
        if (first)
            print_row(out, row, builtin_value(row, builtin));
        else
            fprintf(out, "%s = %s\n", row->key, builtin_value(row, builtin));
    }
}

static void print_head(FILE *out)
{
    fputs("# The settings of audioserver and their defaults, which a key left out has too.\n"
          "# A line that begins with # or ; is a comment. Quotes may stand around a value.\n"
          "# For yes and no, a file may say on and off, true and false, 1 and 0 as well.\n"
          "# \"audioserver --check-config FILE\" names every fault of a file. At a fault the\n"
          "# daemon runs on with the value it had.\n",
          out);
}

static void print_bridges(FILE *out)
{
    char text[256];

    fputc('\n', out);
    snprintf(text, sizeof text,
             "One section for each device and direction, up to %d. NAME of [bridge.NAME] is free: "
             "1 to %d of a-z 0-9 _ -. A file without such a section has the two below.",
             SETTINGS_BRIDGES, SETTINGS_NAME_BYTES - 1);
    ini_print_comment(out, text);
    for (const struct setting_builtin *builtin = settings_builtin; builtin->name; builtin++)
        print_bridge(out, builtin);
}

void settings_print(FILE *out)
{
    const char *section = "";

    print_head(out);
    for (int i = 0; i < settings_table_count; i++) {
        const struct setting *row = &settings_table[i];

        if (setting_is_of_bridge(row))
            continue;
        if (strcmp(section, row->section) != 0)
            fprintf(out, "\n[%s]\n", row->section);
        section = row->section;
        print_row(out, row, as_value(row->text));
    }
    print_bridges(out);
}

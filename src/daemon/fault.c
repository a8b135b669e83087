/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/fault.h"

#include "spelling.h"
#include "utf8.h"

#include <stdarg.h>
#include <string.h>

enum { VALUE_SHOWN = 60, PATH_SHOWN = 200 }; /* bytes */

void complain(struct faults *faults, int line, const char *format, ...)
{
    struct config_errors *errors = faults->errors;
    size_t length = strlen(faults->file);
    size_t skip = length > PATH_SHOWN ? length - PATH_SHOWN : 0; /* the end of a path tells more */
    char text[2 * CONFIG_ERROR_BYTES], where[16] = "";
    struct config_error *error;
    va_list list;

    if (errors->count == CONFIG_ERRORS) {
        errors->more++;
        return;
    }
    error = &errors->error[errors->count++];
    error->line = line;
    if (line > 0)
        snprintf(where, sizeof where, ":%d", line);
    length = (size_t)snprintf(text, sizeof text, "%s%s%s: ", skip ? "..." : "", faults->file + skip,
                              where);
    va_start(list, format);
    vsnprintf(text + length, sizeof text - length, format, list);
    va_end(list);
    utf8_sanitise(text);
    text[utf8_cut(text, CONFIG_ERROR_BYTES - 1)] = '\0';
    memcpy(error->text, text, strlen(text) + 1);
}

void complain_as_ini(struct faults *faults, const struct ini_error *error)
{
    const char *section = error->section, *key = error->key;

    if (*section && *key)
        complain(faults, error->line, "[%s] %s: %s", section, key, error->text);
    else if (*section)
        complain(faults, error->line, "[%s]: %s", section, error->text);
    else if (*key)
        complain(faults, error->line, "%s: %s", key, error->text);
    else
        complain(faults, error->line, "%s", error->text);
}

void complain_of_value(struct faults *faults, const struct ini_entry *entry,
                       const struct setting *row, const char *why)
{
    size_t shown = utf8_cut(entry->value, VALUE_SHOWN);
    char allowed[160];

    setting_range(row, allowed, sizeof allowed);
    complain(faults, entry->line, "[%s] %s: \"%.*s%s\" %s; allowed: %s",
             faults->ini->section[entry->section].name, entry->key, (int)shown, entry->value,
             entry->value[shown] ? "..." : "", why, allowed);
}

void complain_of_key(struct faults *faults, const struct ini_entry *entry, const char *kind)
{
    const char *section = faults->ini->section[entry->section].name;
    char known[256] = "";
    size_t length = 0;

    for (int i = 0; i < settings_table_count; i++) {
        const struct setting *row = &settings_table[i];

        if (strcmp(row->section, kind) != 0)
            continue;
        if (spelling_is_near(entry->key, row->key)) {
            complain(faults, entry->line, "unknown key \"%s\" in [%s]; did you mean \"%s\"?",
                     entry->key, section, row->key);
            return;
        }
        if (length < sizeof known)
            length += (size_t)snprintf(known + length, sizeof known - length, "%s%s",
                                       length ? ", " : "", row->key);
    }
    complain(faults, entry->line, "unknown key \"%s\" in [%s]; known: %s", entry->key, section,
             known);
}

void complain_of_section(struct faults *faults, const struct ini_section *section)
{
    size_t head = strcspn(section->name, ".");
    const char *rest =
        section->name[head] && section->name[head + 1] ? section->name + head + 1 : "NAME";
    char start[INI_NAME + 1], known[256] = "";
    size_t length = 0;

    snprintf(start, sizeof start, "%.*s", (int)head, section->name);
    if (spelling_is_near(start, "bridge")) {
        complain(faults, section->line, "unknown section [%s]; did you mean [bridge.%s]?",
                 section->name, rest);
        return;
    }
    for (int i = 0; i < settings_table_count; i++) {
        const char *name = settings_table[i].section;

        if (i > 0 && strcmp(name, settings_table[i - 1].section) == 0)
            continue;
        if (spelling_is_near(section->name, name)) {
            complain(faults, section->line, "unknown section [%s]; did you mean [%s]?",
                     section->name, name);
            return;
        }
        if (length < sizeof known)
            length += (size_t)snprintf(known + length, sizeof known - length, "%s[%s]",
                                       length ? ", " : "", name);
    }
    complain(faults, section->line, "unknown section [%s]; known: %s", section->name, known);
}

void config_errors_sort(struct config_errors *errors)
{
    for (int i = 1; i < errors->count; i++) {
        struct config_error error = errors->error[i];
        int to = i;

        for (; to > 0 && errors->error[to - 1].line > error.line; to--)
            errors->error[to] = errors->error[to - 1];
        errors->error[to] = error;
    }
}

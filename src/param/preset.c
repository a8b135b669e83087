/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "preset.h"

#include "ini.h"
#include "param_names.h"
#include "utf8.h"

#include <stdarg.h>
#include <string.h>

enum { PATH_SHOWN = 200 }; /* bytes */

/* One reading of a file. */
struct reading {
    const struct ini *ini;
    const char *file;    /* as sentences name it */
    struct params *next; /* what it fills in */
    struct preset_faults *faults;
    int line[PRESET_FAULTS]; /* of each fault */
};

static void complain(struct reading *reading, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "FILE:LINE: " and the sentence, in the order of lines; no line for 0. */
static void complain(struct reading *reading, int line, const char *format, ...)
{
    struct preset_faults *faults = reading->faults;
    size_t length = strlen(reading->file);
    size_t skip = length > PATH_SHOWN ? length - PATH_SHOWN : 0; /* the end of a path tells more */
    char text[2 * PRESET_FAULT_BYTES], where[16] = "";
    int at = faults->count;
    va_list list;

    if (at == PRESET_FAULTS) {
        faults->more++;
        return;
    }
    for (faults->count++; at > 0 && reading->line[at - 1] > line; at--) {
        reading->line[at] = reading->line[at - 1];
        memcpy(faults->text[at], faults->text[at - 1], PRESET_FAULT_BYTES);
    }
    reading->line[at] = line;
    if (line > 0)
        snprintf(where, sizeof where, ":%d", line);
    length = (size_t)snprintf(text, sizeof text, "%s%s%s: ", skip ? "..." : "",
                              reading->file + skip, where);
    va_start(list, format);
    vsnprintf(text + length, sizeof text - length, format, list);
    va_end(list);
    utf8_sanitise(text);
    text[utf8_cut(text, PRESET_FAULT_BYTES - 1)] = '\0';
    memcpy(faults->text[at], text, strlen(text) + 1);
}

static void complain_as_ini(struct reading *reading, const struct ini_error *error)
{
    bool section = *error->section, key = *error->key;

    complain(reading, error->line, "%s%s%s%s%s%s%s", section ? "[" : "", error->section,
             section ? "]" : "", section && key ? " " : "", error->key, section || key ? ": " : "",
             error->text);
}

static void read_entry(struct reading *reading, struct param_ref *ref,
                       const struct ini_entry *entry)
{
    char why[PARAM_WHY_BYTES], section[PARAM_NAME_BYTES];

    ref->row = param_find_row(ref->group, entry->key);
    if (!ref->row) {
        param_key_meant(ref, entry->key, why);
        complain(reading, entry->line, "%s", why);
    } else if (!param_set(reading->next, ref, entry->value, why)) {
        param_section(ref, section);
        complain(reading, entry->line, "[%s] %s: %s", section, entry->key, why);
    }
}

static void read_section(struct reading *reading, int section)
{
    const struct ini_section *heading = &reading->ini->section[section];
    struct param_ref ref;
    char why[PARAM_WHY_BYTES];

    if (!param_find_section(&ref, heading->name)) {
        param_section_meant(heading->name, why);
        complain(reading, heading->line, "%s", why);
        return;
    }
    for (int i = 0; i < reading->ini->entry_count; i++)
        if (reading->ini->entry[i].section == section)
            read_entry(reading, &ref, &reading->ini->entry[i]);
}

/* Reads all over what *next holds. */
static void read_all(struct reading *reading)
{
    memset(reading->faults, 0, sizeof *reading->faults);
    for (int i = 0; i < reading->ini->error_count; i++)
        complain_as_ini(reading, &reading->ini->error[i]);
    reading->faults->more += reading->ini->error_more;
    for (int i = 0; i < reading->ini->section_count; i++)
        read_section(reading, i);
}

static bool read_ini(struct params *params, const struct ini *ini, const char *file,
                     const struct params *last_good, struct preset_faults *faults)
{
    struct params next;
    struct reading reading = { .ini = ini, .file = file, .next = &next, .faults = faults };

    params_defaults(&next);
    read_all(&reading);
    if (faults->count > 0 && last_good) { /* again, with something to fall back to */
        next = *last_good;
        read_all(&reading);
    }
    *params = next;
    return faults->count == 0;
}

bool preset_load(struct params *params, const char *path, const struct params *last_good,
                 struct preset_faults *faults)
{
    struct ini ini;
    bool good;

    ini_load(&ini, path);
    good = read_ini(params, &ini, path, last_good, faults);
    ini_finish(&ini);
    return good;
}

bool preset_parse(struct params *params, const char *bytes, size_t length, const char *name,
                  const struct params *last_good, struct preset_faults *faults)
{
    struct ini ini;
    bool good;

    ini_parse_bytes(&ini, bytes, length);
    good = read_ini(params, &ini, name, last_good, faults);
    ini_finish(&ini);
    return good;
}

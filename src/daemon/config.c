/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config.h"

#include "daemon/fault.h"
#include "daemon/setting.h"
#include "ini.h"

#include <string.h>

static const char bridge_prefix[] = "bridge.";

enum { EXIT_CONFIG = 78 };

/* One reading of a file. */
struct reading {
    const struct ini *ini;
    struct faults faults;
    struct settings *next;       /* what it fills in */
    const struct settings *last; /* what a key at fault falls back to, or NULL */
    bool names_bridges;          /* the file has a bridge section that can be read */
    int sections_lost;
};

/* Sets what the entries of a section say in *base, and marks the rows that got a value. */
static void read_entries(struct reading *reading, int section, const char *kind, void *base,
                         bool *given)
{
    for (int i = 0; i < reading->ini->entry_count; i++) {
        const struct ini_entry *entry = &reading->ini->entry[i];
        const struct setting *row;
        const char *why;

        if (entry->section != section)
            continue;
        row = setting_find(kind, entry->key);
        if (!row)
            complain_of_key(&reading->faults, entry, kind);
        else if (setting_set(row, base, entry->value, &why))
            given[row - settings_table] = true;
        else
            complain_of_value(&reading->faults, entry, row, why);
    }
}

static const struct bridge_settings *find_bridge(const struct settings *settings, const char *name)
{
    for (int i = 0; settings && i < settings->bridge_count; i++)
        if (strcmp(settings->bridge[i].name, name) == 0)
            return &settings->bridge[i];
    return NULL;
}

/* Whether every row without a default has a value. */
static bool is_whole(const bool *given)
{
    for (int i = 0; i < settings_table_count; i++)
        if (setting_is_of_bridge(&settings_table[i]) && !settings_table[i].text && !given[i])
            return false;
    return true;
}

static bool has_key(const struct ini *ini, int section, const char *key)
{
    for (int i = 0; i < ini->entry_count; i++)
        if (ini->entry[i].section == section && strcmp(ini->entry[i].key, key) == 0)
            return true;
    return false;
}

/* Whether a fault of this very key is listed already: then it is not missing. */
static bool has_fault(const struct ini *ini, const char *section, const char *key)
{
    for (int i = 0; i < ini->error_count; i++)
        if (strcmp(ini->error[i].section, section) == 0 && strcmp(ini->error[i].key, key) == 0)
            return true;
    return false;
}

static void complain_of_missing(struct reading *reading, int section)
{
    const struct ini_section *heading = &reading->ini->section[section];
    char allowed[160];

    for (int i = 0; i < settings_table_count; i++) {
        const struct setting *row = &settings_table[i];

        if (!setting_is_of_bridge(row) || row->text || has_key(reading->ini, section, row->key) ||
            has_fault(reading->ini, heading->name, row->key))
            continue;
        setting_range(row, allowed, sizeof allowed);
        complain(&reading->faults, heading->line, "[%s] %s: is missing; allowed: %s", heading->name,
                 row->key, allowed);
    }
}

static bool is_bridge_name(const char *name)
{
    return *name && strlen(name) < SETTINGS_NAME_BYTES && !strchr(name, '.');
}

static void read_bridge(struct reading *reading, int section)
{
    const struct ini_section *heading = &reading->ini->section[section];
    const char *name = heading->name + strlen(bridge_prefix);
    const struct bridge_settings *last = find_bridge(reading->last, name);
    struct settings *next = reading->next;
    struct bridge_settings bridge;
    bool given[SETTING_ROWS_MAX] = { false };

    if (!is_bridge_name(name)) {
        complain(&reading->faults, heading->line,
                 "[%s]: a bridge's name has 1 to %d of a-z 0-9 _ -", heading->name,
                 SETTINGS_NAME_BYTES - 1);
        reading->sections_lost++;
        return;
    }
    reading->names_bridges = true;
    if (last)
        bridge = *last;
    else
        setting_bridge_defaults(&bridge, name);
    read_entries(reading, section, SETTING_BRIDGE, &bridge, given);
    complain_of_missing(reading, section);
    if (!last && !is_whole(given))
        complain(&reading->faults, heading->line, "[%s]: this bridge is left out", heading->name);
    else if (next->bridge_count == SETTINGS_BRIDGES)
        complain(&reading->faults, heading->line,
                 "[%s]: more than %d bridges; this one is left out", heading->name,
                 SETTINGS_BRIDGES);
    else
        next->bridge[next->bridge_count++] = bridge;
}

static bool is_section(const char *name)
{
    for (int i = 0; i < settings_table_count; i++)
        if (!setting_is_of_bridge(&settings_table[i]) &&
            strcmp(settings_table[i].section, name) == 0)
            return true;
    return false;
}

static void read_section(struct reading *reading, int section)
{
    const struct ini_section *heading = &reading->ini->section[section];
    bool given[SETTING_ROWS_MAX] = { false }; /* all of these rows have defaults */

    if (strncmp(heading->name, bridge_prefix, strlen(bridge_prefix)) == 0) {
        read_bridge(reading, section);
    } else if (is_section(heading->name)) {
        read_entries(reading, section, heading->name, reading->next, given);
    } else {
        complain_of_section(&reading->faults, heading);
        reading->sections_lost++;
    }
}

/* The bridges that this file does not name but that are not gone for certain either. */
static void keep_bridges(struct settings *next, const struct settings *last)
{
    for (int i = 0; i < last->bridge_count && next->bridge_count < SETTINGS_BRIDGES; i++)
        if (!find_bridge(next, last->bridge[i].name))
            next->bridge[next->bridge_count++] = last->bridge[i];
}

static void read_all(struct reading *reading)
{
    struct settings *next = reading->next, fresh;

    settings_defaults(&fresh);
    *next = reading->last ? *reading->last : fresh;
    next->bridge_count = 0;
    memset(next->bridge, 0, sizeof next->bridge);
    for (int i = 0; i < reading->ini->error_count; i++)
        complain_as_ini(&reading->faults, &reading->ini->error[i]);
    reading->faults.errors->more += reading->ini->error_more;
    for (int i = 0; i < reading->ini->section_count; i++)
        read_section(reading, i);
    if (reading->last && reading->ini->sections_lost + reading->sections_lost > 0)
        keep_bridges(next, reading->last);
    else if (!reading->names_bridges)
        keep_bridges(next, &fresh);
}

static bool read_ini(struct settings *out, const struct ini *ini, const char *file,
                     const struct settings *last_good, struct config_errors *errors)
{
    struct settings last, next;
    struct faults faults = { ini, file, errors };
    struct reading reading = { .ini = ini, .faults = faults, .next = &next };

    memset(errors, 0, sizeof *errors);
    if (last_good)
        last = *last_good;
    read_all(&reading);
    if (errors->count > 0 && last_good) { /* again, with something to fall back to */
        memset(errors, 0, sizeof *errors);
        reading = (struct reading){ ini, faults, &next, &last, false, 0 };
        read_all(&reading);
    }
    if (!ini->readable && last_good)
        next = last;
    *out = next;
    config_errors_sort(errors);
    return errors->count == 0;
}

bool settings_load(struct settings *out, const char *path, const struct settings *last_good,
                   struct config_errors *errors)
{
    struct ini ini;
    bool good;

    ini_load(&ini, path);
    good = read_ini(out, &ini, path, last_good, errors);
    ini_finish(&ini);
    return good;
}

bool settings_parse(struct settings *out, const char *bytes, size_t length, const char *name,
                    const struct settings *last_good, struct config_errors *errors)
{
    struct ini ini;
    bool good;

    ini_parse_bytes(&ini, bytes, length);
    good = read_ini(out, &ini, name, last_good, errors);
    ini_finish(&ini);
    return good;
}

int check_config(const char *path, FILE *out)
{
    struct settings settings;
    struct config_errors errors;

    if (settings_load(&settings, path, NULL, &errors)) {
        fprintf(out, "%s: no errors\n", path);
        return 0;
    }
    for (int i = 0; i < errors.count; i++)
        fprintf(out, "%s\n", errors.error[i].text);
    if (errors.more > 0)
        fprintf(out, "%s: and %d more\n", path, errors.more);
    return EXIT_CONFIG;
}

bool settings_same_bridge(const struct bridge_settings *a, const struct bridge_settings *b)
{
    bool same = strcmp(a->name, b->name) == 0;

    for (int i = 0; i < settings_table_count && same; i++)
        if (setting_is_of_bridge(&settings_table[i]))
            same = setting_equal(&settings_table[i], a, b);
    return same;
}

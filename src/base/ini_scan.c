/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "ini_scan.h"

#include "ini_text.h"
#include "utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BEFORE_FIRST = -1, SKIPPED = -2 };

void ini_fault(struct ini *ini, int line, const char *section, const char *key, const char *format,
               ...)
{
    struct ini_error *error;
    va_list list;

    if (ini->error_count == INI_ERRORS) {
        ini->error_more++;
        return;
    }
    error = &ini->error[ini->error_count++];
    error->line = line;
    snprintf(error->section, sizeof error->section, "%s", section ? section : "");
    snprintf(error->key, sizeof error->key, "%s", key ? key : "");
    va_start(list, format);
    vsnprintf(error->text, sizeof error->text, format, list);
    va_end(list);
    error->text[utf8_cut(error->text, sizeof error->text - 1)] = '\0';
    utf8_sanitise(error->text);
}

static void copy_name(char to[static INI_NAME + 1], struct span name)
{
    memcpy(to, name.text, name.length);
    to[name.length] = '\0';
}

/* One more element for an array that is grown in steps. NULL: no memory; the array stays. */
static void *append(void *array, int count, size_t size)
{
    if (count % 64 == 0)
        return realloc(array, (size_t)(count + 64) * size);
    return array;
}

static int find_section(const struct ini *ini, struct span name)
{
    for (int i = 0; i < ini->section_count; i++)
        if (strlen(ini->section[i].name) == name.length &&
            memcmp(ini->section[i].name, name.text, name.length) == 0)
            return i;
    return -1;
}

static void keep_line(struct ini_scan *scan, struct span line)
{
    memcpy(scan->clean + scan->clean_length, line.text, line.length);
    scan->clean_length += line.length;
}

/* The heading cannot be used, nor can what stands below it. */
static bool lose_section(struct ini_scan *scan, const char *why)
{
    scan->section = SKIPPED;
    scan->ini->sections_lost++;
    ini_fault(scan->ini, scan->line, NULL, NULL, "%s", why);
    return true;
}

/* "[name]"; without memory, false. */
static bool scan_heading(struct ini_scan *scan, struct span line)
{
    struct ini *ini = scan->ini;
    struct span name;
    struct ini_section *grown;
    char why[INI_WHY];
    int same;

    scan->section = SKIPPED;
    if (line.text[line.length - 1] != ']')
        return lose_section(scan, "a heading ends with ] and nothing follows it");
    name = span_part(line, 1, line.length - 1);
    if (!ini_is_name(name, "section", why))
        return lose_section(scan, why);
    same = find_section(ini, name);
    if (same >= 0) {
        ini_fault(ini, scan->line, ini->section[same].name, NULL,
                  "given twice, first in line %d, which counts", ini->section[same].line);
        return true;
    }
    if (ini->section_count == INI_SECTIONS)
        return lose_section(scan, "there are too many sections");
    grown = append(ini->section, ini->section_count, sizeof *grown);
    if (!grown)
        return false;
    ini->section = grown;
    copy_name(grown[ini->section_count].name, name);
    grown[ini->section_count].line = scan->line;
    scan->section = ini->section_count++;
    keep_line(scan, line);
    return true;
}

static bool add_entry(struct ini_scan *scan, const char *key, struct span value)
{
    struct ini *ini = scan->ini;
    struct ini_entry *grown = append(ini->entry, ini->entry_count, sizeof *grown);

    if (!grown)
        return false;
    ini->entry = grown;
    grown += ini->entry_count;
    grown->value = strndup(value.text, value.length);
    if (!grown->value)
        return false;
    grown->section = scan->section;
    grown->line = scan->line;
    grown->at = (size_t)(value.text - scan->file);
    memcpy(grown->key, key, sizeof grown->key);
    ini->entry_count++;
    return true;
}

static const struct ini_entry *find_entry(const struct ini *ini, int section, const char *key)
{
    for (int i = 0; i < ini->entry_count; i++)
        if (ini->entry[i].section == section && strcmp(ini->entry[i].key, key) == 0)
            return &ini->entry[i];
    return NULL;
}

/* Whether a key may be added here; else the fault is listed. */
static bool has_place(struct ini_scan *scan, const char *key)
{
    struct ini *ini = scan->ini;
    const struct ini_entry *same;

    if (scan->section == BEFORE_FIRST) {
        ini_fault(ini, scan->line, NULL, key, "stands before the first [section]");
        return false;
    }
    same = find_entry(ini, scan->section, key);
    if (same) {
        ini_fault(ini, scan->line, ini->section[scan->section].name, key,
                  "given twice, first in line %d, which counts", same->line);
        return false;
    }
    if (ini->entry_count == INI_ENTRIES) {
        ini_fault(ini, scan->line, ini->section[scan->section].name, key, "more than %d keys",
                  INI_ENTRIES);
        return false;
    }
    return true;
}

/* "key = value"; without memory, false. */
static bool scan_assignment(struct ini_scan *scan, struct span line)
{
    struct ini *ini = scan->ini;
    const char *section = scan->section >= 0 ? ini->section[scan->section].name : NULL;
    const char *equals = memchr(line.text, '=', line.length), *wrong;
    struct span name, value;
    char key[INI_NAME + 1] = "", why[INI_WHY];

    if (scan->section == SKIPPED)
        return true;
    if (!equals) {
        ini_fault(ini, scan->line, section, NULL, "this is neither [section] nor key = value");
        return true;
    }
    name = span_strip(span_part(line, 0, (size_t)(equals - line.text)));
    if (!ini_is_name(name, "key", why)) {
        ini_fault(ini, scan->line, section, NULL, "%s", why);
        return true;
    }
    copy_name(key, name);
    wrong = ini_find_value(span_part(line, (size_t)(equals - line.text) + 1, line.length), &value);
    if (wrong) {
        ini_fault(ini, scan->line, section, key, "%s", wrong);
        return true;
    }
    if (!has_place(scan, key))
        return true;
    keep_line(scan, line);
    return add_entry(scan, key, value);
}

/* A fault of a whole line, under the name of its key if it has one. */
static void lose_line(struct ini_scan *scan, struct span line, const char *why)
{
    const struct ini_section *section =
        scan->section >= 0 ? &scan->ini->section[scan->section] : NULL;
    const char *equals = line.length ? memchr(line.text, '=', line.length) : NULL;
    char key[INI_NAME + 1] = "", unused[INI_WHY];

    if (equals) {
        struct span name = span_strip(span_part(line, 0, (size_t)(equals - line.text)));

        if (ini_is_name(name, "key", unused))
            copy_name(key, name);
    }
    ini_fault(scan->ini, scan->line, section ? section->name : NULL, key, "%s", why);
}

static bool is_blank_or_comment(struct span line)
{
    struct span text = span_strip(line);

    return text.length == 0 || text.text[0] == '#' || text.text[0] == ';';
}

static bool scan_line(struct ini_scan *scan, struct span line)
{
    struct span text = span_strip(line);
    bool heading = text.length > 0 && text.text[0] == '[';
    char why[INI_WHY];

    if (!ini_is_text(line, why)) {
        if (heading)
            return lose_section(scan, why);
        lose_line(scan, line, why);
        return true;
    }
    if (is_blank_or_comment(line))
        return true;
    if (heading)
        return scan_heading(scan, text);
    if (text.text[text.length - 1] == '\\') {
        lose_line(scan, text, "a line cannot end in a backslash");
        return true;
    }
    return scan_assignment(scan, text);
}

bool ini_scan(struct ini_scan *scan, const char *bytes, size_t length)
{
    static const char bom[] = "\xef\xbb\xbf";

    scan->file = bytes;
    if (length >= 3 && memcmp(bytes, bom, 3) == 0) {
        bytes += 3;
        length -= 3;
    }
    scan->section = BEFORE_FIRST;
    while (length > 0) {
        const char *end = memchr(bytes, '\n', length);
        size_t taken = end ? (size_t)(end - bytes) + 1 : length;
        struct span line = { bytes, end ? taken - 1 : taken };

        if (line.length > 0 && line.text[line.length - 1] == '\r')
            line.length--;
        scan->line++;
        if (!scan_line(scan, line))
            return false;
        scan->clean[scan->clean_length++] = '\n';
        bytes += taken;
        length -= taken;
        if (scan->section >= 0 && !is_blank_or_comment(line))
            scan->ini->section[scan->section].end = (size_t)(bytes - scan->file);
    }
    return true;
}

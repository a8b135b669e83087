/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "param_names.h"

#include "spelling.h"
#include "utf8.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void param_section(const struct param_ref *ref, char name[PARAM_NAME_BYTES])
{
    if (ref->group->count > 1)
        snprintf(name, PARAM_NAME_BYTES, "%s.%d", ref->group->name, ref->member + 1);
    else
        snprintf(name, PARAM_NAME_BYTES, "%s", ref->group->name);
}

/* To the first row of the next section. */
static bool next_section(struct param_ref *ref)
{
    if (ref->group)
        ref->row = ref->group->rows + ref->group->row_count - 1;
    return param_next(ref);
}

bool param_find_section(struct param_ref *ref, const char *name)
{
    char section[PARAM_NAME_BYTES];

    for (struct param_ref at = { 0 }; next_section(&at);) {
        param_section(&at, section);
        if (strcmp(section, name) == 0) {
            *ref = at;
            return true;
        }
    }
    return false;
}

const struct param *param_find_row(const struct param_group *group, const char *key)
{
    for (int i = 0; i < group->row_count; i++)
        if (strcmp(group->rows[i].key, key) == 0)
            return &group->rows[i];
    return NULL;
}

static void append(char why[PARAM_WHY_BYTES], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void append(char why[PARAM_WHY_BYTES], const char *format, ...)
{
    size_t length = strlen(why);
    va_list list;

    va_start(list, format);
    vsnprintf(why + length, PARAM_WHY_BYTES - length, format, list);
    va_end(list);
}

/* A name as it may be shown: no longer than a good one. */
static void show(const char *name, char shown[PARAM_NAME_BYTES + 4])
{
    char text[4 * PARAM_NAME_BYTES];
    size_t length;

    snprintf(text, sizeof text, "%s", name);
    utf8_sanitise(text);
    length = utf8_cut(text, PARAM_NAME_BYTES);
    snprintf(shown, PARAM_NAME_BYTES + 4, "%.*s%s", (int)length, text, text[length] ? "..." : "");
}

/* The nearest name of all sections (keys = false) or parameters. False: none is near. */
static bool find_nearest(const char *name, bool keys, char nearest[PARAM_NAME_BYTES])
{
    char known[PARAM_NAME_BYTES];
    int least = INT_MAX;

    for (struct param_ref at = { 0 }; keys ? param_next(&at) : next_section(&at);) {
        int slips;

        if (keys)
            param_name(&at, known);
        else
            param_section(&at, known);
        if (!spelling_is_near(name, known))
            continue;
        slips = spelling_slips(name, known);
        if (slips < least) {
            least = slips;
            memcpy(nearest, known, sizeof known);
        }
    }
    return least < INT_MAX;
}

/* The group of many whose member `name` could be: eq.left of eq.left, eq.left.11, eq.left.x.on. */
static const struct param_group *find_many(const char *name)
{
    for (int i = 0; i < param_group_count; i++) {
        const struct param_group *group = &param_groups[i];
        size_t length = strlen(group->name);

        if (group->count > 1 && strncmp(group->name, name, length) == 0 &&
            (name[length] == '\0' || name[length] == '.'))
            return group;
    }
    return NULL;
}

/* Length of the longest start of `name`, in whole parts, below which there are groups. */
static size_t known_length(const char *name)
{
    size_t longest = 0;

    for (int i = 0; i < param_group_count; i++) {
        const char *known = param_groups[i].name;

        for (size_t at = 0; known[at] && known[at] == name[at]; at++)
            if (known[at + 1] == '.' && (name[at + 1] == '.' || name[at + 1] == '\0') &&
                at + 1 > longest)
                longest = at + 1;
    }
    return longest;
}

/* "strip.sub has highpass, lowpass ..." for strip.sub.x; what names begin with for a stranger. */
static void append_parts(char why[PARAM_WHY_BYTES], const char *name)
{
    size_t length = known_length(name), skip = length ? length + 1 : 0;
    const char *last = "";
    int last_length = 0;

    if (length)
        append(why, "; %.*s has", (int)length, name);
    else
        append(why, "; names begin with");
    for (int i = 0; i < param_group_count; i++) {
        const char *known = param_groups[i].name;
        const char *part = known + skip;
        int part_length;

        if (strncmp(known, name, length) != 0 || (length && known[length] != '.'))
            continue;
        part_length = (int)strcspn(part, ".");
        if (part_length == last_length && strncmp(part, last, (size_t)part_length) == 0)
            continue; /* groups of one part stand together */
        append(why, "%s %.*s", *last ? "," : "", part_length, part);
        last = part;
        last_length = part_length;
    }
}

static void append_keys(char why[PARAM_WHY_BYTES], const struct param_group *group)
{
    for (int i = 0; i < group->row_count; i++)
        append(why, "%s %s", i ? "," : "", group->rows[i].key);
}

static const char *find_near_key(const struct param_group *group, const char *key)
{
    const char *nearest = NULL;
    int least = INT_MAX;

    for (int i = 0; i < group->row_count; i++) {
        const char *known = group->rows[i].key;
        int slips = spelling_slips(key, known);

        if (spelling_is_near(key, known) && slips < least) {
            least = slips;
            nearest = known;
        }
    }
    return nearest;
}

void param_key_meant(const struct param_ref *section, const char *key, char why[PARAM_WHY_BYTES])
{
    const char *near = find_near_key(section->group, key);
    char name[PARAM_NAME_BYTES], shown[PARAM_NAME_BYTES + 4];

    show(key, shown);
    param_section(section, name);
    snprintf(why, PARAM_WHY_BYTES, "unknown key \"%s\" in [%s]; ", shown, name);
    if (near) {
        append(why, "did you mean \"%s\"?", near);
    } else {
        append(why, "known:");
        append_keys(why, section->group);
    }
}

void param_section_meant(const char *name, char why[PARAM_WHY_BYTES])
{
    const struct param_group *many = find_many(name);
    char nearest[PARAM_NAME_BYTES], shown[PARAM_NAME_BYTES + 4];

    show(name, shown);
    snprintf(why, PARAM_WHY_BYTES, "unknown section [%s]", shown);
    if (many)
        append(why, "; there are [%s.1] to [%s.%d]", many->name, many->name, many->count);
    else if (find_nearest(name, false, nearest))
        append(why, "; did you mean [%s]?", nearest);
    else
        append_parts(why, name);
}

/* Splits a full name at its last dot. False: the part before is no section. */
static bool find_section_of(struct param_ref *section, const char *name, const char **key)
{
    const char *dot = strrchr(name, '.');
    char before[PARAM_NAME_BYTES];

    if (!dot || (size_t)(dot - name) >= sizeof before)
        return false;
    memcpy(before, name, (size_t)(dot - name));
    before[dot - name] = '\0';
    *key = dot + 1;
    return param_find_section(section, before);
}

static void append_keys_of(char why[PARAM_WHY_BYTES], const struct param_ref *section,
                           const char *key)
{
    const char *near = find_near_key(section->group, key);
    char name[PARAM_NAME_BYTES];

    param_section(section, name);
    if (near) {
        append(why, "; did you mean \"%s.%s\"?", name, near);
    } else {
        append(why, "; %s has", name);
        append_keys(why, section->group);
    }
}

void param_meant(const char *name, char why[PARAM_WHY_BYTES])
{
    const struct param_group *many = find_many(name);
    char nearest[PARAM_NAME_BYTES], shown[PARAM_NAME_BYTES + 4];
    struct param_ref section;
    const char *key;

    show(name, shown);
    snprintf(why, PARAM_WHY_BYTES, "unknown parameter \"%s\"", shown);
    if (find_section_of(&section, name, &key))
        append_keys_of(why, &section, key);
    else if (many)
        append(why, "; there are %s.1 to %s.%d", many->name, many->name, many->count);
    else if (find_nearest(name, true, nearest))
        append(why, "; did you mean \"%s\"?", nearest);
    else
        append_parts(why, name);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "param.h"

#include "param_names.h"
#include "param_text.h"
#include "utf8.h"

#include <stdio.h>
#include <string.h>

enum { VALUE_SHOWN = 60 }; /* bytes */

static size_t place(const struct param_ref *ref)
{
    return ref->group->offset + (size_t)ref->member * ref->group->stride + ref->row->offset;
}

void params_defaults(struct params *params)
{
    char why[PARAM_WHY_BYTES];

    memset(params, 0, sizeof *params); /* so that equal parameters are equal bytes */
    for (struct param_ref ref = { 0 }; param_next(&ref);)
        param_set(params, &ref, ref.row->text, why);
}

bool param_next(struct param_ref *ref)
{
    if (!ref->group) {
        *ref = (struct param_ref){ param_groups, 0, param_groups->rows };
        return true;
    }
    if (++ref->row < ref->group->rows + ref->group->row_count)
        return true;
    if (++ref->member == ref->group->count) {
        if (++ref->group == param_groups + param_group_count)
            return false;
        ref->member = 0;
    }
    ref->row = ref->group->rows;
    return true;
}

void param_name(const struct param_ref *ref, char name[PARAM_NAME_BYTES])
{
    size_t length;

    param_section(ref, name);
    length = strlen(name);
    snprintf(name + length, PARAM_NAME_BYTES - length, ".%s", ref->row->key);
}

bool param_find(struct param_ref *ref, const char *name, char why[PARAM_WHY_BYTES])
{
    const char *dot = strrchr(name, '.');
    size_t length = dot ? (size_t)(dot - name) : 0;
    struct param_ref found;
    char section[PARAM_NAME_BYTES];

    if (dot && length < sizeof section) {
        memcpy(section, name, length);
        section[length] = '\0';
        if (param_find_section(&found, section)) {
            found.row = param_find_row(found.group, dot + 1);
            if (found.row) {
                *ref = found;
                return true;
            }
        }
    }
    param_meant(name, why);
    return false;
}

bool param_set(struct params *params, const struct param_ref *ref, const char *text,
               char why[PARAM_WHY_BYTES])
{
    const char *wrong;
    char value[4 * VALUE_SHOWN], allowed[320];
    size_t shown;

    if (param_read_text(ref->row, (char *)params + place(ref), text, &wrong))
        return true;
    snprintf(value, sizeof value, "%s", text);
    utf8_sanitise(value);
    shown = utf8_cut(value, VALUE_SHOWN);
    param_range(ref->row, allowed, sizeof allowed);
    snprintf(why, PARAM_WHY_BYTES, "\"%.*s%s\" %s; allowed: %s", (int)shown, value,
             value[shown] ? "..." : "", wrong, allowed);
    return false;
}

bool param_set_number(struct params *params, const struct param_ref *ref, double value,
                      char why[PARAM_WHY_BYTES])
{
    const char *wrong;
    char allowed[320];

    if (param_read_number(ref->row, (char *)params + place(ref), value, &wrong))
        return true;
    param_range(ref->row, allowed, sizeof allowed);
    snprintf(why, PARAM_WHY_BYTES, "%.15g %s; allowed: %s", value, wrong, allowed);
    return false;
}

double param_number(const struct params *params, const struct param_ref *ref)
{
    const char *from = (const char *)params + place(ref);
    int whole = 0;

    if (ref->row->type == PARAM_NUMBER)
        return *(const double *)from;
    if (ref->row->type == PARAM_BOOL)
        return *(const bool *)from;
    memcpy(&whole, from, sizeof whole);
    return whole;
}

bool param_same(const struct params *a, const struct params *b, const struct param_ref *ref)
{
    return memcmp((const char *)a + place(ref), (const char *)b + place(ref),
                  param_bytes(ref->row)) == 0;
}

void param_copy(struct params *to, const struct params *from, const struct param_ref *ref)
{
    memcpy((char *)to + place(ref), (const char *)from + place(ref), param_bytes(ref->row));
}

bool param_is_within(const struct param_ref *ref, const char *path)
{
    char name[PARAM_NAME_BYTES];
    size_t length = strlen(path);

    param_name(ref, name);
    return strncmp(name, path, length) == 0 && (name[length] == '.' || name[length] == '\0');
}

void param_get(const struct params *params, const struct param_ref *ref,
               char text[PARAM_TEXT_BYTES])
{
    param_write_text(ref->row, (const char *)params + place(ref), text);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A preset's file with other values, and all else as it was. */
#include "ini.h"
#include "param_names.h"
#include "preset.h"
#include "preset_print.h"

#include <stdlib.h>
#include <string.h>

/* Everything is copied from the text in its order, with other values and further lines between. */
struct editing {
    const struct ini *ini; /* the text as it is read */
    const char *text;
    size_t length, copied; /* bytes; those that are in `out` already */
    const struct params *params;
    FILE *out;
    const char *line_end;
    bool ended; /* the text's last line, which had no line end */
};

static const char *line_end_of(const char *text, size_t length)
{
    const char *end = length ? memchr(text, '\n', length) : NULL;

    return end && end > text && end[-1] == '\r' ? "\r\n" : "\n";
}

static void copy_until(struct editing *editing, size_t to)
{
    fwrite(editing->text + editing->copied, 1, to - editing->copied, editing->out);
    editing->copied = to;
}

/* What is added next begins on a line of its own. */
static void end_line(struct editing *editing)
{
    if (editing->ended || editing->copied == 0 || editing->text[editing->copied - 1] == '\n')
        return;
    fputs(editing->line_end, editing->out);
    editing->ended = true;
}

/* Lines that end in LF. */
static void add_lines(struct editing *editing, const char *lines)
{
    for (size_t length; *lines; lines += length + 1) {
        length = strcspn(lines, "\n");
        fprintf(editing->out, "%.*s%s", (int)length, lines, editing->line_end);
    }
}

/* ---- a section that is there ---- */

/* Whether a text says another value than `to`, which is in the table's spelling. */
static bool says_otherwise(const struct param_ref *ref, const char *text, const char *to)
{
    struct params params;
    char why[PARAM_WHY_BYTES], is[PARAM_TEXT_BYTES];

    if (!param_set(&params, ref, text, why))
        return true;
    param_get(&params, ref, is);
    return strcmp(is, to) != 0;
}

/* Whether a comment follows, which then needs a blank before it. */
static bool is_before_comment(const struct editing *editing, size_t at)
{
    return at < editing->length && (editing->text[at] == ';' || editing->text[at] == '#');
}

static void edit_entry(struct editing *editing, const struct param_ref *section,
                       const struct ini_entry *entry)
{
    struct param_ref ref = *section;
    char to[PARAM_TEXT_BYTES];

    ref.row = param_find_row(ref.group, entry->key);
    if (!ref.row)
        return;
    param_get(editing->params, &ref, to);
    if (!says_otherwise(&ref, entry->value, to))
        return;
    copy_until(editing, entry->at);
    fputs(to, editing->out);
    editing->copied += strlen(entry->value);
    if (!*entry->value && is_before_comment(editing, entry->at))
        fputc(' ', editing->out);
}

static bool has_entry(const struct ini *ini, int section, const char *key)
{
    for (int i = 0; i < ini->entry_count; i++)
        if (ini->entry[i].section == section && strcmp(ini->entry[i].key, key) == 0)
            return true;
    return false;
}

/* The value in *text. False: it is the default. */
static bool needs_line(const struct editing *editing, const struct param_ref *ref,
                       char text[PARAM_TEXT_BYTES])
{
    param_get(editing->params, ref, text);
    return strcmp(text, ref->row->text) != 0;
}

static void add_missing_keys(struct editing *editing, const struct param_ref *section, int index)
{
    struct param_ref ref = *section;
    char text[PARAM_TEXT_BYTES];

    for (int i = 0; i < ref.group->row_count; i++) {
        ref.row = &ref.group->rows[i];
        if (has_entry(editing->ini, index, ref.row->key) || !needs_line(editing, &ref, text))
            continue;
        copy_until(editing, editing->ini->section[index].end);
        end_line(editing);
        fprintf(editing->out, "%s = %s%s", ref.row->key, text, editing->line_end);
    }
}

static void edit_section(struct editing *editing, int index)
{
    const struct ini *ini = editing->ini;
    struct param_ref section;

    if (!param_find_section(&section, ini->section[index].name))
        return;
    for (int i = 0; i < ini->entry_count; i++)
        if (ini->entry[i].section == index)
            edit_entry(editing, &section, &ini->entry[i]);
    add_missing_keys(editing, &section, index);
}

/* ---- sections that are missing ---- */

static bool has_section(const struct ini *ini, const struct param_ref *ref)
{
    char name[PARAM_NAME_BYTES];

    param_section(ref, name);
    for (int i = 0; i < ini->section_count; i++)
        if (strcmp(ini->section[i].name, name) == 0)
            return true;
    return false;
}

static void print_missing_sections(const struct editing *editing, FILE *out)
{
    struct preset_printing printing = { .out = out };
    char text[PARAM_TEXT_BYTES];

    for (struct param_ref ref = { 0 }; param_next(&ref);)
        if (needs_line(editing, &ref, text) && !has_section(editing->ini, &ref))
            preset_print_value(&printing, &ref, text);
}

/* False: no memory. */
static bool add_missing_sections(struct editing *editing)
{
    char *lines = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&lines, &length);
    bool good;

    if (!out)
        return false;
    print_missing_sections(editing, out);
    good = !ferror(out);
    good = fclose(out) == 0 && good;
    if (good && length > 0) {
        end_line(editing);
        add_lines(editing, lines);
    }
    free(lines);
    return good;
}

/* ---- all of it ---- */

static bool write_edited(struct editing *editing)
{
    for (int i = 0; i < editing->ini->section_count; i++)
        edit_section(editing, i);
    copy_until(editing, editing->length);
    return add_missing_sections(editing);
}

static bool write_new(const struct params *params, FILE *out)
{
    preset_print(out, params, false);
    return true;
}

/* What is written by a call of either, as a string. */
static char *write_to_string(struct editing *editing)
{
    char *text = NULL;
    size_t length = 0;
    bool good;

    editing->out = open_memstream(&text, &length);
    if (!editing->out)
        return NULL;
    good = editing->length > 0 ? write_edited(editing) : write_new(editing->params, editing->out);
    good = !ferror(editing->out) && good;
    if (fclose(editing->out) == 0 && good)
        return text;
    free(text);
    return NULL;
}

/* Whether the edited text can be read as well as the old one: no line or file became too long. */
static bool reads_as_well(const char *text, const struct ini *as)
{
    struct ini ini;
    bool good;

    ini_parse_bytes(&ini, text, strlen(text));
    good = ini.readable && ini.error_count + ini.error_more <= as->error_count + as->error_more;
    ini_finish(&ini);
    return good;
}

static char *edit(const char *text, size_t length, const struct ini *ini,
                  const struct params *params)
{
    struct editing editing = { .ini = ini,
                               .text = text,
                               .length = length,
                               .params = params,
                               .line_end = line_end_of(text, length) };
    char *edited;

    if (!ini->readable || (length > 0 && memchr(text, '\0', length)))
        return NULL;
    edited = write_to_string(&editing);
    if (edited && reads_as_well(edited, ini))
        return edited;
    free(edited);
    return NULL;
}

char *preset_edit(const char *bytes, size_t length, const struct params *params)
{
    const char *text = bytes ? bytes : "";
    struct ini ini;
    char *edited;

    length = bytes ? length : 0;
    ini_parse_bytes(&ini, text, length);
    edited = edit(text, length, &ini, params);
    ini_finish(&ini);
    return edited;
}

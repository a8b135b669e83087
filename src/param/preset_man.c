/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manual page of presets, from the table. */
#include "preset.h"

#include "param.h"

#include <string.h>

static const char head[] =
    ".TH AUDIOSERVER.PRESET 5 \"\" audioserver \"File formats\"\n"
    ".SH NAME\n"
    "audioserver.preset \\- what a preset of audioserver says\n"
    ".SH SYNOPSIS\n"
    ".nf\n"
    "/usr/share/audioserver/presets/NAME.ini\n"
    "/etc/audioserver/presets/NAME.ini\n"
    "/var/lib/audioserver/presets/NAME.ini\n"
    ".fi\n"
    ".SH DESCRIPTION\n"
    "A preset is an INI file with what shall be otherwise than the defaults.\n"
    "A name is looked for in the three folders, and the later one wins:\n"
    "presets that were shipped, your own, those that were saved.\n"
    "A file that is edited while sound runs is heard as soon as it is written;\n"
    "a key at fault keeps its value, and is named in the journal and by\n"
    ".BR \"audioctl status\" .\n"
    ".PP\n"
    "A line that begins with # or ; is a comment.\n"
    "For yes and no a file may say on and off, true and false, 1 and 0 as well.\n"
    "On the command line and in the control protocol a parameter is called\n"
    "by its section, a point and its key: compressor.threshold_db.\n"
    ".SH EXAMPLE\n"
    ".nf\n"
    "[compressor]\n"
    "on = yes\n"
    "threshold_db = -24\n"
    ".PP\n"
    "[eq.left.1]\n"
    "type = peaking\n"
    "frequency_hz = 2500\n"
    "gain_db = -5\n"
    ".fi\n"
    ".SH SECTIONS\n";

static const char tail[] = ".SH SEE ALSO\n"
                           ".BR audioctl (1),\n"
                           ".BR audioserver (8)\n";

/* Text for troff: no line begins with a point or a quote, a minus is a minus. */
static void put(FILE *out, const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", out);
    for (; *text; text++) {
        if (*text == '-' || *text == '\\')
            fputc('\\', out);
        fputc(*text == '\\' ? 'e' : *text, out);
    }
}

static void put_row(FILE *out, const struct param *row)
{
    char allowed[320];

    param_range(row, allowed, sizeof allowed);
    fputs(".TP\n.B ", out);
    put(out, row->key);
    fputs("\n", out);
    put(out, row->help);
    fputs("\nAllowed: ", out);
    put(out, allowed);
    fputs("; default ", out);
    put(out, row->text);
    fputs(".\n", out);
}

static void put_heading(FILE *out, const struct param_group *group)
{
    if (group->count == 1)
        fprintf(out, ".SS [%s]\n", group->name);
    else
        fprintf(out, ".SS [%s.1] to [%s.%d]\n", group->name, group->name, group->count);
    put(out, group->help);
    fputc('\n', out);
}

/* The group that has explained these rows already, or NULL. */
static const struct param_group *explained(const struct param_group *group)
{
    for (const struct param_group *other = param_groups; other < group; other++)
        if (other->rows == group->rows)
            return other;
    return NULL;
}

void preset_man(FILE *out)
{
    fputs(head, out);
    for (int g = 0; g < param_group_count; g++) {
        const struct param_group *group = &param_groups[g], *other = explained(group);

        put_heading(out, group);
        if (other)
            fprintf(out, "The keys are those of [%s%s].\n", other->name,
                    other->count > 1 ? ".1" : "");
        for (int r = 0; !other && r < group->row_count; r++)
            put_row(out, &group->rows[r]);
    }
    fputs(tail, out);
}

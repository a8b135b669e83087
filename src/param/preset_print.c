/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A preset as a file, from the table. */
#include "preset_print.h"

#include "ini.h"
#include "param_names.h"
#include "preset.h"

#include <string.h>

static void print_head(FILE *out, bool all)
{
    fputs("# A preset of audioserver: the parameters of its sound. A key that is left out\n"
          "# has its default. A line that begins with # or ; is a comment. For yes and no,\n"
          "# a file may say on and off, true and false, 1 and 0 as well.\n",
          out);
    if (!all)
        fputs("# Here is what differs from the defaults.\n", out);
}

/* Each key is explained where it first stands; the bands of an equalizer are all alike. */
static bool is_explained(struct preset_printing *printing, const struct param *row)
{
    for (int i = 0; i < printing->explained_count; i++) {
        const struct param *other = printing->explained[i]; /* outputs have rows of their own */

        if (other == row ||
            (strcmp(other->key, row->key) == 0 && strcmp(other->help, row->help) == 0 &&
             strcmp(other->text, row->text) == 0))
            return true;
    }
    if (printing->explained_count < PRESET_EXPLAINED)
        printing->explained[printing->explained_count++] = row;
    return false;
}

static void explain(FILE *out, const struct param *row)
{
    char allowed[320], range[400];

    param_range(row, allowed, sizeof allowed);
    snprintf(range, sizeof range, "Allowed: %s; default %s.", allowed, row->text);
    fputc('\n', out);
    ini_print_comment(out, row->help);
    ini_print_comment(out, range);
}

/* The heading, at the first key of a section. */
static void begin_section(struct preset_printing *printing, const struct param_ref *ref)
{
    char name[PARAM_NAME_BYTES];

    if (ref->group == printing->group && ref->member == printing->member)
        return;
    fputc('\n', printing->out);
    if (ref->group != printing->group)
        ini_print_comment(printing->out, ref->group->help);
    param_section(ref, name);
    fprintf(printing->out, "[%s]\n", name);
    printing->group = ref->group;
    printing->member = ref->member;
}

void preset_print_value(struct preset_printing *printing, const struct param_ref *ref,
                        const char *text)
{
    begin_section(printing, ref);
    if (!is_explained(printing, ref->row))
        explain(printing->out, ref->row);
    fprintf(printing->out, "%s = %s\n", ref->row->key, text);
}

void preset_print(FILE *out, const struct params *params, bool all)
{
    struct preset_printing printing = { .out = out };
    char text[PARAM_TEXT_BYTES];

    print_head(out, all);
    for (struct param_ref ref = { 0 }; param_next(&ref);) {
        param_get(params, &ref, text);
        if (all || strcmp(text, ref.row->text) != 0)
            preset_print_value(&printing, &ref, text);
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audioctl params: the table, for people. */
#include "args.h"
#include "control.h"

#include "param.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

static bool matches(const char *name, const char *pattern)
{
    if (!pattern)
        return true;
    if (strpbrk(pattern, "*?["))
        return fnmatch(pattern, name, 0) == 0;
    return strstr(name, pattern) != NULL;
}

static void show(const char *name, const struct param_group *group, const struct param *row,
                 int members)
{
    char range[512];

    param_range(row, range, sizeof range);
    printf("%-34s %s; default %s%s%s\n", name, range, row->text, *row->unit ? " " : "", row->unit);
    if (members > 1)
        printf("    N is 1 to %d. %s\n", group->count, row->help);
    else
        printf("    %s\n", row->help);
}

/* All members at once where all are wanted, else each for itself. */
static int show_row(const struct param_group *group, const struct param *row, const char *pattern)
{
    struct param_ref ref = { .group = group, .row = row };
    char name[PARAM_NAME_BYTES];
    int wanted = 0;

    for (ref.member = 0; ref.member < group->count; ref.member++) {
        param_name(&ref, name);
        wanted += matches(name, pattern);
    }
    if (group->count > 1 && wanted == group->count) {
        snprintf(name, sizeof name, "%s.N.%s", group->name, row->key);
        show(name, group, row, wanted);
        return wanted;
    }
    for (ref.member = 0; ref.member < group->count; ref.member++) {
        param_name(&ref, name);
        if (matches(name, pattern))
            show(name, group, row, 1);
    }
    return wanted;
}

static int show_all(const char *pattern)
{
    int shown = 0;

    for (int g = 0; g < param_group_count; g++)
        for (int r = 0; r < param_groups[g].row_count; r++)
            shown += show_row(&param_groups[g], &param_groups[g].rows[r], pattern);
    if (!shown) {
        complain("no parameter's name matches \"%s\"", pattern);
        return FAILED;
    }
    return printed(DONE);
}

int cli_params(const struct args *args)
{
    return show_all(args_word(args, 0));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a preset's file, in the table's order: with headings, and explained. */
#ifndef PRESET_PRINT_H
#define PRESET_PRINT_H

#include "param.h"

#include <stdio.h>

enum { PRESET_EXPLAINED = 256 };

struct preset_printing { /* begins with `out` alone */
    FILE *out;
    const struct param_group *group; /* whose sections are being printed */
    int member;
    const struct param *explained[PRESET_EXPLAINED];
    int explained_count;
};

/* A line, and what has to stand before it: a section's heading, what the key means. */
void preset_print_value(struct preset_printing *printing, const struct param_ref *ref,
                        const char *text);

#endif

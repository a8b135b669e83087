/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ini.h"

#include <string.h>

enum { COLUMNS = 80 };

void ini_print_comment(FILE *out, const char *text)
{
    int column = 0;

    while (*text) {
        int length = (int)strcspn(text, " ");

        if (column == 0 || column + 1 + length > COLUMNS)
            column = fprintf(out, "%s# %.*s", column ? "\n" : "", length, text) - (column ? 1 : 0);
        else
            column += fprintf(out, " %.*s", length, text);
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

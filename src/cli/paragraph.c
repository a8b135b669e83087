/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paragraph.h"

#include <string.h>

/* Characters, as far as a terminal gives each one column. */
static int columns(const char *text, int bytes)
{
    int count = 0;

    for (int i = 0; i < bytes; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

void paragraph(FILE *out, const char *text, int indent, int at)
{
    for (int first = 1; *text; first = 0) {
        int bytes = (int)strcspn(text, " \n"), wide = columns(text, bytes);

        if (!first && at + 1 + wide >= PARAGRAPH_COLUMNS) {
            fprintf(out, "\n%*s", indent, "");
            at = indent;
        } else if (!first) {
            fputc(' ', out);
            at++;
        }
        fprintf(out, "%.*s", bytes, text);
        at += wide;
        text += bytes;
        text += strspn(text, " \n");
    }
    fputc('\n', out);
}

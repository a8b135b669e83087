/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whole_file.h"

#include "cli.h"
#include "link.h"
#include "utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES = LINK_REQUEST_BYTES };

static bool is_text(const char *text, size_t length)
{
    size_t at = 0, bytes = 1;

    for (; at < length && bytes && text[at]; at += bytes)
        bytes = utf8_length(text + at, length - at);
    return at == length && bytes;
}

static bool fill(const char *path, char *text)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    size_t length;
    bool failed;

    if (!file) {
        complain("cannot read %s: %s", path, strerror(errno));
        return false;
    }
    length = fread(text, 1, BYTES, file);
    failed = ferror(file);
    if (failed)
        complain("cannot read %s: %s", path, strerror(errno));
    else if (length >= BYTES)
        complain("%s is too long: %d bytes are the most for one request", path, BYTES - 1);
    else if (!is_text(text, length))
        complain("%s is no text in UTF-8", path);
    else
        text[length] = 0;
    if (file != stdin)
        fclose(file);
    return !failed && length < BYTES && is_text(text, length);
}

char *whole_file(const char *path)
{
    char *text = malloc(BYTES + 1);

    if (text && fill(path, text))
        return text;
    free(text);
    return NULL;
}

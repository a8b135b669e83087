/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include "utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void complain(const char *format, ...)
{
    char text[8192]; /* two paths of PATH_MAX at most are not all readable anyway */
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    utf8_sanitise(text);
    fprintf(stderr, "audioctl: %s\n", text);
}

int printed(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    complain("cannot write to standard output: %s", strerror(errno));
    return FAILED;
}

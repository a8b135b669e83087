/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WHOLE_FILE_H
#define WHOLE_FILE_H

/* The text of a file, "-" being standard input; to be freed. NULL after a complaint: it cannot be
 * read, has a byte 0 or is no UTF-8, or has more than fits into a request. */
char *whole_file(const char *path);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Presets by name: FOLDER/NAME.ini in up to three folders, of which only that of the saved ones is
 * ever written. The file that wins a name is the one in the later folder. Nothing is remembered;
 * every call looks at the folders. Any normal thread.
 */
#ifndef LIBRARY_H
#define LIBRARY_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

enum library_folder { LIBRARY_SHIPPED, LIBRARY_ADMIN, LIBRARY_SAVED, LIBRARY_FOLDERS };

enum {
    LIBRARY_FOLDER_BYTES = 256, /* sizes of strings with their end */
    LIBRARY_NAME_BYTES = 65,
    LIBRARY_TITLE_BYTES = 81,
    LIBRARY_WHY_BYTES = 160,
    LIBRARY_ENTRIES = 1000, /* more are not listed; saved ones are the last to go */
};

struct library {
    char folder[LIBRARY_FOLDERS][LIBRARY_FOLDER_BYTES]; /* "": none; later ones win by name */
};

struct library_entry {
    char name[LIBRARY_NAME_BYTES];
    enum library_folder folder;
    char title[LIBRARY_TITLE_BYTES]; /* the comment the file begins with, its first line; or "" */
};

/* Names have 1 to 64 characters: letters a-z A-Z, digits, space, _ - . + ( ); they do not begin
 * with a dot nor end in a space. If one is not fine, `why` is a sentence without a full stop. */
bool library_name_is_fine(const char *name, char why[LIBRARY_WHY_BYTES]);

/* All presets, sorted by name (by bytes), one per name. *entries is malloc'd. What is not NAME.ini
 * or no regular file (a link may lead to one) is ignored, and so is a folder that cannot be read.
 * 0 or -ENOMEM. */
int library_list(const struct library *library, struct library_entry **entries, size_t *count);

/* The file that wins a name. `folder` may be NULL. False: there is none, nothing is written. */
bool library_find(const struct library *library, const char *name, char path[PATH_MAX],
                  enum library_folder *folder);

/* Into the folder of saved ones, which is made if missing (0750, its parent must be there), over
 * one of that name. What else than 0 these three return:
 *   -EINVAL the name is not fine; -ENOENT there is no such preset, or no folder for saved ones;
 *   -EACCES it stands in another folder only; -EEXIST `to` is there, in any folder, and `replace`
 *   is false (with true one in another folder is hidden, not touched); and whatever the file
 *   system says. */
int library_save(const struct library *library, const char *name, const char *bytes, size_t length);
int library_rename(const struct library *library, const char *from, const char *to, bool replace);
int library_delete(const struct library *library, const char *name);

/* What a name that nothing has was meant to be, or NULL. */
const char *library_nearest(const struct library_entry *entries, size_t count, const char *name);

#endif

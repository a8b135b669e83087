/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "library.h"

#include "ini.h"
#include "spelling.h"
#include "store.h"
#include "utf8.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GROWTH = 32, FOLDER_MODE = 0750 };

static const char suffix[] = ".ini";

/* ---- names ---- */

/* Bytes of `name` that may be there; the first that may not stands behind them. */
static size_t fine_length(const char *name)
{
    return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-.+()");
}

static void refuse_character(const char *at, char why[LIBRARY_WHY_BYTES])
{
    static const char allowed[] = "letters a-z A-Z, digits, spaces and _ - . + ( )";
    size_t length = utf8_length(at, strlen(at));

    if (length == 0 || utf8_is_control(at))
        snprintf(why, LIBRARY_WHY_BYTES,
                 "the byte 0x%02X cannot be in a preset's name; allowed: %s", (unsigned char)*at,
                 allowed);
    else
        snprintf(why, LIBRARY_WHY_BYTES, "\"%.*s\" cannot be in a preset's name; allowed: %s",
                 (int)length, at, allowed);
}

bool library_name_is_fine(const char *name, char why[LIBRARY_WHY_BYTES])
{
    size_t length = strlen(name), fine = fine_length(name);

    if (length == 0)
        snprintf(why, LIBRARY_WHY_BYTES, "a preset's name cannot be empty");
    else if (fine < length)
        refuse_character(name + fine, why);
    else if (length >= LIBRARY_NAME_BYTES)
        snprintf(why, LIBRARY_WHY_BYTES, "a preset's name has at most %d characters; this has %zu",
                 LIBRARY_NAME_BYTES - 1, length);
    else if (name[0] == '.')
        snprintf(why, LIBRARY_WHY_BYTES, "a preset's name cannot begin with a dot");
    else if (name[length - 1] == ' ')
        snprintf(why, LIBRARY_WHY_BYTES, "a preset's name cannot end in a space");
    else
        return true;
    return false;
}

/* The name of a preset whose file has this one. False: it has none. */
static bool name_of_file(const char *file, char name[LIBRARY_NAME_BYTES])
{
    size_t length = strlen(file), end = sizeof suffix - 1;
    char why[LIBRARY_WHY_BYTES];

    if (length <= end || length - end >= LIBRARY_NAME_BYTES ||
        strcmp(file + length - end, suffix) != 0)
        return false;
    memcpy(name, file, length - end);
    name[length - end] = '\0';
    return library_name_is_fine(name, why);
}

/* ---- finding ---- */

/* FOLDER/NAME.ini; the name is fine. */
static void path_of(const struct library *library, enum library_folder folder, const char *name,
                    char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/%s%s", library->folder[folder], name, suffix);
}

/* Whether that file is there; the folder may be none. */
static bool stands_in(const struct library *library, enum library_folder folder, const char *name,
                      char path[PATH_MAX])
{
    struct stat status;

    if (!*library->folder[folder])
        return false;
    path_of(library, folder, name, path);
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

bool library_find(const struct library *library, const char *name, char path[PATH_MAX],
                  enum library_folder *folder)
{
    char why[LIBRARY_WHY_BYTES], tried[PATH_MAX];

    if (!library_name_is_fine(name, why))
        return false;
    for (int i = LIBRARY_FOLDERS - 1; i >= 0; i--) {
        if (!stands_in(library, i, name, tried))
            continue;
        memcpy(path, tried, strlen(tried) + 1);
        if (folder)
            *folder = i;
        return true;
    }
    return false;
}

/* ---- listing ---- */

struct listing {
    struct library_entry *entry;
    size_t count;
};

/* The first line of a file if it is a comment, blank lines and a BOM before it apart. */
static void find_title(const char *text, char title[LIBRARY_TITLE_BYTES])
{
    size_t length;
    char line[4 * LIBRARY_TITLE_BYTES];

    *title = '\0';
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    text += strspn(text, " \t\r\n");
    if (*text != '#' && *text != ';')
        return;
    text += strspn(text, "#; \t");
    length = strcspn(text, "\r\n");
    snprintf(line, sizeof line, "%.*s", (int)(length < sizeof line ? length : sizeof line - 1),
             text);
    utf8_sanitise(line);
    length = utf8_cut(line, LIBRARY_TITLE_BYTES - 1);
    while (length > 0 && line[length - 1] == ' ')
        length--;
    memcpy(title, line, length);
    title[length] = '\0';
}

static void read_title(const char *path, char title[LIBRARY_TITLE_BYTES])
{
    char *bytes;
    size_t length;

    *title = '\0';
    if (store_read(path, INI_FILE_BYTES, &bytes, &length) != 0)
        return;
    find_title(bytes, title);
    free(bytes);
}

static bool has_name(const struct listing *listing, const char *name)
{
    for (size_t i = 0; i < listing->count; i++)
        if (strcmp(listing->entry[i].name, name) == 0)
            return true;
    return false;
}

/* Room for one more entry. False: no memory. */
static bool grow(struct listing *listing)
{
    struct library_entry *grown;

    if (listing->count % GROWTH != 0)
        return true;
    grown = realloc(listing->entry, (listing->count + GROWTH) * sizeof *grown);
    if (!grown)
        return false;
    listing->entry = grown;
    return true;
}

/* Adds a file of a folder if it is a preset that no later folder has. False: no memory. */
static bool add_file(struct listing *listing, const struct library *library,
                     enum library_folder folder, const char *file)
{
    char name[LIBRARY_NAME_BYTES], path[PATH_MAX];
    struct library_entry *entry;

    if (!name_of_file(file, name) || has_name(listing, name) ||
        !stands_in(library, folder, name, path))
        return true;
    if (!grow(listing))
        return false;
    entry = &listing->entry[listing->count++];
    memcpy(entry->name, name, sizeof name);
    entry->folder = folder;
    read_title(path, entry->title);
    return true;
}

static bool add_folder(struct listing *listing, const struct library *library,
                       enum library_folder folder)
{
    DIR *files = *library->folder[folder] ? opendir(library->folder[folder]) : NULL;
    bool good = true;

    if (!files)
        return true;
    for (const struct dirent *file;
         good && listing->count < LIBRARY_ENTRIES && (file = readdir(files));)
        good = add_file(listing, library, folder, file->d_name);
    closedir(files);
    return good;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct library_entry *)a)->name, ((const struct library_entry *)b)->name);
}

int library_list(const struct library *library, struct library_entry **entries, size_t *count)
{
    struct listing listing = { 0 };
    bool good = grow(&listing);

    for (int i = LIBRARY_FOLDERS - 1; good && i >= 0; i--)
        good = add_folder(&listing, library, i);
    if (!good) {
        free(listing.entry);
        listing = (struct listing){ 0 };
    } else {
        qsort(listing.entry, listing.count, sizeof *listing.entry, by_name);
    }
    *entries = listing.entry;
    *count = listing.count;
    return good ? 0 : -ENOMEM;
}

const char *library_nearest(const struct library_entry *entries, size_t count, const char *name)
{
    const char *nearest = NULL;
    int least = INT_MAX;

    for (size_t i = 0; i < count; i++) {
        int slips = spelling_slips(name, entries[i].name);

        if (slips < least && spelling_is_near(name, entries[i].name)) {
            least = slips;
            nearest = entries[i].name;
        }
    }
    return nearest;
}

/* ---- changing the saved ones ---- */

/* The path of a saved preset. 0, or what the header says. */
static int find_saved(const struct library *library, const char *name, char path[PATH_MAX])
{
    char why[LIBRARY_WHY_BYTES], elsewhere[PATH_MAX];

    if (!library_name_is_fine(name, why))
        return -EINVAL;
    if (stands_in(library, LIBRARY_SAVED, name, path))
        return 0;
    return library_find(library, name, elsewhere, NULL) ? -EACCES : -ENOENT;
}

/* A new folder is to outlive a power cut as what is saved in it does. */
static int make_folder(const char *folder)
{
    char parent[LIBRARY_FOLDER_BYTES + sizeof "/.."];

    if (mkdir(folder, FOLDER_MODE) < 0)
        return errno == EEXIST ? 0 : -errno;
    snprintf(parent, sizeof parent, "%s/..", folder);
    return store_sync_folder(parent);
}

int library_save(const struct library *library, const char *name, const char *bytes, size_t length)
{
    char why[LIBRARY_WHY_BYTES], path[PATH_MAX];
    int error;

    if (!library_name_is_fine(name, why))
        return -EINVAL;
    if (!*library->folder[LIBRARY_SAVED])
        return -ENOENT;
    error = make_folder(library->folder[LIBRARY_SAVED]);
    if (error)
        return error;
    path_of(library, LIBRARY_SAVED, name, path);
    return store_write(path, bytes, length, false);
}

int library_rename(const struct library *library, const char *from, const char *to, bool replace)
{
    char why[LIBRARY_WHY_BYTES], old[PATH_MAX], new[PATH_MAX];
    int error = find_saved(library, from, old);

    if (!library_name_is_fine(to, why))
        return -EINVAL;
    if (error)
        return error;
    if (!replace && library_find(library, to, new, NULL))
        return -EEXIST;
    path_of(library, LIBRARY_SAVED, to, new);
    if (rename(old, new) < 0)
        return -errno;
    return store_sync_folder(library->folder[LIBRARY_SAVED]);
}

int library_delete(const struct library *library, const char *name)
{
    char path[PATH_MAX];
    int error = find_saved(library, name, path);

    if (error)
        return error;
    if (unlink(path) < 0)
        return -errno;
    return store_sync_folder(library->folder[LIBRARY_SAVED]);
}

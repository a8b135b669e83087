/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that survive power cuts, and reading what may be anything.
 *
 * Temporary files stand beside what is written, as .store-PID-N.tmp. Those that a killed process
 * left do no harm, and the next write into their folder removes them; a write holds a lock on the
 * folder, so that nobody takes a living one for such. Any normal thread; several may write into a
 * folder, and of two that write one file the later one stands.
 */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes a file so that after a power cut at any moment the old one or the new one is there, whole:
 * a temporary file beside it, fsync, rename, fsync of the folder. With keep_older what was there
 * becomes PATH.1, which is never missing and never half; an empty file never takes the place of an
 * older one. Mode 0640.
 *
 * 0, or -errno with the old file untouched and no temporary file left. One failure comes later: if
 * the folder cannot be synced, the new file stands, and may not outlive a power cut.
 *
 * A symbolic link at PATH is refused (-ELOOP), neither followed nor replaced: the first would write
 * where nobody expects it, the second would cut what an admin has tied. Folders on the way may be
 * links. Whatever else is no regular file: -EINVAL.
 */
int store_write(const char *path, const char *bytes, size_t length, bool keep_older);

/*
 * Reads a whole regular file of at most `limit` bytes into *bytes (malloc'd, a NUL behind it); a
 * symbolic link may lead to it. Never blocks: FIFOs, sockets, folders, devices are -EINVAL, and are
 * not even opened. Too large: -EFBIG. 0 or -errno, *bytes NULL.
 */
int store_read(const char *path, size_t limit, char **bytes, size_t *length);

/* Makes lasting what was renamed or removed in a folder. 0 or -errno. */
int store_sync_folder(const char *folder);

#endif

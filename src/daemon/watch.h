/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looks at folders for files that were written: in place (when they are closed) or by renaming, as
 * editors do. Main thread.
 */
#ifndef WATCH_H
#define WATCH_H

#include <systemd/sd-event.h>

struct watch;

/* `written` hears of a file's path; of "" if too much has happened: any may have been. NULL and
 * errno on failure. */
struct watch *watch_create(sd_event *event, void (*written)(void *context, const char *path),
                           void *context);
void watch_destroy(struct watch *watch); /* NULL is fine */

/* Looks at a folder too, if it is there: ask again if it may come. The same one twice is once. */
void watch_folder(struct watch *watch, const char *folder);

/* At the folder of a file. */
void watch_file(struct watch *watch, const char *path);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What doctor finds: facts in an order, and what is wrong. */
#ifndef DOCTOR_H
#define DOCTOR_H

#include <jansson.h>

struct findings {
    json_t *facts; /* list of {name, text} */
    json_t *wrong; /* list of sentences */
};

/* Both take a format. A fact of no name belongs to the one before. */
void found(struct findings *findings, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void found_wrong(struct findings *findings, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What the daemon tells of itself. */
void examine_status(struct findings *findings, const json_t *status);
void examine_events(struct findings *findings, const json_t *answer);

/* What can be known without it. */
void examine_socket(struct findings *findings, const char *path);
void examine_machine(struct findings *findings);

#endif

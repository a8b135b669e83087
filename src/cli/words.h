/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of the status in words, for the status itself and for doctor. What the daemon does not tell
 * is left out. */
#ifndef WORDS_H
#define WORDS_H

#include <jansson.h>
#include <stddef.h>

struct words {
    char text[1024];
    size_t length;
};

/* Adds; what does not fit is cut. */
void words_add(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds with a comma where something stands already; nothing if the number is none. */
void words_number(struct words *words, const char *format, double number);

void words_up(struct words *words, double up_s);              /* 2 days 1:02:03 */
void words_jack(struct words *words, const json_t *jack);     /* how JACK is */
void words_load(struct words *words, const json_t *status);   /* load, xruns, callback */
void words_bridge(struct words *words, const json_t *bridge); /* how a bridge is */
void words_device(struct words *words, const json_t *bridge); /* its device, and what went wrong */
void words_machine(struct words *words, const json_t *machine);

/* Whether the processor is or was made slower than it could be (heat, weak power supply). */
enum { THROTTLED_UNKNOWN = -1, THROTTLED_NEVER, THROTTLED_BEFORE, THROTTLED_NOW };
int machine_throttled(const json_t *machine);

#endif

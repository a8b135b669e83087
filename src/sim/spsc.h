/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A byte queue from one thread to one other, without locks. `head` belongs to the writer, `tail` to
 * the reader; each publishes its own with release and reads the other's with acquire. A block goes
 * in whole or not at all.
 */
#ifndef SPSC_H
#define SPSC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct spsc {
    unsigned char *data;
    size_t size; /* a power of two */
    _Alignas(64) _Atomic size_t head;
    _Alignas(64) _Atomic size_t tail;
};

/* At least `size` bytes; false without memory. */
bool spsc_init(struct spsc *queue, size_t size);
void spsc_finish(struct spsc *queue);

/* Writer: room for bytes; put at an offset behind the last commit; make `size` bytes readable. */
size_t spsc_room(struct spsc *queue);
void spsc_put(struct spsc *queue, size_t offset, const void *block, size_t size);
void spsc_commit(struct spsc *queue, size_t size);

/* Reader: false, and nothing taken, when fewer than `size` bytes are there. */
bool spsc_take(struct spsc *queue, void *block, size_t size);

#endif

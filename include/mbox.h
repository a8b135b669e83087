/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mailbox between two threads: the latest message wins, nobody waits.
 *
 * Three slots of plain data: one the writer fills, one the reader reads, one in between. Putting
 * and taking each exchange the own slot with the one in between in a single atomic step.
 *
 * Memory order: the exchange is acquire-release on both sides, so a slot's bytes are complete
 * before the other side can own it, and are no longer read by it when it comes back.
 */
#ifndef MBOX_H
#define MBOX_H

#include "rt.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define MBOX_BYTES_MAX 256

struct mbox {
    size_t bytes;            /* of a message */
    unsigned char *large;    /* the slots of large messages; NULL: `small` */
    _Atomic unsigned middle; /* slot in between; bit 2 set: not taken yet */
    unsigned writers;        /* slot of the writer */
    unsigned readers;        /* slot of the reader */
    _Alignas(16) unsigned char small[3][MBOX_BYTES_MAX];
};

/* An empty box for messages of `bytes` (at most MBOX_BYTES_MAX). No other thread yet. */
void mbox_init(struct mbox *box, size_t bytes);

/* The same for messages of any size, in the caller's memory of 3 * bytes. */
void mbox_init_large(struct mbox *box, size_t bytes, void *memory);

/* Writer: replaces what was not taken. */
RT void mbox_put(struct mbox *box, const void *message);

/* Reader: true and the latest message, or false when there is none since the last take. */
RT bool mbox_take(struct mbox *box, void *message);

/* The same without a copy: the reader's until its next look. NULL: none. */
RT const void *mbox_look(struct mbox *box);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mbox.h"

#include <assert.h>
#include <string.h>

enum { SLOT = 3, FRESH = 4 };

void mbox_init(struct mbox *box, size_t bytes)
{
    assert(bytes <= MBOX_BYTES_MAX);
    memset(box, 0, sizeof *box);
    box->bytes = bytes;
    box->writers = 0;
    atomic_init(&box->middle, 1);
    box->readers = 2;
}

RT void mbox_put(struct mbox *box, const void *message)
{
    memcpy(box->slot[box->writers], message, box->bytes);
    box->writers =
        SLOT & atomic_exchange_explicit(&box->middle, box->writers | FRESH, memory_order_acq_rel);
}

RT bool mbox_take(struct mbox *box, void *message)
{
    if (!(atomic_load_explicit(&box->middle, memory_order_relaxed) & FRESH))
        return false;
    box->readers =
        SLOT & atomic_exchange_explicit(&box->middle, box->readers, memory_order_acq_rel);
    memcpy(message, box->slot[box->readers], box->bytes);
    return true;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mbox.h"

#include <assert.h>
#include <string.h>

enum { SLOT = 3, FRESH = 4 };

void mbox_init(struct mbox *box, size_t bytes)
{
    assert(bytes <= MBOX_BYTES_MAX);
    mbox_init_large(box, bytes, NULL);
}

void mbox_init_large(struct mbox *box, size_t bytes, void *memory)
{
    memset(box, 0, sizeof *box);
    box->bytes = bytes;
    box->large = memory;
    box->writers = 0;
    atomic_init(&box->middle, 1);
    box->readers = 2;
}

RT static void *slot(struct mbox *box, unsigned number)
{
    return box->large ? box->large + number * box->bytes : box->small[number];
}

RT void mbox_put(struct mbox *box, const void *message)
{
    memcpy(slot(box, box->writers), message, box->bytes);
    box->writers =
        SLOT & atomic_exchange_explicit(&box->middle, box->writers | FRESH, memory_order_acq_rel);
}

RT const void *mbox_look(struct mbox *box)
{
    if (!(atomic_load_explicit(&box->middle, memory_order_relaxed) & FRESH))
        return NULL;
    box->readers =
        SLOT & atomic_exchange_explicit(&box->middle, box->readers, memory_order_acq_rel);
    return slot(box, box->readers);
}

RT bool mbox_take(struct mbox *box, void *message)
{
    const void *latest = mbox_look(box);

    if (latest)
        memcpy(message, latest, box->bytes);
    return latest != NULL;
}

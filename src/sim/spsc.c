/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spsc.h"

#include <stdlib.h>
#include <string.h>

bool spsc_init(struct spsc *queue, size_t size)
{
    queue->size = 1;
    while (queue->size < size)
        queue->size *= 2;
    queue->data = calloc(1, queue->size);
    atomic_init(&queue->head, 0);
    atomic_init(&queue->tail, 0);
    return queue->data != NULL;
}

void spsc_finish(struct spsc *queue)
{
    free(queue->data);
    queue->data = NULL;
}

size_t spsc_room(struct spsc *queue)
{
    return queue->size - (atomic_load_explicit(&queue->head, memory_order_relaxed) -
                          atomic_load_explicit(&queue->tail, memory_order_acquire));
}

void spsc_put(struct spsc *queue, size_t offset, const void *block, size_t size)
{
    size_t at =
        (atomic_load_explicit(&queue->head, memory_order_relaxed) + offset) & (queue->size - 1);
    size_t first = size < queue->size - at ? size : queue->size - at;

    memcpy(queue->data + at, block, first);
    memcpy(queue->data, (const unsigned char *)block + first, size - first);
}

void spsc_commit(struct spsc *queue, size_t size)
{
    size_t head = atomic_load_explicit(&queue->head, memory_order_relaxed);

    atomic_store_explicit(&queue->head, head + size, memory_order_release);
}

bool spsc_take(struct spsc *queue, void *block, size_t size)
{
    size_t tail = atomic_load_explicit(&queue->tail, memory_order_relaxed);
    size_t at = tail & (queue->size - 1);
    size_t first = size < queue->size - at ? size : queue->size - at;

    if (atomic_load_explicit(&queue->head, memory_order_acquire) - tail < size)
        return false;
    memcpy(block, queue->data + at, first);
    memcpy((unsigned char *)block + first, queue->data, size - first);
    atomic_store_explicit(&queue->tail, tail + size, memory_order_release);
    return true;
}

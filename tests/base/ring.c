/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ring.h"

#include "test.h"

#include <pthread.h>
#include <sched.h>

static void whole_or_nothing(void)
{
    struct ring ring;
    float block[2 * 64] = { 0 };

    CHECK(ring_init(&ring, 2, 100) == 0);
    CHECK(ring.capacity == 128);
    CHECK(ring_write(&ring, block, 64));
    CHECK(ring_write(&ring, block, 60));
    CHECK(!ring_write(&ring, block, 5)); /* 4 would fit: none goes in */
    CHECK(ring_readable(&ring) == 124);
    CHECK(atomic_load(&ring.lost) == 5);
    CHECK(ring_read(&ring, NULL, 1) == 1);
    CHECK(ring_write(&ring, block, 5));
    CHECK(ring_readable(&ring) == 128);
    ring_finish(&ring);
}

static void wraps(void)
{
    struct ring ring;
    float in[3 * 50], out[3 * 50];
    unsigned next = 0, expected = 0;

    CHECK(ring_init(&ring, 3, 64) == 0);
    atomic_store(&ring.written, 0xFFFFFFF0u); /* the counters wrap, too */
    atomic_store(&ring.read, 0xFFFFFFF0u);
    for (int round = 0; round < 50; round++) {
        uint32_t count = 1 + (uint32_t)round % 50;

        for (uint32_t i = 0; i < 3 * count; i++)
            in[i] = (float)next++;
        CHECK(ring_write(&ring, in, count));
        CHECK(ring_read(&ring, out, 50) == count);
        for (uint32_t i = 0; i < 3 * count; i++)
            CHECK(out[i] == (float)expected++);
    }
    ring_finish(&ring);
}

static void refuses_nonsense(void)
{
    struct ring ring;

    CHECK(ring_init(&ring, 0, 64) < 0);
    CHECK(ring_init(&ring, 9, 64) < 0);
    CHECK(ring_init(&ring, 2, 0xFFFFFFFFu) < 0);
    ring_finish(&ring);
}

enum { TOTAL = 400000 };

static void *writer(void *context)
{
    struct ring *ring = context;
    float block[2 * 37];
    uint32_t sent = 0;

    while (sent < TOTAL) {
        uint32_t count = 1 + sent % 37;

        for (uint32_t i = 0; i < count; i++) {
            block[2 * i] = (float)((sent + i) & 0xFFFFF);
            block[2 * i + 1] = -block[2 * i];
        }
        if (ring_write(ring, block, count))
            sent += count;
        else
            sched_yield();
    }
    return NULL;
}

static void two_threads(void)
{
    struct ring ring;
    pthread_t thread;
    float block[2 * 64];
    uint32_t got = 0, wrong = 0;

    CHECK(ring_init(&ring, 2, 256) == 0);
    pthread_create(&thread, NULL, writer, &ring);
    while (got < TOTAL) {
        uint32_t count = ring_read(&ring, block, 64);

        if (!count)
            sched_yield();
        for (uint32_t i = 0; i < count; i++, got++)
            wrong += block[2 * i] != (float)(got & 0xFFFFF) || block[2 * i + 1] != -block[2 * i];
    }
    pthread_join(thread, NULL);
    CHECK(wrong == 0);
    ring_finish(&ring);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "whole_or_nothing", whole_or_nothing },
                                         { "wraps", wraps },
                                         { "refuses_nonsense", refuses_nonsense },
                                         { "two_threads", two_threads },
                                         { 0 } };

    return test_main(tests, argc, argv);
}

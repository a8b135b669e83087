/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mbox.h"

#include "test.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>

struct message {
    uint32_t number;
    uint32_t copies[40];
};

static void latest_wins(void)
{
    struct mbox box;
    int value = 0;

    mbox_init(&box, sizeof value);
    CHECK(!mbox_take(&box, &value));
    for (int i = 1; i <= 3; i++)
        mbox_put(&box, &i);
    CHECK(mbox_take(&box, &value) && value == 3);
    CHECK(!mbox_take(&box, &value));
    CHECK(value == 3);
}

/* Whoever puts and takes in whatever order: writer, reader and middle never share a slot. */
static void slots_stay_apart(void)
{
    struct mbox box;
    int value = 0;

    mbox_init(&box, sizeof value);
    for (unsigned i = 0; i < 64; i++) {
        unsigned middle = atomic_load(&box.middle) & 3;

        CHECK((1u << box.writers | 1u << box.readers | 1u << middle) == 7);
        if (i * 2654435761u >> 31)
            mbox_put(&box, &value);
        else
            mbox_take(&box, &value);
    }
}

enum { TOTAL = 300000 };

static void *writer(void *context)
{
    struct message message;

    for (uint32_t i = 1; i <= TOTAL; i++) {
        message.number = i;
        for (int k = 0; k < 40; k++)
            message.copies[k] = i;
        mbox_put(context, &message);
    }
    return NULL;
}

/* Never torn, never back in time, and the last one arrives. */
static void two_threads(void)
{
    static struct mbox box;
    struct message message = { 0 };
    pthread_t thread;
    uint32_t last = 0, torn = 0, back = 0;

    mbox_init(&box, sizeof message);
    pthread_create(&thread, NULL, writer, &box);
    while (last < TOTAL) {
        if (!mbox_take(&box, &message)) {
            sched_yield();
            continue;
        }
        back += message.number <= last;
        last = message.number;
        for (int k = 0; k < 40; k++)
            torn += message.copies[k] != message.number;
    }
    pthread_join(thread, NULL);
    CHECK(torn == 0);
    CHECK(back == 0);
    CHECK(!mbox_take(&box, &message));
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "latest_wins", latest_wins },
                                         { "slots_stay_apart", slots_stay_apart },
                                         { "two_threads", two_threads },
                                         { 0 } };

    return test_main(tests, argc, argv);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What prepares a process struct and may allocate; process.c is realtime. */
#include "process.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const double jitter_ns = 20e3; /* of JACK's wake-ups, until it is learned */

/* A chain that is silent until it is told otherwise. */
static bool make_chain(struct process *process)
{
    static const struct chain_coefs silent;

    process->chain = aligned_alloc(64, chain_bytes());
    process->chain_lines = calloc(1, chain_line_bytes(process->rate_hz));
    process->coefs_slots = calloc(3, sizeof(struct chain_coefs));
    if (!process->chain || !process->chain_lines || !process->coefs_slots)
        return false;
    chain_init(process->chain, process->chain_lines, process->rate_hz, &silent);
    mbox_init_large(&process->coefs_box, sizeof(struct chain_coefs), process->coefs_slots);
    return true;
}

int process_init(struct process *process, uint32_t rate_hz, uint32_t period)
{
    float **buffers[] = { &process->headset[0], &process->headset[1], &process->voice,
                          &process->lane };
    bool whole = true;

    memset(&process->jack, 0, sizeof *process - offsetof(struct process, jack));
    atomic_store(&process->freewheeling, false);
    if (period < 1 || period > PROCESS_PERIOD_MAX || rate_hz < 8000 || rate_hz > STAGE_RATE_MAX)
        return -EINVAL;
    process->rate_hz = rate_hz;
    process->period = period;
    clock_init(&process->jack, rate_hz, jitter_ns, 1, NAN);
    for (size_t i = 0; i < sizeof process->open / sizeof *process->open; i++)
        fade_init(&process->open[i], 1);
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        whole &= (*buffers[i] = calloc(period, sizeof(float))) != NULL;
    whole &= (process->monitor = calloc(period, 2 * sizeof(float))) != NULL;
    whole &= ring_init(&process->monitor_ring, 2, rate_hz) == 0;
    if (whole && make_chain(process))
        return 0;
    process_finish(process);
    return -ENOMEM;
}

void process_finish(struct process *process)
{
    free(process->headset[0]);
    free(process->headset[1]);
    free(process->voice);
    free(process->lane);
    free(process->monitor);
    free(process->chain);
    free(process->chain_lines);
    free(process->coefs_slots);
    process->headset[0] = process->headset[1] = process->voice = process->lane = NULL;
    process->monitor = NULL;
    process->chain = NULL;
    process->chain_lines = process->coefs_slots = NULL;
    ring_finish(&process->monitor_ring);
}

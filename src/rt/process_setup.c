/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What prepares a process struct and may allocate; process.c is realtime. */
#include "process.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const double jitter_ns = 20e3; /* of JACK's wake-ups, until it is learned */

int process_init(struct process *process, uint32_t rate_hz, uint32_t period)
{
    float **buffers[] = { &process->headset[0], &process->headset[1], &process->voice,
                          &process->lane };
    struct fade *fades[] = { &process->listen[0], &process->listen[1], &process->talk,
                             &process->analog[0], &process->analog[1], &process->sub };

    memset(&process->rate_hz, 0, sizeof *process - offsetof(struct process, rate_hz));
    if (period < 1 || period > PROCESS_PERIOD_MAX || rate_hz < 8000 || rate_hz > 384000)
        return -EINVAL;
    process->rate_hz = rate_hz;
    process->period = period;
    mbox_init(&process->gains_box, sizeof(struct process_gains));
    clock_init(&process->jack, rate_hz, jitter_ns, 1, NAN);
    for (size_t i = 0; i < sizeof fades / sizeof *fades; i++)
        fade_init(fades[i], 0);
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) {
        *buffers[i] = calloc(period, sizeof(float));
        if (!*buffers[i]) {
            process_finish(process);
            return -ENOMEM;
        }
    }
    return 0;
}

void process_finish(struct process *process)
{
    free(process->headset[0]);
    free(process->headset[1]);
    free(process->voice);
    free(process->lane);
    process->headset[0] = process->headset[1] = process->voice = process->lane = NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tests of stages share: sounds, runs in pieces, both forms, levels. */
#ifndef STAGES_H
#define STAGES_H

#include "dsp/forms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The forms that this processor runs: one, or two. */
static inline int forms_here(const struct forms *forms[2])
{
    forms[0] = &forms_base;
    forms[1] = forms_best();
    return forms[1] == forms[0] ? 1 : 2;
}

/* 0..1, always the same sequence. */
static uint32_t random_state = 1;

static inline double uniform(void)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (double)(random_state >> 8) / (1 << 24);
}

static inline double between(double low, double high)
{
    return low + (high - low) * uniform();
}

static inline void noise(double *bus, uint32_t frames, double peak)
{
    for (uint32_t i = 0; i < 2 * frames; i++)
        bus[i] = between(-peak, peak);
}

/* A sine in both lanes. */
static inline void tone(double *bus, uint32_t frames, double frequency_hz, double rate_hz,
                        double peak)
{
    for (uint32_t i = 0; i < frames; i++)
        bus[2 * i] = bus[2 * i + 1] = peak * sin(2 * M_PI * frequency_hz * i / rate_hz);
}

/* Music-like: bursts that come and go, two tones and some noise, lanes that differ. */
static inline void bursts(double *bus, uint32_t frames, double peak)
{
    for (uint32_t i = 0; i < frames; i++) {
        double envelope = pow(sin(M_PI * i / 9600.0), 8) * (i / 9600 % 3 == 2 ? 0.05 : 1);

        for (int c = 0; c < 2; c++)
            bus[2 * i + (uint32_t)c] =
                peak * envelope *
                (0.5 * sin(i * (0.05 + 0.013 * c)) + 0.3 * sin(i * 0.71) + between(-0.2, 0.2));
    }
}

/* A stage over a long bus, in pieces of `piece` frames at most (0: of all sizes in turn). */
static inline void run_stage(const struct stage *stage, void *state, const void *coefs, double *bus,
                             uint32_t frames, uint32_t piece)
{
    uint32_t turn = 0;

    for (uint32_t n = 0; n < frames;) {
        uint32_t some = piece ? piece : 1 + turn++ * 7 % STAGE_FRAMES;
        double part[2 * STAGE_FRAMES];

        some = some > STAGE_FRAMES ? STAGE_FRAMES : some;
        some = some > frames - n ? frames - n : some;
        memcpy(part, bus + 2 * n, 2 * some * sizeof *bus); /* its end is watched by ASan */
        stage->run(state, coefs, part, some);
        memcpy(bus + 2 * n, part, 2 * some * sizeof *bus);
        n += some;
    }
}

static inline double db(double linear)
{
    return 20 * log10(fmax(fabs(linear), 1e-20));
}

static inline double peak_of(const double *bus, uint32_t from, uint32_t to)
{
    double peak = 0;

    for (uint32_t i = 2 * from; i < 2 * to; i++)
        peak = fmax(peak, fabs(bus[i]));
    return peak;
}

/* Greatest difference of two busses, dBFS. */
static inline double difference_db(const double *a, const double *b, uint32_t frames)
{
    double most = 0;

    for (uint32_t i = 0; i < 2 * frames; i++)
        most = isfinite(a[i]) && isfinite(b[i]) ? fmax(most, fabs(a[i] - b[i])) : INFINITY;
    return db(most);
}

#endif

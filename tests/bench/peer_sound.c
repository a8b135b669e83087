/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peer_sound.h"

#include <math.h>
#include <string.h>

#ifdef __SSE2__
#include <immintrin.h>
#endif

enum { LENGTH = 8192 }; /* a multiple of PEER_FRAMES_MAX; stays in the second cache */

static float sound[2][LENGTH];

static double white(void)
{
    static uint32_t seed = 1;

    seed = seed * 1664525 + 1013904223;
    return (double)seed / 2147483648.0 - 1;
}

/* White noise through a sum of one-poles: -3 dB an octave within 0.5 dB from 10 Hz on (P. Kellet's
 * economy form). */
static double pink(double state[3])
{
    double in = white();

    state[0] = 0.99765 * state[0] + 0.0990460 * in;
    state[1] = 0.96300 * state[1] + 0.2965164 * in;
    state[2] = 0.57000 * state[2] + 1.0526913 * in;
    return state[0] + state[1] + state[2] + 0.1848 * in;
}

static void denormals_off(void)
{
#if defined __SSE2__
    _mm_setcsr(_mm_getcsr() | 0x8040); /* FTZ, DAZ */
#elif defined __aarch64__
    uint64_t fpcr;

    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
    __asm__ volatile("msr fpcr, %0" : : "r"(fpcr | 1 << 24));
#endif
}

void peer_sound_init(void)
{
    double state[2][3] = { { 0 } };

    for (int n = 0; n < LENGTH; n++)
        for (int c = 0; c < 2; c++)
            sound[c][n] = (float)(0.12 * pink(state[c]) + 0.25 * sin(2 * M_PI * n * 75 / LENGTH));
    denormals_off();
}

void peer_sound_run(const struct peer_running *running, uint32_t block, uint32_t frames)
{
    static float out[2][PEER_FRAMES_MAX];

    for (uint32_t n = 0; n < frames; n += block) {
        uint32_t at = n % LENGTH;

        peer_run(running, (const float *[]){ sound[0] + at, sound[1] + at },
                 (float *[]){ out[0], out[1] }, block);
    }
}

int peer_sound_alone(const struct peer *table, int count, const char *name, int frames)
{
    for (int i = 0; i < count; i++)
        if (!strcmp(table[i].name, name)) {
            struct peer_running running = { .peer = &table[i] };

            running.self = table[i].host->open(&table[i], &running.why);
            if (!running.self)
                return 1;
            peer_sound_run(&running, 64, (uint32_t)frames);
            return 0;
        }
    return 1;
}

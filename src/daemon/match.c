/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "match.h"

#include "chain.h"
#include "design.h"
#include "lufs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A look-ahead, a delay and a slow release have settled after the first half. */
enum { RATE = 48000, FRAMES = 2 * RATE, PIECE = 512, REMEMBERED = 2 };

static const double noise_rms = 0.1; /* -20 dBFS: music, as it is mixed */

struct match {
    struct chain *chain;
    void *lines;
    struct design design;
    struct chain_coefs coefs;
    float *noise[2];
    struct {
        struct params params;
        double lufs;
    } known[REMEMBERED];
    int known_count, next;
};

static double uniform(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (double)(*state >> 8) / (1 << 23) - 1;
}

/* White noise through three first-order filters whose sum falls by 3 dB an octave (within 0.5 dB
 * from 40 Hz on), half of it the same on both sides. */
static void make_noise(struct match *match)
{
    static const double pole[3] = { 0.99765, 0.963, 0.57 };
    static const double gain[3] = { 0.099046, 0.2965164, 1.0526913 };
    double state[3][3] = { { 0 } }, sum = 0;
    uint32_t random = 1;

    for (int n = 0; n < FRAMES; n++) {
        double pink[3];

        for (int source = 0; source < 3; source++) {
            double white = uniform(&random);

            pink[source] = 0.1848 * white;
            for (int k = 0; k < 3; k++) {
                state[source][k] = pole[k] * state[source][k] + gain[k] * white;
                pink[source] += state[source][k];
            }
        }
        for (int c = 0; c < 2; c++) {
            match->noise[c][n] = (float)(pink[2] + pink[c]);
            sum += match->noise[c][n] * match->noise[c][n];
        }
    }
    for (int c = 0; c < 2; c++)
        for (int n = 0; n < FRAMES; n++)
            match->noise[c][n] *= (float)(noise_rms / sqrt(sum / (2 * FRAMES)));
}

struct match *match_create(void)
{
    struct match *match = calloc(1, sizeof *match);

    if (!match)
        return NULL;
    match->chain = aligned_alloc(64, (chain_bytes() + 63) / 64 * 64);
    match->lines = malloc(chain_line_bytes(RATE));
    for (int c = 0; c < 2; c++)
        match->noise[c] = malloc(FRAMES * sizeof(float));
    if (!match->chain || !match->lines || !match->noise[0] || !match->noise[1]) {
        match_destroy(match);
        return NULL;
    }
    make_noise(match);
    return match;
}

void match_destroy(struct match *match)
{
    if (!match)
        return;
    free(match->chain);
    free(match->lines);
    free(match->noise[0]);
    free(match->noise[1]);
    free(match);
}

static double measure(struct match *match, const struct params *params)
{
    static float headset[2][PIECE];
    struct lufs lufs;

    design_chain(&match->design, params, RATE, &match->coefs);
    chain_init(match->chain, match->lines, RATE, &match->coefs);
    lufs_init(&lufs, RATE);
    for (int n = 0; n + PIECE <= FRAMES; n += PIECE) {
        struct chain_io io = { .in = { match->noise[0] + n, match->noise[1] + n },
                               .headset = { headset[0], headset[1] } };
        float frames[2 * PIECE];

        chain_run(match->chain, &io, PIECE);
        for (int i = 0; i < PIECE; i++) {
            frames[2 * i] = headset[0][i];
            frames[2 * i + 1] = headset[1][i];
        }
        if (n >= FRAMES / 2)
            lufs_run(&lufs, frames, PIECE);
    }
    return lufs_integrated(&lufs);
}

double match_lufs(struct match *match, const struct params *params)
{
    double lufs;

    for (int i = 0; i < match->known_count; i++)
        if (memcmp(&match->known[i].params, params, sizeof *params) == 0) {
            match->next = (i + 1) % REMEMBERED; /* the other one is the one to go */
            return match->known[i].lufs;
        }
    lufs = measure(match, params);
    match->known[match->next].params = *params;
    match->known[match->next].lufs = lufs;
    match->next = (match->next + 1) % REMEMBERED;
    match->known_count += match->known_count < REMEMBERED;
    return lufs;
}

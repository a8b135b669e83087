/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loudness of a stereo programme: ITU-R BS.1770-4, EBU R 128 (K-weighting, gates of -70 LUFS and
 * -10 LU), and EBU Tech 3341's momentary (400 ms) and short-term (3 s) values. Source of the
 * weighting at any rate: the analog prototypes behind the standard's 48 kHz coefficients. Not
 * realtime (it is cheap, but nobody there needs it).
 */
#ifndef LUFS_H
#define LUFS_H

#include <stdbool.h>
#include <stdint.h>

enum { LUFS_BINS = 1000, LUFS_SHORT = 30 }; /* of 0.1 LU from -70 to +30; blocks of 100 ms in 3 s */

struct lufs {
    double shelf[5], highpass[5]; /* b0 b1 b2 a1 a2 */
    double state[2][4];           /* per lane */
    uint32_t block_frames;        /* 100 ms */
    uint32_t at;                  /* frames into the current block */
    double sum;                   /* of weighted squares, both lanes, in it */
    double block[LUFS_SHORT];     /* mean squares of the last blocks, a circle */
    uint64_t blocks;              /* ever */
    uint64_t bin[LUFS_BINS];      /* momentary values above the absolute gate, a histogram */
    double bin_sum[LUFS_BINS];    /* of their mean squares */
};

void lufs_init(struct lufs *lufs, double rate_hz);

/* Interleaved stereo, 1.0 = 0 dBFS. */
void lufs_run(struct lufs *lufs, const float *frames, uint32_t count);

/* LUFS; -INFINITY while there is nothing to say. Momentary and short-term step every 100 ms. */
double lufs_momentary(const struct lufs *lufs);
double lufs_short_term(const struct lufs *lufs);
double lufs_integrated(const struct lufs *lufs);

/* The integrated value begins anew; the filters and the windows go on. */
void lufs_restart(struct lufs *lufs);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loudness of a stereo programme: ITU-R BS.1770-4, EBU R 128 (K-weighting, gates of -70 LUFS and
 * -10 LU), and EBU Tech 3341's momentary (400 ms) and short-term (3 s) values. Source of the
 * weighting at any rate: the analog prototypes behind the standard's 48 kHz coefficients. Not
 * realtime (it is cheap, but nobody there needs it).
 *
 * Sound is squared in slices of 10 ms: a window that moved in steps of 100 ms would miss up to
 * 0.6 LU of a burst of 400 ms, and with it Tech 3341's cases 13 and 14. The gates see windows of
 * 400 ms every 100 ms, as the standard wants.
 */
#ifndef LUFS_H
#define LUFS_H

#include <stdint.h>

enum {
    LUFS_MOMENTARY = 40,   /* slices of 10 ms in 400 ms */
    LUFS_SHORT_TERM = 300, /* in 3 s */
    LUFS_STEP = 10,        /* from one window of the gates to the next */
    LUFS_BINS = 5000       /* of 0.02 LU, from -70 to +30 */
};

struct lufs {
    double shelf[5], highpass[5];  /* b0 b1 b2 a1 a2 */
    double state[2][4];            /* per lane: two of the shelf, two of the high-pass */
    uint32_t slice_frames;         /* 10 ms */
    uint32_t at;                   /* frames into the current slice */
    double sum;                    /* of weighted squares, both lanes, in it */
    double slice[LUFS_SHORT_TERM]; /* mean squares of the last slices, a circle */
    uint64_t slices;               /* ever finished */
    uint64_t since;                /* number of the first slice that is wholly after the restart */
    double momentary_max, short_term_max; /* mean squares */
    uint64_t bin[LUFS_BINS];              /* windows above the absolute gate, a histogram */
    double bin_sum[LUFS_BINS];            /* of their mean squares */
};

/* Any rate of at least 8 kHz (which reads 1 kHz 0.2 LU too low: no room for the shelf); slices are
 * exact where it is a multiple of 100 Hz. */
void lufs_init(struct lufs *lufs, double rate_hz);

/* Interleaved stereo, 1.0 = 0 dBFS. NaN and infinity count as silence. */
void lufs_run(struct lufs *lufs, const float *frames, uint32_t count);

/* LUFS; -INFINITY while there is nothing to say. Momentary and short-term step every 10 ms; before
 * the first sound there was silence. Integrated: at least 400 ms, steps every 100 ms. */
double lufs_momentary(const struct lufs *lufs);
double lufs_short_term(const struct lufs *lufs);
double lufs_integrated(const struct lufs *lufs);

/* The largest since the restart. */
double lufs_momentary_max(const struct lufs *lufs);
double lufs_short_term_max(const struct lufs *lufs);

/* The integrated value and the largest ones begin anew and know nothing of what was before; the
 * filters and the momentary and short-term windows go on. */
void lufs_restart(struct lufs *lufs);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The drift estimator: how many frames a clock has counted at a time, and how fast it counts.
 *
 * A two-state Kalman filter (count, rate) is fed pairs (count, time of that count). Time comes in
 * as an argument: CLOCK_MONOTONIC_RAW in nanoseconds in the daemon, anything in a simulator.
 *
 *     predict:  count += rate dt,  P grows by the random walk of the rate, q = 3e-6 (fr/s)^2/s
 *     observe:  innovation e = observed - count, clipped at 3 sigma, gain K = P / (P + R)
 *
 * R = sigma^2 + g^2/12, g being the frames by which the count moves between two looks that tell
 * nothing of the moment it moved: 1 where stamps are of the count, a packet where they are of the
 * call. sigma, the jitter of the stamps, is learned from the innovations, so a noisy machine makes
 * the filter slow instead of nervous. A short mean
 * of the innovations that walks away from zero means that the clock itself has changed its rate:
 * P is opened again and the filter is on the new rate in a third of a second.
 *
 * Stamps err by being late, never early, and by how much may wander for seconds. So only the least
 * late observation of a block (8 ms at first, 30 ms once the rate is known) is fed to the filter;
 * the line is that of the stamps in time. A count that is off by 2 ms and 20 sigma three blocks
 * running has slipped (the card or the machine stood still): it begins where it is, and the rate
 * stays.
 *
 * One thread owns a clock; others get its line.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include "rt.h"

#include <stdbool.h>
#include <stdint.h>

/* Count and rate at a time, and so at any time near it. */
struct clock_line {
    int64_t time_ns;
    double count;    /* frames at time_ns; fractional */
    double rate_hz;  /* frames per second */
    double rate_sd;  /* standard deviation of rate_hz, Hz */
    double count_sd; /* standard deviation of count, frames */
};

struct clock {
    struct clock_line line;
    double p_cc, p_cr, p_rr; /* covariance: count, count-rate, rate */
    double nominal_hz;
    double sigma;        /* jitter of the stamps, frames */
    double sigma_floor;  /* never below, frames */
    double grain;        /* g, frames */
    double drift_mean;   /* short mean of the innovations, frames */
    int64_t anchored_ns; /* time of the first observation since init or reanchor */
    unsigned off;        /* observations in a row that no jitter explains */
    int64_t calm_ns;     /* the mean was last explained by jitter */
    unsigned observed;   /* observations since init or reanchor */
    int64_t seen_ns;     /* time of the last one */
    int64_t block_ns;    /* the present block's begin */
    int64_t best_ns;     /* its least late observation; 0: none yet */
    int64_t best_count;
    double best_excess; /* frames by which it is above the line */
    bool rate_known;    /* a reanchor keeps the rate */
};

/*
 * jitter_ns: expected rms of the time stamps' jitter (20e3 is a good guess).
 * grain_frames: g, at least 1.
 * prior_ppm: the deviation this very clock had when last seen, or NAN.
 * Rates within +-5000 ppm of nominal are looked for.
 */
void clock_init(struct clock *clock, double nominal_hz, double jitter_ns, double grain_frames,
                double prior_ppm);

/* The count starts afresh (xrun, stall); the rate is still good. */
RT void clock_reanchor(struct clock *clock);

/* At time_ns the clock had counted `count` frames. Times must not go back; those that do are
 * ignored. */
RT void clock_observe(struct clock *clock, int64_t time_ns, int64_t count);

/* Whether the line may be trusted: a quarter of a second of observations for a rate never seen
 * before (some 20 ppm), four observations for a count alone. */
RT bool clock_locked(const struct clock *clock);

/* Seconds since the first observation (of the present anchor). */
RT double clock_age(const struct clock *clock);

/* Deviation from nominal, ppm. */
RT double clock_ppm(const struct clock *clock);

RT static inline double clock_count_at(const struct clock_line *line, int64_t time_ns)
{
    return line->count + line->rate_hz * 1e-9 * (double)(time_ns - line->time_ns);
}

RT static inline int64_t clock_time_of(const struct clock_line *line, double count)
{
    return line->time_ns + (int64_t)(1e9 * (count - line->count) / line->rate_hz);
}

#endif

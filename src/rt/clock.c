/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clock.h"

#include <math.h>
#include <string.h>

static const double rate_walk = 3e-6;     /* q, (frames/s)^2 per second: a crystal warming up */
static const double drift_max_ppm = 5000; /* more is no crystal */
static const double prior_spread_ppm =
    300; /* where the rate is looked for first; beyond, by reopening */
static const double clip_sigmas = 3;
static const unsigned anchor_tries = 12;     /* observations in a row, to start from a good one */
static const double best_of_block = 1.0 / 8; /* of the jitter is left in the least late of eight */
static const double sigma_first = 8;         /* times that, until it is learned */
static const double sigma_seconds = 2;       /* memory of the jitter estimate */
static const double drift_seconds = 0.15;    /* memory of the mean that notices a change of rate */
static const double drift_grains = 1.2;      /* the grain alone moves the mean by one */
static const double reopen_seconds = 0.2;    /* the mean must be off for so long */
static const double reopen_ppm = 100;        /* at least so far */
static const double slip_seconds = 0.002;    /* off by so much, and by */
static const double slip_sigmas = 20;        /* so many: not jitter */
static const unsigned slip_times = 3;
static const double block_seconds_first = 0.008;
static const double block_seconds_sure = 0.03;
static const double sure_ppm = 10;
static const double lock_seconds = 0.25;  /* of observations, before an unknown rate is believed */
static const double lock_ppm = 60;        /* and so sure of it, or */
static const double lock_seconds_max = 2; /* so long */

void clock_init(struct clock *clock, double nominal_hz, double jitter_ns, double grain_frames,
                double prior_ppm)
{
    bool known = isfinite(prior_ppm) && fabs(prior_ppm) <= drift_max_ppm;
    double spread = known ? 3 : prior_spread_ppm;

    memset(clock, 0, sizeof *clock);
    clock->nominal_hz = nominal_hz;
    clock->sigma_floor = best_of_block * 1e-9 * jitter_ns * nominal_hz;
    clock->sigma = sigma_first * clock->sigma_floor;
    clock->grain = grain_frames;
    clock->line.rate_hz = nominal_hz * (1 + 1e-6 * (known ? prior_ppm : 0));
    clock->p_rr = 1e-12 * spread * spread * nominal_hz * nominal_hz;
    clock->line.rate_sd = sqrt(clock->p_rr);
    clock->rate_known = known;
}

RT void clock_reanchor(struct clock *clock)
{
    clock->rate_known = clock_locked(clock) || clock->rate_known;
    clock->observed = 0;
    clock->best_ns = 0;
    clock->drift_mean = 0;
}

/* R: what an observation may be off by, squared. */
RT static double noise(const struct clock *clock)
{
    return clock->sigma * clock->sigma + clock->grain * clock->grain / 12;
}

/* The first observation is the count; the rate stays what it was believed to be. */
RT static void anchor(struct clock *clock, int64_t time_ns, int64_t count)
{
    clock->line.time_ns = time_ns;
    clock->line.count = (double)count;
    clock->p_cc = noise(clock);
    clock->p_cr = 0;
    clock->calm_ns = time_ns;
}

RT static void predict(struct clock *clock, int64_t time_ns)
{
    double dt = 1e-9 * (double)(time_ns - clock->line.time_ns);

    clock->line.count += clock->line.rate_hz * dt;
    clock->line.time_ns = time_ns;
    clock->p_cc += dt * (2 * clock->p_cr + dt * (clock->p_rr + rate_walk * dt / 3));
    clock->p_cr += dt * (clock->p_rr + rate_walk * dt / 2);
    clock->p_rr += rate_walk * dt;
}

/* Learns the jitter from what remains of the innovation; fast at first, then over two seconds. */
RT static void learn_jitter(struct clock *clock, double innovation, double dt)
{
    double seen = innovation * innovation - clock->p_cc - clock->grain * clock->grain / 12;
    double limit = 16 * noise(clock);
    double weight = fmax(dt / sigma_seconds, 1.0 / (clock->observed + 20.0));
    double variance = clock->sigma * clock->sigma;

    variance += fmin(weight, 0.05) * (fmin(seen, limit) - variance);
    clock->sigma = fmax(sqrt(fmax(variance, 0)), clock->sigma_floor);
}

/* A mean of innovations that no jitter explains: the clock has changed its rate. */
RT static void notice_new_rate(struct clock *clock, double innovation, double dt)
{
    double weight = fmin(dt / drift_seconds, 1);
    double limit = fmax(drift_grains * clock->grain,
                        5 * sqrt(clock->sigma * clock->sigma * weight / 2 + clock->p_cc));
    double reopen;

    clock->drift_mean += weight * (innovation - clock->drift_mean);
    if (fabs(clock->drift_mean) < limit) {
        clock->calm_ns = clock->line.time_ns;
        return;
    }
    if ((double)(clock->line.time_ns - clock->calm_ns) < 1e9 * reopen_seconds)
        return; /* a burst of late stamps passes */
    reopen = fmax(1e-6 * reopen_ppm * clock->nominal_hz, fabs(clock->drift_mean) / drift_seconds);
    clock->p_rr += reopen * reopen;
    clock->p_cc += clock->drift_mean * clock->drift_mean;
    clock->calm_ns = clock->line.time_ns;
    clock->drift_mean = 0;
}

/* A count that stood still, or a machine that slept: no drift, and nothing to learn from. Three
 * times in a row, and the count begins where it is now; the rate stays. */
RT static bool slipped(struct clock *clock, double innovation)
{
    double limit = fmax(slip_seconds * clock->nominal_hz, slip_sigmas * sqrt(noise(clock)));

    clock->off = fabs(innovation) > limit ? clock->off + 1 : 0;
    if (clock->off < slip_times)
        return false;
    clock->off = 0;
    clock->drift_mean = 0;
    return true;
}

/* Kalman's step: what was believed, and what the least late observation of a block says. */
RT static void update(struct clock *clock, int64_t time_ns, int64_t count)
{
    double dt = 1e-9 * (double)(time_ns - clock->line.time_ns);
    double innovation, variance, limit, gain_count, gain_rate;

    predict(clock, time_ns);
    innovation = (double)count - clock->line.count;
    if (slipped(clock, innovation)) {
        anchor(clock, time_ns, count);
        return;
    }
    if (clock->off)
        return;
    learn_jitter(clock, innovation, dt);
    variance = clock->p_cc + noise(clock);
    limit = clip_sigmas * sqrt(variance);
    innovation = fmax(-limit, fmin(limit, innovation));
    notice_new_rate(clock, innovation, dt);

    variance = clock->p_cc + noise(clock);
    gain_count = clock->p_cc / variance;
    gain_rate = clock->p_cr / variance;
    clock->line.count += gain_count * innovation;
    clock->line.rate_hz += gain_rate * innovation;
    clock->line.rate_hz =
        fmax(clock->nominal_hz * (1 - 1.1e-6 * drift_max_ppm),
             fmin(clock->nominal_hz * (1 + 1.1e-6 * drift_max_ppm), clock->line.rate_hz));
    clock->p_rr -= gain_rate * clock->p_cr;
    clock->p_cr -= gain_count * clock->p_cr;
    clock->p_cc -= gain_count * clock->p_cc;
    clock->line.rate_sd = sqrt(fmax(clock->p_rr, 0));
    clock->line.count_sd = sqrt(fmax(clock->p_cc, 0));
}

/* The longer the block, the less late its best; but the rate must be good enough to compare. */
RT static double block_seconds(const struct clock *clock)
{
    bool sure = clock->line.rate_sd <= 1e-6 * sure_ppm * clock->nominal_hz;

    return clock->observed > anchor_tries && sure ? block_seconds_sure : block_seconds_first;
}

RT void clock_observe(struct clock *clock, int64_t time_ns, int64_t count)
{
    double excess;

    if (!clock->observed) {
        anchor(clock, time_ns, count);
        clock->anchored_ns = clock->seen_ns = clock->block_ns = time_ns;
        clock->observed = 1;
        return;
    }
    if (time_ns <= clock->seen_ns)
        return;
    clock->seen_ns = time_ns;
    clock->observed++;
    excess = (double)count - clock_count_at(&clock->line, time_ns);
    if (clock->observed <= anchor_tries && excess > 0) {
        anchor(clock, time_ns, count); /* the one before was later */
        clock->best_ns = 0;
        return;
    }
    if (!clock->best_ns || excess > clock->best_excess) {
        clock->best_ns = time_ns;
        clock->best_count = count;
        clock->best_excess = excess;
    }
    if (1e-9 * (double)(time_ns - clock->block_ns) < block_seconds(clock))
        return;
    update(clock, clock->best_ns, clock->best_count);
    clock->block_ns = time_ns;
    clock->best_ns = 0;
}

RT bool clock_locked(const struct clock *clock)
{
    double age = clock_age(clock);

    if (clock->rate_known)
        return clock->observed >= 4 && age >= 0.004;
    return clock->observed >= 10 && age >= lock_seconds &&
           (clock->line.rate_sd <= 1e-6 * lock_ppm * clock->nominal_hz || age >= lock_seconds_max);
}

RT double clock_age(const struct clock *clock)
{
    return clock->observed ? 1e-9 * (double)(clock->seen_ns - clock->anchored_ns) : 0;
}

RT double clock_ppm(const struct clock *clock)
{
    return 1e6 * (clock->line.rate_hz / clock->nominal_hz - 1);
}

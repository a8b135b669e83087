/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lufs.h"

#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

/* The K-weighting's prototypes: a high shelf (the head) and a high-pass. */
static const double shelf_hz = 1681.974450955533;
static const double shelf_db = 3.999843853973347;
static const double shelf_q = 0.7071752369554196;
static const double shelf_middle = 0.4996667741545416; /* exponent of the gain at shelf_hz */
static const double highpass_hz = 38.13547087602444;
static const double highpass_q = 0.5003270373238773;

static const double offset_db = -0.691; /* a 1 kHz sine reads its level in spite of the shelf */
static const double absolute_gate = -70, relative_gate = 0.1; /* LUFS; of the power: -10 LU */
static const double bins_per_lu = LUFS_BINS / 100.0;

/* State below this is cleared: processors are slow with numbers that are nearly zero. */
static const double tiny = 1e-20;

static double loudness(double mean_square)
{
    return mean_square > 0 ? offset_db + 10 * log10(mean_square) : -INFINITY;
}

static void design_shelf(double *c, double rate_hz)
{
    double k = tan(pi * shelf_hz / rate_hz);
    double high = pow(10, shelf_db / 20), middle = pow(high, shelf_middle);
    double a0 = 1 + k / shelf_q + k * k;

    c[0] = (high + middle * k / shelf_q + k * k) / a0;
    c[1] = 2 * (k * k - high) / a0;
    c[2] = (high - middle * k / shelf_q + k * k) / a0;
    c[3] = 2 * (k * k - 1) / a0;
    c[4] = (1 - k / shelf_q + k * k) / a0;
}

static double highpass_a0(double rate_hz)
{
    double k = tan(pi * highpass_hz / rate_hz);

    return 1 + k / highpass_q + k * k;
}

/* The standard's zeros are 1 -2 1 without a 1 / a0, which makes 0.04 dB too much of its 48 kHz. So
 * that every rate weighs alike, all get just that; libebur128 leaves 1 -2 1 as it is and reads
 * 0.03 LU less at 192 kHz, 0.21 LU more at 8 kHz. */
static void design_highpass(double *c, double rate_hz)
{
    double k = tan(pi * highpass_hz / rate_hz);
    double a0 = highpass_a0(rate_hz);

    c[0] = highpass_a0(48000) / a0;
    c[1] = -2 * c[0];
    c[2] = c[0];
    c[3] = 2 * (k * k - 1) / a0;
    c[4] = (1 - k / highpass_q + k * k) / a0;
}

void lufs_init(struct lufs *lufs, double rate_hz)
{
    memset(lufs, 0, sizeof *lufs);
    design_shelf(lufs->shelf, rate_hz);
    design_highpass(lufs->highpass, rate_hz);
    lufs->slice_frames = (uint32_t)lround(rate_hz / 100);
}

void lufs_restart(struct lufs *lufs)
{
    lufs->since = lufs->slices + (lufs->at > 0);
    lufs->momentary_max = lufs->short_term_max = 0;
    memset(lufs->bin, 0, sizeof lufs->bin);
    memset(lufs->bin_sum, 0, sizeof lufs->bin_sum);
}

/* Transposed direct form 2 */
static inline double biquad(const double *c, double *state, double x)
{
    double y = c[0] * x + state[0];

    state[0] = c[1] * x - c[3] * y + state[1];
    state[1] = c[2] * x - c[4] * y;
    return y;
}

static inline double weighted_square(const struct lufs *lufs, double *state, float x)
{
    double y = biquad(lufs->shelf, state, isfinite(x) ? x : 0);

    y = biquad(lufs->highpass, state + 2, y);
    return y * y;
}

/* Mean square of the last `count` slices, of which those before `since` are silent. */
static double window(const struct lufs *lufs, uint64_t count, uint64_t since)
{
    uint64_t old = lufs->slices > count ? lufs->slices - count : 0;
    double sum = 0;

    for (uint64_t i = old > since ? old : since; i < lufs->slices; i++)
        sum += lufs->slice[i % LUFS_SHORT_TERM];
    return sum / (double)count;
}

static void gate(struct lufs *lufs, double mean_square)
{
    double above = (loudness(mean_square) - absolute_gate) * bins_per_lu;
    int bin;

    if (!(above >= 0))
        return;
    bin = above < LUFS_BINS ? (int)above : LUFS_BINS - 1;
    lufs->bin[bin]++;
    lufs->bin_sum[bin] += mean_square;
}

static void end_slice(struct lufs *lufs)
{
    uint64_t fresh;
    double momentary;

    lufs->slice[lufs->slices++ % LUFS_SHORT_TERM] = lufs->sum / lufs->slice_frames;
    lufs->sum = 0;
    lufs->at = 0;
    for (int i = 0; i < 8; i++)
        if (fabs(lufs->state[i / 4][i % 4]) < tiny)
            lufs->state[i / 4][i % 4] = 0;
    if (lufs->slices <= lufs->since)
        return;
    fresh = lufs->slices - lufs->since;
    momentary = window(lufs, LUFS_MOMENTARY, lufs->since);
    lufs->momentary_max = fmax(lufs->momentary_max, momentary);
    lufs->short_term_max = fmax(lufs->short_term_max, window(lufs, LUFS_SHORT_TERM, lufs->since));
    if (fresh >= LUFS_MOMENTARY && fresh % LUFS_STEP == 0)
        gate(lufs, momentary);
}

/* Within a slice, with the filters' state at hand. */
static void run_slice(struct lufs *lufs, const float *frames, uint32_t count)
{
    double state[2][4], sum = lufs->sum;

    lufs->at += count;
    memcpy(state, lufs->state, sizeof state);
    for (; count > 0; count--) {
        double left = weighted_square(lufs, state[0], *frames++);

        sum += left + weighted_square(lufs, state[1], *frames++);
    }
    memcpy(lufs->state, state, sizeof state);
    lufs->sum = sum;
}

void lufs_run(struct lufs *lufs, const float *frames, uint32_t count)
{
    while (count) {
        uint32_t room = lufs->slice_frames - lufs->at;
        uint32_t part = count < room ? count : room;

        run_slice(lufs, frames, part);
        if (lufs->at == lufs->slice_frames)
            end_slice(lufs);
        frames += (size_t)part * 2;
        count -= part;
    }
}

double lufs_momentary(const struct lufs *lufs)
{
    return loudness(window(lufs, LUFS_MOMENTARY, 0));
}

double lufs_short_term(const struct lufs *lufs)
{
    return loudness(window(lufs, LUFS_SHORT_TERM, 0));
}

double lufs_momentary_max(const struct lufs *lufs)
{
    return loudness(lufs->momentary_max);
}

double lufs_short_term_max(const struct lufs *lufs)
{
    return loudness(lufs->short_term_max);
}

/* Mean of the windows whose bin is at least `least` loud; 0: there is none. A bin is in or out as
 * its mean is: exact where all its windows are on one side of the gate. */
static double gated_mean(const struct lufs *lufs, double least)
{
    double sum = 0, count = 0;

    for (int i = 0; i < LUFS_BINS; i++)
        if (lufs->bin[i] && lufs->bin_sum[i] >= least * (double)lufs->bin[i]) {
            sum += lufs->bin_sum[i];
            count += (double)lufs->bin[i];
        }
    return count > 0 ? sum / count : 0;
}

double lufs_integrated(const struct lufs *lufs)
{
    return loudness(gated_mean(lufs, relative_gate * gated_mean(lufs, 0)));
}

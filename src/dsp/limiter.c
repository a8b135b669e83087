/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "limiter.h"

#include "level.h"
#include "limiter_peak.h"
#include "line.h"

#include <math.h>

/* Cuts are multiples of 2^-32, so that sums of sums of them are exact and never drift. */
static const double grain = 1572864; /* 1.5 * 2^20: adding it rounds to 2^-32 */

/* A released cut ends at 0, not ever nearer to it. */
static const double rest_step = 1e-10;

/* The greater of the sound's magnitudes at all sixteenths between frames 15 and 16 of 32, for two
 * such places at once. */
INLINE quad between_peak(const double *past)
{
    quad top = quad_of(0);

    for (int row = 0; row < PEAK_ROWS; row += 4) { /* four rows' sums fit the registers */
        quad even[4] = { 0 }, odd[4] = { 0 };

        for (int k = 0; k < PEAK_HALF; k++) {
            quad early = quad_load(past + 2 * k), late = quad_load(past + 2 * (31 - k));
            quad sum = early + late, difference = early - late;

            for (int r = 0; r < 4; r++) {
                even[r] = quad_fma(quad_of(peak_sum[row + r][k]), sum, even[r]);
                odd[r] = quad_fma(quad_of(peak_difference[row + r][k]), difference, odd[r]);
            }
        }
        for (int r = 0; r < 4; r++)
            top = quad_max(top, quad_abs(even[r]) + quad_abs(odd[r]));
    }
    return top;
}

/* The true peak around each frame, of the frames 16 ago: its own and those of both its sides. */
static void true_peaks(struct limiter *state, const double *bus, double *peak, uint32_t frames)
{
    double sound[LIMITER_TAPS + STAGE_FRAMES + 1][2];

    memcpy(sound, state->past, sizeof state->past);
    memcpy(sound[LIMITER_TAPS], bus, 2 * frames * sizeof *bus);
    memset(sound[LIMITER_TAPS + frames], 0, sizeof *sound);
    for (uint32_t n = 0; n < frames; n += 2) {
        /* of the frame that came in as n, the window begins one later: 32 frames up to n itself */
        quad between = between_peak(sound[n + 1]);
        quad own = quad_abs(quad_load(sound[n + 16]));
        double first = max_of(between[0], between[1]), second = max_of(between[2], between[3]);

        peak[n] = max_of(max_of(own[0], own[1]), max_of(first, state->between));
        state->between = first;
        if (n + 1 == frames)
            break;
        peak[n + 1] = max_of(max_of(own[2], own[3]), max_of(second, first));
        state->between = second;
    }
    memcpy(state->past, sound[frames], sizeof state->past);
}

/* Peaks to the cuts that they need, in place. Returns whether there is any. */
static int cuts(const struct limiter_coefs *c, double *peak, uint32_t frames)
{
    quad any = quad_of(0);

    for (uint32_t n = frames; n % 4; n++)
        peak[n] = 0;
    for (uint32_t n = 0; n < frames; n += 4) {
        quad cut = 1.0 - c->ceiling / quad_max(quad_load(peak + n), quad_of(c->ceiling));

        quad_store(peak + n, cut);
        any = quad_max(any, cut);
    }
    return quad_greatest(any) > 0;
}

/* At the end of a block of the sliding window: from each frame on, its greatest. */
static void close_block(struct limiter *state, uint32_t window)
{
    pair greatest = pair_of(0);

    for (uint32_t k = window; k-- > 0;) {
        greatest = pair_max(greatest, pair_of(state->block[k]));
        state->block[k] = greatest[0];
    }
    state->block_at = 0;
    state->front = 0;
}

/* Some frames on which neither circle ends. Scalars stand in pairs, which compilers keep in
 * registers.
 */
static void smooth_some(struct limiter *state, const struct limiter_coefs *c, double *cut,
                        uint32_t frames)
{
    double *block = state->block + state->block_at, (*box)[2] = state->box + state->box_at;
    pair front = pair_of(state->front), released = pair_of(state->released);
    pair first = pair_of(state->sums[0]), second = pair_of(state->sums[1]);
    pair greatest = pair_of(state->greatest);
    pair release = pair_of(c->release), rest_steps = pair_of(-rest_step), grains = pair_of(grain);

    for (uint32_t n = 0; n < frames; n++) {
        pair now = pair_of(cut[n]), old_first = first;

        front = pair_max(front, now);
        released = pair_max(pair_fma(release, released, rest_steps),
                            pair_max(front, pair_of(block[n]))); /* of the block before */
        block[n] = now[0];
        now = (released + grains) - grains;
        greatest = pair_max(greatest, now);
        first += now - pair_of(box[n][0]);
        second += old_first - pair_of(box[n][1]); /* of the first average, a frame ago */
        box[n][0] = now[0];
        box[n][1] = old_first[0];
        cut[n] = second[0];
    }
    state->front = front[0];
    state->released = released[0];
    state->sums[0] = first[0];
    state->sums[1] = second[0];
    state->greatest = greatest[0];
    state->block_at += frames;
    state->box_at += frames;
}

/* The greatest cut of the look-ahead and one frame (van Herk's way: the begun block so far, and of
 * the block before what the window still covers), released, rounded, averaged twice. In place. */
static void smooth_cuts(struct limiter *state, const struct limiter_coefs *c, double *cut,
                        uint32_t frames)
{
    uint32_t half = c->lookahead / 2;

    for (uint32_t n = 0; n < frames;) {
        uint32_t left = half - state->box_at, some = frames - n < left ? frames - n : left;

        smooth_some(state, c, cut + n, some);
        n += some;
        if (state->block_at == c->lookahead)
            close_block(state, c->lookahead);
        if (state->box_at == half)
            state->box_at = 0;
    }
}

/* No look-ahead: down at once, up by the release. */
static void release_cuts(struct limiter *state, const struct limiter_coefs *c, double *cut,
                         uint32_t frames)
{
    pair released = pair_of(state->released), greatest = pair_of(state->greatest);
    pair release = pair_of(c->release), rest_steps = pair_of(-rest_step);

    for (uint32_t n = 0; n < frames; n++) {
        released = pair_max(pair_of(cut[n]), pair_fma(release, released, rest_steps));
        cut[n] = released[0];
        greatest = pair_max(greatest, released);
    }
    state->released = released[0];
    state->greatest = greatest[0];
}

/* Sums of cuts to gains, on the sound; what rounding left over the ceiling is held there. */
static void apply(const struct limiter_coefs *c, double *cut, double *bus, uint32_t frames)
{
    double half = c->lookahead / 2, scale = c->lookahead ? 1 / (half * half) : 1;
    quad ceiling = quad_of(c->ceiling);
    uint32_t n = 0;

    for (; n + 4 <= frames; n += 4) {
        quad gain = 1.0 - quad_load(cut + n) * scale;
        quad first = quad_load(bus + 2 * n) * __builtin_shufflevector(gain, gain, 0, 0, 1, 1);
        quad second = quad_load(bus + 2 * n + 4) * __builtin_shufflevector(gain, gain, 2, 2, 3, 3);

        quad_store(bus + 2 * n, quad_max(quad_min(first, ceiling), -ceiling));
        quad_store(bus + 2 * n + 4, quad_max(quad_min(second, ceiling), -ceiling));
    }
    for (; n < frames; n++) {
        pair sound = pair_load(bus + 2 * n) * (1.0 - pair_of(cut[n]) * scale);

        pair_store(bus + 2 * n, pair_max(pair_min(sound, quad_low(ceiling)), -quad_low(ceiling)));
    }
}

/* Nothing to cut now, nor in any window: only the circles turn, if there are any. */
static void rest(struct limiter *state, const struct limiter_coefs *c, uint32_t frames)
{
    if (!c->lookahead)
        return;
    state->block_at = (state->block_at + frames) % c->lookahead;
    state->box_at = (state->box_at + frames) % (c->lookahead / 2);
}

static void run(void *stage_state, const void *stage_coefs, double *bus, uint32_t frames)
{
    struct limiter *state = stage_state;
    const struct limiter_coefs *c = stage_coefs;
    double cut[ROW];
    int busy;

    if (!c->on)
        return;
    if (c->true_peak)
        true_peaks(state, bus, cut, frames);
    else
        peak_row(bus, cut, frames);
    busy = cuts(c, cut, frames) || state->released > 0;
    line_run(state->line, c->delay, &state->line_at, bus, frames);
    if (!busy && state->calm > c->lookahead + 2) {
        rest(state, c, frames);
        return;
    }
    state->calm = busy ? 0 : state->calm + frames;
    if (c->lookahead)
        smooth_cuts(state, c, cut, frames);
    else
        release_cuts(state, c, cut, frames);
    apply(c, cut, bus, frames);
}

/* What has not run has an old past, and begins at rest. Other windows begin anew, unheard until
 * they are full; the release goes on. */
static void adapt(void *stage_state, const void *from_coefs, const void *to_coefs)
{
    const struct limiter_coefs *from = from_coefs, *to = to_coefs;
    struct limiter *state = stage_state;

    if (!from->on) {
        memset(state, 0, sizeof *state);
        return;
    }
    if (!from->true_peak) {
        memset(state->past, 0, sizeof state->past);
        state->between = 0;
    }
    if (from->lookahead == to->lookahead && from->delay == to->delay)
        return;
    state->block_at = state->box_at = state->line_at = 0;
    state->sums[0] = state->sums[1] = state->front = 0;
    memset(state->block, 0, sizeof state->block);
    memset(state->box, 0, sizeof state->box);
}

/* At low rates what lies between samples needs more of the past than the delay is long. */
static uint32_t latency(const void *stage_coefs)
{
    const struct limiter_coefs *c = stage_coefs;

    return c->true_peak && c->delay < LIMITER_TAPS ? LIMITER_TAPS : c->delay;
}

static double reduction_db(void *stage_state, const void *stage_coefs)
{
    struct limiter *state = stage_state;
    double greatest = state->greatest;

    (void)stage_coefs;
    state->greatest = 0;
    return -20 * log10(fmax(1 - greatest, 1e-10)); /* of a cut so deep it rounds to 1, too */
}

const struct stage FORM(limiter) = { .state_bytes = sizeof(struct limiter),
                                     .coefs_bytes = sizeof(struct limiter_coefs),
                                     .run = run,
                                     .adapt = adapt,
                                     .latency = latency,
                                     .reduction_db = reduction_db };

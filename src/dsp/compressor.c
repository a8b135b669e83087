/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compressor.h"

#include "level.h"
#include "line.h"

#include <math.h>

/* The side chain's high-pass, in place on a copy of the bus. */
static void filter_sidechain(struct compressor *state, const double *c, double *key,
                             uint32_t frames)
{
    pair s1 = pair_load(state->s1), s2 = pair_load(state->s2);

    for (uint32_t n = 0; n < frames; n++) {
        pair x = c[4] * pair_load(key + 2 * n), s = s1;

        pair_store(key + 2 * n, x + s1);
        s1 = pair_fma(pair_of(-c[2]), s, pair_fma(pair_of(c[0]), x, s2));
        s2 = pair_fma(pair_of(-c[3]), s, c[1] * x);
    }
    pair_store(state->s1, s1);
    pair_store(state->s2, s2);
}

/* Mean squares, in place. */
static void square(struct compressor *state, double pole, double *key, uint32_t frames)
{
    pair mean = pair_load(state->square);

    for (uint32_t n = 0; n < frames; n++) {
        pair x = pair_load(key + 2 * n);

        mean = pair_fma(pair_of(pole), mean, (1 - pole) * (x * x));
        pair_store(key + 2 * n, mean);
    }
    pair_store(state->square, mean);
}

/* What the detector hears: levels or mean squares of each lane, where they are not |bus|. */
static const double *detect(struct compressor *state, const struct compressor_coefs *coefs,
                            const double *bus, double *key, uint32_t frames)
{
    if (coefs->sidechain[4] == 0 && !coefs->rms)
        return bus;
    memcpy(key, bus, 2 * frames * sizeof *bus);
    if (coefs->sidechain[4] != 0)
        filter_sidechain(state, coefs->sidechain, key, frames);
    if (coefs->rms)
        square(state, coefs->rms_pole, key, frames);
    return key;
}

/* The gain computer: levels to the reductions wanted, both as powers of two. */
INLINE quad reduction_of(const struct compressor_coefs *c, quad level, int upward)
{
    quad zero = quad_of(0), half = quad_of(c->half_knee);
    quad over = upward ? c->threshold - level : level - c->threshold;
    quad bend = quad_max(quad_min(over + half, 2 * half), zero);
    quad by = c->slope * quad_fma(bend * bend, quad_of(c->knee_scale), quad_max(over - half, zero));

    if (!upward)
        return by;
    by = quad_min(by, quad_of(c->boost_max));
    return quad_choose(level < c->gate, zero, -by);
}

INLINE void want(const struct compressor_coefs *c, double *row, uint32_t count, int upward)
{
    for (uint32_t n = 0; n < count; n += 4)
        quad_store(row + n, reduction_of(c, quad_load(row + n), upward));
}

/* One-pole with two speeds, without a branch: with the attack the faster one, the greater of the
 * two next values is the right one, else the lesser. */
struct ballistics {
    pair attack, release, from_attack, from_release; /* the poles, and 1 minus them */
    int slow_attack;
};

INLINE pair step(const struct ballistics *by, pair now, pair wanted)
{
    pair up = pair_fma(by->attack, now, by->from_attack * wanted);
    pair down = pair_fma(by->release, now, by->from_release * wanted);

    return by->slow_attack ? pair_min(up, down) : pair_max(up, down);
}

/* Reductions wanted to those that there are: one a frame for both lanes, or one for each. */
INLINE pair follow(const struct ballistics *by, pair now, double *row, uint32_t frames, int linked)
{
    for (uint32_t n = 0; n < frames; n++) {
        now = step(by, now, linked ? pair_of(row[n]) : pair_load(row + 2 * n));
        if (linked)
            row[n] = now[0];
        else
            pair_store(row + 2 * n, now);
    }
    return now;
}

/* Reductions to gains. Upward they raise no sample (`peak`: of the sound they are for) beyond the
 * ceiling. The greatest reduction, or boost, is kept. */
INLINE quad gains(const struct compressor_coefs *c, double *row, const double *peak, uint32_t count,
                  int upward, quad greatest)
{
    for (uint32_t n = count; n % 4; n++)
        row[n] = row[count - 1];
    for (uint32_t n = 0; n < count; n += 4) {
        quad reduction = quad_load(row + n);

        greatest = quad_max(greatest, upward ? -reduction : reduction);
        quad_store(row + n, c->makeup - reduction);
    }
    exp2_row(row, count);
    for (uint32_t n = 0; n < count; n += 4) {
        quad gain = quad_load(row + n);

        if (upward)
            gain =
                quad_min(gain, quad_max(c->ceiling / quad_max(quad_load(peak + n), quad_of(1e-30)),
                                        quad_of(1)));
        quad_store(row + n, quad_fma(quad_of(c->mix), gain - 1.0, quad_of(1)));
    }
    return greatest;
}

/* Up to a group of frames of the key to the reductions wanted. */
INLINE void prepare(const struct compressor_coefs *c, const double *key, double *row,
                    uint32_t frames, int upward)
{
    peak_row(key, row, frames);
    log2_row(row, frames);
    for (uint32_t n = 0; n < frames && c->rms; n++)
        row[n] *= 0.5;
    want(c, row, frames, upward);
}

/* What goes from group to group. */
struct running {
    pair now;
    quad greatest;
};

/* From the reductions wanted on. */
INLINE void finish(struct running *at, const struct compressor_coefs *c,
                   const struct ballistics *by, double *row, double *bus, uint32_t frames,
                   int upward)
{
    double peak[ROW_GROUP];

    at->now = follow(by, at->now, row, frames, 1);
    if (upward)
        peak_row(bus, peak, frames);
    at->greatest = gains(c, row, peak, frames, upward, at->greatest);
    gain_row(bus, row, frames);
}

/*
 * Both lanes with one gain. The ballistics are a chain from frame to frame, and little work; all
 * else is much work, and no chain. In groups, the next one's levels begun before this one's
 * ballistics, a processor does both at once.
 */
INLINE void run_linked(struct compressor *state, const struct compressor_coefs *coefs,
                       const struct ballistics *by, const double *key, double *bus, uint32_t frames,
                       int upward)
{
    const struct compressor_coefs c = *coefs;
    struct running at = { pair_load(state->reduction), quad_of(state->greatest) };
    uint32_t rest = frames % ROW_GROUP, whole = frames - rest;
    double row[ROW];

    if (whole)
        prepare(&c, key, row, ROW_GROUP, upward);
    for (uint32_t n = 0; n < whole; n += ROW_GROUP) {
        if (n + ROW_GROUP < whole)
            prepare(&c, key + 2 * (n + ROW_GROUP), row + n + ROW_GROUP, ROW_GROUP, upward);
        finish(&at, &c, by, row + n, bus + 2 * n, ROW_GROUP, upward);
    }
    if (rest) {
        prepare(&c, key + 2 * whole, row + whole, rest, upward);
        finish(&at, &c, by, row + whole, bus + 2 * whole, rest, upward);
    }
    pair_store(state->reduction, at.now);
    state->greatest = quad_greatest(at.greatest);
}

/* Each lane with a gain of its own, the softer one's nearer to the louder one's by the link. */
static void run_apart(struct compressor *state, const struct compressor_coefs *c,
                      const struct ballistics *by, const double *key, double *bus, uint32_t frames)
{
    double row[2 * STAGE_FRAMES + ROW_GROUP], peak[2 * STAGE_FRAMES + ROW_GROUP];

    for (uint32_t n = 0; n < 2 * frames; n++) {
        row[n] = fabs(key[n]);
        peak[n] = fabs(bus[n]);
    }
    log2_row(row, 2 * frames);
    for (uint32_t n = 0; n < 2 * frames; n += 2) {
        pair level = (c->rms ? 0.5 : 1.0) * pair_load(row + n);
        pair louder = pair_max(level, pair_swap(level));

        pair_store(row + n, pair_fma(pair_of(c->link), louder - level, level));
    }
    want(c, row, 2 * frames, (int)c->upward);
    pair_store(state->reduction, follow(by, pair_load(state->reduction), row, frames, 0));
    state->greatest =
        quad_greatest(gains(c, row, peak, 2 * frames, (int)c->upward, quad_of(state->greatest)));
    for (uint32_t n = 0; n < 2 * frames; n++)
        bus[n] *= row[n];
}

/* With constants where it matters, so that there is a loop for each kind. */
static void run_kind(struct compressor *state, const struct compressor_coefs *c, const double *key,
                     double *bus, uint32_t frames)
{
    struct ballistics by = { pair_of(c->attack), pair_of(c->release), pair_of(1 - c->attack),
                             pair_of(1 - c->release), c->attack > c->release };

    if (!c->linked) {
        run_apart(state, c, &by, key, bus, frames);
    } else if (c->upward) {
        run_linked(state, c, &by, key, bus, frames, 1);
    } else if (by.slow_attack) {
        run_linked(state, c, &by, key, bus, frames, 0);
    } else {
        by.slow_attack = 0; /* as it is: now the compiler knows it, too */
        run_linked(state, c, &by, key, bus, frames, 0);
    }
}

static void run(void *stage_state, const void *stage_coefs, double *bus, uint32_t frames)
{
    struct compressor *state = stage_state;
    const struct compressor_coefs *c = stage_coefs;
    double copy[2 * STAGE_FRAMES];
    const double *key;

    if (!c->on)
        return;
    key = detect(state, c, bus, copy, frames);
    if (c->lookahead) {
        if (key == bus)
            key = memcpy(copy, bus, 2 * frames * sizeof *bus);
        line_run(state->line, c->lookahead, &state->at, bus, frames);
    }
    run_kind(state, c, key, bus, frames);
}

/* Another look-ahead: the line fills anew, unheard. */
/* What has not run has an old past, and begins at rest; so does a filter that was another one. */
static void adapt(void *stage_state, const void *from_coefs, const void *to_coefs)
{
    const struct compressor_coefs *from = from_coefs, *to = to_coefs;
    struct compressor *state = stage_state;

    if (!from->on)
        memset(state, 0, sizeof *state);
    if (from->lookahead != to->lookahead)
        state->at = 0;
    if (memcmp(from->sidechain, to->sidechain, sizeof from->sidechain) != 0)
        memset(state->s1, 0, sizeof state->s1), memset(state->s2, 0, sizeof state->s2);
    if (!from->rms)
        memset(state->square, 0, sizeof state->square);
}

static uint32_t latency(const void *stage_coefs)
{
    const struct compressor_coefs *c = stage_coefs;

    return c->on ? c->lookahead : 0;
}

static double reduction_db(void *stage_state, const void *stage_coefs)
{
    struct compressor *state = stage_state;
    const struct compressor_coefs *c = stage_coefs;
    double db = DB_PER_OCTAVE * state->greatest;

    state->greatest = 0;
    return c->upward ? -db : db;
}

const struct stage FORM(compressor) = { .state_bytes = sizeof(struct compressor),
                                        .coefs_bytes = sizeof(struct compressor_coefs),
                                        .run = run,
                                        .adapt = adapt,
                                        .latency = latency,
                                        .reduction_db = reduction_db };

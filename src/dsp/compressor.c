/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compressor.h"

#include "level.h"
#include "line.h"
#include "power.h"

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

/* The gain computer: levels (or mean squares) to the reduction wanted; both as powers of two. */
INLINE quad reduction_of(const struct compressor_coefs *c, quad level)
{
    quad zero = quad_of(0), half = quad_of(c->half_knee);
    quad over = c->upward ? c->threshold - level : level - c->threshold;
    quad bend = quad_max(quad_min(over + half, 2 * half), zero);
    quad by = c->slope * quad_fma(bend * bend, quad_of(c->knee_scale), quad_max(over - half, zero));

    if (!c->upward)
        return by;
    by = quad_min(by, quad_of(c->boost_max));
    return quad_choose(level < c->gate, zero, -by);
}

/* One-pole with two speeds, without a branch: with the attack the faster one, the greater of the
 * two next values is the right one, else the lesser. */
struct ballistics {
    pair attack, release, from_attack, from_release; /* the poles, and 1 minus them */
    int slow_attack;
};

INLINE struct ballistics ballistics_of(const struct compressor_coefs *c, int slow_attack)
{
    return (struct ballistics){ pair_of(c->attack), pair_of(c->release), pair_of(1 - c->attack),
                                pair_of(1 - c->release), slow_attack };
}

INLINE pair step(const struct ballistics *by, pair now, pair wanted)
{
    pair up = pair_fma(by->attack, now, by->from_attack * wanted);
    pair down = pair_fma(by->release, now, by->from_release * wanted);

    return by->slow_attack ? pair_min(up, down) : pair_max(up, down);
}

/* The gain of four values. Upward it raises no sample (`peak`: of the sound it is for) beyond the
 * ceiling. */
INLINE quad gain_of(const struct compressor_coefs *c, quad reduction, quad peak)
{
    quad gain = quad_exp2(c->makeup - reduction);

    if (c->upward)
        gain = quad_min(gain, quad_max(c->ceiling / quad_max(peak, quad_of(1e-30)), quad_of(1)));
    return quad_fma(quad_of(c->mix), gain - 1.0, quad_of(1));
}

/* Four levels of a linked key to the reductions wanted. */
INLINE quad want(const struct compressor_coefs *c, const double *key)
{
    quad level = quad_log2(quad_max(frames_peak(key), quad_of(1e-30)));

    return reduction_of(c, c->rms ? 0.5 * level : level);
}

/* Four frames on, both lanes of the pair alike. */
INLINE quad steps(const struct ballistics *by, pair *reduction, quad wanted)
{
    pair low = quad_low(wanted), high = quad_high(wanted);
    pair a = step(by, *reduction, __builtin_shufflevector(low, low, 0, 0));
    pair b = step(by, a, __builtin_shufflevector(low, low, 1, 1));
    pair c = step(by, b, __builtin_shufflevector(high, high, 0, 0));

    *reduction = step(by, c, __builtin_shufflevector(high, high, 1, 1));
    return quad_join(__builtin_shufflevector(a, b, 0, 2),
                     __builtin_shufflevector(c, *reduction, 0, 2));
}

/*
 * Both lanes with one gain. The way from level to gain is longer than what a processor looks ahead;
 * so gains have a loop of their own, and here the next four levels are begun before these four go
 * through the ballistics.
 */
INLINE void reduce(struct compressor *state, const struct compressor_coefs *c,
                   const struct ballistics *by, const double *key, double *reduction,
                   uint32_t frames)
{
    pair now = pair_load(state->reduction);
    uint32_t whole = frames & ~3u;
    double last[8];
    quad ahead;

    if (frames > whole)
        frames_pad(last, key + 2 * whole, frames - whole);
    ahead = want(c, whole ? key : last);
    for (uint32_t n = 0; n < whole; n += 4) {
        quad wanted = ahead;

        if (n + 4 < frames)
            ahead = want(c, n + 8 <= frames ? key + 2 * n + 8 : last);
        quad_store(reduction + n, steps(by, &now, wanted));
    }
    if (frames > whole)
        quad_store(reduction + whole, steps(by, &now, ahead));
    pair_store(state->reduction, pair_of(reduction[frames - 1]));
}

INLINE void apply(struct compressor *state, const struct compressor_coefs *c,
                  const double *reduction, double *bus, uint32_t frames)
{
    quad greatest = quad_of(state->greatest);
    double last[8];

    for (uint32_t n = 0; n < frames; n += 4, bus += 8) {
        uint32_t some = frames - n;
        double *four = some < 4 ? last : bus;
        quad by = quad_load(reduction + n);

        if (some < 4)
            frames_pad(last, bus, some);
        frames_gain(four, gain_of(c, by, frames_peak(four)));
        if (some < 4)
            memcpy(bus, last, 2 * some * sizeof *bus);
        greatest = quad_max(greatest, c->upward ? -by : by);
    }
    state->greatest = quad_greatest(greatest);
}

INLINE void run_linked(struct compressor *state, const struct compressor_coefs *coefs,
                       const double *key, double *bus, uint32_t frames, int upward, int slow_attack)
{
    struct compressor_coefs c = *coefs;
    struct ballistics by = ballistics_of(coefs, slow_attack);
    double reduction[STAGE_FRAMES + 4];

    c.upward = (uint32_t)upward;
    reduce(state, &c, &by, key, reduction, frames);
    apply(state, &c, reduction, bus, frames);
}

/* Each lane with a gain of its own, the softer one's nearer to the louder one's by the link. */
static void run_apart(struct compressor *state, const struct compressor_coefs *c, const double *key,
                      double *bus, uint32_t frames)
{
    struct ballistics by = ballistics_of(c, c->attack > c->release);
    pair reduction = pair_load(state->reduction);
    quad greatest = quad_of(0);

    for (uint32_t n = 0; n < frames; n += 2) {
        uint32_t some = frames - n < 2 ? frames - n : 2;
        quad heard = quad_max(quad_abs(frames_load(key + 2 * n, some)), quad_of(1e-30));
        quad sound = frames_load(bus + 2 * n, some);
        quad level = c->rms ? 0.5 * quad_log2(heard) : quad_log2(heard);
        quad louder = quad_max(level, quad_swap(level));
        quad wanted = reduction_of(c, level + c->link * (louder - level));
        pair first = step(&by, reduction, quad_low(wanted));
        pair second = some == 2 ? step(&by, first, quad_high(wanted)) : first;
        quad now = quad_join(first, second);

        reduction = second;
        greatest = quad_max(greatest, c->upward ? -now : now);
        frames_store(bus + 2 * n, sound * gain_of(c, now, quad_abs(sound)), some);
    }
    pair_store(state->reduction, reduction);
    state->greatest = max_of(state->greatest, quad_greatest(greatest));
}

/* Constants where it is called, so that there is a loop for each kind. */
static void run_kind(struct compressor *state, const struct compressor_coefs *c, const double *key,
                     double *bus, uint32_t frames)
{
    int slow_attack = c->attack > c->release;

    if (!c->linked)
        run_apart(state, c, key, bus, frames);
    else if (c->upward)
        run_linked(state, c, key, bus, frames, 1, slow_attack);
    else if (slow_attack)
        run_linked(state, c, key, bus, frames, 0, 1);
    else
        run_linked(state, c, key, bus, frames, 0, 0);
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
static void adapt(void *stage_state, const void *from_coefs, const void *to_coefs)
{
    const struct compressor_coefs *from = from_coefs, *to = to_coefs;
    struct compressor *state = stage_state;

    if (from->lookahead != to->lookahead)
        state->at = 0;
    if (from->upward != to->upward)
        state->greatest = 0;
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

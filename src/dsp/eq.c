/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "eq.h"

#include "lanes.h"

#include <assert.h>

enum { PASS = 5 }; /* sections (AVX2: twice as many) whose states a pass keeps in registers */

#ifdef FORM_AVX2

/*
 * Four doubles are {section k, left and right | section k + half, left and right}: the cascade cut
 * in two, both halves at work at once. The second half reads the buffer BEHIND frames after the
 * first one wrote it, so nothing is permuted, and no store is read back at once. At the begin the
 * second half idles, at the end the first: what idles keeps its state, so there is no latency.
 */
enum { BEHIND = 3 };

struct sections {
    quad c1[PASS], c2[PASS], a1[PASS], a2[PASS], s1[PASS], s2[PASS];
};

INLINE quad run_sections(struct sections *at, quad x, int half)
{
    for (int k = 0; k < half; k++) {
        quad s1 = at->s1[k];

        at->s1[k] = quad_fma(-at->a1[k], s1, quad_fma(at->c1[k], x, at->s2[k]));
        at->s2[k] = quad_fma(-at->a2[k], s1, at->c2[k] * x);
        x = x + s1;
    }
    return x;
}

/* One of the frames at an end, where only a half works. */
INLINE void run_end(struct sections *at, double *bus, uint32_t n, uint32_t frames, pair gain,
                    int half)
{
    pair none = { 0, 0 }, low = none, high = none;
    struct sections before = *at;
    quad y;

    if (n < frames)
        low = gain * pair_load(bus + 2 * n);
    if (n >= BEHIND)
        high = pair_load(bus + 2 * (n - BEHIND));
    y = run_sections(at, quad_join(low, high), half);
    for (int k = 0; k < half; k++) {
        const quad *s1 = n < frames ? at->s1 : before.s1, *s2 = n < frames ? at->s2 : before.s2;
        const quad *h1 = n >= BEHIND ? at->s1 : before.s1, *h2 = n >= BEHIND ? at->s2 : before.s2;

        at->s1[k] = quad_join(quad_low(s1[k]), quad_high(h1[k]));
        at->s2[k] = quad_join(quad_low(s2[k]), quad_high(h2[k]));
    }
    if (n < frames)
        pair_store(bus + 2 * n, quad_low(y));
    if (n >= BEHIND)
        pair_store(bus + 2 * (n - BEHIND), quad_high(y));
}

INLINE void run_frames(struct sections *sections, double *bus, uint32_t frames, pair gain, int half)
{
    struct sections at = *sections;
    uint32_t n = 0;

    for (; n < BEHIND; n++)
        run_end(&at, bus, n, frames, gain, half);
    for (; n < frames; n++) {
        quad y = run_sections(
            &at, quad_join(gain * pair_load(bus + 2 * n), pair_load(bus + 2 * (n - BEHIND))), half);

        pair_store(bus + 2 * n, quad_low(y));
        pair_store(bus + 2 * (n - BEHIND), quad_high(y));
    }
    for (; n < frames + BEHIND; n++)
        run_end(&at, bus, n, frames, gain, half);
    *sections = at;
}

INLINE quad both(const double *low, const double *high)
{
    return quad_join(pair_load(low), pair_load(high));
}

INLINE void run_half(struct eq *eq, const struct eq_section *section, uint32_t first, double *bus,
                     uint32_t frames, pair gain, int half)
{
    struct sections at;
    double(*s1)[EQ_LANES] = eq->s1 + first, (*s2)[EQ_LANES] = eq->s2 + first;

    section += first;
    for (int k = 0; k < half; k++) {
        at.c1[k] = both(section[k].c1, section[k + half].c1);
        at.c2[k] = both(section[k].c2, section[k + half].c2);
        at.a1[k] = both(section[k].a1, section[k + half].a1);
        at.a2[k] = both(section[k].a2, section[k + half].a2);
        at.s1[k] = both(s1[k], s1[k + half]);
        at.s2[k] = both(s2[k], s2[k + half]);
    }
    run_frames(&at, bus, frames, gain, half);
    for (int k = 0; k < half; k++) {
        pair_store(s1[k], quad_low(at.s1[k]));
        pair_store(s2[k], quad_low(at.s2[k]));
        pair_store(s1[k + half], quad_high(at.s1[k]));
        pair_store(s2[k + half], quad_high(at.s2[k]));
    }
}

/* An odd count has one more section in its second half: of zeros, which does nothing. */
INLINE void run_pass(struct eq *eq, const struct eq_coefs *coefs, uint32_t first, uint32_t count,
                     double *bus, uint32_t frames, pair gain, int wide)
{
    if (wide == (int)(count + 1) / 2)
        run_half(eq, coefs->section, first, bus, frames, gain, wide);
}

enum { SECTIONS_A_PASS = 2 * PASS };
static_assert(EQ_SECTIONS % SECTIONS_A_PASS == 0, "a pass never ends behind the arrays");

#else

/* Two doubles are {left, right}; some sections a pass, so that their states stay in registers. */
INLINE void run_pass(struct eq *eq, const struct eq_coefs *coefs, uint32_t first, uint32_t count,
                     double *bus, uint32_t frames, pair gain, int wide)
{
    pair c1[PASS], c2[PASS], a1[PASS], a2[PASS], s1[PASS], s2[PASS];

    if (wide != (int)count)
        return;
    for (int k = 0; k < wide; k++) {
        const struct eq_section *section = &coefs->section[first + (uint32_t)k];

        c1[k] = pair_load(section->c1);
        c2[k] = pair_load(section->c2);
        a1[k] = pair_load(section->a1);
        a2[k] = pair_load(section->a2);
        s1[k] = pair_load(eq->s1[first + (uint32_t)k]);
        s2[k] = pair_load(eq->s2[first + (uint32_t)k]);
    }
    for (uint32_t n = 0; n < frames; n++) {
        pair x = gain * pair_load(bus + 2 * n);

        for (int k = 0; k < wide; k++) {
            pair s = s1[k];

            s1[k] = pair_fma(-a1[k], s, pair_fma(c1[k], x, s2[k]));
            s2[k] = pair_fma(-a2[k], s, c2[k] * x);
            x = x + s;
        }
        pair_store(bus + 2 * n, x);
    }
    for (int k = 0; k < wide; k++) {
        pair_store(eq->s1[first + (uint32_t)k], s1[k]);
        pair_store(eq->s2[first + (uint32_t)k], s2[k]);
    }
}

enum { SECTIONS_A_PASS = PASS };

#endif

static void run(void *state, const void *stage_coefs, double *bus, uint32_t frames)
{
    const struct eq_coefs *coefs = stage_coefs;
    pair gain = pair_load(coefs->gain);

    for (uint32_t first = 0; first < coefs->count; first += SECTIONS_A_PASS) {
        uint32_t left = coefs->count - first;
        uint32_t count = left < SECTIONS_A_PASS ? left : SECTIONS_A_PASS;

        /* each with its number as a constant, for the compiler to unroll; one of them runs */
        run_pass(state, coefs, first, count, bus, frames, gain, 1);
        run_pass(state, coefs, first, count, bus, frames, gain, 2);
        run_pass(state, coefs, first, count, bus, frames, gain, 3);
        run_pass(state, coefs, first, count, bus, frames, gain, 4);
        run_pass(state, coefs, first, count, bus, frames, gain, PASS);
        gain = (pair){ 1, 1 };
    }
}

const struct stage FORM(eq) = { .state_bytes = sizeof(struct eq),
                                .coefs_bytes = sizeof(struct eq_coefs),
                                .run = run,
                                .adapt = eq_adapt };

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "eq.h"

#include "lanes.h"

#include <assert.h>

/* Sections whose states (NEON: and coefficients) a pass keeps in registers; AVX2: twice as many. */
#ifdef __aarch64__
enum { PASS = 4 };
#else
enum { PASS = 5 };
#endif

/*
 * One frame through a section of a pair. NEON's multiply-add overwrites its sum: with the section's
 * input and output instead of input and state (s1 = y - x) nothing has to be kept and copied, and
 * four sections fit the registers. One multiply-add more lies in the loop from frame to frame, but
 * there a section waits for the others anyway.
 */
#ifdef __aarch64__
INLINE pair run_section(pair x, pair c1, pair c2, pair a1, pair a2, pair *s1, pair *s2)
{
    pair y = x + *s1;

    *s1 = pair_fma(a1, y, pair_fma(c1 - a1, x, *s2));
    *s2 = pair_fma(a2, y, (c2 - a2) * x);
    return y;
}
#else
INLINE pair run_section(pair x, pair c1, pair c2, pair a1, pair a2, pair *s1, pair *s2)
{
    pair s = *s1;

    *s1 = pair_fma(a1, s, pair_fma(c1, x, *s2));
    *s2 = pair_fma(a2, s, c2 * x);
    return x + s;
}
#endif

/* Two doubles are {left, right}; some sections a pass, so that their states stay in registers. */
INLINE void run_pairs(struct eq *eq, const struct eq_section *section, uint32_t first, double *bus,
                      uint32_t frames, pair gain, int count)
{
    pair c1[PASS], c2[PASS], a1[PASS], a2[PASS], s1[PASS], s2[PASS];

    for (int k = 0; k < count; k++) {
        uint32_t at = first + (uint32_t)k;

        c1[k] = pair_load(section[at].c1);
        c2[k] = pair_load(section[at].c2);
        a1[k] = -pair_load(section[at].a1);
        a2[k] = -pair_load(section[at].a2);
        s1[k] = pair_load(eq->s1[at]);
        s2[k] = pair_load(eq->s2[at]);
    }
    for (uint32_t n = 0; n < frames; n++) {
        pair x = gain * pair_load(bus + 2 * n);

        for (int k = 0; k < count; k++)
            x = run_section(x, c1[k], c2[k], a1[k], a2[k], &s1[k], &s2[k]);
        pair_store(bus + 2 * n, x);
    }
    for (int k = 0; k < count; k++) {
        pair_store(eq->s1[first + (uint32_t)k], s1[k]);
        pair_store(eq->s2[first + (uint32_t)k], s2[k]);
    }
}

#ifdef FORM_AVX2

/*
 * Four doubles are {section k, left and right | section k + half, left and right}: the cascade cut
 * in two, both halves at work at once. The second half reads the buffer BEHIND frames after the
 * first one wrote it, so nothing is permuted, and no store is read back at once. In the first
 * frames the second half has nothing to do, in the last ones the first: it runs on silence then,
 * and gets its state back. So there is no latency.
 */
enum { BEHIND = 3 };

struct halves {
    quad c1[PASS], c2[PASS], a1[PASS], a2[PASS], s1[PASS], s2[PASS];
};

INLINE quad run_sections(struct halves *at, quad x, int half)
{
    for (int k = 0; k < half; k++) {
        quad s1 = at->s1[k];

        at->s1[k] = quad_fma(at->a1[k], s1, quad_fma(at->c1[k], x, at->s2[k]));
        at->s2[k] = quad_fma(at->a2[k], s1, at->c2[k] * x);
        x = x + s1;
    }
    return x;
}

INLINE quad both(const double *low, const double *high)
{
    return quad_join(pair_load(low), pair_load(high));
}

INLINE void load_halves(struct halves *at, const struct eq *eq, const struct eq_section *section,
                        uint32_t first, int half)
{
    for (int k = 0; k < half; k++) {
        uint32_t low = first + (uint32_t)k, high = low + (uint32_t)half;

        at->c1[k] = both(section[low].c1, section[high].c1);
        at->c2[k] = both(section[low].c2, section[high].c2);
        at->a1[k] = -both(section[low].a1, section[high].a1);
        at->a2[k] = -both(section[low].a2, section[high].a2);
        at->s1[k] = both(eq->s1[low], eq->s1[high]);
        at->s2[k] = both(eq->s2[low], eq->s2[high]);
    }
}

/* An odd count has one more section in its second half: of zeros, which does nothing. */
INLINE void run_halves(struct eq *eq, const struct eq_section *section, uint32_t first, double *bus,
                       uint32_t frames, pair gain, int half)
{
    const pair none = { 0, 0 };
    struct halves at;
    uint32_t n = 0;

    load_halves(&at, eq, section, first, half);
    for (; n < BEHIND; n++)
        pair_store(bus + 2 * n, quad_low(run_sections(
                                    &at, quad_join(gain * pair_load(bus + 2 * n), none), half)));
    for (int k = 0; k < half; k++) { /* the second half's states, as they were */
        at.s1[k] = quad_join(quad_low(at.s1[k]), pair_load(eq->s1[first + (uint32_t)(k + half)]));
        at.s2[k] = quad_join(quad_low(at.s2[k]), pair_load(eq->s2[first + (uint32_t)(k + half)]));
    }
    for (; n < frames; n++) {
        quad y = run_sections(
            &at, quad_join(gain * pair_load(bus + 2 * n), pair_load(bus + 2 * (n - BEHIND))), half);

        pair_store(bus + 2 * n, quad_low(y));
        pair_store(bus + 2 * (n - BEHIND), quad_high(y));
    }
    for (int k = 0; k < half; k++) {
        pair_store(eq->s1[first + (uint32_t)k], quad_low(at.s1[k]));
        pair_store(eq->s2[first + (uint32_t)k], quad_low(at.s2[k]));
    }
    for (; n < frames + BEHIND; n++)
        pair_store(
            bus + 2 * (n - BEHIND),
            quad_high(run_sections(&at, quad_join(none, pair_load(bus + 2 * (n - BEHIND))), half)));
    for (int k = 0; k < half; k++) {
        pair_store(eq->s1[first + (uint32_t)(k + half)], quad_high(at.s1[k]));
        pair_store(eq->s2[first + (uint32_t)(k + half)], quad_high(at.s2[k]));
    }
}

enum { SECTIONS_A_PASS = 2 * PASS };
static_assert((int)EQ_SECTIONS % (int)SECTIONS_A_PASS == 0, "a pass never ends behind the arrays");

/* `wide` is half of the sections. Fewer frames than the halves are apart are none of their
 * business. */
INLINE void run_wide(struct eq *eq, const struct eq_coefs *coefs, uint32_t first, double *bus,
                     uint32_t frames, pair gain, int wide)
{
    if (frames >= BEHIND) {
        run_halves(eq, coefs->section, first, bus, frames, gain, wide);
        return;
    }
    run_pairs(eq, coefs->section, first, bus, frames, gain, wide);
    run_pairs(eq, coefs->section, first + (uint32_t)wide, bus, frames, (pair){ 1, 1 }, wide);
}

INLINE uint32_t width(uint32_t count)
{
    return (count + 1) / 2;
}

#else

enum { SECTIONS_A_PASS = PASS };

INLINE void run_wide(struct eq *eq, const struct eq_coefs *coefs, uint32_t first, double *bus,
                     uint32_t frames, pair gain, int wide)
{
    run_pairs(eq, coefs->section, first, bus, frames, gain, wide);
}

INLINE uint32_t width(uint32_t count)
{
    return count;
}

#endif

/* Each width as a constant, for the compiler to unroll. */
static void run_pass(struct eq *eq, const struct eq_coefs *coefs, uint32_t first, uint32_t count,
                     double *bus, uint32_t frames, pair gain)
{
    switch (width(count)) {
    case 1:
        run_wide(eq, coefs, first, bus, frames, gain, 1);
        break;
    case 2:
        run_wide(eq, coefs, first, bus, frames, gain, 2);
        break;
    case 3:
        run_wide(eq, coefs, first, bus, frames, gain, 3);
        break;
    case PASS:
        run_wide(eq, coefs, first, bus, frames, gain, PASS);
        break;
    default:
        run_wide(eq, coefs, first, bus, frames, gain, 4);
    }
}

static void run(void *state, const void *stage_coefs, double *bus, uint32_t frames)
{
    const struct eq_coefs *coefs = stage_coefs;
    pair gain = pair_load(coefs->gain);

    for (uint32_t first = 0; first < coefs->count; first += SECTIONS_A_PASS) {
        uint32_t left = coefs->count - first;

        run_pass(state, coefs, first, left < SECTIONS_A_PASS ? left : SECTIONS_A_PASS, bus, frames,
                 gain);
        gain = (pair){ 1, 1 };
    }
}

const struct stage FORM(eq) = { .state_bytes = sizeof(struct eq),
                                .coefs_bytes = sizeof(struct eq_coefs),
                                .run = run,
                                .adapt = eq_adapt };

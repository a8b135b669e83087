/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus.h"

#include "lanes.h"

static const int32_t limit =
    0x43800000; /* 256.0f; larger as an integer are larger floats and NaN */

/* A meter while it is at work, if there is one. */
struct measure {
    int on;
    pair peak, sum;
};

INLINE void measure_pair(struct measure *m, pair x)
{
    if (!m->on)
        return;
    m->peak = pair_max(m->peak, pair_abs(x));
    m->sum = pair_fma(x, x, m->sum);
}

INLINE void measure_end(const struct measure *m, struct bus_meter *meter)
{
    if (!meter)
        return;
    pair_store(meter->peak, pair_max(m->peak, pair_load(meter->peak)));
    pair_store(meter->sum, m->sum + pair_load(meter->sum));
}

/* Frames one by one. */
INLINE uint32_t in_singly(const float *left, const float *right, double *bus, uint32_t frames,
                          struct measure *m)
{
    uint32_t unfit = 0;

    for (uint32_t n = 0; n < frames; n++) {
        int32_t bits[2];
        pair x;

        memcpy(&bits[0], left + n, sizeof *bits);
        memcpy(&bits[1], right + n, sizeof *bits);
        x = (pair){ left[n], right[n] };
        for (int c = 0; c < 2; c++)
            if ((bits[c] & INT32_MAX) > limit) {
                x[c] = 0;
                unfit++;
            }
        measure_pair(m, x);
        pair_store(bus + 2 * n, x);
    }
    return unfit;
}

INLINE void out_singly(const double *bus, float *left, float *right, uint32_t frames,
                       struct measure *m)
{
    for (uint32_t n = 0; n < frames; n++) {
        pair x = pair_load(bus + 2 * n);

        measure_pair(m, x);
        left[n] = (float)x[0];
        if (right)
            right[n] = (float)x[1];
    }
}

/* out (+)= straight * source + crossed * the source with its lanes swapped; the first one sets. */
INLINE void add_singly(double *out, const double *source, pair straight, pair crossed,
                       int with_crossed, int first, uint32_t frames)
{
    for (uint32_t n = 0; n < frames; n++) {
        pair x = pair_load(source + 2 * n), y = straight * x;

        if (with_crossed)
            y = pair_fma(crossed, pair_swap(x), y);
        pair_store(out + 2 * n, first ? y : y + pair_load(out + 2 * n));
    }
}

/* The same for several frames at once, as far as they go: returns how many frames were done. */
#ifdef FORM_AVX2

typedef float four __attribute__((vector_size(16)));
typedef float eight __attribute__((vector_size(32)));
typedef int32_t eight_mask __attribute__((vector_size(32)));

struct measure_quads {
    int on;
    quad peak, sum;
};

INLINE void measure_quad(struct measure_quads *m, quad x)
{
    if (!m->on)
        return;
    m->peak = quad_max(m->peak, quad_abs(x));
    m->sum = quad_fma(x, x, m->sum);
}

INLINE void measure_add(struct measure *to, const struct measure_quads *m)
{
    to->peak = pair_max(quad_low(m->peak), quad_high(m->peak));
    to->sum = quad_low(m->sum) + quad_high(m->sum);
}

/* Floats made fit; those that were not are counted, each in its place. */
INLINE eight fit(const float *from, eight_mask *unfit)
{
    eight_mask bits, bad;

    memcpy(&bits, from, sizeof bits);
    bad = (bits & INT32_MAX) > limit;
    *unfit -= bad; /* a mask is -1 */
    return (eight)(bits & ~bad);
}

/* Four frames of pairs. */
INLINE void interleave(four left, four right, double *pairs, struct measure_quads *m)
{
    quad l = __builtin_convertvector(left, quad), r = __builtin_convertvector(right, quad);
    quad first = __builtin_shufflevector(l, r, 0, 4, 1, 5);
    quad second = __builtin_shufflevector(l, r, 2, 6, 3, 7);

    measure_quad(m, first);
    measure_quad(m, second);
    quad_store(pairs, first);
    quad_store(pairs + 4, second);
}

INLINE uint32_t in_several(const float *left, const float *right, double *bus, uint32_t frames,
                           struct measure *m, uint32_t *count)
{
    struct measure_quads quads = { m->on, { 0 }, { 0 } };
    eight_mask unfit = { 0 };
    uint32_t n = 0;

    for (; n + 8 <= frames; n += 8) {
        eight l = fit(left + n, &unfit), r = fit(right + n, &unfit);

        interleave(__builtin_shufflevector(l, l, 0, 1, 2, 3),
                   __builtin_shufflevector(r, r, 0, 1, 2, 3), bus + 2 * n, &quads);
        interleave(__builtin_shufflevector(l, l, 4, 5, 6, 7),
                   __builtin_shufflevector(r, r, 4, 5, 6, 7), bus + 2 * n + 8, &quads);
    }
    for (int i = 0; i < 8; i++)
        *count += (uint32_t)unfit[i];
    measure_add(m, &quads);
    return n;
}

INLINE uint32_t out_several(const double *bus, float *left, float *right, uint32_t frames,
                            struct measure *m)
{
    struct measure_quads quads = { m->on, { 0 }, { 0 } };
    uint32_t n = 0;

    for (; n + 4 <= frames; n += 4) {
        quad a = quad_load(bus + 2 * n), b = quad_load(bus + 2 * n + 4);
        four x = __builtin_convertvector(__builtin_shufflevector(a, b, 0, 2, 4, 6), four);

        measure_quad(&quads, a);
        measure_quad(&quads, b);
        memcpy(left + n, &x, sizeof x);
        if (!right)
            continue;
        x = __builtin_convertvector(__builtin_shufflevector(a, b, 1, 3, 5, 7), four);
        memcpy(right + n, &x, sizeof x);
    }
    measure_add(m, &quads);
    return n;
}

INLINE uint32_t add_several(double *out, const double *source, pair straight, pair crossed,
                            int with_crossed, int first, uint32_t frames)
{
    quad s = quad_join(straight, straight), c = quad_join(crossed, crossed);
    uint32_t n = 0;

    for (; n + 2 <= frames; n += 2) {
        quad x = quad_load(source + 2 * n), y = s * x;

        if (with_crossed)
            y = quad_fma(c, __builtin_shufflevector(x, x, 1, 0, 3, 2), y);
        quad_store(out + 2 * n, first ? y : y + quad_load(out + 2 * n));
    }
    return n;
}

#else

typedef float two __attribute__((vector_size(8)));

/* Whether any of the floats is not fit. */
INLINE int any_unfit(const float *line, uint32_t frames)
{
    int32_t greatest = 0;

    for (uint32_t n = 0; n < frames; n++) {
        int32_t bits;

        memcpy(&bits, line + n, sizeof bits);
        bits &= INT32_MAX;
        greatest = bits > greatest ? bits : greatest;
    }
    return greatest > limit;
}

/* Those are rare, and left to the slower way. */
INLINE uint32_t in_several(const float *left, const float *right, double *bus, uint32_t frames,
                           struct measure *m, uint32_t *count)
{
    uint32_t n = 0;

    (void)count;
    if (any_unfit(left, frames) || any_unfit(right, frames))
        return 0;
    for (; n + 2 <= frames; n += 2) {
        two l, r;
        pair a, b;

        memcpy(&l, left + n, sizeof l);
        memcpy(&r, right + n, sizeof r);
        a = __builtin_convertvector(l, pair);
        b = __builtin_convertvector(r, pair);
        measure_pair(m, __builtin_shufflevector(a, b, 0, 2));
        measure_pair(m, __builtin_shufflevector(a, b, 1, 3));
        pair_store(bus + 2 * n, __builtin_shufflevector(a, b, 0, 2));
        pair_store(bus + 2 * n + 2, __builtin_shufflevector(a, b, 1, 3));
    }
    return n;
}

INLINE uint32_t out_several(const double *bus, float *left, float *right, uint32_t frames,
                            struct measure *m)
{
    uint32_t n = 0;

    for (; n + 2 <= frames; n += 2) {
        pair a = pair_load(bus + 2 * n), b = pair_load(bus + 2 * n + 2);
        two x = __builtin_convertvector(__builtin_shufflevector(a, b, 0, 2), two);

        measure_pair(m, a);
        measure_pair(m, b);
        memcpy(left + n, &x, sizeof x);
        if (!right)
            continue;
        x = __builtin_convertvector(__builtin_shufflevector(a, b, 1, 3), two);
        memcpy(right + n, &x, sizeof x);
    }
    return n;
}

INLINE uint32_t add_several(double *out, const double *source, pair straight, pair crossed,
                            int with_crossed, int first, uint32_t frames)
{
    (void)out, (void)source, (void)straight, (void)crossed, (void)with_crossed, (void)first;
    (void)frames;
    return 0; /* a pair is as much as there is */
}

#endif

INLINE uint32_t in_all(const float *left, const float *right, double *bus, uint32_t frames,
                       struct bus_meter *meter, int measured)
{
    struct measure m = { measured, { 0 }, { 0 } };
    uint32_t unfit = 0, n = in_several(left, right, bus, frames, &m, &unfit);

    unfit += in_singly(left + n, right + n, bus + 2 * n, frames - n, &m);
    measure_end(&m, meter);
    return unfit;
}

static uint32_t bus_in(const float *left, const float *right, double *bus, uint32_t frames,
                       struct bus_meter *meter)
{
    return meter ? in_all(left, right, bus, frames, meter, 1)
                 : in_all(left, right, bus, frames, NULL, 0);
}

INLINE void out_all(const double *bus, float *left, float *right, uint32_t frames,
                    struct bus_meter *meter, int measured)
{
    struct measure m = { measured, { 0 }, { 0 } };
    uint32_t n = out_several(bus, left, right, frames, &m);

    out_singly(bus + 2 * n, left + n, right ? right + n : NULL, frames - n, &m);
    measure_end(&m, meter);
}

static void bus_out(const double *bus, float *left, float *right, uint32_t frames,
                    struct bus_meter *meter)
{
    if (!meter)
        out_all(bus, left, right, frames, NULL, 0);
    else if (right)
        out_all(bus, left, right, frames, meter, 1);
    else
        out_all(bus, left, NULL, frames, meter, 1);
}

INLINE void add(double *out, const double *source, pair straight, pair crossed, int with_crossed,
                int first, uint32_t frames)
{
    uint32_t n = add_several(out, source, straight, crossed, with_crossed, first, frames);

    add_singly(out + 2 * n, source + 2 * n, straight, crossed, with_crossed, first, frames - n);
}

static void bus_mix(const struct mix_coefs *c, const double *const source[BUS_SOURCES], double *out,
                    uint32_t frames)
{
    int first = 1;

    for (int s = 0; s < BUS_SOURCES; s++) {
        pair straight = pair_load(c->straight[s]), crossed = pair_load(c->crossed[s]);
        int is_crossed = crossed[0] != 0 || crossed[1] != 0;

        if (straight[0] == 0 && straight[1] == 0 && !is_crossed)
            continue;
        if (first && is_crossed)
            add(out, source[s], straight, crossed, 1, 1, frames);
        else if (first)
            add(out, source[s], straight, crossed, 0, 1, frames);
        else
            add(out, source[s], straight, crossed, 1, 0, frames);
        first = 0;
    }
    if (first)
        memset(out, 0, 2 * frames * sizeof *out);
}

/* (1 - cos(pi t)) / 2 as a polynomial: 0 and 1 at the ends to 1e-9. */
INLINE quad raised_cosine(quad t)
{
    quad x = (t - 0.5) * 3.14159265358979324, x2 = x * x;
    static const double terms[] = { -2.5052108385441720e-8, 2.7557319223985888e-6,
                                    -1.9841269841269841e-4, 8.3333333333333333e-3,
                                    -1.6666666666666667e-1, 1 };
    quad sine = quad_of(1.6059043836821613e-10);

    for (int k = 0; k < 6; k++)
        sine = quad_fma(sine, x2, quad_of(terms[k]));
    return 0.5 + 0.5 * (x * sine);
}

static void bus_blend(double *bus, const double *other, uint32_t at, uint32_t length,
                      uint32_t frames)
{
    double scale = 1.0 / length;

    for (uint32_t n = 0; n < frames; n += 4) {
        double first = at + n + 1;
        quad w = raised_cosine(((quad){ 0, 1, 2, 3 } + first) * scale);

        for (uint32_t i = n; i < frames && i < n + 4; i++) {
            pair old = pair_load(bus + 2 * i);

            pair_store(bus + 2 * i, old + w[i - n] * (pair_load(other + 2 * i) - old));
        }
    }
}

const struct bus_ops FORM(bus) = { bus_in, bus_out, bus_mix, bus_blend };

static void run_gain(void *state, const void *stage_coefs, double *bus, uint32_t frames)
{
    const struct gain_coefs *c = stage_coefs;
    pair gain = pair_load(c->gain);

    (void)state;
    if (gain[0] == 1 && gain[1] == 1)
        return;
    for (uint32_t n = 0; n < frames; n++)
        pair_store(bus + 2 * n, gain * pair_load(bus + 2 * n));
}

const struct stage
    FORM(gain) = { .state_bytes = 0, .coefs_bytes = sizeof(struct gain_coefs), .run = run_gain };

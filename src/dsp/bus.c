/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus.h"

#include "lanes.h"

typedef float four __attribute__((vector_size(16)));

/* As many floats as fit a register of the form. */
#ifdef FORM_AVX2
enum { SOME = 8 };
#else
enum { SOME = 4 };
#endif
typedef float some __attribute__((vector_size(SOME * sizeof(float))));
typedef int32_t some_mask __attribute__((vector_size(SOME * sizeof(float))));

/* A meter while it is at work: lanes in turn. */
struct measure {
    quad peak, sum;
};

INLINE struct measure measure_begin(const struct bus_meter *meter)
{
    pair none = { 0, 0 };

    return (struct measure){ quad_join(pair_load(meter->peak), none),
                             quad_join(pair_load(meter->sum), none) };
}

INLINE void measure_two(struct measure *m, quad two)
{
    m->peak = quad_max(m->peak, quad_abs(two));
    m->sum = quad_fma(two, two, m->sum);
}

INLINE void measure_end(const struct measure *m, struct bus_meter *meter)
{
    pair_store(meter->peak, pair_max(quad_low(m->peak), quad_high(m->peak)));
    pair_store(meter->sum, quad_low(m->sum) + quad_high(m->sum));
}

/* Floats made fit; those that were not are counted, each in its place. */
INLINE some fit(some x, some_mask *unfit)
{
    const int32_t limit = 0x43800000; /* 256.0f; larger as an integer are larger floats and NaN */
    some_mask bits = (some_mask)x, bad = (bits & 0x7fffffff) > limit;

    *unfit -= bad; /* a mask is -1 */
    return (some)(bits & ~bad);
}

INLINE some some_load(const float *from)
{
    some x;

    memcpy(&x, from, sizeof x);
    return x;
}

/* Four frames of pairs. */
INLINE void interleave(four left, four right, double *pairs, struct measure *m)
{
    quad l = __builtin_convertvector(left, quad), r = __builtin_convertvector(right, quad);
    quad first = __builtin_shufflevector(l, r, 0, 4, 1, 5);
    quad second = __builtin_shufflevector(l, r, 2, 6, 3, 7);

    measure_two(m, first);
    measure_two(m, second);
    quad_store(pairs, first);
    quad_store(pairs + 4, second);
}

INLINE void some_in(const float *left, const float *right, double *bus, some_mask *unfit,
                    struct measure *m)
{
    some l = fit(some_load(left), unfit), r = fit(some_load(right), unfit);

#ifdef FORM_AVX2
    interleave(__builtin_shufflevector(l, l, 0, 1, 2, 3), __builtin_shufflevector(r, r, 0, 1, 2, 3),
               bus, m);
    interleave(__builtin_shufflevector(l, l, 4, 5, 6, 7), __builtin_shufflevector(r, r, 4, 5, 6, 7),
               bus + 8, m);
#else
    interleave(l, r, bus, m);
#endif
}

static uint32_t bus_in(const float *left, const float *right, double *bus, uint32_t frames,
                       struct bus_meter *meter)
{
    struct measure m = measure_begin(meter);
    some_mask unfit = { 0 };
    uint32_t n = 0, count = 0;

    for (; n + SOME <= frames; n += SOME)
        some_in(left + n, right + n, bus + 2 * n, &unfit, &m);
    if (n < frames) { /* the last ones, among silence */
        float last[2][SOME] = { { 0 } };
        double pairs[2 * SOME];

        memcpy(last[0], left + n, (frames - n) * sizeof(float));
        memcpy(last[1], right + n, (frames - n) * sizeof(float));
        some_in(last[0], last[1], pairs, &unfit, &m);
        memcpy(bus + 2 * n, pairs, 2 * (frames - n) * sizeof *bus);
    }
    measure_end(&m, meter);
    for (int i = 0; i < SOME; i++)
        count += (uint32_t)unfit[i];
    return count;
}

static void bus_out(const double *bus, float *left, float *right, uint32_t frames,
                    struct bus_meter *meter)
{
    struct measure m = measure_begin(meter);
    uint32_t n = 0;

    for (; n + 4 <= frames; n += 4) {
        quad a = quad_load(bus + 2 * n), b = quad_load(bus + 2 * n + 4);
        four l = __builtin_convertvector(__builtin_shufflevector(a, b, 0, 2, 4, 6), four);

        measure_two(&m, a);
        measure_two(&m, b);
        memcpy(left + n, &l, sizeof l);
        if (right) {
            l = __builtin_convertvector(__builtin_shufflevector(a, b, 1, 3, 5, 7), four);
            memcpy(right + n, &l, sizeof l);
        }
    }
    for (; n < frames; n++) {
        pair one = pair_load(bus + 2 * n);

        measure_two(&m, quad_join(one, (pair){ 0, 0 }));
        left[n] = (float)one[0];
        if (right)
            right[n] = (float)one[1];
    }
    measure_end(&m, meter);
}

/* out (+)= straight * source + crossed * the source with its lanes swapped; the first one sets. */
INLINE void add(double *out, const double *source, pair straight, pair crossed, int with_crossed,
                int first, uint32_t frames)
{
    for (uint32_t n = 0; n < frames; n++) {
        pair x = pair_load(source + 2 * n), y = straight * x;

        if (with_crossed)
            y = pair_fma(crossed, pair_swap(x), y);
        pair_store(out + 2 * n, first ? y : y + pair_load(out + 2 * n));
    }
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
        if (is_crossed)
            add(out, source[s], straight, crossed, 1, first, frames);
        else
            add(out, source[s], straight, crossed, 0, first, frames);
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

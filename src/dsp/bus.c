/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus.h"

#include "lanes.h"

typedef float four __attribute__((vector_size(16)));
typedef int32_t four_mask __attribute__((vector_size(16)));

/* Four floats made fit, and how many were not added to each lane of the count. */
INLINE four fit(four x, four_mask *unfit)
{
    const int32_t limit = 0x43800000, normal = 0x00800000; /* 256.0f; the least normal float */
    four_mask bits = (four_mask)x, size = bits & 0x7fffffff;

    *unfit -= size > limit; /* a mask is -1 */
    return (four)(bits & (size <= limit) & (size >= normal));
}

INLINE four four_load(const float *from, uint32_t some)
{
    four x = { 0 };

    memcpy(&x, from, some * sizeof *from);
    return x;
}

/* Four floats of each line to four pairs. */
INLINE void interleave(four left, four right, double *pairs)
{
    quad l = __builtin_convertvector(left, quad), r = __builtin_convertvector(right, quad);

    quad_store(pairs, __builtin_shufflevector(l, r, 0, 4, 1, 5));
    quad_store(pairs + 4, __builtin_shufflevector(l, r, 2, 6, 3, 7));
}

static uint32_t bus_in(const float *left, const float *right, double *bus, uint32_t frames)
{
    four_mask unfit = { 0 };
    uint32_t n = 0;

    for (; n + 4 <= frames; n += 4)
        interleave(fit(four_load(left + n, 4), &unfit), fit(four_load(right + n, 4), &unfit),
                   bus + 2 * n);
    if (n < frames) {
        double last[8];

        interleave(fit(four_load(left + n, frames - n), &unfit),
                   fit(four_load(right + n, frames - n), &unfit), last);
        memcpy(bus + 2 * n, last, 2 * (frames - n) * sizeof *bus);
    }
    return (uint32_t)(unfit[0] + unfit[1] + unfit[2] + unfit[3]);
}

static void bus_out(const double *bus, float *left, float *right, uint32_t frames)
{
    uint32_t n = 0;

    for (; n + 4 <= frames; n += 4) {
        quad a = quad_load(bus + 2 * n), b = quad_load(bus + 2 * n + 4);
        four l = __builtin_convertvector(__builtin_shufflevector(a, b, 0, 2, 4, 6), four);
        four r = __builtin_convertvector(__builtin_shufflevector(a, b, 1, 3, 5, 7), four);

        memcpy(left + n, &l, sizeof l);
        if (right)
            memcpy(right + n, &r, sizeof r);
    }
    for (; n < frames; n++) {
        left[n] = (float)bus[2 * n];
        if (right)
            right[n] = (float)bus[2 * n + 1];
    }
}

/* out (+)= gain * source, straight or crossed; the first one sets. */
INLINE void add(double *out, const double *source, pair gain, int crossed, int first,
                uint32_t frames)
{
    for (uint32_t n = 0; n < frames; n++) {
        pair x = pair_load(source + 2 * n);

        x = crossed ? pair_swap(x) : x;
        pair_store(out + 2 * n, first ? gain * x : pair_fma(gain, x, pair_load(out + 2 * n)));
    }
}

INLINE int add_some(double *out, const double *source, const double gain[2], int crossed, int first,
                    uint32_t frames)
{
    if (gain[0] == 0 && gain[1] == 0)
        return first;
    if (first)
        add(out, source, pair_load(gain), crossed, 1, frames);
    else
        add(out, source, pair_load(gain), crossed, 0, frames);
    return 0;
}

static void bus_mix(const struct mix_coefs *c, const double *const source[BUS_SOURCES], double *out,
                    uint32_t frames)
{
    int first = 1;

    for (int s = 0; s < BUS_SOURCES; s++) {
        first = add_some(out, source[s], c->straight[s], 0, first, frames);
        first = add_some(out, source[s], c->crossed[s], 1, first, frames);
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

static void bus_measure(struct bus_meter *meter, const double *bus, uint32_t frames)
{
    quad peak = quad_of(0), sum = quad_of(0);
    pair p, s;
    uint32_t n = 0;

    for (; n + 2 <= frames; n += 2) {
        quad x = quad_load(bus + 2 * n);

        peak = quad_max(peak, quad_abs(x));
        sum = quad_fma(x, x, sum);
    }
    p = pair_max(quad_low(peak), quad_high(peak));
    s = quad_low(sum) + quad_high(sum);
    if (n < frames) {
        pair x = pair_load(bus + 2 * n);

        p = pair_max(p, pair_abs(x));
        s += x * x;
    }
    pair_store(meter->peak, pair_max(p, pair_load(meter->peak)));
    pair_store(meter->sum, s + pair_load(meter->sum));
}

const struct bus_ops FORM(bus) = { bus_in, bus_out, bus_mix, bus_blend, bus_measure };

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

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bilinear.h"

#include <math.h>

#define PI 3.14159265358979323846264338327950288L

struct analog analog_peak(long double gain_db, long double q)
{
    long double a = powl(10, gain_db / 40);

    return (struct analog){ 2, { 1, a / q, 1 }, { 1, 1 / (a * q), 1 } };
}

struct analog analog_low_shelf(long double gain_db, long double q)
{
    long double a = powl(10, gain_db / 40), middle = sqrtl(a) / q;

    return (struct analog){ 2, { a * a, a * middle, a }, { 1, middle, a } };
}

struct analog analog_mirror(struct analog h)
{
    struct analog mirrored = { .order = h.order };

    for (int k = 0; k <= h.order; k++) {
        mirrored.n[k] = h.n[h.order - k];
        mirrored.d[k] = h.d[h.order - k];
    }
    return mirrored;
}

long double bilinear_held(long double value, long double low, long double high)
{
    value = value < low ? low : value;
    return value > high ? high : value;
}

long double bilinear_hz(long double frequency_hz, long double rate_hz)
{
    return bilinear_held(frequency_hz, 10, 0.45L * rate_hz);
}

/*
 * s = (1 - 1/z) / (k (1 + 1/z)) makes b0 = n1 + n0 k, b1 = n0 k - n1 (a alike), all over a's first.
 * In b1/b0 - a1 all but this one product goes away.
 */
static struct biquad first_order(const struct analog *h, long double k, long double b,
                                 long double a)
{
    return (
        struct biquad){ .a1 = (double)((h->d[0] * k - h->d[1]) / a),
                        .c1 = (double)(2 * k * (h->n[0] * h->d[1] - h->n[1] * h->d[0]) / (a * b)) };
}

/*
 * The same with b0 = n2 + n1 k + n0 k^2, b1 = 2 (n0 k^2 - n2), b2 = n2 - n1 k + n0 k^2. What is
 * left of b1/b0 - a1 and b2/b0 - a2 are the differences of the products n d, each small by itself.
 */
static struct biquad second_order(const struct analog *h, long double k, long double b,
                                  long double a)
{
    long double middle = h->d[1] * k;
    long double low = h->n[0] * h->d[1] - h->n[1] * h->d[0];
    long double mid = h->n[0] * h->d[2] - h->n[2] * h->d[0];
    long double high = h->n[1] * h->d[2] - h->n[2] * h->d[1];

    return (struct biquad){
        .a1 = (double)(2 * (h->d[0] * k * k - h->d[2]) / a),
        .a2 = (double)((h->d[2] - middle + h->d[0] * k * k) / a),
        .c1 = (double)(2 * k * (high + k * (2 * mid + k * low)) / (a * b)),
        .c2 = (double)(2 * k * (k * k * low - high) / (a * b)),
    };
}

/* Numbers they are, and the poles lie within the unit circle. */
static bool is_sound(const struct biquad *f)
{
    return isfinite(f->b0) && isfinite(f->c1) && isfinite(f->c2) && 1 - f->a2 > 0 &&
           (f->a2 + 1) - fabs(f->a1) > 0;
}

struct biquad bilinear(const struct analog *h, long double frequency_hz, long double rate_hz)
{
    long double k = tanl(PI * bilinear_hz(frequency_hz, rate_hz) / rate_hz);
    long double b = h->n[h->order], a = h->d[h->order], least;
    struct biquad f;

    for (int i = h->order - 1; i >= 0; i--) {
        long double power = h->order - i == 1 ? k : k * k;

        b += h->n[i] * power;
        a += h->d[i] * power;
    }
    /* An all-pass may have a b0 of 0, which c1 and c2 cannot express; this is -180 dB off. */
    least = 1e-9L * a;
    b = fabsl(b) < least ? least : b;
    f = h->order == 1 ? first_order(h, k, b, a) : second_order(h, k, b, a);
    f.b0 = (double)(b / a);
    f.b1 = f.b0 * (f.c1 + f.a1);
    f.b2 = f.b0 * (f.c2 + f.a2);
    return is_sound(&f) ? f : biquad_flat;
}

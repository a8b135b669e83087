/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "biquad.h"

#include "bilinear.h"

#include <math.h>

static const double gain_max_db = 30, least_gain_db = 0.01;

/* S to Q, after the cookbook. */
static long double q_of_slope(long double gain_db, long double slope)
{
    long double a = powl(10, gain_db / 40);

    return 1 / sqrtl((a + 1 / a) * (1 / slope - 1) + 2);
}

/* Half the gain in dB at s = j: |j + g| / |j + 1/g| = g, the root of the gain. */
static struct analog low_shelf_1(long double gain_db)
{
    long double g = powl(10, gain_db / 40);

    return (struct analog){ 1, { g, 1 }, { 1 / g, 1 } };
}

/*
 * The zeros of the box that is, the poles of the one wished for. Warped to be exact at the
 * geometric mean of both frequencies, where the transform's work is: the gain at 0 Hz and far above
 * is exact in any case, and of the three points none is then left to chance.
 */
static struct biquad linkwitz(const struct band_settings *band, double rate_hz)
{
    long double from = bilinear_hz(band->frequency_hz, rate_hz);
    long double to = bilinear_hz(bilinear_held(band->target_hz, 10, 500), rate_hz);
    long double from_q = bilinear_held(band->q, 0.1L, 20);
    long double to_q = bilinear_held(band->target_q, 0.1L, 2);
    long double r = sqrtl(from / to);
    struct analog h = { 2, { r * r, r / from_q, 1 }, { 1 / (r * r), 1 / (r * to_q), 1 } };

    return bilinear(&h, sqrtl(from * to), rate_hz);
}

/* Order 0: there is nothing to do. */
static struct analog shape(const struct band_settings *band)
{
    static const struct analog nothing = { 0 };
    static const struct analog low_pass_1 = { 1, { 1, 0 }, { 1, 1 } };
    long double gain = bilinear_held(band->gain_db, -gain_max_db, gain_max_db);
    long double q = bilinear_held(band->q, 0.1L, 20);
    long double slope = bilinear_held(band->slope, 0.1L, 1);
    bool flat = fabsl(gain) < least_gain_db;

    switch (band->type) {
    case BAND_PEAKING:
        return flat ? nothing : analog_peak(gain, q);
    case BAND_LOW_SHELF:
        return flat ? nothing : analog_low_shelf(gain, q);
    case BAND_HIGH_SHELF:
        return flat ? nothing : analog_mirror(analog_low_shelf(gain, q));
    case BAND_LOW_SHELF_SLOPE:
        return flat ? nothing : analog_low_shelf(gain, q_of_slope(gain, slope));
    case BAND_HIGH_SHELF_SLOPE:
        return flat ? nothing : analog_mirror(analog_low_shelf(gain, q_of_slope(gain, slope)));
    case BAND_LOW_SHELF_1:
        return flat ? nothing : low_shelf_1(gain);
    case BAND_HIGH_SHELF_1:
        return flat ? nothing : analog_mirror(low_shelf_1(gain));
    case BAND_LOW_PASS:
        return (struct analog){ 2, { 1, 0, 0 }, { 1, 1 / q, 1 } };
    case BAND_HIGH_PASS:
        return (struct analog){ 2, { 0, 0, 1 }, { 1, 1 / q, 1 } };
    case BAND_BAND_PASS:
        return (struct analog){ 2, { 0, 1 / q, 0 }, { 1, 1 / q, 1 } };
    case BAND_NOTCH:
        return (struct analog){ 2, { 1, 0, 1 }, { 1, 1 / q, 1 } };
    case BAND_ALL_PASS:
        return (struct analog){ 2, { 1, -1 / q, 1 }, { 1, 1 / q, 1 } };
    case BAND_LOW_PASS_1:
        return low_pass_1;
    case BAND_HIGH_PASS_1:
        return analog_mirror(low_pass_1);
    case BAND_ALL_PASS_1:
        return (struct analog){ 1, { 1, -1 }, { 1, 1 } };
    default:
        return nothing;
    }
}

struct biquad band_design(const struct band_settings *band, double rate_hz)
{
    struct analog h;

    if (!band->on)
        return biquad_flat;
    if (band->type == BAND_LINKWITZ)
        return linkwitz(band, rate_hz);
    h = shape(band);
    return h.order ? bilinear(&h, band->frequency_hz, rate_hz) : biquad_flat;
}

/*
 * At low frequencies 1 + a1/z + a2/z^2 is a small difference of large numbers, and exactly it
 * shapes the response. Turned by z it is
 *
 *     (1 + a1 + a2) - (1 + a2) 2 sin^2(w/2) + j (1 - a2) sin w
 *
 * and with a1 near -2 and a2 near 1, a1 + 2 and a2 - 1 are exact. The same for the numerator.
 */
double complex biquad_response(const struct biquad *f, double frequency_hz, double rate_hz)
{
    double w = 2 * M_PI * frequency_hz / rate_hz;
    long double half = sin(w / 2), bow = 2 * half * half, sine = sin(w);
    long double a1 = (long double)f->a1 + 2, a2 = (long double)f->a2 - 1;
    long double b1 = a1 + f->c1, b2 = a2 + f->c2;
    long double a_re = a1 + a2 - (2 + a2) * bow, a_im = -a2 * sine;
    long double b_re = b1 + b2 - (2 + b2) * bow, b_im = -b2 * sine;
    long double scale = f->b0 / (a_re * a_re + a_im * a_im);

    return (double)(scale * (b_re * a_re + b_im * a_im)) +
           I * (double)(scale * (b_im * a_re - b_re * a_im));
}

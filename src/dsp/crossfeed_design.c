/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crossfeed.h"

#include <math.h>

static const double pi = 3.14159265358979324;

void crossfeed_values(const struct crossfeed_settings *s, double *frequency_hz, double *feed_db)
{
    static const struct {
        double frequency_hz, feed_db;
    } preset[CROSSFEED_PRESETS] = {
        [CROSSFEED_DEFAULT] = { 700, 4.5 },
        [CROSSFEED_CHU_MOY] = { 700, 6 },
        [CROSSFEED_JAN_MEIER] = { 650, 9.5 },
        [CROSSFEED_LINKWITZ] = { 700, 3 },
    };
    int which = s->preset > CROSSFEED_CUSTOM && s->preset < CROSSFEED_PRESETS ? (int)s->preset : 0;

    *frequency_hz = which ? preset[which].frequency_hz : s->frequency_hz;
    *feed_db = which ? preset[which].feed_db : s->feed_db;
}

/* Bauer's, as libbs2b 3.1 has it: levels and cut of the treble boost follow from the feed. */
static void design_bs2b(struct crossfeed_coefs *c, double cut_hz, double feed_db, double rate_hz)
{
    double low_db = -5.0 / 6 * feed_db - 3, high_db = feed_db / 6 - 3;
    double low = pow(10, low_db / 20), high = 1 - pow(10, high_db / 20);
    double high_hz = cut_hz * pow(2, (low_db - 20 * log10(high)) / 12);
    double x = exp(-2 * pi * cut_hz / rate_hz), xh = exp(-2 * pi * high_hz / rate_hz);
    double gain = 1 / (1 - high + low);

    c->c0 = gain * low * (1 - x);
    c->cp = x;
    c->d0 = gain * (1 - high * (1 - xh));
    c->d1 = -gain * xh;
    c->dp = xh;
}

static void design_complementary(struct crossfeed_coefs *c, double cut_hz, double feed_db,
                                 double rate_hz)
{
    static const double head_s = 220e-6; /* what DSPi's all-pass fills the low-pass's delay up to */
    double level = 1 / (1 + pow(10, feed_db / 20));
    double x = exp(-2 * pi * cut_hz / rate_hz);
    double missing = head_s * rate_hz - x / (1 - x);

    c->c0 = level * (1 - x);
    c->cp = x;
    if (c->mode == CROSSFEED_CLASSIC && missing > 0)
        c->allpass = (1 - missing) / (1 + missing);
    else
        c->mode = CROSSFEED_COMPLEMENTARY; /* nothing to fill */
}

/* Third-order Lagrange, the delay between the second and the third of four taps where it can. */
static void design_delay(struct crossfeed_coefs *c, double frames)
{
    double first = fmax(floor(frames) - 1, 0), t = frames - first;

    if (frames <= 0)
        return;
    c->delayed = 1;
    c->delay = (uint32_t)first;
    c->tap[0] = -(t - 1) * (t - 2) * (t - 3) / 6;
    c->tap[1] = t * (t - 2) * (t - 3) / 2;
    c->tap[2] = -t * (t - 1) * (t - 3) / 2;
    c->tap[3] = t * (t - 1) * (t - 2) / 6;
}

void crossfeed_design(struct crossfeed_coefs *c, const struct crossfeed_settings *s, double rate_hz)
{
    double cut_hz, feed_db;

    *c = (struct crossfeed_coefs){ 0 };
    if (!s->on)
        return;
    crossfeed_values(s, &cut_hz, &feed_db);
    c->on = 1;
    c->mode = s->mode;
    if (s->mode == CROSSFEED_BS2B)
        design_bs2b(c, cut_hz, feed_db, rate_hz);
    else
        design_complementary(c, cut_hz, feed_db, rate_hz);
    if (s->mode != CROSSFEED_CLASSIC)
        design_delay(c, fmin(s->delay_us * 1e-6 * rate_hz, CROSSFEED_LINE - 8));
}

void crossfeed_response(const struct crossfeed_coefs *c, double frequency_hz, double rate_hz,
                        double complex *direct, double complex *cross)
{
    double complex z1 = cexp(-I * 2 * pi * frequency_hz / rate_hz);
    double complex low = c->c0 / (1 - c->cp * z1), delay = 1;

    *direct = 1;
    *cross = 0;
    if (!c->on)
        return;
    if (c->delayed) {
        delay = c->tap[0] + z1 * (c->tap[1] + z1 * (c->tap[2] + z1 * c->tap[3]));
        delay *= cexp(-I * 2 * pi * frequency_hz / rate_hz * c->delay);
    }
    *cross = low * delay;
    *direct = 1 - low * delay;
    if (c->mode == CROSSFEED_BS2B)
        *direct = (c->d0 + c->d1 * z1) / (1 - c->dp * z1);
    if (c->mode == CROSSFEED_CLASSIC)
        *cross = low * (c->allpass + z1) / (1 + c->allpass * z1);
}

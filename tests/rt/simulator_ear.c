/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came out, measured by its phases. */
#include "simulator.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>

static const double low_hz = 50;

/* Phase of `hz` (in units of the recording's nominal rate) around frame `at`, Hann over 40 ms,
 * relative to a cosine at frame 0. */
static double phase(const float *sound, int64_t at, double rate, double hz)
{
    int64_t half = (int64_t)(0.02 * rate);
    double complex sum = 0;

    for (int64_t i = -half; i < half; i++) {
        double window = 0.5 + 0.5 * cos(M_PI * (double)i / (double)half);

        sum += window * sound[at + i] * cexp(-I * 2 * M_PI * hz * (double)i / rate);
    }
    return carg(sum) + M_PI / 2; /* the source is a sine */
}

static double wrap(double cycles)
{
    return cycles - floor(cycles + 0.5);
}

/* The source frame (its own count, at `source_rate` nominal) heard at `at`; near `expected`. */
static double source_frame(const struct simulator *s, const float *sound, int64_t at, double rate,
                           double source_rate, double pitch, double expected)
{
    double low = phase(sound, at, rate, low_hz * pitch) / (2 * M_PI);
    double tone = phase(sound, at, rate, s->config.tone_hz * pitch) / (2 * M_PI);
    double coarse = expected + source_rate / low_hz * wrap(low - expected * low_hz / source_rate);

    return coarse +
           source_rate / s->config.tone_hz * wrap(tone - coarse * s->config.tone_hz / source_rate);
}

double simulator_play_delay(const struct simulator *s, int64_t at)
{
    double jack_rate = s->config.jack_rate_hz * (1 + 1e-6 * s->config.jack_ppm);
    double plays = simulator_card_time(s, (double)at);
    double pitch = jack_rate / s->config.jack_rate_hz * s->config.card_rate_hz / s->card_rate;
    double frame = source_frame(s, s->heard, at, s->config.card_rate_hz, s->config.jack_rate_hz,
                                pitch, plays * jack_rate - s->process.bridge[0].target);

    return plays * jack_rate - frame;
}

double simulator_capture_delay(const struct simulator *s, int64_t at)
{
    double jack_rate = s->config.jack_rate_hz * (1 + 1e-6 * s->config.jack_ppm);
    double time = (double)at / jack_rate;
    double pitch = s->card_rate / s->config.card_rate_hz * s->config.jack_rate_hz / jack_rate;
    double expected =
        s->card_count +
        (time - s->card_time - s->process.bridge[1].target / s->config.jack_rate_hz) * s->card_rate;
    double frame = source_frame(s, s->returned, at, s->config.jack_rate_hz, s->config.card_rate_hz,
                                pitch, expected);

    return (time - simulator_card_time(s, frame)) * jack_rate;
}

/* Power left after the best fit of two sinusoids whose frequencies are given, cycles a frame. */
static double left_over(const float *sound, int64_t frames, double tone, double low, double *power)
{
    double a[4][5] = { { 0 } }, left = 0;

    for (int64_t i = 0; i < frames; i++) {
        double t = (double)(i - frames / 2);
        double x[5] = { cos(2 * M_PI * tone * t), sin(2 * M_PI * tone * t), cos(2 * M_PI * low * t),
                        sin(2 * M_PI * low * t), sound[i] };

        for (int r = 0; r < 4; r++)
            for (int c = 0; c < 5; c++)
                a[r][c] += x[r] * x[c];
    }
    for (int p = 0; p < 4; p++)
        for (int r = 0; r < 4; r++)
            if (r != p && a[p][p] != 0)
                for (int c = 4; c >= p; c--)
                    a[r][c] -= a[r][p] / a[p][p] * a[p][c];
    for (int r = 0; r < 4; r++)
        a[r][4] = a[r][r] != 0 ? a[r][4] / a[r][r] : 0;
    for (int64_t i = 0; i < frames; i++) {
        double t = (double)(i - frames / 2);
        double e = sound[i] - a[0][4] * cos(2 * M_PI * tone * t) -
                   a[1][4] * sin(2 * M_PI * tone * t) - a[2][4] * cos(2 * M_PI * low * t) -
                   a[3][4] * sin(2 * M_PI * low * t);

        left += e * e;
    }
    *power = 0.5 * (double)frames * (a[0][4] * a[0][4] + a[1][4] * a[1][4]);
    return left;
}

double simulator_residual_db(const float *sound, int64_t at, int64_t frames, double tone,
                             double low)
{
    double best = tone, width = 0.3 / (double)frames, power = 1, left = 0;

    for (int pass = 0; pass < 24; pass++) { /* golden-ish search around the nominal pitch */
        double below = left_over(sound + at, frames, best - width, low, &power);
        double above = left_over(sound + at, frames, best + width, low, &power);

        left = left_over(sound + at, frames, best, low, &power);
        if (below < left && below < above)
            best -= width;
        else if (above < left)
            best += width;
        else
            width /= 2;
    }
    return 10 * log10(left / power);
}

double simulator_pitch_jitter_ppm(const struct simulator *s, double from_s)
{
    int64_t first = (int64_t)(from_s * s->config.jack_rate_hz / s->config.jack_period);
    double count = 0, sum = 0, square = 0;

    for (int64_t i = first; i < s->steps; i++)
        if (s->step[i] > 0) {
            count++;
            sum += s->step[i] - 1;
        }
    for (int64_t i = first; i < s->steps; i++)
        if (s->step[i] > 0)
            square += pow(s->step[i] - 1 - sum / count, 2);
    return 1e6 * sqrt(square / count);
}

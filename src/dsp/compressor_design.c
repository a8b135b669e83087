/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compressor.h"

#include "biquad.h"
#include "units.h"

static double slope_of(const struct compressor_settings *s)
{
    double ratio = s->mode == COMPRESSOR_UPWARD ? 1 + 0.19 * s->amount_percent : s->ratio;

    return isinf(ratio) ? 1 : 1 - 1 / ratio;
}

/* The change of gain wanted at a steady level, dB; downward <= 0, upward >= 0, as if there were no
 * ceiling. */
static double static_gain(const struct compressor_settings *s, double level_db)
{
    bool upward = s->mode == COMPRESSOR_UPWARD;
    double over = upward ? s->threshold_db - level_db : level_db - s->threshold_db;
    double bend = fmin(fmax(over + s->knee_db / 2, 0), s->knee_db);
    double by = s->knee_db > 0 ? bend * bend / (2 * s->knee_db) : 0;

    by = slope_of(s) * (by + fmax(over - s->knee_db / 2, 0));
    if (!upward)
        return -by;
    if (level_db < s->gate_db && s->gate_db > -96)
        return 0;
    return fmin(by, s->boost_max_db);
}

double compressor_makeup(const struct compressor_settings *s)
{
    if (!s->auto_makeup)
        return s->makeup_db;
    return s->mode == COMPRESSOR_UPWARD ? 0 : -static_gain(s, 0) / 2;
}

double compressor_curve(const struct compressor_settings *s, double level_db)
{
    double gain_db, gain, mix = s->mix_percent / 100;

    if (!s->on)
        return level_db;
    gain_db = static_gain(s, level_db) + compressor_makeup(s);
    if (s->mode == COMPRESSOR_UPWARD)
        gain_db = fmin(gain_db, fmax(0, s->ceiling_db - level_db));
    gain = pow(10, gain_db / 20);
    return level_db + 20 * log10(fmax(1e-10, 1 + mix * (gain - 1)));
}

static void design_sidechain(struct compressor_coefs *c, double frequency_hz, double rate_hz)
{
    struct band_settings band = {
        .on = true, .type = BAND_HIGH_PASS, .frequency_hz = frequency_hz, .q = 0.70710678118654752
    };
    struct biquad b = band_design(&band, rate_hz);

    if (frequency_hz <= 0)
        return;
    c->sidechain[0] = b.c1;
    c->sidechain[1] = b.c2;
    c->sidechain[2] = b.a1;
    c->sidechain[3] = b.a2;
    c->sidechain[4] = b.b0;
}

void compressor_design(struct compressor_coefs *c, const struct compressor_settings *s,
                       double rate_hz)
{
    *c = (struct compressor_coefs){ 0 };
    if (!s->on)
        return;
    c->on = 1;
    c->upward = s->mode == COMPRESSOR_UPWARD;
    c->rms = s->detector == COMPRESSOR_RMS;
    c->linked = s->link_percent >= 100;
    c->threshold = s->threshold_db / DB_PER_OCTAVE;
    c->half_knee = s->knee_db / 2 / DB_PER_OCTAVE;
    c->knee_scale = s->knee_db > 0 ? 1 / (4 * c->half_knee) : 0;
    c->slope = slope_of(s);
    c->attack = pole(s->attack_ms, rate_hz);
    c->release = pole(s->release_ms, rate_hz);
    c->makeup = compressor_makeup(s) / DB_PER_OCTAVE;
    c->mix = s->mix_percent / 100;
    c->link = s->link_percent / 100;
    c->rms_pole = pole(s->rms_ms, rate_hz);
    c->boost_max = s->boost_max_db / DB_PER_OCTAVE;
    c->ceiling = pow(10, s->ceiling_db / 20);
    c->gate = s->gate_db > -96 ? s->gate_db / DB_PER_OCTAVE : -1000;
    c->lookahead = (uint32_t)fmin(lround(s->lookahead_ms * rate_hz / 1e3), COMPRESSOR_LOOKAHEAD);
    design_sidechain(c, s->sidechain_hz, rate_hz);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deesser.h"

#include "units.h"

static const double pi = 3.14159265358979324;
static const double attack_ms = 1, release_ms = 60;

void deesser_design(struct deesser_coefs *c, const struct deesser_settings *s, double rate_hz)
{
    double warped = tan(pi * fmin(s->frequency_hz, 0.45 * rate_hz) / rate_hz);

    *c = (struct deesser_coefs){ 0 };
    if (!s->on)
        return;
    c->on = 1;
    c->pole = (1 - warped) / (1 + warped);
    c->gain = 1 / (1 + warped);
    c->threshold = s->threshold_db / DB_PER_OCTAVE;
    c->slope = 1 - 1 / s->ratio;
    c->range = s->range_db / DB_PER_OCTAVE;
    c->attack = pole(attack_ms, rate_hz);
    c->release = pole(release_ms, rate_hz);
}

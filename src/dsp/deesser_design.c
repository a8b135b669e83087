/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deesser.h"

#include <math.h>

static const double pi = 3.14159265358979324, db_per_octave = 6.02059991327962390;
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
    c->threshold = s->threshold_db / db_per_octave;
    c->slope = 1 - 1 / s->ratio;
    c->range = s->range_db / db_per_octave;
    c->attack = exp(-1e3 / (attack_ms * rate_hz));
    c->release = exp(-1e3 / (release_ms * rate_hz));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate.h"

#include "units.h"

static const double decay_ms = 10;

/* One of two equal poles in a row, which have done 63 % after 2.146 of their time constants. */
static double double_pole(double ms, double rate_hz)
{
    return pole(ms / 2.14619, rate_hz);
}

static double linear(double db)
{
    return pow(10, db / 20);
}

void gate_design(struct gate_coefs *c, const struct gate_settings *s, double rate_hz)
{
    *c = (struct gate_coefs){ 0 };
    if (!s->on)
        return;
    c->on = 1;
    c->open = linear(s->open_db);
    c->close = linear(s->close_db);
    c->hold = (uint32_t)lround(s->hold_ms * rate_hz / 1e3);
    c->attack = double_pole(s->attack_ms, rate_hz);
    c->release = double_pole(s->release_ms, rate_hz);
    c->closed = s->range_db / DB_PER_OCTAVE;
    c->decay = pole(decay_ms, rate_hz);
    c->lookahead = (uint32_t)fmin(lround(s->lookahead_ms * rate_hz / 1e3), GATE_LOOKAHEAD);
}

void ducking_design(struct gate_coefs *c, const struct ducking_settings *s, double rate_hz)
{
    *c = (struct gate_coefs){ 0 };
    if (!s->on)
        return;
    c->on = 1;
    c->open = c->close = linear(s->threshold_db);
    c->hold = (uint32_t)lround(s->hold_ms * rate_hz / 1e3);
    c->attack = double_pole(s->attack_ms, rate_hz);
    c->release = double_pole(s->release_ms, rate_hz);
    c->opened = s->depth_db / DB_PER_OCTAVE;
    c->decay = pole(decay_ms, rate_hz);
}

double key_reduction_db(struct key *key)
{
    double db = -DB_PER_OCTAVE * key->least;

    key->least = 0;
    return db;
}

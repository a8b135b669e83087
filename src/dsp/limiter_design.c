/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "limiter.h"

#include "units.h"

void limiter_design(struct limiter_coefs *c, const struct limiter_settings *s, double rate_hz)
{
    double lookahead_ms = s->true_peak ? fmax(s->lookahead_ms, 1) : s->lookahead_ms;
    float ceiling = (float)pow(10, s->ceiling_db / 20);

    *c = (struct limiter_coefs){ 0 };
    if (!s->on)
        return;
    if (ceiling > pow(10, s->ceiling_db / 20))
        ceiling = nextafterf(ceiling, 0);
    c->on = 1;
    c->true_peak = s->true_peak;
    c->lookahead = 2 * (uint32_t)fmin(lround(lookahead_ms * rate_hz / 2e3), LIMITER_LOOKAHEAD / 2);
    c->delay = c->lookahead + (s->true_peak ? LIMITER_TAPS / 2 : 0);
    c->ceiling = ceiling;
    c->release = pole(s->release_ms, rate_hz);
}

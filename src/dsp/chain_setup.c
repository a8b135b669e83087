/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chain_nodes.h"

#include "units.h"

#include <string.h>

static const double rate_max = STAGE_RATE_MAX;

size_t chain_bytes(void)
{
    return sizeof(struct chain);
}

size_t chain_line_bytes(double rate_hz)
{
    return OUTPUTS * sizeof(float) * delay_length(rate_hz);
}

/* The initialiser of one node. */
#define INIT(node, type, want)                                                                     \
    blend_init(&(node).blend, chain->forms->type, chain->forms->bus,                               \
               (void *[2]){ &(node).state[0], &(node).state[1] },                                  \
               (void *[2]){ &(node).coefs[0], &(node).coefs[1] }, &(want), rate_hz)

static void init_strip(struct chain *chain, enum chain_pair pair, float *lines, double rate_hz)
{
    struct strip *strip = &chain->strip[pair];
    const struct strip_coefs *wanted = &chain->wanted.strip[pair];
    float *left = lines + 2 * (size_t)pair * delay_length(rate_hz);

    strip->mixer.wanted = &wanted->mix;
    strip->mixer.now = wanted->mix;
    strip->mixer.analog = mix_hears(&wanted->mix, BUS_ANALOG);
    INIT(strip->eq, eq, wanted->eq);
    INIT(strip->gain, gain, wanted->gain);
    /* the sub's lanes are twins: one line will do */
    delay_init(&strip->delay, left, pair == PAIR_SUB ? left : left + delay_length(rate_hz), rate_hz,
               &wanted->delay);
    INIT(strip->limiter, limiter, wanted->limiter);
}

void chain_init(struct chain *chain, void *lines, double rate_hz, const struct chain_coefs *coefs)
{
    chain_init_with(chain, forms_best(), lines, rate_hz, coefs);
}

/* Of a ducking that is switched off: never to be turned down again, up in a third of a second. */
static struct gate_coefs coming_up(double rate_hz)
{
    double speed = pole(40, rate_hz);

    return (struct gate_coefs){
        .on = 1, .open = INFINITY, .close = INFINITY, .attack = speed, .release = speed
    };
}

void chain_init_with(struct chain *chain, const struct forms *forms, void *lines, double rate_hz,
                     const struct chain_coefs *coefs)
{
    rate_hz = rate_hz < rate_max ? rate_hz : rate_max;
    memset(chain, 0, sizeof *chain);
    memset(lines, 0, chain_line_bytes(rate_hz));
    chain->forms = forms;
    chain->blend_frames = (uint32_t)(BLEND_MS * rate_hz / 1e3);
    chain->wanted = *coefs;
    chain->coming_up = coming_up(rate_hz);
    INIT(chain->preamp, gain, chain->wanted.preamp);
    INIT(chain->compressor, compressor, chain->wanted.compressor);
    INIT(chain->eq, eq, chain->wanted.eq);
    INIT(chain->crossfeed, crossfeed, chain->wanted.crossfeed);
    INIT(chain->volume, volume, chain->wanted.volume);
    INIT(chain->mic_highpass, eq, chain->wanted.mic_highpass);
    INIT(chain->mic_gate, gate, chain->wanted.mic_gate);
    INIT(chain->mic_compressor, compressor, chain->wanted.mic_compressor);
    INIT(chain->mic_deesser, deesser, chain->wanted.mic_deesser);
    INIT(chain->mic_eq, eq, chain->wanted.mic_eq);
    INIT(chain->mic_limiter, limiter, chain->wanted.mic_limiter);
    for (int p = 0; p < PAIRS; p++)
        init_strip(chain, p, lines, rate_hz);
}

static uint32_t delay_frames(const struct delay_lane *lane)
{
    return lane->frames + lane->taps / 2;
}

struct chain_latency chain_latency(const struct chain_coefs *c)
{
    struct chain_latency latency = { .listen = c->compressor.lookahead,
                                     .talk = c->mic_gate.lookahead + c->mic_compressor.lookahead +
                                             c->mic_limiter.delay };

    for (int o = 0; o < OUTPUTS; o++) {
        const struct strip_coefs *strip = &c->strip[o / 2];

        latency.output[o] = delay_frames(&strip->delay.lane[o % 2]) + strip->limiter.delay;
    }
    return latency;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chain_nodes.h"

#include "flush.h"

#include <string.h>

/* Nearly always a stage does not change: then it runs without a detour. */
#define RUN(node, bus)                                                                             \
    do {                                                                                           \
        struct blend *blend_ = &(node).blend;                                                      \
                                                                                                   \
        if (blend_->changed || blend_->changing)                                                   \
            blend_run(blend_, bus, chain->work, frames);                                           \
        else                                                                                       \
            blend_->stage->run(blend_->state, blend_->coefs, bus, frames);                         \
    } while (0)

/* --- other coefficients ------------------------------------------------------------------------
 */

bool mix_hears(const struct mix_coefs *mix, enum bus_source source)
{
    static const double none[2];

    return memcmp(mix->straight[source], none, sizeof none) != 0 ||
           memcmp(mix->crossed[source], none, sizeof none) != 0;
}

static void mixer_begin(struct mixer *mixer)
{
    mixer->changed = false;
    mixer->next = *mixer->wanted;
    mixer->at = 0;
    mixer->changing = memcmp(&mixer->now, &mixer->next, sizeof mixer->now) != 0;
    mixer->analog = mix_hears(&mixer->now, BUS_ANALOG) || mix_hears(&mixer->next, BUS_ANALOG);
}

static void mixer_end(struct mixer *mixer)
{
    mixer->now = mixer->next;
    mixer->changing = false;
    mixer->analog = mix_hears(&mixer->now, BUS_ANALOG);
}

void chain_set(struct chain *chain, const struct chain_coefs *coefs)
{
    struct blend *nodes[] = { &chain->preamp.blend,      &chain->compressor.blend,
                              &chain->eq.blend,          &chain->crossfeed.blend,
                              &chain->volume.blend,      &chain->mic_highpass.blend,
                              &chain->mic_gate.blend,    &chain->mic_compressor.blend,
                              &chain->mic_deesser.blend, &chain->mic_eq.blend,
                              &chain->mic_limiter.blend };

    chain->wanted = *coefs;
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++)
        nodes[i]->changed = true;
    for (int p = 0; p < PAIRS; p++) {
        struct strip *strip = &chain->strip[p];

        strip->mixer.changed = strip->delay.changed = true;
        strip->mixer.analog |= mix_hears(&chain->wanted.strip[p].mix, BUS_ANALOG);
        strip->eq.blend.changed = true;
        strip->gain.blend.changed = true;
        strip->limiter.blend.changed = true;
    }
}

/* --- sound ---------------------------------------------------------------------------------------
 */

static void run_talk(struct chain *chain, const float *mic, uint32_t frames)
{
    double *talk = chain->bus[BUS_TALK];

    chain->meters.unfit +=
        chain->forms->bus->in(mic, mic, talk, frames, &chain->meters.tap[TAP_MIC]) / 2;
    RUN(chain->mic_highpass, talk);
    RUN(chain->mic_gate, talk);
    RUN(chain->mic_compressor, talk);
    RUN(chain->mic_deesser, talk);
    RUN(chain->mic_eq, talk);
    RUN(chain->mic_limiter, talk);
}

/* Switched off while it turns something down, it first comes up. */
static void duck(struct chain *chain, double *listen, uint32_t frames)
{
    const struct gate_coefs *wanted = &chain->wanted.ducking;

    if (!wanted->on && chain->ducking.gain > -1e-5) {
        chain->ducking.gain = chain->ducking.chase = 0;
        return;
    }
    chain->forms->ducking_run(&chain->ducking, wanted->on ? wanted : &chain->coming_up,
                              chain->bus[BUS_TALK], listen, frames);
}

static bool analog_is_heard(const struct chain *chain)
{
    bool heard = false;

    for (int p = 0; p < PAIRS; p++)
        heard |= chain->strip[p].mixer.analog;
    return heard;
}

/* The raw cells' source is a bus of its own only where it is heard. */
static void run_listen(struct chain *chain, const struct chain_io *io, uint32_t at, uint32_t frames)
{
    double *listen = chain->bus[BUS_LISTEN];

    chain->meters.unfit += chain->forms->bus->in(io->in[0] + at, io->in[1] + at, listen, frames,
                                                 &chain->meters.tap[TAP_IN]);
    if (analog_is_heard(chain))
        memcpy(chain->bus[BUS_ANALOG], listen, 2 * frames * sizeof *listen);
    RUN(chain->preamp, listen);
    RUN(chain->compressor, listen);
    RUN(chain->eq, listen);
    RUN(chain->crossfeed, listen);
    RUN(chain->volume, listen);
    duck(chain, listen, frames);
}

/* Some of the frames, within one phase of a change. Returns how many. */
static uint32_t mix_some(struct chain *chain, struct mixer *mixer, double *out, uint32_t from,
                         uint32_t frames)
{
    const struct bus_ops *ops = chain->forms->bus;
    const double *source[BUS_SOURCES];
    uint32_t left = chain->blend_frames - mixer->at;

    for (int s = 0; s < BUS_SOURCES; s++)
        source[s] = chain->bus[s] + 2 * from;
    if (!mixer->changing) {
        ops->mix(&mixer->now, source, out, frames);
        return frames;
    }
    frames = frames < left ? frames : left;
    ops->mix(&mixer->now, source, out, frames);
    ops->mix(&mixer->next, source, chain->work, frames);
    ops->blend(out, chain->work, mixer->at, chain->blend_frames, frames);
    mixer->at += frames;
    if (mixer->at == chain->blend_frames)
        mixer_end(mixer);
    return frames;
}

static void run_mixer(struct chain *chain, struct mixer *mixer, double *out, uint32_t frames)
{
    for (uint32_t n = 0; n < frames;) {
        if (mixer->changed && !mixer->changing)
            mixer_begin(mixer);
        n += mix_some(chain, mixer, out + 2 * n, n, frames - n);
    }
}

static void run_strip(struct chain *chain, enum chain_pair pair, enum chain_tap tap, float *first,
                      float *second, uint32_t frames)
{
    struct strip *strip = &chain->strip[pair];
    double *bus = chain->strip_bus;

    run_mixer(chain, &strip->mixer, bus, frames);
    RUN(strip->eq, bus);
    RUN(strip->gain, bus);
    chain->forms->delay_run(&strip->delay, bus, chain->work, frames);
    RUN(strip->limiter, bus);
    chain->forms->bus->out(bus, first, second, frames, &chain->meters.tap[tap]);
}

/* STAGE_FRAMES at most, `at` frames into the lines. */
static void run_piece(struct chain *chain, const struct chain_io *io, uint32_t at, uint32_t frames)
{
    const struct bus_ops *ops = chain->forms->bus;

    if (io->mic)
        run_talk(chain, io->mic + at, frames);
    else if (!chain->talk_silent)
        memset(chain->bus[BUS_TALK], 0, sizeof chain->bus[BUS_TALK]);
    chain->talk_silent = !io->mic;
    if (io->talk)
        ops->out(chain->bus[BUS_TALK], io->talk + at, NULL, frames, &chain->meters.tap[TAP_TALK]);
    run_listen(chain, io, at, frames);
    if (io->headset[0])
        run_strip(chain, PAIR_HEADSET, TAP_HEADSET, io->headset[0] + at, io->headset[1] + at,
                  frames);
    if (io->out[0])
        run_strip(chain, PAIR_OUT, TAP_OUT, io->out[0] + at, io->out[1] + at, frames);
    if (io->sub)
        run_strip(chain, PAIR_SUB, TAP_SUB, io->sub + at, NULL, frames);
    chain->meters.frames += frames;
}

void chain_run(struct chain *chain, const struct chain_io *io, uint32_t frames)
{
    uintptr_t mode = flush_begin();

    for (uint32_t at = 0; at < frames; at += STAGE_FRAMES)
        run_piece(chain, io, at, frames - at < STAGE_FRAMES ? frames - at : STAGE_FRAMES);
    flush_end(mode);
}

/* --- what was measured --------------------------------------------------------------------------
 */

void chain_take_meters(struct chain *chain, struct chain_meters *meters)
{
    struct chain_meters *m = &chain->meters;
    struct blend *reducer[REDUCERS] = {
        [REDUCER_COMPRESSOR] = &chain->compressor.blend,
        [REDUCER_MIC_GATE] = &chain->mic_gate.blend,
        [REDUCER_MIC_COMPRESSOR] = &chain->mic_compressor.blend,
        [REDUCER_MIC_DEESSER] = &chain->mic_deesser.blend,
        [REDUCER_MIC_LIMITER] = &chain->mic_limiter.blend,
        [REDUCER_LIMITER_HEADSET] = &chain->strip[PAIR_HEADSET].limiter.blend,
        [REDUCER_LIMITER_OUT] = &chain->strip[PAIR_OUT].limiter.blend,
        [REDUCER_LIMITER_SUB] = &chain->strip[PAIR_SUB].limiter.blend,
    };

    for (int r = 0; r < REDUCERS; r++)
        if (reducer[r])
            m->reduction_db[r] = blend_reduction_db(reducer[r]);
    m->reduction_db[REDUCER_DUCKING] = key_reduction_db(&chain->ducking);
    *meters = *m;
    memset(m, 0, sizeof *m);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ours, as the benchmark runs it. */
#include "peer.h"

#include "chain.h"
#include "design.h"
#include "param.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *zeroed(size_t bytes)
{
    size_t whole = (bytes + 63) / 64 * 64;
    void *memory = aligned_alloc(64, whole);

    return memory ? memset(memory, 0, whole) : NULL;
}

/* --- a stage alone, between floats ----------------------------------------------------------- */

struct ours {
    const struct stage *stage;
    const struct bus_ops *bus;
    const char *form; /* what the processor must have for it; NULL: nothing */
    void (*design)(void *coefs);
};

struct ours_running {
    const struct ours *ours;
    void *state, *coefs;
    double line[2 * STAGE_FRAMES];
};

static bool processor_has(const char *form)
{
#ifdef __x86_64__
    return !form || (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"));
#else
    return !form;
#endif
}

static void *open_stage(const struct peer *peer, const char **why)
{
    const struct ours *ours = peer->what;
    struct ours_running *self;

    *why = "this processor lacks AVX2 or FMA";
    if (!processor_has(ours->form))
        return NULL;
    self = zeroed(sizeof *self);
    self->ours = ours;
    self->state = zeroed(ours->stage->state_bytes);
    self->coefs = zeroed(ours->stage->coefs_bytes);
    ours->design(self->coefs);
    return self;
}

static void run_stage(void *instance, const float *const in[2], float *const out[2],
                      uint32_t frames)
{
    struct ours_running *self = instance;
    const struct ours *ours = self->ours;

    for (uint32_t n = 0; n < frames; n += STAGE_FRAMES) {
        uint32_t now = frames - n < STAGE_FRAMES ? frames - n : STAGE_FRAMES;

        ours->bus->in(in[0] + n, in[1] + n, self->line, now, NULL);
        ours->stage->run(self->state, self->coefs, self->line, now);
        ours->bus->out(self->line, out[0] + n, out[1] + n, now, NULL);
    }
}

static const struct peer_host ours_stage = { .open = open_stage, .run = run_stage };

/* --- settings: see peers.c ------------------------------------------------------------------- */

static const struct band_settings ten_bands[] = {
#define BAND(n, hz, db, gain)                                                                      \
    { .on = true, .type = BAND_PEAKING, .frequency_hz = (hz), .gain_db = (db), .q = PEER_Q },
    PEER_BANDS_10(BAND)
#undef BAND
};

static const struct compressor_settings compressor = { .on = true,
                                                       .threshold_db = -20,
                                                       .ratio = 4,
                                                       .knee_db = 6,
                                                       .attack_ms = 10,
                                                       .release_ms = 100,
                                                       .link_percent = 100,
                                                       .mix_percent = 100,
                                                       .gate_db = -96 };

static const struct crossfeed_settings crossfeed = { .on = true,
                                                     .mode = CROSSFEED_COMPLEMENTARY,
                                                     .preset = CROSSFEED_DEFAULT };

static const struct limiter_settings limiter = {
    .on = true, .ceiling_db = -10, .lookahead_ms = 64 / 48.0, .release_ms = 100
};

static void design_eq(void *coefs)
{
    struct biquad sections[10];

    for (int i = 0; i < 10; i++)
        sections[i] = band_design(&ten_bands[i], PEER_RATE);
    eq_design(coefs, sections, sections, 10);
}

static void design_compressor(void *coefs)
{
    compressor_design(coefs, &compressor, PEER_RATE);
}

static void design_crossfeed(void *coefs)
{
    crossfeed_design(coefs, &crossfeed, PEER_RATE);
}

static void design_limiter(void *coefs)
{
    limiter_design(coefs, &limiter, PEER_RATE);
}

/* --- the chain: chooses its form itself ------------------------------------------------------ */

struct ours_chain {
    struct chain *chain;
    float sub[PEER_FRAMES_MAX];
};

static void set_strip(struct params_strip *strip, bool sub)
{
    struct crossover_settings crossover = { CROSSOVER_LINKWITZ_RILEY, 4, 80 };

    memcpy(strip->band, ten_bands, 8 * sizeof *ten_bands);
    *(sub ? &strip->lowpass : &strip->highpass) = crossover;
    strip->gain_db = 6;
    strip->delay_ms = 10;
}

/* Everything that the listen path and the strips of headset and sub can do, at work. */
static void everything_on(struct params *params)
{
    struct params_cell on = { .on = true }, half = { .on = true, .gain_db = -6 };

    params->preamp.gain_db[0] = params->preamp.gain_db[1] = 3;
    params->compressor = compressor;
    params->loudness.on = true;
    params->eq.on = true;
    memcpy(params->eq.band[0], ten_bands, sizeof ten_bands);
    memcpy(params->eq.band[1], ten_bands, sizeof ten_bands);
    params->crossfeed = crossfeed;
    params->volume.level_db = -12;
    params->matrix[OUTPUT_HEADSET_1][SOURCE_LISTEN_1] = on;
    params->matrix[OUTPUT_HEADSET_2][SOURCE_LISTEN_2] = on;
    params->matrix[OUTPUT_SUB][SOURCE_LISTEN_1] = half;
    params->matrix[OUTPUT_SUB][SOURCE_LISTEN_2] = half;
    set_strip(&params->strip[OUTPUT_HEADSET_1], false);
    set_strip(&params->strip[OUTPUT_HEADSET_2], false);
    set_strip(&params->strip[OUTPUT_SUB], true);
    params->limiter[PAIR_HEADSET] = params->limiter[PAIR_SUB] = limiter;
}

static void design_all(struct chain_coefs *coefs, bool everything)
{
    static struct design design;
    static struct params params;

    params_defaults(&params);
    if (everything)
        everything_on(&params);
    design_chain(&design, &params, PEER_RATE, coefs);
}

static void *open_chain(const struct peer *peer, const char **why)
{
    static struct chain_coefs coefs;
    struct ours_chain *self = zeroed(sizeof *self);

    *why = "no memory";
    design_all(&coefs, peer->stage == PEER_CHAIN);
    self->chain = zeroed(chain_bytes());
    chain_init(self->chain, zeroed(chain_line_bytes(PEER_RATE)), PEER_RATE, &coefs);
    return self;
}

static void run_chain(void *instance, const float *const in[2], float *const out[2],
                      uint32_t frames)
{
    struct ours_chain *self = instance;
    struct chain_io io = { .in = { in[0], in[1] },
                           .headset = { out[0], out[1] },
                           .sub = self->sub };

    chain_run(self->chain, &io, frames);
}

static const struct peer_host ours_chain = { .open = open_chain, .run = run_chain };

const char *ours_remark(void)
{
    static struct chain_coefs coefs;
    static char text[64];

    design_all(&coefs, true);
    snprintf(text, sizeof text, "%u biquads",
             2 * coefs.volume.loudness.count + 2 * coefs.eq.count +
                 2 * coefs.strip[PAIR_HEADSET].eq.count + coefs.strip[PAIR_SUB].eq.count);
    return text;
}

/* --- the table ------------------------------------------------------------------------------- */

#ifdef __x86_64__
#define BASE "SSE2"
#define OURS(kind, at)                                                                             \
    { .name = "ours: " #kind ", AVX2",                                                             \
      .stage = at,                                                                                 \
      .host = &ours_stage,                                                                         \
      .what = &(const struct ours){ &kind##_avx2, &bus_avx2, "avx2", design_##kind } },            \
        { .name = "ours: " #kind ", " BASE,                                                        \
          .stage = at,                                                                             \
          .host = &ours_stage,                                                                     \
          .what = &(const struct ours){ &kind##_base, &bus_base, NULL, design_##kind } },
#else
#define OURS(kind, at)                                                                             \
    { .name = "ours: " #kind,                                                                      \
      .stage = at,                                                                                 \
      .host = &ours_stage,                                                                         \
      .what = &(const struct ours){ &kind##_base, &bus_base, NULL, design_##kind } },
#endif

const struct peer ours_table[] = {
    OURS(eq, PEER_EQ) OURS(crossfeed, PEER_CROSSFEED) OURS(compressor, PEER_COMPRESSOR)
        OURS(limiter,
             PEER_LIMITER){ .name = "ours: whole chain", .stage = PEER_CHAIN, .host = &ours_chain },
    { .name = "ours: neutral chain", .stage = PEER_NEUTRAL, .host = &ours_chain },
};

const int ours_count = sizeof ours_table / sizeof *ours_table;

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a chain is made of. */
#ifndef CHAIN_NODES_H
#define CHAIN_NODES_H

#include "chain.h"
#include "forms.h"

/* A stage that blends, with its memory. */
#define NODE(type)                                                                                 \
    struct {                                                                                       \
        struct blend blend;                                                                        \
        struct type state[2];                                                                      \
        struct type##_coefs coefs[2];                                                              \
    }

struct gain { /* has no state */
    char nothing;
};

/* The matrix's part for a pair of outputs, which blends in its own way: it has several ins. */
struct mixer {
    const struct mix_coefs *wanted; /* looked at when `changed` is set */
    bool changed, changing;
    bool analog; /* the raw cells' source is heard, now or as soon as what is wanted is */
    uint32_t at; /* of the fade, frames */
    struct mix_coefs now, next;
};

bool mix_hears(const struct mix_coefs *mix, enum bus_source source);

struct strip {
    struct mixer mixer;
    NODE(eq) eq;
    NODE(gain) gain;
    struct delay delay;
    NODE(limiter) limiter;
};

struct chain {
    const struct forms *forms;
    uint32_t blend_frames;
    bool talk_silent;            /* there is no microphone, and its bus is cleared */
    struct gate_coefs coming_up; /* of a ducking that is switched off */

    NODE(gain) preamp;
    NODE(compressor) compressor;
    NODE(eq) eq;
    NODE(crossfeed) crossfeed;
    NODE(volume) volume;
    struct key ducking;

    NODE(eq) mic_highpass;
    NODE(gate) mic_gate;
    NODE(compressor) mic_compressor;
    NODE(deesser) mic_deesser;
    NODE(eq) mic_eq;
    NODE(limiter) mic_limiter;

    struct strip strip[PAIRS];

    struct chain_meters meters;
    struct chain_coefs wanted;
    _Alignas(64) double bus[BUS_SOURCES][2 * STAGE_FRAMES]; /* the matrix's sources */
    double strip_bus[2 * STAGE_FRAMES];
    double work[2 * STAGE_FRAMES];
};

/* chain_init() in a form of the caller's choice. */
void chain_init_with(struct chain *chain, const struct forms *forms, void *lines, double rate_hz,
                     const struct chain_coefs *coefs);

#endif

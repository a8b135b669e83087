/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sound's whole way between the ports, without JACK and without devices:
 *
 *   listen:  analog in -> preamp -> compressor -> EQ -> crossfeed -> loudness, volume -> ducking
 *   talk:    microphone -> high-pass -> gate -> compressor -> de-esser -> EQ -> limiter
 *   matrix:  listen L/R, talk, analog in L/R  ->  headset L/R, out_1/2, sub
 *   strip:   EQ -> gain -> delay -> limiter, for each of the five outputs
 *
 * chain_coefs is all a chain is told, plain data; src/param/design.c computes it from parameters.
 * Other coefficients may come with any run: every stage goes over to its own, unheard, in 20 ms and
 * its latency (blend.h). Slower are a delay where there was none, which first waits until its line
 * has heard enough, and ducking that is switched off, which comes up in a third of a second. A
 * chain that is told nothing that changes the sound changes no bit of it.
 *
 * The analog path (the raw cells, in -> out) passes the matrix and the strips of out_1/2 only.
 */
#ifndef CHAIN_H
#define CHAIN_H

#include "blend.h"
#include "bus.h"
#include "compressor.h"
#include "crossfeed.h"
#include "deesser.h"
#include "delay.h"
#include "eq.h"
#include "gate.h"
#include "limiter.h"
#include "volume.h"

enum chain_output {
    OUTPUT_HEADSET_1,
    OUTPUT_HEADSET_2,
    OUTPUT_OUT_1,
    OUTPUT_OUT_2,
    OUTPUT_SUB,
    OUTPUTS
};

/* Strips work on pairs; the sub is a pair of twins. */
enum chain_pair { PAIR_HEADSET, PAIR_OUT, PAIR_SUB, PAIRS };

struct strip_coefs {
    struct mix_coefs mix;
    struct eq_coefs eq; /* crossover and bands */
    struct gain_coefs gain;
    struct delay_coefs delay;
    struct limiter_coefs limiter;
};

struct chain_coefs {
    struct gain_coefs preamp;
    struct compressor_coefs compressor;
    struct eq_coefs eq;
    struct crossfeed_coefs crossfeed;
    struct volume_coefs volume;
    struct gate_coefs ducking;

    struct eq_coefs mic_highpass;
    struct gate_coefs mic_gate;
    struct compressor_coefs mic_compressor;
    struct deesser_coefs mic_deesser;
    struct eq_coefs mic_eq;
    struct limiter_coefs mic_limiter;

    struct strip_coefs strip[PAIRS];
};

/* What a run measured; the caller reads and clears at any time between two runs. Linear, 1 = 0
 * dBFS.
 */
enum chain_tap {
    TAP_IN,   /* analog in L, R */
    TAP_MIC,  /* the microphone, raw (both lanes) */
    TAP_TALK, /* the talk bus (both lanes) */
    TAP_HEADSET,
    TAP_OUT,
    TAP_SUB,
    TAPS
};

enum chain_reducer { /* what turns the gain down by itself */
                     REDUCER_COMPRESSOR,
                     REDUCER_DUCKING,
                     REDUCER_MIC_GATE,
                     REDUCER_MIC_COMPRESSOR,
                     REDUCER_MIC_DEESSER,
                     REDUCER_MIC_LIMITER,
                     REDUCER_LIMITER_HEADSET,
                     REDUCER_LIMITER_OUT,
                     REDUCER_LIMITER_SUB,
                     REDUCERS
};

struct chain_meters {
    struct bus_meter tap[TAPS];
    uint64_t frames;               /* that the sums are of */
    uint32_t unfit;                /* values that came in as NaN, infinite, or absurd */
    double reduction_db[REDUCERS]; /* greatest, >= 0; < 0: the greatest boost */
};

/* One run's lines of floats. No out is an in. Outs may be NULL: they are not computed. So may mic:
 * silence, and no talk chain. */
struct chain_io {
    const float *in[2];
    const float *mic;
    float *headset[2];
    float *out[2];
    float *sub;
    float *talk;
};

struct chain;

/* Bytes of a chain at a rate (8000..STAGE_RATE_MAX Hz), delay lines apart; bytes of those. */
size_t chain_bytes(void);
size_t chain_line_bytes(double rate_hz);

/* In the caller's memory, aligned to 64 bytes: a chain at rest with these coefficients. */
void chain_init(struct chain *chain, void *lines, double rate_hz, const struct chain_coefs *coefs);

/* Other coefficients from the next run on; copied. Realtime. */
void chain_set(struct chain *chain, const struct chain_coefs *coefs);

/* Any number of frames. Realtime. */
void chain_run(struct chain *chain, const struct chain_io *io, uint32_t frames);

/* Takes what was measured since the last call. Realtime. */
void chain_take_meters(struct chain *chain, struct chain_meters *meters);

/* Frames of delay with these coefficients: of the two busses, and from the busses to each output.
 */
struct chain_latency {
    uint32_t listen, talk;
    uint32_t output[OUTPUTS];
};

struct chain_latency chain_latency(const struct chain_coefs *coefs);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chains made of parameters, for tests: set by name, run over lines of floats. */
#ifndef SOUND_H
#define SOUND_H

#include "chain.h"
#include "design.h"
#include "param.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

struct sound {
    struct params params;
    struct design design;
    struct chain_coefs coefs;
    struct chain *chain;
    void *lines;
    double rate_hz;
};

static struct sound rig;

static inline void set(struct params *params, const char *name, const char *value)
{
    struct param_ref ref;
    char why[PARAM_WHY_BYTES];

    if (!param_find(&ref, name, why) || !param_set(params, &ref, value, why))
        FAIL("%s = %s: %s", name, value, why);
}

/* "name=value name=value ..." */
static inline void set_all(struct params *params, const char *list)
{
    while (*list) {
        char name[PARAM_NAME_BYTES], value[PARAM_TEXT_BYTES];
        size_t left = strcspn(list, "="), right = strcspn(list + left, " ");

        snprintf(name, sizeof name, "%.*s", (int)left, list);
        snprintf(value, sizeof value, "%.*s", (int)right - 1, list + left + 1);
        set(params, name, value);
        list += left + right;
        list += strspn(list, " ");
    }
}

/* A chain with these parameters on top of the defaults. */
static inline void sound_begin(const char *list, double rate_hz)
{
    rig.rate_hz = rate_hz;
    params_defaults(&rig.params);
    set_all(&rig.params, list);
    design_chain(&rig.design, &rig.params, rate_hz, &rig.coefs);
    if (!rig.chain)
        rig.chain = aligned_alloc(64, chain_bytes());
    free(rig.lines);
    rig.lines = malloc(chain_line_bytes(rate_hz));
    chain_init(rig.chain, rig.lines, rate_hz, &rig.coefs);
}

/* Other parameters, heard from the next run on. */
static inline void sound_change(const struct params *params)
{
    design_chain(&rig.design, params, rig.rate_hz, &rig.coefs);
    chain_set(rig.chain, &rig.coefs);
}

/* What goes in and comes out, as lines. */
enum { IN_1, IN_2, MIC, HEADSET_1, HEADSET_2, OUT_1, OUT_2, SUB, TALK, LINES };

/* Frames `from` to `to` of the lines, in pieces. */
static inline void sound_run(float *const line[LINES], uint32_t from, uint32_t to, uint32_t piece)
{
    for (uint32_t n = from; n < to; n += piece) {
        struct chain_io io = { .in = { line[IN_1] + n, line[IN_2] + n },
                               .mic = line[MIC] + n,
                               .headset = { line[HEADSET_1] + n, line[HEADSET_2] + n },
                               .out = { line[OUT_1] + n, line[OUT_2] + n },
                               .sub = line[SUB] + n,
                               .talk = line[TALK] + n };

        chain_run(rig.chain, &io, to - n < piece ? to - n : piece);
    }
}

/* Everything that there is, doing something. */
static const char everything[] =
    "preamp.gain_1_db=-3 preamp.gain_2_db=-2 "
    "compressor.on=yes compressor.threshold_db=-24 compressor.lookahead_ms=2 "
    "loudness.on=yes eq.linked=no eq.left.1.type=peaking eq.left.1.gain_db=5 "
    "eq.left.2.type=high_pass eq.left.2.frequency_hz=30 eq.right.1.type=low_shelf "
    "eq.right.1.frequency_hz=200 eq.right.1.gain_db=4 crossfeed.on=yes crossfeed.delay_us=200 "
    "volume.level_db=-8 mic.highpass.on=yes mic.gate.on=yes mic.compressor.on=yes "
    "mic.deesser.on=yes mic.eq.1.type=peaking mic.eq.1.gain_db=3 mic.limiter.on=yes "
    "mic.limiter.lookahead_ms=1 sidetone.on=yes ducking.on=yes matrix.out_1.analog_1_on=yes "
    "strip.headset_1.eq.1.type=peaking strip.headset_1.eq.1.gain_db=-4 "
    "strip.headset_2.eq.4.type=high_shelf strip.headset_2.eq.4.gain_db=3 "
    "strip.headset_1.delay_ms=1.23 limiter.headset.on=yes "
    "limiter.headset.true_peak=yes limiter.out.on=yes limiter.out.lookahead_ms=5 "
    "strip.out_1.delay_ms=20 "
    "strip.sub.lowpass.kind=linkwitz_riley strip.sub.lowpass.order=4 "
    "strip.sub.lowpass.frequency_hz=90 limiter.sub.on=yes limiter.sub.lookahead_ms=2 "
    "strip.sub.gain_db=6";

#endif

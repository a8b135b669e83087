/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What all stages of the sound's chains have in common.
 *
 * The bus: pairs of doubles {left, right}, interleaved, 1.0 = 0 dBFS, processed in place. A voice
 * alone travels in both lanes of a pair. All values on a bus are finite (see bus.h).
 *
 * A stage is coefficients, a state and a run. The coefficients are plain data without pointers,
 * computed outside the realtime thread by the stage's NAME_design() from its settings, which are in
 * people's units. The state is plain data without pointers too: zeroed bytes are silence and rest,
 * a copy of it goes on as the original would. So any stage changes its coefficients without a
 * click, and fades in and out, by one and the same means: a copy of the state runs with the new
 * ones, and the sound goes over from one to the other (blend.h).
 *
 * A run cannot fail, and any split of the sound into runs gives the same bits.
 *
 * Each hot file is compiled in two forms from one source: for the compiler's baseline (SSE2, NEON,
 * VFP), and with AVX2 and FMA for processors that have them. FORM(name) is the name within the form
 * that is compiled: FORM(eq) is eq_base or eq_avx2.
 */
#ifndef STAGE_H
#define STAGE_H

#include <stddef.h>
#include <stdint.h>

enum {
    STAGE_FRAMES =
        128, /* of a run at most; longer blocks are run in pieces that stay in the cache */
    STAGE_RATE_MAX = 192000
};

struct stage {
    size_t state_bytes, coefs_bytes;

    void (*run)(void *state, const void *coefs, double *bus, uint32_t frames);

    /* Makes a copied state, which ran with coefficients `from`, fit for `to`. NULL: it is. */
    void (*adapt)(void *state, const void *from, const void *to);

    /* Frames until a stage that begins anew has filled its lines: the sound's delay, if it has one;
     * a change runs unheard for as long. NULL: 0. */
    uint32_t (*latency)(const void *coefs);

    /* Greatest reduction of gain since the last call, dB, >= 0 (of an upward compressor: the boost,
     * <= 0). NULL: has none. */
    double (*reduction_db)(void *state, const void *coefs);
};

#ifndef FORM_NAME
#define FORM_NAME base
#endif
#define FORM_JOIN2(name, form) name##_##form
#define FORM_JOIN(name, form)  FORM_JOIN2(name, form)
#define FORM(name)             FORM_JOIN(name, FORM_NAME)

/* Both forms of a stage: STAGE_FORMS(limiter) names limiter_base and limiter_avx2. */
#define STAGE_FORMS(name) extern const struct stage name##_base, name##_avx2

#endif

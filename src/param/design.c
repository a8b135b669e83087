/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "design.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const double silence_db = -60, volume_silence_db = -91;

static double linear(double db, double floor_db)
{
    return db <= floor_db ? 0 : pow(10, db / 20);
}

static void design_bands(struct biquad *sections, const struct band_settings *bands, bool on,
                         double rate_hz)
{
    for (int i = 0; i < PARAMS_BANDS; i++)
        sections[i] = on ? band_design(&bands[i], rate_hz) : biquad_flat;
}

/* The same cascade for both lanes. */
static void design_twins(struct eq_coefs *coefs, const struct biquad *sections, uint32_t count)
{
    eq_design(coefs, sections, sections, count);
}

/* --- listen -------------------------------------------------------------------------------------
 */

static bool same_fit(const struct design *design, const struct loudness_settings *wanted,
                     double rate_hz)
{
    return design->fitted && design->rate_hz == rate_hz &&
           design->loudness.edition == wanted->edition &&
           design->loudness.reference_db == wanted->reference_db &&
           design->loudness.intensity_percent == wanted->intensity_percent;
}

static void design_loudness(struct design *design, const struct params *params, double rate_hz,
                            struct eq_coefs *coefs)
{
    const struct loudness_settings *wanted = &params->loudness;
    struct biquad sections[LOUDNESS_SECTIONS];

    if (!wanted->on) {
        eq_design(coefs, NULL, NULL, 0);
        return;
    }
    if (!same_fit(design, wanted, rate_hz)) {
        loudness_fit(&design->table, wanted, rate_hz);
        design->fitted = true;
        design->rate_hz = rate_hz;
        design->loudness = *wanted;
    }
    loudness_design(sections, &design->table, wanted, params->volume.level_db, rate_hz);
    design_twins(coefs, sections, LOUDNESS_SECTIONS);
}

static void design_listen(struct design *design, const struct params *params, double rate_hz,
                          struct chain_coefs *coefs)
{
    struct biquad left[PARAMS_BANDS], right[PARAMS_BANDS];
    double volume = params->volume.mute ? 0 : linear(params->volume.level_db, volume_silence_db);

    for (int c = 0; c < 2; c++) {
        coefs->preamp.gain[c] = linear(params->preamp.gain_db[c], silence_db);
        coefs->volume.gain.gain[c] = volume;
    }
    compressor_design(&coefs->compressor, &params->compressor, rate_hz);
    design_loudness(design, params, rate_hz, &coefs->volume.loudness);
    design_bands(left, params->eq.band[0], params->eq.on, rate_hz);
    design_bands(right, params->eq.band[!params->eq.linked], params->eq.on, rate_hz);
    eq_design(&coefs->eq, left, right, PARAMS_BANDS);
    crossfeed_design(&coefs->crossfeed, &params->crossfeed, rate_hz);
    ducking_design(&coefs->ducking, &params->ducking, rate_hz);
}

/* --- talk ---------------------------------------------------------------------------------------
 */

static void design_talk(const struct params *params, double rate_hz, struct chain_coefs *coefs)
{
    struct band_settings highpass = { .on = params->mic.highpass.on,
                                      .type = BAND_HIGH_PASS,
                                      .frequency_hz = params->mic.highpass.frequency_hz,
                                      .q = M_SQRT1_2 };
    struct biquad low = band_design(&highpass, rate_hz), sections[PARAMS_BANDS];

    design_twins(&coefs->mic_highpass, &low, 1);
    gate_design(&coefs->mic_gate, &params->mic.gate, rate_hz);
    compressor_design(&coefs->mic_compressor, &params->mic.compressor, rate_hz);
    deesser_design(&coefs->mic_deesser, &params->mic.deesser, rate_hz);
    design_bands(sections, params->mic.eq.band, params->mic.eq.on, rate_hz);
    design_twins(&coefs->mic_eq, sections, PARAMS_BANDS);
    limiter_design(&coefs->mic_limiter, &params->mic.limiter, rate_hz);
}

/* --- matrix and strips --------------------------------------------------------------------------
 */

static double cell_gain(const struct params *params, enum chain_output output,
                        enum params_source source)
{
    const struct params_cell *cell = &params->matrix[output][source];
    double gain = linear(cell->gain_db, silence_db);

    if (!cell->on)
        return 0;
    return cell->invert ? 0 - gain : gain; /* never -0: a cell of nothing is left out */
}

static double sidetone_gain(const struct params *params, enum chain_pair pair)
{
    return pair == PAIR_HEADSET && params->sidetone.on
               ? linear(params->sidetone.gain_db, silence_db)
               : 0;
}

/* One lane's row of the matrix; what comes from the other lane is crossed. */
static void design_row(const struct params *params, enum chain_pair pair, enum chain_output output,
                       int lane, struct mix_coefs *mix)
{
    static const enum params_source listen[] = { SOURCE_LISTEN_1, SOURCE_LISTEN_2 };
    static const enum params_source analog[] = { SOURCE_ANALOG_1, SOURCE_ANALOG_2 };

    mix->straight[BUS_LISTEN][lane] = cell_gain(params, output, listen[lane]);
    mix->crossed[BUS_LISTEN][lane] = cell_gain(params, output, listen[!lane]);
    mix->straight[BUS_ANALOG][lane] = cell_gain(params, output, analog[lane]);
    mix->crossed[BUS_ANALOG][lane] = cell_gain(params, output, analog[!lane]);
    mix->straight[BUS_TALK][lane] =
        cell_gain(params, output, SOURCE_TALK) + sidetone_gain(params, pair);
}

enum { STRIP_SECTIONS = 2 * CROSSOVER_SECTIONS + PARAMS_BANDS };

static_assert((int)STRIP_SECTIONS <= (int)EQ_SECTIONS, "a strip's filters fit one cascade");

static void design_strip_filters(const struct params_strip *strip, double rate_hz,
                                 struct biquad sections[STRIP_SECTIONS])
{
    crossover_design(sections, &strip->highpass, CROSSOVER_HIGH_PASS, rate_hz);
    crossover_design(sections + CROSSOVER_SECTIONS, &strip->lowpass, CROSSOVER_LOW_PASS, rate_hz);
    design_bands(sections + 2 * CROSSOVER_SECTIONS, strip->band, true, rate_hz);
}

static void design_strip(const struct params *params, enum chain_pair pair, double rate_hz,
                         struct strip_coefs *coefs)
{
    static const enum chain_output outputs[PAIRS][2] = {
        [PAIR_HEADSET] = { OUTPUT_HEADSET_1, OUTPUT_HEADSET_2 },
        [PAIR_OUT] = { OUTPUT_OUT_1, OUTPUT_OUT_2 },
        [PAIR_SUB] = { OUTPUT_SUB, OUTPUT_SUB },
    };
    struct biquad sections[2][STRIP_SECTIONS];
    double delay_ms[2];

    for (int lane = 0; lane < 2; lane++) {
        const struct params_strip *strip = &params->strip[outputs[pair][lane]];
        double gain = strip->mute ? 0 : linear(strip->gain_db, silence_db);

        design_row(params, pair, outputs[pair][lane], lane, &coefs->mix);
        design_strip_filters(strip, rate_hz, sections[lane]);
        coefs->gain.gain[lane] = strip->invert ? -gain : gain;
        delay_ms[lane] = strip->delay_ms;
    }
    eq_design(&coefs->eq, sections[0], sections[1], STRIP_SECTIONS);
    delay_design(&coefs->delay, delay_ms, rate_hz);
    limiter_design(&coefs->limiter, &params->limiter[pair], rate_hz);
}

void design_chain(struct design *design, const struct params *params, double rate_hz,
                  struct chain_coefs *coefs)
{
    memset(coefs, 0, sizeof *coefs);
    design_listen(design, params, rate_hz, coefs);
    design_talk(params, rate_hz, coefs);
    for (int p = 0; p < PAIRS; p++)
        design_strip(params, p, rate_hz, &coefs->strip[p]);
}

/* --- curves -------------------------------------------------------------------------------------
 */

static double complex crossfeed_curve(const struct chain_coefs *coefs, bool other_side,
                                      double frequency_hz, double rate_hz)
{
    double complex direct, cross;

    crossfeed_response(&coefs->crossfeed, frequency_hz, rate_hz, &direct, &cross);
    return other_side ? cross : direct;
}

double complex design_response(const struct chain_coefs *coefs, enum design_curve curve, int lane,
                               double frequency_hz, double rate_hz)
{
    const struct eq_coefs *eq[CURVES] = {
        [CURVE_EQ] = &coefs->eq,
        [CURVE_LOUDNESS] = &coefs->volume.loudness,
        [CURVE_MIC_HIGHPASS] = &coefs->mic_highpass,
        [CURVE_MIC_EQ] = &coefs->mic_eq,
        [CURVE_STRIP_HEADSET] = &coefs->strip[PAIR_HEADSET].eq,
        [CURVE_STRIP_OUT] = &coefs->strip[PAIR_OUT].eq,
        [CURVE_STRIP_SUB] = &coefs->strip[PAIR_SUB].eq,
    };

    if (curve == CURVE_CROSSFEED)
        return crossfeed_curve(coefs, lane != 0, frequency_hz, rate_hz);
    if (curve == CURVE_LISTEN)
        return eq_response(&coefs->volume.loudness, lane, frequency_hz, rate_hz) *
               eq_response(&coefs->eq, lane, frequency_hz, rate_hz) *
               eq_response(&coefs->strip[PAIR_HEADSET].eq, lane, frequency_hz, rate_hz);
    return eq_response(eq[curve], lane, frequency_hz, rate_hz);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one table: the rows of each kind of group, and where the groups stand. */
#include "param.h"

#include <assert.h>
#include <math.h>

/* A choice is stored as an int. */
static_assert(sizeof(enum band_type) == sizeof(int), "");
static_assert(sizeof(enum crossover_kind) == sizeof(int), "");
static_assert(sizeof(enum compressor_mode) == sizeof(int), "");
static_assert(sizeof(enum compressor_detector) == sizeof(int), "");
static_assert(sizeof(enum crossfeed_mode) == sizeof(int), "");
static_assert(sizeof(enum crossfeed_preset) == sizeof(int), "");
static_assert(sizeof(enum iso226_edition) == sizeof(int), "");

static const struct param_choice band_types[] = {
    { "flat", BAND_FLAT },
    { "peaking", BAND_PEAKING },
    { "low_shelf", BAND_LOW_SHELF },
    { "high_shelf", BAND_HIGH_SHELF },
    { "low_shelf_slope", BAND_LOW_SHELF_SLOPE },
    { "high_shelf_slope", BAND_HIGH_SHELF_SLOPE },
    { "low_pass", BAND_LOW_PASS },
    { "high_pass", BAND_HIGH_PASS },
    { "band_pass", BAND_BAND_PASS },
    { "notch", BAND_NOTCH },
    { "all_pass", BAND_ALL_PASS },
    { "low_shelf_1", BAND_LOW_SHELF_1 },
    { "high_shelf_1", BAND_HIGH_SHELF_1 },
    { "low_pass_1", BAND_LOW_PASS_1 },
    { "high_pass_1", BAND_HIGH_PASS_1 },
    { "all_pass_1", BAND_ALL_PASS_1 },
    { "linkwitz", BAND_LINKWITZ },
    { NULL, 0 },
};

static const struct param_choice crossover_kinds[] = {
    { "off", CROSSOVER_OFF },
    { "butterworth", CROSSOVER_BUTTERWORTH },
    { "linkwitz_riley", CROSSOVER_LINKWITZ_RILEY },
    { "bessel", CROSSOVER_BESSEL },
    { NULL, 0 },
};

static const struct param_choice compressor_modes[] = {
    { "downward", COMPRESSOR_DOWNWARD },
    { "upward", COMPRESSOR_UPWARD },
    { NULL, 0 },
};

static const struct param_choice detectors[] = {
    { "peak", COMPRESSOR_PEAK },
    { "rms", COMPRESSOR_RMS },
    { NULL, 0 },
};

static const struct param_choice crossfeed_modes[] = {
    { "complementary", CROSSFEED_COMPLEMENTARY },
    { "bs2b", CROSSFEED_BS2B },
    { "classic", CROSSFEED_CLASSIC },
    { NULL, 0 },
};

static const struct param_choice crossfeed_presets[] = {
    { "custom", CROSSFEED_CUSTOM },     { "default", CROSSFEED_DEFAULT },
    { "chu_moy", CROSSFEED_CHU_MOY },   { "jan_meier", CROSSFEED_JAN_MEIER },
    { "linkwitz", CROSSFEED_LINKWITZ }, { NULL, 0 },
};

static const struct param_choice editions[] = {
    { "2023", ISO226_2023 },
    { "2003", ISO226_2003 },
    { NULL, 0 },
};

/* NOLINTBEGIN(bugprone-macro-parentheses): pieces of initializers */
#define FIELD(kind, field)    .key = #field, .offset = offsetof(struct kind, field)
#define PLACE(name, field)    .key = name, .offset = offsetof(struct params, field)
#define BOOL(otherwise)       .type = PARAM_BOOL, .unit = "", .text = otherwise
#define CHOICE(otherwise, of) .type = PARAM_CHOICE, .unit = "", .text = otherwise, .choice = of
#define NUMBER(otherwise, from, to, of)                                                            \
    .type = PARAM_NUMBER, .text = otherwise, .min = from, .max = to, .unit = of

static const struct param band_rows[] = {
    { FIELD(band_settings, on), BOOL("yes"), .help = "With no, the band changes nothing." },
    { FIELD(band_settings, type), CHOICE("flat", band_types),
      .help = "What the band does; flat is nothing. Shelves are set by q, those with slope by the "
              "slope; a 1 at the end stands for first order. The type linkwitz makes a closed box "
              "of frequency_hz and q sound like one of target_hz and target_q." },
    { FIELD(band_settings, frequency_hz), NUMBER("1000", 10, 20000, "Hz"),
      .help = "Centre, corner, or middle of the slope." },
    { FIELD(band_settings, gain_db), NUMBER("0", -30, 30, "dB"),
      .help = "Gain of peaks and shelves." },
    { FIELD(band_settings, q), NUMBER("0.707", 0.1, 20, ""),
      .help = "Quality: the higher, the narrower." },
    { FIELD(band_settings, slope), NUMBER("1", 0.1, 1, ""),
      .help = "Slope of the shelves by slope; 1 is the steepest without a bump." },
    { FIELD(band_settings, target_hz), NUMBER("40", 10, 500, "Hz"),
      .help = "Resonance the type linkwitz aims at." },
    { FIELD(band_settings, target_q), NUMBER("0.707", 0.1, 2, ""),
      .help = "Quality the type linkwitz aims at." },
};

static const struct param compressor_rows[] = {
    { FIELD(compressor_settings, on), BOOL("no"), .help = "Whether the compressor works." },
    { FIELD(compressor_settings, mode), CHOICE("downward", compressor_modes),
      .help = "Downward turns down what is louder than the threshold; upward turns up what is "
              "softer." },
    { FIELD(compressor_settings, threshold_db), NUMBER("-20", -60, 0, "dB"),
      .help = "Threshold, dBFS." },
    { FIELD(compressor_settings, ratio), NUMBER("4", 1, COMPRESSOR_RATIO_MAX, ""), .extra = "inf",
      .extra_value = INFINITY,
      .help = "By how many dB the level must rise for one dB more at the output. Downward." },
    { FIELD(compressor_settings, knee_db), NUMBER("6", 0, 24, "dB"),
      .help = "Width of the bend around the threshold; 0 is a hard knee." },
    { FIELD(compressor_settings, attack_ms), NUMBER("10", 0.1, 200, "ms"),
      .help = "How fast the gain falls: time for 63 % of the way." },
    { FIELD(compressor_settings, release_ms), NUMBER("100", 5, 3000, "ms"),
      .help = "How fast the gain comes back: time for 63 % of the way." },
    { FIELD(compressor_settings, makeup_db), NUMBER("0", -24, 24, "dB"),
      .help = "Gain behind the compression." },
    { FIELD(compressor_settings, auto_makeup), BOOL("no"),
      .help = "Instead of makeup_db: half of what a signal of 0 dBFS is turned down by." },
    { FIELD(compressor_settings, lookahead_ms), NUMBER("0", 0, 10, "ms"),
      .help = "The gain moves this much ahead of the sound, which is delayed by it." },
    { FIELD(compressor_settings, detector), CHOICE("peak", detectors),
      .help = "What is compared with the threshold." },
    { FIELD(compressor_settings, rms_ms), NUMBER("50", 5, 400, "ms"),
      .help = "Averaging time of the detector rms." },
    { FIELD(compressor_settings, sidechain_hz), NUMBER("0", 20, 500, "Hz"), .extra = "0",
      .extra_value = 0,
      .help = "The detector does not hear what is below this frequency; 0: it hears all." },
    { FIELD(compressor_settings, link_percent), NUMBER("100", 0, 100, "%"),
      .help = "At 100 both channels get the gain of the louder one; at 0 each has its own." },
    { FIELD(compressor_settings, mix_percent), NUMBER("100", 0, 100, "%"),
      .help = "Part of the compressed sound; the rest is the sound as it came." },
    { FIELD(compressor_settings, amount_percent), NUMBER("50", 0, 100, "%"),
      .help = "Upward: how much softer sound is lifted; 100 is a ratio of 20." },
    { FIELD(compressor_settings, boost_max_db), NUMBER("15", 0, 35, "dB"),
      .help = "Upward: nothing is lifted by more." },
    { FIELD(compressor_settings, ceiling_db), NUMBER("-3", -24, 0, "dB"),
      .help = "Upward: no sample is lifted beyond, dBFS." },
    { FIELD(compressor_settings, gate_db), NUMBER("-96", -96, 0, "dB"),
      .help = "Upward: what is softer, dBFS, is not lifted; -96 lifts all." },
};

static const struct param limiter_rows[] = {
    { FIELD(limiter_settings, on), BOOL("no"), .help = "Whether the limiter works." },
    { FIELD(limiter_settings, ceiling_db), NUMBER("-1", -30, 0, "dB"),
      .help = "No sample passes it, dBFS." },
    { FIELD(limiter_settings, lookahead_ms), NUMBER("0", 0, 5, "ms"),
      .help = "The gain falls this much ahead of a peak, whose shape then stays; the sound is "
              "delayed by it." },
    { FIELD(limiter_settings, release_ms), NUMBER("100", 5, 1000, "ms"),
      .help = "How fast the gain comes back: time for 63 % of the way." },
    { FIELD(limiter_settings, true_peak), BOOL("no"),
      .help = "Peaks between samples count too. Delays the sound by 16 frames, and the look-ahead "
              "is 1 ms at least." },
};

static const struct param gate_rows[] = {
    { FIELD(gate_settings, on), BOOL("no"), .help = "Whether the gate works." },
    { FIELD(gate_settings, open_db), NUMBER("-45", -80, 0, "dB"),
      .help = "The gate opens above this peak level, dBFS." },
    { FIELD(gate_settings, close_db), NUMBER("-50", -80, 0, "dB"),
      .help = "It closes below this one, dBFS; above open_db it counts as open_db." },
    { FIELD(gate_settings, hold_ms), NUMBER("150", 0, 1000, "ms"),
      .help = "How long it stays open before it closes." },
    { FIELD(gate_settings, attack_ms), NUMBER("1", 0.1, 50, "ms"),
      .help = "How fast it opens: time for 63 % of the way." },
    { FIELD(gate_settings, release_ms), NUMBER("150", 5, 1000, "ms"),
      .help = "How fast it closes: time for 63 % of the way." },
    { FIELD(gate_settings, range_db), NUMBER("-60", -80, 0, "dB"),
      .help = "Gain of the closed gate." },
    { FIELD(gate_settings, lookahead_ms), NUMBER("5", 0, 10, "ms"),
      .help = "It opens this much ahead of the sound, so that words keep their beginnings; the "
              "sound is delayed by it." },
};

static const struct param deesser_rows[] = {
    { FIELD(deesser_settings, on), BOOL("no"), .help = "Whether the de-esser works." },
    { FIELD(deesser_settings, frequency_hz), NUMBER("6000", 2000, 12000, "Hz"),
      .help = "What is above this frequency is turned down when it is loud." },
    { FIELD(deesser_settings, threshold_db), NUMBER("-24", -60, 0, "dB"),
      .help = "Peak level of that part, dBFS, from which on it is." },
    { FIELD(deesser_settings, ratio), NUMBER("3", 1, 20, ""),
      .help = "By how many dB that part must rise for one dB more at the output." },
    { FIELD(deesser_settings, range_db), NUMBER("12", 0, 24, "dB"),
      .help = "It is turned down by no more than this." },
};

static const struct param ducking_rows[] = {
    { FIELD(ducking_settings, on), BOOL("no"),
      .help = "Whether the listen path is turned down while somebody speaks." },
    { FIELD(ducking_settings, threshold_db), NUMBER("-40", -80, 0, "dB"),
      .help = "Peak level of the talk path, dBFS, that counts as speaking." },
    { FIELD(ducking_settings, depth_db), NUMBER("-12", -60, 0, "dB"),
      .help = "Gain of the listen path meanwhile." },
    { FIELD(ducking_settings, hold_ms), NUMBER("500", 0, 3000, "ms"),
      .help = "How long it lasts beyond the last word." },
    { FIELD(ducking_settings, attack_ms), NUMBER("50", 5, 500, "ms"),
      .help = "How fast the gain falls: time for 63 % of the way." },
    { FIELD(ducking_settings, release_ms), NUMBER("500", 10, 5000, "ms"),
      .help = "How fast the gain comes back: time for 63 % of the way." },
};

static const struct param loudness_rows[] = {
    { FIELD(loudness_settings, on), BOOL("no"),
      .help = "Whether the bass is brought back that ears lose at a soft volume." },
    { FIELD(loudness_settings, edition), CHOICE("2023", editions),
      .help = "Which edition of the standard ISO 226 counts." },
    { FIELD(loudness_settings, reference_db), NUMBER("83", 40, 100, "dB"),
      .help = "Sound pressure level at a volume of 0 dB." },
    { FIELD(loudness_settings, intensity_percent), NUMBER("100", 0, 200, "%"),
      .help = "How much of the compensation; 100 is what the standard says." },
};

static const struct param crossfeed_rows[] = {
    { FIELD(crossfeed_settings, on), BOOL("no"),
      .help = "Whether each ear hears a part of the other channel." },
    { FIELD(crossfeed_settings, mode), CHOICE("complementary", crossfeed_modes),
      .help = "Complementary leaves mono as it is; bs2b is Bauer's original; classic adds an "
              "all-pass." },
    { FIELD(crossfeed_settings, preset), CHOICE("default", crossfeed_presets),
      .help = "Anything but custom counts instead of frequency_hz and feed_db." },
    { FIELD(crossfeed_settings, frequency_hz), NUMBER("700", 300, 2000, "Hz"),
      .help = "What is below this frequency crosses over. With the preset custom." },
    { FIELD(crossfeed_settings, feed_db), NUMBER("4.5", 0, 15, "dB"),
      .help = "How much softer low notes are on the other side. With the preset custom." },
    { FIELD(crossfeed_settings, delay_us), NUMBER("0", 0, 500, "microseconds"),
      .help = "How much later the other ear hears it; not in the mode classic." },
};

static const struct param crossover_rows[] = {
    { FIELD(crossover_settings, kind), CHOICE("off", crossover_kinds),
      .help = "Kind of the filter. At its frequency it is at -3 dB, linkwitz_riley at -6 dB." },
    { FIELD(crossover_settings, order), .type = PARAM_INT, .text = "4", .min = 1, .max = 8,
      .unit = "",
      .help = "Steepness, 6 dB an octave for each; odd ones of linkwitz_riley count as one more." },
    { FIELD(crossover_settings, frequency_hz), NUMBER("80", 10, 20000, "Hz"),
      .help = "Frequency of the crossover." },
};

static const struct param strip_rows[] = {
    { FIELD(params_strip, gain_db), NUMBER("0", -60, 12, "dB"),
      .help = "Gain of the output; -60 is silence." },
    { FIELD(params_strip, mute), BOOL("no"), .help = "Silence at the output." },
    { FIELD(params_strip, invert), BOOL("no"), .help = "Turns the polarity of the output." },
    { FIELD(params_strip, delay_ms), NUMBER("0", 0, 170, "ms"), .is_distance = true,
      .help = "Delay of the output." },
};

/* Groups that stand only once, each in a struct of no name. */
static const struct param preamp_rows[] = {
    { PLACE("gain_1_db", preamp.gain_db[0]), NUMBER("0", -60, 12, "dB"),
      .help = "Gain of the left analog input; -60 is silence." },
    { PLACE("gain_2_db", preamp.gain_db[1]), NUMBER("0", -60, 12, "dB"),
      .help = "Gain of the right analog input; -60 is silence." },
};

static const struct param eq_rows[] = {
    { PLACE("on", eq.on), BOOL("yes"), .help = "With no, all bands rest." },
    { PLACE("linked", eq.linked), BOOL("yes"),
      .help = "The bands of the left channel count for both." },
};

static const struct param volume_rows[] = {
    { PLACE("level_db", volume.level_db), NUMBER("0", -91, 0, "dB"),
      .help = "Volume of the listen path; -91 is silence." },
    { PLACE("mute", volume.mute), BOOL("no"), .help = "The listen path is silent." },
};

static const struct param mic_highpass_rows[] = {
    { PLACE("on", mic.highpass.on), BOOL("no"), .help = "Whether the high-pass works." },
    { PLACE("frequency_hz", mic.highpass.frequency_hz), NUMBER("80", 20, 500, "Hz"),
      .help = "What is below this frequency falls off by 12 dB an octave." },
};

static const struct param mic_eq_rows[] = {
    { PLACE("on", mic.eq.on), BOOL("yes"), .help = "With no, all bands rest." },
};

static const struct param sidetone_rows[] = {
    { PLACE("on", sidetone.on), BOOL("no"), .help = "Whether the own voice is in the headset." },
    { PLACE("gain_db", sidetone.gain_db), NUMBER("-20", -60, 0, "dB"),
      .help = "Gain of the talk path into both sides of the headset." },
};

/* The five sources of an output. Outputs differ in their defaults. */
#define CELL(source, name, cell_on, cell_gain, what)                                               \
    { .key = name "_on",                                                                           \
      BOOL(cell_on),                                                                               \
      .offset = source * sizeof(struct params_cell) + offsetof(struct params_cell, on),            \
      .help = "Whether this output gets " what "." },                                              \
        { .key = name "_gain_db",                                                                  \
          NUMBER(cell_gain, -60, 12, "dB"),                                                        \
          .offset = source * sizeof(struct params_cell) + offsetof(struct params_cell, gain_db),   \
          .help = "Gain of " what " in this output." },                                            \
    {                                                                                              \
        .key = name "_invert", BOOL("no"),                                                         \
        .offset = source * sizeof(struct params_cell) + offsetof(struct params_cell, invert),      \
        .help = "Turns the polarity of " what " in this output."                                   \
    }

#define MATRIX_ROWS(listen_1, listen_2, talk, listen_gain)                                         \
    {                                                                                              \
        CELL(SOURCE_LISTEN_1, "listen_1", listen_1, listen_gain, "the left listen channel"),       \
            CELL(SOURCE_LISTEN_2, "listen_2", listen_2, listen_gain, "the right listen channel"),  \
            CELL(SOURCE_TALK, "talk", talk, "0", "the voice"),                                     \
            CELL(SOURCE_ANALOG_1, "analog_1", "no", "0", "the left analog input as it comes"),     \
            CELL(SOURCE_ANALOG_2, "analog_2", "no", "0", "the right analog input as it comes"),    \
    }

static const struct param matrix_headset_1_rows[] = MATRIX_ROWS("yes", "no", "no", "0");
static const struct param matrix_headset_2_rows[] = MATRIX_ROWS("no", "yes", "no", "0");
static const struct param matrix_out_rows[] = MATRIX_ROWS("no", "no", "yes", "0");
/* half the sum: -6.02 dB, so that two full channels do not clip */
static const struct param matrix_sub_rows[] = MATRIX_ROWS("yes", "yes", "no", "-6.0206");

#define AT(place)        .offset = offsetof(struct params, place)
#define OF(kind)         .rows = kind##_rows, .row_count = sizeof kind##_rows / sizeof kind##_rows[0]
#define WHOLE(kind)      .count = 1, OF(kind) /* offsets are in struct params */
#define ONE(place, kind) .count = 1, AT(place), OF(kind)
#define BANDS(place)                                                                               \
    .count = PARAMS_BANDS, .stride = sizeof(struct band_settings), AT(place[0]), OF(band)

#define STRIP(output, name, what)                                                                  \
    { "strip." name, ONE(strip[output], strip), .help = what },                                    \
        { "strip." name ".highpass", ONE(strip[output].highpass, crossover),                       \
          .help = "Crossover: what is below goes elsewhere." },                                    \
        { "strip." name ".lowpass", ONE(strip[output].lowpass, crossover),                         \
          .help = "Crossover: what is above goes elsewhere." },                                    \
    {                                                                                              \
        "strip." name ".eq", BANDS(strip[output].band), .help = "Equalizer of this output."        \
    }

/* NOLINTEND(bugprone-macro-parentheses) */

const struct param_group param_groups[] = {
    { "preamp", WHOLE(preamp), .help = "The analog inputs, before the listen path." },
    { "compressor", ONE(compressor, compressor), .is_stage = true,
      .help = "Compressor of the listen path." },
    { "loudness", ONE(loudness, loudness), .is_stage = true,
      .help = "Loudness compensation of the listen path." },
    { "eq", WHOLE(eq), .is_stage = true,
      .help = "Equalizer of the listen path; its bands follow." },
    { "eq.left", BANDS(eq.band[0]), .help = "The left channel, or both where they are linked." },
    { "eq.right", BANDS(eq.band[1]), .help = "The right channel, where they are not linked." },
    { "crossfeed", ONE(crossfeed, crossfeed), .is_stage = true,
      .help = "Crossfeed of the listen path." },
    { "volume", WHOLE(volume), .help = "Volume of the listen path; the voice keeps its own." },
    { "mic.highpass", WHOLE(mic_highpass), .is_stage = true,
      .help = "High-pass of the microphone." },
    { "mic.gate", ONE(mic.gate, gate), .is_stage = true, .help = "Noise gate of the microphone." },
    { "mic.compressor", ONE(mic.compressor, compressor), .is_stage = true,
      .help = "Compressor of the microphone." },
    { "mic.deesser", ONE(mic.deesser, deesser), .is_stage = true,
      .help = "De-esser of the microphone." },
    { "mic.eq", WHOLE(mic_eq), .is_stage = true,
      .help = "Equalizer of the microphone; its bands follow." },
    { "mic.eq", BANDS(mic.eq.band), .help = "The bands of the microphone's equalizer." },
    { "mic.limiter", ONE(mic.limiter, limiter), .help = "Limiter of the microphone." },
    { "sidetone", WHOLE(sidetone), .help = "The own voice in the headset." },
    { "ducking", ONE(ducking, ducking), .is_stage = true,
      .help = "The listen path gives way to the voice." },
    { "matrix.headset_1", ONE(matrix[OUTPUT_HEADSET_1], matrix_headset_1),
      .help = "What the left side of the headset gets." },
    { "matrix.headset_2", ONE(matrix[OUTPUT_HEADSET_2], matrix_headset_2),
      .help = "What the right side of the headset gets." },
    { "matrix.out_1", ONE(matrix[OUTPUT_OUT_1], matrix_out),
      .help = "What the left analog output gets." },
    { "matrix.out_2", ONE(matrix[OUTPUT_OUT_2], matrix_out),
      .help = "What the right analog output gets." },
    { "matrix.sub", ONE(matrix[OUTPUT_SUB], matrix_sub), .help = "What the subwoofer gets." },
    STRIP(OUTPUT_HEADSET_1, "headset_1", "The left side of the headset."),
    STRIP(OUTPUT_HEADSET_2, "headset_2", "The right side of the headset."),
    STRIP(OUTPUT_OUT_1, "out_1", "The left analog output."),
    STRIP(OUTPUT_OUT_2, "out_2", "The right analog output."),
    STRIP(OUTPUT_SUB, "sub", "The subwoofer."),
    { "limiter.headset", ONE(limiter[PAIR_HEADSET], limiter),
      .help = "Limiter, the last stage on the way to the headset; one gain for both sides." },
    { "limiter.out", ONE(limiter[PAIR_OUT], limiter),
      .help = "Limiter, the last stage on the way to the analog outputs; one gain for both." },
    { "limiter.sub", ONE(limiter[PAIR_SUB], limiter),
      .help = "Limiter, the last stage on the way to the subwoofer." },
};

const int param_group_count = sizeof param_groups / sizeof param_groups[0];

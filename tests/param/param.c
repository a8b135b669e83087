/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of parameters: that it is sound, and what values and names are taken and refused. */
#include "param.h"
#include "test.h"

#include <stdlib.h>

static struct params params;
static char why[PARAM_WHY_BYTES];

static struct param_ref find(const char *name)
{
    struct param_ref ref = { param_groups, 0, param_groups->rows };

    if (!param_find(&ref, name, why))
        FAIL("%s: %s", name, why);
    return ref;
}

static bool set(const char *name, const char *text)
{
    struct param_ref ref = find(name);

    *why = '\0';
    return param_set(&params, &ref, text, why);
}

static const char *get(const char *name)
{
    static char text[PARAM_TEXT_BYTES];
    struct param_ref ref = find(name);

    param_get(&params, &ref, text);
    return text;
}

static size_t size_of(const struct param *row)
{
    return row->type == PARAM_BOOL     ? sizeof(bool)
           : row->type == PARAM_NUMBER ? sizeof(double)
                                       : sizeof(int);
}

static size_t place_of(const struct param_ref *ref)
{
    return ref->group->offset + (size_t)ref->member * ref->group->stride + ref->row->offset;
}

/* 0xff in the bytes of the struct that are a value's, 0 in its padding: what the compiler says of
 * the parts. (Of structs with arrays in the middle, GCC 12 says it wrongly.) */
#if defined __has_builtin
#if __has_builtin(__builtin_clear_padding)
#define MARK(part)                                                                                 \
    do {                                                                                           \
        __typeof__(part) whole_;                                                                   \
        memset(&whole_, 0xff, sizeof whole_);                                                      \
        __builtin_clear_padding(&whole_);                                                          \
        memcpy(&(part), &whole_, sizeof whole_);                                                   \
    } while (0)
#endif
#endif

#ifdef MARK
static void mark_output(struct params *mark, int output)
{
    struct params_strip *strip = &mark->strip[output];

    for (int source = 0; source < SOURCES; source++)
        MARK(mark->matrix[output][source]);
    for (int band = 0; band < PARAMS_BANDS; band++)
        MARK(strip->band[band]);
    MARK(strip->highpass);
    MARK(strip->lowpass);
    memset((char *)&strip->invert + 1, 0,
           (size_t)((char *)&strip->delay_ms - (char *)&strip->invert) - 1);
}

static void mark_values(struct params *mark)
{
    memset(mark, 0xff, sizeof *mark);
    MARK(mark->compressor);
    MARK(mark->loudness);
    MARK(mark->eq);
    MARK(mark->crossfeed);
    MARK(mark->volume);
    MARK(mark->mic.highpass);
    MARK(mark->mic.gate);
    MARK(mark->mic.compressor);
    MARK(mark->mic.deesser);
    MARK(mark->mic.eq);
    MARK(mark->mic.limiter);
    for (int pair = 0; pair < PAIRS; pair++)
        MARK(mark->limiter[pair]);
    MARK(mark->sidetone);
    MARK(mark->ducking);
    for (int output = 0; output < OUTPUTS; output++)
        mark_output(mark, output);
}
#endif

/* Every byte of the struct belongs to just one row, padding to none. */
static void covers_the_struct(void)
{
    static unsigned char rows[sizeof(struct params)];
    int count = 0;

    for (struct param_ref ref = { 0 }; param_next(&ref); count++)
        for (size_t b = 0; b < size_of(ref.row); b++)
            if (rows[place_of(&ref) + b]++)
                FAIL("[%s] %s shares a byte", ref.group->name, ref.row->key);
    CHECK(count == 863);
#ifdef MARK
    mark_values(&params);
    for (size_t b = 0; b < sizeof params; b++)
        if (rows[b] != (((unsigned char *)&params)[b] != 0)) {
            FAIL("byte %zu has %d rows", b, rows[b]);
            break;
        }
#endif
}

/* A key says its unit: gain_db, frequency_hz. */
static bool has_unit_in_name(const struct param *row)
{
    static const char *const units[][2] = { { "dB", "_db" },
                                            { "Hz", "_hz" },
                                            { "ms", "_ms" },
                                            { "%", "_percent" },
                                            { "microseconds", "_us" } };

    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
        size_t length = strlen(units[u][1]), all = strlen(row->key);
        bool ends = all > length && strcmp(row->key + all - length, units[u][1]) == 0;

        if (ends != (strcmp(row->unit, units[u][0]) == 0))
            return false;
    }
    return true;
}

static void check_help(const char *name, const char *help)
{
    if (!help || strlen(help) < 10 || help[strlen(help) - 1] != '.' || help[0] < 'A' ||
        help[0] > 'Z')
        FAIL("%s has no help", name);
}

static void check_choices(const char *name, const struct param *row)
{
    int count = 0;

    for (const struct param_choice *choice = row->choice; choice->name; choice++) {
        if (choice->value != count++)
            FAIL("%s: %s is out of order", name, choice->name);
        for (const struct param_choice *other = row->choice; other != choice; other++)
            if (strcmp(other->name, choice->name) == 0)
                FAIL("%s: %s is there twice", name, choice->name);
        if (strlen(choice->name) >= PARAM_TEXT_BYTES)
            FAIL("%s: %s is too long", name, choice->name);
    }
}

static void is_sound(void)
{
    for (struct param_ref ref = { 0 }; param_next(&ref);) {
        const struct param *row = ref.row;
        bool number = row->type == PARAM_NUMBER || row->type == PARAM_INT;
        char name[PARAM_NAME_BYTES], text[PARAM_TEXT_BYTES], range[320];
        struct param_ref found = { 0 };

        param_name(&ref, name);
        check_help(name, row->help);
        check_help(ref.group->name, ref.group->help);
        if (!row->unit || !has_unit_in_name(row) || (!number && *row->unit))
            FAIL("%s: the unit", name);
        if (number && !(row->min < row->max))
            FAIL("%s: the range", name);
        if ((row->type == PARAM_CHOICE) != (row->choice != NULL))
            FAIL("%s: choices", name);
        if (row->choice)
            check_choices(name, row);
        if (!param_find(&found, name, why) || found.group != ref.group || found.row != ref.row ||
            found.member != ref.member) /* a name that is there twice is found only once */
            FAIL("%s is not found again", name);
        if (!param_set(&params, &ref, row->text, why))
            FAIL("%s: the default: %s", name, why);
        param_get(&params, &ref, text);
        if (strcmp(text, row->text) != 0)
            FAIL("%s: the default %s is written %s", name, row->text, text);
        param_range(row, range, sizeof range);
        if (strlen(range) < 6 || strlen(range) > 250)
            FAIL("%s: \"%s\" is no range", name, range);
    }
}

static int choices(const char *name)
{
    struct param_ref ref = find(name);
    int count = 0;

    while (ref.row->choice[count].name)
        count++;
    return count;
}

static void has_all_choices(void)
{
    CHECK(choices("eq.left.1.type") == BAND_TYPES);
    CHECK(choices("strip.sub.lowpass.kind") == CROSSOVER_KINDS);
    CHECK(choices("crossfeed.preset") == CROSSFEED_PRESETS);
    CHECK(choices("crossfeed.mode") == CROSSFEED_CLASSIC + 1);
    CHECK(choices("compressor.mode") == COMPRESSOR_UPWARD + 1);
    CHECK(choices("compressor.detector") == COMPRESSOR_RMS + 1);
    CHECK(choices("loudness.edition") == ISO226_2003 + 1);
    set("eq.left.1.type", "linkwitz");
    CHECK(params.eq.band[0][0].type == BAND_LINKWITZ);
    set("eq.left.1.type", "low_shelf_slope");
    CHECK(params.eq.band[0][0].type == BAND_LOW_SHELF_SLOPE);
}

static void check_matrix(void)
{
    for (int output = 0; output < OUTPUTS; output++)
        for (int source = 0; source < SOURCES; source++) {
            const struct params_cell *cell = &params.matrix[output][source];
            bool on = (output == OUTPUT_HEADSET_1 && source == SOURCE_LISTEN_1) ||
                      (output == OUTPUT_HEADSET_2 && source == SOURCE_LISTEN_2) ||
                      (output == OUTPUT_OUT_1 && source == SOURCE_TALK) ||
                      (output == OUTPUT_OUT_2 && source == SOURCE_TALK) ||
                      (output == OUTPUT_SUB && source <= SOURCE_LISTEN_2);
            double gain_db = output == OUTPUT_SUB && source <= SOURCE_LISTEN_2 ? -6.0206 : 0;

            if (cell->on != on || cell->gain_db != gain_db || cell->invert)
                FAIL("source %d in output %d: %d %g %d", source, output, cell->on, cell->gain_db,
                     cell->invert);
        }
}

/* Nothing changes the sound: what works is off, every band is flat, every gain 0 dB. */
static void has_neutral_defaults(void)
{
    memset(&params, 0xff, sizeof params);
    params_defaults(&params);
    check_matrix();
    CHECK(!params.compressor.on && !params.loudness.on && !params.crossfeed.on);
    CHECK(!params.mic.highpass.on && !params.mic.gate.on && !params.mic.compressor.on);
    CHECK(!params.mic.deesser.on && !params.mic.limiter.on);
    CHECK(!params.sidetone.on && !params.ducking.on);
    CHECK(params.preamp.gain_db[0] == 0 && params.preamp.gain_db[1] == 0);
    CHECK(params.volume.level_db == 0 && !params.volume.mute);
    CHECK(params.eq.on && params.eq.linked && params.mic.eq.on);
    CHECK(params.compressor.ratio == 4 && params.compressor.sidechain_hz == 0);
    for (int band = 0; band < PARAMS_BANDS; band++) {
        CHECK(params.eq.band[0][band].type == BAND_FLAT && params.eq.band[0][band].on);
        CHECK(params.eq.band[1][band].type == BAND_FLAT && params.eq.band[1][band].q == 0.707);
        CHECK(params.mic.eq.band[band].type == BAND_FLAT);
    }
    for (int pair = 0; pair < PAIRS; pair++)
        CHECK(!params.limiter[pair].on && params.limiter[pair].ceiling_db == -1);
    for (int output = 0; output < OUTPUTS; output++) {
        const struct params_strip *strip = &params.strip[output];

        CHECK(strip->gain_db == 0 && !strip->mute && !strip->invert && strip->delay_ms == 0);
        CHECK(strip->highpass.kind == CROSSOVER_OFF && strip->lowpass.kind == CROSSOVER_OFF);
        for (int band = 0; band < PARAMS_BANDS; band++)
            CHECK(strip->band[band].type == BAND_FLAT);
    }
}

/* Sets, gets, and sets what it got: the same bytes, and no other byte is touched. */
static void check_round_trip(const struct param_ref *ref, const char *text)
{
    static struct params before, after;
    char got[PARAM_TEXT_BYTES], name[PARAM_NAME_BYTES];
    size_t place = place_of(ref), size = size_of(ref->row);

    param_name(ref, name);
    memset(&params, 0x55, sizeof params);
    before = params;
    if (!param_set(&params, ref, text, why))
        FAIL("%s = %s: %s", name, text, why);
    param_get(&params, ref, got);
    CHECK_STR(got, text);
    after = params;
    memcpy((char *)&params + place, (char *)&before + place, size);
    if (memcmp(&params, &before, sizeof params) != 0)
        FAIL("%s = %s writes elsewhere", name, text);
    if (!param_set(&params, ref, got, why) || memcmp(&params, &after, sizeof params) != 0)
        FAIL("%s = %s is another value than %s", name, got, text);
}

static void check_value_refused(const struct param_ref *ref, double value)
{
    static struct params before;
    char text[40];

    before = params;
    snprintf(text, sizeof text, "%.6f", value);
    if (ref->row->type == PARAM_INT)
        snprintf(text, sizeof text, "%.0f", value);
    if (param_set(&params, ref, text, why))
        FAIL("%s %s takes %s", ref->group->name, ref->row->key, text);
    CHECK(memcmp(&params, &before, sizeof params) == 0);
}

static void keeps_values(void)
{
    for (struct param_ref ref = { 0 }; param_next(&ref);) {
        const struct param *row = ref.row;
        char text[PARAM_TEXT_BYTES];

        check_round_trip(&ref, row->text);
        if (row->extra)
            check_round_trip(&ref, row->extra);
        if (row->type == PARAM_BOOL) {
            check_round_trip(&ref, "yes");
            check_round_trip(&ref, "no");
        } else if (row->type == PARAM_CHOICE) {
            for (const struct param_choice *choice = row->choice; choice->name; choice++)
                check_round_trip(&ref, choice->name);
        } else {
            snprintf(text, sizeof text, "%.15g", row->min);
            check_round_trip(&ref, text);
            snprintf(text, sizeof text, "%.15g", row->max);
            check_round_trip(&ref, text);
            check_value_refused(&ref, row->min - (row->type == PARAM_INT ? 1 : 0.0001));
            check_value_refused(&ref, row->max + (row->type == PARAM_INT ? 1 : 0.0001));
        }
    }
}

/* Decimals of every length, with leading and inner zeros. */
static void keeps_digits(void)
{
    struct param_ref ref = find("compressor.makeup_db");
    unsigned state = 1;

    check_round_trip(&ref, "0.00000000000001");
    check_round_trip(&ref, "-0.00000000000001");
    check_round_trip(&ref, "-23.9999999999999");
    check_round_trip(&ref, "0.1");
    for (int i = 0; i < 20000; i++) {
        char text[PARAM_TEXT_BYTES];
        long long digits;
        int decimals = 1 + i % 13;

        state = state * 1664525 + 1013904223;
        digits = (long long)(state >> 8) * (state >> 4) % 10000000000000;
        for (int d = 13; d > decimals; d--)
            digits /= 10;
        digits += digits % 10 == 0; /* a last zero is not written */
        snprintf(text, sizeof text, "%s%u.%0*lld", state & 128 ? "-" : "", state >> 8 & 15,
                 decimals, digits);
        check_round_trip(&ref, text);
    }
}

/* What code has put there: close, and never more digits than can be read again. */
static void writes_any_number(void)
{
    static const double values[] = { 1.0 / 3,  2.0 / 3, 10.0 / 3, 1e-9, 23.999999999999996,
                                     64.0 / 3, -1e-20 };

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char text[PARAM_TEXT_BYTES];

        params.compressor.makeup_db = values[i];
        snprintf(text, sizeof text, "%s", get("compressor.makeup_db"));
        CHECK(set("compressor.makeup_db", text));
        CHECK_NEAR(params.compressor.makeup_db, values[i], 1e-12);
        CHECK_STR(get("compressor.makeup_db"), text);
    }
    params.compressor.makeup_db = -0.0;
    CHECK_STR(get("compressor.makeup_db"), "0");
}

static void reads_values(void)
{
    static const char *const yes[] = { "yes", "on", "true", "1" }, *const no[] = { "no", "off",
                                                                                   "false", "0" };

    for (int i = 0; i < 4; i++) {
        CHECK(set("volume.mute", yes[i]) && params.volume.mute);
        CHECK(set("volume.mute", no[i]) && !params.volume.mute);
    }
    CHECK(set("preamp.gain_1_db", "+12") && params.preamp.gain_db[0] == 12);
    CHECK(set("preamp.gain_2_db", "-12.5") && params.preamp.gain_db[1] == -12.5);
    CHECK(set("preamp.gain_1_db", "-0") && !signbit(params.preamp.gain_db[0]));
    CHECK(set("eq.right.10.gain_db", "007.50") && params.eq.band[1][9].gain_db == 7.5);
    CHECK(set("strip.out_2.highpass.order", "8") && params.strip[OUTPUT_OUT_2].highpass.order == 8);
    CHECK(set("matrix.sub.talk_invert", "yes") && params.matrix[OUTPUT_SUB][SOURCE_TALK].invert);
    CHECK(set("mic.eq.3.q", "2") && params.mic.eq.band[2].q == 2);
    CHECK(set("strip.headset_2.eq.4.q", "3") && params.strip[OUTPUT_HEADSET_2].band[3].q == 3);
}

static void reads_words(void)
{
    CHECK(set("compressor.ratio", "inf") && isinf(params.compressor.ratio));
    CHECK_STR(get("compressor.ratio"), "inf");
    CHECK(set("mic.compressor.ratio", "inf") && isinf(params.mic.compressor.ratio));
    CHECK(set("compressor.sidechain_hz", "0") && params.compressor.sidechain_hz == 0);
    CHECK(set("compressor.sidechain_hz", "80") && params.compressor.sidechain_hz == 80);
    CHECK(set("compressor.sidechain_hz", "0.0") && params.compressor.sidechain_hz == 0);
    CHECK_STR(get("compressor.sidechain_hz"), "0");
    CHECK(!set("compressor.sidechain_hz", "19.9"));
    CHECK_STR(why, "\"19.9\" is out of range; allowed: 20 to 500 Hz, or 0");
    CHECK(!set("mic.deesser.ratio", "inf"));
}

static void reads_distances(void)
{
    static const struct {
        const char *text;
        double ms;
    } good[] = { { "343 cm", 10 },    { "3.43 m", 10 }, { "3.43m", 10 },
                 { "34.3 \t cm", 1 }, { "+1.2 m", 0 },  { "120 cm", 0 },
                 { "58.31 m", 170 },  { "0 m", 0 },     { "-0 cm", 0 } };
    static const char *const bad[] = { "1.2 mm", "1.2 M",   "cm",
                                       "m",      "1,2 m",   "1.2 m ",
                                       "1 m 2",  "1.2.3 m", "1 ms",
                                       " 1 m",   "1e1 m",   "0x1 m",
                                       "1 inch", "--1 m",   "000000000000000000000000000000001 m" };
    struct param_ref ref = find("strip.sub.delay_ms");

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        double ms = good[i].ms;
        char text[PARAM_TEXT_BYTES];

        if (strstr(good[i].text, "12") || strstr(good[i].text, "1.2"))
            ms = 1.2 / 343 * 1000;
        if (!param_set(&params, &ref, good[i].text, why))
            FAIL("%s", why);
        CHECK_NEAR(params.strip[OUTPUT_SUB].delay_ms, ms, 5.1e-7);
        ms = params.strip[OUTPUT_SUB].delay_ms; /* which a preset can say exactly */
        param_get(&params, &ref, text);
        CHECK(param_set(&params, &ref, text, why) && params.strip[OUTPUT_SUB].delay_ms == ms);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK(!param_set(&params, &ref, bad[i], why));
        CHECK(strstr(why, "is neither a plain number nor a distance; allowed: 0 to 170 ms, or a "
                          "distance like 120 cm or 1.2 m"));
    }
    CHECK(!set("strip.sub.delay_ms", "58.32 m"));
    CHECK_STR(why,
              "\"58.32 m\" is out of range; allowed: 0 to 170 ms, or a distance like 120 cm or "
              "1.2 m");
    CHECK(!set("strip.sub.delay_ms", "-1 cm"));
    CHECK(!set("compressor.attack_ms", "1 m"));
    CHECK_STR(why, "\"1 m\" is not a plain number; allowed: 0.1 to 200 ms");
}

static void refuses_values(void)
{
    static const char plain[] = "is not a plain number; allowed: -60 to 12 dB",
                      range[] = "is out of range; allowed: -60 to 12 dB",
                      yes[] = "is neither yes nor no; allowed: yes or no",
                      choice[] = "is not one of the choices; allowed: peak, rms",
                      order[] = "is not a whole number; allowed: 1 to 8";
    static const struct {
        const char *name, *value, *sentence;
    } bad[] = {
        { "preamp.gain_1_db", "1,5", plain },
        { "preamp.gain_1_db", "0x10", plain },
        { "preamp.gain_1_db", "inf", plain },
        { "preamp.gain_1_db", "-inf", plain },
        { "preamp.gain_1_db", "nan", plain },
        { "preamp.gain_1_db", "1e40", plain },
        { "preamp.gain_1_db", "1e1", plain },
        { "preamp.gain_1_db", "", plain },
        { "preamp.gain_1_db", "-60dB", plain },
        { "preamp.gain_1_db", "-60 dB", plain },
        { "preamp.gain_1_db", "- 6", plain },
        { "preamp.gain_1_db", "--6", plain },
        { "preamp.gain_1_db", "+", plain },
        { "preamp.gain_1_db", ".", plain },
        { "preamp.gain_1_db", ".5", plain },
        { "preamp.gain_1_db", "5.", plain },
        { "preamp.gain_1_db", "1.2.3", plain },
        { "preamp.gain_1_db", " 1", plain },
        { "preamp.gain_1_db", "1 ", plain },
        { "preamp.gain_1_db",
          "\xe2\x88\x92"
          "6",
          plain },
        { "preamp.gain_1_db", "0.0000000000000001", plain },
        { "preamp.gain_1_db", "12.01", range },
        { "preamp.gain_1_db", "-60.01", range },
        { "preamp.gain_1_db", "999999999999999", range },
        { "volume.level_db", "5", "is out of range; allowed: -91 to 0 dB" },
        { "volume.mute", "maybe", yes },
        { "volume.mute", "YES", yes },
        { "volume.mute", "yess", yes },
        { "volume.mute", "2", yes },
        { "volume.mute", "", yes },
        { "compressor.ratio", "infinity", "is not a plain number; allowed: 1 to 20, or inf" },
        { "compressor.ratio", "Inf", "is not a plain number; allowed: 1 to 20, or inf" },
        { "compressor.ratio", "20.1", "is out of range; allowed: 1 to 20, or inf" },
        { "compressor.detector", "Peak", choice },
        { "compressor.detector", "0", choice },
        { "compressor.detector", "", choice },
        { "strip.sub.highpass.order", "1.0", order },
        { "strip.sub.highpass.order", "2.5", order },
        { "strip.sub.highpass.order", "0", "is out of range; allowed: 1 to 8" },
        { "strip.sub.highpass.order", "9", "is out of range; allowed: 1 to 8" },
        { "crossfeed.delay_us", "501", "is out of range; allowed: 0 to 500 microseconds" },
        { "eq.left.1.type", "peak",
          "is not one of the choices; allowed: flat, peaking, low_shelf, high_shelf, "
          "low_shelf_slope, high_shelf_slope, low_pass, high_pass, band_pass, notch, all_pass, "
          "low_shelf_1, high_shelf_1, low_pass_1, high_pass_1, all_pass_1, linkwitz" },
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        static struct params before;
        char expected[PARAM_WHY_BYTES];

        params_defaults(&params);
        before = params;
        snprintf(expected, sizeof expected, "\"%s\" %s", bad[i].value, bad[i].sentence);
        CHECK(!set(bad[i].name, bad[i].value));
        CHECK_STR(why, expected);
        CHECK(memcmp(&params, &before, sizeof params) == 0);
    }
}

static void shows_strange_values(void)
{
    char text[2000];

    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    CHECK(!set("volume.mute", text));
    CHECK_STR(why, "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\" is neither "
                   "yes nor no; allowed: yes or no");
    CHECK(!set("volume.mute", "\x1b[31m\xff\n"));
    CHECK_STR(why, "\"?[31m??\" is neither yes nor no; allowed: yes or no");
    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "\xc3\xa4", 2);
    CHECK(!set("volume.mute", text + 1));
    CHECK(strlen(why) < 120 && strstr(why, "\xc3\xa4...\" is neither"));
}

static void knows_what_was_meant(void)
{
    static const char *const examples[][2] = {
        { "compresor.on", "\"; did you mean \"compressor.on\"?" },
        { "compressor.treshold_db", "\"; did you mean \"compressor.threshold_db\"?" },
        { "compressor.x", "\"; compressor has on, mode, threshold_db, ratio, knee_db, attack_ms, "
                          "release_ms, makeup_db, auto_makeup, lookahead_ms, detector, rms_ms, "
                          "sidechain_hz, link_percent, mix_percent, amount_percent, boost_max_db, "
                          "ceiling_db, gate_db" },
        { "strip.sbu.gain_db", "\"; did you mean \"strip.sub.gain_db\"?" },
        { "strip.x.gain_db", "\"; strip has headset_1, headset_2, out_1, out_2, sub" },
        { "strip.sub.foo.on", "\"; strip.sub has highpass, lowpass, eq" },
        { "strip.out_1.foo.on", "\"; strip.out_1 has highpass, lowpass, eq" },
        { "eq.leftover.on", "\"; eq has left, right" },
        { "mic.on", "\"; mic has highpass, gate, compressor, deesser, eq, limiter" },
        { "eq.left.11.gain_db", "\"; there are eq.left.1 to eq.left.10" },
        { "eq.left.0.gain_db", "\"; there are eq.left.1 to eq.left.10" },
        { "eq.left.01.gain_db", "\"; there are eq.left.1 to eq.left.10" },
        { "eq.left.gain_db", "\"; there are eq.left.1 to eq.left.10" },
        { "eq.left.3.gian_db", "\"; did you mean \"eq.left.3.gain_db\"?" },
        { "compressor.1.on", "\"; did you mean \"compressor.on\"?" },
        { "eq.onn", "\"; eq has on, linked" },
        { "foo", "\"; names begin with preamp, compressor, loudness, eq, crossfeed, volume, mic, "
                 "sidetone, ducking, matrix, strip, limiter" },
        { "\x1b\xff.x.y", "\"; names begin with preamp, compressor, loudness, eq, crossfeed, "
                          "volume, mic, sidetone, ducking, matrix, strip, limiter" },
        { "", "\"; names begin with preamp, compressor, loudness, eq, crossfeed, volume, mic, "
              "sidetone, ducking, matrix, strip, limiter" },
    };

    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        struct param_ref ref = { NULL, 7, NULL };
        const char *name = examples[i][0];
        char expected[PARAM_WHY_BYTES];

        snprintf(expected, sizeof expected, "unknown parameter \"%s%s",
                 *name == '\x1b' ? "??.x.y" : name, examples[i][1]);
        CHECK(!param_find(&ref, name, why));
        CHECK(ref.member == 7 && !ref.group);
        CHECK_STR(why, expected);
    }
}

static void finds_no_long_names(void)
{
    char name[3000];
    struct param_ref ref;

    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    for (size_t dot = 0; dot < sizeof name - 1; dot++) {
        name[dot] = '.';
        CHECK(!param_find(&ref, name, why));
        CHECK(strlen(why) < 220);
        name[dot] = 'x';
    }
    memcpy(name, "eq.left.1.", 10);
    CHECK(!param_find(&ref, name, why));
    memcpy(name, "eq.left.1", 10);
    memset(name + 9, '1', sizeof name - 10);
    CHECK(!param_find(&ref, name, why));
    CHECK(strstr(why, "...\"; there are eq.left.1 to eq.left.10"));
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        { "param covers the struct", covers_the_struct },
        { "param is sound", is_sound },
        { "param has all choices", has_all_choices },
        { "param has neutral defaults", has_neutral_defaults },
        { "param keeps values", keeps_values },
        { "param keeps digits", keeps_digits },
        { "param writes any number", writes_any_number },
        { "param reads values", reads_values },
        { "param reads words", reads_words },
        { "param reads distances", reads_distances },
        { "param refuses values", refuses_values },
        { "param shows strange values", shows_strange_values },
        { "param knows what was meant", knows_what_was_meant },
        { "param finds no long names", finds_no_long_names },
        { 0 },
    };

    return test_main(tests, argc, argv);
}

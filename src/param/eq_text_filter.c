/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A filter of the format: its type, its numbers, and the band that it is here. */
#include "eq_text_private.h"

#include "param.h"

#include <math.h>
#include <string.h>

static const double rate_hz = 48000, butterworth_q = 0.70710678118654752;

/* What a type needs, and what it is where nothing is said. */
static const struct filter_type {
    const char *name;
    enum band_type band, slope_band;
    bool gain;      /* needs one */
    bool width;     /* needs a Q or a bandwidth */
    bool corner;    /* the frequency may be a shelf's corner */
    bool bandwidth; /* may have one */
    double q;       /* without one */
} types[] = {
    { "PK", BAND_PEAKING, BAND_FLAT, true, true, false, true, 0 },
    { "PEQ", BAND_PEAKING, BAND_FLAT, true, true, false, true, 0 },
    { "Modal", BAND_PEAKING, BAND_FLAT, true, true, false, true, 0 },
    { "LP", BAND_LOW_PASS, BAND_FLAT, false, false, false, false, butterworth_q },
    { "LPQ", BAND_LOW_PASS, BAND_FLAT, false, false, false, false, butterworth_q },
    { "HP", BAND_HIGH_PASS, BAND_FLAT, false, false, false, false, butterworth_q },
    { "HPQ", BAND_HIGH_PASS, BAND_FLAT, false, false, false, false, butterworth_q },
    { "LP1", BAND_LOW_PASS_1, BAND_FLAT, false, false, false, false, butterworth_q },
    { "HP1", BAND_HIGH_PASS_1, BAND_FLAT, false, false, false, false, butterworth_q },
    { "BP", BAND_BAND_PASS, BAND_FLAT, false, false, false, true, butterworth_q },
    { "NO", BAND_NOTCH, BAND_FLAT, false, false, false, true, 30 },
    { "Notch", BAND_NOTCH, BAND_FLAT, false, false, false, true, 30 },
    { "AP", BAND_ALL_PASS, BAND_FLAT, false, true, false, true, 0 },
    { "LS", BAND_LOW_SHELF, BAND_LOW_SHELF_SLOPE, true, false, true, false, 0 },
    { "HS", BAND_HIGH_SHELF, BAND_HIGH_SHELF_SLOPE, true, false, true, false, 0 },
    { "LSC", BAND_LOW_SHELF, BAND_LOW_SHELF_SLOPE, true, false, false, false, 0 },
    { "HSC", BAND_HIGH_SHELF, BAND_HIGH_SHELF_SLOPE, true, false, false, false, 0 },
    { "LSQ", BAND_LOW_SHELF, BAND_LOW_SHELF_SLOPE, true, false, false, false, 0 },
    { "HSQ", BAND_HIGH_SHELF, BAND_HIGH_SHELF_SLOPE, true, false, false, false, 0 },
};

/* The numbers of a line; NAN where there is none. */
struct numbers {
    double hz, gain_db, q, octaves, db_per_octave;
    bool thousands;
};

static const struct filter_type *find_type(const char *name)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (eq_same(types[i].name, name))
            return &types[i];
    return NULL;
}

/* "12 dB" or "12dB" right behind the type: a slope. Returns how many words that is. */
static int read_slope(char *word[], int count, struct numbers *n)
{
    if (count > 1 && eq_word_number(word[0], "", &n->db_per_octave) && eq_same(word[1], "dB"))
        return 2;
    if (count > 0 && eq_word_number(word[0], "dB", &n->db_per_octave) &&
        (word[0][strlen(word[0]) - 1] | 32) == 'b')
        return 1;
    n->db_per_octave = NAN;
    return 0;
}

/* In any order; what is not known is skipped. */
static void read_numbers(char *word[], int count, struct numbers *n)
{
    for (int w = 0; w + 1 < count; w++) {
        if (eq_same(word[w], "Fc")) {
            if (!eq_frequency(word[w + 1], &n->hz, &n->thousands))
                n->hz = NAN;
        } else if (eq_same(word[w], "Gain")) {
            if (!eq_word_number(word[w + 1], "dB", &n->gain_db))
                n->gain_db = NAN;
        } else if (eq_same(word[w], "Q")) {
            if (!eq_word_number(word[w + 1], "", &n->q))
                n->q = NAN; /* REW's types "LP Q" and so on end with it */
        } else if (eq_same(word[w], "BW") && w + 2 < count && eq_same(word[w + 1], "Oct")) {
            if (!eq_word_number(word[w + 2], "", &n->octaves))
                n->octaves = NAN;
        }
    }
}

static double q_of_octaves(double octaves, double hz)
{
    double w = 2 * acos(-1) * hz / rate_hz;

    return 1 / (2 * sinh(log(2) / 2 * octaves * w / sin(w)));
}

/* A shelf's corner to its centre. */
static double centre_of(double corner_hz, double gain_db, double slope, bool low)
{
    double k = pow(10, fabs(gain_db) / (80 * slope));

    return low ? corner_hz * k : corner_hz / k;
}

static double slope_of_q(double q, double gain_db)
{
    double a = pow(10, gain_db / 40);

    return 1 / ((1 / (q * q) - 2) / (a + 1 / a) + 1);
}

/* What became of a line on its way. */
struct making {
    struct eq_reading *reading;
    const struct filter_type *type;
    struct numbers n;
    struct band_settings band;
    char said[EQ_TEXT_SAID];
    bool changed;
};

static void note(struct making *making, const char *format, double a, double b)
{
    size_t length = strlen(making->said);

    making->changed = true;
    snprintf(making->said + length, sizeof making->said - length, "; ");
    length = strlen(making->said);
    snprintf(making->said + length, sizeof making->said - length, format, a, b);
}

/* Steepness: by a Q, a bandwidth, a slope, or what the type has by itself. */
static void make_width(struct making *making)
{
    const struct filter_type *type = making->type;
    struct numbers *n = &making->n;
    struct band_settings *band = &making->band;

    if (isnan(n->q) && type->bandwidth && n->octaves > 0) {
        n->q = q_of_octaves(n->octaves, n->hz);
        note(making, "a bandwidth of %.4g octaves is a Q of %.4g at 48 kHz", n->octaves, n->q);
    }
    if (type->slope_band != BAND_FLAT && isnan(n->q)) {
        band->type = type->slope_band;
        band->slope = isnan(n->db_per_octave) ? 0.9 : n->db_per_octave / 12;
        if (isnan(n->db_per_octave))
            note(making, "without a Q its slope is %.1f", 0.9, 0);
        return;
    }
    if (isnan(n->q)) {
        n->q = fmin(type->q, 20);
        if (n->q < type->q)
            note(making, "without a Q it would be %.0f, and is %.0f here", type->q, n->q);
    }
    band->q = n->q;
}

/* LS and HS, where their frequency is the corner. */
static void make_centre(struct making *making)
{
    struct numbers *n = &making->n;
    struct band_settings *band = &making->band;
    bool low = band->type == BAND_LOW_SHELF || band->type == BAND_LOW_SHELF_SLOPE;
    double slope = isnan(n->q) ? n->db_per_octave / 12 : slope_of_q(n->q, n->gain_db);

    if (!making->type->corner || !(slope > 0))
        return;
    if (!isnan(n->q) && making->reading->centre) {
        note(making, "%.5g Hz are taken as the shelf's centre, as in AutoEq's files", n->hz, 0);
        return;
    }
    band->frequency_hz = centre_of(n->hz, n->gain_db, slope, low);
    note(making, "the corner %.5g Hz is the centre %.5g Hz", n->hz, band->frequency_hz);
}

/* In our ranges, which the table knows. */
static bool fits(struct eq_reading *reading, const struct band_settings *band)
{
    static const char *const keys[] = { "frequency_hz", "gain_db", "q", "slope" };
    const double values[] = { band->frequency_hz, band->gain_db, band->q, band->slope };

    for (int i = 0; i < 4; i++) {
        char name[PARAM_NAME_BYTES], why[PARAM_WHY_BYTES];
        static struct params scratch;
        struct param_ref ref;

        snprintf(name, sizeof name, "eq.left.1.%s", keys[i]);
        if (param_find(&ref, name, why) && param_set_number(&scratch, &ref, values[i], why))
            continue;
        eq_say(reading, EQ_TEXT_DROPPED, "%s: %.180s", keys[i], why);
        return false;
    }
    return true;
}

/* What is missing, or NULL. */
static const char *missing(const struct filter_type *type, const struct numbers *n)
{
    if (isnan(n->hz))
        return "it has no frequency (Fc ... Hz)";
    if (type->gain && isnan(n->gain_db))
        return "it has no gain (Gain ... dB)";
    if (type->width && isnan(n->q) && !(n->octaves > 0))
        return "it has neither Q nor bandwidth";
    if (n->hz <= 0 || n->hz >= rate_hz / 2)
        return "its frequency is none";
    return NULL;
}

static void make_band(struct eq_reading *reading, const struct filter_type *type,
                      const struct numbers *n)
{
    struct making making = { .reading = reading, .type = type, .n = *n };
    struct band_settings *band = &making.band;

    *band = (struct band_settings){ .on = true,
                                    .type = type->band,
                                    .frequency_hz = n->hz,
                                    .gain_db = type->gain ? n->gain_db : 0,
                                    .q = 0.707,
                                    .slope = 1,
                                    .target_hz = 40,
                                    .target_q = 0.707 };
    snprintf(making.said, sizeof making.said, "%s %.5g Hz", type->name, n->hz);
    if (type->gain)
        snprintf(making.said + strlen(making.said), sizeof making.said - strlen(making.said),
                 " %+.4g dB", n->gain_db);
    if (n->thousands)
        note(&making, "the separator in its frequency stands for thousands", 0, 0);
    make_width(&making);
    make_centre(&making);
    if (fits(reading, band))
        eq_add(reading, band, making.changed ? EQ_TEXT_CHANGED : EQ_TEXT_USED, making.said);
}

void eq_filter(struct eq_reading *reading, char *word[], int count)
{
    struct numbers n = { NAN, NAN, NAN, NAN, NAN, false };
    const struct filter_type *type;
    const char *lacks;
    int at = 2;

    if (count < 1 || !eq_same(word[0], "ON")) {
        eq_say(reading, EQ_TEXT_DROPPED, "it is off");
        return;
    }
    type = count > 1 ? find_type(word[1]) : NULL;
    if (!type && count > 2 && eq_same(word[1], "All") && eq_same(word[2], "pass"))
        type = find_type("AP");
    if (!type) {
        eq_say(reading, EQ_TEXT_DROPPED, "unknown filter type \"%.20s\"", count > 1 ? word[1] : "");
        return;
    }
    if (type->slope_band != BAND_FLAT)
        at += read_slope(word + at, count - at, &n);
    read_numbers(word + at, count - at, &n);
    lacks = missing(type, &n);
    if (lacks)
        eq_say(reading, EQ_TEXT_DROPPED, "%s", lacks);
    else
        make_band(reading, type, &n);
}

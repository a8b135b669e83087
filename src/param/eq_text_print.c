/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An equalizer as Equalizer APO reads it. */
#include "eq_text_parts.h"

#include <string.h>

static const double slope_1_db = 12; /* per octave, of S = 1 */

/*
 * Equalizer APO's names; NULL: it has none. What counts beside the frequency: g the gain, q the Q,
 * s the slope.
 */
static const struct {
    const char *name, *counts;
} types[BAND_TYPES] = {
    [BAND_PEAKING] = { "PK", "gq" },
    [BAND_LOW_SHELF] = { "LSC", "gq" },
    [BAND_HIGH_SHELF] = { "HSC", "gq" },
    [BAND_LOW_SHELF_SLOPE] = { "LSC", "gs" },
    [BAND_HIGH_SHELF_SLOPE] = { "HSC", "gs" },
    [BAND_LOW_PASS] = { "LPQ", "q" },
    [BAND_HIGH_PASS] = { "HPQ", "q" },
    [BAND_BAND_PASS] = { "BP", "q" },
    [BAND_NOTCH] = { "NO", "q" },
    [BAND_ALL_PASS] = { "AP", "q" },
};

static void print_value(FILE *out, const char *before, double value, const char *after)
{
    char text[EQ_TEXT_NUMBER_BYTES];

    fprintf(out, "%s%s%s", before, eq_text_write(value, text), after);
}

/* Three decimals are taken for thousands by Equalizer APO: "50.125" is written "50.1250". */
static void print_frequency(FILE *out, double hz)
{
    char text[EQ_TEXT_NUMBER_BYTES];
    const char *point = strchr(eq_text_write(hz, text), '.');

    fprintf(out, " Fc %s%s Hz", text, point && strlen(point) == 4 ? "0" : "");
}

static void print_foreign(FILE *out, int number, const struct band_settings *band)
{
    fprintf(out, "# Filter %d: Equalizer APO has no %s.", number, eq_text_band_name(band->type));
    print_frequency(out, band->frequency_hz);
    if (band->type == BAND_LOW_SHELF_1 || band->type == BAND_HIGH_SHELF_1)
        print_value(out, " Gain ", band->gain_db, " dB");
    if (band->type == BAND_LINKWITZ) {
        print_value(out, " Q ", band->q, ", to");
        print_frequency(out, band->target_hz);
        print_value(out, " Q ", band->target_q, "");
    }
    fprintf(out, "%s\n", band->on ? "" : " (off)");
}

static void print_band(FILE *out, int number, const struct band_settings *band)
{
    const char *counts = types[band->type].counts;

    if (!types[band->type].name) {
        print_foreign(out, number, band);
        return;
    }
    fprintf(out, "Filter %d: %s %s", number, band->on ? "ON" : "OFF", types[band->type].name);
    if (strchr(counts, 's'))
        print_value(out, " ", band->slope * slope_1_db, " dB");
    print_frequency(out, band->frequency_hz);
    if (strchr(counts, 'g'))
        print_value(out, " Gain ", band->gain_db, " dB");
    if (strchr(counts, 'q'))
        print_value(out, " Q ", band->q, "");
    fputc('\n', out);
}

static void print_lane(FILE *out, const struct eq_place *place, int lane, int *number)
{
    if (place->gain_db[lane])
        print_value(out, "Preamp: ", *place->gain_db[lane], " dB\n");
    if (place->delay_ms[lane])
        print_value(out, "Delay: ", *place->delay_ms[lane], " ms\n");
    for (int b = 0; b < PARAMS_BANDS; b++)
        if (place->band[lane][b].type != BAND_FLAT)
            print_band(out, ++*number, &place->band[lane][b]);
}

static bool are_alike(const struct eq_place *place)
{
    if (place->gain_db[0] && *place->gain_db[0] != *place->gain_db[1])
        return false;
    if (place->delay_ms[0] && *place->delay_ms[0] != *place->delay_ms[1])
        return false;
    return eq_text_bands_alike(place->band[0], place->band[1], PARAMS_BANDS);
}

bool eq_text_export(FILE *out, const struct params *params, const char *target,
                    char why[EQ_TEXT_WHY_BYTES])
{
    struct params copy = *params; /* a place could be written to */
    struct eq_place place;
    int number = 0;

    if (!eq_text_find_place(&place, &copy, target, why))
        return false;
    if (place.linked && *place.linked)
        place.band[1] = place.band[0];
    fprintf(out, "# %s of audioserver\n", target);
    if (place.on && !*place.on)
        fputs("# It is off there.\n", out);
    if (place.lanes == 1 || are_alike(&place)) {
        print_lane(out, &place, 0, &number);
        return true;
    }
    fputs("Channel: L\n", out);
    print_lane(out, &place, 0, &number);
    fputs("Channel: R\n", out);
    print_lane(out, &place, 1, &number);
    fputs("Channel: all\n", out);
    return true;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The band of a filter: what is missing, what must be converted, what is out of range. */
#include "eq_text_parts.h"

#include "param.h"

#include <math.h>

enum { DIGITS_KEPT = 6 }; /* of values that are computed */

static const double slope_otherwise = 0.9;
static const double slope_1_db = 12;       /* per octave, of S = 1 */
static const double frequency_most = 0.45; /* of the rate; band_design() holds it there */

/* What the making of a band needs to know. */
struct making {
    const struct eq_text_filter *filter;
    struct band_settings *band;
    struct eq_text_note *note;  /* what becomes of it */
    struct eq_text_note *aside; /* how it came to that */
    double rate_hz;
};

struct band_settings eq_text_flat_band(void)
{
    struct params defaults;

    params_defaults(&defaults);
    return defaults.eq.band[0][0];
}

const char *eq_text_band_name(enum band_type type)
{
    switch (type) {
    case BAND_PEAKING:
        return "peaking";
    case BAND_LOW_SHELF:
    case BAND_LOW_SHELF_SLOPE:
        return "low shelf";
    case BAND_HIGH_SHELF:
    case BAND_HIGH_SHELF_SLOPE:
        return "high shelf";
    case BAND_LOW_PASS:
        return "low pass";
    case BAND_HIGH_PASS:
        return "high pass";
    case BAND_BAND_PASS:
        return "band pass";
    case BAND_NOTCH:
        return "notch";
    case BAND_ALL_PASS:
        return "all pass";
    case BAND_LOW_SHELF_1:
        return "low shelf of first order";
    case BAND_HIGH_SHELF_1:
        return "high shelf of first order";
    case BAND_LOW_PASS_1:
        return "low pass of first order";
    case BAND_HIGH_PASS_1:
        return "high pass of first order";
    case BAND_ALL_PASS_1:
        return "all pass of first order";
    case BAND_LINKWITZ:
        return "Linkwitz transform";
    default:
        return "flat";
    }
}

bool eq_text_is_shelf_without_q(const struct eq_text_filter *filter)
{
    return filter->type && filter->type->shelf && (!filter->q.is || filter->slope_db.is);
}

/* The width of a filter that has neither Q nor a slope. */
static double q_of_octaves(double octaves, double frequency_hz, double rate_hz)
{
    double w = 2 * M_PI * fmin(frequency_hz, frequency_most * rate_hz) / rate_hz;

    return 1 / (2 * sinh(M_LN2 / 2 * octaves * w / sin(w)));
}

/* The table's. */
static double greatest_q(void)
{
    char why[PARAM_WHY_BYTES];
    struct param_ref ref;

    return param_find(&ref, "eq.left.1.q", why) ? ref.row->max : 0;
}

static bool take_width(struct making *making)
{
    const struct eq_text_filter *filter = making->filter;
    double octaves = filter->octaves.value, most = greatest_q();

    if (filter->q.is) {
        making->band->q = filter->q.value;
        return eq_text_in_range(making->note, "eq.left.1.q", "Q", making->band->q);
    }
    if (filter->octaves.is && filter->type->octaves) {
        if (octaves <= 0) {
            eq_text_say(making->note, "BW Oct must be above 0");
            return false;
        }
        making->band->q = eq_text_rounded(
            q_of_octaves(octaves, making->band->frequency_hz, making->rate_hz), DIGITS_KEPT);
        making->aside->changed = true;
        eq_text_say_number(making->aside, "; Q is that of ", octaves, " octaves");
        return eq_text_in_range(making->note, "eq.left.1.q",
                                "the Q made of this BW Oct:", making->band->q);
    }
    if (filter->type->q_otherwise == 0) {
        eq_text_say(making->note, "%s must have a Q%s", filter->type->name,
                    filter->type->octaves ? " or BW Oct" : "");
        return false;
    }
    making->band->q = eq_text_rounded(fmin(filter->type->q_otherwise, most), DIGITS_KEPT);
    eq_text_say(making->aside, "; no Q is given");
    if (filter->type->q_otherwise > most) {
        making->aside->changed = true;
        eq_text_say(making->aside, ": the greatest, %g, stands for %g", most,
                    filter->type->q_otherwise);
    }
    return true;
}

/* Equalizer APO's corner of a shelf to the middle of its slope. */
static bool move_corner(struct making *making, double slope)
{
    struct band_settings *band = making->band;
    bool low = making->filter->type->band == BAND_LOW_SHELF;
    double k = pow(10, fabs(band->gain_db) / (80 * slope));

    eq_text_say_number(making->aside, "; the corner frequency, ", band->frequency_hz,
                       " Hz, is taken to the centre");
    band->frequency_hz =
        eq_text_rounded(low ? band->frequency_hz * k : band->frequency_hz / k, DIGITS_KEPT);
    making->aside->changed = true;
    return eq_text_in_range(making->note, "eq.left.1.frequency_hz",
                            "the centre of this corner frequency:", band->frequency_hz);
}

static bool make_shelf_by_slope(struct making *making, double slope)
{
    struct band_settings *band = making->band;
    bool low = making->filter->type->band == BAND_LOW_SHELF;

    band->type = low ? BAND_LOW_SHELF_SLOPE : BAND_HIGH_SHELF_SLOPE;
    band->slope = slope;
    return eq_text_in_range(making->note, "eq.left.1.slope", "the slope S", slope);
}

static double slope_of_q(double q, double gain_db)
{
    double a = pow(10, gain_db / 40);

    return 1 / ((1 / (q * q) - 2) / (a + 1 / a) + 1);
}

static bool make_shelf(struct making *making, bool corner_with_q)
{
    const struct eq_text_filter *filter = making->filter;
    struct band_settings *band = making->band;

    if (filter->slope_db.is) {
        double slope = eq_text_rounded(filter->slope_db.value / slope_1_db, 14); /* 1.2 / 12 */

        return make_shelf_by_slope(making, slope) &&
               (!filter->type->corner || move_corner(making, slope));
    }
    if (!filter->q.is) {
        eq_text_say(making->aside, "; no Q is given");
        return make_shelf_by_slope(making, slope_otherwise);
    }
    if (!take_width(making))
        return false;
    if (filter->type->corner && corner_with_q)
        return move_corner(making, slope_of_q(band->q, band->gain_db));
    if (filter->type->corner)
        eq_text_say(making->aside, "; Fc is taken as the centre, not as the corner");
    return true;
}

static bool take_frequency(struct making *making)
{
    const struct eq_text_filter *filter = making->filter;

    if (!filter->frequency_hz.is) {
        eq_text_say(making->note, "%s must have an Fc", filter->type->name);
        return false;
    }
    making->band->frequency_hz = filter->frequency_hz.value;
    if (filter->thousands) {
        making->aside->changed = true;
        eq_text_say(making->aside, "; the separator in Fc is one of thousands");
    }
    return eq_text_in_range(making->note, "eq.left.1.frequency_hz", "Fc",
                            making->band->frequency_hz);
}

static bool take_gain(struct making *making)
{
    const struct eq_text_filter *filter = making->filter;

    if (!filter->type->gain)
        return true;
    if (!filter->gain_db.is) {
        eq_text_say(making->note, "%s must have a Gain", filter->type->name);
        return false;
    }
    making->band->gain_db = filter->gain_db.value;
    return eq_text_in_range(making->note, "eq.left.1.gain_db", "Gain", making->band->gain_db);
}

/* What the line gives and this type of filter does not take. */
static void say_ignored(struct making *making)
{
    const struct eq_text_filter *filter = making->filter;
    bool gain = filter->gain_db.is && filter->gain_db.value != 0 && !filter->type->gain;
    bool q = filter->q.is && (!filter->type->q || filter->slope_db.is);
    bool octaves = filter->octaves.is && (filter->q.is || !filter->type->octaves);

    making->aside->changed |= gain || q || octaves;
    if (gain)
        eq_text_say(making->aside, "; Gain counts for nothing");
    if (q)
        eq_text_say(making->aside, "; Q counts for nothing");
    if (octaves)
        eq_text_say(making->aside, "; BW Oct counts for nothing");
}

/* "peaking 148 Hz, -5.5 dB, Q 0.55" */
static void say_band(const struct making *making)
{
    const struct band_settings *band = making->band;
    bool slope = band->type == BAND_LOW_SHELF_SLOPE || band->type == BAND_HIGH_SHELF_SLOPE;

    eq_text_say(making->note, "%s", eq_text_band_name(band->type));
    eq_text_say_number(making->note, " ", band->frequency_hz, " Hz");
    if (making->filter->type->gain)
        eq_text_say_number(making->note, ", ", band->gain_db, " dB");
    if (slope)
        eq_text_say_number(making->note, ", slope S ", band->slope, "");
    else if (making->filter->type->q)
        eq_text_say_number(making->note, ", Q ", band->q, "");
    eq_text_say(making->note, "%s", making->aside->text);
    making->note->changed |= making->aside->changed;
}

static bool take_shape(struct making *making, bool corner_with_q)
{
    const struct filter_type *type = making->filter->type;

    return type->shelf ? make_shelf(making, corner_with_q) : !type->q || take_width(making);
}

bool eq_text_make_band(struct band_settings *band, const struct eq_text_filter *filter,
                       bool corner_with_q, double rate_hz, struct eq_text_note *note)
{
    struct eq_text_note aside = { 0 };
    struct making making = { filter, band, note, &aside, rate_hz };

    band->type = filter->type->band;
    if (!take_frequency(&making) || !take_gain(&making) || !take_shape(&making, corner_with_q))
        return false;
    say_ignored(&making);
    say_band(&making);
    return true;
}

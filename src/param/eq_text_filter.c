/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a Filter line says: ON or OFF, the type, and its values in any order. */
#include "eq_text_parts.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

enum { SHOWN = 20 }; /* bytes of a word in a sentence */

/* A name of two words stands before the one it begins with. */
static const struct filter_type types[] = {
    { "PK", BAND_PEAKING, .gain = true, .q = true, .octaves = true },
    { "PEQ", BAND_PEAKING, .gain = true, .q = true, .octaves = true },
    { "Modal", BAND_PEAKING, .gain = true, .q = true, .octaves = true },
    { "LSC", BAND_LOW_SHELF, .gain = true, .q = true, .shelf = true },
    { "HSC", BAND_HIGH_SHELF, .gain = true, .q = true, .shelf = true },
    { "LSQ", BAND_LOW_SHELF, .gain = true, .q = true, .shelf = true },
    { "HSQ", BAND_HIGH_SHELF, .gain = true, .q = true, .shelf = true },
    { "LS Q", BAND_LOW_SHELF, .gain = true, .q = true, .shelf = true },
    { "HS Q", BAND_HIGH_SHELF, .gain = true, .q = true, .shelf = true },
    { "LS", BAND_LOW_SHELF, .gain = true, .q = true, .shelf = true, .corner = true },
    { "HS", BAND_HIGH_SHELF, .gain = true, .q = true, .shelf = true, .corner = true },
    { "LPQ", BAND_LOW_PASS, .q = true, .q_otherwise = M_SQRT1_2 },
    { "HPQ", BAND_HIGH_PASS, .q = true, .q_otherwise = M_SQRT1_2 },
    { "LP Q", BAND_LOW_PASS, .q = true, .q_otherwise = M_SQRT1_2 },
    { "HP Q", BAND_HIGH_PASS, .q = true, .q_otherwise = M_SQRT1_2 },
    { "LP", BAND_LOW_PASS, .q = true, .q_otherwise = M_SQRT1_2 },
    { "HP", BAND_HIGH_PASS, .q = true, .q_otherwise = M_SQRT1_2 },
    { "LP1", BAND_LOW_PASS_1, .q = false },
    { "HP1", BAND_HIGH_PASS_1, .q = false },
    { "BP", BAND_BAND_PASS, .q = true, .octaves = true, .q_otherwise = M_SQRT1_2 },
    { "NO", BAND_NOTCH, .q = true, .octaves = true, .q_otherwise = 30 },
    { "Notch", BAND_NOTCH, .q = true, .octaves = true, .q_otherwise = 30 },
    { "AP", BAND_ALL_PASS, .q = true, .octaves = true },
    { "All pass", BAND_ALL_PASS, .q = true, .octaves = true },
    { "Allpass", BAND_ALL_PASS, .q = true, .octaves = true },
};

/* One or two words. "LS Q 0.7" is an LS with its Q, "LS Q Fc 80 Hz" is an LS Q. */
static bool take_type(struct text_span *span, const struct filter_type *type)
{
    const char *second = strchr(type->name, ' ');
    char first[16] = "";
    struct text_span rest = *span, after;
    double number;

    if (!second)
        return eq_text_take(span, type->name);
    memcpy(first, type->name, (size_t)(second - type->name));
    if (!eq_text_take(&rest, first) || !eq_text_take(&rest, second + 1))
        return false;
    after = rest;
    if (eq_text_take_number(&after, &number))
        return false;
    *span = rest;
    return true;
}

/* The run of what is no blank, as a sentence may show it. */
static void say_run(struct eq_text_note *note, const char *before, struct text_span span,
                    const char *after)
{
    struct text_span rest;
    int length;

    eq_text_skip_blanks(&span);
    rest = span;
    eq_text_skip_run(&rest);
    length = (int)(rest.at - span.at < SHOWN ? rest.at - span.at : SHOWN);
    eq_text_say(note, "%s\"%.*s\"%s", before, length, span.at, after);
}

static bool read_type(struct text_span *span, struct eq_text_filter *filter,
                      struct eq_text_note *note)
{
    if (eq_text_take(span, "None"))
        return true;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (take_type(span, &types[i])) {
            filter->type = &types[i];
            return true;
        }
    eq_text_skip_blanks(span);
    if (span->at == span->end)
        eq_text_say(note, "the filter has no type");
    else if (eq_text_take(span, "IIR"))
        eq_text_say(note, "filters given by their coefficients (IIR) are not supported");
    else
        say_run(note, "unknown filter type ", *span, "");
    return false;
}

/* "6dB", "10.5 dB", "12 dB/oct", directly behind the type of a shelf. */
static bool read_slope(struct text_span *span, struct eq_text_filter *filter,
                       struct eq_text_note *note)
{
    struct text_span rest = *span;

    if (!filter->type->shelf || !eq_text_take_number(&rest, &filter->slope_db.value))
        return true;
    if (!eq_text_take_name(&rest, "dB")) {
        eq_text_say(note, "the number behind %s is no slope in dB", filter->type->name);
        return false;
    }
    filter->slope_db.is = true;
    eq_text_skip_run(&rest); /* "/oct" */
    *span = rest;
    return true;
}

static bool read_frequency(struct text_span *span, struct given *to, bool *thousands)
{
    if (!eq_text_take_frequency(span, &to->value, thousands))
        return false;
    if (!eq_text_take_name(span, "kHz"))
        return eq_text_take_unit(span, "Hz");
    to->value *= *thousands ? 1 : 1000; /* 1.234 kHz is no thousand kHz */
    *thousands = false;
    return true;
}

static bool read_value(struct text_span *span, struct given *to, const char *unit)
{
    return eq_text_take_number(span, &to->value) && eq_text_take_unit(span, unit);
}

/* The value behind a name; of two, the first counts. */
static bool read_parameter(struct text_span *span, struct eq_text_filter *filter, const char **name)
{
    struct text_span octaves = *span;
    struct given value = { .is = true }, *to;
    bool thousands = false, good;

    if (eq_text_take_name(span, *name = "Fc")) {
        to = &filter->frequency_hz;
        good = read_frequency(span, &value, &thousands);
    } else if (eq_text_take_name(span, *name = "Gain")) {
        to = &filter->gain_db;
        good = read_value(span, &value, "dB");
    } else if (eq_text_take_name(span, *name = "Q")) {
        to = &filter->q;
        good = read_value(span, &value, "");
    } else if (eq_text_take(&octaves, "BW") && eq_text_take_name(&octaves, *name = "Oct")) {
        *span = octaves;
        to = &filter->octaves;
        good = read_value(span, &value, "");
    } else { /* "T60 target 100 ms" */
        eq_text_skip_blanks(span);
        eq_text_skip_run(span);
        return true;
    }
    if (good && !to->is) {
        *to = value;
        filter->thousands |= thousands;
    }
    return good;
}

static bool read_parameters(struct text_span span, struct eq_text_filter *filter,
                            struct eq_text_note *note)
{
    const char *name = "";

    while (span.at < span.end)
        if (!read_parameter(&span, filter, &name)) {
            eq_text_say(note, "%s has no number that can be read", name);
            return false;
        }
    return true;
}

bool eq_text_read_filter(struct text_span span, struct eq_text_filter *filter,
                         struct eq_text_note *note)
{
    *filter = (struct eq_text_filter){ 0 };
    filter->on = eq_text_take(&span, "ON");
    if (!filter->on && !eq_text_take(&span, "OFF")) {
        eq_text_say(note, "the filter is neither ON nor OFF");
        return false;
    }
    if (!filter->on) /* whatever it is */
        return true;
    if (!read_type(&span, filter, note))
        return false;
    return !filter->type ||
           (read_slope(&span, filter, note) && read_parameters(span, filter, note));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where an equalizer stands in the parameters, and what was read going there. */
#include "eq_text_parts.h"

#include <string.h>

/* The strips by name; the sides of a pair are of L and R. */
static const struct {
    const char *name;
    enum chain_output first;
    int lanes, channel;
} strips[] = {
    { "strip.headset", OUTPUT_HEADSET_1, 2, 0 },
    { "strip.headset_1", OUTPUT_HEADSET_1, 1, 0 },
    { "strip.headset_2", OUTPUT_HEADSET_2, 1, 1 },
    { "strip.out", OUTPUT_OUT_1, 2, 0 },
    { "strip.out_1", OUTPUT_OUT_1, 1, 0 },
    { "strip.out_2", OUTPUT_OUT_2, 1, 1 },
    { "strip.sub", OUTPUT_SUB, 1, 0 },
};

static void place_eq(struct eq_place *place, struct params *params)
{
    *place = (struct eq_place){ .lanes = 2,
                                .gain_parameter = "preamp.gain_1_db",
                                .on = &params->eq.on,
                                .linked = &params->eq.linked };
    for (int lane = 0; lane < 2; lane++) {
        place->channel[lane] = lane;
        place->band[lane] = params->eq.band[lane];
        place->gain_db[lane] = &params->preamp.gain_db[lane];
    }
}

static void place_strips(struct eq_place *place, struct params *params, enum chain_output first,
                         int lanes, int channel)
{
    *place = (struct eq_place){ .lanes = lanes,
                                .gain_parameter = "strip.sub.gain_db",
                                .delay_parameter = "strip.sub.delay_ms" };
    for (int lane = 0; lane < lanes; lane++) {
        struct params_strip *strip = &params->strip[(int)first + lane];

        place->channel[lane] = channel + lane;
        place->band[lane] = strip->band;
        place->gain_db[lane] = &strip->gain_db;
        place->delay_ms[lane] = &strip->delay_ms;
    }
}

bool eq_text_find_place(struct eq_place *place, struct params *params, const char *target,
                        char why[EQ_TEXT_WHY_BYTES])
{
    size_t count = sizeof strips / sizeof strips[0], length;

    if (strcmp(target, "eq") == 0) {
        place_eq(place, params);
        return true;
    }
    if (strcmp(target, "mic.eq") == 0) {
        *place = (struct eq_place){ .lanes = 1,
                                    .band = { params->mic.eq.band },
                                    .on = &params->mic.eq.on };
        return true;
    }
    for (size_t i = 0; i < count; i++)
        if (strcmp(target, strips[i].name) == 0) {
            place_strips(place, params, strips[i].first, strips[i].lanes, strips[i].channel);
            return true;
        }
    length = (size_t)snprintf(why, EQ_TEXT_WHY_BYTES,
                              "there is no such equalizer; there are eq, mic.eq");
    for (size_t i = 0; i < count; i++)
        length +=
            (size_t)snprintf(why + length, EQ_TEXT_WHY_BYTES - length, ", %s", strips[i].name);
    return false;
}

bool eq_text_bands_alike(const struct band_settings *a, const struct band_settings *b, int count)
{
    for (; count > 0; count--, a++, b++)
        if (a->on != b->on || a->type != b->type || a->frequency_hz != b->frequency_hz ||
            a->gain_db != b->gain_db || a->q != b->q || a->slope != b->slope ||
            a->target_hz != b->target_hz || a->target_q != b->target_q)
            return false;
    return true;
}

/* False: one of the values is out of range. */
static bool put(struct eq_place *place, const struct eq_text *text, struct eq_text_note *note)
{
    for (int lane = 0; lane < place->lanes; lane++) {
        const struct eq_text_channel *channel = &text->channel[place->channel[lane]];

        memcpy(place->band[lane], channel->band, sizeof channel->band);
        if (text->has_preamp && place->gain_db[lane]) {
            *place->gain_db[lane] = eq_text_rounded(channel->preamp_db, 12);
            if (!eq_text_in_range(note, place->gain_parameter, "the preamp of", channel->preamp_db))
                return false;
        }
        if (text->has_delay && place->delay_ms[lane]) {
            *place->delay_ms[lane] = eq_text_rounded(channel->delay_ms, 12);
            if (!eq_text_in_range(note, place->delay_parameter, "the delay of", channel->delay_ms))
                return false;
        }
    }
    if (place->linked)
        *place->linked = text->alike;
    return true;
}

static void tell(struct eq_text *text, enum eq_text_verdict verdict, const char *target,
                 const char *sentence)
{
    struct eq_text_note note = { 0 };

    eq_text_say(&note, "%s %s", target, sentence);
    eq_text_report(text, 0, verdict, &note, EQ_TEXT_LINES);
}

/* What the text has and the place has not. */
static void tell_lost(struct eq_text *text, const struct eq_place *place, const char *target)
{
    if (text->has_preamp && !place->gain_db[0])
        tell(text, EQ_TEXT_DROPPED, target, "has no place for a preamp");
    if (text->has_delay && !place->delay_ms[0])
        tell(text, EQ_TEXT_DROPPED, target, "has no place for a delay");
    if (place->lanes == 1 && !text->alike)
        tell(text, EQ_TEXT_CHANGED, target,
             place->channel[0] == 0 ? "has one channel: it gets that of L"
                                    : "has one channel: it gets that of R");
    if (place->on && !*place->on)
        tell(text, EQ_TEXT_USED, target, "is off and stays so");
}

bool eq_text_apply(struct params *params, struct eq_text *text, const char *target,
                   char why[EQ_TEXT_WHY_BYTES])
{
    struct params next = *params;
    struct eq_text_note note = { 0 };
    struct eq_place place;

    if (!eq_text_find_place(&place, &next, target, why))
        return false;
    if (text->usable == 0) {
        snprintf(why, EQ_TEXT_WHY_BYTES, "nothing in the text can be used");
        return false;
    }
    if (!put(&place, text, &note)) {
        snprintf(why, EQ_TEXT_WHY_BYTES, "%.*s", EQ_TEXT_WHY_BYTES - 1, note.text);
        return false;
    }
    tell_lost(text, &place, target);
    *params = next;
    return true;
}

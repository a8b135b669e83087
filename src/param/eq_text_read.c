/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each kind of line of an equalizer's text gives. */
#include "eq_text_read.h"

#include <math.h>

static const double preamp_most_db = 1000,
                    delay_most_ms = 1e6; /* of a line; what fits, apply says */

/* --- verdicts --- */

static void report(struct import *import, int line, enum eq_text_verdict verdict,
                   const struct eq_text_note *note)
{
    eq_text_report(import->text, line, verdict, note, EQ_TEXT_LINES - EQ_TEXT_NOTES);
}

void eq_text_drop(struct import *import, int line, const char *sentence)
{
    struct eq_text_note note = { 0 };

    eq_text_say(&note, "%s", sentence);
    eq_text_drop_noted(import, line, &note);
}

void eq_text_drop_noted(struct import *import, int line, const struct eq_text_note *note)
{
    report(import, line, EQ_TEXT_DROPPED, note);
}

/* A line that gave something. */
static void take(struct import *import, int line, const struct eq_text_note *note)
{
    import->text->usable++;
    report(import, line, note->changed ? EQ_TEXT_CHANGED : EQ_TEXT_USED, note);
}

static const char *channel_name(unsigned channels)
{
    return channels == LEFT ? "L" : "R";
}

/* --- what the lines say --- */

void eq_text_read_preamp(struct import *import, const struct line *line)
{
    struct text_span value = line->value;
    struct eq_text_note note = { 0 };
    double db;

    if (!eq_text_take_number(&value, &db) || !eq_text_take_unit(&value, "dB")) {
        eq_text_drop(import, line->number, "Preamp has no number that can be read");
        return;
    }
    if (fabs(db) > preamp_most_db) {
        eq_text_drop(import, line->number, "Preamp is out of range; allowed: -1000 to 1000 dB");
        return;
    }
    eq_text_say_number(&note, "preamp ", db, " dB");
    for (int c = 0; c < 2; c++)
        if (import->channels & 1u << c)
            import->text->channel[c].preamp_db += db;
    import->text->has_preamp = true;
    take(import, line->number, &note);
}

/* In ms. */
static bool take_delay(struct text_span *value, double rate_hz, double *ms)
{
    if (!eq_text_take_number(value, ms))
        return false;
    if (eq_text_take_name(value, "samples")) {
        *ms = eq_text_rounded(*ms * 1000 / rate_hz, 9);
        return true;
    }
    return eq_text_take_name(value, "ms");
}

void eq_text_read_delay(struct import *import, const struct line *line)
{
    struct text_span value = line->value;
    struct eq_text_note note = { 0 };
    double ms;

    if (!take_delay(&value, import->rate_hz, &ms)) {
        eq_text_drop(import, line->number, "Delay has no number of ms or samples that can be read");
        return;
    }
    if (!(ms >= 0 && ms <= delay_most_ms)) {
        eq_text_drop(import, line->number, "Delay is out of range; allowed: 0 to 1000000 ms");
        return;
    }
    eq_text_say_number(&note, "delay ", ms, " ms");
    for (int c = 0; c < 2; c++)
        if (import->channels & 1u << c)
            import->text->channel[c].delay_ms += ms;
    import->text->has_delay = true;
    take(import, line->number, &note);
}

/* The bit of a channel's name or number; 0: one that there is not here. */
static unsigned take_channel(struct text_span *span)
{
    struct text_span rest = *span;
    unsigned channel = 0;

    if (eq_text_take(&rest, "all"))
        channel = BOTH;
    else if (eq_text_take(&rest, "L") || eq_text_take(&rest, "1"))
        channel = LEFT;
    else if (eq_text_take(&rest, "R") || eq_text_take(&rest, "2"))
        channel = RIGHT;
    eq_text_skip_run(span);
    return channel;
}

void eq_text_read_channel(struct import *import, const struct line *line)
{
    struct text_span value = line->value;
    struct eq_text_note note = { 0 };
    bool others = false;

    import->channels = 0;
    for (eq_text_skip_blanks(&value); value.at < value.end; eq_text_skip_blanks(&value)) {
        unsigned channel = take_channel(&value);

        others |= !channel;
        import->channels |= channel;
    }
    if (!import->channels) {
        eq_text_drop(import, line->number,
                     "there are only the channels L and R; what follows is dropped");
        return;
    }
    if (import->channels == BOTH)
        eq_text_say(&note, "what follows is for both channels");
    else
        eq_text_say(&note, "what follows is for the channel %s", channel_name(import->channels));
    if (others)
        eq_text_say(&note, "; there are no others than L and R");
    report(import, line->number, others ? EQ_TEXT_CHANGED : EQ_TEXT_USED, &note);
}

static void add_band(struct import *import, int line, const struct band_settings *band,
                     struct eq_text_note *note)
{
    struct eq_text_note full = { 0 };
    unsigned added = 0;

    for (int c = 0; c < 2; c++) {
        struct eq_text_channel *channel = &import->text->channel[c];

        if (!(import->channels & 1u << c) || channel->band_count == PARAMS_BANDS)
            continue;
        channel->band[channel->band_count++] = *band;
        added |= 1u << c;
    }
    if (!added) {
        eq_text_say(&full, "beyond the %d bands that there are: %s", PARAMS_BANDS, note->text);
        eq_text_drop_noted(import, line, &full);
        return;
    }
    if (added != import->channels) {
        eq_text_say(note, "; for %s alone, the other channel has its %d bands", channel_name(added),
                    PARAMS_BANDS);
        note->changed = true;
    }
    take(import, line, note);
}

void eq_text_read_band(struct import *import, const struct line *line)
{
    struct eq_text_filter filter;
    struct band_settings band = import->flat;
    struct eq_text_note note = { 0 };

    if (!eq_text_read_filter(line->value, &filter, &note)) {
        eq_text_drop_noted(import, line->number, &note);
        return;
    }
    if (!filter.on)
        eq_text_drop(import, line->number, "the filter is OFF");
    if (!filter.type) /* None */
        return;
    if (eq_text_make_band(&band, &filter, import->corner, import->rate_hz, &note))
        add_band(import, line->number, &band, &note);
    else
        eq_text_drop_noted(import, line->number, &note);
}

void eq_text_keep_graphic(struct import *import, const struct line *line)
{
    struct graphic graphic = { line->number, import->channels, line->value };

    if (import->channels & (import->graphic[0].channels | import->graphic[1].channels))
        eq_text_drop(import, line->number, "a channel has one GraphicEQ, the first");
    else
        import->graphic[import->graphic[0].channels != 0] = graphic;
}

/* --- curves --- */

static int bands_left(const struct import *import, unsigned channels)
{
    int most = 0;

    for (int c = 0; c < 2; c++)
        if (channels & 1u << c && import->text->channel[c].band_count > most)
            most = import->text->channel[c].band_count;
    return PARAMS_BANDS - most;
}

static void add_fit(struct eq_text_channel *channel, const struct curve_fit *fit)
{
    channel->preamp_db += fit->level_db;
    for (int i = 0; i < fit->band_count; i++)
        channel->band[channel->band_count++] = fit->band[i];
}

static void say_fit(struct eq_text_note *note, const struct curve_fit *fit)
{
    note->changed = true;
    eq_text_say(note, "the curve is fitted by %d band%s", fit->band_count,
                fit->band_count == 1 ? "" : "s");
    eq_text_say_number(note, " and a level of ", fit->level_db, " dB");
    eq_text_say_number(note, "; from 20 to 20000 Hz it is off by ", eq_text_rounded(fit->rms_db, 2),
                       " dB (RMS)");
    eq_text_say_number(note, ", at most ", eq_text_rounded(fit->most_db, 2), " dB");
    eq_text_say_number(note, ", at ", eq_text_rounded(fit->most_hz, 3), " Hz");
}

static void read_graphic(struct import *import, const struct graphic *graphic)
{
    int bands = bands_left(import, graphic->channels);
    struct eq_text_note note = { 0 };
    struct curve curve;
    struct curve_fit fit;

    if (!eq_text_read_curve(graphic->value, &curve, &note)) {
        eq_text_drop_noted(import, graphic->line, &note);
        return;
    }
    if (bands == 0) {
        eq_text_drop(import, graphic->line, "the filters leave no band for the curve");
        return;
    }
    eq_text_fit(&fit, &curve, bands, &import->flat, import->rate_hz);
    for (int c = 0; c < 2; c++)
        if (graphic->channels & 1u << c)
            add_fit(&import->text->channel[c], &fit);
    import->text->has_preamp |= fit.level_db != 0;
    say_fit(&note, &fit);
    take(import, graphic->line, &note);
}

void eq_text_read_graphics(struct import *import)
{
    for (int i = 0; i < 2; i++)
        if (import->graphic[i].channels)
            read_graphic(import, &import->graphic[i]);
}

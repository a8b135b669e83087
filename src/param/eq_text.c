/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of an equalizer's text, and what comes of them. */
#include "eq_text_read.h"

#include "spelling.h"

#include <string.h>

static const double rate_otherwise_hz = 48000;

/* What Equalizer APO knows beyond, and this does not. */
static const char *const unsupported[] = {
    "Include", "Device", "Stage", "Copy",      "Convolution",        "If",  "ElseIf",
    "Else",    "EndIf",  "Eval",  "VSTPlugin", "LoudnessCorrection", "IIR", NULL
};
static const struct {
    const char *name, *lower;
} known[] = { { "Filter", "filter" },   { "Preamp", "preamp" },       { "Delay", "delay" },
              { "Channel", "channel" }, { "GraphicEQ", "graphiceq" }, { NULL, NULL } };

/* --- lines --- */

/* False: there is no further one. LF, CR LF and CR end a line. */
static bool next_line(struct text_span *rest, struct text_span *line)
{
    if (rest->at == rest->end)
        return false;
    line->at = rest->at;
    while (rest->at < rest->end && *rest->at != '\n' && *rest->at != '\r')
        rest->at++;
    line->end = rest->at;
    if (rest->at < rest->end && *rest->at++ == '\r' && rest->at < rest->end && *rest->at == '\n')
        rest->at++;
    return true;
}

static bool split(struct text_span span, struct line *line)
{
    const char *colon = memchr(span.at, ':', (size_t)(span.end - span.at));

    eq_text_skip_blanks(&span);
    line->key = line->value = span;
    if (!colon)
        return false;
    line->key.end = colon;
    line->value.at = colon + 1;
    return true;
}

/* The key is this word, with nothing but blanks behind. */
static bool is_key(struct text_span key, const char *word)
{
    if (!eq_text_take(&key, word))
        return false;
    eq_text_skip_blanks(&key);
    return key.at == key.end;
}

/* "Filter", "Filter 12", "Filter12"; with ON or OFF behind, "Filter of mine" as well. */
static bool is_filter(const struct line *line)
{
    struct text_span key = line->key, value = line->value;
    double number;

    if (!eq_text_take_name(&key, "Filter"))
        return false;
    eq_text_take_number(&key, &number);
    eq_text_skip_blanks(&key);
    return key.at == key.end || eq_text_take(&value, "ON") || eq_text_take(&value, "OFF");
}

/* --- the whole --- */

static bool has_channel(struct import *import, int line)
{
    if (import->ifs > 0)
        eq_text_drop(import, line, "it stands in an If, which is not supported");
    else if (!import->channels)
        eq_text_drop(import, line, "it is for a channel other than L and R");
    return import->ifs == 0 && import->channels;
}

/* "Fitler". What REW writes above its filters is none of these. */
static const char *misspelt(struct text_span key)
{
    char word[16] = "";
    size_t length = 0;

    for (; key.at < key.end && eq_text_is_letter(*key.at); key.at++)
        if (length < sizeof word - 1)
            word[length++] = (char)(*key.at | 0x20);
    for (int i = 0; known[i].name; i++)
        if (length > 3 && spelling_is_near(word, known[i].lower))
            return strcmp(word, known[i].lower) == 0 ? NULL : known[i].name;
    return NULL;
}

static bool is_unsupported(struct import *import, struct text_span key)
{
    for (int i = 0; unsupported[i]; i++)
        if (is_key(key, unsupported[i])) {
            import->ifs += is_key(key, "If");
            import->ifs -= is_key(key, "EndIf") && import->ifs > 0;
            return true;
        }
    return false;
}

static void read_other(struct import *import, const struct line *line)
{
    struct eq_text_note note = { 0 };
    const char *meant;

    if (is_unsupported(import, line->key)) {
        eq_text_say(&note, "%.*s is not supported", (int)(line->key.end - line->key.at),
                    line->key.at);
        eq_text_drop_noted(import, line->number, &note);
    } else if ((meant = misspelt(line->key))) {
        eq_text_say(&note, "what stands before the colon is not known; did you mean \"%s\"?",
                    meant);
        eq_text_drop_noted(import, line->number, &note);
    }
}

static void read_line(struct import *import, const struct line *line)
{
    static const struct {
        const char *key;
        void (*read)(struct import *, const struct line *);
    } keys[] = { { "Preamp", eq_text_read_preamp },
                 { "Delay", eq_text_read_delay },
                 { "GraphicEQ", eq_text_keep_graphic } };

    if (is_key(line->key, "Channel")) {
        eq_text_read_channel(import, line);
        return;
    }
    if (is_filter(line)) {
        if (has_channel(import, line->number))
            eq_text_read_band(import, line);
        return;
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (is_key(line->key, keys[i].key)) {
            if (has_channel(import, line->number))
                keys[i].read(import, line);
            return;
        }
    read_other(import, line);
}

/* "Filter 1 ON PK" and "Preamp -6 dB", which everybody passes over in silence. */
static void read_colonless(struct import *import, const struct line *line)
{
    struct text_span key = line->key;
    double number;

    if ((eq_text_take_name(&key, "Filter") || eq_text_take_name(&key, "Preamp")) &&
        eq_text_take_number(&key, &number))
        eq_text_drop(import, line->number, "there is no colon");
}

/*
 * Whether LS and HS with a Q have their Fc at the corner. AutoEq's files of before 2023 look like
 * Equalizer APO's, but meant the centre: they have a Preamp, and a Q at every shelf.
 */
static bool looks_like_corner(struct text_span text)
{
    bool preamp = false, shelf_without_q = false;
    struct text_span span;
    struct line line;

    while (next_line(&text, &span)) {
        struct eq_text_filter filter;
        struct eq_text_note note = { 0 };

        if (!split(span, &line))
            continue;
        preamp |= is_key(line.key, "Preamp");
        if (is_filter(&line) && eq_text_read_filter(line.value, &filter, &note))
            shelf_without_q |= eq_text_is_shelf_without_q(&filter);
    }
    return !preamp || shelf_without_q;
}

static void read_lines(struct import *import, struct text_span text)
{
    struct text_span span;

    for (struct line line = { .number = 1 }; next_line(&text, &span); line.number++)
        if (split(span, &line))
            read_line(import, &line);
        else
            read_colonless(import, &line);
    eq_text_read_graphics(import);
}

/* Without a byte order mark. False: it is not to be read at all. */
static bool begin(struct import *import, struct text_span *text)
{
    size_t length = (size_t)(text->end - text->at);

    if (length > EQ_TEXT_BYTES) {
        eq_text_drop(import, 0, "the text is longer than 256 KiB");
        return false;
    }
    if (length >= 2 &&
        (memcmp(text->at, "\xff\xfe", 2) == 0 || memcmp(text->at, "\xfe\xff", 2) == 0)) {
        eq_text_drop(import, 0, "the text is in UTF-16; save it as UTF-8");
        return false;
    }
    if (length >= 3 && memcmp(text->at, "\xef\xbb\xbf", 3) == 0)
        text->at += 3;
    return true;
}

bool eq_text_import(struct eq_text *text, const char *bytes, size_t length,
                    const struct eq_text_options *options)
{
    static const struct eq_text_options otherwise = { 0 };
    struct import import = { .text = text, .channels = BOTH };
    struct text_span span = { 0 };

    if (length > 0)
        span = (struct text_span){ bytes, bytes + length };
    if (!options)
        options = &otherwise;
    memset(text, 0, sizeof *text);
    import.flat = eq_text_flat_band();
    for (int i = 0; i < 2 * PARAMS_BANDS; i++)
        text->channel[i / PARAMS_BANDS].band[i % PARAMS_BANDS] = import.flat;
    import.rate_hz = options->rate_hz > 0 ? options->rate_hz : rate_otherwise_hz;
    if (begin(&import, &span)) {
        import.corner = options->shelf == EQ_TEXT_SHELF_CORNER ||
                        (options->shelf == EQ_TEXT_SHELF_AUTO && looks_like_corner(span));
        read_lines(&import, span);
    }
    text->shelf = import.corner ? EQ_TEXT_SHELF_CORNER : EQ_TEXT_SHELF_CENTRE;
    text->alike = text->channel[0].band_count == text->channel[1].band_count &&
                  eq_text_bands_alike(text->channel[0].band, text->channel[1].band, PARAMS_BANDS);
    return text->usable > 0;
}

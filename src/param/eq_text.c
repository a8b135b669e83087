/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "eq_text_private.h"

#include "utf8.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

static const double rate_hz = 48000; /* of delays in samples */

void eq_say(struct eq_reading *reading, enum eq_text_verdict verdict, const char *format, ...)
{
    struct eq_text *eq = reading->eq;
    struct eq_text_line *line = &eq->line[eq->line_count];
    va_list list;

    eq->used += verdict != EQ_TEXT_DROPPED;
    if (eq->line_count == EQ_TEXT_LINES) {
        eq->line_more++;
        return;
    }
    eq->line_count++;
    line->number = reading->number;
    line->verdict = verdict;
    va_start(list, format);
    vsnprintf(line->said, sizeof line->said, format, list);
    va_end(list);
    utf8_sanitise(line->said);
}

/* --- words and numbers --------------------------------------------------------------------------
 */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool eq_same(const char *a, const char *b)
{
    while (*a && lower(*a) == lower(*b))
        a++, b++;
    return lower(*a) == lower(*b);
}

/* The text begins with a word, in any case. */
static bool begins(const char *text, const char *word)
{
    while (*word && lower(*text) == lower(*word))
        text++, word++;
    return !*word;
}

/* Cuts a text at its blanks. */
static int words(char *text, char *word[EQ_TEXT_WORDS])
{
    int count = 0;

    while (count < EQ_TEXT_WORDS) {
        while (is_blank(*text))
            text++;
        if (!*text)
            break;
        word[count++] = text;
        while (*text && !is_blank(*text))
            text++;
        if (*text)
            *text++ = '\0';
    }
    return count;
}

const char *eq_number(const char *text, double *value)
{
    const char *at = text;
    bool negative = *at == '-', point = false;
    double number = 0;
    int digits = 0, power = 0, exponent = 0;

    at += *at == '-' || *at == '+';
    for (; is_digit(*at) || (!point && (*at == '.' || *at == ',')); at++) {
        if (!is_digit(*at)) {
            point = true;
            continue;
        }
        number = 10 * number + (*at - '0');
        digits++;
        power -= point;
    }
    if (digits == 0 || digits > 17)
        return NULL;
    if (lower(*at) == 'e' &&
        (is_digit(at[1]) || ((at[1] == '-' || at[1] == '+') && is_digit(at[2])))) {
        bool down = at[1] == '-';

        for (at += 1 + !is_digit(at[1]); is_digit(*at); at++)
            exponent = exponent < 1000 ? 10 * exponent + (*at - '0') : exponent;
        power += down ? -exponent : exponent;
    }
    number *= power < 0 ? 1 / pow(10, -power) : pow(10, power);
    if (!isfinite(number))
        return NULL;
    *value = negative && number > 0 ? -number : number;
    return at;
}

bool eq_word_number(const char *word, const char *unit, double *value)
{
    const char *rest = eq_number(word, value);

    return rest && (!*rest || eq_same(rest, unit));
}

/* "1,234": one or two digits, a separator, three digits. */
static bool has_thousands(const char *text)
{
    size_t group = strspn(text, "0123456789"), rest;

    if (group < 1 || group > 2 || (text[group] != '.' && text[group] != ','))
        return false;
    rest = strspn(text + group + 1, "0123456789");
    return rest == 3 && !is_digit(text[group + 4]) && lower(text[group + 4]) != 'e';
}

bool eq_frequency(const char *word, double *hz, bool *thousands)
{
    char text[64];
    size_t length = 0;

    for (; *word && length < sizeof text - 1; word++) { /* without blanks that do not break */
        if (strncmp(word, "\xc2\xa0", 2) == 0)
            word++;
        else if (strncmp(word, "\xe2\x80\xaf", 3) == 0)
            word += 2;
        else
            text[length++] = *word;
    }
    text[length] = '\0';
    if (*word || !eq_word_number(text, "Hz", hz))
        return false;
    *thousands = has_thousands(text) && 1000 * *hz <= 24000;
    if (*thousands)
        *hz = round(1000 * *hz);
    return true;
}

/* --- lines --------------------------------------------------------------------------------------
 */

static bool any_channel(struct eq_reading *reading)
{
    if (reading->channel[0] || reading->channel[1])
        return true;
    eq_say(reading, EQ_TEXT_DROPPED, "for a channel that there is not here");
    return false;
}

void eq_add(struct eq_reading *reading, const struct band_settings *band,
            enum eq_text_verdict verdict, const char *said)
{
    struct eq_text *eq = reading->eq;

    for (int c = 0; c < 2; c++)
        if (reading->channel[c] && eq->count[c] == PARAMS_BANDS) {
            eq_say(reading, EQ_TEXT_DROPPED, "there are %d bands already", PARAMS_BANDS);
            return;
        }
    for (int c = 0; c < 2; c++)
        if (reading->channel[c])
            eq->band[c][eq->count[c]++] = *band;
    eq_say(reading, verdict, "%s", said);
}

static void read_preamp(struct eq_reading *reading, char *text)
{
    char *word[EQ_TEXT_WORDS];
    int count = words(text, word);
    double db;

    if (count < 1 || !eq_word_number(word[0], "dB", &db) ||
        (count > 1 && !eq_same(word[1], "dB"))) {
        eq_say(reading, EQ_TEXT_DROPPED, "the preamp has no number of dB");
        return;
    }
    for (int c = 0; c < 2; c++)
        if (reading->channel[c])
            reading->eq->preamp_db[c] += db;
    eq_say(reading, EQ_TEXT_USED, "preamp %+.4g dB", db);
}

static void read_delay(struct eq_reading *reading, char *text)
{
    char *word[EQ_TEXT_WORDS];
    int count = words(text, word);
    bool samples = count > 1 && eq_same(word[1], "samples");
    double delay;

    if (count < 1 || !eq_word_number(word[0], "ms", &delay) || delay < 0 ||
        (count > 1 && !samples && !eq_same(word[1], "ms"))) {
        eq_say(reading, EQ_TEXT_DROPPED, "the delay is no number of ms or samples");
        return;
    }
    for (int c = 0; c < 2; c++)
        if (reading->channel[c])
            reading->eq->delay_ms[c] = samples ? 1e3 * delay / rate_hz : delay;
    if (samples)
        eq_say(reading, EQ_TEXT_CHANGED, "%.4g samples are %.4g ms at 48 kHz", delay,
               1e3 * delay / rate_hz);
    else
        eq_say(reading, EQ_TEXT_USED, "delay %.4g ms", delay);
}

static void read_channel(struct eq_reading *reading, char *text)
{
    static const struct {
        const char *name;
        bool left, right;
    } names[] = { { "all", true, true },
                  { "L", true, false },
                  { "R", false, true },
                  { "1", true, false },
                  { "2", false, true } };
    char *word[EQ_TEXT_WORDS];
    int count = words(text, word), known = 0;

    reading->channel[0] = reading->channel[1] = false;
    for (int w = 0; w < count; w++)
        for (size_t n = 0; n < sizeof names / sizeof *names; n++)
            if (eq_same(word[w], names[n].name)) {
                reading->channel[0] |= names[n].left;
                reading->channel[1] |= names[n].right;
                known++;
            }
    if (known < count)
        eq_say(reading, EQ_TEXT_DROPPED, "only the channels L and R are used");
}

/* Keys that mean something there, and nothing here. */
static bool is_of_others(const char *key)
{
    static const char *const keys[] = {
        "Include", "Device", "Stage", "Copy", "Convolution", "If",
        "ElseIf",  "Else",   "EndIf", "Eval", "VSTPlugin",   "LoudnessCorrection"
    };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (eq_same(key, keys[i]))
            return true;
    return false;
}

static void read_line(struct eq_reading *reading, char *line)
{
    char *colon = strchr(line, ':'), *word[EQ_TEXT_WORDS], *end;
    int count;

    if (!colon)
        return; /* a comment, a heading */
    *colon = '\0';
    while (is_blank(*line))
        line++;
    for (end = colon; end > line && is_blank(end[-1]);)
        *--end = '\0';
    if (eq_same(line, "Channel")) {
        read_channel(reading, colon + 1);
    } else if (is_of_others(line)) {
        eq_say(reading, EQ_TEXT_DROPPED, "%.20s is not supported", line);
    } else if (eq_same(line, "Preamp") && any_channel(reading)) {
        read_preamp(reading, colon + 1);
    } else if (eq_same(line, "Delay") && any_channel(reading)) {
        read_delay(reading, colon + 1);
    } else if (eq_same(line, "GraphicEQ") && any_channel(reading)) {
        eq_graphic(reading, colon + 1);
    } else if (begins(line, "Filter") && !begins(line, "Filter Settings")) {
        count = words(colon + 1, word);
        if (count > 1 && eq_same(word[0], "ON") && eq_same(word[1], "None"))
            return; /* an unused slot */
        if (any_channel(reading))
            eq_filter(reading, word, count);
    }
}

/* --- the text -----------------------------------------------------------------------------------
 */

/* Calls `use` with each line, its end cut off; one that is too long is skipped. */
static void each_line(struct eq_reading *reading, const char *bytes, size_t length,
                      void (*use)(struct eq_reading *reading, char *line))
{
    static const char bom[] = "\xef\xbb\xbf";
    size_t at = length >= 3 && memcmp(bytes, bom, 3) == 0 ? 3 : 0;

    for (reading->number = 1; at < length; reading->number++) {
        const char *end = memchr(bytes + at, '\n', length - at);
        size_t size = end ? (size_t)(end - bytes) - at : length - at;
        char line[EQ_TEXT_LINE];

        if (size < sizeof line) {
            memcpy(line, bytes + at, size);
            line[size] = '\0';
            if (size && line[size - 1] == '\r')
                line[size - 1] = '\0';
            if (strlen(line) + 1 >= size) /* no NUL in it */
                use(reading, line);
        } else {
            eq_say(reading, EQ_TEXT_DROPPED, "the line is longer than %d bytes", EQ_TEXT_LINE - 1);
        }
        at += size + (end != NULL);
    }
}

/* What AutoEq's files have: a preamp, and a Q for every shelf. */
static void look_for_autoeq(struct eq_reading *reading, char *line)
{
    char *colon = strchr(line, ':'), *word[EQ_TEXT_WORDS];
    bool shelf = false, q = false;
    int count;

    while (is_blank(*line))
        line++;
    if (!colon)
        return;
    if (begins(line, "Preamp"))
        reading->channel[0] = true; /* there is one */
    if (!begins(line, "Filter"))
        return;
    count = words(colon + 1, word);
    for (int w = 0; w < count; w++) {
        shelf |= eq_same(word[w], "LS") || eq_same(word[w], "HS");
        q |= eq_same(word[w], "Q");
    }
    if (shelf && !q)
        reading->channel[1] = true; /* one without */
}

static bool is_autoeq(struct eq_text *eq, const char *bytes, size_t length)
{
    struct eq_reading reading = { .eq = eq };

    each_line(&reading, bytes, length, look_for_autoeq);
    return reading.channel[0] && !reading.channel[1];
}

void eq_text_read(struct eq_text *eq, const char *bytes, size_t length, enum eq_text_shelf shelf)
{
    struct eq_reading reading = { .eq = eq, .channel = { true, true } };

    memset(eq, 0, sizeof *eq);
    length = length < EQ_TEXT_BYTES ? length : EQ_TEXT_BYTES;
    reading.centre =
        shelf == EQ_TEXT_CENTRE || (shelf == EQ_TEXT_AUTO && is_autoeq(eq, bytes, length));
    memset(eq, 0, sizeof *eq);
    each_line(&reading, bytes, length, read_line);
}

bool eq_text_is_linked(const struct eq_text *eq)
{
    return eq->count[0] == eq->count[1] &&
           memcmp(eq->band[0], eq->band[1], sizeof eq->band[0]) == 0;
}

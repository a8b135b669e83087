/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences about an equalizer's text, and the report they make. */
#include "eq_text_parts.h"

#include "param.h"
#include "utf8.h"

#include <stdarg.h>
#include <string.h>

enum { DIGITS_SHOWN = 5 };

void eq_text_say(struct eq_text_note *note, const char *format, ...)
{
    size_t room = sizeof note->text - note->length;
    va_list list;
    int length;

    va_start(list, format);
    length = vsnprintf(note->text + note->length, room, format, list);
    va_end(list);
    if (length > 0)
        note->length += (size_t)length < room ? (size_t)length : room - 1;
}

void eq_text_say_number(struct eq_text_note *note, const char *before, double value,
                        const char *after)
{
    char text[EQ_TEXT_NUMBER_BYTES];

    eq_text_say(note, "%s%s%s", before, eq_text_write(eq_text_rounded(value, DIGITS_SHOWN), text),
                after);
}

bool eq_text_in_range(struct eq_text_note *note, const char *parameter, const char *name,
                      double value)
{
    struct param_ref ref;
    char why[PARAM_WHY_BYTES], range[80];

    if (!param_find(&ref, parameter, why)) {
        eq_text_say(note, "%s", why);
        return false;
    }
    if (value >= ref.row->min && value <= ref.row->max)
        return true;
    param_range(ref.row, range, sizeof range);
    range[strcspn(range, ",")] = '\0'; /* "or a distance" is no matter here */
    eq_text_say(note, "%s ", name);
    if (value > -1e9 && value < 1e9) { /* no infinity */
        eq_text_say_number(note, "", value, " ");
        eq_text_say(note, "%s%s", ref.row->unit, *ref.row->unit ? " " : "");
    }
    eq_text_say(note, "is out of range; allowed: %s", range);
    return false;
}

static void count(struct eq_text *text, enum eq_text_verdict verdict)
{
    text->used += verdict == EQ_TEXT_USED;
    text->changed += verdict == EQ_TEXT_CHANGED;
    text->dropped += verdict == EQ_TEXT_DROPPED;
}

void eq_text_report(struct eq_text *text, int line, enum eq_text_verdict verdict,
                    const struct eq_text_note *note, int limit)
{
    struct eq_text_line *to = text->line;
    char message[sizeof note->text];
    int at = text->line_count;

    count(text, verdict);
    if (at >= limit) {
        text->more++;
        return;
    }
    memcpy(message, note->text, sizeof message);
    utf8_sanitise(message);
    message[utf8_cut(message, EQ_TEXT_MESSAGE_BYTES - 1)] = '\0';
    for (; line > 0 && at > 0 && to[at - 1].line > line; at--)
        to[at] = to[at - 1];
    to[at].line = line;
    to[at].verdict = verdict;
    memcpy(to[at].message, message, strlen(message) + 1);
    text->line_count++;
}

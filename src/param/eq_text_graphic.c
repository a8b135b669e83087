/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The curve of a GraphicEQ line: "20 -0.5; 21 -0.4; ...", linear over the logarithm of frequency.
 */
#include "eq_text_parts.h"

#include <math.h>
#include <stdlib.h>

static const double hz_most = 1e6, db_most = 200;

static bool take_point(struct text_span *span, struct curve_point *point)
{
    if (!eq_text_take_number(span, &point->hz) || !eq_text_take_number(span, &point->db))
        return false;
    return point->hz > 0 && point->hz <= hz_most && fabs(point->db) <= db_most;
}

/* A ';', which need not stand at the end. */
static bool take_semicolon(struct text_span *span)
{
    eq_text_skip_blanks(span);
    if (span->at == span->end)
        return true;
    return *span->at++ == ';';
}

static int by_frequency(const void *a, const void *b)
{
    const struct curve_point *left = a, *right = b;

    return (left->hz > right->hz) - (left->hz < right->hz);
}

bool eq_text_read_curve(struct text_span span, struct curve *curve, struct eq_text_note *note)
{
    curve->count = 0;
    for (eq_text_skip_blanks(&span); span.at < span.end; eq_text_skip_blanks(&span)) {
        if (curve->count == EQ_TEXT_POINTS) {
            eq_text_say(note, "the curve has more than %d points", EQ_TEXT_POINTS);
            return false;
        }
        if (!take_point(&span, &curve->point[curve->count]) || !take_semicolon(&span)) {
            eq_text_say(note, "point %d of the curve is no frequency in Hz and gain in dB",
                        curve->count + 1);
            return false;
        }
        curve->count++;
    }
    if (curve->count == 0)
        eq_text_say(note, "the curve has no points");
    qsort(curve->point, (size_t)curve->count, sizeof curve->point[0], by_frequency);
    return curve->count > 0;
}

double eq_text_curve_db(const struct curve *curve, double hz)
{
    const struct curve_point *right = curve->point, *last = right + curve->count - 1, *left;

    while (right < last && right->hz < hz)
        right++;
    if (right == curve->point || right->hz <= hz) /* outside, or a point itself */
        return right->db;
    left = right - 1;
    return left->db + (right->db - left->db) * log(hz / left->hz) / log(right->hz / left->hz);
}

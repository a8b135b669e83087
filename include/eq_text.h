/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Equalizers as text: the format of Equalizer APO, which REW and AutoEq write too, in both
 * directions.
 *
 *     Preamp: -6.5 dB
 *     Filter 1: ON PK Fc 340 Hz Gain 0.8 dB Q 10.0
 *     Channel: L
 *     GraphicEQ: 25 -3.1; 40 -2.0; ...
 *
 * Reading is pure and bounded, whatever the bytes are. Each line that says something is reported:
 * used, changed (and how), or dropped (and why); nothing is clamped in silence. Decimal commas,
 * thousands separators, blanks that do not break, CRLF, a BOM and any case are understood.
 *
 * Formulas: RBJ's cookbook; a bandwidth of B octaves is Q = 1 / (2 sinh(ln 2 / 2 B w / sin w)) at
 * 48 kHz. LS and HS name the corner of a shelf, LSC and HSC its centre: centre = corner * k (low)
 * or / k (high), k = 10^(|gain| / (80 S)), S = 1 / ((1/Q^2 - 2) / (A + 1/A) + 1), A = 10^(gain/40).
 * AutoEq once wrote LS where it meant LSC: see enum eq_text_shelf.
 *
 * No state, no memory of its own; any normal thread.
 */
#ifndef EQ_TEXT_H
#define EQ_TEXT_H

#include "params.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { EQ_TEXT_BYTES = 256 * 1024, EQ_TEXT_LINES = 1000, EQ_TEXT_SAID = 240 };

enum eq_text_verdict { EQ_TEXT_USED, EQ_TEXT_CHANGED, EQ_TEXT_DROPPED };

/* What the frequency of LS and HS with a Q is. */
enum eq_text_shelf {
    EQ_TEXT_AUTO, /* the centre if the text has a preamp and a Q for each shelf, as AutoEq's have */
    EQ_TEXT_CORNER,
    EQ_TEXT_CENTRE
};

struct eq_text_line {
    int number; /* from 1 */
    enum eq_text_verdict verdict;
    char said[EQ_TEXT_SAID]; /* a sentence; printable */
};

struct eq_text { /* ~250 KB */
    double preamp_db[2]; /* left, right; several are summed */
    double delay_ms[2];
    int count[2];
    struct band_settings band[2][PARAMS_BANDS];
    int used; /* lines that were used or changed: with none there is nothing to apply */
    int line_count, line_more; /* reported; and not, for want of room */
    struct eq_text_line line[EQ_TEXT_LINES];
};

void eq_text_read(struct eq_text *eq, const char *bytes, size_t length, enum eq_text_shelf shelf);

/* Whether left and right are the same. */
bool eq_text_is_linked(const struct eq_text *eq);

/*
 * Onto an equalizer of the parameters: "eq", "mic.eq", "strip.headset", "strip.out", or a single
 * strip: "strip.headset_1", "strip.sub" ... Bands that are not given are flat. All or nothing: false,
 * and a sentence, if there is no such equalizer, or a preamp or delay does not fit. What an
 * equalizer has no place for is added to the report.
 */
bool eq_text_apply(struct eq_text *eq, struct params *params, const char *target,
                   char why[EQ_TEXT_SAID]);

/* Writes an equalizer of the parameters; reading it gives the same bands. What the format has no
 * words for becomes a comment. False: no such equalizer, and a sentence. */
bool eq_text_print(FILE *out, const struct params *params, const char *target,
                   char why[EQ_TEXT_SAID]);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Equalizers as the text that Equalizer APO, Room EQ Wizard and AutoEq write:
 *
 *     Preamp: -6.5 dB
 *     Filter 1: ON LSC Fc 105 Hz Gain 4.4 dB Q 0.70
 *     Filter 2: ON PK Fc 148 Hz Gain -5.5 dB BW Oct 1.9
 *
 * Read are Preamp, Filter, Delay, Channel and GraphicEQ; any case, decimal commas, thousands
 * separators in Fc, no-break spaces, LF, CR LF or CR, with or without a BOM and a last line end.
 * Comments and the heads of REW's files are passed over; each other line has its verdict and a
 * sentence. A value out of the range of its parameter (param.h) is never moved into it: its line is
 * dropped, and the sentence says what is allowed.
 *
 * Filters (sources: Equalizer APO's configuration reference, R. Bristow-Johnson's cookbook):
 *
 *   PK PEQ Modal   peaking; Gain, and Q or BW Oct
 *   LSC HSC LSQ HSQ, "LS Q", "HS Q"   shelf; Gain and Q; Fc is the middle of the slope
 *   LSC x dB, HSC x dB   shelf of slope S = x/12; Fc is its middle
 *   LS HS          neither Q nor x dB: slope S = 0.9, Fc its middle
 *   LS x dB, HS x dB   slope S = x/12, Fc is the corner: the middle of a low shelf is at Fc k, of a
 *                  high one at Fc / k, k = 10^(|Gain| / (80 S))
 *   LS HS with Q   Fc is the corner to Equalizer APO (S = 1/((1/Q^2 - 2)/(A + 1/A) + 1),
 *                  A = 10^(Gain/40)), but the middle to AutoEq of before 2023: eq_text_shelf
 *   LP HP LPQ HPQ  second order; Q, or 1/sqrt(2)
 *   LP1 HP1        first order
 *   BP NO AP       band-pass, notch, all-pass; Q or BW Oct; BP has 1/sqrt(2) without, NO 30,
 *                  for which the greatest here stands; also Notch and All pass
 *   None           nothing
 *
 * BW Oct is made a Q: 1/(2Q) = sinh(ln 2 / 2 * BW * w / sin w), w = 2 pi Fc / rate.
 *
 * No state, no memory of its own but the caller's, the same in every locale. Any normal thread;
 * 256 KiB take some 20 ms on a PC, each GraphicEQ some 30 ms more.
 */
#ifndef EQ_TEXT_H
#define EQ_TEXT_H

#include "params.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
    EQ_TEXT_BYTES = 256 * 1024, /* of a text; a longer one is not read */
    EQ_TEXT_LINES = 1000,       /* of a report; further ones are counted */
    EQ_TEXT_NOTES = 8,          /* of those, kept free for eq_text_apply() */
    EQ_TEXT_MESSAGE_BYTES = 240,
    EQ_TEXT_POINTS = 2048, /* of a GraphicEQ */
};

enum eq_text_verdict {
    EQ_TEXT_USED,
    EQ_TEXT_CHANGED, /* used, but not just as it stands: the sentence says how */
    EQ_TEXT_DROPPED,
};

/* What Fc of LS and HS with a Q is. */
enum eq_text_shelf {
    EQ_TEXT_SHELF_AUTO, /* the centre, if there is a Preamp and every shelf has a Q: AutoEq's look;
                           else the corner */
    EQ_TEXT_SHELF_CORNER, /* as Equalizer APO has it */
    EQ_TEXT_SHELF_CENTRE, /* as AutoEq, CamillaDSP and others have it */
};

struct eq_text_options {
    enum eq_text_shelf shelf;
    double rate_hz; /* 8000..; of "Delay: 48 samples", BW Oct and GraphicEQ; 0: 48000 */
};

struct eq_text_line {
    int line; /* from 1; 0: of no single line */
    enum eq_text_verdict verdict;
    char message[EQ_TEXT_MESSAGE_BYTES]; /* a sentence in UTF-8 without control characters */
};

struct eq_text_channel {
    double preamp_db; /* sum of all Preamp lines, and the level of a GraphicEQ */
    double delay_ms;  /* sum of all Delay lines */
    int band_count;
    struct band_settings band[PARAMS_BANDS]; /* in the text's order; the rest are flat defaults */
};

struct eq_text {                       /* ~260 KB */
    struct eq_text_channel channel[2]; /* L and R */
    bool alike;                        /* L and R have the same bands */
    bool has_preamp, has_delay;        /* in the text, for either channel */
    enum eq_text_shelf shelf;          /* what LS and HS with a Q were taken as; never AUTO */
    int usable;                        /* lines that gave a band, preamp or delay; 0: refuse it */
    int used, changed, dropped;        /* lines by verdict, those not kept as well */
    int line_count;
    int more;                                /* lines not kept */
    struct eq_text_line line[EQ_TEXT_LINES]; /* in the order of lines */
};

/*
 * Reads a text of any bytes into *text, all of which is overwritten. Pure; a text at fault has its
 * faults in the report. `options` may be NULL. False: nothing in it is usable.
 *
 * Beyond the ten bands of a channel, filters are dropped. Filters that are OFF are dropped, too. A
 * GraphicEQ gets the bands that all Filter lines left, and a level, in the sense of least squares
 * over the logarithm of frequency from 20 to 20000 Hz; the report has the error. What stands
 * between If and EndIf is dropped.
 */
bool eq_text_import(struct eq_text *text, const char *bytes, size_t length,
                    const struct eq_text_options *options);

enum { EQ_TEXT_WHY_BYTES = 320 };

/*
 * Puts what was read into *params: all ten bands, those not given flat. All or nothing: with false
 * *params is as it was, and `why` has a sentence.
 *
 *   target                        bands                         preamp and delay go to
 *   eq                            eq.left, eq.right, eq.linked  preamp.gain_1_db, _2_db; none
 *   mic.eq                        mic.eq; of L                  none; none
 *   strip.headset, strip.out      _1 of L, _2 of R              gain_db; delay_ms
 *   strip.headset_1, strip.out_1  itself; of L                  gain_db; delay_ms
 *   strip.headset_2, strip.out_2  itself; of R                  gain_db; delay_ms
 *   strip.sub                     itself; of L                  gain_db; delay_ms
 *
 * A gain or delay that the text does not give keeps its value; one out of range is refused. What
 * has no place is told as a line 0 behind those of the text, and whether eq.on is no, which stays.
 */
bool eq_text_apply(struct params *params, struct eq_text *text, const char *target,
                   char why[EQ_TEXT_WHY_BYTES]);

/*
 * Writes the equalizer of a target (see there) as Equalizer APO reads it; eq_text_import() of it
 * gives the same again, to 15 digits. Channel lines only where L and R differ. Bands that are off
 * become OFF lines, and those that Equalizer APO does not have (first order, Linkwitz) comments;
 * neither are read again. False: no such target, nothing is written. The caller checks ferror().
 */
bool eq_text_export(FILE *out, const struct params *params, const char *target,
                    char why[EQ_TEXT_WHY_BYTES]);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of eq_text.h share: words and numbers, filters, curves, targets. */
#ifndef EQ_TEXT_PARTS_H
#define EQ_TEXT_PARTS_H

#include "eq_text.h"

/* --- eq_text_number.c: words and numbers; a span moves behind what was taken of it --- */

struct text_span {
    const char *at, *end;
};

bool eq_text_is_digit(char byte);
bool eq_text_is_letter(char byte);

/* Blanks, tabs, no-break spaces. */
void eq_text_skip_blanks(struct text_span *span);

/* One run of what is no blank. */
void eq_text_skip_run(struct text_span *span);

/* Blanks and then a word of letters and digits, in any case; it must end there. False: untouched.
 */
bool eq_text_take(struct text_span *span, const char *word);

/* The same, but what follows may be a digit: "Q0.7". */
bool eq_text_take_name(struct text_span *span, const char *word);

/* Blanks and a number. False: there is none, or one beyond 10^9. */
bool eq_text_take_number(struct text_span *span, double *value);

/* The same of a frequency, which may have a thousands separator; *thousands: one that could have
 * been taken for a decimal point. */
bool eq_text_take_frequency(struct text_span *span, double *hz, bool *thousands);

/* The unit of a value and its end, which no other number, sign or letter may spoil: "1/3", "1 234",
 * "3x". The unit may be missing. */
bool eq_text_take_unit(struct text_span *span, const char *unit);

/* To so many digits in all; what it then is in decimals is what a reader makes of them. */
double eq_text_rounded(double value, int digits);

enum { EQ_TEXT_NUMBER_BYTES = 32 };

/* The shortest decimal of at most 15 digits, |value| < 10^9; returns text. */
const char *eq_text_write(double value, char text[EQ_TEXT_NUMBER_BYTES]);

/* --- eq_text_note.c: a sentence that grows, and what it means --- */

struct eq_text_note {
    bool changed;
    size_t length;
    char text[2 * EQ_TEXT_MESSAGE_BYTES];
};

void eq_text_say(struct eq_text_note *note, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The value, to 5 digits, between the two texts. */
void eq_text_say_number(struct eq_text_note *note, const char *before, double value,
                        const char *after);

/* Whether a value is in the range of a parameter; else says so. NaN is not. */
bool eq_text_in_range(struct eq_text_note *note, const char *parameter, const char *name,
                      double value);

/* A line of the report, in the order of lines. */
void eq_text_report(struct eq_text *text, int line, enum eq_text_verdict verdict,
                    const struct eq_text_note *note, int limit);

/* --- eq_text_filter.c: what a Filter line says --- */

struct filter_type;

struct given {
    bool is;
    double value;
};

struct eq_text_filter {
    const struct filter_type *type; /* NULL: None */
    bool on;
    bool thousands; /* see eq_text_take_frequency() */
    struct given frequency_hz, gain_db, q, octaves, slope_db;
};

/* The value of a Filter line. False: it is at fault, and *note says why. */
bool eq_text_read_filter(struct text_span span, struct eq_text_filter *filter,
                         struct eq_text_note *note);

/* --- eq_text_band.c: the band of a filter --- */

struct filter_type {
    const char *name;
    enum band_type band;
    bool gain, q, octaves; /* what counts */
    double q_otherwise;    /* without Q and BW; 0: there must be one */
    bool shelf, corner;    /* corner: LS and HS */
};

bool eq_text_is_shelf_without_q(const struct eq_text_filter *filter);

/* Sets what the filter says in *band, which comes flat. False: *note says why there is none. */
bool eq_text_make_band(struct band_settings *band, const struct eq_text_filter *filter,
                       bool corner_with_q, double rate_hz, struct eq_text_note *note);

/* "low shelf", "peaking" */
const char *eq_text_band_name(enum band_type type);

struct band_settings eq_text_flat_band(void); /* slow */

/* --- eq_text_graphic.c and eq_text_fit.c: a curve, and the bands nearest to it --- */

struct curve {
    int count;
    struct curve_point {
        double hz, db;
    } point[EQ_TEXT_POINTS];
};

/* The value of a GraphicEQ line, in the order of frequency. */
bool eq_text_read_curve(struct text_span span, struct curve *curve, struct eq_text_note *note);

/* Linear over log f, flat outside. */
double eq_text_curve_db(const struct curve *curve, double hz);

struct curve_fit {
    double level_db;
    int band_count;
    struct band_settings band[PARAMS_BANDS]; /* by frequency */
    double rms_db, most_db, most_hz;         /* error over log f, 20..20000 Hz */
};

/* What a band does not say is as in *flat. */
void eq_text_fit(struct curve_fit *fit, const struct curve *curve, int bands,
                 const struct band_settings *flat, double rate_hz);

/* --- eq_text_target.c: where an equalizer stands --- */

struct eq_place {
    int lanes;                     /* 1 or 2 */
    int channel[2];                /* of the text: 0 L, 1 R */
    struct band_settings *band[2]; /* PARAMS_BANDS each */
    double *gain_db[2];            /* NULL: there is none */
    double *delay_ms[2];
    const char *gain_parameter, *delay_parameter; /* whose range counts */
    bool *on, *linked;                            /* NULL: there is none */
};

/* False: unknown; `why` lists all. */
bool eq_text_find_place(struct eq_place *place, struct params *params, const char *target,
                        char why[EQ_TEXT_WHY_BYTES]);

bool eq_text_bands_alike(const struct band_settings *a, const struct band_settings *b, int count);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Among the files that read equalizers. */
#ifndef EQ_TEXT_PRIVATE_H
#define EQ_TEXT_PRIVATE_H

#include "eq_text.h"

enum { EQ_TEXT_WORDS = 64, EQ_TEXT_LINE = 4096 };

struct eq_reading {
    struct eq_text *eq;
    int number;      /* of the line */
    bool channel[2]; /* that lines are for now */
    bool centre;     /* LS and HS with a Q name it */
};

/* Adds a line to the report. */
void eq_say(struct eq_reading *reading, enum eq_text_verdict verdict, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A number at the beginning of a text, with point or comma, in any locale. The rest of the text,
 * or NULL if there is none. */
const char *eq_number(const char *text, double *value);

/* A whole word; a unit may stick to it: "3.0dB". */
bool eq_word_number(const char *word, const char *unit, double *value);

/* The frequency of a filter; *thousands tells that a point was none. */
bool eq_frequency(const char *word, double *hz, bool *thousands);

bool eq_same(const char *a, const char *b); /* in any case */

/* "ON PK Fc 340 Hz ..." in words. */
void eq_filter(struct eq_reading *reading, char *word[], int count);

/* Adds a band to the channels in use. */
void eq_add(struct eq_reading *reading, const struct band_settings *band,
            enum eq_text_verdict verdict, const char *said);

/* "25 -3.1; 40 -2" ... */
void eq_graphic(struct eq_reading *reading, const char *text);

#endif

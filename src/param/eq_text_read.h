/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of an equalizer's text: eq_text.c tells them apart, eq_text_read.c takes their values.
 */
#ifndef EQ_TEXT_READ_H
#define EQ_TEXT_READ_H

#include "eq_text_parts.h"

enum { LEFT = 1, RIGHT = 2, BOTH = LEFT | RIGHT }; /* bits of channels */

/* A line with a ':'. */
struct line {
    int number; /* from 1 */
    struct text_span key, value;
};

/* A GraphicEQ line waits until it is known how many bands are left for it. */
struct graphic {
    int line;
    unsigned channels; /* bits; 0: there is none */
    struct text_span value;
};

struct import {
    struct eq_text *text;
    double rate_hz;
    struct band_settings flat;
    bool corner;       /* what LS and HS with a Q are */
    unsigned channels; /* that Channel chose, bits */
    int ifs;           /* blocks that are open */
    struct graphic graphic[2];
};

void eq_text_drop(struct import *import, int line, const char *sentence);
void eq_text_drop_noted(struct import *import, int line, const struct eq_text_note *note);

/* By the key of the line. */
void eq_text_read_preamp(struct import *import, const struct line *line);
void eq_text_read_delay(struct import *import, const struct line *line);
void eq_text_read_channel(struct import *import, const struct line *line);
void eq_text_read_band(struct import *import, const struct line *line);
void eq_text_keep_graphic(struct import *import, const struct line *line);

/* When all other lines are read. */
void eq_text_read_graphics(struct import *import);

#endif

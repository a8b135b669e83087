/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Equal-loudness contours (ISO 226:2023 and 2003) and the loudness compensation made of them.
 *
 * Music mixed at one level and heard at a softer one lacks bass: the contours are not parallel.
 * With `reference` the level (phon) at which a volume of 0 dB is heard, and volume v <= 0 dB,
 *
 *     C(f) = [Lp(f, e) - Lp(f, reference)] - (e - reference),   e = max(reference + v, 20)
 *
 * times the intensity brings back what is lost; C(1 kHz) = 0. Four RBJ filters of fixed frequency
 * and Q (one set up to 64 kHz, another above) realise it; only their gains depend on the volume.
 * Valid for 20..90 phon (20..80 above 4 kHz); softer than 20 phon the curve stays that of 20.
 */
#ifndef ISO226_H
#define ISO226_H

#include "biquad.h"

#include <stdbool.h>

enum { ISO226_ROWS = 29, LOUDNESS_SECTIONS = 4, LOUDNESS_STEPS = 92 /* 0..-91 dB */ };

enum iso226_edition { ISO226_2023, ISO226_2003 };

extern const double iso226_hz[ISO226_ROWS];

/* Sound pressure level, dB, that is as loud at row `row` as `phon` dB at 1 kHz. */
double iso226_level(enum iso226_edition edition, int row, double phon);

/* The inverse, of the 2023 edition. */
double iso226_phon_2023(int row, double level_db);

struct loudness_settings {
    bool on;
    enum iso226_edition edition;
    double reference_db;      /* 40..100 dB SPL */
    double intensity_percent; /* 0..200 */
};

/* C at a row, dB, intensity included. */
double loudness_target_db(const struct loudness_settings *settings, int row, double volume_db);

/* Gains of the four filters for every volume of a whole dB, fitted by least squares. */
struct loudness_table {
    double gain_db[LOUDNESS_STEPS][LOUDNESS_SECTIONS];
};

/* Takes some milliseconds. */
void loudness_fit(struct loudness_table *table, const struct loudness_settings *settings,
                  double rate_hz);

/* The filters at a volume (-91..0 dB, fractions between steps). Flat if off. */
void loudness_design(struct biquad sections[LOUDNESS_SECTIONS], const struct loudness_table *table,
                     const struct loudness_settings *settings, double volume_db, double rate_hz);

#endif

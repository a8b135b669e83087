/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * De-esser: a compressor for what lies above a frequency. The sound is split in two that add up to
 * itself, the high part (two first-order high-passes in a row) is compressed by its own level.
 */
#ifndef DEESSER_H
#define DEESSER_H

#include "stage.h"

#include <stdbool.h>

struct deesser_settings {
    bool on;
    double frequency_hz; /* 2000..12000 */
    double threshold_db; /* -60..0 dBFS, peak of the high part */
    double ratio;        /* 1..20 */
    double range_db;     /* 0..24: turned down by this at most */
};

struct deesser_coefs {
    uint32_t on;
    double pole, gain;              /* of a first-order high-pass */
    double threshold, slope, range; /* as powers of two */
    double attack, release;         /* per frame; 1 ms and 60 ms */
};

struct deesser {
    double in[2][2], out[2][2]; /* of the two high-passes: the last frame in and out, per lane */
    double reduction;
    double greatest;
};

void deesser_design(struct deesser_coefs *coefs, const struct deesser_settings *settings,
                    double rate_hz);

STAGE_FORMS(deesser);

#endif

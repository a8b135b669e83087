/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Volume, and the loudness that makes up for it: one stage, since they change together. Apart, each
 * on its way from one value to the next, the lift of a soft volume would for a moment meet the gain
 * of a loud one.
 */
#ifndef VOLUME_H
#define VOLUME_H

#include "bus.h"
#include "eq.h"

struct volume_coefs {
    struct eq_coefs loudness; /* iso226.h; empty: off */
    struct gain_coefs gain;
};

struct volume {
    struct eq loudness;
};

STAGE_FORMS(volume);

#endif

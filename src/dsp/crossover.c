/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "biquad.h"

#include "bilinear.h"

#include <math.h>

enum { ORDERS = 8 };

/* A pole and its conjugate, or one real pole (im = 0). */
struct pole {
    long double re, im;
};

/* Poles of the analog low passes that are -3 dB at s = j. From scipy 1.10.1:
 * scipy.signal.bessel(order, 1, analog=True, output="zpk", norm="mag") */
static const struct pole bessel_poles[ORDERS][CROSSOVER_SECTIONS] = {
    { { -1, 0 } },
    { { -1.1016013305921613L, 0.6360098247570344L } },
    { { -1.3226757999104444L, 0 }, { -1.0474091610089349L, 0.999264436280637L } },
    { { -1.370067830551443L, 0.4102497174937517L }, { -0.9952087643502722L, 1.257105739454665L } },
    { { -1.502316271447478L, 0 },
      { -1.380877325860439L, 0.7179095876267682L },
      { -0.9576765485626814L, 1.4711243207303943L } },
    { { -1.5714904036160289L, 0.3208963742226234L },
      { -1.3818580975965615L, 0.9714718907115699L },
      { -0.9306565229468575L, 1.6618632689425887L } },
    { { -1.6843681792731855L, 0 },
      { -1.61203876622613L, 0.5892445069314736L },
      { -1.3789032167954787L, 1.191566777800656L },
      { -0.9098677806234733L, 1.8364513530363988L } },
    { { -1.757408400401653L, 0.27286757510223264L },
      { -1.6369394181268884L, 0.8227956251396996L },
      { -1.3738412176373767L, 1.3883565758775627L },
      { -0.8928697188471373L, 1.9983258436413063L } },
};

/* On the unit circle, at equal distances; in the same order as above. */
static struct pole butterworth_pole(int order, int i)
{
    double angle = (order % 2 ? 2 * i : 2 * i + 1) * M_PI / (2 * order);

    return (struct pole){ -cos(angle), sin(angle) };
}

static struct analog low_pass(struct pole pole)
{
    long double square = pole.re * pole.re + pole.im * pole.im;

    if (pole.im == 0)
        return (struct analog){ 1, { -pole.re, 0 }, { -pole.re, 1 } };
    return (struct analog){ 2, { square, 0, 0 }, { square, -2 * pole.re, 1 } };
}

/* Fills `analog` with the low pass and returns its sections. */
static int low_passes(struct analog analog[CROSSOVER_SECTIONS], enum crossover_kind kind, int order)
{
    /* Linkwitz-Riley is Butterworth twice; of an odd Butterworth the real pole is doubled. */
    int half = kind == CROSSOVER_LINKWITZ_RILEY ? (order + 1) / 2 : order;
    int sections = (half + 1) / 2;

    for (int i = 0; i < sections; i++)
        analog[i] = low_pass(kind == CROSSOVER_BESSEL ? bessel_poles[order - 1][i]
                                                      : butterworth_pole(half, i));
    if (kind != CROSSOVER_LINKWITZ_RILEY)
        return sections;
    for (int pair = 0; pair < half / 2; pair++)
        analog[sections++] = analog[half % 2 + pair];
    if (half % 2)
        analog[0] = (struct analog){ 2, { 1, 0, 0 }, { 1, 2, 1 } };
    return sections;
}

void crossover_design(struct biquad sections[CROSSOVER_SECTIONS],
                      const struct crossover_settings *crossover, enum crossover_side side,
                      double rate_hz)
{
    struct analog analog[CROSSOVER_SECTIONS];
    long double frequency_hz = bilinear_held(crossover->frequency_hz, 10, 20000);
    int order = crossover->order < 1 ? 1 : crossover->order > ORDERS ? ORDERS : crossover->order;
    int count = 0;

    if (crossover->kind > CROSSOVER_OFF && crossover->kind < CROSSOVER_KINDS)
        count = low_passes(analog, crossover->kind, order);
    for (int i = 0; i < CROSSOVER_SECTIONS; i++) {
        sections[i] = biquad_flat;
        if (i >= count)
            continue;
        if (side == CROSSOVER_HIGH_PASS)
            analog[i] = analog_mirror(analog[i]);
        sections[i] = bilinear(&analog[i], frequency_hz, rate_hz);
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "eq.h"

#include <string.h>

static bool is_flat(const struct biquad *b)
{
    return b->b0 == 1 && b->c1 == 0 && b->c2 == 0;
}

static void put_lane(struct eq_section *section, int lane, const struct biquad *b)
{
    section->c1[lane] = b->c1;
    section->c2[lane] = b->c2;
    section->a1[lane] = b->a1;
    section->a2[lane] = b->a2;
}

void eq_design(struct eq_coefs *coefs, const struct biquad *left, const struct biquad *right,
               uint32_t count)
{
    memset(coefs, 0, sizeof *coefs);
    coefs->gain[0] = coefs->gain[1] = 1;
    for (uint32_t i = 0; i < count && i < EQ_SECTIONS; i++) {
        if (is_flat(&left[i]) && is_flat(&right[i]))
            continue;
        coefs->slot[coefs->count] = i;
        put_lane(&coefs->section[coefs->count], 0, &left[i]);
        put_lane(&coefs->section[coefs->count], 1, &right[i]);
        coefs->count++;
    }
    for (uint32_t k = coefs->count; k-- > 0;) {
        const struct biquad *lane[EQ_LANES] = { &left[coefs->slot[k]], &right[coefs->slot[k]] };

        for (int c = 0; c < EQ_LANES; c++) {
            coefs->section[k].tail[c] = coefs->gain[c];
            coefs->gain[c] *= lane[c]->b0;
        }
    }
}

static bool is_within_an_octave(double a, double b)
{
    return a <= 2 * b && b <= 2 * a;
}

/* A state of one filter is no start for quite another: at low frequencies, where states are large,
 * it would be a push of tens of dB. What they ring at (1 + a1 + a2 is about its square) and how
 * fast that fades (1 - a2) must be alike. */
static bool is_near(const struct eq_section *from, const struct eq_section *to, int lane)
{
    return is_within_an_octave(1 + from->a1[lane] + from->a2[lane],
                               1 + to->a1[lane] + to->a2[lane]) &&
           is_within_an_octave(1 - from->a2[lane], 1 - to->a2[lane]);
}

void eq_adapt(void *state, const void *from_coefs, const void *to_coefs)
{
    const struct eq_coefs *from = from_coefs, *to = to_coefs;
    struct eq *eq = state, old = *eq;
    uint32_t i = 0;

    memset(eq, 0, sizeof *eq);
    for (uint32_t k = 0; k < to->count; k++) {
        while (i < from->count && from->slot[i] < to->slot[k])
            i++;
        if (i == from->count || from->slot[i] != to->slot[k])
            continue;
        for (int c = 0; c < EQ_LANES; c++) {
            double scale = to->section[k].tail[c] / from->section[i].tail[c];

            if (!is_near(&from->section[i], &to->section[k], c))
                continue;
            eq->s1[k][c] = scale * old.s1[i][c];
            eq->s2[k][c] = scale * old.s2[i][c];
        }
    }
}

double complex eq_response(const struct eq_coefs *coefs, int lane, double frequency_hz,
                           double rate_hz)
{
    double complex h = coefs->gain[lane];

    for (uint32_t k = 0; k < coefs->count; k++) {
        const struct eq_section *section = &coefs->section[k];
        struct biquad biquad = { .b0 = 1,
                                 .c1 = section->c1[lane],
                                 .c2 = section->c2[lane],
                                 .a1 = section->a1[lane],
                                 .a2 = section->a2[lane] };

        h *= biquad_response(&biquad, frequency_hz, rate_hz);
    }
    return h;
}

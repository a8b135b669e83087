/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Logarithm and power to the base 2, four at a time. Gains are computed on this scale, where 1 is
 * 6.02 dB. Polynomials are summed up in a tree, not in a row: it is the latency that costs. Errors
 * below 1e-9 (log2, absolute) and 5e-9 (exp2, relative): 3e-8 dB and less.
 */
#ifndef POWER_H
#define POWER_H

#include "lanes.h"

/* log2(x) for x > 0, not a denormal. */
INLINE quad quad_log2(quad x)
{
    const int64_t one = 0x3ff0000000000000, root_half = 0x3fe6a09e667f3bcd;
    quad_mask bits = (quad_mask)x;
    quad_mask raised = bits + (one - root_half); /* so that the mantissa is 0.707..1.414 */
    quad_mask biased = raised >> 52;
    quad mantissa = (quad)(bits - (raised & 0x7ff0000000000000) + one);
    quad exponent = (quad)(biased | 0x4330000000000000) - (4503599627370496.0 + 1023.0);
    quad t = (mantissa - 1.0) / (mantissa + 1.0); /* ln m = 2 artanh t, |t| < 0.172 */
    quad t2 = t * t;
    quad t4 = t2 * t2;
    quad low = quad_fma(t2, quad_of(0.961796693925975547), quad_of(2.885390081777926815));
    quad middle = quad_fma(t2, quad_of(0.412198583111132377), quad_of(0.577078016355585328));
    quad high = quad_fma(t2, quad_of(0.262308189252538785), quad_of(0.320598897975325182));

    return quad_fma(t, quad_fma(quad_fma(high, t4, middle), t4, low), exponent);
}

/* 2^x; x is held within -1000..1000. */
INLINE quad quad_exp2(quad x)
{
    const double magic = 6755399441055744.0; /* 1.5 * 2^52: adding it rounds to a whole number */
    quad whole, part, square, first, second, power;

    x = quad_max(quad_min(x, quad_of(1000)), quad_of(-1000));
    whole = x + magic;
    part = x - (whole - magic);
    square = part * part;
    first = quad_fma(square,
                     quad_fma(part, quad_of(5.5504108664821580e-2), quad_of(2.4022650695910072e-1)),
                     quad_fma(part, quad_of(6.9314718055994531e-1), quad_of(1)));
    second = quad_fma(
        square, quad_fma(part, quad_of(1.5252733804059840e-5), quad_of(1.5403530393381608e-4)),
        quad_fma(part, quad_of(1.3333558146428443e-3), quad_of(9.6181291076284772e-3)));
    power = quad_fma(square * square, second, first);
    return (quad)((quad_mask)power + ((quad_mask)whole << 52));
}

#endif

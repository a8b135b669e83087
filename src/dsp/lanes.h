/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vectors of doubles, as the compiler's own: one source for SSE2, AVX2, NEON and scalar code. */
#ifndef LANES_H
#define LANES_H

#include <stdint.h>
#include <string.h>

#if defined __SSE2__
#include <immintrin.h>
#elif defined __aarch64__
#include <arm_neon.h>
#endif

typedef double pair __attribute__((vector_size(16)));
typedef double quad __attribute__((vector_size(32)));
typedef int64_t pair_mask __attribute__((vector_size(16)));
typedef int64_t quad_mask __attribute__((vector_size(32)));
typedef uint64_t quad_bits __attribute__((vector_size(32)));

#define INLINE static inline __attribute__((always_inline))

INLINE pair pair_load(const double *from)
{
    pair p;

    memcpy(&p, from, sizeof p);
    return p;
}

INLINE void pair_store(double *to, pair p)
{
    memcpy(to, &p, sizeof p);
}

INLINE pair pair_of(double x)
{
    return (pair){ x, x };
}

INLINE pair pair_swap(pair p)
{
    return (pair){ p[1], p[0] };
}

INLINE quad quad_load(const double *from)
{
    quad q;

    memcpy(&q, from, sizeof q);
    return q;
}

INLINE void quad_store(double *to, quad q)
{
    memcpy(to, &q, sizeof q);
}

INLINE quad quad_of(double x)
{
    return (quad){ x, x, x, x };
}

/* Compilers take the long way from elements to halves. */
#ifdef __AVX2__
INLINE quad quad_join(pair low, pair high)
{
    return (quad)_mm256_insertf128_pd(_mm256_castpd128_pd256((__m128d)low), (__m128d)high, 1);
}

INLINE pair quad_low(quad q)
{
    return (pair)_mm256_castpd256_pd128((__m256d)q);
}

INLINE pair quad_high(quad q)
{
    return (pair)_mm256_extractf128_pd((__m256d)q, 1);
}
#else
INLINE quad quad_join(pair low, pair high)
{
    return (quad){ low[0], low[1], high[0], high[1] };
}

INLINE pair quad_low(quad q)
{
    return (pair){ q[0], q[1] };
}

INLINE pair quad_high(quad q)
{
    return (pair){ q[2], q[3] };
}
#endif

/* a where the mask is set, else b */
INLINE quad quad_choose(quad_mask mask, quad a, quad b)
{
    return (quad)((mask & (quad_mask)a) | (~mask & (quad_mask)b));
}

INLINE quad quad_abs(quad q)
{
    return (quad)((quad_mask)q & INT64_MAX);
}

INLINE pair pair_abs(pair p)
{
    return (pair)((pair_mask)p & INT64_MAX);
}

/* a b + c, in one step where the form has such a step. The compiler is not left to choose
 * (-ffp-contract=off): it would choose differently from loop to loop, and so from split to split.
 */
#if defined __FMA__
INLINE pair pair_fma(pair a, pair b, pair c)
{
    return (pair)_mm_fmadd_pd((__m128d)a, (__m128d)b, (__m128d)c);
}

INLINE quad quad_fma(quad a, quad b, quad c)
{
    return (quad)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
}
#elif defined __aarch64__
INLINE pair pair_fma(pair a, pair b, pair c)
{
    return (pair)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
}

INLINE quad quad_fma(quad a, quad b, quad c)
{
    return quad_join(pair_fma(quad_low(a), quad_low(b), quad_low(c)),
                     pair_fma(quad_high(a), quad_high(b), quad_high(c)));
}
#else
INLINE pair pair_fma(pair a, pair b, pair c)
{
    return a * b + c;
}

INLINE quad quad_fma(quad a, quad b, quad c)
{
    return a * b + c;
}
#endif

/* Compilers make max and min of no comparison of vectors. Not for NaN. */
#if defined __SSE2__
INLINE double max_of(double a, double b)
{
    return _mm_cvtsd_f64(_mm_max_sd(_mm_set_sd(a), _mm_set_sd(b)));
}

INLINE double min_of(double a, double b)
{
    return _mm_cvtsd_f64(_mm_min_sd(_mm_set_sd(a), _mm_set_sd(b)));
}

INLINE pair pair_max(pair a, pair b)
{
    return (pair)_mm_max_pd((__m128d)a, (__m128d)b);
}

INLINE pair pair_min(pair a, pair b)
{
    return (pair)_mm_min_pd((__m128d)a, (__m128d)b);
}
#elif defined __aarch64__
INLINE double max_of(double a, double b)
{
    return __builtin_fmax(a, b);
}

INLINE double min_of(double a, double b)
{
    return __builtin_fmin(a, b);
}

INLINE pair pair_max(pair a, pair b)
{
    return (pair)vmaxq_f64((float64x2_t)a, (float64x2_t)b);
}

INLINE pair pair_min(pair a, pair b)
{
    return (pair)vminq_f64((float64x2_t)a, (float64x2_t)b);
}
#else
INLINE double max_of(double a, double b)
{
    return a > b ? a : b;
}

INLINE double min_of(double a, double b)
{
    return a < b ? a : b;
}

INLINE pair pair_max(pair a, pair b)
{
    return (pair){ a[0] > b[0] ? a[0] : b[0], a[1] > b[1] ? a[1] : b[1] };
}

INLINE pair pair_min(pair a, pair b)
{
    return (pair){ a[0] < b[0] ? a[0] : b[0], a[1] < b[1] ? a[1] : b[1] };
}
#endif

INLINE quad quad_max(quad a, quad b)
{
#ifdef __AVX2__
    return (quad)_mm256_max_pd((__m256d)a, (__m256d)b);
#else
    return quad_join(pair_max(quad_low(a), quad_low(b)), pair_max(quad_high(a), quad_high(b)));
#endif
}

INLINE quad quad_min(quad a, quad b)
{
#ifdef __AVX2__
    return (quad)_mm256_min_pd((__m256d)a, (__m256d)b);
#else
    return quad_join(pair_min(quad_low(a), quad_low(b)), pair_min(quad_high(a), quad_high(b)));
#endif
}

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Denormals to zero, for as long as a chain runs: a filter that rings out would otherwise slow the
 * processor down by a factor of ten, and results would depend on who calls.
 */
#ifndef FLUSH_H
#define FLUSH_H

#include <stdint.h>

#if defined __SSE2__
#include <xmmintrin.h>

static inline uintptr_t flush_begin(void)
{
    unsigned old = _mm_getcsr();

    _mm_setcsr(old | 0x8040); /* results and operands */
    return old;
}

static inline void flush_end(uintptr_t old)
{
    _mm_setcsr((unsigned)old);
}
#elif defined __aarch64__
static inline uintptr_t flush_begin(void)
{
    uintptr_t old;

    __asm__ volatile("mrs %0, fpcr" : "=r"(old));
    __asm__ volatile("msr fpcr, %0" : : "r"(old | 1u << 24));
    return old;
}

static inline void flush_end(uintptr_t old)
{
    __asm__ volatile("msr fpcr, %0" : : "r"(old));
}
#elif defined __arm__ && defined __ARM_FP
static inline uintptr_t flush_begin(void)
{
    uintptr_t old;

    __asm__ volatile("vmrs %0, fpscr" : "=r"(old));
    __asm__ volatile("vmsr fpscr, %0" : : "r"(old | 1u << 24));
    return old;
}

static inline void flush_end(uintptr_t old)
{
    __asm__ volatile("vmsr fpscr, %0" : : "r"(old));
}
#else
static inline uintptr_t flush_begin(void)
{
    return 0;
}

static inline void flush_end(uintptr_t old)
{
    (void)old;
}
#endif

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Realtime is part of the prototype: a function marked RT may run in the JACK callback or in a PCM
 * thread. It allocates, locks, logs, sleeps and blocks never, and its work is bounded.
 *
 * The two kinds of realtime thread say where their loop's body begins and ends with rt_enter() and
 * rt_leave(). In production that is a test of a pointer. Under tests/fake/rtguard.so, a preload
 * library, whatever breaks the rule between the two is reported with a backtrace.
 */
#ifndef RT_H
#define RT_H

#define RT

/* Set once by rt_guard_find(), before any realtime thread runs; NULL without a guard. */
extern void (*rt_guard_enter)(void);
extern void (*rt_guard_leave)(void);

/* Looks for a preloaded guard (dlsym of "rt_guard_enter_hook", "rt_guard_leave_hook"). Main thread.
 */
void rt_guard_find(void);

static inline void rt_enter(void)
{
    if (rt_guard_enter)
        rt_guard_enter();
}

static inline void rt_leave(void)
{
    if (rt_guard_leave)
        rt_guard_leave();
}

#endif

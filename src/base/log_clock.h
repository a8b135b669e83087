/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clock of the log's hold-back, so that a test can turn it. */
#ifndef LOG_CLOCK_H
#define LOG_CLOCK_H

#include <stdint.h>

/* Nanoseconds of CLOCK_MONOTONIC; replaced only while no other thread logs. */
extern int64_t (*log_clock_ns)(void);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the benchmark of the sound runs: our stages, plug-ins, libraries, and the loops of other
 * programs, all behind one interface. Two lines of floats in, two out, never the same ones.
 */
#ifndef PEER_H
#define PEER_H

#include <stdbool.h>
#include <stdint.h>

enum { PEER_RATE = 48000, PEER_FRAMES_MAX = 4096 };

enum peer_stage {
    PEER_EQ,
    PEER_CROSSFEED,
    PEER_COMPRESSOR,
    PEER_LIMITER,
    PEER_CHAIN,
    PEER_NEUTRAL, /* a chain that is told nothing */
    PEER_STAGES
};

enum peer_rank {
    PEER_OURS,
    PEER_KERNEL,  /* the loop of another program, written anew: nothing around it */
    PEER_PACKAGED /* as Debian ships it */
};

struct peer {
    const char *name;
    enum peer_stage stage;
    enum peer_rank rank;
    const struct peer_host *host;
    const void *what;  /* the host's: a file, a URI, a struct */
    const char *label; /* of a LADSPA plug-in in its file */
    const char
        *settings; /* LADSPA: the controls' values in the order of the ports; LV2: symbol=value
                      ..., the others have their defaults */
    bool mono;     /* only the left line counts */
    bool less;     /* does less than the others: no measure for the targets */
};

struct peer_host {
    /* NULL: cannot be run here, and `why` says why. */
    void *(*open)(const struct peer *peer, const char **why);
    void (*run)(void *self, const float *const in[2], float *const out[2], uint32_t frames);
};

/* Opened once, for good. */
struct peer_running {
    const struct peer *peer;
    void *self; /* NULL: not here */
    const char *why;
};

extern const struct peer_host peer_ladspa, peer_lv2, peer_bs2b, peer_kernel, peer_chain;

/* The parts of a chain, in the order they are run in; one without a host is left out. */
enum chain_part {
    PART_COMPRESSOR,
    PART_LOUDNESS,
    PART_EQ,
    PART_CROSSFEED,
    PART_STRIP_EQ,
    PART_STRIP_DELAY,
    PART_STRIP_LIMITER,
    PART_SUB_EQ, /* the sub: mono from here on */
    PART_SUB_DELAY,
    PART_SUB_LIMITER,
    PARTS
};

struct chain_parts {
    struct peer part[PARTS];
};

extern const struct peer peer_table[];
extern const int peer_count;

/* Ours, the best form of each stage first. */
extern const struct peer ours_table[];
extern const int ours_count;

/* Says "58 biquads" of our chain; empty without one. */
const char *ours_remark(void);

static inline void peer_run(const struct peer_running *running, const float *const in[2],
                            float *const out[2], uint32_t frames)
{
    running->peer->host->run(running->self, in, out, frames);
}

/* The bands of the equalizers: number, Hz, dB, gain. Q is 1.41. A smooth curve, which those too can
 * follow whose bands lie in parallel. */
#define PEER_BANDS_8(X)                                                                            \
    X(0, 31.25, 6, 1.99526)                                                                        \
    X(1, 62.5, 5, 1.77828)                                                                         \
    X(2, 125, 4, 1.58489)                                                                          \
    X(3, 250, 2, 1.25893)                                                                          \
    X(4, 500, -1, 0.891251)                                                                        \
    X(5, 1000, -4, 0.630957)                                                                       \
    X(6, 2000, -6, 0.501187)                                                                       \
    X(7, 4000, -4, 0.630957)
#define PEER_BANDS_10(X)                                                                           \
    PEER_BANDS_8(X)                                                                                \
    X(8, 8000, 2, 1.25893)                                                                         \
    X(9, 16000, 5, 1.77828)
#define PEER_BANDS_14(X)                                                                           \
    PEER_BANDS_10(X)                                                                               \
    X(10, 60, 3, 1.41254)                                                                          \
    X(11, 150, 2, 1.25893)                                                                         \
    X(12, 3000, -1, 0.891251)                                                                      \
    X(13, 11000, 2, 1.25893)
#define PEER_Q 1.41

#endif

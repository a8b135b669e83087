/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peer_check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK = 64, SECOND = PEER_RATE / BLOCK * BLOCK };

struct heard {
    double level[2]; /* rms out over rms in of the left line, dB; second half */
    double peak;
    bool changed; /* a sample out differs from the one in */
};

static double db(double ratio)
{
    return 20 * log10(ratio + 1e-9);
}

static void block_of(float in[2][BLOCK], uint32_t at, double hz, double amplitude, double right)
{
    for (uint32_t n = 0; n < BLOCK; n++) {
        double x = amplitude * sin(2 * M_PI * hz * (at + n) / PEER_RATE);

        in[0][n] = (float)x;
        in[1][n] = (float)(right * x);
    }
}

/* A second of a sine; the right line has `right` of it. */
static struct heard listen(const struct peer_running *running, double hz, double amplitude,
                           double right)
{
    float in[2][BLOCK], out[2][BLOCK];
    double square[2] = { 0, 0 };
    struct heard heard = { .peak = 0 };

    for (uint32_t at = 0; at < SECOND; at += BLOCK) {
        block_of(in, at, hz, amplitude, right);
        peer_run(running, (const float *[]){ in[0], in[1] }, (float *[]){ out[0], out[1] }, BLOCK);
        for (uint32_t i = 0; at >= SECOND / 2 && i < 2 * BLOCK; i++) {
            square[i / BLOCK] += pow(out[i / BLOCK][i % BLOCK], 2);
            heard.peak = fmax(heard.peak, fabsf(out[i / BLOCK][i % BLOCK]));
            heard.changed |= out[i / BLOCK][i % BLOCK] != in[i / BLOCK][i % BLOCK];
        }
    }
    for (int c = 0; c < 2; c++)
        heard.level[c] = db(sqrt(square[c] / (SECOND - SECOND / 2)) / (amplitude / M_SQRT2));
    return heard;
}

/* PEER_BANDS_10 make -5.3, -4.9 and +1.5 dB of 1, 4 and 8 kHz; bandwidths are not the same
 * everywhere, and bands in parallel (CAPS) add some dB to all. */
static bool check_eq(const struct peer_running *running, char *says)
{
    double at1 = listen(running, 1000, 0.05, 1).level[0];
    double at4 = listen(running, 4000, 0.05, 1).level[0];
    struct heard at8 = listen(running, 8000, 0.05, 1);

    snprintf(says, PEER_SAYS_BYTES, "1, 4, 8 kHz: %+.1f %+.1f %+.1f dB", at1, at4, at8.level[0]);
    return fabs(at8.level[0] - at1 - 6.8) < 2.5 && fabs(at8.level[0] - at4 - 6.4) < 4 &&
           fabs(at8.level[0] - at8.level[1]) < 0.1;
}

static bool check_crossfeed(const struct peer_running *running, char *says)
{
    struct heard low = listen(running, 200, 0.3, 0), high = listen(running, 6000, 0.3, 0);
    double feed = low.level[1] - low.level[0], treble = high.level[1] - high.level[0];

    snprintf(says, PEER_SAYS_BYTES, "crosses: 200 Hz %+.1f dB, 6 kHz %+.1f dB", feed, treble);
    return feed > -8 && feed < -2 && treble < feed - 8;
}

static bool check_compressor(const struct peer_running *running, char *says)
{
    double soft = listen(running, 1000, 0.005, 1).level[0];
    double loud = listen(running, 1000, 0.5, 1).level[0];

    snprintf(says, PEER_SAYS_BYTES, "-6 dBFS turned down by %.1f dB", soft - loud);
    return soft - loud > 4 && soft - loud < 20;
}

static bool check_limiter(const struct peer_running *running, char *says)
{
    struct heard soft = listen(running, 1000, 0.05, 1), loud = listen(running, 1000, 0.9, 1);

    snprintf(says, PEER_SAYS_BYTES, "peak of 0.9: %.3f; softly %+.1f dB", loud.peak, soft.level[0]);
    return loud.peak < 0.33 && loud.peak > 0.2 && fabs(soft.level[0]) < 0.5;
}

static bool check_chain(const struct peer_running *running, char *says)
{
    struct heard left = listen(running, 500, 0.5, 0), high = listen(running, 4000, 0.05, 1);

    snprintf(says, PEER_SAYS_BYTES, "peak %.3f, crosses %+.1f dB, 4 kHz %+.1f dB", left.peak,
             left.level[1] - left.level[0], high.level[0]);
    return left.peak < 0.33 && left.peak > 0.01 && left.level[1] - left.level[0] > -12;
}

static bool check_neutral(const struct peer_running *running, char *says)
{
    struct heard heard = listen(running, 1000, 0.3, 0.5);

    strcpy(says, heard.changed ? "changes bits" : "changes no bit");
    return !heard.changed;
}

bool peer_check(const struct peer_running *running, char says[PEER_SAYS_BYTES])
{
    static bool (*const checks[PEER_STAGES])(const struct peer_running *, char *) = {
        [PEER_EQ] = check_eq,
        [PEER_CROSSFEED] = check_crossfeed,
        [PEER_COMPRESSOR] = check_compressor,
        [PEER_LIMITER] = check_limiter,
        [PEER_CHAIN] = check_chain,
        [PEER_NEUTRAL] = check_neutral,
    };

    return checks[running->peer->stage](running, says);
}

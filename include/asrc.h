/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The account of one bridge: an asynchronous sample rate converter between JACK's clock and a
 * card's. It runs in the JACK callback and never calls ALSA; a pcm thread is at the other end of
 * its ring.
 *
 * Everything is a position. JACK frames and card frames are numbered; each clock's line says when
 * a number passes. The latency of the path is then a plain difference,
 *
 *     capture:   latency = card count now - card position of the frame being made
 *     playback:  latency = time until the card plays the next frame - time it spent in JACK
 *
 * and is held at `target` by the ratio: step = f_in / f_out * (1 + error / (8 s * f)), where the
 * rates are those estimated by the two clocks and the correction stays below 100 ppm. There is no
 * integrator: the estimates carry the drift.
 *
 * Because frames have positions, whatever goes missing (a late thread, an xrun, a stall of JACK)
 * leaves the account right: frames that come too late are thrown away, and what is heard is a fade
 * to silence and back at the same latency.
 *
 * The lowest targets that work, in frames, for a JACK period J, a card that counts in steps of F, a
 * filter that reaches H frames ahead and a margin M against late wake-ups:
 *
 *     capture:   J + F + H + M        playback (to the card's pointer):  H + 1 + M
 */
#ifndef ASRC_H
#define ASRC_H

#include "clock.h"
#include "extend.h"
#include "fade.h"
#include "mbox.h"
#include "resamp.h"
#include "ring.h"
#include "rt.h"

#include <stdatomic.h>

enum asrc_direction { ASRC_CAPTURE, ASRC_PLAYBACK };

struct asrc_config {
    enum asrc_direction direction;
    uint32_t jack_rate_hz;
    uint32_t jack_period; /* frames */
    uint32_t card_rate_hz;
    uint32_t card_step; /* frames the card's count moves at once: a USB packet or a period */
    uint32_t lanes;     /* audio channels carried: 1 or 2 */
    enum resamp_quality quality;
    double margin_s; /* spare time against late wake-ups, at first */
};

/* pcm thread -> callback, after each look at the card; latest wins. */
struct asrc_card {
    struct clock_line line;
    double ppm;       /* of the card against its nominal rate */
    int64_t position; /* capture: card position of ring frame `ring_number`;
                         playback: card position up to which the card has been given frames */
    uint32_t ring_number;
    uint32_t epoch;  /* another one: the card's count started afresh */
    uint32_t broken; /* playback: the last segment that ran dry and was padded */
    bool locked;     /* the line may be trusted */
};

/* callback -> playback pcm thread: ring frame `ring_number` belongs at card position `position`. */
struct asrc_segment {
    int64_t position;
    uint32_t ring_number;
    uint32_t id; /* 1, 2, ...; 0 is none */
};

enum asrc_phase {
    ASRC_SILENT, /* waiting until both clocks can be trusted */
    ASRC_LIVE,
    ASRC_LEAVING /* fading out, then silent */
};

/* callback -> daemon, each cycle; latest wins. */
struct asrc_status {
    enum asrc_phase phase;
    double latency_frames; /* of the path, JACK frames; what it is held at */
    double error_frames;   /* present deviation from it */
    double ppm;            /* of the card against JACK */
    double margin_s;
    uint32_t late;     /* times the other end was late and the sound dipped */
    uint32_t restarts; /* times the account began afresh */
    uint32_t lost;     /* frames thrown away because the ring was full */
    uint32_t miscounted;
    float gain; /* the fade's */
};

enum asrc_command { ASRC_OFF, ASRC_ON, ASRC_STOP };

struct asrc {
    /* shared */
    _Atomic int command; /* enum asrc_command: ON and STOP set by the opener, OFF by the callback;
                            all else belongs to the callback unless it is OFF */
    struct asrc_config config;
    struct ring ring;
    struct mbox card_box;    /* struct asrc_card */
    struct mbox segment_box; /* struct asrc_segment */
    struct mbox status_box;  /* struct asrc_status */

    /* the callback's */
    struct asrc_card card;
    struct asrc_segment segment;
    struct resamp resamp;
    struct fade fade;
    struct extend extend; /* capture: what goes on under the fade */
    enum asrc_phase phase;
    bool inventing; /* capture: fed by `extend` and silence until the fade is down */
    double target;  /* latency, JACK frames */
    double margin_s;
    int64_t origin;   /* of the resampler's input: JACK frame (playback), card frame (capture) */
    int64_t position; /* playback: card position of the next frame to be made */
    uint32_t hold;    /* output frames to be kept silent before the fade goes on */
    uint32_t jack_epoch;
    uint32_t epoch;       /* of the card, the live account's */
    uint32_t lived;       /* playback: frames made since the account began */
    int64_t broken_ns;    /* playback: the card's line when the last segment broke */
    uint32_t lost_seen;   /* capture: of ring.lost, when the ring was last emptied for it */
    bool stale;           /* capture: what the card said last is from before that */
    uint32_t late_recent; /* in the present ten seconds */
    int64_t late_since_ns;
    struct asrc_status status;
    float *input;                   /* work: interleaved, into the resampler */
    float *output;                  /* work: interleaved, out of it */
    uint32_t input_max, output_max; /* frames */
};

/* JACK's side of a cycle. */
struct asrc_cycle {
    const struct clock_line *jack; /* JACK's frame clock */
    int64_t frame;                 /* number of the cycle's first frame */
    uint32_t frames;               /* in the cycle; at most config.jack_period */
    uint32_t epoch;                /* another one: JACK's count jumped (xrun, new server) */
    bool locked;                   /* the line may be trusted */
    bool gap;                      /* the first cycle after a tenth of a second without one */
};

/* Everything allocated here. The command must be OFF (as in zeroed memory) and stays so; a callback
 * may be looking at it. Returns 0, -EINVAL, -ENOMEM. Not realtime. */
int asrc_init(struct asrc *asrc, const struct asrc_config *config);
void asrc_finish(struct asrc *asrc); /* only when OFF; fine on a zeroed one */

/* The latency a bridge will have, in JACK frames, without what is in flight behind the card. */
double asrc_target(const struct asrc_config *config, double margin_s);

/* Playback: frames the card must hold, from JACK's post to the next one, at card rate. */
uint32_t asrc_card_fill(const struct asrc_config *config, double margin_s);

/* Callback, instead of the other two: silence at once, and the opener gets its answer. For cycles
 * this asrc was not made for (freewheeling, another period). */
RT void asrc_rest(struct asrc *asrc);

/* Callback, playback: takes a cycle of sound; lane[i] has cycle->frames samples. */
RT void asrc_play(struct asrc *asrc, const struct asrc_cycle *cycle, const float *const lane[]);

/* Callback, capture: makes a cycle of sound. */
RT void asrc_capture(struct asrc *asrc, const struct asrc_cycle *cycle, float *const lane[]);

#endif

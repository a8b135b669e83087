/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The deterministic simulator: the code of src/rt, stepped in simulated time against simulated
 * clocks of JACK and of a card on USB. Hours in seconds, seeded, bit-repeatable.
 *
 * Modelled: JACK cycles that wake late (exponential jitter, rare spikes), a card that counts at its
 * own rate and moves in packets of a millisecond, the two pcm threads waking late after a packet or
 * a post, a buffer that runs empty or full, and what libasound returns when things go wrong. Not
 * modelled: the time the code itself takes, and USB frames in flight behind the card's pointer.
 *
 * Signal: each side hears a composite of 1 kHz and 50 Hz that its source counts in its own frames;
 * simulator_delay() finds from the phases of what came out how old it is, independently of what the
 * code believes.
 */
#ifndef SIMULATOR_H
#define SIMULATOR_H

#include "pcm.h"
#include "process.h"

struct simulator_config {
    uint32_t jack_rate_hz, jack_period;
    uint32_t card_rate_hz;
    double jack_ppm, card_ppm;
    double packet_s;              /* 0.001; 0: the count is continuous, with wakes each period */
    double jitter_s;              /* mean lateness of each wake */
    double spike_chance, spike_s; /* a wake is up to spike_s later */
    bool call_stamps;             /* stamped at the call, not at the packet: libasound's ioplug */
    enum resamp_quality play_quality, capture_quality;
    double play_margin_s, capture_margin_s;
    uint32_t buffer_frames;
    enum sample_format format;
    uint32_t play_channels, capture_channels;
    uint64_t seed;
    bool play, capture;         /* which bridges exist */
    double seconds_max;         /* room of the recordings */
    double tone_gain, low_gain; /* of 1 kHz and of 50 Hz */
    double tone_hz;
    double prior_ppm; /* NAN: never met before */
};

struct simulator_config simulator_default(void);

/* What the simulated card does to its callers. */
enum simulator_fault { FAULT_NONE, FAULT_UNPLUGGED, FAULT_FROZEN, FAULT_XRUN, FAULT_SUSPENDED };

struct simulator_card {
    struct simulator *simulator;
    enum asrc_direction direction;
    struct asrc *asrc;
    struct pcm pcm;
    bool open, running;
    int gone_errno;
    enum simulator_fault fault;
    int64_t start;    /* card count at which the stream started */
    int64_t hw, appl; /* stream counts */
    int64_t stamp_ns; /* of hw */
    double wake;      /* the thread's next wake, s; INFINITY none */
    double expire;    /* playback: wake without a post */
    bool kicked;
    enum pcm_end end;
    unsigned shorts; /* every n-th write takes only half; 0 never */
    unsigned writes;
};

struct simulator {
    struct simulator_config config;
    struct process process;
    struct simulator_card play, capture;
    uint64_t random;
    double now;         /* s */
    double next_cycle;  /* wake of the next JACK cycle */
    double next_tick;   /* of the card's packets */
    int64_t cycles;     /* JACK cycles begun */
    double hurry;       /* cycles come this many times too fast (freewheeling); 0: they do not */
    double stall_until; /* JACK stands still */
    double delay;       /* of its cycles since the beginning: it slept, and counts on */
    uint32_t skip;      /* frames JACK's counter jumps at the next cycle */
    int64_t jack_frame; /* JACK's true frame number */
    double card_count;  /* at card_time */
    double card_time;
    double card_rate;    /* true, Hz */
    int64_t card_ticked; /* whole frames at the last tick */

    float *heard; /* by the headset: left, by card count; NAN: never played */
    int64_t heard_frames;
    float *returned; /* out_1, by JACK frame */
    int64_t returned_frames;
    double *step; /* playback's ratio per JACK cycle, for the pitch; 0: nothing is heard */
    int64_t steps, steps_max;
    float *buffer[12];
    double listen_scale; /* 1, or 0: nothing is played */
};

int simulator_init(struct simulator *simulator, const struct simulator_config *config);
void simulator_finish(struct simulator *simulator);

/* The opener's part. Plug: a new stream as after open and hw_params. */
int simulator_plug(struct simulator *simulator, struct simulator_card *card);
/* Ends the stream: the thread is gone, the callback told to stop; true when it has let go. */
bool simulator_unplug(struct simulator *simulator, struct simulator_card *card);

void simulator_run(struct simulator *simulator, double until);

/* The card's clock steps by ppm. */
void simulator_card_step(struct simulator *simulator, double ppm);

/* True time at which the card's continuous count passes `count`; valid without a step since. */
double simulator_card_time(const struct simulator *simulator, double count);

/*
 * The age of the sound around frame `at`, in JACK frames, by the phases of its two tones over 40
 * ms: what the card's continuous count plays at `at` (playback), or out_1 at JACK frame `at`.
 */
double simulator_play_delay(const struct simulator *simulator, int64_t at);
double simulator_capture_delay(const struct simulator *simulator, int64_t at);

/* Playback's ratio from `from_s` on, while something is heard: rms around its mean. */
double simulator_pitch_jitter_ppm(const struct simulator *simulator, double from_s);

/* Residual of the tone in `frames` from `at`, dB below the tone, frequency and phase fitted. */
double simulator_residual_db(const float *sound, int64_t at, int64_t frames, double tone,
                             double low);

#endif

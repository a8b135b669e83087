/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The JACK client: its life, its ports, its callback around process_run(), and the bridges.
 *
 *     waiting for a server -> running -> (graph stopped) -> closing -> waiting ...
 *
 * A normal thread of its own opens and closes the client (closing may take seconds when a server
 * has died badly); JACK's callbacks only set flags. Bridges live through the death of a server:
 * their devices stay open and play silence. When the server comes back with the same rate and
 * period everything goes on as it was; with others the bridges are opened anew.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include "bridge.h"
#include "config.h"
#include "params.h"
#include "process.h"
#include "spectrum.h"

#include <stdbool.h>
#include <stdint.h>

enum engine_state { ENGINE_WAITING, ENGINE_RUNNING, ENGINE_STOPPED };

struct engine_report {
    enum engine_state state;
    char reason[160];         /* in words; "" while running */
    uint32_t rate_hz, period; /* 0 before the first server */
    bool realtime;            /* JACK's callback has realtime priority */
    double load;              /* JACK's, percent of a period */
    uint32_t xruns, jumps;
    uint32_t connects;        /* servers met */
    double listen_ms;         /* analog in -> headset, JACK's and ours; 0: unknown */
    double talk_ms;           /* microphone -> analog out */
    double longest_us;        /* longest cycle since the last report */
    double worst_us, mean_us; /* since engine_clear(); since the last report */
    uint32_t cycles;          /* of the callback, ever */
    uint32_t unfit;           /* values that came in as NaN, infinite or absurd, ever */
    int bridge_count;
    struct bridge_report bridge[SETTINGS_BRIDGES];
};

/* What the meters say. */
struct engine_meters {
    float peak[METERS];           /* since the last reading, linear */
    float rms[METERS];            /* of the last 10 ms, linear */
    uint32_t clips[METERS];       /* pieces of 10 ms with a peak of 0 dBFS or more */
    float reduction_db[REDUCERS]; /* the greatest since the last reading; < 0: the greatest boost */
    double momentary_lufs, short_term_lufs, integrated_lufs; /* of the headset */
    double load;                                             /* JACK's, percent of a period */
    uint32_t xruns;
};

struct engine;

/* Starts its thread and the bridges' openers. NULL and errno on failure. Main thread, as all. */
struct engine *engine_create(const struct settings *settings, const struct params *params);

/* Other settings: bridges that differ are opened anew, another server is another client. */
void engine_configure(struct engine *engine, const struct settings *settings);

/* Another sound, from the next cycle on and gone over to within 20 ms. trim_db: gain of the listen
 * path besides its volume. */
void engine_play(struct engine *engine, const struct params *params, double trim_db);

void engine_report(struct engine *engine, struct engine_report *report);

/* Takes the peaks with it. */
void engine_meters(struct engine *engine, struct engine_meters *meters);

/* Clips, the worst time and the integrated loudness begin anew. */
void engine_clear(struct engine *engine);

/* The coefficients in use, and the rate they are for; false before the first server. */
bool engine_coefs(struct engine *engine, struct chain_coefs *coefs, double *rate_hz);

/* What the headset heard before the last report, both sides' mean; a fraction of a millisecond. */
void engine_spectrum(struct engine *engine, double band_db[SPECTRUM_BANDS]);

/* Fades out, closes everything, within two seconds. False: something hangs in a library; the
 * process should end without looking back (_exit). NULL is fine. */
bool engine_destroy(struct engine *engine);

#endif

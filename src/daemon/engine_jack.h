/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine's side towards libjack. All but the callbacks run in the engine's thread. */
#ifndef ENGINE_JACK_H
#define ENGINE_JACK_H

#include "design.h"
#include "engine.h"
#include "lufs.h"

#include <jack/jack.h>
#include <pthread.h>

enum {
    PORT_IN_1,
    PORT_IN_2,
    PORT_OUT_1,
    PORT_OUT_2,
    PORT_SUB,
    PORT_MIC,
    PORT_MONITOR_1,
    PORT_MONITOR_2,
    PORTS
};

struct engine {
    struct settings settings; /* these two: written by the main thread under `mutex` */
    struct params params;
    struct process process;
    struct bridge bridge[SETTINGS_BRIDGES];
    _Atomic bool bridge_alive[SETTINGS_BRIDGES];
    struct bridge_host host;
    bool bridge_ending[SETTINGS_BRIDGES]; /* asked to stop; the main thread's */

    pthread_t thread;
    pthread_mutex_t mutex; /* guards all down to `talk_ms` */
    bool prepared;         /* `process` fits a server met */
    bool attached;         /* a callback may run */
    int priority;          /* of the pcm threads; 0: no realtime */
    enum engine_state state;
    char reason[160];
    uint32_t connects;
    double load, listen_ms, talk_ms;
    double trim; /* these five: under `mutex`, too; linear */
    struct design design;
    struct chain_coefs coefs;
    struct lufs lufs;
    struct spectrum spectrum;

    int wake_fd;
    _Atomic bool stop;  /* the thread shall end */
    _Atomic bool leave; /* the server has gone, or is to be left */
    _Atomic bool gone;  /* the server has ended by itself */
    _Atomic bool connect_again;
    _Atomic bool latency_changed;
    _Atomic uint32_t listen_latency, talk_latency; /* as chain_latency has it */
    _Atomic uint32_t output_latency[OUTPUTS];
    _Atomic uint32_t xruns;
    uint32_t cycles_seen; /* these three: the main thread's watch over the cycles */
    double cycles_time;
    bool stopped;
    uint32_t timed_ns, timed_cycles; /* these four, too: how long cycles take */
    double worst_us, mean_us;

    jack_client_t *client;
    jack_port_t *port[PORTS];
    bool connected[2]; /* inputs, outputs: hardware ports were found once */
    uint32_t client_rate_hz, client_period;
    char client_server[SETTINGS_SERVER_BYTES];
};

int engine_jack_init(struct engine *engine);    /* errno */
bool engine_jack_finish(struct engine *engine); /* ends the thread; false: it hangs */

/* A client with ports, not active. False: not now, and why in plain words. */
bool engine_jack_open(struct engine *engine, char reason[160]);
int engine_jack_priority(const struct engine *engine); /* of a thread just above JACK's; 0: none */
bool engine_jack_activate(struct engine *engine, char reason[160]);
void engine_jack_close(struct engine *engine);

/* Connects to the hardware where that has not been done for this client; notes JACK's load. */
void engine_jack_connect(struct engine *engine);
void engine_jack_tell_latency(struct engine *engine);

/* The thread's sleep, and its end. */
void engine_wait_ms(struct engine *engine, int ms);
void engine_wake(struct engine *engine);

#endif

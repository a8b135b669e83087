/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The control protocol without sockets: a line in, an answer out; and what peers that have
 * subscribed are told. protocol.md says what it means. Main thread.
 *
 * A verb is one row of the table in control.c, which also says who may use it.
 */
#ifndef CONTROL_H
#define CONTROL_H

#include "answer.h"
#include "engine.h"
#include "library.h"
#include "sound.h"
#include "status.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { CONTROL_LINE_BYTES = 16 * 1024, CONTROL_PEERS = 18 };

/* Who asks: bits of verb.who. */
enum control_access { CONTROL_FULL = 1, CONTROL_WEB = 2 };

/* Meters as one reader sees them: peaks since it last looked. */
struct control_meters {
    float peak[METERS];
    float reduction_db[REDUCERS];
};

struct control_peer {
    enum control_access access;
    char source[48]; /* "audioctl 4711" */
    bool changes, status;
    double meters_hz;
    struct control_meters meters;
};

/* What the rest of the daemon does for it. */
struct control_host {
    void (*status)(void *context, struct status *status); /* without meters */
    void (*meters)(void *context, struct engine_meters *meters);
    void (*clear)(void *context);
    bool (*coefs)(void *context, struct chain_coefs *coefs, double *rate_hz);
};

struct control {
    struct sound *sound;
    struct library library;
    const struct control_host *host;
    void *context;
    struct control_peer *peer[CONTROL_PEERS];
    struct engine_meters now; /* as last read */
};

void control_attach(struct control *control, struct control_peer *peer); /* zeroed by the caller */
void control_detach(struct control *control, struct control_peer *peer);

/* An answer for any bytes; a new reference. */
json_t *control_answer(struct control *control, struct control_peer *peer, const char *line,
                       size_t length);

/* Reads the meters, for all peers. */
void control_measure(struct control *control);

/* Of a peer: the last reading, with its own peaks, which begin anew (those of the status do not).
 */
json_t *control_meters_json(struct control *control, struct control_peer *peer);

json_t *control_status_json(struct control *control, struct control_peer *peer);

/* The events after a change, as struct sound tells it; NULL where there is none of this kind. */
json_t *control_values_event(const struct sound *sound, const struct params *before,
                             const char *source);
json_t *control_state_event(const struct sound *sound, const char *source);

/* --- among the files of the verbs --------------------------------------------------------------
 */

struct verb_call {
    struct control *control;
    struct control_peer *peer;
    const json_t *request;
    struct answer_error *error;
};

/* A new object without "ok"; NULL: *call->error says why. */
typedef json_t *verb(struct verb_call *call);

verb verb_get, verb_set, verb_toggle, verb_reset, verb_mute, verb_bypass, verb_ab;
verb verb_factory_reset, verb_describe, verb_status, verb_meters, verb_response, verb_subscribe;
verb verb_clear, verb_events;
verb verb_preset_list, verb_preset_load, verb_preset_save, verb_preset_rename, verb_preset_delete;
verb verb_preset_diff, verb_preset_export, verb_preset_import, verb_eq_import, verb_eq_export;

/* Names of the verbs that one may use. */
json_t *control_verbs(enum control_access access);

/* {"sequence": n} */
json_t *control_done(const struct control *control);

#endif

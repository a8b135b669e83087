/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a line of the control protocol: an answer with "ok", and values in their ranges.
 * Nothing is written: there is no folder to save into. */
#include "control.h"

#include "design.h"
#include "target.h"

#include <stdlib.h>
#include <string.h>

static struct sound sound;
static struct control control;
static struct control_peer peer = { .access = CONTROL_FULL, .source = "fuzz" };

static void host_status(void *context, struct status *status)
{
    (void)context;
    memset(status, 0, sizeof *status);
}

static void host_meters(void *context, struct engine_meters *meters)
{
    (void)context;
    memset(meters, 0, sizeof *meters);
}

static void host_clear(void *context)
{
    (void)context;
}

static bool host_coefs(void *context, struct chain_coefs *coefs, double *rate_hz)
{
    static struct design design;

    (void)context;
    *rate_hz = 48000;
    design_chain(&design, sound_params(&sound), 48000, coefs);
    return true;
}

static const struct control_host host = { host_status, host_meters, host_clear, host_coefs };

static void check_values(const struct params *params)
{
    for (struct param_ref ref = { 0 }; param_next(&ref);) {
        char text[PARAM_TEXT_BYTES], why[PARAM_WHY_BYTES];
        struct params copy = *params;

        param_get(params, &ref, text);
        if (!param_set(&copy, &ref, text, why))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *answer;
    char *text;

    if (!control.sound) {
        sound_init(&sound);
        control.sound = &sound;
        control.host = &host;
        control_attach(&control, &peer);
    }
    sound.match = false; /* it would measure, which takes its time */
    answer = control_answer(&control, &peer, (const char *)data, size);
    text = json_dumps(answer, JSON_COMPACT);
    if (!text || !json_is_boolean(json_object_get(answer, "ok")))
        abort();
    if (json_is_true(json_object_get(answer, "ok")))
        check_values(sound_params(&sound));
    free(text);
    json_decref(answer);
    return 0;
}

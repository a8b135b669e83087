/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "state.h"

#include "answer.h"
#include "store.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FORMAT = 1 };

static const char *const side_names[SOUND_SIDES] = { "a", "b" };

/* --- writing ------------------------------------------------------------------------------------
 */

static json_t *pack_side(const struct sound_side *side)
{
    struct params defaults;

    params_defaults(&defaults);
    return json_pack("{ss, ss, so, so}", "name", side->name, "path", side->path, "preset",
                     values_of(&side->preset, NULL, &defaults), "values",
                     values_of(&side->params, NULL, &defaults));
}

static json_t *pack(const struct sound *sound)
{
    json_t *bypassed = json_array();
    json_t *state = json_pack("{ss, sb}", "side", side_names[sound->heard], "match", sound->match);

    for (int stage = 0; stage < sound_stage_count(); stage++)
        if (sound->bypassed >> stage & 1)
            json_array_append_new(bypassed, json_string(sound_stage(stage)));
    json_object_set_new(state, "bypassed", bypassed);
    for (int s = 0; s < SOUND_SIDES; s++)
        json_object_set_new(state, side_names[s], pack_side(&sound->side[s]));
    return state;
}

/* Sorted, so that the same state has the same sum. 15 digits are what a value's text has; 17 give
 * the same double again. */
static char *dump(const json_t *json)
{
    return json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(17));
}

static uint64_t sum_of(const char *text)
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325);

    for (; *text; text++)
        sum = (sum ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return sum;
}

/* What is known wins over what is kept for a later version. */
static json_t *pack_all(const struct state *state, const struct sound *sound)
{
    json_t *packed = pack(sound), *all = state->unknown ? json_deep_copy(state->unknown) : NULL;

    if (!all)
        return packed;
    json_object_update_recursive(all, packed);
    json_decref(packed);
    return all;
}

/* Never without a side. */
static bool is_complete(const json_t *packed)
{
    for (int s = 0; s < SOUND_SIDES; s++)
        if (!json_is_object(json_object_get(packed, side_names[s])))
            return false;
    return true;
}

char *state_print(const struct state *state, const struct sound *sound)
{
    json_t *packed = pack_all(state, sound), *whole;
    char *text = is_complete(packed) ? dump(packed) : NULL, sum[17], *bytes;

    if (!text) {
        json_decref(packed);
        return NULL;
    }
    snprintf(sum, sizeof sum, "%016" PRIx64, sum_of(text));
    free(text);
    whole = json_pack("{si, ss, so}", "format", FORMAT, "sum", sum, "state", packed);
    bytes = dump(whole);
    json_decref(whole);
    return bytes;
}

int state_save(struct state *state, const struct sound *sound)
{
    char *bytes;
    int error;

    if (!*state->path)
        return 0;
    if (state->newer)
        return -EPERM;
    bytes = state_print(state, sound);
    if (!bytes)
        return -ENOMEM;
    error = store_write(state->path, bytes, strlen(bytes), !state->damaged);
    free(bytes);
    if (!error)
        state->damaged = false;
    return error;
}

/* --- reading ------------------------------------------------------------------------------------
 */

/* A value that is no longer known, or no longer allowed, is as if it were not there. */
static void unpack_values(struct params *params, const json_t *values)
{
    struct answer_error error;
    char why[PARAM_WHY_BYTES];
    struct param_ref ref;
    const char *path;
    json_t *value;

    params_defaults(params);
    json_object_foreach((json_t *)values, path, value)
    {
        if (param_find(&ref, path, why))
            value_set(params, &ref, value, &error);
    }
}

static void unpack_side(struct sound_side *side, const json_t *packed)
{
    const char *name = json_string_value(json_object_get(packed, "name"));
    const char *path = json_string_value(json_object_get(packed, "path"));

    unpack_values(&side->params, json_object_get(packed, "values"));
    unpack_values(&side->preset, json_object_get(packed, "preset"));
    if (name && path && strlen(name) < sizeof side->name && strlen(path) < sizeof side->path) {
        snprintf(side->name, sizeof side->name, "%s", name);
        snprintf(side->path, sizeof side->path, "%s", path);
    }
}

/* Takes away what is known; the rest is a later version's. */
static void forget_known(json_t *packed)
{
    static const char *const known[] = { "side", "match", "bypassed" };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        json_object_del(packed, known[i]);
    for (int s = 0; s < SOUND_SIDES; s++) {
        json_t *side = json_object_get(packed, side_names[s]);
        json_t *lists[] = { json_object_get(side, "values"), json_object_get(side, "preset") };

        json_object_del(side, "name");
        json_object_del(side, "path");
        for (struct param_ref ref = { 0 }; param_next(&ref);) {
            char name[PARAM_NAME_BYTES];

            param_name(&ref, name);
            json_object_del(lists[0], name);
            json_object_del(lists[1], name);
        }
    }
}

static void unpack(struct state *state, struct sound *sound, json_t *packed)
{
    const char *side = json_string_value(json_object_get(packed, "side"));
    json_t *stage;
    size_t i;

    sound->heard = side && strcmp(side, side_names[1]) == 0;
    sound->match = json_is_true(json_object_get(packed, "match"));
    sound->bypassed = 0;
    json_array_foreach(json_object_get(packed, "bypassed"), i, stage)
    {
        int number = json_is_string(stage) ? sound_find_stage(json_string_value(stage)) : -1;

        if (number >= 0)
            sound->bypassed |= UINT64_C(1) << number;
    }
    for (int s = 0; s < SOUND_SIDES; s++)
        unpack_side(&sound->side[s], json_object_get(packed, side_names[s]));
    forget_known(packed);
    json_decref(state->unknown);
    state->unknown = json_incref(packed);
}

static bool is_whole(const json_t *whole)
{
    const char *said = json_string_value(json_object_get(whole, "sum"));
    const json_t *packed = json_object_get(whole, "state");
    char sum[17], *text;

    if (!said || !json_is_object(packed))
        return false;
    text = dump(packed);
    if (!text)
        return false;
    snprintf(sum, sizeof sum, "%016" PRIx64, sum_of(text));
    free(text);
    return strcmp(sum, said) == 0;
}

bool state_parse(struct state *state, struct sound *sound, const char *bytes, size_t length,
                 char why[256])
{
    json_error_t error;
    json_t *whole = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &error);
    const json_t *format = json_object_get(whole, "format");
    bool good = false;

    if (json_integer_value(format) > FORMAT) {
        state->newer = true;
        snprintf(why, 256, "it is of a newer version of audioserver, and stays untouched");
    } else if (!whole || json_integer_value(format) != FORMAT || !is_whole(whole)) {
        snprintf(why, 256, "it is damaged%s%.180s", whole ? "" : ": ", whole ? "" : error.text);
    } else {
        unpack(state, sound, json_object_get(whole, "state"));
        good = true;
    }
    json_decref(whole);
    return good;
}

static bool load_file(struct state *state, struct sound *sound, const char *path, int *error,
                      char why[256])
{
    size_t length;
    char *bytes;
    bool good;

    *error = store_read(path, STATE_BYTES_MAX, &bytes, &length);
    if (*error) {
        snprintf(why, 256, "%s", strerror(-*error));
        return false;
    }
    good = state_parse(state, sound, bytes, length, why);
    free(bytes);
    return good;
}

bool state_load(struct state *state, struct sound *sound, char said[256])
{
    char older[PATH_MAX + 2], why[256], older_why[256];
    int error, older_error;

    said[0] = '\0';
    if (!*state->path || load_file(state, sound, state->path, &error, why))
        return *state->path != '\0';
    snprintf(older, sizeof older, "%s.1", state->path);
    if (!state->newer && load_file(state, sound, older, &older_error, older_why)) {
        snprintf(said, 256, "%.80s: %.80s; the older one is used", state->path, why);
        state->damaged = error != -ENOENT; /* it shall not become the older one */
        return true;
    }
    if (error != -ENOENT)
        snprintf(said, 256, "%.80s: %.120s; the sound begins as the preset says", state->path, why);
    return false;
}

void state_finish(struct state *state)
{
    json_decref(state->unknown);
    state->unknown = NULL;
}

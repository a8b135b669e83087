/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs that ask for values and change them. */
#include "control.h"

#include <string.h>

enum { PATHS = 64 }; /* of a request */

/* --- paths --------------------------------------------------------------------------------------
 */

static bool is_path(const char *path)
{
    for (struct param_ref ref = { 0 }; param_next(&ref);)
        if (param_is_within(&ref, path))
            return true;
    return false;
}

/* A list of paths, each of a parameter or a group. */
static bool check_paths(const json_t *paths, struct answer_error *error)
{
    char why[PARAM_WHY_BYTES];
    struct param_ref ref;
    json_t *path;
    size_t i;

    if (!json_is_array(paths))
        return answer_wrong(error, ANSWER_TYPE, "paths", "\"paths\" wants a list of strings");
    if (json_array_size(paths) > PATHS)
        return answer_wrong(error, ANSWER_INVALID, "paths", "more than %d paths", PATHS);
    json_array_foreach(paths, i, path)
    {
        const char *text = json_string_value(path);

        if (!text)
            return answer_wrong(error, ANSWER_TYPE, "paths", "\"paths\" wants a list of strings");
        if (!*text || (!is_path(text) && !param_find(&ref, text, why)))
            return answer_wrong(error, ANSWER_UNKNOWN, text, "%s", *text ? why : "an empty path");
    }
    return true;
}

json_t *verb_get(struct verb_call *call)
{
    const struct sound *sound = call->control->sound;
    const json_t *paths = json_object_get(call->request, "paths");
    json_t *answer, *path, *values;
    size_t i;

    if (paths && !check_paths(paths, call->error))
        return NULL;
    values = paths ? json_object() : values_of(sound_params(sound), NULL, NULL);
    json_array_foreach(paths, i, path)
    {
        json_t *some = values_of(sound_params(sound), json_string_value(path), NULL);

        json_object_update(values, some);
        json_decref(some);
    }
    answer = control_done(call->control);
    json_object_set_new(answer, "values", values);
    return answer;
}

json_t *verb_set(struct verb_call *call)
{
    struct sound *sound = call->control->sound;
    const json_t *values = json_object_get(call->request, "values");
    struct params next = *sound_params(sound);

    if (!values) {
        answer_wrong(call->error, ANSWER_SYNTAX, "values", "set wants \"values\"");
        return NULL;
    }
    if (!values_set(&next, values, call->error))
        return NULL;
    if (json_object_size(values) == 0) {
        answer_wrong(call->error, ANSWER_INVALID, "values", "\"values\" is empty");
        return NULL;
    }
    sound_set(sound, &next, call->peer->source);
    return control_done(call->control);
}

static bool toggle(struct verb_call *call, const char *path, bool *to)
{
    struct params next = *sound_params(call->control->sound);
    char why[PARAM_WHY_BYTES];
    struct param_ref ref;

    if (!param_find(&ref, path, why))
        return answer_wrong(call->error, ANSWER_UNKNOWN, path, "%s", why);
    if (ref.row->type != PARAM_BOOL)
        return answer_wrong(call->error, ANSWER_INVALID, path, "%s is not a yes or no", path);
    *to = param_number(&next, &ref) == 0;
    param_set(&next, &ref, *to ? "yes" : "no", why);
    sound_set(call->control->sound, &next, call->peer->source);
    return true;
}

json_t *verb_toggle(struct verb_call *call)
{
    const char *path = NULL;
    json_t *answer;
    bool value = false;

    if (!answer_text(call->request, "path", &path, call->error))
        return NULL;
    if (!path) {
        answer_wrong(call->error, ANSWER_SYNTAX, "path", "toggle wants a \"path\"");
        return NULL;
    }
    if (!toggle(call, path, &value))
        return NULL;
    answer = control_done(call->control);
    json_object_set_new(answer, "value", json_boolean(value));
    return answer;
}

json_t *verb_mute(struct verb_call *call)
{
    struct params next = *sound_params(call->control->sound);
    bool on = !next.volume.mute;
    json_t *answer;

    if (!answer_bool(call->request, "on", &on, call->error))
        return NULL;
    next.volume.mute = on;
    sound_set(call->control->sound, &next, call->peer->source);
    answer = control_done(call->control);
    json_object_set_new(answer, "on", json_boolean(on));
    return answer;
}

json_t *verb_reset(struct verb_call *call)
{
    struct sound *sound = call->control->sound;
    const json_t *paths = json_object_get(call->request, "paths");
    struct params next = *sound_params(sound), defaults;
    json_t *path;
    size_t i;

    params_defaults(&defaults);
    if (paths && !check_paths(paths, call->error))
        return NULL;
    if (!paths)
        next = defaults;
    json_array_foreach(paths, i, path)
    {
        for (struct param_ref ref = { 0 }; param_next(&ref);)
            if (param_is_within(&ref, json_string_value(path)))
                param_copy(&next, &defaults, &ref);
    }
    sound_set(sound, &next, call->peer->source);
    return control_done(call->control);
}

/* --- bypass and sides ---------------------------------------------------------------------------
 */

static json_t *stage_list(uint64_t bits)
{
    json_t *list = json_array();

    for (int stage = 0; stage < sound_stage_count(); stage++)
        if (bits >> stage & 1)
            json_array_append_new(list, json_string(sound_stage(stage)));
    return list;
}

static bool find_stage(const char *name, int *stage, struct answer_error *error)
{
    *stage = -1;
    if (strcmp(name, "all") == 0)
        return true;
    *stage = sound_find_stage(name);
    if (*stage >= 0)
        return true;
    answer_wrong(error, ANSWER_UNKNOWN, "stage", "no stage \"%.60s\"; stages are all", name);
    for (int i = 0; sound_stage(i); i++) {
        size_t length = strlen(error->message);

        snprintf(error->message + length, sizeof error->message - length, ", %s", sound_stage(i));
    }
    return false;
}

json_t *verb_bypass(struct verb_call *call)
{
    struct sound *sound = call->control->sound;
    const char *name = NULL;
    bool on = false;
    json_t *answer;
    int stage = -1;

    if (!answer_text(call->request, "stage", &name, call->error) ||
        !answer_bool(call->request, "on", &on, call->error) ||
        (name && !find_stage(name, &stage, call->error)))
        return NULL;
    if (!name != !json_object_get(call->request, "on")) {
        answer_wrong(call->error, ANSWER_SYNTAX, name ? "on" : "stage",
                     "\"stage\" and \"on\" go together");
        return NULL;
    }
    if (name)
        sound_bypass(sound, stage, on, call->peer->source);
    answer = control_done(call->control);
    json_object_set_new(answer, "bypassed", stage_list(sound->bypassed));
    json_object_set_new(answer, "stages", stage_list(UINT64_MAX));
    return answer;
}

static bool find_side(const struct sound *sound, const char *name, int *side,
                      struct answer_error *error)
{
    *side = sound->heard;
    if (!name || strcmp(name, sound->heard ? "b" : "a") == 0)
        return true;
    if (strcmp(name, "a") != 0 && strcmp(name, "b") != 0 && strcmp(name, "other") != 0)
        return answer_wrong(error, ANSWER_INVALID, "side",
                            "no side \"%.60s\"; allowed: a, b, other", name);
    *side = !sound->heard;
    return true;
}

json_t *verb_ab(struct verb_call *call)
{
    struct sound *sound = call->control->sound;
    const char *name = NULL;
    bool copy = false, match = sound->match;
    json_t *answer;
    int side;

    if (!answer_text(call->request, "side", &name, call->error) ||
        !find_side(sound, name, &side, call->error) ||
        !answer_bool(call->request, "copy", &copy, call->error) ||
        !answer_bool(call->request, "match", &match, call->error))
        return NULL;
    sound_match(sound, match, call->peer->source);
    sound_go(sound, side, copy, call->peer->source);
    answer = control_done(call->control);
    json_object_set_new(answer, "side", json_string(sound->heard ? "b" : "a"));
    json_object_set_new(answer, "match", json_boolean(sound->match));
    json_object_set_new(answer, "match_db",
                        json_pack("{so, so}", "a", answer_number(sound_trim_db(sound, 0)), "b",
                                  answer_number(sound_trim_db(sound, 1))));
    return answer;
}

json_t *verb_factory_reset(struct verb_call *call)
{
    bool sure = false;

    if (!answer_bool(call->request, "sure", &sure, call->error))
        return NULL;
    if (!sure) {
        answer_wrong(call->error, ANSWER_INVALID, "sure", "only with \"sure\": true");
        return NULL;
    }
    sound_reset(call->control->sound, call->peer->source);
    return control_done(call->control);
}

/* --- events -------------------------------------------------------------------------------------
 */

json_t *control_values_event(const struct sound *sound, const struct params *before,
                             const char *source)
{
    return json_pack("{ss, sI, ss, so}", "event", "changed", "sequence",
                     (json_int_t)sound->sequence, "source", source, "values",
                     values_of(sound_params(sound), NULL, before));
}

json_t *control_state_event(const struct sound *sound, const char *source)
{
    const struct sound_side *side = &sound->side[sound->heard];
    json_t *faults = json_array();

    for (int i = 0; i < side->faults.count; i++)
        json_array_append_new(faults, json_string(side->faults.text[i]));
    return json_pack("{ss, sI, ss, ss, sb, so, ss, sb, so}", "event", "state", "sequence",
                     (json_int_t)sound->sequence, "source", source, "preset", side->name, "changed",
                     sound_is_changed(sound), "bypassed", stage_list(sound->bypassed), "side",
                     sound->heard ? "b" : "a", "match", sound->match, "faults", faults);
}

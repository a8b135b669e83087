/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "control.h"

#include "spelling.h"
#include "utf8.h"

#include <math.h>
#include <string.h>

enum { BOTH = CONTROL_FULL | CONTROL_WEB };

/* The verbs. `keys`: what a request may hold besides do and id. */
static const struct row {
    const char *name, *keys;
    verb *run;
    int who;
} verbs[] = {
    { "describe", "", verb_describe, BOTH },
    { "get", "paths", verb_get, BOTH },
    { "set", "values", verb_set, BOTH },
    { "toggle", "path", verb_toggle, BOTH },
    { "reset", "paths", verb_reset, BOTH },
    { "status", "", verb_status, BOTH },
    { "meters", "", verb_meters, BOTH },
    { "subscribe", "changes meters_hz status", verb_subscribe, BOTH },
    { "response", "curve points", verb_response, BOTH },
    { "bypass", "stage on", verb_bypass, BOTH },
    { "mute", "on", verb_mute, BOTH },
    { "ab", "side copy match", verb_ab, BOTH },
    { "clear", "", verb_clear, BOTH },
    { "preset.list", "", verb_preset_list, BOTH },
    { "preset.load", "name", verb_preset_load, BOTH },
    { "preset.save", "name force", verb_preset_save, BOTH },
    { "preset.rename", "name to force", verb_preset_rename, BOTH },
    { "preset.delete", "name", verb_preset_delete, BOTH },
    { "preset.diff", "name with", verb_preset_diff, BOTH },
    { "preset.export", "name all", verb_preset_export, BOTH },
    { "preset.import", "name text force", verb_preset_import, BOTH },
    { "eq.import", "text to shelf dry", verb_eq_import, BOTH },
    { "eq.export", "from", verb_eq_export, BOTH },
    { "events", "after", verb_events, BOTH },
    { "factory_reset", "sure", verb_factory_reset, CONTROL_FULL },
};

enum { VERBS = sizeof verbs / sizeof *verbs };

json_t *control_done(const struct control *control)
{
    return json_pack("{sI}", "sequence", (json_int_t)control->sound->sequence);
}

json_t *control_verbs(enum control_access access)
{
    json_t *list = json_array();

    for (int i = 0; i < VERBS; i++)
        if (verbs[i].who & (int)access)
            json_array_append_new(list, json_string(verbs[i].name));
    return list;
}

static const struct row *find_verb(const char *name)
{
    for (int i = 0; i < VERBS; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static void unknown_verb(const char *name, struct answer_error *error)
{
    for (int i = 0; i < VERBS; i++)
        if (spelling_is_near(name, verbs[i].name)) {
            answer_wrong(error, ANSWER_UNKNOWN, "do",
                         "unknown verb \"%.60s\"; did you mean \"%s\"?", name, verbs[i].name);
            return;
        }
    answer_wrong(error, ANSWER_UNKNOWN, "do", "unknown verb \"%.60s\"; describe lists them", name);
}

/* Whether a word stands in a list of words. */
static bool is_listed(const char *list, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = list; length && (at = strstr(at, word)); at += length)
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

static bool has_known_keys(const struct row *row, const json_t *request, struct answer_error *error)
{
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)request, key, value)
    {
        if (strcmp(key, "do") != 0 && strcmp(key, "id") != 0 && !is_listed(row->keys, key))
            return answer_wrong(error, ANSWER_UNKNOWN, key, "%s has no key \"%.60s\"%s%s",
                                row->name, key, *row->keys ? "; known: " : "", row->keys);
    }
    return true;
}

/* The verb of a request, if it may be called so. */
static const struct row *check(const json_t *request, const struct control_peer *peer,
                               struct answer_error *error)
{
    const json_t *id = json_object_get(request, "id");
    const char *name = NULL;
    const struct row *row;

    if (id && !json_is_string(id) && !json_is_number(id)) {
        answer_wrong(error, ANSWER_TYPE, "id", "\"id\" wants a string or a number");
        return NULL;
    }
    if (!answer_text(request, "do", &name, error))
        return NULL;
    if (!name) {
        answer_wrong(error, ANSWER_SYNTAX, "do", "the request names no verb in \"do\"");
        return NULL;
    }
    row = find_verb(name);
    if (!row) {
        unknown_verb(name, error);
        return NULL;
    }
    if (!(row->who & (int)peer->access)) {
        answer_wrong(error, ANSWER_DENIED, "do", "%s is not for this socket", name);
        return NULL;
    }
    return has_known_keys(row, request, error) ? row : NULL;
}

static json_t *parse(const char *line, size_t length, struct answer_error *error)
{
    json_error_t fault;
    json_t *request;

    if (length > CONTROL_LINE_BYTES) {
        answer_wrong(error, ANSWER_SYNTAX, NULL, "the request is longer than %d bytes",
                     CONTROL_LINE_BYTES);
        return NULL;
    }
    request = json_loadb(line, length, JSON_REJECT_DUPLICATES, &fault);
    if (!request)
        answer_wrong(error, ANSWER_SYNTAX, NULL, "this is no JSON: %s (byte %d)", fault.text,
                     fault.position);
    else if (!json_is_object(request))
        answer_wrong(error, ANSWER_SYNTAX, NULL, "a request is a JSON object");
    return request;
}

json_t *control_answer(struct control *control, struct control_peer *peer, const char *line,
                       size_t length)
{
    struct answer_error error = { .code = ANSWER_BUSY, .message = "no memory for the answer" };
    json_t *request = parse(line, length, &error), *answer = NULL, *whole = json_object();
    json_t *id = json_object_get(request, "id");
    const struct row *row = NULL;

    if (json_is_object(request))
        row = check(request, peer, &error);
    if (row) {
        struct verb_call call = { control, peer, request, &error };

        answer = row->run(&call);
    }
    if (json_is_string(id) || json_is_number(id))
        json_object_set(whole, "id", id);
    if (answer)
        json_object_set_new(whole, "ok", json_true());
    else
        answer = answer_error(&error);
    json_object_update(whole, answer);
    json_decref(answer);
    json_decref(request);
    return whole;
}

/* --- meters -------------------------------------------------------------------------------------
 */

void control_attach(struct control *control, struct control_peer *peer)
{
    for (int i = 0; i < CONTROL_PEERS; i++)
        if (!control->peer[i]) {
            control->peer[i] = peer;
            return;
        }
}

void control_detach(struct control *control, struct control_peer *peer)
{
    for (int i = 0; i < CONTROL_PEERS; i++)
        if (control->peer[i] == peer)
            control->peer[i] = NULL;
}

static void merge(struct control_meters *to, const struct engine_meters *now)
{
    for (int m = 0; m < METERS; m++)
        to->peak[m] = fmaxf(to->peak[m], now->peak[m]);
    for (int r = 0; r < REDUCERS; r++)
        if (fabsf(now->reduction_db[r]) > fabsf(to->reduction_db[r]))
            to->reduction_db[r] = now->reduction_db[r];
}

void control_measure(struct control *control)
{
    control->host->meters(control->context, &control->now);
    for (int i = 0; i < CONTROL_PEERS; i++)
        if (control->peer[i])
            merge(&control->peer[i]->meters, &control->now);
}

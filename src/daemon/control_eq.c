/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs about equalizers as text. */
#include "control.h"

#include "eq_text.h"

#include <stdlib.h>
#include <string.h>

static json_t *report(const struct eq_text *eq)
{
    static const char *const verdicts[] = {
        [EQ_TEXT_USED] = "used", [EQ_TEXT_CHANGED] = "changed", [EQ_TEXT_DROPPED] = "dropped"
    };
    json_t *list = json_array();

    for (int i = 0; i < eq->line_count; i++)
        json_array_append_new(list, json_pack("{si, ss, ss}", "line", eq->line[i].number, "verdict",
                                              verdicts[eq->line[i].verdict], "message",
                                              eq->line[i].said));
    return list;
}

/* Where to: the equalizer of the listen path, if nothing is said. */
static bool take_target(struct verb_call *call, const char *key, const char **target)
{
    *target = "eq";
    return answer_text(call->request, key, target, call->error);
}

static bool take_shelf(struct verb_call *call, enum eq_text_shelf *shelf)
{
    static const char *const names[] = { "auto", "corner", "centre" };
    const char *name = "auto";

    if (!answer_text(call->request, "shelf", &name, call->error))
        return false;
    for (int i = 0; i < 3; i++)
        if (strcmp(names[i], name) == 0) {
            *shelf = (enum eq_text_shelf)i;
            return true;
        }
    return answer_wrong(call->error, ANSWER_INVALID, "shelf",
                        "\"shelf\": allowed: auto, corner, centre");
}

static bool apply(struct verb_call *call, struct eq_text *eq, const char *target,
                  struct params *params)
{
    char why[EQ_TEXT_SAID];

    if (eq->used == 0)
        return answer_wrong(call->error, ANSWER_INVALID, "text",
                            "no line of it says anything about an equalizer%s%s",
                            eq->line_count ? "; the first: " : "",
                            eq->line_count ? eq->line[0].said : "");
    if (eq_text_apply(eq, params, target, why))
        return true;
    return answer_wrong(call->error, ANSWER_UNKNOWN, "to", "%s", why);
}

json_t *verb_eq_import(struct verb_call *call)
{
    static struct eq_text eq;
    struct sound *sound = call->control->sound;
    struct params next = *sound_params(sound), before = next;
    enum eq_text_shelf shelf = EQ_TEXT_AUTO;
    const char *text = NULL, *target;
    bool dry = false;
    json_t *answer;

    if (!answer_text(call->request, "text", &text, call->error) ||
        !take_target(call, "to", &target) || !take_shelf(call, &shelf) ||
        !answer_bool(call->request, "dry", &dry, call->error))
        return NULL;
    if (!text) {
        answer_wrong(call->error, ANSWER_SYNTAX, "text", "\"text\" is missing");
        return NULL;
    }
    eq_text_read(&eq, text, strlen(text), shelf);
    if (!apply(call, &eq, target, &next))
        return NULL;
    if (!dry)
        sound_set(sound, &next, call->peer->source);
    answer = control_done(call->control);
    json_object_set_new(answer, "report", report(&eq));
    json_object_set_new(answer, "more", json_integer(eq.line_more));
    json_object_set_new(answer, "values", values_of(&next, NULL, &before));
    return answer;
}

json_t *verb_eq_export(struct verb_call *call)
{
    const char *target;
    char why[EQ_TEXT_SAID], *text = NULL;
    size_t length;
    json_t *answer;
    FILE *out;
    bool good;

    if (!take_target(call, "from", &target))
        return NULL;
    out = open_memstream(&text, &length);
    good = out && eq_text_print(out, sound_params(call->control->sound), target, why);
    if (out)
        fclose(out);
    if (!good)
        answer_wrong(call->error, out ? ANSWER_UNKNOWN : ANSWER_BUSY, "from", "%s",
                     out ? why : "no memory");
    answer = good ? json_pack("{ss}", "text", text) : NULL;
    free(text);
    return answer;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs about equalizers as text. */
#include "control.h"

#include "eq_text.h"

#include <stdlib.h>
#include <string.h>

static json_t *report(const struct eq_text *text)
{
    static const char *const verdicts[] = {
        [EQ_TEXT_USED] = "used", [EQ_TEXT_CHANGED] = "changed", [EQ_TEXT_DROPPED] = "dropped"
    };
    json_t *list = json_array();

    for (int i = 0; i < text->line_count; i++) {
        const struct eq_text_line *line = &text->line[i];

        json_array_append_new(list, json_pack("{si, ss, ss}", "line", line->line, "verdict",
                                              verdicts[line->verdict], "message", line->message));
    }
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
    static const char *const names[] = { [EQ_TEXT_SHELF_AUTO] = "auto",
                                         [EQ_TEXT_SHELF_CORNER] = "corner",
                                         [EQ_TEXT_SHELF_CENTRE] = "centre" };
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

static bool read_text(struct verb_call *call, struct eq_text *text)
{
    struct eq_text_options options = { .shelf = EQ_TEXT_SHELF_AUTO };
    const char *bytes = NULL;

    if (!answer_text(call->request, "text", &bytes, call->error) ||
        !take_shelf(call, &options.shelf))
        return false;
    if (!bytes)
        return answer_wrong(call->error, ANSWER_SYNTAX, "text", "\"text\" is missing");
    if (eq_text_import(text, bytes, strlen(bytes), &options))
        return true;
    return answer_wrong(call->error, ANSWER_INVALID, "text",
                        "nothing in it is an equalizer's that can be used%s%s",
                        text->line_count ? "; its first line: " : "",
                        text->line_count ? text->line[0].message : "");
}

json_t *verb_eq_import(struct verb_call *call)
{
    static struct eq_text text;
    struct sound *sound = call->control->sound;
    struct params next = *sound_params(sound), before = next;
    char why[EQ_TEXT_WHY_BYTES];
    const char *target;
    bool dry = false;
    json_t *answer;

    if (!take_target(call, "to", &target) ||
        !answer_bool(call->request, "dry", &dry, call->error) || !read_text(call, &text))
        return NULL;
    if (!eq_text_apply(&next, &text, target, why)) {
        answer_wrong(call->error, ANSWER_INVALID, "to", "%s", why);
        return NULL;
    }
    if (!dry)
        sound_set(sound, &next, call->peer->source);
    answer = control_done(call->control);
    json_object_set_new(answer, "report", report(&text));
    json_object_set_new(answer, "more", json_integer(text.more));
    json_object_set_new(answer, "values", values_of(&next, NULL, &before));
    return answer;
}

json_t *verb_eq_export(struct verb_call *call)
{
    char why[EQ_TEXT_WHY_BYTES], *text = NULL;
    const char *target;
    size_t length;
    json_t *answer;
    FILE *out;
    bool good;

    if (!take_target(call, "from", &target))
        return NULL;
    out = open_memstream(&text, &length);
    good = out && eq_text_export(out, sound_params(call->control->sound), target, why);
    if (out)
        fclose(out);
    if (!good)
        answer_wrong(call->error, out ? ANSWER_INVALID : ANSWER_BUSY, "from", "%s",
                     out ? why : "no memory");
    answer = good ? json_pack("{ss}", "text", text) : NULL;
    free(text);
    return answer;
}

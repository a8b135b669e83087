/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audioctl mute, bypass, ab, clear, factory-reset. */
#include "ask.h"
#include "control.h"
#include "safe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum turn { OFF, ON, TOGGLE, NO_TURN };

static enum turn turn_of(const char *word)
{
    static const char *const words[] = { [OFF] = "off", [ON] = "on", [TOGGLE] = "toggle" };
    int turn = OFF;

    while (turn < NO_TURN && (!word || strcmp(word, words[turn]) != 0))
        turn++;
    return (enum turn)turn;
}

static bool is_turn(const char *word)
{
    if (turn_of(word) != NO_TURN)
        return true;
    complain("\"%s\" is none of on, off, toggle", word);
    return false;
}

/* --- mute --- */

static void show_mute(const json_t *answer)
{
    puts(safe_true(answer, "on") ? "muted" : "not muted");
}

int control_mute(const struct args *args)
{
    json_t *asked;

    if (args->count && !is_turn(args->word[0]))
        return MISUSED;
    asked = request("mute");
    if (args->count && turn_of(args->word[0]) != TOGGLE)
        json_object_set_new(asked, "on", json_boolean(turn_of(args->word[0]) == ON));
    return ask_and_show(args, asked, show_mute);
}

/* --- bypass --- */

static bool has(const json_t *list, const char *name)
{
    const json_t *entry;
    size_t i;

    json_array_foreach(list, i, entry)
    {
        if (json_is_string(entry) && strcmp(json_string_value(entry), name) == 0)
            return true;
    }
    return false;
}

static void show_bypass(const json_t *answer)
{
    const json_t *bypassed = json_object_get(answer, "bypassed"), *stage;
    size_t i;

    json_array_foreach(json_object_get(answer, "stages"), i, stage)
    {
        if (json_is_string(stage))
            printf("%-18s %s\n", json_string_value(stage),
                   has(bypassed, json_string_value(stage)) ? "bypassed" : "-");
    }
}

static void show_stages(const json_t *answer)
{
    const json_t *stage;
    size_t i;

    json_array_foreach(json_object_get(answer, "stages"), i, stage)
    {
        if (json_is_string(stage))
            puts(json_string_value(stage));
    }
}

static void show_bypassed(const json_t *answer)
{
    char *list = safe_list(json_object_get(answer, "bypassed"), "nothing");

    printf("bypassed: %s\n", list ? list : "?");
    free(list);
}

/* Something bypassed makes all of it bypassed for a toggle: one stroke gives the sound back. */
static bool is_bypassed(const json_t *answer, const char *stage)
{
    const json_t *bypassed = json_object_get(answer, "bypassed");

    return strcmp(stage, "all") == 0 ? json_array_size(bypassed) > 0 : has(bypassed, stage);
}

static int turn_stage(const struct args *args, const char *stage, enum turn turn)
{
    struct link link;
    json_t *answer = NULL;
    bool on = turn == ON;
    int status = ask_open(args, &link);

    if (status != DONE)
        return status;
    if (turn == TOGGLE) {
        status = ask_on(args, &link, request("bypass"), &answer);
        on = !is_bypassed(answer, stage);
        json_decref(answer);
    }
    if (status == DONE)
        status =
            ask_on(args, &link,
                   json_pack("{s:s,s:s,s:b}", "do", "bypass", "stage", stage, "on", on), &answer);
    link_close(&link);
    return status == DONE ? show_answer(args, answer, show_bypassed) : status;
}

int control_bypass(const struct args *args)
{
    const char *stage = args_word(args, 0), *turn = args_word(args, 1);

    if (!stage)
        return ask_and_show(args, request("bypass"),
                            args_value(args, "names") ? show_stages : show_bypass);
    if (turn_of(stage) != NO_TURN) {
        if (turn) {
            complain("unexpected argument \"%s\"; the stage comes first", turn);
            return MISUSED;
        }
        return turn_stage(args, "all", turn_of(stage));
    }
    if (turn && !is_turn(turn))
        return MISUSED;
    return turn_stage(args, stage, turn ? turn_of(turn) : TOGGLE);
}

/* --- A and B --- */

static void show_ab(const json_t *answer)
{
    const json_t *match_db = json_object_get(answer, "match_db");

    printf("side %s", safe_text(answer, "side"));
    if (safe_true(answer, "match"))
        printf(", levels matched: a %+.1f dB, b %+.1f dB", safe_number(match_db, "a"),
               safe_number(match_db, "b"));
    putchar('\n');
}

int control_ab(const struct args *args)
{
    const char *side = args_word(args, 0), *match = args_value(args, "match");
    json_t *asked;

    if (side && strcmp(side, "a") != 0 && strcmp(side, "b") != 0 && strcmp(side, "other") != 0) {
        complain("\"%s\" is none of a, b, other", side);
        return MISUSED;
    }
    if (match && turn_of(match) != ON && turn_of(match) != OFF) {
        complain("--match: \"%s\" is none of on, off", match);
        return MISUSED;
    }
    asked = request("ab");
    if (side)
        json_object_set_new(asked, "side", json_string(side));
    if (args_value(args, "copy"))
        json_object_set_new(asked, "copy", json_true());
    if (match)
        json_object_set_new(asked, "match", json_boolean(turn_of(match) == ON));
    return ask_and_show(args, asked, show_ab);
}

/* --- anew --- */

int control_clear(const struct args *args)
{
    return ask_and_show(args, request("clear"), NULL);
}

int control_factory_reset(const struct args *args)
{
    if (!args_value(args, "sure")) {
        complain("factory-reset gives up the sound as it is now (saved presets stay); "
                 "add --sure if that is meant");
        return MISUSED;
    }
    return ask_and_show(args, json_pack("{s:s,s:b}", "do", "factory_reset", "sure", 1), NULL);
}

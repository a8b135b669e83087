/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "headset_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct key {
    const char *name;
    size_t list_offset;   /* of the struct headset_list in the offer, or */
    size_t number_offset; /* of the uint32_t; NOT_HERE for the other of the two */
    uint32_t min, max;
};

#define NOT_HERE  ((size_t)-1)
#define IN(field) offsetof(struct headset_offer, field)

static const struct key keys[] = {
    { "rate", IN(rate_hz), NOT_HERE, 8000, 192000 },
    { "format", IN(format), NOT_HERE, 0, HEADSET_FORMATS - 1 },
    { "channels", IN(channels), NOT_HERE, 0, HEADSET_CHANNELS_MAX },
    { "min_period", NOT_HERE, IN(period_min_frames), 1, 16384 },
    { "max_buffer", NOT_HERE, IN(buffer_max_frames), 64, 1 << 19 },
};

static const char *const format_name[HEADSET_FORMATS] = {
    [HEADSET_S16] = "S16_LE",
    [HEADSET_S24_3] = "S24_3LE",
    [HEADSET_S24] = "S24_LE",
    [HEADSET_S32] = "S32_LE",
};

void headset_config_init(struct headset_offer offer[HEADSET_DIRECTIONS])
{
    for (int d = 0; d < HEADSET_DIRECTIONS; d++)
        offer[d] = (struct headset_offer){
            .rate_hz = { 1, { 48000 } },
            .format = { 1, { HEADSET_S16 } },
            .channels = { 1, { d == HEADSET_OUT ? 2 : 1 } },
            .period_min_frames = 16,
            .buffer_max_frames = 65536,
        };
}

static bool parse_word(const struct key *key, const char *word, uint32_t *value)
{
    char *end;
    unsigned long number;

    if (key->list_offset == IN(format)) {
        for (uint32_t f = 0; f < HEADSET_FORMATS; f++)
            if (!strcmp(word, format_name[f])) {
                *value = f;
                return true;
            }
        return false;
    }
    number = strtoul(word, &end, 10);
    *value = (uint32_t)number;
    return end != word && !*end && number >= key->min && number <= key->max;
}

/* "a,b,c"; at least one. A list with a 0 in it is "none" and must be that alone. */
static bool parse_list(const struct key *key, const char *text, struct headset_list *list)
{
    char words[256], *save = NULL;

    list->count = 0;
    if (snprintf(words, sizeof words, "%s", text) >= (int)sizeof words)
        return false;
    for (char *word = strtok_r(words, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
        if (list->count == HEADSET_LIST_MAX || !parse_word(key, word, &list->value[list->count]))
            return false;
        list->count++;
    }
    if (key->list_offset == IN(channels))
        for (uint32_t i = 0; i < list->count; i++)
            if (!list->value[i])
                return list->count == 1;
    return list->count > 0;
}

static void store(const struct key *key, struct headset_offer *offer,
                  const struct headset_list *list)
{
    if (key->list_offset != NOT_HERE)
        memcpy((char *)offer + key->list_offset, list, sizeof *list);
    else
        memcpy((char *)offer + key->number_offset, &list->value[0], sizeof list->value[0]);
}

bool headset_config_set(struct headset_offer offer[HEADSET_DIRECTIONS], const char *key,
                        const char *value, char *why, size_t why_size)
{
    bool out = strncmp(key, "in_", 3) != 0, in = strncmp(key, "out_", 4) != 0;
    const char *bare = !out ? key + 3 : !in ? key + 4 : key;
    struct headset_list list;

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(bare, keys[i].name))
            continue;
        if (!parse_list(&keys[i], value, &list) ||
            (keys[i].list_offset == NOT_HERE && list.count != 1)) {
            snprintf(why, why_size, "%s: not a value for %s", value, key);
            return false;
        }
        if (out)
            store(&keys[i], &offer[HEADSET_OUT], &list);
        if (in)
            store(&keys[i], &offer[HEADSET_IN], &list);
        return true;
    }
    snprintf(
        why, why_size,
        "%s: no such key (rate, format, channels, min_period, max_buffer; or with out_ or in_)",
        key);
    return false;
}

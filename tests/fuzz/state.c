/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a state file: refused, or read and written again the same. */
#include "state.h"
#include "target.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sound sound;
    struct state state = { 0 };
    char why[256], *first, *second;

    sound_init(&sound);
    if (!state_parse(&state, &sound, (const char *)data, size, why))
        return 0;
    first = state_print(&state, &sound);
    state_finish(&state);
    if (!first || !state_parse(&state, &sound, first, strlen(first), why))
        abort();
    second = state_print(&state, &sound);
    if (!second || strcmp(first, second) != 0)
        abort();
    state_finish(&state);
    free(first);
    free(second);
    return 0;
}

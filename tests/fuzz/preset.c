/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a preset (libFuzzer): the reading ends, what it read is in range and can be printed
 * and read again as the same, and what it says can be shown. The bytes also stand for a name and
 * for a value. Corpus: tests/fuzz/corpus/preset.
 */
#include "preset.h"
#include "param.h"
#include "target.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

static void must_be_showable(const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        size_t length = utf8_length(text, left);

        MUST(length > 0 && (*text == '\t' || !utf8_is_control(text)));
        text += length;
        left -= length;
    }
}

/* Each value is one that its own text may set. */
static void must_be_in_range(const struct params *params)
{
    static struct params copy;
    char text[PARAM_TEXT_BYTES], why[PARAM_WHY_BYTES];

    params_defaults(&copy);
    for (struct param_ref ref = { 0 }; param_next(&ref);) {
        param_get(params, &ref, text);
        MUST(param_set(&copy, &ref, text, why));
    }
    MUST(memcmp(&copy, params, sizeof copy) == 0);
}

static void must_be_read_again(const struct params *params, bool all)
{
    static char text[65536];
    static struct preset_faults faults;
    static struct params again;
    FILE *out = fmemopen(text, sizeof text, "w");

    preset_print(out, params, all);
    MUST(!ferror(out) && ftell(out) < (long)sizeof text);
    fclose(out);
    MUST(preset_parse(&again, text, strlen(text), "f", NULL, &faults));
    MUST(memcmp(&again, params, sizeof again) == 0);
}

/* The first two bytes choose a parameter, the rest is its value; all of them are a name. */
static void read_as_text(const char *bytes, size_t size)
{
    static struct params params;
    char text[80], why[PARAM_WHY_BYTES];
    struct param_ref ref = { 0 }, found;

    if (size < 2 || size >= sizeof text)
        return;
    memcpy(text, bytes, size);
    text[size] = '\0';
    if (!param_find(&found, text, why))
        must_be_showable(why);
    for (int left = (uint8_t)text[0] << 8 | (uint8_t)text[1]; left >= 0; left--)
        if (!param_next(&ref)) {
            ref = (struct param_ref){ 0 };
            param_next(&ref);
        }
    params_defaults(&params);
    if (!param_set(&params, &ref, text + 2, why))
        must_be_showable(why);
    must_be_in_range(&params);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct preset_faults faults;
    static struct params last, params;

    bool good = preset_parse(&last, (const char *)data, size, "f", NULL, &faults);

    MUST(good == (faults.count == 0) && (faults.count == PRESET_FAULTS || faults.more == 0));
    must_be_in_range(&last);
    preset_parse(&params, (const char *)data, size, "f", &last, &faults);
    MUST(memcmp(&params, &last, sizeof params) == 0); /* what is read over itself is itself */
    for (int i = 0; i < faults.count; i++)
        must_be_showable(faults.text[i]);
    must_be_read_again(&params, false);
    if (size % 64 == 63) /* a slow one */
        must_be_read_again(&params, true);
    read_as_text((const char *)data, size);
    return 0;
}

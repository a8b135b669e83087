/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as an equalizer: what was read is in range, can be shown, and is the same when it is
 * written and read again. */
#include "eq_text.h"
#include "param.h"
#include "target.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

static void must_be_showable(const char *text)
{
    for (size_t left = strlen(text); left > 0;) {
        size_t length = utf8_length(text, left);

        if (length == 0 || (*text != '\t' && utf8_is_control(text)))
            abort();
        text += length;
        left -= length;
    }
}

static void must_be_in_range(const struct params *params)
{
    struct params copy = *params;
    char text[PARAM_TEXT_BYTES], why[PARAM_WHY_BYTES];

    for (struct param_ref ref = { 0 }; param_next(&ref);) {
        param_get(params, &ref, text);
        if (!param_set(&copy, &ref, text, why))
            abort();
    }
}

static void must_come_back(const struct params *params)
{
    static struct eq_text eq;
    struct params again;
    char why[EQ_TEXT_SAID], *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    params_defaults(&again);
    if (!out || !eq_text_print(out, params, "eq", why) || fclose(out) != 0)
        abort();
    eq_text_read(&eq, text, length, EQ_TEXT_AUTO);
    if (!eq_text_apply(&eq, &again, "eq", why))
        abort();
    for (int b = 0; b < PARAMS_BANDS; b++)
        if (again.eq.band[0][b].type != params->eq.band[0][b].type)
            abort();
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct eq_text eq;
    struct params params;
    char why[EQ_TEXT_SAID];

    eq_text_read(&eq, (const char *)data, size, size % 3);
    for (int i = 0; i < eq.line_count; i++)
        must_be_showable(eq.line[i].said);
    params_defaults(&params);
    if (!eq_text_apply(&eq, &params, "eq", why)) {
        must_be_showable(why);
        return 0;
    }
    must_be_in_range(&params);
    must_come_back(&params);
    return 0;
}

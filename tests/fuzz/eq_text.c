/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as an equalizer's text (libFuzzer): the reading ends, what it read is in range and
 * goes to where it belongs, is written and read again as the same, and what is said of it can be
 * shown. The length chooses the target and what a shelf is. Corpus: tests/fuzz/corpus/eq_text.
 */
#include "eq_text.h"
#include "param.h"
#include "target.h"
#include "utf8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void must_be_showable(const char *text)
{
    size_t left = strlen(text);

    MUST(left > 0);
    while (left > 0) {
        size_t length = utf8_length(text, left);

        MUST(length > 0 && !utf8_is_control(text));
        text += length;
        left -= length;
    }
}

static void must_be_whole(const struct eq_text *text)
{
    int bands = 0;

    MUST(text->line_count + text->more == text->used + text->changed + text->dropped);
    for (int i = 0; i < text->line_count; i++)
        must_be_showable(text->line[i].message);
    for (int i = 0; i < 2; i++) {
        MUST(isfinite(text->channel[i].preamp_db) && text->channel[i].delay_ms >= 0);
        for (int b = 0; b < PARAMS_BANDS; b++) {
            MUST((text->channel[i].band[b].type != BAND_FLAT) == (b < text->channel[i].band_count));
            bands += text->channel[i].band[b].type != BAND_FLAT;
        }
    }
    MUST(text->usable > 0 || (bands == 0 && !text->has_preamp && !text->has_delay));
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
}

static bool is_known_to_others(enum band_type type)
{
    return type < BAND_LOW_SHELF_1;
}

static void must_be_read_again(const struct eq_text *text, const struct params *params,
                               const char *target)
{
    static char all[16384];
    static struct eq_text again;
    char why[EQ_TEXT_WHY_BYTES];
    FILE *out = fmemopen(all, sizeof all, "w");

    MUST(eq_text_export(out, params, target, why));
    MUST(!ferror(out) && ftell(out) < (long)sizeof all);
    fclose(out);
    eq_text_import(&again, all, strlen(all), NULL);
    MUST(again.dropped == 0 && again.changed == 0);
    if (strcmp(target, "eq") != 0)
        return;
    for (int i = 0, at = 0; i < text->channel[0].band_count; i++)
        if (is_known_to_others(text->channel[0].band[i].type)) {
            const struct band_settings *a = &text->channel[0].band[i], *b = again.channel[0].band;

            b += at++;
            MUST(a->type == b->type);
            MUST(fabs(a->frequency_hz - b->frequency_hz) <= 1e-13 * a->frequency_hz);
            MUST(fabs(a->gain_db - b->gain_db) <= 1e-13 || a->type > BAND_HIGH_SHELF_SLOPE);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const targets[] = { "eq", "mic.eq", "strip.out", "strip.sub", "nowhere" };
    static struct eq_text text;
    static struct params params, before;
    struct eq_text_options options = { .shelf = (enum eq_text_shelf)(size % 3) };
    const char *target = targets[size / 3 % 5];
    char why[EQ_TEXT_WHY_BYTES];
    bool usable = eq_text_import(&text, (const char *)data, size, &options);

    MUST(usable == (text.usable > 0));
    params_defaults(&params);
    before = params;
    if (eq_text_apply(&params, &text, target, why)) {
        if (size % 8 == 7) /* slow */
            must_be_in_range(&params);
        must_be_read_again(&text, &params, target);
    } else {
        must_be_showable(why);
        MUST(memcmp(&params, &before, sizeof params) == 0);
    }
    must_be_whole(&text);
    return 0;
}

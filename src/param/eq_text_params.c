/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Equalizers of the parameters: from text, and as text. */
#include "eq_text_private.h"

#include "param.h"

#include <stdlib.h>
#include <string.h>

/* Equalizers, by name: where the bands of both channels are, and what goes beside them; the names
 * are of parameters, NULL where there is no such place. */
static const struct target {
    const char *name;
    const char *bands[2], *preamp[2], *delay[2];
} targets[] = {
    { "eq", { "eq.left", "eq.right" }, { "preamp.gain_1_db", "preamp.gain_2_db" }, { NULL } },
    { "mic.eq", { "mic.eq", NULL }, { NULL }, { NULL } },
#define STRIP(name)                                                                                \
    "strip." name, { "strip." name ".eq", NULL }, { "strip." name ".gain_db", NULL },              \
    {                                                                                              \
        "strip." name ".delay_ms", NULL                                                            \
    }
#define STRIPS(name)                                                                               \
    "strip." name, { "strip." name "_1.eq", "strip." name "_2.eq" },                               \
        { "strip." name "_1.gain_db", "strip." name "_2.gain_db" },                                \
    {                                                                                              \
        "strip." name "_1.delay_ms", "strip." name "_2.delay_ms"                                   \
    }
    { STRIPS("headset") },
    { STRIPS("out") },
    { STRIP("headset_1") },
    { STRIP("headset_2") },
    { STRIP("out_1") },
    { STRIP("out_2") },
    { STRIP("sub") },
};

enum { TARGETS = sizeof targets / sizeof *targets };

static const struct target *find_target(const char *name, char why[EQ_TEXT_SAID])
{
    size_t length;

    for (int t = 0; t < TARGETS; t++)
        if (strcmp(targets[t].name, name) == 0)
            return &targets[t];
    snprintf(why, EQ_TEXT_SAID, "no equalizer \"%.40s\"; there are", name);
    for (int t = 0; t < TARGETS; t++) {
        length = strlen(why);
        snprintf(why + length, EQ_TEXT_SAID - length, "%s %s", t ? "," : "", targets[t].name);
    }
    return NULL;
}

static struct param_ref find(const char *bands, int band, const char *key)
{
    char name[PARAM_NAME_BYTES], why[PARAM_WHY_BYTES];
    struct param_ref ref = { 0 };

    snprintf(name, sizeof name, "%s.%d.%s", bands, band + 1, key);
    param_find(&ref, name, why);
    return ref;
}

/* --- from text ----------------------------------------------------------------------------------
 */

/* A field of a band into its place. */
static void put_band(struct params *params, const char *bands, int band,
                     const struct band_settings *settings)
{
    static const char *const keys[] = { "frequency_hz", "gain_db",   "q",
                                        "slope",        "target_hz", "target_q" };
    const double values[] = { settings->frequency_hz, settings->gain_db,   settings->q,
                              settings->slope,        settings->target_hz, settings->target_q };
    struct param_ref ref = find(bands, band, "type");
    char why[PARAM_WHY_BYTES];

    for (const struct param_choice *choice = ref.row->choice; choice->name; choice++)
        if (choice->value == (int)settings->type)
            param_set(params, &ref, choice->name, why);
    ref = find(bands, band, "on");
    param_set(params, &ref, settings->on ? "yes" : "no", why);
    for (int k = 0; k < 6; k++) {
        ref = find(bands, band, keys[k]);
        param_set_number(params, &ref, values[k], why);
    }
}

static void put_bands(struct params *params, const struct eq_text *eq, const char *bands,
                      int channel)
{
    struct params defaults;

    params_defaults(&defaults);
    for (int b = 0; b < PARAMS_BANDS; b++) {
        if (b < eq->count[channel])
            put_band(params, bands, b, &eq->band[channel][b]);
        else
            put_band(params, bands, b, &defaults.eq.band[0][0]);
    }
}

/* A preamp or a delay: into its place, if there is one and it fits. */
static bool put_number(struct params *params, struct eq_reading *reading, const char *name,
                       double value, const char *what, char why[EQ_TEXT_SAID])
{
    char wrong[PARAM_WHY_BYTES];
    struct param_ref ref;

    if (!name && value != 0)
        eq_say(reading, EQ_TEXT_DROPPED, "this equalizer has no place for a %s of %+.4g", what,
               value);
    if (!name || !param_find(&ref, name, wrong))
        return true;
    if (param_set_number(params, &ref, value, wrong))
        return true;
    snprintf(why, EQ_TEXT_SAID, "%s: %.180s", what, wrong);
    return false;
}

bool eq_text_apply(struct eq_text *eq, struct params *params, const char *target,
                   char why[EQ_TEXT_SAID])
{
    const struct target *to = find_target(target, why);
    struct eq_reading reading = { .eq = eq };
    struct params next = *params;

    if (!to)
        return false;
    for (int c = 0; c < 2 && to->bands[c]; c++)
        put_bands(&next, eq, to->bands[c], c);
    for (int c = 0; c < 2; c++) {
        const char *preamp = to->preamp[c], *delay = to->delay[c];

        if (c == 1 && !to->bands[1])
            break; /* one channel: the left one's */
        if (!put_number(&next, &reading, preamp, eq->preamp_db[c], "preamp", why) ||
            !put_number(&next, &reading, delay, eq->delay_ms[c], "delay", why))
            return false;
    }
    if (!to->bands[1] && !eq_text_is_linked(eq))
        eq_say(&reading, EQ_TEXT_DROPPED, "this equalizer has one channel: the left one's is used");
    if (strcmp(to->name, "eq") == 0)
        next.eq.linked = eq_text_is_linked(eq);
    *params = next;
    return true;
}

/* --- as text ------------------------------------------------------------------------------------
 */

static const char *value(const struct params *params, const char *bands, int band, const char *key,
                         char text[PARAM_TEXT_BYTES])
{
    struct param_ref ref = find(bands, band, key);

    param_get(params, &ref, text);
    return text;
}

static double number(const struct params *params, const char *bands, int band, const char *key)
{
    struct param_ref ref = find(bands, band, key);

    return param_number(params, &ref);
}

/* How a type of band is called there; NULL: it is not. */
static const struct word {
    enum band_type type;
    const char *name;
    bool gain, q;
} type_words[] = {
    { BAND_PEAKING, "PK", true, true },
    { BAND_LOW_SHELF, "LSC", true, true },
    { BAND_HIGH_SHELF, "HSC", true, true },
    { BAND_LOW_SHELF_SLOPE, "LSC", true, false },
    { BAND_HIGH_SHELF_SLOPE, "HSC", true, false },
    { BAND_LOW_PASS, "LPQ", false, true },
    { BAND_HIGH_PASS, "HPQ", false, true },
    { BAND_BAND_PASS, "BP", false, true },
    { BAND_NOTCH, "NO", false, true },
    { BAND_ALL_PASS, "AP", false, true },
    { BAND_LOW_PASS_1, "LP1", false, false },
    { BAND_HIGH_PASS_1, "HP1", false, false },
};

static const struct word *find_word(enum band_type type)
{
    for (size_t i = 0; i < sizeof type_words / sizeof *type_words; i++)
        if (type_words[i].type == type)
            return &type_words[i];
    return NULL;
}

/* "LSC 10.8 dB": twelve times the slope, with all its digits. */
static void print_slope(FILE *out, double slope)
{
    struct params scratch = { 0 };
    char text[PARAM_TEXT_BYTES], why[PARAM_WHY_BYTES];
    struct param_ref ref;

    if (!param_find(&ref, "strip.sub.delay_ms", why)) /* any number of a fitting range */
        return;
    scratch.strip[OUTPUT_SUB].delay_ms = 12 * slope;
    param_get(&scratch, &ref, text);
    fprintf(out, " %s dB", text);
}

static void print_band(FILE *out, const struct params *params, const char *bands, int band)
{
    enum band_type type = (enum band_type)number(params, bands, band, "type");
    const struct word *word = find_word(type);
    char text[PARAM_TEXT_BYTES];

    if (type == BAND_FLAT)
        return;
    if (!word) {
        fprintf(out, "# band %d: %s has no word in this format\n", band + 1,
                value(params, bands, band, "type", text));
        return;
    }
    fprintf(out, "Filter %d: %s %s", band + 1,
            number(params, bands, band, "on") != 0 ? "ON" : "OFF", word->name);
    if (type == BAND_LOW_SHELF_SLOPE || type == BAND_HIGH_SHELF_SLOPE)
        print_slope(out, number(params, bands, band, "slope"));
    fprintf(out, " Fc %s Hz", value(params, bands, band, "frequency_hz", text));
    if (word->gain)
        fprintf(out, " Gain %s dB", value(params, bands, band, "gain_db", text));
    if (word->q)
        fprintf(out, " Q %s", value(params, bands, band, "q", text));
    fputc('\n', out);
}

static void print_beside(FILE *out, const struct params *params, const char *name, const char *word,
                         const char *unit)
{
    char text[PARAM_TEXT_BYTES], why[PARAM_WHY_BYTES];
    struct param_ref ref;

    if (!name || !param_find(&ref, name, why) || param_number(params, &ref) == 0)
        return;
    param_get(params, &ref, text);
    fprintf(out, "%s: %s %s\n", word, text, unit);
}

static void print_channel(FILE *out, const struct params *params, const struct target *from, int c)
{
    print_beside(out, params, from->preamp[c], "Preamp", "dB");
    print_beside(out, params, from->delay[c], "Delay", "ms");
    for (int b = 0; b < PARAMS_BANDS; b++)
        print_band(out, params, from->bands[c], b);
}

bool eq_text_print(FILE *out, const struct params *params, const char *target,
                   char why[EQ_TEXT_SAID])
{
    const struct target *from = find_target(target, why);
    char *text[2] = { NULL, NULL };
    struct params heard = *params;
    size_t length;

    if (!from)
        return false;
    if (strcmp(from->name, "eq") == 0 && params->eq.linked)
        memcpy(heard.eq.band[1], heard.eq.band[0], sizeof heard.eq.band[0]);
    for (int c = 0; c < 2 && from->bands[c]; c++) {
        FILE *part = open_memstream(&text[c], &length);

        if (!part)
            break;
        print_channel(part, &heard, from, c);
        fclose(part);
    }
    if (text[0] && text[1] && strcmp(text[0], text[1]) != 0)
        fprintf(out, "Channel: L\n%sChannel: R\n%s", text[0], text[1]);
    else if (text[0])
        fputs(text[0], out);
    free(text[0]);
    free(text[1]);
    return true;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "levels.h"

#include "safe.h"
#include "words.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 30, NOTHING_DB = -120 };

double level_fit(double db)
{
    return fmin(fmax(db, -200), 200);
}

/* A list's entry, or the number alone that stands for a list of one. */
static const json_t *entry(const json_t *meter, const char *key, int place)
{
    const json_t *value = json_object_get(meter, key);

    if (json_is_array(value))
        value = json_array_get(value, (size_t)place);
    else if (place > 0)
        value = NULL;
    return value;
}

static double level_of(const json_t *meter, const char *key, int place)
{
    const json_t *value = entry(meter, key, place);

    return json_is_number(value) ? level_fit(json_number_value(value)) : NOTHING_DB;
}

static void name_lane(char name[LEVEL_NAME_BYTES], const char *meter, int lane, int lanes)
{
    if (lanes == 1)
        snprintf(name, LEVEL_NAME_BYTES, "%s", meter);
    else if (lanes == 2)
        snprintf(name, LEVEL_NAME_BYTES, "%.20s %c", meter, lane ? 'R' : 'L');
    else
        snprintf(name, LEVEL_NAME_BYTES, "%.20s %d", meter, lane + 1);
}

int levels_read(const json_t *reading, struct level levels[LEVELS])
{
    const char *name;
    json_t *meter;
    int count = 0;

    json_object_foreach((json_t *)reading, name, meter)
    {
        const json_t *peaks = json_object_get(meter, "peak_db");
        int lanes = json_is_array(peaks) ? (int)json_array_size(peaks) : json_is_number(peaks);

        for (int lane = 0; lane < lanes && count < LEVELS; lane++, count++) {
            name_lane(levels[count].name, name, lane, lanes);
            levels[count].peak_db = level_of(meter, "peak_db", lane);
            levels[count].rms_db = level_of(meter, "rms_db", lane);
            levels[count].clips = json_number_value(entry(meter, "clips", lane));
        }
    }
    return count;
}

int level_place(double db, int width)
{
    double place = (db - LEVEL_FLOOR_DB) / -LEVEL_FLOOR_DB * width;

    return place <= 0 ? 0 : place >= width ? width : (int)lround(place);
}

static void print_level(FILE *out, const struct level *level)
{
    char bar[WIDTH + 1];
    int peak = level_place(level->peak_db, WIDTH), rms = level_place(level->rms_db, WIDTH);

    for (int i = 0; i < WIDTH; i++)
        bar[i] = i < rms ? '#' : i < peak ? '=' : '.';
    bar[WIDTH] = 0;
    fprintf(out, "  %-14s %s %6.1f dBFS", level->name, bar, level->peak_db);
    if (level->clips > 0)
        fprintf(out, "  clipped %.0f", level->clips);
    fputc('\n', out);
}

static void print_reductions(FILE *out, const json_t *reductions)
{
    const char *stage;
    json_t *value;

    json_object_foreach((json_t *)reductions, stage, value)
    {
        double db = level_fit(json_number_value(value));

        if (fabs(db) >= 0.05)
            fprintf(out, "  %-20.40s %+.1f dB\n", stage, -db);
    }
}

void levels_print(FILE *out, const json_t *reading)
{
    const json_t *lufs = json_object_get(reading, "lufs");
    struct level levels[LEVELS];
    struct words words = { 0 };
    int count = levels_read(reading, levels);

    for (int i = 0; i < count; i++)
        print_level(out, &levels[i]);
    words_number(&words, "%.1f now", safe_number(lufs, "momentary"));
    words_number(&words, "%.1f in 3 s", safe_number(lufs, "short_term"));
    words_number(&words, "%.1f integrated", safe_number(lufs, "integrated"));
    if (words.length)
        fprintf(out, "  %-14s %s\n", "LUFS", words.text);
    print_reductions(out, json_object_get(reading, "reduction_db"));
}

void levels_line(FILE *out, const json_t *reading)
{
    struct level levels[LEVELS];
    struct words words = { 0 };
    int count = levels_read(reading, levels);

    for (int i = 0; i < count; i++)
        fprintf(out, "%s%s %.1f", i ? "  " : "", levels[i].name, levels[i].peak_db);
    words_number(&words, "LUFS %.1f", safe_number(json_object_get(reading, "lufs"), "short_term"));
    words_number(&words, "load %.1f %%", safe_number(reading, "load_percent"));
    words_number(&words, "xruns %.0f", safe_number(reading, "xruns"));
    fprintf(out, "%s%s\n", words.length ? "  " : "", words.text);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "frame.h"

#include "safe.h"
#include "words.h"

#include <math.h>
#include <string.h>

enum {
    COLUMNS = 80,
    ROWS = 24,
    SCALE_WIDTH = 30,
    NARROW = 40,
    NAME = 15,
    NUMBERS = 17,
    REDUCTION_DB = 24
};

static const double hold_s = 1.5, fall_db = 1.5; /* a reading, once it is held no more */

struct page { /* a frame on its way: lines are counted, and cut to the terminal */
    FILE *out;
    const struct frame *frame;
    int columns, row, rows;
};

static void begin_line(struct page *page)
{
    fprintf(page->out, "\033[%d;1H", ++page->row);
}

static void end_line(struct page *page)
{
    fputs("\033[K", page->out);
}

static bool has_room(const struct page *page)
{
    return page->row < page->rows;
}

/* A line of plain characters. */
static void line(struct page *page, const char *text)
{
    if (!has_room(page))
        return;
    begin_line(page);
    fprintf(page->out, "%.*s", page->columns - 1, text);
    end_line(page);
}

static void colour(struct page *page, const char *code)
{
    if (page->frame->colours)
        fprintf(page->out, "\033[%sm", code);
}

static int bar_width(const struct page *page)
{
    int width = page->columns - NAME - NUMBERS - 4;

    return width < 1 ? 1 : width;
}

/* -60 ... 0 dBFS above the bars. */
static void scale(struct page *page)
{
    char text[COLUMNS + 8];
    int width = bar_width(page);

    memset(text, ' ', sizeof text);
    for (int db = LEVEL_FLOOR_DB; db <= 0 && width >= SCALE_WIDTH; db += 12) {
        char number[8];
        int bytes = snprintf(number, sizeof number, "%d", db),
            at = NAME + 2 + level_place(db, width) - (db ? bytes / 2 : 0);

        memcpy(text + at, number, (size_t)bytes);
    }
    snprintf(text + NAME + 2 + width + 2, 16, "%7s %7s", "peak", "rms");
    line(page, text);
}

/* The colour of a place on the bar: what is near 0 dBFS is no longer green. */
static const char *shade(int place, int width)
{
    if (place >= level_place(-3, width))
        return "31";
    return place >= level_place(-12, width) ? "33" : "32";
}

static void bar(struct page *page, const struct level *level, double held_db)
{
    int width = bar_width(page), peak = level_place(level->peak_db, width),
        rms = level_place(level->rms_db, width), held = level_place(held_db, width);
    const char *last = "";

    for (int i = 0; i < width; i++) {
        const char *now = shade(i, width);

        if (strcmp(now, last) != 0)
            colour(page, now);
        last = now;
        fputc(held > 0 && i == held - 1 ? '|' : i < rms ? '#' : i < peak ? '=' : '.', page->out);
    }
    colour(page, "0");
}

static double hold(struct frame *frame, int place, double peak_db, double now_s)
{
    if (peak_db >= frame->held[place].db || frame->held[place].db == 0) {
        frame->held[place].db = peak_db;
        frame->held[place].until_s = now_s + hold_s;
    } else if (now_s > frame->held[place].until_s)
        frame->held[place].db = fmax(peak_db, frame->held[place].db - fall_db);
    return frame->held[place].db;
}

/* Where a bar would say nothing. */
static void bare_meter(struct page *page, const struct level *level, double held_db)
{
    char text[COLUMNS];

    snprintf(text, sizeof text, "%6.1f %s", held_db, level->name);
    line(page, text);
}

static void meter(struct page *page, const struct level *level, double held_db)
{
    if (!has_room(page))
        return;
    begin_line(page);
    fprintf(page->out, "%-*.*s  ", NAME, NAME, level->name);
    bar(page, level, held_db);
    colour(page, level->clips > 0 ? "1;31" : "0");
    fprintf(page->out, "  %6.1f%c %7.1f", held_db, level->clips > 0 ? '!' : ' ', level->rms_db);
    colour(page, "0");
    end_line(page);
}

/* How much each stage turns down now, a stage a line. */
static void reduction(struct page *page, const char *stage, double db)
{
    char text[COLUMNS + 32];
    int width = bar_width(page), length = (int)lround(fabs(db) / REDUCTION_DB * width);
    char filled[COLUMNS + 1];

    length = length > width ? width : length;
    memset(filled, db > 0 ? '<' : '>', (size_t)length);
    filled[length] = 0;
    snprintf(text, sizeof text, "%-*.*s  %-*s  %6.1f dB", NAME, NAME, stage, width, filled,
             db ? -db : 0.0);
    line(page, text);
}

static void reductions(struct page *page, const json_t *all)
{
    const char *stage;
    json_t *value;

    json_object_foreach((json_t *)all, stage, value)
        reduction(page, stage, level_fit(json_number_value(value)));
}

static void title(struct page *page, const json_t *reading)
{
    static const char quits[] = "q quits";
    struct words words = { 0 };
    char text[COLUMNS + 1];
    int used;

    words_number(&words, "load %.1f %%", safe_number(reading, "load_percent"));
    words_number(&words, "xruns %.0f", safe_number(reading, "xruns"));
    snprintf(text, sizeof text, "audioserver  %.40s", words.text);
    used = (int)strlen(text);
    if (used + (int)sizeof quits < page->columns)
        snprintf(text + used, sizeof text - (size_t)used, "%*s", page->columns - 2 - used, quits);
    line(page, text);
}

static void loudness(struct page *page, const json_t *lufs)
{
    struct words words = { 0 };
    char text[COLUMNS + 1];

    words_number(&words, "%.1f now", safe_number(lufs, "momentary"));
    words_number(&words, "%.1f in 3 s", safe_number(lufs, "short_term"));
    words_number(&words, "%.1f integrated", safe_number(lufs, "integrated"));
    snprintf(text, sizeof text, "%-*s  %.60s", NAME, "LUFS", words.length ? words.text : "-");
    line(page, text);
}

void frame_print(struct frame *frame, FILE *out, const json_t *reading, double now_s)
{
    struct page page = { .out = out, .frame = frame };
    struct level levels[LEVELS];
    int count = levels_read(reading, levels);

    page.columns = frame->columns < COLUMNS ? frame->columns : COLUMNS;
    page.rows = frame->rows < ROWS ? frame->rows : ROWS;
    title(&page, reading);
    scale(&page);
    for (int i = 0; i < count; i++)
        (page.columns < NARROW ? bare_meter : meter)(&page, &levels[i],
                                                     hold(frame, i, levels[i].peak_db, now_s));
    loudness(&page, json_object_get(reading, "lufs"));
    line(&page, "");
    reductions(&page, json_object_get(reading, "reduction_db"));
    fputs("\033[J", out);
}

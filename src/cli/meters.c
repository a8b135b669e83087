/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audioctl meters: live on a terminal, in lines elsewhere. */
#include "ask.h"
#include "control.h"
#include "frame.h"
#include "number.h"
#include "safe.h"
#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RATE_MAX = 60 };

static void show_once(const json_t *reading)
{
    levels_print(stdout, reading);
}

static double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The next reading; other events are of no concern here. */
static int next_reading(struct link *link, const sigset_t *mask, json_t **reading)
{
    int status;

    while ((status = link_event(link, link->timeout_s, mask, reading)) == DONE) {
        if (strcmp(safe_text(*reading, "event"), "meters") == 0)
            return DONE;
        json_decref(*reading);
    }
    return status;
}

/* --- live --- */

static bool draw(struct frame *frame, const json_t *reading)
{
    char *bytes = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&bytes, &length);
    bool drawn = false;

    if (!out)
        return false;
    frame_print(frame, out, reading, now_s());
    if (fclose(out) == 0)
        drawn = terminal_draw(bytes, length);
    free(bytes);
    return drawn;
}

static bool goes_on(struct frame *frame)
{
    switch (terminal_wish()) {
    case TERMINAL_END:
        return false;
    case TERMINAL_REDRAW:
        terminal_size(&frame->columns, &frame->rows);
        return terminal_draw("\033[2J", 4);
    case TERMINAL_NOTHING:
        break;
    }
    return true;
}

/* Until a key or a signal ends it: DONE. */
static int run_live(struct link *link, struct frame *frame)
{
    json_t *reading;

    while (goes_on(frame)) {
        int status = next_reading(link, terminal_mask(), &reading);

        if (status == INTERRUPTED)
            continue;
        if (status != DONE)
            return status;
        if (!draw(frame, reading))
            status = FAILED;
        json_decref(reading);
        if (status != DONE)
            return status; /* the terminal is gone: nobody reads a complaint */
    }
    return DONE;
}

static int live(struct link *link)
{
    struct frame frame = { .colours = terminal_has_colours() };
    int status;

    terminal_size(&frame.columns, &frame.rows);
    terminal_enter();
    status = run_live(link, &frame);
    terminal_leave();
    if (status != DONE)
        complain("%s", link->why);
    terminal_die();
    return status;
}

/* --- in lines --- */

static int in_lines(const struct args *args, struct link *link)
{
    json_t *reading;
    int status;

    while ((status = next_reading(link, NULL, &reading)) == DONE) {
        if (args->json)
            safe_print_json(reading);
        else
            levels_line(stdout, reading);
        json_decref(reading);
        status = printed(DONE);
        if (status != DONE)
            return status;
    }
    complain("%s", link->why);
    return status;
}

/* --- both --- */

static bool read_rate(const struct args *args, bool screen, double *rate)
{
    const char *text = args_value(args, "rate");
    bool whole;

    *rate = screen ? 20 : 1; /* lines are for reading */
    if (!text || (number_read(text, rate, &whole) && *rate > 0 && *rate <= RATE_MAX))
        return true;
    complain("--rate: \"%s\" is no rate; allowed: more than 0, %d a second at most", text,
             RATE_MAX);
    return false;
}

static int subscribe(const struct args *args, struct link *link, double rate)
{
    json_t *answer, *asked = request("subscribe");
    int status;

    json_object_set_new(asked, "meters_hz",
                        rate == (double)(int)rate ? json_integer((int)rate) : json_real(rate));
    status = ask_on(args, link, asked, &answer);
    json_decref(answer);
    return status;
}

int control_meters(const struct args *args)
{
    bool screen = terminal_is_screen() && !args->json;
    struct link link;
    double rate;
    int status;

    if (args_value(args, "once"))
        return ask_and_show(args, request("meters"), show_once);
    if (!read_rate(args, screen, &rate))
        return MISUSED;
    status = ask_open(args, &link);
    if (status != DONE)
        return status;
    status = subscribe(args, &link, rate);
    if (status == DONE)
        status = screen ? live(&link) : in_lines(args, &link);
    link_close(&link);
    return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "delay.h"

#include "bus.h"
#include "lanes.h"

/* The new frames of one lane into its line. */
static void write_lane(float *line, uint32_t length, uint32_t at, const double *bus,
                       uint32_t frames)
{
    while (frames > 0) {
        uint32_t some = length - at < frames ? length - at : frames;

        for (uint32_t n = 0; n < some; n++)
            line[at + n] = (float)bus[2 * n];
        bus += 2 * some;
        frames -= some;
        at = 0;
    }
}

/* The line's floats from frame `at` on, in a row. */
static void unroll(const float *line, uint32_t length, uint32_t at, float *row, uint32_t count)
{
    uint32_t first = length - at < count ? length - at : count;

    memcpy(row, line + at, first * sizeof *row);
    memcpy(row + first, line, (count - first) * sizeof *row);
}

/* Four frames of a lane from a row of floats that begins `taps` - 1 before them. */
INLINE quad interpolate(const struct delay_lane *lane, const float *row)
{
    typedef float four __attribute__((vector_size(16)));
    quad sum = quad_of(0);

    for (uint32_t k = 0; k < lane->taps; k++) {
        four x;

        memcpy(&x, row + lane->taps - 1 - k, sizeof x);
        sum = quad_fma(quad_of(lane->tap[k]), __builtin_convertvector(x, quad), sum);
    }
    return sum;
}

/* One lane out of its line, into a bus. `at`: where the first of these frames went. */
static void read_lane(const struct delay *delay, const struct delay_lane *lane, int which,
                      uint32_t at, double *bus, uint32_t frames)
{
    float row[STAGE_FRAMES + DELAY_TAPS + 3];
    uint32_t back = lane->frames + lane->taps - 1;

    unroll(delay->line[which], delay->length, (at + delay->length - back) % delay->length, row,
           frames + lane->taps - 1);
    if (lane->taps == 1) {
        for (uint32_t n = 0; n < frames; n++)
            bus[2 * n + (uint32_t)which] = row[n];
        return;
    }
    memset(row + frames + lane->taps - 1, 0, 3 * sizeof *row);
    for (uint32_t n = 0; n < frames; n += 4) {
        quad sound = interpolate(lane, row + n);

        for (uint32_t i = 0; i < 4 && n + i < frames; i++)
            bus[2 * (n + i) + (uint32_t)which] = sound[i];
    }
}

/* A lane without delay stays as it is on the bus. */
static void read_lanes(const struct delay *delay, const struct delay_coefs *coefs, uint32_t at,
                       double *bus, uint32_t frames)
{
    for (int c = 0; c < 2; c++)
        if (coefs->lane[c].taps)
            read_lane(delay, &coefs->lane[c], c, at, bus, frames);
}

/* Frames of the past that a delay reaches back to. */
static uint32_t reach(const struct delay_coefs *coefs)
{
    uint32_t most = 0;

    for (int c = 0; c < 2; c++) {
        const struct delay_lane *lane = &coefs->lane[c];

        if (lane->taps && lane->frames + lane->taps > most)
            most = lane->frames + lane->taps;
    }
    return most;
}

static void begin(struct delay *delay)
{
    delay->changed = false;
    delay->next = *delay->wanted;
    delay->blend_at = 0;
    delay->changing = memcmp(&delay->now, &delay->next, sizeof delay->now) != 0;
}

/* There is no delay, and none to come: nothing reads the line, and what is in it is forgotten. */
static bool is_idle(const struct delay *delay)
{
    return !delay->changing && !reach(&delay->now);
}

/* Some of the frames, within one phase of a change. Returns how many. */
static uint32_t run_some(struct delay *delay, double *bus, double *work, uint32_t at,
                         uint32_t frames)
{
    uint32_t wanted = reach(&delay->next);
    uint32_t unheard = delay->heard < wanted ? wanted - delay->heard : 0;
    uint32_t left = unheard ? unheard : delay->blend_length - delay->blend_at;

    if (is_idle(delay)) {
        delay->heard = 0;
        return frames;
    }
    if (delay->changing && left < frames)
        frames = left;
    delay->heard += delay->heard < delay->length ? frames : 0;
    if (!delay->changing || unheard) {
        read_lanes(delay, &delay->now, at, bus, frames);
        return frames;
    }
    memcpy(work, bus, 2 * frames * sizeof *bus);
    read_lanes(delay, &delay->now, at, bus, frames);
    read_lanes(delay, &delay->next, at, work, frames);
    FORM(bus).blend(bus, work, delay->blend_at, delay->blend_length, frames);
    delay->blend_at += frames;
    if (delay->blend_at == delay->blend_length) {
        delay->now = delay->next;
        delay->changing = false;
    }
    return frames;
}

void FORM(delay_run)(struct delay *delay, double *bus, double *work, uint32_t frames)
{
    uint32_t at = delay->at;

    if (delay->changed && !delay->changing)
        begin(delay);
    if (is_idle(delay)) {
        delay->heard = 0;
        return;
    }
    for (int c = 0; c < 2; c++)
        write_lane(delay->line[c], delay->length, at, bus + c, frames);
    delay->at = (at + frames) % delay->length;
    for (uint32_t n = 0; n < frames;) {
        if (delay->changed && !delay->changing)
            begin(delay);
        n += run_some(delay, bus + 2 * n, work, (at + n) % delay->length, frames - n);
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "meter.h"

#include <math.h>
#include <string.h>

enum { FIRST_WIDTH = 32, CHUNK = 512 };

void meter_init(struct meter *meter, double rate_hz)
{
    memset(meter, 0, sizeof *meter);
    meter->rate_hz = rate_hz;
    meter->width = FIRST_WIDTH;
    for (int side = 0; side < METER_SIDES; side++)
        lufs_init(&meter->lufs[side], rate_hz);
}

static void keep_greater(double *kept, double other)
{
    if (fabs(other) > fabs(*kept))
        *kept = other;
}

static void join(struct meter_column *to, const struct meter_column *a,
                 const struct meter_column *b)
{
    struct meter_column joined = *a;

    for (int side = 0; side < METER_SIDES; side++) {
        keep_greater(&joined.peak[side], b->peak[side]);
        joined.sum[side] += b->sum[side];
    }
    for (int i = 0; i < REDUCERS; i++)
        keep_greater(&joined.reduction_db[i], b->reduction_db[i]);
    *to = joined;
}

static void fold(struct meter *meter)
{
    for (size_t i = 0; i < METER_COLUMNS / 2; i++)
        join(&meter->column[i], &meter->column[2 * i], &meter->column[2 * i + 1]);
    memset(&meter->column[METER_COLUMNS / 2], 0, sizeof meter->column / 2);
    meter->width *= 2;
}

static struct meter_column *column_of(struct meter *meter, uint64_t frame)
{
    while (frame / meter->width >= METER_COLUMNS)
        fold(meter);
    return &meter->column[frame / meter->width];
}

/* As the bus does it: what is unfit becomes silence (bus.h). */
static float fit(float sample)
{
    return fabsf(sample) <= BUS_LIMIT ? sample : 0;
}

static void measure(struct meter *meter, enum meter_side side, const float *pairs, uint32_t frames)
{
    struct meter_column *column = column_of(meter, meter->frames[side]);
    double sum = 0, peak[2] = { 0, 0 };

    for (uint32_t i = 0; i < 2 * frames; i++) {
        peak[i % 2] = fmax(peak[i % 2], fabs((double)pairs[i]));
        sum += (double)pairs[i] * (double)pairs[i];
    }
    for (int lane = 0; lane < 2; lane++) {
        keep_greater(&meter->peak[side][lane], peak[lane]);
        keep_greater(&column->peak[side], peak[lane]);
    }
    column->sum[side] += sum;
    meter->frames[side] += frames;
}

void meter_sound(struct meter *meter, enum meter_side side, const float *left, const float *right,
                 uint32_t frames)
{
    float pairs[2 * CHUNK];

    while (frames) {
        uint64_t room = meter->width - meter->frames[side] % meter->width;
        uint32_t now = frames < CHUNK ? frames : CHUNK;

        if (now > room)
            now = (uint32_t)room;
        for (size_t i = 0; i < now; i++) {
            pairs[2 * i] = fit(left[i]);
            pairs[2 * i + 1] = fit(right[i]);
        }
        lufs_run(&meter->lufs[side], pairs, now);
        measure(meter, side, pairs, now);
        left += now;
        right += now;
        frames -= now;
    }
}

void meter_chain(struct meter *meter, const struct chain_meters *chain, uint64_t frame)
{
    struct meter_column *column = column_of(meter, frame ? frame - 1 : 0);

    for (int i = 0; i < REDUCERS; i++) {
        keep_greater(&meter->reduction_db[i], chain->reduction_db[i]);
        keep_greater(&column->reduction_db[i], chain->reduction_db[i]);
    }
    meter->unfit += chain->unfit;
}

uint64_t meter_length(const struct meter *meter)
{
    return meter->frames[METER_IN] > meter->frames[METER_OUT] ? meter->frames[METER_IN]
                                                              : meter->frames[METER_OUT];
}

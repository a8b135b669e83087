/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extend.h"

#include <math.h>
#include <string.h>

void extend_init(struct extend *extend, uint32_t channels)
{
    memset(extend, 0, sizeof *extend);
    extend->channels = channels;
}

void extend_remember(struct extend *extend, const float *frames, uint32_t count)
{
    if (count > EXTEND_HISTORY) {
        frames += (size_t)(count - EXTEND_HISTORY) * extend->channels;
        count = EXTEND_HISTORY;
    }
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t c = 0; c < extend->channels; c++)
            extend->past[c][extend->at] = *frames++;
        extend->at = extend->at + 1 == EXTEND_HISTORY ? 0 : extend->at + 1;
    }
}

/* One step of Burg's recursion: the reflection that leaves the least error both ways. */
static double reflect(double *forward, double *backward, int order)
{
    double product = 0, power = 1e-30, k;

    for (int i = order + 1; i < EXTEND_HISTORY; i++) {
        product += forward[i] * backward[i - 1];
        power += forward[i] * forward[i] + backward[i - 1] * backward[i - 1];
    }
    k = -2 * product / power;
    for (int i = EXTEND_HISTORY - 1; i > order; i--) {
        double f = forward[i], b = backward[i - 1];

        forward[i] = f + k * b;
        backward[i] = b + k * f;
    }
    return k;
}

static void burg(double *model, double *forward, double *backward)
{
    double previous[EXTEND_ORDER];

    memset(model, 0, EXTEND_ORDER * sizeof *model);
    for (int order = 0; order < EXTEND_ORDER; order++) {
        double k = reflect(forward, backward, order);

        memcpy(previous, model, sizeof previous);
        for (int i = 0; i < order; i++)
            model[i] = previous[i] + k * previous[order - 1 - i];
        model[order] = k;
    }
}

void extend_start(struct extend *extend)
{
    for (uint32_t c = 0; c < extend->channels; c++) {
        for (uint32_t i = 0; i < EXTEND_HISTORY; i++)
            extend->forward[i] = extend->past[c][(extend->at + i) % EXTEND_HISTORY];
        for (int i = 0; i < EXTEND_ORDER; i++)
            extend->memory[c][i] = extend->forward[EXTEND_HISTORY - 1 - i];
        memcpy(extend->backward, extend->forward, sizeof extend->backward);
        burg(extend->model[c], extend->forward, extend->backward);
    }
}

static float predict(const double *model, double *memory)
{
    double next = 0;

    for (int i = 0; i < EXTEND_ORDER; i++)
        next -= model[i] * memory[i];
    if (!(fabs(next) <= 1)) /* a NaN that was heard is not gone on with */
        next = next > 0 ? 1 : next < 0 ? -1 : 0;
    memmove(memory + 1, memory, (EXTEND_ORDER - 1) * sizeof *memory);
    memory[0] = next;
    return (float)next;
}

void extend_run(struct extend *extend, float *frames, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t c = 0; c < extend->channels; c++)
            frames[i * extend->channels + c] = predict(extend->model[c], extend->memory[c]);
    extend_remember(extend, frames, count);
}

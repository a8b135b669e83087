/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "asrc_private.h"

#include <math.h>
#include <string.h>

static const double settle_seconds = 8; /* the correction's time constant */
static const double correction_max = 100e-6;
static const double correction_silent = 0.01; /* while nothing is heard, at once */
static const double error_max_s = 0.002;      /* beyond, and half the margin: begin afresh */
static const double deviation_max = 0.012;    /* two clocks, 5000 ppm each way, and some */
static const double margin_max_s = 0.040;
static const uint32_t late_max = 20; /* in ten seconds; then the margin doubles */

double asrc_target(const struct asrc_config *config, double margin_s)
{
    double ratio =
        (double)config->card_rate_hz / config->jack_rate_hz; /* card frames a JACK frame */
    double margin = margin_s * config->jack_rate_hz;

    if (config->direction == ASRC_CAPTURE)
        return config->jack_period + margin +
               (resamp_half(config->quality, ratio) + config->card_step) / ratio;
    return 1 + margin + resamp_half(config->quality, 1 / ratio);
}

uint32_t asrc_card_fill(const struct asrc_config *config, double margin_s)
{
    double ratio = (double)config->card_rate_hz / config->jack_rate_hz;

    return (uint32_t)ceil(ratio * (config->jack_period + margin_s * config->jack_rate_hz) + 1);
}

RT void asrc_fade(struct asrc *asrc, float gain)
{
    uint32_t rate = asrc->config.direction == ASRC_CAPTURE ? asrc->config.jack_rate_hz
                                                           : asrc->config.card_rate_hz;

    fade_to(&asrc->fade, gain, rate * ASRC_FADE_MS / 1000);
}

RT bool asrc_awake(struct asrc *asrc, const struct asrc_cycle *cycle)
{
    int command = atomic_load_explicit(&asrc->command, memory_order_acquire);

    if (command == ASRC_OFF)
        return false;
    if (mbox_take(&asrc->card_box, &asrc->card))
        asrc->stale = false;
    if (cycle->gap)
        asrc->phase = ASRC_SILENT; /* what was heard last is long past */
    if (command == ASRC_STOP && asrc->phase == ASRC_SILENT) {
        atomic_store_explicit(&asrc->command, ASRC_OFF, memory_order_release);
        return false;
    }
    if (command == ASRC_STOP || asrc->card.epoch != asrc->epoch || cycle->epoch != asrc->jack_epoch)
        asrc_leave(asrc);
    return true;
}

RT void asrc_leave(struct asrc *asrc)
{
    if (asrc->phase != ASRC_LIVE)
        return;
    asrc->phase = ASRC_LEAVING;
    asrc_fade(asrc, 0);
}

RT void asrc_rest(struct asrc *asrc)
{
    int stop = ASRC_STOP;

    asrc->phase = ASRC_SILENT;
    atomic_compare_exchange_strong_explicit(&asrc->command, &stop, ASRC_OFF, memory_order_acq_rel,
                                            memory_order_relaxed);
}

RT bool asrc_ready(const struct asrc *asrc, const struct asrc_cycle *cycle)
{
    double nominal = (double)asrc->config.card_rate_hz / asrc->config.jack_rate_hz;
    double deviation = fabs(asrc_ratio(asrc, cycle) / nominal - 1);

    return asrc->card.locked && cycle->locked && deviation <= deviation_max; /* a NaN is none */
}

RT double asrc_ratio(const struct asrc *asrc, const struct asrc_cycle *cycle)
{
    return asrc->card.line.rate_hz / cycle->jack->rate_hz;
}

RT double asrc_card_now(const struct asrc *asrc, const struct asrc_cycle *cycle)
{
    return clock_count_at(&asrc->card.line, clock_time_of(cycle->jack, (double)cycle->frame));
}

RT double asrc_correction(struct asrc *asrc, const struct asrc_cycle *cycle, double error)
{
    double rate = asrc->config.jack_rate_hz;
    double soft = fmax(-correction_max, fmin(correction_max, error / (settle_seconds * rate)));
    double hard = fmax(-correction_silent, fmin(correction_silent, error / cycle->frames));

    asrc->status.error_frames = error;
    if (!(fabs(error) <= fmax(error_max_s, asrc->margin_s / 2) * rate))
        asrc_leave(asrc);
    return 1 + (asrc->hold ? hard : soft);
}

RT void asrc_was_late(struct asrc *asrc, const struct asrc_cycle *cycle)
{
    int64_t now = cycle->jack->time_ns;

    asrc->status.late++;
    if (now - asrc->late_since_ns > 10 * 1000000000LL) {
        asrc->late_since_ns = now;
        asrc->late_recent = 0;
    }
    if (++asrc->late_recent <= late_max || asrc->margin_s >= margin_max_s)
        return;
    asrc->late_recent = 0;
    asrc->margin_s = fmin(margin_max_s, fmax(2 * asrc->margin_s, 500e-6));
    asrc_leave(asrc);
}

RT void asrc_begin(struct asrc *asrc, const struct asrc_cycle *cycle)
{
    uint32_t rate = asrc->config.jack_rate_hz;

    asrc->target = asrc_target(&asrc->config, asrc->margin_s);
    asrc->hold += 3 * rate / 1000; /* time to take away the fraction of a frame we began off */
    asrc->jack_epoch = cycle->epoch;
    asrc->epoch = asrc->card.epoch;
    asrc->phase = ASRC_LIVE;
    asrc->inventing = false;
    asrc->lived = 0;
    asrc->status.restarts++;
    fade_init(&asrc->fade, 0);
    asrc_fade(asrc, 1);
}

RT void asrc_apply_gain(struct asrc *asrc, uint32_t frames)
{
    uint32_t held = asrc->hold < frames ? asrc->hold : frames;
    uint32_t lanes = asrc->config.lanes;
    float *rest = asrc->output + (size_t)held * lanes;

    memset(asrc->output, 0, (size_t)held * lanes * sizeof *asrc->output);
    fade_run(&asrc->fade, rest, rest, frames - held, lanes);
    asrc->hold -= held;
}

RT static double drift_ppm(const struct asrc *asrc, const struct asrc_cycle *cycle)
{
    double nominal = (double)asrc->config.card_rate_hz / asrc->config.jack_rate_hz;

    return asrc->card.locked ? 1e6 * (asrc_ratio(asrc, cycle) / nominal - 1) : 0;
}

RT void asrc_settle(struct asrc *asrc, const struct asrc_cycle *cycle)
{
    if (asrc->phase == ASRC_LEAVING && asrc->fade.now == 0 && !fade_moving(&asrc->fade))
        asrc->phase = ASRC_SILENT;
    asrc->status.phase = asrc->phase;
    asrc->status.latency_frames = asrc->target;
    asrc->status.margin_s = asrc->margin_s;
    asrc->status.ppm = drift_ppm(asrc, cycle);
    asrc->status.lost = atomic_load_explicit(&asrc->ring.lost, memory_order_relaxed);
    asrc->status.miscounted = asrc->resamp.miscounted;
    asrc->status.gain = asrc->fade.now;
    mbox_put(&asrc->status_box, &asrc->status);
}

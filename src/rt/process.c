/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "process.h"

#include <math.h>
#include <string.h>

static const uint32_t ramp_ms = 20;
static const int64_t gap_ns = 100000000;

RT static void take_gains(struct process *process)
{
    struct process_gains gains;
    uint32_t ramp = process->rate_hz * ramp_ms / 1000;

    if (!mbox_take(&process->gains_box, &gains))
        return;
    fade_to(&process->talk, gains.talk, ramp);
    fade_to(&process->sub, gains.sub, ramp);
    for (int c = 0; c < 2; c++) {
        fade_to(&process->listen[c], gains.listen, ramp);
        fade_to(&process->analog[c], gains.analog, ramp);
    }
}

/* After a time without cycles (a server that stood still, another one) nothing begins at full gain.
 */
RT static void fade_in_again(struct process *process)
{
    struct fade *fades[] = { &process->listen[0], &process->listen[1], &process->talk,
                             &process->analog[0], &process->analog[1], &process->sub };

    for (size_t i = 0; i < sizeof fades / sizeof *fades; i++) {
        float gain = fades[i]->to;

        fade_init(fades[i], 0);
        fade_to(fades[i], gain, process->rate_hz * ramp_ms / 1000);
    }
}

/* JACK's clock: its count at the time of the wake-up. A jump of the count begins a new epoch; while
 * it freewheels there is no clock. */
RT static struct asrc_cycle begin_cycle(struct process *process, uint32_t frames,
                                        uint32_t frame_time, int64_t now_ns, bool freewheeling)
{
    int32_t jump = (int32_t)(frame_time - process->next_frame_time);
    bool gap = now_ns - process->last_ns > gap_ns;

    if (process->last_ns && (jump != 0 || freewheeling)) {
        process->frame += jump;
        process->jack_epoch++;
        atomic_fetch_add_explicit(&process->jumps, jump != 0, memory_order_relaxed);
        clock_reanchor(&process->jack);
    }
    if (atomic_exchange_explicit(&process->xrun, false, memory_order_relaxed))
        clock_reanchor(&process->jack);
    if (!freewheeling)
        clock_observe(&process->jack, now_ns, process->frame);
    process->next_frame_time = frame_time + frames;
    process->last_ns = now_ns;
    return (struct asrc_cycle){ .jack = &process->jack.line,
                                .frame = process->frame,
                                .frames = frames,
                                .epoch = process->jack_epoch,
                                .locked = clock_locked(&process->jack),
                                .gap = gap };
}

RT static void meter(struct process *process, enum process_meter which, const float *samples,
                     uint32_t frames)
{
    float peak = 0;
    uint32_t bits;

    for (uint32_t i = 0; i < frames; i++)
        peak = fmaxf(peak, fabsf(samples[i]));
    memcpy(&bits, &peak, sizeof bits); /* for values >= 0 the bits order like the floats */
    if (bits > atomic_load_explicit(&process->meter[which], memory_order_relaxed))
        atomic_store_explicit(&process->meter[which], bits, memory_order_relaxed);
}

float process_peak(struct process *process, enum process_meter which)
{
    uint32_t bits = atomic_exchange_explicit(&process->meter[which], 0, memory_order_relaxed);
    float peak;

    memcpy(&peak, &bits, sizeof peak);
    return peak;
}

/* Whether a bridge was made for such cycles. */
RT static bool fits(const struct process *process, const struct asrc *bridge)
{
    return bridge->config.jack_rate_hz == process->rate_hz &&
           bridge->config.jack_period == process->period;
}

/* No bridge runs, but an opener that wants one back shall have it. */
RT static void rest_bridges(struct process *process, bool all)
{
    for (int i = 0; i < PROCESS_BRIDGES; i++) {
        struct asrc *bridge = &process->bridge[i];

        if (atomic_load_explicit(&bridge->command, memory_order_acquire) != ASRC_OFF &&
            (all || !fits(process, bridge)))
            asrc_rest(bridge);
    }
}

/* The microphones' sum. */
RT static void run_capture(struct process *process, const struct asrc_cycle *cycle)
{
    for (int i = 0; i < PROCESS_BRIDGES; i++) {
        struct asrc *bridge = &process->bridge[i];
        float *lane[] = { process->lane };

        if (atomic_load_explicit(&bridge->command, memory_order_acquire) == ASRC_OFF ||
            bridge->config.direction != ASRC_CAPTURE || !fits(process, bridge))
            continue;
        asrc_capture(bridge, cycle, lane);
        for (uint32_t k = 0; k < cycle->frames; k++)
            process->voice[k] += process->lane[k];
    }
}

RT static void run_playback(struct process *process, const struct asrc_cycle *cycle)
{
    const float *lane[] = { process->headset[0], process->headset[1] };

    for (int i = 0; i < PROCESS_BRIDGES; i++) {
        struct asrc *bridge = &process->bridge[i];

        if (atomic_load_explicit(&bridge->command, memory_order_acquire) != ASRC_OFF &&
            bridge->config.direction == ASRC_PLAYBACK && fits(process, bridge))
            asrc_play(bridge, cycle, lane);
    }
}

/* The listen chain, its bus to the headset, L+R to the sub. */
RT static void run_listen(struct process *process, const struct process_io *io, uint32_t frames)
{
    for (int c = 0; c < 2; c++) {
        fade_run(&process->listen[c], io->in[c], process->headset[c], frames, 1);
        memcpy(io->monitor[c], process->headset[c], frames * sizeof(float));
    }
    for (uint32_t i = 0; i < frames; i++)
        io->sub[i] = 0.5f * (process->headset[0][i] + process->headset[1][i]);
    fade_run(&process->sub, io->sub, io->sub, frames, 1);
}

/* The talk chain, its bus to both outs, beside the raw analog path. */
RT static void run_talk(struct process *process, const struct process_io *io, uint32_t frames)
{
    fade_run(&process->talk, process->voice, io->mic, frames, 1);
    for (int c = 0; c < 2; c++) {
        memcpy(io->out[c], io->mic, frames * sizeof(float));
        fade_mix(&process->analog[c], io->in[c], io->out[c], frames);
    }
}

RT static void run_meters(struct process *process, const struct process_io *io, uint32_t frames)
{
    meter(process, METER_IN_1, io->in[0], frames);
    meter(process, METER_IN_2, io->in[1], frames);
    meter(process, METER_HEADSET_1, process->headset[0], frames);
    meter(process, METER_HEADSET_2, process->headset[1], frames);
    meter(process, METER_MIC, process->voice, frames);
    meter(process, METER_OUT_1, io->out[0], frames);
    meter(process, METER_OUT_2, io->out[1], frames);
    meter(process, METER_SUB, io->sub, frames);
}

RT static void silence(const struct process_io *io, uint32_t frames)
{
    float *outs[] = { io->out[0], io->out[1], io->sub, io->mic, io->monitor[0], io->monitor[1] };

    for (size_t i = 0; i < sizeof outs / sizeof *outs; i++)
        memset(outs[i], 0, frames * sizeof(float));
}

RT void process_run(struct process *process, const struct process_io *io, uint32_t frames,
                    uint32_t frame_time, int64_t now_ns)
{
    bool freewheeling = atomic_load_explicit(&process->freewheeling, memory_order_relaxed);
    struct asrc_cycle cycle = begin_cycle(process, frames, frame_time, now_ns, freewheeling);
    bool bridges = !freewheeling && frames <= process->period;

    rest_bridges(process, !bridges);
    if (frames > process->period) {
        silence(io, frames);
    } else {
        take_gains(process);
        if (cycle.gap)
            fade_in_again(process);
        memset(process->voice, 0, frames * sizeof *process->voice);
        if (bridges)
            run_capture(process, &cycle);
        run_listen(process, io, frames);
        if (bridges)
            run_playback(process, &cycle);
        run_talk(process, io, frames);
        run_meters(process, io, frames);
    }
    process->frame += frames;
    atomic_fetch_add_explicit(&process->cycles, 1, memory_order_relaxed);
}

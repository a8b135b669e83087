/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "process.h"

#include <math.h>
#include <string.h>

static const uint32_t ramp_ms = 20;
static const int64_t gap_ns = 100000000;

/* The outs: headset 1 and 2, out 1 and 2, sub, mic. Its lines in this cycle. */
RT static void out_lines(struct process *process, const struct process_io *io, float *lines[6])
{
    float *all[] = {
        process->headset[0], process->headset[1], io->out[0], io->out[1], io->sub, io->mic
    };

    memcpy(lines, all, sizeof all);
}

/* After a time without cycles (a server that stood still, another one) nothing begins at full gain;
 * before an end all comes down. */
RT static void open_or_close(struct process *process, bool gap)
{
    bool quiet = atomic_load_explicit(&process->quiet, memory_order_relaxed);

    for (size_t i = 0; i < sizeof process->open / sizeof *process->open; i++) {
        if (gap)
            fade_init(&process->open[i], 0);
        fade_to(&process->open[i], quiet ? 0 : 1, process->rate_hz * ramp_ms / 1000);
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

/* --- meters --------------------------------------------------------------------------------------
 */

static const struct {
    enum chain_tap tap;
    int lane;
} meters[METERS] = {
    [METER_IN_1] = { TAP_IN, 0 },           [METER_IN_2] = { TAP_IN, 1 },
    [METER_HEADSET_1] = { TAP_HEADSET, 0 }, [METER_HEADSET_2] = { TAP_HEADSET, 1 },
    [METER_MIC] = { TAP_MIC, 0 },           [METER_OUT_1] = { TAP_OUT, 0 },
    [METER_OUT_2] = { TAP_OUT, 1 },         [METER_SUB] = { TAP_SUB, 0 },
    [METER_TALK] = { TAP_TALK, 0 },
};

RT static void put_float(_Atomic uint32_t *to, float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    atomic_store_explicit(to, bits, memory_order_relaxed);
}

RT static float get_float(_Atomic uint32_t *from)
{
    uint32_t bits = atomic_load_explicit(from, memory_order_relaxed);
    float value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The value since the last call, and 0 from now on. */
static float take_float(_Atomic uint32_t *from)
{
    uint32_t bits = atomic_exchange_explicit(from, 0, memory_order_relaxed);
    float value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

float process_peak(struct process *process, enum process_meter meter)
{
    return take_float(&process->peak[meter]);
}

float process_rms(struct process *process, enum process_meter meter)
{
    return sqrtf(get_float(&process->power[meter]));
}

float process_reduction_db(struct process *process, enum chain_reducer reducer)
{
    return take_float(&process->reduction_db[reducer]);
}

RT static void publish(struct process *process, const struct chain_meters *now)
{
    for (int m = 0; m < METERS; m++) {
        const struct bus_meter *tap = &now->tap[meters[m].tap];
        float peak = (float)tap->peak[meters[m].lane];

        if (peak > get_float(&process->peak[m]))
            put_float(&process->peak[m], peak);
        put_float(&process->power[m], (float)(tap->sum[meters[m].lane] / (double)now->frames));
        atomic_fetch_add_explicit(&process->clips[m], peak >= 1, memory_order_relaxed);
    }
    for (int r = 0; r < REDUCERS; r++) {
        float db = (float)now->reduction_db[r];

        if (fabsf(db) > fabsf(get_float(&process->reduction_db[r])))
            put_float(&process->reduction_db[r], db);
    }
    atomic_fetch_add_explicit(&process->unfit, now->unfit, memory_order_relaxed);
}

/* Every 10 ms or so; every cycle would be more than anybody looks. */
RT static void run_meters(struct process *process, uint32_t frames)
{
    struct chain_meters now;

    process->metered += frames;
    if (process->metered < process->rate_hz / 100)
        return;
    process->metered = 0;
    chain_take_meters(process->chain, &now);
    publish(process, &now);
}

/* --- sound ---------------------------------------------------------------------------------------
 */

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

/* The chain, between the lines of JACK and the busses of the bridges. */
RT static void run_chain(struct process *process, const struct process_io *io, uint32_t frames)
{
    const struct chain_coefs *coefs = mbox_look(&process->coefs_box);
    struct chain_io lines = { .in = { io->in[0], io->in[1] },
                              .mic = process->voice,
                              .headset = { process->headset[0], process->headset[1] },
                              .out = { io->out[0], io->out[1] },
                              .sub = io->sub,
                              .talk = io->mic };

    if (coefs)
        chain_set(process->chain, coefs);
    chain_run(process->chain, &lines, frames);
}

RT static void run_outs(struct process *process, const struct process_io *io, uint32_t frames)
{
    float *lines[6];

    out_lines(process, io, lines);
    for (int i = 0; i < 6; i++)
        fade_run(&process->open[i], lines[i], lines[i], frames, 1);
    for (int c = 0; c < 2; c++)
        memcpy(io->monitor[c], process->headset[c], frames * sizeof(float));
    for (uint32_t n = 0; n < frames; n++) {
        process->monitor[2 * n] = process->headset[0][n];
        process->monitor[2 * n + 1] = process->headset[1][n];
    }
    ring_write(&process->monitor_ring, process->monitor, frames);
}

RT static void silence(const struct process_io *io, uint32_t frames)
{
    float *outs[] = { io->out[0], io->out[1], io->sub, io->mic, io->monitor[0], io->monitor[1] };

    for (size_t i = 0; i < sizeof outs / sizeof *outs; i++)
        memset(outs[i], 0, frames * sizeof(float));
}

void process_put(struct process *process, const struct chain_coefs *coefs)
{
    mbox_put(&process->coefs_box, coefs);
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
        open_or_close(process, cycle.gap);
        memset(process->voice, 0, frames * sizeof *process->voice);
        if (bridges)
            run_capture(process, &cycle);
        run_chain(process, io, frames);
        run_outs(process, io, frames);
        if (bridges)
            run_playback(process, &cycle);
        run_meters(process, frames);
    }
    process->frame += frames;
    atomic_fetch_add_explicit(&process->cycles, 1, memory_order_relaxed);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "simulator.h"

#include "gains.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double low_hz = 50;

struct simulator_config simulator_default(void)
{
    return (struct simulator_config){ .jack_rate_hz = 48000,
                                      .jack_period = 64,
                                      .card_rate_hz = 48000,
                                      .card_ppm = 200,
                                      .packet_s = 1e-3,
                                      .jitter_s = 20e-6,
                                      .spike_chance = 1e-3,
                                      .spike_s = 300e-6,
                                      .play_quality = RESAMP_MEDIUM,
                                      .capture_quality = RESAMP_FASTEST,
                                      .play_margin_s = 330e-6,
                                      .capture_margin_s = 250e-6,
                                      .buffer_frames = 960,
                                      .format = SAMPLE_S32_LE,
                                      .play_channels = 2,
                                      .capture_channels = 1,
                                      .seed = 1,
                                      .play = true,
                                      .capture = true,
                                      .seconds_max = 160,
                                      .tone_gain = 0.4,
                                      .low_gain = 0.1,
                                      .tone_hz = 1000,
                                      .prior_ppm = NAN };
}

/* --- chance --------------------------------------------------------------------------------- */

static double chance(struct simulator *s) /* (0, 1), xorshift64* */
{
    s->random ^= s->random >> 12;
    s->random ^= s->random << 25;
    s->random ^= s->random >> 27;
    return ((double)((s->random * 0x2545F4914F6CDD1DULL) >> 11) + 0.5) * 0x1p-53;
}

static double lateness(struct simulator *s)
{
    double late = -s->config.jitter_s * log(chance(s));

    if (chance(s) < s->config.spike_chance)
        late += s->config.spike_s * chance(s);
    return late;
}

/* --- the card ------------------------------------------------------------------------------- */

static int64_t ns(double seconds)
{
    return (int64_t)llround(seconds * 1e9);
}

static void card_advance(struct simulator *s, double time)
{
    s->card_count += s->card_rate * (time - s->card_time);
    s->card_time = time;
}

void simulator_card_step(struct simulator *s, double ppm)
{
    card_advance(s, s->now);
    s->card_rate += ppm * 1e-6 * s->config.card_rate_hz;
}

double simulator_card_time(const struct simulator *s, double count)
{
    return s->card_time + (count - s->card_count) / s->card_rate;
}

static double composite(const struct simulator *s, double seconds)
{
    return s->config.tone_gain * sin(2 * M_PI * s->config.tone_hz * seconds) +
           s->config.low_gain * sin(2 * M_PI * low_hz * seconds);
}

static int stream_error(const struct simulator_card *card)
{
    if (!card->open || card->fault == FAULT_UNPLUGGED)
        return -card->gone_errno;
    if (card->fault == FAULT_XRUN)
        return -EPIPE;
    if (card->fault == FAULT_SUSPENDED)
        return -ESTRPIPE;
    return 0;
}

static long card_look(void *context, int64_t *time_ns)
{
    struct simulator_card *card = context;
    int error = stream_error(card);

    if (error)
        return error;
    *time_ns = card->simulator->config.call_stamps ? ns(card->simulator->now) : card->stamp_ns;
    if (card->direction == ASRC_CAPTURE)
        return (long)(card->hw - card->appl);
    return (long)(card->simulator->config.buffer_frames - (card->appl - card->hw));
}

static void put_sample(void *frames, enum sample_format format, size_t index, double value)
{
    unsigned char *at = (unsigned char *)frames + index * sample_bytes(format);
    uint32_t bits = (uint32_t)(int32_t)llrint(value * 2147483648.0);

    switch (format) {
    case SAMPLE_S16_LE:
        memcpy(at, (char *)&bits + 2, 2);
        break;
    case SAMPLE_S24_3LE:
        memcpy(at, (char *)&bits + 1, 3);
        break;
    case SAMPLE_S24_LE:
        bits >>= 8;
        memcpy(at, &bits, 4);
        break;
    default:
        memcpy(at, &bits, 4);
        break;
    }
}

static double get_sample(const void *frames, enum sample_format format, size_t index)
{
    const unsigned char *at = (const unsigned char *)frames + index * sample_bytes(format);
    uint32_t bits = 0;

    switch (format) {
    case SAMPLE_S16_LE:
        memcpy((char *)&bits + 2, at, 2);
        break;
    case SAMPLE_S24_3LE:
        memcpy((char *)&bits + 1, at, 3);
        break;
    case SAMPLE_S24_LE:
        memcpy(&bits, at, 4);
        bits <<= 8;
        break;
    default:
        memcpy(&bits, at, 4);
        break;
    }
    return (int32_t)bits / 2147483648.0;
}

static long card_read(void *context, void *frames, unsigned long count)
{
    struct simulator_card *card = context;
    const struct simulator_config *config = &card->simulator->config;
    int error = stream_error(card);

    if (error)
        return error;
    if ((int64_t)count > card->hw - card->appl)
        count = (unsigned long)(card->hw - card->appl);
    for (unsigned long i = 0; i < count; i++) {
        double value = composite(card->simulator, (double)(card->start + card->appl + (int64_t)i) /
                                                      config->card_rate_hz);

        for (uint32_t c = 0; c < config->capture_channels; c++)
            put_sample(frames, config->format, i * config->capture_channels + c, c ? 0 : value);
    }
    card->appl += (int64_t)count;
    return count ? (long)count : -EAGAIN;
}

static long card_write(void *context, const void *frames, unsigned long count)
{
    struct simulator_card *card = context;
    struct simulator *s = card->simulator;
    int64_t room = s->config.buffer_frames - (card->appl - card->hw);
    int error = stream_error(card);

    if (error)
        return error;
    if ((int64_t)count > room)
        count = (unsigned long)room;
    if (card->shorts && ++card->writes % card->shorts == 0)
        count = count / 2;
    for (unsigned long i = 0; i < count; i++) {
        int64_t at = card->start + card->appl + (int64_t)i;

        if (at >= 0 && at < s->heard_frames)
            s->heard[at] = (float)get_sample(frames, s->config.format, i * s->config.play_channels);
    }
    card->appl += (int64_t)count;
    return count ? (long)count : -EAGAIN;
}

static int card_start(void *context)
{
    struct simulator_card *card = context;
    struct simulator *s = card->simulator;

    if (!card->open)
        return -card->gone_errno;
    card->running = true;
    card->start = s->card_ticked; /* what was written before stands at stream count 0 */
    return 0;
}

static int card_prepare(void *context)
{
    struct simulator_card *card = context;

    if (!card->open)
        return -card->gone_errno;
    card->fault = FAULT_NONE;
    card->running = false;
    card->hw = card->appl = 0;
    card->start = card->simulator->card_ticked;
    return 0;
}

static const struct pcm_card_ops card_ops = { card_look, card_read, card_write, card_start,
                                              card_prepare };

/* --- the threads ---------------------------------------------------------------------------- */

/* The thread's wake: the step, and when to wake again. */
static void thread_step(struct simulator *s, struct simulator_card *card)
{
    int64_t now_ns = ns(s->now);

    card->wake = card->expire = INFINITY;
    if (card->direction == ASRC_CAPTURE) {
        card->end = pcm_capture_step(&card->pcm, now_ns);
        card->expire = s->now + 0.1;
    } else {
        card->end = pcm_playback_step(&card->pcm, now_ns, card->kicked);
        card->kicked = false;
        card->expire = pcm_playback_wake(&card->pcm, now_ns) * 1e-9 + lateness(s);
    }
    if (card->end != PCM_GOES_ON)
        card->wake = card->expire = INFINITY;
}

static void tick(struct simulator *s, struct simulator_card *card)
{
    if (!card->open || !card->running || card->fault == FAULT_FROZEN)
        return;
    card->hw = s->card_ticked - card->start;
    card->stamp_ns = ns(s->now);
    if (card->direction == ASRC_PLAYBACK && card->hw > card->appl) {
        card->fault = FAULT_XRUN;
        card->running = false;
    }
    if (card->direction == ASRC_CAPTURE && card->hw - card->appl > s->config.buffer_frames) {
        card->fault = FAULT_XRUN;
        card->running = false;
    }
    if (card->direction == ASRC_CAPTURE && card->end == PCM_GOES_ON && isinf(card->wake))
        card->wake = s->now + lateness(s);
}

int simulator_plug(struct simulator *s, struct simulator_card *card)
{
    const struct simulator_config *config = &s->config;
    bool play = card->direction == ASRC_PLAYBACK;
    struct asrc_config asrc = { .direction = card->direction,
                                .jack_rate_hz = config->jack_rate_hz,
                                .jack_period = config->jack_period,
                                .card_rate_hz = config->card_rate_hz,
                                .card_step = (uint32_t)ceil(config->card_rate_hz * 1e-3),
                                .lanes = play ? 2 : 1,
                                .quality = play ? config->play_quality : config->capture_quality,
                                .margin_s =
                                    play ? config->play_margin_s : config->capture_margin_s };
    struct pcm_config pcm = { .format = config->format,
                              .channels = play ? config->play_channels : config->capture_channels,
                              .rate_hz = config->card_rate_hz,
                              .buffer_frames = config->buffer_frames,
                              .grain_frames = play && config->call_stamps ? asrc.card_step : 1,
                              .prior_ppm = config->prior_ppm,
                              .seed = 1 };
    int error = asrc_init(card->asrc, &asrc);

    if (error)
        return error;
    error = pcm_init(&card->pcm, &pcm, card->asrc, &card_ops, card);
    if (error)
        return error;
    card->open = true;
    card->running = false;
    card->fault = FAULT_NONE;
    card->hw = card->appl = 0;
    card->start = s->card_ticked;
    card->wake = card->expire = INFINITY;
    card->end = pcm_start(&card->pcm, ns(s->now));
    card->expire = s->now + 1e-3;
    atomic_store(&card->asrc->command, ASRC_ON);
    return 0;
}

bool simulator_unplug(struct simulator *s, struct simulator_card *card)
{
    card->open = false;
    card->wake = card->expire = INFINITY;
    atomic_store(&card->asrc->command, ASRC_STOP);
    simulator_run(s, s->now + 0.05);
    if (atomic_load(&card->asrc->command) != ASRC_OFF)
        return false;
    pcm_finish(&card->pcm);
    asrc_finish(card->asrc);
    return true;
}

/* --- JACK ----------------------------------------------------------------------------------- */

static void cycle(struct simulator *s)
{
    uint32_t frames = s->config.jack_period;
    struct process_io io = { .in = { s->buffer[0], s->buffer[1] },
                             .out = { s->buffer[2], s->buffer[3] },
                             .sub = s->buffer[4],
                             .mic = s->buffer[5],
                             .monitor = { s->buffer[6], s->buffer[7] } };
    double rate = s->config.jack_rate_hz;

    s->jack_frame += s->skip;
    s->skip = 0;
    for (uint32_t i = 0; i < frames; i++) {
        double value = composite(s, (double)(s->jack_frame + i) / rate);

        s->buffer[0][i] = s->buffer[1][i] = (float)(s->listen_scale * value);
    }
    process_run(&s->process, &io, frames, (uint32_t)s->jack_frame, ns(s->now));
    for (uint32_t i = 0; i < frames; i++)
        if (s->jack_frame + i < s->returned_frames)
            s->returned[s->jack_frame + i] = io.out[0][i];
    if (s->play.asrc && s->steps < s->steps_max)
        s->step[s->steps++] = s->play.asrc->phase == ASRC_LIVE && !s->play.asrc->hold
                                  ? s->play.asrc->resamp.last_step
                                  : 0;
    if (s->play.open && s->play.end == PCM_GOES_ON) {
        s->play.kicked = true;
        if (s->play.wake > s->now + 1)
            s->play.wake = s->now + lateness(s);
    }
    s->jack_frame += frames;
    s->cycles++;
}

/* The hardware begins cycle k when its frame k * period has passed; the callback wakes later. */
static void schedule_cycle(struct simulator *s)
{
    double rate = s->config.jack_rate_hz * (1 + 1e-6 * s->config.jack_ppm);
    double due = (double)s->jack_frame / rate + s->delay;
    double wake = due + lateness(s);

    while (due < s->stall_until) { /* it slept: whole periods are lost */
        s->skip += s->config.jack_period;
        due = (double)(s->jack_frame + s->skip) / rate + s->delay;
        wake = due + lateness(s);
    }
    if (s->hurry > 0) /* JACK's count is ahead of the time for good */
        s->delay -= s->config.jack_period / rate * (1 - 1 / s->hurry);
    s->next_cycle = fmax(wake, s->now);
}

void simulator_run(struct simulator *s, double until)
{
    struct simulator_card *cards[] = { &s->play, &s->capture };

    for (;;) {
        double next = fmin(s->next_cycle, s->next_tick);

        for (int i = 0; i < 2; i++)
            next = fmin(next, fmin(cards[i]->wake, cards[i]->expire));
        if (next > until)
            break;
        s->now = fmax(next, s->now);
        if (next == s->next_tick) {
            card_advance(s, s->now);
            s->card_ticked = (int64_t)floor(s->card_count);
            for (int i = 0; i < 2; i++)
                tick(s, cards[i]);
            s->next_tick += s->config.packet_s;
        } else if (next == s->next_cycle) {
            if (s->stall_until <= s->now)
                cycle(s);
            schedule_cycle(s);
        } else {
            for (int i = 0; i < 2; i++)
                if (next == cards[i]->wake || next == cards[i]->expire)
                    thread_step(s, cards[i]);
        }
    }
    s->now = until;
}

/* --- life ----------------------------------------------------------------------------------- */

int simulator_init(struct simulator *s, const struct simulator_config *config)
{
    int error;

    memset(s, 0, sizeof *s);
    s->config = *config;
    s->random = config->seed * 0x9E3779B97F4A7C15ULL + 88172645463325252ULL;
    s->listen_scale = 1;
    error = process_init(&s->process, config->jack_rate_hz, config->jack_period);
    if (error)
        return error;
    put_gains(&s->process, 1, 1, 0, 0);
    s->card_rate = config->card_rate_hz * (1 + 1e-6 * config->card_ppm);
    s->card_count = chance(s);
    s->next_tick = config->packet_s * chance(s);
    s->play.wake = s->play.expire = s->capture.wake = s->capture.expire = INFINITY;
    s->heard_frames = (int64_t)(config->seconds_max * 1.01 * config->card_rate_hz);
    s->returned_frames = (int64_t)(config->seconds_max * 1.01 * config->jack_rate_hz);
    s->heard = calloc((size_t)s->heard_frames, sizeof *s->heard);
    s->returned = calloc((size_t)s->returned_frames, sizeof *s->returned);
    s->steps_max = s->returned_frames / config->jack_period;
    s->step = calloc((size_t)s->steps_max, sizeof *s->step);
    for (int i = 0; i < 8; i++)
        s->buffer[i] = calloc(config->jack_period, sizeof(float));
    s->play = (struct simulator_card){ .simulator = s,
                                       .direction = ASRC_PLAYBACK,
                                       .asrc = &s->process.bridge[0],
                                       .gone_errno = ENODEV,
                                       .wake = INFINITY,
                                       .expire = INFINITY };
    s->capture = s->play;
    s->capture.direction = ASRC_CAPTURE;
    s->capture.asrc = &s->process.bridge[1];
    schedule_cycle(s);
    if (config->play)
        error = simulator_plug(s, &s->play);
    if (!error && config->capture)
        error = simulator_plug(s, &s->capture);
    return error;
}

void simulator_finish(struct simulator *s)
{
    struct simulator_card *cards[] = { &s->play, &s->capture };

    for (int i = 0; i < 2; i++) {
        pcm_finish(&cards[i]->pcm);
        asrc_finish(cards[i]->asrc);
    }
    process_finish(&s->process);
    for (int i = 0; i < 8; i++)
        free(s->buffer[i]);
    free(s->heard);
    free(s->returned);
    free(s->step);
}

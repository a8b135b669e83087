/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card.h"

#include "log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- realtime: what the pcm thread calls ----------------------------------------------------- */

RT static int state_error(snd_pcm_t *pcm)
{
    switch (snd_pcm_state(pcm)) {
    case SND_PCM_STATE_XRUN:
        return -EPIPE;
    case SND_PCM_STATE_SUSPENDED:
        return -ESTRPIPE;
    case SND_PCM_STATE_DISCONNECTED:
        return -ENODEV;
    default:
        return 0;
    }
}

/* The count goes with the time of the interrupt that made it: no hwsync, which would stamp the
 * call.
 */
RT static long look(void *context, int64_t *time_ns)
{
    struct card *card = context;
    snd_pcm_uframes_t available = 0;
    snd_htimestamp_t stamp = { 0 };
    int64_t stamp_ns;
    int error = snd_pcm_htimestamp(card->pcm, &available, &stamp);

    if (error >= 0)
        error = state_error(card->pcm); /* after the look: a plug-in learns its state by looking */
    if (error < 0)
        return error;
    stamp_ns = stamp.tv_sec * 1000000000LL + stamp.tv_nsec;
    if (llabs(stamp_ns - *time_ns) < 1000000000) /* else it is of another clock, or of none */
        *time_ns = stamp_ns;
    if (available > card->buffer_frames)
        return -EPIPE;
    return (long)available;
}

RT static long read_frames(void *context, void *frames, unsigned long count)
{
    struct card *card = context;

    return snd_pcm_readi(card->pcm, frames, count);
}

RT static long write_frames(void *context, const void *frames, unsigned long count)
{
    struct card *card = context;

    return snd_pcm_writei(card->pcm, frames, count);
}

RT static int start(void *context)
{
    struct card *card = context;

    return snd_pcm_start(card->pcm);
}

RT static int prepare(void *context)
{
    struct card *card = context;

    return snd_pcm_prepare(card->pcm);
}

const struct pcm_card_ops card_ops = { look, read_frames, write_frames, start, prepare };

/* --- the opener's ----------------------------------------------------------------------------- */

static const snd_pcm_format_t alsa_format[SAMPLE_FORMATS] = {
    [SAMPLE_S16_LE] = SND_PCM_FORMAT_S16_LE,
    [SAMPLE_S24_3LE] = SND_PCM_FORMAT_S24_3LE,
    [SAMPLE_S24_LE] = SND_PCM_FORMAT_S24_LE,
    [SAMPLE_S32_LE] = SND_PCM_FORMAT_S32_LE,
};

static void log_from_library(const char *file, int line, const char *function, int error,
                             const char *format, ...)
{
    char text[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    log_line(LOG_DEBUG, "alsa", "%s:%d %s: %s (%d)", file, line, function, text, error);
}

void card_library_log(void)
{
    snd_lib_error_set_handler(log_from_library);
}

static uint32_t buffer_wanted(const struct bridge_settings *settings, uint32_t rate_hz,
                              uint32_t jack_rate_hz, uint32_t jack_period)
{
    uint64_t period = (uint64_t)jack_period * rate_hz / jack_rate_hz;
    uint64_t margin = (uint64_t)settings->margin_us * rate_hz / 1000000;
    uint64_t asked = (uint64_t)settings->buffer_ms * rate_hz / 1000;
    uint64_t needed = 2 * (period + margin) + rate_hz / 50;

    return (uint32_t)(asked > needed ? asked : needed);
}

/* The best first: a mono mic is opened as mono, and 16 bits only where there is nothing else. */
static int choose_format(struct card *card, snd_pcm_hw_params_t *params,
                         const struct bridge_settings *settings)
{
    static const enum sample_format best[] = { SAMPLE_S32_LE, SAMPLE_S24_3LE, SAMPLE_S24_LE,
                                               SAMPLE_S16_LE };
    static const enum sample_format asked[] = { [BRIDGE_S16_LE] = SAMPLE_S16_LE,
                                                [BRIDGE_S24_3LE] = SAMPLE_S24_3LE,
                                                [BRIDGE_S24_LE] = SAMPLE_S24_LE,
                                                [BRIDGE_S32_LE] = SAMPLE_S32_LE };
    const enum sample_format *list = best;
    size_t count = sizeof best / sizeof *best;
    int error = -EINVAL;

    if (settings->format != BRIDGE_FORMAT_AUTO) {
        list = &asked[settings->format];
        count = 1;
    }
    for (size_t i = 0; i < count && error < 0; i++) {
        error = snd_pcm_hw_params_set_format(card->pcm, params, alsa_format[list[i]]);
        card->format = list[i];
    }
    return error;
}

static int choose_channels(struct card *card, snd_pcm_hw_params_t *params,
                           const struct bridge_settings *settings)
{
    static const unsigned to_ears[] = { 2, 1, 4, 6, 8, 3, 5, 7 };
    static const unsigned from_mouth[] = { 1, 2, 4, 6, 8, 3, 5, 7 };
    const unsigned *list = settings->direction == BRIDGE_CAPTURE ? from_mouth : to_ears;
    unsigned asked = (unsigned)settings->channels;
    size_t count = 8;
    int error = -EINVAL;

    if (asked) {
        list = &asked;
        count = 1;
    }
    for (size_t i = 0; i < count && error < 0; i++) {
        error = snd_pcm_hw_params_set_channels(card->pcm, params, list[i]);
        card->channels = list[i];
    }
    return error;
}

static int choose_rate(struct card *card, snd_pcm_hw_params_t *params,
                       const struct bridge_settings *settings, uint32_t jack_rate_hz)
{
    const unsigned best[] = { jack_rate_hz, 48000, 44100, 96000 };
    const unsigned asked = (unsigned)settings->rate_hz;
    const unsigned *list = asked ? &asked : best;
    size_t count = asked ? 1 : sizeof best / sizeof *best;
    int error = -EINVAL;

    snd_pcm_hw_params_set_rate_resample(card->pcm, params, 0); /* that is our work */
    for (size_t i = 0; i < count && error < 0; i++) {
        error = snd_pcm_hw_params_set_rate(card->pcm, params, list[i], 0);
        card->rate_hz = list[i];
    }
    return error;
}

/* Small periods for fine time stamps, a long buffer against stalls: the latency is set by the fill.
 */
static int choose_sizes(struct card *card, snd_pcm_hw_params_t *params,
                        const struct bridge_settings *settings, uint32_t jack_rate_hz,
                        uint32_t jack_period)
{
    uint32_t packet = (card->rate_hz + 999) / 1000;
    snd_pcm_uframes_t period = settings->period_frames ? (unsigned)settings->period_frames : packet;
    snd_pcm_uframes_t buffer = buffer_wanted(settings, card->rate_hz, jack_rate_hz, jack_period);
    int error = snd_pcm_hw_params_set_period_size_near(card->pcm, params, &period, NULL);

    if (error < 0)
        return error;
    if (buffer < 3 * period)
        buffer = 3 * period;
    error = snd_pcm_hw_params_set_buffer_size_near(card->pcm, params, &buffer);
    card->period_frames = (uint32_t)period;
    card->step_frames = card->period_frames > packet ? card->period_frames : packet;
    card->buffer_frames = (uint32_t)buffer;
    return error;
}

static int set_hardware(struct card *card, const struct bridge_settings *settings,
                        uint32_t jack_rate_hz, uint32_t jack_period, const char **what)
{
    snd_pcm_hw_params_t *params;
    snd_pcm_uframes_t frames = 0;
    int error;

    snd_pcm_hw_params_alloca(&params);
    *what = "interleaved frames";
    error = snd_pcm_hw_params_any(card->pcm, params);
    if (error >= 0)
        error = snd_pcm_hw_params_set_access(card->pcm, params, SND_PCM_ACCESS_RW_INTERLEAVED);
    if (error >= 0) {
        *what = "sample format";
        error = choose_format(card, params, settings);
    }
    if (error >= 0) {
        *what = "channel count";
        error = choose_channels(card, params, settings);
    }
    if (error >= 0) {
        *what = "rate";
        error = choose_rate(card, params, settings, jack_rate_hz);
    }
    if (error >= 0) {
        *what = "period and buffer";
        error = choose_sizes(card, params, settings, jack_rate_hz, jack_period);
    }
    if (error >= 0)
        error = snd_pcm_hw_params(card->pcm, params);
    if (error < 0)
        return error;
    snd_pcm_hw_params_get_period_size(params, &frames, NULL);
    card->period_frames = (uint32_t)frames;
    snd_pcm_hw_params_get_buffer_size(params, &frames);
    card->buffer_frames = (uint32_t)frames;
    return 0;
}

/* We start it; it stops when its buffer is empty (a larger threshold would cost the USB driver its
 * low-latency mode); time stamps are of the pointer, on the clock JACK uses. */
static int set_software(struct card *card)
{
    snd_pcm_sw_params_t *params;
    snd_pcm_uframes_t boundary = 0;
    int error;

    snd_pcm_sw_params_alloca(&params);
    error = snd_pcm_sw_params_current(card->pcm, params);
    if (error < 0)
        return error;
    snd_pcm_sw_params_get_boundary(params, &boundary);
    snd_pcm_sw_params_set_start_threshold(card->pcm, params, boundary);
    snd_pcm_sw_params_set_stop_threshold(card->pcm, params, card->buffer_frames);
    snd_pcm_sw_params_set_avail_min(card->pcm, params, 1);
    snd_pcm_sw_params_set_tstamp_mode(card->pcm, params, SND_PCM_TSTAMP_ENABLE);
    snd_pcm_sw_params_set_tstamp_type(card->pcm, params, SND_PCM_TSTAMP_TYPE_MONOTONIC_RAW);
    return snd_pcm_sw_params(card->pcm, params);
}

/* Room for what stands in it between two posts, and for what comes while we sleep. */
static int check_room(const struct card *card, const struct bridge_settings *settings,
                      uint32_t jack_rate_hz, uint32_t jack_period, char reason[CARD_REASON])
{
    uint64_t period = (uint64_t)jack_period * card->rate_hz / jack_rate_hz;
    uint64_t margin = (uint64_t)settings->margin_us * card->rate_hz / 1000000;
    uint64_t least = period + margin + card->step_frames;

    if (card->buffer_frames >= least)
        return 0;
    snprintf(reason, CARD_REASON,
             "its buffer of %u frames is too small for JACK's period; it needs %llu",
             card->buffer_frames, (unsigned long long)least);
    return -ENOSPC;
}

static const char *in_words(int error)
{
    switch (-error) {
    case ENOENT:
    case ENODEV:
    case ENXIO:
        return "not plugged in";
    case EBUSY:
        return "in use by another program";
    case EACCES:
    case EPERM:
        return "no permission (is the user in group audio?)";
    default:
        return snd_strerror(error);
    }
}

int card_open(struct card *card, const struct bridge_settings *settings, uint32_t jack_rate_hz,
              uint32_t jack_period, char reason[CARD_REASON])
{
    snd_pcm_stream_t stream =
        settings->direction == BRIDGE_CAPTURE ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK;
    const char *what = "";
    int error;

    memset(card, 0, sizeof *card);
    error = snd_pcm_open(&card->pcm, settings->device, stream,
                         SND_PCM_NONBLOCK | SND_PCM_NO_AUTO_RESAMPLE | SND_PCM_NO_AUTO_CHANNELS |
                             SND_PCM_NO_AUTO_FORMAT);
    if (error < 0) {
        card->pcm = NULL;
        snprintf(reason, CARD_REASON, "%s", in_words(error));
        return error;
    }
    error = set_hardware(card, settings, jack_rate_hz, jack_period, &what);
    if (error < 0)
        snprintf(reason, CARD_REASON, "no %s that fits (%s)", what, in_words(error));
    if (!error) {
        error = set_software(card);
        if (error < 0)
            snprintf(reason, CARD_REASON, "refuses our software parameters (%s)", in_words(error));
    }
    /* A capture thread wakes with the packet, so the call is as good as the packet there. */
    card->grain_frames =
        snd_pcm_type(card->pcm) == SND_PCM_TYPE_HW || settings->direction == BRIDGE_CAPTURE
            ? 1
            : card->step_frames;
    if (!error)
        error = check_room(card, settings, jack_rate_hz, jack_period, reason);
    card->fd_count = snd_pcm_poll_descriptors(card->pcm, card->fds, CARD_POLL_FDS);
    if (!error && card->fd_count < 1) {
        snprintf(reason, CARD_REASON, "cannot be waited for");
        error = -EINVAL;
    }
    if (error < 0)
        card_close(card);
    return error;
}

void card_close(struct card *card)
{
    if (card->pcm)
        snd_pcm_close(card->pcm);
    card->pcm = NULL;
}

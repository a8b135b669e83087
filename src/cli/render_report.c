/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "render.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void render_time(char *to, size_t size, double seconds)
{
    unsigned long ms = (unsigned long)llround(1000 * seconds), minutes = ms / 60000;

    if (minutes >= 60)
        snprintf(to, size, "%lu:%02lu:%02lu.%03lu", minutes / 60, minutes % 60, ms / 1000 % 60,
                 ms % 1000);
    else
        snprintf(to, size, "%lu:%02lu.%03lu", minutes, ms / 1000 % 60, ms % 1000);
}

/* --- progress --- */

void progress_begin(struct progress *progress, bool quiet)
{
    progress->shown = !quiet && isatty(STDERR_FILENO);
    progress->began_s = progress->told_s = now_s();
}

void progress_tell(struct progress *progress, const struct render *render)
{
    double now = now_s(), done_s = (double)render->meter.frames[METER_IN] / render->in.rate_hz;
    double part = (double)render->meter.frames[METER_IN] / (double)render->in.frames;
    int marks = (int)(30 * fmin(part, 1));

    if (!progress->shown || now - progress->told_s < 0.1)
        return;
    progress->told_s = now;
    if (render->in.frames)
        fprintf(stderr, "\r  %3.0f %%  %.*s%.*s", 100 * fmin(part, 1), marks,
                "##############################", 30 - marks, "..............................");
    else
        fprintf(stderr, "\r  %8.0f s", done_s);
    fprintf(stderr, "  %.0f x real time\033[K", done_s / (now - progress->began_s));
    fflush(stderr);
}

double progress_end(struct progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    return now_s() - progress->began_s;
}

/* --- the summary --- */

const char *render_reducer_name(enum chain_reducer reducer)
{
    static const char *const names[REDUCERS] = {
        [REDUCER_COMPRESSOR] = "compressor",   [REDUCER_DUCKING] = "ducking",
        [REDUCER_MIC_GATE] = "gate",           [REDUCER_MIC_COMPRESSOR] = "mic compressor",
        [REDUCER_MIC_DEESSER] = "de-esser",    [REDUCER_MIC_LIMITER] = "mic limiter",
        [REDUCER_LIMITER_HEADSET] = "limiter", [REDUCER_LIMITER_OUT] = "limiter",
        [REDUCER_LIMITER_SUB] = "limiter",
    };

    return names[reducer];
}

bool render_reducer_on(const struct chain_coefs *coefs, bool mic, enum render_bus bus,
                       enum chain_reducer reducer)
{
    switch (reducer) {
    case REDUCER_COMPRESSOR:
        return !mic && coefs->compressor.on;
    case REDUCER_MIC_GATE:
        return mic && coefs->mic_gate.on;
    case REDUCER_MIC_COMPRESSOR:
        return mic && coefs->mic_compressor.on;
    case REDUCER_MIC_DEESSER:
        return mic && coefs->mic_deesser.on;
    case REDUCER_MIC_LIMITER:
        return mic && coefs->mic_limiter.on;
    case REDUCER_LIMITER_HEADSET:
        return bus == RENDER_HEADSET && coefs->strip[PAIR_HEADSET].limiter.on;
    case REDUCER_LIMITER_OUT:
        return bus == RENDER_OUT && coefs->strip[PAIR_OUT].limiter.on;
    case REDUCER_LIMITER_SUB:
        return bus == RENDER_SUB && coefs->strip[PAIR_SUB].limiter.on;
    default: /* ducking: nobody listens and speaks in one render */
        return false;
    }
}

static void print_side(const char *name, const struct meter *meter, enum meter_side side)
{
    double loudness = lufs_integrated(&meter->lufs[side]);

    printf("  %-15s peak", name);
    for (int lane = 0; lane < 2; lane++) {
        if (meter->peak[side][lane] > 0)
            printf(" %7.1f", 20 * log10(meter->peak[side][lane]));
        else
            printf("  silent");
    }
    printf(" dBFS, loudness");
    if (isinf(loudness)) /* silent, or too short for a measurement */
        puts("    none");
    else
        printf(" %7.1f LUFS\n", loudness);
}

static void print_gain(const char *name, double gain_db)
{
    if (fabs(gain_db) < 0.05)
        printf("  %-15s        0 dB\n", name);
    else
        printf("  %-15s %+8.1f dB at most\n", name, gain_db);
}

static void print_latency(const struct render *render)
{
    if (render->latency)
        printf("  %-15s %8.2f ms (%u frames), %s\n", "latency",
               1000.0 * render->latency / render->in.rate_hz, (unsigned)render->latency,
               render->options->align ? "taken away" : "in OUT as in the daemon");
}

static void print_warnings(const struct render *render)
{
    if (render->out.clipped)
        printf("  %-15s %8llu samples beyond 0 dBFS were cut\n", "clipped",
               (unsigned long long)render->out.clipped);
    if (render->meter.unfit)
        printf("  %-15s %8llu samples of IN (not finite, or absurd) became silence\n", "unfit",
               (unsigned long long)render->meter.unfit);
}

void render_report(const struct render *render)
{
    const struct meter *meter = &render->meter;
    double seconds = (double)render->out.frames / render->in.rate_hz;
    char length[32];

    render_time(length, sizeof length, seconds);
    printf("%s: %s, %u Hz, %s, %s\n", render->options->out, length, (unsigned)render->in.rate_hz,
           render->out.channels == 1 ? "mono" : "stereo", sound_format_name(render->out.format));
    print_side(render->options->mic ? "in (microphone)" : "in", meter, METER_IN);
    print_side(render_bus_name[render->options->bus], meter, METER_OUT);
    for (int i = 0; i < REDUCERS; i++)
        if (render_reducer_on(&render->coefs, render->options->mic, render->options->bus,
                              (enum chain_reducer)i))
            print_gain(render_reducer_name((enum chain_reducer)i), -meter->reduction_db[i]);
    print_latency(render);
    print_warnings(render);
    printf("  %-15s %8.0f x real time\n", "speed",
           seconds / (render->elapsed_s > 1e-6 ? render->elapsed_s : 1e-6));
}

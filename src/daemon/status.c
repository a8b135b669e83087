/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "status.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* --- the machine
 * ---------------------------------------------------------------------------------- */

static double seconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static long entries(const char *path)
{
    DIR *folder = opendir(path);
    long count = 0;

    if (!folder)
        return -1;
    while (readdir(folder))
        count++;
    closedir(folder);
    return count - 2; /* . and .. */
}

static double resident_mb(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    long total = 0, resident = 0;

    if (!file)
        return 0;
    if (fscanf(file, "%ld %ld", &total, &resident) != 2)
        resident = 0;
    fclose(file);
    return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

/* A number in a file of /sys, in base 10 or with 0x; NAN where there is none. */
static double number_in(const char *path)
{
    FILE *file = fopen(path, "re");
    char text[32] = "", *end;
    double number;

    if (!file)
        return NAN;
    if (!fgets(text, sizeof text, file))
        text[0] = '\0';
    fclose(file);
    number = (double)strtol(text, &end, 0);
    return end == text ? NAN : number;
}

static void look_at_processor(struct machine *machine)
{
    double throttled = number_in("/sys/devices/platform/soc/soc:firmware/get_throttled");

    machine->temperature_c = number_in("/sys/class/thermal/thermal_zone0/temp") / 1000;
    machine->clock_mhz = number_in("/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq") / 1000;
    machine->throttled = isnan(throttled) ? -1 : (long)throttled;
}

void status_machine(struct machine *machine)
{
    double now = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);

    if (machine->looked_s > 0 && now > machine->looked_s) {
        machine->cpu_percent = 100 * (cpu - machine->cpu_s) / (now - machine->looked_s);
        machine->up_s += now - machine->looked_s;
    }
    machine->looked_s = now;
    machine->cpu_s = cpu;
    machine->rss_mb = resident_mb();
    machine->fds = entries("/proc/self/fd") - 1; /* the one that counts */
    machine->threads = entries("/proc/self/task");
    look_at_processor(machine);
}

/* --- words
 * ------------------------------------------------------------------------------------------ */

static double dbfs(float peak)
{
    return peak > 1e-6f ? 20 * log10(peak) : -120;
}

static const char *path_of(const struct bridge_report *bridge)
{
    return bridge->direction == BRIDGE_PLAYBACK ? "analog in -> headset"
                                                : "microphone -> analog out";
}

static double latency_ms(const struct status *status, const struct bridge_report *bridge)
{
    return bridge->direction == BRIDGE_PLAYBACK ? status->engine.listen_ms : status->engine.talk_ms;
}

int status_sentence(const struct status *status, char *text, size_t bytes)
{
    const struct engine_report *engine = &status->engine;
    size_t at = 0;

    text[0] = 0;
    if (engine->state != ENGINE_RUNNING)
        at += (size_t)snprintf(text, bytes, "%s", engine->reason);
    for (int i = 0; i < engine->bridge_count && at < bytes; i++) {
        const struct bridge_report *bridge = &engine->bridge[i];

        at += (size_t)snprintf(text + at, bytes - at, "%s%s: %s", at ? " · " : "", bridge->name,
                               bridge_state_name(bridge->state));
        if (at < bytes && bridge->state == BRIDGE_RUNNING)
            at += (size_t)snprintf(text + at, bytes - at, ", %.1f ms, %+.0f ppm",
                                   latency_ms(status, bridge), bridge->ppm);
        if (at < bytes && *bridge->reason)
            at += (size_t)snprintf(text + at, bytes - at, " (%s)", bridge->reason);
    }
    if (status->config_errors && at < bytes)
        at += (size_t)snprintf(text + at, bytes - at, " · %d errors in the settings",
                               status->config_errors);
    return (int)at;
}

/* --- the screen
 * --------------------------------------------------------------------------------------- */

enum { METER_WIDTH = 30 };

/* -60 .. 0 dBFS on a bar of plain characters. */
static void print_meter(FILE *out, const char *name, float peak, uint32_t clips)
{
    char bar[METER_WIDTH + 1];
    int filled = (int)lround((dbfs(peak) + 60) / 60 * METER_WIDTH);

    for (int i = 0; i < METER_WIDTH; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[METER_WIDTH] = 0;
    fprintf(out, "  %-14s %s %6.1f dBFS%s", name, bar, dbfs(peak), clips ? "  clipped" : "");
}

static void print_bridge(FILE *out, const struct status *status, const struct bridge_report *bridge,
                         const char *end)
{
    static const char *const formats[] = { [SAMPLE_S16_LE] = "S16",
                                           [SAMPLE_S24_3LE] = "S24_3",
                                           [SAMPLE_S24_LE] = "S24",
                                           [SAMPLE_S32_LE] = "S32" };

    fprintf(out, "  %-9.9s %-25s %-8s", bridge->name, path_of(bridge),
            bridge_state_name(bridge->state));
    if (bridge->state == BRIDGE_RUNNING)
        fprintf(out, " %6.2f ms %+8.2f ppm%s", latency_ms(status, bridge), bridge->ppm, end);
    else
        fprintf(out, "%s", end);
    if (*bridge->reason)
        fprintf(out, "            %.66s%s", bridge->reason, end);
    if (bridge->rate_hz)
        fprintf(out, "            %u Hz, %u ch, %s, xruns %u, late %u, lost frames %u, opened %u%s",
                bridge->rate_hz, bridge->channels, formats[bridge->format], bridge->xruns,
                bridge->late, bridge->lost_frames, bridge->opens, end);
}

/* What the headset hears, in sixth octaves: a column each, a row every 15 dB. */
static void print_spectrum(FILE *out, const double band_db[SPECTRUM_BANDS], const char *end)
{
    fprintf(out, "%s", end);
    for (int row = -20; row >= -80; row -= 15) {
        char line[SPECTRUM_BANDS + 1];

        for (int i = 0; i < SPECTRUM_BANDS; i++)
            line[i] = band_db[i] >= row ? '#' : band_db[i] >= row - 7.5 ? '.' : ' ';
        line[SPECTRUM_BANDS] = 0;
        fprintf(out, "  %4d dBFS %s%s", row, line, end);
    }
    fprintf(out, "            %-8s%-6s%-6s%-8s%-6s%-6s%-8s%-6s%-6s%s%s", "20", "50", "100", "200",
            "500", "1k", "2k", "5k", "10k", "20k Hz", end);
}

/* Loudness, and whatever turns the gain down by itself now. */
static void print_sound(FILE *out, const struct status *status, const char *end)
{
    static const char *const names[REDUCERS] = { [REDUCER_COMPRESSOR] = "compressor",
                                                 [REDUCER_DUCKING] = "ducking",
                                                 [REDUCER_MIC_GATE] = "gate",
                                                 [REDUCER_MIC_COMPRESSOR] = "mic compressor",
                                                 [REDUCER_MIC_DEESSER] = "de-esser",
                                                 [REDUCER_MIC_LIMITER] = "mic limiter",
                                                 [REDUCER_LIMITER_HEADSET] = "headset limiter",
                                                 [REDUCER_LIMITER_OUT] = "out limiter",
                                                 [REDUCER_LIMITER_SUB] = "sub limiter" };

    const struct engine_meters *meters = &status->meters;

    if (meters->short_term_lufs > -70)
        fprintf(out, "%s  headset %.1f LUFS (3 s), %.1f integrated%s", end, meters->short_term_lufs,
                meters->integrated_lufs, end);
    for (int i = 0; i < REDUCERS; i++)
        if (fabsf(meters->reduction_db[i]) >= 0.05f)
            fprintf(out, "  %-15s %+.1f dB%s", names[i], -meters->reduction_db[i], end);
    if (status->engine.unfit)
        fprintf(out, "  values that were no sound (NaN, infinite): %u%s", status->engine.unfit,
                end);
}

void status_screen(const struct status *status, FILE *out, bool redraw)
{
    static const char *const names[METERS] = { "analog in L",  "analog in R", "headset L",
                                               "headset R",    "microphone",  "analog out L",
                                               "analog out R", "sub",         "voice" };
    const char *end = redraw ? "\033[K\n" : "\n"; /* erase what an older screen left */
    const struct engine_report *engine = &status->engine;

    if (redraw)
        fprintf(out, "\033[H");
    fprintf(out, "audioserver   up %d:%02d:%02d%s%s", (int)status->machine.up_s / 3600,
            (int)status->machine.up_s / 60 % 60, (int)status->machine.up_s % 60, end, end);
    if (engine->state == ENGINE_RUNNING)
        fprintf(out, "  JACK \"%s\"  %u Hz, period %u (%.1f ms)%s%s", status->server,
                engine->rate_hz, engine->period, 1e3 * engine->period / engine->rate_hz,
                engine->realtime ? ", realtime" : ", NOT realtime", end);
    else
        fprintf(out, "  %.76s%s", engine->reason, end);
    fprintf(out, "  load %.1f %%, xruns %u, longest cycle %.0f us%s", engine->load, engine->xruns,
            engine->longest_us, end);
    fprintf(out, "  CPU %.1f %% of a core, memory %.1f MB%s%s", status->machine.cpu_percent,
            status->machine.rss_mb, end, end);
    for (int i = 0; i < engine->bridge_count; i++)
        print_bridge(out, status, &engine->bridge[i], end);
    fprintf(out, "%s", end);
    for (int i = 0; i < METERS; i++) {
        print_meter(out, names[i], status->meters.peak[i], status->meters.clips[i]);
        fprintf(out, "%s", end);
    }
    print_sound(out, status, end);
    if (redraw)
        print_spectrum(out, status->spectrum_db, end);
    if (status->config_errors)
        fprintf(out, "%s  settings: %d errors; first: %.60s%s", end, status->config_errors,
                status->config_error, end);
    if (redraw)
        fprintf(out, "\033[J");
    fflush(out);
}

void status_line(const struct status *status, FILE *out)
{
    char sentence[512];
    const struct engine_report *engine = &status->engine;

    status_sentence(status, sentence, sizeof sentence);
    fprintf(
        out,
        "%4.0f s  %s | in %.0f dBFS, headset %.0f, mic %.0f, out %.0f | xruns %u | CPU %.1f %%\n",
        status->machine.up_s, sentence,
        dbfs(fmaxf(status->meters.peak[METER_IN_1], status->meters.peak[METER_IN_2])),
        dbfs(fmaxf(status->meters.peak[METER_HEADSET_1], status->meters.peak[METER_HEADSET_2])),
        dbfs(status->meters.peak[METER_MIC]),
        dbfs(fmaxf(status->meters.peak[METER_OUT_1], status->meters.peak[METER_OUT_2])),
        engine->xruns, status->machine.cpu_percent);
    fflush(out);
}

void status_summary(const struct status *status, FILE *out)
{
    const struct engine_report *engine = &status->engine;

    fprintf(out,
            "ran %.0f s; JACK %u Hz, period %u, xruns %u; CPU %.1f %% of a core, "
            "memory %.1f MB, %ld threads, %ld files\n",
            status->machine.up_s, engine->rate_hz, engine->period, engine->xruns,
            status->machine.cpu_percent, status->machine.rss_mb, status->machine.threads,
            status->machine.fds);
    for (int i = 0; i < engine->bridge_count; i++) {
        const struct bridge_report *bridge = &engine->bridge[i];

        fprintf(out,
                "%-8s %-25s %s, latency %.2f ms, drift %+.2f ppm, xruns %u, late %u, lost frames "
                "%u, opened %u, restarts %u\n",
                bridge->name, path_of(bridge), bridge_state_name(bridge->state),
                latency_ms(status, bridge), bridge->ppm, bridge->xruns, bridge->late,
                bridge->lost_frames, bridge->opens, bridge->restarts);
    }
    fflush(out);
}

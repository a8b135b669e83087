/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bridge in the simulator, against the targets and the peers' figures (measured by the same
 * kind of simulation; "peers" are the best of zita-ajbridge, alsa_in/alsa_out and PipeWire). JACK
 * 64 frames at 48 kHz, a card on USB, 20 us mean jitter with rare spikes of up to 300 us.
 *
 *     bench_bridge [SECONDS]      default 150 per run
 */
#include "simulator.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static struct simulator sim;
static int missed;

static void row(const char *what, const char *clock, double value, double target, const char *unit,
                const char *peers)
{
    bool reached = value <= target;

    missed += !reached;
    printf("%-38s %-12s %9.3f  <= %7.2f %-3s %-12s %s\n", what, clock, value, target, unit,
           reached ? "" : "NOT REACHED", peers);
    fflush(stdout);
}

struct spread {
    double low, high, sum;
    int count;
};

static void widen(struct spread *spread, double value)
{
    if (!spread->count++ || value < spread->low)
        spread->low = value;
    if (spread->count == 1 || value > spread->high)
        spread->high = value;
    spread->sum += value;
}

static double mean(const struct spread *spread)
{
    return spread->sum / spread->count;
}

static double first_sound_s(void)
{
    int64_t i = 0;

    while (i < sim.heard_frames && fabsf(sim.heard[i]) < 0.02f)
        i++;
    return (double)i / 48000;
}

/* From the plugging on: the ratio's error at the first sound, and the time until it stays within
 * 10 ppm. */
static void lock_times(double ppm, double plugged_s, double *start_ppm, double *locked_s)
{
    double right = 1 / (1 + 1e-6 * ppm), cycles_s = 48000.0 / 64;
    int64_t first = (int64_t)(first_sound_s() * cycles_s), last = first;

    for (int64_t i = first; i < first + 20 * 750 && i < sim.steps; i++)
        if (sim.step[i] > 0 && 1e6 * fabs(sim.step[i] / right - 1) > 10)
            last = i + 1;
    *start_ppm = 1e6 * fabs(sim.step[first] / right - 1);
    *locked_s = (double)last / cycles_s - plugged_s;
}

static void steady(double ppm, enum resamp_quality quality, double seconds)
{
    struct simulator_config config = simulator_default();
    struct spread play = { 0 }, capture = { 0 };
    bool fast = quality == RESAMP_FASTEST;
    const char *name = fast ? "FASTEST" : "MEDIUM";
    double tone = 1000.0 / 48000, bend = 1 + 1e-6 * ppm, start_ppm, locked_s;
    char clock[32];

    config.card_ppm = ppm;
    config.play_quality = config.capture_quality = quality;
    config.capture_margin_s = fast ? 250e-6 : 210e-6;
    config.seconds_max = seconds + 1;
    if (simulator_init(&sim, &config))
        exit(1);
    simulator_run(&sim, seconds);
    for (double t = 20; t < seconds - 0.2; t += 0.05) {
        widen(&play, simulator_play_delay(&sim, (int64_t)(t * 48000)));
        widen(&capture, simulator_capture_delay(&sim, (int64_t)(t * 48000)));
    }
    snprintf(clock, sizeof clock, "%+.0f ppm", ppm);
    printf("--- %s, card %s, %.0f s (dips: play %u, capture %u)\n", name, clock, seconds,
           sim.play.asrc->status.late, sim.capture.asrc->status.late);
    row("capture latency, card to JACK", clock, mean(&capture), fast ? 145 : 170, "fr",
        "zita 248, PipeWire 147");
    /* mean over a packet: the pointer passes a packet's frames at once, half of one early */
    row("playback latency, JACK to pointer", clock, mean(&play) + 24, fast ? 62 : 90, "fr",
        "zita 200, PipeWire 116");
    row("constancy, capture (p-p)", clock, capture.high - capture.low, 0.15, "fr", "alsa_in 33");
    row("constancy, playback (p-p)", clock, play.high - play.low, 0.15, "fr", "");
    row("pitch jitter (rms)", clock, simulator_pitch_jitter_ppm(&sim, 20), 0.15, "ppm",
        "zita 10.5-125, PipeWire 1.1");
    row("residual of 1 kHz, playback (1 s)", clock,
        simulator_residual_db(sim.heard, (int64_t)((seconds - 2) * 48000), 48000, tone / bend,
                              tone / 20 / bend),
        -75, "dB", "zita -36, PipeWire -57");
    row("residual of 1 kHz, capture (1 s)", clock,
        simulator_residual_db(sim.returned, (int64_t)((seconds - 2) * 48000), 48000, tone * bend,
                              tone / 20 * bend),
        -75, "dB", "");
    lock_times(ppm, 0, &start_ppm, &locked_s);
    row("audible after", clock, first_sound_s(), 0.3, "s", "zita 0.55");
    row("start error", clock, start_ppm, 50, "ppm", "");
    row("within 10 ppm after", clock, locked_s, 1, "s", "zita 8.8, PipeWire 21-25");
    simulator_finish(&sim);
}

/* A card met before, plugged into a running JACK: its deviation is remembered, here 2 ppm off. */
static void met_before(double ppm)
{
    struct simulator_config config = simulator_default();
    double start_ppm, locked_s;
    char clock[32];

    config.card_ppm = ppm;
    config.prior_ppm = ppm + 2;
    config.seconds_max = 22;
    config.play = config.capture = false;
    if (simulator_init(&sim, &config))
        exit(1);
    simulator_run(&sim, 5);
    if (simulator_plug(&sim, &sim.play))
        exit(1);
    simulator_run(&sim, 21);
    snprintf(clock, sizeof clock, "%+.0f ppm", ppm);
    lock_times(ppm, 5, &start_ppm, &locked_s);
    row("audible after, card met before", clock, first_sound_s() - 5, 0.3, "s", "");
    row("start error, card met before", clock, start_ppm, 50, "ppm", "");
    row("within 10 ppm after, card met before", clock, locked_s, 1, "s", "");
    simulator_finish(&sim);
}

/* The latency to the pointer does not depend on JACK's period. */
static void periods(void)
{
    static const uint32_t list[] = { 32, 128, 256, 1024 };

    printf("--- other JACK periods, FASTEST, +200 ppm, 30 s\n");
    for (int i = 0; i < 4; i++) {
        struct simulator_config config = simulator_default();
        char name[32];

        config.jack_period = list[i];
        config.play_quality = RESAMP_FASTEST;
        config.buffer_frames = 4096;
        config.seconds_max = 31;
        if (simulator_init(&sim, &config))
            exit(1);
        simulator_run(&sim, 30);
        snprintf(name, sizeof name, "period %u", list[i]);
        row("playback latency, JACK to pointer", name, simulator_play_delay(&sim, 28 * 48000) + 24,
            62, "fr", "zita 200-456");
        simulator_finish(&sim);
    }
}

static void harder(void)
{
    struct simulator_config config = simulator_default();

    printf("--- harder: 50 us jitter with spikes of 1 ms; a crystal within 5 ppm\n");
    config.jitter_s = 50e-6;
    config.spike_s = 1e-3;
    config.play_margin_s = config.capture_margin_s = 1.2e-3;
    config.seconds_max = 101;
    if (simulator_init(&sim, &config))
        exit(1);
    simulator_run(&sim, 100);
    row("pitch jitter (rms)", "50 us, 1 ms", simulator_pitch_jitter_ppm(&sim, 20), 0.3, "ppm", "");
    simulator_finish(&sim);
    config = simulator_default();
    config.card_ppm = 3;
    config.seconds_max = 151;
    if (simulator_init(&sim, &config))
        exit(1);
    simulator_run(&sim, 150);
    row("pitch jitter (rms)", "+3 ppm", simulator_pitch_jitter_ppm(&sim, 20), 3, "ppm", "");
    simulator_finish(&sim);
}

static void step_of_50_ppm(void)
{
    struct simulator_config config = simulator_default();
    double before, from, worst_play = 0, worst_capture = 0;

    printf("--- the card's clock steps by 50 ppm\n");
    config.card_ppm = 20;
    config.seconds_max = 60;
    if (simulator_init(&sim, &config))
        exit(1);
    simulator_run(&sim, 40);
    before = simulator_play_delay(&sim, (int64_t)(39.8 * 48000));
    simulator_card_step(&sim, 50);
    from = sim.card_count;
    simulator_run(&sim, 55);
    for (double t = 0.1; t < 14; t += 0.05)
        worst_play = fmax(worst_play,
                          fabs(simulator_play_delay(&sim, (int64_t)(from + t * 48000)) - before));
    before = sim.capture.asrc->target;
    for (double t = 0.1; t < 14; t += 0.05)
        worst_capture =
            fmax(worst_capture,
                 fabs(simulator_capture_delay(&sim, (int64_t)((40 + t) * 48000)) - before));
    row("excursion, playback", "20 to 70 ppm", worst_play, 5, "fr", "prototype 8.4");
    row("excursion, capture", "20 to 70 ppm", worst_capture, 5, "fr", "");
    simulator_finish(&sim);
}

static double gap_ms(const float *sound, double from, double to)
{
    int64_t longest = 0, last = (int64_t)(from * 48000);

    for (int64_t i = last; i < (int64_t)(to * 48000); i++)
        if (fabsf(sound[i]) > 0.05f) {
            longest = i - last > longest ? i - last : longest;
            last = i;
        }
    return 1e3 * (double)longest / 48000;
}

static void xrun(void)
{
    struct simulator_config config = simulator_default();
    double play, capture;

    printf("--- an xrun of the card\n");
    config.seconds_max = 25;
    if (simulator_init(&sim, &config))
        exit(1);
    simulator_run(&sim, 20);
    play = simulator_play_delay(&sim, (int64_t)(19.5 * 48000));
    capture = simulator_capture_delay(&sim, (int64_t)(19.5 * 48000));
    sim.play.fault = sim.capture.fault = FAULT_XRUN;
    simulator_run(&sim, 22);
    row("gap, playback", "", gap_ms(sim.heard, 19.9, 20.4), 20, "ms", "zita 0.5 s, alsa_out ever");
    row("gap, capture", "", gap_ms(sim.returned, 19.9, 20.4), 20, "ms", "");
    row("latency off by, playback", "",
        fabs(simulator_play_delay(&sim, (int64_t)(20.3 * 48000)) - play), 1, "fr", "zita 14 s");
    row("latency off by, capture", "",
        fabs(simulator_capture_delay(&sim, (int64_t)(20.3 * 48000)) - capture), 1, "fr", "");
    simulator_finish(&sim);
}

static double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

enum { ROUNDS = 41, BLOCKS = 400 };

static float in[2][64], interleaved[128], out[512];

/* The whole of the callback's part of a playback bridge against its resampler; alternating. */
static void cpu(enum resamp_quality quality, const char *name)
{
    struct asrc_config config = { .direction = ASRC_PLAYBACK,
                                  .jack_rate_hz = 48000,
                                  .jack_period = 64,
                                  .card_rate_hz = 48000,
                                  .card_step = 48,
                                  .lanes = 2,
                                  .quality = quality,
                                  .margin_s = 300e-6 };
    struct clock_line line = { .rate_hz = 48000 };
    struct asrc_card card = { .line = { .rate_hz = 48009.6 }, .locked = true, .epoch = 1 };
    struct asrc_cycle cycle = { .jack = &line, .frames = 64, .locked = true };
    const float *lane[] = { in[0], in[1] };
    static struct asrc asrc;
    struct resamp alone;
    double ratio[ROUNDS];

    if (asrc_init(&asrc, &config) || resamp_init(&alone, quality, 2))
        exit(1);
    atomic_store(&asrc.command, ASRC_ON);
    for (int i = 0; i < 64; i++)
        in[0][i] = in[1][i] = interleaved[2 * i] = interleaved[2 * i + 1] =
            (float)sin(i * 2 * M_PI / 64);
    resamp_run(&alone, 0.9998, out, 0, out, 0);
    for (int r = 0; r < ROUNDS; r++) {
        double begin = now_s(), middle;

        for (int i = 0; i < BLOCKS; i++) {
            line.count = (double)cycle.frame;
            line.time_ns = (int64_t)((double)cycle.frame / 48000 * 1e9);
            card.line.time_ns = line.time_ns;
            card.line.count = 48009.6 * (double)cycle.frame / 48000;
            mbox_put(&asrc.card_box, &card);
            asrc_play(&asrc, &cycle, lane);
            ring_read(&asrc.ring, NULL, 256);
            cycle.frame += 64;
        }
        middle = now_s();
        for (int i = 0; i < BLOCKS; i++) {
            uint32_t yield = resamp_yield(&alone, 0.9998, 64);

            if (yield)
                resamp_run(&alone, 0.9998, interleaved, 64, out, yield);
            else
                alone.fed += 64; /* the first blocks */
        }
        ratio[r] = (middle - begin) / (now_s() - middle);
    }
    qsort(ratio, ROUNDS, sizeof *ratio, by_value);
    row("CPU of a bridge / its resampler", name, ratio[ROUNDS / 2], 1.5, "x", "");
    resamp_finish(&alone);
    asrc_finish(&asrc);
}

int main(int argc, char **argv)
{
    static const double drifts[] = { 20, -20, 200, -200, 1000 };
    double seconds = argc > 1 ? atof(argv[1]) : 150;

    if (!(seconds >= 25 && seconds <= 3600)) {
        fprintf(stderr, "bench_bridge: SECONDS from 25 to 3600\n");
        return 2;
    }
    printf("%-38s %-12s %9s  %14s %-12s %s\n", "simulated", "", "measured", "target", "", "peers");
    for (int q = RESAMP_FASTEST; q <= RESAMP_MEDIUM; q++)
        for (int i = 0; i < 5; i++)
            steady(drifts[i], q, seconds);
    met_before(20);
    met_before(-20);
    periods();
    harder();
    step_of_50_ppm();
    xrun();
    printf("--- CPU, median of %d interleaved rounds\n", ROUNDS);
    cpu(RESAMP_FASTEST, "FASTEST");
    cpu(RESAMP_MEDIUM, "MEDIUM");
    printf("%d not reached\n", missed);
    return 0;
}

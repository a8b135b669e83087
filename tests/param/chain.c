/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole chains from parameters: what is neutral, what is equal, what is finite, how late, how big.
 */
#include "sound.h"

#include "dsp/chain_nodes.h"

#include <math.h>

enum { FRAMES = 24000, RATE = 48000 };

static float lines[LINES][FRAMES], again[LINES][FRAMES];

static void run(float (*set_of)[FRAMES], uint32_t from, uint32_t to, uint32_t piece)
{
    float *line[LINES];

    for (int l = 0; l < LINES; l++)
        line[l] = set_of[l];
    sound_run(line, from, to, piece);
}

static uint32_t random_state = 7;

static double uniform(void)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (double)(random_state >> 8) / (1 << 24);
}

static void noise(float peak)
{
    for (int l = 0; l <= MIC; l++)
        for (int n = 0; n < FRAMES; n++)
            lines[l][n] = again[l][n] = peak * (float)(2 * uniform() - 1);
}

/* The defaults: not a bit is changed, beyond 0 dBFS either. */
static void neutral_is_transparent(void)
{
    for (double rate = 44100; rate <= 192000; rate += 147900) {
        sound_begin("", rate);
        noise(2);
        run(lines, 0, FRAMES, 64);
        for (int c = 0; c < 2; c++) {
            CHECK(memcmp(lines[HEADSET_1 + c], lines[IN_1 + c], sizeof lines[0]) == 0);
            CHECK(memcmp(lines[OUT_1 + c], lines[MIC], sizeof lines[0]) == 0);
        }
        CHECK(memcmp(lines[TALK], lines[MIC], sizeof lines[0]) == 0);
        for (int n = 0; n < FRAMES; n++)
            if (!(fabs(lines[SUB][n] - 0.5 * ((double)lines[IN_1][n] + lines[IN_2][n])) < 1e-6)) {
                FAIL("sub at %d", n);
                break;
            }
    }
}

/* Stages that are on, but have nothing to do, have nothing to say either. */
static void idle_stages_are_transparent(void)
{
    sound_begin(
        "compressor.on=yes compressor.threshold_db=0 compressor.knee_db=0 limiter.headset.on=yes "
        "limiter.headset.ceiling_db=0 crossfeed.on=no eq.left.1.type=peaking "
        "eq.left.2.type=high_shelf loudness.on=yes",
        RATE);
    noise(0.99f);
    run(lines, 0, FRAMES, 64);
    CHECK(memcmp(lines[HEADSET_1], lines[IN_1], sizeof lines[0]) == 0);
}

/* Everything at work, changes on the way, some while others are under way: any division of the
 * cycles gives the same bits. */
static void any_block_size_is_equal(void)
{
    static const uint32_t pieces[] = { 16, 37, 128, 1000, 4000 };
    static const struct {
        const char *what;
        uint32_t from, to;
    } changes[] = { { "eq.left.1.gain_db=-6 volume.level_db=-20 compressor.lookahead_ms=0 "
                      "strip.out_1.delay_ms=3.3 matrix.headset_1.listen_2_on=yes mic.deesser.on=no "
                      "limiter.headset.lookahead_ms=3 crossfeed.mode=bs2b",
                      8000, 8500 },
                    { "strip.out_1.delay_ms=0 strip.headset_1.delay_ms=2 "
                      "matrix.out_1.analog_1_on=no matrix.headset_1.listen_2_on=no "
                      "matrix.headset_2.analog_1_on=yes eq.left.1.gain_db=1 mic.deesser.on=yes",
                      8500, 8999 },
                    { "matrix.headset_2.analog_1_on=no strip.sub.gain_db=3 matrix.out_1.talk_on=no "
                      "volume.mute=yes "
                      "strip.out_1.delay_ms=50",
                      8999, 9500 },
                    { "ducking.on=no volume.mute=no strip.out_1.delay_ms=0 limiter.headset.on=no",
                      9500, 14001 },
                    { "matrix.headset_2.analog_1_on=yes strip.out_1.delay_ms=9 "
                      "strip.headset_1.delay_ms=0 limiter.headset.on=yes",
                      14001, FRAMES } };
    struct params other;

    noise(0.5f);
    for (size_t p = 0; p <= sizeof pieces / sizeof *pieces; p++) {
        float(*to)[FRAMES] = p ? again : lines;

        sound_begin(everything, RATE);
        other = rig.params;
        run(to, 0, 8000, p ? pieces[p - 1] : 64);
        for (size_t c = 0; c < sizeof changes / sizeof *changes; c++) {
            set_all(&other, changes[c].what);
            sound_change(&other);
            run(to, changes[c].from, changes[c].to, p ? pieces[p - 1] : 64);
        }
        for (int l = HEADSET_1; l < LINES && p; l++)
            if (memcmp(lines[l], again[l], sizeof lines[0]) != 0)
                FAIL("pieces of %u: line %d", pieces[p - 1], l);
    }
}

/* The volume with its loudness: from one to the other nothing is louder than the louder of the two,
 * but for what a filter does when its sound begins. */
static void volume_with_loudness(void)
{
    static const char *const ways[][2] = {
        { "loudness.on=yes volume.level_db=-50", "volume.level_db=0" },
        { "loudness.on=yes volume.level_db=-30", "volume.level_db=0" },
        { "loudness.on=yes volume.level_db=0", "volume.level_db=-50" },
        { "loudness.on=yes volume.level_db=-50", "loudness.on=no" },
        { "loudness.on=no volume.level_db=-50", "loudness.on=yes" },
        { "loudness.on=yes volume.level_db=-40 volume.mute=yes", "volume.mute=no" },
    };
    static const double tones[] = { 30, 50, 100, 8000 };

    for (size_t i = 0; i < 4 * sizeof ways / sizeof *ways; i++) {
        double hz = tones[i % 4], steady = 0, change = 0;
        struct params params;

        sound_begin(ways[i / 4][0], RATE);
        params = rig.params;
        for (int n = 0; n < FRAMES; n++)
            lines[IN_1][n] = 0.5f * (float)sin(2 * M_PI * hz * n / RATE);
        run(lines, 0, FRAMES / 2, 64);
        set_all(&params, ways[i / 4][1]);
        sound_change(&params);
        run(lines, FRAMES / 2, FRAMES, 64);
        for (int n = FRAMES / 4; n < FRAMES; n++) {
            double x = fabs(lines[HEADSET_1][n]);

            if (n >= FRAMES / 2 && n < 3 * FRAMES / 4)
                change = fmax(change, x);
            else
                steady = fmax(steady, x);
        }
        if (!(change <= 1.26 * steady))
            FAIL("%s -> %s, %.0f Hz: %+.1f dB", ways[i / 4][0], ways[i / 4][1], hz,
                 20 * log10(change / steady));
    }
}

/* From one preset to another: never softer than the softer of the two, and under a limiter that
 * both have no sample is over its ceiling. (Where look-aheads or polarities differ, a fade between
 * the two has to pass through what they cancel; a limiter at work comes up in its own time.) */
static void presets_do_not_dip(void)
{
    static const char *const presets[] = {
        "limiter.headset.on=yes limiter.headset.ceiling_db=-9",
        "limiter.headset.on=yes limiter.headset.ceiling_db=-9 volume.level_db=-20 "
        "eq.left.1.type=low_shelf eq.left.1.gain_db=9",
        "limiter.headset.on=yes limiter.headset.ceiling_db=-9 compressor.on=yes "
        "compressor.threshold_db=-30 compressor.makeup_db=6",
        "limiter.headset.on=yes limiter.headset.ceiling_db=-9 crossfeed.on=yes "
        "preamp.gain_1_db=-6 loudness.on=yes volume.level_db=-10",
        "limiter.headset.on=yes limiter.headset.ceiling_db=-9 strip.headset_1.gain_db=9 "
        "strip.headset_1.eq.1.type=peaking strip.headset_1.eq.1.gain_db=-3",
    };
    enum { COUNT = sizeof presets / sizeof *presets, WINDOW = 240 }; /* of 200 Hz */
    static struct params params;

    for (int i = 0; i < 2 * COUNT * COUNT; i++) { /* softly, and so loud that the limiter works */
        float peak = i % 2 ? 0.9f : 0.1f;
        int from = i / 2 / COUNT, to = i / 2 % COUNT;
        double steady = 1e9, least = 1e9, most = 0;

        sound_begin(presets[from], RATE);
        for (int n = 0; n < FRAMES; n++)
            lines[IN_1][n] = lines[IN_2][n] = peak * (float)sin(2 * M_PI * 200 * n / RATE);
        run(lines, 0, FRAMES / 2, 64);
        params_defaults(&params);
        set_all(&params, presets[to]);
        sound_change(&params);
        run(lines, FRAMES / 2, FRAMES, 64);
        for (int n = FRAMES / 4; n + WINDOW <= FRAMES; n += WINDOW) {
            double sum = 0;

            for (int k = n; k < n + WINDOW; k++) {
                sum += lines[HEADSET_1][k] * lines[HEADSET_1][k];
                most = fmax(most, fabs(lines[HEADSET_1][k]));
            }
            if (n < FRAMES / 2 - WINDOW || n > 3 * FRAMES / 4)
                steady = fmin(steady, sum);
            else
                least = fmin(least, sum);
        }
        if (i % 2 == 0 && !(10 * log10(least / steady) >= -0.3))
            FAIL("%d to %d: %.1f dB", from, to, 10 * log10(least / steady));
        CHECK_MAX(most, pow(10, -9.0 / 20));
    }
}

/* A limiter that was off, or did not look between the samples, does not remember what was then. */
static void limiters_forget(void)
{
    static const char *const values[][2] = { { "limiter.headset.on", "yes" },
                                             { "limiter.headset.true_peak", "yes" } };
    static struct params params;

    for (int i = 0; i < 2; i++) {
        static const char *const begin[] = {
            "limiter.headset.on=yes limiter.headset.true_peak=yes limiter.headset.release_ms=1000",
            "limiter.headset.on=yes limiter.headset.true_peak=yes limiter.headset.release_ms=5"
        };

        sound_begin(begin[i], RATE);
        params = rig.params;
        noise(8);
        run(lines, 0, 8000, 64);
        set(&params, values[i][0], "no");
        noise(0.1f);
        sound_change(&params);
        run(lines, 0, FRAMES, 64);
        set(&params, values[i][0], values[i][1]);
        sound_change(&params);
        run(lines, 0, FRAMES, 64);
        for (int n = 2000; n < FRAMES; n++)
            CHECK_NEAR(fabs(lines[HEADSET_1][n]),
                       fabs(lines[IN_1][n - (int)chain_latency(&rig.coefs).output[0]]), 1e-7);
    }
}

/* Switched off while somebody speaks, ducking comes up in its time at any rate. */
static void ducking_comes_up(void)
{
    for (double rate = 48000; rate <= 192000; rate *= 4) {
        static struct params params;
        uint32_t third = (uint32_t)(rate / 3);

        sound_begin("ducking.on=yes ducking.depth_db=-30 ducking.attack_ms=5", rate);
        params = rig.params;
        for (int n = 0; n < FRAMES; n++)
            lines[IN_1][n] = lines[MIC][n] = 0.5f;
        run(lines, 0, FRAMES, 64);
        CHECK_MAX(lines[HEADSET_1][FRAMES - 1], 0.017);
        set(&params, "ducking.on", "no");
        sound_change(&params);
        for (; third > FRAMES; third -= FRAMES)
            run(lines, 0, FRAMES, 64);
        run(lines, 0, FRAMES / 4, 64);
        CHECK_MAX(lines[HEADSET_1][0], 0.4975);
        run(lines, FRAMES / 4, FRAMES, 64);
        CHECK_NEAR(lines[HEADSET_1][FRAMES - 1], 0.5, 0.0025);
    }
}

static void memory(void)
{
    CHECK_MAX(chain_bytes(), 512 * 1024);
    for (double rate = 44100; rate <= 192000; rate *= 2)
        CHECK_MAX(chain_line_bytes(rate), 4 * 0.17 * rate * OUTPUTS + 4096);
}

/* Anything that is no sound is silence before it can do harm, and is counted. */
static void unfit_values(void)
{
    static const float bad[] = { NAN, INFINITY, -INFINITY, 1e30f, -3e38f, 300 };
    struct chain_meters meters;

    sound_begin(everything, RATE);
    noise(0.5f);
    memcpy(again, lines, sizeof lines);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        again[i % 3][5000 + 7 * i] = bad[i];
        lines[i % 3][5000 + 7 * i] = 0;
    }
    for (int n = 10000; n < 10100; n++) {
        again[IN_1][n] = 1e-40f; /* denormals: not counted */
        lines[IN_1][n] = 0;
    }
    run(lines, 0, FRAMES, 64);
    chain_take_meters(rig.chain, &meters);
    CHECK(meters.unfit == 0);
    sound_begin(everything, RATE);
    run(again, 0, FRAMES, 64);
    chain_take_meters(rig.chain, &meters);
    CHECK(meters.unfit == 6);
    for (int l = HEADSET_1; l < LINES; l++)
        CHECK(memcmp(lines[l], again[l], sizeof lines[0]) == 0);
    for (int f = 0; f < 2; f++) { /* wherever they lie in a piece, and in each form */
        sound_begin(everything, RATE);
        chain_init_with(rig.chain, f ? &forms_base : forms_best(), rig.lines, RATE, &rig.coefs);
        run(again, 0, FRAMES, 37);
        chain_take_meters(rig.chain, &meters);
        CHECK(meters.unfit == 6);
    }
}

/* Denormals are nothing inside, and what they were outside. */
static void denormals(void)
{
    volatile double tiny = 1e-310;

    sound_begin("", RATE);
    noise(0.5f);
    for (int n = 0; n < FRAMES; n++)
        lines[IN_1][n] = 1e-40f;
    run(lines, 0, FRAMES, 64);
    for (int n = 0; n < FRAMES; n++)
        CHECK(lines[HEADSET_1][n] == 0);
    CHECK(tiny * 0.5 > 0);
}

/* An impulse comes out when it is said to. */
static void latency(void)
{
    static const char *const sets[] = {
        "", "compressor.on=yes compressor.lookahead_ms=3 mic.gate.on=yes mic.gate.open_db=-80",
        "limiter.headset.on=yes limiter.headset.true_peak=yes limiter.out.on=yes "
        "limiter.out.lookahead_ms=5 mic.limiter.on=yes mic.limiter.true_peak=yes",
        "strip.headset_1.delay_ms=10 strip.headset_2.delay_ms=20 strip.out_1.delay_ms=1 "
        "mic.compressor.on=yes mic.compressor.lookahead_ms=10 strip.sub.delay_ms=7 "
        "limiter.sub.on=yes limiter.sub.lookahead_ms=2"
    };
    struct chain_latency way;

    for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
        sound_begin(sets[s], RATE);
        memset(lines, 0, sizeof lines);
        lines[IN_1][10] = lines[IN_2][10] = lines[MIC][20] = 0.1f;
        run(lines, 0, FRAMES, 64);
        way = chain_latency(&rig.coefs);
        for (uint32_t n = 0; n < FRAMES; n++) {
            for (uint32_t c = 0; c < 2; c++) {
                CHECK((lines[HEADSET_1 + c][n] != 0) ==
                      (n == 10 + way.listen + way.output[OUTPUT_HEADSET_1 + c]));
                CHECK((fabsf(lines[OUT_1 + c][n]) > 1e-6f) ==
                      (n == 20 + way.talk + way.output[OUTPUT_OUT_1 + c]));
            }
            CHECK((lines[SUB][n] != 0) == (n == 10 + way.listen + way.output[OUTPUT_SUB]));
            CHECK((fabsf(lines[TALK][n]) > 1e-6f) == (n == 20 + way.talk));
        }
    }
}

/* Fractions of a frame: the peak is at the nearest. */
static void latency_of_fractions(void)
{
    static const double delays_ms[] = { 0.01, 0.26, 1.37, 10.01 };

    for (size_t d = 0; d < sizeof delays_ms / sizeof *delays_ms; d++) {
        char list[80];
        uint32_t at = 0;

        snprintf(list, sizeof list, "strip.headset_2.delay_ms=%g", delays_ms[d]);
        sound_begin(list, RATE);
        memset(lines, 0, sizeof lines);
        lines[IN_2][10] = 1;
        run(lines, 0, FRAMES, 64);
        for (uint32_t n = 0; n < FRAMES; n++)
            at = fabsf(lines[HEADSET_2][n]) > fabsf(lines[HEADSET_2][at]) ? n : at;
        CHECK_NEAR(at, 10 + chain_latency(&rig.coefs).output[OUTPUT_HEADSET_2], 1);
        CHECK_NEAR(chain_latency(&rig.coefs).output[OUTPUT_HEADSET_2], delays_ms[d] * 48, 1);
    }
}

/* Look-aheads that grow and shrink, one after the other and all at once: afterwards the chain is
 * what it would be had it begun so. */
static void lookaheads_change(void)
{
    static const char *const values[] = { "5", "0.5", "3", "0", "1.1", "4.9", "0.02", "2" };
    static struct params params;
    struct chain_latency way;

    sound_begin(
        "compressor.on=yes compressor.threshold_db=0 limiter.headset.on=yes mic.gate.on=yes "
        "mic.gate.open_db=-80 mic.compressor.on=yes limiter.out.on=yes",
        RATE);
    params = rig.params;
    for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
        set(&params, "compressor.lookahead_ms", values[v]);
        set(&params, "limiter.headset.lookahead_ms", values[v]);
        set(&params, "limiter.headset.true_peak", v % 3 ? "no" : "yes");
        set(&params, "mic.gate.lookahead_ms", values[v]);
        set(&params, "mic.compressor.lookahead_ms", values[v]);
        set(&params, "limiter.out.lookahead_ms", values[v]);
        noise(0.9f);
        run(lines, 0, 3000 + 77 * (uint32_t)v, 64);
        sound_change(&params);
        run(lines, 0, 6000, 64);
        memset(lines, 0, sizeof lines);
        run(lines, 0, FRAMES, 64); /* releases */
        lines[IN_1][10] = lines[MIC][10] = 0.1f;
        run(lines, 0, FRAMES, 64);
        way = chain_latency(&rig.coefs);
        for (uint32_t n = 0; n < FRAMES; n++) {
            CHECK((fabsf(lines[HEADSET_1][n]) > 1e-6f) ==
                  (n == 10 + way.listen + way.output[OUTPUT_HEADSET_1]));
            CHECK((fabsf(lines[OUT_1][n]) > 1e-6f) ==
                  (n == 10 + way.talk + way.output[OUTPUT_OUT_1]));
        }
    }
}

/* Matrix, strips, sidetone: constants in, sums out. */
static void routing(void)
{
    sound_begin("matrix.headset_1.analog_2_on=yes matrix.headset_1.analog_2_invert=yes "
                "matrix.headset_2.listen_1_on=yes matrix.headset_2.listen_1_gain_db=-20 "
                "sidetone.on=yes sidetone.gain_db=-12 matrix.out_2.talk_on=no "
                "matrix.out_2.analog_1_on=yes volume.level_db=-6 strip.sub.gain_db=6 "
                "strip.sub.invert=yes strip.out_1.mute=yes preamp.gain_2_db=3",
                RATE);
    for (int n = 0; n < FRAMES; n++) {
        lines[IN_1][n] = 0.1f;
        lines[IN_2][n] = 0.2f;
        lines[MIC][n] = 0.4f;
    }
    run(lines, 0, FRAMES, 64);
    for (int n = 0; n < FRAMES; n += 1000) {
        double volume = pow(10, -0.3), left = 0.1 * volume, right = 0.2 * pow(10, 0.15) * volume;
        double sidetone = 0.4 * pow(10, -0.6);

        CHECK_NEAR(lines[HEADSET_1][n], left - 0.2 + sidetone, 1e-6);
        CHECK_NEAR(lines[HEADSET_2][n], right + 0.1 * left + sidetone, 1e-6);
        CHECK_NEAR(lines[OUT_1][n], 0, 0);
        CHECK_NEAR(lines[OUT_2][n], 0.1, 1e-6);
        CHECK_NEAR(lines[SUB][n], -0.5 * (left + right) * pow(10, 0.3), 1e-6);
        CHECK_NEAR(lines[TALK][n], 0.4, 1e-6);
    }
}

/* Volume and loudness leave the talk path alone. */
static void volume_is_the_headsets(void)
{
    sound_begin("volume.level_db=-91", RATE);
    noise(0.5f);
    run(lines, 0, FRAMES, 64);
    for (int n = 0; n < FRAMES; n++)
        CHECK(lines[HEADSET_1][n] == 0 && lines[OUT_1][n] == lines[MIC][n]);
}

/* A microphone that goes, as a headset does, leaves nothing behind; filters ring out to nothing. */
static void silence_after_sound(void)
{
    float *line[LINES];

    for (int l = 0; l < LINES; l++)
        line[l] = lines[l];
    sound_begin("sidetone.on=yes eq.left.1.type=peaking eq.left.1.gain_db=12 eq.left.1.q=20 "
                "eq.left.1.frequency_hz=1000",
                RATE);
    noise(0.5f);
    sound_run(line, 0, 6400, 64);
    for (int l = 0; l <= MIC; l++)
        memset(lines[l], 0, sizeof lines[l]);
    for (int round = 0; round < 40; round++)
        for (uint32_t n = 0; n < FRAMES; n += 64) {
            struct chain_io io = { .in = { line[IN_1] + n, line[IN_2] + n },
                                   .headset = { line[HEADSET_1] + n, line[HEADSET_2] + n },
                                   .out = { line[OUT_1] + n, line[OUT_2] + n } };

            chain_run(rig.chain, &io, 64);
            for (int i = 0; i < 64 && round == 0 && n == 0; i++)
                CHECK(line[OUT_1][i] == 0);
        }
    for (int n = 0; n < FRAMES; n++)
        CHECK(lines[HEADSET_1][n] == 0 && lines[HEADSET_2][n] == 0);
}

/* Each of what reduces, working alone, is the one that says so. */
static void reducers(void)
{
    static const struct {
        const char *what;
        enum chain_reducer reducer;
    } alone[] = {
        { "compressor.on=yes compressor.threshold_db=-40", REDUCER_COMPRESSOR },
        { "ducking.on=yes ducking.threshold_db=-40", REDUCER_DUCKING },
        { "mic.gate.on=yes mic.gate.open_db=0 mic.gate.close_db=0", REDUCER_MIC_GATE },
        { "mic.compressor.on=yes mic.compressor.threshold_db=-40", REDUCER_MIC_COMPRESSOR },
        { "mic.deesser.on=yes mic.deesser.threshold_db=-60", REDUCER_MIC_DEESSER },
        { "mic.limiter.on=yes mic.limiter.ceiling_db=-20", REDUCER_MIC_LIMITER },
        { "limiter.headset.on=yes limiter.headset.ceiling_db=-20", REDUCER_LIMITER_HEADSET },
        { "limiter.out.on=yes limiter.out.ceiling_db=-20", REDUCER_LIMITER_OUT },
        { "limiter.sub.on=yes limiter.sub.ceiling_db=-20", REDUCER_LIMITER_SUB },
    };
    struct chain_meters meters;

    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++) {
        struct params params;

        sound_begin(alone[i].what, RATE);
        noise(0.9f);
        run(lines, 0, FRAMES, 64);
        chain_take_meters(rig.chain, &meters);
        for (int r = 0; r < REDUCERS; r++)
            CHECK((meters.reduction_db[r] > 1) == (r == (int)alone[i].reducer));
        params = rig.params; /* switched off it tells the last of it once, and then is silent */
        run(lines, 0, 3000, 64);
        set_all(&params, "compressor.on=no ducking.on=no mic.gate.on=no mic.compressor.on=no "
                         "mic.deesser.on=no mic.limiter.on=no limiter.headset.on=no "
                         "limiter.out.on=no limiter.sub.on=no");
        sound_change(&params);
        run(lines, 0, FRAMES, 64);
        run(lines, 0, FRAMES, 64);
        chain_take_meters(rig.chain, &meters);
        CHECK(meters.reduction_db[alone[i].reducer] > 1);
        run(lines, 0, FRAMES, 64);
        chain_take_meters(rig.chain, &meters);
        CHECK(meters.reduction_db[alone[i].reducer] == 0);
    }
}

/* What is told during a change is not told again after it. */
static void reductions_are_told_once(void)
{
    struct chain_meters meters;
    struct params params;

    sound_begin(
        "limiter.headset.on=yes limiter.headset.ceiling_db=-20 limiter.headset.release_ms=5", RATE);
    params = rig.params;
    noise(0.9f);
    run(lines, 0, 3000, 64);
    noise(0.01f);
    run(lines, 0, FRAMES, 64);
    set(&params, "limiter.headset.on", "no");
    sound_change(&params);
    run(lines, 0, 512, 64);
    chain_take_meters(rig.chain, &meters);
    CHECK(meters.reduction_db[REDUCER_LIMITER_HEADSET] > 1);
    run(lines, 0, 3000, 64);
    chain_take_meters(rig.chain, &meters);
    CHECK(meters.reduction_db[REDUCER_LIMITER_HEADSET] == 0);
}

static void meters(void)
{
    struct chain_meters meters;

    sound_begin("limiter.headset.on=yes limiter.headset.ceiling_db=-12", RATE);
    for (int n = 0; n < FRAMES; n++) {
        lines[IN_1][n] = (float)sin(n * 0.1);
        lines[IN_2][n] = 0.5f;
        lines[MIC][n] = n == 100 ? -0.7f : 0;
    }
    run(lines, 0, FRAMES, 48);
    chain_take_meters(rig.chain, &meters);
    CHECK(meters.frames == FRAMES);
    CHECK_NEAR(meters.tap[TAP_IN].peak[0], 1, 1e-3);
    CHECK_NEAR(meters.tap[TAP_IN].sum[0] / FRAMES, 0.5, 1e-3);
    CHECK_NEAR(meters.tap[TAP_IN].sum[1] / FRAMES, 0.25, 1e-6);
    CHECK_NEAR(meters.tap[TAP_MIC].peak[0], 0.7, 1e-6);
    CHECK_NEAR(meters.tap[TAP_HEADSET].peak[0], pow(10, -0.6), 1e-3);
    CHECK_NEAR(meters.reduction_db[REDUCER_LIMITER_HEADSET], 12, 0.01);
    CHECK(meters.reduction_db[REDUCER_LIMITER_OUT] == 0);
    chain_take_meters(rig.chain, &meters);
    CHECK(meters.frames == 0 && meters.tap[TAP_IN].peak[0] == 0);
}

/* The same chain in both forms, everything at work. */
static void forms_agree(void)
{
    double most = 0;

    noise(0.5f);
    sound_begin(everything, RATE);
    run(lines, 0, FRAMES, 64);
    sound_begin(everything, RATE);
    if (rig.chain->forms == &forms_base)
        return;
    chain_init_with(rig.chain, &forms_base, rig.lines, RATE, &rig.coefs);
    run(again, 0, FRAMES, 64);
    for (int l = HEADSET_1; l < LINES; l++)
        for (int n = 0; n < FRAMES; n++)
            most = fmax(most, fabs((double)lines[l][n] - again[l][n]));
    CHECK_MAX(20 * log10(most), -140); /* of floats: their last bit is -150 dB of 0 dBFS */
}

/* Any values within the ranges, all changing at once and again: what goes out is finite. */
static void random_parameters_stay_finite(void)
{
    for (int i = 0; i < 150; i++) {
        static struct params params;

        if (i % 10 == 0)
            sound_begin("", i % 20 ? 48000 : 192000);
        params = rig.params;
        for (struct param_ref ref = { 0 }; param_next(&ref);) {
            const struct param *row = ref.row;
            char text[PARAM_TEXT_BYTES] = "no", why[PARAM_WHY_BYTES];
            int choices = 0;

            while (row->choice && row->choice[choices].name)
                choices++;
            if (row->type == PARAM_BOOL && uniform() < 0.7)
                snprintf(text, sizeof text, "yes");
            else if (row->type == PARAM_CHOICE)
                snprintf(text, sizeof text, "%s", row->choice[(int)(uniform() * choices)].name);
            else if (row->type == PARAM_INT)
                snprintf(text, sizeof text, "%d",
                         (int)(row->min + uniform() * (row->max - row->min + 0.999)));
            else if (row->type == PARAM_NUMBER)
                snprintf(text, sizeof text, "%.6f", row->min + uniform() * (row->max - row->min));
            if (!param_set(&params, &ref, text, why))
                FAIL("%s %s = %s: %s", ref.group->name, row->key, text, why);
        }
        sound_change(&params);
        noise(i % 3 ? 0.5f : 200);
        run(lines, 0, 2000, 64);
        for (int l = HEADSET_1; l < LINES; l++)
            for (int n = 0; n < 2000; n++)
                if (!isfinite(lines[l][n])) {
                    FAIL("round %d: line %d", i, l);
                    return;
                }
    }
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        { "neutral_is_transparent", neutral_is_transparent },
        { "idle_stages_are_transparent", idle_stages_are_transparent },
        { "any_block_size_is_equal", any_block_size_is_equal },
        { "volume_with_loudness", volume_with_loudness },
        { "presets_do_not_dip", presets_do_not_dip },
        { "limiters_forget", limiters_forget },
        { "ducking_comes_up", ducking_comes_up },
        { "memory", memory },
        { "unfit_values", unfit_values },
        { "denormals", denormals },
        { "latency", latency },
        { "latency_of_fractions", latency_of_fractions },
        { "lookaheads_change", lookaheads_change },
        { "routing", routing },
        { "volume_is_the_headsets", volume_is_the_headsets },
        { "silence_after_sound", silence_after_sound },
        { "reducers", reducers },
        { "reductions_are_told_once", reductions_are_told_once },
        { "meters", meters },
        { "forms_agree", forms_agree },
        { "random_parameters_stay_finite", random_parameters_stay_finite },
        { 0 }
    };

    return test_main(tests, argc, argv);
}

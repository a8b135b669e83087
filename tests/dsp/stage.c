/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every stage promises: any split is bit-equal, both forms agree, left and right are alike,
 * silence stays silence, what comes in finite goes out finite. */
#include "click.h"
#include "stages.h"
#include "test.h"

enum { FRAMES = 9600, CASES = 32 };

union coefs {
    struct eq_coefs eq;
    struct compressor_coefs compressor;
    struct crossfeed_coefs crossfeed;
    struct gate_coefs gate;
    struct deesser_coefs deesser;
    struct limiter_coefs limiter;
    struct gain_coefs gain;
    struct volume_coefs volume;
};

union state {
    struct eq eq;
    struct compressor compressor;
    struct crossfeed crossfeed;
    struct gate gate;
    struct deesser deesser;
    struct limiter limiter;
    struct volume volume;
};

/* A stage set to something. */
struct example {
    const char *name;
    const struct stage *stage[2]; /* per form */
    union coefs coefs;
};

static struct example cases[CASES];
static int case_count;
static const struct forms *forms[2];
static int form_count;
static double sound[2 * FRAMES], a[2 * FRAMES], b[2 * FRAMES];
static union state state;

#define ADD(title, member, ...)                                                                    \
    do {                                                                                           \
        struct example *e_ = &cases[case_count++];                                                 \
        e_->name = title;                                                                          \
        for (int f_ = 0; f_ < form_count; f_++)                                                    \
            e_->stage[f_] = forms[f_]->member;                                                     \
        member##_example(&e_->coefs.member, __VA_ARGS__);                                          \
    } while (0)

static void eq_example(struct eq_coefs *coefs, int count, double rate_hz)
{
    struct biquad left[EQ_SECTIONS], right[EQ_SECTIONS];

    for (int i = 0; i < count; i++) {
        struct band_settings band = { .on = true,
                                      .type = BAND_PEAKING,
                                      .frequency_hz = 20 * pow(1000, (i + 0.3) / count),
                                      .gain_db = i % 2 ? -9 : 8,
                                      .q = i ? 1.4 : 10 };

        left[i] = band_design(&band, rate_hz);
        band.gain_db *= 0.7;
        right[i] = band_design(&band, rate_hz);
    }
    eq_design(coefs, left, right, (uint32_t)count);
}

static void compressor_example(struct compressor_coefs *coefs, enum compressor_mode mode,
                               double link, double lookahead_ms, double sidechain_hz)
{
    struct compressor_settings s = { .on = true,
                                     .mode = mode,
                                     .threshold_db = -30,
                                     .ratio = 4,
                                     .knee_db = 6,
                                     .attack_ms = 5,
                                     .release_ms = 80,
                                     .rms_ms = 20,
                                     .detector = sidechain_hz > 0,
                                     .sidechain_hz = sidechain_hz,
                                     .link_percent = link,
                                     .mix_percent = 90,
                                     .lookahead_ms = lookahead_ms,
                                     .amount_percent = 60,
                                     .boost_max_db = 20,
                                     .gate_db = -60,
                                     .ceiling_db = -3 };

    compressor_design(coefs, &s, 48000);
}

static void limiter_example(struct limiter_coefs *coefs, double lookahead_ms, bool true_peak)
{
    struct limiter_settings s = { true, -12, lookahead_ms, 50, true_peak };

    limiter_design(coefs, &s, 48000);
}

static void crossfeed_example(struct crossfeed_coefs *coefs, enum crossfeed_mode mode,
                              double delay_us)
{
    struct crossfeed_settings s = {
        .on = true, .mode = mode, .frequency_hz = 900, .feed_db = 6, .delay_us = delay_us
    };

    crossfeed_design(coefs, &s, 48000);
}

static void gate_example(struct gate_coefs *coefs, double lookahead_ms)
{
    struct gate_settings s = { true, -25, -30, 20, 1, 40, -40, lookahead_ms };

    gate_design(coefs, &s, 48000);
}

static void deesser_example(struct deesser_coefs *coefs, double frequency_hz)
{
    struct deesser_settings s = { true, frequency_hz, -30, 4, 18 };

    deesser_design(coefs, &s, 48000);
}

static void gain_example(struct gain_coefs *coefs, double gain)
{
    coefs->gain[0] = gain;
    coefs->gain[1] = -gain;
}

static void volume_example(struct volume_coefs *coefs, double gain)
{
    eq_example(&coefs->loudness, 4, 48000);
    gain_example(&coefs->gain, gain);
}

static void make_cases(void)
{
    form_count = forms_here(forms);
    for (int count = 1; count <= 11; count += count < 3 ? 1 : 4)
        ADD("eq", eq, count, 48000);
    ADD("eq of 10", eq, 10, 192000);
    ADD("eq of 20", eq, 20, 44100);
    ADD("compressor", compressor, COMPRESSOR_DOWNWARD, 100, 0, 0);
    ADD("compressor, look-ahead, rms, side chain", compressor, COMPRESSOR_DOWNWARD, 100, 3, 90);
    ADD("compressor, half linked", compressor, COMPRESSOR_DOWNWARD, 50, 0, 0);
    ADD("compressor, apart, look-ahead", compressor, COMPRESSOR_DOWNWARD, 0, 10, 0);
    ADD("compressor, upward", compressor, COMPRESSOR_UPWARD, 100, 1, 60);
    ADD("compressor, upward, half linked", compressor, COMPRESSOR_UPWARD, 30, 0, 0);
    ADD("limiter", limiter, 0, false);
    ADD("limiter, look-ahead", limiter, 1.5, false);
    ADD("limiter, long look-ahead", limiter, 5, false);
    ADD("limiter, true peak", limiter, 0, true);
    ADD("crossfeed", crossfeed, CROSSFEED_COMPLEMENTARY, 0);
    ADD("crossfeed, long delay", crossfeed, CROSSFEED_COMPLEMENTARY, 500);
    ADD("crossfeed, delay", crossfeed, CROSSFEED_COMPLEMENTARY, 270);
    ADD("crossfeed, bs2b", crossfeed, CROSSFEED_BS2B, 0);
    ADD("crossfeed, bs2b, long delay", crossfeed, CROSSFEED_BS2B, 500);
    ADD("crossfeed, bs2b, short delay", crossfeed, CROSSFEED_BS2B, 11);
    ADD("crossfeed, classic", crossfeed, CROSSFEED_CLASSIC, 0);
    ADD("gate", gate, 0);
    ADD("gate, look-ahead", gate, 7);
    ADD("deesser", deesser, 5000);
    ADD("gain", gain, 0.7);
    ADD("volume", volume, 0.01);
}

static void run_case(const struct example *e, int form, double *bus, uint32_t piece)
{
    memset(&state, 0, sizeof state);
    run_stage(e->stage[form], &state, &e->coefs, bus, FRAMES, piece);
}

static void any_split_is_equal(void)
{
    static const uint32_t pieces[] = { 0, 1, 2, 3, 5, 16, 64, 127 };

    bursts(sound, FRAMES, 1);
    for (int i = 0; i < case_count; i++)
        for (int f = 0; f < form_count; f++) {
            memcpy(a, sound, sizeof a);
            run_case(&cases[i], f, a, STAGE_FRAMES);
            for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
                memcpy(b, sound, sizeof b);
                run_case(&cases[i], f, b, pieces[p]);
                if (memcmp(a, b, sizeof a) != 0)
                    FAIL("%s, %s, pieces of %u: %.0f dB", cases[i].name, forms[f]->name, pieces[p],
                         difference_db(a, b, FRAMES));
            }
            if (strcmp(cases[i].name, "gain") != 0 && difference_db(a, sound, FRAMES) < -60)
                FAIL("%s does nothing", cases[i].name);
        }
}

static void forms_agree(void)
{
    bursts(sound, FRAMES, 1);
    for (int i = 0; i < case_count && form_count == 2; i++) {
        memcpy(a, sound, sizeof a);
        memcpy(b, sound, sizeof b);
        run_case(&cases[i], 0, a, 64);
        run_case(&cases[i], 1, b, 64);
        if (!(difference_db(a, b, FRAMES) - db(peak_of(a, 0, FRAMES)) <= -150))
            FAIL("%s: %.1f dB", cases[i].name, difference_db(a, b, FRAMES));
    }
}

static void swap_lanes(double *bus)
{
    for (uint32_t n = 0; n < FRAMES; n++) {
        double left = bus[2 * n];

        bus[2 * n] = bus[2 * n + 1];
        bus[2 * n + 1] = left;
    }
}

/* An equalizer's state goes on with other coefficients: a shelf far above the sound is turned, and
 * what is before it in the cascade, which is scaled by it, does not jump. A slot that appears
 * begins at rest, and one that goes takes nothing along. */
static void eq_goes_on(void)
{
    struct band_settings bands[3] = {
        { .on = true, .type = BAND_LOW_SHELF, .frequency_hz = 50, .gain_db = 12, .q = 0.7 },
        { .on = false, .type = BAND_PEAKING, .frequency_hz = 9000, .gain_db = 3, .q = 2 },
        { .on = true, .type = BAND_HIGH_SHELF, .frequency_hz = 6000, .gain_db = 6, .q = 0.7 }
    };
    struct biquad sections[3];
    struct eq_coefs from, to;
    struct volume_coefs volume_from = { 0 }, volume_to = { 0 };
    struct volume volume;
    struct eq one = { 0 }, other;
    double most = 0;

    for (int i = 0; i < 3; i++)
        sections[i] = band_design(&bands[i], 48000);
    eq_design(&from, sections, sections, 3);
    bands[1].on = true;
    bands[2].gain_db = 9;
    for (int i = 0; i < 3; i++)
        sections[i] = band_design(&bands[i], 48000);
    eq_design(&to, sections, sections, 3);
    CHECK(from.count == 2 && to.count == 3);
    volume_from.loudness = from;
    volume_to.loudness = to;
    tone(sound, FRAMES, 60, 48000, 1);
    memcpy(a, sound, sizeof a);
    run_stage(&eq_base, &one, &from, a, 5000, 64);
    other = volume.loudness = one;
    eq_adapt(&other, &from, &to);
    forms_best()->volume->adapt(&volume, &volume_from, &volume_to);
    CHECK(memcmp(&volume.loudness, &other, sizeof other) == 0);
    memcpy(b, sound, sizeof b);
    run_stage(&eq_base, &one, &from, a + 2 * 5000, 500, 64);
    run_stage(&eq_base, &other, &to, b + 2 * 5000, 500, 64);
    for (int n = 2 * 5050; n < 2 * 5500; n++) /* the shelf itself settles within a millisecond */
        most = fmax(most, fabs(a[n] - b[n]));
    CHECK_MAX(most / peak_of(a, 5000, 5500), 0.01);
    eq_adapt(&other, &to, &from);
    CHECK(other.s1[1][0] != 0 && other.s1[2][0] == 0);
}

/* A stage that changes half way; what it is before and after stands in `coefs`. */
static void change_half_way(const struct stage *stage, const void *const coefs[2], double *bus,
                            uint32_t frames)
{
    static union state states[2];
    static union coefs own[2], wanted;
    double work[2 * STAGE_FRAMES];
    struct blend blend;

    memcpy(&wanted, coefs[0], stage->coefs_bytes);
    blend_init(&blend, stage, forms_best()->bus, (void *[2]){ &states[0], &states[1] },
               (void *[2]){ &own[0], &own[1] }, &wanted, 48000);
    for (uint32_t n = 0; n < frames; n += 64) {
        if (n == frames / 2) {
            memcpy(&wanted, coefs[1], stage->coefs_bytes);
            blend.changed = true;
        }
        blend_run(&blend, bus + 2 * n, work, 64);
    }
    CHECK(!blend.changing);
}

static void random_band(struct eq_coefs *coefs)
{
    struct band_settings band = { .on = true,
                                  .type = BAND_PEAKING + (int)(uniform() * 12),
                                  .frequency_hz = 20 * pow(500, uniform()),
                                  .gain_db = between(-12, 12),
                                  .q = 0.3 * pow(20, uniform()),
                                  .slope = between(0.5, 1) };
    struct biquad biquad = band_design(&band, 48000);

    eq_design(coefs, &biquad, &biquad, 1);
}

/* Nothing suddenly loud: whatever a band was and becomes, the change is not louder than what was
 * before it, or went in, or what the new filter makes of a sound that begins. */
static void eq_changes_are_not_loud(void)
{
    enum { LONG = 64 * 1500, PERIOD = 2000 };
    static double bus[2 * LONG], begun[2 * LONG];

    for (int i = 0; i < 500; i++) {
        static struct eq_coefs coefs[2];
        double hz = 30 * pow(100, uniform()), known, change;

        random_band(&coefs[0]);
        random_band(&coefs[1]);
        tone(bus, LONG, hz, 48000, 0.5);
        memcpy(begun, bus, sizeof bus);
        change_half_way(forms_best()->eq, (const void *[2]){ &coefs[0], &coefs[1] }, bus, LONG);
        memset(&state, 0, sizeof state);
        run_stage(forms_best()->eq, &state, &coefs[1], begun + LONG, LONG / 2, 64);
        known = fmax(peak_of(begun, 0, LONG), peak_of(bus, LONG / 2 - PERIOD, LONG / 2));
        change = peak_of(bus, LONG / 2, LONG);
        if (!(db(change / known) <= 3))
            FAIL("%d: %.0f Hz: %+.1f dB", i, hz, db(change / known));
    }
}

/* A filter that changes a little goes on ringing: nothing of a steady sound is missing. */
static void eq_changes_have_no_hole(void)
{
    static struct eq_coefs coefs[2];
    struct band_settings band = {
        .on = true, .type = BAND_PEAKING, .frequency_hz = 60, .gain_db = 6, .q = 10
    };

    for (int i = 0; i < 2; i++, band.gain_db++) {
        struct biquad biquad = band_design(&band, 48000);

        eq_design(&coefs[i], &biquad, &biquad, 1);
    }
    tone(a, FRAMES, 60, 48000, 0.1); /* rings up all the time: 800 frames a period */
    change_half_way(forms_best()->eq, (const void *[2]){ &coefs[0], &coefs[1] }, a, FRAMES);
    for (uint32_t n = 800; n < FRAMES; n += 800)
        CHECK_MAX(peak_of(a, n - 800, n) / peak_of(a, n, n + 800), 1.002);
}

/* A cross-fade ends on what it goes to, and is not noticed where both are the same. */
static void fades_end(void)
{
    for (int f = 0; f < form_count; f++)
        for (uint32_t length = 3; length < 128; length += 31) {
            noise(a, length, 1);
            noise(b, length, 1);
            memcpy(sound, a, sizeof a);
            forms[f]->bus->blend(a, b, 0, length, length);
            CHECK_NEAR(a[2 * length - 2], b[2 * length - 2], 1e-8);
            CHECK_NEAR(a[2 * (length / 2)], /* (1 - cos) / 2 of its place */
                       sound[2 * (length / 2)] +
                           (b[2 * (length / 2)] - sound[2 * (length / 2)]) *
                               (0.5 - 0.5 * cos(M_PI * (length / 2 + 1.0) / length)),
                       1e-8);
            memcpy(a, b, sizeof a);
            forms[f]->bus->blend(a, b, 0, length, length);
            CHECK(memcmp(a, b, 2 * length * sizeof *a) == 0);
        }
}

/* Stages that are switched on have not run for a while: what they last heard was loud, and is
 * nothing to the sound of now. And what is measured before a change is not measured again. */
static void switched_on_they_begin_anew(void)
{
    for (int i = 0; i < case_count; i++) {
        const struct stage *stage = cases[i].stage[form_count - 1];
        static union state first, second;
        static union coefs off;

        if (stage == forms[form_count - 1]->eq || stage == forms[form_count - 1]->gain ||
            stage == forms[form_count - 1]->volume)
            continue;
        memset(&first, 0, sizeof first);
        noise(a, FRAMES, 4);
        run_stage(stage, &first, &cases[i].coefs, a, FRAMES, 64);
        stage->adapt(&first, &cases[i].coefs, &off);
        stage->adapt(&first, &off, &cases[i].coefs);
        memset(&second, 0, sizeof second);
        if (memcmp(&first, &second, stage->state_bytes) != 0)
            FAIL("%s", cases[i].name);
    }
}

/* The left lane of a bus above 4 kHz, dBFS. */
static double click_of(const double *bus, uint32_t from, uint32_t to)
{
    static float line[FRAMES];

    for (uint32_t n = 0; n < FRAMES; n++)
        line[n] = (float)bus[2 * n];
    return click_dbfs(line, from, to);
}

static void no_click_between(const struct stage *stage, const void *first, const void *second,
                             const char *name)
{
    for (int k = 0; k < 8; k++) {
        double before, after, change;

        for (uint32_t n = 0; n < FRAMES; n++)
            for (int c = 0; c < 2; c++)
                a[2 * n + (uint32_t)c] =
                    0.5 * sin(2 * M_PI * (k < 4 ? 1000 : 200) * n / 48000 + 0.8 * k + 1.5 * c);
        change_half_way(stage, (const void *[2]){ k % 2 ? second : first, k % 2 ? first : second },
                        a, FRAMES);
        before = click_of(a, FRAMES / 4, FRAMES / 2 - 200);
        after = click_of(a, FRAMES - 2600, FRAMES - 200);
        change = click_of(a, FRAMES / 2 - 200, FRAMES - 2600);
        if (!(change <= fmax(-80, fmax(before, after) + 1)))
            FAIL("%s, %d: %.1f dBFS (before %.1f, after %.1f)", name, k, change, before, after);
    }
}

/* Switched on and off, and over to others, while tones play; lines that have to fill included,
 * anywhere in a period. */
static void switching_is_no_click(void)
{
    static const union coefs off;

    for (int i = 0; i < case_count; i++) {
        const struct stage *stage = cases[i].stage[form_count - 1];

        if (stage == forms[form_count - 1]->gain || stage == forms[form_count - 1]->volume)
            continue; /* no such thing as off */
        no_click_between(stage, &off, &cases[i].coefs, cases[i].name);
        if (i && cases[i - 1].stage[0] == cases[i].stage[0])
            no_click_between(stage, &cases[i - 1].coefs, &cases[i].coefs, cases[i].name);
    }
}

/* EQ, gain and volume have values for each lane, and are left out. */
static void left_as_right(void)
{
    bursts(sound, FRAMES, 1);
    for (int i = 0; i < case_count; i++)
        for (int f = 0; f < form_count; f++) {
            if (cases[i].stage[f] == forms[f]->eq || cases[i].stage[f] == forms[f]->gain ||
                cases[i].stage[f] == forms[f]->volume)
                continue;
            memcpy(a, sound, sizeof a);
            memcpy(b, sound, sizeof b);
            swap_lanes(b);
            run_case(&cases[i], f, a, 64);
            run_case(&cases[i], f, b, 64);
            swap_lanes(b);
            if (memcmp(a, b, sizeof a) != 0)
                FAIL("%s, %s: %.0f dB", cases[i].name, forms[f]->name, difference_db(a, b, FRAMES));
        }
}

static void silence_stays_silence(void)
{
    for (int i = 0; i < case_count; i++)
        for (int f = 0; f < form_count; f++) {
            memset(a, 0, sizeof a);
            run_case(&cases[i], f, a, 0);
            if (peak_of(a, 0, FRAMES) != 0)
                FAIL("%s, %s: %g", cases[i].name, forms[f]->name, peak_of(a, 0, FRAMES));
        }
}

/* Full of what a bus may hold at the worst: +-BUS_LIMIT in any order, and hardly anything. */
static void finite_whatever_comes(void)
{
    static const double values[] = { BUS_LIMIT, -BUS_LIMIT, 0, 1e-37, -1e-300, 1 };

    for (int i = 0; i < case_count; i++)
        for (int f = 0; f < form_count; f++) {
            for (uint32_t n = 0; n < 2 * FRAMES; n++)
                a[n] = values[(int)(uniform() * 6)];
            run_case(&cases[i], f, a, 0);
            if (!isfinite(peak_of(a, 0, FRAMES)) || !isfinite(difference_db(a, a, FRAMES)))
                FAIL("%s, %s", cases[i].name, forms[f]->name);
        }
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "any_split_is_equal", any_split_is_equal },
                                         { "forms_agree", forms_agree },
                                         { "eq_goes_on", eq_goes_on },
                                         { "eq_changes_are_not_loud", eq_changes_are_not_loud },
                                         { "eq_changes_have_no_hole", eq_changes_have_no_hole },
                                         { "switched_on_they_begin_anew",
                                           switched_on_they_begin_anew },
                                         { "fades_end", fades_end },
                                         { "switching_is_no_click", switching_is_no_click },
                                         { "left_as_right", left_as_right },
                                         { "silence_stays_silence", silence_stays_silence },
                                         { "finite_whatever_comes", finite_whatever_comes },
                                         { 0 } };

    make_cases();
    return test_main(tests, argc, argv);
}

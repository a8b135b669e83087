/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spectrum.h"

#include <stdlib.h>

#include "test.h"

static const double rates[] = { 44100, 48000, 96000, 192000 };

enum { RATES = 4, CHUNK = 1024 };

static struct spectrum spectrum;
static double band_db[SPECTRUM_BANDS];

/* What fills the slowest tier. */
static long memory_frames(void)
{
    return (long)SPECTRUM_FRAMES << (spectrum.tiers - 1);
}

static void feed_sines(double a_hz, double b_hz, double level_db)
{
    float chunk[CHUNK];
    double level = pow(10, level_db / 20);
    double a = 2 * M_PI * a_hz / spectrum.rate_hz, b = 2 * M_PI * b_hz / spectrum.rate_hz;

    for (long at = 0; at < memory_frames() + CHUNK; at += CHUNK) {
        for (int i = 0; i < CHUNK; i++)
            chunk[i] = (float)(level * (sin(a * (double)(at + i)) + sin(b * (double)(at + i))));
        spectrum_feed(&spectrum, chunk, CHUNK, 1);
    }
    spectrum_compute(&spectrum, band_db);
}

static void feed_sine(double hz, double level_db)
{
    feed_sines(hz, 0, level_db);
}

static double power(double db)
{
    return pow(10, db / 10);
}

static double total_db(void)
{
    double sum = 0;

    for (int band = 0; band < SPECTRUM_BANDS; band++)
        sum += power(band_db[band]);
    return 10 * log10(sum);
}

static float noise(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (float)(int32_t)*seed / 2147483648.0f;
}

static void middles(void)
{
    CHECK_NEAR(spectrum_hz(34), 1000, 1e-9);
    CHECK_NEAR(spectrum_hz(40), 2000, 1e-9);
    CHECK_NEAR(spectrum_hz(0), 19.69, 0.01);
    CHECK_NEAR(spectrum_hz(SPECTRUM_BANDS - 1), 20158.7, 0.1);
}

/* A sine in the middle of each band, at two levels; how far down the other bands are. */
static void a_sine_reads_its_level(void)
{
    double worst = 0, second = -200, fourth = -200, far = -200;

    for (int r = 0; r < RATES; r++)
        for (int band = 0; band < SPECTRUM_BANDS; band++) {
            double level = band % 2 ? 0 : -60;

            spectrum_init(&spectrum, rates[r]);
            feed_sine(spectrum_hz(band), level);
            CHECK_NEAR(band_db[band], level, 0.3);
            worst = fmax(worst, fabs(band_db[band] - level));
            for (int other = 0; other < SPECTRUM_BANDS; other++) {
                double down = band_db[other] - level;

                if (abs(other - band) == 2)
                    second = fmax(second, down);
                if (abs(other - band) == 4)
                    fourth = fmax(fourth, down);
                if (abs(other - band) > 18)
                    far = fmax(far, down);
            }
        }
    printf("# a_sine_reads_its_level: off by %.3f dB; others: second %.1f, fourth %.1f, far %.1f\n",
           worst, second, fourth, far);
    CHECK_MAX(second, -45);
    CHECK_MAX(fourth, -60);
    CHECK_MAX(far, -85);
}

/* Wherever a sine is, the bands together are its power; where it is on the seam of two tiers, of
 * which one smears it more, nearly so. */
static void bands_lose_nothing(void)
{
    double worst = 0, seam = 0;
    int seams = 0;

    for (int r = 0; r < RATES; r++)
        for (double hz = 23; hz < 20000; hz *= 1.047) {
            double lost;

            spectrum_init(&spectrum, rates[r]);
            feed_sine(hz, -6);
            lost = fabs(total_db() + 6);
            seam = fmax(seam, lost);
            if (lost > 0.1)
                seams++;
            else
                worst = fmax(worst, lost);
        }
    printf("# bands_lose_nothing: %.3f dB; %d times up to %.3f dB\n", worst, seams, seam);
    CHECK_MAX(seam, 0.7);
    CHECK_MAX(seams, 40); /* of 600 */
}

struct average {
    double band[SPECTRUM_BANDS]; /* mean powers */
    double power;                /* 2 * mean square */
};

static void average_noise(struct average *average, double rate_hz)
{
    enum { PICTURES = 600 };
    static float chunk[SPECTRUM_FRAMES];
    uint32_t seed = 1;

    memset(average, 0, sizeof *average);
    spectrum_init(&spectrum, rate_hz);
    for (int n = -(1 << spectrum.tiers); n < PICTURES; n++) {
        for (int i = 0; i < SPECTRUM_FRAMES; i++) {
            chunk[i] = 0.5f * noise(&seed);
            if (n >= 0)
                average->power += 2.0 * chunk[i] * chunk[i] / SPECTRUM_FRAMES / PICTURES;
        }
        spectrum_feed(&spectrum, chunk, SPECTRUM_FRAMES, 1);
        if (n < 0)
            continue;
        spectrum_compute(&spectrum, band_db);
        for (int band = 0; band < SPECTRUM_BANDS; band++)
            average->band[band] += power(band_db[band]) / PICTURES;
    }
}

/* White noise: +3 dB per octave, and every band its share of the power. */
static void white_noise(void)
{
    for (int r = 0; r < RATES; r++) {
        struct average average;
        double sum = 0, slope, worst = 0;
        double low = spectrum_hz(0) * exp2(-1 / 12.0);
        double high = spectrum_hz(SPECTRUM_BANDS - 1) * exp2(1 / 12.0);

        average_noise(&average, rates[r]);
        for (int band = 0; band < SPECTRUM_BANDS; band++) {
            double width = spectrum_hz(band) * (exp2(1 / 12.0) - exp2(-1 / 12.0));
            double share = average.power * width / (rates[r] / 2);
            double error = 10 * log10(average.band[band] / share);

            CHECK_NEAR(error, 0, 1);
            if (band > 30)
                worst = fmax(worst, fabs(error));
            sum += average.band[band];
        }
        slope = 10 * log10(average.band[60] / average.band[30]) / 5;
        CHECK_NEAR(slope, 10 * log10(2), 0.1);
        CHECK_NEAR(10 * log10(sum / (average.power * (high - low) / (rates[r] / 2))), 0, 0.1);
        printf("# white_noise: %.0f Hz: off by %.3f dB above band 30, together %.3f dB\n", rates[r],
               worst, 10 * log10(sum / (average.power * (high - low) / (rates[r] / 2))));
    }
}

/* Two tones with one band between them, everywhere: a valley. */
static void two_tones_separate(void)
{
    double valley = -200;

    for (int r = 0; r < RATES; r++)
        for (int band = 0; band + 2 < SPECTRUM_BANDS; band++) {
            spectrum_init(&spectrum, rates[r]);
            feed_sines(spectrum_hz(band), spectrum_hz(band + 2), -6);
            CHECK_NEAR(band_db[band], -6, 0.3);
            CHECK_NEAR(band_db[band + 2], -6, 0.3);
            valley = fmax(valley, band_db[band + 1] + 6);
        }
    printf("# two_tones_separate: valley %.1f dB\n", valley);
    CHECK_MAX(valley, -12);
}

/* What is near the rate of the slowest tier would land in the lowest bands. */
static void nothing_is_folded(void)
{
    double worst = -200;

    for (int r = 0; r < RATES; r++)
        for (int band = 0; band < 6; band++) {
            spectrum_init(&spectrum, rates[r]);
            feed_sine(ldexp(rates[r], 1 - (int)spectrum.tiers) - spectrum_hz(band), 0);
            for (int low = 0; low < 6; low++)
                worst = fmax(worst, band_db[low]);
        }
    printf("# nothing_is_folded: %.1f dB\n", worst);
    CHECK_MAX(worst, -125);
}

static void above_nyquist(void)
{
    spectrum_init(&spectrum, 16000);
    feed_sine(7000, 0);
    for (int band = 0; band < SPECTRUM_BANDS; band++)
        if (band > 52) /* 8 kHz */
            CHECK(band_db[band] == -200);
    CHECK_NEAR(total_db(), 0, 0.1);
    feed_sine(7900, 0);
    CHECK_NEAR(band_db[52], 0, 0.1);
}

static void silence(void)
{
    spectrum_init(&spectrum, 48000);
    spectrum_compute(&spectrum, band_db);
    for (int band = 0; band < SPECTRUM_BANDS; band++)
        CHECK(band_db[band] == -200);
    feed_sines(0, 0, 0);
    for (int band = 0; band < SPECTRUM_BANDS; band++)
        CHECK(band_db[band] == -200);
}

/* A constant is no sound. */
static void direct_current(void)
{
    static float ones[CHUNK];

    for (int i = 0; i < CHUNK; i++)
        ones[i] = 1;
    spectrum_init(&spectrum, 48000);
    for (long at = 0; at < memory_frames() + 8 * CHUNK; at += CHUNK)
        spectrum_feed(&spectrum, ones, CHUNK, 1);
    spectrum_compute(&spectrum, band_db);
    for (int band = 0; band < SPECTRUM_BANDS; band++)
        CHECK_MAX(band_db[band], -190);
}

static void any_split_and_stride_are_equal(void)
{
    enum { FRAMES = 20000 };
    static float mono[FRAMES], stereo[2 * FRAMES];
    static struct spectrum whole, parts;
    uint32_t seed = 2;

    for (int i = 0; i < FRAMES; i++) {
        mono[i] = stereo[2 * i] = noise(&seed);
        stereo[2 * i + 1] = 1;
    }
    spectrum_init(&whole, 96000);
    spectrum_init(&parts, 96000);
    spectrum_feed(&whole, mono, FRAMES, 1);
    for (uint32_t at = 0, n = 1; at < FRAMES; at += n, n = n % 97 + 1)
        spectrum_feed(&parts, stereo + 2 * at, at + n > FRAMES ? FRAMES - at : n, 2);
    CHECK(memcmp(&whole, &parts, sizeof whole) == 0);
}

static void not_a_number(void)
{
    float bad[3] = { NAN, INFINITY, -INFINITY };

    spectrum_init(&spectrum, 48000);
    feed_sine(1000, 0);
    spectrum_feed(&spectrum, bad, 3, 1);
    spectrum_compute(&spectrum, band_db);
    CHECK_NEAR(band_db[34], 0, 0.3);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "middles", middles },
                                         { "a_sine_reads_its_level", a_sine_reads_its_level },
                                         { "bands_lose_nothing", bands_lose_nothing },
                                         { "white_noise", white_noise },
                                         { "two_tones_separate", two_tones_separate },
                                         { "nothing_is_folded", nothing_is_folded },
                                         { "above_nyquist", above_nyquist },
                                         { "silence", silence },
                                         { "direct_current", direct_current },
                                         { "any_split_and_stride_are_equal",
                                           any_split_and_stride_are_equal },
                                         { "not_a_number", not_a_number },
                                         { 0 } };

    return test_main(tests, argc, argv);
}

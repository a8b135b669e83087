/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "iso226.h"

#include "filters.h"

#include <time.h>

static struct loudness_settings settings(enum iso226_edition edition, double reference_db,
                                         double intensity_percent)
{
    return (struct loudness_settings){ true, edition, reference_db, intensity_percent };
}

static double response_db(const struct biquad f[LOUDNESS_SECTIONS], double hz, double rate_hz)
{
    double db = 0;

    for (int k = 0; k < LOUDNESS_SECTIONS; k++)
        db += filter_db(biquad_response(&f[k], hz, rate_hz));
    return db;
}

/* The curve that shall be: rows 20, 31.5, 50, 100, 200, 500, 1000, 2000, 4000, 8000, 10000, 12500
 * Hz of the 2023 edition with a reference of 83 dB. */
static void targets(void)
{
    static const int rows[] = { 0, 2, 4, 7, 10, 14, 17, 20, 23, 26, 27, 28 };
    static const struct {
        double volume, db[12];
    } curves[] = {
        { -5, { 2.63, 2.36, 2.04, 1.52, 0.97, 0.31, 0, -0.18, -0.20, 0.05, 0.35, 0.75 } },
        { -10, { 5.26, 4.71, 4.08, 3.04, 1.93, 0.61, 0, -0.35, -0.39, 0.09, 0.69, 1.50 } },
        { -15, { 7.89, 7.05, 6.11, 4.56, 2.89, 0.91, 0, -0.53, -0.59, 0.14, 1.03, 2.25 } },
        { -20, { 10.52, 9.39, 8.14, 6.06, 3.84, 1.21, 0, -0.71, -0.80, 0.18, 1.37, 2.99 } },
        { -30, { 15.74, 14.04, 12.14, 9.03, 5.70, 1.79, 0, -1.08, -1.22, 0.25, 2.01, 4.43 } },
        { -40, { 20.92, 18.60, 16.05, 11.88, 7.46, 2.31, 0, -1.47, -1.69, 0.29, 2.57, 5.78 } },
        { -50, { 26.01, 22.98, 19.74, 14.49, 9.02, 2.74, 0, -1.92, -2.26, 0.28, 2.99, 6.95 } },
        { -60, { 30.88, 26.97, 22.94, 16.59, 10.13, 2.95, 0, -2.46, -3.01, 0.16, 3.08, 7.73 } },
    };
    struct loudness_settings full = settings(ISO226_2023, 83, 100), half = full;

    half.intensity_percent = 50;
    for (size_t i = 0; i < LENGTH(curves); i++)
        for (int k = 0; k < 12; k++) {
            double db = curves[i].db[k];

            CHECK_NEAR(loudness_target_db(&full, rows[k], curves[i].volume), db, 0.0051);
            CHECK_NEAR(loudness_target_db(&half, rows[k], curves[i].volume), db / 2, 0.0051);
        }
}

/* Softer than 20 phon the curve stays, louder than the reference and beyond the limits too. */
static void targets_at_the_ends(void)
{
    struct loudness_settings at = settings(ISO226_2003, 60, 100), beyond = at;

    for (int row = 0; row < ISO226_ROWS; row++) {
        CHECK(loudness_target_db(&at, row, -91) == loudness_target_db(&at, row, -40));
        CHECK(loudness_target_db(&at, row, -40) != loudness_target_db(&at, row, -39) || row == 17);
        CHECK(loudness_target_db(&at, row, 0) == 0);
        CHECK(loudness_target_db(&at, row, 6) == 0);
        at.reference_db = 100, beyond.reference_db = 300;
        at.intensity_percent = 200, beyond.intensity_percent = 1000;
        CHECK(loudness_target_db(&at, row, -30) == loudness_target_db(&beyond, row, -30));
        at = beyond = settings(ISO226_2003, 60, 100);
    }
}

/* The worst over all rows below 0.45 of the rate, at volumes from 0 down to `lowest` by `step`. */
static double fit_error(struct loudness_settings loudness, double rate_hz, double lowest,
                        double step)
{
    struct loudness_table table;
    double worst = 0;

    loudness_fit(&table, &loudness, rate_hz);
    for (double volume = 0; volume >= lowest; volume -= step) {
        struct biquad f[LOUDNESS_SECTIONS];

        loudness_design(f, &table, &loudness, volume, rate_hz);
        for (int row = 0; row < ISO226_ROWS && iso226_hz[row] < 0.45 * rate_hz; row++)
            worst = filter_worst(worst, fabs(response_db(f, iso226_hz[row], rate_hz) -
                                             loudness_target_db(&loudness, row, volume)));
    }
    return worst;
}

static double worst_fit(double intensity, double lowest, double step)
{
    double all = 0;

    for (int edition = 0; edition < 2; edition++)
        for (size_t r = 0; r < LENGTH(filter_rates); r++) {
            double worst = 0;

            for (int reference = 40; reference <= 100; reference += 5)
                worst = filter_worst(worst, fit_error(settings(edition, reference, intensity),
                                                      filter_rates[r], lowest, step));
            printf("# edition %d, %g Hz, %g %%, 0..%g dB: %.2f dB\n", edition, filter_rates[r],
                   intensity, lowest, worst);
            all = filter_worst(all, worst);
        }
    return all;
}

static void fits(void)
{
    CHECK_MAX(worst_fit(100, -60, 1), 0.6);
}

static void fits_between_the_steps(void)
{
    CHECK_MAX(worst_fit(100, -60, 0.37), 0.6);
}

static void fits_at_half_intensity(void)
{
    CHECK_MAX(worst_fit(50, -60, 1), 0.35);
}

/* Much more bass is asked for than shelves of 40 dB have, where it is very soft. */
static void fits_at_more_intensity(void)
{
    CHECK_MAX(worst_fit(150, -40, 1), 0.8);
}

/* In the middle of what is usual it is better by far. */
static void fits_well_where_it_is_heard(void)
{
    for (size_t r = 0; r < LENGTH(filter_rates); r++)
        CHECK_MAX(fit_error(settings(ISO226_2023, 83, 100), filter_rates[r], -40, 1), 0.25);
}

static void low_rates_do_what_they_can(void)
{
    static const double rates[] = { 8000, 16000, 22050, 32000 };

    for (size_t r = 0; r < LENGTH(rates); r++) {
        struct loudness_settings loudness = settings(ISO226_2023, 80, 100);
        double error = fit_error(loudness, rates[r], -40, 1);
        struct loudness_table table;

        printf("# %g Hz: %.2f dB\n", rates[r], error);
        CHECK_MAX(error, 1.5);
        /* a filter beyond all rows is not turned up for nothing */
        loudness_fit(&table, &loudness, rates[r]);
        CHECK_MAX(table.gain_db[20][3], 5);
    }
}

/* Turning the volume turns the sound: equal steps of it are nearly equal steps of the curve. */
static void turns_smoothly(void)
{
    static const double tones[] = { 25, 100, 400, 4000, 12000 };
    struct loudness_settings loudness = settings(ISO226_2023, 83, 100);
    struct loudness_table table;

    loudness_fit(&table, &loudness, 48000);
    for (size_t t = 0; t < LENGTH(tones); t++) {
        double before[2] = { 0 };

        for (int i = 0; i <= 910; i++) {
            struct biquad f[LOUDNESS_SECTIONS];
            double db;

            loudness_design(f, &table, &loudness, -0.1 * i, 48000);
            db = response_db(f, tones[t], 48000);
            if (i >= 1)
                CHECK_MAX(fabs(db - before[0]), 0.08);
            if (i >= 2 && i != 632) /* but for the 20 phon, where it stops */
                CHECK_MAX(fabs(db - 2 * before[0] + before[1]), i < 620 || i > 640 ? 0.004 : 0.08);
            before[1] = before[0];
            before[0] = db;
        }
    }
}

static bool is_flat(const struct biquad f[LOUDNESS_SECTIONS])
{
    bool flat = true;

    for (int k = 0; k < LOUDNESS_SECTIONS; k++)
        flat = flat && f[k].b0 == 1 && f[k].c1 == 0 && f[k].c2 == 0 && f[k].a1 == 0 && f[k].a2 == 0;
    return flat;
}

static bool is_flat_for(struct loudness_settings loudness, double volume_db, double rate_hz)
{
    struct biquad f[LOUDNESS_SECTIONS];
    struct loudness_table table;

    loudness_fit(&table, &loudness, rate_hz);
    loudness_design(f, &table, &loudness, volume_db, rate_hz);
    return is_flat(f);
}

static void is_flat_when_it_shall(void)
{
    struct loudness_settings on = settings(ISO226_2023, 83, 100), off = on;

    off.on = false;
    CHECK(!is_flat_for(on, -20, 48000));
    CHECK(is_flat_for(off, -20, 48000));
    CHECK(is_flat_for(on, NAN, 48000));
    CHECK(is_flat_for(on, -20, NAN));
    CHECK(is_flat_for(settings(ISO226_2023, NAN, 100), -20, 48000));
    CHECK(is_flat_for(settings(ISO226_2023, 83, NAN), -20, 48000));
}

/* Of 0 dB, and of an intensity of 0: filters that do nothing, which the cascade leaves out. */
static void costs_nothing_when_it_does_nothing(void)
{
    struct loudness_settings on = settings(ISO226_2023, 83, 100);
    struct biquad f[LOUDNESS_SECTIONS];
    struct loudness_table table;

    for (int i = 0; i < 2; i++) {
        loudness_fit(&table, &on, 48000);
        loudness_design(f, &table, &on, i ? -30 : 0, 48000);
        for (int k = 0; k < LOUDNESS_SECTIONS; k++)
            CHECK(f[k].b0 == 1 && f[k].c1 == 0 && f[k].c2 == 0);
        on.intensity_percent = 0;
    }
}

static void never_runs_away(void)
{
    double most = 0;

    for (int i = 0; i < 500; i++) {
        struct loudness_settings loudness =
            settings(i % 2, 70 + 60 * filter_noise(), 100 + 150 * filter_noise());
        double rate = i % 4 ? filter_rates[i % 6] : 48000 * pow(6, filter_noise());
        struct loudness_table table;
        struct biquad f[LOUDNESS_SECTIONS];

        loudness_fit(&table, &loudness, rate);
        for (int step = 0; step < LOUDNESS_STEPS; step++)
            for (int k = 0; k < LOUDNESS_SECTIONS; k++)
                most = filter_worst(most, fabs(table.gain_db[step][k]));
        loudness_design(f, &table, &loudness, -45 + 60 * filter_noise(), rate);
        for (int k = 0; k < LOUDNESS_SECTIONS; k++)
            CHECK(filter_margin(&f[k]) > 0 && isfinite(f[k].c1) && isfinite(f[k].c2));
    }
    CHECK_MAX(most, 40);
}

static void is_quick(void)
{
    struct loudness_settings loudness = settings(ISO226_2023, 83, 100);
    struct loudness_table table;
    double best = 1e9;

    for (int i = 0; i < 10; i++) {
        clock_t began = clock();

        loudness_fit(&table, &loudness, 48000);
        best = fmin(best, 1e3 * (double)(clock() - began) / CLOCKS_PER_SEC);
    }
    printf("# %.2f ms\n", best);
    CHECK_MAX(best, 40); /* some, and sanitizers take their time */
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        { "targets", targets },
        { "targets_at_the_ends", targets_at_the_ends },
        { "fits", fits },
        { "fits_between_the_steps", fits_between_the_steps },
        { "fits_at_half_intensity", fits_at_half_intensity },
        { "fits_at_more_intensity", fits_at_more_intensity },
        { "fits_well_where_it_is_heard", fits_well_where_it_is_heard },
        { "low_rates_do_what_they_can", low_rates_do_what_they_can },
        { "turns_smoothly", turns_smoothly },
        { "is_flat_when_it_shall", is_flat_when_it_shall },
        { "costs_nothing_when_it_does_nothing", costs_nothing_when_it_does_nothing },
        { "never_runs_away", never_runs_away },
        { "is_quick", is_quick },
        { 0 }
    };

    return test_main(tests, argc, argv);
}

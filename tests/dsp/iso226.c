/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "iso226.h"

#include "test.h"

/* Thresholds of hearing, and contours as they follow from the standards' tables. */
static const struct {
    double hz, threshold_2023, phon_40_2003, phon_40_2023, phon_80_2023;
} contours[ISO226_ROWS] = {
    { 20, 78.1, 99.85, 99.74, 118.86 },   { 25, 68.7, 93.94, 93.94, 114.19 },
    { 31.5, 59.5, 88.17, 88.21, 109.68 }, { 40, 51.1, 82.63, 82.66, 105.44 },
    { 50, 44.0, 77.78, 77.77, 101.81 },   { 63, 37.5, 73.08, 72.96, 98.35 },
    { 80, 31.5, 68.48, 68.33, 95.15 },    { 100, 26.5, 64.37, 64.24, 92.46 },
    { 125, 22.1, 60.59, 60.44, 90.07 },   { 160, 17.9, 56.70, 56.65, 87.82 },
    { 200, 14.4, 53.41, 53.28, 85.91 },   { 250, 11.4, 50.40, 50.29, 84.31 },
    { 315, 8.6, 47.58, 47.58, 82.93 },    { 400, 6.2, 44.98, 45.09, 81.75 },
    { 500, 4.4, 43.05, 43.13, 80.86 },    { 630, 3.0, 41.34, 41.35, 80.08 },
    { 800, 2.2, 40.06, 39.99, 79.64 },    { 1000, 2.4, 40.01, 40.00, 80.00 },
    { 1250, 3.5, 41.82, 41.78, 82.46 },   { 1600, 1.7, 42.51, 42.56, 83.81 },
    { 2000, -1.3, 39.23, 39.22, 80.71 },  { 2500, -4.2, 36.51, 36.60, 78.11 },
    { 3150, -6.0, 35.61, 35.47, 77.16 },  { 4000, -5.4, 36.65, 36.72, 78.45 },
    { 5000, -1.5, 40.01, 40.06, 81.76 },  { 6300, 6.0, 45.83, 45.81, 86.86 },
    { 8000, 12.6, 51.80, 51.60, 91.33 },  { 10000, 13.9, 54.28, 54.38, 91.87 },
    { 12500, 12.3, 51.49, 51.31, 85.61 },
};

static void is_the_table(void)
{
    for (int row = 0; row < ISO226_ROWS; row++) {
        CHECK(iso226_hz[row] == contours[row].hz);
        CHECK_NEAR(iso226_level(ISO226_2003, row, 40), contours[row].phon_40_2003, 0.0051);
        CHECK_NEAR(iso226_level(ISO226_2023, row, 40), contours[row].phon_40_2023, 0.0051);
        CHECK_NEAR(iso226_level(ISO226_2023, row, 80), contours[row].phon_80_2023, 0.0051);
    }
}

/* By the standard 2.4 phon is the threshold. */
static void the_threshold_is_a_contour(void)
{
    for (int row = 0; row < ISO226_ROWS; row++)
        CHECK_NEAR(iso226_level(ISO226_2023, row, 2.4), contours[row].threshold_2023, 1e-12);
}

static void phon_is_db_at_1_khz(void)
{
    for (int phon = 20; phon <= 100; phon++)
        CHECK_NEAR(iso226_level(ISO226_2023, 17, phon), phon, 1e-12);
    for (int phon = 20; phon <= 80; phon += 20)
        CHECK_NEAR(iso226_level(ISO226_2003, 17, phon), phon + 0.01, 0.005);
}

static void there_and_back(void)
{
    for (int row = 0; row < ISO226_ROWS; row++)
        for (int phon = 3; phon <= 100; phon++)
            CHECK_NEAR(iso226_phon_2023(row, iso226_level(ISO226_2023, row, phon)), phon, 1e-10);
}

static void the_editions_hardly_differ(void)
{
    static const struct {
        double phon, db;
    } most[] = { { 20, 0.32 }, { 40, 0.20 }, { 60, 0.16 }, { 80, 0.22 } };

    for (int i = 0; i < 4; i++) {
        double apart = 0;

        for (int row = 0; row < ISO226_ROWS; row++)
            apart = fmax(apart, fabs(iso226_level(ISO226_2023, row, most[i].phon) -
                                     iso226_level(ISO226_2003, row, most[i].phon)));
        CHECK_NEAR(apart, most[i].db, 0.0051);
    }
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        { "is_the_table", is_the_table },
        { "the_threshold_is_a_contour", the_threshold_is_a_contour },
        { "phon_is_db_at_1_khz", phon_is_db_at_1_khz },
        { "there_and_back", there_and_back },
        { "the_editions_hardly_differ", the_editions_hardly_differ },
        { 0 }
    };

    return test_main(tests, argc, argv);
}

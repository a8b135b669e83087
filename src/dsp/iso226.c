/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "iso226.h"

#include <math.h>

/* Exponent of loudness, level of the transfer at 1 kHz, threshold of hearing. */
struct row {
    double af, lu, tf;
};

const double iso226_hz[ISO226_ROWS] = { 20,   25,   31.5, 40,   50,   63,   80,   100,   125,  160,
                                        200,  250,  315,  400,  500,  630,  800,  1000,  1250, 1600,
                                        2000, 2500, 3150, 4000, 5000, 6300, 8000, 10000, 12500 };

static const struct row rows_2023[ISO226_ROWS] = {
    { 0.635, -31.5, 78.1 }, { 0.602, -27.2, 68.7 }, { 0.569, -23.1, 59.5 }, { 0.537, -19.3, 51.1 },
    { 0.509, -16.1, 44.0 }, { 0.482, -13.1, 37.5 }, { 0.456, -10.4, 31.5 }, { 0.433, -8.2, 26.5 },
    { 0.412, -6.3, 22.1 },  { 0.391, -4.6, 17.9 },  { 0.373, -3.2, 14.4 },  { 0.357, -2.1, 11.4 },
    { 0.343, -1.2, 8.6 },   { 0.330, -0.5, 6.2 },   { 0.320, 0.0, 4.4 },    { 0.311, 0.4, 3.0 },
    { 0.303, 0.5, 2.2 },    { 0.300, 0.0, 2.4 },    { 0.295, -2.7, 3.5 },   { 0.292, -4.2, 1.7 },
    { 0.290, -1.2, -1.3 },  { 0.290, 1.4, -4.2 },   { 0.289, 2.3, -6.0 },   { 0.289, 1.0, -5.4 },
    { 0.289, -2.3, -1.5 },  { 0.293, -7.2, 6.0 },   { 0.303, -11.2, 12.6 }, { 0.323, -10.9, 13.9 },
    { 0.354, -3.5, 12.3 },
};

static const struct row rows_2003[ISO226_ROWS] = {
    { 0.532, -31.6, 78.5 }, { 0.506, -27.2, 68.7 }, { 0.480, -23.0, 59.5 }, { 0.455, -19.1, 51.1 },
    { 0.432, -15.9, 44.0 }, { 0.409, -13.0, 37.5 }, { 0.387, -10.3, 31.5 }, { 0.367, -8.1, 26.5 },
    { 0.349, -6.2, 22.1 },  { 0.330, -4.5, 17.9 },  { 0.315, -3.1, 14.4 },  { 0.301, -2.0, 11.4 },
    { 0.288, -1.1, 8.6 },   { 0.276, -0.4, 6.2 },   { 0.267, 0.0, 4.4 },    { 0.259, 0.3, 3.0 },
    { 0.253, 0.5, 2.2 },    { 0.250, 0.0, 2.4 },    { 0.246, -2.7, 3.5 },   { 0.244, -4.1, 1.7 },
    { 0.243, -1.0, -1.3 },  { 0.243, 1.7, -4.2 },   { 0.243, 2.5, -6.0 },   { 0.242, 1.2, -5.4 },
    { 0.242, -2.1, -1.5 },  { 0.245, -7.1, 6.0 },   { 0.254, -11.2, 12.6 }, { 0.271, -10.7, 13.9 },
    { 0.301, -3.1, 12.3 },
};

/* ISO 226:2003, formula (1). */
static double level_2003(const struct row *row, double phon)
{
    double threshold = pow(0.4 * pow(10, (row->tf + row->lu) / 10 - 9), row->af);
    double a = 4.47e-3 * (pow(10, 0.025 * phon) - 1.15) + threshold;

    return 10 / row->af * log10(a) - row->lu + 94;
}

/* What both directions of ISO 226:2023 share: the scale of a row's loudness, its threshold there.
 */
static double scale_2023(const struct row *row)
{
    return pow(4e-10, 0.3 - row->af);
}

static double threshold_2023(const struct row *row)
{
    return pow(10, row->af * (row->tf + row->lu) / 10);
}

static double level_2023(const struct row *row, double phon)
{
    double loudness = scale_2023(row) * (pow(10, 0.03 * phon) - pow(10, 0.072));

    return 10 / row->af * log10(loudness + threshold_2023(row)) - row->lu;
}

double iso226_level(enum iso226_edition edition, int row, double phon)
{
    return edition == ISO226_2003 ? level_2003(&rows_2003[row], phon)
                                  : level_2023(&rows_2023[row], phon);
}

double iso226_phon_2023(int row, double level_db)
{
    const struct row *at = &rows_2023[row];
    double loudness = pow(10, at->af * (level_db + at->lu) / 10) - threshold_2023(at);

    return 100 / 3.0 * log10(loudness / scale_2023(at) + pow(10, 0.072));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filters against scipy's; tests/golden/filters.py says how. */
#include "biquad.h"

#include "filters.h"
#include "golden/filters.h"

/* The worst of a row, dB, of a product of filters. */
static double row_error(const struct biquad *filters, int count, double rate_hz,
                        const double golden[GOLDEN_POINTS][2])
{
    double worst = 0;

    for (int i = 0; i < GOLDEN_POINTS; i++) {
        double hz = filter_hz(i, GOLDEN_POINTS, rate_hz);
        double complex h = 1;

        for (int k = 0; k < count; k++)
            h *= biquad_response(&filters[k], hz, rate_hz);
        worst = filter_worst(worst, filter_apart_db(h, golden[i][0] + I * golden[i][1], 1e-5));
    }
    return worst;
}

static void bands(void)
{
    double worst = 0;

    for (size_t i = 0; i < LENGTH(golden_bands); i++) {
        struct biquad f = band_design(&golden_bands[i].band, golden_bands[i].rate_hz);
        double error = row_error(&f, 1, golden_bands[i].rate_hz, golden_bands[i].h);

        worst = filter_worst(worst, error);
        if (!(error <= 0.01))
            FAIL("row %zu: %g dB off", i, error);
    }
    printf("# %zu bands: %.2g dB\n", LENGTH(golden_bands), worst);
}

static void crossovers(void)
{
    double worst = 0;

    for (size_t i = 0; i < LENGTH(golden_crossovers); i++) {
        struct biquad f[CROSSOVER_SECTIONS];
        double error, rate_hz = golden_crossovers[i].rate_hz;

        crossover_design(f, &golden_crossovers[i].crossover, golden_crossovers[i].side, rate_hz);
        error = row_error(f, CROSSOVER_SECTIONS, rate_hz, golden_crossovers[i].h);
        worst = filter_worst(worst, error);
        if (!(error <= 0.01))
            FAIL("row %zu: %g dB off", i, error);
    }
    printf("# %zu crossovers: %.2g dB\n", LENGTH(golden_crossovers), worst);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "bands", bands }, { "crossovers", crossovers }, { 0 } };

    return test_main(tests, argc, argv);
}

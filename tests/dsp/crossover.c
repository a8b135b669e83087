/* SPDX-License-Identifier: GPL-3.0-or-later */
/* References: magnitudes in closed form, Bessel polynomials by their recurrence; s = j at the
 * frequency, warped as the bilinear transform warps. */
#include "biquad.h"

#include "filters.h"

static const double cuts[] = { 10, 80, 700, 4000, 18000 };

static struct crossover_settings settings(enum crossover_kind kind, int order, double hz)
{
    return (struct crossover_settings){ kind, order, hz };
}

static double complex response(const struct biquad f[CROSSOVER_SECTIONS], double hz, double rate_hz)
{
    double complex h = 1;

    for (int k = 0; k < CROSSOVER_SECTIONS; k++)
        h *= biquad_response(&f[k], hz, rate_hz);
    return h;
}

/* theta_n(s), the reverse Bessel polynomial: (2n-1) theta_(n-1) + s^2 theta_(n-2) */
static long double complex bessel(int order, long double complex s)
{
    long double complex before = 1, now = s + 1;

    for (int n = 2; n <= order; n++) {
        long double complex next = (2 * n - 1) * now + s * s * before;

        before = now;
        now = next;
    }
    return now;
}

static long double complex bessel_low_pass(int order, long double complex s)
{
    long double low = 0.5L, high = 8;

    for (int i = 0; i < 64; i++) { /* where it is -3 dB */
        long double mid = (low + high) / 2;

        if (cabsl(bessel(order, I * mid)) < sqrtl(2) * cabsl(bessel(order, 0)))
            low = mid;
        else
            high = mid;
    }
    return bessel(order, 0) / bessel(order, s * low);
}

/* In s of a low pass; a high pass is the same in 1/s. */
static double reference(enum crossover_kind kind, int order, long double s)
{
    if (kind == CROSSOVER_BUTTERWORTH)
        return (double)(1 / sqrtl(1 + powl(s, 2 * order)));
    if (kind == CROSSOVER_LINKWITZ_RILEY)
        return (double)(1 / (1 + powl(s, order + order % 2)));
    return (double)cabsl(bessel_low_pass(order, I * s));
}

static double curve_error(const struct crossover_settings *crossover, enum crossover_side side,
                          double rate_hz)
{
    struct biquad f[CROSSOVER_SECTIONS];
    double worst = 0;

    crossover_design(f, crossover, side, rate_hz);
    for (int i = 0; i < 20; i++) {
        double hz = filter_hz(i, 20, rate_hz);
        long double s =
            tanl(acosl(-1) * hz / rate_hz) / tanl(acosl(-1) * crossover->frequency_hz / rate_hz);
        double h = cabs(response(f, hz, rate_hz));
        double exact =
            reference(crossover->kind, crossover->order, side == CROSSOVER_HIGH_PASS ? 1 / s : s);

        worst = filter_worst(worst, filter_apart_db(h, exact, 1e-5));
    }
    return worst;
}

static void curves(void)
{
    for (int kind = CROSSOVER_BUTTERWORTH; kind < CROSSOVER_KINDS; kind++) {
        double worst = 0;

        for (size_t i = 0; i < LENGTH(filter_rates) * LENGTH(cuts) * 8; i++) {
            int order = (int)(i % 8) + 1;
            double rate = filter_rates[i / 8 % LENGTH(filter_rates)];
            double hz = cuts[i / 8 / LENGTH(filter_rates)];
            struct crossover_settings crossover = settings(kind, order, hz);

            worst = filter_worst(worst, curve_error(&crossover, CROSSOVER_LOW_PASS, rate));
            worst = filter_worst(worst, curve_error(&crossover, CROSSOVER_HIGH_PASS, rate));
        }
        printf("# kind %d: %.2g dB\n", kind, worst);
        CHECK_MAX(worst, 0.001);
    }
}

static void at_the_frequency(void)
{
    static const double db[CROSSOVER_KINDS] = { 0, -3.0103, -6.0206, -3.0103 };

    for (int kind = CROSSOVER_BUTTERWORTH; kind < CROSSOVER_KINDS; kind++)
        for (int order = 1; order <= 8; order++)
            for (int side = 0; side < 2; side++) {
                struct crossover_settings crossover = settings(kind, order, 80);
                struct biquad f[CROSSOVER_SECTIONS];

                crossover_design(f, &crossover, side, 96000);
                CHECK_NEAR(filter_db(response(f, 80, 96000)), db[kind], 0.001);
            }
}

/* Both sides of a Linkwitz-Riley crossover add up to an all-pass, those of order 2 and 6 with one
 * of them inverted; here as they run, one a lane. */
static void sums_to_an_all_pass(void)
{
    static double bus[2 * FILTER_IMPULSE];
    double worst = 0;

    for (size_t i = 0; i < LENGTH(filter_rates) * 4 * 2; i++) {
        int order = (int)(i % 4) * 2 + 2, sign = order % 4 ? -1 : 1;
        double rate = filter_rates[i / 4 % LENGTH(filter_rates)];
        struct crossover_settings crossover =
            settings(CROSSOVER_LINKWITZ_RILEY, order, i / 4 < LENGTH(filter_rates) ? 80 : 3000);
        struct biquad low[CROSSOVER_SECTIONS], high[CROSSOVER_SECTIONS];

        crossover_design(low, &crossover, CROSSOVER_LOW_PASS, rate);
        crossover_design(high, &crossover, CROSSOVER_HIGH_PASS, rate);
        filter_impulse(bus, low, high, CROSSOVER_SECTIONS);
        for (int k = 0; k < 20; k++) {
            double hz = filter_hz(k, 20, rate);
            double complex sum = response(low, hz, rate) + sign * response(high, hz, rate);
            double complex run = filter_dft(bus, 0, hz, rate) + sign * filter_dft(bus, 1, hz, rate);

            worst = filter_worst(worst, fabs(filter_db(sum)));
            worst = filter_worst(worst, fabs(filter_db(run)));
        }
    }
    printf("# sums: %.2g dB\n", worst);
    CHECK_MAX(worst, 0.001);
}

static bool is_flat(const struct biquad *f)
{
    return f->b0 == 1 && f->a1 == 0 && f->a2 == 0 && f->c1 == 0 && f->c2 == 0;
}

/* No more filters than it takes: each costs. */
static void takes_few_sections(void)
{
    for (int kind = CROSSOVER_OFF; kind < CROSSOVER_KINDS; kind++)
        for (int order = 1; order <= 8; order++) {
            struct crossover_settings crossover = settings(kind, order, 100);
            struct biquad f[CROSSOVER_SECTIONS];
            int count = 0;

            crossover_design(f, &crossover, CROSSOVER_LOW_PASS, 48000);
            for (int k = 0; k < CROSSOVER_SECTIONS; k++)
                count += !is_flat(&f[k]);
            CHECK(count == (kind == CROSSOVER_OFF ? 0 : (order + 1) / 2));
        }
}

static void designs_alike(struct crossover_settings a, struct crossover_settings b)
{
    struct biquad f[CROSSOVER_SECTIONS], g[CROSSOVER_SECTIONS];

    crossover_design(f, &a, CROSSOVER_HIGH_PASS, 44100);
    crossover_design(g, &b, CROSSOVER_HIGH_PASS, 44100);
    CHECK(memcmp(f, g, sizeof f) == 0);
}

static void holds_its_limits(void)
{
    const enum crossover_kind lr = CROSSOVER_LINKWITZ_RILEY, bessel_kind = CROSSOVER_BESSEL;

    for (int order = 1; order < 8; order += 2)
        designs_alike(settings(lr, order, 100), settings(lr, order + 1, 100));
    designs_alike(settings(bessel_kind, 0, 100), settings(bessel_kind, 1, 100));
    designs_alike(settings(bessel_kind, 99, 100), settings(bessel_kind, 8, 100));
    designs_alike(settings(bessel_kind, 3, 1e9), settings(bessel_kind, 3, 0.45 * 44100));
    designs_alike(settings(bessel_kind, 3, -1), settings(bessel_kind, 3, 10));
    designs_alike(settings(bessel_kind, 3, NAN), settings(CROSSOVER_OFF, 3, 100));
    designs_alike(settings(CROSSOVER_KINDS, 3, 100), settings(CROSSOVER_OFF, 3, 100));
}

static void is_always_stable(void)
{
    for (int i = 0; i < 10000; i++) {
        struct crossover_settings crossover =
            settings(1 + i % 3, 1 + i / 3 % 8, 500 * pow(60, filter_noise()));
        struct biquad f[CROSSOVER_SECTIONS];
        double rate = 48000 * pow(6, filter_noise());

        crossover_design(f, &crossover, i & 1, rate);
        for (int k = 0; k < CROSSOVER_SECTIONS; k++)
            if (!(filter_margin(&f[k]) > 0 && f[k].b0 != 0))
                FAIL("kind %d order %d at %g of %g", crossover.kind, crossover.order,
                     crossover.frequency_hz, rate);
    }
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "curves", curves },
                                         { "at_the_frequency", at_the_frequency },
                                         { "sums_to_an_all_pass", sums_to_an_all_pass },
                                         { "takes_few_sections", takes_few_sections },
                                         { "holds_its_limits", holds_its_limits },
                                         { "is_always_stable", is_always_stable },
                                         { 0 } };

    return test_main(tests, argc, argv);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The references are written from the literature and not from the code: the cookbook's digital
 * formulas for its types, filters in s for the rest, all in long double.
 */
#include "biquad.h"

#include "filters.h"

static const char *const names[BAND_TYPES] = {
    "flat",         "peaking",    "low shelf",   "high shelf", "low shelf S", "high shelf S",
    "low pass",     "high pass",  "band pass",   "notch",      "all-pass",    "low shelf 1",
    "high shelf 1", "low pass 1", "high pass 1", "all-pass 1", "linkwitz",
};

struct coefs {
    long double b[3], a[3]; /* a[0] is not 1 */
};

static bool is_cookbook(enum band_type type)
{
    return type >= BAND_PEAKING && type <= BAND_ALL_PASS;
}

static long double cookbook_alpha(const struct band_settings *band, long double w)
{
    long double a = powl(10, band->gain_db / 40.0L);

    if (band->type == BAND_LOW_SHELF_SLOPE || band->type == BAND_HIGH_SHELF_SLOPE)
        return sinl(w) / 2 * sqrtl((a + 1 / a) * (1 / (long double)band->slope - 1) + 2);
    return sinl(w) / (2 * (long double)band->q);
}

/* "Cookbook formulae for audio equalizer biquad filter coefficients", R. Bristow-Johnson. */
static struct coefs cookbook(const struct band_settings *band, double rate_hz)
{
    long double w = 2 * acosl(-1) * band->frequency_hz / rate_hz, cw = cosl(w);
    long double alpha = cookbook_alpha(band, w), a = powl(10, band->gain_db / 40.0L);
    long double root = 2 * sqrtl(a) * alpha;

    switch (band->type) {
    case BAND_PEAKING:
        return (struct coefs){ { 1 + alpha * a, -2 * cw, 1 - alpha * a },
                               { 1 + alpha / a, -2 * cw, 1 - alpha / a } };
    case BAND_LOW_SHELF:
    case BAND_LOW_SHELF_SLOPE:
        return (struct coefs){ { a * ((a + 1) - (a - 1) * cw + root),
                                 2 * a * ((a - 1) - (a + 1) * cw),
                                 a * ((a + 1) - (a - 1) * cw - root) },
                               { (a + 1) + (a - 1) * cw + root, -2 * ((a - 1) + (a + 1) * cw),
                                 (a + 1) + (a - 1) * cw - root } };
    case BAND_HIGH_SHELF:
    case BAND_HIGH_SHELF_SLOPE:
        return (struct coefs){ { a * ((a + 1) + (a - 1) * cw + root),
                                 -2 * a * ((a - 1) + (a + 1) * cw),
                                 a * ((a + 1) + (a - 1) * cw - root) },
                               { (a + 1) - (a - 1) * cw + root, 2 * ((a - 1) - (a + 1) * cw),
                                 (a + 1) - (a - 1) * cw - root } };
    case BAND_LOW_PASS:
        return (struct coefs){ { (1 - cw) / 2, 1 - cw, (1 - cw) / 2 },
                               { 1 + alpha, -2 * cw, 1 - alpha } };
    case BAND_HIGH_PASS:
        return (struct coefs){ { (1 + cw) / 2, -(1 + cw), (1 + cw) / 2 },
                               { 1 + alpha, -2 * cw, 1 - alpha } };
    case BAND_BAND_PASS:
        return (struct coefs){ { alpha, 0, -alpha }, { 1 + alpha, -2 * cw, 1 - alpha } };
    case BAND_NOTCH:
        return (struct coefs){ { 1, -2 * cw, 1 }, { 1 + alpha, -2 * cw, 1 - alpha } };
    default: /* all-pass */
        return (struct coefs){ { 1 - alpha, -2 * cw, 1 + alpha },
                               { 1 + alpha, -2 * cw, 1 - alpha } };
    }
}

static double complex coefs_response(const struct coefs *f, long double w)
{
    long double complex z1 = cosl(w) - I * sinl(w), z2 = z1 * z1;

    return (double complex)((f->b[0] + f->b[1] * z1 + f->b[2] * z2) /
                            (f->a[0] + f->a[1] * z1 + f->a[2] * z2));
}

/* What the first order types are where s = j stands for their frequency. */
static long double complex first_order(const struct band_settings *band, long double complex s)
{
    long double gain = powl(10, band->gain_db / 20.0L);

    switch (band->type) {
    case BAND_LOW_SHELF_1:
        return (s + sqrtl(gain)) / (s + 1 / sqrtl(gain));
    case BAND_HIGH_SHELF_1:
        return (s * sqrtl(gain) + 1) / (s / sqrtl(gain) + 1);
    case BAND_LOW_PASS_1:
        return 1 / (s + 1);
    case BAND_HIGH_PASS_1:
        return s / (s + 1);
    default: /* all-pass */
        return (1 - s) / (1 + s);
    }
}

/* (s^2 + s w0/Q0 + w0^2) / (s^2 + s wp/Qp + wp^2) */
static long double complex box(long double hz, long double q, long double complex s)
{
    long double w = 2 * acosl(-1) * hz;

    return s * s + s * w / q + w * w;
}

static long double complex linkwitz(const struct band_settings *band, long double complex s)
{
    return box(band->frequency_hz, band->q, s) / box(band->target_hz, band->target_q, s);
}

static double complex reference(const struct band_settings *band, double hz, double rate_hz)
{
    long double pi = acosl(-1), middle, s = tanl(pi * hz / rate_hz);
    struct coefs f;

    if (band->type == BAND_FLAT)
        return 1;
    if (band->type == BAND_LINKWITZ) { /* exact at the mean of both */
        middle = sqrtl((long double)band->frequency_hz * band->target_hz);
        return (double complex)linkwitz(band,
                                        I * (2 * pi * middle * s / tanl(pi * middle / rate_hz)));
    }
    if (!is_cookbook(band->type))
        return (double complex)first_order(band, I * (s / tanl(pi * band->frequency_hz / rate_hz)));
    f = cookbook(band, rate_hz);
    return coefs_response(&f, 2 * pi * hz / rate_hz);
}

/* ---- the response
 * -------------------------------------------------------------------------------- */

static struct band_settings any_band(enum band_type type)
{
    return (struct band_settings){ .on = true,
                                   .type = type,
                                   .frequency_hz = 1000,
                                   .gain_db = 6,
                                   .q = 0.7,
                                   .slope = 1,
                                   .target_hz = 25,
                                   .target_q = 0.5 };
}

static double response_error(const struct band_settings *band, double rate_hz)
{
    struct biquad f = band_design(band, rate_hz);
    double worst = 0;

    for (int i = 0; i < 60; i++) {
        double hz = filter_hz(i, 60, rate_hz);

        worst = filter_worst(worst, filter_apart_db(biquad_response(&f, hz, rate_hz),
                                                    reference(band, hz, rate_hz), 1e-4));
    }
    return worst;
}

/* A grid over all that can be set, and the corners of it. */
static void is_as_the_formulas_say(void)
{
    static const double hz[] = { 10, 20, 63, 1000, 8000, 19800 }, q[] = { 0.1, 0.7, 10, 20 };
    static const double gain[] = { -30, -0.02, 3, 30 }, slope[] = { 0.1, 0.5, 1 };

    for (int type = 0; type < BAND_TYPES; type++) {
        double worst = 0;

        for (size_t i = 0; i < LENGTH(filter_rates) * 6 * 4 * 4 * 3; i++) {
            struct band_settings band = any_band(type);
            size_t k = i;

            band.slope = slope[k % 3], k /= 3;
            band.gain_db = gain[k % 4], k /= 4;
            band.q = q[k % 4], k /= 4;
            band.frequency_hz = hz[k % 6], k /= 6;
            worst = filter_worst(worst, response_error(&band, filter_rates[k]));
        }
        printf("# %s: %.2g dB\n", names[type], worst);
        CHECK_MAX(worst, 0.001);
    }
}

/* Both lanes apart, in the cascade as it runs: left what is asked, right the one before. */
static void runs_as_the_formulas_say(void)
{
    static double bus[2 * FILTER_IMPULSE];
    double worst = 0;

    for (size_t r = 0; r < LENGTH(filter_rates); r++) {
        double rate = filter_rates[r];

        for (int type = 1; type < BAND_TYPES; type++) {
            struct band_settings left = any_band(type), right = any_band(type - 1);
            struct biquad l, d;

            left.frequency_hz = type == BAND_LINKWITZ ? 60 : 120;
            left.q = 1.4;
            right.frequency_hz = 9000;
            l = band_design(&left, rate);
            d = band_design(&right, rate);
            filter_impulse(bus, &l, &d, 1);
            for (int i = 0; i < 20; i++) {
                double hz = filter_hz(i, 20, rate);

                worst = filter_worst(worst, filter_apart_db(filter_dft(bus, 0, hz, rate),
                                                            reference(&left, hz, rate), 1e-3));
                worst = filter_worst(worst, filter_apart_db(filter_dft(bus, 1, hz, rate),
                                                            reference(&right, hz, rate), 1e-3));
            }
        }
    }
    printf("# running: %.2g dB\n", worst);
    CHECK_MAX(worst, 0.01);
}

/* What the names promise, in plain numbers. */
static void means_what_it_says(void)
{
    static const struct {
        enum band_type type;
        double gain_db, q, hz, db;
    } marks[] = {
        { BAND_PEAKING, 6, 2, 1000, 6 },
        { BAND_PEAKING, 6, 2, 10, 0 },
        { BAND_LOW_SHELF, 6, 0.7, 1000, 3 },
        { BAND_LOW_SHELF, 6, 0.7, 10, 6 },
        { BAND_HIGH_SHELF, -6, 0.7, 1000, -3 },
        { BAND_HIGH_SHELF, -6, 0.7, 23999, -6 },
        { BAND_LOW_SHELF_SLOPE, 12, 0, 1000, 6 },
        { BAND_HIGH_SHELF_SLOPE, 12, 0, 1000, 6 },
        { BAND_LOW_SHELF_1, 12, 0, 1000, 6 },
        { BAND_LOW_SHELF_1, 12, 0, 1, 12 },
        { BAND_LOW_SHELF_1, 12, 0, 23999, 0 },
        { BAND_HIGH_SHELF_1, -12, 0, 1000, -6 },
        { BAND_HIGH_SHELF_1, -12, 0, 23999, -12 },
        { BAND_HIGH_SHELF_1, -12, 0, 1, 0 },
        { BAND_LOW_PASS, 0, M_SQRT1_2, 1000, -3.0103 },
        { BAND_HIGH_PASS, 0, M_SQRT1_2, 1000, -3.0103 },
        { BAND_LOW_PASS, 0, 4, 1000, 12.0412 },
        { BAND_LOW_PASS_1, 0, 0, 1000, -3.0103 },
        { BAND_HIGH_PASS_1, 0, 0, 1000, -3.0103 },
        { BAND_BAND_PASS, 0, 3, 1000, 0 },
        { BAND_ALL_PASS, 0, 3, 5000, 0 },
        { BAND_ALL_PASS_1, 0, 0, 5000, 0 },
    };

    for (size_t i = 0; i < LENGTH(marks); i++) {
        struct band_settings band = any_band(marks[i].type);
        struct biquad f;

        band.gain_db = marks[i].gain_db;
        band.q = marks[i].q;
        f = band_design(&band, 48000);
        if (!(fabs(filter_db(biquad_response(&f, marks[i].hz, 48000)) - marks[i].db) < 0.01))
            FAIL("%s %g Hz: %g dB, not %g", names[marks[i].type], marks[i].hz,
                 filter_db(biquad_response(&f, marks[i].hz, 48000)), marks[i].db);
    }
}

/* Against the analog filter itself, not its transform: below 1 kHz they are one. */
static void moves_a_box(void)
{
    double worst = 0;

    for (size_t r = 0; r < LENGTH(filter_rates); r++)
        for (double hz = 10; hz < 1000; hz *= 1.1) {
            struct band_settings band = any_band(BAND_LINKWITZ);
            struct biquad f;
            double complex analog;

            band.frequency_hz = 55;
            band.q = 1.21;
            f = band_design(&band, filter_rates[r]);
            analog = (double complex)linkwitz(&band, I * (2 * acosl(-1) * hz));
            worst = filter_worst(
                worst, filter_apart_db(biquad_response(&f, hz, filter_rates[r]), analog, 1e-3));
        }
    printf("# linkwitz: %.2g dB off the analog one\n", worst);
    CHECK_MAX(worst, 0.01);
}

static bool is_flat(struct biquad f)
{
    return f.b0 == 1 && f.b1 == 0 && f.b2 == 0 && f.a1 == 0 && f.a2 == 0 && f.c1 == 0 && f.c2 == 0;
}

static void holds_its_limits(void)
{
    static const double limits[][2] = { { 5, 10 }, { 1e6, 0.45 * 48000 }, { -1, 10 } };

    for (size_t i = 0; i < LENGTH(limits); i++) {
        struct band_settings out = any_band(BAND_PEAKING), in = out;
        struct biquad a, b;

        out.frequency_hz = limits[i][0], out.q = 50, out.gain_db = 100;
        in.frequency_hz = limits[i][1], in.q = 20, in.gain_db = 30;
        a = band_design(&out, 48000);
        b = band_design(&in, 48000);
        CHECK(memcmp(&a, &b, sizeof a) == 0);
    }
    for (int type = 0; type < BAND_TYPES; type++) {
        struct band_settings band = any_band(type);

        CHECK(is_flat(band_design(&band, 48000)) == (type == BAND_FLAT));
        band.gain_db = 0.009;
        CHECK(is_flat(band_design(&band, 48000)) ==
              (type <= BAND_HIGH_SHELF_SLOPE || type == BAND_LOW_SHELF_1 ||
               type == BAND_HIGH_SHELF_1));
        band.on = false, band.gain_db = 6;
        CHECK(is_flat(band_design(&band, 48000)));
    }
}

/* b1 and b2 are what c1 and c2 say, and b0 never vanishes: an all-pass at fs/4 would have none. */
static void an_all_pass_without_b0(void)
{
    static const enum band_type types[] = { BAND_ALL_PASS, BAND_ALL_PASS_1 };

    for (int t = 0; t < 2; t++) {
        struct band_settings band = any_band(types[t]);
        struct biquad f;

        band.frequency_hz = 12000;
        band.q = 0.5;
        f = band_design(&band, 48000);
        CHECK(f.b0 != 0 && isfinite(f.c1) && isfinite(f.c2));
        CHECK_NEAR(f.b1, f.b0 * (f.c1 + f.a1), 1e-15);
        CHECK_NEAR(f.b2, f.b0 * (f.c2 + f.a2), 1e-15);
        CHECK_MAX(response_error(&band, 48000), 1e-6);
    }
}

/* ---- any values
 * -------------------------------------------------------------------------------------- */

static double wild(double low, double high)
{
    static const double odd[] = { 0, -1, 1e300, -1e300, 1e-300, INFINITY, -INFINITY, NAN };
    double chance = filter_noise();

    if (chance > 0.95)
        return odd[(int)((chance - 0.95) * 20 * 7.99)];
    return low * pow(high / low, filter_noise());
}

static void is_always_stable(void)
{
    double least = 1;

    for (int i = 0; i < 20000; i++) {
        struct band_settings band = { .on = true,
                                      .type = (enum band_type)(i % (BAND_TYPES + 2)),
                                      .frequency_hz = wild(500, 30000),
                                      .gain_db = 40 * filter_noise(),
                                      .q = wild(1.5, 30),
                                      .slope = wild(0.3, 2),
                                      .target_hz = wild(70, 600),
                                      .target_q = wild(0.5, 3) };
        double rate = i % 3 ? filter_rates[i % 6] : wild(48000, 400000);
        struct biquad f = band_design(&band, rate);

        least = -filter_worst(-least, -filter_margin(&f));
        if (!(filter_margin(&f) > 0 && isfinite(f.b0) && isfinite(f.b1) && isfinite(f.b2) &&
              isfinite(f.c1) && isfinite(f.c2) && f.b0 != 0))
            FAIL("type %d at %g Hz of %g, q %g", band.type, band.frequency_hz, rate, band.q);
    }
    printf("# nearest pole: %.2g inside\n", least);
}

/* Of what a type uses; the rest may be anything. */
static void not_a_number_is_flat(void)
{
    for (int type = 1; type < BAND_TYPES; type++) {
        bool shelf_1 = type == BAND_LOW_SHELF_1 || type == BAND_HIGH_SHELF_1;
        bool slope = type == BAND_LOW_SHELF_SLOPE || type == BAND_HIGH_SHELF_SLOPE;
        bool box_type = type == BAND_LINKWITZ;
        struct band_settings band;

        CHECK(is_flat(band_design(&(struct band_settings){ .on = true, .type = type }, NAN)));
        band = any_band(type), band.frequency_hz = NAN;
        CHECK(is_flat(band_design(&band, 48000)));
        band = any_band(type), band.gain_db = NAN;
        CHECK(is_flat(band_design(&band, 48000)) == (type <= BAND_HIGH_SHELF_SLOPE || shelf_1));
        band = any_band(type), band.q = NAN;
        CHECK(is_flat(band_design(&band, 48000)) ==
              (box_type || (is_cookbook((enum band_type)type) && !slope)));
        band = any_band(type), band.slope = NAN;
        CHECK(is_flat(band_design(&band, 48000)) == slope);
        band = any_band(type), band.target_hz = NAN;
        CHECK(is_flat(band_design(&band, 48000)) == box_type);
        band = any_band(type), band.target_q = NAN;
        CHECK(is_flat(band_design(&band, 48000)) == box_type);
    }
}

/* ---- error of the running cascade
 * ------------------------------------------------------------------ */

/* The reference: direct form I in long double, with the cookbook's coefficients. */
struct exact {
    struct coefs f;
    long double x1, x2, y1, y2;
};

static long double exact_run(struct exact *e, long double x)
{
    long double y = (e->f.b[0] * x + e->f.b[1] * e->x1 + e->f.b[2] * e->x2 - e->f.a[1] * e->y1 -
                     e->f.a[2] * e->y2) /
                    e->f.a[0];

    e->x2 = e->x1, e->x1 = x;
    e->y2 = e->y1, e->y1 = y;
    return y;
}

/* Pink noise (three poles, after P. Kellet) and a sine. */
static double programme(double rate_hz, int n)
{
    static double p[3];
    double white = filter_noise();

    p[0] = 0.99765 * p[0] + white * 0.0990460;
    p[1] = 0.96300 * p[1] + white * 0.2965164;
    p[2] = 0.57000 * p[2] + white * 1.0526913;
    return 0.05 * (p[0] + p[1] + p[2] + white * 0.1848) + 0.25 * sin(2 * M_PI * 997 * n / rate_hz);
}

/* Error to sound, dB, of two seconds. */
static double cascade_error_db(const struct stage *eq, const struct band_settings *bands,
                               uint32_t count, double rate_hz)
{
    static struct eq_coefs coefs;
    static struct eq state;
    struct exact exact[EQ_SECTIONS] = { 0 };
    struct biquad biquads[EQ_SECTIONS];
    double bus[2 * STAGE_FRAMES], error = 0, sound = 0;

    for (uint32_t k = 0; k < count; k++) {
        biquads[k] = band_design(&bands[k], rate_hz);
        exact[k].f = cookbook(&bands[k], rate_hz);
    }
    eq_design(&coefs, biquads, biquads, count);
    memset(&state, 0, sizeof state);
    for (int at = 0; at < 2 * (int)rate_hz; at += STAGE_FRAMES) {
        long double right[STAGE_FRAMES];

        for (int n = 0; n < STAGE_FRAMES; n++) {
            long double y = bus[2 * n] = bus[2 * n + 1] = programme(rate_hz, at + n);

            for (uint32_t k = 0; k < count; k++)
                y = exact_run(&exact[k], y);
            right[n] = y;
        }
        eq->run(&state, &coefs, bus, STAGE_FRAMES);
        for (int n = 0; n < STAGE_FRAMES; n++) {
            double off = (double)(bus[2 * n] - right[n]);

            error += off * off;
            sound += (double)(right[n] * right[n]);
        }
    }
    return 10 * log10(error / sound);
}

#ifdef __x86_64__
static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#endif

static void check_error(const char *what, const struct band_settings *bands, uint32_t count,
                        double rate_hz)
{
    double base = cascade_error_db(&eq_base, bands, count, rate_hz);

    printf("# %s at %g: %.1f dB\n", what, rate_hz, base);
    CHECK_MAX(base, -140);
#ifdef __x86_64__
    if (has_avx2())
        CHECK_MAX(cascade_error_db(&eq_avx2, bands, count, rate_hz), -140);
#endif
}

static void errs_below_hearing(void)
{
    static const double rates[] = { 48000, 192000 };

    for (int r = 0; r < 2; r++) {
        struct band_settings bands[10], peak = any_band(BAND_PEAKING), pass;

        for (int k = 0; k < 10; k++) {
            bands[k] = any_band(BAND_PEAKING);
            bands[k].frequency_hz = 31.25 * (1 << k);
            bands[k].q = 1.41;
            bands[k].gain_db = k % 2 ? -6 : 6;
        }
        check_error("10 bands", bands, 10, rates[r]);
        peak.frequency_hz = 20;
        peak.q = 10;
        check_error("peak 20 Hz Q 10", &peak, 1, rates[r]);
        pass = any_band(BAND_HIGH_PASS);
        pass.frequency_hz = 20;
        check_error("high pass 20 Hz", &pass, 1, rates[r]);
        pass.type = BAND_LOW_PASS;
        pass.frequency_hz = 80;
        check_error("low pass 80 Hz", &pass, 1, rates[r]);
        pass.type = BAND_LOW_SHELF;
        pass.frequency_hz = 10;
        pass.gain_db = -30;
        check_error("low shelf 10 Hz", &pass, 1, rates[r]);
    }
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "is_as_the_formulas_say", is_as_the_formulas_say },
                                         { "runs_as_the_formulas_say", runs_as_the_formulas_say },
                                         { "means_what_it_says", means_what_it_says },
                                         { "moves_a_box", moves_a_box },
                                         { "holds_its_limits", holds_its_limits },
                                         { "an_all_pass_without_b0", an_all_pass_without_b0 },
                                         { "is_always_stable", is_always_stable },
                                         { "not_a_number_is_flat", not_a_number_is_flat },
                                         { "errs_below_hearing", errs_below_hearing },
                                         { 0 } };

    return test_main(tests, argc, argv);
}

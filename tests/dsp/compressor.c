/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The compressor against the paper's equations, sample by sample in long double, and its figures.
 */
#include "compressor.h"

#include "stages.h"
#include "test.h"

enum { FRAMES = 48000 };

static const struct compressor_settings plain = { .on = true,
                                                  .threshold_db = -20,
                                                  .ratio = 4,
                                                  .knee_db = 6,
                                                  .attack_ms = 10,
                                                  .release_ms = 100,
                                                  .rms_ms = 50,
                                                  .link_percent = 100,
                                                  .mix_percent = 100,
                                                  .amount_percent = 50,
                                                  .boost_max_db = 15,
                                                  .ceiling_db = -3,
                                                  .gate_db = -96 };

static double sound[2 * FRAMES], expected[2 * FRAMES], measured[2 * FRAMES];
static struct compressor state;

/* --- the reference ------------------------------------------------------------------------------
 */

typedef long double real;

static real static_gain_db(const struct compressor_settings *s, real x)
{
    bool upward = s->mode == COMPRESSOR_UPWARD;
    real ratio = upward ? 1 + 19 * (real)s->amount_percent / 100 : (real)s->ratio;
    real slope = isinf(ratio) ? 1 : 1 - 1 / ratio, w = s->knee_db;
    real over = upward ? s->threshold_db - x : x - s->threshold_db, y;

    if (2 * over < -w)
        y = 0;
    else if (2 * fabsl(over) <= w && w > 0)
        y = slope * (over + w / 2) * (over + w / 2) / (2 * w);
    else
        y = slope * over;
    if (!upward)
        return -y;
    return x < s->gate_db && s->gate_db > -96 ? 0 : fminl(y, s->boost_max_db);
}

/* Side-chain high-pass: the cookbook's, direct form I. */
struct highpass {
    real b0, b1, b2, a1, a2, x1, x2, y1, y2;
};

static struct highpass highpass_at(double hz, double rate_hz)
{
    real w = 2 * acosl(-1) * hz / rate_hz, alpha = sinl(w) / sqrtl(2), a0 = 1 + alpha;

    return (struct highpass){ .b0 = (1 + cosl(w)) / 2 / a0,
                              .b1 = -(1 + cosl(w)) / a0,
                              .b2 = (1 + cosl(w)) / 2 / a0,
                              .a1 = -2 * cosl(w) / a0,
                              .a2 = (1 - alpha) / a0 };
}

static real highpass_run(struct highpass *f, real x)
{
    real y = f->b0 * x + f->b1 * f->x1 + f->b2 * f->x2 - f->a1 * f->y1 - f->a2 * f->y2;

    f->x2 = f->x1;
    f->x1 = x;
    f->y2 = f->y1;
    f->y1 = y;
    return y;
}

static void reference(const struct compressor_settings *s, double rate_hz, const double *in,
                      double *out, uint32_t frames)
{
    real attack = expl(-1000 / ((real)s->attack_ms * rate_hz));
    real release = expl(-1000 / ((real)s->release_ms * rate_hz));
    real averaging = expl(-1000 / ((real)s->rms_ms * rate_hz)), square[2] = { 0 }, now[2] = { 0 };
    struct highpass filter[2] = { highpass_at(fmax(s->sidechain_hz, 20), rate_hz),
                                  highpass_at(fmax(s->sidechain_hz, 20), rate_hz) };
    uint32_t delay = (uint32_t)lround(s->lookahead_ms * rate_hz / 1000);

    for (uint32_t n = 0; n < frames; n++) {
        real level[2], gain[2], dry[2], louder, peak = 0;

        for (int c = 0; c < 2; c++) {
            real x = in[2 * n + (uint32_t)c];

            x = s->sidechain_hz > 0 ? highpass_run(&filter[c], x) : x;
            square[c] = averaging * square[c] + (1 - averaging) * x * x;
            x = s->detector == COMPRESSOR_RMS ? sqrtl(square[c]) : fabsl(x);
            level[c] = 20 * log10l(fmaxl(x, 1e-15L));
            dry[c] = n < delay ? 0 : in[2 * (n - delay) + (uint32_t)c];
            peak = fmaxl(peak, fabsl(dry[c]));
        }
        louder = fmaxl(level[0], level[1]);
        for (int c = 0; c < 2; c++) {
            real x = level[c] + (real)s->link_percent / 100 * (louder - level[c]);
            real wanted = -static_gain_db(s, x), pole = wanted > now[c] ? attack : release;

            now[c] = pole * now[c] + (1 - pole) * wanted;
            gain[c] = powl(10, ((real)compressor_makeup(s) - now[c]) / 20);
            if (s->mode == COMPRESSOR_UPWARD && gain[c] > 1) {
                real top = powl(10, (real)s->ceiling_db / 20);
                real most = s->link_percent < 100 ? fabsl(dry[c]) : peak;

                gain[c] = fminl(gain[c], fmaxl(1, top / fmaxl(most, 1e-30L)));
            }
            gain[c] = 1 + (real)s->mix_percent / 100 * (gain[c] - 1);
            out[2 * n + (uint32_t)c] = (double)(gain[c] * dry[c]);
        }
    }
}

/* --- helpers ------------------------------------------------------------------------------------
 */

static void run_on(const struct stage *stage, const struct compressor_settings *s, double rate_hz,
                   double *bus, uint32_t frames)
{
    struct compressor_coefs coefs;

    compressor_design(&coefs, s, rate_hz);
    memset(&state, 0, sizeof state);
    run_stage(stage, &state, &coefs, bus, frames, 64);
}

/* --- tests ---------------------------------------------------------------------------------------
 */

static void agrees_with_the_equations(void)
{
    struct compressor_settings s[14];
    const struct forms *forms[2];
    int n = 0, count = forms_here(forms);

    for (size_t i = 0; i < sizeof s / sizeof *s; i++)
        s[i] = plain;
    s[n++].knee_db = 0;
    s[n++].ratio = INFINITY;
    s[n].attack_ms = 200, s[n++].release_ms = 5; /* attack slower than release */
    s[n++].detector = COMPRESSOR_RMS;
    s[n++].sidechain_hz = 120;
    s[n++].link_percent = 0;
    s[n].link_percent = 50, s[n++].detector = COMPRESSOR_RMS;
    s[n].mix_percent = 40, s[n++].makeup_db = 9;
    s[n].lookahead_ms = 5, s[n++].auto_makeup = true;
    s[n].mode = COMPRESSOR_UPWARD, s[n++].detector = COMPRESSOR_RMS;
    s[n].mode = COMPRESSOR_UPWARD, s[n].gate_db = -50, s[n++].link_percent = 30;
    s[n].mode = COMPRESSOR_UPWARD, s[n].attack_ms = 50, s[n].release_ms = 20, s[n++].makeup_db = 6;
    s[n].attack_ms = 0.1, s[n++].release_ms = 3000;
    n++;
    CHECK(n == sizeof s / sizeof *s);
    bursts(sound, FRAMES, 1);
    for (int i = 0; i < n; i++) {
        reference(&s[i], 48000, sound, expected, FRAMES);
        for (int f = 0; f < count; f++) {
            memcpy(measured, sound, sizeof sound);
            run_on(forms[f]->compressor, &s[i], 48000, measured, FRAMES);
            if (!(difference_db(measured, expected, FRAMES) <= -150))
                FAIL("case %d, %s: %.1f dB", i, forms[f]->name,
                     difference_db(measured, expected, FRAMES));
        }
    }
}

/* The points that the paper's formula gives for T -20, R 4, W 6. */
static void static_curve(void)
{
    static const double points[][2] = { { -40, 0 },    { -30, 0 },   { -20, 0.5625 },
                                        { -17, 2.25 }, { -10, 7.5 }, { 0, 15 } };
    const struct forms *forms[2];

    for (int f = 0; f < forms_here(forms); f++)
        for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
            double level = pow(10, points[i][0] / 20);

            for (uint32_t k = 0; k < 2 * FRAMES; k++)
                measured[k] = level;
            run_on(forms[f]->compressor, &plain, 48000, measured, FRAMES);
            CHECK_NEAR(points[i][0] - db(measured[2 * FRAMES - 1]), points[i][1], 0.05);
            CHECK_NEAR(points[i][0] - compressor_curve(&plain, points[i][0]), points[i][1], 1e-9);
        }
}

static void makeup_of_itself(void)
{
    struct compressor_settings s = plain;

    s.auto_makeup = true;
    CHECK_NEAR(compressor_makeup(&s), 7.5, 1e-12);
    s.knee_db = 0;
    CHECK_NEAR(compressor_makeup(&s), 20 * (1 - 0.25) / 2, 1e-12); /* -T (1 - 1/R) / 2 */
}

/* Milliseconds until the gain has done 63 % of its way, in dB, after the level jumps. */
static double time_constant(const struct compressor_settings *s, double from_db, double to_db,
                            double rate_hz)
{
    static double bus[2 * 8 * 192000];
    uint32_t frames = (uint32_t)(8 * rate_hz), half = frames / 2;
    double first, last, before = 0;

    for (uint32_t n = 0; n < frames; n++)
        bus[2 * n] = bus[2 * n + 1] = pow(10, (n < half ? from_db : to_db) / 20);
    run_on(forms_best()->compressor, s, rate_hz, bus, frames);
    first = db(bus[2 * half - 2]) - from_db;
    last = db(bus[2 * frames - 2]) - to_db;
    for (uint32_t n = half; n < frames; n++) {
        double done = (db(bus[2 * n]) - to_db - first) / (last - first), wanted = 1 - exp(-1);

        if (done >= wanted)
            return 1e3 * (n - half + (wanted - before) / (done - before)) / rate_hz;
        before = done;
    }
    return NAN;
}

static void times(void)
{
    static const double pairs[][2] = { { 10, 100 }, { 1, 50 }, { 100, 20 }, { 200, 400 } };
    struct compressor_settings s = plain;

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        for (double rate = 44100; rate <= 192000; rate += 147900) {
            s.attack_ms = pairs[i][0];
            s.release_ms = pairs[i][1];
            CHECK_NEAR(time_constant(&s, -60, -1, rate) / s.attack_ms, 1, 0.02);
            CHECK_NEAR(time_constant(&s, -1, -60, rate) / s.release_ms, 1, 0.02);
        }
}

/* The louder lane decides, whatever the phases: a sum of channels would hear nothing here. */
static void antiphase_as_in_phase(void)
{
    tone(sound, FRAMES, 997, 48000, 0.7);
    memcpy(measured, sound, sizeof sound);
    for (uint32_t i = 1; i < 2 * FRAMES; i += 2)
        measured[i] = -measured[i];
    run_on(forms_best()->compressor, &plain, 48000, sound, FRAMES);
    run_on(forms_best()->compressor, &plain, 48000, measured, FRAMES);
    for (uint32_t i = 0; i < 2 * FRAMES; i += 2) {
        if (sound[i] != measured[i] || sound[i + 1] != -measured[i + 1]) {
            FAIL("frame %u", i / 2);
            return;
        }
    }
    CHECK_MAX(db(peak_of(sound, FRAMES / 2, FRAMES)), -12);
}

/* Upward: no sample is raised beyond the ceiling; what is beyond by itself stays. */
static void upward_ceiling(void)
{
    struct compressor_settings s = plain;
    double ceiling;

    s.mode = COMPRESSOR_UPWARD;
    s.threshold_db = 0;
    s.boost_max_db = 35;
    s.amount_percent = 100;
    s.ceiling_db = -6;
    ceiling = pow(10, -6.0 / 20);
    bursts(sound, FRAMES, 1);
    memcpy(measured, sound, sizeof sound);
    run_on(forms_best()->compressor, &s, 48000, measured, FRAMES);
    for (uint32_t i = 0; i < 2 * FRAMES; i++)
        if (fabs(measured[i]) > fmax(ceiling, fabs(sound[i])) * (1 + 1e-12)) {
            FAIL("sample %u: %g from %g", i, measured[i], sound[i]);
            return;
        }
    CHECK(peak_of(measured, 0, FRAMES) > 0.49);
}

/* The picture of the leveller is what is heard, make-up and ceiling together. */
static void upward_curve(void)
{
    struct compressor_settings s = plain;

    s.mode = COMPRESSOR_UPWARD;
    s.gate_db = -70;
    for (s.makeup_db = -9; s.makeup_db <= 9; s.makeup_db += 9)
        for (double level = -80; level <= 6; level += 3.5) {
            for (uint32_t k = 0; k < 2 * FRAMES; k++)
                measured[k] = pow(10, level / 20);
            run_on(forms_best()->compressor, &s, 48000, measured, FRAMES);
            CHECK_NEAR(db(measured[2 * FRAMES - 1]), compressor_curve(&s, level),
                       1e-3); /* e^-10 of the way is left */
        }
}

static void meter_reads_the_reduction(void)
{
    struct compressor_settings s = plain;
    struct compressor_coefs coefs;
    const struct stage *stage = forms_best()->compressor;
    double whole = NAN;

    for (uint32_t i = 0; i < 2 * FRAMES; i++)
        measured[i] = 1;
    compressor_design(&coefs, &s, 48000);
    memset(&state, 0, sizeof state);
    run_stage(stage, &state, &coefs, measured, FRAMES, 100);
    CHECK_NEAR(stage->reduction_db(&state, &coefs), 15, 0.01);
    memset(measured, 0, sizeof measured);
    run_stage(stage, &state, &coefs, measured, FRAMES, 100);
    CHECK_NEAR(stage->reduction_db(&state, &coefs), 15, 0.01); /* it began there */
    run_stage(stage, &state, &coefs, measured, FRAMES, 100);
    CHECK_MAX(stage->reduction_db(&state, &coefs), 0.01);
    s.mode = COMPRESSOR_UPWARD;
    compressor_design(&coefs, &s, 48000);
    memset(&state, 0, sizeof state);
    for (uint32_t i = 0; i < 2 * FRAMES; i++)
        measured[i] = 0.01;
    run_stage(stage, &state, &coefs, measured, FRAMES, 100);
    CHECK_NEAR(stage->reduction_db(&state, &coefs), -15, 0.01);
    s = plain; /* the same, however it is cut up */
    s.mix_percent = 50;
    compressor_design(&coefs, &s, 48000);
    for (uint32_t piece = 64; piece; piece = piece == 64 ? 3 : 0) {
        random_state = 5;
        noise(measured, FRAMES, 1);
        memset(&state, 0, sizeof state);
        run_stage(stage, &state, &coefs, measured, FRAMES, piece);
        if (piece == 64)
            whole = stage->reduction_db(&state, &coefs);
        else
            CHECK(stage->reduction_db(&state, &coefs) == whole);
    }
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "agrees_with_the_equations", agrees_with_the_equations },
                                         { "static_curve", static_curve },
                                         { "makeup_of_itself", makeup_of_itself },
                                         { "times", times },
                                         { "antiphase_as_in_phase", antiphase_as_in_phase },
                                         { "upward_ceiling", upward_ceiling },
                                         { "upward_curve", upward_curve },
                                         { "meter_reads_the_reduction", meter_reads_the_reduction },
                                         { 0 } };

    return test_main(tests, argc, argv);
}

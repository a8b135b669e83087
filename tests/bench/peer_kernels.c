/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The forms in which other programs run a cascade of biquads, in a few lines of our own (those
 * programs' libraries cannot be called alone, or are in no package of Debian 12):
 *
 *   naive      each line through each section, float; as most plug-ins
 *   camilladsp each line through each section, double; CamillaDSP, bmc0/dsp
 *   pipewire   {L, R, 0, 0} in a float vector, two sections a pass, SSE; PipeWire's param_eq
 *   lsp        8 sections in one AVX vector, section k one frame behind k - 1, then 2 in another;
 *              lsp-dsp-lib's x8 and x2 with FMA (the original, built from lsp-plugins 1.2.5, takes
 *              1.1 times as long as this one on Zen 4)
 *
 * And libbs2b, which is a library.
 */
#include "peer.h"

#include <bs2b/bs2b.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

enum { SECTIONS = 14 };

struct section {
    double b0, b1, b2, a1, a2;
};

static const struct {
    double hz, db;
} bands[SECTIONS] = {
#define BAND(n, hz, db, gain) { hz, db },
    PEER_BANDS_14(BAND)
#undef BAND
};

static struct section peak(double hz, double db)
{
    double a = pow(10, db / 40), w = 2 * M_PI * hz / PEER_RATE, alpha = sin(w) / (2 * PEER_Q);
    double a0 = 1 + alpha / a;

    return (struct section){ .b0 = (1 + alpha * a) / a0,
                             .b1 = -2 * cos(w) / a0,
                             .b2 = (1 - alpha * a) / a0,
                             .a1 = -2 * cos(w) / a0,
                             .a2 = (1 - alpha / a) / a0 };
}

/* --- one line, one section ------------------------------------------------------------------- */

#define TDF2(name, real)                                                                           \
    struct name {                                                                                  \
        real b0, b1, b2, a1, a2, s1, s2;                                                           \
    };                                                                                             \
                                                                                                   \
    static void name##_run(struct name *f, const real *in, real *out, uint32_t frames)             \
    {                                                                                              \
        real s1 = f->s1, s2 = f->s2;                                                               \
                                                                                                   \
        for (uint32_t n = 0; n < frames; n++) {                                                    \
            real x = in[n], y = f->b0 * x + s1;                                                    \
                                                                                                   \
            s1 = f->b1 * x + s2 - f->a1 * y;                                                       \
            s2 = f->b2 * x - f->a2 * y;                                                            \
            out[n] = y;                                                                            \
        }                                                                                          \
        f->s1 = s1;                                                                                \
        f->s2 = s2;                                                                                \
    }

TDF2(single, float)
TDF2(twice, double)

/* --- {L, R, 0, 0} ---------------------------------------------------------------------------- */

typedef float four __attribute__((vector_size(16)));

struct lanes4 {
    four b0, b1, b2, a1, a2, s1, s2;
};

#define STEP(f, x, y, s1, s2)                                                                      \
    y = (f)->b0 * x + s1;                                                                          \
    s1 = (f)->b1 * x + s2 - (f)->a1 * y;                                                           \
    s2 = (f)->b2 * x - (f)->a2 * y

static void lanes4_run(struct lanes4 f[2], const float *const in[2], float *const out[2],
                       uint32_t frames)
{
    four s1 = f[0].s1, s2 = f[0].s2, t1 = f[1].s1, t2 = f[1].s2;

    for (uint32_t n = 0; n < frames; n++) {
        four x = { in[0][n], in[1][n], 0, 0 }, y, z;

        STEP(&f[0], x, y, s1, s2);
        STEP(&f[1], y, z, t1, t2);
        out[0][n] = z[0];
        out[1][n] = z[1];
    }
    f[0].s1 = s1;
    f[0].s2 = s2;
    f[1].s1 = t1;
    f[1].s2 = t2;
}

/* --- 8 sections a vector, a pipeline --------------------------------------------------------- */

#ifdef __x86_64__
#define HAVE_PIPELINE 1

typedef float eight __attribute__((vector_size(32)));
typedef int eight_mask __attribute__((vector_size(32)));

struct lanes8 {
    eight b0, b1, b2, a1, a2, s1, s2;
    int count; /* of sections in it */
};

#define AVX2 __attribute__((target("avx2,fma")))

/* A step of the pipeline with all lanes at work, or with those in `live`. */
#define PIPELINE_STEP(sample)                                                                      \
    y = (eight)_mm256_permutevar8x32_ps((__m256)y, _mm256_setr_epi32(7, 0, 1, 2, 3, 4, 5, 6));     \
    y[0] = sample;                                                                                 \
    x = y;                                                                                         \
    y = b0 * x + s1;                                                                               \
    next1 = b1 * x + s2 - a1 * y;                                                                  \
    next2 = b2 * x - a2 * y

AVX2 static void lanes8_run(struct lanes8 *f, const float *in, float *out, uint32_t frames)
{
    eight b0 = f->b0, b1 = f->b1, b2 = f->b2, a1 = f->a1, a2 = f->a2, s1 = f->s1, s2 = f->s2;
    eight x, y = { 0 }, next1, next2;
    const eight_mask lane = { 0, 1, 2, 3, 4, 5, 6, 7 };
    uint32_t behind = (uint32_t)f->count - 1, n = 0;

    for (; n < frames + behind; n++) {
        if (n >= behind && n < frames) {
            PIPELINE_STEP(in[n]);
            s1 = next1;
            s2 = next2;
        } else {
            eight_mask live = (lane <= (int)n) & (lane > (int)n - (int)frames);

            PIPELINE_STEP(n < frames ? in[n] : 0);
            s1 = (eight)((live & (eight_mask)next1) | (~live & (eight_mask)s1));
            s2 = (eight)((live & (eight_mask)next2) | (~live & (eight_mask)s2));
        }
        if (n >= behind)
            out[n - behind] = f->count == 8 ? y[7] : y[1];
    }
    f->s1 = s1;
    f->s2 = s2;
}
#endif

/* --- cascades -------------------------------------------------------------------------------- */

enum form { NAIVE, CAMILLADSP, PIPEWIRE, LSP, FORMS };

static const char *const form_names[FORMS] = { "naive", "camilladsp", "pipewire", "lsp" };

struct kernel {
    enum form form;
    int count;
    struct single single[2][SECTIONS];
    struct twice twice[2][SECTIONS];
    double line[2][PEER_FRAMES_MAX];
    struct lanes4 lanes4[SECTIONS];
#ifdef HAVE_PIPELINE
    struct lanes8 lanes8[2][2];
#endif
};

static void fill(struct kernel *self, int k, struct section s)
{
    for (int c = 0; c < 2; c++) {
        self->single[c][k] = (struct single){
            (float)s.b0, (float)s.b1, (float)s.b2, (float)s.a1, (float)s.a2, 0, 0
        };
        self->twice[c][k] = (struct twice){ s.b0, s.b1, s.b2, s.a1, s.a2, 0, 0 };
        self->lanes4[k].b0[c] = (float)s.b0;
        self->lanes4[k].b1[c] = (float)s.b1;
        self->lanes4[k].b2[c] = (float)s.b2;
        self->lanes4[k].a1[c] = (float)s.a1;
        self->lanes4[k].a2[c] = (float)s.a2;
    }
#ifdef HAVE_PIPELINE
    for (int c = 0; c < 2 && k < 10; c++) {
        struct lanes8 *f = &self->lanes8[c][k / 8];

        f->count = k < 8 ? 8 : 2;
        ((float *)&f->b0)[k % 8] = (float)s.b0;
        ((float *)&f->b1)[k % 8] = (float)s.b1;
        ((float *)&f->b2)[k % 8] = (float)s.b2;
        ((float *)&f->a1)[k % 8] = (float)s.a1;
        ((float *)&f->a2)[k % 8] = (float)s.a2;
    }
#endif
}

static void *open_kernel(const struct peer *peer, const char **why)
{
    struct kernel *self = aligned_alloc(64, (sizeof *self + 63) / 64 * 64);

    *why = "this processor lacks AVX2 or FMA";
    memset(self, 0, sizeof *self);
    self->count = atoi(peer->settings);
    while (strcmp(form_names[self->form], peer->what))
        self->form++;
#ifdef HAVE_PIPELINE
    if (self->form == LSP && !(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")))
        return NULL;
#else
    if (self->form == LSP)
        return NULL;
#endif
    for (int k = 0; k < self->count; k++)
        fill(self, k, peak(bands[k].hz, bands[k].db));
    return self;
}

static void run_naive(struct kernel *self, const float *const in[2], float *const out[2],
                      uint32_t frames)
{
    for (int c = 0; c < 2; c++)
        for (int k = 0; k < self->count; k++)
            single_run(&self->single[c][k], k ? out[c] : in[c], out[c], frames);
}

static void run_camilladsp(struct kernel *self, const float *const in[2], float *const out[2],
                           uint32_t frames)
{
    for (int c = 0; c < 2; c++) {
        double *line = self->line[c];

        for (uint32_t n = 0; n < frames; n++)
            line[n] = in[c][n];
        for (int k = 0; k < self->count; k++)
            twice_run(&self->twice[c][k], line, line, frames);
        for (uint32_t n = 0; n < frames; n++)
            out[c][n] = (float)line[n];
    }
}

static void run_kernel(void *instance, const float *const in[2], float *const out[2],
                       uint32_t frames)
{
    struct kernel *self = instance;

    switch (self->form) {
    case NAIVE:
        run_naive(self, in, out, frames);
        break;
    case CAMILLADSP:
        run_camilladsp(self, in, out, frames);
        break;
    case PIPEWIRE:
        for (int k = 0; k < self->count; k += 2)
            lanes4_run(&self->lanes4[k], k ? (const float *const *)out : in, out, frames);
        break;
    default:
#ifdef HAVE_PIPELINE
        for (int c = 0; c < 2; c++) {
            lanes8_run(&self->lanes8[c][0], in[c], out[c], frames);
            lanes8_run(&self->lanes8[c][1], out[c], out[c], frames);
        }
#endif
        break;
    }
}

const struct peer_host peer_kernel = { .open = open_kernel, .run = run_kernel };

/* --- libbs2b --------------------------------------------------------------------------------- */

struct bs2b {
    t_bs2bdp filter;
    float frame[2 * PEER_FRAMES_MAX];
};

static void *open_bs2b(const struct peer *peer, const char **why)
{
    struct bs2b *self = calloc(1, sizeof *self);

    (void)peer;
    *why = "libbs2b fails";
    if (!self || !(self->filter = bs2b_open()))
        return NULL;
    bs2b_set_srate(self->filter, PEER_RATE);
    bs2b_set_level(self->filter, BS2B_DEFAULT_CLEVEL);
    return self;
}

static void run_bs2b(void *instance, const float *const in[2], float *const out[2], uint32_t frames)
{
    struct bs2b *self = instance;

    for (uint32_t n = 0; n < frames; n++) {
        self->frame[2 * n] = in[0][n];
        self->frame[2 * n + 1] = in[1][n];
    }
    bs2b_cross_feed_f(self->filter, self->frame, (int)frames);
    for (uint32_t n = 0; n < frames; n++) {
        out[0][n] = self->frame[2 * n];
        out[1][n] = self->frame[2 * n + 1];
    }
}

const struct peer_host peer_bs2b = { .open = open_bs2b, .run = run_bs2b };

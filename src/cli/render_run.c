/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The daemon's chain over a file, in pieces of a fixed size: memory does not grow with the file. */
#include "cli.h"
#include "render.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 4096 }; /* frames read at once, at least; a multiple of the block */

struct worker {
    struct render *render;
    struct chain *chain;
    void *lines;    /* of its delays */
    uint32_t piece; /* frames */
    float *pairs;   /* as in the file */
    float *in[2];   /* for the chain; both are one line of a mono file */
    float *silence; /* what the other input hears */
    float *out[2];
    uint64_t run;      /* frames through the chain */
    uint64_t trim;     /* frames of its latency that are still to be dropped */
    uint32_t measured; /* frames since the chain's meters were read */
};

static volatile sig_atomic_t interrupted;

static void on_signal(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

/* What was told to be ignored (nohup) stays so. */
void render_catch_signals(void)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction action = { .sa_handler = on_signal }, old;

    for (int i = 0; i < 3; i++)
        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
}

static float *floats(size_t count)
{
    return calloc(count, sizeof(float));
}

static void *aligned(size_t bytes)
{
    void *memory;

    bytes = (bytes + 63) / 64 * 64;
    memory = aligned_alloc(64, bytes ? bytes : 64);
    if (memory)
        memset(memory, 0, bytes);
    return memory;
}

static bool prepare(struct worker *worker)
{
    struct render *render = worker->render;
    uint32_t block = render->options->block;

    worker->piece = (PIECE + block - 1) / block * block;
    worker->chain = aligned(chain_bytes());
    worker->lines = aligned(chain_line_bytes(render->in.rate_hz));
    worker->pairs = floats((size_t)worker->piece * 2);
    worker->silence = floats(worker->piece);
    for (int i = 0; i < 2; i++) {
        worker->in[i] = floats(worker->piece);
        worker->out[i] = floats(worker->piece);
    }
    if (!worker->chain || !worker->lines || !worker->pairs || !worker->silence || !worker->in[0] ||
        !worker->in[1] || !worker->out[0] || !worker->out[1]) {
        complain("not enough memory");
        return false;
    }
    chain_init(worker->chain, worker->lines, render->in.rate_hz, &render->coefs);
    worker->trim = render->options->align ? render->latency : 0;
    return true;
}

static void finish(struct worker *worker)
{
    free(worker->chain);
    free(worker->lines);
    free(worker->pairs);
    free(worker->silence);
    for (int i = 0; i < 2; i++) {
        free(worker->in[i]);
        free(worker->out[i]);
    }
}

static void split(struct worker *worker, uint32_t frames)
{
    uint32_t channels = worker->render->in.channels;

    for (uint32_t i = 0; i < frames; i++) {
        worker->in[0][i] = worker->pairs[(size_t)i * channels];
        worker->in[1][i] = worker->pairs[(size_t)i * channels + channels - 1];
    }
}

static void point(const struct worker *worker, struct chain_io *io, uint32_t at)
{
    const struct render_options *options = worker->render->options;
    float *out[2] = { worker->out[0] + at, worker->out[1] + at };

    memset(io, 0, sizeof *io);
    for (int i = 0; i < 2; i++)
        io->in[i] = options->mic ? worker->silence : worker->in[i] + at;
    io->mic = options->mic ? worker->in[0] + at : worker->silence;
    switch (options->bus) {
    case RENDER_HEADSET:
        memcpy(io->headset, out, sizeof out);
        break;
    case RENDER_OUT:
        memcpy(io->out, out, sizeof out);
        break;
    case RENDER_SUB:
        io->sub = out[0];
        break;
    default:
        io->talk = out[0];
        break;
    }
}

/* The chain's meters, not more often than the columns need them. */
static void take_meters(struct worker *worker, bool now)
{
    struct render *render = worker->render;
    uint64_t often = render->meter.width / 2;
    uint64_t late = render->options->align ? render->latency : 0;
    struct chain_meters meters;

    if (!now && worker->measured < (often < STAGE_FRAMES ? STAGE_FRAMES : often))
        return;
    chain_take_meters(worker->chain, &meters);
    worker->measured = 0;
    meter_chain(&render->meter, &meters, worker->run > late ? worker->run - late : 0);
}

static void run_blocks(struct worker *worker, uint32_t frames)
{
    uint32_t block = worker->render->options->block;
    struct chain_io io;

    for (uint32_t at = 0; at < frames; at += block) {
        uint32_t now = frames - at < block ? frames - at : block;

        point(worker, &io, at);
        chain_run(worker->chain, &io, now);
        worker->run += now;
        worker->measured += now;
        take_meters(worker, false);
    }
}

/* The frames from `skip` on, measured and written. */
static bool put(struct worker *worker, uint32_t skip, uint32_t frames)
{
    struct render *render = worker->render;
    uint32_t channels = render->out.channels;
    const float *left = worker->out[0] + skip, *right = worker->out[channels - 1] + skip;

    for (uint32_t i = 0; i < frames; i++) {
        worker->pairs[(size_t)i * channels] = left[i];
        worker->pairs[(size_t)i * channels + channels - 1] = right[i];
    }
    meter_sound(&render->meter, METER_OUT, left, right, frames);
    return sound_write(&render->out, worker->pairs, frames);
}

/* The lines of `in` through the chain. */
static bool pass(struct worker *worker, uint32_t frames)
{
    uint32_t skip = worker->trim < frames ? (uint32_t)worker->trim : frames;

    run_blocks(worker, frames);
    worker->trim -= skip;
    return frames == skip || put(worker, skip, frames - skip);
}

/* What is still in the chain's delays: as much as was taken away at the begin. */
static bool flush(struct worker *worker)
{
    uint64_t left = worker->render->options->align ? worker->render->latency : 0;

    memset(worker->in[0], 0, worker->piece * sizeof(float));
    memset(worker->in[1], 0, worker->piece * sizeof(float));
    while (left && !interrupted) {
        uint32_t now = left < worker->piece ? (uint32_t)left : worker->piece;

        if (!pass(worker, now))
            return false;
        left -= now;
    }
    return true;
}

static bool stream(struct worker *worker, struct progress *progress)
{
    struct render *render = worker->render;

    while (!interrupted) {
        int64_t got = sound_read(&render->in, worker->pairs, worker->piece);

        if (got < 0)
            return false;
        if (got == 0)
            break;
        split(worker, (uint32_t)got);
        meter_sound(&render->meter, METER_IN, worker->in[0], worker->in[1], (uint32_t)got);
        if (!pass(worker, (uint32_t)got))
            return false;
        progress_tell(progress, render);
    }
    if (!flush(worker))
        return false;
    take_meters(worker, true);
    return true;
}

int render_run(struct render *render)
{
    struct worker worker = { .render = render };
    struct progress progress;
    bool fine;

    meter_init(&render->meter, render->in.rate_hz);
    progress_begin(&progress, render->options->quiet);
    fine = prepare(&worker) && stream(&worker, &progress);
    render->elapsed_s = progress_end(&progress);
    finish(&worker);
    if (interrupted) {
        complain("interrupted; %s is not written", render->options->out);
        return INTERRUPTED;
    }
    return fine ? DONE : FAILED;
}

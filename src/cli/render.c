/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audioctl render: from arguments to files. */
#include "render.h"

#include "cli.h"
#include "design.h"
#include "plot.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* Of the lane that comes first; the talk bus is heard before any strip. */
static uint32_t latency(const struct chain_coefs *coefs, bool mic, enum render_bus bus)
{
    static const enum chain_output output[][2] = { { OUTPUT_HEADSET_1, OUTPUT_HEADSET_2 },
                                                   { OUTPUT_OUT_1, OUTPUT_OUT_2 },
                                                   { OUTPUT_SUB, OUTPUT_SUB } };
    struct chain_latency all = chain_latency(coefs);
    uint32_t way = mic ? all.talk : all.listen, first, second;

    if (bus == RENDER_TALK)
        return way;
    first = all.output[output[bus][0]];
    second = all.output[output[bus][1]];
    return way + (first < second ? first : second);
}

static void design(struct render *render, double rate_hz)
{
    static struct design cache;

    design_chain(&cache, render->params, rate_hz, &render->coefs);
    render->latency = latency(&render->coefs, render->options->mic, render->options->bus);
}

/* The picture, if one is wanted, beside its place. */
static bool draw(struct render *render, double rate_hz)
{
    const struct render_options *options = render->options;
    struct plot plot = { .params = render->params,
                         .coefs = &render->coefs,
                         .rate_hz = rate_hz,
                         .mic = options->mic,
                         .bus = options->bus,
                         .preset = options->preset,
                         .in = options->in,
                         .meter = options->in ? &render->meter : NULL };

    return !options->plot || plot_write(&render->plot, &plot);
}

static int plot_alone(struct render *render)
{
    design(render, render->options->rate_hz);
    if (!fresh_open(&render->plot, render->options->plot))
        return FAILED;
    return draw(render, render->options->rate_hz) && fresh_keep(&render->plot) ? DONE : FAILED;
}

static bool open_files(struct render *render)
{
    const struct render_options *options = render->options;

    if (!sound_open(&render->in, options->in))
        return false;
    if (options->mic && render->in.channels != 1) {
        complain("%s has %u channels; a microphone has one", options->in,
                 (unsigned)render->in.channels);
        return false;
    }
    return sound_create(&render->out, options->out, options->format,
                        options->bus < RENDER_SUB ? 2 : 1, render->in.rate_hz, render->in.frames) &&
           (!options->plot || fresh_open(&render->plot, options->plot));
}

static int render_file(struct render *render)
{
    int status;

    render_catch_signals();
    if (!open_files(render))
        return FAILED;
    design(render, render->in.rate_hz);
    status = render_run(render);
    if (status != DONE)
        return status;
    if (!draw(render, render->in.rate_hz) || !sound_keep(&render->out) ||
        (render->options->plot && !fresh_keep(&render->plot)))
        return FAILED;
    if (!render->options->quiet)
        render_report(render);
    return ferror(stdout) || fflush(stdout) ? FAILED : DONE;
}

/* What is not in its place by now does not get there. */
static void clean_up(struct render *render)
{
    sound_close(&render->in);
    sound_discard(&render->out);
    fresh_discard(&render->plot);
    free(render);
}

int cli_render(int argc, char **argv)
{
    struct render *render = calloc(1, sizeof *render);
    struct render_options options = { .set = calloc((size_t)argc, sizeof(char *)) };
    static struct params params;
    int status;

    signal(SIGXFSZ, SIG_IGN); /* too large a file is an error of writing, like a full disk */
    if (!render || !options.set) {
        complain("not enough memory");
        free(render);
        free(options.set);
        return FAILED;
    }
    render->plot.fd = render->out.fresh.fd = -1;
    render->options = &options;
    render->params = &params;
    status = render_options(&options, argc, argv);
    if (status < 0 && !render_params(&options, &params))
        status = MISUSED;
    if (status < 0)
        status = options.in ? render_file(render) : plot_alone(render);
    free(options.set);
    clean_up(render);
    return status;
}

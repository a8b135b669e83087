/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audioctl render: what it was told, and its parts. */
#ifndef RENDER_H
#define RENDER_H

#include "chain.h"
#include "meter.h"
#include "params.h"
#include "sound.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

enum render_bus { RENDER_HEADSET, RENDER_OUT, RENDER_SUB, RENDER_TALK, RENDER_BUSSES };

extern const char *const render_bus_name[RENDER_BUSSES];

enum {
    RENDER_BLOCK = 128, /* frames, unless told otherwise */
    RENDER_BLOCK_MAX = 8192
};

struct render_options {
    const char *in, *out, *plot, *preset;
    const char **set; /* name=value; of argv */
    int set_count;
    bool mic, align, quiet;
    enum render_bus bus;
    enum sound_format format;
    uint32_t block;
    double rate_hz; /* of a plot alone */
};

/* -1: go on; else the exit status. `options->set` is the caller's, of argc pointers. */
int render_options(struct render_options *options, int argc, char **argv);

/* What --help prints, and the options there are. */
extern const char render_help[];
extern const struct option render_option_list[];

/* The preset and the settings of the command line. Complains of every fault, and returns false if
 * there was one. */
bool render_params(const struct render_options *options, struct params *params);

/* What the chain runs on and what came of it. */
struct render {
    const struct render_options *options;
    const struct params *params;
    struct chain_coefs coefs;
    struct sound_in in;
    struct sound_out out;
    struct fresh plot;
    struct meter meter;
    uint32_t latency; /* frames, in -> out */
    double elapsed_s;
};

/* From now on Ctrl-C ends a run, and the program in good order. */
void render_catch_signals(void);

/* From the open in to the open out. Exit status; complains. */
int render_run(struct render *render);

/* How far it is, in one line on a terminal; nothing elsewhere. */
struct progress {
    bool shown;
    double began_s, told_s;
};

void progress_begin(struct progress *progress, bool quiet);
void progress_tell(struct progress *progress, const struct render *render);
double progress_end(struct progress *progress); /* seconds since it began */

/* The summary, on standard output. */
void render_report(const struct render *render);

/* "compressor", "limiter" ...; short enough for a legend. */
const char *render_reducer_name(enum chain_reducer reducer);

/* Whether it is on, and on the way of this render. */
bool render_reducer_on(const struct chain_coefs *coefs, bool mic, enum render_bus bus,
                       enum chain_reducer reducer);

/* "1:02:03.456" */
void render_time(char *to, size_t size, double seconds);

#endif

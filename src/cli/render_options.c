/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"
#include "number.h"
#include "plot.h"
#include "render.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

const char render_help[] =
    "Examples:\n"
    "  audioctl render song.wav heard.wav --preset my.ini\n"
    "  audioctl render song.flac heard.flac --preset my.ini --set crossfeed.on=no --align\n"
    "  audioctl render voice.wav talk.wav --mic --preset my.ini --plot talk.svg\n"
    "  audioctl render --plot curves.png --preset my.ini --rate 96000\n"
    "\n"
    "A file through the daemon's sound: the same filters, the same bits, faster.\n"
    "IN is what libsndfile reads, mono (counts as both channels) or stereo, 44.1 to 192 kHz.\n"
    "OUT is .wav or .flac; it is there when it is whole.\n"
    "\n"
    "      --preset FILE       parameters; without it, their defaults\n"
    "      --set NAME=VALUE    one parameter more; may be given again (audioctl params)\n"
    "      --mic               IN is the microphone (mono), OUT the talk bus\n"
    "      --output BUS        what OUT hears: headset (default), out, sub, talk (with --mic)\n"
    "      --align             take the latency away: OUT begins and ends as IN does\n"
    "      --format FORMAT     float (.wav's default), pcm24 (.flac's), pcm16 (with dither)\n"
    "      --plot FILE         .svg or .png: the curves, and levels over time\n"
    "      --rate HZ           of a plot without IN and OUT; default 48000\n"
    "      --block N           frames at once, 1 to 8192; the bits are the same with any\n"
    "  -q, --quiet             no progress, no summary\n"
    "  -h, --help\n";

const char *const render_bus_name[RENDER_BUSSES] = { "headset", "out", "sub", "talk" };

enum { PRESET = 256, SET, MIC, OUTPUT, ALIGN, FORMAT, PLOT, RATE, BLOCK };

const struct option render_option_list[] = { { "preset", required_argument, NULL, PRESET },
                                             { "set", required_argument, NULL, SET },
                                             { "mic", no_argument, NULL, MIC },
                                             { "output", required_argument, NULL, OUTPUT },
                                             { "align", no_argument, NULL, ALIGN },
                                             { "format", required_argument, NULL, FORMAT },
                                             { "plot", required_argument, NULL, PLOT },
                                             { "rate", required_argument, NULL, RATE },
                                             { "block", required_argument, NULL, BLOCK },
                                             { "quiet", no_argument, NULL, 'q' },
                                             { "help", no_argument, NULL, 'h' },
                                             { 0 } };

/* The index of a word, or -1. */
static int choose(const char *option, const char *text, const char *const *words, int count,
                  const char *allowed)
{
    for (int i = 0; i < count; i++)
        if (strcmp(text, words[i]) == 0)
            return i;
    complain("%s: \"%s\" is none of %s", option, text, allowed);
    return -1;
}

static bool whole_number(const char *option, const char *text, double min, double max, double *to)
{
    bool whole;

    if (number_read(text, to, &whole) && whole && *to >= min && *to <= max)
        return true;
    complain("%s: \"%s\" is no whole number from %.0f to %.0f", option, text, min, max);
    return false;
}

struct given { /* what the defaults of others depend on */
    bool bus, rate;
};

static bool take_bus(struct render_options *options, struct given *given)
{
    int bus = choose("--output", optarg, render_bus_name, RENDER_BUSSES, "headset, out, sub, talk");

    given->bus = true;
    options->bus = bus < 0 ? RENDER_HEADSET : (enum render_bus)bus;
    return bus >= 0;
}

static bool take_format(struct render_options *options)
{
    static const char *const names[] = { "float", "pcm24", "pcm16" };
    int format = choose("--format", optarg, names, 3, "float, pcm24, pcm16");

    options->format = (enum sound_format)(format + 1);
    return format >= 0;
}

static bool take_option(struct render_options *options, int option, struct given *given)
{
    double number;

    switch (option) {
    case PRESET:
        options->preset = optarg;
        return true;
    case SET:
        options->set[options->set_count++] = optarg;
        return true;
    case MIC:
        return options->mic = true;
    case OUTPUT:
        return take_bus(options, given);
    case ALIGN:
        return options->align = true;
    case FORMAT:
        return take_format(options);
    case PLOT:
        options->plot = optarg;
        return true;
    case RATE:
        return given->rate = whole_number("--rate", optarg, SOUND_RATE_MIN, SOUND_RATE_MAX,
                                          &options->rate_hz);
    case BLOCK:
        if (!whole_number("--block", optarg, 1, RENDER_BLOCK_MAX, &number))
            return false;
        options->block = (uint32_t)number;
        return true;
    case 'q':
        return options->quiet = true;
    default:
        fputs("Try 'audioctl render --help'.\n", stderr);
        return false;
    }
}

static bool take_files(struct render_options *options, int count, char **names)
{
    if (count == 0 && options->plot)
        return true;
    if (count < 2) {
        complain("render wants %s; try 'audioctl render --help'",
                 count ? "OUT too" : "IN and OUT, or --plot alone");
        return false;
    }
    if (count > 2) {
        complain("unexpected argument \"%s\"; render takes IN and OUT", names[2]);
        return false;
    }
    options->in = names[0];
    options->out = names[1];
    return sound_out_check(options->out, options->format);
}

/* Two outputs in one file, or an output in the place of what is read. OUT may replace IN. */
static bool files_apart(const struct render_options *options)
{
    const struct {
        const char *name, *path, *other_name, *other;
    } pairs[] = { { "--plot", options->plot, "IN", options->in },
                  { "--plot", options->plot, "OUT", options->out },
                  { "--plot", options->plot, "--preset", options->preset },
                  { "OUT", options->out, "--preset", options->preset } };

    for (int i = 0; i < 4; i++) {
        if (pairs[i].path && pairs[i].other && same_file(pairs[i].path, pairs[i].other)) {
            complain("%s and %s are the same file, %s", pairs[i].name, pairs[i].other_name,
                     pairs[i].path);
            return false;
        }
    }
    return true;
}

static bool fits(struct render_options *options, const struct given *given)
{
    if (options->mic && !given->bus)
        options->bus = RENDER_TALK;
    if (options->bus == RENDER_TALK && !options->mic) {
        complain("--output talk: the talk bus is silent without --mic");
        return false;
    }
    if (given->rate && options->in) {
        complain("--rate is for a plot alone; a file is rendered at the rate it has");
        return false;
    }
    return (!options->plot || plot_check(options->plot)) && files_apart(options);
}

int render_options(struct render_options *options, int argc, char **argv)
{
    struct given given = { 0 };
    int option;

    options->block = RENDER_BLOCK;
    options->rate_hz = 48000;
    while ((option = getopt_long(argc, argv, "qh", render_option_list, NULL)) != -1) {
        if (option == 'h') {
            fputs(render_help, stdout);
            return DONE;
        }
        if (!take_option(options, option, &given))
            return MISUSED;
    }
    if (!take_files(options, argc - optind, argv + optind) || !fits(options, &given))
        return MISUSED;
    return -1;
}

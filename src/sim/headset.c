/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * simheadset: a USB headset that does not exist, with a clock of its own. Applications reach it by
 * libasound (pcm_simheadset.c), its users by WAV files, and fate by commands.
 */
#define _GNU_SOURCE
#include "headset_config.h"
#include "headset_files.h"
#include "headset_server.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

static const char help_text[] =
    "Examples:\n"
    "  simheadset --dir /tmp/hs --ppm 200 --play-wav played.wav --mic-wav voice.wav &\n"
    "  ALSA_CONFIG_PATH=/tmp/hs/asound.conf aplay -D simheadset music.wav\n"
    "  simheadset --dir /tmp/hs unplug\n"
    "  simheadset --dir /tmp/hs config rate=44100 out_format=S24_3LE min_period=512\n"
    "  simheadset --dir /tmp/hs plug\n"
    "  simheadset --dir /tmp/hs status\n"
    "\n"
    "simheadset --dir DIR [OPTION...]          runs the device until SIGTERM or SIGINT\n"
    "simheadset --dir DIR COMMAND [ARGUMENT]   tells a running one\n"
    "\n"
    "Options:\n"
    "  --rate LIST          Hz; the first is the clock's, and of both WAV files (48000)\n"
    "  --format LIST        S16_LE, S24_3LE, S24_LE, S32_LE (S16_LE)\n"
    "  --out-channels LIST  0: no headphones (2)\n"
    "  --in-channels LIST   0: no microphone (1)\n"
    "  --min-period N       frames; smaller ones are refused (16)\n"
    "  --max-buffer N       frames (65536)\n"
    "  --set KEY=VALUE      any key of the config command\n"
    "  --unplugged          begins without the device\n"
    "  --ppm N              how much too fast the clock runs (0)\n"
    "  --packet-us N        between USB packets, 125 to 10000 (1000)\n"
    "  --jitter-us N        packets are handled up to this much late, at random (0)\n"
    "  --seed N             of that randomness (1)\n"
    "  --play-wav FILE      what is heard in the headset, 32 bits; FILE.json says when frame 0 "
    "was\n"
    "  --mic-wav FILE       what the microphone hears, again and again (silence)\n"
    "  --name NAME          of the PCM in DIR/asound.conf (simheadset)\n"
    "  --plugin FILE        libasound_module_pcm_simheadset.so (beside this program)\n"
    "\n"
    "Commands:\n"
    "  plug, unplug         streams die at an unplug; config takes effect at the next plug\n"
    "  freeze, thaw         the device's pointers stop, without an error\n"
    "  xrun [out|in]        the running streams stop as after an underrun\n"
    "  suspend [out|in]     ... as after a suspend\n"
    "  ppm N, jitter USEC   from the next packet on\n"
    "  config KEY=VALUE...  rate, format, channels, min_period, max_buffer; with out_ or in_ in\n"
    "                       front for one direction\n"
    "  status               one line of JSON\n"
    "\n"
    "Frame n of the WAV files is frame n of the device's clock since the process began (t0_ns, in\n"
    "CLOCK_MONOTONIC_RAW). A stream at another rate than the clock's takes the nearest frames.\n";

struct options {
    const char *dir, *play_wav, *mic_wav, *name, *plugin;
    double ppm, packet_us, jitter_us;
    uint64_t seed;
    bool unplugged;
};

enum {
    OPT_DIR = 1,
    OPT_PLAY,
    OPT_MIC,
    OPT_NAME,
    OPT_PLUGIN,
    OPT_PPM,
    OPT_PACKET,
    OPT_JITTER,
    OPT_SEED,
    OPT_UNPLUGGED,
    OPT_SET,
    OPT_HELP,
    OPT_CONFIG, /* and above: config_key[] */
};

static const char *const config_key[] = { "rate",        "format",     "out_channels",
                                          "in_channels", "min_period", "max_buffer" };

static const struct option long_options[] = {
    { "dir", required_argument, NULL, OPT_DIR },
    { "play-wav", required_argument, NULL, OPT_PLAY },
    { "mic-wav", required_argument, NULL, OPT_MIC },
    { "name", required_argument, NULL, OPT_NAME },
    { "plugin", required_argument, NULL, OPT_PLUGIN },
    { "ppm", required_argument, NULL, OPT_PPM },
    { "packet-us", required_argument, NULL, OPT_PACKET },
    { "jitter-us", required_argument, NULL, OPT_JITTER },
    { "seed", required_argument, NULL, OPT_SEED },
    { "unplugged", no_argument, NULL, OPT_UNPLUGGED },
    { "set", required_argument, NULL, OPT_SET },
    { "help", no_argument, NULL, OPT_HELP },
    { "rate", required_argument, NULL, OPT_CONFIG },
    { "format", required_argument, NULL, OPT_CONFIG + 1 },
    { "out-channels", required_argument, NULL, OPT_CONFIG + 2 },
    { "in-channels", required_argument, NULL, OPT_CONFIG + 3 },
    { "min-period", required_argument, NULL, OPT_CONFIG + 4 },
    { "max-buffer", required_argument, NULL, OPT_CONFIG + 5 },
    { NULL, 0, NULL, 0 },
};

static void refuse(const char *option, const char *why)
{
    fprintf(stderr, "simheadset: %s: %s\n", option, why);
    exit(2);
}

static double number(const char *option, double least, double most)
{
    char *end;
    double value = strtod(optarg, &end);

    if (end == optarg || *end || !(value >= least && value <= most))
        refuse(option, "not a number in its range; see --help");
    return value;
}

static void set_config(struct headset_offer *offer, const char *key, const char *value)
{
    char why[200];

    if (!headset_config_set(offer, key, value, why, sizeof why))
        refuse(key, why);
}

static void take_option(int option, struct options *options, struct headset_offer *offer)
{
    char *equals;

    switch (option) {
    case OPT_DIR:
        options->dir = optarg;
        break;
    case OPT_PLAY:
        options->play_wav = optarg;
        break;
    case OPT_MIC:
        options->mic_wav = optarg;
        break;
    case OPT_NAME:
        options->name = optarg;
        break;
    case OPT_PLUGIN:
        options->plugin = optarg;
        break;
    case OPT_PPM:
        options->ppm = number("--ppm", -100000, 100000);
        break;
    case OPT_PACKET:
        options->packet_us = number("--packet-us", 125, 10000);
        break;
    case OPT_JITTER:
        options->jitter_us = number("--jitter-us", 0, 100000);
        break;
    case OPT_SEED:
        options->seed = strtoull(optarg, NULL, 0);
        break;
    case OPT_UNPLUGGED:
        options->unplugged = true;
        break;
    case OPT_SET:
        equals = strchr(optarg, '=');
        if (!equals)
            refuse("--set", "KEY=VALUE");
        *equals = '\0';
        set_config(offer, optarg, equals + 1);
        break;
    case OPT_HELP:
        fputs(help_text, stdout);
        exit(0);
    case '?':
        exit(2);
    default:
        set_config(offer, config_key[option - OPT_CONFIG], optarg);
    }
}

/* ---- the ALSA configuration ---- */

static void asound_conf_path(char *path, size_t size, const char *dir)
{
    snprintf(path, size, "%s/asound.conf", dir);
}

static void remove_asound_conf(const char *dir)
{
    char path[PATH_MAX + 32];

    asound_conf_path(path, sizeof path, dir);
    unlink(path);
}

static bool write_asound_conf(const char *dir, const char *name, const char *plugin)
{
    char path[PATH_MAX + 32], beside[PATH_MAX + 64], *slash;
    ssize_t length = readlink("/proc/self/exe", beside, PATH_MAX);
    FILE *file;

    if (!plugin && length > 0) {
        beside[length] = '\0';
        slash = strrchr(beside, '/');
        snprintf(slash, sizeof beside - (size_t)(slash - beside),
                 "/libasound_module_pcm_simheadset.so");
        plugin = beside;
    }
    asound_conf_path(path, sizeof path, dir);
    file = fopen(path, "w");
    if (!file || !plugin) {
        perror(path);
        return false;
    }
    fprintf(
        file,
        "</usr/share/alsa/alsa.conf>\n"
        "pcm_type.simheadset {\n    lib \"%s\"\n}\n"
        "pcm.%s {\n    @args [ DIR ]\n    @args.DIR {\n        type string\n"
        "        default \"%s\"\n    }\n    type simheadset\n    dir $DIR\n"
        "    hint {\n        show on\n        description \"Simulated USB headset\"\n    }\n}\n",
        plugin, name, dir);
    return fclose(file) == 0;
}

/* ---- the two ways to run ---- */

static int tell(const char *dir, char **words)
{
    char command[1024] = "", answer[2048];
    size_t length = 0;

    for (; *words && length < sizeof command; words++)
        length += (size_t)snprintf(command + length, sizeof command - length, "%s ", *words);
    if (length >= sizeof command) {
        fputs("simheadset: too many words\n", stderr);
        return 1;
    }
    if (!control_ask(dir, command, answer, sizeof answer)) {
        fprintf(stderr, "simheadset: nobody answers in %s\n", dir);
        return 1;
    }
    puts(answer);
    return strncmp(answer, "error", 5) ? 0 : 1;
}

static int signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC);
}

static struct bus bus;
static struct server server;
static struct play_writer writer;

static bool start_device(const struct options *options)
{
    const struct headset_offer *out = &server.wanted[HEADSET_OUT];
    unsigned channels = 1;

    for (uint32_t i = 0; i < out->channels.count; i++)
        if (out->channels.value[i] > channels)
            channels = out->channels.value[i];
    bus.clock.rate_hz = out->rate_hz.value[0];
    bus.clock.ppm = options->ppm;
    bus.wanted_ppm = options->ppm;
    bus.packet_ns = (uint64_t)(options->packet_us * 1000);
    bus.jitter_ns = (uint64_t)(options->jitter_us * 1000);
    bus.played_channels = channels;
    if (options->mic_wav && !mic_load(&bus.mic, options->mic_wav, bus.clock.rate_hz))
        return false;
    if (options->play_wav && !play_writer_open(&writer, &bus, options->play_wav, channels))
        return false;
    if (options->play_wav)
        server.dropped_frames = &writer.dropped_frames;
    return bus_start(&bus, options->seed) && (!options->play_wav || play_writer_start(&writer));
}

static int run_device(const struct options *options, const char *dir)
{
    int signal_fd = signals();

    if (!server_init(&server, &bus, dir))
        return 1;
    if (!write_asound_conf(dir, options->name, options->plugin) || !start_device(options)) {
        server_finish(&server);
        remove_asound_conf(dir);
        return 1;
    }
    if (!options->unplugged)
        server_plug(&server);
    printf("simheadset: ready in %s\n", dir);
    fflush(stdout);
    server_run(&server, signal_fd);
    server_finish(&server);
    bus_stop(&bus);
    if (options->play_wav)
        play_writer_close(&writer);
    mic_free(&bus.mic);
    remove_asound_conf(dir);
    return 0;
}

int main(int argc, char **argv)
{
    struct options options = { .name = "simheadset", .packet_us = 1000, .seed = 1 };
    char dir[PATH_MAX];
    int option, status;
    bool made;

    headset_config_init(server.wanted);
    while ((option = getopt_long(argc, argv, "+", long_options, NULL)) !=
           -1) /* "ppm -5" is no option */
        take_option(option, &options, server.wanted);
    if (!options.dir)
        refuse("--dir", "is missing; see --help");
    if (optind < argc)
        return tell(options.dir, argv + optind);
    made = mkdir(options.dir, 0755) == 0;
    if (!realpath(options.dir, dir)) {
        fprintf(stderr, "%s: %s\n", options.dir, strerror(errno));
        return 1;
    }
    status = run_device(&options, dir);
    if (made)
        rmdir(dir); /* stays when the WAVs are in it */
    return status;
}

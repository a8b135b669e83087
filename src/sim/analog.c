/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simanalog: the analog gear at the other end of the cables, as a JACK client with WAV files. */
#define _GNU_SOURCE
#include "analog.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EXIT_SERVER_GONE = 3, LOOK_MS = 50, CONNECT_EVERY_MS = 1000, TAIL_SECONDS = 1 };

static const char help_text[] =
    "Examples:\n"
    "  simanalog --server audioserver --play guitar.wav --record amp.wav --secs 30\n"
    "  simanalog --server audioserver --play tone.wav --loop --to audioserver:in_1\n"
    "  simanalog --record sub.wav --from audioserver:sub\n"
    "\n"
    "  --server NAME     JACK's; it is never started (default: JACK's own default)\n"
    "  --name NAME       of this client (simanalog)\n"
    "  --play FILE       into the ports of --to; begins when they are all there for the first "
    "time\n"
    "  --loop            again and again; otherwise it all ends one second after the file\n"
    "  --record FILE     what the ports of --from say; 32-bit float\n"
    "  --to PORT,...     1 to 8 ports (audioserver:in_1,audioserver:in_2)\n"
    "  --from PORT,...   1 to 8 ports (audioserver:out_1,audioserver:out_2)\n"
    "  --secs N          ends after that time\n"
    "  --play-json NAME  the sidecar of what is played is NAME.json (default: the file's name)\n"
    "\n"
    "Sidecars tell the JACK frame time of WAV frame 0 and its CLOCK_MONOTONIC_RAW ns. Positions "
    "are\n"
    "JACK's frame time: a skipped cycle is silence, not a shift. Exit code 3: the server has "
    "gone.\n";

struct options {
    const char *server, *name, *play, *record, *play_json;
    double seconds; /* 0: no limit */
};

static volatile sig_atomic_t asked_to_end;

static void on_signal(int number)
{
    (void)number;
    asked_to_end = 1;
}

/* "a,b" into the side's peers, which point into the text. */
static void take_ports(struct side *side, char *text)
{
    char *save = NULL;

    side->ports = 0;
    for (char *word = strtok_r(text, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
        if (side->ports == ANALOG_PORTS_MAX) {
            fputs("simanalog: at most 8 ports\n", stderr);
            exit(2);
        }
        side->peer[side->ports++] = word;
    }
    if (!side->ports) {
        fputs("simanalog: no port named\n", stderr);
        exit(2);
    }
}

static double parse_seconds(const char *text)
{
    char *end;
    double seconds = strtod(text, &end);

    if (end == text || *end || !(seconds > 0)) {
        fprintf(stderr, "simanalog: %s: no number of seconds\n", text);
        exit(2);
    }
    return seconds;
}

static const struct option long_options[] = {
    { "server", required_argument, NULL, 's' },
    { "name", required_argument, NULL, 'n' },
    { "play", required_argument, NULL, 'p' },
    { "loop", no_argument, NULL, 'l' },
    { "record", required_argument, NULL, 'r' },
    { "to", required_argument, NULL, 't' },
    { "from", required_argument, NULL, 'f' },
    { "secs", required_argument, NULL, 'e' },
    { "play-json", required_argument, NULL, 'j' },
    { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
};

static void take_options(int argc, char **argv, struct options *options, struct analog *analog)
{
    int option;

    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
        switch (option) {
        case 's':
            options->server = optarg;
            break;
        case 'n':
            options->name = optarg;
            break;
        case 'p':
            options->play = optarg;
            break;
        case 'l':
            analog->source.loop = true;
            break;
        case 'r':
            options->record = optarg;
            break;
        case 't':
            take_ports(&analog->play, optarg);
            break;
        case 'f':
            take_ports(&analog->record, optarg);
            break;
        case 'e':
            options->seconds = parse_seconds(optarg);
            break;
        case 'j':
            options->play_json = optarg;
            break;
        case 'h':
            fputs(help_text, stdout);
            exit(0);
        default:
            exit(2);
        }
    if (optind < argc || (!options->play && !options->record)) {
        fputs("simanalog: --play FILE or --record FILE, or both; see --help\n", stderr);
        exit(2);
    }
    if (!options->play)
        analog->play.ports = 0;
    if (!options->record)
        analog->record.ports = 0;
}

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static bool played_out(struct analog *analog, const struct options *options)
{
    uint64_t tail = (uint64_t)TAIL_SECONDS * analog->rate_hz;

    return options->play && !analog->source.loop && !(options->seconds > 0) &&
           atomic_load(&analog->play.frames_done) >= analog->source.frames + tail;
}

static void run(struct analog *analog, const struct options *options)
{
    struct timespec moment = { 0, LOOK_MS * 1000000L };
    double begun = seconds_now();

    for (unsigned round = 0;; round++) {
        bool due = round % (CONNECT_EVERY_MS / LOOK_MS) == 0;

        if (asked_to_end || atomic_load(&analog->server_gone) || played_out(analog, options))
            return;
        if (options->seconds > 0 && seconds_now() - begun >= options->seconds)
            return;
        if (atomic_exchange(&analog->ports_changed, false) || due)
            analog_connect(analog);
        if (due && options->play)
            analog_sidecar(analog, &analog->play, options->play_json, 0);
        nanosleep(&moment, NULL);
    }
}

static bool start(struct analog *analog, const struct options *options)
{
    if (!analog_open(analog, options->server, options->name))
        return false;
    if (options->play && !analog_load(analog, options->play))
        return false;
    if (options->record && !analog_record_start(analog, options->record))
        return false;
    return analog_activate(analog);
}

int main(int argc, char **argv)
{
    static struct analog analog;
    char to[] = "audioserver:in_1,audioserver:in_2";
    char from[] = "audioserver:out_1,audioserver:out_2";
    struct options options = { .name = "simanalog" };
    struct sigaction action = { .sa_handler = on_signal };

    take_ports(&analog.play, to);
    take_ports(&analog.record, from);
    take_options(argc, argv, &options, &analog);
    if (!options.play_json)
        options.play_json = options.play; /* ".json" is added */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (!start(&analog, &options))
        return 1;
    run(&analog, &options);
    if (options.play)
        analog_sidecar(&analog, &analog.play, options.play_json, 0);
    analog_close(&analog);
    if (options.record)
        analog_record_stop(&analog);
    free(analog.source.samples);
    return atomic_load(&analog.server_gone) ? EXIT_SERVER_GONE : 0;
}

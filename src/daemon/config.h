/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settings: what /etc/audioserver/audioserver.ini says, as plain data.
 *
 * Every setting is one row of the table in setting.c (section, key, type, range, default, help);
 * defaults, reading, the default file and the sentences about errors are loops over it.
 *
 * Errors never stop the sound. A key at fault keeps the value it had, everything else in the file
 * applies, and each fault is one sentence: where, which value, and what is allowed. The caller owns
 * all memory; nothing here keeps state, so any normal thread may call these. Nothing blocks on a
 * strange file (see ini.h).
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stdio.h>

enum {
    SETTINGS_BRIDGES = 8,       /* bridges at most */
    SETTINGS_NAME_BYTES = 25,   /* a bridge's name, [a-z0-9_-]{1,24}, and its end */
    SETTINGS_SERVER_BYTES = 33, /* sizes of strings with their end */
    SETTINGS_PORT_BYTES = 321,
    SETTINGS_DEVICE_BYTES = 129,
    SETTINGS_PRESET_BYTES = 256,
    CONFIG_ERRORS = 64,       /* sentences kept; more are counted */
    CONFIG_ERROR_BYTES = 512, /* a sentence is cut there, between characters */
};

enum bridge_direction { BRIDGE_PLAYBACK, BRIDGE_CAPTURE }; /* as ALSA sees the device */

enum bridge_format { /* of a sample in the device */
                     BRIDGE_FORMAT_AUTO,
                     BRIDGE_S16_LE,
                     BRIDGE_S24_3LE,
                     BRIDGE_S24_LE,
                     BRIDGE_S32_LE,
};

enum bridge_quality { /* of the resampler; AUTO: medium for playback, fastest for capture */
                      BRIDGE_QUALITY_AUTO,
                      BRIDGE_QUALITY_FASTEST,
                      BRIDGE_QUALITY_MEDIUM,
                      BRIDGE_QUALITY_BEST,
};

/* Two full names of JACK ports; both empty: the first two physical ones. */
struct port_pair {
    char name[2][SETTINGS_PORT_BYTES];
};

struct bridge_settings {
    char name[SETTINGS_NAME_BYTES]; /* NAME of [bridge.NAME], unique */
    bool enabled;
    enum bridge_direction direction;
    char device[SETTINGS_DEVICE_BYTES]; /* ALSA PCM name, not empty */
    int rate_hz;                        /* 0 = auto, 44100, 48000, 96000 */
    enum bridge_format format;
    int channels;      /* 0 = auto, 1..8 */
    int period_frames; /* 0 = auto (1 ms at the device's rate), 16..4096 */
    int buffer_ms;     /* 4..500 */
    int margin_us;     /* 0..100000, spare time against late wake-ups */
    enum bridge_quality quality;
    int latency_offset_us; /* -20000..100000, in flight behind the device's pointer; this is
                              added to the latency reported, and delays nothing */
};

struct settings {
    struct {
        char server[SETTINGS_SERVER_BYTES]; /* letters, digits, . _ -; not empty */
        bool connect;                       /* to the hardware ports, by ourselves */
        struct port_pair capture_ports;     /* analog in  -> in_1, in_2 */
        struct port_pair playback_ports;    /* out_1, out_2 -> analog out */
    } jack;
    struct {
        char preset[SETTINGS_PRESET_BYTES]; /* a name or a file; empty: the built-in one */
    } sound;
    struct {
        char state[SETTINGS_PRESET_BYTES]; /* empty: none, as all of these */
        char presets[SETTINGS_PRESET_BYTES];
        char shipped_presets[SETTINGS_PRESET_BYTES];
    } folders;
    struct {
        char socket[SETTINGS_PRESET_BYTES];
    } control;
    int bridge_count;                                /* 0..SETTINGS_BRIDGES */
    struct bridge_settings bridge[SETTINGS_BRIDGES]; /* in the file's order */
};

struct config_error {
    int line;                      /* from 1; 0: of the file as a whole */
    char text[CONFIG_ERROR_BYTES]; /* "FILE:LINE: [section] key: ..." without a newline */
};

struct config_errors { /* ~33 KB */
    int count;         /* kept, in the order of lines */
    int more;          /* not kept */
    struct config_error error[CONFIG_ERRORS];
};

/* The built-in values: with the bridges "headset" (playback) and "mic" (capture). */
void settings_defaults(struct settings *settings);

/*
 * Reads the file at `path` into *out.
 *
 * Without faults: a key the file does not name has its default, and a file without any bridge
 * section has the two built-in bridges.
 *
 * With faults: a key at fault, or not named, keeps the value of `last_good` (NULL: its default), so
 * that a slip in "margin_us" changes no margin. A bridge whose direction or device is missing or
 * at fault has those of last_good's bridge of the same name; without one it is left out. When a
 * section's heading is at fault, the bridges of last_good that the file does not name stay.
 * A file that cannot be read at all leaves everything as in last_good.
 *
 * `out` and `last_good` may be the same. *errors is overwritten. Returns true if there were none;
 * *out is complete and valid either way.
 */
bool settings_load(struct settings *out, const char *path, const struct settings *last_good,
                   struct config_errors *errors);

/* As settings_load() for `length` bytes in memory; `name` stands for the file in sentences. */
bool settings_parse(struct settings *out, const char *bytes, size_t length, const char *name,
                    const struct settings *last_good, struct config_errors *errors);

/* Whether two bridges have the same name and settings. */
bool settings_same_bridge(const struct bridge_settings *a, const struct bridge_settings *b);

/* Writes the default file, with help, unit and range of each key as comments: the bytes of
 * conf/audioserver.ini. The caller checks ferror(). */
void settings_print(FILE *out);

/* For --check-config: prints every error, one a line, or "FILE: no errors". Returns 0, or 78
 * (EX_CONFIG) if there was any, an unreadable file included. */
int check_config(const char *path, FILE *out);

#endif
